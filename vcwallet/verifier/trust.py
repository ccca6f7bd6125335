"""The trust list: the organisations a verifier chose to believe, with their keys and what each may issue.

The list is the resolver. did:web would show only today's keys and needs the network; here the keys are
pinned by their material, each with its window, so that a diploma signed years ago is checked against the key
of its time. Nobody signs a plain trust-list file: it is the verifier's own.

    trust = TrustList.parse(Path("trust-list.json").read_bytes())

A program makes one in a few lines:

    trust = TrustList.start(now=now).with_issuer(
        document, name={"en": "Fictional Olympiad"}, scopes=[ANYTHING], fingerprints=on_paper, now=now
    )

What an *update* of a list may change without a person is in `vcwallet.verifier.trust_changes`.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from vcwallet import strict_json, timestamps
from vcwallet.credentials.achievement import Facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import Place, admit
from vcwallet.credentials.issuers import KeyState, ListedIssuer, ListedKey
from vcwallet.credentials.status_list import VerifiedStatusList, expand, newer, un_revoked
from vcwallet.errors import N_, Action, DocumentError, UsageError, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.host_name import host_name
from vcwallet.identifiers.keys import PublicKey, is_published_test_key
from vcwallet.report import Binding
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier import trust_file
from vcwallet.verifier.scopes import Scope, ScopeAnswer, Within
from vcwallet.verifier.trusted_issuer import (
    How,
    Identifier,
    Pin,
    TrustedIssuer,
    TrustedKey,
    as_usage,
    entry_name,
    look_of,
    signing_keys,
)

__all__ = ["NOT_COMPARED", "Distrust", "NotCompared", "Removed", "TrustList"]


class NotCompared:
    """The type of `NOT_COMPARED`."""


NOT_COMPARED: Final = NotCompared()
"""For tests and demonstrations: believe the keys of a document although nobody compared a fingerprint."""


@dataclass(frozen=True, slots=True)
class Removed:
    """An entry that was taken out. Its name is not used again, and its compromised keys stay refused."""

    entry: str
    on: date
    text: Mapping[str, str] = field(default_factory=dict, hash=False)
    compromised: tuple[PublicKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Distrust:
    """Belief that the office takes away from an organisation of a kit: in some keys, beyond some scopes, or,
    when neither is named, in everything."""

    id: str
    """An identifier of the organisation."""
    keys: tuple[PublicKey, ...] = ()
    only_for: tuple[Scope, ...] | None = None
    text: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Why, for people."""


@dataclass(frozen=True)
class TrustList:
    """Issuers, and the status lists that came with them.

    Raises UsageError for what cannot be: ``trust.duplicate-entry``, ``trust.duplicate-id``,
    ``trust.duplicate-key`` (each names both places), ``trust.unknown-entry``, ``trust.look-alike``,
    ``trust.duplicate-list``, ``trust.entry-used``, and what `host_name` raises for the recipient.
    """

    issuers: tuple[TrustedIssuer, ...]
    issued_at: datetime
    next_update: datetime | None = None
    """After this moment the list confirms nothing."""
    name: Mapping[str, str] = field(default_factory=dict)
    recipient: str | None = None
    """The verifier's own domain: presentations must be addressed to it."""
    status_lists: tuple[JsonObject, ...] = ()
    """Signed status lists, of each (issuer, id) one; the verifier looks at the proofs when it uses them."""
    removed: tuple[Removed, ...] = ()
    list_name: str = "trust-list"
    """How the list itself is called, in small Latin letters; stays the same from version to version."""
    version: int = 1
    binding: Binding = Binding.DOCUMENT
    """What must be shown, at least; a caller and a request may demand more."""
    require_status: bool = False
    """Whether a diploma that names no status list stays unconfirmed."""
    status_age: timedelta | None = None
    """How old status lists may be, at most."""
    distrust: tuple[Distrust, ...] = ()
    """What of a kit that stands beside this list is believed for less than the kit says."""
    digest: str | None = field(init=False, default=None, compare=False)
    """``sha256-`` and the base64 of SHA-256 over the file it was read from; None for one changed since."""

    def __post_init__(self) -> None:
        if self.recipient is not None:
            object.__setattr__(self, "recipient", host_name(self.recipient))
        _only_once("trust.duplicate-entry", ((each.entry, each.entry) for each in self.issuers))
        _only_once(
            "trust.duplicate-id",
            ((identifier, each.entry) for each in self.issuers for identifier in each.identifiers),
        )
        _only_once(
            "trust.duplicate-key",
            ((key.key.multibase, each.entry) for each in self.issuers for key in each.keys),
        )
        gone = {each.entry for each in self.removed}
        for each in self.issuers:
            if each.entry in gone:
                raise UsageError(
                    "trust.entry-used",
                    N_("The name {entry} belonged to an entry that was removed; a new one needs another."),
                    entry=each.entry,
                )
            for other in sorted({each.successor or each.entry, *each.same_name_as} - self._entries.keys()):
                raise UsageError(
                    "trust.unknown-entry",
                    N_("There is no entry “{entry}” in the trust list."),
                    next_step=N_("There are: {known}."),
                    entry=other,
                    known=", ".join(self._entries)[:1024],
                )
        _only_once(
            "trust.duplicate-list",
            ((" ".join(key), key[1]) for document in self.status_lists if (key := list_key(document))),
        )
        self._refuse_look_alikes()

    # --- reading and writing -----------------------------------------------------------------------------

    @classmethod
    def parse(cls, data: bytes | str) -> TrustList:
        """Read a trust-list file (docs/reference/trust-list.md).

        Raises UsageError, since it is the user's own file: what `trust_file.read`, TrustedIssuer, Scope and
        TrustList itself raise.
        """
        file = trust_file.read(data)
        content = data if isinstance(data, bytes) else data.encode()
        trust = cls(
            issuers=tuple(trust_file.issuer_of(entry, at) for at, entry in enumerate(file.issuers)),
            issued_at=_moment(file.issuedAt, "/issuedAt"),
            next_update=_moment(file.nextUpdate, "/nextUpdate") if file.nextUpdate else None,
            name=file.name,
            recipient=file.recipient,
            status_lists=tuple(_status_list(each, at) for at, each in enumerate(file.statusLists)),
            removed=tuple(
                Removed(
                    each.entry,
                    trust_file.day(each.on, "/removed"),
                    each.text or {},
                    tuple(_material(key) for key in each.compromised),
                )
                for each in file.removed
            ),
            list_name=file.list_,
            version=file.version,
            binding=Binding(file.binding),
            require_status=file.requireStatus,
            status_age=timedelta(days=file.statusDays) if file.statusDays else None,
            distrust=tuple(
                Distrust(
                    each.id,
                    tuple(_material(key) for key in each.keys),
                    None if each.onlyFor is None else trust_file.scopes_of(each.onlyFor),
                    each.text or {},
                )
                for each in file.distrust
            ),
        )
        read = "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
        object.__setattr__(trust, "digest", read)
        return trust

    def to_json(self) -> JsonObject:
        """The file form; `parse` reads it back."""
        document: JsonObject = {"format": trust_file.FORMAT, "list": self.list_name, "version": self.version}
        if self.name:
            document["name"] = dict(self.name)
        if self.recipient:
            document["recipient"] = self.recipient
        if self.binding is not Binding.DOCUMENT:
            document["binding"] = self.binding.value
        if self.require_status:
            document["requireStatus"] = True
        if self.status_age is not None:
            document["statusDays"] = self.status_age.days
        document["issuedAt"] = timestamps.render(self.issued_at)
        if self.next_update:
            document["nextUpdate"] = timestamps.render(self.next_update)
        document["issuers"] = [trust_file.entry_of(each) for each in self.issuers]
        if self.removed:
            gone: list[Json] = []
            for each in self.removed:
                entry: JsonObject = {"entry": each.entry, "on": each.on.isoformat()}
                if each.text:
                    entry["text"] = dict(each.text)
                if each.compromised:
                    entry["compromised"] = [key.multibase for key in each.compromised]
                gone.append(entry)
            document["removed"] = gone
        if self.distrust:
            document["distrust"] = [_distrust_json(each) for each in self.distrust]
        document["statusLists"] = [*self.status_lists]
        return document

    # --- asking ------------------------------------------------------------------------------------------

    def listed(self, identifier: str) -> ListedIssuer | None:
        """The issuer behind an identifier as the gate asks for it; None when nobody listed it."""
        issuer = self.of(identifier)
        if issuer is None:
            return None
        found = self._listed.get(identifier)
        if found is None:
            known = issuer.listed(identifier)
            after = self._entries[issuer.successor] if issuer.successor else None
            found = known if after is None else replace(known, successor=after.ids[0].id)
            self._listed[identifier] = found
        return found

    def of(self, identifier: str) -> TrustedIssuer | None:
        """The entry an identifier belongs to."""
        return self._by_id.get(identifier)

    def entry(self, name: str) -> TrustedIssuer:
        """The entry of this name, or the one with this identifier.

        Raises UsageError (``trust.unknown-entry``), which names the known ones.
        """
        found = self._entries.get(name) or self.of(name)
        if found is None:
            raise UsageError(
                "trust.unknown-entry",
                N_("There is no entry “{entry}” in the trust list."),
                next_step=N_("There are: {known}."),
                entry=name[:64],
                known=", ".join(self._entries)[:1024] or "-",
            )
        return found

    def scope_of(self, identifier: str, facts: Facts) -> ScopeAnswer:
        """Whether a listed issuer is believed for a diploma with these facts; nobody else is for anything."""
        issuer = self.of(identifier)
        return ScopeAnswer(Within.OUTSIDE) if issuer is None else issuer.scope_of(facts)

    def owner_of(self, key: PublicKey) -> TrustedIssuer | None:
        """The entry that lists this key."""
        return self._by_key.get(key)

    def look_alike(self, name: str, *, apart_from: Collection[str] = ()) -> TrustedIssuer | None:
        """The entry that has, or had, this name or one that looks like it."""
        shape = look_of(name)
        found = self._shapes.get(shape, ()) if shape else ()
        return next((self._entries[each] for each in found if each not in apart_from), None)

    # --- growing -----------------------------------------------------------------------------------------

    @classmethod
    def start(
        cls,
        *,
        now: datetime,
        name: Mapping[str, str] | None = None,
        recipient: str | None = None,
        next_update: datetime | None = None,
        list_name: str = "trust-list",
    ) -> TrustList:
        """A list with nobody in it yet; its moments are to the second, as the file writes them."""
        return cls((), now.replace(microsecond=0), next_update, name or {}, recipient, list_name=list_name)

    def with_issuer(
        self,
        document: ControlledIdentifierDocument,
        *,
        name: Mapping[str, str],
        scopes: Sequence[Scope],
        fingerprints: Collection[str] | NotCompared,
        now: datetime,
        entry: str | None = None,
        who: str = "",
        same_name_on_purpose: bool = False,
        **details: Any,
    ) -> TrustList:
        """A list that also believes the issuer of `document`, under `name`, for `scopes`.

        Keys whose `PublicKey.fingerprint` is among `fingerprints`, those the issuer gave on paper, are
        believed; the others are *proposed*. `details` are further members of TrustedIssuer.

        Raises UsageError: ``trust.listed-already`` (updating is another verb), ``trust.key-of-another``,
        ``trust.key-compromised``, ``trust.key-published``, ``trust.no-keys``, ``trust.look-alike``,
        ``trust.fingerprint-differs`` when one of `fingerprints` is none of the document's.
        """
        known = self.of(document.id)
        if known is not None:
            raise UsageError(
                "trust.listed-already",
                N_("{id} is in the trust list already, as {entry}."),
                next_step=Action.UPDATE_ENTRY,
                id=document.id[:64],
                entry=known.entry,
            )
        keys = new_keys(self, document, fingerprints=fingerprints, who=who, now=now)
        slug = entry or entry_name(document.id, {*self._entries, *(each.entry for each in self.removed)})
        twins = [
            twin.entry
            for each in name.values()
            if same_name_on_purpose and (twin := self.look_alike(each)) is not None
        ]
        issuer = TrustedIssuer(
            entry=slug,
            name=name,
            ids=(Identifier(document.id),),
            keys=keys,
            scopes=tuple(scopes),
            same_name_as=frozenset(twins),
            **details,
        )
        return replace(self, issuers=(*self.issuers, issuer))

    def with_entry(self, issuer: TrustedIssuer) -> TrustList:
        """With this entry in place of the one of the same name, or added."""
        if issuer.entry not in self._entries:
            return replace(self, issuers=(*self.issuers, issuer))
        return replace(
            self, issuers=tuple(issuer if each.entry == issuer.entry else each for each in self.issuers)
        )

    def without_entry(self, name: str, *, on: date, why: Mapping[str, str] | None = None) -> TrustList:
        """Without an entry; that it was there, and which of its keys are compromised, stays written.

        Its status lists stay too: whom they revoked must not be forgotten should it come back.
        """
        gone = self.entry(name)
        if any(each.successor == gone.entry for each in self.issuers):
            raise UsageError(
                "trust.is-successor",
                N_("{entry} took another entry over, so it cannot be removed."),
                next_step=N_("Remove the entry that was merged into it first."),
                entry=gone.entry,
            )
        bad = tuple(key.key for key in gone.keys if key.state is KeyState.COMPROMISED)
        return replace(
            self,
            issuers=tuple(
                replace(each, same_name_as=each.same_name_as - {gone.entry})
                for each in self.issuers
                if each is not gone
            ),
            removed=(*self.removed, Removed(gone.entry, on, why or {}, bad)),
        )

    def with_status_list(self, document: JsonObject, *, now: datetime) -> TrustList:
        """A list that knows this signed status list too, in place of an older state of the same one.

        A state that is not newer changes nothing. Raises what `admitted` raises, and UsageError
        (``trust.un-revokes`` with `number`) for a state that forgets revocations: that needs a person, who
        says so with `trust_changes`.
        """
        new = self.admitted(document, now=now)
        old = self.kept(new, now=now)
        if old is not None and not newer(new, old):
            return self
        forgotten = self.forgotten_by(new, now=now)
        if forgotten:
            raise UsageError(
                "trust.un-revokes",
                N_("The newer list revokes fewer diplomas than the known one: {number} are missing."),
                next_step=N_("Ask the issuer which of its lists is right."),
                number=forgotten,
            )
        return self.with_list(document)

    def with_list(self, document: JsonObject) -> TrustList:
        """With this state of a status list, whatever was known of it; `admitted` comes first."""
        key = list_key(document)
        return replace(
            self,
            status_lists=(*(each for each in self.status_lists if list_key(each) != key), document),
        )

    def admitted(self, document: JsonObject, *, now: datetime) -> VerifiedStatusList:
        """A status list that may be kept: the gate admits it, so it is also valid already.

        Raises what `Credential.parse` and `Admission.demand` raise, and DocumentError
        (``trust.list-undated``).
        """
        credential = Credential.parse(document)
        admission = admit(credential, Place.STATUS_LIST, issuers=self, now=now).demand()
        new = expand(credential, admission.proofs)
        if credential.id is None or new.as_of is None:
            raise DocumentError(
                "trust.list-undated",
                N_("A list of revoked diplomas has no id or no date, so its states cannot be told apart."),
            )
        return new

    def status_list(self, key: tuple[str, str] | None) -> JsonObject | None:
        """The known state of the status list with this `list_key`."""
        return self._by_list.get(key)

    def kept(self, new: VerifiedStatusList, *, now: datetime) -> VerifiedStatusList | None:
        """The known state of the same list, unless it could not be kept today: then the new one heals it."""
        document = self.status_list((new.issuer_id, new.credential.id or ""))
        if document is None:
            return None
        try:
            return self.admitted(document, now=now)
        except VcwalletError:
            return None

    def forgotten_by(self, new: VerifiedStatusList, *, now: datetime) -> int:
        """How many diplomas the known state of the same list revokes and `new` does not.

        A state counts here by whichever key of its issuer it was signed, and whenever: that a key retired or
        was stolen since is no reason to forget whom it revoked.
        """
        document = self.status_list((new.issuer_id, new.credential.id or ""))
        if document is None:
            return 0
        try:
            known = Credential.parse(document)
            at = max(now, known.valid_from or now)
            admission = admit(known, Place.STATUS_LIST, issuers=_EveryKey(self), now=at).demand()
            return un_revoked(expand(known, admission.proofs), new)
        except VcwalletError:
            return 0

    # --- looked up often, so put in order once -----------------------------------------------------------

    @cached_property
    def _entries(self) -> dict[str, TrustedIssuer]:
        return {each.entry: each for each in self.issuers}

    @cached_property
    def _by_id(self) -> dict[str, TrustedIssuer]:
        return {identifier: each for each in self.issuers for identifier in each.identifiers}

    @cached_property
    def _listed(self) -> dict[str, ListedIssuer]:
        """The answers of `listed`, of which there are no more than identifiers on the list."""
        return {}

    @cached_property
    def _by_list(self) -> dict[tuple[str, str] | None, JsonObject]:
        return {list_key(document): document for document in self.status_lists}

    @cached_property
    def _by_key(self) -> dict[PublicKey, TrustedIssuer]:
        return {key.key: each for each in self.issuers for key in each.keys}

    @cached_property
    def _shapes(self) -> dict[str, list[str]]:
        """From the shape of a name to the entries that have it."""
        shapes: dict[str, list[str]] = {}
        for each in self.issuers:
            for shape in each.name_shapes:
                shapes.setdefault(shape, []).append(each.entry)
        return shapes

    def _refuse_look_alikes(self) -> None:
        for entries in self._shapes.values():
            for number, one in enumerate(entries):
                for other in entries[number + 1 :]:
                    first, second = self._entries[one], self._entries[other]
                    if (
                        other in first.same_name_as
                        or one in second.same_name_as
                        or other == first.successor
                        or one == second.successor
                    ):
                        continue
                    raise UsageError(
                        "trust.look-alike",
                        N_("“{name}” ({entry}) cannot be told from “{trusted}” ({other}) by its name."),
                        next_step=N_(
                            "Give it a name that says which one it is, such as its town; or say that the same"
                            " name is meant."
                        ),
                        name=second.display_name[:64],
                        entry=other,
                        trusted=first.display_name[:64],
                        other=one,
                    )


@dataclass(frozen=True)
class _EveryKey:
    """The issuers of a list with all their keys, as if each were in use at any time."""

    trust: TrustList

    def listed(self, identifier: str) -> ListedIssuer | None:
        issuer = self.trust.listed(identifier)
        if issuer is None:
            return None
        keys = tuple(ListedKey(each.key, each.ids) for each in issuer.keys)
        return ListedIssuer(issuer.entry, issuer.id, issuer.name, keys)


def new_keys(
    trust: TrustList,
    document: ControlledIdentifierDocument,
    *,
    fingerprints: Collection[str] | NotCompared,
    who: str,
    now: datetime,
) -> tuple[TrustedKey, ...]:
    """The keys of a document nobody listed yet; see `TrustList.with_issuer`."""
    found = signing_keys(document)
    if not found:
        raise UsageError(
            "trust.no-keys",
            N_("The document of {id} names no key for signing diplomas that this vcwallet can use."),
            next_step=N_("Ask the issuer for its present document."),
            id=document.id[:64],
        )
    compared = set() if isinstance(fingerprints, NotCompared) else {_digits(each) for each in fingerprints}
    strangers = compared - {_digits(key.fingerprint) for key in found}
    if strangers:
        raise UsageError(
            "trust.fingerprint-differs",
            N_("No key of {id} has the fingerprint {fingerprint}."),
            next_step=N_("If it is copied rightly, this is not the issuer's document: ask the issuer."),
            id=document.id[:64],
            fingerprint=min(strangers)[:64],
        )
    keys: list[TrustedKey] = []
    for material, ids in found.items():
        refuse_key(trust, material)
        if isinstance(fingerprints, NotCompared):
            state, pin = KeyState.ACTIVE, Pin(How.NOT_COMPARED, now.date(), who)
        elif _digits(material.fingerprint) in compared:
            state, pin = KeyState.ACTIVE, Pin(How.PAPER, now.date(), who)
        else:
            state, pin = KeyState.PROPOSED, None
        keys.append(TrustedKey(material, ids, state, pinned=pin))
    return tuple(keys)


def refuse_key(trust: TrustList, material: PublicKey) -> None:
    """Raise UsageError for a key that no issuer may be given."""
    owner = trust.owner_of(material)
    if owner is not None:
        raise UsageError(
            "trust.key-of-another",
            N_("The key {key} belongs to {entry} already."),
            next_step=N_("Ask the issuer whose key it is."),
            key=material.fingerprint,
            entry=owner.entry,
        )
    if any(material in each.compromised for each in trust.removed):
        raise UsageError(
            "trust.key-compromised",
            N_("The key {key} was compromised when its issuer was removed from the trust list."),
            next_step=N_("Ask the issuer for its new key."),
            key=material.fingerprint,
        )
    if is_published_test_key(material):
        raise UsageError(
            "trust.key-published",
            N_("The key {key} is a published test key: anybody can sign with it."),
            next_step=N_("Ask the issuer for a key of its own."),
            key=material.fingerprint,
        )


def list_key(document: JsonObject) -> tuple[str, str] | None:
    """The issuer and the id of a status list, by which its states are told; None where it has none."""
    issuer, identifier = document.get("issuer"), document.get("id")
    if isinstance(issuer, dict):
        issuer = issuer.get("id")
    return (issuer, identifier) if isinstance(issuer, str) and isinstance(identifier, str) else None


def _digits(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()


def _only_once(code: str, named: Any) -> None:
    """Raise UsageError for the first of (what, where) whose `what` was there before."""
    pairs = list(named)
    counts = Counter(what for what, _ in pairs)
    for what, _ in pairs:
        if counts[what] > 1:
            places = [each for other, each in pairs if other == what]
            raise UsageError(
                code,
                N_("{what} stands twice in the trust list ({places})."),
                what=what[:64],
                places=", ".join(places[:4]),
            )


def _moment(value: str, pointer: str) -> datetime:
    moment = trust_file.begin(value, pointer)
    assert moment is not None
    return moment


def _material(value: str) -> PublicKey:
    try:
        return PublicKey.from_multibase(value)
    except VcwalletError as error:
        raise as_usage(error) from None


def _distrust_json(distrust: Distrust) -> JsonObject:
    entry: JsonObject = {"id": distrust.id}
    if distrust.keys:
        entry["keys"] = [key.multibase for key in distrust.keys]
    if distrust.only_for is not None:
        entry["onlyFor"] = [trust_file.scope_json(scope) for scope in distrust.only_for]
    if distrust.text:
        entry["text"] = dict(distrust.text)
    return entry


def _status_list(document: JsonObject, at: int) -> JsonObject:
    if list_key(document) is None:
        raise UsageError(
            "trust.malformed",
            N_("The trust list is not in order: {pointer} is missing."),
            pointer=strict_json.pointer(("statusLists", at, "issuer" if document.get("id") else "id")),
        )
    return document
