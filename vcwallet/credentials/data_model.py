"""The structure rules of the VC Data Model that credentials and presentations share.

Specification: Verifiable Credentials Data Model v2.0, sections 4 and 5, and v1.1, section 4. Whether every
term of a document is defined by its contexts (sections 5.2 and 6.1 of v2.0) is the safe mode of
`vcwallet.proofs.jsonld`; here is what can be said of the JSON alone.

Every rule raises DocumentError and names the JSON pointer of the member that breaks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.errors import N_, DocumentError, LimitExceeded
from vcwallet.strict_json import Json, JsonObject, pointer

V2_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
V1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"

Path = tuple[str | int, ...]


class Version(StrEnum):
    """Which data model a document follows; its first context says so."""

    V2_0 = "2.0"
    V1_1 = "1.1"


# RFC 3987 in outline: a scheme, then no character that an IRI may not hold. A space inside would make
# JSON-LD drop the value in silence, so it must fail here.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20\x7f-\x9f<>\"{}|\\^`]+")
_TERM = re.compile(r"[^\s\x00-\x20\x7f-\x9f<>\"{}|\\^`@:][^\s\x00-\x20\x7f-\x9f<>\"{}|\\^`:]*")
# RFC 5646 in outline (section 2.1): letters first, then alphanumeric subtags of at most eight.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(?:;[\x20-\x7e]*)?")


def is_url(value: Json) -> bool:
    """A single absolute URL (section 4.4), at most `limits.IRI_CHARACTERS` long, or a ``data:`` URL."""
    if not isinstance(value, str):
        return False
    if len(value) <= _REMEMBERED:
        return _is_url(value)
    return (len(value) <= limits.IRI_CHARACTERS or value.startswith("data:")) and _is_url.__wrapped__(value)


_REMEMBERED: Final = 256
"""Characters of a text whose form is remembered: the same issuers, types and terms come again and again."""


@lru_cache(maxsize=4096)
def _is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _is_type(name: str) -> bool:
    return (_TERM.fullmatch(name) or _URL.fullmatch(name)) is not None


def version(document: JsonObject) -> Version:
    """The data model of `document`, after checking the shape of its ``@context`` (section 4.3).

    The value is an ordered set that begins with the base context; a lone string is accepted for it, as in
    the specification's own examples of enveloped credentials. What the contexts say is not looked at.
    """
    contexts = document.get("@context")
    if isinstance(contexts, str):
        contexts = [contexts]
    if not isinstance(contexts, list) or not contexts:
        raise DocumentError(
            "credential.context",
            N_("The document does not begin with a list of contexts (@context)."),
            pointer="/@context",
        )
    seen: set[str] = set()
    for position, context in enumerate(contexts):
        if isinstance(context, str):
            if not is_url(context) or context in seen:
                raise _bad_context(position)
            seen.add(context)
        elif not isinstance(context, dict) or not context:
            raise _bad_context(position)
    if contexts[0] == V2_CONTEXT:
        return Version.V2_0
    if contexts[0] == V1_CONTEXT:
        return Version.V1_1
    raise DocumentError(
        "credential.base-context",
        N_("The first context must be {expected}, and here it is not."),
        expected=V2_CONTEXT,
        pointer="/@context/0",
    )


def types(document: JsonObject, path: Path, *, required: str | None = None) -> tuple[str, ...]:
    """The ``type`` of an object (section 4.5): one or more terms or absolute URLs, none of them twice."""
    value = document.get("type")
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not found:
        raise DocumentError(
            "credential.no-type",
            N_("The object at {pointer} does not say its type."),
            pointer=pointer(path) or "/",
        )
    names: list[str] = []
    for name in found:
        if (
            not isinstance(name, str)
            or name in names
            or len(name) > limits.IRI_CHARACTERS
            or not (_is_type(name) if len(name) <= _REMEMBERED else _is_type.__wrapped__(name))
        ):
            raise DocumentError(
                "credential.type",
                N_("The type at {pointer} must be one or more different terms or URLs."),
                pointer=pointer((*path, "type")),
            )
        names.append(name)
    if required is not None and required not in names:
        raise DocumentError(
            "credential.wrong-type",
            N_("The type at {pointer} does not include {expected}."),
            pointer=pointer((*path, "type")),
            expected=required,
        )
    return tuple(names)


def identifier(document: JsonObject, path: Path, *, required: bool = False) -> str | None:
    """The ``id`` of an object (section 4.4): a single URL, or absent."""
    if "id" not in document and not required:
        return None
    value = document.get("id")
    if not isinstance(value, str) or not is_url(value):
        raise DocumentError(
            "credential.id",
            N_("The id at {pointer} must be a single URL, such as urn:uuid:..., did:... or https://..."),
            pointer=pointer((*path, "id")),
        )
    return value


def party(document: JsonObject, name: str) -> tuple[str, JsonObject | None]:
    """``issuer`` or ``holder`` (sections 4.7 and 4.13): a URL, or an object with an ``id``."""
    value = document.get(name)
    if isinstance(value, str) and is_url(value):
        return value, None
    if isinstance(value, dict):
        party_id = value.get("id")
        if isinstance(party_id, str) and is_url(party_id):
            for member in ("name", "description"):
                if member in value:
                    language_values(value[member], (name, member))
            return party_id, value
    raise DocumentError(
        "credential.party",
        N_("The {member} must be a URL, or an object whose id is a URL."),
        member=name,
        pointer=pointer((name,)),
    )


def moment(document: JsonObject, name: str) -> datetime | None:
    """A moment, such as the ends of the validity period (section 4.9): a ``dateTimeStamp``, or absent."""
    if name not in document:
        return None
    value = document[name]
    if not isinstance(value, str):
        raise _bad_date(name, value)
    try:
        return timestamps.parse(value)
    except DocumentError:
        raise _bad_date(name, value) from None


def objects(document: JsonObject, name: str, path: Path = ()) -> tuple[tuple[Path, JsonObject], ...]:
    """The value of `name` as one or more non-empty objects with their paths; () when it is absent.

    An empty list or object would leave no trace in what is signed, so it is refused.
    """
    if name not in document:
        return ()
    value = document[name]
    here = (*path, name)
    if isinstance(value, dict) and value:
        return ((here, value),)
    if isinstance(value, list) and value:
        check_length(value, here)
        found: list[tuple[Path, JsonObject]] = []
        for position, item in enumerate(value):
            if not isinstance(item, dict) or not item:
                break
            found.append(((*here, position), item))
        else:
            return tuple(found)
    raise DocumentError(
        "credential.not-objects",
        N_("The value at {pointer} must be an object or a list of objects, and none of them empty."),
        pointer=pointer(here),
    )


def check_length(values: Sequence[Json], path: Path) -> None:
    """Raise LimitExceeded (``credential.too-many``) beyond `limits.OBJECTS_PER_PROPERTY`."""
    if len(values) > limits.OBJECTS_PER_PROPERTY:
        raise LimitExceeded(
            "credential.too-many",
            N_("The list at {pointer} has {size} members; the ceiling is {limit}."),
            pointer=pointer(path),
            size=len(values),
            limit=limits.OBJECTS_PER_PROPERTY,
        )


def language_values(value: Json, path: Path) -> tuple[tuple[str | None, str], ...]:
    """Text as (language tag or None, text) pairs (sections 4.6 and 11.1).

    A string, a language value object (``@value``, ``@language``, ``@direction`` and nothing else), or a
    list of such objects with different languages.
    """
    if isinstance(value, str):
        return ((None, value),)
    entries = value if isinstance(value, list) else [value]
    found: dict[str | None, str] = {}
    for entry in entries:
        text = entry.get("@value") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(text, str):
            raise _bad_language_value(path)
        language = entry.get("@language")
        if (
            not entry.keys() <= {"@value", "@language", "@direction"}
            or ("@language" in entry and not (isinstance(language, str) and _LANGUAGE.fullmatch(language)))
            or ("@direction" in entry and entry["@direction"] not in ("ltr", "rtl"))
        ):
            raise _bad_language_value(path)
        tag = language.lower() if isinstance(language, str) else None
        if tag in found:
            raise _bad_language_value(path)
        found[tag] = text
    if not found:
        raise _bad_language_value(path)
    return tuple(found.items())


def plain_text(value: Json, language: str = "ru") -> str | None:
    """What to show of a text member: the string, or the entry in `language`, or else all entries.

    Lists are unordered under a signature, so "the first one" is never shown: it could be chosen by
    whoever carried the document. Returns None when the value is not text.
    """
    if isinstance(value, str):
        return value
    try:
        entries = language_values(value, ())
    except DocumentError:
        return None
    for tag, text in entries:
        if tag is not None and (tag == language or tag.startswith(language + "-")):
            return text
    return " / ".join(sorted(text for _, text in entries))


def check_media_type(document: JsonObject, path: Path) -> None:
    """``mediaType`` (section 5.3), when there is one."""
    if "mediaType" in document:
        value = document["mediaType"]
        if not isinstance(value, str) or _MEDIA_TYPE.fullmatch(value) is None:
            raise DocumentError(
                "credential.media-type",
                N_("The value at {pointer} is not a media type."),
                pointer=pointer((*path, "mediaType")),
            )


def place_within(error: DocumentError, path: Path) -> None:
    """Make the pointer of an error in an embedded document start at the document around it."""
    inner = error.evidence.get("pointer")
    error.evidence["pointer"] = pointer(path) + (inner if isinstance(inner, str) and inner != "/" else "")


def _bad_context(position: int) -> DocumentError:
    return DocumentError(
        "credential.context-item",
        N_("Context number {position} must be a URL or an object, and must stand in the list once."),
        position=position + 1,
        pointer=f"/@context/{position}",
    )


def _bad_date(name: str, value: Json) -> DocumentError:
    return DocumentError(
        "credential.date",
        N_("{member} must be a date and time with a zone, such as 2026-03-01T09:00:00Z, and is “{value}”."),
        member=name,
        value=str(value)[:64],
        pointer=pointer((name,)),
    )


def _bad_language_value(path: Path) -> DocumentError:
    return DocumentError(
        "credential.language-value",
        N_("The text at {pointer} must be a string, or objects with @value, @language and @direction only."),
        pointer=pointer(path),
    )
