"""RSA public keys, to verify what others signed: RS256 is what Open Badges 3.0 asks of everybody.

RFC 8017: appendix A.1.1 (the DER form), section 8.2 (PKCS #1 v1.5). Callers use `PublicKey`.
"""

from __future__ import annotations

from typing import Final

from vcwallet import limits, primitives
from vcwallet.errors import N_, DocumentError, KeyUnavailable

__all__ = ["load", "octets_of", "raw_of"]

# Modulus, exponent, and the DER around them.
_RAW_BYTES: Final = limits.RSA_MAX_BITS // 8 + limits.RSA_EXPONENT_BITS // 8 + 16


def load(raw: bytes) -> primitives.PublicKey:
    """The key of a PKCS #1 ``RSAPublicKey`` in DER, in its one form.

    Raises KeyUnavailable (``key.rsa-size``) for a modulus of less than 2048 or more than 4096 bits, and an
    exponent below 65537 (FIPS 186-5, A.1.1) or above 64 bits: such keys exist, and nothing is verified with
    them.
    Raises DocumentError (``key.rsa-malformed``) for even numbers and anything that is no such DER.
    """
    n, e = _numbers(raw)
    _check(n, e)
    return primitives.rsa_public(n, e)


def raw_of(modulus: bytes, exponent: bytes) -> bytes:
    """The DER of a JWK's ``n`` and ``e`` (RFC 7518, section 6.3.1), neither with leading zero octets.

    Raises as `load`.
    """
    if modulus[:1] in (b"", b"\0") or exponent[:1] in (b"", b"\0"):
        raise _malformed()
    n, e = int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
    _check(n, e)
    return _der(n, e)


def octets_of(raw: bytes) -> tuple[bytes, bytes]:
    """Modulus and exponent of a key's DER as a JWK has them."""
    n, e = _numbers(raw)
    return _octets(n), _octets(e)


def _check(n: int, e: int) -> None:
    if not n & 1 or not e & 1:
        raise _malformed()
    if (
        not limits.RSA_MIN_BITS <= n.bit_length() <= limits.RSA_MAX_BITS
        or not 17 <= e.bit_length() <= limits.RSA_EXPONENT_BITS
    ):
        raise _unsupported(n.bit_length(), e)


# DER (X.690) of a SEQUENCE of two INTEGERs, the only thing that is read and written of it.
_SEQUENCE: Final = 0x30
_INTEGER: Final = 0x02


def _numbers(raw: bytes) -> tuple[int, int]:
    """What is read leniently here is written once more and compared, so that only the one form passes."""
    if len(raw) > _RAW_BYTES:
        raise _unsupported(8 * len(raw), 0)
    body, rest = _element(_SEQUENCE, raw)
    modulus, after = _element(_INTEGER, body)
    exponent, end = _element(_INTEGER, after)
    n, e = (int.from_bytes(each, "big", signed=True) for each in (modulus, exponent))
    if rest or end or n <= 0 or e <= 0 or _der(n, e) != raw:
        raise _malformed()
    return n, e


def _element(tag: int, data: bytes) -> tuple[bytes, bytes]:
    """The content of the first element, and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise _malformed()
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise _malformed()
    return data[start : start + length], data[start + length :]


def _der(n: int, e: int) -> bytes:
    return _written(_SEQUENCE, _integer(n) + _integer(e))


def _integer(number: int) -> bytes:
    # One bit more than the number has, for the sign.
    return _written(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _written(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = _octets(length)
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


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
