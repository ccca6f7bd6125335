"""What leaves the house: identifier, lists of set places; and what never does."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.issuer.offices import NOW, Office, pupils
from vcwallet import strict_json
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import StatusEntry
from vcwallet.credentials.status_list import check_status, verify_status_list
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import web
from vcwallet.issuer import publishing

REASON = "Тайная причина: перепутали Тестова с Примеровой"


def publish(office: Office, site: Path) -> tuple[Path, ...]:
    with office.folder.register() as register:
        return publishing.publish(office.folder, office.keystore, register, site, now=NOW)


def revoke(office: Office, place: int) -> str:
    with office.folder.register() as register:
        entry = list(register.lines())[place]
        register.revoke(entry.id, now=NOW, reason=REASON)
    return str(entry.id)


def load(path: Path) -> strict_json.JsonObject:
    return strict_json.loads_object(path.read_bytes())


@pytest.mark.parametrize(
    ("site", "place"),
    [
        ("https://olymp.example", ".well-known/did.json"),
        ("https://school.example/olymp/2026", "did.json"),
    ],
)
def test_the_identifier_lies_where_did_web_looks_for_it(tmp_path: Path, site: str, place: str) -> None:
    office = Office.make(tmp_path / "o", site=site)
    office.issue(pupils(1))
    publish(office, tmp_path / "site")
    document = ControlledIdentifierDocument.parse(load(tmp_path / "site" / place))
    web.check_document(document, web.did_of(site))
    assert web.url_of(document.id) == f"{site}/{place}"
    assert len(document.verification_methods) == 4, "two that sign and two that stand by"
    assert document.relationships["assertionMethod"] == tuple(m.id for m in document.verification_methods)


def test_the_list_sets_the_revoked_places_and_no_others(office: Office, tmp_path: Path) -> None:
    office.issue(pupils(5))
    gone = {revoke(office, 1), revoke(office, 3)}
    publish(office, tmp_path)
    document = load(tmp_path / "status" / "1.json")
    verified = verify_status_list(document, resolve=lambda _: office.folder.document, now=NOW)
    assert verified.credential.id == "https://olymp.example/status/1.json"
    assert verified.credential.valid_until == NOW + timedelta(days=180)
    for document in office.files().values():
        credential = Credential.parse(document)
        entry = StatusEntry.parse(credential.status_entries[0])
        assert entry is not None
        status = check_status(entry, verified, credential_issuer=credential.issuer_id, now=NOW)
        assert status.invalidates == (credential.id in gone)
    assert sum(byte.bit_count() for byte in verified.bits) == 2


def test_the_reason_never_leaves_the_register(office: Office, tmp_path: Path) -> None:
    office.issue(pupils(2))
    revoke(office, 0)
    publish(office, tmp_path / "site")
    with office.folder.register() as register:
        publishing.hand_out(office.folder, office.keystore, register, office.out, now=NOW)
        assert next(register.lines()).reason == REASON
    for folder in (tmp_path / "site", office.out):
        for path in folder.rglob("*"):
            if path.is_file():
                text = path.read_text("utf-8")
                assert "причина" not in text
                assert json.dumps("причина")[1:-1] not in text


def test_the_lists_name_nobody(office: Office, tmp_path: Path) -> None:
    office.issue(pupils(3))
    written = publish(office, tmp_path)
    identifiers = [entry.id for entry in office.entries()]
    for path in written:
        text = path.read_text("utf-8")
        assert "Тестов" not in text
        assert not any(identifier in text for identifier in identifiers)


def test_a_family_gets_what_it_needs_to_check_without_a_network(office: Office) -> None:
    office.issue(pupils(1))
    with office.folder.register() as register:
        written = publishing.hand_out(office.folder, office.keystore, register, office.out, now=NOW)
    assert [path.name for path in written] == ["issuer.json", "status-1.json"]
    document = ControlledIdentifierDocument.parse(load(office.out / "issuer.json"))
    assert document.id == office.folder.document.id
    verify_status_list(load(office.out / "status-1.json"), resolve=lambda _: document, now=NOW)


def test_without_a_site_the_same_files_are_written_to_hand_out(tmp_path: Path) -> None:
    office = Office.make(tmp_path / "school", kit="olympiad", site="")
    office.issue(pupils(1))
    written = publish(office, tmp_path / "site")
    assert [path.name for path in written] == ["issuer.json", "status-1.json"]
    document = ControlledIdentifierDocument.parse(load(tmp_path / "site" / "issuer.json"))
    assert document.id.startswith("did:key:")
    verified = verify_status_list(load(written[1]), resolve=lambda _: document, now=NOW)
    (credential,) = office.files().values()
    status = credential["credentialStatus"]
    assert isinstance(status, dict)
    assert verified.credential.id == status["statusListCredential"]


def test_publishing_again_replaces_whole_files(office: Office, tmp_path: Path) -> None:
    office.issue(pupils(2))
    publish(office, tmp_path)
    before = (tmp_path / "status" / "1.json").read_bytes()
    publish(office, tmp_path)
    assert (tmp_path / "status" / "1.json").read_bytes() == before
    revoke(office, 0)
    publish(office, tmp_path)
    assert (tmp_path / "status" / "1.json").read_bytes() != before
    assert not list(tmp_path.rglob("*.part"))


def test_what_a_killed_run_left_in_the_site_is_removed_and_nothing_else_is(
    office: Office, tmp_path: Path
) -> None:
    office.issue(pupils(1))
    site = tmp_path / "site"
    publish(office, site)
    place = site / "status"
    left = place / ".1.json.0123456789abcdef.part"
    writing = place / ".2.json.0123456789abcdef.part"
    others = place / "чужой файл.part"
    for each in (left, writing, others):
        each.write_bytes(b"half")
    publish(office, site)
    assert [each.exists() for each in (left, writing, others)] == [False, True, True]
