"""A role for tests: its one thing holds a canary, and its handlers show what the frame does around them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.responses import PlainTextResponse, Response

from tests.shared import HANG_SECONDS
from vcwallet.errors import N_, UsageError
from vcwallet.web.pages.jobs import Job
from vcwallet.web.pages.session import Opened
from vcwallet.web.pages.uploads import GivenFile
from vcwallet.web.pages.visit import Get, Post, Role, Visit

CANARY = "КАНАРЕЙКА-Вымыслова-Мария"


class Probe(Opened):
    kind = "probe"

    def __init__(self) -> None:
        super().__init__()
        self.shuts = 0
        self.changes = 0
        self.go_on = threading.Event()
        self.given: list[tuple[GivenFile, ...]] = []

    @property
    def title(self) -> str:
        return CANARY

    def shut(self) -> None:
        self.shuts += 1


@dataclass
class Count:
    """How many are inside at once. Who is inside stays there while a test holds the gate."""

    inside: int = 0
    most: int = 0
    all: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def __enter__(self) -> None:
        with self.lock:
            self.inside += 1
            self.all += 1
            self.most = max(self.most, self.inside)
        assert self.gate.wait(HANG_SECONDS)

    def __exit__(self, *_: object) -> None:
        with self.lock:
            self.inside -= 1

    @contextmanager
    def held(self) -> Iterator[None]:
        """Counted from nothing, and nobody who is inside gets out before the end."""
        self.most = self.all = 0
        self.gate.clear()
        try:
            yield
        finally:
            self.gate.set()


class Line:
    """What a thread is to do, in the order it came; a test waits until so many have come."""

    def __init__(self, submit: Callable[[Callable[[], Any]], Future[Any]]) -> None:
        self._submit = submit
        self._came = threading.Semaphore(0)

    def submit(self, function: Callable[[], Any]) -> Future[Any]:
        future = self._submit(function)
        self._came.release()
        return future

    def wait_for(self, number: int) -> None:
        for _ in range(number):
            assert self._came.acquire(timeout=HANG_SECONDS)


OPENING = Count()
WORKING = Count()


def opens(path: Path) -> bool:
    return path.suffix == ".probe"


def enter(visit: Visit[None]) -> Response:
    with OPENING:
        if visit.form.raw("passphrase") != "ключ":
            return visit.again("error.html", UsageError("probe.no", "No."))
    return visit.enter(Probe())


def home(visit: Visit[Probe]) -> Response:
    return visit.page("error.html", problem=visit.problem(UsageError("probe.home", CANARY)))


def change(visit: Visit[Probe]) -> Response:
    with WORKING:
        visit.opened.changes += 1
    return visit.go("")


def take(visit: Visit[Probe]) -> Response:
    visit.opened.given.append(visit.form.files("files"))
    return PlainTextResponse(" ".join(visit.form.texts("word")))


def work(visit: Visit[Probe]) -> Response:
    opened = visit.opened

    def until_told(job: Job) -> str:
        while not opened.go_on.wait(0.01):
            job.check()
        return ""

    return visit.start(N_("Stop"), 3, until_told)


def fall(visit: Visit[Probe]) -> Response:
    raise ZeroDivisionError(CANARY)


def keep(visit: Visit[Probe]) -> Response:
    return visit.go(visit.keep(visit.form.text("name"), CANARY.encode(), "text/html"))


def frame(visit: Visit[Probe]) -> Response:
    return PlainTextResponse(str(len(visit.body)))


FRONT = (Get("", lambda visit: visit.page("closed.html", resting=())), Post("open", enter))
ROUTES = (
    *(Get("", home), Post("change", change), Post("take", take), Post("work", work), Get("fall", fall)),
    *(Post("keep", keep), Post("frame", frame, body_bytes=4096, counts=False)),
)
ROLE = Role("probe", opens, lambda: (FRONT, ROUTES))
