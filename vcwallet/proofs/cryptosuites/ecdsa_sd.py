"""``ecdsa-sd-2023``: the issuer signs every statement, the family chooses which ones to show.

    secured = add_proof(diploma, suite="ecdsa-sd-2023", mandatory_pointers=["/issuer"], key=key, ...)
    shown = derive(secured, ["/credentialSubject/dateOfBirth"])

The *base proof* lets its holder uncover everything, so it is for the family only; what a recipient gets is
the *derived proof* of `derive`. vc-di-ecdsa sections 3.5 and 3.6, whose algorithms the functions are named
after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey, SoftwareKey
from vcwallet.proofs.cryptosuites.canonical_forms import UnsecuredDocument
from vcwallet.proofs.cryptosuites.selection import LabelMapFactory
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
from vcwallet.proofs.cryptosuites.suite import HideableParts
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import JsonObject

__all__ = ["ECDSA_SD_2023", "derive"]

_VALUES: Final = ProofValues("ecdsa-sd-2023", base=b"\xd9\x5d\x00", derived=b"\xd9\x5d\x01")
_P256_MULTIKEY: Final = b"\x80\x24"
_SIGNATURE_BYTES: Final = 64
_KEY_BYTES: Final = 35


@dataclass(frozen=True, slots=True)
class BaseProofValue:
    """Section 3.5.2. `public_key` is the proof's own key as a Multikey in bytes."""

    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    """One for every statement that is not mandatory, in the order of the statements."""
    mandatory_pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DerivedProofValue:
    """Section 3.5.7. `label_map` is from canonical identifier (``c14n0``) to the label that was signed."""

    base_signature: bytes
    public_key: bytes
    signatures: tuple[bytes, ...]
    label_map: Mapping[str, str]
    mandatory_indexes: tuple[int, ...]


class _EcdsaSd2023(StatementSuite):
    """The suite as `SUITES` has it. Only P-256, with SHA-256 throughout."""

    values = _VALUES
    key_type = KeyType.P256

    def labels(self, hmac_key: bytes) -> LabelMapFactory:
        return create_hmac_id_label_map_function(hmac_key)

    def sign_statements(
        self,
        key: SigningKey,
        hashes: tuple[bytes, bytes],
        statements: Sequence[str],
        hmac_key: bytes,
        hideable: HideableParts,
    ) -> str:
        """Section 3.6.5: each statement with a key of the proof's own, and that key with the issuer's."""
        proof_key = SoftwareKey.generate(KeyType.P256, hideable.randomness)
        public_key = _P256_MULTIKEY + proof_key.public_key.raw
        options_hash, mandatory_hash = hashes
        return serialize_base_proof_value(
            BaseProofValue(
                base_signature=key.sign(serialize_sign_data(options_hash, public_key, mandatory_hash)),
                public_key=public_key,
                hmac_key=hmac_key,
                signatures=tuple(proof_key.sign(nquad.encode()) for nquad in statements),
                mandatory_pointers=hideable.mandatory_pointers,
            )
        )

    def verify_base(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, options_hash: bytes
    ) -> None:
        value = parse_base_proof_value(proof)
        statements = self.base_statements(document, value.hmac_key, value.mandatory_pointers)
        self._verify(value, *statements, key, options_hash)

    def verify_derived(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, options_hash: bytes
    ) -> None:
        value = parse_derived_proof_value(proof)
        statements = revealed_statements(document, value.label_map, value.mandatory_indexes)
        self._verify(value, *statements, key, options_hash)

    def _verify(
        self,
        value: BaseProofValue | DerivedProofValue,
        mandatory: Sequence[str],
        others: Sequence[str],
        key: PublicKey,
        options_hash: bytes,
    ) -> None:
        check_count(others, value.signatures)
        proof_key = _proof_key(value.public_key)
        sign_data = serialize_sign_data(options_hash, value.public_key, hash_mandatory_nquads(mandatory))
        key.verify(value.base_signature, sign_data)
        for signature, nquad in zip(value.signatures, others, strict=True):
            proof_key.verify(signature, nquad.encode())

    def may_leave_out(self, proof: JsonObject) -> bool:
        """Always of a derived proof, which does not tell how many statements its base proof has."""
        return not _VALUES.is_base(proof)

    def mandatory_pointers(self, base_proof: JsonObject) -> tuple[str, ...]:
        """See `DisclosingSuite`."""
        return parse_base_proof_value(base_proof).mandatory_pointers

    def add_derived_proof(
        self,
        document: JsonObject,
        selective_pointers: Sequence[str],
        *,
        randomness: Callable[[int], bytes],
        contexts: Contexts,
    ) -> JsonObject:
        """`derive`, which needs nothing random."""
        return derive(document, selective_pointers, contexts=contexts)


ECDSA_SD_2023: Final = _EcdsaSd2023()


def derive(
    document: JsonObject, selective_pointers: Sequence[str], *, contexts: Contexts = PINNED
) -> JsonObject:
    """Add Derived Proof (section 3.6.6): a new document with what is mandatory and what the pointers name.

    `document` is a secured document with exactly one base proof, perhaps beside other proofs, which are left
    out. It is not verified here; the wallet did that when it took the document in. Nothing of what is left
    out, nor a hash of it, is in the result.

    Raises UsageError (``proof.no-base-proof``), DocumentError (``selection.pointer``,
    ``selection.part-of-value``), ProofError (``proof.disclosure-malformed``) and what `to_quads` raises.
    """

    def disclose(unsecured: JsonObject, base: JsonObject) -> tuple[JsonObject, str]:
        revealed, derived = create_disclosure_data(unsecured, base, selective_pointers, contexts)
        return revealed, serialize_derived_proof_value(derived)

    return add_derived_proof(_VALUES, document, disclose)


def serialize_sign_data(hash_of_proof: bytes, public_key: bytes, mandatory_hash: bytes) -> bytes:
    """Section 3.5.1: what the issuer's key signs."""
    return hash_of_proof + public_key + mandatory_hash


def create_disclosure_data(
    document: JsonObject, proof: JsonObject, selective_pointers: Sequence[str], contexts: Contexts
) -> tuple[JsonObject, DerivedProofValue]:
    """Section 3.5.4: the reveal document, still without its proof, and the parts of that proof's value."""
    base = parse_base_proof_value(proof)
    revealed = reveal(
        document,
        create_hmac_id_label_map_function(base.hmac_key),
        base.mandatory_pointers,
        selective_pointers,
        contexts,
    )
    if len(revealed.grouped.nquads) - len(revealed.grouped.groups["mandatory"]) != len(base.signatures):
        raise malformed()
    return revealed.document, DerivedProofValue(
        base_signature=base.base_signature,
        public_key=base.public_key,
        signatures=tuple(base.signatures[position] for position in revealed.selective_indexes),
        label_map=revealed.label_map,
        mandatory_indexes=revealed.mandatory_indexes,
    )


def serialize_base_proof_value(value: BaseProofValue) -> str:
    """Section 3.5.2."""
    components = [
        value.base_signature,
        value.public_key,
        value.hmac_key,
        list(value.signatures),
        list(value.mandatory_pointers),
    ]
    return _VALUES.encode(_VALUES.base, components)


def parse_base_proof_value(proof: JsonObject) -> BaseProofValue:
    """Section 3.5.3. Raises ProofError (``proof.encoding``, ``proof.disclosure-malformed``)."""
    base_signature, public_key, hmac_key, signatures, pointers = _VALUES.decode(proof, _VALUES.base)
    if not (
        are_bytes([base_signature], _SIGNATURE_BYTES)
        and are_bytes([public_key], _KEY_BYTES)
        and are_bytes([hmac_key], HMAC_BYTES)
        and are_bytes(signatures, _SIGNATURE_BYTES)
        and are_texts(pointers)
    ):
        raise malformed()
    return BaseProofValue(base_signature, public_key, hmac_key, tuple(signatures), tuple(pointers))


def serialize_derived_proof_value(value: DerivedProofValue) -> str:
    """Sections 3.5.5 and 3.5.7."""
    compressed = {
        int(identifier.removeprefix("c14n")): multibase.base64url_decode(label[1:])
        for identifier, label in value.label_map.items()
    }
    components = [
        value.base_signature,
        value.public_key,
        list(value.signatures),
        compressed,
        list(value.mandatory_indexes),
    ]
    return _VALUES.encode(_VALUES.derived, components)


def parse_derived_proof_value(proof: JsonObject) -> DerivedProofValue:
    """Sections 3.5.6 and 3.5.8. Raises ProofError (``proof.encoding``, ``proof.disclosure-malformed``).

    The text of section 3.5.8 says 36 bytes for the public key; what it describes elsewhere, and what its test
    vectors hold, has 35.
    """
    base_signature, public_key, signatures, compressed, indexes = _VALUES.decode(proof, _VALUES.derived)
    if not (
        are_bytes([base_signature], _SIGNATURE_BYTES)
        and are_bytes([public_key], _KEY_BYTES)
        and are_bytes(signatures, _SIGNATURE_BYTES)
        and isinstance(compressed, dict)
        and are_counts(list(compressed))
        and are_bytes(list(compressed.values()), HMAC_BYTES)
        and are_indexes(indexes)
    ):
        raise malformed()
    label_map = {
        f"c14n{number}": "u" + multibase.base64url_encode(label) for number, label in compressed.items()
    }
    return DerivedProofValue(base_signature, public_key, tuple(signatures), label_map, tuple(indexes))


def _proof_key(multikey: bytes) -> PublicKey:
    if not multikey.startswith(_P256_MULTIKEY):
        raise malformed()
    return PublicKey(KeyType.P256, multikey[len(_P256_MULTIKEY) :])
