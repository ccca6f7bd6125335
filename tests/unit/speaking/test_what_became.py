"""What became of a file: a word, and a sentence behind it."""

from __future__ import annotations

import pytest

from vcwallet import locales
from vcwallet.locales import LANGUAGES
from vcwallet.speaking.wallets import became
from vcwallet.wallet.adding import AddResult, What


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("what", What)
def test_what_stands_behind_the_word_begins_as_a_sentence_does(what: What, code: str) -> None:
    """“Taken in.” ends with a full stop, so what follows has a capital; a title is its issuer's own."""
    said = became(AddResult("issuer.json", what), locales.language(code))
    assert said.word
    assert not said.about[:1].islower()
