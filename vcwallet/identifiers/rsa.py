"""RSA public keys, to verify what others signed: RS256 is what Open Badges 3.0 asks of everybody.

RFC 8017: appendix A.1.1 (the DER form), section 8.2 (PKCS #1 v1.5). Callers use `PublicKey`.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, KeyUnavailable

__all__ = ["HASH", "PADDING", "load", "octets_of", "raw_of"]

PADDING: Final = PKCS1v15()
HASH: Final = hashes.SHA256()

# Modulus, exponent, and the DER around them.
_RAW_BYTES: Final = limits.RSA_MAX_BITS // 8 + limits.RSA_EXPONENT_BITS // 8 + 16


def load(raw: bytes) -> RSAPublicKey:
    """The key of a PKCS #1 ``RSAPublicKey`` in DER, in its one form.

    Raises KeyUnavailable (``key.rsa-size``) for a modulus of less than 2048 or more than 4096 bits, and an
    exponent below 65537 (FIPS 186-5, A.1.1) or above 64 bits: such keys exist, and nothing is verified with
    them.
    Raises DocumentError (``key.rsa-malformed``) for even numbers and anything that is no such DER.
    """
    if len(raw) > _RAW_BYTES:
        raise _unsupported(8 * len(raw), 0)
    try:
        key = load_der_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        raise _malformed() from None
    if not isinstance(key, RSAPublicKey) or _der(key) != raw:
        raise _malformed()
    numbers = key.public_numbers()
    _check(numbers.n, numbers.e)
    return key


def raw_of(modulus: bytes, exponent: bytes) -> bytes:
    """The DER of a JWK's ``n`` and ``e`` (RFC 7518, section 6.3.1), neither with leading zero octets.

    Raises as `load`.
    """
    if modulus[:1] in (b"", b"\0") or exponent[:1] in (b"", b"\0"):
        raise _malformed()
    n, e = int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
    _check(n, e)
    return _der(RSAPublicNumbers(e, n).public_key())


def octets_of(key: RSAPublicKey) -> tuple[bytes, bytes]:
    """Modulus and exponent as a JWK has them."""
    numbers = key.public_numbers()
    return (
        numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big"),
        numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big"),
    )


def _check(n: int, e: int) -> None:
    if not n & 1 or not e & 1:
        raise _malformed()
    if (
        not limits.RSA_MIN_BITS <= n.bit_length() <= limits.RSA_MAX_BITS
        or not 17 <= e.bit_length() <= limits.RSA_EXPONENT_BITS
    ):
        raise _unsupported(n.bit_length(), e)


def _der(key: RSAPublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)


def _unsupported(bits: int, exponent: int) -> KeyUnavailable:
    return KeyUnavailable(
        "key.rsa-size",
        N_("The key is of the type “{type}”; RSA keys are used here from {least} to {most} bits."),
        type=f"RSA {bits}" if exponent in (0, 65537) else f"RSA {bits}, e of {exponent.bit_length()} bits",
        least=limits.RSA_MIN_BITS,
        most=limits.RSA_MAX_BITS,
    )


def _malformed() -> DocumentError:
    return DocumentError("key.rsa-malformed", N_("This is not an RSA public key that could be relied on."))
