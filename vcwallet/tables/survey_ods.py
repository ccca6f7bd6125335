"""The survey of an .ods: OpenDocument 1.3 part 3, section 9.1; only what is needed.

The file holds the text that each cell shows beside its value, so no format has to be applied.
"""

from __future__ import annotations

import re
import zipfile
from xml.parsers import expat

from vcwallet import limits
from vcwallet.errors import N_, LimitExceeded
from vcwallet.tables import inks
from vcwallet.tables.survey import Merged, Survey, check_count, parser, pieces, unreadable


def survey_ods(archive: zipfile.ZipFile) -> list[Survey]:
    """The surveys of an .ods, in the order of its sheets."""
    reading = _Reading()
    xml = parser()
    xml.StartElementHandler = reading.started
    xml.EndElementHandler = reading.ended
    xml.CharacterDataHandler = reading.text
    try:
        for chunk in pieces(archive, "content.xml"):
            xml.Parse(chunk)
        xml.Parse(b"", True)
    except expat.ExpatError as error:
        raise unreadable(str(error)) from None
    return reading.surveys


class _Reading:
    def __init__(self) -> None:
        self.surveys: list[Survey] = []
        self.row = self.height = self.column = self.width = self.next_column = 0
        self.value: str | None = None
        """Of the number or day whose shown text is being read."""
        self.words: list[str] = []
        self.style = ""
        self.inks: dict[str, tuple[str, str]] = {}
        """By the name of a style: the colours of the text and of what is behind it."""
        self.defaults: list[str] = []
        """By column: the style of cells that name none."""

    def started(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self.style = attributes.get("style:name", "")
            self.inks[self.style] = self.inks.get(
                attributes.get("style:parent-style-name", ""), (inks.BLACK, inks.WHITE)
            )
        elif name == "style:text-properties" and self.style in self.inks:
            ink, ground = self.inks[self.style]
            self.inks[self.style] = (inks.named(attributes.get("fo:color", ink)), ground)
        elif name == "style:table-cell-properties" and self.style in self.inks:
            ink, ground = self.inks[self.style]
            colour = attributes.get("fo:background-color", ground)
            self.inks[self.style] = (ink, inks.WHITE if colour == "transparent" else inks.named(colour))
        elif name == "table:table":
            self.defaults = []
            self.surveys.append(Survey())
            check_count(len(self.surveys))
            self.row = self.height = self.next_column = 0
        elif not self.surveys:
            return
        elif name == "table:table-column":
            width = _repeated(attributes, "table:number-columns-repeated")
            style = attributes.get("table:default-cell-style-name", "")
            self.defaults += [style] * (min(width, limits.SHEET_COLUMNS - len(self.defaults)) if style else 0)
            if attributes.get("table:visibility", "visible") != "visible":
                last = min(self.next_column + width, limits.SHEET_COLUMNS)
                self.surveys[-1].hidden_columns.update(range(self.next_column, last))
            self.next_column += width
        elif name == "table:table-row":
            self.row += self.height
            self.height, self.column = _repeated(attributes, "table:number-rows-repeated"), 0
            self.width = 0
            if attributes.get("table:visibility", "visible") != "visible":
                last = min(self.row + self.height, limits.SHEET_ROWS)
                self.surveys[-1].hidden_rows.update(range(self.row, last))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)
        elif name == "text:p" and self.value is not None and self.words:
            self.words.append("\n")
        elif name == "text:s" and self.value is not None:
            self.words.append(" ")

    def _cell(self, attributes: dict[str, str]) -> None:
        survey = self.surveys[-1]
        self.width = _repeated(attributes, "table:number-columns-repeated")
        formula = "table:formula" in attributes
        if formula or any(key.endswith("value-type") for key in attributes):
            survey.reach(self.row + self.height - 1, self.column + self.width - 1)
            for step in range(min(self.width, limits.SHEET_COLUMNS) if formula else 0):
                survey.mark(survey.formulas, self.row, self.column + step)
            self._note_ink(attributes.get("table:style-name", ""))
        down = _repeated(attributes, "table:number-rows-spanned")
        right = _repeated(attributes, "table:number-columns-spanned")
        survey.merge(Merged(self.row, self.column, self.row + down - 1, self.column + right - 1))
        self.value = attributes.get("office:value", attributes.get("office:date-value"))
        self.words = []

    def _note_ink(self, style: str) -> None:
        survey = self.surveys[-1]
        for column in range(self.column, min(self.column + self.width, limits.SHEET_COLUMNS)):
            default = self.defaults[column] if column < len(self.defaults) else ""
            survey.ink(
                self.row, column, inks.unseen(*self.inks.get(style or default, (inks.BLACK, inks.WHITE)))
            )

    def ended(self, name: str) -> None:
        if name not in ("table:table-cell", "table:covered-table-cell") or not self.surveys:
            return
        if self.value is not None:
            shown = "".join(self.words)
            if not _says(shown, self.value):
                self._show(shown)
        self.value = None
        self.column += self.width

    def _show(self, text: str) -> None:
        shown = self.surveys[-1].shown
        if len(shown) + self.height * self.width > limits.SHEET_SHOWN:
            raise LimitExceeded(
                "spreadsheet.too-many-cells",
                N_("The sheet reaches too far: its filled cells span more than {limit}."),
                next_step=N_("Delete stray cells far to the right or far below, or save only the table."),
                limit=limits.SHEET_SHOWN,
            )
        for row in range(self.row, self.row + self.height):
            for column in range(self.column, self.column + self.width):
                shown[row, column] = text

    def text(self, data: str) -> None:
        if self.value is not None:
            self.words.append(data)


def _says(shown: str, value: str) -> bool:
    """Whether a shown text is the plain number or the whole day, in whatever order its parts stand."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*", value):
        return len(re.findall(r"\w+", shown)) >= 3
    return shown.replace(",", ".") == value


def _repeated(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise unreadable(f"{name} is {text[:20]}")
    return int(text)
