"""One issuer of the office's list: what became of its keys, and for what it is believed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeVar

from starlette.responses import Response

from vcwallet.credentials.issuers import KeyState
from vcwallet.credentials.terms import Kind
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking.trust_lists import KIND_WORDS, STAGE_WORDS, fingerprint, issuer_words, key_state
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.verifier.scopes import ANY, ANYTHING, Scope, Years
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_changes import Source, compare
from vcwallet.verifier.trust_review import confirmed, ends_with, retired, settled, stolen, write
from vcwallet.verifier.trusted_issuer import How, Pin, TrustedIssuer, TrustedKey
from vcwallet.web.pages.officer.opened import Desk
from vcwallet.web.pages.session import forgotten
from vcwallet.web.pages.uploads import Form
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "own_list", "own_places", "save_list", "scope_of"]

T = TypeVar("T")


# --- what became of a key ------------------------------------------------------------------------------


def ask_key(visit: Visit[Desk]) -> Response:
    return _key_page(visit)


def _key_page(visit: Visit[Desk], error: VcwalletError | None = None) -> Response:
    issuer, key = _key(visit)
    values: dict[str, Any] = {
        "name": issuer.name_in(visit.language.code),
        "fingerprint": fingerprint(key),
        "state": key_state(key, visit.language),
        "key": key,
        "form": visit.form,
    }
    if error is not None:
        return visit.again("officer/trust_key.html", error, field="fingerprint", **values)
    return visit.page("officer/trust_key.html", **values)


def say_key(visit: Visit[Desk]) -> Response:
    """What was pressed is the yes: the page says beforehand what it means."""
    issuer, key = _key(visit)
    try:
        new = _became(visit, key)
    except VcwalletError as error:
        return _key_page(visit, error)
    _put(visit, issuer.with_key(new))
    return visit.go("trust", notice=visit.language.text(N_("Written down.")))


def _became(visit: Visit[Desk], key: TrustedKey) -> TrustedKey:
    """Raises UsageError (``trust.fingerprint-differs``, ``page.forgotten``), and what `retired` raises."""
    form, now = visit.form, visit.now
    # The list may have changed since the page was shown: what is pressed is about the key that stood there.
    if form.text("key") != key.key.multibase:
        raise forgotten()
    if form.text("deed") == "retire":
        return retired(key, now)
    if form.text("deed") == "stolen":
        return stolen(key, now)
    if key.state is not KeyState.PROPOSED or not ends_with(key.key.fingerprint, form.text("fingerprint")):
        raise UsageError(
            "trust.fingerprint-differs",
            N_("That is not the end of the fingerprint of this key."),
            next_step=N_(
                "Compare it with the issuer's paper. If it is copied rightly, this is not the issuer's key:"
                " ask the issuer."
            ),
        )
    return confirmed(key, Pin(How.PAPER, now.date(), form.text("who")))


# --- what it is believed for ---------------------------------------------------------------------------


def ask_scope(visit: Visit[Desk]) -> Response:
    return _scope_page(visit)


def _scope_page(visit: Visit[Desk], error: VcwalletError | None = None) -> Response:
    issuer = _issuer(visit)
    values: dict[str, Any] = {
        "issuer": issuer_words(issuer, own_list(visit), visit.language, now=visit.now),
        "kinds": KIND_WORDS,
        "stages": STAGE_WORDS,
        "form": visit.form,
    }
    if error is not None:
        return visit.again("officer/trust_scope.html", error, **values)
    return visit.page("officer/trust_scope.html", **values)


def say_scope(visit: Visit[Desk]) -> Response:
    issuer = _issuer(visit)
    if visit.form.text("issuer") != issuer.entry:
        raise forgotten()
    try:
        scope = scope_of(visit.form)
    except VcwalletError as error:
        return _scope_page(visit, error)
    also = issuer.scopes if visit.form.ticked("also") else ()
    _put(visit, replace(issuer, scopes=(*also, scope)))
    return visit.go("trust", notice=visit.language.text(N_("Written down.")))


def scope_of(form: Form) -> Scope:
    """What it is believed for. Raises UsageError (``trust.scope-not-said``), and what `Scope` raises."""
    if form.text("for") == "anything":
        return ANYTHING
    kinds = tuple(each for each in form.texts("kind") if each in set(Kind))
    if not kinds:
        raise UsageError(
            "trust.scope-not-said",
            N_("It is not said what the issuer is believed for."),
            next_step=N_(
                "Tick at least one kind of achievement, or say that everything it signs is believed."
            ),
        )
    olympiad = Kind.OLYMPIAD_DIPLOMA.value in kinds
    years = form.text("years")
    return Scope(
        kinds=kinds,
        years=Years.parse(years or ANY),
        numbers=(form.text("number") or ANY,) if olympiad else None,
        profiles=None,
        stages=tuple(form.texts("stage")) or (ANY,) if olympiad else None,
    )


# --- the list -------------------------------------------------------------------------------------------


def own_list(visit: Visit[Desk]) -> TrustList:
    """Raises UsageError (``trust.no-own-list``)."""
    own = visit.opened.office.own
    if own is None:
        raise UsageError(
            "trust.no-own-list",
            N_("This desk goes by kits alone, and a kit is changed by who keeps it."),
            next_step=N_(
                "Open or start a trust list of your own: it adds to the kits, or takes belief away."
            ),
        )
    return own


def save_list(visit: Visit[Desk], after: TrustList) -> None:
    """Raises what `write` raises; what another program wrote is believed from then on."""
    desk = visit.opened
    assert desk.own is not None
    try:
        write(desk.own, after, before=own_list(visit))
    finally:
        desk.read_again(visit.now)


def own_places(own: TrustList | None) -> dict[str, tuple[int, dict[str, int]]]:
    """Where each issuer of the own list stands, and each of its keys; a page also shows those of kits."""
    if own is None:
        return {}
    return {
        each.entry: (number, {fingerprint(key): place for place, key in enumerate(each.keys)})
        for number, each in enumerate(own.issuers)
    }


def _put(visit: Visit[Desk], issuer: TrustedIssuer) -> None:
    own = own_list(visit)
    changes = compare(own, own.with_entry(issuer), source=Source.PERSON)
    save_list(visit, settled(own, changes, agreed=lambda _: True, now=visit.now))


def _issuer(visit: Visit[Desk]) -> TrustedIssuer:
    """The issuer at a place of the list: its name stands in no address."""
    return _at(own_list(visit).issuers, visit.parameters["issuer"])


def _key(visit: Visit[Desk]) -> tuple[TrustedIssuer, TrustedKey]:
    issuer = _issuer(visit)
    return issuer, _at(issuer.keys, visit.parameters["key"])


def _at(each: tuple[T, ...], place: str) -> T:
    number = whole_number(place)
    if number is None or number >= len(each):
        raise forgotten()
    return each[number]


ROUTES: Final = (
    Get("trust/issuers/{issuer}/keys/{key}", ask_key),
    Post("trust/issuers/{issuer}/keys/{key}", say_key),
    Get("trust/issuers/{issuer}/scope", ask_scope),
    Post("trust/issuers/{issuer}/scope", say_scope),
)
