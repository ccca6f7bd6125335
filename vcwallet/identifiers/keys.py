"""Public keys and signing keys as Multikey and JWK: Ed25519, P-256, P-384; P-521 and RSA, to read JOSE; and
BLS12-381, for signatures over many messages (`bbs_signature`).

    key = SoftwareKey.generate(KeyType.ED25519)
    signature = key.sign(b"message")
    PublicKey.from_multibase(key.public_key.multibase).verify(signature, b"message")

A `PublicKey` that exists is a valid one: `cryptography` accepts Ed25519 keys of small order, with which one
fixed signature verifies for every message, so the strict rules are here and run before OpenSSL sees a key.

Controlled Identifiers 1.0, sections 2.2.2 (Multikey) and 2.2.3 (JsonWebKey). Its table of Multikey headers
ends before P-521 and RSA; theirs are those of the did:key method. For BLS12-381 secrets it prints a header
that is no number of the multicodec table; theirs is the table's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, runtime_checkable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, KeyUnavailable, ProofError, UsageError
from vcwallet.identifiers import multibase, rsa
from vcwallet.identifiers.published_test_keys import PUBLISHED_TEST_KEYS
from vcwallet.strict_json import Json, JsonObject

if TYPE_CHECKING:
    from py_arkworks_bls12381 import Scalar

    from vcwallet.identifiers.bbs_signature import Ciphersuite

__all__ = [
    "KeyType",
    "MessagesSigningKey",
    "PublicKey",
    "SigningKey",
    "SoftwareKey",
    "is_published_test_key",
    "refuse_secret_members",
    "unsupported_type",
]


class KeyType(StrEnum):
    """A key's algorithm and curve; the value is the JWK ``crv``, for RSA, which has none, the ``kty``."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    P521 = "P-521"
    RSA = "RSA"
    """For reading what others signed: nothing here makes or holds an RSA secret."""
    BLS12_381_G2 = "BLS12381G2"
    """For lists of messages only; as a Multikey only."""


@dataclass(frozen=True, slots=True)
class _Parameters:
    """One key type's row in the tables of the specifications. Lengths are bytes."""

    public_header: bytes
    kty: str
    algorithms: tuple[str, ...]
    """JWS ``alg`` names; RFC 9864 replaced ``EdDSA`` by ``Ed25519``, and both are about."""
    secret_header: bytes = b""
    public_length: int = 0
    scalar_length: int = 0
    """Of a secret key, of a coordinate, and of either half of a signature."""
    order: int = 0
    """Order of the group of a signature's scalars."""
    curve: ec.EllipticCurve | None = None
    ecdsa: ec.ECDSA | None = None
    deterministic_ecdsa: ec.ECDSA | None = None


_ED25519: Final = _Parameters(
    public_header=b"\xed\x01",
    secret_header=b"\x80\x26",
    public_length=32,
    scalar_length=32,
    kty="OKP",
    algorithms=("EdDSA", "Ed25519"),
    order=2**252 + 27742317777372353535851937790883648493,
)
_P256: Final = _Parameters(
    public_header=b"\x80\x24",
    secret_header=b"\x86\x26",
    public_length=33,
    scalar_length=32,
    kty="EC",
    algorithms=("ES256",),
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    curve=ec.SECP256R1(),
    ecdsa=ec.ECDSA(hashes.SHA256()),
    deterministic_ecdsa=ec.ECDSA(hashes.SHA256(), deterministic_signing=True),
)
_P384: Final = _Parameters(
    public_header=b"\x81\x24",
    secret_header=b"\x87\x26",
    public_length=49,
    scalar_length=48,
    kty="EC",
    algorithms=("ES384",),
    order=int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        16,
    ),
    curve=ec.SECP384R1(),
    ecdsa=ec.ECDSA(hashes.SHA384()),
    deterministic_ecdsa=ec.ECDSA(hashes.SHA384(), deterministic_signing=True),
)
_P521: Final = _Parameters(
    public_header=b"\x82\x24",
    secret_header=b"\x88\x26",
    public_length=67,
    scalar_length=66,
    kty="EC",
    algorithms=("ES512",),
    order=int(
        "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA"
        "51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409",
        16,
    ),
    curve=ec.SECP521R1(),
    ecdsa=ec.ECDSA(hashes.SHA512()),
    deterministic_ecdsa=ec.ECDSA(hashes.SHA512(), deterministic_signing=True),
)
_RSA: Final = _Parameters(public_header=b"\x85\x24", kty="RSA", algorithms=("RS256",))
_BLS12_381_G2: Final = _Parameters(
    public_header=b"\xeb\x01",
    secret_header=b"\x8a\x26",
    public_length=96,
    scalar_length=32,
    kty="",
    algorithms=(),
)
_PARAMETERS: Final = {
    KeyType.ED25519: _ED25519,
    KeyType.P256: _P256,
    KeyType.P384: _P384,
    KeyType.P521: _P521,
    KeyType.RSA: _RSA,
    KeyType.BLS12_381_G2: _BLS12_381_G2,
}
_BY_PUBLIC_HEADER: Final = {row.public_header: key_type for key_type, row in _PARAMETERS.items()}
_BY_SECRET_HEADER: Final = {
    row.secret_header: key_type for key_type, row in _PARAMETERS.items() if row.secret_header
}
# RSA, BLS12-381 as printed (section 2.2.2) and SM2: no secrets of ours, but a secret key is refused as such
# wherever it stands.
_OTHER_SECRET_HEADERS: Final = frozenset({b"\x85\x26", b"\x80\x30", b"\x90\x26"})

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

_OpenSslKey: TypeAlias = "Ed25519PublicKey | ec.EllipticCurvePublicKey | RSAPublicKey | None"
"""None for BLS12-381, which OpenSSL does not know."""


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
    _openssl: _OpenSslKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_openssl", _load(self.type, self.raw))

    def __reduce__(self) -> tuple[object, ...]:
        # OpenSSL's object does not cross process borders; it is made again there.
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
        row = _PARAMETERS[key_type]
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
            point = ec.EllipticCurvePublicKey.from_encoded_point(row.curve, b"\x04" + x + y)
        except ValueError:
            raise _not_on_curve(key_type) from None
        return PublicKey(key_type, point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))

    def to_jwk(self) -> dict[str, Json]:
        """The required members only, in the order of an RFC 7638 thumbprint.

        Raises KeyUnavailable (``key.unsupported-type``) for BLS12-381.
        """
        row = _PARAMETERS[self.type]
        if self._openssl is None:
            raise unsupported_type(f"EC {self.type.value}")
        if isinstance(self._openssl, RSAPublicKey):
            modulus, exponent = rsa.octets_of(self._openssl)
            return {
                "e": multibase.base64url_encode(exponent),
                "kty": row.kty,
                "n": multibase.base64url_encode(modulus),
            }
        if isinstance(self._openssl, Ed25519PublicKey):
            return {"crv": self.type.value, "kty": row.kty, "x": multibase.base64url_encode(self.raw)}
        point = self._openssl.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
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
        key = self._openssl
        try:
            if isinstance(key, Ed25519PublicKey):
                if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= _ED25519.order:
                    raise self._malformed_signature()
                key.verify(signature, message)
            elif isinstance(key, RSAPublicKey):
                if len(signature) != (key.key_size + 7) // 8:
                    raise self._malformed_signature()
                key.verify(signature, message, rsa.PADDING, rsa.HASH)
            elif key is None:
                raise self._malformed_signature()
            else:
                row = _PARAMETERS[self.type]
                half = row.scalar_length
                if len(signature) != 2 * half:
                    raise self._malformed_signature()
                r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
                if not (0 < r < row.order and 0 < s < row.order):
                    raise self._malformed_signature()
                assert row.ecdsa is not None
                key.verify(encode_dss_signature(r, s), message, row.ecdsa)
        except InvalidSignature:
            raise ProofError(
                "proof.signature",
                N_("The signature was not made by the key {key} over this document."),
                next_step=N_("The document was changed after signing, or another key signed it."),
                key=self.multibase if self.type is not KeyType.RSA else self.fingerprint,
            ) from None

    def _malformed_signature(self) -> ProofError:
        return ProofError(
            "proof.signature-malformed",
            N_("The signature cannot be one of a {type} key: its length or its numbers are out of range."),
            type=self.type.value,
        )


class SigningKey(Protocol):
    """Whatever can sign: software, a smart card, an HSM behind PKCS#11."""

    @property
    def public_key(self) -> PublicKey: ...

    def sign(self, message: bytes) -> bytes:
        """The signature over the unhashed `message`, in the form `PublicKey.verify` reads."""
        ...


@runtime_checkable
class MessagesSigningKey(SigningKey, Protocol):
    """Whatever can sign many messages at once, so that one may be shown without another."""

    def sign_messages(self, header: bytes, messages: Sequence[bytes]) -> bytes:
        """The BBS signature (``BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_``) that `bbs_signature` verifies."""
        ...


class SoftwareKey:
    """A signing key in this process's memory. It neither prints nor pickles its secret."""

    __slots__ = ("_public_key", "_secret")

    def __init__(self, key_type: KeyType, secret: bytes) -> None:
        """From the Ed25519 seed (32 bytes) or the big-endian scalar (32, 48 or 66 bytes).

        Raises UsageError (``key.secret-malformed``) for another length or a scalar outside 1 .. n - 1, and
        for RSA; MachineError (``bbs.extra-missing``) for BLS12-381 without its extra.
        """
        row = _PARAMETERS[key_type]
        if len(secret) != row.scalar_length or key_type is KeyType.RSA:
            raise _bad_secret()
        self._secret: Ed25519PrivateKey | ec.EllipticCurvePrivateKey | Scalar
        if key_type is KeyType.BLS12_381_G2:
            scalar = _bbs().secret_key(secret)
            if scalar is None:
                raise _bad_secret()
            self._secret, raw = scalar, _bbs().sk_to_pk(scalar)
        elif row.curve is None:
            self._secret = Ed25519PrivateKey.from_private_bytes(secret)
            raw = self._secret.public_key().public_bytes_raw()
        else:
            number = int.from_bytes(secret, "big")
            if not 0 < number < row.order:
                raise _bad_secret()
            self._secret = ec.derive_private_key(number, row.curve)
            raw = self._secret.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        self._public_key = PublicKey(key_type, raw)

    @classmethod
    def generate(cls, key_type: KeyType, randomness: Callable[[int], bytes] = os.urandom) -> SoftwareKey:
        """A new key from `randomness`, which must be a cryptographic source."""
        row = _PARAMETERS[key_type]
        if key_type is KeyType.BLS12_381_G2:
            return cls(key_type, _bbs().key_gen(randomness(row.scalar_length)))
        if row.curve is None:
            # RSA asks for no bytes and is refused.
            return cls(key_type, randomness(row.scalar_length))
        # FIPS 186-5, A.2.1: 64 bits more than the order has, so that the remainder is not biased.
        scalar = int.from_bytes(randomness(row.scalar_length + 8), "big") % (row.order - 1) + 1
        return cls(key_type, scalar.to_bytes(row.scalar_length, "big"))

    @classmethod
    def from_secret_multibase(cls, text: str) -> SoftwareKey:
        """Read ``secretKeyMultibase``. The errors (UsageError, ``key.secret-malformed``) never repeat it."""
        try:
            data = multibase.base58btc_decode(text[1:]) if text[:1] == "z" else b""
        except DocumentError:
            raise _bad_secret() from None
        key_type = _BY_SECRET_HEADER.get(data[:2])
        if key_type is None:
            raise _bad_secret()
        return cls(key_type, data[2:])

    @property
    def secret_multibase(self) -> str:
        """DANGER: the secret itself, ``secretKeyMultibase``. Whoever reads it can sign as this key."""
        row = _PARAMETERS[self._public_key.type]
        if isinstance(self._secret, Ed25519PrivateKey):
            secret = self._secret.private_bytes_raw()
        elif not isinstance(self._secret, ec.EllipticCurvePrivateKey):
            secret = bytes(self._secret.to_be_bytes())
        else:
            secret = self._secret.private_numbers().private_value.to_bytes(row.scalar_length, "big")
        return multibase.encode_multibase(row.secret_header + secret)

    @property
    def public_key(self) -> PublicKey:
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Sign the unhashed `message`: Ed25519 (RFC 8032), or ECDSA with the nonce of RFC 6979 as r || s.

        Raises UsageError (``key.signs-otherwise``) for BLS12-381.
        """
        if isinstance(self._secret, Ed25519PrivateKey):
            return self._secret.sign(message)
        if not isinstance(self._secret, ec.EllipticCurvePrivateKey):
            raise self._signs_otherwise()
        row = _PARAMETERS[self._public_key.type]
        assert row.deterministic_ecdsa is not None
        r, s = decode_dss_signature(self._secret.sign(message, row.deterministic_ecdsa))
        return r.to_bytes(row.scalar_length, "big") + s.to_bytes(row.scalar_length, "big")

    def sign_messages(self, header: bytes, messages: Sequence[bytes]) -> bytes:
        """See `MessagesSigningKey`; at most `limits.BBS_MESSAGES`, or LimitExceeded.

        Raises UsageError (``key.signs-otherwise``) for any key but BLS12-381.
        """
        if isinstance(self._secret, Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
            raise self._signs_otherwise()
        return _bbs().sign(self._secret, self._public_key.raw, header, messages)

    def _signs_otherwise(self) -> UsageError:
        return UsageError(
            "key.signs-otherwise",
            N_("A key of the type {type} does not make this kind of signature."),
            type=self._public_key.type.value,
        )

    def __repr__(self) -> str:
        return f"SoftwareKey({self._public_key.multibase})"


def is_published_test_key(public_key: PublicKey) -> bool:
    """Whether the secret half is printed in public test data; see `published_test_keys`."""
    return public_key.multibase in PUBLISHED_TEST_KEYS


# The private members in the IANA registry "JSON Web Key Parameters" (RFC 7518 section 6; "priv" is that of
# the AKP key type), and the names under which secret keys stand in documents of this and older formats.
_SECRET_MEMBERS: Final = frozenset(
    {"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"}
    | {"secretKeyMultibase", "secretKeyJwk", "privateKeyMultibase", "privateKeyJwk"}
    | {"privateKeyBase58", "privateKeyHex", "privateKeyPem"}
)


def refuse_secret_members(key_object: JsonObject) -> None:
    """Refuse a JWK or verification method that holds a secret (DocumentError, ``key.secret-published``).

    Such a key is not only malformed: everybody who got the document can sign with it.
    """
    if not _SECRET_MEMBERS.isdisjoint(key_object):
        raise _secret_published()


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
    key_type = _BY_PUBLIC_HEADER.get(header)
    if key_type is None:
        if header in _BY_SECRET_HEADER or header in _OTHER_SECRET_HEADERS:
            raise _secret_published()
        raise unsupported_type(f"Multikey {header.hex()}")
    return PublicKey(key_type, data[2:])


@lru_cache(maxsize=_CACHED_KEYS)
def _to_multibase(key: PublicKey) -> str:
    return multibase.encode_multibase(_PARAMETERS[key.type].public_header + key.raw)


@lru_cache(maxsize=_CACHED_KEYS)
def _load(key_type: KeyType, raw: bytes) -> _OpenSslKey:
    if key_type is KeyType.RSA:
        return rsa.load(raw)
    row = _PARAMETERS[key_type]
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
        return Ed25519PublicKey.from_public_bytes(raw)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(row.curve, raw)
    except ValueError:
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


def _bbs() -> Ciphersuite:
    from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256

    return BLS12_381_SHA_256


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


def _coordinate(jwk: JsonObject, name: str, row: _Parameters) -> bytes:
    data = _octets(jwk, name)
    if len(data) != row.scalar_length:
        raise _bad_jwk(name)
    return data


def _bad_jwk(member: str) -> DocumentError:
    return DocumentError("key.jwk", N_("The member “{member}” of a JWK is missing or wrong."), member=member)


def _bad_secret() -> UsageError:
    return UsageError(
        "key.secret-malformed",
        N_("This is not a secret key of the type Ed25519, P-256, P-384, P-521 or BLS12-381."),
    )


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
