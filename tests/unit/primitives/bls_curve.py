"""BLS12-381 by its definition, slowly: what both hosts are compared with, and where crafted points come from.

Both curves are y**2 = x**3 + b over the field with i**2 = -1; what is of G1 has no imaginary part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

P: Final = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
R: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
_Z: Final = -0xD201000000010000

Number: TypeAlias = tuple[int, int]
Affine: TypeAlias = tuple[Number, Number] | None
"""None is the identity."""


@dataclass(frozen=True)
class Group:
    octets: int
    b: Number
    cofactor: int
    base: Affine

    def with_x(self, x: Number) -> Affine:
        """A point of the curve, in the subgroup by chance alone; None where x has no y."""
        y = _root(_plus(_times(_times(x, x), x), self.b))
        return None if y is None or (self.octets == 48 and y[1]) else (x, y)

    def some(self) -> Affine:
        """A point of the curve outside of the subgroup."""
        return next(point for point in self._points() if multiply(R, point) is not None)

    def of_order(self, prime: int) -> Affine:
        """A point of the curve of a small order, which divides the cofactor."""
        rest = self.cofactor * R
        while rest % prime == 0:
            rest //= prime
        point = next(each for each in (multiply(rest, point) for point in self._points()) if each is not None)
        while (further := multiply(prime, point)) is not None:
            point = further
        return point

    def _points(self) -> Iterator[Affine]:
        """Those of a small x other than zero."""
        found = (self.with_x((number, 0)) for number in range(1, 100))
        return (point for point in found if point is not None)

    def compressed(self, point: Affine) -> bytes:
        if point is None:
            return b"\xc0" + bytes(self.octets - 1)
        return self.written(point[0], larger=_is_larger(point[1]))

    def written(self, x: Number, *, larger: bool = False) -> bytes:
        """Any numbers below 2**381, of the field or not."""
        octets = bytearray(
            b"".join(part.to_bytes(48, "big") for part in (x[:1] if self.octets == 48 else x[::-1]))
        )
        octets[0] |= 0xA0 if larger else 0x80
        return bytes(octets)


def add(one: Affine, other: Affine) -> Affine:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        if one[1] != other[1] or one[1] == (0, 0):
            return None
        slope = _times(_times((3, 0), _times(one[0], one[0])), _inverse(_plus(one[1], one[1])))
    else:
        slope = _times(_minus(other[1], one[1]), _inverse(_minus(other[0], one[0])))
    x = _minus(_minus(_times(slope, slope), one[0]), other[0])
    return x, _minus(_times(slope, _minus(one[0], x)), one[1])


def multiply(scalar: int, point: Affine) -> Affine:
    result: Affine = None
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def negative(point: Affine) -> Affine:
    return None if point is None else (point[0], _minus((0, 0), point[1]))


def _plus(a: Number, b: Number) -> Number:
    return (a[0] + b[0]) % P, (a[1] + b[1]) % P


def _minus(a: Number, b: Number) -> Number:
    return (a[0] - b[0]) % P, (a[1] - b[1]) % P


def _times(a: Number, b: Number) -> Number:
    return (a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P


def _inverse(a: Number) -> Number:
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, P)
    return a[0] * norm % P, -a[1] * norm % P


def _root(a: Number) -> Number | None:
    """By the norm, whose root is in the small field; P is 3 modulo 4."""
    norm = pow(a[0] * a[0] + a[1] * a[1], (P + 1) // 4, P)
    for root in (norm, -norm):
        real = pow((a[0] + root) * pow(2, -1, P), (P + 1) // 4, P)
        candidates: list[Number] = [(0, pow(-a[0], (P + 1) // 4, P))]
        if real:
            candidates.append((real, a[1] * pow(2 * real, -1, P) % P))
        for each in candidates:
            if _times(each, each) == a:
                return each
    return None


def _is_larger(y: Number) -> bool:
    return y[::-1] > _minus((0, 0), y)[::-1]


G1: Final = Group(
    48,
    (4, 0),
    (_Z - 1) ** 2 // 3,
    (
        (
            0x17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB,
            0,
        ),
        (
            0x08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1,
            0,
        ),
    ),
)
G2: Final = Group(
    96,
    (4, 4),
    (_Z**8 - 4 * _Z**7 + 5 * _Z**6 - 4 * _Z**4 + 6 * _Z**3 - 4 * _Z**2 - 4 * _Z + 13) // 9,
    (
        (
            0x024AA2B2F08F0A91260805272DC51051C6E47AD4FA403B02B4510B647AE3D1770BAC0326A805BBEFD48056C8C121BDB8,
            0x13E02B6052719F607DACD3A088274F65596BD0D09920B61AB5DA61BBDC7F5049334CF11213945D57E5AC7D055D042B7E,
        ),
        (
            0x0CE5D527727D6E118CC9CDC6DA2E351AADFD9BAA8CBDD3A76D429A695160D12C923AC9CC3BACA289E193548608B82801,
            0x0606C4A02EA734CC32ACD2B02BC28B99CB3E287E85A763AF267492AB572E99AB3F370D275CEC1DA1AAA9075FF05F79BE,
        ),
    ),
)
