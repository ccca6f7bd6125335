"""What a parent is told before anything is signed; what stays at home unless the parent says otherwise."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.bundle.test_writing import words_of
from tests.unit.wallet.shared import MASHA, NOW, OTHER_PASSPHRASE, PETYA, Cli, Issuer, later, reopen, wallet
from vcwallet import limits, strict_json
from vcwallet.bundle.request import Request, Want
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.credentials.fact_words import FACT_NAMES, field_named
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import UsageError
from vcwallet.locales import language
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.speaking import previews
from vcwallet.wallet import Diploma, Wallet
from vcwallet.wallet.asides import Choice
from vcwallet.wallet.recipients import resembled

PRIEM = "priem.vuz.example"
TO: dict[str, Any] = {"to": PRIEM, "purpose": "Поступление", "now": NOW}
ASKED = Request(PRIEM, "Поступление", NOW, wants=(Want("olympiad-diploma", ("person", "result")),))
AT = ("--now", "2026-06-20T09:00:00Z")
SHOW = ("--to", PRIEM, "--purpose", "Поступление", "--out", "a.json", *AT)


@pytest.fixture
def kept(tmp_path: Path, issuer: Issuer) -> tuple[Wallet, Diploma]:
    family = wallet(tmp_path / "a.vcw", issuer)
    diploma = family.add(issuer.with_hideable_parts(issuer.diploma(role="10 «А»")), now=NOW)
    family.save()
    return family, diploma


def shown_text(name: str = "a.json") -> str:
    return Path(name).read_text("utf-8")


# --- the preview ---------------------------------------------------------------------------------------


def test_the_preview_says_the_values_who_sees_them_and_what_stays_hidden(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("present", "a.vcw", "1", *SHOW, "--hide", "born", "--yes", lang="ru") == 0
    told = capsys.readouterr().out
    read, _, hidden = told.partition("скрыто от него:")
    for value in (MASHA.full_name, PRIEM, "Поступление", "20.07.2026", "Школа № 0", "Астрономия"):
        assert value in read, value
    assert "17.05.2009" not in told
    assert hidden.startswith(" Дата рождения\n")


def test_the_preview_is_what_the_recipient_will_read(kept: tuple[Wallet, Diploma]) -> None:
    family, diploma = kept
    prepared = family.prepare([diploma], hide=["born", "patronymic"], **TO)
    (sent,) = Presentation.parse(family.sign(prepared, now=NOW).text).credentials
    from vcwallet.credentials.achievement import facts

    assert facts(sent).said == prepared.diplomas[0].draft.facts.said


def test_enter_shows_nothing(kept: tuple[Wallet, Diploma], cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "")
    assert cli("present", "a.vcw", "1", *SHOW) == 2
    assert not Path("a.json").exists()
    assert not reopen(Path("a.vcw")).children[0].ledger.entries()


# --- what nobody asked for -----------------------------------------------------------------------------


def test_of_a_diploma_chosen_by_hand_what_the_request_does_not_ask_for_stays_hidden(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    """`present 4 1 --request` showed the birth date and the school without a word."""
    Path("request.json").write_text(strict_json.dumps(ASKED.to_json()), "utf-8")
    to = ("--request", "request.json", *AT, "--yes")
    assert cli("present", "a.vcw", "1", *to, "--out", "a.json") == 0
    assert "hidden from them: Date of birth, School, Class" in capsys.readouterr().out
    assert not [each for each in ("2009-05-17", "Школа № 0", "10 «А»") if each in shown_text()]
    assert cli("present", "a.vcw", "1", *to, "--show", "школа", "--out", "b.json") == 0
    assert "Школа № 0" in shown_text("b.json")
    assert "2009-05-17" not in shown_text("b.json")


def test_hiding_more_hides_no_less_of_what_nobody_asked_for(kept: tuple[Wallet, Diploma]) -> None:
    family, diploma = kept
    for chosen in ([diploma], []):
        child = family.children[0]
        prepared = family.prepare(chosen, child=child, request=ASKED, hide=["patronymic"], now=NOW)
        assert set(prepared.diplomas[0].draft.hidden) == {"patronymic", "born", "school", "class"}
    (each,) = family.prepare([diploma], request=ASKED, hide=["result"], now=NOW).diplomas
    assert each.withheld == ("result",), "said in the preview: they asked for it"
    (each,) = family.prepare([diploma], request=ASKED, only=["born"], now=NOW).diplomas
    assert "born" in each.draft.fields, "the parent says otherwise"


def test_of_a_kind_that_nobody_asked_for_only_the_fields_asked_for_are_shown(
    kept: tuple[Wallet, Diploma],
) -> None:
    family, diploma = kept
    request = Request(PRIEM, "п", NOW, wants=(Want("project", ("person",)),))
    (each,) = family.prepare([diploma], request=request, now=NOW).diplomas
    assert {"born", "school", "class", "result"} <= set(each.draft.hidden)


# --- what cannot be hidden, and what is not there ------------------------------------------------------


def test_a_field_that_one_diploma_cannot_hide_does_not_cost_the_others(
    kept: tuple[Wallet, Diploma], issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    family, _ = kept
    family.add(issuer.diploma(number=2, awarded="2026-04-01"), now=NOW)
    family.save()
    assert cli("present", "a.vcw", "1", "2", *SHOW, "--hide", "born", "--yes") == 0
    told = capsys.readouterr()
    assert "тур 2" in told.err
    assert "is left out" in told.err
    assert "2009-05-17" not in shown_text()
    assert len(Presentation.parse(shown_text()).credentials) == 1
    assert cli("present", "a.vcw", "2", *SHOW[:4], "--out", "b.json", *AT, "--hide", "born", "--yes") == 2
    assert not Path("b.json").exists()


def test_a_field_that_a_diploma_does_not_have_is_said(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("present", "a.vcw", "1", *SHOW, "--hide", "место,born", "--yes") == 2
    assert "place" in capsys.readouterr().err, "the fields there are"
    assert cli("present", "a.vcw", "1", *SHOW, "--hide", "населённый пункт,born", "--yes") == 0
    assert "not in this diploma anyway: Place" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("born", "born"),
        ("Дата рождения", "born"),
        ("date of birth", "born"),
        ("отчество", "patronymic"),
        ("населенный пункт", "place"),
        ("фамилия", "person"),
        ("зарплата", None),
        ("", None),
    ],
)
def test_fields_are_named_in_either_language(said: str, field: str | None) -> None:
    assert field_named(said) == field


# --- surnames ------------------------------------------------------------------------------------------


def test_a_parent_is_warned_that_the_recipient_will_read_a_former_surname(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    family, _ = kept
    (child,) = family.children
    child.rename(child.profile.renamed("Небылицына"), now=NOW)
    family.save()
    assert cli("present", "a.vcw", "1", *SHOW, "--yes", lang="ru") == 0
    told = " ".join(capsys.readouterr().err.split())
    assert "Тестова" in told
    assert "Небылицына" in told
    assert cli("present", "a.vcw", "1", *SHOW, "--hide", "person", "--yes", "--overwrite", lang="ru") == 0
    assert "Небылицына" not in capsys.readouterr().err, "nobody reads the former one"


# --- to whom, until when -------------------------------------------------------------------------------


def test_no_flag_agrees_to_a_name_that_deceives(
    kept: tuple[Wallet, Diploma],
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    codes: list[str] = []
    monkeypatch.setattr(Speaker, "error", lambda _, error: codes.append(error.code))
    to = ("--to", "рriеm.vuz.example", *SHOW[2:])
    assert cli("present", "a.vcw", "1", *to, "--yes") == 2
    assert codes == ["wallet.imitated-recipient"]
    assert PRIEM in capsys.readouterr().err, "warned of before it is refused"
    assert not Path("a.json").exists()


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("prien.vuz.example", PRIEM),
        ("preim.vuz.example", PRIEM),
        ("priem.vuzz.example", PRIEM),
        ("prie.vuz.example", PRIEM),
        (PRIEM, None),
        ("kabinet.vuz.example", None),
    ],
)
def test_a_slip_in_the_recipient_is_noticed(name: str, like: str | None) -> None:
    assert resembled(name, [PRIEM, "another.example"]) == like


def test_a_slip_is_told_before_the_family_agrees(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("present", "a.vcw", "1", *SHOW, "--yes") == 0
    assert "slip" not in capsys.readouterr().err
    assert cli("present", "a.vcw", "1", "--to", "prien.vuz.example", *SHOW[2:], "--yes", "--overwrite") == 0
    assert f"“{PRIEM}”" in capsys.readouterr().err


@pytest.mark.parametrize("day", ["2026-07-31", "31.07.2026"])
def test_a_showing_ends_on_a_day(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    assert cli("present", "a.vcw", "1", *SHOW, "--expires", day, "--yes", lang="ru") == 0
    assert "31.07.2026" in capsys.readouterr().out
    assert Presentation.parse(shown_text()).proofs[0]["expires"] == "2026-07-31T23:59:59Z"


@pytest.mark.parametrize(
    ("expires", "code"),
    [
        (timedelta(days=9000), "wallet.expires-late"),
        (date(2030, 1, 1), "wallet.expires-late"),
        (date(2026, 6, 19), "wallet.expires-past"),
        (NOW, "wallet.expires-past"),
    ],
)
def test_a_showing_is_good_neither_for_years_nor_for_a_day_gone_by(
    kept: tuple[Wallet, Diploma], expires: Any, code: str
) -> None:
    family, diploma = kept
    with pytest.raises(UsageError) as caught:
        family.prepare([diploma], expires=expires, **TO)
    assert caught.value.code == code
    assert caught.value.next_step


def test_a_request_that_stands_for_years_makes_no_showing_of_years(kept: tuple[Wallet, Diploma]) -> None:
    family, diploma = kept
    request = Request(PRIEM, "п", NOW, expires=later(9000))
    assert family.prepare([diploma], request=request, now=NOW).terms.expires == NOW + limits.SHOWING


def test_nine_thousand_days_are_refused_on_the_command_line(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("present", "a.vcw", "1", *SHOW, "--expires", "9000d", "--yes") == 2
    assert "366" in capsys.readouterr().err
    assert cli("present", "a.vcw", "1", *SHOW, "--expires", "someday", "--yes") == 2
    assert "2027-07-20" in capsys.readouterr().err


# --- what a university asks for ------------------------------------------------------------------------


@pytest.fixture
def several(tmp_path: Path, issuer: Issuer) -> Wallet:
    """Of the years 2023 to 2026; one of 2026 begins only in September."""
    family = wallet(tmp_path / "b.vcw", issuer)
    for number, year in enumerate((2023, 2024, 2025, 2026), 1):
        family.add(
            issuer.with_hideable_parts(issuer.diploma(number=number, awarded=f"{year}-03-01")), now=NOW
        )
    return family


def answered(family: Wallet, *wants: Want) -> list[str]:
    request = Request(PRIEM, "п", NOW, wants=wants)
    child = family.children[0]
    return [
        each.diploma.awarded[:4] for each in family.prepare(request=request, child=child, now=NOW).diplomas
    ]


def test_everything_since_a_year_and_up_to_so_many(several: Wallet) -> None:
    kind = "olympiad-diploma"
    assert answered(several, Want(kind)) == ["2026"]
    assert answered(several, Want(kind, everything=True)) == ["2023", "2024", "2025", "2026"]
    assert answered(several, Want(kind, everything=True, since=2025)) == ["2025", "2026"]
    assert answered(several, Want(kind, at_least=0, at_most=3)) == ["2024", "2025", "2026"]
    assert answered(several, Want(kind, at_least=0, at_most=9, since=2024)) == ["2024", "2025", "2026"]
    project = Want("project", at_least=0, at_most=2)
    assert answered(several, project, Want(kind)) == ["2026"], "none of a kind is no hindrance"
    with pytest.raises(UsageError) as caught:
        answered(several, project)
    assert caught.value.code == "wallet.not-enough"


def test_what_is_not_in_force_yet_is_not_proposed(several: Wallet, issuer: Issuer) -> None:
    document = issuer.diploma(number=9, awarded="2026-09-01")
    child = several.children[0]
    later_on = several.add(document, child=child, now=later(90))
    assert answered(several, Want("olympiad-diploma")) == ["2026"]
    assert len(answered(several, Want("olympiad-diploma", everything=True))) == 4
    told = list(previews.warnings(several.prepare([later_on], **TO), language("en"), now=NOW))
    assert any("not in force" in each for each in told), "chosen by hand it is said"


def test_each_kind_is_asked_for_its_own_fields(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    def ask(*words: str) -> int:
        to = ("--domain", PRIEM, "--purpose", "п", "--out", "r.json", "--overwrite", *AT)
        return run(command_line, ["request", *to, *words], Speaker(language("ru")))

    assert ask("--want", "olympiad-diploma:person,результат", "--want", "проект", "--fields", "person") == 0
    read = Request.parse(strict_json.loads_object(shown_text("r.json")))
    assert read.wants == (Want("olympiad-diploma", ("person", "result")), Want("project", ("person",)))
    assert ask("--want", "olympiad-diploma", "--everything", "--since", "2024") == 0
    (want,) = Request.parse(strict_json.loads_object(shown_text("r.json"))).wants
    assert want == Want("olympiad-diploma", at_least=0, everything=True, since=2024)
    assert ask("--up-to", "3", "--expires", "2026-07-31") == 0
    read = Request.parse(strict_json.loads_object(shown_text("r.json")))
    assert read.wants == (Want(at_least=0, at_most=3),)
    assert str(read.expires) == "2026-07-31 23:59:59+00:00"
    capsys.readouterr()
    codes: list[str] = []
    for words, code in (
        (("--want", "олимпиада-мечты"), "request.kind"),
        (("--want", "project:marks"), "request.field"),
        (("--everything", "--up-to", "2"), "request.how-many"),
        (("--expires", "2026-01-01"), "request.expires-past"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Speaker, "error", lambda _, error: codes.append(error.code))
            assert ask(*words) == 2
        assert codes.pop() == code


def test_a_missing_choice_of_child_is_a_question(
    several: Wallet, cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    several.add_child(PETYA, now=NOW)
    several.save()
    Path("request.json").write_text(strict_json.dumps(ASKED.to_json()), "utf-8")
    to = ("present", "b.vcw", "--request", "request.json", "--out", "a.json", *AT, "--yes")
    assert cli(*to) == 2
    number = [each.name for each in several.children].index(MASHA.full_name) + 1
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    for answer in (str(number), "Проба"):
        monkeypatch.setattr("click.prompt", lambda *_, answer=answer, **__: answer)
        capsys.readouterr()
        assert cli(*to, "--overwrite") == 0
        told = capsys.readouterr()
        assert PETYA.full_name in told.err
        assert f"Diplomas of: {MASHA.full_name}" in told.out


# --- the history ---------------------------------------------------------------------------------------


def test_the_history_is_a_line_a_showing_and_fits_80_columns(
    kept: tuple[Wallet, Diploma],
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for number, purpose in enumerate(
        ("Поступление", "Поступление в десятый класс, дополнительный набор " * 4)
    ):
        name = "приёмная-комиссия-небывалинского-вуза.example" if number else PRIEM
        to = ("--to", name, "--purpose", purpose.strip(), "--out", f"{number}.json", *AT, "--yes")
        assert cli("present", "a.vcw", "1", *to, "--hide", "born") == 0
    capsys.readouterr()
    assert cli("history", "a.vcw", lang="ru") == 0
    child, heads, *lines = capsys.readouterr().out.splitlines()
    assert MASHA.full_name in child
    assert heads.split()[0] == "№"
    assert [line.split()[0] for line in lines[:2]] == ["1", "2"]
    assert len(lines) == 3, "and the last digest"
    assert max(map(len, (heads, *lines))) <= 80
    assert cli("history", "show", "a.vcw", "2", lang="ru") == 0
    told = capsys.readouterr().out
    for expected in ("небывалинского-вуза", "дополнительный набор", "20.07.2026", "Дата рождения", "тур 1"):
        assert expected in told, expected
    assert cli("history", "show", "a.vcw", "2", "--json") == 0
    assert json.loads(capsys.readouterr().out)["shown"][0]["hidden"] == ["born"]


def test_the_history_is_printed(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("present", "a.vcw", "1", *SHOW, "--yes") == 0
    assert cli("history", "a.vcw", "--out", "history.pdf", *AT, lang="ru") == 0
    words, pages = words_of(Path("history.pdf").read_bytes())
    assert pages == 1
    for expected in (MASHA.full_name, PRIEM, "Поступление", "20.07.2026", "Дата рождения"):
        assert expected in words
    codes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Speaker, "error", lambda _, error: codes.append(error.code))
        assert cli("history", "a.vcw", "--out", "history.docx") == 2
    assert codes == ["history.form"]


def test_forgetting_is_a_verb_of_its_own_that_asks(
    kept: tuple[Wallet, Diploma], cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli("present", "a.vcw", "1", *SHOW, "--yes") == 0
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    answers = ["", "да"]
    monkeypatch.setattr("click.prompt", lambda *_, **__: answers.pop(0))
    for forgotten in (False, True):
        cli("forget", "a.vcw", "1")
        (line,) = reopen(Path("a.vcw")).children[0].ledger.entries()
        assert (line.showing is None) is forgotten


# --- words ---------------------------------------------------------------------------------------------


def test_a_kind_is_named_in_either_language_and_an_unknown_one_is_answered_with_all(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("диплом олимпиады", "olympiad-diploma", "Diploma of an olympiad"):
        assert cli("list", "a.vcw", "--kind", name, lang="ru") == 0
        assert "тур 1" in capsys.readouterr().out
    codes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Speaker, "error", lambda _, error: codes.append(error.code))
        assert cli("list", "a.vcw", "--kind", "грамота мечты", lang="ru") == 2
    assert codes == ["wallet.no-such-kind"]
    assert cli("list", "a.vcw", "--kind", "project", lang="ru") == 0
    assert "Здесь ничего нет" not in capsys.readouterr().out


def test_no_screen_of_a_parent_speaks_of_reviews_badges_or_labels_twice(
    kept: tuple[Wallet, Diploma], cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (("list",), ("show", "1"), ("issuers",), ("history",)):
        assert cli(words[0], "a.vcw", *words[1:], lang="ru") == 0
    told = capsys.readouterr().out
    for wrong in ("Отзыв\n", "Отзыв ", "Award", "Badge", "Баллы: Баллы", "»»"):
        assert wrong not in told


# --- what is hidden here and read there -----------------------------------------------------------------


def both_diplomas(kept: tuple[Wallet, Diploma], issuer: Issuer, **pupil: Any) -> tuple[Diploma, Diploma]:
    family, diploma = kept
    other = issuer.with_hideable_parts(issuer.diploma(number=2, awarded="2026-04-01", **pupil))
    return diploma, family.add(other, child=family.children[0], now=NOW)


@pytest.mark.parametrize("name", ["born", "person", "patronymic", "school"])
def test_what_is_hidden_in_one_diploma_and_read_in_another_is_told(
    kept: tuple[Wallet, Diploma], issuer: Issuer, name: str
) -> None:
    family, _ = kept
    one, other = both_diplomas(kept, issuer)
    drafts = family.prepare([one, other], hide={one.id: [name]}, **TO)
    assert [(seen.name, [each.diploma.id for each in seen.where]) for seen in drafts.still_visible] == [
        (name, [other.id])
    ]
    told = [line for line in previews.warnings(drafts, language("ru"), now=NOW) if other.title in line]
    assert len(told) == 1
    assert language("ru").text(FACT_NAMES[name]).lower() in told[0]


def test_nothing_is_told_where_nothing_is_given_away(kept: tuple[Wallet, Diploma], issuer: Issuer) -> None:
    """The other diploma says another class; a rank is the diploma's own; hidden everywhere is hidden."""
    family, _ = kept
    one, other = both_diplomas(kept, issuer, role="11 «А»")
    for hide in ({one.id: ["class"]}, {one.id: ["result"]}, ["born"]):
        assert family.prepare([one, other], hide=hide, **TO).still_visible == ()


# --- fields to tick, and a showing put aside ------------------------------------------------------------


def test_each_field_stands_with_its_value_and_says_whether_it_may_be_hidden(
    kept: tuple[Wallet, Diploma],
) -> None:
    family, diploma = kept
    (each,) = family.prepare([diploma], hide=["born"], request=ASKED, show=("school",), now=NOW).diplomas
    found = {field.name: field for field in previews.fields_of(each, language("ru"))}
    assert (found["born"].value, found["born"].shown, found["born"].free) == ("17.05.2009", False, True)
    assert (found["achievement"].shown, found["achievement"].free) == (True, False)
    assert found["patronymic"].value == "Вымысловна"
    assert (found["person"].asked, found["school"].asked) == (True, False)
    read = dict(previews.read_of(each.draft.credential, each.draft.facts, language("ru")))
    assert "17.05.2009" not in read.values()
    assert all(field.value in "; ".join(read.values()) for field in found.values() if field.shown)


def test_a_choice_that_was_put_aside_comes_back_as_it_was(kept: tuple[Wallet, Diploma], cli: Cli) -> None:
    family, diploma = kept
    child = family.children[0]
    choice, unanswered = family.answer(child, ASKED, now=NOW)
    assert (choice.diplomas, unanswered) == ((diploma.id,), None)
    first = child.asides.keep(choice, now=NOW)
    changed = Choice(None, "u.example", "п", date(2026, 7, 1), (diploma.id,), {diploma.id: ("born",)})
    child.asides.keep(changed, instead_of=first.record, now=later())
    family.save()
    (again,) = reopen(family.path).children
    (aside,) = again.asides.all()
    assert aside.choice == changed
    drafts = family.prepare_choice(child, aside.choice, now=later())
    assert drafts.diplomas[0].draft.hidden == ("born",)
    assert drafts.terms.expires.date() == date(2026, 7, 1)
    child.asides.drop(aside.record)
    assert child.asides.all() == ()
    with pytest.raises(UsageError) as refused:
        child.asides.find(aside.record)
    assert refused.value.code == "wallet.no-aside"


def test_of_a_request_everything_that_was_ticked_is_shown(kept: tuple[Wallet, Diploma]) -> None:
    family, diploma = kept
    choice = Choice(ASKED, diplomas=(diploma.id,), hide={diploma.id: ("born",)})
    (each,) = family.prepare_choice(family.children[0], choice, now=NOW).diplomas
    assert each.draft.hidden == ("born",)


def test_a_diploma_that_went_since_is_passed_over(kept: tuple[Wallet, Diploma], issuer: Issuer) -> None:
    family, _ = kept
    one, other = both_diplomas(kept, issuer)
    family.children[0].remove(one)
    choice = Choice(to="u.example", purpose="п", diplomas=(one.id, other.id), hide={one.id: ("born",)})
    drafts = family.prepare_choice(family.children[0], choice, now=NOW)
    assert [each.diploma.id for each in drafts.diplomas] == [other.id]


def test_a_showing_put_aside_stays_at_home(kept: tuple[Wallet, Diploma], tmp_path: Path) -> None:
    """It names recipients, and records of this file: a wallet of the child's own gets none of it."""
    family, diploma = kept
    child = family.children[0]
    child.asides.keep(Choice(to="u.example", purpose="п", diplomas=(diploma.id,)), now=NOW)
    own = family.export_child(child, tmp_path / "b.vcw", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=NOW)
    assert own.children[0].asides.all() == ()


def test_a_request_that_cannot_be_answered_leaves_the_choice_to_the_family(
    kept: tuple[Wallet, Diploma],
) -> None:
    family, diploma = kept
    child = family.children[0]
    request = Request(PRIEM, "п", NOW, wants=(Want("project", ("person",)),))
    choice, unanswered = family.answer(child, request, now=NOW)
    assert choice.diplomas == ()
    assert unanswered is not None
    assert unanswered.code == "wallet.not-enough"
    chosen = family.choose(child, choice, [diploma.id])
    assert "born" in chosen.hide[diploma.id], "nobody asked for it"
    assert family.check_terms(chosen, now=NOW).recipient == PRIEM
    closed = Request(PRIEM, "п", NOW, expires=later(), wants=ASKED.wants)
    with pytest.raises(UsageError, match="no longer open"):
        family.answer(child, closed, now=later(2))


def test_choosing_other_diplomas_keeps_what_was_hidden_in_those_that_stay(
    kept: tuple[Wallet, Diploma], issuer: Issuer
) -> None:
    family, _ = kept
    one, other = both_diplomas(kept, issuer)
    child = family.children[0]
    choice = Choice(to="u.example", purpose="п", diplomas=(one.id,), hide={one.id: ("born",)})
    assert family.choose(child, choice, [one.id, other.id]).hide == {one.id: ("born",), other.id: ()}
    assert family.choose(child, choice, [other.id, "nothing"]).hide == {other.id: ()}
