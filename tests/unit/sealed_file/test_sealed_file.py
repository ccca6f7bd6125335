"""What a sealed file keeps, who may read it, and what it says when it cannot."""

from __future__ import annotations

import itertools
import os
import unicodedata
from pathlib import Path

import pytest

from tests.unit.sealed_file.shared import PASSPHRASE, SECRET, content, create, reopen
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.sealed_file import (
    DEFAULT,
    LIGHT,
    UNSAFE_FOR_TESTS,
    Kdf,
    Passphrase,
    RecoveryCode,
    SealedFile,
    container,
    normalize_passphrase,
    parse_recovery_code,
    read_header,
)
from vcwallet.sealed_file.recovery_codes import (
    Share,
    _combined,
    _plus,
    _turned,
    render_recovery_code,
    render_shares,
)

CANARY = "Пробников Тест Вымыслович".encode()


def test_what_was_put_comes_back_after_saving_and_opening(tmp_path: Path) -> None:
    path = tmp_path / "семья Пробниковых.vcw"
    file = create(path)
    sizes = [0, 1, 251, 252, 253, 100_000]
    ids = {file.put(os.urandom(size), kind="credential", owner="masha"): size for size in sizes}
    before = content(file)
    file.save()
    again = reopen(path)
    assert content(again) == before
    assert [len(again.get(record)) for record in ids] == sizes
    assert {(info.kind, info.owner, info.generation) for info in again.records()} == {
        ("credential", "masha", 1)
    }
    assert again.file_id == file.file_id


def test_nothing_readable_is_on_the_disk(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    file.put(CANARY, kind="credential", owner="masha")
    file.save()
    file.put(CANARY, kind="credential", owner="masha")
    file.save()
    for path in tmp_path.iterdir():
        assert CANARY not in path.read_bytes()
        assert b"masha" not in path.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"a.vcw", "a.vcw.bak"}


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    file.save()
    assert (tmp_path / "a.vcw").stat().st_mode & 0o077 == 0


def test_a_size_tells_a_record_only_to_256_bytes(tmp_path: Path) -> None:
    sizes = set()
    for length in (1, 100, 252):
        file = create(tmp_path / f"{length}.vcw")
        file.put(bytes(length), kind="credential")
        file.save()
        sizes.add((tmp_path / f"{length}.vcw").stat().st_size)
    assert len(sizes) == 1


def test_equal_records_are_not_equal_on_the_disk(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    for _ in range(2):
        file.put(b"the same", kind="credential")
    file.save()
    envelope = container.parse((tmp_path / "a.vcw").read_bytes())
    half = len(envelope.body) // 2
    assert bytes(envelope.body[:half]) != bytes(envelope.body[half:])


def test_no_randomness_is_used_twice(tmp_path: Path) -> None:
    drawn: list[bytes] = []

    def randomness(size: int) -> bytes:
        drawn.append(os.urandom(size))
        return drawn[-1]

    file = create(tmp_path / "a.vcw", randomness=randomness)
    for _ in range(3):
        file.put(b"x", kind="credential")
        file.save()
    envelope = container.parse((tmp_path / "a.vcw").read_bytes())
    opened = container.open_envelope(envelope, file._master_key)
    salts = [entry.salt for entry in opened.index.entries]
    assert len(set(salts)) == 3
    assert all(salt in drawn for salt in salts)
    assert envelope.header.save in drawn


def test_removed_is_gone_and_unknown_is_an_answer(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    kept, gone = file.put(b"kept", kind="a"), file.put(b"gone", kind="a")
    file.save()
    file.remove(gone)
    file.save()
    again = reopen(tmp_path / "a.vcw")
    assert content(again) == {kept: b"kept"}
    for unknown in (gone, "", "zz", "00" * 16, "1"):
        with pytest.raises(UsageError) as caught:
            again.get(unknown)
        assert caught.value.code == "sealed-file.no-record"


def test_saving_without_changes_writes_nothing(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    file.save()
    before = (tmp_path / "a.vcw").read_bytes()
    file.save()
    reopen(tmp_path / "a.vcw").save()
    assert (tmp_path / "a.vcw").read_bytes() == before


# --- owners -------------------------------------------------------------------------------------


def test_a_view_sees_its_owner_only(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    masha, petya = file.view("masha"), file.view("petya")
    hers, his = masha.put(b"hers", kind="credential"), petya.put(b"his", kind="credential")
    assert masha.get(hers) == b"hers"
    assert [info.id for info in masha.records()] == [hers]
    for act in (masha.get, masha.remove):
        with pytest.raises(UsageError) as caught:
            act(his)
        assert caught.value.code == "sealed-file.no-record"
    assert petya.get(his) == b"his"


def test_a_siblings_record_does_not_decrypt_even_when_the_check_is_bypassed(tmp_path: Path) -> None:
    """The property is the cipher's, not the program's: relabelled, reowned or moved, it stays noise."""
    file = create(tmp_path / "a.vcw")
    masha, petya = file.view("masha"), file.view("petya")
    entry, ciphertext = file._entry(petya.put(b"his", kind="credential"))
    own, _ = file._entry(masha.put(b"hers", kind="credential"))
    forgeries = [
        entry,
        entry._replace(owner="masha"),
        entry._replace(owner="masha", id=own.id),
        entry._replace(owner="masha", salt=own.salt),
        own,
    ]
    for forged in forgeries:
        with pytest.raises(VcwalletError) as caught:
            container.open_record(masha._key, forged, ciphertext)
        assert caught.value.code == "sealed-file.damaged"
    with pytest.raises(VcwalletError):
        container.open_record(petya._key, entry._replace(kind="ledger"), ciphertext)
    assert container.open_record(petya._key, entry, ciphertext) == b"his"


@pytest.mark.parametrize("owner", ["два слова", "a b", "x" * 129, "a\n"])
def test_an_owner_is_an_id(tmp_path: Path, owner: str) -> None:
    with pytest.raises(ValueError, match="owner"):
        create(tmp_path / "a.vcw").put(b"", kind="a", owner=owner)


# --- ways in ------------------------------------------------------------------------------------


def test_a_wrong_passphrase_is_said_so(tmp_path: Path) -> None:
    create(tmp_path / "a.vcw").save()
    with pytest.raises(UsageError) as caught:
        SealedFile.open(tmp_path / "a.vcw", kind="wallet", passphrase="другой")
    assert caught.value.code == "sealed-file.wrong-passphrase"


def test_another_keyboard_gives_the_same_passphrase(tmp_path: Path) -> None:
    composed = "йод ёж"
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    SealedFile.create(tmp_path / "a.vcw", kind="wallet", passphrase=decomposed, kdf=UNSAFE_FOR_TESTS).save()
    SealedFile.open(tmp_path / "a.vcw", kind="wallet", passphrase=composed)


BAD_PASSPHRASES = {
    "empty": ("", "passphrase.empty"),
    "a lone surrogate": ("abc\ud800", "passphrase.character"),
    "unassigned code point": ("abc\u0378", "passphrase.character"),
    "private use": ("abc\ue000", "passphrase.character"),
    "too long": ("я" * 5000, "passphrase.too-long"),
    "too long once normalised": ("\ufdfa" * 1000, "passphrase.too-long"),
}


@pytest.mark.parametrize("name", BAD_PASSPHRASES)
def test_impossible_passphrases(tmp_path: Path, name: str) -> None:
    text, code = BAD_PASSPHRASES[name]
    with pytest.raises(UsageError) as caught:
        SealedFile.create(tmp_path / "a.vcw", kind="wallet", passphrase=text, kdf=UNSAFE_FOR_TESTS)
    assert caught.value.code == code
    assert normalize_passphrase("ﬁ１") == b"fi1"


def test_changing_the_passphrase_rewrites_the_slot_and_no_record(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    file = create(path)
    record = file.put(b"data", kind="credential")
    code = file.add_recovery_code()
    file.save()
    before = container.parse(path.read_bytes())
    file.change_passphrase("новый пароль", kdf=UNSAFE_FOR_TESTS)
    file.save()
    after = container.parse(path.read_bytes())
    assert bytes(after.body) == bytes(before.body)
    with pytest.raises(UsageError) as caught:
        reopen(path)
    # The copy from before the change still opens with the old passphrase, and must not be opened silently.
    assert caught.value.code == "sealed-file.wrong-passphrase"
    for secret in (Passphrase("новый пароль"), RecoveryCode(*code.codes)):
        assert SealedFile.open(path, kind="wallet", secret=secret).get(record) == b"data"


def test_a_recovery_code_opens_until_its_slot_is_closed(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    first, second = file.add_recovery_code(), file.add_recovery_code()
    file.save()
    assert first.number != second.number
    assert file.sheets == tuple(sorted((first.number, second.number)))
    for made in (first, second):
        opened = SealedFile.open(tmp_path / "a.vcw", kind="wallet", secret=RecoveryCode(*made.codes))
        assert opened.opened_by is not None
        assert opened.opened_by.id == made.slot
    file.remove_slot(first.slot)
    file.save()
    assert not file.opens_with(RecoveryCode(*first.codes))
    assert file.opens_with(RecoveryCode(*second.codes))
    with pytest.raises(UsageError) as caught:
        file.remove_slot(first.slot)
    assert caught.value.code == "sealed-file.no-slot"


def test_no_two_sheets_of_a_file_have_one_number(tmp_path: Path) -> None:
    """Also not one that was closed: its paper may still lie somewhere."""
    drawn = iter([b"\x3f\x21" + bytes(6), b"\x3f\x21" + bytes([1] * 6), b"\x9a\x10" + bytes(6)])
    file = create(tmp_path / "a.vcw")
    file._randomness = lambda size: next(drawn) if size == 8 else os.urandom(size)
    first = file.add_recovery_code()
    file.remove_slot(first.slot)
    assert (first.number, file.add_recovery_code().number) == ("3F-21", "9A-10")


# --- shares -------------------------------------------------------------------------------------


def test_one_share_says_nothing_and_any_two_give_the_secret() -> None:
    """All sixteen cases of one element of the field: a secret and a pad of two bits each."""
    for place in range(3):
        for secret in range(4):
            shares = {_share(secret, pad, place) for pad in range(4)}
            assert shares == {0, 1, 2, 3}, "whatever the secret is, a share is each value once"
    for secret in range(4):
        for pad in range(4):
            for one, other in itertools.permutations(range(3), 2):
                first = Share(one + 1, "00-00", _element(_share(secret, pad, one)))
                second = Share(other + 1, "00-00", _element(_share(secret, pad, other)))
                assert _combined(first, second) == _element(secret)


def _element(value: int) -> bytes:
    return bytes([value >> 1, value & 1])


def _share(secret: int, pad: int, place: int) -> int:
    high, low = _plus(_element(secret), _turned(_element(pad), place))
    return high << 1 | low


def test_any_two_of_three_shares_open_the_file_and_one_does_not(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    made = file.add_recovery_code(shared=True)
    file.save()
    assert [len(code.split("-")) for code in made.codes] == [8, 8, 8]
    for pair in itertools.permutations(made.codes, 2):
        assert file.opens_with(RecoveryCode(*pair))
    assert file.opens_with(RecoveryCode(*made.codes))
    other = file.add_recovery_code(shared=True)
    for codes, expected in (
        (made.codes[:1], "recovery-code.another-share"),
        ((made.codes[0], made.codes[0]), "recovery-code.same-share"),
        ((made.codes[0], other.codes[1]), "recovery-code.other-sheet"),
        ((), "recovery-code.another-share"),
    ):
        with pytest.raises(UsageError) as caught:
            RecoveryCode(*codes)
        assert caught.value.code == expected
    with pytest.raises(UsageError) as caught:
        RecoveryCode(made.codes[2])
    assert caught.value.evidence == {"place": 3, "sheet": made.number}


def test_a_wrong_letter_of_a_share_is_noticed_but_for_one_in_thousands() -> None:
    """What slips through opens nothing; twelve check bits let one of 4,096 through."""
    slipped = 0
    for code in render_shares(bytes(range(16)), "3F-21", lambda size: bytes([7] * size)):
        text = code.replace("-", "")
        for at in range(32):
            for letter in set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") - {text[at]}:
                with pytest.raises(UsageError) as caught:
                    parse_recovery_code(text[:at] + letter + text[at + 1 :])
                slipped += caught.value.code == "recovery-code.another-share"
    assert slipped <= 3, "of 2,976"


def test_a_recovery_code_survives_how_people_type() -> None:
    secret = bytes(range(16))
    code = render_recovery_code(secret)
    assert len(code.split("-")) == 7
    to_cyrillic = str.maketrans("ABEKMHPCTXY01", "АВЕКМНРСТХУОl")
    for typed in (
        code,
        code.lower(),
        code.replace("-", " "),
        code.replace("-", ""),
        code.translate(to_cyrillic),
    ):
        assert parse_recovery_code(typed) == secret


BAD_CODES = {
    "empty": ("", "recovery-code.length"),
    "one group short": ("0000-" * 5 + "0000", "recovery-code.length"),
    "huge": ("0" * 10_000, "recovery-code.length"),
    "a letter no code has": ("0000-0000-0000-0000-0000-0000-000U", "recovery-code.character"),
}


@pytest.mark.parametrize("name", BAD_CODES)
def test_impossible_recovery_codes(name: str) -> None:
    text, expected = BAD_CODES[name]
    with pytest.raises(UsageError) as caught:
        parse_recovery_code(text)
    assert caught.value.code == expected


def test_every_single_wrong_letter_of_a_recovery_code_is_noticed() -> None:
    code = render_recovery_code(bytes(range(16))).replace("-", "")
    for position in range(28):
        for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            if letter != code[position]:
                with pytest.raises(UsageError) as caught:
                    parse_recovery_code(code[:position] + letter + code[position + 1 :])
                assert caught.value.code == "recovery-code.typo"


# --- costs --------------------------------------------------------------------------------------

WEAK = {
    "less memory": Kdf(LIGHT.memory_kib - 1, 3, 4),
    "fewer passes": Kdf(DEFAULT.memory_kib, 2, 4),
    "nearly the tests' own": Kdf(8192, 1, 2),
}


@pytest.mark.parametrize("name", WEAK)
def test_nothing_weaker_than_light_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        SealedFile.create(tmp_path / "a.vcw", kind="wallet", passphrase=PASSPHRASE, kdf=WEAK[name])
    assert caught.value.code == "sealed-file.weak-kdf"
    file = create(tmp_path / "a.vcw")
    with pytest.raises(UsageError):
        file.change_passphrase("x", kdf=WEAK[name])


# --- places -------------------------------------------------------------------------------------


def test_an_existing_file_is_never_overwritten_by_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    first, second = create(path), create(path)
    first.save()
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        second.save()
    assert caught.value.code == "sealed-file.exists"
    with pytest.raises(UsageError):
        create(path)
    path.with_name("b.vcw").write_bytes(b"something else")
    other = create(tmp_path / "c.vcw")
    (tmp_path / "c.vcw").write_bytes(b"not ours")
    with pytest.raises(UsageError):
        other.save()
    assert path.read_bytes() == before
    assert (tmp_path / "c.vcw").read_bytes() == b"not ours"


def test_another_wallet_under_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.vcw"
    mine = create(path)
    mine.save()
    path.unlink()
    create(path).save()
    before = path.read_bytes()
    mine.put(b"x", kind="a")
    with pytest.raises(UsageError) as caught:
        mine.save()
    assert caught.value.code == "sealed-file.other-file"
    assert path.read_bytes() == before


def test_a_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.vcw", tmp_path / "link.vcw"
    create(real).save()
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("this system makes no symbolic links")
    file = reopen(link)
    file.put(b"x", kind="a")
    file.save()
    assert link.is_symlink()
    assert len(reopen(real).records()) == 1


def test_a_file_of_another_kind_is_said_so_before_anything_is_derived(tmp_path: Path) -> None:
    create(tmp_path / "a.vcw").save()
    with pytest.raises(UsageError) as caught:
        SealedFile.open(tmp_path / "a.vcw", kind="keystore", secret=SECRET)
    assert caught.value.code == "sealed-file.other-kind"


def test_what_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(VcwalletError) as caught:
        reopen(tmp_path / "nothing.vcw")
    assert caught.value.code == "sealed-file.missing"
    with pytest.raises(VcwalletError) as caught:
        reopen(tmp_path / "no folder" / "nothing.vcw")
    assert caught.value.code == "sealed-file.missing"
    with pytest.raises(VcwalletError) as caught:
        reopen(tmp_path)
    assert caught.value.code == "sealed-file.not-a-file"
    with pytest.raises(VcwalletError) as caught:
        create(tmp_path / "no folder" / "a.vcw").save()
    assert caught.value.code == "sealed-file.no-folder"
    with pytest.raises(VcwalletError) as caught:
        reopen(Path("a\0b"))
    assert caught.value.code == "sealed-file.path"


def test_the_header_is_readable_without_a_key(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    file.add_recovery_code()
    file.save()
    header = read_header(tmp_path / "a.vcw")
    assert (header.file_id.hex(), header.kind, header.generation) == (file.file_id, "wallet", 1)
    assert [slot.type for slot in header.slots] == ["argon2id", "recovery"]


def test_a_backup_is_a_readable_copy(tmp_path: Path) -> None:
    file = create(tmp_path / "a.vcw")
    record = file.put(b"x", kind="a")
    with pytest.raises(UsageError) as caught:
        file.copy_to(tmp_path / "b.vcw")
    assert caught.value.code == "sealed-file.unsaved"
    file.save()
    copy = file.copy_to(tmp_path / "b.vcw")
    assert copy.read_bytes() == (tmp_path / "a.vcw").read_bytes()
    assert reopen(copy).get(record) == b"x"
    with pytest.raises(UsageError) as caught:
        file.copy_to(tmp_path / "b.vcw")
    assert caught.value.code == "sealed-file.exists"
