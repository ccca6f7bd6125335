"""What comes from outside never acts on the terminal: file names, purposes, domains, cells, names."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest

from tests.shared import ROOT
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import N_, InputError
from vcwallet.locales import LANGUAGES, language

PAINT = "\x1b[42m ACCEPTED \x1b[0m"
HOSTILE = {
    "an escape code": PAINT,
    "an escape code of one character": "\x9b42m",
    "a bell and a backspace": "\x07\x08\x08",
    "a second line": "x\nACCEPTED  diploma.json",
    "a carriage return": "x\rACCEPTED",
    "a reversed direction": "\u202edetpecca\u202c",
    "a zero-width space": "РА\u200bН",
    "a filler that shows nothing": "\u3164\u115f",
    "a character that does not exist": "\U000e0fff\U0010fffe",
    "half a pair": "\ud83d",
    "a line separator": "x\u2028y",
}


def harmless(said: str) -> bool:
    """No character but the line ends of our own templates acts on a terminal or hides."""
    return all(
        c == "\n"
        or (
            unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
            and c not in "\u3164\u115f"
        )
        for c in said
    )


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", HOSTILE)
def test_every_way_of_speaking_shows_what_it_was_given(
    name: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = HOSTILE[name]
    speaker = Speaker(language(code))
    speaker.say(N_("There is no file {file}."), file=value)
    speaker.warn(N_("There is no file {file}."), file=value)
    error = InputError(
        "x.y", N_("There is no file {file}."), next_step=N_("There is no file {file}."), file=value
    )
    speaker.error(error)
    speaker.problem(value, error)
    speaker.table([N_("Who")], [[value], [(value, value)]], title=N_("Answer"))
    speaker.write(value)
    written = capsys.readouterr()
    assert harmless(written.out), ascii(written.out)
    assert harmless(written.err), ascii(written.err)
    # One line for each sentence: a value cannot begin a line of its own.
    assert len(written.err.splitlines()) == 5


@pytest.mark.parametrize("name", HOSTILE)
def test_json_holds_the_same_value_and_no_character_that_acts(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = HOSTILE[name]
    Speaker(language("en")).json({"source": value})
    written = capsys.readouterr().out
    assert harmless(written), ascii(written)
    assert json.loads(written) == {"source": value}


@pytest.mark.parametrize("word", ["--" + PAINT, PAINT])
def test_a_wrong_word_on_the_command_line_is_said_back_harmlessly(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command_line, [word], Speaker(language("ru"))) == 2
    assert harmless(capsys.readouterr().err)


def test_a_file_called_with_escape_codes_paints_nothing(tmp_path: Path) -> None:
    """The name of a file, of a member of an archive, and of a folder: `verify` says them as they are."""
    world = World()
    (tmp_path / "trust.json").write_text(strict_json.dumps(world.trust().to_json()), "utf-8")
    folder = tmp_path / f"подано{PAINT}"
    folder.mkdir()
    (folder / f"{PAINT}.json").write_text(world.bundle().text, "utf-8")
    (folder / f"broken{PAINT}.json").write_text("{", "utf-8")
    with zipfile.ZipFile(folder / "many.zip", "w") as archive:
        archive.writestr(f"{PAINT}.json", "{")
    for extra in ([], ["--json"]):
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "vcwallet",
                "--lang",
                "ru",
                "verify",
                str(folder),
                "--trust",
                "trust.json",
                "--domain",
                UNIVERSITY,
                "--now",
                NOW.isoformat(),
                *extra,
            ],
            capture_output=True,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
            check=False,
            cwd=tmp_path,
        )
        assert b"ACCEPTED" in done.stdout + done.stderr
        assert harmless(done.stdout.decode().replace("\r\n", "\n")), done.stdout
        assert harmless(done.stderr.decode().replace("\r\n", "\n")), done.stderr


SPEAKS_ONLY = {"echo", "secho", "style", "prompt", "confirm", "progressbar", "echo_via_pager"}


def test_commands_speak_through_the_speaker_alone() -> None:
    """By construction: no module of the command line writes to the terminal past `speak`."""
    for path in sorted((ROOT / "vcwallet" / "cli").rglob("*.py")):
        if path.name == "speak.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                assert not (
                    isinstance(owner, ast.Name) and owner.id == "click" and node.func.attr in SPEAKS_ONLY
                ), f"{path.name}:{node.lineno}"
            assert not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            ), f"{path.name}:{node.lineno}"


def test_marks_keep_their_meanings_on_a_console_of_one_byte() -> None:
    """A tick, a cross, the unknown, a note and a dash: five different signs on every console."""
    for encoding in ("cp1251", "cp866", "ascii", "koi8-r", "cp437"):
        probe = (
            "from vcwallet.cli.speak import Speaker, Command, run\n"
            "from vcwallet.locales import language\n"
            "import click, sys\n"
            "@click.command(cls=Command, help='x')\n"
            "@click.pass_obj\n"
            "def marks(speaker):\n"
            "    for mark in '✓✗?·–': speaker.say(mark)\n"
            "run(marks, [], Speaker(language('ru')))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", probe],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)},
            check=True,
        )
        signs = done.stdout.decode(encoding).split()
        assert len(set(signs)) == 5, (encoding, signs)
        assert signs[2] == "?"
