"""An invented admission: every way in which things are handed in, against the answers of who made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from bench.admission import Admission, ItemAnswer, make
from bench.admission.making import told_only
from bench.admission.organisations import NOW
from bench.admission.stories import STORIES
from vcwallet.verifier import Item, TrustList, Verifier

PHONE = (1500, 2000)
APPLICANTS = len(STORIES) + 2  # two stories need a namesake on the list


@pytest.fixture(scope="module")
def admission(tmp_path_factory: pytest.TempPathFactory) -> Admission:
    """Every story once."""
    return make(tmp_path_factory.mktemp("admission") / "office", applicants=APPLICANTS, phone=PHONE)


def test_an_admission_has_every_story_and_follows_from_its_seed(admission: Admission) -> None:
    told = {each.story for each in admission.answers.handed_in}
    without_files = {"nothing_handed_in", "empty_folder", "only_heic", "only_documents", "cut_pdf"}
    assert told == {story.__name__ for story in STORIES} - without_files
    assert asdict(told_only(applicants=APPLICANTS)) == asdict(told_only(applicants=APPLICANTS))
    assert told_only(applicants=APPLICANTS).handed_in != told_only(applicants=APPLICANTS, seed=2).handed_in


def test_what_is_handed_in_is_read_and_answered_as_it_was_made(admission: Admission) -> None:
    verifier = Verifier(TrustList.parse(admission.trust_list.read_bytes()))
    answers = verifier.check_all([admission.inbox], now=NOW)
    given = Counter((each.outcome, each.showing.outcome, _items(each.items)) for each in answers.reports)
    right = Counter(
        (each.outcome, each.showing, _items(each.items)) for each in admission.answers.handed_in if each.items
    )
    assert given - right == Counter()
    assert right - given == Counter()
    assert answers.files.unreadable == list(admission.answers.files.values()).count("unreadable")


def _items(items: Sequence[ItemAnswer | Item]) -> tuple[tuple[str, str, str], ...]:
    return tuple(sorted((each.id, each.outcome, each.code) for each in items))


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    with pytest.raises(FileExistsError):
        make(tmp_path, applicants=1)
