"""The way out and back: plain files that others read, the same wallet of them; and a child who is grown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.wallet.shared import (
    MASHA,
    NOW,
    OTHER_PASSPHRASE,
    PASSPHRASE,
    PETYA,
    Cli,
    Issuer,
    later,
    present,
    reopen,
    wallet,
)
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.wallet import Child, Wallet

AT = ("--now", "2026-06-22T09:00:00Z")


@pytest.fixture
def file(tmp_path: Path, issuer: Issuer) -> Path:
    """Masha with everything a child may have, and Petya."""
    path = tmp_path / "семья.vcw"
    family = wallet(path, issuer)
    masha, petya = family.add_child(MASHA, now=NOW), family.add_child(PETYA, now=NOW)
    family.add(issuer.diploma(PETYA, number=3), child=petya, now=NOW)
    gone = family.add(issuer.diploma(number=7), child=masha, now=NOW)
    masha.remove(gone)
    bound = family.add(
        issuer.with_hideable_parts(issuer.diploma(number=1, holder=masha.did)), child=masha, now=NOW
    )
    family.add(issuer.diploma(number=2), child=masha, now=later())
    masha.note(bound, "получена в Небывалинске", now=NOW)
    masha.attach("../грамота: 1.pdf", "application/pdf", b"%PDF-1", now=NOW)
    family.lists.remember(issuer.status_list(revoked=(2,), at=later()), now=later())
    for recipient in ("a.example", "b.example"):
        present(family, [bound], domain=recipient, purpose="поступление", now=later())
    masha.ledger.erase(masha.ledger.entries()[0].digest)
    masha.rename(MASHA.renamed("Примерова"), now=later())
    family.save()
    return path


def everything(opened: Wallet, child: Child) -> dict[str, object]:
    return {
        "profile": child.profile,
        "id": child.did,
        "ids": child.holder_ids,
        "diplomas": [(each.number, each.added, each.credential.text) for each in child.diplomas()],
        "notes": [[(note.words, note.changed) for note in notes] for notes in child.notes().values()],
        "attachments": [
            (each.number, each.name, each.media_type, each.added, each.data) for each in child.attachments()
        ],
        "history": [(each.digest, each.previous, each.showing) for each in child.ledger.entries()],
        "issuers": {(each.id, frozenset(each.keys)) for each in opened.issuers.all()},
        "statuses": [opened.status(each, now=later(2)) for each in child.diplomas()],
    }


def test_what_was_exported_is_the_same_wallet_again(tmp_path: Path, cli: Cli, file: Path) -> None:
    before = reopen(file)
    assert cli("export", file, "plain", "--plain", "--keys", "--yes", "--child", MASHA.given_name) == 0
    wallet(tmp_path / "new.vcw")
    assert cli("import", "new.vcw", "plain", *AT) == 0
    after = reopen(tmp_path / "new.vcw")
    (child,) = after.children
    assert everything(after, child) == everything(before, before.child(MASHA.given_name))
    assert cli("import", "new.vcw", "plain", *AT) == 2, "the child is there already"
    assert after.inspect(now=later(2)).problems == ()
    present(after, child.diplomas()[:1], domain="c.example", purpose="п", now=later(2))


def test_the_folder_is_readable_without_us(tmp_path: Path, cli: Cli, file: Path, issuer: Issuer) -> None:
    assert cli("export", file, "plain", "--plain", "--yes", "--child", MASHA.given_name, lang="ru") == 0
    plain = tmp_path / "plain"
    names = sorted(str(path.relative_to(plain)) for path in plain.rglob("*") if path.is_file())
    assert [name for name in names if "/" not in name] == ["README.txt", "history.json", "wallet.json"]
    assert len([name for name in names if name.startswith("diplomas/")]) == 2
    assert len([name for name in names if name.startswith("attachments/")]) == 1
    readme = (plain / "README.txt").read_text("utf-8")
    assert "Всё, что хранил кошелёк" in readme
    document = json.loads(next((plain / "issuers").iterdir()).read_text("utf-8"))
    assert document["id"] == issuer.id
    assert document["verificationMethod"]
    contents = {name: (plain / name).read_bytes() for name in names}
    assert not any((PETYA.patronymic_name or "").encode() in content for content in contents.values())
    assert not any(b"secretKey" in content or b'"keys"' in content for content in contents.values())
    assert json.loads(contents["history.json"])["shown"][1]["recipient"] == "b.example"
    # A wallet of another make is given the file of one diploma, with the one proof that most know.
    assert cli("export", file, "one", "--plain", "--single-proof", "--yes", "--child", MASHA.given_name) == 0
    for path in (tmp_path / "one" / "diplomas").iterdir():
        proofs = json.loads(path.read_text("utf-8"))["proof"]
        assert isinstance(proofs, dict)
        assert proofs["cryptosuite"] == "eddsa-rdfc-2022"
        wallet(tmp_path / f"{path.stem}.vcw", issuer).issuers.verify(path.read_bytes(), now=NOW)


def test_without_its_keys_a_child_gets_a_new_one_and_what_named_the_old_is_told(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("export", file, "plain", "--plain", "--yes", "--child", MASHA.given_name) == 0
    wallet(tmp_path / "new.vcw")
    assert cli("import", "new.vcw", "plain", *AT) == 2
    told = capsys.readouterr().err
    assert "--keys" in told
    assert told.count("holder id") == 1
    (child,) = reopen(tmp_path / "new.vcw").children
    assert len(child.diplomas()) == 1
    assert child.did != reopen(file).child(MASHA.given_name).did


def change(name: str, replace: Callable[[str], str]) -> Callable[[Path], None]:
    def doit(folder: Path) -> None:
        for path in folder.glob(name):
            path.write_text(replace(path.read_text("utf-8")), "utf-8")

    return doit


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a changed diploma": (
        change("diplomas/001*", lambda text: text.replace("победителя", "призёра")),
        "proof",
    ),
    "a changed history": (
        change("wallet.json", lambda text: text.replace("b.example", "x.example")),
        "ledger",
    ),
    "a file of another place": (
        change("wallet.json", lambda text: text.replace('"diplomas/001', '"../outside')),
        "wallet.outside-folder",
    ),
    "somebody else's diploma": (
        lambda folder: shutil.copy(folder.parent / "petya.vc.json", next((folder / "diplomas").glob("002*"))),
        "wallet.",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_folder_is_believed_no_more_than_anything_else(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, name: str
) -> None:
    """What does not hold is told and not kept; the rest is."""
    (tmp_path / "petya.vc.json").write_text(json.dumps(issuer.diploma(PETYA, number=9)), "utf-8")
    assert cli("export", file, "plain", "--plain", "--keys", "--yes", "--child", MASHA.given_name) == 0
    spoil, code = HOSTILE[name]
    spoil(tmp_path / "plain")
    new = wallet(tmp_path / "new.vcw")
    found = new.bring_back(tmp_path / "plain", now=later(2))
    ((where, error),) = found.problems
    assert error.code.startswith(code), (where, error.code)
    assert len(found.child.diplomas()) == (2 if "history" in name else 1)


@pytest.mark.parametrize("spoilt", ["", "{", '{"format": "vcwallet-child/2"}'])
def test_what_is_no_export_begins_no_child(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / "wallet.json").write_text(spoilt, "utf-8")
    new = wallet(tmp_path / "new.vcw")
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(VcwalletError) as caught:
            new.bring_back(folder, now=NOW)
        assert caught.value.code == "wallet.no-export"
    assert new.children == ()


# --- the eighteenth birthday -----------------------------------------------------------------------------


def test_the_grown_child_takes_over_and_both_wallets_say_so(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    did = reopen(file).child(MASHA.given_name).did
    arguments = (file, "own.vcw", "--child", MASHA.given_name, "--new-passphrase-file", "other.txt")
    assert cli("export-child", *arguments, "--let-go", *AT) == 2, "nobody agreed"
    assert not (tmp_path / "own.vcw").exists()
    assert cli("export-child", *arguments, "--let-go", "--yes", *AT) == 0
    assert "Copies of it that were made before still have them" in capsys.readouterr().out
    own = Wallet.open(tmp_path / "own.vcw", OTHER_PASSPHRASE)
    (grown,) = own.children
    assert grown.did == did
    present(own, grown.diplomas()[:1], domain="u.example", purpose="поступление", now=later(2))
    family = reopen(file)
    left = family.child(MASHA.given_name)
    assert (left.did, len(left.diplomas()), left.keys) == (did, 2, ())
    with pytest.raises(UsageError) as caught:
        family.prepare(left.diplomas()[:1], to="u.example", purpose="п", now=later(2))
    assert caught.value.code == "wallet.handed-over"
    petya = family.child(PETYA.given_name)
    present(family, petya.diplomas(), domain="u.example", purpose="п", now=later(2))
    assert family.inspect(now=later(2)).problems == ()
    assert family.add(family.diplomas(child=left)[0].credential, child=left, now=later(2)), "still their id"
    capsys.readouterr()
    for path, passphrase, expected in (
        (file, PASSPHRASE, "has a wallet of their own since 2026-06-22; this one has their keys no longer"),
        (tmp_path / "own.vcw", OTHER_PASSPHRASE, "has a wallet of their own since 2026-06-22"),
    ):
        (tmp_path / "p.txt").write_text(passphrase, "utf-8")
        assert cli("child", "list", path, "--passphrase-file", "p.txt") == 0
        assert expected in capsys.readouterr().out
    assert cli("export-child", file, "again.vcw", *arguments[2:], *AT) == 2, "there is no key to give"
    assert not (tmp_path / "again.vcw").exists()


def test_an_older_copy_does_not_bring_the_keys_back(tmp_path: Path, file: Path) -> None:
    shutil.copy(file, tmp_path / "копия.vcw")
    family = reopen(file)
    masha = family.child(MASHA.given_name)
    family.export_child(
        masha, tmp_path / "own.vcw", OTHER_PASSPHRASE, let_go=True, kdf=UNSAFE_FOR_TESTS, now=later()
    )
    family.merge((tmp_path / "копия.vcw",))
    assert reopen(file).child(masha.id).keys == ()


def test_who_does_not_let_go_can_still_show(tmp_path: Path, file: Path) -> None:
    family = reopen(file)
    masha = family.child(MASHA.given_name)
    own = family.export_child(
        masha, tmp_path / "own.vcw", OTHER_PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=later()
    )
    for opened in (reopen(file), own):
        handover = opened.child(masha.id).handover
        assert handover is not None
        assert (handover.day, handover.let_go) == (later(), False)
        present(opened, opened.child(masha.id).diplomas()[:1], domain="u.example", purpose="п", now=later(2))
