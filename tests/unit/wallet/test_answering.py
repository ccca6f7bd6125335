"""A wallet answers each demand of a request, and exactly it: kinds, years, numbers, fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, Issuer, wallet
from vcwallet.bundle.request import Request, Want
from vcwallet.errors import UsageError
from vcwallet.locales import language
from vcwallet.speaking import previews
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier
from vcwallet.wallet import Child, Drafts, Wallet
from vcwallet.wallet.answering import Why

PRIEM = "priem.vuz.example"
OLYMPIAD, AWARD = "olympiad-diploma", "school-award"
DAYS = ("2022-03-01", "2023-01-01", "2024-03-01", "2025-03-01", "2026-03-01")


ISSUER = Issuer()


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Wallet:
    """Five diplomas of the final stage, one a year, whose fields can be hidden."""
    made = wallet(tmp_path_factory.mktemp("family") / "a.vcw", ISSUER)
    for number, day in enumerate(DAYS, 1):
        made.add(
            ISSUER.with_hideable_parts(ISSUER.diploma(number=number, awarded=day, role="10 «А»")), now=NOW
        )
    return made


def answer(family: Wallet, *wants: Want) -> Drafts:
    asked = Request(PRIEM, "поступление", NOW, wants=wants)
    return family.prepare(request=asked, child=family.children[0], now=NOW)


def days(drafts: Drafts) -> list[date | None]:
    return sorted((each.diploma.facts.awarded for each in drafts.diplomas), key=str)


def dates(*names: str) -> list[date]:
    return [date.fromisoformat(each) for each in names]


FIELDS = ("person", "result")


@pytest.mark.parametrize(
    ("want", "shown"),
    [
        (Want(OLYMPIAD, FIELDS), DAYS[-1:]),
        (Want(OLYMPIAD, FIELDS, at_least=2), DAYS[-2:]),
        (Want(OLYMPIAD, FIELDS, at_least=0, at_most=3), DAYS[-3:]),
        (Want(OLYMPIAD, FIELDS, at_least=0, at_most=9), DAYS),
        (Want(OLYMPIAD, FIELDS, at_least=0, everything=True), DAYS),
        (Want(OLYMPIAD, FIELDS, at_least=0, everything=True, since=2023), DAYS[1:]),
        (Want(OLYMPIAD, FIELDS, at_least=0, at_most=2, since=2025), DAYS[-2:]),
        (Want(None, FIELDS, at_least=0, everything=True, since=2026), DAYS[-1:]),
    ],
)
def test_so_many_and_of_these_years(family: Wallet, want: Want, shown: Sequence[str]) -> None:
    drafts = answer(family, want)
    assert days(drafts) == dates(*shown)
    for each in drafts.diplomas:
        assert {"person", "result"} <= set(each.draft.fields)
        assert {"born", "school", "class"} & set(each.draft.fields) == set()


def test_of_several_kinds_each_gets_its_own_and_shows_its_own_fields(family: Wallet) -> None:
    drafts = answer(
        family,
        Want(OLYMPIAD, ("person", "result"), at_least=0, everything=True, since=2025),
        Want(OLYMPIAD, ("person", "born"), at_least=0, at_most=1),
        Want(AWARD, ("person",), at_least=0, everything=True),
    )
    assert days(drafts) == dates(*DAYS[-2:])
    showing_birth = [each for each in drafts.diplomas if "born" in each.draft.fields]
    assert len(showing_birth) == 1
    assert all("result" in each.draft.fields for each in drafts.diplomas)


def test_what_is_not_there_is_told_and_nothing_is_shown_instead(family: Wallet) -> None:
    for want in (
        Want(AWARD, ("person",)),
        Want(OLYMPIAD, ("person",), at_least=6),
        Want(OLYMPIAD, ("person",), since=2027),
        Want(OLYMPIAD, ("code",)),
    ):
        with pytest.raises(UsageError) as caught:
            answer(family, want)
        assert caught.value.code == "wallet.not-enough"


def test_the_office_finds_in_the_answer_what_it_asked_for(family: Wallet) -> None:
    asked = Request(
        PRIEM,
        "поступление",
        NOW,
        wants=(Want(OLYMPIAD, FIELDS, at_least=2, everything=True, since=2025),),
    )
    shown = family.sign(family.prepare(request=asked, child=family.children[0], now=NOW), now=NOW)
    trust = TrustList.start(now=NOW).with_issuer(
        ISSUER.document, name={"ru": ISSUER.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    report = Verifier(trust).check(shown.bundle, request=asked, now=NOW)
    assert "demands.not-all-asked" not in {each.reason for each in report.findings}
    fewer = family.sign(
        family.prepare(family.diplomas()[-1:], request=Request(PRIEM, "x", NOW), now=NOW), now=NOW
    )
    lacking = Verifier(trust).check(fewer.bundle, request=asked, now=NOW)
    assert "demands.not-all-asked" in {each.reason for each in lacking.findings}


# --- which of several that would do ---


def drafted(folder: Path, *kept: tuple[str, str | None, bool], wants: Sequence[Want] = ()) -> Drafts:
    """What is proposed to a child with these diplomas: the day, whose key ("" for the child's), whether its
    parts hide."""
    made = wallet(folder / "семья.vcw", ISSUER)
    child = made.add_child(MASHA, now=NOW)
    for number, (day, holder, hides) in enumerate(kept, 1):
        document = ISSUER.diploma(number=number, awarded=day, holder=child.did if holder == "" else holder)
        made.add(ISSUER.with_hideable_parts(document) if hides else document, child=child, now=NOW)
    return answer(made, *(wants or (Want(OLYMPIAD, FIELDS),)))


OLD, NEW = "2024-03-01", "2026-03-01"


@pytest.mark.parametrize(
    ("kept", "day", "why", "words"),
    [
        ([(OLD, "", True), (NEW, None, True)], OLD, Why.KEY, "issued to the child's key"),
        ([(OLD, "", False), (NEW, None, True)], OLD, Why.KEY, "issued to the child's key"),
        ([(OLD, "", True), (NEW, "", False)], OLD, Why.LEAST, "of which least is read"),
        ([(OLD, None, True), (NEW, None, False)], OLD, Why.LEAST, "of which least is read"),
        ([(OLD, "", True), (NEW, "", True)], NEW, Why.NEWEST, "the newest"),
    ],
)
def test_the_childs_key_then_the_least_then_the_newest(
    tmp_path: Path, kept: Sequence[tuple[str, str | None, bool]], day: str, why: Why, words: str
) -> None:
    drafts = drafted(tmp_path, *kept)
    assert days(drafts) == dates(day)
    (picked,) = drafts.picked
    assert (len(picked.diplomas), len(picked.instead), picked.because) == (1, 1, why)
    told = "\n".join(previews.warnings(drafts, language("en"), now=NOW))
    assert words in told
    assert f"№ {picked.instead[0].number}" in told


def test_one_whose_key_is_not_here_is_proposed_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wallet that was rebuilt without its keys has such, and nobody could sign for them."""
    monkeypatch.setattr(Child, "has_key_for", lambda child, signed: not signed.holder_ids)
    drafts = drafted(tmp_path, (OLD, None, False), (NEW, "", True))
    assert days(drafts) == dates(OLD)
    assert [each.because for each in drafts.picked] == [Why.HERE]


def test_one_that_answers_several_questions_comes_before_the_newest(tmp_path: Path) -> None:
    made = wallet(tmp_path / "семья.vcw", ISSUER)
    for number, (day, role) in enumerate(((OLD, "10 «А»"), (NEW, None)), 1):
        document = ISSUER.diploma(number=number, awarded=day, role=role)
        made.add(ISSUER.with_hideable_parts(document), now=NOW)
    drafts = answer(made, Want(OLYMPIAD, ("person", "class")), Want(OLYMPIAD, ("person",)))
    assert days(drafts) == dates(OLD)
    assert [each.because for each in drafts.picked] == [Why.FEWER]


def test_nothing_is_said_where_there_was_no_choice(family: Wallet, tmp_path: Path) -> None:
    assert not answer(family, Want(OLYMPIAD, FIELDS, at_least=0, everything=True)).picked
    assert not drafted(tmp_path, (NEW, "", True)).picked
    chosen = family.prepare(family.diplomas()[:1], request=Request(PRIEM, "x", NOW), now=NOW)
    assert not chosen.picked, "the family chose by hand"
