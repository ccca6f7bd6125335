"""The codec gives back exactly the JSON it was given, and refuses everything it did not write."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256

import pytest

from tests.shared import ROOT
from tests.unit.bundle import samples
from vcwallet import strict_json
from vcwallet.bundle import codec, dictionaries, tokens
from vcwallet.bundle.codec import Bundle
from vcwallet.errors import VcwalletError


@pytest.mark.parametrize("count", [1, 3, 20])
def test_a_bundle_comes_back_to_the_byte(count: int) -> None:
    bundle = Bundle(samples.presentation(count), (samples.status_list(),) if count == 3 else ())
    back = codec.decode(codec.encode(bundle))
    assert back == bundle
    assert back.text == bundle.text


def test_nothing_stapled_is_the_bare_presentation() -> None:
    presentation = samples.presentation()
    assert Bundle(presentation).to_json() is presentation
    assert Bundle.parse(presentation) == Bundle(presentation)


def test_the_text_is_the_minified_json() -> None:
    bundle = Bundle(samples.presentation(2), (samples.status_list(),))
    expected = json.dumps(json.loads(bundle.text), ensure_ascii=False, separators=(",", ":"))
    assert bundle.text == expected
    assert list(json.loads(bundle.text)) == ["type", "presentation", "statusLists"]


BAD_BUNDLES = {
    "nothing": (b"", "bundle.empty"),
    "a version of the future": (b"\x02abc", "bundle.version-unknown"),
    "a dictionary of the future": (b"\x01\xfe\x02\x00" + b"x", "bundle.dictionary-unknown"),
    "version only": (b"\x01", "bundle.damaged"),
    "length cut off": (b"\x01\x00\x80", "bundle.damaged"),
    "length not in shortest form": (b"\x01\x00\x80\x00\x00", "bundle.damaged"),
    "length beyond four bytes": (b"\x01\x00\xff\xff\xff\xff\x01", "bundle.damaged"),
    "blobs cut off": (b"\x01\x00\x02\x05abc", "bundle.damaged"),
    "no DEFLATE": (b"\x00\xff\xff\xff", "bundle.damaged"),
    "DEFLATE cut off": (codec.pack(samples.credential())[:-3], "bundle.damaged"),
    "bytes behind the end": (codec.pack(samples.credential()) + b"\x00", "bundle.damaged"),
    "not UTF-8": (b"\x00" + zlib.compress(b'{"a":"\xff"}', 9, -15), "bundle.damaged"),
    "not an object": (b"\x00" + zlib.compress(b"[]", 9, -15), "json.not-an-object"),
    "a bomb": (b"\x00" + zlib.compress(b" " * 40_000_000, 9, -15), "bundle.too-large"),
    "too many bytes": (b"\x00" * 2_000_000, "bundle.too-large"),
}


@pytest.mark.parametrize(("data", "code"), BAD_BUNDLES.values(), ids=BAD_BUNDLES)
def test_what_is_not_a_bundle_is_named(data: bytes, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        codec.unpack(data)
    assert caught.value.code == code


BAD_TEMPLATES = {
    "a reference to a blob that is not there": ('{"a":"\x05\x20"}', b"", 9),
    "a reference cut off": ('{"a":"\x05', b"", 9),
    "a reference to a UUID that is not there": ('{"a":"\x03\x15\x21"}', bytes(16), 80),
    "a reference to a UUID where another token is": ('{"a":"\x01\x15\x20"}', bytes(32), 104),
    "a reference to a UUID cut off": ('{"a":"\x03\x15', bytes(16), 80),
    "a blob cut off": ('{"a":"\x03"}', b"abc", 43),
    "an empty blob": ('{"a":"\x06"}', b"\x00", 8),
    "blobs left over": ('{"a":"b"}', b"x", 9),
    "another length": ('{"a":"b"}', b"", 8),
    "an unknown marker": ('{"a":"\x10"}', b"", 9),
    "a nested text not closed": ('{"a":"\x0eabc"}', b"", 12),
    "a nested text not opened": ('{"a":"abc\x0f"}', b"", 12),
    "nesting too deep": ("\x0e" * 9 + "a" + "\x0f" * 9, b"", 40),
    "base58 too long to be written": ("\x08", b"\x80\x02" + bytes(256), 352),
}


@pytest.mark.parametrize(("template", "blobs", "characters"), BAD_TEMPLATES.values(), ids=BAD_TEMPLATES)
def test_a_template_that_does_not_fit_its_blobs_is_damaged(
    template: str, blobs: bytes, characters: int
) -> None:
    with pytest.raises(VcwalletError) as caught:
        tokens.join(template, blobs, characters=characters)
    assert caught.value.code == "bundle.damaged"


def test_references_cannot_blow_a_small_bundle_up() -> None:
    """A thousand references to a long blob stop at the declared length."""
    blob = tokens.varint(200_000) + bytes(200_000)
    with pytest.raises(VcwalletError):
        tokens.join("\x06" + "\x05\x20" * 100_000, blob, characters=1_000_000)


BAD_ENVELOPES = {
    "no status lists": {
        "type": codec.ENVELOPE_TYPE,
        "presentation": samples.presentation(),
        "statusLists": [],
    },
    "an extra member": {
        "type": codec.ENVELOPE_TYPE,
        "presentation": samples.presentation(),
        "statusLists": [samples.status_list()],
        "x": 1,
    },
    "a diploma stapled": {
        "type": codec.ENVELOPE_TYPE,
        "presentation": samples.presentation(),
        "statusLists": [samples.credential()],
    },
    "a list of texts stapled": {
        "type": codec.ENVELOPE_TYPE,
        "presentation": samples.presentation(),
        "statusLists": ["x"],
    },
}


@pytest.mark.parametrize("document", BAD_ENVELOPES.values(), ids=BAD_ENVELOPES)
def test_an_envelope_holds_a_presentation_and_status_lists_only(document: strict_json.JsonObject) -> None:
    with pytest.raises(VcwalletError) as caught:
        codec.decode(codec.pack(document))
    assert caught.value.code == "bundle.envelope"


def test_a_credential_is_no_bundle() -> None:
    with pytest.raises(VcwalletError) as caught:
        codec.decode(codec.pack(samples.credential()))
    assert caught.value.code == "bundle.not-a-presentation"


def test_what_nobody_could_read_back_is_not_written() -> None:
    deep: strict_json.Json = "x"
    for _ in range(40):
        deep = [deep]
    for document, code in (({"a": deep}, "json.too-deep"), ({"a": "\ud800"}, "json.forbidden-character")):
        with pytest.raises(VcwalletError) as caught:
            codec.pack(document)  # type: ignore[arg-type]
        assert caught.value.code == code


def test_dictionaries_are_the_frozen_ones() -> None:
    """A changed byte would make every bundle under that id unreadable."""
    assert dictionaries.NEWEST >= 1
    for number, digest in dictionaries.SHA256.items():
        assert sha256(dictionaries.dictionary(number)).hexdigest() == digest
    assert dictionaries.dictionary(0) == b""


def test_a_changed_dictionary_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dictionaries.SHA256, 1, "0" * 64)
    dictionaries.dictionary.cache_clear()
    with pytest.raises(VcwalletError) as caught:
        dictionaries.dictionary(1)
    assert caught.value.code == "bundle.dictionary-changed"
    dictionaries.dictionary.cache_clear()


def test_a_dictionary_is_built_from_the_kits_alone() -> None:
    """The same inputs give the same bytes, with what is met most often at the end."""
    from tools.bundle_dictionary import LARGEST, build

    content = build(ROOT / "issuers")
    assert content == build(ROOT / "issuers")
    assert len(content) == LARGEST
    assert b"AchievementSubject" in content[-4000:]
    # No person and no secret of a sample is in it: markers stand where keys and signatures were.
    assert "Тестов".encode() not in content
    assert b"z6Mk" not in content
