// Whether a browser gives a page what was drawn. Against being recognised some give white or noise instead, in which
// no code is found. `drawing` is the context of a canvas on which nothing was drawn yet.

const SIDE = 16;
const DARK = 16;

export function honest(drawing) {
  drawing.fillRect(0, 0, SIDE, SIDE); // black, until it is told another colour
  return drawing.getImageData(0, 0, SIDE, SIDE).data.every((value, place) => place % 4 === 3 || value < DARK);
}
