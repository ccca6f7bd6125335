"""What was shown, to whom, why and until when: one chain of entries for each child.

Every entry names the digests of the entries before it, so the printed digest of the last one fixes the whole
history. Two devices may each go on from the same entry; the next one then names both. The family may
erase what an entry says: a stub with its digest stays in its place. Every entry has a random salt, so that
nobody can guess from a digest what was said.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from vcwallet import timestamps
from vcwallet.errors import N_, DocumentError, UsageError
from vcwallet.proofs import jcs
from vcwallet.sealed_file import OwnerView
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import records

_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """One credential of a showing, in words that stay readable when the credential is gone."""

    title: str
    issuer: str
    credential_id: str | None
    fields: tuple[str, ...]
    """What was visible: values of `achievement.Fact`."""
    hidden: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    """What was visible of a document of another kind, by the names of its claims."""
    hidden_claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Showing:
    """What was shown, to whom, why and until when."""

    at: datetime
    recipient: str
    purpose: str
    expires: datetime | None
    """None where nothing of it was signed with a last day."""
    challenge: str | None
    shown: tuple[ShownDocument, ...]
    presentation_digest: str
    """`codec.digest` of it, by which the recipient's receipt names it."""
    retention_days: int | None = None
    """For how long the recipient promised to keep it."""
    receipt_key: str | None = None
    """The key, in Multikey form, that the recipient's request said it signs receipts with."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of the ledger: what was shown, and its place in the chain."""

    digest: str
    previous: tuple[str, ...]
    showing: Showing | None
    """None when the family erased it."""
    record: str = field(compare=False)
    receipt: JsonObject | None = field(default=None, compare=False, repr=False)
    """What the recipient gave back, signed; it was verified when it was kept."""


class Ledger:
    """One child's ledger, behind that child's key."""

    def __init__(self, view: OwnerView, randomness: Randomness) -> None:
        self._view = view
        self._randomness = randomness

    def entries(self) -> tuple[LedgerEntry, ...]:
        """Oldest first. Raises DocumentError (``ledger.broken``) when an entry is missing from the chain."""
        found: dict[str, LedgerEntry] = {}
        receipts: dict[str, JsonObject] = {}
        for info in self._view.records():
            if info.kind == records.RECEIPT:
                kept = records.load(self._view.get(info.id))
                receipts.setdefault(records.text(kept, "line"), _receipt(kept))
            if info.kind == records.SHOWING:
                entry = _read(info.id, records.load(self._view.get(info.id)))
                # After a merge an erased entry may stand beside its stub: the erasure counts.
                if entry.digest not in found or entry.showing is None:
                    found[entry.digest] = entry
        for digest, receipt in receipts.items():
            if digest in found and found[digest].showing is not None:
                found[digest] = replace(found[digest], receipt=receipt)
        return _in_order(found)

    def keep_receipt(self, entry: LedgerEntry, receipt: JsonObject) -> bool:
        """Keep what the recipient of a line gave back; returns whether it is the first."""
        if entry.receipt is not None:
            return False
        document: JsonObject = {"line": entry.digest, "receipt": receipt}
        self._view.put(records.dump(document), kind=records.RECEIPT)
        return True

    def receipts(self) -> list[JsonObject]:
        """Every receipt with the digest of its line, as `bring_back` takes them."""
        return [
            {"line": entry.digest, "receipt": entry.receipt}
            for entry in self.entries()
            if entry.receipt is not None
        ]

    def heads(self) -> tuple[str, ...]:
        """The digests nothing follows yet: together they fix the whole ledger."""
        entries = self.entries()
        followed = {digest for entry in entries for digest in entry.previous}
        return tuple(sorted(entry.digest for entry in entries if entry.digest not in followed))

    def add(self, showing: Showing) -> LedgerEntry:
        document: JsonObject = {
            "showing": to_json(showing),
            "previous": list[Json](self.heads()),
            "salt": self._randomness(_SALT_BYTES).hex(),
        }
        record = self._view.put(records.dump(document), kind=records.SHOWING)
        return _read(record, document)

    def take_back(self, entry: LedgerEntry) -> None:
        """Let a line go that was added and never saved: what it tells of was shown to nobody."""
        self._view.remove(entry.record)

    def lines(self) -> list[JsonObject]:
        """Every line as it is written down, its salt included: with these the digests can be computed."""
        return [records.load(self._view.get(entry.record)) for entry in self.entries()]

    def bring_back(
        self, lines: Sequence[JsonObject], heads: Collection[str], receipts: Sequence[JsonObject] = ()
    ) -> None:
        """Write down lines that `lines` gave; all of them, or none when they are not those that `heads` fix.

        Raises DocumentError (``ledger.broken``, ``wallet.record``).
        """
        read = {entry.digest: entry for entry in (_read("", line) for line in lines)}
        followed = {digest for entry in _in_order(read) for digest in entry.previous}
        if read.keys() - followed != set(heads):
            raise _broken()
        for line in lines:
            self._view.put(records.dump(line), kind=records.SHOWING)
        for kept in receipts:
            if records.text(kept, "line") not in read:
                raise _broken()
            document: JsonObject = {"line": records.text(kept, "line"), "receipt": _receipt(kept)}
            self._view.put(records.dump(document), kind=records.RECEIPT)

    def take_over(self, other: Ledger) -> None:
        """Take the lines of another entry of the same child; each keeps its digest and what it follows."""
        for info in other._view.records():
            if info.kind in (records.SHOWING, records.RECEIPT):
                self._view.put(other._view.get(info.id), kind=info.kind)

    def entry(self, digest: str) -> LedgerEntry:
        """The line with this digest; raises UsageError (``ledger.no-entry``)."""
        for each in self.entries():
            if each.digest == digest:
                return each
        raise UsageError(
            "ledger.no-entry",
            N_("The history has no such entry."),
            next_step=N_("Look at the history for its lines."),
        )

    def erase(self, digest: str) -> None:
        """Forget what an entry says, keeping its place; raises UsageError (``ledger.no-entry``)."""
        entry = self.entry(digest)
        if entry.showing is None:
            return
        stub: JsonObject = {"erased": entry.digest, "previous": list[Json](entry.previous)}
        self._view.put(records.dump(stub), kind=records.SHOWING)
        self._view.remove(entry.record)
        for info in self._view.records():
            if info.kind == records.RECEIPT and self._line_of(info.id) == digest:
                self._view.remove(info.id)

    def _line_of(self, receipt: str) -> str:
        return records.text(records.load(self._view.get(receipt)), "line")


def _read(record: str, document: JsonObject) -> LedgerEntry:
    previous = records.texts(document, "previous")
    if "erased" in document:
        return LedgerEntry(records.text(document, "erased"), previous, None, record)
    showing = document.get("showing")
    if not isinstance(showing, dict):
        raise records.unreadable()
    return LedgerEntry(_digest(document), previous, _from_json(showing), record)


def _receipt(kept: JsonObject) -> JsonObject:
    document = kept.get("receipt")
    if not isinstance(document, dict):
        raise records.unreadable()
    return document


def _digest(document: JsonObject) -> str:
    return hashlib.sha256(b"vcwallet/v1 ledger\n" + jcs.canonicalize(document)).hexdigest()


def _in_order(entries: dict[str, LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Each entry after those it names; among equals by time, then by digest."""
    missing = {digest: len(set(entry.previous)) for digest, entry in entries.items()}
    following: dict[str, list[LedgerEntry]] = {}
    for entry in entries.values():
        for digest in set(entry.previous):
            following.setdefault(digest, []).append(entry)
    ready = [(_when(entry), entry.digest) for entry in entries.values() if not entry.previous]
    heapq.heapify(ready)
    done: list[LedgerEntry] = []
    while ready:
        entry = entries[heapq.heappop(ready)[1]]
        done.append(entry)
        for later in following.get(entry.digest, ()):
            missing[later.digest] -= 1
            if not missing[later.digest]:
                heapq.heappush(ready, (_when(later), later.digest))
    if len(done) != len(entries):
        raise _broken()
    return tuple(done)


def _broken() -> DocumentError:
    return DocumentError("ledger.broken", N_("Entries are missing from the history of what was shown."))


def _when(entry: LedgerEntry) -> str:
    return "" if entry.showing is None else timestamps.render(entry.showing.at)


def to_json(showing: Showing) -> JsonObject:
    shown: list[Json] = [
        {
            "title": each.title,
            "issuer": each.issuer,
            "id": each.credential_id,
            "fields": list[Json](each.fields),
            "hidden": list[Json](each.hidden),
            **({"claims": list[Json](each.claims)} if each.claims else {}),
            **({"hiddenClaims": list[Json](each.hidden_claims)} if each.hidden_claims else {}),
        }
        for each in showing.shown
    ]
    return {
        "at": timestamps.render(showing.at),
        "recipient": showing.recipient,
        "purpose": showing.purpose,
        "expires": None if showing.expires is None else timestamps.render(showing.expires),
        "challenge": showing.challenge,
        "shown": shown,
        "presentation": showing.presentation_digest,
        "retentionDays": showing.retention_days,
        "receiptKey": showing.receipt_key,
    }


def _from_json(document: JsonObject) -> Showing:
    return Showing(
        at=records.moment(document, "at"),
        recipient=records.text(document, "recipient"),
        purpose=records.text(document, "purpose"),
        expires=records.optional_moment(document, "expires"),
        challenge=records.optional_text(document, "challenge"),
        shown=_shown(document.get("shown")),
        presentation_digest=records.text(document, "presentation"),
        retention_days=records.optional_count(document, "retentionDays"),
        receipt_key=records.optional_text(document, "receiptKey"),
    )


def _shown(value: Json) -> tuple[ShownDocument, ...]:
    if not isinstance(value, list):
        raise records.unreadable()
    found: list[ShownDocument] = []
    for item in value:
        if not isinstance(item, dict):
            raise records.unreadable()
        found.append(
            ShownDocument(
                title=records.text(item, "title"),
                issuer=records.text(item, "issuer"),
                credential_id=records.optional_text(item, "id"),
                fields=records.texts(item, "fields"),
                hidden=records.texts(item, "hidden"),
                claims=records.texts(item, "claims"),
                hidden_claims=records.texts(item, "hiddenClaims"),
            )
        )
    return tuple(found)
