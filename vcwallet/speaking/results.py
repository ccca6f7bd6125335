"""The results of a queue in people's words: the rows of the five pages, in the language asked for.

    content, tally = write_results(desk, about, language("ru"), now=now)

A cell that is meant as an answer has a sign, a word and a colour, so that a filter, a printer without colours
and an eye that cannot tell them apart find the same. Sentences are those of the screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from vcwallet.bundle.accounting import FileFate, FileRow
from vcwallet.errors import N_, EvidenceValue, VcwalletError
from vcwallet.locales import LANGUAGES, Language, language
from vcwallet.report import Fate, Files, Item, Outcome, Report, ShowingKind, ShowingOutcome, StatusState, Tie
from vcwallet.speaking.decisions import decision_sentences
from vcwallet.speaking.report_sentences import FATES, FIELDS, NOT_HARMED
from vcwallet.speaking.reports import (
    MARKS,
    WHOLE_MARKS,
    by_old_knowledge,
    day_in,
    deciding_sentence,
    item_sentence,
    showing_sentence,
    tie_sentence,
    what,
    whom,
)
from vcwallet.speaking.rules import ROMAN, right_words
from vcwallet.tables.letters import tidy
from vcwallet.tables.spreadsheet import read_sheets
from vcwallet.verifier.matching import How, Match, Note
from vcwallet.verifier.policy import Decision
from vcwallet.verifier.queue import ApplicantAnswer, ApplicantItem, Desk, Open, OpenKind, Standing
from vcwallet.verifier.results_sheet import Cell, Column, Page, ResultsBook, Tone

__all__ = [
    "ABOUT",
    "APPLICANTS",
    "DIPLOMAS",
    "FILES",
    "OPEN",
    "Tally",
    "answer_words",
    "applicant_row",
    "decisions_in",
    "diploma_rows",
    "file_row",
    "match_words",
    "may_be",
    "note_words",
    "open_row",
    "open_words",
    "pages",
    "tally_words",
    "to_do",
    "write_results",
]

APPLICANTS: Final = "applicants"
DIPLOMAS: Final = "diplomas"
OPEN: Final = "open"
FILES: Final = "files"
ABOUT: Final = "about"

_DECISION: Final = N_("Decision: number of the application, or “no”")
_DIGEST: Final = N_("Digest")
_TITLES: Final[Mapping[str, tuple[str, int, tuple[tuple[str, int], ...]]]] = {
    APPLICANTS: (
        N_("Summary"),
        3,
        (
            (N_("Application"), 13),
            (N_("Family name, given name, patronymic"), 30),
            (N_("Birth date (form)"), 12),
            (N_("Answer"), 22),
            (N_("Matched by"), 26),
            (N_("Diplomas"), 10),
            (N_("confirmed"), 12),
            (N_("not counted"), 12),
            (N_("not known"), 11),
            (N_("do not accept"), 11),
            (N_("Special rights"), 34),
            (N_("Points for achievements"), 13),
            (N_("Can become"), 11),
            (N_("What to do"), 60),
            (N_("Showing (day, for whom, purpose)"), 36),
            (N_("Lists of revoked diplomas as of"), 16),
            (N_("Handed in again"), 28),
            (N_("Files"), 36),
            (N_("How it was counted"), 60),
        ),
    ),
    DIPLOMAS: (
        N_("Diplomas"),
        3,
        (
            (N_("Application"), 13),
            (N_("№"), 5),
            (N_("What"), 44),
            (N_("Profile"), 18),
            (N_("№ in the list"), 9),
            (N_("Level (by the list, year)"), 15),
            (N_("Stage"), 22),
            (N_("School year"), 11),
            (N_("Result"), 24),
            (N_("Class"), 9),
            (N_("Name on it"), 30),
            (N_("Birth date"), 12),
            (N_("Signed by (by the trust list)"), 34),
            (N_("Awarded"), 12),
            (N_("Answer"), 20),
            (N_("Why"), 60),
            (N_("Tie to the person"), 40),
            (N_("Not revoked as of"), 14),
            (N_("File, page"), 34),
            (N_("Id"), 40),
        ),
    ),
    OPEN: (
        N_("For a person"),
        1,
        (
            (N_("File, page"), 40),
            (N_("What it is about"), 26),
            (N_("Who is named"), 40),
            (N_("Answer"), 22),
            (N_("Why this answer"), 60),
            (N_("Why it waits"), 60),
            (N_("It may be"), 50),
            (_DECISION, 26),
            (_DIGEST, 66),
        ),
    ),
    FILES: (
        N_("Files"),
        1,
        ((N_("File"), 60), (N_("What became of it"), 26), (N_("Why"), 60), (N_("What to do"), 60)),
    ),
    ABOUT: (N_("About this check"), 1, ((N_("What"), 40), (N_("Value"), 100))),
}


def pages(language: Language) -> tuple[Page, ...]:
    """The five pages, empty."""
    return tuple(
        Page(
            key,
            language.text(title),
            tuple(Column(language.text(name), width) for name, width in columns),
            frozen,
        )
        for key, (title, frozen, columns) in _TITLES.items()
    )


_FATE_TONES: Final[Mapping[Fate, Tone]] = {
    Fate.CONFIRMED: Tone.GOOD,
    Fate.NOT_COUNTED: Tone.GREY,
    Fate.UNKNOWN: Tone.CAREFUL,
    Fate.REFUSED: Tone.BAD,
}
_OUTCOMES: Final[Mapping[Outcome, tuple[str, Tone]]] = {
    Outcome.CONFIRMED: (N_("confirmed"), Tone.GOOD),
    Outcome.PARTLY: (N_("partly confirmed"), Tone.GOOD),
    Outcome.UNKNOWN: (N_("not known"), Tone.CAREFUL),
    Outcome.NOTHING: (N_("not counted"), Tone.GREY),
    Outcome.REFUSED: (N_("do not accept"), Tone.BAD),
}

# --- a row for each applicant ---------------------------------------------------------------------------


def answer_words(answer: ApplicantAnswer, language: Language) -> Cell:
    """Sign, word and tone of one applicant's answer; without colour when no diploma was found."""
    if answer.outcome is None:
        if answer.open:
            return Cell("? " + language.text(N_("to be looked through")), Tone.CAREFUL)
        return Cell(language.text(N_("no diplomas found")))
    refused = [each for each in answer.reports if each.outcome is Outcome.REFUSED]
    if answer.outcome is Outcome.REFUSED and all(each.showing.code in NOT_HARMED for each in refused):
        return outcome_words(refused[0], language)
    word, tone = _OUTCOMES[answer.outcome]
    return Cell(f"{WHOLE_MARKS[answer.outcome]} {language.text(word)}", tone)


def outcome_words(report: Report, language: Language) -> Cell:
    """Sign, word and tone of one report; what is not for you must not look like a forgery."""
    if report.outcome is Outcome.REFUSED and report.showing.code in NOT_HARMED:
        words = language.text(NOT_HARMED[report.showing.code].head)
        return Cell(f"{MARKS[Fate.NOT_COUNTED]} {words}", Tone.CAREFUL)
    word, tone = _OUTCOMES[report.outcome]
    return Cell(f"{WHOLE_MARKS[report.outcome]} {language.text(word)}", tone)


def applicant_row(
    answer: ApplicantAnswer, language: Language, *, now: datetime, explain: bool = False
) -> list[Cell]:
    """`explain` writes out how the points were counted."""
    row, decisions = answer.row, answer.decisions
    decided = answer.outcome is not None
    return [
        Cell(row.number),
        Cell(row.name),
        Cell(language.day(row.born) if row.born is not None else ""),
        answer_words(answer, language),
        Cell([*_matched(answer, language)]),
        Cell(len(answer.items) if decided else ""),
        *(
            Cell(answer.count(fate) if decided else "")
            for fate in (Fate.CONFIRMED, Fate.NOT_COUNTED, Fate.UNKNOWN, Fate.REFUSED)
        ),
        Cell([*_rights(decisions, language)]),
        _points(decisions, [each.points.confirmed for each in decisions]),
        _points(decisions, [each.points.possible for each in decisions]),
        Cell([*to_do(answer, language)]),
        Cell([*_shown(answer, language)]),
        Cell(_lists_of(answer, language, now)),
        Cell([*_again(answer, language)]),
        Cell([placed.where for placed, _ in answer.showings] or [*answer.empty]),
        Cell([*_counted(decisions, language)] if explain else ""),
    ]


def _matched(answer: ApplicantAnswer, language: Language) -> Iterator[str]:
    seen = dict.fromkeys(match_words(placed.match, language) for placed, _ in answer.showings)
    yield from seen


def _rights(decisions: Sequence[Decision], language: Language) -> Iterator[str]:
    for decision in decisions:
        for given in decision.rights:
            yield language.text(
                N_("{programme}: {right} (№ {item})"),
                programme=decision.programme,
                right=right_words(given.right, decision.pack, language),
                item=given.item,
            )


def _points(decisions: Sequence[Decision], amounts: Sequence[object]) -> Cell:
    """One number where all programmes agree, else a line for each."""
    if not decisions:
        return Cell("")
    first = amounts[0]
    if all(each == first for each in amounts):
        return Cell(first)  # type: ignore[arg-type]
    return Cell([f"{each.programme}: {amount}" for each, amount in zip(decisions, amounts, strict=True)])


def _counted(decisions: Sequence[Decision], language: Language) -> Iterator[str]:
    for decision in decisions:
        if len(decisions) > 1:
            yield f"{decision.programme}:"
        yield from decision_sentences(decision, language)


def to_do(answer: ApplicantAnswer, language: Language) -> Iterator[str]:
    for one in answer.open:
        yield open_words(one, language)
    if answer.outcome is None:
        yield from _not_found(answer, language)
    if answer.undecided is not None:
        yield language.error(answer.undecided)
    for report in answer.reports:
        if report.showing.outcome in (ShowingOutcome.REFUSED, ShowingOutcome.UNKNOWN):
            yield showing_sentence(report.showing, language)
    told: dict[str, list[int]] = {}
    for each in answer.items:
        lacking = each.item.outcome is not Fate.CONFIRMED and not each.item.is_duplicate and not each.fine
        if lacking or by_old_knowledge(each.item):
            told.setdefault(item_sentence(each.item, language), []).append(each.item.number)
    for sentence, numbers in told.items():
        yield f"№ {', '.join(map(str, numbers))}: {sentence}"
    named = [
        each.item
        for each in answer.items
        if each.item.outcome is Fate.CONFIRMED and each.item.tie in (Tie.NAME_AND_BIRTH, Tie.NAME)
    ]
    if named:
        yield language.text(
            N_("Compare with the person's document: № {numbers} are tied to a name only."),
            numbers=", ".join(str(each.number) for each in named),
        )


def _not_found(answer: ApplicantAnswer, language: Language) -> Iterator[str]:
    """What may yet be a diploma of an applicant of whom none was found."""
    told = {one.where for one in answer.open}
    for where in answer.offered:
        if where in told:
            continue
        yield language.text(
            N_("Perhaps this belongs here, the name is alike: {where}. Decide on the page “{page}”."),
            where=where,
            page=language.text(_TITLES[OPEN][0]),
        )
    if answer.empty:
        yield language.text(
            N_(
                "Handed in, and neither a code nor a diploma was found: {number}."
                " Look at it: if it is a picture of a diploma, ask for the file or for a sharp picture."
            ),
            number=len(answer.empty),
        )


def _shown(answer: ApplicantAnswer, language: Language) -> Iterator[str]:
    for report in answer.reports:
        showing = report.showing
        if showing.kind is ShowingKind.NONE:
            yield language.text(N_("a file, not a showing"))
            continue
        signed = day_in(showing.signed_at, report.checked_at, language) if showing.signed_at else "-"
        yield "; ".join(filter(None, (signed, ", ".join(showing.to) or "-", showing.purpose)))


def _lists_of(answer: ApplicantAnswer, language: Language, now: datetime) -> str:
    """The day of the oldest list that a diploma's not being revoked rests on."""
    moments = [
        each.item.status.as_of
        for each in answer.items
        if each.item.status.state is StatusState.GOOD and each.item.status.as_of is not None
    ]
    return day_in(min(moments), now, language) if moments else ""


def _again(answer: ApplicantAnswer, language: Language) -> Iterator[str]:
    for placed, _ in answer.showings:
        if placed.standing is Standing.AGAIN:
            yield language.text(N_("the same once more: {where}"), where=placed.where)
        if placed.seen_at is not None:
            yield language.text(N_("shown here before, on {day}"), day=placed.seen_at)
        for others in dict.fromkeys((*placed.contested.values(), *placed.elsewhere.values())):
            yield language.text(N_("also handed in by {others}"), others="; ".join(others))
        for others in dict.fromkeys(placed.shared.values()):
            yield language.text(
                N_("also under {others}, of the same name and birth date: look whether that is one person"),
                others="; ".join(others),
            )


# --- a row for each diploma -----------------------------------------------------------------------------


def diploma_rows(answer: ApplicantAnswer, language: Language, *, now: datetime) -> Iterator[list[Cell]]:
    for each in answer.items:
        yield _diploma(each, answer.row.number or answer.row.name, language, now)


def _diploma(each: ApplicantItem, number: str, language: Language, now: datetime) -> list[Cell]:
    item = each.item
    said = item.achievement
    proven = item.proven
    return [
        Cell(number),
        Cell(item.number),
        Cell(what(item, language) or "-"),
        _said(said.profile, "profile", item, language),
        _said(said.list_number, "listNumber", item, language),
        Cell(_level(item, language)),
        _said(said.stage.text if said.stage else None, "stage", item, language),
        _said(
            f"{said.school_year[0]}/{said.school_year[1] % 100:02}" if said.school_year else said.year_text,
            "schoolYear",
            item,
            language,
        ),
        _said("; ".join(each.text for each in said.results) or None, "result", item, language),
        _said(said.school_class.text if said.school_class else None, "class", item, language),
        Cell(_in_brackets(item.person.name, proven, language)),
        _said(language.day(item.person.born) if item.person.born else None, "born", item, language),
        Cell(issuer_words(item, language)),
        Cell(language.day(said.awarded) if said.awarded else ""),
        fate_words(each, language),
        Cell(item_sentence(item, language, fine=each.fine)),
        Cell(tie_sentence(item, language) if proven else ""),
        Cell(_as_of(item, language, now)),
        Cell(each.placed.where),
        Cell(item.id),
    ]


def fate_words(each: ApplicantItem, language: Language) -> Cell:
    fate = each.item.outcome
    return Cell(f"{MARKS[fate]} {language.text(FATES[fate])}", _FATE_TONES[fate])


def _said(value: str | None, member: str, item: Item, language: Language) -> Cell:
    """What a diploma says; what is hidden is told apart from what nobody said."""
    if value is not None:
        return Cell(_in_brackets(value, item.proven, language))
    if member in (*item.achievement.not_shown, *item.person.not_shown) and member in FIELDS:
        return Cell(language.text(N_("not shown")))
    return Cell("")


def _in_brackets(value: str, proven: bool, language: Language) -> str:
    """What no signature stands behind is its own word only."""
    return value if proven or not value else language.text(N_("[unproven: {words}]"), words=value)


def issuer_words(item: Item, language: Language) -> str:
    """The issuer's name on the trust list, or what it calls itself."""
    issuer = item.issuer
    if issuer.entry is not None:
        name = issuer.name.get(language.code) or next(iter(issuer.name.values()), issuer.id)
        return _in_brackets(name, item.proven, language)
    claimed = issuer.claimed_name or issuer.id
    return language.text(N_("not on the list; calls itself “{issuer}”"), issuer=claimed)


def _level(item: Item, language: Language) -> str:
    """By the official list of its year, never by the diploma's own word."""
    if item.level is None:
        return ""
    if item.level.value is None:
        return language.text(N_("not in the list of {year}"), year=item.level.list)
    return f"{ROMAN[item.level.value]} ({item.level.list})"


def _as_of(item: Item, language: Language, now: datetime) -> str:
    if item.status.state is not StatusState.GOOD or item.status.as_of is None:
        return ""
    day = day_in(item.status.as_of, now, language)
    return language.text(N_("{day}, the last list"), day=day) if item.status.final else day


# --- what needs a person --------------------------------------------------------------------------------

_KINDS: Final[Mapping[OpenKind, str]] = {
    OpenKind.UNMATCHED: N_("nobody's so far"),
    OpenKind.CONTESTED: N_("at several applicants"),
    OpenKind.FILE: N_("file not read"),
    OpenKind.MISNAMED: N_("file of the list is missing"),
}
_HOW: Final[Mapping[How, str]] = {
    How.FILE_COLUMN: N_("by the file column of the list"),
    How.NUMBER: N_("by number"),
    How.NAME_AND_BIRTH: N_("by name and birth date"),
    How.PERSON: N_("by a person's decision"),
    How.NUMBER_NAME_HIDDEN: N_("only the number fits"),
    How.PROPOSAL: N_("perhaps: only the name fits"),
    How.CONFLICT: N_("the number says one, the diplomas another"),
    How.AMBIGUOUS: N_("several fit"),
    How.NONE: N_("nobody in the list fits"),
}
_NOTES: Final[Mapping[str, str]] = {
    "match.decided": N_("{who}"),
    "match.number-twice": N_("the number {number} stands in the list twice"),
    "match.number-unknown": N_("the number {number} is not in the list"),
    "match.several-people": N_("the diplomas name several people"),
    "match.differs": N_("it differs: {members}"),
    "match.name-hidden": N_("no name is shown"),
    "match.unproven": N_("no signature stands behind the name"),
    "match.refused": N_("the showing is refused, so a name alone does not give it to an applicant"),
    "match.birth-hidden": N_("the birth date is hidden or not said"),
    "match.birth-not-listed": N_("the list has no birth date"),
    "match.birth-not-compared": N_("the birth date could not be compared"),
    "match.namesakes": N_("applicants with this name and birth date: {number}"),
    "match.namesakes-birth-hidden": N_("applicants with this name: {number}; no birth date is shown"),
    "match.mixed-letters": N_("the name has Latin letters among Russian ones"),
}


def match_words(match: Match, language: Language) -> str:
    """How an applicant was found, with what is to be noted."""
    notes = "; ".join(note_words(note, language) for note in match.notes)
    how = language.text(_HOW[match.how])
    return f"{how} ({notes})" if notes else how


def note_words(note: Note, language: Language) -> str:
    evidence: dict[str, EvidenceValue] = dict(note.evidence)
    members = evidence.get("members")
    if isinstance(members, str):
        evidence["members"] = ", ".join(
            language.text(FIELDS[each]) if each in FIELDS else each for each in members.split(", ")
        )
    return language.text(_NOTES[note.code], **evidence)


def open_words(one: Open, language: Language) -> str:
    """One thing that needs a person, in a line of the applicant whom it seems to concern."""
    why = _why(one, language)
    told = f"{language.text(_KINDS[one.kind])}: {one.where}"
    return f"{told} ({why})" if why else told


def may_be(one: Open, language: Language) -> list[str]:
    """Whom it may belong to: whom a number or a name points at, then those whose names are alike."""
    offers = one.placed.match.suggestions if one.placed is not None else ()
    pointed = one.placed.match.applicant if one.placed is not None else None
    named = [pointed.label] if pointed is not None else []
    named += [
        language.text(
            N_("{applicant} (alike: {alike} %)"), applicant=offer.applicant.label, alike=offer.alike
        )
        for offer in offers
        if pointed is None or offer.applicant.row != pointed.row
    ]
    return [*named, *one.others]


def open_row(one: Open, report: Report | None, language: Language) -> list[Cell]:
    """`report` answers for the showing it is about, if it is about one."""
    items = report.items if report is not None else ()
    people = dict.fromkeys(_in_brackets(whom(each.person, language), each.proven, language) for each in items)
    return [
        Cell(one.where),
        Cell("? " + language.text(_KINDS[one.kind]), Tone.CAREFUL),
        Cell([each for each in people if each]),
        outcome_words(report, language) if report is not None else Cell(""),
        Cell(
            deciding_sentence(report, language)
            if report is not None and report.outcome is not Outcome.CONFIRMED
            else ""
        ),
        Cell(_why(one, language)),
        Cell(may_be(one, language)),
        Cell(""),
        Cell(one.placed.digest if one.placed is not None else ""),
    ]


def _why(one: Open, language: Language) -> str:
    if one.kind is OpenKind.UNMATCHED and one.placed is not None:
        return match_words(one.placed.match, language)
    if one.kind is OpenKind.CONTESTED:
        return language.text(
            N_("the same diploma was handed in by {others}; it counts for nobody until you decide"),
            others="; ".join(one.others),
        )
    if one.kind is OpenKind.FILE and one.file is not None and one.file.problem is not None:
        step = language.next_step(one.file.problem)
        return " ".join(filter(None, (language.error(one.file.problem), step)))
    if one.several:
        return language.text(N_("there are several files of that name: write the folder before it"))
    return language.text(N_("there is no such file in the folder"))


def decisions_in(content: bytes) -> dict[str, tuple[str, int]]:
    """What a person wrote into the column for decisions of earlier results, by the digest of a showing: a
    number, and its line.

    Raises what `read_sheets` raises.
    """
    found: dict[str, tuple[str, int]] = {}
    for rows, decision, digest in _for_a_person(content):
        for line, row in enumerate(rows, 2):
            number = tidy(str(row[decision]))
            if number and tidy(str(row[digest])):
                found[tidy(str(row[digest]))] = number.removesuffix(".0"), line
    return found


def are_results(content: bytes) -> bool:
    """Whether a workbook is one of ours, which the next run may write anew."""
    try:
        return any(True for _ in _for_a_person(content))
    except VcwalletError:
        return False


def _for_a_person(content: bytes) -> Iterator[tuple[Sequence[Sequence[object]], int, int]]:
    """The rows of the page for a person, in whatever language, and its columns of decisions and digests."""
    for sheet in read_sheets(content, choose=len):
        titles = [str(cell) for cell in sheet.rows[0]] if len(sheet.rows) else []
        for words in map(language, LANGUAGES):
            wanted = [words.text(_DECISION), words.text(_DIGEST)]
            if set(wanted) <= set(titles):
                decision, digest = map(titles.index, wanted)
                yield sheet.rows[1:], decision, digest


# --- files ----------------------------------------------------------------------------------------------

_FILE_FATES: Final[Mapping[FileFate, tuple[str, str, Tone]]] = {
    FileFate.WITH_ITEMS: ("✓", N_("diplomas in it"), Tone.GOOD),
    FileFate.EMPTY: ("–", N_("nothing found in it"), Tone.GREY),
    FileFate.UNREADABLE: ("?", N_("not readable"), Tone.CAREFUL),
    FileFate.INCOMPLETE: ("?", N_("a part is missing"), Tone.CAREFUL),
    FileFate.SYSTEM: ("–", N_("file of the system"), Tone.GREY),
}


def file_row(file: FileRow, language: Language) -> list[Cell]:
    sign, word, tone = _FILE_FATES[file.fate]
    problem = file.problem
    return [
        Cell(file.name),
        Cell(f"{sign} {language.text(word)}", tone),
        Cell(language.error(problem) if problem is not None else ""),
        Cell(language.next_step(problem) if problem is not None else ""),
    ]


# --- the whole book -------------------------------------------------------------------------------------

Said: TypeAlias = Sequence[tuple[str, str]]
"""What is named, and its value."""


def write_results(
    desk: Desk,
    about: Said,
    language: Language,
    *,
    now: datetime,
    explain: bool = False,
    answered: Callable[[ApplicantAnswer], None] = lambda _: None,
) -> tuple[bytes, Tally]:
    """The workbook of a queue, and what was counted on the way; `about` begins its last page.

    `answered` is called with each applicant's answer, of which none is kept.
    """
    book = ResultsBook(pages(language), made=now)
    tally = Tally(files=desk.counts)
    for answer in desk.applicants():
        answered(answer)
        book.add(APPLICANTS, applicant_row(answer, language, now=now, explain=explain))
        for row in diploma_rows(answer, language, now=now):
            book.add(DIPLOMAS, row)
        tally.count(answer, str(answer_words(answer, language).value))
    for one in desk.open:
        report = desk.report(one.placed) if one.placed is not None else None
        book.add(OPEN, open_row(one, report, language))
        tally.open += 1
    for file in desk.files:
        book.add(FILES, file_row(file, language))
    for name, value in (*about, *tally_words(tally, language), *_legend(language)):
        book.add(ABOUT, [Cell(name), Cell(value)])
    return book.content(), tally


@dataclass(slots=True)
class Tally:
    """What a queue came to, in numbers."""

    files: Files
    applicants: int = 0
    outcomes: Counter[Outcome | None] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    """In the words of the column “Answer”."""
    diplomas: Counter[Fate] = field(default_factory=Counter)
    open: int = 0

    def count(self, answer: ApplicantAnswer, words: str) -> None:
        self.applicants += 1
        self.outcomes[answer.outcome] += 1
        self.answers[words] += 1
        for fate in Fate:
            self.diplomas[fate] += answer.count(fate)

    @property
    def all_files(self) -> int:
        files = self.files
        return files.with_items + files.empty + files.unreadable + files.incomplete + files.system


def tally_words(tally: Tally, language: Language) -> Said:
    """The counts of the last page and of the last lines on the screen."""
    rows = [(language.text(N_("Applicants")), str(tally.applicants))]
    rows += [(f"  {words}", str(number)) for words, number in tally.answers.most_common()]
    rows.append((language.text(N_("Diplomas")), str(sum(tally.diplomas.values()))))
    rows += [
        (f"  {MARKS[fate]} {language.text(FATES[fate])}", str(tally.diplomas[fate]))
        for fate in Fate
        if tally.diplomas[fate]
    ]
    rows.append((language.text(N_("For a person")), str(tally.open)))
    rows.append((language.text(N_("Files")), files_words(tally, language)))
    return rows


def files_words(tally: Tally, language: Language) -> str:
    """The sum of all files: none is passed over."""
    files = tally.files
    return language.text(
        N_(
            "{all} = {items} with diplomas + {empty} with nothing in them + {unreadable} not readable"
            " + {incomplete} with a part missing + {system} of the system"
        ),
        all=tally.all_files,
        items=files.with_items,
        empty=files.empty,
        unreadable=files.unreadable,
        incomplete=files.incomplete,
        system=files.system,
    )


def _legend(language: Language) -> Said:
    return [
        (f"{MARKS[fate]} {language.text(FATES[fate])}", language.text(_LEGEND[fate]))
        for fate in (Fate.CONFIRMED, Fate.NOT_COUNTED, Fate.UNKNOWN, Fate.REFUSED)
    ]


_LEGEND: Final[Mapping[Fate, str]] = {
    Fate.CONFIRMED: N_("The signature holds, the issuer is on the trust list, and it is not revoked."),
    Fate.NOT_COUNTED: N_("In order as a document, and yet it does not count: the column “Why” says why."),
    Fate.UNKNOWN: N_("Something is missing that would tell. That does not mean that it is false."),
    Fate.REFUSED: N_("Changed after it was signed, or somebody else's."),
}
