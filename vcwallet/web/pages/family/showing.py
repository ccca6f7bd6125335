"""Showing diplomas in four steps: to whom and what for, which, what of each, and a signature under that.

What was decided so far lies in `Family.tasks` under a random name, so that two windows do not mix and Back
works. The drafts that a family looks at last are the ones that are signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from vcwallet.bundle import animation, scanning, writing
from vcwallet.bundle.inputs import Given
from vcwallet.bundle.writing import BundleForm
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking import previews, requests, showings
from vcwallet.speaking.shown import shown_draft
from vcwallet.wallet import Child, Drafts, Shown
from vcwallet.wallet.asides import Choice
from vcwallet.web.pages.family import openid
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.family.saving import saved, unsaved
from vcwallet.web.pages.family.under_way import Begun
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]

_FIELDS: Final = {
    "presentation.no-recipient": "to",
    "host-name.malformed": "to",
    "wallet.no-purpose": "purpose",
    "wallet.expires-past": "until",
    "wallet.expires-late": "until",
}
"""By the code of an error the field it is about."""


# --- step 1: to whom and what for -------------------------------------------------------------------------


def begin(visit: Visit[Family]) -> Response:
    """A new showing, or one that was put aside."""
    return _first(visit, Choice())


def begin_by_hand(visit: Visit[Family]) -> Response:
    child, choice = _child(visit), _addressed(visit, Choice())
    try:
        visit.opened.wallet.check_terms(choice, now=visit.now)
    except UsageError as error:
        return _first(visit, choice, error, _FIELDS.get(error.code))
    return _go_on(visit, Begun(child.id, visit.opened.wallet.choose_only(child, choice)))


def begin_by_request(visit: Visit[Family]) -> Response:
    """A request that was dropped, photographed or pasted; the next step has a proposal."""
    child, wallet, form = _child(visit), visit.opened.wallet, visit.form
    files = form.files("request")
    given: list[Given] = [(each.name, each.content) for each in files]
    given += [form.text("pasted")] if not given else []
    name = files[0].name if files else visit.language.text(N_("what was pasted"))
    try:
        request = scanning.the_question(scanning.read_inputs(given), name)
        if isinstance(request, str):
            return openid.begin(visit, child, request)
        choice, problem = wallet.answer(child, request, now=visit.now)
    except VcwalletError as error:
        return _first(visit, Choice(), error, "request")
    return _go_on(visit, Begun(child.id, choice, problem=problem))


def take_up(visit: Visit[Family]) -> Response:
    """Go on with what was put aside."""
    child = _child(visit)
    aside = child.asides.find(visit.parameters["aside"])
    return _go_on(visit, Begun(child.id, aside.choice, aside.record), "which")


def give_up(visit: Visit[Family]) -> Response:
    """Forget what was put aside."""
    child = _child(visit)
    child.asides.drop(visit.parameters["aside"])
    words = visit.language.text(N_("Given up. Nothing was shown."))
    return saved(visit, f"children/{child.id}/show", words)


def address(visit: Visit[Family]) -> Response:
    """Step one again, of a showing that is under way."""
    return _first(visit, _not_signed(visit).choice)


def addressed(visit: Visit[Family]) -> Response:
    begun = _not_signed(visit)
    choice = _addressed(visit, begun.choice)
    try:
        visit.opened.wallet.check_terms(choice, now=visit.now)
    except UsageError as error:
        return _first(visit, choice, error, _FIELDS.get(error.code))
    begun.choice = choice
    return _to(visit, "which")


def _addressed(visit: Visit[Family], choice: Choice) -> Choice:
    """The choice with what step one says; a request has said all but the time."""
    form = visit.form
    until = showings.end_named(form.text("until"), visit.now, visit.language)
    if choice.request is not None:
        return replace(choice, until=until)
    return replace(choice, to=form.text("to"), purpose=form.text("purpose"), until=until)


def _first(
    visit: Visit[Family], choice: Choice, error: VcwalletError | None = None, field: str | None = None
) -> Response:
    values: dict[str, Any] = {
        "child": _child(visit),
        "choice": choice,
        "begun": visit.parameters.get("begun"),
        "ends": showings.ends(visit.now, visit.language),
        "asides": _child(visit).asides.all(),
        "asked": _asked(visit, choice),
        "unsaved": unsaved(visit),
    }
    if error is not None:
        return visit.again("family/show_to.html", error, field=field, **values)
    return visit.page("family/show_to.html", **values)


# --- step 2: which ----------------------------------------------------------------------------------------


def which(visit: Visit[Family]) -> Response:
    return _which(visit)


def chosen(visit: Visit[Family]) -> Response:
    begun = _not_signed(visit)
    wallet, child = visit.opened.wallet, _child(visit)
    begun.choice = wallet.choose(child, begun.choice, visit.form.texts("diploma"))
    if visit.form.ticked("later"):
        return _later(visit)
    try:
        begun.look_at(wallet.prepare_choice(child, begun.choice, now=visit.now))
    except VcwalletError as error:
        return _which(visit, error)
    return _to(visit, "what")


def _which(visit: Visit[Family], error: VcwalletError | None = None) -> Response:
    child, begun = _child(visit), _not_signed(visit)
    values: dict[str, Any] = {
        "child": child,
        "begun": visit.parameters["begun"],
        "choice": begun.choice,
        "offers": showings.offers(child, visit.opened.wallet, begun.choice, visit.language, now=visit.now),
        "asked": _asked(visit, begun.choice),
        "why": showings.why_these(child, visit.opened.wallet, begun.choice, visit.language, now=visit.now),
        "unanswered": None if begun.problem is None else visit.problem(begun.problem),
    }
    if error is not None:
        return visit.again("family/show_which.html", error, field="diplomas", **values)
    return visit.page("family/show_which.html", **values)


# --- step 3: what of each ---------------------------------------------------------------------------------


def what(visit: Visit[Family]) -> Response:
    begun = _not_signed(visit)
    return visit.page("family/show_what.html", **_previewed(visit, _drafts(visit, begun)))


def ticked(visit: Visit[Family]) -> Response:
    """The ticks, once more with the preview of them, put aside, or to be signed."""
    begun = _not_signed(visit)
    drafts = _drafts(visit, begun)
    choice = replace(begun.choice, hide=showings.hidden_by(visit.form.texts("show"), drafts))
    try:
        begun.look_at(visit.opened.wallet.prepare_choice(_child(visit), choice, now=visit.now))
    except VcwalletError as error:
        return visit.again("family/show_what.html", error, **_previewed(visit, drafts))
    begun.choice = choice
    if visit.form.ticked("later"):
        return _later(visit)
    return _to(visit, "what" if visit.form.ticked("again") else "check")


def _previewed(visit: Visit[Family], drafts: Drafts) -> dict[str, Any]:
    """What steps three and four show: the ticks, and beside them the recipient's own view of the drafts."""
    language = visit.language
    return {
        "child": drafts.child,
        "begun": visit.parameters["begun"],
        "drafts": drafts,
        "seen": _begun(visit).seen,
        "recipient": previews.recipient(drafts),
        "ticks": [showings.ticks(each, language) for each in drafts.diplomas],
        "shown": [shown_draft(each.draft, language) for each in drafts.diplomas],
        "warnings": list(previews.warnings(drafts, language, now=visit.now)),
        "unseen": showings.unseen(drafts, language),
    }


# --- step 4: check and sign -------------------------------------------------------------------------------


def check(visit: Visit[Family]) -> Response:
    return visit.page("family/show_check.html", **_previewed(visit, _drafts(visit, _not_signed(visit))))


def sign(visit: Visit[Family]) -> Response:
    """Sign the drafts that were looked at. A name that deceives is agreed to by itself."""
    begun = _begun(visit)
    drafts = _drafts(visit, begun)
    if begun.shown is not None:
        return _to(visit, "done")
    try:
        visit.demand_seen(begun.seen)
    except UsageError as error:
        return visit.again("family/show_check.html", error, **_previewed(visit, drafts))
    if drafts.terms.imitated is not None and not visit.form.ticked("looked"):
        unlike = showings.look_at_the_recipient(drafts)
        return visit.again("family/show_check.html", unlike, field="looked", **_previewed(visit, drafts))
    begun.shown = visit.opened.wallet.sign(drafts, now=visit.now)
    if begun.aside is not None:
        drafts.child.asides.drop(begun.aside)
    visit.opened.save(visit.now)
    return _to(visit, "done")


def done(visit: Visit[Family]) -> Response:
    shown = _shown(visit)
    return visit.page(
        "family/show_done.html",
        child=_child(visit),
        begun=visit.parameters["begun"],
        recipient=showings.recipient_of(shown.ledger_entry),
        unsaved=unsaved(visit),
        codes=len(writing.screen_codes(shown.bundle)),
    )


def carry_away(visit: Visit[Family], *, form: BundleForm) -> Response:
    """A sheet, a picture or a file of what was signed."""
    shown = _shown(visit)
    name = showings.file_name(shown.ledger_entry, form.value, visit.language)
    return visit.download(name, shown.render(form, lang=visit.language.code))


def code(visit: Visit[Family]) -> Response:
    """The page with the code alone, or with the codes one after another; `number` holds one still."""
    shown = _shown(visit)
    codes = writing.screen_codes(shown.bundle)
    number = showings.number_of(visit.parameters.get("number", ""), len(codes))
    return visit.page(
        "family/show_code.html",
        child=_child(visit),
        begun=visit.parameters["begun"],
        recipient=showings.recipient_of(shown.ledger_entry),
        at=number,
        codes=codes,
    )


def code_picture(visit: Visit[Family]) -> Response:
    """The picture on that page; several codes change by themselves."""
    codes = writing.screen_codes(_shown(visit).bundle)
    number = showings.number_of(visit.parameters["number"], len(codes))
    return Response(animation.gif(codes[number - 1 : number] if number else codes), media_type="image/gif")


# --- what a showing is found by ---------------------------------------------------------------------------


def _child(visit: Visit[Family]) -> Child:
    return visit.opened.child(visit.parameters["child"])


def _begun(visit: Visit[Family]) -> Begun:
    return visit.opened.showing(visit.parameters["begun"], visit.parameters["child"], Begun)


def _not_signed(visit: Visit[Family]) -> Begun:
    """A showing that can still be changed; raises UsageError (``page.showing-signed``)."""
    begun = _begun(visit)
    if begun.shown is not None:
        raise UsageError(
            "page.showing-signed",
            N_("This showing is signed: nothing of it can be changed any more."),
            next_step=N_("It is in the history. Begin a new one to show something else."),
        )
    return begun


def _drafts(visit: Visit[Family], begun: Begun) -> Drafts:
    if begun.drafts is None:
        begun.look_at(visit.opened.wallet.prepare_choice(_child(visit), begun.choice, now=visit.now))
    assert begun.drafts is not None
    return begun.drafts


def _shown(visit: Visit[Family]) -> Shown:
    shown = _begun(visit).shown
    if shown is None:
        raise UsageError(
            "page.not-signed",
            N_("This showing is not signed yet."),
            next_step=N_("Go through its steps first."),
        )
    return shown


def _asked(visit: Visit[Family], choice: Choice) -> Sequence[tuple[str, str]]:
    return () if choice.request is None else tuple(requests.request_rows(choice.request, visit.language))


def _go_on(visit: Visit[Family], begun: Begun, step: str = "which") -> Response:
    name = visit.opened.begin(begun, visit.randomness)
    return visit.go(f"children/{begun.child}/showing/{name}/{step}")


def _to(visit: Visit[Family], step: str) -> Response:
    parameters = visit.parameters
    return visit.go(f"children/{parameters['child']}/showing/{parameters['begun']}/{step}")


def _later(visit: Visit[Family]) -> Response:
    """Put aside what was decided so far, in the wallet: people expect to find it there next week."""
    begun, child = _begun(visit), _child(visit)
    begun.aside = child.asides.keep(begun.choice, instead_of=begun.aside, now=visit.now).record
    words = visit.language.text(N_("Put aside. Nothing was signed or shown."))
    return saved(visit, f"children/{child.id}/show", words)


ROUTES: Final = (
    Get("children/{child}/show", begin),
    Post("children/{child}/show", begin_by_hand),
    Post("children/{child}/show/request", begin_by_request),
    Post("children/{child}/show/aside/{aside}", take_up),
    Post("children/{child}/show/aside/{aside}/drop", give_up),
    Get("children/{child}/showing/{begun}/to", address),
    Post("children/{child}/showing/{begun}/to", addressed),
    Get("children/{child}/showing/{begun}/which", which),
    Post("children/{child}/showing/{begun}/which", chosen),
    Get("children/{child}/showing/{begun}/what", what),
    Post("children/{child}/showing/{begun}/what", ticked),
    Get("children/{child}/showing/{begun}/check", check),
    Post("children/{child}/showing/{begun}/check", sign),
    Get("children/{child}/showing/{begun}/done", done),
    Get("children/{child}/showing/{begun}/code", code),
    Get("children/{child}/showing/{begun}/code/{number}", code),
    Get("children/{child}/showing/{begun}/code/{number}/picture", code_picture),
    Get("children/{child}/showing/{begun}/sheet", partial(carry_away, form=BundleForm.PDF)),
    Get("children/{child}/showing/{begun}/picture", partial(carry_away, form=BundleForm.PNG)),
    Get("children/{child}/showing/{begun}/file", partial(carry_away, form=BundleForm.JSON)),
)
