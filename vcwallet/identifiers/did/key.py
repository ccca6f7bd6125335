"""did:key: the identifier is the key (W3C CCG, "The did:key Method").

Only base-58-btc (``z``), which the document creation algorithm demands, and no version part: one key, one
identifier.
"""

from __future__ import annotations

from functools import lru_cache

from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.keys import PublicKey

_PREFIX = "did:key:"


def did_of(public_key: PublicKey) -> str:
    return _PREFIX + public_key.multibase


def verification_method_of(did: str) -> str:
    """The id of the one verification method of `did`: its fragment repeats the key."""
    return f"{did}#{did.removeprefix(_PREFIX)}"


@lru_cache(maxsize=2048)
def resolve(did: str) -> ControlledIdentifierDocument:
    """The document of `did`. A keyAgreement key is not derived: nothing here encrypts to one.

    Raises what `PublicKey.from_multibase` raises.
    """
    public_key = PublicKey.from_multibase(did.removeprefix(_PREFIX))
    method = VerificationMethod(verification_method_of(did), did, public_key)
    return ControlledIdentifierDocument.of_one_key(method)
