"""What a JSON document is, told by its outward form alone: nothing is verified."""

from __future__ import annotations

from enum import StrEnum

from vcwallet.bundle import codec
from vcwallet.bundle.codec import has_type
from vcwallet.credentials.receipt import is_receipt
from vcwallet.identifiers.controlled_identifier import RELATIONSHIPS
from vcwallet.strict_json import JsonObject


class DocumentKind(StrEnum):
    BUNDLE = "bundle"
    """A presentation with status lists stapled to it."""
    PRESENTATION = "presentation"
    CREDENTIAL = "credential"
    STATUS_LIST = "status-list"
    CONTROLLED_IDENTIFIER = "controlled-identifier"
    TRUST_LIST = "trust-list"
    REQUEST = "request"
    RECEIPT = "receipt"
    """What a recipient gives back for a showing."""
    CLOSING = "closing"
    """An issuer's statement that it issues no more."""
    FOREIGN = "foreign"
    """Somebody else's code or document; the problem it is found with says which."""
    INCOMPLETE = "incomplete"
    """Some parts of a bundle."""
    NOTHING = "nothing"
    """An input that could not be read."""


def kind_of(document: JsonObject) -> DocumentKind | None:
    """What a JSON document says it is; None for something else."""
    if document.get("type") == codec.ENVELOPE_TYPE:
        return DocumentKind.BUNDLE
    if codec.is_presentation(document):
        return DocumentKind.PRESENTATION
    if has_type(document, "BitstringStatusListCredential"):
        return DocumentKind.STATUS_LIST
    if is_receipt(document):
        return DocumentKind.RECEIPT
    if has_type(document, "VerifiableCredential") or has_type(document, "EnvelopedVerifiableCredential"):
        return DocumentKind.CREDENTIAL
    if str(document.get("format", "")).startswith("vcwallet-trust-list/"):
        return DocumentKind.TRUST_LIST
    if str(document.get("format", "")).startswith("vcwallet-request/"):
        return DocumentKind.REQUEST
    if str(document.get("format", "")).startswith("vcwallet-closing/"):
        return DocumentKind.CLOSING
    if isinstance(document.get("id"), str) and _has_keys(document):
        return DocumentKind.CONTROLLED_IDENTIFIER
    return None


def _has_keys(document: JsonObject) -> bool:
    """Keys stand in a list of their own, or only in the lists of purposes they are used for."""
    return any(isinstance(document.get(name), list) for name in ("verificationMethod", *RELATIONSHIPS))
