"""Days, decimals and facts as each language writes them; what a program reads stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from vcwallet.credentials.achievement import Fact, Facts, Person, Score
from vcwallet.credentials.fact_words import FACT_NAMES, KIND_NAMES, fact_text
from vcwallet.credentials.terms import Kind
from vcwallet.errors import N_
from vcwallet.locales import Said, language

MOSCOW = timezone(timedelta(hours=3))
FORMS: dict[str, tuple[Said, str, str]] = {
    "a day": (date(2026, 3, 1), "01.03.2026", "2026-03-01"),
    "a moment has the day of its own zone": (datetime(2026, 3, 1, tzinfo=MOSCOW), "01.03.2026", "2026-03-01"),
    "the same moment in Greenwich": (datetime(2026, 2, 28, 21, tzinfo=UTC), "28.02.2026", "2026-02-28"),
    "a day in evidence": ("2026-03-01", "01.03.2026", "2026-03-01"),
    "a moment in evidence": ("2026-03-01T09:05:00Z", "01.03.2026 09:05 UTC", "2026-03-01 09:05 UTC"),
    "a moment elsewhere": (
        "2026-03-01T09:05:00+03:00",
        "01.03.2026 09:05 UTC+03:00",
        "2026-03-01 09:05 UTC+03:00",
    ),
    "midnight at the issuer's": ("2026-03-01T00:00:00+03:00", "01.03.2026", "2026-03-01"),
    "no day": ("2026-13-01", "2026-13-01", "2026-13-01"),
    "a text with a day in it": ("семья 2026-03-01.vcw", "семья 2026-03-01.vcw", "семья 2026-03-01.vcw"),
    "a decimal": (Decimal("87.50"), "87,50", "87.50"),
    "a version is no decimal": ("1.1", "1.1", "1.1"),
    "nothing": (None, "-", "-"),
}


@pytest.mark.parametrize("name", FORMS)
def test_values_are_written_as_the_language_writes_them(name: str) -> None:
    value, russian, english = FORMS[name]
    assert language("ru").text("{value}", value=value) == russian
    assert language("en").text("{value}", value=value) == english


def test_facts_are_said_in_words_and_signed_words_stay() -> None:
    facts = Facts(
        issuer_id="did:web:olymp.example",
        person=Person(family="Вымысловна", given="Тестова", born=date(2009, 5, 17)),
        kind=Kind.OLYMPIAD_DIPLOMA,
        type="Award",
        name="Олимпиада «Вымысел» 1.5",
        scores=(Score("Баллы", "87.5", "100"),),
        awarded=date(2026, 3, 1),
    )
    said = {fact: fact_text(facts, fact, language("ru")) for fact in facts.said}
    assert said[Fact.BORN] == "17.05.2009"
    assert said[Fact.AWARDED] == "01.03.2026"
    assert said[Fact.SCORE] == "87,5 / 100", "the fact is called so already"
    assert fact_text(facts, Fact.SCORE, language("en")) == "87.5 / 100", "or so in another language"
    other = replace(facts, scores=(Score("Первый тур", "40"),))
    assert fact_text(other, Fact.SCORE, language("en")) == "Первый тур: 40", "another name is kept"
    assert said[Fact.KIND] == "диплом олимпиады"
    assert said[Fact.ACHIEVEMENT] == "Олимпиада «Вымысел» 1.5"
    assert fact_text(facts, Fact.UNTIL, language("ru")) == ""
    assert facts.said[Fact.BORN] == "2009-05-17", "programs read the signed form"


def test_every_fact_and_every_kind_has_a_name() -> None:
    assert set(Fact) <= set(FACT_NAMES)
    assert set(KIND_NAMES) == set(Kind)
    assert N_("Name") == FACT_NAMES[Fact.PERSON]
