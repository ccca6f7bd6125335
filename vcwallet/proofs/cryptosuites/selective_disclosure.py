"""What ecdsa-sd-2023 and bbs-2023 have in common: statements in groups, labels nobody can guess, and values
of base and derived proofs in CBOR behind a header.

vc-di-ecdsa sections 3.4 and 3.5, whose algorithms the functions are named after; vc-di-bbs refers to them.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from vcwallet import limits
from vcwallet.errors import N_, LimitExceeded, ProofError, UsageError
from vcwallet.identifiers import multibase
from vcwallet.proofs import rdfc
from vcwallet.proofs.cryptosuites.canonical_forms import RDF_DATASET, UnsecuredDocument
from vcwallet.proofs.cryptosuites.selection import (
    Grouped,
    LabelMapFactory,
    canonicalize_and_group,
    relabelled,
    select_json_ld,
    split,
)
from vcwallet.proofs.cryptosuites.suite import DATA_INTEGRITY_PROOF
from vcwallet.proofs.jsonld import Contexts
from vcwallet.strict_json import JsonObject

HMAC_BYTES = 32
"""The length of an HMAC key, and of a digest."""


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


def split_revealed(nquads: Sequence[str], mandatory_indexes: Sequence[int]) -> tuple[list[str], list[str]]:
    """`split` by the ascending indexes that a derived proof brings (ProofError when one is out of range)."""
    if mandatory_indexes and mandatory_indexes[-1] >= len(nquads):
        raise malformed()
    return split(nquads, frozenset(mandatory_indexes))


def proof_hash(document: UnsecuredDocument, options: JsonObject) -> bytes:
    """The proof configuration (section 3.6.4), hashed."""
    return hashlib.sha256(RDF_DATASET.proof_configuration(options, document, "sha256")).digest()


def hash_mandatory_nquads(mandatory: Sequence[str]) -> bytes:
    """Section 3.4.17."""
    return hashlib.sha256("".join(mandatory).encode()).digest()


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a holder shows of a document, before there is a proof of it."""

    document: JsonObject
    grouped: Grouped
    """The whole document, in the groups "mandatory", "selective" and "combined"."""
    label_map: dict[str, str]
    """From the identifiers that the verifier will find (``c14n0``) to the labels that were signed."""
    mandatory_indexes: tuple[int, ...]
    """Positions among the statements that are shown."""
    selective_indexes: tuple[int, ...]
    """Positions among all statements that are not mandatory."""


def reveal(
    document: JsonObject,
    label_map_factory: LabelMapFactory,
    mandatory_pointers: Sequence[str],
    selective_pointers: Sequence[str],
    contexts: Contexts,
) -> Revealed:
    """Section 3.5.4, and 3.3.3 of vc-di-bbs, up to the signatures."""
    combined_pointers = (*mandatory_pointers, *selective_pointers)
    definitions = {
        "mandatory": mandatory_pointers,
        "selective": selective_pointers,
        "combined": combined_pointers,
    }
    grouped = canonicalize_and_group(document, label_map_factory, definitions, contexts)
    mandatory, selective = grouped.groups["mandatory"], grouped.groups["selective"]
    revealed = sorted(grouped.groups["combined"])
    non_mandatory = [index for index in range(len(grouped.nquads)) if index not in mandatory]
    # The identifiers the verifier will find when it canonicalizes what it gets.
    _, verifier_ids = rdfc.canonicalize_with_labels([grouped.quads[index] for index in revealed])
    return Revealed(
        document=select_json_ld(combined_pointers, document),
        grouped=grouped,
        label_map={identifier: grouped.label_map[node] for node, identifier in verifier_ids.items()},
        mandatory_indexes=tuple(position for position, index in enumerate(revealed) if index in mandatory),
        selective_indexes=tuple(
            position for position, index in enumerate(non_mandatory) if index in selective
        ),
    )


@dataclass(frozen=True, slots=True)
class ProofValues:
    """How a suite writes its two kinds of proof: base64url of a header and of five components in CBOR."""

    cryptosuite: str
    base: bytes
    derived: bytes
    other_bases: tuple[bytes, ...] = ()
    """Headers of base proofs that are recognized, though nothing here reads them."""

    def encode(self, header: bytes, components: list[Any]) -> str:
        """Raises LimitExceeded (``proof.too-long``)."""
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

    def octets(self, proof: JsonObject) -> bytes:
        """The value with its header. Raises ProofError (``proof.encoding``) and what decoding raises."""
        value = proof.get("proofValue")
        if not isinstance(value, str) or value[:1] != "u":
            raise ProofError(
                "proof.encoding",
                N_(
                    "The value of a {cryptosuite} proof must be text in {base}, which begins with “{header}”."
                ),
                cryptosuite=self.cryptosuite,
                base="base64url",
                header="u",
            )
        return multibase.base64url_decode(value[1:], max_characters=limits.PROOF_VALUE_CHARACTERS)

    def decode(self, proof: JsonObject, header: bytes) -> list[Any]:
        """The five components behind a header. Written again they must be the same bytes: no tags, no second
        spelling, nothing after the end."""
        import cbor2

        data = self.octets(proof)
        if not data.startswith(header):
            raise malformed()
        try:
            components = cbor2.loads(data[len(header) :], max_depth=4, allow_indefinite=False)
            again = cbor2.dumps(components)
        except Exception:
            # Tags make the package build dates, patterns, addresses ... which fail each in a way of its own.
            raise malformed() from None
        if again != data[len(header) :] or not isinstance(components, list) or len(components) != 5:
            raise malformed()
        return components

    def is_base(self, proof: JsonObject) -> bool:
        """Whether a proof is a base proof of this suite."""
        if proof.get("type") != DATA_INTEGRITY_PROOF or proof.get("cryptosuite") != self.cryptosuite:
            return False
        return self.octets(proof).startswith((self.base, *self.other_bases))

    @property
    def base_prefixes(self) -> tuple[str, ...]:
        """How the value of a base proof begins: a header of three bytes is four whole characters."""
        headers = (self.base, *self.other_bases)
        return tuple(multibase.encode_multibase(header, "u") for header in headers)

    def base_proof_of(self, document: JsonObject) -> JsonObject:
        """The one base proof of a document. Raises UsageError (``proof.no-base-proof``)."""
        value = document.get("proof", [])
        proofs = value if isinstance(value, list) else [value]
        base_proofs = [proof for proof in proofs if isinstance(proof, dict) and self.is_base(proof)]
        if len(base_proofs) != 1:
            raise no_base_proof()
        return base_proofs[0]


def are_bytes(values: Any, length: int) -> bool:
    return isinstance(values, list) and all(isinstance(v, bytes) and len(v) == length for v in values)


def are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def are_counts(values: Any) -> bool:
    return isinstance(values, list) and all(
        isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= limits.RDFC_QUADS for v in values
    )


def are_indexes(values: Any) -> bool:
    """Whether these are counts, each greater than the one before."""
    return are_counts(values) and all(one < other for one, other in pairwise(values))


def check_unchained(document: JsonObject) -> None:
    """Raise UsageError (``proof.disclosure-chain``) over previous proofs."""
    if "proof" in document:
        raise UsageError(
            "proof.disclosure-chain", N_("A proof with hideable parts cannot build on another proof.")
        )


def check_count(shown: Sequence[str], signed: Sequence[object]) -> None:
    """Raise ProofError (``proof.signature-count``) unless there are as many of both."""
    if len(shown) != len(signed):
        raise ProofError(
            "proof.signature-count",
            N_("{statements} statements are shown as chosen ones, and {signatures} of them are signed."),
            statements=len(shown),
            signatures=len(signed),
        )


def no_base_proof() -> UsageError:
    return UsageError(
        "proof.no-base-proof",
        N_("Parts of this document cannot be hidden: the issuer did not sign them one by one."),
        next_step=N_("Show the whole document, or ask the issuer for one with hideable parts."),
    )


def base_proof_shown() -> ProofError:
    return ProofError(
        "proof.base-proof",
        N_("The document still carries the proof that lets its reader uncover every hidden part."),
        next_step=N_("Ask the family to show the document again, by means of the wallet."),
    )


def malformed() -> ProofError:
    return ProofError(
        "proof.disclosure-malformed", N_("The proof of a document with hidden parts is not in order.")
    )
