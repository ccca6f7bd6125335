"""A device notices that a file was put back to an older state, or went another way elsewhere."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import NOW, Issuer, reopen, wallet
from vcwallet.errors import MachineError
from vcwallet.sealed_file.disk import Disk
from vcwallet.wallet import seen_saves
from vcwallet.wallet.seen_saves import SavedState, SeenSaves, default_place


def test_older_and_parallel_states_are_told_and_newer_ones_are_not(tmp_path: Path, issuer: Issuer) -> None:
    seen = SeenSaves(tmp_path / "state")
    family = wallet(tmp_path / "a.vcw")
    assert seen.compare(family.saved_state) is None
    seen.remember(family.saved_state)
    shutil.copy(tmp_path / "a.vcw", tmp_path / "older.vcw")
    family.issuers.remember(issuer.document, now=NOW)
    family.save()
    seen.remember(family.saved_state)
    assert seen.compare(family.saved_state) is None
    older = reopen(tmp_path / "older.vcw")
    notice = seen.compare(older.saved_state)
    assert notice is not None
    assert (notice.code, notice.evidence) == ("wallet.older", {"found": 1, "highest": 2})
    older.issuers.remember(Issuer(id="did:web:b.example").document, now=NOW)
    older.save()
    parallel = seen.compare(older.saved_state)
    assert parallel is not None
    assert parallel.code == "wallet.parallel"
    older._file.merge(tmp_path / "a.vcw")
    older.save()
    assert seen.compare(older.saved_state) is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"format":"other"}',
        '{"format":"vcwallet-seen/1","files":[]}',
        "\ud800".encode("utf-8", "replace").decode(),
    ],
)
def test_a_spoilt_memory_costs_only_the_warning(tmp_path: Path, content: str) -> None:
    (tmp_path / "seen.json").write_text(content, "utf-8")
    seen = SeenSaves(tmp_path)
    family = wallet(tmp_path / "a.vcw")
    assert seen.compare(family.saved_state) is None
    seen.remember(family.saved_state)
    assert list(json.loads((tmp_path / "seen.json").read_text("utf-8"))["files"]) == [
        family.saved_state.file_id
    ]


def test_hostile_entries_are_passed_over(tmp_path: Path) -> None:
    family = wallet(tmp_path / "a.vcw")
    for entry in (None, [], 5, {"generation": "x"}, {"generation": None, "save": 1}):
        document = {"format": "vcwallet-seen/1", "files": {family.saved_state.file_id: entry}}
        (tmp_path / "seen.json").write_text(json.dumps(document), "utf-8")
        assert SeenSaves(tmp_path).compare(family.saved_state) is None


def test_a_place_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    family = wallet(tmp_path / "a.vcw")
    SeenSaves(tmp_path / "file" / "below").remember(family.saved_state)
    assert SeenSaves(tmp_path / "file" / "below").compare(family.saved_state) is None


def test_who_notes_a_save_has_the_memory_alone_from_reading_to_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wallets are saved on several threads, and a save that is forgotten lets an older state pass."""
    alone: list[str] = []

    def watched(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def watching(*told: Any) -> Any:
            with pytest.raises(MachineError), Disk().lock(tmp_path / "seen.json", 0):
                raise AssertionError("somebody else could write now")
            alone.append(name)
            return function(*told)

        return watching

    monkeypatch.setattr(SeenSaves, "_load", watched("read", SeenSaves._load))
    monkeypatch.setattr(seen_saves, "replace_file", watched("write", seen_saves.replace_file))
    SeenSaves(tmp_path).remember(SavedState("a" * 32, 7, "b" * 16))
    monkeypatch.undo()
    assert alone == ["read", "write"]
    assert SeenSaves(tmp_path).compare(SavedState("a" * 32, 6, "c" * 16)) is not None
    assert [each.name for each in tmp_path.iterdir()] == ["seen.json"]


def test_nothing_about_the_family_is_remembered(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "семья Тестовых.vcw", issuer)
    family.add(issuer.diploma(), now=NOW)
    family.save()
    SeenSaves(tmp_path / "state").remember(family.saved_state)
    text = (tmp_path / "state" / "seen.json").read_text("utf-8")
    assert "Тестов" not in text
    assert str(tmp_path) not in text


def test_where_it_is(tmp_path: Path) -> None:
    assert default_place({"VCWALLET_STATE": str(tmp_path)}) == tmp_path
    assert default_place({"XDG_STATE_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}).name == "vcwallet"
    assert default_place(dict(os.environ)).name
