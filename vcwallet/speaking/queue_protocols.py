"""A protocol for each applicant of a queue: what a worker is given, and what it draws.

    sheet = Sheet.of(answer, record, language("ru"), program="0.2.0")
    content = draw(sheet)

A sheet is a value that can be sent to another process: drawing a page takes longer than checking what is on
it. The same sheet gives the same bytes everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.characters import in_json
from vcwallet.errors import N_, LimitExceeded, Mistake, VcwalletError
from vcwallet.locales import Language, language
from vcwallet.report import Answers, Report
from vcwallet.speaking import protocol
from vcwallet.speaking.decisions import arithmetic, decided_by, level_words
from vcwallet.verifier.protocol import Form, Record
from vcwallet.verifier.queue import ApplicantAnswer

__all__ = ["Sheet", "draw", "file_name"]

_FOREIGN: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Sheet:
    report: Report
    attached: str
    record: Record
    language: str
    program: str
    arithmetic: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    levels: Mapping[int, str]
    explain: bool

    @classmethod
    def of(
        cls,
        answer: ApplicantAnswer,
        record: Record,
        language: Language,
        *,
        program: str,
        explain: bool = False,
    ) -> Sheet | None:
        """None for an applicant about whom there is nothing to write down.

        Attached is the report of everything this applicant handed in, with the decision for the first of the
        programmes.
        """
        whole = answer.whole
        if whole is None:
            return None
        row, decisions = answer.row, answer.decisions
        report = replace(whole, policy=decisions[0] if decisions else None)
        form = Form(row.family or None, row.given or None, row.patronymic or None, row.born)
        return cls(
            report=report,
            attached=in_json(strict_json.dumps(Answers((report,)).as_json(program=program))),
            record=replace(record, number=row.number, form=form),
            language=language.code,
            program=program,
            arithmetic=tuple(arithmetic(decisions, language)),
            rules=tuple(decided_by(decisions[0], language)) if decisions else (),
            levels=level_words(report.items),
            explain=explain,
        )


def draw(sheet: Sheet) -> bytes | VcwalletError:
    """The page as PDF, or why there is none: one applicant's page must not end those of the others."""
    try:
        return _drawn(sheet)
    except VcwalletError as error:
        return error
    except Exception as error:
        return Mistake.of(error)


def _drawn(sheet: Sheet) -> bytes:
    size = len(sheet.report.items)
    if size > limits.PROTOCOL_ITEMS:
        raise LimitExceeded(
            "protocol.too-many-items",
            N_("One applicant shows {size} diplomas; the ceiling is {limit}."),
            next_step=N_("Look whether the files of several people lie together."),
            size=size,
            limit=limits.PROTOCOL_ITEMS,
        )
    return protocol.build(
        sheet.report,
        sheet.attached,
        sheet.record,
        language(sheet.language),
        program=sheet.program,
        arithmetic=sheet.arithmetic,
        rules=sheet.rules,
        levels=sheet.levels,
        explain=sheet.explain,
    )


def file_name(answer: ApplicantAnswer) -> str:
    """A name that any file system takes, with the number and the name of the applicant in it.

    The row of the list is added where the number alone would not keep two applicants apart.
    """
    row = answer.row
    plain = _FOREIGN.sub("_", f"{row.number} {row.family} {row.given}".strip()).strip(" _")[:80]
    if row.number and not _FOREIGN.search(row.number):
        return f"{plain}.pdf"
    return f"{plain or 'row'} ({row.row}).pdf"
