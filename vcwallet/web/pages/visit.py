"""What a handler of a page is given, and what it may answer with.

    def remove(visit: Visit[Family]) -> Response:
        visit.opened.wallet.diploma(visit.parameters["diploma"]).remove()
        return visit.go("")

    ROUTES = (Get("diplomas/{diploma}/remove", ask), Post("diplomas/{diploma}/remove", remove))

A handler is an ordinary function. It runs on the thread of what is opened, reads the form, calls its role
once, and answers with a page or, after a change, with the address to go to. Addresses are written from the
root of what is opened; `Role.front` has the pages that come before anything is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import compile_path

from vcwallet.errors import N_, Plural, UsageError, VcwalletError
from vcwallet.identifiers.web_address import Network
from vcwallet.locales import Language
from vcwallet.web.pages import rendering
from vcwallet.web.pages.choosing import Choosing
from vcwallet.web.pages.jobs import Job, Work
from vcwallet.web.pages.next_steps import next_step
from vcwallet.web.pages.places import Places
from vcwallet.web.pages.session import Kept, Opened, Session, forgotten
from vcwallet.web.pages.uploads import NOTHING, Form

__all__ = ["Get", "Post", "Problem", "Role", "Route", "Visit"]

O = TypeVar("O", bound=Opened | None)  # noqa: E741 - the kind of what is opened
_REFUSED: Final = 422


@dataclass(frozen=True, slots=True)
class Problem:
    """What a form was refused for, in the person's language."""

    code: str
    sentence: str
    next_step: str
    field: str | None = None
    """The id of the field it is about."""


@dataclass
class Visit(Generic[O]):
    """One request, as a handler sees it."""

    session: Session
    opened: O
    path: str
    """The address of this page."""
    language: Language
    now: datetime
    randomness: Callable[[int], bytes]
    places: Places
    network: Network
    roles: Sequence[Role]
    reached_at: str = ""
    """How others in the network call these pages, by TLS; "" where they are served to this computer alone."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    form: Form = NOTHING
    body: bytes = b""
    """Of a route that takes no form."""

    # --- answers --------------------------------------------------------------------------------------

    def page(
        self, template: str, /, *, status: int = 200, problem: Problem | None = None, **values: Any
    ) -> Response:
        """A page made from a template; of what is opened, a notice that waits is said on it."""
        opened = self.opened
        notice = ""
        if opened is not None and status == 200:
            notice, opened.notice = opened.notice, ""
        frame = {
            "place": f"/{self.session.place}",
            "path": self.path,
            "opened": opened,
            "where": opened.standing(self.language) if opened is not None else "",
            "idle": int(opened.idle.total_seconds()) + 5 if opened is not None else 0,
            "notice": notice,
            "news": opened.news(self.language) if opened is not None else "",
            "problem": problem,
            "once": self.session.name(),
            "to": self.to,
        }
        if taken := frame.keys() & values.keys():
            raise TypeError(f"{template}: {', '.join(sorted(taken))} would replace what the frame has")
        return HTMLResponse(rendering.page(template, self.language, frame | values), status)

    def again(
        self, template: str, error: VcwalletError, /, *, field: str | None = None, **values: Any
    ) -> Response:
        """The form once more, with what was wrong above it; `field` is the id of the field it is about."""
        return self.page(template, status=_REFUSED, problem=self.problem(error, field), **values)

    def problem(self, error: VcwalletError, field: str | None = None) -> Problem:
        """An error in the words of these pages."""
        return Problem(error.code, self.language.error(error), next_step(error, self.language), field)

    def go(self, address: str = "", *, notice: str = "") -> Response:
        """Lead on to a page of what is opened; `notice` is a sentence that it says first."""
        if notice and self.opened is not None:
            self.opened.notice = notice
        return RedirectResponse(self.to(address), 303)

    def enter(self, opened: Opened, address: str = "", *, ends: str = "") -> Response:
        """Lead to a page of what was just opened; of what was open already, to that.

        `ends` is the name of the task that is over with it: whoever goes back into it is led there, too.
        """
        target = f"{self.session.enter(opened)}/{address}"
        if ends:
            self.session.finish(ends, target)
        return RedirectResponse(f"/{self.session.place}/{target}", 303)

    def leave(self) -> Response:
        """Close what is opened, and say so."""
        if self.opened is not None:
            self.session.close(self.opened)
        return RedirectResponse(f"/{self.session.place}/closed", 303)

    def start(
        self, words: str | Plural, total: int, work: Work, *, back: str = "", stoppable: bool = True
    ) -> Response:
        """Have long work done, and show how far it is.

        `words` says what it is; `total` counts its steps, 0 when nobody can know. The work returns the
        address to go on to, of what is opened; `back` is the one after a stop or an error.
        """
        self._something.start(Job(words, total, stoppable, self.session.name(), back=back), work)
        return self.go("job")

    def download(self, name: str, content: bytes, media_type: str = "application/octet-stream") -> Response:
        """A file for the person to save."""
        return file_response(Kept(name, content, media_type))

    def keep(self, name: str, content: bytes, media_type: str, *, inline: bool = False) -> str:
        """Hold a file in memory; its address is returned. Only pictures drawn here are shown inline."""
        key = self.session.name()
        self._something.keep(key, Kept(name, content, media_type, inline))
        return f"kept/{key}"

    def choose(self, words: str, target: str, *, wanted: str, name: str = "") -> Response:
        """Let the person choose a place on this computer.

        `words` is the question. `wanted` is ``"folder"`` (with a `name` that is proposed also a new one),
        ``"file"``, for what some role opens ``"opened"`` (and `target` is "" for the page that opens it), for
        what one role opens its `Role.kind`, or for a new file of a `name` that is proposed ``"new"``. The
        answer is a text for `chosen`, put where `target`, an address of what is opened, says ``{chosen}``.
        """
        if not self.places.shown:
            raise UsageError(
                "page.elsewhere",
                N_("Files and folders of the office's computer are not chosen from another one."),
                next_step=N_("Do this at the computer where the desk was started."),
            )
        choosing = Choosing(words, target and self.to(target), wanted, name, self.places.documents, self.to())
        return RedirectResponse(f"/{self.session.place}/choose/{self.session.begin(choosing)}", 303)

    # --- addresses --------------------------------------------------------------------------------------

    def to(self, address: str = "") -> str:
        """The whole address of a page of what is opened, or before that of a page of the place."""
        name = self.opened.id + "/" if self.opened is not None else ""
        return f"/{self.session.place}/{name}{address}"

    def chosen(self, name: str = "chosen") -> Path:
        """The path for which a text in the address stands. Raises UsageError (``page.forgotten``)."""
        path = self.session.chosen(self.parameters[name])
        if path is None:
            raise forgotten()
        return path

    def demand_seen(self, number: int) -> None:
        """Raises UsageError (``page.changed-since``) when the page with this form showed something else.

        Two windows share what is under way: only what stood on the page is agreed to with its button.
        `number` is raised whenever something else is to be shown; the page has it in the field ``seen``.
        """
        if self.form.text("seen") != str(number):
            raise UsageError(
                "page.changed-since",
                N_("This was changed in another window after this page was shown. Nothing was done."),
                next_step=N_("Look at it as it is, and press the button again."),
            )

    def veiled(self, texts: Iterable[str]) -> dict[str, str]:
        """What stands for each text in addresses of links."""
        return {text: self.session.veiled(text) for text in texts}

    def unveiled(self, name: str, texts: Iterable[str]) -> str:
        """Which of the texts a step of the address stands for; the step itself when it is none of them."""
        step = self.parameters[name]
        return next((text for text in texts if self.session.veiled(text) == step), step)

    @cached_property
    def _something(self) -> Opened:
        if self.opened is None:
            raise TypeError("nothing is opened")
        return self.opened


Handler = Callable[[Visit[Any]], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """An address and what answers it."""

    method: str
    address: str
    """As in ``children/{child}``; a part in braces is one step and comes as a parameter."""
    handler: Handler
    body_bytes: int = 0
    """Ceiling of a body that is no form; 0 for a form."""
    counts: bool = True
    """Whether it shows that a person is there; pictures of a camera do not, nor a page that follows."""

    def match(self, address: str) -> Mapping[str, str] | None:
        found = compile_path("/" + self.address)[0].match("/" + address)
        return None if found is None else found.groupdict()


def Get(address: str, handler: Handler, *, counts: bool = True) -> Route:  # noqa: N802 - reads as a table
    return Route("GET", address, handler, counts=counts)


def Post(  # noqa: N802
    address: str, handler: Handler, *, body_bytes: int = 0, counts: bool = True
) -> Route:
    return Route("POST", address, handler, body_bytes, counts)


@dataclass(frozen=True)
class Role:
    """The pages of one of the three people."""

    kind: str
    """First step of the addresses in `front`: ``family/open/{chosen}``."""
    opens: Callable[[Path], bool]
    """Whether a file or folder is this role's. Reads no more than its beginning; raises OSError."""
    pages: Callable[[], tuple[tuple[Route, ...], tuple[Route, ...]]]
    """`front` and `routes`. Called once, for the first of them that is asked for: what a role needs is loaded
    then, and not before the first page is there."""

    @cached_property
    def front(self) -> tuple[Route, ...]:
        """Pages before anything is opened; ``open/{chosen}`` opens what `opens` recognised."""
        return self.pages()[0]

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Pages of what is opened."""
        return self.pages()[1]


def file_response(kept: Kept) -> Response:
    """A file to save, never to be shown by the browser unless it is a picture that was drawn here."""
    if kept.inline:
        return Response(kept.content, media_type=kept.media_type)
    shown = "".join(each if each.isprintable() and each not in "/\\" else "_" for each in kept.name)
    name = shown.lstrip(".")[-120:] or "file"
    return Response(
        kept.content,
        media_type=kept.media_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )
