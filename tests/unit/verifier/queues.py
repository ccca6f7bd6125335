"""Small queues: an inbox on the disk, a list of applicants, and what a desk makes of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.world import NOW, UNIVERSITY, Child, World
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.executors import Crew
from vcwallet.locales import language
from vcwallet.speaking.results import write_results
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import Verifier
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.journal import Journal
from vcwallet.verifier.matching import Matching
from vcwallet.verifier.queue import ApplicantAnswer, Desk, Progress, Rules, check_units
from vcwallet.verifier.unit_checking import Task
from vcwallet.verifier.units import lay_out

BORN = date(2009, 5, 17)
LEV = ApplicantRow(2, "27-000001", "Вымыслов", "Лев", "", BORN)
MARIA = ApplicantRow(3, "27-000002", "Небывалова", "Мария", "", BORN)
PETER = ApplicantRow(4, "27-000003", "Понарошкин", "Пётр", "", BORN)


@dataclass
class Queue:
    folder: Path
    rows: Sequence[ApplicantRow] = (LEV, MARIA, PETER)
    world: World = field(default_factory=World)

    @property
    def inbox(self) -> Path:
        return self.folder / "in"

    def diploma(
        self, number: int, row: ApplicantRow, *, child: Child | None = None, **more: Any
    ) -> JsonObject:
        """The diploma of this number, with the name of the row."""
        names = {"familyName": row.family, "givenName": row.given, "patronymicName": row.patronymic}
        subject = {name: value for name, value in names.items() if value}
        unsigned = self.world.olympiad.unsigned(number, holder=self.world.child.id, **subject)
        del unsigned["credentialSubject"]["dateOfBirth"]
        born = {} if row.born is None else {"dateOfBirth": row.born.isoformat()}
        unsigned["credentialSubject"] |= {**born, **more}
        return self.world.olympiad.sign(unsigned)

    def show(self, *diplomas: JsonObject, child: Child | None = None, **options: Any) -> Bundle:
        return Bundle((child or self.world.child).show(diplomas, **options))

    def put(self, name: str, content: bytes | Bundle | JsonObject) -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Bundle):
            content = content.to_json()
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def hand_in(self, name: str, number: int, row: ApplicantRow, **options: Any) -> JsonObject:
        """One showing of one diploma, in a file."""
        diploma = self.diploma(number, row)
        self.put(name, self.show(diploma, **options))
        return diploma

    def parts(self, bundle: Bundle) -> list[bytes]:
        """The parts of a bundle as a scanner types them, each in a text; none of them can be done without."""
        laid = symbols.lay_out(codec.encode(bundle), size=symbols.Size(10, symbols.Level.M), parity=0)
        assert len(laid) > 2
        return [one.digits.encode() for one in laid]

    def task(self, **options: Any) -> Task:
        trust = options.pop("trust", None) or self.world.trust()
        return Task(Verifier(trust, **options), NOW, domain=UNIVERSITY)

    def run(
        self,
        *,
        crew: Crew | None = None,
        journal: str = "journal.sqlite",
        task: Task | None = None,
        decided: dict[str, str] | None = None,
        rules: Rules | None = None,
        settings: str = "",
        now: datetime = NOW,
        tell: Any = None,
    ) -> Answers:
        matching = Matching(self.rows)
        layout = lay_out(self.inbox, matching)
        stack = ExitStack()
        kept = stack.enter_context(Journal.open(self.folder / journal, settings=settings, now=now))
        steps: list[Progress] = []
        with stack:
            checked = check_units(layout, task or self.task(), kept, crew, tell or steps.append)
            desk = Desk(checked, matching, kept, decided, rules)
            answers = tuple(desk.applicants())
            content, tally = write_results(desk, [], language("ru"), now=kept.started)
        return Answers(desk, answers, content, tally, steps)


@dataclass
class Answers:
    desk: Desk
    of: tuple[ApplicantAnswer, ...]
    content: bytes
    """Of the workbook."""
    tally: Any
    steps: list[Progress]

    def codes(self, at: int = 0) -> list[str]:
        return [each.item.code for each in self.of[at].items]

    @property
    def open(self) -> list[tuple[str, str]]:
        return [(one.kind.value, one.where) for one in self.desk.open]

    @property
    def files(self) -> dict[str, str]:
        return {file.name: file.fate.value for file in self.desk.files}
