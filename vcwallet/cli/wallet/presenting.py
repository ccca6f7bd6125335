"""`vcwallet wallet present`: some diplomas of one child, to one recipient, for one purpose."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import click

from vcwallet.bundle import contents, writing
from vcwallet.bundle.writing import BundleForm
from vcwallet.cli.files import can_draw, overwrite_option, place, read_question
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
from vcwallet.cli.values import LAST_DAY, moment, now_option
from vcwallet.cli.wallet.agreeing import agree, whose
from vcwallet.cli.wallet.openid import answer_openid
from vcwallet.cli.wallet.opening import (
    child_option,
    choose_diplomas,
    file_argument,
    open_wallet,
    remember,
)
from vcwallet.credentials.fact_words import FACT_NAMES, field_named
from vcwallet.errors import N_, UsageError
from vcwallet.speaking import previews
from vcwallet.speaking.requests import asked_rows
from vcwallet.wallet import FIELDS, Child, Diploma, Wallet
from vcwallet.wallet.drafts import ALWAYS_SHOWN, CannotHide


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
    help=N_(
        "What the recipient asks for: its request, as a file or a picture of its code, or an"
        " openid4vp: address."
    ),
)
@option("--to", "domain", metavar="DOMAIN", help=N_("Who is to read it, e.g. priem.vuz.example."))
@option("--purpose", metavar="TEXT", help=N_("What for, in your words; it is part of what is shown."))
@option("--challenge", metavar="TEXT", help=N_("The challenge the recipient gave you, if any."))
@option(
    "--expires",
    type=LAST_DAY,
    help=N_(
        "The last day on which it is accepted (2027-07-20), or for how long; 30d unless said, 366d at most."
    ),
)
@option(
    "--hide",
    metavar="FIELD,...",
    help=N_(
        "What the recipient will not read, e.g. “date of birth,school”. “vcwallet wallet show” lists what can"
        " be hidden in a diploma. A diploma in which it cannot be hidden is left out."
    ),
)
@option("--only", metavar="FIELD,...", help=N_("Hide everything that can be hidden but this."))
@option(
    "--show", metavar="FIELD,...", help=N_("Show this as well, although the request does not ask for it.")
)
@option(
    "--staple",
    is_flag=True,
    help=N_("Put the lists of revoked diplomas that are in the wallet into the bundle."),
)
@option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    help=N_(
        "Where the bundle goes: .pdf (a sheet to print), .png, .svg, .gif or .html (for a camera), .txt"
        " (digits), .json, or “-” for the screen: a terminal draws the codes, a pipe gets the JSON. An answer"
        " to an openid4vp: request is sent, unless you name a .json file to hand over."
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
    expires: timedelta | date | None,
    hide: str | None,
    only: str | None,
    show: str | None,
    staple: bool,
    out: Path | None,
    yes: bool,
    now: datetime | None,
) -> None:
    request = read_question(request_file) if request_file is not None else None
    if isinstance(request, str):
        if to := [name for name, given in _NOT_THERE.items() if click.get_current_context().params[given]]:
            raise click.UsageError(
                speaker.text(
                    N_("A request of OpenID4VP leaves no place for {options}."), options=", ".join(to)
                )
            )
        answer_openid(
            speaker,
            file,
            request,
            entries=entries,
            passphrase_file=passphrase_file,
            child_name=child_name,
            purpose=purpose,
            expires=expires,
            out=out,
            yes=yes,
            at=moment(now),
        )
        return
    if out is None:
        raise click.UsageError(speaker.text(N_("Say where the bundle goes: --out FILE.")))
    to_screen = str(out) == "-"
    form = BundleForm.JSON if to_screen else writing.form_of(out)
    # What can be refused is refused before the ledger says that something was shown.
    write = speaker.data if to_screen else place(speaker, out)
    writing.demand(form)
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
        child = whose(speaker, opened, child_name)
    if request is not None:
        for name, value in asked_rows(request, speaker.language):
            speaker.line(f"{name}: {value}" if name else value, aside=to_screen)
    try:
        drafts = opened.prepare(
            chosen,
            request=request,
            child=child,
            to=domain,
            purpose=purpose,
            challenge=challenge,
            expires=expires,
            hide=_names(speaker, hide),
            only=None if only is None else _names(speaker, only),
            show=_names(speaker, show),
            staple=staple,
            now=at,
        )
    except CannotHide as error:
        error.evidence["field"] = previews.field_names(error.fields, speaker.language).lower()
        raise
    for line in previews.preview_lines(drafts, speaker.language):
        # What goes to the screen must be the bundle alone.
        speaker.line(line, aside=to_screen)
    for warning in previews.warnings(drafts, speaker.language, now=at):
        speaker.line(warning, aside=True, colour="yellow")
    agree(speaker, drafts, yes=yes)
    shown = opened.sign(drafts, now=at)
    remember(opened)
    if to_screen and can_draw(sys.stdout):
        speaker.draw(writing.on_terminal(shown.bundle, columns=shutil.get_terminal_size().columns))
        for line in contents.caption(shown.bundle, speaker.language):
            speaker.line(line, aside=True)
        speaker.aside(N_("Done, and written into the history."))
        return
    content = shown.render(form, lang=speaker.language.code)
    write(content)
    if not to_screen:
        speaker.say(N_("{out}: done, and written into the history."), out=str(out))


_NOT_THERE: Final = {
    "--to": "domain",
    "--challenge": "challenge",
    "--all": "everything",
    "--hide": "hide",
    "--only": "only",
    "--show": "show",
    "--staple": "staple",
}
"""Options that a request of OpenID4VP has answered already."""


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
    for entry in offered:
        speaker.write(f"{entry.number:>4}  {entry.title}", aside=True)
    answer = speaker.ask(N_("Numbers of the diplomas to show"))
    return choose_diplomas(opened, answer.replace(",", " ").split(), None)


def _names(speaker: Speaker, given: str | None) -> tuple[str, ...]:
    """Fields as the family names them, in either language; raises UsageError (``wallet.no-such-field``)."""
    found = []
    for name in filter(None, map(str.strip, (given or "").split(","))):
        field = field_named(name)
        if field not in FIELDS:
            known = (each for each in FIELDS if each not in ALWAYS_SHOWN)
            raise UsageError(
                "wallet.no-such-field",
                N_("There is no field “{name}”."),
                next_step=N_("Choose from: {known}."),
                name=name[:64],
                known=", ".join(speaker.text(FACT_NAMES[each]).lower() for each in known),
            )
        found.append(field)
    return tuple(found)
