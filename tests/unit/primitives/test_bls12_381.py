"""BLS12-381 is the same curve on every host: its sums, its pairings, and above all what is no point of it.

Everything is compared with the definition (`bls_curve`), which either host must meet by itself.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.unit.primitives.bls_curve import G1, G2, Affine, Group, P, R, add, multiply, negative
from vcwallet import primitives
from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256
from vcwallet.primitives import BLS12_381_ORDER, BlsPoint, NotAPoint

CURVE = primitives.bls12_381()
READ: dict[int, Callable[[bytes], BlsPoint]] = {48: CURVE.g1, 96: CURVE.g2}
SCALARS = (0, 1, 2, R // 2, R - 2, R - 1, int(hashlib.sha256(b"a scalar of nobody").hexdigest(), 16) % R)
HASHED = {
    b"": "852926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac349612b759e79a1",
    b"abc": (
        "83567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68900be2f6903"
    ),
}
MAPPED = "ef29087be7b828663f3f4fa3f2d8aef09684a7fd8eb3b0c39d85c1528cbba09e"


@pytest.fixture(params=[G1, G2], ids=["G1", "G2"])
def group(request: pytest.FixtureRequest) -> Group:
    assert isinstance(request.param, Group)
    return request.param


def point(group: Group, affine: Affine) -> BlsPoint:
    return READ[group.octets](group.compressed(affine))


def refused(group: Group, octets: bytes) -> bool:
    try:
        READ[group.octets](octets)
    except NotAPoint:
        return True
    return False


def test_the_order_is_the_definitions() -> None:
    assert BLS12_381_ORDER == R
    assert multiply(R, G1.base) is None
    assert multiply(R, G2.base) is None
    assert CURVE.g2_base().compressed == G2.compressed(G2.base)


def test_sums_and_multiples(group: Group) -> None:
    one, other = multiply(5, group.base), multiply(R - 3, group.base)
    first, second = point(group, one), point(group, other)
    assert first.compressed == group.compressed(one)
    assert (first + second).compressed == group.compressed(add(one, other))
    assert (first - second).compressed == group.compressed(add(one, negative(other)))
    assert (-first).compressed == group.compressed(negative(one))
    assert (first + first).compressed == group.compressed(add(one, one))
    identity = first + -first
    assert identity.compressed == b"\xc0" + bytes(group.octets - 1)
    assert (identity + first).compressed == first.compressed
    assert (-identity).compressed == (identity * 7).compressed == (first - first).compressed
    for scalar in SCALARS:
        assert (first * scalar).compressed == group.compressed(multiply(scalar, one))


def test_sums_of_many() -> None:
    affine = [multiply(number + 1, G1.base) for number in range(len(SCALARS))]
    points = [point(G1, each) for each in affine]
    expected: Affine = None
    for each, scalar in zip(affine, SCALARS, strict=True):
        expected = add(expected, multiply(scalar, each))
    assert CURVE.g1_sum(points, SCALARS).compressed == G1.compressed(expected)
    identity = G1.compressed(None)
    assert CURVE.g1_sum([], []).compressed == identity
    assert CURVE.g1_sum(points, [0] * len(points)).compressed == identity
    assert CURVE.g1_sum([points[0], points[0]], [1, R - 1]).compressed == identity
    assert CURVE.g1_sum([points[0] - points[0], points[0]], [5, 1]).compressed == points[0].compressed


def test_pairings() -> None:
    base, twin = point(G1, G1.base), CURVE.g2_base()
    three, five, none = base * 3, twin * 5, base - base
    assert CURVE.pairings_cancel([three, -(base * 15)], [five, twin])
    assert CURVE.pairings_cancel([three, base * 5, base * (R - 20)], [five, twin, twin])
    assert not CURVE.pairings_cancel([three, base * 15], [five, twin])
    assert not CURVE.pairings_cancel([three, -(base * 14)], [five, twin])
    assert not CURVE.pairings_cancel([three], [five])
    # With an identity on either side a pairing is one.
    assert CURVE.pairings_cancel([none], [five])
    assert CURVE.pairings_cancel([three], [five - five])
    assert CURVE.pairings_cancel([], [])
    assert not CURVE.pairings_cancel([none, three], [five, twin])
    assert CURVE.pairings_cancel([none, three, -three], [five, twin, twin])


def test_what_is_no_point(group: Group) -> None:
    """Each of these is accepted by some library, or by another setting of the same one."""
    inside = multiply(7, group.base)
    outside = group.some()
    good = group.compressed(inside)
    assert not refused(group, good)
    assert not refused(group, group.compressed(negative(inside)))
    small = [group.of_order(prime) for prime in ((3, 11) if group is G1 else (13, 23))]
    zeros = bytes(group.octets - 1)
    wrong = {
        "nothing": b"",
        "too short": good[:-1],
        "too long": good + b"\0",
        "the length of the other group": good + good if group is G1 else good[:48],
        "both coordinates": bytes([good[0] & 0x7F]) + good[1:] + bytes(group.octets),
        "outside of the subgroup": group.compressed(outside),
        "its opposite": group.compressed(negative(outside)),
        "inside, moved by a point of small order": group.compressed(add(inside, small[0])),
        "inside, moved by another": group.compressed(add(inside, small[1])),
        "the identity": b"\xc0" + zeros,
        "the identity with a sign": b"\xe0" + zeros,
        "the identity with a remainder": b"\xc0" + zeros[:-1] + b"\1",
        "the identity with a remainder before": b"\xc1" + zeros,
        "the identity, not compressed": b"\x40" + zeros,
        "the identity, not compressed, with a sign": b"\x60" + zeros,
        "zeros": bytes(group.octets),
        "not compressed": bytes([good[0] & 0x7F]) + good[1:],
        "not compressed, with a sign": bytes([good[0] & 0x5F | 0x20]) + good[1:],
        "marked as the identity": bytes([good[0] | 0x40]) + good[1:],
        "all ones": b"\xff" * group.octets,
        "compressed ones": b"\x9f" + b"\xff" * (group.octets - 1),
    }
    wrong |= {f"of small order {number}": group.compressed(each) for number, each in enumerate(small)}
    no_root = next(number for number in range(1, 99) if group.with_x((number, 0)) is None)
    wrong["no y"] = group.written((no_root, 0))
    assert inside is not None
    real, imaginary = inside[0]
    for larger in (False, True):
        for name, x in {
            "the prime": (P, 0),
            "the prime and one": (P + 1, 0),
            "the largest": (2**381 - 1, 0),
            **({"x and the prime": (real + P, imaginary)} if real + P < 2**381 else {}),
        }.items():
            wrong[f"{name} {larger}"] = group.written(x, larger=larger)
        if group is G2:
            wrong[f"imaginary prime {larger}"] = group.written((real, P), larger=larger)
            wrong[f"imaginary largest {larger}"] = group.written((real, 2**381 - 1), larger=larger)
            # Flags of the second number, which has none.
            wrong[f"flags inside {larger}"] = group.written((real | 1 << 383, imaginary), larger=larger)
            wrong[f"swapped {larger}"] = group.written((imaginary, real), larger=larger)
    assert {name for name, octets in wrong.items() if not refused(group, octets)} == set()


def test_a_coordinate_has_one_form(group: Group) -> None:
    """An x that has room for the prime above it: 2**381 is a little more than the prime."""
    for number in range(1, 400):
        found = multiply(number, group.base)
        assert found is not None
        if found[0][0] + P < 2**381:
            break
    x = (found[0][0] + P, found[0][1])
    for larger in (False, True):
        assert not refused(group, group.written(found[0], larger=larger))
        assert refused(group, group.written(x, larger=larger))
        if group is G2:
            assert refused(group, group.written((found[0][0], found[0][1] + P), larger=larger))


def test_both_signs_are_told_apart_and_no_other_flags_are_read(group: Group) -> None:
    affine = multiply(3, group.base)
    good = group.compressed(affine)
    other = bytes([good[0] ^ 0x20]) + good[1:]
    accepted = {first for first in range(256) if not refused(group, bytes([first]) + good[1:])}
    assert accepted == {good[0], other[0]}
    assert READ[group.octets](other).compressed == group.compressed(negative(affine))


@pytest.mark.parametrize("message", HASHED)
def test_hashing_to_g1(message: bytes) -> None:
    """RFC 9380, appendix J.9.1, by the expansion that `bbs_signature` has."""
    made = BLS12_381_SHA_256.hash_to_curve_g1(message, b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_")
    assert made.compressed.hex() == HASHED[message]


def test_mapping_at_its_edges() -> None:
    """The first and last numbers of the field, and the two others where the formulas divide by zero."""
    root = pow(-pow(11, -1, P), (P + 1) // 4, P)
    assert 11 * root**2 % P == P - 1
    numbers = (0, 1, 2, P - 1, P - 2, (P - 1) // 2, root, P - root)
    made = [CURVE.g1_mapped(number).compressed for number in numbers]
    assert not any(refused(G1, each) for each in made)
    assert hashlib.sha256(b"".join(made)).hexdigest() == MAPPED


def test_nothing_else_loads_it() -> None:
    modules = ", ".join(
        f"vcwallet.{each}" for each in ("primitives", "identifiers.keys", "verifier.verifier")
    )
    script = (
        f"import sys, {modules}\n"
        "assert not {'py_arkworks_bls12381', 'vcwallet.primitives.arkworks'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_definition_itself(group: Group) -> None:
    """So that a mistake in what both hosts are compared with is none that both could share."""
    outside = group.some()
    inside = multiply(group.cofactor, outside)
    assert inside is not None
    assert multiply(R, inside) is None
    assert not refused(group, group.compressed(inside))
