"""One cell of a spreadsheet -> the canonical text its column asks for, or remarks that say why not.

    value, remarks = read_cell(column, "31.02.2026", today=date(2026, 3, 1))   # "", [roster.impossible-date]

Cells arrive as a spreadsheet reader gives them: text, numbers, days, moments, truth values.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

from vcwallet import limits
from vcwallet.credentials.spelling import RUSSIAN_SHAPES, fold
from vcwallet.credentials.template import AWARDED, Column, ColumnType, synonyms
from vcwallet.credentials.template_words import unwelcome_word
from vcwallet.credentials.text import LOOK_ALIKE, MIXED_SCRIPT, flags
from vcwallet.errors import N_, EvidenceValue, VcwalletError
from vcwallet.locales import month as month_number
from vcwallet.tables import letters

Raw: TypeAlias = "str | int | float | bool | date | datetime | time | timedelta"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is to be said about one cell. Not `blocking`: it was put right, or is worth a look."""

    code: str
    template: str
    next_step: str = ""
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    blocking: bool = True


Reading: TypeAlias = tuple[str, tuple[Remark, ...]]

_DASHES: Final = frozenset({"", "-", "--", "–", "—", "−"})
_NOTHING: Final = _DASHES | {
    *("нет", "нет данных", "не указан", "не указана", "не указано", "неизвестно", "не имеется"),
    *("отсутствует", "без отчества", "н/д", "б/о", "n/a", "none", "null", "nan"),
}
"""How people, and programs that save tables, say that a cell is empty. (б/о: «без отчества».)"""
_NO_NAME: Final = _NOTHING - {"nan"}
"""In a cell that has to be filled in; Nan is a name."""

_PLAIN_NAME: Final = re.compile(r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)*")
_NAME: Final = re.compile(r"[^\W\d_]+(?:[ '’ʼ-][^\W\d_]+)*")
_RUSSIAN_OR_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f\u0400-\u052f\u1e00-\u1eff '’ʼ-]+")
_DAY: Final = re.compile(
    r"(?:(?P<d>[0-9]{1,2})(?P<sign>[./])(?P<m>[0-9]{1,2})(?P=sign)(?P<y>[0-9]{4})"
    r"|(?P<Y>[0-9]{4})-(?P<M>[0-9]{2})-(?P<D>[0-9]{2}))"
    r"(?:[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?(?:\s*г(?:\.|ода?)?)?"
)
_DAY_IN_WORDS: Final = re.compile(
    r"[«\"]?(?P<d>[0-9]{1,2})[»\"]? (?P<month>[а-яa-z]{3,9}) (?P<y>[0-9]{4}) ?(?:г(?:\.|ода?)?)?",
    re.IGNORECASE,
)
_SERIAL: Final = re.compile(r"[0-9]{5}(?:[.,]0+)?")
_EPOCH: Final = date(1899, 12, 30)
_SERIALS: Final = range(18_264, 73_051)
"""Excel's day numbers from 1950 to 2099; outside them a number in a date column is something else."""
_CLASS: Final = re.compile(
    r"(?P<year>1[0-2]|[1-9])(?:\s*-?\s*(?:й|ый))?(?:\s*(?:классы?|кл\.?))?"
    r"(?:\s*[-–./ ]?\s*[«\"'„“]?\s*(?P<part>[^\W\d_]{1,4}|(?<=[-–./ ])[0-9]{1,2})\s*[»\"'”“]?)?"
    r"(?:\s*(?:классы?|кл\.?))?",
    re.IGNORECASE,
)
_COURSE: Final = re.compile(r"(?P<year>[1-6])\s*(?:-?\s*й\s*)?курс", re.IGNORECASE)
_YEAR: Final = re.compile(
    r"(?P<first>20[0-9]{2})\s*[/–—-]\s*(?P<second>(?:20)?[0-9]{2})(?:\s*(?:уч\.?|учебный)?\s*(?:г\.?|год)?)?"
)
_CODE: Final = re.compile(r"[0-9A-Za-zА-Яа-яЁё№#/.,:()«»\" –-]+")
_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,3})?")
_SCIENTIFIC: Final = re.compile(r"[0-9]+[.,][0-9]+[eEеЕ]\+?[0-9]+")


def read_cell(column: Column, raw: Raw, *, today: date | None = None, any_words: bool = False) -> Reading:
    """The canonical text of a cell and what is to be said about it; "" when a blocking remark says why not.

    An empty cell, and a dash in an optional one, read as "". Days after `today` are refused when it is given.
    With `any_words` a person has looked at the text: words of conduct, health and the like are a remark only.
    """
    if isinstance(raw, str):
        if len(raw) > limits.CELL_CHARACTERS:
            return _refuse("roster.too-long", N_("The cell has {size} characters."), size=len(raw))
        text = letters.tidy(raw)
        if text.startswith("="):
            return "", (FORMULA,)
        nothing = _NOTHING if not column.required else _NO_NAME if column.type is ColumnType.NAME else _DASHES
        if text.casefold() in nothing:
            return _empty(column)
        remark = _unreadable(text)
        if remark is not None:
            return "", (remark,)
        value, remarks = _READERS[column.type](column, text, text, today)
        if any_words and column.type is ColumnType.TEXT and not value:
            value, remarks = _looked_at(text, remarks)
        if value and not unicodedata.is_normalized("NFC", raw):
            remarks = (*remarks, NORMALISED)
        return value, remarks
    if isinstance(raw, float) and not math.isfinite(raw):
        return _refuse("roster.number", N_("“{value}” is not a number."), value=str(raw))
    return _READERS[column.type](column, raw, _spelled(raw), today)


FORMULA: Final = Remark(
    "roster.formula",
    N_("The cell is a formula."),
    N_("Put its value in its place: copy the column, then paste “values only”."),
)
NORMALISED: Final = Remark(
    "roster.normalised",
    N_("Letters made of two signs (such as й from и and ˘) were joined into one."),
    blocking=False,
)


EMPTY: Final = Remark(
    "roster.empty", N_("The cell is empty."), N_("Fill it in: no diploma can do without it.")
)
NOT_AN_ACHIEVEMENT: Final = "roster.not-an-achievement"
_LETTER_CASE: Final = Remark(
    "roster.letter-case",
    N_("The name is written in letters of one size; it will be signed so."),
    N_("Write it as in the passport: a capital letter first."),
    blocking=False,
)


def is_name(text: str) -> bool:
    """Whether a text is written as names usually are: a capital letter, then small ones."""
    return _PLAIN_NAME.fullmatch(text) is not None


def one_capital(reading: Reading) -> Reading:
    """A name in letters of one size with a capital letter first, in each of its parts."""
    value, remarks = reading
    if _LETTER_CASE not in remarks:
        return reading
    written = re.sub(r"[^\W\d_]+", lambda found: found[0].capitalize(), value)
    for particle in ("Оглы", "Кызы", "Гызы", "Улы", "Угли", "Заде"):
        written = re.sub(rf"(?<= ){particle}\b", particle.lower(), written)
    changed = Remark(
        "roster.letter-case-changed",
        N_("The name will be written “{name}”."),
        evidence={"name": written},
        blocking=False,
    )
    return written, tuple(changed if remark is _LETTER_CASE else remark for remark in remarks)


def _empty(column: Column) -> Reading:
    return "", (EMPTY,) if column.required else ()


def _unreadable(text: str) -> Remark | None:
    if letters.lost(text):
        return Remark(
            "roster.lost-letters",
            N_("Letters were lost when the file was saved."),
            N_("Open the original spreadsheet and save it again as .xlsx or as CSV UTF-8."),
        )
    character = letters.invisible(text)
    if character is not None:
        return Remark(
            "roster.invisible-character",
            N_("The cell holds the invisible character U+{character}."),
            N_("Type the cell again by hand."),
            {"character": character},
        )
    return None


def _refuse(code: str, template: str, next_step: str = "", **evidence: EvidenceValue) -> Reading:
    return "", (Remark(code, template, next_step, evidence),)


def _spelled(raw: Raw) -> str:
    """A cell that is not text, as text."""
    if isinstance(raw, bool):
        return "ИСТИНА" if raw else "ЛОЖЬ"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    # A Russian spreadsheet program shows 8,5, and that is what a person read.
    return str(raw).replace(".", ",") if isinstance(raw, float) else str(raw)


# --- words -----------------------------------------------------------------------------------------


def _words(raw: Raw, text: str, *, whole_words: bool) -> Reading:
    """What names and texts have in common: not a date or a truth value, not a formula, one script a word."""
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return _became(raw, text)
    plain = unicodedata.normalize("NFKC", text)
    if plain[0] in "=+@" or (plain[0] == "-" and len(plain) > 1):
        return _refuse(
            "roster.formula",
            N_("The cell begins like a formula."),
            N_("Type the words themselves, without a sign before them."),
        )
    return _one_script(text, whole_words=whole_words)


def _one_script(text: str, *, whole_words: bool) -> Reading:
    """No word in two alphabets; with `whole_words` no word of Latin look-alikes among Russian ones either."""
    for flag in flags(text):
        if flag.code == MIXED_SCRIPT and "[" in flag.sample:
            return "", (replace(_LATIN_LETTERS, evidence={"word": flag.sample}),)
        if flag.code == LOOK_ALIKE:
            remark = replace(_LATIN_WORD, evidence={"word": flag.sample}, blocking=whole_words)
            return ("", (remark,)) if whole_words else (text, (remark,))
        if flag.code == MIXED_SCRIPT:
            return _refuse(
                "roster.foreign-letter",
                N_("“{word}” has letters of more than one alphabet."),
                N_("Type the word again in one keyboard layout."),
                word=flag.sample,
            )
    return text, ()


_LATIN_LETTERS: Final = Remark(
    "roster.latin-letter",
    N_("“{word}”: the letters in brackets are Latin, the others are Russian."),
    N_("Type the word again in one keyboard layout."),
)
_LATIN_WORD: Final = Remark(
    "roster.latin-letter",
    N_("“{word}”: all letters are Latin and look like Russian ones."),
    N_("If it is a Russian word, type it again in the Russian keyboard layout."),
)
# Latin capitals and small letters a class can be given by mistake.
_CLASS_LOOK_ALIKES: Final = RUSSIAN_SHAPES | {"k"}
_DIGIT_LOOK_ALIKES: Final = str.maketrans("OoОоЗ", "00003")


def _became(raw: Raw, text: str) -> Reading:
    return _refuse(
        "roster.became-a-date" if not isinstance(raw, bool) else "roster.became-true",
        N_("The spreadsheet program turned this cell into a date: {value}.")
        if not isinstance(raw, bool)
        else N_("The spreadsheet program turned this cell into “{value}”."),
        N_("Set the format of the column to “Text” and type the value again."),
        value=text,
    )


def _name(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    if _PLAIN_NAME.fullmatch(text) and len(text) <= column.length:
        return text, ()
    value, remarks = _words(raw, text, whole_words=True)
    if remarks:
        return value, remarks
    value = letters.one_hyphen(value)
    if "." in value:
        return _refuse(
            "roster.initials", N_("A name has a full stop in it."), N_("Write the name in full: no initials.")
        )
    if not _NAME.fullmatch(value):
        return _refuse(
            "roster.name-characters",
            N_("A name has letters, hyphens and apostrophes only."),
            N_("Take out what does not belong to the name."),
        )
    if not _RUSSIAN_OR_LATIN.fullmatch(value):
        return _refuse(
            "roster.foreign-letter",
            N_("“{word}” has letters that are neither Russian nor Latin."),
            N_("Write the name as in the passport, in Russian or Latin letters."),
            word=value[:64],
        )
    if len(value) > column.length:
        return _too_long(column, value)
    if len(value) > 1 and (value.isupper() or value.islower()):
        remarks = (_LETTER_CASE,)
    return value, remarks


def _text(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    value, remarks = _words(raw, text, whole_words=False)
    if not value:
        return value, remarks
    if len(value) > column.length:
        return _too_long(column, value)
    unwelcome = unwelcome_word(value)
    if unwelcome is not None:
        value, remarks = (
            "",
            (
                *remarks,
                Remark(
                    NOT_AN_ACHIEVEMENT,
                    N_("“{word}”: a diploma has no place for marks, conduct, health, family or contacts."),
                    N_(
                        "Take it out. If it belongs to the name of a contest or a school, look at the row"
                        " and allow it by its number."
                    ),
                    {"word": unwelcome},
                ),
            ),
        )
    return value, remarks


def _looked_at(text: str, remarks: tuple[Remark, ...]) -> Reading:
    """A text whose words a person has looked at: what alone was said against them blocks no more."""
    if [remark.code for remark in remarks if remark.blocking] != [NOT_AN_ACHIEVEMENT]:
        return "", remarks
    return text, tuple(replace(remark, blocking=False) for remark in remarks)


def _too_long(column: Column, value: str) -> Reading:
    return _refuse(
        "roster.too-long",
        N_("The text has {size} characters; there is room for {limit}."),
        N_("Shorten it: everything here must fit into a printed code."),
        size=len(value),
        limit=column.length,
    )


def _code(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return _became(raw, text)
    if _SCIENTIFIC.fullmatch(text) or (isinstance(raw, float) and abs(raw) >= 1e15):
        return _refuse(
            "roster.digits-lost",
            N_("The spreadsheet program rounded a long number and lost its last digits."),
            N_("Set the format of the column to “Text” and paste the numbers again from where they came."),
        )
    if column.digits is not None:
        found = re.sub(r"[ –-]", "", text)
        if not re.fullmatch(r"[0-9]+", found) or len(found) != column.digits:
            return _refuse(
                "roster.code-length",
                N_("The code must have {digits} digits."),
                N_(
                    "If it should begin with zeros, set the format of the column to “Text” and type it again."
                ),
                digits=column.digits,
            )
    if not _CODE.fullmatch(text) or text[0] in "=-":
        return _refuse(
            "roster.code", N_("A number or code has letters, digits and signs such as № / - only."),
            N_("Take out what does not belong to it."),
        )  # fmt: skip
    if len(text) > column.length:
        return _too_long(column, text)
    return _one_script(text, whole_words=False)


_VALUES_NAMED: Final = 16
"""So many values of a column are named to whoever wrote another; a list of all schools would help nobody."""


def _choice(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return _became(raw, text)
    choice = synonyms(column).get(fold(text))
    if choice is None:
        known = ", ".join(f"«{choice.value}»" for choice in column.choices[:_VALUES_NAMED])
        if len(column.choices) > _VALUES_NAMED:
            known += " …"
        return _refuse(
            "roster.unknown-value",
            N_("“{value}” is not one of the values this column may have."),
            N_("Write one of: {known}."),
            value=text[:64],
            known=known,
        )
    return choice.value, ()


# --- numbers and days ------------------------------------------------------------------------------


def _number(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return _became(raw, text)
    if isinstance(raw, float):
        # 87.1 arrives as 87.10000000000001 when a formula made it.
        text = format(round(raw, 3), ".3f").rstrip("0").rstrip(".")
        exact = math.isclose(raw, round(raw, 3), rel_tol=0, abs_tol=1e-9)
    else:
        text = text.replace(" ", "").replace(",", ".")
        exact = _NUMBER.fullmatch(text) is not None
        if exact and "." in text:
            text = text.rstrip("0").rstrip(".")
    whole = column.type is ColumnType.INTEGER
    if not exact or (whole and "." in text):
        return _refuse(
            "roster.number",
            N_("This is not a whole number.")
            if whole
            else N_("This is not a number with up to three decimals."),
            N_("Write digits only, such as {example}."),
            example="36" if whole else "87,5",
        )
    amount = float(text)
    if (column.minimum is not None and amount < column.minimum) or (
        column.maximum is not None and amount > column.maximum
    ):
        return _refuse(
            "roster.number-range",
            N_("The number must be from {minimum} to {maximum}."),
            minimum=column.minimum,
            maximum=column.maximum,
        )
    return str(int(text)) if "." not in text else text, ()


def _day(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    remarks: tuple[Remark, ...] = ()
    if isinstance(raw, datetime):
        day = raw.date()
    elif isinstance(raw, date):
        day = raw
    elif isinstance(raw, str | int | float) and not isinstance(raw, bool) and _SERIAL.fullmatch(text):
        serial = int(re.split("[.,]", text)[0])
        if serial not in _SERIALS:
            return _not_a_day(text)
        day = _EPOCH + timedelta(days=serial)
        remarks = (
            Remark(
                "roster.serial-date",
                N_("The number {value} was read as a spreadsheet's day {day}."),
                N_("Compare it with your papers; better, set the format of the column to “Date”."),
                {"value": text, "day": day.strftime("%d.%m.%Y")},
                blocking=False,
            ),
        )
    else:
        found = _DAY.fullmatch(text)
        words = _DAY_IN_WORDS.fullmatch(text) if found is None else None
        if found is not None:
            year, month, number = found["y"] or found["Y"], found["m"] or found["M"], found["d"] or found["D"]
        elif words is not None and (named := month_number(words["month"])) is not None:
            year, month, number = words["y"], str(named), words["d"]
        else:
            return _not_a_day(text)
        try:
            day = date(int(year), int(month), int(number))
        except ValueError:
            return _refuse(
                "roster.impossible-date",
                N_("There is no such day as {value}."),
                N_("Look the day up and write it as dd.mm.yyyy."),
                value=text[:64],
            )
        if found is not None and found["sign"] == "/" and day.day <= 12 and day.day != day.month:
            # An American program writes the month first.
            remarks = (
                Remark(
                    "roster.day-or-month",
                    N_("“{value}” was read as {day}, the day first."),
                    N_("Compare it with your papers; better, write it as dd.mm.yyyy."),
                    {"value": text[:64], "day": day.strftime("%d.%m.%Y")},
                    blocking=False,
                ),
            )
    if not 1950 <= day.year <= 2099:
        return _not_a_day(text)
    if today is not None and day > today:
        return _refuse(
            "roster.future-date",
            N_("The day {value} is still to come."),
            N_("Diplomas are signed on the day of the award or later.")
            if column.into == AWARDED
            else N_("Look the day up and write it as dd.mm.yyyy."),
            value=day.strftime("%d.%m.%Y"),
        )
    return day.isoformat(), remarks


def _not_a_day(text: str) -> Reading:
    return _refuse(
        "roster.date",
        N_("“{value}” is not a day."),
        N_("Write it as dd.mm.yyyy, with four digits of the year."),
        value=text[:64],
    )


def _school_class(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    if not isinstance(raw, str | int | float) or isinstance(raw, bool):
        return _became(raw, text)
    course = _COURSE.fullmatch(text)
    if course is not None:
        return f"{course['year']} курс", ()
    found = _CLASS.fullmatch(text)
    if found is None:
        first = re.match(r"[0-9OoОоЗ]*", text)
        typed = first[0] if first is not None else ""
        digits = typed.translate(_DIGIT_LOOK_ALIKES)
        if digits != typed and _CLASS.fullmatch(right := digits + text[len(typed) :]):
            return _refuse(
                "roster.class",
                N_("“{value}”: a letter stands where a digit belongs."),
                N_("Type the digit: {right}."),
                value=text[:64],
                right=right[:64],
            )
        return _refuse(
            "roster.class",
            N_("“{value}” is not a class."),
            N_("Write it as 9, 9А, 9 «А» or 10-2."),
            value=text[:64],
        )
    year, part = found["year"], found["part"] or ""
    if not part:
        return year, ()
    if part.isdigit():
        return f"{year}-{part}", ()
    _, remarks = _one_script(part, whole_words=True)
    if remarks:
        return "", remarks
    if all(letter in _CLASS_LOOK_ALIKES for letter in part):
        return "", (replace(_LATIN_WORD, evidence={"word": part}),)
    return f"{year} «{part.upper()}»", ()


def _school_year(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    found = _YEAR.fullmatch(text)
    if found is None or (int(found["first"]) + 1) % 100 != int(found["second"][-2:]):
        return _refuse(
            "roster.school-year",
            N_("“{value}” is not a school year."),
            N_("Write it as 2025/26."),
            value=text[:64],
        )
    return f"{found['first']}/{found['second'][-2:]}", ()


def _did(column: Column, raw: Raw, text: str, today: date | None) -> Reading:
    from vcwallet.identifiers import did

    try:
        return did.resolve(text).id, ()
    except VcwalletError:
        return _refuse(
            "roster.did",
            N_("This is not an identifier made by a family's wallet."),
            N_("Copy it from the wallet whole: it begins with did:key:z6Mk. Or leave the cell empty."),
        )


_Reader: TypeAlias = Callable[[Column, Raw, str, "date | None"], Reading]

_READERS: Final[Mapping[ColumnType, _Reader]] = {
    ColumnType.NAME: _name,
    ColumnType.TEXT: _text,
    ColumnType.DATE: _day,
    ColumnType.INTEGER: _number,
    ColumnType.DECIMAL: _number,
    ColumnType.CHOICE: _choice,
    ColumnType.CLASS: _school_class,
    ColumnType.CODE: _code,
    ColumnType.YEAR: _school_year,
    ColumnType.DID: _did,
}
