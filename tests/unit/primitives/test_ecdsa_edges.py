"""Signatures of ECDSA whose numbers lie at the edges of what an implementation computes with, on every host.

The kinds are those of Wycheproof. Each signature is made backwards: the nonce, s, or the factors of the sum
u1 G + u2 Q are chosen, and the key is what makes the signature right. A neighbour of each is wrong.
"""

from __future__ import annotations

import hashlib
from itertools import count

import pytest

from tests.unit.primitives.nist_curves import (
    FIELDS,
    HASHES,
    ORDERS,
    accepted,
    add,
    affine,
    multiply,
    signature,
    times_base,
    written,
)
from vcwallet import primitives
from vcwallet.primitives import Curve, NotAPoint, PointKey

MESSAGE = b"diploma"
NONCE = int.from_bytes(hashlib.sha256(b"a nonce of nobody").digest(), "big")


@pytest.fixture(params=list(Curve))
def curve(request: pytest.FixtureRequest) -> Curve:
    return Curve(request.param)


def edges(curve: Curve) -> list[int]:
    """Numbers below the order, between which implementations carry, wrap or take another path."""
    n = ORDERS[curve]
    half, bits = n // 2, n.bit_length()
    ones = 2 ** (bits - 1) - 1
    found = [1, 2, 3, n - 1, n - 2, half, half + 1, ones, ones + 1, ones // 3]
    found += [2**64, 2**128 - 1, 2**128, 2**160, n - 2**64, n - 2**128]
    # Words of 32 bits that are empty or full in turn.
    found.append(int(("ffffffff00000000" * 9)[: bits // 4], 16) % n)
    return found


def number_of(curve: Curve, message: bytes) -> int:
    return int.from_bytes(HASHES[curve](message).digest(), "big")


def x_of(curve: Curve, scalar: int) -> int:
    return affine(times_base(curve, scalar))[0]


def right_key(curve: Curve, nonce: int, s: int, message: bytes = MESSAGE) -> tuple[PointKey, int]:
    """The key for which r, the x of the nonce's point, and s are right, and that r."""
    n, r = ORDERS[curve], x_of(curve, nonce) % ORDERS[curve]
    secret = (s * nonce - number_of(curve, message)) * pow(r, -1, n) % n
    return times_base(curve, secret), r


def right_key_of_point(curve: Curve, x: int, s: int) -> PointKey:
    """The same for a nonce's point of which only x is known: Q = (s R - e G) / r."""
    n = ORDERS[curve]
    inverse = pow(x % n, -1, n)
    of_point = multiply(curve, s * inverse % n, affine(point(curve, x)))
    of_base = affine(times_base(curve, -number_of(curve, MESSAGE) * inverse % n))
    return primitives.ecdsa_public(curve, written(curve, add(curve, of_point, of_base)))


def point(curve: Curve, x: int) -> PointKey:
    return primitives.ecdsa_public(curve, b"\2" + x.to_bytes(curve.octets, "big"))


def first_x(curve: Curve, start: int, step: int = 1) -> int:
    """The nearest x from `start` on that a point has."""
    for x in count(start, step):
        try:
            point(curve, x)
        except NotAPoint:
            continue
        return x
    raise AssertionError("unreachable")


def right(curve: Curve, key: PointKey, r: int, s: int, message: bytes = MESSAGE) -> None:
    """(r, s) is accepted; what is beside it is not. s + 1 is as good as s where it is n - s."""
    assert accepted(key, signature(curve, r, s), message)
    assert not accepted(key, signature(curve, r, (s + 3) % ORDERS[curve]), message)


def test_s_and_its_inverse(curve: Curve) -> None:
    n = ORDERS[curve]
    for edge in edges(curve):
        for s in (edge, pow(edge, -1, n)):
            key, r = right_key(curve, NONCE, s)
            right(curve, key, r, s)


def test_both_factors_of_the_sum(curve: Curve) -> None:
    """u1 = e / s and u2 = r / s."""
    n, e, r = ORDERS[curve], number_of(curve, MESSAGE), x_of(curve, NONCE) % ORDERS[curve]
    for edge in edges(curve):
        for numerator in (e, r):
            s = numerator * pow(edge, -1, n) % n
            key, _ = right_key(curve, NONCE, s)
            right(curve, key, r, s)


def test_nonces(curve: Curve) -> None:
    for nonce in edges(curve):
        key, r = right_key(curve, nonce, 12345)
        right(curve, key, r, 12345)


@pytest.mark.parametrize(("one", "two"), [(1, 1), (1, -1), (-1, 1), (-1, -1), (2**128, 2**128), (2, 1)])
def test_factors_that_are_alike(curve: Curve, one: int, two: int) -> None:
    """Q = (R - u1 G) / u2, for a message for which R exists: its x is u2 e / u1."""
    n = ORDERS[curve]
    for number in count():
        message = b"diploma %d" % number
        s = number_of(curve, message) * pow(one, -1, n) % n
        r = two * s % n
        try:
            nonce = affine(point(curve, r))
        except NotAPoint:
            continue
        break
    difference = add(curve, nonce, affine(times_base(curve, -one % n)))
    key = primitives.ecdsa_public(curve, written(curve, multiply(curve, pow(two, -1, n), difference)))
    right(curve, key, r, s, message)


def test_keys_that_share_x_with_the_base(curve: Curve) -> None:
    """Whoever forgets the sign of y takes one for the other."""
    n = ORDERS[curve]
    base, opposite = times_base(curve, 1), times_base(curve, n - 1)
    e = number_of(curve, MESSAGE)
    for nonce in (1, 2, n - 1, NONCE):
        r = x_of(curve, nonce) % n
        for secret, key, other in ((1, base, opposite), (n - 1, opposite, base)):
            s = (e + r * secret) * pow(nonce, -1, n) % n
            right(curve, key, r, s)
            assert not accepted(other, signature(curve, r, s), MESSAGE)


@pytest.mark.parametrize("s", [1, 2**64])
def test_a_small_r(curve: Curve, s: int) -> None:
    """The smallest x. What is congruent to it modulo n, p or a power of two is not r."""
    p, n, octets = FIELDS[curve], ORDERS[curve], curve.octets
    x = first_x(curve, 1)
    key = right_key_of_point(curve, x, s)
    right(curve, key, x, s)
    for r in (
        x + n,
        x + p,
        x + 256 * n,
        p - n + x,
        n - x,
        2 ** n.bit_length() - n + x,
        2 ** (8 * octets - 1) + x,
    ):
        if r < 2 ** (8 * octets):
            assert not accepted(key, signature(curve, r, s), MESSAGE)
    for other in (s + n, s + 256 * n, s + 2 ** n.bit_length()):
        if other < 2 ** (8 * octets):
            assert not accepted(key, signature(curve, x, other), MESSAGE)


def test_an_x_at_and_above_the_order(curve: Curve) -> None:
    """r is x - n where x is n or more, and x itself is then out of range."""
    p, n = FIELDS[curve], ORDERS[curve]
    above, below, last = first_x(curve, n + 1), first_x(curve, n - 1, -1), first_x(curve, p - 1, -1)
    assert below < n < above < last < p
    for x in (above, below, last):
        key = right_key_of_point(curve, x, 7)
        right(curve, key, x % n, 7)
        if x > n:
            assert not accepted(key, signature(curve, x, 7), MESSAGE)


def test_every_pair_of_numbers_without_a_signature(curve: Curve) -> None:
    p, n = FIELDS[curve], ORDERS[curve]
    numbers = (0, 1, n - 1, n, n + 1, p, p + 1)
    for secret in (1, 7):
        key = times_base(curve, secret)
        for r, s in ((r, s) for r in numbers for s in numbers):
            assert not accepted(key, signature(curve, r, s), MESSAGE)


def test_other_forms_of_a_right_signature(curve: Curve) -> None:
    key, r = right_key(curve, NONCE, 12345)
    octets = curve.octets
    halves = [number.to_bytes(octets, "big") for number in (r, 12345)]
    assert accepted(key, b"".join(halves), MESSAGE)
    der = b"".join(b"\2" + bytes([len(half) + 1]) + b"\0" + half for half in halves)
    for other in (
        b"".join(b"\0" + half for half in halves),
        b"".join(half + b"\0" for half in halves),
        halves[0] + halves[1].lstrip(b"\0"),
        b"\x30" + bytes([len(der)]) + der,
        halves[1] + halves[0],
        b"".join(half[::-1] for half in halves),
    ):
        assert not accepted(key, other, MESSAGE)


SPECIAL_HASHES = {
    Curve.P256: (11743, 286420, 349655, 280685),
    Curve.P384: (339037, 336853, 71693, 38690),
    Curve.P521: (4644, 1487, 788, 112495),
}


@pytest.mark.parametrize(
    ("curve", "number"), [(curve, number) for curve in Curve for number in SPECIAL_HASHES[curve]]
)
def test_hashes_with_zeros_and_ones_at_their_ends(curve: Curve, number: int) -> None:
    """Found among 400,000 messages: at least 16 bits alike at one end."""
    message = b"diploma %d" % number
    octets = HASHES[curve](message).digest()
    ends = f"{int.from_bytes(octets, 'big'):0{8 * len(octets)}b}"
    assert max(len(ends) - len(ends.strip(digit)) for digit in "01") >= 16
    key, r = right_key(curve, NONCE, 12345, message)
    right(curve, key, r, 12345, message)


SPECIAL_SECRETS = {
    Curve.P256: (3467, 23335, 20496, 2376, 1930, 6334, 7362, 288),
    Curve.P384: (31612, 14971, 7779, 25062, 3609, 17146, 2960, 10832),
    Curve.P521: (32957, 10735, 9999, 38094, 32451, 20973, 13218, 23849),
}


@pytest.mark.parametrize(
    ("curve", "secret"), [(curve, secret) for curve in Curve for secret in SPECIAL_SECRETS[curve]]
)
def test_keys_with_zeros_and_ones_at_the_ends_of_a_coordinate(curve: Curve, secret: int) -> None:
    """Found among the first 40,000: at least 12 bits alike at one end of x or y."""
    size = FIELDS[curve].bit_length()
    coordinates = [f"{number:0{size}b}" for number in affine(times_base(curve, secret))]
    assert max(size - len(bits.strip(digit)) for bits in coordinates for digit in "01") >= 12
    n, r = ORDERS[curve], x_of(curve, NONCE) % ORDERS[curve]
    s = (number_of(curve, MESSAGE) + r * secret) * pow(NONCE, -1, n) % n
    right(curve, times_base(curve, secret), r, s)
