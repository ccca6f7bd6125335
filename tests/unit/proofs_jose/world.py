"""A small world in memory: signers with keys of every type, their documents, and what an attacker can write.

Every name is invented; the keys come from fixed seeds.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from vcwallet.errors import KeyUnavailable, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey, SoftwareKey
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode
from vcwallet.proofs.jose import jws

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
ISSUED = NOW - timedelta(days=3)
DIPLOMAS = Path(__file__).parents[2] / "vectors" / "credentials"

JOSE_KEYS = tuple(dict.fromkeys(jws.ALGORITHMS.values()))
"""The types of key that sign tokens; a document may list others."""

SCHOOL = "https://school0.example/issuer"
STRANGER = "https://stranger.example/issuer"
CHILD = "did:example:child"


class RsaKey:
    """A signer of other software, by RFC 8017 (section 8.2.1): this package makes no RSA keys.

    Without `cryptography`, which the browser's Python has not; so each of the two primes is the number that
    the name gives and what is to be added to it.
    """

    _TO_THE_PRIMES: Final = {SCHOOL: (1038, 622), STRANGER: (10, 2102), CHILD: (742, 1584)}
    _EXPONENT: Final = 65537
    _DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")

    def __init__(self, who: str) -> None:
        p, q = (
            (int.from_bytes(hashlib.shake_256(f"{who} {name}".encode()).digest(128)) | 3 << 1022 | 1) + added
            for name, added in zip("pq", self._TO_THE_PRIMES[who], strict=True)
        )
        self._modulus, self._secret = p * q, pow(self._EXPONENT, -1, (p - 1) * (q - 1))
        jwk = {"kty": "RSA", "n": base64url_encode(self._modulus.to_bytes(256)), "e": "AQAB"}
        self.public_key = PublicKey.from_jwk(dict(jwk))

    def sign(self, message: bytes) -> bytes:
        tail = b"\0" + self._DIGEST_INFO + hashlib.sha256(message).digest()
        encoded = b"\0\x01".ljust(256 - len(tail), b"\xff") + tail
        return pow(int.from_bytes(encoded), self._secret, self._modulus).to_bytes(256)


@cache
def key_of(who: str, key_type: KeyType = KeyType.ED25519) -> SigningKey:
    if key_type is KeyType.RSA:
        return RsaKey(who)
    return SoftwareKey.generate(key_type, lambda size: hashlib.shake_256(who.encode()).digest(size))


class Registry:
    """Documents of signers; each lists one key of every type, named after the type, for both purposes."""

    def __init__(
        self, *signers: str, purposes: tuple[str, ...] = ("assertionMethod", "authentication")
    ) -> None:
        self.documents = {signer: self._document(signer, purposes) for signer in signers}

    def __call__(self, identifier: str) -> ControlledIdentifierDocument:
        if identifier not in self.documents:
            raise KeyUnavailable("test.unknown", "{who} is not known here.", who=identifier[:64])
        return self.documents[identifier]

    @staticmethod
    def _document(signer: str, purposes: tuple[str, ...]) -> ControlledIdentifierDocument:
        methods = tuple(
            VerificationMethod(method_of(signer, kind), signer, key_of(signer, kind).public_key)
            for kind in JOSE_KEYS
        )
        return ControlledIdentifierDocument(
            signer, methods, {purpose: tuple(each.id for each in methods) for purpose in purposes}
        )


def method_of(signer: str, key_type: KeyType = KeyType.ED25519) -> str:
    return f"{signer}#{key_type.value}"


KNOWN = Registry(SCHOOL, STRANGER, CHILD)


def diploma(**changes: Any) -> dict[str, Any]:
    """The school's award by SCHOOL; `changes` replace members at the root, None removes one."""
    document: dict[str, Any] = json.loads((DIPLOMAS / "school-award.unsigned.json").read_text("utf-8"))
    document["issuer"]["id"] = SCHOOL
    document["credentialSubject"]["id"] = CHILD
    return changed(document, changes)


def changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    out = {**copy.deepcopy(document), **changes}
    return {name: value for name, value in out.items() if value is not None}


def encode(value: Any) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    return base64url_encode(content)


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Header, payload and signature of a JWS."""
    header, payload, signature = (base64url_decode(part) for part in token.partition("~")[0].split("."))
    return json.loads(header), json.loads(payload), signature


def forge(header: Any, payload: Any, key: SigningKey) -> str:
    """A JWS with any header and a signature that holds: what a signer with bad software can make."""
    signing_input = f"{encode(header)}.{encode(payload)}"
    return f"{signing_input}.{encode(key.sign(signing_input.encode()))}"


def resigned(
    token: str, key: SigningKey, header: dict[str, Any] | None = None, payload: dict[str, Any] | None = None
) -> str:
    """The token with members replaced (None removes one), signed again by `key`."""
    old_header, old_payload, _ = parts_of(token)
    return forge(changed(old_header, header or {}), changed(old_payload, payload or {}), key)


def fate(action: Callable[[], object]) -> str:
    """The code of the refusal, or "accepted". Other exceptions escape."""
    try:
        action()
    except VcwalletError as error:
        assert set(re.findall(r"{(\w+)}", error.template)) <= set(error.evidence), error.template
        assert set(re.findall(r"{(\w+)}", error.next_step_template)) <= set(error.evidence)
        assert all(len(str(value)) <= 256 for value in error.evidence.values()), error.evidence
        return error.code
    return "accepted"


def signed_jws(payload: bytes, key_type: KeyType, **header: Any) -> str:
    return jws.sign(header, payload, key_of(SCHOOL, key_type))


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
WORDS = st.recursive(
    _SCALARS | st.sampled_from([SCHOOL, CHILD]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "jwk", "kid", "kty", "name"]), inner, max_size=3)
    ),
    max_leaves=6,
)
"""Values that no claim or header member expects."""
