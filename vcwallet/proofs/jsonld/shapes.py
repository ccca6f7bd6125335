"""Statements of documents that differ in their texts alone: such documents are walked once for all.

    shape = Shape.of(document, contexts)
    if Flat(another).rest == Flat(document).rest and shape.take(Flat(another).texts):
        canonical, text = shape.canonical(), shape.json()

A sheet makes thousands of diplomas that have the same members, arrays and types. Which statements those make
is decided by the contexts and by nothing in the texts: a text becomes a literal or an identifier, and where
it stands tells which. So the first document is walked with a mark in place of every text, and another one
only has its texts put where the marks came out, each by the function that the walk uses for that place. Its
JSON is made in the same way.

A shape takes no document wherever the texts might decide more than that, and the walk itself has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Final, TypeAlias

from vcwallet import strict_json
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

_TEXTS: Final = {str}

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
        self.texts = len(made)
        """How many texts a document has."""
        self._makers: list[_Maker] = [maker for _, (_, maker) in made]
        self._subjects = sorted(walker.subjects)
        number_of = {term: number for number, (term, _) in enumerate(made)}
        self._pieces = [_Lines(piece, number_of) for piece in _pieces(quads, number_of)]
        self._canonical: list[str] = []
        self._lines = [_Lines([quad], number_of) for quad in quads]
        with_label = number_of | {CANONICAL: len(made)}
        self._unnamed = [
            (self.place_of[quad], _Lines([quad], with_label)) for quad in quads if CANONICAL in quad
        ]
        self._json = _json_frame(marked)
        # Most texts are those of the document before: an issuer, a contest.
        self._texts: list[str | None] = [None] * len(made)
        self._terms: list[str] = [""] * len(made)
        self._quoted: list[str] = [""] * len(made)

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

    def take(self, texts: Sequence[str]) -> bool:
        """Go over to the document with these `Flat.texts`: the answers are of it.

        False when the texts decide more, or when one of them cannot stand where it does.
        """
        known, terms, quoted, changed = self._texts, self._terms, self._quoted, []
        try:
            for number, text in enumerate(texts):
                if text != known[number]:
                    terms[number] = self._makers[number](text)
                    quoted[number] = strict_json.quoted(text)
                    known[number] = text
                    changed.append(number)
        except VcwalletError:
            # The pieces are of the document before: all of them are made anew for the next.
            known[:] = [None] * len(known)
            return False
        for piece in self._pieces:
            if not piece.numbers.isdisjoint(changed):
                piece.text = piece.of(terms)
        if len({terms[number] for number in self._subjects}) != len(self._subjects):
            return False  # two objects with one identifier: the walk compares what they say
        self._canonical = sorted([piece.text for piece in self._pieces])
        return len(set(self._canonical)) == len(self._canonical)

    def canonical(self) -> str:
        """The statements as RDFC-1.0 serializes them."""
        return "".join(self._canonical)

    def lines(self, label: str = CANONICAL) -> list[str]:
        """The statements as lines of N-Quads, not sorted: each stands at the same place for every document.

        `label` is that of the object without an identifier.
        """
        lines = [line.of(self._terms) for line in self._lines]
        if label != CANONICAL and self._unnamed:
            terms = [*self._terms, label]
            for place, line in self._unnamed:
                lines[place] = line.of(terms)
        return lines

    def json(self) -> str:
        """The document as `strict_json.dumps` writes it."""
        return self._json % tuple(self._quoted)


def canonically_named(quad: Quad) -> Quad:
    """A statement of a document in which one object at the most has no identifier."""
    subject, predicate, object_, graph = (CANONICAL if term[:2] == "_:" else term for term in quad)
    return subject, predicate, object_, graph


def _pieces(quads: Sequence[Quad], number_of: Mapping[str, int]) -> list[list[Quad]]:
    """Statements that stand together in the canonical form of every document of a shape, in their order.

    Those about one thing stand together, and their predicates order them; where one predicate leads to
    several texts, these decide, and each statement is a piece of its own.
    """
    about: dict[str, dict[str, list[Quad]]] = {}
    for quad in sorted(quads):
        about.setdefault(quad[0], {}).setdefault(quad[1], []).append(quad)
    pieces: list[list[Quad]] = []
    for by_predicate in about.values():
        each = list(by_predicate.values())
        if any(len(some) > 1 and any(quad[2] in number_of for quad in some) for some in each):
            pieces += [[quad] for some in each for quad in some]
        else:
            pieces.append([quad for some in each for quad in some])
    return pieces


class _Lines:
    """Some statements, a line for each, in which terms are still to be put."""

    __slots__ = ("_frame", "_terms", "numbers", "text")

    def __init__(self, quads: Sequence[Quad], number_of: Mapping[str, int]) -> None:
        order: list[int] = []

        def part(term: str) -> str:
            if term not in number_of:
                return term.replace("%", "%%")
            order.append(number_of[term])
            return "%s"

        self._frame = "".join([f"{' '.join([part(term) for term in quad if term])} .\n" for quad in quads])
        self._terms = itemgetter(*order) if order else None
        """One term alone, or a tuple of several: both are what a frame takes."""
        self.numbers = frozenset(order)
        self.text = "" if order else self._frame % ()
        """With the terms of one document."""

    def of(self, terms: Sequence[str]) -> str:
        """The lines, with the terms of these numbers."""
        return self._frame % (self._terms(terms) if self._terms is not None else ())


def _json_frame(value: Json) -> str:
    """The JSON of a marked document with a ``%s`` for each mark; they come in their order."""
    if isinstance(value, _Mark):
        return "%s"
    if isinstance(value, dict):
        members = [f"{_rest(name)}:{_json_frame(part)}" for name, part in value.items()]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json_frame, value)) + "]"
    return _rest(value)


def _rest(value: Json) -> str:
    return strict_json.dumps(value).replace("%", "%%")


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
                # Almost always texts, which are equal to nothing but themselves.
                texts_alone = isinstance(part, list) and set(map(type, part)) == _TEXTS
                rest.append(tuple(part) if texts_alone else repr(part))  # type: ignore[arg-type]
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
                self.made[subject] = (mark.number, values.identifiers(active, (path, name)))
                self.subjects.append(mark.number)
        return subject

    def value(
        self, value: Json, term: Term, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> str:
        found = super().value(value, term, active, graph, path, depth)
        if isinstance(value, _Mark):
            within = self.with_term(active, term, path) if term.has_context else active
            self.made[found] = (value.number, values.texts(term, within, path))
        return found
