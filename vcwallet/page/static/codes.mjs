// The reader of codes: zxing-cpp as WebAssembly, called in the very step, because Python cannot wait.

import { BINARIZERS, CHARACTER_SETS, EAN_ADD_ON_SYMBOLS, TEXT_MODES, defaultReaderOptions, encodeFormats, prepareZXingModule, purgeZXingModule } from "./zxing/es/reader/index.js";

let module = null;

const options = (thorough) => ({
  ...defaultReaderOptions,
  formats: encodeFormats(["QRCode"]),
  binarizer: BINARIZERS.indexOf("LocalAverage"),
  eanAddOnSymbol: EAN_ADD_ON_SYMBOLS.indexOf("Ignore"),
  textMode: TEXT_MODES.indexOf("HRI"),
  characterSet: CHARACTER_SETS.indexOf("Unknown"),
  maxNumberOfSymbols: 64,
  tryHarder: thorough,
  tryDenoise: thorough,
});

// Made ready before the first picture, and made anew when a picture has broken it.
export async function ready() {
  if (module) return;
  purgeZXingModule();
  const locateFile = () => new URL("./zxing/zxing_reader.wasm", import.meta.url).href;
  module = await prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
}

// The texts on a picture file; undefined for one that cannot be opened.
export function ofFile(bytes, thorough) {
  return looked(bytes, bytes.length, (place) => module.readBarcodesFromImage(place, bytes.length, options(thorough)));
}

// The texts before a camera, or on a page of a PDF: `grey` has a byte for each point.
export function ofPoints(grey, width, height) {
  return looked(grey, grey.length, (place) => module.readBarcodesFromPixmap(place, width, height, options(true)));
}

function looked(bytes, length, read) {
  if (!module) return undefined;
  let place = 0;
  try {
    place = module._malloc(length);
    module.HEAPU8.set(bytes, place);
    const found = read(place);
    const texts = [];
    for (let number = 0; number < found.size(); number += 1) {
      const code = found.get(number);
      if (code.isValid) texts.push(code.text);
    }
    found.delete();
    module._free(place);
    return texts;
  } catch {
    module = null;
    return undefined;
  }
}
