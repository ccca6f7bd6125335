"""No title and no address says whose a page is.

Browsers write both into their history on the disk, where they outlive the wallet's lock by months.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jinja2 import nodes

from tests.browser.town import NAMES, PASSPHRASE, Town
from tests.web.histories import address_tells, title_tells
from tests.web.pages import NOW, Desk, Page
from tests.web.threats.test_templates import PAGES, TEMPLATES
from vcwallet.web.pages import rendering

SAYS_NOBODY = {
    "job.words": "a sentence of the program, as work is started with",
    "job.total": "a number",
    "choosing.words": "a question of the program",
    "answer.head": "one of five verdicts",
    "found.number": "a number",
    "issued.issued": "a number",
}
"""What a title may be made of, beside words of its template."""
OF_TEMPLATES = {"_", "ngettext", "said"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PAGES / "templates").as_posix())
def test_a_title_is_made_of_words_of_the_template(path: Path) -> None:
    parsed = rendering._environment().parse(path.read_text("utf-8"))
    titles = [block for block in parsed.find_all(nodes.Block) if block.name == "title"]
    used = {name for block in titles for each in block.body for name in _values(each)}
    assert used <= SAYS_NOBODY.keys() | OF_TEMPLATES


def _values(node: nodes.Node) -> set[str]:
    """The names of values below a node, with the attribute that is read: ``job.words``."""
    if isinstance(node, nodes.If | nodes.CondExpr):
        # A condition chooses between words and is not written itself.
        return {name for each in node.iter_child_nodes(exclude=("test",)) for name in _values(each)}
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return {f"{node.node.name}.{node.attr}"}
    if isinstance(node, nodes.Name):
        return {node.name}
    return {name for each in node.iter_child_nodes() for name in _values(each)}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PAGES / "templates").as_posix())
def test_browsers_are_asked_to_remember_no_line_that_is_typed(path: Path) -> None:
    """They keep what was typed into a line by the name of its field; of longer texts they keep nothing."""
    for field in re.findall(r"<input\b[^>]*>", path.read_text("utf-8")):
        kind = re.search(r'type="([a-z]+)"', field)
        if kind is None or kind[1] not in ("hidden", "file", "checkbox", "radio"):
            assert "autocomplete=" in field, field


def test_what_tells_somebody() -> None:
    """Else the test below could find nothing."""
    assert [each for each in NAMES if not title_tells(f"{each} — vcwallet")] == []
    assert title_tells("Дипломы: Мария — vcwallet")
    assert title_tells("Открыть семья.vcw — vcwallet")
    assert not title_tells("Ошибка: Кошелёк семьи — vcwallet")
    assert address_tells("/family/open/Мария")
    assert address_tells("/family?child=1")
    assert not address_tells("/family/open/0123456789abcdefABCDEF")


def family(desk: Desk, town: Town) -> Page:
    desk.get(f"family/open/{desk.session.choose(town.family())}")
    return desk.post(desk.page.path, {"passphrase": PASSPHRASE})


def secretary(desk: Desk, town: Town) -> Page:
    desk.get(f"secretary/open/{desk.session.choose(town.secretary())}")
    return desk.post(desk.page.path, {"passphrase": PASSPHRASE})


def officer(desk: Desk, town: Town) -> Page:
    desk.get(f"officer/open/{desk.session.choose(town.office())}")
    root = desk.post(desk.page.path).path
    desk.post(desk.page.address("/files"), files=[("files", "Выдумка.json", town.showing())])
    return desk.get(root)


def front(desk: Desk, town: Town) -> Page:
    for path in (town.family(), town.office(), town.secretary()):
        desk.places.remember(path, "family", NOW.date())
    return desk.get("")


@pytest.mark.parametrize(("enter", "at_least"), [(front, 6), (family, 30), (secretary, 25), (officer, 12)])
def test_every_page_that_links_lead_to(
    tmp_path: Path, enter: Callable[[Desk, Town], Page], at_least: int
) -> None:
    """`Desk` itself refuses a title or an address that tells somebody; it is asked for every page here."""
    town = Town(tmp_path)
    desk = Desk(tmp_path)
    page = enter(desk, town)
    root = "/".join(page.path.split("/")[:3])
    waiting, seen, words = [page.path], {page.path}, ""
    while waiting:
        page = desk.get(waiting.pop(0))
        words += page.words
        for link in re.findall(r'href="([^"]*)"', page.html):
            address = urlsplit(link).path
            if address.startswith(root) and "/static/" not in address and address not in seen:
                seen.add(address)
                waiting.append(address)
    assert len(seen) >= at_least, seen
    assert any(name in words for name in (*NAMES, "семья.vcw", "олимпиада")), "somebody is named on the pages"
