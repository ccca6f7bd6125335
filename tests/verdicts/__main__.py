"""Asks this Python and the browser's the same questions, as `tests.verdicts` tells."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from bench.peers.workers import CACHE
from tests.pyodide.__main__ import command
from tests.verdicts import projects, published
from tests.verdicts.cases import NO, Case, verdict

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def package() -> ZipFile:
    """The vectors that PyPI has, fetched once, by their digest."""
    folder = CACHE / f"vectors-{sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    if not list(folder.glob("*.whl")):
        with TemporaryDirectory() as fetched:
            quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--dest", fetched]
            pip = [sys.executable, "-m", "pip", "download", *quiet, "--requirement", str(REQUIREMENTS)]
            subprocess.run(pip, check=True)
            shutil.copytree(fetched, folder, dirs_exist_ok=True)
    (wheel,) = folder.glob("*.whl")
    return ZipFile(wheel)


def in_the_browser(cases: Sequence[Case]) -> list[str]:
    """The verdicts of the browser's Python, by as many processes as there are cores."""
    started, step = [], min(os.cpu_count() or 1, len(cases))
    node, cache = command("tests.verdicts.inside")
    with TemporaryDirectory(dir=cache) as name:
        folder = Path(name)
        given = [[case.group, case.name, case.asked, case.arguments, case.expected] for case in cases]
        (folder / "cases.json").write_text(json.dumps(given), "ascii")
        for start in range(step):
            words = [*node, f"/cache/{folder.name}", str(start), str(step)]
            started.append(subprocess.Popen(words, stdout=sys.stderr))
        ended = [process.wait() for process in started]
        if any(ended):
            sys.exit("the browser's Python ended early")
        shares = [json.loads((folder / f"verdicts-{start}.json").read_text("ascii")) for start in range(step)]
    return [shares[place % step][place // step] for place in range(len(cases))]


def compared(cases: Sequence[Case]) -> bool:
    """Whether both hosts said of every case what it demands, and the same. What is otherwise is printed."""
    node_says = in_the_browser(cases)
    here_says = [verdict(case) for case in cases]
    right = True
    for case, here, there in zip(cases, here_says, node_says, strict=True):
        if here != there:
            print(
                f"TWO VERDICTS  {case.group} {case.name} ({case.asked}): {here} here, {there} in the browser"
            )
            right = False
        elif not case.met_by(here):
            print(f"NOT EXPECTED  {case.group} {case.name} ({case.asked}): {here}, not {case.expected}")
            right = False
    counted: Counter[str] = Counter(case.group for case in cases)
    refused = Counter(
        case.group for case, said in zip(cases, here_says, strict=True) if said == NO or "." in said
    )
    width = max(map(len, counted))
    for group, number in counted.items():
        print(f"{group:{width}}  {number:6} asked, {refused[group]:5} refused")
    print(f"{'in all':{width}}  {len(cases):6} asked, {refused.total():5} refused", flush=True)
    return right


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.verdicts", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="of Wycheproof or of CCTV")
    parser.add_argument("--whole", action="store_true", help="all published vectors, not a part")
    arguments = parser.parse_args()
    if arguments.folders:
        try:
            cases = [case for folder in arguments.folders for case in projects.of(folder)]
        except FileNotFoundError as error:
            parser.error(f"not a checkout of C2SP/wycheproof or C2SP/CCTV: no {error.filename}")
    else:
        with package() as vectors:
            cases = published.cases(vectors, whole=arguments.whole)
    return 0 if compared(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
