"""`vcwallet request`: what a verifier asks a family for."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from vcwallet import limits
from vcwallet.bundle import slip
from vcwallet.bundle.request import Request, Want
from vcwallet.cli import writing_openid
from vcwallet.cli.admission import read_pack
from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.speak import Command, Speaker, option, own_file, pass_speaker
from vcwallet.cli.values import (
    DURATION,
    LAST_DAY,
    LAST_SECOND,
    binding_option,
    moment,
    now_option,
    require_status_option,
)
from vcwallet.credentials.achievement import Fact, Kind
from vcwallet.credentials.fact_words import FACT_NAMES, field_named, kind_named
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.host_name import host_name
from vcwallet.report import Binding
from vcwallet.speaking.requests import gap_sentence, kind_words, request_slip
from vcwallet.verifier import asking, openid_asking
from vcwallet.verifier.asking import gaps, idle_wants, wants_of
from vcwallet.verifier.policy_pack import Pack


@click.command(
    cls=Command,
    help=N_(
        "Ask a family for what you need.\n\n"
        "The request is a file or a code. The answer will be addressed to DOMAIN and signed over a challenge;"
        " check it with “vcwallet verify --request”."
    ),
)
@option("--domain", required=True, metavar="DOMAIN", help=N_("Your own name, e.g. priem.vuz.example."))
@option("--purpose", required=True, metavar="TEXT", help=N_("What for; the family reads it and signs it."))
@option(
    "--want",
    "kinds",
    multiple=True,
    metavar="KIND",
    help=N_(
        "A kind of achievement, e.g. olympiad-diploma; after a colon what you must be able to read of it,"
        " after another how many: “olympiad-diploma:person,result:all since 2023”, “volunteering::up to 3”;"
        " repeatable."
    ),
)
@option(
    "--fields",
    metavar="FIELD,...",
    help=N_(
        "What you must be able to read of every kind that names nothing itself, e.g. person,born,result; the"
        " family may hide the rest."
    ),
)
@option("--everything", is_flag=True, help=N_("All diplomas of these kinds, not only one of each."))
@option(
    "--up-to",
    type=click.IntRange(1, limits.REQUEST_AT_LEAST),
    metavar="NUMBER",
    help=N_("Up to so many diplomas of each kind, the newest ones."),
)
@option(
    "--since",
    type=click.IntRange(1900, limits.REQUEST_YEAR),
    metavar="YYYY",
    help=N_("Only what was awarded in this year or later."),
)
@option(
    "--policy",
    "policy_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_(
        "Your rules of admission: ask for all that may count by them, or, with --want, say what they need"
        " that you do not ask for."
    ),
)
@option("--programme", metavar="CODE", help=N_("Only the rules that this programme is judged by."))
@option("--retention", type=DURATION, help=N_("How long you will keep what you are shown, e.g. 30d."))
@option("--max-status-age", type=DURATION, help=N_("How old lists of revoked diplomas may be, e.g. 14d."))
@binding_option
@require_status_option
@option(
    "--expires",
    type=LAST_DAY,
    default="30d",
    show_default=True,
    help=N_("The last day of the request (2027-07-20), or for how long it stands."),
)
@option(
    "--no-challenge", is_flag=True, help=N_("For paper and letters: the answer may be used until it expires.")
)
@option(
    "--receipts",
    "desk_document",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("The did.json of your desk's key: families take your receipts by it."),
)
@option(
    "--openid4vp",
    is_flag=True,
    help=N_(
        "Ask in the words of OpenID4VP, for families with other wallets: --out is the link as a code (.png,"
        " .svg, .pdf) or as text (.txt), and beside it stands the .json that you keep."
    ),
)
@option(
    "--response-uri",
    metavar="URL",
    help=N_("Where wallets send the answer by OpenID4VP; https://DOMAIN/openid4vp unless you say."),
)
@option("--encrypted", is_flag=True, help=N_("Have the answer by OpenID4VP encrypted to you alone."))
@option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help=N_("Where the request goes: .json, .png, .svg, .pdf (a page to hang up), or “-” for the screen."),
)
@overwrite_option
@now_option
@pass_speaker
def request(
    speaker: Speaker,
    domain: str,
    purpose: str,
    kinds: Sequence[str],
    fields: str | None,
    everything: bool,
    up_to: int | None,
    since: int | None,
    policy_file: Path | None,
    programme: str | None,
    retention: timedelta | None,
    max_status_age: timedelta | None,
    binding: str,
    require_status: bool,
    expires: timedelta | date,
    no_challenge: bool,
    desk_document: Path | None,
    openid4vp: bool,
    response_uri: str | None,
    encrypted: bool,
    out: Path,
    now: datetime | None,
) -> None:
    to_screen = str(out) == "-"
    form = None if to_screen or openid4vp else slip.form_of(out)
    if openid4vp:
        writing_openid.demand_form(out)
    if everything and up_to is not None:
        raise UsageError(
            "request.how-many",
            N_("Everything and up to {number} cannot both be asked for."),
            next_step=N_("Say one of them."),
            number=up_to,
        )
    domain = host_name(domain)
    wanted = _fields(speaker, fields)
    pack = None if policy_file is None else read_pack(policy_file)
    chosen = None if programme is None else _programme(pack, programme)
    usual = Want(
        None,
        wanted,
        at_least=0 if everything or up_to else 1,
        at_most=up_to,
        everything=everything,
        since=since,
    )
    wants = tuple(want_of(speaker, each, usual) for each in kinds)
    if not kinds and (wanted or everything or up_to or since):
        wants = (usual,)
    if pack is not None and not wants:
        wants = wants_of(pack, chosen)
    elif pack is not None:
        _compare(speaker, wants, pack, chosen)
    write = None if to_screen or openid4vp else place(speaker, out)
    at = moment(now)
    end = at + expires if isinstance(expires, timedelta) else datetime.combine(expires, LAST_SECOND, UTC)
    made = Request(
        domain=domain,
        purpose=purpose,
        created=at,
        challenge=None if no_challenge else secrets.token_urlsafe(16),
        expires=end,
        wants=wants,
        retention=retention,
        status_age=max_status_age,
        binding=Binding(binding),
        require_status=require_status,
        receipt_key=None if desk_document is None else receipt_key(desk_document),
    )
    asked = asking.asked(made, now=at)
    if openid4vp:
        kept = openid_asking.make(
            asked,
            response_uri=response_uri or f"https://{domain}/openid4vp",
            encrypted=encrypted,
            nonce=secrets.token_urlsafe(16),
            state=secrets.token_urlsafe(16),
        )
        writing_openid.write(speaker, kept, asked, out, seconds=int(at.timestamp()))
        return
    document = asked.to_json()
    if write is None:
        speaker.json(document)
        return
    assert form is not None
    note = speaker.text(N_("For the family: “vcwallet wallet present WALLET --request PICTURE”."))
    words = request_slip(asked, speaker.language, note=note)
    write(slip.render(document, form, words, speaker.language, seconds=int(at.timestamp())))
    speaker.say(
        N_("{file}: a request of {domain}, good for {days} days."),
        file=str(out),
        domain=domain,
        days=(end - at).days,
    )
    if asked.challenge is not None:
        speaker.say(N_("Keep it: the answer is checked with “--request {file}”."), file=str(out))


def receipt_key(file: Path) -> str:
    """The one key that may sign for a desk. Raises UsageError (``request.desk``)."""
    with own_file(file):
        document = ControlledIdentifierDocument.loads(read_file(file, limits.CONTROLLED_IDENTIFIER_BYTES))
    keys = [each.public_key.multibase for each in document.verification_methods]
    if len(keys) != 1:
        raise UsageError(
            "request.desk",
            N_("{file} names {number} keys; a desk has one."),
            next_step=N_("Name the file that “vcwallet desk create” wrote beside the key."),
            file=file.name,
            number=len(keys),
        )
    return keys[0]


def _programme(pack: Pack | None, given: str) -> str:
    """Raises UsageError (``request.no-policy``, ``request.programme``)."""
    if pack is None:
        raise UsageError(
            "request.no-policy",
            N_("A programme means nothing without the rules."),
            next_step=N_("Name the file of the rules: --policy."),
        )
    found = pack.programme(given)
    if found is None:
        raise UsageError(
            "request.programme",
            N_("The rules have no programme “{name}”."),
            next_step=N_("Choose from: {known}."),
            name=given[:64],
            known=", ".join(pack.programmes)[:1024],
        )
    return found


def _compare(speaker: Speaker, wants: Sequence[Want], pack: Pack, programme: str | None) -> None:
    """Tell what the rules need and nobody asks for, and what is asked for and never counts."""
    for gap in gaps(wants, pack, programme):
        speaker.warn(N_("By your rules something is missing. {gap}"), gap=gap_sentence(gap, speaker.language))
    for kind in idle_wants(wants, pack, programme):
        speaker.warn(
            N_("By your rules nothing counts of this kind, so do not ask for it: {kind}."),
            kind=kind_words(kind, speaker.language),
        )


_HOW_MANY: Final = re.compile(
    r"(?:(?P<all>all|все|всё)|(?:up to|до)\s+(?P<most>[0-9]{1,3}))?"
    r"\s*(?:(?:since|с)\s+(?P<since>[0-9]{4}))?",
    re.IGNORECASE,
)


def want_of(speaker: Speaker, given: str, usual: Want) -> Want:
    """What ``KIND:FIELD,...:HOW MANY`` says; what it leaves out is as in `usual`.

    Raises UsageError (``request.kind``, ``request.field``, ``request.number``).
    """
    name, _, rest = given.partition(":")
    fields, _, number = rest.partition(":")
    kind = kind_named(name)
    if kind is None:
        raise UsageError(
            "request.kind",
            N_("There is no kind of achievement “{name}”, so no family could answer."),
            next_step=N_("Choose from: {known}."),
            name=name[:64],
            known=", ".join(kind.value for kind in Kind),
        )
    want = replace(usual, kind=kind.value, fields=_fields(speaker, fields) or usual.fields)
    said = _HOW_MANY.fullmatch(number.strip())
    if said is None or (said["most"] is not None and int(said["most"]) not in _SO_MANY):
        raise UsageError(
            "request.number",
            N_("“{text}” does not say how many diplomas."),
            next_step=N_("Write “all”, “up to 3”, “since 2023” or “all since 2023”."),
            text=number[:64],
        )
    if said["all"] is not None:
        want = replace(want, at_least=0, at_most=None, everything=True)
    elif said["most"] is not None:
        want = replace(want, at_least=0, at_most=int(said["most"]), everything=False)
    return want if said["since"] is None else replace(want, since=int(said["since"]))


_SO_MANY: Final = range(1, limits.REQUEST_AT_LEAST + 1)


def _fields(speaker: Speaker, given: str | None) -> tuple[str, ...]:
    """Facts as people name them, in either language; raises UsageError (``request.field``)."""
    found = []
    for name in filter(None, map(str.strip, (given or "").split(","))):
        field = field_named(name)
        if field not in set(Fact):
            raise UsageError(
                "request.field",
                N_("There is no field “{name}”."),
                next_step=N_("Choose from: {known}."),
                name=name[:64],
                known=", ".join(speaker.text(FACT_NAMES[fact]).lower() for fact in Fact),
            )
        found.append(field)
    return tuple(dict.fromkeys(found))
