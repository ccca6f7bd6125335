"""The issuers that a wallet knows, in a family's words: what they call themselves, and their keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.wallet.wallet import Wallet

__all__ = ["KEY_STATES", "KnownIssuer", "known_issuers", "names"]

KEY_STATES: Final[Mapping[KeyState, str]] = {
    KeyState.PROPOSED: N_("not confirmed"),
    KeyState.ACTIVE: N_("in use"),
    KeyState.RETIRED: N_("out of use"),
    KeyState.COMPROMISED: N_("WITHDRAWN"),
}


@dataclass(frozen=True, slots=True)
class KnownIssuer:
    """One issuer, for a page."""

    name: str
    """What it calls itself on a diploma here; "" where none of its diplomas is."""
    id: str
    keys: tuple[tuple[str, str, bool], ...]
    """Of each key the fingerprint, what is known of it, and whether it is withdrawn."""


def names(wallet: Wallet) -> Mapping[str, str]:
    """From the ids of issuers to what they call themselves on diplomas of the wallet."""
    said = ((each.credential.issuer_id, each.facts.issuer_name) for each in wallet.diplomas())
    return {identifier: name for identifier, name in said if name}


def known_issuers(wallet: Wallet, language: Language) -> tuple[KnownIssuer, ...]:
    """By what they call themselves."""
    known = names(wallet)
    found = [
        KnownIssuer(
            known.get(each.id, ""),
            each.id,
            tuple(
                (key.key.fingerprint, language.text(KEY_STATES[key.state]), key.state is KeyState.COMPROMISED)
                for key in each.keys
            ),
        )
        for each in wallet.issuers.all()
    ]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.id)))
