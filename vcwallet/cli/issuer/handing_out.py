"""`vcwallet issuer hand-out`: signed diplomas become folders for families, and a sheet to sign on receipt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.issuer.printing import draw, say_drawn
from vcwallet.cli.issuer.words import PROMPT, as_json_option, issuer_folder
from vcwallet.cli.next_steps import COMMANDS
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, passphrase, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, Action
from vcwallet.speaking.issuers import handed_out_words


@click.command(
    "hand-out",
    cls=Command,
    help=N_(
        "Make FOLDER, with a folder for each pupil: the PDFs, the diplomas, what checks them without a"
        " network, and a letter that says what to do.\n\n"
        "Beside them are handout.xlsx, to be signed on receipt, and mail-merge.xlsx, for letters. What was"
        " revoked, suspended or corrected is left out."
    ),
)
@argument("out", metavar="FOLDER", type=click.Path(path_type=Path))
@option("--by-class", is_flag=True, help=N_("A folder for each class instead of each pupil."))
@option(
    "--zip",
    "archives",
    metavar="WHAT",
    type=click.Choice(["pupil", "class", "school"]),
    help=N_("Pack into one file: each pupil (pupil), each class (class), everything (school)."),
)
@option(
    "--lock",
    is_flag=True,
    help=N_("Lock each pupil's archive with a code of its own; the codes are in handout.xlsx."),
)
@option("--class", "classes", multiple=True, metavar="NAME", help=N_("Only this class; may be repeated."))
@option("--no-pdf", is_flag=True, help=N_("Make no PDFs that are not there already."))
@issuer_folder
@passphrase_option
@now_option
@as_json_option
@pass_speaker
def hand_out(
    speaker: Speaker,
    out: Path,
    by_class: bool,
    archives: str | None,
    lock: bool,
    classes: tuple[str, ...],
    no_pdf: bool,
    directory: Path,
    passphrase_file: Path | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Archives, By, Issuer
    from vcwallet.issuer.handout import HANDOUT, demand_new

    at = moment(now)
    demand_new(out)
    with Issuer.open(directory) as issuer:
        issuer.unlock(passphrase(speaker, passphrase_file, prompt=PROMPT))
        missing = issuer.without_pdf
        if missing and not no_pdf:
            drawn = draw(speaker, issuer, missing, now=at, processes=None)
            if not as_json:
                say_drawn(speaker, drawn)
        made = issuer.handout(
            out,
            now=at,
            language=speaker.language,
            by=By.CLASS if by_class else By.PUPIL,
            archives=Archives.PUPIL if lock and archives is None else Archives(archives or "none"),
            locked=lock,
            classes=classes,
        )
    if as_json:
        speaker.json(
            {
                "folder": str(made.folder),
                "pupils": made.pupils,
                "withoutFile": made.without_file,
                "perhapsSeveral": list(made.perhaps_several),
                "handedOut": [
                    {
                        "number": line.number,
                        "class": line.school_class,
                        "person": line.person,
                        "what": line.what,
                        "file": line.file,
                        "code": line.code or None,
                    }
                    for line in made.lines
                ],
            }
        )
        return
    told, *doubts = handed_out_words(made, speaker.language)
    speaker.say("{folder}: {told}.", folder=str(made.folder), told=told)
    for each in doubts:
        speaker.warn("{doubt}", doubt=each)
    if made.without_file:
        speaker.warn(COMMANDS[Action.FILES_AGAIN])
    speaker.say(
        N_(
            "Print {file} and let it be signed. It names all pupils, so it stays with you, as mail-merge.xlsx"
            " does."
        ),
        file=str(made.folder / HANDOUT),
    )
