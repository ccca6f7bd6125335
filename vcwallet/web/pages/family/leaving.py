"""Taking a child's records out: as files for any program, or as a wallet of the grown child's own."""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import leaving, safekeeping
from vcwallet.wallet import Child
from vcwallet.web.pages.family import creating
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import saved
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def whose(visit: Visit[Family]) -> Response:
    """Whose records are to be taken out."""
    children = visit.opened.wallet.children
    if len(children) == 1:
        return visit.go(f"children/{children[0].id}/leaving")
    return visit.page("family/leaving_whose.html", children=children)


def taking(visit: Visit[Family]) -> Response:
    """The two ways out of the wallet."""
    child = _child(visit)
    return visit.page(
        "family/leaving.html",
        child=child,
        grown=leaving.grown(child, visit.language, now=visit.now),
        bound=leaving.bound(child),
    )


def plain(visit: Visit[Family]) -> Response:
    """Everything of the child in one ZIP file, readable by anybody."""
    child, form = _child(visit), visit.form
    content = visit.opened.wallet.plain_zip(
        child,
        keys=form.ticked("keys"),
        lang=visit.language.code,
        now=visit.now,
    )
    return visit.download(leaving.zip_name(child), content, "application/zip")


def choose_place(visit: Visit[Family]) -> Response:
    child = _child(visit)
    _ = child.key  # told before a place and a passphrase are chosen
    words = N_("Where shall the wallet of the grown child lie?")
    return visit.choose(
        words, f"children/{child.id}/own/{{chosen}}", wanted="new", name=leaving.wallet_name(child)
    )


def ask_own(visit: Visit[Family]) -> Response:
    return _own(visit)


def own(visit: Visit[Family]) -> Response:
    """A wallet of the child's own; this one keeps a copy, and with the last tick no keys."""
    opened, child, form, path = visit.opened, _child(visit), visit.form, visit.chosen()
    try:
        chosen = creating.typed_words(visit, None)
        opened.wallet.export_child(
            child, path, chosen, let_go=form.ticked("let_go"), kdf=creating.kdf(), now=visit.now
        )
    except UsageError as error:
        return _own(visit, error)
    return saved(visit, f"children/{child.id}/leaving", leaving.made(child, path.name, visit.language))


def _own(visit: Visit[Family], error: VcwalletError | None = None) -> Response:
    values: dict[str, Any] = {"child": _child(visit), "file": visit.chosen().name}
    if error is not None:
        return visit.again("family/own_wallet.html", error, field=safekeeping.field_of(error), **values)
    return visit.page("family/own_wallet.html", **values)


def _child(visit: Visit[Family]) -> Child:
    return visit.opened.child(visit.parameters["child"])


ROUTES: Final = (
    Get("leaving", whose),
    Get("children/{child}/leaving", taking),
    Post("children/{child}/leaving/files", plain),
    Post("children/{child}/own", choose_place),
    Get("children/{child}/own/{chosen}", ask_own),
    Post("children/{child}/own/{chosen}", own),
)
