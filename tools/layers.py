"""Draws the layers of the import contract in pyproject.toml into the architecture pages.

    python -m tools.layers

`tests/unit/ground/test_architecture.py` compares the pages with the contract.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = tuple(ROOT / "docs" / "explanation" / name for name in ("architecture.md", "architecture.ru.md"))
BEGIN, END = "<!-- layers -->\n```mermaid\n", "```\n"


def layers() -> list[list[str]]:
    """The layers from above, each with the names of its parts."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (contract,) = (each for each in contracts if each["type"] == "layers")
    return [[name.strip() for name in line.split("|")] for line in contract["layers"]]


def picture() -> str:
    """The layers as a Mermaid flowchart: a box for each, what stands beside each other in one."""
    boxes = [" · ".join(name.removeprefix("vcwallet.") for name in layer) for layer in layers()]
    lines = [f'  L{number}["{box}"]' for number, box in enumerate(boxes)]
    lines.append("  " + " --> ".join(f"L{number}" for number in range(len(boxes))))
    return "\n".join(["flowchart TD", *lines]) + "\n"


def with_picture(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + picture() + END + after


def main() -> None:
    for path in PAGES:
        path.write_text(with_picture(path.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
