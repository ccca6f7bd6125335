"""Answering a verifier's request: the fewest credentials and fields that give what was asked for.

    answer = answering.propose(child, request, status=wallet.status, now=now)
    wallet.present(answer.entries, hide=answer.hide, domain=request.domain, ...)

It is a proposal: the family sees it in words before anything is signed, and may choose otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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


def propose(
    child: Child, request: Request, *, status: Callable[[Entry], KnownStatus], now: datetime
) -> Answer:
    """Raises UsageError: ``wallet.request-expired``, ``wallet.request-names-nothing``, ``wallet.not-enough``.

    A want that names no fields asks for whole diplomas: nothing is hidden then.
    """
    if request.expires is not None and now >= request.expires:
        raise UsageError(
            "wallet.request-expired",
            N_("The request of {domain} is no longer open."),
            next_step=N_("Ask for a new one."),
            domain=request.domain[:64],
        )
    if not request.wants:
        raise UsageError(
            "wallet.request-names-nothing",
            N_("The request does not say which diplomas."),
            next_step=N_("Choose them yourself."),
        )
    # Newest first; what is known to be revoked answers nothing.
    usable = [entry for entry in reversed(child.entries()) if status(entry).standing is not Standing.REVOKED]
    chosen: dict[str, Entry] = {}
    needed: dict[str, set[str]] = {}
    # Wants that few diplomas fit choose first; what they chose may serve the others too.
    for want in sorted(request.wants, key=lambda each: sum(_fits(entry, each) for entry in usable)):
        fitting = [entry for entry in usable if _fits(entry, want)]
        if len(fitting) < want.at_least:
            raise UsageError(
                "wallet.not-enough",
                N_("{domain} asks for {number} of the kind “{kind}” with {fields}; {child} has {found}."),
                domain=request.domain[:64],
                number=want.at_least,
                kind=want.kind or "*",
                fields=", ".join(want.fields) or "*",
                child=child.name,
                found=len(fitting),
            )
        fitting.sort(key=lambda entry: entry.id not in chosen)
        for entry in fitting[: want.at_least]:
            chosen[entry.id] = entry
            needed.setdefault(entry.id, set()).update(want.fields or entry.facts)
    hide = {
        identifier: tuple(
            name for name in disclosure.hideable(entry.credential) if name not in needed[identifier]
        )
        for identifier, entry in chosen.items()
    }
    return Answer(tuple(entry for entry in child.entries() if entry.id in chosen), hide)


def _fits(entry: Entry, want: Want) -> bool:
    facts = entry.facts
    return want.kind in (None, facts.get("kind")) and all(name in facts for name in want.fields)
