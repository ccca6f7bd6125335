"""What the names of a document mean: JSON-LD 1.1 contexts as term tables.

JSON-LD API section 4.1 (context processing) and 4.2 (create term definition), for the features the pinned
contexts use. Anything else a context can say (``@import``, ``@reverse``, ``@nest``, default languages,
language and index maps ...) is refused here; contexts a user adds go through PyLD, which knows it all.

Tables are made once per place where they can differ - the document's list of contexts, a set of types, a
property - and remembered, so that a document costs its own walk and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NoReturn, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, LimitExceeded
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = ["ActiveContext", "Kind", "Path", "Term", "absolute_iri", "steps"]

Path: TypeAlias = "tuple[Path, str | int] | None"
"""Where the walk is, as links to the parent: made cheaply, and read only when something is refused."""

Load: TypeAlias = Callable[[str, Path], JsonObject]

_ABSENT: Final = object()
_IRI: Final = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\x7f-\xa0\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufff0-\uffff]+"
)
_KEYWORD_SHAPED: Final = re.compile(r"@[A-Za-z]+")
_GEN_DELIMS: Final = frozenset(":/?#[]@")
_CONTEXT_KEYS: Final = frozenset({"@version", "@vocab", "@protected", "@propagate"})
_TERM_KEYS: Final = frozenset({"@id", "@type", "@container", "@context", "@protected", "@prefix"})
_CONTAINERS: Final = frozenset({"@set", "@list", "@graph"})


def absolute_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI that N-Quads can hold as it is (RFC 3987 section 2.2, coarsely)."""
    return _IRI.fullmatch(text) is not None


def steps(path: Path) -> tuple[str | int, ...]:
    """The path from the top of the document."""
    found: list[str | int] = []
    while path is not None:
        path, step = path
        found.append(step)
    return tuple(reversed(found))


class Kind:
    """What a term stands for. Plain integers: the walk compares them for every name it meets."""

    PROPERTY: Final = 0
    ID: Final = 1
    TYPE: Final = 2
    NOTHING: Final = 3
    """The context says explicitly that the name means nothing (``"name": null``)."""


class Term:
    """A term definition (JSON-LD API section 4.2), with what the walk writes made ready."""

    __slots__ = (
        "coercion",
        "context",
        "iri",
        "is_graph",
        "is_list",
        "kind",
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
        self.kind = {None: Kind.NOTHING, "@id": Kind.ID, "@type": Kind.TYPE}.get(iri, Kind.PROPERTY)
        self.coercion = coercion
        self.is_list = "@list" in containers
        self.is_graph = "@graph" in containers
        self.context = context
        self.prefix = prefix
        self.protected = protected
        self.predicate = f"<{iri}>"
        plain = coercion is None or coercion[0] == "@" or coercion == XSD + "string"
        self.plain = (
            plain and coercion not in ("@id", "@vocab", "@json") and not containers & {"@list", "@graph"}
        )
        """Texts become literals without further thought."""
        self.suffix = '"' if plain else f'"^^<{coercion}>'
        """What closes a literal."""

    @property
    def has_context(self) -> bool:
        return self.context is not _ABSENT

    def same_as(self, other: Term) -> bool:
        """Equal in all but protection: what a protected term may be redefined as."""
        mine = (self.iri, self.coercion, self.is_list, self.is_graph, self.prefix, self.context)
        return mine == (
            other.iri,
            other.coercion,
            other.is_list,
            other.is_graph,
            other.prefix,
            other.context,
        )


XSD: Final = "http://www.w3.org/2001/XMLSchema#"


class ActiveContext:
    """An active context (JSON-LD API section 4.1): the terms, and the contexts reached from here.

    Immutable once made, apart from its memory of the contexts derived from it.
    """

    __slots__ = (
        "_extended",
        "_load",
        "_scoped",
        "_typed",
        "id_names",
        "prefixes",
        "previous",
        "terms",
        "type_names",
        "vocab",
    )

    def __init__(
        self,
        load: Load,
        terms: dict[str, Term] | None = None,
        vocab: str | None = None,
        previous: ActiveContext | None = None,
    ) -> None:
        self.terms: dict[str, Term] = {} if terms is None else terms
        self.vocab = vocab
        self.previous = previous
        """What holds again in the next object down, when this context came with a type (``@propagate``)."""
        self.id_names = tuple(name for name, term in self.terms.items() if term.kind == Kind.ID)
        self.type_names = tuple(name for name, term in self.terms.items() if term.kind == Kind.TYPE)
        self.prefixes = frozenset(name for name, term in self.terms.items() if term.prefix)
        self._load = load
        self._extended: dict[tuple[str, ...], ActiveContext] = {}
        self._typed: dict[tuple[Term, ...], ActiveContext] = {}
        self._scoped: dict[Term, ActiveContext] = {}

    def extended(self, urls: tuple[str, ...], path: Path) -> ActiveContext:
        """The context of a node that lists `urls` in its own ``@context``; `path` is that list's."""
        found = self._extended.get(urls)
        if found is None:
            found = _process(self, list(urls), self._load, path)
            self._extended[urls] = found
        return found

    def typed(self, types: tuple[Term, ...], path: Path) -> ActiveContext:
        """The context of a node that has `types`: those with a context of their own, ordered by name."""
        found = self._typed.get(types)
        if found is None:
            found = self
            for term in types:
                found = _process(found, term.context, self._load, path, propagate=False)
            self._typed[types] = found
        return found

    def scoped(self, term: Term, path: Path) -> ActiveContext:
        """The context of the values of `term`, which has a context of its own."""
        found = self._scoped.get(term)
        if found is None:
            found = _process(self, term.context, self._load, path, override_protected=True)
            self._scoped[term] = found
        return found


def _process(
    active: ActiveContext,
    local: object,
    load: Load,
    path: Path,
    *,
    propagate: bool = True,
    override_protected: bool = False,
    nesting: int = 0,
) -> ActiveContext:
    """JSON-LD API section 4.1.2, steps as numbered there."""
    if nesting > limits.JSON_DEPTH:
        raise LimitExceeded(
            "jsonld.contexts",
            N_("The contexts at {pointer} refer to one another without end."),
            pointer=pointer(steps(path)),
        )
    items = local if isinstance(local, list) else [local]
    if items and isinstance(items[0], dict):
        propagate = items[0].get("@propagate", propagate)  # 2
    result = active
    previous = active.previous
    if not propagate and previous is None:  # 3
        previous = active
    for item in items:  # 5
        if item is None:  # 5.1
            if not override_protected and any(term.protected for term in result.terms.values()):
                _refuse_context(path, "null")
            result = ActiveContext(load, previous=None if propagate else previous)
            previous = result.previous
        elif isinstance(item, str):  # 5.2
            document = load(item, path)
            result = _process(
                result,
                document["@context"],
                load,
                path,
                override_protected=override_protected,
                nesting=nesting + 1,
            )
            result = _copy(result, previous)
        elif isinstance(item, dict):
            result = _define_all(result, previous, item, load, path, override_protected)
        else:
            _refuse_context(path, "@context")
    return result


def _copy(active: ActiveContext, previous: ActiveContext | None) -> ActiveContext:
    if active.previous is previous:
        return active
    return ActiveContext(active._load, active.terms, active.vocab, previous)


def _define_all(
    active: ActiveContext,
    previous: ActiveContext | None,
    context: Mapping[str, Json],
    load: Load,
    path: Path,
    override_protected: bool,
) -> ActiveContext:
    """Steps 5.5 to 5.13: one context object."""
    vocab = active.vocab
    if context.get("@version", 1.1) != 1.1:  # 5.5
        _refuse_context(path, "@version")
    if "@vocab" in context:  # 5.8
        given = context["@vocab"]
        if given is not None and not (isinstance(given, str) and absolute_iri(given)):
            _refuse_context(path, "@vocab")
        vocab = given
    building = _Definitions(dict(active.terms), vocab, context, path, override_protected)
    for name in context:  # 5.13
        if name[:1] != "@":
            building.define(name)
        elif name not in _CONTEXT_KEYS:
            _refuse_context(path, name)
    return ActiveContext(load, building.terms, vocab, previous)


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
                _refuse_context(self.path, name)
            return
        if not name or _KEYWORD_SHAPED.fullmatch(name):  # 2, 5
            _refuse_context(self.path, name)
        self.defined[name] = False
        previous = self.terms.get(name)  # 6
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
            _refuse_context(self.path, name)
        coercion = value.get("@type")  # 12
        if coercion is not None:
            coercion = self.expanded(coercion)
            if coercion is None or (
                coercion not in ("@id", "@vocab", "@json", "@none") and not absolute_iri(coercion)
            ):
                _refuse_context(self.path, name)
        listed = value.get("@container", [])  # 19
        containers = frozenset(str(item) for item in (listed if isinstance(listed, list) else [listed]))
        if not containers <= _CONTAINERS or len(containers - {"@set"}) > 1:
            _refuse_context(self.path, name)
        given = value.get("@id", name)
        iri: str | None
        if given is None:
            iri = None  # 14.1
        elif given != name:  # 14.2
            iri = self.expanded(given)
            if iri is None or (iri not in ("@id", "@type") and not absolute_iri(iri)):
                _refuse_context(self.path, name)
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
            _refuse_context(self.path, name)
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


def _refuse_context(path: Path, name: str) -> NoReturn:
    raise DocumentError(
        "jsonld.context-feature",
        N_("A context at {pointer} uses “{name}” in a way this program does not support."),
        pointer=pointer(steps(path)),
        name=name[:64],
    )
