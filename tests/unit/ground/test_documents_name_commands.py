"""Commands and options that documents and sentences mention are there."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from tests.shared import ROOT
from vcwallet import locales
from vcwallet.cli import command_line
from vcwallet.cli.speak import Group, Speaker
from vcwallet.locales import language

DOCUMENTS = [
    path
    for path in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("issuers/**/*.md")])
    if path.parent.name != "adr"
]
MENTIONED = re.compile(r"`(vcwallet [^`\n]+)`|^\$ (vcwallet .*)$", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")


@lru_cache
def commands() -> dict[tuple[str, ...], click.Command]:
    """Every command by the words that lead to it, hidden ones too."""
    found: dict[tuple[str, ...], click.Command] = {}

    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        found[path] = command
        if isinstance(command, click.Group):
            ctx = click.Context(command, info_name="vcwallet", obj=Speaker(language("en")))
            hidden = command.unlisted if isinstance(command, Group) else {}
            for name in {*command.list_commands(ctx), *hidden}:
                inner = command.get_command(ctx, name)
                assert inner is not None
                walk(inner, (*path, name))

    walk(command_line, ())
    return found


def options(command: click.Command) -> set[str]:
    common = {"--help", "--lang", "--version"}
    return common | {name for each in command.params for name in (*each.opts, *each.secondary_opts)}


def wrong(mention: str) -> str | None:
    """What a mention names that is not there; several commands may share it: ``vcwallet trust add, show``."""
    words = re.split(r"[\s,]+", mention.partition("  #")[0].strip())[1:]
    path: tuple[str, ...] = ()
    for word in words:
        if (*path, word) not in commands():
            break
        path = (*path, word)
    command = commands()[path]
    if isinstance(command, click.Group) and len(words) > len(path):
        following = words[len(path)]
        if re.fullmatch(r"[a-z][a-z-]+", following):
            return f"no command {' '.join((*path, following))}"
    known = set[str]().union(*map(options, commands().values())) if "…" in words else options(command)
    unknown = set(OPTION.findall(mention)) - known
    return f"no option {', '.join(sorted(unknown))}" if unknown else None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_mentions_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    mentions = [one or other for one, other in MENTIONED.findall(text)]
    assert not [f"{each}: {problem}" for each in mentions if (problem := wrong(each))]


def test_documents_mention_many() -> None:
    everything = "".join(path.read_text("utf-8") for path in DOCUMENTS)
    assert len(MENTIONED.findall(everything)) > 60
    assert wrong("vcwallet wallet present family.vcw --to priem.vuz.example --out shown.png") is None
    assert wrong("vcwallet wallet publish") == "no command wallet publish"
    assert wrong("vcwallet verify shown.png --believe") == "no option --believe"


QUOTED = re.compile(r"[“«`](vcwallet [^”»`]+)[”»`]")


def test_what_a_sentence_mentions_is_there() -> None:
    """In both languages: a next step that cannot be typed helps nobody."""
    with (locales.FOLDER / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as source:
        catalogue = read_po(source)
    said = []
    for message in catalogue:
        for texts in (message.id, message.string):
            said += [texts] if isinstance(texts, str) else [*texts]
    mentions = [mention for text in said for mention in QUOTED.findall(text)]
    assert len(mentions) > 20
    assert not sorted({f"{each}: {problem}" for each in mentions if (problem := wrong(each))})
