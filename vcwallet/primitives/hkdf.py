"""HKDF with SHA-256 (RFC 5869), of the standard library's HMAC: one and the same on every host."""

from __future__ import annotations

import hmac
from typing import Final

__all__ = ["hkdf_sha256"]

_HASH: Final = "sha256"
_OCTETS: Final = 32


def hkdf_sha256(secret: bytes, salt: bytes, info: bytes, length: int = _OCTETS) -> bytes:
    """`length` bytes from a secret that is already hard to guess. An empty salt counts as 32 zeros."""
    if not 0 < length <= 255 * _OCTETS:
        raise ValueError(length)
    key = hmac.digest(salt or bytes(_OCTETS), secret, _HASH)
    block = made = b""
    for number in range(1, -(-length // _OCTETS) + 1):
        block = hmac.digest(key, block + info + bytes((number,)), _HASH)
        made += block
    return made[:length]
