"""From JSON to statements in one walk: JSON-LD expansion (API section 5.1) and RDF serialization (section 8).

The walk is in safe mode: whatever a proof over the statements would not cover is an error naming its place.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, InputError, LimitExceeded
from vcwallet.proofs.jsonld import values
from vcwallet.proofs.jsonld.pinned import Contexts
from vcwallet.proofs.jsonld.terms import ActiveContext, Path, Term, TermKind
from vcwallet.proofs.jsonld.values import refused
from vcwallet.proofs.rdfc import Quad
from vcwallet.strict_json import Json, JsonObject

__all__ = ["context_urls", "walk"]

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE: Final = f"<{_RDF}type>"
_FIRST: Final = f"<{_RDF}first>"
_REST: Final = f"<{_RDF}rest>"
_NIL: Final = f"<{_RDF}nil>"

_DOCUMENTS: Final = (
    "VerifiableCredential",
    "VerifiablePresentation",
    "EnvelopedVerifiableCredential",
    "EnvelopedVerifiablePresentation",
)
"""What may stand inside another document with contexts of its own."""

_Found: TypeAlias = str | list[str]
"""The object, or the objects, of one property."""


def walk(document: JsonObject, contexts: Contexts, *, walker: _Walk | None = None) -> list[Quad]:
    """The statements of a document; see `vcwallet.proofs.jsonld.to_quads`. Another `walker` names them."""
    if not isinstance(document, dict):
        raise InputError("json.not-an-object", N_("The document is JSON, but not a JSON object."))
    walker = walker or _Walk(contexts)
    where = (None, "@context")
    try:
        active = contexts.root(context_urls(document.get("@context"), where), where)
        walker.node(document, active, "", None, 0)
    except RecursionError:
        raise _too_deep() from None
    if not walker.quads:
        raise values.empty(None)
    walker.hold_apart()
    return walker.quads


def types_of(document: JsonObject, contexts: Contexts) -> tuple[str, ...]:
    """The types of a document as IRIs, after its contexts. Raises DocumentError (``jsonld.*``)."""
    where = (None, "@context")
    active = contexts.root(context_urls(document.get("@context"), where), where)
    _, found, _ = _Walk(contexts).typed(document, active, None)
    return tuple(each.removeprefix("<").removesuffix(">") for each in found)


def context_urls(value: Json, path: Path) -> tuple[str, ...]:
    """The URLs of an ``@context``, in order; inline definitions and repetitions are refused."""
    items = value if isinstance(value, list) else [value]
    if value is None or not items:
        raise refused("jsonld.context-missing", N_("There is no context at {pointer}."), path)
    urls: list[str] = []
    for item in items:
        if not isinstance(item, str):
            raise refused(
                "jsonld.context-inline",
                N_("The document defines its own words at {pointer}; only known contexts are accepted."),
                path,
            )
        if item in urls:
            raise refused("jsonld.context-repeated", N_("A context is named twice at {pointer}."), path)
        urls.append(item)
    return tuple(urls)


class _Walk:
    """One walk: the statements so far, and what keeps it short."""

    __slots__ = ("contexts", "derived", "described", "quads", "secured", "unnamed", "visited", "within")

    def __init__(self, contexts: Contexts) -> None:
        self.contexts = contexts
        self.quads: list[Quad] = []
        self.described: dict[tuple[str, str, int], tuple[dict[str, _Found], Path]] = {}
        """By subject, graph and secured document: what has been said of an identifier, by predicate."""
        self.within = 0
        """The document inside this one that the walk is in, if that has a proof of its own; 0 outside."""
        self.secured = 0
        """How many such documents there were."""
        self.unnamed = 0
        self.visited = 0
        self.derived = 0

    def node(self, node: JsonObject, active: ActiveContext, graph: str, path: Path, depth: int) -> str:
        """State one node object in `graph` and return its subject.

        `active` has the document's or the property's context already; those of the node itself and of its
        types are added here (API section 5.1.2, steps 9 to 13).
        """
        if depth > limits.JSON_DEPTH:
            raise _too_deep()
        self.visit(len(node))
        if path is not None and "@context" in node:
            active = self.with_urls(active, node["@context"], (path, "@context"))
        type_name, types, active = self.typed(node, active, path)
        subject = self.subject_of(node, active, path)
        properties, quads = active.properties, self.quads
        said: dict[str, _Found] = {}
        found: _Found
        for name, value in node.items():
            term = properties.get(name)
            if term is None:
                if name == "@context":
                    continue
                term = values.coined(name, active, (path, name))
            if term.kind == TermKind.PROPERTY:
                if term.plain and value.__class__ is str:  # the commonest case, before anything is looked up
                    found = values.literal(value, term.suffix, path, name)
                    quads.append((subject, term.predicate, found, graph))
                else:
                    found = self.property(subject, term, value, active, graph, (path, name), depth)
                said[term.predicate] = found
            elif term.kind == TermKind.TYPE:
                if name != type_name:
                    raise _given_twice((path, name))
                said[_TYPE] = types
                quads.extend([(subject, _TYPE, item, graph) for item in types])
            elif term.kind == TermKind.NOTHING:
                raise values.undefined(name, (path, name))
        if subject[0] != "_":
            if said:
                self.describe(subject, graph, said, path)
        elif not said:
            raise values.empty(path)
        return subject

    def describe(self, subject: str, graph: str, said: dict[str, _Found], path: Path) -> None:
        """Hold together what several objects with one identifier say.

        Statements do not tell which object made them: of two objects about one pupil, one with the place and
        role of the first contest and one with those of the second, the roles could be exchanged. So where
        two objects speak of the same property of the same thing, they must say exactly the same.
        """
        before, _ = self.described.setdefault((subject, graph, self.within), (said, path))
        if before is said:
            return
        for predicate, found in said.items():
            other = before.setdefault(predicate, found)
            if other is not found and _as_set(other) != _as_set(found):
                raise _described_twice(path)

    def hold_apart(self) -> None:
        """The same between a document and the credentials inside it that have proofs of their own.

        What those say of a pupil is fixed by their proofs and differs by nature: a learner record holds one
        achievement after another. It is enough that the document around them can borrow none of it, so what
        it says of a property is either all they say or nothing of it.
        """
        if not self.secured:
            return
        for (subject, graph, document), (said, path) in self.described.items():
            outside = self.described.get((subject, graph, 0))
            if document and outside is not None:
                for predicate in said.keys() & outside[0].keys():
                    inner, outer = _as_set(said[predicate]), _as_set(outside[0][predicate])
                    if inner != outer and not inner.isdisjoint(outer):
                        raise _described_twice(path)

    def typed(
        self, node: JsonObject, active: ActiveContext, path: Path
    ) -> tuple[str, list[str], ActiveContext]:
        """The name under which the node has its types, their IRIs, and the context they bring."""
        type_name = ""
        for name in active.type_names:
            if name in node:
                if type_name:
                    raise _given_twice((path, name))
                type_name = name
        if not type_name:
            return "", [], active
        value = node[type_name]
        key = tuple(value) if isinstance(value, list) else (value,)
        try:
            found = active.by_types.get(key)
        except TypeError:  # an object or an array among the types
            found = None
        if found is None:
            found = self.new_types(key, active, (path, type_name))
        return type_name, *found

    def new_types(
        self, types: tuple[Json, ...], active: ActiveContext, path: Path
    ) -> tuple[list[str], ActiveContext]:
        self.visit(len(types))
        names = [item for item in types if isinstance(item, str)]
        if not names or len(names) != len(types):
            raise refused("jsonld.type", N_("The type at {pointer} is not a name or a list of names."), path)
        found = [values.word(name, active, path) for name in names]
        if len(set(found)) != len(found):
            raise _value_twice(path)
        words = active.words
        scoped = [words[name] for name in sorted(names) if name in words and words[name].has_context]
        self.derive(len(scoped))
        result = found, active.with_types(scoped, path) if scoped else active
        if all(name in words for name in names):  # so that nobody fills the memory with names of his own
            active.by_types[types] = result
        return result

    def subject_of(self, node: JsonObject, active: ActiveContext, path: Path) -> str:
        subject = ""
        for name in active.id_names:
            if name not in node:
                continue
            if subject:
                raise _given_twice((path, name))
            subject = values.identifier(node[name], active, (path, name))
        return subject or self.blank()

    def property(
        self, subject: str, term: Term, value: Json, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> _Found:
        """State the values of one property (API sections 5.1.2 step 13, and 8.1.2)."""
        found: _Found
        if term.coercion == "@json":
            found = values.json_literal(value, path)
        elif term.is_language_map:
            found = values.language_map(value, path)
        elif not isinstance(value, list):
            found = self.value(value, term, active, graph, path, depth)
            if term.is_list:
                found = self.list([found], graph)
        else:
            self.visit(len(value))
            found = [
                self.value(item, term, active, graph, (path, position), depth)
                for position, item in enumerate(value)
            ]
            if term.is_list:
                found = self.list(found, graph)
        if isinstance(found, str):
            self.quads.append((subject, term.predicate, found, graph))
            return found
        if not found:
            raise values.empty(path)
        if len(set(found)) != len(found):
            raise _value_twice(path)
        self.quads.extend([(subject, term.predicate, item, graph) for item in found])
        return found

    def list(self, items: list[str], graph: str) -> str:
        """List to RDF conversion (API section 8.3)."""
        head = _NIL
        for item in reversed(items):
            cell = self.blank()
            self.quads.append((cell, _FIRST, item, graph))
            self.quads.append((cell, _REST, head, graph))
            head = cell
        return head

    def value(
        self, value: Json, term: Term, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> str:
        """One value as the object of a statement (API sections 5.3.2 and 8.2.2)."""
        if isinstance(value, dict) and "@value" not in value:
            return self.object(value, term, active, graph, path, depth)
        if term.is_graph:
            # A reference would only name an empty graph: the statement would not hold the reference.
            raise _not_an_object(path)
        if term.has_context and isinstance(value, str):
            active = self.with_term(active, term, path)
        return values.value(value, term, active, path)

    def object(
        self, value: JsonObject, term: Term, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> str:
        """A nested node object, in a graph of its own where the context says so."""
        if "@context" in value and not (term.is_graph or _is_document(value, active)):
            raise refused(
                "jsonld.context-nested",
                N_("At {pointer} contexts are named inside a document; only a credential may bring its own."),
                (path, "@context"),
            )
        if active.previous is not None and not (len(value) == 1 and next(iter(value)) in active.id_names):
            active = active.previous  # 5.1.2 step 7: what a type says about names ends with its node
        if term.has_context:
            active = self.with_term(active, term, path)  # step 8
        if not term.is_graph:
            if "@context" not in value or "proof" not in value or self.within:
                return self.node(value, active, graph, path, depth + 1)
            self.secured += 1
            self.within = self.secured
            subject = self.node(value, active, graph, path, depth + 1)
            self.within = 0
            return subject
        name = self.blank()
        before = len(self.quads)
        self.node(value, active, name, path, depth + 1)
        if len(self.quads) == before:
            raise _not_an_object(path)
        return name

    # --- contexts on the way, made at most once each

    def with_urls(self, active: ActiveContext, value: Json, path: Path) -> ActiveContext:
        urls = context_urls(value, path)
        found = active.by_urls.get(urls)
        if found is None:
            self.contexts.admit(urls, path)
            self.derive(len(urls))
            found = active.by_urls[urls] = active.with_urls(urls, path)
        return found

    def with_term(self, active: ActiveContext, term: Term, path: Path) -> ActiveContext:
        found = active.by_term.get(term)
        if found is None:
            self.derive(1)
            found = active.by_term[term] = active.with_term(term, path)
        return found

    def derive(self, steps: int) -> None:
        self.derived += steps
        self.contexts.made += 1
        if self.derived > limits.JSONLD_DERIVED_CONTEXTS:
            raise LimitExceeded(
                "jsonld.mixes",
                N_("The document mixes its types and contexts in more than {limit} ways."),
                limit=limits.JSONLD_DERIVED_CONTEXTS,
            )

    # --- counting

    def blank(self) -> str:
        self.unnamed += 1
        return f"_:b{self.unnamed}"

    def visit(self, count: int) -> None:
        self.visited += count
        if self.visited > limits.JSON_NODES:
            raise LimitExceeded(
                "json.too-many-values",
                N_("The document has more than {limit} values."),
                limit=limits.JSON_NODES,
            )


def _is_document(node: JsonObject, active: ActiveContext) -> bool:
    types = [node.get(name) for name in active.type_names]
    return any(name in _DOCUMENTS for one in types for name in (one if isinstance(one, list) else [one]))


def _as_set(found: _Found) -> set[str]:
    return {found} if isinstance(found, str) else set(found)


def _too_deep() -> LimitExceeded:
    return LimitExceeded(
        "json.too-deep", N_("The document is nested deeper than {limit} levels."), limit=limits.JSON_DEPTH
    )


def _given_twice(path: Path) -> DocumentError:
    return refused(
        "jsonld.given-twice", N_("At {pointer} the identifier or the type is given a second time."), path
    )


def _described_twice(path: Path) -> DocumentError:
    return refused(
        "jsonld.described-twice",
        N_("The object at {pointer} and another with its identifier say different things."),
        path,
    )


def _value_twice(path: Path) -> DocumentError:
    return refused(
        "jsonld.value-twice", N_("At {pointer} a value is given twice; a proof covers it once."), path
    )


def _not_an_object(path: Path) -> DocumentError:
    return refused("jsonld.not-an-object", N_("At {pointer} an object with its statements is needed."), path)
