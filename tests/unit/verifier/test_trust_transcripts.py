"""`vcwallet trust` as an office sees it, in Russian and in English, word for word.

``VCWALLET_WRITE=1`` writes the transcripts anew; read the difference before it is committed.
"""

from __future__ import annotations

import io
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.world import NOW, World, seeded_key
from vcwallet import strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, choose_language, run
from vcwallet.strict_json import JsonObject

TRANSCRIPTS = Path(__file__).parent / "transcripts"
AT = ("--now", "2026-06-10T12:00:00Z")
OLYMPIAD = ("--kind", "olympiad-diploma", "--number", "12", "--stage", "final", "--years", "2025/26-2027/28")
SCHOOL = ("--name", "Школа № 0, Небывалинск", "--entry", "school-0", "--anything")
LIST = "trust.json"
PRINT = World().olympiad.key.public_key.fingerprint
SECOND = seeded_key("второй ключ").public_key

STORY: tuple[tuple[str, ...], ...] = (
    ("create", LIST, "--name", "Приёмная комиссия", "--domain", "priem.vuz.example", *AT),
    ("add", LIST, "site", "--name", "Олимпиада «Вымысел»", *AT),
    ("add", LIST, "site", "--name", "Олимпиада «Вымысел»", "--kind", "Award", "--years", "any", *AT),
    ("add", LIST, "site", "--name", "Олимпиада «Вымысел»", *OLYMPIAD, *AT),
    ("add", LIST, "site", "--name", "Олимпиада «Вымысел»", *OLYMPIAD, "--fingerprint", PRINT, *AT),
    ("add", LIST, "site", "--name", "Олимпиада «Вымысел»", *OLYMPIAD, "--fingerprint", PRINT, *AT),
    ("add", LIST, "twin", "--name", "Олимпиада Вымысел", "--anything", "--no-fingerprint-check", *AT),
    ("add", LIST, "two", "--name", "Школа", "--anything", "--no-fingerprint-check", *AT),
    ("add", LIST, "school", *SCHOOL, *AT),
    ("add", LIST, "school", *SCHOOL, "--no-fingerprint-check", *AT),
    ("update", LIST, "site", *AT),
    ("update", LIST, "newer", *AT),
    ("update", LIST, "fewer", *AT),
    ("update", LIST, "future", *AT),
    ("update", LIST, "exchanged", *AT),
    ("update", LIST, "second", *AT),
    ("update", LIST, "second", "--accept", "key.new", *AT),
    ("key", LIST, "olymp-example", "confirm", *AT),
    ("key", LIST, "olymp-example", "confirm", "--fingerprint", SECOND.fingerprint, *AT),
    ("key", LIST, "olymp-example", "retire", "--since", "2026-05-31", *AT),
    ("key", LIST, "olymp-example", "retire", "--key", "key-1", "--since", "2026-05-31", *AT),
    ("scope", LIST, "olymp-example", "--anything", *AT),
    ("scope", LIST, "school-0", "--kind", "school-award", "--years", "2025/26", *AT),
    ("close", LIST, "school-0", "--since", "2026-05-31", *AT),
    ("diff", f"{LIST}.bak", LIST, *AT),
    ("show", LIST, "--now", "2026-07-10T12:00:00Z"),
    ("remove", LIST, "school", *AT),
    ("remove", LIST, "school-0", *AT),
    ("remove", LIST, "school-0", "--accept", "entry.gone", *AT),
    ("show", LIST, "--now", "2026-07-10T12:00:00Z"),
)


def publish(folder: Path, *documents: JsonObject) -> None:
    folder.mkdir()
    for number, document in enumerate(documents):
        (folder / f"{number}.json").write_text(strict_json.dumps(document), "utf-8")


def prepare() -> None:
    w = World()
    document = w.olympiad.document.to_json()
    method = document["verificationMethod"][0]
    second = {**method, "id": f"{w.olympiad.id}#key-2", "publicKeyMultibase": SECOND.multibase}
    w.olympiad.revoked = {7}
    publish(Path("site"), document, w.olympiad.status())
    publish(Path("twin"), w.stranger.document.to_json())
    publish(Path("school"), w.school.document.to_json(), w.school.status())
    publish(Path("two"), w.school.document.to_json(), document)
    exchanged = {**method, "publicKeyMultibase": SECOND.multibase}
    publish(Path("exchanged"), {**document, "verificationMethod": [exchanged]})
    both = {"verificationMethod": [method, second], "assertionMethod": [method["id"], second["id"]]}
    publish(Path("second"), {**document, **both})
    publish(Path("future"), w.olympiad.status(NOW + timedelta(days=1000)))
    w.olympiad.revoked = {7, 8}
    publish(Path("newer"), w.olympiad.status(NOW - timedelta(days=2)))
    w.olympiad.revoked = set()
    publish(Path("fewer"), w.olympiad.status(NOW - timedelta(days=1)))


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_story_is_told_as_written(
    lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    prepare()
    told: list[str] = []
    for command in STORY:
        speaker, arguments = choose_language(["--lang", lang, "trust", *command])
        status = run(command_line, arguments, Speaker(speaker))
        said = capsys.readouterr()
        told.append(f"$ vcwallet trust {' '.join(command)}")
        told += [line.rstrip() for line in said.out.splitlines()]
        told += ["! " + line.rstrip() for line in said.err.splitlines()]
        told.append(f"[{status}]\n")
    text = "\n".join(told)
    assert str(tmp_path) not in text
    place = TRANSCRIPTS / f"trust.{lang}.txt"
    if os.environ.get("VCWALLET_WRITE") == "1":
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, "utf-8")
    assert text == place.read_text("utf-8")
