"""What runs in the browser's Python: every so many cases of a file, the verdicts into another."""

from __future__ import annotations

import json
from pathlib import Path

from tests.verdicts.cases import Case, verdict


def run(arguments: list[str]) -> int:
    folder, start, step = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    given = json.loads((folder / "cases.json").read_text("ascii"))[start::step]
    cases = [Case(group, name, asked, tuple(rest), want) for group, name, asked, rest, want in given]
    said = [verdict(case) for case in cases]
    (folder / f"verdicts-{start}.json").write_text(json.dumps(said), "ascii")
    return 0
