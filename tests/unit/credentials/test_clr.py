"""A learner record holds credentials of their own issuers; each of them is read and verified by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.credentials.world import (
    CHILD,
    GONE,
    NOW,
    OLYMPIAD,
    SCHOOL,
    STRANGER,
    award,
    diploma,
    fate,
    put,
    signed,
)
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.clr import ClrCredential
from vcwallet.credentials.credential import Credential, verify
from vcwallet.identifiers import did

SUBJECT = "/credentialSubject"


def record(*credentials: dict[str, Any]) -> dict[str, Any]:
    inner = list(credentials or (signed(diploma()), signed(award(), SCHOOL)))
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:1e2d3c4b-5a69-4788-9697-a5b4c3d2e1f0",
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": {"id": SCHOOL.did, "type": ["Profile"], "name": "Школа № 0, Небывалинск"},
        "name": "Достижения за школу",
        "validFrom": "2026-05-30T00:00:00+03:00",
        "credentialSubject": {
            "id": CHILD.did,
            "type": ["ClrSubject"],
            "verifiableCredential": inner,
            "association": [
                {
                    "type": "Association",
                    "associationType": "precedes",
                    "sourceId": inner[0]["id"],
                    "targetId": inner[-1]["id"],
                }
            ],
        },
    }


def anonymous(*credentials: dict[str, Any]) -> dict[str, Any]:
    """A record of a learner known by an identifier alone.

    The context of CLR 2.0 puts all credentials of a record into one graph, where two objects with one id may
    not say different things.
    """
    document = put(record(*credentials), SUBJECT + "/id", GONE)
    document["credentialSubject"]["identifier"] = {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "Проба",
        "identityType": "name",
    }
    return document


def test_a_signed_record_and_everything_in_it_verifies() -> None:
    outer = Credential.parse(signed(anonymous(), SCHOOL))
    verify(outer, resolve=did.resolve, now=NOW)
    found = ClrCredential.read(outer)
    assert [inner.issuer_id for inner in found.credentials] == [OLYMPIAD.did, SCHOOL.did]
    for inner in found.credentials:
        verify(inner, resolve=did.resolve, now=NOW)
    assert found.associations[0].kind == "precedes"
    assert facts(outer).name == "Достижения за школу"


def test_a_good_record_does_not_vouch_for_a_bad_credential_in_it() -> None:
    outer = Credential.parse(signed(anonymous(signed(diploma(), STRANGER)), SCHOOL))
    verify(outer, resolve=did.resolve, now=NOW)
    (inner,) = ClrCredential.read(outer).credentials
    assert fate(lambda: verify(inner, resolve=did.resolve, now=NOW))[0] == "credential.issuer-key"


BAD: dict[str, tuple[str, Any, str, str]] = {
    "not a record": ("/type", ["VerifiableCredential"], "clr.type", "/type"),
    "no context of its own": ("/@context/1", GONE, "clr.context", "/@context/1"),
    "no name": ("/name", GONE, "openbadge.missing", "/name"),
    "no id": ("/id", GONE, "openbadge.missing", "/id"),
    "two learners": (SUBJECT, [{"id": "urn:a:1"}, {"id": "urn:a:2"}], "clr.subject", SUBJECT),
    "no learner": (SUBJECT + "/id", GONE, "clr.subject", SUBJECT + "/id"),
    "subject of another type": (SUBJECT + "/type", "Person", "credential.wrong-type", SUBJECT + "/type"),
    "no credentials": (
        SUBJECT + "/verifiableCredential",
        GONE,
        "clr.subject",
        SUBJECT + "/verifiableCredential",
    ),
    "a credential without issuer": (
        SUBJECT + "/verifiableCredential/1/issuer",
        GONE,
        "credential.party",
        SUBJECT + "/verifiableCredential/1/issuer",
    ),
    "an association from nowhere": (
        SUBJECT + "/association/0/sourceId",
        GONE,
        "clr.subject",
        SUBJECT + "/association/0",
    ),
    "an association of no kind": (
        SUBJECT + "/association/0/associationType",
        GONE,
        "openbadge.missing",
        SUBJECT + "/association/0/associationType",
    ),
    "an achievement without name": (
        SUBJECT + "/achievement",
        {"id": "urn:a:1", "type": "Achievement", "criteria": {"narrative": "-"}},
        "openbadge.missing",
        SUBJECT + "/achievement/name",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_malformed_record_is_refused(name: str) -> None:
    where, value, code, pointer = BAD[name]
    document = put(record(), where, value)
    assert fate(lambda: ClrCredential.read(Credential.parse(document))) == (code, pointer)


def test_a_learner_may_be_known_by_an_identifier_alone() -> None:
    assert ClrCredential.read(Credential.parse(anonymous())).subject_id is None
