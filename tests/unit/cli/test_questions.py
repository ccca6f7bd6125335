"""Questions are answered in Russian or English, in whatever layout the keyboard happens to be."""

from __future__ import annotations

import ast
import io
import itertools
import re
import sys
from pathlib import Path

import pytest

import vcwallet
from vcwallet.cli.speak import Speaker
from vcwallet.errors import Cancelled, UsageError
from vcwallet.locales import language

YES = ("д", "да", "y", "yes", "Y", "Да", " YES ", "нуы", "lf", "l")
NO = ("н", "нет", "n", "no", "N", "Нет", "тщ", "ytn", "т")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person at a terminal types, answer after answer."""
    answers: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: answers.pop(0))
    return answers


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(("answers", "agreed"), [(YES, True), (NO, False)], ids=["yes", "no"])
def test_yes_and_no_are_understood(
    typed: list[str], lang: str, answers: tuple[str, ...], agreed: bool
) -> None:
    for answer in answers:
        typed.append(answer)
        assert Speaker(language(lang)).agreed("?") is agreed, answer


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_bar_and_what_it_tells_fit_into_80_columns(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a queue with thousands of files, for hours, with much that is wrong."""
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    moments = itertools.count(0, 600)
    monkeypatch.setattr("click._termui_impl.time.time", lambda: next(moments))
    speaker = Speaker(language(lang))
    told = speaker.text("refused {refused}, unreadable {unreadable}", refused=123, unreadable=4567)
    with speaker.progress("Checking", 100) as advance:
        for _ in range(50):
            advance(1, told)
    shown = [re.sub(r"\x1b\[[?0-9]*[a-zA-Z]", "", line) for line in re.split("[\r\n]", screen.getvalue())]
    assert any(told in line for line in shown)
    assert [line for line in shown if len(line.rstrip()) > 80] == []


def test_an_empty_answer_is_no(typed: list[str]) -> None:
    typed.append("")
    assert Speaker(language("ru")).agreed("?") is False


def test_what_was_said_on_the_command_line_is_not_asked(typed: list[str]) -> None:
    assert Speaker(language("ru")).agreed("?", yes=True)


def test_anything_else_is_asked_again(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    typed += ["может быть", "maybe", "да"]
    assert Speaker(language("ru")).agreed("?")
    assert typed == []
    assert capsys.readouterr().err.count("да или нет") == 2


def test_no_ends_the_command_and_says_nothing_was_changed(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    typed.append("нет")
    with pytest.raises(Cancelled) as caught:
        Speaker(language("ru")).confirm("?")
    assert caught.value.code == "cli.cancelled"
    Speaker(language("ru")).error(caught.value)
    assert capsys.readouterr().err == "Ничего не изменено.\n"


def test_without_a_terminal_nothing_is_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(UsageError) as caught:
        Speaker(language("ru")).confirm("?")
    assert caught.value.code == "cli.unconfirmed"
    Speaker(language("ru")).confirm("?", yes=True)


@pytest.mark.parametrize("called", ["click.confirm", "click.prompt", "input", "sys.stdin.isatty"])
def test_only_the_speaker_asks(called: str) -> None:
    """Every question goes through one function, so every command understands the same answers."""
    asking = [
        module.name
        for module in Path(vcwallet.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == called
    ]
    assert set(asking) <= {"speak.py"}


def test_a_long_question_is_divided_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda text, **_: asked.append(text) or "да")
    question = (
        "Диплом выдан на имя: Вымысловна-Небывалинская Тестова. Такого ребёнка в кошельке нет. Добавить?"
    )
    assert Speaker(language("ru")).agreed(question)
    rows = asked[0].splitlines()
    assert len(rows) > 1
    assert max(map(len, rows)) < 80, "the answer begins on the same line"
    assert " ".join(rows) == f"{question} [д/Н]"
