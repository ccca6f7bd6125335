"""`vcwallet trust create`: a list of nobody yet."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from vcwallet.cli.speak import Command, Speaker, option, pass_speaker
from vcwallet.cli.trust.words import file_argument, json_option
from vcwallet.cli.values import DURATION, binding_option, moment, now_option, require_status_option
from vcwallet.errors import N_, UsageError
from vcwallet.report import Binding
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_review import write
from vcwallet.verifier.trusted_issuer import SLUG


@click.command(cls=Command, help=N_("Start a trust list in FILE."))
@file_argument
@option("--name", default="", help=N_("Whose list it is, for people."))
@option(
    "--domain",
    "recipient",
    metavar="DOMAIN",
    help=N_("Your own domain: what is shown to you must be addressed to it."),
)
@option("--valid-for", type=DURATION, help=N_("After this time the list confirms nothing, e.g. 365d."))
@binding_option
@require_status_option
@option("--max-status-age", type=DURATION, help=N_("How old the knowledge of revocations may be."))
@now_option
@json_option
@pass_speaker
def create(
    speaker: Speaker,
    file: Path,
    name: str,
    recipient: str | None,
    valid_for: timedelta | None,
    binding: str,
    require_status: bool,
    max_status_age: timedelta | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    if file.exists():
        raise UsageError(
            "trust.exists",
            N_("{file} is there already."),
            next_step=N_("Choose another name, or add to it with “vcwallet trust add”."),
            file=str(file),
        )
    at = moment(now)
    stem = file.stem.lower()
    if max_status_age is not None and max_status_age < timedelta(days=1):
        raise UsageError(
            "trust.status-days", N_("The age that a trust list allows is given in days, at least one.")
        )
    new = replace(
        TrustList.start(
            now=at,
            name={speaker.language.code: name} if name else {},
            recipient=recipient,
            next_update=at + valid_for if valid_for else None,
            list_name=stem if SLUG.fullmatch(stem) else "trust-list",
        ),
        binding=Binding(binding),
        require_status=require_status,
        status_age=None if max_status_age is None else timedelta(days=max_status_age.days),
    )
    write(file, new, before=None)
    if as_json:
        speaker.json(new.to_json())
    else:
        speaker.say(N_("{file}: a trust list with nobody in it yet."), file=str(file))
        if sys.stdout.isatty():
            speaker.say(
                N_(
                    "Next, with the folder that an issuer publishes, and what you believe it for:\n"
                    "vcwallet trust add {file} FOLDER --kind olympiad-diploma --number any --stage any"
                    " --years any"
                ),
                file=str(file),
            )
