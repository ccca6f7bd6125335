"""Newer lists of revoked diplomas and newer issuers' documents, when the family asks for them.

    found = plan(family)
    for result in refresh(family, issuers, lists, found.wanted, get=fetch.get, now=now):
        print(result.where, result.what)

Asked for are documents that are the same for everybody: an issuer's did:web document and its whole status
lists. So a site learns that somebody at this address wanted its list, and nothing of whom it is about. What
comes is held to the same as what is added by hand, and whatever fails leaves what was known before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import EntryKind
from vcwallet.credentials.status_list import check_status
from vcwallet.errors import N_, DocumentError, LimitExceeded, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import web
from vcwallet.wallet.adding import AddResult, What
from vcwallet.wallet.family import Family
from vcwallet.wallet.known_issuers import Agree, KnownIssuers
from vcwallet.wallet.known_lists import KnownLists, status_entries

__all__ = ["Get", "Plan", "Published", "Wanted", "plan", "refresh"]

_TELLING: Final = 8
"""Characters of an id from which it is no chance that they stand in an address."""

Get = Callable[[str, int], bytes]
"""The document at an https address, of at most so many bytes; raises VcwalletError."""


class Published(StrEnum):
    """What an issuer publishes for everybody."""

    ISSUER_DOCUMENT = "issuer-document"
    STATUS_LIST = "status-list"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document to ask for. `name` is what it must call itself: an issuer's did, or a list's address."""

    kind: Published
    name: str
    url: str
    issuers: tuple[str, ...]
    """Whose diplomas it is for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a refresh would ask for; nothing was asked yet."""

    wanted: tuple[Wanted, ...]
    """Issuers' documents first: their lists are checked with them."""
    by_hand: tuple[str, ...]
    """Issuers whose lists lie at no address: they hand them out."""
    refused: tuple[AddResult, ...]
    """Addresses that must not be asked, and why."""


def plan(family: Family) -> Plan:
    """What could be newer for the diplomas in the wallet.

    Raises LimitExceeded (``refresh.too-many``), and what `Family.diplomas` raises.
    """
    documents: dict[str, set[str]] = {}
    lists: dict[str, set[str]] = {}
    by_hand: set[str] = set()
    refused: dict[str, VcwalletError] = {}
    for diploma in family.diplomas():
        credential = diploma.credential
        issuer = credential.issuer_id
        if issuer.startswith("did:web:"):
            try:
                documents.setdefault(web.url_of(issuer), set()).add(issuer)
            except DocumentError as error:
                refused[issuer] = error
        for status in status_entries(credential):
            if status.kind is EntryKind.REVOCATION_LIST_1EDTECH:
                refused[status.list_url] = _signed_by_nobody()
            elif not status.list_url.startswith("https://"):
                by_hand.add(issuer)
            elif _is_about_one(status.list_url, credential):
                refused[status.list_url] = _about_one()
            else:
                lists.setdefault(status.list_url, set()).add(issuer)
    wanted = [
        Wanted(kind, name, url, tuple(sorted(issuers)))
        for kind, places in ((Published.ISSUER_DOCUMENT, documents), (Published.STATUS_LIST, lists))
        for url, issuers in sorted(places.items())
        for name in (sorted(issuers) if kind is Published.ISSUER_DOCUMENT else [url])
    ]
    if len(wanted) > limits.FETCH_DOCUMENTS:
        raise LimitExceeded(
            "refresh.too-many",
            N_("{number} documents would have to be fetched; the ceiling is {limit}."),
            number=len(wanted),
            limit=limits.FETCH_DOCUMENTS,
        )
    return Plan(
        tuple(wanted),
        tuple(sorted(by_hand)),
        tuple(AddResult(where, What.FAILED, error=error) for where, error in sorted(refused.items())),
    )


def refresh(
    family: Family,
    issuers: KnownIssuers,
    lists: KnownLists,
    wanted: Sequence[Wanted],
    *,
    get: Get,
    agree: Agree | None = None,
    now: datetime,
) -> Iterator[AddResult]:
    """Ask for each document and keep what holds, telling of each as it comes; the caller saves.

    A list is kept only if it is its issuer's, newer than the one at hand, and answers for a diploma of this
    wallet at `now`. Raises nothing for any answer.
    """
    for each in wanted:
        try:
            if each.kind is Published.ISSUER_DOCUMENT:
                yield _learn_issuer(issuers, each, get, agree, now)
            else:
                yield _learn_list(family, lists, each, get, now)
        except VcwalletError as error:
            yield AddResult(each.url, What.FAILED, issuer=", ".join(each.issuers), error=error)


def _learn_issuer(
    issuers: KnownIssuers, wanted: Wanted, get: Get, agree: Agree | None, now: datetime
) -> AddResult:
    data = get(wanted.url, limits.CONTROLLED_IDENTIFIER_BYTES)
    document = ControlledIdentifierDocument.loads(data)
    web.check_document(document, wanted.name)
    news = issuers.remember(document, agree=agree, at_its_address=True, now=now)
    return AddResult(wanted.url, What.ISSUER_LEARNT if news else What.NOTHING_NEW, issuer=document.id)


def _learn_list(family: Family, lists: KnownLists, wanted: Wanted, get: Get, now: datetime) -> AddResult:
    document = strict_json.loads_object(get(wanted.url, limits.FETCH_STATUS_LIST_BYTES))
    listed = lists.admit(document, expected=wanted.issuers, now=now)
    failure: VcwalletError | None = None
    for diploma in family.diplomas():
        for status in status_entries(diploma.credential):
            if status.list_url != wanted.name:
                continue
            try:
                check_status(status, listed, credential_issuer=diploma.credential.issuer_id, now=now)
            except VcwalletError as error:
                failure = error
                continue
            news = lists.keep(listed, now=now)
            what = What.STATUS_LIST_LEARNT if news else What.NOTHING_NEW
            return AddResult(wanted.url, what, issuer=listed.issuer_id)
    raise failure or DocumentError("refresh.unasked", N_("No diploma of this wallet is on that list."))


def _is_about_one(url: str, credential: Credential) -> bool:
    """Whether asking this address would tell the site which diploma it is about."""
    ids = [credential.id, *(subject.get("id") for subject in credential.subjects)]
    tails = [each.rpartition(":")[2] for each in ids if isinstance(each, str)]
    return any(len(tail) >= _TELLING and tail in url for tail in tails)


def _signed_by_nobody() -> DocumentError:
    return DocumentError(
        "refresh.signed-by-nobody",
        N_("This list (1EdTech's kind) is signed by nobody, so the wallet neither asks for it nor keeps it."),
        next_step=N_("Whoever is shown the badge takes the list from the issuer."),
    )


def _about_one() -> DocumentError:
    return DocumentError(
        "refresh.one-diploma",
        N_("The address names one diploma, so asking it would tell the site whose it is; it is not asked."),
        next_step=N_("Tell the issuer that a list must be shared by many diplomas."),
    )
