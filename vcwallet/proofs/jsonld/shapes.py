"""Statements of documents that differ in their texts alone: such documents are walked once for all.

    shape = Shape.of(document, contexts)
    if Flat(another).rest == Flat(document).rest:
        lines = shape.lines(Flat(another).texts)

A sheet makes thousands of diplomas that have the same members, arrays and types. Which statements those make
is decided by the contexts and by nothing in the texts: a text becomes a literal or an identifier, and where
it stands tells which. So the first document is walked with a mark in place of every text, and another one
only has its texts put where the marks came out, each by the function that the walk uses for that place.

A shape answers None wherever the texts might decide more than that, and the walk itself has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

from vcwallet.errors import VcwalletError
from vcwallet.proofs.jsonld import values
from vcwallet.proofs.jsonld.pinned import Contexts
from vcwallet.proofs.jsonld.terms import ActiveContext, Path, Term
from vcwallet.proofs.jsonld.walk import _Walk, context_urls
from vcwallet.proofs.rdfc import Quad
from vcwallet.strict_json import Json, JsonObject

__all__ = ["CANONICAL", "Flat", "Shape", "canonically_named"]

CANONICAL: Final = "_:c14n0"
"""The canonical label of the only object without an identifier (rdf-canon section 4.4.3)."""
_ALIKE: Final = frozenset({"@context", "@type", "type"})
"""Members whose texts decide what others mean, so that they are equal in all documents of a shape."""

_Maker: TypeAlias = Callable[[str], str]
"""From the text at one place to its term in a statement; raises what the walk raises there."""


class Shape:
    """The statements of every document that has the members, arrays and types of one of them."""

    def __init__(self, marked: JsonObject, quads: Sequence[Quad], walker: _MarkedWalk) -> None:
        self.marked = marked
        """The document with marks for its texts."""
        self.place_of = {quad: place for place, quad in enumerate(quads)}
        """Where each statement of `marked` stands among `lines`; an object without an identifier has
        the label `CANONICAL`."""
        made = sorted(walker.made.items(), key=lambda each: each[1][0])
        self._makers: list[_Maker] = [maker for _, (_, maker) in made]
        self._subjects = sorted(walker.subjects)
        self._lines = _Lines(quads, {term: number for number, (term, _) in enumerate(made)})
        unnamed = [quad for quad in quads if CANONICAL in quad]
        self._unnamed_places = [self.place_of[quad] for quad in unnamed]
        self._unnamed_lines = _Lines(
            unnamed, {term: number for number, term in enumerate([*(t for t, _ in made), CANONICAL])}
        )
        # Most texts are those of the document before: an issuer, a contest.
        self._texts: list[str | None] = [None] * len(made)
        self._terms: list[str] = [""] * len(made)

    @classmethod
    def of(cls, document: JsonObject, contexts: Contexts) -> Shape | None:
        """The shape of a document that `to_quads` takes; None when its texts decide more than they state."""
        if contexts.added:
            return None  # these are compared with another program, document by document
        marks: list[_Mark] = []
        marked = _marked(document, marks)
        assert isinstance(marked, dict)
        walker = _MarkedWalk(contexts)
        where = (None, "@context")
        try:
            active = contexts.root(context_urls(marked.get("@context"), where), where)
            walker.node(marked, active, "", None, 0)
        except (VcwalletError, RecursionError):
            return None  # a text that had to be a certain one
        if walker.secured or walker.unnamed > 1 or len(walker.made) != len(marks):
            return None
        return cls(marked, [canonically_named(quad) for quad in dict.fromkeys(walker.quads)], walker)

    def lines(self, texts: Sequence[str]) -> list[str] | None:
        """The statements of the document with these `Flat.texts` as lines of N-Quads, canonical, not sorted.

        Each stands at the same place for every document of the shape. None when the texts decide more, or
        when one of them cannot stand where it does.
        """
        known, terms = self._texts, self._terms
        try:
            for number, text in enumerate(texts):
                if text != known[number]:
                    terms[number] = self._makers[number](text)
                    known[number] = text
        except VcwalletError:
            known[:] = [None] * len(known)
            return None
        if len({terms[number] for number in self._subjects}) != len(self._subjects):
            return None  # two objects with one identifier: the walk compares what they say
        lines = self._lines.of(terms)
        return lines if len(set(lines)) == len(lines) else None

    def relabelled(self, lines: Sequence[str], label: str) -> list[str]:
        """What `lines` answered last, with another label for the object without an identifier."""
        result = list(lines)
        changed = self._unnamed_lines.of([*self._terms, label]) if self._unnamed_places else []
        for place, line in zip(self._unnamed_places, changed, strict=True):
            result[place] = line
        return result


def canonically_named(quad: Quad) -> Quad:
    """A statement of a document in which one object at the most has no identifier."""
    subject, predicate, object_, graph = (CANONICAL if term[:2] == "_:" else term for term in quad)
    return subject, predicate, object_, graph


class _Lines:
    """Statements in which some terms are still to be put."""

    def __init__(self, quads: Sequence[Quad], number_of: Mapping[str, int]) -> None:
        self._order: list[int] = []
        lines = []
        for quad in quads:
            parts = [self._part(term, number_of) for term in quad if term]
            lines.append(f"{' '.join(parts)} .\n")
        self._all = "\0".join(lines)

    def _part(self, term: str, number_of: Mapping[str, int]) -> str:
        number = number_of.get(term)
        if number is None:
            return term.replace("%", "%%")
        self._order.append(number)
        return "%s"

    def of(self, terms: Sequence[str]) -> list[str]:
        """The lines, with the terms of these numbers. No term has a character 0."""
        return (self._all % tuple([terms[number] for number in self._order])).split("\0")


# --- marks -------------------------------------------------------------------------------------------------


class _Mark(str):
    """What stands for a text: an identifier, so that it may stand wherever a text may."""

    __slots__ = ("number",)
    number: int


def _marked(value: Json, marks: list[_Mark]) -> Json:
    if isinstance(value, dict):
        return {name: part if name in _ALIKE else _marked(part, marks) for name, part in value.items()}
    if isinstance(value, list):
        return [_marked(part, marks) for part in value]
    if not isinstance(value, str):
        return value
    mark = _Mark(f"urn:vcwallet-mark:{len(marks)}")
    mark.number = len(marks)
    marks.append(mark)
    return mark


class Flat:
    """A document taken apart: its texts, and all the rest of it."""

    __slots__ = ("rest", "texts")

    def __init__(self, document: JsonObject) -> None:
        self.texts: list[str] = []
        """In their order in the document."""
        self.rest: list[object] = []
        """Equal for two documents of one shape, and for no others."""
        self._object(document)

    def _object(self, value: JsonObject) -> None:
        texts, rest = self.texts, self.rest
        rest.append(tuple(value))
        for name, part in value.items():
            kind = part.__class__
            if name in _ALIKE:
                rest.append(repr(part))
            elif kind is str:
                texts.append(part)  # type: ignore[arg-type]
                rest.append(str)
            elif isinstance(part, dict):
                self._object(part)
            else:
                self._other(part)

    def _other(self, part: Json) -> None:
        if isinstance(part, str):
            self.texts.append(part)
            self.rest.append(str)
        elif isinstance(part, dict):
            self._object(part)
        elif isinstance(part, list):
            self.rest.append(len(part))
            for each in part:
                self._other(each)
        else:
            self.rest.append(repr(part))


class _MarkedWalk(_Walk):
    """A walk that notes of each mark what term it became, and how."""

    __slots__ = ("made", "subjects")

    def __init__(self, contexts: Contexts) -> None:
        super().__init__(contexts)
        self.made: dict[str, tuple[int, _Maker]] = {}
        self.subjects: list[int] = []

    def subject_of(self, node: JsonObject, active: ActiveContext, path: Path) -> str:
        subject = super().subject_of(node, active, path)
        for name in active.id_names:
            mark = node.get(name)
            if isinstance(mark, _Mark):
                make = partial(values.identifier, active=active, path=(path, name))
                self.made[subject] = (mark.number, make)
                self.subjects.append(mark.number)
        return subject

    def value(
        self, value: Json, term: Term, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> str:
        found = super().value(value, term, active, graph, path, depth)
        if isinstance(value, _Mark):
            within = self.with_term(active, term, path) if term.has_context else active
            self.made[found] = (value.number, partial(values.value, term=term, active=within, path=path))
        return found
