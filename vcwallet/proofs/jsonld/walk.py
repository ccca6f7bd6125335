"""From JSON to statements in one walk: JSON-LD expansion (API section 5.1) and RDF serialization (section 8).

The walk is in safe mode: whatever a proof over the statements would not cover is an error naming its place.
So a document either means exactly what its statements say, or has none.
"""

from __future__ import annotations

import re
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, DocumentError, LimitExceeded
from vcwallet.proofs import jcs
from vcwallet.proofs.jsonld.pinned import Contexts
from vcwallet.proofs.jsonld.terms import XSD, ActiveContext, Kind, Path, Term, absolute_iri, steps
from vcwallet.proofs.rdfc import Quad, escape_literal
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = ["walk"]

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE: Final = f"<{_RDF}type>"
_FIRST: Final = f"<{_RDF}first>"
_REST: Final = f"<{_RDF}rest>"
_NIL: Final = f"<{_RDF}nil>"
_JSON: Final = f'"^^<{_RDF}JSON>'
_ESCAPABLE: Final = re.compile('[\x00-\x1f"\\\\\x7f\ud800-\udfff\ufffe\uffff]')
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def walk(document: JsonObject, contexts: Contexts) -> list[Quad]:
    """The statements of a document whose contexts all come from term tables."""
    where = (None, "@context")
    active = contexts.root(context_urls(document.get("@context"), where), where)
    walker = _Walk()
    walker.node(document, active, "", None, 0)
    if not walker.quads:
        raise _refused("jsonld.empty", N_("The object at {pointer} says nothing a proof could cover."), None)
    return walker.quads


def context_urls(value: Json, path: Path) -> tuple[str, ...]:
    """The URLs of an ``@context``, in order; inline definitions and repetitions are refused."""
    items = value if isinstance(value, list) else [value]
    if value is None or not items:
        raise _refused("jsonld.context-missing", N_("There is no context at {pointer}."), path)
    urls: list[str] = []
    for item in items:
        if not isinstance(item, str):
            raise _refused(
                "jsonld.context-inline",
                N_("The document defines its own words at {pointer}; only known contexts are accepted."),
                path,
            )
        if item in urls:
            raise _refused("jsonld.context-repeated", N_("A context is named twice at {pointer}."), path)
        urls.append(item)
    return tuple(urls)


class _Walk:
    """One walk: the statements so far."""

    __slots__ = ("names", "quads", "unnamed")

    def __init__(self) -> None:
        self.quads: list[Quad] = []
        self.unnamed = 0
        self.names = 0

    def blank(self) -> str:
        self.unnamed += 1
        return f"_:b{self.unnamed}"

    def node(self, node: JsonObject, active: ActiveContext, graph: str, path: Path, depth: int) -> str:
        """State one node object in `graph` and return its subject.

        `active` has the document's or the property's context already; those of the node itself and of its
        types are added here (API section 5.1.2, steps 9 to 13).
        """
        if depth > limits.JSON_DEPTH:
            raise LimitExceeded(
                "json.too-deep",
                N_("The document is nested deeper than {limit} levels."),
                limit=limits.JSON_DEPTH,
            )
        if not node:
            raise _refused(
                "jsonld.empty", N_("The object at {pointer} says nothing a proof could cover."), path
            )
        if path is not None and "@context" in node:
            where = (path, "@context")
            active = active.extended(context_urls(node["@context"], where), where)

        by_type = active
        type_name, types = self.types_of(node, active, path)
        if types:
            terms = active.terms
            scoped = [terms[item] for item in sorted(types) if item in terms and terms[item].has_context]
            if scoped:
                active = active.typed(tuple(scoped), path)
        subject = self.subject_of(node, active, path)
        terms, quads = active.terms, self.quads
        for name, value in node.items():
            term = terms.get(name)
            if term is None:
                if name == "@context":
                    continue
                term = coined(name, active, (path, name))
            if term.kind == Kind.PROPERTY:
                if term.plain and value.__class__ is str:  # the commonest case, before anything is looked up
                    quads.append((subject, term.predicate, literal(value, term.suffix, path, name), graph))
                else:
                    self.property(subject, term, value, active, graph, (path, name), depth)
            elif term.kind == Kind.TYPE:
                if name != type_name:
                    raise _refused(
                        "jsonld.type-twice", N_("The type is given twice at {pointer}."), (path, name)
                    )
                for item in types:
                    quads.append((subject, _TYPE, vocabulary_iri(item, by_type, (path, name)), graph))
            elif term.kind == Kind.NOTHING:
                raise _undefined(name, (path, name))
        return subject

    def types_of(self, node: JsonObject, active: ActiveContext, path: Path) -> tuple[str, list[str]]:
        """The name under which the node has its types, and the types as written."""
        found: tuple[str, list[str]] = ("", [])
        for name in active.type_names:
            if name in node:
                if found[0]:
                    raise _refused(
                        "jsonld.type-twice", N_("The type is given twice at {pointer}."), (path, name)
                    )
                value = node[name]
                items = value if isinstance(value, list) else [value]
                texts = [item for item in items if isinstance(item, str)]
                if not texts or len(texts) != len(items):
                    raise _refused(
                        "jsonld.type",
                        N_("The type at {pointer} is not a name or a list of names."),
                        (path, name),
                    )
                if len(set(texts)) != len(texts):
                    raise _twice((path, name))
                found = (name, texts)
        return found

    def subject_of(self, node: JsonObject, active: ActiveContext, path: Path) -> str:
        subject = ""
        for name in active.id_names:
            if name in node:
                if subject:
                    raise _refused(
                        "jsonld.id-twice", N_("The identifier is given twice at {pointer}."), (path, name)
                    )
                value = node[name]
                if not isinstance(value, str):
                    raise _bad_iri(value, (path, name))
                subject = reference(value, active, (path, name))
        return subject or self.blank()

    def property(
        self, subject: str, term: Term, value: Json, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> None:
        """State the values of one property (API section 5.1.2 step 13, and 8.1.2)."""
        quads = self.quads
        if term.coercion == "@json":
            quads.append((subject, term.predicate, json_literal(value, path), graph))
        elif not isinstance(value, list):
            found = self.value(value, term, active, graph, path, depth)
            if term.is_list:
                found = self.list([found], graph)
            quads.append((subject, term.predicate, found, graph))
        else:
            found_all = [
                self.value(item, term, active, graph, (path, position), depth)
                for position, item in enumerate(value)
            ]
            if term.is_list:
                quads.append((subject, term.predicate, self.list(found_all, graph), graph))
                return
            if not found_all:
                raise _refused(
                    "jsonld.empty", N_("The list at {pointer} is empty, so no proof covers it."), path
                )
            if len(set(found_all)) != len(found_all):
                raise _twice(path)
            quads.extend([(subject, term.predicate, found, graph) for found in found_all])

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
        self.names += 1
        if self.names > limits.JSON_NODES:
            raise LimitExceeded(
                "json.too-many-values",
                N_("The document has more than {limit} values."),
                limit=limits.JSON_NODES,
            )
        if isinstance(value, dict):
            if "@value" in value:
                if term.is_graph:
                    raise _not_an_object(path)
                return language_string(value, path)
            return self.object(value, term, active, graph, path, depth)
        if term.is_graph:
            # A bare reference would become the name of an empty graph: it would not be signed.
            raise _not_an_object(path)
        if isinstance(value, str):
            if term.coercion == "@id":
                return reference(value, active.scoped(term, path) if term.has_context else active, path)
            if term.coercion == "@vocab":
                return vocabulary_iri(value, active.scoped(term, path) if term.has_context else active, path)
            return literal(value, term.suffix, path)
        if value is None:
            raise _refused("jsonld.null", N_("The value at {pointer} is null, so no proof covers it."), path)
        if isinstance(value, list):
            raise _refused(
                "jsonld.nested-list", N_("The list at {pointer} stands inside another list."), path
            )
        return native(value, term, path)

    def object(
        self, value: JsonObject, term: Term, active: ActiveContext, graph: str, path: Path, depth: int
    ) -> str:
        """A nested node object, in its own graph where the context says so."""
        if active.previous is not None and not (len(value) == 1 and next(iter(value)) in active.id_names):
            active = active.previous  # 5.1.2 step 7: what a type says about names ends here
        if term.has_context:
            active = active.scoped(term, path)  # step 8
        if not term.is_graph:
            return self.node(value, active, graph, path, depth + 1)
        name = self.blank()
        before = len(self.quads)
        self.node(value, active, name, path, depth + 1)
        if len(self.quads) == before:
            raise _not_an_object(path)
        return name


# --- single values ------------------------------------------------------------------------------


def literal(text: str, suffix: str, path: Path, name: str | None = None) -> str:
    """A literal; `suffix` closes it. The place is `name` within `path`."""
    if _ESCAPABLE.search(text) is None:
        return f'"{text}{suffix}'
    found = _FORBIDDEN.search(text)
    if found is not None:
        raise DocumentError(
            "json.forbidden-character",
            N_("A text at {pointer} holds the character U+{character}, which no signature covers reliably."),
            pointer=pointer(steps(path if name is None else (path, name))),
            character=f"{ord(found[0]):04X}",
        )
    return f'"{escape_literal(text)}{suffix}'


def native(value: Json, term: Term, path: Path) -> str:
    """A boolean or a number (API section 8.2.2, steps 5 to 8)."""
    datatype = term.coercion
    if isinstance(value, bool):
        text = "true" if value else "false"
        default = XSD + "boolean"
    elif isinstance(value, int | float):
        if abs(value) > limits.JSON_SAFE_INTEGER or value != value or (value == 0 and str(value)[0] == "-"):
            raise _number(path)
        default = XSD + "integer"
        if value == int(value) and datatype != XSD + "double":
            text = str(int(value))
        else:
            default = XSD + "double"
            mantissa, _, exponent = f"{value:.15E}".partition("E")
            text = f"{mantissa.rstrip('0')}{'0' if mantissa.rstrip('0')[-1] == '.' else ''}E{int(exponent)}"
            if float(text) != value:  # 16 digits were not enough: another number would be signed as well
                raise _number(path)
    else:
        raise _refused("jsonld.not-json", N_("The value at {pointer} is not JSON."), path)
    if datatype is None or datatype == "@none":
        datatype = default
    elif datatype[0] == "@":
        raise _bad_iri(text, path)
    return f'"{text}"' if datatype == XSD + "string" else f'"{text}"^^<{datatype}>'


def language_string(value: JsonObject, path: Path) -> str:
    """A value object with a language, the only kind VC Data Model 2.0 (section 11.1) needs."""
    if "@direction" in value:
        raise _refused(
            "jsonld.direction", N_("The base direction at {pointer} would not be covered by a proof."), path
        )
    text, language = value["@value"], value.get("@language")
    if len(value) != 2 or not isinstance(text, str) or not isinstance(language, str):
        raise _refused(
            "jsonld.value-object", N_("At {pointer} only a text with its language is accepted."), path
        )
    if _LANGUAGE.fullmatch(language) is None:
        raise _refused("jsonld.language", N_("The language at {pointer} is not a language tag."), path)
    return literal(text, f'"@{language.lower()}', path)


def json_literal(value: Json, path: Path) -> str:
    """A JSON literal (API section 8.2.2 step 4): its RFC 8785 form is the text."""
    strict_json.check(value)
    return literal(jcs.canonicalize(value).decode(), _JSON, path)


def reference(text: str, active: ActiveContext, path: Path) -> str:
    """An identifier: an absolute IRI, exactly as written."""
    if not absolute_iri(text):
        raise _bad_iri(text, path)
    if active.prefixes:
        prefix, _, rest = text.partition(":")
        if prefix in active.prefixes and rest[:2] != "//":
            raise _refused("jsonld.compact-iri", N_("The identifier at {pointer} is abbreviated."), path)
    return f"<{text}>"


def vocabulary_iri(text: str, active: ActiveContext, path: Path) -> str:
    """A word of the vocabulary: a term, or an absolute IRI."""
    term = active.terms.get(text)
    if term is not None:
        if term.kind != Kind.PROPERTY:
            raise _undefined(text, path)
        return term.predicate
    if ":" in text:
        return reference(text, active, path)
    return coined(text, active, path).predicate


def coined(name: str, active: ActiveContext, path: Path) -> Term:
    """The term a name is by a context's ``@vocab``; a name that nothing defines is refused."""
    if name[:1] == "@":
        raise _refused(
            "jsonld.keyword", N_("The keyword “{name}” is not accepted at {pointer}."), path, name=name[:64]
        )
    if ":" in name:
        raise _refused(
            "jsonld.iri-as-name",
            N_("The name “{name}” at {pointer} is an identifier, not a word of a context."),
            path,
            name=name[:64],
        )
    if active.vocab is None or not absolute_iri(active.vocab + name):
        raise _undefined(name, path)
    return Term(active.vocab + name)


# --- refusals -----------------------------------------------------------------------------------


def _refused(code: str, template: str, path: Path, **evidence: str) -> DocumentError:
    return DocumentError(code, template, pointer=pointer(steps(path)) or "/", **evidence)


def _undefined(name: str, path: Path) -> DocumentError:
    return _refused(
        "jsonld.undefined-term",
        N_("No context of the document defines “{name}” at {pointer}, so no proof covers it."),
        path,
        name=name[:64],
    )


def _bad_iri(value: Json, path: Path) -> DocumentError:
    return _refused(
        "jsonld.iri", N_("“{value}” at {pointer} is not an absolute identifier."), path, value=str(value)[:64]
    )


def _twice(path: Path) -> DocumentError:
    return _refused(
        "jsonld.value-twice", N_("A value is given twice at {pointer}; a proof covers it once."), path
    )


def _number(path: Path) -> DocumentError:
    return _refused(
        "json.number",
        N_("A number at {pointer} is not the same number in every program; write it as text."),
        path,
    )


def _not_an_object(path: Path) -> DocumentError:
    return _refused("jsonld.not-an-object", N_("At {pointer} an object with its statements is needed."), path)
