"""A wallet in a family's words: what is known of a diploma, what became of a file, what to see to.

    status(diploma, wallet.status(diploma, now=now), language, now=now).words
    became(result, language).word

The command line and the pages say the same sentences; each adds its own next steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from vcwallet.bundle.kinds import DocumentKind
from vcwallet.characters import visible
from vcwallet.credentials.achievement import Fact
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text, further
from vcwallet.credentials.terms import SchoolYear
from vcwallet.errors import N_, Plural, ProofError, VcwalletError, plural
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.sealed_file import passphrases
from vcwallet.speaking.shown import document_rows
from vcwallet.wallet.adding import AddResult, Candidate, UndecidedProfile, What
from vcwallet.wallet.attachments import Attachment
from vcwallet.wallet.checkup import STALE, Matter, Reminder
from vcwallet.wallet.child import Child, Diploma, Note
from vcwallet.wallet.intake import Intake, Piece
from vcwallet.wallet.known_lists import KnownStatus, Standing
from vcwallet.wallet.ledger import Showing
from vcwallet.wallet.recognising import describe_child
from vcwallet.wallet.timeline import timeline
from vcwallet.wallet.wallet import Wallet


class Tone(StrEnum):
    """How something stands; a page draws a sign for each, and the word stands beside it."""

    GOOD = "good"
    OPEN = "open"
    """Not known, or a question."""
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and how it stands."""

    words: str
    tone: Tone


# --- what is known of a diploma -------------------------------------------------------------------------

_STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.GOOD: N_("not revoked"),
    Standing.REVOKED: N_("REVOKED"),
    Standing.UNKNOWN: N_("not known"),
    Standing.NONE: N_("cannot be revoked"),
}


def standing(status: KnownStatus, language: Language) -> str:
    """In two or three words, for a column of a table."""
    words = language.text(_STANDINGS[status.standing])
    if status.as_of is None:
        return words
    return language.text(N_("{words} as of {day}"), words=words, day=status.as_of)


def status(diploma: Diploma, known: KnownStatus, language: Language, *, now: datetime) -> Line:
    """The one line under a diploma: whether it counts today, as far as is known here."""
    begins, ends = diploma.credential.valid_from, diploma.credential.valid_until
    if known.standing is Standing.REVOKED:
        return Line(
            language.text(N_("Revoked by its issuer, as of {day}: ask them why"), day=known.as_of), Tone.BAD
        )
    if ends is not None and ends < now:
        return Line(language.text(N_("Was in force until {day}"), day=ends), Tone.BAD)
    if begins is not None and begins > now:
        return Line(language.text(N_("In force only from {day}"), day=begins), Tone.OPEN)
    if known.standing is Standing.NONE:
        return Line(language.text(N_("Cannot be revoked")), Tone.QUIET)
    if known.as_of is None:
        words = N_("Not known whether it is revoked: no list of its issuer that still counts is here")
        return Line(language.text(words), Tone.OPEN)
    if not known.is_within(STALE, now=now):
        old = plural(
            "Not known whether it is revoked: the list is {number} day old",
            "Not known whether it is revoked: the list is {number} days old",
        )
        return Line(language.text(old, number=(now - known.as_of).days), Tone.OPEN)
    return Line(language.text(N_("Not revoked, as of {day}"), day=known.as_of), Tone.GOOD)


def unsigned(kept: Attachment, language: Language) -> Line:
    """The line under a document that nobody signed, or whose signature nobody here checks."""
    if (evidence := kept.evidence) is not None and evidence.sd_jwt_vc is not None:
        words = N_(
            "A document of another kind, not a diploma (SD-JWT). It can be shown to whoever asks for its kind"
            " by OpenID4VP"
        )
        return Line(language.text(words), Tone.QUIET)
    if kept.signatures:
        words = N_("A signature is kept beside it ({names}); it was not checked")
        names = ", ".join(language.value(each.name) or "" for each in kept.signatures)
        return Line(language.text(words, names=names), Tone.QUIET)
    if evidence is not None:
        return Line(language.error(evidence.problem), Tone.QUIET)
    words = N_("Not signed: it can be looked at, and not be shown to a university")
    return Line(language.text(words), Tone.QUIET)


def claims(kept: Attachment, language: Language) -> tuple[tuple[str, str], ...]:
    """All that a document of another kind says, as names and values; () of anything else."""
    credential = None if kept.evidence is None else kept.evidence.sd_jwt_vc
    if credential is None:
        return ()
    kind = (language.text(FACT_NAMES["kind"]), visible(credential.vct))
    return (kind, *document_rows(credential, language))


def facts(diploma: Diploma, language: Language) -> tuple[tuple[str, str], ...]:
    """All that a diploma says, as names and values; days in words."""
    said = diploma.facts
    rows = [(language.text(FACT_NAMES[fact]), fact_text(said, fact, language)) for fact in said.said]
    return tuple(
        (name, language.value(value) or "")
        for name, value in (*rows, *further(diploma.credential, said, language))
    )


def hideable(diploma: Diploma, language: Language) -> tuple[str, ...]:
    """The names of what a recipient need not see."""
    return tuple(language.text(FACT_NAMES[name]) for name in diploma.hideable)


def note_lines(notes: Sequence[Note], language: Language) -> Iterator[str]:
    """One note as it is; of two copies that met, both with their days."""
    for note in notes:
        if len(notes) > 1:
            yield language.text(N_("Written on {day}:"), day=note.changed)
        yield from note.words.splitlines()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a child's timeline."""

    number: int
    title: str
    result: str
    when: str
    school_class: str
    status: Line
    is_signed: bool


def entry(
    kept: Diploma | Attachment, known: KnownStatus | None, language: Language, *, now: datetime
) -> Entry:
    """What is kept, as a line; `known` is what is known of a diploma's revocation."""
    if isinstance(kept, Attachment):
        added = language.text(N_("added on {day}"), day=kept.added)
        return Entry(kept.number, kept.title, "", added, "", unsigned(kept, language), False)
    assert known is not None  # of each diploma
    said = kept.facts
    number = said.school_class.number if said.school_class is not None else None
    in_class = language.text(N_("class {number}"), number=number) if number is not None else ""
    result = fact_text(said, Fact.RESULT, language) or fact_text(said, Fact.SCORE, language)
    title = ", ".join(filter(None, (said.name or kept.title, said.profile)))
    return Entry(
        kept.number,
        language.value(title) or "",
        language.value(result) or "",
        "" if said.awarded is None else language.day(said.awarded),
        in_class,
        status(kept, known, language, now=now),
        True,
    )


def school_year(year: SchoolYear | None, language: Language) -> str:
    """The heading of a year in the timeline."""
    if year is None:
        return language.text(N_("Without a date"))
    return language.text(N_("School year {year}"), year=str(year))


def years(wallet: Wallet, child: Child, language: Language, *, now: datetime) -> tuple[YearOfEntries, ...]:
    """A child's timeline in words, the newest year first."""

    def known(kept: Diploma | Attachment) -> KnownStatus | None:
        return wallet.status(kept, now=now) if isinstance(kept, Diploma) else None

    return tuple(
        YearOfEntries(
            school_year(year.year, language),
            tuple(entry(kept, known(kept), language, now=now) for kept in year.kept),
        )
        for year in timeline(child)
    )


@dataclass(frozen=True, slots=True)
class YearOfEntries:
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Tab:
    """A child in the row of children."""

    id: str
    name: str
    count: int


def tabs(wallet: Wallet) -> tuple[Tab, ...]:
    """The children by given name; by full name where two are called alike."""
    given = Counter(child.profile.given_name for child in wallet.children)
    return tuple(
        Tab(
            child.id,
            child.profile.given_name if given[child.profile.given_name] == 1 else child.name,
            child.size,
        )
        for child in wallet.children
    )


def place(folder: str, saved: datetime | None, language: Language) -> str:
    """Where the file lies and when it was saved, for the head of a page."""
    where = language.text(N_("in the folder “{folder}”"), folder=folder)
    if saved is None:
        return where
    return language.text(
        N_("{where} · saved on {day} at {time}"),
        where=where,
        day=saved,
        time=f"{saved:%H:%M}",
    )


def showings_of(child: Child, diploma: Diploma, language: Language) -> tuple[str, ...]:
    """To whom a diploma was shown, the last first."""
    shown = [
        entry.showing
        for entry in child.ledger.entries()
        if entry.showing is not None
        and any(each.credential_id == diploma.credential.id for each in entry.showing.shown)
    ]
    return tuple(_shown(each, language) for each in sorted(shown, key=lambda each: each.at, reverse=True))


def last_showings(child: Child, language: Language, *, most: int = 3) -> tuple[str, ...]:
    """The last things that were shown of a child."""
    shown = [entry.showing for entry in child.ledger.entries() if entry.showing is not None]
    latest = sorted(shown, key=lambda each: each.at, reverse=True)[:most]
    return tuple(_shown(each, language) for each in latest)


def _shown(showing: Showing, language: Language) -> str:
    return language.text(
        N_("{recipient}: {purpose}, on {day}"),
        recipient=in_letters(showing.recipient),
        purpose=showing.purpose,
        day=showing.at,
    )


def note(child: Child, diploma: Diploma, language: Language) -> str:
    """The family's words about a diploma, to be read and written over."""
    return "\n".join(note_lines(child.notes().get(diploma.id, ()), language))


def details(diploma: Diploma, language: Language) -> tuple[tuple[str, str], ...]:
    """What an expert asks about a diploma."""
    proofs = sorted(
        {str(proof.get("cryptosuite") or proof.get("type")) for proof in diploma.credential.proofs}
    )
    rows = (
        (N_("Signed by"), diploma.credential.issuer_id),
        (N_("Signature"), ", ".join(proofs)),
        (N_("Number"), str(diploma.number)),
        (N_("Id"), diploma.credential.id or "-"),
    )
    return tuple((language.text(name), value) for name, value in rows)


# --- what became of a file ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one file that was handed in: a word, what it is about, and why."""

    word: str
    about: str
    tone: Tone
    error: VcwalletError | None = None
    """What was wrong; each door says what to do next."""


_BECAME: Final[Mapping[What, tuple[str, str, Tone]]] = {
    What.ADDED: (N_("Added."), "{title}", Tone.GOOD),
    What.FULLER: (
        N_("Added."),
        N_("{title}: the fuller copy took the place of the one that was here"),
        Tone.GOOD,
    ),
    What.ALREADY_THERE: (N_("Here already."), "{title}", Tone.QUIET),
    What.KEPT: (
        N_("Added."),
        N_(
            "{title}: a document of another kind, not a diploma. It can be shown to whoever asks for it by"
            " OpenID4VP ({child})"
        ),
        Tone.GOOD,
    ),
    What.ISSUER_LEARNT: (
        N_("Taken in."),
        N_("The keys of an issuer, so that its signatures can be checked."),
        Tone.GOOD,
    ),
    What.STATUS_LIST_LEARNT: (N_("Taken in."), N_("A list of revoked diplomas."), Tone.GOOD),
    What.OPENED: (N_("Opened."), N_("What was in the bundle stands beside it."), Tone.GOOD),
    What.KEY_TAKEN: (
        N_("Taken in."),
        N_(
            "The key of another wallet, with which badges from there are shown ({child}). The file has that"
            " key in the open: delete it, or keep it where you keep passports."
        ),
        Tone.GOOD,
    ),
    What.NOTHING_NEW: (
        N_("Here already."),
        N_("The keys or the list of an issuer, and nothing in it is newer."),
        Tone.QUIET,
    ),
    What.NOT_A_DIPLOMA: (
        N_("Not signed."),
        N_(
            "There is neither a signature nor a code of a diploma in the file. It can be kept as a scan: a"
            " university cannot check it."
        ),
        Tone.OPEN,
    ),
    What.WHOSE: (N_("Whose diploma is this?"), "{title}", Tone.OPEN),
    What.FAILED: (N_("Not added."), "", Tone.BAD),
}


_NO_DIPLOMAS: Final[Mapping[DocumentKind, str]] = {
    DocumentKind.REQUEST: N_("This is a request of a university: answer it with “Show diplomas”."),
    DocumentKind.OPENID_REQUEST: N_("This is a request of a university: answer it with “Show diplomas”."),
    DocumentKind.OFFER: N_("This is an offer of a site. Nothing was taken yet."),
    DocumentKind.RECEIPT: N_("This is a receipt of a recipient: it belongs to “Shown to”."),
    DocumentKind.WEB_PAGE: N_("This is a page to read, such as a letter: there is no diploma in it."),
}


def became(result: AddResult, language: Language, *, can_be_kept: bool = True) -> Became:
    """The answer to one file; `can_be_kept` where it may still be kept as a scan."""
    if result.kind in _NO_DIPLOMAS:
        word = language.text(_BECAME[What.FAILED][0])
        tone = Tone.QUIET if result.kind is DocumentKind.WEB_PAGE else Tone.OPEN
        return Became(word, language.text(_NO_DIPLOMAS[result.kind]), tone)
    word, about, tone = _BECAME[result.what]
    kept = result.diploma or result.kept
    title = "" if kept is None else kept.title
    if isinstance(result.undecided, UndecidedProfile):
        whose = N_("Which child is the profile “{title}” of another wallet?")
        return Became(language.text(whose, title=result.undecided.title), "", tone)
    if result.undecided is not None:
        title = result.undecided.title
    elif result.error is not None and result.what is not What.NOT_A_DIPLOMA:
        word, _, tone = _BECAME[What.FAILED]
        changed = _is_of_signature(result.error)  # what to do is in the sentence
        why = language.text(_CHANGED) if changed else _why_not(result.error, language)
        return Became(language.text(word), why, tone, None if changed else result.error)
    elif result.error is not None and result.error.code.startswith("foreign."):
        return Became(language.text(N_("Not checked.")), language.error(result.error), tone)
    if result.is_document_of_nobody and not can_be_kept:
        # Of a file in an archive there is nothing to press.
        return Became(language.text(_BECAME[What.FAILED][0]), language.text(_ONLY_BY_ITSELF), Tone.QUIET)
    return Became(language.text(word), language.text(about, title=title, child=result.child), tone)


_ONLY_BY_ITSELF: Final = N_(
    "There is neither a signature nor a code of a diploma in it. To keep it as a scan, take it out of the"
    " archive and add it by itself."
)

_CHANGED: Final = N_(
    "Something was changed after it was signed, or it was signed with another key. Ask its issuer to send the"
    " file once more."
)


def _is_of_signature(error: VcwalletError) -> bool:
    return isinstance(error, ProofError) or error.code.startswith("proof.")


def _why_not(error: VcwalletError, language: Language) -> str:
    """Why a file was not added, without the ids of issuers, which a family cannot read."""
    if error.code == "wallet.issuer-unknown":
        return language.text(
            N_("The keys of its issuer are not in the wallet, so the signature cannot be checked.")
        )
    return language.error(error)


_SUMS: Final[Mapping[What, str]] = {
    What.ADDED: N_("Added: {number}"),
    What.FULLER: N_("fuller copies: {number}"),
    What.ALREADY_THERE: N_("already here: {number}"),
    What.WHOSE: N_("not clear whose: {number}"),
    What.KEPT: N_("documents of another kind: {number}"),
    What.KEY_TAKEN: N_("keys of other wallets: {number}"),
    What.ISSUER_LEARNT: N_("issuers' documents and lists: {number}"),
    What.NOT_A_DIPLOMA: N_("not diplomas: {number}"),
    What.FAILED: N_("failed: {number}"),
}


def added_up(results: Sequence[AddResult], language: Language) -> str:
    """What became of everything, in one line; parts that are nothing are left out."""
    counted = Counter(result.what for result in results)
    # One diploma may come as a PDF and as a file that says more: it is one diploma that was added.
    added = {_number(result) for result in results if result.what is What.ADDED}
    fuller = {_number(result) for result in results if result.what is What.FULLER}
    counted[What.ADDED], counted[What.FULLER] = len(added), len(fuller - added)
    again = [result for result in results if result.what is What.ALREADY_THERE]
    counted[What.ALREADY_THERE] = sum(not result.diploma or _number(result) not in added for result in again)
    open_ = [result.undecided for result in results if result.what is What.WHOSE]
    counted[What.WHOSE] = len({each.question for each in open_ if each is not None}) + open_.count(None)
    counted[What.ISSUER_LEARNT] += counted[What.STATUS_LIST_LEARNT] + counted[What.NOTHING_NEW]
    parts = [
        language.text(template, number=counted[what]) for what, template in _SUMS.items() if counted[what]
    ]
    if not counted[What.ADDED]:
        parts.insert(0, language.text(_SUMS[What.ADDED], number=0))
    return language.text(N_("{parts}."), parts="; ".join(parts))


def _number(result: AddResult) -> int:
    return 0 if result.diploma is None else result.diploma.number


@dataclass(frozen=True, slots=True)
class Option:
    """A child whose a diploma may be."""

    child: str
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one file, and what is asked about it."""

    number: int
    file: str
    became: Became
    child: str
    """The id of another child that got it: it is looked at on that child's page."""
    person: str
    """Whom the diploma names, where it is asked whose it is; "" when it names nobody."""
    options: tuple[Option, ...]
    """Whose it may be."""
    newcomer: str
    """The child it would begin, as it names it."""
    comparing: tuple[str, str, str] | None
    """The id of a child, and the names on the diploma and in the wallet that somebody has to compare."""
    asks_whose: bool
    asks_about_keys: bool
    asks_passphrase: bool
    may_be_kept: bool
    offers: bool
    """Whether it is what a site offers, which is looked at on a page of its own."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is said of everything that was handed in at one go."""

    sum: str
    each: tuple[Answer, ...]


def answers(intake: Intake, wallet: Wallet, child: str, language: Language) -> Answers:
    """The answers on the page of a child (by id); of what another child got only whose it is."""
    return Answers(
        added_up(intake.results, language),
        tuple(_answer(piece, intake, wallet, child, language) for piece in intake.pieces),
    )


def _answer(piece: Piece, intake: Intake, wallet: Wallet, child: str, language: Language) -> Answer:
    said = became(piece.result, language, can_be_kept=piece.content is not None)
    diploma, elsewhere = piece.result.diploma, ""
    if diploma is not None and diploma.child != child:
        elsewhere = diploma.child
        said = replace(
            said, about=language.text(N_("It is on the page of {child}."), child=wallet.child(elsewhere).name)
        )
    if piece.kept is not None:
        said = Became(
            language.text(N_("Added.")), language.text(N_("Kept as a scan, without a signature.")), Tone.GOOD
        )
    elif piece.signs is not None:
        said = Became(
            language.text(N_("A signature.")),
            language.text(
                N_(
                    "It goes with “{name}”: what you decide about that file is done with it too. Not checked."
                ),
                name=intake.piece(piece.signs).result.where,
            ),
            Tone.QUIET,
        )
    if piece.left_out:
        said = Became(language.text(N_("Not added.")), language.text(N_("You did not want it.")), Tone.QUIET)
    first = intake.asked_with(piece.number)
    if first is not piece:
        about = N_("Your answer about the file “{name}” goes for this one too.")
        said = Became(
            language.text(N_("One more copy.")),
            language.text(about, name=first.result.where),
            Tone.QUIET,
        )
    asks_whose = piece.asks_whose and first is piece
    undecided = piece.result.undecided if asks_whose else None
    found = intake.candidates(piece.number) if undecided is not None else ()
    newcomer = undecided.newcomer if undecided is not None else None
    return Answer(
        piece.number,
        piece.result.where,
        said,
        elsewhere,
        "" if undecided is None else undecided.names(language.day),
        tuple(Option(each.child.id, each.child.name) for each in found),
        "" if newcomer is None else describe_child(newcomer, language.day),
        _comparing(piece.comparing, language) if undecided is not None else None,
        asks_whose,
        piece.asks_about_keys,
        piece.asks_passphrase,
        piece.may_be_kept,
        piece.result.offer is not None and not piece.left_out,
    )


def _comparing(candidate: Candidate | None, language: Language) -> tuple[str, str, str] | None:
    if candidate is None or candidate.contradiction is None:
        return None
    between = candidate.contradiction
    return candidate.child.id, between.on_diploma(language.day), between.in_wallet(language.day)


# --- what to see to -------------------------------------------------------------------------------------

_REMINDERS: Final[Mapping[Matter, tuple[str | Plural, str]]] = {
    Matter.DAMAGED: (N_("The file of the wallet is damaged"), ""),
    Matter.OLDER: (N_("This is an older state of the wallet"), ""),
    Matter.PARALLEL: (N_("There are two copies of this wallet"), ""),
    Matter.COPIES_BESIDE: (
        N_("Copies of the wallet lie beside it: {files}"),
        N_("What was changed in one of them may be missing in the other."),
    ),
    Matter.NO_SHEET: (
        N_("No recovery sheet is printed"),
        N_("If you forget the passphrase, nobody opens the wallet without the sheet, and neither do we."),
    ),
    Matter.NO_BACKUP: (
        N_("No backup is known to this computer"),
        N_("If this computer is lost, so is the wallet."),
    ),
    Matter.BACKUP_OLD: (
        N_("The last backup was checked on {day}"),
        N_("Make one more, so that a broken disk takes nothing away."),
    ),
    Matter.LISTS_OLD: (
        N_("It is long ago that the issuers' lists of revoked diplomas were fetched: {day}"),
        N_("A university may ask for newer ones."),
    ),
    Matter.BACKUP_BEHIND: (
        plural(
            "The last backup from this computer is of {day}; saved since then: {number} time",
            "The last backup from this computer is of {day}; saved since then: {number} times",
        ),
        "",
    ),
}


def reminder(each: Reminder, language: Language) -> tuple[str, str]:
    """What to see to, as a heading without a full stop, and a sentence why; "" where the heading says it."""
    heading, why = _REMINDERS[each.matter]
    said = language.text(
        heading, day=each.day, number=each.number, files=", ".join(each.files[:_FILES_NAMED])
    )
    if each.notice is not None:
        return said, language.text(each.notice.template, **each.notice.evidence)
    return said, language.text(why)


_FILES_NAMED: Final = 3

# --- a passphrase that did not fit ----------------------------------------------------------------------

_OTHER_LAYOUT: Final = {
    "ru": N_("This looks like Russian words typed with the Latin layout."),
    "en": N_("This looks like English words typed with the Russian layout."),
}


def layout_hint(typed: str, language: Language) -> str:
    """What may be wrong with a passphrase that did not fit; "" where nothing shows."""
    meant = passphrases.other_layout(typed)
    return "" if meant is None else language.text(_OTHER_LAYOUT[meant])


# --- taking out -----------------------------------------------------------------------------------------


def loss(child: Child, kept: Diploma | Attachment, language: Language) -> tuple[str, ...]:
    """What goes when something is taken out of the wallet, and what stays."""
    signed = isinstance(kept, Diploma)
    notes = child.notes().get(kept.id, ()) if signed else ()
    showings = showings_of(child, kept, language) if isinstance(kept, Diploma) else ()
    lines = [
        N_("The document goes: there is no other copy of it in the wallet.")
        if not signed
        else N_("The diploma goes with its signature: only its issuer can give it to you once more.")
    ]
    if notes:
        lines.append(N_("Your note about it goes."))
    if showings:
        lines.append(N_("The history stays: to whom it was shown, and what they saw."))
    lines.append(N_("Backups made before still have it."))
    return tuple(map(language.text, lines))


def loss_of_child(child: Child, language: Language) -> tuple[str, ...]:
    """What goes when a child is taken out of the wallet, and what stays."""
    counted = (
        (plural("{number} diploma goes.", "{number} diplomas go."), len(child.diplomas())),
        (
            plural("{number} document that nobody signed goes.", "{number} documents that nobody signed go."),
            len(child.attachments()),
        ),
        (
            plural(
                "{number} line of the history goes: to whom it was shown, and what they saw.",
                "{number} lines of the history go: to whom it was shown, and what they saw.",
            ),
            len(child.ledger.entries()),
        ),
    )
    said = [language.text(words, number=number) for words, number in counted if number]
    if child.keys:
        said.append(
            language.text(N_("The child's key goes. Diplomas that name its id can never be shown again."))
        )
    said.append(language.text(N_("Backups made before still have the child.")))
    return tuple(said)
