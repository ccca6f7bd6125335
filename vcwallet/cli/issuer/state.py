"""`vcwallet issuer move`: what an issuer's folder is that was copied, moved or put back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vcwallet.cli.issuer.words import as_json_option, issuer_folder
from vcwallet.cli.speak import Command, Speaker, option, pass_speaker
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, UsageError

if TYPE_CHECKING:
    from vcwallet.issuer import Arrival


@click.command(
    cls=Command,
    help=N_(
        "Say that the issuer's folder has moved, is a copy, or is reached by another way.\n\n"
        "Run it in the folder at its new place. Without an option: the folder at the old place is not used"
        " any more. A copy gets lists of revoked diplomas of its own; what was signed before stays with the"
        " other folder."
    ),
)
@option("--copy", is_flag=True, help=N_("The folder at the old place goes on being used as well."))
@option(
    "--shared",
    is_flag=True,
    help=N_("It is the same folder, reached from another computer or by another name."),
)
@issuer_folder
@now_option
@as_json_option
@pass_speaker
def move(
    speaker: Speaker, copy: bool, shared: bool, directory: Path, now: datetime | None, as_json: bool
) -> None:
    from vcwallet.issuer import Arrival, Issuer

    arrival = arrival_of(copy=copy, shared=shared)
    with Issuer.open(directory) as issuer:
        issuer.settle(arrival, now=moment(now))
    if as_json:
        speaker.json({"folder": str(directory.resolve()), "arrival": arrival.value})
        return
    said = {
        Arrival.MOVED: N_(
            "The issuer works in {folder} from here on. Do not use the folder at the old place."
        ),
        Arrival.COPY: N_(
            "{folder} is a copy from here on and has lists of its own. Diplomas signed before are revoked and"
            " replaced in the other folder."
        ),
        Arrival.SHARED: N_("The issuer works in {folder} as well."),
    }
    speaker.say(said[arrival], folder=str(directory.resolve()))


def arrival_of(*, copy: bool, shared: bool) -> Arrival:
    """Raises UsageError ``issuer.move`` for both at once."""
    from vcwallet.issuer import Arrival

    if copy and shared:
        raise UsageError("issuer.move", N_("--copy and --shared exclude each other: say one of them."))
    return Arrival.COPY if copy else Arrival.SHARED if shared else Arrival.MOVED
