// What can be told of a picture in shades of grey, as `vcwallet.bundle.pictures` tells it on a computer.

const BLANK = 8; // shades between the darkest and the lightest point of a picture that shows nothing
const SIDE = 1600;
const CONTRAST = 40;
const STEEP = 0.4; // of the contrast, between one point and the next

// Of points in red, green and blue, as Pillow weighs them; written into `shades` from a place on.
export function toGrey(points, shades, place = 0) {
  for (let from = 0; from < points.length; from += 4, place += 1)
    shades[place] = (306 * points[from] + 601 * points[from + 1] + 117 * points[from + 2] + 512) >> 10;
}

// An empty page.
export function isBlank({ grey }) {
  let [darkest, lightest] = [255, 0];
  for (const shade of grey) {
    if (shade < darkest) darkest = shade;
    if (shade > lightest) lightest = shade;
  }
  return lightest - darkest < BLANK;
}

// Whether the sharpest edges are as steep as those of printed letters in focus.
export function isSharp(picture) {
  const { grey, width, height } = smaller(picture);
  if (Math.min(width, height) < 2) return false;
  const [shades, steps] = [new Uint32Array(256), new Uint32Array(256)];
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      const place = row * width + column;
      shades[grey[place]] += 1;
      if (column) steps[Math.abs(grey[place] - grey[place - 1])] += 1;
    }
  const contrast = most(shades, false) - most(shades, true);
  return contrast >= CONTRAST && most(steps, false) > STEEP * contrast;
}

// The lowest or highest shade, leaving out the outermost thousandth as noise.
function most(counts, lowest) {
  let left = counts.reduce((sum, count) => sum + count) / 1000;
  for (let step = 0; step < 256; step += 1) {
    const shade = lowest ? step : 255 - step;
    left -= counts[shade];
    if (left < 0) return shade;
  }
  return 0;
}

// At the size of a page, each point the mean of those it is made of.
function smaller(picture) {
  const shrink = SIDE / Math.max(picture.width, picture.height);
  if (shrink >= 1) return picture;
  const [width, height] = [picture.width, picture.height].map((side) => Math.max(2, Math.trunc(side * shrink)));
  const [sums, counts] = [new Uint32Array(width * height), new Uint32Array(width * height)];
  for (let row = 0; row < picture.height; row += 1) {
    const begin = Math.trunc((row * height) / picture.height) * width;
    for (let column = 0; column < picture.width; column += 1) {
      const place = begin + Math.trunc((column * width) / picture.width);
      sums[place] += picture.grey[row * picture.width + column];
      counts[place] += 1;
    }
  }
  return { grey: Uint8Array.from(sums, (sum, place) => Math.round(sum / counts[place])), width, height };
}
