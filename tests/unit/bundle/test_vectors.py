"""The vectors of the bundle format (docs/reference/bundle-format.md): one file, one fate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT
from vcwallet import strict_json
from vcwallet.bundle import codec, frames
from vcwallet.bundle.digits import from_digits
from vcwallet.errors import VcwalletError

FILES = sorted((ROOT / "tests" / "vectors" / "bundle").glob("*.json"))


def read_bundle(given: str) -> dict[str, Any]:
    return {"json": strict_json.dumps(codec.unpack(bytes.fromhex(given)))}


def read_frames(given: list[str]) -> dict[str, Any]:
    collector = frames.Collector()
    for frame in given:
        collector.add(bytes.fromhex(frame))
    return {"bundle": collector.result().hex()}


def read_digits(given: str) -> dict[str, Any]:
    return {"bytes": from_digits(given).hex()}


LAYERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "bundle": read_bundle,
    "frames": read_frames,
    "digits": read_digits,
}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_each_vector_meets_its_fate(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    read = LAYERS[case["layer"]]
    if case["fate"] == "ok":
        outcome = {name: case[name] for name in case if name not in ("what", "layer", "fate", "input")}
        assert read(case["input"]) == outcome
    else:
        with pytest.raises(VcwalletError) as caught:
            read(case["input"])
        assert caught.value.code == case["fate"]


def test_no_vector_is_missing() -> None:
    assert len(FILES) >= 30
