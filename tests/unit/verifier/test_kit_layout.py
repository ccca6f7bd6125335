"""The two files that say what a kit holds, and the names its files may have."""

import json
from dataclasses import replace

import pytest

from vcwallet.errors import DocumentError
from vcwallet.verifier.kit.layout import (
    Age,
    Ages,
    ListedStatus,
    Manifest,
    StatusIndex,
    fingerprint_of,
    is_fingerprint,
    owner_of,
    role_of,
    sort_of,
)
from vcwallet.verifier.scopes import ANYTHING, Scope, Years

CAP = Scope(("school-award", "project"), Years.parse("2024/25-2026/27"), source="приказ № 0")
MANIFEST = Manifest(
    "vymysel",
    {"ru": "Комплект Вымышленного университета"},
    maintainer={"ru": "Приёмная комиссия"},
    contact="+7 000 000-00-00",
    files=("trust/national.json", "levels/2025-26.json", "packs/vymysel.example/2027.toml"),
    caps={"region-00": (CAP,), "region-01": (CAP, ANYTHING)},
    ages=Ages(Age(30, 200), Age(7, 30)),
)
LISTED = ListedStatus(
    "status/olymp/1.json", "https://olymp.example/status/1.json", "did:web:olymp.example", ("revocation",)
)


def test_both_files_are_read_back_as_they_were_written() -> None:
    assert Manifest.parse(json.dumps(MANIFEST.to_json()).encode()) == MANIFEST
    index = StatusIndex((LISTED,))
    assert StatusIndex.parse(json.dumps(index.to_json()).encode()) == index


def test_every_file_of_a_kit_has_one_role_that_signs_it() -> None:
    assert {path: role_of(path) for path in (*MANIFEST.paths, LISTED.path)} == {
        "kit.json": "targets",
        "status.json": "status",
        "trust/national.json": "targets",
        "levels/2025-26.json": "targets",
        "packs/vymysel.example/2027.toml": "targets",
        "bodies/region-00/trust.json": "region-00",
        "bodies/region-01/trust.json": "region-01",
        "status/olymp/1.json": "status",
    }
    assert owner_of("levels/2025-26.json") == "2025-26"
    assert owner_of("packs/vymysel.example/2027.toml") == "vymysel.example"


@pytest.mark.parametrize(
    "path",
    [
        "bodies/region-00/..",
        "bodies/../trust/national.json",
        "/kit.json",
        "trust//national.json",
        "trust/national.json/",
        "trust\\national.json",
        "C:trust/national.json",
        "Trust/national.json",
        "trust/nul.json",
        "packs/com1/2027.toml",
        "packs/vymysel./2027.toml",
        "trust/перечень.json",
        "trust/national.json\n",
        "root.json",
        "metadata/1.root.json",
        "levels/2025.json",
        "a" * 300,
        "",
    ],
)
def test_no_other_name_becomes_a_path(path: str) -> None:
    with pytest.raises(DocumentError) as caught:
        sort_of(path)
    assert caught.value.code == "kit.name"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"surplus": 1}, "kit.malformed"),
        ({"format": "vcwallet-kit/2"}, "kit.format"),
        ({"name": {}}, "kit.malformed"),
        ({"files": ["status/olymp/1.json"]}, "kit.malformed"),
        ({"files": ["trust/national.json", "trust/national.json"]}, "kit.malformed"),
        ({"files": ["kit.json"]}, "kit.malformed"),
        ({"files": ["../../etc/passwd"]}, "kit.name"),
        ({"caps": {"status": [{"kinds": ["project"], "years": "*"}]}}, "kit.malformed"),
        ({"caps": {"region-00": []}}, "kit.malformed"),
        ({"caps": {"region-00": [{"kinds": ["project"]}]}}, "trust.malformed"),
        ({"caps": {"region-00": [{"kinds": ["*"], "years": "*"}]}}, "trust.scope-incomplete"),
        ({"caps": {"region-00": [{"kind": ["*"], "years": "*"}]}}, "trust.unknown-member"),
        ({"ages": {"kit": {"fresh": 90, "stale": 14}}}, "kit.malformed"),
    ],
)
def test_a_wrong_manifest_is_refused_as_a_document(change: dict[str, object], code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        Manifest.parse(json.dumps({**MANIFEST.to_json(), **change}).encode())
    assert caught.value.code == code


@pytest.mark.parametrize(
    "other",
    [
        replace(LISTED, path="status/olymp/2.json"),
        replace(LISTED, id="https://olymp.example/status/2.json"),
        replace(LISTED, path="trust/national.json", id="https://olymp.example/status/2.json"),
    ],
)
def test_a_status_list_stands_once_under_one_url_in_its_own_folder(other: ListedStatus) -> None:
    with pytest.raises(DocumentError) as caught:
        StatusIndex((LISTED, other))
    assert caught.value.code == "kit.malformed"


def test_a_status_list_is_indexed_by_what_it_says_of_itself() -> None:
    document = {
        "id": LISTED.id,
        "issuer": {"id": LISTED.issuer},
        "credentialSubject": {"statusPurpose": "revocation"},
    }
    assert ListedStatus.of(LISTED.path, document) == LISTED
    with pytest.raises(DocumentError):
        ListedStatus.of(LISTED.path, {**document, "credentialSubject": {}})


def test_a_fingerprint_has_eight_groups_and_is_read_however_it_is_spaced() -> None:
    whole = fingerprint_of(b"signed part of a root")
    assert len(whole.split()) == 8
    assert is_fingerprint(whole)
    assert is_fingerprint(whole.replace(" ", "").upper())
    assert not is_fingerprint(whole[:-1])
