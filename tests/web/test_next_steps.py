"""An error on a page is said in words of the page: no command, no option, no part of Python, no short day."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import ROOT
from vcwallet import errors, locales
from vcwallet.cli.next_steps import COMMANDS
from vcwallet.errors import Action, Mistake, UsageError, VcwalletError
from vcwallet.web.pages import next_steps

DOORS = ("cli", "conformance")
PROGRAM = re.compile(
    r"(?<!\w)--[a-zа-я]|“vcwallet|«vcwallet|\bpip\b|VCWALLET_|\bvcwallet \w+ \w*[”»]|\b(command|команд)",
    re.IGNORECASE,
)
OF_PROGRAMS = {
    "Set VCWALLET_PASSPHRASE for the workers.": "the machines of a cluster have no page",
}
"""What a page cannot cause, with the reason."""
EVIDENCE = {"file": "семья.vcw", "day": "2026-03-01", "part": "pdf", "limit": 7, "loss": "2026-03-01"}
SHORT_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{2}\.\d{2}\.\d{4}")


def modules() -> list[Path]:
    package = ROOT / "vcwallet"
    return [each for each in package.rglob("*.py") if each.relative_to(package).parts[0] not in DOORS]


def templates() -> Iterator[tuple[str, str]]:
    """Every sentence that a role, a layer below or a page has, with its place."""
    for module in modules():
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                for argument in node.args:
                    yield f"{module.relative_to(ROOT)}:{node.lineno}", ast.literal_eval(argument)


MARKS = ("N_", "plural")
FILLED_LATER = {"policy_pack.py": {"file"}}
"""Its complaints learn on their way out which file and which line they are about."""
ERRORS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, VcwalletError)
}


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Sentences of errors and the names of the evidence given with them, where all of it is named there."""
    for module in modules():
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or any(each.arg is None for each in node.keywords):
                continue
            if not isinstance(node.func, ast.Name) or node.func.id not in ERRORS:
                continue
            if len(node.args) != 2 or not (said := [text for text in map(_marked, node.args) if text]):
                continue
            given = {each.arg: each.value for each in node.keywords if each.arg}
            later = FILLED_LATER.get(module.name, set())
            step = _marked(given["next_step"]) if "next_step" in given else None
            for text in [*said, *([step] if step else [])]:
                yield f"{module.relative_to(ROOT)}:{node.lineno}", text, set(given) | later


def _marked(node: ast.expr) -> str | None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
        return str(ast.literal_eval(node.args[0]))
    return None


@pytest.mark.parametrize("code", locales.LANGUAGES)
def test_no_sentence_that_a_page_can_say_names_a_command(code: str) -> None:
    language = locales.language(code)
    found = [
        f"{place}: {said}"
        for place, template in templates()
        if template not in OF_PROGRAMS
        for said in [language.text(template)]
        if PROGRAM.search(said)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("code", locales.LANGUAGES)
def test_every_action_is_said_in_words_of_pages(code: str) -> None:
    language = locales.language(code)
    for action in Action:
        error = UsageError("x.y", "No.", next_step=action, **EVIDENCE)
        said = next_steps.next_step(error, language.in_full())
        assert said
        assert not PROGRAM.search(said), said
        assert "{" not in said
        assert not SHORT_DAY.search(said), said
        if code == "ru":
            assert re.search("[а-я]", said)


def test_a_page_and_the_command_line_do_not_share_words_that_only_one_of_them_understands() -> None:
    for action in set(COMMANDS) & set(next_steps.PAGES):
        assert COMMANDS[action] != next_steps.PAGES[action]


def test_every_value_that_a_sentence_of_an_error_has_a_place_for_is_given() -> None:
    """A place that stays open shows a person a brace and a word of the program."""
    sentences = list(raised())
    assert len(sentences) > 400
    open_places = [
        f"{place}: {text}" for place, text, given in sentences if set(re.findall(r"\{(\w+)\}", text)) - given
    ]
    assert not open_places, "\n".join(open_places)


@pytest.mark.parametrize(
    ("code", "day", "moment"),
    [("ru", "1 марта 2026", "1 марта 2026 09:30 UTC"), ("en", "1 March 2026", "1 March 2026 09:30 UTC")],
)
def test_a_day_is_said_in_full(code: str, day: str, moment: str) -> None:
    error = UsageError(
        "x.y", "{day} {moment}", next_step="{day}.", day="2026-03-01", moment="2026-03-01T09:30:00Z"
    )
    language = locales.language(code).in_full()
    assert language.error(error) == f"{day} {moment}"
    assert next_steps.next_step(error, language) == f"{day}."


def test_a_mistake_of_the_program_asks_for_nothing_that_a_page_cannot_give() -> None:
    error = Mistake.of(ZeroDivisionError("1/0"))
    assert isinstance(error, VcwalletError)
    assert "VCWALLET_DEBUG" not in next_steps.next_step(error, locales.language("ru"))
