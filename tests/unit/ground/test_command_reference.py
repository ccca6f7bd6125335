"""The reference of the commands says what the program says.

``VCWALLET_WRITE=1`` writes the pages anew, as `python -m tools.command_reference` does.
"""

from __future__ import annotations

import os
import re

import pytest

from tests.shared import ROOT
from tools.command_reference import PAGES, made


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_the_program_says(language: str) -> None:
    page = made(language)
    if os.environ.get("VCWALLET_WRITE") == "1":
        PAGES[language].write_text(page, "utf-8", newline="\n")
    assert PAGES[language].read_text("utf-8") == page, "run: python -m tools.command_reference"


@pytest.mark.parametrize("language", PAGES)
def test_the_page_names_commands_and_no_place_on_this_computer(language: str) -> None:
    text = PAGES[language].read_text("utf-8")
    for name in ("vcwallet verify", "vcwallet issuer issue", "vcwallet wallet present", "vcwallet trust add"):
        assert f"\n## {name}\n" in text
    assert str(ROOT) not in text
    assert not re.search(r"/(?:home|root|tmp|Users)/", text)


@pytest.mark.parametrize("language", PAGES)
def test_every_environment_variable_is_described(language: str) -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "vcwallet").rglob("*.py"))
    own_names = set(re.findall(r"^(VCWALLET_[A-Z]+)\b", source, re.MULTILINE))
    used = set(re.findall(r"""["'](VCWALLET_[A-Z]+)["']""", source)) - own_names
    described = re.findall(r"^\| `(VCWALLET_[A-Z]+)`", PAGES[language].read_text("utf-8"), re.MULTILINE)
    assert len(used) >= 5
    assert sorted(described) == sorted(used)
