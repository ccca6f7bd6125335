"""Every signature of Ed25519 that can be written with parts of small order has one verdict, on every host.

A point of the curve is a B + i T: B the base, of order L, and T of order 8. Here both numbers of each point
are known, so the equation of RFC 8032 is one of numbers, and signatures are made and judged without any
arithmetic of points. The kinds are those of CCTV (C2SP/CCTV, ed25519), which looks at the same eight
points: a key and a nonce that have no large part, or a small one beside it; each in every encoding that a
lax decoder takes; small parts that cancel out, and that do not; a challenge over the octets as they are
written, and over those that should have been.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from tests.unit.identifiers import edwards
from vcwallet import primitives
from vcwallet.errors import DocumentError, ProofError
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.primitives import WrongSignature

SECRET = int.from_bytes(hashlib.sha256(b"a scalar of nobody").digest(), "little") % edwards.L
NONCE = int.from_bytes(hashlib.sha256(b"a nonce of nobody").digest(), "little") % edwards.L
DEFINITION_ASKED = 61
"""Of so many cases one is also put to the arithmetic of points, which takes a thousand times as long."""


@dataclass(frozen=True)
class Written:
    """`large` B + `small` T in one of its encodings."""

    octets: bytes
    large: int
    small: int
    canonical: bytes

    @property
    def is_canonical(self) -> bool:
        return self.octets == self.canonical


@dataclass(frozen=True)
class Case:
    key: Written
    nonce: Written
    message: bytes
    s: int
    residue: bool
    reencoded: bool

    @property
    def signature(self) -> bytes:
        return self.nonce.octets + self.s.to_bytes(32, "little")

    @property
    def right(self) -> bool:
        """[S]B = R + [k]A, and R is the encoding that [S]B - [k]A has."""
        k = edwards.challenge(self.nonce.octets, self.key.octets, self.message)
        return (
            (self.s - self.nonce.large - k * self.key.large) % edwards.L == 0
            and (self.nonce.small + k * self.key.small) % 8 == 0
            and self.nonce.is_canonical
        )

    @property
    def kind(self) -> tuple[bool, ...]:
        """The flags of CCTV."""
        points = (self.key, self.nonce)
        return (
            *(point.large == 0 for point in points),
            *(point.small != 0 for point in points),
            *(not point.is_canonical for point in points),
            self.residue,
            self.reencoded,
        )


def all_points(large: int) -> list[Written]:
    """The eight with this large part, and the eight without, which are written in fourteen ways."""
    t = next(
        point
        for point in sorted(edwards.points_of_small_order())
        if edwards.multiply(4, point) != edwards.IDENTITY
    )
    torsion = [edwards.multiply(small, t) for small in range(8)]
    base = edwards.multiply(large, edwards.BASE)
    found = []
    for small, part in enumerate(torsion):
        mixed = edwards.encode(edwards.add(base, part))
        found.append(Written(mixed, large, small, mixed))
    for octets in sorted(edwards.encodings_of_small_order()):
        number = int.from_bytes(octets, "little")
        y, sign = number % 2**255 % edwards.P, number >> 255
        (small,) = (
            small for small, (x, same) in enumerate(torsion) if same == y and (x == 0 or x & 1 == sign)
        )
        found.append(Written(octets, 0, small, edwards.encode(torsion[small])))
    return found


def all_cases() -> Iterator[Case]:
    keys, nonces = all_points(SECRET), all_points(NONCE)
    for key, nonce in ((key, nonce) for key in keys for nonce in nonces):
        residues = {(nonce.small + k * key.small) % 8 != 0 for k in range(8)}
        spellings = [False] if key.is_canonical and nonce.is_canonical else [False, True]
        for residue, reencoded in ((first, second) for first in sorted(residues) for second in spellings):
            for number in count():
                message = b"diploma %d" % number
                k = (
                    edwards.challenge(nonce.canonical, key.canonical, message)
                    if reencoded
                    else edwards.challenge(nonce.octets, key.octets, message)
                )
                if ((nonce.small + k * key.small) % 8 != 0) == residue:
                    s = (nonce.large + k * key.large) % edwards.L
                    yield Case(key, nonce, message, s, residue, reencoded)
                    break


CASES = list(all_cases())


def test_every_kind_is_there() -> None:
    """A key and a nonce are written in 22 ways each, and their small parts cancel out and do not."""
    assert len({(case.key, case.nonce) for case in CASES}) == 22 * 22
    assert len(CASES) == 1112
    assert len({case.kind for case in CASES}) == 84
    assert sum(case.right for case in CASES) == 218
    # Who signs over the octets as they are is right when the small parts cancel out and R is canonical.
    plain = [case for case in CASES if not case.reencoded]
    assert all(case.right == (not case.residue and case.nonce.is_canonical) for case in plain)


def test_one_verdict_by_the_definition() -> None:
    keys = {case.key.octets: primitives.ed25519_public(case.key.octets) for case in CASES}
    wrong = []
    for case in CASES:
        try:
            keys[case.key.octets].verify(case.signature, case.message)
        except WrongSignature:
            accepted = False
        else:
            accepted = True
        if accepted != case.right:
            wrong.append((case.key.octets.hex(), case.signature.hex(), case.message, case.right))
    assert wrong == []


@pytest.mark.parametrize("case", CASES[::DEFINITION_ASKED])
def test_points_say_the_same_as_their_numbers(case: Case) -> None:
    assert edwards.accepts(case.key.octets, case.signature, case.message) == case.right


def test_public_keys_refuse_what_has_no_large_part_and_accept_nothing_else() -> None:
    keys = {}
    for octets, large in {(case.key.octets, case.key.large) for case in CASES}:
        if large:
            keys[octets] = PublicKey(KeyType.ED25519, octets)
        else:
            with pytest.raises(DocumentError):
                PublicKey(KeyType.ED25519, octets)
    assert len(keys) == 8
    accepted = 0
    for case in CASES:
        if case.key.octets not in keys:
            continue
        try:
            keys[case.key.octets].verify(case.signature, case.message)
        except ProofError as error:
            assert error.code == "proof.signature"
            assert not case.right
        else:
            assert case.right
            accepted += 1
    assert accepted == 86
