"""The official levels of olympiads: by number in the list, profile and school year.

    levels = Levels.of([Path("2025-26.json").read_bytes(), Path("2026-27.json").read_bytes()])
    answer = levels.level("№ 12", "Математика", SchoolYear(2025))
    answer.state, answer.level                       # LevelState.LISTED, 2

The level is never a diploma's to say. There are three answers: the level; not on the list of that year; and
no list of that year at hand, which is no answer about the olympiad at all. One file is one school year in the
format ``vcwallet-levels/1``; docs/reference/policy-packs.md describes it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from vcwallet import limits, strict_json
from vcwallet.credentials.terms import SchoolYear, comparable, school_year
from vcwallet.errors import N_, UsageError, VcwalletError

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["FORMAT", "NO_LEVELS", "LevelAnswer", "LevelList", "LevelState", "Levels", "digest_of"]

FORMAT: Final = "vcwallet-levels/1"


class LevelState(StrEnum):
    """What the lists at hand say of one olympiad."""

    LISTED = "listed"
    NOT_LISTED = "not-listed"
    """The list of that year is at hand, and this number with this profile is not on it."""
    NO_LIST = "no-list"
    """The list of that year is not at hand."""


@dataclass(frozen=True, slots=True)
class LevelAnswer:
    """`level` and `subjects` are there only when it is listed; `digest` is that of the list that answered."""

    state: LevelState
    year: SchoolYear
    level: int | None = None
    subjects: tuple[str, ...] = ()
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An olympiad in one profile. `subjects` are the school subjects that the profile belongs to."""

    number: str
    profile: str
    level: int
    subjects: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class LevelList:
    """The official list of one school year."""

    year: SchoolYear
    source: str
    """On what it is based, for people."""
    digest: str
    """Of the file: ``sha256-`` and base64."""
    entries: tuple[Entry, ...]
    _found: Mapping[tuple[str, str], Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {(comparable(each.number), comparable(each.profile)): each for each in self.entries}
        object.__setattr__(self, "_found", MappingProxyType(found))

    def find(self, number: str, profile: str) -> Entry | None:
        return self._found.get((comparable(number), comparable(profile)))


@dataclass(frozen=True, slots=True)
class Levels:
    """The lists at hand, at most one for a school year."""

    lists: Mapping[SchoolYear, LevelList] = field(default_factory=dict)

    @classmethod
    def parse(cls, content: bytes, *, name: str = "levels.json") -> Levels:
        """The list of one school year; `name` is what errors call the file.

        Raises UsageError: ``levels.format``, ``levels.malformed`` with `pointer`, ``levels.school-year``,
        ``levels.twice``, and the codes of `strict_json`.
        """
        parsed = _parse(content, name)
        return cls({parsed.year: parsed})

    @classmethod
    def of(cls, files: Iterable[bytes | tuple[str, bytes]]) -> Levels:
        """Several files together, each alone or with its name. A second list of one year is an error
        (``levels.two-of-a-year``), because it would depend on chance which of them is asked."""
        lists: dict[SchoolYear, LevelList] = {}
        for place, given in enumerate(files, 1):
            name, content = given if isinstance(given, tuple) else (f"#{place}", given)
            parsed = _parse(content, name)
            if parsed.year in lists:
                raise UsageError(
                    "levels.two-of-a-year",
                    N_("{file}: there is another list of the school year {year}."),
                    next_step=N_("Keep the one that is in force, and take the other away."),
                    file=name,
                    year=str(parsed.year),
                )
            lists[parsed.year] = parsed
        if len(lists) > limits.LEVELS_YEARS:
            raise UsageError(
                "levels.too-many",
                N_("There are lists of {size} school years; the ceiling is {limit}."),
                next_step=N_("Leave out the oldest ones."),
                size=len(lists),
                limit=limits.LEVELS_YEARS,
            )
        return cls(dict(sorted(lists.items())))

    def level(self, number: str, profile: str, year: SchoolYear) -> LevelAnswer:
        """The level of an olympiad in a profile, by the list of the year in which it was held."""
        at_hand = self.lists.get(year)
        if at_hand is None:
            return LevelAnswer(LevelState.NO_LIST, year)
        entry = at_hand.find(number, profile)
        if entry is None:
            return LevelAnswer(LevelState.NOT_LISTED, year, digest=at_hand.digest)
        return LevelAnswer(LevelState.LISTED, year, entry.level, entry.subjects, at_hand.digest)


NO_LEVELS: Final = Levels()


def digest_of(content: bytes) -> str:
    """How a file of rules or levels is named in a report: ``sha256-`` and base64."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")


def _parse(content: bytes, name: str) -> LevelList:
    try:
        document = strict_json.loads_object(
            content, max_bytes=limits.LEVELS_BYTES, max_nodes=limits.LEVELS_NODES
        )
    except VcwalletError as error:
        raise UsageError(error.code, error.template, next_step=_LOOK, **error.evidence) from None
    if document.get("format") != FORMAT:
        raise UsageError(
            "levels.format",
            N_("{file} is not a list of levels that this vcwallet reads."),
            next_step=N_("A list of levels begins with: {expected}."),
            file=name,
            expected=f'"format": "{FORMAT}"',
        )
    from pydantic import ValidationError

    try:
        file: Any = _model().model_validate(document)
    except ValidationError as error:
        where = error.errors()[0]["loc"]
        raise UsageError(
            "levels.malformed",
            N_("{file} is not as a list of levels must be, at {pointer}."),
            next_step=N_("docs/reference/policy-packs.md describes the form of the file."),
            file=name,
            pointer=strict_json.pointer(where)[:200],
        ) from None
    year = school_year(file.schoolYear)
    if year is None:
        raise UsageError(
            "levels.school-year",
            N_("{file}: “{year}” is not a school year."),
            next_step=N_("Write it as 2025/26."),
            file=name,
            year=file.schoolYear,
        )
    entries = tuple(
        Entry(each.number, each.profile, each.level, tuple(each.subjects), each.name)
        for each in file.olympiads
    )
    seen: set[tuple[str, str]] = set()
    for each in entries:
        pair = (comparable(each.number), comparable(each.profile))
        if pair in seen:
            raise UsageError(
                "levels.twice",
                N_("{file}: № {number} with the profile “{profile}” is there twice."),
                next_step=N_("Keep the entry that is right, and take the other away."),
                file=name,
                number=each.number,
                profile=each.profile,
            )
        seen.add(pair)
    return LevelList(year, file.source, digest_of(content), entries)


_LOOK: Final = N_("Take the file again from where you had it, or write it anew.")


@lru_cache(maxsize=1)
def _model() -> type[BaseModel]:
    from pydantic import BaseModel, ConfigDict, Field, StringConstraints

    words = Annotated[
        str, StringConstraints(min_length=1, max_length=limits.POLICY_TEXT_CHARACTERS, pattern=r"\S")
    ]

    class _Strict(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)

    class Olympiad(_Strict):
        number: words
        name: words | None = None
        profile: words
        level: Annotated[int, Field(ge=1, le=3)]
        subjects: list[words] = Field(default=[], max_length=20)

    class LevelsFile(_Strict):
        format: Literal["vcwallet-levels/1"]
        schoolYear: words  # noqa: N815 - the file's own name
        source: words
        olympiads: list[Olympiad] = Field(max_length=limits.LEVELS_ENTRIES)

    return LevelsFile
