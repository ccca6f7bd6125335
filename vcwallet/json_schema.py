"""Whether a JSON value has the form that a JSON Schema gives, in the few words that schemas of our files use.

pydantic generates those schemas, and it says how a file is wrong; loading it takes longer than all else that
checking one picture does. So a file that is in order is read without it:

    if not fits(document, schema):
        models.model_validate(document)  # raises, and says where
    file = members(document, schema)

The two answer alike for every value: tests/unit/verifier/test_trust_form.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final

from vcwallet.strict_json import Json

WORDS: Final = frozenset(
    {
        *("type", "const", "enum", "anyOf", "$ref"),
        *("minLength", "maxLength", "pattern", "minimum", "maximum"),
        *("items", "minItems", "maxItems"),
        *(
            "properties",
            "required",
            "additionalProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
        ),
    }
)
"""What is looked at."""
UNREAD: Final = frozenset({"$schema", "$id", "$defs", "title", "description", "default", "allOf"})
"""What demands nothing; ``allOf`` too: pydantic does not look at its conditions, the objects hold to them."""
_ATTRIBUTES: Final = {"from": "from_", "list": "list_"}


def fits(value: Json, schema: Mapping[str, Any], *, root: Mapping[str, Any] | None = None) -> bool:
    """Whether `value` has the form; `root` is the whole schema, where `schema` is a part of it."""
    return _fits(value, schema, schema if root is None else root)


def members(value: Any, schema: Mapping[str, Any], *, root: Mapping[str, Any] | None = None) -> Any:
    """A value that fits, its objects' members as attributes; those that are left out have their default."""
    return _members(value, schema, schema if root is None else root)


def _fits(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if "$ref" in schema:
        return _fits(value, _part(schema["$ref"], root), root)
    if "anyOf" in schema:
        return any(_fits(value, each, root) for each in schema["anyOf"])
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        return False
    match schema.get("type"):
        case "string":
            return isinstance(value, str) and _is_text(value, schema)
        case "integer":
            low, high = schema.get("minimum", value), schema.get("maximum", value)
            return isinstance(value, int) and not isinstance(value, bool) and bool(low <= value <= high)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "array":
            return (
                isinstance(value, list)
                and _is_between(len(value), schema, "minItems", "maxItems")
                and all(_fits(each, schema["items"], root) for each in value)
            )
        case "object":
            return isinstance(value, dict) and _is_object(value, schema, root)
    return False


def _is_text(value: str, schema: Mapping[str, Any]) -> bool:
    if not _is_between(len(value), schema, "minLength", "maxLength"):
        return False
    return "pattern" not in schema or _compiled(schema["pattern"]).search(value) is not None


def _is_object(value: dict[str, Json], schema: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if not _is_between(len(value), schema, "minProperties", "maxProperties"):
        return False
    properties = schema.get("properties", {})
    if not all(name in value for name in schema.get("required", ())):
        return False
    others = schema.get("additionalProperties", True)
    for name, member in value.items():
        expected = properties.get(name, others)
        if expected is False or (expected is not True and not _fits(member, expected, root)):
            return False
    names = schema.get("propertyNames")
    return names is None or all(_is_text(name, names) for name in value)


def _is_between(size: int, schema: Mapping[str, Any], low: str, high: str) -> bool:
    return bool(schema.get(low, 0) <= size <= schema.get(high, size))


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    # In a schema "$" is the very end; in Python's expressions it also stands before a last line break.
    return re.compile(pattern[:-1] + r"\Z" if pattern.endswith("$") else pattern)


def _part(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = root["$defs"][reference.removeprefix("#/$defs/")]
    return found


def _members(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _members(value, _part(schema["$ref"], root), root)
    if "anyOf" in schema:
        return _members(value, next(each for each in schema["anyOf"] if _fits(value, each, root)), root)
    if isinstance(value, list):
        return [_members(each, schema["items"], root) for each in value]
    if not isinstance(value, dict):
        return value
    if "properties" not in schema:
        others = schema.get("additionalProperties", True)
        return (
            value if others is True else {name: _members(each, others, root) for name, each in value.items()}
        )
    read = SimpleNamespace()
    for name, each in schema["properties"].items():
        member = _members(value[name], each, root) if name in value else each.get("default")
        setattr(read, _ATTRIBUTES.get(name, name), member)
    return read
