"""Writes docs/reference/python.md from what the three public modules say about themselves.

    python -m tools.python_reference

Run it after any change of a public name, a signature or a docstring.
"""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reference/python.md"
WIDTH = 100
MODULES = ("vcwallet.issuer", "vcwallet.wallet", "vcwallet.verifier")

HEAD = """# Python

Made from the program by `python -m tools.python_reference`.

There is one module for each reader: `vcwallet.issuer`, `vcwallet.wallet`, `vcwallet.verifier`. What they
export, their `__all__`, is public: from the first release on it is covered by semantic versioning. Every
other module is internal and may change with any release. The three programs of [examples](../../examples)
show one whole story with one import each.

Everything raises subclasses of `VcwalletError`: `code` is stable, `evidence` has the values, `next_step` says
what to do. No call reads a clock or opens a connection; the moment is an argument, always with its time zone.
"""


def made() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_module(importlib.import_module(name)) for name in MODULES)])


def _module(module: ModuleType) -> str:
    names = sorted(module.__all__, key=str.casefold)
    parts = [f"## {module.__name__}", _text(module.__doc__)]
    parts += [_member(name, getattr(module, name)) for name in names]
    return "\n\n".join(part for part in parts if part) + "\n"


def _member(name: str, value: object) -> str:
    if inspect.isclass(value):
        return _class(name, value)
    if inspect.isroutine(value):
        return f"### {name}\n\n```py\n{_signature(name, value)}\n```\n\n{_text(value.__doc__)}"
    # A constant or an alias of a type: what it is stands in the docstrings of what takes it.
    return f"### {name}\n\n`{_plain(value)}`"


def _class(name: str, value: type) -> str:
    if issubclass(value, enum.Enum):
        members = " · ".join(f"`{each.name}`" for each in value)
        return f"### {name}\n\n{_doc(value)}\n\n{members}".replace("\n\n\n", "\n\n")
    parts = [f"### {name}"]
    if dataclasses.is_dataclass(value):
        parts.append(f"```py\n{_call(name, list(_fields(value)))}\n```")
    parts.append(_doc(value))
    parts += list(_methods(value))
    return "\n\n".join(part for part in parts if part)


def _call(title: str, arguments: list[str], after: str = "") -> str:
    """A call on one line, or with one argument a line."""
    said = f"{title}({', '.join(arguments)}){after}"
    if len(said) <= WIDTH:
        return said
    inner = "".join(f"    {each},\n" for each in arguments)
    return f"{title}(\n{inner}){after}"


def _doc(value: type) -> str:
    """The class's own docstring; a dataclass without one has its signature instead, which is above."""
    own = vars(value).get("__doc__") or ""
    return "" if own.startswith(f"{value.__name__}(") else _text(own)


def _fields(value: type) -> Iterator[str]:
    for each in dataclasses.fields(value):
        if not each.name.startswith("_"):
            yield f"{each.name}: {each.type}"


def _methods(value: type) -> Iterator[str]:
    for name, member in vars(value).items():
        if name.startswith("_"):
            continue
        inner = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if not inspect.isfunction(inner):
            continue
        title = f"{value.__name__}.{name}"
        said = title if isinstance(member, property) else _signature(title, inner)
        yield f"```py\n{said}\n```\n\n{_text(inner.__doc__)}".rstrip()


def _signature(title: str, function: object) -> str:
    assert callable(function)
    signature = inspect.signature(function)
    kept = [each for each in signature.parameters.values() if each.name not in ("self", "cls")]
    plain = [each.replace(annotation=_Bare(each.annotation), default=_default(each.default)) for each in kept]
    return _call(title, list(_separated(plain)), f" -> {signature.return_annotation}")


def _separated(parameters: list[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for each in parameters:
        if each.kind is each.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield str(each)


class _Bare:
    """Shows an annotation as it is written, without quotation marks."""

    def __init__(self, text: object) -> None:
        self._text = text

    def __repr__(self) -> str:
        return str(self._text)


def _default(value: object) -> object:
    if value is inspect.Parameter.empty or isinstance(value, str | int | bool | tuple | None.__class__):
        return value
    return _Bare("...")


def _plain(value: object) -> str:
    said = repr(value)
    return said if len(said) < 200 and " at 0x" not in said else type(value).__name__


def _text(doc: str | None) -> str:
    """A docstring as Markdown; its indented programs are code."""
    lines: list[str] = []
    inside = False
    for line in inspect.cleandoc(doc or "").splitlines():
        if line.startswith("    ") and not inside and (not lines or not lines[-1].strip()):
            lines.append("```py")
            inside = True
        if inside and line.strip() and not line.startswith("    "):
            while not lines[-1].strip():
                lines.pop()
            lines += ["```", ""]
            inside = False
        lines.append(line[4:] if inside else line)
    if inside:
        lines.append("```")
    said = "\n".join(lines).strip()
    return re.sub(r"(?<!`)``(?!`)", "`", said)


if __name__ == "__main__":
    PAGE.write_text(made(), "utf-8")
