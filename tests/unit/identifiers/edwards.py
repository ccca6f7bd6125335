"""Ed25519 by its definition (RFC 8032, sections 5.1 and 6).

Slow, plain, and able to do what no honest signer does.
"""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int]
IDENTITY: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    product = D * a[0] * b[0] * a[1] * b[1] % P
    # Divided by 1 + product and by 1 - product, of which one inverse is enough.
    inverse = pow(1 - product * product, -1, P)
    x = (a[0] * b[1] + a[1] * b[0]) * (1 - product) * inverse % P
    y = (a[1] * b[1] + a[0] * b[0]) * (1 + product) * inverse % P
    return x, y


def multiply(scalar: int, point: Point) -> Point:
    result = IDENTITY
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def x_of(y: int) -> int | None:
    """One x of the two for a y, or None when there is no such point."""
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if x * x % P != x2:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x * x % P == x2 else None


def _base() -> Point:
    y = 4 * pow(5, -1, P) % P
    x = x_of(y)
    assert x is not None
    return (x if x % 2 == 0 else P - x), y


BASE = _base()


def encode(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def points_of_small_order() -> set[Point]:
    """The torsion subgroup: L times anything. Some y soon gives a generator of all eight."""
    for y in range(2, 100):
        x = x_of(y)
        if x is not None:
            torsion = multiply(L, (x, y))
            group = {multiply(k, torsion) for k in range(8)}
            if len(group) == 8:
                return group
    raise AssertionError("unreachable")


def encodings_of_small_order() -> set[bytes]:
    """Every 32 bytes that a decoder which reduces y and ignores a useless sign takes for such a point."""
    found = set()
    for _, y in points_of_small_order():
        for written in (y, y + P):
            if written < 2**255:
                found |= {(written | sign << 255).to_bytes(32, "little") for sign in (0, 1)}
    return found


def challenge(r: bytes, a: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def accepts(public: bytes, signature: bytes, message: bytes) -> bool:
    """Verification without the strict rules: S B = R + h A, A reduced, no order looked at."""
    y = (int.from_bytes(public, "little") & (2**255 - 1)) % P
    x = x_of(y)
    if x is None:
        return False
    if x & 1 != public[31] >> 7:
        x = -x % P
    s = int.from_bytes(signature[32:], "little")
    h = challenge(signature[:32], public, message)
    return encode(add(multiply(s, BASE), multiply(h, (-x % P, y)))) == signature[:32]
