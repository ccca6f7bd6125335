"""The admission office's list of applicants: a spreadsheet -> a row for each of them.

    sheet = read_applicants(Path("applicants.xlsx").read_bytes(), exams={"math": ("Математика",)})
    if not sheet.problems:
        for applicant in sheet.rows:
            print(applicant.number, applicant.name, applicant.born, applicant.exams)

It is read as the issuer's sheets are: headers in Russian or English, any of the encodings and days that
Russian offices write. Who is who is told by number, name and birth date; no number of a state register or of
a document is needed, so a sheet that has one is refused: what is not there cannot be lost.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final

from vcwallet import limits
from vcwallet.credentials.template import Column, ColumnType
from vcwallet.errors import N_, LimitExceeded, UsageError
from vcwallet.tables import letters
from vcwallet.tables.cells import EMPTY, FORMULA, Raw, Remark, read_cell
from vcwallet.tables.headings import FULL_NAME, Headers, Heading
from vcwallet.tables.spreadsheet import Sheet, read_sheets
from vcwallet.verifier.names import application_number, plain_name
from vcwallet.verifier.policy import is_no_right

__all__ = ["ApplicantRow", "ApplicantsSheet", "SheetRemark", "read_applicants"]


@dataclass(frozen=True, slots=True)
class ApplicantRow:
    """One applicant, as the office's own list has them."""

    row: int
    """In the sheet, from 1."""
    number: str
    """Of the application; "" when the list has none."""
    family: str
    given: str = ""
    patronymic: str = ""
    born: date | None = None
    programmes: tuple[str, ...] = ()
    exams: Mapping[str, Decimal] = field(default_factory=dict)
    """Results by the ids of the policy pack."""
    claimed: tuple[str, ...] | None = None
    """Special rights the applicant asks for; None when the list does not say."""
    files: tuple[str, ...] = ()
    """Files and folders that the list names as this applicant's."""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.family, self.given, self.patronymic)))

    @property
    def person(self) -> tuple[str, ...]:
        """Equal in two rows that may be one person with two applications: of one name and birth date."""
        if not self.family or self.born is None:
            return (str(self.row),)
        return *map(plain_name, (self.family, self.given, self.patronymic)), self.born.isoformat()

    @property
    def label(self) -> str:
        """How the applicant is called in a sentence."""
        return " ".join(filter(None, (self.number, self.name)))


@dataclass(frozen=True, slots=True)
class SheetRemark:
    """What is to be said about a cell or a row before anything else is read."""

    row: int
    column: str
    """The title of the column; "" for the row as a whole."""
    value: str
    remark: Remark


@dataclass(frozen=True, slots=True)
class ApplicantsSheet:
    rows: tuple[ApplicantRow, ...]
    problems: tuple[SheetRemark, ...]
    """With any of these the list has to be put right first."""
    notes: tuple[SheetRemark, ...]
    """Worth a look."""
    unused: tuple[str, ...]
    """Titles of columns that are not used."""
    left_out: tuple[int, ...]
    """Rows with neither a number nor a name."""
    sheet: str
    """The name of the one that was read."""
    other_sheets: tuple[str, ...]
    """The names of others that have people in them, too."""
    digest: str
    """SHA-256 of the file, in hexadecimal."""


def _column(key: str, kind: ColumnType, headers: str, length: int = 200) -> Column:
    """A column by its headers, with a bar between them."""
    titles = tuple(each.strip() for each in headers.split("|"))
    return Column(key, kind, "", titles, length=length, minimum=0 if kind is ColumnType.DECIMAL else None)


_FULL_NAMES: Final = (
    *("ФИО", "Ф. И. О.", "Фамилия, имя, отчество", "ФИО абитуриента", "ФИО поступающего", "Абитуриент"),
    *("Поступающий", "Заявитель", "Full name", "Name", "Applicant"),
)
_NUMBER: Final = _column(
    "number",
    ColumnType.CODE,
    "Номер заявления|№ заявления|Заявление|Номер|Номер личного дела|Личное дело|Номер дела|Рег. номер"
    "|Регистрационный номер|Уникальный код|Код поступающего|Номер абитуриента"
    "|Application number|Application no|Application|Number",
    length=64,
)
_FAMILY: Final = _column(
    "family",
    ColumnType.NAME,
    "Фамилия|Фамилия абитуриента|Фамилия поступающего|Family name|Surname|Last name",
)
_GIVEN: Final = _column(
    "given", ColumnType.NAME, "Имя|Имя абитуриента|Имя поступающего|Given name|First name"
)
_PATRONYMIC: Final = _column("patronymic", ColumnType.NAME, "Отчество|Patronymic|Middle name")
_BORN: Final = _column(
    "born",
    ColumnType.DATE,
    "Дата рождения|День рождения|Д. р.|Дата рожд.|Родился|Родилась|Birth date|Date of birth|Born",
)
_PROGRAMMES: Final = _column(
    "programmes",
    ColumnType.TEXT,
    "Направления|Направление|Направления подготовки|Направление подготовки|Код направления"
    "|Коды направлений|Специальность|Специальности|Конкурсные группы|Программы"
    "|Programmes|Programme|Programs|Program",
    length=2_000,
)
_CLAIM: Final = _column(
    "claim",
    ColumnType.TEXT,
    "Особое право|Особые права|Заявленное право|Льгота|Claim|Special right|Special rights",
    length=2_000,
)
_FILE: Final = _column(
    "file",
    ColumnType.TEXT,
    "Файл|Файлы|Имя файла|Имена файлов|Папка|File|Files|File name|Folder",
    length=2_000,
)
_NAMES: Final = frozenset({_FAMILY.key, FULL_NAME})
_HEADERS: Final = "Номер заявления, Фамилия, Имя, Отчество, Дата рождения"
_OWN: Final = (_NUMBER, _FAMILY, _GIVEN, _PATRONYMIC, _BORN, _PROGRAMMES, _CLAIM, _FILE)

_FORBIDDEN: Final = re.compile(
    r"снилс|страховой номер|\bинн\b|паспорт|серия и номер|удостоверени[ея] личности|загранпаспорт"
    r"|snils|passport|identity card|social security"
)
_ODD_SPELLING: Final = frozenset(
    {"roster.latin-letter", "roster.foreign-letter", "roster.name-characters", "roster.initials"}
)
"""Names that a form may hold and a diploma may not: they can be compared, if not signed."""
_OF_SIGNING: Final = frozenset({"roster.letter-case", "roster.normalised"})
"""What matters to who signs a name; whole lists are in capitals, and names compare all the same."""

_NOBODY: Final = Remark(
    "applicants.no-name", N_("The row has no name."), N_("Fill in the family name and the given name.")
)
_NO_NUMBER: Final = Remark(
    "applicants.no-number",
    N_("The row has no number of an application."),
    N_("Without it, diplomas are compared by name and birth date only."),
    blocking=False,
)
_NUMBER_TWICE: Final = Remark(
    "applicants.number-twice",
    N_("The number {number} stands in row {row} already."),
    N_("Each application has a number of its own: correct one of them, or take out the row."),
)
_PERSON_TWICE: Final = Remark(
    "applicants.person-twice",
    N_("Row {row} has the same name and birth date under another number."),
    N_("If that is one person with two applications, diplomas without a number are left to you to assign."),
    blocking=False,
)
_UNKNOWN_RIGHT: Final = Remark(
    "applicants.unknown-right",
    N_("“{value}” is no special right of the rules."),
    N_("Write one of: {known}; or “no” when none is asked for."),
)
_UNKNOWN_PROGRAMME: Final = Remark(
    "applicants.unknown-programme",
    N_("“{value}” is no programme of the rules; nothing is counted for it."),
    N_("If it should be, write it as the rules do."),
    blocking=False,
)
_ERROR: Final = Remark(
    "roster.error-value",
    N_("The cell shows an error of the spreadsheet program."),
    N_("Type the value itself."),
)


def read_applicants(
    data: bytes,
    *,
    exams: Mapping[str, Sequence[str]] | None = None,
    rights: Collection[str] | None = None,
    programme: Callable[[str], str | None] | None = None,
    today: date | None = None,
) -> ApplicantsSheet:
    """Read a list of applicants (.xlsx, .xls, .ods, .csv).

    `exams` are the names of the exams that the rules ask about, by id: a column headed by one of them, with
    or without «ЕГЭ», holds its results. `rights` are the ids that the claim column may name; None takes any.

    Raises what `vcwallet.tables.spreadsheet.read_sheets` raises, LimitExceeded (``applicants.too-many``) and
    UsageError: ``applicants.no-header``, ``applicants.no-name-column``, ``applicants.several-sheets``,
    ``applicants.forbidden-column``, ``applicants.column-twice``. What is wrong with a cell or a row is
    among the `problems`.
    """
    columns = (*_OWN, *(_exam(exam, names) for exam, names in (exams or {}).items()))
    headers = Headers(columns, _FULL_NAMES)
    sheet, heading, others = _headed(read_sheets(data, choose=headers.rate), headers)
    _forbid(heading)
    reading = _Reading(sheet, heading, columns, rights, programme, today)
    for at in range(heading.last + 1, len(sheet.rows)):
        reading.take(at)
    reading.compare()
    return ApplicantsSheet(
        rows=tuple(reading.rows),
        problems=tuple(reading.problems),
        notes=tuple(reading.notes),
        unused=tuple(
            title for title, key in zip(heading.titles, heading.keys, strict=True) if title and key is None
        ),
        left_out=tuple(reading.left_out),
        sheet=sheet.name,
        other_sheets=others,
        digest=hashlib.sha256(data).hexdigest(),
    )


def _exam(key: str, names: Sequence[str]) -> Column:
    """The column of an exam: «Математика», «ЕГЭ математика», «Математика (ЕГЭ)», «Баллы ЕГЭ: математика»."""
    forms = ("{}", "ЕГЭ {}", "{} ЕГЭ", "Балл ЕГЭ {}", "Баллы ЕГЭ {}", "Exam {}")
    headers = [key, *(form.format(name) for name in names for form in forms)]
    return replace(_column(_EXAM + key, ColumnType.DECIMAL, "|".join(headers)), maximum=_EXAM_POINTS)


_EXAM: Final = "exam:"
_EXAM_POINTS: Final = 400
"""No exam gives more, and a number beyond is a slip of the hand."""


def _headed(sheets: Sequence[Sheet], headers: Headers) -> tuple[Sheet, Heading, tuple[str, ...]]:
    """The sheet of applicants with its heading, and the names of other sheets that could be one."""
    found = [
        (sheet, heading)
        for sheet in sheets
        if (heading := headers.find(sheet.rows, sheet.survey.merged)) is not None
        and heading.known & {_NUMBER.key, _FAMILY.key, FULL_NAME}
    ]
    if not found:
        first = next((row for sheet in sheets for row in sheet.rows if any(cell != "" for cell in row)), [])
        raise UsageError(
            "applicants.no-header",
            N_("No row of headers was found; the first row says: {row}"),
            next_step=N_("The list needs a row of headers such as: {headers}."),
            row=" | ".join(str(cell) for cell in first)[:64],
            headers=_HEADERS,
        )
    best = max(len(heading.known) for _, heading in found)
    fitting = [(sheet, heading) for sheet, heading in found if len(heading.known) == best]
    if len(fitting) > 1:
        raise UsageError(
            "applicants.several-sheets",
            N_("Several sheets could be the list of applicants: {sheets}."),
            next_step=N_("Put all applicants into one sheet, or save the right one as a file of its own."),
            sheets=", ".join(sheet.name for sheet, _ in fitting)[:200],
        )
    sheet, heading = fitting[0]
    keys = [key for key in heading.keys if key is not None]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        titles = [title for title, key in zip(heading.titles, heading.keys, strict=True) if key == twice]
        raise UsageError(
            "applicants.column-twice",
            N_("Several columns could be the same one: {titles}."),
            next_step=N_("Rename or delete all of them but one."),
            titles=", ".join(titles)[:200],
        )
    if not heading.known & _NAMES:
        raise UsageError(
            "applicants.no-name-column",
            N_("The list has no column with the family name. Its columns are: {titles}."),
            next_step=N_("The list needs a row of headers such as: {headers}."),
            titles=", ".join(filter(None, heading.titles))[:200],
            headers=_HEADERS,
        )
    others = tuple(
        other.name for other, found_there in found if other is not sheet and found_there.known & _NAMES
    )
    return sheet, heading, others


def _forbid(heading: Heading) -> None:
    for title in heading.titles:
        if _FORBIDDEN.search(title.casefold().replace("ё", "е")):
            raise UsageError(
                "applicants.forbidden-column",
                N_("The list has the column “{title}”. The check has no use for it, and does not read it."),
                next_step=N_(
                    "Delete that column from a copy of the list, and give the copy: numbers of documents"
                    " and of registers must not lie where they are not needed."
                ),
                title=title[:64],
            )


class _Reading:
    """The rows of one sheet, and what is to be said about them."""

    def __init__(
        self,
        sheet: Sheet,
        heading: Heading,
        columns: Sequence[Column],
        rights: Collection[str] | None,
        programme: Callable[[str], str | None] | None,
        today: date | None,
    ) -> None:
        self._sheet = sheet
        self._columns = {column.key: column for column in columns}
        self._places = {key: place for place, key in enumerate(heading.keys) if key is not None}
        self._titles = heading.titles
        self._rights = None if rights is None else {right.casefold(): right for right in rights}
        self._programme = programme
        self._today = today
        self.rows: list[ApplicantRow] = []
        self.problems: list[SheetRemark] = []
        self.notes: list[SheetRemark] = []
        self.left_out: list[int] = []

    def take(self, at: int) -> None:
        if not any(letters.tidy(str(cell)) for cell in self._sheet.rows[at]):
            return
        if not any(self._text(at, key) for key in (_NUMBER.key, _FAMILY.key, _GIVEN.key, FULL_NAME)):
            self.left_out.append(at + 1)
            return
        if len(self.rows) >= limits.QUEUE_APPLICANTS:
            raise LimitExceeded(
                "applicants.too-many",
                N_("The list has more than {limit} applicants."),
                next_step=N_("Divide it, and check each part with its own files."),
                limit=limits.QUEUE_APPLICANTS,
            )
        family, given, patronymic = self._names(at)
        born = self._cell(at, _BORN.key)
        applicant = ApplicantRow(
            row=at + 1,
            number=self._cell(at, _NUMBER.key),
            family=family,
            given=given,
            patronymic=patronymic,
            born=date.fromisoformat(born) if born else None,
            programmes=self._programmes(at),
            exams={
                key.removeprefix(_EXAM): Decimal(value)
                for key in self._places
                if key.startswith(_EXAM) and (value := self._cell(at, key))
            },
            claimed=self._claimed(at),
            files=self._several(at, _FILE.key),
        )
        if not applicant.family:
            self._say(at, None, "", _NOBODY)
        if not applicant.number:
            self._say(at, _NUMBER.key, "", _NO_NUMBER)
        self.rows.append(applicant)

    def compare(self) -> None:
        """One number twice, and one person twice."""
        numbers: dict[str, ApplicantRow] = {}
        people: dict[tuple[str, ...], ApplicantRow] = {}
        for each in self.rows:
            if each.number:
                first = numbers.setdefault(application_number(each.number), each)
                if first is not each:
                    remark = replace(_NUMBER_TWICE, evidence={"number": each.number, "row": first.row})
                    self._say(each.row - 1, _NUMBER.key, each.number, remark)
                    continue
            first = people.setdefault(each.person, each)
            if first is not each:
                remark = replace(_PERSON_TWICE, evidence={"row": first.row})
                self._say(each.row - 1, None, each.name, remark)

    def _names(self, at: int) -> tuple[str, str, str]:
        if FULL_NAME in self._places and _FAMILY.key not in self._places:
            words = letters.one_hyphen(letters.tidy(self._text(at, FULL_NAME))).split(" ", 2)
            return (*words, "", "")[:3] if words != [""] else ("", "", "")  # type: ignore[return-value]
        return self._cell(at, _FAMILY.key), self._cell(at, _GIVEN.key), self._cell(at, _PATRONYMIC.key)

    def _several(self, at: int, key: str) -> tuple[str, ...]:
        """A cell with several values, divided by semicolons or lines."""
        parts = re.split(r"[;\n]", self._lines(at, key))
        return tuple(dict.fromkeys(part for each in parts if (part := letters.tidy(each))))

    def _programmes(self, at: int) -> tuple[str, ...]:
        values = self._several(at, _PROGRAMMES.key)
        for value in values:
            if self._programme is not None and self._programme(value) is None:
                self._say(
                    at, _PROGRAMMES.key, value, replace(_UNKNOWN_PROGRAMME, evidence={"value": value[:64]})
                )
        return values

    def _claimed(self, at: int) -> tuple[str, ...] | None:
        values = self._several(at, _CLAIM.key)
        if not values:
            return None
        if len(values) == 1 and is_no_right(values[0]):
            return ()
        claimed = []
        for value in values:
            right = value if self._rights is None else self._rights.get(value.casefold())
            if right is None:
                known = ", ".join(sorted((self._rights or {}).values()))[:200] or "-"
                remark = replace(_UNKNOWN_RIGHT, evidence={"value": value[:64], "known": known})
                self._say(at, _CLAIM.key, value, remark)
            else:
                claimed.append(right)
        return tuple(claimed)

    def _lines(self, at: int, key: str) -> str:
        cell = self._seen(at, key)
        return str(cell) if not isinstance(cell, Remark) else self._refused(at, key, cell)

    def _text(self, at: int, key: str) -> str:
        place = self._places.get(key)
        row = self._sheet.rows[at]
        return letters.tidy(str(row[place])) if place is not None and place < len(row) else ""

    def _cell(self, at: int, key: str) -> str:
        """The canonical text of a cell; "" when it is empty, or wrong and told."""
        cell = self._seen(at, key)
        if isinstance(cell, Remark):
            return self._refused(at, key, cell)
        column = self._columns[key]
        value, remarks = read_cell(column, cell, today=self._today)
        written = letters.tidy(str(cell))
        for remark in remarks:
            if column.type is ColumnType.NAME and remark.code in _ODD_SPELLING:
                value, remark = written, replace(remark, blocking=False)
            if remark.code not in _OF_SIGNING:
                self._say(at, key, written, remark)
        return value

    def _seen(self, at: int, key: str) -> Raw | Remark:
        """A cell as a person sees it, or why its value is not what a person wrote."""
        place = self._places.get(key)
        row = self._sheet.rows[at]
        if place is None or place >= len(row):
            return ""
        survey = self._sheet.survey
        if (at, place) in survey.formulas:
            return FORMULA
        if (at, place) in survey.errors:
            return _ERROR
        cell = row[place]
        if isinstance(cell, date) or self._columns[key].type is ColumnType.DECIMAL:
            return cell
        shown = self._sheet.shown(at, place, cell)
        return cell if shown is None else shown

    def _refused(self, at: int, key: str, remark: Remark) -> str:
        self._say(at, key, self._text(at, key), remark)
        return ""

    def _say(self, at: int, key: str | None, value: str, remark: Remark) -> None:
        if remark is EMPTY:
            return
        place = self._places.get(key) if key is not None else None
        title = self._titles[place] if place is not None else ""
        said = self.problems if remark.blocking else self.notes
        if len(said) < limits.ROSTER_PROBLEMS:
            said.append(SheetRemark(at + 1, title, value[:64], remark))
