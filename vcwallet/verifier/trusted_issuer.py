"""One organisation of a trust list: the name the verifier knows it by, its keys, what it is believed for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from vcwallet import timestamps
from vcwallet.characters import known_everywhere
from vcwallet.credentials.achievement import Facts
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, ListedIssuer, ListedKey
from vcwallet.credentials.spelling import skeleton
from vcwallet.errors import N_, KeyUnavailable, UsageError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import PublicKey
from vcwallet.verifier.scopes import Scope, ScopeAnswer, Within, in_scope, record_in_scope

__all__ = [
    "FormerName",
    "How",
    "Identifier",
    "Pin",
    "Registration",
    "TrustedIssuer",
    "TrustedKey",
    "entry_name",
    "key_of",
]

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")


class How(StrEnum):
    """How the office came to believe that a key is its issuer's."""

    PAPER = "paper"
    """Somebody compared the fingerprint with the one the issuer gave on paper or over the telephone."""
    KIT = "kit"
    """It came in a kit or list that the office chose to follow."""
    NOT_COMPARED = "not-compared"
    """Somebody believed it without comparing."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Who gave a key its belief, and when."""

    how: How
    on: date
    who: str = ""


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key by its material, and what time has taught about it.

    The window holds what the key signed, by the date in the proof. A retired key has an end, and a key that
    is believed has a `pinned`. Raises UsageError (``trust.key-retired-undated``, ``trust.key-window``,
    ``trust.key-not-pinned``).
    """

    key: PublicKey
    ids: frozenset[str] = frozenset()
    """The verification method ids it may be named by; empty means any of the issuer's."""
    state: KeyState = KeyState.ACTIVE
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    since: datetime | None = None
    """Of a compromised key: when it was found out, for people. Nothing it signed counts, of whatever date."""
    pinned: Pin | None = None

    def __post_init__(self) -> None:
        if self.state is KeyState.RETIRED and self.valid_until is None:
            raise UsageError(
                "trust.key-retired-undated",
                N_("The retired key {key} has no day until which it was in use."),
                key=self.key.fingerprint,
            )
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise UsageError(
                "trust.key-window",
                N_("The key {key} would be in use until {until}, before it was taken into use on {start}."),
                key=self.key.fingerprint,
                start=timestamps.render(self.valid_from)[:10],
                until=timestamps.render(self.valid_until)[:10],
            )
        if self.pinned is None and self.state in (KeyState.ACTIVE, KeyState.RETIRED):
            raise UsageError(
                "trust.key-not-pinned",
                N_("For the key {key} it is not said who compared its fingerprint and when (“pinned”)."),
                next_step=N_("Give it the state “proposed” until somebody has."),
                key=self.key.fingerprint,
            )

    @property
    def believed(self) -> bool:
        """Whether anything it signed can be confirmed."""
        return self.state in (KeyState.ACTIVE, KeyState.RETIRED)

    @property
    def type_name(self) -> str:
        return self.key.type.value


@dataclass(frozen=True, slots=True)
class Identifier:
    """A controlled identifier of an organisation, and when it was its own."""

    id: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FormerName:
    name: Mapping[str, str] = field(hash=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class Registration:
    """A number in a public register of organisations, to tell two of one name apart."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An organisation the verifier lists. With no scope, nothing is believed of it.

    Raises UsageError for what cannot be: ``trust.entry-name``, ``trust.no-name``, ``trust.key-id`` (a key is
    named by an id that is none of this issuer's; the known ones are named), ``trust.key-missing`` (an
    identifier that is its own key, without that key), ``trust.state``.
    """

    entry: str
    """How the list itself names it: short, in Latin letters, never used again for another."""
    name: Mapping[str, str] = field(hash=False)
    ids: tuple[Identifier, ...]
    keys: tuple[TrustedKey, ...]
    scopes: tuple[Scope, ...] = ()
    state: IssuerState = IssuerState.ACTIVE
    since: datetime | None = None
    successor: str | None = None
    final_lists: Mapping[str, FinalList] = field(default_factory=dict, hash=False)
    former_names: tuple[FormerName, ...] = ()
    sort: str | None = None
    region: str | None = None
    registration: Registration | None = None
    same_name_as: frozenset[str] = frozenset()
    """Entries that have this name or a look-alike one, on purpose."""
    only_for: tuple[Scope, ...] | None = None
    """What the office itself limits an entry of somebody else's list to; both this and `scopes` must hold."""

    def __post_init__(self) -> None:
        if not SLUG.fullmatch(self.entry):
            raise UsageError(
                "trust.entry-name",
                N_("“{entry}” cannot name an entry: 2 to 64 small Latin letters, digits and hyphens can."),
                entry=self.entry[:64],
            )
        if not self.ids or not any(name.strip() for name in self.name.values()):
            raise UsageError(
                "trust.no-name", N_("The entry {entry} has no name or no identifier."), entry=self.entry
            )
        for key in self.keys:
            for method in sorted(key.ids):
                if method.partition("#")[0] not in self.identifiers or "#" not in method:
                    raise UsageError(
                        "trust.key-id",
                        N_("The key of {entry} is named {key}, which begins with none of its identifiers."),
                        next_step=N_("They are: {known}."),
                        entry=self.entry,
                        key=method[:64],
                        known=", ".join(self.identifiers)[:256],
                    )
        for each in self.ids:
            own = _own_key(each.id)
            if own is not None and all(key.key != own for key in self.keys):
                raise UsageError(
                    "trust.key-missing",
                    N_("{id} is a key itself, and the entry {entry} does not list that key."),
                    id=each.id[:64],
                    entry=self.entry,
                )
        ended = self.state is not IssuerState.ACTIVE
        if (
            ended != (self.since is not None)
            or (self.state is IssuerState.MERGED) != (self.successor is not None)
            or (self.final_lists and not ended)
            or self.successor == self.entry
        ):
            raise UsageError(
                "trust.state",
                N_(
                    "The entry {entry} is {state}: a merged one needs “since” and “successor”, a closed one"
                    " “since”, an active one neither these nor “finalLists”."
                ),
                entry=self.entry,
                state=self.state.value,
            )

    @property
    def identifiers(self) -> tuple[str, ...]:
        return tuple(each.id for each in self.ids)

    @property
    def display_name(self) -> str:
        """The name for people in the organisation's own language, the first that is given."""
        return next(name for name in self.name.values() if name.strip())

    def name_in(self, language: str) -> str:
        return self.name.get(language) or self.display_name

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it has or had, in every language."""
        return (*self.name.values(), *(name for former in self.former_names for name in former.name.values()))

    @property
    def name_shapes(self) -> frozenset[str]:
        """The looks of its names, by which look-alikes are found."""
        return frozenset(map(look_of, self.names)) - {""}

    def key(self, material: PublicKey) -> TrustedKey | None:
        return next((each for each in self.keys if each.key == material), None)

    def with_key(self, key: TrustedKey) -> TrustedIssuer:
        """With this key in place of the one of the same material, or added."""
        if self.key(key.key) is None:
            return replace(self, keys=(*self.keys, key))
        return replace(self, keys=tuple(key if each.key == key.key else each for each in self.keys))

    def scope_of(self, facts: Facts) -> ScopeAnswer:
        answers = [in_scope(each, facts) for each in (self.scopes, self.only_for) if each is not None]
        return max(answers, key=_severity)

    def scope_of_record(self) -> ScopeAnswer:
        answers = [record_in_scope(each) for each in (self.scopes, self.only_for) if each is not None]
        return max(answers, key=_severity)

    def listed(self, identifier: str) -> ListedIssuer:
        """What the gate is told. A key's window ends with that of the identifier it signed for."""
        mine = next(each for each in self.ids if each.id == identifier)
        return ListedIssuer(
            entry=self.entry,
            id=identifier,
            name=self.name,
            keys=tuple(
                ListedKey(
                    key=key.key,
                    ids=frozenset(method for method in key.ids if method.partition("#")[0] == identifier),
                    state=key.state,
                    valid_from=_latest(key.valid_from, mine.valid_from),
                    valid_until=_earliest(key.valid_until, mine.valid_until),
                )
                for key in self.keys
                if not key.ids or any(method.partition("#")[0] == identifier for method in key.ids)
            ),
            state=self.state,
            since=self.since,
            successor=self.successor,
            final_lists=self.final_lists,
        )


def _severity(answer: ScopeAnswer) -> int:
    return list(Within).index(answer.within)


@lru_cache(maxsize=16_384)
def look_of(name: str) -> str:
    """A name by the look of its letters and digits; quotation marks and the like tell nobody apart."""
    return skeleton(" ".join(re.findall(r"\w+", unicodedata.normalize("NFC", known_everywhere(name)))))


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def as_usage(error: VcwalletError) -> UsageError:
    """The same complaint, as one about a file of the user's own."""
    return UsageError(
        error.code, error.template, next_step=error.action or error.next_step_template, **error.evidence
    )


def _own_key(identifier: str) -> PublicKey | None:
    """The key of an identifier that is one; None for others."""
    try:
        return did.resolve(identifier).verification_methods[0].public_key
    except KeyUnavailable:
        return None
    except VcwalletError as error:
        raise as_usage(error) from None


def signing_keys(document: ControlledIdentifierDocument) -> dict[PublicKey, frozenset[str]]:
    """The keys a document lets sign credentials, by material, each with the ids it has there."""
    found: dict[PublicKey, set[str]] = {}
    for method in document.verification_methods:
        if (
            method.id in document.relationships.get("assertionMethod", ())
            and method.controller == document.id
            and method.id.partition("#")[0] == document.id
        ):
            found.setdefault(method.public_key, set()).add(method.id)
    return {key: frozenset(ids) for key, ids in found.items()}


def entry_name(identifier: str, taken: Collection[str]) -> str:
    """A name for a new entry, from its identifier: ``did:web:olymp.example`` gives ``olymp-example``."""
    own = _own_key(identifier)
    words = f"key-{own.fingerprint[:9]}" if own else identifier.removeprefix("did:web:").partition("://")[2]
    words = words or identifier.removeprefix("did:web:")
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:56].strip("-")
    name = plain if SLUG.fullmatch(plain) else "issuer"
    number = 2
    while name in taken:
        name, number = f"{plain or 'issuer'}-{number}", number + 1
    return name


def key_of(issuer: TrustedIssuer, words: str) -> TrustedKey:
    """The key somebody means: by the end of its fingerprint, by an id or its fragment, or by its material.

    Raises UsageError (``trust.unknown-key``), which names the known ones.
    """
    digits = words.replace(" ", "").lower()
    meant = [
        key
        for key in issuer.keys
        if words == key.key.multibase
        or any(words in (method, method.partition("#")[2]) for method in key.ids)
        or (len(digits) >= 4 and key.key.fingerprint.replace(" ", "").endswith(digits))
    ]
    known = "; ".join(
        f"{key.key.fingerprint} ({', '.join(sorted(key.ids)) or key.type_name})" for key in issuer.keys
    )
    if not words:
        raise UsageError(
            "trust.which-key",
            N_("It is not said which key of {entry} is meant."),
            next_step=N_("Its keys are: {known}."),
            entry=issuer.entry,
            known=known[:1024],
        )
    if len(meant) != 1:
        raise UsageError(
            "trust.unknown-key",
            N_("“{key}” does not name one key of {entry}."),
            next_step=N_("Its keys are: {known}."),
            key=words[:64],
            entry=issuer.entry,
            known=known[:1024],
        )
    return meant[0]
