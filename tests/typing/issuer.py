"""A program of an issuer, for mypy alone: what the public names of `vcwallet.issuer` take and give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_type

from vcwallet.issuer import (
    LIGHT,
    CheckedId,
    ControlledIdentifierDocument,
    FileLayout,
    HandedId,
    Issued,
    Issuer,
    Kit,
    Plan,
    PlannedRow,
    Problem,
    RegisterLine,
    Roster,
    Row,
    Settings,
    State,
    Template,
    Understood,
    VcwalletError,
)


def begin(folder: Path, passphrase: str) -> None:
    assert_type(Issuer.kits(), tuple[Kit, ...])
    made = Issuer.create(folder, passphrase, kit="olympiad", name="Проба", site=None, kdf=LIGHT)
    assert_type(made, Issuer)
    assert_type(made.document, ControlledIdentifierDocument)
    assert_type(made.settings, Settings)
    assert_type(made.template(), Template)
    made.close()


def sign(folder: Path, passphrase: str, now: datetime) -> None:
    with Issuer.open(folder) as issuer:
        issuer.unlock(passphrase)
        results = issuer.read(folder / "results.csv", values={"profile": "Химия"}, now=now)
        assert_type(results, Roster)
        assert_type(results.rows, Sequence[Row])
        assert_type(results.problems, tuple[Problem, ...])
        assert_type(results.understood, Understood)
        plan = issuer.plan(results)
        assert_type(plan, Plan)
        assert_type(plan.changed, Sequence[PlannedRow])
        issued = issuer.issue(plan, now=now, layout=FileLayout.LINES, workers=2)
        assert_type(issued, Issued)
        assert_type(issuer.publish(Path("site"), now=now), tuple[Path, ...])


def look(issuer: Issuer, now: datetime) -> None:
    assert_type(issuer.lines(last=10), Iterator[RegisterLine])
    assert_type(issuer.counts(), dict[State, int])
    line = issuer.find(Path("diploma.vc.json"))
    assert_type(issuer.revoke(line.id, now=now, reason="ошибка"), bool)
    for handed in issuer.check_ids([Path("ids"), b"", "0123"], now=now, most_age=timedelta(days=30)):
        assert_type(handed, HandedId)
        assert_type(handed.checked, CheckedId | None)
        assert_type(handed.problem, VcwalletError | None)
