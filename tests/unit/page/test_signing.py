"""A page that comes from a mirror or a stick: whose it is, and that not one byte of it is another's."""

from __future__ import annotations

import hashlib
import io
import json
import os
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world import seeded_key
from vcwallet import limits
from vcwallet.errors import InputError, VcwalletError
from vcwallet.identifiers import multibase
from vcwallet.page.checking import FORMAT, MANIFEST, Built, check, packed
from vcwallet.page.packing import pack, unpack
from vcwallet.page.signature import SIGNATURE, signature
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier.kit.keys import KitKey

PASSPHRASE = "шесть случайных слов для пробы тут"
FILES = {
    "index.html": b"<!doctype html>",
    "fonts/a.woff2": b"\0" * 40,
    "vcwallet.zip": b"PK\x05\x06" + b"\0" * 18,
}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> KitKey:
    return KitKey.create(tmp_path_factory.mktemp("key") / "page.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)


def page(key: KitKey | None, files: Mapping[str, bytes] = FILES) -> dict[str, bytes]:
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    listed = {"format": FORMAT, "program": "1.0", "built": "2026-06-10T09:00:00Z", "files": digests}
    manifest = json.dumps(listed).encode()
    made = {**files, MANIFEST: manifest}
    return made if key is None else {**made, SIGNATURE: signature(manifest, key)}


def put(place: Path, content: bytes | Mapping[str, bytes]) -> Path:
    if isinstance(content, bytes):
        place.write_bytes(content)
        return place
    for name, each in content.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(each)
    return place


def refused(place: Path, signed_by: str | None = None) -> str:
    with pytest.raises(VcwalletError) as caught:
        check(place, signed_by=signed_by)
    return caught.value.code


def test_the_folder_and_the_zip_say_who_signed(tmp_path: Path, key: KitKey) -> None:
    folder = put(tmp_path / "site", page(key))
    archive = put(tmp_path / "site.zip", packed(folder))
    for place in (folder, archive):
        built = check(place, signed_by=key.public_key.fingerprint)
        assert built == check(place, signed_by=key.public_key.fingerprint.replace(" ", "").upper())
        assert built.signer == key.public_key
        assert built.files == len(FILES) + 2
    assert check(folder) == check(archive)


def test_a_page_that_another_signed_or_nobody_is_not_the_universitys(tmp_path: Path, key: KitKey) -> None:
    own = key.public_key.fingerprint
    stranger = KitKey.create(tmp_path / "other.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    assert refused(put(tmp_path / "a.zip", pack(page(stranger))), own) == "page.signed-by-another"
    unsigned = put(tmp_path / "b.zip", pack(page(None)))
    assert check(unsigned).signer is None
    assert refused(unsigned, own) == "page.unsigned"
    assert refused(unsigned, own[:-1]) == "page.fingerprint"
    # The key's name on a signature that another made, and a signature of another edition.
    forged = json.loads(page(stranger)[SIGNATURE]) | {"key": key.public_key.multibase}
    for content in (
        json.dumps(forged).encode(),
        page(key, {"index.html": b"earlier"})[SIGNATURE],
        b"",
        b"[]",
    ):
        assert refused(put(tmp_path / "c.zip", pack({**page(key), SIGNATURE: content}))) == "page.signature"


def test_a_signature_of_a_page_is_never_one_of_a_kit(key: KitKey) -> None:
    """What a kit's roles sign is an object of JSON: a key cannot be brought to sign one as a page."""
    with pytest.raises(ValueError, match="draft"):
        key.sign_statement(b'{"_type":"root"}')
    manifest, other = page(None)[MANIFEST], seeded_key("page")

    def told(statement: bytes) -> Built:
        document = {
            "format": "vcwallet-page-signature/1",
            "key": other.public_key.multibase,
            "signature": multibase.encode_multibase(other.sign(statement)),
        }
        return Built.of({**page(None), SIGNATURE: (json.dumps(document, indent=1) + "\n").encode()})

    assert told(b"vcwallet-page-signature/1\n" + manifest).signer == other.public_key
    with pytest.raises(InputError, match="over this page"):
        told(manifest)


def rewritten(files: Mapping[str, bytes], change: Callable[[zipfile.ZipFile], object], **how: int) -> bytes:
    """A zip of a page as another program would write it."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", **how) as archive:
        warnings.simplefilter("ignore")  # a name that is there twice
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name])
        change(archive)
    return target.getvalue()


def bomb(files: Mapping[str, bytes]) -> bytes:
    return rewritten(files, lambda archive: archive.writestr("z", b"\0" * limits.MIB, zipfile.ZIP_DEFLATED))


def renamed(files: Mapping[str, bytes]) -> bytes:
    """One name in the list at the end, another in front of the file itself: programs take either."""
    content = pack(files)
    at = content.index(b"index.html")
    return content[:at] + b"indez.html" + content[at + 10 :]


HOSTILE: Mapping[str, tuple[Callable[[Mapping[str, bytes]], bytes], set[str]]] = {
    "a file more": (lambda files: pack({**files, "stranger.js": b""}), {"page.changed"}),
    "a file less": (
        lambda files: pack({each: files[each] for each in files if each != "index.html"}),
        {"page.changed"},
    ),
    "another file": (lambda files: pack({**files, "index.html": b"<script>"}), {"page.changed"}),
    "a name above": (lambda files: pack({**files, "../index.html": b""}), {"page.changed"}),
    "a name from the root": (
        lambda files: pack({**files, "/etc/x": b""}),
        {"page.changed", "page.packed-otherwise"},
    ),
    "a file twice": (
        lambda files: rewritten(files, lambda archive: archive.writestr("index.html", b"<script>")),
        {"page.packed-otherwise"},
    ),
    "packed anew": (lambda files: rewritten(files, lambda archive: None), {"page.packed-otherwise"}),
    "a folder": (
        lambda files: rewritten(files, lambda archive: archive.writestr("fonts/", b"")),
        {"page.packed-otherwise"},
    ),
    "a bomb": (bomb, {"archive.too-large"}),
    "two names": (renamed, {"archive.damaged-member", "page.packed-otherwise"}),
    "something in front": (lambda files: b"#!/bin/sh\n" + pack(files), {"page.packed-otherwise"}),
    "something behind": (lambda files: pack(files) + b"\0", {"archive.unreadable", "page.packed-otherwise"}),
    "many files": (
        lambda files: pack({str(each): b"" for each in range(limits.PAGE_MEMBERS + 1)}),
        {"archive.too-many"},
    ),
    "no page": (lambda files: pack({"a": b""}), {"page.none"}),
    "no zip": (lambda files: b"PK\x03\x04 and no more", {"archive.unreadable"}),
    "nothing": (lambda files: b"", {"archive.unreadable"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_zip_with_anything_else_is_refused(tmp_path: Path, key: KitKey, name: str) -> None:
    make, codes = HOSTILE[name]
    assert refused(put(tmp_path / "site.zip", make(page(key)))) in codes


def test_a_manifest_that_names_what_lies_outside_is_none(tmp_path: Path, key: KitKey) -> None:
    (tmp_path / "x").write_bytes(b"x")
    for name in ("../x", "/x", "a/../../x", "a\\..\\x", "c:x", MANIFEST, SIGNATURE):
        files = page(key, {name: b"x"})
        assert refused(put(tmp_path / "site.zip", pack(files))) == "page.none", name


def test_a_link_in_a_folder_is_no_file_of_it(tmp_path: Path, key: KitKey) -> None:
    folder = put(tmp_path / "site", page(key))
    (tmp_path / "other").mkdir()
    (folder / "more").symlink_to(tmp_path / "other", target_is_directory=True)
    assert refused(folder) == "page.changed"


def test_a_file_larger_than_any_page_is_not_read(
    tmp_path: Path, key: KitKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_BYTES", 100_000)
    folder = put(tmp_path / "site", page(key))
    for place in (folder / "index.html", tmp_path / "site.zip"):
        with place.open("wb") as file:
            file.truncate(limits.PAGE_BYTES + 1)
    assert refused(folder) == "file.too-large"
    assert refused(tmp_path / "site.zip") == "file.too-large"


NAMES = st.lists(st.text("ab1-_я", min_size=1, max_size=5), min_size=1, max_size=3).map("/".join)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(NAMES, st.binary(max_size=40), max_size=5))
def test_what_was_packed_is_unpacked_and_packed_again_alike(files: dict[str, bytes]) -> None:
    assert unpack(pack(files)) == files
    assert pack(dict(reversed(list(files.items())))) == pack(files)


def test_no_byte_of_a_signed_zip_can_be_another_or_be_missing(key: KitKey) -> None:
    content = pack(page(key))
    assert Built.of(unpack(content)).signer == key.public_key
    for at in range(len(content)):
        changed = bytearray(content)
        changed[at] ^= 1 << at % 8
        for harmed in (bytes(changed), content[:at], content[:at] + content[at + 1 :]):
            with pytest.raises(VcwalletError):
                Built.of(unpack(harmed))


def test_a_signature_is_written_in_one_way(tmp_path: Path, key: KitKey) -> None:
    """No digest holds its file, so nothing may stand in it besides."""
    made = page(key)
    for number, content in enumerate(
        (
            b"\xef\xbb\xbf" + made[SIGNATURE],
            made[SIGNATURE] + b" " * 1000,
            json.dumps(json.loads(made[SIGNATURE])).encode(),
        )
    ):
        archive = put(tmp_path / f"{number}.zip", pack({**made, SIGNATURE: content}))
        assert refused(archive) == "page.signature"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
@pytest.mark.parametrize("name", ["index.html", MANIFEST, SIGNATURE])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path, key: KitKey, name: str) -> None:
    folder = put(tmp_path / "site", page(key))
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert refused(folder) == ("page.none" if name == MANIFEST else "page.changed")
