"""What a reader is told beside the facts: what Open Badges 3.0 has a displayer show, and who says it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.credentials.world import diploma
from vcwallet import limits
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.fact_words import further
from vcwallet.locales import language

PRAISE: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-0000000000bb",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "issuer": {"id": "did:web:praise.example", "type": ["Profile"], "name": "Академия вымысла"},
    "name": "Похвальное слово",
    "validFrom": "2026-03-01T00:00:00Z",
    "credentialSubject": {
        "id": "urn:example:badge",
        "type": ["EndorsementSubject"],
        "endorsementComment": "Лучший диплом года",
    },
}
ENDORSED = "Endorsed by others, not checked"


def told(**members: Any) -> tuple[tuple[str, str], ...]:
    credential = Credential.parse(diploma(**members))
    return further(credential, facts(credential), language("en"))


@pytest.mark.parametrize("listed", [True, False])
def test_an_endorsement_is_told_as_somebody_elses_word(listed: bool) -> None:
    said = told(endorsement=[PRAISE] if listed else PRAISE)
    assert said[-1] == (ENDORSED, "Академия вымысла: Лучший диплом года")
    words = [value for name, value in said if name != ENDORSED]
    assert not any("Похвальное" in value or "Лучший" in value for value in words), (
        "the issuer says no such thing"
    )


def test_endorsements_of_the_issuer_and_in_tokens_are_seen_too() -> None:
    issuer = {**diploma()["issuer"], "endorsement": [PRAISE], "endorsementJwt": ["eyJ.e30.c2ln"]}
    assert [value for name, value in told(issuer=issuer) if name == ENDORSED] == [
        "Академия вымысла: Лучший диплом года",
        "a signed token",
    ]


def test_pictures_conditions_and_newer_states_are_told_with_what_was_not_done() -> None:
    subject = diploma()["credentialSubject"]
    achievement = {
        **subject["achievement"],
        "image": {"id": "data:image/png;base64,AAAA", "type": "Image", "caption": "Эмблема вымысла"},
        "criteria": {"id": "https://olymp.example/rules", "narrative": "Не меньше 80 баллов"},
    }
    said = told(
        image={"id": "https://olymp.example/d.png", "type": "Image"},
        refreshService={"id": "https://olymp.example/newer", "type": "1EdTechCredentialRefresh"},
        credentialSubject={**subject, "achievement": achievement},
    )
    for row in (
        ("Words under the picture", "Эмблема вымысла"),
        ("Condition", "Не меньше 80 баллов"),
        ("Conditions at the address, not read", "https://olymp.example/rules"),
        ("Picture", "in the document itself"),
        ("Picture", "https://olymp.example/d.png (not fetched)"),
        ("Newer state at the address, not asked", "https://olymp.example/newer"),
    ):
        assert row in said


def test_an_alignment_is_one_line() -> None:
    subject = diploma()["credentialSubject"]
    alignment = {
        "type": ["Alignment"],
        "targetName": "Наблюдение звёзд",
        "targetFramework": "Каталог вымысла",
        "targetUrl": "https://catalogue.example/1",
    }
    achievement = {**subject["achievement"], "alignment": [alignment]}
    assert ("Stands for", "Наблюдение звёзд; Каталог вымысла; https://catalogue.example/1") in told(
        credentialSubject={**subject, "achievement": achievement}
    )


def test_every_language_of_a_text_is_told() -> None:
    named = [{"@value": "Грамота вымысла", "@language": "ru"}, {"@value": "Letter", "@language": "en"}]
    values = [value for _, value in told(name=named)]
    assert {"Грамота вымысла", "Letter"} <= set(values)


def test_what_stands_behind_the_end_of_a_cut_fact_is_told_by_itself() -> None:
    """A reader sees the beginning of a long fact only."""
    narrative = "Слово за словом. " * 400
    subject = diploma()["credentialSubject"]
    subject["achievement"] |= {"description": narrative + "Последнее", "tag": ["Слово", "Последнее"]}
    said = [value for _, value in told(credentialSubject=subject)]
    assert len(narrative) > limits.SAID_CHARACTERS
    assert "Последнее" in said
    assert "Слово" not in said
