"""What is written of a child: put right, two entries of one child joined, a child taken out."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.credentials.spelling import same_name
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import wallets
from vcwallet.wallet import Child
from vcwallet.wallet.recognising import describe_child
from vcwallet.web.pages.family.home import typed_child
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import saved, unsaved
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


# --- putting it right ---------------------------------------------------------------------------------------


def ask_names(visit: Visit[Family]) -> Response:
    return _names(visit)


def names(visit: Visit[Family]) -> Response:
    """A surname that changed is remembered beside the new one; what was mistyped is not."""
    child, form = _child(visit), visit.form
    before = child.profile.renamed(form.text("family")) if form.ticked("renamed") else child.profile
    try:
        right = before.corrected(**typed_child(visit))
        visit.opened.wallet.correct_child(child, right, insisted=form.ticked("same"), now=visit.now)
    except VcwalletError as error:
        return _names(visit, error)
    said = N_("Written down: {child}.")
    return saved(
        visit,
        f"children/{child.id}",
        visit.language.text(said, child=describe_child(child.profile, visit.language.long_day)),
    )


def _names(visit: Visit[Family], error: VcwalletError | None = None) -> Response:
    child = _child(visit)
    profile = child.profile
    kept = {
        "family": profile.family_name,
        "given": profile.given_name,
        "patronymic": profile.patronymic_name or "",
        "born": profile.written_birth_date,
    }
    values = _common(visit, child) | {
        "typed": kept if error is None else typed_child(visit),
        "renamed": visit.form.ticked("renamed"),
        "former": profile.former_family_names,
        "comparing": error is not None and error.code == "wallet.other-person",
    }
    if error is not None:
        field = "born" if error.code == "wallet.birth-date" else "given"
        return visit.again("family/names.html", error, field=field, **values)
    return visit.page("family/names.html", **values)


# --- two entries of one child -------------------------------------------------------------------------------


def ask_merge(visit: Visit[Family]) -> Response:
    return _merge(visit)


def merge(visit: Visit[Family]) -> Response:
    """The chosen entry goes into the one whose page this is."""
    child, opened, same = _child(visit), visit.opened, visit.form.text("same")
    other = opened.child(same or visit.form.text("other"))
    gone = other.name
    try:
        opened.wallet.merge_children(other, child, insisted=bool(same), now=visit.now)
    except VcwalletError as error:
        return _merge(visit, error, comparing=other if error.code == "wallet.other-person" else None)
    opened.forget_child(other.id)
    words = visit.language.text(N_("{other} is now part of {child}."), other=gone, child=child.name)
    return saved(visit, f"children/{child.id}", words)


def _merge(
    visit: Visit[Family], error: VcwalletError | None = None, comparing: Child | None = None
) -> Response:
    child, language = _child(visit), visit.language
    values = _common(visit, child) | {
        "stays": describe_child(child.profile, language.long_day),
        "others": [
            (each.id, describe_child(each.profile, language.long_day))
            for each in visit.opened.wallet.children
            if each.id != child.id
        ],
        "comparing": comparing,
    }
    if error is not None:
        return visit.again("family/merge.html", error, field="other", **values)
    return visit.page("family/merge.html", **values)


# --- taking a child out -------------------------------------------------------------------------------------


def ask_remove(visit: Visit[Family]) -> Response:
    return _remove(visit)


def remove(visit: Visit[Family]) -> Response:
    """Its key goes for ever, so the name is typed: a press on the wrong child's page does nothing."""
    child, opened = _child(visit), visit.opened
    if not same_name(visit.form.text("name"), child.profile.given_name):
        error = UsageError(
            "page.other-child",
            N_("That is not the given name of this child."),
            next_step=N_("Type the name as it stands above, or leave the child in the wallet."),
        )
        return _remove(visit, error)
    gone = child.name
    opened.wallet.remove_child(child)
    opened.forget_child(child.id)
    words = N_("{child} is no longer in this wallet; older backups still have the child.")
    return saved(visit, "", visit.language.text(words, child=gone))


def _remove(visit: Visit[Family], error: VcwalletError | None = None) -> Response:
    child = _child(visit)
    values = _common(visit, child) | {"loss": wallets.loss_of_child(child, visit.language)}
    if error is not None:
        return visit.again("family/remove_child.html", error, field="name", **values)
    return visit.page("family/remove_child.html", **values)


def _child(visit: Visit[Family]) -> Child:
    return visit.opened.child(visit.parameters["child"])


def _common(visit: Visit[Family], child: Child) -> dict[str, Any]:
    return {
        "child": child,
        "here": f"children/{child.id}",
        "has_others": len(visit.opened.wallet.children) > 1,
        "unsaved": unsaved(visit),
    }


_ONE: Final = "children/{child}"
ROUTES: Final = (
    Get(f"{_ONE}/names", ask_names),
    Post(f"{_ONE}/names", names),
    Get(f"{_ONE}/merge", ask_merge),
    Post(f"{_ONE}/merge", merge),
    Get(f"{_ONE}/remove", ask_remove),
    Post(f"{_ONE}/remove", remove),
)
