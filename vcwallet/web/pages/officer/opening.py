"""From the first page to the desk: a trust list that is there, a new one, or kits alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import Response

from vcwallet.errors import N_, VcwalletError
from vcwallet.files import free_name
from vcwallet.identifiers.host_name import host_name
from vcwallet.speaking.kits import kit_name
from vcwallet.speaking.reception import ages_sentence
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_review import write
from vcwallet.web.pages.officer import kits
from vcwallet.web.pages.officer.opened import (
    CAMERA,
    WALLET,
    Desk,
    digests,
    kits_of,
    kits_place,
    office_at,
)
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["FRONT"]

_NEW: Final = N_("trust list.json")


def begin(visit: Visit[None]) -> Response:
    """What there is to open: lists used before, installed kits, or a new list."""
    installed = kits_of(kits_place(visit.places), visit.now)
    names = [kit_name(each, visit.language) for each in installed]
    return visit.page("officer/begin.html", kits=names)


def choose(visit: Visit[None]) -> Response:
    wanted = visit.form.text("wanted")
    if wanted == "new":
        return visit.choose(
            N_("Where is the new trust list to lie?"),
            "officer/new/{chosen}",
            wanted="new",
            name=visit.language.text(_NEW),
        )
    if wanted == "kit":
        return kits.take(visit)
    if wanted == "kits":
        chosen = visit.session.choose(kits_place(visit.places))
        return visit.go(f"officer/open/{chosen}")
    return visit.choose(N_("Which trust list?"), "officer/open/{chosen}", wanted="officer")


def look(visit: Visit[None]) -> Response:
    """Whom the list believes and how old it is, before the desk is opened."""
    office = office_at(visit.chosen(), kits_place(visit.places), visit.now)
    return visit.page(
        "officer/open.html",
        office=office,
        name=visit.chosen().name,
        ages=ages_sentence(office, visit.language, now=visit.now),
        outdated=office.ages(visit.now).outdated,
    )


def open_desk(visit: Visit[None]) -> Response:
    return _enter(visit, visit.chosen())


def new(visit: Visit[None]) -> Response:
    return visit.page("officer/new.html", name="", domain="")


def start(visit: Visit[None]) -> Response:
    """A trust list with nobody in it; what is there already is not replaced."""
    name, domain = visit.form.text("name"), visit.form.text("domain")
    path = visit.chosen()
    try:
        recipient = host_name(domain) if domain else None
        made = TrustList.start(
            now=visit.now, name={visit.language.code: name} if name else {}, recipient=recipient
        )
        written = free_name(path if path.suffix else path.with_name(path.name + ".json"))
        write(written, made, before=None)
    except VcwalletError as error:
        return visit.again("officer/new.html", error, field="domain", name=name, domain=domain)
    return _enter(visit, written, "trust")


def _enter(visit: Visit[None], path: Path, address: str = "") -> Response:
    place = kits_place(visit.places)
    read = digests(path, place)
    office = office_at(path, place, visit.now)
    say, clock = visit.language.text, visit.session.clock
    desk = Desk(path, place, office, clock, read=read, camera=say(CAMERA), wallet=say(WALLET))
    visit.places.remember(path, "officer", visit.now.date())
    return visit.enter(desk, address)


FRONT: Final = (
    Get("", begin),
    Post("", choose),
    Get("open/{chosen}", look),
    Post("open/{chosen}", open_desk),
    Get("new/{chosen}", new),
    Post("new/{chosen}", start),
    *kits.FRONT,
)
