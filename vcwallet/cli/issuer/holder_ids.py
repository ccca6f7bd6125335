"""`vcwallet issuer check-id`: children's ids that families sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet import timestamps
from vcwallet.characters import visible
from vcwallet.cli.issuer.words import as_json_option, issuer_folder, problem
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.errors import N_, VcwalletError

if TYPE_CHECKING:
    from vcwallet.strict_json import Json


@click.command(
    "check-id",
    cls=Command,
    help=N_(
        "Check children's ids that families sent, and print them for the column of the sheet.\n\n"
        "FILE is what “vcwallet wallet request-id” wrote: a picture, PDF or text. A diploma issued to an id"
        " can be shown only by whoever has its key."
    ),
)
@argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option(
    "--max-age",
    type=DURATION,
    default="365d",
    show_default=True,
    help=N_("How old a proof may be: 30d, 12h."),
)
@issuer_folder
@now_option
@as_json_option
@pass_speaker
def check_id(
    speaker: Speaker,
    files: tuple[str, ...],
    max_age: timedelta,
    directory: Path,
    now: datetime | None,
    as_json: bool,
) -> int:
    from vcwallet.cli.files import given
    from vcwallet.issuer import Issuer

    seen: dict[str, str] = {}
    failures: list[VcwalletError] = []
    answers: list[Json] = []
    with Issuer.open(directory) as issuer:
        for handed in issuer.check_ids(given(files), most_age=max_age, now=moment(now)):
            if handed.problem is not None:
                failures.append(handed.problem)
                speaker.problem(handed.where, handed.problem)
                answers.append({"file": handed.where, "problem": problem(speaker, handed.problem)})
            if handed.checked is None:
                continue
            checked = handed.checked
            if as_json:
                made = timestamps.render(checked.made)
                answers.append(
                    {"file": handed.where, "id": checked.did, "made": made, "addressed": checked.addressed}
                )
            else:
                # Two columns, as a spreadsheet takes them. A file's name is the sender's: it begins no
                # formula there.
                name = "".join(each if each.isprintable() else " " for each in handed.where)
                speaker.data(f"{checked.did}\t({visible(name)})\n")
            if not checked.addressed:
                speaker.warn(
                    N_(
                        "{file}: the proof names no recipient, so somebody else may have passed it on to you."
                    ),
                    file=handed.where,
                )
            if (other := seen.setdefault(checked.did, handed.where)) != handed.where:
                speaker.warn(N_("{file}: the same id as in {other}."), file=handed.where, other=other)
    if as_json:
        speaker.json(answers)
    return failures[0].exit_status if failures else 0
