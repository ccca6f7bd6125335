"""No random change of what a credential means leaves its statements, and so its signature, as they were.

The same changes are shown to a check of the signature alone (PyLD without safe mode, then with its handler of
dropped properties), to prove that the changes bite.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest

from tests.shared import ROOT, SOAK, vector_json
from tests.unit.proofs_jsonld.mutations import meaning, mutated
from tests.unit.proofs_jsonld.oracle import Lossy, Oracle
from vcwallet import strict_json
from vcwallet.credentials.presentation import PURPOSE
from vcwallet.errors import VcwalletError
from vcwallet.proofs import rdfc
from vcwallet.proofs.jsonld import to_quads

CHANGES = 200_000 if SOAK else 2_000
JUDGED_BY_PYLD = CHANGES // 4 if SOAK else 100


def _diploma() -> dict[str, Any]:
    """Ours: short, every object of it named by its class."""
    text = (ROOT / "tests" / "vectors" / "credentials" / "olympiad-diploma.unsigned.json").read_text("utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _badge() -> dict[str, Any]:
    """Theirs: results with descriptions, levels, alignments; two objects of one issuer."""
    document: dict[str, Any] = vector_json("openbadges-examples/skillAssertionCase-0.json")
    return document


def _presentation() -> dict[str, Any]:
    """Two diplomas of one pupil, shown for a purpose."""
    another = _diploma() | {"id": "urn:uuid:00000000-0000-4000-8000-000000000002"}
    another["credentialSubject"]["result"][0]["value"] = "Диплом призёра"
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": "VerifiablePresentation",
        "holder": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "termsOfUse": [{"type": PURPOSE, "description": "Поступление"}],
        "verifiableCredential": [_diploma(), another],
    }


@pytest.mark.parametrize("source", [_diploma, _badge, _presentation], ids=lambda source: source.__name__[1:])
def test_no_change_of_meaning_is_accepted(source: Any) -> None:
    original = source()
    meant, signed = meaning(original), rdfc.canonicalize(to_quads(original))
    chance, oracle = random.Random(2026), Oracle()
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for number in range(CHANGES):
        kind, changed = mutated(original, chance)
        if meaning(changed) == meant:
            counts["meaning as it was"] += 1
            counts["of these accepted"] += _accepts(changed, signed)
            continue
        counts["meaning changed"] += 1
        assert not _accepts(changed, signed), (kind, changed)
        if number < JUDGED_BY_PYLD:
            counts["shown to PyLD"] += 1
            if _signature_alone(changed, signed, oracle, hook=False):
                counts["accepted by a signature check alone"] += 1
                kinds[kind] += 1
                counts["and by PyLD's handler of dropped properties"] += _signature_alone(
                    changed, signed, oracle, hook=True
                )
    print(dict(counts), dict(kinds.most_common()))
    assert counts["meaning changed"] > 0.8 * CHANGES
    assert counts["of these accepted"] > 0
    assert counts["accepted by a signature check alone"] > 0.02 * counts["shown to PyLD"]


def _accepts(document: dict[str, Any], signed: str) -> bool:
    try:
        return rdfc.canonicalize(to_quads(document)) == signed
    except VcwalletError:
        return False


def _signature_alone(document: dict[str, Any], signed: str, oracle: Oracle, *, hook: bool) -> bool:
    try:
        return oracle.canonical(document, hook=hook) == signed
    except (Lossy, Exception):
        return False


def test_what_does_not_change_the_meaning_is_accepted() -> None:
    """Order of members and of set values, single values in arrays, an id as a text or an object."""
    original = _diploma()
    other = dict(reversed(original.items()))
    other["type"] = other["type"][::-1]
    other["credentialSubject"] = [original["credentialSubject"]]
    other["credentialSubject"][0]["result"] = original["credentialSubject"]["result"][0]
    other["credentialStatus"] = dict(original["credentialStatus"], statusPurpose=["revocation"])
    assert other != original
    assert meaning(other) == meaning(original)
    assert _accepts(other, rdfc.canonicalize(to_quads(original)))


def test_the_documents_are_what_strict_reading_gives() -> None:
    """The walk is given what `strict_json` lets through, so both are the same credential."""
    assert strict_json.loads(strict_json.dumps(_diploma())) == _diploma()
