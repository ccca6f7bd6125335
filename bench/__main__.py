"""Run the named sections, or all there are.

Every module of this package is a section with ``main() -> str``, its text in Markdown. With ``--write``
the text replaces what stands between the section's marks in docs/reference/figures.md, or is appended there.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
from pathlib import Path

import bench

FIGURES = Path(__file__).parent.parent / "docs" / "reference" / "figures.md"


def sections() -> list[str]:
    names = (module.name for module in pkgutil.iter_modules(bench.__path__) if not module.ispkg)
    return sorted(name for name in names if name != "__main__")


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
        text: str = importlib.import_module(f"bench.{name}").main()
        print(text, flush=True)
        if options.write:
            write(name, text)


run()
