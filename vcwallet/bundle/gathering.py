"""What a camera or a hand scanner brings, one code after another, until it is a whole document.

    gathering = Gathering()
    with Opener() as opener:
        while (step := gathering.picture(camera(), opener)).found is None:
            print(step.progress)
    print(step.found.document)

A `Gathering` lives as long as one person stands at the desk: pictures, typed codes and long pauses may come
between its parts. It holds a few bundles at most, and forgets the one that was not seen for longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from vcwallet import limits, strict_json
from vcwallet.bundle import pictures
from vcwallet.bundle.assembling import Parts
from vcwallet.bundle.effort import processor
from vcwallet.bundle.evidence import Evidence
from vcwallet.bundle.frames import Added, Frame, Progress
from vcwallet.bundle.inputs import Source
from vcwallet.bundle.looking import judged
from vcwallet.bundle.openers import FileOpener
from vcwallet.bundle.payloads import Payload, payloads
from vcwallet.bundle.scanning import Found
from vcwallet.errors import N_, InputError, LimitExceeded, Mistake, VcwalletError
from vcwallet.strict_json import JsonObject

__all__ = ["Gathering", "Seen", "Step"]


class Seen(StrEnum):
    """What the newest picture or text brought; of several things the one that stands last here."""

    NOTHING = "nothing"
    """No code, or none that can be read yet."""
    ANSWERED = "answered"
    """What was answered just before; it is not taken a second time."""
    OTHER = "other"
    """A code of something else, or one that cannot be read; `Step.problem` says it."""
    AGAIN = "again"
    """Only parts that are known already."""
    PART = "part"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Step:
    """One picture or text further."""

    seen: Seen
    progress: Progress | None = None
    """Of the bundle that a part was read of last."""
    problem: VcwalletError | None = None
    found: Found | None = None
    """The document, when it is whole; there is only one, whatever else was in sight."""


class Gathering:
    """`answered` is the bundle that the step before ended with: its codes may still be before the camera."""

    def __init__(self, *, answered: str | None = None, source: str = "") -> None:
        self._answered = answered
        self._source = Source(1, source)
        self._parts: dict[bytes, Parts] = {}
        self._last: bytes | None = None

    @property
    def progress(self) -> Progress | None:
        """Of the bundle that a part was read of last; None before the first part."""
        return self._parts[self._last].progress if self._last is not None else None

    def picture(self, data: bytes, opener: FileOpener) -> Step:
        """Look at one picture of a camera.

        Raises InputError (``picture.unreadable``) and LimitExceeded (``camera.picture-too-large`` and what
        `opener` raises) for what no camera sends.
        """
        if len(data) > limits.CAMERA_PICTURE_BYTES:
            raise LimitExceeded(
                "camera.picture-too-large",
                N_("The camera's picture is larger than {limit} MiB."),
                next_step=N_("Give it as a file."),
                limit=limits.CAMERA_PICTURE_BYTES // limits.MIB,
            )
        if not pictures.is_picture(data):
            raise pictures.unreadable("none")
        texts: list[str] = []
        for look in opener.looks(data, only=1, until=processor() + limits.CAMERA_LOOK_SECONDS):
            texts += look.texts
        return self.codes(texts)

    def codes(self, texts: Iterable[str]) -> Step:
        """Take the texts of the codes in one picture, where somebody else has looked at it."""
        return self._step(_each(texts))

    def text(self, text: str) -> Step:
        """Take what a hand scanner typed: one code, several, or a document as a whole.

        Raises LimitExceeded (``scan.text-too-long``).
        """
        if len(text) > limits.SCAN_TEXT_CHARACTERS:
            raise LimitExceeded(
                "scan.text-too-long",
                N_("The text has {size} characters; the ceiling is {limit}."),
                size=len(text),
                limit=limits.SCAN_TEXT_CHARACTERS,
            )
        typed = text.lstrip("\ufeff \t\r\n")
        step = self._step(_documents(typed) if typed.startswith("{") else _each([typed]))
        if step.seen is Seen.NOTHING and typed:
            return Step(Seen.OTHER, self.progress, _no_code())
        return step

    def _step(self, brought: Iterable[Payload]) -> Step:
        seen, problem = Seen.NOTHING, None
        for each in brought:
            if isinstance(each, VcwalletError | Evidence):
                problem = problem or (each.problem if isinstance(each, Evidence) else each)
            elif not isinstance(each, Frame):
                return _whole(each, self._source, None)
            else:
                try:
                    brings = self._take(each)
                except VcwalletError as error:
                    problem = problem or error
                except Exception as error:  # nothing that is held before a camera ends the work at the desk
                    problem = problem or Mistake.of(error)
                else:
                    if not isinstance(brings, Seen):
                        return _whole(brings, self._source, self.progress)
                    seen = max(seen, brings, key=list(Seen).index)
        if problem is not None and seen in (Seen.NOTHING, Seen.ANSWERED):
            seen = Seen.OTHER
        return Step(seen, self.progress, problem)

    def _take(self, frame: Frame) -> Seen | JsonObject:
        """What the frame brings: the document of its bundle, when it is the last part that was missing."""
        if frame.bundle_id.hex() == self._answered:
            return Seen.ANSWERED
        added = self._add(frame)
        if added is Added.DUPLICATE:
            return Seen.AGAIN
        # Parts that did not fit are put together once more with each new one, which may replace a wrong one.
        parts = self._parts[frame.bundle_id]
        return parts.document() if parts.progress.complete else Seen.PART

    def _add(self, frame: Frame) -> Added:
        parts = self._parts.pop(frame.bundle_id, None) or Parts()
        # It stays also when this frame contradicts an earlier one.
        self._parts[frame.bundle_id] = parts
        self._last = frame.bundle_id
        added = parts.collector.add(frame)
        while len(self._parts) > limits.GATHERED_BUNDLES:
            del self._parts[next(iter(self._parts))]
        return added


def _whole(document: JsonObject, source: Source, progress: Progress | None) -> Step:
    kind, problem = judged(document)
    found = Found(kind, (source,), None if problem else document, problem, progress)
    return Step(Seen.WHOLE, progress, problem, found)


def _each(texts: Iterable[str]) -> Iterator[Payload]:
    for text in texts:
        try:
            yield from payloads(text)
        except VcwalletError as error:
            yield error


def _documents(text: str) -> Iterator[Payload]:
    try:
        yield strict_json.loads_object(text)
    except VcwalletError as error:
        yield error


def _no_code() -> InputError:
    return InputError(
        "scan.no-code-typed",
        N_("What was typed is no code of a diploma."),
        next_step=N_("Read the code once more, or give the file."),
    )
