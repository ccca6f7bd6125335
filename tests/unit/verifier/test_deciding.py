"""The reason that decided about the whole: worst first, and one sentence, in every situation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.verifier.test_verdicts import CASES, answer
from tests.world import NOW, UNIVERSITY, World, altered
from vcwallet.locales import language
from vcwallet.report import Fate, Finding, Item, Outcome, Report, Result, Showing, ShowingOutcome, deciding
from vcwallet.speaking.reports import deciding_sentence, item_sentence, report_lines, showing_sentence
from vcwallet.verifier import Verifier


@pytest.mark.parametrize("name", CASES)
def test_what_decides_is_as_bad_as_the_answer(name: str) -> None:
    _, _, report = answer(CASES[name])
    reason = deciding(report)
    if isinstance(reason, Item):
        fates = {
            Outcome.REFUSED: Fate.REFUSED,
            Outcome.UNKNOWN: Fate.UNKNOWN,
            Outcome.PARTLY: Fate.NOT_COUNTED,
            Outcome.NOTHING: Fate.NOT_COUNTED,
        }
        assert reason.outcome is fates[report.outcome]
    elif isinstance(reason, Finding):
        assert reason.result is (Result.FAILED if report.outcome is Outcome.REFUSED else Result.UNKNOWN)
    elif isinstance(reason, Showing):
        wanted = {Outcome.REFUSED: ShowingOutcome.REFUSED, Outcome.UNKNOWN: ShowingOutcome.UNKNOWN}
        assert reason.outcome is wanted[report.outcome] or not report.items
    else:
        assert report.outcome is Outcome.CONFIRMED
    for code in ("ru", "en"):
        assert deciding_sentence(report, language(code))


def one_of_two_is_revoked() -> Report:
    w = World()
    w.olympiad.revoked = {8}
    diplomas = [w.olympiad.diploma(index, holder=w.child.id) for index in (7, 8)]
    verifier = Verifier(w.trust(status_lists=(w.olympiad.status(),)))
    return verifier.check(w.bundle(*diplomas), domain=UNIVERSITY, now=NOW)


def test_of_several_diplomas_the_one_that_decided_is_named() -> None:
    report = one_of_two_is_revoked()
    assert report.outcome is Outcome.PARTLY
    reason = deciding(report)
    assert isinstance(reason, Item)
    assert reason.code == "item.revoked"
    said = deciding_sentence(report, language("ru"))
    assert said.startswith(f"№ {reason.number}, «")
    assert said.endswith(item_sentence(reason, language("ru")))
    # The command line says it on its first screen, before any diploma is listed.
    lines = [line.text for line in report_lines(report, language("ru"))]
    first = next(place for place, line in enumerate(lines) if line.startswith(" № "))
    assert said.split(": ")[0][:20] in " ".join(lines[:first])


def test_a_showing_that_is_refused_decides_before_what_is_in_it() -> None:
    w = World()
    w.olympiad.revoked = {7}
    report = Verifier(w.trust()).check(w.bundle(to="other.example"), domain=UNIVERSITY, now=NOW)
    assert deciding(report) is report.showing
    assert deciding_sentence(report, language("ru")) == showing_sentence(report.showing, language("ru"))


def test_a_changed_diploma_decides_before_one_that_is_not_known() -> None:
    w = World()
    changed = altered(w.school.diploma(3), lambda one: one["credentialSubject"].update(familyName="Иная"))
    bundle = w.bundle(w.olympiad.diploma(7, holder=w.child.id), changed)
    report = Verifier(replace(w.trust(), status_lists=())).check(bundle, domain=UNIVERSITY, now=NOW)
    reason = deciding(report)
    assert isinstance(reason, Item)
    assert (report.outcome, reason.outcome) == (Outcome.REFUSED, Fate.REFUSED)


def test_of_what_is_confirmed_it_says_why_it_is_believed() -> None:
    w = World()
    report = Verifier(w.trust()).check(w.bundle(), domain=UNIVERSITY, now=NOW)
    assert report.outcome is Outcome.CONFIRMED
    assert deciding(report) is None
    said = deciding_sentence(report, language("en"))
    assert "not revoked" in said
