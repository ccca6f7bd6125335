// node answer.mjs SITE ANSWERING: a page's own Python and scripts answer cases. A line of the input is the JSON of two
// files, [CASES, ANSWERS]; when all of CASES are answered, a line each, a line is written.
//
// SITE is a folder as `vcwallet page build` makes it. It is asked as worker.mjs asks it, but under many trust lists;
// ANSWERING is Python for what the page itself does not ask. A Python that dies is started anew, and its
// answer is what killed it.

// The source that node would print is one line of a megabyte.
process.on("uncaughtException", (error) => {
  console.error(String(error?.stack ?? error).slice(-4000));
  process.exit(3);
});

import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const [site, answering] = process.argv.slice(2);
const here = (name) => pathToFileURL(path.join(site, name)).href;

// Files as a server would give them; anything else is not there.
globalThis.fetch = async (asked) => {
  const address = new URL(asked?.url ?? asked);
  if (address.protocol !== "file:") throw new Error(`asked for ${address}`);
  const type = address.pathname.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(fs.readFileSync(address), { headers: { "Content-Type": type } });
};

const { loadPyodide } = await import(here("pyodide/pyodide.js"));
const primitives = await import(here("primitives/primitives.js"));

// The page's worker for files, in this very thread. What it told is a part of the case's answer: the other host has
// no reader of its own.
globalThis.self = {};
await import(here("opening-worker.js"));
const { Opener } = await import(new URL("../../vcwallet/page/static/opener.mjs", import.meta.url));
const open = self.onmessage;
function opener() {
  const worker = {
    terminate() {},
    postMessage(data) {
      self.postMessage = (told) => worker.onmessage({ data: told });
      open({ data });
    },
  };
  return new Opener(() => worker);
}
let opened = [];
const kept = (told) => ({ ...told, opened: told.opened && { ...told.opened, attached: told.opened.attached.map((each) => Buffer.from(each).toString("base64")) } });

async function python() {
  const pyodide = await loadPyodide({
    indexURL: path.join(site, "pyodide") + path.sep,
    stdLibURL: path.join(site, "pyodide", "python.zip"),
    lockFileURL: path.join(site, "pyodide", "lock.json"),
    checkAPIVersion: false,
  });
  pyodide.registerJsModule("vcwallet_primitives", primitives);
  pyodide.unpackArchive(new Uint8Array(fs.readFileSync(path.join(site, "vcwallet.zip"))), "zip", { extractDir: "/vcwallet" });
  const begin = pyodide.runPython(`
import sys
from pathlib import Path
sys.path.insert(0, "/vcwallet")
from vcwallet.page.compiled import use
use(Path("/vcwallet/vcwallet/page/compiled").read_bytes())
from vcwallet.page.browser import begin
begin
`);
  pyodide.runPython(fs.readFileSync(answering, "utf8"));
  return { pyodide, begin, answer: pyodide.globals.get("answer") };
}

const octets = (text) => new TextEncoder().encode(text);

// As on a page, there is one desk at a time.
function desk(run, trust, { lang, settings }) {
  const key = JSON.stringify([trust, lang, settings]);
  if (run.key !== key) {
    run.desk?.destroy();
    run.desk = run.begin(octets(trust), octets(JSON.stringify(settings)), lang);
    run.key = key;
  }
  return run.desk;
}

// What is loaded only when Python asks for it in place of an answer, which then is asked for once more.
const LATER = { vcwallet_bls: "primitives/bls.js" };

async function load({ pyodide }, name) {
  pyodide.registerJsModule(name, await import(here(LATER[name])));
}

async function called(run, trust, call) {
  try {
    return run.answer(trust, call);
  } catch (error) {
    if (error?.type !== "NotLoaded") throw error;
    for (const name of Object.keys(LATER)) await load(run, name);
    return run.answer(trust, call);
  }
}

async function whole(run, made, said, now) {
  const elsewhere = opener();
  let answer = said;
  for (let asks = JSON.parse(answer); asks.load || asks.wanted; asks = JSON.parse(answer)) {
    if (asks.load) {
      await load(run, asks.load);
      answer = made.again(undefined);
      continue;
    }
    const answers = await elsewhere.answers(asks.wanted.map((each, number) => ({ ...each, data: made.content(number) })));
    opened.push(answers.map(kept));
    answer = made.opened(answers, now);
  }
  return answer;
}

async function told(run, trust, asked) {
  if (asked.call !== undefined) return called(run, trust, asked.call);
  const made = desk(run, trust, asked);
  made.anew();
  if (asked.steps !== undefined) {
    const said = [];
    for (const each of asked.steps)
      said.push(await whole(run, made, typeof each === "string" ? made.typed(each, asked.now) : made.codes(each, asked.now), asked.now));
    return `[${said.join(",")}]`;
  }
  const files = asked.files.map(([name, content]) => (content === null ? { name } : { name, content: new Uint8Array(Buffer.from(content, "base64")) }));
  return `[${made.state(asked.now)},${await whole(run, made, made.files(files, asked.now), asked.now)}]`;
}

let run = await python();

async function answer(cases, answers) {
  const [lists, ...lines] = fs.readFileSync(cases, "utf8").trimEnd().split("\n");
  const trusts = JSON.parse(lists);
  const out = fs.openSync(answers, "w");
  for (const line of lines) {
    const asked = JSON.parse(line);
    let said;
    opened = [];
    try {
      said = { told: await told(run, trusts[asked.trust], asked), opened };
    } catch (error) {
      said = { told: "", opened, broken: String(error?.message ?? error).slice(-2000) };
      run = await python();
    }
    fs.writeSync(out, `${JSON.stringify(said)}\n`);
  }
  fs.closeSync(out);
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  await answer(...JSON.parse(line));
  process.stdout.write("answered\n");
}
