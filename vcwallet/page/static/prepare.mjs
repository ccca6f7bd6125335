// Runs `vcwallet.page.preparing` in Pyodide under Node.js, once for each edition of vcwallet and of the runtime:
//
//     node prepare.mjs RUNTIME PACKAGE OUT
//
// RUNTIME has node_modules/ and wheels/, PACKAGE has vcwallet/, and OUT receives the archives.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, source, out] = process.argv.slice(2).map((each) => path.resolve(each));
const modules = path.join(runtime, "node_modules");
const folder = path.join(modules, "pyodide");
const { loadPyodide } = await import(pathToFileURL(path.join(folder, "pyodide.mjs")).href);
const places = { wheels: path.join(runtime, "wheels"), modules, source, out };

async function run(program, modules = {}) {
  const pyodide = await loadPyodide({ indexURL: folder, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } });
  for (const [name, module] of Object.entries(modules)) pyodide.registerJsModule(name, module);
  for (const [name, root] of Object.entries(places)) {
    pyodide.FS.mkdir(`/${name}`);
    pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root }, `/${name}`);
  }
  pyodide.runPython(`
import sys
from pathlib import Path
sys.path.insert(0, "/source")
sys.dont_write_bytecode = True
${program}
`);
}

try {
  // Python as the page starts it, but for the primitives, which are not called when modules are imported.
  await run(
    `
from importlib import import_module
from vcwallet.page.compiled import recorded
Path("/out/compiled").write_bytes(recorded(lambda: import_module("vcwallet.page.browser")))
`,
    { vcwallet_primitives: {} },
  );
  await run(`
from vcwallet.page.preparing import prepare
prepare(
    Path("/source"),
    Path("/modules"),
    sorted(Path("/wheels").glob("*.whl")),
    Path("/out/compiled").read_bytes(),
    Path("/out"),
)
`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
// The one list Pyodide reads at its start: no packages, because none is loaded by it.
const lock = JSON.parse(fs.readFileSync(path.join(folder, "pyodide-lock.json"), "utf8"));
fs.writeFileSync(path.join(out, "lock.json"), JSON.stringify({ info: lock.info, packages: {} }));
