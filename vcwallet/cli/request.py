"""`vcwallet request`: what a verifier asks a family for."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from vcwallet import strict_json
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.request import Request, Want
from vcwallet.cli.files import overwrite_option, place
from vcwallet.cli.speak import Command, Speaker, option, pass_speaker
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.credentials.achievement import Fact, Kind
from vcwallet.errors import N_, UsageError
from vcwallet.report import Binding


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
    help=N_("A kind of achievement, e.g. olympiad-diploma; repeatable."),
)
@option(
    "--fields",
    metavar="FIELD,...",
    help=N_("What you must be able to read, e.g. person,born,result; the family may hide the rest."),
)
@option("--retention", type=DURATION, help=N_("How long you will keep what you are shown, e.g. 30d."))
@option("--max-status-age", type=DURATION, help=N_("How old lists of revoked diplomas may be, e.g. 14d."))
@option(
    "--require-binding",
    "binding",
    metavar="document|addressed|holder",
    type=click.Choice([each.value for each in Binding]),
    default=Binding.DOCUMENT.value,
    show_default=True,
    help=N_(
        "What must be shown: a document alone, a showing addressed to you, or one by the holder whose key the"
        " diplomas were issued to."
    ),
)
@option("--require-status", is_flag=True, help=N_("Confirm nothing that names no list of revoked diplomas."))
@option("--expires", type=DURATION, default="30d", show_default=True, help=N_("How long the request stands."))
@option(
    "--no-challenge", is_flag=True, help=N_("For paper and letters: the answer may be used until it expires.")
)
@option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help=N_("Where the request goes: .json, .png, .svg, or - for the screen."),
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
    retention: timedelta | None,
    max_status_age: timedelta | None,
    binding: str,
    require_status: bool,
    expires: timedelta,
    no_challenge: bool,
    out: Path,
    now: datetime | None,
) -> None:
    to_screen = str(out) == "-"
    suffix = out.suffix.lower()
    if not to_screen and suffix not in (".json", ".png", ".svg"):
        raise UsageError(
            "request.out",
            N_("A request cannot be written as “{name}”."),
            next_step=N_("Choose a name that ends with .json, .png or .svg."),
            name=out.name[-64:],
        )
    wanted = _fields(fields)
    _check_kinds(kinds)
    write = None if to_screen else place(speaker, out)
    at = moment(now)
    asked = Request(
        domain=domain,
        purpose=purpose,
        created=at,
        challenge=None if no_challenge else secrets.token_urlsafe(16),
        expires=at + expires,
        wants=tuple(Want(kind, wanted) for kind in kinds) or ((Want(None, wanted),) if wanted else ()),
        retention=retention,
        status_age=max_status_age,
        binding=Binding(binding),
        require_status=require_status,
    )
    document = asked.to_json()
    Request.parse(document)
    if write is None:
        speaker.json(document)
        return
    if suffix == ".json":
        write((strict_json.dumps(document, indent=2) + "\n").encode("utf-8"))
    else:
        drawn = symbols.lay_out(codec.pack(document))
        write(symbols.png(drawn) if suffix == ".png" else symbols.svg(drawn).encode("utf-8"))
    speaker.say(
        N_("{file}: a request of {domain}, good for {days} days."),
        file=str(out),
        domain=domain,
        days=expires.days,
    )
    if asked.challenge is not None:
        speaker.say(N_("Keep it: the answer is checked with “--request {file}”."), file=str(out))


def _check_kinds(kinds: Sequence[str]) -> None:
    known = [kind.value for kind in Kind]
    unknown = [kind for kind in kinds if kind not in known]
    if unknown:
        raise UsageError(
            "request.kind",
            N_("There is no kind of achievement “{name}”."),
            next_step=N_("Choose from: {known}."),
            name=unknown[0][:64],
            known=", ".join(known),
        )


def _fields(given: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (given or "").split(",") if name.strip())
    known = [fact.value for fact in Fact]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            "request.field",
            N_("There is no field “{name}”."),
            next_step=N_("Choose from: {known}."),
            name=unknown[0][:64],
            known=", ".join(known),
        )
    return names
