"""`vcwallet trust update`: what an issuer, or somebody else, publishes now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet.bundle.scanning import demand_read
from vcwallet.cli.files import find
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, somebody_there
from vcwallet.cli.trust.fingerprints import fingerprint_options, typed_end_fits
from vcwallet.cli.trust.settling import Desk, known_changes
from vcwallet.cli.trust.words import confirmation_options, file_argument, json_option, load
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_
from vcwallet.verifier.trust_changes import Change
from vcwallet.verifier.trust_review import compared, new_key, published, review
from vcwallet.verifier.trusted_issuer import How, Pin


@click.command(
    cls=Command,
    help=N_(
        "Bring an issuer up to date.\n\n"
        "SOURCE is what it publishes now, or a whole trust list of somebody else. What is safe is done: newer"
        " lists of revoked diplomas, keys withdrawn. A new key stays unconfirmed until its fingerprint is"
        " compared; everything else that gives belief asks, and without a terminal nothing is changed and"
        " the command ends with 3."
    ),
)
@file_argument
@argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option("--entry", metavar="ENTRY", help=N_("Whose document it is, if it names a further identifier of it."))
@fingerprint_options
@confirmation_options
@option(
    "--safe-only",
    is_flag=True,
    help=N_("Do what is safe, leave the rest, and still end with 3 if any is left."),
)
@now_option
@json_option
@pass_speaker
def update(
    speaker: Speaker,
    file: Path,
    sources: Sequence[str],
    entry: str | None,
    fingerprints: Sequence[str],
    not_compared: bool,
    who: str,
    accepted: Sequence[str],
    really: bool,
    safe_only: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = load(file)
    desk = Desk(speaker, file, before, at, known_changes(accepted), really, safe_only, as_json)
    changes = review(
        before,
        published(demand_read(find(sources))),
        now=at,
        entry=entry,
        answered=lambda each: _with_fingerprint(desk, each, fingerprints, not_compared, who),
        agreed=desk.agreed,
    )
    return desk.settle(changes)


def _with_fingerprint(
    desk: Desk, change: Change, fingerprints: Sequence[str], not_compared: bool, who: str
) -> Change:
    """A new key whose fingerprint somebody compared is believed; otherwise it is kept as proposed."""
    key = change.key
    if not new_key(change) or key is None:
        return change
    plain = {"".join(each.split()).lower() for each in fingerprints}
    if not_compared:
        return compared(change, Pin(How.NOT_COMPARED, desk.at.date(), who))
    if key.key.fingerprint.replace(" ", "") in plain or (
        not plain
        and not desk.safe_only
        and somebody_there()
        and typed_end_fits(desk.speaker, key.key.fingerprint, key.type_name)
    ):
        return compared(change, Pin(How.PAPER, desk.at.date(), who))
    return change
