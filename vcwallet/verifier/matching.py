"""Which applicant is this? Decides only on what cannot be two people; everything else is left to a person.

    matching = Matching(sheet.rows)
    match = matching.of(Shown.of(report.items), number="27-000123")
    match.how, match.applicant, match.suggestions

A number decides when the name that is shown agrees; without one, name and birth date decide when they fit one
row exactly. Nothing alike decides: RapidFuzz (the extra ``queue``) only offers rows to a person, and without
it nobody is offered and everything else is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

from vcwallet.credentials.spelling import RUSSIAN_SHAPES, fold
from vcwallet.errors import EvidenceValue
from vcwallet.report import Fate, Item
from vcwallet.verifier.applicants import ApplicantRow
from vcwallet.verifier.names import NO_PATRONYMIC, application_number, plain_name, tokens

__all__ = ["How", "Match", "Matching", "Note", "Offer", "Shown"]


class How(StrEnum):
    """How an applicant was found, or why none was."""

    FILE_COLUMN = "file-column"
    """The list names the file as this applicant's."""
    NUMBER = "number"
    NAME_AND_BIRTH = "name-and-birth"
    PERSON = "person"
    """A person decided."""
    NUMBER_NAME_HIDDEN = "number-name-hidden"
    PROPOSAL = "proposal"
    """The name fits one row, and the birth date was not compared."""
    CONFLICT = "conflict"
    """The number, or the list, says one applicant, and the diplomas another."""
    AMBIGUOUS = "ambiguous"
    NONE = "none"

    @property
    def decided(self) -> bool:
        return self in (How.FILE_COLUMN, How.NUMBER, How.NAME_AND_BIRTH, How.PERSON)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to say of a match: a code of `vcwallet.speaking.results`, and its values."""

    code: str
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """An applicant whom a person may mean, and how alike the names are, from 0 to 100."""

    applicant: ApplicantRow
    alike: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What diplomas say of their person; None: hidden, or nowhere said."""

    family: str | None = None
    given: str | None = None
    patronymic: str | None = None
    born: date | None = None
    proven: bool = True
    """A signature stands behind the name."""
    several: bool = False
    """The diplomas name more than one person."""

    @classmethod
    def of(cls, items: Sequence[Item]) -> Shown:
        """From the diplomas of one showing: those whose signature holds, or else those without."""
        standing = [each for each in items if each.proven and each.outcome is not Fate.REFUSED]
        said = [_of_one(each) for each in standing or items]
        members: dict[str, Any] = {}
        several = False
        for each in said:
            for name in ("family", "given", "patronymic", "born"):
                value = getattr(each, name)
                if value is None:
                    continue
                known = members.setdefault(name, value)
                several = several or (known != value and not _same(known, value))
        return cls(**members, proven=bool(standing), several=several)

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.family, self.given, self.patronymic)))


def _of_one(item: Item) -> Shown:
    person = item.person
    if person.other_name and not person.family:
        words = person.other_name.split()
        if len(words) in (2, 3):
            return Shown(words[0], words[1], words[2] if len(words) == 3 else None, person.born)
    return Shown(person.family, person.given, person.patronymic, person.born)


def _same(one: object, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and plain_name(one) == plain_name(other)


@dataclass(frozen=True, slots=True)
class Match:
    how: How
    applicant: ApplicantRow | None = None
    """Who it is, when `how.decided`; otherwise whom the number, the list or the name points at."""
    notes: tuple[Note, ...] = ()
    suggestions: tuple[Offer, ...] = ()
    fitting: tuple[ApplicantRow, ...] = ()
    """All whom the number or the name fits equally, when it is ambiguous for that reason."""

    @property
    def concerned(self) -> tuple[ApplicantRow, ...]:
        """Whose it may be: those of whom nobody may say that they handed in nothing."""
        return self.fitting if self.applicant is None else (self.applicant,)


_OFFERS: Final = 3
_ALIKE: Final = 75
"""How alike a name must be to be offered."""
_SAME_BIRTH: Final = 15
"""How much more likely the same birth date makes a row."""
_CONSIDERED: Final = 20
_JOINED: Final = 6
"""Neighbouring runs of letters and digits that may be one number."""
_SHORT: Final = 4
"""A number with fewer characters is also a day, a page or a class."""
_TO_CYRILLIC: Final = str.maketrans(
    {letter: fold(letter) for letter in RUSSIAN_SHAPES}
    | {letter.lower(): fold(letter) for letter in RUSSIAN_SHAPES}
)


class Matching:
    """All applicants, to be asked for one after another."""

    def __init__(self, rows: Sequence[ApplicantRow]) -> None:
        self.rows = tuple(rows)
        self._by_number: defaultdict[str, list[ApplicantRow]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, str], list[ApplicantRow]] = defaultdict(list)
        for each in self.rows:
            if each.number:
                self._by_number[application_number(each.number)].append(each)
            self._by_name[plain_name(each.family), plain_name(each.given)].append(each)

    def with_number(self, number: str) -> ApplicantRow | None:
        """The one row with this number, however it is written."""
        found = self._by_number.get(application_number(number), [])
        return found[0] if len(found) == 1 else None

    def number_in(self, name: str) -> str | None:
        """The number of the list that the name of a file or folder holds; None for none, and for two.

        Whole runs of letters and digits count, and neighbours joined; never a part of one. A short number
        counts only as the whole name.
        """
        parts = tokens(name)
        found = {
            joined
            for start in range(len(parts))
            for end in range(start + 1, min(start + _JOINED, len(parts)) + 1)
            if (joined := application_number("".join(parts[start:end]))) in self._by_number
            and (len(joined) >= _SHORT or end - start == len(parts))
        }
        if len(found) != 1:
            return None
        return self._by_number[next(iter(found))][0].number

    def names_in(self, name: str) -> bool:
        """Whether the name of a folder holds the family name and the given name of some applicant."""
        words = [plain_name(each) for each in name.replace("_", " ").split()]
        return any(pair in self._by_name for pair in pairwise(words))

    def of(self, shown: Shown, number: str | None = None) -> Match:
        """Whose the diplomas are; `number` comes from the name of a file or folder, or from the showing."""
        if number is not None:
            rows = self._by_number.get(application_number(number), [])
            if len(rows) > 1:
                twice = Note("match.number-twice", {"number": number})
                return Match(How.AMBIGUOUS, notes=(twice,), fitting=tuple(rows))
            if rows:
                return self._with_number(shown, rows[0])
        match = self._by_words(shown)
        if number is not None and match.how.decided:
            return replace(match, notes=(*match.notes, Note("match.number-unknown", {"number": number})))
        return match

    def in_row(self, shown: Shown, row: ApplicantRow) -> Match:
        """Whose the diplomas are that the list itself gives to one applicant."""
        match = self._with_number(shown, row)
        if match.how in (How.NUMBER, How.NUMBER_NAME_HIDDEN):
            return replace(match, how=How.FILE_COLUMN)
        return match

    def _with_number(self, shown: Shown, row: ApplicantRow) -> Match:
        against = contradictions(row, shown)
        if shown.several or against:
            about = (
                Note("match.several-people")
                if shown.several
                else Note("match.differs", {"members": ", ".join(against)})
            )
            return self._offering(shown, Match(How.CONFLICT, row, (about,)))
        if shown.family is None or shown.given is None:
            return Match(How.NUMBER_NAME_HIDDEN, row, (Note("match.name-hidden"),))
        notes = []
        if not shown.proven:
            notes.append(Note("match.unproven"))
        if shown.born is None:
            notes.append(Note("match.birth-hidden"))
        elif row.born is None:
            notes.append(Note("match.birth-not-listed"))
        return Match(How.NUMBER, row, tuple(notes))

    def _by_words(self, shown: Shown) -> Match:
        """Without a number: name and birth date."""
        if shown.several:
            return self._offering(shown, Match(How.AMBIGUOUS, notes=(Note("match.several-people"),)))
        if not (shown.family and shown.given):
            return self._offering(shown, Match(How.NONE, notes=(Note("match.name-hidden"),)))
        named = self._by_name.get((plain_name(shown.family), plain_name(shown.given)), [])
        fitting = [row for row in named if not contradictions(row, shown)]
        exact = [row for row in fitting if row.born is not None and row.born == shown.born]
        if len(exact) > 1:
            return _among(exact, Note("match.namesakes", {"number": len(exact)}))
        if exact and shown.proven:
            return Match(How.NAME_AND_BIRTH, exact[0])
        if exact:
            return Match(How.PROPOSAL, exact[0], (Note("match.unproven"),))
        if len(fitting) == 1:
            return Match(How.PROPOSAL, fitting[0], (Note("match.birth-not-compared"),))
        if fitting:
            return _among(fitting, Note("match.namesakes-birth-hidden", {"number": len(fitting)}))
        return self._offering(shown, Match(How.NONE))

    # --- what is only offered -------------------------------------------------------------------------

    def _offering(self, shown: Shown, match: Match) -> Match:
        notes = match.notes
        if _mixes_alphabets(shown.name):
            notes = (*notes, Note("match.mixed-letters"))
        return replace(match, notes=notes, suggestions=self._alike(shown))

    def _alike(self, shown: Shown) -> tuple[Offer, ...]:
        extract = _extract()
        if extract is None or not shown.name:
            return ()
        found = extract(_unordered(shown.name), self._spelled)

        def likelihood(one: tuple[str, float, int]) -> tuple[float, int]:
            _, alike, at = one
            born_alike = shown.born is not None and self.rows[at].born == shown.born
            return -(alike + (_SAME_BIRTH if born_alike else 0)), at

        ranked = sorted(found, key=likelihood)
        return tuple(Offer(self.rows[at], round(alike)) for _, alike, at in ranked[:_OFFERS])

    @cached_property
    def _spelled(self) -> list[str]:
        return [_unordered(row.name) for row in self.rows]


def contradictions(row: ApplicantRow, shown: Shown) -> list[str]:
    """What differs between the list and the diplomas; nothing that is hidden contradicts."""
    found = []
    for member in ("family", "given"):
        said = getattr(shown, member)
        if said is not None and plain_name(said) != plain_name(getattr(row, member)):
            found.append(member)
    listed, said = plain_name(row.patronymic), plain_name(shown.patronymic or "")
    if listed not in NO_PATRONYMIC and said not in NO_PATRONYMIC and listed != said:
        found.append("patronymic")
    if shown.born and row.born and shown.born != row.born:
        found.append("born")
    return found


def can_suggest() -> bool:
    """Whether the part is installed that offers names that are alike."""
    return _extract() is not None


_Extract = Callable[[str, list[str]], list[tuple[str, float, int]]]


def _extract() -> _Extract | None:
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        return None

    def extract(query: str, choices: list[str]) -> list[tuple[str, float, int]]:
        return process.extract(query, choices, scorer=fuzz.ratio, limit=_CONSIDERED, score_cutoff=_ALIKE)

    return extract


def _among(rows: Sequence[ApplicantRow], about: Note) -> Match:
    """One of these, and nothing says which."""
    offers = tuple(Offer(row, 100) for row in rows[:_OFFERS])
    return Match(How.AMBIGUOUS, notes=(about,), suggestions=offers, fitting=tuple(rows))


def _unordered(name: str) -> str:
    """The words in one order, Latin letters read as the Russian ones they look like."""
    return " ".join(sorted(plain_name(name.translate(_TO_CYRILLIC)).split()))


def _mixes_alphabets(name: str) -> bool:
    return any(
        any("a" <= letter <= "z" for letter in word) and any("а" <= letter <= "я" for letter in word)
        for word in plain_name(name).split()
    )
