"""A verifier may add words of its own; without them the document is refused, never half understood."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.world import NOW, World
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jsonld import PINNED
from vcwallet.report import Outcome
from vcwallet.verifier import Verifier

URL = "https://robots.example/words/v1"
CONTEXT = {"@context": {"@protected": True, "robotName": "https://robots.example/words#robotName"}}


def signed(w: World) -> dict[str, Any]:
    document = w.school.unsigned(5)
    document["@context"] = [*document["@context"][:2], URL]
    subject = document["credentialSubject"]
    document["credentialSubject"] = {
        "id": subject["id"],
        "type": ["AchievementSubject"],
        "achievement": subject["achievement"],
        "identifier": {
            "type": "IdentityObject",
            "identityHash": "Железяка",
            "identityType": "name",
            "hashed": False,
        },
        "robotName": "Железяка",
    }
    return add_proof(
        document,
        suite="eddsa-rdfc-2022",
        key=w.school.key,
        verification_method=w.school.method,
        created=NOW,
        contexts=PINNED.with_file(URL, json.dumps(CONTEXT).encode()),
    )


def test_unknown_words_are_an_open_question_and_known_ones_verified(tmp_path: Path) -> None:
    w = World()
    verifier = Verifier(w.trust())
    report = verifier.check(signed(w), now=NOW)
    assert report.outcome is Outcome.UNKNOWN
    assert {"jsonld.context-unknown"} <= {f.reason for f in report.items[0].findings}
    knowing = replace(verifier, contexts=PINNED.with_file(URL, json.dumps(CONTEXT).encode()))
    assert knowing.check(signed(w), now=NOW).outcome is Outcome.CONFIRMED


def test_the_command_takes_them_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    w = World()
    files = {"robot.vc.json": signed(w), "words.json": CONTEXT, "trust.json": w.trust().to_json()}
    for name, document in files.items():
        (tmp_path / name).write_text(json.dumps(document), "utf-8")
    arguments = [
        "verify",
        str(tmp_path / "robot.vc.json"),
        "--trust",
        str(tmp_path / "trust.json"),
        "--now",
        "2026-06-10",
    ]
    speaker = Speaker(language("en"))
    assert run(command_line, arguments, speaker) == 3
    assert run(command_line, [*arguments, "--context", URL, str(tmp_path / "words.json")], speaker) == 0
    capsys.readouterr()
