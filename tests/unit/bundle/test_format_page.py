"""The reader printed in docs/reference/bundle-format.md is a second implementation: it meets the vectors."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest

from tests.shared import ROOT
from tests.unit.bundle import samples
from tests.unit.bundle.test_vectors import FILES
from vcwallet.bundle import codec, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.dictionaries import SHA256, dictionary

PAGE = (ROOT / "docs" / "reference" / "bundle-format.md").read_text("utf-8")
DICTIONARIES = {0: b"", **{number: dictionary(number) for number in SHA256}}


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The page's blocks, run from the root of the repository as a reader of the page would."""
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "bundle-format.md", "exec"), names)
    assert capsys.readouterr().out == "VcwalletBundle\n"
    return names


def test_the_page_reads_the_vectors(reader: dict[str, Any]) -> None:
    seen = 0
    for path in FILES:
        case = json.loads(path.read_text("utf-8"))
        if case["fate"] != "ok":
            continue
        seen += 1
        if case["layer"] == "bundle":
            assert reader["from_bundle"](bytes.fromhex(case["input"]), DICTIONARIES) == case["json"]
        elif case["layer"] == "frames":
            assert (
                reader["from_frames"]([bytes.fromhex(frame) for frame in case["input"]]).hex()
                == case["bundle"]
            )
        else:
            assert reader["from_digits"](case["input"]).hex() == case["bytes"]
    assert seen >= 12


def test_the_page_reads_what_we_draw(reader: dict[str, Any]) -> None:
    bundle = Bundle(samples.presentation(20), (samples.status_list(),))
    drawn = symbols.for_screen(codec.encode(bundle))
    kept = random.Random(1).sample(drawn, drawn[0].needed)
    data = reader["from_frames"]([reader["from_digits"](symbol.digits) for symbol in kept])
    assert reader["from_bundle"](data, DICTIONARIES) == bundle.text


def test_the_envelope_on_the_page_is_one() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert Bundle.parse(json.loads(example)).status_lists
