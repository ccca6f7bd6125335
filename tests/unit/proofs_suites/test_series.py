"""Documents secured in a series are, byte for byte, those that `add_proof` makes one by one."""

from __future__ import annotations

import copy
import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.shared import ROOT, SOAK
from tests.unit.proofs_jsonld.test_shapes import HOSTILE, places
from tests.unit.proofs_suites.world import (
    CREATED,
    KEY_TYPE_OF,
    KEYS,
    changed,
    hideable_diploma,
    method_of,
    verify,
)
from vcwallet import strict_json
from vcwallet.credentials import template_file
from vcwallet.credentials.template import ColumnType, Template
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.proofs import rdfc
from vcwallet.proofs import series as series_module
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jsonld.walk import _Walk
from vcwallet.proofs.series import ProofMaker, Series
from vcwallet.strict_json import JsonObject

SETS = (
    ("eddsa-rdfc-2022",),
    ("eddsa-rdfc-2022", "ecdsa-sd-2023"),
    ("ecdsa-sd-2023",),
    ("eddsa-jcs-2022", "ecdsa-rdfc-2019"),
    ("bbs-2023", "Ed25519Signature2020"),
)
DIPLOMAS = 2_000 if SOAK else 150
TEMPLATES = sorted((ROOT / "issuers").glob("*/templates/*.toml"))


def series_of(suites: tuple[str, ...]) -> Series:
    makers = [
        ProofMaker(name, KEYS[KEY_TYPE_OF[name]], method_of(KEYS[KEY_TYPE_OF[name]])) for name in suites
    ]
    return Series(makers, created=CREATED)


def randomness_of(document: JsonObject) -> Callable[[int], bytes]:
    """Each time the same for one document, as an issuer's is."""
    seed = hashlib.sha256(repr(document).encode("utf-8", "surrogatepass")).digest()
    calls = iter(range(100))
    return lambda size: hashlib.shake_256(seed + bytes([next(calls)])).digest(size)


def one_by_one(document: JsonObject, suites: tuple[str, ...], mandatory: tuple[str, ...]) -> JsonObject:
    secured, randomness = document, randomness_of(document)
    for name in suites:
        hides = name in ("ecdsa-sd-2023", "bbs-2023")
        key = KEYS[KEY_TYPE_OF[name]]
        secured = add_proof(
            secured,
            suite=name,
            key=key,
            verification_method=method_of(key),
            created=CREATED,
            mandatory_pointers=mandatory if hides else (),
            randomness=randomness,
        )
    return secured


def same(series: Series, document: JsonObject, suites: tuple[str, ...], mandatory: tuple[str, ...]) -> bool:
    """Whether both ways give the same text, or the same refusal; tells whether there was a text."""
    before = strict_json.dumps(document)
    try:
        expected = strict_json.dumps(one_by_one(document, suites, mandatory))
    except VcwalletError as error:
        with pytest.raises(type(error)) as caught:
            series.secure(document, mandatory_pointers=mandatory, randomness=randomness_of(document))
        assert (caught.value.code, caught.value.evidence) == (error.code, error.evidence)
        return False
    secured = series.secure(document, mandatory_pointers=mandatory, randomness=randomness_of(document))
    assert strict_json.dumps(secured) == expected
    told = series.secure_as_text(document, mandatory_pointers=mandatory, randomness=randomness_of(document))
    assert told == expected
    assert strict_json.dumps(document) == before
    return True


def rows(template: Template) -> list[tuple[str, ...]]:
    """Rows that have all values, each but one that may be missing, and only those that must be there."""
    special = {"date": "2026-05-17", "did": "did:key:z6MkInvented"}
    full = tuple(
        special.get(column.type.value, f'{column.key} «{number}» %s \\ "')
        for number, column in enumerate(template.columns)
    )
    without = [
        tuple("" if at == left_out else value for at, value in enumerate(full))
        for left_out, column in enumerate(template.columns)
        if not column.required
    ]
    least = tuple(
        value if column.required else "" for column, value in zip(template.columns, full, strict=True)
    )
    return [full, *without, least, full]


def filled(template: Template, values: tuple[str, ...], number: int) -> JsonObject:
    return template.fill(
        values,
        credential_id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        issuer_id="did:web:olymp.example",
        issuer_name="Вымысел",
        subject_id=f"urn:uuid:00000000-0000-4000-9000-{number:012d}",
        valid_from=datetime(2026, 5, 1, number % 24, tzinfo=UTC),
        status={
            "id": f"https://olymp.example/status/1.json#{number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(number),
            "statusListCredential": "https://olymp.example/status/1.json",
        },
    )


OLYMPIAD = template_file.load(ROOT / "issuers" / "olympiad" / "templates" / "olympiad-diploma.toml")
ROW = rows(OLYMPIAD)[0]
DIPLOMA = filled(OLYMPIAD, ROW, 7)
MANDATORY = OLYMPIAD.mandatory_pointers(ROW, DIPLOMA)


@pytest.mark.parametrize("suites", SETS, ids="+".join)
def test_hostile_texts_are_secured_or_refused_alike(suites: tuple[str, ...]) -> None:
    series, document = series_of(suites), DIPLOMA
    outcomes = [same(series, document, suites, MANDATORY)]
    for number in range(len(places(document, []))):
        other = copy.deepcopy(document)
        where, key = places(other, [])[number]
        where[key] = HOSTILE[number % len(HOSTILE)]
        outcomes.append(same(series, other, suites, MANDATORY))
    assert {True, False} == set(outcomes)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
@pytest.mark.parametrize("suites", SETS[:2], ids="+".join)
def test_rows_of_every_kit_are_secured_alike(path: Path, suites: tuple[str, ...]) -> None:
    template = template_file.load(path)
    series = series_of(suites)
    for number, values in enumerate(rows(template)):
        document = filled(template, values, number)
        assert same(series, document, suites, template.mandatory_pointers(values, document))


def test_a_document_of_a_known_shape_is_not_walked(monkeypatch: pytest.MonkeyPatch) -> None:
    series = series_of(SETS[1])
    for number in (1, 2):  # the second has the options of the proofs walked
        series.secure(filled(OLYMPIAD, ROW, number), mandatory_pointers=MANDATORY)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("walked")

    monkeypatch.setattr(_Walk, "node", never)
    monkeypatch.setattr(rdfc, "canonicalize_with_labels", never)
    monkeypatch.setattr(series_module, "add_proof", never)
    secured = series.secure(filled(OLYMPIAD, ROW, 3), mandatory_pointers=MANDATORY)
    monkeypatch.undo()
    assert len(verify(secured, stored=True)) == 2


def test_other_mandatory_parts_of_the_same_shape_are_others() -> None:
    series, document = series_of(SETS[1]), DIPLOMA
    for mandatory in (MANDATORY, (*MANDATORY, "/credentialSubject/dateOfBirth"), MANDATORY[:2], MANDATORY):
        assert same(series, document, SETS[1], mandatory)


def test_a_pointer_to_nothing_is_refused_for_a_known_shape_too() -> None:
    series, document = series_of(SETS[1]), DIPLOMA
    series.secure(document, mandatory_pointers=MANDATORY)
    assert not same(series, document, SETS[1], (*MANDATORY, "/nothing"))


def test_more_shapes_than_are_kept_are_secured_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series_module, "_SHAPES", 3)
    series = series_of(SETS[0])
    for number in range(6):
        assert same(series, filled(OLYMPIAD, rows(OLYMPIAD)[number], number), SETS[0], ())
    assert len(series._known) == 3


def test_a_document_with_several_objects_without_identifiers_is_walked() -> None:
    series = series_of(SETS[1])
    for family in ("Тестов", "Другова"):
        document = changed(hideable_diploma(), "/credentialSubject/familyName", family)
        assert same(series, document, SETS[1], ("/issuer", "/type"))
    assert not series._known


def test_a_document_that_has_a_proof_gets_more_of_them_as_before() -> None:
    document = one_by_one(DIPLOMA, SETS[0], ())
    assert same(series_of(SETS[0]), document, SETS[0], ())


def test_a_suite_that_hides_nothing_takes_no_mandatory_parts() -> None:
    """They are for those beside it."""
    assert same(series_of(SETS[1]), DIPLOMA, SETS[1], MANDATORY)
    with pytest.raises(UsageError):
        add_proof(
            DIPLOMA, suite="eddsa-rdfc-2022", key=KEYS[KEY_TYPE_OF["eddsa-rdfc-2022"]], created=CREATED,
            verification_method="did:example:1#key", mandatory_pointers=MANDATORY,
        )  # fmt: skip


def test_diplomas_of_one_sheet_are_secured_alike() -> None:
    """A sheet as an olympiad's: every child has other texts, some miss a value, towns and schools repeat."""
    series, chance = series_of(SETS[1]), random.Random(2026)
    letters = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяҙӊҕәө«»\"\\%'- ё😀"
    optional = [place for place, column in enumerate(OLYMPIAD.columns) if not column.required]
    texts = ["".join(chance.choices(letters, k=chance.randint(1, 24))) for _ in range(300)]
    for number in range(DIPLOMAS):
        values = [text if place in _SPECIAL else chance.choice(texts) for place, text in enumerate(ROW)]
        for place in optional if number % 5 == 0 else ():
            values[place] = "" if chance.random() < 0.3 else values[place]
        document = filled(OLYMPIAD, tuple(values), number)
        assert same(series, document, SETS[1], OLYMPIAD.mandatory_pointers(values, document))
    assert series._known


_SPECIAL = {
    place for place, column in enumerate(OLYMPIAD.columns) if column.type in (ColumnType.DATE, ColumnType.DID)
}
