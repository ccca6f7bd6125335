"""The application behind the pages: who is let in, which handler answers, and what every answer carries."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from copy import copy
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, Final

from starlette.background import BackgroundTask
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vcwallet import limits, strict_json
from vcwallet.errors import N_, InputError, Mistake, UsageError, VcwalletError
from vcwallet.files import in_our_words
from vcwallet.identifiers.web_address import Network
from vcwallet.locales import LANGUAGES, language
from vcwallet.web.guard import Guard
from vcwallet.web.pages import front, rendering
from vcwallet.web.pages.jobs import JobState
from vcwallet.web.pages.letterbox import WALLETS, Lying
from vcwallet.web.pages.pairing import Pairing
from vcwallet.web.pages.places import Places
from vcwallet.web.pages.session import Opened, Over, Session
from vcwallet.web.pages.uploads import read_body, read_form
from vcwallet.web.pages.visit import Role, Route, Visit, file_response

__all__ = ["Pages", "application"]

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self';"
    " connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    # Browsers send `Origin: null` with a form of a page whose policy is no-referrer (Fetch, "append a
    # request Origin header"), and then nothing tells our own forms from others.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), usb=()",
}
_COOKIE: Final = "vcwallet"
_JSON: Final = "application/json"
_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
_IDLE_LOOK_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Pages:
    """What the application is made of. `origin` is its own, as browsers write it in ``Origin``."""

    session: Session
    roles: Sequence[Role]
    places: Places
    network: Network
    randomness: Callable[[int], bytes]
    origin: str
    secret: str
    """What another `vcwallet open` of the same person shows to have a file opened here."""
    end: Callable[[], None]
    """Ends the program."""
    pairing: Pairing | None = None
    """Lets in a browser of another computer, by TLS."""
    paired_target: str = ""
    """Where that browser is led, below the place."""


def application(pages: Pages, hosts: Sequence[str]) -> ASGIApp:
    """The pages, answering to `hosts` alone (values of ``Host``)."""
    return _Lifespan(_Carrying(Guard(_Answering(pages), hosts, refuse=_refused_host)), pages.session)


class _Lifespan:
    """Closes what nobody touches for too long, while the server runs, and everything when it ends."""

    def __init__(self, app: ASGIApp, session: Session) -> None:
        self._app, self._session = app, session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        await receive()
        looking = asyncio.create_task(self._look())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        looking.cancel()
        self._session.end()
        await send({"type": "lifespan.shutdown.complete"})

    async def _look(self) -> None:
        while True:
            self._session.close_idle()
            await asyncio.sleep(_IDLE_LOOK_SECONDS)


class _Carrying:
    """Puts on every answer what keeps other pages and scripts out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def carrying(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, carrying)


class _Answering:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._session = pages.session
        self._roles = {role.kind: role for role in pages.roles}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await (await self._answer(request))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "POST"):
            return _plain(N_("These pages answer to GET and POST only."), 405)
        path = request.url.path
        if path == "/instance" and request.method == "POST":
            return await self._another_instance(request)
        if self._pages.pairing is not None and path.startswith(WALLETS):
            return await self._of_a_wallet(request, path.removeprefix(WALLETS))
        if (stranger := self._stranger(request)) is not None:
            return stranger
        if self._pages.pairing is not None and path == "/":
            return await self._pair(request, self._pages.pairing)
        if path.startswith("/open/") and request.method == "GET":
            return self._open(request, path.removeprefix("/open/"))
        first, _, rest = path.removeprefix("/").partition("/")
        if not hmac.compare_digest(first.encode(), self._session.place.encode()) or not any(
            map(self._session.admits, _cookies(request))
        ):
            return _plain(
                N_("This page is not open here. Start the program again: it opens the right one."), 401
            )
        if rest.startswith("static/") and request.method == "GET":
            return _static(rest.removeprefix("static/"))
        # The server looks by itself too, but whoever asks between two looks must not find it open.
        self._session.close_idle()
        try:
            return self._carrying_cookie(request, await self._inside_place(request, rest))
        except VcwalletError as error:
            return self._error(self._visit(None, path), error)

    # --- letting in --------------------------------------------------------------------------------

    def _stranger(self, request: Request) -> Response | None:
        """The refusal of a request that no page of ours sent; None for ours.

        Fetch Metadata Request Headers, section 2.3: ``same-site`` is what a page on another port of this
        computer gets, and ``none`` what a person typed or another program opened.
        """
        site = request.headers.getlist("sec-fetch-site")
        origin = request.headers.getlist("origin")
        ours = origin == [self._pages.origin]
        if request.method == "GET":
            allowed = site in ([], ["none"], ["same-origin"]) and (not origin or ours)
        else:
            allowed = (site == ["same-origin"] and (not origin or ours)) or (not site and ours)
        return None if allowed else _plain(N_("Another page sent this. Open the page itself anew."), 403)

    def _open(self, request: Request, token: str) -> Response:
        if "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
            return _plain(N_("This address works once, and not ahead of time."), 403)
        target = self._session.redeem(token)
        if target is None:
            return _plain(
                N_("This link has been opened already, or is too old. If it was not you, end the program."),
                410,
            )
        answer = RedirectResponse(f"/{self._session.place}/{target}", 303)
        self._set_cookie(answer)
        return answer

    async def _pair(self, request: Request, pairing: Pairing) -> Response:
        """The page that asks another computer's browser for the digits. Who is let in last is the one."""
        visit = self._visit(None, "/")
        if request.method == "GET":
            return HTMLResponse(rendering.page("pair.html", visit.language, {"wrong": False}))
        try:
            given = (await read_form(request, limits.WEB_HEADER_BYTES)).text("pin")
        except VcwalletError:
            given = ""
        if not await asyncio.get_running_loop().run_in_executor(None, pairing.admits, given):
            return HTMLResponse(rendering.page("pair.html", visit.language, {"wrong": True}), 422)
        self._session.new_cookie()
        answer = RedirectResponse(f"/{self._session.place}/{self._pages.paired_target}", 303)
        self._set_cookie(answer)
        return answer

    async def _another_instance(self, request: Request) -> Response:
        """Another `vcwallet open` of the same person asks for a file to be opened here."""
        given = request.headers.get("x-vcwallet-secret", "")
        if not hmac.compare_digest(given.encode(), self._pages.secret.encode()):
            return _plain(
                N_("This page is not open here. Start the program again: it opens the right one."), 401
            )
        try:
            told = strict_json.loads_object(await read_body(request, limits.WEB_HEADER_BYTES))
            path = str(told["path"])
            target = opening_address(self._session, self._pages.roles, Path(path)) if path else ""
        except (VcwalletError, OSError, ValueError, KeyError):
            return _plain(N_("That did not work"), 422)
        return JSONResponse({"token": self._session.token(target)})

    async def _of_a_wallet(self, request: Request, address: str) -> Response:
        """A request is fetched, or answered, by a wallet: it is nobody's browser, so nothing is asked of it.

        A form that a page of another site sends comes here as well, and does what a wallet could: it delivers
        an answer, to whoever knows the address. All refusals are one, so that nothing is learnt from them.
        """
        name, _, what = address.partition("/")
        slot = self._session.letterbox.find(name)
        if slot is None:
            return _not_taken()
        if request.method == "GET":
            return _lying(slot.lying.get(what), request.headers.get("accept", ""))
        taking = slot.taking.get(what) if request.method == "POST" else None
        if taking is None:
            return _not_taken()
        opened = self._session.opened.get(slot.of)
        if opened is None or opened.working or slot.sending >= limits.OPENID_SENDERS:
            return JSONResponse({"error": "temporarily_unavailable"}, 503, {"Retry-After": "5"})
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != taking.media_type:
            return _not_taken()
        slot.sending += 1
        try:
            body = await read_body(request, limits.OPENID_ANSWER_BYTES, seconds=limits.OPENID_READ_SECONDS)
            work = opened.submit(partial(taking.take, body, self._session.clock.now()))
            said = await asyncio.wrap_future(work)
        except (VcwalletError, RuntimeError):  # the latter where the desk was closed meanwhile
            return _not_taken()
        except Exception:
            return JSONResponse({"error": "server_error"}, 500)
        finally:
            slot.sending -= 1
        if said is None:
            return _not_taken()
        if said.answered:
            # Somebody answered who stands at the desk: what came of it must be there to be read.
            self._session.touch(opened)
        return Response(said.content, media_type="application/json")

    def _set_cookie(self, answer: Response) -> None:
        answer.set_cookie(
            _COOKIE,
            self._session.cookie,
            path=f"/{self._session.place}/",
            httponly=True,
            samesite="strict",
            secure=self._pages.pairing is not None,
        )

    def _carrying_cookie(self, request: Request, answer: Response) -> Response:
        """The answer, with the cookie when it changed during the request."""
        if self._session.cookie_is_old:
            self._session.new_cookie()
        if self._session.cookie not in _cookies(request):
            self._set_cookie(answer)
        return answer

    # --- finding the handler ------------------------------------------------------------------------

    async def _inside_place(self, request: Request, address: str) -> Response:
        first, _, rest = address.partition("/")
        opened = self._session.opened.get(first)
        visit = self._visit(opened, request.url.path)
        if opened is not None:
            routes, inside = self._roles[opened.kind].routes, rest
        elif first in self._roles:
            routes, inside = self._roles[first].front, rest
        else:
            routes, inside = front.ROUTES, address
        if request.method == "POST" and (chosen := request.query_params.get("language")) in LANGUAGES:
            self._session.language = language(chosen)
            # What only takes a form has no page to come back to.
            return RedirectResponse(visit.path if _match(routes, "GET", inside) else visit.to(), 303)
        if opened is not None:
            return await self._of_opened(request, visit, inside, routes)
        if address == "end" and request.method == "POST":
            return self._end()
        if (found := _match(routes, request.method, inside)) is not None:
            return await self._run(request, visit, *found, self._session.front.submit)
        if len(first) == len(self._session.place):
            # What was open under this address is closed.
            return RedirectResponse(f"/{self._session.place}/closed", 303)
        return _no_page()

    async def _of_opened(
        self, request: Request, visit: Visit[Opened], address: str, routes: Sequence[Route]
    ) -> Response:
        opened = visit.opened
        match request.method, address.split("/"):
            case "POST", ["close"]:
                return visit.leave()
            case "POST", ["job", "stop"] if opened.job is not None:
                if (await read_form(request, limits.PAGES_FIELD_BYTES)).text("job") == opened.job.id:
                    opened.job.stop()
                return visit.go("job")
            case "GET", ["job"]:
                return _job(visit, followed=request.headers.get("sec-fetch-dest") == "empty")
            case "GET", ["kept", name]:
                kept = opened.kept.get(name)
                return _no_page() if kept is None else file_response(kept)
        found = _match(routes, request.method, address)
        if found is None:
            return _no_page()
        if found[0].counts:
            self._session.touch(opened)
        if opened.working:
            return visit.go("job")
        return await self._run(request, visit, *found, opened.submit)

    async def _run(
        self,
        request: Request,
        visit: Visit[Any],
        route: Route,
        parameters: Mapping[str, str],
        submit: Callable[[Callable[[], Response]], Future[Response]],
    ) -> Response:
        """The handler's answer. It is called on the thread of what is opened."""
        visit.parameters = parameters
        try:
            if route.body_bytes:
                visit.body = await read_body(request, route.body_bytes)
            elif request.method == "POST":
                visit.form = await read_form(request)
            return await asyncio.wrap_future(submit(partial(self._answer_once, visit, route)))
        except Over as over:
            return visit.go(over.address)
        except VcwalletError as error:
            return self._error(visit, error)
        except OSError as error:
            return self._error(visit, in_our_words(error, whole_path=False))
        except Exception as error:
            return self._error(visit, Mistake.of(error))

    def _answer_once(self, visit: Visit[Any], route: Route) -> Response:
        def came_to_nothing(target: str) -> bool:
            job = visit.opened.job if visit.opened is not None else None
            return (
                job is not None
                and target == visit.to("job")
                and job.state in (JobState.STOPPED, JobState.FAILED)
            )

        return self._session.once.answer(
            visit.path, visit.form, partial(route.handler, visit), came_to_nothing
        )

    def _visit(self, opened: Opened | None, path: str) -> Visit[Any]:
        return Visit(
            session=self._session,
            opened=opened,
            path=path,
            language=self._session.language.in_full(),
            now=self._session.clock.now(),
            randomness=self._pages.randomness,
            places=self._pages.places,
            network=self._pages.network,
            roles=self._pages.roles,
            reached_at=self._pages.origin if self._pages.pairing is not None else "",
        )

    # --- other answers --------------------------------------------------------------------------------

    def _error(self, visit: Visit[Any], error: VcwalletError) -> Response:
        status = 500 if isinstance(error, Mistake) else 422
        return visit.page("error.html", status=status, problem=visit.problem(error))

    def _end(self) -> Response:
        """Close everything, and end the program once the last page is on its way."""
        page = self._visit(None, f"/{self._session.place}/end").page("ended.html")
        self._session.end()
        self._session.new_cookie()
        page.background = BackgroundTask(self._pages.end)
        return page


def opening_address(session: Session, roles: Sequence[Role], path: Path) -> str:
    """The address, below the place, of the page that opens a file or folder.

    Raises UsageError (``page.unknown-file``) for what no role opens, and OSError.
    """
    for role in roles:
        if role.opens(path):
            return f"{role.kind}/open/{session.choose(path.absolute())}"
    raise UsageError(
        "page.unknown-file",
        N_("“{file}” is no wallet, no issuer's folder, no trust list and no kit."),
        next_step=N_("Open the first page and drop it where it belongs: a diploma goes into a wallet."),
        file=path.name[-64:],
    )


def _job(visit: Visit[Opened], *, followed: bool) -> Response:
    """The page of long work. `followed`: a script asks, which would throw away what the next page says."""
    if visit.opened.job is None:
        return visit.go()
    # The work goes on while the page is made: the page is about one moment.
    job = copy(visit.opened.job)
    if job.state is JobState.DONE and followed:
        # Of no type it would be read as XML, which nothing is not: a browser makes a page of that error.
        return Response(status_code=204, media_type="text/html")
    if job.state is JobState.DONE:
        return visit.go(job.target)
    problem = visit.problem(job.error) if job.error is not None else None
    return visit.page("job.html", job=job, problem=problem if job.state is JobState.FAILED else None)


def _lying(found: Lying | None, accept: str) -> Response:
    """What a wallet fetches; a person who opens the address of an interaction is told what reads it (VCALM,
    "Interaction Protocols Response")."""
    if found is None:
        return _not_taken()
    if found.media_type == _JSON and _JSON not in accept.lower():
        return _plain(N_("A wallet of diplomas reads this address: point it at the code."), 200)
    return Response(found.content, media_type=found.media_type)


def _not_taken() -> Response:
    return JSONResponse({"error": "invalid_request"}, 400)


def _no_page() -> Response:
    return _plain(N_("There is no such page."), 404)


def _match(routes: Sequence[Route], method: str, address: str) -> tuple[Route, Mapping[str, str]] | None:
    for route in routes:
        if route.method == method and (parameters := route.match(address)) is not None:
            return route, parameters
    return None


def _cookies(request: Request) -> list[str]:
    """The values of cookies of our name: any server on this computer may set another for every path."""
    parts = (part.strip() for header in request.headers.getlist("cookie") for part in header.split(";"))
    return [part.removeprefix(f"{_COOKIE}=") for part in parts if part.startswith(f"{_COOKIE}=")]


def _static(name: str) -> Response:
    content = _assets().get(name)
    if content is None:
        return _no_page()
    return Response(content, media_type=_TYPES[Path(name).suffix])


@cache
def _assets() -> Mapping[str, bytes]:
    """Everything in the folder of assets, read once; no name from a request reaches the disk."""
    folder = resources.files("vcwallet.web.pages") / "static"
    found = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    found |= {f"fonts/{each.name}": each.read_bytes() for each in (folder / "fonts").iterdir()}
    return {name: content for name, content in found.items() if Path(name).suffix in _TYPES}


def _plain(words: str, status: int) -> Response:
    """A page for who is not let in: it holds nothing but its words, in both languages."""
    said = [(code, language(code).text(words)) for code in LANGUAGES]
    return HTMLResponse(rendering.page("plain.html", language("ru"), {"said_in": said}), status)


def _refused_host(error: InputError, status: int) -> Response:
    return _plain(
        N_("These pages have another address. Start the program again: it opens the right one."), status
    )
