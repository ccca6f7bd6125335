"""results.xlsx beside the right answers, row by row, as somebody would who reads the English words in it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from bench.admission.answers import Answer, Answers, ApplicantAnswer
from bench.admission.kit import RULES_ID
from bench.admission.making import Admission
from bench.admission.organisations import NOW, UNIVERSITY
from vcwallet import timestamps

Row: TypeAlias = dict[str, str]
Pages: TypeAlias = dict[str, list[Row]]

_OUTCOMES: Final = {
    "confirmed": "✓ confirmed",
    "partly": "✓ partly confirmed",
    "unknown": "? not known",
    "nothing": "– not counted",
    "refused": "✗ do not accept",
}
_REFUSED_HERE: Final = {"showing_over": "– the showing is over", "other_recipient": "– not shown to you"}
"""Refused for this use only, which must not sound like a forgery."""
_FATES: Final = {
    "confirmed": "✓ confirmed",
    "not-counted": "– does not count",
    "unknown": "? not known",
    "refused": "✗ do not accept",
}
_FILES: Final = {
    "withItems": "✓ diplomas in it",
    "empty": "– nothing found in it",
    "unreadable": "? not readable",
    "incomplete": "? a part is missing",
    "system": "– file of the system",
}
_MATCHED: Final = {
    "number": "by number",
    "file-column": "by the file column of the list",
    "name-and-birth": "by name and birth date",
}
"""What stands in an applicant's row was decided."""


def check(admission: Admission, out: Path, *, workers: int = 1) -> list[list[str]]:
    """The two commands that an office types: the kit from the stick, then the whole folder."""
    vcwallet = (sys.executable, "-m", "vcwallet", "--lang", "en")
    always = ("--kit", str(admission.folder / "kits"), "--now", timestamps.render(NOW))
    paper = admission.fingerprint.read_text("utf-8").strip()
    return [
        [*vcwallet, "kit", "update", str(admission.kit), "--fingerprint", paper, *always],
        [
            *(*vcwallet, "verify-folder", str(admission.inbox), "--out", str(out), *always),
            *("--applicants", str(admission.sheet), "--domain", UNIVERSITY, "--policy", RULES_ID),
            # Without this a list of forty days ago is good enough, and the answer says its age.
            *("--max-status-age", "14d", "--workers", str(workers)),
        ],
    ]


def differences(answers: Answers, pages: Pages) -> list[str]:
    """Every row of the results that is not as it should be; nothing when all are."""
    return [
        *_of_applicants(pages["Summary"], answers),
        *_of_diplomas(pages["Diplomas"], answers.handed_in),
        *_for_a_person(pages["For a person"], answers.handed_in, answers.files),
        *_compared(
            "file",
            ((row["File"], row["What became of it"]) for row in pages["Files"]),
            ((path, _FILES[fate]) for path, fate in answers.files.items()),
        ),
    ]


def read(path: Path) -> Pages:
    """The pages of a workbook: their rows by the titles of the columns."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    found = {}
    for sheet in book.worksheets:
        rows = [
            ["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        found[sheet.title] = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return found


def _of_applicants(rows: Sequence[Row], answers: Answers) -> Iterator[str]:
    right, handed_in = answers.applicants, answers.handed_in
    if [row["Application"] for row in rows] != [each.number for each in right]:
        yield "the applicants are not those of the list, in its order"
        return
    for row, each in zip(rows, right, strict=True):
        mine = [one for one in handed_in if one.number == each.number and one.items]
        expected = {
            "Family name, given name, patronymic": each.name,
            "Answer": _answer_words(each, mine),
            "Matched by": "\n".join(dict.fromkeys(_MATCHED[one.matched] for one in mine)),
            "Points for achievements": each.points.confirmed if mine else "",
            "Can become": each.points.possible if mine else "",
            "Special rights": "\n".join(_RIGHTS[right] for right in each.points.rights),
        }
        for column, value in expected.items():
            # In brackets it says what is worth a look.
            said = row[column].partition(" (")[0] if column == "Matched by" else row[column]
            if said != value:
                stories = ", ".join(one.story for one in mine) or "-"
                yield f"{each.number} ({stories}), {column}: {row[column]!r}, and right is {value!r}"


_RIGHTS: Final = {"hundred-math": "01.03.02: 100 points, Mathematics (№ 1)"}


def _answer_words(each: ApplicantAnswer, mine: Sequence[Answer]) -> str:
    if each.outcome is None:
        return "? to be looked through" if each.waits else "no diplomas found"
    here = [_REFUSED_HERE[one.story] for one in mine if one.story in _REFUSED_HERE]
    return here[0] if here else _OUTCOMES[each.outcome]


def _of_diplomas(rows: Sequence[Row], handed_in: Sequence[Answer]) -> list[str]:
    right = []
    for one in handed_in:
        for item in one.items if one.number is not None else ():
            # Of what is refused as a whole nothing counts.
            fine = one.outcome == "refused" and item.outcome in ("confirmed", "unknown")
            right.append((one.number, item.id, _FATES["not-counted" if fine else item.outcome]))
    said = ((row["Application"], row["Id"], row["Answer"]) for row in rows)
    return _compared("diploma", said, right)


def _for_a_person(rows: Sequence[Row], handed_in: Sequence[Answer], files: Mapping[str, str]) -> list[str]:
    said = (row["File, page"].partition(":")[0] for row in rows)
    right = [one.files[0] for one in handed_in if one.number is None and one.items]
    right += [path for path, fate in files.items() if fate in ("unreadable", "incomplete")]
    return _compared("for a person", said, right)


def _compared(what: str, said: Iterable[object], right: Iterable[object]) -> list[str]:
    said, right = Counter(said), Counter(right)
    return [
        *(f"{what}: {each} is said, and is not right" for each in (said - right).elements()),
        *(f"{what}: {each} is missing" for each in (right - said).elements()),
    ]
