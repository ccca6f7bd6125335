"""`vcwallet seen`: how full the register of what was shown is, and forgetting what is no longer needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.cli.values import LAST_DAY, moment, now_option
from vcwallet.errors import N_, UsageError, plural
from vcwallet.verifier import SeenRegister


@click.command(
    cls=Command,
    help=N_(
        "Look after the register of what was shown before.\n\n"
        "FILE is what “vcwallet verify --seen” keeps. Lines go by themselves at the end of their year, or"
        " when the request that was answered promised."
    ),
)
@argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option(
    "--forget-before",
    type=LAST_DAY,
    metavar="DAY",
    help=N_("Forget what was written down before this day, or more than 30d ago."),
)
@option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))
@now_option
@pass_speaker
def seen(
    speaker: Speaker, file: Path, forget_before: timedelta | date | None, now: datetime | None, as_json: bool
) -> None:
    at = moment(now)
    gone = 0
    with existing(file, at) as register:
        if forget_before is not None:
            before = (
                at - forget_before
                if isinstance(forget_before, timedelta)
                else datetime.combine(forget_before, time(), UTC)
            )
            gone = register.forget(before, written=True)
        count = len(register)
    if as_json:
        speaker.json({"lines": count, "forgotten": gone})
        return
    if forget_before is not None:
        speaker.say(plural("Forgotten: {number} line.", "Forgotten: {number} lines."), number=gone)
    speaker.say(plural("The register has {number} line.", "The register has {number} lines."), number=count)


def existing(file: Path, now: datetime) -> SeenRegister:
    """The register of a file that is there: looking makes none. Raises UsageError (``seen.missing``)."""
    if not file.exists():
        raise UsageError(
            "seen.missing",
            N_("There is no register of what was seen at {file}."),
            next_step=N_("Name the file that “vcwallet verify --seen” keeps."),
            file=file.name,
        )
    return SeenRegister.open(file, now=now)
