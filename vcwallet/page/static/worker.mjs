// Python in a worker of its own, so that the page stays quick and may end it. It is asked in messages, one after
// the other, and answers each with what `vcwallet.page.desk` says.

import { loadPyodide } from "./pyodide/pyodide.mjs";
import * as primitives from "./primitives/browser/primitives.mjs";
import * as codes from "./codes.mjs";

const here = (name) => new URL(name, import.meta.url).href;
const bytes = async (name) => {
  const answer = await fetch(here(name), { credentials: "omit" });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

// The machine lies packed, for many a server would send it as large as it is; and it is named as what it is.
const ask = self.fetch.bind(self);
self.fetch = async (request, options) => {
  const address = new URL(request?.url ?? request, self.location.href);
  if (!address.pathname.endsWith("/pyodide.asm.wasm")) return ask(request, options);
  const answer = await ask(`${address.href}.gz`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`pyodide.asm.wasm.gz: ${answer.status}`);
  const stream = answer.body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream, { headers: { "Content-Type": "application/wasm" } });
};

// What few visitors need is loaded when Python asks for it in place of an answer, and then it is asked again.
const LATER = { vcwallet_bls: () => import("./primitives/browser/bls.mjs") };
let pyodide;

async function load(name) {
  try {
    pyodide.registerJsModule(name, await LATER[name]());
    return undefined;
  } catch {
    return name;
  }
}

// What ends at each mark stands in bench/site.py; nobody else looks at them.
async function begin(lang) {
  let settings, trust, program;
  [pyodide, settings, trust, program] = await Promise.all([
    loadPyodide({
      indexURL: here("pyodide/"),
      stdLibURL: here("pyodide/python.zip"),
      lockFileURL: here("pyodide/lock.json"),
      checkAPIVersion: false,
    }),
    ...["page.json", "trust-list.json", "vcwallet.zip"].map(bytes),
  ]);
  performance.mark("machine");
  pyodide.registerJsModule("vcwallet_primitives", primitives);
  pyodide.unpackArchive(program, "zip", { extractDir: "/vcwallet" });
  performance.mark("unpacked");
  const make = pyodide.runPython(`
import sys
sys.path.insert(0, "/vcwallet")
from vcwallet.page.browser import begin
begin
`);
  performance.mark("imported");
  return make(trust, settings, lang, (picture, thorough) => codes.ofFile(picture, thorough));
}

const lang = new URLSearchParams(self.location.search).get("lang");
const desk = Promise.all([begin(lang), codes.ready()]).then(([made]) => {
  performance.mark("desk");
  return made;
});

const work = {
  state: (made, { at }) => made.state(at),
  frame: (made, { grey, width, height, at }) => made.codes(codes.ofPoints(grey, width, height) ?? [], at),
  typed: (made, { text, at }) => made.typed(text, at),
  files: (made, { files, at }) => made.files(files, at),
  opened: (made, { opened, at }) => made.opened(opened, at),
  next: (made) => made.next(),
  anew: (made) => made.anew(),
};

async function answer(data) {
  const made = await desk;
  await codes.ready();
  let told = JSON.parse(work[data.ask](made, data) ?? "null");
  while (told?.load) told = JSON.parse(made.again(await load(told.load)));
  // PDFs that another worker is to open before this can be answered.
  for (const [number, each] of (told?.wanted ?? []).entries()) each.data = made.pdf(number);
  return told;
}

let turn = Promise.resolve();
self.onmessage = ({ data }) => {
  turn = turn.then(async () => {
    try {
      self.postMessage({ number: data.number, told: await answer(data) });
    } catch (error) {
      // Python that died answers nothing any more: the page ends this worker and starts another.
      self.postMessage({ number: data.number, broken: String(error?.message ?? error).slice(-2000) });
    }
  });
};
