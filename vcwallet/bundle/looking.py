"""One file or text -> everything that is seen in it, in the order of sight, and not yet compared with others.

    seen = look(each, opener)
    for sight in seen.sights:
        print(sight)

What is seen depends on the file alone, so `scanning`, which puts together what belongs together, may have
files looked at by several processes. Nothing that a file holds is raised: see the rule of problems there.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

from vcwallet import limits, strict_json
from vcwallet.bundle import archives, baked, drawn_paths, evidence, kinds, pictures
from vcwallet.bundle.codec import FIRST_BYTES, Bundle, unpack
from vcwallet.bundle.effort import Effort, processor
from vcwallet.bundle.evidence import Evidence, Statement
from vcwallet.bundle.frames import Frame
from vcwallet.bundle.inputs import Input, Source, is_system_name
from vcwallet.bundle.kinds import DocumentKind, kind_of, unchecked
from vcwallet.bundle.openers import FileOpener, is_pdf, looks_too_slow
from vcwallet.bundle.other_wallets import Holder, read_profile
from vcwallet.bundle.payloads import payloads
from vcwallet.credentials import enveloped
from vcwallet.errors import N_, InputError, LimitExceeded, Mistake, VcwalletError
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "SECOND_LOOKS",
    "Document",
    "Part",
    "Problem",
    "Seen",
    "SeenFile",
    "Sight",
    "judged",
    "look",
    "look_apart",
    "look_closer",
    "lost",
    "prepare",
    "profile_with_key",
]

SECOND_LOOKS: Final = 12
"""Pictures of one input, or of one bundle, that are looked at thoroughly when something is missing."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document, judged by its outward form."""

    source: Source
    document: JsonObject
    text: str
    """Equal for equal documents."""
    kind: DocumentKind
    problem: VcwalletError | None
    statement: Statement | None
    holder: Holder | None
    """Whose profile of another wallet it came with."""

    @classmethod
    def of(cls, source: Source, document: JsonObject, holder: Holder | None = None) -> Document:
        kind, problem = judged(document)
        said = evidence.of_document(document)
        statement = None if said is None else said.statement
        return cls(source, document, strict_json.dumps(document), kind, problem, statement, holder)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bundle."""

    source: Source
    frame: Frame
    given: Input
    """The file it was seen in, which of an archive is a member."""
    picture: bool
    """Whether it was read from a picture, at which one may look again."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be read, or what nobody checks."""

    source: Source
    problem: VcwalletError
    kind: DocumentKind = DocumentKind.NOTHING
    statement: Statement | None = None
    holder: Holder | None = None


Sight: TypeAlias = Document | Part | Problem


@dataclass(slots=True, eq=False)
class SeenFile:
    """The file itself, or one of an archive."""

    given: Input
    problem: Problem | None = None
    """What is said of the file as a whole; among the sights too."""
    sharp: bool = False
    """It is pictures without codes, and in none of them anything is blurred."""


@dataclass(frozen=True, slots=True)
class Seen:
    files: tuple[SeenFile, ...]
    sights: tuple[Sight, ...]
    unpacked: int
    """Members of archives, those of earlier inputs included."""


def look(given: Input, opener: FileOpener, *, unpacked: int = 0) -> Seen:
    """Everything in one file or text; `unpacked` members of archives were read before."""
    looking = _Look(opener, unpacked)
    looking.read(given)
    return looking.seen()


def look_closer(
    source: Source, given: Input, data: bytes, opener: FileOpener, *, until: float
) -> Iterator[Sight]:
    """A thorough look at one picture of a file. Raises what `opener` raises."""
    wanted, first = source.page or 1, given.first_page or 1
    for seen in opener.looks(data, only=wanted, first=first, thorough=True, until=until):
        looking = _Look(opener, 0)
        looking.codes(source, given, seen.texts)
        yield from looking.seen().sights


def lost(given: Input, problem: VcwalletError) -> Seen:
    """What is said of a file that nobody could look at."""
    told = Problem(given.source, problem)
    return Seen((SeenFile(given, told),), (told,), 0)


_opener: FileOpener | None = None


def prepare() -> None:
    """Ready a process for `look_apart`: one other process opens PDFs and pictures for all files."""
    from vcwallet.bundle.opening import Opener  # starts processes, which a browser has not

    global _opener
    _opener = Opener()


def look_apart(given: Input) -> Seen:
    """`look` in a process of its own. What an exception nobody foresaw was, travels back as a `Mistake`."""
    if _opener is None:
        raise RuntimeError("a process that was not prepared")
    return look(given, _opener)


def judged(document: JsonObject) -> tuple[DocumentKind, VcwalletError | None]:
    """What a document is by its outward form, and what is wrong with it, or was not checked."""
    kind = kind_of(document) or DocumentKind.FOREIGN
    # Whether an SD-JWT VC holds is for whoever knows its issuer's key.
    if kind is not DocumentKind.SD_JWT_VC and (problem := unchecked(kind)) is not None:
        return kind, problem
    if kind is DocumentKind.FOREIGN:
        return kind, kinds.secret_key(document) or InputError(
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


class _Look:
    def __init__(self, opener: FileOpener, unpacked: int) -> None:
        self._opener = opener
        self._unpacked = unpacked
        self._files: list[SeenFile] = []
        self._sights: list[Sight] = []

    def seen(self) -> Seen:
        return Seen(tuple(self._files), tuple(self._sights), self._unpacked)

    def read(self, given: Input, content: bytes | None = None) -> None:
        """Read one file or text; what is wrong with it, or with us, becomes a sight of its own."""
        file = SeenFile(given)
        self._files.append(file)
        if given.system:
            return
        before = len(self._sights)
        problem: VcwalletError | None = None
        try:
            data = given.load() if content is None else content
            if isinstance(data, str):
                self._text(given, data)
            else:
                self._bytes(file, data)
        except VcwalletError as error:
            problem = error
        except Exception as error:  # whatever nobody foresaw costs this file and no other
            problem = Mistake.of(error)
        if problem is not None:
            file.problem = self._problem(given.source, problem)
        elif len(self._sights) == before and file in self._files and given.named:
            file.problem = self._problem(given.source, _no_code())

    # --- files ----------------------------------------------------------------------------------------

    def _bytes(self, file: SeenFile, data: bytes) -> None:
        given = file.given
        if not data:
            raise InputError("scan.empty", N_("The file is empty."))
        if len(data) > limits.FILE_BYTES:
            raise LimitExceeded(
                "scan.file-too-large",
                N_("The file is larger than {limit} MiB."),
                limit=limits.FILE_BYTES // limits.MIB,
            )
        if pictures.is_picture(data):
            self._picture_file(file, data)
        elif is_pdf(data):
            self._pdf(file, data)
        elif (unread := kinds.unread(data)) is not None:
            raise unread
        elif data[0] in FIRST_BYTES:  # behind "ftyp", whose files begin with a zero too
            self._document(given.source, unpack(data))
        elif archives.is_archive(data):
            self._archive(file, data)
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

    def _archive(self, file: SeenFile, data: bytes) -> None:
        outer = file.given
        if outer.archives == limits.SCAN_ARCHIVES_IN_ARCHIVES + 1:
            raise InputError(
                "scan.archive-in-archive",
                N_("An archive in an archive in an archive is not read."),
                next_step=N_("Unpack it, and give the folder."),
            )
        from vcwallet.bundle import learncard  # what opens such a wallet is loaded for nothing else

        if learncard.is_bundle(data) and learncard.ContinuityBundle.read(data).locked:
            problem = InputError(
                "foreign.locked-wallet",
                N_("This is a bundle of LearnCard. Its passphrase opens it; nothing in it was read."),
                next_step=N_("Add it to a wallet and type the passphrase that was chosen in LearnCard."),
            )
            self._problem(outer.source, problem, DocumentKind.LOCKED_WALLET)
            return
        before = len(self._files)
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
                self._files.append(SeenFile(inner, self._problem(inner.source, member.problem)))
        if len(self._files) == before:
            raise InputError("archive.empty", N_("The archive is empty."))
        # The archive is accounted for by its members.
        self._files.remove(file)

    def _picture_file(self, file: SeenFile, data: bytes) -> None:
        """A badge may stand in it, codes may be on it, or both."""
        before = len(self._sights)
        if baked.is_png(data):
            try:
                for text in baked.in_png(data):
                    self._badge(file.given, text)
            except VcwalletError as error:
                self._problem(file.given.source, error)
        a_badge = len(self._sights) > before
        try:
            self._pictures(file, data, thorough=not a_badge)
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

    def _pdf(self, file: SeenFile, data: bytes) -> None:
        before = len(self._sights)
        for content in self._opener.attachments(data):
            with suppress(VcwalletError):  # any file may be attached; ours are known by their content
                document = strict_json.loads_object(content)
                if kind_of(document) is not None:
                    self._document(file.given.source, document)
        if len(self._sights) == before:
            self._pictures(file, data)

    def _pictures(self, file: SeenFile, data: bytes, *, thorough: bool = True) -> None:
        given = file.given
        effort, before, sharp, blank = Effort.of(len(data)), len(self._sights), True, True
        until = effort.looks_until()
        first, number = given.first_page or 1, 0
        for look in self._opener.looks(data, first=first, until=until):
            number = look.number
            self.codes(_at(given.source, number), given, look.texts)
            if len(self._sights) == before:
                sharp = sharp and look.is_sharp
                blank = blank and look.is_blank
            if processor() > until:
                raise looks_too_slow(effort.looking_seconds)
        if thorough and len(self._sights) == before and not blank:
            # Without a name, so that what is left of it ends here and no error keeps its process alive.
            for look in islice(
                self._opener.looks(data, first=first, thorough=True, until=until), SECOND_LOOKS
            ):
                number = look.number
                self.codes(_at(given.source, number), given, look.texts)
                if processor() > until:
                    break
        if number == limits.SCAN_PDF_PAGES and given.first_page is None and is_pdf(data):
            pages = self._opener.pages(data)
            if pages > number:
                raise _too_many_pages(pages)
        if len(self._sights) == before and is_pdf(data) and self._opener.signature_fields(data):
            self._evidence(given.source, Evidence(DocumentKind.SIGNED_PDF))
        if len(self._sights) == before:
            file.sharp = sharp
            raise _no_code()

    def codes(self, source: Source, given: Input, texts: Iterable[str], *, picture: bool = True) -> None:
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
            before = len(self._sights)
            for badge in baked.in_svg(text):
                self._badge(given, badge)
            a_badge = len(self._sights) > before
            effort = Effort.of(len(text))
            until = effort.looks_until()
            drawn = self._opener.drawn(text, until=until)
            read = drawn if drawn or a_badge else [drawn_paths.words(text)]
            self.codes(given.source, given, read, picture=False)
            if processor() > until:
                raise looks_too_slow(effort.looking_seconds)
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
            told = profile_with_key(profile.holder)
            self._sights.append(Problem(source, told, DocumentKind.OTHER_WALLET, holder=profile.holder))

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
                self._sights.append(Part(source, each, given, picture))
            elif isinstance(each, Evidence):
                self._evidence(source, each)
            elif isinstance(each, VcwalletError):
                foreign = each.code.startswith("foreign.")
                self._problem(source, each, DocumentKind.FOREIGN if foreign else DocumentKind.NOTHING)
            else:
                self._document(source, each)

    # --- sights ---------------------------------------------------------------------------------------

    def _evidence(self, source: Source, found: Evidence) -> None:
        self._sights.append(Problem(source, found.problem, found.kind, found.statement))

    def _document(self, source: Source, document: JsonObject, holder: Holder | None = None) -> None:
        self._sights.append(Document.of(source, document, holder))

    def _problem(
        self, source: Source, problem: VcwalletError, kind: DocumentKind = DocumentKind.NOTHING
    ) -> Problem:
        one = Problem(source, problem, kind)
        self._sights.append(one)
        return one


def profile_with_key(holder: Holder) -> InputError:
    return InputError(
        "foreign.other-wallet",
        N_("The file holds the profile “{name}” of another wallet, with its private key in the open."),
        next_step=N_("Add it to a wallet, and then delete the file or keep it where you keep passports."),
        name=holder.name or "-",
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
