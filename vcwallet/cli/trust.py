"""`vcwallet trust`: the issuers a verifier chooses to believe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from vcwallet import limits, strict_json, timestamps
from vcwallet.bundle import scanning
from vcwallet.bundle.document_kinds import DocumentKind
from vcwallet.cli.files import documents, find
from vcwallet.cli.speak import Group, Speaker, option, pass_speaker
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file, replace_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.verifier import TrustedIssuer, TrustList


@click.group(cls=Group, help=N_("Choose the issuers you believe, and keep their lists of revoked diplomas."))
def trust() -> None:
    pass


_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@trust.command(help=N_("Start a trust list in FILE."))
@_FILE
@option("--name", default="", help=N_("Whose list it is, for people."))
@option(
    "--recipient", metavar="DOMAIN", help=N_("Your own domain: what is shown to you must be addressed to it.")
)
@option("--valid-for", type=DURATION, help=N_("After this time the list confirms nothing, e.g. 365d."))
@now_option
@pass_speaker
def init(
    speaker: Speaker,
    file: Path,
    name: str,
    recipient: str | None,
    valid_for: timedelta | None,
    now: datetime | None,
) -> None:
    if file.exists():
        raise UsageError(
            "trust.exists",
            N_("{file} is there already."),
            next_step=N_("Choose another name, or add to it with “vcwallet trust add”."),
            file=str(file),
        )
    at = moment(now)
    names = {speaker.language.code: name} if name else {}
    _save(file, TrustList({}, at, at + valid_for if valid_for else None, names, recipient))
    speaker.say(N_("{file}: a trust list with nobody in it yet."), file=str(file))


@trust.command(
    help=N_(
        "Believe an issuer.\n\n"
        "SOURCE is what it publishes: its identifier document (did.json or issuer.json), its lists of revoked"
        " diplomas, or the folder with both. Compare the fingerprint with the one on the issuer's paper."
        " Adding an issuer again brings its keys and lists up to date."
    )
)
@_FILE
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option("--name", help=N_("The name you know it by: people will read this one, not what it calls itself."))
@option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="TYPE",
    help=N_("Believe it for this achievement type only, e.g. Award; may be repeated."),
)
@option(
    "--achievement",
    "achievements",
    multiple=True,
    metavar="PREFIX",
    help=N_("Believe it for achievement ids that begin so; may be repeated."),
)
@now_option
@pass_speaker
def add(
    speaker: Speaker,
    file: Path,
    sources: Sequence[str],
    name: str | None,
    kinds: Sequence[str],
    achievements: Sequence[str],
    now: datetime | None,
) -> None:
    at = moment(now)
    believed = _load(file)
    found = scanning.demand(find(sources))
    published = documents(found, DocumentKind.CONTROLLED_IDENTIFIER)
    lists = documents(found, DocumentKind.STATUS_LIST)
    if not published and not lists:
        raise UsageError(
            "trust.nothing-published",
            N_("There is neither an issuer's identifier document nor a list of revoked diplomas."),
            next_step=N_("Name the issuer's did.json or issuer.json, or its folder."),
        )
    for document in published:
        issuer = _issuer(believed, ControlledIdentifierDocument.parse(document), name, kinds, achievements)
        believed = believed.with_issuer(issuer)
        speaker.say(N_("Believed: {name} ({id})"), name=issuer.display_name, id=issuer.id)
        for method in issuer.document.verification_methods:
            speaker.say(N_("  fingerprint {fingerprint}"), fingerprint=method.public_key.fingerprint)
    for status_document in lists:
        believed = believed.with_status_list(status_document, now=at)
    if lists:
        speaker.say(N_("Lists of revoked diplomas: {number}"), number=len(lists))
    _save(file, replace(believed, issued_at=at))


def _issuer(
    believed: TrustList,
    document: ControlledIdentifierDocument,
    name: str | None,
    kinds: Sequence[str],
    achievements: Sequence[str],
) -> TrustedIssuer:
    """A new entry, or the one there was with the newer document; what is said now wins."""
    before = believed.issuers.get(document.id)
    names = {"ru": name} if name else dict(before.name) if before else {"ru": document.id}
    return TrustedIssuer(
        id=document.id,
        name=names,
        document=document,
        kinds=frozenset(kinds) or (before.kinds if before else frozenset()),
        achievements=tuple(achievements) or (before.achievements if before else ()),
        keys=before.keys if before else {},
    )


@trust.command(help=N_("Show whom a trust list believes, and how old its knowledge is."))
@_FILE
@now_option
@pass_speaker
def show(speaker: Speaker, file: Path, now: datetime | None) -> None:
    believed = _load(file)
    at = moment(now)
    if believed.recipient:
        speaker.say(N_("Recipient: {recipient}"), recipient=believed.recipient)
    speaker.say(
        N_("Made on {day}, {days} days ago."),
        day=_day(believed.issued_at),
        days=_days(believed.issued_at, at),
    )
    speaker.table(
        [N_("Issuer"), N_("Identifier"), N_("Only for"), N_("Key fingerprints")],
        [
            (
                issuer.display_name,
                issuer.id,
                ", ".join([*sorted(issuer.kinds), *issuer.achievements]),
                "\n".join(method.public_key.fingerprint for method in issuer.document.verification_methods),
            )
            for issuer in believed.issuers.values()
        ],
    )
    if believed.status_lists:
        speaker.table(
            [N_("List of revoked diplomas"), N_("As of")],
            [(str(each.get("id")), str(each.get("validFrom"))[:10]) for each in believed.status_lists],
        )


@trust.command(help=N_("Believe an issuer no longer."))
@_FILE
@click.argument("identifier", metavar="ID")
@now_option
@pass_speaker
def remove(speaker: Speaker, file: Path, identifier: str, now: datetime | None) -> None:
    _save(file, replace(_load(file).without_issuer(identifier), issued_at=moment(now)))
    speaker.say(N_("No longer believed: {id}"), id=identifier)


def _load(file: Path) -> TrustList:
    return TrustList.parse(read_file(file, limits.TRUST_LIST_BYTES))


def _save(file: Path, believed: TrustList) -> None:
    text = strict_json.dumps(believed.to_json(), indent=2) + "\n"
    TrustList.parse(text)
    replace_file(file, text.encode("utf-8"), public=True)


def _day(then: datetime) -> str:
    return timestamps.render(then)[:10]


def _days(then: datetime, now: datetime) -> int:
    return max((now - then).days, 0)
