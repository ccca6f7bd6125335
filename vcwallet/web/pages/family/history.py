"""To whom diplomas of a child were shown, and the child's number for organisers."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle import animation, scanning, writing
from vcwallet.bundle.inputs import Given
from vcwallet.bundle.writing import BundleForm
from vcwallet.errors import N_, VcwalletError
from vcwallet.speaking import showings
from vcwallet.wallet import Child, history_sheet, proof_of_id
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import saved, unsaved
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_FORMS: Final = {
    "picture": (BundleForm.PNG, "image/png"),
    "file": (BundleForm.JSON, "application/json"),
    "digits": (BundleForm.TXT, "text/plain"),
}


def history(visit: Visit[Family]) -> Response:
    return _history(visit)


def take_receipt(visit: Visit[Family]) -> Response:
    """Keep what a recipient gave back, beside the line that it is for."""
    files = visit.form.files("receipt")
    name = files[0].name if files else visit.language.text(N_("what was pasted"))
    given: list[Given] = [(each.name, each.content) for each in files]
    given += [visit.form.text("pasted")] if not given else []
    try:
        receipt = scanning.the_receipt(scanning.read_inputs(given), name)
        kept = visit.opened.wallet.receive(receipt, now=visit.now)
    except VcwalletError as error:
        return _history(visit, error)
    words = showings.receipt_kept(kept, visit.language)
    return saved(visit, f"children/{kept.child.id}/history", words)


def _history(visit: Visit[Family], error: VcwalletError | None = None) -> Response:
    child = _child(visit)
    lines = showings.history(child, visit.language, now=visit.now)
    values: dict[str, Any] = {"child": child, "lines": lines, "unsaved": unsaved(visit)}
    if error is not None:
        return visit.again("family/history.html", error, field="receipt", **values)
    return visit.page("family/history.html", **values)


def print_history(visit: Visit[Family]) -> Response:
    child = _child(visit)
    content = history_sheet.pdf([child], visit.language, made=visit.now)
    return visit.download(showings.history_name(child, visit.language), content, "application/pdf")


def ask_to_forget(visit: Visit[Family]) -> Response:
    child = _child(visit)
    line = showings.in_history(child, visit.parameters["line"], visit.language, now=visit.now)
    return visit.page("family/forget.html", child=child, line=line)


def forget(visit: Visit[Family]) -> Response:
    child = _child(visit)
    child.ledger.erase(visit.parameters["line"])
    words = visit.language.text(N_("The entry is erased for good."))
    return saved(visit, f"children/{child.id}/history", words)


def number(visit: Visit[Family]) -> Response:
    """The child's number, and a code that proves that it is theirs."""
    return _number(visit)


def carry_number(visit: Visit[Family]) -> Response:
    """The proof as a file, for one organiser alone where a site is named."""
    child = _child(visit)
    form, media_type = _FORMS.get(visit.form.text("form"), _FORMS["file"])
    try:
        proof = visit.opened.wallet.prove_id(child, to=visit.form.text("to") or None, now=visit.now)
    except VcwalletError as error:
        return _number(visit, error)
    content = writing.render(proof, form, visit.language)
    return visit.download(showings.number_name(child, form.value, visit.language), content, media_type)


def number_picture(visit: Visit[Family]) -> Response:
    """The code with the number and its proof."""
    proof = visit.opened.wallet.prove_id(_child(visit), now=visit.now)
    return Response(animation.gif(writing.screen_codes(proof)), media_type="image/gif")


def _number(visit: Visit[Family], error: VcwalletError | None = None) -> Response:
    child = _child(visit)
    values: dict[str, Any] = {
        "child": child,
        "until": visit.now + proof_of_id.DEFAULT_EXPIRY,
        "site": visit.form.text("to"),
    }
    if error is not None:
        return visit.again("family/number.html", error, field="to", **values)
    return visit.page("family/number.html", **values)


def _child(visit: Visit[Family]) -> Child:
    return visit.opened.child(visit.parameters["child"])


ROUTES: Final = (
    Get("children/{child}/history", history),
    Post("children/{child}/history", take_receipt),
    Get("children/{child}/history/print", print_history),
    Get("children/{child}/history/{line}/forget", ask_to_forget),
    Post("children/{child}/history/{line}/forget", forget),
    Get("children/{child}/id", number),
    Post("children/{child}/id", carry_number),
    Get("children/{child}/id/picture", number_picture),
)
