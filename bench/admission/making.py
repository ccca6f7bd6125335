"""Applicants -> the folder of an admission office, and the answers, both from one seed."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import xlsxwriter

from bench.admission import junk, kit, papers, stories
from bench.admission.answers import Answer, Answers, ApplicantAnswer, ItemAnswer, Points, outcome_of, worst
from bench.admission.organisations import YEARS, levels
from bench.admission.papers import Paper
from bench.admission.people import Person
from bench.admission.stories import Desk, Diploma, Form, Handed, Story, Told, Where, Worth
from vcwallet import strict_json

_PHONE: Final = (1800, 2400)
LONG_SCAN_PAGES: Final = 120
ARCHIVE: Final = "выгрузка.zip"
PROGRAMME: Final = "01.03.02"
_OFTEN: Final = {Form.JSON: 22, Form.PNG: 22, Form.PHOTO: 22, Form.PDF: 17, Form.SCAN: 17}
"""How often a form is handed in, in hundredths: more than half are photographs and PDFs."""
_CAP: Final = Decimal(10)
_VOLUNTEERING: Final = Decimal(3)
RULES: Final = Path(__file__).parents[2] / "examples" / "admission" / "vymysel-2027.toml"


@dataclass(frozen=True)
class Admission:
    """Where everything lies."""

    folder: Path

    @property
    def inbox(self) -> Path:
        """What applicants handed in."""
        return self.folder / "inbox"

    @property
    def sheet(self) -> Path:
        return self.folder / "applicants.xlsx"

    @property
    def trust_list(self) -> Path:
        return self.folder / "trust-list.json"

    @property
    def levels(self) -> Path:
        return self.folder / "levels"

    @property
    def rules(self) -> Path:
        return self.folder / "rules.toml"

    @property
    def kit(self) -> Path:
        """What trust list, levels and rules are also handed out as."""
        return self.folder / "stick" / "kit.zip"

    @property
    def fingerprint(self) -> Path:
        """Of the kit, as its maintainer's paper has it."""
        return self.folder / "stick" / "fingerprint.txt"

    @property
    def answers_file(self) -> Path:
        return self.folder / "answers.json"

    @cached_property
    def answers(self) -> Answers:
        return Answers.read(self.answers_file)


@dataclass
class _Row:
    """One row of the list of applicants."""

    number: str
    person: Person
    told: Told
    files: list[str] = field(default_factory=list)
    """Of the column of that name."""


@dataclass
class _Lying:
    """One thing handed in, and where it is put."""

    story: str
    told: Told
    handed: Handed
    row: _Row | None
    where: Where
    form: Form
    seed: int
    files: list[str] = field(default_factory=list)


def make(
    folder: Path,
    *,
    applicants: int = 40,
    seed: int = 1,
    phone: tuple[int, int] = _PHONE,
    processes: int = 1,
    forms: Sequence[Form] | None = None,
) -> Admission:
    """Write an admission into an empty folder; the same arguments give the same people and the same fates.

    `phone` is the size of photographs, `forms` limits what is handed in to some of them, and `processes`
    draw the papers.
    """
    making = _Making(applicants, seed, phone, tuple(forms or Form))
    admission = Admission(folder)
    admission.inbox.mkdir(parents=True)
    with ExitStack() as stack:
        run: Callable[..., object] = map
        if processes > 1:
            pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
            run = stack.enter_context(pool).map
        making.write_inbox(admission.inbox, run)
    making.write_sheet(admission.sheet)
    trust = making.desk.registers.trust_list()
    admission.trust_list.write_text(strict_json.dumps(trust.to_json()), "utf-8")
    admission.levels.mkdir()
    for year in YEARS:
        name = f"{year.first}-{year.second % 100:02}.json"
        (admission.levels / name).write_text(strict_json.dumps(levels(year)), "utf-8")
    admission.rules.write_bytes(RULES.read_bytes())
    files, fingerprint = kit.make(making.desk.registers, RULES.read_bytes())
    admission.kit.parent.mkdir()
    admission.kit.write_bytes(files.zip())
    admission.fingerprint.write_text(fingerprint + "\n", "utf-8")
    making.answers().write(admission.answers_file)
    return admission


def told_only(*, applicants: int = 40, seed: int = 1) -> Answers:
    """The answers of `make` before anything is drawn: without the names of the long scans."""
    return _Making(applicants, seed, _PHONE, tuple(Form)).answers()


class _Making:
    def __init__(self, applicants: int, seed: int, phone: tuple[int, int], forms: Sequence[Form]) -> None:
        self.chance = random.Random(seed)
        self.desk = Desk(self.chance, seed)
        self._wanted = applicants
        self._phone = phone
        self._forms = forms
        self.rows: list[_Row] = []
        self.lying: list[_Lying] = []
        self.fates: dict[str, str] = {}
        self._plain: dict[str, bytes] = {}
        """Files whose content is there already, by path."""
        self._placed = dict.fromkeys(Where, 0)
        self._tell()

    # --- what happens ---------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Every story once, as far as there is room; after that mostly what most people hand in."""
        told = 0
        while len(self.rows) < self._wanted:
            if told < len(stories.STORIES):
                story = stories.STORIES[told]
            elif self.chance.random() < 0.7:
                story = self.chance.choice(stories.COMMON)
            else:
                story = self.chance.choice(stories.STORIES)
            told += 1
            self._take(story)
        self.chance.shuffle(self.rows)

    def _take(self, story: Story) -> None:
        told = story(self.desk)
        row: _Row | None = None
        if told.on_list:
            row = self._row(told.form_name or told.person, told)
        if told.namesake is not None:
            self._row(told.namesake, Told(told.namesake))
        where = self._where(told)
        if told.handed is not None:
            seed = self.chance.getrandbits(32)
            one = _Lying(story.__name__, told, told.handed, row, where, self._form(told, where), seed)
            self.lying.append(one)
            self._name(one)
        if where is Where.FOLDER and row is not None:
            self._beside(row, told)

    def _row(self, person: Person, told: Told) -> _Row:
        number = f"27-{len(self.rows) + 1:06}"
        row = _Row(number, person, told)
        self.rows.append(row)
        return row

    def _where(self, told: Told) -> Where:
        """Of the places where it may lie, the one with the fewest things yet."""
        scanned = Form.SCAN in self._forms and not (told.handed is not None and told.handed.lone)
        possible = [each for each in told.wheres if scanned or each is not Where.LONG_SCAN]
        where = min(possible, key=lambda each: self._placed[each])
        self._placed[where] += 1
        return where

    def _form(self, told: Told, where: Where) -> Form:
        if where is Where.LONG_SCAN:
            return Form.SCAN
        possible = [form for form in told.forms if form in self._forms] or [told.forms[0]]
        return self.chance.choices(possible, [_OFTEN[form] for form in possible])[0]

    # --- where it lies --------------------------------------------------------------------------------------

    def _name(self, one: _Lying) -> None:
        suffix = {Form.JSON: "json", Form.PNG: "png", Form.PHOTO: "jpg"}.get(one.form, "pdf")
        person, place = one.told.person, len(self.lying)
        number = one.row.number if one.row is not None else ""
        word = {Form.JSON: "показ", Form.PNG: "коды", Form.PHOTO: "фото", Form.PDF: "лист", Form.SCAN: "скан"}
        name = f"{word[one.form]}.{suffix}"
        if one.where is Where.LONG_SCAN:
            return
        path = {
            Where.FOLDER: f"{self._folder(number, person)}/{name}",
            Where.NUMBERED: f"{number}_{name}",
            Where.NAMELESS: f"IMG_{7000 + place}.{suffix}",
            Where.ARCHIVE: f"{ARCHIVE}/{number}/{name}",
            Where.COLUMN: f"от почты {place}.{suffix}",
        }[one.where]
        if one.where is Where.COLUMN and one.row is not None:
            one.row.files.append(path)
        if not one.handed.part_missing:
            one.files.append(path)
            self.fates[path] = "withItems"
            return
        for at, part in enumerate(papers.parts(one.handed.document)[:-1], 1):
            each = path.replace(f".{suffix}", f" {at}.{suffix}")
            one.files.append(each)
            self.fates[each] = "incomplete"
            self._plain[each] = part

    @staticmethod
    def _folder(number: str, person: Person) -> str:
        return f"{number} {person.family} {person.given}"

    def _beside(self, row: _Row, told: Told) -> None:
        folder = self._folder(row.number, told.person)
        for name in told.besides:
            path = f"{folder}/{name}"
            self._plain[path], self.fates[path] = junk.make(name, self.chance.getrandbits(32))
        if told.handed is None:
            self._plain.setdefault(f"{folder}/", b"")

    # --- writing --------------------------------------------------------------------------------------------

    def write_inbox(self, inbox: Path, run: Callable[..., object]) -> None:
        scans = [one for one in self.lying if one.where is Where.LONG_SCAN]
        drawn = [one for one in self.lying if one.files and not one.handed.part_missing]
        contents = dict(self._plain)
        made: object = run(papers.make, [self._paper(one) for one in drawn])
        contents |= dict(zip((one.files[0] for one in drawn), made, strict=True))  # type: ignore[call-overload]
        pages = list(run(papers.page_bytes, [self._paper(one) for one in scans]))  # type: ignore[call-overload]
        for begin in range(0, len(scans), LONG_SCAN_PAGES):
            name = f"скан {begin // LONG_SCAN_PAGES + 1}.pdf"
            contents[name] = papers.long_scan(pages[begin : begin + LONG_SCAN_PAGES])
            self.fates[name] = "withItems"
            for one in scans[begin : begin + LONG_SCAN_PAGES]:
                one.files.append(name)
        archived = {path: data for path, data in contents.items() if path.startswith(f"{ARCHIVE}/")}
        if archived:
            (inbox / ARCHIVE).write_bytes(_old_archive(archived))
        for path, data in contents.items():
            if path in archived:
                continue
            target = inbox / path
            if path.endswith("/"):
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)

    def _paper(self, one: _Lying) -> Paper:
        return Paper(one.form, strict_json.dumps(one.handed.document), one.seed, self._phone, one.handed.lone)

    def write_sheet(self, path: Path) -> None:
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet("Поступающие")
            day = book.add_format({"num_format": "dd.mm.yyyy"})
            titles = ("Номер заявления", "Фамилия", "Имя", "Отчество", "Дата рождения", "Направления")
            more = ("ЕГЭ математика", "ЕГЭ физика", "Особое право", "Файл")
            for column, title in enumerate((*titles, *more)):
                sheet.write_string(0, column, title)
            for at, row in enumerate(self.rows, 1):
                person = row.person
                for column, text in enumerate((row.number, person.family, person.given, person.patronymic)):
                    sheet.write_string(at, column, text)
                sheet.write_datetime(at, 4, person.born, day)
                sheet.write_string(at, 5, PROGRAMME)
                for column, exam in ((6, "math"), (7, "physics")):
                    if exam in row.told.exams:
                        sheet.write_number(at, column, row.told.exams[exam])
                sheet.write_string(at, 8, "; ".join(row.told.claim) or "нет")
                sheet.write_string(at, 9, "; ".join(row.files))

    # --- what is right --------------------------------------------------------------------------------------

    def answers(self) -> Answers:
        handed_in = tuple(self._answer(one) for one in self.lying)
        rows = []
        for row in self.rows:
            mine = [
                one for one, answer in zip(self.lying, handed_in, strict=True) if answer.number == row.number
            ]
            outcomes = [
                outcome_of(one.handed.showing, _items(one)) for one in mine if not one.handed.part_missing
            ]
            diplomas = [
                diploma
                for one in mine
                if not one.handed.part_missing and outcome_of(one.handed.showing, _items(one)) != "refused"
                for diploma in one.handed.diplomas
            ]
            rows.append(
                ApplicantAnswer(
                    row.number,
                    # A hyphen is read as one, however it was typed.
                    row.person.name.replace(" – ", "-"),
                    worst(outcomes),
                    self._waits(row),
                    _points(diplomas, row.told),
                )
            )
        return Answers(tuple(rows), handed_in, dict(sorted(self.fates.items())))

    def _waits(self, row: _Row) -> bool:
        pointing = ("conflict", "number-name-hidden", "proposal", "ambiguous")
        # What may be either of two namesakes' waits in the rows of both.
        things = [one for one in self.lying if one.row is row or one.told.namesake is row.person]
        beside = f"{self._folder(row.number, row.told.person)}/"
        told = [self._answer(one) for one in things]
        return any(
            one.outcome == "incomplete" or (one.matched in pointing and one.number is None) for one in told
        ) or any(fate == "unreadable" for path, fate in self.fates.items() if path.startswith(beside))

    @staticmethod
    def _answer(one: _Lying) -> Answer:
        matched = one.handed.matched or {
            Where.COLUMN: "file-column",
            Where.NAMELESS: "name-and-birth",
            Where.LONG_SCAN: "name-and-birth",
        }.get(one.where, "number")
        if matched == "number-name-hidden" and one.where is Where.COLUMN:
            matched = "file-column"
        items = () if one.handed.part_missing else tuple(_items(one))
        outcome = "incomplete" if one.handed.part_missing else outcome_of(one.handed.showing, items)
        if matched == "name-and-birth" and outcome == "refused" and not one.handed.for_others:
            # Somebody else could have put it there: a name alone does not give it to the applicant.
            matched = "proposal"
        decided = matched in ("file-column", "name-and-birth", "number")
        return Answer(
            story=one.story,
            files=tuple(one.files),
            matched=matched,
            number=one.row.number if decided and one.row is not None else None,
            outcome=outcome,
            showing=one.handed.showing,
            items=items,
        )


def _items(one: _Lying) -> list[ItemAnswer]:
    return [each.answer for each in one.handed.diplomas]


def _points(diplomas: Sequence[Diploma], told: Told) -> Points:
    """The arithmetic of the example's rules for what the stories hand in."""
    counted = [each for each in diplomas if each.answer.outcome in ("confirmed", "unknown")]
    sure = [each.worth for each in counted if each.answer.outcome == "confirmed"]
    hoped = [each.if_shown or each.worth for each in counted]
    passed = told.exams.get("math", 0) >= 75
    rights, confirmed = _sum(sure, told.claim if passed else ())
    rights_possible, possible = _sum(hoped, told.claim if passed else ())
    return Points(str(confirmed), str(possible), rights, rights_possible)


def _sum(worths: Sequence[Worth], claim: Sequence[str]) -> tuple[tuple[str, ...], Decimal]:
    rights = tuple(right for right in claim if any(each.right == right for each in worths))
    left = [each for each in worths if each.right not in rights]

    def of(category: str) -> list[Decimal]:
        return [each.points for each in left if each.category == category]

    best = (max(of(category), default=Decimal(0)) for category in ("olympiads", "contests"))
    total = max(best)  # only one of these two sections counts
    total += max(of("sport"), default=Decimal(0))
    total += min(sum(of("volunteering"), Decimal(0)), _VOLUNTEERING)
    return rights, min(total, _CAP)


class _OldInfo(zipfile.ZipInfo):
    """A member whose name is written as Windows in Russian writes it, and does not say so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's own name
        return self.filename.encode("cp866"), self.flag_bits & ~0x800


def _old_archive(contents: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in sorted(contents.items()):
            info = _OldInfo(path.removeprefix(f"{ARCHIVE}/"), (2027, 6, 14, 10, 0, 0))
            archive.writestr(info, data)
    return out.getvalue()
