"""Showings of every fate, files of every kind and hostile ones: two hosts, the same bytes.

Under CI about a thousand; `make soak` has every one there is, with those that other tests make.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sameness import cases, hostile
from tests.sameness.hosts import Answer, Case, Node, answered_here
from tests.sameness.recording import recorded
from tests.sameness.spoken import not_for_visitors
from tests.shared import SOAK, need
from tools.page_runtime import FOLDER, PACKAGE
from vcwallet.errors import UsageError
from vcwallet.page.runtime import Runtime
from vcwallet.report import Outcome
from vcwallet.speaking.answers import STATES

# One process of node answers all of them.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sameness")]

ALL = SOAK
"""Whether every case is asked, or some of each kind."""
NAMED = ("nothing_implied", "left_out")
MORE = (
    *("change_decisions", "decisions", "endorsements", "issuer_decisions", "levels", "policy_decisions"),
    *("protocol", "reasons", "scope_decisions", "trust_decisions", "trust_scopes", "units", "verdicts"),
)
"""Files of tests/unit/verifier, whose calls are asked of both hosts."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    try:
        runtime = Runtime.ready(FOLDER, package=PACKAGE)
    except UsageError:
        need(False, "what pages are made of is not fetched for this edition (make page)")
        raise
    need(shutil.which("node") is not None, "node is not installed")
    started = Node(tmp_path_factory.mktemp("page"), runtime, processes=2 if ALL else 1)
    yield started
    started.close()


def step(every: int) -> int:
    return 1 if ALL else every


def compared(node: Node, asked: Iterable[Case]) -> tuple[list[Case], list[Answer]]:
    """Fails for the first cases that are answered differently; what was told of them all."""
    known = list(asked)
    told = node.answered(known)
    ended = [(case.name, each.broken) for case, each in zip(known, told, strict=True) if each.broken]
    assert not ended
    different: dict[str, tuple[str, str]] = {}
    for case, there in zip(known, told, strict=True):
        here = answered_here(case, there)
        if here != there.told:
            different[case.name] = _around(here, there.told)
    sys.stdout.write(f"{len(known)} cases\n")
    astray = {
        case.name: said for case, each in zip(known, told, strict=True) if (said := _astray(case, each))
    }
    assert not astray, f"{len(astray)} of {len(known)}: {dict(list(astray.items())[:5])}"
    assert not different, f"{len(different)} of {len(known)}: {dict(list(different.items())[:5])}"
    return known, told


def _astray(case: Case, there: Answer) -> list[str]:
    """What a page said to a visitor that only an office could follow; a call is none of a page's."""
    return [] if case.call else not_for_visitors(json.loads(there.told))


def _around(one: str, other: str) -> tuple[str, str]:
    """The first difference of two answers, with what stands around it."""
    at = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return one[max(0, at - 80) : at + 200], other[max(0, at - 80) : at + 200]


def states(told: str) -> set[str]:
    """The states of the reports in an answer, as words have them."""
    return {each["state"] for answer in answers(told) for each in answer["reports"]}


def answers(told: str) -> list[dict[str, Any]]:
    said = json.loads(told)
    if said and isinstance(said[0], dict) and "reports" in said[0]:  # of a call
        return [{"reports": [{"state": STATES[Outcome(each["outcome"])]} for each in said[0]["reports"]]}]
    return [each["answer"] for each in said if isinstance(each, dict) and each.get("answer")]


def test_showings_of_every_fate(node: Node) -> None:
    """Of a family, changed in every way that other tests change them, and the matrix of the answer."""
    known, told = compared(
        node,
        [
            *cases.some(cases.showings(), 2_000 if ALL else 250),
            *cases.the_matrix(step(10)),
            *cases.changed_bundles(step(20)),
            *cases.changed_evidence(600 if ALL else 30),
        ],
    )
    assert len(known) >= 480
    fates = Counter(state for each in told for state in states(each.told))
    assert set(fates) == set(STATES.values()), fates


def test_calls_that_other_tests_make(node: Node, tmp_path: Path) -> None:
    """Situations with a name: everything that a test asks of the verifier, as that test asks it."""
    names = (*NAMED, *MORE) if ALL else NAMED
    known, _ = compared(node, recorded(tmp_path, *(f"tests/unit/verifier/test_{name}.py" for name in names)))
    assert len(known) >= 100


def test_files_of_every_kind(node: Node) -> None:
    """Badges and what stands in them, pictures, archives, codes, requests with answers, published ones."""
    known, told = compared(node, [*cases.kinds(), *cases.demanded(), *list(cases.vectors())[:: step(5)]])
    of = dict(zip((each.name for each in known), told, strict=True))
    drawn = [each for name, each in of.items() if name.startswith("picture код")]
    assert drawn
    # The page's own reader of codes reads them here, too.
    assert {states(each.told) == {"confirmed"} for each in drawn} == {True}
    # And its own opener of PDFs opened them.
    assert of["PDF shown"].opened
    # One showing is answered once, in however many forms it is given.
    (answer,) = answers(of["one showing in two forms"].told)
    assert len(answer["reports"]) == 1


def test_whole_journeys(node: Node, tmp_path: Path) -> None:
    from tests.sameness import stories

    asked = [*stories.of_a_family(tmp_path / "family"), *stories.of_a_kit(tmp_path / "kit")]
    if ALL:
        asked += [*stories.of_the_demo(tmp_path / "demo"), *stories.of_an_admission(tmp_path / "admission")]
    known, told = compared(node, asked)
    assert {state for each in told for state in states(each.told)} >= {
        "confirmed",
        "not-known",
        "not-counted",
    }
    assert len(known) >= 50


def test_hostile_files(node: Node) -> None:
    known, _ = compared(
        node,
        [
            *hostile.hostile(),
            *list(hostile.one_value())[:: step(60)],
            *hostile.damaged(3_000 if ALL else 60),
        ],
    )
    assert len(known) >= 400
