"""The catalogues of words, and `Language`, which says a template in one of them.

The source speaks English; `ru` is a catalogue. A `Language` is a value that is passed along: there is
no current language of the process.
"""

from __future__ import annotations

import gettext
import locale
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from vcwallet.characters import visible
from vcwallet.errors import Aged, EvidenceValue, Plural, VcwalletError, fill

LANGUAGES = ("ru", "en")
FOLDER = Path(__file__).parent
DOMAIN = "messages"
"""click looks its own words up in this domain, so ours share it."""


Said = EvidenceValue | date | Decimal
"""What a template may be filled in with. A `datetime` is a date: its day is said."""
_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
_ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_PLACE = re.compile(r"\{(\w+)\}")
_QUOTES = {"ru": ("«»", "„“"), "en": ("“”", "‘’")}
"""The quotation marks of a language, and those within them."""
_MONTHS = {
    "ru": (
        *("января", "февраля", "марта", "апреля", "мая", "июня"),
        *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_MONTH_NUMBERS = {
    name.casefold(): number for names in _MONTHS.values() for number, name in enumerate(names, start=1)
}
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def month(name: str) -> int | None:
    """The number of a month that `Language.long_day` writes as this word, in any of the languages."""
    return _MONTH_NUMBERS.get(name.casefold())


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _ISO_DAY.fullmatch(text) else None
    except ValueError:
        return None


def _iso_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if _ISO_MOMENT.fullmatch(text) else None
    except ValueError:
        return None


def _count(number: Said) -> int:
    return number if isinstance(number, int) else 0


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    _catalogue: gettext.NullTranslations
    days_in_full: bool = False
    """Whether every day is a `long_day`, as on a page that people read and no program does."""
    _instead: Mapping[str, str] = field(default_factory=dict, hash=False)

    def in_full(self) -> Language:
        """The same language with every day in full."""
        return replace(self, days_in_full=True)

    def saying(self, instead: Mapping[str, str]) -> Language:
        """The same language with other templates in place of some, for who is told them otherwise."""
        return replace(self, _instead=instead)

    def text(self, template: str | Plural | Aged, /, **values: Said) -> str:
        """Translate a template and fill it in; of a `Plural` the value `number` decides, of an `Aged` `days`.

        Templates are ours and values are not: each is made `visible` on its way in, so that no sentence of
        this program holds a character that acts or hides.
        """
        shown = {name: self.value(value) for name, value in values.items()}
        count = "number"
        if isinstance(template, Aged):
            count = "days"
            template = template.today if shown.get(count) == "0" else template.older
        if isinstance(template, str):
            template = self._instead.get(template, template)
        if isinstance(template, Plural):
            said = self._catalogue.ngettext(template.one, template.many, _count(values[count]))
        else:
            said = self._catalogue.gettext(template) if template else ""
        if not shown:
            return said
        outer, inner = _QUOTES.get(self.code, _QUOTES["en"])
        if outer[0] in said:
            for quoted in re.findall(f"{outer[0]}([^{outer}]*){outer[1]}", said):
                for name in _PLACE.findall(quoted):
                    if value := shown.get(name):
                        shown[name] = value.translate(str.maketrans(outer, inner))
        return fill(said, shown)

    def value(self, value: Said) -> str | None:
        """A value as people read it in this language; days and moments that evidence holds as text, too."""
        if value is None:
            return None
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Decimal):
            return self.number(str(value))
        if isinstance(value, str):
            day = _iso_day(value)
            if day is not None:
                return self.day(day)
            moment = _iso_moment(value)
            return visible(value) if moment is None else self.moment(moment)
        return str(value)

    def day(self, day: date) -> str:
        """A day, of a moment the day in its own zone: ``01.03.2026`` in Russian, else ``2026-03-01``."""
        if self.days_in_full:
            return self.long_day(day)
        if self.code == "ru":
            return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"
        return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"

    def long_day(self, day: date) -> str:
        """A day with the month as a word: ``1 марта 2026``, ``1 March 2026``."""
        return f"{day.day} {_MONTHS[self.code][day.month - 1]} {day.year:04d}"

    def moment(self, moment: datetime) -> str:
        """A day and a time in the zone of the moment, which is named; midnight is the day alone."""
        if moment.timetz().replace(tzinfo=None) == time():
            return self.day(moment)
        return f"{self.day(moment)} {moment:%H:%M} {moment.tzname()}"

    def number(self, number: str) -> str:
        """A decimal number as signed, ``87.5``, with the language's own comma; other text stays as it is."""
        if self.code == "ru" and _DECIMAL.fullmatch(number):
            return number.replace(".", ",")
        return number

    def error(self, error: VcwalletError) -> str:
        return self.text(error.template, **error.evidence)

    def next_step(self, error: VcwalletError) -> str:
        return self.text(error.next_step_template, **error.evidence)


@lru_cache(maxsize=len(LANGUAGES))
def language(code: str) -> Language:
    """The words in `code`, "ru" or "en". Raises ValueError for a language there is no catalogue for."""
    if code not in LANGUAGES:
        raise ValueError(f"no catalogue for {code!r}")
    catalogue = gettext.translation(DOMAIN, FOLDER, languages=[code], fallback=True)
    return Language(code, catalogue)


def preferred(environ: Mapping[str, str] | None = None) -> str:
    """The language this person's system asks for: Russian or else English."""
    env = os.environ if environ is None else environ
    for name in ("VCWALLET_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wish in env.get(name, "").split(":"):
            code = wish[:2].lower()
            if code in LANGUAGES:
                return code
            if wish:
                return "en"
    try:
        # Windows keeps it outside the environment.
        name = locale.getlocale()[0] or ""
    except ValueError:
        name = ""
    return "ru" if name.lower().startswith(("ru", "russian")) else "en"
