"""COSE_Sign1 (RFC 9052, sections 2, 4.2 and 4.4), with the algorithms of RFC 9053 and RFC 9864.

    message = sign({TYP: "application/vc+cose", KID: method.encode()}, payload, key)
    Sign1.read(message).verify(key.public_key)

cbor2 reads and writes the CBOR. Its readers for dates, decimals, patterns and shared values are switched off:
none of them has a place in a header, and each would run on hostile bytes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from vcwallet import limits
from vcwallet.errors import N_, InputError, LimitExceeded, ProofError
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey
from vcwallet.proofs.jose.jws import foreign_key, unknown_algorithm

__all__ = [
    "ALG",
    "ALGORITHMS",
    "CONTENT_TYPE",
    "CRIT",
    "CWT_CLAIMS",
    "KID",
    "TYP",
    "Sign1",
    "bad_header",
    "sign",
]

ALG: Final = 1
CRIT: Final = 2
CONTENT_TYPE: Final = 3
KID: Final = 4
CWT_CLAIMS: Final = 15
"""RFC 9597."""
TYP: Final = 16
"""RFC 9596."""

ALGORITHMS: Final[Mapping[int, KeyType]] = MappingProxyType(
    {
        -7: KeyType.P256,
        -35: KeyType.P384,
        -36: KeyType.P521,
        -8: KeyType.ED25519,
        # RFC 9864: the same with the curve in the name.
        -9: KeyType.P256,
        -51: KeyType.P384,
        -52: KeyType.P521,
        -19: KeyType.ED25519,
    }
)
"""From ``alg`` to the only type of key it is taken with; the first number of a type is the one written."""

_SIGN1: Final = 18
_SIGN1_TAG: Final = b"\xd2"
_HMAC: Final = frozenset({4, 5, 6, 7})
_UNDERSTOOD: Final = frozenset({ALG, CONTENT_TYPE, KID, CWT_CLAIMS, TYP})

# Every tag that cbor2 would turn into something else than `CBORTag`.
_READ_BY_CBOR2: Final = (
    *range(6),
    *(25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 43001, 55799),
)


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1 message as it came; nothing is verified."""

    protected: Mapping[int | str, Any] = field(hash=False)
    unprotected: Mapping[int | str, Any] = field(hash=False)
    payload: bytes = field(repr=False)
    algorithm: int
    to_be_signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def read(cls, data: bytes) -> Sign1:
        """Read a tagged COSE_Sign1 of at most `limits.JOSE_CHARACTERS` bytes that carries its payload.

        Raises LimitExceeded (``cose.too-long``, ``cose.header-too-long``); InputError (``cose.malformed``)
        for what is no CBOR, has anything after it, or leaves room for two readings (a label twice, lengths
        that are not given); ProofError: ``cose.form`` (another COSE structure, a detached payload),
        ``cose.header``, ``cose.symmetric``, ``cose.critical``; UnknownCryptosuite
        (``jws.unknown-algorithm``).
        """
        _check_length("cose.too-long", data, limits.JOSE_CHARACTERS)
        parts = _loads(data[1:]) if data[:1] == _SIGN1_TAG else None
        if not isinstance(parts, list) or len(parts) != 4:
            raise _bad_form()
        encoded, unprotected, payload, signature = parts
        if not (
            isinstance(encoded, bytes)
            and isinstance(unprotected, dict)
            and isinstance(payload, bytes)
            and isinstance(signature, bytes)
        ):
            raise _bad_form()
        _check_length("cose.header-too-long", encoded, limits.JOSE_HEADER_CHARACTERS)
        protected = _loads(encoded)
        for header in (protected, unprotected):
            if not isinstance(header, dict) or not all(type(label) in (int, str) for label in header):
                raise bad_header("-")
        if not protected.keys().isdisjoint(unprotected):
            raise bad_header("-")
        algorithm = _algorithm(protected, unprotected)
        return cls(
            MappingProxyType(protected),
            MappingProxyType(unprotected),
            payload,
            algorithm,
            _to_be_signed(encoded, payload),
            signature,
        )

    def verify(self, key: PublicKey) -> None:
        """Return when the signature is `key`'s.

        Raises ProofError: ``jws.algorithm-key`` for a key of another type than the algorithm's, and what
        `PublicKey.verify` raises.
        """
        if ALGORITHMS[self.algorithm] is not key.type:
            raise foreign_key(str(self.algorithm), key)
        key.verify(self.signature, self.to_be_signed)


def sign(protected: Mapping[int, Any], payload: bytes, key: SigningKey) -> bytes:
    """A tagged COSE_Sign1 over `payload`; ``alg`` is set from the key.

    Raises UnknownCryptosuite (``jws.unknown-algorithm``) for an RSA key.
    """
    import cbor2

    key_type = key.public_key.type
    algorithm = next((number for number, taken in ALGORITHMS.items() if taken is key_type), None)
    if algorithm is None:
        raise unknown_algorithm(key_type.value)
    encoded = cbor2.dumps({ALG: algorithm, **protected}, canonical=True)
    signature = key.sign(_to_be_signed(encoded, payload))
    return cbor2.dumps(cbor2.CBORTag(_SIGN1, [encoded, {}, payload, signature]))


def _algorithm(protected: Mapping[Any, Any], unprotected: Mapping[Any, Any]) -> int:
    if CRIT in unprotected:
        raise bad_header(str(CRIT))
    if CRIT in protected:
        critical = protected[CRIT]
        # Section 3.1: what must be understood stands in the protected header, and is understood.
        if (
            not isinstance(critical, list)
            or not critical
            or not all(
                type(label) is int and label in _UNDERSTOOD and label in protected for label in critical
            )
        ):
            raise ProofError(
                "cose.critical", N_("The message asks for an extension that this program does not know.")
            )
    algorithm = protected.get(ALG)
    if type(algorithm) is str:
        raise unknown_algorithm(algorithm)
    if type(algorithm) is not int:
        raise bad_header(str(ALG))
    if algorithm in _HMAC:
        raise ProofError(
            "cose.symmetric",
            N_("The message is made with a shared secret, which proves nothing to a third party."),
        )
    if algorithm not in ALGORITHMS:
        raise unknown_algorithm(str(algorithm))
    return algorithm


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of section 4.4, without external data."""
    import cbor2

    return cbor2.dumps(["Signature1", protected, b"", payload])


def _loads(data: bytes) -> Any:
    import cbor2

    source = io.BytesIO(data)
    try:
        value = cbor2.CBORDecoder(
            source,
            semantic_decoders=dict.fromkeys(_READ_BY_CBOR2, _refuse_tag),
            read_size=1,
            max_depth=limits.CBOR_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        ).decode()
    except (cbor2.CBORError, ValueError, OverflowError, RecursionError, MemoryError):
        raise _malformed() from None
    if source.tell() != len(data):
        raise _malformed()
    return value


def _refuse_tag(value: Any, immutable: bool) -> Any:
    raise ValueError("no tag has a meaning here")


def _malformed() -> InputError:
    return InputError("cose.malformed", N_("The message is damaged: it is not well-formed CBOR."))


def _bad_form() -> ProofError:
    return ProofError(
        "cose.form", N_("The message is not a COSE_Sign1: one signature, with what it signs inside.")
    )


def bad_header(label: str) -> ProofError:
    """The refusal of a header parameter by its label."""
    return ProofError("cose.header", N_("The header of the message is not in order ({label})."), label=label)


_TOO_LONG: Final = {
    "cose.too-long": N_("The message has {size} bytes; the ceiling is {limit}."),
    "cose.header-too-long": N_("The header of the message has {size} bytes; the ceiling is {limit}."),
}


def _check_length(code: str, part: bytes, limit: int) -> None:
    if len(part) > limit:
        raise LimitExceeded(code, _TOO_LONG[code], size=len(part), limit=limit)
