"""What a base proof must name as mandatory: without it a diploma would say more than its issuer did."""

from __future__ import annotations

from typing import Any

import pytest

from vcwallet.credentials.base_proof import MUST_STAY, check_mandatory
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.errors import UsageError

DOCUMENT: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "Школа № 0"},
    "validFrom": "2026-03-01T00:00:00Z",
    "validUntil": "2030-03-01T00:00:00Z",
    "credentialStatus": [{"id": "https://school.example/status/1#7", "statusListIndex": "7"}],
    "credentialSchema": {"id": "https://school.example/schema", "type": "JsonSchema"},
    "termsOfUse": {"type": "TrustFrameworkPolicy"},
    "refreshService": {"type": "VerifiableCredentialRefreshService2021"},
    "issuanceDate": "2026-03-01T00:00:00Z",
    "expirationDate": "2030-03-01T00:00:00Z",
    "credentialSubject": {"id": "urn:uuid:1", "birthDate": "2009-05-17"},
}


def test_all_but_what_concerns_the_child_is_enough() -> None:
    mandatory = pointers_outside(DOCUMENT, ["/credentialSubject/birthDate"])
    assert "/credentialSubject" not in mandatory
    check_mandatory(DOCUMENT, mandatory)
    check_mandatory({"issuer": "did:example:x", "type": ["VerifiableCredential"]}, ["/issuer", "/type"])


@pytest.mark.parametrize("member", MUST_STAY)
def test_each_member_that_must_stay(member: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_mandatory(DOCUMENT, pointers_outside(DOCUMENT, [f"/{member}"]))
    assert (refused.value.code, refused.value.evidence["member"]) == ("base-proof.hideable", member)


PARTS = {
    "an entry of the status list": "/credentialStatus/0",
    "a member of an entry": "/credentialStatus/0/statusListIndex",
    "the issuer's id": "/issuer/id",
    "the type itself": "/type/0",
}


@pytest.mark.parametrize("hidden", PARTS.values(), ids=PARTS)
def test_a_part_of_what_must_stay_must_stay(hidden: str) -> None:
    with pytest.raises(UsageError):
        check_mandatory(DOCUMENT, pointers_outside(DOCUMENT, [hidden]))


def test_no_pointers_at_all_hide_everything() -> None:
    with pytest.raises(UsageError):
        check_mandatory(DOCUMENT, [])
