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
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet import limits, strict_json
from vcwallet.bundle import codec, foreign, pages, pictures, typed
from vcwallet.bundle.codec import Bundle, has_type
from vcwallet.bundle.frames import Collector, Frame, Progress, missing_parts
from vcwallet.errors import N_, InputError, LimitExceeded, UsageError, VcwalletError
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from PIL.Image import Image

_SECOND_LOOKS: Final = 12
"""Pictures of one input, or of one bundle, that are looked at thoroughly when something is missing."""

_PUBLISHED: Final = ".well-known"
"""The one hidden folder that is looked into: a published site keeps its did.json there."""

_PLAIN: Final = 200
_FINE: Final = 300
"""Dots per inch at which PDF pages are drawn, at first and at a thorough look."""


class Kind(StrEnum):
    """What a document is, by its outward form alone: nothing was verified."""

    BUNDLE = "bundle"
    """A presentation with status lists stapled to it."""
    PRESENTATION = "presentation"
    CREDENTIAL = "credential"
    STATUS_LIST = "status-list"
    CONTROLLED_IDENTIFIER = "controlled-identifier"
    TRUST_LIST = "trust-list"
    REQUEST = "request"
    FOREIGN = "foreign"
    """Somebody else's code or document; `problem` says which."""
    INCOMPLETE = "incomplete"
    """Some parts of a bundle; `progress` says which."""
    NOTHING = "nothing"
    """The input could not be read; `problem` says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was found. `name` is "" for bytes and texts; `page` is None for a first picture."""

    input: int
    name: str = ""
    page: int | None = None

    def __str__(self) -> str:
        where = self.name or f"#{self.input}"
        return where if self.page is None else f"{where}:{self.page}"


@dataclass(frozen=True, slots=True)
class Found:
    kind: Kind
    sources: tuple[Source, ...]
    document: JsonObject | None = None
    problem: VcwalletError | None = None
    progress: Progress | None = None

    @property
    def bundle(self) -> Bundle | None:
        """The bundle, when that or a presentation is what was found."""
        if self.document is None or self.kind not in (Kind.BUNDLE, Kind.PRESENTATION):
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
    for count, each in enumerate(_each(inputs), 1):
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


def kind_of(document: JsonObject) -> Kind | None:
    """What a JSON document says it is; None for something else."""
    if document.get("type") == codec.ENVELOPE_TYPE:
        return Kind.BUNDLE
    if codec.is_presentation(document):
        return Kind.PRESENTATION
    if has_type(document, "BitstringStatusListCredential"):
        return Kind.STATUS_LIST
    if has_type(document, "VerifiableCredential") or has_type(document, "EnvelopedVerifiableCredential"):
        return Kind.CREDENTIAL
    if str(document.get("format", "")).startswith("vcwallet-trust-list/"):
        return Kind.TRUST_LIST
    if str(document.get("format", "")).startswith("vcwallet-request/"):
        return Kind.REQUEST
    if "verificationMethod" in document and "id" in document:
        return Kind.CONTROLLED_IDENTIFIER
    return None


@dataclass(frozen=True, slots=True)
class _Input:
    """One file or text. `load` may be called again for a second look, so that pictures need not be kept."""

    source: Source
    load: Callable[[], bytes | str]
    demanded: bool
    """Named by the caller, not met in a folder: finding nothing in it is worth telling."""


def _each(inputs: Sequence[Path | bytes | str]) -> Iterator[_Input]:
    for number, given in enumerate(inputs, 1):
        if not isinstance(given, Path):
            yield _Input(Source(number), partial(_itself, given), True)
        elif os.path.isdir(given):  # noqa: PTH112 - never raises, unlike Path.is_dir without permission
            for path in _files_in(given):
                name = path.relative_to(given).as_posix()
                yield _Input(Source(number, name), partial(_file, path), False)
        else:
            yield _Input(Source(number, given.name), partial(_file, given), True)


def _files_in(folder: Path) -> Iterator[Path]:
    """Ordinary files of a folder and its subfolders, by name; no hidden ones, and no links to folders."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") or name == _PUBLISHED)
        for name in sorted(names):
            path = Path(place) / name
            # Pipes and devices would be read for ever.
            if not name.startswith(".") and os.path.isfile(path):  # noqa: PTH113 - as above
                yield path


def _itself(given: bytes | str) -> bytes | str:
    return given


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.FILE_BYTES + 1)
    except OSError as error:
        raise InputError(
            "scan.no-file",
            N_("{file} cannot be read: {reason}."),
            file=path.name,
            reason=error.strerror or type(error).__name__,
        ) from None
    return data


@dataclass(slots=True)
class _Entry:
    """A `Found` in the making."""

    sources: list[Source]
    kind: Kind = Kind.NOTHING
    document: JsonObject | None = None
    problem: VcwalletError | None = None

    def settle(self, document: JsonObject) -> None:
        """Say what the document is, or what is wrong with it."""
        self.kind = kind_of(document) or Kind.FOREIGN
        try:
            if self.kind is Kind.FOREIGN:
                raise InputError(
                    "scan.other-document",
                    N_("The document is JSON, but not a diploma, a bundle or anything else known here."),
                )
            if self.kind is Kind.BUNDLE:
                Bundle.parse(document)
        except VcwalletError as error:
            self.problem = error
        else:
            self.document = document


@dataclass(slots=True)
class _Parts:
    """The parts of one bundle, and where they were seen."""

    entry: _Entry
    collector: Collector
    shown_in: dict[Source, _Input]

    @property
    def progress(self) -> Progress:
        progress = self.collector.progress
        assert progress is not None  # it has its first frame
        return progress


class _Scan:
    def __init__(self) -> None:
        self._entries: list[_Entry] = []
        self._documents: dict[str, _Entry] = {}
        self._parts: dict[bytes, _Parts] = {}
        self._sightings = 0

    def read(self, given: _Input) -> None:
        """Read one file or text; what is wrong with it becomes an entry of its own."""
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
        for parts in self._parts.values():
            if not parts.progress.complete:
                for source, given in islice(parts.shown_in.items(), _SECOND_LOOKS):
                    self._look_again(source, given, until)
        for parts in self._parts.values():
            self._assemble(parts)
        whole = {bundle_id.hex() for bundle_id, parts in self._parts.items() if parts.progress.complete}
        progress = {id(parts.entry): parts.progress for parts in self._parts.values()}
        return [
            Found(entry.kind, tuple(entry.sources), entry.document, entry.problem, progress.get(id(entry)))
            for entry in self._entries
            # A part cut short is no loss once the others sufficed.
            if entry.problem is None
            or entry.problem.code != "frames.truncated"
            or entry.problem.evidence["bundle"] not in whole
        ]

    # --- files ----------------------------------------------------------------------------------------

    def _bytes(self, given: _Input, data: bytes) -> None:
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
        elif pages.is_pdf(data):
            self._pdf(given, data)
        elif data[4:8] == b"ftyp":
            raise InputError(
                "scan.heic",
                N_("Pictures of this kind (HEIC, video) are not read."),
                next_step=N_("Save the picture as JPEG or make a screenshot of it."),
            )
        elif data[0] in codec.FIRST_BYTES:  # behind "ftyp", whose files begin with a zero too
            self._document(source, codec.unpack(data))
        elif data[:4] == b"PK\x03\x04":
            raise InputError(
                "scan.archive",
                N_("This is an archive or an office document."),
                next_step=N_("Unpack it, or save it as PDF, and read that."),
            )
        else:
            self._text(source, _decoded(data))

    def _pdf(self, given: _Input, data: bytes) -> None:
        before = self._sightings
        for content in pages.attachments(data):
            with suppress(VcwalletError):  # any file may be attached; ours are known by their content
                document = strict_json.loads_object(content)
                if kind_of(document) is not None:
                    self._document(given.source, document)
        if self._sightings == before:
            self._pictures(given, data)

    def _pictures(self, given: _Input, data: bytes) -> None:
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

    def _look_again(self, source: Source, given: _Input, until: float) -> None:
        if time.monotonic() > until:
            return
        with suppress(VcwalletError):  # whatever is wrong now was said at the first look
            data = given.load()
            assert isinstance(data, bytes)  # only pictures are looked at
            for _, picture in _drawn(data, only=source.page or 1, dpi=_FINE):
                self._codes(source, given, pictures.codes(picture, thorough=True, until=until))

    def _codes(self, source: Source, given: _Input, texts: list[str]) -> None:
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

    def _payload(self, source: Source, text: str, picture: _Input | None = None) -> None:
        """What one symbol or one typed text holds."""
        frames = typed.frames_in(text)
        for data in frames:
            try:
                self._frame(source, Frame.parse(data), picture)
            except VcwalletError as error:
                self._problem(source, error)
        if frames:
            return
        text = text.strip("\r\n\t")
        for candidate in (text, typed.as_american(text)):
            if candidate.startswith(foreign.VP1):
                self._document(source, foreign.read_vp1(candidate))
                return
            problem = foreign.recognise(candidate)
            if problem is not None:
                self._problem(source, problem, Kind.FOREIGN)
                return

    def _frame(self, source: Source, frame: Frame, picture: _Input | None) -> None:
        parts = self._parts.get(frame.bundle_id)
        if parts is None:
            if len(self._parts) >= limits.SCAN_BUNDLES:
                raise LimitExceeded(
                    "scan.too-many-bundles",
                    N_("Parts of more than {limit} bundles at once."),
                    limit=limits.SCAN_BUNDLES,
                )
            parts = _Parts(_Entry([]), Collector(), {})
            self._parts[frame.bundle_id] = parts
            self._entries.append(parts.entry)
        parts.collector.add(frame)
        self._sighted(parts.entry, source)
        if picture is not None:
            parts.shown_in[source] = picture

    # --- results --------------------------------------------------------------------------------------

    def _document(self, source: Source, document: JsonObject) -> None:
        entry = self._documents.setdefault(strict_json.dumps(document), _Entry([]))
        if not entry.sources:
            entry.settle(document)
            self._entries.append(entry)
        self._sighted(entry, source)

    def _problem(self, source: Source, problem: VcwalletError, kind: Kind = Kind.NOTHING) -> None:
        self._entries.append(_Entry([source], kind, problem=problem))
        self._sightings += 1

    def _sighted(self, entry: _Entry, source: Source) -> None:
        self._sightings += 1
        if source not in entry.sources:
            entry.sources.append(source)

    def _assemble(self, parts: _Parts) -> None:
        entry = parts.entry
        if not parts.progress.complete:
            entry.kind, entry.problem = Kind.INCOMPLETE, missing_parts(parts.progress)
            return
        try:
            document = codec.unpack(parts.collector.result())
        except VcwalletError as error:
            entry.problem = error
            return
        same = self._documents.setdefault(strict_json.dumps(document), entry)
        if same is entry:
            entry.settle(document)
            return
        self._entries.remove(entry)
        same.sources.extend(source for source in entry.sources if source not in same.sources)


def _at(source: Source, number: int) -> Source:
    return source if number == 1 else replace(source, page=number)


def _drawn(data: bytes, *, only: int | None = None, dpi: int = _PLAIN) -> Iterator[tuple[int, Image]]:
    """Numbers (from 1) and grey pictures of a PDF's pages or a picture file's pictures."""
    if pages.is_pdf(data):
        yield from pages.pictures(data, only=only, dpi=dpi)
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
