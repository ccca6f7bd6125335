"""A child that was taken out as plain files, or as the ZIP file of these pages, is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import leaving
from vcwallet.wallet import NewKeys
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import unsaved
from vcwallet.web.pages.family.under_way import HandedBack
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def ask_files(visit: Visit[Family]) -> Response:
    return visit.page("family/bring_back.html", unsaved=unsaved(visit))


def bring_back(visit: Visit[Family]) -> Response:
    """Take the files, unless a key of an issuer has to be compared before."""
    form = visit.form
    given = tuple((each.name, each.content) for each in (*form.files("zip"), *form.files("folder")))
    try:
        if not given:
            raise UsageError(
                "page.no-files",
                N_("No file was chosen."),
                next_step=N_("Choose the ZIP file, or the folder."),
            )
        asked = visit.opened.wallet.keys_in(given, now=visit.now)
    except VcwalletError as error:
        return visit.again("family/bring_back.html", error, field="zip", unsaved=unsaved(visit))
    if asked:
        return visit.go(f"bring-back/{visit.session.begin(HandedBack(given, asked))}")
    return _bring(visit, given, ())


def ask_keys(visit: Visit[Family]) -> Response:
    """The fingerprints that are to be compared with what the issuers say on paper."""
    handed = visit.session.task(visit.parameters["task"], HandedBack)
    return visit.page("family/bring_back_keys.html", asked=handed.asked, unsaved=unsaved(visit))


def say_keys(visit: Visit[Family]) -> Response:
    """What was ticked is taken; the diplomas under another key are told as not kept."""
    handed = visit.session.task(visit.parameters["task"], HandedBack)
    agreed = [each for number, each in enumerate(handed.asked, 1) if visit.form.ticked(f"key-{number}")]
    visit.session.finish(visit.parameters["task"], "brought-back")
    return _bring(visit, handed.files, agreed)


def _bring(visit: Visit[Family], files: Sequence[tuple[str, bytes]], agreed: Sequence[NewKeys]) -> Response:
    opened, now = visit.opened, visit.now

    def work(_: Job) -> str:
        opened.last.returned = opened.wallet.bring_back(files, agree=lambda new: new in agreed, now=now)
        opened.save(now)
        return "brought-back"

    return visit.start(N_("Checking every signature"), 0, work, back="bring-back", stoppable=False)


def brought_back(visit: Visit[Family]) -> Response:
    found = visit.opened.last.returned
    if found is None:
        return visit.go("bring-back")
    return visit.page(
        "family/brought_back.html",
        child=found.child.id,
        kept=leaving.came_back(found, visit.language),
        keys_left="" if found.has_own_keys else visit.language.text(leaving.KEYS_LEFT),
        problems=[(name, visit.problem(error)) for name, error in found.problems],
        unsaved=unsaved(visit),
    )


ROUTES: Final = (
    Get("bring-back", ask_files),
    Post("bring-back", bring_back),
    Get("bring-back/{task}", ask_keys),
    Post("bring-back/{task}", say_keys),
    Get("brought-back", brought_back),
)
