"""What a person decided about a queue: a small table beside the results, which the next run reads.

    decided = read_decided(Path("decisions.csv").read_bytes(), matching)
    path.write_bytes(write_decided(data, desk, language))

A line for each showing that needs somebody: its digest, the number of the application it belongs to (or "no"
for nobody's), who decided, and when. Lines that are filled in stay as they are; where the number is empty
nothing is decided yet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from vcwallet.characters import in_cell
from vcwallet.errors import N_, UsageError
from vcwallet.locales import Language
from vcwallet.tables import letters
from vcwallet.tables.spreadsheet import read_sheets
from vcwallet.verifier.matching import Matching
from vcwallet.verifier.queue import Decided, Open

__all__ = [
    "DECISIONS",
    "Waiting",
    "chosen_number",
    "read_decided",
    "who_decided",
    "with_more",
    "write_decided",
]

DECISIONS: Final = "decisions.csv"
_COLUMNS: Final = (
    N_("Digest"),
    N_("Number"),
    N_("Who decided"),
    N_("When"),
    N_("File, page"),
    N_("It may be"),
)
_NOBODYS: Final = frozenset({"no", "none", "нет", "-", "–", "—", "0"})


def read_decided(data: bytes, matching: Matching) -> Decided:
    """The digests of showings, and whose they are; "" for nobody's.

    Raises what `read_sheets` raises, and UsageError with the line: ``decisions.malformed``,
    ``decisions.unknown-number``, ``decisions.twice``.
    """
    decided: dict[str, str] = {}
    for line, (digest, number) in _lines(data):
        if not number:
            continue
        chosen = chosen_number(number, matching, line=line)
        if decided.setdefault(digest, chosen) != chosen:
            raise UsageError(
                "decisions.twice",
                N_("Line {line} says something else of the same showing than a line above."),
                next_step=N_("Keep one of the two lines."),
                line=line,
            )
    return decided


def chosen_number(number: str, matching: Matching, *, line: int) -> str:
    """The number of the list that is meant; "" for nobody's.

    Raises UsageError (``decisions.unknown-number``).
    """
    if number.casefold() in _NOBODYS:
        return ""
    row = matching.with_number(number)
    if row is None:
        raise UsageError(
            "decisions.unknown-number",
            N_("Line {line}: the number {number} is not in the list of applicants."),
            next_step=N_("Write a number of the list, or “no” when it is nobody's."),
            line=line,
            number=number[:64],
        )
    return row.number


def who_decided(data: bytes) -> dict[str, str]:
    """By the digest of a showing, who decided whose it is, and when, as far as somebody wrote it down."""
    return {
        letters.tidy(row[0]): ", ".join(filter(None, map(letters.tidy, row[2:4])))
        for row in _rows(data)
        if _is_filled_in(row)
    }


Waiting: TypeAlias = Sequence[tuple[Open, Sequence[str]]]
"""What needs a person, each with whom it may belong to."""


def write_decided(data: bytes | None, waiting: Waiting, language: Language) -> bytes:
    """The table with the lines of `data` that are filled in, and a line for each showing that waits."""
    rows = [row for row in _rows(data) if _is_filled_in(row)]
    kept = {letters.tidy(row[0]) for row in rows}
    for one, may_be in waiting:
        if one.placed is not None and one.placed.digest and one.placed.digest not in kept:
            kept.add(one.placed.digest)
            where, offers = in_cell(one.where), in_cell("; ".join(may_be))
            rows.append([one.placed.digest, "", "", "", where, offers])
    return _table(rows, language)


def with_more(
    data: bytes | None, more: Mapping[str, str], *, who: str, when: str, language: Language
) -> bytes:
    """The table with decisions that were written elsewhere; lines that are filled in stay as they are."""
    rows = _rows(data)
    known = {letters.tidy(row[0]) for row in rows if _is_filled_in(row)}
    waiting = set(more) - known
    # The file that it is about stays beside the decision: whoever looks at it later knows no digests.
    told = {letters.tidy(row[0]): row[4:] for row in rows if row}
    rows = [row for row in rows if row and letters.tidy(row[0]) not in waiting]
    rows += [
        [digest, number, who, when, *told.get(digest, ())]
        for digest, number in more.items()
        if digest in waiting
    ]
    return _table(rows, language)


def _table(rows: Sequence[Sequence[str]], language: Language) -> bytes:
    """As Excel opens it with a double click: semicolons, and a mark that says UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([language.text(name) for name in _COLUMNS])
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _is_filled_in(row: Sequence[str]) -> bool:
    return len(row) > 1 and bool(letters.tidy(row[1]))


def _lines(data: bytes) -> Iterator[tuple[int, tuple[str, str]]]:
    for line, row in enumerate(_rows(data), 2):
        if not any(map(letters.tidy, row)):
            continue
        if len(row) < 2 or not letters.tidy(row[0]):
            raise UsageError(
                "decisions.malformed",
                N_("Line {line} is not “digest;number;who;when”."),
                next_step=N_("Put the line right, or take it out."),
                line=line,
            )
        yield line, (letters.tidy(row[0]), letters.tidy(row[1]))


def _rows(data: bytes | None) -> list[list[str]]:
    """All lines but the heading, whatever program saved them."""
    if data is None or not data.strip():
        return []
    sheet, *_ = read_sheets(data, choose=lambda rows: max(map(len, rows), default=0))
    return [[str(cell) for cell in row] for row in sheet.rows[1:]]
