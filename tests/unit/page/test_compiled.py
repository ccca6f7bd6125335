"""What is made when a page is prepared is what Python would have made, and is not made again."""

from __future__ import annotations

import dataclasses
import marshal
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pytest

from vcwallet.page.compiled import recorded, use

maker: Any = import_module("re._compiler")


@pytest.fixture(autouse=True)
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Python's library as it is, before and after."""
    before = maker.compile
    re.purge()
    yield
    monkeypatch.undo()
    vars(dataclasses).pop("exec", None)
    maker.compile = before
    re.purge()


def made() -> tuple[Any, re.Pattern[str], re.Pattern[bytes]]:
    @dataclass(frozen=True, slots=True, order=True)
    class Word:
        text: str
        places: tuple[int, ...] = field(default=(), repr=False)

    return Word, re.compile(r"(?P<first>\w+)[-–](\d{2,3})", re.IGNORECASE), re.compile(rb"[\x00-\x1f]+$")


def test_what_was_made_is_used_and_behaves_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = recorded(made)
    assert "exec" not in vars(dataclasses)
    methods, programs = marshal.loads(kept)
    assert len(methods) >= 1
    assert len(programs) == 2
    use(kept)
    re.purge()
    expected = made()  # which parses nothing:
    monkeypatch.setattr(maker, "_parser", None)
    re.purge()
    word, name, control = made()
    assert (name, control) == expected[1:]
    assert name.groupindex == {"first": 1}
    assert name.fullmatch("Класс-010") is not None
    assert name.fullmatch("Класс-1") is None
    assert control.search(b"text\x00\x1f") is not None
    first = word("а", (1,))
    assert repr(first) == repr(expected[0]("а", (1,)))
    assert first == word("а", (1,)) < word("б")
    assert hash(first) == hash(word("а", (1,)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.text = "б"


def test_methods_are_not_compiled_again() -> None:
    """Seen by what is kept: other code for the same text is what runs."""
    methods, programs = marshal.loads(recorded(made))
    other = {text: compile(text.replace("FrozenInstanceError(", "KeyError("), "", "exec") for text in methods}
    use(marshal.dumps((other, programs)))
    with pytest.raises(KeyError):
        made()[0]("а").text = "б"


def test_what_is_not_known_is_made() -> None:
    use(recorded(lambda: None))
    word, name, _ = made()
    assert word("а").text == "а"
    assert name.fullmatch("a-12") is not None
    with pytest.raises(re.error):
        re.compile("(")
