"""BBS signatures: every official fixture of both ciphersuites, and what no proof may be made of."""

from __future__ import annotations

import importlib
import os
import random
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.shared import SOAK, vector_json
from tests.unit.primitives.bls_curve import G1, G2
from vcwallet import limits, primitives
from vcwallet.errors import DocumentError, LimitExceeded, MachineError, ProofError
from vcwallet.identifiers.bbs_signature import (
    BLS12_381_SHA_256,
    BLS12_381_SHAKE_256,
    PROOF_BYTES,
    Ciphersuite,
)

SUITES = {"bls12-381-sha-256": BLS12_381_SHA_256, "bls12-381-shake-256": BLS12_381_SHAKE_256}
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001


class Fixtures:
    def __init__(self, name: str) -> None:
        self.name = name
        self.suite: Ciphersuite = SUITES[name]

    def json(self, path: str) -> Any:
        return vector_json(f"bbs-signature/{self.name}/{path}.json")

    def randomness(self, case: Any) -> Callable[[int], bytes]:
        """seeded_random_scalars of the draft: all numbers are one expanded message."""
        mocked = case["trace"]["mocked"] if "mocked" in case.get("trace", {}) else self.json("mockedRng")
        seed = bytes.fromhex(mocked["seed"])
        dst = self.suite.api_id + b"MOCK_RANDOM_SCALARS_DST_"
        return lambda size: self.suite.expand_message(seed, dst, size)


@pytest.fixture(params=SUITES)
def fixtures(request: pytest.FixtureRequest) -> Fixtures:
    return Fixtures(request.param)


def octets(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


class TestFixtures:
    def test_key_pair(self, fixtures: Fixtures) -> None:
        case = fixtures.json("keypair")
        made = fixtures.suite.key_gen(
            bytes.fromhex(case["keyMaterial"]), bytes.fromhex(case["keyInfo"]), bytes.fromhex(case["keyDst"])
        )
        assert made.hex() == case["keyPair"]["secretKey"]
        secret = fixtures.suite.secret_key(made)
        assert secret is not None
        assert fixtures.suite.sk_to_pk(secret).hex() == case["keyPair"]["publicKey"]
        assert bytes.fromhex(case["keyDst"]) == fixtures.suite.api_id + b"KEYGEN_DST_"

    def test_hash_to_scalar(self, fixtures: Fixtures) -> None:
        case = fixtures.json("h2s")
        scalar = fixtures.suite.hash_to_scalar(bytes.fromhex(case["message"]), bytes.fromhex(case["dst"]))
        assert f"{scalar:064x}" == case["scalar"]

    def test_messages_to_scalars(self, fixtures: Fixtures) -> None:
        cases = fixtures.json("MapMessageToScalarAsHash")["cases"]
        scalars = fixtures.suite.messages_to_scalars(octets([case["message"] for case in cases]))
        assert [f"{scalar:064x}" for scalar in scalars] == [case["scalar"] for case in cases]
        assert octets([case["message"] for case in cases]) == octets(
            vector_json("bbs-signature/messages.json")
        )

    def test_generators(self, fixtures: Fixtures) -> None:
        case = fixtures.json("generators")
        generators = fixtures.suite.create_generators(1 + len(case["MsgGenerators"]))
        expected = [case["Q1"], *case["MsgGenerators"]]
        assert [point.compressed.hex() for point in generators.points] == expected
        assert generators.octets.hex() == "".join(expected)
        assert fixtures.suite.p1.hex() == case["P1"]

    def test_mocked_random_scalars(self, fixtures: Fixtures) -> None:
        case = fixtures.json("mockedRng")
        data = fixtures.suite.expand_message(
            bytes.fromhex(case["seed"]), bytes.fromhex(case["dst"]), 48 * case["count"]
        )
        numbers = [int.from_bytes(data[n : n + 48], "big") % R for n in range(0, len(data), 48)]
        assert [number.to_bytes(32, "big").hex() for number in numbers] == case["mockedScalars"]

    @pytest.mark.parametrize("number", range(1, 11))
    def test_signatures(self, fixtures: Fixtures, number: int) -> None:
        case = fixtures.json(f"signature/signature{number:03}")
        suite = fixtures.suite
        public_key = bytes.fromhex(case["signerKeyPair"]["publicKey"])
        header, messages = bytes.fromhex(case["header"]), octets(case["messages"])
        signature = bytes.fromhex(case["signature"])
        if case["result"]["valid"]:
            suite.verify(public_key, signature, header, messages)
            secret = suite.secret_key(bytes.fromhex(case["signerKeyPair"]["secretKey"]))
            assert secret is not None
            assert suite.sign(secret, public_key, header, messages) == signature
        else:
            with pytest.raises(ProofError) as caught:
                suite.verify(public_key, signature, header, messages)
            assert caught.value.code == "proof.signature"

    @pytest.mark.parametrize("number", range(1, 16))
    def test_proofs(self, fixtures: Fixtures, number: int) -> None:
        case = fixtures.json(f"proof/proof{number:03}")
        suite = fixtures.suite
        public_key = bytes.fromhex(case["signerPublicKey"])
        header, messages = bytes.fromhex(case["header"]), octets(case["messages"])
        presentation_header, proof = bytes.fromhex(case["presentationHeader"]), bytes.fromhex(case["proof"])
        indexes = case["disclosedIndexes"]
        shown = [messages[index] for index in indexes]
        if case["result"]["valid"]:
            suite.proof_verify(public_key, proof, header, presentation_header, shown, indexes)
            made = suite.proof_gen(
                public_key,
                bytes.fromhex(case["signature"]),
                header,
                presentation_header,
                messages,
                indexes,
                fixtures.randomness(case),
            )
            assert made == proof
        else:
            with pytest.raises(ProofError) as caught:
                suite.proof_verify(public_key, proof, header, presentation_header, shown, indexes)
            # The messages of one case are re-ordered by indexes that do not ascend.
            ordered = all(one < other for one, other in pairwise(indexes))
            assert caught.value.code == ("proof.signature" if ordered else "proof.signature-malformed")


SUITE = BLS12_381_SHA_256
SECRET = SUITE.secret_key(SUITE.key_gen(b"a secret of no use to anybody, 42"))
assert SECRET is not None
PUBLIC = SUITE.sk_to_pk(SECRET)
HEADER = b"header"
MESSAGES = [f"Утверждение {number}".encode() for number in range(6)]
SIGNATURE = SUITE.sign(SECRET, PUBLIC, HEADER, MESSAGES)
SHOWN = [1, 4]
PROOF = SUITE.proof_gen(PUBLIC, SIGNATURE, HEADER, b"", MESSAGES, SHOWN, os.urandom)


def verify_signature(signature: bytes, messages: list[bytes] = MESSAGES, header: bytes = HEADER) -> None:
    SUITE.verify(PUBLIC, signature, header, messages)


def verify_proof(
    proof: bytes,
    messages: tuple[bytes, ...] = tuple(MESSAGES[index] for index in SHOWN),
    indexes: tuple[int, ...] = tuple(SHOWN),
    presentation_header: bytes = b"",
) -> None:
    SUITE.proof_verify(PUBLIC, proof, HEADER, presentation_header, messages, indexes)


BAD_POINTS: dict[str, bytes] = {
    "no point of the curve": b"\x80" + bytes(46) + b"\1",
    "outside the subgroup": G1.compressed(G1.some()),
    "the identity": b"\xc0" + bytes(47),
    "the identity with a remainder": b"\xc0" + bytes(46) + b"\1",
    "the identity with a sign": b"\xe0" + bytes(47),
    "a coordinate above the field": b"\x9f" + b"\xff" * 47,
    "all ones": b"\xff" * 48,
    "not compressed": bytes([PROOF[0] & 0x7F]) + PROOF[1:48],
}
BAD_SCALARS: dict[str, bytes] = {
    "zero": bytes(32),
    "the order": R.to_bytes(32, "big"),
    "more than the order": (R + 1).to_bytes(32, "big"),
    "all ones": b"\xff" * 32,
}


def put(data: bytes, position: int, part: bytes) -> bytes:
    return data[:position] + part + data[position + len(part) :]


class TestRefusals:
    def test_what_is_refused_here_holds_before(self) -> None:
        verify_signature(SIGNATURE)
        verify_proof(PROOF)

    @pytest.mark.parametrize("part", BAD_POINTS.values(), ids=BAD_POINTS.keys())
    def test_points(self, part: bytes) -> None:
        with pytest.raises(ProofError) as caught:
            verify_signature(put(SIGNATURE, 0, part))
        assert caught.value.code == "proof.signature-malformed"
        for position in (0, 48, 96):
            with pytest.raises(ProofError) as caught:
                verify_proof(put(PROOF, position, part))
            assert caught.value.code == "proof.signature-malformed"
        with pytest.raises(ProofError):
            SUITE.proof_gen(PUBLIC, put(SIGNATURE, 0, part), HEADER, b"", MESSAGES, SHOWN, os.urandom)

    @pytest.mark.parametrize("part", BAD_SCALARS.values(), ids=BAD_SCALARS.keys())
    def test_scalars(self, part: bytes) -> None:
        with pytest.raises(ProofError) as caught:
            verify_signature(put(SIGNATURE, 48, part))
        assert caught.value.code == "proof.signature-malformed"
        for position in range(144, len(PROOF), 32):
            with pytest.raises(ProofError) as caught:
                verify_proof(put(PROOF, position, part))
            assert caught.value.code == "proof.signature-malformed"

    @pytest.mark.parametrize(
        "octets_",
        [
            b"",
            PUBLIC[:-1],
            PUBLIC + b"\0",
            G2.compressed(G2.some()),
            b"\xc0" + bytes(95),
            b"\xe0" + bytes(95),
            b"\xc0" + bytes(94) + b"\1",
            b"\xff" * 96,
            bytes([PUBLIC[0] & 0x7F]) + PUBLIC[1:],
        ],
        ids=["none", "short", "long", "subgroup", "identity", "sign", "remainder", "ones", "not compressed"],
    )
    def test_public_keys(self, octets_: bytes) -> None:
        for use in (
            lambda: SUITE.verify(octets_, SIGNATURE, HEADER, MESSAGES),
            lambda: SUITE.proof_verify(octets_, PROOF, HEADER, b"", [], []),
            lambda: SUITE.proof_gen(octets_, SIGNATURE, HEADER, b"", MESSAGES, SHOWN, os.urandom),
        ):
            with pytest.raises(DocumentError) as caught:
                use()
            assert caught.value.code == "key.not-in-group"

    @pytest.mark.parametrize(
        "size",
        [0, 79, 81, PROOF_BYTES - 32, PROOF_BYTES - 1, PROOF_BYTES + 1, len(PROOF) - 32, len(PROOF) - 1],
    )
    def test_lengths(self, size: int) -> None:
        with pytest.raises(ProofError):
            verify_signature((SIGNATURE * 9)[:size])
        with pytest.raises(ProofError):
            verify_proof((PROOF * 2)[:size])
        with pytest.raises(ProofError):
            verify_proof(PROOF + PROOF[-32:])

    @pytest.mark.parametrize(
        ("messages", "indexes"),
        [
            ((), ()),
            ((MESSAGES[1],), (1,)),
            ((MESSAGES[4], MESSAGES[1]), (4, 1)),
            ((MESSAGES[4], MESSAGES[1]), (1, 4)),
            ((MESSAGES[1], MESSAGES[1]), (1, 1)),
            ((MESSAGES[1], MESSAGES[4]), (1, 3)),
            ((MESSAGES[1], MESSAGES[4]), (1, 6)),
            ((MESSAGES[1], MESSAGES[4]), (1, 2**70)),
            ((MESSAGES[1], MESSAGES[4]), (-1, 4)),
            ((MESSAGES[1], MESSAGES[3]), (1, 4)),
            ((MESSAGES[1], MESSAGES[4], MESSAGES[5]), (1, 4)),
            ((MESSAGES[1],), (1, 4)),
            ((MESSAGES[1], MESSAGES[4], MESSAGES[5]), (1, 4, 5)),
        ],
    )
    def test_other_messages(self, messages: tuple[bytes, ...], indexes: tuple[int, ...]) -> None:
        with pytest.raises(ProofError):
            verify_proof(PROOF, messages, indexes)

    def test_other_headers(self) -> None:
        with pytest.raises(ProofError):
            verify_signature(SIGNATURE, header=b"")
        with pytest.raises(ProofError):
            verify_proof(PROOF, presentation_header=b"\0")

    def test_another_suite(self) -> None:
        with pytest.raises(ProofError):
            BLS12_381_SHAKE_256.verify(PUBLIC, SIGNATURE, HEADER, MESSAGES)

    def test_sums_that_are_the_identity(self) -> None:
        """Made with the secret, so that an identity meets every step that has one; none of them holds."""
        assert SECRET is not None
        curve = primitives.bls12_381()
        e = int.from_bytes(SIGNATURE[48:], "big")
        b = curve.g1(SIGNATURE[:48]) * ((SECRET + e) % R)
        # B - A * e, which is paired with the generator.
        with pytest.raises(ProofError) as caught:
            verify_signature((b * pow(e, -1, R)).compressed + SIGNATURE[48:])
        assert caught.value.code == "proof.signature"
        # T1 = Bbar * challenge + Abar * e + D * r1, under Abar and Bbar that pair as they should.
        a_bar, b_bar, d = b, b * SECRET, b * 3
        challenge, r1 = 5, 7
        numbers = [-(challenge * SECRET + 3 * r1) % R, r1, 11, *[13] * 4, challenge]
        for one, other in ((a_bar, b_bar), (a_bar, -b_bar), (-a_bar, b_bar), (a_bar, a_bar)):
            points = b"".join(each.compressed for each in (one, other, d))
            with pytest.raises(ProofError) as caught:
                verify_proof(points + b"".join(number.to_bytes(32, "big") for number in numbers))
            assert caught.value.code == "proof.signature"

    def test_no_flipped_bit_is_accepted(self) -> None:
        """Of signature and proof; all of them in the long run."""
        chance = random.Random(7)
        flips = [(verify_signature, SIGNATURE, bit) for bit in range(8 * len(SIGNATURE))]
        flips += [(verify_proof, PROOF, bit) for bit in range(8 * len(PROOF))]
        assert len(flips) >= 3000
        for verify, data, bit in flips if SOAK else chance.sample(flips, 300):
            flipped = bytearray(data)
            flipped[bit // 8] ^= 1 << bit % 8
            with pytest.raises(ProofError):
                verify(bytes(flipped))


class TestProofs:
    def test_every_choice_of_messages(self) -> None:
        for chosen in range(2 ** len(MESSAGES)):
            indexes = [index for index in range(len(MESSAGES)) if chosen >> index & 1]
            shown = [MESSAGES[index] for index in indexes]
            proof = SUITE.proof_gen(PUBLIC, SIGNATURE, HEADER, b"now", MESSAGES, indexes, os.urandom)
            SUITE.proof_verify(PUBLIC, proof, HEADER, b"now", shown, indexes)
            assert len(proof) == PROOF_BYTES + 32 * (len(MESSAGES) - len(indexes))

    @pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
    def test_any_number_of_messages(self, count: int) -> None:
        assert SECRET is not None
        messages = [str(number).encode() for number in range(count)]
        signature = SUITE.sign(SECRET, PUBLIC, b"", messages)
        SUITE.verify(PUBLIC, signature, b"", messages)
        proof = SUITE.proof_gen(PUBLIC, signature, b"", b"", messages, [], os.urandom)
        SUITE.proof_verify(PUBLIC, proof, b"", b"", [], [])

    def test_two_proofs_share_nothing(self) -> None:
        """No point and no number of one is in another, not even the challenge."""
        seen: set[bytes] = set()
        for _ in range(20):
            proof = SUITE.proof_gen(PUBLIC, SIGNATURE, HEADER, b"", MESSAGES, SHOWN, os.urandom)
            parts = {proof[start : start + 16] for start in range(0, len(proof), 16)}
            assert not seen & parts
            seen |= parts
        assert not any(part in SIGNATURE for part in seen)

    def test_too_many_messages(self) -> None:
        assert SECRET is not None
        many = [b""] * (limits.BBS_MESSAGES + 1)
        for use in (
            lambda: SUITE.sign(SECRET, PUBLIC, b"", many),
            lambda: SUITE.verify(PUBLIC, SIGNATURE, b"", many),
            lambda: SUITE.proof_gen(PUBLIC, SIGNATURE, b"", b"", many, [], os.urandom),
            lambda: SUITE.proof_verify(PUBLIC, PROOF, b"", b"", many, range(len(many))),
        ):
            with pytest.raises(LimitExceeded) as caught:
                use()
            assert caught.value.code == "bbs.too-many-messages"
        with pytest.raises(ProofError):
            verify_proof(PROOF + PROOF[-32:] * limits.BBS_MESSAGES)


def test_without_its_package_the_suite_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_page = sys.platform == "emscripten"
    monkeypatch.setitem(sys.modules, "vcwallet_bls" if in_a_page else "py_arkworks_bls12381", None)
    host = "vcwallet.primitives.browser.bls" if in_a_page else "vcwallet.primitives.arkworks"
    monkeypatch.delattr(host)
    for module in (host, "vcwallet.identifiers.bbs_signature"):
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(MachineError) as caught:
        importlib.import_module("vcwallet.identifiers.bbs_signature")
    step = caught.value.next_step or ""
    assert (caught.value.code, "the part “bbs”" in step, "Open the page anew" in step) == (
        ("bbs.part-missing", False, True) if in_a_page else ("bbs.extra-missing", True, False)
    )
