"""BBS signatures: one signature over many messages, and proofs of having one that show some of them.

    suite = bbs_signature.BLS12_381_SHA_256
    signature = suite.sign(suite.secret_key(octets), public_key, header, messages)
    proof = suite.proof_gen(public_key, signature, header, b"", messages, [0, 2], os.urandom)
    suite.proof_verify(public_key, proof, header, b"", [messages[0], messages[2]], [0, 2])

draft-irtf-cfrg-bbs-signatures-09, whose operations the methods are named after; the curve is that of
`primitives`. Importing this module raises MachineError (``bbs.extra-missing``, ``bbs.part-missing``) where
there is none, and `primitives.NotLoaded`, so it is imported only where it is used.

Experimental: the scheme is a research group's draft, the package of the curve has not been audited, and its
arithmetic, like that with the scalars here, does not take the same time for every secret, so that whoever can
time a signer or a holder from near by may learn from it. No smart card or HSM holds such keys.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias

from vcwallet import limits, primitives
from vcwallet.errors import N_, Action, DocumentError, LimitExceeded, MachineError, ProofError
from vcwallet.identifiers import multibase
from vcwallet.primitives import BLS12_381_ORDER, Bls12381, BlsPoint, NoBls12381, NotAPoint

__all__ = ["BLS12_381_SHAKE_256", "BLS12_381_SHA_256", "PROOF_BYTES", "SIGNATURE_BYTES", "Ciphersuite"]

_POINT_BYTES: Final = 48
_SCALAR_BYTES: Final = 32
_EXPAND_BYTES: Final = 48
SIGNATURE_BYTES: Final = _POINT_BYTES + _SCALAR_BYTES
PROOF_BYTES: Final = 3 * _POINT_BYTES + 4 * _SCALAR_BYTES
"""Of a proof that hides nothing; every hidden message adds 32."""

# The prime of the field below G1.
_P: Final = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab", 16
)
_R: Final = BLS12_381_ORDER
_MULTIKEY: Final = b"\xeb\x01"
_BLOCK: Final = 16

ExpandMessage: TypeAlias = Callable[[bytes, bytes, int], bytes]
"""From message, domain separation tag and length to as many bytes (RFC 9380, section 5.3)."""


def _curve() -> Bls12381:
    try:
        return primitives.bls12_381()
    except NoBls12381:
        if sys.platform == "emscripten":
            raise MachineError(
                "bbs.part-missing",
                N_("The part of this page that checks proofs of the kind {cryptosuite} did not load."),
                next_step=N_("Open the page anew while there is a network."),
                cryptosuite="bbs-2023",
            ) from None
        raise MachineError(
            "bbs.extra-missing",
            N_("Proofs of the kind {cryptosuite} need the package “{package}”, which is not installed."),
            next_step=Action.INSTALL_PART,
            part="bbs",
            cryptosuite="bbs-2023",
            package="py-arkworks-bls12381",
        ) from None


_CURVE: Final = _curve()
_MINUS_BP2: Final = -_CURVE.g2_base()


@dataclass(frozen=True, slots=True)
class Ciphersuite:
    """Section 7 of the draft, with the interface of section 3.4. Secrets are numbers, which a `SoftwareKey`
    neither prints nor pickles; public keys, signatures and proofs are octets.

    Nothing is signed, shown or verified over more than `limits.BBS_MESSAGES` messages: LimitExceeded
    (``bbs.too-many-messages``).
    """

    id: bytes
    expand_message: ExpandMessage
    p1: bytes
    """The compressed point P1."""

    @property
    def api_id(self) -> bytes:
        return self.id + b"H2G_HM2S_"

    def key_gen(self, key_material: bytes, key_info: bytes = b"", key_dst: bytes | None = None) -> bytes:
        """The secret key, 32 bytes, made of at least 32 secret and random bytes."""
        derive_input = key_material + len(key_info).to_bytes(2, "big") + key_info
        dst = self.id + b"KEYGEN_DST_" if key_dst is None else key_dst
        return self.hash_to_scalar(derive_input, dst).to_bytes(_SCALAR_BYTES, "big")

    def secret_key(self, octets: bytes) -> int | None:
        """The secret key in 32 big-endian bytes; None for zero, the group's order and more."""
        return _scalar(octets)

    def sk_to_pk(self, secret_key: int) -> bytes:
        """The public key: 96 bytes."""
        return (_CURVE.g2_base() * secret_key).compressed

    def sign(self, secret_key: int, public_key: bytes, header: bytes, messages: Sequence[bytes]) -> bytes:
        """Sign and CoreSign: 80 bytes, the same for the same input. The keys must belong together."""
        generators = self._generators(len(messages))
        scalars = self.messages_to_scalars(messages)
        domain = self.calculate_domain(public_key, generators, header)
        e = self.hash_to_scalar(_serialize(secret_key, *scalars, domain), self.api_id + b"H2S_")
        b = self._commitment(generators, domain, scalars)
        return _serialize(b * _inverse(secret_key + e), e)

    def verify(self, public_key: bytes, signature: bytes, header: bytes, messages: Sequence[bytes]) -> None:
        """Verify and CoreVerify. Raises ProofError (``proof.signature``, ``proof.signature-malformed``) and
        what `octets_to_pubkey` raises.
        """
        w = octets_to_pubkey(public_key)
        a, e = _octets_to_signature(signature)
        generators = self._generators(len(messages))
        domain = self.calculate_domain(public_key, generators, header)
        b = self._commitment(generators, domain, self.messages_to_scalars(messages))
        if not _CURVE.pairings_cancel([a, b - a * e], [w, _MINUS_BP2]):
            raise _does_not_hold(public_key)

    def proof_gen(
        self,
        public_key: bytes,
        signature: bytes,
        header: bytes,
        presentation_header: bytes,
        messages: Sequence[bytes],
        disclosed_indexes: Sequence[int],
        randomness: Callable[[int], bytes],
    ) -> bytes:
        """ProofGen and CoreProofGen: a proof for the messages at `disclosed_indexes`, which ascend.

        `randomness` is a cryptographic source. With predictable numbers the proof tells what it hides, and
        with the same numbers twice, two proofs do. The signature is not verified.

        Raises ProofError (``proof.signature-malformed``) and what `octets_to_pubkey` raises.
        """
        octets_to_pubkey(public_key)
        a, e = _octets_to_signature(signature)
        generators = self._generators(len(messages))
        scalars = self.messages_to_scalars(messages)
        undisclosed = _undisclosed(len(messages), disclosed_indexes)
        random = randomness(_EXPAND_BYTES * (5 + len(undisclosed)))
        r1, r2, e_blind, r1_blind, r3_blind, *blinds = (
            _mod_order(random[start : start + _EXPAND_BYTES])
            for start in range(0, len(random), _EXPAND_BYTES)
        )
        # ProofInit
        domain = self.calculate_domain(public_key, generators, header)
        d = self._commitment(generators, domain, scalars) * r2
        a_bar = a * (r1 * r2 % _R)
        b_bar = d * r1 - a_bar * e
        t1 = a_bar * e_blind + d * r1_blind
        hidden = [generators.points[1 + index] for index in undisclosed]
        t2 = _CURVE.g1_sum([d, *hidden], [r3_blind, *blinds])
        challenge = self._challenge(
            (a_bar, b_bar, d, t1, t2, domain),
            [scalars[index] for index in disclosed_indexes],
            disclosed_indexes,
            presentation_header,
        )
        # ProofFinalize
        return _serialize(
            a_bar,
            b_bar,
            d,
            (e_blind + e * challenge) % _R,
            (r1_blind - r1 * challenge) % _R,
            (r3_blind - _inverse(r2) * challenge) % _R,
            *(
                (blind + scalars[index] * challenge) % _R
                for blind, index in zip(blinds, undisclosed, strict=True)
            ),
            challenge,
        )

    def proof_verify(
        self,
        public_key: bytes,
        proof: bytes,
        header: bytes,
        presentation_header: bytes,
        disclosed_messages: Sequence[bytes],
        disclosed_indexes: Sequence[int],
    ) -> None:
        """ProofVerify and CoreProofVerify. Raises as `verify`; the indexes must ascend."""
        w = octets_to_pubkey(public_key)
        (a_bar, b_bar, d), (e, r1, r3, *commitments, challenge) = _octets_to_proof(proof)
        count = len(disclosed_indexes) + len(commitments)
        generators = self._generators(count)
        undisclosed = _undisclosed(count, disclosed_indexes)
        if len(undisclosed) != len(commitments) or len(disclosed_messages) != len(disclosed_indexes):
            raise _malformed()
        # ProofVerifyInit. Its Bv is not needed by itself: T2 is one sum.
        scalars = self.messages_to_scalars(disclosed_messages)
        domain = self.calculate_domain(public_key, generators, header)
        t1 = _CURVE.g1_sum([b_bar, a_bar, d], [challenge, e, r1])
        factors = [0] * count
        for index, scalar in zip(disclosed_indexes, scalars, strict=True):
            factors[index] = scalar * challenge % _R
        for index, commitment in zip(undisclosed, commitments, strict=True):
            factors[index] = commitment
        t2 = _CURVE.g1_sum(
            [_constant(self.p1), d, *generators.points], [challenge, r3, domain * challenge % _R, *factors]
        )
        expected = self._challenge(
            (a_bar, b_bar, d, t1, t2, domain), scalars, disclosed_indexes, presentation_header
        )
        if challenge != expected or not _CURVE.pairings_cancel([a_bar, b_bar], [w, _MINUS_BP2]):
            raise _does_not_hold(public_key)

    # --- interface utilities -------------------------------------------------------------------------

    def create_generators(self, count: int) -> Generators:
        """The first `count` generators."""
        blocks = [_block(self, number) for number in range(-(-count // _BLOCK))]
        points = [point for block in blocks for point in block.generators.points]
        octets = b"".join(block.generators.octets for block in blocks)
        return Generators(points[:count], octets[: count * _POINT_BYTES])

    def messages_to_scalars(self, messages: Sequence[bytes]) -> list[int]:
        dst = self.api_id + b"MAP_MSG_TO_SCALAR_AS_HASH_"
        return [self.hash_to_scalar(message, dst) for message in messages]

    def hash_to_scalar(self, message: bytes, dst: bytes) -> int:
        return _mod_order(self.expand_message(message, dst, _EXPAND_BYTES))

    def hash_to_curve_g1(self, message: bytes, dst: bytes) -> BlsPoint:
        """RFC 9380, sections 3, 5.2 and 8.8.1. The cofactor of either summand is cleared, which comes to the
        same as clearing that of the sum."""
        uniform = self.expand_message(message, dst, 128)
        one, other = (
            _CURVE.g1_mapped(int.from_bytes(half, "big") % _P) for half in (uniform[:64], uniform[64:])
        )
        return one + other

    def calculate_domain(self, public_key: bytes, generators: Generators, header: bytes) -> int:
        count = (len(generators.points) - 1).to_bytes(8, "big")
        octets = public_key + count + generators.octets + self.api_id + _with_length(header)
        return self.hash_to_scalar(octets, self.api_id + b"H2S_")

    def _generators(self, messages: int) -> Generators:
        """Q_1 and one for every message."""
        if messages > limits.BBS_MESSAGES:
            raise LimitExceeded(
                "bbs.too-many-messages",
                N_("A signature of this kind covers at most {limit} statements; here are {number}."),
                number=messages,
                limit=limits.BBS_MESSAGES,
            )
        return self.create_generators(messages + 1)

    def _commitment(self, generators: Generators, domain: int, scalars: Sequence[int]) -> BlsPoint:
        """B = P1 + Q_1 * domain + H_1 * msg_1 + ... + H_L * msg_L."""
        return _constant(self.p1) + _CURVE.g1_sum(generators.points, [domain, *scalars])

    def _challenge(
        self,
        init_res: tuple[BlsPoint, BlsPoint, BlsPoint, BlsPoint, BlsPoint, int],
        scalars: Sequence[int],
        indexes: Sequence[int],
        presentation_header: bytes,
    ) -> int:
        """ProofChallengeCalculate."""
        disclosed = b"".join(
            index.to_bytes(8, "big") + _serialize(scalar)
            for index, scalar in zip(indexes, scalars, strict=True)
        )
        octets = len(indexes).to_bytes(8, "big") + disclosed + _serialize(*init_res)
        return self.hash_to_scalar(octets + _with_length(presentation_header), self.api_id + b"H2S_")


@dataclass(frozen=True, slots=True)
class Generators:
    """Points of G1, and the same one after the other in octets."""

    points: list[BlsPoint]
    octets: bytes


@dataclass(frozen=True, slots=True)
class _Block:
    generators: Generators
    v: bytes


@lru_cache(maxsize=4 * (limits.BBS_MESSAGES // _BLOCK + 1))
def _block(suite: Ciphersuite, number: int) -> _Block:
    """Generators `_BLOCK` * `number` and on (create_generators, which goes on from any `v`)."""
    seed_dst = suite.api_id + b"SIG_GENERATOR_SEED_"
    generator_dst = suite.api_id + b"SIG_GENERATOR_DST_"
    if number == 0:
        v = suite.expand_message(suite.api_id + b"MESSAGE_GENERATOR_SEED", seed_dst, _EXPAND_BYTES)
    else:
        v = _block(suite, number - 1).v
    points = []
    for i in range(_BLOCK * number + 1, _BLOCK * (number + 1) + 1):
        v = suite.expand_message(v + i.to_bytes(8, "big"), seed_dst, _EXPAND_BYTES)
        points.append(suite.hash_to_curve_g1(v, generator_dst))
    return _Block(Generators(points, b"".join(point.compressed for point in points)), v)


def expand_message_xmd(message: bytes, dst: bytes, length: int) -> bytes:
    """RFC 9380, section 5.3.1, with SHA-256; `length` is at most 8160."""
    dst_prime = dst + bytes([len(dst)])
    b_0 = hashlib.sha256(bytes(64) + message + length.to_bytes(2, "big") + b"\0" + dst_prime).digest()
    b_i = hashlib.sha256(b_0 + b"\1" + dst_prime).digest()
    uniform = b_i
    number = int.from_bytes(b_0, "big")
    for i in range(2, -(-length // 32) + 1):
        mixed = (number ^ int.from_bytes(b_i, "big")).to_bytes(32, "big")
        b_i = hashlib.sha256(mixed + bytes([i]) + dst_prime).digest()
        uniform += b_i
    return uniform[:length]


def expand_message_xof(message: bytes, dst: bytes, length: int) -> bytes:
    """RFC 9380, section 5.3.2, with SHAKE-256."""
    return hashlib.shake_256(message + length.to_bytes(2, "big") + dst + bytes([len(dst)])).digest(length)


BLS12_381_SHA_256: Final = Ciphersuite(
    id=b"BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_",
    expand_message=expand_message_xmd,
    p1=bytes.fromhex(
        "a8ce256102840821a3e94ea9025e4662b205762f9776b3a766c872b948f1fd225e7c59698588e70d11406d161b4e28c9"
    ),
)
"""The one that bbs-2023 uses."""

BLS12_381_SHAKE_256: Final = Ciphersuite(
    id=b"BBS_BLS12381G1_XOF:SHAKE-256_SSWU_RO_",
    expand_message=expand_message_xof,
    p1=bytes.fromhex(
        "8929dfbc7e6642c4ed9cba0856e493f8b9d7d5fcb0c31ef8fdcd34d50648a56c795e106e9eada6e0bda386b414150755"
    ),
)


@lru_cache(maxsize=256)
def octets_to_pubkey(octets: bytes) -> BlsPoint:
    """The point of a public key.

    Raises DocumentError (``key.not-in-group``) for octets that are not the one form of a point of G2 other
    than its identity: with such a key some forgeries hold, or pairings mean nothing.
    """
    try:
        return _CURVE.g2(octets)
    except NotAPoint:
        raise DocumentError(
            "key.not-in-group",
            N_("The key {key} is not a point of the group that its signatures live in."),
            key=_name(octets),
        ) from None


def _read_point(octets: bytes) -> BlsPoint:
    try:
        return _CURVE.g1(octets)
    except NotAPoint:
        raise _malformed() from None


_constant = lru_cache(maxsize=8)(_read_point)


def _scalar(octets: bytes) -> int | None:
    """A scalar from 1 to r - 1, or None."""
    number = int.from_bytes(octets, "big")
    return number if len(octets) == _SCALAR_BYTES and 0 < number < _R else None


def _mod_order(octets: bytes) -> int:
    return int.from_bytes(octets, "big") % _R


def _inverse(scalar: int) -> int:
    return pow(scalar, -1, _R)


def _read_scalar(octets: bytes) -> int:
    scalar = _scalar(octets)
    if scalar is None:
        raise _malformed()
    return scalar


def _octets_to_signature(octets: bytes) -> tuple[BlsPoint, int]:
    if len(octets) != SIGNATURE_BYTES:
        raise _malformed()
    return _read_point(octets[:_POINT_BYTES]), _read_scalar(octets[_POINT_BYTES:])


def _octets_to_proof(octets: bytes) -> tuple[list[BlsPoint], list[int]]:
    """Three points, and at least four scalars."""
    scalars = 3 * _POINT_BYTES
    most = PROOF_BYTES + _SCALAR_BYTES * limits.BBS_MESSAGES
    if not PROOF_BYTES <= len(octets) <= most or (len(octets) - scalars) % _SCALAR_BYTES:
        raise _malformed()
    return (
        [_read_point(octets[start : start + _POINT_BYTES]) for start in range(0, scalars, _POINT_BYTES)],
        [
            _read_scalar(octets[start : start + _SCALAR_BYTES])
            for start in range(scalars, len(octets), _SCALAR_BYTES)
        ],
    )


def _undisclosed(count: int, disclosed_indexes: Sequence[int]) -> list[int]:
    if any(one >= other for one, other in pairwise([-1, *disclosed_indexes, count])):
        raise _malformed()
    disclosed = set(disclosed_indexes)
    return [index for index in range(count) if index not in disclosed]


def _serialize(*elements: BlsPoint | int) -> bytes:
    return b"".join(
        element.to_bytes(_SCALAR_BYTES, "big") if isinstance(element, int) else element.compressed
        for element in elements
    )


def _with_length(octets: bytes) -> bytes:
    return len(octets).to_bytes(8, "big") + octets


def _name(public_key: bytes) -> str:
    return multibase.encode_multibase(_MULTIKEY + public_key)[:64]


def _does_not_hold(public_key: bytes) -> ProofError:
    return ProofError(
        "proof.signature",
        N_("The key {key} did not sign the statements of this document."),
        next_step=N_("The document was changed after signing, or another key signed it."),
        key=_name(public_key),
    )


def _malformed() -> ProofError:
    return ProofError(
        "proof.signature-malformed",
        N_(
            "The signature cannot be one of a BLS12-381 key: its length, a point or a number is out of range."
        ),
    )
