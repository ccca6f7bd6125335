"""`vcwallet wallet ...` as a parent types it: files in, files out, words and exit statuses."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.unit.bundle.optics import screenshot
from tests.unit.wallet.shared import MASHA, NOW, PETYA, Cli, Issuer, reopen, wallet
from vcwallet import locales, strict_json
from vcwallet.bundle import scanning
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.credentials import presentation
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import UsageError
from vcwallet.identifiers import did
from vcwallet.strict_json import JsonObject

NOW_OPTION = ("--now", "2026-06-20T09:00:00Z")
SHOW_TO = ("--to", "university.example", "--purpose", "Поступление, 2026", "--yes", *NOW_OPTION)


@pytest.fixture
def family(tmp_path: Path, cli: Cli) -> Path:
    """A cheap wallet; `create` itself is tested once, because its passphrase is meant to be slow."""
    path = tmp_path / "семья.vcw"
    wallet(path).save()
    return path


def write(path: Path, document: JsonObject) -> Path:
    path.write_text(strict_json.dumps(document, indent=2), "utf-8")
    return path


def test_a_family_creates_adds_lists_shows_and_presents(
    tmp_path: Path, cli: Cli, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    site, diplomas = tmp_path / "site", tmp_path / "дипломы"
    (site / ".well-known").mkdir(parents=True)
    diplomas.mkdir()
    write(site / ".well-known" / "did.json", issuer.document.to_json())
    write(site / "status-1.json", issuer.status_list())
    write(diplomas / "диплом 1.vc.json", issuer.diploma(number=1))
    write(diplomas / "диплом 2.vc.json", issuer.diploma(number=2, awarded="2025-03-01"))

    assert cli("create", "family.vcw", "--kdf", "light") == 0
    assert cli("create", "family.vcw", "--kdf", "light") == 2
    assert cli("add", "family.vcw", diplomas, site, "--yes", *NOW_OPTION) == 0
    capsys.readouterr()
    assert cli("list", "family.vcw", *NOW_OPTION) == 0
    listed = capsys.readouterr().out
    assert listed.index("2025-03-01") < listed.index("2026-03-01")
    assert "Тестова Проба Вымысловна" in listed
    # A cell of the table may be broken between words; the JSON below says what each line means.
    assert listed.count("revoked") == listed.count("2026-06-20") == 2
    assert cli("list", "family.vcw", "--json", *NOW_OPTION) == 0
    known = json.loads(capsys.readouterr().out)
    assert [(each["revocation"], each["asOf"]) for each in known] == [("good", "2026-06-20T09:00:00Z")] * 2
    assert cli("show", "family.vcw", "2") == 0
    assert "Диплом победителя I степени" in capsys.readouterr().out

    assert cli("present", "family.vcw", "2", *SHOW_TO, "--challenge", "c-1", "--out", "-") == 0
    shown = Presentation.parse(capsys.readouterr().out)
    presentation.verify_holder(
        shown, resolve=did.resolve, now=NOW, domain="university.example", challenge="c-1"
    )
    assert len(shown.credentials) == 1


def test_on_a_terminal_the_codes_are_drawn_no_wider_than_it(
    tmp_path: Path,
    cli: Cli,
    issuer: Issuer,
    family: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A screenshot of what is shown is read back."""
    write(tmp_path / "d.vc.json", issuer.diploma())
    write(tmp_path / "did.json", issuer.document.to_json())
    assert cli("add", family, tmp_path / "d.vc.json", tmp_path / "did.json", "--yes", *NOW_OPTION) == 0
    capsys.readouterr()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    assert cli("present", family, "1", *SHOW_TO, "--out", "-", "--yes") == 0
    lines = [
        line for line in capsys.readouterr().out.split("\n") if not line.strip().replace("/", "").isdecimal()
    ]
    assert max(map(len, lines)) <= 80
    picture = io.BytesIO()
    screenshot(lines).save(picture, "PNG")
    (found,) = scanning.read_inputs([picture.getvalue()])
    assert found.document is not None
    assert Presentation.parse(found.document).purpose == "Поступление, 2026"


@pytest.mark.parametrize("name", ["bundle.png", "bundle.svg", "bundle.pdf", "bundle.txt", "bundle.json"])
def test_a_bundle_in_every_form(tmp_path: Path, cli: Cli, issuer: Issuer, family: Path, name: str) -> None:
    write(tmp_path / "d.vc.json", issuer.diploma())
    write(tmp_path / "did.json", issuer.document.to_json())
    assert cli("add", family, tmp_path / "d.vc.json", tmp_path / "did.json", "--yes", *NOW_OPTION) == 0
    assert cli("present", family, "1", *SHOW_TO, "--out", name) == 0
    if name.endswith(".svg"):
        assert (tmp_path / name).read_text("utf-8").startswith("<svg")
        return
    (found,) = scanning.read_inputs([tmp_path / name])
    assert found.problem is None
    assert found.document is not None
    assert Presentation.parse(found.document).purpose == "Поступление, 2026"


def test_one_bad_file_costs_only_itself(
    tmp_path: Path, cli: Cli, issuer: Issuer, family: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "did.json", issuer.document.to_json())
    good = write(tmp_path / "good.vc.json", issuer.diploma())
    forged = issuer.diploma(number=2)
    forged["validFrom"] = "2020-01-01T00:00:00Z"
    bad = write(tmp_path / "bad.vc.json", forged)
    stranger = write(tmp_path / "stranger.vc.json", Issuer(id="did:web:stranger.example").diploma(number=3))
    (tmp_path / "junk.vc.json").write_bytes(b"{")
    capsys.readouterr()
    status = cli(
        "add",
        family,
        good,
        bad,
        stranger,
        tmp_path / "junk.vc.json",
        tmp_path / "did.json",
        "--yes",
        *NOW_OPTION,
    )
    told = capsys.readouterr()
    assert status != 0
    for name in ("bad.vc.json", "stranger.vc.json", "junk.vc.json"):
        assert name in told.err
    assert "Traceback" not in told.err
    assert [entry.credential.json for entry in reopen(family).diplomas()] == [
        json.loads(good.read_text("utf-8"))
    ]


def test_whose_a_diploma_is_must_be_certain_when_nobody_can_be_asked(
    tmp_path: Path, cli: Cli, issuer: Issuer, family: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "did.json", issuer.document.to_json())
    hers = write(tmp_path / "hers.vc.json", issuer.diploma(MASHA))
    his = write(tmp_path / "his.vc.json", issuer.diploma(PETYA, number=2))
    assert cli("add", family, tmp_path / "did.json", hers, "--yes", *NOW_OPTION) == 0
    assert cli("add", family, his, *NOW_OPTION) == 2
    assert "not certain whose" in capsys.readouterr().err
    assert cli("add", family, his, "--yes", *NOW_OPTION) == 0
    assert [child.name for child in reopen(family).children] == [PETYA.full_name, MASHA.full_name]
    capsys.readouterr()
    assert cli("list", family, "--child", "Пример", *NOW_OPTION) == 0
    told = capsys.readouterr().out
    assert "тур 2" in told
    assert "Проба" not in told
    assert cli("present", family, "1", "2", *SHOW_TO, "--out", "x.png") == 2
    assert not (tmp_path / "x.png").exists()


def test_refusals_have_words_and_statuses(
    tmp_path: Path,
    cli: Cli,
    family: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with monkeypatch.context() as nobody:
        nobody.delenv("VCWALLET_PASSPHRASE", raising=False)
        assert cli("list", "nowhere.vcw") == 2
    assert "nowhere.vcw" in capsys.readouterr().err
    assert cli("show", family, "1") == 2
    assert cli("present", family, "1", *SHOW_TO, "--out", "bundle.docx") == 2
    assert cli("present", family, *SHOW_TO, "--out", "bundle.png") == 2
    assert cli("present", family, "1", "--out", "bundle.png") == 2
    monkeypatch.setenv("VCWALLET_PASSPHRASE", "другой")
    assert cli("list", family) == 2
    told = capsys.readouterr().err
    assert "Traceback" not in told
    assert "does not open this file" in told
    assert not list(tmp_path.glob("bundle*"))


def test_an_older_state_of_the_file_is_noticed_and_still_opens(
    tmp_path: Path, cli: Cli, issuer: Issuer, family: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "did.json", issuer.document.to_json())
    assert cli("list", family) == 0
    older = family.read_bytes()
    assert cli("add", family, tmp_path / "did.json", *NOW_OPTION) == 0
    family.write_bytes(older)
    capsys.readouterr()
    assert cli("list", family) == 0
    assert "older state" in capsys.readouterr().err
    (tmp_path / "state" / "seen.json").write_text("not ours", "utf-8")
    assert cli("list", family) == 0
    assert capsys.readouterr().err == ""


def test_fields_are_hidden_and_the_preview_says_so(
    tmp_path: Path, cli: Cli, issuer: Issuer, family: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "did.json", issuer.document.to_json())
    write(tmp_path / "d.vc.json", issuer.with_hideable_parts(issuer.diploma()))
    assert cli("add", family, "did.json", "d.vc.json", "--yes", *NOW_OPTION) == 0
    capsys.readouterr()
    assert cli("show", family, "1") == 0
    row = capsys.readouterr().out.partition("Can be hidden")[2].replace("│", " ")
    assert "born (Date of birth)" in " ".join(row.split())
    assert cli("present", family, "1", *SHOW_TO, "--hide", "born,school", "--out", "a.json") == 0
    told = capsys.readouterr().out
    assert "hidden from them: Date of birth, School" in told
    assert "2009-05-17" not in (tmp_path / "a.json").read_text("utf-8")
    assert cli("present", family, "1", *SHOW_TO, "--only", "person", "--out", "b.json") == 0
    text = (tmp_path / "b.json").read_text("utf-8")
    assert "Тестова" in text
    assert not any(hidden in text for hidden in ("2009-05-17", "Школа", "победителя"))
    assert cli("present", family, "1", *SHOW_TO, "--hide", "brn", "--out", "c.json") == 2
    assert cli("present", family, "1", *SHOW_TO, "--hide", "issuer", "--out", "c.json") == 2
    assert not (tmp_path / "c.json").exists()
    assert len(reopen(family).children[0].ledger.entries()) == 2


@pytest.mark.parametrize("name", ["request.json", "request.png"])
def test_a_request_is_answered_with_the_least(
    tmp_path: Path, cli: Cli, issuer: Issuer, family: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "did.json", issuer.document.to_json())
    for number in (1, 2):
        document = issuer.diploma(number=number, awarded=f"202{number}-03-01")
        write(tmp_path / f"{number}.vc.json", issuer.with_hideable_parts(document))
    assert cli("add", family, "did.json", "1.vc.json", "2.vc.json", "--yes", *NOW_OPTION) == 0
    asking = ("request", "--domain", "university.example", "--purpose", "Прием", "--want", "olympiad-diploma")
    options = ("--fields", "person,result", "--retention", "40d", "--out", name, *NOW_OPTION)
    assert run(command_line, [*asking, *options], Speaker(locales.language("en"))) == 0
    capsys.readouterr()
    assert cli("present", family, "--request", name, "--out", "answer.json", "--yes", *NOW_OPTION) == 0
    told = capsys.readouterr().out
    assert "keep it for 40 days" in told
    assert "Asked for: diploma of an olympiad: 1 at least (result, name)" in told
    shown = Presentation.parse((tmp_path / "answer.json").read_bytes())
    assert shown.purpose == "Прием"
    assert len(shown.credentials) == 1
    assert "2009-05-17" not in shown.text
    other = ("--to", "other.example", "--out", "x.json", *NOW_OPTION)
    assert cli("present", family, "--request", name, *other) == 2
    assert (
        cli("present", family, "--request", "1.vc.json", "--out", "x.json", *NOW_OPTION)
        == UsageError.exit_status
    )
