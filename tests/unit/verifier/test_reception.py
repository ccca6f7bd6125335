"""A desk: codes, typed text and files become answers of one list, and the next person begins anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.world import NOW, UNIVERSITY, World
from vcwallet import limits, strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.frames import Progress
from vcwallet.bundle.gathering import Seen
from vcwallet.bundle.request import Request, Want
from vcwallet.locales import language
from vcwallet.report import Outcome
from vcwallet.speaking.answer_lists import entries_words
from vcwallet.speaking.answers import answer_words, state_of
from vcwallet.speaking.reception import ages_sentence, progress_sentence, step_sentence
from vcwallet.verifier import openid_asking
from vcwallet.verifier.office import Office
from vcwallet.verifier.reception import Reception

W = World()


@pytest.fixture
def desk() -> Iterator[Reception]:
    reception = Reception(Office.of(W.trust(recipient=UNIVERSITY)), camera="камера")
    yield reception
    reception.close()


def digits(bundle: Bundle) -> list[str]:
    return [each.digits for each in symbols.lay_out(codec.encode(bundle), parity=0)]


def test_what_a_scanner_types_becomes_an_answer_of_the_list(desk: Reception) -> None:
    taken = [desk.typed(each, now=NOW) for each in digits(W.bundle())]
    (entry,) = taken[-1].entries
    assert entry.report.outcome is Outcome.CONFIRMED
    assert [each.file for each in entry.report.source] == ["камера"]
    assert [each.number for each in desk.today] == [1]


def test_the_code_that_was_answered_is_not_answered_again(desk: Reception) -> None:
    codes = digits(Bundle(W.child.show([W.olympiad.diploma(9, holder=W.child.id)])))
    for each in codes:
        desk.typed(each, now=NOW)
    count = len(desk.today)
    for each in codes:
        last = desk.typed(each, now=NOW)
        assert last.step is not None
        assert last.step.seen is Seen.ANSWERED
    assert len(desk.today) == count
    desk.anew()
    for each in codes:
        desk.typed(each, now=NOW)
    assert len(desk.today) == count + 1


def test_files_are_answered_one_by_one_and_a_bad_one_costs_only_itself(desk: Reception) -> None:
    good = strict_json.dumps(W.bundle().to_json()).encode()
    taken = desk.files([("a/показ.json", good), ("b/сломан.pdf", b"%PDF-1.7 broken")], now=NOW)
    assert [each.report.outcome for each in taken.entries] == [Outcome.CONFIRMED]
    assert [each.source for each in taken.problems] == ["b/сломан.pdf"]


def test_nothing_shown_is_told(desk: Reception) -> None:
    taken = desk.files([("список.json", strict_json.dumps(W.olympiad.status()).encode())], now=NOW)
    assert [each.error.code for each in taken.problems] == ["verify.nothing-shown"]
    assert not desk.today


def test_a_request_among_the_files_is_what_is_asked_from_then_on(desk: Reception) -> None:
    asked = Request(domain=UNIVERSITY, purpose="Поступление", created=NOW, challenge="4711")
    taken = desk.files([("запрос.json", strict_json.dumps(asked.to_json()).encode())], now=NOW)
    assert (taken.entries, taken.problems) == ((), ())
    assert desk.request == asked
    shown = strict_json.dumps(W.bundle().to_json()).encode()
    (entry,) = desk.files([("показ.json", shown)], now=NOW).entries
    assert entry.report.showing.code == "showing.other-challenge"


def relayed(answered: bool = True) -> tuple[Reception, list[tuple[str, bytes]]]:
    """A showing that was made for somebody else, with the question it was made for."""
    reception = Reception(Office.of(W.trust(recipient=UNIVERSITY)))
    shown = W.bundle(to="stranger.example", challenge="4711", created=NOW)
    return reception, [("показ.json", strict_json.dumps(shown.to_json()).encode())] if answered else []


@pytest.mark.parametrize("answered", [True, False])
def test_a_question_among_what_a_family_brings_changes_nothing(answered: bool) -> None:
    """Or a showing for a stranger, brought with the stranger's question, would be one for this desk."""
    reception, given = relayed(answered)
    theirs = Request(domain="stranger.example", purpose="П", created=NOW, challenge="4711")
    given.append(("вопрос.json", strict_json.dumps(theirs.to_json()).encode()))
    taken = reception.files(given, now=NOW)
    assert reception.request is None
    assert "openid.not-asked-here" in {each.error.code for each in taken.problems}
    assert [each.report.showing.code for each in taken.entries] == ["showing.other-recipient"] * answered


def test_a_question_of_the_office_is_taken_by_itself_alone() -> None:
    """A weaker one in the office's name could lie among a family's files as well."""
    reception = Reception(Office.of(W.trust(recipient=UNIVERSITY)))
    weak = Request(domain=UNIVERSITY, purpose="П", created=NOW)
    shown = ("показ.json", strict_json.dumps(W.bundle().to_json()).encode())
    taken = reception.files([shown, ("вопрос.json", strict_json.dumps(weak.to_json()).encode())], now=NOW)
    assert reception.request is None
    assert [each.error.code for each in taken.problems] == ["openid.not-asked-here"]
    assert len(taken.entries) == 1


def test_what_was_kept_is_of_no_use_without_an_answer(
    desk: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = openid_asking.make(
        Request(UNIVERSITY, "П", NOW, wants=(Want(None, ("person",)),)),
        response_uri=f"https://{UNIVERSITY}/openid4vp",
        encrypted=False,
        nonce="4711",
        state="s-1",
    )
    kept = ("хранить.json", strict_json.dumps(ours.to_json()).encode())
    assert [each.error.code for each in desk.files([kept], now=NOW).problems] == ["openid.kept-alone"]
    assert desk.request is None
    monkeypatch.setattr(limits, "OPENID_TRIED", 2)
    answers = strict_json.dumps([{"response": f"{number}.a.b.c.d"} for number in range(4)]).encode()
    codes = [each.error.code for each in desk.files([("ответы.json", answers)], now=NOW).problems]
    assert "openid.too-many-answers" in codes


def test_what_a_stranger_kept_of_a_question_opens_nothing_here() -> None:
    reception, given = relayed()
    theirs = openid_asking.make(
        Request("stranger.example", "П", NOW, wants=(Want(None, ("person",)),)),
        response_uri="https://stranger.example/openid4vp",
        encrypted=False,
        nonce="4711",
        state="s-1",
    )
    given.append(("хранить.json", strict_json.dumps(theirs.to_json()).encode()))
    taken = reception.files(given, now=NOW)
    assert [each.error.code for each in taken.problems] == ["openid.not-asked-here"]
    assert [each.report.showing.code for each in taken.entries] == ["showing.other-recipient"]


def test_what_is_shown_to_another_office_is_no_forgery(desk: Reception) -> None:
    shown = strict_json.dumps(W.bundle(to="other.example").to_json()).encode()
    (entry,) = desk.files([("показ.json", shown)], now=NOW).entries
    assert state_of(entry.report) == "not-counted"


@pytest.mark.parametrize("code", ["ru", "en"])
def test_an_answer_says_everything_a_page_needs(desk: Reception, code: str) -> None:
    shown = strict_json.dumps(W.bundle().to_json()).encode()
    (entry,) = desk.files([("показ.json", shown)], now=NOW).entries
    said = answer_words(entry.report, language(code))
    assert said.state == "confirmed"
    assert said.head[0].isupper()
    assert len(said.cards) == 1
    assert said.cards[0].checks
    assert said.people
    assert all(each.sentence for each in (*said.checks, *said.cards[0].checks))
    # What one check found stands together: a name that stands twice looks like two answers to one question.
    for checks in (said.checks, said.cards[0].checks):
        assert len({(each.name, each.state) for each in checks}) == len(checks)


def test_closing_forgets_everybody(desk: Reception) -> None:
    desk.files([("показ.json", strict_json.dumps(W.bundle().to_json()).encode())], now=NOW)
    desk.close()
    assert len(desk.today) == 0
    assert desk.gathering.progress is None


def test_progress_names_what_is_missing() -> None:
    ru = language("ru")
    assert progress_sentence(Progress("00", 5, (1, 3, 5)), ru) == "Прочитано 3 из 5, не хватает 2 и 4."
    assert progress_sentence(Progress("00", 2, (1,)), ru) == "Прочитано 1 из 2, не хватает 2."
    assert progress_sentence(Progress("00", 20, (1,)), ru) == "Прочитано 1 из 20."
    assert progress_sentence(None, ru) == ""
    assert progress_sentence(Progress("00", 1, (1,)), ru) == ""


def test_a_code_of_something_else_is_said_with_what_to_do(desk: Reception) -> None:
    step = desk.typed("https://example.org/", now=NOW).step
    assert step is not None
    assert "адрес" in step_sentence(step, language("ru"))


def test_the_age_of_knowledge_is_said() -> None:
    office = Office.of(W.trust())
    ages = office.ages(NOW)
    assert (ages.trust, ages.status, ages.rule, ages.outdated) == (5, 3, 14, False)
    assert ages_sentence(office, language("ru"), now=NOW) == (
        "Список доверия: 5 дней. Сведения об отозванных: 3 дня, годны 14."
    )
    assert ages_sentence(
        Office.of(W.trust(status_lists=())), language("ru"), now=NOW - timedelta(days=5)
    ) == ("Список доверия: сегодняшний.")
    assert office.ages(NOW + timedelta(days=20)).outdated
    assert Office.of(W.trust(status_lists=())).ages(NOW).status is None


@pytest.mark.parametrize("code", ["ru", "en"])
def test_an_answer_on_a_page_names_no_did(desk: Reception, code: str) -> None:
    shown = W.bundle(W.stranger.diploma(4, holder=W.child.id))
    (entry,) = desk.files([("показ.json", strict_json.dumps(shown.to_json()).encode())], now=NOW).entries
    said = answer_words(entry.report, language(code))
    (line,) = entries_words([entry], language(code), now=NOW)
    assert "did:" not in f"{said.why} {said.cards} {said.checks} {line}"
    assert "o1ymp.example" in said.why
    assert len(line.why) < len(said.why)
