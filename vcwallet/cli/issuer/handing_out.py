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

_NAMES = 5
"""How many names one line has room for."""


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
    from vcwallet.issuer.diploma import has_pdf, signed_files

    at = moment(now)
    with Issuer.open(directory) as issuer:
        issuer.unlock(passphrase(speaker, passphrase_file, prompt=PROMPT))
        missing = [file for file in signed_files([issuer.issued_folder]) if not has_pdf(file)]
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
    speaker.say(N_("{folder}: pupils: {number}."), folder=str(made.folder), number=made.pupils)
    speaker.say(N_("Diplomas to hand out: {number}."), number=len(made.lines))
    if made.without_file:
        speaker.warn(
            N_("Not handed out, for they have no file of their own: {number} diplomas."),
            number=made.without_file,
        )
        speaker.warn(COMMANDS[Action.FILES_AGAIN])
    if made.perhaps_several:
        more = "…" if len(made.perhaps_several) > _NAMES else ""
        speaker.warn(
            N_(
                "Without a date of birth, diplomas of one name and class lie in one folder: {names}. Look"
                " whether each is one child's."
            ),
            names=", ".join(made.perhaps_several[:_NAMES]) + more,
        )
    speaker.say(
        N_(
            "Print handout.xlsx and let it be signed. It names all pupils, so it stays with you,"
            " as mail-merge.xlsx does."
        )
    )
