"""The page "How others read our diplomas", in both languages, of what tests/interop tried with whom.

    python -m tools.how_others_read

`tests/interop/matrix.toml` names each peer, what was tried and the tests that try it; versions are those that
are installed for the tests.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
INTEROP: Final = ROOT / "tests" / "interop"
PAGES: Final = {
    "en": ROOT / "docs" / "reference" / "how-others-read.md",
    "ru": ROOT / "docs" / "reference" / "how-others-read.ru.md",
}
RESULTS: Final = {
    "reads": {"en": "reads and verifies", "ru": "читает и проверяет"},
    "refuses": {"en": "does not take", "ru": "не берёт"},
    "same": {"en": "both sides get the same", "ru": "у обеих сторон получается одно и то же"},
}


def matrix() -> dict[str, Any]:
    return tomllib.loads((INTEROP / "matrix.toml").read_text("utf-8"))


def python_peers() -> tuple[str, ...]:
    """The Python packages that the tests install, as pip takes them."""
    return tuple((INTEROP / "python-peers.txt").read_text("ascii").split())


def versions() -> dict[str, str]:
    """The version of each package that the tests install, by its name."""
    found: dict[str, str] = {}
    for manifest in (ROOT / "bench" / "js" / "package.json", INTEROP / "package.json"):
        found |= json.loads(manifest.read_text("utf-8"))["dependencies"]
    for peer in python_peers():
        name, _, version = peer.partition("==")
        found[name.partition("[")[0]] = version
    return found


def page(language: str) -> str:
    told = matrix()
    words = told["words"][language]
    known = versions()
    lines = [
        f"# {words['title']}",
        "",
        words["other"],
        "",
        f"<!-- {words['made']} -->",
        "",
        words["lead"],
        "",
    ]
    lines += [words["what"], ""]
    for peer in told["peer"]:
        package = peer["package"]
        title = peer.get("called", package)
        lines += [f"## {title}", "", f"`{package}` {known[package]}: {peer[language]}.", ""]
        lines += [words["head"], "|---|---|"]
        lines += [f"| {row[language]} | {RESULTS[row['result']][language]} |" for row in peer["tried"]]
        lines.append("")
    lines += [f"## {words['not_run']}", "", words["not_run_lead"], "", words["not_run_head"], "|---|---|---|"]
    lines += [f"| {row['name']} | {row['day'].isoformat()} | {row[language]} |" for row in told["not_run"]]
    return "\n".join(lines) + "\n"


def main() -> None:
    for language, place in PAGES.items():
        place.write_text(page(language), "utf-8")


if __name__ == "__main__":
    main()
