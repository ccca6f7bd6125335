// Python in a worker of its own, so that the page stays quick and may end it. It is asked in messages, one after
// the other, and answers each with what `vcwallet.page.desk` says.

const here = (name) => new URL(name, import.meta.url).href;
const ask = self.fetch.bind(self);
const given = async (name) => {
  const answer = await ask(here(name), { credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer;
};
const bytes = async (answer) => new Uint8Array(await (await answer).arrayBuffer());

// What is large lies packed, for many a server would send it as it lies; and it is named as what it is.
const TYPES = { wasm: "application/wasm", zip: "application/zip" };
const unpacked = async (name) => {
  const { body } = await given(`${name}.gz`);
  const headers = { "Content-Type": TYPES[name.split(".").pop()] };
  return new Response(body.pipeThrough(new DecompressionStream("gzip")), { headers });
};
const PACKED = ["pyodide/pyodide.asm.wasm", "pyodide/python.zip"];
self.fetch = (request, options) => {
  const address = new URL(request?.url ?? request, self.location.href).href;
  const name = PACKED.find((each) => here(each) === address);
  return name ? unpacked(name) : ask(request, { ...options, redirect: "error" });
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

// The files of an archive whose members are not packed: name and content of each.
function* members(archive) {
  const view = new DataView(archive.buffer);
  const MEMBER = 0x04034b50;
  for (let at = 0; view.getUint32(at, true) === MEMBER; ) {
    const [size, name, extra] = [view.getUint32(at + 18, true), view.getUint16(at + 26, true), view.getUint16(at + 28, true)];
    const content = at + 30 + name + extra;
    yield [new TextDecoder().decode(archive.subarray(at + 30, at + 30 + name)), archive.subarray(content, content + size)];
    at = content + size;
  }
}

// Everything that an answer needs is asked for at once. What ends at each mark stands in bench/site.py; nobody else
// looks at them.
async function begin(lang) {
  let settings, trust, program, primitives;
  [pyodide, primitives, settings, trust, program] = await Promise.all([
    import("./pyodide/pyodide.mjs").then(({ loadPyodide }) =>
      loadPyodide({
        indexURL: here("pyodide/"),
        stdLibURL: here("pyodide/python.zip"),
        lockFileURL: here("pyodide/lock.json"),
        checkAPIVersion: false,
      }),
    ),
    import("./primitives/browser/primitives.mjs"),
    bytes(given("page.json")),
    bytes(given("trust-list.json")),
    bytes(unpacked("vcwallet.zip")),
  ]);
  performance.mark("machine");
  pyodide.registerJsModule("vcwallet_primitives", primitives);
  for (const [name, content] of members(program)) {
    const place = `/vcwallet/${name}`;
    pyodide.FS.mkdirTree(place.slice(0, place.lastIndexOf("/")));
    pyodide.FS.writeFile(place, content);
  }
  performance.mark("unpacked");
  const make = pyodide.runPython(`
import sys
from pathlib import Path
sys.path.insert(0, "/vcwallet")
from vcwallet.page.compiled import use
use(Path("/vcwallet/vcwallet/page/compiled").read_bytes())
from vcwallet.page.browser import begin
begin
`);
  performance.mark("imported");
  return make(trust, settings, lang);
}

const lang = new URLSearchParams(self.location.search).get("lang");
const desk = begin(lang).then((made) => {
  performance.mark("desk");
  return made;
});
// Told at once: the page may start another before it asks anything.
desk.catch((error) => self.postMessage({ broken: String(error?.message ?? error).slice(-2000) }));

const work = {
  state: (made, { at }) => made.state(at),
  codes: (made, { texts, at }) => made.codes(texts, at),
  typed: (made, { text, at }) => made.typed(text, at),
  files: (made, { files, at }) => made.files(files, at),
  opened: (made, { opened, at }) => made.opened(opened, at),
  speak: (made, { lang }) => made.speak(lang),
  next: (made) => made.next(),
  anew: (made) => made.anew(),
};

async function answer(data) {
  const made = await desk;
  let told = JSON.parse(work[data.ask](made, data) ?? "null");
  while (told?.load) told = JSON.parse(made.again(await load(told.load)));
  // Files that another worker is to open before this can be answered.
  for (const [number, each] of (told?.wanted ?? []).entries()) each.data = made.content(number);
  return told;
}

let turn = Promise.resolve();
self.onmessage = ({ data }) => {
  turn = turn.then(async () => {
    try {
      const told = await answer(data);
      const contents = told?.wanted?.map((each) => each.data.buffer) ?? [];
      self.postMessage({ number: data.number, told }, contents);
    } catch (error) {
      // Python that died answers nothing any more: the page ends this worker and starts another.
      self.postMessage({ number: data.number, broken: String(error?.message ?? error).slice(-2000) });
    }
  });
};
