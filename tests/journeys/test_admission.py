"""An invented admission: every way in which things are handed in, against the answers of who made them."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from bench.admission import Admission, ItemAnswer, comparing, make
from bench.admission.making import told_only
from bench.admission.organisations import NOW
from bench.admission.people import People, Person
from bench.admission.stories import STORIES
from tests.shared import SOAK
from vcwallet.verifier import Item, TrustList, Verifier

# Two stories need a namesake on the list.
APPLICANTS = 1_000 if SOAK else len(STORIES) + 2
PHONE = (3000, 4000) if SOAK else (1500, 2000)
PROCESSES = 2 if SOAK else 1


@pytest.fixture(scope="module")
def admission(tmp_path_factory: pytest.TempPathFactory) -> Admission:
    """Every story once, and in the soak a thousand applicants."""
    place = tmp_path_factory.mktemp("admission") / "office"
    return make(place, applicants=APPLICANTS, phone=PHONE, processes=PROCESSES)


def test_an_admission_has_every_story_and_follows_from_its_seed(admission: Admission) -> None:
    told = {each.story for each in admission.answers.handed_in}
    without_files = {"nothing_handed_in", "empty_folder", "only_heic", "only_documents", "cut_pdf"}
    assert told == {story.__name__ for story in STORIES} - without_files
    assert asdict(told_only(applicants=APPLICANTS)) == asdict(told_only(applicants=APPLICANTS))
    assert told_only(applicants=APPLICANTS).handed_in != told_only(applicants=APPLICANTS, seed=2).handed_in


def test_what_is_handed_in_is_read_and_answered_as_it_was_made(admission: Admission) -> None:
    verifier = Verifier(TrustList.parse(admission.trust_list.read_bytes()))
    # A long scan is divided by who reads a whole queue.
    inputs = [each for each in sorted(admission.inbox.iterdir()) if not each.name.startswith("скан")]
    answers = verifier.check_all(inputs, now=NOW)
    given = Counter((each.outcome, each.showing.outcome, _items(each.items)) for each in answers.reports)
    right = Counter(
        (each.outcome, each.showing, _items(each.items))
        for each in admission.answers.handed_in
        if each.items and not each.files[0].startswith("скан")
    )
    assert given - right == Counter()
    assert right - given == Counter()
    assert answers.files.unreadable == list(admission.answers.files.values()).count("unreadable")


def _items(items: Sequence[ItemAnswer | Item]) -> tuple[tuple[str, str, str], ...]:
    return tuple(sorted((each.id, each.outcome, each.code) for each in items))


def test_every_row_of_the_results_is_right(admission: Admission, tmp_path: Path) -> None:
    for command, status in zip(comparing.check(admission, tmp_path, workers=2), (0, 3), strict=True):
        ended = subprocess.run(command, check=False, capture_output=True)
        assert ended.returncode == status, ended.stderr.decode()  # 3: some of it needs a person
    answers, pages = admission.answers, comparing.read(tmp_path / "results.xlsx")
    assert comparing.differences(answers, pages) == []
    # Were the right answer about one applicant another one, that would be told.
    for place, each in enumerate(answers.applicants):
        other = replace(each, points=replace(each.points, possible="10"), name="Вымыслов")
        rows = (*answers.applicants[:place], other, *answers.applicants[place + 1 :])
        told = comparing.differences(replace(answers, applicants=rows), pages)
        assert told
        assert all(one.startswith(each.number) for one in told)


def test_nobody_is_another_s_namesake_by_chance_in_however_large_an_admission() -> None:
    """On the list of `other_spelling` the patronymic is missing: there the rest of the name must do."""
    people = People(random.Random(4), 4)
    alone: list[Person] = []
    others: list[Person] = []
    for at in range(5_000):  # single names are there for 3,200
        (others if at % 50 else alone).append(people.person(alone=at % 50 == 0))
        if at % 100 == 1:
            others.append(people.sibling(others[-1]))
    everyone = [*alone, *others]
    assert len({_read(each.name) for each in everyone}) == len(everyone)
    pairs = Counter(_read(f"{each.family} {each.given}") for each in everyone)
    assert {pairs[_read(f"{each.family} {each.given}")] for each in alone} == {1}


def _read(name: str) -> str:
    return name.casefold().replace("ё", "е")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    with pytest.raises(FileExistsError):
        make(tmp_path, applicants=1)
