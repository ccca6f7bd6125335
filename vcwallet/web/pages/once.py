"""A form that is sent twice does what it says once.

Whoever presses a button twice, or whose browser sends a form once more, wants one child, one signature and
one exchange of keys. Each form of each page has a number of its own (`rendering.page`); the same form with
the same content is led where it was led before. The same content from a page that was asked for anew is
another wish.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import RedirectResponse, Response

from vcwallet.web.pages.uploads import Form

__all__ = ["FIELD", "Once"]

FIELD: Final = "once"
"""The field with the number of a form."""
_FORMS: Final = 500
_LED: Final = 303


@dataclass(frozen=True, slots=True)
class _Done:
    digest: bytes
    target: str


class Once:
    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._done: dict[str, _Done] = {}
        self._lock = threading.Lock()

    def answer(
        self, path: str, form: Form, answer: Callable[[], Response], came_to_nothing: Callable[[str], bool]
    ) -> Response:
        """The answer of a handler, or where the same form was led before.

        A form that was refused is not done, and neither is one whose work `came_to_nothing`, told by the
        address it was led to.
        """
        name = form.text(FIELD)
        if not name:
            return answer()
        digest = form.digest(self._secret + path.encode("utf-8", "replace"))
        with self._lock:
            done = self._done.get(name)
        if done is not None and done.digest == digest and not came_to_nothing(done.target):
            return RedirectResponse(done.target, _LED)
        answered = answer()
        if answered.status_code == _LED:
            with self._lock:
                self._done.pop(name, None)
                while len(self._done) >= _FORMS:
                    self._done.pop(next(iter(self._done)))
                self._done[name] = _Done(digest, answered.headers["location"])
        return answered
