"""Public keys, from Multikey and JWK, and the verification of a signature with one.

A `PublicKey` that exists is a valid one: OpenSSL accepts Ed25519 keys of small order, with which one fixed
signature verifies for every message, so the strict rules are here and run before a primitive sees a key.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from vcwallet import limits, primitives
from vcwallet.errors import N_, DocumentError, KeyUnavailable, ProofError
from vcwallet.identifiers import multibase, rsa
from vcwallet.identifiers.keys.tables import (
    BY_PUBLIC_HEADER,
    BY_SECRET_HEADER,
    OTHER_SECRET_HEADERS,
    PARAMETERS,
    KeyType,
    Parameters,
)
from vcwallet.identifiers.published_test_keys import PUBLISHED_TEST_KEYS
from vcwallet.strict_json import Json, JsonObject

__all__ = ["PublicKey", "is_published_test_key", "is_secret_key", "refuse_secret_members", "unsupported_type"]

_FIELD: Final = 2**255 - 19
_BLS_FIELD: Final = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16
)
_D: Final = -121665 * pow(121666, -1, _FIELD) % _FIELD
# The y of the eight points of small order: the identity and order 2, 4 and (the last two) 8. Both signs
# of x, and the encodings of 0 and 1 as y + p, make the well-known fourteen.
_SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        55188659117513257062467267217118295137698188065244968500265048394206261417927,
    }
)

# Issuers are few and sign thousands of times; holders come by in a crowd. About 1 KiB an entry.
_CACHED_KEYS: Final = 2048


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A valid public key.

    `raw` is what a Multikey carries after its header: 32 bytes for Ed25519, the compressed SEC1 point (33, 49
    or 67 bytes) for P-256, P-384 and P-521, the DER of PKCS #1 for RSA, the compressed point for BLS12-381.
    Of the last only the form is looked at, because its curve is an extra; `bbs_signature` checks the point
    before it uses one.

    Making one raises DocumentError: ``key.length``, ``key.not-canonical`` (a coordinate of p or more, or
    wrong flags), ``key.small-order``, ``key.not-on-curve``, and what `rsa.load` raises.
    """

    type: KeyType
    raw: bytes
    _parsed: primitives.PublicKey | None = field(init=False, repr=False, compare=False)
    """None for BLS12-381, which is no primitive."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_parsed", _load(self.type, self.raw))

    @classmethod
    def of_secret(cls, key_type: KeyType, secret: primitives.SecretKey) -> PublicKey:
        """That of a secret key: a point that was just computed is on its curve, and of its order."""
        point = secret.public
        key = object.__new__(cls)
        object.__setattr__(key, "type", key_type)
        object.__setattr__(key, "raw", point.raw)
        object.__setattr__(key, "_parsed", point)
        return key

    def __reduce__(self) -> tuple[object, ...]:
        # A parsed key does not cross process borders; it is made again there.
        return (PublicKey, (self.type, self.raw))

    @staticmethod
    def from_multibase(text: str) -> PublicKey:
        """Read ``publicKeyMultibase``. Only base-58-btc: the specification allows a Multikey no other base.

        Raises DocumentError (``key.base``, ``key.secret-published``, and what making a key raises), what
        `multibase.base58btc_decode` raises, and KeyUnavailable (``key.unsupported-type``).
        """
        return _from_multibase(text)

    @property
    def multibase(self) -> str:
        """``publicKeyMultibase``."""
        return _to_multibase(self)

    @property
    def fingerprint(self) -> str:
        """What people compare over the telephone or with a letter: eight groups of four hexadecimal digits.

        The first 128 bits of SHA-256 over the Multikey text: enough against a second key made to match.
        """
        digest = hashlib.sha256(self.multibase.encode("ascii")).hexdigest()
        return " ".join(digest[start : start + 4] for start in range(0, 32, 4))

    @staticmethod
    def from_jwk(jwk: JsonObject) -> PublicKey:
        """Read a public JWK (RFC 7518 sections 6.2 and 6.3, RFC 8037); members it does not need are ignored.

        Raises DocumentError (``key.secret-published`` for any private member, ``key.jwk`` for a missing or
        ill-formed one, ``key.not-on-curve`` and the like), KeyUnavailable (``key.unsupported-type``) for
        other curves and for a key declared (``use``, ``key_ops``) not to be for signatures.
        """
        refuse_secret_members(jwk)
        kty, crv = jwk.get("kty"), jwk.get("crv")
        if not isinstance(kty, str):
            raise _bad_jwk("kty")
        if kty == KeyType.RSA and crv is None:
            crv = kty
        if not isinstance(crv, str):
            raise unsupported_type(kty)
        key_type = next((known for known in KeyType if known == crv), None)
        if key_type is None or key_type is KeyType.BLS12_381_G2:
            raise unsupported_type(f"{kty} {crv}")
        row = PARAMETERS[key_type]
        if kty != row.kty:
            raise _bad_jwk("kty")
        if "alg" in jwk and jwk["alg"] not in row.algorithms:
            raise _bad_jwk("alg")
        use, operations = jwk.get("use", "sig"), jwk.get("key_ops", ["verify"])
        if not isinstance(use, str):
            raise _bad_jwk("use")
        if not isinstance(operations, list):
            raise _bad_jwk("key_ops")
        if use != "sig" or "verify" not in operations:
            raise unsupported_type(f"{crv}, not for signatures")
        if key_type is KeyType.RSA:
            return PublicKey(key_type, rsa.raw_of(_octets(jwk, "n"), _octets(jwk, "e")))
        x = _coordinate(jwk, "x", row)
        if row.curve is None:
            if "y" in jwk:
                raise _bad_jwk("y")
            return PublicKey(key_type, x)
        y = _coordinate(jwk, "y", row)
        try:
            point = primitives.ecdsa_public(row.curve, b"\x04" + x + y)
        except primitives.NotAPoint:
            raise _not_on_curve(key_type) from None
        return PublicKey(key_type, point.raw)

    def to_jwk(self) -> dict[str, Json]:
        """The required members only, in the order of an RFC 7638 thumbprint.

        Raises KeyUnavailable (``key.unsupported-type``) for BLS12-381.
        """
        row = PARAMETERS[self.type]
        if self.type is KeyType.BLS12_381_G2:
            raise unsupported_type(f"EC {self.type.value}")
        if self.type is KeyType.RSA:
            modulus, exponent = rsa.octets_of(self.raw)
            return {
                "e": multibase.base64url_encode(exponent),
                "kty": row.kty,
                "n": multibase.base64url_encode(modulus),
            }
        if row.curve is None:
            return {"crv": self.type.value, "kty": row.kty, "x": multibase.base64url_encode(self.raw)}
        point = primitives.ecdsa_public(row.curve, self.raw).uncompressed
        x, y = point[1 : 1 + row.scalar_length], point[1 + row.scalar_length :]
        return {
            "crv": self.type.value,
            "kty": row.kty,
            "x": multibase.base64url_encode(x),
            "y": multibase.base64url_encode(y),
        }

    def verify(self, signature: bytes, message: bytes) -> None:
        """Return when `signature` is this key's over `message`; raise otherwise.

        Ed25519: 64 bytes, R and S < L (RFC 8032). P-256 with SHA-256, P-384 with SHA-384 and P-521 with
        SHA-512: r and s, each of the group's length, 1 <= r, s < n. RSA: PKCS #1 v1.5 with SHA-256. The
        message comes unhashed. (r, n - s) is as good as (r, s): the specifications ask for no low s, so a
        signature is not an identity. OpenSSL refuses S >= L too; it is not relied on. BLS12-381: nothing, for
        such a key signs no message by itself.

        Raises ProofError: ``proof.signature-malformed`` or ``proof.signature``.
        """
        if self._parsed is None or not self._could_sign(signature):
            raise ProofError(
                "proof.signature-malformed",
                N_(
                    "The signature cannot be one of a {type} key: its length or its numbers are out of range."
                ),
                type=self.type.value,
            )
        try:
            self._parsed.verify(signature, message)
        except primitives.WrongSignature:
            raise ProofError(
                "proof.signature",
                N_("The signature was not made by the key {key} over this document."),
                next_step=N_("The document was changed after signing, or another key signed it."),
                key=self.multibase if self.type is not KeyType.RSA else self.fingerprint,
            ) from None

    def _could_sign(self, signature: bytes) -> bool:
        """Whether a signature has the length of this key's, and numbers within their ranges."""
        if self.type is KeyType.RSA:
            return len(signature) == len(rsa.octets_of(self.raw)[0])
        row = PARAMETERS[self.type]
        half = row.scalar_length
        if len(signature) != 2 * half:
            return False
        if row.curve is None:
            return int.from_bytes(signature[half:], "little") < row.order
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        return 0 < r < row.order and 0 < s < row.order


def is_published_test_key(public_key: PublicKey) -> bool:
    """Whether the secret half is printed in public test data; see `published_test_keys`."""
    return public_key.multibase in PUBLISHED_TEST_KEYS


# The private members in the IANA registry "JSON Web Key Parameters" (RFC 7518 section 6; "priv" is that of
# the AKP key type), and the names under which secret keys stand in documents of this and older formats.
_OF_JWK: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})
_OF_DOCUMENTS: Final = frozenset(
    {"secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk"}
    | {"privateKeyBase58", "privateKeyHex", "privateKeyPem"}
)
_SECRET_MEMBERS: Final = _OF_JWK | _OF_DOCUMENTS


def refuse_secret_members(key_object: JsonObject) -> None:
    """Refuse a JWK or verification method that holds a secret (DocumentError, ``key.secret-published``).

    Such a key is not only malformed: everybody who got the document can sign with it.
    """
    if not _SECRET_MEMBERS.isdisjoint(key_object):
        raise _secret_published()


def is_secret_key(document: JsonObject) -> bool:
    """Whether a document of any kind is a secret key: a JWK, a list of them, or a verification method."""
    if not _OF_DOCUMENTS.isdisjoint(document):
        return True
    keys = document.get("keys")
    inside = [document.get("publicKeyJwk"), document.get("jwk"), *(keys if isinstance(keys, list) else ())]
    return any(
        isinstance(each, dict) and "kty" in each and not _OF_JWK.isdisjoint(each)
        for each in (document, *inside)
    )


def unsupported_type(name: str) -> KeyUnavailable:
    """The error for a key that is there and of a kind nothing here can verify with."""
    return KeyUnavailable(
        "key.unsupported-type",
        N_("The key is of the type “{type}”, which is not supported here."),
        next_step=N_("Supported are Ed25519, P-256, P-384, P-521 and RSA keys for signatures."),
        type=name[:64],
    )


@lru_cache(maxsize=_CACHED_KEYS)
def _from_multibase(text: str) -> PublicKey:
    if text[:1] != "z":
        raise DocumentError(
            "key.base",
            N_("The key “{text}” is not written in base-58 (“z...”), as a Multikey must be."),
            text=text[:64],
        )
    data = multibase.base58btc_decode(text[1:])
    header = data[:2]
    key_type = BY_PUBLIC_HEADER.get(header)
    if key_type is None:
        if header in BY_SECRET_HEADER or header in OTHER_SECRET_HEADERS:
            raise _secret_published()
        raise unsupported_type(f"Multikey {header.hex()}")
    return PublicKey(key_type, data[2:])


@lru_cache(maxsize=_CACHED_KEYS)
def _to_multibase(key: PublicKey) -> str:
    return multibase.encode_multibase(PARAMETERS[key.type].public_header + key.raw)


@lru_cache(maxsize=_CACHED_KEYS)
def _load(key_type: KeyType, raw: bytes) -> primitives.PublicKey | None:
    if key_type is KeyType.RSA:
        return rsa.load(raw)
    row = PARAMETERS[key_type]
    if len(raw) != row.public_length:
        raise DocumentError(
            "key.length",
            N_("A {type} key has {expected} bytes; this one has {size}."),
            type=key_type.value,
            expected=row.public_length,
            size=len(raw),
        )
    if key_type is KeyType.BLS12_381_G2:
        _check_compressed_point(raw)
        return None
    if row.curve is None:
        _check_edwards_point(raw)
        return primitives.ed25519_public(raw)
    try:
        return primitives.ecdsa_public(row.curve, raw)
    except primitives.NotAPoint:
        raise _not_on_curve(key_type) from None


def _check_edwards_point(raw: bytes) -> None:
    """RFC 8032 section 5.1.3, without computing x, and no point of small order.

    Points with a component of small order beside a large one stay: what is forged with those needs the
    secret key.
    """
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _FIELD:
        raise _not_canonical(KeyType.ED25519)
    if y in _SMALL_ORDER_Y:
        raise DocumentError(
            "key.small-order",
            N_(
                "The Ed25519 key is a point of small order: signatures for it can be made without any secret."
            ),
        )
    # x^2 = u / v has a solution exactly when u * v is a square.
    square = y * y % _FIELD
    u, v = square - 1, _D * square + 1
    if pow(u * v, (_FIELD - 1) // 2, _FIELD) != 1:
        raise _not_on_curve(KeyType.ED25519)


def _check_compressed_point(raw: bytes) -> None:
    """The form of a point of G2 (draft-irtf-cfrg-bbs-signatures, point serialization), not the identity."""
    x_1, x_0 = int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big")
    if raw[0] >> 5 not in (0b100, 0b101) or x_1 & (2**381 - 1) >= _BLS_FIELD or x_0 >= _BLS_FIELD:
        raise _not_canonical(KeyType.BLS12_381_G2)


def _octets(jwk: JsonObject, name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise _bad_jwk(name)
    return multibase.base64url_decode(text, max_characters=limits.MULTIBASE_CHARACTERS)


def _coordinate(jwk: JsonObject, name: str, row: Parameters) -> bytes:
    data = _octets(jwk, name)
    if len(data) != row.scalar_length:
        raise _bad_jwk(name)
    return data


def _bad_jwk(member: str) -> DocumentError:
    return DocumentError("key.jwk", N_("The member “{member}” of a JWK is missing or wrong."), member=member)


def _not_canonical(key_type: KeyType) -> DocumentError:
    return DocumentError(
        "key.not-canonical", N_("The {type} key is not in its one canonical form."), type=key_type.value
    )


def _not_on_curve(key_type: KeyType) -> DocumentError:
    return DocumentError(
        "key.not-on-curve", N_("The {type} key is not a point of its curve."), type=key_type.value
    )


def _secret_published() -> DocumentError:
    return DocumentError(
        "key.secret-published",
        N_("A secret key stands where a public one belongs, so anybody can sign with it."),
        next_step=N_("Its owner must replace this key; do not trust what it signed."),
    )
