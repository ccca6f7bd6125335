"""What is handed out: a folder for each pupil, or each class, with all that a family needs.

    made = hand_out(diplomas, out, issuer_files=files, office=office)

In a pupil's folder are the PDFs, the diplomas themselves (``.vc.json``, and ``.jwt`` where the issuer makes
them), the issuer's document and status lists, so that a family adds the folder to its wallet in one go, and a
letter that says what to do. Beside the folders lie ``handout.xlsx``, a sheet to sign on receipt, and
``mail-merge.xlsx``, a table for letters.

What is in a folder concerns one child; only the two sheets, which stay at the office, name several. What was
revoked, suspended or corrected since is left out.
"""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vcwallet import strict_json
from vcwallet.credentials.achievement import Fact, Facts, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.fact_words import fact_text
from vcwallet.errors import N_, Action, MachineError, UsageError
from vcwallet.files import built_beside, names_a_device
from vcwallet.issuer import letter, signing
from vcwallet.locales import Language
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from types import ModuleType

HANDOUT: Final = "handout.xlsx"
MAIL_MERGE: Final = "mail-merge.xlsx"
_CODE_GROUPS: Final = 4
_GROUP_DIGITS: Final = 5
_NAME: Final = 80
"""Characters of a folder's name: Windows takes paths of 260."""
_ALWAYS: Final = (1980, 1, 1, 0, 0, 0)
"""The moment that files in an archive bear: the same diplomas give the same archive."""


class By(StrEnum):
    """What there is a folder for."""

    PUPIL = "pupil"
    CLASS = "class"


class Archives(StrEnum):
    """What is packed into one file."""

    NONE = "none"
    PUPIL = "pupil"
    CLASS = "class"
    SCHOOL = "school"
    """Everything that is handed out."""


@dataclass(frozen=True, slots=True)
class Diploma:
    """A signed file to hand out."""

    number: int
    file: Path
    """The signed diploma (``.vc.json``); its PDF, if there is one, lies beside it."""
    document: JsonObject


@dataclass(frozen=True, slots=True)
class Office:
    """Who hands out, and in which language the letter is."""

    name: str
    language: Language
    today: date


@dataclass(frozen=True, slots=True)
class Line:
    """A diploma as the sheet to sign has it."""

    number: int
    school_class: str
    person: str
    born: str
    """The day of birth where another pupil has the same name: it tells whose line it is; else ""."""
    what: str
    paper_number: str
    file: str
    """The folder or archive it is in, from the folder that is handed out."""
    code: str
    """What opens the archive; "" where nothing is locked."""

    @property
    def who(self) -> str:
        return f"{self.person}, {self.born}" if self.born else self.person


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What was made."""

    folder: Path
    pupils: int
    lines: tuple[Line, ...]
    without_file: int = 0
    """Diplomas that count and are not in it, for they have no file of their own: they lie many in a file
    (``.vc.jsonl``), or in another folder."""
    perhaps_several: tuple[str, ...] = ()
    """Whose several diplomas in one folder give no date of birth: they may be two namesakes'."""


@dataclass(frozen=True, slots=True)
class _Told:
    diploma: Diploma
    credential: Credential
    facts: Facts

    @property
    def school_class(self) -> str:
        return self.facts.school_class.text if self.facts.school_class is not None else ""


@dataclass(frozen=True, slots=True)
class _Pupil:
    key: tuple[str, ...]
    person: str
    school_class: str
    told: tuple[_Told, ...]

    @property
    def may_be_two(self) -> bool:
        """Whether nothing but a name and a class holds several diplomas together."""
        first = self.told[0]
        known = first.facts.person.born is not None or first.credential.holder_ids
        return len(self.told) > 1 and not known


def demand_new(out: Path) -> None:
    """Raises UsageError ``handout.not-empty`` for a folder in which something lies, or a file."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(
            "handout.not-empty",
            N_("{folder} is there already and is not empty."),
            next_step=N_("Name a new folder, so that nothing that was withdrawn since is handed out again."),
            folder=str(out),
        )


def hand_out(
    diplomas: Iterable[Diploma],
    out: Path,
    *,
    issuer_files: Mapping[str, JsonObject],
    office: Office,
    by: By = By.PUPIL,
    archives: Archives = Archives.NONE,
    locked: bool = False,
    without_file: int = 0,
    randomness: Callable[[int], bytes] = os.urandom,
) -> HandedOut:
    """Make the folder `out`, which must not be there, whole or not at all.

    `issuer_files` are the issuer's document and lists by file name. `locked` archives, one for each pupil,
    open with a code of their own (AES-256 of the ZIP extension AE-2, which 7-Zip and the like open).
    `without_file` is how many more count and cannot be among `diplomas`.

    Raises UsageError ``handout.not-empty``, ``handout.nothing``, ``handout.no-files``,
    ``handout.locked-what``, ``handout.class-of-pupils``; MachineError ``handout.extra-missing``; OSError from
    writing.
    """
    if by is By.CLASS and archives is Archives.PUPIL:
        raise UsageError(
            "handout.class-of-pupils",
            N_("Archives of single pupils are packed from folders of single pupils, not of classes."),
            next_step=N_("Choose folders of pupils, or archives of classes."),
        )
    if locked and archives is not Archives.PUPIL:
        raise UsageError(
            "handout.locked-what",
            N_("Only archives of single pupils are locked: each has a code of its own."),
        )
    demand_new(out)
    pupils = _pupils(diplomas, office.language)
    if not pupils and without_file:
        raise UsageError(
            "handout.no-files",
            N_("None of the {number} diplomas has a file of its own in the folder of diplomas."),
            next_step=Action.FILES_AGAIN,
            number=without_file,
        )
    if not pupils:
        raise UsageError(
            "handout.nothing", N_("There is no diploma to hand out."), next_step=N_("Sign diplomas first.")
        )
    xlsxwriter = _library("xlsxwriter")
    with built_beside(out) as building:
        building.mkdir(mode=0o700, parents=True)
        lines = _fill(building, pupils, issuer_files, office, by, archives, locked, randomness)
        _write_handout(xlsxwriter, building / HANDOUT, lines, office)
        _write_mail_merge(xlsxwriter, building / MAIL_MERGE, pupils, lines, office)
    doubtful = tuple(pupil.person for pupil in pupils if pupil.may_be_two)
    return HandedOut(out, len(pupils), tuple(lines), without_file, doubtful)


def classes_of(diplomas: Iterable[Diploma]) -> tuple[str, ...]:
    """The school classes that some diplomas name, youngest first."""
    read = (facts(Credential.parse(each.document)) for each in diplomas)
    return tuple(
        sorted({told.school_class.text for told in read if told.school_class is not None}, key=_class_order)
    )


def packed(folder: Path) -> bytes:
    """What was handed out as one archive, in memory; the same files give the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                told = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _ALWAYS)
                told.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(told, file.read_bytes())
    return content.getvalue()


def _pupils(diplomas: Iterable[Diploma], language: Language) -> list[_Pupil]:
    """By class and name. Two of one name and day of birth are not told apart; where no day is given, two of
    one name, school, class and holder's id are not."""
    found: dict[tuple[str, ...], list[_Told]] = {}
    for each in diplomas:
        credential = Credential.parse(each.document)
        told = _Told(each, credential, facts(credential))
        person = told.facts.person
        names = (person.family or "", person.given or "", person.patronymic or "")
        own = sorted(credential.holder_ids)
        apart = (str(person.born),) if person.born else (told.facts.school or "", told.school_class, *own)
        found.setdefault((*names, *apart), []).append(told)
    pupils = [
        _Pupil(key, _name(told[-1].facts, language), told[-1].school_class, tuple(told))
        for key, told in found.items()
    ]
    return sorted(pupils, key=lambda pupil: (_class_order(pupil.school_class), pupil.key))


def _class_order(school_class: str) -> tuple[int, str]:
    digits = "".join(each for each in school_class if each.isdecimal())
    return (int(digits) if digits and len(digits) < 4 else 99, school_class)


def _name(told: Facts, language: Language) -> str:
    return fact_text(told, Fact.PERSON, language)


def _fill(
    building: Path,
    pupils: Sequence[_Pupil],
    issuer_files: Mapping[str, JsonObject],
    office: Office,
    by: By,
    archives: Archives,
    locked: bool,
    randomness: Callable[[int], bytes],
) -> list[Line]:
    lines: list[Line] = []
    without = office.language.text(N_("no class"))
    taken: dict[str, _Pupil] = {}
    bearers = Counter(pupil.person for pupil in pupils)
    for pupil in pupils:
        class_name = _safe(pupil.school_class) or without
        first = pupil.told[0].diploma.number
        name = _safe(pupil.person) or f"{first:04d}"
        if name.casefold() in taken:
            # Namesakes: the number of the first diploma tells them apart.
            name = f"{name} {first:04d}"
        taken[name.casefold()] = pupil
        place = building / class_name / (name if by is By.PUPIL else "")
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for told in pupil.told:
            _copy(told.diploma.file, place)
        _write_issuer_files(place, pupil.told, issuer_files)
        if by is By.PUPIL:
            letter.write(place, _letter(pupil, office, place.name), office.language)
        where, code = place, ""
        if archives is Archives.PUPIL:
            code = _code(randomness) if locked else ""
            where = _pack([place], place.with_name(f"{place.name}.zip"), code)
        elif archives is Archives.CLASS:
            where = building / f"{class_name}.zip"
        elif archives is Archives.SCHOOL:
            where = building / f"{_safe(office.name)}.zip"
        shown = where.relative_to(building).as_posix()
        born = pupil.told[0].facts.person.born if bearers[pupil.person] > 1 else None
        day = office.language.day(born) if born else ""
        lines += [_line(pupil, told, day, shown, code, office.language) for told in pupil.told]
    classes = sorted(each for each in building.iterdir() if each.is_dir())
    if by is By.CLASS:
        for each in classes:
            of_class = [pupil for pupil in pupils if (_safe(pupil.school_class) or without) == each.name]
            every = _Pupil((), "", of_class[0].school_class, tuple(t for p in of_class for t in p.told))
            letter.write(each, _letter(every, office, each.name), office.language)
    if archives is Archives.CLASS:
        for each in classes:
            _pack([each], each.with_name(f"{each.name}.zip"), "")
    elif archives is Archives.SCHOOL:
        _pack(classes, building / f"{_safe(office.name)}.zip", "")
    return lines


def _copy(file: Path, place: Path) -> None:
    shutil.copyfile(file, place / file.name)
    for made in (file.with_name(file.name.removesuffix(signing.SIGNED) + ".pdf"), signing.jwt_path(file)):
        if made.exists():
            shutil.copyfile(made, place / made.name)


def _write_issuer_files(place: Path, told: Sequence[_Told], issuer_files: Mapping[str, JsonObject]) -> None:
    """The issuer's document, and those lists that the diplomas name."""
    named = strict_json.dumps([each.diploma.document.get("credentialStatus") for each in told])
    for name, document in issuer_files.items():
        own = document.get("id")
        if not name.startswith("status-") or f'"{own}"' in named:
            (place / name).write_bytes(strict_json.dumps(document).encode("utf-8"))


def _letter(pupil: _Pupil, office: Office, folder: str) -> letter.Letter:
    return letter.Letter(
        issuer=office.name,
        person=pupil.person,
        school_class=pupil.school_class,
        diplomas=tuple(
            letter.Named(_what(told.facts, office.language), told.diploma.file.name.removesuffix(".vc.json"))
            for told in pupil.told
        ),
        day=office.language.day(office.today),
        folder=folder,
        jwt=any(signing.jwt_path(told.diploma.file).exists() for told in pupil.told),
    )


def _what(told: Facts, language: Language) -> str:
    parts = (Fact.ACHIEVEMENT, Fact.FIELD, Fact.RESULT, Fact.YEAR)
    return ", ".join(text for part in parts if (text := fact_text(told, part, language)))


def _line(pupil: _Pupil, told: _Told, born: str, where: str, code: str, language: Language) -> Line:
    return Line(
        number=told.diploma.number,
        school_class=pupil.school_class,
        person=pupil.person,
        born=born,
        what=_what(told.facts, language),
        paper_number=fact_text(told.facts, Fact.NUMBER, language),
        file=where,
        code=code,
    )


def _safe(name: str) -> str:
    """A name that every file system takes: letters, digits, spaces and quotation marks of ours."""
    kept = "".join(c if c.isalnum() or c in " -«»№" else "_" for c in name)
    safe = " ".join(kept.split())[:_NAME].strip(" .")
    return f"{safe}_" if names_a_device(safe) else safe


def _code(randomness: Callable[[int], bytes]) -> str:
    """Digits, because they are typed on any keyboard: 66 bits of them."""
    size = 10 ** (_CODE_GROUPS * _GROUP_DIGITS)
    digits = f"{int.from_bytes(randomness(16), 'big') % size:0{_CODE_GROUPS * _GROUP_DIGITS}d}"
    return "-".join(digits[at : at + _GROUP_DIGITS] for at in range(0, len(digits), _GROUP_DIGITS))


def _pack(folders: Sequence[Path], archive: Path, code: str) -> Path:
    """Pack folders, each under its own name, and take them away."""
    if code:
        pyzipper = _library("pyzipper")
        opened = pyzipper.AESZipFile(
            archive, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
        )
        opened.setpassword(code.encode("ascii"))
        entry = pyzipper.zipfile_aes.AESZipInfo
    else:
        opened = zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED)
        entry = zipfile.ZipInfo
    with opened:
        for folder in folders:
            for file in sorted(folder.rglob("*")):
                if file.is_file():
                    told = entry(file.relative_to(folder.parent).as_posix(), _ALWAYS)
                    told.compress_type = zipfile.ZIP_DEFLATED
                    opened.writestr(told, file.read_bytes())
    for folder in folders:
        shutil.rmtree(folder)
    return archive


def _write_handout(xlsxwriter: ModuleType, path: Path, lines: Sequence[Line], office: Office) -> None:
    """The sheet to sign on receipt: one line a diploma, ready to be printed."""
    say = office.language.text
    with _workbook(xlsxwriter, path) as book:
        sheet = book.add_worksheet(say(N_("Handing out")))
        title = book.add_format({"bold": True, "font_size": 14, "quote_prefix": True})
        head = book.add_format(
            {"bold": True, "border": 1, "bg_color": "#E8ECF1", "text_wrap": True, "valign": "vcenter"}
        )
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter", "quote_prefix": True})
        columns = (
            (N_("No."), 7),
            (N_("Class"), 9),
            (N_("Who"), 30),
            (N_("What for"), 44),
            (N_("Number on the paper"), 14),
            (N_("File"), 26),
            (N_("Code to hand over"), 25),
            (N_("Received, signature"), 22),
        )
        sheet.write_string(0, 0, office.name, title)
        sheet.write_string(1, 0, say(N_("Handed out on {day}"), day=office.language.day(office.today)))
        for column, (name, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(3, column, say(name), head)
        for row, line in enumerate(lines, start=4):
            texts = (
                f"{line.number:04d}",
                line.school_class,
                line.who,
                line.what,
                line.paper_number,
                line.file,
                line.code,
                "",
            )
            sheet.set_row(row, 32)
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, cell)
        sheet.freeze_panes(4, 0)
        sheet.repeat_rows(3)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")


def _write_mail_merge(
    xlsxwriter: ModuleType, path: Path, pupils: Sequence[_Pupil], lines: Sequence[Line], office: Office
) -> None:
    """A table for letters: one row a pupil, names of columns in the first, as word processors take it."""
    say = office.language.text
    of = {line.number: line for line in lines}
    heads = (
        N_("Family name"),
        N_("Given name"),
        N_("Patronymic"),
        N_("Class"),
        N_("School"),
        N_("Diplomas"),
        N_("File"),
        N_("Code"),
        N_("E-mail"),
    )
    with _workbook(xlsxwriter, path) as book:
        sheet = book.add_worksheet(say(N_("Letters")))
        cell = book.add_format({"quote_prefix": True})
        for column, name in enumerate(heads):
            sheet.write_string(0, column, say(name))
            sheet.set_column(column, column, 24)
        for row, pupil in enumerate(pupils, start=1):
            first = of[pupil.told[0].diploma.number]
            texts = (
                *pupil.key[:3],
                pupil.school_class,
                pupil.told[-1].facts.school or "",
                "; ".join(_what(told.facts, office.language) for told in pupil.told),
                first.file,
                first.code,
                "",
            )
            for column, text in enumerate(texts):
                sheet.write_string(row, column, text, cell)


def _workbook(xlsxwriter: ModuleType, path: Path) -> Any:
    # No cell becomes a formula, a number or a link, whatever a diploma says.
    made: Any = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    )
    return made


def _library(name: str) -> ModuleType:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise MachineError(
            "handout.extra-missing",
            N_("Handing out needs a part of vcwallet that is not installed."),
            next_step=Action.INSTALL_PART,
            part="handout",
        ) from None
