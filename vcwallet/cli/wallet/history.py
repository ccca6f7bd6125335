"""`vcwallet wallet history, forget`: what was shown, to whom, why and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.speak import (
    Command,
    Group,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    yes_option,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import (
    child_option,
    file_argument,
    json_option,
    open_wallet,
    save_wallet,
)
from vcwallet.credentials import receipt as receipts
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.host_name import in_letters, same_recipient
from vcwallet.wallet import LedgerEntry, Wallet, history_sheet
from vcwallet.wallet.history_sheet import SHORT_DIGEST, Line

_RECIPIENT: Final = 28
"""Characters of a recipient's name in a line of the list; the rest of it stands in the details."""


class _ListedByDefault(Group):
    """A group in which a wallet's name alone means ``list``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not {"-h", "--help"} & set(args):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=_ListedByDefault,
    help=N_(
        "What was shown, to whom, why and until when.\n\n"
        "“vcwallet wallet history FILE” lists it, a line for each showing; “history show FILE LINE” says"
        " everything about one. Whoever has written down a child's last digest can tell later whether"
        " anything before it was changed."
    ),
)
def history() -> None:
    pass


@history.command("list", help=N_("A line for each showing, oldest first; or all of it as pages to print."))
@file_argument
@passphrase_option
@child_option
@option("--to", "recipient", metavar="DOMAIN", help=N_("Only what was shown to this recipient."))
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("Write everything as pages to print, into this .pdf."),
)
@overwrite_option
@json_option
@now_option
@pass_speaker
def list_(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    child_name: str | None,
    recipient: str | None,
    out: Path | None,
    as_json: bool,
    now: datetime | None,
) -> None:
    write = None if out is None else place(speaker, _pdf(out))
    opened = open_wallet(speaker, file, passphrase_file)
    children = (opened.child(child_name),) if child_name else opened.children
    if as_json:
        speaker.json([opened.history(each) for each in children])
    if write is not None:
        write(history_sheet.pdf(children, speaker.language, made=moment(now)))
        speaker.aside(N_("{file}: print it, and keep it as you keep the wallet."), file=str(out))
    if as_json or write is not None:
        return
    chosen = [
        line
        for line in history_sheet.entries(opened.children)
        if line.child in children and (recipient is None or _is_to(line.entry, recipient))
    ]
    if not chosen:
        speaker.say(
            N_("Nothing was shown yet.") if recipient is None else N_("Nothing was shown to {recipient}."),
            recipient=recipient or "",
        )
    for each in children:
        lines = [line for line in chosen if line.child is each]
        if lines:
            speaker.say(N_("{child}:"), child=each.name)
            for text in _rows(speaker, lines):
                speaker.line(text)
            heads = ", ".join(head[:SHORT_DIGEST] for head in each.ledger.heads())
            speaker.say(N_("  Last digest: {digest}"), digest=heads)


def _pdf(out: Path) -> Path:
    if out.suffix.lower() == ".pdf":
        return out
    raise UsageError(
        "history.form",
        N_("The history is not written as “{name}”."),
        next_step=N_("Choose a name that ends with .pdf, or say --json."),
        name=out.name[-64:],
    )


def _is_to(line: LedgerEntry, recipient: str) -> bool:
    return line.showing is not None and same_recipient(line.showing.recipient, recipient)


def _rows(speaker: Speaker, lines: Sequence[Line]) -> list[str]:
    """One row for each line, no wider than the screen: what does not fit is cut, and said in the details."""
    width = speaker.console().width
    heads = ["№", *map(speaker.text, (N_("Shown on"), N_("Until"), N_("Received"), N_("To"), N_("Purpose")))]
    rows = [heads]
    for line in lines:
        said = line.entry.showing
        if said is None:
            rows.append([str(line.number), "", "", "", speaker.text(history_sheet.ERASED), ""])
            continue
        days = [speaker.language.day(each) if each is not None else "—" for each in (said.at, said.expires)]
        signed = line.entry.receipt
        days.append("" if signed is None else speaker.language.day(receipts.read(signed).checked.date()))
        rows.append([str(line.number), *days, in_letters(said.recipient), said.purpose])
    if not any(row[3] for row in rows[1:]):
        # Whoever never got a receipt needs no column for them.
        rows = [row[:3] + row[4:] for row in rows]
    last = len(rows[0]) - 1
    widths = [max(len(row[place]) for row in rows) for place in range(last)]
    widths[-1] = min(widths[-1], _RECIPIENT)
    cells = [[_cut(cell, limit) for cell, limit in zip(row, (*widths, width), strict=True)] for row in rows]
    return [
        _cut(
            "  " + "  ".join(cell.ljust(limit) for cell, limit in zip(row, (*widths, 0), strict=True)), width
        )
        for row in cells
    ]


def _cut(text: str, width: int) -> str:
    text = text.rstrip()
    return text if len(text) <= width else text[: width - 1] + "…"


@history.command("show", help=N_("Everything about one showing; LINE is its number in the list."))
@file_argument
@argument("number", metavar="LINE")
@passphrase_option
@json_option
@pass_speaker
def show(speaker: Speaker, file: Path, number: str, passphrase_file: Path | None, as_json: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    line = _line(opened, number)
    if as_json:
        listed = opened.history(line.child)["shown"]
        assert isinstance(listed, list)
        speaker.json(next(each for each in listed if _digest(each) == line.entry.digest))
        return
    speaker.say(N_("{child}:"), child=line.child.name)
    for text in history_sheet.about(line.entry, speaker.language):
        speaker.line("  " + text)
    for document in () if line.entry.showing is None else line.entry.showing.shown:
        speaker.line(f"  · {document.title}")
        for text in history_sheet.fields_shown(document, speaker.language):
            speaker.line("      " + text)
    speaker.say(N_("  Digest: {digest}"), digest=line.entry.digest)


def _digest(entry: Any) -> Any:
    return entry.get("digest") if isinstance(entry, dict) else None


@click.command(
    cls=Command,
    help=N_(
        "Empty one line of the history, for good.\n\n"
        "LINE is its number in the list. That something was shown stays written down; what it was, and to"
        " whom, is forgotten."
    ),
)
@file_argument
@argument("number", metavar="LINE")
@passphrase_option
@yes_option
@pass_speaker
def forget(speaker: Speaker, file: Path, number: str, passphrase_file: Path | None, yes: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    line = _line(opened, number)
    said = line.entry.showing
    if said is not None:
        speaker.confirm(
            N_("Forget for good what was shown to {recipient} on {day}?"),
            yes=yes,
            recipient=said.recipient,
            day=said.at,
        )
        line.child.ledger.erase(line.entry.digest)
        save_wallet(opened)
    speaker.say(N_("№ {number}: forgotten."), number=line.number)


def _line(opened: Wallet, wanted: str) -> Line:
    """By number in the list, or by the beginning of the digest; raises UsageError (``history.no-line``)."""
    lines = history_sheet.entries(opened.children)
    if wanted.isdecimal() and len(wanted) < 4:
        found = [line for line in lines if line.number == int(wanted)]
    else:
        found = [line for line in lines if len(wanted) >= 4 and line.entry.digest.startswith(wanted)]
    if len(found) != 1:
        raise UsageError(
            "history.no-line",
            N_("The history has no line “{wanted}”."),
            next_step=N_("“vcwallet wallet history FILE” lists them with their numbers."),
            wanted=wanted[:64],
        )
    return found[0]
