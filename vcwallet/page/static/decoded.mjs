// A picture file in shades of grey, by the decoder of the browser. null where the browser has none, does not know the
// kind, or finds the file broken.

import { honest } from "./honest.js";
import { toGrey } from "./shades.mjs";

const STRIP = 2 ** 20; // of points that are copied at a time, for each copy has four bytes for a point

export async function decoded(bytes, type) {
  // Node.js has neither, and an older browser may lack one in a worker.
  if (!globalThis.createImageBitmap || !globalThis.OffscreenCanvas) return null;
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type }), { colorSpaceConversion: "none" });
    return onWhite(bitmap);
  } catch {
    return null;
  } finally {
    bitmap?.close();
  }
}

// Strip by strip: nothing holds the browser to a ceiling on the memory of its canvases.
function onWhite(bitmap) {
  const { width, height } = bitmap;
  const rows = Math.min(height, Math.max(1, Math.trunc(STRIP / width)));
  const drawing = new OffscreenCanvas(width, rows).getContext("2d", { alpha: false, willReadFrequently: true });
  if (!honest(drawing)) return null;
  drawing.fillStyle = "white";
  const grey = new Uint8Array(width * height);
  for (let top = 0; top < height; top += rows) {
    const here = Math.min(rows, height - top);
    drawing.fillRect(0, 0, width, rows);
    drawing.drawImage(bitmap, 0, -top);
    toGrey(drawing.getImageData(0, 0, width, here).data, grey, top * width);
  }
  return { grey, width, height };
}
