"""What a family looks at before it signs is what an office sees: one card, made from the signed document."""

from __future__ import annotations

from typing import Any

import pytest

from tests import tokens
from tests.unit.wallet.shared import NOW, Issuer
from tests.world import NOW as WORLD_NOW
from tests.world import World
from vcwallet import locales
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
from vcwallet.speaking.reports import item_sentence, what
from vcwallet.speaking.shown import shown_draft, shown_item
from vcwallet.verifier import Verifier
from vcwallet.wallet import drafts


@pytest.mark.parametrize("code", ["ru", "en"])
@pytest.mark.parametrize("hide", [(), ("born",), ("school", "class"), ("person", "result"), ("score",)])
def test_the_office_sees_what_the_family_looked_at(code: str, hide: tuple[str, ...]) -> None:
    language, issuer = locales.language(code), Issuer()
    credential = Credential.parse(issuer.with_hideable_parts(issuer.diploma()))
    draft = drafts.draft(credential, facts(credential), hide)
    report = Verifier(World().trust()).check(draft.credential.json, now=NOW)
    before, after = shown_draft(draft, language), shown_item(report.items[0], language)
    assert (before.title, before.hidden) == (after.title, after.hidden)
    assert before.facts[: len(after.facts)] == after.facts
    assert len(after.facts) >= 3
    assert bool(before.hidden) is bool(set(hide) & set(draft.hidden))


def test_what_no_fact_has_a_word_for_is_before_the_family_too() -> None:
    issuer, language = Issuer(), locales.language("ru")
    document: Any = issuer.diploma()
    del document["proof"]
    document["credentialSubject"]["narrative"] = "Участие в выездной школе"
    credential = Credential.parse(issuer.sign(document))
    draft = drafts.draft(credential, facts(credential))
    assert "Участие в выездной школе" in dict(shown_draft(draft, language).facts).values()


def test_what_nobody_signed_is_hearsay_and_says_so() -> None:
    w, language = World(), locales.language("ru")
    report = Verifier(w.trust()).check(w.stranger.diploma(3), now=NOW)
    assert not report.items[0].proven
    assert shown_item(report.items[0], language).hearsay
    proven = Verifier(w.trust()).check(w.olympiad.diploma(3), now=NOW)
    assert not shown_item(proven.items[0], language).hearsay


def test_characters_that_act_are_made_visible() -> None:
    w, language = World(), locales.language("ru")
    document = w.olympiad.diploma(3, givenName="Ма\u202eрия")
    card = shown_item(Verifier(w.trust()).check(document, now=NOW).items[0], language)
    assert "\u202e" not in str(card)


@pytest.mark.parametrize(
    ("label", "ru", "en"),
    [
        ("Баллы", "Баллы", "Score"),
        ("Score", "Баллы", "Score"),
        ("часы", "Часы", "Hours"),
        ("Баллы первого тура", "Баллы первого тура", "Баллы первого тура"),
    ],
)
def test_what_a_number_counts_is_said_in_the_language_of_who_reads(label: str, ru: str, en: str) -> None:
    """As far as the kits name it; the issuer's own word stays as it was signed, as it does in the report."""
    w = World()
    document = w.olympiad.unsigned(3)
    document["credentialSubject"]["achievement"]["resultDescription"] = [
        {"id": "urn:x:points", "type": ["ResultDescription"], "name": label, "resultType": "RawScore"}
    ]
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "resultDescription": "urn:x:points", "value": "87"}
    ]
    (item,) = Verifier(w.trust()).check(w.olympiad.sign(document), now=NOW).items
    assert [each.label for each in item.achievement.scores] == [label]
    for code, name in (("ru", ru), ("en", en)):
        language = locales.language(code)
        assert (name, "87") in shown_item(item, language).facts
        assert f"{name}: 87" in what(item, language)


@pytest.mark.parametrize("code", ["ru", "en"])
def test_no_sentence_about_a_token_has_an_empty_place(code: str) -> None:
    """The end of a token is not called as that of a diploma is."""
    w, language = World(), locales.language(code)
    for name, content in tokens.showings(w, now=WORLD_NOW):
        for report in Verifier(w.trust()).check_all([(name, content)], now=WORLD_NOW).reports:
            assert not [each for each in report.items if "{" in item_sentence(each, language)], name
