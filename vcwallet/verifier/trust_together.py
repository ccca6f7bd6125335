"""Several trust lists as one: those of a kit, those of several kits, and the office's own file beside them.

    trust = together([("national", national), ("region-00", region)], name=..., issued_at=...)
    trust = beside(own, [("kit vymysel", trust)])

An organisation belongs to one list: its identifiers, its keys and its name as an entry stand in no other
(``trust.overlap``). The office's own file may add organisations that no kit has, and may take belief away
from those of a kit (`Distrust`); it never gives them more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeAlias

from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.keys import PublicKey
from vcwallet.verifier.scopes import Scope, covered
from vcwallet.verifier.trust import Distrust, TrustList
from vcwallet.verifier.trusted_issuer import TrustedIssuer

__all__ = ["KITS_ALONE", "beside", "together"]

KITS_ALONE: Final = "installed-kits"
"""How the list is called under which several kits stand together, where an office has no list of its own."""

Named: TypeAlias = tuple[str, TrustList]
"""A list, and what it is called where it overlaps with another."""


def together(
    lists: Sequence[Named], *, list_name: str, name: Mapping[str, str], version: int, issued_at: datetime
) -> TrustList:
    """The issuers of all the lists as one list, which has the given name, version and date.

    Names that look alike are let pass between two lists: each of them was put there on purpose. Raises
    UsageError: ``trust.overlap`` and what TrustList raises.
    """
    return TrustList(
        issuers=_joined(lists),
        issued_at=issued_at,
        name=name,
        removed=tuple(each for _, trust in lists for each in trust.removed),
        list_name=list_name,
        version=version,
    )


def beside(own: TrustList, lists: Sequence[Named]) -> TrustList:
    """The office's own file with the lists of kits beside it; what it demands and who it is stay its own.

    What the file takes away it takes from its own issuers too: the list of a page holds those of kits.

    Raises UsageError: ``trust.overlap`` and what TrustList raises.
    """
    gone = {key for each in own.removed for key in each.compromised}
    narrowed = [
        (label, replace(trust, issuers=tuple(_narrowed(each, own.distrust, gone) for each in trust.issuers)))
        for label, trust in ((own.list_name, own), *lists)
    ]
    # Who was removed from one list says nothing about an entry of that name in another.
    found = replace(own, issuers=_joined(narrowed), removed=())
    # Reports name the office's own file by this.
    object.__setattr__(found, "digest", own.digest)
    return found


def _joined(lists: Sequence[Named]) -> tuple[TrustedIssuer, ...]:
    owners: dict[str, str] = {}
    for label, trust in lists:
        mine: dict[str, str] = {}
        for issuer in trust.issuers:
            mine |= dict.fromkeys(
                (issuer.entry, *issuer.identifiers, *(key.key.multibase for key in issuer.keys)), label
            )
        twice = sorted(mine.keys() & owners.keys())
        if twice:
            raise UsageError(
                "trust.overlap",
                N_("{what} stands in two lists: {one} and {other}."),
                next_step=N_(
                    "An organisation belongs to one list. Take it out of yours, or use one of the two; to"
                    " believe it for less than a kit does, name it in your list under “distrust”."
                ),
                what=", ".join(twice)[:512],
                one=owners[twice[0]][:64],
                other=label[:64],
            )
        owners |= mine
    found = [(at, issuer) for at, (_, trust) in enumerate(lists) for issuer in trust.issuers]
    return tuple(_with_namesakes(found))


def _with_namesakes(found: Sequence[tuple[int, TrustedIssuer]]) -> Iterable[TrustedIssuer]:
    """Each issuer, and on purpose those of other lists whose names look like its own."""
    shapes: dict[str, list[tuple[int, str]]] = {}
    for at, issuer in found:
        for shape in issuer.name_shapes:
            shapes.setdefault(shape, []).append((at, issuer.entry))
    for at, issuer in found:
        others = {
            entry
            for shape in issuer.name_shapes
            for other, entry in shapes[shape]
            if other != at and entry != issuer.entry
        }
        yield replace(issuer, same_name_as=issuer.same_name_as | others) if others else issuer


def _narrowed(issuer: TrustedIssuer, distrusted: Sequence[Distrust], gone: set[PublicKey]) -> TrustedIssuer:
    mine = [each for each in distrusted if each.id in issuer.identifiers]
    bad = gone | {key for each in mine for key in each.keys}
    keys = tuple(replace(key, state=KeyState.COMPROMISED) if key.key in bad else key for key in issuer.keys)
    if keys != issuer.keys:
        issuer = replace(issuer, keys=keys)
    for each in mine:
        if each.only_for is not None:
            issuer = replace(issuer, only_for=_both(issuer.only_for, each.only_for))
        elif not each.keys:
            issuer = replace(issuer, scopes=())
    return issuer


def _both(before: tuple[Scope, ...] | None, more: tuple[Scope, ...]) -> tuple[Scope, ...]:
    """What two limits leave together: the scopes of either that lie wholly inside the other."""
    if before is None:
        return more
    inside = [each for each in before if covered([each], more)]
    return tuple(dict.fromkeys([*inside, *(each for each in more if covered([each], before))]))
