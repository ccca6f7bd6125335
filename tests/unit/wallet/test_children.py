"""Whose a diploma is, and that one child's records stay that child's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Issuer, later, present, reopen, wallet
from vcwallet.credentials.achievement import Person
from vcwallet.credentials.credential import Credential
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.sealed_file import container
from vcwallet.wallet import Child, Profile, Proposal
from vcwallet.wallet.recognising import KnownChild, Likeness, likeness, propose


def pupil(**changes: Any) -> Person:
    plain = Person(family="Тестова", given="Проба", patronymic="Вымысловна", born=date(2009, 5, 17))
    return replace(plain, **changes)


LIKENESS: dict[str, tuple[Profile, Person, Likeness]] = {
    "everything agrees": (MASHA, pupil(), Likeness.SAME),
    "case, spaces and ё do not count": (
        replace(MASHA, family_name="Вымыслёва"),
        pupil(family=" ВЫМЫСЛЕВА"),
        Likeness.SAME,
    ),
    "no birth date on the diploma": (MASHA, pupil(born=None), Likeness.SAME),
    "no patronymic on the diploma": (MASHA, pupil(patronymic=None), Likeness.SAME),
    "no patronymic in the wallet": (replace(MASHA, patronymic_name=None), pupil(), Likeness.SAME),
    "another birth date": (MASHA, pupil(born=date(2009, 5, 18)), Likeness.CHANGED),
    "another birth date and surname": (
        MASHA,
        pupil(born=date(2009, 5, 18), family="Примерова"),
        Likeness.OTHER,
    ),
    "another given name": (MASHA, pupil(given="Выдумка"), Likeness.OTHER),
    "another given name, same birth date": (MASHA, pupil(given="Выдумка"), Likeness.OTHER),
    "another surname, same birth date": (MASHA, pupil(family="Примерова"), Likeness.CHANGED),
    "another surname, no birth date": (
        MASHA,
        pupil(family="Примерова", born=None),
        Likeness.OTHER,
    ),
    "a former surname": (MASHA.renamed("Примерова"), pupil(), Likeness.SAME),
    "the new surname": (MASHA.renamed("Примерова"), pupil(family="Примерова"), Likeness.SAME),
    "another patronymic, no birth date": (
        MASHA,
        pupil(patronymic="Иная", born=None),
        Likeness.OTHER,
    ),
    "another patronymic, same birth date": (MASHA, pupil(patronymic="Иная"), Likeness.CHANGED),
    "all names hidden": (MASHA, Person(), Likeness.PERHAPS),
    "all names hidden, another birth date": (MASHA, Person(born=date(2000, 1, 1)), Likeness.OTHER),
    "only a surname, the same": (MASHA, Person(family="Тестова"), Likeness.PERHAPS),
    "only a surname, another": (MASHA, Person(family="Чужая"), Likeness.OTHER),
    "surname hidden": (MASHA, pupil(family=None), Likeness.PERHAPS),
}


@pytest.mark.parametrize("name", LIKENESS)
def test_whether_a_diplomas_person_is_the_child(name: str) -> None:
    profile, person, expected = LIKENESS[name]
    assert likeness(profile, person) is expected


def known(identifier: str, profile: Profile, *holder_ids: str) -> KnownChild:
    return KnownChild(identifier, profile, frozenset(holder_ids))


def test_proposals(issuer: Issuer) -> None:
    masha, petya = (
        known("m", MASHA, "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"),
        known("p", PETYA),
    )
    twin = known("t", replace(MASHA, birth_date=None))

    def proposed(family: list[KnownChild], **options: Any) -> Proposal:
        return propose(Credential.parse(issuer.diploma(**options)), family)

    assert proposed([masha, petya]) == Proposal("m", sure=True)
    assert proposed([petya]).newcomer == MASHA
    assert not proposed([petya]).sure
    assert proposed([]).sure, "the first diploma of an empty wallet begins its child"
    assert proposed([], familyName=None).newcomer is None
    assert not proposed([], familyName=None).sure
    two = proposed([masha, twin])
    assert (two.child, two.sure, two.others) == ("m", False, ("t",))
    # A holder id settles what the names leave open, and is a question where they contradict it.
    (holder,) = masha.holder_ids
    assert proposed([petya, masha], holder=holder, familyName=None) == Proposal("m", sure=True)
    contradicted = proposed([petya, masha], profile=PETYA, holder=holder)
    assert (contradicted.sure, contradicted.contradicted) == (False, ("m",))
    foreign = proposed([petya], profile=PETYA, holder=holder)
    assert foreign.foreign_holder
    assert not foreign.sure


def test_a_diploma_goes_to_the_child_it_was_issued_to(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    for profile, child, number in ((MASHA, masha, 1), (PETYA, petya, 2)):
        assert family.add(issuer.diploma(profile, number=number), now=NOW).child == child.id
        bound = issuer.diploma(profile, number=number + 10, holder=child.did)
        assert family.add(bound, now=NOW).child == child.id
    shown = present(family, petya.diplomas(), domain="u.example", purpose="п", now=NOW)
    assert petya.did in shown.bundle.text


def test_a_changed_surname_brings_old_and_new_diplomas_together(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    masha = family.add_child(MASHA, now=NOW)
    family.add(issuer.diploma(), now=NOW)
    with pytest.raises(UsageError):
        family.add(issuer.diploma(number=2, familyName="Примерова"), now=NOW)
    masha.rename(MASHA.renamed("Примерова"), now=later())
    family.add(issuer.diploma(number=2, familyName="Примерова"), now=NOW)
    family.add(issuer.diploma(number=3), now=NOW)
    family.save()
    (child,) = reopen(tmp_path / "a.vcw").children
    assert child.name == "Примерова Проба Вымысловна"
    assert len(child.diplomas()) == 3


# --- isolation -----------------------------------------------------------------------------------------


def test_no_record_of_one_child_opens_with_the_keys_of_another(tmp_path: Path, issuer: Issuer) -> None:
    """Every record of the file against every child's key: exactly its own opens it."""
    family = wallet(tmp_path / "a.vcw", issuer)
    pairs = [(family.add_child(MASHA, now=NOW), MASHA), (family.add_child(PETYA, now=NOW), PETYA)]
    for number, (child, profile) in enumerate(pairs):
        entry = family.add(issuer.diploma(profile, number=number), now=NOW)
        present(family, [entry], domain="u.example", purpose="п", now=NOW)
        assert entry.child == child.id
    family.save()
    tried = 0
    for info in family._file.records():
        entry_, ciphertext = family._file._entry(info.id)
        for child, _ in pairs:
            key = child._view._key
            for claimed in (entry_, entry_._replace(owner=child.id)):
                tried += 1
                if child.id == info.owner:
                    container.open_record(key, claimed, ciphertext)
                    continue
                with pytest.raises(VcwalletError):
                    container.open_record(key, claimed, ciphertext)
    assert tried >= 4 * 8


def test_nothing_a_child_says_names_its_sibling(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    for number, profile in enumerate((MASHA, PETYA)):
        family.add(issuer.diploma(profile, number=number), now=NOW)
    secrets = {petya.id, petya.did, PETYA.given_name, *(entry.id for entry in petya.diplomas())}
    told = [repr(masha.diplomas()), repr(masha.ledger.entries()), repr(masha.profile), masha.did]
    told.append(present(family, masha.diplomas(), domain="u.example", purpose="п", now=NOW).bundle.text)
    for text in told:
        assert not any(secret in text for secret in secrets)


def test_a_child_object_holds_no_other_childs_key(tmp_path: Path) -> None:
    family = wallet(tmp_path / "a.vcw")
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    theirs = petya._view.records()
    assert theirs
    for info in theirs:
        for act in (masha._view.get, masha._view.remove):
            with pytest.raises(UsageError):
                act(info.id)
    assert isinstance(masha, Child)
    assert masha._view._key != petya._view._key
