"""What no page may hold, read from the templates and the program: a hole is a change that somebody writes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.shared import ROOT

PAGES = ROOT / "vcwallet" / "web" / "pages"
TEMPLATES = sorted((PAGES / "templates").rglob("*.html"))
SCRIPTS = sorted((PAGES / "static").glob("*.js"))
MODULES = sorted(PAGES.rglob("*.py"))
NEVER = {
    "a value that is not escaped": r"\|\s*safe\b|autoescape|\bMarkup\b",
    "a style of its own, which the policy stops": r"\sstyle\s*=|<style\b",
    "a script in the page, which the policy stops": r"<script(?![^>]*\bsrc=)|\son[a-z]+\s*=|javascript:",
    "something from elsewhere": r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""",
    "a frame or an object": r"<(?:iframe|object|embed|frame|base)\b",
    "a dialog that takes the page away": r"<dialog\b",
    "a link to another window": r"\btarget\s*=",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PAGES / "templates").as_posix())
def test_a_template_has_nothing_that_acts(path: Path) -> None:
    text = path.read_text("utf-8")
    found = [what for what, pattern in NEVER.items() if re.search(pattern, text, re.IGNORECASE)]
    assert not found


def test_there_are_templates() -> None:
    assert len(TEMPLATES) >= 9
    assert len(SCRIPTS) >= 1


def test_a_form_that_takes_a_passphrase_is_never_an_address() -> None:
    """A form of GET puts what was typed into the address, the history and the log of a proxy."""
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        forms = re.findall(r"<form\b([^>]*)>(.*?)</form>", text, re.DOTALL)
        for head, inside in forms:
            if "passphrase" in inside or 'type="password"' in inside:
                assert re.search(r"""method\s*=\s*["']?post""", head, re.IGNORECASE), path.name
        assert not re.search(r"""method\s*=\s*["']?get""", text, re.IGNORECASE), (
            f"{path.name}: GET is for links"
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PAGES).as_posix())
def test_a_module_of_the_pages_makes_no_html_and_leads_nowhere_else(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            last = name.rpartition(".")[2]
            assert last != "Markup", "nothing is marked as HTML"
            assert last not in ("getLogger", "print", "pprint"), "nothing is written beside the pages"
            assert not any(
                each.arg == "autoescape" and "False" in ast.unparse(each) for each in node.keywords
            )
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and path.name != "__init__.py":
            assert not re.search(r"<(?:p|div|a|b|span|script)\b[^>]*>", node.value), "HTML is in templates"


def test_no_parameter_of_an_address_says_where_to_go() -> None:
    """An open redirect needs one. The only parameter there is chooses a language of two."""
    asked = [
        (path.name, line.strip())
        for path in MODULES
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"query_params|query_string|url\.query|\breferer\b", line, re.IGNORECASE)
    ]
    assert all("language" in line for _, line in asked)
    assert len(asked) == 1


def test_no_form_has_a_hidden_field_with_an_address_or_a_path() -> None:
    for path in TEMPLATES:
        for field in re.findall(r"<input[^>]*hidden[^>]*>", path.read_text("utf-8")):
            assert not re.search(r"""(?:path|url|next|target|folder|file|redirect)["']?\s""", field), field


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_script_makes_no_html(path: Path) -> None:
    text = path.read_text("utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|localStorage"
    assert not re.search(sinks + r"|sessionStorage|indexedDB|serviceWorker|caches\.", code)
    assert not re.search(r"https?://", code)
