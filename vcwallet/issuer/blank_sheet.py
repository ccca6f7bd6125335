"""An empty sheet to fill in: the headers of a template, its allowed values to choose from, and examples.

    data = blank(template, language, given={"year"})    # an .xlsx without the columns that are given

Examples stand on a page of their own and in the hints of cells, so that nobody signs them.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from vcwallet.credentials.template import Column, ColumnType, Template
from vcwallet.errors import N_
from vcwallet.issuer.error_sheet import workbook

if TYPE_CHECKING:
    from vcwallet.locales import Language

_ROWS: Final = 1000
_EXAMPLES: Final = {
    ColumnType.NAME: "Тестова",
    ColumnType.TEXT: "«Вымысел»",
    ColumnType.DATE: "17.05.2009",
    ColumnType.INTEGER: "36",
    ColumnType.DECIMAL: "97,5",
    ColumnType.CLASS: "10 «А»",
    ColumnType.CODE: "0007",
    ColumnType.YEAR: "2025/26",
    ColumnType.DID: "did:key:z6Mk…",
}
_KNOWN: Final = {
    "family": "Тестова",
    "given": "Проба",
    "patronymic": "Вымысловна",
    "school": "Школа № 0",
    "location": "Небывалинск",
    "profile": "Математика",
    "subject": "Математика",
}
"""What a column of this name holds in the kits; another column of words has a word that says so."""
_HOW: Final = {
    ColumnType.NAME: N_("As in the passport, a capital letter first."),
    ColumnType.TEXT: N_("Words on one line, about the achievement only."),
    ColumnType.DATE: N_("A day: dd.mm.yyyy."),
    ColumnType.INTEGER: N_("A whole number."),
    ColumnType.DECIMAL: N_("A number with up to three decimals."),
    ColumnType.CHOICE: N_("One of the values of the list."),
    ColumnType.CLASS: N_("A class: 9, 9А, 9 «А» or 10-2."),
    ColumnType.CODE: N_("A number or code; zeros in front stay."),
    ColumnType.YEAR: N_("A school year: 2025/26."),
    ColumnType.DID: N_(
        "What the family's wallet gave, or nothing. Without it the diploma is tied to the child by name"
        " alone, and most verifiers other than vcwallet refuse a showing of it."
    ),
}


def blank(template: Template, language: Language, *, given: Collection[str] = ()) -> bytes:
    """An empty .xlsx for a template, without the columns that are `given` for the whole sheet.

    Raises MachineError ``error-sheet.extra-missing``.
    """
    out = io.BytesIO()
    book = workbook(out)
    page = book.add_worksheet(language.text(N_("To fill in")))
    columns = [column for column in template.columns if column.key not in given]
    # The id comes first: it is asked for before the names are typed, and forgotten behind them.
    columns.sort(key=lambda column: column.type is not ColumnType.DID)
    needed = book.add_format({"bold": True, "bg_color": "#DCE9F5", "border": 1})
    optional = book.add_format({"bg_color": "#F3F3F3", "border": 1})
    values = language.text(N_("Values"))
    choices = [column for column in columns if column.type is ColumnType.CHOICE]
    for at, column in enumerate(columns):
        code = {ColumnType.DATE: "dd.mm.yyyy", ColumnType.INTEGER: "0", ColumnType.DECIMAL: "General"}
        page.set_column(
            at,
            at,
            max(14, len(column.headers[0]) + 4),
            book.add_format({"num_format": code.get(column.type, "@")}),
        )
        page.write_string(0, at, column.headers[0], needed if column.required else optional)
        page.data_validation(1, at, _ROWS, at, _validation(column, choices, values, language))
    page.freeze_panes(1, 0)
    _explain(book, language, columns, needed)
    if choices:
        listed = book.add_worksheet(values)
        for at, column in enumerate(choices):
            listed.set_column(at, at, 34)
            for row, choice in enumerate(column.choices):
                listed.write_string(row, at, choice.value)
    book.close()
    return out.getvalue()


def _validation(column: Column, choices: list[Column], values: str, language: Language) -> dict[str, Any]:
    how = language.text(
        N_("{how} For example: {example}"), how=language.text(_HOW[column.type]), example=example(column)
    )
    hint: dict[str, Any] = {
        "input_title": column.headers[0][:32],
        "input_message": how[:255],
        "error_type": "warning",
        "ignore_blank": True,
    }
    if column.type is ColumnType.CHOICE:
        letter = chr(65 + choices.index(column))
        source = f"='{values}'!${letter}$1:${letter}${len(column.choices)}"
        return {**hint, "validate": "list", "source": source, "error_type": "stop"}
    if column.type is ColumnType.DATE:
        days = {"minimum": datetime.date(1950, 1, 1), "maximum": datetime.date(2099, 12, 31)}
        return {**hint, "validate": "date", "criteria": "between", **days}
    if column.type in (ColumnType.INTEGER, ColumnType.DECIMAL):
        kind = "integer" if column.type is ColumnType.INTEGER else "decimal"
        ends = {"minimum": column.minimum or 0, "maximum": column.maximum or 10**9}
        return {**hint, "validate": kind, "criteria": "between", **ends}
    return {**hint, "validate": "any"}


def example(column: Column) -> str:
    """A value that a column takes, of a child whom nobody takes for real."""
    if column.choices:
        return column.choices[0].value
    return _KNOWN.get(column.key) or _EXAMPLES[column.type]


def _explain(book: Any, language: Language, columns: list[Column], bold: Any) -> None:
    page = book.add_worksheet(language.text(N_("Examples")))
    page.set_column(0, 3, 34)
    heads = (N_("What goes there"), N_("Must be filled in"), N_("For example"), N_("How to write it"))
    for at, head in enumerate(heads):
        page.write_string(0, at, language.text(head), bold)
    for row, column in enumerate(columns, start=1):
        said = (
            column.headers[0],
            language.text(N_("yes")) if column.required else language.text(N_("no")),
            example(column),
            language.text(_HOW[column.type]),
        )
        for at, text in enumerate(said):
            page.write_string(row, at, text)
