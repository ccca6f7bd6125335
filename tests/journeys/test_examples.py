"""The three programs of examples/ run, and are what the package's own documentation shows."""

from __future__ import annotations

import inspect
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import vcwallet
from tests.shared import ROOT

pytestmark = pytest.mark.slow

EXAMPLES = ROOT / "examples"
SHEET = EXAMPLES / "sheets" / "olympiad-results.csv"


def program(name: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-X", "utf8", str(EXAMPLES / name), *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_issuer_family_and_university_tell_one_story(tmp_path: Path) -> None:
    issued = program("issuer.py", tmp_path, str(SHEET))
    assert (issued.returncode, issued.stdout) == (0, "120 diplomas are in the folder diplomas\n"), (
        issued.stderr
    )
    kept = program("family.py", tmp_path)
    assert kept.returncode == 0, kept.stderr
    checked = program("university.py", tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.split()[0] == kept.stdout.split()[0]
    shown = tmp_path / "shown.json"
    text = shown.read_text("utf-8")
    name = kept.stdout.split()[0]
    shown.write_text(text.replace(name, name[:-1] + "ъ"), "utf-8")
    changed = program("university.py", tmp_path)
    assert changed.returncode == 1
    assert "presentation.proof" not in changed.stdout
    assert "proof.signature" in changed.stdout
    assert "Traceback" not in changed.stdout


def test_a_sheet_with_mistakes_signs_nothing(tmp_path: Path) -> None:
    refused = program("issuer.py", tmp_path, str(SHEET.with_name("olympiad-results-bad.csv")))
    assert refused.returncode == 1
    assert "roster.impossible-date" in refused.stderr
    assert not (tmp_path / "diplomas").exists()


@pytest.mark.parametrize("name", ["issuer.py", "family.py", "university.py"])
def test_the_package_documents_exactly_these_programs(name: str) -> None:
    source = (EXAMPLES / name).read_text("utf-8").split('"""', 2)[2].strip("\n").replace("  # noqa: S105", "")
    assert textwrap.indent(source, "    ") in (vcwallet.__doc__ or "")
    assert len(source.splitlines()) <= 30


def test_every_public_name_is_there_and_importing_the_package_opens_no_room() -> None:
    for name in vcwallet.__all__:
        assert inspect.isclass(getattr(vcwallet, name))
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, vcwallet; print([m for m in sys.modules if m.startswith('vcwallet.')])",
        ],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert loaded.stdout.strip() == "['vcwallet.errors']"
