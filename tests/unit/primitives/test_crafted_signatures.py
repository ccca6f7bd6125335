"""Signatures that implementations disagree about have one verdict here, on every host.

They are made from the mathematics, of the kinds that Wycheproof and CCTV list, and judged by the definition.
"""

from __future__ import annotations

import hashlib

import pytest

from tests.unit.identifiers import edwards
from tests.unit.primitives import nist_curves
from tests.unit.primitives.nist_curves import (
    FIELDS,
    HASHES,
    ORDERS,
    add,
    affine,
    base,
    multiply,
    signature,
    written,
)
from vcwallet import primitives
from vcwallet.errors import DocumentError
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.primitives import Curve, NotAPoint, PointKey

# --- Ed25519: parts of small order ----------------------------------------------------------------------

SECRET = int.from_bytes(hashlib.sha256(b"a scalar of nobody").digest(), "little") % edwards.L
NONCE = int.from_bytes(hashlib.sha256(b"a nonce of nobody").digest(), "little") % edwards.L
TORSION = sorted(edwards.points_of_small_order())
MESSAGE = b"diploma"


def accepted(key: PointKey, signature: bytes, message: bytes = MESSAGE) -> bool:
    return nist_curves.accepted(key, signature, message)


def crafted(public: bytes, r: bytes, message: bytes = MESSAGE) -> bytes:
    """With the secret, over an R and a key that may have a part of small order beside their large one."""
    s = (NONCE + edwards.challenge(r, public, message) * SECRET) % edwards.L
    return r + s.to_bytes(32, "little")


def right_times_eight(public: edwards.Point, r: edwards.Point, signature: bytes, message: bytes) -> bool:
    """The equation with the cofactor, which RFC 8032 leaves implementations free to check instead."""
    s = int.from_bytes(signature[32:], "little")
    k = edwards.challenge(signature[:32], edwards.encode(public), message)
    right = edwards.add(r, edwards.multiply(k, public))
    return edwards.multiply(8 * s, edwards.BASE) == edwards.multiply(8, right)


def test_a_nonce_with_a_part_of_small_order_makes_no_signature() -> None:
    """Eight signatures that are all right with the cofactor; without it only the honest one is."""
    public = edwards.multiply(SECRET, edwards.BASE)
    raw = edwards.encode(public)
    key = primitives.ed25519_public(raw)
    verdicts = {}
    for part in TORSION:
        r = edwards.add(edwards.multiply(NONCE, edwards.BASE), part)
        signature = crafted(raw, edwards.encode(r))
        assert right_times_eight(public, r, signature, MESSAGE)
        verdicts[part] = accepted(key, signature)
        assert verdicts[part] == edwards.accepts(raw, signature, MESSAGE)
    assert len(verdicts) == 8
    assert [part for part, verdict in verdicts.items() if verdict] == [edwards.IDENTITY]


def test_a_key_with_a_part_of_small_order_signs_what_the_definition_says() -> None:
    """Such a key is no forgery, for its secret is needed; whether a message fits is one chance in eight."""
    r = edwards.encode(edwards.multiply(NONCE, edwards.BASE))
    verdicts = []
    for part in TORSION:
        public = edwards.add(edwards.multiply(SECRET, edwards.BASE), part)
        raw = edwards.encode(public)
        key = PublicKey(KeyType.ED25519, raw)
        for number in range(3):
            message = b"diploma %d" % number
            signature = crafted(raw, r, message)
            verdict = accepted(primitives.ed25519_public(raw), signature, message)
            assert verdict == edwards.accepts(raw, signature, message)
            if verdict:
                key.verify(signature, message)
            verdicts.append(verdict)
    assert verdicts.count(True) >= 3
    assert verdicts.count(False) >= 3


def test_keys_of_small_order_verify_as_openssl_has_it_and_are_refused_before() -> None:
    """The primitive takes them in every encoding, so that both hosts are one; `PublicKey` takes none."""
    forged = 0
    for raw in sorted(edwards.encodings_of_small_order()):
        with pytest.raises(DocumentError):
            PublicKey(KeyType.ED25519, raw)
        for number in range(2):
            message = b"any %d" % number
            signature = edwards.encode(edwards.IDENTITY) + bytes(32)
            verdict = accepted(primitives.ed25519_public(raw), signature, message)
            assert verdict == edwards.accepts(raw, signature, message)
            forged += verdict
    assert forged > 4


@pytest.mark.parametrize("s", [0, 1, edwards.L - 1, edwards.L, edwards.L + 1, 2**253, 2**255 - 1, 2**256 - 1])
def test_s_at_its_edges(s: int) -> None:
    """R is made to fit, so that the range of S alone decides."""
    raw = edwards.encode(edwards.multiply(SECRET, edwards.BASE))
    key = primitives.ed25519_public(raw)
    fitting = edwards.encode(edwards.multiply(s, edwards.BASE))
    assert not accepted(key, fitting + s.to_bytes(32, "little"))
    # With the key's own nonce and S + L: the classic second spelling.
    honest = crafted(raw, edwards.encode(edwards.multiply(NONCE, edwards.BASE)))
    assert accepted(key, honest)
    twin = int.from_bytes(honest[32:], "little") + edwards.L
    assert not accepted(key, honest[:32] + twin.to_bytes(32, "little"))


def test_every_part_of_a_signature_counts() -> None:
    """Bits of R and of S, and numbers that are S once they are reduced or cut."""
    raw = edwards.encode(edwards.multiply(SECRET, edwards.BASE))
    key = primitives.ed25519_public(raw)
    honest = crafted(raw, edwards.encode(edwards.multiply(NONCE, edwards.BASE)))
    assert accepted(key, honest)
    number, s = int.from_bytes(honest, "little"), int.from_bytes(honest[32:], "little")
    # The last two of R: the highest bit of y, and the sign of x.
    for place in (*range(0, 254, 5), 254, 255, *range(256, 512, 15), 511):
        assert not accepted(key, (number ^ 1 << place).to_bytes(64, "little"))
    added = [edwards.L << by for by in range(4)] + [2**253, 2**254, 2**255, edwards.P]
    for other in (-s % edwards.L, *(s + more for more in added)):
        if other < 2**256:
            assert not accepted(key, honest[:32] + other.to_bytes(32, "little"))


def test_special_numbers_are_no_signatures() -> None:
    key = primitives.ed25519_secret(bytes(range(32))).public
    for r in (0, 1, 2, edwards.P - 1, edwards.P, edwards.P + 1, edwards.L, 2**255, 2**255 + 1, 2**256 - 1):
        for s in (0, 1, edwards.L - 1, edwards.L, edwards.P):
            assert not accepted(key, r.to_bytes(32, "little") + s.to_bytes(32, "little"))


def test_other_lengths_are_no_signatures() -> None:
    key = primitives.ed25519_secret(bytes(range(32)))
    good = key.sign(MESSAGE)
    assert accepted(key.public, good)
    for other in (b"", good[:-1], good + b"\0", good[:32], good + good):
        assert not accepted(key.public, other)


# --- the curves of NIST ---------------------------------------------------------------------------------


def digest(curve: Curve) -> int:
    return int.from_bytes(HASHES[curve](MESSAGE).digest(), "big")


@pytest.fixture(params=list(Curve))
def curve(request: pytest.FixtureRequest) -> Curve:
    return Curve(request.param)


def test_the_order_is_that_of_the_base(curve: Curve) -> None:
    n, g = ORDERS[curve], base(curve)
    assert multiply(curve, n, g) is None
    last = primitives.ecdsa_secret(curve, (n - 1).to_bytes(curve.octets, "big")).public
    assert affine(last) == (g[0], FIELDS[curve] - g[1])


@pytest.mark.parametrize("curve", [Curve.P256, Curve.P384])
def test_a_nonce_whose_x_is_above_the_order(curve: Curve) -> None:
    """r is x - n then, which a comparison with x itself would refuse. Made for the key that fits it."""
    p, n, octets = FIELDS[curve], ORDERS[curve], curve.octets
    for x in range(n + 1, n + 200):
        try:
            point = affine(primitives.ecdsa_public(curve, b"\x02" + x.to_bytes(octets, "big")))
        except NotAPoint:
            continue
        break
    assert n < point[0] < p
    r, s = point[0] - n, 12345
    # Q = (s R - e G) / r
    summed = add(curve, multiply(curve, s, point), multiply(curve, -digest(curve) % n, base(curve)))
    key = primitives.ecdsa_public(curve, written(curve, multiply(curve, pow(r, -1, n), summed)))
    assert accepted(key, signature(curve, r, s))
    assert accepted(key, signature(curve, r, n - s))
    assert not accepted(key, signature(curve, r + 1, s))


def test_equations_that_meet_in_one_point_or_in_none(curve: Curve) -> None:
    """The sum of two equal points is a doubling, that of opposite ones the point at infinity."""
    n, octets = ORDERS[curve], curve.octets
    # P-521's order is longer than its hash; the others' hashes are as long as their orders.
    e, d = digest(curve) % n, 7
    key = primitives.ecdsa_secret(curve, d.to_bytes(octets, "big")).public
    # e G = r Q: the nonce is 2 e / s, whose x must be r, so s is what makes it so: it does not exist.
    doubling = e * pow(d, -1, n) % n
    assert not accepted(key, signature(curve, doubling, 1))
    assert not accepted(key, signature(curve, doubling, n - 1))
    # e G = -r Q: no nonce at all.
    infinity = -doubling % n
    for s in (1, 2, n - 1, infinity):
        assert not accepted(key, signature(curve, infinity, s))
    # A doubling that is right: the key for which e = r d, with a nonce that was chosen first.
    k = 99
    nonce = multiply(curve, k, base(curve))
    assert nonce is not None
    r = nonce[0] % n
    fitting = e * pow(r, -1, n) % n
    s = 2 * e * pow(k, -1, n) % n
    assert accepted(
        primitives.ecdsa_secret(curve, fitting.to_bytes(octets, "big")).public, signature(curve, r, s)
    )


def test_numbers_out_of_range(curve: Curve) -> None:
    n, highest = ORDERS[curve], 2 ** (8 * curve.octets) - 1
    key = primitives.ecdsa_secret(curve, (5).to_bytes(curve.octets, "big"))
    good = key.sign(MESSAGE)
    r, s = (int.from_bytes(good[at : at + curve.octets], "big") for at in (0, curve.octets))
    assert accepted(key.public, good)
    assert accepted(key.public, signature(curve, r, n - s))
    for first, second in (
        (0, s),
        (r, 0),
        (0, 0),
        (n, s),
        (r, n),
        (highest, s),
        (r, highest),
        (n - r, s),
        (s, r),
    ):
        assert not accepted(key.public, signature(curve, first, second))
    for other in (b"", good[:-1], good + b"\0", b"\0" + good, good[: curve.octets]):
        assert not accepted(key.public, other)


def test_what_is_no_point(curve: Curve) -> None:
    p, octets = FIELDS[curve], curve.octets
    key = primitives.ecdsa_secret(curve, (5).to_bytes(octets, "big")).public
    x, y = affine(key)
    assert primitives.ecdsa_public(curve, key.uncompressed).raw == key.raw
    assert primitives.ecdsa_public(curve, key.raw).uncompressed == key.uncompressed
    # x = 0 is on every one of them.
    zero = primitives.ecdsa_public(curve, b"\x02" + bytes(octets))
    assert affine(zero)[0] == 0
    no_root = next(
        number
        for number in range(1, 50)
        if pow(number**3 - 3 * number + affine(zero)[1] ** 2, (p - 1) // 2, p) == p - 1
    )
    wrong = {
        "nothing": b"",
        "infinity": b"\0",
        "no y": b"\x02" + no_root.to_bytes(octets, "big"),
        "off the curve": written(curve, (x, (y + 1) % p)),
        "x and y changed over": written(curve, (y, x)),
        "zeros": b"\x04" + bytes(2 * octets),
        "x of p": b"\x02" + p.to_bytes(octets, "big"),
        "x of p and more": b"\x04" + p.to_bytes(octets, "big") + affine(zero)[1].to_bytes(octets, "big"),
        "y of p and more": b"\x04" + x.to_bytes(octets, "big") + b"\xff" * octets,
        "too short": key.raw[:-1],
        "too long": key.raw + b"\0",
        "a compressed form of both coordinates": b"\x02" + key.uncompressed[1:],
        "an uncompressed form of one": b"\x04" + key.raw[1:],
        "no such form": b"\x05" + key.raw[1:],
        "the hybrid form": bytes([6 + y % 2]) + key.uncompressed[1:],
    }
    for name, point in wrong.items():
        try:
            primitives.ecdsa_public(curve, point)
        except NotAPoint:
            continue
        pytest.fail(name)


def test_the_same_signature_is_made_everywhere(curve: Curve) -> None:
    """RFC 6979: what one host signs the other signs with the same bytes."""
    key = primitives.ecdsa_secret(curve, bytes(curve.octets - 1) + b"\x07")
    assert hashlib.sha256(key.sign(b"m")).hexdigest() == SIGNED[curve]
    assert key.secret == bytes(curve.octets - 1) + b"\x07"


SIGNED = {
    Curve.P256: "20704de9ea959a91d43647fc8906a3755eda22214558974c8a50a425402cd5ef",
    Curve.P384: "b7c75b00884235d5edd86d03853588a510830c0ef57146277322506e5cf5fa78",
    Curve.P521: "30fafc72fda74e525246c9f5d7e21d0cd32bd1559967f540c001674647043d06",
}
