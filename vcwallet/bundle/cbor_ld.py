"""CBOR-LD 1.0: a JSON-LD document as CBOR, its terms and typed values compressed by its contexts.

    data = encode(credential)
    assert decode(data) == credential

Single credentials under the registry entries every reader has: 0, uncompressed, and 1, the default. The
order of members is not kept; the canonical forms of rdfc and jcs signatures do not depend on it. `encode`
decodes what it wrote and compares. The contexts are the pinned ones; nothing is fetched.

Specification: CBOR-LD 1.0 (json-ld/cbor-ld-spec), "Algorithms". Where its text and the published JavaScript
(@digitalbazaar/cborld 8) differ, the JavaScript's bytes are the ones in circulation and are followed, but for
a null context, on which it stops: here it clears the terms, as JSON-LD says.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from vcwallet import limits, strict_json
from vcwallet.bundle import cbor
from vcwallet.bundle.cbor import Cbor
from vcwallet.errors import N_, DocumentError, InputError, LimitExceeded, VcwalletError
from vcwallet.identifiers.multibase import (
    base58btc_decode,
    base58btc_encode,
    base64_decode,
    base64url_decode,
    base64url_encode,
)
from vcwallet.proofs.jsonld import PINNED
from vcwallet.strict_json import Json, JsonObject

TAG: Final = 51997
_LEGACY_RANGE: Final = 0x0600
_UNCOMPRESSED: Final = 0
_DEFAULT: Final = 1

_FIRST_TERM: Final = 100
_ORDER: Final = (
    "@context",
    "@type",
    "@id",
    "@value",
    *("@direction", "@graph", "@included", "@index", "@json", "@language", "@list", "@nest", "@reverse"),
    *("@base", "@container", "@default", "@embed", "@explicit", "@none", "@omitDefault", "@prefix"),
    *("@preserve", "@protected", "@requireAll", "@set", "@version", "@vocab", "@propagate"),
)
_KEYWORDS: Final = {name: 2 * position for position, name in enumerate(_ORDER)}
_CONTEXT: Final = _KEYWORDS["@context"]

_MULTIBASE: Final = "https://w3id.org/security#multibase"
_DATE: Final = "http://www.w3.org/2001/XMLSchema#date"
_DATE_TIME: Final = "http://www.w3.org/2001/XMLSchema#dateTime"
_URL: Final = "url"

_Definition = dict[str, Any]
_Terms = dict[str, _Definition]


def encode(document: JsonObject) -> bytes:
    """A document as a CBOR-LD item under registry entry 1.

    Raises DocumentError: ``cborld.context`` for a context that is not a pinned URL, ``cborld.lossy`` when the
    document would not come back as it is; and what `decode` raises, such as ``cborld.too-large``.
    """
    strict_json.check(document)
    payload = _compress(_Loader(), document, _Scope({}), 0)
    data = bytes([0xD9]) + TAG.to_bytes(2, "big") + b"\x82" + cbor.dumps(_DEFAULT) + cbor.dumps(payload)
    if decode(data) != document:
        raise DocumentError(
            "cborld.lossy", N_("The document would not come back from CBOR-LD exactly as it is.")
        )
    return data


def decode(data: bytes) -> JsonObject:
    """Read a CBOR-LD item: tag 51997, or 0x0600 and 0x0601 of the earlier drafts.

    Raises InputError (``cbor.malformed``, ``cborld.other-tag``, ``cborld.registry``, ``cborld.damaged``),
    LimitExceeded (``cborld.too-large``), and DocumentError as `encode` and `strict_json.check` do.
    """
    if len(data) > limits.CBOR_BYTES:
        raise LimitExceeded(
            "cborld.too-large",
            N_("The code's content has {size} bytes; the ceiling is {limit}."),
            size=len(data),
            limit=limits.CBOR_BYTES,
        )
    entry, payload = _opened(data)
    if entry == _UNCOMPRESSED:
        document: Json = _plain(payload)
    elif isinstance(payload, dict):
        document = _decompress(_Loader(), payload, _Scope({}), 0)
    else:
        raise _damaged()
    if not isinstance(document, dict):
        raise _damaged()
    strict_json.check(document)
    return document


def _opened(data: bytes) -> tuple[int, Cbor]:
    """The registry entry and the payload."""
    major, tag, position = cbor.head(data, 0)
    if major != cbor.TAG or (tag != TAG and tag not in (_LEGACY_RANGE, _LEGACY_RANGE + 1)):
        raise InputError(
            "cborld.other-tag", N_("The code's content is CBOR, but not CBOR-LD of a known kind.")
        )
    item = cbor.loads(data[position:])
    if tag != TAG:
        return tag - _LEGACY_RANGE, item
    if not isinstance(item, list) or len(item) != 2 or type(item[0]) is not int:
        raise _damaged()
    if item[0] not in (_UNCOMPRESSED, _DEFAULT):
        raise InputError(
            "cborld.registry",
            N_("The code was compressed by an agreement this program does not know (entry {entry})."),
            entry=item[0],
        )
    return item[0], item[1]


# --- contexts: "Context Processing" and "Context Loading" ---------------------------------------------


@dataclass(frozen=True)
class _Scope:
    """An active context: the definitions in force, and the scope around it to go back to."""

    terms: _Terms
    previous: _Scope | None = None

    def definition(self, term: str) -> _Definition:
        return self.terms.get(term, {})

    def type_terms(self) -> list[str]:
        return ["@type", *(term for term, known in self.terms.items() if known.get("@id") == "@type")]

    def propagating(self) -> _Terms:
        """Revert Term Map: what is in force inside a property's value."""
        kept = {term: known for term, known in self.terms.items() if known["propagate"]}
        for term, known in self.terms.items():
            if known["propagate"]:
                continue
            scope = self.previous
            while scope is not None and not scope.terms.get(term, {"propagate": True})["propagate"]:
                scope = scope.previous
            if scope is not None and term in scope.terms:
                kept[term] = scope.terms[term]
        return kept


@dataclass
class _Loader:
    """Assigns every term of every context it loads the next even number."""

    ids: dict[str, int] = field(default_factory=lambda: dict(_KEYWORDS))
    terms: dict[int, str] = field(
        default_factory=lambda: {number: name for name, number in _KEYWORDS.items()}
    )
    loaded: dict[str | int, tuple[dict[str, Any], _Terms]] = field(default_factory=dict)

    def load(self, context: object) -> tuple[dict[str, Any], _Terms]:
        """The context object and its definitions. Scoped contexts are objects inside pinned ones."""
        key = context if isinstance(context, str) else id(context)
        if key not in self.loaded:
            self.loaded[key] = self._add(_pinned(context) if isinstance(context, str) else context)
        return self.loaded[key]

    def _add(self, context: object) -> tuple[dict[str, Any], _Terms]:
        if not isinstance(context, dict):
            raise _damaged()
        if isinstance(context.get("@import"), str):
            context = {**self.load(context["@import"])[0], **context}
        definitions: _Terms = {}
        for term in sorted(context, key=_code_units):
            definition = context[term]
            if term in _KEYWORDS or definition is None:
                continue
            known = {"@id": definition} if isinstance(definition, str) else definition
            if not isinstance(known, dict):
                raise _damaged()
            definitions[term] = {**known, "protected": bool(context.get("@protected"))}
            if term not in self.ids:
                number = _FIRST_TERM + 2 * (len(self.ids) - len(_KEYWORDS))
                self.ids[term], self.terms[number] = number, term
        return context, definitions

    def updated(
        self, active: _Terms, contexts: object, *, by_type: bool = False, by_property: bool = False
    ) -> _Terms:
        """Update Term Map: the definitions in force once `contexts` apply to those of `active`."""
        for context in contexts if isinstance(contexts, list) else [contexts]:
            if context is None:
                active = {}
                continue
            source, definitions = self.load(context)
            propagate = source.get("@propagate", not by_type)
            new = {term: _resolved(term, known, source, active) for term, known in definitions.items()}
            for known in new.values():
                known["propagate"] = propagate
            for term, known in active.items():
                if term not in new:
                    if term not in source:
                        new[term] = known
                elif known["protected"] and not by_property and _meaning(new[term]) != _meaning(known):
                    raise DocumentError(
                        "cborld.protected",
                        N_("The contexts of the document contradict each other (“{term}”)."),
                        term=term[:64],
                    )
            active = new
        return active


def _pinned(url: str) -> object:
    try:
        return PINNED.document(url)["@context"]
    except (VcwalletError, KeyError):
        raise DocumentError(
            "cborld.context", N_("The context {url} is not one of those kept here."), url=url[:64]
        ) from None


def _meaning(definition: _Definition) -> _Definition:
    return {name: value for name, value in definition.items() if name not in ("protected", "propagate")}


def _resolved(term: str, definition: _Definition, context: dict[str, Any], active: _Terms) -> _Definition:
    """The definition with its compact IRIs expanded, as far as the codecs compare them."""

    def expanded(name: str) -> str:
        for _ in range(8):  # a prefix may be defined by another
            prefix, colon, rest = name.partition(":")
            base = context.get(prefix, active.get(prefix)) if colon else None
            base = base.get("@id") if isinstance(base, dict) else base
            if not isinstance(base, str):
                break
            name = base + rest
        return name

    known = dict(definition)
    known["@id"] = expanded(known["@id"]) if isinstance(known.get("@id"), str) else expanded(term)
    if isinstance(known.get("@type"), str):
        known["@type"] = expanded(known["@type"])
    return known


# --- conversion: "Conversion Algorithms" --------------------------------------------------------------

_ABSENT: Final = object()


def _object_scope(
    loader: _Loader, scope: _Scope, contexts: object, types: Callable[[_Scope], list[str]]
) -> _Scope:
    """The scope of one object: its own contexts, then those of its types."""
    terms = scope.terms if contexts is _ABSENT else loader.updated(scope.terms, contexts)
    inner = _Scope(terms, scope)
    for name in sorted(set(types(inner)), key=_code_units):
        scoped = inner.definition(name).get("@context", _ABSENT)
        if scoped is not _ABSENT:
            inner = _Scope(loader.updated(inner.terms, scoped, by_type=True), inner)
    return inner


def _value_scope(loader: _Loader, scope: _Scope, term: str) -> _Scope:
    """The scope of a property's values."""
    terms = scope.propagating()
    scoped = scope.definition(term).get("@context", _ABSENT)
    if scoped is not _ABSENT:
        terms = loader.updated(terms, scoped, by_property=True)
    return _Scope(terms, scope)


def _kind(term: str, definition: _Definition) -> str:
    """Which codec a member's values take: url, an IRI of a datatype, or none."""
    if term in ("@id", "@type") or definition.get("@id") in ("@id", "@type"):
        return _URL
    datatype = definition.get("@type")
    return _URL if datatype in ("@id", "@vocab") else str(datatype or "none")


def _compress(loader: _Loader, document: JsonObject, scope: _Scope, depth: int) -> dict[int | str, Cbor]:
    if depth > limits.CBOR_DEPTH:
        raise _damaged()
    out: dict[int | str, Cbor] = {}
    contexts: object = document.get("@context", _ABSENT)

    def types(inner: _Scope) -> list[str]:
        return [name for term in inner.type_terms() if term in document for name in _texts(document[term])]

    scope = _object_scope(loader, scope, contexts, types)
    if contexts is not _ABSENT:
        out[_CONTEXT + isinstance(contexts, list)] = _copied(document["@context"])
    # Numbers are given to terms as contexts load, so names are looked up before any value is entered.
    members = [
        (term, loader.ids.get(term)) for term in sorted(document, key=_code_units) if term != "@context"
    ]
    for term, number in members:
        value = document[term]
        kind = _kind(term, scope.definition(term))
        inner = _value_scope(loader, scope, term)

        def convert(one: Json, kind: str = kind, inner: _Scope = inner) -> Cbor:
            if isinstance(one, list):
                return [convert(item) for item in one]
            if isinstance(one, dict):
                return _compress(loader, one, inner, depth + 1)
            return _encoded(loader, kind, one)

        out[term if number is None else number + isinstance(value, list)] = convert(value)
    return out


def _decompress(loader: _Loader, item: dict[int | str, Cbor], scope: _Scope, depth: int) -> JsonObject:
    if depth > limits.CBOR_DEPTH:
        raise _damaged()
    out: JsonObject = {}
    contexts: object = _ABSENT
    for key in (_CONTEXT, _CONTEXT + 1):
        if key in item:
            if contexts is not _ABSENT or isinstance(item[key], list) != bool(key & 1):
                raise _damaged()
            contexts = out["@context"] = _plain(item[key])

    def types(inner: _Scope) -> list[str]:
        found = []
        for term in inner.type_terms():
            number = loader.ids[term]
            values = item[number + 1] if number + 1 in item else [item[number]] if number in item else []
            found += [_decoded(loader, _URL, value) for value in values] if isinstance(values, list) else []
        return [name for name in found if isinstance(name, str)]

    scope = _object_scope(loader, scope, contexts, types)
    members = [
        (*_term_of(loader, key), value) for key, value in item.items() if key not in (_CONTEXT, _CONTEXT + 1)
    ]
    for term, plural, value in sorted(members, key=lambda member: _code_units(member[0])):
        kind = _kind(term, scope.definition(term))
        inner = _value_scope(loader, scope, term)

        def convert(one: Cbor, kind: str = kind, inner: _Scope = inner) -> Json:
            if isinstance(one, dict):
                return _decompress(loader, one, inner, depth + 1)
            if isinstance(one, list) and not _is_encoded(kind, one):
                return [convert(item) for item in one]
            return _decoded(loader, kind, one)

        if term in out or (plural and not isinstance(value, list)):
            raise _damaged()
        out[term] = [convert(one) for one in value] if plural and isinstance(value, list) else convert(value)
    return out


def _term_of(loader: _Loader, key: int | str) -> tuple[str, bool]:
    """A member's name, and whether its value is a list by its number."""
    if isinstance(key, str):
        return key, False
    term = loader.terms.get(key & ~1)
    if term is None:
        raise _damaged()
    return term, bool(key & 1)


def _texts(value: Json) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _copied(value: Json) -> Cbor:
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return value


def _plain(value: Cbor) -> Json:
    """CBOR that is JSON already."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, bytes):
        raise _damaged()
    return value


# --- values: "Codecs" ---------------------------------------------------------------------------------

_HTTP, _HTTPS, _UUID, _DATA, _DID_NYM, _DID_KEY = 1, 2, 3, 4, 1024, 1025
_SCHEMES: Final = {
    _HTTP: "http://",
    _HTTPS: "https://",
    _UUID: "urn:uuid:",
    _DATA: "data:",
    _DID_NYM: "did:v1:nym:",
    _DID_KEY: "did:key:",
}
_UUID_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BASE64_DATA = re.compile(r"(.*);base64,([A-Za-z0-9+/]*={0,2})", re.DOTALL)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _encoded(loader: _Loader, kind: str, value: bool | int | float | str | None) -> Cbor:
    """A value as its codec writes it, or as it is when that would not read back."""
    if not isinstance(value, str):
        return value
    candidate: Cbor = value
    if kind == _URL:
        candidate = loader.ids[value] if value in loader.ids else _url_encoded(value)
    elif kind == _MULTIBASE and value[:1] in ("z", "u", "M"):
        candidate = _multibase_encoded(value)
    elif kind in (_DATE, _DATE_TIME):
        candidate = _moment_encoded(kind, value)
    try:
        return candidate if _decoded(loader, kind, candidate) == value else value
    except VcwalletError:
        return value


def _is_encoded(kind: str, item: list[Cbor]) -> bool:
    """Whether a list is one encoded value: a URL by its scheme, or seconds and milliseconds."""
    if kind == _URL:
        return bool(item) and type(item[0]) is int
    return kind == _DATE_TIME and len(item) == 2 and all(type(part) is int for part in item)


def _decoded(loader: _Loader, kind: str, value: Cbor) -> Json:
    if kind == _URL:
        if type(value) is int:
            if value not in loader.terms:
                raise _damaged()
            return loader.terms[value]
        if isinstance(value, list):
            return _url_decoded(value)
    elif kind == _MULTIBASE and isinstance(value, bytes):
        return _multibase_decoded(value)
    elif kind in (_DATE, _DATE_TIME) and isinstance(value, int | list) and not isinstance(value, bool):
        return _moment_decoded(kind, value)
    if isinstance(value, bytes | list | dict):
        raise _damaged()
    return value


def _url_encoded(url: str) -> Cbor:
    for number, scheme in _SCHEMES.items():
        if not url.startswith(scheme):
            continue
        rest = url.removeprefix(scheme)
        if number in (_DID_NYM, _DID_KEY):
            return [number, *(_did_part(part) for part in rest.split("#", 1))]
        if ":" in rest:
            return url  # as the JavaScript does: the scheme is what stands before the last colon
        if number == _UUID:
            return [number, bytes.fromhex(rest.replace("-", "")) if _UUID_TEXT.fullmatch(rest) else rest]
        if number == _DATA and (parts := _BASE64_DATA.fullmatch(rest)):
            try:
                return [number, parts[1], base64_decode(parts[2])]
            except VcwalletError:
                return [number, rest]
        return [number, rest]
    return url


def _url_decoded(item: list[Cbor]) -> str:
    number, parts = item[0] if item else None, item[1:]
    if type(number) is not int or number not in _SCHEMES or not parts:
        raise _damaged()
    scheme = _SCHEMES[number]
    if number in (_DID_NYM, _DID_KEY) and len(parts) <= 2:
        return scheme + "#".join(_did_text(part) for part in parts)
    if number == _DATA and len(parts) == 2 and isinstance(parts[0], str) and isinstance(parts[1], bytes):
        return f"{scheme}{parts[0]};base64,{base64.b64encode(parts[1]).decode('ascii')}"
    if len(parts) == 1 and isinstance(parts[0], str):
        return scheme + parts[0]
    if number == _UUID and len(parts) == 1 and isinstance(parts[0], bytes) and len(parts[0]) == 16:
        return scheme + str(UUID(bytes=parts[0]))
    raise _damaged()


def _did_part(part: str) -> Cbor:
    try:
        return base58btc_decode(part[1:]) if part[:1] == "z" and len(part) > 1 else part
    except VcwalletError:
        return part


def _did_text(part: Cbor) -> str:
    if isinstance(part, bytes) and len(part) <= limits.MULTIBASE_CHARACTERS:
        return "z" + base58btc_encode(part)
    if isinstance(part, str):
        return part
    raise _damaged()


def _multibase_encoded(value: str) -> Cbor:
    try:
        if value[0] == "z":
            return b"z" + base58btc_decode(value[1:])
        if value[0] == "u":
            return b"u" + base64url_decode(value[1:])
        return b"M" + base64_decode(value[1:])
    except VcwalletError:
        return value


def _multibase_decoded(value: bytes) -> str:
    header, data = value[:1], value[1:]
    if header == b"z" and len(data) <= limits.MULTIBASE_CHARACTERS:
        return "z" + base58btc_encode(data)
    if header == b"u":
        return "u" + base64url_encode(data)
    if header == b"M":
        return "M" + base64.b64encode(data).decode("ascii")
    raise _damaged()


def _moment_encoded(kind: str, value: str) -> Cbor:
    """Whole seconds since 1970, or a pair with milliseconds; the caller compares what it reads back as."""
    form = "%Y-%m-%d" if kind == _DATE else "%Y-%m-%dT%H:%M:%S.%fZ" if "." in value else "%Y-%m-%dT%H:%M:%SZ"
    try:
        since = datetime.strptime(value, form).replace(tzinfo=UTC) - _EPOCH
    except ValueError:
        return value
    seconds = since.days * 86400 + since.seconds
    return [seconds, since.microseconds // 1000] if "." in value else seconds


def _moment_decoded(kind: str, value: int | list[Cbor]) -> str:
    parts = value if isinstance(value, list) else [value]
    if len(parts) > (1 if kind == _DATE else 2) or not all(type(part) is int for part in parts):
        raise _damaged()
    seconds, *rest = [part for part in parts if isinstance(part, int)]
    # One form for one moment, so that codes with different bytes are different documents.
    if (kind == _DATE and seconds % 86_400) or any(part not in range(1_000) for part in rest):
        raise _damaged()
    try:
        moment = _EPOCH + timedelta(seconds=seconds, milliseconds=rest[0] if rest else 0)
    except OverflowError:
        raise _damaged() from None
    if kind == _DATE:
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds" if rest else "seconds") + "Z"


def _code_units(text: str) -> bytes:
    """The order JavaScript sorts texts in."""
    return text.encode("utf-16-be", "surrogatepass")


def _damaged() -> InputError:
    return InputError(
        "cborld.damaged", N_("The code's content is damaged: it does not fit its own contexts.")
    )
