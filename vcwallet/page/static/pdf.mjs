// PDFs in a worker of their own, which the page ends when one takes too long: nothing that a PDF does reaches Python.
// Each is told in messages: `begun`; what it holds; each page that was looked at; `done`, or what is wrong with it.

import { Document, Problem } from "./pdfium.mjs";
import { isBlank, isSharp } from "./shades.mjs";
import * as codes from "./codes.mjs";

// Packed, for many a server would send it as large as it is.
async function compiled() {
  const answer = await fetch(new URL("pdfium/pdfium.wasm.gz", import.meta.url), { credentials: "omit" });
  if (!answer.ok) throw new Error(`pdfium.wasm.gz: ${answer.status}`);
  const stream = answer.body.pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

const loaded = compiled();
loaded.catch(() => null); // told when a PDF needs it

self.onmessage = async ({ data: wanted }) => {
  try {
    const [module] = await Promise.all([loaded, codes.ready()]);
    self.postMessage({ begun: true });
    try {
      await read(module, wanted);
      self.postMessage({ done: true });
    } catch (error) {
      self.postMessage({ problem: error instanceof Problem ? error.kind : "heavy" });
    }
  } catch {
    self.postMessage({ problem: "missing" });
  }
};

async function read(module, wanted) {
  const document = new Document(module, wanted.data, wanted.memory);
  const attached = document.attached(wanted.attachments, wanted.attachmentBytes);
  const { pages, fields } = document;
  const draws = wanted.always || !attached.length;
  self.postMessage({ opened: { pages, fields, attached, drawn: draws } });
  if (!draws) return;
  for (let number = wanted.first; number <= Math.min(pages, wanted.last); number += 1) {
    const picture = document.drawn(number, wanted.dpi, wanted.pixels);
    const blank = isBlank(picture);
    let texts = [];
    if (!blank) {
      await codes.ready();
      texts = codes.ofPoints(picture.grey, picture.width, picture.height) ?? [];
    }
    self.postMessage({ look: { number, texts, blank, sharp: isSharp(picture) } });
  }
}
