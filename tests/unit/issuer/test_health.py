"""What an issuer's folder needs: each need appears for its own reason, and goes when that is mended."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.unit.issuer.offices import NOW, PASSPHRASE
from tests.unit.issuer.test_issuing import Killed, killing
from vcwallet.errors import UsageError
from vcwallet.issuer import Arrival, Issuer, Need, NeedKind, State, Urgency
from vcwallet.issuer.register import Register
from vcwallet.locales import language
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.speaking.issuers import need_sentence

DAY = timedelta(days=1)


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer.create(
        tmp_path / "школа",
        PASSPHRASE,
        kit="olympiad",
        name="Олимпиада «Проба»",
        site="https://olymp.example",
        kdf=UNSAFE_FOR_TESTS,
    )


def kinds(issuer: Issuer, after: timedelta = timedelta()) -> list[NeedKind]:
    return [need.kind for need in issuer.health(NOW + after).needs]


def sign(issuer: Issuer, *rows: list[str]) -> None:
    issuer.issue(issuer.plan(issuer.read(csv(*rows), now=NOW)), now=NOW)


def looked_after(issuer: Issuer, tmp_path: Path) -> None:
    """Everything is done that can be done."""
    sign(issuer, PUPIL, OTHER)
    issuer.publish(tmp_path / "site", now=NOW)
    issuer.finish_recovery_sheet(issuer.recovery_sheet(now=NOW))
    issuer.move_standby(tmp_path, now=NOW).finish()
    issuer.backup(tmp_path / "backup.zip", now=NOW)


def test_a_new_folder_needs_a_backup_a_sheet_and_to_be_published(issuer: Issuer) -> None:
    assert kinds(issuer) == [
        NeedKind.BACK_UP,
        NeedKind.PUBLISH_FIRST,
        NeedKind.RECOVERY_SHEET,
        NeedKind.STANDBY,
    ]


def test_what_was_signed_and_is_in_no_backup_cannot_wait(issuer: Issuer) -> None:
    sign(issuer, PUPIL)
    first = issuer.health(NOW).needs[0]
    assert (first.kind, first.urgency, first.day) == (NeedKind.BACK_UP, Urgency.NOW, None)


def test_a_folder_that_is_looked_after_needs_nothing(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    health = issuer.health(NOW)
    assert health.needs == ()
    today = issuer.today(NOW)
    assert (health.published, health.backed_up, health.drilled) == (today, today, today)
    assert health.lists_end == issuer.today(NOW + 180 * DAY)
    assert {each.standing.value for each in health.site} == {"same"}
    assert health.counts == {State.ISSUED: 2}


def test_the_keys_are_not_needed(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    issuer.close()
    with Issuer.open(tmp_path / "школа") as locked:
        assert locked.health(NOW).needs == ()


def test_a_revocation_has_to_be_published_and_backed_up(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    line, _ = issuer.lines()
    issuer.revoke(line.id, now=NOW + DAY, reason="тайная причина")
    publish, back_up = issuer.health(NOW + DAY).needs
    assert (publish.kind, publish.urgency, publish.number) == (NeedKind.PUBLISH_CHANGES, Urgency.NOW, 1)
    assert publish.day == issuer.today(NOW + DAY)
    assert (back_up.kind, back_up.day) == (NeedKind.BACK_UP, issuer.today(NOW))
    issuer.publish(tmp_path / "site", now=NOW + DAY)
    issuer.backup(tmp_path / "newer.zip", now=NOW + DAY)
    assert kinds(issuer, DAY) == []


def test_a_reason_that_is_added_later_changes_nothing_that_is_published(
    issuer: Issuer, tmp_path: Path
) -> None:
    looked_after(issuer, tmp_path)
    line, _ = issuer.lines()
    issuer.revoke(line.id, now=NOW)
    issuer.publish(tmp_path / "site", now=NOW)
    issuer.revoke(line.id, now=NOW, reason="опечатка в фамилии")
    assert NeedKind.PUBLISH_CHANGES not in kinds(issuer)


def test_two_things_that_happen_in_one_second_are_told_apart(issuer: Issuer, tmp_path: Path) -> None:
    """Moments are kept to the second: the order of a revocation and a publishing is not theirs to tell."""
    looked_after(issuer, tmp_path)
    first, second = issuer.lines()
    issuer.revoke(first.id, now=NOW)
    issuer.publish(tmp_path / "site", now=NOW)
    issuer.revoke(second.id, now=NOW)
    assert [line.id for line in issuer.health(NOW).unpublished] == [second.id]


def test_lists_end(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    assert kinds(issuer, 149 * DAY) == []
    assert kinds(issuer, 150 * DAY) == [NeedKind.LISTS_END]
    (ended,) = issuer.health(NOW + 180 * DAY).needs
    assert (ended.kind, ended.urgency) == (NeedKind.LISTS_ENDED, Urgency.NOW)


def test_a_backup_has_to_be_tried(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    issuer.publish(tmp_path / "site", now=NOW + 170 * DAY)
    assert kinds(issuer, 181 * DAY) == [NeedKind.DRILL]
    backup = tmp_path / "backup.zip"
    issuer.drilled(Issuer.drill(backup, PASSPHRASE), backup, now=NOW + 181 * DAY)
    assert kinds(issuer, 181 * DAY) == []


def test_another_issuers_backup_is_no_proof(issuer: Issuer, tmp_path: Path) -> None:
    with Issuer.create(
        tmp_path / "other", PASSPHRASE, kit="school", site="https://school.example", kdf=UNSAFE_FOR_TESTS
    ) as other:
        other.backup(tmp_path / "other.zip", now=NOW)
    found = Issuer.drill(tmp_path / "other.zip", PASSPHRASE)
    with pytest.raises(UsageError) as refused:
        issuer.drilled(found, tmp_path / "other.zip", now=NOW)
    assert refused.value.code == "backup.of-another"
    assert issuer.health(NOW).drilled is None


def test_a_backup_made_before_the_day_was_noted_can_be_put_back(issuer: Issuer, tmp_path: Path) -> None:
    """Noting the day changes the register after the backup: the backup is one change behind it."""
    looked_after(issuer, tmp_path)
    Issuer.restore(tmp_path / "backup.zip", tmp_path / "back", PASSPHRASE)
    with Issuer.open(tmp_path / "back", PASSPHRASE) as back:
        back.settle(Arrival.MOVED, now=NOW)
        assert kinds(back)[0] is NeedKind.BACK_UP
        back.publish(tmp_path / "site", now=NOW)


def test_a_copied_folder_has_to_be_settled_first(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    issuer.close()
    shutil.copytree(tmp_path / "школа", tmp_path / "копия")
    with Issuer.open(tmp_path / "копия") as copied:
        first = copied.health(NOW).needs[0]
        assert (first.kind, first.urgency) == (NeedKind.SETTLE, Urgency.NOW)
        assert "школа" in first.place
        copied.settle(Arrival.SHARED, now=NOW)
        assert NeedKind.SETTLE not in kinds(copied)


def test_a_run_that_was_stopped_has_to_be_ended(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = issuer.plan(issuer.read(csv(PUPIL, OTHER), now=NOW))
    with monkeypatch.context() as patch:
        patch.setattr(Register, "mark_issued", killing(Register.mark_issued, 1, before=True))
        with pytest.raises(Killed):
            issuer.issue(plan, now=NOW)
    (need,) = (each for each in issuer.health(NOW).needs if each.kind is NeedKind.GO_ON)
    assert (need.urgency, need.number) == (Urgency.NOW, 2)
    sign(issuer, PUPIL, OTHER)
    assert NeedKind.GO_ON not in kinds(issuer)


def test_other_keys_have_to_be_published(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    issuer.renew_standby(now=NOW)
    assert NeedKind.PUBLISH_KEYS in kinds(issuer)


def test_a_file_that_is_gone_from_the_site_has_to_be_put_back(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    (tmp_path / "site" / "status" / "1.json").unlink()
    (need,) = issuer.health(NOW).needs
    assert (need.kind, need.number) == (NeedKind.PUBLISH_AGAIN, 1)


def test_a_site_that_is_not_at_hand_is_not_looked_at(issuer: Issuer, tmp_path: Path) -> None:
    looked_after(issuer, tmp_path)
    (tmp_path / "site").rename(tmp_path / "stick")
    health = issuer.health(NOW)
    assert (health.site, health.needs) == ((), ())


def test_invented_values_have_to_be_replaced(tmp_path: Path) -> None:
    with Issuer.create(tmp_path / "o", PASSPHRASE, kit="olympiad", kdf=UNSAFE_FOR_TESTS) as issuer:
        (need,) = (each for each in issuer.health(NOW).needs if each.kind is NeedKind.OWN_VALUES)
        assert need.number == len({(each.table, each.key) for each in issuer.invented}) > 0


def test_a_closed_issuer_needs_nothing(issuer: Issuer, tmp_path: Path) -> None:
    sign(issuer, PUPIL)
    issuer.close_for_good(tmp_path / "site", now=NOW)
    health = issuer.health(NOW + 400 * DAY)
    assert health.needs == ()
    assert health.closed_since is not None


@pytest.mark.parametrize("code", ["ru", "en"])
def test_every_need_has_a_sentence_without_commands(issuer: Issuer, tmp_path: Path, code: str) -> None:
    words = language(code)
    for kind in NeedKind:
        for day in (None, issuer.today(NOW)):
            said = need_sentence(Need(kind, Urgency.NOW, day, 3, "E:\\сайт"), words)
            assert said.endswith(".")
            assert not [each for each in ("vcwallet", " --", "{") if each in said]


# --- what publishing would change --------------------------------------------------------------------------


def test_the_difference_names_what_would_change(issuer: Issuer, tmp_path: Path) -> None:
    sign(issuer, PUPIL, OTHER)
    site = tmp_path / "site"
    new = issuer.difference(site, now=NOW)
    assert {each.standing.value for each in new.files} == {"missing"}
    assert new.until == issuer.today(NOW + 180 * DAY)
    assert not site.exists(), "nothing is written"
    issuer.publish(site, now=NOW)
    after = issuer.difference(site, now=NOW)
    assert {each.standing.value for each in after.files} == {"same"}
    assert after.losses == ()
    first, _ = issuer.lines()
    issuer.revoke(first.id, now=NOW)
    changed = issuer.difference(site, now=NOW)
    assert [line.id for line in changed.revoked] == [first.id]
    assert [each.path for each in changed.files if each.standing.value == "behind"] == ["status/1.json"]
    assert changed.losses == ()


def test_the_difference_names_suspensions_and_their_end(tmp_path: Path) -> None:
    with Issuer.create(
        tmp_path / "o",
        PASSPHRASE,
        kit="olympiad",
        site="https://olymp.example",
        example=True,
        kdf=UNSAFE_FOR_TESTS,
    ) as made:
        settings = made.settings_file
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("valid_days = 180", "valid_days = 180\nsuspension = true"), "utf-8")
    with Issuer.open(tmp_path / "o", PASSPHRASE) as issuer:
        sign(issuer, PUPIL, OTHER)
        site = tmp_path / "site"
        issuer.publish(site, now=NOW)
        first, _ = issuer.lines()
        issuer.suspend(first.id, now=NOW)
        assert [line.id for line in issuer.difference(site, now=NOW).suspended] == [first.id]
        issuer.publish(site, now=NOW)
        issuer.reinstate(first.id, now=NOW)
        again = issuer.difference(site, now=NOW)
        assert [line.id for line in again.reinstated] == [first.id]
        assert (again.suspended, again.revoked) == ((), ())


def test_the_difference_names_every_loss_at_once(issuer: Issuer, tmp_path: Path) -> None:
    """An older copy of the folder is behind what went out: what it would take back is said before."""
    sign(issuer, PUPIL, OTHER)
    issuer.publish(tmp_path / "site", now=NOW)
    issuer.close()
    shutil.copytree(tmp_path / "школа", tmp_path / "старая")
    with Issuer.open(tmp_path / "школа", PASSPHRASE) as newest:
        first, _ = newest.lines()
        newest.revoke(first.id, now=NOW)
        newest.renew_standby(now=NOW)
        newest.publish(tmp_path / "site", now=NOW + DAY)
    with Issuer.open(tmp_path / "старая", PASSPHRASE) as older:
        older.settle(Arrival.SHARED, now=NOW)
        lost = older.difference(tmp_path / "site", now=NOW).losses
        assert [error.code for error in lost] == [
            "publishing.forgets-keys",
            "publishing.newer-there",
            "publishing.un-revokes",
        ]


def test_a_folder_of_somebody_else_is_refused(issuer: Issuer, tmp_path: Path) -> None:
    sign(issuer, PUPIL)
    (tmp_path / "site" / "status").mkdir(parents=True)
    (tmp_path / "site" / "status" / "1.json").write_text("{}", "utf-8")
    with pytest.raises(UsageError) as refused:
        issuer.difference(tmp_path / "site", now=NOW)
    assert refused.value.code == "publishing.not-ours"
