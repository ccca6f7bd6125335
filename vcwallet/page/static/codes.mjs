// The reader of codes: zxing-cpp as WebAssembly, called in the very step.

import { BINARIZERS, CHARACTER_SETS, EAN_ADD_ON_SYMBOLS, TEXT_MODES, defaultReaderOptions, encodeFormats, prepareZXingModule, purgeZXingModule } from "./zxing/es/reader/index.js";

const UNOPENED = "Failed to load image"; // how the reader says so

let module = null;
let coming = null;
let compiled = null;
let most = Infinity; // of bytes that it may have
let burst = false; // it wanted more

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
export function ready() {
  return (coming ??= made().catch((error) => {
    coming = null;
    throw error;
  }));
}

async function made() {
  compiled ??= await program();
  purgeZXingModule();
  module = await prepareZXingModule({ overrides: { instantiateWasm }, fireImmediately: true });
}

async function program() {
  const answer = await fetch(new URL("./zxing/zxing_reader.wasm", import.meta.url), { credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error(`zxing_reader.wasm: ${answer.status}`);
  return WebAssembly.compileStreaming(new Response(answer.body, { headers: { "Content-Type": "application/wasm" } }));
}

// Its memory grows no further than `most`.
function instantiateWasm(imports, begin) {
  const instance = new WebAssembly.Instance(compiled, imports);
  const memory = Object.values(instance.exports).find((each) => each instanceof WebAssembly.Memory);
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    burst ||= memory.buffer.byteLength + pages * 65536 > most;
    if (burst) throw new RangeError("memory");
    return grow(pages);
  };
  begin(instance);
}

// The texts on a picture file; null for one that cannot be opened. What is thrown here and below is a reader that
// broke.
export function ofFile(bytes, thorough, memory) {
  const read = (place) => module.readBarcodesFromImage(place, bytes.length, options(thorough));
  return looked(bytes, memory, read);
}

// The texts before a camera, on a page of a PDF, or on a picture that the browser decoded: `grey` has a byte for each
// point.
export function ofPoints({ grey, width, height }, thorough = true, memory = Infinity) {
  const read = (place) => module.readBarcodesFromPixmap(place, width, height, options(thorough));
  return looked(grey, memory, read);
}

function looked(bytes, memory, read) {
  [most, burst] = [memory, false];
  try {
    const place = module._malloc(bytes.length);
    if (!place) throw new RangeError("memory");
    module.HEAPU8.set(bytes, place);
    const found = read(place);
    const texts = [];
    let opened = true;
    for (let number = 0; number < found.size(); number += 1) {
      const code = found.get(number);
      if (code.isValid) texts.push(code.text);
      else opened &&= !code.error.startsWith(UNOPENED);
    }
    found.delete();
    module._free(place);
    // It calls a picture for which it found no memory one that it cannot load.
    if (burst) throw new RangeError("memory");
    return opened ? texts : null;
  } catch (error) {
    module = coming = null;
    throw error;
  }
}
