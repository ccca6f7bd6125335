"""A changed sealed file does not open and says so; an absurd header is refused before anything is derived."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shared import SOAK, processor_seconds
from tests.unit.sealed_file.shared import PASSPHRASE, SECRET, create, reopen
from vcwallet import limits
from vcwallet.errors import DocumentError, UsageError, VcwalletError
from vcwallet.sealed_file import Passphrase, SealedFile, container, slots
from vcwallet.sealed_file.container import MAGIC

# What a person is told: that it is damaged, or (where a slot was hit) that the passphrase does not fit.
REFUSALS = {
    "sealed-file.damaged",
    "sealed-file.kdf",
    "sealed-file.kdf-work",
    "sealed-file.not-one",
    "sealed-file.newer-version",
    "sealed-file.wrong-passphrase",
    "sealed-file.other-kind",
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("tamper") / "a.vcw"
    file = create(path)
    file.put("Пробникова Тест".encode(), kind="credential", owner="masha")
    file.put(b"second", kind="credential", owner="petya")
    file.add_recovery_code()
    file.remove(file.put(b"gone", kind="credential"))
    file.save()
    return path.read_bytes()


def refused(data: bytes) -> str | None:
    """The code with which changed bytes are refused; None when they were opened."""
    try:
        envelope = container.parse(data)
        master_key = SECRET.unwrap(envelope.header.slots)
        if master_key is None:
            return "sealed-file.wrong-passphrase"
        container.open_envelope(envelope, master_key)
    except VcwalletError as error:
        return error.code
    return None


def mutations(data: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(seed)
    for position in range(len(data)):
        flips = range(1, 256) if SOAK else {1, 0x80, chance.randrange(1, 256)}
        for flip in flips:
            yield (
                f"byte {position} ^ {flip}",
                data[:position] + bytes([data[position] ^ flip]) + data[position + 1 :],
            )
        yield f"cut at {position}", data[:position]
        yield f"without byte {position}", data[:position] + data[position + 1 :]
        yield f"zero before {position}", data[:position] + b"\0" + data[position:]
    yield "a byte more", data + b"\0"
    yield "twice", data + data


def cheap(data: bytes) -> bool:
    """Whether the header asks for no more work than the test can pay; the bounds are tested below."""
    try:
        header = container.parse(data).header
    except VcwalletError:
        return True
    costs = [slot.kdf for slot in header.slots if isinstance(slot, slots.PassphraseSlot)]
    return all(kdf.memory_kib <= 20_000 and kdf.passes <= 3 for kdf in costs)


def test_every_byte_counts(original: bytes) -> None:
    """0 opened, 0 tracebacks: every byte flipped, every truncation, every byte removed or inserted."""
    assert refused(original) is None
    tried = 0
    for name, data in mutations(original, seed=6):
        if cheap(data):
            tried += 1
            assert refused(data) in REFUSALS, name
    assert tried > 5 * len(original)


def rewritten(original: bytes, edit: Callable[[dict[str, Any]], Any], *, canonical: bool = True) -> bytes:
    """The file with another header, as somebody without the passphrase could write it."""
    envelope = container.parse(original)
    header = json.loads(envelope.signed[len(MAGIC) + 4 :])
    edit(header)
    text = json.dumps(header, sort_keys=canonical, separators=(",", ":")).encode()
    return MAGIC + len(text).to_bytes(4, "big") + text + original[len(envelope.signed) :]


def slot(**members: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda header: header["slots"][0].update(members)


ABSURD: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "16 GiB of memory": (slot(m_kib=16 * 1024 * 1024), "sealed-file.kdf"),
    "a million passes": (slot(t=1_000_000), "sealed-file.kdf"),
    "no passes": (slot(t=0), "sealed-file.kdf"),
    "too many lanes": (slot(p=255), "sealed-file.kdf"),
    "too little memory": (slot(m_kib=8), "sealed-file.kdf"),
    "a fraction of a pass": (slot(t=1.0), "sealed-file.damaged"),
    "true passes": (slot(t=True), "sealed-file.damaged"),
    "negative memory": (slot(m_kib=-1), "sealed-file.kdf"),
    "much work in many slots": (
        lambda header: header.update(
            slots=[
                {**header["slots"][0], "id": f"{n:016x}", "m_kib": 2 * 1024 * 1024, "t": 4} for n in range(3)
            ]
        ),
        "sealed-file.kdf-work",
    ),
    "seventeen slots": (
        lambda header: header.update(slots=[{**header["slots"][1], "id": f"{n:016x}"} for n in range(17)]),
        "sealed-file.damaged",
    ),
    "no slots": (lambda header: header.update(slots=[]), "sealed-file.damaged"),
    "the same slot twice": (lambda header: header["slots"].append(header["slots"][0]), "sealed-file.damaged"),
    "slots are text": (lambda header: header.update(slots="x"), "sealed-file.damaged"),
    "a slot is null": (lambda header: header.update(slots=[None]), "sealed-file.damaged"),
    "unknown slot type": (slot(type="xor"), "sealed-file.damaged"),
    "slot type is a list": (slot(type=["argon2id"]), "sealed-file.damaged"),
    "extra member in a slot": (slot(extra=1), "sealed-file.damaged"),
    "salt in capitals": (slot(salt="AB" * 16), "sealed-file.damaged"),
    "short salt": (slot(salt="ab"), "sealed-file.damaged"),
    "full-width digits in a salt": (slot(salt="１" * 32), "sealed-file.damaged"),
    "extra member": (lambda header: header.update(extra=1), "sealed-file.damaged"),
    "missing member": (lambda header: header.pop("suite"), "sealed-file.damaged"),
    "another suite": (lambda header: header.update(suite="rot13"), "sealed-file.damaged"),
    "generation zero": (lambda header: header.update(gen=0), "sealed-file.damaged"),
    "generation beyond 2^53": (lambda header: header.update(gen=2**60), "sealed-file.damaged"),
    "generation true": (lambda header: header.update(gen=True), "sealed-file.damaged"),
    "kind with a space": (lambda header: header.update(kind="a b"), "sealed-file.damaged"),
    "short id": (lambda header: header.update(id="00"), "sealed-file.damaged"),
}


@pytest.mark.parametrize("name", ABSURD)
def test_an_absurd_header_is_refused_before_anything_is_derived(
    original: bytes, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("derived")

    monkeypatch.setattr(slots, "argon2id", never)
    edit, code = ABSURD[name]
    with processor_seconds(1), pytest.raises(DocumentError) as caught:
        container.parse(rewritten(original, edit))
    assert caught.value.code == code


EDITS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a higher generation": lambda header: header.update(gen=header["gen"] + 1),
    "another save id": lambda header: header.update(save="00" * 16),
    "another file id": lambda header: header.update(id="00" * 16),
    "another kind": lambda header: header.update(kind="keystore"),
    "a slot less": lambda header: header["slots"].pop(),
    "slots in another order": lambda header: header["slots"].reverse(),
    "another slot id": slot(id="00" * 8),
    "a cheaper derivation": slot(m_kib=9000),
    "an attacker's slot": lambda header: header["slots"].append(
        slots.PassphraseSlot.make(bytes(32), b"attacker", slots.UNSAFE_FOR_TESTS, os.urandom).to_json()
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_header_does_not_authenticate(original: bytes, name: str) -> None:
    data = rewritten(original, EDITS[name])
    assert refused(data) in {"sealed-file.damaged", "sealed-file.wrong-passphrase"}
    envelope = container.parse(data)
    with pytest.raises(DocumentError):
        container.open_envelope(envelope, bytes(32))


def test_another_spelling_of_the_same_header_is_refused(original: bytes) -> None:
    def reverse(header: dict[str, Any]) -> None:
        items = list(reversed(header.items()))
        header.clear()
        header.update(items)

    with pytest.raises(DocumentError):
        container.parse(rewritten(original, reverse, canonical=False))


LENGTHS = {
    "header of 4 GiB": (len(MAGIC), b"\xff\xff\xff\xff"),
    "header over its ceiling": (len(MAGIC), (limits.SEALED_HEADER_BYTES + 1).to_bytes(4, "big")),
    "no header": (len(MAGIC), bytes(4)),
}


@pytest.mark.parametrize("name", LENGTHS)
def test_impossible_lengths(original: bytes, name: str) -> None:
    position, replacement = LENGTHS[name]
    data = original[:position] + replacement + original[position + len(replacement) :]
    with pytest.raises(DocumentError):
        container.parse(data)


def test_an_index_of_eight_exabytes_is_refused(original: bytes) -> None:
    signed = container.parse(original).signed
    at = len(signed) + 32
    for length in (2**63, limits.SEALED_INDEX_BYTES + 1, len(original)):
        with pytest.raises(DocumentError):
            container.parse(original[:at] + length.to_bytes(8, "big") + original[at + 8 :])


def test_records_of_an_older_save_do_not_fit_into_a_newer_one(tmp_path: Path) -> None:
    """Rollback of a part: body, index and header of different saves never make a file together."""
    path = tmp_path / "a.vcw"
    file = create(path)
    file.put(b"one", kind="credential")
    file.save()
    older = path.read_bytes()
    file.remove(file.records()[0].id)
    file.put(b"two", kind="credential")
    file.save()
    newer = path.read_bytes()
    one, two = container.parse(older), container.parse(newer)
    key = file._master_key
    parts = [(one, two), (two, one)]
    for first, second in parts:
        for mixed in (
            first.signed + first.mac + second.data[len(second.signed) + 32 :],
            first.data[: len(first.data) - len(first.body)] + bytes(second.body),
            second.signed + first.mac + first.data[len(first.signed) + 32 :],
        ):
            assert refused(mixed) == "sealed-file.damaged"
    assert container.open_envelope(one, key).header.generation == 1


def test_two_records_cannot_change_places(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    for _ in range(2):
        file.put(b"of one size", kind="credential")
    file.save()
    envelope = container.parse((tmp_path / "a.vcw").read_bytes())
    half = len(envelope.body) // 2
    swapped = bytes(envelope.body[half:]) + bytes(envelope.body[:half])
    data = envelope.data[: -len(envelope.body)] + swapped
    assert refused(data) == "sealed-file.damaged"
    # Not only the digest of all records notices: neither decrypts in the other's place.
    opened = container.open_envelope(envelope, file._master_key)
    first, second = opened.index.entries
    key = container.owner_key(file._master_key, envelope.header.file_id, "")
    with pytest.raises(DocumentError):
        container.open_record(key, first, opened.ciphertexts[second.id])


HOSTILE_INDEXES = {
    "empty": b"",
    "length beyond the end": b"\0\0\xff\xff{}",
    "not JSON": b"\0\0\0\2}{",
    "not an object": b"\0\0\0\2[]",
    "no members": b"\0\0\0\2{}",
}


def index_document(**changes: Any) -> bytes:
    document = {
        "digest": "00" * 32,
        "kinds": [],
        "owners": [],
        "parents": [],
        "records": 0,
        "removed": 0,
        "removedSlots": [],
        **changes,
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "big") + text


HOSTILE_INDEXES |= {
    "records missing": index_document(records=1),
    "more records than anybody has": index_document(records=2**40),
    "negative count": index_document(records=-1),
    "count is text": index_document(records="0"),
    "removed missing": index_document(removed=3),
    "kinds not a list": index_document(kinds={}),
    "kind not a word": index_document(kinds=["A B"]),
    "owner not an id": index_document(owners=["имя"]),
    "too many kinds": index_document(kinds=["a"] * (limits.SEALED_NAMES + 1)),
    "digest short": index_document(digest="00"),
    "parents not ids": index_document(parents=[1]),
    "removed slots not ids": index_document(removedSlots=["x"]),
    "an unknown kind number": index_document(records=1) + bytes(64),
    "trailing bytes": index_document() + b"\0",
    "one id twice": index_document(records=2, kinds=["a"], owners=[""]) + bytes(128),
    "kept and removed": index_document(records=1, removed=1, kinds=["a"], owners=[""])
    + bytes(64)
    + bytes(16),
}


@pytest.mark.parametrize("name", HOSTILE_INDEXES)
def test_a_hostile_index_is_an_error_even_when_it_authenticates(original: bytes, name: str) -> None:
    """Somebody may hand over a file together with its passphrase."""
    header = container.parse(original).header
    key = SECRET.unwrap(header.slots)
    assert key is not None
    text = header.to_bytes()
    signed = MAGIC + len(text).to_bytes(4, "big") + text
    mac = container._header_mac(key, header.file_id, signed)
    index = container._encrypt(container._index_key(key, header.save), HOSTILE_INDEXES[name], mac)
    data = signed + mac + len(index).to_bytes(8, "big") + index
    assert refused(data) == "sealed-file.damaged"


NOT_OURS = {
    "empty": (b"", "sealed-file.not-one"),
    "text": ("семья".encode(), "sealed-file.not-one"),
    "zip": (b"PK\x03\x04", "sealed-file.not-one"),
    "only the magic": (MAGIC, "sealed-file.damaged"),
    "version 2": (b"vcwallet/v2\n....", "sealed-file.newer-version"),
    "version 2 and nothing": (b"vcwallet/v2\n", "sealed-file.newer-version"),
    "version 99999": (b"vcwallet/v99999\n", "sealed-file.not-one"),
}


@pytest.mark.parametrize("name", NOT_OURS)
def test_files_that_are_not_ours(tmp_path: Path, name: str) -> None:
    data, code = NOT_OURS[name]
    path = tmp_path / "a.vcw"
    path.write_bytes(data)
    with pytest.raises(VcwalletError) as caught:
        reopen(path)
    assert caught.value.code == code


def test_a_newer_version_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    file.save()
    path.write_bytes(b"vcwallet/v2\n and what it holds")
    file.put(b"x", kind="a")
    with pytest.raises(UsageError) as caught:
        file.save()
    assert caught.value.code == "sealed-file.newer-version"
    assert path.read_bytes() == b"vcwallet/v2\n and what it holds"


def test_a_file_over_the_ceiling_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.vcw"
    create(path).save()
    monkeypatch.setattr(limits, "SEALED_FILE_BYTES", 100)
    with pytest.raises(VcwalletError) as caught:
        reopen(path)
    assert caught.value.code == "sealed-file.too-large"


# --- falling back -------------------------------------------------------------------------------


def two_generations(path: Path) -> tuple[SealedFile, str]:
    file = create(path)
    record = file.put(b"first", kind="credential")
    file.save()
    file.put(b"second", kind="credential")
    file.save()
    return file, record


DAMAGE: dict[str, Callable[[Path], Any]] = {
    "missing": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "last byte flipped": lambda path: path.write_bytes(
        path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])
    ),
    "overwritten": lambda path: path.write_bytes(b"<html>404</html>"),
    "salt of the passphrase's slot changed": lambda path: path.write_bytes(
        rewritten(path.read_bytes(), slot(salt="00" * 16))
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_gives_way_to_its_previous_state_and_says_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.vcw"
    _, record = two_generations(path)
    DAMAGE[name](path)
    again = SealedFile.open(path, kind="wallet", secret=Passphrase(PASSPHRASE))
    assert again.get(record) == b"first"
    (notice,) = again.notices
    assert (notice.code, notice.evidence["copy"]) == ("sealed-file.fallback", "a.vcw.bak")
    # The next save neither loses the good copy nor destroys the evidence.
    again.put(b"third", kind="credential")
    again.save()
    assert len(reopen(path).records()) == 2
    aside = [each for each in tmp_path.iterdir() if ".damaged-" in each.name]
    assert len(aside) == (0 if name == "missing" else 1)
    assert reopen(path.with_name("a.vcw.bak")).get(record) == b"first"


def test_when_both_are_gone_a_whole_temporary_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    two_generations(path)
    path.rename(tmp_path / ".a.vcw.tmp-0011223344556677")
    (tmp_path / "a.vcw.bak").write_bytes(b"")
    again = reopen(path)
    assert len(again.records()) == 2
    assert again.notices[0].evidence["copy"] == ".a.vcw.tmp-0011223344556677"


def test_when_nothing_is_whole_the_file_itself_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    two_generations(path)
    for each in (path, path.with_name("a.vcw.bak")):
        data = each.read_bytes()
        each.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(DocumentError) as caught:
        reopen(path)
    assert caught.value.code == "sealed-file.damaged"


def test_salvage_takes_what_still_decrypts_and_counts_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    for number in range(5):
        file.put(b"record %d" % number, kind="credential")
    file.save()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(UsageError):
        SealedFile.salvage(path, path, kind="wallet", secret=SECRET)
    rescued, lost = SealedFile.salvage(path, tmp_path / "b.vcw", kind="wallet", secret=SECRET)
    assert (len(rescued.records()), lost) == (4, 1)
    rescued.save()
    assert len(reopen(tmp_path / "b.vcw").records()) == 4
