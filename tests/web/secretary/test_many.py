"""Several diplomas at once: those of a sheet, or ticked among what was found, with one more question."""

from __future__ import annotations

import re
import secrets

from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.web.pages import Page
from tests.web.secretary.offices import Office
from vcwallet.issuer import LookedUp, State
from vcwallet.web.pages.secretary.diplomas import Search

REASON = "тайная причина отзыва"


def states(office: Office) -> list[State]:
    return [line.state for line in office.secretary.issuer.lines()]


def of_a_sheet(office: Office) -> Page:
    """The page on which the diplomas of a sheet are ticked."""
    page = office.send("find", ("file", "отозвать.csv", csv(PUPIL, OTHER)))
    return office.get(page.address("/several"))


def ticked(page: Page) -> list[str]:
    return re.findall(r'name="diploma" value="([^"]*)" checked', page.html)


def test_the_diplomas_of_a_sheet_are_revoked_after_one_more_question(opened: Office) -> None:
    page = of_a_sheet(opened)
    chosen = ticked(page)
    assert len(chosen) == 2
    page = opened.post(page.path, {"diploma": chosen, "what": "revoked", "reason": REASON})
    assert "Отозвать 2 диплома навсегда?" in page.words
    assert "Тестов Пробник" in page.words
    assert REASON in page.words
    assert states(opened) == [State.ISSUED, State.ISSUED], "nothing changes before the answer"
    page = opened.post(page.path)
    assert "Отозвано 2 диплома" in page.words
    assert page.address("/publish")
    assert states(opened) == [State.REVOKED, State.REVOKED]
    page = opened.post(opened.get(of_a_sheet(opened).path).path, {"diploma": chosen, "what": "revoked"})
    assert "2 диплома были такими и раньше" in opened.post(page.path).words


def test_only_what_is_ticked_changes(opened: Office) -> None:
    page = of_a_sheet(opened)
    page = opened.post(page.path, {"diploma": ticked(page)[1:], "what": "revoked"})
    assert "Отозвать 1 диплом навсегда?" in page.words
    opened.post(page.path)
    assert sorted(states(opened)) == [State.ISSUED, State.REVOKED]


def test_what_was_found_by_a_word_is_ticked_by_hand(opened: Office) -> None:
    found = LookedUp(tuple(opened.secretary.issuer.recent(2)))
    name = opened.secretary.begin(Search("слово", found), secrets.token_bytes)
    page = opened.get(opened.go(f"found/{name}").address("/several"))
    assert page.html.count('name="diploma"') == 2
    assert ticked(page) == []


def test_what_is_refused_for_one_is_told_and_the_others_change(opened: Office) -> None:
    opened.send("diplomas/1/revoke", reason=REASON)
    page = of_a_sheet(opened)
    page = opened.post(page.path, {"diploma": ticked(page), "what": "suspended"})
    page = opened.post(page.path)
    assert "Приостановлен 1 диплом" in page.words
    assert "№ 0001" in page.words
    assert sorted(states(opened)) == [State.REVOKED, State.SUSPENDED]


def test_nothing_happens_without_diplomas_or_a_deed(opened: Office) -> None:
    page = of_a_sheet(opened)
    for sent in ({}, {"what": "revoked"}, {"diploma": ticked(page)}, {"diploma": ["нет"], "what": "revoked"}):
        assert opened.post(page.path, sent).code == "page.none-chosen"
    for what in ("made", "published", "нет"):
        answer = opened.post(page.path, {"diploma": ticked(page), "what": what, "reason": REASON})
        assert answer.code == "page.none-chosen"
        assert answer.value("reason") == REASON
    assert states(opened) == [State.ISSUED, State.ISSUED]
