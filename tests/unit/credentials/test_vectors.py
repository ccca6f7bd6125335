"""Every file of tests/vectors/credentials meets the fate it names, and is what `vectors` makes."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from tests.unit.credentials import vectors
from tests.unit.credentials.world import SAMPLES, fate
from vcwallet import timestamps
from vcwallet.credentials import credential, status_list, verification
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.credentials.status_entry import Status, StatusEntry
from vcwallet.identifiers import did

FILES = sorted(file.stem for file in SAMPLES.glob("*.json") if not file.stem.endswith(".unsigned"))


@cache
def made() -> dict[str, dict[str, Any]]:
    return vectors.vectors()


def test_the_files_are_those_that_are_made() -> None:
    assert set(FILES) == set(made())


@pytest.mark.parametrize("name", FILES)
def test_a_file_meets_its_fate(name: str) -> None:
    content = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    if content["check"] != "status":  # another edition of zlib may compress the same bits otherwise
        assert content == made()[name], "run: python -m tests.unit.credentials.vectors"
    now = timestamps.parse(content["now"])
    if content["check"] == "credential":
        found = fate(lambda: _verify_credential(content["credential"], now))[0]
    elif content["check"] == "presentation":
        found = fate(lambda: _verify_presentation(content, now))[0]
    else:
        answers: list[Status] = []
        found = fate(lambda: answers.append(_status(content, now)))[0]
        if found == "accepted" and answers[0].invalidates:
            found = "revoked"
    assert found == content["fate"]


def _verify_credential(document: dict[str, Any], now: datetime) -> None:
    credential.verify(Credential.parse(document), resolve=did.resolve, now=now)


def _verify_presentation(content: dict[str, Any], now: datetime) -> None:
    verification.verify(
        Presentation.parse(content["presentation"]),
        resolve=did.resolve,
        now=now,
        domain=content["domain"],
        challenge=content.get("challenge"),
    )


def _status(content: dict[str, Any], now: datetime) -> Status:
    asked = Credential.parse(content["credential"])
    (entry,) = (StatusEntry.parse(one) for one in asked.status_entries)
    assert entry is not None
    found = status_list.verify_status_list(content["statusList"], resolve=did.resolve, now=now)
    return status_list.check_status(entry, found, credential_issuer=asked.issuer_id, now=now)
