"""The page's side of the worker that opens PDFs, under Node.js: what its end costs the other PDFs."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.shared import HANG_SECONDS, ROOT, need

OPENER = ROOT / "vcwallet" / "page" / "static" / "pdfs.mjs"
ASKED = """
const [{ href }, ends] = [new URL(process.argv[1]), JSON.parse(process.argv[2])];
const { Opener } = await import(href);
let started = 0;
const start = () => {
  started += 1;
  const worker = {
    terminate() {},
    postMessage() {
      const end = ends.shift();
      const tell = (data) => worker.onmessage({ data });
      if (end === "cannot load") return tell({ problem: "missing" });
      if (end === "does not start") return worker.onerror();
      tell({ begun: true });
      if (end === "breaks") return worker.onerror();
      tell(end === "opens" ? { done: true } : { problem: end });
    },
  };
  return worker;
};
const wanted = ends.map(() => ({ data: new Uint8Array(1), seconds: 60, allSeconds: 180 }));
const told = await new Opener(start).answers(wanted);
console.log(JSON.stringify([told.map(({ problem }) => problem), started]));
"""


@pytest.mark.parametrize(
    ("ends", "problems", "started"),
    [
        (["opens", "locked", "opens"], ["", "locked", ""], 1),
        (["breaks", "opens"], ["heavy", ""], 2),
        (["cannot load", "opens"], ["missing", "missing"], 1),
        (["does not start", "opens"], ["missing", "missing"], 1),
    ],
)
def test_a_pdf_costs_itself_alone_and_what_cannot_load_is_waited_for_once(
    ends: list[str], problems: list[str], started: int
) -> None:
    node = shutil.which("node")
    need(node is not None, "node is not installed")
    assert node is not None
    command = [node, "--input-type=module", "--eval", ASKED, OPENER.as_uri(), json.dumps(ends)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.stdout, done.stderr
    assert json.loads(done.stdout) == [problems, started]
