"""Publishing: what would change, into which folder, what would be lost; and whether it is there."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, VcwalletError
from vcwallet.issuer import Difference, Loss, loss_of, reading
from vcwallet.speaking.issuers import difference_words, site_words
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.secretary.opened import Secretary, with_keys
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def publish(visit: Visit[Secretary]) -> Response:
    """The folder of the last time, or the question which one."""
    issuer = visit.opened.issuer
    health = issuer.health(visit.now)
    site = issuer.site_folder
    return visit.page(
        "secretary/publish.html",
        issuer=issuer,
        health=health,
        site_files=site_words(health.site, visit.language),
        site=site,
        chosen=visit.session.choose(site) if site is not None and site.is_dir() else "",
    )


def choose(visit: Visit[Secretary]) -> Response:
    if visit.form.ticked("check"):
        return visit.choose(N_("Which folder shall be checked?"), "publish/check/{chosen}", wanted="folder")
    return visit.choose(
        N_("Into which folder shall it be published?"),
        "publish/{chosen}",
        wanted="folder",
        name=visit.language.text(N_("For the site")),
    )


def show(visit: Visit[Secretary]) -> Response:
    difference = visit.opened.issuer.difference(visit.chosen(), now=visit.now)
    return visit.page("secretary/difference.html", **_told(visit, difference))


def _told(visit: Visit[Secretary], difference: Difference) -> dict[str, Any]:
    return {
        "difference": difference,
        "told": difference_words(difference, visit.language),
        "files": site_words(difference.files, visit.language),
        "losses": [(loss_of(error), visit.problem(error)) for error in difference.losses],
    }


@with_keys
def write(visit: Visit[Secretary]) -> Response:
    opened, now, site = visit.opened, visit.now, visit.chosen()
    losing = [Loss(each) for each in visit.form.texts("lose") if each in set(Loss)]
    told = visit.language.text(N_("Published. The files are in the folder {folder}."), folder=site.name)

    def work(job: Job) -> str:
        opened.issuer.publish(site, now=now, losing=losing)
        opened.notice = told
        return "publish"

    return visit.start(
        N_("Publishing"), 0, work, back=f"publish/{visit.parameters['chosen']}", stoppable=False
    )


def check(visit: Visit[Secretary]) -> Response:
    files = visit.opened.issuer.compare(reading(visit.chosen()), now=visit.now)
    return visit.page(
        "secretary/published.html", source=visit.chosen().name, files=site_words(files, visit.language)
    )


def ask_site(visit: Visit[Secretary]) -> Response:
    return visit.page("secretary/ask_site.html", issuer=visit.opened.issuer)


def check_site(visit: Visit[Secretary]) -> Response:
    issuer = visit.opened.issuer
    try:
        files = issuer.compare_site(issuer.settings.site, visit.network.get, now=visit.now)
    except VcwalletError as error:
        return visit.again("secretary/ask_site.html", error, issuer=issuer)
    return visit.page(
        "secretary/published.html", source=issuer.settings.site, files=site_words(files, visit.language)
    )


ROUTES: Final = (
    Get("publish", publish),
    Post("publish", choose),
    Get("publish/site", ask_site),
    Post("publish/site", check_site),
    Get("publish/check/{chosen}", check),
    Get("publish/{chosen}", show),
    Post("publish/{chosen}", write),
)
