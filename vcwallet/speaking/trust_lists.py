"""A trust list in people's words: its keys, its scopes, and the changes of an update."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from vcwallet import timestamps
from vcwallet.characters import visible
from vcwallet.credentials.fact_words import RESULT_NAMES, STAGE_NAMES
from vcwallet.credentials.issuers import IssuerState, KeyState
from vcwallet.errors import N_, Aged, VcwalletError, plural
from vcwallet.locales import Language
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.scopes import ANY, CLAUSES, Scope
from vcwallet.verifier.trust import TrustList, list_key
from vcwallet.verifier.trust_changes import Change, Decision, What, worst_first
from vcwallet.verifier.trusted_issuer import How, TrustedIssuer, TrustedKey

_FINGERPRINT = re.compile("[0-9a-f]{4}(?: [0-9a-f]{4})+")

MARKS = {Decision.REFUSED: "!", Decision.ASKS: "?", Decision.SILENT: "·"}

WHAT = {
    What.LIST_VERSION: N_("the list is older"),
    What.RECIPIENT: N_("recipient"),
    What.NEXT_UPDATE: N_("valid until"),
    What.BINDING: N_("what must be shown"),
    What.REQUIRE_STATUS: N_("a list of revoked diplomas must be named"),
    What.STATUS_DAYS: N_("days that a list of revoked diplomas may be old"),
    What.DISTRUST: N_("believed less than a kit says"),
    What.ENTRY_NEW: N_("new organisation"),
    What.ENTRY_USED: N_("name of a removed organisation"),
    What.ENTRY_GONE: N_("organisation removed"),
    What.NAME: N_("name"),
    What.DETAILS: N_("particulars"),
    What.STATE: N_("state"),
    What.FINAL_LISTS: N_("final lists of revoked diplomas"),
    What.SCOPES: N_("believed for"),
    What.ID_NEW: N_("new identifier"),
    What.ID_OF_ANOTHER: N_("identifier of another organisation"),
    What.ID_WINDOW: N_("time of an identifier"),
    What.ID_GONE: N_("identifier gone"),
    What.KEY_NEW: N_("new key"),
    What.KEY_UNDER_OLD_NAME: N_("new key under the name of another"),
    What.KEY_OF_ANOTHER: N_("key of another organisation"),
    What.KEY_UNUSABLE: N_("key that may not be believed"),
    What.KEY_STATE: N_("state of a key"),
    What.KEY_WINDOW: N_("time of a key"),
    What.KEY_NAMES: N_("name of a key"),
    What.KEY_PINNED: N_("who compared a key"),
    What.KEY_GONE: N_("key not mentioned"),
    What.STATUS_NEW: N_("first list of revoked diplomas"),
    What.STATUS_NEWER: N_("newer list of revoked diplomas"),
    What.STATUS_HEALED: N_("list of revoked diplomas put right"),
    What.STATUS_OLDER: N_("older list of revoked diplomas, passed over"),
    What.STATUS_UN_REVOKED: N_("list that revokes fewer diplomas"),
    What.STATUS_OF_ANOTHER: N_("list of revoked diplomas of another organisation"),
    What.STATUS_NOT_TAKEN: N_("list of revoked diplomas not taken"),
}

KEY_STATES = {
    KeyState.PROPOSED: N_("not compared"),
    KeyState.ACTIVE: N_("in use"),
    KeyState.RETIRED: N_("retired"),
    KeyState.COMPROMISED: N_("compromised"),
}

ISSUER_STATES = {
    IssuerState.ACTIVE: N_("active"),
    IssuerState.MERGED: N_("merged"),
    IssuerState.CLOSED: N_("closed"),
}

HOW = {
    How.PAPER: N_("fingerprint compared"),
    How.KIT: N_("came with a kit"),
    How.NOT_COMPARED: N_("fingerprint not compared"),
}

CLAUSE_WORDS = {
    "kind": N_("kind"),
    "number": N_("number in the list"),
    "profile": N_("profile"),
    "stage": N_("stage"),
    "result": N_("result"),
    "year": N_("years"),
}

KIND_WORDS = {
    "olympiad-diploma": N_("olympiads"),
    "school-award": N_("awards of a school"),
    "extracurricular-course": N_("courses"),
    "project": N_("projects"),
    "volunteering": N_("volunteering"),
    "sport-norm": N_("sports badges"),
    "contest-diploma": N_("contests"),
    "other": N_("other achievements"),
}

STAGE_WORDS = {each.value: words for each, words in STAGE_NAMES.items()}
_WORDS = {
    "kind": KIND_WORDS,
    "stage": STAGE_WORDS,
    "result": {each.value: words for each, words in RESULT_NAMES.items()},
}

COLUMNS = ("", N_("Organisation"), N_("Change"), N_("Was"), N_("Is to be"))


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """One change of an update, in words."""

    change: Change
    who: str
    """The organisation."""
    what: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def row(self) -> tuple[str, str, str, tuple[str, ...], tuple[str, ...]]:
        """Under `COLUMNS`."""
        return MARKS[self.change.decision], self.who, self.what, self.before, self.after


def day(moment: datetime | None, language: Language) -> str:
    return "" if moment is None else language.day(moment)


def age(moment: datetime | None, now: datetime) -> int:
    return 0 if moment is None else max((now - moment).days, 0)


def fingerprint(key: TrustedKey) -> str:
    """Whole for a key somebody compared. Else cut, so that nobody copies from the screen what is to be read
    from the issuer's paper."""
    whole = key.key.fingerprint
    return whole if key.state is not KeyState.PROPOSED else f"{whole[:9]} …"


def short(whole: str, *, hidden: bool = False) -> str:
    """A fingerprint to recognise a key by."""
    groups = whole.split()
    return f"{groups[0]} {groups[1]} …" + ("" if hidden else f" {groups[-1]}")


def key_state(key: TrustedKey, language: Language) -> str:
    """What became of a key, and in which time it is believed."""
    state = language.text(KEY_STATES[key.state])
    if key.valid_from:
        state += language.text(N_(", from {day}"), day=day(key.valid_from, language))
    if key.valid_until:
        state += language.text(N_(", until {day}"), day=day(key.valid_until, language))
    if key.since:
        state += language.text(N_(", known since {day}"), day=day(key.since, language))
    return state


def key_lines(key: TrustedKey, language: Language) -> list[str]:
    state = key_state(key, language)
    lines = [f"{key.type_name} {fingerprint(key)}", f"  {state}"]
    if key.pinned is not None:
        how = language.text(HOW[key.pinned.how])
        on = language.day(key.pinned.on)
        lines.append(f"  {how}, {on}" + (f", {key.pinned.who}" if key.pinned.who else ""))
    return lines


def scope_words(scope: Scope, language: Language) -> str:
    """What an issuer is believed for, in a line for people."""
    if scope.is_anything:
        return language.text(N_("anything"))
    parts = []
    for clause in CLAUSES[:-1]:
        allowed = scope.clauses.get(clause)
        if allowed is None or ANY in allowed:
            if clause == "kind":
                parts.append(language.text(N_("any kind")))
            continue
        words = _WORDS.get(clause, {})
        said = ", ".join(language.text(words[each]) if each in words else each for each in allowed)
        if clause == "number" and allowed == ("none",):
            said = language.text(N_("none"))
        label = "" if words else language.text(CLAUSE_WORDS[clause]) + " "
        parts.append(f"{label}{said}")
    if str(scope.years) != ANY:
        parts.append(str(scope.years))
    return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class IssuerWords:
    """One organisation of a trust list, in words."""

    entry: str
    name: str
    ids: tuple[str, ...]
    state: str
    """"" for one that is active."""
    scopes: tuple[str, ...]
    keys: tuple[tuple[str, str, str, bool], ...]
    """Fingerprint, state, who compared it and how; whether nobody has compared it yet."""
    lists: tuple[str, ...]
    """What is known of its revoked diplomas, and how old that is."""


def issuer_words(
    issuer: TrustedIssuer, trust: TrustList, language: Language, *, now: datetime
) -> IssuerWords:
    """What a list says of one organisation; `trust` is the list, whose status lists are asked."""
    state = ""
    if issuer.state is not IssuerState.ACTIVE:
        since = language.day(issuer.since) if issuer.since else ""
        state = " ".join(filter(None, (language.text(ISSUER_STATES[issuer.state]), since)))
    return IssuerWords(
        issuer.entry,
        visible(issuer.name_in(language.code)),
        tuple(each.id for each in issuer.ids),
        state,
        tuple(scope_words(each, language) for each in issuer.scopes),
        tuple(_key(each, language) for each in issuer.keys),
        tuple(_lists(issuer, trust, language, now)),
    )


def _key(key: TrustedKey, language: Language) -> tuple[str, str, str, bool]:
    pinned = ""
    if key.pinned is not None:
        told = (language.text(HOW[key.pinned.how]), language.day(key.pinned.on), key.pinned.who)
        pinned = ", ".join(filter(None, told))
    state = key_state(key, language)
    return fingerprint(key), state, visible(pinned), key.state is KeyState.PROPOSED


def _lists(issuer: TrustedIssuer, trust: TrustList, language: Language, now: datetime) -> Iterator[str]:
    for document in trust.status_lists:
        place = list_key(document)
        if place is None or place[0] not in issuer.identifiers:
            continue
        try:
            stated = timestamps.parse(str(document.get("validFrom")))
        except VcwalletError:
            continue
        yield language.text(
            Aged(
                N_("revoked diplomas as of today, {day}"),
                plural(
                    "revoked diplomas as of {day}, {days} day old",
                    "revoked diplomas as of {day}, {days} days old",
                ),
            ),
            day=stated,
            days=age(stated, now),
        )


def change_words(trust: TrustList, changes: Iterable[Change], language: Language) -> list[ChangeWords]:
    """What changes, worst first; `trust` is the list as it is before."""
    names = {each.entry: each.display_name for each in trust.issuers}
    return [
        ChangeWords(
            each,
            names.get(each.entry, each.after if each.what is What.ENTRY_NEW else each.entry),
            _what(language, each),
            _side(language, each, 0),
            _side(language, each, 1),
        )
        for each in worst_first(changes)
    ]


def _side(language: Language, change: Change, side: int) -> tuple[str, ...]:
    """What was (0), or is to be (1)."""
    if change.what is What.SCOPES:
        return tuple(scope_words(scope, language) for scope in change.scopes[side]) or ("–",)
    value = (change.before, change.after)[side]
    if change.what is What.DISTRUST and value:
        keys = _FINGERPRINT.findall(value.partition("only ")[0])
        lines = [language.text(N_("without the key {key}"), key=short(each)) for each in keys]
        lines += [
            language.text(N_("only for {scope}"), scope=scope_words(each, language))
            for each in change.scopes[side]
        ]
        return tuple(lines) or (language.text(N_("for nothing")),)
    return (_value(language, change, value),)


def _what(language: Language, change: Change) -> str:
    words = language.text(WHAT[change.what])
    if change.what.startswith("key.") and change.subject:
        hidden = change.key is not None and change.what in (
            What.KEY_NEW,
            What.KEY_UNDER_OLD_NAME,
            What.KEY_STATE,
        )
        return f"{words} {short(change.subject, hidden=hidden)}"
    if change.reason is not None:
        return f"{words}: {language.error(change.reason)}"
    if change.subject and change.subject not in (change.before, change.after):
        return f"{words} {change.subject}"
    return words


def _value(language: Language, change: Change, value: str) -> str:
    if not value:
        return "–"
    if change.what is What.STATUS_UN_REVOKED and value == change.before:
        return language.text(N_("{number} more were revoked"), number=value)
    if change.what.startswith(("key.", "entry.state", "id.window", "status.", "list.next")):
        known = ISSUER_STATES if change.what is What.STATE else KEY_STATES
        states = {state.value: words for state, words in known.items()}
        return " ".join(_word(language, each, states) for each in value.split(" "))
    return value


def _word(language: Language, token: str, states: Mapping[str, str]) -> str:
    if token in states:
        return language.text(states[token])
    window = re.fullmatch(r"([0-9-]*)/([0-9-]*)", token)
    if window:
        ends = ((N_("from {day}"), window[1]), (N_("until {day}"), window[2]))
        return " ".join(language.text(words, day=part) for words, part in ends if part)
    return language.value(token.removesuffix("T00:00:00Z").partition("T")[0]) or token


def change_json(change: Change) -> JsonObject:
    """A change for a program; `docs/reference/trust-list.md` names the values."""
    document: JsonObject = {
        "decision": change.decision.value,
        "what": change.what.value,
        "entry": change.entry,
        "subject": change.subject,
        "before": change.before,
        "after": change.after,
    }
    if change.reason is not None:
        document["reason"] = change.reason.code
    return document
