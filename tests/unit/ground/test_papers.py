"""Documents for people who work on the program name what is there, and leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.shared import ROOT

DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
PAGES = sorted(
    path.relative_to(ROOT / "docs").as_posix()
    for path in (ROOT / "docs").rglob("*.*")
    if path.suffix in (".md", ".json") and path.parent.name != "adr" and path.parent.name != "docs"
)


def test_contributing_names_the_targets_of_make() -> None:
    targets = re.findall(r"^(\w+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^    make (\w+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE)
    assert len(targets) > 5
    assert sorted(named) == sorted(targets)


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_short_and_tells_its_downside(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {int(path.name[:4])}. ")
    assert "**Downside.**" in text
    assert len(text.split()) < 400


@pytest.mark.parametrize("language", ["", ".ru"])
def test_the_index_leads_to_every_page_of_its_language(language: str) -> None:
    """A page that is only in English stands in both indexes."""
    index = (ROOT / "docs" / f"index{language}.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(([\w/.-]+)\)", index))
    for page in PAGES:
        if page.endswith(".ru.md"):
            wanted = page if language else None
        else:
            translated = page.replace(".md", ".ru.md")
            wanted = translated if language and translated in PAGES else page
        assert wanted is None or wanted in linked, f"docs/index{language}.md does not lead to {wanted}"
