"""Documents that are alike, each with the same kinds of proof: what they share is done once.

    series = Series([ProofMaker("eddsa-rdfc-2022", key, method), ...], created=now)
    secured, text = series.secure(document), series.secure_as_text(document)

The result is that of `data_integrity.add_proof`, once for each maker, byte for byte; the first document of
each shape is secured by it. For another one of that shape no context is looked at: its statements are those
of the first with other texts (`jsonld.shapes`), made once for all its proofs, and the options of the proofs
are the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet import strict_json
from vcwallet.identifiers.keys import SigningKey
from vcwallet.proofs.cryptosuites import SUITES
from vcwallet.proofs.cryptosuites.canonical_forms import RDF_DATASET, UnsecuredDocument
from vcwallet.proofs.cryptosuites.selection import LabelMapFactory, canonicalize_and_group
from vcwallet.proofs.cryptosuites.suite import DisclosingSuite, HideableParts
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.proofs.jsonld.shapes import CANONICAL, Flat, Shape, canonically_named
from vcwallet.strict_json import Json, JsonObject

__all__ = ["Likeness", "ProofMaker", "Series"]

_SHAPES: Final = 32
"""Of documents of one sheet: some values may be missing. Of others each is walked by itself."""


@dataclass(frozen=True, slots=True)
class ProofMaker:
    """By whom, and how, each document is signed."""

    suite: str
    key: SigningKey
    verification_method: str


class Series:
    """Secures documents with the same proofs, all as of one moment. It is not for several threads."""

    def __init__(
        self, makers: Sequence[ProofMaker], *, created: datetime, contexts: Contexts = PINNED
    ) -> None:
        self._makers = tuple(makers)
        # Whether each hides parts; the question takes as long as a signature.
        self._hide = [isinstance(SUITES[maker.suite], DisclosingSuite) for maker in makers]
        self._created = created
        self._contexts = contexts
        self._known: list[_Known] = []
        self._left = _SHAPES

    def secure(
        self,
        document: JsonObject,
        *,
        mandatory_pointers: Sequence[str] = (),
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> JsonObject:
        """A new document with a proof of each maker; `document` has none and stays as it is.

        What is mandatory, and the randomness, are for those with hideable parts. Raises as `add_proof`.
        """
        hideable = HideableParts(tuple(mandatory_pointers), randomness)
        known = self._take(document)
        if known is None:
            return self._first(document, hideable)
        proofs = self._proofs(document, known, hideable)
        return {**document, "proof": proofs if len(proofs) > 1 else proofs[0]}

    def secure_as_text(
        self,
        document: JsonObject,
        *,
        mandatory_pointers: Sequence[str] = (),
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> str:
        """What `secure` gives, as `strict_json.dumps` writes it, in less time."""
        hideable = HideableParts(tuple(mandatory_pointers), randomness)
        known = self._take(document)
        if known is None:
            return strict_json.dumps(self._first(document, hideable))
        return self._as_text(document, known, hideable)

    def _as_text(self, document: JsonObject, known: _Known, hideable: HideableParts) -> str:
        text = known.shape.json()
        proofs = [
            known.proof_text(proof, options)
            for proof, options in zip(self._proofs(document, known, hideable), known.options, strict=True)
        ]
        told = f"[{','.join(proofs)}]" if len(proofs) > 1 else proofs[0]
        return f'{text[:-1]},"proof":{told}}}'

    def likeness(self, document: JsonObject) -> Likeness | None:
        """What secures the documents of this one's shape by their texts alone; None where that cannot be.

        It cannot for what hides parts, nor where the JSON itself is signed.
        """
        if any(getattr(SUITES[maker.suite], "form", None) is not RDF_DATASET for maker in self._makers):
            return None
        known = self._take(document)
        return None if known is None else Likeness(self, known)

    def _take(self, document: JsonObject) -> _Known | None:
        """The shape of a document, which has gone over to it; None when it is not known."""
        flat = Flat(document)
        for known in self._known:
            if known.rest == flat.rest and known.shape.take(flat.texts):
                return known
        return None

    def _first(self, document: JsonObject, hideable: HideableParts) -> JsonObject:
        secured = document
        for maker, hides in zip(self._makers, self._hide, strict=True):
            parts = hideable if hides else _NOTHING
            secured = add_proof(
                secured,
                suite=maker.suite,
                key=maker.key,
                verification_method=maker.verification_method,
                created=self._created,
                mandatory_pointers=parts.mandatory_pointers,
                randomness=parts.randomness,
                contexts=self._contexts,
            )
        self._remember(document, secured)
        return secured

    def _proofs(self, document: JsonObject, known: _Known, hideable: HideableParts) -> list[Json]:
        unsecured = _Alike(document, known)
        proofs: list[Json] = []
        for maker, hides, options in zip(self._makers, self._hide, known.options, strict=True):
            parts = hideable if hides else _NOTHING
            proofs.append(SUITES[maker.suite].create_proof(unsecured, options, maker.key, parts))
        return proofs

    def _remember(self, document: JsonObject, secured: JsonObject) -> None:
        """Keep the shape of a document, unless it cannot be trusted to give what was just signed."""
        self._left -= 1
        if self._left < 0 or "proof" in document or secured["@context"] != document.get("@context"):
            return
        shape, flat = Shape.of(document, self._contexts), Flat(document)
        if shape is None or any(known.rest == flat.rest for known in self._known):
            return
        proofs = secured["proof"] if isinstance(secured["proof"], list) else [secured["proof"]]
        options = [
            {name: value for name, value in proof.items() if name != "proofValue"}
            for proof in proofs
            if isinstance(proof, dict)
        ]
        if not shape.take(flat.texts):
            return
        ordinary = UnsecuredDocument(document, self._contexts).nquads("sha256")
        if shape.canonical().encode() == ordinary and shape.json() == strict_json.dumps(document):
            self._known.append(_Known(shape, flat.rest, options, self._contexts))


@dataclass(frozen=True, slots=True)
class Likeness:
    """The documents of one shape in a series."""

    _series: Series
    _known: _Known

    def secure_as_text(self, texts: Sequence[str]) -> str | None:
        """What `Series.secure_as_text` gives of the document of this shape that has these `Flat.texts`.

        None when they decide more than they say, and the document itself has to be looked at.
        """
        if len(texts) != self._known.shape.texts or not self._known.shape.take(texts):
            return None
        # Nothing is looked at in it but its contexts, which are those of all.
        return self._series._as_text(self._known.shape.marked, self._known, _NOTHING)


_NOTHING: Final = HideableParts((), os.urandom)


class _Known:
    """A shape, and what is the same for all documents of it."""

    def __init__(
        self, shape: Shape, rest: list[object], options: Sequence[JsonObject], contexts: Contexts
    ) -> None:
        self.shape = shape
        self.rest = rest
        """What `Flat` has of each of them, their texts aside."""
        self.options = options
        self.contexts = contexts
        self.configurations: dict[tuple[int, str], bytes] = {}
        """By the identity of one of the `options` and the name of a hash."""
        self._begun: dict[int, str] = {}
        """The JSON of `options`, by their identity, without what closes it."""
        self.mandatory: dict[tuple[str, ...], frozenset[int]] = {}
        """By pointers: the places of the statements that they name."""

    def proof_text(self, proof: Json, options: JsonObject) -> str:
        """A proof that was made with some of the `options`, as JSON."""
        assert isinstance(proof, dict)
        begun = self._begun.get(id(options))
        if begun is None:
            begun = self._begun[id(options)] = strict_json.dumps(options)[:-1]
        value = proof["proofValue"]
        if isinstance(value, str) and [*proof.items()] == [*options.items(), ("proofValue", value)]:
            return f'{begun},"proofValue":{strict_json.quoted(value)}}}'
        return strict_json.dumps(proof)

    def places(self, pointers: Sequence[str]) -> frozenset[int]:
        key = tuple(pointers)
        found = self.mandatory.get(key)
        if found is None:
            marked = self.shape.marked
            grouped = canonicalize_and_group(marked, dict, {"mandatory": key}, self.contexts)
            found = self.mandatory[key] = frozenset(
                self.shape.place_of[canonically_named(grouped.quads[index])]
                for index in grouped.groups["mandatory"]
            )
        return found


class _Alike(UnsecuredDocument):
    """A document whose statements come of its shape, until that takes another one."""

    __slots__ = ("known",)

    def __init__(self, json: JsonObject, known: _Known) -> None:
        super().__init__(json, known.contexts)
        self.known = known

    def nquads(self, hash_name: str) -> bytes:
        form = self._forms.get("lines")
        if form is None:
            # A single object without an identifier has the same label whatever the hash.
            form = self._forms["lines"] = self.known.shape.canonical().encode()
        return form

    def configuration(self, options: JsonObject, hash_name: str) -> bytes:
        if not any(options is each for each in self.known.options):
            return super().configuration(options, hash_name)
        key = (id(options), hash_name)
        if key not in self.known.configurations:
            self.known.configurations[key] = super().configuration(options, hash_name)
        return self.known.configurations[key]

    def statements(
        self, labels: LabelMapFactory, mandatory_pointers: Sequence[str]
    ) -> tuple[list[str], list[str]]:
        mandatory = self.known.places(mandatory_pointers)
        (label,) = labels({"b": CANONICAL[2:]}).values()
        lines = self.known.shape.lines(f"_:{label}")
        ordered = sorted(zip(lines, range(len(lines)), strict=True))
        return (
            [line for line, place in ordered if place in mandatory],
            [line for line, place in ordered if place not in mandatory],
        )
