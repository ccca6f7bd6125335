"""Copies of a wallet in people's words: how two differ, what joining changed, and whether a copy is sound.

for line in difference_lines(wallet.compare(path), language):
    print(line)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vcwallet.errors import N_, VcwalletError
from vcwallet.identifiers.host_name import in_letters
from vcwallet.locales import Language
from vcwallet.wallet.comparing import ChildDifference, Difference, Fate, OneSided
from vcwallet.wallet.inspection import Health
from vcwallet.wallet.ledger import LedgerEntry
from vcwallet.wallet.merging import Merged
from vcwallet.wallet.wallet import Wallet

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
    yield from _notes(difference, language)


def _notes(difference: Difference, language: Language) -> Iterator[str]:
    """What is said of a whole copy: that only what is no child's is newer, and who can open it."""
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
    for thing in (*child.only_here, *child.only_there):
        yield _sided(thing.fate, thing.title, language)
    yield from _changed(child, language)
    for line in child.lines_here:
        yield language.text(_ONLY_HERE, what=line_of_history(line, language))
    for line in child.lines_there:
        yield language.text(_ONLY_THERE, what=line_of_history(line, language))


def _changed(child: ChildDifference, language: Language) -> Iterator[str]:
    """What both copies have, and say differently."""
    if child.name_there is not None:
        yield language.text(N_("in the copy the name is {name}"), name=child.name_there)
    for noted in child.noted:
        yield language.text(N_("{title}: different notes in the two; both stay"), title=noted.title)
    for title in child.moved:
        yield language.text(N_("{title}: in the copy it lies under another child"), title=title)
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


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that one copy has, and what joining makes of it."""

    what: str
    then: str


@dataclass(frozen=True, slots=True)
class ChildBeside:
    """One child of two copies, in two columns."""

    name: str
    here: tuple[Thing, ...]
    there: tuple[Thing, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyBeside:
    """A copy of the wallet beside the one that is open."""

    name: str
    error: str
    """Why it could not be read; "" when it could."""
    alike: bool
    notes: tuple[str, ...]
    """What is said of the whole copy: other things that are newer, other ways in."""
    children: tuple[ChildBeside, ...]

    @property
    def news(self) -> bool:
        """Whether joining it would change anything."""
        return not self.error and not self.alike


def beside(wallet: Wallet, path: Path, language: Language) -> CopyBeside:
    """A copy laid beside the wallet; one that cannot be read says so and stands in nobody's way."""
    try:
        difference = wallet.compare(path)
    except VcwalletError as error:
        return CopyBeside(path.name, language.error(error), alike=False, notes=(), children=())
    return CopyBeside(
        path.name,
        "",
        difference.alike,
        tuple(_notes(difference, language)),
        tuple(_child_beside(child, language) for child in difference.children),
    )


def _child_beside(child: ChildDifference, language: Language) -> ChildBeside:
    def things(sided: Sequence[OneSided], lines: Sequence[LedgerEntry]) -> tuple[Thing, ...]:
        said = [Thing(each.title, language.text(FATES[each.fate])) for each in sided]
        return (*said, *(Thing(line_of_history(line, language), "") for line in lines))

    here, there = things(child.only_here, child.lines_here), things(child.only_there, child.lines_there)
    if child.fate is not None:
        itself = (Thing(language.text(N_("the child itself")), language.text(FATES[child.fate])),)
        here, there = (
            (itself + here, there) if child.fate in (Fate.STAYS, Fate.GOES) else (here, itself + there)
        )
    return ChildBeside(child.name, here, there, tuple(_changed(child, language)))


def merged_lines(merged: Merged, language: Language) -> Iterator[str]:
    """What joining a copy changed here, thing by thing; `ways_in` says the rest."""
    if not merged.changed:
        yield language.text(N_("nothing in it is new here"))
    lines: Sequence[tuple[str, Sequence[str]]] = (
        (N_("{what}: came from the copy"), (*merged.children_added, *merged.added)),
        (N_("{what}: taken out, as in the copy"), (*merged.children_removed, *merged.removed)),
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


def joined(copies: Sequence[Merged], language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What joining several copies changed here, and what must be known of who can open the file."""
    changed = [each for each in copies if each.changed] or copies[:1]
    lines = (line for each in changed for line in merged_lines(each, language))
    warnings = (line for each in changed for line in ways_in(each, language))
    return tuple(dict.fromkeys(lines)), tuple(dict.fromkeys(warnings))


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
