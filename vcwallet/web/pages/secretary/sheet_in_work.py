"""The sheet that a secretary is working on, with what was said of it, from page to page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet.issuer import Issued, Issuer, Plan, PlannedRow, Roster, SheetWords
from vcwallet.web.pages.uploads import Form

__all__ = ["NOTHING_SAID", "NO_DIPLOMA", "SheetInWork", "read_again", "row_key", "said_in", "settled"]

NO_DIPLOMA: Final = "-"
"""Stands in a form for no diploma."""
NOTHING_SAID: Final = ""
"""Stands in a form for a word that nobody explained yet."""


@dataclass
class SheetInWork:
    """One sheet. Every answer is used by the next reading; nothing is signed before `issued`."""

    name: str
    content: bytes
    template: str
    words: SheetWords
    page: str | None = None
    all_pages: bool = False
    header_row: int | None = None
    hidden: bool = False
    name_case: bool = False
    without_results: bool = False
    allowed: frozenset[str] = frozenset()
    """Rows whose words were looked at."""
    remember: bool = True
    read: Roster | None = None
    only_good: bool = False
    """The rows with mistakes stay for later."""
    plan: Plan | None = None
    seen: int = 0
    """The number of the plan that was decided on last (`Visit.demand_seen`)."""
    pictures: list[tuple[str, str, str]] = field(default_factory=list)
    """Why a diploma is looked at, whose it is, and the address of its picture."""
    replace: bool = False
    restore: bool = False
    issued: Issued | None = None

    @property
    def roster(self) -> Roster:
        assert self.read is not None
        return self.read

    def to_sign(self) -> int:
        """How many diplomas would be signed."""
        plan = self.plan
        if plan is None:
            return 0
        total = len(plan.new) + len(plan.another) + len(plan.corrected) + len(plan.unfinished)
        return total + (len(plan.changed) if self.replace else 0) + (len(plan.revoked) if self.restore else 0)


def read_again(sheet: SheetInWork, issuer: Issuer, now: datetime) -> Roster:
    """Read the sheet as it was said to be. Raises what `Issuer.read` raises."""
    sheet.plan = None
    sheet.read = issuer.read(
        sheet.content,
        template=sheet.template,
        page=sheet.page,
        all_pages=sheet.all_pages,
        header_row=sheet.header_row,
        hidden=sheet.hidden,
        name_case=sheet.name_case,
        without_results=sheet.without_results,
        allow_text=sheet.allowed,
        columns=sheet.words.columns,
        meanings=sheet.words.meanings,
        now=now,
    )
    return sheet.read


def said_in(form: Form, sheet: SheetInWork) -> SheetWords:
    """What a form says of columns and words, over what was said before; what was not touched is not said."""
    read = sheet.roster
    columns = dict(sheet.words.columns)
    titles = [each.title for each in read.understood.sheet_columns]
    for column in read.understood.sheet_columns:
        field_name = f"column-{column.letter}"
        if field_name in form.names() and form.text(field_name) != column.key:
            # Two columns of one heading are told apart by their letters.
            one = column.title and titles.count(column.title) == 1
            columns[column.title if one else column.letter] = form.text(field_name)
    meanings = {key: dict(words) for key, words in sheet.words.meanings.items()}
    for key, written, meant in _words(form):
        if meant != NOTHING_SAID:
            meanings.setdefault(key, {})[written] = "" if meant == NO_DIPLOMA else meant
    return SheetWords(columns, meanings)


def _words(form: Form) -> Iterator[tuple[str, str, str]]:
    for name in form.names():
        if name.startswith("word:"):
            _, key, written = name.split(":", 2)
            if form.text(name) != form.text(f"was:{key}:{written}"):
                yield key, written, form.text(name)


def row_key(planned: PlannedRow) -> str:
    """What stands for a row in a form."""
    return f"{planned.row.number}@{planned.row.page}"


def settled(plan: Plan, form: Form) -> Plan:
    """The plan with what a person said of the rows that only a person can tell of."""
    thens = list(dict.fromkeys(each.then for each in plan.reworded))

    def said(planned: PlannedRow) -> str:
        if planned.then:
            return form.text(f"group-{thens.index(planned.then)}")
        return form.text(f"row-{row_key(planned)}")

    return plan.settled(
        correction=lambda planned: said(planned) == "correction",
        other=lambda planned: said(planned) == "other",
    )
