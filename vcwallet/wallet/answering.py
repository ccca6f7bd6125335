"""Answering a verifier's request: the fewest credentials and fields that give what was asked for.

    answer = answering.propose(child, request, status=wallet.status, now=now)
    wallet.present(answer.entries, hide=answer.hide, domain=request.domain, ...)

It is a proposal: the family sees it in words before anything is signed, and may choose otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vcwallet.bundle.request import Request, Want
from vcwallet.errors import N_, UsageError
from vcwallet.wallet import disclosure
from vcwallet.wallet.child import Child, Entry
from vcwallet.wallet.remembered import KnownStatus, Standing


@dataclass(frozen=True, slots=True)
class Answer:
    entries: tuple[Entry, ...]
    hide: Mapping[str, Collection[str]]
    """From an entry's id to the fields that nobody asked for and that can be hidden."""


def demand_open(request: Request, *, now: datetime) -> None:
    """Raises UsageError ``wallet.request-expired``."""
    if request.expires is not None and now >= request.expires:
        raise UsageError(
            "wallet.request-expired",
            N_("The request of {domain} is no longer open."),
            next_step=N_("Ask for a new one."),
            domain=request.domain[:64],
        )


def propose(
    child: Child, request: Request, *, status: Callable[[Entry], KnownStatus], now: datetime
) -> Answer:
    """Raises UsageError: ``wallet.request-expired``, ``wallet.request-names-nothing``, ``wallet.not-enough``.

    A want that names no fields asks for whole diplomas: nothing is hidden then.
    """
    demand_open(request, now=now)
    if not request.wants:
        raise UsageError(
            "wallet.request-names-nothing",
            N_("The request does not say which diplomas."),
            next_step=N_("Choose them yourself."),
        )
    # Newest first; what is known to be revoked answers nothing.
    usable = [entry for entry in reversed(child.entries()) if status(entry).standing is not Standing.REVOKED]
    for want in request.wants:
        found = sum(_fits(entry, want) for entry in usable)
        if found < want.at_least:
            raise UsageError(
                "wallet.not-enough",
                N_("{domain} asks for {number} of the kind “{kind}” with {fields}; {child} has {found}."),
                domain=request.domain[:64],
                number=want.at_least,
                kind=want.kind or "*",
                fields=", ".join(want.fields) or "*",
                child=child.name,
                found=found,
            )
    chosen = _few(usable, request.wants)
    needed: dict[str, set[str]] = {entry.id: set() for entry in chosen}
    for want in request.wants:
        fitting = [entry for entry in chosen if _fits(entry, want)]
        # Those that show the least more for it.
        fitting.sort(key=lambda entry: len(_asked(entry, want) - needed[entry.id]))
        for entry in fitting[: want.at_least]:
            needed[entry.id] |= _asked(entry, want)
    hide = {
        entry.id: tuple(
            name for name in disclosure.hideable(entry.credential) if name not in needed[entry.id]
        )
        for entry in chosen
    }
    return Answer(tuple(entry for entry in child.entries() if entry in chosen), hide)


def _few(usable: Sequence[Entry], wants: Sequence[Want]) -> list[Entry]:
    """Entries that satisfy all wants: always the one that serves most of what is open, the first of equals.

    Then those go that the others make needless. The fewest for all but contrived requests.
    """
    serves = {
        entry.id: frozenset(n for n, want in enumerate(wants) if _fits(entry, want)) for entry in usable
    }
    missing = [want.at_least for want in wants]
    left = list(usable)
    chosen: list[Entry] = []
    while any(number > 0 for number in missing):
        best = max(left, key=lambda entry: sum(missing[n] > 0 for n in serves[entry.id]))
        left.remove(best)
        chosen.append(best)
        for n in serves[best.id]:
            missing[n] -= 1
    for entry in tuple(chosen):
        if all(missing[n] < 0 for n in serves[entry.id]):
            chosen.remove(entry)
            for n in serves[entry.id]:
                missing[n] += 1
    return chosen


def _asked(entry: Entry, want: Want) -> set[str]:
    """The fields of an entry that a want asks for; one that names none asks for the whole diploma."""
    return disclosure.with_parts(want.fields) if want.fields else set(disclosure.fields(entry.credential))


def _fits(entry: Entry, want: Want) -> bool:
    facts = entry.facts
    return want.kind in (None, facts.get("kind")) and all(name in facts for name in want.fields)
