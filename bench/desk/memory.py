"""One process, so that its peak is its own: ``python -m bench.desk.memory rows csv|xlsx``.

Reads a sheet, plans and signs it, and prints the peak in MiB after each step.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.desk import sheets
from vcwallet.issuer import issuing

STEPS = ("start", "read", "compared", "signed")


def peaks(rows: int, kind: str) -> dict[str, float]:
    """Of a process of its own, by step."""
    command = [sys.executable, "-m", "bench.desk.memory", str(rows), kind]
    ended = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def _peak() -> float:
    """What Linux notes of this program; `getrusage` would also count the process that started it."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _run(rows: int, kind: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        sheet = place / f"sheet.{kind}"
        # Made by another process: what making it takes is not ours.
        code = f"from bench.desk import sheets; import sys; sys.stdout.buffer.write(sheets.{kind}({rows}))"
        with sheet.open("wb") as file:
            subprocess.run([sys.executable, "-c", code], check=True, stdout=file)
        folder = sheets.office(place / "olympiad", proofs=sheets.ONE_PROOF)
        keystore, template = folder.unlock(sheets.NOBODY), folder.template()
        found = {"start": _peak()}
        results = sheets.read(folder, sheet)
        found["read"] = _peak()
        with folder.register() as register:
            plan = issuing.plan(keystore, register, template, results.rows)
            found["compared"] = _peak()
            issued = issuing.issue(
                folder,
                keystore,
                register,
                plan,
                out=folder.issued_path,
                now=sheets.NOW,
                layout=issuing.FileLayout.LINES,
            )
            found["signed"] = _peak()
        assert issued.issued == rows
    return found


if __name__ == "__main__":
    print(json.dumps(_run(int(sys.argv[1]), sys.argv[2])))
