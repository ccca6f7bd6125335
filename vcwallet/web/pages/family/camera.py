"""Adding by a camera: its pictures are looked at here, until a code is whole."""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse, Response

from vcwallet import limits, strict_json
from vcwallet.bundle.gathering import Seen, Step
from vcwallet.errors import N_, VcwalletError
from vcwallet.speaking.reception import progress_sentence, step_sentence
from vcwallet.wallet import Intake
from vcwallet.web.pages.family.opened import Family
from vcwallet.web.pages.visit import Get, Post, Visit

__all__ = ["ROUTES"]


def camera(visit: Visit[Family]) -> Response:
    progress = progress_sentence(visit.opened.eye.progress, visit.language)
    return visit.page("family/camera.html", back=visit.to(_key_address(visit)), progress=progress)


def frame(visit: Visit[Family]) -> Response:
    """One picture. `said` is put into the page as text; `go` is where the answer stands."""
    try:
        step = visit.opened.eye.look(visit.body)
    except VcwalletError as error:
        return JSONResponse({"said": visit.language.error(error), "seen": Seen.OTHER.value, "go": ""})
    go = visit.to(_taken(visit, step)) if step.seen is Seen.WHOLE else ""
    return JSONResponse({"said": step_sentence(step, visit.language), "seen": step.seen.value, "go": go})


def _taken(visit: Visit[Family], step: Step) -> str:
    """Where what was read is told: on the page of the child, as a file that was handed in."""
    opened = visit.opened
    if step.found is not None and step.found.document is not None:
        name = visit.language.text(N_("from the camera"))
        content = strict_json.dumps(step.found.document).encode("utf-8")
        intake = Intake.take(opened.wallet, [(name, content)], now=visit.now)
        opened.handed_in(visit.parameters.get("child", ""), intake)
        opened.save(visit.now)
    return f"{_key_address(visit)}#added"


def _key_address(visit: Visit[Family]) -> str:
    """The page of the child, who must be in the wallet; before there is one the first page."""
    if "child" not in visit.parameters:
        return ""
    return f"children/{visit.opened.child(visit.parameters['child']).id}"


ROUTES: Final = tuple(
    route
    for begin in ("", "children/{child}/")
    for route in (
        Get(f"{begin}camera", camera),
        Post(f"{begin}camera/frame", frame, body_bytes=limits.CAMERA_PICTURE_BYTES, counts=False),
    )
)
