"""Run the named sections, or all there are.

Every module of this package is a section with ``main() -> str``, its text in Markdown; what `main` takes are
options of the command line. With ``--write``
the text replaces what stands between the section's marks in docs/reference/figures.md, or is appended there.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
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
    parser.add_argument("--rows", type=int, help="of a sheet that is timed (issuing, scale)")
    parser.add_argument("--bundles", type=int, help="in the queue that is checked (scale)")
    parser.add_argument(
        "--applicants", type=int, help="in the queues that are timed (verifying, which takes 1,000)"
    )
    parser.add_argument(
        "--most", type=int, help="of the largest sheet or queue whose memory is measured (issuing, verifying)"
    )
    parser.add_argument(
        "--soak", action="store_true", default=None, help="a sheet of a million too (issuing)"
    )
    options = parser.parse_args()
    for name in options.sections or known:
        if name not in known:
            parser.error(f"no section {name!r}")
        print(f"# {name}", flush=True)
        main = importlib.import_module(f"bench.{name}").main
        asked = {each: vars(options)[each] for each in inspect.signature(main).parameters}
        text: str = main(**{each: value for each, value in asked.items() if value is not None})
        print(text, flush=True)
        if options.write:
            write(name, text)


run()
