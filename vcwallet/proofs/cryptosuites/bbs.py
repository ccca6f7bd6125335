"""``bbs-2023``, baseline: the issuer signs all statements at once, the family proves some to be among them.

    secured = add_proof(diploma, suite="bbs-2023", mandatory_pointers=["/issuer"], key=key, ...)
    shown = derive(secured, ["/credentialSubject/dateOfBirth"])

As in `ecdsa_sd`, the *base proof* is for the family only. What this suite adds is that two derived proofs of
one document have nothing in common: recipients who compare what they got cannot tell from the proofs that it
came from one family. They still can from what is shown (identifiers, the place in a status list), from the
dates of the proof (``created=None`` leaves one out), and from which and how many statements there are.

Experimental: vc-di-bbs is a Candidate Recommendation Draft, and for the signature see `bbs_signature`, which
needs the extra ``bbs`` on a computer. Without it everything here raises MachineError (``bbs.extra-missing``).

vc-di-bbs sections 3.3 and 3.4, whose algorithms the functions are named after. Its optional features
(anonymous holder binding, pseudonyms) rest on drafts that still change; they are refused by name.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vcwallet import limits
from vcwallet.errors import N_, KeyUnavailable
from vcwallet.identifiers.keys import KeyType, MessagesSigningKey, PublicKey, SigningKey
from vcwallet.proofs.cryptosuites.canonical_forms import UnsecuredDocument
from vcwallet.proofs.cryptosuites.selection import LabelMapFactory, split
from vcwallet.proofs.cryptosuites.selective_disclosure import (
    HMAC_BYTES,
    ProofValues,
    are_bytes,
    are_counts,
    are_indexes,
    are_texts,
    check_count,
    create_hmac_id_label_map_function,
    hash_mandatory_nquads,
    malformed,
    reveal,
)
from vcwallet.proofs.cryptosuites.statement_suite import (
    StatementSuite,
    add_derived_proof,
    revealed_statements,
)
from vcwallet.proofs.cryptosuites.suite import HideableParts, foreign_key_type
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import JsonObject

__all__ = ["BBS_2023", "derive"]

_FEATURES: Final = {
    b"\xd9\x5d\x04": "anonymous_holder_binding",
    b"\xd9\x5d\x05": "anonymous_holder_binding",
    b"\xd9\x5d\x06": "pseudonym",
    b"\xd9\x5d\x07": "pseudonym",
    b"\xd9\x5d\x08": "holder_binding_pseudonym",
    b"\xd9\x5d\x09": "holder_binding_pseudonym",
}
"""By header, base proof and derived proof in turn."""
_VALUES: Final = ProofValues(
    "bbs-2023", base=b"\xd9\x5d\x02", derived=b"\xd9\x5d\x03", other_bases=tuple(_FEATURES)[::2]
)
_SIGNATURE_BYTES: Final = 80
_HEADER_BYTES: Final = 64
_KEY_BYTES: Final = 96
_PROOF_BYTES_OF_THE_WHOLE: Final = 3 * 48 + 4 * 32
"""Three points, three responses and the challenge; each hidden message adds a response of 32 bytes."""


@dataclass(frozen=True, slots=True)
class BaseProofValue:
    """Section 3.3.1, feature option "baseline". `hmac_key` is not signed, only its labels are."""

    bbs_signature: bytes
    bbs_header: bytes
    public_key: bytes
    hmac_key: bytes
    mandatory_pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DerivedProofValue:
    """Section 3.3.6, feature option "baseline".

    `label_map` is from canonical identifier (``c14n0``) to the label that was signed (``b0``).
    `mandatory_indexes` are positions among the statements that are shown, `selective_indexes` among all
    statements that are not mandatory.
    """

    bbs_proof: bytes
    label_map: Mapping[str, str]
    mandatory_indexes: tuple[int, ...]
    selective_indexes: tuple[int, ...]
    presentation_header: bytes


class _Bbs2023(StatementSuite):
    """The suite as `SUITES` has it: BLS12-381 with SHA-256."""

    values = _VALUES
    key_type = KeyType.BLS12_381_G2

    def labels(self, hmac_key: bytes) -> LabelMapFactory:
        return create_shuffled_id_label_map_function(hmac_key)

    def sign_statements(
        self,
        key: SigningKey,
        hashes: tuple[bytes, bytes],
        statements: Sequence[str],
        hmac_key: bytes,
        hideable: HideableParts,
    ) -> str:
        """Section 3.4.5. Raises LimitExceeded (``bbs.too-many-messages``) over `limits.BBS_MESSAGES`."""
        if not isinstance(key, MessagesSigningKey):
            raise foreign_key_type(self.name, key.public_key.type)
        bbs_header = b"".join(hashes)
        return serialize_base_proof_value(
            BaseProofValue(
                bbs_signature=key.sign_messages(bbs_header, _messages(statements)),
                bbs_header=bbs_header,
                public_key=key.public_key.raw,
                hmac_key=hmac_key,
                mandatory_pointers=hideable.mandatory_pointers,
            )
        )

    def verify_base(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, options_hash: bytes
    ) -> None:
        """Raises DocumentError (``key.not-in-group``), KeyUnavailable (``proof.feature-option``) too."""
        from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256

        _check_feature(proof)
        base = parse_base_proof_value(proof)
        mandatory, others = self.base_statements(document, base.hmac_key, base.mandatory_pointers)
        bbs_header = options_hash + hash_mandatory_nquads(mandatory)
        BLS12_381_SHA_256.verify(key.raw, base.bbs_signature, bbs_header, _messages(others))
        # What the holder derives is made with the copies in the proof.
        if (base.bbs_header, base.public_key) != (bbs_header, key.raw):
            raise malformed()

    def verify_derived(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, options_hash: bytes
    ) -> None:
        """Raises what `verify_base` raises."""
        from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256

        _check_feature(proof)
        derived = parse_derived_proof_value(proof)
        mandatory, others = revealed_statements(document, derived.label_map, derived.mandatory_indexes)
        check_count(others, derived.selective_indexes)
        BLS12_381_SHA_256.proof_verify(
            key.raw,
            derived.bbs_proof,
            options_hash + hash_mandatory_nquads(mandatory),
            derived.presentation_header,
            _messages(others),
            derived.selective_indexes,
        )

    def may_leave_out(self, proof: JsonObject) -> bool:
        """A derived proof has a response for every statement that is left out, so their number is known."""
        if _VALUES.is_base(proof):
            return False
        return len(parse_derived_proof_value(proof).bbs_proof) != _PROOF_BYTES_OF_THE_WHOLE

    def mandatory_pointers(self, base_proof: JsonObject) -> tuple[str, ...]:
        """See `DisclosingSuite`. Raises KeyUnavailable (``proof.feature-option``) too."""
        _check_feature(base_proof)
        return parse_base_proof_value(base_proof).mandatory_pointers

    def add_derived_proof(
        self,
        document: JsonObject,
        selective_pointers: Sequence[str],
        *,
        randomness: Callable[[int], bytes],
        contexts: Contexts,
    ) -> JsonObject:
        """`derive` without a presentation header."""
        return derive(document, selective_pointers, randomness=randomness, contexts=contexts)


BBS_2023: Final = _Bbs2023()


def derive(
    document: JsonObject,
    selective_pointers: Sequence[str],
    *,
    presentation_header: bytes = b"",
    randomness: Callable[[int], bytes] = os.urandom,
    contexts: Contexts = PINNED,
) -> JsonObject:
    """Add Derived Proof (section 3.4.6): a new document with what is mandatory and what the pointers name.

    `document` is a secured document with exactly one base proof, perhaps beside other proofs, which are left
    out. It is not verified here; the wallet did that when it took the document in. Nothing of what is left
    out, nor a hash of it, is in the result, but how many statements are left out is. `presentation_header`
    is signed with what is shown. `randomness` must be a cryptographic source; with a predictable one the
    proof gives away what it hides.

    Raises UsageError (``proof.no-base-proof``), KeyUnavailable (``proof.feature-option``), DocumentError
    (``selection.pointer``, ``selection.part-of-value``), LimitExceeded, ProofError
    (``proof.disclosure-malformed``, ``proof.signature-malformed``), and what `to_quads` raises.
    """

    def disclose(unsecured: JsonObject, base: JsonObject) -> tuple[JsonObject, str]:
        _check_feature(base)
        revealed, derived = create_disclosure_data(
            unsecured, base, selective_pointers, presentation_header, randomness, contexts
        )
        return revealed, serialize_derived_proof_value(derived)

    return add_derived_proof(_VALUES, document, disclose)


def create_shuffled_id_label_map_function(hmac_key: bytes) -> LabelMapFactory:
    """Section 3.2.1: the labels of `create_hmac_id_label_map_function` by their rank, ``b0`` and on, so that
    a proof tells no two recipients the same long random number."""
    hmac_label_map_factory = create_hmac_id_label_map_function(hmac_key)

    def factory(canonical_id_map: Mapping[str, str]) -> dict[str, str]:
        labels = hmac_label_map_factory(canonical_id_map)
        return {node: f"b{rank}" for rank, node in enumerate(sorted(labels, key=labels.__getitem__))}

    return factory


def create_disclosure_data(
    document: JsonObject,
    proof: JsonObject,
    selective_pointers: Sequence[str],
    presentation_header: bytes,
    randomness: Callable[[int], bytes],
    contexts: Contexts,
) -> tuple[JsonObject, DerivedProofValue]:
    """Section 3.3.3: the reveal document, still without its proof, and the parts of that proof's value."""
    from vcwallet.identifiers.bbs_signature import BLS12_381_SHA_256

    base = parse_base_proof_value(proof)
    revealed = reveal(
        document,
        create_shuffled_id_label_map_function(base.hmac_key),
        base.mandatory_pointers,
        selective_pointers,
        contexts,
    )
    _, non_mandatory = split(revealed.grouped.nquads, revealed.grouped.groups["mandatory"])
    return revealed.document, DerivedProofValue(
        bbs_proof=BLS12_381_SHA_256.proof_gen(
            base.public_key,
            base.bbs_signature,
            base.bbs_header,
            presentation_header,
            _messages(non_mandatory),
            revealed.selective_indexes,
            randomness,
        ),
        label_map=revealed.label_map,
        mandatory_indexes=revealed.mandatory_indexes,
        selective_indexes=revealed.selective_indexes,
        presentation_header=presentation_header,
    )


def serialize_base_proof_value(value: BaseProofValue) -> str:
    """Section 3.3.1."""
    components = [
        value.bbs_signature,
        value.bbs_header,
        value.public_key,
        value.hmac_key,
        list(value.mandatory_pointers),
    ]
    return _VALUES.encode(_VALUES.base, components)


def parse_base_proof_value(proof: JsonObject) -> BaseProofValue:
    """Section 3.3.2. Raises ProofError (``proof.encoding``, ``proof.disclosure-malformed``)."""
    bbs_signature, bbs_header, public_key, hmac_key, pointers = _VALUES.decode(proof, _VALUES.base)
    if not (
        are_bytes([bbs_signature], _SIGNATURE_BYTES)
        and are_bytes([bbs_header], _HEADER_BYTES)
        and are_bytes([public_key], _KEY_BYTES)
        and are_bytes([hmac_key], HMAC_BYTES)
        and are_texts(pointers)
    ):
        raise malformed()
    return BaseProofValue(bbs_signature, bbs_header, public_key, hmac_key, tuple(pointers))


def serialize_derived_proof_value(value: DerivedProofValue) -> str:
    """Sections 3.3.4 and 3.3.6."""
    compressed = {
        int(identifier.removeprefix("c14n")): int(label.removeprefix("b"))
        for identifier, label in value.label_map.items()
    }
    components = [
        value.bbs_proof,
        compressed,
        list(value.mandatory_indexes),
        list(value.selective_indexes),
        value.presentation_header,
    ]
    return _VALUES.encode(_VALUES.derived, components)


def parse_derived_proof_value(proof: JsonObject) -> DerivedProofValue:
    """Sections 3.3.5 and 3.3.7. Raises ProofError (``proof.encoding``, ``proof.disclosure-malformed``)."""
    bbs_proof, compressed, mandatory, selective, presentation_header = _VALUES.decode(proof, _VALUES.derived)
    if not (
        isinstance(bbs_proof, bytes)
        and isinstance(compressed, dict)
        and are_counts([*compressed, *compressed.values()])
        and are_indexes(mandatory)
        and are_indexes(selective)
        and isinstance(presentation_header, bytes)
        and len(presentation_header) <= limits.BBS_PRESENTATION_HEADER_BYTES
    ):
        raise malformed()
    return DerivedProofValue(
        bbs_proof,
        {f"c14n{number}": f"b{rank}" for number, rank in compressed.items()},
        tuple(mandatory),
        tuple(selective),
        presentation_header,
    )


def _messages(nquads: Sequence[str]) -> list[bytes]:
    return [nquad.encode() for nquad in nquads]


def _check_feature(proof: JsonObject) -> None:
    feature = _FEATURES.get(_VALUES.octets(proof)[:3])
    if feature is not None:
        raise KeyUnavailable(
            "proof.feature-option",
            N_("The proof uses an addition to {cryptosuite}, “{feature}”, which is not supported here."),
            cryptosuite=_VALUES.cryptosuite,
            feature=feature,
        )
