"""docs/reference/python.md says what the three public modules say.

``VCWALLET_WRITE=1`` writes the page anew, as `python -m tools.python_reference` does.
"""

from __future__ import annotations

import importlib
import os

import pytest

from tools.python_reference import MODULES, PAGE, made


def test_the_page_is_what_the_modules_say() -> None:
    page = made()
    if os.environ.get("VCWALLET_WRITE") == "1":
        PAGE.write_text(page, "utf-8")
    assert PAGE.read_text("utf-8") == page, "run: python -m tools.python_reference"


@pytest.mark.parametrize("module", MODULES)
def test_every_public_class_and_function_says_what_it_is_for(module: str) -> None:
    public = importlib.import_module(module)
    undocumented = [
        name
        for name in public.__all__
        if callable(value := getattr(public, name))
        and isinstance(value, type)
        and not (value.__doc__ or "").strip()
    ]
    assert not undocumented
