"""Whose key a JOSE or COSE header names (vc-jose-cose, section 4; Open Badges 3.0, "Key Management").

A header only points. ``kid`` is looked up in the document of its owner; a ``jwk`` that the token brings along
counts for nothing unless that document lists the same key. ``jku``, ``x5u``, ``x5c`` are never followed.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from vcwallet import strict_json
from vcwallet.errors import N_, KeyUnavailable, ProofError
from vcwallet.identifiers.controlled_identifier import (
    ControlledIdentifierDocument,
    Resolver,
    VerificationMethod,
    controller_of,
)
from vcwallet.identifiers.did import jwk as did_jwk
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.proofs.jose.jws import ALGORITHMS
from vcwallet.strict_json import Json, JsonObject

__all__ = ["confirmed_method", "find_method", "thumbprint"]

# A document may list keys for other things, which have no JWK.
_JOSE_KEYS: Final = frozenset(ALGORITHMS.values())
_THUMBPRINT_URI: Final = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:"


def find_method(
    *,
    kid: str | None,
    jwk: JsonObject | None,
    key_type: KeyType,
    signer: str | None,
    purpose: str,
    resolve: Resolver,
    now: datetime,
) -> VerificationMethod:
    """The verification method that a header means, usable for `purpose` at `now`.

    `signer` is the issuer or holder whom the document names, None when it names nobody. `kid` is a name in
    that one's document: an id, a fragment, the ``kid`` of a JWK, or a thumbprint (RFC 7638, RFC 9278). One
    that is none of these and looks like an id is looked up in the document of its own controller, so the
    caller must compare the method's controller with the signer. Without `kid` the signer must list the
    `jwk`, or have exactly one key of this type for the purpose.

    Raises what `resolve`, `PublicKey.from_jwk` and `ControlledIdentifierDocument.method` raise; ProofError
    (``jose.embedded-key``); KeyUnavailable: ``jose.no-signer``, ``jose.key-not-listed``,
    ``jose.ambiguous-key``.
    """
    embedded = None if jwk is None else PublicKey.from_jwk(jwk)
    owner = _owner(kid)
    if kid is not None and owner is not None and (signer is None or owner == signer):
        method = resolve(owner).method(kid, purpose, at=now)
    elif signer is None:
        raise KeyUnavailable(
            "jose.no-signer", N_("The token does not say who signed it, so no key can be looked up.")
        )
    else:
        document = resolve(signer)
        if kid is not None:
            names = [m.id for m in document.verification_methods if _is_called(m, kid)]
        else:
            names = _usable(document, purpose, key_type, embedded)
        if len(names) > 1:
            raise KeyUnavailable(
                "jose.ambiguous-key",
                N_("The token may mean several keys of {controller}."),
                controller=signer[:64],
            )
        if names:
            method = document.method(names[0], purpose, at=now)
        elif kid is not None and owner is not None:
            method = resolve(owner).method(kid, purpose, at=now)
        elif embedded is not None:
            raise _embedded(signer)
        else:
            raise KeyUnavailable(
                "jose.key-not-listed",
                N_("The document of {controller} does not list the key that the token names ({key})."),
                next_step=N_("A newer copy of the document may list it."),
                controller=signer[:64],
                key=None if kid is None else kid[:64],
            )
    if embedded is not None and method.public_key != embedded:
        raise _embedded(method.controller)
    return method


def confirmed_method(cnf: Json, *, resolve: Resolver, now: datetime) -> VerificationMethod:
    """The holder's key that an issuer names in ``cnf`` (RFC 7800): a ``jwk``, or a ``kid`` that is a DID URL.

    A bare key gets the name of its did:jwk. Raises ProofError (``jose.confirmation``) for any other form or
    both at once, and what `PublicKey.from_jwk`, `resolve` and `ControlledIdentifierDocument.method` raise.
    """
    if isinstance(cnf, dict) and len(cnf) == 1:
        jwk, kid = cnf.get("jwk"), cnf.get("kid")
        if isinstance(jwk, dict):
            identifier = did_jwk.did_of(PublicKey.from_jwk(jwk))
            return did_jwk.resolve(identifier).verification_methods[0]
        if isinstance(kid, str):
            return resolve(controller_of(kid)).method(kid, "authentication", at=now)
    raise ProofError(
        "jose.confirmation", N_("The issuer of the token does not say in good order whose token it is.")
    )


def thumbprint(key: PublicKey) -> str:
    """The JWK thumbprint with SHA-256 (RFC 7638)."""
    return base64url_encode(hashlib.sha256(strict_json.dumps(key.to_jwk()).encode("utf-8")).digest())


def _owner(kid: str | None) -> str | None:
    """The controller in a `kid` that has the form of a verification method's id, such as a DID URL."""
    if kid is None or ":" not in kid.partition("#")[0] or "#" not in kid:
        return None
    return controller_of(kid)


def _is_called(method: VerificationMethod, kid: str) -> bool:
    if method.public_key.type not in _JOSE_KEYS:
        return False
    fragment = method.id.partition("#")[2]
    digest = thumbprint(method.public_key)
    return kid in {method.id, fragment, "#" + fragment, method.kid, digest, _THUMBPRINT_URI + digest}


def _usable(
    document: ControlledIdentifierDocument, purpose: str, key_type: KeyType, embedded: PublicKey | None
) -> list[str]:
    listed = document.relationships.get(purpose, ())
    return [
        method.id
        for method in document.verification_methods
        if method.id in listed
        and (method.public_key.type is key_type if embedded is None else method.public_key == embedded)
    ]


def _embedded(controller: str) -> ProofError:
    return ProofError(
        "jose.embedded-key",
        N_("The token brings a key of its own, which {controller} does not list."),
        next_step=N_("Anybody can sign with a key of his own; ask for the original document."),
        controller=controller[:64],
    )
