"""The two canonical forms, and how each treats the proof's own ``@context``.

A form transforms the document and the proof options (the specifications' "transformation" and "proof
configuration") into the bytes that are hashed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol

from vcwallet import strict_json
from vcwallet.errors import N_, ProofError
from vcwallet.proofs import jcs, rdfc
from vcwallet.proofs.cryptosuites.selection import (
    Grouped,
    LabelMapFactory,
    NamedStatements,
    canonicalize_and_group,
    split,
)
from vcwallet.proofs.jsonld import Contexts, to_quads
from vcwallet.strict_json import Json, JsonObject


class UnsecuredDocument:
    """A document on its way into signatures: "unsecured data document", or one that carries the previous
    proofs of a chain. Its forms are made once, on demand, because all proofs of a set sign the same one;
    the JSON must not change meanwhile. `in_parts` says that a proof of the set signs its statements one by
    one: then they are named after their places at once, and one walk serves the other proofs too."""

    __slots__ = ("_forms", "_named", "_quads", "contexts", "in_parts", "json")

    def __init__(self, json: JsonObject, contexts: Contexts, *, in_parts: bool = False) -> None:
        self.json = json
        self.contexts = contexts
        # Documents with added contexts are compared with another program, which only `to_quads` asks.
        self.in_parts = in_parts and not contexts.added
        self._quads: list[rdfc.Quad] | None = None
        self._named: NamedStatements | None = None
        self._forms: dict[str, bytes] = {}

    @property
    def quads(self) -> list[rdfc.Quad]:
        """The RDF dataset. Raises what `to_quads` raises for anything a signature would not cover."""
        if self.in_parts:
            return list(self.named.quads)
        if self._quads is None:
            self._quads = to_quads(self.json, contexts=self.contexts)
        return self._quads

    @property
    def named(self) -> NamedStatements:
        """The same dataset, with blank nodes named after their places in the JSON."""
        if self._named is None:
            self._named = NamedStatements.of(self.json, self.contexts)
        return self._named

    def nquads(self, hash_name: str) -> bytes:
        """RDFC-1.0, serialized canonical form; `hash_name`, "sha256" or "sha384", is the hash inside it."""
        form = self._forms.get(hash_name)
        if form is None and self.in_parts and hash_name == "sha256":
            form = self._forms[hash_name] = self.named.canonical.encode()
        if form is None:
            form = self._forms[hash_name] = rdfc.canonicalize(self.quads, hash_name=hash_name).encode()
        return form

    def canonical_json(self) -> bytes:
        """RFC 8785."""
        form = self._forms.get("jcs")
        if form is None:
            form = self._forms["jcs"] = jcs.canonicalize(self.json)
        return form

    def configuration(self, options: JsonObject, hash_name: str) -> bytes:
        """The statements of a proof's options in the words of this document, in canonical form."""
        config = dict(options)
        if "@context" in self.json:
            config["@context"] = self.json["@context"]
        text = strict_json.dumps(config)
        if len(text) > _REMEMBERED:
            return _configuration.__wrapped__(text, self.contexts, hash_name)
        return _configuration(text, self.contexts, hash_name)

    def base_proof_transformation(
        self, labels: LabelMapFactory, mandatory_pointers: Sequence[str]
    ) -> Grouped:
        """vc-di-ecdsa section 3.6.2, vc-di-bbs section 3.4.2; the group is named "mandatory"."""
        definitions = {"mandatory": mandatory_pointers}
        return canonicalize_and_group(self.json, labels, definitions, self.contexts, whole=self.named)

    def statements(
        self, labels: LabelMapFactory, mandatory_pointers: Sequence[str]
    ) -> tuple[list[str], list[str]]:
        """What is always shown and what can be hidden, a statement a line, with the labels of a proof."""
        grouped = self.base_proof_transformation(labels, mandatory_pointers)
        return split(grouped.nquads, grouped.groups["mandatory"])


_REMEMBERED: Final = 4096
"""Characters of options that are remembered: whoever signs many documents signs them with the same ones."""


@lru_cache(maxsize=256)
def _configuration(text: str, contexts: Contexts, hash_name: str) -> bytes:
    quads = to_quads(json.loads(text), contexts=contexts)
    return rdfc.canonicalize(quads, hash_name=hash_name).encode()


class CanonicalForm(Protocol):
    """A canonical form. `options` is a proof without its ``proofValue``."""

    def transformation(self, document: UnsecuredDocument, hash_name: str) -> bytes: ...

    def proof_configuration(
        self, options: JsonObject, document: UnsecuredDocument, hash_name: str
    ) -> bytes: ...

    def options_to_sign(self, options: JsonObject, document: UnsecuredDocument) -> JsonObject:
        """The options as the proof will carry them."""
        ...

    def document_signed(self, options: JsonObject, document: UnsecuredDocument) -> UnsecuredDocument:
        """The document as the signer saw it. Raises ProofError (``proof.context``) when it was another."""
        ...


class RdfDataset:
    """RDF Dataset Canonicalization; the statements are signed, and the context is only how they are
    written (vc-di-eddsa 3.2.5, vc-di-ecdsa 3.2.5: the configuration takes the document's context)."""

    def transformation(self, document: UnsecuredDocument, hash_name: str) -> bytes:
        return document.nquads(hash_name)

    def proof_configuration(self, options: JsonObject, document: UnsecuredDocument, hash_name: str) -> bytes:
        return document.configuration(options, hash_name)

    def options_to_sign(self, options: JsonObject, document: UnsecuredDocument) -> JsonObject:
        return options

    def document_signed(self, options: JsonObject, document: UnsecuredDocument) -> UnsecuredDocument:
        # The configuration overwrites a context in the proof, so nothing would cover a different one.
        if "@context" in options and not same_json(options["@context"], document.json.get("@context")):
            raise wrong_context()
        return document


class CanonicalJson:
    """JSON Canonicalization Scheme; the JSON itself is signed, context and all. The proof keeps the context
    of its own time, so that a later proof of a set may add one (vc-di-eddsa 3.3.1, step 2, and 3.3.2,
    step 4)."""

    def transformation(self, document: UnsecuredDocument, hash_name: str) -> bytes:
        return document.canonical_json()

    def proof_configuration(self, options: JsonObject, document: UnsecuredDocument, hash_name: str) -> bytes:
        return jcs.canonicalize(options)

    def options_to_sign(self, options: JsonObject, document: UnsecuredDocument) -> JsonObject:
        if "@context" in document.json:
            return {**options, "@context": document.json["@context"]}
        return options

    def document_signed(self, options: JsonObject, document: UnsecuredDocument) -> UnsecuredDocument:
        if "@context" not in options:
            return document
        signed, present = options["@context"], document.json.get("@context", [])
        if same_json(signed, present):
            return document
        first = _as_list(signed)
        if not same_json(first, _as_list(present)[: len(first)]):
            raise wrong_context()
        return UnsecuredDocument({**document.json, "@context": signed}, document.contexts)


RDF_DATASET = RdfDataset()
CANONICAL_JSON = CanonicalJson()


def same_json(one: Json, other: Json) -> bool:
    """Whether two JSON values are written alike: ``==``, except that true is not 1 and 1 is not 1.0."""
    if one != other:
        return False
    only_texts = all(isinstance(item, str) for item in _as_list(one))
    return only_texts or strict_json.dumps(one) == strict_json.dumps(other)


def wrong_context() -> ProofError:
    return ProofError(
        "proof.context",
        N_("The proof was made for other contexts than the document has."),
        next_step=N_("The list of contexts was changed after signing; ask for the original document."),
    )


def _as_list(context: Json) -> list[Json]:
    return context if isinstance(context, list) else [context]
