"""Pictures, PDFs, texts, files and folders -> the documents in them.

    for found in read_inputs([Path("scan.pdf"), Path("photos")]):
        if found.problem is not None:
            print(found.where, found.problem)

The rule of problems: nothing an input holds is ever raised. Each input gives at least one `Found`, and one
that could not be read gives one with a `problem` and no `document`, so a bad file among good ones costs
only itself. `demand` turns that into an exception for a caller that wants all or nothing. Only the call
itself can be wrong: no inputs, or too many.

Symbols of one bundle may be spread over any pictures, pages and texts of one call, in any order, and
several bundles may be mixed. A PDF's attachment is read first; only when it holds no document are the
pages drawn. The same document found twice is one `Found` with two sources.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet import limits, strict_json
from vcwallet.bundle import foreign, opening, pictures, typed_digits
from vcwallet.bundle.assembling import Assembly, Parts
from vcwallet.bundle.codec import FIRST_BYTES, Bundle, unpack
from vcwallet.bundle.document_kinds import DocumentKind, kind_of
from vcwallet.bundle.frames import Frame, Progress
from vcwallet.bundle.inputs import Input, Source, each_input
from vcwallet.errors import N_, InputError, LimitExceeded, UsageError, VcwalletError
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from PIL.Image import Image

_SECOND_LOOKS: Final = 12
"""Pictures of one input, or of one bundle, that are looked at thoroughly when something is missing."""

_PLAIN: Final = 200
_FINE: Final = 300
"""Dots per inch at which PDF pages are drawn, at first and at a thorough look."""


@dataclass(frozen=True, slots=True)
class Found:
    kind: DocumentKind
    sources: tuple[Source, ...]
    document: JsonObject | None = None
    problem: VcwalletError | None = None
    progress: Progress | None = None

    @property
    def bundle(self) -> Bundle | None:
        """The bundle, when that or a presentation is what was found."""
        if self.document is None or self.kind not in (DocumentKind.BUNDLE, DocumentKind.PRESENTATION):
            return None
        return Bundle.parse(self.document)

    @property
    def where(self) -> str:
        return ", ".join(map(str, self.sources))


def read_inputs(inputs: Sequence[Path | bytes | str]) -> list[Found]:
    """Everything found in files and folders (Path), file contents (bytes) and texts (str).

    In the order of first sight. Folders are read with their subfolders in the order of names, leaving out
    hidden files and those that hold nothing known here. Raises UsageError (``scan.nothing-given``,
    ``scan.too-many-inputs``), nothing else.
    """
    if not inputs:
        raise UsageError("scan.nothing-given", N_("There is nothing to read: name a file, a folder or “-”."))
    scan = _Scan()
    for count, each in enumerate(each_input(inputs), 1):
        if count > limits.SCAN_INPUTS:
            raise UsageError(
                "scan.too-many-inputs",
                N_("More than {limit} files at once."),
                next_step=N_("Give the folders one at a time."),
                limit=limits.SCAN_INPUTS,
            )
        scan.read(each)
    return scan.finish()


def demand(found: Iterable[Found]) -> list[Found]:
    """The same list when it holds documents and no problem; otherwise raises the first problem."""
    everything = list(found)
    for each in everything:
        if each.problem is not None:
            raise each.problem
    return everything


@dataclass(slots=True)
class _Sighting:
    """A `Found` in the making."""

    sources: list[Source]
    kind: DocumentKind = DocumentKind.NOTHING
    document: JsonObject | None = None
    problem: VcwalletError | None = None

    def settle(self, document: JsonObject) -> None:
        """Say what the document is, or what is wrong with it."""
        self.kind = kind_of(document) or DocumentKind.FOREIGN
        try:
            if self.kind is DocumentKind.FOREIGN:
                raise InputError(
                    "scan.other-document",
                    N_("The document is JSON, but not a diploma, a bundle or anything else known here."),
                )
            if self.kind is DocumentKind.BUNDLE:
                Bundle.parse(document)
        except VcwalletError as error:
            self.problem = error
        else:
            self.document = document


class _Scan:
    def __init__(self) -> None:
        self._seen: list[_Sighting] = []
        self._documents: dict[str, _Sighting] = {}
        self._assembly = Assembly()
        self._bundles: dict[bytes, _Sighting] = {}
        """What becomes of the parts of a bundle, by its id."""
        self._sightings = 0

    def read(self, given: Input) -> None:
        """Read one file or text; what is wrong with it becomes a `Found` of its own."""
        before = self._sightings
        problem: VcwalletError | None = None
        try:
            content = given.load()
            if isinstance(content, str):
                self._text(given.source, content)
            else:
                self._bytes(given, content)
        except VcwalletError as error:
            problem = error
        if problem is None and self._sightings == before:
            problem = InputError(
                "scan.no-code",
                N_("No code and no document was found."),
                next_step=N_("Photograph the whole code, sharp and flat, or ask for the file."),
            )
        if problem is not None and given.demanded:
            self._problem(given.source, problem)

    def finish(self) -> list[Found]:
        until = time.monotonic() + limits.SCAN_SECONDS
        for _, parts in self._assembly:
            if not parts.progress.complete:
                for source, given in islice(parts.shown_in.items(), _SECOND_LOOKS):
                    self._look_again(source, given, until)
        for bundle_id, parts in self._assembly:
            self._assemble(self._bundles[bundle_id], parts)
        whole = self._assembly.whole()
        progress = {id(self._bundles[bundle_id]): parts.progress for bundle_id, parts in self._assembly}
        return [
            Found(one.kind, tuple(one.sources), one.document, one.problem, progress.get(id(one)))
            for one in self._seen
            # A part cut short is no loss once the others sufficed.
            if one.problem is None
            or one.problem.code != "frames.truncated"
            or one.problem.evidence["bundle"] not in whole
        ]

    # --- files ----------------------------------------------------------------------------------------

    def _bytes(self, given: Input, data: bytes) -> None:
        source = given.source
        if not data:
            raise InputError("scan.empty", N_("The file is empty."))
        if len(data) > limits.FILE_BYTES:
            raise LimitExceeded(
                "scan.file-too-large",
                N_("The file is larger than {limit} MiB."),
                limit=limits.FILE_BYTES // limits.MIB,
            )
        if pictures.is_picture(data):
            self._pictures(given, data)
        elif opening.is_pdf(data):
            self._pdf(given, data)
        elif data[4:8] == b"ftyp":
            raise InputError(
                "scan.heic",
                N_("Pictures of this kind (HEIC, video) are not read."),
                next_step=N_("Save the picture as JPEG or make a screenshot of it."),
            )
        elif data[0] in FIRST_BYTES:  # behind "ftyp", whose files begin with a zero too
            self._document(source, unpack(data))
        elif data[:4] == b"PK\x03\x04":
            raise InputError(
                "scan.archive",
                N_("This is an archive or an office document."),
                next_step=N_("Unpack it, or save it as PDF, and read that."),
            )
        else:
            self._text(source, _decoded(data))

    def _pdf(self, given: Input, data: bytes) -> None:
        before = self._sightings
        for content in opening.attachments(data):
            with suppress(VcwalletError):  # any file may be attached; ours are known by their content
                document = strict_json.loads_object(content)
                if kind_of(document) is not None:
                    self._document(given.source, document)
        if self._sightings == before:
            self._pictures(given, data)

    def _pictures(self, given: Input, data: bytes) -> None:
        before, until = self._sightings, time.monotonic() + limits.SCAN_SECONDS
        for number, picture in _drawn(data):
            self._codes(_at(given.source, number), given, pictures.codes(picture, until=until))
            if time.monotonic() > until:
                raise LimitExceeded(
                    "scan.too-slow",
                    N_("Looking for codes took longer than {limit} seconds, so the rest was left unread."),
                    next_step=N_("Cut the codes out of the picture, or give the pages one at a time."),
                    limit=limits.SCAN_SECONDS,
                )
        if self._sightings == before:
            for number, picture in islice(_drawn(data, dpi=_FINE), _SECOND_LOOKS):
                texts = pictures.codes(picture, thorough=True, until=until)
                self._codes(_at(given.source, number), given, texts)

    def _look_again(self, source: Source, given: Input, until: float) -> None:
        if time.monotonic() > until:
            return
        with suppress(VcwalletError):  # whatever is wrong now was said at the first look
            data = given.load()
            assert isinstance(data, bytes)  # only pictures are looked at
            for _, picture in _drawn(data, only=source.page or 1, dpi=_FINE):
                self._codes(source, given, pictures.codes(picture, thorough=True, until=until))

    def _codes(self, source: Source, given: Input, texts: list[str]) -> None:
        for text in texts:
            try:
                self._payload(source, text, given)
            except VcwalletError as error:
                self._problem(source, error)

    # --- texts ----------------------------------------------------------------------------------------

    def _text(self, source: Source, text: str) -> None:
        text = text.lstrip("\ufeff \t\r\n")
        if text[:1] in ("{", "["):
            self._document(source, strict_json.loads_object(text))
        elif len(text) > limits.SCAN_TEXT_CHARACTERS:
            raise LimitExceeded(
                "scan.text-too-long",
                N_("The text has {size} characters; the ceiling is {limit}."),
                size=len(text),
                limit=limits.SCAN_TEXT_CHARACTERS,
            )
        else:
            self._payload(source, text)

    def _payload(self, source: Source, text: str, picture: Input | None = None) -> None:
        """What one symbol or one typed text holds."""
        frames = typed_digits.frames_in(text)
        for data in frames:
            try:
                self._frame(source, Frame.parse(data), picture)
            except VcwalletError as error:
                self._problem(source, error)
        if frames:
            return
        text = text.strip("\r\n\t")
        for candidate in (text, typed_digits.as_american(text)):
            if candidate.startswith(foreign.VP1):
                self._document(source, foreign.read_vp1(candidate))
                return
            problem = foreign.recognise(candidate)
            if problem is not None:
                self._problem(source, problem, DocumentKind.FOREIGN)
                return

    def _frame(self, source: Source, frame: Frame, picture: Input | None) -> None:
        parts = self._assembly.parts_of(frame)
        parts.collector.add(frame)
        if frame.bundle_id not in self._bundles:
            self._bundles[frame.bundle_id] = _Sighting([])
            self._seen.append(self._bundles[frame.bundle_id])
        self._sighted(self._bundles[frame.bundle_id], source)
        if picture is not None:
            parts.shown_in[source] = picture

    # --- results --------------------------------------------------------------------------------------

    def _document(self, source: Source, document: JsonObject) -> None:
        one = self._documents.setdefault(strict_json.dumps(document), _Sighting([]))
        if not one.sources:
            one.settle(document)
            self._seen.append(one)
        self._sighted(one, source)

    def _problem(
        self, source: Source, problem: VcwalletError, kind: DocumentKind = DocumentKind.NOTHING
    ) -> None:
        self._seen.append(_Sighting([source], kind, problem=problem))
        self._sightings += 1

    def _sighted(self, one: _Sighting, source: Source) -> None:
        self._sightings += 1
        if source not in one.sources:
            one.sources.append(source)

    def _assemble(self, one: _Sighting, parts: Parts) -> None:
        if not parts.progress.complete:
            one.kind = DocumentKind.INCOMPLETE
        try:
            document = parts.document()
        except VcwalletError as error:
            one.problem = error
            return
        same = self._documents.setdefault(strict_json.dumps(document), one)
        if same is one:
            one.settle(document)
            return
        self._seen.remove(one)
        same.sources.extend(source for source in one.sources if source not in same.sources)


def _at(source: Source, number: int) -> Source:
    return source if number == 1 else replace(source, page=number)


def _drawn(data: bytes, *, only: int | None = None, dpi: int = _PLAIN) -> Iterator[tuple[int, Image]]:
    """Numbers (from 1) and grey pictures of a PDF's pages or a picture file's pictures."""
    if opening.is_pdf(data):
        yield from opening.pictures(data, only=only, dpi=dpi)
        return
    for number, picture in enumerate(pictures.pictures(data), 1):
        if only in (None, number):
            yield number, picture


def _decoded(data: bytes) -> str:
    """Text of unknown encoding. What is looked for in it is ASCII, so a wrong guess does no harm."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", "replace")
