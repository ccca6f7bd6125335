"""Every command as a person sees it, in Russian and in English at 80 columns, word for word.

``VCWALLET_WRITE=1`` writes the transcripts anew; read the difference before it is committed. The help texts
are in ``docs/reference/commands.md``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.transcripts.stories import STORIES
from tests.unit.wallet.shared import OTHER_PASSPHRASE, PASSPHRASE
from vcwallet import locales, sealed_file
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, choose_language, run
from vcwallet.cli.wallet import opening
from vcwallet.issuer import keystore
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.verifier.kit.keys import KitKey

PLACE = Path(__file__).parent

# What is different in every run.
RANDOM = re.compile(
    r"\b(?:z6Mk|zDna)[1-9A-HJ-NP-Za-km-z]{44,45}\b"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{12}|[0-9a-f]{8})\b"
    r"|\b[0-9a-f]{4}(?: [0-9a-f]{4}){7,15}\b"
    r"|(?<![\w-])[0-9A-F]{2}-[0-9A-F]{2}(?![\w-])"
)


@pytest.fixture(autouse=True)
def _quick_and_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing touches this computer's real state, and passphrases cost nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("VCWALLET_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    monkeypatch.setitem(opening.KDFS, "default", UNSAFE_FOR_TESTS)
    create = keystore.Keystore.create.__func__  # type: ignore[attr-defined]

    def cheap(cls: type[keystore.Keystore], path: Path, passphrase: str, **options: object) -> object:
        return create(cls, path, passphrase, **{**options, "kdf": sealed_file.UNSAFE_FOR_TESTS})

    monkeypatch.setattr(keystore.Keystore, "create", classmethod(cheap))
    create_key = KitKey.create.__func__  # type: ignore[attr-defined]

    def cheap_key(cls: type[KitKey], path: Path, passphrase: str) -> object:
        return create_key(cls, path, passphrase, kdf=sealed_file.UNSAFE_FOR_TESTS)

    monkeypatch.setattr(KitKey, "create", classmethod(cheap_key))
    (tmp_path / "other.txt").write_text(OTHER_PASSPHRASE + "\n", "utf-8")


@pytest.mark.parametrize("lang", locales.LANGUAGES)
@pytest.mark.parametrize("name", STORIES)
def test_the_story_is_told_as_written(
    name: str, lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    story = STORIES[name]
    story.prepare(tmp_path)
    told: list[str] = []
    capsys.readouterr()
    for command in story.commands:
        chosen, arguments = choose_language(["--lang", lang, *command])
        status = run(command_line, arguments, Speaker(chosen))
        said = capsys.readouterr()
        told.append(f"$ vcwallet {' '.join(command)}")
        told += [line.rstrip() for line in said.out.splitlines()]
        told += ["! " + line.rstrip() for line in said.err.splitlines()]
        told.append(f"[{status}]\n")
    text = RANDOM.sub(lambda found: "·" * len(found[0]), "\n".join(told))
    assert str(tmp_path) not in text
    place = PLACE / f"{name}.{lang}.txt"
    if os.environ.get("VCWALLET_WRITE") == "1":
        place.write_text(text, "utf-8", newline="\n")
    assert text == place.read_text("utf-8")
