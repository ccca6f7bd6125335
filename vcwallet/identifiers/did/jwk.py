"""did:jwk: the identifier is a JWK as base64url (quartzjer/did-jwk, "DID Method Specification").

The same key written with other spaces or members is another identifier; that is the method's design, so an
identifier is compared as text and never rebuilt from its key.
"""

from __future__ import annotations

from functools import lru_cache

from vcwallet import limits, strict_json
from vcwallet.identifiers import multibase
from vcwallet.identifiers.controlled_identifier import (
    ControlledIdentifierDocument,
    MethodType,
    VerificationMethod,
)
from vcwallet.identifiers.keys import PublicKey

_PREFIX = "did:jwk:"


def did_of(public_key: PublicKey) -> str:
    """The identifier of the JWK with its required members only."""
    return _PREFIX + multibase.base64url_encode(strict_json.dumps(public_key.to_jwk()).encode("utf-8"))


def verification_method_of(did: str) -> str:
    """The id of the one verification method of `did`: always ``#0``."""
    return did + "#0"


@lru_cache(maxsize=2048)
def resolve(did: str) -> ControlledIdentifierDocument:
    """The document of `did`, for signatures: without the keyAgreement of the method's specification.

    Raises what `multibase.base64url_decode`, `strict_json.loads_object` and `PublicKey.from_jwk` raise; a key
    with ``"use": "enc"`` is KeyUnavailable (``key.unsupported-type``).
    """
    data = multibase.base64url_decode(did.removeprefix(_PREFIX), max_characters=limits.DID_CHARACTERS)
    public_key = PublicKey.from_jwk(strict_json.loads_object(data))
    method = VerificationMethod(verification_method_of(did), did, public_key, type=MethodType.JSON_WEB_KEY)
    return ControlledIdentifierDocument.of_one_key(method)
