"""The table "a command and its page" of docs/how-to/open-the-pages: every command stands in it.

Each stands there once: with a page, whose address is below and is answered, or with the reason why it stays a
command. The names of pages in the table are sentences that the pages say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import click
import pytest
from babel.messages.pofile import read_po

from tests.shared import ROOT
from vcwallet.cli import command_line
from vcwallet.web.pages.roles import ROLES

DOCS = {"en": "open-the-pages.md", "ru": "open-the-pages.ru.md"}
ONE = "family children/{child}"
KEPT = f"{ONE}/kept/{{number}}"
PAGE = {
    "issuer kits": "secretary new",
    "issuer create": "secretary new",
    "issuer blank": "secretary sheet",
    "issuer check": "secretary sheet/{task}/mistakes",
    "issuer issue": "secretary sheet/{task}/sign",
    "issuer hand-out": "secretary hand-out",
    "issuer diploma": "secretary diplomas/{number}/file",
    "issuer list": "secretary find",
    "issuer correct": "secretary diplomas/{number}/correct",
    "issuer revoke": "secretary diplomas/{number}/revoke",
    "issuer suspend": "secretary diplomas/{number}/suspend",
    "issuer reinstate": "secretary diplomas/{number}/reinstate",
    "issuer publish": "secretary publish",
    "issuer health": "secretary ",
    "issuer backup": "secretary keys/backup",
    "issuer recovery-sheet": "secretary keys/sheet",
    "issuer passphrase": "secretary keys/passphrase",
    "issuer standby": "secretary keys/standby",
    "issuer rotate": "secretary keys/rotate",
    "issuer compromised": "secretary keys/stolen",
    "issuer reissue": "secretary keys/reissue",
    "issuer countersign": "secretary keys/confirm",
    "issuer close": "secretary keys/close",
    "issuer move": "secretary settle",
    "wallet create": "family new/{chosen}",
    "wallet restore": "family open/{chosen}/salvage",
    "wallet add": f"{ONE}/add",
    "wallet list": ONE,
    "wallet show": KEPT,
    "wallet note": f"{KEPT}/note",
    "wallet save": f"{KEPT}/file",
    "wallet remove": f"{KEPT}/remove",
    "wallet child add": "family children/new",
    "wallet child list": ONE,
    "wallet child move": f"{KEPT}/move",
    "wallet child rename": f"{ONE}/names",
    "wallet child correct": f"{ONE}/names",
    "wallet child merge": f"{ONE}/merge",
    "wallet child remove": f"{ONE}/remove",
    "wallet present": f"{ONE}/show",
    "wallet history": f"{ONE}/history",
    "wallet receipt": f"{ONE}/add",
    "wallet forget": f"{ONE}/history/{{line}}/forget",
    "wallet request-id": f"{ONE}/id",
    "wallet refresh": "family refresh",
    "wallet issuers": "family issuers",
    "wallet check": "family ",
    "wallet check --policy": f"{ONE}/worth",
    "wallet backup": "family safety/backup",
    "wallet selftest": "family safety/check",
    "wallet recovery-sheet": "family sheet",
    "wallet passphrase": "family safety/passphrase",
    "wallet guardian": "family safety/people",
    "wallet compare": "family copies",
    "wallet merge": "family copies/join",
    "wallet export": f"{ONE}/leaving/files",
    "wallet export-child": f"{ONE}/own",
    "wallet collect": f"{ONE}/offer",
    "wallet import": "family bring-back",
    "desk create": "officer receipts/{number}/new/{chosen}",
    "trust create": "officer new/{chosen}",
    "trust show": "officer trust",
    "trust add": "officer trust/add/{task}",
    "trust update": "officer trust/update/{task}",
    "trust diff": "officer trust/update/{task}",
    "trust remove": "officer trust/remove/{entry}",
    "trust key": "officer trust/issuers/{issuer}/keys/{key}",
    "trust scope": "officer trust/issuers/{issuer}/scope",
    "trust close": "officer trust",
    "kit update": "officer kits/{chosen}",
    "kit show": "officer trust",
    "kit diff": "officer kits/{chosen}",
    "request": "officer request",
    "request --openid4vp": "officer openid/{number}",
    "verify": "officer files",
    "scan": "officer frame",
    "verify-folder": "officer list",
    "policy explain": "officer rules",
    "verify --policy": "officer answers/{number}/points",
}
"""The role and the address of the page, by what the first column of the table calls the command."""


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield " ".join(path)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from commands(found, (*path, name))


def rows(lang: str) -> list[tuple[list[str], str]]:
    """The rows of the table: what the first column calls, and the words of the second."""
    text = (ROOT / "docs" / "how-to" / DOCS[lang]).read_text("utf-8")
    found = re.findall(r"^\| (`.*`) \| (.*) \|$", text, re.MULTILINE)
    return [(re.findall(r"`([^`]*)`", called), words) for called, words in found]


def staying(lang: str) -> list[tuple[list[str], str]]:
    """What stays with commands, and the reason."""
    text = (ROOT / "docs" / "how-to" / DOCS[lang]).read_text("utf-8")
    found = re.findall(r"^\* (`[^:]*): (.*)$", text, re.MULTILINE)
    return [(re.findall(r"`([^`]*)`", called), words) for called, words in found]


@cache
def said(lang: str) -> frozenset[str]:
    """The sentences of the program in one language."""
    with (ROOT / "vcwallet" / "locales" / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return frozenset(
            str(each.id if lang == "en" else each.string).replace("\u00a0", " ").rstrip(":.?")
            for each in read_po(file)
            if isinstance(each.id, str)
        )


def covers(called: str, command: str) -> bool:
    """Whether a name of the table, which may be of a group, is about a command as a whole."""
    return f"{command} ".startswith(f"{called} ")


@pytest.mark.parametrize("lang", DOCS)
def test_every_command_stands_there_once_with_its_page_or_with_the_reason(lang: str) -> None:
    named = [each for called, _ in (*rows(lang), *staying(lang)) for each in called]
    assert len(named) == len(set(named))
    for command in commands(command_line):
        by = [each for each in named if covers(each, command)]
        assert len(by) == 1, f"{command} is told by {by}"
    known = list(commands(command_line))
    for each in named:
        bare = each.partition(" --")[0]
        assert any(covers(bare, command) for command in known), f"there is no command {each}"


@pytest.mark.parametrize("lang", DOCS)
def test_the_page_of_a_command_has_an_address_that_is_answered(lang: str) -> None:
    answered = {f"{role.kind} {route.address}" for role in ROLES for route in (*role.front, *role.routes)}
    told = [each for called, _ in rows(lang) for each in called]
    assert set(told) == set(PAGE)
    assert not [each for each in told if PAGE[each] not in answered]


@pytest.mark.parametrize("lang", DOCS)
def test_the_table_calls_pages_as_they_call_themselves(lang: str) -> None:
    quoted = r"“([^”]*)”" if lang == "en" else r"«([^»]*)»"
    names = [name.rstrip(":.?") for _, words in rows(lang) for name in re.findall(quoted, words)]
    assert len(names) > 25
    assert not [name for name in names if name not in said(lang)]


def test_both_languages_tell_the_same() -> None:
    english, russian = ([called for called, _ in (*rows(lang), *staying(lang))] for lang in DOCS)
    assert english == russian


@pytest.mark.parametrize("lang", DOCS)
def test_what_stays_a_command_has_a_reason(lang: str) -> None:
    assert len(staying(lang)) > 5
    for called, reason in staying(lang):
        assert called
        assert len(reason) > 40, called
