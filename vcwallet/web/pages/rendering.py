"""Pages from templates: every value escaped once, every character that acts made visible, both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from vcwallet.characters import visible
from vcwallet.errors import Plural
from vcwallet.locales import Language
from vcwallet.web.pages.once import FIELD

__all__ = ["page"]

_SHORT_WORD: Final = re.compile(r"(?<![\w\u00a0-])(\w{1,2}|№) (?=\S)")

_FORM: Final = re.compile(r'<form\b(?:[^>"]|"[^"]*")*>')


def page(template: str, language: Language, values: dict[str, Any]) -> str:
    """A page in a language.

    A template says its own words with ``_("…")`` and ``ngettext("{number} file", "{number} files",
    number=2)``, values with ``day``, ``number`` and ``said``; no value of a page is called like these. The
    value ``once`` is the number of its forms.
    """
    ours = {"lang": language.code, **_words(language)}
    if taken := values.keys() & ours.keys():
        raise TypeError(f"{template}: {', '.join(taken)} would not be shown")
    return _environment().get_template(template).render(values | ours)


def _words(language: Language) -> dict[str, Callable[..., str]]:
    def say(template: str, **values: Any) -> str:
        return _bind(language.text(template, **values))

    def count(one: str, many: str, **values: Any) -> str:
        return _bind(language.text(Plural(one, many), **values))

    def day(moment: date) -> str:
        return language.long_day(moment).replace(" ", "\u00a0")

    def number(value: Decimal | int | str) -> str:
        return language.number(str(value))

    return {"_": say, "ngettext": count, "day": day, "number": number, "said": language.text}


def _bind(text: str) -> str:
    """Short words stay on the line of the word that follows them, as Russian typography has it."""
    return _SHORT_WORD.sub("\\1\u00a0", text)


def _finalize(value: Any) -> Any:
    """What a template writes: text that came from outside shows its shape and does nothing else."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


class _Numbered(Extension):
    """Puts the number of the page's forms into each of them, so that no template can forget it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        field = f'<input type="hidden" name="{FIELD}" value="{{{{ once }}}}">'
        return _FORM.sub(
            lambda form: f"{form[0]}{{% if once is defined %}}{field}{{% endif %}}",
            source,
        )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("vcwallet.web.pages"),
        extensions=[_Numbered],
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
