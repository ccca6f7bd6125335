"""``ecdsa-sd-2023``: the issuer signs every statement, the family chooses which ones to show.

    secured = add_proof(diploma, suite="ecdsa-sd-2023", mandatory_pointers=["/issuer"], key=key, ...)
    shown = derive(secured, ["/credentialSubject/birthDate"])

The *base proof* lets its holder uncover everything, so it is for the family only; what a recipient gets is
the *derived proof* of `derive`. vc-di-ecdsa sections 3.5 and 3.6, whose algorithms the functions are named
after.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from vcwallet import limits
from vcwallet.errors import N_, LimitExceeded, ProofError, UsageError
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey, SoftwareKey
from vcwallet.proofs import rdfc
from vcwallet.proofs.cryptosuites.forms import RDF_DATASET, UnsecuredDocument
from vcwallet.proofs.cryptosuites.selection import (
    Grouped,
    LabelMapFactory,
    canonicalize_and_group,
    relabelled,
    select_json_ld,
)
from vcwallet.proofs.cryptosuites.suite import (
    DATA_INTEGRITY_CONTEXTS,
    DATA_INTEGRITY_PROOF,
    Disclosure,
    foreign_key_type,
)
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.strict_json import JsonObject

__all__ = ["ECDSA_SD_2023", "derive"]

_BASE: Final = b"\xd9\x5d\x00"
_DERIVED: Final = b"\xd9\x5d\x01"
_P256_MULTIKEY: Final = b"\x80\x24"
_SIGNATURE_BYTES: Final = 64
_KEY_BYTES: Final = 35
_HMAC_BYTES: Final = 32


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


class _EcdsaSd2023:
    """The suite as `SUITES` has it. Only P-256, with SHA-256 throughout."""

    name = "ecdsa-sd-2023"
    type = DATA_INTEGRITY_PROOF
    contexts = DATA_INTEGRITY_CONTEXTS
    key_types = frozenset({KeyType.P256})
    needs_created = False

    def create_proof(
        self, document: UnsecuredDocument, options: JsonObject, key: SigningKey, disclosure: Disclosure
    ) -> JsonObject:
        """Create Base Proof (section 3.6.1).

        Raises UsageError (``proof.disclosure-chain``) over previous proofs, and what
        `canonicalize_and_group` raises.
        """
        if key.public_key.type not in self.key_types:
            raise foreign_key_type(self.name, key.public_key.type)
        if "proof" in document.json:
            raise UsageError(
                "proof.disclosure-chain", N_("A proof with hideable parts cannot build on another proof.")
            )
        hmac_key = disclosure.randomness(_HMAC_BYTES)
        proof_key = SoftwareKey.generate(KeyType.P256, disclosure.randomness)
        grouped = base_proof_transformation(document, hmac_key, disclosure.mandatory_pointers)
        mandatory, non_mandatory = split(grouped.nquads, grouped.groups["mandatory"])
        public_key = _P256_MULTIKEY + proof_key.public_key.raw
        sign_data = serialize_sign_data(
            proof_hash(document, options), public_key, hash_mandatory_nquads(mandatory)
        )
        value = BaseProofValue(
            base_signature=key.sign(sign_data),
            public_key=public_key,
            hmac_key=hmac_key,
            signatures=tuple(proof_key.sign(nquad.encode()) for nquad in non_mandatory),
            mandatory_pointers=disclosure.mandatory_pointers,
        )
        return {**options, "proofValue": serialize_base_proof_value(value)}

    def verify_proof(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, *, stored: bool
    ) -> UnsecuredDocument:
        """Verify Derived Proof (section 3.6.7), or with `stored` also a base proof, in full.

        Raises ProofError: ``proof.base-proof`` for a base proof that is not `stored`, ``proof.key-type``,
        ``proof.encoding``, ``proof.disclosure-malformed``, ``proof.context``, ``proof.label-map``,
        ``proof.signature-count``, ``proof.signature``, ``proof.signature-malformed``.
        """
        if key.type not in self.key_types:
            raise foreign_key_type(self.name, key.type)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        signed = RDF_DATASET.document_signed(options, document)
        data = _proof_bytes(proof)
        value: BaseProofValue | DerivedProofValue
        if data.startswith(_BASE):
            if not stored:
                raise ProofError(
                    "proof.base-proof",
                    N_(
                        "The document still carries the proof that lets its reader uncover every hidden part."
                    ),
                    next_step=N_("Ask the family to show the document again, by means of the wallet."),
                )
            value = parse_base_proof_value(proof)
            grouped = base_proof_transformation(document, value.hmac_key, value.mandatory_pointers)
            mandatory, non_mandatory = split(grouped.nquads, grouped.groups["mandatory"])
        else:
            value = parse_derived_proof_value(proof)
            nquads = label_replacement_canonicalize(document, value.label_map)
            if value.mandatory_indexes and value.mandatory_indexes[-1] >= len(nquads):
                raise _malformed()
            mandatory, non_mandatory = split(nquads, frozenset(value.mandatory_indexes))
        if len(value.signatures) != len(non_mandatory):
            raise ProofError(
                "proof.signature-count",
                N_("{statements} statements are shown as chosen ones, and {signatures} of them are signed."),
                statements=len(non_mandatory),
                signatures=len(value.signatures),
            )
        proof_key = _proof_key(value.public_key)
        mandatory_hash = hash_mandatory_nquads(mandatory)
        key.verify(
            value.base_signature,
            serialize_sign_data(proof_hash(document, options), value.public_key, mandatory_hash),
        )
        for signature, nquad in zip(value.signatures, non_mandatory, strict=True):
            proof_key.verify(signature, nquad.encode())
        return signed


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
    value = document.get("proof", [])
    proofs = value if isinstance(value, list) else [value]
    base_proofs = [proof for proof in proofs if isinstance(proof, dict) and _is_base_proof(proof)]
    if len(base_proofs) != 1:
        raise UsageError(
            "proof.no-base-proof",
            N_("Parts of this document cannot be hidden: the issuer did not sign them one by one."),
            next_step=N_("Show the whole document, or ask the issuer for one with hideable parts."),
        )
    proof = base_proofs[0]
    unsecured = {name: member for name, member in document.items() if name != "proof"}
    reveal_document, derived = create_disclosure_data(unsecured, proof, selective_pointers, contexts)
    reveal_document["proof"] = {**proof, "proofValue": serialize_derived_proof_value(derived)}
    return reveal_document


def base_proof_transformation(
    document: UnsecuredDocument, hmac_key: bytes, mandatory_pointers: Sequence[str]
) -> Grouped:
    """Section 3.6.2; the group is named "mandatory"."""
    return canonicalize_and_group(
        document.json,
        create_hmac_id_label_map_function(hmac_key),
        {"mandatory": mandatory_pointers},
        document.contexts,
    )


def create_hmac_id_label_map_function(hmac_key: bytes) -> LabelMapFactory:
    """Section 3.4.4: labels nobody can guess from, so that they do not tell how much is hidden."""

    def factory(canonical_id_map: Mapping[str, str]) -> dict[str, str]:
        return {
            node: "u" + multibase.base64url_encode(hmac.digest(hmac_key, canonical.encode(), "sha256"))
            for node, canonical in canonical_id_map.items()
        }

    return factory


def label_replacement_canonicalize(document: UnsecuredDocument, label_map: Mapping[str, str]) -> list[str]:
    """Section 3.4.2 with the label map of a derived proof, which must name every blank node, each otherwise.

    Raises ProofError (``proof.label-map``): with two objects under one label, the statements of one could be
    shown as another's.
    """
    quads = dict.fromkeys(document.quads)
    _, canonical = rdfc.canonicalize_with_labels(quads)
    if label_map.keys() != set(canonical.values()) or len(set(label_map.values())) != len(label_map):
        raise ProofError(
            "proof.label-map", N_("The proof does not name exactly the objects that the document shows.")
        )
    labels = {node: label_map[identifier] for node, identifier in canonical.items()}
    return sorted(line for _, line in relabelled(quads, labels))


def split(nquads: Sequence[str], mandatory: frozenset[int]) -> tuple[list[str], list[str]]:
    """The mandatory statements and the others, both in order."""
    return (
        [nquad for index, nquad in enumerate(nquads) if index in mandatory],
        [nquad for index, nquad in enumerate(nquads) if index not in mandatory],
    )


def proof_hash(document: UnsecuredDocument, options: JsonObject) -> bytes:
    """The proof configuration (section 3.6.4), hashed."""
    return hashlib.sha256(RDF_DATASET.proof_configuration(options, document, "sha256")).digest()


def hash_mandatory_nquads(mandatory: Sequence[str]) -> bytes:
    """Section 3.4.17."""
    return hashlib.sha256("".join(mandatory).encode()).digest()


def serialize_sign_data(hash_of_proof: bytes, public_key: bytes, mandatory_hash: bytes) -> bytes:
    """Section 3.5.1: what the issuer's key signs."""
    return hash_of_proof + public_key + mandatory_hash


def create_disclosure_data(
    document: JsonObject, proof: JsonObject, selective_pointers: Sequence[str], contexts: Contexts
) -> tuple[JsonObject, DerivedProofValue]:
    """Section 3.5.4: the reveal document, still without its proof, and the parts of that proof's value."""
    base = parse_base_proof_value(proof)
    combined_pointers = (*base.mandatory_pointers, *selective_pointers)
    grouped = canonicalize_and_group(
        document,
        create_hmac_id_label_map_function(base.hmac_key),
        {
            "mandatory": base.mandatory_pointers,
            "selective": selective_pointers,
            "combined": combined_pointers,
        },
        contexts,
    )
    mandatory, selective, combined = (grouped.groups[name] for name in ("mandatory", "selective", "combined"))
    revealed = sorted(combined)
    non_mandatory = [index for index in range(len(grouped.nquads)) if index not in mandatory]
    if len(non_mandatory) != len(base.signatures):
        raise _malformed()
    signatures = [
        signature
        for index, signature in zip(non_mandatory, base.signatures, strict=True)
        if index in selective
    ]
    # The identifiers the verifier will find when it canonicalizes what it gets.
    _, verifier_ids = rdfc.canonicalize_with_labels([grouped.quads[index] for index in revealed])
    return select_json_ld(combined_pointers, document), DerivedProofValue(
        base_signature=base.base_signature,
        public_key=base.public_key,
        signatures=tuple(signatures),
        label_map={identifier: grouped.label_map[node] for node, identifier in verifier_ids.items()},
        mandatory_indexes=tuple(position for position, index in enumerate(revealed) if index in mandatory),
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
    return _encode(_BASE, components)


def parse_base_proof_value(proof: JsonObject) -> BaseProofValue:
    """Section 3.5.3. Raises ProofError (``proof.encoding``, ``proof.disclosure-malformed``)."""
    base_signature, public_key, hmac_key, signatures, pointers = _decode(proof, _BASE)
    if not (
        _are_bytes([base_signature], _SIGNATURE_BYTES)
        and _are_bytes([public_key], _KEY_BYTES)
        and _are_bytes([hmac_key], _HMAC_BYTES)
        and _are_bytes(signatures, _SIGNATURE_BYTES)
        and isinstance(pointers, list)
        and all(isinstance(pointer, str) for pointer in pointers)
    ):
        raise _malformed()
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
    return _encode(_DERIVED, components)


def parse_derived_proof_value(proof: JsonObject) -> DerivedProofValue:
    """Sections 3.5.6 and 3.5.8. Raises ProofError (``proof.encoding``, ``proof.disclosure-malformed``).

    The text of section 3.5.8 says 36 bytes for the public key; what it describes elsewhere, and what its test
    vectors hold, has 35.
    """
    base_signature, public_key, signatures, compressed, indexes = _decode(proof, _DERIVED)
    if not (
        _are_bytes([base_signature], _SIGNATURE_BYTES)
        and _are_bytes([public_key], _KEY_BYTES)
        and _are_bytes(signatures, _SIGNATURE_BYTES)
        and isinstance(compressed, dict)
        and _are_counts(list(compressed))
        and _are_bytes(list(compressed.values()), _HMAC_BYTES)
        and _are_counts(indexes)
        and all(one < other for one, other in pairwise(indexes))
    ):
        raise _malformed()
    label_map = {
        f"c14n{number}": "u" + multibase.base64url_encode(label) for number, label in compressed.items()
    }
    return DerivedProofValue(base_signature, public_key, tuple(signatures), label_map, tuple(indexes))


def _is_base_proof(proof: JsonObject) -> bool:
    if proof.get("type") != DATA_INTEGRITY_PROOF or proof.get("cryptosuite") != ECDSA_SD_2023.name:
        return False
    return _proof_bytes(proof).startswith(_BASE)


def _encode(header: bytes, components: list[Any]) -> str:
    import cbor2

    value = multibase.encode_multibase(header + cbor2.dumps(components), "u")
    if len(value) > limits.PROOF_VALUE_CHARACTERS:
        raise LimitExceeded(
            "proof.too-long",
            N_("The member {pointer} has {size} characters; the ceiling is {limit}."),
            pointer="/proof/proofValue",
            size=len(value),
            limit=limits.PROOF_VALUE_CHARACTERS,
        )
    return value


def _proof_bytes(proof: JsonObject) -> bytes:
    value = proof.get("proofValue")
    if not isinstance(value, str) or value[:1] != "u":
        raise ProofError(
            "proof.encoding",
            N_("The value of a {cryptosuite} proof must be text in {base}, which begins with “{header}”."),
            cryptosuite=ECDSA_SD_2023.name,
            base="base64url",
            header="u",
        )
    return multibase.base64url_decode(value[1:], max_characters=limits.PROOF_VALUE_CHARACTERS)


def _decode(proof: JsonObject, header: bytes) -> list[Any]:
    """The five components behind a header. Written again they must be the same bytes: no tags, no second
    spelling, nothing after the end."""
    import cbor2

    data = _proof_bytes(proof)
    if not data.startswith(header):
        raise _malformed()
    try:
        components = cbor2.loads(data[len(header) :], max_depth=4, allow_indefinite=False)
        again = cbor2.dumps(components)
    except Exception:
        # Tags make the package build dates, patterns, addresses ... which fail each in a way of its own.
        raise _malformed() from None
    if again != data[len(header) :] or not isinstance(components, list) or len(components) != 5:
        raise _malformed()
    return components


def _are_bytes(values: Any, length: int) -> bool:
    return isinstance(values, list) and all(isinstance(v, bytes) and len(v) == length for v in values)


def _are_counts(values: Any) -> bool:
    return isinstance(values, list) and all(
        isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= limits.RDFC_QUADS for v in values
    )


def _proof_key(multikey: bytes) -> PublicKey:
    if not multikey.startswith(_P256_MULTIKEY):
        raise _malformed()
    return PublicKey(KeyType.P256, multikey[len(_P256_MULTIKEY) :])


def _malformed() -> ProofError:
    return ProofError(
        "proof.disclosure-malformed", N_("The proof of a document with hidden parts is not in order.")
    )
