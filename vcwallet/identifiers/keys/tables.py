"""The types of keys, and what the specifications fix for each: headers, lengths, groups, hashes.

The table of Multikey headers in Controlled Identifiers 1.0 (section 2.2.2) ends before P-521 and RSA; theirs
are those of the did:key method. For BLS12-381 secrets it prints a header that is no number of the multicodec
table; theirs is the table's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vcwallet.primitives import Curve

__all__ = [
    "BY_PUBLIC_HEADER",
    "BY_SECRET_HEADER",
    "OTHER_SECRET_HEADERS",
    "PARAMETERS",
    "KeyType",
    "Parameters",
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
class Parameters:
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
    curve: Curve | None = None
    """Of ECDSA."""


_ED25519: Final = Parameters(
    public_header=b"\xed\x01",
    secret_header=b"\x80\x26",
    public_length=32,
    scalar_length=32,
    kty="OKP",
    algorithms=("EdDSA", "Ed25519"),
    order=2**252 + 27742317777372353535851937790883648493,
)
_P256: Final = Parameters(
    public_header=b"\x80\x24",
    secret_header=b"\x86\x26",
    public_length=33,
    scalar_length=32,
    kty="EC",
    algorithms=("ES256",),
    order=0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    curve=Curve.P256,
)
_P384: Final = Parameters(
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
    curve=Curve.P384,
)
_P521: Final = Parameters(
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
    curve=Curve.P521,
)
_RSA: Final = Parameters(public_header=b"\x85\x24", kty="RSA", algorithms=("RS256",))
_BLS12_381_G2: Final = Parameters(
    public_header=b"\xeb\x01",
    secret_header=b"\x8a\x26",
    public_length=96,
    scalar_length=32,
    kty="",
    algorithms=(),
)
PARAMETERS: Final = {
    KeyType.ED25519: _ED25519,
    KeyType.P256: _P256,
    KeyType.P384: _P384,
    KeyType.P521: _P521,
    KeyType.RSA: _RSA,
    KeyType.BLS12_381_G2: _BLS12_381_G2,
}
BY_PUBLIC_HEADER: Final = {row.public_header: key_type for key_type, row in PARAMETERS.items()}
BY_SECRET_HEADER: Final = {
    row.secret_header: key_type for key_type, row in PARAMETERS.items() if row.secret_header
}
# RSA, BLS12-381 as printed (section 2.2.2) and SM2: no secrets of ours, but a secret key is refused as such
# wherever it stands.
OTHER_SECRET_HEADERS: Final = frozenset({b"\x85\x26", b"\x80\x30", b"\x90\x26"})
