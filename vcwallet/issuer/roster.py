"""A spreadsheet and a template -> rows that can be signed, and everything that is wrong, cell by cell.

roster = read(Path("results.csv"), template, today=date.today())
roster.understood       # what was guessed: show it before anything is signed
roster.problems         # every one of them, with row, column, value and what to do
roster.rows             # the rows nothing blocking was said about
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from vcwallet import limits
from vcwallet.credentials.spelling import fold
from vcwallet.credentials.template import ColumnType, Template
from vcwallet.errors import N_, EvidenceValue, UsageError
from vcwallet.issuer import cells, letters
from vcwallet.issuer.cells import Raw, Remark
from vcwallet.issuer.spreadsheet import Sheet, read_sheets

FULL_NAME: Final = "full_name"
_PARTS: Final = tuple(f"/credentialSubject/{name}" for name in ("familyName", "givenName", "patronymicName"))
_AFTER_PATRONYMIC: Final = frozenset({"оглы", "кызы", "гызы", "улы", "угли", "заде"})
_MEMORY: Final = 50_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be signed: canonical values in the order of the template's columns."""

    number: int
    """As the person sees it in the sheet, from 1."""
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell, in words for the person who owns the sheet.

    `template` and `next_step` are `N_` templates for `evidence`. Not `blocking`: put right, or worth a look.
    """

    row: int
    cell: str
    """``C7``; "" where a whole row or column is meant."""
    column: str
    """The header as it stands in the sheet."""
    value: str
    """At most 64 characters of what stands there."""
    code: str
    template: str
    next_step: str
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Understood:
    """How the file was read: guesses that a person confirms."""

    format: str
    sheet: str
    other_sheets: tuple[str, ...]
    encoding: str
    delimiter: str
    header_row: int
    columns: tuple[tuple[str, str], ...]
    """(header in the sheet, key of the template's column or "full_name")."""
    ignored: tuple[str, ...]
    """Headers nothing was taken from."""
    given: tuple[tuple[str, str], ...]
    """(key of the template's column, value) that all rows get, for the sheet has no such column."""
    first_names: tuple[str, ...]
    """Of the first three people, as they will be signed."""
    rows: int
    """Rows with anything in the columns that are used, good and bad."""
    skipped: int
    """Rows that honestly earn nothing (participants)."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A sheet that was read for a template."""

    template: Template
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    """In the order of the sheet; at most `limits.ROSTER_PROBLEMS`."""
    more_problems: int
    understood: Understood

    @property
    def blocking(self) -> bool:
        return self.more_problems > 0 or any(problem.blocking for problem in self.problems)

    @property
    def bad_rows(self) -> int:
        """How many rows something blocking was said about."""
        return len({problem.row for problem in self.problems if problem.blocking}) + self.more_problems

    def title(self, key: str) -> str:
        """The template's own header of a column, by its key or "full_name"."""
        if key == FULL_NAME:
            return self.template.full_name_headers[0]
        return self.template.column(key).headers[0]


def read(
    source: Path | bytes,
    template: Template,
    *,
    today: date | None = None,
    given: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> Roster:
    """Read and check a whole sheet; collects every problem instead of stopping at the first.

    `given` are values by column key for what the sheet has no column of (the olympiad's name). Days after
    `today` are problems when it is given. `sheet` names a sheet of a workbook; otherwise the one whose
    headers fit best is taken.

    Raises what `vcwallet.issuer.spreadsheet.read_sheets` raises, and UsageError: ``roster.no-sheet``,
    ``roster.no-header``, ``roster.given`` for a key the template has not; a value in `given` that its column
    does not take has the code a cell would have.
    """
    data = source if isinstance(source, bytes) else _bytes(source)
    headers = _Headers(template)
    sheets = read_sheets(data, choose=lambda rows: headers.find(rows)[1])
    if sheet is not None:
        sheets = tuple(one for one in sheets if one.name == sheet)
        if not sheets:
            raise UsageError(
                "roster.no-sheet",
                N_("There is no sheet “{name}” in the file."),
                next_step=N_("Name a sheet that is in the file."),
                name=sheet[:64],
            )
    best = max(sheets, key=lambda one: headers.find(one.rows)[1])
    at, fitting = headers.find(best.rows)
    if not fitting:
        shown = next((row for row in best.rows if any(cell != "" for cell in row)), ())
        raise UsageError(
            "roster.no-header",
            N_("No row of headers was found; the first row says: {row}"),
            next_step=N_("The table needs a row of headers such as: {headers}."),
            row=" | ".join(str(cell) for cell in shown)[:64],
            headers=", ".join(column.headers[0] for column in template.columns if column.required)[:200],
        )
    reader = _Reader(template, best, at, headers, _given(template, given or {}, today), today)
    return reader.roster(tuple(one.name for one in sheets if one is not best))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(limits.SHEET_BYTES + 1)


def _given(template: Template, given: Mapping[str, str], today: date | None) -> dict[int, str]:
    values = {}
    known = {column.key for column in template.columns}
    for key, raw in given.items():
        if key not in known:
            raise UsageError(
                "roster.given",
                N_("The template {template} has no column “{key}” to give a value for."),
                next_step=N_("Correct it in issuer.toml. The columns are: {known}."),
                template=template.id,
                key=key[:64],
                known=", ".join(sorted(known)),
            )
        value, remarks = cells.read_cell(template.column(key), raw, today=today)
        refused = next((remark for remark in remarks if remark.blocking), None)
        if refused is not None:
            raise UsageError(
                refused.code,
                N_("“{value}” cannot be the value of “{key}” for the whole sheet."),
                next_step=refused.next_step,
                **{**refused.evidence, "key": key, "value": raw[:64]},
            )
        values[template.place(key)] = value
    return values


def column_letters(place: int) -> str:
    """0 -> A, 27 -> AB: how spreadsheet programs name columns."""
    letters_ = ""
    place += 1
    while place:
        place, digit = divmod(place - 1, 26)
        letters_ = chr(65 + digit) + letters_
    return letters_


class _Headers:
    """The headers a template answers to."""

    def __init__(self, template: Template) -> None:
        self._keys = {fold(header): column.key for column in template.columns for header in column.headers}
        self._keys.update((fold(header), FULL_NAME) for header in template.full_name_headers)
        self._required = {column.key for column in template.columns if column.required}

    def key(self, cell: Raw) -> str | None:
        if not isinstance(cell, str) or len(cell) > 200:
            return None
        return self._keys.get(fold(cell)) or self._keys.get(fold(cell.partition("(")[0]))

    def find(self, rows: Sequence[Sequence[Raw]]) -> tuple[int, int]:
        """(index of the row of headers, how many of its cells are known), 0 known when there is none."""
        best = (0, 0)
        for at, row in enumerate(rows[: limits.ROSTER_HEADER_ROWS]):
            known = {self.key(cell) for cell in row} - {None}
            # One word is a title («Олимпиада»), not a row of headers, unless it heads a list of names.
            if len(known) > best[1] and (len(known) > 1 or FULL_NAME in known):
                best = (at, len(known))
        return best


class _Reader:
    def __init__(
        self,
        template: Template,
        sheet: Sheet,
        header: int,
        headers: _Headers,
        given: Mapping[int, str],
        today: date | None,
    ) -> None:
        self.template = template
        self.sheet = sheet
        self.header = header
        self.given = given
        self.today = today
        self.problems: list[Problem] = []
        self.more = 0
        self.titles = [letters.tidy(str(cell)) for cell in sheet.rows[header]]
        self.where: dict[int, int] = {}
        """Place in the template -> column of the sheet."""
        self.full_name: int | None = None
        self._map(headers)
        self.memory: list[dict[tuple[type, Raw], cells.Reading]] = [{} for _ in template.columns]
        self.names = [
            place for place, column in enumerate(template.columns) if column.type is ColumnType.NAME
        ]
        self.skips = [
            (place, frozenset(choice.value for choice in column.choices if choice.skip))
            for place, column in enumerate(template.columns)
            if any(choice.skip for choice in column.choices)
        ]

    def _map(self, headers: _Headers) -> None:
        found: dict[str, int] = {}
        for at, cell in enumerate(self.sheet.rows[self.header]):
            key = headers.key(cell)
            if key is None:
                continue
            if key in found:
                self._say(
                    self.header,
                    at,
                    cell,
                    Remark(
                        "roster.column-twice",
                        N_("The columns “{first}” ({place}) and “{second}” both say the same thing."),
                        N_("Delete or rename one of them."),
                        {
                            "first": self.titles[found[key]][:64],
                            "place": column_letters(found[key]),
                            "second": self.titles[at][:64],
                        },
                    ),
                )
                continue
            found[key] = at
        parts = [self.template.place_of_target(target) for target in _PARTS]
        separate = any(place is not None and self.template.columns[place].key in found for place in parts)
        if FULL_NAME in found and not separate:
            self.full_name = found[FULL_NAME]
        for place, column in enumerate(self.template.columns):
            if column.key in found:
                self.where[place] = found[column.key]
            elif (
                column.required
                and place not in self.given
                and not (self.full_name is not None and column.into in _PARTS)
            ):
                self._say(
                    self.header,
                    None,
                    "",
                    Remark(
                        "roster.missing-column",
                        N_("There is no column “{header}”."),
                        N_("Add a column with one of these headers: {headers}."),
                        {
                            "header": column.headers[0],
                            "headers": ", ".join(f"«{header}»" for header in column.headers[:6]),
                        },
                    ),
                )

    def roster(self, other_sheets: tuple[str, ...]) -> Roster:
        usable = not self.problems
        rows: list[Row] = []
        seen: dict[bytes, int] = {}
        total = skipped = 0
        first_names: list[str] = []
        header = self.sheet.rows[self.header]
        for at in range(self.header + 1, len(self.sheet.rows)):
            raw = self.sheet.rows[at]
            if not self._anything(raw) or raw == header:
                continue
            total += 1
            values, remarks = self._row(at, raw)
            if any(values[place] in skip for place, skip in self.skips):
                skipped += 1
                continue
            good = usable
            for column, cell, remark in remarks:
                self._say(at, column, cell, remark)
                good = good and not remark.blocking
            if not good:
                continue
            first = seen.setdefault(self.template.identity(values), at)
            if first != at:
                self._say(at, None, "", _same_as(first + 1))
                continue
            rows.append(Row(at + 1, values))
            if len(first_names) < 3:
                first_names.append(" ".join(values[place] for place in self.names if values[place]))
        used = {column: self.template.columns[place].key for place, column in self.where.items()}
        if self.full_name is not None:
            used[self.full_name] = FULL_NAME
        return Roster(
            self.template,
            tuple(rows),
            tuple(self.problems),
            self.more,
            Understood(
                format=self.sheet.format,
                sheet=self.sheet.name,
                other_sheets=other_sheets,
                encoding=self.sheet.encoding,
                delimiter=self.sheet.delimiter,
                header_row=self.header + 1,
                columns=tuple((self.titles[column], key) for column, key in sorted(used.items())),
                ignored=tuple(
                    title for column, title in enumerate(self.titles) if title and column not in used
                ),
                given=tuple(
                    (self.template.columns[place].key, value)
                    for place, value in sorted(self.given.items())
                    if place not in self.where and value
                ),
                first_names=tuple(first_names),
                rows=total,
                skipped=skipped,
            ),
        )

    def _anything(self, raw: Sequence[Raw]) -> bool:
        width = len(raw)
        for column in self.where.values():
            if column < width and raw[column] != "" and not _blank(raw[column]):
                return True
        column = -1 if self.full_name is None else self.full_name
        return 0 <= column < width and not _blank(raw[column])

    def _row(
        self, at: int, raw: Sequence[Raw]
    ) -> tuple[tuple[str, ...], list[tuple[int | None, Raw, Remark]]]:
        values = [""] * len(self.template.columns)
        remarks: list[tuple[int | None, Raw, Remark]] = []
        for place, value in self.given.items():
            values[place] = value
        width = len(raw)
        for place, column in self.where.items():
            cell = raw[column] if column < width else ""
            values[place], said = self._cell(place, at, column, cell)
            if said:
                remarks += [(column, cell, remark) for remark in said]
        if self.full_name is not None:
            cell = raw[self.full_name] if self.full_name < width else ""
            for remark in self._split(at, cell, values):
                remarks.append((self.full_name, cell, remark))
        odd = self._odd_script(values)
        if odd is not None:
            column = self.where.get(odd, self.full_name if self.full_name is not None else -1)
            remarks.append((column, values[odd], _ONE_PART_LATIN))
        return tuple(values), remarks

    def _cell(self, place: int, at: int, column: int, cell: Raw) -> cells.Reading:
        if self.sheet.formulas and (at, column) in self.sheet.formulas:
            return "", (cells.FORMULA,)
        if self.sheet.errors and (at, column) in self.sheet.errors:
            return "", (_ERROR,)
        memory = self.memory[place]
        # 1, 1.0 and True are one key to a dictionary, and three different cells.
        key = (type(cell), cell)
        reading = memory.get(key)
        if reading is None:
            reading = cells.read_cell(self.template.columns[place], cell, today=self.today)
            if len(memory) < _MEMORY:
                memory[key] = reading
        return reading

    def _split(self, at: int, cell: Raw, values: list[str]) -> Sequence[Remark]:
        """Family name, given name and patronymic out of one cell."""
        assert self.full_name is not None
        if (at, self.full_name) in self.sheet.formulas:
            return (cells.FORMULA,)
        if (at, self.full_name) in self.sheet.errors:
            return (_ERROR,)
        words = letters.one_hyphen(letters.tidy(str(cell))).split(" ") if not _blank(cell) else []
        if not words:
            return (_NO_NAME,)
        if len(words) == 4 and words[3].casefold() in _AFTER_PATRONYMIC:
            words[2:] = [" ".join(words[2:])]
        if len(words) not in (2, 3) or not isinstance(cell, str):
            return (_NOT_THREE_WORDS,)
        remarks: list[Remark] = []
        for target, word in zip(_PARTS, words, strict=False):
            place = self.template.place_of_target(target)
            if place is None:
                return (_NOT_THREE_WORDS,)
            values[place], said = cells.read_cell(self.template.columns[place], word, today=self.today)
            remarks += said
        if not unicodedata.is_normalized("NFC", cell):
            remarks.append(cells.NORMALISED)
        return remarks

    def _odd_script(self, values: Sequence[str]) -> int | None:
        """The place of a part of the name in another script than the others, if any."""
        written: dict[str, list[int]] = {}
        for place in self.names:
            if values[place]:
                kind = "Cyrillic" if values[place][0] >= "\u0400" else "Latin"
                written.setdefault(kind, []).append(place)
        if len(written) < 2:
            return None
        return min(written.values(), key=len)[0] if len(written["Latin"]) != 1 else written["Latin"][0]

    def _say(self, at: int, column: int | None, cell: Raw, remark: Remark) -> None:
        if len(self.problems) >= limits.ROSTER_PROBLEMS:
            self.more += remark.blocking
            return
        known = column is not None and 0 <= column < len(self.titles)
        self.problems.append(
            Problem(
                row=at + 1,
                cell=f"{column_letters(column)}{at + 1}" if column is not None else "",
                column=self.titles[column] if known and column is not None else "",
                value=str(cell)[:64],
                code=remark.code,
                template=remark.template,
                next_step=remark.next_step,
                evidence=remark.evidence,
                blocking=remark.blocking,
            )
        )


def _blank(cell: Raw) -> bool:
    return isinstance(cell, str) and (not cell or cell.isspace())


def _same_as(row: int) -> Remark:
    return Remark(
        "roster.duplicate",
        N_("The same child and the same achievement stand in row {row} already."),
        N_("Delete one of the two rows. If these are two children, add their birth dates or schools."),
        {"row": row},
    )


_ERROR: Final = Remark(
    "roster.error-value",
    N_("The cell shows an error of the spreadsheet program."),
    N_("Type the value itself."),
)
_NO_NAME: Final = Remark(
    "roster.empty", N_("The cell is empty."), N_("Fill it in: no diploma can do without it.")
)
_NOT_THREE_WORDS: Final = Remark(
    "roster.full-name",
    N_("A name in one cell must be two or three words: family name, given name, patronymic."),
    N_("Put family name, given name and patronymic into three columns."),
)
_ONE_PART_LATIN: Final = Remark(
    "roster.latin-letter",
    N_("One part of the name is in Latin letters, another in Russian ones."),
    N_("Type the name again in one keyboard layout."),
)

__all__ = ["Problem", "Roster", "Row", "Understood", "column_letters", "read"]
