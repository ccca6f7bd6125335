"""The admission rules of a university, as data: a TOML file of closed clauses, each with its source.

    pack = Pack.parse(path.read_bytes(), name=path.name)
    pack.id, pack.version, pack.digest

Format ``vcwallet-policy/1``; docs/reference/policy-packs.md describes it. There is no expression language: a
rule is a set of clauses that must all hold, and a clause or a source that is not known is an error with its
line. What the rules mean is in `vcwallet.verifier.policy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from vcwallet import limits
from vcwallet.characters import visible
from vcwallet.credentials.terms import Kind, OlympiadList, ResultCode, StageCode
from vcwallet.errors import N_, UsageError
from vcwallet.own_files import line_of, misfit, read_toml
from vcwallet.verifier.levels import digest_of

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = [
    "FORMAT",
    "Cap",
    "Category",
    "Combine",
    "Confirm",
    "Exclusive",
    "Merit",
    "Pack",
    "Right",
    "RightKind",
    "Rule",
    "Source",
    "When",
    "Window",
    "document_of",
    "remarks",
]

FORMAT: Final = "vcwallet-policy/1"

Names = Mapping[str, str]
"""A text by language, ``ru`` and ``en``; at least one of them."""


class RightKind(StrEnum):
    """What a special right gives."""

    WITHOUT_EXAMS = "without-exams"
    HUNDRED_POINTS = "hundred-points"


class Combine(StrEnum):
    """What counts of several achievements of one category."""

    BEST = "best"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Source:
    """A document that rules are taken from."""

    id: str
    title: str
    url: str | None = None
    sha256: str | None = None


def document_of(source: str) -> str:
    """The id of the document that a rule cites: what stands before the comma, ``rules, п. 5.3``."""
    return source.partition(",")[0].strip()


@dataclass(frozen=True, slots=True)
class When:
    """The clauses of a rule; all that are written must hold, and None asks for nothing."""

    kinds: tuple[Kind, ...] | None = None
    list: OlympiadList | None = None
    numbers: tuple[str, ...] | None = None
    stages: tuple[StageCode, ...] | None = None
    profiles: tuple[str, ...] | None = None
    levels: tuple[int, ...] | None = None
    """By the official list of the year of holding."""
    subjects: tuple[str, ...] | None = None
    """School subjects that the official list names for the profile; one of them is enough."""
    results: tuple[ResultCode, ...] | None = None
    classes: tuple[int, ...] | None = None
    regions: tuple[str, ...] | None = None
    """Of the issuer, by the trust list."""
    hours_at_least: int | None = None
    age_at_least: int | None = None
    """Full years of the person on the day of the award."""
    age_at_most: int | None = None

    @property
    def written(self) -> Mapping[str, Any]:
        """The clauses that ask for something, in the order in which they are told."""
        return {name: value for name in CLAUSES if (value := getattr(self, name)) is not None}


CLAUSES: Final = tuple(When.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Window:
    """For how long an achievement counts, in calendar years before that of the admission."""

    years_after: int
    year_itself: bool
    source: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """The examination that confirms a right."""

    exam: str
    at_least: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """What a right and a merit have in common."""

    id: str
    source: str
    when: When
    within_years: int | None
    """A window of the rule's own, in place of the pack's."""


@dataclass(frozen=True, slots=True)
class Right(Rule):
    """A special right: who has it must be claiming it."""

    kind: RightKind
    programmes: tuple[str, ...]
    exam: str | None = None
    """Of a right to 100 points: the examination they are given for."""
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class Merit(Rule):
    """An individual achievement that gives points (``[[achievements]]``)."""

    category: str
    points: Decimal
    text: Names


@dataclass(frozen=True, slots=True)
class Category:
    """A group of merits: which of them count together, and at most how much."""

    id: str
    name: Names
    combine: Combine
    source: str
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Exclusive:
    """Categories of which only the one that gives most counts."""

    categories: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that all points together can be, and what becomes of a diploma that gives a right."""

    cap: Decimal
    source: str
    right_takes_points: bool = False
    """Whether a diploma that gives a right gives no points (``used_for_a_right = "not-counted"``)."""
    used_source: str | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """All rules of one university for one year of admission."""

    id: str
    version: int
    year: int
    published: date
    name: Names
    sources: Mapping[str, Source]
    window: Window
    exams: Mapping[str, Names]
    programmes: Mapping[str, Names]
    rights: tuple[Right, ...]
    points: Cap
    categories: tuple[Category, ...]
    merits: tuple[Merit, ...]
    exclusive: tuple[Exclusive, ...] = ()
    digest: str = field(default="", compare=False)
    """Of the file: ``sha256-`` and base64."""

    @classmethod
    def parse(cls, content: bytes, *, name: str = "policy.toml") -> Pack:
        """A pack from its file; `name` is what errors call the file, with the line after it.

        Raises UsageError with `line`: ``policy.too-large``, ``policy.unreadable`` (not TOML),
        ``policy.malformed`` (a clause that is not known, a value of the wrong sort), ``policy.unknown-name``
        (a source, an exam, a programme or a category that the pack does not have), ``policy.twice``,
        ``policy.nothing-asked``, ``policy.contradiction``.
        """
        pack, wrong = _read(content, name)
        for _, error in wrong:
            raise error
        assert pack is not None  # what could not be read was wrong
        return pack

    def exam(self, text: str) -> str | None:
        """The code of an exam, from the code or from what it is called in any language."""
        return _named(self.exams, text)

    def programme(self, text: str) -> str | None:
        """The code of a programme, from the code or from what it is called in any language."""
        return _named(self.programmes, text)

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last calendar year of holding that count, unless a rule says otherwise."""
        return self.year - self.window.years_after, self.year if self.window.year_itself else self.year - 1

    def years_of(self, rule: Rule) -> tuple[int, int]:
        """`years` for one rule: its own window begins elsewhere and ends with the pack's."""
        first, last = self.years
        return first if rule.within_years is None else self.year - rule.within_years, last

    def category(self, identifier: str) -> Category:
        return next(each for each in self.categories if each.id == identifier)

    def right(self, identifier: str) -> Right:
        return next(each for each in self.rights if each.id == identifier)

    def merit(self, identifier: str) -> Merit:
        return next(each for each in self.merits if each.id == identifier)

    def rule(self, identifier: str) -> Rule:
        """A right or a merit: no two rules of a pack have one id."""
        return next(each for each in self.rules() if each.id == identifier)

    def rules(self, programme: str | None = None) -> tuple[Rule, ...]:
        """The rights for one programme, or for any, and the merits, which are for all of them."""
        rights = (each for each in self.rights if programme is None or programme in each.programmes)
        return (*rights, *self.merits)


def remarks(content: bytes, *, name: str) -> tuple[tuple[int, UsageError], ...]:
    """Everything that is wrong with a pack, each with its line; 0 where no line is to blame."""
    return _read(content, name)[1]


def _named(table: Mapping[str, Names], text: str) -> str | None:
    plain = text.strip().casefold()
    for code, names in table.items():
        if plain in (code.casefold(), *(each.casefold() for each in names.values())):
            return code
    return None


# --- reading ------------------------------------------------------------------------------------------------

_Remarks = tuple[tuple[int, UsageError], ...]


def _read(content: bytes, name: str) -> tuple[Pack | None, _Remarks]:
    if len(content) > limits.POLICY_BYTES:
        return None, (
            (
                0,
                UsageError(
                    "policy.too-large",
                    N_("{file} has {size} bytes; the ceiling is {limit}."),
                    next_step=N_("Check that it is the rules of one university for one year."),
                    file=name,
                    size=len(content),
                    limit=limits.POLICY_BYTES,
                ),
            ),
        )
    try:
        document = read_toml(content, name=name, code="policy.unreadable", parse_float=Decimal)
    except UsageError as error:
        line = error.evidence.get("line")
        return None, ((line if isinstance(line, int) else 0, error),)
    from pydantic import ValidationError

    try:
        file: Any = _model().model_validate(document)
    except ValidationError as error:
        found = error.errors()
        wrong = []
        for each in found:
            where = each["loc"]
            # A list with a bad entry is also called too short.
            if any(where == other["loc"][: len(where)] != other["loc"] for other in found):
                continue
            line = line_of(content, where)
            told = misfit(each, name=_at(name, line), code="policy.malformed")
            told.evidence["line"] = line
            wrong.append((line, told))
        return None, tuple(sorted(wrong, key=lambda pair: pair[0]))
    pack = _build(file, digest_of(content))
    complaints = []
    for where, complaint in _complaints(file):
        line = line_of(content, where)
        complaint.evidence.update(file=_at(name, line), line=line)
        complaints.append((line, complaint))
    return pack, tuple(sorted(complaints, key=lambda pair: pair[0]))


def _at(name: str, line: int) -> str:
    return f"{name}:{line}" if line else name


def _build(file: Any, digest: str) -> Pack:
    return Pack(
        id=file.id,
        version=file.version,
        year=file.year,
        published=file.published,
        name=_names(file.name),
        sources={each.id: Source(each.id, each.title, each.url, each.sha256) for each in file.sources},
        window=Window(file.window.years_after, file.window.year_itself, file.window.source),
        exams={code: _names(each) for code, each in file.exams.items()},
        programmes={code: _names(each) for code, each in file.programmes.items()},
        rights=tuple(
            Right(
                id=each.id,
                source=each.source,
                when=_when(each.when),
                within_years=_own_window(each),
                kind=each.kind,
                programmes=tuple(each.programmes),
                exam=each.exam,
                confirm=Confirm(each.confirm.exam, each.confirm.at_least) if each.confirm else None,
            )
            for each in file.rights
        ),
        points=Cap(
            file.points.cap,
            file.points.source,
            file.points.used_for_a_right == "not-counted",
            file.points.used_source,
        ),
        categories=tuple(
            Category(each.id, _names(each.name), each.combine, each.source, each.cap)
            for each in file.categories
        ),
        merits=tuple(
            Merit(
                id=each.id,
                source=each.source,
                when=_when(each.when),
                within_years=_own_window(each),
                category=each.category,
                points=each.points,
                text=_names(each.text),
            )
            for each in file.achievements
        ),
        exclusive=tuple(Exclusive(tuple(each.categories), each.source) for each in file.exclusive),
        digest=digest,
    )


def _names(names: Any) -> Names:
    return {code: text for code in ("ru", "en") if (text := getattr(names, code)) is not None}


def _own_window(entry: Any) -> int | None:
    return None if entry.window is None else entry.window.awarded_within_years


def _when(when: Any) -> When:
    return When(**{name: getattr(when, name) for name in CLAUSES})


# --- what no single setting shows ---------------------------------------------------------------------------

_Complaint = tuple[tuple[str | int, ...], UsageError]


def _complaints(file: Any) -> Iterator[_Complaint]:
    sources = [each.id for each in file.sources]
    categories = [each.id for each in file.categories]
    rights = [each.id for each in file.rights]
    for table, ids, before in (
        ("sources", sources, []),
        ("categories", categories, []),
        ("rights", rights, []),
        # A decision names a rule by its id alone.
        ("achievements", [each.id for each in file.achievements], rights),
    ):
        yield from _twice(table, ids, before)
    cited: list[tuple[tuple[str | int, ...], str]] = [
        (("window", "source"), file.window.source),
        (("points", "source"), file.points.source),
    ]
    if file.points.used_source is not None:
        cited.append((("points", "used_source"), file.points.used_source))
    for table in ("categories", "rights", "achievements", "exclusive"):
        entries = getattr(file, table)
        cited += [((table, place, "source"), each.source) for place, each in enumerate(entries)]
    for where, source in cited:
        yield from _known(where, document_of(source), sources)
    for place, right in enumerate(file.rights):
        yield from _of_a_right(("rights", place), right, file)
    for place, merit in enumerate(file.achievements):
        yield from _known(("achievements", place, "category"), merit.category, categories)
        yield from _of_clauses(("achievements", place, "when"), merit.when)
    grouped: list[str] = []
    for place, group in enumerate(file.exclusive):
        for each in group.categories:
            yield from _known(("exclusive", place, "categories"), each, categories)
            if each in grouped:
                yield ("exclusive", place, "categories"), _said_twice("exclusive", each)
            grouped.append(each)
    if file.points.used_for_a_right == "not-counted" and file.points.used_source is None:
        yield (
            ("points", "used_for_a_right"),
            UsageError(
                "policy.no-source",
                N_("{file}: “used_for_a_right” is a rule, and “used_source” does not say which one."),
                next_step=N_("Name the document and the paragraph the rule is taken from."),
            ),
        )
    rules = len(file.rights) + len(file.achievements)
    if rules > limits.POLICY_RULES:
        yield (
            (),
            UsageError(
                "policy.too-many-rules",
                N_("{file} has {size} rules; the ceiling is {limit}."),
                next_step=N_("Name several profiles or classes in one rule instead of one rule for each."),
                size=rules,
                limit=limits.POLICY_RULES,
            ),
        )


def _of_a_right(where: tuple[str | int, ...], right: Any, file: Any) -> Iterator[_Complaint]:
    for each in right.programmes:
        yield from _known((*where, "programmes"), each, list(file.programmes))
    if right.exam is not None:
        yield from _known((*where, "exam"), right.exam, list(file.exams))
    if right.confirm is not None:
        yield from _known((*where, "confirm"), right.confirm.exam, list(file.exams))
    if (right.kind is RightKind.HUNDRED_POINTS) is (right.exam is None):
        yield (
            (*where, "kind"),
            UsageError(
                "policy.contradiction",
                N_("{file}: a right to 100 points names its exam, and no other right does (“{value}”)."),
                next_step=N_("Add “exam”, or take it away."),
                value=right.id,
            ),
        )
    yield from _of_clauses((*where, "when"), right.when)


def _of_clauses(where: tuple[str | int, ...], when: Any) -> Iterator[_Complaint]:
    if not when.model_fields_set:
        yield (
            where,
            UsageError(
                "policy.nothing-asked",
                N_("{file}: the rule has no clause, so every diploma there is would fit it."),
                next_step=N_("Write under “when” what is asked for, at least the kind."),
            ),
        )
    listed = [name for name in ("numbers", "levels", "subjects") if getattr(when, name) is not None]
    if listed and when.list not in (None, OlympiadList.OFFICIAL):
        yield (
            where,
            UsageError(
                "policy.contradiction",
                N_("{file}: only olympiads of the official list have “{value}”, and the rule is for others."),
                next_step=N_('Write list = "rsosh", or take the clause away.'),
                value=listed[0],
            ),
        )
    if (
        when.age_at_least is not None
        and when.age_at_most is not None
        and when.age_at_least > when.age_at_most
    ):
        yield (
            where,
            UsageError(
                "policy.contradiction",
                N_("{file}: nobody has the ages of the rule (“{value}”)."),
                next_step=N_("“age_at_least” must not be more than “age_at_most”."),
                value=f"{when.age_at_least}-{when.age_at_most}",
            ),
        )


def _known(where: tuple[str | int, ...], value: str, known: Sequence[str]) -> Iterator[_Complaint]:
    if value not in known:
        yield (
            where,
            UsageError(
                "policy.unknown-name",
                N_("{file}: “{value}” under “{where}” is not one of those the rules name: {known}."),
                next_step=N_("Correct the name, or add what it names."),
                value=value[:64],
                where=".".join(map(str, where)),
                known=", ".join(known)[:300] or "-",
            ),
        )


def _twice(table: str, ids: Sequence[str], before: Sequence[str]) -> Iterator[_Complaint]:
    for place, each in enumerate(ids):
        if each in before or each in ids[:place]:
            yield (table, place, "id"), _said_twice(table, each)


def _said_twice(table: str, value: str) -> UsageError:
    return UsageError(
        "policy.twice",
        N_("{file}: “{value}” is there twice under “{where}”."),
        next_step=N_("Give one of them another name, or take it away."),
        value=value,
        where=table,
    )


# --- the shape of the file ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _model() -> type[BaseModel]:
    from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
    from pydantic_core import PydanticCustomError

    def seen(text: str) -> str:
        if visible(text) != text:
            raise PydanticCustomError("invisible", "characters that nobody can see")
        return text

    def decimal(value: Any) -> Any:
        """A number as TOML has it, and no text that looks like one."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise PydanticCustomError("number", "a number")
        return Decimal(value)

    def by_language(value: Any) -> Any:
        return {"ru": value} if isinstance(value, str) else value

    words = Annotated[
        str,
        StringConstraints(min_length=1, max_length=limits.POLICY_TEXT_CHARACTERS, pattern=r"^\S(.*\S)?$"),
        AfterValidator(seen),
    ]
    key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    code = Annotated[str, StringConstraints(pattern=r"^\S{1,64}$")]
    amount = Annotated[
        Decimal,
        BeforeValidator(decimal),
        Field(ge=0, le=limits.POLICY_POINTS, decimal_places=limits.POLICY_DECIMALS),
    ]
    whole = Annotated[int, Field(strict=True, ge=0, le=9_999)]
    level = Annotated[int, Field(strict=True, ge=1, le=3)]
    school_class = Annotated[int, Field(strict=True, ge=1, le=11)]
    day = Annotated[date, Field(strict=True)]
    few = Field(default=None, min_length=1, max_length=limits.POLICY_VALUES)

    class _Strict(BaseModel):
        model_config = ConfigDict(extra="forbid")

    class _Names(_Strict):
        ru: words | None = None
        en: words | None = None

    def said(names: _Names) -> _Names:
        if names.ru is None and names.en is None:
            raise PydanticCustomError("missing", "no text in any language")
        return names

    names = Annotated[_Names, BeforeValidator(by_language), AfterValidator(said)]

    class When_(_Strict):  # noqa: N801
        kinds: tuple[Kind, ...] | None = few
        list: OlympiadList | None = None
        numbers: tuple[words, ...] | None = few
        stages: tuple[StageCode, ...] | None = few
        profiles: tuple[words, ...] | None = few
        levels: tuple[level, ...] | None = few
        subjects: tuple[words, ...] | None = few
        results: tuple[ResultCode, ...] | None = few
        classes: tuple[school_class, ...] | None = few
        regions: tuple[words, ...] | None = few
        hours_at_least: whole | None = None
        age_at_least: whole | None = None
        age_at_most: whole | None = None

    class Source_(_Strict):  # noqa: N801
        id: key
        title: words
        url: words | None = None
        sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None

    class Years(_Strict):
        years_after: whole
        year_itself: Annotated[bool, Field(strict=True)]
        source: words

    class OwnYears(_Strict):
        awarded_within_years: whole

    class Confirmed(_Strict):
        exam: code
        at_least: amount

    class Right_(_Strict):  # noqa: N801
        id: key
        kind: RightKind
        exam: code | None = None
        programmes: tuple[code, ...] = Field(min_length=1, max_length=limits.POLICY_VALUES)
        source: words
        when: When_
        window: OwnYears | None = None
        confirm: Confirmed | None = None

    class Points(_Strict):
        cap: amount
        source: words
        used_for_a_right: Literal["counted", "not-counted"] = "counted"
        used_source: words | None = None

    class Category_(_Strict):  # noqa: N801
        id: key
        combine: Combine
        cap: amount | None = None
        source: words
        name: names

    class Achievement(_Strict):
        id: key
        category: key
        points: amount
        source: words
        when: When_
        window: OwnYears | None = None
        text: names

    class Group(_Strict):
        categories: tuple[key, ...] = Field(min_length=2, max_length=limits.POLICY_VALUES)
        source: words

    class PolicyFile(_Strict):
        format: Literal["vcwallet-policy/1"]
        id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9./-]{0,127}$")]
        version: Annotated[int, Field(strict=True, ge=1, le=limits.JSON_SAFE_INTEGER)]
        year: Annotated[int, Field(strict=True, ge=1_000, le=9_999)]
        published: day
        name: names
        sources: tuple[Source_, ...] = Field(min_length=1, max_length=limits.POLICY_VALUES)
        window: Years
        exams: dict[code, names] = Field(max_length=limits.POLICY_VALUES)
        programmes: dict[code, names] = Field(min_length=1, max_length=limits.POLICY_RULES)
        rights: tuple[Right_, ...] = ()
        points: Points
        categories: tuple[Category_, ...] = Field(default=(), max_length=limits.POLICY_VALUES)
        exclusive: tuple[Group, ...] = Field(default=(), max_length=limits.POLICY_VALUES)
        achievements: tuple[Achievement, ...] = ()

    return PolicyFile
