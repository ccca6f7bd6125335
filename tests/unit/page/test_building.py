"""A folder of files, each by its digest: the same inputs make the same bytes; nothing foreign is replaced."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest

from tests.kits import Desk, Maintainer, paper_of
from tests.unit.verifier.test_kit_verifying import MADE, contents, installed, kit_in, own_list
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.credentials.issuers import KeyState
from vcwallet.errors import InputError, MachineError, UsageError
from vcwallet.page import building, checking
from vcwallet.page.believing import list_of_page
from vcwallet.page.building import Edition, build
from vcwallet.page.checking import MANIFEST, check, packed
from vcwallet.page.runtime import LIST, Runtime, write_ready
from vcwallet.report import Outcome, Report
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.kit.layout import Age, Ages
from vcwallet.verifier.office import Office
from vcwallet.verifier.scopes import Scope, Years
from vcwallet.verifier.trust import Distrust, TrustList
from vcwallet.verifier.verifier import Verifier

W = World()
TRUST = W.trust(recipient=UNIVERSITY)
EDITION = Edition(TRUST, Demands(), "1.0", "ru", "Вымышленный университет")


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    write_ready(tmp_path / "ready", {"vcwallet.zip.gz": b"zip", "pyodide/pyodide.js": b"// python"})
    return Runtime(tmp_path / "ready")


def test_the_page_is_the_same_wherever_it_is_built(tmp_path: Path, runtime: Runtime) -> None:
    first = build(tmp_path / "one", EDITION, runtime, now=NOW)
    second = build(tmp_path / "two", EDITION, runtime, now=NOW)
    assert first == second == check(tmp_path / "one")
    assert packed(tmp_path / "one") == packed(tmp_path / "two")
    with zipfile.ZipFile(io.BytesIO(packed(tmp_path / "one"))) as archive:
        assert archive.testzip() is None
        assert set(archive.namelist()) == {
            each.relative_to(tmp_path / "one").as_posix()
            for each in (tmp_path / "one").rglob("*")
            if each.is_file()
        }


def test_every_file_is_in_the_manifest_and_in_the_service_worker(tmp_path: Path, runtime: Runtime) -> None:
    build(tmp_path / "out", EDITION, runtime, now=NOW)
    listed = json.loads((tmp_path / "out" / MANIFEST).read_text("utf-8"))["files"]
    for name, digest in listed.items():
        assert hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
    script = (tmp_path / "out" / "service-worker.js").read_text("utf-8")
    files = json.loads(re.search(r"const FILES = (\{.*?\});", script, re.DOTALL)[1])  # type: ignore[index]
    assert files == {name: digest for name, digest in listed.items() if name != "service-worker.js"}
    assert TrustList.parse((inside(tmp_path / "out") / "trust-list.json").read_bytes()) == TRUST


def inside(out: Path) -> Path:
    """The folder of an edition's own files."""
    (found,) = out.glob("*/trust-list.json")
    return found.parent


def test_no_file_of_one_edition_has_a_name_of_another(tmp_path: Path, runtime: Runtime) -> None:
    """So a page of which a part is old fails to load it, and never runs with it."""
    out = tmp_path / "out"
    names = []
    for trust in (TRUST, W.trust()):
        build(out, replace(EDITION, trust=trust), runtime, now=NOW)
        listed = json.loads((out / MANIFEST).read_text("utf-8"))["files"]
        names.append({each for each in listed if "/" in each})
        assert set(listed) - names[-1] == {"index.html", "en.html", "service-worker.js"}
        for page in ("index.html", "en.html"):
            text = (out / page).read_text("utf-8")
            asked = re.findall(r'(?:href|src)="(?!#)([^"]+)"', text)
            assert {each for each in asked if not each.endswith(".html")} <= names[-1]
    assert not names[0] & names[1]
    assert [each.name for each in out.iterdir() if each.is_dir()] == [inside(out).name]


def test_nothing_in_the_page_names_another_site(tmp_path: Path, runtime: Runtime) -> None:
    """What a file asks for is beside it: no address stands in a page, a style or a script of ours."""
    build(tmp_path / "out", EDITION, runtime, now=NOW)
    folder = inside(tmp_path / "out").name
    for name in (
        "index.html",
        "en.html",
        "service-worker.js",
        *(f"{folder}/{name}" for name in ("page.js", "worker.js", "codes.js", "pages.css")),
    ):
        text = (tmp_path / "out" / name).read_text("utf-8").replace("http://www.w3.org/", "")
        assert not re.search(r"https?://|url\((?!fonts/)|['\"]//", text), name
        assert ".mjs" not in text, name
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert 'lang="ru"' in page
    assert "Вымышленный университет" in page
    assert building.POLICY.replace("'", "&#39;") in page
    assert "style=" not in page


def test_a_page_names_the_digest_of_its_style_and_of_its_script_which_imports_nothing(
    tmp_path: Path, runtime: Runtime
) -> None:
    build(tmp_path / "out", EDITION, runtime, now=NOW)
    folder = inside(tmp_path / "out")
    for place in ("index.html", "en.html"):
        text = (tmp_path / "out" / place).read_text("utf-8")
        assert set(re.findall(r"<script[^>]* src=|modulepreload", text)) == {'<script type="module" src='}
        named = dict(re.findall(rf'(?:href|src)="{folder.name}/([^"]+)" integrity="sha256-([^"]+)"', text))
        assert named.keys() == {"page.js", "pages.css"}
        for name, digest in named.items():
            assert hashlib.sha256((folder / name).read_bytes()).digest() == base64.b64decode(digest)
    script = (folder / "page.js").read_text("utf-8")
    assert not re.findall(r"^\s*(?:import|export)\b(?!\.).*|\bimport\(.*", script, re.M)


def test_a_newer_edition_takes_the_place_of_the_older_and_of_nothing_else(
    tmp_path: Path, runtime: Runtime
) -> None:
    out = tmp_path / "out"
    build(out, EDITION, runtime, now=NOW)
    write_ready(tmp_path / "less", {"vcwallet.zip.gz": b"newer"})
    newer = build(out, replace(EDITION, lang="en"), Runtime(tmp_path / "less"), now=NOW)
    assert not list(out.rglob("pyodide.js"))
    assert not (out / "en.html").exists()
    assert check(out) == newer
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "тезисы.txt").write_text("мои", "utf-8")
    with pytest.raises(UsageError) as caught:
        build(tmp_path / "other", EDITION, runtime, now=NOW)
    assert caught.value.code == "page.not-empty"


def test_an_earlier_manifest_that_names_folders_does_not_stop_a_new_edition(
    tmp_path: Path, runtime: Runtime
) -> None:
    out = tmp_path / "out"
    (out / "fonts").mkdir(parents=True)
    named = {"": "00", ".": "00", "fonts": "00"}
    (out / MANIFEST).write_text(
        json.dumps({"format": checking.FORMAT, "built": "2026-06-01T00:00:00Z", "files": named}), "utf-8"
    )
    assert build(out, EDITION, runtime, now=NOW) == check(out)


@pytest.mark.parametrize("harm", ["changed", "missing", "added", "manifest"])
def test_a_changed_page_is_told(tmp_path: Path, runtime: Runtime, harm: str) -> None:
    out = tmp_path / "out"
    build(out, EDITION, runtime, now=NOW)
    if harm == "changed":
        page = inside(out) / "page.js"
        page.write_bytes(page.read_bytes() + b"//")
    elif harm == "missing":
        (inside(out) / "fonts" / "OFL.txt").unlink()
    elif harm == "added":
        (out / "stranger.js").write_text("", "utf-8")
    else:
        (out / MANIFEST).write_text('{"format": "vcwallet-page/1", "files": {"../x": "00"}}', "utf-8")
    with pytest.raises(InputError) as caught:
        packed(out)
    assert caught.value.code == ("page.none" if harm == "manifest" else "page.changed")
    said = {
        "changed": "page.js is not the file",
        "missing": "OFL.txt is missing",
        "added": "stranger.js lies in",
    }
    assert said.get(harm, "no page") in str(caught.value)


def test_the_page_names_whom_it_believes(tmp_path: Path, runtime: Runtime) -> None:
    """By name; an issuer whose keys nobody compared, or somebody else may hold, is none of them."""
    trust = TRUST
    names = building.believed(trust, "ru")
    assert names
    page = _built_text(tmp_path / "some", replace(EDITION, trust=trust), runtime)
    assert all(escape(name) in page for name in names)
    for state, pinned in ((KeyState.PROPOSED, None), (KeyState.COMPROMISED, trust.issuers[0].keys[0].pinned)):
        doubtful = tuple(
            replace(each, keys=tuple(replace(key, state=state, pinned=pinned) for key in each.keys))
            for each in trust.issuers
        )
        believing_nobody = replace(EDITION, trust=replace(trust, issuers=doubtful))
        page = _built_text(tmp_path / state.value, believing_nobody, runtime)
        assert "эта страница ничего не подтвердит" in page.replace("\u00a0", " ")
    for_nothing = replace(trust, issuers=tuple(replace(each, scopes=()) for each in trust.issuers))
    assert building.believed(for_nothing, "ru") == []


def _built_text(out: Path, edition: Edition, runtime: Runtime) -> str:
    build(out, edition, runtime, now=NOW)
    return (out / "index.html").read_text("utf-8")


def test_a_runtime_that_was_changed_is_not_built_from(tmp_path: Path, runtime: Runtime) -> None:
    (runtime.folder / "vcwallet.zip.gz").write_bytes(b"other")
    with pytest.raises(MachineError) as caught:
        build(tmp_path / "out", EDITION, runtime, now=NOW)
    assert caught.value.code == "page.runtime-damaged"
    assert not (tmp_path / "out").exists()
    (runtime.folder / LIST).write_text("{}", "utf-8")
    with pytest.raises(MachineError):
        runtime.files()


def test_a_kit_is_laid_out_as_one_list_that_ends_with_the_kit(tmp_path: Path) -> None:
    """Its lists of revoked diplomas are in it, and after the kit's own last day it confirms nothing."""
    w = World()
    w.olympiad.revoked.add(7)
    maintainer = Maintainer()
    maintainer.manifest = replace(maintainer.manifest, ages=Ages(Age(5, 10), Age(30, 60)))
    kit = maintainer.make(contents(w), MADE)
    Desk(tmp_path / "kits", paper_of(kit)).update(kit, MADE)
    known = kit_in(tmp_path / "kits")
    trust = TrustList.parse(strict_json.dumps(list_of_page(known.trust, [known]).to_json()).encode())
    assert len(trust.status_lists) == 2
    assert (trust.issued_at, trust.next_update) == (MADE, MADE + timedelta(days=10))

    def checked(index: int, days: int) -> Report:
        verifier = Verifier(trust, Demands(timedelta(days=30)))
        return verifier.check(w.olympiad.diploma(index), now=MADE + timedelta(days=days))

    assert [checked(each, 9).items[0].code for each in (7, 8)] == ["item.revoked", "item.confirmed"]
    late = checked(8, 11)
    assert late.outcome is Outcome.UNKNOWN
    assert "trust.expired" in {each.reason for each in late.all_findings}
    assert list_of_page(TRUST, ()) is TRUST


@pytest.mark.parametrize("left", ["older", "out"])
def test_a_page_knows_the_list_that_is_kept_of_an_earlier_kit(tmp_path: Path, left: str) -> None:
    w = World()
    w.olympiad.revoked.add(7)
    maintainer = installed(w, tmp_path)
    known = w.olympiad.status(MADE)
    w.olympiad.revoked.clear()
    older = strict_json.dumps(w.olympiad.status(MADE - timedelta(days=1))).encode()
    files = {**contents(w), "status/olymp/1.json": older}
    if left == "out":
        del files["status/olymp/1.json"]
    Desk(tmp_path).update(maintainer.make(files, NOW), NOW)
    kit = kit_in(tmp_path)
    page = list_of_page(kit.trust, (kit,))
    assert known in page.status_lists
    assert len(page.status_lists) == 2
    for asked in (Verifier(kit.trust, kits=(kit,)), Verifier(page)):
        assert asked.check(w.olympiad.diploma(7), now=NOW).items[0].code == "item.revoked"


@pytest.mark.parametrize(
    ("taken", "code"),
    [
        ({}, "item.out-of-scope"),
        ({"only_for": (Scope(("extracurricular-course",), Years()),)}, "item.out-of-scope"),
        ({"keys": (W.olympiad.key.public_key,)}, "item.key-compromised"),
    ],
    ids=["everything", "a scope", "a key"],
)
def test_what_an_office_does_not_believe_of_a_kit_its_page_does_not_either(
    tmp_path: Path, taken: dict[str, Any], code: str
) -> None:
    installed(W, tmp_path)
    kit = kit_in(tmp_path)
    own = own_list(W, W.trusted(W.stranger), distrust=(Distrust(W.olympiad.id, **taken),))
    office = Office.of(own, (kit,))
    written = strict_json.dumps(list_of_page(office.trust, office.kits).to_json()).encode()
    for asked in (office, Office.of(TrustList.parse(written))):
        assert asked.verifier().check(W.olympiad.diploma(), now=NOW).items[0].code == code
