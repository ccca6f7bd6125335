"""A guesser at this keyboard waits after five wrong tries, wherever a passphrase or a code is typed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.browser.town import PASSPHRASE, Town
from tests.web.pages import Desk
from vcwallet.sealed_file.recovery_codes import render_recovery_code

WAYS = [
    ("family", "open/{}", "passphrase"),
    ("family", "open/{}/sheet", "code"),
    ("family", "open/{}/salvage", "passphrase"),
    ("secretary", "open/{}", "passphrase"),
    ("secretary", "open/{}", "code"),
]
WRONG = {"passphrase": "не те слова", "code": render_recovery_code(bytes(16))}


@pytest.mark.parametrize(("role", "address", "field"), WAYS)
def test_after_five_wrong_tries_there_is_a_pause(tmp_path: Path, role: str, address: str, field: str) -> None:
    town, desk = Town(tmp_path), Desk(tmp_path)
    path = getattr(town, role)()
    here = f"{role}/{address.format(desk.session.choose(path))}"
    codes = [desk.post(here, {field: WRONG[field]}).code for _ in range(6)]
    assert codes[5] == "page.too-many-tries", codes
    for _ in range(60):
        desk.session.begin(object())
    opening = f"{role}/open/{desk.session.choose(path)}"
    assert desk.post(opening, {"passphrase": PASSPHRASE}).code == "page.too-many-tries", (
        "the pause is the file's, and nothing that somebody begins ends it"
    )
    desk.time.pass_by(timedelta(seconds=6))
    assert desk.post(opening, {"passphrase": PASSPHRASE}).status == 200
    assert desk.session.opened
