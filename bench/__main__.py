"""Run the named sections, or all there are.

A section is a module of this package with ``main() -> str``, the section's text in Markdown. With ``--write``
the text replaces what stands between the section's marks in docs/reference/figures.md, or is appended there.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path

import bench

FIGURES = Path(__file__).parent.parent / "docs" / "reference" / "figures.md"


def sections() -> dict[str, Callable[[], str]]:
    found = {}
    for module in pkgutil.iter_modules(bench.__path__):
        if not module.ispkg and module.name != "__main__":
            main = getattr(importlib.import_module(f"bench.{module.name}"), "main", None)
            if main is not None:
                found[module.name] = main
    return found


def write(name: str, text: str) -> None:
    page = FIGURES.read_text("utf-8")
    begin, end = f"<!-- bench {name} -->", f"<!-- end {name} -->"
    block = f"{begin}\n{text}\n{end}"
    if begin in page:
        page = re.sub(re.escape(begin) + ".*" + re.escape(end), lambda _: block, page, flags=re.DOTALL)
    else:
        page = f"{page.rstrip()}\n\n## {name}\n\n{block}\n"
    FIGURES.write_text(page, "utf-8")


def run() -> None:
    known = sections()
    parser = argparse.ArgumentParser(prog="python -m bench", description=bench.__doc__)
    parser.add_argument("sections", nargs="*", metavar="section", help=f"any of: {', '.join(known)}")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/reference/figures.md")
    options = parser.parse_args()
    for name in options.sections or known:
        if name not in known:
            parser.error(f"no section {name!r}")
        print(f"# {name}", flush=True)
        text = known[name]()
        print(text, flush=True)
        if options.write:
            write(name, text)


run()
