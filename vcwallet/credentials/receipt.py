"""A receipt: who was shown something says so, signed, and gives it back to the family.

    made = Receipt(issuer, "Приёмная комиссия", digest, checked, words)
    signed = sign(made, key=key, verification_method=method)
    receipt = read(signed)               # its form; `gate.admit(..., Place.RECEIPT)` says who signed it

A plain Verifiable Credential with no word that is not of the data model (VCDM 2.0): its subject is the
showing, named by the digest of its JSON as RFC 6920 names things (``ni:///sha-256;…``), and `description`
says what was found. It promises nothing, and it is no diploma: nobody is its subject.
"""

from __future__ import annotations

import base64
import re
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.credentials.credential import Credential
from vcwallet.errors import N_, DocumentError
from vcwallet.identifiers.keys import SigningKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

__all__ = ["Receipt", "is_receipt", "read", "sign"]

_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_SUITE: Final = "eddsa-rdfc-2022"
_SUBJECT: Final = re.compile(r"ni:///sha-256;([A-Za-z0-9_-]{43})")
_MEMBERS: Final = {"@context", "id", "type", "issuer", "validFrom", "credentialSubject", "proof"}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says."""

    issuer: str
    """The identifier of who was shown something."""
    issuer_name: str
    """What it calls itself."""
    showing: str
    """`codec.digest` of the presentation: ``sha256-`` and base64."""
    checked: datetime
    words: str
    """What was found, in the words of who checked."""


def is_receipt(document: JsonObject) -> bool:
    """Whether a credential is one by its outward form: no other kind, and a showing for its subject."""
    subject = document.get("credentialSubject")
    named = subject.get("id") if isinstance(subject, dict) else None
    return (
        document.get("type") in ("VerifiableCredential", ["VerifiableCredential"])
        and isinstance(named, str)
        and _SUBJECT.fullmatch(named) is not None
    )


def sign(
    receipt: Receipt,
    *,
    key: SigningKey,
    verification_method: str,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> JsonObject:
    """The signed document.

    Raises DocumentError (``receipt.malformed``) for words that are too long, and what `add_proof` raises.
    """
    raw = base64.b64decode(receipt.showing.removeprefix("sha256-"))
    document: JsonObject = {
        "@context": [_CONTEXT],
        "id": uuid.UUID(bytes=randomness(16), version=4).urn,
        "type": ["VerifiableCredential"],
        "issuer": {"id": receipt.issuer, "name": receipt.issuer_name},
        "validFrom": timestamps.render(receipt.checked),
        "credentialSubject": {
            "id": "ni:///sha-256;" + base64.urlsafe_b64encode(raw).decode("ascii").rstrip("="),
            "description": receipt.words,
        },
    }
    signed = add_proof(
        document,
        suite=_SUITE,
        key=key,
        verification_method=verification_method,
        created=receipt.checked,
    )
    read(signed)
    return signed


def read(document: JsonObject) -> Receipt:
    """Raises DocumentError (``receipt.malformed``), and what `Credential.parse` raises."""
    credential = Credential.parse(document)
    subject = document.get("credentialSubject")
    if (
        not is_receipt(document)
        or not isinstance(subject, dict)
        or document.keys() - _MEMBERS
        or subject.keys() != {"id", "description"}
        or credential.valid_from is None
    ):
        raise _malformed()
    words, named = subject["description"], _SUBJECT.fullmatch(str(subject["id"]))
    if not isinstance(words, str) or len(words) > limits.RECEIPT_CHARACTERS or named is None:
        raise _malformed()
    raw = base64.urlsafe_b64decode(named[1] + "=")
    return Receipt(
        credential.issuer_id,
        credential.issuer_name or "",
        "sha256-" + base64.b64encode(raw).decode("ascii"),
        credential.valid_from,
        words,
    )


def _malformed() -> DocumentError:
    return DocumentError("receipt.malformed", N_("The receipt is not of the form that this program reads."))
