"""How a text from outside is written for people: nothing in it acts or hides, nothing is lost unmarked."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet import limits
from vcwallet.characters import Hides, hides, in_cell, in_html, in_json, on_every_host, visible

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
}


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
