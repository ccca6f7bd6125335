"""The options of the commands of a trust list, and the file they are about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from vcwallet import limits
from vcwallet.cli.speak import argument, option, own_file
from vcwallet.cli.values import MOMENT
from vcwallet.errors import N_
from vcwallet.files import read_file
from vcwallet.verifier.trust import TrustList

F = TypeVar("F", bound=Callable[..., Any])

file_argument = argument("file", type=click.Path(dir_okay=False, path_type=Path))
entry_argument = argument("entry", metavar="ENTRY")
day_option = option("--since", type=MOMENT, metavar="DAY", help=N_("From which day on."))
json_option = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))


def confirmation_options(function: F) -> F:
    """Adds the options that answer beforehand what would be asked."""
    for add in reversed(
        [
            option(
                "--accept",
                "accepted",
                multiple=True,
                metavar="WHAT",
                help=N_("Confirm changes of this name beforehand, e.g. status.un-revoked; may be repeated."),
            ),
            option(
                "--really",
                is_flag=True,
                help=N_("Confirm also what nobody would notice later if it were wrong."),
            ),
        ]
    ):
        function = add(function)
    return function


def load(file: Path) -> TrustList:
    with own_file(file):
        return TrustList.parse(read_file(file, limits.TRUST_LIST_BYTES))


def end_of_day(at: datetime) -> datetime:
    return at.replace(hour=23, minute=59, second=59, microsecond=0) if not (at.hour or at.minute) else at
