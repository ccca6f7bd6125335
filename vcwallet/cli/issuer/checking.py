"""`vcwallet issuer check`: everything about a sheet before anything is signed."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.issuer.planned import plan_as_json, show_plan
from vcwallet.cli.issuer.sheets import (
    Reading,
    compared,
    reading_options,
    sample_rows,
    sheet_as_json,
    show_diplomas,
    show_problems,
    show_understood,
    show_values,
)
from vcwallet.cli.issuer.words import PROMPT, as_json_option, issuer_folder, next_command
from vcwallet.cli.passphrases import with_passphrase
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
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
@option(
    "--preview",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=N_("Write three diplomas into this folder as PDF, marked as samples."),
)
@option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("Write the sheet to this .xlsx with its mistakes coloured and explained, to be corrected there."),
)
@overwrite_option
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def check(
    speaker: Speaker,
    sheet: Path,
    reading: Reading,
    preview: Path | None,
    errors: Path | None,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer

    at = moment(now)
    with Issuer.open(directory) as issuer:
        if errors is not None:
            _demand_another_file(errors, sheet)
            # Somebody may have corrected in it what an earlier check explained.
            explain = place(speaker, errors, inputs=[sheet])
        read = reading.read(speaker, issuer, sheet, now=at)
        if errors is not None and read.problems:
            explain(issuer.explained(sheet, read, language=speaker.language))
        samples = [(row, preview / f"{row.number}.pdf") for row in sample_rows(read)] if preview else []
        if preview is not None and samples:
            preview.mkdir(parents=True, exist_ok=True)
            for row, write in [(row, place(speaker, file, inputs=[sheet])) for row, file in samples]:
                write(issuer.preview(read, row, now=at))
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
            if issuer.invented:
                speaker.warn(
                    N_("Invented by the kit, and never signed: {values}. Write your own into {file}."),
                    values="; ".join(
                        dict.fromkeys(f"{each.key} = «{each.value}»" for each in issuer.invented)
                    ),
                    file=str(issuer.settings_file),
                )
            show_problems(speaker, read.problems, read.more_problems)
            speaker.say()
            speaker.say(N_("Can be signed: {number}. Nothing was signed."), number=len(read.rows))
    if samples and not as_json:
        speaker.say(N_("Samples to look at are in {folder}."), folder=str(preview))
    if errors is not None and read.problems and not as_json:
        speaker.say(N_("The mistakes are explained in {file}: correct them there."), file=str(errors))
    if read.blocking:
        raise UsageError(
            "issuer.sheet-has-mistakes",
            N_("{number} rows of the sheet have mistakes."),
            next_step=N_("Correct the sheet and check it again."),
            number=read.bad_rows,
        )
    if read.rows and not as_json:
        command = next_command(directory, "issue", str(sheet), *reading.as_typed())
        speaker.say(N_("To sign: {command}"), command=command)


def _demand_another_file(errors: Path, sheet: Path) -> None:
    if errors.suffix.casefold() != ".xlsx" or (errors.exists() and errors.samefile(sheet)):
        raise UsageError(
            "issuer.errors-file",
            N_("{file} cannot be the sheet with explanations."),
            next_step=N_("Name another file that ends in .xlsx."),
            file=str(errors),
        )


def _plan(speaker: Speaker, issuer: Issuer, read: Roster, passphrase_file: Path | None) -> Plan | None:
    """How the rows stand to the register; None without diplomas to compare with or without a passphrase."""
    if not issuer.has_issued:
        return None
    if passphrase_file is None and "VCWALLET_PASSPHRASE" not in os.environ and not somebody_there():
        return None
    with_passphrase(speaker, passphrase_file, prompt=PROMPT, use=issuer.unlock)
    return compared(speaker, issuer, read)
