"""Matching decides on nothing that could be two people, and offers the right one where it does not decide."""

from __future__ import annotations

import random
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.shared import SOAK
from vcwallet.report import Check, Fate, Finding, IssuerSeen, Item, Person, Result, Tie
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.matching import How, Match, Matching, Shown, can_suggest
from vcwallet.verifier.names import application_number, plain_name

PEOPLE = 5_000 if SOAK else 1_500
ASKED = 1_000 if SOAK else 60
"""Of each variant, with a number and without."""

FAMILIES = [
    *("Вымыслов", "Небывалов", "Заглушкин", "Понарошкин", "Черновиков", "Макетов", "Сказочный"),
    *("Ёлкин-Пробный", "Нигдеев", "Шаблонов", "Фантазёров", "Несбыточный", "Якобинцев-Мнимый"),
    *("Выдумкин", "Примеров-Тестов", "Кажущийся", "Условный"),
]
GIVEN = ["Пётр", "Фёдор", "Семён", "Артём", "Иван", "Глеб", "Лев", "Тимофей", "Мирон", "Артемий"]
PATRONYMICS = ["Тестович", "Пробникович", "Вымыслович", "Макетович", ""]


def people(size: int) -> list[ApplicantRow]:
    chance = random.Random(2027)
    return [
        ApplicantRow(
            row=number + 2,
            number=f"27-{number + 1:06}",
            family=chance.choice(FAMILIES) + chance.choice(["", "", "", "ский", "енко", "ов"]),
            given=chance.choice(GIVEN),
            patronymic=chance.choice(PATRONYMICS),
            born=date(2009, 1, 1) + timedelta(chance.randrange(540)),
        )
        for number in range(size)
    ]


ROWS = people(PEOPLE)
MATCHING = Matching(ROWS)
TWINS = Counter((plain_name(row.family), plain_name(row.given), row.born) for row in ROWS)


def shown(row: ApplicantRow, **changes: Any) -> Shown:
    return replace(Shown(row.family, row.given, row.patronymic or None, row.born), **changes)


def swapped(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(text) - 1)
    while text[at] == text[at + 1]:
        at = chance.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


LATIN = str.maketrans("АВЕКМНОРСТХУаеорсух", "ABEKMHOPCTXYaeopcyx")


def each_name(change: Callable[[str], str]) -> Callable[[Shown], Shown]:
    return lambda one: replace(one, family=change(one.family or ""), given=change(one.given or ""))


DECIDED: dict[str, Callable[[Shown], Shown]] = {
    "as it is": lambda one: one,
    "ё as е": each_name(lambda name: name.replace("ё", "е").replace("Ё", "Е")),
    "capitals": each_name(str.upper),
    "dash": each_name(lambda name: name.replace("-", " – ")),
    "no-break space": each_name(lambda name: f"\u00a0{name} "),
    "divided letters": each_name(lambda name: unicodedata.normalize("NFD", name)),
    "no patronymic": lambda one: replace(one, patronymic=None),
}
Answers = list[tuple[ApplicantRow, Match]]


def ask(
    variant: Callable[[Shown, random.Random], Shown], *, number: bool
) -> list[tuple[ApplicantRow, Match]]:
    chance = random.Random(7)
    return [
        (row, MATCHING.of(variant(shown(row), chance), row.number if number else None))
        for row in chance.sample(ROWS, ASKED)
    ]


def wrong(answers: Answers) -> Answers:
    return [(row, match) for row, match in answers if match.how.decided and match.applicant is not row]


def offered(answers: Answers) -> int:
    return sum(
        any(offer.applicant is row for offer in match.suggestions) or match.applicant is row
        for row, match in answers
    )


@pytest.mark.parametrize("number", [True, False])
@pytest.mark.parametrize("name", DECIDED)
def test_what_nobody_means_as_a_difference_does_not_stand_in_the_way(name: str, number: bool) -> None:
    answers = ask(lambda one, _: DECIDED[name](one), number=number)
    assert not wrong(answers)
    for row, match in answers:
        alone = TWINS[plain_name(row.family), plain_name(row.given), row.born] == 1
        if number:
            assert match.how is How.NUMBER
        elif alone:
            assert match.how is How.NAME_AND_BIRTH
        else:
            assert match.how in {How.AMBIGUOUS} | ({How.NAME_AND_BIRTH} if name != "no patronymic" else set())


@pytest.mark.parametrize("number", [True, False])
def test_a_hidden_birth_date_decides_by_number_only(number: bool) -> None:
    answers = ask(lambda one, _: replace(one, born=None), number=number)
    assert not wrong(answers)
    assert {match.how for _, match in answers} <= ({How.NUMBER} if number else {How.PROPOSAL, How.AMBIGUOUS})
    assert not number or all(
        "match.birth-hidden" in [note.code for note in match.notes] for _, match in answers
    )


@pytest.mark.parametrize("number", [True, False])
@pytest.mark.parametrize("variant", ["latin", "typo", "order"])
def test_what_could_be_another_person_is_offered_and_never_decided(variant: str, number: bool) -> None:
    def change(one: Shown, chance: random.Random) -> Shown:
        family, given = one.family or "", one.given or ""
        if variant == "latin":
            return replace(one, family=family.translate(LATIN))
        if variant == "typo":
            return replace(one, family=swapped(family, chance))
        return replace(one, family=given, given=family)

    answers = ask(change, number=number)
    assert not wrong(answers)
    assert not any(match.how.decided for _, match in answers)
    assert offered(answers) >= 0.99 * ASKED


def test_a_sibling_under_the_number_is_always_a_conflict() -> None:
    def change(one: Shown, chance: random.Random) -> Shown:
        other = chance.choice([given for given in GIVEN if plain_name(given) != plain_name(one.given or "")])
        assert one.born
        return replace(one, given=other, born=one.born + timedelta(700))

    answers = ask(change, number=True)
    assert {match.how for _, match in answers} == {How.CONFLICT}
    assert all(match.notes[0].evidence["members"] == "given, born" for _, match in answers)
    assert not wrong(ask(change, number=False))


def test_a_sibling_with_one_birth_date_is_a_conflict_too() -> None:
    row = ROWS[0]
    match = MATCHING.of(shown(row, given="Мирослав"), row.number)
    assert match.how is How.CONFLICT
    assert match.applicant is row


def test_a_stranger_is_nobody() -> None:
    match = MATCHING.of(Shown("Совсемдругой", "Некто", None, date(2009, 5, 5)))
    assert match == Match(How.NONE)


def test_a_name_that_no_signature_stands_behind_decides_without_a_number_nothing() -> None:
    row = next(row for row in ROWS if TWINS[plain_name(row.family), plain_name(row.given), row.born] == 1)
    match = MATCHING.of(shown(row, proven=False))
    assert (match.how, match.applicant) == (How.PROPOSAL, row)
    assert [note.code for note in match.notes] == ["match.unproven"]
    with_number = MATCHING.of(shown(row, proven=False), row.number)
    assert with_number.how is How.NUMBER
    assert [note.code for note in with_number.notes] == ["match.unproven"]


def test_a_number_that_is_not_in_the_list_is_noted() -> None:
    row = next(row for row in ROWS if TWINS[plain_name(row.family), plain_name(row.given), row.born] == 1)
    match = MATCHING.of(shown(row), "27-999999")
    assert match.how is How.NAME_AND_BIRTH
    assert [note.code for note in match.notes] == ["match.number-unknown"]


def test_a_hidden_name_goes_to_a_person() -> None:
    assert MATCHING.of(Shown(), ROWS[0].number).how is How.NUMBER_NAME_HIDDEN
    assert MATCHING.of(Shown()).how is How.NONE
    assert [note.code for note in MATCHING.of(Shown()).notes] == ["match.name-hidden"]


def test_the_list_itself_is_obeyed_unless_the_diplomas_contradict_it() -> None:
    row = ROWS[0]
    assert MATCHING.in_row(shown(row), row).how is How.FILE_COLUMN
    assert MATCHING.in_row(Shown(), row).how is How.FILE_COLUMN
    assert MATCHING.in_row(shown(row, given="Мирослав"), row).how is How.CONFLICT


def test_namesakes_with_one_birth_date_are_left_to_a_person() -> None:
    one = ApplicantRow(2, "27-000001", "Вымыслов", "Пётр", "", date(2009, 1, 1))
    matching = Matching([one, replace(one, row=3, number="27-000002")])
    match = matching.of(shown(one))
    assert match.how is How.AMBIGUOUS
    assert [offer.applicant.row for offer in match.suggestions] == [2, 3]
    assert [note.code for note in match.notes] == ["match.namesakes"]
    hidden = matching.of(shown(one, born=None))
    assert [note.code for note in hidden.notes] == ["match.namesakes-birth-hidden"]
    only = Matching([one]).of(shown(one, born=None))
    assert (only.how, [note.code for note in only.notes]) == (How.PROPOSAL, ["match.birth-not-compared"])


def test_a_number_that_stands_twice_decides_nothing() -> None:
    one = ApplicantRow(2, "27-000001", "Вымыслов", "Пётр", "", date(2009, 1, 1))
    match = Matching([one, replace(one, row=3, given="Лев")]).of(shown(one), "27 000001")
    assert match.how is How.AMBIGUOUS
    assert [note.code for note in match.notes] == ["match.number-twice"]


def test_a_birth_date_that_the_list_lacks_is_noted() -> None:
    one = ApplicantRow(2, "27-000001", "Вымыслов", "Пётр")
    match = Matching([one]).of(Shown("Вымыслов", "Пётр", None, date(2009, 1, 1)), "27-000001")
    assert (match.how, [note.code for note in match.notes]) == (How.NUMBER, ["match.birth-not-listed"])


def test_letters_of_two_alphabets_are_pointed_out() -> None:
    match = MATCHING.of(Shown("Bымыслов", "Пётр", None, None))
    assert "match.mixed-letters" in [note.code for note in match.notes]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("27-000123 Вымыслова Мария", "27-000123"),
        ("27-000123_диплом.pdf", "27-000123"),
        ("27_000123.jpg", "27-000123"),
        ("№ 27 000123", "27-000123"),
        ("Скан 27000123 (2).pdf", "27-000123"),
        ("27-0001234.pdf", None),  # another number, of which ours is a part
        ("127-000123.pdf", None),
        ("27-000123 и 27-000124.pdf", None),  # two
        ("IMG_2041.jpg", None),
        ("Вымыслова_Мария.pdf", None),
        ("", None),
    ],
)
def test_a_number_is_whole_words_of_a_name(name: str, number: str | None) -> None:
    rows = [ApplicantRow(2, "27-000123", "Вымыслова"), ApplicantRow(3, "27-000124", "Небывалова")]
    assert Matching(rows).number_in(name) == number


def test_a_short_number_counts_only_as_the_whole_name() -> None:
    matching = Matching([ApplicantRow(2, "17", "Вымыслова", "Мария")])
    assert matching.number_in("17") == "17"
    assert matching.number_in("0017") == "17"
    assert matching.number_in("17 Вымыслова") is None
    assert matching.number_in("IMG_0017.jpg") is None


def test_numbers_are_compared_without_what_people_add() -> None:
    assert (
        application_number("№ 27–000123")
        == application_number("27000123")
        == application_number("0027 000.123")
    )
    assert application_number("А-12") != application_number("12")
    assert application_number("000") == "0"


def item(number: int, outcome: Fate, *, proven: bool, **person: Any) -> Item:
    return Item(
        number=number,
        id="",
        outcome=outcome,
        code="",
        tie=Tie.NAME,
        issuer=IssuerSeen("did:web:x.example"),
        person=Person(**person),
        findings=(Finding(Check.PROOF, Result.PASSED, "proof.holds"),) if proven else (),
    )


def test_what_is_shown_is_read_from_diplomas_whose_signature_holds() -> None:
    good = item(1, Fate.CONFIRMED, proven=True, family="Вымыслова", given="Мария")
    later = item(2, Fate.CONFIRMED, proven=True, family="ВЫМЫСЛОВА", given="Мария", born=date(2009, 6, 28))
    forged = item(3, Fate.REFUSED, proven=False, family="Чужой", given="Некто")
    assert Shown.of([good, later, forged]) == Shown("Вымыслова", "Мария", None, date(2009, 6, 28))
    assert Shown.of([forged]) == Shown("Чужой", "Некто", proven=False)
    assert Shown.of([good, item(4, Fate.CONFIRMED, proven=True, family="Другая")]).several
    named = item(5, Fate.CONFIRMED, proven=True, other_name="Вымыслова Мария Тестовна")
    assert Shown.of([named]) == Shown("Вымыслова", "Мария", "Тестовна")
    assert Shown.of([]) == Shown(proven=False)


def test_diplomas_of_several_people_are_nobodys() -> None:
    several = Shown("Вымыслов", "Пётр", several=True)
    assert MATCHING.of(several).how is How.AMBIGUOUS
    match = MATCHING.of(several, ROWS[0].number)
    assert match.how is How.CONFLICT
    assert [note.code for note in match.notes] == ["match.several-people"]


def test_without_the_part_that_offers_everything_else_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_suggest()
    row = ROWS[0]
    change = shown(row, given="Мирослав")
    before = MATCHING.of(change, row.number)
    assert before.suggestions
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    assert not can_suggest()
    assert MATCHING.of(change, row.number) == replace(before, suggestions=())
    assert MATCHING.of(shown(row), row.number).how is How.NUMBER
