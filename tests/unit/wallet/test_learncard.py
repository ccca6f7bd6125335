"""LearnCard's bundle, made after its specification: opened with its passphrase, under ceilings.

The package that writes such bundles is not published where tests can install it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.unit.wallet.shared import MASHA, NOW, Cli, Issuer, reopen, wallet
from vcwallet import limits
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.learncard import ContinuityBundle
from vcwallet.bundle.scanning import read_inputs
from vcwallet.errors import InputError, LimitExceeded, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.wallet import Intake, What

AT = ("--now", "2026-06-20T09:00:00Z")
WORDS = "вымышленный пароль"
CHEAP = {"algorithm": "argon2id", "timeCost": 1, "memoryCost": 64, "parallelism": 1}
SEED = bytes(range(32))
DID = did_key.did_of(SoftwareKey(KeyType.ED25519, SEED).public_key)


def sealed(
    content: bytes, *, salt: bytes = b"s" * 16, costs: dict[str, Any] = CHEAP, words: str = WORDS
) -> bytes:
    key = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=64).derive(words.encode())
    envelope = {
        "ciphertext": AESGCM(key).encrypt(b"i" * 12, content, None),
        "iv": b"i" * 12,
        "salt": salt,
    }
    said = {name: base64.b64encode(value).decode() for name, value in envelope.items()}
    return json.dumps({**said, "kdfParams": costs}).encode()


def bundle(*entries: tuple[str, str, bytes], did: str = DID, **changed: Any) -> bytes:
    """Entries are path, type and stored bytes."""
    contents = [
        {
            "id": path,
            "type": kind,
            "path": path,
            "mediaType": "application/json",
            "sha256": hashlib.sha256(stored).hexdigest(),
            "encrypted": path.endswith(".enc"),
            **changed,
        }
        for path, kind, stored in entries
    ]
    manifest = {
        "specVersion": "1.0.0",
        "primaryDid": did,
        "encryption": {"mode": "argon2id-aes-256-gcm"},
        "contents": contents,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        for path, _, stored in entries:
            archive.writestr(path, stored)
    return out.getvalue()


def whole(issuer: Issuer) -> bytes:
    diploma = json.dumps(issuer.diploma(number=1, holder=DID), ensure_ascii=False).encode()
    return bundle(
        ("credentials/1.json.enc", "credential", sealed(diploma)),
        ("keys/private-key-seed.txt.enc", "private-key-seed", sealed(SEED.hex().encode())),
    )


def test_it_is_opened_with_its_passphrase_and_its_key_only_when_asked(tmp_path: Path, issuer: Issuer) -> None:
    opened = wallet(tmp_path / "семья.vcw", issuer)
    child = opened.add_child(MASHA, now=NOW)
    intake = Intake.take(opened, [("learncard.zip", whole(issuer))], now=NOW)
    (piece,) = intake.pieces
    assert piece.asks_passphrase
    assert not piece.may_be_kept
    with pytest.raises(InputError) as caught:
        intake.unlock(piece.number, "другой", now=NOW)
    assert caught.value.code == "learncard.passphrase"
    assert intake.piece(1).asks_passphrase, "it can be typed again"

    intake.unlock(piece.number, WORDS, with_key=True, now=NOW)
    assert intake.piece(1).result.what is What.OPENED
    (question,) = [each for each in intake.pieces if each.asks_whose]
    assert intake.is_profile(question.number)
    intake.answer(question.number, child, now=NOW)
    assert DID in child.holder_ids
    assert len(opened.diplomas()) == 1


def test_without_its_key_a_badge_of_that_wallet_is_somebody_elses(tmp_path: Path, issuer: Issuer) -> None:
    opened = wallet(tmp_path / "семья.vcw", issuer)
    child = opened.add_child(MASHA, now=NOW)
    intake = Intake.take(opened, [("learncard.zip", whole(issuer))], now=NOW)
    intake.unlock(1, WORDS, now=NOW)
    assert "wallet.other-holder" in {each.result.error.code for each in intake.pieces if each.result.error}
    assert DID not in child.holder_ids


def test_the_command_reads_the_passphrase_from_a_file(
    tmp_path: Path, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    made = wallet(tmp_path / "семья.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    made.save()
    (tmp_path / "learncard.zip").write_bytes(whole(issuer))
    (tmp_path / "words.txt").write_text(WORDS, "utf-8")
    options = ("--child", "Проба", "--their-passphrase-file", tmp_path / "words.txt", "--with-their-key")
    assert cli("add", tmp_path / "семья.vcw", tmp_path / "learncard.zip", *options, *AT) == 0, (
        capsys.readouterr().err
    )
    assert len(reopen(tmp_path / "семья.vcw").diplomas()) == 1


def entry(stored: bytes, **changed: Any) -> bytes:
    return bundle(("credentials/1.json.enc", "credential", stored), **changed)


def envelope(salt: int, **costs: int) -> bytes:
    """One that costs its derivation and opens nothing."""
    said = {"ciphertext": bytes(32), "iv": bytes(12), "salt": salt.to_bytes(16, "big")}
    texts = {name: base64.b64encode(value).decode() for name, value in said.items()}
    return json.dumps({**texts, "kdfParams": {**CHEAP, **costs}}).encode()


def named_twice() -> bytes:
    """Two lines of the manifest for one file; a thousand would unpack it a thousand times."""
    stored = b'{"a":1}'
    with zipfile.ZipFile(io.BytesIO(bundle(("credentials/1.json", "credential", stored)))) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("manifest.json", json.dumps({**manifest, "contents": manifest["contents"] * 2}))
        archive.writestr("credentials/1.json", stored)
    return out.getvalue()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "a thousand salts": (
        bundle(
            *[(f"credentials/{n}.json.enc", "credential", envelope(n)) for n in range(limits.ZIP_MEMBERS - 1)]
        ),
        "learncard.too-many-salts",
    ),
    "as many salts as there may be, each as dear as one may be": (
        bundle(
            *[
                (
                    f"credentials/{n}.json.enc",
                    "credential",
                    envelope(n, memoryCost=limits.LEARNCARD_MEMORY_KIB, timeCost=limits.LEARNCARD_PASSES),
                )
                for n in range(limits.LEARNCARD_SALTS)
            ]
        ),
        "learncard.too-many-salts",
    ),
    "one file named by two lines": (named_twice(), "learncard.malformed"),
    "gigabytes of memory": (
        entry(sealed(b"{}", costs={**CHEAP, "memoryCost": 4_000_000})),
        "learncard.costs",
    ),
    "passes without end": (entry(sealed(b"{}", costs={**CHEAP, "timeCost": 10_000})), "learncard.costs"),
    "no lanes": (entry(sealed(b"{}", costs={**CHEAP, "parallelism": 0})), "learncard.costs"),
    "another digest": (entry(sealed(b"{}"), sha256="0" * 64), "learncard.digest"),
    "no envelope": (entry(b"[]"), "learncard.malformed"),
    "another way of deriving": (
        entry(sealed(b"{}", costs={**CHEAP, "algorithm": "pbkdf2"})),
        "learncard.malformed",
    ),
}


@pytest.mark.parametrize(("data", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_bundle_is_refused_before_anything_is_derived(data: bytes, code: str) -> None:
    with pytest.raises((InputError, LimitExceeded)) as caught:
        ContinuityBundle.read(data)
    assert caught.value.code == code
    (found,) = read_inputs([data])
    assert found.problem is not None
    assert found.problem.code == code


def test_a_seed_of_another_wallet_is_no_key(issuer: Issuer) -> None:
    strange = bundle(
        ("keys/private-key-seed.txt.enc", "seed", sealed(bytes(32).hex().encode())),
        ("credentials/1.json.enc", "credential", sealed(b"{}")),
    )
    noise = bundle(("keys/private-key-seed.txt.enc", "seed", sealed(b"no seed")))
    none = bundle(("credentials/1.json.enc", "credential", sealed(b"{}")))
    codes = []
    for data in (strange, noise, none):
        with pytest.raises(VcwalletError) as caught:
            ContinuityBundle.read(data).holder(WORDS)
        codes.append(caught.value.code)
    assert codes == ["learncard.seed", "learncard.seed", "learncard.no-seed"]


def test_an_open_bundle_is_read_as_it_is(issuer: Issuer) -> None:
    diploma = json.dumps(issuer.diploma(number=1)).encode()
    found = read_inputs([bundle(("credentials/1.json", "credential", diploma))])
    assert DocumentKind.CREDENTIAL in {each.kind for each in found}
    (locked,) = read_inputs([bundle(("credentials/1.json.enc", "credential", sealed(diploma)))])
    assert (locked.kind, locked.problem and locked.problem.code) == (
        DocumentKind.LOCKED_WALLET,
        "foreign.locked-wallet",
    )
