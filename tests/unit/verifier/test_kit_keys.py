"""A key of a kit lies in a sealed file, signs what is its to sign, and remembers what it signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kits import Maintainer
from vcwallet.errors import VcwalletError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, SealedFile
from vcwallet.verifier.kit import making
from vcwallet.verifier.kit.draft import Draft
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.keys import KIND, KitKey

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
PASSPHRASE = "шесть случайных слов для пробы тут"


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


def code(action: Callable[..., object], *arguments: object, **named: object) -> str:
    with pytest.raises(VcwalletError) as caught:
        action(*arguments, **named)
    return caught.value.code


class Desk:
    """A maintainer whose targets and publishing keys are sealed files."""

    def __init__(self, folder: Path) -> None:
        self.targets, self.publishing = (
            KitKey.create(folder / f"{name}.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
            for name in ("targets", "timestamp")
        )
        self.maintainer = Maintainer(
            keys={"targets": [self.targets._key], "publishing": [self.publishing._key]},
            thresholds={"root": 2},
        )
        self.maintainer.begin(NOW)

    def draft(self, version: int, now: datetime) -> Draft:
        return self.maintainer.draft({"packs/vymysel/2027.toml": b"# %d" % version}, now)

    def signed(self, draft: Draft, **options: bool) -> Draft:
        if "status" in draft.new:
            draft = draft.signed_by(self.maintainer.keys["status"][0])
        return self.targets.signed(draft, **options)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_key_is_kept_under_its_passphrase(tmp_path: Path) -> None:
    made = KitKey.create(tmp_path / "корень.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS)
    assert KitKey.open(tmp_path / "корень.vcw", PASSPHRASE).public_key == made.public_key
    assert code(KitKey.open, tmp_path / "корень.vcw", "другая фраза") == "sealed-file.wrong-passphrase"
    assert code(KitKey.create, tmp_path / "b.vcw", "пароль") == "passphrase.weak"
    assert not (tmp_path / "b.vcw").exists()


def test_a_file_without_a_key_is_said_so(tmp_path: Path) -> None:
    SealedFile.create(tmp_path / "a.vcw", kind=KIND, passphrase=PASSPHRASE, kdf=UNSAFE_FOR_TESTS).save()
    assert code(KitKey.open, tmp_path / "a.vcw", PASSPHRASE) == "kit-key.incomplete"


def test_two_drafts_of_one_version_are_signed_by_the_same_person_only_on_purpose(desk: Desk) -> None:
    first, second = desk.draft(1, NOW), desk.draft(2, NOW)
    desk.signed(first)
    # The same once more is no other draft: the file may have been lost on its way.
    desk.signed(first)
    assert code(desk.signed, second) == "kit.signed-otherwise"
    signed = desk.signed(second, instead=True)
    assert code(desk.signed, first) == "kit.signed-otherwise"
    assert not any(each.missing for each in signed.standings())


def test_a_key_remembers_across_openings_and_copies(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy.vcw"
    copy.write_bytes(desk.targets.path.read_bytes())
    desk.signed(desk.draft(1, NOW))
    desk.targets = KitKey.open(desk.targets.path, PASSPHRASE)
    assert code(desk.signed, desk.draft(2, NOW)) == "kit.signed-otherwise"
    # A copy made before knows nothing of it.
    desk.targets = KitKey.open(copy, PASSPHRASE)
    desk.signed(desk.draft(2, NOW))


def test_a_draft_built_from_an_older_copy_of_the_folder_is_not_signed(desk: Desk) -> None:
    old = desk.maintainer.kit
    for version in (1, 2):
        draft = desk.signed(desk.draft(version, day(version)))
        desk.maintainer.kit = desk.publishing.published(draft, now=day(version))
    desk.maintainer.kit = old
    stale = desk.draft(3, day(3))
    assert code(desk.signed, stale) == "kit.signed-newer"
    assert code(desk.signed, stale, instead=True) == "kit.signed-newer"


def test_two_kits_of_one_number_are_not_published_with_one_key(desk: Desk) -> None:
    first, second = (desk.signed(desk.draft(each, NOW), instead=True) for each in (1, 2))
    kit = desk.publishing.published(first, now=NOW)
    assert desk.publishing.published(first, now=NOW) == kit
    assert code(desk.publishing.published, second, now=NOW) == "kit.signed-otherwise"
    assert code(desk.publishing.published, first, now=day(1)) == "kit.signed-otherwise"
    desk.publishing.published(second, now=NOW, instead=True)


def test_what_a_trial_refuses_is_not_remembered(desk: Desk) -> None:
    def refuse(kit: KitFiles) -> None:
        raise ValueError(len(kit.files))

    first, second = (desk.signed(desk.draft(each, NOW), instead=True) for each in (1, 2))
    with pytest.raises(ValueError):
        desk.publishing.published(first, now=NOW, trial=refuse)
    desk.publishing.published(second, now=NOW)


def test_one_key_may_sign_in_two_kits(desk: Desk) -> None:
    desk.signed(desk.draft(1, NOW))
    other = Maintainer(seed="other ", keys={"targets": [desk.targets._key]})
    desk.maintainer = other
    # What a role signs does not name its kit: a draft of somebody's own making is signed on purpose only.
    assert code(desk.signed, desk.draft(2, NOW)) == "kit.key-of-another-kit"
    assert code(desk.signed, desk.draft(2, NOW), instead=True) == "kit.key-of-another-kit"
    desk.signed(desk.draft(2, NOW), another_kit=True)
    desk.signed(desk.draft(3, NOW), instead=True)


def test_a_new_key_knows_its_kit(desk: Desk) -> None:
    draft = desk.draft(1, NOW)
    desk.targets.bind("0000 " * 8)
    assert code(desk.signed, draft) == "kit.key-of-another-kit"
    desk.targets.bind(draft.fingerprint)
    desk.signed(draft)


def test_a_new_key_has_no_earlier_state_beside_it(desk: Desk) -> None:
    desk.signed(desk.draft(1, NOW))
    beside = desk.targets.path.with_name(desk.targets.path.name + ".bak")
    assert beside.exists()
    desk.targets.forget_state_before()
    assert not beside.exists()
    assert KitKey.open(desk.targets.path, PASSPHRASE).public_key == desk.targets.public_key


def test_what_is_signed_is_what_would_be_published(desk: Desk) -> None:
    draft = desk.signed(desk.draft(1, NOW))
    by_key = desk.publishing.published(draft, now=NOW)
    assert by_key == making.publish(draft, [desk.publishing._key], now=NOW)
