"""The drop zone: an answer for each file, and questions where only the family knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Child, Intake, Profile
from vcwallet.web.pages.family import collecting
from vcwallet.web.pages.family.home import shown_home, typed_child
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.uploads import GivenFile
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def add(visit: Visit[Family]) -> Response:
    """Take in files that were dropped or chosen; reading pictures takes a while, so it is a job."""
    child, form = _child(visit), visit.form
    given = (*form.files("files"), *form.files("folder"))
    if not given:
        return shown_home(visit, child, _nothing_chosen())

    def work(job: Job) -> str:
        return _taken(visit, child, given)

    return visit.start(N_("Reading the files"), 0, work, stoppable=False)


def _taken(visit: Visit[Family], child: Child | None, given: Sequence[GivenFile]) -> str:
    key = "" if child is None else child.id
    contents = [(each.name, each.content) for each in given]
    visit.opened.handed_in(key, Intake.take(visit.opened.wallet, contents, now=visit.now))
    visit.opened.save(visit.now)
    return f"{_address(child)}#added"


def decide(visit: Visit[Family]) -> Response:
    """The family's answer about one of the files."""
    child = _child(visit)
    intake, number = _piece(visit)
    offer = intake.piece(number).result.offer
    if visit.form.text("offer") and child is not None and offer is not None:
        return _look_at_offer(visit, child, offer)
    if visit.form.text("whose") == "new" and not intake.names_one_child(number):
        return visit.go(f"{_address(child, '/')}pieces/{number}/newcomer")
    try:
        _decide(visit, intake, number, child)
    except VcwalletError as error:
        if not visit.form.text("unlock"):
            raise
        return shown_home(visit, child, error)
    visit.opened.save(visit.now)
    return visit.go(f"{_settled(visit, child)}#added")


def _look_at_offer(visit: Visit[Family], child: Child, offer: JsonObject) -> Response:
    try:
        return collecting.begin(visit, child, offer)
    except VcwalletError as error:
        return shown_home(visit, child, error)


def _decide(visit: Visit[Family], intake: Intake, number: int, child: Child | None) -> None:
    """What the pressed button says."""
    form, now = visit.form, visit.now
    if form.text("drop"):
        intake.leave_out(number)
    elif passphrase := form.text("unlock"):
        intake.unlock(number, passphrase, with_key=bool(form.text("with_key")), now=now)
    elif form.text("key"):
        intake.take_key(number, now=now)
    elif form.text("keep") and child is not None:
        intake.keep_unsigned(number, child, now=now)
    elif same := form.text("same"):
        intake.answer(number, visit.opened.child(same), insisted=True, now=now)
    elif (whose := form.text("whose")) == "new":
        intake.answer_newcomer(number, now=now)
    elif whose:
        intake.answer(number, visit.opened.child(whose), now=now)


def ask_newcomer(visit: Visit[Family]) -> Response:
    return visit.page(
        "family/new_child.html", typed=typed_child(visit), back=visit.to(_address(_child(visit)))
    )


def answer_newcomer(visit: Visit[Family]) -> Response:
    intake, number = _piece(visit)
    typed = typed_child(visit)
    try:
        intake.answer_newcomer(number, Profile.written(**typed), now=visit.now)
    except VcwalletError as error:
        back = visit.to(_address(_child(visit)))
        return visit.again("family/new_child.html", error, field="given", typed=typed, back=back)
    visit.opened.save(visit.now)
    return visit.go(f"{_settled(visit, _child(visit))}#added")


def _settled(visit: Visit[Family], child: Child | None) -> str:
    """The page to go on with; the answers of an empty wallet move to the child that it got."""
    opened = visit.opened
    if child is None and opened.wallet.children:
        child = opened.wallet.children[0]
        opened.intakes[child.id] = opened.intakes.pop("")
    return _address(child)


def _child(visit: Visit[Family]) -> Child | None:
    return visit.opened.child(visit.parameters["child"]) if "child" in visit.parameters else None


def _piece(visit: Visit[Family]) -> tuple[Intake, int]:
    """What was handed in, and the number of the piece in the address."""
    number = whole_number(visit.parameters["number"]) or 0
    return visit.opened.intake(visit.parameters.get("child", "")), number


def _address(child: Child | None, end: str = "") -> str:
    return "" if child is None else f"children/{child.id}{end}"


def _nothing_chosen() -> UsageError:
    return UsageError(
        "page.no-files",
        N_("No file was chosen."),
        next_step=N_("Choose files, or drag them onto the field."),
    )


ROUTES: Final = tuple(
    route
    for begin in ("", "children/{child}/")
    for route in (
        Post(f"{begin}add", add),
        Post(f"{begin}pieces/{{number}}", decide),
        Get(f"{begin}pieces/{{number}}/newcomer", ask_newcomer),
        Post(f"{begin}pieces/{{number}}/newcomer", answer_newcomer),
    )
)
