"""A key counts for an identifier only if its document says so, for that purpose, at that moment."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.identifiers.test_signatures import SECRET_LENGTHS, a_key
from vcwallet import limits
from vcwallet.errors import DocumentError, KeyUnavailable, LimitExceeded, ProofError, VcwalletError
from vcwallet.identifiers.controlled_identifier import (
    RELATIONSHIPS,
    ControlledIdentifierDocument,
    MethodType,
    VerificationMethod,
    controller_of,
)
from vcwallet.identifiers.keys import KeyType
from vcwallet.identifiers.multibase import encode_multibase

SCHOOL = "https://school.example/issuer"
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
ED, P2, P3, _ = (a_key(key_type).public_key for key_type in SECRET_LENGTHS)


def document(**changes: Any) -> dict[str, Any]:
    """A school with one key for diplomas, one for logging in, one old and one that was stolen."""
    whole: dict[str, Any] = {
        "@context": "https://www.w3.org/ns/cid/v1",
        "id": SCHOOL,
        "alsoKnownAs": ["did:web:school.example"],
        "verificationMethod": [
            multikey("#diplomas"),
            {
                "id": f"{SCHOOL}#login",
                "type": "JsonWebKey",
                "controller": SCHOOL,
                "publicKeyJwk": {**P2.to_jwk(), "kid": "login", "alg": "ES256"},
            },
            multikey("#old", expires="2026-01-01T00:00:00Z"),
            multikey("#stolen", revoked="2026-02-01T12:00:00+03:00"),
            {
                **multikey("#agreement"),
                "publicKeyMultibase": "z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p",
            },
        ],
        "assertionMethod": [f"{SCHOOL}#diplomas", f"{SCHOOL}#old", f"{SCHOOL}#stolen", f"{SCHOOL}#agreement"],
        "authentication": [
            f"{SCHOOL}#login",
            {**multikey("#embedded"), "publicKeyMultibase": P3.multibase},
            "https://other.example#key",
        ],
        "service": [{"type": "Site", "serviceEndpoint": "https://school.example"}],
    }
    whole.update(changes)
    return {name: value for name, value in whole.items() if value is not ...}


def multikey(fragment: str, **more: Any) -> dict[str, Any]:
    method: dict[str, Any] = {
        "id": SCHOOL + fragment,
        "type": "Multikey",
        "controller": SCHOOL,
        "publicKeyMultibase": ED.multibase,
        **more,
    }
    return {name: value for name, value in method.items() if value is not ...}


def one(method: Any, **changes: Any) -> dict[str, Any]:
    return document(verificationMethod=[method], assertionMethod=..., authentication=..., **changes)


def parse(whole: dict[str, Any]) -> ControlledIdentifierDocument:
    return ControlledIdentifierDocument.parse(whole)


def test_a_key_is_found_for_its_purpose() -> None:
    school = parse(document())
    diplomas = school.method(f"{SCHOOL}#diplomas", "assertionMethod", at=NOW)
    assert diplomas.public_key == ED
    assert diplomas.type is MethodType.MULTIKEY
    login = school.method(f"{SCHOOL}#login", "authentication", at=NOW)
    assert login.public_key == P2
    assert login.type is MethodType.JSON_WEB_KEY
    assert school.method(f"{SCHOOL}#embedded", "authentication", at=NOW).public_key == P3
    assert school.also_known_as == ("did:web:school.example",)


def test_what_was_parsed_is_written_as_it_came() -> None:
    whole = document()
    school = parse(whole)
    before = copy.deepcopy(whole)
    whole["id"] = "https://evil.example"
    whole["service"][0]["type"] = "changed"
    assert school.to_json() == before
    school.to_json()["id"] = "https://evil.example"
    assert school.to_json() == before
    assert ControlledIdentifierDocument.loads(json.dumps(before)) == school


def test_a_document_crosses_process_borders() -> None:
    school = parse(document())
    again = pickle.loads(pickle.dumps(school))
    assert again == school
    assert hash(again) == hash(school)
    assert again.to_json() == school.to_json()


@pytest.mark.parametrize("identifier", [SCHOOL, "did:web:school.example", "did:example:1"])
@pytest.mark.parametrize("method_type", list(MethodType))
def test_a_document_made_here_is_read_here(identifier: str, method_type: MethodType) -> None:
    method = VerificationMethod(
        f"{identifier}#key-2026",
        identifier,
        ED,
        expires=NOW,
        revoked=NOW - timedelta(days=1),
        type=method_type,
    )
    made = ControlledIdentifierDocument(
        identifier, (method,), {"assertionMethod": (method.id,)}, also_known_as=("https://school.example",)
    )
    assert parse(made.to_json()) == made
    assert ControlledIdentifierDocument.loads(json.dumps(made.to_json())).to_json() == made.to_json()


METHODS: dict[str, tuple[str, str, type[VcwalletError], str]] = {
    "unknown key": ("#other", "assertionMethod", KeyUnavailable, "key.not-listed"),
    "no fragment": ("", "assertionMethod", KeyUnavailable, "key.not-listed"),
    "fragment in capitals": ("#Diplomas", "assertionMethod", KeyUnavailable, "key.not-listed"),
    "fragment percent-encoded": ("#%64iplomas", "assertionMethod", KeyUnavailable, "key.not-listed"),
    "key of no supported type": ("#agreement", "assertionMethod", KeyUnavailable, "key.unsupported-type"),
    "login key under a diploma": ("#login", "assertionMethod", ProofError, "key.other-purpose"),
    "diploma key for login": ("#diplomas", "authentication", ProofError, "key.other-purpose"),
    "key embedded for login": ("#embedded", "assertionMethod", ProofError, "key.other-purpose"),
    "purpose not in the document": ("#diplomas", "capabilityInvocation", ProofError, "key.other-purpose"),
    "purpose that is no relationship": ("#diplomas", "verificationMethod", ProofError, "key.other-purpose"),
    "purpose empty": ("#diplomas", "", ProofError, "key.other-purpose"),
    "expired": ("#old", "assertionMethod", ProofError, "key.expired"),
    "revoked": ("#stolen", "assertionMethod", ProofError, "key.revoked"),
}


@pytest.mark.parametrize(("fragment", "purpose", "kind", "code"), METHODS.values(), ids=METHODS.keys())
def test_keys_that_do_not_count(fragment: str, purpose: str, kind: type[VcwalletError], code: str) -> None:
    with pytest.raises(kind) as caught:
        parse(document()).method(SCHOOL + fragment, purpose, at=NOW)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("member", "moment", "code"),
    [
        ("expires", datetime(2026, 1, 1, tzinfo=UTC), "key.expired"),
        ("revoked", datetime(2026, 2, 1, 9, tzinfo=UTC), "key.revoked"),
    ],
)
def test_a_key_ends_at_the_very_second(member: str, moment: datetime, code: str) -> None:
    """Section 2.2: not "at or after the time of expiration" or revocation."""
    school = parse(document())
    vm_id = f"{SCHOOL}#old" if member == "expires" else f"{SCHOOL}#stolen"
    for at in (moment - timedelta(seconds=1), moment - timedelta(microseconds=1)):
        assert school.method(vm_id, "assertionMethod", at=at).id == vm_id
    for at in (moment, moment + timedelta(seconds=1)):
        with pytest.raises(ProofError) as caught:
            school.method(vm_id, "assertionMethod", at=at)
        assert caught.value.code == code


def test_revocation_is_named_before_expiry() -> None:
    both = multikey("#k", expires="2026-01-02T00:00:00Z", revoked="2026-01-01T00:00:00Z")
    school = parse(one(both, capabilityInvocation=["#k"]))
    with pytest.raises(ProofError) as caught:
        school.method(f"{SCHOOL}#k", "capabilityInvocation", at=NOW)
    assert caught.value.code == "key.revoked"


def test_a_document_cannot_claim_another_ones_key() -> None:
    """The attacker lists the school's key, or its own key in the school's name."""
    attacker = "https://evil.example"
    claims = {
        "id": attacker,
        "verificationMethod": [
            multikey("#diplomas"),
            {**multikey(""), "id": f"{attacker}#mine"},
            {**multikey(""), "id": f"{SCHOOL}#mine", "controller": attacker},
        ],
        "assertionMethod": [f"{SCHOOL}#diplomas", f"{attacker}#mine", f"{SCHOOL}#mine"],
    }
    evil = parse(claims)
    for vm_id, code in (
        (f"{SCHOOL}#diplomas", "key.other-document"),
        (f"{attacker}#mine", "key.other-controller"),
        (f"{SCHOOL}#mine", "key.other-document"),
    ):
        with pytest.raises(ProofError) as caught:
            evil.method(vm_id, "assertionMethod", at=NOW)
        assert caught.value.code == code


def test_a_reference_to_a_key_elsewhere_is_not_a_definition() -> None:
    with pytest.raises(KeyUnavailable) as caught:
        parse(document()).method("https://other.example#key", "authentication", at=NOW)
    assert caught.value.code == "key.not-listed"


REPEATED = {
    "in one list": document(verificationMethod=[multikey("#diplomas"), multikey("#diplomas")]),
    "once with a relative name": document(
        verificationMethod=[multikey("#diplomas"), multikey("", id="#diplomas")]
    ),
    "in its list and in a purpose": document(
        verificationMethod=[multikey("#diplomas")], assertionMethod=[multikey("#diplomas")]
    ),
    "in a purpose alone": document(verificationMethod=..., assertionMethod=[multikey("#diplomas")]),
    "in a purpose, twice": document(verificationMethod=..., assertionMethod=[multikey("#diplomas")] * 2),
}


@pytest.mark.parametrize("whole", REPEATED.values(), ids=REPEATED)
def test_a_key_may_be_written_out_wherever_it_is_used(whole: dict[str, Any]) -> None:
    """Published documents repeat a key in each list, or have it in one purpose alone."""
    whole["authentication"] = []
    read = parse(whole)
    assert read.method(f"{SCHOOL}#diplomas", "assertionMethod", at=NOW).public_key == ED
    assert [method.id for method in read.verification_methods] == [f"{SCHOOL}#diplomas"]
    with pytest.raises(ProofError):
        read.method(f"{SCHOOL}#diplomas", "authentication", at=NOW)


def test_relative_names_are_read_against_the_document() -> None:
    """Section 3.4 compares with the fragment too; did:web forbids it, "to prevent key confusion attacks"."""
    relative = {**multikey("#k"), "id": "#k"}
    school = parse(one(relative, capabilityInvocation=["#k"]))
    assert school.method(f"{SCHOOL}#k", "capabilityInvocation", at=NOW).id == f"{SCHOOL}#k"
    assert school.to_json()["capabilityInvocation"] == ["#k"]

    web = "did:web:school.example"
    for method, reference in (
        ({**relative, "controller": web}, f"{web}#k"),
        ({**relative, "controller": web, "id": f"{web}#k"}, "#k"),
    ):
        with pytest.raises(DocumentError) as caught:
            parse({"id": web, "verificationMethod": [method], "assertionMethod": [reference]})
        assert caught.value.code == "controlled-identifier.malformed"


MALFORMED = "controlled-identifier.malformed"
DUPLICATE = "controlled-identifier.duplicate-id"
TOO_MANY = "controlled-identifier.too-many-methods"
BAD: dict[str, tuple[Callable[[], dict[str, Any]], str, str]] = {
    "no id": (lambda: document(id=...), MALFORMED, "/id"),
    "id a number": (lambda: document(id=1), MALFORMED, "/id"),
    "id relative": (lambda: document(id="school"), MALFORMED, "/id"),
    "id with a fragment": (lambda: document(id=f"{SCHOOL}#k"), MALFORMED, "/id"),
    "id with a space": (lambda: document(id="https://school.example/a b"), MALFORMED, "/id"),
    "id with a line end": (lambda: document(id=SCHOOL + "\n"), MALFORMED, "/id"),
    "id very long": (lambda: document(id="https://a.example/" + "a" * 3000), MALFORMED, "/id"),
    "methods an object": (lambda: document(verificationMethod={}), MALFORMED, "/verificationMethod"),
    "method a text": (lambda: one("#k"), MALFORMED, "/verificationMethod/0"),
    "method null": (lambda: one(None), MALFORMED, "/verificationMethod/0"),
    "method without id": (lambda: one(multikey("#k", id=...)), MALFORMED, "/verificationMethod/0/id"),
    "method id without fragment": (lambda: one(multikey("")), MALFORMED, "/verificationMethod/0/id"),
    "method id with an empty fragment": (lambda: one(multikey("#")), MALFORMED, "/verificationMethod/0/id"),
    "method id with two fragments": (lambda: one(multikey("#a#b")), MALFORMED, "/verificationMethod/0/id"),
    "method id relative path": (
        lambda: one(multikey("", id="keys#k")),
        MALFORMED,
        "/verificationMethod/0/id",
    ),
    "no controller": (
        lambda: one(multikey("#k", controller=...)),
        MALFORMED,
        "/verificationMethod/0/controller",
    ),
    "two controllers": (
        lambda: one(multikey("#k", controller=[SCHOOL])),
        MALFORMED,
        "/verificationMethod/0/controller",
    ),
    "no type": (lambda: one(multikey("#k", type=...)), MALFORMED, "/verificationMethod/0/type"),
    "two types": (lambda: one(multikey("#k", type=["Multikey"])), MALFORMED, "/verificationMethod/0/type"),
    "no key": (
        lambda: one(multikey("#k", publicKeyMultibase=...)),
        MALFORMED,
        "/verificationMethod/0/publicKeyMultibase",
    ),
    "two keys in one": (
        lambda: one(multikey("#k", publicKeyJwk=P2.to_jwk())),
        MALFORMED,
        "/verificationMethod/0",
    ),
    "a JWK in a Multikey": (
        lambda: one(multikey("#k", publicKeyMultibase=..., publicKeyJwk=P2.to_jwk())),
        MALFORMED,
        "/verificationMethod/0/publicKeyMultibase",
    ),
    "a Multikey in a JsonWebKey": (
        lambda: one(multikey("#k", type="JsonWebKey")),
        MALFORMED,
        "/verificationMethod/0/publicKeyJwk",
    ),
    "P-256 in an Ed25519VerificationKey2020": (
        lambda: one(multikey("#k", type="Ed25519VerificationKey2020", publicKeyMultibase=P2.multibase)),
        MALFORMED,
        "/verificationMethod/0/publicKeyMultibase",
    ),
    "expires a number": (
        lambda: one(multikey("#k", expires=2026)),
        MALFORMED,
        "/verificationMethod/0/expires",
    ),
    "revoked null": (lambda: one(multikey("#k", revoked=None)), MALFORMED, "/verificationMethod/0/revoked"),
    "relationship a text": (
        lambda: document(assertionMethod=f"{SCHOOL}#diplomas"),
        MALFORMED,
        "/assertionMethod",
    ),
    "reference a number": (lambda: document(assertionMethod=[1]), MALFORMED, "/assertionMethod/0"),
    "reference without fragment": (
        lambda: document(assertionMethod=[SCHOOL]),
        MALFORMED,
        "/assertionMethod/0",
    ),
    "alias a text": (lambda: document(alsoKnownAs="did:web:a.example"), MALFORMED, "/alsoKnownAs"),
    "alias relative": (lambda: document(alsoKnownAs=["school"]), MALFORMED, "/alsoKnownAs/0"),
    "one name for two keys": (
        lambda: document(
            verificationMethod=[multikey("#k"), multikey("#k", publicKeyMultibase=P3.multibase)]
        ),
        DUPLICATE,
        "",
    ),
    "one name for two keys, once relative": (
        lambda: document(
            verificationMethod=[multikey("#k"), multikey("", id="#k", publicKeyMultibase=P3.multibase)]
        ),
        DUPLICATE,
        "",
    ),
    "one name for a key and an embedded one": (
        lambda: document(keyAgreement=[multikey("#diplomas", publicKeyMultibase=P3.multibase)]),
        DUPLICATE,
        "",
    ),
    "the same key twice, once with an end": (
        lambda: document(verificationMethod=[multikey("#k"), multikey("#k", expires="2027-01-01T00:00:00Z")]),
        "controlled-identifier.duplicate-id",
        "",
    ),
    "the same key twice, once of somebody else": (
        lambda: document(verificationMethod=[multikey("#k"), multikey("#k", controller="https://x.example")]),
        "controlled-identifier.duplicate-id",
        "",
    ),
    "65 keys": (
        lambda: document(verificationMethod=[multikey(f"#{n}") for n in range(65)]),
        TOO_MANY,
        "",
    ),
    "65 references": (
        lambda: document(assertionMethod=[f"{SCHOOL}#diplomas"] * 65),
        TOO_MANY,
        "",
    ),
}


@pytest.mark.parametrize(("make", "code", "pointer"), BAD.values(), ids=BAD.keys())
def test_malformed_documents(make: Callable[[], dict[str, Any]], code: str, pointer: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(make())
    assert caught.value.code == code
    assert caught.value.evidence.get("pointer", "") == pointer


@pytest.mark.parametrize(
    "moment", ["2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "tomorrow", ""]
)
def test_moments_need_a_zone(moment: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(one(multikey("#k", revoked=moment)))
    assert caught.value.code == "timestamp.malformed"


@pytest.mark.parametrize(
    "method",
    [
        multikey("#k", secretKeyMultibase="z3u2"),
        multikey("#k", privateKeyMultibase="z3u2"),
        multikey("#k", type="Unheard", privateKeyBase58="3u2"),
        multikey("#k", type="JsonWebKey", publicKeyMultibase=..., publicKeyJwk={**P2.to_jwk(), "d": "AA"}),
        multikey("#k", type="Unheard", publicKeyMultibase=..., publicKeyJwk={**P2.to_jwk(), "d": "AA"}),
        multikey("#k", type="JsonWebKey", publicKeyMultibase=..., secretKeyJwk={}),
        multikey("#k", publicKeyMultibase=a_key(KeyType.ED25519).secret_multibase),
        multikey("#k", publicKeyMultibase=a_key(KeyType.P384).secret_multibase),
    ],
)
def test_a_published_secret_spoils_the_document(method: dict[str, Any]) -> None:
    """Wherever it stands: also in a method that nothing refers to, and of a type nobody knows."""
    for whole in (one(method), document(keyAgreement=[method])):
        with pytest.raises(DocumentError) as caught:
            parse(whole)
        assert caught.value.code == "key.secret-published"
        assert not caught.value.evidence


def test_a_secret_at_the_root_spoils_the_document() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(document(secretKeyMultibase="z3u2"))
    assert caught.value.code == "key.secret-published"


def test_unknown_kinds_of_key_do_not_spoil_the_document() -> None:
    strange = [
        multikey(
            "#a", type="EcdsaSecp256k1RecoveryMethod2020", publicKeyMultibase=..., blockchainAccountId="x"
        ),
        multikey(
            "#b",
            type="JsonWebKey",
            publicKeyMultibase=...,
            publicKeyJwk={"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        ),
        multikey("#c", type="JsonWebKey", publicKeyMultibase=..., publicKeyJwk={**P2.to_jwk(), "use": "enc"}),
        multikey("#d", publicKeyMultibase="z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p"),
        multikey("#e", type="Ed25519VerificationKey2018", publicKeyMultibase=..., publicKeyBase58="x"),
    ]
    school = parse(
        document(
            verificationMethod=[*strange, multikey("#good")],
            assertionMethod=[f"{SCHOOL}#{name}" for name in ("a", "b", "c", "d", "e", "good")],
            authentication=...,
        )
    )
    assert set(school.unsupported) == {f"{SCHOOL}#{name}" for name in "abcde"}
    assert school.method(f"{SCHOOL}#good", "assertionMethod", at=NOW).public_key == ED
    for name in "abcde":
        with pytest.raises(KeyUnavailable) as caught:
            school.method(f"{SCHOOL}#{name}", "assertionMethod", at=NOW)
        assert caught.value.code == "key.unsupported-type"


def test_a_malformed_key_spoils_the_document() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(one(multikey("#k", publicKeyMultibase=encode_multibase(b"\xed\x01" + ED.raw[:-1]))))
    assert caught.value.code == "key.length"


def test_older_names_of_key_types_are_read() -> None:
    old = parse(
        document(
            verificationMethod=[
                multikey("#a", type="Ed25519VerificationKey2020"),
                multikey("#b", type="JsonWebKey2020", publicKeyMultibase=..., publicKeyJwk=P3.to_jwk()),
            ],
            assertionMethod=["#a", "#b"],
            authentication=...,
        )
    )
    assert old.method(f"{SCHOOL}#a", "assertionMethod", at=NOW).type is MethodType.ED25519_2020
    assert old.method(f"{SCHOOL}#b", "assertionMethod", at=NOW).public_key == P3


def test_the_size_of_a_document_is_capped() -> None:
    with pytest.raises(LimitExceeded):
        ControlledIdentifierDocument.loads(b" " * (limits.CONTROLLED_IDENTIFIER_BYTES + 1))
    nested: Any = []
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(LimitExceeded):
        parse(document(service=nested))


@pytest.mark.parametrize("vm_id", [f"{SCHOOL}#k", "did:key:z6Mk#z6Mk", "did:web:a.example:b#key-1"])
def test_the_controller_is_the_name_before_the_fragment(vm_id: str) -> None:
    assert controller_of(vm_id) == vm_id.split("#")[0]


@pytest.mark.parametrize(
    "vm_id",
    ["", "#", "#k", SCHOOL, SCHOOL + "#", "#a#b", f"{SCHOOL}#a#b", "a b#c", "школа#k", "x" * 5000 + ":a#k"],
)
def test_names_of_no_key(vm_id: str) -> None:
    with pytest.raises(DocumentError) as caught:
        controller_of(vm_id)
    assert caught.value.code == "key.identifier"


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([SCHOOL, "#k", f"{SCHOOL}#login", "z", ""])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "controller", "publicKeyJwk", "publicKeyMultibase", "expires", "d"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=3000 if SOAK else 60)
@given(st.dictionaries(st.sampled_from(["id", "verificationMethod", "alsoKnownAs", *RELATIONSHIPS]), values))
def test_no_document_raises_anything_but_our_errors(changes: dict[str, Any]) -> None:
    try:
        school = parse(document(**changes))
        for vm_id in (f"{SCHOOL}#login", "#k", ""):
            school.method(vm_id, "authentication", at=NOW)
    except VcwalletError as error:
        assert str(error)
