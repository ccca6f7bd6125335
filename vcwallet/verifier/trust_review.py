"""Taking in what an issuer publishes, in two steps: what would change, then what a person agreed to.

    given = published(scanning.demand_read(reading))
    changes = review(trust, given, now=now)
    for change in changes: ...                       # a person looks, and compares fingerprints with paper
    trust = settled(trust, changes, agreed=lambda change: change.what in yes, now=now)

The command line asks between the steps, a page shows a form; neither decides what is safe. What takes belief
away is done without asking, what gives belief needs a yes, what forgets is refused (`trust_changes`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from vcwallet import limits, strict_json
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Found, documents
from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import N_, Side, UsageError, VcwalletError
from vcwallet.files import read_file, replace_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.sealed_file.disk import Disk
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.scopes import Scope
from vcwallet.verifier.trust import NotCompared, TrustList, list_key
from vcwallet.verifier.trust_changes import (
    Change,
    Decision,
    Source,
    What,
    apply,
    believing,
    compare,
    compare_closing,
    compare_lists,
    compare_publication,
)
from vcwallet.verifier.trusted_issuer import Pin, TrustedKey

__all__ = [
    "NeedsPerson",
    "Published",
    "believe",
    "compared",
    "confirmed",
    "ends_with",
    "following",
    "new_key",
    "open_changes",
    "published",
    "retired",
    "review",
    "settled",
    "stolen",
    "write",
]

_WAIT_SECONDS: Final = 5.0
"""For another program that is writing a list."""
_TYPED_DIGITS: Final = 8
"""The last two groups of a fingerprint: fewer could be guessed by who wants to be done with it."""


class NeedsPerson(VcwalletError):
    """Something gives belief, or forgets, and nobody was there to confirm it; the list is as it was."""

    side = Side.CALLER
    exit_status = 3


@dataclass(frozen=True, slots=True)
class Published:
    """What was handed over to bring a trust list up to date."""

    document: ControlledIdentifierDocument | None = None
    status_lists: tuple[JsonObject, ...] = ()
    closings: tuple[JsonObject, ...] = ()
    trust_list: TrustList | None = None
    """A whole list of somebody else; then nothing else is looked at."""


def published(found: Iterable[Found]) -> Published:
    """What is among the documents of an issuer's folder or site, or a whole trust list.

    Raises UsageError: ``trust.several-issuers``, since a folder that holds a second issuer's document would
    otherwise speak for both; ``trust.several-lists``; ``trust.nothing-published``.
    """
    everything = list(found)
    others = documents(everything, DocumentKind.TRUST_LIST)
    if others:
        if len(others) > 1:
            raise UsageError("trust.several-lists", N_("There are several trust lists; name one."))
        return Published(trust_list=TrustList.parse(strict_json.dumps(others[0])))
    given = [
        ControlledIdentifierDocument.parse(each)
        for each in documents(everything, DocumentKind.CONTROLLED_IDENTIFIER)
    ]
    if len(given) > 1:
        raise _several({document.id for document in given})
    lists = documents(everything, DocumentKind.STATUS_LIST)
    closings = documents(everything, DocumentKind.CLOSING)
    if not given and not lists and not closings:
        raise UsageError(
            "trust.nothing-published",
            N_("There is neither an issuer's identifier document nor a list of revoked diplomas."),
            next_step=N_("Name the issuer's did.json or issuer.json, or its folder."),
        )
    return Published(given[0] if given else None, tuple(lists), tuple(closings))


def review(
    trust: TrustList,
    given: Published,
    *,
    now: datetime,
    entry: str | None = None,
    answered: Callable[[Change], Change] = lambda change: change,
    agreed: Callable[[Change], bool] = lambda change: change.confirmed,
) -> list[Change]:
    """Everything that would change. `entry` is whose document it is, if it names a further identifier of it.

    `answered` may return a change of a key as `trust_changes.believing` makes it, when a fingerprint was
    compared: a key that is confirmed lets the lists in that it signed. Raises what `compare_publication`,
    `compare_lists` and `compare_closing` raise, and UsageError (``trust.several-issuers``) for lists of
    several issuers without a document, or ``trust.list-without-document`` for those of an unknown one.
    """
    if given.trust_list is not None:
        changes = list(compare(trust, given.trust_list, source=Source.PERSON))
        followed = apply(trust, changes, confirmed=agreed)
        return changes + list(compare_lists(followed, given.trust_list.status_lists, now=now))
    changes = []
    expected = entry
    if given.document is not None:
        found = compare_publication(trust, given.document, now=now, entry=entry)
        expected = trust.entry(entry or given.document.id).entry
        changes = [answered(each) for each in found]
    elif entry is None:
        named = {key[0] for each in given.status_lists if (key := list_key(each))}
        for issuer in sorted(named):
            if trust.of(issuer) is None:
                raise _without_document(issuer)
        owners = {trust.entry(issuer).entry for issuer in named}
        if len(owners) > 1:
            raise _several(owners)
        expected = next(iter(owners), None)
    sooner = apply(trust, changes, confirmed=agreed)
    changes += compare_lists(sooner, given.status_lists, now=now, of=expected)
    for statement in given.closings:
        changes += compare_closing(sooner, statement, now=now)
    return changes


def believe(
    trust: TrustList,
    given: Published,
    *,
    name: Mapping[str, str],
    scopes: Sequence[Scope],
    fingerprints: Collection[str] | NotCompared,
    now: datetime,
    **details: Any,
) -> tuple[TrustList, list[Change]]:
    """The next version of the list, in which the issuer of a document is believed, and its lists of revoked
    diplomas; the issuer comes last.

    `details` are those of `TrustList.with_issuer`, which says what is raised; and UsageError or the error
    behind it where a list of revoked diplomas that came with the document cannot be taken.
    """
    assert given.document is not None
    believed = trust.with_issuer(
        given.document, name=name, scopes=scopes, fingerprints=fingerprints, now=now, **details
    )
    changes = list(compare_lists(believed, given.status_lists, now=now, of=believed.issuers[-1].entry))
    for change in changes:
        if change.decision is Decision.REFUSED:
            raise _refusal(change)
    return following(apply(believed, changes), now=now), changes


def _without_document(issuer: str) -> UsageError:
    return UsageError(
        "trust.list-without-document",
        N_("There are lists of revoked diplomas here, but not the document of their issuer, {issuer}."),
        next_step=N_(
            "Give its document as well: it is the file did.json in the folder .well-known. Windows in which"
            " files are chosen may hide that folder; drop the whole folder of the site instead."
        ),
        issuer=issuer[:64],
    )


def _refusal(change: Change) -> VcwalletError:
    """The error behind a status list that is not taken in with its issuer."""
    reason = change.reason
    if reason is None:
        return NeedsPerson(
            "trust.list-of-another",
            N_("The list of revoked diplomas {list} is of {entry}, not of this issuer."),
            list=change.subject[:64],
            entry=change.after,
        )
    return NeedsPerson(
        reason.code, reason.template, next_step=reason.action or reason.next_step_template, **reason.evidence
    )


def new_key(change: Change) -> bool:
    """Whether a change brings a key whose fingerprint can be compared with the issuer's paper."""
    return change.what in (What.KEY_NEW, What.KEY_UNDER_OLD_NAME) and change.key is not None


def compared(change: Change, pin: Pin) -> Change:
    """The same change of a `new_key`, with the key believed: somebody compared it, or chose not to."""
    assert change.key is not None
    return believing(change, replace(change.key, state=KeyState.ACTIVE, pinned=pin))


def retired(key: TrustedKey, until: datetime) -> TrustedKey:
    """The key signs no more; what it signed until then stands. An end that was known before stays.

    Raises UsageError (``trust.key-not-believed``): what was never believed does not become so by an end.
    """
    if not key.believed:
        raise UsageError(
            "trust.key-not-believed",
            N_("The key {key} is not in use, so it cannot be retired."),
            next_step=N_("Name a key that is in use."),
            key=key.key.fingerprint[:9] + " …",
        )
    if key.valid_until is not None and key.valid_until < until:
        until = key.valid_until
    return replace(key, state=KeyState.RETIRED, valid_until=until)


def stolen(key: TrustedKey, since: datetime) -> TrustedKey:
    """Somebody else may hold the key: what it signed confirms nothing."""
    return replace(key, state=KeyState.COMPROMISED, since=since)


def confirmed(key: TrustedKey, pin: Pin) -> TrustedKey:
    """Somebody compared the key, or chose not to."""
    return replace(key, state=KeyState.ACTIVE, valid_until=None, since=None, pinned=pin)


def ends_with(fingerprint: str, typed: str) -> bool:
    """Whether somebody typed at least the last two groups of a fingerprint, however they are spaced."""
    digits = "".join(typed.split()).lower()
    return len(digits) >= _TYPED_DIGITS and fingerprint.replace(" ", "").endswith(digits)


def open_changes(changes: Iterable[Change], agreed: Callable[[Change], bool]) -> list[Change]:
    """Those a person still has to say yes or no to."""
    return [
        each
        for each in changes
        if each.decision is Decision.ASKS and each.edit is not None and not agreed(each)
    ]


def settled(
    trust: TrustList, changes: Sequence[Change], *, agreed: Callable[[Change], bool], now: datetime
) -> TrustList:
    """The next version of the list: with what is safe, and what was agreed to. What is refused stays out."""
    return following(apply(trust, changes, confirmed=agreed), now=now)


def following(trust: TrustList, *, now: datetime) -> TrustList:
    """The list as its own next version."""
    return replace(trust, version=trust.version + 1, issued_at=now)


def write(file: Path, trust: TrustList, *, before: TrustList | None) -> None:
    """Exchange the file of a list as a whole; what it was before stays beside it.

    `before` is what the file said when the change was thought of; None for a file that is new. A person may
    think for an hour, and what another program wrote since then may be that a key was stolen.

    Raises UsageError ``trust.changed-meanwhile`` where the file says something else by now, what
    `TrustList.parse` raises for a list that could not be read again, MachineError ``sealed-file.locked`` and
    OSError.
    """
    text = strict_json.dumps(trust.to_json(), indent=2) + "\n"
    TrustList.parse(text)
    with Disk().lock(file, _WAIT_SECONDS):
        present = read_file(file, limits.TRUST_LIST_BYTES) if file.exists() else None
        if (None if present is None else TrustList.parse(present)) != before:
            raise UsageError(
                "trust.changed-meanwhile",
                N_("{file} was changed by another program meanwhile. Nothing was written."),
                next_step=N_("Look at what it says now, and do it again."),
                file=file.name[-64:],
            )
        if present is not None:
            replace_file(file.with_name(file.name + ".bak"), present, public=True)
        replace_file(file, text.encode("utf-8"), public=True)


def _several(ids: Iterable[str]) -> UsageError:
    return UsageError(
        "trust.several-issuers",
        N_("There are several identifier documents, but one issuer is taken in at a time: {ids}."),
        next_step=N_("Name the one document and its lists."),
        ids=", ".join(sorted(ids))[:512],
    )
