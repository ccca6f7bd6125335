"""`vcwallet wallet refresh`: the one command of the family's that opens a connection, after asking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet import fetch
from vcwallet.cli.speak import Command, Speaker, pass_speaker, passphrase_option, yes_option
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.issuers import agreement, fingerprint_option
from vcwallet.cli.wallet.opening import file_argument, json_option, open_wallet, save_wallet
from vcwallet.cli.wallet.words import result_json
from vcwallet.errors import N_, EvidenceValue, VcwalletError
from vcwallet.speaking.refreshing import answer, what_is_asked
from vcwallet.wallet import AddResult, Wanted, What


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
@yes_option
@fingerprint_option
@json_option
@now_option
@pass_speaker
def refresh(
    speaker: Speaker,
    file: Path,
    passphrase_file: Path | None,
    yes: bool,
    fingerprints: Sequence[str],
    as_json: bool,
    now: datetime | None,
) -> int:
    opened = open_wallet(speaker, file, passphrase_file)
    found = opened.plan_refresh()
    failures: list[VcwalletError] = []

    def failed(where: str, error: VcwalletError) -> None:
        failures.append(error)
        speaker.problem(where, error)

    def tell(template: str, **values: EvidenceValue) -> None:
        (speaker.aside if as_json else speaker.say)(template, **values)

    for issuer in found.by_hand:
        tell(N_("{issuer} publishes no list: ask them for a newer one and add it."), issuer=issuer)
    for refused in found.refused:
        assert refused.error is not None
        failed(refused.where, refused.error)
    wanted: list[Wanted] = []
    results: list[AddResult] = [*found.refused]
    for each in found.wanted:
        try:
            fetch.host_of(each.url)
            wanted.append(each)
        except VcwalletError as error:
            failed(each.url, error)
            results.append(AddResult(each.url, What.FAILED, error=error))
    if wanted:
        _ask(speaker, tell, wanted, yes=yes)
        for result in opened.refresh(
            wanted, get=fetch.get, agree=agreement(speaker, fingerprints), now=moment(now)
        ):
            results.append(result)
            if result.error is not None:
                failed(result.where, result.error)
            else:
                said = answer(result, speaker.language)
                speaker.line(f"{'+' if said.news else '='} {result.where}: {said.words}", aside=as_json)
        save_wallet(opened)
    elif not failures:
        tell(N_("There is nothing to fetch."))
    if as_json:
        speaker.json([result_json(result) for result in results])
    return failures[0].exit_status if failures else 0


def _ask(speaker: Speaker, tell: Callable[..., None], wanted: list[Wanted], *, yes: bool) -> None:
    """Which addresses would be contacted; raises Cancelled on no."""
    tell(N_("These addresses will be contacted:"))
    for each in wanted:
        tell(N_("  {address}  ({what})"), address=each.url, what=what_is_asked(each, speaker.language))
    speaker.confirm(N_("Contact them now?"), yes=yes)
