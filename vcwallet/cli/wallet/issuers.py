"""`vcwallet wallet issuers`: the issuers that a wallet knows, and the question about a new key of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from vcwallet import timestamps
from vcwallet.cli.speak import Command, Speaker, option, pass_speaker, passphrase_option, somebody_there
from vcwallet.cli.wallet.opening import file_argument, json_option, open_wallet
from vcwallet.errors import N_
from vcwallet.speaking.known_issuers import KEY_STATES
from vcwallet.wallet import NewKeys

fingerprint_option = option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    metavar="TEXT",
    help=N_(
        "Take an issuer's new key that has this fingerprint, or the end of a known one, which you have from"
        " the issuer; repeatable."
    ),
)


def agreement(speaker: Speaker, fingerprints: Sequence[str]) -> Callable[[NewKeys], bool]:
    """Whether new keys, or ends of known ones, are taken: by fingerprints given, or by who compared them."""
    compared = {_digits(each) for each in fingerprints}

    def agree(new: NewKeys) -> bool:
        if {_digits(each) for each in new.fingerprints or new.ended} <= compared:
            return True
        if not somebody_there():
            return False
        if new.ended:
            speaker.aside(
                N_("A file says that {issuer} withdrew these keys, or uses them no longer:"),
                issuer=new.issuer,
            )
            for each in new.ended:
                speaker.aside(N_("  {fingerprint}"), fingerprint=each)
        if not new.fingerprints:
            return speaker.agreed(N_("Did the issuer tell you so itself, on paper or by telephone?"))
        speaker.aside(N_("{issuer} signs with a key that is new to this wallet:"), issuer=new.issuer)
        for each in new.fingerprints:
            speaker.aside(N_("  {fingerprint}"), fingerprint=each)
        return speaker.agreed(
            N_("Did you compare it with the fingerprint that the issuer gave you on paper or by telephone?")
        )

    return agree


def _digits(fingerprint: str) -> str:
    return "".join(fingerprint.split()).casefold()


@click.command(
    cls=Command,
    help=N_(
        "The issuers this wallet knows, with their keys.\n\n"
        "It knows an issuer because you gave it the issuer's document. Compare a fingerprint with the one the"
        " issuer gives on paper or by telephone."
    ),
)
@file_argument
@passphrase_option
@json_option
@pass_speaker
def issuers(speaker: Speaker, file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    opened = open_wallet(speaker, file, passphrase_file)
    known = sorted(opened.issuers.all(), key=lambda each: each.id)
    if as_json:
        speaker.json(
            [
                {
                    "id": each.id,
                    "keys": [
                        {
                            "fingerprint": key.key.fingerprint,
                            "state": key.state.value,
                            "until": None if key.valid_until is None else timestamps.render(key.valid_until),
                        }
                        for key in each.keys
                    ],
                }
                for each in known
            ]
        )
        return
    if not known:
        speaker.say(
            N_("The wallet knows no issuer yet: add an issuer's document with “vcwallet wallet add”.")
        )
        return
    rows = [
        (each.id, key.key.fingerprint, speaker.text(KEY_STATES[key.state]))
        for each in known
        for key in each.keys
    ]
    speaker.table([N_("Issuer"), N_("Fingerprint of the key"), N_("State")], rows)
