"""Single values of a document as terms of a statement: literals, identifiers, words of a vocabulary.

JSON-LD API sections 5.2 (IRI expansion), 5.3 (value expansion) and 8.2 (object to RDF). Two different JSON
values never become one term, except where JSON-LD and the datatype call them equal: 1 and 1.0, and language
tags by case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, DocumentError
from vcwallet.proofs import jcs
from vcwallet.proofs.jsonld.terms import (
    IRI,
    XSD,
    ActiveContext,
    Native,
    Path,
    Term,
    TermKind,
    absolute_iri,
    steps,
)
from vcwallet.proofs.rdfc import NEEDS_ESCAPE, escape_literal
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = [
    "coined",
    "empty",
    "identifier",
    "identifiers",
    "json_literal",
    "language_map",
    "literal",
    "refused",
    "texts",
    "undefined",
    "value",
    "word",
]

_JSON: Final = '"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>'
_DOUBLE: Final = XSD + "double"
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_LIKE_A_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)|-?[0-9]\.[0-9]+E-?[0-9]+")


def value(value: Json, term: Term, active: ActiveContext, path: Path) -> str:
    """Any value but a node object, under the coercion of its term."""
    if isinstance(value, str):
        if term.coercion == "@id":
            return identifier(value, active, path)
        if term.coercion == "@vocab":
            return word(value, active, path)
        if (
            term.native == Native.NUMBER and (_LIKE_A_NUMBER.fullmatch(value) or term.coercion == _DOUBLE)
        ) or (term.native == Native.BOOLEAN and value in ("true", "false")):
            raise _wrong_json_type(path)
        return literal(value, term.suffix, path)
    if isinstance(value, dict):
        return _language_string(value, path)
    if isinstance(value, bool):
        if term.native not in (Native.ANY, Native.BOOLEAN):
            raise _wrong_json_type(path)
        return f'"{"true" if value else "false"}"^^<{term.coercion if term.native else XSD + "boolean"}>'
    if isinstance(value, int | float):
        if term.native not in (Native.ANY, Native.NUMBER):
            raise _wrong_json_type(path)
        text, datatype = _number(value, term.coercion, path)
        return f'"{text}"^^<{term.coercion if term.native else datatype}>'
    if value is None:
        raise refused("jsonld.null", N_("The value at {pointer} is null, so no proof covers it."), path)
    if isinstance(value, list):
        raise refused("jsonld.nested-list", N_("The list at {pointer} stands inside another list."), path)
    raise refused("jsonld.not-json", N_("The value at {pointer} is not JSON."), path)


def texts(term: Term, active: ActiveContext, path: Path) -> Callable[[str], str]:
    """`value` for the texts of one place: what does not depend on a text is decided once."""
    if term.coercion == "@id":
        return identifiers(active, path)
    if term.coercion == "@vocab" or term.native in (Native.NUMBER, Native.BOOLEAN):
        return partial(value, term=term, active=active, path=path)
    suffix, needs_escape = term.suffix, NEEDS_ESCAPE.search

    def ordinary(text: str) -> str:
        return f'"{text}{suffix}' if needs_escape(text) is None else literal(text, suffix, path)

    return ordinary


_I18N: Final = "https://www.w3.org/ns/i18n#"


def _number(value: int | float, coercion: str | None, path: Path) -> tuple[str, str]:
    """The lexical form and the native datatype of a number (API section 8.2.2, steps 5 and 6)."""
    if abs(value) > limits.JSON_SAFE_INTEGER or value != value or (not value and str(value)[0] == "-"):
        raise _imprecise(path)
    if value == int(value) and coercion != _DOUBLE:
        return str(int(value)), XSD + "integer"
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    mantissa = mantissa.rstrip("0")
    text = f"{mantissa}{'0' if mantissa[-1] == '.' else ''}E{int(exponent)}"
    if float(text) != value:  # JSON-LD keeps 16 digits, so this text is also the text of another number
        raise _imprecise(path)
    return text, _DOUBLE


def literal(text: str, suffix: str, path: Path, name: str | None = None) -> str:
    """A literal; `suffix` closes it. Its place is `path`, or `name` within `path`."""
    if NEEDS_ESCAPE.search(text) is None:
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


def _language_string(value: JsonObject, path: Path) -> str:
    """A value object with a language, a base direction, or both: what VC Data Model 2.0 (section 11.1) has.

    With a direction it is a literal of the i18n datatype (API section 8.2.2 step 12), so that a proof covers
    the direction; a plain language string would leave it out.
    """
    text, language, direction = value["@value"], value.get("@language"), value.get("@direction")
    names = {"@value", "@language", "@direction"}
    if (
        not value.keys() <= names
        or len(value) == 1
        or not isinstance(text, str)
        or not isinstance(language, str | None)
        or ("@language" in value and language is None)
    ):
        raise refused(
            "jsonld.value-object", N_("At {pointer} only a text with its language is accepted."), path
        )
    if "@direction" not in value:
        return _in_language(text, language or "", path)
    if direction not in ("ltr", "rtl"):
        raise refused("jsonld.direction", N_("The base direction at {pointer} must be ltr or rtl."), path)
    if language is not None and _LANGUAGE.fullmatch(language) is None:
        raise refused("jsonld.language", N_("The language at {pointer} is not a language tag."), path)
    return literal(text, f'"^^<{_I18N}{(language or "").lower()}_{direction}>', path)


def language_map(value: Json, path: Path) -> list[str]:
    """The values of a term with ``@container: @language`` (API section 5.1.2 step 13.7)."""
    if not isinstance(value, dict):
        raise _not_by_language(path)
    found: list[str] = []
    for language, texts in value.items():
        where = (path, language)
        items = texts if isinstance(texts, list) else [texts]
        for text in items:
            if not isinstance(text, str):
                raise _not_by_language(where)
            found.append(_in_language(text, language, where))
        if not items:
            raise empty(where)
    return found


def _not_by_language(path: Path) -> DocumentError:
    return refused("jsonld.language", N_("At {pointer} texts by language are needed."), path)


def _in_language(text: str, language: str, path: Path) -> str:
    if _LANGUAGE.fullmatch(language) is None:
        raise refused("jsonld.language", N_("The language at {pointer} is not a language tag."), path)
    # Tags are equal whatever their case (BCP 47 section 2.1.1); processors in use write them small.
    return literal(text, f'"@{language.lower()}', path)


def json_literal(value: Json, path: Path) -> str:
    """A JSON literal (API section 8.2.2 step 4): its RFC 8785 form is the text."""
    try:
        strict_json.check(value)
    except DocumentError as error:
        if "pointer" in error.evidence:
            error.evidence["pointer"] = pointer(steps(path)) + str(error.evidence["pointer"])
        raise
    return literal(jcs.canonicalize(value).decode(), _JSON, path)


def identifier(text: Json, active: ActiveContext, path: Path) -> str:
    """An absolute IRI, exactly as written."""
    if not isinstance(text, str) or not absolute_iri(text):
        raise refused(
            "jsonld.iri",
            N_("“{value}” at {pointer} is not an absolute identifier."),
            path,
            value=str(text)[:64],
        )
    if active.prefixes:
        prefix, _, rest = text.partition(":")
        if prefix in active.prefixes and rest[:2] != "//":
            raise refused(
                "jsonld.compact-iri",
                N_("The identifier at {pointer} is abbreviated by the context’s name “{name}”."),
                path,
                name=prefix[:64],
            )
    return f"<{text}>"


def identifiers(active: ActiveContext, path: Path) -> Callable[[str], str]:
    """`identifier` for one place."""
    prefixes, absolute = active.prefixes, IRI.fullmatch

    def ordinary(text: str) -> str:
        if absolute(text) is None or text[: text.index(":")] in prefixes:
            return identifier(text, active, path)
        return f"<{text}>"

    return ordinary


def word(text: str, active: ActiveContext, path: Path) -> str:
    """A type or another word of a vocabulary: a term, or an IRI that no term stands for."""
    term = active.words.get(text)
    if term is not None:
        if term.kind != TermKind.PROPERTY:
            raise undefined(text, path)
        return term.predicate
    if ":" not in text:
        return coined(text, active, path).predicate
    if text in active.iris or (active.vocab is not None and text.startswith(active.vocab)):
        raise refused(
            "jsonld.iri-for-word", N_("At {pointer} an identifier stands where the context has a word."), path
        )
    return identifier(text, active, path)


def coined(name: str, active: ActiveContext, path: Path) -> Term:
    """The term that a context's ``@vocab`` makes of a name; a name that nothing defines is refused."""
    if name[:1] == "@":
        raise refused(
            "jsonld.keyword", N_("The keyword “{name}” is not accepted at {pointer}."), path, name=name[:64]
        )
    if name in active.terms:
        raise refused(
            "jsonld.ambiguous-name",
            N_("At {pointer} “{name}” stands where its contexts have another name for the same."),
            path,
            name=name[:64],
        )
    if ":" in name:
        raise refused(
            "jsonld.iri-as-name", N_("“{name}” at {pointer} is an identifier, not a name of a context."),
            path, name=name[:64],
        )  # fmt: skip
    iri = (active.vocab or "") + name
    if active.vocab is None or not absolute_iri(iri) or iri in active.iris:
        raise undefined(name, path)
    return Term(iri)


def refused(code: str, template: str, path: Path, **evidence: str) -> DocumentError:
    return DocumentError(code, template, pointer=pointer(steps(path)) or "/", **evidence)


def empty(path: Path) -> DocumentError:
    return refused("jsonld.empty", N_("What stands at {pointer} says nothing a proof could cover."), path)


def undefined(name: str, path: Path) -> DocumentError:
    return refused(
        "jsonld.undefined-term",
        N_("No context of the document defines “{name}” at {pointer}, so no proof covers it."),
        path,
        name=name[:64],
    )


def _wrong_json_type(path: Path) -> DocumentError:
    return refused(
        "jsonld.json-type",
        N_("At {pointer} the context asks for another kind of value: a number, true or false, or a text."),
        path,
    )


def _imprecise(path: Path) -> DocumentError:
    return refused(
        "json.number",
        N_("A number at {pointer} is not the same number in every program; write it as text."),
        path,
    )
