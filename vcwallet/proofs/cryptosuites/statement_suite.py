"""A suite that signs statements: the steps that ecdsa-sd-2023 and bbs-2023 have in common.

A *base proof* is its holder's, who derives from it what others get. What differs between the two is how
objects without a name are labelled, what the issuer's key signs, and how that is written down.

vc-di-ecdsa section 3.6 and vc-di-bbs section 3.4: create and verify base and derived proofs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey
from vcwallet.proofs.cryptosuites.canonical_forms import RDF_DATASET, UnsecuredDocument
from vcwallet.proofs.cryptosuites.selection import LabelMapFactory
from vcwallet.proofs.cryptosuites.selective_disclosure import (
    HMAC_BYTES,
    ProofValues,
    base_proof_shown,
    check_unchained,
    hash_mandatory_nquads,
    label_replacement_canonicalize,
    proof_hash,
    split_revealed,
)
from vcwallet.proofs.cryptosuites.suite import (
    DATA_INTEGRITY_CONTEXTS,
    DATA_INTEGRITY_PROOF,
    HideableParts,
    foreign_key_type,
)
from vcwallet.strict_json import JsonObject

__all__ = ["StatementSuite", "add_derived_proof", "revealed_statements"]


class StatementSuite(ABC):
    """See `DisclosingSuite`, which this is most of."""

    values: ClassVar[ProofValues]
    key_type: ClassVar[KeyType]

    type: Final = DATA_INTEGRITY_PROOF
    contexts: Final = DATA_INTEGRITY_CONTEXTS
    needs_created: Final = False

    @property
    def name(self) -> str:
        return self.values.cryptosuite

    @property
    def key_types(self) -> frozenset[KeyType]:
        return frozenset({self.key_type})

    @property
    def base_prefixes(self) -> tuple[str, ...]:
        return self.values.base_prefixes

    def create_proof(
        self, document: UnsecuredDocument, options: JsonObject, key: SigningKey, hideable: HideableParts
    ) -> JsonObject:
        """Create Base Proof.

        Raises UsageError (``proof.disclosure-chain``) over previous proofs, and what
        `canonicalize_and_group` and signing raise.
        """
        self.check_key(key.public_key.type)
        check_unchained(document.json)
        hmac_key = hideable.randomness(HMAC_BYTES)
        mandatory, others = self.base_statements(document, hmac_key, hideable.mandatory_pointers)
        hashes = proof_hash(document, options), hash_mandatory_nquads(mandatory)
        return {**options, "proofValue": self.sign_statements(key, hashes, others, hmac_key, hideable)}

    def verify_proof(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, *, stored: bool
    ) -> UnsecuredDocument:
        """Verify Derived Proof, or with `stored` also a base proof, in full.

        Raises ProofError: ``proof.base-proof`` for a base proof that is not `stored`, ``proof.key-type``,
        ``proof.encoding``, ``proof.disclosure-malformed``, ``proof.context``, ``proof.label-map``,
        ``proof.signature-count``, ``proof.signature``, ``proof.signature-malformed``; and what the suite's
        own verification raises.
        """
        self.check_key(key.type)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        signed = RDF_DATASET.document_signed(options, document)
        is_base = self.is_base_proof(proof)
        if is_base and not stored:
            raise base_proof_shown()
        verify = self.verify_base if is_base else self.verify_derived
        verify(document, proof, key, proof_hash(document, options))
        return signed

    def is_base_proof(self, proof: JsonObject) -> bool:
        return self.values.is_base(proof)

    def check_key(self, key_type: KeyType) -> None:
        """Raise ProofError (``proof.key-type``) for a key of another type."""
        if key_type is not self.key_type:
            raise foreign_key_type(self.name, key_type)

    def base_statements(
        self, document: UnsecuredDocument, hmac_key: bytes, mandatory_pointers: Sequence[str]
    ) -> tuple[list[str], list[str]]:
        """The statements that are always shown, and those that can be hidden."""
        return document.statements(self.labels(hmac_key), mandatory_pointers)

    @abstractmethod
    def labels(self, hmac_key: bytes) -> LabelMapFactory: ...

    @abstractmethod
    def sign_statements(
        self,
        key: SigningKey,
        hashes: tuple[bytes, bytes],
        statements: Sequence[str],
        hmac_key: bytes,
        hideable: HideableParts,
    ) -> str:
        """The value of a base proof; `hashes` are of the proof's options and of what is mandatory."""
        ...

    @abstractmethod
    def verify_base(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, options_hash: bytes
    ) -> None: ...

    @abstractmethod
    def verify_derived(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, options_hash: bytes
    ) -> None: ...


def revealed_statements(
    document: UnsecuredDocument, label_map: Mapping[str, str], mandatory_indexes: Sequence[int]
) -> tuple[list[str], list[str]]:
    """The mandatory statements of a derived proof's document, and the others that it shows."""
    return split_revealed(label_replacement_canonicalize(document, label_map), mandatory_indexes)


def add_derived_proof(
    values: ProofValues,
    document: JsonObject,
    disclose: Callable[[JsonObject, JsonObject], tuple[JsonObject, str]],
) -> JsonObject:
    """A new document with a derived proof in place of the one base proof of `document`.

    `disclose` makes of the document without its proofs, and of the base proof, what is revealed and the value
    of the derived proof. Raises UsageError (``proof.no-base-proof``).
    """
    proof = values.base_proof_of(document)
    unsecured = {name: member for name, member in document.items() if name != "proof"}
    revealed, value = disclose(unsecured, proof)
    return {**revealed, "proof": {**proof, "proofValue": value}}
