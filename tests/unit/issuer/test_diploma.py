"""The PDF of a diploma says what the diploma says, carries it twice, and gives nothing else away."""

from __future__ import annotations

import io
import random
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image

from tests.shared import ROOT
from tests.unit.issuer.offices import LATER, NOW, Office
from tests.world import World
from vcwallet import strict_json
from vcwallet.bundle import scanning
from vcwallet.credentials.achievement import Fact, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.fact_words import fact_text
from vcwallet.errors import MachineError, UsageError, VcwalletError
from vcwallet.executors import Crew
from vcwallet.files import temporary_name
from vcwallet.issuer import Issuer, diploma, publishing
from vcwallet.issuer.design import Design
from vcwallet.issuer.diploma import Press
from vcwallet.locales import language
from vcwallet.report import Outcome
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import TrustList, Verifier

# What Bashkir, Yakut, Tatar, Chuvash, Udmurt, Mari, Khanty and others have beside the letters of Russian.
LETTERS = "ҘҙҠҡҒғҢңҪҫҺһҮүӨөӘәҔҕҤҥҖҗӐӑӖӗӲӳӤӥӜӝӞӟӴӵӦӧӰӱӒӓӸӹӇӈӃӄӀӢӣӮӯІіЁёЙй"
PUPIL = ["Тестов", "Пробник", "Вымыслович", "17.05.2009", "10 «А»", "1"]


def raster(pdf: bytes, dpi: int = 150) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil()


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def words(pdf: bytes) -> str:
    """The text of the page, every run of spaces and line ends as one space."""
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_bounded().split())


def attached(pdf: bytes) -> JsonObject:
    document = pypdfium2.PdfDocument(pdf)
    assert document.count_attachments() == 1
    return strict_json.loads_object(bytes(document.get_attachment(0).get_data()))


def said(document: JsonObject) -> Iterator[str]:
    """All that a diploma says, as people read it."""
    read = facts(Credential.parse(document))
    for fact in read.said:
        if fact not in (Fact.KIND, Fact.PERSON, Fact.RESULT):
            yield fact_text(read, fact, language("ru"))
    yield from (name for name in (read.person.family, read.person.given, read.person.patronymic) if name)
    yield from (rank.text for rank in read.ranks)


@dataclass
class Handed:
    office: Office
    files: list[Path]

    @property
    def documents(self) -> list[JsonObject]:
        return [strict_json.loads_object(file.read_bytes()) for file in self.files]

    @property
    def press(self) -> Press:
        return Press.of(self.office.folder)


@pytest.fixture(scope="module")
def handed(tmp_path_factory: pytest.TempPathFactory) -> Handed:
    office = Office.make(tmp_path_factory.mktemp("issuer") / "olympiad")
    office.issue([PUPIL, ["Примерова", "Выдумка", "", "02.11.2010", "9Б", "II степени"]])
    return Handed(office, sorted(office.out.glob("*.vc.json")))


def test_the_page_the_attachment_and_the_code_say_the_same(handed: Handed) -> None:
    for document in handed.documents:
        pdf = handed.press.pdf(document, now=LATER)
        carried = diploma.whole(document)
        assert attached(pdf) == carried
        (seen,) = scanning.read_inputs([png(raster(pdf))])
        assert seen.document == carried
        (found,) = scanning.read_inputs([pdf])
        assert found.document == carried
        page = words(pdf).casefold()
        for text in said(document):
            for part in text.split("; "):
                assert part.casefold() in page, text


def test_only_the_proof_over_the_whole_travels(handed: Handed) -> None:
    document = handed.documents[0]
    assert isinstance(document["proof"], list)
    assert [each["cryptosuite"] for each in document["proof"]] == ["eddsa-rdfc-2022", "ecdsa-sd-2023"]  # type: ignore[index,call-overload]
    carried = attached(handed.press.pdf(document, now=LATER))
    assert carried["proof"] == document["proof"][0]
    with pytest.raises(UsageError) as caught:
        diploma.whole({**document, "proof": document["proof"][1]})
    assert caught.value.code == "diploma.no-whole-proof"


def test_a_verifier_confirms_the_document_of_a_paper_and_says_that_nobody_showed_it(handed: Handed) -> None:
    office = handed.office
    with office.folder.register() as register:
        beside = publishing.hand_out(office.folder, office.keystore, register, office.out, now=NOW)
    lists = [strict_json.loads_object(each.read_bytes()) for each in beside if each.name.startswith("status")]
    world = World()
    trusted = world.trusted(world.olympiad, document=office.folder.document)
    trust = TrustList((trusted,), issued_at=NOW, status_lists=tuple(lists))
    page = raster(handed.press.pdf(handed.documents[0], now=LATER))
    (seen,) = scanning.read_inputs([png(page)])
    assert seen.document is not None
    report = Verifier(trust).check(seen.document, now=NOW + timedelta(days=1))
    assert report.outcome is Outcome.CONFIRMED
    assert report.showing.code == "showing.alone"


def test_the_same_diploma_gives_the_same_bytes(handed: Handed) -> None:
    document = handed.documents[0]
    assert handed.press.pdf(document, now=LATER) == handed.press.pdf(document, now=NOW)


def test_the_code_is_as_small_as_a_phone_still_reads(handed: Handed) -> None:
    for document in handed.documents:
        size = diploma.printed(document)
        assert size.side_mm <= 26
        svg_side = (17 + 4 * size.version) * diploma.MODULE_MM
        assert size.side_mm == pytest.approx(svg_side)


def test_it_is_an_archive_and_accessible_and_names_no_child_in_its_properties(handed: Handed) -> None:
    data = handed.press.pdf(handed.documents[0], now=LATER)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata.pdfa_status, metadata["pdfuaid:part"]) == ("3A", "1")
        assert pdf.Root.Lang == "ru"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.AF[0].AFRelationship == "/Source"
        assert not pdf.is_encrypted
        things = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
        fonts = [each for each in things if each.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        parts = [each for each in things if "/S" in each and "/P" in each]
        assert {"/H1", "/Figure", "/P"} <= {str(each.S) for each in parts}
        assert all(str(each.Alt) for each in parts if each.S == "/Figure")
        assert str(pdf.docinfo["/Title"]) == "Диплом. Олимпиада школьников «Вымысел»"
        properties = str(metadata) + "".join(str(value) for value in pdf.docinfo.values())
        name = pdf.Root.AF[0].UF
    assert str(name) == diploma.ATTACHMENT
    assert not re.search("Тестов|Пробник|Вымыслович", properties)


@pytest.mark.parametrize("orientation", ["portrait", "landscape"])
@pytest.mark.parametrize(
    ("family", "given", "patronymic"),
    [
        (f"{LETTERS[:40].title()}", f"{LETTERS[40:].title()}", ""),
        (
            "Тестова-Примерова-Выдумкина-Небывальская",
            "Анна-Мария-Александрина-Константина",
            "Вымысловна",
        ),
        ("Ю", "Я", ""),
    ],
)
def test_every_letter_and_the_longest_names_stand_on_one_page(
    handed: Handed, orientation: str, family: str, given: str, patronymic: str
) -> None:
    document = handed.documents[0]
    subject = {**document["credentialSubject"], "familyName": family, "givenName": given}  # type: ignore[dict-item]
    subject["patronymicName"] = patronymic or "Вымыслович"
    long = "Международная олимпиада школьников имени выдуманного академика " * 3
    subject["achievement"] = {**subject["achievement"], "name": long.strip(), "description": long.strip()}  # type: ignore[dict-item]
    unsigned = {**document, "credentialSubject": subject}
    design = handed.press.design
    settings = design.settings.model_copy(update={"orientation": orientation})
    pdf = diploma.preview(unsigned, replace(design, settings=settings), template="olympiad-diploma")
    page = words(pdf)
    for word in f"{family} {given} {long}".split():
        assert word in page.replace("- ", "-"), word
    left, bottom, right, top = pypdfium2.PdfDocument(pdf)[0].get_mediabox()
    assert (right - left > top - bottom) == (orientation == "landscape")


def test_a_letter_that_no_font_has_is_named_instead_of_printed_as_a_box(handed: Handed) -> None:
    document = handed.documents[0]
    subject = {**document["credentialSubject"], "familyName": "Тестሀв"}  # type: ignore[dict-item]
    with pytest.raises(UsageError) as caught:
        diploma.pdf({**document, "credentialSubject": subject}, handed.press.design)
    assert (caught.value.code, caught.value.evidence) == ("diploma.letter", {"letter": "ሀ"})


def test_a_preview_carries_nothing_and_says_that_it_is_a_sample(handed: Handed) -> None:
    document = {name: value for name, value in handed.documents[0].items() if name != "proof"}
    pdf = diploma.preview(document, handed.press.design, template="olympiad-diploma")
    assert pypdfium2.PdfDocument(pdf).count_attachments() == 0
    assert "ОБРАЗЕЦ" in words(pdf)
    assert all(each.document is None for each in scanning.read_inputs([png(raster(pdf))]))


def test_a_template_is_told_by_the_achievement(handed: Handed) -> None:
    assert diploma.template_of(handed.documents[0], handed.press.templates) == "olympiad-diploma"
    other = {**handed.documents[0], "issuer": {"id": "did:web:other.example"}}
    assert diploma.template_of(other, handed.press.templates) is None


def test_a_file_that_cannot_be_used_harms_no_other(handed: Handed, tmp_path: Path) -> None:
    good, changed, other, broken = (tmp_path / f"{n}.vc.json" for n in range(4))
    document = handed.documents[0]
    good.write_text(strict_json.dumps(document), "utf-8")
    subject = {**document["credentialSubject"], "familyName": "Подменин"}  # type: ignore[dict-item]
    changed.write_text(strict_json.dumps({**document, "credentialSubject": subject}), "utf-8")
    other.write_text(
        strict_json.dumps(World().olympiad.diploma(7) | {"issuer": "did:web:x.example"}), "utf-8"
    )
    broken.write_text("{", "utf-8")
    drawn = diploma.draw(handed.press, [broken, changed, other, good], now=LATER)
    assert [each.problem.code if each.problem else "" for each in drawn] == [
        "json.malformed",
        "proof.signature",
        "diploma.other-issuer",
        "",
    ]
    assert [each.pdf.exists() for each in drawn] == [False, False, False, True]


def test_what_a_killed_drawing_left_is_removed_by_the_next(handed: Handed, tmp_path: Path) -> None:
    """A child's name is in its name; what is drawn now is told from what is not."""
    file = tmp_path / handed.files[0].name
    file.write_bytes(handed.files[0].read_bytes())
    pdf = file.with_name(file.name.removesuffix(".vc.json") + ".pdf")
    left, other = (Path(temporary_name(each)) for each in (pdf, tmp_path / "0009 Другова Вера.pdf"))
    for each in (left, other):
        each.write_bytes(b"%PDF")
    assert [each.problem for each in diploma.draw(handed.press, [file], now=LATER)] == [None]
    assert [each.exists() for each in (pdf, left, other)] == [True, False, True]


def test_processes_draw_what_one_does(handed: Handed, tmp_path: Path) -> None:
    for file in handed.files:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    with Issuer.open(handed.office.folder.path) as issuer:
        drawn = issuer.draw(sorted(tmp_path.glob("*.vc.json")), now=LATER, processes=2)
    assert [each.problem for each in drawn] == [None, None]
    assert [each.pdf.read_bytes() for each in drawn] == [
        handed.press.pdf(document, now=LATER) for document in handed.documents
    ]


def test_a_process_that_was_killed_is_said(handed: Handed) -> None:
    class Killed(Executor):
        def submit(self, *_: object, **__: object) -> Future[Any]:  # type: ignore[override]
            future: Future[Any] = Future()
            future.set_exception(BrokenProcessPool())
            return future

    with pytest.raises(MachineError) as caught:
        list(diploma.draw_all(handed.press, handed.files, now=LATER, crew=Crew(Killed(), 2)))
    assert caught.value.code == "diploma.worker-died"


def test_what_stops_the_drawing_does_not_wait_for_all_the_rest(handed: Handed, tmp_path: Path) -> None:
    """A full disk or a broken design is told when it is met, and not after a million sheets of paper."""
    given: list[object] = []

    class Counting(Executor):
        def submit(self, work: Any, *arguments: Any) -> Future[Any]:  # type: ignore[override]
            given.append(arguments)
            future: Future[Any] = Future()
            future.set_result(work(*arguments))
            return future

    files = [tmp_path / f"{number}.vc.json" for number in range(1000)]
    crew = Crew(Counting(), 1)
    next(diploma.draw_all(handed.press, files, now=LATER, crew=crew))
    assert len(given) == crew.most < 10


def test_a_replaced_diploma_gets_no_paper(tmp_path: Path) -> None:
    (tmp_path / "withdrawn").mkdir()
    for place in ("1.vc.json", "withdrawn/2.vc.json", "issuer.json"):
        (tmp_path / place).write_text("{}", "utf-8")
    assert [file.name for file in diploma.signed_files([tmp_path])] == ["1.vc.json"]


def test_a_signature_of_the_school_leaves_the_code_and_the_attachment_as_they_were(
    handed: Handed, tmp_path: Path
) -> None:
    """Another program adds a signature over the PDF: here pyHanko, with a key of this test."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    pdf = handed.press.pdf(handed.documents[0], now=LATER)
    (tmp_path / "school.p12").write_bytes(school_key())
    signer = signers.SimpleSigner.load_pkcs12(str(tmp_path / "school.p12"))
    signed = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)), signers.PdfSignatureMetadata(field_name="School"), signer
    ).getvalue()
    assert signed.startswith(pdf)
    assert len(signed) > len(pdf)
    document = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument(signed)
    first, second = (bytes(each.get_attachment(0).get_data()) for each in document)
    assert first == second
    assert raster(pdf).tobytes() == raster(signed).tobytes()
    (found,) = scanning.read_inputs([signed])
    assert found.document == diploma.whole(handed.documents[0])


def school_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Школа № 0")])
    build = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    build = build.serial_number(1).not_valid_before(NOW).not_valid_after(LATER)
    cert = build.sign(key, hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(b"k", key, cert, None, serialization.NoEncryption())


# --- a school's own design ---------------------------------------------------------------------------------

OWN = '#import "@local/vcwallet:1.0.0": *\n#show: sheet\n= #d.heading\n#code()\n'


def own(folder: Path, arrangement: str, settings: str = 'format = "vcwallet-design/1"\n') -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "diploma.typ").write_text(arrangement, "utf-8")
    (folder / "design.toml").write_text(settings, "utf-8")
    return folder


def test_a_school_replaces_the_whole_arrangement(handed: Handed, tmp_path: Path) -> None:
    design = Design.load(own(tmp_path / "design", OWN))
    pdf = diploma.pdf(handed.documents[0], design)
    assert attached(pdf) == diploma.whole(handed.documents[0])
    (seen,) = scanning.read_inputs([png(raster(pdf))])
    assert seen.document == diploma.whole(handed.documents[0])


def test_without_a_design_the_plain_one_is_used(handed: Handed, tmp_path: Path) -> None:
    design = Design.load(tmp_path / "nowhere")
    page = words(diploma.pdf(handed.documents[0], design))
    assert "Вымыслович" in page


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('#import "@preview/cetz:0.3.0": *', "design.import"),
        ('#import "@pre" + "view/cetz:0.3.0": *', "design.import"),
        ("#import name: *", "design.import"),
        ('#import "" + "@preview/cetz:0.3.0": *', "design.import"),
        ('#import "a.typ".replace("a.typ", "@preview/cetz:0.3.0"): *', "design.import"),
        ('#import "notes.txt": *', "design.import"),
        ('#let a = "//"; #import "@preview/cetz:0.3.0": *', "design.import"),
        ('/*//*/#import "@preview/cetz:0.3.0": *', "design.import"),
        ('#dictionary(std).at("ev" + "al")("1")', "design.import"),
        ('#eval("1")', "design.import"),
        ('#read("/../secret.txt")', "design.broken"),
        ('#read("/etc/hostname")', "design.broken"),
        ("#no-such-thing", "design.broken"),
        ("#let x = {", "design.broken"),
    ],
)
def test_a_design_reads_its_own_folder_only(handed: Handed, tmp_path: Path, line: str, code: str) -> None:
    (tmp_path / "secret.txt").write_text("тайна", "utf-8")
    folder = own(tmp_path / "design", OWN + line + "\n")
    with pytest.raises(VcwalletError) as caught:
        diploma.pdf(handed.documents[0], Design.load(folder))
    assert caught.value.code == code
    assert caught.value.evidence["line"] == 5


def test_a_design_may_speak_of_importing_in_a_comment(handed: Handed, tmp_path: Path) -> None:
    folder = own(tmp_path / "design", OWN + "// import what the office needs\n")
    assert diploma.pdf(handed.documents[0], Design.load(folder)).startswith(b"%PDF")


def test_a_name_that_goes_on_in_the_next_line_is_read_to_its_end(tmp_path: Path) -> None:
    """typst would take the package that the whole expression names."""
    hidden = '#{\nimport "a.typ"\n  .replace("a.typ", "@preview/cetz:0.3.0"): *\n}\n'
    with pytest.raises(UsageError) as caught:
        Design.load(own(tmp_path / "design", OWN + hidden))
    assert (caught.value.code, caught.value.evidence["line"]) == ("design.import", 6)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("тайна", "utf-8")
    folder = own(tmp_path / "design", OWN)
    (folder / "inside.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(UsageError) as caught:
        Design.load(folder)
    assert caught.value.code == "design.link"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("", "design.malformed"),
        ("format = ", "design.unreadable"),
        ('format = "vcwallet-design/1"\nlogo = "../school.png"\n', "design.malformed"),
        ('format = "vcwallet-design/1"\nlogo = "school.png"\n', "design.no-logo"),
        ('format = "vcwallet-design/1"\n[colours]\nink = "red"\n', "design.malformed"),
        ('format = "vcwallet-design/1"\nstamp = "М\u200b"\n', "design.malformed"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(tmp_path: Path, settings: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        Design.load(own(tmp_path / "design", OWN, settings))
    assert caught.value.code == code


def test_the_design_may_be_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vcwallet.limits.DESIGN_BYTES", 1000)
    folder = own(tmp_path / "design", OWN)
    (folder / "large.png").write_bytes(bytes(2000))
    with pytest.raises(UsageError) as caught:
        Design.load(folder)
    assert caught.value.code == "design.too-large"


LOOPS = """#let n = 0
#while n < 9000 { let m = 0; while m < 9000 { let k = 0; while k < 9000 { k += 1 }; m += 1 }; n += 1 }
"""


@pytest.mark.parametrize(
    "arrangement",
    [LOOPS, "#let fill(x) = fill((x, x, range(1000000)))\n#fill(1)\n", "#let x = range(100000000000)\n"],
    ids=["loops", "recursion", "memory"],
)
def test_a_design_that_never_ends_is_stopped(
    handed: Handed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arrangement: str
) -> None:
    """Whether it goes on and on, or fills the memory, or typst sees it itself: the program goes on."""
    monkeypatch.setattr("vcwallet.limits.DESIGN_SECONDS", 3)
    folder = own(tmp_path / "design", OWN + arrangement)
    with pytest.raises(UsageError) as caught:
        diploma.pdf(handed.documents[0], Design.load(folder))
    assert caught.value.code in ("design.endless", "design.broken")
    if arrangement == LOOPS:
        assert (caught.value.code, caught.value.evidence["seconds"]) == ("design.endless", 3)


def test_a_design_is_tried_once_and_those_of_the_kits_are_not(
    handed: Handed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    run = subprocess.run

    def counted(*arguments: Any, **options: Any) -> Any:
        started.append(arguments)
        return run(*arguments, **options)

    monkeypatch.setattr("vcwallet.issuer.drawing.subprocess.run", counted)
    design = Design.load(own(tmp_path / "design", OWN + "#let once = 1\n"))
    for document in handed.documents:
        diploma.pdf(document, handed.press.design)
        diploma.pdf(document, design)
    assert len(started) == 1
    own(tmp_path / "design", OWN + "#let twice = 2\n")
    diploma.pdf(handed.documents[0], design)
    assert len(started) == 2


def test_two_windows_draw_by_one_design_at_once(handed: Handed) -> None:
    with ThreadPoolExecutor(2) as windows:
        made = [windows.submit(diploma.pdf, handed.documents[0], handed.press.design) for _ in range(12)]
    assert len({each.result() for each in made}) == 1


def test_a_computer_that_starts_no_other_process_draws_by_a_kit_alone(
    handed: Handed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vcwallet.issuer.drawing.sys.executable", str(tmp_path / "no program"))
    assert diploma.pdf(handed.documents[0], handed.press.design).startswith(b"%PDF")
    with pytest.raises(MachineError) as caught:
        diploma.pdf(handed.documents[0], Design.load(own(tmp_path / "design", OWN + "#let other = 1\n")))
    assert caught.value.code == "design.untried"


def test_a_diploma_too_long_for_one_code_is_said(handed: Handed) -> None:
    document = diploma.whole(handed.documents[0])
    noise = random.Random(1).choices("абвгдежзиклмн", k=2500)
    with pytest.raises(UsageError) as caught:
        diploma.pdf({**document, "name": "".join(noise)}, handed.press.design)
    assert caught.value.code == "diploma.too-long"


def test_the_names_of_files_hold(tmp_path: Path) -> None:
    assert diploma.Drawn(tmp_path / "0001 Тестов Пробник.vc.json").pdf.name == "0001 Тестов Пробник.pdf"
    assert ROOT.joinpath("issuers/olympiad/design/diploma.typ").is_file()
