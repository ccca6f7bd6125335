"""The history of what was shown, in words: lines for a screen, and pages to print.

    for line in entries([child]):
        print(line.number, line.entry.digest)
    Path("history.pdf").write_bytes(pdf([child], language("ru"), made=now))

Pages need the extra `pdf` (typst). What was erased stands as a line that says only that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet import printing
from vcwallet.characters import visible
from vcwallet.credentials import receipt as receipts
from vcwallet.credentials.fact_words import FACT_NAMES, claim_name
from vcwallet.errors import N_
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet.child import Child
from vcwallet.wallet.ledger import LedgerEntry, ShownDocument

SHORT_DIGEST: Final = 12
ERASED: Final = N_("erased by the family")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the history of some children, with its number among all of them."""

    number: int
    child: Child
    entry: LedgerEntry


def entries(children: Sequence[Child]) -> tuple[Line, ...]:
    """Oldest first, one child after another. Raises what `Ledger.entries` raises."""
    found = [(child, entry) for child in children for entry in child.ledger.entries()]
    return tuple(Line(number, child, entry) for number, (child, entry) in enumerate(found, 1))


def about(entry: LedgerEntry, language: Language) -> Iterator[str]:
    """Whom, what for and until when, in a line each."""
    said = entry.showing
    if said is None:
        yield language.text(ERASED)
        return
    yield language.text(
        N_("Shown on {day} to {recipient}"), day=said.at, recipient=in_letters(said.recipient)
    )
    yield language.text(N_("Purpose: {purpose}"), purpose=said.purpose)
    if said.expires is None:
        yield language.text(N_("Good until: it has no last day"))
    else:
        yield language.text(N_("Good until: {day}"), day=said.expires)
    if said.retention_days is not None:
        yield language.text(N_("They promised to keep it for {days} days at most."), days=said.retention_days)
    if entry.receipt is not None:
        yield from received(entry.receipt, language)


def received(receipt: JsonObject, language: Language) -> Iterator[str]:
    """What a receipt says that was verified when it was kept, and what it does not say."""
    said = receipts.read(receipt)
    yield language.text(N_("Received on {day}: “{words}”"), day=said.checked.date(), words=said.words)
    yield language.text(N_("Signed by: {name}"), name=said.issuer_name or said.issuer)
    yield language.text(N_("A receipt says that it arrived and what was checked, nothing of admission."))


def fields_shown(shown: ShownDocument, language: Language) -> Iterator[str]:
    """What of one diploma was read, and what was hidden."""
    read, hidden = names_read(shown, language)
    yield language.text(N_("they could read: {fields}"), fields=", ".join(read))
    if hidden:
        yield language.text(N_("hidden from them: {fields}"), fields=", ".join(hidden))


def names_read(shown: ShownDocument, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of what was read of one document, and of what was hidden."""
    read, hidden = (
        (
            *(language.text(FACT_NAMES[field]) for field in fields if field in FACT_NAMES),
            *(claim_name(claim, language) for claim in claims),
        )
        for fields, claims in ((shown.fields, shown.claims), (shown.hidden, shown.hidden_claims))
    )
    return read, hidden


def pdf(children: Sequence[Child], language: Language, *, made: datetime) -> bytes:
    """All showings of some children on pages.

    Raises MachineError (``sheet.no-typst``) without the extra, and what `entries` raises.
    """
    lines = entries(children)
    listed: list[Json] = [
        {
            "name": visible(child.name),
            "lines": [_line(line, language) for line in lines if line.child is child],
            "heads": language.text(N_("Last digest: {digest}"), digest=", ".join(child.ledger.heads())),
        }
        for child in children
        if any(line.child is child for line in lines)
    ]
    data: JsonObject = {
        "language": language.code,
        "texts": {
            "title": language.text(N_("To whom diplomas were shown")),
            "page": language.text(N_("page {page} of {pages}")),
        },
        "made": language.text(N_("Printed on {day}"), day=made),
        "children": listed,
    }
    return printing.pdf(Path(__file__).with_name("history_sheet.typ"), data, seconds=int(made.timestamp()))


def _line(line: Line, language: Language) -> JsonObject:
    head, *rest = about(line.entry, language)
    shown = () if line.entry.showing is None else line.entry.showing.shown
    return {
        "head": f"{line.number}. {head}",
        "rows": list[Json](rest),
        "shown": [
            {"title": visible(each.title), "rows": list[Json](fields_shown(each, language))} for each in shown
        ],
    }
