"""Badges are read by the tables of Open Badges 3.0, and what a person is shown is what was signed."""

from __future__ import annotations

import copy
import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.shared import SOAK
from tests.unit.credentials.world import (
    CHILD,
    GONE,
    NOW,
    OLYMPIAD,
    Party,
    at,
    award,
    diploma,
    fate,
    put,
    sample,
    signed,
)
from vcwallet.credentials.achievement import (
    CONTEXTS,
    Absence,
    AchievementCredential,
    Fact,
    Kind,
    Person,
    ResultCode,
    SchoolClass,
    SchoolYear,
    StageCode,
    disagreement,
    facts,
)
from vcwallet.credentials.credential import Credential, verify
from vcwallet.credentials.json_pointers import pointers_outside
from vcwallet.credentials.open_badges import EndorsementCredential
from vcwallet.credentials.status_entry import StatusEntry
from vcwallet.errors import VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.data_integrity import derive
from vcwallet.proofs.jsonld import PINNED, to_quads

SUBJECT = "/credentialSubject"
ACHIEVEMENT = "/credentialSubject/achievement"
SCORE = {
    "id": "https://olymp.example/2026/astronomy#score",
    "type": ["ResultDescription"],
    "name": "Сумма баллов",
    "resultType": "RawScore",
    "valueMax": "100",
    "allowedValue": ["0", "100"],
}
LEVELS = {
    "id": "https://olymp.example/2026/astronomy#degree",
    "type": "ResultDescription",
    "name": "Степень",
    "resultType": "RubricCriterionLevel",
    "rubricCriterionLevel": [
        {"id": "urn:a:first", "type": ["RubricCriterionLevel"], "name": "Первая степень"},
        {"id": "urn:a:second", "type": ["RubricCriterionLevel"], "name": "Вторая степень", "points": "2"},
    ],
}


def rich() -> dict[str, Any]:
    """A diploma with everything a template might add."""
    document = diploma(
        awardedDate="2026-02-20T00:00:00+03:00", evidence={"type": ["Evidence"], "name": "Проект"}
    )
    subject = document["credentialSubject"]
    subject["achievement"]["resultDescription"] = [SCORE, LEVELS]
    subject["achievement"]["alignment"] = {
        "type": ["Alignment"],
        "targetName": "Список",
        "targetUrl": "https://list.example/0",
    }
    subject["result"] += [
        {"type": ["Result"], "resultDescription": SCORE["id"], "value": "87"},
        {"type": ["Result"], "resultDescription": LEVELS["id"], "achievedLevel": "urn:a:first"},
    ]
    return document


def read(document: dict[str, Any]) -> AchievementCredential:
    return AchievementCredential.read(Credential.parse(document))


# --- the shape of an issued diploma --------------------------------------------------------------


@pytest.mark.parametrize("name", ["olympiad-diploma", "school-award"])
def test_a_sample_is_a_whole_open_badge_that_can_be_signed(name: str) -> None:
    document = sample(name)
    assert tuple(document["@context"]) == CONTEXTS
    assert fate(lambda: read(document)) == ("accepted", None)
    assert fate(lambda: to_quads(document)) == ("accepted", None)
    entry = StatusEntry.parse(document["credentialStatus"])
    assert entry is not None
    assert document["credentialStatus"]["id"] == f"{entry.list_url}#{entry.index}"


def test_every_term_of_a_diploma_is_defined_by_the_w3c_or_1edtech() -> None:
    """No vocabulary of our own: a verifier that has the published contexts needs nothing from us."""
    assert CONTEXTS == (
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    )
    assert fate(lambda: to_quads(rich())) == ("accepted", None)
    assert not any("vcwallet" in term for quad in to_quads(rich()) for term in quad)
    # The person's words are those of the type Profile, beside that of the subject.
    assert fate(lambda: to_quads(put(diploma(), SUBJECT + "/type", ["AchievementSubject"])))[0] != "accepted"


# --- facts ---------------------------------------------------------------------------------------


def test_what_a_person_is_shown_of_a_diploma() -> None:
    assert facts(Credential.parse(rich())).said == {
        "achievement": "Олимпиада школьников «Вымысел»",
        "description": "Заключительный этап",
        "result": "Диплом победителя I степени; Первая степень",
        "score": "Сумма баллов: 87 / 100",
        "field": "Астрономия",
        "year": "2025/26",
        "code": "№ 0",
        "kind": "olympiad-diploma",
        "person": "Тестов Пробник Вымыслович",
        "born": "2009-05-17",
        "school": "Школа № 0",
        "place": "Небывалинск",
        "class": "10 «А»",
        "awarded": "2026-02-20",
        "issuer": "Олимпиада «Вымысел»",
    }


def test_what_a_diploma_says_is_typed() -> None:
    said = facts(Credential.parse(rich()))
    assert said.person == Person("Тестов", "Пробник", "Вымыслович", date(2009, 5, 17))
    assert (said.kind, said.type) == (Kind.OLYMPIAD_DIPLOMA, "Award")
    assert said.stage is not None
    assert (said.stage.code, said.stage.text) == (StageCode.FINAL, "Заключительный этап")
    assert [(rank.code, rank.degree) for rank in said.ranks] == [
        (ResultCode.WINNER, 1),
        (ResultCode.WINNER, 1),
    ]
    (score,) = said.scores
    assert (score.label, score.number, score.ceiling) == ("Сумма баллов", Decimal(87), "100")
    assert said.school_year == SchoolYear(2025)
    assert said.school_class == SchoolClass("10 «А»", 10)
    assert (said.awarded, said.until) == (date(2026, 2, 20), None)


def test_a_whole_proof_says_that_nothing_is_hidden_and_a_derived_one_does_not() -> None:
    """Of an ecdsa-sd-2023 proof nobody can tell how many statements it leaves out."""
    document = diploma()
    signer = Party.of("olympiad p-256", KeyType.P256)
    document["issuer"]["id"] = signer.did
    base = signed(document, signer, suite="ecdsa-sd-2023", mandatory_pointers=["/issuer", "/validFrom"])
    derived = derive(base, pointers_outside(base, {"/credentialSubject/dateOfBirth"}))
    hidden, whole = facts(Credential.parse(derived)), facts(Credential.parse(signed(document)))
    assert hidden.absent[Fact.BORN] is hidden.absent[Fact.ROLE] is Absence.NOT_SHOWN
    assert Fact.BORN not in whole.absent
    assert whole.absent[Fact.ROLE] is Absence.NOT_STATED
    assert set(whole.absent.values()) == {Absence.NOT_STATED}
    # The family's own copy has the base proof, and with it every statement there is.
    assert facts(Credential.parse(base)).absent[Fact.ROLE] is Absence.NOT_STATED


def test_no_list_number_can_be_hidden_where_the_kind_has_none() -> None:
    document = put(diploma(), ACHIEVEMENT + "/achievementType", "CommunityService")
    del document["credentialSubject"]["achievement"]["humanCode"]
    said = replace(facts(Credential.parse(document)), parts_may_be_hidden=True)
    assert said.absent[Fact.CODE] is Absence.NOT_STATED
    assert said.absent[Fact.ROLE] is Absence.NOT_SHOWN


def test_facts_come_in_one_order_and_without_empty_ones() -> None:
    shown = facts(Credential.parse(award())).said
    assert list(shown) == [fact for fact in Fact if fact in shown]
    assert shown["number"] == "2026-114"
    assert shown["awarded"] == "2026-05-25"  # as written: in UTC it is still the 24th
    assert all(shown.values())
    assert not {"result", "score", "code", "role", "until"} & set(shown)


def test_hidden_fields_are_simply_not_there() -> None:
    document = diploma()
    for member in ("dateOfBirth", "patronymicName", "parentOrg", "role"):
        del document["credentialSubject"][member]
    shown = facts(Credential.parse(document)).said
    assert shown["person"] == "Тестов Пробник"
    assert not {"born", "school", "place", "class"} & set(shown)


def test_a_badge_of_somebody_else_names_its_recipient_in_an_identifier() -> None:
    document = put(diploma(), SUBJECT + "/type", "AchievementSubject")
    for member in ("familyName", "givenName", "patronymicName", "dateOfBirth"):
        del document["credentialSubject"][member]
    identifier = {
        "type": "IdentityObject",
        "hashed": False,
        "identityType": "name",
        "identityHash": "Проба Пера",
    }
    hashed = identifier | {"hashed": True, "identityHash": "sha256$00"}
    document["credentialSubject"]["identifier"] = [identifier, hashed]
    assert facts(Credential.parse(document)).person == Person(name="Проба Пера")


def test_a_credential_that_is_no_badge_shows_its_name_issuer_and_dates() -> None:
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": "VerifiableCredential",
        "issuer": "did:example:issuer",
        "issuanceDate": "2020-01-01T00:00:00Z",
        "expirationDate": "2030-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject"},
    }
    assert facts(Credential.parse(document)).said == {
        "awarded": "2020-01-01",
        "until": "2030-01-01",
        "issuer": "did:example:issuer",
    }


def test_the_order_of_results_does_not_change_what_is_shown() -> None:
    document = rich()
    other = copy.deepcopy(document)
    other["credentialSubject"]["result"].reverse()
    other["credentialSubject"]["achievement"]["resultDescription"].reverse()
    assert facts(Credential.parse(document)) == facts(Credential.parse(other))


# --- bad badges ----------------------------------------------------------------------------------

BAD: dict[str, tuple[str, Any, str]] = {
    "not a badge": ("/type", ["VerifiableCredential"], "openbadge.type"),
    "no context of Open Badges": ("/@context/1", GONE, "openbadge.context"),
    "context of Open Badges 2": (
        "/@context",
        [CONTEXTS[0], "https://w3id.org/openbadges/v2"],
        "openbadge.context",
    ),
    "no id": ("/id", GONE, "openbadge.missing"),
    "no validFrom": ("/validFrom", GONE, "openbadge.missing"),
    "issuer of no type": ("/issuer/type", GONE, "credential.no-type"),
    "issuer no Profile": ("/issuer/type", ["Person"], "credential.wrong-type"),
    "issuer's url no URL": ("/issuer/url", "школа", "openbadge.value"),
    "awarded on no day": ("/awardedDate", "вчера", "credential.date"),
    "two subjects": (SUBJECT, [{"id": "urn:a:1"}, {"id": "urn:a:2"}], "openbadge.one-subject"),
    "subject of no type": (SUBJECT + "/type", GONE, "credential.no-type"),
    "subject of another type": (SUBJECT + "/type", ["Profile"], "credential.wrong-type"),
    "role a number": (SUBJECT + "/role", 1, "openbadge.value"),
    "credits in words": (SUBJECT + "/creditsEarned", "много", "openbadge.value"),
    "credits true": (SUBJECT + "/creditsEarned", True, "openbadge.value"),
    "no achievement": (ACHIEVEMENT, GONE, "openbadge.missing"),
    "two achievements": (ACHIEVEMENT, [{"type": "Achievement"}] * 2, "openbadge.value"),
    "achievement a URL": (ACHIEVEMENT, "https://a.example", "credential.not-objects"),
    "achievement without id": (ACHIEVEMENT + "/id", GONE, "openbadge.missing"),
    "achievement without type": (ACHIEVEMENT + "/type", GONE, "credential.no-type"),
    "achievement without name": (ACHIEVEMENT + "/name", GONE, "openbadge.missing"),
    "achievement's name empty": (ACHIEVEMENT + "/name", "", "openbadge.value"),
    "achievement without description": (ACHIEVEMENT + "/description", GONE, "openbadge.missing"),
    "achievement without criteria": (ACHIEVEMENT + "/criteria", GONE, "openbadge.missing"),
    "criteria a URL": (ACHIEVEMENT + "/criteria", "https://a.example", "credential.not-objects"),
    "image a number": (ACHIEVEMENT + "/image", 1, "openbadge.value"),
    "image without id": (ACHIEVEMENT + "/image", {"type": "Image"}, "openbadge.missing"),
    "tag a number": (ACHIEVEMENT + "/tag", ["a", 1], "openbadge.value"),
    "creator no Profile": (ACHIEVEMENT + "/creator", {"id": "urn:a:1"}, "credential.no-type"),
    "creator's URL malformed": (ACHIEVEMENT + "/creator", "школа", "openbadge.value"),
    "alignment without url": (ACHIEVEMENT + "/alignment/targetUrl", GONE, "openbadge.missing"),
    "alignment without name": (ACHIEVEMENT + "/alignment/targetName", GONE, "openbadge.missing"),
    "result description without id": (ACHIEVEMENT + "/resultDescription/0/id", GONE, "openbadge.missing"),
    "result description without type of result": (
        ACHIEVEMENT + "/resultDescription/0/resultType",
        GONE,
        "openbadge.missing",
    ),
    "level without name": (
        ACHIEVEMENT + "/resultDescription/1/rubricCriterionLevel/0/name",
        GONE,
        "openbadge.missing",
    ),
    "result of no type": (SUBJECT + "/result/0/type", GONE, "credential.no-type"),
    "result of nothing described": (
        SUBJECT + "/result/1/resultDescription",
        "urn:a:nothing",
        "openbadge.result-link",
    ),
    "result of a level that is not there": (
        SUBJECT + "/result/2/achievedLevel",
        "urn:a:third",
        "openbadge.result-link",
    ),
    "level without its description": (
        SUBJECT + "/result/2/resultDescription",
        GONE,
        "openbadge.result-link",
    ),
    "identifier of no type": (SUBJECT + "/identifier", {"hashed": False}, "credential.no-type"),
    "identifier hashed in words": (
        SUBJECT + "/identifier",
        {"type": "IdentityObject", "hashed": "no", "identityHash": "a", "identityType": "name"},
        "openbadge.value",
    ),
    "evidence of another type": ("/evidence", {"type": ["Document"]}, "credential.wrong-type"),
    "family name a list": (SUBJECT + "/familyName", ["Тестов", "Пробник"], "person.value"),
    "family name in a language": (SUBJECT + "/familyName", {"@value": "Тестов"}, "person.value"),
    "family name of spaces": (SUBJECT + "/familyName", "  ", "person.value"),
    "born in words": (SUBJECT + "/dateOfBirth", "17 мая 2009", "person.value"),
    "born on no day": (SUBJECT + "/dateOfBirth", "2009-02-30", "person.value"),
    "born with a zone": (SUBJECT + "/dateOfBirth", "2009-05-17Z", "person.value"),
    "born in other digits": (SUBJECT + "/dateOfBirth", "２００９-05-17", "person.value"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_badge_that_breaks_a_table_of_the_specification_is_refused(name: str) -> None:
    where, value, code = BAD[name]
    found, pointer = fate(lambda: facts(Credential.parse(put(rich(), where, value))))
    if code == "openbadge.type":
        # No badge at all is shown as what it is; only the badge view refuses it.
        found, pointer = fate(lambda: read(put(rich(), where, value)))
    assert found == code
    assert pointer is not None


def test_a_status_result_needs_its_status() -> None:
    described = SCORE | {"resultType": "Status"}
    document = put(rich(), ACHIEVEMENT + "/resultDescription", [described, LEVELS])
    assert fate(lambda: read(document))[0] == "openbadge.missing"
    assert (
        read(put(document, SUBJECT + "/result/1/status", "Completed")).subject.results[1].status
        == "Completed"
    )


def test_the_views_hold_what_the_badge_says() -> None:
    badge = read(rich())
    assert badge.subject.achievement.criteria.narrative == "Победа или призовое место"
    assert badge.subject.achievement.alignments[0].target_url == "https://list.example/0"
    assert badge.subject.achievement.result_descriptions[0].allowed_values == ("0", "100")
    assert badge.subject.results[2].level is not None
    assert badge.evidence[0].name == "Проект"
    assert badge.issuer.name == "Олимпиада «Вымысел»"


def test_a_badge_of_data_model_1_1_is_read() -> None:
    """Open Badges 3.0 began on version 1.1 of the data model."""
    document = rich() | {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.0.json",
        ],
        "issuanceDate": "2026-03-01T00:00:00+03:00",
    }
    del document["validFrom"], document["awardedDate"]
    shown = facts(Credential.parse(document)).said
    assert (shown["achievement"], shown["awarded"]) == ("Олимпиада школьников «Вымысел»", "2026-03-01")


def test_an_endorsement_is_read() -> None:
    document: dict[str, Any] = {
        "@context": list(CONTEXTS[:2]),
        "id": "urn:uuid:5b5f5d0e-61a3-4d0f-8f0a-0d5d1f1c9c10",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": "did:example:endorser", "type": "Profile"},
        "name": "Поддержка",
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": OLYMPIAD.did,
            "type": ["EndorsementSubject"],
            "endorsementComment": "Знаем и доверяем",
        },
    }
    found = EndorsementCredential.read(Credential.parse(document))
    assert (found.endorsed_id, found.comment) == (OLYMPIAD.did, "Знаем и доверяем")
    assert fate(lambda: EndorsementCredential.read(Credential.parse(diploma())))[0] == "openbadge.type"
    without = put(document, SUBJECT + "/id", GONE)
    assert fate(lambda: EndorsementCredential.read(Credential.parse(without)))[0] == "openbadge.missing"


def test_a_badge_that_names_no_recipient_is_read_and_is_nobodys() -> None:
    badge = AchievementCredential.read(Credential.parse(put(diploma(), SUBJECT + "/id", GONE)))
    assert (badge.subject.id, badge.subject.identifiers) == (None, ())


# --- one pupil -----------------------------------------------------------------------------------


def test_credentials_of_one_pupil_agree_as_far_as_they_speak() -> None:
    one, other = diploma(), diploma()
    other["credentialSubject"] |= {"familyName": "ТЕСТОВ", "role": "11", "dateOfBirth": "2009-05-17"}
    del other["credentialSubject"]["patronymicName"]
    assert disagreement(map(Credential.parse, (one, other))) is None


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("familyName", "Другов"),
        ("givenName", "Проба"),
        ("patronymicName", "Иной"),
        ("dateOfBirth", "2009-05-18"),
    ],
)
def test_credentials_of_two_pupils_do_not(member: str, value: str) -> None:
    other = put(diploma(), f"{SUBJECT}/{member}", value)
    assert disagreement(map(Credential.parse, (diploma(), other))) == member


def test_a_subject_that_is_no_pupil_says_nothing_about_names() -> None:
    document = put(diploma(), SUBJECT + "/type", ["AchievementSubject"])
    assert Person.read(document["credentialSubject"]) is None
    assert disagreement([Credential.parse(document), Credential.parse(award())]) is None


# --- what is shown is what was signed ------------------------------------------------------------


def test_no_change_alters_what_is_shown_and_is_still_accepted() -> None:
    """Random edits of a signed diploma: whatever verifies and can be shown shows exactly the same.

    The test bites: some edits do verify (order of lists, one value or a list of it), and those are counted.
    """
    original = Credential.parse(signed(rich()))
    meaning = _meaning(original)
    dice = random.Random(20260301)
    verified = 0
    for _ in range(100_000 if SOAK else 3_000):
        changed = copy.deepcopy(original.json)
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            _edit(changed, dice)
        if changed == original.json:
            continue
        try:
            credential = Credential.parse(changed)
            verify(credential, resolve=did.resolve, now=NOW)
        except VcwalletError:
            continue
        try:
            found = _meaning(credential)
        except VcwalletError:
            continue
        verified += 1
        assert found == meaning, changed
    assert verified > 0


def _meaning(credential: Credential) -> tuple[object, ...]:
    entries = [StatusEntry.parse(entry) for entry in credential.status_entries]
    return (
        facts(credential),
        entries,
        credential.id,
        credential.issuer_id,
        credential.valid_from,
        credential.valid_until,
        credential.subject_ids,
        credential.holder_ids == {CHILD.did},
    )


def _edit(document: dict[str, Any], dice: random.Random) -> None:
    places = _places(document, "")
    path = dice.choice(places)
    parent, _, last = path.rpartition("/")
    owner = at(document, parent)
    key: Any = int(last) if isinstance(owner, list) else last
    value = owner[key]
    other = copy.deepcopy(at(document, dice.choice(places)))
    kind = dice.randrange(11)
    if kind == 0:
        del owner[key]
    elif kind == 1:
        owner[key] = other
    elif kind == 2:
        owner[key] = [value]
    elif kind == 3:
        owner[key] = [value, other]
    elif kind == 4 and isinstance(value, list) and value:
        owner[key] = dice.sample(value, len(value)) if len(value) > 1 else value[0]
    elif kind == 5 and isinstance(owner, dict):
        name = dice.choice((*PUPIL_KEYS, "validUntil", "credentialStatus", "@included", "cred:validUntil"))
        owner[name] = owner.pop(key)
    elif kind == 6 and isinstance(owner, dict):
        owner[dice.choice((*PUPIL_KEYS, "validUntil", "credentialStatus", "name"))] = other
    elif kind == 7:
        owner[key] = dice.choice(
            (None, "", [], {}, 0, True, "did:example:other", "2027-01-01T00:00:00Z", "  ")
        )
    elif kind == 8 and isinstance(value, str):
        owner[key] = {"@value": value}
    elif kind == 9 and isinstance(document.get("@context"), list):
        document["@context"].insert(dice.randrange(4), dice.choice(PINNED.urls))
    elif isinstance(value, dict) and value:
        # Split one object into two with the same id.
        name = dice.choice(sorted(value))
        half = {member: value[member] for member in ("id", "type", name) if member in value}
        owner[key] = [half, {k: v for k, v in value.items() if k != name or k in ("id", "type")}]


PUPIL_KEYS = ("familyName", "givenName", "patronymicName", "dateOfBirth", "parentOrg", "awardedDate")


def _places(value: Any, path: str) -> list[str]:
    found = [path] if path else []
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        if key != "proof":
            found += _places(member, f"{path}/{key}")
    return found
