"""Finding a diploma by what somebody has of it: a file, a number, a name, a row of the sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.issuer.kits import HEADERS, OTHER, PUPIL, csv
from tests.unit.issuer.offices import NOW, PASSPHRASE
from vcwallet import strict_json
from vcwallet.errors import UsageError
from vcwallet.issuer import Dropped, Issuer, LookedUp, State
from vcwallet.issuer.issued_files import Child
from vcwallet.sealed_file import UNSAFE_FOR_TESTS


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    """Three diplomas; the third has a number on paper, and the file of the second lies elsewhere."""
    made = Issuer.create(
        tmp_path_factory.mktemp("o") / "школа",
        PASSPHRASE,
        kit="olympiad",
        name="Олимпиада «Проба»",
        site="https://olymp.example",
        example=True,
        kdf=UNSAFE_FOR_TESTS,
    )
    third = ["Вымыслова", "Мария", "Тестовна", "01.02.2010", "9", "1"]
    numbered = [[*PUPIL, ""], [*OTHER, ""], [*third, "АБ 0417"]]
    sheet = csv(*numbered, headers=[*HEADERS, "Номер диплома"])
    results = made.read(sheet, now=NOW)
    assert not results.blocking, results.problems
    made.issue(made.plan(results), now=NOW)
    (second,) = made.issued_folder.glob("0002 *.vc.json")
    second.rename(made.issued_folder.parent.parent / second.name)
    return made


def numbers(found: LookedUp) -> list[int]:
    return [each.line.number for each in found.found]


@pytest.mark.parametrize(
    "words", ["вымыслова", "  мария  ВЫМЫСЛ ", "№ АБ 0417", "аб0417", "3", "№ 3", "0003"]
)
def test_by_name_by_number_and_by_the_number_on_paper(issuer: Issuer, words: str) -> None:
    found = issuer.look_up(words, now=NOW)
    assert numbers(found) == [3]
    assert found.found[0].child.name == "Вымыслова Мария Тестовна"


def test_a_diploma_whose_file_lies_elsewhere_is_found_by_its_number_and_not_by_its_name(
    issuer: Issuer,
) -> None:
    by_number = issuer.look_up("2", now=NOW)
    assert (numbers(by_number), by_number.found[0].child) == ([2], Child())
    by_name = issuer.look_up("Примерова", now=NOW)
    assert (numbers(by_name), by_name.not_searched) == ([], 1)


@pytest.mark.parametrize(
    "words", ["", "   ", "Никтоева", "99", "urn:uuid:00000000-0000-4000-8000-000000000000"]
)
def test_what_is_not_there_is_no_error(issuer: Issuer, words: str) -> None:
    assert numbers(issuer.look_up(words, now=NOW)) == []


def test_by_the_file_a_family_brings(issuer: Issuer) -> None:
    (path,) = issuer.issued_folder.glob("0003 *.vc.json")
    found = issuer.look_up(file=Dropped("диплом.vc.json", path.read_bytes()), now=NOW)
    assert numbers(found) == [3]


def test_by_its_pdf(issuer: Issuer) -> None:
    (path,) = issuer.issued_folder.glob("0001 *.vc.json")
    pdf = issuer.pdf(strict_json.loads_object(path.read_bytes()), now=NOW)
    assert numbers(issuer.look_up(file=Dropped("диплом.pdf", pdf), now=NOW)) == [1]


def test_by_rows_of_the_sheet_as_it_was_signed(issuer: Issuer) -> None:
    found = issuer.look_up(file=Dropped("строки.csv", csv(PUPIL, OTHER)), now=NOW)
    assert numbers(found) == [1, 2]


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00" * 100, b"{}", b"%PDF-1.4 nothing"])
def test_a_file_that_is_no_diploma_says_why(issuer: Issuer, content: bytes) -> None:
    found = issuer.look_up(file=Dropped("файл", content), now=NOW)
    assert found.found == ()
    assert found.problems, "a reason is given"
    assert all(each.where == "файл" for each in found.problems)


def test_the_story_of_a_diploma(issuer: Issuer) -> None:
    line = issuer.find("3")
    story = issuer.story(line.id)
    assert story.whose == "Вымыслова Мария Тестовна"
    assert story.facts is not None
    assert story.file is not None
    values = {column.key: value for column, value in story.values}
    assert (values["family"], values["number"]) == ("Вымыслова", "АБ 0417")
    assert (story.newest, story.before, story.can_be_suspended) == (line, None, False)
    assert story.is_published


def test_a_diploma_without_a_file_has_a_story_without_words(issuer: Issuer) -> None:
    story = issuer.story(issuer.find("2").id)
    assert (story.whose, story.facts, story.file, story.values) == ("", None, None, ())


def test_a_corrected_diploma_names_the_one_that_counts(tmp_path: Path) -> None:
    with Issuer.create(
        tmp_path / "o",
        PASSPHRASE,
        kit="olympiad",
        site="https://olymp.example",
        example=True,
        kdf=UNSAFE_FOR_TESTS,
    ) as issuer:
        issuer.issue(issuer.plan(issuer.read(csv(PUPIL), now=NOW)), now=NOW)
        issuer.issue(issuer.correction("1", {"family": "Тестова"}, now=NOW), now=NOW)
        old, new = issuer.lines()
        told = issuer.story(old.id)
        assert (told.newest.number, told.line.state, told.values) == (2, State.REVOKED, ())
        assert not told.is_published
        assert issuer.story(new.id).before == old


def test_an_unknown_id_is_refused(issuer: Issuer) -> None:
    with pytest.raises(UsageError) as refused:
        issuer.story("urn:uuid:00000000-0000-4000-8000-000000000000")
    assert refused.value.code == "register.unknown-id"
