"""Choosing statements of a document by JSON pointers (vc-di-ecdsa section 3.4).

The specification gives every unnamed object a temporary name, expands the document, selects, and compacts
it again. Here the one walk that makes statements names unnamed objects by the JSON they come from, so that
a part of a document, walked by itself, names its objects as the whole does.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, LimitExceeded
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import Contexts
from vcwallet.proofs.jsonld.terms import ActiveContext, Path, Term
from vcwallet.proofs.jsonld.walk import _Walk, context_urls, walk
from vcwallet.proofs.rdfc import Quad
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "Grouped",
    "LabelMapFactory",
    "NamedStatements",
    "canonicalize_and_group",
    "relabelled",
    "select_json_ld",
    "split",
]

LabelMapFactory: TypeAlias = Callable[[Mapping[str, str]], dict[str, str]]
"""From blank node -> canonical identifier to blank node -> the label that is signed; all without ``_:``."""

_Paths: TypeAlias = "dict[str | int, _Paths | None]"
"""What is selected below a place: a member or an index, and None where everything below it is."""

_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_BAD_ESCAPE: Final = re.compile(r"~(?![01])")


@dataclass(frozen=True, slots=True)
class Grouped:
    """Result of `canonicalize_and_group`."""

    nquads: list[str]
    """Every statement of the document as a line, with the signed labels, in the order that is signed."""
    quads: list[Quad]
    """The same statements in the same order, with the labels of `label_map`'s keys."""
    label_map: dict[str, str]
    groups: dict[str, frozenset[int]]
    """For each group the indexes of its statements in `nquads`."""


@dataclass(frozen=True, slots=True)
class NamedStatements:
    """The statements of a document, in which what has no identifier is named as it is in parts of it."""

    quads: dict[Quad, None]
    """Each once, in the order of the walk."""
    names: dict[Hashable, str]
    canonical: str
    """The canonical form of the document (rdf-canon section 4.4)."""
    labels: dict[str, str]
    """From the labels of `quads` to those of `canonical`."""

    @classmethod
    def of(cls, document: JsonObject, contexts: Contexts) -> NamedStatements:
        """Raises what `to_quads` and `rdfc.canonicalize` raise."""
        names: dict[Hashable, str] = {}
        quads = dict.fromkeys(walk(document, contexts, walker=_NamedWalk(contexts, names, {})))
        return cls(quads, names, *rdfc.canonicalize_with_labels(quads))


def canonicalize_and_group(
    document: JsonObject,
    label_map_factory: LabelMapFactory,
    definitions: Mapping[str, Sequence[str]],
    contexts: Contexts,
    *,
    whole: NamedStatements | None = None,
) -> Grouped:
    """Section 3.4.16; `definitions` maps the name of a group to its JSON pointers.

    `whole` are the statements of this document, where they are at hand.

    Raises what `select_json_ld` and `to_quads` raise, and DocumentError (``selection.part-of-value``).
    """
    whole = whole or NamedStatements.of(document, contexts)
    label_map = label_map_factory(whole.labels)
    ordered = sorted((line, quad) for quad, line in relabelled(whole.quads, label_map))
    index_of = {quad: index for index, (_, quad) in enumerate(ordered)}
    groups: dict[str, frozenset[int]] = {}
    for name, pointers in definitions.items():
        origin: dict[int, int] = {}
        part = _select(document, pointers, origin)
        quads = _quads(part, contexts, whole.names, origin) if part else []
        if not index_of.keys() >= set(quads):
            raise DocumentError(
                "selection.part-of-value",
                N_("A part of an ordered list or of a single value was named; such a thing goes as a whole."),
            )
        groups[name] = frozenset(index_of[quad] for quad in quads)
    return Grouped([line for line, _ in ordered], [quad for _, quad in ordered], label_map, groups)


def split(nquads: Sequence[str], mandatory: frozenset[int]) -> tuple[list[str], list[str]]:
    """The mandatory statements and the others, both in order."""
    return (
        [nquad for index, nquad in enumerate(nquads) if index in mandatory],
        [nquad for index, nquad in enumerate(nquads) if index not in mandatory],
    )


def relabelled(quads: Mapping[Quad, object], label_map: Mapping[str, str]) -> list[tuple[Quad, str]]:
    """Each statement with its line, in which blank nodes have the labels that `label_map` gives them.

    Whole terms are replaced, so that a text which looks like a blank node stays what it is.
    """
    names = {f"_:{label}": f"_:{new}" for label, new in label_map.items()}
    result = []
    for quad in quads:
        subject, predicate, object_, graph = (names.get(term, term) for term in quad)
        result.append((quad, f"{subject} {predicate} {object_}{graph and ' ' + graph} .\n"))
    return result


def select_json_ld(pointers: Sequence[str], document: JsonObject) -> JsonObject:
    """Section 3.4.13: the part of a document that `pointers` name, with the ids and types on the way there.

    The result shares nothing with `document`. Without pointers nothing is selected: {}.

    Raises DocumentError (``selection.pointer``) for a pointer that is malformed, empty, or names nothing,
    and LimitExceeded (``selection.too-many``).
    """
    return copy.deepcopy(_select(document, pointers, {}))


def _select(document: JsonObject, pointers: Sequence[str], origin: dict[int, int]) -> JsonObject:
    """`origin` receives, for every object that is made here, the object of `document` it is a part of."""
    if not pointers:
        return {}
    if len(pointers) > limits.POINTERS:
        raise LimitExceeded(
            "selection.too-many",
            N_("{number} parts of a document are named; the ceiling is {limit}."),
            number=len(pointers),
            limit=limits.POINTERS,
        )
    paths: _Paths = {}
    for pointer in pointers:
        _add_path(paths, pointer, document)
    part = _part(document, paths, origin)
    if "@context" in document:
        part = {"@context": document["@context"], **part}
        origin[id(part)] = id(document)
    return part


def _add_path(paths: _Paths, pointer: str, document: JsonObject) -> None:
    """Sections 3.4.10 and 3.4.12: walk the document along the pointer and note the way."""
    if len(pointer) > limits.POINTER_CHARACTERS or pointer[:1] != "/" or _BAD_ESCAPE.search(pointer):
        raise _bad_pointer(pointer)
    value: Json = document
    here: _Paths | None = paths
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/")]
    for depth, step in enumerate(steps, 1):
        place: str | int
        if isinstance(value, dict) and step in value and not (depth == 1 and step in ("@context", "proof")):
            place, value = step, value[step]
        elif isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
            place, value = int(step), value[int(step)]
        else:
            raise _bad_pointer(pointer)
        if here is None:
            continue  # all of this place is selected already; only the pointer is still checked
        if depth == len(steps):
            here[place] = None
        else:
            here = here.setdefault(place, {})


def _part(value: Json, paths: _Paths, origin: dict[int, int]) -> JsonObject:
    assert isinstance(value, dict)
    part: JsonObject = {}
    for name, member in value.items():
        # Section 3.4.11: the identifier of an object on the way, and every type of it.
        if name in ("id", "type"):
            part[name] = member
        elif name in paths:
            part[name] = _member(member, paths[name], origin)
    origin[id(part)] = id(value)
    return part


def _member(member: Json, paths: _Paths | None, origin: dict[int, int]) -> Json:
    if paths is None:
        return member
    if isinstance(member, list):
        # Without gaps: how many members were left out, and where, is not told.
        return [_member(member[int(index)], paths[index], origin) for index in sorted(paths, key=int)]
    return _part(member, paths, origin)


class _NamedWalk(_Walk):
    """A walk whose blank nodes get their labels from `names`, by what they stand for: an object of the
    document, its graph, or a cell of the list under a property. `origin` leads from parts to the whole."""

    __slots__ = ("lists", "names", "origin", "place", "step")

    def __init__(self, contexts: Contexts, names: dict[Hashable, str], origin: Mapping[int, int]) -> None:
        super().__init__(contexts)
        self.names = names
        self.origin = origin
        self.place: Hashable = None
        self.step = 0
        self.lists: list[Hashable] = []

    def blank(self) -> str:
        self.step += 1
        return self.names.setdefault((self.place, self.step), f"_:b{len(self.names)}")

    def at(self, place: Hashable) -> None:
        self.place, self.step = place, 0

    def subject_of(self, node: JsonObject, active: ActiveContext, path: Path) -> str:
        self.at(("object", self.origin.get(id(node), id(node))))
        return super().subject_of(node, active, path)

    def object(
        self, value: JsonObject, term: Term, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> str:
        self.at(("graph", self.origin.get(id(value), id(value))))
        return super().object(value, term, active, graph, path, depth)

    def property(
        self, subject: str, term: Term, value: Json, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> str | list[str]:
        if term.is_list:
            self.lists.append(("list", subject, term.predicate, graph))
        return super().property(subject, term, value, active, graph, path, depth)

    def list(self, items: list[str], graph: str) -> str:
        self.at(self.lists.pop())
        return super().list(items, graph)


def _quads(
    document: JsonObject, contexts: Contexts, names: dict[Hashable, str], origin: Mapping[int, int]
) -> list[Quad]:
    walker = _NamedWalk(contexts, names, origin)
    where = (None, "@context")
    active = contexts.root(context_urls(document.get("@context"), where), where)
    walker.node(document, active, "", None, 0)
    return walker.quads


def _bad_pointer(pointer: str) -> DocumentError:
    return DocumentError(
        "selection.pointer",
        N_("“{pointer}” names no part of the document that can be shown or hidden."),
        pointer=pointer[:64],
    )
