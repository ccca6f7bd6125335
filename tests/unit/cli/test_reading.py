"""What commands say of the files they were given, and what they end with."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.unit.bundle.optics import png
from tests.world import NOW, UNIVERSITY, World
from vcwallet.bundle.accounting import FileFate, FileRow
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Reading, demand_read
from vcwallet.cli import command_line
from vcwallet.cli.files import find, status_lists
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import InputError, Mistake, UsageError, VcwalletError
from vcwallet.locales import language
from vcwallet.strict_json import JsonObject
from vcwallet.timestamps import render
from vcwallet.verifier import verifier


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A university's folder: a trust list without status lists, one bundle, the newest status list."""
    world = World()
    monkeypatch.chdir(tmp_path)
    documents: dict[str, JsonObject] = {
        "trust.json": world.trust(status_lists=()).to_json(),
        "in/27-1/shown.json": world.bundle().to_json(),
        "status.json": world.olympiad.status(),
    }
    for name, document in documents.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(json.dumps(document), "utf-8")
    return tmp_path


def vcwallet(*arguments: str) -> int:
    return run(command_line, list(arguments), Speaker(language("en")))


def verify(*arguments: str) -> int:
    return vcwallet("verify", "--trust", "trust.json", "--now", render(NOW), *arguments)


def test_lists_that_were_meant_and_are_not_there_are_an_error(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The answer without them would be another one."""
    assert verify("in", "--status", "status.json", "--domain", UNIVERSITY) == 0
    for names in (["nothere.json"], ["trust.json"], ["in"], ["status.json", "nothere.json"]):
        capsys.readouterr()
        options = [word for name in names for word in ("--status", name)]
        assert verify("in", *options) == UsageError.exit_status
        told = capsys.readouterr()
        assert names[-1] in told.err
        assert not told.out
    with pytest.raises(UsageError) as caught:
        status_lists(["nothere.json"])
    assert caught.value.code == "status.none"


def test_every_file_that_was_not_read_is_named_and_the_exit_is_4(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "in" / "27-1" / "Thumbs.db").write_bytes(b"\x00")
    known = ("in", "--status", "status.json", "--domain", UNIVERSITY)
    assert verify(*known) == 0
    unread = {"cut.pdf": b"%PDF-1.4", "scan.avif": b"\x00\x00\x00\x1cftypavif", "empty.png": b""}
    for name, content in unread.items():
        (desk / "in" / "27-1" / name).write_bytes(content)
    capsys.readouterr()
    assert verify(*known) == InputError.exit_status
    told = capsys.readouterr().err
    assert all(f"27-1/{name}" in told for name in unread)
    assert "Thumbs.db" not in told
    assert "Files: 5. With documents: 1; nothing in them: 1; not readable: 2" in told
    assert vcwallet("scan", "in") == InputError.exit_status


def test_a_bundle_handed_in_twice_is_told(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "in" / "27-2").mkdir()
    (desk / "in" / "27-2" / "again.json").write_bytes((desk / "in/27-1/shown.json").read_bytes())
    verify("in", "--status", "status.json")
    assert "Handed in 2 times: 27-1/shown.json, 27-2/again.json" in capsys.readouterr().err


def test_a_mistake_of_ours_is_one_line_and_the_others_are_answered(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk / "in" / "27-2").mkdir()
    right = verifier._Run.report
    calls: list[object] = []

    def mistaken(self: verifier._Run) -> object:
        calls.append(self)
        if len(calls) == 1:
            raise ZeroDivisionError
        return right(self)

    (desk / "in" / "27-2" / "other.json").write_text(json.dumps(World().olympiad.diploma()), "utf-8")
    monkeypatch.setattr(verifier._Run, "report", mistaken)
    assert verify("in", "--status", "status.json") == Mistake.exit_status == 70
    told = capsys.readouterr()
    assert "ZeroDivisionError" in told.err
    assert "Traceback" not in told.err
    assert len(calls) == 2
    assert told.out.strip(), "the other was answered"


def test_files_with_nothing_in_them_are_named_once(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "in" / "письмо.txt").write_text("Здравствуйте!", "utf-8")
    (desk / "in" / "пустой.json").write_bytes(b"")
    verify("in", "--status", "status.json", "--domain", UNIVERSITY)
    told = capsys.readouterr().err
    assert "Neither a diploma nor a showing is in: письмо.txt." in told
    assert told.count("пустой.json") == 1, "its own problem names it"


def test_the_counts_of_a_folder_are_what_a_clerk_counts(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody's answer is counted under another word than the one that stands beside the file."""
    world = World()
    shown = {
        "elsewhere.json": world.bundle(to="other.example"),
        "late.json": world.bundle(created=NOW - timedelta(days=60)),
        "stranger.json": Bundle(world.child.show([world.stranger.diploma(7, holder=world.child.id)])),
    }
    for name, bundle in shown.items():
        (desk / "in" / name).write_text(bundle.text, "utf-8")
    verify("in", "--status", "status.json", "--domain", UNIVERSITY)
    rows = capsys.readouterr().out.splitlines()
    assert max(map(len, rows)) <= 80
    first = next(place for place, row in enumerate(rows) if row.startswith(" 1. "))
    counted = dict(re.findall(r"([✓–?✗] [^:]+): (\d+)", " ".join(rows[:first])))
    beside = Counter(re.findall(r"^ \d+\. ([^:]+): ", "\n".join(rows), re.MULTILINE))
    assert beside == {answer: int(number) for answer, number in counted.items()}
    assert len(beside) == len(shown) + 1, "each of these has another fate"


def test_a_mistake_is_an_error_like_others() -> None:
    mistake = Mistake.of(ZeroDivisionError("x"))
    assert isinstance(mistake, VcwalletError)
    assert (mistake.code, mistake.evidence) == ("input.mistake", {"kind": "ZeroDivisionError"})


def test_lists_are_named_one_by_one_or_by_folder(desk: Path) -> None:
    (desk / "lists").mkdir()
    (desk / "status.json").rename(desk / "lists" / "status.json")
    assert verify("in", "--status", "lists", "--domain", UNIVERSITY) == 0


def test_what_an_issuer_publishes_is_taken_in_whole_or_not_at_all(desk: Path) -> None:
    """A logo beside it is nothing; a list that was cut might be the one that revokes."""
    site = desk / "site"
    site.mkdir()
    (site / "did.json").write_text(json.dumps(World().olympiad.document.to_json()), "utf-8")
    (site / "logo.png").write_bytes(png(Image.new("L", (60, 60), 200)))
    assert next(one.kind for one in demand_read(find(["site"]))) is DocumentKind.CONTROLLED_IDENTIFIER
    (site / "status.json").write_text('{"type":', "utf-8")
    with pytest.raises(InputError) as caught:
        demand_read(find(["site"]))
    assert caught.value.code == "json.malformed"


def test_digits_on_a_page_that_look_like_a_part_of_a_code_do_not_spoil_an_issuers_site() -> None:
    """A fingerprint on the page for people may begin as a part does; what cannot be read still stops."""
    digits = FileRow("index.html", FileFate.UNREADABLE, InputError("frames.truncated", "x"))
    broken = FileRow("status/1.json", FileFate.UNREADABLE, InputError("json.syntax", "x"))
    assert demand_read(Reading((), (digits,))).files == (digits,)
    with pytest.raises(InputError) as refused:
        demand_read(Reading((), (digits, broken)))
    assert refused.value.code == "json.syntax"
