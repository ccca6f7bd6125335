"""A request's body is read whole, in time, or refused with the reason."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from vcwallet import limits
from vcwallet.errors import InputError, LimitExceeded, VcwalletError
from vcwallet.web import guard


def read(*messages: dict[str, Any] | float, declared: str = "application/json") -> bytes:
    """The body out of ASGI messages; a number is a pause of so many seconds."""
    left = list(messages)

    async def receive() -> dict[str, Any]:
        while isinstance(left[0], float):
            await asyncio.sleep(left.pop(0))  # type: ignore[arg-type]
        message = left.pop(0)
        assert isinstance(message, dict)
        return message

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", declared.encode())]}
    return asyncio.run(guard.read_body(Request(scope, receive)))


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def refusal(*messages: dict[str, Any] | float, **options: str) -> VcwalletError:
    with pytest.raises(VcwalletError) as caught:
        read(*messages, **options)
    return caught.value


def test_a_body_in_parts_is_put_together() -> None:
    assert read(part(b'{"a"', more=True), 0.01, part(b": 1}")) == b'{"a": 1}'


def test_a_sender_that_leaves_is_told_apart() -> None:
    error = refusal(part(b'{"a"', more=True), {"type": "http.disconnect"})
    assert isinstance(error, InputError)
    assert error.code == "web.cut-short"


def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WEB_READ_SECONDS", 0.05)
    error = refusal(part(b'{"a"', more=True), 600.0, part(b": 1}"))
    assert isinstance(error, LimitExceeded)
    assert error.code == "web.too-slow"


def test_a_body_over_the_ceiling_is_refused_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "WEB_BODY_BYTES", 8)
    assert read(part(b"12345678")) == b"12345678"
    assert refusal(part(b"12345678", more=True), part(b"9")).code == "web.body-too-large"


def test_a_body_of_another_kind_is_not_read() -> None:
    assert refusal(declared="text/html").code == "web.not-json"
