"""`vcwallet trust show` and `diff`: what is in a list, and what following another would mean."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from vcwallet import timestamps
from vcwallet.cli.speak import Command, Speaker, argument, pass_speaker
from vcwallet.cli.trust.settling import answer, table
from vcwallet.cli.trust.words import file_argument, json_option, load
from vcwallet.cli.values import moment, now_option
from vcwallet.credentials.issuers import IssuerState
from vcwallet.errors import N_, Aged, VcwalletError, plural
from vcwallet.speaking import trust_lists as words
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.trust import TrustList, list_key
from vcwallet.verifier.trust_changes import Source, apply, compare, compare_lists
from vcwallet.verifier.trusted_issuer import TrustedIssuer

DIFFERENT = 5
"""What `trust diff` ends with when the lists are not the same: they agree in part."""


@click.command(
    cls=Command,
    help=N_("Show whom a trust list believes and for what, its keys, and how old its knowledge is."),
)
@file_argument
@now_option
@json_option
@pass_speaker
def show(speaker: Speaker, file: Path, now: datetime | None, as_json: bool) -> None:
    believed = load(file)
    at = moment(now)
    if as_json:
        speaker.json(_shown(believed, at))
        return
    if believed.name:
        speaker.write(believed.name.get(speaker.language.code) or next(iter(believed.name.values())))
    if believed.recipient:
        speaker.say(N_("Recipient: {recipient}"), recipient=believed.recipient)
    speaker.say(
        Aged(
            N_("Made today, {day}; version {version}."),
            plural(
                "Made on {day}, {days} day ago; version {version}.",
                "Made on {day}, {days} days ago; version {version}.",
            ),
        ),
        day=believed.issued_at,
        days=words.age(believed.issued_at, at),
        version=believed.version,
    )
    if believed.next_update:
        speaker.say(N_("It confirms nothing after {day}."), day=believed.next_update)
    for issuer in believed.issuers:
        speaker.say()
        speaker.say(N_("{name}, as {entry}"), name=issuer.name_in(speaker.language.code), entry=issuer.entry)
        for each in issuer.ids:
            speaker.write(f"  {each.id}")
        describe(speaker, issuer)
        for document in believed.status_lists:
            key = list_key(document)
            if key and key[0] in issuer.identifiers:
                _describe_list(speaker, issuer, key[1], document, at)
    for gone in believed.removed:
        speaker.say(
            N_("Removed on {day}: {entry}"),
            day=gone.on,
            entry=gone.entry,
        )


def describe(speaker: Speaker, issuer: TrustedIssuer) -> None:
    if issuer.state is not IssuerState.ACTIVE:
        speaker.say(
            N_("  {state} on {day}{successor}"),
            state=speaker.text(words.ISSUER_STATES[issuer.state]),
            day=issuer.since or "",
            successor=f" → {issuer.successor}" if issuer.successor else "",
        )
    for former in issuer.former_names:
        name = former.name.get(speaker.language.code) or next(iter(former.name.values()))
        speaker.say(N_("  until {day} called {name}"), day=former.until, name=name)
    if issuer.scopes:
        for scope in issuer.scopes:
            speaker.say(N_("  believed for: {scope}"), scope=words.scope_words(scope, speaker.language))
            if scope.source:
                speaker.write(f"    {scope.source}")
    else:
        speaker.say(N_("  believed for nothing"))
    for key in issuer.keys:
        for line in words.key_lines(key, speaker.language):
            speaker.write(f"  {line}")


def _describe_list(
    speaker: Speaker, issuer: TrustedIssuer, url: str, document: JsonObject, at: datetime
) -> None:
    since = _midnight(str(document.get("validFrom"))[:10])
    if url in issuer.final_lists:
        speaker.say(N_("  revoked diplomas as of {day}, final: {list}"), day=since or "-", list=url)
        return
    if since is None:
        speaker.say(N_("  revoked diplomas, of a day that it does not say: {list}"), list=url)
        return
    speaker.say(
        Aged(
            N_("  revoked diplomas as of today, {day}: {list}"),
            plural(
                "  revoked diplomas as of {day}, {days} day old: {list}",
                "  revoked diplomas as of {day}, {days} days old: {list}",
            ),
        ),
        day=since,
        days=words.age(since, at),
        list=url,
    )


def _midnight(text: str) -> datetime | None:
    try:
        return timestamps.parse(f"{text}T00:00:00Z")
    except VcwalletError:
        return None


def _shown(believed: TrustList, at: datetime) -> JsonObject:
    """The file as it is, without the signed lists, and with what is computed from it."""
    document = believed.to_json()
    document["ageDays"] = words.age(believed.issued_at, at)
    entries: list[Json] = []
    for issuer, entry in zip(believed.issuers, document["issuers"], strict=True):  # type: ignore[arg-type]
        prints: JsonObject = {key.key.multibase: key.key.fingerprint for key in issuer.keys}
        entries.append({**entry, "fingerprints": prints})  # type: ignore[dict-item]
    document["issuers"] = entries
    document["statusLists"] = [
        {
            "issuer": key[0],
            "id": key[1],
            "asOf": each.get("validFrom"),
            "ageDays": words.age(_midnight(str(each.get("validFrom"))[:10]), at),
        }
        for each in believed.status_lists
        if (key := list_key(each))
    ]
    return document


@click.command(
    cls=Command,
    help=N_(
        "Compare two trust lists.\n\n"
        "Says what it would mean to follow NEW where OLD is in use: ! will not be taken, ? needs your"
        " consent, · is taken without asking. Ends with 0 when they are the same and with 5 when they are"
        " not."
    ),
)
@argument("old", type=click.Path(dir_okay=False, path_type=Path))
@argument("new", type=click.Path(dir_okay=False, path_type=Path))
@now_option
@json_option
@pass_speaker
def diff(speaker: Speaker, old: Path, new: Path, now: datetime | None, as_json: bool) -> int:
    before, after = load(old), load(new)
    changes = compare(before, after, source=Source.PERSON)
    settled = apply(before, changes, confirmed=lambda _: True)
    changes += compare_lists(settled, _other_lists(before, after), now=moment(now))
    if as_json:
        answer(speaker, changes, written=False)
    elif changes:
        table(speaker, before, changes)
    else:
        speaker.say(N_("The two lists say the same."))
    return DIFFERENT if changes else 0


def _other_lists(before: TrustList, after: TrustList) -> list[JsonObject]:
    known = list(before.status_lists)
    return [each for each in after.status_lists if each not in known]
