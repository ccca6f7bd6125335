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

import codecs
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from math import ceil
from typing import Final, overload

from vcwallet import limits, strict_json
from vcwallet.bundle import (
    accounting,
    archives,
    baked,
    drawn_paths,
    evidence,
    kinds,
    learncard,
    pictures,
)
from vcwallet.bundle.accounting import FileFate, FileRow
from vcwallet.bundle.assembling import Assembly, Parts, PartsKey
from vcwallet.bundle.codec import FIRST_BYTES, Bundle, unpack
from vcwallet.bundle.effort import Effort, processor
from vcwallet.bundle.evidence import Evidence, Statement
from vcwallet.bundle.frames import Frame, Progress
from vcwallet.bundle.inputs import Given, Input, Source, each_input, is_system_name
from vcwallet.bundle.kinds import DocumentKind, kind_of, unchecked
from vcwallet.bundle.openers import FileOpener, is_pdf
from vcwallet.bundle.other_wallets import Holder, read_profile
from vcwallet.bundle.payloads import payloads
from vcwallet.bundle.request import Request
from vcwallet.credentials import enveloped
from vcwallet.errors import N_, InputError, LimitExceeded, Mistake, UsageError, VcwalletError
from vcwallet.report import Files
from vcwallet.strict_json import Json, JsonObject

_SECOND_LOOKS: Final = 12
"""Pictures of one input, or of one bundle, that are looked at thoroughly when something is missing."""

_NOTHING_OF_OURS: Final = ("scan.no-code", "scan.empty", "scan.other-document", "archive.empty", "foreign.")
"""Codes of problems, or how they begin, of files that were read to their end."""


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


def read_inputs(inputs: Sequence[Given], *, opener: FileOpener | None = None) -> Reading:
    """Everything in files and folders (Path), file contents (bytes, or with a name) and texts (str).

    Folders are read with their subfolders in the order of names, archives in the order of their members.
    `opener` is for who reads again and again, such as the frames of a camera, for starting the process of an
    `opening.Opener` takes longer than opening a picture; and for where there are no processes.

    Raises UsageError (``scan.nothing-given``, ``scan.too-many-inputs``), nothing else.
    """
    if not inputs:
        raise UsageError("scan.nothing-given", N_("There is nothing to read: name a file, a folder or “-”."))
    if opener is not None:
        return read_each(each_input(inputs), opener)
    from vcwallet.bundle.opening import Opener

    with Opener() as own:
        return read_each(each_input(inputs), own)


def read_each(inputs: Iterable[Input], opener: FileOpener) -> Reading:
    """`read_inputs` for who has laid out the inputs: says what belongs together, and where each is from.

    Raises UsageError (``scan.too-many-inputs``).
    """
    scan = _Scan(opener)
    for count, each in enumerate(inputs, 1):
        if count > limits.SCAN_INPUTS:
            raise UsageError(
                "scan.too-many-inputs",
                N_("More than {limit} files at once."),
                next_step=N_("Give the folders one at a time."),
                limit=limits.SCAN_INPUTS,
            )
        scan.read(each)
    return scan.finish()


def of_other_wallet(where: str, found: Sequence[Found], holder: Holder | None) -> tuple[Found, ...]:
    """What came out of another wallet's file `where`, with the profile of its `holder`."""
    if holder is None:
        return tuple(found)
    problem = _profile_with_key(holder)
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

    Raises the first problem of a file that could not: what is missing might have changed the answer. A logo
    among the files of an issuer's site is no problem, nor are digits on its pages that look like a part of a
    code: an issuer publishes no codes.
    """
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
    asked = documents(reading, DocumentKind.REQUEST)
    if len(asked) != 1:
        demand(reading)
        raise UsageError(
            "request.none",
            N_("There is no request in “{name}”."),
            next_step=N_("Ask the recipient for the file or the picture of its request."),
            name=name[-64:],
        )
    return Request.parse(asked[0])


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
    offers = documents(reading, DocumentKind.OFFER)
    if len(offers) != 1:
        demand(reading)
        raise UsageError(
            "offer.none",
            N_("There is no offer in “{name}”."),
            next_step=N_("Photograph the whole code, or copy the whole link."),
            name=name[-64:],
        )
    return offers[0]


def the_receipt(reading: Reading, name: str) -> JsonObject:
    """The one receipt in what was read, which a person calls `name`.

    Raises the first problem of the input, and UsageError (``receipt.none``) when it holds none or several.
    """
    receipts = documents(reading, DocumentKind.RECEIPT)
    if len(receipts) != 1:
        demand(reading)
        raise UsageError(
            "receipt.none",
            N_("There is no receipt in “{name}”."),
            next_step=N_("Photograph the whole code, or ask the recipient for the file."),
            name=name[-64:],
        )
    return receipts[0]


def judged(document: JsonObject) -> tuple[DocumentKind, VcwalletError | None]:
    """What a document is by its outward form, and what is wrong with it, or was not checked."""
    kind = kind_of(document) or DocumentKind.FOREIGN
    # Whether an SD-JWT VC holds is for whoever knows its issuer's key.
    if kind is not DocumentKind.SD_JWT_VC and (problem := unchecked(kind)) is not None:
        return kind, problem
    if kind is DocumentKind.FOREIGN:
        return kind, InputError(
            "scan.other-document",
            N_("The document is JSON, but not a diploma, a bundle or anything else known here."),
        )
    try:
        if kind is DocumentKind.BUNDLE:
            Bundle.parse(document)
        elif kind is DocumentKind.SD_JWT_VC:
            enveloped.sd_jwt_vc_in(document)
    except VcwalletError as error:
        return kind, error
    return kind, None


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

    def settle(self, document: JsonObject) -> None:
        """Say what the document is, or what is wrong with it."""
        self.kind, self.problem = judged(document)
        if (found := evidence.of_document(document)) is not None:
            self.statement = found.statement
        if self.problem is None:
            self.document = document


@dataclass(slots=True, eq=False)
class _Row:
    """A `FileRow` in the making."""

    given: Input
    problem: _Sighting | None = None
    """What is said of the file as a whole."""
    sharp: bool = False
    """It is pictures without codes, and in none of them anything is blurred."""


class _Scan:
    def __init__(self, opener: FileOpener) -> None:
        self._opener = opener
        self._seen: list[_Sighting] = []
        self._documents: dict[str, _Sighting] = {}
        self._assembly = Assembly()
        self._bundles: dict[PartsKey, _Sighting] = {}
        """What becomes of the parts of a bundle."""
        self._rows: list[_Row] = []
        self._sightings = 0
        self._unpacked = 0
        self._searches = 0

    def read(self, given: Input, content: bytes | None = None) -> None:
        """Read one file or text; what is wrong with it, or with us, becomes a `Found` of its own."""
        row = _Row(given)
        self._rows.append(row)
        if given.system:
            return
        before = self._sightings
        problem: VcwalletError | None = None
        try:
            data = given.load() if content is None else content
            if isinstance(data, str):
                self._text(given, data)
            else:
                self._bytes(row, data)
        except VcwalletError as error:
            problem = error
        except Exception as error:  # whatever nobody foresaw costs this file and no other
            problem = Mistake.of(error)
        if problem is not None:
            row.problem = self._problem(given.source, problem)
        elif self._sightings == before and row in self._rows and given.named:
            row.problem = self._problem(given.source, _no_code())

    def finish(self) -> Reading:
        until, left = processor() + limits.SCAN_SECONDS, dict[tuple[int, str], float]()
        for _, parts in self._assembly:
            if not parts.progress.complete:
                for source, given in islice(parts.shown_in.items(), _SECOND_LOOKS):
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

    # --- files ----------------------------------------------------------------------------------------

    def _bytes(self, row: _Row, data: bytes) -> None:
        given = row.given
        if not data:
            raise InputError("scan.empty", N_("The file is empty."))
        if len(data) > limits.FILE_BYTES:
            raise LimitExceeded(
                "scan.file-too-large",
                N_("The file is larger than {limit} MiB."),
                limit=limits.FILE_BYTES // limits.MIB,
            )
        if pictures.is_picture(data):
            self._picture_file(row, data)
        elif is_pdf(data):
            self._pdf(row, data)
        elif (unread := kinds.unread(data)) is not None:
            raise unread
        elif data[0] in FIRST_BYTES:  # behind "ftyp", whose files begin with a zero too
            self._document(given.source, unpack(data))
        elif archives.is_archive(data):
            self._archive(row, data)
        elif (signature := evidence.of_file(data)) is not None:
            self._evidence(given.source, signature)
        elif kinds.is_binary(data):
            raise InputError(
                "scan.unknown-kind",
                N_("Files of this kind are not read."),
                next_step=N_("Give a picture, a PDF, or the file that was handed out."),
            )
        else:
            self._text(given, _decoded(data))

    def _archive(self, row: _Row, data: bytes) -> None:
        outer = row.given
        if outer.archives == limits.SCAN_ARCHIVES_IN_ARCHIVES + 1:
            raise InputError(
                "scan.archive-in-archive",
                N_("An archive in an archive in an archive is not read."),
                next_step=N_("Unpack it, and give the folder."),
            )
        if learncard.is_bundle(data) and learncard.ContinuityBundle.read(data).locked:
            problem = InputError(
                "foreign.locked-wallet",
                N_("This is a bundle of LearnCard. Its passphrase opens it; nothing in it was read."),
                next_step=N_("Add it to a wallet and type the passphrase that was chosen in LearnCard."),
            )
            self._problem(outer.source, problem, DocumentKind.LOCKED_WALLET)
            return
        before = len(self._rows)
        name = outer.source.name
        for member in archives.members(data):
            self._unpacked += 1
            if self._unpacked > limits.SCAN_INPUTS:
                raise LimitExceeded(
                    "scan.too-many-members",
                    N_("The archives hold more than {limit} files together."),
                    next_step=N_("Give them one at a time."),
                    limit=limits.SCAN_INPUTS,
                )
            inner = Input(
                replace(outer.source, name=f"{name}/{member.name}" if name else member.name),
                partial(_member, outer, member.number),
                folder=f"{outer.folder}/{outer.source}/{member.name.rpartition('/')[0]}",
                named=False,
                system=is_system_name(member.name),
                archives=outer.archives + 1,
            )
            if member.problem is None:
                self.read(inner, member.content)
            else:
                self._rows.append(_Row(inner, self._problem(inner.source, member.problem)))
        if len(self._rows) == before:
            raise InputError("archive.empty", N_("The archive is empty."))
        # The archive is accounted for by its members.
        self._rows.remove(row)

    def _picture_file(self, row: _Row, data: bytes) -> None:
        """A badge may stand in it, codes may be on it, or both."""
        before = self._sightings
        if baked.is_png(data):
            try:
                for text in baked.in_png(data):
                    self._badge(row.given, text)
            except VcwalletError as error:
                self._problem(row.given.source, error)
        a_badge = self._sightings > before
        try:
            self._pictures(row, data, thorough=not a_badge)
        except VcwalletError as error:
            if not a_badge or error.code != "scan.no-code":
                raise

    def _badge(self, given: Input, text: str) -> None:
        """What stands in a picture in place of a badge: JSON, a token, or the address of a hosted one."""
        if text[:1] in ("{", "["):
            self._json(given.source, strict_json.loads(text))
        elif text.casefold().startswith(("http://", "https://")):
            self._evidence(given.source, Evidence(DocumentKind.OPEN_BADGE_2, Statement(title=text[:300])))
        elif (signed := evidence.of_badge_token(text)) is not None:
            self._evidence(given.source, signed)
        else:
            self._payload(given.source, text, given, picture=False)

    def _pdf(self, row: _Row, data: bytes) -> None:
        before = self._sightings
        for content in self._opener.attachments(data):
            with suppress(VcwalletError):  # any file may be attached; ours are known by their content
                document = strict_json.loads_object(content)
                if kind_of(document) is not None:
                    self._document(row.given.source, document)
        if self._sightings == before:
            self._pictures(row, data)

    def _pictures(self, row: _Row, data: bytes, *, thorough: bool = True) -> None:
        given = row.given
        effort, before, sharp, blank = Effort.of(len(data)), self._sightings, True, True
        until = effort.looks_until()
        first, number = given.first_page or 1, 0
        for look in self._opener.looks(data, first=first, until=until):
            number = look.number
            self._codes(_at(given.source, number), given, look.texts)
            sharp = sharp and look.is_sharp
            blank = blank and look.is_blank
            if processor() > until:
                raise _too_slow(effort)
        if thorough and self._sightings == before and not blank:
            again = self._opener.looks(data, first=first, thorough=True, until=until)
            for look in islice(again, _SECOND_LOOKS):
                number = look.number
                self._codes(_at(given.source, number), given, look.texts)
                if processor() > until:
                    break
        if number == limits.SCAN_PDF_PAGES and given.first_page is None and is_pdf(data):
            pages = self._opener.pages(data)
            if pages > number:
                raise _too_many_pages(pages)
        if self._sightings == before and is_pdf(data) and self._opener.signature_fields(data):
            self._evidence(given.source, Evidence(DocumentKind.SIGNED_PDF))
        if self._sightings == before:
            row.sharp = sharp
            raise _no_code()

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
                page, first = source.page or 1, given.first_page or 1
                for look in self._opener.looks(data, only=page, first=first, thorough=True, until=until):
                    self._codes(source, given, look.texts)
                left[file] = mine - (processor() - began)

    def _codes(self, source: Source, given: Input, texts: Iterable[str], *, picture: bool = True) -> None:
        for text in texts:
            try:
                self._payload(source, text, given, picture=picture)
            except VcwalletError as error:
                self._problem(source, error)

    # --- texts ----------------------------------------------------------------------------------------

    def _text(self, given: Input, text: str) -> None:
        text = text.lstrip("\ufeff \t\r\n")
        if text[:1] in ("{", "["):
            self._json(given.source, strict_json.loads(text))
        elif len(text) > limits.SCAN_TEXT_CHARACTERS:
            raise LimitExceeded(
                "scan.text-too-long",
                N_("The text has {size} characters; the ceiling is {limit}."),
                size=len(text),
                limit=limits.SCAN_TEXT_CHARACTERS,
            )
        elif drawn_paths.is_markup(text):
            if (european := evidence.of_xml(text)) is not None:
                self._evidence(given.source, european)
                return
            before = self._sightings
            for badge in baked.in_svg(text):
                self._badge(given, badge)
            a_badge = self._sightings > before
            effort = Effort.of(len(text))
            until = effort.looks_until()
            drawn = self._opener.drawn(text, until=until)
            read = drawn if drawn or a_badge else [drawn_paths.words(text)]
            self._codes(given.source, given, read, picture=False)
            if processor() > until:
                raise _too_slow(effort)
        else:
            self._payload(given.source, text, given, picture=False)

    def _profile(self, source: Source, document: JsonObject) -> None:
        """A profile of another wallet: what it holds, and whose it is."""
        profile = read_profile(document)
        for each in profile.credentials:
            self._document(source, each, profile.holder)
        if profile.problem is not None:
            self._problem(source, profile.problem)
        if profile.holder is not None:
            one = self._problem(source, _profile_with_key(profile.holder), DocumentKind.OTHER_WALLET)
            one.holder = profile.holder

    def _json(self, source: Source, value: Json) -> None:
        """One document, or a list of documents, of which each is one by itself."""
        if not isinstance(value, list):
            value = [value]
        if len(value) > limits.SCAN_ARRAY:
            raise LimitExceeded(
                "scan.too-many-documents",
                N_("The list holds more than {limit} documents."),
                limit=limits.SCAN_ARRAY,
            )
        for each in value:
            if isinstance(each, dict) and kind_of(each) is DocumentKind.OTHER_WALLET:
                try:
                    self._profile(source, each)
                except VcwalletError as error:
                    self._problem(source, error)
            elif isinstance(each, dict):
                self._document(source, each)
            else:
                self._problem(
                    source,
                    InputError("json.not-an-object", N_("The document is JSON, but not a JSON object.")),
                )

    def _payload(self, source: Source, text: str, given: Input, *, picture: bool) -> None:
        """What one symbol or one typed text holds."""
        for each in payloads(text):
            if isinstance(each, Frame):
                try:
                    self._frame(source, each, given, picture=picture)
                except VcwalletError as error:
                    self._problem(source, error)
            elif isinstance(each, Evidence):
                self._evidence(source, each)
            elif isinstance(each, VcwalletError):
                foreign = each.code.startswith("foreign.")
                self._problem(source, each, DocumentKind.FOREIGN if foreign else DocumentKind.NOTHING)
            else:
                self._document(source, each)

    def _frame(self, source: Source, frame: Frame, given: Input, *, picture: bool) -> None:
        parts = self._assembly.parts_of(given.folder, frame)
        parts.collector.add(frame)
        key = (given.folder, frame.bundle_id)
        if key not in self._bundles:
            self._bundles[key] = _Sighting([], handed_in={(-1, given.folder)})
            self._seen.append(self._bundles[key])
        self._sighted(self._bundles[key], source)
        if picture:
            parts.shown_in[source] = given

    # --- results --------------------------------------------------------------------------------------

    def _evidence(self, source: Source, found: Evidence) -> None:
        self._problem(source, found.problem, found.kind).statement = found.statement

    def _document(self, source: Source, document: JsonObject, holder: Holder | None = None) -> None:
        one = self._documents.setdefault(strict_json.dumps(document), _Sighting([]))
        if not one.sources:
            one.settle(document)
            self._seen.append(one)
        one.holder = one.holder or holder
        one.handed_in.add((source.input, source.name))
        self._sighted(one, source)

    def _problem(
        self, source: Source, problem: VcwalletError, kind: DocumentKind = DocumentKind.NOTHING
    ) -> _Sighting:
        one = _Sighting([source], kind, problem=problem)
        self._seen.append(one)
        self._sightings += 1
        return one

    def _sighted(self, one: _Sighting, source: Source) -> None:
        self._sightings += 1
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
        same = self._documents.setdefault(strict_json.dumps(document), one)
        if same is one:
            one.settle(document)
            return
        self._seen.remove(one)
        same.sources.extend(source for source in one.sources if source not in same.sources)
        same.handed_in |= one.handed_in


def _profile_with_key(holder: Holder) -> InputError:
    return InputError(
        "foreign.other-wallet",
        N_("The file holds the profile “{name}” of another wallet, with its private key in the open."),
        next_step=N_("Add it to a wallet, and then delete the file or keep it where you keep passports."),
        name=holder.name or "-",
    )


def _too_slow(effort: Effort) -> LimitExceeded:
    return LimitExceeded(
        "scan.too-slow",
        N_("Looking for codes took longer than {limit} seconds, so the rest was left unread."),
        next_step=N_("Cut the codes out of the picture, or give the pages one at a time."),
        limit=ceil(effort.looking_seconds),
    )


def _too_many_pages(pages: int) -> LimitExceeded:
    return LimitExceeded(
        "pdf.too-many-pages",
        N_("The PDF has {pages} pages, and only the first {limit} were looked at."),
        next_step=N_("Divide it into files of at most {limit} pages."),
        pages=pages,
        limit=limits.SCAN_PDF_PAGES,
    )


def _no_code() -> InputError:
    return InputError(
        "scan.no-code",
        N_("No code and no document was found."),
        next_step=N_("Photograph the whole code, sharp and flat, or ask for the file."),
    )


def _member(outer: Input, number: int) -> bytes:
    data = outer.load()
    return archives.member(data, number) if isinstance(data, bytes) else b""


def _at(source: Source, number: int) -> Source:
    return source if number == 1 else replace(source, page=number)


def _decoded(data: bytes) -> str:
    """Text of unknown encoding. What is looked for in it is ASCII, so a wrong guess does no harm."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", "replace")
