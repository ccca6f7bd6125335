"""Any history of a family's wallet and its copies, against a plain model: nothing lost, nothing mixed up.

Two copies of a file go their own ways: children, diplomas, notes, presentations, new and corrected names,
documents that are moved, guardians who come and go; saved, opened anew, merged, restored from a backup. The
model is a few sets.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.shared import SOAK
from tests.unit.wallet.shared import (
    MASHA,
    NOW,
    OTHER_PASSPHRASE,
    PASSPHRASE,
    PETYA,
    Issuer,
    present,
    wallet,
)
from vcwallet.errors import UsageError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, Passphrase
from vcwallet.wallet import Profile, Wallet


@pytest.fixture(autouse=True, scope="module")
def _lists_of_meanings_from_the_second_diploma_on() -> Iterator[None]:
    """As in a wallet of hundreds, where duplicates are recognised by a list and not by reading everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vcwallet.wallet.child.UNLISTED", 1)
        yield


ISSUER = Issuer()
SECRET = Passphrase(PASSPHRASE)
CHILDREN = (MASHA, PETYA)
DIPLOMAS = {
    (profile.given_name, number): ISSUER.diploma(profile, number=number)
    for profile in CHILDREN
    for number in (1, 2, 3)
}
copies = st.sampled_from([0, 1])
children = st.sampled_from(CHILDREN)
numbers = st.sampled_from([1, 2, 3])


@dataclass
class Expected:
    """What one copy should hold."""

    kept: set[tuple[str, int]] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    """Recipients, each its own."""
    profile: dict[str, tuple[int, str, str | None]] = field(default_factory=dict)
    """Given name -> when it was written, the surname and the patronymic."""
    notes: set[tuple[str, int]] = field(default_factory=set)
    """Given name of the child whose first diploma it is about, and the moment that is its text."""
    old_notes: set[tuple[str, int]] = field(default_factory=set)
    number: dict[tuple[str, int], int] = field(default_factory=dict)
    """By what each diploma was called when it was last looked at."""
    documents: set[tuple[str, str]] = field(default_factory=set)
    """Documents without a signature by the name of the file and the given name of the child."""
    guardians: set[str] = field(default_factory=set)
    gone: set[tuple[str, str] | str] = field(default_factory=set)
    """Documents where they do not lie any longer, and guardians whose way in is closed."""

    def copy(self) -> Expected:
        return Expected(
            set(self.kept),
            set(self.shown),
            dict(self.profile),
            set(self.notes),
            set(self.old_notes),
            dict(self.number),
            set(self.documents),
            set(self.guardians),
            set(self.gone),
        )


class Family(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.clock = 0
        self.removed: set[tuple[str, int]] = set()
        self.moved: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def now(self) -> Any:
        self.clock += 1
        return NOW + timedelta(seconds=self.clock)

    @initialize()
    def begin(self) -> None:
        """Both children are there from the start, so that both copies know the same keys."""
        first = wallet(self.folder / "0.vcw", ISSUER)
        for profile in CHILDREN:
            first.add_child(profile, now=self.now())
        first.save()
        shutil.copy(self.folder / "0.vcw", self.folder / "1.vcw")
        self.wallets = [first, self.open(1)]
        self.expected = [Expected(), Expected()]
        for expected in self.expected:
            expected.profile = {
                profile.given_name: (0, profile.family_name, profile.patronymic_name) for profile in CHILDREN
            }

    def open(self, which: int) -> Wallet:
        return Wallet.open(self.folder / f"{which}.vcw", secret=SECRET)

    @rule(which=copies, profile=children, number=numbers)
    def add(self, which: int, profile: Profile, number: int) -> None:
        diploma = (profile.given_name, number)
        if diploma in self.removed:
            return  # removed in one copy and added again in another: either answer would be right
        family = self.wallets[which]
        entry = family.add(DIPLOMAS[diploma], child=family.child(profile.given_name), now=self.now())
        assert family.diploma(entry.id) == entry
        self.expected[which].kept.add(diploma)

    @rule(which=copies, profile=children, number=numbers)
    def remove(self, which: int, profile: Profile, number: int) -> None:
        diploma = (profile.given_name, number)
        if number == 1:
            return  # it has notes: `test_merging` says what becomes of it
        child = self.wallets[which].child(profile.given_name)
        for entry in child.diplomas():
            if entry.credential.id == DIPLOMAS[diploma]["id"]:
                child.remove(entry)
                self.removed.add(diploma)
                for expected in self.expected:
                    expected.kept.discard(diploma)

    @rule(which=copies, profile=children)
    def present(self, which: int, profile: Profile) -> None:
        family = self.wallets[which]
        entries = family.child(profile.given_name).diplomas()
        recipient = f"r{self.clock}.example"
        if not entries:
            with pytest.raises(UsageError):
                present(family, entries, domain=recipient, purpose="п", now=self.now())
            return
        shown = present(family, entries, domain=recipient, purpose="п", now=self.now())
        other = next(each for each in CHILDREN if each is not profile)
        assert other.given_name not in shown.bundle.text
        self.expected[which].shown.add(recipient)

    @rule(which=copies, profile=children, name=st.sampled_from(["Примерова", "Небылицына"]))
    def rename(self, which: int, profile: Profile, name: str) -> None:
        child = self.wallets[which].child(profile.given_name)
        child.rename(child.profile.renamed(name), now=self.now())
        _, _, patronymic = self.expected[which].profile[profile.given_name]
        self.expected[which].profile[profile.given_name] = (self.clock, name, patronymic)

    @rule(which=copies, profile=children, known=st.booleans())
    def correct(self, which: int, profile: Profile, known: bool) -> None:
        """The diplomas contradict neither the right patronymic nor none."""
        family, patronymic = self.wallets[which], profile.patronymic_name if known else None
        child = family.child(profile.given_name)
        corrected = replace(child.profile, patronymic_name=patronymic)
        family.correct_child(child, corrected, now=self.now())
        _, name, _ = self.expected[which].profile[profile.given_name]
        self.expected[which].profile[profile.given_name] = (self.clock, name, patronymic)

    @rule(which=copies, profile=children)
    def note(self, which: int, profile: Profile) -> None:
        """Only about the first diploma, which the rule above never removes once it has a note."""
        child = self.wallets[which].child(profile.given_name)
        for entry in child.diplomas():
            if entry.credential.id == DIPLOMAS[profile.given_name, 1]["id"]:
                now = self.now()
                child.note(entry, str(self.clock), now=now)
                expected = self.expected[which]
                known = {each for each in expected.notes if each[0] == profile.given_name}
                expected.notes -= known
                expected.old_notes |= known
                expected.notes.add((profile.given_name, self.clock))

    @rule(which=copies, profile=children)
    def attach(self, which: int, profile: Profile) -> None:
        now = self.now()
        name = f"{self.clock}.txt"
        self.wallets[which].child(profile.given_name).attach(name, "text/plain", name.encode(), now=now)
        self.expected[which].documents.add((name, profile.given_name))

    @rule(which=copies)
    def move(self, which: int) -> None:
        """Each document once: moved differently in two copies it would lie in both places."""
        family, expected = self.wallets[which], self.expected[which]
        for name, given in sorted(expected.documents):
            if name in self.moved:
                continue
            self.moved.add(name)
            (document,) = [each for each in family.child(given).attachments() if each.title == name]
            other = next(each.given_name for each in CHILDREN if each.given_name != given)
            family.move(document, family.child(other))
            expected.documents.discard((name, given))
            expected.documents.add((name, other))
            expected.gone.add((name, given))
            return

    @rule(which=copies)
    @precondition(lambda self: all(len(each.guardians) < 3 for each in self.expected))
    def add_guardian(self, which: int) -> None:
        now = self.now()
        name = f"Вымысел {self.clock}"
        self.wallets[which].guardians.add_passphrase(name, OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=now)
        self.expected[which].guardians.add(name)

    @rule(which=copies)
    def remove_guardian(self, which: int) -> None:
        family, expected = self.wallets[which], self.expected[which]
        for name in sorted(expected.guardians)[:1]:
            family.guardians.remove(family.guardians.find(name))
            expected.guardians.discard(name)
            expected.gone.add(name)

    @rule(which=copies)
    def save(self, which: int) -> None:
        self.wallets[which].save()

    @rule(which=copies)
    def save_and_open_again(self, which: int) -> None:
        self.wallets[which].save()
        self.wallets[which] = self.open(which)

    @rule(which=copies)
    def merge(self, which: int) -> None:
        self.wallets[1 - which].save()
        self.wallets[which].merge((self.folder / f"{1 - which}.vcw",))
        ours, theirs = self.expected[which], self.expected[1 - which]
        ours.kept |= theirs.kept
        ours.shown |= theirs.shown
        ours.profile = {
            name: max(ours.profile[name], theirs.profile[name], key=lambda each: each[0])
            for name in ours.profile
        }
        ours.old_notes |= theirs.old_notes
        ours.notes = (ours.notes | theirs.notes) - ours.old_notes
        ours.gone |= theirs.gone
        ours.documents = (ours.documents | theirs.documents) - ours.gone
        ours.guardians = (ours.guardians | theirs.guardians) - ours.gone
        ours.number = {}  # of two things with one number the later one gets another

    @rule(which=copies)
    @precondition(lambda self: not self.removed)
    def restore_a_backup(self, which: int) -> None:
        """The copy is thrown away and the other's backup put in its place."""
        other = self.wallets[1 - which]
        other.save()
        path = self.folder / f"{which}.vcw"
        for old in (path, path.with_name(path.name + ".bak")):
            old.unlink(missing_ok=True)
        other._file.copy_to(path)
        self.wallets[which] = self.open(which)
        self.expected[which] = self.expected[1 - which].copy()

    @invariant()
    def agrees_with_the_model(self) -> None:
        for family, expected in zip(getattr(self, "wallets", ()), getattr(self, "expected", ()), strict=True):
            found = set()
            shown = set()
            documents = set()
            everything = [kept.number for kept in family.everything()]
            assert len(set(everything)) == len(everything), "a number names one thing"
            for child in family.children:
                given = child.profile.given_name
                profile = child.profile
                assert (profile.family_name, profile.patronymic_name) == expected.profile[given][1:]
                said = {(given, int(note.words)) for notes in child.notes().values() for note in notes}
                assert said == {each for each in expected.notes if each[0] == given}
                for entry in child.diplomas():
                    name = (given, int(str(entry.credential.id)[-12:]))
                    assert expected.number.setdefault(name, entry.number) == entry.number
                numbers_here = [int(str(entry.credential.id)[-12:]) for entry in child.diplomas()]
                assert len(set(numbers_here)) == len(numbers_here), "no diploma stands twice"
                found |= {(given, number) for number in numbers_here}
                shown |= {line.showing.recipient for line in child.ledger.entries() if line.showing}
                documents |= {(each.title, given) for each in child.attachments()}
            assert documents == expected.documents
            assert {each.name for each in family.guardians.all()} == expected.guardians
            assert found - self.removed == expected.kept
            assert shown == expected.shown


Family.TestCase.settings = settings(
    max_examples=200 if SOAK else 12,
    stateful_step_count=30 if SOAK else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestFamily = Family.TestCase
