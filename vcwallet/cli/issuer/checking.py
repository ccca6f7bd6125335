"""`vcwallet issuer check`: everything about a sheet before anything is signed."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.issuer.planned import plan_as_json, show_plan
from vcwallet.cli.issuer.sheets import (
    Reading,
    reading_options,
    sheet_as_json,
    show_diplomas,
    show_problems,
    show_understood,
    show_values,
)
from vcwallet.cli.issuer.words import PROMPT, as_json_option, issuer_folder
from vcwallet.cli.passphrases import with_passphrase
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    pass_speaker,
    passphrase_option,
    somebody_there,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, UsageError

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, Plan, Roster


@click.command(
    cls=Command,
    help=N_(
        "Look before you sign: how SHEET is read, what is left out, what is wrong, which values will be"
        " signed, three diplomas as they will be read, and how each row stands to what was signed before.\n\n"
        "Signs nothing. The passphrase is needed only to compare with diplomas that were signed before."
    ),
)
@argument("sheet", metavar="SHEET", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@reading_options
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def check(
    speaker: Speaker,
    sheet: Path,
    reading: Reading,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    at = moment(now)
    with Issuer.open(directory) as issuer:
        read = reading.read(issuer, sheet, now=at)
        plan = _plan(speaker, issuer, read, passphrase_file)
        if as_json:
            speaker.json({**sheet_as_json(speaker, read), **(plan_as_json(plan) if plan is not None else {})})
        else:
            show_understood(speaker, read)
            show_values(speaker, read)
            show_diplomas(speaker, issuer, read, now=at)
            if plan is not None:
                show_plan(speaker, issuer, plan)
            elif issuer.has_issued:
                speaker.aside(
                    N_("How the rows stand to diplomas signed before is not known without the passphrase.")
                )
            show_problems(speaker, read.problems, read.more_problems)
            speaker.say()
            speaker.say(N_("Can be signed: {number}. Nothing was signed."), number=len(read.rows))
    if read.blocking:
        raise UsageError(
            "issuer.sheet-has-mistakes",
            N_("{number} rows of the sheet have mistakes."),
            next_step=N_("Correct the sheet and check it again."),
            number=read.bad_rows,
        )


def _plan(speaker: Speaker, issuer: Issuer, read: Roster, passphrase_file: Path | None) -> Plan | None:
    """How the rows stand to the register; None without diplomas to compare with or without a passphrase."""
    if not issuer.has_issued:
        return None
    if passphrase_file is None and "VCWALLET_PASSPHRASE" not in os.environ and not somebody_there():
        return None
    with_passphrase(speaker, passphrase_file, prompt=PROMPT, use=issuer.unlock)
    return issuer.plan(read)
