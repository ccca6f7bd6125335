"""A table of applicants and right answers: whether a pack of rules says what its author means.

    examples = read_examples(Path("applicants.csv").read_bytes(), pack)
    for difference in differences(examples, pack, levels):
        print(difference.example.number, difference.what, difference.right, difference.given)

One row is one diploma; what is about the applicant stands in the first of their rows: the programme, the
exams, and the right answers with the reason. Kinds, stages, results and years are in a diploma's own words,
so the table tries the closed words as well. .xlsx, .xls, .ods and .csv are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from vcwallet import limits
from vcwallet.credentials import terms
from vcwallet.credentials.fact_words import field_named, kind_named
from vcwallet.credentials.open_badges import parse_date
from vcwallet.credentials.template import Column, ColumnType
from vcwallet.credentials.terms import StageCode, comparable
from vcwallet.errors import N_, LimitExceeded, UsageError, VcwalletError
from vcwallet.report import Achievement, Class, Fate, IssuerSeen, Item, Score, Term, Tie
from vcwallet.tables import letters
from vcwallet.tables.cells import Raw
from vcwallet.tables.headings import Headers, Heading
from vcwallet.tables.spreadsheet import read_sheets
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.policy import Applicant, Decision, amount, decide, is_no_right
from vcwallet.verifier.policy_pack import Pack

__all__ = ["Difference", "Example", "differences", "read_examples"]


@dataclass(frozen=True, slots=True)
class Example:
    """One applicant of the table, with the answer its author worked out."""

    row: int
    number: str
    programme: str
    applicant: Applicant
    items: tuple[Item, ...]
    rights: tuple[tuple[str, int | None], ...] | None
    """Ids, each with the diploma where the table names it; None: the table does not say."""
    points: Decimal | None
    possible: Decimal | None
    because: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the rules say something else than the table."""

    example: Example
    what: str
    """``rights``, ``points``, ``possible``, or ``error`` where the rules give no answer."""
    right: str
    given: str
    decision: Decision | None = None
    error: VcwalletError | None = None
    """Why the rules give no answer; `given` is empty then."""


_HEADERS: Final[Mapping[str, str]] = {
    "applicant": "Заявление|№ заявления|Номер заявления|Поступающий|Applicant|Application",
    "programme": "Направление|Код направления|Programme",
    "exams": "Экзамены|ЕГЭ|Exams",
    "claim": "Заявленные права|Особые права|Claim",
    "born": "Дата рождения|Birth date",
    "kind": "Вид|Вид достижения|Kind",
    "name": "Название|Name",
    "code": "№ в перечне|Номер в перечне|Number in the list",
    "profile": "Профиль|Предмет|Profile",
    "year": "Учебный год|School year",
    "stage": "Этап|Stage",
    "result": "Результат|Степень|Result",
    "class": "Класс|Class",
    "hours": "Часы|Hours",
    "awarded": "Дата|Дата вручения|Date",
    "region": "Регион|Region",
    "fate": "Ответ проверки|Answer of the check",
    "hidden": "Не показано|Not shown",
    "rights": "Верные права|Right rights",
    "points": "Верные баллы|Right points",
    "possible": "Может стать|Could become",
    "because": "Почему|Because",
}
_COLUMNS: Final = tuple(
    Column(key, ColumnType.TEXT, "", tuple(titles.split("|"))) for key, titles in _HEADERS.items()
)
_FATES: Final[Mapping[str, Fate]] = {
    "": Fate.CONFIRMED,
    "подтвержден": Fate.CONFIRMED,
    "не известно": Fate.UNKNOWN,
    "не засчитывается": Fate.NOT_COUNTED,
    "не принимать": Fate.REFUSED,
    "confirmed": Fate.CONFIRMED,
    "not known": Fate.UNKNOWN,
    "not counted": Fate.NOT_COUNTED,
    "do not accept": Fate.REFUSED,
}
_MEMBERS: Final[Mapping[str, str]] = {
    "code": "listNumber",
    "field": "profile",
    "year": "schoolYear",
    "class": "class",
    "result": "result",
    "score": "score",
}
"""Members of the report by the fact that is hidden."""


def read_examples(data: bytes, pack: Pack) -> tuple[Example, ...]:
    """Read a table. Raises what `read_sheets` raises, LimitExceeded (``policy.table-too-long``) and
    UsageError: ``policy.table-columns``, and ``policy.table-cell`` with `row` and `column`."""
    headers = Headers(_COLUMNS)
    for sheet in read_sheets(data, choose=headers.rate):
        heading = headers.find(sheet.rows, sheet.survey.merged)
        if heading is not None and {"applicant", "programme", "kind"} <= heading.known:
            break
    else:
        raise UsageError(
            "policy.table-columns",
            N_("No row of headers with the columns {columns} was found."),
            next_step=N_("docs/how-to/write-a-policy-pack.md shows such a table."),
            columns="«Заявление», «Направление», «Вид»",
        )
    if len(sheet.rows) > limits.POLICY_TABLE_ROWS:
        raise LimitExceeded(
            "policy.table-too-long",
            N_("The table has {size} rows; the ceiling is {limit}."),
            next_step=N_("Divide it into several tables."),
            size=len(sheet.rows),
            limit=limits.POLICY_TABLE_ROWS,
        )
    return tuple(_read(sheet.rows, heading, pack))


def differences(examples: Sequence[Example], pack: Pack, levels: Levels) -> Iterator[Difference]:
    """Where the pack says something else than the table, one after another."""
    for example in examples:
        try:
            decision = decide(pack, example.items, levels, example.applicant, example.programme)
        except VcwalletError as error:
            yield Difference(example, "error", "", "", error=error)
            continue
        given = [(each.right.id, each.item) for each in decision.rights]
        if example.rights is not None and not _same_rights(example.rights, given):
            yield Difference(example, "rights", _rights(example.rights), _rights(given), decision)
        for what, right, found in (
            ("points", example.points, decision.points.confirmed),
            ("possible", example.possible, decision.points.possible),
        ):
            if right is not None and right != found:
                yield Difference(example, what, amount(right), amount(found), decision)


def _same_rights(right: Sequence[tuple[str, int | None]], given: Sequence[tuple[str, int]]) -> bool:
    known = dict(given)
    return dict(right).keys() == known.keys() and all(
        number is None or known[identifier] == number for identifier, number in right
    )


def _rights(rights: Sequence[tuple[str, int | None]]) -> str:
    return "; ".join(f"{right} № {number}" if number else right for right, number in rights) or "-"


# --- reading ------------------------------------------------------------------------------------------------


def _read(rows: Sequence[Sequence[Raw]], heading: Heading, pack: Pack) -> Iterator[Example]:
    places = {key: place for place, key in enumerate(heading.keys) if key is not None}
    titles = {key: heading.titles[place] for key, place in places.items()}
    first: _Row | None = None
    items: list[Item] = []
    for at in range(heading.last + 1, len(rows)):
        cells = {
            key: _plain(rows[at][place]) if place < len(rows[at]) else "" for key, place in places.items()
        }
        if not any(cells.values()):
            continue
        row = _Row(at + 1, cells, titles, pack)
        if row.text("applicant") and (first is None or row.text("applicant") != first.text("applicant")):
            if first is not None:
                yield first.example(items)
            first, items = row, []
        if first is None:
            raise row.wrong("applicant")
        if row.text("kind"):
            items.append(row.item(len(items) + 1))
    if first is not None:
        yield first.example(items)


def _plain(cell: Raw) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return letters.tidy(str(cell))


@dataclass(frozen=True, slots=True)
class _Row:
    row: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]
    pack: Pack

    def text(self, key: str) -> str:
        return self.cells.get(key, "")

    def parts(self, key: str) -> list[str]:
        return [part for each in re.split("[;\n]", self.text(key)) if (part := each.strip())]

    def wrong(self, key: str, value: str | None = None) -> UsageError:
        return UsageError(
            "policy.table-cell",
            N_("Row {row}, column “{column}”: “{value}” is not understood."),
            next_step=N_("docs/how-to/write-a-policy-pack.md shows what stands in each column."),
            row=self.row,
            column=self.titles.get(key, _HEADERS[key].partition("|")[0]),
            value=(self.text(key) if value is None else value)[:64],
        )

    def number(self, key: str, text: str | None = None) -> Decimal | None:
        said = self.text(key) if text is None else text
        if not said:
            return None
        try:
            found = Decimal(said.replace(",", "."))
        except InvalidOperation:
            raise self.wrong(key, said) from None
        if not found.is_finite():
            raise self.wrong(key, said)
        return found

    def day(self, key: str) -> date | None:
        said = self.text(key)
        if not said:
            return None
        found = parse_date("-".join(reversed(said.split("."))) if "." in said else said)
        if found is None:
            raise self.wrong(key)
        return found

    def example(self, items: Sequence[Item]) -> Example:
        programme = self.pack.programme(self.text("programme"))
        if programme is None:
            raise self.wrong("programme")
        return Example(
            row=self.row,
            number=self.text("applicant"),
            programme=programme,
            applicant=Applicant(self._exams(), self._claim(), self.day("born")),
            items=tuple(items),
            rights=self._rights(),
            points=self.number("points"),
            possible=self.number("possible"),
            because=self.text("because"),
        )

    def _exams(self) -> dict[str, Decimal]:
        found = {}
        for part in self.parts("exams"):
            name, _, result = part.rpartition(" ")
            exam, points = self.pack.exam(name.rstrip(":= ")), self.number("exams", result)
            if exam is None or points is None or exam in found:
                raise self.wrong("exams", part)
            found[exam] = points
        return found

    def _claim(self) -> tuple[str, ...] | None:
        if not self.text("claim"):
            return None
        if is_no_right(self.text("claim")):
            return ()
        known = {each.id for each in self.pack.rights}
        for part in self.parts("claim"):
            if part not in known:
                raise self.wrong("claim", part)
        return tuple(self.parts("claim"))

    def _rights(self) -> tuple[tuple[str, int | None], ...] | None:
        if not self.text("rights"):
            return None
        if is_no_right(self.text("rights")):
            return ()
        found: list[tuple[str, int | None]] = []
        known = {each.id for each in self.pack.rights}
        for part in self.parts("rights"):
            match = re.fullmatch(r"(\S+?)(?:\s*№\s*([0-9]{1,4}))?", part)
            if match is None or match[1] not in known:
                raise self.wrong("rights", part)
            found.append((match[1], int(match[2]) if match[2] else None))
        return tuple(found)

    def item(self, number: int) -> Item:
        """The diploma of this row, as a report would have it."""
        kind = kind_named(self.text("kind"))
        if kind is None:
            raise self.wrong("kind")
        fate = _FATES.get(comparable(self.text("fate")))
        if fate is None:
            raise self.wrong("fate")
        stage = terms.stage_code(self.text("stage"))
        hours = self.number("hours")
        name = self.text("name") or None
        said = Achievement(
            kind=kind.value,
            # Two rows are one achievement only where the official list makes them one.
            id=f"urn:example:{self.text('applicant')}:{number}",
            name=name,
            description=self.text("stage") or (name or "-"),
            list_number=self.text("code") or None,
            profile=self.text("profile") or None,
            stage=Term(self.text("stage"), StageCode(stage).value) if stage else None,
            school_year=self._school_year(),
            school_class=self._class(),
            results=self._results(),
            scores=() if hours is None else (Score(str(hours), "Часы"),),
            awarded=self.day("awarded"),
            not_shown=self._hidden(),
        )
        return Item(
            number=number,
            id="",
            outcome=fate,
            code="item.confirmed",
            tie=Tie.KEY,
            issuer=IssuerSeen("urn:example:issuer", region=self.text("region") or None),
            achievement=said,
        )

    def _school_year(self) -> tuple[int, int] | None:
        if not self.text("year"):
            return None
        found = terms.school_year(self.text("year"))
        if found is None:
            raise self.wrong("year")
        return found.first, found.second

    def _class(self) -> Class | None:
        if not self.text("class"):
            return None
        found = terms.school_class(self.text("class"))
        if found is None:
            raise self.wrong("class")
        return Class(found.text, found.number)

    def _results(self) -> tuple[Term, ...]:
        found = []
        for part in self.parts("result"):
            code, degree = terms.result_code(part)
            found.append(Term(part, None if code is None else code.value, degree))
        return tuple(found)

    def _hidden(self) -> tuple[str, ...]:
        found = []
        for part in self.parts("hidden"):
            fact = "score" if comparable(part) in ("часы", "hours") else field_named(part)
            member = _MEMBERS.get(fact or "")
            if member is None:
                raise self.wrong("hidden", part)
            found.append(member)
        return tuple(found)
