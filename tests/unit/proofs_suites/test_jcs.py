"""RFC 8785: the fast path writes what the reference package writes; what has no canonical form is refused."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from vcwallet import limits
from vcwallet.errors import VcwalletError
from vcwallet.proofs import jcs

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-limits.JSON_SAFE_INTEGER, limits.JSON_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_equals_the_reference(value: Any) -> None:
    assert jcs.canonicalize(value) == rfc8785.dumps(value)


CASES = {
    "names sorted by UTF-16 unit": (
        {"\U0001f600": 1, "ﬀ": 2, "z": 3},
        '{"z":3,"\U0001f600":1,"ﬀ":2}',
    ),
    "fractions as ECMAScript": ({"a": [1.0, 1e-7, 1e21, 0.1, -0.0]}, '{"a":[1,1e-7,1e+21,0.1,0]}'),
    "the largest safe integer": ({"a": 9007199254740991}, '{"a":9007199254740991}'),
    "digits inside a text": ({"a": "в 12:5.5, [7.25]"}, '{"a":"в 12:5.5, [7.25]"}'),
    "escapes": (
        {"a": '\x08\x0c\n\r\t\x01"\\/\x7f\u2028'},
        '{"a":"\\b\\f\\n\\r\\t\\u0001\\"\\\\/\x7f\u2028"}',
    ),
    "a bare text": ("é", '"é"'),
    "a bare fraction": (1.50, "1.5"),
}


@pytest.mark.parametrize(("value", "text"), CASES.values(), ids=CASES.keys())
def test_canonical_text(value: Any, text: str) -> None:
    assert jcs.canonicalize(value).decode() == text


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


REFUSED = {
    "infinity": ({"a": float("inf")}, "jcs.number"),
    "not a number": ({"a": float("nan")}, "jcs.number"),
    "an integer beyond 2**53": ({"a": 2**53}, "jcs.number"),
    "a lone surrogate": ({"a": "\ud800"}, "jcs.text"),
    "a lone surrogate as a name": ({"\udfff": "a"}, "jcs.text"),
    "a lone surrogate beside a fraction": ({"a": ["\udfff", 1.5]}, "jcs.text"),
    "nesting beyond the interpreter's stack": ({"a": _nested(100_000)}, "json.too-deep"),
}


@pytest.mark.parametrize(("value", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_what_has_no_canonical_form(value: Any, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        jcs.canonicalize(value)
    assert caught.value.code == code
