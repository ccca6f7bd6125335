"""`vcwallet wallet guardian`: other people who can open the wallet, each by a way of their own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet import timestamps
from vcwallet.bundle.recovery_sheet import RecoverySheet
from vcwallet.cli.passphrases import (
    SAVED_PATH,
    new_passphrase,
    new_passphrase_option,
    tell_file_of_before,
)
from vcwallet.cli.recovery_sheets import check_sheet_place, unconfirmed_option, write_sheet
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
from vcwallet.cli.wallet.opening import KDFS, file_argument, json_option, kdf_option, open_wallet, remember
from vcwallet.errors import N_
from vcwallet.strict_json import Json

_name_argument = argument("name", metavar="NAME")


@click.group(cls=Group, help=N_("Let other people open the wallet, or close their way in."))
def guardian() -> None:
    pass


@guardian.command(
    "add",
    help=N_(
        "Let somebody else open the wallet, called NAME: a second parent, a grandmother.\n\n"
        "With --out a sheet with a code of their own is made to be printed; otherwise they choose a"
        " passphrase of their own. Whoever opens the wallet can read and change everything in it."
    ),
)
@file_argument
@_name_argument
@passphrase_option
@option("--out", type=SAVED_PATH, help=N_("Make a sheet to print instead of a passphrase: .pdf or .txt."))
@unconfirmed_option
@new_passphrase_option
@kdf_option
@now_option
@pass_speaker
def add(
    speaker: Speaker,
    file: Path,
    name: str,
    passphrase_file: Path | None,
    out: Path | None,
    yes: bool,
    new_passphrase_file: Path | None,
    kdf: str,
    now: datetime | None,
) -> None:
    if out is not None:
        check_sheet_place(out, unconfirmed=yes)
    opened = open_wallet(speaker, file, passphrase_file)
    opened.guardians.check_name(name)
    at = moment(now)
    if out is None:
        speaker.aside(N_("The passphrase of {name}: let them type it."), name=name)
        chosen = new_passphrase(speaker, new_passphrase_file)
        opened.guardians.add_passphrase(name, chosen, kdf=KDFS[kdf], now=at)
        speaker.say(
            N_("{file}: {name} can open it with a passphrase of their own."), file=str(file), name=name
        )
    else:
        made = opened.guardians.add_code(name, now=at)
        write_sheet(
            speaker,
            RecoverySheet(made, file.name, at.date()),
            out,
            unconfirmed=yes,
            save=lambda: None,
            withdraw=lambda: opened.guardians.remove(opened.guardians.find(name)),
        )
        speaker.say(
            N_("{file}: the sheet {number} of {name}. Print it, then delete the file."),
            file=str(out),
            number=made.number,
            name=name,
        )
    remember(opened)


@guardian.command("list", help=N_("Who can open the wallet besides the family itself."))
@file_argument
@passphrase_option
@json_option
@pass_speaker
def list_(speaker: Speaker, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    found = open_wallet(speaker, file, passphrase_file).guardians.all()
    if as_json:
        listed: list[Json] = [
            {"name": each.name, "since": timestamps.render(each.since), "sheet": each.sheet} for each in found
        ]
        speaker.json(listed)
        return
    for each in found:
        if each.sheet is None:
            speaker.say(N_("{name}: a passphrase, since {day}"), name=each.name, day=each.since)
        else:
            speaker.say(
                N_("{name}: the sheet {number}, since {day}"),
                name=each.name,
                number=each.sheet,
                day=each.since,
            )
    if not found:
        speaker.say(N_("Nobody but the family can open the wallet."))


@guardian.command(
    "remove",
    cls=Command,
    help=N_("Close somebody's way into the wallet. Copies made before still open with it."),
)
@file_argument
@_name_argument
@passphrase_option
@yes_option
@pass_speaker
def remove(speaker: Speaker, file: Path, name: str, passphrase_file: Path | None, yes: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    found = opened.guardians.find(name)
    if not yes:
        speaker.confirm(N_("Shall {name} no longer open this wallet?"), name=found.name)
    opened.guardians.remove(found)
    remember(opened)
    speaker.say(
        N_(
            "{name} cannot open this wallet any longer. Copies of it that were made before still open for"
            " them: in a cloud, on a stick."
        ),
        name=found.name,
    )
    tell_file_of_before(speaker, file)
