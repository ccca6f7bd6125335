"""An issuer's folder that was copied, put back or mixed up is noticed before it signs, revokes or publishes.

Trials: two copies of one folder signed 2,000 rows each and 31 places of a status list belonged to two
children; publishing from an old copy made revoked diplomas good again; a lost register was not noticed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.issuer.kits import csv
from tests.unit.issuer.offices import NOW, PASSPHRASE, pupils
from vcwallet import locales, strict_json
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import StatusEntry
from vcwallet.credentials.status_list import VerifiedStatusList, verify_status_list
from vcwallet.errors import UsageError
from vcwallet.issuer import Arrival, Issuer, Loss, State
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

KEYS = "keys.vcw"
REGISTER = "register.sqlite"
MARK = "register.mark"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of an olympiad that signed five diplomas, revoked the first and published."""
    place = tmp_path / "olympiad"
    Issuer.create(
        place, PASSPHRASE, kit="olympiad", site="https://olymp.example", kdf=UNSAFE_FOR_TESTS
    ).close()
    sign(place, 0, 5)
    revoke(place, 0)
    publish(place)
    return place


def site(home: Path) -> Path:
    return home.parent / "site"


def sign(place: Path, start: int, end: int) -> None:
    with Issuer.open(place, PASSPHRASE) as issuer:
        results = issuer.read(csv(*pupils(end)[start:]), now=NOW)
        assert not results.blocking
        plan = issuer.plan(results)
        # Invented names are alike; none of these corrects another.
        plan = plan.settled(other=lambda each: True)
        issuer.issue(plan, now=NOW)


def revoke(place: Path, number: int) -> None:
    with Issuer.open(place) as issuer:
        assert issuer.revoke(list(issuer.lines())[number].id, now=NOW)


def publish(place: Path, to: Path | None = None, **options: object) -> None:
    with Issuer.open(place, PASSPHRASE) as issuer:
        issuer.publish(to or site(place), **{"now": NOW, **options})  # type: ignore[arg-type]


def published(place: Path, name: str = "1") -> VerifiedStatusList:
    with Issuer.open(place) as issuer:
        document = issuer.document
    found = strict_json.loads_object((site(place) / "status" / f"{name}.json").read_bytes())
    return verify_status_list(found, resolve=lambda _: document, now=NOW + timedelta(days=9))


def revoked(found: VerifiedStatusList) -> int:
    return sum(byte.bit_count() for byte in found.bits)


def copied(home: Path, name: str = "copy") -> Path:
    return Path(shutil.copytree(home, home.parent / name))


def places(folder: Path) -> list[tuple[str | None, int | None]]:
    found = []
    for path in (folder / "issued").glob("*.vc.json"):
        (entry,) = Credential.parse(strict_json.loads_object(path.read_bytes())).status_entries
        status = StatusEntry.parse(entry)
        assert status is not None
        found.append((status.list_url, status.index))
    return found


CHANGES: dict[str, Callable[[Path], None]] = {
    "issue": lambda place: sign(place, 5, 6),
    "revoke": lambda place: revoke(place, 1),
    "publish": publish,
}


def refused(code: str, change: Callable[[Path], None], place: Path) -> UsageError:
    with pytest.raises(UsageError) as caught:
        change(place)
    assert caught.value.code == code
    assert caught.value.next_step
    return caught.value


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    return CHANGES[request.param]


def test_a_lost_register_is_noticed(home: Path, change: Callable[[Path], None]) -> None:
    (home / REGISTER).unlink()
    refused("register.missing", change, home)
    assert not (home / REGISTER).exists()


def test_a_register_put_back_is_noticed_by_the_mark_beside_it(
    home: Path, change: Callable[[Path], None]
) -> None:
    """Revoking takes no passphrase, so the keys do not know of it; the file beside the register does."""
    old = (home / REGISTER).read_bytes()
    revoke(home, 2)
    (home / REGISTER).write_bytes(old)
    refused("register.older", change, home)


@pytest.mark.parametrize("name", ["issue", "publish"])
def test_a_register_and_its_mark_put_back_are_noticed_by_the_keys(home: Path, name: str) -> None:
    old = {each: (home / each).read_bytes() for each in (REGISTER, MARK)}
    sign(home, 5, 6)
    for each, content in old.items():
        (home / each).write_bytes(content)
    refused("register.older", CHANGES[name], home)


def test_a_folder_put_back_as_a_whole_is_noticed_by_what_it_issued(
    home: Path, change: Callable[[Path], None]
) -> None:
    """Keys and register agree, and are both of yesterday; a diploma of today lies in the output folder."""
    old = {each: (home / each).read_bytes() for each in (REGISTER, MARK, KEYS)}
    sign(home, 5, 6)
    for each, content in old.items():
        (home / each).write_bytes(content)
    refused("register.behind", change, home)


def test_a_folder_put_back_as_a_whole_is_noticed_by_the_site(
    home: Path, change: Callable[[Path], None]
) -> None:
    old = {each: (home / each).read_bytes() for each in (REGISTER, MARK, KEYS)}
    revoke(home, 1)
    publish(home)
    for each, content in old.items():
        (home / each).write_bytes(content)
    refused("publishing.un-revokes" if change is publish else "register.behind", change, home)
    assert revoked(published(home)) == 2


def test_another_issuers_register_is_noticed(home: Path, change: Callable[[Path], None]) -> None:
    other = home.parent / "other"
    Issuer.create(
        other, PASSPHRASE, kit="olympiad", site="https://other.example", kdf=UNSAFE_FOR_TESTS
    ).close()
    shutil.copy(other / REGISTER, home / REGISTER)
    refused("register.another", change, home)


def test_a_copy_of_the_folder_signs_nothing_before_it_is_told_what_it_is(
    home: Path, change: Callable[[Path], None]
) -> None:
    before = published(home).bits
    error = refused("register.elsewhere", change, copied(home))
    assert str(home.resolve()).casefold() in str(error).casefold()
    assert published(home).bits == before
    change(home)


def test_two_copies_share_no_place_and_no_list(home: Path) -> None:
    copy = copied(home)
    with Issuer.open(copy) as issuer:
        issuer.settle(Arrival.COPY, now=NOW)
    sign(home, 5, 40)
    sign(copy, 40, 75)
    together = set(places(home)) | set(places(copy))
    assert len(together) == 75
    assert len({url for url, _ in together}) == 2
    # What was signed before the copy was made stays with the one register that publishes its list.
    refused("register.inherited", lambda place: revoke(place, 1), copy)
    revoke(home, 1)
    revoke(copy, 50 - 40 + 5)
    publish(home)
    publish(copy)
    publish(home)
    files = sorted(path.stem for path in (site(home) / "status").iterdir())
    assert len(files) == 2
    assert {revoked(published(home, name)) for name in files} == {2, 1}


def test_a_copy_of_a_copy_and_mixed_up_files_are_noticed(home: Path) -> None:
    copy = copied(home)
    with Issuer.open(copy) as issuer:
        issuer.settle(Arrival.COPY, now=NOW)
    sign(copy, 5, 6)
    sign(home, 6, 7)
    shutil.copy(home / REGISTER, copy / REGISTER)
    with pytest.raises(UsageError) as caught:
        sign(copy, 7, 8)
    assert caught.value.code in ("register.parted", "register.another")


def test_a_folder_that_moved_goes_on_with_its_lists(home: Path) -> None:
    moved = home.rename(home.parent / "moved")
    with Issuer.open(moved) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
    sign(moved, 5, 6)
    revoke(moved, 1)
    publish(moved)
    assert revoked(published(moved)) == 2
    assert len({url for url, _ in places(moved)}) == 1


def test_a_folder_reached_by_two_ways_is_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VCWALLET_COMPUTER", "второй")
    refused("register.elsewhere", CHANGES["issue"], home)
    with Issuer.open(home) as issuer:
        issuer.settle(Arrival.SHARED, now=NOW)
    sign(home, 5, 6)
    monkeypatch.delenv("VCWALLET_COMPUTER")
    sign(home, 6, 7)


def test_publishing_takes_nothing_back_unless_told_by_name(home: Path, tmp_path: Path) -> None:
    """The old copy is told that it is the folder itself: only what lies on the site can stop it."""
    old = copied(home)
    with Issuer.open(old) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
    revoke(home, 1)
    publish(home, now=NOW + timedelta(days=1))
    refused("publishing.newer-there", publish, old)
    later = NOW + timedelta(days=2)
    refused("publishing.un-revokes", lambda place: publish(place, now=later), old)
    with pytest.raises(UsageError):
        publish(old, losing=[Loss.REVOCATIONS])
    assert revoked(published(home)) == 2
    publish(old, losing=[Loss.REVOCATIONS, Loss.NEWER_LISTS])
    assert revoked(published(home)) == 1


def test_what_was_published_last_counts_for_another_target_too(home: Path, tmp_path: Path) -> None:
    """The moment and the number of set places are remembered, not only looked up in the target."""
    earlier = NOW - timedelta(days=1)
    refused("publishing.newer-there", lambda place: publish(place, tmp_path / "new", now=earlier), home)
    assert not (tmp_path / "new").exists()


def test_an_old_copy_neither_publishes_to_another_place_nor_hands_out_what_was_revoked(
    home: Path, tmp_path: Path
) -> None:
    """The folder that was published into last tells that this one is old."""
    old = {each: (home / each).read_bytes() for each in (REGISTER, MARK, KEYS)}
    revoke(home, 1)
    publish(home)
    for each, content in old.items():
        (home / each).write_bytes(content)

    def hand_out(place: Path) -> None:
        with Issuer.open(place, PASSPHRASE) as issuer:
            issuer.handout(tmp_path / "out", now=NOW, language=locales.language("ru"))

    refused("register.behind", lambda place: publish(place, tmp_path / "new"), home)
    refused("register.behind", hand_out, home)
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "out").exists()


def test_after_a_theft_the_new_keys_are_published_over_what_the_old_ones_signed(home: Path) -> None:
    """Otherwise the withdrawal would never reach the site."""
    day = timedelta(days=1)
    with Issuer.open(home, PASSPHRASE) as issuer:
        issuer.compromised(since=NOW - day, now=NOW + day)
    publish(home, now=NOW + day)
    assert revoked(published(home)) == 1
    sign(home, 5, 6)
    with Issuer.open(home, PASSPHRASE) as issuer:
        issuer.rotate(now=NOW + 2 * day)
    publish(home, now=NOW + 3 * day)
    assert revoked(published(home)) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("status/1.json", b"{}"),
        ("status/1.json", b"not a list"),
        (".well-known/did.json", b'{"id": "did:web:another.example"}'),
    ],
)
def test_what_this_issuer_did_not_write_is_not_written_over(home: Path, name: str, content: bytes) -> None:
    target = site(home) / name
    target.write_bytes(content)
    refused("publishing.not-ours", publish, home)
    assert target.read_bytes() == content


def test_a_key_that_was_published_is_not_forgotten(home: Path) -> None:
    place = home / "identifier.json"
    whole = strict_json.loads_object(place.read_bytes())
    methods, relations = whole["verificationMethod"], whole["assertionMethod"]
    assert isinstance(methods, list)
    assert isinstance(relations, list)
    whole["verificationMethod"], whole["assertionMethod"] = methods[:1], relations[:1]
    place.write_text(strict_json.dumps(whole), "utf-8")
    refused("publishing.forgets-keys", publish, home)
    publish(home, losing=[Loss.KEYS])


def test_a_mark_that_cannot_be_read_stops_the_work_and_says_what_helps(home: Path) -> None:
    (home / MARK).write_bytes(b"half a mark")
    with pytest.raises(Exception) as caught:
        sign(home, 5, 6)
    assert getattr(caught.value, "code", None) == "register-mark.malformed"
    (home / MARK).unlink()
    sign(home, 5, 6)
    assert (home / MARK).exists()


def test_looking_needs_no_home_but_the_register(home: Path) -> None:
    with Issuer.open(copied(home)) as issuer:
        assert issuer.counts() == {State.ISSUED: 4, State.REVOKED: 1}
