"""`vcwallet wallet present`: some diplomas of one child, to one recipient, for one purpose."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click

from vcwallet.bundle import writing
from vcwallet.bundle.document_kinds import DocumentKind
from vcwallet.bundle.request import Request
from vcwallet.bundle.writing import BundleForm
from vcwallet.cli.files import documents, find
from vcwallet.cli.speak import Command, Speaker, option, pass_speaker, passphrase_option
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.cli.wallet.opening import (
    child_of,
    child_option,
    choose_entries,
    file_argument,
    open_wallet,
    remember,
)
from vcwallet.cli.wallet.words import FACTS
from vcwallet.errors import N_, EvidenceValue, InputError, UsageError
from vcwallet.files import replace_file
from vcwallet.wallet import Child, Entry, Standing, Wallet, answering, disclosure
from vcwallet.wallet.wallet import DEFAULT_EXPIRY


@dataclass(frozen=True, slots=True)
class _Terms:
    """To whom, what for, until when: from the options, or else from the request."""

    domain: str
    purpose: str
    challenge: str | None
    expires: timedelta
    retention: timedelta | None
    staple: bool | timedelta
    """Whether to add status lists; a duration is the greatest age the recipient asks for."""


@click.command(
    cls=Command,
    help=N_(
        "Show some diplomas of one child to one recipient.\n\n"
        "ENTRY is a number or id from the list. The bundle is signed with the child's key, addressed to"
        " DOMAIN and of no use to anybody else or after it expires. What was shown is written into the"
        " wallet's history. Where there is only one diploma, ENTRY may be left out; with --request the"
        " fewest diplomas and fields that answer it are proposed."
    ),
)
@file_argument
@click.argument("entries", metavar="ENTRY...", nargs=-1)
@passphrase_option
@option("--all", "everything", is_flag=True, help=N_("All diplomas of the child."))
@child_option
@option(
    "--request",
    "request_file",
    type=click.Path(path_type=str),
    metavar="FILE",
    help=N_("What the recipient asks for: its request, as a file or a picture of its code."),
)
@option("--to", "domain", metavar="DOMAIN", help=N_("Who is to read it, e.g. priem.vuz.example."))
@option("--purpose", metavar="TEXT", help=N_("What for, in your words; it is part of what is shown."))
@option("--challenge", metavar="TEXT", help=N_("The challenge the recipient gave you, if any."))
@option("--expires", type=DURATION, help=N_("How long the recipient may use it; 30d unless said."))
@option(
    "--hide",
    metavar="FIELD,...",
    help=N_(
        "Fields the recipient will not read, e.g. born,school. “vcwallet wallet show” lists what can be"
        " hidden in a diploma: person, patronymic, born, school, place, class, role, number, dates, result"
        " or score."
    ),
)
@option("--only", metavar="FIELD,...", help=N_("Hide every field that can be hidden but these."))
@option(
    "--staple",
    is_flag=True,
    help=N_("Put the lists of revoked diplomas that are in the wallet into the bundle."),
)
@option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help=N_(
        "Where the bundle goes: .pdf (a sheet to print), .png, .svg, .gif or .html (for a camera), .txt"
        " (digits), .json, or - for the screen."
    ),
)
@option("--yes", is_flag=True, help=N_("Show it without asking."))
@now_option
@pass_speaker
def present(
    speaker: Speaker,
    file: Path,
    entries: Sequence[str],
    passphrase_file: Path | None,
    everything: bool,
    child_name: str | None,
    request_file: str | None,
    domain: str | None,
    purpose: str | None,
    challenge: str | None,
    expires: timedelta | None,
    hide: str | None,
    only: str | None,
    staple: bool,
    out: Path,
    yes: bool,
    now: datetime | None,
) -> None:
    to_screen = str(out) == "-"
    form = BundleForm.JSON if to_screen else writing.form_of(out)
    # Before the ledger says that something was shown.
    writing.demand(form)
    request = _request(request_file) if request_file is not None else None
    at = moment(now)
    terms = _terms(speaker, request, domain, purpose, challenge, expires, staple, at)
    opened = open_wallet(speaker, file, passphrase_file)
    child = opened.child(child_name) if child_name else None
    hiding: Mapping[str, Collection[str]] = {}
    if entries or everything or request is None or not request.wants:
        chosen = _chosen(speaker, opened, entries, child, everything)
    else:
        answer = answering.propose(
            child_of(opened, child_name), request, status=lambda entry: opened.status(entry, now=at), now=at
        )
        chosen, hiding = answer.entries, answer.hide
    if hide is not None or only is not None:
        hiding = {entry.id: _hidden(entry, hide, only) for entry in chosen}
    for entry in chosen:
        if opened.status(entry, now=at).standing is Standing.REVOKED:
            speaker.warn(N_("“{title}” is revoked: it will be refused."), title=entry.title)
        elif isinstance(terms.staple, timedelta) and not _known_within(opened, entry, terms.staple, at):
            speaker.warn(
                N_(
                    "{recipient} asks whether “{title}” was revoked in the last {days} days, and no list in"
                    " the wallet is so new. Add the issuer's newest one."
                ),
                recipient=terms.domain,
                title=entry.title,
                days=terms.staple.days,
            )

    def tell(template: str, **values: EvidenceValue) -> None:
        # What goes to the screen must be the bundle alone.
        (speaker.aside if to_screen else speaker.say)(template, **values)

    _preview(tell, speaker, chosen, hiding, terms, at)
    if not yes and sys.stdin.isatty():
        speaker.confirm(N_("Show this to {recipient}?"), default=True, recipient=terms.domain)
    shown = opened.present(
        chosen,
        domain=terms.domain,
        purpose=terms.purpose,
        challenge=terms.challenge,
        expires=terms.expires,
        retention=terms.retention,
        staple=terms.staple,
        hide=hiding,
        now=at,
    )
    remember(opened)
    content = writing.render(shown.bundle, form, speaker.language)
    if to_screen:
        speaker.data(content)
        return
    replace_file(out, content)
    speaker.say(N_("{out}: done, and written into the history."), out=str(out))


def _request(name: str) -> Request:
    """The one request that a file or picture holds; raises InputError (``wallet.no-request``)."""
    found = find([name])
    asked = documents(found, DocumentKind.REQUEST)
    if len(asked) != 1:
        for each in found:
            if each.problem is not None:
                raise each.problem
        raise InputError("wallet.no-request", N_("There is no request in “{name}”."), name=name[-64:])
    return Request.parse(asked[0])


def _terms(
    speaker: Speaker,
    request: Request | None,
    domain: str | None,
    purpose: str | None,
    challenge: str | None,
    expires: timedelta | None,
    staple: bool,
    now: datetime,
) -> _Terms:
    age: timedelta | None = None
    if request is not None:
        answering.demand_open(request, now=now)
        if domain is not None and domain != request.domain:
            raise UsageError(
                "wallet.other-recipient",
                N_("The request is by {asked}, not by {named}."),
                asked=request.domain[:64],
                named=domain[:64],
            )
        domain, purpose = request.domain, purpose or request.purpose
        challenge = challenge or request.challenge
        if expires is None and request.expires is not None:
            expires = request.expires - now
        age = request.status_age
    if not domain or not purpose:
        raise click.UsageError(
            speaker.text(
                N_(
                    "Say to whom the diplomas are shown and what for: --to DOMAIN and --purpose TEXT, or"
                    " the recipient's --request FILE."
                )
            )
        )
    retention = None if request is None else request.retention
    return _Terms(domain, purpose, challenge, expires or DEFAULT_EXPIRY, retention, staple or age or False)


def _chosen(
    speaker: Speaker, opened: Wallet, entries: Sequence[str], child: Child | None, everything: bool
) -> tuple[Entry, ...]:
    if entries and not everything:
        return choose_entries(opened, entries, child)
    offered = opened.entries(child=child)
    if everything or len(offered) == 1:
        return offered
    # Nothing is shown that nobody chose: ask, or say how to choose when there is nobody to ask.
    if not offered or not sys.stdin.isatty():
        raise UsageError(
            "wallet.nothing-chosen",
            N_("No diploma was chosen, and there are {number}."),
            next_step=N_("Name them by the numbers of “vcwallet wallet list”, or say --all."),
            number=len(offered),
        )
    everyone = opened.entries()
    for entry in offered:
        speaker.write(f"{everyone.index(entry) + 1:>4}  {entry.title}", aside=True)
    answer = speaker.ask(N_("Numbers of the diplomas to show"))
    return choose_entries(opened, answer.replace(",", " ").split(), None)


def _hidden(entry: Entry, hide: str | None, only: str | None) -> tuple[str, ...]:
    hidden = dict.fromkeys(_names(hide))
    if only is not None:
        shown = disclosure.with_parts(_names(only))
        hidden |= dict.fromkeys(name for name in disclosure.hideable(entry.credential) if name not in shown)
    return tuple(hidden)


def _names(given: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in (given or "").split(",") if name.strip())
    disclosure.check_names(names)
    return names


def _known_within(opened: Wallet, entry: Entry, age: timedelta, now: datetime) -> bool:
    status = opened.status(entry, now=now)
    return status.standing is Standing.NONE or status.is_within(age, now=now)


def _preview(
    tell: Callable[..., None],
    speaker: Speaker,
    chosen: Sequence[Entry],
    hiding: Mapping[str, Collection[str]],
    terms: _Terms,
    now: datetime,
) -> None:
    """Exactly what will be shown and what will not, in words, before anything is signed."""

    # All of them first: what cannot be hidden is said instead of half a preview.
    drafts = [disclosure.draft(entry.credential, hiding.get(entry.id, ())) for entry in chosen]

    def words(names: Sequence[str]) -> str:
        return ", ".join(speaker.text(FACTS[name]) for name in names)

    tell(
        N_("For {recipient}, “{purpose}”, until {until}:"),
        recipient=terms.domain,
        purpose=terms.purpose,
        until=(now + terms.expires).date().isoformat(),
    )
    for entry, draft in zip(chosen, drafts, strict=True):
        tell(N_("  {title}"), title=entry.title)
        tell(N_("    they will read: {fields}"), fields=words(draft.fields))
        if draft.hidden:
            tell(N_("    hidden from them: {fields}"), fields=words(draft.hidden))
    if terms.retention is not None:
        tell(N_("They promise to keep it for {days} days at most."), days=terms.retention.days)
