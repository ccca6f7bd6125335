"""How a text from outside is written for people: nothing in it acts or hides, nothing is lost unmarked."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import ROOT
from vcwallet import characters, limits
from vcwallet.characters import Hides, hides, in_cell, in_html, in_json, on_every_host, visible
from vcwallet.page.modules import needed

SHOWN = {
    "ordinary Russian": (
        "Вымыслова Мария, «Школа № 0» — 10 класс",
        "Вымыслова Мария, «Школа № 0» — 10 класс",
    ),
    "a space that does not break": ("№\u00a05", "№\u00a05"),
    "й of two characters, as macOS writes file names": ("Андреи\u0306", "Андреи\u0306"),
    "a reversed direction": ("Вымыслова\u202e", "Вымыслова<U+202E>"),
    "an escape code": ("\x1b[2J", "<U+001B>[2J"),
    "two lines": ("a\nb", "a<U+000A>b"),
    "a filler": ("a\u3164", "a<U+3164>"),
    "beyond the basic plane": ("\U000e0001", "<U+E0001>"),
    "a letter of Unicode 16": ("а\u1c89", "а<U+1C89>"),
    "an accent of Unicode 15.1 or 16": ("a\u1b4e\U0001e08f", "a<U+1B4E><U+1E08F>"),
    "an accent with no letter": ("\u0301a", "<U+0301>a"),
    "a tower of accents": ("a" + "\u0301" * 4, "a\u0301\u0301<U+0301>\u0301"),
    "a tower of signs of Thai, which are no accents": (
        "\u0e01" + "\u0e47" * 9,
        "\u0e01" + "\u0e47" * 4 + "<U+0E47>" + "\u0e47" * 4,
    ),
    "such a sign with no letter": ("\u0e47a", "<U+0E47>a"),
    "three of them, as Hindi has": ("\u0932\u0921\u093c\u0947\u0902", "\u0932\u0921\u093c\u0947\u0902"),
}


def test_what_is_passed_over_at_a_glance_is_what_a_closer_look_lets_pass() -> None:
    for character in characters._USUAL:
        assert hides(character) is None
        assert not unicodedata.combining(character)
        assert character.isprintable() or character == "\u00a0"
    for number in set(range(0x3000)) - set(map(ord, characters._USUAL)):
        assert characters._OF_USUAL.fullmatch(chr(number)) is None


@pytest.mark.parametrize("name", SHOWN)
def test_what_acts_or_hides_is_written_as_its_number(name: str) -> None:
    text, shown = SHOWN[name]
    assert visible(text) == shown


@given(st.text(max_size=60))
def test_nothing_that_acts_is_left_and_a_second_time_changes_nothing(text: str) -> None:
    assert not any(hides(character) for character in visible(text))
    assert visible(visible(text)) == visible(text)
    assert not any(hides(character) for character in in_html(text) + in_cell(text))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_json_stands_for_the_same_value(text: str) -> None:
    written = in_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert not any(hides(character) for character in written)


def test_a_long_text_ends_with_a_mark() -> None:
    assert visible("а" * 10, most=10) == "а" * 10
    assert visible("а" * 11, most=10) == "а" * 9 + "…"
    assert len(visible("а" * (limits.SAID_CHARACTERS + 1))) == limits.SAID_CHARACTERS


def test_markup_and_formulas_are_quoted() -> None:
    assert in_html('<b title="x">&') == "&lt;b title=&quot;x&quot;&gt;&amp;"
    for formula in ("=1+1", "+7", "-1", "@x", "\t=1", "\r=1"):
        assert in_cell(formula).startswith("'")
    assert in_cell("Вымыслова") == "Вымыслова"


def test_every_host_knows_the_same_characters() -> None:
    """Those of Unicode 14, whatever this Python has: a desk and a browser say the same of a name."""
    known = [number for number in range(sys.maxunicode + 1) if hides(chr(number)) is not Hides.UNASSIGNED]
    assert len(known) == 144_762
    assert (
        hashlib.sha256(",".join(map(str, known)).encode()).hexdigest()
        == "f12db3e5795b28cc1b035c9aeaa38f8ed56e66808dac52dc7f649f1375019a46"
    )


def test_a_character_that_some_hosts_know_is_not_changed_and_changes_nothing_beside_it() -> None:
    outlined, capital = "\U0001ccd6", "\u1c89"
    text = f"Ё{outlined}ﬁ{capital}\u0301И\u0306"
    folded = on_every_host(lambda piece: unicodedata.normalize("NFKC", piece).casefold(), text)
    assert folded == f"ё{outlined}fi{capital}\u0301й"


LETTERS_OF_THE_HOST = {
    "vcwallet.bundle.baking": "a badge that is put into a picture, which no page does",
    "vcwallet.credentials.fact_words": "words of a wallet, which no page says",
    "vcwallet.credentials.spelling": "what is matched passed `known_everywhere`",
    "vcwallet.credentials.text": "what is matched passed `known_everywhere`",
    "vcwallet.locales": "names of places in our own sentences",
    "vcwallet.sealed_file.recovery_codes": "of a wallet's file, which no page opens",
    "vcwallet.verifier.scopes": "years in a trust list, which its owner wrote",
    "vcwallet.verifier.trusted_issuer": "what is matched passed `known_everywhere`",
}
"""Modules of a page that may ask the host what is a letter or a digit."""


def test_no_pattern_of_a_page_asks_the_host_what_is_a_letter() -> None:
    """Each Python has another Unicode: a text is a token, or somebody else's code, on both or on neither."""

    def source_of(name: str) -> str | None:
        place = ROOT / name.replace(".", "/")
        places = (place.with_suffix(".py"), place / "__init__.py")
        return next((each.read_text("utf-8") for each in places if each.is_file()), None)

    asking = set()
    letters = re.compile(r"\\[wWdDbB]")
    for name, source in needed(["vcwallet.page.desk"], source_of).items():
        for node in ast.walk(ast.parse(source)) if letters.search(source) else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                texts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
                of_letters = any(isinstance(each, str) and letters.search(each) for each in texts)
                if of_letters and "re.ASCII" not in ast.unparse(node):
                    asking.add(name)
    assert asking == LETTERS_OF_THE_HOST.keys()
