"""An offer of OpenID4VCI on the family's pages: at which site it lies, what it offers, and taking it.

No site is asked before the button that says so, and an offer's code is used only by the button under what it
offers, for one child. What comes is told on the page of the child, like a file that was dropped there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle import scanning
from vcwallet.bundle.openid4vci import OfferLink
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import openid_offers
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import AddResult, Child, Intake, openid_collecting
from vcwallet.wallet.openid_collecting import Collected, Offered
from vcwallet.web.pages.family.home import shown_home
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "begin"]


@dataclass
class Offering:
    """One offer on its way."""

    child: str
    link: OfferLink
    offered: Offered | None = None
    """None as long as its site was not asked."""
    seen: int = 0
    """The number of what is looked at (`Visit.demand_seen`)."""
    problem: VcwalletError | None = None
    """Why nothing of it was taken; it may be tried again."""
    used: bool = False
    """Whether its code was taken by the site."""
    refused: list[tuple[str, VcwalletError]] = field(default_factory=list)
    """What was offered and is not here."""
    left: list[tuple[str, bytes]] = field(default_factory=list)
    """What the site gave and could not be added, to be saved as a file."""


def begin(visit: Visit[Family], child: Child, offer: JsonObject | str) -> Response:
    """Raises what `OfferLink.read` raises."""
    name = visit.opened.begin(Offering(child.id, OfferLink.read(offer)), visit.randomness)
    return visit.go(f"children/{child.id}/offer/{name}")


def paste(visit: Visit[Family]) -> Response:
    """An offer as a link, copied from a site."""
    child = visit.opened.child(visit.parameters["child"])
    try:
        pasted = visit.language.text(N_("what was pasted"))
        found = scanning.the_offer(scanning.read_inputs([visit.form.text("pasted")]), pasted)
        return begin(visit, child, found)
    except VcwalletError as error:
        return shown_home(visit, child, error, "pasted")


def look_at(visit: Visit[Family]) -> Response:
    return _page(visit, _offering(visit))


def ask_there(visit: Visit[Family]) -> Response:
    """Ask the site what it offers."""
    offering = _offering(visit)
    try:
        offering.offered = openid_collecting.look_up(offering.link, network=visit.network)
    except VcwalletError as error:
        return _page(visit, offering, error)
    offering.seen += 1
    return visit.go(_address(visit))


def take(visit: Visit[Family]) -> Response:
    """Take what was looked at. The site may be slow, so it is a job."""
    offering, code = _offering(visit), visit.form.text("code").strip() or None
    offered = offering.offered
    if offered is None or offering.used:
        return _page(visit, offering)
    try:
        visit.demand_seen(offering.seen)
    except UsageError as error:
        return _page(visit, offering, error)

    def work(job: Job) -> str:
        return _taken(visit, offering, offered, code)

    return visit.start(N_("Taking what the site offers"), 0, work, back=_address(visit), stoppable=False)


def save(visit: Visit[Family]) -> Response:
    """What the site gave, byte for byte."""
    offering, number = _offering(visit), whole_number(visit.parameters["number"])
    if number is None or number >= len(offering.left):
        return _page(visit, offering)
    return visit.download(*offering.left[number])


def _taken(visit: Visit[Family], offering: Offering, offered: Offered, code: str | None) -> str:
    opened = visit.opened
    child = opened.child(offering.child)
    try:
        collected = openid_collecting.collect(
            offered,
            child,
            issuers=opened.wallet.issuers,
            is_way_in=opened.wallet.is_way_in,
            code=code,
            network=visit.network,
            now=visit.now,
        )
    except VcwalletError as error:
        offering.problem = error
        return _address(visit)
    offering.used, offering.problem = True, None
    offering.refused = [(each.name, each.error) for each in collected.refused]
    if collected.given:
        intake = Intake.take(opened.wallet, collected.given, child=child, now=visit.now)
        offering.left = _left(collected, intake.results)
        opened.handed_in(child.id, intake)
        opened.save(visit.now)
    return _address(visit) if offering.refused or offering.left else f"children/{child.id}#added"


def _left(collected: Collected, results: tuple[AddResult, ...]) -> list[tuple[str, bytes]]:
    """What failed; what only waits for an answer is asked about on the page of the child."""
    failed = {each.where for each in results if each.error is not None and each.undecided is None}
    return [each for each in collected.given if each[0] in failed]


def _page(visit: Visit[Family], offering: Offering, error: VcwalletError | None = None) -> Response:
    language, offered = visit.language, offering.offered
    child = visit.opened.child(offering.child)
    values: dict[str, Any] = {
        "child": child,
        "begun": visit.parameters["begun"],
        "site": openid_offers.site(offering.link.site, language),
        "lines": [],
        "asks_code": False,
        "seen": offering.seen,
        "used": offering.used,
        "refused": [(name, visit.problem(each)) for name, each in offering.refused],
        "left": [name for name, _ in offering.left],
        "failed": None if offering.problem is None else visit.problem(offering.problem),
    }
    if offered is not None:
        issuers = visit.opened.wallet.issuers.all()
        values["lines"] = list(openid_offers.offer_lines(offered, child, issuers, language))
        values["asks_code"] = offered.offer.transaction_code is not None
    if error is not None:
        return visit.again("family/offer.html", error, **values)
    return visit.page("family/offer.html", **values)


def _offering(visit: Visit[Family]) -> Offering:
    found = visit.opened.tasks.get(visit.parameters["begun"])
    if not isinstance(found, Offering) or found.child != visit.parameters["child"]:
        raise UsageError(
            "page.offer-forgotten",
            N_("This offer is not under way any more."),
            next_step=N_("Begin again with its code or its link."),
        )
    return found


def _address(visit: Visit[Family]) -> str:
    return f"children/{visit.parameters['child']}/offer/{visit.parameters['begun']}"


ROUTES: Final = (
    Post("children/{child}/offer", paste),
    Get("children/{child}/offer/{begun}", look_at),
    Post("children/{child}/offer/{begun}/there", ask_there),
    Post("children/{child}/offer/{begun}/take", take),
    Get("children/{child}/offer/{begun}/file/{number}", save),
)
