"""The curves of NIST by their definition (SP 800-186): slow, plain, and open to any point and number."""

from __future__ import annotations

import hashlib

from vcwallet import primitives
from vcwallet.primitives import Curve, PointKey, WrongSignature

FIELDS = {
    Curve.P256: 2**256 - 2**224 + 2**192 + 2**96 - 1,
    Curve.P384: 2**384 - 2**128 - 2**96 + 2**32 - 1,
    Curve.P521: 2**521 - 1,
}
ORDERS = {
    Curve.P256: int("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16),
    Curve.P384: int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16
    ),
    Curve.P521: int(
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
        "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
        16,
    ),
}
HASHES = {Curve.P256: hashlib.sha256, Curve.P384: hashlib.sha384, Curve.P521: hashlib.sha512}
Affine = tuple[int, int] | None


def accepted(key: PointKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except WrongSignature:
        return False
    return True


def times_base(curve: Curve, scalar: int) -> PointKey:
    """By the host: that the scalar and its point belong together is what signing rests on."""
    return primitives.ecdsa_secret(curve, (scalar % ORDERS[curve]).to_bytes(curve.octets, "big")).public


def base(curve: Curve) -> tuple[int, int]:
    return affine(times_base(curve, 1))


def affine(key: PointKey) -> tuple[int, int]:
    half = (len(key.uncompressed) - 1) // 2
    point = key.uncompressed[1:]
    return int.from_bytes(point[:half], "big"), int.from_bytes(point[half:], "big")


def add(curve: Curve, one: Affine, two: Affine) -> Affine:
    p = FIELDS[curve]
    if one is None or two is None:
        return one or two
    if one[0] == two[0]:
        if (one[1] + two[1]) % p == 0:
            return None
        slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, p) % p
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, p) % p
    x = (slope**2 - one[0] - two[0]) % p
    return x, (slope * (one[0] - x) - one[1]) % p


def multiply(curve: Curve, scalar: int, point: Affine) -> Affine:
    result: Affine = None
    for bit in bin(scalar)[2:]:
        result = add(curve, result, result)
        if bit == "1":
            result = add(curve, result, point)
    return result


def written(curve: Curve, point: Affine) -> bytes:
    assert point is not None
    return b"\x04" + b"".join(number.to_bytes(curve.octets, "big") for number in point)


def signature(curve: Curve, r: int, s: int) -> bytes:
    return r.to_bytes(curve.octets, "big") + s.to_bytes(curve.octets, "big")
