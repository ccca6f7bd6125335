"""The sheet given back with its mistakes: bad cells coloured and explained, and a page of what to do.

    data = marked(Path("results.csv"), roster, language)      # an .xlsx, whatever the sheet was

Every cell is written as the value it was read as; none becomes a formula. Corrected and saved, it reads as
any other sheet: the column of explanations has a header that no template answers to.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits
from vcwallet.characters import begins_a_formula
from vcwallet.errors import N_, Action, MachineError
from vcwallet.files import read_file
from vcwallet.issuer.roster import TO_CORRECT, TOO_LONG, UNCORRECTED, Problem, Roster
from vcwallet.tables.cells import Raw
from vcwallet.tables.headings import Headers
from vcwallet.tables.spreadsheet import Sheet, read_sheets

if TYPE_CHECKING:
    import xlsxwriter

    from vcwallet.locales import Language

_BAD: Final = "#F8C9C4"
_LOOK: Final = "#FBEBB8"
_PAGE: Final = N_("What to do")
_WIDTH: Final = 60


def marked(source: Path | bytes, read: Roster, language: Language) -> bytes:
    """The file of a roster as an .xlsx with its problems in it.

    Raises what `read_sheets` raises and MachineError ``error-sheet.extra-missing``.
    """
    data = source if isinstance(source, bytes) else read_file(source, limits.SHEET_BYTES)
    template = read.template
    headers = Headers(template.columns, template.full_name_headers, said=read.words.columns)
    sheets = read_sheets(data, choose=headers.rate)
    out = io.BytesIO()
    book = workbook(out)
    names: set[str] = set()
    taken = set(read.understood.pages or (read.understood.sheet,))
    for sheet in sheets:
        problems = [
            problem for problem in read.problems if sheet.name in taken and problem.page in ("", sheet.name)
        ]
        _page(book, sheet, _name(sheet.name or language.text(N_("Sheet")), names), problems, read, language)
    _what_to_do(book, _name(language.text(_PAGE), names), read, language)
    book.close()
    return out.getvalue()


def workbook(out: io.BytesIO) -> xlsxwriter.Workbook:
    """An empty workbook in which a text stays a text. Raises MachineError ``error-sheet.extra-missing``."""
    try:
        import xlsxwriter
    except ImportError:
        raise MachineError(
            "error-sheet.extra-missing",
            N_("Writing a spreadsheet needs a part of vcwallet that is not installed."),
            next_step=Action.INSTALL_PART,
            part="issuer",
        ) from None
    # Written row by row it would take less memory, and lie meanwhile on the disk with the names of children,
    # in a file that stays there when the program is killed.
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return xlsxwriter.Workbook(out, {**as_text, "in_memory": True, "nan_inf_to_errors": True})


def _name(wanted: str, taken: set[str]) -> str:
    """A name that a sheet may have: 31 characters, some signs are none, letter case does not tell apart."""
    plain = re.sub(r"[\[\]:*?/\\]", "_", wanted).strip("'")[:31].rstrip("'") or "1"
    name, number = plain, 1
    while name.casefold() in taken:
        number += 1
        name = f"{plain[:27]} {number}"
    taken.add(name.casefold())
    return name


def _page(
    book: Any, sheet: Sheet, name: str, problems: Sequence[Problem], read: Roster, language: Language
) -> None:
    page = book.add_worksheet(name)
    marks: dict[tuple[int, int], list[Problem]] = {}
    by_row: dict[int, list[Problem]] = {}
    for problem in problems:
        place = _place(problem)
        marks.setdefault(place, []).append(problem)
        by_row.setdefault(problem.row - 1, []).append(problem)
    formats: dict[tuple[str, str, bool], Any] = {}

    def look(code: str, colour: str, cell: Raw = "") -> Any:
        # A text that begins like a formula is one again as soon as somebody edits the cell.
        quoted = isinstance(cell, str) and begins_a_formula(cell)
        if (code, colour, quoted) not in formats:
            formats[code, colour, quoted] = book.add_format(
                {
                    "num_format": code or "General",
                    "quote_prefix": quoted,
                    **({"bg_color": colour} if colour else {}),
                }
            )
        return formats[code, colour, quoted]

    width = max((len(row) for row in sheet.rows), default=0)
    for at, row in enumerate(sheet.rows):
        for column in range(max(len(row), *(place[1] + 1 for place in marks if place[0] == at), 0)
                            if at in by_row else len(row)):  # fmt: skip
            cell = row[column] if column < len(row) else ""
            found = marks.get((at, column), ())
            colour = _colour(found)
            _write(page, at, column, cell, look(_code(sheet, at, column, cell), colour, cell), bool(colour))
            if found:
                page.write_comment(at, column, _explained(found, language), {"x_scale": 2, "y_scale": 1.5})
    for at in sheet.survey.hidden_rows:
        page.set_row(at, None, None, {"hidden": True})
    for column in sheet.survey.hidden_columns:
        page.set_column(column, column, None, None, {"hidden": True})
    covered: set[tuple[int, int]] = set()
    for area in sheet.survey.merged:
        # Somebody else's file may say that areas overlap, or reach over the whole sheet.
        bottom, right = min(area.bottom, len(sheet.rows) - 1), min(area.right, width - 1)
        size = max(bottom - area.top + 1, 0) * max(right - area.left + 1, 0)
        if not 2 <= size <= limits.ERROR_SHEET_MERGED_CELLS - len(covered):
            continue
        cells = {(at, column) for at in range(area.top, bottom + 1) for column in range(area.left, right + 1)}
        if not covered.isdisjoint(cells):
            continue
        covered |= cells
        cell = sheet.rows[area.top][area.left] if area.left < len(sheet.rows[area.top]) else ""
        colour = _colour(marks.get((area.top, area.left), ()))
        page.merge_range(area.top, area.left, bottom, right, "")
        seen = look(_code(sheet, area.top, area.left, cell), colour, cell)
        _write(page, area.top, area.left, cell, seen, True)
    if by_row:
        page.write_string(read.understood.header_row - 1, width, language.text(TO_CORRECT), look("", _BAD))
        page.set_column(width, width, _WIDTH)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for at, found in by_row.items():
            if at >= read.understood.header_row:
                sign = UNCORRECTED if any(each.code == TOO_LONG for each in found) else ""
                page.write_string(at, width, sign + _explained(found, language), wrapped)
    page.freeze_panes(read.understood.header_row, 0)


def _place(problem: Problem) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]+)([0-9]+)", problem.cell)
    if found is None:
        return problem.row - 1, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _colour(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    return _BAD if any(problem.blocking for problem in problems) else _LOOK


def _code(sheet: Sheet, row: int, column: int, cell: Raw) -> str:
    code = sheet.survey.format_of(row, column)
    if code or not isinstance(cell, datetime.date):
        return code
    return "dd.mm.yyyy"


def _write(page: Any, row: int, column: int, cell: Raw, look: Any, always: bool) -> None:
    if cell == "":
        if always:
            page.write_blank(row, column, None, look)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, look)
    elif isinstance(cell, int | float):
        page.write_number(row, column, cell, look)
    elif isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        try:
            page.write_datetime(row, column, cell, look)
        except (ValueError, TypeError):
            page.write_string(row, column, str(cell), look)
    else:
        page.write_string(row, column, cell[:32_000], look)


def _explained(problems: Sequence[Problem], language: Language) -> str:
    said = []
    for problem in problems:
        words = language.text(problem.template, **problem.evidence)
        step = language.text(problem.next_step, **problem.evidence) if problem.next_step else ""
        said.append(f"{problem.cell}: {words} {step}".strip() if problem.cell else f"{words} {step}".strip())
    return "\n".join(dict.fromkeys(said))


def _sentences(problems: Sequence[Problem], language: Language) -> Iterable[str]:
    """What is wrong in cells of one kind, each sentence once: cells of a kind hold different words."""
    return dict.fromkeys(language.text(problem.template, **problem.evidence) for problem in problems)


def _what_to_do(book: Any, name: str, read: Roster, language: Language) -> None:
    """The page that says what to do: each kind of mistake once, with its cells."""
    page = book.add_worksheet(name)
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    page.set_column(0, 0, 30)
    page.set_column(1, 2, _WIDTH)
    steps = (
        N_("1. Correct the red cells; yellow ones are worth a look. The column on the right says why."),
        N_("2. Save the file and have it checked again."),
        N_("3. This page and the column on the right may stay: they are not read."),
    )
    for at, step in enumerate(steps):
        page.write_string(at, 0, language.text(step), bold)
    heads = (N_("Cells"), N_("What is wrong"), N_("What to do"))
    for column, head in enumerate(heads):
        page.write_string(len(steps) + 1, column, language.text(head), bold)
    groups: dict[tuple[str, str, bool], list[Problem]] = {}
    for problem in read.problems:
        groups.setdefault((problem.column, problem.template, problem.blocking), []).append(problem)
    ordered = sorted(groups.items(), key=lambda each: not each[0][2])
    for at, (_, group) in enumerate(ordered, start=len(steps) + 2):
        first = group[0]
        cells = ", ".join(each.cell or str(each.row) for each in group[:40]) + (
            " …" if len(group) > 40 else ""
        )
        texts: Mapping[int, str] = {
            0: cells,
            1: "\n".join(_sentences(group[:40], language)),
            2: language.text(first.next_step, **first.evidence) if first.next_step else "",
        }
        for column, text in texts.items():
            page.write_string(at, column, text, wrapped)


__all__ = ["marked", "workbook"]
