"""Every mistake in an issuer's own files is found at once, in a sentence, with the line where it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.unit.issuer.offices import PASSPHRASE, Office
from vcwallet.credentials import template_file
from vcwallet.errors import UsageError
from vcwallet.issuer import Issuer, lint
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.lint import Remark
from vcwallet.locales import language
from vcwallet.own_files import line_of
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

KIT = ROOT / "issuers" / "olympiad"
TEMPLATE = (KIT / "templates" / "olympiad-diploma.toml").read_text("utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return Office.make(tmp_path / "olympiad").folder.path


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def told(found: list[Remark]) -> list[tuple[str, int, str]]:
    return [(each.file, each.line, language("en").error(each.error)) for each in found]


@pytest.mark.parametrize(
    "kit",
    sorted(
        path.parent for place in ("issuers", "examples/kits") for path in ROOT.glob(f"{place}/*/issuer.toml")
    ),
    ids=lambda path: path.name,
)
def test_nothing_is_wrong_with_the_kits(kit: Path) -> None:
    assert told(list(lint.of_folder(kit))) == []


@pytest.mark.parametrize("page", ["make-a-kit.md", "make-a-kit.ru.md"])
def test_the_page_about_a_kit_of_ones_own_shows_what_is_in_the_example(page: str) -> None:
    text = (ROOT / "docs" / "how-to" / page).read_text("utf-8")
    files = "".join(path.read_text("utf-8") for path in (ROOT / "examples/kits/chess").rglob("*.toml"))
    shown = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(shown) > 4
    for block in shown:
        assert block in files


def test_of_a_kit_that_is_somebodys_folder_no_key_and_no_diploma_is_copied(
    office: Path, tmp_path: Path
) -> None:
    (office / "issued").mkdir()
    (office / "issued" / "0001 Тестов.vc.json").write_text("{}", "utf-8")
    made = IssuerFolder.create(
        tmp_path / "new", kit=str(office), passphrase=PASSPHRASE, kdf=UNSAFE_FOR_TESTS
    ).path
    assert not (made / "issued").exists()
    for secret in ("keys.vcw", "identifier.json"):
        assert (made / secret).read_bytes() != (office / secret).read_bytes()
    assert told(list(lint.of_folder(made))) == []


def test_a_template_that_nobody_named_is_said_by_lint_and_when_it_is_asked_for(office: Path) -> None:
    changed(office / "issuer.toml", '"olympiad-diploma", "olympiad-winner"', '"olympiad-diploma"')
    line = line_of((office / "issuer.toml").read_bytes(), ("templates",))
    assert told(list(lint.of_folder(office)))[0] == (
        "issuer.toml",
        line,
        "The template olympiad-winner.toml is not in the list “templates”, so it is never used.",
    )
    with Issuer.open(office) as issuer, pytest.raises(UsageError) as caught:
        issuer.template("olympiad-winner")
    assert caught.value.code == "folder.template-not-listed"


def test_each_mistake_has_its_line(office: Path) -> None:
    changed(office / "issuer.toml", '"vsosh-diploma",', '"vsosh-diplom",')
    changed(office / "issuer.toml", "list_number =", "number_in_list =")
    changed(office / "design" / "design.toml", "[templates.vsosh-diploma]", "[templates.vsosh]")
    design = line_of((office / "design" / "design.toml").read_bytes(), ("templates", "vsosh"))
    settings = (office / "issuer.toml").read_bytes()
    wrong = (office / "templates" / "olympiad-winner.toml", 'id = "olympiad-winner"', 'id = "winner"')
    changed(*wrong)
    found = {(file, line, words[:38]) for file, line, words in told(list(lint.of_folder(office)))}
    assert found == {
        ("issuer.toml", line_of(settings, ("templates",)), "The template vsosh-diploma.toml is not"),
        ("issuer.toml", line_of(settings, ("templates",)), "There is no file templates/vsosh-diplo"),
        (
            "issuer.toml",
            line_of(settings, ("values", "olympiad-diploma", "number_in_list")),
            "The template olympiad-diploma has no c",
        ),
        (
            "issuer.toml",
            line_of(settings, ("values", "vsosh-diploma")),
            "These values are for the template “vso",
        ),
        ("olympiad-winner.toml", 4, "The id “winner” must be the name of th"),
        ("design/design.toml", design, "These words are for the template “vsos"),
        ("design/design.toml", 0, "No words for the diplomas of the templ"),
    }


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("issuer.toml", 'format = "vcwallet-issuer/1"\nkit = 7\n', 2),
        ("issuer.toml", 'format = "vcwallet-issuer/1"\nkit = \n', 2),
        ("design/design.toml", 'format = "vcwallet-design/1"\n\n[colours]\nink = "red"\n', 4),
        ("design/diploma.typ", '#import "@local/vcwallet:1.0.0": *\n#import "@preview/a:1.0.0"\n', 2),
        ("templates/olympiad-diploma.toml", TEMPLATE.replace('type = "text"', 'type = "words"', 1), 24),
        ("templates/olympiad-diploma.toml", TEMPLATE.replace('type = "text"', "type = ", 1), 24),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(office: Path, file: str, text: str, line: int) -> None:
    (office / file).write_text(text, "utf-8")
    found = list(lint.of_folder(office))
    assert found[0].line == line


# A change to the olympiad's template, and the code of the complaint it provokes, the line it is told at.
MISTAKES = {
    "key-twice": ('key = "stage"', 'key = "olympiad"'),
    "target-not-allowed": ('into = "/credentialSubject/achievement/name"', 'into = "/name"'),
    "type-not-allowed-there": ('into = "/credentialSubject/achievement/name"', 'into = "/validFrom"'),
    "target-twice": ("achievement/description", "achievement/name"),
    "achievement-type": ('achievementType" = "Award"', 'achievementType" = "Diploma"'),
    "target-missing": ("required = true\n", ""),
    "no-such-column": ('"profile", "year"]', '"profil", "year"]'),
    "achievement-names-a-person": ('"profile", "year"]', '"profile", "class"]'),
    "person-and-award": ('include = "pupil"', 'include = "pupil"\naward = ["family"]'),
    "values-and-choice-disagree": ('type = "choice"', 'type = "text"'),
    "result-without-measure": ('measure = { name = "Баллы" }', ""),
    "measure-without-number": (
        'type = "choice"\ninto = "/credentialSubject/result"',
        'type = "choice"\nmeasure = { name = "Место" }\ninto = "/credentialSubject/result"',
    ),
    "digits-of-no-code": ('type = "text"', 'type = "text"\ndigits = 4'),
    "range-of-no-number": ('type = "text"', 'type = "text"\nmaximum = 4'),
    "number-without-range": ("minimum = 0\n", ""),
    "covers-no-other-value": ('covers = ["Диплом I степени"', 'covers = ["Диплом первый"'),
    "result-is-a-mark": ('value = "Диплом I степени"', 'value = "5"'),
    "synonym-of-two-values": ('"Региональный", ', '"Региональный", "Финал", '),
    "header-of-two-columns": ('"Тур", ', '"Тур", "Профиль", '),
    "hidden-twice": ('columns = ["points"]', 'columns = ["points", "points"]'),
    "must-stay-visible": ('columns = ["points"]', 'columns = ["profile"]'),
    "not-an-achievement": ('"Профиль олимпиады"', '"Характеристика"'),
}


def test_every_complaint_has_a_case() -> None:
    source = Path(template_file.__file__).read_text("utf-8")
    yielded = {
        code for line in re.findall(r"Complaint\((.*)", source) for code in re.findall('"([a-z-]+)"', line)
    }
    assert set(MISTAKES) == set(template_file.SENTENCES) == yielded


@pytest.mark.parametrize("code", MISTAKES)
def test_every_complaint_is_a_sentence_with_a_line(code: str) -> None:
    old, new = MISTAKES[code]
    assert old in TEMPLATE
    text = TEMPLATE.replace(old, new, 1)
    found = template_file.remarks(text.encode(), name="olympiad-diploma.toml")
    sentences = [error.template for _, error in found]
    assert template_file.SENTENCES[code] in sentences, sentences
    line = found[sentences.index(template_file.SENTENCES[code])][0]
    assert line > 0 or code == "target-missing"
    assert {error.code for _, error in found} == {"template.remark"}


def test_a_line_is_found_in_tables_within_tables() -> None:
    text = b"a = 1\n[b]\nc = 2\n[[d]]\ne = 3\n[[d.f]]\ng = 4\n[[d]]\ne = 5\n[[d.f]]\ng = 6\n[[d.f]]\ng = 7\n"
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("b", "c")) == 3
    assert line_of(text, ("d", 0, "e")) == 5
    assert line_of(text, ("d", 1, "f", 0, "g")) == 11
    assert line_of(text, ("d", 1, "f", 1, "g")) == 13
    assert line_of(text, ("d", 1, "missing")) == 8
    assert line_of(text, ("nowhere",)) == 0
