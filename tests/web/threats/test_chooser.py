"""Paths come from the list that the server made, below the home folder, and from nothing in a request."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.serving import Served, serving
from tests.web.threats import probe
from vcwallet.errors import UsageError
from vcwallet.web.pages import chooser


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with something to open, and beside it what must never be reached."""
    secret = tmp_path / "neighbour"
    secret.mkdir()
    (secret / "СОСЕД.probe").write_text("neighbour")
    mine = tmp_path / "home"
    (mine / "Документы" / "школа").mkdir(parents=True)
    (mine / "Документы" / "семья.probe").write_text("mine")
    (mine / ".скрытая").mkdir()
    (mine / "Документы" / ".СКРЫТЫЙ.probe").write_text("hidden")
    return mine


@pytest.fixture
def pages(home: Path) -> Iterator[Served]:
    with serving(home.parent, roles=(probe.ROLE,)) as served:
        served.let_in()
        yield served


def choosing(pages: Served) -> str:
    answer = pages.post("", {"find": "1"})
    assert answer.status == 303
    return answer.headers["location"]


def listed(text: str) -> set[str]:
    return set(re.findall(r"(\S+\.probe|школа|СОСЕД|скрытая)", text))


def test_what_can_be_opened_is_listed_and_nothing_hidden(pages: Served) -> None:
    text = pages.get(choosing(pages)).text
    assert "семья.probe" in text
    assert "школа" in text
    assert "СКРЫТ" not in text
    assert "СОСЕД" not in text


@pytest.mark.skipif(os.name == "nt", reason="making links needs a right on Windows")
def test_a_link_that_leads_out_is_not_listed(pages: Served, home: Path) -> None:
    (home / "Документы" / "наружу").symlink_to(home.parent / "neighbour", target_is_directory=True)
    (home / "Документы" / "СОСЕД.probe").symlink_to(home.parent / "neighbour" / "СОСЕД.probe")
    (home / "Документы" / "кольцо").symlink_to(home / "Документы" / "кольцо")
    text = pages.get(choosing(pages)).text
    assert "наружу" not in text
    assert "СОСЕД" not in text
    assert "семья.probe" in text


@pytest.mark.skipif(os.name == "nt", reason="making links needs a right on Windows")
def test_a_folder_that_becomes_a_link_out_is_not_entered(pages: Served, home: Path) -> None:
    place = choosing(pages)
    assert "школа" in pages.get(place).text
    (home / "Документы" / "школа").rmdir()
    (home / "Документы" / "школа").symlink_to(home.parent / "neighbour", target_is_directory=True)
    for number in range(5):
        pages.post(place, {"into": str(number)})
        assert "СОСЕД" not in pages.get(place).text


NOT_A_NUMBER = [
    "-1",
    "999",
    "99999999999999999999",
    "²",
    "٣",
    "0x1",
    "1.0",
    "",
    " ",
    "..",
    "/etc",
    "C:\\",
    "\0",
    "None",
]


@pytest.mark.parametrize("field", ["into", "pick", "root"])
def test_an_entry_is_named_by_its_number_and_by_nothing_else(pages: Served, field: str) -> None:
    place = choosing(pages)
    before = without_numbers(pages.get(place).text)
    for text in NOT_A_NUMBER:
        answer = pages.post(place, {field: text})
        assert answer.status == 303, text
        assert answer.headers["location"] == place, text
        assert without_numbers(pages.get(place).text) == before, text


def without_numbers(page: str) -> str:
    """A page without the number that each of its forms has anew (`vcwallet.web.pages.once`)."""
    return re.sub(r'name="once" value="[^"]*"', "", page)


def test_nobody_gets_above_the_home_folder(pages: Served) -> None:
    place = choosing(pages)
    for _ in range(12):
        pages.post(place, {"up": "1"})
    text = pages.get(place).text
    assert "Документы" in text
    assert "neighbour" not in text


def test_a_choice_is_a_text_that_says_nothing(pages: Served, home: Path) -> None:
    """What stands for a path in an address tells no path, and another text stands for none."""
    place = choosing(pages)
    numbers = re.findall(r'name="pick" value="(\d+)"', pages.get(place).text)
    assert len(numbers) == 1
    target = pages.post(place, {"pick": numbers[0]}).headers["location"]
    chosen = target.rpartition("/")[2]
    assert target == f"{pages.place}probe/open/{chosen}"
    assert len(chosen) >= 22
    assert pages.session.chosen(chosen) == home / "Документы" / "семья.probe"
    for other in ("", "../", "%2e%2e%2f", str(home), chosen[:-1], "A" * 22):
        assert pages.session.chosen(other) is None


@pytest.mark.parametrize(
    "name",
    [
        *(
            "..",
            ".",
            "../x.vcw",
            "a/b.vcw",
            "a\\b.vcw",
            "/etc/x",
            "C:x.vcw",
            "C:\\x.vcw",
            "\\\\server\\share",
        ),
        *(
            "a\0b",
            "a\nb.vcw",
            ".hidden",
            "CON",
            "con.vcw",
            "Lpt1.vcw",
            "nul",
            "x.",
            "x ",
            'a"b',
            "a|b",
            "a?b",
        ),
        *("a*b", "a<b", "a:b", "", "я" * 200, "a‮b.vcw"),
    ],
)
def test_a_name_for_a_new_file_means_the_same_everywhere(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        chooser.file_name(name)
    assert refused.value.code == "page.file-name"
    assert refused.value.next_step


@pytest.mark.parametrize(
    "name", ["семья.vcw", "Семья Вымысловых 2026.vcw", "family.vcw", "console.vcw", "a.b.c"]
)
def test_a_plain_name_is_taken(name: str) -> None:
    assert chooser.file_name(name) == name


def test_a_page_of_a_choice_that_is_gone_says_so(pages: Served) -> None:
    for answer in (pages.get("choose/" + "A" * 22), pages.post("choose/x", {"pick": "0"})):
        assert answer.status == 422
        assert "Traceback" not in answer.text


def test_forgetting_takes_no_path_from_a_form(pages: Served, home: Path) -> None:
    for text in (str(home), "..", "", "A" * 22, "\0"):
        assert pages.post("", {"forget": text}).status == 303
    assert (home / "Документы" / "семья.probe").read_text() == "mine"
