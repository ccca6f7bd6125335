"""Step 8: what the status lists at hand say about one credential, and how old that knowledge is.

A list counts only when the gate admits it, and it is inflated only then. "Not revoked" ages: the freshest
list says it. "Revoked" does not: what any admitted list revoked stays revoked, also when that list is over.
A suspension can be lifted, so there the freshest list decides.

1EdTech's revocation list is neither signed nor dated. It counts only where the office's own trust list or kit
has it, and only against a credential: that one is not named there says nothing of a day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Final, Protocol, TypeAlias

from vcwallet import limits, strict_json
from vcwallet.credentials import status_list
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import Place, admit
from vcwallet.credentials.issuers import FinalList, Issuers, ListedIssuer, digest_of
from vcwallet.credentials.revocation_list import (
    RevocationList,
    check_revocation_list,
    is_revocation_list,
)
from vcwallet.credentials.status_entry import HARMLESS_PURPOSES, StatusEntry
from vcwallet.credentials.status_list import VerifiedStatusList
from vcwallet.errors import EvidenceValue, MachineError, VcwalletError
from vcwallet.report import Check, Finding, Result, StatusSeen, StatusState
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.days import day, days_between
from vcwallet.verifier.demands import Demands

__all__ = ["ListsByUrl", "Origin", "StatusAnswer", "StatusLists", "status_of"]


_INVALIDATING: Final = ("revocation", "suspension")
"""What an issuer's lists may say against a credential, in the words of Bitstring Status List v1.0."""


_KEPT_BESIDE: Final = 16 * limits.KIB
"""What is kept of a list beside its bits: the document, or why it does not count."""


class Origin(StrEnum):
    """Where a status list came from."""

    TRUST_LIST = "trust-list"
    KIT = "kit"
    GIVEN = "given"
    STAPLED = "stapled"


@dataclass(frozen=True, slots=True)
class _Copy:
    """One state of a list that the gate admitted."""

    list: VerifiedStatusList
    origin: Origin
    digest: str


_OWN: Final = frozenset({Origin.TRUST_LIST, Origin.KIT})
"""Where an unsigned list comes from those who answer for the verdict."""


@dataclass(frozen=True, slots=True)
class _Unsigned:
    """A list of 1EdTech's kind, from a place that is believed without a signature."""

    list: RevocationList
    origin: Origin


class ListsByUrl(Protocol):
    """Status lists that are read when they are asked for: those of an installed kit."""

    def lists_at(self, url: str) -> Sequence[JsonObject]:
        """The lists of this URL. Raises MachineError when one is known and cannot be read."""
        ...

    def keeps_lists(self, issuer_id: str, purpose: str | None = None) -> bool:
        """Whether there is a list of this issuer that speaks of `purpose`, or of anything."""
        ...


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """A list that is known to be there and cannot be read: no other copy stands in for what it may revoke."""

    finding: Finding


_Found: TypeAlias = _Copy | _Unsigned | Finding | _Unreadable
"""A copy of a list, or why one does not count."""


@dataclass
class StatusLists:
    """The lists at hand at one moment; each is admitted and inflated once, when it is asked for.

    They may serve many runs, with `trim` between them.
    """

    issuers: Issuers
    now: datetime
    at_hand: Mapping[Origin, Sequence[JsonObject]]
    kits: Sequence[ListsByUrl] = ()
    shared: StatusLists | None = None
    """The lists that do not come with one bundle, kept for all bundles of a run."""
    _admitted: dict[str, list[_Found]] = field(default_factory=dict)

    def stapled(self, documents: Sequence[JsonObject]) -> StatusLists:
        """These lists, and those that came with one bundle."""
        return StatusLists(self.issuers, self.now, {Origin.STAPLED: documents}, shared=self)

    def keeps_lists(self, issuer_id: str, purpose: str | None = None) -> bool:
        """Whether the verifier has, or had, a list of this issuer: then a diploma that names none is odd.

        With `purpose`, only a list that speaks of it counts. What somebody hands in says that an issuer keeps
        lists only where the gate admits it; what is stapled never does, for who shows may leave it out.
        """
        if self.shared is not None:
            return self.shared.keeps_lists(issuer_id, purpose)
        listed = self.issuers.listed(issuer_id)
        if purpose is None and listed is not None and listed.final_lists:
            return True
        if any(kit.keeps_lists(issuer_id, purpose) for kit in self.kits):
            return True
        for origin, documents in self.at_hand.items():
            for document in documents:
                if _issuer_of(document) != issuer_id or not _speaks_of(document, purpose):
                    continue
                if origin is Origin.TRUST_LIST or self._is_admitted(document):
                    return True
        return False

    def _is_admitted(self, document: JsonObject) -> bool:
        list_url, digest = document.get("id"), digest_of(document)
        return isinstance(list_url, str) and any(
            isinstance(copy, _Copy) and copy.digest == digest for copy in self.copies(list_url)
        )

    def copies(self, list_url: str) -> Iterator[_Found]:
        """Every copy of a list, or why one does not count."""
        if self.shared is not None:
            yield from self.shared.copies(list_url)
        # Another thread of a cluster's worker may trim meanwhile.
        found = self._admitted.get(list_url)
        if found is None:
            found = self._admitted[list_url] = list(self._admit(list_url))
        yield from found

    def trim(self) -> None:
        """Forget what could not be read, so that the next run tries again, and everything when it is much."""
        size = 0
        for list_url, found in list(self._admitted.items()):
            if any(isinstance(each, _Unreadable) for each in found):
                self._admitted.pop(list_url, None)
            size += _KEPT_BESIDE + sum(len(each.list.bits) for each in found if isinstance(each, _Copy))
        if size > limits.STATUS_LISTS_KEPT_BYTES:
            self._admitted.clear()

    def _admit(self, list_url: str) -> Iterator[_Found]:
        different: dict[str, tuple[Origin, JsonObject]] = {}
        for kit in self.kits:
            try:
                for document in kit.lists_at(list_url):
                    different.setdefault(strict_json.dumps(document), (Origin.KIT, document))
            except MachineError as error:
                yield _Unreadable(Finding.of(Check.STATUS, Result.UNKNOWN, error))
        for origin, documents in self.at_hand.items():
            for document in documents:
                if document.get("id") == list_url:
                    # The same copy a hundred times is one copy.
                    different.setdefault(strict_json.dumps(document), (origin, document))
        # One bundle may not cost much. Of what was handed in, every copy is looked at: among files of many
        # applicants the one that says "revoked" must not be crowded out by others.
        most = limits.STATUS_LIST_COPIES if self.shared is not None else None
        for origin, document in islice(different.values(), most):
            try:
                if is_revocation_list(document):
                    if origin in _OWN:
                        yield _Unsigned(RevocationList.parse(document), origin)
                    else:
                        yield Finding.about(Check.STATUS, Result.UNKNOWN, "status.unsigned-list")
                    continue
                credential = Credential.parse(document)
                admission = admit(credential, Place.STATUS_LIST, issuers=self.issuers, now=self.now)
                if admission.reason is not None:
                    reason = admission.reason
                    yield Finding(Check.STATUS, Result.UNKNOWN, reason.reason, reason.evidence, reason.error)
                    continue
                yield _Copy(status_list.expand(credential, admission.proofs), origin, digest_of(document))
            except VcwalletError as error:
                yield Finding.of(Check.STATUS, Result.UNKNOWN, error)


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    findings: tuple[Finding, ...]
    seen: StatusSeen


def status_of(
    given: Credential,
    issuer: ListedIssuer,
    lists: StatusLists,
    demands: Demands,
    now: datetime,
    *,
    may_be_hidden: bool,
) -> StatusAnswer:
    """What is known of all status entries of a credential; the worst of them is what is seen.

    `may_be_hidden` says that who shows it could leave out one entry and show another.
    """
    answers: list[StatusAnswer] = []
    purposes: set[str] = set()
    for position, document in enumerate(given.status_entries):
        # An entry of a known kind that is malformed was refused when the credential was parsed.
        entry = StatusEntry.parse(document, ("credentialStatus", position))
        if entry is None:
            found = Finding.about(Check.STATUS, Result.UNKNOWN, "status.other-kind")
            answers.append(StatusAnswer((found,), StatusSeen(StatusState.UNKNOWN)))
        elif entry.purpose not in HARMLESS_PURPOSES:
            purposes.add(entry.purpose)
            answers.append(_Entry(given, issuer, entry, demands, now).answer(lists))
    if not answers:
        if lists.keeps_lists(given.issuer_id):
            found = Finding.about(Check.STATUS, Result.UNKNOWN, "status.not-named")
        else:
            result = Result.UNKNOWN if demands.require_status else Result.NOTE
            found = Finding.about(Check.STATUS, result, "status.none-kept")
        return StatusAnswer((found,), StatusSeen(StatusState.NONE))
    if may_be_hidden and any(
        purpose not in purposes and lists.keeps_lists(given.issuer_id, purpose) for purpose in _INVALIDATING
    ):
        found = Finding.about(Check.STATUS, Result.UNKNOWN, "status.not-named")
        answers.append(StatusAnswer((found,), StatusSeen(StatusState.UNKNOWN)))
    order = (StatusState.REVOKED, StatusState.SUSPENDED, StatusState.UNKNOWN, StatusState.GOOD)
    seen = min(
        (each.seen for each in answers), key=lambda each: (order.index(each.state), -(each.age_days or 0))
    )
    return StatusAnswer(tuple(found for each in answers for found in each.findings), seen)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One status entry of one credential."""

    given: Credential
    issuer: ListedIssuer
    entry: StatusEntry
    demands: Demands
    now: datetime

    def answer(self, lists: StatusLists) -> StatusAnswer:
        said: list[tuple[_Copy, datetime, bool]] = []
        problem: Finding | None = None
        unreadable: Finding | None = None
        for copy in lists.copies(self.entry.list_url):
            if isinstance(copy, _Unreadable):
                unreadable = copy.finding
                continue
            if isinstance(copy, _Unsigned):
                named, problem_of_it = self._named(copy)
                if named is not None:
                    return named
                problem = problem or problem_of_it
                continue
            if isinstance(copy, Finding):
                # A copy that is not admitted counts as not being there: another copy may be good.
                problem = problem or copy
                continue
            try:
                status = status_list.read_status(
                    self.entry,
                    copy.list,
                    credential_issuer=self.given.issuer_id,
                    list_issuers=self._successors(),
                )
            except VcwalletError as error:
                problem = problem or Finding.of(Check.STATUS, Result.UNKNOWN, error)
            else:
                if status.as_of is not None:
                    said.append((copy, status.as_of, status.invalidates))
        if unreadable is not None and not any(invalidates for _, _, invalidates in said):
            return StatusAnswer((unreadable,), StatusSeen(StatusState.UNKNOWN, self.entry.list_url))
        if not said:
            missing = Finding.about(
                Check.STATUS, Result.UNKNOWN, "status.no-list", list=self.entry.list_url[:64]
            )
            return StatusAnswer((problem or missing,), StatusSeen(StatusState.UNKNOWN, self.entry.list_url))
        if self.entry.purpose == "suspension":
            # Of two of one moment, the one that suspends.
            copy, as_of, suspended = max(said, key=lambda each: (each[1], each[2]))
            if suspended:
                return self._bad(copy, as_of, "status.suspended", StatusState.SUSPENDED)
        else:
            revoking = [each for each in said if each[2]]
            if revoking:
                copy, as_of, _ = max(revoking, key=lambda each: each[1])
                return self._bad(copy, as_of, "status.revoked", StatusState.REVOKED)
        return self._good([(copy, as_of) for copy, as_of, bad in said if not bad])

    def _named(self, copy: _Unsigned) -> tuple[StatusAnswer | None, Finding]:
        """That an unsigned list names the credential; otherwise what it leaves open."""
        try:
            revoked = check_revocation_list(self.entry, copy.list, self.given).invalidates
        except VcwalletError as error:
            return None, Finding.of(Check.STATUS, Result.UNKNOWN, error)
        if not revoked:
            return None, Finding.about(Check.STATUS, Result.UNKNOWN, "status.undated-list")
        seen = StatusSeen(StatusState.REVOKED, self.entry.list_url, origin=copy.origin.value)
        found = Finding.about(Check.STATUS, Result.NOT_COUNTED, "status.named-revoked")
        return StatusAnswer((found,), seen), found

    def _successors(self) -> tuple[str, ...]:
        """Who took over from the issuer may sign newer states of its lists."""
        return (self.issuer.successor,) if self.issuer.successor else ()

    def _bad(self, copy: _Copy, as_of: datetime, reason: str, state: StatusState) -> StatusAnswer:
        found = Finding.about(Check.STATUS, Result.NOT_COUNTED, reason, as_of=day(as_of, self.now))
        return StatusAnswer((found,), self._seen(state, copy, as_of))

    def _good(self, said: list[tuple[_Copy, datetime]]) -> StatusAnswer:
        final = self.issuer.final_lists.get(self.entry.list_url)
        if final is not None:
            last = [each for each in said if _is_final(*each, final)]
            if last:
                copy, as_of = max(last, key=lambda each: each[1])
                found = Finding.about(Check.STATUS, Result.PASSED, "status.final", as_of=day(as_of, self.now))
                return StatusAnswer((found,), self._seen(StatusState.GOOD, copy, as_of, final=True))
            copy, as_of = max(said, key=lambda each: each[1])
            found = Finding.about(
                Check.STATUS, Result.UNKNOWN, "status.not-final", final=day(final.as_of, self.now)
            )
            return StatusAnswer((found,), self._seen(StatusState.UNKNOWN, copy, as_of))
        current = [each for each in said if not _is_over(each[0].list.credential, self.now)]
        if not current:
            copy, as_of = max(said, key=lambda each: each[1])
            ended = copy.list.credential.valid_until or as_of
            found = Finding.about(
                Check.STATUS, Result.UNKNOWN, "status.list-over", until=day(ended, self.now)
            )
            return StatusAnswer((found,), self._seen(StatusState.UNKNOWN, copy, as_of))
        copy, as_of = max(current, key=lambda each: each[1])
        age: dict[str, EvidenceValue] = {
            "days": days_between(as_of, self.now),
            "rule": self.demands.max_status_age.days,
        }
        good = Finding.about(Check.STATUS, Result.PASSED, "status.good", as_of=day(as_of, self.now))
        if self.now - as_of <= self.demands.max_status_age:
            aged = Finding.about(Check.STATUS_AGE, Result.PASSED, "status.fresh", **age)
        elif self.now - as_of <= (self.demands.old_status_age or self.demands.max_status_age):
            aged = Finding.about(Check.STATUS_AGE, Result.NOTE, "status.old", **age)
        else:
            aged = Finding.about(Check.STATUS_AGE, Result.UNKNOWN, "status.stale", **age)
        return StatusAnswer((good, aged), self._seen(StatusState.GOOD, copy, as_of))

    def _seen(self, state: StatusState, copy: _Copy, as_of: datetime, *, final: bool = False) -> StatusSeen:
        return StatusSeen(
            state,
            self.entry.list_url,
            as_of,
            days_between(as_of, self.now),
            final,
            copy.origin.value,
        )


def _is_final(copy: _Copy, as_of: datetime, final: FinalList) -> bool:
    """The last list itself, or a newer state; an older copy is not final."""
    return copy.digest == final.digest or as_of > final.as_of


def _is_over(credential: Credential, now: datetime) -> bool:
    return credential.valid_until is not None and now > credential.valid_until


def _issuer_of(document: JsonObject) -> str | None:
    issuer = document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else issuer
    return named if isinstance(named, str) else None


def _speaks_of(document: JsonObject, purpose: str | None) -> bool:
    subject = document.get("credentialSubject")
    named = subject.get("statusPurpose") if isinstance(subject, dict) else None
    return purpose is None or purpose == named or (isinstance(named, list) and purpose in named)
