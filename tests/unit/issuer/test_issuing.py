"""Every row gets one credential, once, whatever happens in between."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
import subprocess
import sys
import weakref
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures._base import DoneAndNotDoneFutures
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.shared import HANG_SECONDS, ROOT, SOAK
from tests.unit.issuer.offices import NOW, PASSPHRASE, Office, pupils
from vcwallet import executors, files, limits, strict_json
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import StatusEntry
from vcwallet.errors import MachineError, UsageError
from vcwallet.issuer import Issuer, issuing, signing
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, State
from vcwallet.proofs.data_integrity import verify_proofs


def ids(office: Office) -> list[str]:
    return [entry.id for entry in office.entries()]


def test_each_row_becomes_one_verified_file_named_after_the_pupil(office: Office) -> None:
    issued = office.issue(pupils(3))
    assert (issued.issued, issued.already) == (3, 0)
    files = office.files()
    assert list(files) == [
        "0001 Тестов-А Пробник.vc.json",
        "0002 Тестов-Б Пробник.vc.json",
        "0003 Тестов-В Пробник.vc.json",
    ]
    for document, entry in zip(files.values(), office.entries(), strict=True):
        credential = Credential.parse(document)
        assert credential.id == entry.id
        assert credential.issuer_id == "did:web:olymp.example"
        (entry_json,) = credential.status_entries
        status = StatusEntry.parse(entry_json)
        assert status is not None
        assert (status.index, status.list_url) == (entry.position, "https://olymp.example/status/1.json")
        assert entry.state == State.ISSUED


def test_running_it_twice_issues_nothing_twice(office: Office) -> None:
    office.issue(pupils(5))
    before, files = office.entries(), office.files()
    later = office.issue(pupils(5), now=NOW + timedelta(days=1))
    assert (later.issued, later.already) == (0, 5)
    assert office.entries() == before
    assert office.files() == files


def test_only_what_is_new_is_issued_later(office: Office) -> None:
    office.issue(pupils(3))
    assert office.issue(pupils(5), now=NOW + timedelta(days=1)).issued == 2
    assert len(office.files()) == 5
    assert [entry.created for entry in office.entries()] == [NOW] * 3 + [NOW + timedelta(days=1)] * 2


def test_a_changed_row_is_left_alone_until_it_is_to_be_replaced(office: Office) -> None:
    office.issue(pupils(2))
    (first, second) = office.entries()
    corrected = [[*pupils(1)[0][:5], "2"], pupils(2)[1]]
    found = office.plan(corrected)
    assert [planned.entry for planned in found.changed] == [first]
    assert [planned.entry for planned in found.already] == [second]
    assert office.issue(corrected).issued == 0
    replaced = office.issue(corrected, replace=True, now=NOW + timedelta(days=1))
    assert (replaced.issued, replaced.replaced) == (1, 1)
    entries = office.entries()
    assert [(entry.state, entry.edition) for entry in entries] == [
        (State.REVOKED, 0),
        (State.ISSUED, 0),
        (State.ISSUED, 1),
    ]
    assert entries[2].row_digest == first.row_digest
    assert entries[2].id != first.id
    again = office.issue(corrected, replace=True)
    assert (again.issued, again.already) == (0, 2)


def test_a_corrected_spelling_is_a_change_and_not_another_child(office: Office) -> None:
    office.issue(pupils(1, Имя="Алена"))
    found = office.plan(pupils(1, Имя="Алёна"))
    assert (len(found.new), len(found.changed)) == (0, 1)


def test_a_revoked_diploma_is_issued_again_only_when_told(office: Office) -> None:
    office.issue(pupils(1))
    with office.folder.register() as register:
        register.revoke(ids(office)[0], now=NOW)
    assert len(office.plan(pupils(1)).revoked) == 1
    assert office.issue(pupils(1)).issued == 0
    assert office.issue(pupils(1), replace=True).issued == 0
    assert office.issue(pupils(1), restore=True).issued == 1
    assert [entry.state for entry in office.entries()] == [State.REVOKED, State.ISSUED]


def test_a_revoked_diploma_whose_row_was_corrected_is_a_replacement(office: Office) -> None:
    office.issue(pupils(1))
    with office.folder.register() as register:
        register.revoke(ids(office)[0], now=NOW)
    corrected = [[*pupils(1)[0][:5], "2"]]
    assert len(office.plan(corrected).changed) == 1
    assert office.issue(corrected, restore=True).issued == 0
    assert office.issue(corrected, replace=True).issued == 1
    assert [entry.state for entry in office.entries()] == [State.REVOKED, State.ISSUED]


def test_lost_files_are_written_again_byte_for_byte(office: Office) -> None:
    office.issue(pupils(4))
    kept = {path: path.read_bytes() for path in office.out.glob("*.vc.json")}
    for path in kept:
        path.unlink()
    office.issue(pupils(4), again=True, now=NOW + timedelta(days=9))
    assert {path: path.read_bytes() for path in office.out.glob("*.vc.json")} == kept
    assert len(office.entries()) == 4


def test_files_are_not_written_again_when_they_would_say_something_else(office: Office) -> None:
    """The same id must never stand for two texts."""
    office.issue(pupils(2))
    settings = office.folder.path / "issuer.toml"
    settings.write_text(settings.read_text("utf-8").replace("Олимпиада «Вымысел»", "Другое имя"), "utf-8")
    renamed = Office.at(office.folder.path)
    with pytest.raises(UsageError) as caught:
        renamed.issue(pupils(2), again=True)
    assert caught.value.code == "issuing.frame-changed"
    assert renamed.issue(pupils(3)).issued == 1


def test_a_million_diplomas_go_into_a_file_for_each_shard(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 4)
    office.issue(pupils(10), layout=signing.FileLayout.LINES)
    files = sorted(office.out.glob("*"))
    assert [path.name for path in files] == [
        "0000001-0000004.vc.jsonl",
        "0000005-0000008.vc.jsonl",
        "0000009-0000010.vc.jsonl",
    ]
    lines = [line for path in files for line in path.read_text("utf-8").splitlines()]
    assert [Credential.parse(line).id for line in lines] == ids(office)
    office.issue(pupils(10), again=True)
    assert [path.read_text("utf-8") for path in sorted(office.out.glob("*.vc.json"))] == lines


def test_two_sheets_with_namesakes_never_share_a_file(office: Office) -> None:
    office.issue(pupils(1))
    office.issue(pupils(1, **{"Дата рождения": "18.05.2009"}), others=[2])
    assert list(office.files()) == ["0001 Тестов-А Пробник.vc.json", "0002 Тестов-А Пробник.vc.json"]


class Killed(BaseException):
    """Stands for the end of the process: no handler of ours may catch it."""


def killing(function: Any, at: int, *, before: bool) -> Any:
    """`function` that dies at its `at`-th call, before or after doing its work."""
    calls = 0

    def wrapped(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at and before:
            raise Killed
        result = function(*arguments, **options)
        if calls == at:
            raise Killed
        return result

    return wrapped


POINTS = [
    (target, name, at, before)
    for target, name in (
        (Register, "reserve"),
        (Register, "mark_issued"),
        (signing.Making, "signed"),
        (signing, "_write"),
        (signing, "flush"),
    )
    for at in (1, 2, 3)
    for before in (True, False)
]


@pytest.mark.parametrize(
    ("target", "name", "at", "before"),
    POINTS,
    ids=[f"{p[1]}-{p[2]}-{'before' if p[3] else 'after'}" for p in POINTS],
)
def test_a_run_that_dies_anywhere_is_continued_without_issuing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch, target: Any, name: str, at: int, before: bool
) -> None:
    """Six shards of two rows, reserved in four goes. What was reserved or written keeps its id and place."""
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 2)
    with monkeypatch.context() as patch:
        patch.setattr(target, name, killing(getattr(target, name), at, before=before))
        with pytest.raises(Killed):
            office.issue(pupils(12))
    reserved, written = ids(office), office.files()
    office.issue(pupils(12), now=NOW + timedelta(days=1))
    entries, files = office.entries(), office.files()
    assert len(entries) == len(files) == 12
    assert [entry.state for entry in entries] == [State.ISSUED] * 12
    assert [entry.id for entry in entries][: len(reserved)] == reserved
    assert written.items() <= files.items()
    assert {document["id"] for document in files.values()} == {entry.id for entry in entries}
    assert not list(office.out.glob("*.part"))


def dying_before_its_name(office: Office, at: int) -> Any:
    """`os.replace` that dies at its `at`-th diploma: what was written keeps its temporary name."""
    real, calls = os.replace, 0

    def replace(temporary: str, path: Path) -> None:
        nonlocal calls
        calls += Path(path).is_relative_to(office.out)
        if calls == at:
            raise Killed
        real(temporary, path)

    return replace


def unfinished(office: Office) -> list[Path]:
    return sorted(office.folder.path.rglob("*.part"))


@pytest.mark.skipif(os.name == "nt", reason="there another function renames; tests/unit/ground/test_files.py")
@pytest.mark.parametrize("layout", signing.FileLayout)
@pytest.mark.parametrize("flat", [1, 10_000])
def test_what_a_run_that_was_killed_left_half_written_is_removed_when_it_is_signed_again(
    flat: int, layout: signing.FileLayout, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name has a child's in it. That of another diploma stays: nobody knows whether it is at work."""
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 2)
    monkeypatch.setattr(signing, "_FLAT", flat)
    for at in (1, 2):
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", dying_before_its_name(office, at))
            with pytest.raises(Killed):
                office.issue(pupils(4), layout=layout)
        assert unfinished(office)
    others = office.out / ".0009 Другова Вера.vc.json.0123456789abcdef.part"
    others.write_bytes(b"half")
    office.issue(pupils(4), layout=layout)
    assert unfinished(office) == [others]


@pytest.mark.skipif(os.name == "nt", reason="there another function renames; tests/unit/ground/test_files.py")
def test_what_was_left_of_a_diploma_that_is_replaced_instead_is_removed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dying_before_its_name(office, 1))
        with pytest.raises(Killed):
            office.issue(pupils(1))
    assert len(unfinished(office)) == 1
    office.issue([[*pupils(1)[0][:5], "2"]], replace=True)
    assert unfinished(office) == []


@pytest.mark.skipif(os.name == "nt", reason="there another function renames; tests/unit/ground/test_files.py")
def test_a_run_that_is_alive_ends_though_another_took_it_for_dead(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is reserved may be signed by two runs at once, with the same bytes; each clears up afterwards."""
    real, cleared = os.replace, []

    def replace(temporary: str, path: Path) -> None:
        if path not in cleared and Path(path).is_relative_to(office.out):
            cleared.append(path)
            Path(path).write_bytes(Path(temporary).read_bytes())
            files.remove_left_over(path.parent, of=[path.name])
        real(temporary, path)

    monkeypatch.setattr(os, "replace", replace)
    assert office.issue(pupils(3)).issued == 3
    assert len(cleared) == len(office.files()) == 3
    assert unfinished(office) == []


class Stopped(Exception):
    """What a page raises from `progress` when a person pressed its button."""


def test_a_run_counts_as_often_as_it_is_asked_to(office: Office) -> None:
    told: list[int] = []
    office.issue(pupils(5), at_once=2, progress=told.append)
    assert told == [2, 2, 1]


@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("width", [0, 2])
def test_a_run_that_is_stopped_between_shards_goes_on_later(
    office: Office, monkeypatch: pytest.MonkeyPatch, at: int, width: int
) -> None:
    """`progress` may raise: what was written stays, what was begun keeps its id, nothing is issued twice."""
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 2)
    told = 0

    def stop(steps: int) -> None:
        nonlocal told
        told += 1
        if told == at:
            raise Stopped

    with ThreadPoolExecutor(width or 1) as threads:
        crew = executors.Crew(threads, width) if width else None
        with pytest.raises(Stopped):
            office.issue(pupils(6), progress=stop, crew=crew)
    issued = [entry.id for entry in office.entries() if entry.state is State.ISSUED]
    assert len(issued) == 2 * at
    reserved, written = ids(office), office.files()
    plan = office.plan(pupils(6))
    assert (len(plan.already), len(plan.unfinished) + len(plan.new)) == (2 * at, 6 - 2 * at)
    assert office.issue(pupils(6), now=NOW + timedelta(days=1)).already == 2 * at
    files = office.files()
    assert [entry.state for entry in office.entries()] == [State.ISSUED] * 6
    assert [entry.id for entry in office.entries()][: len(reserved)] == reserved
    assert written.items() <= files.items()
    assert len(files) == 6


def test_a_replacement_that_dies_leaves_the_old_diploma_good_until_the_new_one_is_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.issue(pupils(1))
    corrected = [[*pupils(1)[0][:5], "2"]]
    with monkeypatch.context() as patch:
        patch.setattr(signing, "flush", killing(signing.flush, 1, before=True))
        with pytest.raises(Killed):
            office.issue(corrected, replace=True)
    assert [entry.state for entry in office.entries()] == [State.ISSUED, State.RESERVED]
    office.issue(corrected)
    assert [entry.state for entry in office.entries()] == [State.REVOKED, State.ISSUED]


SCRIPT = """
import os, sys
from pathlib import Path
from tests.unit.issuer.offices import Office, pupils
from vcwallet import limits
from vcwallet.issuer import issuing, signing
limits.ISSUED_ROWS_PER_SHARD = 4
left, write = int(sys.argv[2]), signing._write
def dying(path, content):
    global left
    write(path, content)
    left -= 1
    if not left:
        os._exit(9)
signing._write = dying
Office.at(Path(sys.argv[1])).issue(pupils(10))
"""


@pytest.mark.parametrize("at", range(1, 11) if SOAK else [1, 4, 7])
def test_a_process_that_is_killed_is_continued_by_another(office: Office, at: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(office.folder.path), str(at)],
        cwd=ROOT,
        check=False,
        timeout=HANG_SECONDS,
    )
    assert ended.returncode == 9
    written = office.files()
    assert len(written) == at
    office.issue(pupils(10))
    assert len(office.entries()) == len(office.files()) == 10
    assert written.items() <= office.files().items()


def test_shards_elsewhere_write_the_same_bytes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serial, a pool of threads, and a real pool of processes that open the keystore themselves."""
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 3)
    office.issue(pupils(10))
    serial = {path.name: path.read_bytes() for path in office.out.glob("*.vc.json")}
    with ThreadPoolExecutor(2) as threads:
        office.issue(pupils(10), again=True, crew=executors.Crew(threads, 2), out=office.out / "threads")
    with signing.processes(office.folder.signer(), PASSPHRASE, workers=2) as processes:
        office.issue(pupils(10), again=True, crew=processes, out=office.out / "processes")
    for name in ("threads", "processes"):
        made = {path.name: path.read_bytes() for path in (office.out / name).glob("*.vc.json")}
        assert made == serial


class Recording(Executor):
    """Runs shards at once and remembers what would have travelled."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:  # type: ignore[override]
        self.sent.append(pickle.dumps((function, arguments, options)))
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **options))
        return future


def test_no_secret_travels_with_a_shard(office: Office) -> None:
    recording = Recording()
    office.issue(pupils(3), crew=executors.Crew(recording, 1))
    assert recording.sent
    secrets = [key.secret_multibase.encode() for key in office.keystore.keys]
    secrets += [office.keystore.register_secret, PASSPHRASE.encode()]
    for sent in recording.sent:
        assert not any(secret in sent for secret in secrets)


def test_a_worker_without_a_passphrase_says_what_it_needs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    keystore = str(office.folder.keystore_path)
    monkeypatch.setattr(signing, "_opened", {})
    monkeypatch.delenv("VCWALLET_PASSPHRASE", raising=False)
    shard = signing.Shard(office.folder.signer(), office.folder.template(), (), str(office.out))
    with pytest.raises(UsageError) as caught:
        signing.sign_shard(shard)
    assert caught.value.code == "issuing.locked"
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    assert signing.sign_shard(shard) == ()
    assert signing._opened[keystore].signing_key().public_key == office.keystore.signing_key().public_key


def test_a_worker_that_outlives_an_exchange_of_keys_signs_with_the_new_ones(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker of a cluster stays for years, and what it opened once is not the issuer's for ever."""
    monkeypatch.setattr(signing, "_opened", {})
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    shard = signing.Shard(office.folder.signer(), office.folder.template(), (), str(office.out))
    signing.sign_shard(shard)
    old = shutil.copytree(office.folder.path, office.folder.path.with_name("before"))
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.rotate(now=NOW)
    after = IssuerFolder.open(office.folder.path)
    (row,) = office.read(pupils(1))
    ids = [f"urn:uuid:00000000-0000-4000-8000-00000000000{number}" for number in (1, 2)]
    task = signing.Task(1, *ids, "https://olymp.example/status/1", 0, NOW, row.values)
    signing.sign_shard(replace(shard, signer=after.signer(), tasks=(task,)))
    document = strict_json.loads_object(next(iter(office.out.glob("*.vc.json"))).read_bytes())
    assert verify_proofs(
        document,
        resolve=lambda _: after.document,
        purpose="assertionMethod",
        now=NOW + timedelta(days=1),
        stored=True,
    )
    shutil.copy(old / "keys.vcw", after.keystore_path)
    monkeypatch.setattr(signing, "_opened", {})
    with pytest.raises(UsageError) as caught:
        signing.sign_shard(replace(shard, signer=after.signer()))
    assert caught.value.code == "issuing.other-keys"


def test_a_run_that_is_over_leaves_no_key_behind(office: Office) -> None:
    """The pages say that a folder is closed; then nothing in the program holds its keys."""
    office.issue(pupils(2))
    keystore = weakref.ref(office.keystore)
    office.keystore = Keystore.open(office.folder.keystore_path, PASSPHRASE)
    gc.collect()
    assert keystore() is None


class Broken(Executor):
    """A pool whose worker was killed."""

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        future.set_exception(BrokenProcessPool("A process was terminated abruptly"))
        return future


def test_a_worker_that_dies_ends_the_run_in_words_and_the_next_run_finishes(office: Office) -> None:
    with pytest.raises(MachineError) as caught:
        office.issue(pupils(3), crew=executors.Crew(Broken(), 1))
    assert caught.value.code == "issuing.worker-died"
    assert [entry.state for entry in office.entries()] == [State.RESERVED] * 3
    office.issue(pupils(3))
    assert len(office.files()) == 3


def test_shards_of_one_sheet_share_what_was_prepared_and_no_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are those of a shard that is signed alone, and another template or issuer begins anew."""
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 2)
    begun: list[object] = []
    real = signing.Making.__init__

    def init(self: signing.Making, *told: Any) -> None:
        begun.append(self)
        real(self, *told)

    monkeypatch.setattr(signing.Making, "__init__", init)
    office.issue(pupils(6))
    assert len(begun) == 1
    together = office.files()
    with monkeypatch.context() as patch:
        patch.setattr(signing.Making, "rest", lambda self: None)
        signing.Making._resting.clear()
        office.issue(pupils(6), again=True)
    assert len(begun) == 4
    assert office.files() == together
    signer, template = office.folder.signer(), office.folder.template()
    shard = signing.Shard(signer, template, (), "")
    made = signing.Making(signer, template, office.keystore)
    for other in (replace(shard, signer=replace(signer, zone="+05:00")), shard):
        made.rest()
        assert (signing.Making.of(other, office.keystore) is made) is (other is shard)
    assert signing.Making.of(shard, office.keystore) is not made, "one at a time"


def test_numbers_beyond_ten_thousand_go_into_folders_of_a_thousand(office: Office) -> None:
    template, rows = office.folder.template(), office.read(pupils(1))
    task = signing.Task(0, "urn:uuid:x", "urn:uuid:y", "urn:uuid:z", 0, NOW, rows[0].values)

    def name(number: int) -> str:
        return signing.file_name(template, task._replace(number=number))

    assert name(9999) == "9999 Тестов-А Пробник.vc.json"
    assert name(12345) == "0012000/12345 Тестов-А Пробник.vc.json"


@pytest.mark.parametrize("family", ["д’Вымысл", "О'Тестов", "Т" * 100, "Test"])
def test_file_names_are_safe_everywhere(office: Office, family: str) -> None:
    template = office.folder.template()
    values = list(office.read(pupils(1))[0].values)
    values[0] = family
    task = signing.Task(7, "urn:uuid:x", "urn:uuid:y", "urn:uuid:z", 0, NOW, tuple(values))
    name = signing.file_name(template, task)
    assert not set(name) & set("<>:\"/\\|?*'’")
    assert len(name.encode("utf-8")) < 200
    assert name == name.strip(" .")


def test_an_issuer_without_a_site_has_lists_named_by_chance(tmp_path: Path) -> None:
    office = Office.make(tmp_path / "school", kit="olympiad", site="")
    office.issue(pupils(1))
    (document,) = office.files().values()
    assert str(document["issuer"]["id"]).startswith("did:key:z6Mk")  # type: ignore[index, call-overload]
    status = document["credentialStatus"]
    assert isinstance(status, dict)
    assert str(status["statusListCredential"]).startswith("urn:uuid:")


def test_progress_counts_every_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ISSUED_ROWS_PER_SHARD", 2)
    steps: list[int] = []
    office.issue(pupils(5), progress=steps.append)
    assert steps == [2, 2, 1]


def test_the_folder_can_be_any_path(office: Office) -> None:
    out = office.folder.path / "Дипломы 2026, 1-я часть"
    office.issue(pupils(1), out=out)
    assert [path.name for path in out.iterdir()] == ["0001 Тестов-А Пробник.vc.json"]


@pytest.mark.parametrize("width", [1, 3, 20])
def test_the_shards_under_way_follow_the_executors_size(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker has one and the next, so that none waits; more would fill the memory."""
    under_way: list[int] = []

    class Slow(Executor):
        def submit(self, work: Any, shard: Any) -> Future[Any]:  # type: ignore[override]
            return Future()

    def wait(futures: dict[Future[Any], Any], return_when: str) -> DoneAndNotDoneFutures[Any]:
        """One is done at a time."""
        under_way.append(len(futures))
        future, shard = next(iter(futures.items()))
        future.set_result((shard,))
        return DoneAndNotDoneFutures({future}, set())

    monkeypatch.setattr(issuing, "wait", wait)
    shards: Any = iter(range(50))
    assert [*issuing._run(shards, executors.Crew(Slow(), width))] == [(number,) for number in range(50)]
    assert max(under_way) == 2 * width
    assert under_way[: 51 - 2 * width] == [2 * width] * (51 - 2 * width)
