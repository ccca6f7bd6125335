"""A report in people's words: the lines of a first screen, 80 columns wide, in the language asked for.

    for line in report_lines(report, language("ru")):
        print(line.text)

Every value from outside goes through `Language.text`, which makes it visible; a door adds colour by `tone`.
The longest form is told for one report; of many, `summary_lines` tells each in a line, and a sentence that
several items share once, with the list of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Final, NamedTuple

from vcwallet.characters import visible
from vcwallet.credentials.fact_words import KIND_NAMES, RESULT_NAMES, STAGE_NAMES, score_name
from vcwallet.errors import N_, Aged, EvidenceValue
from vcwallet.locales import Language, language
from vcwallet.report import (
    Answers,
    Binding,
    Check,
    Fate,
    Finding,
    Freshness,
    Item,
    KitSeen,
    Outcome,
    Person,
    Report,
    Result,
    Showing,
    ShowingKind,
    ShowingOutcome,
    StatusState,
    Tie,
    deciding,
)
from vcwallet.speaking import sentences
from vcwallet.speaking.report_sentences import (
    BINDINGS,
    FATES,
    FIELDS,
    HEADLINES,
    IN_REFUSED,
    ISSUED_TO_A_NAME,
    ITEMS,
    NOT_HARMED,
    SHOWINGS,
    TIES,
    Sentence,
)
from vcwallet.timestamps import in_zone_of

__all__ = [
    "WIDTH",
    "Line",
    "Tone",
    "answer_words",
    "by_old_knowledge",
    "checked",
    "checked_line",
    "compare_sentence",
    "counts",
    "day_in",
    "deciding_head",
    "deciding_sentence",
    "fate_shown",
    "finding_sentence",
    "headline",
    "is_fine",
    "is_open",
    "item_sentence",
    "kit_sentence",
    "knowledge_sentence",
    "language",
    "people",
    "read_from",
    "report_lines",
    "rests_on_old_lists",
    "seen_sentence",
    "showing_sentence",
    "summary_lines",
    "tie_sentence",
    "what",
    "whom",
    "whom_shown",
]

WIDTH: Final = 80


class Tone(StrEnum):
    """How a line is meant; the words say it too, colour only repeats it."""

    GOOD = "good"
    CAREFUL = "careful"
    BAD = "bad"
    GREY = "grey"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    tone: Tone = Tone.PLAIN
    title: bool = False


MARKS: Final[Mapping[Fate, str]] = {
    Fate.CONFIRMED: "✓",
    Fate.NOT_COUNTED: "–",
    Fate.UNKNOWN: "?",
    Fate.REFUSED: "✗",
}
TONES: Final[Mapping[Fate, Tone]] = {
    Fate.CONFIRMED: Tone.GOOD,
    Fate.NOT_COUNTED: Tone.GREY,
    Fate.UNKNOWN: Tone.CAREFUL,
    Fate.REFUSED: Tone.BAD,
}
WHOLE_MARKS: Final[Mapping[Outcome, str]] = {
    Outcome.CONFIRMED: "✓",
    Outcome.PARTLY: "✓",
    Outcome.UNKNOWN: "?",
    Outcome.NOTHING: "–",
    Outcome.REFUSED: "✗",
}
_WHOLE_TONES: Final[Mapping[Outcome, Tone]] = {
    Outcome.CONFIRMED: Tone.GOOD,
    Outcome.PARTLY: Tone.GOOD,
    Outcome.UNKNOWN: Tone.CAREFUL,
    Outcome.NOTHING: Tone.GREY,
    Outcome.REFUSED: Tone.BAD,
}
_RESULT_MARKS: Final[Mapping[Result, str]] = {
    Result.PASSED: "✓",
    Result.FAILED: "✗",
    Result.NOT_COUNTED: "–",
    Result.UNKNOWN: "?",
    Result.NOTE: "·",
}
_RESULT_TONES: Final[Mapping[Result, Tone]] = {
    Result.FAILED: Tone.BAD,
    Result.NOT_COUNTED: Tone.GREY,
    Result.UNKNOWN: Tone.CAREFUL,
}


# --- one report -------------------------------------------------------------------------------------------


def report_lines(report: Report, language: Language, *, details: bool = False) -> list[Line]:
    """The first screen of one report: what is the answer, how it was shown, and every item."""
    lines = list(headline(report, language))
    lines += _showing(report, language)
    lines += _knowledge(report, language)
    lines += _findings((each for each in report.findings if details or is_open(each)), language, indent=3)
    if details:
        lines += _findings(report.showing.findings, language, indent=3)
    for item in report.items:
        lines.append(Line(""))
        lines += _item(item, language, report, details=details)
    return lines


def headline(report: Report, language: Language) -> Iterator[Line]:
    """The answer in capitals with the counts, and the sentence under it."""
    said, mark, tone = answer_words(report)
    source = visible(read_from(report))
    first = f" {mark} {language.text(said.head).upper()}"
    yield Line(first, tone, title=True)
    told = ": ".join(part for part in (source, counts(report, language)) if part)
    yield from (Line(text) for text in wrapped(told, indent=3))
    if len(report.items) > 1 and isinstance(deciding(report), Item):
        yield from (Line(text, tone) for text in wrapped(deciding_sentence(report, language), indent=3))
    yield from (Line(text) for text in wrapped(language.text(said.body), indent=3))


def answer_words(report: Report) -> tuple[Sentence, str, Tone]:
    """The words, the mark and the tone of the whole."""
    if report.outcome is Outcome.REFUSED and report.showing.code in NOT_HARMED:
        return NOT_HARMED[report.showing.code], MARKS[Fate.NOT_COUNTED], Tone.CAREFUL
    return HEADLINES[report.outcome], WHOLE_MARKS[report.outcome], _WHOLE_TONES[report.outcome]


def deciding_sentence(report: Report, language: Language) -> str:
    """The reason that decided about the whole, worst first; of what is confirmed, why it may be believed."""
    reason = deciding(report)
    if isinstance(reason, Showing):
        return showing_sentence(reason, language)
    if isinstance(reason, Finding):
        return finding_sentence(reason, language)
    if reason is None and len(report.items) != 1:
        known = all(each.status.state is StatusState.GOOD for each in report.items if not each.is_duplicate)
        if old := [str(each.number) for each in report.items if by_old_knowledge(each)]:
            return language.text(
                N_(
                    "All of them are signed by issuers on the trust list, and unchanged; known from old lists"
                    " not to be revoked: № {numbers}."
                ),
                numbers=", ".join(old),
            )
        return language.text(
            N_("All of them are signed by issuers on the trust list, unchanged, and not revoked.")
            if known
            else N_("All of them are signed by issuers on the trust list, and unchanged.")
        )
    item = report.items[0] if reason is None else reason
    said = item_sentence(item, language)
    if len(report.items) == 1:
        return said
    return language.text(
        N_("№ {number}, “{what}”: {reason}"), number=item.number, what=_title(item, language), reason=said
    )


def deciding_head(report: Report, language: Language) -> str:
    """The deciding reason in a few words, for a line of a list; "" of what is confirmed."""
    reason = deciding(report)
    if reason is None:
        return ""
    if isinstance(reason, Finding):
        return finding_sentence(reason, language)
    if isinstance(reason, Showing):
        said = SHOWINGS.get(reason.code, SHOWINGS["showing.unknown"])
    else:
        said = ITEMS.get(reason.code, ITEMS["item.unknown"])
    return _said(Sentence(said.head), reason.evidence, language).rstrip(" .,:;")


def _title(item: Item, language: Language) -> str:
    """Enough of a diploma to tell it from its neighbours."""
    achieved = item.achievement
    name = ", ".join(filter(None, (achieved.name, achieved.profile)))
    return _hearsay(item, visible(name or item.id), language)


def counts(report: Report, language: Language) -> str:
    """How many diplomas have which fate; in what is refused, how many would be in order by themselves."""
    parts = []
    for fate in Fate:
        number = sum(each.outcome is fate for each in report.items)
        if number:
            fine = fate is Fate.CONFIRMED and report.outcome is Outcome.REFUSED
            parts.append(
                language.text(
                    N_("{fate}: {number} of {all}"),
                    fate=language.text(N_("in order by itself") if fine else FATES[fate]),
                    number=number,
                    all=len(report.items),
                )
            )
    return ", ".join(parts)


def showing_sentence(showing: Showing, language: Language) -> str:
    """Who showed it to whom; of one that is not valid, why not and what to do."""
    said = SHOWINGS.get(showing.code, SHOWINGS["showing.unknown"])
    evidence = {**showing.evidence, "to": ", ".join(showing.to) or "-"}
    return _said(said, evidence, language)


def _showing(report: Report, language: Language) -> Iterator[Line]:
    showing = report.showing
    text = showing_sentence(showing, language)
    if showing.kind is not ShowingKind.NONE:
        if showing.purpose:
            text += " " + language.text(N_("For: “{purpose}”."), purpose=showing.purpose)
        if showing.signed_at is not None and showing.age_days is not None:
            text += " " + language.text(
                Aged(N_("Signed on {date}."), N_("Signed on {date} (days ago: {days}).")),
                date=day_in(showing.signed_at, report.checked_at, language),
                days=showing.age_days,
            )
        if showing.until is not None:
            until = day_in(showing.until, report.checked_at, language)
            text += " " + language.text(N_("Good until {until}."), until=until)
        if showing.seen_before is not None:
            text += " " + seen_sentence(report, language)
    tone = Tone.PLAIN
    if showing.outcome is ShowingOutcome.REFUSED:
        tone = Tone.CAREFUL if showing.code in NOT_HARMED else Tone.BAD
    elif showing.outcome is ShowingOutcome.UNKNOWN:
        tone = Tone.CAREFUL
    yield from (Line(each, tone) for each in wrapped(text, indent=3))
    yield from (Line(each) for each in wrapped(compare_sentence(report, language), indent=3))


def compare_sentence(report: Report, language: Language) -> str:
    """Whose document a person has to look at, where only a name ties the diplomas; "" where none does.

    No document says anything about a name that no signature stands behind.
    """
    by_name = [
        each
        for each in report.items
        if each.proven and each.tie in (Tie.NAME_AND_BIRTH, Tie.NAME) and each.person.name
    ]
    people = dict.fromkeys(whom(each.person, language) for each in by_name)
    if len(people) != 1:
        return ""
    born = all(each.tie is Tie.NAME_AND_BIRTH for each in by_name)
    return language.text(
        N_("Compare with the person's document: {who} (by name and birth date: № {numbers})")
        if born
        else N_("Compare with the person's document: {who} (by name only: № {numbers})"),
        who=next(iter(people)),
        numbers=", ".join(str(each.number) for each in by_name),
    )


def seen_sentence(report: Report, language: Language) -> str:
    """When the same showing came before, and under which application; "" where no register knows of it."""
    before = report.showing.seen_before
    if before is None:
        return ""
    day = day_in(before.at, report.checked_at, language)
    if before.number is None:
        return language.text(N_("This showing was seen here before, on {day}."), day=day)
    return language.text(
        N_("This showing was seen here before, on {day}, under number {number}."),
        day=day,
        number=before.number,
    )


def _knowledge(report: Report, language: Language) -> Iterator[Line]:
    text = knowledge_sentence(report, language)
    old = any(kit.freshness is not Freshness.FRESH for kit in report.knowledge.kits)
    yield from (Line(each, Tone.CAREFUL if old else Tone.PLAIN) for each in wrapped(text, indent=3))


def knowledge_sentence(report: Report, language: Language) -> str:
    """What the answer rests on, and how old that is; "" where nothing is known."""
    known = report.knowledge
    parts = [kit_sentence(kit, report, language) for kit in known.kits]
    if known.trust is not None:
        parts.append(
            language.text(
                Aged(N_("trust list of today, {date}"), N_("trust list of {date} (age in days: {days})")),
                date=day_in(known.trust.issued_at, report.checked_at, language),
                days=known.trust.age_days,
            )
        )
    if not parts:
        return ""
    if known.oldest_status_days is not None:
        parts.append(
            language.text(
                Aged(
                    N_("lists of revoked diplomas of today (allowed age in days: {rule})"),
                    N_("lists of revoked diplomas at most {days} days old (fresh up to {rule})")
                    if rests_on_old_lists(report)
                    else N_("lists of revoked diplomas at most {days} days old (allowed: {rule})"),
                ),
                days=known.oldest_status_days,
                rule=known.status_rule_days,
            )
        )
    return language.text(N_("What is known: {parts}"), parts="; ".join(parts))


def rests_on_old_lists(report: Report) -> bool:
    """Whether something is confirmed by a list older than the rule, as a kit may allow: that must be seen."""
    return any(by_old_knowledge(each) for each in report.items)


def by_old_knowledge(item: Item) -> bool:
    return item.code == "item.confirmed-aged"


def kit_sentence(kit: KitSeen, report: Report, language: Language) -> str:
    """Which kit it was, and how old; what to do where it is old."""
    return language.text(
        _KITS[kit.freshness],
        name=kit.name.get(language.code) or next(iter(kit.name.values())),
        version=kit.version,
        date=day_in(kit.issued_at, report.checked_at, language),
        days=kit.age_days,
    )


_KITS: Final[Mapping[Freshness, str | Aged]] = {
    Freshness.FRESH: Aged(
        N_("kit no. {version} of today, {date} ({name})"),
        N_("kit no. {version} of {date} ({name}; age in days: {days})"),
    ),
    Freshness.STALE: N_(
        "kit no. {version} of {date} ({name}; age in days: {days}) is old: install a newer one if you can"
    ),
    Freshness.TOO_OLD: N_(
        "kit no. {version} of {date} ({name}; age in days: {days}) is too old and confirms nothing"
    ),
}


def _item(item: Item, language: Language, report: Report, *, details: bool) -> Iterator[Line]:
    fate = fate_shown(item, report)
    tone = TONES[fate]
    number = f" № {item.number}" + (f" (№ {item.inside})" if item.inside else "")
    first = f"{number}  {MARKS[fate]} "
    indent = len(first)
    title = what(item, language) or visible(item.id) or "-"
    rows = wrapped(title, indent=indent)
    yield Line(first + (rows[0].lstrip() if rows else ""), tone)
    yield from (Line(row) for row in rows[1:])
    person = whom_shown(item, language)
    if person:
        words = language.text(N_("Who: {who}"), who=person)
        yield from (Line(row) for row in wrapped(words, indent=indent))
    yield from (Line(row) for row in wrapped(_signed(item, language), indent=indent))
    answer = item_sentence(item, language, fine=is_fine(item, report))
    yield from (Line(row, tone) for row in wrapped(answer, indent=indent))
    if item.code in ("item.changed", "item.proof", "item.other-signer") and not details:
        failed = (each for each in item.findings if each.result is Result.FAILED)
        told = (each for each in failed if each.reason != "proof.signature")
        yield from _findings(told, language, indent=indent)
    if item.proven:
        yield from (Line(row) for row in wrapped(tie_sentence(item, language), indent=indent))
    noted = (each for each in item.findings if details or _is_of_text(each))
    yield from _findings(noted, language, indent=indent)


def _is_of_text(finding: Finding) -> bool:
    return finding.result is Result.NOTE and finding.reason.startswith("text.")


def is_fine(item: Item, report: Report) -> bool:
    """Whether it is in order by itself, in what is refused as a whole.

    One of an applicant's several showings may be refused: what it holds is not counted then, and its code
    still says what it is by itself.
    """
    if item.outcome is Fate.NOT_COUNTED:
        return item.code.startswith("item.confirmed")
    return item.outcome is Fate.CONFIRMED and report.outcome is Outcome.REFUSED


def read_from(report: Report) -> str:
    """The files and pages it was read from."""
    return ", ".join(each.file + (f":{each.page}" if each.page else "") for each in report.source)


def fate_shown(item: Item, report: Report) -> Fate:
    """Nothing in what is refused may look as if it counted."""
    return Fate.NOT_COUNTED if is_fine(item, report) else item.outcome


def whom_shown(item: Item, language: Language) -> str:
    """`whom` of one diploma, as hearsay where no proof stands behind it."""
    return _hearsay(item, whom(item.person, language), language)


def people(report: Report, language: Language) -> list[str]:
    """Everybody its diplomas name, each once, with the birth date; hearsay is said to be that."""
    return [*dict.fromkeys(filter(None, (whom_shown(each, language) for each in report.items)))]


def _signed(item: Item, language: Language) -> str:
    issuer = item.issuer
    awarded = item.achievement.awarded
    day = language.text(N_(", dated {date}"), date=language.day(awarded)) if awarded else ""
    if issuer.entry is not None:
        name = issuer.name.get(language.code) or next(iter(issuer.name.values()), issuer.id)
        said = N_("Signed by: {issuer} (on your trust list){day}")
        if not item.proven:
            said = N_("Signed by: not proven; it names {issuer} (on your trust list){day}")
        return language.text(said, issuer=name, day=day)
    claimed = issuer.claimed_name or issuer.id
    return language.text(
        N_("Signed by: not on your trust list; calls itself “{issuer}”{day}"), issuer=claimed, day=day
    )


def item_sentence(item: Item, language: Language, *, fine: bool = False) -> str:
    """What decided about one diploma, and what to do; of one that `is_fine`, why it does not count."""
    if fine:
        return _said(IN_REFUSED, {}, language)
    evidence = dict(item.evidence)
    if item.code in ("item.form", "item.unknown"):
        deciding = next((each for each in item.findings if each.reason == evidence.get("reason")), None)
        if deciding is not None:
            evidence["reason"] = sentences.sentence(deciding, language).rstrip(".")
    if "expires" in evidence:  # a token's own end
        evidence.setdefault("end", evidence["expires"])
    if item.tie in (Tie.NAME_AND_BIRTH, Tie.NAME) and evidence.get("demanded") == Binding.HOLDER.value:
        return _said(ISSUED_TO_A_NAME, {}, language)
    text = _said(ITEMS.get(item.code, ITEMS["item.unknown"]), evidence, language)
    if item.proven and item.code in ("item.form", "item.kind", "item.nameless"):
        text += " " + language.text(N_("The signature as such holds."))
    return text


def tie_sentence(item: Item, language: Language) -> str:
    return _said(TIES[item.tie], {}, language)


def what(item: Item, language: Language) -> str:
    """The achievement in one line: what decides between two that look alike is all there."""
    achieved = item.achievement
    parts: list[str] = []
    if achieved.name:
        parts.append(achieved.name)
    if achieved.list_number:
        parts.append(f"№ {achieved.list_number.removeprefix('№').strip()}")
    if achieved.profile:
        parts.append(achieved.profile)
    if achieved.description and achieved.description != achieved.name:
        parts.append(achieved.description)
    if achieved.school_year:
        parts.append(f"{achieved.school_year[0]}/{achieved.school_year[1] % 100:02}")
    elif achieved.year_text:
        parts.append(achieved.year_text)
    if achieved.school_class:
        parts.append(language.text(N_("class {text}"), text=achieved.school_class.text))
    parts += [each.text for each in achieved.results]
    for score in achieved.scores:
        most = f" / {language.number(score.most)}" if score.most else ""
        parts.append(f"{score_name(score.label, language)}: {language.number(score.value)}{most}")
    if achieved.licence:
        parts.append(language.text(N_("paper № {text}"), text=achieved.licence))
    hidden = [FIELDS[name] for name in achieved.not_shown if name in FIELDS]
    if hidden:
        fields = ", ".join(language.text(name) for name in hidden)
        parts.append(language.text(N_("not shown: {fields}"), fields=fields))
    return _hearsay(item, ", ".join(visible(part) for part in parts), language)


def whom(person: Person, language: Language) -> str:
    """Name and birth date, or that the family hid it, or that the issuer never said it."""
    if person.born is not None:
        born = language.day(person.born)
    elif "born" in person.not_shown:
        born = language.text(N_("birth date hidden by the family"))
    else:
        born = language.text(N_("birth date not given"))
    hidden = [FIELDS[each] for each in person.not_shown if each != "born" and each in FIELDS]
    name = visible(person.name)
    if not name and not hidden and person.born is None:
        return ""
    words = [name or language.text(N_("no name")), born]
    if hidden:
        fields = ", ".join(language.text(each) for each in hidden)
        words.append(language.text(N_("not shown: {fields}"), fields=fields))
    return ", ".join(words)


def _hearsay(item: Item, words: str, language: Language) -> str:
    """What no proof stands behind is shown as what it is: its own word."""
    return words if item.proven or not words else language.text(N_("[unproven: {words}]"), words=words)


def _findings(findings: Iterable[Finding], language: Language, *, indent: int) -> Iterator[Line]:
    for one in checked(findings, language):
        tone = _RESULT_TONES.get(one.result, Tone.PLAIN)
        yield from (Line(row, tone) for row in wrapped(checked_line(one, language), indent=indent))


class Checked(NamedTuple):
    """One check: how it ended, and everything that it found."""

    check: Check
    result: Result
    text: str


def checked(findings: Iterable[Finding], language: Language) -> Iterator[Checked]:
    """The checks: what one of them found with one result, one after the other, is told together."""
    for (check, result), several in groupby(findings, key=lambda each: (each.check, each.result)):
        yield Checked(check, result, " ".join(finding_sentence(each, language) for each in several))


def checked_line(one: Checked, language: Language) -> str:
    """One check with its mark, its name and its answer."""
    return f"{_RESULT_MARKS[one.result]} {language.text(sentences.CHECKS[one.check])}: {one.text}"


def is_open(finding: Finding) -> bool:
    """Whether it keeps something from being confirmed."""
    return finding.result in (Result.FAILED, Result.NOT_COUNTED, Result.UNKNOWN)


def finding_sentence(finding: Finding, language: Language) -> str:
    """One check's answer, its codes in words."""
    named = _in_words(finding.evidence, language)
    told = Finding(finding.check, finding.result, finding.reason, named, finding.error)
    return sentences.sentence(told, language)


def _said(sentence: Sentence, evidence: Mapping[str, EvidenceValue], language: Language) -> str:
    named = _in_words(evidence, language)
    parts = [language.text(sentence.head, **named)]
    if sentence.body:
        parts.append(language.text(sentence.body, **named))
    return " ".join(parts)


_DAYS: Final = frozenset(
    {"as_of", "date", "end", "issued", "signed", "since", "start", "until", "final", "day"}
)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {each.value: words for each, words in KIND_NAMES.items()},
    "stage": {each.value: words for each, words in STAGE_NAMES.items()},
    "result": {each.value: words for each, words in RESULT_NAMES.items()},
    "number": {"none": N_("none")},
}
"""What a scope may say under a clause, in words."""


def _in_words(evidence: Mapping[str, EvidenceValue], language: Language) -> dict[str, EvidenceValue]:
    """Codes and days of the evidence as people read them."""
    named = dict(evidence)
    for name, value in evidence.items():
        if not isinstance(value, str):
            continue
        if name in ("clause", "member", "missing"):
            words = [FIELDS.get(each, each) for each in value.split(", ")]
            named[name] = ", ".join(language.text(each) for each in words)
        elif name == "demanded":
            known = {each.value: words for each, words in BINDINGS.items()}
            named[name] = language.text(known.get(value, value))
        elif name in ("value", "allowed") and evidence.get("clause") in _CODES:
            codes = _CODES[str(evidence["clause"])]
            said = re.split(r",? ", value) if evidence["clause"] == "result" else value.split(", ")
            named[name] = ", ".join(language.text(codes[each]) if each in codes else each for each in said)
        elif name in _DAYS and _DAY.fullmatch(value):
            named[name] = language.day(date.fromisoformat(value))
    return named


# --- many reports -----------------------------------------------------------------------------------------


def summary_lines(answers: Answers, language: Language) -> list[Line]:
    """Of several inputs: the counts first, then each in a few lines, then each sentence once."""
    lines = [Line(row, title=True) for row in _total(answers, language)]
    if answers.reports:
        ages = [each.knowledge.oldest_status_days for each in answers.reports]
        oldest = max((age for age in ages if age is not None), default=None)
        first = answers.reports[0]
        known = replace(first, knowledge=replace(first.knowledge, oldest_status_days=oldest))
        lines += _knowledge(known, language)
    shared: dict[tuple[Fate, str], list[str]] = {}
    for place, report in enumerate(answers.reports, 1):
        lines += _brief(place, report, language)
        for item in report.items:
            number = f"{place}.{item.number}"
            if item.outcome is not Fate.CONFIRMED:
                shared.setdefault((item.outcome, item_sentence(item, language)), []).append(number)
            elif item.tie is not Tie.KEY and report.outcome is not Outcome.REFUSED:
                shared.setdefault((item.outcome, tie_sentence(item, language)), []).append(number)
    if shared:
        lines.append(Line(""))
    for (fate, text), numbers in shared.items():
        # The numbers stand at each item as well, so a long list of them may end with a mark.
        named = ", ".join(numbers[:20]) + ("…" if len(numbers) > 20 else "")
        count = f"{len(numbers)}: " if len(numbers) > 1 else ""
        words = f"{MARKS[fate]} {text} ({count}№ {named})"
        lines += [Line(row, TONES[fate]) for row in _hanging(words, indent=1, under=3)]
    return lines


def _total(answers: Answers, language: Language) -> Iterator[str]:
    """The counts by the words that stand beside each input, so that a person who counts finds as many."""
    counts: dict[str, int] = {}
    for report in sorted(answers.reports, key=lambda each: list(Outcome).index(each.outcome)):
        said, mark, _ = answer_words(report)
        answer = f"{mark} {language.text(said.head)}"
        counts[answer] = counts.get(answer, 0) + 1
    row = language.text(N_("Checked: {number}"), number=len(answers.reports))
    for answer, number in counts.items():
        part = f"{answer}: {number}"
        if len(row) + 5 + len(part) > WIDTH:
            yield row + " ·"
            row = part
        else:
            row += " · " + part
    yield row


def _brief(place: int, report: Report, language: Language) -> Iterator[Line]:
    source = visible(read_from(report))
    people = dict.fromkeys(whom(each.person, language) for each in report.items if each.person.name)
    said, mark, tone = answer_words(report)
    text = f"{place}. {mark} {language.text(said.head)}: {source}"
    yield from (Line(row, tone) for row in _hanging(text, indent=1, under=5))
    for who in people:
        yield from (Line(row) for row in wrapped(who, indent=5))
    if report.showing.outcome in (ShowingOutcome.REFUSED, ShowingOutcome.UNKNOWN) or not report.items:
        told = showing_sentence(report.showing, language)
        yield from (Line(row, tone) for row in wrapped(told, indent=5))
    for item in report.items:
        fate = fate_shown(item, report)
        words = f"{place}.{item.number} {MARKS[fate]} {what(item, language)}"
        yield from (Line(row, TONES[fate]) for row in _hanging(words, indent=5, under=9))


# --- forms ------------------------------------------------------------------------------------------------


def day_in(moment: datetime, now: datetime, language: Language) -> str:
    """The day of a moment in the zone of the check."""
    return language.day(in_zone_of(now, moment).date())


def wrapped(text: str, *, indent: int, width: int = WIDTH) -> list[str]:
    """The text in rows of at most `width`; a word that is longer is divided, nothing is left out."""
    rows: list[str] = []
    row = ""
    room = width - indent
    for word in _words(text, room):
        joined = f"{row} {word}" if row else word
        if len(joined) > room and row:
            rows.append(row)
            row = word
        else:
            row = joined
    if row:
        rows.append(row)
    return [" " * indent + each for each in rows]


def _hanging(text: str, *, indent: int, under: int) -> list[str]:
    """Rows of which the first begins further left: its number or mark is found at a glance."""
    rows = wrapped(text, indent=under)
    return [" " * indent + row.lstrip(" ") if place == 0 else row for place, row in enumerate(rows)]


def _words(text: str, room: int) -> Iterable[str]:
    for word in text.split(" "):
        for start in range(0, len(word), room):
            yield word[start : start + room]
