// node run.mjs MODULE REPOSITORY PACKAGES CACHE ARGUMENT...: `run` of a module of the repository in Pyodide, with
// the primitives of a web page.
// It lies beside node_modules and copies of the primitives' modules when it is started.

import { writeSync } from "node:fs";
import { loadPyodide } from "pyodide";
import * as bls from "./bls.mjs";
import * as primitives from "./primitives.mjs";

const [module, repository, packages, cache, ...wanted] = process.argv.slice(2);
try {
  // Written at once, so that a runtime that dies has told how far it came.
  const to = (descriptor) => ({ write: (octets) => writeSync(descriptor, octets), isatty: false });
  const python = await loadPyodide({ env: { HOME: "/home/pyodide", HYPOTHESIS_STORAGE_DIRECTORY: "/home/pyodide/hypothesis" } });
  python.setStdout(to(1));
  python.setStderr(to(2));
  python.registerJsModule("vcwallet_primitives", primitives);
  python.registerJsModule("vcwallet_bls", bls);
  for (const [place, root] of Object.entries({ "/repository": repository, "/packages": packages, "/cache": cache })) {
    python.FS.mkdirTree(place);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
  }
  python.globals.set("module", module);
  python.globals.set("wanted", python.toPy(wanted));
  process.exitCode = python.runPython(`
import importlib, os, sys
os.chdir("/repository")
sys.path[:0] = ["/repository", "/packages"]
sys.pycache_prefix = "/cache"
importlib.import_module(module).run(wanted)
`);
} catch (error) {
  // The source that node would print is one line of a megabyte.
  console.error(`${globalThis.vcwalletTest ?? "before the first test"}: ${error.message}`);
  process.exitCode = 3;
}
