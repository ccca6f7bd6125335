"""`vcwallet wallet collect`: a diploma that a site offers by OpenID4VCI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet import fetch
from vcwallet.bundle.openid4vci import OfferLink
from vcwallet.cli.files import read_offer
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
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.adding import ask_about, status_of, tell_added
from vcwallet.cli.wallet.agreeing import whose
from vcwallet.cli.wallet.issuers import agreement, fingerprint_option
from vcwallet.cli.wallet.opening import file_argument, json_option, open_wallet, save_wallet
from vcwallet.cli.wallet.words import result_json
from vcwallet.errors import N_, UsageError
from vcwallet.files import free_name, write_result
from vcwallet.speaking import openid_offers
from vcwallet.speaking.wallets import added_up
from vcwallet.wallet import AddResult, Intake, What, openid_collecting
from vcwallet.wallet.openid_collecting import Collected, Offered


@click.command(
    cls=Command,
    help=N_(
        "Take a diploma that a site offers for a child.\n\n"
        "OFFER is the link that the site shows (openid-credential-offer:...), a picture of its code, or a"
        " file. You are asked before the site is, and shown what it offers before anything is taken. What it"
        " gives is checked like any file that is added. The site learns the id of the child, and nothing else"
        " of what is in the wallet."
    ),
)
@file_argument
@argument("offer", metavar="OFFER", type=click.Path(path_type=str))
@passphrase_option
@option("--child", "child_name", metavar="NAME", help=N_("For which child."))
@option("--code", metavar="TEXT", help=N_("The code that the issuer sent you another way, if it did."))
@option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help=N_(
        "Where what the site gave is put when it cannot be added; a new folder beside the wallet unless said."
    ),
)
@fingerprint_option
@yes_option
@json_option
@now_option
@pass_speaker
def collect(
    speaker: Speaker,
    file: Path,
    offer: str,
    passphrase_file: Path | None,
    child_name: str | None,
    code: str | None,
    out: Path | None,
    fingerprints: Sequence[str],
    yes: bool,
    as_json: bool,
    now: datetime | None,
) -> int:
    at = moment(now)
    demand_folder(out)
    link = OfferLink.read(read_offer(offer))
    where = openid_offers.site(link.site, speaker.language)
    speaker.confirm(N_("This is an offer of {host}. Ask there what it is?"), yes=yes, host=where)
    offered = openid_collecting.look_up(link, network=fetch)
    opened = open_wallet(speaker, file, passphrase_file)
    child = whose(speaker, opened, child_name)
    for line in openid_offers.offer_lines(offered, child, opened.issuers.all(), speaker.language):
        speaker.line(line, aside=as_json)
    speaker.confirm(N_("Take it for {child}?"), yes=yes, child=child.name)
    code = _code(speaker, offered, code)
    collected = openid_collecting.collect(
        offered,
        child,
        issuers=opened.issuers,
        is_way_in=opened.is_way_in,
        code=code,
        network=fetch,
        now=at,
    )
    results: tuple[AddResult, ...] = ()
    if collected.given:
        intake = Intake.take(
            opened, collected.given, child=child, agree=agreement(speaker, fingerprints), now=at
        )
        for piece in intake.pieces if yes or somebody_there() else ():
            ask_about(speaker, opened, intake, piece.number, child, yes=yes, with_key=False, now=at)
        results = intake.results
    if any(map(_is_kept, results)):
        save_wallet(opened)
    _put_aside(speaker, collected, results, out or file.parent / offered.site.host.strip("[]"))
    results += tuple(AddResult(each.name, What.FAILED, error=each.error) for each in collected.refused)
    if as_json:
        speaker.json([result_json(result) for result in results])
        return status_of(results)
    for result in results:
        tell_added(speaker, result)
    speaker.line(added_up(results, speaker.language))
    return status_of(results)


def _code(speaker: Speaker, offered: Offered, given: str | None) -> str | None:
    if offered.offer.transaction_code is None or given is not None or not somebody_there():
        return given
    return speaker.ask(N_("The code that the issuer sent you")).strip()


def demand_folder(out: Path | None) -> None:
    """Before the code of an offer is used up it is certain that what it brings has a place.

    Raises UsageError (``wallet.folder-taken``).
    """
    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            "wallet.folder-taken",
            N_("“{name}” is there already and not an empty folder."),
            next_step=N_("Name a folder that is empty, or not there yet."),
            name=out.name[-64:],
        )


def _is_kept(result: AddResult) -> bool:
    learnt = result.what is What.ISSUER_LEARNT
    return learnt or result.diploma is not None or result.kept is not None


def _put_aside(speaker: Speaker, collected: Collected, results: Sequence[AddResult], folder: Path) -> None:
    """Write down what could not be added: a site gives it only once."""
    added = {result.where for result in results if _is_kept(result)}
    left = [each for each in collected.given if each[0] not in added]
    if not left:
        return
    if folder.exists() and any(folder.iterdir()):
        folder = free_name(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in left:
        write_result(folder / name, content)
    speaker.warn(N_("What was not added lies in {folder}: the site gives it only once."), folder=str(folder))
