"""The two hosts, each of which answers the same cases.

there = Node(folder, runtime).answered(cases)
here = [answered_here(case, each) for case, each in zip(cases, there, strict=True)]
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.sameness.answering import answer
from tests.world import NOW, World
from vcwallet.page.building import Edition, build
from vcwallet.page.desk import Desk
from vcwallet.page.elsewhere import Answer as Opened
from vcwallet.page.elsewhere import Seen
from vcwallet.page.runtime import Runtime
from vcwallet.verifier.demands import Demands

HERE = Path(__file__).parent
SETTINGS = {"program": "1.0", "statusDays": 14, "oldStatusDays": None}

_FLAGS = ("--no-turbo-inline-js-wasm-calls",)
"""The V8 of Node.js 20 ends itself with "unreachable code" when it undoes such an inlining, after hundreds of
cases."""


@dataclass(frozen=True)
class Case:
    """Something that is shown to a page, or a call of the verifier; `trust` is the text of a trust list."""

    name: str
    trust: str
    now: str
    files: tuple[tuple[str, bytes | None], ...] = ()
    steps: tuple[str | tuple[str, ...], ...] = ()
    """What is typed, and the codes in pictures of a camera."""
    call: str = ""
    """A call in the form of `answering`."""
    lang: str = "ru"
    settings: dict[str, Any] = field(default_factory=lambda: dict(SETTINGS), hash=False)

    @property
    def digest(self) -> str:
        """Two cases that ask the same are one."""
        known = hashlib.sha256(self.trust.encode())
        known.update(json.dumps({**self.asked(), "name": ""}).encode())
        return known.hexdigest()

    def asked(self) -> dict[str, Any]:
        common = {"name": self.name, "now": self.now, "lang": self.lang, "settings": self.settings}
        if self.call:
            return {**common, "call": self.call}
        if self.steps:
            return {**common, "steps": self.steps}
        files = [
            [name, None if content is None else base64.b64encode(content).decode("ascii")]
            for name, content in self.files
        ]
        return {**common, "files": files}


@dataclass(frozen=True)
class Answer:
    told: str
    opened: tuple[Sequence[dict[str, Any]], ...] = ()
    """What the worker for PDFs and pictures told, each time that it was asked."""
    broken: str = ""
    """How Python ended over it."""


class Node:
    """A page's folder, and the programs that ask what lies in it, which end with this."""

    def __init__(self, folder: Path, runtime: Runtime, *, processes: int = 1) -> None:
        """The page is built as anybody builds it, and unpacked for a reader that is no browser."""
        node = shutil.which("node")
        assert node is not None
        self._folder = folder
        build(folder / "site", Edition(World().trust(), Demands(), "1.0"), runtime, now=NOW)
        (trust,) = (folder / "site").glob("*/trust-list.json")
        site = trust.parent
        for packed in site.rglob("*.gz"):
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        (site / "package.json").write_text('{"type": "module"}', "utf-8")
        command = [node, *_FLAGS, str(HERE / "answer.mjs"), str(site), str(HERE / "answering.py")]
        self._said = [(folder / f"said-{number}.txt").open("w+b") for number in range(processes)]
        self._started = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said)
            for said in self._said
        ]

    def close(self) -> None:
        for process, said in zip(self._started, self._said, strict=True):
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.stdout.close()
            process.wait()
            said.close()

    def answered(self, cases: Sequence[Case]) -> list[Answer]:
        """The answer to each, by as many processes as there are."""
        count = len(self._started)
        places = [self._asked(number, cases[number::count]) for number in range(count)]
        answers = [Answer("")] * len(cases)
        for number, place in enumerate(places):
            process = self._started[number]
            assert process.stdout is not None
            if process.stdout.readline() != b"answered\n":
                self._said[number].seek(0)
                told = self._said[number].read().decode("utf-8", "replace")[-4000:]
                raise AssertionError(f"node ended ({process.wait()}): {told}")
            answers[number::count] = list(_read(place))
        return answers

    def _asked(self, number: int, cases: Sequence[Case]) -> Path:
        place, out = (self._folder / f"{name}-{number}.jsonl" for name in ("cases", "answers"))
        trusts = list(dict.fromkeys(each.trust for each in cases))
        with place.open("w", encoding="utf-8") as file:
            file.write(json.dumps(trusts) + "\n")
            for each in cases:
                file.write(json.dumps({**each.asked(), "trust": trusts.index(each.trust)}) + "\n")
        process = self._started[number]
        assert process.stdin is not None
        process.stdin.write(json.dumps([str(place), str(out)]).encode() + b"\n")
        process.stdin.flush()
        return out


def _read(place: Path) -> Iterator[Answer]:
    for line in place.read_text("utf-8").splitlines():
        said = json.loads(line)
        yield Answer(said["told"], tuple(said["opened"]), said.get("broken", ""))


def answered_here(case: Case, there: Answer) -> str:
    """CPython's answer, with what the page's own JavaScript told of the pictures and PDFs in the case."""
    if case.call:
        return answer(case.trust, case.call)
    desk = Desk(
        case.trust.encode("utf-8"),
        case.lang,
        program=case.settings["program"],
        status_days=case.settings["statusDays"],
        old_days=case.settings["oldStatusDays"],
    )
    if case.steps:
        said = [
            desk.typed(each, now=case.now) if isinstance(each, str) else desk.codes(each, now=case.now)
            for each in case.steps
        ]
        return f"[{','.join(said)}]"
    told = desk.files(case.files, now=case.now)
    for answers in there.opened:
        assert "wanted" in json.loads(told), case.name
        told = desk.opened([_opened(each) for each in answers], now=case.now)
    return f"[{desk.state(now=case.now)},{told}]"


def _opened(told: dict[str, Any]) -> Opened:
    known = told["opened"] or {"pages": 0, "fields": 0, "attached": [], "drawn": False}
    return Opened(
        pages=known["pages"],
        signature_fields=known["fields"],
        attachments=[base64.b64decode(each) for each in known["attached"]],
        is_open=told["opened"] is not None,
        is_drawn=known["drawn"],
        looks=[Seen(each["number"], each["texts"], each["sharp"], each["blank"]) for each in told["looks"]],
        problem=told["problem"],
    )
