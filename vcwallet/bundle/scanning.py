"""Pictures, PDFs, texts, archives, files and folders -> the documents in them, and what became of each file.

    reading = read_inputs([Path("scan.pdf"), Path("photos")])
    for found in reading:
        print(found.where, found.kind, found.problem)
    for row in reading.files:
        print(row.name, row.fate)

The rule of problems: nothing an input holds is ever raised. An input that could not be read gives a `Found`
with a `problem` and no `document`, so a bad file among good ones costs only itself, and so does a mistake of
this program. `demand` turns a problem into an exception for a caller that wants all or nothing. Only the call
itself can be wrong: no inputs, or too many.

Symbols of one bundle may be spread over any pictures, pages and texts of one folder, or of the files that
were named together, in any order, and several bundles may be mixed. A PDF's attachment is read first; only
when it holds no document are the pages drawn. The same document found twice is one `Found` with two sources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final, overload

from vcwallet import limits
from vcwallet.bundle import accounting
from vcwallet.bundle.accounting import FileFate, FileRow
from vcwallet.bundle.assembling import Assembly, Parts, PartsKey
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.effort import Effort, processor
from vcwallet.bundle.evidence import Statement
from vcwallet.bundle.frames import Progress
from vcwallet.bundle.inputs import Given, Input, Source, each_input
from vcwallet.bundle.kinds import SECRET_KEY, DocumentKind
from vcwallet.bundle.looking import (
    SECOND_LOOKS,
    Document,
    Part,
    Problem,
    Seen,
    Sight,
    look,
    look_apart,
    look_closer,
    lost,
    profile_with_key,
)
from vcwallet.bundle.openers import FileOpener
from vcwallet.bundle.other_wallets import Holder
from vcwallet.bundle.request import Request
from vcwallet.errors import N_, InputError, Mistake, UsageError, VcwalletError
from vcwallet.report import Files
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from vcwallet.executors import Crew

_NOTHING_OF_OURS: Final = ("scan.no-code", "scan.empty", "scan.other-document", "archive.empty", "foreign.")
"""Codes of problems, or how they begin, of files that were read to their end."""


@dataclass(frozen=True, slots=True)
class Together:
    """Presentations that answer one question together, each signed by itself."""

    documents: tuple[JsonObject, ...] = field(repr=False)
    token: JsonObject = field(repr=False)
    """The ``vp_token`` they came in (OpenID4VP 1.0, section 8.1)."""


@dataclass(frozen=True, slots=True)
class Found:
    kind: DocumentKind
    sources: tuple[Source, ...]
    document: JsonObject | None = None
    problem: VcwalletError | None = None
    progress: Progress | None = None
    times: int = 1
    """How often it was handed in: by so many files, or so many sets of symbols in different folders."""
    statement: Statement | None = None
    """What it says of itself, where it is something of others that nobody checks."""
    holder: Holder | None = None
    """Whose profile of another wallet it is; a credential that came with one names it too."""
    together: Together | None = None
    """What is in an answer to a request of OpenID4VP that brings several presentations."""

    @property
    def bundle(self) -> Bundle | None:
        """The bundle, when that or a presentation is what was found."""
        if self.document is None or self.kind not in (DocumentKind.BUNDLE, DocumentKind.PRESENTATION):
            return None
        return Bundle.parse(self.document)

    @property
    def where(self) -> str:
        return ", ".join(map(str, self.sources))


@dataclass(frozen=True, slots=True)
class Reading(Sequence[Found]):
    """Everything that was found, in the order of first sight, and a row for every file."""

    found: tuple[Found, ...] = ()
    files: tuple[FileRow, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Found: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Found, ...]: ...

    def __getitem__(self, index: int | slice) -> Found | tuple[Found, ...]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    @property
    def counts(self) -> Files:
        return accounting.count(self.files)

    @property
    def everything_was_read(self) -> bool:
        return not any(row.problem for row in self.files) and not any(one.problem for one in self.found)

    @property
    def exit_status(self) -> int:
        """What a command ends with for what could not be read: 70, 4, or 0 when everything was."""
        problems = [one.problem for one in self.found if one.problem is not None]
        if any(isinstance(problem, Mistake) for problem in problems):
            return Mistake.exit_status
        return 0 if self.everything_was_read else InputError.exit_status


def read_inputs(
    inputs: Sequence[Given], *, opener: FileOpener | None = None, crew: Crew | None = None
) -> Reading:
    """Everything in files and folders (Path), file contents (bytes, or with a name) and texts (str).

    Folders are read with their subfolders in the order of names, archives in the order of their members.
    `opener` is for who reads again and again, such as the frames of a camera, for starting the process of an
    `opening.Opener` takes longer than opening a picture; and for where there are no processes. `crew` is that
    of `read_each`.

    Raises UsageError (``scan.nothing-given``, ``scan.too-many-inputs``), and what `read_each` raises.
    """
    if not inputs:
        raise UsageError("scan.nothing-given", N_("There is nothing to read: name a file, a folder or “-”."))
    if opener is not None:
        return read_each(each_input(inputs), opener, crew)
    from vcwallet.bundle.opening import Opener  # starts processes, which a browser has not

    with Opener() as own:
        return read_each(each_input(inputs), own, crew)


def read_each(inputs: Iterable[Input], opener: FileOpener, crew: Crew | None = None) -> Reading:
    """`read_inputs` for who has laid out the inputs: says what belongs together, and where each is from.

    A `crew` whose processes began with `looking.prepare` looks at the files that lie on the disk; what is in
    several files is put together here. The reading is the same.

    Raises UsageError (``scan.too-many-inputs``), and MachineError (``executors.workers-die``).
    """
    scan = _Scan(opener)
    if crew is None:
        for given in _counted(inputs):
            scan.read(given)
        return scan.finish()
    from vcwallet import executors  # for a crew of processes alone, which a browser has not

    listed = list(_counted(inputs))
    elsewhere = executors.in_turn(look_apart, (each for each in listed if each.goes_elsewhere), crew)
    for given in listed:
        if not given.goes_elsewhere:
            scan.read(given)
            continue
        _, seen = next(elsewhere)
        scan.take(given, lost(given, executors.told(seen)) if isinstance(seen, Exception) else seen)
    return scan.finish()


def _counted(inputs: Iterable[Input]) -> Iterator[Input]:
    for count, each in enumerate(inputs, 1):
        if count > limits.SCAN_INPUTS:
            raise UsageError(
                "scan.too-many-inputs",
                N_("More than {limit} files at once."),
                next_step=N_("Give the folders one at a time."),
                limit=limits.SCAN_INPUTS,
            )
        yield each


def of_other_wallet(where: str, found: Sequence[Found], holder: Holder | None) -> tuple[Found, ...]:
    """What came out of another wallet's file `where`, with the profile of its `holder`."""
    if holder is None:
        return tuple(found)
    problem = profile_with_key(holder)
    profile = Found(DocumentKind.OTHER_WALLET, (Source(1, where),), problem=problem, holder=holder)
    return (*(replace(each, holder=holder) for each in found), profile)


def demand(found: Iterable[Found]) -> list[Found]:
    """The same list when it holds documents and no problem; otherwise raises the first problem."""
    everything = list(found)
    for each in everything:
        if each.problem is not None:
            raise each.problem
    return everything


def documents(found: Iterable[Found], kind: DocumentKind) -> list[JsonObject]:
    """The documents of one kind among what was found."""
    return [each.document for each in found if each.kind is kind and each.document is not None]


def demand_read(reading: Reading) -> Reading:
    """The same reading, when every file could be read, though nothing may have been in some of them.

    Raises the first problem of a file that could not: what is missing might have changed the answer; and what
    is to be said of a secret key. A logo among the files of an issuer's site is no problem, nor are digits on
    its pages that look like a part of a code: an issuer publishes no codes.
    """
    for one in reading:
        if one.problem is not None and one.problem.code == SECRET_KEY:
            raise one.problem
    for row in reading.files:
        if row.problem is None or row.fate is FileFate.EMPTY:
            continue
        if not row.problem.code.startswith("frames."):
            raise row.problem
    return reading


def the_request(reading: Reading, name: str) -> Request:
    """The one request in what was read, which a person calls `name`.

    Raises the first problem of the input, UsageError (``request.none``) when it holds none or several, and
    what `Request.parse` raises.
    """
    return Request.parse(
        _the_one(
            reading,
            DocumentKind.REQUEST,
            UsageError(
                "request.none",
                N_("There is no request in “{name}”."),
                next_step=N_("Ask the recipient for the file or the picture of its request."),
                name=name[-64:],
            ),
        )
    )


def the_question(reading: Reading, name: str) -> Request | str:
    """The one request in what was read: ours, or the URL of one of OpenID4VP.

    Raises what `the_request` raises.
    """
    urls = [each["url"] for each in documents(reading, DocumentKind.OPENID_REQUEST)]
    if len(urls) == 1 and isinstance(urls[0], str) and not documents(reading, DocumentKind.REQUEST):
        return urls[0]
    return the_request(reading, name)


def the_offer(reading: Reading, name: str) -> JsonObject:
    """The one offer of a site in what was read, which a person calls `name`; see `openid4vci.OfferLink`.

    Raises the first problem of the input, and UsageError (``offer.none``) when it holds none or several.
    """
    return _the_one(
        reading,
        DocumentKind.OFFER,
        UsageError(
            "offer.none",
            N_("There is no offer in “{name}”."),
            next_step=N_("Photograph the whole code, or copy the whole link."),
            name=name[-64:],
        ),
    )


def the_receipt(reading: Reading, name: str) -> JsonObject:
    """The one receipt in what was read, which a person calls `name`.

    Raises the first problem of the input, and UsageError (``receipt.none``) when it holds none or several.
    """
    return _the_one(
        reading,
        DocumentKind.RECEIPT,
        UsageError(
            "receipt.none",
            N_("There is no receipt in “{name}”."),
            next_step=N_("Photograph the whole code, or ask the recipient for the file."),
            name=name[-64:],
        ),
    )


def _the_one(reading: Reading, kind: DocumentKind, none: UsageError) -> JsonObject:
    """Raises the first problem of the input, and `none`, when it holds no document of the kind or several."""
    found = documents(reading, kind)
    if len(found) != 1:
        demand(reading)
        raise none
    return found[0]


@dataclass(slots=True)
class _Sighting:
    """A `Found` in the making."""

    sources: list[Source]
    kind: DocumentKind = DocumentKind.NOTHING
    document: JsonObject | None = None
    problem: VcwalletError | None = None
    handed_in: set[tuple[int, str]] = field(default_factory=set)
    statement: Statement | None = None
    holder: Holder | None = None

    def settle(self, seen: Document) -> None:
        """Say what the document is, or what is wrong with it."""
        self.kind, self.problem = seen.kind, seen.problem
        self.statement = seen.statement or self.statement
        if self.problem is None:
            self.document = seen.document


@dataclass(slots=True, eq=False)
class _Row:
    """A `FileRow` in the making."""

    given: Input
    problem: _Sighting | None = None
    """What is said of the file as a whole."""
    sharp: bool = False
    """It is pictures without codes, and in none of them anything is blurred."""


class _Scan:
    """What was seen in each file, put together in the order in which the files were given."""

    def __init__(self, opener: FileOpener) -> None:
        self._opener = opener
        self._seen: list[_Sighting] = []
        self._documents: dict[str, _Sighting] = {}
        self._assembly = Assembly()
        self._bundles: dict[PartsKey, _Sighting] = {}
        """What becomes of the parts of a bundle."""
        self._rows: list[_Row] = []
        self._unpacked = 0
        self._searches = 0

    def read(self, given: Input) -> None:
        """Look at one file or text here."""
        self._take(look(given, self._opener, unpacked=self._unpacked))

    def take(self, given: Input, seen: Seen) -> None:
        """Take what another process saw in a file."""
        if self._unpacked + seen.unpacked > limits.SCAN_INPUTS:
            self.read(given)  # the ceiling is one for all archives together
        else:
            self._take(replace(seen, unpacked=self._unpacked + seen.unpacked))

    def _take(self, seen: Seen) -> None:
        self._unpacked = seen.unpacked
        sightings = {id(sight): self._sight(sight) for sight in seen.sights}
        self._rows += [_Row(each.given, sightings.get(id(each.problem)), each.sharp) for each in seen.files]

    def _sight(self, seen: Sight) -> _Sighting:
        if isinstance(seen, Document):
            return self._document(seen)
        return self._part(seen) if isinstance(seen, Part) else self._problem(seen)

    def finish(self) -> Reading:
        until, left = processor() + limits.SCAN_SECONDS, dict[tuple[int, str], float]()
        for _, parts in tuple(self._assembly):
            if not parts.progress.complete:
                for source, given in islice(parts.shown_in.items(), SECOND_LOOKS):
                    self._look_again(source, given, until, left)
        for key, parts in self._assembly:
            try:
                self._assemble(self._bundles[key], parts)
            except Exception as error:
                self._bundles[key].problem = Mistake.of(error)
        self._forgive()
        progress = {id(self._bundles[key]): parts.progress for key, parts in self._assembly}
        return Reading(
            tuple(
                Found(
                    one.kind,
                    tuple(one.sources),
                    one.document,
                    one.problem,
                    progress.get(id(one)),
                    max(1, len(one.handed_in)),
                    one.statement,
                    one.holder,
                )
                for one in self._seen
            ),
            tuple(self._account()),
        )

    def _forgive(self) -> None:
        """Leave out problems that cost nothing, because the others sufficed."""
        whole = self._assembly.whole()
        readable = {
            folder for (folder, _), parts in self._assembly if parts.progress.complete and parts.shown_in
        }
        folder_of = {(row.given.source.input, row.given.source.name): row.given.folder for row in self._rows}
        # A sheet has pages of words. One beside pictures that made a bundle whole is no loss when it is sharp
        # enough that codes on it would have been seen.
        forgiven = {
            id(row.problem)
            for row in self._rows
            if row.sharp and row.problem is not None and row.given.folder in readable
        }
        for one in self._seen:
            if one.problem is not None and one.problem.code == "frames.truncated":
                source, bundle_id = one.sources[0], bytes.fromhex(str(one.problem.evidence["bundle"]))
                if (folder_of.get((source.input, source.name), "-"), bundle_id) in whole:
                    forgiven.add(id(one))
        self._seen = [one for one in self._seen if id(one) not in forgiven]

    def _account(self) -> Iterator[FileRow]:
        of_file: defaultdict[tuple[int, str], list[_Sighting]] = defaultdict(list)
        for one in self._seen:
            for key in dict.fromkeys((source.input, source.name) for source in one.sources):
                of_file[key].append(one)
        for row in self._rows:
            source = row.given.source
            seen = of_file[source.input, source.name]
            problem = next((one.problem for one in seen if one.problem is not None), None)
            if row.given.system:
                fate = FileFate.SYSTEM
            elif any(one.document is not None for one in seen):
                fate = FileFate.WITH_ITEMS
            elif any(one.kind is DocumentKind.INCOMPLETE for one in seen):
                fate = FileFate.INCOMPLETE
            elif problem is None or problem.code.startswith(_NOTHING_OF_OURS):
                fate = FileFate.EMPTY
            else:
                fate = FileFate.UNREADABLE
            yield FileRow(str(source), fate, problem)

    def _look_again(
        self, source: Source, given: Input, until: float, left: dict[tuple[int, str], float]
    ) -> None:
        """A thorough look at one picture; `left` is what each file still may cost."""
        began, file = processor(), (source.input, source.name)
        if began > until or left.get(file, 1.0) <= 0:
            return
        with suppress(Exception):  # whatever is wrong now was said at the first look
            data = given.load()
            if isinstance(data, bytes):
                mine = left.get(file, Effort.of(len(data)).looking_seconds)
                left[file] = 0.0  # what cannot be opened is not tried again
                until = min(until, began + mine)
                for sight in look_closer(source, given, data, self._opener, until=until):
                    self._sight(sight)
                left[file] = mine - (processor() - began)

    # --- results --------------------------------------------------------------------------------------

    def _part(self, seen: Part) -> _Sighting:
        given, frame = seen.given, seen.frame
        try:
            parts = self._assembly.parts_of(given.folder, frame)
            parts.collector.add(frame)
        except VcwalletError as error:
            return self._problem(Problem(seen.source, error))
        key = (given.folder, frame.bundle_id)
        if key not in self._bundles:
            self._bundles[key] = _Sighting([], handed_in={(-1, given.folder)})
            self._seen.append(self._bundles[key])
        self._sighted(self._bundles[key], seen.source)
        if seen.picture:
            parts.shown_in[seen.source] = given
        return self._bundles[key]

    def _document(self, seen: Document) -> _Sighting:
        one = self._documents.setdefault(seen.text, _Sighting([]))
        if not one.sources:
            one.settle(seen)
            self._seen.append(one)
        one.holder = one.holder or seen.holder
        one.handed_in.add((seen.source.input, seen.source.name))
        self._sighted(one, seen.source)
        return one

    def _problem(self, seen: Problem) -> _Sighting:
        one = _Sighting(
            [seen.source], seen.kind, problem=seen.problem, statement=seen.statement, holder=seen.holder
        )
        self._seen.append(one)
        return one

    def _sighted(self, one: _Sighting, source: Source) -> None:
        if source not in one.sources:
            one.sources.append(source)

    def _assemble(self, one: _Sighting, parts: Parts) -> None:
        if not parts.progress.complete:
            one.kind = DocumentKind.INCOMPLETE
        try:
            document = parts.document(search=self._searches < limits.SCAN_SEARCHES)
        except VcwalletError as error:
            self._searches += error.code == "frames.mismatch"
            one.problem = error
            return
        seen = Document.of(one.sources[0], document)
        same = self._documents.setdefault(seen.text, one)
        if same is one:
            one.settle(seen)
            return
        self._seen.remove(one)
        same.sources.extend(source for source in one.sources if source not in same.sources)
        same.handed_in |= one.handed_in
