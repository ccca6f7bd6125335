"""Write an admission to practise on; see the package."""

from __future__ import annotations

import argparse
from pathlib import Path

import bench.admission
from bench.admission import make


def run() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.admission", description=bench.admission.__doc__)
    parser.add_argument("folder", type=Path, help="an empty or new folder")
    parser.add_argument("--applicants", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1, help="how many draw the papers")
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder} is not empty")
    made = make(options.folder, applicants=options.applicants, seed=options.seed, processes=options.processes)
    print(f"{len(made.answers.applicants)} applicants, {len(made.answers.files)} files: {made.folder}")


if __name__ == "__main__":
    run()
