"""Refusals that no damaged input of the other tests meets, each provoked by what it names."""

from __future__ import annotations

import io
import random
import uuid

import pytest

from vcwallet import limits
from vcwallet.bundle import cbor_ld, codec, frames, pictures
from vcwallet.errors import DocumentError, InputError, LimitExceeded
from vcwallet.strict_json import JsonObject

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"


def test_a_bundle_of_more_identifiers_than_the_ceiling_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20)
    ids = [f"urn:uuid:{uuid.UUID(bytes=chance.randbytes(16), version=4)}" for _ in range(20)]
    document: JsonObject = {"a": list(ids)}
    packed = codec.pack(document)
    monkeypatch.setattr(limits, "BUNDLE_BLOBS", 20)
    assert codec.unpack(packed) == document
    monkeypatch.setattr(limits, "BUNDLE_BLOBS", 19)
    with pytest.raises(LimitExceeded) as caught:
        codec.unpack(packed)
    assert (caught.value.code, caught.value.evidence["limit"]) == ("bundle.too-many-blobs", 19)


def test_without_any_part_there_is_no_bundle() -> None:
    with pytest.raises(InputError) as caught:
        frames.Collector().result()
    assert caught.value.code == "frames.none"


def test_what_cbor_ld_would_read_back_as_something_else_is_not_written() -> None:
    """A number where its contexts expect a date: CBOR-LD writes dates as numbers."""
    with pytest.raises(DocumentError) as caught:
        cbor_ld.encode({"@context": [V2], "type": ["VerifiableCredential"], "validFrom": 1_706_659_200})
    assert caught.value.code == "cborld.lossy"


def test_contexts_that_contradict_each_other_are_not_compressed() -> None:
    with pytest.raises(DocumentError) as caught:
        cbor_ld.encode({"@context": [V1, V2], "type": ["VerifiableCredential"]})
    assert caught.value.code == "cborld.protected"
    assert caught.value.evidence["term"]


def test_a_file_of_many_pictures_is_read_up_to_the_ceiling(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    monkeypatch.setattr(limits, "SCAN_PICTURES_PER_FILE", 2)
    shades = [Image.new("L", (8, 8), shade) for shade in (0, 120, 240)]
    file = io.BytesIO()
    shades[0].save(file, "TIFF", save_all=True, append_images=shades[1:])
    read = pictures.pictures(
        file.getvalue(),
        most_pixels=limits.SCAN_PIXELS,
        most_pictures=limits.SCAN_PICTURES_PER_FILE,
        shrink_to=limits.SCAN_LOOK_PIXELS,
    )
    assert [next(read).size, next(read).size] == [(8, 8), (8, 8)]
    with pytest.raises(LimitExceeded) as caught:
        next(read)
    assert (caught.value.code, caught.value.evidence["limit"]) == ("picture.too-many-pictures", 2)
