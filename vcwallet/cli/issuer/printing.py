"""`vcwallet issuer diploma`: signed files become PDFs; also what `issue` does when it has signed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet.cli.issuer.diplomas import diploma as named
from vcwallet.cli.issuer.words import as_json_option, issuer_folder, next_command, problem
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, VcwalletError

if TYPE_CHECKING:
    from vcwallet.issuer import Drawn, Issuer

UNASKED: Final = 2_000
"""So many PDFs `issue` makes without being asked: they take less than a minute or two."""
_PARALLEL_FROM: Final = 100
"""PDFs from which starting more processes pays."""
_MOST_PROCESSES: Final = 8


@click.command(
    cls=Command,
    help=N_(
        "Make the PDFs of signed diplomas, to print or to send.\n\n"
        "DIPLOMA is a signed file (.vc.json), a folder of them, or the number or id of a diploma of this"
        " issuer; one that lies in a file of many (.vc.jsonl) is written out first. Each PDF is written"
        " beside its diploma. The diploma itself is in the PDF as an attachment and as a code. The folder"
        " “design” says how it looks."
    ),
)
@argument("diplomas", metavar="DIPLOMA...", nargs=-1, required=True)
@option("--again", is_flag=True, help=N_("Make those anew that are there already."))
@option("--workers", "processes", type=click.IntRange(1, 256), help=N_("How many processes draw at once."))
@issuer_folder
@now_option
@as_json_option
@pass_speaker
def diploma(
    speaker: Speaker,
    diplomas: tuple[str, ...],
    again: bool,
    processes: int | None,
    directory: Path,
    now: datetime | None,
    as_json: bool,
) -> None:
    from vcwallet.issuer import Issuer
    from vcwallet.issuer.diploma import has_pdf, signed_files

    with Issuer.open(directory) as issuer:
        files = [
            each if isinstance(each, Path) else issuer.signed_file(each) for each in map(named, diplomas)
        ]
        found = list(signed_files(files))
        wanted = [file for file in found if again or not has_pdf(file)]
        drawn = draw(speaker, issuer, wanted, now=moment(now), processes=processes)
    failed = [each for each in drawn if each.problem is not None]
    if as_json:
        speaker.json(
            {
                "made": [str(each.pdf) for each in drawn if each.problem is None],
                "thereAlready": len(found) - len(wanted),
                "failed": [
                    {"file": str(each.file), **problem(speaker, each.problem)}
                    for each in failed
                    if each.problem is not None
                ],
            }
        )
    else:
        say_drawn(speaker, drawn)
        if len(found) > len(wanted):
            speaker.say(
                N_("There already: {number}. To make them anew: --again."), number=len(found) - len(wanted)
            )
    if failed and failed[0].problem is not None:
        raise click.exceptions.Exit(failed[0].problem.exit_status)


def draw(
    speaker: Speaker, issuer: Issuer, files: Sequence[Path], *, now: datetime, processes: int | None
) -> tuple[Drawn, ...]:
    """The PDFs of signed files, with a bar while they are made."""
    most = min(os.cpu_count() or 1, _MOST_PROCESSES) if len(files) >= _PARALLEL_FROM else 1
    with speaker.progress(N_("Drawing PDFs"), len(files)) if files else nullcontext(int) as advance:
        return issuer.draw(files, now=now, processes=processes or most, progress=advance)


def say_drawn(speaker: Speaker, drawn: Sequence[Drawn]) -> None:
    """How many PDFs there are, and why there is none of the others."""
    made = sum(each.problem is None for each in drawn)
    speaker.say(N_("PDFs made: {number}."), number=made)
    for each in drawn:
        if each.problem is not None:
            speaker.warn(
                N_("{file}: no PDF. {reason}"),
                file=each.file.name,
                reason=speaker.language.error(each.problem),
            )


def after_issuing(
    speaker: Speaker,
    issuer: Issuer,
    folder: Path,
    *,
    asked: bool | None,
    now: datetime,
    processes: int | None,
) -> None:
    """The PDFs of a folder's diplomas that have none yet, also those of a run that was stopped before.

    A run that nobody asked for PDFs makes them when there are few, and says how to get them otherwise: what
    was signed is signed, so nothing here is an error.
    """
    from vcwallet.issuer.diploma import has_pdf, signed_files

    if asked is False:
        return
    without = (file for file in signed_files([folder]) if not has_pdf(file))
    wanted = list(without if asked else islice(without, UNASKED + 1))
    if not wanted:
        return
    if asked is None and len(wanted) > UNASKED:
        speaker.say(
            N_("PDFs of so many are made when you ask for them: {command}"),
            command=next_command(issuer.keystore_file.parent, "diploma", str(folder)),
        )
        return
    try:
        say_drawn(speaker, draw(speaker, issuer, wanted, now=now, processes=processes))
    except VcwalletError as error:
        speaker.warn(N_("No PDFs were made: {reason}"), reason=speaker.language.error(error))
        if step := speaker.language.next_step(error):
            speaker.say("{step}", step=step)
