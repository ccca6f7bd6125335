"""The architecture pages are true: the tree, the layers, the modules they name."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from tests.shared import ROOT
from tools.layers import PAGES, layers, with_picture

NAMES = [page.name for page in PAGES]
TREE = re.compile(r"<!-- tree -->\n```text\nvcwallet/\n(.*?)```\n", re.DOTALL)


def page(name: str) -> str:
    return (ROOT / "docs" / "explanation" / name).read_text("utf-8")


def parts() -> set[str]:
    """Packages and modules of the program, as the tree writes them."""
    found = set()
    for path in (ROOT / "vcwallet").iterdir():
        if path.is_dir() and (path / "__init__.py").exists():
            found.add(f"{path.name}/")
        elif path.suffix == ".py" and not path.name.startswith("__"):
            found.add(path.name)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_tree_is_the_package(name: str) -> None:
    match = TREE.search(page(name))
    assert match
    named = [line.split()[0] for line in match[1].splitlines()]
    assert sorted(named) == sorted(parts())


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_is_the_contract(name: str) -> None:
    assert page(name) == with_picture(page(name)), "run: python -m tools.layers"


def test_every_part_has_its_layer() -> None:
    in_layers = [name.removeprefix("vcwallet.") for layer in layers() for name in layer]
    assert sorted(in_layers) == sorted(Path(part).stem for part in parts())


@pytest.mark.parametrize("name", NAMES)
def test_what_the_page_names_is_there(name: str) -> None:
    modules = set(re.findall(r"`(vcwallet(?:\.\w+)+)`", page(name)))
    assert len(modules) > 12
    assert not {module for module in modules if importlib.util.find_spec(module) is None}
    places = set(re.findall(r"`((?:vcwallet|issuers|docs|tests|tools|examples|bench)/[\w/.]*)", page(name)))
    assert len(places) > 8
    assert not {place for place in places if not (ROOT / place).exists()}


def test_both_languages_say_the_same_names() -> None:
    english, russian = (re.findall(r"`((?:vcwallet|tools)[\w./]+)", page(name)) for name in NAMES)
    assert english == russian
