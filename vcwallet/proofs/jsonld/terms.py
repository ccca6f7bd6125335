"""What the names of a document mean: JSON-LD 1.1 contexts as term tables.

JSON-LD API section 4.1 (context processing) and 4.2 (create term definition), for the features the pinned
contexts use and language maps. What else a context can say (``@import``, ``@base``, ``@reverse``, ``@nest``,
default languages, index and identifier maps ...) would let a document say things that no statement covers,
or in ways nobody uses in credentials: it is refused.

Tables are made once per place where they can differ - the document's list of contexts, a set of types, a
property - and remembered, so that a document costs its own walk and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, LimitExceeded
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = ["ActiveContext", "Path", "Term", "TermKind", "absolute_iri", "steps"]

Path: TypeAlias = "tuple[Path, str | int] | None"
"""Where the walk is, as links to the parent: made cheaply, and read only when something is refused."""

Load: TypeAlias = Callable[[str, Path], JsonObject]

_ABSENT: Final = object()
IRI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\xa0\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]+"
)
_KEYWORD_SHAPED: Final = re.compile(r"@[A-Za-z]+")
_GEN_DELIMS: Final = frozenset(":/?#[]@")
_CONTEXT_KEYS: Final = frozenset({"@version", "@vocab", "@protected", "@propagate"})
_TERM_KEYS: Final = frozenset({"@id", "@type", "@container", "@context", "@protected", "@prefix"})
_CONTAINERS: Final = frozenset({"@set", "@list", "@graph", "@language"})


def absolute_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI that N-Quads can hold as it is (RFC 3987 section 2.2, coarsely)."""
    return IRI.fullmatch(text) is not None


def steps(path: Path) -> tuple[str | int, ...]:
    """The path from the top of the document."""
    found: list[str | int] = []
    while path is not None:
        path, step = path
        found.append(step)
    return tuple(reversed(found))


class TermKind:
    """What a term stands for. Plain integers: the walk compares them for every name it meets."""

    PROPERTY: Final = 0
    ID: Final = 1
    TYPE: Final = 2
    NOTHING: Final = 3
    """The context says explicitly that the name means nothing (``"name": null``)."""


class Native:
    """Which JSON values a datatype takes, so that a number and its text are never the same statement."""

    ANY: Final = 0
    """No datatype: a number says so itself."""
    NUMBER: Final = 1
    BOOLEAN: Final = 2
    TEXT: Final = 3


XSD: Final = "http://www.w3.org/2001/XMLSchema#"
# By their last word: contexts in use write these datatypes in three ways, two of them by mistake.
_NUMBERS: Final = frozenset(
    {
        *("decimal", "double", "float", "integer", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "nonPositiveInteger", "negativeInteger", "positiveInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    }
)


class Term:
    """A term definition (JSON-LD API section 4.2), with what the walk writes made ready."""

    __slots__ = (
        "coercion",
        "containers",
        "context",
        "iri",
        "is_graph",
        "is_language_map",
        "is_list",
        "kind",
        "native",
        "plain",
        "predicate",
        "prefix",
        "protected",
        "suffix",
    )

    def __init__(
        self,
        iri: str | None,
        *,
        coercion: str | None = None,
        containers: frozenset[str] = frozenset(),
        context: object = _ABSENT,
        prefix: bool = False,
        protected: bool = False,
    ) -> None:
        self.iri = iri
        kinds = {None: TermKind.NOTHING, "@id": TermKind.ID, "@type": TermKind.TYPE}
        self.kind = kinds.get(iri, TermKind.PROPERTY)
        self.coercion = coercion
        self.containers = containers
        self.is_list = "@list" in containers
        self.is_graph = "@graph" in containers
        self.is_language_map = "@language" in containers
        self.context = context
        self.prefix = prefix
        self.protected = protected
        self.predicate = f"<{iri}>"
        keyword = coercion is None or coercion[0] == "@"
        self.suffix = '"' if keyword or coercion == XSD + "string" else f'"^^<{coercion}>'
        """What closes a literal."""
        word = "" if coercion is None or keyword else coercion[max(map(coercion.rfind, "#:/")) + 1 :]
        self.native = (
            (Native.ANY if coercion is None or coercion == "@none" else Native.TEXT)
            if keyword
            else Native.NUMBER
            if word in _NUMBERS
            else Native.BOOLEAN
            if word == "boolean"
            else Native.TEXT
        )
        alone = not containers & {"@list", "@graph", "@language"}
        self.plain = alone and ((self.native == Native.TEXT and not keyword) or coercion in (None, "@none"))
        """A text here is a literal, without further thought."""

    @property
    def has_context(self) -> bool:
        return self.context is not _ABSENT

    def same_as(self, other: Term) -> bool:
        """Equal in all but protection: what a protected term may be redefined as."""
        return (self.iri, self.coercion, self.containers, self.prefix, self.context) == (
            other.iri,
            other.coercion,
            other.containers,
            other.prefix,
            other.context,
        )


class ActiveContext:
    """An active context (JSON-LD API section 4.1): the terms, and the contexts already reached from here.

    Immutable once made, apart from its memory of the contexts derived from it.
    """

    __slots__ = (
        "_iris",
        "by_term",
        "by_types",
        "by_urls",
        "id_names",
        "load",
        "prefixes",
        "previous",
        "properties",
        "terms",
        "type_names",
        "vocab",
        "words",
    )

    def __init__(
        self,
        load: Load,
        terms: dict[str, Term] | None = None,
        vocab: str | None = None,
        previous: ActiveContext | None = None,
    ) -> None:
        self.load = load
        self.terms: dict[str, Term] = {} if terms is None else terms
        self.vocab = vocab
        self.previous = previous
        """What holds again in the next object down, when this context came with a type (``@propagate``)."""
        self.properties = self.terms
        """Names that may stand before the colon of a JSON member."""
        self.words = self.terms
        """Names that may stand as a type, or where a word of the vocabulary is asked for."""
        self.id_names: list[str] = []
        self.type_names: list[str] = []
        self.prefixes: set[str] = set()
        self._iris: frozenset[str | None] | None = None
        self.by_urls: dict[tuple[str, ...], ActiveContext] = {}
        self.by_types: dict[tuple[Json, ...], tuple[list[str], ActiveContext]] = {}
        """By the types of a node as written: their IRIs, and the context they bring."""
        self.by_term: dict[Term, ActiveContext] = {}
        self._index()

    def _index(self) -> None:
        by_iri: dict[str, list[str]] = {}
        for name, term in self.terms.items():
            if term.prefix:
                self.prefixes.add(name)
            if term.kind == TermKind.ID:
                self.id_names.append(name)
            elif term.kind == TermKind.TYPE:
                self.type_names.append(name)
            elif term.iri is not None:
                by_iri.setdefault(term.iri, []).append(name)
        # Two names for one IRI: "criteria" and "Criteria" of Open Badges are a property and a class. A
        # statement does not say by which name it was made, so exchanging them would go unnoticed. Each
        # therefore serves for one purpose, by its first letter. Names that this does not tell apart serve
        # for none, except classes: the context that gives two of them one IRI declares them the same.
        not_properties: set[str] = set()
        not_words: set[str] = set()
        for names in by_iri.values():
            if len(names) > 1:
                properties = [name for name in names if not name[0].isupper()]
                not_words.update(properties)
                not_properties.update(name for name in names if len(properties) > 1 or name not in properties)
        if not_properties:
            self.properties = {name: term for name, term in self.terms.items() if name not in not_properties}
        if not_words:
            self.words = {name: term for name, term in self.terms.items() if name not in not_words}

    @property
    def iris(self) -> frozenset[str | None]:
        """Every IRI that a term stands for."""
        if self._iris is None:
            self._iris = frozenset(term.iri for term in self.terms.values())
        return self._iris

    def with_urls(self, urls: tuple[str, ...], path: Path) -> ActiveContext:
        """Add a list of contexts by URL; `path` is where the list stands."""
        return _process(self, list(urls), path)

    def with_types(self, types: Sequence[Term], path: Path) -> ActiveContext:
        """Add the contexts of a node's types, in the order of their names (API section 5.1.2 step 11)."""
        result = self
        for term in types:
            result = _process(result, term.context, path, propagate=False)
        return result

    def with_term(self, term: Term, path: Path) -> ActiveContext:
        """Add the context of a property, which holds in its values (steps 3 and 8)."""
        return _process(self, term.context, path, override_protected=True)


def _process(
    active: ActiveContext,
    local: object,
    path: Path,
    *,
    propagate: bool = True,
    override_protected: bool = False,
    nesting: int = 0,
) -> ActiveContext:
    """JSON-LD API section 4.1.2, steps as numbered there."""
    if nesting > limits.JSON_DEPTH:
        raise LimitExceeded(
            "jsonld.context-circle",
            N_("The contexts at {pointer} refer to one another without end."),
            pointer=pointer(steps(path)),
        )
    items = local if isinstance(local, list) else [local]
    if items and isinstance(items[0], dict):
        propagate = items[0].get("@propagate", propagate)  # 2
    load, result = active.load, active
    if not propagate and active.previous is None:  # 3
        result = ActiveContext(load, active.terms, active.vocab, active)
    for item in items:  # 5
        if item is None:  # 5.1
            if not override_protected and any(term.protected for term in result.terms.values()):
                raise unsupported(path, "null")
            result = ActiveContext(load, previous=None if propagate else result)
        elif isinstance(item, str):  # 5.2
            result = _process(
                result,
                load(item, path)["@context"],
                path,
                override_protected=override_protected,
                nesting=nesting + 1,
            )
        elif isinstance(item, dict):
            result = _with_definitions(result, item, path, override_protected)
        else:
            raise unsupported(path, "@context")
    return result


def _with_definitions(
    active: ActiveContext, context: Mapping[str, Json], path: Path, override_protected: bool
) -> ActiveContext:
    """Steps 5.5 to 5.13: one context object."""
    if context.get("@version", 1.1) != 1.1:  # 5.5
        raise unsupported(path, "@version")
    vocab = active.vocab
    if "@vocab" in context:  # 5.8
        given = context["@vocab"]
        if not (isinstance(given, str) and absolute_iri(given)):
            raise unsupported(path, "@vocab")
        vocab = given
    definitions = _Definitions(dict(active.terms), vocab, context, path, override_protected)
    for name in context:  # 5.13
        if name[:1] != "@":
            definitions.define(name)
        elif name not in _CONTEXT_KEYS:
            raise unsupported(path, name)
    return ActiveContext(active.load, definitions.terms, vocab, active.previous)


class _Definitions:
    """The terms of one context object, while they are being defined (section 4.2.2)."""

    def __init__(
        self,
        terms: dict[str, Term],
        vocab: str | None,
        context: Mapping[str, Json],
        path: Path,
        override_protected: bool,
    ) -> None:
        self.terms = terms
        self.vocab = vocab
        self.context = context
        self.path = path
        self.override_protected = override_protected
        self.protected = context.get("@protected", False) is True
        self.defined: dict[str, bool] = {}

    def define(self, name: str) -> None:
        if name in self.defined:  # 1
            if not self.defined[name]:
                raise unsupported(self.path, name)
            return
        if not name or _KEYWORD_SHAPED.fullmatch(name):  # 2, 5
            raise unsupported(self.path, name)
        self.defined[name] = False
        previous = self.terms.pop(name, None)  # 6
        value = self.context[name]
        term = self.definition(
            name,
            {"@id": value} if value is None or isinstance(value, str) else value,
            simple=isinstance(value, str),
        )
        if previous is not None and previous.protected and not self.override_protected:  # 27
            if not previous.same_as(term):
                raise DocumentError(
                    "jsonld.protected-term",
                    N_("The contexts at {pointer} disagree about “{term}”, which one of them protects."),
                    pointer=pointer(steps(self.path)),
                    term=name[:64],
                )
            term = previous
        self.terms[name] = term
        self.defined[name] = True

    def definition(self, name: str, value: Json, *, simple: bool) -> Term:
        if not isinstance(value, dict) or not value.keys() <= _TERM_KEYS:  # 9
            raise unsupported(self.path, name)
        coercion = value.get("@type")  # 12
        if coercion is not None:
            coercion = self.expanded(coercion)
            if coercion is None or (
                coercion not in ("@id", "@vocab", "@json", "@none") and not absolute_iri(coercion)
            ):
                raise unsupported(self.path, name)
        listed = value.get("@container", [])  # 19
        containers = frozenset(str(item) for item in (listed if isinstance(listed, list) else [listed]))
        if not containers <= _CONTAINERS or len(containers - {"@set"}) > 1:
            raise unsupported(self.path, name)
        given = value.get("@id", name)
        iri: str | None
        if given is None:
            iri = None  # 14.1
        elif given != name:  # 14.2
            iri = self.expanded(given)
            if iri is None or (iri not in ("@id", "@type") and not absolute_iri(iri)):
                raise unsupported(self.path, name)
        else:  # 15 to 18
            iri = self.own_iri(name)
        ends_openly = iri is not None and iri[-1] in _GEN_DELIMS
        prefix = value.get("@prefix", simple and ends_openly and ":" not in name and "/" not in name)
        return Term(
            iri,
            coercion=coercion,
            containers=containers,
            context=value.get("@context", _ABSENT),
            prefix=prefix is True,
            protected=value.get("@protected", self.protected) is True,
        )

    def own_iri(self, name: str) -> str:
        if ":" in name[1:]:
            iri = self.expanded(name)
        elif self.vocab is not None:
            iri = self.vocab + name
        else:
            iri = None
        if iri is None or not absolute_iri(iri):
            raise unsupported(self.path, name)
        return iri

    def expanded(self, text: Json) -> str | None:
        """IRI expansion (section 5.2.2) against the definitions made so far, with ``vocab`` true."""
        if not isinstance(text, str):
            return None
        if text[:1] == "@":
            return text
        if text in self.context and text not in self.defined:
            self.define(text)
        if text in self.terms:
            return self.terms[text].iri
        if ":" in text[1:]:
            prefix, _, suffix = text.partition(":")
            if prefix == "_" or suffix[:2] == "//":
                return text
            if prefix in self.context and prefix not in self.defined:
                self.define(prefix)
            term = self.terms.get(prefix)
            if term is not None and term.prefix and term.iri is not None:
                return term.iri + suffix
            return text
        return None if self.vocab is None else self.vocab + text


def unsupported(path: Path, name: str) -> DocumentError:
    return DocumentError(
        "jsonld.context-feature",
        N_("A context at {pointer} uses “{name}” in a way this program does not support."),
        pointer=pointer(steps(path)),
        name=name[:64],
    )
