"""`vcwallet wallet receipt`: what a recipient gave back for a showing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet.bundle import scanning
from vcwallet.cli.files import find
from vcwallet.cli.kits import believed, kit_option
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import file_argument, json_option, open_wallet, save_wallet
from vcwallet.errors import N_
from vcwallet.identifiers.host_name import in_letters
from vcwallet.wallet import history_sheet


@click.command(
    cls=Command,
    help=N_(
        "Keep the receipt that a recipient gave for a showing.\n\n"
        "SCAN is a photo, a PDF or a file of it, or “-” for what a scanner types. It is kept beside the line"
        " of the history it is for, when the recipient itself signed it: with the key its request named, or"
        " with that of its site."
    ),
)
@file_argument
@argument("scan", metavar="SCAN", type=click.Path(path_type=str))
@option(
    "--trust",
    "trust_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help=N_("A trust list that has the recipient's key."),
)
@kit_option
@passphrase_option
@json_option
@now_option
@pass_speaker
def receipt(
    speaker: Speaker,
    file: Path,
    scan: str,
    trust_file: Path | None,
    kit_place: str | None,
    passphrase_file: Path | None,
    as_json: bool,
    now: datetime | None,
) -> None:
    signed = scanning.the_receipt(find([scan]), scan)
    at = moment(now)
    trust = believed(trust_file, kit_place, at)[0] if trust_file or kit_place else None
    opened = open_wallet(speaker, file, passphrase_file)
    kept = opened.receive(signed, listed=trust, now=at)
    if kept.is_news:
        save_wallet(opened)
    line = next(
        each for each in history_sheet.entries(opened.children) if each.entry.digest == kept.entry.digest
    )
    showing = kept.entry.showing
    assert showing is not None
    if as_json:
        speaker.json({"line": line.number, "news": kept.is_news, "receipt": signed})
        return
    speaker.say(
        N_("№ {number}, {child}: {recipient} received it on {day}.")
        if kept.is_news
        else N_("№ {number}, {child}: this receipt of {recipient} is kept already ({day})."),
        number=line.number,
        child=kept.child.name,
        recipient=in_letters(showing.recipient),
        day=kept.receipt.checked.date(),
    )
    for text in history_sheet.received(line.entry.receipt or signed, speaker.language):
        speaker.line("  " + text)
