"""Keys that sign: what such a key must do, and the one whose secret is in this process's memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from vcwallet import primitives
from vcwallet.errors import N_, DocumentError, UsageError
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys.public import PublicKey
from vcwallet.identifiers.keys.tables import BY_SECRET_HEADER, PARAMETERS, KeyType

if TYPE_CHECKING:
    from vcwallet.identifiers.bbs_signature import Ciphersuite

__all__ = ["MessagesSigningKey", "SigningKey", "SoftwareKey"]


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

    __slots__ = ("_public_key", "_scalar", "_secret")

    def __init__(self, key_type: KeyType, secret: bytes) -> None:
        """From the Ed25519 seed (32 bytes) or the big-endian scalar (32, 48 or 66 bytes).

        Raises UsageError (``key.secret-malformed``) for another length or a scalar outside 1 .. n - 1, and
        for RSA; MachineError (``bbs.extra-missing``) for BLS12-381 without its extra.
        """
        row = PARAMETERS[key_type]
        if len(secret) != row.scalar_length or key_type is KeyType.RSA:
            raise _bad_secret()
        self._secret: primitives.SecretKey | None = None
        self._scalar: int | None = None
        if key_type is KeyType.BLS12_381_G2:
            self._scalar = _bbs().secret_key(secret)
            if self._scalar is None:
                raise _bad_secret()
            self._public_key = PublicKey(key_type, _bbs().sk_to_pk(self._scalar))
            return
        if row.curve is None:
            self._secret = primitives.ed25519_secret(secret)
        elif 0 < int.from_bytes(secret, "big") < row.order:
            self._secret = primitives.ecdsa_secret(row.curve, secret)
        else:
            raise _bad_secret()
        self._public_key = PublicKey.of_secret(key_type, self._secret)

    @classmethod
    def generate(cls, key_type: KeyType, randomness: Callable[[int], bytes] = os.urandom) -> SoftwareKey:
        """A new key from `randomness`, which must be a cryptographic source."""
        row = PARAMETERS[key_type]
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
        key_type = BY_SECRET_HEADER.get(data[:2])
        if key_type is None:
            raise _bad_secret()
        return cls(key_type, data[2:])

    @property
    def secret_multibase(self) -> str:
        """DANGER: the secret itself, ``secretKeyMultibase``. Whoever reads it can sign as this key."""
        row = PARAMETERS[self._public_key.type]
        if self._secret is not None:
            secret = self._secret.secret
        else:
            assert self._scalar is not None
            secret = self._scalar.to_bytes(row.scalar_length, "big")
        return multibase.encode_multibase(row.secret_header + secret)

    @property
    def public_key(self) -> PublicKey:
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Sign the unhashed `message`: Ed25519 (RFC 8032), or ECDSA with the nonce of RFC 6979 as r || s.

        Raises UsageError (``key.signs-otherwise``) for BLS12-381.
        """
        if self._secret is None:
            raise self._signs_otherwise()
        return self._secret.sign(message)

    def sign_messages(self, header: bytes, messages: Sequence[bytes]) -> bytes:
        """See `MessagesSigningKey`; at most `limits.BBS_MESSAGES`, or LimitExceeded.

        Raises UsageError (``key.signs-otherwise``) for any key but BLS12-381.
        """
        if self._scalar is None:
            raise self._signs_otherwise()
        return _bbs().sign(self._scalar, self._public_key.raw, header, messages)

    def _signs_otherwise(self) -> UsageError:
        return UsageError(
            "key.signs-otherwise",
            N_("A key of the type {type} does not make this kind of signature."),
            type=self._public_key.type.value,
        )

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a signing key stays in its process")

    def __repr__(self) -> str:
        return f"SoftwareKey({self._public_key.multibase})"


def _bbs() -> Ciphersuite:
    from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256

    return BLS12_381_SHA_256


def _bad_secret() -> UsageError:
    return UsageError(
        "key.secret-malformed",
        N_("This is not a secret key of the type Ed25519, P-256, P-384, P-521 or BLS12-381."),
    )
