// What opens PDFs and reads codes, in a worker that the page ends when it takes too long: nothing that a file or a
// picture of the camera does reaches Python. Each is told in messages: `begun`; what a PDF holds; each page or picture
// that was looked at; `done`, or what is wrong with it.

import { Document, Problem } from "./pdfium.mjs";
import { isBlank, isSharp } from "./shades.mjs";
import * as codes from "./codes.mjs";
import { decoded } from "./decoded.mjs";

// Packed, for many a server would send it as large as it is.
async function compiled() {
  const answer = await fetch(new URL("pdfium/pdfium.wasm.gz", import.meta.url), { credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error(`pdfium.wasm.gz: ${answer.status}`);
  const stream = answer.body.pipeThrough(new DecompressionStream("gzip"));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

codes.ready().catch(() => null); // told when something needs it

let pdfium = null; // with the first PDF
const KINDS = {
  pdf: {
    load: async () => (pdfium ??= await compiled()),
    read: ofPdf,
  },
  picture: {
    load: () => null,
    read({ data, thorough, memory }) {
      const texts = codes.ofFile(data, thorough, memory);
      if (!texts) throw new Problem("unreadable");
      tellPicture(texts);
    },
  },
  // A picture that the reader of codes cannot open, and the browser can.
  webp: {
    load: () => null,
    async read({ data, thorough, memory }) {
      const picture = await decoded(data, "image/webp");
      if (!picture) throw new Problem("unreadable");
      tellPicture(codes.ofPoints(picture, thorough, memory));
    },
  },
  frame: {
    load: () => null,
    read({ data, width, height }) {
      tellPicture(codes.ofPoints({ grey: data, width, height }));
    },
  },
};

function tellPicture(texts) {
  self.postMessage({ look: { number: 1, texts, blank: false, sharp: false } });
}

self.onmessage = async ({ data: wanted }) => {
  const { load, read } = KINDS[wanted.kind];
  try {
    await Promise.all([load(), codes.ready()]);
  } catch {
    self.postMessage({ problem: "missing" });
    return;
  }
  self.postMessage({ begun: true });
  try {
    await read(wanted);
    self.postMessage({ done: true });
  } catch (error) {
    self.postMessage({ problem: error instanceof Problem ? error.kind : "heavy" });
  }
};

async function ofPdf(wanted) {
  const document = new Document(pdfium, wanted.data, wanted.memory);
  const attached = document.attached(wanted.attachments, wanted.attachmentBytes);
  const { pages, fields } = document;
  const draws = wanted.always || !attached.length;
  self.postMessage({ opened: { pages, fields, attached, drawn: draws } });
  if (!draws) return;
  for (let number = wanted.first; number <= Math.min(pages, wanted.last); number += 1) {
    const picture = document.drawn(number, wanted.dpi, wanted.pixels);
    const blank = isBlank(picture);
    const texts = blank ? [] : await textsOf(picture);
    self.postMessage({ look: { number, texts, blank, sharp: isSharp(picture) } });
  }
}

// A page that breaks the reader of codes has none.
async function textsOf(picture) {
  await codes.ready();
  try {
    return codes.ofPoints(picture);
  } catch {
    return [];
  }
}
