"""BLS12-381 of a computer: arkworks, by the package `py-arkworks-bls12381`, an extra.

Importing this module raises ImportError where that is not installed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from vcwallet.primitives.interface import NotAPoint

_FIELD_BYTES: Final = 48
_SCALAR_BYTES: Final = 32

P = TypeVar("P", G1Point, G2Point)


@dataclass(frozen=True, slots=True)
class _Point(Generic[P]):
    native: P

    @property
    def compressed(self) -> bytes:
        return bytes(self.native.to_compressed_bytes())

    def __add__(self, other: _Point[P]) -> _Point[P]:
        return _Point(self.native + other.native)

    def __sub__(self, other: _Point[P]) -> _Point[P]:
        return _Point(self.native - other.native)

    def __neg__(self) -> _Point[P]:
        return _Point(-self.native)

    def __mul__(self, scalar: int) -> _Point[P]:
        return _Point(self.native * _scalar(scalar))


def g1(octets: bytes) -> _Point[G1Point]:
    return _point(G1Point.from_compressed_bytes, octets, G1Point.identity())


def g2(octets: bytes) -> _Point[G2Point]:
    return _point(G2Point.from_compressed_bytes, octets, G2Point.identity())


def g2_base() -> _Point[G2Point]:
    return _Point(G2Point())


def g1_mapped(number: int) -> _Point[G1Point]:
    return _Point(G1Point.map_from_fp_be(number.to_bytes(_FIELD_BYTES, "big")))


def g1_sum(points: Sequence[_Point[G1Point]], scalars: Sequence[int]) -> _Point[G1Point]:
    natives = [point.native for point in points]
    return _Point(G1Point.multiexp_unchecked(natives, [_scalar(each) for each in scalars]))


def pairings_cancel(points: Sequence[_Point[G1Point]], others: Sequence[_Point[G2Point]]) -> bool:
    return GT.pairing_check([point.native for point in points], [point.native for point in others])


def _point(read: Callable[[bytes], P], octets: bytes, identity: P) -> _Point[P]:
    try:
        point = _Point(read(octets))
    except ValueError:
        raise NotAPoint from None
    # The package reads the identity with any flags and remainder, so the octets are compared.
    if point.native == identity or point.compressed != octets:
        raise NotAPoint
    return point


def _scalar(number: int) -> Scalar:
    return Scalar.from_be_bytes(number.to_bytes(_SCALAR_BYTES, "big"))
