"""The verifier against a small model of its rules, over everything that can be shown, demanded and known.

The model was written apart from the verifier: it knows no proofs and no lists, only who signed what. Every
combination is answered; without VCWALLET_SOAK every seventh of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import product
from typing import Any

from tests.shared import SOAK
from tests.world import NOW, SIGNED, UNIVERSITY, Child, World, seeded_key
from vcwallet.bundle.codec import Bundle
from vcwallet.credentials.issuers import KeyState
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.report import Binding, Outcome
from vcwallet.verifier import Demands, TrustedKey, Verifier

DEMANDS = ("nothing", "domain", "challenge", "addressed", "holder")
SHOWN = ("alone", "addressed", "to nobody", "to another", "by a stranger's key")
TIES = ("key", "name")
KEYS = ("active", "compromised", "retired in time", "signed too late", "proposed", "of nobody listed")
LISTS = ("good", "none", "stale", "revoked", "revoked and over", "revoked, and a clean one by a bad key")


@dataclass(frozen=True)
class Situation:
    demand: str
    shown: str
    tie: str
    key: str
    lists: str


# --- the model ----------------------------------------------------------------------------------------


def expected(s: Situation) -> Outcome:
    """Attacked, then what does not count, then what is not known."""
    if s.shown == "to another" and s.demand in ("domain", "addressed", "holder"):
        return Outcome.REFUSED
    if s.shown == "by a stranger's key" and s.tie == "key":
        return Outcome.REFUSED
    if s.demand == "challenge" and s.shown != "alone":
        return Outcome.REFUSED  # none of these showings answers one
    if s.shown == "to nobody" and s.demand in ("domain", "addressed", "holder"):
        return Outcome.UNKNOWN  # whatever is in it, who meant to show it to you is not known
    listed = s.key != "of nobody listed"
    if s.key == "signed too late" or (listed and s.lists.startswith("revoked")):
        return Outcome.NOTHING
    if s.key in ("compromised", "proposed") or not listed or s.lists in ("none", "stale"):
        return Outcome.UNKNOWN
    demanded = s.demand != "nothing"
    meant = s.shown in ("addressed", "by a stranger's key")
    tied = s.tie == "key" and s.shown == "addressed"
    if demanded and (s.shown == "alone" or not meant or (s.demand == "holder" and not tied)):
        return Outcome.UNKNOWN
    return Outcome.CONFIRMED


# --- the same, made ---------------------------------------------------------------------------------------

W = World()
SECOND = seeded_key("второй ключ олимпиады")
BAD = seeded_key("украденный ключ олимпиады")


@cache
def diploma(tie: str) -> Any:
    unsigned = W.olympiad.unsigned(7, holder=W.child.id if tie == "key" else "urn:example:somebody")
    return add_proof(
        unsigned,
        suite="eddsa-rdfc-2022",
        key=SECOND,
        verification_method=f"{W.olympiad.id}#second",
        created=SIGNED,
    )


@cache
def shown(how: str, tie: str) -> Any:
    if how == "alone":
        return diploma(tie)
    who = W.sibling if how == "by a stranger's key" else W.child
    to = {"to nobody": None, "to another": "other.example"}.get(how, UNIVERSITY)
    return Child.show_as(who.key, who.id, None, [diploma(tie)], domain=to)


@cache
def status(*, revoked: bool, days: int, over: bool = False, bad: bool = False) -> Any:
    w = World()
    w.olympiad.revoked = {7} if revoked else set()
    options: dict[str, Any] = {"key": BAD} if bad else {}
    if over:
        options["valid_until"] = NOW - timedelta(days=1)
    return w.olympiad.status(NOW - timedelta(days=days), **options)


def lists(name: str) -> tuple[Any, ...]:
    good, stale = status(revoked=False, days=3), status(revoked=False, days=40)
    revoked = status(revoked=True, days=5)
    over = status(revoked=True, days=5, over=True)
    clean_by_bad = status(revoked=False, days=1, bad=True)
    return {
        "good": (good,),
        "none": (),
        "stale": (stale,),
        "revoked": (revoked,),
        "revoked and over": (over,),
        "revoked, and a clean one by a bad key": (revoked, clean_by_bad),
    }[name]


@cache
def trust(key: str, names_lists: str) -> Any:
    listed = W.trusted(W.olympiad)
    pinned = {"pinned": listed.keys[0].pinned}
    state: dict[str, Any] = {
        "active": {},
        "compromised": {"state": KeyState.COMPROMISED},
        "retired in time": {"state": KeyState.RETIRED, "valid_until": SIGNED},
        "signed too late": {"state": KeyState.RETIRED, "valid_until": SIGNED - timedelta(days=1)},
        "proposed": {"state": KeyState.PROPOSED, "pinned": None},
        "of nobody listed": {},
    }[key]
    keys = (
        *listed.keys,
        TrustedKey(SECOND.public_key, **{**pinned, **state}),
        TrustedKey(BAD.public_key, state=KeyState.COMPROMISED, **pinned),
    )
    issuers = (W.trusted(W.school),) if key == "of nobody listed" else (replace(listed, keys=keys),)
    return W.trust(*issuers, status_lists=lists(names_lists)[:1])


def answer(s: Situation, given: Any = None) -> Outcome:
    binding = {"addressed": Binding.ADDRESSED, "holder": Binding.HOLDER}.get(s.demand, Binding.DOCUMENT)
    verifier = Verifier(trust(s.key, s.lists), Demands(binding=binding), status_lists=lists(s.lists)[1:])
    return verifier.check(
        shown(s.shown, s.tie) if given is None else given,
        domain=UNIVERSITY if s.demand in ("domain", "addressed", "holder") else None,
        challenge="4711" if s.demand == "challenge" else None,
        now=NOW,
    ).outcome


ALL = [Situation(*each) for each in product(DEMANDS, SHOWN, TIES, KEYS, LISTS)]


def test_every_answer_is_that_of_the_model() -> None:
    step = 1 if SOAK else 7
    different = {
        s: (found.value, expected(s).value) for s in ALL[::step] if (found := answer(s)) is not expected(s)
    }
    assert not different


def test_what_a_holder_can_take_away_never_confirms_anything() -> None:
    """Unwrapping a showing, and leaving out a list that is stapled to it."""
    for s in ALL[3 :: 1 if SOAK else 11]:
        if s.shown == "alone" or answer(s) is Outcome.CONFIRMED or s.demand == "nothing":
            continue
        assert answer(replace(s, shown="alone")) is not Outcome.CONFIRMED, s
        stapled = Bundle(shown(s.shown, s.tie), (status(revoked=False, days=2),))
        bare = Bundle(shown(s.shown, s.tie))
        if answer(s, stapled) is not Outcome.CONFIRMED:
            assert answer(s, bare) is not Outcome.CONFIRMED, s
