"""JSON from outside, read strictly.

The standard reader takes duplicate keys, NaN, lone surrogates and integers that other programs round;
any of these lets two programs see two documents in one signature. Here they are errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import accumulate
from json.encoder import encode_basestring
from typing import Any, Final, NoReturn, TypeAlias

from vcwallet import limits
from vcwallet.errors import N_, DocumentError, InputError, LimitExceeded

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = dict[str, Json]

# Raw control characters are already refused by the JSON grammar; these arrive as \u escapes. RDFC-1.0
# implementations disagree on how to write them, so text that holds them has no portable signature.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# The escapes that may stand for one of them.
_ESCAPED = re.compile(r"\\[bfu]")
_AFTER_COMMA = re.compile(r",?[ \t\r\n]*")

_STEPS = {"[": 1, "{": 1, "]": -1, "}": -1}
_BRACKETS_ALONE = {code: None for code in range(128) if chr(code) not in _STEPS}


def loads(
    data: bytes | str, *, max_bytes: int = limits.JSON_BYTES, max_nodes: int = limits.JSON_NODES
) -> Json:
    """Read one JSON text.

    Raises InputError (``json.not-utf-8``, ``json.malformed``) when it is not JSON, LimitExceeded
    (``json.too-large``, ``json.too-deep``, ``json.too-many-values``) over a ceiling, and DocumentError
    (``json.duplicate-key``, ``json.number``, ``json.forbidden-character``) for JSON that could be
    understood in two ways.
    """
    if len(data) > max_bytes:
        raise LimitExceeded(
            "json.too-large",
            N_("The document has {size} bytes; the ceiling is {limit}."),
            size=len(data),
            limit=max_bytes,
        )
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(
                "json.not-utf-8", N_("The text is not UTF-8 (byte {offset})."), offset=error.start
            ) from None
    else:
        text = data
    opening = text.count("[") + text.count("{")
    if opening > max_nodes:
        raise _too_many(max_nodes)
    if opening > limits.JSON_DEPTH and _depth(text) > limits.JSON_DEPTH:
        raise _too_deep()
    try:
        value: Json = _DECODER.decode(text.strip(" \t\r\n"))
    except json.JSONDecodeError as error:
        place = error.pos
        if error.msg.startswith("Illegal trailing comma"):
            # Newer Pythons name the comma, older ones the bracket that follows it.
            place = _AFTER_COMMA.match(error.doc, place).end()  # type: ignore[union-attr]
        raise InputError(
            "json.malformed",
            N_("This is not JSON: line {line}, column {column}."),
            line=error.doc.count("\n", 0, place) + 1,
            column=place - error.doc.rfind("\n", 0, place),
        ) from None
    if _maybe_forbidden(text) or _maybe_many(text, max_nodes):
        check(value, max_nodes=max_nodes)
    return value


def loads_object(
    data: bytes | str, *, max_bytes: int = limits.JSON_BYTES, max_nodes: int = limits.JSON_NODES
) -> JsonObject:
    """`loads`, for documents whose outermost value must be an object (``json.not-an-object``)."""
    value = loads(data, max_bytes=max_bytes, max_nodes=max_nodes)
    if not isinstance(value, dict):
        raise InputError("json.not-an-object", N_("The document is JSON, but not a JSON object."))
    return value


def dumps(value: Json, *, indent: int | None = None) -> str:
    """Write JSON with the key order as it is, Cyrillic as itself, minified unless `indent` is given."""
    if indent is None:
        return _MINIFIED.encode(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ": "), indent=indent)


def quoted(text: str) -> str:
    """A text as `dumps` writes it."""
    return encode_basestring(text)


_MINIFIED: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def check(value: Json, *, max_nodes: int = limits.JSON_NODES) -> None:
    """Hold a JSON value to the ceilings and rules of `loads`; names the JSON pointer on failure."""
    nodes = 0
    # An explicit stack: hostile depth must not become Python recursion.
    stack: list[tuple[Json, tuple[str | int, ...]]] = [(value, ())]
    while stack:
        node, path = stack.pop()
        nodes += 1
        if nodes > max_nodes:
            raise _too_many(max_nodes)
        if isinstance(node, str):
            _check_string(node, path)
        elif isinstance(node, dict | list) and len(path) == limits.JSON_DEPTH:
            raise _too_deep()
        elif isinstance(node, dict):
            for key, member in node.items():
                _check_string(key, path)
                stack.append((member, (*path, key)))
        elif isinstance(node, list):
            stack.extend((member, (*path, position)) for position, member in enumerate(node))
        elif isinstance(node, bool) or node is None:
            pass
        elif isinstance(node, int):
            if abs(node) > limits.JSON_SAFE_INTEGER:
                _number(path)
        elif node != node or node in (float("inf"), float("-inf")):
            _number(path)


def _maybe_forbidden(text: str) -> bool:
    """Whether a string of this JSON text may break a rule of `check`; most documents are settled here.

    The grammar has no raw characters below U+0020 in a string, and any may hide in an escape. A document in
    several lines does not print as one text, and is searched.
    """
    if len(text) > limits.JSON_STRING_BYTES or ("\\" in text and _ESCAPED.search(text) is not None):
        return True
    return not text.isprintable() and _FORBIDDEN.search(text) is not None


def _maybe_many(text: str, max_nodes: int) -> bool:
    """Whether a text may hold too many values: each is the first of a list or object, or follows a comma."""
    return text.count(",") + text.count("[") + text.count("{") >= max_nodes


def _depth(text: str) -> int:
    """How deep the lists and objects of a JSON text lie in one another, before anything reads it.

    A reader that calls itself for each level is ended by deep ones, some with the whole program. Of text
    that is no JSON the answer is right up to the place where a reader would stop, and may be more.
    """
    if "\\" in text:
        text = text.replace("\\\\", "").replace('\\"', "")
    brackets = "".join(text.split('"')[::2]).translate(_BRACKETS_ALONE)
    return max(accumulate(_STEPS.get(each, 0) for each in brackets), default=0)


def pointer(path: tuple[str | int, ...]) -> str:
    """RFC 6901 JSON pointer of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def strings(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every string value (not key) with its path, in document order."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from strings(member, (*path, key))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from strings(member, (*path, position))


def _check_string(text: str, path: tuple[str | int, ...]) -> None:
    if len(text) > limits.JSON_STRING_BYTES:
        raise LimitExceeded(
            "json.string-too-long",
            N_("A text at {pointer} has {size} characters."),
            pointer=pointer(path),
            size=len(text),
        )
    found = _FORBIDDEN.search(text)
    if found is not None:
        raise DocumentError(
            "json.forbidden-character",
            N_("A text at {pointer} holds the character U+{character}, which no signature covers reliably."),
            pointer=pointer(path),
            character=f"{ord(found[0]):04X}",
        )


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DocumentError(
                    "json.duplicate-key", N_("The name “{key}” stands twice in one object."), key=key[:64]
                )
            seen.add(key)
    return members


def _integer(text: str) -> int:
    # Length first: int() of a long digit string is quadratic.
    if len(text) > 17 or abs(int(text)) > limits.JSON_SAFE_INTEGER:
        _number(())
    return int(text)


def _float(text: str) -> float:
    if len(text) > 64:
        _number(())
    value = float(text)
    if value in (float("inf"), float("-inf")):
        _number(())
    return value


def _constant(text: str) -> NoReturn:
    _number(())


def _number(path: tuple[str | int, ...]) -> NoReturn:
    raise DocumentError(
        "json.number",
        N_("A number at {pointer} is not the same number in every program; write it as text."),
        pointer=pointer(path) or "/",
    )


def _too_deep() -> LimitExceeded:
    return LimitExceeded(
        "json.too-deep", N_("The document is nested deeper than {limit} levels."), limit=limits.JSON_DEPTH
    )


def _too_many(limit: int) -> LimitExceeded:
    return LimitExceeded(
        "json.too-many-values", N_("The document has more than {limit} values."), limit=limit
    )


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_duplicates, parse_int=_integer, parse_float=_float, parse_constant=_constant
)
