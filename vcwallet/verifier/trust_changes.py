"""What an update of a trust list may change by itself, what a person must confirm, and what is refused.

    changes = compare(known, coming, source=Source.KIT)
    updated = apply(known, changes, confirmed=lambda change: person_says_yes(change))

The rule of the table (docs/reference/trust-list.md): what takes belief away may come silently, what gives
belief needs a person or a kit the person chose, what forgets is refused. Every change is an edit of its own,
so that a list is never exchanged as a whole and nothing that is not named in a change can be lost.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from vcwallet import timestamps
from vcwallet.credentials import closing
from vcwallet.credentials.closing import Closing
from vcwallet.credentials.issuers import IssuerState, KeyState
from vcwallet.credentials.status_list import newer
from vcwallet.errors import N_, KeyUnavailable, ProofError, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import PublicKey, is_published_test_key
from vcwallet.report import Binding
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.scopes import Scope, covered
from vcwallet.verifier.trust import Distrust, TrustList, list_key
from vcwallet.verifier.trusted_issuer import Identifier, TrustedIssuer, TrustedKey, signing_keys

__all__ = [
    "Change",
    "Decision",
    "Source",
    "What",
    "apply",
    "compare",
    "compare_closing",
    "compare_lists",
    "compare_publication",
]


class Source(StrEnum):
    """Who says that something changed."""

    ISSUER = "issuer"
    """What an issuer publishes of itself. It names neither itself nor what it is believed for."""
    KIT = "kit"
    """A list signed by the maintainer a person chose."""
    PERSON = "person"
    """A command somebody types, or a list somebody hands over."""


class Decision(StrEnum):
    """In the order of how much they matter to a person."""

    REFUSED = "refused"
    ASKS = "asks"
    SILENT = "silent"


class What(StrEnum):
    """Stable names of the changes."""

    LIST_VERSION = "list.version"
    RECIPIENT = "list.recipient"
    NEXT_UPDATE = "list.next-update"
    BINDING = "list.binding"
    REQUIRE_STATUS = "list.require-status"
    STATUS_DAYS = "list.status-days"
    DISTRUST = "list.distrust"
    ENTRY_NEW = "entry.new"
    ENTRY_USED = "entry.used"
    ENTRY_GONE = "entry.gone"
    NAME = "entry.name"
    DETAILS = "entry.details"
    STATE = "entry.state"
    FINAL_LISTS = "entry.final-lists"
    SCOPES = "entry.scopes"
    ID_NEW = "id.new"
    ID_OF_ANOTHER = "id.of-another"
    ID_WINDOW = "id.window"
    ID_GONE = "id.gone"
    KEY_NEW = "key.new"
    KEY_UNDER_OLD_NAME = "key.under-old-name"
    """A new key under a name that another key has: an exchange of keys, or somebody else's document."""
    KEY_OF_ANOTHER = "key.of-another"
    KEY_UNUSABLE = "key.unusable"
    KEY_STATE = "key.state"
    KEY_WINDOW = "key.window"
    KEY_NAMES = "key.names"
    KEY_PINNED = "key.pinned"
    KEY_GONE = "key.gone"
    STATUS_NEW = "status.new"
    STATUS_NEWER = "status.newer"
    STATUS_HEALED = "status.healed"
    """The known state is one that could not be taken today, so it counts for nothing."""
    STATUS_OLDER = "status.older"
    STATUS_UN_REVOKED = "status.un-revoked"
    STATUS_OF_ANOTHER = "status.of-another"
    STATUS_NOT_TAKEN = "status.not-taken"


class Draft:
    """A list while changes are applied to it; what becomes of it is checked once, when it is `finished`.

    A list of all schools of a country has thousands of entries, and each check looks at all of them.
    """

    def __init__(self, trust: TrustList) -> None:
        self.trust = trust
        self.members: dict[str, Any] = {}
        self.entries = {each.entry: each for each in trust.issuers}
        self.lists = {list_key(each): each for each in trust.status_lists}

    def finished(self) -> TrustList:
        """Raises UsageError when it is a list that cannot be, such as one with two issuers of one name."""
        return replace(
            self.trust,
            issuers=tuple(self.entries.values()),
            status_lists=tuple(self.lists.values()),
            **self.members,
        )

    def remove(self, entry: str, on: date, why: Mapping[str, str] | None) -> None:
        left = self.finished().without_entry(entry, on=on, why=why)
        self.trust, self.members = left, {}
        self.entries = {each.entry: each for each in left.issuers}


Edit: TypeAlias = Callable[[Draft], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference and what becomes of it.

    `before` and `after` are plain values: a fingerprint, a state, a day, an identifier, a number. `edit`
    makes it so; None where nothing is to be done, because it is refused or only told.
    """

    decision: Decision
    what: What
    entry: str = ""
    subject: str = ""
    """Which key (its fingerprint), identifier or status list, where an entry has several."""
    before: str = ""
    after: str = ""
    key: TrustedKey | None = None
    """The key that becomes believed when this is confirmed; its fingerprint is to be compared first."""
    really: bool = False
    """A mistake here cannot be seen later: to be confirmed twice."""
    scopes: tuple[tuple[Scope, ...], tuple[Scope, ...]] = ((), ())
    """Of a change of scopes: those before and those after. Of what is taken away: those that are left."""
    confirmed: bool = False
    """A person has answered already, such as by typing the end of the fingerprint."""
    reason: VcwalletError | None = field(default=None, compare=False)
    edit: Edit | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """What a person agrees to it by, who may answer after the lists were compared anew."""
        return "|".join((self.what.value, self.entry, self.subject, self.before, self.after))


def apply(
    trust: TrustList, changes: Iterable[Change], *, confirmed: Callable[[Change], bool] = lambda _: False
) -> TrustList:
    """The list with every silent change, and with those that ask where `confirmed` says yes.

    Raises UsageError when a change would make a list that cannot be, such as two issuers of one name.
    """
    draft = Draft(trust)
    done = False
    for change in changes:
        if change.edit is not None and (
            change.decision is Decision.SILENT
            or (change.decision is Decision.ASKS and (change.confirmed or confirmed(change)))
        ):
            change.edit(draft)
            done = True
    return draft.finished() if done else trust


def believing(change: Change, key: TrustedKey) -> Change:
    """The same change of a key, answered by a person: `key` is as it is to be believed."""
    return replace(
        change,
        after=_key_text(key),
        key=key,
        confirmed=True,
        edit=_edit(change.entry, lambda issuer: issuer.with_key(key)),
    )


def worst_first(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda each: (list(Decision).index(each.decision), each.entry, each.what))


# --- an issuer's own publication -----------------------------------------------------------------------


def compare_publication(
    trust: TrustList,
    document: ControlledIdentifierDocument,
    *,
    now: datetime,
    entry: str | None = None,
) -> list[Change]:
    """What an issuer's identifier document, as it publishes it now, would change.

    `entry` says that the document's identifier is a further one of that entry. Raises UsageError
    (``trust.unknown-entry``) for an identifier nobody listed.
    """
    owner = trust.of(document.id)
    have = trust.entry(entry or document.id)
    if owner is not None and owner is not have:
        return [Change(Decision.REFUSED, What.ID_OF_ANOTHER, have.entry, document.id, after=owner.entry)]
    changes: list[Change] = []
    if owner is None:
        added = Identifier(document.id)
        changes.append(
            Change(
                Decision.ASKS,
                What.ID_NEW,
                have.entry,
                document.id,
                after=document.id,
                edit=_edit(have.entry, lambda issuer: replace(issuer, ids=(*issuer.ids, added))),
            )
        )
    found = signing_keys(document)
    for material, ids in found.items():
        known = have.key(material)
        if known is None:
            changes.append(_new_key(trust, have, TrustedKey(material, ids, KeyState.PROPOSED), Source.ISSUER))
            continue
        changes += _withdrawn(have, known, document, now)
        changes += _named(have, known, known.ids | ids)
    changes += [
        Change(Decision.SILENT, What.KEY_GONE, have.entry, key.key.fingerprint, before=key.state.value)
        for key in have.keys
        if key.key not in found and any(method.partition("#")[0] == document.id for method in key.ids)
    ]
    return changes


def _withdrawn(
    have: TrustedIssuer, known: TrustedKey, document: ControlledIdentifierDocument, now: datetime
) -> Iterator[Change]:
    """What an issuer says of a key of its own: `expires` ends its window, `revoked` withdraws it."""
    methods = [each for each in document.verification_methods if each.public_key == known.key]
    revoked = min((each.revoked for each in methods if each.revoked is not None), default=None)
    expires = min((each.expires for each in methods if each.expires is not None), default=None)
    if known.state is KeyState.COMPROMISED:
        return
    after = known
    if revoked is not None:
        after = replace(known, state=KeyState.COMPROMISED, since=revoked)
    elif expires is not None:
        # An end before the begin leaves the moment of the begin: a window cannot be empty, and must not move.
        end = max(expires, known.valid_from or expires)
        if known.valid_until is None or end < known.valid_until:
            over = known.state is KeyState.ACTIVE and expires <= now
            after = replace(known, valid_until=end, state=KeyState.RETIRED if over else known.state)
    if after is not known:
        yield _changed_key(have, known, after, Source.ISSUER)


def compare_closing(trust: TrustList, statement: JsonObject, *, now: datetime) -> list[Change]:
    """What an issuer's statement that it is closed would change: a person is asked, for there is no way back.

    Final lists that are known already stay; the statement adds the others. Raises UsageError
    (``trust.unknown-entry``) and what `closing.read` raises.
    """
    said = closing.read(statement)
    have = trust.entry(said.issuer)
    lists = {**said.final_lists, **have.final_lists}
    after = replace(have, state=IssuerState.CLOSED, since=said.since, successor=None, final_lists=lists)
    try:
        proofs = closing.verify(statement, resolve=lambda _: _believed_keys(have, said), now=now)
        if any(proof.created != said.since for proof in proofs):
            raise ProofError("closing.date", N_("The statement of closing is not dated as it was signed."))
    except VcwalletError as error:
        text = IssuerState.CLOSED.value
        return [Change(Decision.REFUSED, What.STATE, have.entry, said.issuer, after=text, reason=error)]
    if have.state is not IssuerState.ACTIVE:
        after = replace(have, final_lists=lists)
    return [replace(each, decision=Decision.ASKS) for each in _state(have, after, Source.ISSUER)]


def _believed_keys(have: TrustedIssuer, said: Closing) -> ControlledIdentifierDocument:
    """The keys under which the issuer could close at that moment."""
    methods = tuple(
        VerificationMethod(name, said.issuer, key.key)
        for key in have.keys
        if key.believed
        and (key.valid_from is None or key.valid_from <= said.since)
        and (key.valid_until is None or said.since <= key.valid_until)
        for name in sorted(key.ids) or [did_key.resolve(did_key.did_of(key.key)).verification_methods[0].id]
        if name.partition("#")[0] == said.issuer
    )
    ids = tuple(method.id for method in methods)
    return ControlledIdentifierDocument(said.issuer, methods, {"assertionMethod": ids})


# --- two lists -----------------------------------------------------------------------------------------


def compare(old: TrustList, new: TrustList, *, source: Source) -> list[Change]:
    """What it would mean to follow `new`, entry by entry; status lists are for `compare_lists`.

    `source` is a kit or a person; an issuer speaks for itself only (`compare_publication`).
    """
    changes: list[Change] = []
    if new.version < old.version:
        changes.append(
            Change(Decision.REFUSED, What.LIST_VERSION, before=str(old.version), after=str(new.version))
        )
    if source is Source.PERSON and new.recipient != old.recipient:
        changes.append(
            Change(
                Decision.ASKS,
                What.RECIPIENT,
                before=old.recipient or "",
                after=new.recipient or "",
                edit=lambda draft: draft.members.update(recipient=new.recipient),
            )
        )
    if new.next_update != old.next_update:
        changes.append(
            Change(
                Decision.SILENT,
                What.NEXT_UPDATE,
                before=_day(old.next_update),
                after=_day(new.next_update),
                edit=lambda draft: draft.members.update(next_update=new.next_update),
            )
        )
    if source is Source.PERSON:
        changes += [*_demands(old, new), *_distrust(old, new)]
    coming = {each.entry: each for each in new.issuers}
    changes += [_gone(have, new, source) for have in old.issuers if have.entry not in coming]
    before = {each.entry: each for each in old.issuers}
    for name, get in coming.items():
        known = before.get(name)
        changes += _new_entry(old, get, source) if known is None else _entry(old, known, get, source)
    return changes


def _demands(old: TrustList, new: TrustList) -> Iterator[Change]:
    """What a list demands of whatever is shown: more of it takes belief away, less gives it."""
    for what, member, demand in _DEMANDED:
        before, after = (getattr(each, member) for each in (old, new))
        if before != after:
            more = demand(after) > demand(before)
            yield Change(
                Decision.SILENT if more else Decision.ASKS,
                what,
                before=_demand_text(before),
                after=_demand_text(after),
                edit=_set(member, after),
            )


_DEMANDED: Final[Sequence[tuple[What, str, Callable[[Any], float]]]] = (
    (What.BINDING, "binding", lambda binding: binding.strength),
    (What.REQUIRE_STATUS, "require_status", float),
    (What.STATUS_DAYS, "status_age", lambda age: -math.inf if age is None else -age.days),
)


def _demand_text(value: Binding | bool | timedelta | None) -> str:
    if isinstance(value, timedelta):
        return str(value.days)
    if isinstance(value, bool):
        return str(value).lower()
    return value or ""


def _set(member: str, value: object) -> Edit:
    return lambda draft: draft.members.update({member: value})


def _distrust(old: TrustList, new: TrustList) -> Iterator[Change]:
    """What a list takes away from organisations of kits, each by the identifier that it is named by."""
    for identifier in dict.fromkeys(each.id for each in (*old.distrust, *new.distrust)):
        before, after = (
            tuple(each for each in trust.distrust if each.id == identifier) for trust in (old, new)
        )
        if before != after:
            yield Change(
                Decision.ASKS if before else Decision.SILENT,
                What.DISTRUST,
                subject=identifier,
                before=_distrust_text(before),
                after=_distrust_text(after),
                scopes=(_left(before), _left(after)),
                edit=_set_distrust(identifier, after),
            )


def _distrust_text(taken: Sequence[Distrust]) -> str:
    """Fingerprints of keys that are not believed; ``only`` and the scopes left; ``*`` for all of it."""
    said = [key.fingerprint for each in taken for key in each.keys]
    for each in taken:
        if each.only_for is not None:
            said.append(f"only {'; '.join(map(scope_text, each.only_for))}")
        elif not each.keys:
            said.append("*")
    return ", ".join(said)


def _left(taken: Sequence[Distrust]) -> tuple[Scope, ...]:
    return tuple(scope for each in taken for scope in each.only_for or ())


def _set_distrust(identifier: str, after: Sequence[Distrust]) -> Edit:
    def edit(draft: Draft) -> None:
        known: Sequence[Distrust] = draft.members.get("distrust", draft.trust.distrust)
        draft.members["distrust"] = (*(each for each in known if each.id != identifier), *after)

    return edit


def _gone(have: TrustedIssuer, new: TrustList, source: Source) -> Change:
    said = next((each for each in new.removed if each.entry == have.entry), None)
    if source is Source.KIT:
        decision = Decision.REFUSED if said is None else Decision.SILENT
    else:
        decision = Decision.ASKS
    on, why = (said.on, said.text) if said else (new.issued_at.date(), None)
    return Change(
        decision,
        What.ENTRY_GONE,
        have.entry,
        before=have.display_name,
        edit=None if decision is Decision.REFUSED else lambda draft: draft.remove(have.entry, on, why),
    )


def _new_entry(old: TrustList, get: TrustedIssuer, source: Source) -> list[Change]:
    refused = [*_taken_ids(old, get), *_taken_keys(old, get)]
    if any(each.entry == get.entry for each in old.removed):
        refused.append(Change(Decision.REFUSED, What.ENTRY_USED, get.entry, after=get.display_name))
    if refused:
        return refused
    return [
        Change(
            _gives(source),
            What.ENTRY_NEW,
            get.entry,
            after=get.display_name,
            edit=lambda draft: draft.entries.update({get.entry: get}),
        )
    ]


def _taken_ids(old: TrustList, get: TrustedIssuer) -> list[Change]:
    return [
        Change(Decision.REFUSED, What.ID_OF_ANOTHER, get.entry, identifier, after=owner.entry)
        for identifier in get.identifiers
        if (owner := old.of(identifier)) is not None and owner.entry != get.entry
    ]


def _taken_keys(old: TrustList, get: TrustedIssuer) -> list[Change]:
    return [each for key in get.keys if (each := _unusable(old, get.entry, key.key)) is not None]


def _unusable(old: TrustList, entry: str, material: PublicKey) -> Change | None:
    """Why a key cannot be taken that `entry` does not have."""
    owner = old.owner_of(material)
    if owner is not None:
        return Change(Decision.REFUSED, What.KEY_OF_ANOTHER, entry, material.fingerprint, after=owner.entry)
    if is_published_test_key(material) or any(material in each.compromised for each in old.removed):
        return Change(Decision.REFUSED, What.KEY_UNUSABLE, entry, material.fingerprint)
    return None


def _entry(old: TrustList, have: TrustedIssuer, get: TrustedIssuer, source: Source) -> list[Change]:
    changes = _taken_ids(old, get)
    name = have.entry
    if get.name != have.name or get.same_name_as - have.same_name_as:
        changes.append(
            Change(
                Decision.ASKS,
                What.NAME,
                name,
                before=have.display_name,
                after=get.display_name,
                edit=_edit(
                    name, lambda issuer: replace(issuer, name=get.name, same_name_as=get.same_name_as)
                ),
            )
        )
    details = ("former_names", "sort", "region", "registration")
    if any(getattr(have, each) != getattr(get, each) for each in details):
        changes.append(
            Change(
                Decision.SILENT,
                What.DETAILS,
                name,
                edit=_edit(
                    name, lambda issuer: replace(issuer, **{each: getattr(get, each) for each in details})
                ),
            )
        )
    changes += _identifiers(have, get, old, source)
    for key in get.keys:
        known = have.key(key.key)
        if known is None:
            changes.append(_new_key(old, have, key, source))
        else:
            changes += _key(have, known, key, source)
    for key in have.keys:
        if get.key(key.key) is None:
            changes.append(_key_gone(have, key, source))
    if get.scopes != have.scopes:
        changes.append(_scopes(have, get, source))
    changes += _state(have, get, source)
    return changes


def _identifiers(have: TrustedIssuer, get: TrustedIssuer, old: TrustList, source: Source) -> Iterator[Change]:
    before = {each.id: each for each in have.ids}
    after = {each.id: each for each in get.ids}
    for identifier, each in after.items():
        known = before.get(identifier)
        if known is None and old.of(identifier) is None:
            yield Change(
                _gives(source),
                What.ID_NEW,
                have.entry,
                identifier,
                after=identifier,
                edit=_edit(have.entry, lambda issuer, each=each: replace(issuer, ids=(*issuer.ids, each))),
            )
        elif known is not None and known != each:
            wider = _wider(known, each)
            yield Change(
                _gives(source) if wider else Decision.SILENT,
                What.ID_WINDOW,
                have.entry,
                identifier,
                before=_window(known),
                after=_window(each),
                edit=_edit(have.entry, lambda issuer, each=each: _with_id(issuer, each)),
            )
    for identifier in before.keys() - after.keys():
        refused = source is Source.KIT
        yield Change(
            Decision.REFUSED if refused else Decision.ASKS,
            What.ID_GONE,
            have.entry,
            identifier,
            before=identifier,
            edit=None
            if refused
            else _edit(have.entry, lambda issuer, gone=identifier: _without_id(issuer, gone)),
        )


def _with_id(issuer: TrustedIssuer, identifier: Identifier) -> TrustedIssuer:
    return replace(issuer, ids=tuple(identifier if each.id == identifier.id else each for each in issuer.ids))


def _without_id(issuer: TrustedIssuer, identifier: str) -> TrustedIssuer:
    """A key that was named under this identifier only keeps its place, under a name nothing uses."""
    left = tuple(each for each in issuer.ids if each.id != identifier)
    keys = []
    for key in issuer.keys:
        ids = frozenset(method for method in key.ids if method.partition("#")[0] != identifier)
        # No id at all would mean any: what could be named by one identifier must not gain the others.
        keys.append(replace(key, ids=ids or (frozenset({f"{left[0].id}#"}) if key.ids else key.ids)))
    return replace(issuer, ids=left, keys=tuple(keys))


# --- keys ----------------------------------------------------------------------------------------------


def _new_key(old: TrustList, have: TrustedIssuer, key: TrustedKey, source: Source) -> Change:
    refused = _unusable(old, have.entry, key.key)
    if refused is not None:
        return refused
    held = {method for each in have.keys for method in each.ids}
    # From its issuer a key arrives proposed, and that a person sees it is the point of asking.
    harmless = source is not Source.ISSUER and not key.believed
    return Change(
        Decision.SILENT if harmless else _gives(source),
        What.KEY_UNDER_OLD_NAME if held & key.ids else What.KEY_NEW,
        have.entry,
        key.key.fingerprint,
        after=_key_text(key),
        key=key,
        edit=_edit(have.entry, lambda issuer: issuer.with_key(key)),
    )


def _key(have: TrustedIssuer, known: TrustedKey, key: TrustedKey, source: Source) -> Iterator[Change]:
    if (known.state, known.valid_from, known.valid_until) != (key.state, key.valid_from, key.valid_until):
        yield _changed_key(have, known, key, source)
    if known.ids != key.ids:
        yield from _named(have, known, key.ids)
    if source is Source.PERSON and known.pinned != key.pinned and known.state is key.state:
        yield Change(
            Decision.SILENT,
            What.KEY_PINNED,
            have.entry,
            key.key.fingerprint,
            before=known.pinned.how.value if known.pinned else "",
            after=key.pinned.how.value if key.pinned else "",
            edit=_edit(have.entry, lambda issuer: _rekeyed(issuer, known.key, pinned=key.pinned)),
        )


def _changed_key(have: TrustedIssuer, known: TrustedKey, key: TrustedKey, source: Source) -> Change:
    """A key's state and window, which belong together: a retired key has an end."""
    gains = key.believed and not known.believed
    revived = known.state is KeyState.RETIRED and key.state is KeyState.ACTIVE
    wider = key.believed and _wider(known, key)
    really = known.state is KeyState.COMPROMISED
    if really:
        decision = Decision.ASKS if source is Source.PERSON else Decision.REFUSED
    elif revived:
        decision = Decision.REFUSED if source is Source.ISSUER else Decision.ASKS
    elif gains or wider:
        decision = _gives(source)
    else:
        decision = Decision.SILENT
    return Change(
        decision,
        What.KEY_STATE if known.state is not key.state else What.KEY_WINDOW,
        have.entry,
        key.key.fingerprint,
        before=_key_text(known),
        after=_key_text(key),
        key=key if gains else None,
        really=really,
        edit=None
        if decision is Decision.REFUSED
        else _edit(
            have.entry,
            lambda issuer: _rekeyed(
                issuer,
                known.key,
                state=key.state,
                valid_from=key.valid_from,
                valid_until=key.valid_until,
                since=key.since,
                pinned=key.pinned or known.pinned,
            ),
        ),
    )


def _named(have: TrustedIssuer, known: TrustedKey, ids: frozenset[str]) -> Iterator[Change]:
    """The names of a key the issuer has already: they only narrow which names may mean it."""
    if ids != known.ids and known.ids:
        yield Change(
            Decision.SILENT,
            What.KEY_NAMES,
            have.entry,
            known.key.fingerprint,
            before=", ".join(sorted(known.ids)),
            after=", ".join(sorted(ids)),
            edit=_edit(have.entry, lambda issuer: _rekeyed(issuer, known.key, ids=_own(issuer, ids))),
        )


def _own(issuer: TrustedIssuer, ids: frozenset[str]) -> frozenset[str]:
    return frozenset(method for method in ids if method.partition("#")[0] in issuer.identifiers)


def _key_gone(have: TrustedIssuer, key: TrustedKey, source: Source) -> Change:
    return Change(
        Decision.REFUSED if source is Source.KIT else Decision.ASKS,
        What.KEY_GONE,
        have.entry,
        key.key.fingerprint,
        before=_key_text(key),
        really=key.state is KeyState.COMPROMISED,
        edit=None
        if source is Source.KIT
        else _edit(
            have.entry,
            lambda issuer: replace(issuer, keys=tuple(each for each in issuer.keys if each.key != key.key)),
        ),
    )


def _rekeyed(issuer: TrustedIssuer, material: PublicKey, **members: object) -> TrustedIssuer:
    known = issuer.key(material)
    return issuer if known is None else issuer.with_key(replace(known, **members))  # type: ignore[arg-type]


# --- what an entry is believed for, and whether it still exists ----------------------------------------


def _scopes(have: TrustedIssuer, get: TrustedIssuer, source: Source) -> Change:
    return Change(
        Decision.SILENT if covered(get.scopes, have.scopes) else _gives(source),
        What.SCOPES,
        have.entry,
        before="; ".join(map(scope_text, have.scopes)),
        after="; ".join(map(scope_text, get.scopes)),
        scopes=(have.scopes, get.scopes),
        edit=_edit(have.entry, lambda issuer: replace(issuer, scopes=get.scopes)),
    )


def _state(have: TrustedIssuer, get: TrustedIssuer, source: Source) -> Iterator[Change]:
    before = (have.state, have.since, have.successor)
    after = (get.state, get.since, get.successor)
    if before != after:
        later = have.since is not None and (get.since is None or get.since > have.since)
        if get.state is IssuerState.ACTIVE:
            decision = Decision.ASKS
        elif later or get.successor not in (None, have.successor):
            decision = _gives(source)
        else:
            decision = Decision.SILENT
        yield Change(
            decision,
            What.STATE,
            have.entry,
            before=" ".join(filter(None, (have.state.value, _day(have.since), have.successor))),
            after=" ".join(filter(None, (get.state.value, _day(get.since), get.successor))),
            edit=_edit(
                have.entry,
                lambda issuer: replace(
                    issuer,
                    state=get.state,
                    since=get.since,
                    successor=get.successor,
                    final_lists={**get.final_lists, **issuer.final_lists}
                    if get.state is not IssuerState.ACTIVE
                    else {},
                ),
            ),
        )
    elif have.final_lists != get.final_lists:
        yield Change(
            Decision.ASKS,
            What.FINAL_LISTS,
            have.entry,
            before=str(len(have.final_lists)),
            after=str(len(get.final_lists)),
            edit=_edit(have.entry, lambda issuer: replace(issuer, final_lists=get.final_lists)),
        )


# --- status lists --------------------------------------------------------------------------------------


def compare_lists(
    trust: TrustList, documents: Sequence[JsonObject], *, now: datetime, of: str | None = None
) -> list[Change]:
    """What signed status lists would change; `of` is the one entry whose lists are expected.

    Keys that are confirmed first let more of them in, so this comes after the other changes are applied.
    A list that is not among `documents` is kept, whoever sent them.
    """
    changes: list[Change] = []
    best: dict[tuple[str, str], Change] = {}
    for document in documents:
        if trust.status_list(list_key(document)) == document:
            continue
        change = _status_list(trust, document, now, of)
        key = list_key(document)
        if key is None or change.edit is None:
            changes.append(change)
        elif key not in best or change.after > best[key].after:
            best[key] = change
    return [*changes, *best.values()]


def _status_list(trust: TrustList, document: JsonObject, now: datetime, of: str | None) -> Change:
    key = list_key(document)
    owner = trust.of(key[0]) if key else None
    name, url = (owner.entry if owner else ""), (key[1] if key else "")
    if of is not None and owner is not None and of not in (owner.entry, owner.successor):
        return Change(Decision.REFUSED, What.STATUS_OF_ANOTHER, of, url, after=owner.entry)
    try:
        new = trust.admitted(document, now=now)
    except VcwalletError as error:
        unknown = isinstance(error, KeyUnavailable)
        return Change(
            Decision.ASKS if unknown else Decision.REFUSED,
            What.STATUS_NOT_TAKEN,
            name or (of or ""),
            url,
            reason=error,
        )
    known = trust.status_list(key)
    old = None if known is None else trust.kept(new, now=now)
    moment = timestamps.render(new.as_of) if new.as_of else ""
    before = timestamps.render(old.as_of) if old is not None and old.as_of else ""
    if old is not None and not newer(new, old):
        return Change(Decision.SILENT, What.STATUS_OLDER, name, url, before=before, after=moment)
    forgotten = trust.forgotten_by(new, now=now)
    if forgotten:
        return Change(
            Decision.ASKS,
            What.STATUS_UN_REVOKED,
            name,
            url,
            before=str(forgotten),
            after=moment,
            edit=_take(document),
        )
    what = What.STATUS_NEW if known is None else What.STATUS_HEALED if old is None else What.STATUS_NEWER
    return Change(Decision.SILENT, what, name, url, before=before, after=moment, edit=_take(document))


def _take(document: JsonObject) -> Edit:
    return lambda draft: draft.lists.update({list_key(document): document})


# --- small things --------------------------------------------------------------------------------------


def _gives(source: Source) -> Decision:
    """What gives belief needs a person, unless a kit gives it that a person chose."""
    return Decision.SILENT if source is Source.KIT else Decision.ASKS


def _wider(before: TrustedKey | Identifier, after: TrustedKey | Identifier) -> bool:
    earlier = before.valid_from is not None and (
        after.valid_from is None or after.valid_from < before.valid_from
    )
    later = before.valid_until is not None and (
        after.valid_until is None or after.valid_until > before.valid_until
    )
    return earlier or later


def _edit(entry: str, change: Callable[..., TrustedIssuer]) -> Edit:
    """An edit of one entry; one that an earlier edit removed stays removed."""

    def edit(draft: Draft) -> None:
        if entry in draft.entries:
            draft.entries[entry] = change(draft.entries[entry])

    return edit


def _key_text(key: TrustedKey) -> str:
    return " ".join(filter(None, (key.state.value, _window(key))))


def _window(each: TrustedKey | Identifier) -> str:
    if each.valid_from is None and each.valid_until is None:
        return ""
    return f"{_day(each.valid_from)}/{_day(each.valid_until)}"


def _day(moment: datetime | None) -> str:
    return timestamps.render(moment)[:10] if moment else ""


def scope_text(scope: Scope) -> str:
    """A scope in one line of codes, such as ``olympiad-diploma, number 12, stage final, 2024/25-``."""
    if scope.is_anything:
        return "*"
    written = [
        ", ".join(allowed) if clause == "kind" else f"{clause} {', '.join(allowed)}"
        for clause, allowed in scope.clauses.items()
        if allowed != ("*",)
    ]
    return "; ".join([*written, str(scope.years)])
