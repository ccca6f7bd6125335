"""What a child's diplomas would be worth at a university, asked before the family applies there."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking.applying import Rules, child_items, rules_at_hand
from vcwallet.wallet import Child
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.under_way import Worth
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def ask(visit: Visit[Family]) -> Response:
    return _page(visit)


def choose(visit: Visit[Family]) -> Response:
    """Take the rules of an installed kit, or of files."""
    form, last = visit.form, visit.opened.last
    try:
        if form.text("other"):
            last.rules = None
        elif form.text("kit"):
            found = [each for each in _at_hand(visit) if each.pack.digest == form.text("kit")]
            if not found:
                return _page(visit, _no_rules())
            last.rules = found[0]
        else:
            last.rules = _given(visit)
    except VcwalletError as error:
        return _page(visit, error, field="rules")
    return visit.go(f"{_address(visit)}")


def count(visit: Visit[Family]) -> Response:
    """The answer for one programme."""
    child, form, rules = _child(visit), visit.form, visit.opened.last.rules
    if rules is None:
        return _page(visit, _no_rules())
    typed = {"programme": form.text("programme")}
    typed |= {code: form.text(f"exam-{code}") for code, _ in rules.exams(visit.language)}
    items = child_items(visit.opened.wallet, child, now=visit.now)
    try:
        lines = rules.worth(
            items,
            visit.language,
            programme=typed["programme"],
            exams=typed,
            claimed=form.texts("claim"),
        )
    except VcwalletError as error:
        return _page(visit, error, field="programme", worth=Worth(rules, typed, form.texts("claim"), ()))
    visit.opened.last.worth[child.id] = Worth(rules, typed, form.texts("claim"), tuple(lines))
    return visit.go(_address(visit))


def _page(
    visit: Visit[Family],
    error: VcwalletError | None = None,
    *,
    field: str | None = None,
    worth: Worth | None = None,
) -> Response:
    child, last, language = _child(visit), visit.opened.last, visit.language
    rules, worth = last.rules, worth or last.worth.get(child.id)
    values: dict[str, Any] = {"child": child, "here": f"children/{child.id}"}
    if rules is None:
        values["kits"] = [(each.pack.digest, each.called(language), each.where) for each in _at_hand(visit)]
        template = "family/worth_rules.html"
    else:
        values |= {
            "called": rules.called(language),
            "programmes": rules.programmes(language),
            "exams": rules.exams(language),
            "rights": rules.rights(language),
            "diplomas": [(each.number, each.title) for each in visit.opened.wallet.diplomas(child=child)],
            "worth": worth if worth is not None and worth.rules is rules else None,
        }
        template = "family/worth.html"
    if error is not None:
        return visit.again(template, error, field=field, **values)
    return visit.page(template, **values)


def _at_hand(visit: Visit[Family]) -> list[Rules]:
    return rules_at_hand(visit.places.state / "kits", visit.language, now=visit.now)


def _given(visit: Visit[Family]) -> Rules:
    file = next(iter(visit.form.files("rules")), None)
    if file is None:
        raise _no_rules()
    return Rules.read(
        (file.name, file.content), [(each.name, each.content) for each in visit.form.files("levels")]
    )


def _no_rules() -> UsageError:
    return UsageError(
        "page.no-rules",
        N_("There are no rules of a university to count by."),
        next_step=N_("Give the file of the university's rules, or choose those of a kit."),
    )


def _child(visit: Visit[Family]) -> Child:
    return visit.opened.child(visit.parameters["child"])


def _address(visit: Visit[Family]) -> str:
    return f"children/{_child(visit).id}/worth"


ROUTES: Final = (
    Get("children/{child}/worth", ask),
    Post("children/{child}/worth", count),
    Post("children/{child}/worth/rules", choose),
)
