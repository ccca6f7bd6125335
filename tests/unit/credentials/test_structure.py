"""Every structure rule of the VC Data Model has an input that breaks it alone, and its neighbours hold."""

from __future__ import annotations

import copy
import hashlib
import json
import subprocess
import sys
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import VECTORS
from tests.unit.credentials.world import GONE, NOW, diploma, fate, put, signed
from vcwallet import limits, timestamps
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential, EnvelopedCredential, check_validity, verify
from vcwallet.credentials.data_model import Version, plain_text
from vcwallet.credentials.open_badges import AchievementCredential
from vcwallet.credentials.presentation import PURPOSE, EnvelopedPresentation, Presentation
from vcwallet.identifiers import did
from vcwallet.identifiers.multibase import encode_multibase
from vcwallet.proofs.jsonld import PINNED, to_quads

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
SHA384 = "sha384-" + b64encode(bytes(48)).decode()
SHA256_MULTIBASE = encode_multibase(b"\x12\x20" + bytes(32), "u")


def old() -> dict[str, Any]:
    """A credential of data model 1.1."""
    return {
        "@context": [V1],
        "id": "urn:uuid:3d0f3c1e-51d4-4d5b-9d0c-2f5b7e1a9c44",
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "issuanceDate": "2020-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject"},
    }


ENTRY = "/credentialStatus"
SUBJECT = "/credentialSubject"

# name: (where, what is put there, the code, the pointer it must name)
BAD: dict[str, tuple[str, Any, str, str]] = {
    # 4.3 contexts
    "no contexts": ("/@context", GONE, "credential.context", "/@context"),
    "contexts null": ("/@context", None, "credential.context", "/@context"),
    "contexts empty": ("/@context", [], "credential.context", "/@context"),
    "contexts an object": ("/@context", {"@vocab": "https://a.example/"}, "credential.context", "/@context"),
    "contexts a number": ("/@context", 2, "credential.context", "/@context"),
    "base context second": ("/@context", [PINNED.urls[-1], V2], "credential.base-context", "/@context/0"),
    "base context missing": (
        "/@context",
        ["https://a.example/v1"],
        "credential.base-context",
        "/@context/0",
    ),
    "base context an object": ("/@context", [{"id": "@id"}], "credential.base-context", "/@context/0"),
    "context a number": ("/@context/1", 17, "credential.context-item", "/@context/1"),
    "context null": ("/@context/1", None, "credential.context-item", "/@context/1"),
    "context a list": ("/@context/1", [V2], "credential.context-item", "/@context/1"),
    "context no URL": ("/@context/1", "https ://a.example", "credential.context-item", "/@context/1"),
    "context relative": ("/@context/1", "contexts/v1", "credential.context-item", "/@context/1"),
    "context twice": ("/@context/1", V2, "credential.context-item", "/@context/1"),
    "context an empty object": ("/@context/1", {}, "credential.context-item", "/@context/1"),
    # 4.4 identifiers
    "id null": ("/id", None, "credential.id", "/id"),
    "id a list": ("/id", ["urn:a:1", "urn:a:2"], "credential.id", "/id"),
    "id with a space": ("/id", "https ://a.example", "credential.id", "/id"),
    "id with a space at the end": ("/id", "urn:uuid:1 ", "credential.id", "/id"),
    "id relative": ("/id", "diplomas/1", "credential.id", "/id"),
    "id empty": ("/id", "", "credential.id", "/id"),
    "id a number": ("/id", 1, "credential.id", "/id"),
    "id endless": ("/id", "urn:" + "a" * limits.IRI_CHARACTERS, "credential.id", "/id"),
    "subject's id no URL": (SUBJECT + "/id", "child", "credential.id", "/credentialSubject/id"),
    "status's id no URL": (ENTRY + "/id", "https ://a", "credential.id", "/credentialStatus/id"),
    "status's id a list": (ENTRY + "/id", ["urn:a:1"], "credential.id", "/credentialStatus/id"),
    # 4.5 types
    "no type": ("/type", GONE, "credential.no-type", "/"),
    "type null": ("/type", None, "credential.no-type", "/"),
    "type empty": ("/type", [], "credential.no-type", "/"),
    "type a number": ("/type", 1, "credential.no-type", "/"),
    "type without VerifiableCredential": (
        "/type",
        ["OpenBadgeCredential"],
        "credential.wrong-type",
        "/type",
    ),
    "type twice": ("/type", ["VerifiableCredential"] * 2, "credential.type", "/type"),
    "type with a space": ("/type/1", "OpenBadgeCredential ", "credential.type", "/type"),
    "type holds a number": ("/type/1", 3, "credential.type", "/type"),
    "type holds an object": ("/type/1", {"id": "urn:a:1"}, "credential.type", "/type"),
    "type a keyword": ("/type/1", "@json", "credential.type", "/type"),
    "subject's type malformed": (SUBJECT + "/type", ["a b"], "credential.type", "/credentialSubject/type"),
    # 4.6 names and descriptions
    "name a number": ("/name", 7, "credential.language-value", "/name"),
    "name null": ("/name", None, "credential.language-value", "/name"),
    "name with a url": (
        "/name",
        {"@value": "Diploma", "@language": "en", "url": "urn:a:1"},
        "credential.language-value",
        "/name",
    ),
    "name without a value": ("/name", {"@language": "ru"}, "credential.language-value", "/name"),
    "name an empty list": ("/name", [], "credential.language-value", "/name"),
    "name a list of strings": ("/name", ["a", "b"], "credential.language-value", "/name"),
    "name twice in one language": (
        "/name",
        [{"@value": "a", "@language": "ru"}, {"@value": "b", "@language": "RU"}],
        "credential.language-value",
        "/name",
    ),
    "name's language malformed": (
        "/name",
        {"@value": "Диплом", "@language": "ru_RU"},
        "credential.language-value",
        "/name",
    ),
    "name's language null": (
        "/name",
        {"@value": "Диплом", "@language": None},
        "credential.language-value",
        "/name",
    ),
    "name's direction unknown": (
        "/name",
        {"@value": "Диплом", "@direction": "up"},
        "credential.language-value",
        "/name",
    ),
    "description a number": ("/description", 7, "credential.language-value", "/description"),
    "issuer's name a number": ("/issuer/name", 7, "credential.language-value", "/issuer/name"),
    "issuer's description with a url": (
        "/issuer/description",
        {"@value": "a", "url": "urn:a:1"},
        "credential.language-value",
        "/issuer/description",
    ),
    # 4.7 issuer
    "no issuer": ("/issuer", GONE, "credential.party", "/issuer"),
    "issuer null": ("/issuer", None, "credential.party", "/issuer"),
    "issuer a list": ("/issuer", ["did:example:a"], "credential.party", "/issuer"),
    "issuer no URL": ("/issuer", "school-0", "credential.party", "/issuer"),
    "issuer without id": ("/issuer/id", GONE, "credential.party", "/issuer"),
    "issuer's id null": ("/issuer/id", None, "credential.party", "/issuer"),
    "issuer's id no URL": ("/issuer/id", "school-0", "credential.party", "/issuer"),
    # 4.8 subject
    "no subject": (SUBJECT, GONE, "credential.no-subject", "/credentialSubject"),
    "subject null": (SUBJECT, None, "credential.not-objects", "/credentialSubject"),
    "subject a string": (SUBJECT, "did:example:a", "credential.not-objects", "/credentialSubject"),
    "subject empty": (SUBJECT, {}, "credential.not-objects", "/credentialSubject"),
    "subjects none": (SUBJECT, [], "credential.not-objects", "/credentialSubject"),
    "one of the subjects empty": (
        SUBJECT,
        [{"id": "did:example:a"}, {}],
        "credential.not-objects",
        "/credentialSubject",
    ),
    "subjects without number": (
        SUBJECT,
        [{"id": f"urn:a:{n}"} for n in range(limits.OBJECTS_PER_PROPERTY + 1)],
        "credential.too-many",
        "/credentialSubject",
    ),
    # 4.9 validity period
    "validFrom null": ("/validFrom", None, "credential.date", "/validFrom"),
    "validFrom a list": ("/validFrom", ["2026-03-01T00:00:00Z"], "credential.date", "/validFrom"),
    "validFrom without zone": ("/validFrom", "2026-03-01T00:00:00", "credential.date", "/validFrom"),
    "validFrom without time": ("/validFrom", "2026-03-01", "credential.date", "/validFrom"),
    "validFrom impossible": ("/validFrom", "2026-02-30T00:00:00Z", "credential.date", "/validFrom"),
    "validFrom a week date": ("/validFrom", "2026-W01-1T00:00:00Z", "credential.date", "/validFrom"),
    "validFrom in words": ("/validFrom", "1 марта 2026 года", "credential.date", "/validFrom"),
    "validUntil with a space": ("/validUntil", "2026-03-01 00:00:00Z", "credential.date", "/validUntil"),
    "validUntil before validFrom": (
        "/validUntil",
        "2026-02-28T20:59:59Z",
        "credential.dates-reversed",
        "/validUntil",
    ),
    # 4.10 status; the entry itself is held to its own specification in test_status_entry
    "status empty": (ENTRY, {}, "credential.not-objects", ENTRY),
    "status a URL": (ENTRY, "https://a.example/1", "credential.not-objects", ENTRY),
    "status without type": (ENTRY + "/type", GONE, "credential.no-type", ENTRY),
    "status's type a number": (ENTRY + "/type", 2, "credential.no-type", ENTRY),
    "status's index a number": (ENTRY + "/statusListIndex", 7, "status.entry", ENTRY),
    # 4.11 schema
    "schema without id": (
        "/credentialSchema",
        {"type": "JsonSchema"},
        "credential.id",
        "/credentialSchema/id",
    ),
    "schema's id no URL": (
        "/credentialSchema",
        {"id": "a b", "type": "JsonSchema"},
        "credential.id",
        "/credentialSchema/id",
    ),
    "schema without type": (
        "/credentialSchema",
        {"id": "urn:a:1"},
        "credential.no-type",
        "/credentialSchema",
    ),
    # 4.12 proof
    "proof without type": ("/proof", {"proofValue": "z1"}, "credential.no-type", "/proof"),
    "proof a string": ("/proof", "z1", "credential.not-objects", "/proof"),
    "proof empty": ("/proof", [], "credential.not-objects", "/proof"),
    # 5.3 related resources
    "related resource a string": (
        "/relatedResource",
        [V2],
        "credential.not-objects",
        "/relatedResource",
    ),
    "related resource without id": (
        "/relatedResource",
        [{"digestSRI": SHA384}],
        "credential.id",
        "/relatedResource/0/id",
    ),
    "related resource twice": (
        "/relatedResource",
        [{"id": "urn:a:1", "digestSRI": SHA384}, {"id": "urn:a:1", "digestMultibase": SHA256_MULTIBASE}],
        "related-resource.duplicate",
        "/relatedResource/1",
    ),
    "related resource without digest": (
        "/relatedResource",
        {"id": "urn:a:1"},
        "related-resource.no-digest",
        "/relatedResource",
    ),
    "related resource's media type malformed": (
        "/relatedResource",
        {"id": "urn:a:1", "digestSRI": SHA384, "mediaType": "json"},
        "credential.media-type",
        "/relatedResource/mediaType",
    ),
    # 5.4 refreshing, 5.5 terms of use, 5.6 evidence
    **{
        f"{member} without type": (
            f"/{member}",
            {"id": "urn:a:1"},
            "credential.no-type",
            f"/{member}",
        )
        for member in ("refreshService", "termsOfUse", "evidence")
    },
    **{
        f"{member} empty": (f"/{member}", {}, "credential.not-objects", f"/{member}")
        for member in ("refreshService", "termsOfUse", "evidence", "credentialSchema", "relatedResource")
    },
    **{
        f"{member}'s id no URL": (
            f"/{member}",
            [{"id": "a b", "type": "Example"}],
            "credential.id",
            f"/{member}/0/id",
        )
        for member in ("refreshService", "termsOfUse", "evidence")
    },
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_rule_is_refused_with_its_code_and_pointer(name: str) -> None:
    where, value, code, pointer = BAD[name]
    base = diploma()
    assert fate(lambda: Credential.parse(base)) == ("accepted", None)
    assert fate(lambda: Credential.parse(put(base, where, value))) == (code, pointer)


GOOD: dict[str, tuple[str, Any]] = {
    "no id": ("/id", GONE),
    "no dates": ("/validFrom", GONE),
    "no status": (ENTRY, GONE),
    "type a URL": ("/type/1", "https://a.example/#Diploma"),
    "issuer a URL": ("/issuer", "did:example:issuer"),
    "issuer a Cyrillic IRI": ("/issuer", "https://школа.example/№0"),
    "several subjects": (SUBJECT, [{"id": "did:example:a"}, {"id": "did:example:b"}]),
    "subject an id only": (SUBJECT, {"id": "did:example:a"}),
    "name in one language": ("/name", {"@value": "Диплом", "@language": "ru", "@direction": "ltr"}),
    "name in two languages": (
        "/name",
        [{"@value": "Диплом", "@language": "ru"}, {"@value": "Diploma", "@language": "en"}],
    ),
    "milliseconds": ("/validFrom", "2026-02-26T01:02:58.447Z"),
    "another zone": ("/validFrom", "2026-02-25T19:10:39-06:00"),
    "far future": ("/validUntil", "4023-02-26T01:02:58Z"),
    "ends when it begins": ("/validUntil", "2026-02-28T21:00:00Z"),
    "status without id": (ENTRY + "/id", GONE),
    "status of a kind unknown here": (ENTRY, {"type": "ExampleStatus2030"}),
    "several evidences": ("/evidence", [{"type": "Evidence"}, {"type": ["Evidence", "urn:a:b"]}]),
    "a schema": ("/credentialSchema", [{"id": "https://a.example/s.json", "type": "JsonSchema"}]),
    "terms of use": ("/termsOfUse", {"type": "ExamplePolicy"}),
    "a refresh service": ("/refreshService", {"type": "ExampleRefresh", "url": "https://a.example"}),
    "a related resource": ("/relatedResource", {"id": "urn:a:1", "digestSRI": f"{SHA384} {SHA384}"}),
    "its own definitions": ("/@context/3", {"Example": "https://a.example/#Example"}),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_the_data_model_allows_is_read(name: str) -> None:
    assert fate(lambda: Credential.parse(put(diploma(), *GOOD[name]))) == ("accepted", None)


OLD_BAD: dict[str, tuple[str, Any, str]] = {
    "no issuance date": ("/issuanceDate", GONE, "credential.no-issuance-date"),
    "issuance date without zone": ("/issuanceDate", "2020-01-01T00:00:00", "credential.date"),
    "expires before it is issued": ("/expirationDate", "2019-12-31T23:59:59Z", "credential.dates-reversed"),
    "status without id": ("/credentialStatus", {"type": "Example"}, "credential.id"),
    "refresh service without id": ("/refreshService", {"type": "Example"}, "credential.id"),
    "schema without id": ("/credentialSchema", {"type": "Example"}, "credential.id"),
    "terms without type": ("/termsOfUse", {"id": "urn:a:1"}, "credential.no-type"),
}


@pytest.mark.parametrize("name", OLD_BAD)
def test_version_1_1_has_rules_of_its_own(name: str) -> None:
    where, value, code = OLD_BAD[name]
    assert fate(lambda: Credential.parse(old())) == ("accepted", None)
    assert fate(lambda: Credential.parse(put(old(), where, value)))[0] == code


def test_of_two_kinds_of_dates_the_narrower_period_counts() -> None:
    both = old() | {
        "validFrom": "2021-01-01T00:00:00Z",
        "expirationDate": "2025-01-01T00:00:00Z",
        "validUntil": "2024-01-01T00:00:00Z",
    }
    credential = Credential.parse(both)
    assert credential.version is Version.V1_1
    assert credential.valid_from is not None
    assert credential.valid_until is not None
    assert (credential.valid_from.year, credential.valid_until.year) == (2021, 2024)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2026-03-01T00:00:00Z", "accepted"),
        ("2026-02-28T23:59:59Z", "credential.not-yet-valid"),
        ("2026-09-01T00:00:00Z", "accepted"),
        ("2026-09-01T00:00:01Z", "credential.expired"),
    ],
)
def test_both_ends_belong_to_the_validity_period(moment: str, code: str) -> None:
    credential = Credential.parse(
        diploma(validFrom="2026-03-01T00:00:00Z", validUntil="2026-09-01T00:00:00Z")
    )
    assert fate(lambda: check_validity(credential, now=timestamps.parse(moment)))[0] == code


# --- exactly as it came --------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [None, 2, 7])
def test_reading_and_writing_changes_nothing(indent: int | None) -> None:
    text = json.dumps(diploma(), ensure_ascii=indent == 7, indent=indent)
    credential = Credential.parse(text)
    assert credential.text == text
    assert Credential.parse(text.encode()).text == text
    assert list(credential.json) == list(json.loads(text))


def test_a_credential_in_a_presentation_is_the_object_that_was_signed() -> None:
    document: dict[str, Any] = {
        "@context": [V2],
        "type": "VerifiablePresentation",
        "verifiableCredential": [diploma()],
    }
    presentation = Presentation.parse(document)
    assert presentation.credentials[0].json is document["verifiableCredential"][0]


# --- related resources ---------------------------------------------------------------------------

BAD_DIGESTS: dict[str, dict[str, Any]] = {
    "no algorithm": {"digestSRI": b64encode(bytes(32)).decode()},
    "unknown algorithm": {"digestSRI": "sha1-" + b64encode(bytes(20)).decode()},
    "wrong length": {"digestSRI": "sha256-" + b64encode(bytes(48)).decode()},
    "not base64": {"digestSRI": "sha256-" + "*" * 43 + "="},
    "not canonical": {"digestSRI": "sha256-" + "A" * 42 + "B="},
    "empty": {"digestSRI": ""},
    "a number": {"digestSRI": 384},
    "a list": {"digestSRI": [SHA384]},
    "multibase without a multihash": {"digestMultibase": encode_multibase(bytes(32), "u")},
    "multibase of another length": {"digestMultibase": encode_multibase(b"\x12\x20" + bytes(31), "u")},
    "multibase with padding": {"digestMultibase": SHA256_MULTIBASE + "="},
    "multibase hexadecimal": {"digestMultibase": "f1220" + "00" * 32},
    "multibase none": {"digestMultibase": []},
    "multibase null": {"digestMultibase": None},
}


@pytest.mark.parametrize("name", BAD_DIGESTS)
def test_a_malformed_digest_is_refused(name: str) -> None:
    document = diploma(relatedResource={"id": "urn:a:1", **BAD_DIGESTS[name]})
    assert fate(lambda: Credential.parse(document))[0] == "related-resource.digest-form"


def test_digests_of_a_context_are_compared_with_the_pinned_copy() -> None:
    content = PINNED.content(V2)
    good = {
        "id": V2,
        "digestSRI": "sha384-" + b64encode(hashlib.sha384(content).digest()).decode(),
        "digestMultibase": [
            encode_multibase(b"\x12\x20" + hashlib.sha256(content).digest(), "u"),
            encode_multibase(b"\x13\x40" + hashlib.sha512(content).digest(), "z"),
        ],
    }
    for resource, code in (
        (good, "accepted"),
        ({"id": V2, "digestSRI": SHA384}, "related-resource.digest"),
        ({"id": V2, "digestMultibase": SHA256_MULTIBASE}, "related-resource.digest"),
        # One true digest beside a false one is no agreement.
        (good | {"digestSRI": f"{good['digestSRI']} {SHA384}"}, "related-resource.digest"),
        ({"id": "https://a.example/unknown", "digestSRI": SHA384}, "accepted"),
    ):
        credential = Credential.parse(signed(diploma(relatedResource=resource)))
        assert fate(lambda: verify(credential, resolve=did.resolve, now=NOW))[0] == code  # noqa: B023


# --- envelopes -----------------------------------------------------------------------------------

ENVELOPE: dict[str, Any] = {
    "@context": V2,
    "id": "data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.AA",
    "type": "EnvelopedVerifiableCredential",
}
BAD_ENVELOPES: dict[str, tuple[str, Any, str]] = {
    "no context": ("/@context", GONE, "credential.context"),
    "no id": ("/id", GONE, "credential.id"),
    "id a web address": ("/id", "https://a.example/1", "credential.envelope"),
    "id without data": ("/id", "data:application/vc+jwt", "credential.envelope"),
    "id with empty data": ("/id", "data:application/vc+jwt,", "credential.envelope"),
    "id without media type": ("/id", "data:,abc", "credential.envelope"),
    "no type": ("/type", GONE, "credential.no-type"),
    "another type": ("/type", "VerifiableCredential", "credential.wrong-type"),
}


@pytest.mark.parametrize("name", BAD_ENVELOPES)
def test_an_envelope_has_a_context_a_type_and_a_data_url(name: str) -> None:
    where, value, code = BAD_ENVELOPES[name]
    assert EnvelopedCredential.parse(ENVELOPE).media_type == "application/vc+jwt"
    assert fate(lambda: EnvelopedCredential.parse(put(ENVELOPE, where, value)))[0] == code


def test_an_enveloped_presentation_is_known_by_its_shape() -> None:
    document = ENVELOPE | {"type": "EnvelopedVerifiablePresentation", "id": "data:application/vp+jwt;x=y,abc"}
    assert EnvelopedPresentation.parse(document).data == "abc"
    assert fate(lambda: EnvelopedPresentation.parse(ENVELOPE))[0] == "credential.wrong-type"


# --- presentations -------------------------------------------------------------------------------


def plain_presentation() -> dict[str, Any]:
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:holder",
        "verifiableCredential": [diploma(), copy.deepcopy(ENVELOPE)],
    }


VC = "/verifiableCredential"
USE = "/termsOfUse/0/description"


def purpose(words: Any) -> list[Any]:
    return [{"type": PURPOSE, "description": words}]


BAD_PRESENTATIONS: dict[str, tuple[str, Any, str, str]] = {
    "no contexts": ("/@context", GONE, "credential.context", "/@context"),
    "base context second": ("/@context/0", {"a": "urn:a:1"}, "credential.base-context", "/@context/0"),
    "no type": ("/type", GONE, "credential.no-type", "/"),
    "another type": ("/type", ["VerifiableCredential"], "credential.wrong-type", "/type"),
    "id no URL": ("/id", "1", "credential.id", "/id"),
    "holder no URL": ("/holder", "z6Mk", "credential.party", "/holder"),
    "holder a name only": ("/holder", {"name": "Проба"}, "credential.party", "/holder"),
    "holder's id no URL": ("/holder", {"id": "z6Mk"}, "credential.party", "/holder"),
    "holder null": ("/holder", None, "credential.party", "/holder"),
    "credential a string": (VC, ["eyJhbGciOi"], "credential.not-objects", VC),
    "credentials none": (VC, [], "credential.not-objects", VC),
    "credential a number": (VC + "/0", 5, "credential.not-objects", VC),
    "credential without type": (VC + "/0/type", [], "credential.no-type", VC + "/0"),
    "credential with a bad date": (VC + "/0/validFrom", "today", "credential.date", VC + "/0/validFrom"),
    "envelope without data": (VC + "/1/id", "data:a/b,", "credential.envelope", VC + "/1/id"),
    "credentials without number": (
        VC,
        [ENVELOPE] * (limits.OBJECTS_PER_PROPERTY + 1),
        "credential.too-many",
        VC,
    ),
    "terms of use without type": ("/termsOfUse", {"id": "urn:a:1"}, "credential.no-type", "/termsOfUse"),
    "refresh service without type": (
        "/refreshService",
        {"id": "urn:a:1"},
        "credential.no-type",
        "/refreshService",
    ),
    "proof without type": ("/proof", {"proofValue": "z"}, "credential.no-type", "/proof"),
    "a purpose that is a list": ("/termsOfUse", purpose(["a"]), "presentation.purpose", USE),
    "an empty purpose": ("/termsOfUse", purpose(""), "presentation.purpose", USE),
    "a purpose without words": ("/termsOfUse", [{"type": PURPOSE}], "presentation.purpose", USE),
    "two purposes": ("/termsOfUse", purpose("a") + purpose("b"), "presentation.purpose", USE),
}


@pytest.mark.parametrize("name", BAD_PRESENTATIONS)
def test_a_malformed_presentation_is_refused(name: str) -> None:
    where, value, code, pointer = BAD_PRESENTATIONS[name]
    base = plain_presentation()
    assert fate(lambda: Presentation.parse(base)) == ("accepted", None)
    assert fate(lambda: Presentation.parse(put(base, where, value))) == (code, pointer)


def test_a_presentation_needs_neither_holder_nor_credentials() -> None:
    document: dict[str, Any] = {"@context": [V2], "type": "VerifiablePresentation"}
    assert Presentation.parse(document).credentials == ()


# --- the examples of the Open Badges specification -----------------------------------------------

# file: (fate by the data model, fate by Open Badges 3.0, fate in safe mode)
EXAMPLES: dict[str, tuple[str, str, str]] = {
    "achievementAlignmentCase-0": ("accepted", "accepted", "accepted"),
    "achievementAlignmentCe-0": ("accepted", "accepted", "accepted"),
    "basicOpenBadgeCredential-0": ("accepted", "accepted", "accepted"),
    "docformat-0": ("accepted", "accepted", "accepted"),
    "equality-and-comparison-0": ("accepted", "accepted", "jsonld.context-unknown"),
    "equality-and-comparison-1": ("accepted", "accepted", "jsonld.context-unknown"),
    "equality-and-comparison-2": ("accepted", "accepted", "jsonld.context-unknown"),
    "equality-and-comparison-3": ("accepted", "accepted", "jsonld.context-unknown"),
    # An issuer object that is not a Profile, and a subject that achieved nothing.
    "examples-1": ("accepted", "credential.no-type", "accepted"),
    "extensions-0": ("credential.context", "-", "-"),
    "migrating-1": ("credential.base-context", "-", "-"),
    "migrating-3": ("credential.base-context", "-", "-"),
    "migrating-4": ("accepted", "accepted", "jsonld.undefined-term"),
    "readme-0": ("accepted", "credential.no-type", "jsonld.context-unknown"),
    "recommended-practices-0": ("accepted", "accepted", "accepted"),
    "recommended-practices-4": ("accepted", "accepted", "accepted"),
    "skillAssertionCase-0": ("accepted", "accepted", "accepted"),
    "skillAssertionCtdl-0": ("accepted", "accepted", "accepted"),
}


def test_every_example_of_the_specification_has_a_fate() -> None:
    found = {file.stem for file in (VECTORS / "openbadges-examples").glob("*.json")}
    assert found == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_open_badges_3_0_meet_their_fates(name: str) -> None:
    document = json.loads((VECTORS / f"openbadges-examples/{name}.json").read_text("utf-8"))
    by_model, by_badges, by_safe_mode = EXAMPLES[name]
    assert fate(lambda: Credential.parse(document))[0] == by_model
    if by_model == "accepted":
        credential = Credential.parse(document)
        assert fate(lambda: AchievementCredential.read(credential))[0] == by_badges
        assert fate(lambda: to_quads(document))[0] == by_safe_mode


# --- hostile input -------------------------------------------------------------------------------

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["2026-01-01T00:00:00Z", "urn:a:1", "did:key:z6Mk", V2, "ru", "0", "data:,a", "u"]),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["id", "type", "@value", "@language", "name", "status", "digestSRI", "achievement", "result"]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted({where for where, *_ in BAD.values() if where.count("/") < 3})),
    _VALUES,
)
def test_no_value_anywhere_brings_another_kind_of_error(where: str, value: Any) -> None:
    """Structure, badge view and facts answer or raise an error of the tree, whatever stands in a member."""
    document = put(diploma(), where, value)
    fate(lambda: facts(Credential.parse(document)))
    fate(
        lambda: Presentation.parse(
            {"@context": [V2], "type": "VerifiablePresentation", "verifiableCredential": value}
        )
    )


@given(_VALUES)
@settings(max_examples=200, deadline=None)
def test_text_of_any_value_is_text_or_nothing(value: Any) -> None:
    assert isinstance(plain_text(value), str | None)


def test_of_several_texts_none_is_preferred_for_standing_first() -> None:
    """The order of a list is not signed, so it must not decide what is shown."""
    one: dict[str, Any] = {"@value": "Б"}
    two: dict[str, Any] = {"@value": "А", "@language": "en"}
    assert plain_text([one, two]) == plain_text([two, one]) == "А / Б"
    three: dict[str, Any] = {"@value": "В", "@language": "ru-RU"}
    assert plain_text([one, three]) == plain_text([three, one]) == "В"


def test_reading_and_verifying_loads_nothing_heavy() -> None:
    """The whole process of a verifier has half a second."""
    heavy = ("pydantic", "pyld", "jsonschema", "referencing", "sqlalchemy", "PIL", "requests", "asyncio")
    modules = ("achievement", "clr", "credential", "presentation", "schema", "status_list", "text")
    program = "import sys\n" + "\n".join(f"import vcwallet.credentials.{name}" for name in modules)
    program += f"\nprint([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
