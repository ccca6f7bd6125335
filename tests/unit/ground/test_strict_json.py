"""JSON that two programs could read differently is refused; everything else comes back as it was."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vcwallet import limits, strict_json
from vcwallet.errors import DocumentError, InputError, LimitExceeded, VcwalletError

BAD = {
    "not JSON": (b"{", "json.malformed"),
    "empty": (b"", "json.malformed"),
    "two values": (b"{} {}", "json.malformed"),
    "not UTF-8": (b'{"a":"\xff"}', "json.not-utf-8"),
    "duplicate key": (b'{"a":1,"a":2}', "json.duplicate-key"),
    "duplicate key by escape": (b'{"a":1,"\\u0061":2}', "json.duplicate-key"),
    "duplicate key deep down": (b'[{"b":{"a":1,"a":1}}]', "json.duplicate-key"),
    "NaN": (b"[NaN]", "json.number"),
    "Infinity": (b"[-Infinity]", "json.number"),
    "overflowing float": (b"[1e400]", "json.number"),
    "integer beyond 2**53": (b"[9007199254740992]", "json.number"),
    "very long integer": (b"[" + b"9" * 100_000 + b"]", "json.number"),
    "lone surrogate": (b'["\\ud800"]', "json.forbidden-character"),
    "NUL": (b'["\\u0000"]', "json.forbidden-character"),
    "DEL": (b'["\\u007f"]', "json.forbidden-character"),
    "control character in a key": (b'{"\\u0001":1}', "json.forbidden-character"),
    "deep lists": (b"[" * 5000 + b"]" * 5000, "json.too-deep"),
    "deep objects": (b'{"a":' * 200 + b"1" + b"}" * 200, "json.too-deep"),
    "recursion bomb": (b"[" * 19_999, "json.too-deep"),
    "many brackets": (b"[" + b"[]," * 30_000 + b"[]]", "json.too-many-values"),
    "many values": (b"[" + b"1," * 30_000 + b"1]", "json.too-many-values"),
    "too large": (b'"' + b"a" * limits.JSON_BYTES + b'"', "json.too-large"),
    "long string": (b'"' + b"a" * (limits.JSON_STRING_BYTES + 1) + b'"', "json.string-too-long"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_json_is_refused_with_its_own_code(name: str) -> None:
    data, code = BAD[name]
    with pytest.raises(VcwalletError) as caught:
        strict_json.loads(data)
    assert caught.value.code == code
    assert isinstance(caught.value, DocumentError | InputError | LimitExceeded)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs", "Cc"])), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json_values)
def test_written_then_read_is_the_same_with_the_same_key_order(value: strict_json.Json) -> None:
    again = strict_json.loads(strict_json.dumps(value).encode())
    assert json.dumps(again) == json.dumps(value)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_one_of_our_errors(data: bytes) -> None:
    try:
        strict_json.loads(data)
    except VcwalletError as error:
        assert error.code.startswith("json.")


def test_a_byte_order_mark_and_white_space_around_are_fine() -> None:
    assert strict_json.loads(b'\xef\xbb\xbf \r\n{"a": "\xd0\xb9"}\n') == {"a": "й"}


def test_the_outermost_value_of_a_document_is_an_object() -> None:
    with pytest.raises(InputError) as caught:
        strict_json.loads_object(b"[]")
    assert caught.value.code == "json.not-an-object"


def test_strings_are_found_with_their_pointers() -> None:
    found = {
        strict_json.pointer(path): text
        for path, text in strict_json.strings({"a/b": ["x", {"c~": "y"}], "n": 1})
    }
    assert found == {"/a~1b/0": "x", "/a~1b/1/c~0": "y"}


def test_errors_cross_process_pools_with_their_evidence() -> None:
    with pytest.raises(VcwalletError) as caught:
        strict_json.loads(b'{"a":1,"a":2}')
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, str(again), again.evidence) == (caught.value.code, str(caught.value), {"key": "a"})


def nested(depth: int) -> str:
    return "[" * depth + "1" + "]" * depth


def test_the_short_way_and_the_long_way_draw_the_line_at_the_same_depth() -> None:
    """A line break sends a text the long way; both accept the last depth and refuse the next."""
    for text in (nested(limits.JSON_DEPTH), nested(limits.JSON_DEPTH).replace("1", "\n1")):
        strict_json.loads(text)
    for text in (nested(limits.JSON_DEPTH + 1), nested(limits.JSON_DEPTH + 1).replace("1", "\n1")):
        with pytest.raises(LimitExceeded) as caught:
            strict_json.loads(text)
        assert caught.value.code == "json.too-deep"


@given(json_values)
def test_nesting_is_counted_as_it_is(value: strict_json.Json) -> None:
    def depth(node: strict_json.Json) -> int:
        within = list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else None
        return 0 if within is None else 1 + max(map(depth, within), default=0)

    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1)):
        assert strict_json._depth(text) == depth(value)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 6000 + "]" * 6000,
        '{"a":' * 6000,
        '["' + "]" * 6000 + '",' + "[" * 6000,
        '["\\\\",' * 6000,
        '["\\"]]]]]]",' * 6000,
        '["' + "]}" * 3000 + '\\\\",' + "[" * 6000 + '"',
    ],
)
def test_deep_text_is_refused_before_a_reader_sees_it(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """6,000 nested lists end the interpreter of a browser, which raises no RecursionError."""
    monkeypatch.setattr(strict_json, "_DECODER", None)
    with pytest.raises(LimitExceeded) as caught:
        strict_json.loads(text)
    assert caught.value.code == "json.too-deep"


@given(json_values, st.integers(1, 30))
def test_the_short_way_never_accepts_what_the_long_way_refuses(value: strict_json.Json, nodes: int) -> None:
    text = strict_json.dumps(value)
    fates = []
    for way in (text, text + "\n\t"):
        try:
            fates.append(json.dumps(strict_json.loads(way, max_nodes=nodes)))
        except VcwalletError as error:
            fates.append(error.code)
    assert fates[0] == fates[1]


@pytest.mark.parametrize("layout", ["", "\n", "\n\t"])
@settings(max_examples=300, deadline=None)
@given(
    st.text(
        st.sampled_from('abё"\\/bfnrtu0089defDF\n\t\r\x00\x08\x1f\x7f\x85\xa0\u200b\u2028\ud800\U0001f600'),
        max_size=24,
    ),
    st.booleans(),
)
def test_a_text_that_is_not_searched_letter_by_letter_holds_nothing_forbidden(
    layout: str, said: str, ascii_only: bool
) -> None:
    written = json.dumps({"a": said}, ensure_ascii=ascii_only)
    for text in (written, '{"a":"' + said + '"}'):  # the second says what its escapes say, when it is JSON
        try:
            value = json.loads(layout + text)
        except ValueError:
            continue
        fates = []
        for way in (
            lambda text=text: strict_json.loads(layout + text),
            lambda value=value: strict_json.check(value),
        ):
            try:
                way()
                fates.append("")
            except VcwalletError as error:
                fates.append(error.code)
        assert fates[0] == fates[1]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("[1,]", 1, 4),
        ('{"a": 1, }', 1, 10),
        ('{"a": [1,\n2,\n]}', 3, 1),
        ("[1,,2]", 1, 4),
        ("[1 2]", 1, 4),
        ('{\n"a"}', 2, 4),
    ],
)
def test_the_place_of_a_fault_is_the_same_in_every_python(text: str, line: int, column: int) -> None:
    with pytest.raises(InputError) as caught:
        strict_json.loads(text)
    assert caught.value.evidence == {"line": line, "column": column}
