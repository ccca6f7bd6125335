"""`vcwallet wallet refresh`: the one command of the family's that opens a connection, after asking."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from vcwallet import fetch
from vcwallet.cli.speak import Command, Speaker, option, pass_speaker, passphrase_option
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.opening import file_argument, open_wallet, save_wallet
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.wallet import Published, Wanted, What

_WHAT = {
    Published.ISSUER_DOCUMENT: N_("keys of {issuer}"),
    Published.STATUS_LIST: N_("list of revoked diplomas of {issuer}"),
}


@click.command(
    cls=Command,
    help=N_(
        "Fetch newer lists of revoked diplomas and issuers' keys from the issuers' sites.\n\n"
        "You are shown every address first. Only what is published for everybody is asked for, never one"
        " diploma: a site learns that somebody at your network address wanted its list, and no more. What"
        " fails is named, and what was known stays."
    ),
)
@file_argument
@passphrase_option
@option("--yes", is_flag=True, help=N_("Do not ask whether these addresses may be contacted."))
@option(
    "--replace-issuer", is_flag=True, help=N_("Take an issuer's new document although its old keys are gone.")
)
@now_option
@pass_speaker
def refresh(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    yes: bool,
    replace_issuer: bool,
    now: datetime | None,
) -> int:
    opened = open_wallet(speaker, file, passphrase_file)
    found = opened.plan_refresh()
    failures: list[VcwalletError] = []

    def failed(where: str, error: VcwalletError) -> None:
        failures.append(error)
        speaker.problem(where, error)

    for issuer in found.by_hand:
        speaker.say(N_("{issuer} publishes no list: ask them for a newer one and add it."), issuer=issuer)
    for refused in found.refused:
        assert refused.error is not None
        failed(refused.where, refused.error)
    wanted: list[Wanted] = []
    for each in found.wanted:
        try:
            fetch.host_of(each.url)
            wanted.append(each)
        except VcwalletError as error:
            failed(each.url, error)
    if wanted:
        _ask(speaker, wanted, yes=yes)
        for result in opened.refresh(wanted, get=fetch.get, replace_issuers=replace_issuer, now=moment(now)):
            if result.error is not None:
                failed(result.where, result.error)
            elif result.what is What.NOTHING_NEW:
                speaker.say(N_("= {address}: nothing newer"), address=result.where)
            else:
                speaker.say(N_("+ {address}: newer, and its signature holds"), address=result.where)
        save_wallet(opened)
    elif not failures:
        speaker.say(N_("There is nothing to fetch."))
    return failures[0].exit_status if failures else 0


def _ask(speaker: Speaker, wanted: list[Wanted], *, yes: bool) -> None:
    """Which addresses would be contacted; raises Cancelled on no."""
    speaker.say(N_("These addresses will be contacted:"))
    for each in wanted:
        what = speaker.text(_WHAT[each.kind], issuer=", ".join(each.issuers))
        speaker.say(N_("  {address}  ({what})"), address=each.url, what=what)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            "cli.refresh-unconfirmed",
            N_("Somebody has to agree that these addresses are contacted."),
            next_step=N_("Run it in a terminal, or say --yes."),
        )
    speaker.confirm(N_("Contact them now?"))
