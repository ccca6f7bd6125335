"""What a cryptosuite is, and the plain ones: a canonical form and a table from key type to hash.

vc-data-integrity, section 3 (cryptographic suites) and the algorithms of vc-di-eddsa and vc-di-ecdsa, whose
names the methods carry. Every intermediate value of those documents is one method's result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from vcwallet.errors import N_, ProofError, UsageError
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey
from vcwallet.proofs.cryptosuites.canonical_forms import CanonicalForm, UnsecuredDocument
from vcwallet.proofs.jsonld import Contexts
from vcwallet.strict_json import JsonObject

DATA_INTEGRITY_PROOF: Final = "DataIntegrityProof"
DATA_INTEGRITY_CONTEXTS: Final = (
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/data-integrity/v1",
    "https://www.w3.org/ns/credentials/v2",
)
_HASHES: Final = {"sha256": hashlib.sha256, "sha384": hashlib.sha384}


@dataclass(frozen=True, slots=True)
class HideableParts:
    """What an issuer decides for a proof with hideable parts."""

    mandatory_pointers: tuple[str, ...]
    """JSON pointers to what can never be hidden."""
    randomness: Callable[[int], bytes]
    """A cryptographic source, for the proof's own key and the labels of unnamed objects."""


class Cryptosuite(Protocol):
    """One cryptosuite: the specification's "cryptosuite instance"."""

    @property
    def name(self) -> str: ...

    @property
    def type(self) -> str:
        """The proof's ``type``; `DATA_INTEGRITY_PROOF`, or a name of its own for suites older than that."""
        ...

    @property
    def contexts(self) -> tuple[str, ...]:
        """The contexts that define the terms of such a proof. The first is added where none of them is."""
        ...

    @property
    def key_types(self) -> Collection[KeyType]: ...

    @property
    def needs_created(self) -> bool: ...

    def create_proof(
        self, document: UnsecuredDocument, options: JsonObject, key: SigningKey, hideable: HideableParts
    ) -> JsonObject:
        """The proof: `options` with ``proofValue``, and with ``@context`` where the suite keeps it.

        Raises ProofError (``proof.key-type``) for a key the suite does not take, and what canonicalizing
        raises.
        """
        ...

    def verify_proof(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, *, stored: bool
    ) -> UnsecuredDocument:
        """Return what `proof` holds over when it does; the caller has checked everything but the signature.

        That is `document` itself, or one with fewer contexts where contexts were added after signing.
        `stored` says that this is its holder's own copy, which may have the proof others are derived from.

        Raises ProofError (``proof.key-type``, ``proof.encoding``, ``proof.context``, ``proof.signature``,
        ``proof.signature-malformed``) and what canonicalizing raises.
        """
        ...


@runtime_checkable
class DisclosingSuite(Cryptosuite, Protocol):
    """A suite whose base proofs are for the holder, who derives from them what others get."""

    @property
    def base_prefixes(self) -> tuple[str, ...]:
        """How the ``proofValue`` of every base proof of this suite begins."""
        ...

    def is_base_proof(self, proof: JsonObject) -> bool:
        """Whether a proof is a base proof of this suite. Raises ProofError (``proof.encoding``) when no
        proof of the suite can look like it."""
        ...

    def may_leave_out(self, proof: JsonObject) -> bool:
        """Whether statements that were signed may be missing from the document of a proof of this suite."""
        ...

    def mandatory_pointers(self, base_proof: JsonObject) -> tuple[str, ...]:
        """What can never be hidden. Raises ProofError for a malformed proof."""
        ...

    def add_derived_proof(
        self,
        document: JsonObject,
        selective_pointers: Sequence[str],
        *,
        randomness: Callable[[int], bytes],
        contexts: Contexts,
    ) -> JsonObject:
        """Add Derived Proof: see `data_integrity.derive`."""
        ...


@dataclass(frozen=True, slots=True)
class PlainSuite:
    """A suite that signs the whole document at once. `hashes` says which keys it takes, and their hashes."""

    name: str
    type: str
    form: CanonicalForm
    hashes: Mapping[KeyType, str]
    contexts: tuple[str, ...]
    needs_created: bool = False

    @property
    def key_types(self) -> Collection[KeyType]:
        return self.hashes.keys()

    def create_proof(
        self, document: UnsecuredDocument, options: JsonObject, key: SigningKey, hideable: HideableParts
    ) -> JsonObject:
        """See `Cryptosuite`. Raises UsageError (``proof.no-disclosure``) when parts are named mandatory."""
        if hideable.mandatory_pointers:
            raise UsageError(
                "proof.no-disclosure",
                N_("With a proof of the kind {cryptosuite} nothing can be hidden, so nothing is mandatory."),
                cryptosuite=self.name,
            )
        options = self.form.options_to_sign(options, document)
        hash_data = self.hash_data(document, options, key.public_key.type)
        return {**options, "proofValue": self.proof_serialization(hash_data, key)}

    def verify_proof(
        self, document: UnsecuredDocument, proof: JsonObject, key: PublicKey, *, stored: bool
    ) -> UnsecuredDocument:
        """See `Cryptosuite`."""
        self.hash_name(key.type)
        signature = self.proof_bytes(proof)
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        signed = self.form.document_signed(options, document)
        self.proof_verification(self.hash_data(signed, options, key.type), signature, key)
        return signed

    def hash_data(self, document: UnsecuredDocument, options: JsonObject, key_type: KeyType) -> bytes:
        """What is signed: transformation, proof configuration and hashing, one after the other."""
        hash_name = self.hash_name(key_type)
        return self.hashing(
            self.form.transformation(document, hash_name),
            self.form.proof_configuration(options, document, hash_name),
            key_type,
        )

    def hash_name(self, key_type: KeyType) -> str:
        """The hash that goes with a key. Raises ProofError (``proof.key-type``) for a foreign key type."""
        try:
            return self.hashes[key_type]
        except KeyError:
            raise foreign_key_type(self.name, key_type) from None

    def hashing(self, transformed: bytes, canonical_proof_config: bytes, key_type: KeyType) -> bytes:
        """Both hashes, that of the proof configuration first."""
        digest = _HASHES[self.hash_name(key_type)]
        return digest(canonical_proof_config).digest() + digest(transformed).digest()

    def proof_serialization(self, hash_data: bytes, key: SigningKey) -> str:
        """Sign; the value is base-58-btc Multibase."""
        return multibase.encode_multibase(key.sign(hash_data), "z")

    def proof_bytes(self, proof: JsonObject) -> bytes:
        """The signature. Raises ProofError (``proof.encoding``) for another base than base-58-btc."""
        value = proof.get("proofValue")
        if not isinstance(value, str) or value[:1] != "z":
            raise ProofError(
                "proof.encoding",
                N_(
                    "The value of a {cryptosuite} proof must be text in {base}, which begins with “{header}”."
                ),
                cryptosuite=self.name,
                base="base-58",
                header="z",
            )
        return multibase.base58btc_decode(value[1:])

    def proof_verification(self, hash_data: bytes, signature: bytes, key: PublicKey) -> None:
        """Raises ProofError (``proof.signature``, ``proof.signature-malformed``)."""
        key.verify(signature, hash_data)


def foreign_key_type(cryptosuite: str, key_type: KeyType) -> ProofError:
    return ProofError(
        "proof.key-type",
        N_("A proof of the kind {cryptosuite} cannot be made with a {key_type} key."),
        cryptosuite=cryptosuite,
        key_type=key_type.value,
    )
