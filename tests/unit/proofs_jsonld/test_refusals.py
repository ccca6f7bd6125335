"""Safe mode, rule by rule: what a proof would not cover is refused, with its code and its place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.shared import ROOT
from vcwallet import limits
from vcwallet.errors import DocumentError, InputError, LimitExceeded, VcwalletError
from vcwallet.proofs.jsonld import to_quads

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
OB_TERMS = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
DIPLOMA = json.loads((ROOT / "tests/vectors/credentials/olympiad-diploma.unsigned.json").read_text("utf-8"))


def badge(**members: Any) -> dict[str, Any]:
    """A small Open Badges credential; `members` replace or join its own."""
    return {
        "@context": [V2, OB],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": "did:web:school.example",
        "credentialSubject": {"type": ["AchievementSubject"], "achievement": achievement()},
    } | members


def achievement(**members: Any) -> dict[str, Any]:
    return {
        "id": "urn:uuid:00000000-0000-4000-8000-000000000002",
        "type": ["Achievement"],
        "name": "Олимпиада",
        "criteria": {"narrative": "Победа"},
    } | members


def about(**members: Any) -> dict[str, Any]:
    return badge(credentialSubject={"type": ["AchievementSubject"], **members})


def achieved(**members: Any) -> dict[str, Any]:
    return about(achievement=achievement(**members))


SUBJECT = "/credentialSubject"
ACHIEVEMENT = SUBJECT + "/achievement"
PROFILE = {"id": "did:web:school.example", "type": "Profile"}

REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    # names
    "undefined name": (badge(grade="5"), "jsonld.undefined-term", "/grade"),
    "undefined name further in": (achieved(grade="5"), "jsonld.undefined-term", ACHIEVEMENT + "/grade"),
    "name of another type": (badge(achievement=achievement()), "jsonld.undefined-term", "/achievement"),
    "name with a space": (badge(**{"name ": "x"}), "jsonld.undefined-term", "/name "),
    "name that is an IRI": (
        badge(**{"https://schema.org/name": "x"}),
        "jsonld.iri-as-name",
        "/https:~1~1schema.org~1name",
    ),
    "class for a property": (
        achieved(Criteria={"narrative": "x"}),
        "jsonld.ambiguous-name",
        ACHIEVEMENT + "/Criteria",
    ),
    "keyword @graph": (badge(**{"@graph": []}), "jsonld.keyword", "/@graph"),
    "keyword @id": (about(**{"@id": "urn:x"}), "jsonld.keyword", SUBJECT + "/@id"),
    "keyword @type": (badge(**{"@type": "VerifiableCredential"}), "jsonld.keyword", "/@type"),
    "keyword @index": (about(**{"@index": "x"}), "jsonld.keyword", SUBJECT + "/@index"),
    "keyword @reverse": (badge(**{"@reverse": {"issuer": "urn:x"}}), "jsonld.keyword", "/@reverse"),
    "keyword @nest": (badge(**{"@nest": {"name": "x"}}), "jsonld.keyword", "/@nest"),
    "keyword @included": (badge(**{"@included": []}), "jsonld.keyword", "/@included"),
    "keyword @list": (badge(name={"@list": ["x"]}), "jsonld.keyword", "/name/@list"),
    "keyword @set": (badge(name={"@set": ["x"]}), "jsonld.keyword", "/name/@set"),
    "no keyword at all": (badge(**{"@nothing": "x"}), "jsonld.keyword", "/@nothing"),
    # nothing said
    "null": (badge(name=None), "jsonld.null", "/name"),
    "null in an array": (badge(name=["x", None]), "jsonld.null", "/name/1"),
    "empty array": (about(result=[]), "jsonld.empty", SUBJECT + "/result"),
    "empty object": (achieved(criteria={}), "jsonld.empty", ACHIEVEMENT + "/criteria"),
    "array in an array": (badge(name=[["x"]]), "jsonld.nested-list", "/name/0"),
    "only an id": ({"@context": [V2], "id": "urn:x"}, "jsonld.empty", "/"),
    "bare reference where a graph is": (badge(proof="urn:x"), "jsonld.not-an-object", "/proof"),
    "reference object where a graph is": (badge(proof={"id": "urn:x"}), "jsonld.not-an-object", "/proof"),
    "credential by reference": (
        {"@context": [V2], "type": "VerifiablePresentation", "verifiableCredential": ["https://x.example/1"]},
        "jsonld.not-an-object",
        "/verifiableCredential/0",
    ),
    # said twice
    "value twice": (badge(name=["x", "x"]), "jsonld.value-twice", "/name"),
    "number twice": (badge(name=[1, 1.0]), "jsonld.value-twice", "/name"),
    "reference twice": (badge(termsOfUse=["urn:x", {"id": "urn:x"}]), "jsonld.value-twice", "/termsOfUse"),
    "type twice": (badge(type=["VerifiableCredential"] * 2), "jsonld.value-twice", "/type"),
    "type under both its names": (
        badge(type=["VerifiableCredential", "OpenBadgeCredential", "AchievementCredential"]),
        "jsonld.value-twice",
        "/type",
    ),
    "roles that could change places": (
        badge(
            credentialSubject=[
                {
                    "id": "urn:x",
                    "type": "AchievementSubject",
                    "achievement": {"id": "urn:1"},
                    "role": "winner",
                },
                {
                    "id": "urn:x",
                    "type": "AchievementSubject",
                    "achievement": {"id": "urn:2"},
                    "role": "guest",
                },
            ]
        ),
        "jsonld.described-twice",
        "/credentialSubject/1",
    ),
    "one thing described in two ways": (
        badge(
            issuer=PROFILE | {"name": "Школа"},
            credentialSubject={
                "type": ["AchievementSubject"],
                "achievement": achievement(creator=PROFILE | {"name": "Другая"}),
            },
        ),
        "jsonld.described-twice",
        ACHIEVEMENT + "/creator",
    ),
    # identifiers
    "relative id": (badge(id="1"), "jsonld.iri", "/id"),
    "empty id": (badge(id=""), "jsonld.iri", "/id"),
    "id with a space": (badge(id="urn:a b"), "jsonld.iri", "/id"),
    "id with a bracket": (badge(id="urn:<a>"), "jsonld.iri", "/id"),
    "id with a no-break space": (badge(id="urn:a\u00a0"), "jsonld.iri", "/id"),
    "blank node id": (badge(id="_:b0"), "jsonld.iri", "/id"),
    "id that is a number": (badge(id=5), "jsonld.iri", "/id"),
    "id that is an array": (badge(id=["urn:x"]), "jsonld.iri", "/id"),
    "relative reference": (badge(issuer="school"), "jsonld.iri", "/issuer"),
    "reference that is a number": (badge(issuer=5), "jsonld.json-type", "/issuer"),
    "abbreviated reference": (
        {"@context": [V1], "type": "VerifiableCredential", "issuer": "urn:i", "credentialStatus": "cred:x"},
        "jsonld.compact-iri",
        "/credentialStatus",
    ),
    # types
    "undefined type": (badge(type=["VerifiableCredential", "Diploma"]), "jsonld.undefined-term", "/type"),
    "type with a space": (
        badge(type=["VerifiableCredential ", "OpenBadgeCredential"]),
        "jsonld.undefined-term",
        "/type",
    ),
    "type by its IRI": (
        badge(type=["VerifiableCredential", OB_TERMS + "OpenBadgeCredential"]),
        "jsonld.iri-for-word",
        "/type",
    ),
    "property for a class": (
        badge(type=["VerifiableCredential", "Criteria", "id"]),
        "jsonld.undefined-term",
        "/type",
    ),
    "property name for a class": (
        achieved(type=["Achievement", "criteria"]),
        "jsonld.undefined-term",
        ACHIEVEMENT + "/type",
    ),
    "type null": (badge(type=None), "jsonld.type", "/type"),
    "type empty": (badge(type=[]), "jsonld.type", "/type"),
    "type with an object": (badge(type=["VerifiableCredential", {}]), "jsonld.type", "/type"),
    "type that is a keyword": (badge(type=["VerifiableCredential", "@json"]), "jsonld.keyword", "/type"),
    "word by its IRI": (
        {
            "@context": [V2],
            "type": "DataIntegrityProof",
            "proofPurpose": "https://w3id.org/security#assertionMethod",
        },
        "jsonld.iri-for-word",
        "/proofPurpose",
    ),
    # texts and numbers
    "control character": (badge(name="a\x08"), "json.forbidden-character", "/name"),
    "control character in an array": (badge(name=["x", "a\x00"]), "json.forbidden-character", "/name/1"),
    "delete": (badge(name="a\x7f"), "json.forbidden-character", "/name"),
    "half a surrogate pair": (badge(name="\ud83c"), "json.forbidden-character", "/name"),
    "no character": (badge(name="\uffff"), "json.forbidden-character", "/name"),
    "integer beyond 2^53": (badge(name=2**53), "json.number", "/name"),
    "fraction of 17 digits": (badge(name=0.30000000000000004), "json.number", "/name"),
    "whole number beyond 2^53": (badge(name=1e300), "json.number", "/name"),
    "minus zero": (badge(name=-0.0), "json.number", "/name"),
    "not a number": (badge(name=float("nan")), "json.number", "/name"),
    "infinity": (badge(name=float("-inf")), "json.number", "/name"),
    "text for a number": (about(creditsEarned="5"), "jsonld.json-type", SUBJECT + "/creditsEarned"),
    "text for a fraction": (about(creditsEarned="3.5E0"), "jsonld.json-type", SUBJECT + "/creditsEarned"),
    "number for a date": (about(activityEndDate=2026), "jsonld.json-type", SUBJECT + "/activityEndDate"),
    "boolean for a date": (about(activityEndDate=True), "jsonld.json-type", SUBJECT + "/activityEndDate"),
    "text for a boolean": (
        about(identifier=[{"type": "IdentityObject", "hashed": "true"}]),
        "jsonld.json-type",
        SUBJECT + "/identifier/0/hashed",
    ),
    "number for a boolean": (
        about(identifier=[{"type": "IdentityObject", "hashed": 1}]),
        "jsonld.json-type",
        SUBJECT + "/identifier/0/hashed",
    ),
    # value objects
    "base direction": (
        badge(name={"@value": "x", "@language": "he", "@direction": "up"}),
        "jsonld.direction",
        "/name",
    ),
    "value without a language": (badge(name={"@value": "x"}), "jsonld.value-object", "/name"),
    "value with a datatype": (badge(name={"@value": "x", "@type": "urn:t"}), "jsonld.value-object", "/name"),
    "value with an index": (
        badge(name={"@value": "x", "@language": "ru", "@index": "1"}),
        "jsonld.value-object",
        "/name",
    ),
    "value that is null": (badge(name={"@value": None, "@language": "ru"}), "jsonld.value-object", "/name"),
    "no language tag": (badge(name={"@value": "x", "@language": "по-русски"}), "jsonld.language", "/name"),
    "empty language tag": (badge(name={"@value": "x", "@language": ""}), "jsonld.language", "/name"),
    "language tag with a space": (
        badge(name={"@value": "x", "@language": "ru "}),
        "jsonld.language",
        "/name",
    ),
    # contexts
    "no context": ({"type": "VerifiableCredential"}, "jsonld.context-missing", "/@context"),
    "null context": (badge(**{"@context": None}), "jsonld.context-missing", "/@context"),
    "no contexts": (badge(**{"@context": []}), "jsonld.context-missing", "/@context"),
    "unknown context": (
        badge(**{"@context": [V2, "https://x.example/v1"]}),
        "jsonld.context-unknown",
        "/@context",
    ),
    "inline context": (badge(**{"@context": [V2, {"grade": "urn:g"}]}), "jsonld.context-inline", "/@context"),
    "empty inline context": (badge(**{"@context": [V2, OB, {}]}), "jsonld.context-inline", "/@context"),
    "null among contexts": (badge(**{"@context": [V2, OB, None]}), "jsonld.context-inline", "/@context"),
    "context twice": (badge(**{"@context": [V2, OB, V2]}), "jsonld.context-repeated", "/@context"),
    "contexts in another order": (badge(**{"@context": [OB, V2]}), "jsonld.context-order", "/@context"),
    "contexts that contradict each other": (
        badge(**{"@context": [V2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"]}),
        "jsonld.protected-term",
        "/@context",
    ),
    "types that contradict each other": (
        {
            "@context": [V1, "https://w3id.org/security/data-integrity/v2"],
            "type": "VerifiableCredential",
            "proof": {"type": ["DataIntegrityProof", "Ed25519Signature2018"]},
        },
        "jsonld.protected-term",
        "/proof/type",
    ),
    "contexts inside a document": (
        about(**{"@context": [V2, OB]}),
        "jsonld.context-nested",
        SUBJECT + "/@context",
    ),
    "contexts missing in a presented credential": (
        {
            "@context": [V2],
            "type": "VerifiablePresentation",
            "verifiableCredential": {"type": "VerifiableCredential", "issuer": "urn:i"},
        },
        "jsonld.undefined-term",
        "/verifiableCredential/type",
    ),
    "word that a vocabulary makes an alias": (
        badge(
            **{
                "@context": [V2, EXAMPLES],
                "type": ["VerifiableCredential", "https://www.w3.org/ns/credentials/examples#X"],
                "credentialSubject": "urn:s",
            }
        ),
        "jsonld.iri-for-word",
        "/type",
    ),
    "name that a vocabulary cannot make an IRI": (
        badge(
            **{
                "@context": [V2, EXAMPLES],
                "type": "VerifiableCredential",
                "credentialSubject": "urn:s",
                "a b": "x",
            }
        ),
        "jsonld.undefined-term",
        "/a b",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    document, code, place = REFUSED[name]
    with pytest.raises(DocumentError) as refused:
        to_quads(document)
    assert (refused.value.code, refused.value.evidence["pointer"]) == (code, place)
    assert str(refused.value)


def test_the_documents_of_the_table_are_right_but_for_their_fault() -> None:
    assert to_quads(badge())
    assert to_quads(DIPLOMA)


ACCEPTED: dict[str, dict[str, Any]] = {
    "text in a language": badge(name={"@value": "x", "@language": "sr-Cyrl-RS"}),
    "number in place": about(creditsEarned=4.5),
    "boolean in place": about(identifier=[{"type": "IdentityObject", "hashed": True}]),
    "year as text": about(activityEndDate="2026"),
    "empty text": badge(name=""),
    "class from elsewhere": badge(
        type=["VerifiableCredential", "OpenBadgeCredential", "https://x.example/T"]
    ),
    "one thing described once and named once": badge(
        issuer=PROFILE | {"name": "Школа"},
        credentialSubject={
            "type": ["AchievementSubject"],
            "achievement": achievement(creator={"id": PROFILE["id"]}),
        },
    ),
    "one thing described in the same way": badge(
        issuer=PROFILE | {"name": "Школа", "url": "https://school.example/"},
        credentialSubject={
            "type": ["AchievementSubject"],
            "achievement": achievement(creator=PROFILE | {"name": "Школа"}),
        },
    ),
    "endorsement with contexts of its own": badge(
        endorsement=[
            {
                "@context": [V2, OB],
                "type": ["VerifiableCredential", "EndorsementCredential"],
                "issuer": "urn:i",
                "credentialSubject": {
                    "id": "urn:s",
                    "type": "EndorsementSubject",
                    "endorsementComment": "Похвально",
                },
            }
        ]
    ),
    "learner record": {
        "@context": [V2, CLR, OB],
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": "urn:i",
        "credentialSubject": {"type": "ClrSubject", "verifiableCredential": [badge()]},
    },
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name: str) -> None:
    assert to_quads(ACCEPTED[name])


@pytest.mark.parametrize("value", [[], "text", 5, None, True], ids=repr)
def test_not_an_object(value: Any) -> None:
    with pytest.raises(InputError) as refused:
        to_quads(value)
    assert refused.value.code == "json.not-an-object"


@pytest.mark.parametrize(
    "value", [b"bytes", {1, 2}, ("x",), object()], ids=lambda value: type(value).__name__
)
def test_what_is_not_json(value: Any) -> None:
    """A program may hand over what no JSON text gives; that is an error of ours and not a traceback."""
    with pytest.raises(DocumentError) as refused:
        to_quads(badge(name=value))
    assert refused.value.code == "jsonld.not-json"


@pytest.mark.parametrize(
    ("value", "code", "place"),
    [
        ({"a": [1, 2**60]}, "json.number", "/credentialSubject/license/driving_privileges/a/1"),
        (["\x00"], "json.forbidden-character", "/credentialSubject/license/driving_privileges/0"),
    ],
    ids=["number", "text"],
)
def test_json_literals_are_held_to_the_same_rules(value: Any, code: str, place: str) -> None:
    document = {
        "@context": [V1, "https://w3id.org/vdl/v1"],
        "type": ["VerifiableCredential", "Iso18013DriversLicenseCredential"],
        "issuer": "urn:i",
        "credentialSubject": {
            "type": "LicensedDriver",
            "driversLicense": {"type": "Iso18013DriversLicense", "driving_privileges": value},
        },
    }
    with pytest.raises(VcwalletError) as refused:
        to_quads(document)
    assert refused.value.code == code
    assert refused.value.evidence["pointer"] == place.replace("license", "driversLicense")
    document["credentialSubject"]["driversLicense"]["driving_privileges"] = [None, {"a": [[], {}, 1.5, "ё"]}]
    json_literals = [quad for quad in to_quads(document) if quad[2].endswith("#JSON>")]
    assert json_literals[0][2].startswith('"[null,{\\"a\\":[[],{},1.5,\\"ё\\"]}]"')


def test_ceilings() -> None:
    deep: dict[str, Any] = {"type": "Achievement", "name": "x"}
    for _ in range(limits.JSON_DEPTH):
        deep = {"type": ["Achievement"], "related": deep}
    for document, code in [
        (about(achievement=deep), "json.too-deep"),
        (badge(name=[str(number) for number in range(limits.JSON_NODES + 1)]), "json.too-many-values"),
        (
            badge(**{"@context": [V2, *(f"urn:{n}" for n in range(limits.JSONLD_CONTEXTS))]}),
            "jsonld.contexts",
        ),
    ]:
        with pytest.raises(LimitExceeded) as refused:
            to_quads(document)
        assert refused.value.code == code


def test_nothing_of_the_document_is_changed() -> None:
    before = copy.deepcopy(DIPLOMA)
    to_quads(DIPLOMA)
    assert before == DIPLOMA


def learner_record(outer: dict[str, Any], *inner: dict[str, Any], proof: bool = True) -> dict[str, Any]:
    """A record of one learner, and credentials about the same learner inside it."""
    proofs = {"proof": {"type": "DataIntegrityProof", "proofValue": "z1"}} if proof else {}
    return {
        "@context": [V2, CLR, OB],
        "type": ["VerifiableCredential", "ClrCredential"],
        "issuer": "urn:i",
        "credentialSubject": {
            "id": "urn:learner",
            "type": "ClrSubject",
            **outer,
            "verifiableCredential": [
                badge(
                    id=f"urn:c{number}",
                    credentialSubject={"id": "urn:learner", "type": ["AchievementSubject"], **members},
                    **proofs,
                )
                for number, members in enumerate(inner)
            ],
        },
    }


def test_learner_record() -> None:
    """CLR 2.0: many credentials of one learner, each with its own proof, in one graph."""
    first, second = {"achievement": achievement(id="urn:1")}, {"achievement": achievement(id="urn:2")}
    assert to_quads(
        learner_record({"name": "Пробник"}, first | {"role": "winner"}, second | {"role": "guest"})
    )
    with pytest.raises(DocumentError) as refused:
        to_quads(learner_record({}, first, second, proof=False))
    assert refused.value.code == "jsonld.described-twice"


def test_a_record_cannot_borrow_from_the_credentials_in_it() -> None:
    """The holder of a guest's record writes "winner" where the statements have it from another credential."""
    inner = {"achievement": achievement(id="urn:1"), "name": ["winner"]}
    honest = learner_record({"name": "guest"}, inner)
    borrowed = learner_record({"name": ["guest", "winner"]}, inner)
    assert to_quads(honest)
    with pytest.raises(DocumentError) as refused:
        to_quads(borrowed)
    assert refused.value.code == "jsonld.described-twice"
    assert to_quads(learner_record({"name": "winner"}, inner))


def test_a_base_direction_is_covered_as_the_i18n_datatype() -> None:
    """JSON-LD API section 8.2.2, step 12: the direction becomes part of the literal's datatype."""
    said = {"@value": "x", "@language": "HE", "@direction": "rtl"}
    objects = {quad[2] for quad in to_quads(badge(name=said))}
    assert '"x"^^<https://www.w3.org/ns/i18n#he_rtl>' in objects
    turned = {quad[2] for quad in to_quads(badge(name={**said, "@direction": "ltr"}))}
    assert '"x"^^<https://www.w3.org/ns/i18n#he_ltr>' in turned
