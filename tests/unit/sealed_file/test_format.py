"""The written format: files made once open for ever, and the page's own reader reads them without us.

The files in tests/vectors/sealed-file are never made again; `fates.json` says what becomes of each.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT
from tests.unit.sealed_file.shared import PASSPHRASE, create
from vcwallet.errors import VcwalletError
from vcwallet.sealed_file import Passphrase, RecoveryCode, SealedFile
from vcwallet.sealed_file.recovery_codes import codes_in

PAGE = ROOT / "docs" / "reference" / "wallet-format.md"
VECTORS = ROOT / "tests" / "vectors" / "sealed-file"
FATES: dict[str, dict[str, Any]] = json.loads((VECTORS / "fates.json").read_text("utf-8"))


def open_vector(name: str) -> SealedFile:
    fate = FATES[name]
    secret = RecoveryCode(*codes_in(fate["code"])) if "code" in fate else Passphrase(fate["passphrase"])
    return SealedFile.open(VECTORS / fate["file"], kind="wallet", secret=secret)


@pytest.mark.parametrize("name", [name for name, fate in FATES.items() if "records" in fate])
def test_a_file_made_once_opens_for_ever(name: str) -> None:
    file = open_vector(name)
    found = {info.id: [info.kind, info.owner, file.get(info.id).decode("utf-8")] for info in file.records()}
    assert found == FATES[name]["records"]


@pytest.mark.parametrize("name", [name for name, fate in FATES.items() if "refused" in fate])
def test_a_file_refused_once_is_refused_for_ever(name: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        open_vector(name)
    assert caught.value.code == FATES[name]["refused"]


def test_every_vector_has_a_fate() -> None:
    assert {path.name for path in VECTORS.glob("*.vcw")} == {fate["file"] for fate in FATES.values()}


# --- the reader of the page ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    code = PAGE.read_text("utf-8").partition("```python\n")[2].partition("\n```")[0]
    assert len(code.splitlines()) < 140
    assert "vcwallet" not in code.replace("vcwallet/v1", "")
    path = tmp_path_factory.mktemp("reader") / "reader.py"
    path.write_text(code, "utf-8")
    return path


def run_reader(reader: Path, file: Path, given: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-I", str(reader), str(file)],
        input=given.encode("utf-8") + b"\n",
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("name", [name for name, fate in FATES.items() if "records" in fate])
def test_the_reader_of_the_page_reads_the_vectors(reader: Path, name: str) -> None:
    fate = FATES[name]
    done = run_reader(reader, VECTORS / fate["file"], fate.get("code") or fate["passphrase"])
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["id"]: [line["kind"], line["owner"], line["data"]] for line in lines} == fate["records"]


def test_the_reader_of_the_page_reads_what_is_written_today(reader: Path, tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    expected = {
        file.put(data, kind="credential", owner="masha"): data for data in (b"", b"text", bytes(1000))
    }
    file.remove(file.put(b"gone", kind="credential"))
    (code,) = file.add_recovery_code().codes
    file.save()
    for given in (PASSPHRASE, code, code.lower()):
        done = run_reader(reader, tmp_path / "a.vcw", given)
        assert done.returncode == 0, done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert {line["id"]: line["data"].encode() for line in lines} == expected


def test_the_reader_of_the_page_refuses_a_wrong_passphrase_and_a_changed_file(
    reader: Path, tmp_path: Path
) -> None:
    file = create(tmp_path / "a.vcw")
    file.put(b"x", kind="credential")
    file.save()
    data = bytearray((tmp_path / "a.vcw").read_bytes())
    assert run_reader(reader, tmp_path / "a.vcw", "другой").returncode != 0
    for position in (0, 20, len(data) // 2, len(data) - 1):
        changed = bytes([*data[:position], data[position] ^ 1, *data[position + 1 :]])
        (tmp_path / "b.vcw").write_bytes(changed)
        assert run_reader(reader, tmp_path / "b.vcw", PASSPHRASE).returncode != 0
