"""What the screen says and what the JSON report says is one answer, in every situation and both languages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.verifier.test_verdicts import CASES, answer
from vcwallet.report import Fate, Outcome
from vcwallet.speaking.report_sentences import HEADLINES, IN_REFUSED, ISSUED_TO_A_NAME, ITEMS, NOT_HARMED
from vcwallet.speaking.reports import MARKS, language, report_lines


@pytest.mark.parametrize("code", ["ru", "en"])
@pytest.mark.parametrize("name", CASES)
def test_the_screen_says_what_the_json_says(name: str, code: str) -> None:
    said = language(code)
    _, _, report = answer(CASES[name])
    told: Any = report.as_json()
    lines = [line.text for line in report_lines(report, said)]
    text = " ".join(" ".join(lines).split())
    outcome = Outcome(told["outcome"])
    # A refusal for a recipient or a time of its own is told by its reason, in words that confirm nothing.
    not_harmed = NOT_HARMED.get(told["showing"]["code"]) if outcome is Outcome.REFUSED else None
    title = lines[0].split(maxsplit=1)[1]
    assert title == said.text((not_harmed or HEADLINES[outcome]).head).upper()
    begun = [line for line in lines if line.startswith(" № ")]
    assert len(begun) == len(told["items"])
    for line, item in zip(begun, told["items"], strict=True):
        fate = Fate(item["outcome"])
        stands_alone = outcome is not Outcome.REFUSED or fate is not Fate.CONFIRMED
        assert line.split("  ")[1][0] == MARKS[fate if stands_alone else Fate.NOT_COUNTED]
        head = ITEMS[item["code"]].head if stands_alone else IN_REFUSED.head
        if name == "a showing of the holder's own demanded":
            head = ISSUED_TO_A_NAME.head
        # The words before the first value that a sentence names.
        assert " ".join(said.text(head).partition("{")[0].split()) in text
        for fact in (item["person"].get("name"), item["achievement"].get("name")):
            assert not fact or fact in text
