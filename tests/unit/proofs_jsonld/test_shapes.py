"""Where a shape answers, its statements are those of the walk; where it cannot, it answers nothing."""

from __future__ import annotations

import copy
import random
from collections import Counter
from typing import Any

import pytest

from tests.shared import SOAK
from tests.unit.proofs_jsonld.generated import IRIS, WORDS, Maker
from tests.unit.proofs_suites.world import changed, diploma
from vcwallet import strict_json
from vcwallet.errors import VcwalletError
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import PINNED, to_quads
from vcwallet.proofs.jsonld.shapes import Flat, Shape

DOCUMENTS = 3_000 if SOAK else 150
TEXTS = 10
HOSTILE = (
    *WORDS,
    *IRIS,
    "%s %d %% %(x)s",
    '" .\n<urn:a> <urn:b> "c',
    "\x00",
    "\ud800",
    "\x1f",
    "\x85\u2028\u2029",
    "_:c14n0",
    "_:b1",
    "<urn:x>",
    "urn:vcwallet-mark:0",
    "urn:vcwallet-mark:7",
    "VerifiableCredential",
    "Achievement",
    "relative",
    "http://a b",
    "id",
    "5E0",
    "true",
)


def ordinary(document: dict[str, Any]) -> str | None:
    """The canonical statements of the walk; None when it refuses."""
    try:
        return rdfc.canonicalize(to_quads(document))
    except VcwalletError:
        return None


def shaped(shape: Shape, document: dict[str, Any]) -> str | None:
    if not shape.take(Flat(document).texts):
        return None
    assert shape.json() == strict_json.dumps(document)
    assert "".join(sorted(shape.lines())) == shape.canonical()
    return shape.canonical()


def places(value: Any, found: list[tuple[Any, Any]], name: str = "") -> list[tuple[Any, Any]]:
    """Every text of a document that is no type: the object or the array it is in, and where."""
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in members:
        if key in ("@context", "type", "@type"):
            continue
        if isinstance(member, str):
            found.append((value, key))
        elif isinstance(member, dict | list):
            places(member, found)
    return found


def with_other_texts(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Some texts changed: to another of the document's own, to something hostile, or only a little."""
    made = copy.deepcopy(document)
    found = places(made, [])
    own = [where[key] for where, key in found]
    for where, key in chance.sample(found, min(len(found), chance.choice([1, 1, 2, 5]))):
        where[key] = chance.choice([chance.choice(own), chance.choice(HOSTILE), f"{where[key]}я"])
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_a_shape_answers_as_the_walk_or_not_at_all(seed: int) -> None:
    maker, chance = Maker(seed), random.Random(seed)
    outcomes: Counter[str] = Counter()
    for _ in range(DOCUMENTS):
        document = maker.document()
        if ordinary(document) is None:
            continue
        shape = Shape.of(document, PINNED)
        if shape is None:
            outcomes["no shape"] += 1
            continue
        assert shaped(shape, document) in (ordinary(document), None)
        for _ in range(TEXTS):
            other = with_other_texts(document, chance)
            assert Flat(other).rest == Flat(document).rest
            expected, answer = ordinary(other), shaped(shape, other)
            assert answer in (expected, None), (document, other)
            outcomes["same" if answer else "left to the walk" if expected else "refused"] += 1
    assert outcomes["same"] > DOCUMENTS
    assert outcomes["refused"] > 20


@pytest.mark.parametrize("text", HOSTILE)
def test_every_text_of_a_diploma_may_be_hostile(text: str) -> None:
    document = diploma()
    shape = Shape.of(document, PINNED)
    assert shape is not None
    assert shaped(shape, document) == ordinary(document)
    for number in range(len(places(document, []))):
        other = copy.deepcopy(document)
        where, key = places(other, [])[number]
        where[key] = text
        assert shaped(shape, other) in (ordinary(other), None), key
        # What one document did is forgotten by the next.
        assert shaped(shape, document) == ordinary(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/credentialSubject/familyName", 5),
        ("/credentialSubject/familyName", True),
        ("/credentialSubject/familyName", None),
        ("/credentialSubject/familyName", ["Тестов"]),
        ("/credentialSubject/familyName", {"@value": "Тестов", "@language": "ru"}),
        ("/credentialSubject/patronymicName", "Вымыслович"),
        ("/credentialSubject/type", ["Profile"]),
        ("/type", ["VerifiableCredential"]),
        ("/@context", ["https://www.w3.org/ns/credentials/v2"]),
        ("/name", "x"),
    ],
)
def test_another_member_type_array_or_context_is_another_shape(path: str, value: object) -> None:
    document = diploma()
    document["credentialSubject"].pop("patronymicName", None)
    assert Flat(changed(document, path, value)).rest != Flat(document).rest


def test_the_order_of_members_is_of_the_shape() -> None:
    """So that two texts are never exchanged."""
    document = diploma()
    turned = {**document, "credentialSubject": dict(reversed(document["credentialSubject"].items()))}
    assert turned == document
    assert Flat(turned).rest != Flat(document).rest


def test_two_objects_that_get_one_identifier_are_left_to_the_walk() -> None:
    document = diploma()
    shape = Shape.of(document, PINNED)
    assert shape is not None
    same = changed(document, "/credentialSubject/achievement/id", document["id"])
    assert shaped(shape, same) is None


def test_documents_with_a_context_that_a_user_added_have_no_shape() -> None:
    """Another program confirms their statements, one document after another."""
    url = "https://olymp.example/context/v1"
    added = PINNED.with_file(url, b'{"@context": {"note": "https://olymp.example/terms#note"}}')
    document = diploma()
    document["@context"] = [*document["@context"], url]
    assert Shape.of(document, added) is None


def test_two_objects_without_an_identifier_have_no_shape() -> None:
    """Which of them is the first depends on what they say."""
    document = diploma()
    subject = document["credentialSubject"]
    subject["parentOrg"] = {"type": ["Profile"], "name": "Школа", "address": {"type": ["Address"]}}
    assert ordinary(document) is not None
    assert Shape.of(document, PINNED) is None
