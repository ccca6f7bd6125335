"""Copies of the wallet beside it, joined after looking; newer lists and keys, fetched after asking."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError
from vcwallet.speaking import copies as words
from vcwallet.speaking import known_issuers, refreshing
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def copies(visit: Visit[Family]) -> Response:
    """Every copy in the wallet's folder beside this one, child by child."""
    return _copies(visit, visit.opened.wallet.conflict_copies(), "copies/join")


def choose_copy(visit: Visit[Family]) -> Response:
    return visit.choose(N_("Which copy of the wallet?"), "copies/{chosen}", wanted="file")


def another(visit: Visit[Family]) -> Response:
    """A copy that lies elsewhere: on a stick, on another disk."""
    return _copies(visit, [visit.chosen()], f"copies/{visit.parameters['chosen']}")


def join(visit: Visit[Family]) -> Response:
    """Join the copies of the folder, or the one that was chosen."""
    opened = visit.opened
    paths = (visit.chosen(),) if "chosen" in visit.parameters else opened.wallet.conflict_copies()
    opened.last.joined = opened.wallet.merge(paths)
    opened.save(visit.now)
    return visit.go("copies/joined")


def joined(visit: Visit[Family]) -> Response:
    lines, warnings = words.joined(visit.opened.last.joined, visit.language)
    return visit.page("family/joined.html", lines=lines, warnings=warnings)


def meanwhile(visit: Visit[Family]) -> Response:
    """What another program saved into the file since: what came from it, or what it has that is not here."""
    opened, language = visit.opened, visit.language
    lines, warnings = words.joined(opened.wallet.taken_over, language)
    beside = words.beside(opened.wallet, opened.wallet.path, language) if opened.overtaken else None
    return visit.page("family/meanwhile.html", beside=beside, lines=lines, warnings=warnings)


def take_over(visit: Visit[Family]) -> Response:
    if visit.opened.overtaken:
        visit.opened.take_over(visit.now)
    return visit.go("meanwhile")


def looked(visit: Visit[Family]) -> Response:
    """Somebody has looked at what came."""
    visit.opened.wallet.taken_over = ()
    return visit.go()


def _copies(visit: Visit[Family], paths: Sequence[Path], action: str) -> Response:
    found = [words.beside(visit.opened.wallet, path, visit.language) for path in paths]
    joinable = any(each.news for each in found)
    return visit.page("family/copies.html", copies=found, action=action, joinable=joinable)


# --- what the issuers' sites have ---------------------------------------------------------------------------


def ask_refresh(visit: Visit[Family]) -> Response:
    """Every address, before any of them is asked."""
    wallet, language = visit.opened.wallet, visit.language
    plan, names = wallet.plan_refresh(), known_issuers.names(wallet)
    return visit.page(
        "family/refresh.html",
        asked=[(each.url, refreshing.what_is_asked(each, language, names)) for each in plan.wanted],
        sites=refreshing.sites(plan.wanted),
        by_hand=[names.get(each, each) for each in plan.by_hand],
        refused=[refreshing.answer(each, language) for each in plan.refused],
    )


def refresh(visit: Visit[Family]) -> Response:
    """Ask the addresses that were listed; what comes is held to the same as what is added by hand."""
    opened, now, get = visit.opened, visit.now, visit.network.get
    plan = opened.wallet.plan_refresh()

    def work(job: Job) -> str:
        opened.last.answers = []
        for result in opened.wallet.refresh(plan.wanted, get=get, now=now):
            opened.last.answers.append(result)
            job.step()
        opened.save(now)
        return "refresh/done"

    return visit.start(N_("Asking the issuers' sites"), len(plan.wanted), work, back="refresh")


def refreshed(visit: Visit[Family]) -> Response:
    return _refreshed(visit)


def take_keys(visit: Visit[Family]) -> Response:
    """Take a key that is new here, after somebody compared its fingerprint: its site is asked once more."""
    opened, now, get, number = visit.opened, visit.now, visit.network.get, visit.parameters["number"]
    try:
        wanted, agree = refreshing.compared(
            opened.wallet, opened.last.answers, number, visit.form.ticked("compared")
        )
    except UsageError as error:
        return _refreshed(visit, error, f"compared{number}")

    def work(job: Job) -> str:
        opened.last.answers = list(opened.wallet.refresh([wanted], get=get, agree=agree, now=now))
        opened.save(now)
        job.step()
        return "refresh/done"

    return visit.start(N_("Asking the issuers' sites"), 1, work, back="refresh")


def _refreshed(visit: Visit[Family], error: UsageError | None = None, field: str = "") -> Response:
    answers = [refreshing.answer(each, visit.language) for each in visit.opened.last.answers]
    problems = [None if each.error is None else visit.problem(each.error) for each in answers]
    values: dict[str, Any] = {"answers": list(zip(answers, problems, strict=True))}
    if error is not None:
        return visit.again("family/refreshed.html", error, field=field, **values)
    return visit.page("family/refreshed.html", **values)


def issuers(visit: Visit[Family]) -> Response:
    """The issuers whose keys are here, with fingerprints to compare."""
    known = known_issuers.known_issuers(visit.opened.wallet, visit.language)
    return visit.page("family/issuers.html", issuers=known)


ROUTES: Final = (
    Get("issuers", issuers),
    Get("copies", copies),
    Post("copies", choose_copy),
    Post("copies/join", join),
    Get("copies/joined", joined),
    Get("copies/{chosen}", another),
    Post("copies/{chosen}", join),
    Get("meanwhile", meanwhile),
    Post("meanwhile/take", take_over),
    Post("meanwhile/looked", looked),
    Get("refresh", ask_refresh),
    Post("refresh", refresh),
    Get("refresh/done", refreshed),
    Post("refresh/keys/{number}", take_keys),
)
