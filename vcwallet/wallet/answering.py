"""Answering a verifier's request: the fewest credentials and fields that give what was asked for.

    answer = answering.propose(child, request, status=lists.status, now=now)

It is a proposal: the family sees it in words before anything is signed, and may choose otherwise. Of diplomas
that would do equally, the one that was issued to the child's key comes first, for a recipient may refuse one
that names only the person; then the one of which least is read that nobody asked for; then the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from vcwallet.bundle.request import Request, Want
from vcwallet.errors import N_, UsageError
from vcwallet.wallet import drafts
from vcwallet.wallet.child import Child, Diploma
from vcwallet.wallet.known_lists import KnownStatus, Standing


class Why(StrEnum):
    """What decided between diplomas that would do."""

    FEWER = "fewer"
    """It answers several questions at once, so that fewer are shown."""
    HERE = "here"
    """The others were issued to a key that is not in the wallet, so nobody can sign for them."""
    KEY = "key"
    """It was issued to the child's key."""
    LEAST = "least"
    """Less of it is read that nobody asked for."""
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Picked:
    """What is shown for one question, and what would answer it as well and is not shown."""

    diplomas: tuple[Diploma, ...]
    instead: tuple[Diploma, ...]
    because: Why


@dataclass(frozen=True, slots=True)
class Answer:
    diplomas: tuple[Diploma, ...]
    hide: Mapping[str, Collection[str]]
    """From a diploma's id to the fields that nobody asked for and that can be hidden."""
    picked: tuple[Picked, ...] = ()
    """Why these, of each want that more would answer."""


def demand_open(request: Request, *, now: datetime) -> None:
    """Raises UsageError ``wallet.request-expired``."""
    if request.expires is not None and now >= request.expires:
        raise UsageError(
            "wallet.request-expired",
            N_("The request of {domain} is no longer open."),
            next_step=N_("Ask for a new one."),
            domain=request.domain[:64],
        )


_NOT_ENOUGH: Final = N_("{domain} asks for diplomas: {number}. {child} has {found} that answer.")
_ONLY_IDLE: Final = N_(
    "{domain} asks for diplomas: {number}. {child} has {found} that answer. Revoked or not in force, and"
    " therefore not offered: {idle}."
)


def propose(
    child: Child, request: Request, *, status: Callable[[Diploma], KnownStatus], now: datetime
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
    # Newest first; what is known to be revoked, or is not in force, answers nothing.
    usable = [
        diploma
        for diploma in reversed(child.diplomas())
        if status(diploma).standing is not Standing.REVOKED and in_force(diploma, now=now)
    ]
    ranks = {diploma.id: _rank(child, diploma, request.wants) for diploma in usable}
    usable.sort(key=lambda diploma: ranks[diploma.id])
    there = [sum(_fits(diploma, want) for diploma in usable) for want in request.wants]
    for want, found in zip(request.wants, there, strict=True):
        if found < want.at_least or not any(there):
            idle = [each for each in child.diplomas() if each not in usable and _fits(each, want)]
            raise UsageError(
                "wallet.not-enough",
                _ONLY_IDLE if idle else _NOT_ENOUGH,
                next_step=N_("Add what is missing, or choose by hand what you show."),
                idle=", ".join(each.title for each in idle),
                domain=request.domain[:64],
                number=want.at_least,
                kind=want.kind or "*",
                fields=", ".join(want.fields) or "*",
                child=child.name,
                found=found,
            )
    numbers = [want.number(found) for want, found in zip(request.wants, there, strict=True)]
    chosen = _few(usable, request.wants, numbers)
    needed: dict[str, set[str]] = {diploma.id: set() for diploma in chosen}
    for want, number in zip(request.wants, numbers, strict=True):
        fitting = [diploma for diploma in chosen if _fits(diploma, want)]
        # Those that show the least more for it.
        fitting.sort(key=lambda diploma: len(_asked(diploma, want) - needed[diploma.id]))
        for diploma in fitting[:number]:
            needed[diploma.id] |= _asked(diploma, want)
    hide = {diploma.id: _unneeded(diploma, needed[diploma.id]) for diploma in chosen}
    picked = (
        of_equals(
            [diploma for diploma in usable if _fits(diploma, want)],
            lambda diploma: diploma in chosen,
            lambda diploma: ranks[diploma.id],
        )
        for want in request.wants
    )
    return Answer(
        tuple(diploma for diploma in child.diplomas() if diploma in chosen),
        hide,
        each_once(picked),
    )


def each_once(picked: Iterable[Picked | None]) -> tuple[Picked, ...]:
    """What is said once of questions that are answered alike."""
    found: list[Picked] = []
    for each in picked:
        if each is not None and each not in found:
            found.append(each)
    return tuple(found)


Rank: TypeAlias = tuple[bool, bool, int]
"""What makes one diploma worse than another for an answer: it is bound to a key that is not here; it is bound
to no key; and how much of it is read that nobody asked for."""


def _rank(child: Child, diploma: Diploma, wants: Sequence[Want]) -> Rank:
    asked = set[str]().union(*(_asked(diploma, want) for want in wants if _fits(diploma, want)))
    if not asked:
        return True, True, 0  # nobody asks for it
    read = set(drafts.fields(diploma.credential, diploma.facts)).difference(diploma.hideable)
    return not child.has_key_for(diploma.signed), not diploma.signed.holder_ids, len(read - asked)


def of_equals(
    fitting: Sequence[Diploma], is_shown: Callable[[Diploma], bool], rank: Callable[[Diploma], Rank]
) -> Picked | None:
    """Why some of those that fit one question are shown; None where all are, or none.

    `fitting` are in the order of their ranks, of equal ones the newest first.
    """
    shown = [each for each in fitting if is_shown(each)]
    rest = [each for each in fitting if not is_shown(each)]
    if not shown or not rest:
        return None
    last, next_ = shown[-1], rest[0]
    if fitting.index(next_) < fitting.index(last):
        because = Why.FEWER
    elif rank(last)[0] != rank(next_)[0]:
        because = Why.HERE
    elif rank(last)[1] != rank(next_)[1]:
        because = Why.KEY
    else:
        because = Why.LEAST if rank(last) != rank(next_) else Why.NEWEST
    return Picked(tuple(shown), tuple(rest), because)


def unasked(diploma: Diploma, request: Request) -> tuple[str, ...]:
    """The fields of a diploma chosen by hand that can be hidden and that no want asks for.

    What is asked of its kind counts; of a diploma of a kind that nobody asked for, what is asked of any. A
    request without wants asks for nothing in particular, so nothing is hidden for its sake.
    """
    if not request.wants:
        return ()
    wants = [want for want in request.wants if want.kind in (None, diploma.facts.kind)] or request.wants
    return _unneeded(diploma, set[str]().union(*(_asked(diploma, want) for want in wants)))


def asked_by_name(diploma: Diploma, request: Request) -> frozenset[str]:
    """The fields that wants for a diploma's kind name."""
    wants = [want for want in request.wants if want.kind in (None, diploma.facts.kind)]
    return frozenset(name for want in wants for name in want.fields)


def _unneeded(diploma: Diploma, needed: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in diploma.hideable if name not in needed)


def in_force(diploma: Diploma, *, now: datetime) -> bool:
    """Whether its time has begun and is not over: outside it no recipient counts it."""
    begin, end = diploma.credential.valid_from, diploma.credential.valid_until
    return (begin is None or begin <= now) and (end is None or now <= end)


def _few(usable: Sequence[Diploma], wants: Sequence[Want], numbers: Sequence[int]) -> list[Diploma]:
    """Diplomas that satisfy all wants: always the one that serves most of what is open, the first of equals.

    Then those go that the others make needless. The fewest for all but contrived requests.
    """
    serves = {
        diploma.id: frozenset(n for n, want in enumerate(wants) if _fits(diploma, want)) for diploma in usable
    }
    missing = list(numbers)
    left = list(usable)
    chosen: list[Diploma] = []
    while any(number > 0 for number in missing):
        best = max(left, key=lambda diploma: sum(missing[n] > 0 for n in serves[diploma.id]))
        left.remove(best)
        chosen.append(best)
        for n in serves[best.id]:
            missing[n] -= 1
    for diploma in tuple(chosen):
        if all(missing[n] < 0 for n in serves[diploma.id]):
            chosen.remove(diploma)
            for n in serves[diploma.id]:
                missing[n] += 1
    return chosen


def _asked(diploma: Diploma, want: Want) -> set[str]:
    """The fields of a diploma that a want asks for; one that names none asks for the whole diploma."""
    return (
        drafts.with_parts(want.fields)
        if want.fields
        else set(drafts.fields(diploma.credential, diploma.facts))
    )


def _fits(diploma: Diploma, want: Want) -> bool:
    facts = diploma.facts
    return (
        want.kind in (None, facts.kind)
        and want.is_of_time(facts.awarded)
        and all(name in facts.said for name in want.fields)
    )
