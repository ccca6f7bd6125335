"""`vcwallet wallet present`: some diplomas of one child, to one recipient, for one purpose."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import click

from vcwallet.bundle import writing
from vcwallet.bundle.writing import BundleForm
from vcwallet.cli.files import can_draw, overwrite_option, place, read_request
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase_option,
    somebody_there,
    yes_option,
)
from vcwallet.cli.values import DURATION, moment, now_option
from vcwallet.cli.wallet.opening import (
    child_of,
    child_option,
    choose_diplomas,
    file_argument,
    open_wallet,
    remember,
)
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text
from vcwallet.errors import N_, EvidenceValue, UsageError
from vcwallet.identifiers.host_name import in_letters
from vcwallet.wallet import Child, Diploma, Drafts, Wallet


@click.command(
    cls=Command,
    help=N_(
        "Show some diplomas of one child to one recipient.\n\n"
        "DIPLOMA is a number or id from the list. The bundle is signed with the child's key, addressed to"
        " DOMAIN and of no use to anybody else or after it expires. What was shown is written into the"
        " wallet's history. Where there is only one diploma, DIPLOMA may be left out; with --request the"
        " fewest diplomas and fields that answer it are proposed."
    ),
)
@file_argument
@argument("entries", metavar="DIPLOMA...", nargs=-1)
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
        " (digits), .json, or - for the screen: a terminal draws the codes, a pipe gets the JSON."
    ),
)
@overwrite_option
@yes_option
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
    # What can be refused is refused before the ledger says that something was shown.
    write = speaker.data if to_screen else place(speaker, out)
    writing.demand(form)
    request = read_request(request_file) if request_file is not None else None
    if request is None and not (domain and purpose):
        raise click.UsageError(
            speaker.text(
                N_(
                    "Say to whom the diplomas are shown and what for: --to DOMAIN and --purpose TEXT, or"
                    " the recipient's --request FILE."
                )
            )
        )
    at = moment(now)
    opened = open_wallet(speaker, file, passphrase_file)
    child = opened.child(child_name) if child_name else None
    chosen: Sequence[Diploma] = ()
    if entries or everything or request is None or not request.wants:
        chosen = _chosen(speaker, opened, entries, child, everything)
    else:
        child = child_of(opened, child_name)
    drafts = opened.prepare(
        chosen,
        request=request,
        child=child,
        to=domain,
        purpose=purpose,
        challenge=challenge,
        expires=expires,
        hide=_names(hide),
        only=None if only is None else _names(only),
        staple=staple,
        now=at,
    )
    _warn(speaker, drafts, at)

    def tell(template: str, **values: EvidenceValue) -> None:
        # What goes to the screen must be the bundle alone.
        (speaker.aside if to_screen else speaker.say)(template, **values)

    _preview(tell, speaker, drafts)
    speaker.confirm(N_("Show this to {recipient}?"), yes=yes, recipient=_recipient(drafts))
    shown = opened.sign(drafts, now=at)
    remember(opened)
    if to_screen and can_draw(sys.stdout):
        speaker.draw(writing.on_terminal(shown.bundle, columns=shutil.get_terminal_size().columns))
        return
    content = shown.render(form, lang=speaker.language.code)
    write(content)
    if not to_screen:
        speaker.say(N_("{out}: done, and written into the history."), out=str(out))


def _chosen(
    speaker: Speaker, opened: Wallet, entries: Sequence[str], child: Child | None, everything: bool
) -> tuple[Diploma, ...]:
    if entries and not everything:
        return choose_diplomas(opened, entries, child)
    offered = opened.diplomas(child=child)
    if everything or len(offered) == 1:
        return offered
    # Nothing is shown that nobody chose: ask, or say how to choose when there is nobody to ask.
    if not offered or not somebody_there():
        raise UsageError(
            "wallet.nothing-chosen",
            N_("No diploma was chosen, and there are {number}."),
            next_step=N_("Name them by the numbers of “vcwallet wallet list”, or say --all."),
            number=len(offered),
        )
    everyone = opened.diplomas()
    for entry in offered:
        speaker.write(f"{everyone.index(entry) + 1:>4}  {entry.title}", aside=True)
    answer = speaker.ask(N_("Numbers of the diplomas to show"))
    return choose_diplomas(opened, answer.replace(",", " ").split(), None)


def _names(given: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (given or "").split(",") if name.strip())


def _warn(speaker: Speaker, drafts: Drafts, now: datetime) -> None:
    if drafts.terms.imitated is not None:
        speaker.warn(
            N_(
                "Stop and look at the recipient: “{letters}” is not “{imitated}”, it only looks like it. Its"
                " real name is {recipient}."
            ),
            letters=in_letters(drafts.terms.recipient),
            imitated=drafts.terms.imitated,
            recipient=drafts.terms.recipient,
        )
    for each in drafts.revoked:
        speaker.warn(N_("“{title}” is revoked: it will be refused."), title=each.diploma.title)
    for each in drafts.too_old(now=now):
        assert drafts.terms.status_age is not None
        speaker.warn(
            N_(
                "{recipient} asks whether “{title}” was revoked in the last {days} days, and no list in"
                " the wallet is so new. Add the issuer's newest one."
            ),
            recipient=drafts.terms.recipient,
            title=each.diploma.title,
            days=drafts.terms.status_age.days,
        )


def _recipient(drafts: Drafts) -> str:
    """The name in its own letters, unless they deceive."""
    host = drafts.terms.recipient
    return in_letters(host) if drafts.terms.imitated is None else host


def _preview(tell: Callable[..., None], speaker: Speaker, drafts: Drafts) -> None:
    """Exactly what will be shown and what will not, in words, before anything is signed."""

    def words(names: Sequence[str]) -> str:
        return ", ".join(speaker.text(FACT_NAMES[name]) for name in names)

    terms = drafts.terms
    tell(
        N_("For {recipient}, “{purpose}”, until {until}:"),
        recipient=_recipient(drafts),
        purpose=terms.purpose,
        until=terms.expires,
    )
    for each in drafts.diplomas:
        tell(N_("  {title}"), title=each.diploma.title)
        tell(N_("    they will read:"))
        said = each.draft.facts.said
        for fact in said:
            value = fact_text(each.draft.facts, fact, speaker.language)
            tell(N_("      {name}: {value}"), name=speaker.text(FACT_NAMES[fact]), value=value)
        # Parts that have no line of their own: the patronymic stands in the name.
        if parts := [name for name in each.draft.fields if name not in (*said, "patronymic")]:
            tell(N_("      {fields}"), fields=words(parts))
        if each.draft.hidden:
            tell(N_("    hidden from them: {fields}"), fields=words(each.draft.hidden))
    if terms.retention is not None:
        tell(N_("They promise to keep it for {days} days at most."), days=terms.retention.days)
