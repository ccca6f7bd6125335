"""`vcwallet verify`: exit statuses, the published JSON, and a first screen that tells what decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pikepdf
import pytest

from tests.shared import ROOT
from tests.unit.verifier.test_nothing_implied import hideable, two_keys
from tests.unit.verifier.test_verdicts import CASES, answer
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.cli import command_line, files
from vcwallet.cli.seen import existing
from vcwallet.cli.speak import Speaker, run
from vcwallet.cli.verify import demand_protocol
from vcwallet.errors import UsageError
from vcwallet.locales import LANGUAGES, language
from vcwallet.proofs.data_integrity import derive
from vcwallet.report import Answers, Binding, Outcome
from vcwallet.speaking.report_sentences import HEADLINES, NOT_HARMED
from vcwallet.speaking.reports import report_lines, summary_lines
from vcwallet.verifier import Demands, Verifier

SCHEMA = json.loads((ROOT / "docs" / "reference" / "report.schema.json").read_text("utf-8"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An office's folder: its trust list, and one file for every outcome."""
    monkeypatch.chdir(tmp_path)
    w = World()
    shown = {
        "confirmed": w.bundle(w.olympiad.diploma(1, holder=w.child.id)),
        "partly": w.bundle(
            w.olympiad.diploma(1, holder=w.child.id), w.olympiad.diploma(2, holder=w.child.id)
        ),
        "nothing": w.bundle(w.olympiad.diploma(2, holder=w.child.id)),
        "unknown": w.bundle(w.stranger.diploma(3, holder=w.child.id)),
        "refused": w.bundle(to="other.example"),
    }
    w.olympiad.revoked.add(2)
    (tmp_path / "trust.json").write_text(strict_json.dumps(w.trust(recipient=UNIVERSITY).to_json()), "utf-8")
    for name, bundle in shown.items():
        (tmp_path / f"{name}.json").write_text(bundle.text, "utf-8")
    (tmp_path / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n cut")
    return tmp_path


def verify(*words: str, lang: str = "en") -> int:
    arguments = ["verify", *words, "--trust", "trust.json", "--now", NOW.isoformat()]
    return run(command_line, arguments, Speaker(language(lang)))


@pytest.mark.parametrize(
    ("option", "value", "code", "file"),
    [
        ("--desk-key", "named.txt", "options.alone", "--receipt"),
        ("--passphrase-file", "named.txt", "options.alone", "--receipt"),
        ("--office", "Приёмная комиссия", "options.alone", "--protocol"),
        ("--checked-by", "Тестова П. В.", "options.alone", "--protocol"),
        ("--keep-until", "2030-01-01", "options.alone", "--protocol"),
        ("--keep-basis", "п. 5 Правил", "options.alone", "--protocol"),
    ],
)
def test_what_serves_one_file_alone_is_not_passed_over(
    desk: Path, option: str, value: str, code: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "named.txt").write_text("six words", "utf-8")
    with pytest.raises(UsageError) as caught:
        command_line.main(
            ["verify", "confirmed.json", "--trust", "trust.json", option, value],
            standalone_mode=False,
            obj=Speaker(language("en")),
        )
    assert caught.value.code == code
    assert file in language("ru").next_step(caught.value)
    assert not capsys.readouterr().out


@pytest.mark.parametrize(
    ("inputs", "status"),
    [
        (["confirmed"], 0),
        (["refused"], 1),
        (["unknown"], 3),
        (["cut.png"], 4),
        (["partly"], 5),
        (["nothing"], 5),
        (["confirmed", "partly"], 5),
        (["nothing", "unknown"], 3),
        (["unknown", "cut.png"], 4),
        (["cut.png", "refused", "confirmed"], 1),
    ],
)
def test_the_first_of_refused_unreadable_unknown_partly_confirmed(
    desk: Path, inputs: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [name if "." in name else f"{name}.json" for name in inputs]
    assert verify(*names) == status
    capsys.readouterr()
    # The form of the output changes nothing, and the JSON is the published one.
    assert verify(*names, "--json") == status
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert [each["source"][0]["file"] for each in document["reports"]] == [
        f"{name}.json" for name in inputs if "." not in name
    ]
    assert [each["source"] for each in document["problems"]] == [name for name in inputs if "." in name]


def test_what_is_demanded_can_be_said_on_the_command_line(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    w = World()
    (desk / "by-name.json").write_text(w.bundle(w.school.diploma(3)).text, "utf-8")
    assert verify("by-name.json") == 0
    assert verify("by-name.json", "--require-binding", "holder") == 3
    assert verify("confirmed.json", "--require-binding", "holder", "--require-status") == 0
    assert verify("confirmed.json", "--max-status-age", "2d") == 3
    assert verify("confirmed.json", "--domain", "two words") == 2
    assert "two words" in capsys.readouterr().err


def test_what_was_seen_before_is_told_where_a_register_is_kept(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    w = World()
    (desk / "answered.json").write_text(w.bundle(challenge="4711", created=NOW).text, "utf-8")
    words = ("answered.json", "--challenge", "4711", "--seen", "seen.sqlite", "--number")
    assert verify(*words, "27-000001") == 0
    assert "was seen here before" not in capsys.readouterr().out
    assert verify(*words, "27-000001") == 0
    told = capsys.readouterr().out.replace("\n   ", " ")
    assert "This showing was seen here before, on 2026-06-10, under number 27-000001." in told
    assert verify(*words, "27-000002", lang="ru") == 3
    assert "27-000001" in capsys.readouterr().out
    assert run(command_line, ["seen", "seen.sqlite", "--now", NOW.isoformat()], Speaker(language("en"))) == 0
    assert "The register has 3 lines." in capsys.readouterr().out
    forget = ["seen", "seen.sqlite", "--forget-before", "2026-06-11", "--now", NOW.isoformat()]
    assert run(command_line, forget, Speaker(language("en"))) == 0
    assert "Forgotten: 3 lines." in capsys.readouterr().out
    assert run(command_line, [*forget, "--json"], Speaker(language("en"))) == 0
    assert json.loads(capsys.readouterr().out) == {"lines": 0, "forgotten": 0}
    assert verify(*words, "27-000002") == 0
    assert run(command_line, ["seen", "no.sqlite"], Speaker(language("en"))) == 2
    assert "verify --seen" in capsys.readouterr().err
    with pytest.raises(UsageError) as caught:
        existing(Path("no.sqlite"), NOW)
    assert caught.value.code == "seen.missing"
    assert not (desk / "no.sqlite").exists()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_screen_keeps_to_eighty_columns_and_begins_with_the_answer(name: str, lang: str) -> None:
    _, _, report = answer(CASES[name])
    words = language(lang)
    for details in (False, True):
        lines = report_lines(report, words, details=details)
        assert all(len(line.text) <= 80 for line in lines)
        assert not [line for line in lines if "{" in line.text]
        # The word carries the meaning: colour and mark only repeat it.
        said = HEADLINES[report.outcome]
        if report.outcome is Outcome.REFUSED:
            said = NOT_HARMED.get(report.showing.code, said)
        assert words.text(said.head).upper() in lines[0].text
    short = summary_lines(Answers((report, report)), words)
    assert all(len(line.text) <= 80 for line in short)
    assert len(short) <= 12 + 8 * len(report.items)


def screen(report: Any, lang: str = "ru") -> str:
    return " ".join(line.text.strip() for line in report_lines(report, language(lang)))


def test_two_diplomas_that_differ_in_stage_only_read_differently() -> None:
    w = World()
    stages = []
    for stage in ("Региональный этап", "Заключительный этап"):
        unsigned = w.olympiad.unsigned(7, holder=w.child.id)
        unsigned["credentialSubject"]["achievement"]["description"] = stage
        report = Verifier(w.trust()).check(w.bundle(w.olympiad.sign(unsigned)), domain=UNIVERSITY, now=NOW)
        stages.append(screen(report))
        assert stage in stages[-1]
    assert stages[0] != stages[1]


def test_what_a_family_hid_is_told_apart_from_what_nobody_stated() -> None:
    w = World()
    verifier = Verifier(w.trust(two_keys(w)))
    mandatory = ["/issuer", "/validFrom", "/credentialStatus", "/credentialSubject/achievement"]
    kept = hideable(w, w.olympiad.unsigned(7, holder=w.child.id), mandatory)
    shown = derive(kept, ["/credentialSubject/familyName", "/credentialSubject/givenName"])
    hidden = verifier.check(w.bundle(shown), domain=UNIVERSITY, now=NOW)
    assert "дата рождения не показана" in screen(hidden)
    assert "не показано: отчество" in screen(hidden)
    assert "класс" in screen(hidden)
    unsigned = w.olympiad.unsigned(7, holder=w.child.id)
    del unsigned["credentialSubject"]["dateOfBirth"]
    plain = verifier.check(w.bundle(w.olympiad.sign(unsigned)), domain=UNIVERSITY, now=NOW)
    assert "дата рождения не указана" in screen(plain)
    assert "не показан" not in screen(plain).replace("дата рождения не показана: однофамильцы", "")


@pytest.mark.parametrize(("binding", "again"), [(Binding.HOLDER, False), (Binding.ADDRESSED, True)])
def test_nobody_is_sent_round_for_a_showing_that_changes_nothing(binding: Binding, again: bool) -> None:
    """A diploma issued to a name has no holder to prove: only another demand or a passport helps."""
    w = World()
    unsigned = w.olympiad.unsigned(10)
    unsigned["credentialSubject"].pop("id", None)
    diploma = w.olympiad.sign(unsigned)
    shown = diploma if again else w.bundle(diploma)
    report = Verifier(w.trust(), demands=Demands(binding=binding)).check(shown, domain=UNIVERSITY, now=NOW)
    assert [item.code for item in report.items] == ["item.showing"]
    text = " ".join(screen(report, "en").split())
    assert ("Ask for it to be shown to you." in text) is again
    assert ("compare with the person's document, or demand less" in text) is not again


def test_no_sentence_of_a_summary_marks_as_good_what_stands_in_a_refused_showing() -> None:
    w = World()
    unsigned = w.olympiad.unsigned(10)
    unsigned["credentialSubject"].pop("id", None)
    shown = w.bundle(w.olympiad.sign(unsigned), to="other.example")
    report = Verifier(w.trust()).check(shown, domain=UNIVERSITY, now=NOW)
    assert report.outcome is Outcome.REFUSED
    rows = [line.text for line in summary_lines(Answers((report, report)), language("ru"))]
    assert "✓" not in "\n".join(rows)


@pytest.mark.parametrize(
    ("code", "promise", "words"),
    [("ru", "что сделать", "Добавить его в список"), ("en", "what to do", "may add it")],
)
def test_what_to_do_about_an_issuer_that_is_not_listed_stands_below(
    code: str, promise: str, words: str
) -> None:
    """The first lines promise it; who stands at a page of a site keeps no list."""
    _, _, report = answer(CASES["issuer not listed"])
    told = " ".join(line.text.strip() for line in report_lines(report, language(code)))
    before, _, below = told.partition("№ 1 ")
    assert promise in before
    assert words in below


def test_a_thousand_files_are_not_a_book() -> None:
    _, _, report = answer(CASES["issuer not listed"])
    lines = summary_lines(Answers((report,) * 1000), language("ru"))
    assert len(lines) < 6_000
    text = " ".join(line.text.strip() for line in lines)
    assert text.count("Это не значит, что диплом поддельный") == 1
    assert "(1000: № 1.1, 2.1" in text


def test_a_protocol_holds_the_bytes_that_json_writes(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pdf = desk / "протокол.pdf"
    assert verify("partly.json", "--json", "--protocol", str(pdf), "--number", "27-000123") == 5
    written = capsys.readouterr().out
    with pikepdf.open(pdf) as opened:
        attached = opened.attachments["report.json"].get_file().read_bytes().decode()
    assert attached == written
    assert json.loads(attached)["outcome"] == "partly"


def test_several_showings_have_a_protocol_each(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify("partly.json", "unknown.json", "--protocol", "p.pdf") == 3
    outcomes = []
    for number in (1, 2):
        with pikepdf.open(desk / f"p-{number}.pdf") as opened:
            attached = opened.attachments["report.json"].get_file().read_bytes()
        outcomes.append(json.loads(attached)["outcome"])
    assert outcomes == ["partly", "unknown"]
    assert not (desk / "p.pdf").exists()
    capsys.readouterr()


def test_a_protocol_that_is_there_is_asked_about_once(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(files, "somebody_there", lambda: True)
    monkeypatch.setattr(Speaker, "confirm", lambda _self, _template, **said: asked.append(said["file"]))
    (desk / "p.pdf").write_bytes(b"a protocol that was signed")
    assert verify("partly.json", "--protocol", "p.pdf") == 5
    assert asked == ["p.pdf"]
    assert (desk / "p.pdf").read_bytes().startswith(b"%PDF")
    capsys.readouterr()


def test_a_protocol_is_a_pdf_and_replaces_nothing_unasked(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify("partly.json", "--protocol", "p.docx") == 2
    assert "p.docx" in capsys.readouterr().err
    with pytest.raises(UsageError) as caught:
        demand_protocol(Path("p.docx"))
    assert caught.value.code == "protocol.form"
    (desk / "p.pdf").write_bytes(b"a protocol that was signed")
    assert verify("partly.json", "--protocol", "p.pdf") == 2
    assert (desk / "p.pdf").read_bytes() == b"a protocol that was signed"
    assert verify("partly.json", "--protocol", "p.pdf", "--overwrite") == 5
    assert (desk / "p.pdf").read_bytes().startswith(b"%PDF")
    capsys.readouterr()
