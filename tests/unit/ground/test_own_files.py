"""What is wrong in a file a person edits is said in our words, with the place, and never in a parser's."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vcwallet.errors import UsageError
from vcwallet.locales import LANGUAGES, language
from vcwallet.own_files import misfit, read_toml


class Sample(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=2, max_length=5, pattern="^[а-я]+$")
    number: int = Field(default=8, ge=8, le=16, multiple_of=4)
    yes: bool = True
    kinds: list[Literal["olympiad", "school"]] = Field(default=["school"], min_length=1, max_length=2)
    status: dict[str, int] = {}


MISFITS = {
    "missing": ({}, "“{where}” is missing", {"where": "name"}),
    "unknown": ({"name": "абв", "secret": 1}, "no setting “{where}”", {"where": "secret"}),
    "not a text": ({"name": 1}, "a text in quotation marks", {}),
    "too short": ({"name": "а"}, "at least {limit} characters", {"limit": "2"}),
    "too long": ({"name": "абвгде"}, "at most {limit} characters", {"limit": "5"}),
    "other letters": ({"name": "abc"}, "not written as it must be", {}),
    "not a number": ({"name": "абв", "number": "x"}, "a whole number", {}),
    "too small": ({"name": "абв", "number": 4}, "at least {limit}", {"limit": "8"}),
    "too large": ({"name": "абв", "number": 20}, "at most {limit}", {"limit": "16"}),
    "no multiple": ({"name": "абв", "number": 9}, "a multiple of {limit}", {"limit": "4"}),
    "neither yes nor no": ({"name": "абв", "yes": "x"}, "true or false", {}),
    "no list": ({"name": "абв", "kinds": "school"}, "a list in square brackets", {}),
    "an empty list": ({"name": "абв", "kinds": []}, "at least {limit} entries", {"limit": "1"}),
    "a long list": ({"name": "абв", "kinds": ["school"] * 3}, "at most {limit} entries", {"limit": "2"}),
    "another word": ({"name": "абв", "kinds": ["x"]}, "one of: {expected}", {}),
    "no table": ({"name": "абв", "status": 1}, "a table of settings", {}),
}


@pytest.mark.parametrize("name", MISFITS)
def test_a_setting_that_does_not_fit_is_named_with_what_it_must_be(name: str) -> None:
    content, words, evidence = MISFITS[name]
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate(content)
    said = misfit(caught.value.errors()[0], name="издатель.toml", code="settings.malformed")
    assert words in said.template
    assert evidence.items() <= said.evidence.items()
    russian = language("ru").error(said)
    assert "издатель.toml" in russian
    assert not re.search(r"[a-z]{4,} [a-z]{2,}", russian), russian


UNREADABLE = {
    "no value": (b'name = "a"\nsite =\n', "settings.unreadable", 2),
    "no end": (b'name = "a', "settings.unreadable", None),
    "too deep": (b"a = " + b"[" * 20_000, "settings.unreadable", None),
    "another encoding": ('name = "а"'.encode("cp1251"), "settings.unreadable", None),
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_file_that_is_no_toml_is_told_by_its_line(name: str, code: str) -> None:
    data, reason, line = UNREADABLE[name]
    with pytest.raises(UsageError) as caught:
        read_toml(data, name="issuer.toml", code=reason)
    assert (caught.value.code, caught.value.evidence.get("line")) == (reason, line)
    assert "Invalid" not in language(code).error(caught.value)
