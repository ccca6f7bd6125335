"""Where Python begins in the worker of a page: what the scripts hand over becomes a `Desk`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pyodide.ffi import to_js

from vcwallet.page.desk import Desk
from vcwallet.page.elsewhere import Answer, Seen
from vcwallet.primitives import NotLoaded

__all__ = ["begin"]


class _Asked:
    """A `Desk` that the worker's script asks, whose objects are made ours here.

    Instead of an answer it may be told ``{"load": name}``: it registers the module of that name, if it can
    get it, and calls `again`.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def state(self, now: str) -> str:
        return self._desk.state(now=now)

    def codes(self, texts: Any, now: str) -> str:
        return _told(lambda: self._desk.codes(texts.to_py(), now=now))

    def typed(self, text: str, now: str) -> str:
        return _told(lambda: self._desk.typed(text, now=now))

    def files(self, given: Any, now: str) -> str:
        files = [
            (each.name, None if getattr(each, "content", None) is None else each.content.to_bytes())
            for each in given
        ]
        return _told(lambda: self._desk.files(files, now=now))

    def again(self, missing: str | None) -> str:
        """Answer what was asked last; `missing` is a module that could not be got, and is done without."""
        if missing is None:
            return _told(self._desk.again)
        sys.modules[missing] = None  # type: ignore[assignment]  # which Python takes for "not there"
        try:
            return _told(self._desk.again)
        finally:
            # The next question may ask for it once more.
            del sys.modules[missing]

    def content(self, number: int) -> Any:
        return to_js(self._desk.content(number))

    def opened(self, answers: Any, now: str) -> str:
        told = [_answer(each) for each in answers]
        return _told(lambda: self._desk.opened(told, now=now))

    def speak(self, code: str) -> str:
        return _told(lambda: self._desk.speak(code))

    def next(self) -> str:
        self._desk.next()
        return "null"

    def anew(self) -> str:
        self._desk.anew()
        return "null"


def _told(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except NotLoaded as needed:
        return json.dumps({"load": needed.part})


def _answer(told: Any) -> Answer:
    looks = [
        Seen(int(each.number), [str(text) for text in each.texts], bool(each.sharp), bool(each.blank))
        for each in told.looks
    ]
    answer = Answer(looks=looks, problem=str(told.problem))
    if not told.opened:  # null of JavaScript is not None
        return answer
    return replace(
        answer,
        pages=int(told.opened.pages),
        signature_fields=int(told.opened.fields),
        attachments=[each.to_bytes() for each in told.opened.attached],
        is_open=True,
        is_drawn=bool(told.opened.drawn),
    )


def begin(trust: Any, settings: Any, code: str) -> _Asked:
    """The desk of a page."""
    known = json.loads(settings.to_bytes())
    return _Asked(
        Desk(
            trust.to_bytes(),
            code,
            program=known["program"],
            status_days=known["statusDays"],
            old_days=known["oldStatusDays"],
        )
    )
