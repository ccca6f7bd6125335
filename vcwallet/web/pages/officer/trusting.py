"""Whom the office believes: what is known of each issuer and how old that is; adding, removing, updates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from starlette.responses import Response

from vcwallet.bundle import scanning
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.host_name import in_letters
from vcwallet.speaking.kits import kit_name, kit_words
from vcwallet.speaking.trust_lists import KIND_WORDS, STAGE_WORDS, IssuerWords, change_words, issuer_words
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_changes import Change, Decision, Source, compare
from vcwallet.verifier.trust_review import (
    Published,
    believe,
    compared,
    ends_with,
    new_key,
    open_changes,
    published,
    review,
    settled,
)
from vcwallet.verifier.trusted_issuer import How, Pin, TrustedIssuer, signing_keys
from vcwallet.web.pages.officer.entries import own_list, own_places, save_list, scope_of
from vcwallet.web.pages.officer.opened import Desk
from vcwallet.web.pages.uploads import Form, GivenFile
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


T = TypeVar("T")
_FINGERPRINTS: Final = frozenset({"trust.fingerprint-not-typed", "trust.fingerprint-differs"})


@dataclass
class Adding:
    """What an issuer publishes, while somebody compares it with paper."""

    given: Published


@dataclass
class Updating:
    """Changes that were looked at, while somebody decides."""

    given: Published


def trust(visit: Visit[Desk]) -> Response:
    try:
        visit.opened.present(visit.now)
    except VcwalletError as error:
        return _trust(visit, error, field=None)
    return _trust(visit)


def _trust(
    visit: Visit[Desk], error: VcwalletError | None = None, *, field: str | None = "files"
) -> Response:
    office = visit.opened.office
    values: dict[str, Any] = {
        "issuers": [_issuer(visit, each) for each in office.trust.issuers],
        "own": office.own is not None,
        "recipient": in_letters(office.own.recipient or "") if office.own is not None else "",
        "own_entries": visit.veiled(
            each.entry for each in (office.own.issuers if office.own is not None else ())
        ),
        "places": own_places(office.own),
        "kits": [kit_words(each, visit.language) for each in office.kits],
        "outdated": visit.opened.outdated(),
    }
    if error is not None:
        return visit.again("officer/trust.html", error, field=field, **values)
    return visit.page("officer/trust.html", **values)


def _issuer(visit: Visit[Desk], issuer: TrustedIssuer) -> IssuerWords:
    """One organisation; a kit keeps its lists in files of their own, which are read when one is asked for."""
    office, language = visit.opened.office, visit.language
    words = issuer_words(issuer, office.trust, language, now=visit.now)
    kept = [
        language.text(N_("in the kit “{name}”"), name=kit_name(kit, language))
        for kit in office.kits
        if any(kit.keeps_lists(each) for each in issuer.identifiers)
    ]
    return replace(words, lists=(*words.lists, *kept))


# --- what was handed over: an issuer, newer lists, a whole list -----------------------------------------


def take(visit: Visit[Desk]) -> Response:
    """What an issuer publishes, or a whole list: one that is not in the list is added, the others updated."""
    try:
        given = published(_read(visit.form.files("files")))
    except VcwalletError as error:
        return _trust(visit, error)
    own = own_list(visit)
    if given.document is not None and own.of(given.document.id) is None:
        return visit.go(f"trust/add/{visit.session.begin(Adding(given))}")
    try:
        review(own, given, now=visit.now)
    except VcwalletError as error:
        return _trust(visit, error)
    return visit.go(f"trust/update/{visit.session.begin(Updating(given))}")


def ask_add(visit: Visit[Desk]) -> Response:
    return _adding(visit, _task(visit, Adding))


def add(visit: Visit[Desk]) -> Response:
    """Believe an issuer: the end of its fingerprint was typed from its paper."""
    task, form = _task(visit, Adding), visit.form
    document = task.given.document
    assert document is not None
    keys = [key.fingerprint for key in signing_keys(document)]
    typed = {f"fingerprint-{number}": form.text(f"fingerprint-{number}") for number in range(len(keys))}
    # The order in which an issuer reads its fingerprints out is not that of its document.
    fits = {field: [key for key in keys if ends_with(key, end)] for field, end in typed.items() if end}
    wrong = next((field for field, found in fits.items() if not found), None)
    fingerprints = {key for found in fits.values() for key in found}
    try:
        if wrong or not fingerprints:
            raise UsageError(
                "trust.fingerprint-not-typed",
                N_("That is not the end of a fingerprint of this document."),
                next_step=N_(
                    "Compare it with the issuer's paper. If it is copied rightly, this is not the issuer's"
                    " document: ask the issuer."
                ),
            )
        after, _ = believe(
            own_list(visit),
            task.given,
            name={visit.language.code: form.text("name") or document.id},
            scopes=[scope_of(form)],
            fingerprints=fingerprints,
            who=form.text("who"),
            now=visit.now,
        )
    except VcwalletError as error:
        field = wrong or "fingerprint-0" if error.code in _FINGERPRINTS else None
        return _adding(visit, task, error, field)
    save_list(visit, after)
    return visit.go("trust", notice=visit.language.text(N_("The issuer is in your list.")))


def look(visit: Visit[Desk]) -> Response:
    return _updating(visit, _task(visit, Updating))


def update(visit: Visit[Desk]) -> Response:
    """Take what is safe, and of the rest what was ticked."""
    task = _task(visit, Updating)
    changes = _reviewed(visit, task.given, visit.form)
    ticked = set(visit.form.texts("yes"))
    agreed = [
        each for each in changes if each.name in ticked and (not each.really or visit.form.ticked("really"))
    ]
    after = settled(
        own_list(visit),
        changes,
        agreed=lambda each: each.confirmed or any(each is one for one in agreed),
        now=visit.now,
    )
    save_list(visit, after)
    left = len(open_changes(changes, lambda each: each.confirmed or any(each is one for one in agreed)))
    said = N_("Your list is up to date.") if not left else N_("What you did not confirm stays as it was.")
    return visit.go("trust", notice=visit.language.text(said))


# --- one issuer -------------------------------------------------------------------------------------------


def ask_remove(visit: Visit[Desk]) -> Response:
    own = own_list(visit)
    issuer = own.entry(_entry(visit, own))
    return visit.page(
        "officer/remove.html",
        issuer=issuer_words(issuer, visit.opened.office.trust, visit.language, now=visit.now),
    )


def remove(visit: Visit[Desk]) -> Response:
    own = own_list(visit)
    entry = own.entry(_entry(visit, own)).entry
    changes = compare(own, own.without_entry(entry, on=visit.now.date()), source=Source.PERSON)
    save_list(visit, settled(own, changes, agreed=lambda _: True, now=visit.now))
    return visit.go("trust", notice=visit.language.text(N_("It is believed no more.")))


# --- forms ------------------------------------------------------------------------------------------------


def _adding(
    visit: Visit[Desk], task: Adding, error: VcwalletError | None = None, field: str | None = None
) -> Response:
    document = task.given.document
    assert document is not None
    values: dict[str, Any] = {
        "document": document,
        "site": _site(document.id),
        "keys": len(signing_keys(document)),
        "lists": len(task.given.status_lists),
        "kinds": KIND_WORDS,
        "stages": STAGE_WORDS,
        "form": visit.form,
    }
    if error is not None:
        return visit.again("officer/add.html", error, field=field, **values)
    return visit.page("officer/add.html", **values)


def _site(identifier: str) -> str:
    """The site whose document it is; "" for an identifier that names no site."""
    if not identifier.startswith("did:web:"):
        return ""
    host, *path = identifier.removeprefix("did:web:").split(":")
    return "/".join((in_letters(host.partition("%3A")[0]), *path))


def _updating(visit: Visit[Desk], task: Updating) -> Response:
    changes = _reviewed(visit, task.given, visit.form)
    words = change_words(own_list(visit), changes, visit.language)
    rows = [(each.change.name, each) for each in words]
    return visit.page(
        "officer/update.html",
        asks=[
            row for row in rows if row[1].change.decision is Decision.ASKS and row[1].change.edit is not None
        ],
        refused=[row for row in rows if row[1].change.decision is Decision.REFUSED],
        silent=[row for row in rows if row[1].change.decision is Decision.SILENT],
        with_key=new_key,
    )


def _reviewed(visit: Visit[Desk], given: Published, form: Form) -> list[Change]:
    """The changes; those of keys are answered where the end of the fingerprint was typed."""
    who = form.text("who")

    def answered(change: Change) -> Change:
        key = change.key
        if not new_key(change) or key is None:
            return change
        typed = form.text(f"fingerprint-{key.key.multibase}")
        if not ends_with(key.key.fingerprint, typed):
            return change
        return compared(change, Pin(How.PAPER, visit.now.date(), who))

    return review(own_list(visit), given, now=visit.now, answered=answered)


def _read(files: tuple[GivenFile, ...]) -> scanning.Reading:
    reading = scanning.read_inputs([each.content for each in files])
    return scanning.demand_read(reading)


def _entry(visit: Visit[Desk], own: TrustList) -> str:
    return visit.unveiled("entry", (each.entry for each in own.issuers))


def _task(visit: Visit[Desk], kind: type[T]) -> T:
    """Raises UsageError (``page.forgotten``)."""
    return visit.session.task(visit.parameters["task"], kind)


ROUTES: Final = (
    Get("trust", trust),
    Post("trust", take),
    Get("trust/add/{task}", ask_add),
    Post("trust/add/{task}", add),
    Get("trust/update/{task}", look),
    Post("trust/update/{task}", update),
    Get("trust/remove/{entry}", ask_remove),
    Post("trust/remove/{entry}", remove),
)
