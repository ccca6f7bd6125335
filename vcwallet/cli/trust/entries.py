"""`vcwallet trust key`, `close`, `merge`, `scope`, `remove`: what a person says of an issuer of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from vcwallet.cli.scope_options import scope_of, scope_options
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, somebody_there
from vcwallet.cli.trust.fingerprints import fingerprint_options, typed_end_fits
from vcwallet.cli.trust.settling import Desk, known_changes
from vcwallet.cli.trust.words import (
    confirmation_options,
    day_option,
    end_of_day,
    entry_argument,
    file_argument,
    json_option,
    load,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.verifier.trust import TrustList, list_key
from vcwallet.verifier.trust_changes import Source, What, compare
from vcwallet.verifier.trust_review import NeedsPerson, confirmed, retired, stolen
from vcwallet.verifier.trusted_issuer import How, Pin, TrustedIssuer, TrustedKey, key_of


@click.command(
    cls=Command,
    help=N_(
        "Say what became of a key.\n\n"
        "confirm: its fingerprint is the one on the issuer's paper. retire: it signs no more since --since."
        " compromised: somebody else may hold it, so nothing it signed counts, of whatever date."
    ),
)
@file_argument
@entry_argument
@argument(
    "deed", metavar="retire|compromised|confirm", type=click.Choice(["retire", "compromised", "confirm"])
)
@option(
    "--key",
    "which",
    metavar="KEY",
    help=N_("Which key, if there are several: the end of its fingerprint, or its name."),
)
@day_option
@fingerprint_options
@confirmation_options
@now_option
@json_option
@pass_speaker
def key(
    speaker: Speaker,
    file: Path,
    entry: str,
    deed: str,
    which: str | None,
    since: datetime | None,
    fingerprints: Sequence[str],
    not_compared: bool,
    who: str,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = load(file)
    issuer = before.entry(entry)
    known = _meant(issuer, which, fingerprints, deed)
    desk = Desk(speaker, file, before, at, known_changes(accepted), really, False, as_json)
    if deed == "retire":
        new = retired(known, end_of_day(since or at))
    elif deed == "compromised":
        new = stolen(known, since or at)
    else:
        if not_compared:
            pin = Pin(How.NOT_COMPARED, at.date(), who)
        elif fingerprints or (
            somebody_there() and typed_end_fits(speaker, known.key.fingerprint, known.type_name)
        ):
            pin = Pin(How.PAPER, at.date(), who)
        else:
            raise NeedsPerson(
                "trust.fingerprint-needed",
                N_("Somebody has to compare the fingerprint of {id} with the issuer's paper."),
                next_step=N_("Run it in a terminal, or give --fingerprint with what is on the paper."),
                id=issuer.entry,
            )
        new = confirmed(known, pin)
        if known.state is KeyState.PROPOSED:
            # The comparison was the question.
            desk = replace(desk, accepted=desk.accepted | {What.KEY_STATE})
    return desk.settle(
        compare(before, before.with_entry(issuer.with_key(new)), source=Source.PERSON), quiet=True
    )


def _meant(issuer: TrustedIssuer, which: str | None, fingerprints: Sequence[str], deed: str) -> TrustedKey:
    """The key a command is about; where one only can be meant, it need not be named."""
    if fingerprints:
        whole = {"".join(each.split()).lower() for each in fingerprints}
        found = [each for each in issuer.keys if each.key.fingerprint.replace(" ", "") in whole]
        if len(whole) != 1 or len(found) != 1:
            raise UsageError(
                "trust.fingerprint-differs",
                N_("No key of {id} has the fingerprint {fingerprint}."),
                next_step=N_("If it is copied rightly, this is not the issuer's document: ask the issuer."),
                id=issuer.entry,
                fingerprint=min(fingerprints)[:64],
            )
        if which is not None and key_of(issuer, which) is not found[0]:
            return key_of(issuer, which)
        return found[0]
    if which is not None:
        return key_of(issuer, which)
    waiting = [
        each
        for each in issuer.keys
        if (each.state is KeyState.PROPOSED if deed == "confirm" else each.state is not KeyState.COMPROMISED)
    ]
    return waiting[0] if len(waiting) == 1 else key_of(issuer, "")


@click.command(
    cls=Command,
    help=N_(
        "Write down that an issuer is closed.\n\n"
        "What it signed until then stays confirmable, and the lists of revoked diplomas that are known become"
        " final, since nobody can publish newer ones."
    ),
)
@file_argument
@entry_argument
@day_option
@confirmation_options
@now_option
@json_option
@pass_speaker
def close(
    speaker: Speaker,
    file: Path,
    entry: str,
    since: datetime | None,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = load(file)
    return _ended(speaker, file, before, entry, None, since, at, accepted, really, as_json)


@click.command(
    cls=Command,
    help=N_(
        "Write down that an issuer was taken over by another of the list.\n\n"
        "What it signed until then stays confirmable; newer states of its lists of revoked diplomas may come"
        " from SUCCESSOR."
    ),
)
@file_argument
@entry_argument
@argument("successor", metavar="SUCCESSOR")
@day_option
@confirmation_options
@now_option
@json_option
@pass_speaker
def merge(
    speaker: Speaker,
    file: Path,
    entry: str,
    successor: str,
    since: datetime | None,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = load(file)
    accepted = [*accepted, What.STATE.value]
    return _ended(speaker, file, before, entry, successor, since, at, accepted, really, as_json)


def _ended(
    speaker: Speaker,
    file: Path,
    before: TrustList,
    entry: str,
    successor: str | None,
    since: datetime | None,
    at: datetime,
    accepted: Sequence[str],
    really: bool,
    as_json: bool,
) -> int:
    issuer = before.entry(entry)
    after = before.entry(successor).entry if successor else None
    final = dict(issuer.final_lists)
    for document in before.status_lists:
        key = list_key(document)
        if key and key[0] in issuer.identifiers and key[1] not in final:
            try:
                last = before.admitted(document, now=at)
            except VcwalletError as error:
                # A list that would not be taken today, such as one by a stolen key, is nobody's last word.
                speaker.warn(
                    N_(
                        "This list of revoked diplomas does not become final, since it would not be taken"
                        " today: {list}"
                    ),
                    list=key[1],
                )
                speaker.problem(key[1], error)
                continue
            final[key[1]] = FinalList(last.as_of or at, digest_of(document))
    new = replace(
        issuer,
        state=IssuerState.MERGED if after else IssuerState.CLOSED,
        since=since or at,
        successor=after,
        final_lists=final,
    )
    desk = Desk(speaker, file, before, at, known_changes(accepted), really, False, as_json)
    return desk.settle(compare(before, before.with_entry(new), source=Source.PERSON), quiet=True)


@click.command(
    cls=Command,
    help=N_(
        "Set what an issuer is believed for.\n\n"
        "The scope given replaces those there are; --also adds it to them. Believing more asks."
    ),
)
@file_argument
@entry_argument
@scope_options
@option("--also", is_flag=True, help=N_("Beside the scopes there are."))
@option("--nothing", is_flag=True, help=N_("Believe it for nothing more."))
@option("--source", metavar="TEXT", help=N_("On what that is based, to be written down."))
@confirmation_options
@now_option
@json_option
@pass_speaker
def scope(
    speaker: Speaker,
    file: Path,
    entry: str,
    kinds: Sequence[str],
    numbers: Sequence[str],
    profiles: Sequence[str],
    stages: Sequence[str],
    years: str | None,
    anything: bool,
    also: bool,
    nothing: bool,
    source: str | None,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    before = load(file)
    issuer = before.entry(entry)
    given = scope_of(kinds, numbers, profiles, stages, years, anything)
    if (given is None) is not nothing:
        raise UsageError(
            "trust.scope-missing",
            N_("It is not said what the issuer is believed for."),
            next_step=N_(
                "Say --kind olympiad-diploma --number 12 --stage final --years 2025/26-, or --anything."
            ),
        )
    new = () if given is None else (replace(given, source=source),)
    scopes = (*issuer.scopes, *new) if also else new
    desk = Desk(speaker, file, before, moment(now), known_changes(accepted), really, False, as_json)
    changed = before.with_entry(replace(issuer, scopes=scopes))
    return desk.settle(compare(before, changed, source=Source.PERSON))


@click.command(
    cls=Command,
    help=N_(
        "Believe an issuer no longer.\n\n"
        "For an issuer that closed, or a key that was lost, “trust close” and “trust key” are better: they"
        " keep the diplomas of its good time confirmable."
    ),
)
@file_argument
@entry_argument
@confirmation_options
@now_option
@json_option
@pass_speaker
def remove(
    speaker: Speaker,
    file: Path,
    entry: str,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = load(file)
    gone = before.entry(entry).entry
    after = before.without_entry(gone, on=at.date())
    desk = Desk(speaker, file, before, at, known_changes(accepted), really, False, as_json)
    return desk.settle(compare(before, after, source=Source.PERSON))
