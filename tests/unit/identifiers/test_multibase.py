"""One byte string, one text: the encodings are inverse to each other and refuse every other spelling."""

from __future__ import annotations

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet import limits
from vcwallet.errors import DocumentError, LimitExceeded
from vcwallet.identifiers import multibase

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def plain_base58(data: bytes) -> str:
    """Base58 by its definition: the number in base 58, and a "1" for each leading zero byte."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


@given(st.binary(max_size=120))
def test_base58_agrees_with_its_definition(data: bytes) -> None:
    text = multibase.base58btc_encode(data)
    assert text == plain_base58(data)
    assert multibase.base58btc_decode(text) == data


@given(st.integers(0, 12), st.binary(max_size=40))
def test_base58_keeps_leading_zeros(zeros: int, rest: bytes) -> None:
    data = bytes(zeros) + rest
    assert multibase.base58btc_decode(multibase.base58btc_encode(data)) == data


@given(st.text(alphabet=ALPHABET, max_size=100))
def test_every_base58_text_is_the_one_text_of_its_bytes(text: str) -> None:
    assert multibase.base58btc_encode(multibase.base58btc_decode(text)) == text


@pytest.mark.parametrize(
    ("text", "data"),
    [
        # draft-msporny-base58-03, section 5
        ("2NEpo7TZRRrLZSi2U", b"Hello World!"),
        (
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
            b"The quick brown fox jumps over the lazy dog.",
        ),
        ("11233QC4", bytes.fromhex("0000287fb4cd")),
    ],
)
def test_base58_published_examples(text: str, data: bytes) -> None:
    assert multibase.base58btc_encode(data) == text
    assert multibase.base58btc_decode(text) == data


@given(st.binary(max_size=200))
def test_base64url_round_trip(data: bytes) -> None:
    text = multibase.base64url_encode(data)
    assert "=" not in text
    assert multibase.base64url_decode(text) == data
    assert multibase.decode_multibase(multibase.encode_multibase(data, "u")) == data
    assert multibase.decode_multibase(multibase.encode_multibase(data)) == data


@given(st.text(max_size=40))
def test_no_text_is_read_in_two_ways(text: str) -> None:
    """Whatever is accepted is exactly what would be written."""
    for decode, encode in (
        (multibase.base58btc_decode, multibase.base58btc_encode),
        (multibase.base64url_decode, multibase.base64url_encode),
    ):
        try:
            data = decode(text)
        except DocumentError:
            continue
        assert encode(data) == text


BAD = {
    "nothing": ("", "multibase.header"),
    "hexadecimal": ("f00ff", "multibase.header"),
    "upper case header": ("Z2NEpo7TZRRrLZSi2U", "multibase.header"),
    "padded base64 (U)": ("UQUI=", "multibase.header"),
    "Cyrillic header": ("у2NEpo7", "multibase.header"),
    "base58 with a zero": ("z0", "multibase.alphabet"),
    "base58 with a capital O": ("zO", "multibase.alphabet"),
    "base58 with a capital I": ("zI", "multibase.alphabet"),
    "base58 with a small L": ("zl", "multibase.alphabet"),
    "base58 with a space": ("z2N po", "multibase.alphabet"),
    "base58 with a line end": ("z2NEpo7\n", "multibase.alphabet"),
    "base58 with a Cyrillic letter": ("zА", "multibase.alphabet"),
    "base64url padded": ("uQUI=", "multibase.base64url"),
    "base64url unused bits of two characters": ("uQR", "multibase.base64url"),
    "base64url unused bits of three characters": ("uQUJ", "multibase.base64url"),
    "base64url single character": ("uQ", "multibase.base64url"),
    "base64url five characters": ("uAAAAA", "multibase.base64url"),
    "base64 standard alphabet +": ("u++++", "multibase.base64url"),
    "base64 standard alphabet /": ("u////", "multibase.base64url"),
    "base64url with junk between": ("uQU FB", "multibase.base64url"),
    "base64url with a line end": ("uQUFB\n", "multibase.base64url"),
    "base64url beyond ASCII": ("uQUFБ", "multibase.base64url"),
    "base64url lone surrogate": ("u\ud800AAA", "multibase.base64url"),
}


@pytest.mark.parametrize(("text", "code"), BAD.values(), ids=BAD.keys())
def test_other_spellings_are_refused(text: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        multibase.decode_multibase(text)
    assert caught.value.code == code


def test_length_is_capped_before_the_quadratic_work() -> None:
    hostile = "z" * 5_000_000
    began = time.process_time()
    with pytest.raises(LimitExceeded):
        multibase.decode_multibase(hostile)
    assert time.process_time() - began < 0.5
    longest = "z" * (limits.MULTIBASE_CHARACTERS)
    assert multibase.base58btc_decode(longest)
    with pytest.raises(LimitExceeded):
        multibase.base58btc_decode(longest + "z")
    with pytest.raises(LimitExceeded):
        multibase.base64url_decode("A" * (limits.JSON_STRING_BYTES + 4))


@given(st.binary(max_size=64))
def test_base64_round_trip(data: bytes) -> None:
    text = base64.b64encode(data).decode("ascii")
    assert multibase.base64_decode(text) == data


@pytest.mark.parametrize(
    "text", ["AAAA=", "AAAA==", "QR==", "QUJ=", "QQ", "QQ=", "A", "QU-_", "QU I", "QQ==\n"]
)
def test_base64_that_pythons_read_differently_is_read_by_none(text: str) -> None:
    """Python 3.11 takes too much padding for the end of the text, 3.14 for a mistake."""
    with pytest.raises(DocumentError, match="base64") as refused:
        multibase.base64_decode(text)
    assert refused.value.code == "multibase.base64"
    with pytest.raises(LimitExceeded):
        multibase.base64_decode("QQ==", max_characters=3)
