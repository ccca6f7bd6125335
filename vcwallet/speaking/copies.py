"""Copies of a wallet in people's words: how two differ, what joining changed, and whether a copy is sound.

for line in difference_lines(wallet.compare(path), language):
    print(line)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from vcwallet.errors import N_
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.wallet.comparing import ChildDifference, Difference, Fate
from vcwallet.wallet.inspection import Health
from vcwallet.wallet.ledger import LedgerEntry
from vcwallet.wallet.merging import Merged

FATES: Final = {
    Fate.STAYS: N_("stays"),
    Fate.GOES: N_("taken out in the copy; joining takes it out here"),
    Fate.COMES: N_("joining brings it"),
    Fate.STAYS_OUT: N_("taken out here; it stays out"),
}
"""What joining makes of something that only one of two copies has."""
_ONLY_HERE: Final = N_("only here: {what}")
_ONLY_THERE: Final = N_("only in the copy: {what}")


def difference_lines(difference: Difference, language: Language) -> Iterator[str]:
    """Child by child what only one copy has or both say differently; then what changes who can open it."""
    if difference.alike:
        yield language.text(N_("Both copies say the same."))
    for child in difference.children:
        yield language.text(N_("{child}:"), child=child.name)
        for line in child_lines(child, language):
            yield "  " + line
    if difference.behind and not difference.children and not difference.joining.changed:
        yield language.text(
            N_(
                "The diplomas are the same. Only in the copy are issuers' keys, lists of revoked diplomas or"
                " showings put aside; joining brings them."
            )
        )
    yield from ways_in(difference.joining, language)


def child_lines(child: ChildDifference, language: Language) -> Iterator[str]:
    """What differs of one child, a line each."""
    if child.fate is not None:
        yield _sided(child.fate, language.text(N_("the child itself")), language)
    if child.name_there is not None:
        yield language.text(N_("in the copy the name is {name}"), name=child.name_there)
    for thing in (*child.only_here, *child.only_there):
        yield _sided(thing.fate, thing.title, language)
    for noted in child.noted:
        yield language.text(N_("{title}: different notes in the two; both stay"), title=noted.title)
    for title in child.moved:
        yield language.text(N_("{title}: in the copy it lies under another child"), title=title)
    for line in child.lines_here:
        yield language.text(_ONLY_HERE, what=line_of_history(line, language))
    for line in child.lines_there:
        yield language.text(_ONLY_THERE, what=line_of_history(line, language))
    for line in child.forgotten:
        yield language.text(
            N_("erased in one of the two, and so in both after joining: {what}"),
            what=line_of_history(line, language),
        )


def _sided(fate: Fate, what: str, language: Language) -> str:
    template = _ONLY_HERE if fate in (Fate.STAYS, Fate.GOES) else _ONLY_THERE
    said = language.text(template, what=what)
    return said if fate is Fate.STAYS else f"{said} ({language.text(FATES[fate])})"


def line_of_history(line: LedgerEntry, language: Language) -> str:
    """To whom something was shown and when, in one line."""
    if line.showing is None:
        return language.text(N_("a line of the history that the family erased"))
    return language.text(
        N_("shown on {day} to {recipient}"),
        day=line.showing.at,
        recipient=in_letters(line.showing.recipient),
    )


def merged_lines(merged: Merged, language: Language) -> Iterator[str]:
    """What joining a copy changed here, thing by thing; `ways_in` says the rest."""
    if not merged.changed:
        yield language.text(N_("nothing in it is new here"))
    lines: Sequence[tuple[str, Sequence[str]]] = (
        (N_("+ {what}"), (*merged.children_added, *merged.added)),
        (N_("- {what} was taken out there"), (*merged.children_removed, *merged.removed)),
        (N_("{what} was put there"), merged.moved),
        (N_("{what}: other notes than before"), merged.noted),
        (N_("{what}: taken out in one copy, worked on in the other; it stays"), merged.stayed),
    )
    for template, things in lines:
        for what in things:
            yield language.text(template, what=what)
    for before, after in merged.renamed:
        yield language.text(N_("{before} is called {after}"), before=before, after=after)
    if merged.showings:
        yield language.text(N_("lines of the history that came: {number}"), number=merged.showings)


def ways_in(merged: Merged, language: Language) -> Iterator[str]:
    """What a family must know of who can open the file after copies were joined."""
    if merged.ways_in_changed:
        yield language.text(
            N_(
                "The ways to open the wallet are not the same in both: a passphrase, a recovery code or a"
                " person was added or closed in one of them. After joining, what was closed stays closed."
            )
        )
    if merged.passphrase_closed:
        yield language.text(
            N_(
                "The passphrase was changed in the other copy: once they are joined only that one opens this"
                " file, and the one you have just typed does not."
            )
        )


def health_lines(health: Health, language: Language) -> Iterator[str]:
    """What was read in a copy, and that all of it holds; its problems are errors with words of their own."""
    yield language.text(
        N_("children {children}, diplomas {credentials}, attachments {attachments}, history {lines}"),
        children=health.children,
        credentials=health.credentials,
        attachments=health.attachments,
        lines=health.showings,
    )
    if not health.problems:
        yield language.text(N_("Everything opens and every signature holds."))


def unchecked(health: Health, language: Language) -> str | None:
    """That some signatures could not be checked; None where all were."""
    if not health.unchecked:
        return None
    return language.text(
        N_("{number} could not be checked: their issuers' keys are not in the wallet."),
        number=health.unchecked,
    )
