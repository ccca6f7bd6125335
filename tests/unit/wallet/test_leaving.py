"""The way out and back: plain files that others read, the same wallet of them; and a child who is grown."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

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
from vcwallet.credentials import enveloped, verification
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.did import resolve
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.jose import open_badges_jwt
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


@pytest.mark.parametrize("name", ["CON", "nul.txt", "Com1.tar.pdf", "LPT¹.doc", "aux .txt"])
def test_a_document_called_like_a_device_is_written_on_every_system(
    tmp_path: Path, cli: Cli, file: Path, name: str
) -> None:
    """Windows makes no file of such a name: what is written there is gone, or the whole export stops."""
    opened = reopen(file)
    child = opened.child(MASHA.given_name)
    child.attach(name, "text/plain", b"kept", now=later())
    opened.save()
    assert cli("export", file, "plain", "--plain", "--yes", "--child", MASHA.given_name) == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "plain" / "attachments").iterdir()}
    assert written[f"_{name}"] == b"kept"
    assert name not in written


def test_the_folder_is_readable_without_us(tmp_path: Path, cli: Cli, file: Path, issuer: Issuer) -> None:
    assert cli("export", file, "plain", "--plain", "--yes", "--child", MASHA.given_name, lang="ru") == 0
    plain = tmp_path / "plain"
    names = sorted(path.relative_to(plain).as_posix() for path in plain.rglob("*") if path.is_file())
    assert [name for name in names if "/" not in name] == [
        "README.txt",
        "all-diplomas.json",
        "history.json",
        "wallet.json",
    ]
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
    # A wallet of another make is given the form with the one proof that most know.
    for path in (plain / "one-signature").iterdir():
        proofs = json.loads(path.read_text("utf-8"))["proof"]
        assert isinstance(proofs, dict)
        assert proofs["cryptosuite"] == "eddsa-rdfc-2022"
        wallet(tmp_path / f"{path.stem}.vcw", issuer).issuers.verify(path.read_bytes(), now=NOW)


def test_without_its_keys_a_child_gets_a_new_one_and_what_named_the_old_is_told(
    tmp_path: Path, cli: Cli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli("export", file, "plain", "--plain", "--yes", "--child", MASHA.given_name) == 0
    readme = (tmp_path / "plain" / "README.txt").read_text("utf-8")
    assert "Diplomas that name the child's own id: 1" in readme
    wallet(tmp_path / "new.vcw")
    assert cli("import", "new.vcw", "plain", *AT) == 2
    told = capsys.readouterr()
    assert "Diplomas that name the earlier id: 1" in told.out, "said before it is too late"
    assert "--keys" in told.err
    assert told.err.count("holder id") == 1
    (child,) = reopen(tmp_path / "new.vcw").children
    assert len(child.diplomas()) == 1
    assert child.did != reopen(file).child(MASHA.given_name).did


@pytest.mark.parametrize("form", ["a folder", "a ZIP file", "a ZIP file packed again"])
def test_a_wallet_of_nothing_but_the_export_can_still_present(
    tmp_path: Path, cli: Cli, file: Path, issuer: Issuer, form: str
) -> None:
    before = reopen(file)
    files = dict(before.plain_files(before.child(MASHA.given_name), keys=True))
    top = "Тестова Проба/" if form == "a ZIP file packed again" else ""
    export = tmp_path / ("export.zip" if "ZIP" in form else "export")
    if "ZIP" in form:
        with zipfile.ZipFile(export, "w") as archive:
            for name, content in files.items():
                archive.writestr(top + name, content)
    else:
        for name, content in files.items():
            (export / name).parent.mkdir(parents=True, exist_ok=True)
            (export / name).write_bytes(content)
    file.unlink()
    wallet(tmp_path / "new.vcw")
    assert cli("import", "new.vcw", export, *AT) == 0
    after = reopen(tmp_path / "new.vcw")
    (child,) = after.children
    (bound,) = (each for each in child.diplomas() if each.credential.holder_ids)
    assert bound.credential.holder_ids == {child.did}
    shown = present(after, [bound], domain="c.example", purpose="п", now=later(2), challenge="вопрос")
    (proof,) = verification.verify(
        Presentation.parse(shown.bundle.presentation),
        resolve=lambda did: issuer.document if did == issuer.id else resolve(did),
        now=later(2),
        domain="c.example",
        challenge="вопрос",
    )
    assert proof.verification_method.id.startswith(child.did)


def test_a_zip_file_is_believed_no_more_than_a_folder(tmp_path: Path, file: Path) -> None:
    family = reopen(file)
    good = family.plain_zip(family.child(MASHA.given_name), keys=True, now=NOW)
    new = wallet(tmp_path / "new.vcw")
    for content, code in (
        (b"PK\x03\x04" + b"\0" * 64, "archive.unreadable"),
        (good.replace(b"wallet.json", b"callet.json"), "wallet.no-export"),
        (b"%PDF-1", "wallet.no-export"),
    ):
        (tmp_path / "export.zip").write_bytes(content)
        with pytest.raises(VcwalletError) as caught:
            new.bring_back(tmp_path / "export.zip", now=NOW)
        assert caught.value.code == code
    assert new.children == ()


def test_pictures_carry_the_diploma_with_one_signature(tmp_path: Path, file: Path, issuer: Issuer) -> None:
    family = reopen(file)
    files = dict(family.plain_files(family.child(MASHA.given_name)))
    pictures = {name: content for name, content in files.items() if name.startswith("pictures/")}
    assert len(pictures) == 4
    other = wallet(tmp_path / "other.vcw", issuer)
    for name, content in pictures.items():
        if name.endswith(".png"):
            with Image.open(io.BytesIO(content)) as opened:
                opened.load()
                badge = opened.info["openbadgecredential"]
        else:
            (badge,) = re.findall(r"<!\[CDATA\[(.*)\]\]>", content.decode("utf-8"))
        assert json.loads(badge)["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
        other.issuers.verify(badge, now=NOW)


def test_the_backup_for_the_phone_has_each_key_and_its_diplomas(
    tmp_path: Path, file: Path, issuer: Issuer
) -> None:
    """Learner Credential Wallet has one key in a profile, and a child may have several."""
    family = reopen(file)
    masha = family.child(MASHA.given_name)
    second = SoftwareKey.generate(KeyType.ED25519)
    masha.adopt_key(second)
    other = did_key.did_of(second.public_key)
    family.add(issuer.diploma(number=12, holder=other), child=masha, now=NOW)
    assert "Wallet Backup.json" not in dict(family.plain_files(masha))
    profiles = json.loads(dict(family.plain_files(masha, keys=True))["Wallet Backup.json"])
    subjects = []
    for profile in profiles:
        kinds: dict[str, list[dict[str, Any]]] = {}
        for item in profile["contents"]:
            kinds.setdefault(str(item.get("type", "did")), []).append(item)
        assert {"did", "Ed25519VerificationKey2020", "X25519KeyAgreementKey2020", "ProfileMetadata"} < set(
            kinds
        )
        (did,) = (item["id"] for item in kinds["did"])
        badges = kinds["['VerifiableCredential', 'OpenBadgeCredential']"]
        subjects.append((did, sorted(each["credentialSubject"]["id"][:8] for each in badges)))
        assert all(isinstance(each["proof"], dict) for each in badges)
    assert subjects == [(masha.did, ["did:key:", "urn:uuid"]), (other, ["did:key:"])]


def test_the_readme_says_which_diplomas_are_not_among_all(file: Path, issuer: Issuer) -> None:
    """A token cannot lie in that presentation as other programs read it, so its own file is needed too."""
    family = reopen(file)
    masha = family.child(MASHA.given_name)
    assert b"tokens" not in dict(family.plain_files(masha, lang="en"))["README.txt"]
    badge = {name: value for name, value in issuer.diploma(number=13).items() if name != "proof"}
    token = open_badges_jwt.secure(badge, key=issuer.parts_key, verification_method=f"{issuer.id}#key-2")
    family.add(enveloped.recognise(token).json, child=masha, now=NOW)
    files = dict(family.plain_files(masha, lang="en"))
    assert "issued as tokens (.jwt, .sd-jwt): 1." in files["README.txt"].decode()
    assert token.encode() in files.values()
    ids = [each["id"] for each in json.loads(files["all-diplomas.json"])["verifiableCredential"]]
    assert ids
    assert badge["id"] not in ids


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
