"""What comes out of a template: the fixed shape of a diploma, nothing outside it, nothing about nobody."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import ROOT
from vcwallet import strict_json
from vcwallet.credentials import template_file
from vcwallet.credentials.achievement import AchievementCredential, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.spelling import fold
from vcwallet.credentials.template import TARGETS, Column, ColumnType, Template
from vcwallet.errors import UsageError
from vcwallet.proofs.jsonld import to_quads
from vcwallet.strict_json import JsonObject

ISSUERS = ROOT / "issuers"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STATUS: JsonObject = {
    "id": "https://olymp.example/status/1#94567",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": "https://olymp.example/status/1",
}
OLYMPIAD = {
    "family": "Тестов",
    "given": "Пробник",
    "patronymic": "Вымыслович",
    "birth_date": "2009-05-17",
    "school": "Школа № 0",
    "location": "Небывалинск",
    "class": "10 «А»",
    "olympiad": "Олимпиада школьников «Вымысел»",
    "stage": "Заключительный этап",
    "profile": "Астрономия",
    "list_number": "№ 0",
    "year": "2025/26",
    "degree": "Диплом I степени",
    "awarded": "2026-03-01",
    "did": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
}


@pytest.fixture(scope="module")
def olympiad() -> Template:
    return template_file.load(ISSUERS / "olympiad" / "templates" / "olympiad-diploma.toml")


def fill(template: Template, values: dict[str, str]) -> JsonObject:
    return template.fill(
        template.record(values),
        credential_id="urn:uuid:6c1f2b64-7d0e-4a52-9a5c-0f3e8b7d2a11",
        issuer_id="did:web:olymp.example",
        issuer_name="Олимпиада «Вымысел»",
        subject_id="urn:uuid:0b8d3f7e-91a4-4f6d-b2c5-7e60d1f48a39",
        valid_from=NOW,
        zone="+03:00",
        status=STATUS,
    )


def test_a_diploma_is_the_agreed_sample_to_the_last_member(olympiad: Template) -> None:
    """Only the achievement's id (ours is a URN) and the words a kit chooses differ from the sample."""
    sample = json.loads(
        (ROOT / "tests" / "vectors" / "credentials" / "olympiad-diploma.unsigned.json").read_text("utf-8")
    )
    made = fill(olympiad, OLYMPIAD)
    for document in (sample, made):
        achievement = document["credentialSubject"]["achievement"]
        achievement["id"] = achievement["criteria"]["narrative"] = "…"
        document["credentialSubject"]["result"][0]["value"] = "…"
    assert strict_json.dumps(made) == strict_json.dumps(sample)


def test_points_become_a_described_result(olympiad: Template) -> None:
    document = fill(olympiad, {**OLYMPIAD, "points": "87.5"})
    badge = AchievementCredential.read(Credential.parse(document))
    described = [result for result in badge.subject.results if result.description is not None]
    assert [(result.value, result.description.name) for result in described if result.description] == [
        ("87.5", "Баллы")
    ]
    assert facts(Credential.parse(document)).said["score"] == "Баллы: 87.5"


def test_without_a_did_and_a_day_the_reserved_ones_stand_in(olympiad: Template) -> None:
    values = {key: value for key, value in OLYMPIAD.items() if key not in ("did", "awarded")}
    document = fill(olympiad, values)
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    assert subject["id"] == "urn:uuid:0b8d3f7e-91a4-4f6d-b2c5-7e60d1f48a39"
    assert document["validFrom"] == "2026-03-02T12:30:00+03:00"


def test_all_holders_share_the_achievement_and_it_names_no_child(olympiad: Template) -> None:
    def achievement_id(**changes: str) -> object:
        subject = fill(olympiad, {**OLYMPIAD, **changes})["credentialSubject"]
        assert isinstance(subject, dict)
        assert isinstance(subject["achievement"], dict)
        return subject["achievement"]["id"]

    same = achievement_id()
    assert achievement_id(family="Другова", birth_date="", school="", degree="Диплом II степени") == same
    assert achievement_id(profile="Математика") != same
    assert achievement_id(year="2024/25") != same


@pytest.mark.parametrize("kit", sorted(p.parent.name for p in ISSUERS.glob("*/issuer.toml")))
def test_nothing_a_kit_makes_is_outside_the_allowed_places(kit: str) -> None:
    """Every column filled: each text is at an allowed place, the whole is a badge that can be signed."""
    templates = sorted((ISSUERS / kit / "templates").glob("*.toml"))
    assert templates
    for path in templates:
        template = template_file.load(path)
        values = {}
        for column in template.columns:
            values[column.key] = {
                "date": "2026-03-01",
                "choice": column.choices[0].value if column.choices else "",
                "integer": "5",
                "decimal": "5.5",
                "school-year": "2025/26",
                "class": "9",
                "did": OLYMPIAD["did"],
            }.get(column.type.value, "Слово")
        document = fill(template, values)
        AchievementCredential.read(Credential.parse(document))
        assert to_quads(document)
        issued = {key: value for key, value in document.items() if key in ("validFrom", "credentialSubject")}
        for steps, _ in strict_json.strings(issued):
            place = "/" + "/".join(str(step) for step in steps)
            if place.rpartition("/")[2] in ("id", "resultDescription") or "/type/" in place:
                continue
            if place.startswith("/credentialSubject/achievement/resultDescription/"):
                assert place.endswith(("/name", "/resultType"))
                continue
            if place.startswith("/credentialSubject/result/"):
                place = "/credentialSubject/result"
            assert place in TARGETS, place


def test_hideable_pointers_lead_to_what_is_there(olympiad: Template) -> None:
    values = {**OLYMPIAD, "points": "87.5", "patronymic": ""}
    document = fill(olympiad, values)
    groups = olympiad.hideable_pointers(olympiad.record(values))
    assert [group.key for group, _ in groups] == ["birth-date", "school", "class", "points"]
    for group, pointers in groups:
        assert group.names["ru"]
        for pointer in pointers:
            node: object = document
            for step in pointer.split("/")[1:]:
                node = node[int(step)] if isinstance(node, list) else node[step]  # type: ignore[index]
            assert node


def test_the_same_child_is_known_by_name_and_birth_date_or_by_school(olympiad: Template) -> None:
    def identity(**changes: str) -> bytes:
        return olympiad.identity(olympiad.record({**OLYMPIAD, **changes}))

    same = identity()
    assert identity(school="Другая школа", degree="Диплом II степени", did="") == same
    assert identity(family="ТЕСТОВ", given="Пробник") == same
    assert identity(birth_date="2009-05-18") != same
    assert identity(profile="Математика") != same
    assert identity(birth_date="") != identity(birth_date="", school="Другая школа")
    assert identity(given="Алёна") == identity(given="Алена")


@given(st.lists(st.text("аё\x1fЯ", max_size=2), min_size=5, max_size=5, unique=True), st.booleans())
def test_no_two_children_are_compared_as_one(olympiad: Template, told: list[str], born: bool) -> None:
    """Whatever characters a value has, it does not pass for another column's, and no part for another."""
    keys = ("family", "given", "patronymic", "school", "profile")
    values = dict(zip(keys, told, strict=True)) | ({} if born else {"birth_date": ""})
    row = [{**OLYMPIAD, **values}.get(column.key, "") for column in olympiad.columns]
    begins, rests = olympiad.compared_in_parts(row)
    compared = olympiad.compared(row)
    assert compared == tuple(begin + rest for begin, rest in zip(begins, rests, strict=True))
    assert olympiad.identity(row) == compared[0]
    assert len(set(compared)) == len(compared)
    assert begins is olympiad.compared_in_parts(list(row))[0]
    for place in (olympiad.place("family"), olympiad.place("profile")):
        other = list(row)
        other[place] += "б"
        assert olympiad.identity(other) != compared[0]


def test_any_change_changes_the_content(olympiad: Template) -> None:
    def content(**changes: str) -> bytes:
        return olympiad.content(olympiad.record({**OLYMPIAD, **changes}))

    assert content() == content()
    assert content(given="Алёна") != content(given="Алена")
    assert content(school="Школа № 1") != content()
    assert content(school="", location="Школа № 0") != content(location="")
    more = replace(olympiad, columns=(Column("new", ColumnType.TEXT, "x", ("Н",)), *olympiad.columns))
    assert more.content(more.record(OLYMPIAD)) == content()


def test_the_frame_is_what_rows_do_not_say(olympiad: Template) -> None:
    assert replace(olympiad).frame() == olympiad.frame()
    assert replace(olympiad, fixed={**olympiad.fixed, "x": "y"}).frame() != olympiad.frame()
    assert replace(olympiad, same_achievement=("year",)).frame() != olympiad.frame()


def test_a_record_needs_known_keys_and_required_values(olympiad: Template) -> None:
    with pytest.raises(UsageError) as caught:
        olympiad.record({**OLYMPIAD, "conduct": "хорошее"})
    assert caught.value.code == "template.unknown-key"
    with pytest.raises(UsageError) as caught:
        olympiad.record({**OLYMPIAD, "degree": ""})
    assert caught.value.code == "template.value-missing"


def test_a_template_crosses_process_borders(olympiad: Template) -> None:
    copy = pickle.loads(pickle.dumps(olympiad))
    assert copy == olympiad
    assert fill(copy, OLYMPIAD) == fill(olympiad, OLYMPIAD)


@given(st.text(max_size=40))
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ф.И.О.", "фио"),
        ("Место учёбы", "МЕСТО  УЧЕБЫ:"),
        ("Kласс", "Класс"),
        ("Ⅰ степень", "I степень"),
        ("І степень", "i степень"),
    ],
)
def test_headers_and_choices_are_compared_as_people_write_them(one: str, other: str) -> None:
    assert fold(one).replace(" ", "") == fold(other).replace(" ", "")
