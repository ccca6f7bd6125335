"""Diplomas as a report has them, written in one line, for tests of admission rules."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.shared import ROOT
from vcwallet.report import Achievement, Class, Fate, IssuerSeen, Item, Person, Score, Term, Tie
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.policy_pack import Pack

FOLDER = ROOT / "examples" / "admission"
NATIONAL = "Всероссийская олимпиада школьников"
STAGES = {"regional": "Региональный этап", "final": "Заключительный этап"}


def example_pack() -> Pack:
    path = FOLDER / "vymysel-2027.toml"
    return Pack.parse(path.read_bytes(), name=path.name)


def example_levels() -> Levels:
    return Levels.of((path.name, path.read_bytes()) for path in sorted((FOLDER / "levels").glob("*.json")))


def levels_of(year: str, entries: Sequence[tuple[str, str, int]], subjects: Mapping[str, list[str]]) -> bytes:
    """A file of levels."""
    olympiads = [
        {"number": number, "profile": profile, "level": level, "subjects": subjects.get(profile, [])}
        for number, profile, level in entries
    ]
    document = {
        "format": "vcwallet-levels/1",
        "schoolYear": year,
        "source": "order 0",
        "olympiads": olympiads,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def diploma(
    number: int,
    kind: str | None = "olympiad-diploma",
    *,
    code: str | None = None,
    profile: str | None = None,
    year: int | None = None,
    stage: str | None = "final",
    result: str | None = None,
    school_class: int | str | None = None,
    hours: str | None = None,
    awarded: str | None = None,
    name: str | None = "Олимпиада «Вымысел»",
    achievement: str | None = None,
    fate: Fate = Fate.CONFIRMED,
    hidden: Sequence[str] = (),
    **more: Any,
) -> Item:
    """One diploma. `year` is that of holding, `hidden` are the members that were not shown."""
    stages = kind in ("olympiad-diploma", "contest-diploma")
    said = Achievement(
        kind=kind,
        id=achievement or f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        name=name,
        description=STAGES.get(stage or "", stage) if stages else "…",
        list_number=code,
        profile=profile,
        stage=Term(STAGES[stage], stage) if stages and stage in STAGES else None,
        school_year=None if year is None else (year - 1, year),
        school_class=None
        if school_class is None
        else Class(str(school_class), school_class if isinstance(school_class, int) else None),
        results=() if result is None else (Term(result, result),),
        scores=() if hours is None else (Score(hours, "Часы"),),
        awarded=None if awarded is None else date.fromisoformat(awarded),
        not_shown=tuple(hidden),
        **more,
    )
    return Item(
        number=number,
        id=f"urn:{number}",
        outcome=fate,
        code="item.confirmed",
        tie=Tie.KEY,
        issuer=IssuerSeen("did:web:olymp.example"),
        person=Person(),
        achievement=said,
    )
