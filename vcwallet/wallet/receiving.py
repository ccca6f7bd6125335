"""Receipts of recipients: kept beside the line of the showing they are for, once it is sure whose they are.

    entry = receive(children, document, issuers=wallet.issuers, listed=trust_list, now=now)

A receipt is taken only from the one to whom it was shown: signed with the key that its request named, or with
a key of the recipient's own site, as the wallet knows it or a trust list says. A did:web with a path is not
the site's own: it belongs to whoever may write in that folder, and a university's host has many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vcwallet.credentials import gate, receipt
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import Place
from vcwallet.credentials.issuers import Issuers, ListedIssuer, ListedKey
from vcwallet.credentials.receipt import Receipt
from vcwallet.errors import N_, DocumentError, KeyUnavailable
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.host_name import in_letters, same_recipient
from vcwallet.identifiers.keys import PublicKey
from vcwallet.strict_json import JsonObject
from vcwallet.wallet.child import Child
from vcwallet.wallet.ledger import LedgerEntry, Showing

_EARLY: Final = timedelta(days=1)
"""How far the recipient's clock may be behind the family's."""


@dataclass(frozen=True, slots=True)
class Received:
    """A receipt that was kept, and the line of the history it is for."""

    child: Child
    entry: LedgerEntry
    receipt: Receipt
    is_news: bool


def receive(
    children: Sequence[Child],
    document: JsonObject,
    *,
    issuers: Issuers,
    listed: Issuers | None = None,
    now: datetime,
) -> Received:
    """Keep a receipt; the caller saves.

    Raises DocumentError: ``receipt.other-showing``, ``receipt.other-recipient``, ``receipt.early``, what
    `receipt.read` raises, and the NotAdmitted of the gate, such as ``proof.signature`` for one that was
    changed; KeyUnavailable (``receipt.key-unknown``).
    """
    said = receipt.read(document)
    child, entry, showing = _line(children, said)
    who = _Recipient(showing, issuers, listed)
    if who.listed(said.issuer) is None:
        if who.is_another(said.issuer):
            raise DocumentError(
                "receipt.other-recipient",
                N_("This receipt is signed by {issuer}, and it was shown to {recipient}."),
                issuer=said.issuer[:64],
                recipient=in_letters(showing.recipient),
            )
        raise KeyUnavailable(
            "receipt.key-unknown",
            N_("Whether {recipient} signed this receipt is not known: its key is not at hand."),
            next_step=N_("Add its did.json to the wallet, or name a trust list that has it."),
            recipient=in_letters(showing.recipient),
        )
    gate.admit(Credential.parse(document), Place.RECEIPT, issuers=who, now=now).demand()
    if said.checked < showing.at - _EARLY:
        raise DocumentError(
            "receipt.early",
            N_("This receipt is dated {day}, before it was shown."),
            day=said.checked.date().isoformat(),
        )
    is_news = child.ledger.keep_receipt(entry, document)
    return Received(child, entry, said, is_news)


def _line(children: Sequence[Child], said: Receipt) -> tuple[Child, LedgerEntry, Showing]:
    for child in children:
        for entry in child.ledger.entries():
            if entry.showing is not None and entry.showing.presentation_digest == said.showing:
                return child, entry, entry.showing
    raise DocumentError(
        "receipt.other-showing",
        N_("This receipt is for a showing that is not in the history of this wallet."),
    )


@dataclass(frozen=True, slots=True)
class _Recipient:
    """The one to whom something was shown, as the gate asks for issuers: nobody else is listed."""

    showing: Showing
    issuers: Issuers
    trust: Issuers | None

    def listed(self, identifier: str) -> ListedIssuer | None:
        if self.showing.receipt_key is not None:
            return self._pinned(identifier)
        if self.trust is not None and (known := self._by_trust_list(identifier)) is not None:
            return known
        if _is_site(identifier, self.showing.recipient):
            return self.issuers.listed(identifier)
        return None

    def _pinned(self, identifier: str) -> ListedIssuer | None:
        """The key that the request named, under its own identifier or one on the recipient's host."""
        key = PublicKey.from_multibase(str(self.showing.receipt_key))
        if identifier != did_key.did_of(key) and not _is_on_host(identifier, self.showing.recipient):
            return None
        return ListedIssuer(identifier, identifier, {}, (ListedKey(key, frozenset()),))

    def _by_trust_list(self, identifier: str) -> ListedIssuer | None:
        """An entry that has the signer's name, and the recipient's site among its names."""
        assert self.trust is not None
        signer = self.trust.listed(identifier)
        if signer is None:
            return None
        site = self.trust.listed(f"did:web:{self.showing.recipient}")
        own = site is not None and site.entry == signer.entry
        return signer if own or _is_site(identifier, self.showing.recipient) else None

    def is_another(self, identifier: str) -> bool:
        """Whether a signer who is not listed is certainly somebody else.

        So it is where a key of the recipient is known, or the signer's name is another host's.
        """
        if self.showing.receipt_key is not None:
            return True
        site = f"did:web:{self.showing.recipient}"
        if identifier.startswith("did:web:") and not _is_on_host(identifier, self.showing.recipient):
            return True
        return any(
            source is not None and source.listed(site) is not None for source in (self.issuers, self.trust)
        )


def _is_site(identifier: str, recipient: str) -> bool:
    """Whether it is the did:web of the recipient's host itself."""
    return ":" not in identifier.removeprefix("did:web:") and _is_on_host(identifier, recipient)


def _is_on_host(identifier: str, recipient: str) -> bool:
    """Whether it is a did:web of the recipient's host, or of a folder there."""
    host = identifier.removeprefix("did:web:").partition(":")[0]
    return identifier.startswith("did:web:") and same_recipient(host, recipient)
