"""DIDs. `resolve` knows the methods whose identifier holds its own key; no method here opens a connection.

did:web has rules only (`web`): its documents come from a trust list or a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, KeyUnavailable, LimitExceeded
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import jwk, key

__all__ = ["SELF_CONTAINED", "resolve"]

# Decentralized Identifiers 1.0, section 3.1.
_DID: Final = re.compile(
    r"did:([a-z0-9]+):(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2})*(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})"
)

SELF_CONTAINED: Final[Mapping[str, Callable[[str], ControlledIdentifierDocument]]] = MappingProxyType(
    {"key": key.resolve, "jwk": jwk.resolve}
)
"""From a method's name to its resolution."""


def resolve(did: str) -> ControlledIdentifierDocument:
    """The document of a DID that says everything itself; a `Resolver`.

    Raises KeyUnavailable (``did.not-self-contained``) for other methods and for identifiers that are no DIDs,
    LimitExceeded (``did.too-long``), DocumentError (``did.malformed``), and what the method's own `resolve`
    raises.
    """
    if len(did) > limits.DID_CHARACTERS:
        raise LimitExceeded(
            "did.too-long",
            N_("An identifier has {size} characters; the ceiling is {limit}."),
            size=len(did),
            limit=limits.DID_CHARACTERS,
        )
    match = _DID.fullmatch(did)
    if match is None and did.startswith("did:"):
        raise DocumentError("did.malformed", N_("“{did}” is not a decentralized identifier."), did=did[:64])
    method = SELF_CONTAINED.get(match[1]) if match is not None else None
    if method is None:
        raise KeyUnavailable(
            "did.not-self-contained",
            N_("The keys of {did} are not part of its name, and nothing is fetched."),
            next_step=N_("Add the identifier with its keys to the trust list."),
            did=did[:64],
        )
    return method(did)
