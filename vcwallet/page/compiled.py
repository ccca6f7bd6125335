"""What Python's library makes of fixed texts at every start, made once, when a page is prepared.

    kept = recorded(lambda: import_module("vcwallet.page.browser"))       # when the page is prepared
    use(kept)                                                             # in the browser, before that import

`dataclasses` writes the methods of a class as text and has Python compile it, and `re` makes a program of
every pattern. In a browser that is two fifths of the time in which the modules are imported. Both are looked
up by the text itself, so what is not known is made as ever.
"""

from __future__ import annotations

import dataclasses
import marshal
import re
from collections.abc import Callable
from importlib import import_module
from types import CodeType, SimpleNamespace
from typing import Any, TypeAlias

__all__ = ["recorded", "use"]

_Programs: TypeAlias = dict[tuple[str | bytes, int], tuple[Any, ...]]
"""What `_sre.compile` was given for a pattern and its flags."""

_maker: Any = import_module("re._compiler")


def recorded(work: Callable[[], object]) -> bytes:
    """Everything that is made while `work` is done, to be used by a Python of the same edition."""
    methods: dict[str, CodeType] = {}
    programs: _Programs = {}
    make, engine = _maker.compile, _maker._sre

    def execute(text: str, names: dict[str, Any], made: dict[str, Any]) -> None:
        methods[text] = compile(text, "<string>", "exec", dont_inherit=True)
        exec(methods[text], names, made)  # noqa: S102 - as `dataclasses` does

    def program(pattern: str | bytes, flags: int = 0) -> re.Pattern[Any]:
        def taken(text: object, every: int, code: list[int], *groups: object) -> re.Pattern[Any]:
            # As plain numbers, which can be written down.
            given = text, int(every), [*map(int, code)], *groups
            programs[pattern, int(flags)] = given
            return engine.compile(*given)  # type: ignore[no-any-return]

        _maker._sre = SimpleNamespace(**{**vars(engine), "compile": taken})
        try:
            return make(pattern, flags)  # type: ignore[no-any-return]
        finally:
            _maker._sre = engine

    re.purge()
    dataclasses.exec = execute  # type: ignore[attr-defined]
    _maker.compile = program
    try:
        work()
    finally:
        del dataclasses.exec  # type: ignore[attr-defined]
        _maker.compile = make
    return marshal.dumps((methods, programs))


def use(kept: bytes) -> None:
    """From now on what is known is not made again."""
    methods: dict[str, CodeType]
    programs: _Programs
    methods, programs = marshal.loads(kept)  # noqa: S302 - of the page itself, as its modules are
    make = _maker.compile

    def execute(text: str, names: dict[str, Any], made: dict[str, Any]) -> None:
        exec(methods.get(text, text), names, made)  # noqa: S102 - as `dataclasses` does

    def program(pattern: str | bytes, flags: int = 0) -> re.Pattern[Any]:
        known = programs.get((pattern, int(flags)))
        return make(pattern, flags) if known is None else _maker._sre.compile(*known)  # type: ignore[no-any-return]

    dataclasses.exec = execute  # type: ignore[attr-defined]
    _maker.compile = program
