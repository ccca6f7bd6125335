"""A trust list is read without pydantic, and the answer is pydantic's: for every value both say the same."""

from __future__ import annotations

import copy
import random
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.shared import SOAK
from vcwallet import json_schema
from vcwallet.verifier import trust_file

SCHEMA = trust_file.schema()
PART: dict[str, Any] = {"$ref": "#/$defs/ScopeEntry"}

# What stands on both sides of every rule of the schema.
TEXTS = [
    *("", "a", "a-b", "A", "-", "a\n", "é", "олимп", "a" * 64, "a" * 65, "x" * 512, "x" * 513),
    *("y" * 2048, "y" * 2049, "z6Mk", "z" * 128, "z" * 5000, "*", "final", "school", "active", "retired"),
    *("2026-01-01", "2026-01-01\n", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+03:00", "2026-1-1"),
    *("2025/26", "2025/2026", "2025/26\n", "25/26", "٢٠٢٦-٠١-٠١", "paper", "kit", "closed", "merged"),
    *("sha256-" + "A" * 43 + "=", "sha256-" + "A" * 43 + "=\n", "sha256-", trust_file.FORMAT, "holder"),
]
JUNK = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.0,
    0.5,
    3650,
    2**53 - 1,
    2**53,
    2**70,
    *TEXTS,
    [],
    {},
    ["a"],
    {"a": "a"},
]


class Making:
    """Values that fit the schema or nearly do, told by a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def of(self, schema: dict[str, Any]) -> Any:
        choose, rarely = self.random.choice, self.random.random() < 0.01
        if rarely:
            return copy.copy(choose(JUNK))
        if "$ref" in schema:
            return self.of(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")])
        if "anyOf" in schema:
            return self.of(choose(schema["anyOf"]))
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return choose(schema["enum"])
        match schema["type"]:
            case "string":
                return choose([each for each in TEXTS if json_schema.fits(each, schema)])
            case "integer":
                return choose([1, 2, 3650])
            case "boolean":
                return choose([True, False])
            case "null":
                return None
            case "array":
                return [self.of(schema["items"]) for _ in range(self._size(schema.get("minItems", 0)))]
        if "properties" in schema:
            required = schema.get("required", ())
            asked = {name: each for name, each in schema["properties"].items() if name in required}
            rest = {name: each for name, each in schema["properties"].items() if name not in asked}
            asked |= {name: each for name, each in rest.items() if self.random.random() < 0.4}
            made = {name: self.of(each) for name, each in asked.items() if self.random.random() > 0.005}
            return made | ({choose(TEXTS): choose(JUNK)} if self.random.random() < 0.005 else {})
        others, like = schema["additionalProperties"], {"type": "string", **schema.get("propertyNames", {})}
        names = [each for each in TEXTS if json_schema.fits(each, like) or self.random.random() < 0.01]
        return {
            choose(names): choose(JUNK) if others is True else self.of(others)
            for _ in range(self._size(schema.get("minProperties", 0)))
        }

    def _size(self, least: int) -> int:
        return self.random.choice([least, least, least + 1, least + 2, max(least - 1, 0)])


def pydantics(value: Any, model: int) -> Any:
    try:
        return trust_file._models()[model].model_validate(value)
    except ValidationError:
        return None


@pytest.mark.parametrize(("schema", "model"), [(SCHEMA, 0), (PART, 1)], ids=["the file", "a scope"])
def test_a_value_fits_when_pydantic_takes_it(schema: dict[str, Any], model: int) -> None:
    answers = Counter[bool]()

    @settings(deadline=None, max_examples=20_000 if SOAK else 800, database=None)
    @given(seed=st.integers(0, 2**64))
    def alike(seed: int) -> None:
        value = Making(seed).of(schema)
        taken = pydantics(value, model)
        answers[taken is not None] += 1
        assert json_schema.fits(value, schema, root=SCHEMA) is (taken is not None), value
        if taken is not None:
            assert plain(json_schema.members(value, schema, root=SCHEMA)) == taken.model_dump()

    alike()
    assert min(answers[True], answers[False]) > 80, "one answer alone is no comparison"


def plain(value: Any) -> Any:
    """Members as pydantic gives them out."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return {name: plain(each) for name, each in vars(value).items()} if hasattr(value, "__dict__") else value


def words(schema: Any, *, names: bool = False) -> set[str]:
    """The words of a schema; what objects call their members is none."""
    if isinstance(schema, list):
        return set().union(*(words(each) for each in schema))
    if not isinstance(schema, dict):
        return set()
    found = set() if names else set(schema)
    for word, below in schema.items():
        if names or word not in ("default", "allOf"):
            found |= words(below, names=not names and word in ("properties", "$defs"))
    return found


def test_every_word_of_the_schema_is_looked_at() -> None:
    assert words(SCHEMA) <= json_schema.WORDS | json_schema.UNREAD
    assert words({"type": "object", "properties": {"minLength": {"oneOf": []}}}) == {
        "type",
        "properties",
        "oneOf",
    }


def test_pydantic_is_not_loaded_for_a_list_that_is_in_order() -> None:
    text = '{"format":"vcwallet-trust-list/2","list":"own","version":1,"issuers":[],'
    text += '"issuedAt":"2026-01-01T00:00:00Z"}'
    program = (
        "import sys\nfrom vcwallet.verifier import TrustList\n"
        f"TrustList.parse({text!r})\nassert 'pydantic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
