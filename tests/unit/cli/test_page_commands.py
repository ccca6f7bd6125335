"""`vcwallet page build|check`: a university signs its page, and another computer tells whose it is."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import vcwallet
from tests.world import NOW, World
from vcwallet import locales, strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker
from vcwallet.errors import InputError, MachineError, UsageError
from vcwallet.page.runtime import edition, write_ready
from vcwallet.page.signature import SIGNATURE
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier.kit.keys import KitKey

PASSPHRASE = "шесть случайных слов для пробы тут"
PACKAGE = Path(vcwallet.__file__).parent.parent


@pytest.fixture(autouse=True)
def _university(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a trust list, a key, and what pages are made of."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    write_ready(tmp_path / "made-of" / "ready" / edition(PACKAGE), {"vcwallet.zip": b"zip"})
    Path("trust.json").write_text(strict_json.dumps(World().trust().to_json()), "utf-8")
    KitKey.create(Path("page.vcw"), PASSPHRASE, kdf=UNSAFE_FOR_TESTS)


def call(*words: str) -> None:
    command_line.main(["page", *words], standalone_mode=False, obj=Speaker(locales.language("en")))


def build(*more: str) -> None:
    now = NOW.isoformat()
    call("build", "site", "--trust", "trust.json", "--runtime", "made-of", "--now", now, *more)


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_university_signs_its_page_and_a_school_tells_whose_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build("--key", "page.vcw", "--zip", "site.zip", "--json")
    built = said(capsys)
    assert built["zipSha256"] == hashlib.sha256(Path("site.zip").read_bytes()).hexdigest()
    fingerprint = built["signedBy"]
    assert fingerprint == KitKey.open(Path("page.vcw"), PASSPHRASE).public_key.fingerprint
    # At the school: the zip from a mirror, the fingerprint from the rules of admission, and no key.
    school = tmp_path / "school"
    school.mkdir()
    shutil.copy("site.zip", school)
    shutil.unpack_archive("site.zip", school / "site")
    for place in ("school/site.zip", "school/site"):
        call("check", place, "--signed-by", fingerprint, "--json")
        assert said(capsys) == {**{name: built[name] for name in built if "zip" not in name}, "page": place}
        call("check", place)
        words = capsys.readouterr().out
        assert f"Signed with the key {fingerprint}" in words
        assert "Anybody can sign" in words
    Path("school/site/index.html").write_text("<!doctype html>", "utf-8")
    with pytest.raises(InputError) as caught:
        call("check", "school/site", "--signed-by", fingerprint)
    assert caught.value.code == "page.changed"


def test_a_page_that_believes_nobody_is_built_and_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    build()
    assert "will confirm nothing" not in capsys.readouterr().err
    Path("trust.json").write_text(strict_json.dumps(replace(World().trust(), issuers=()).to_json()), "utf-8")
    build()
    assert "the page will confirm nothing" in capsys.readouterr().err


def test_the_signed_zip_is_the_same_wherever_it_is_built(capsys: pytest.CaptureFixture[str]) -> None:
    digests = []
    for _ in range(2):
        build("--key", "page.vcw", "--zip", "site.zip", "--overwrite", "--json")
        digests.append(said(capsys)["zipSha256"])
        shutil.rmtree("site")
    assert digests[0] == digests[1]


def test_a_page_that_is_built_anew_without_a_key_keeps_no_signature(
    capsys: pytest.CaptureFixture[str],
) -> None:
    build("--key", "page.vcw")
    assert (Path("site") / SIGNATURE).exists()
    assert "Publish this fingerprint" in capsys.readouterr().out
    build()
    assert not (Path("site") / SIGNATURE).exists()
    assert "was signed, and the new one is not" in capsys.readouterr().err
    build()
    assert "was signed" not in capsys.readouterr().err
    call("check", "site")
    assert "Nobody signed it." in capsys.readouterr().out


def test_a_passphrase_file_without_the_key_it_opens_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Left unsaid, a page that nobody signed would be published as a signed one."""
    Path("passphrase.txt").write_text(PASSPHRASE, "utf-8")
    with pytest.raises(UsageError) as caught:
        build("--passphrase-file", "passphrase.txt")
    assert caught.value.code == "options.alone"
    assert "--key" in locales.language("ru").next_step(caught.value)
    assert not Path("site").exists()
    build("--key", "page.vcw", "--passphrase-file", "passphrase.txt", "--json")
    assert said(capsys)["signedBy"]


def test_without_the_part_that_opens_keys_no_page_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tuf", None)
    with pytest.raises(MachineError) as caught:
        build("--key", "page.vcw")
    assert caught.value.code == "kit.nothing-to-make-with"
    assert not Path("site").exists()
