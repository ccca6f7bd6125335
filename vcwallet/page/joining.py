"""A script of ours with all that it imports, as one.

A browser compares a script with the digest that the page names. In WebKit that is all it compares, and what
the script imports runs whatever it is. So a page's first script imports nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

__all__ = ["joined"]

_IMPORT: Final = re.compile(r'^import (\{[\w, ]+\}) from "\./([\w.-]+)";$', re.M)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.M)


def joined(script: str, text_of: Callable[[str], str]) -> str:
    """The text of a script, below those that it and they import; `text_of` has each by its name."""
    parts: dict[str, str] = {}
    text = _without_imports(script, text_of, parts)
    return "".join((*parts.values(), text))


def _without_imports(script: str, text_of: Callable[[str], str], parts: dict[str, str]) -> str:
    """With names of what has a place in `parts` by now."""
    text = text_of(script)
    for _, name in _IMPORT.findall(text):
        if name not in parts:
            inside = _without_imports(name, text_of, parts)
            names = ", ".join(_EXPORT.findall(inside))
            plain = _EXPORT.sub("", inside)
            parts[name] = f"const {_variable(name)} = (() => {{\n{plain}return {{ {names} }};\n}})();\n\n"
    return _IMPORT.sub(lambda found: f"const {found[1]} = {_variable(found[2])};", text)


def _variable(name: str) -> str:
    return re.sub(r"\W", "_", name)
