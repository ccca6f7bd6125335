"""What the diplomas of one applicant are worth by the rules of one university.

    decision = decide(pack, items, levels, Applicant(exams={"math": Decimal(82)}), "01.03.02")
    decision.rights, decision.points.confirmed, decision.points.possible, decision.missing

The answer has two halves: what is *confirmed*, and what it *could become* if everything open were answered
for the better. A rule is answered by yes, no or unknown (`vcwallet.verifier.clauses`): one clause that does
not hold decides; else one fact that is missing leaves it open and is named.

A special right is *claimed*, because the diploma that gives it may give no points then: applying every right
there is would let a better examination lower the sum. Points are computed.

The same input gives the same answer for ever: there is no clock, no language and no binary fraction here. The
rules themselves are in `vcwallet.verifier.policy_pack`, the words in `vcwallet.speaking.decisions`.
"""

# In this order:
#
#  1 facts            what a diploma says, in closed words; what is refused or does not count takes no part
#  2 one achievement  two diplomas of one achievement count as one
#  3 rules            every rule that can apply, of every diploma
#  4 rights           which are there, and which diploma gives which: the choice that leaves most points
#  5 points           of a diploma in a category the best; the category's sum or best, caps, exclusive groups
#  6 the pair         confirmed, and with everything open granted, for the same claim
#  7 what is missing  what would give more, and why the rest gives nothing

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Context, Decimal, localcontext
from math import prod
from typing import Any, Final, TypeAlias

from vcwallet import limits
from vcwallet.credentials.achievement import Facts
from vcwallet.credentials.terms import OlympiadList, comparable
from vcwallet.errors import N_, LimitExceeded, UsageError
from vcwallet.report import Fate, IssuerSeen, Item, LevelSeen, Outcome, Report, Tie
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.clauses import Answer, AtHand, Judgement, Open, Said, judged, listed
from vcwallet.verifier.facts import achievement_of, person_of
from vcwallet.verifier.levels import LevelAnswer, Levels
from vcwallet.verifier.once import counted_once, numbered_on
from vcwallet.verifier.policy_pack import Category, Combine, Merit, Pack, Right, Rule

__all__ = [
    "Applicant",
    "Decision",
    "DecisionLine",
    "Missing",
    "Part",
    "Points",
    "RightGiven",
    "decide",
    "gathered",
    "is_no_right",
    "item_of",
    "with_decision",
    "with_levels",
]


@dataclass(frozen=True, slots=True)
class Applicant:
    """What the university knows of the applicant beside the diplomas."""

    exams: Mapping[str, Decimal] = field(default_factory=dict)
    """Results by the exam's code; one that is not there is not known."""
    claimed: tuple[str, ...] | None = None
    """The rights the applicant uses, by id; None: all there are."""
    born: date | None = None


_NO_RIGHT: Final = frozenset({"нет", "-", "не заявлено", "none", "no"})


def is_no_right(text: str) -> bool:
    """Whether this is written, where rights would be named, for none of them."""
    return comparable(text) in _NO_RIGHT


@dataclass(frozen=True, slots=True)
class RightGiven:
    """A right that is claimed and confirmed, with the diploma that gives it."""

    right: Right
    item: int

    def as_json(self) -> JsonObject:
        return {
            "id": self.right.id,
            "kind": self.right.kind.value,
            "exam": self.right.exam,
            "item": self.item,
            "source": self.right.source,
        }


@dataclass(frozen=True, slots=True)
class Points:
    confirmed: Decimal
    possible: Decimal
    cap: Decimal

    def as_json(self) -> JsonObject:
        return {
            "confirmed": amount(self.confirmed),
            "possible": amount(self.possible),
            "cap": amount(self.cap),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """Points of one diploma under one rule."""

    item: int
    merit: Merit

    def as_json(self) -> JsonObject:
        return {
            "item": self.item,
            "rule": self.merit.id,
            "points": amount(self.merit.points),
            "source": self.merit.source,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that would give more if it were there."""

    would_give: str
    """The id of a right or of an achievement of the pack."""
    fact: str
    """A member of the achievement; ``confirmation`` of the diploma; ``levels``, ``exam`` or ``claim``."""
    item: int | None = None
    unread: bool = False
    """The fact is there, in words that no table knows, so a person has to read it."""

    def as_json(self) -> JsonObject:
        return {"item": self.item, "fact": self.fact, "unread": self.unread, "wouldGive": self.would_give}


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One step of the arithmetic: a code, the diplomas and the paragraphs it rests on, and its values."""

    code: str
    items: tuple[int, ...] = ()
    sources: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    """Ids of the pack, codes and amounts."""
    parts: tuple[Part, ...] = ()
    """What is added."""
    left_out: tuple[Part, ...] = ()
    """What would have given points and is not added."""

    def as_json(self) -> JsonObject:
        return {
            "code": self.code,
            "items": list[Json](self.items),
            "sources": list[Json](self.sources),
            "values": dict(self.values),
            "parts": [each.as_json() for each in self.parts],
            "leftOut": [each.as_json() for each in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one applicant and one programme."""

    pack: Pack
    levels: tuple[LevelSeen, ...]
    """The official lists that were at hand, by year; `value` is nothing here."""
    programme: str
    claimed: tuple[str, ...] | None
    rights: tuple[RightGiven, ...]
    points: Points
    without_rights: Decimal
    """The points if no right were claimed."""
    lines: tuple[DecisionLine, ...]
    missing: tuple[Missing, ...]

    def as_json(self) -> JsonObject:
        """``policy`` of one report; docs/reference/report.schema.json describes it."""
        return {
            "pack": {"id": self.pack.id, "version": self.pack.version, "digest": self.pack.digest},
            "levels": [{"list": each.list, "digest": each.digest} for each in self.levels],
            "programme": self.programme,
            "claimed": None if self.claimed is None else list[Json](self.claimed),
            "rights": [each.as_json() for each in self.rights],
            "points": self.points.as_json(),
            "withoutRights": amount(self.without_rights),
            "lines": [each.as_json() for each in self.lines],
            "missing": [each.as_json() for each in self.missing],
        }


def amount(points: Decimal) -> str:
    """An amount as a report has it: ``5``, ``2.5``."""
    text = format(points, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def gathered(reports: Iterable[Report]) -> tuple[Item, ...]:
    """The diplomas of all that one applicant handed in, numbered through, each counted once.

    Of what is refused as a whole no diploma counts, whatever its own fate.
    """
    items: list[Item] = []
    for report in reports:
        before = len(items)
        refused = report.outcome is Outcome.REFUSED
        for item in report.items:
            fate = Fate.REFUSED if refused else item.outcome
            items.append(replace(numbered_on(item, before), outcome=fate))
    return tuple(counted_once(items, lambda item: item, lambda _, item: item))


def item_of(facts: Facts, number: int, fate: Fate, *, identifier: str = "") -> Item:
    """A diploma that is at hand without a report, as a family has it in its wallet."""
    return Item(
        number=number,
        id=identifier,
        outcome=fate,
        code="",
        tie=Tie.NOTHING,
        issuer=IssuerSeen(facts.issuer_id, facts.issuer_name),
        person=person_of(facts),
        achievement=achievement_of(facts),
    )


def with_levels(items: Iterable[Item], levels: Levels) -> tuple[Item, ...]:
    """The diplomas with the level of each, as far as a list of its year is at hand."""
    return tuple(replace(item, level=_level_seen(Said.of(item), levels)) for item in items)


def with_decision(report: Report, pack: Pack, levels: Levels, applicant: Applicant, programme: str) -> Report:
    """The report with what it is worth by the rules; raises what `decide` raises."""
    decision = decide(pack, gathered([report]), levels, applicant, programme)
    return replace(report, items=with_levels(report.items, levels), policy=decision)


def _level_seen(said: Said, levels: Levels) -> LevelSeen | None:
    answer = listed(said, levels)
    if not isinstance(answer, LevelAnswer) or answer.digest is None:
        return None
    return LevelSeen(answer.level, str(answer.year), answer.digest)


def decide(
    pack: Pack, items: Sequence[Item], levels: Levels, applicant: Applicant, programme: str
) -> Decision:
    """What these diplomas are worth for one programme by the rules of `pack`.

    `items` have different numbers; `gathered` makes them of reports. Raises UsageError
    (``policy.unknown-programme``, ``policy.unknown-exam``, ``policy.unknown-right``, with the known ones;
    ``policy.bad-exam`` for a result that is no number; ``policy.numbers-twice``) and LimitExceeded
    (``policy.too-many-items``, ``policy.too-many``).
    """
    _check_call(pack, items, applicant, programme)
    with localcontext(_EXACT):
        return _Deciding(pack, items, levels, applicant, programme).decision()


# Sums of at most limits.POLICY_ITEMS amounts with POLICY_DECIMALS digits after the point are exact in it.
_EXACT: Final = Context(prec=28)


def _check_call(pack: Pack, items: Sequence[Item], applicant: Applicant, programme: str) -> None:
    for code, known, given in (
        ("policy.unknown-programme", pack.programmes, [programme]),
        ("policy.unknown-exam", pack.exams, list(applicant.exams)),
        ("policy.unknown-right", [each.id for each in pack.rights], list(applicant.claimed or ())),
    ):
        for each in given:
            if each not in known:
                raise UsageError(
                    code,
                    _UNKNOWN[code],
                    next_step=N_("The rules name these: {known}."),
                    value=each[:64],
                    pack=pack.id,
                    known=", ".join(known)[:500] or "-",
                )
    for exam, result in applicant.exams.items():
        if not result.is_finite() or not 0 <= result <= limits.POLICY_POINTS:
            raise UsageError(
                "policy.bad-exam",
                N_("The result of the exam “{exam}” is no number of points: {value}."),
                next_step=N_("Write a number from 0 to {limit}, or leave the exam out."),
                exam=exam,
                value=str(result)[:64],
                limit=limits.POLICY_POINTS,
            )
    if len(items) > limits.POLICY_ITEMS:
        raise LimitExceeded(
            "policy.too-many-items",
            N_("One applicant shows {size} diplomas; the ceiling is {limit}."),
            next_step=N_("Look whether the files of several people lie together."),
            size=len(items),
            limit=limits.POLICY_ITEMS,
        )
    if len({each.number for each in items}) != len(items):
        raise UsageError(
            "policy.numbers-twice",
            N_("Two diplomas have the same number."),
            next_step=N_("Number the diplomas of several reports through."),
        )


_UNKNOWN: Final = {
    "policy.unknown-programme": N_("The rules {pack} have no programme “{value}”."),
    "policy.unknown-exam": N_("The rules {pack} have no exam “{value}”."),
    "policy.unknown-right": N_("The rules {pack} have no right “{value}”."),
}


# --- 2 one achievement --------------------------------------------------------------------------------------

_Group: TypeAlias = tuple[Said, ...]


def _groups(facts: Sequence[Said], *, hopeful: bool) -> list[_Group]:
    """The achievements, each with the diplomas that show it, in the order of their numbers.

    A diploma that hides what would tell goes to the first achievement that it may show, so that hiding never
    makes two of one; `hopeful`, it is taken for another one.
    """
    groups: list[list[Said]] = []
    names: list[set[object]] = []
    hiding: list[Said] = []
    for each in sorted(facts, key=lambda one: one.number):
        known = _names_of(each)
        if not known:
            hiding.append(each)
            continue
        group = [each]
        for place in reversed(range(len(groups))):
            if known & names[place]:
                group = [*groups.pop(place), *group]
                known |= names.pop(place)
        groups.append(group)
        names.append(known)
    groups.sort(key=lambda group: min(one.number for one in group))
    for each in hiding:
        found = next(
            (group for group in groups if any(_may_be_one(each, other, hopeful) for other in group)), None
        )
        if found is None:
            groups.append([each])
        else:
            found.append(each)
    ordered = (tuple(sorted(group, key=lambda one: one.number)) for group in groups)
    return sorted(ordered, key=lambda group: group[0].number)


def _names_of(facts: Said) -> set[object]:
    """By what an achievement is known to be another diploma's: its issuer's id, or what it is by the list.

    Empty where it is of a list and hides which of its achievements it is.
    """
    said = facts.item.achievement
    names: set[object] = set()
    if said.id is not None:
        names.add(("id", facts.item.issuer.id, said.id))
    if not set(facts.lists) & {OlympiadList.OFFICIAL, OlympiadList.NATIONAL}:
        return names or {("number", facts.number)}
    if any(value is None for value in (*_edition(facts), said.description)) or len(facts.lists) > 1:
        return set()
    names.add((facts.lists, _edition(facts)))
    return names


def _edition(facts: Said) -> tuple[object, ...]:
    """What tells one achievement of a list from another; None for what is not known."""
    said = facts.item.achievement
    has_number = facts.lists == (OlympiadList.OFFICIAL,) or facts.hides("listNumber")
    stage = said.description and (said.stage.code if said.stage is not None else comparable(said.description))
    return (
        said.list_number and comparable(said.list_number) if has_number else "",
        said.profile and comparable(said.profile),
        facts.year,
        stage,
    )


def _may_be_one(hiding: Said, other: Said, hopeful: bool) -> bool:
    """Whether a diploma that hides something may show the same achievement as another; `hopeful`, must."""
    mine, theirs = hiding.item, other.item
    if mine.issuer.id == theirs.issuer.id and None not in (mine.achievement.id, theirs.achievement.id):
        # An issuer has one id for one achievement.
        return mine.achievement.id == theirs.achievement.id
    return (
        not hopeful
        and bool(set(hiding.lists) & set(other.lists))
        and all(
            one is None or another is None or one == another
            for one, another in zip(_edition(hiding), _edition(other), strict=True)
        )
    )


# --- 4 and 5 rights and points ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Fit:
    """A diploma that fits a rule: the best of those that show one achievement."""

    group: int
    facts: Said
    judgement: Judgement

    @property
    def is_sure(self) -> bool:
        return self.facts.confirmed and self.judgement.answer is Answer.YES

    @property
    def wants(self) -> tuple[Open, ...]:
        """What is missing until it is sure."""
        own = () if self.facts.confirmed else (Open("confirmation"),)
        return (*own, *self.judgement.missing)

    def missing(self, rule: Rule) -> Iterator[Missing]:
        for each in self.wants:
            yield Missing(rule.id, each.fact, self.facts.number, each.unread)


@dataclass(frozen=True, slots=True)
class _Claim:
    """Points that a diploma gives under a rule."""

    fit: _Fit
    merit: Merit
    place: int
    """Of the rule in the pack."""

    @property
    def part(self) -> Part:
        return Part(self.fit.facts.number, self.merit)

    @property
    def rank(self) -> tuple[Decimal, bool, int, int]:
        """Most points first; of equal ones what is sure, then the lower number, then the earlier rule."""
        return -self.merit.points, not self.fit.is_sure, self.fit.facts.number, self.place


@dataclass(frozen=True, slots=True)
class _CategorySum:
    category: Category
    kept: tuple[_Claim, ...]
    left_out: tuple[_Claim, ...]
    whole: Decimal
    counted: Decimal


@dataclass(frozen=True, slots=True)
class _Sum:
    categories: tuple[_CategorySum, ...] = ()
    """Those that count."""
    excluded: tuple[tuple[_CategorySum, _CategorySum], ...] = ()
    """Those that do not, each with the one that counts in its place."""
    whole: Decimal = Decimal(0)
    points: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Result:
    rights: Mapping[str, _Fit]
    used: frozenset[int]
    """Achievements that give a right and so no points."""
    total: _Sum


class _Deciding:
    """One applicant, one programme, one pack."""

    def __init__(
        self, pack: Pack, items: Sequence[Item], levels: Levels, applicant: Applicant, programme: str
    ) -> None:
        self.pack = pack
        self.levels = levels
        self.applicant = applicant
        self.programme = programme
        self.known = AtHand(levels, applicant.born)
        self.facts = [Said.of(each) for each in items if each.outcome in (Fate.CONFIRMED, Fate.UNKNOWN)]
        rules = pack.rules(programme)
        self.rights = [each for each in rules if isinstance(each, Right)]
        judgements = {
            rule.id: {each.number: judged(rule, each, pack, self.known) for each in self.facts}
            for rule in rules
        }
        self.groups = _groups(self.facts, hopeful=False)
        self.fits = {rule.id: self._fits(self.groups, judgements[rule.id]) for rule in rules}
        hopeful = _groups(self.facts, hopeful=True)
        self.hopeful_fits = {rule.id: self._fits(hopeful, judgements[rule.id]) for rule in rules}

    @staticmethod
    def _fits(groups: Sequence[_Group], judgements: Mapping[int, Judgement]) -> list[_Fit]:
        """Of every achievement the diploma that fits the rule best, or could; none where none could."""
        found = []
        for place, group in enumerate(groups):
            fits = [_Fit(place, each, judgements[each.number]) for each in group]
            possible = [each for each in fits if each.judgement.answer is not Answer.NO]
            if possible:
                found.append(
                    min(possible, key=lambda fit: (not fit.is_sure, len(fit.wants), fit.facts.number))
                )
        return found

    def _exam(self, right: Right) -> Answer:
        """Whether the applicant's examination confirms the right."""
        if right.confirm is None:
            return Answer.YES
        have = self.applicant.exams.get(right.confirm.exam)
        if have is None:
            return Answer.UNKNOWN
        return Answer.YES if have >= right.confirm.at_least else Answer.NO

    def _available(self, right: Right, *, hopeful: bool) -> list[_Fit]:
        exam = self._exam(right)
        if exam is Answer.NO or (exam is Answer.UNKNOWN and not hopeful):
            return []
        return self._fitting(right, hopeful=hopeful)

    def _fitting(self, rule: Rule, *, hopeful: bool) -> list[_Fit]:
        if hopeful:
            return self.hopeful_fits[rule.id]
        return [fit for fit in self.fits[rule.id] if fit.is_sure]

    # 4 rights
    def result(self, *, hopeful: bool, claim: Iterable[str] | None) -> _Result:
        wanted = None if claim is None else set(claim)
        supporters: dict[str, list[_Fit]] = {}
        for right in self.rights:
            if wanted is None or right.id in wanted:
                found = self._available(right, hopeful=hopeful)
                if found:
                    supporters[right.id] = found
        claims = self._claims(hopeful=hopeful)
        if not self.pack.points.right_takes_points:
            first = {right: min(found, key=_number) for right, found in supporters.items()}
            return _Result(first, frozenset(), self._sum(claims, frozenset()))
        choices = {right: self._unlike(found, supporters, claims) for right, found in supporters.items()}
        ways = prod(len(each) for each in choices.values())
        if ways > limits.POLICY_COMBINATIONS:
            raise LimitExceeded(
                "policy.too-many",
                N_(
                    "There are {size} ways to choose which diploma gives which right; the ceiling is {limit}."
                ),
                next_step=N_("Name the rights that the applicant claims, so that fewer are left."),
                size=ways,
                limit=limits.POLICY_COMBINATIONS,
            )
        sums: dict[frozenset[int], _Sum] = {}
        best: tuple[Any, tuple[_Fit, ...]] | None = None
        for choice in itertools.product(*choices.values()):
            used = frozenset(fit.group for fit in choice)
            if used not in sums:
                sums[used] = self._sum(claims, used)
            rank = (-sums[used].points, len(used), tuple(_number(fit) for fit in choice))
            if best is None or rank < best[0]:
                best = rank, choice
        assert best is not None  # the product of nothing is one empty choice
        used = frozenset(fit.group for fit in best[1])
        return _Result(dict(zip(supporters, best[1], strict=True)), used, sums[used])

    def _unlike(
        self, found: Sequence[_Fit], supporters: Mapping[str, Sequence[_Fit]], claims: Sequence[_Claim]
    ) -> list[_Fit]:
        """Of achievements that give the same rights and the same points, one: the others change nothing."""
        kept: dict[object, _Fit] = {}
        for fit in sorted(found, key=_number):
            gives = tuple(
                right for right, fits in supporters.items() if any(each.group == fit.group for each in fits)
            )
            earns = tuple(claim.place for claim in claims if claim.fit.group == fit.group)
            kept.setdefault((gives, earns), fit)
        return list(kept.values())

    # 5 points
    def _claims(self, *, hopeful: bool) -> list[_Claim]:
        found = [
            _Claim(fit, merit, place)
            for place, merit in enumerate(self.pack.merits)
            for fit in self._fitting(merit, hopeful=hopeful)
        ]
        return sorted(found, key=lambda claim: claim.rank)

    def _sum(self, claims: Sequence[_Claim], used: frozenset[int]) -> _Sum:
        sums = [self._of_category(each, claims, used) for each in self.pack.categories]
        counting = {each.category.id: each for each in sums if each.kept}
        excluded: list[tuple[_CategorySum, _CategorySum]] = []
        for group in self.pack.exclusive:
            rivals = [counting[each] for each in counting if each in group.categories]
            if rivals:
                # The first of equal ones, in the order of the pack.
                winner = max(rivals, key=lambda each: each.counted)
                excluded += [(each, winner) for each in rivals if each is not winner]
        for each, _ in excluded:
            del counting[each.category.id]
        whole = sum((each.counted for each in counting.values()), Decimal(0))
        return _Sum(tuple(counting.values()), tuple(excluded), whole, min(whole, self.pack.points.cap))

    def _of_category(
        self, category: Category, claims: Sequence[_Claim], used: frozenset[int]
    ) -> _CategorySum:
        of_each: dict[int, _Claim] = {}
        for claim in claims:
            if claim.merit.category == category.id and claim.fit.group not in used:
                of_each.setdefault(claim.fit.group, claim)
        chosen = tuple(of_each.values())
        kept = chosen[:1] if category.combine is Combine.BEST else chosen
        whole = sum((each.merit.points for each in kept), Decimal(0))
        counted = whole if category.cap is None else min(whole, category.cap)
        return _CategorySum(category, kept, chosen[len(kept) :], whole, counted)

    # 6 the pair
    def decision(self) -> Decision:
        claimed = self.applicant.claimed
        sure = self.result(hopeful=False, claim=claimed)
        hope = self.result(hopeful=True, claim=sure.rights)
        free = self.result(hopeful=False, claim=())
        missing = (*self._missing_rights(), *self._missing_points(sure, hope))
        lines = [*self._right_lines(sure), *self._point_lines(sure)]
        if free.total.points != sure.total.points:
            lines.append(DecisionLine("points.without-rights", values={"points": amount(free.total.points)}))
        if hope.total.points != sure.total.points:
            lines.append(DecisionLine("points.possible", values={"points": amount(hope.total.points)}))
        lines += [self._missing_line(each) for each in missing]
        lines += self._nothing_lines()
        return Decision(
            pack=self.pack,
            levels=tuple(LevelSeen(None, str(each.year), each.digest) for each in self.levels.lists.values()),
            programme=self.programme,
            claimed=claimed,
            rights=tuple(
                RightGiven(self.pack.right(right), fit.facts.number) for right, fit in sure.rights.items()
            ),
            points=Points(sure.total.points, hope.total.points, self.pack.points.cap),
            without_rights=free.total.points,
            lines=tuple(lines),
            missing=missing,
        )

    # 7 what is missing
    def _missing_rights(self) -> Iterator[Missing]:
        claimed = self.applicant.claimed
        for right in self.rights:
            fits = self._available(right, hopeful=True)
            if not fits:
                continue
            if not self._fitting(right, hopeful=False):
                for fit in fits:
                    yield from fit.missing(right)
            if self._exam(right) is Answer.UNKNOWN:
                yield Missing(right.id, "exam")
            if claimed is not None and right.id not in claimed:
                yield Missing(right.id, "claim")

    def _missing_points(self, sure: _Result, hope: _Result) -> Iterator[Missing]:
        if hope.total.points == sure.total.points:
            return
        for each in hope.total.categories:
            for claim in each.kept:
                yield from claim.fit.missing(claim.merit)

    # --- lines ---

    def _right_lines(self, sure: _Result) -> Iterator[DecisionLine]:
        for right in self.rights:
            fit = sure.rights.get(right.id)
            values = {"right": right.id}
            if fit is not None:
                yield DecisionLine(
                    "right.given", items=(fit.facts.number,), sources=(right.source,), values=values
                )
            elif self._exam(right) is Answer.NO and (fits := self._fitting(right, hopeful=False)):
                assert right.confirm is not None  # only an examination says no
                have = amount(self.applicant.exams[right.confirm.exam])
                items = tuple(each.facts.number for each in fits)
                yield DecisionLine(
                    "right.exam-too-low",
                    items=items,
                    sources=(right.source,),
                    values={**values, "have": have},
                )
            elif right.id in (self.applicant.claimed or ()) and not self._available(right, hopeful=True):
                yield DecisionLine("right.no-diploma", sources=(right.source,), values=values)
        for identifier in self.applicant.claimed or ():
            if self.pack.right(identifier) not in self.rights:
                source = self.pack.right(identifier).source
                yield DecisionLine("right.other-programme", sources=(source,), values={"right": identifier})

    def _point_lines(self, sure: _Result) -> Iterator[DecisionLine]:
        total, points = sure.total, self.pack.points
        for each in total.categories:
            yield _category_line("points.category", each)
        for each, winner in total.excluded:
            groups = [one for one in self.pack.exclusive if each.category.id in one.categories]
            sources = tuple(one.source for one in groups)
            yield replace(
                _category_line("points.excluded", each),
                sources=sources,
                values={"category": each.category.id, "instead": winner.category.id},
            )
        if sure.used:
            numbers = sorted(fit.facts.number for fit in sure.rights.values())
            sources = (points.used_source,) if points.used_source else ()
            yield DecisionLine("points.used", items=tuple(dict.fromkeys(numbers)), sources=sources)
        if total.categories:
            yield DecisionLine(
                "points.sum",
                sources=(points.source,),
                values={
                    "terms": " ".join(amount(each.counted) for each in total.categories),
                    "whole": amount(total.whole),
                    "cap": amount(points.cap),
                    "counted": amount(total.points),
                },
            )
        yield DecisionLine("points.total", values={"points": amount(total.points)})

    def _missing_line(self, missing: Missing) -> DecisionLine:
        rule = self.pack.rule(missing.would_give)
        values = {"fact": missing.fact, "rule": rule.id}
        if missing.unread:
            values["unread"] = "yes"
        return DecisionLine(
            "missing.right" if isinstance(rule, Right) else "missing.merit",
            items=() if missing.item is None else (missing.item,),
            sources=(rule.source,),
            values=values,
        )

    def _nothing_lines(self) -> Iterator[DecisionLine]:
        """Of each confirmed diploma that gives nothing: the nearest rule, and what keeps it out."""
        giving = {each.group for each in itertools.chain.from_iterable(self.fits.values())}
        for place, group in enumerate(self.groups):
            confirmed = [each for each in group if each.confirmed]
            for each in confirmed[1:]:
                yield DecisionLine("item.same", items=(each.number, confirmed[0].number))
            if confirmed and place not in giving:
                yield self._nearest(confirmed[0])

    def _nearest(self, facts: Said) -> DecisionLine:
        rules: list[Rule] = [*self.pack.merits, *self.rights]
        failures = [(rule, judged(rule, facts, self.pack, self.known).failed) for rule in rules]
        near = [
            (rule, failed)
            for rule, failed in failures
            if not {"kinds", "list"} & {name for name, _ in failed}
        ]
        if not near:
            return DecisionLine("item.no-rule", items=(facts.number,))
        rule, failed = min(near, key=lambda pair: len(pair[1]))
        clause, said = failed[0]
        values = {"rule": rule.id, "clause": clause, "said": said or ""}
        source = rule.source
        if clause == "window":
            first, last = self.pack.years_of(rule)
            values |= {"first": str(first), "last": str(last)}
            source = self.pack.window.source if rule.within_years is None else rule.source
        return DecisionLine("item.unfit", items=(facts.number,), sources=(source,), values=values)


def _number(fit: _Fit) -> int:
    return fit.facts.number


def _category_line(code: str, each: _CategorySum) -> DecisionLine:
    category = each.category
    values = {"category": category.id, "whole": amount(each.whole), "counted": amount(each.counted)}
    if category.cap is not None:
        values["cap"] = amount(category.cap)
    return DecisionLine(
        code=code,
        items=tuple(claim.fit.facts.number for claim in each.kept),
        sources=(category.source,),
        values=values,
        parts=tuple(claim.part for claim in each.kept),
        left_out=tuple(claim.part for claim in each.left_out),
    )
