"""A request made from rules asks for what they read, and one made by hand is held to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.world import NOW
from vcwallet import strict_json
from vcwallet.bundle.request import Request, Want
from vcwallet.cli import command_line
from vcwallet.cli.request import request, want_of
from vcwallet.cli.speak import Speaker, run
from vcwallet.credentials.achievement import Fact
from vcwallet.credentials.fact_words import FACT_NAMES
from vcwallet.credentials.terms import Kind
from vcwallet.errors import UsageError
from vcwallet.locales import language
from vcwallet.speaking.requests import gap_sentence, request_rows, want_words
from vcwallet.verifier.asking import Gap, gaps, idle_wants, needs, wants_of
from vcwallet.verifier.policy_pack import Pack, When

FILE = ROOT / "examples" / "admission" / "vymysel-2027.toml"
PACK = Pack.parse(FILE.read_bytes(), name=FILE.name)
MATHS = "01.03.02"


def test_what_rules_read_is_asked_for_and_nothing_else() -> None:
    for programme in (None, *PACK.programmes):
        wants = wants_of(PACK, programme)
        assert gaps(wants, PACK, programme) == ()
        assert idle_wants(wants, PACK, programme) == ()
        assert all(want.everything and want.at_least == 0 for want in wants)
        read = {(need.kind, name) for need in needs(PACK, programme) for name in need.fields}
        assert {(want.kind, name) for want in wants for name in want.fields} == read
        assert Fact.SCHOOL not in {name for _, name in read}


def test_every_fact_that_is_left_out_is_named_with_the_rule_that_needs_it() -> None:
    for want in wants_of(PACK, MATHS):
        for name in want.fields:
            fewer = replace(want, fields=tuple(each for each in want.fields if each != name))
            others = [each for each in wants_of(PACK, MATHS) if each != want]
            found = gaps([*others, fewer], PACK, MATHS)
            assert found, (want, name)
            reading = {need.rule for need in needs(PACK, MATHS) if name in need.fields}
            assert {gap.rule for gap in found} <= reading, (want, name, found)


@pytest.mark.parametrize("clause", ["age_at_least", "age_at_most"])
def test_an_age_is_that_of_the_day_of_the_award_so_both_days_are_asked_for(clause: str) -> None:
    when = When(kinds=(Kind.OLYMPIAD_DIPLOMA,), **{clause: 15})
    pack = replace(PACK, rights=(), merits=(replace(PACK.merits[0], when=when),))
    (want,) = wants_of(pack)
    assert {Fact.BORN, Fact.AWARDED} <= set(want.fields)


def test_a_whole_diploma_of_any_kind_lacks_nothing() -> None:
    assert gaps([Want(None, (), everything=True, at_least=0)], PACK) == ()


def test_a_kind_that_is_not_asked_for_and_one_that_never_counts_are_named() -> None:
    olympiads = [want for want in wants_of(PACK, MATHS) if want.kind == "olympiad-diploma"]
    left_out = gaps(olympiads, PACK, MATHS)
    assert {gap.kind for gap in left_out} >= {"volunteering", "sport-norm"}
    assert all(gap.missing == () and gap.since is None for gap in left_out)
    assert idle_wants([*olympiads, Want("extracurricular-course")], PACK, MATHS) == (
        "extracurricular-course",
    )


def test_years_that_count_and_are_not_asked_for_are_named() -> None:
    late = [replace(want, since=2027) for want in wants_of(PACK, MATHS)]
    found = gaps(late, PACK, MATHS)
    assert {gap.since for gap in found} == {2023, 2025}
    for code in ("ru", "en"):
        assert "2023" in gap_sentence(next(gap for gap in found if gap.since == 2023), language(code))


def test_a_right_of_another_programme_is_not_asked_about() -> None:
    rules = {need.rule for need in needs(PACK, "09.03.01")}
    assert "hundred-informatics" in rules
    assert "hundred-math" not in rules


@pytest.mark.parametrize(
    ("given", "want"),
    [
        ("olympiad-diploma", Want("olympiad-diploma")),
        ("olympiad-diploma:person,result", Want("olympiad-diploma", ("person", "result"))),
        (
            "olympiad-diploma:person:all since 2023",
            Want("olympiad-diploma", ("person",), at_least=0, everything=True, since=2023),
        ),
        ("волонтёрство::до 3", Want("volunteering", at_least=0, at_most=3)),
        ("volunteering::since 2025", Want("volunteering", since=2025)),
        ("project::все с 2024", Want("project", at_least=0, everything=True, since=2024)),
    ],
)
def test_each_kind_says_how_many_and_of_which_years(given: str, want: Want) -> None:
    assert want_of(Speaker(language("en")), given, Want()) == want
    # And it goes through a file as it is.
    asked = Request("priem.vuz.example", "x", NOW, wants=(want,))
    assert Request.parse(asked.to_json()).wants == (want,)


@pytest.mark.parametrize("number", ["many", "up to", "up to 0", "up to 101", "since 23", "all up to 3"])
def test_a_number_that_says_nothing_is_refused(number: str) -> None:
    with pytest.raises(UsageError) as caught:
        want_of(Speaker(language("en")), f"project::{number}", Want())
    assert caught.value.code == "request.number"


def test_how_it_is_said_in_words() -> None:
    want = Want("olympiad-diploma", ("person", "result"), at_least=0, everything=True, since=2023)
    assert want_words(want, language("en")) == "diploma of an olympiad: all since 2023 (name, result)"
    assert "все" in want_words(want, language("ru"))
    assert "3" in want_words(Want(None, at_least=0, at_most=3), language("ru"))
    told = gap_sentence(Gap("hundred-math", "olympiad-diploma", ("class",)), language("ru"))
    assert told.startswith("hundred-math: ")
    assert "класс" in told


def test_the_page_has_one_row_for_a_kind_with_all_that_is_read_of_it() -> None:
    asked_for = Request(
        "priem.vuz.example", "x", NOW, wants=wants_of(PACK, MATHS), status_age=timedelta(days=14)
    )
    rows = [value for _, value in request_rows(asked_for, language("en"))]
    (olympiads,) = [row for row in rows if row.startswith("diploma of an olympiad")]
    for need in needs(PACK, MATHS):
        if need.kind == "olympiad-diploma":
            assert all(language("en").text(FACT_NAMES[name]).lower() in olympiads for name in need.fields)
    assert "not older than 14 days" in rows
    whole = Request("priem.vuz.example", "x", NOW, wants=(Want("project"), Want("project", ("person",))))
    assert [value for _, value in request_rows(whole, language("en"))] == [
        "project: 1 at least",
        "project: 1 at least (name)",
    ]


ASK = ["request", "--domain", "priem.vuz.example", "--purpose", "поступление 2027", "--now", "2027-06-01"]


def asked(*words: str) -> int:
    return run(command_line, [*ASK, *words], Speaker(language("en")))


def test_a_request_from_rules_is_a_page_to_hang_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--policy", str(FILE), "--programme", MATHS, "--no-challenge", "--max-status-age", "14d")
    assert asked(*words, "--out", "request.json") == 0
    made = Request.parse(strict_json.loads_object(Path("request.json").read_bytes()))
    assert made.wants == wants_of(PACK, MATHS)
    assert made.challenge is None
    assert asked(*words, "--out", "request.pdf") == 0
    assert Path("request.pdf").read_bytes().startswith(b"%PDF")


def test_a_request_by_hand_is_compared_and_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ("--policy", str(FILE), "--programme", MATHS, "--out", "r.json")
    assert (
        asked("--want", "olympiad-diploma:person,result:all", "--want", "extracurricular-course", *words) == 0
    )
    told = " ".join(capsys.readouterr().err.split())
    assert "hundred-math: it cannot be judged without" in told
    assert "volunteering is not asked for" in told
    assert "do not ask for it: course outside school" in told


def test_a_programme_is_one_of_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    many = [word for _ in range(21) for word in ("--want", "project")]
    for words, code in (
        (["--programme", MATHS], "request.no-policy"),
        (["--policy", str(FILE), "--programme", "99.99.99"], "request.programme"),
        (many, "request.too-many"),
    ):
        with pytest.raises(UsageError) as caught:
            request.main(
                [*ASK[1:], *words, "--out", "r.json"], standalone_mode=False, obj=Speaker(language("en"))
            )
        assert caught.value.code == code
        assert caught.value.next_step
        assert not Path("r.json").exists()
