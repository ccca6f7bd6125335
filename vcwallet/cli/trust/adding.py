"""`vcwallet trust add`: an issuer that is not in the list yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet.bundle.scanning import demand_read
from vcwallet.cli.files import find
from vcwallet.cli.scope_options import scope_of, scope_options
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.cli.trust.fingerprints import asked, fingerprint_options
from vcwallet.cli.trust.settling import answer, say_not_compared
from vcwallet.cli.trust.showing import describe
from vcwallet.cli.trust.words import file_argument, json_option, load
from vcwallet.cli.values import moment, now_option
from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import N_, UsageError
from vcwallet.verifier.trust import NOT_COMPARED
from vcwallet.verifier.trust_changes import Change, Decision, What
from vcwallet.verifier.trust_review import believe, published, write


@click.command(
    cls=Command,
    help=N_(
        "Believe an issuer that is not in the list yet.\n\n"
        "SOURCE is what it publishes: its identifier document (did.json or issuer.json), or the folder with"
        " it and its lists of revoked diplomas. You are asked for the last two groups of the fingerprint on"
        " the issuer's paper. Say what you believe it for with --kind and the like, or --anything."
    ),
)
@file_argument
@argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option("--name", help=N_("The name you know it by: people will read this one, not what it calls itself."))
@option("--entry", metavar="ENTRY", help=N_("How the list names it, in small Latin letters."))
@option("--sort", metavar="TEXT", help=N_("What it is, such as school or olympiad."))
@option("--region", metavar="TEXT", help=N_("Its region, for people."))
@scope_options
@fingerprint_options
@option(
    "--same-name-on-purpose", is_flag=True, help=N_("Another issuer of this name is in the list on purpose.")
)
@now_option
@json_option
@pass_speaker
def add(
    speaker: Speaker,
    file: Path,
    sources: Sequence[str],
    name: str | None,
    entry: str | None,
    sort: str | None,
    region: str | None,
    kinds: Sequence[str],
    numbers: Sequence[str],
    profiles: Sequence[str],
    stages: Sequence[str],
    years: str | None,
    anything: bool,
    fingerprints: Sequence[str],
    not_compared: bool,
    who: str,
    same_name_on_purpose: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    at = moment(now)
    before = load(file)
    scope = scope_of(kinds, numbers, profiles, stages, years, anything)
    if scope is None:
        raise UsageError(
            "trust.scope-missing",
            N_("It is not said what the issuer is believed for."),
            next_step=N_(
                "Say --kind olympiad-diploma --number 12 --stage final --years 2025/26-, or --anything."
            ),
        )
    given = published(demand_read(find(sources)))
    document, lists = given.document, given.status_lists
    if document is None:
        raise UsageError(
            "trust.nothing-published",
            N_("There is no issuer's identifier document."),
            next_step=N_("Name the issuer's did.json or issuer.json, or its folder."),
        )
    if before.of(document.id) is None and not fingerprints and not not_compared:
        fingerprints = asked(speaker, document)
    believed, changes = believe(
        before,
        given,
        name={speaker.language.code: name or document.id},
        scopes=[scope],
        fingerprints=NOT_COMPARED if not_compared else fingerprints,
        who=who,
        entry=entry,
        same_name_on_purpose=same_name_on_purpose,
        now=at,
        sort=sort,
        region=region,
    )
    added = believed.issuers[-1]
    write(file, believed, before=before)
    if as_json:
        new = Change(Decision.ASKS, What.ENTRY_NEW, added.entry, after=added.display_name)
        answer(speaker, [new, *changes], written=True)
        return
    speaker.say(
        N_("In the list: {name}, as {entry} ({id})"),
        name=added.display_name,
        entry=added.entry,
        id=document.id,
    )
    if added.display_name == document.id:
        speaker.warn(
            N_(
                "No name was given, so people will read this identifier. To give one: “{command}”, then add"
                " it again with --name."
            ),
            command=f"vcwallet trust remove {file} {added.entry}",
        )
    describe(speaker, added)
    if any(key.state is KeyState.PROPOSED for key in added.keys):
        say_not_compared(speaker, file, added.entry)
    taken = sum(change.edit is not None for change in changes)
    if lists:
        speaker.say(N_("Lists of revoked diplomas: {number}"), number=taken)
