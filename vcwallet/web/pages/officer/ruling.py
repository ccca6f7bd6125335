"""The rules of admission a desk goes by: choosing them, and what an answer is worth by them."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.locales import Language
from vcwallet.speaking.applying import exam_results
from vcwallet.speaking.decisions import decision_lines
from vcwallet.speaking.rules import named, pack_lines
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.policy import Applicant, Decision, with_decision
from vcwallet.verifier.policy_pack import Pack
from vcwallet.verifier.queue import Rules
from vcwallet.web.pages.officer.answers import entry_of
from vcwallet.web.pages.officer.opened import Desk
from vcwallet.web.pages.session import forgotten
from vcwallet.web.pages.uploads import Form
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES", "programmes"]


def rules(visit: Visit[Desk]) -> Response:
    return _rules(visit)


def choose(visit: Visit[Desk]) -> Response:
    """Take the rules of a kit or of a file, with the lists of levels; or go by none."""
    form, desk = visit.form, visit.opened
    try:
        if form.text("none"):
            desk.rules, desk.pack = None, ""
        elif name := form.text("pack"):
            kit = next((each for each in desk.office.kits if name in each.packs), None)
            if kit is None:  # another program took the kit away since the page was shown
                raise forgotten()
            desk.rules, desk.pack = Rules(kit.packs[name], kit.levels), name
        else:
            desk.rules, desk.pack = _given(form), ""
    except VcwalletError as error:
        return _rules(visit, error)
    return visit.go("rules")


def ask_worth(visit: Visit[Desk]) -> Response:
    return _worth(visit)


def worth(visit: Visit[Desk]) -> Response:
    """What an answer is worth for one programme, with the results of the applicant's exams."""
    entry, desk, form = entry_of(visit), visit.opened, visit.form
    try:
        known = _demanded(desk)
        applicant = Applicant(
            exam_results(known.pack, {code: form.text(f"exam-{code}") for code in known.pack.exams})
        )
        report = with_decision(entry.report, known.pack, known.levels, applicant, form.text("programme"))
    except VcwalletError as error:
        return _worth(visit, error)
    desk.reception.check_again(entry, report)
    return visit.go(f"answers/{entry.number}/points")


def _rules(visit: Visit[Desk], error: VcwalletError | None = None) -> Response:
    desk = visit.opened
    known = desk.rules
    values: dict[str, Any] = {
        "packs": sorted({name for kit in desk.office.kits for name in kit.packs}),
        "lines": pack_lines(known.pack, visit.language) if known is not None else (),
        "levels": sorted(map(str, known.levels.lists)) if known is not None else (),
    }
    if error is not None:
        return visit.again("officer/rules.html", error, field="rules", **values)
    return visit.page("officer/rules.html", **values)


def _worth(visit: Visit[Desk], error: VcwalletError | None = None) -> Response:
    entry, form = entry_of(visit), visit.form
    known = _demanded(visit.opened)
    decision = entry.report.policy
    values: dict[str, Any] = {
        "entry": entry,
        "programmes": programmes(known.pack, visit.language),
        "exams": [(code, named(names, visit.language)) for code, names in known.pack.exams.items()],
        "form": form,
        "chosen": decision.programme if isinstance(decision, Decision) else form.text("programme"),
        "lines": decision_lines(decision, visit.language) if isinstance(decision, Decision) else (),
    }
    if error is not None:
        return visit.again("officer/worth.html", error, **values)
    return visit.page("officer/worth.html", **values)


def programmes(pack: Pack, language: Language) -> list[tuple[str, str]]:
    """Codes and names of the programmes of some rules."""
    return [(code, named(names, language)) for code, names in pack.programmes.items()]


def _demanded(desk: Desk) -> Rules:
    """Raises UsageError (``desk.no-rules``)."""
    if desk.rules is None:
        raise UsageError(
            "desk.no-rules",
            N_("No rules of admission were chosen for this desk."),
            next_step=N_("Choose them on the page “Rules”."),
        )
    return desk.rules


def _given(form: Form) -> Rules:
    """The rules of uploaded files. Raises UsageError (``desk.no-rules-given``), what `Pack.parse` raises."""
    file = next(iter(form.files("rules")), None)
    if file is None:
        raise UsageError(
            "desk.no-rules-given",
            N_("There is no file of rules."),
            next_step=N_("Give the file of your university's rules."),
        )
    levels = [(each.name, each.content) for each in form.files("levels")]
    return Rules(Pack.parse(file.content, name=file.name), Levels.of(levels))


ROUTES: Final = (
    Get("rules", rules),
    Post("rules", choose),
    Get("answers/{number}/points", ask_worth),
    Post("answers/{number}/points", worth),
)
