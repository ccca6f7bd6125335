"""A showing in a family's words, step by step: until when, what is ticked, what is hidden, what was shown.

for each in drafts.diplomas:
    print(ticks(each, language).fields)
print(history(child, language, now=now)[0].standing)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from vcwallet.errors import N_, UsageError, plural
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.speaking import previews
from vcwallet.speaking.previews import Field, field_names, fields_of, why_fixed
from vcwallet.speaking.shown import shown_document
from vcwallet.speaking.wallets import Line, status
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.wallet.asides import Choice
from vcwallet.wallet.child import Child
from vcwallet.wallet.history_sheet import names_read, received
from vcwallet.wallet.ledger import LedgerEntry
from vcwallet.wallet.presenting import DEFAULT_EXPIRY, Drafts, PreparedDiploma
from vcwallet.wallet.receiving import Received
from vcwallet.wallet.wallet import Wallet

__all__ = [
    "End",
    "Offer",
    "ShownBefore",
    "Ticks",
    "end_named",
    "ends",
    "file_name",
    "hidden_by",
    "look_at_the_recipient",
    "offers",
    "shown_before",
    "ticks",
    "unseen",
]

_DAYS: Final = (7, DEFAULT_EXPIRY.days, 60, 90, 180)


@dataclass(frozen=True, slots=True)
class End:
    """A time for which a showing may be good."""

    day: date
    words: str
    usual: bool


def ends(now: datetime, language: Language) -> tuple[End, ...]:
    """The times that are offered, each with its last day."""
    found = []
    for days in _DAYS:
        day = (now + timedelta(days=days)).date()
        words = language.text(
            plural("{number} day, until {day}", "{number} days, until {day}"),
            number=days,
            day=language.long_day(day),
        )
        found.append(End(day, words, days == DEFAULT_EXPIRY.days))
    return tuple(found)


def end_named(text: str, now: datetime, language: Language) -> date | None:
    """The last day that a form chose, by its place among those that are offered; None for the usual one."""
    found, place = ends(now, language), whole_number(text)
    return None if place is None or place >= len(found) else found[place].day


@dataclass(frozen=True, slots=True)
class Offer:
    """A diploma that may be shown, in the list to choose from."""

    id: str
    title: str
    day: str
    status: Line
    chosen: bool
    cannot: str
    """Why it cannot be shown; "" for what can."""


def offers(
    child: Child, wallet: Wallet, choice: Choice, language: Language, *, now: datetime
) -> tuple[Offer, ...]:
    """All diplomas of a child, the newest first, those that are chosen already marked."""
    without_key = language.text(N_("It was issued to a key that is not in this wallet."))
    return tuple(
        Offer(
            each.id,
            each.title,
            "" if each.facts.awarded is None else language.long_day(each.facts.awarded),
            status(each, wallet.status(each, now=now), language, now=now),
            each.id in choice.diplomas,
            "" if child.has_key_for(each.signed) else without_key,
        )
        for each in reversed(child.diplomas())
    )


def why_these(
    child: Child, wallet: Wallet, choice: Choice, language: Language, *, now: datetime
) -> tuple[str, ...]:
    """Why these diplomas are chosen, as long as they are those that were proposed."""
    if choice.request is None or not choice.diplomas:
        return ()
    try:
        proposed = wallet.prepare(request=choice.request, child=child, now=now)
    except UsageError:
        return ()  # they were chosen by hand
    if {each.diploma.id for each in proposed.diplomas} != set(choice.diplomas):
        return ()
    return tuple(previews.chosen(proposed, language))


def hidden_by(shown: Collection[str], drafts: Drafts) -> dict[str, tuple[str, ...]]:
    """From a diploma's id to the fields that may be hidden and are not among those ticked, ``ID FIELD``."""
    return {
        each.diploma.id: tuple(
            name for name in each.diploma.hideable if f"{each.diploma.id} {name}" not in shown
        )
        for each in drafts.diplomas
    }


@dataclass(frozen=True, slots=True)
class Ticks:
    """One diploma as a family decides about it."""

    id: str
    title: str
    fields: tuple[Field, ...]
    why_fixed: str
    """Why what cannot be hidden cannot."""
    can_hide: bool
    """Whether any part of it can be hidden."""


def ticks(each: PreparedDiploma, language: Language) -> Ticks:
    fields = fields_of(each, language)
    can_hide = any(field.free for field in fields)
    return Ticks(each.diploma.id, each.diploma.title, fields, why_fixed(each, language), can_hide)


def unseen(drafts: Drafts, language: Language) -> tuple[str, ...]:
    """What the recipient does not learn, a sentence for each diploma that hides something."""
    found = [
        language.text(
            N_("Will not see of “{title}”: {fields}."),
            title=each.diploma.title,
            fields=field_names(each.draft.hidden, language).lower(),
        )
        for each in drafts.diplomas
        if each.draft.hidden
    ]
    found += [
        language.text(
            N_("Will not see of “{title}”: {fields}."),
            title=each.title,
            fields=shown_document(each, language).hidden,
        )
        for each in drafts.documents
        if each.hidden
    ]
    rest = N_("Will not learn of other diplomas, of your notes, or of other children.")
    return (*found, language.text(rest))


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """One diploma of a showing that was made."""

    title: str
    read: str
    hidden: str


@dataclass(frozen=True, slots=True)
class ShownBefore:
    """A line of the history, for a page."""

    digest: str
    erased: bool
    recipient: str
    day: date | None
    purpose: str
    standing: str
    """Until when it is good, or was."""
    over: bool
    retention: str
    documents: tuple[ShownDocument, ...]
    receipt: tuple[str, ...]


def shown_before(line: LedgerEntry, language: Language, *, now: datetime) -> ShownBefore:
    """What is written down of a showing; of an erased one only that it was made."""
    said = line.showing
    if said is None:
        return ShownBefore(line.digest, True, "", None, "", "", True, "", (), ())
    over = said.expires is not None and said.expires <= now
    standing = language.text(N_("It has no last day: whoever has it can show it to others."))
    if said.expires is not None:
        until = N_("Was good until {day}") if over else N_("Good until {day}")
        standing = language.text(until, day=language.long_day(said.expires))
    promised = plural(
        "They promised to keep it for {number} day at most.",
        "They promised to keep it for {number} days at most.",
    )
    return ShownBefore(
        digest=line.digest,
        erased=False,
        recipient=in_letters(said.recipient),
        day=said.at.date(),
        purpose=said.purpose,
        standing=standing,
        over=over,
        retention="" if said.retention_days is None else language.text(promised, number=said.retention_days),
        documents=tuple(
            ShownDocument(each.title, *(", ".join(names).lower() for names in names_read(each, language)))
            for each in said.shown
        ),
        receipt=() if line.receipt is None else tuple(received(line.receipt, language)),
    )


def look_at_the_recipient(drafts: Drafts) -> UsageError:
    """That somebody has to agree to a name that only looks like another one."""
    return UsageError(
        "wallet.imitated-recipient",
        N_("The recipient {recipient} only looks like “{imitated}”: a person has to look at it."),
        next_step=N_("Compare it letter by letter with what the recipient gave you, then tick that you did."),
        recipient=drafts.terms.recipient,
        imitated=drafts.terms.imitated,
    )


def file_name(line: LedgerEntry, suffix: str, language: Language) -> str:
    """What the file of a showing is called: for whom, and the day."""
    said = line.showing
    if said is None:
        return f"vcwallet.{suffix}"
    named = {"recipient": in_letters(said.recipient), "day": language.day(said.at)}
    name = language.text(N_("Diplomas for {recipient} {day}"), **named)
    return f"{name}.{suffix}"


def recipient_of(line: LedgerEntry) -> str:
    """To whom something was shown, in the letters of the name."""
    return "" if line.showing is None else in_letters(line.showing.recipient)


def number_of(text: str, count: int) -> int:
    """The number of a code that an address names; 0 for all of them in turn."""
    number = whole_number(text) or 0
    return number if number <= count else 0


def history(child: Child, language: Language, *, now: datetime) -> tuple[ShownBefore, ...]:
    """Everything that was shown of a child, the latest first. Raises what `Ledger.entries` raises."""
    return tuple(shown_before(entry, language, now=now) for entry in reversed(child.ledger.entries()))


def in_history(child: Child, digest: str, language: Language, *, now: datetime) -> ShownBefore:
    """One line of the history; raises UsageError (``ledger.no-entry``)."""
    return shown_before(child.ledger.entry(digest), language, now=now)


def history_name(child: Child, language: Language) -> str:
    """What the printed history of a child is called."""
    return language.text(N_("To whom diplomas were shown, {child}"), child=child.name) + ".pdf"


def number_name(child: Child, suffix: str, language: Language) -> str:
    """What the file with a child's number is called; no surname is in it, as none is in the file."""
    name = language.text(N_("Number for organisers, {child}"), child=child.profile.given_name)
    return f"{name}.{suffix}"


def receipt_kept(kept: Received, language: Language) -> str:
    """Beside which line a receipt lies, and whether it is news."""
    words = (
        N_("{recipient} received it on {day}. The receipt is kept.")
        if kept.is_news
        else N_("This receipt of {recipient} is here already ({day}).")
    )
    day = language.long_day(kept.receipt.checked)
    return language.text(words, recipient=recipient_of(kept.entry), day=day)
