"""The table of what an update may change: each row and column, and that nothing else happens beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.shared import processor_seconds
from tests.world import NOW, World, altered, seeded_key
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState
from vcwallet.errors import UsageError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import PublicKey
from vcwallet.identifiers.published_test_keys import PUBLISHED_TEST_KEYS
from vcwallet.report import Binding
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import (
    ANYTHING,
    How,
    Identifier,
    Pin,
    Scope,
    TrustedIssuer,
    TrustedKey,
    TrustList,
    Years,
)
from vcwallet.verifier.trust import Distrust
from vcwallet.verifier.trust_changes import (
    Change,
    Decision,
    Source,
    What,
    apply,
    compare,
    compare_lists,
    compare_publication,
)
from vcwallet.verifier.trusted_issuer import FormerName

ISSUER, KIT, PERSON = Source.ISSUER, Source.KIT, Source.PERSON
REFUSED, ASKS, SILENT = Decision.REFUSED, Decision.ASKS, Decision.SILENT
OLYMP = "did:web:olymp.example"
PIN = Pin(How.PAPER, date(2025, 9, 10))
FROM, UNTIL = datetime(2025, 9, 1, tzinfo=UTC), datetime(2027, 8, 31, 23, 59, 59, tzinfo=UTC)
NARROW = Scope(("olympiad-diploma",), Years.parse("2025/26-2026/27"), numbers=("12",), stages=("final",))
WIDE = replace(NARROW, numbers=("*",))
K1, K2, K3, SCHOOL = (seeded_key(f"ключ {n}").public_key for n in (1, 2, 3, 4))


def olympiad(state: KeyState = KeyState.ACTIVE, **key: Any) -> TrustedIssuer:
    members: dict[str, Any] = {"valid_from": FROM, "valid_until": UNTIL, "pinned": PIN}
    if state is KeyState.PROPOSED:
        members["pinned"] = None
    return TrustedIssuer(
        "olymp",
        {"ru": "Олимпиада «Вымысел»"},
        (Identifier(OLYMP),),
        (TrustedKey(K1, frozenset({f"{OLYMP}#key-1"}), state, **{**members, **key}),),
        (NARROW,),
    )


def school() -> TrustedIssuer:
    return TrustedIssuer(
        "school-0",
        {"ru": "Школа № 0"},
        (Identifier("did:web:school0.example"),),
        (TrustedKey(SCHOOL, frozenset({"did:web:school0.example#key-1"}), pinned=PIN),),
        (Scope(("school-award",), Years()),),
    )


def known(*issuers: TrustedIssuer, **options: Any) -> TrustList:
    options.setdefault("version", 4)
    return TrustList(issuers or (olympiad(), school()), NOW, **options)


def published(
    *keys: tuple[PublicKey, str], identifier: str = OLYMP, **method: Any
) -> ControlledIdentifierDocument:
    """An identifier document with these keys under these fragments; `method` is said of the first."""
    methods = [
        {
            "id": f"{identifier}#{fragment}",
            "type": "Multikey",
            "controller": identifier,
            "publicKeyMultibase": key.multibase,
            **(method if position == 0 else {}),
        }
        for position, (key, fragment) in enumerate(keys)
    ]
    return ControlledIdentifierDocument.parse(
        {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": identifier,
            "verificationMethod": methods,
            "assertionMethod": [each["id"] for each in methods],
        }
    )


def entry(**members: Any) -> Callable[[TrustList], TrustList]:
    """The olympiad with other members."""
    return lambda trust: trust.with_entry(replace(trust.entry("olymp"), **members))


def keyed(**members: Any) -> Callable[[TrustList], TrustList]:
    """The olympiad's key with other members."""

    def change(trust: TrustList) -> TrustList:
        issuer = trust.entry("olymp")
        return trust.with_entry(issuer.with_key(replace(issuer.keys[0], **members)))

    return change


def plus(key: TrustedKey) -> Callable[[TrustList], TrustList]:
    return lambda trust: trust.with_entry(trust.entry("olymp").with_key(key))


def gone(trust: TrustList) -> TrustList:
    return replace(trust, issuers=(trust.issuers[1],))


def moved(key: TrustedKey) -> Callable[[TrustList], TrustList]:
    """The olympiad's list in which somebody else's key stands at the olympiad."""
    return lambda trust: replace(
        trust, issuers=(trust.entry("olymp").with_key(key), replace(trust.entry("school-0"), keys=()))
    )


OTHER = TrustedKey(K2, frozenset({f"{OLYMP}#key-2"}), pinned=PIN)
TEST_KEY = PublicKey.from_multibase(min(PUBLISHED_TEST_KEYS))
CLOSED = {"state": IssuerState.CLOSED, "since": NOW}
FINAL = {"https://olymp.example/status/1": FinalList(NOW, "sha256-" + "A" * 43 + "=")}

Fates = list[tuple[Decision, str]]
TABLE: dict[str, tuple[TrustList, Callable[[TrustList], TrustList], Fates, Fates]] = {}
"""What changes: the known list, the change, and what becomes of it from a kit and from a person."""


def row(
    name: str, edit: Callable[[TrustList], TrustList], kit: Fates, person: Fates, old: TrustList | None = None
) -> None:
    TABLE[name] = (old or known(), edit, kit, person)


row("nothing", lambda trust: trust, [], [])
row("a new key", plus(OTHER), [(SILENT, "key.new")], [(ASKS, "key.new")])
row(
    "a new key under the name of the old one",
    plus(replace(OTHER, ids=frozenset({f"{OLYMP}#key-1"}))),
    [(SILENT, "key.under-old-name")],
    [(ASKS, "key.under-old-name")],
)
row(
    "a new key that nobody compared",
    plus(replace(OTHER, state=KeyState.PROPOSED, pinned=None)),
    [(SILENT, "key.new")],
    [(SILENT, "key.new")],
)
row("a key retired", keyed(state=KeyState.RETIRED), [(SILENT, "key.state")], [(SILENT, "key.state")])
row(
    "a key compromised",
    keyed(state=KeyState.COMPROMISED),
    [(SILENT, "key.state")],
    [(SILENT, "key.state")],
)
row(
    "a key no longer confirmed",
    keyed(state=KeyState.PROPOSED),
    [(SILENT, "key.state")],
    [(SILENT, "key.state")],
)
row(
    "a retired key retired with a later end",
    keyed(valid_until=UNTIL + timedelta(days=1)),
    [(SILENT, "key.window")],
    [(ASKS, "key.window")],
    known(olympiad(KeyState.RETIRED)),
)
row(
    "an active key retired with a later end",
    keyed(state=KeyState.RETIRED, valid_until=UNTIL + timedelta(days=1)),
    [(SILENT, "key.state")],
    [(ASKS, "key.state")],
)
row("a window narrower", keyed(valid_until=NOW), [(SILENT, "key.window")], [(SILENT, "key.window")])
row("a window with a later end", keyed(valid_until=None), [(SILENT, "key.window")], [(ASKS, "key.window")])
row(
    "a window with an earlier start", keyed(valid_from=None), [(SILENT, "key.window")], [(ASKS, "key.window")]
)
row(
    "a window moved",
    keyed(valid_from=FROM - timedelta(days=9), valid_until=NOW),
    [(SILENT, "key.window")],
    [(ASKS, "key.window")],
)
row(
    "a retired key active again",
    keyed(state=KeyState.ACTIVE),
    [(ASKS, "key.state")],
    [(ASKS, "key.state")],
    known(olympiad(KeyState.RETIRED)),
)
row(
    "a proposed key believed",
    keyed(state=KeyState.ACTIVE, pinned=PIN),
    [(SILENT, "key.state")],
    [(ASKS, "key.state")],
    known(olympiad(KeyState.PROPOSED)),
)
row(
    "a proposed key retired, so that what it signed counts",
    keyed(state=KeyState.RETIRED, pinned=PIN),
    [(SILENT, "key.state")],
    [(ASKS, "key.state")],
    known(olympiad(KeyState.PROPOSED)),
)
for state in (KeyState.ACTIVE, KeyState.RETIRED, KeyState.PROPOSED):
    row(
        f"a compromised key {state}",
        keyed(state=state),
        [(REFUSED, "key.state")],
        [(ASKS, "key.state")],
        known(olympiad(KeyState.COMPROMISED)),
    )
row("a key vanishes", entry(keys=()), [(REFUSED, "key.gone")], [(ASKS, "key.gone")])
row(
    "a key under a further name",
    keyed(ids=frozenset({f"{OLYMP}#key-1", f"{OLYMP}#key-9"})),
    [(SILENT, "key.names")],
    [(SILENT, "key.names")],
)
row(
    "the comparison of a key written down",
    keyed(pinned=replace(PIN, who="Образцова П. П.")),
    [],
    [(SILENT, "key.pinned")],
)
row(
    "another entry's identifier",
    lambda trust: replace(
        trust,
        issuers=(
            replace(trust.entry("olymp"), ids=(Identifier(OLYMP), Identifier("did:web:school0.example"))),
            replace(trust.entry("school-0"), ids=(Identifier("did:web:other.example"),), keys=()),
        ),
    ),
    # What the school loses at the same time is refused or asked for itself.
    [(REFUSED, "id.of-another"), (REFUSED, "id.gone"), (REFUSED, "key.gone"), (SILENT, "id.new")],
    [(REFUSED, "id.of-another"), (ASKS, "id.gone"), (ASKS, "id.new"), (ASKS, "key.gone")],
)
row(
    "another entry's key",
    moved(TrustedKey(SCHOOL, frozenset({f"{OLYMP}#key-3"}), pinned=PIN)),
    [(REFUSED, "key.gone"), (REFUSED, "key.of-another")],
    [(ASKS, "key.gone"), (REFUSED, "key.of-another")],
)
row(
    "a published test key",
    plus(TrustedKey(TEST_KEY, pinned=PIN)),
    [(REFUSED, "key.unusable")],
    [(REFUSED, "key.unusable")],
)
row(
    "a further identifier",
    entry(ids=(Identifier(OLYMP), Identifier("did:web:new.example"))),
    [(SILENT, "id.new")],
    [(ASKS, "id.new")],
)
row(
    "an identifier that ends",
    entry(ids=(Identifier(OLYMP, None, NOW),)),
    [(SILENT, "id.window")],
    [(SILENT, "id.window")],
)
row(
    "an identifier that ends later",
    entry(ids=(Identifier(OLYMP),)),
    [(SILENT, "id.window")],
    [(ASKS, "id.window")],
    known(replace(olympiad(), ids=(Identifier(OLYMP, None, NOW),))),
)
row("another name", entry(name={"ru": "Министерство"}), [(ASKS, "entry.name")], [(ASKS, "entry.name")])
row("another region", entry(region="00"), [(SILENT, "entry.details")], [(SILENT, "entry.details")])
row(
    "a former name",
    entry(former_names=(FormerName({"ru": "Олимпиада «Выдумка»"}, NOW),)),
    [(SILENT, "entry.details")],
    [(SILENT, "entry.details")],
)
row("a scope wider", entry(scopes=(WIDE,)), [(SILENT, "entry.scopes")], [(ASKS, "entry.scopes")])
row(
    "a scope for more kinds",
    entry(scopes=(replace(NARROW, kinds=("olympiad-diploma", "project")),)),
    [(SILENT, "entry.scopes")],
    [(ASKS, "entry.scopes")],
)
row(
    "a scope for more years",
    entry(scopes=(replace(NARROW, years=Years.parse("2025/26-")),)),
    [(SILENT, "entry.scopes")],
    [(ASKS, "entry.scopes")],
)
row("everything", entry(scopes=(ANYTHING,)), [(SILENT, "entry.scopes")], [(ASKS, "entry.scopes")])
row(
    "a scope more",
    entry(scopes=(NARROW, Scope(("project",), Years()))),
    [(SILENT, "entry.scopes")],
    [(ASKS, "entry.scopes")],
)
row(
    "a scope narrower",
    entry(scopes=(replace(NARROW, profiles=("математика",)),)),
    [(SILENT, "entry.scopes")],
    [(SILENT, "entry.scopes")],
)
row("no scope left", entry(scopes=()), [(SILENT, "entry.scopes")], [(SILENT, "entry.scopes")])
row("an issuer closed", entry(**CLOSED), [(SILENT, "entry.state")], [(SILENT, "entry.state")])
row(
    "an issuer merged",
    entry(state=IssuerState.MERGED, since=NOW, successor="school-0"),
    [(SILENT, "entry.state")],
    [(ASKS, "entry.state")],
)
row(
    "a closed issuer open again",
    entry(state=IssuerState.ACTIVE, since=None),
    [(ASKS, "entry.state")],
    [(ASKS, "entry.state")],
    known(replace(olympiad(), **CLOSED)),
)
row(
    "a closed issuer closed later",
    entry(since=NOW + timedelta(days=1)),
    [(SILENT, "entry.state")],
    [(ASKS, "entry.state")],
    known(replace(olympiad(), **CLOSED)),
)
row(
    "a closed issuer closed earlier",
    entry(since=NOW - timedelta(days=1)),
    [(SILENT, "entry.state")],
    [(SILENT, "entry.state")],
    known(replace(olympiad(), **CLOSED)),
)
row(
    "other final lists",
    entry(final_lists={}),
    [(ASKS, "entry.final-lists")],
    [(ASKS, "entry.final-lists")],
    known(replace(olympiad(), **CLOSED, final_lists=FINAL)),
)
row(
    "a new entry",
    lambda trust: trust.with_entry(olympiad()),
    [(SILENT, "entry.new")],
    [(ASKS, "entry.new")],
    known(school()),
)
row(
    "a new entry under the name of a removed one",
    lambda trust: replace(trust, removed=(), issuers=(*trust.issuers, school())),
    [(REFUSED, "entry.used")],
    [(REFUSED, "entry.used")],
    known(olympiad(), school()).without_entry("school-0", on=NOW.date()),
)
row("an entry vanishes without a word", gone, [(REFUSED, "entry.gone")], [(ASKS, "entry.gone")])
row(
    "an entry is removed and that is said",
    lambda trust: trust.without_entry("olymp", on=NOW.date()),
    [(SILENT, "entry.gone")],
    [(ASKS, "entry.gone")],
)
row(
    "a lower version",
    lambda trust: replace(trust, version=3),
    [(REFUSED, "list.version")],
    [(REFUSED, "list.version")],
)
row("another recipient", lambda trust: replace(trust, recipient="x.example"), [], [(ASKS, "list.recipient")])
row(
    "an end of the list",
    lambda trust: replace(trust, next_update=NOW),
    [(SILENT, "list.next-update")],
    [(SILENT, "list.next-update")],
)
# A list of a kit demands nothing of a showing: one that does is refused whole (``kit.offices-own``).
for _name, _member, _less, _more in (
    ("what must be shown", "binding", Binding.DOCUMENT, Binding.HOLDER),
    ("that a status list is named", "require_status", False, True),
    ("newer status lists", "status_age", None, timedelta(days=30)),
    ("still newer status lists", "status_age", timedelta(days=30), timedelta(days=7)),
):
    _what = "list.status-days" if _member == "status_age" else f"list.{_member.replace('_', '-')}"
    for _verb, _old, _new, _fate in (("more", _less, _more, SILENT), ("less", _more, _less, ASKS)):
        row(
            f"{_verb}: {_name}",
            lambda trust, member=_member, value=_new: replace(trust, **{member: value}),  # type: ignore[misc]
            [],
            [(_fate, _what)],
            known(**{_member: _old}),
        )
_NOTHING, _COURSES = Distrust(OLYMP), Distrust(OLYMP, only_for=(Scope(("extracurricular-course",), Years()),))
_KEY = Distrust("did:web:school0.example", keys=(SCHOOL,))
row(
    "belief taken away from organisations of a kit",
    lambda trust: replace(trust, distrust=(_NOTHING, _KEY)),
    [],
    [(SILENT, "list.distrust"), (SILENT, "list.distrust")],
)
row(
    "belief taken away otherwise",
    lambda trust: replace(trust, distrust=(_KEY, _COURSES)),
    [],
    [(ASKS, "list.distrust")],
    known(distrust=(_KEY, _NOTHING)),
)
row(
    "belief given back to an organisation of a kit",
    lambda trust: replace(trust, distrust=(_KEY,)),
    [],
    [(ASKS, "list.distrust")],
    known(distrust=(_NOTHING, _KEY)),
)


def told(changes: Sequence[Change]) -> list[tuple[Decision, str]]:
    return sorted((each.decision, each.what.value) for each in changes)


@pytest.mark.parametrize("source", [KIT, PERSON])
@pytest.mark.parametrize("name", TABLE)
def test_what_a_kit_and_a_person_may_change(name: str, source: Source) -> None:
    old, edit, kit, person = TABLE[name]
    new = edit(old)
    changes = compare(old, new, source=source)
    assert told(changes) == sorted(kit if source is KIT else person)
    alone = apply(old, changes)
    if not any(each.decision is SILENT for each in changes):
        assert alone == old, "without a person nothing changes"
    if all(each.decision is SILENT for each in changes) and source is PERSON:
        assert replace(alone, version=new.version) == new, "what is silent is all there is to it"


@pytest.mark.parametrize("name", TABLE)
def test_what_is_refused_does_not_happen_even_when_everything_is_confirmed(name: str) -> None:
    old, edit, _, _ = TABLE[name]
    for source in (KIT, PERSON):
        changes = compare(old, edit(old), source=source)
        refused = [each for each in changes if each.decision is REFUSED]
        assert all(each.edit is None for each in refused)
        after = apply(old, changes, confirmed=lambda _: True)
        assert {key.key for each in after.issuers for key in each.keys} >= {
            key.key
            for each in old.issuers
            for key in each.keys
            if any(change.what in (What.KEY_GONE, What.ENTRY_GONE) for change in refused)
            and each.entry in {change.entry for change in refused}
        }


PUBLICATIONS: dict[str, tuple[TrustList, ControlledIdentifierDocument, Any]] = {
    "nothing new": (known(), published((K1, "key-1")), []),
    "a second key": (known(), published((K1, "key-1"), (K2, "key-2")), [(ASKS, "key.new")]),
    "the key exchanged under its name": (
        known(),
        published((K2, "key-1")),
        [(ASKS, "key.under-old-name"), (SILENT, "key.gone")],
    ),
    "the key exchanged, under another name": (
        known(),
        published((K2, "key-2")),
        [(ASKS, "key.new"), (SILENT, "key.gone")],
    ),
    "its key withdrawn": (
        known(),
        published((K1, "key-1"), revoked="2026-06-01T00:00:00Z"),
        [(SILENT, "key.state")],
    ),
    "its key at its end": (
        known(),
        published((K1, "key-1"), expires="2026-06-01T00:00:00Z"),
        [(SILENT, "key.state")],
    ),
    "its key to end soon": (
        known(),
        published((K1, "key-1"), expires="2026-12-01T00:00:00Z"),
        [(SILENT, "key.window")],
    ),
    "its key to end later than it is believed": (
        known(),
        published((K1, "key-1"), expires="2099-12-01T00:00:00Z"),
        [],
    ),
    "a retired key as if it were in use": (known(olympiad(KeyState.RETIRED)), published((K1, "key-1")), []),
    "a compromised key as if nothing had happened": (
        known(olympiad(KeyState.COMPROMISED)),
        published((K1, "key-1")),
        [],
    ),
    "a proposed key again": (known(olympiad(KeyState.PROPOSED)), published((K1, "key-1")), []),
    "its key under a further name": (
        known(),
        published((K1, "key-1"), (K1, "key-7")),
        [(SILENT, "key.names")],
    ),
    "the key of another issuer": (
        known(),
        published((K1, "key-1"), (SCHOOL, "key-2")),
        [(REFUSED, "key.of-another")],
    ),
    "a published test key": (
        known(),
        published((K1, "key-1"), (TEST_KEY, "key-2")),
        [(REFUSED, "key.unusable")],
    ),
    "no key at all": (known(), published(), [(SILENT, "key.gone")]),
}


@pytest.mark.parametrize("name", PUBLICATIONS)
def test_what_an_issuer_may_change_by_what_it_publishes(name: str) -> None:
    old, document, expected = PUBLICATIONS[name]
    changes = compare_publication(old, document, now=NOW)
    assert told(changes) == sorted(expected)
    after = apply(old, changes)
    before = old.entry("olymp")
    now = after.entry("olymp")
    assert (now.name, now.scopes, now.state, now.ids) == (
        before.name,
        before.scopes,
        before.state,
        before.ids,
    )
    assert [key.key for key in now.keys] == [key.key for key in before.keys]
    assert after.issuers[1:] == old.issuers[1:]
    for key in now.keys:
        assert not key.believed or before.key(key.key).believed


def test_a_new_key_that_is_agreed_to_stays_proposed_until_its_fingerprint_is_compared() -> None:
    changes = compare_publication(known(), published((K1, "key-1"), (K2, "key-2")), now=NOW)
    added = apply(known(), changes, confirmed=lambda _: True).entry("olymp").key(K2)
    assert added is not None
    assert (added.state, added.pinned) == (KeyState.PROPOSED, None)


def test_a_key_its_owner_withdrew_is_compromised_since_that_moment() -> None:
    changes = compare_publication(known(), published((K1, "key-1"), revoked="2026-06-01T00:00:00Z"), now=NOW)
    key = apply(known(), changes).entry("olymp").keys[0]
    assert (key.state, key.since) == (KeyState.COMPROMISED, datetime(2026, 6, 1, tzinfo=UTC))


def test_a_document_of_nobody_in_the_list_is_for_adding() -> None:
    with pytest.raises(UsageError) as refused:
        compare_publication(known(), published((K2, "key-1"), identifier="did:web:n.example"), now=NOW)
    assert refused.value.code == "trust.unknown-entry"


def test_a_further_identifier_is_asked_for_and_one_of_another_entry_refused() -> None:
    document = published((K1, "key-1"), identifier="did:web:new.example")
    changes = compare_publication(known(), document, now=NOW, entry="olymp")
    assert told(changes) == [(ASKS, "id.new"), (SILENT, "key.names")]
    assert apply(known(), changes).of("did:web:new.example") is None
    after = apply(known(), changes, confirmed=lambda _: True)
    assert after.of("did:web:new.example").entry == "olymp"
    assert "did:web:new.example#key-1" in after.entry("olymp").keys[0].ids
    other = published((SCHOOL, "key-1"), identifier="did:web:school0.example")
    assert told(compare_publication(known(), other, now=NOW, entry="olymp")) == [(REFUSED, "id.of-another")]


def test_a_kit_may_change_every_school_of_a_country_at_once() -> None:
    """What becomes of a list is checked once, not at each of its changes."""
    schools = tuple(
        TrustedIssuer(
            f"school-{n}", {"ru": f"Школа № {n}, Небывалинск"}, (Identifier(f"did:web:s{n}.example"),), ()
        )
        for n in range(1900)
    )
    old = TrustList(schools, NOW)
    new = replace(old, issuers=tuple(replace(each, region="00", scopes=(NARROW,)) for each in schools))
    with processor_seconds(20):
        assert apply(old, compare(old, new, source=KIT)) == new


# --- status lists ------------------------------------------------------------------------------------------


def days(number: float) -> timedelta:
    return timedelta(days=number)


def believed(w: World, **options: Any) -> TrustList:
    return w.trust(**{"status_lists": (w.olympiad.status(NOW - days(3)),), **options})


def usurped(w: World, at: datetime) -> JsonObject:
    """The school's signature under a list that bears the olympiad's URL."""
    unsigned = {name: value for name, value in w.olympiad.status(at).items() if name != "proof"}
    return w.school.sign({**unsigned, "issuer": w.school.id}, created=min(at, NOW))


def newer(w: World) -> tuple[TrustList, list[JsonObject]]:
    w.olympiad.revoked = {3}
    trust = believed(w)
    w.olympiad.revoked = {3, 17}
    return trust, [w.olympiad.status(NOW - days(1))]


def un_revoking(w: World) -> tuple[TrustList, list[JsonObject]]:
    w.olympiad.revoked = {3, 17, 99}
    trust = believed(w)
    w.olympiad.revoked = {3}
    return trust, [w.olympiad.status(NOW - days(1))]


def of_2099(w: World) -> JsonObject:
    return w.olympiad.status(datetime(2099, 1, 1, tzinfo=UTC))


LISTS: dict[str, tuple[Callable[[World], tuple[TrustList, list[JsonObject]]], Any]] = {
    "the first": (
        lambda w: (believed(w, status_lists=()), [w.olympiad.status()]),
        [(SILENT, "status.new")],
    ),
    "a newer one": (newer, [(SILENT, "status.newer")]),
    "the same again": (
        lambda w: (believed(w), [w.olympiad.status(NOW - days(3))]),
        [],
    ),
    "an older one": (
        lambda w: (believed(w), [w.olympiad.status(NOW - days(9))]),
        [(SILENT, "status.older")],
    ),
    "one that revokes fewer": (un_revoking, [(ASKS, "status.un-revoked")]),
    "no list": (lambda w: (believed(w), []), []),
    "one of 2099": (lambda w: (believed(w), [of_2099(w)]), [(REFUSED, "status.not-taken")]),
    "a listed school's, of 2099, under the olympiad's URL": (
        lambda w: (believed(w), [usurped(w, datetime(2099, 1, 1, tzinfo=UTC))]),
        [(REFUSED, "status.of-another")],
    ),
    "a stranger's": (
        lambda w: (believed(w), [w.stranger.status()]),
        [(ASKS, "status.not-taken")],
    ),
    "one signed with another key in the olympiad's name": (
        lambda w: (believed(w), [w.olympiad.status(NOW - days(1), key=seeded_key("чужой"))]),
        [(REFUSED, "status.not-taken")],
    ),
    "one that was changed": (
        lambda w: (
            believed(w),
            [altered(w.olympiad.status(NOW - days(1)), lambda d: d.update(validFrom="2026-06-09T00:00:00Z"))],
        ),
        [(REFUSED, "status.not-taken")],
    ),
    "a diploma in the place of a list": (
        lambda w: (believed(w), [w.olympiad.diploma()]),
        [(REFUSED, "status.not-taken")],
    ),
    "one by a compromised key": (
        lambda w: (
            believed(w).with_entry(w.trusted(w.olympiad, key={"state": KeyState.COMPROMISED})),
            [w.olympiad.status(NOW - days(1))],
        ),
        [(ASKS, "status.not-taken")],
    ),
    "one by a key that had retired": (
        lambda w: (
            believed(w).with_entry(
                w.trusted(w.olympiad, key={"state": KeyState.RETIRED, "valid_until": NOW - days(2)})
            ),
            [w.olympiad.status(NOW - days(1))],
        ),
        [(REFUSED, "status.not-taken")],
    ),
    "one by a key that nobody compared": (
        lambda w: (
            believed(w).with_entry(w.trusted(w.olympiad, key={"state": KeyState.PROPOSED, "pinned": None})),
            [w.olympiad.status(NOW - days(1))],
        ),
        [(ASKS, "status.not-taken")],
    ),
    "one that puts a list of 2099 right": (
        lambda w: (believed(w, status_lists=(of_2099(w),)), [w.olympiad.status()]),
        [(SILENT, "status.healed")],
    ),
    "one that puts a forged list right": (
        lambda w: (
            believed(w, status_lists=(w.olympiad.status(NOW, key=seeded_key("чужой")),)),
            [w.olympiad.status(NOW - days(3))],
        ),
        [(SILENT, "status.healed")],
    ),
    "another issuer's beside it": (
        lambda w: (believed(w), [w.school.status()]),
        [(REFUSED, "status.of-another")],
    ),
    "an older and a newer one": (
        lambda w: (
            believed(w),
            [w.olympiad.status(NOW - days(1)), w.olympiad.status(NOW - days(2))],
        ),
        [(SILENT, "status.newer")],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_what_becomes_of_a_status_list(name: str) -> None:
    make, expected = LISTS[name]
    trust, documents = make(World())
    changes = compare_lists(trust, documents, now=NOW, of="olymp-example")
    assert told(changes) == expected
    after = apply(trust, changes)
    if (expected and expected[0][0] is not SILENT) or expected == [(SILENT, "status.older")]:
        assert after == trust
    elif expected:
        newest = max(documents, key=lambda each: str(each["validFrom"]))
        assert after.status_lists == (newest,)
    else:
        assert after.status_lists == trust.status_lists


def test_how_many_are_no_longer_revoked_is_told() -> None:
    w = World()
    trust, documents = un_revoking(w)
    (change,) = compare_lists(trust, documents, now=NOW)
    assert change.before == "2"
    assert apply(trust, [change], confirmed=lambda _: True).status_lists == tuple(documents)


def test_what_a_list_revokes_is_not_forgotten_without_a_person_who_says_so() -> None:
    w = World()
    trust, documents = un_revoking(w)
    with pytest.raises(UsageError) as refused:
        trust.with_status_list(documents[0], now=NOW)
    assert refused.value.code == "trust.un-revokes"
    assert refused.value.evidence["number"] == 2


@pytest.mark.parametrize(
    "fate",
    [
        {"state": KeyState.RETIRED, "valid_until": NOW - days(30)},
        {"state": KeyState.COMPROMISED},
        {"state": KeyState.PROPOSED, "pinned": None},
    ],
)
def test_what_a_key_revoked_is_not_forgotten_with_the_key(fate: dict[str, Any]) -> None:
    """The known list would not be taken today, so the next would replace it, and its revocations, unasked."""
    w = World()
    w.olympiad.revoked = {3, 17}
    known_list = w.olympiad.status(NOW - days(3))
    second = seeded_key("второй")
    issuer = w.trusted(w.olympiad, key=fate).with_key(
        TrustedKey(second.public_key, frozenset({w.olympiad.method}), pinned=PIN)
    )
    trust = w.trust(issuer, status_lists=(known_list,))
    w.olympiad.revoked = {3}
    (change,) = compare_lists(trust, [w.olympiad.status(NOW - days(1), key=second)], now=NOW)
    assert (change.decision, change.what, change.before) == (ASKS, What.STATUS_UN_REVOKED, "1")
    w.olympiad.revoked = {3, 17, 99}
    (change,) = compare_lists(trust, [w.olympiad.status(NOW - days(1), key=second)], now=NOW)
    assert (change.decision, change.what) == (SILENT, What.STATUS_HEALED)


def test_a_suspension_may_end_without_asking() -> None:
    w = World()
    w.olympiad.revoked = {3}
    trust = w.trust(status_lists=(w.olympiad.status(NOW - days(3), purpose="suspension"),))
    w.olympiad.revoked = set()
    changes = compare_lists(trust, [w.olympiad.status(NOW - days(1), purpose="suspension")], now=NOW)
    assert told(changes) == [(SILENT, "status.newer")]


def test_a_list_of_2099_is_taken_from_nobody() -> None:
    """The school's signature holds, and still its list of 2099 takes no place, its own or the olympiad's."""
    w = World()
    trust = believed(w)
    (change,) = compare_lists(trust, [usurped(w, datetime(2099, 1, 1, tzinfo=UTC))], now=NOW)
    assert (change.decision, change.what) == (REFUSED, What.STATUS_NOT_TAKEN)
    assert change.reason is not None
    assert change.reason.code == "validity.not-yet"


def test_two_issuers_lists_of_one_url_stand_beside_each_other() -> None:
    w = World()
    trust = believed(w)
    (change,) = compare_lists(trust, [usurped(w, NOW - days(1))], now=NOW)
    assert (change.decision, change.what) == (SILENT, What.STATUS_NEW)
    after = apply(trust, [change])
    assert after.status_lists[0] == trust.status_lists[0]
    assert len(after.status_lists) == 2


def test_a_merged_issuers_lists_may_come_from_its_successor() -> None:
    w = World()
    merged = replace(
        w.trusted(w.olympiad), state=IssuerState.MERGED, since=NOW, successor=w.trusted(w.school).entry
    )
    trust = w.trust(merged, w.trusted(w.school), status_lists=())
    (change,) = compare_lists(trust, [w.olympiad.status(NOW - days(1))], now=NOW, of=merged.entry)
    assert change.what is What.STATUS_NEW
