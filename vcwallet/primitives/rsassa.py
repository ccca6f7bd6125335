"""RSASSA-PKCS1-v1_5 with SHA-256, verifying only (RFC 8017, section 8.2.2): arithmetic with public numbers.

For hosts whose library has no RSA. The encoded message is made and compared as a whole, so that nothing in it
is parsed and nothing is ignored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from vcwallet.primitives.interface import WrongSignature

__all__ = ["RsaPublic"]

# DigestInfo of SHA-256 up to the digest (RFC 8017, section 9.2, note 1).
_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")


@dataclass(frozen=True, slots=True)
class RsaPublic:
    modulus: int
    exponent: int

    def verify(self, signature: bytes, message: bytes) -> None:
        octets = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature, "big")
        if len(signature) != octets or number >= self.modulus:
            raise WrongSignature
        tail = _DIGEST_INFO + hashlib.sha256(message).digest()
        encoded = b"\x00\x01" + b"\xff" * (octets - len(tail) - 3) + b"\x00" + tail
        if pow(number, self.exponent, self.modulus).to_bytes(octets, "big") != encoded:
            raise WrongSignature
