"""A diploma's page and that of a document nobody signed: look, note, save, move, take out, undo."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet import limits
from vcwallet.bundle import redrawn
from vcwallet.credentials import badge_picture
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import wallets
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.wallet import Attachment, Child, Diploma, attachments
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import unsaved
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def kept(visit: Visit[Family]) -> Response:
    """A diploma, or a document that nobody signed."""
    found = _kept(visit)
    return _diploma(visit, found) if isinstance(found, Diploma) else _document(visit, found)


def note(visit: Visit[Family]) -> Response:
    """The family's own words about a diploma."""
    diploma, words = visit.opened.diploma(_child(visit), visit.parameters["number"]), visit.form.text("note")
    try:
        _child(visit).note(diploma, words, now=visit.now)
    except VcwalletError as error:
        return _diploma(visit, diploma, error, typed=words)
    visit.opened.save(visit.now)
    return visit.go(f"{_address(visit)}#note")


def _diploma(
    visit: Visit[Family], kept: Diploma, error: VcwalletError | None = None, typed: str | None = None
) -> Response:
    child, language = _child(visit), visit.language
    known = visit.opened.wallet.status(kept, now=visit.now)
    values: dict[str, Any] = {
        **_common(visit, kept),
        "entry": wallets.entry(kept, known, language, now=visit.now),
        "facts": wallets.facts(kept, language),
        "hideable": wallets.hideable(kept, language),
        "shown_to": wallets.showings_of(child, kept, language),
        "note": typed if typed is not None else wallets.note(child, kept, language),
        "details": wallets.details(kept, language),
        "text": kept.signed.text,
        "has_picture": badge_picture.picture_in(kept.credential) is not None,
    }
    if error is not None:
        return visit.again("family/diploma.html", error, field="note-words", **values)
    return visit.page("family/diploma.html", **values)


def _document(visit: Visit[Family], kept: Attachment) -> Response:
    problem, pages = None, 0
    try:
        pages = attachments.pages(kept)
    except VcwalletError as error:
        problem = visit.problem(error)
    return visit.page(
        "family/document.html",
        **_common(visit, kept),
        pages=pages,
        text=attachments.text_of(kept),
        unreadable=problem,
        known=wallets.unsigned(kept, visit.language),
        claims=wallets.claims(kept, visit.language),
        signatures=[each.name for each in kept.signatures],
    )


def picture(visit: Visit[Family]) -> Response:
    """A page of a document, drawn anew here."""
    document = visit.opened.document(_child(visit), visit.parameters["number"])
    number = whole_number(visit.parameters["page"]) or 0
    return Response(attachments.page(document, number), media_type="image/png")


def badge(visit: Visit[Family]) -> Response:
    """The picture that a diploma carries in itself, drawn anew here; one at an address is never fetched."""
    diploma = visit.opened.diploma(_child(visit), visit.parameters["number"])
    data = badge_picture.picture_in(diploma.credential)
    drawn = None if data is None else redrawn.png(data, most_pixels=limits.BADGE_PICTURE_PIXELS)
    if drawn is None:
        raise UsageError(
            "wallet.no-picture",
            N_("“{title}” carries no picture that can be drawn here."),
            next_step=N_("Save the file and open it with another program."),
            title=diploma.title[:200],
        )
    return Response(drawn, media_type="image/png")


def download(visit: Visit[Family]) -> Response:
    """The file as it was given."""
    kept = _kept(visit)
    if isinstance(kept, Attachment):
        return visit.download(kept.name, kept.data)
    return visit.download(f"{kept.number}.vc.json", kept.signed.text.encode("utf-8"))


def download_signature(visit: Visit[Family]) -> Response:
    """A signature that lies beside a document, as it was given."""
    document = visit.opened.document(_child(visit), visit.parameters["number"])
    number = whole_number(visit.parameters["which"]) or 0
    if not 0 < number <= len(document.signatures):
        raise attachments.no_page(document, number)
    found = document.signatures[number - 1]
    return visit.download(found.name, found.data)


# --- moving -----------------------------------------------------------------------------------------------


def ask_move(visit: Visit[Family]) -> Response:
    return _move_page(visit)


def move(visit: Visit[Family]) -> Response:
    opened, kept, same = visit.opened, _kept(visit), visit.form.text("same")
    to = opened.child(same or visit.form.text("to"))
    try:
        opened.wallet.move(kept, to, insisted=bool(same))
    except VcwalletError as error:
        return _move_page(visit, error, comparing=to if error.code == "wallet.other-person" else None)
    opened.save(visit.now)
    return visit.go(
        f"children/{to.id}", notice=visit.language.text(N_("“{title}” is here now."), title=kept.title)
    )


def _move_page(
    visit: Visit[Family], error: VcwalletError | None = None, comparing: Child | None = None
) -> Response:
    child, kept = _child(visit), _kept(visit)
    others = [each for each in visit.opened.wallet.children if each.id != child.id]
    values = {**_common(visit, kept), "others": others, "comparing": comparing}
    if error is not None:
        return visit.again("family/move.html", error, field="to", **values)
    return visit.page("family/move.html", **values)


# --- taking out -------------------------------------------------------------------------------------------


def ask_remove(visit: Visit[Family]) -> Response:
    child, kept = _child(visit), _kept(visit)
    return visit.page(
        "family/remove.html", **_common(visit, kept), loss=wallets.loss(child, kept, visit.language)
    )


def remove(visit: Visit[Family]) -> Response:
    child, opened = _child(visit), visit.opened
    opened.removed[child.id] = opened.wallet.remove(_kept(visit))
    opened.save(visit.now)
    return visit.go(f"children/{child.id}")


def undo(visit: Visit[Family]) -> Response:
    """Put back what was taken out last."""
    child, opened = _child(visit), visit.opened
    removed = opened.removed.pop(child.id, None)
    if removed is not None:
        opened.wallet.put_back(removed)
        opened.save(visit.now)
    return visit.go(f"children/{child.id}")


def _child(visit: Visit[Family]) -> Child:
    return visit.opened.child(visit.parameters["child"])


def _kept(visit: Visit[Family]) -> Diploma | Attachment:
    """What the address names, of the child that the address names."""
    return visit.opened.wallet.kept(visit.parameters["number"], child=_child(visit))


def _address(visit: Visit[Family]) -> str:
    return "children/{child}/kept/{number}".format(**visit.parameters)


def _common(visit: Visit[Family], kept: Diploma | Attachment) -> dict[str, Any]:
    return {
        "child": _child(visit),
        "kept": kept,
        "here": _address(visit),
        "has_others": len(visit.opened.wallet.children) > 1,
        "unsaved": unsaved(visit),
    }


_ONE: Final = "children/{child}/kept/{number}"
ROUTES: Final = (
    Post("children/{child}/undo", undo),
    Get(_ONE, kept),
    Post(f"{_ONE}/note", note),
    Get(f"{_ONE}/pages/{{page}}", picture),
    Get(f"{_ONE}/file", download),
    Get(f"{_ONE}/badge", badge),
    Get(f"{_ONE}/signatures/{{which}}", download_signature),
    Get(f"{_ONE}/move", ask_move),
    Post(f"{_ONE}/move", move),
    Get(f"{_ONE}/remove", ask_remove),
    Post(f"{_ONE}/remove", remove),
)
