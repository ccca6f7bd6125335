"""What a verifier answers, as data: outcomes, items, the showing, findings. The words are said elsewhere.

    report.outcome                     # of the whole
    report.showing.outcome             # was it shown, to whom, when
    for item in report.items:          # each diploma has a fate of its own
        print(item.number, item.outcome, item.code, item.tie)

A **showing** is what a holder signs: valid, refused (not for you, over, its proof does not hold), unknown, or
none, when diplomas came alone. An **item** is confirmed; not counted (in order, and yet revoked, over, out of
scope); unknown (something is missing that would tell); or refused (changed, or somebody else's). Only an
attacked showing or a forged item refuses the whole; otherwise items stand alone.

docs/reference/report.schema.json describes the JSON. Codes are stable, and new ones may be added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from vcwallet import timestamps
from vcwallet.errors import EvidenceValue, Mistake, VcwalletError
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "FORMAT",
    "Achievement",
    "Answers",
    "Binding",
    "Check",
    "Class",
    "Fate",
    "Files",
    "Finding",
    "Freshness",
    "HasJson",
    "IssuerSeen",
    "Item",
    "KitSeen",
    "Knowledge",
    "LevelSeen",
    "Outcome",
    "Person",
    "Problem",
    "Report",
    "Result",
    "Score",
    "SeenBefore",
    "Showing",
    "ShowingKind",
    "ShowingOutcome",
    "Source",
    "StatusSeen",
    "StatusState",
    "Term",
    "Tie",
    "TrustSeen",
    "deciding",
    "decisive",
    "fate_of",
    "whole_of",
    "worst",
]

FORMAT: Final = "vcwallet-report/2"


class Outcome(StrEnum):
    """Of everything that came together."""

    CONFIRMED = "confirmed"
    PARTLY = "partly"
    """Some items are confirmed, and the others do not count."""
    UNKNOWN = "unknown"
    """Something is missing that would tell."""
    NOTHING = "nothing"
    """No item counts."""
    REFUSED = "refused"
    """The showing, or one of its items, is attacked; then none of them counts."""

    @property
    def exit_status(self) -> int:
        """What a command ends with that has this answer to give."""
        return {Outcome.CONFIRMED: 0, Outcome.REFUSED: 1, Outcome.UNKNOWN: 3}.get(self, 5)


class Fate(StrEnum):
    """Of one item."""

    CONFIRMED = "confirmed"
    NOT_COUNTED = "not-counted"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class ShowingOutcome(StrEnum):
    """Whether the showing as a whole answers for anything in it."""

    VALID = "valid"
    NONE = "none"
    """Diplomas came without a holder's signature."""
    UNKNOWN = "unknown"
    REFUSED = "refused"


class ShowingKind(StrEnum):
    """How the documents came: shown by their holder to somebody, or not shown at all."""

    JUST_NOW = "just-now"
    """Signed for this recipient, as the answer to a question that was asked just now."""
    ADDRESSED = "addressed"
    """Signed for this recipient: a letter or a sheet of paper."""
    UNDIRECTED = "undirected"
    """Signed for nobody in particular, or for a recipient whom nobody compared."""
    NONE = "none"


class Tie(StrEnum):
    """What ties one diploma to the person who stands there."""

    KEY = "key"
    """It was issued to the key that signed the showing."""
    NAME_AND_BIRTH = "name-and-birth"
    NAME = "name"
    NOTHING = "nothing"


class Binding(StrEnum):
    """What a recipient demands of how it is shown, from weak to strong."""

    DOCUMENT = "document"
    """A diploma alone will do."""
    ADDRESSED = "addressed"
    """A showing signed for this recipient."""
    HOLDER = "holder"
    """Such a showing, of diplomas that were issued to the key that signed it."""

    @property
    def strength(self) -> int:
        return list(Binding).index(self)


class Result(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_COUNTED = "not-counted"
    """In order, and yet of no use: revoked, over, out of scope, counted already."""
    UNKNOWN = "unknown"
    NOTE = "note"
    """Worth a person's look; does not change the outcome."""


class Check(StrEnum):
    """Stable codes of the checks, in the order of the numbered steps of `vcwallet.verifier.verifier`."""

    STRUCTURE = "structure"
    FORM = "form"
    CLOCK = "clock"
    TRUST = "trust"
    PRESENTATION_PROOF = "presentation.proof"
    PRESENTATION_RECIPIENT = "presentation.recipient"
    PRESENTATION_FRESHNESS = "presentation.freshness"
    KIND = "kind"
    ISSUER = "issuer"
    KEY = "key"
    PROOF = "proof"
    VALIDITY = "validity"
    HOLDER = "holder"
    STATUS = "status"
    STATUS_AGE = "status.age"
    DEMANDS = "demands"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's answer. `reason` is a stable code; `evidence` are the plain values of its sentence.

    `error` is the refusal behind a failed check; then `reason` is its code and the sentence is its own.
    """

    check: Check
    result: Result
    reason: str
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    error: VcwalletError | None = field(default=None, compare=False, repr=False)

    @classmethod
    def about(cls, check: Check, result: Result, reason: str, **evidence: EvidenceValue) -> Finding:
        return cls(check, result, reason, evidence)

    @classmethod
    def of(cls, check: Check, result: Result, error: VcwalletError) -> Finding:
        return cls(check, result, error.code, error.evidence, error)

    def as_json(self) -> JsonObject:
        return {
            "check": self.check.value,
            "result": self.result.value,
            "reason": self.reason,
            "evidence": dict(self.evidence),
        }


# --- what an item says ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """A text of a diploma, with its code where a closed table knows it."""

    text: str
    code: str | None = None
    degree: int | None = None

    def as_json(self) -> JsonObject:
        return _filled({"code": self.code, "degree": self.degree, "text": self.text})


@dataclass(frozen=True, slots=True)
class Class:
    """A school class as it was written, and its number."""

    text: str
    number: int | None = None

    def as_json(self) -> JsonObject:
        return _filled({"number": self.number, "text": self.text})


@dataclass(frozen=True, slots=True)
class Score:
    """An amount, with the name of what was counted."""

    value: str
    label: str
    most: str | None = None

    def as_json(self) -> JsonObject:
        return _filled({"value": self.value, "label": self.label, "of": self.most})


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a diploma names. What is None was hidden when it is in `not_shown`, and else never there."""

    family: str | None = None
    given: str | None = None
    patronymic: str | None = None
    born: date | None = None
    other_name: str | None = None
    """The name of a recipient who is named in an identifier only."""
    not_shown: tuple[str, ...] = ()
    """Members, by their JSON names, that the proof allows to hide."""

    @property
    def name(self) -> str:
        """Family name, given name, patronymic: those that are shown; "" when none is."""
        parts = " ".join(filter(None, (self.family, self.given, self.patronymic)))
        return parts or self.other_name or ""

    def as_json(self) -> JsonObject:
        return {
            **_filled(
                {
                    "family": self.family,
                    "given": self.given,
                    "patronymic": self.patronymic,
                    "otherName": self.other_name,
                    "born": self.born.isoformat() if self.born else None,
                }
            ),
            "notShown": list[Json](self.not_shown),
        }


@dataclass(frozen=True, slots=True)
class Achievement:
    """What was achieved, as typed facts; `not_shown` as in `Person`."""

    kind: str | None = None
    """One function of signed facts, the same for scopes, requests and reports: ``olympiad-diploma`` ..."""
    type: str | None = None
    """The Open Badges achievement type."""
    id: str | None = None
    name: str | None = None
    description: str | None = None
    """The text of the stage, where it names one."""
    list_number: str | None = None
    """The number in the official list of olympiads."""
    profile: str | None = None
    stage: Term | None = None
    school_year: tuple[int, int] | None = None
    year_text: str | None = None
    school_class: Class | None = None
    results: tuple[Term, ...] = ()
    scores: tuple[Score, ...] = ()
    school: str | None = None
    place: str | None = None
    role: str | None = None
    licence: str | None = None
    """The number on the paper."""
    awarded: date | None = None
    """The day in the issuer's zone."""
    not_shown: tuple[str, ...] = ()

    def as_json(self) -> JsonObject:
        return {
            **_filled(
                {
                    "kind": self.kind,
                    "type": self.type,
                    "id": self.id,
                    "name": self.name,
                    "description": self.description,
                    "listNumber": self.list_number,
                    "profile": self.profile,
                    "stage": self.stage.as_json() if self.stage else None,
                    "schoolYear": {"from": self.school_year[0], "to": self.school_year[1]}
                    if self.school_year
                    else None,
                    "yearText": self.year_text,
                    "class": self.school_class.as_json() if self.school_class else None,
                    "results": [each.as_json() for each in self.results] or None,
                    "scores": [each.as_json() for each in self.scores] or None,
                    "school": self.school,
                    "place": self.place,
                    "role": self.role,
                    "paperNumber": self.licence,
                    "awarded": self.awarded.isoformat() if self.awarded else None,
                }
            ),
            "notShown": list[Json](self.not_shown),
        }


@dataclass(frozen=True, slots=True)
class IssuerSeen:
    """Who signed. `entry` and `name` are the trust list's own, None and {} when nobody listed the issuer."""

    id: str
    claimed_name: str | None = None
    """What it calls itself: nothing stands behind that but its own word."""
    entry: str | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    state: str | None = None
    keys: tuple[str, ...] = ()
    """Fingerprints of the keys whose proofs hold."""
    region: str | None = None
    """By the trust list: no diploma says one."""

    def as_json(self) -> JsonObject:
        return {
            "entry": self.entry,
            "name": dict(self.name),
            "id": self.id,
            "claimedName": self.claimed_name,
            "state": self.state,
            "region": self.region,
            "keys": list[Json](self.keys),
        }


@dataclass(frozen=True, slots=True)
class LevelSeen:
    """The level of an olympiad by the official list of the year in which it was held."""

    value: int | None
    """None: the list of that year does not have it."""
    list: str
    """The school year of the list, ``2025/26``."""
    digest: str

    def as_json(self) -> JsonObject:
        return {"value": self.value, "list": self.list, "digest": self.digest}


class StatusState(StrEnum):
    """What is known of the revocation of one diploma."""

    GOOD = "good"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"
    NONE = "none"
    """The diploma names no list."""


@dataclass(frozen=True, slots=True)
class StatusSeen:
    """Whether it was revoked, as far as the lists at hand say."""

    state: StatusState
    list: str | None = None
    as_of: datetime | None = None
    age_days: int | None = None
    final: bool = False
    """The issuer is closed, and this is its last list."""
    origin: str | None = None
    """Where the list came from: ``trust-list``, ``given`` or ``stapled``."""

    def as_json(self) -> JsonObject:
        return {
            "state": self.state.value,
            "list": self.list,
            "asOf": _moment(self.as_of),
            "ageDays": self.age_days,
            "final": self.final,
            "from": self.origin,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One diploma. What `person` and `achievement` say counts only as far as `outcome` does."""

    number: int
    id: str
    outcome: Fate
    code: str
    """What decided, such as ``item.revoked``; `evidence` are the values of its sentence."""
    tie: Tie
    issuer: IssuerSeen
    person: Person = field(default_factory=Person)
    achievement: Achievement = field(default_factory=Achievement)
    status: StatusSeen = field(default_factory=lambda: StatusSeen(StatusState.UNKNOWN))
    findings: tuple[Finding, ...] = ()
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    inside: int | None = None
    """The number of the item that holds this one."""
    level: LevelSeen | None = None
    """None where no official list was asked."""
    marks: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """Digests of what its issuer signed, the same whichever parts of it are shown; not in the JSON."""

    @property
    def proven(self) -> bool:
        """Whether the signature over what it says holds; otherwise it is hearsay."""
        return any(each.check is Check.PROOF and each.result is Result.PASSED for each in self.findings)

    @property
    def is_duplicate(self) -> bool:
        return self.code == "item.duplicate"

    def as_json(self) -> JsonObject:
        return {
            "number": self.number,
            "inside": self.inside,
            "id": self.id,
            "outcome": self.outcome.value,
            "code": self.code,
            "evidence": dict(self.evidence),
            "tie": self.tie.value,
            "proven": self.proven,
            "issuer": self.issuer.as_json(),
            "person": self.person.as_json(),
            "achievement": self.achievement.as_json(),
            "level": self.level.as_json() if self.level else None,
            "status": self.status.as_json(),
            "findings": [each.as_json() for each in self.findings],
        }


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """When the same showing, or another answer to the same challenge, came here before."""

    at: datetime
    number: str | None
    """Of the application it came under."""
    same_showing: bool

    def as_json(self) -> JsonObject:
        return {"at": _moment(self.at), "number": self.number, "sameShowing": self.same_showing}


@dataclass(frozen=True, slots=True)
class Showing:
    """Who showed it to whom, and when."""

    outcome: ShowingOutcome
    kind: ShowingKind
    code: str
    to: tuple[str, ...] = ()
    purpose: str | None = None
    signed_at: datetime | None = None
    age_days: int | None = None
    until: datetime | None = None
    seen_before: SeenBefore | None = None
    """What the office's register says, where it keeps one."""
    findings: tuple[Finding, ...] = ()
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    marks: tuple[bytes, ...] = field(default=(), compare=False, repr=False)
    """What tells this showing from every other, whoever copies it: for a register; not in the JSON."""

    def as_json(self) -> JsonObject:
        return {
            "outcome": self.outcome.value,
            "kind": self.kind.value,
            "code": self.code,
            "evidence": dict(self.evidence),
            "to": list[Json](self.to),
            "purpose": self.purpose,
            "signedAt": _moment(self.signed_at),
            "ageDays": self.age_days,
            "until": _moment(self.until),
            "seenBefore": self.seen_before.as_json() if self.seen_before else None,
            "findings": [each.as_json() for each in self.findings],
        }


@dataclass(frozen=True, slots=True)
class TrustSeen:
    """The trust list that was asked."""

    list: str
    version: int
    issued_at: datetime
    age_days: int
    digest: str | None = None
    """``sha256-`` and the base64 of SHA-256 over the file, where it was read from one."""

    def as_json(self) -> JsonObject:
        return {
            "list": self.list,
            "version": self.version,
            "digest": self.digest,
            "issuedAt": _moment(self.issued_at),
            "ageDays": self.age_days,
        }


class Freshness(StrEnum):
    """How old knowledge is, in three steps."""

    FRESH = "fresh"
    STALE = "stale"
    """It still answers, and its age is said."""
    TOO_OLD = "too-old"
    """It confirms nothing."""


@dataclass(frozen=True, slots=True)
class KitSeen:
    """An installed kit that was asked."""

    kit: str
    name: Mapping[str, str]
    root: str
    """The fingerprint of the root by which the office knows it."""
    version: int
    issued_at: datetime
    """When its maintainer last signed that this is the newest state."""
    age_days: int
    freshness: Freshness
    next_expected: datetime
    digest: str
    """Of what the maintainer signed last, so of the whole kit."""

    def as_json(self) -> JsonObject:
        return {
            "kit": self.kit,
            "name": dict(self.name),
            "root": self.root,
            "version": self.version,
            "issuedAt": _moment(self.issued_at),
            "ageDays": self.age_days,
            "state": self.freshness.value,
            "nextExpected": _moment(self.next_expected),
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the answer rests on, and how old that is."""

    trust: TrustSeen | None = None
    oldest_status_days: int | None = None
    status_rule_days: int | None = None
    kits: tuple[KitSeen, ...] = ()

    def as_json(self) -> JsonObject:
        return {
            "kits": [each.as_json() for each in self.kits],
            "trust": [self.trust.as_json()] if self.trust else [],
            "oldestStatusDays": self.oldest_status_days,
            "statusRuleDays": self.status_rule_days,
        }


class HasJson(Protocol):
    """What a room above adds to a report."""

    def as_json(self) -> JsonObject: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read: a file or picture, and its page where it has several."""

    file: str
    page: int | None = None

    def as_json(self) -> JsonObject:
        return {"file": self.file, "page": self.page}


@dataclass(frozen=True, slots=True)
class Report:
    """The answer about what came together, at one moment, under one trust list and one set of demands."""

    outcome: Outcome
    checked_at: datetime
    showing: Showing
    items: tuple[Item, ...]
    findings: tuple[Finding, ...] = ()
    """About the whole: its structure, the trust list, what was asked for."""
    knowledge: Knowledge = field(default_factory=Knowledge)
    source: tuple[Source, ...] = ()
    digest: str | None = None
    """``sha256-`` and the base64 of SHA-256 over the minified JSON of what was shown: of the presentation, or
    of the diploma that came alone. A family's wallet notes the same of each showing."""
    policy: HasJson | None = None
    """What the diplomas are worth by the rules of a university: a `verifier.policy.Decision`."""

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        inside = (finding for item in self.items for finding in item.findings)
        return (*self.findings, *self.showing.findings, *inside)

    def as_json(self) -> JsonObject:
        """One member of ``reports``; docs/reference/report.schema.json describes it."""
        return {
            "source": [each.as_json() for each in self.source],
            "digest": self.digest,
            "outcome": self.outcome.value,
            "checkedAt": timestamps.render(self.checked_at),
            "showing": self.showing.as_json(),
            "items": [each.as_json() for each in self.items],
            "findings": [each.as_json() for each in self.findings],
            "knowledge": self.knowledge.as_json(),
            "policy": self.policy.as_json() if self.policy else None,
        }


# --- several inputs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """An input that could not be read."""

    source: str
    error: VcwalletError
    message: str = ""
    """In a reader's language; `error` says it in English."""

    def as_json(self) -> JsonObject:
        return {
            "source": self.source,
            "code": self.error.code,
            "message": self.message or str(self.error),
            "evidence": dict(self.error.evidence),
        }


@dataclass(frozen=True, slots=True)
class Files:
    """What became of every file: nothing is passed over in silence."""

    read: int = 0
    """Read to their end: those with items and the empty ones."""
    with_items: int = 0
    empty: int = 0
    unreadable: int = 0
    incomplete: int = 0
    system: int = 0
    """What systems leave behind, such as Thumbs.db."""

    def as_json(self) -> JsonObject:
        return {
            "read": self.read,
            "withItems": self.with_items,
            "empty": self.empty,
            "unreadable": self.unreadable,
            "incomplete": self.incomplete,
            "system": self.system,
        }


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers about everything that was shown in one run, and what became of its files."""

    reports: tuple[Report, ...]
    problems: tuple[Problem, ...] = ()
    files: Files = field(default_factory=Files)

    @property
    def outcome(self) -> Outcome:
        return worst(each.outcome for each in self.reports)

    @property
    def exit_status(self) -> int:
        """Of all inputs: our mistake, refused, unreadable, unknown, partly or nothing, confirmed."""
        statuses = {each.outcome.exit_status for each in self.reports}
        statuses |= {Mistake.exit_status if isinstance(each.error, Mistake) else 4 for each in self.problems}
        return next((status for status in (70, 1, 4, 3, 5, 0) if status in statuses), 4)

    def count(self, fate: Fate) -> int:
        return sum(item.outcome is fate for report in self.reports for item in report.items)

    def as_json(self, *, program: str) -> JsonObject:
        """The whole document; `program` is the version that made it."""
        return {
            "format": FORMAT,
            "program": program,
            "outcome": self.outcome.value,
            "counts": {
                "items": sum(len(each.items) for each in self.reports),
                "confirmed": self.count(Fate.CONFIRMED),
                "notCounted": self.count(Fate.NOT_COUNTED),
                "unknown": self.count(Fate.UNKNOWN),
                "refused": self.count(Fate.REFUSED),
            },
            "reports": [each.as_json() for each in self.reports],
            "files": self.files.as_json(),
            "problems": [each.as_json() for each in self.problems],
        }


# --- rules --------------------------------------------------------------------------------------------------

_ORDER: Final = (Result.FAILED, Result.NOT_COUNTED, Result.UNKNOWN)
_FATES: Final = {
    Result.FAILED: Fate.REFUSED,
    Result.NOT_COUNTED: Fate.NOT_COUNTED,
    Result.UNKNOWN: Fate.UNKNOWN,
}


def decisive(findings: Sequence[Finding]) -> Finding | None:
    """What decides: a refusal, else a reason not to count, else an open question; None if there is none."""
    return next((each for result in _ORDER for each in findings if each.result is result), None)


def fate_of(findings: Sequence[Finding]) -> Fate:
    """The fate of an item; no answers at all confirm nothing."""
    if not findings:
        return Fate.UNKNOWN
    deciding = decisive(findings)
    return Fate.CONFIRMED if deciding is None else _FATES[deciding.result]


def whole_of(showing: ShowingOutcome, items: Sequence[Item], findings: Iterable[Finding] = ()) -> Outcome:
    """The outcome of the whole. A duplicate of what is counted takes nothing away."""
    fates = {each.outcome for each in items if not each.is_duplicate}
    results = {each.result for each in findings}
    if showing is ShowingOutcome.REFUSED or Fate.REFUSED in fates or Result.FAILED in results:
        return Outcome.REFUSED
    if showing is ShowingOutcome.UNKNOWN or Fate.UNKNOWN in fates or Result.UNKNOWN in results or not fates:
        return Outcome.UNKNOWN
    if fates == {Fate.CONFIRMED}:
        return Outcome.CONFIRMED
    return Outcome.PARTLY if Fate.CONFIRMED in fates else Outcome.NOTHING


def deciding(report: Report) -> Showing | Finding | Item | None:
    """What the answer about the whole rests on: the showing, a check of the whole, or the first item of those
    with the worst fate. None where everything is confirmed."""
    wanted = {
        Outcome.REFUSED: (ShowingOutcome.REFUSED, Result.FAILED, Fate.REFUSED),
        Outcome.UNKNOWN: (ShowingOutcome.UNKNOWN, Result.UNKNOWN, Fate.UNKNOWN),
        Outcome.PARTLY: (None, None, Fate.NOT_COUNTED),
        Outcome.NOTHING: (None, None, Fate.NOT_COUNTED),
    }
    if report.outcome is Outcome.CONFIRMED:
        return None
    showing, result, fate = wanted[report.outcome]
    if report.showing.outcome is showing:
        return report.showing
    found = next((each for each in report.findings if each.result is result), None)
    if found is not None:
        return found
    standing = (each for each in report.items if not each.is_duplicate)
    return next((each for each in standing if each.outcome is fate), report.showing)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Of several inputs: refused, unknown, nothing, partly, confirmed, whichever occurs first."""
    seen = set(outcomes)
    order = (Outcome.REFUSED, Outcome.UNKNOWN, Outcome.NOTHING, Outcome.PARTLY, Outcome.CONFIRMED)
    return next((each for each in order if each in seen), Outcome.UNKNOWN)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else timestamps.render(value)


def _filled(members: dict[str, Json]) -> JsonObject:
    """Without the members that have no value."""
    return {name: value for name, value in members.items() if value is not None}
