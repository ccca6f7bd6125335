"""What a family looks at before it signs is what an office sees: one card, made from the signed document."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.wallet.shared import NOW, Issuer
from tests.world import World
from vcwallet import locales
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential
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
