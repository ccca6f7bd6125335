"""The page's side of the worker that opens files, under Node.js: what its end costs the other files."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.shared import HANG_SECONDS, ROOT, need

OPENER = ROOT / "vcwallet" / "page" / "static" / "opener.mjs"
ASKED = """
const [{ href }, ends, all, leaves] = [new URL(process.argv[1]), ...JSON.parse(process.argv[2])];
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
      if (end === "lasts") return undefined;
      tell(end === "opens" ? { done: true } : { problem: end });
    },
  };
  return worker;
};
const wanted = ends.map(() => ({ data: new Uint8Array(1), seconds: 60, allSeconds: all }));
const opener = new Opener(start);
const answers = opener.answers(wanted);
if (leaves) setTimeout(() => opener.end());
const told = await answers;
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
def test_a_file_costs_itself_alone_and_what_cannot_load_is_waited_for_once(
    ends: list[str], problems: list[str], started: int
) -> None:
    assert told(ends) == [problems, started]


def test_what_is_left_when_the_time_of_all_files_is_up_is_told_so() -> None:
    assert told(["lasts", "opens"], all_seconds=0.05) == [["late", "late"], 1]


def test_nobody_waits_for_the_rest_when_somebody_leaves() -> None:
    assert told(["opens", "lasts", "opens"], leaves=True) == [["", "ended", "ended"], 1]


def told(ends: list[str], *, all_seconds: float = 180, leaves: bool = False) -> list[Any]:
    """The problems of files that end so, and how often the worker was started."""
    node = shutil.which("node")
    need(node is not None, "node is not installed")
    assert node is not None
    asked = json.dumps([ends, all_seconds, leaves])
    command = [node, "--input-type=module", "--eval", ASKED, OPENER.as_uri(), asked]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
    assert done.stdout, done.stderr
    known: list[Any] = json.loads(done.stdout)
    return known
