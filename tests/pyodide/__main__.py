"""Gets the browser's Python and what the tests need in it, once, and runs them in as many processes as there
are cores. What it gets lies in the cache folder of `bench.peers.workers`.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bench.peers.workers import CACHE
from tests.pyodide.exceptions import FILES, LEAST
from tests.shared import ROOT

HERE = Path(__file__).parent
PRIMITIVES = ROOT / "vcwallet" / "primitives" / "browser"
UNIT = ROOT / "tests" / "unit"
FOLDERS = (
    *("primitives", "identifiers", "credentials", "bundle", "verifier"),
    *("proofs_bbs", "proofs_jose", "proofs_jsonld", "proofs_rdfc", "proofs_suites"),
)
"""What a page that verifies is made of."""
GROUND = tuple(UNIT / "ground" / f"test_{name}.py" for name in ("characters", "strict_json", "timestamps"))
"""Where another Python has another Unicode, another reader of JSON and another of days."""
_PLATFORM = (
    *("--platform", "pyemscripten_2026_0_wasm32", "--platform", "any", "--implementation", "cp"),
    *("--python-version", "3.14", "--abi", "cp314", "--abi", "abi3", "--abi", "none"),
    *("--only-binary", ":all:"),
)


def prepared() -> Path:
    """A folder with the runtime, the libraries of its cryptography, and Python packages for it."""
    manifest, packages = HERE / "package.json", HERE / "requirements.txt"
    key = hashlib.sha256(manifest.read_bytes() + packages.read_bytes()).hexdigest()[:12]
    folder = CACHE / f"pyodide-{key}"
    if not (folder / ".ready").exists():
        npm = shutil.which("npm")
        if npm is None:
            sys.exit("npm is not installed")
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "cache").mkdir(parents=True)
        shutil.copy(manifest, folder)
        quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        subprocess.run([npm, "install", *quiet], cwd=folder, check=True)
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-compile",
        ]
        target = ["--no-compile", "--target", str(folder / "packages"), "--requirement", str(packages)]
        subprocess.run([*pip, *_PLATFORM, *target], check=True)
        (folder / ".ready").touch()
    # Node looks for packages beside the script.
    for source in (HERE / "run.mjs", *PRIMITIVES.glob("*.mjs")):
        shutil.copy(source, folder)
    return folder


def files() -> list[Path]:
    """The largest first, so that the processes end at about the same time."""
    found = [path for name in FOLDERS for path in (UNIT / name).glob("test_*.py")]
    kept = [path for path in (*found, *GROUND) if path.relative_to(ROOT).as_posix() not in FILES]
    return sorted(kept, key=lambda path: path.stat().st_size, reverse=True)


def command(module: str) -> tuple[list[str], Path]:
    """What starts `run` of a module in the browser's Python, but for its arguments, and the folder that is
    `/cache` there."""
    node = shutil.which("node")
    if node is None:
        sys.exit("node is not installed")
    folder = prepared()
    cache = folder / "cache"
    return [node, str(folder / "run.mjs"), module, str(ROOT), str(folder / "packages"), str(cache)], cache


def run(arguments: Sequence[str]) -> int:
    node, _ = command("tests.pyodide.inside")
    if arguments:
        return subprocess.run([*node, *arguments]).returncode
    names = [path.relative_to(ROOT).as_posix() for path in files()]
    count = os.cpu_count() or 1
    # More shares than processes, because how long a file takes is not known before.
    shares = [share for share in (sorted(names[start :: 3 * count]) for start in range(3 * count)) if share]
    worst = passed = 0
    with ThreadPoolExecutor(count) as pool:
        for done in pool.map(partial(_said_by, node), shares):
            worst = max(worst, abs(done.returncode))
            print(done.stdout, flush=True)
            passed += sum(map(int, re.findall(r"\b([0-9]+) passed", done.stdout)))
    print(f"{passed} tests of {len(names)} files passed in the browser's Python")
    if passed < LEAST:
        print(f"{LEAST} is the least (tests/pyodide/exceptions.py)")
        return max(worst, 1)
    return worst


def _said_by(node: Sequence[str], share: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*node, *share], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    )


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
