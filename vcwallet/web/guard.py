"""What stands before every page and call: names the server answers to, and how much of a request is read.

A server on loopback is reachable by every page that the same person's browser shows. Two rules keep such
pages out: a request must be addressed to a name of ours, not to one that somebody points at 127.0.0.1; and a
body must be declared as JSON, which a page of another origin may send only when it is allowed to; none is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vcwallet import limits, strict_json
from vcwallet.errors import N_, Action, InputError, LimitExceeded, VcwalletError
from vcwallet.strict_json import Json

__all__ = ["Guard", "json_response", "read_body", "refusal"]


Refuse = Callable[[InputError, int], Response]


class Guard:
    """ASGI middleware: answers 421 to a request that is not addressed to one of `hosts`.

    `hosts` are the values of ``Host`` that are ours, in lower case, with the port unless it is the scheme's
    own; `refuse` makes the answer to others. Every answer says that it must not be stored, guessed at or put
    into a frame.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], *, refuse: Refuse | None = None) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.refuse = refuse or refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        asked = Headers(scope=scope)
        arrived = "transfer-encoding" not in asked and asked.get("content-length", "0") == "0"

        async def received() -> Message:
            nonlocal arrived
            message = await receive()
            arrived = arrived or not message.get("more_body", False)
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if not arrived:
                    # Answered before the end of the request: nobody waits for the rest of it.
                    headers["Connection"] = "close"
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
            await send(message)

        named = asked.getlist("host")
        if len(named) != 1 or named[0].lower() not in self.hosts:
            await self.refuse(_other_host(named), 421)(scope, received, guarded)
            return
        await self.app(scope, received, guarded)


async def read_body(request: Request) -> bytes:
    """The body of a request that says it is JSON; nothing is parsed.

    Raises InputError (``web.not-json``, ``web.cut-short``), LimitExceeded (``web.body-too-large``,
    ``web.too-slow``) over `limits.WEB_BODY_BYTES` or `limits.WEB_READ_SECONDS`.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise InputError(
            "web.not-json",
            N_("The body must be declared as application/json, and is declared as “{type}”."),
            type=media_type[:64],
        )
    declared = request.headers.get("content-length", "0")
    # Compared as text first: a number of any length may stand there.
    if len(declared) > 10 or not declared.isdecimal() or int(declared) > limits.WEB_DISCARDED_BYTES:
        raise _too_large()
    body = bytearray()
    size = 0
    try:
        async with asyncio.timeout(limits.WEB_READ_SECONDS):
            async for chunk in request.stream():
                # What is somewhat too large is read and thrown away: who is still sending hears no answer.
                size += len(chunk)
                if size > limits.WEB_DISCARDED_BYTES:
                    raise _too_large()
                if size <= limits.WEB_BODY_BYTES:
                    body += chunk
    except TimeoutError:
        raise LimitExceeded(
            "web.too-slow",
            N_("The request did not arrive within {seconds} seconds."),
            seconds=limits.WEB_READ_SECONDS,
        ) from None
    except ClientDisconnect:
        raise InputError("web.cut-short", N_("The sender left before the request was complete.")) from None
    if size > limits.WEB_BODY_BYTES:
        raise _too_large()
    return bytes(body)


def refusal(error: VcwalletError, status: int) -> Response:
    """The answer that tells an error to a program, in the form the W3C suites read."""
    told: Json = {"name": type(error).__name__, "code": error.code, "message": str(error)}
    return json_response({"verified": False, "errors": [told]}, status)


def json_response(document: Json, status: int) -> Response:
    return Response(strict_json.dumps(document), status, media_type="application/json")


def _other_host(named: Collection[str]) -> InputError:
    return InputError(
        "web.other-host",
        N_("The request is addressed to “{host}”, which is no name of this server."),
        next_step=Action.NAME_PUBLIC_ADDRESS,
        host=", ".join(named)[:64],
    )


def _too_large() -> LimitExceeded:
    return LimitExceeded(
        "web.body-too-large",
        N_("The body of the request is larger than {limit} bytes."),
        limit=limits.WEB_BODY_BYTES,
    )
