"""`vcwallet wallet history, erase`: what was shown, to whom, why and until when."""

from __future__ import annotations

from pathlib import Path

import click

from vcwallet.cli.speak import (
    Cell,
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.wallet.opening import (
    child_option,
    file_argument,
    json_option,
    open_wallet,
    save_wallet,
)
from vcwallet.credentials.fact_words import FACT_NAMES
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.host_name import same_recipient
from vcwallet.wallet import Child, LedgerEntry

SHORT_DIGEST = 12


@click.command(
    cls=Command,
    help=N_(
        "What was shown, to whom, why and until when.\n\n"
        "Whoever has written down a child's last digest can tell later whether anything before it was"
        " changed."
    ),
)
@file_argument
@passphrase_option
@child_option
@option("--to", "recipient", metavar="DOMAIN", help=N_("Only what was shown to this recipient."))
@json_option
@pass_speaker
def history(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    recipient: str | None,
    as_json: bool,
) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    children = (opened.child(child_name),) if child_name else opened.children
    if as_json:
        speaker.json([opened.history(each) for each in children])
        return
    columns = [N_("Digest"), N_("Shown on"), N_("To"), N_("Purpose"), N_("Until"), N_("What")]
    empty = True
    for each in children:
        lines = [line for line in each.ledger.entries() if recipient is None or _is_to(line, recipient)]
        if lines:
            empty = False
            speaker.say(N_("{child}:"), child=each.name)
            speaker.table(columns, [_row(speaker, line) for line in lines])
            heads = ", ".join(head[:SHORT_DIGEST] for head in each.ledger.heads())
            speaker.say(N_("  Last digest: {digest}"), digest=heads)
    if empty:
        speaker.say(N_("Nothing is here."))


def _is_to(line: LedgerEntry, recipient: str) -> bool:
    return line.showing is not None and same_recipient(line.showing.recipient, recipient)


@click.command(
    cls=Command,
    help=N_(
        "Make one line of the history say nothing.\n\n"
        "DIGEST is the beginning of its digest. Its place in the chain stays; what it said is gone for good."
    ),
)
@file_argument
@argument("digest", metavar="DIGEST")
@passphrase_option
@yes_option
@pass_speaker
def erase(speaker: Speaker, file: Path, digest: str, passphrase_file: Path | None, yes: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    owner, line = _line(opened.children, digest)
    said = line.showing
    if said is not None:
        speaker.confirm(
            N_("Forget for good what was shown to {recipient} on {day}?"),
            yes=yes,
            recipient=said.recipient,
            day=said.at,
        )
        owner.ledger.erase(line.digest)
        save_wallet(opened)
    speaker.say(N_("{digest}: erased by the family"), digest=line.digest[:SHORT_DIGEST])


def _line(children: tuple[Child, ...], wanted: str) -> tuple[Child, LedgerEntry]:
    """The one line whose digest begins so; raises UsageError (``ledger.no-entry``)."""
    found = [
        (each, line)
        for each in children
        for line in each.ledger.entries()
        if len(wanted) >= 4 and line.digest.startswith(wanted)
    ]
    if len(found) != 1:
        raise UsageError("ledger.no-entry", N_("The history has no such entry."))
    return found[0]


def _words(speaker: Speaker, fields: tuple[str, ...]) -> str:
    return ", ".join(speaker.text(FACT_NAMES[field]) for field in fields if field in FACT_NAMES)


def _row(speaker: Speaker, line: LedgerEntry) -> tuple[Cell, ...]:
    said = line.showing
    if said is None:
        return (line.digest[:SHORT_DIGEST], "", "", speaker.text(N_("erased by the family")), "", "")
    shown = []
    for document in said.shown:
        shown.append(f"{document.title}: {_words(speaker, document.fields)}")
        if document.hidden:
            shown.append(speaker.text(N_("hidden: {fields}"), fields=_words(speaker, document.hidden)))
    return (
        line.digest[:SHORT_DIGEST],
        said.at,
        said.recipient,
        said.purpose,
        said.expires,
        tuple(shown),
    )
