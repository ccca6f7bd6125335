"""A document and the signature that lies beside it are one thing in the wallet, and both are given back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import NOW, PASSPHRASE, Cli, reopen
from vcwallet.locales import language
from vcwallet.sealed_file import UNSAFE_FOR_TESTS as CHEAP
from vcwallet.speaking import wallets
from vcwallet.wallet import Child, Intake, Wallet, attachments

AT = ("--now", "2026-06-20T09:00:00Z")
TEXT = "Справка, в которой нет нашего диплома".encode()
OTHER = "Ещё одна такая справка".encode()
CMS = bytes.fromhex("3082010006092a864886f70d010702") + b"invented signature"
SECOND = CMS + b" of another person"


@pytest.mark.parametrize(
    ("name", "data", "document", "belongs"),
    [
        ("диплом.txt.sig", CMS, "диплом.txt", True),
        ("Диплом.TXT.P7S", CMS, "диплом.txt", True),
        ("диплом.sgn", CMS, "диплом.txt", True),
        ("диплом.txt.sig", CMS, "грамота.txt", False),
        ("папка/диплом.txt.sig", CMS, "диплом.txt", False),
        ("диплом.txt.sig", b"no signature at all", "диплом.txt", False),
        ("диплом.doc", CMS, "диплом.txt", False),
    ],
)
def test_a_signature_is_known_by_what_it_is_and_by_its_name(
    name: str, data: bytes, document: str, belongs: bool
) -> None:
    assert attachments.is_signature_of(name, data, document) is belongs


def test_one_entry_of_files_that_were_dropped_together(family: tuple[Wallet, Child]) -> None:
    made, child = family
    dropped = [("диплом.txt.sig", CMS), ("диплом.txt", TEXT), ("иное.txt", OTHER)]
    intake = Intake.take(made, dropped, now=NOW)
    asked = [piece for piece in intake.pieces if piece.may_be_kept]
    assert [piece.result.where for piece in asked] == ["диплом.txt", "иное.txt"]
    told = wallets.answers(intake, made, child.id, language("en")).each
    assert next(each for each in told if each.file == "диплом.txt.sig").became.word == "A signature."
    for piece in asked:
        intake.keep_unsigned(piece.number, child, now=NOW)
    assert not any(piece.is_open for piece in intake.pieces)
    # Of one moment, so their order in the list is nobody's business.
    first, second = sorted(child.attachments(), key=lambda each: each.name)
    assert first.files == (("диплом.txt", TEXT), ("диплом.txt.sig", CMS))
    assert second.signatures == ()
    assert "диплом.txt.sig" in wallets.unsigned(first, language("en")).words


def test_a_signature_that_is_not_wanted_goes_with_its_document(family: tuple[Wallet, Child]) -> None:
    intake = Intake.take(family[0], [("a.txt", TEXT), ("a.txt.sig", CMS)], now=NOW)
    (asked,) = [piece for piece in intake.pieces if piece.may_be_kept]
    intake.leave_out(asked.number)
    assert all(piece.left_out for piece in intake.pieces if piece.content is not None or piece.left_out)
    assert not any(piece.is_open for piece in intake.pieces)
    assert family[1].attachments() == ()


def test_one_that_comes_later_joins_its_document_under_the_same_number(family: tuple[Wallet, Child]) -> None:
    _, child = family
    first = child.attach("a.txt", "text/plain", TEXT, now=NOW)
    for name, data in (("a.txt.sig", CMS), ("a.sig", SECOND), ("a.txt.sig", CMS)):
        kept = child.attach(name, "application/octet-stream", data, now=NOW)
        assert (kept.number, kept.data) == (first.number, TEXT)
    (only,) = child.attachments()
    assert only.files == (("a.txt", TEXT), ("a.txt.sig", CMS), ("a.sig", SECOND))


def test_commands_keep_show_and_give_back_both(
    family: tuple[Wallet, Child], cli: Cli, tmp_path: Path, capsys: Any
) -> None:
    for name, data in (("диплом.txt", TEXT), ("диплом.txt.sig", CMS)):
        (tmp_path / name).write_bytes(data)
    given = [tmp_path / "диплом.txt", tmp_path / "диплом.txt.sig"]
    assert cli("add", tmp_path / "семья.vcw", "--unsigned", *given, *AT) == 0
    assert cli("show", tmp_path / "семья.vcw", "1", *AT) == 0
    assert "диплом.txt.sig" in capsys.readouterr().out
    assert cli("save", tmp_path / "семья.vcw", "1", tmp_path / "вынуто.txt") == 0
    assert (tmp_path / "вынуто.txt").read_bytes() == TEXT
    assert (tmp_path / "вынуто.txt.sig").read_bytes() == CMS


def test_an_export_has_both_and_a_wallet_made_of_it_too(family: tuple[Wallet, Child], tmp_path: Path) -> None:
    made, child = family
    beside = [attachments.SignatureFile("a.txt.sig", CMS), attachments.SignatureFile("a.sig", SECOND)]
    child.attach("a.txt", "text/plain", TEXT, signatures=beside, now=NOW)
    files = dict(made.plain_files(child, keys=True))
    assert files["attachments/a.txt"] == TEXT
    assert files["attachments/a.txt.sig"] == CMS
    for name, content in files.items():
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    again = Wallet.create(tmp_path / "новый.vcw", PASSPHRASE, kdf=CHEAP)
    again.bring_back(tmp_path / "export", now=NOW)
    (kept,) = again.children[0].attachments()
    assert kept.files == (("a.txt", TEXT), ("a.txt.sig", CMS), ("a.sig", SECOND))


def test_it_is_moved_removed_and_put_back_whole(family: tuple[Wallet, Child]) -> None:
    made, child = family
    beside = [attachments.SignatureFile("a.txt.sig", CMS)]
    kept = child.attach("a.txt", "text/plain", TEXT, signatures=beside, now=NOW)
    back = made.put_back(made.remove(kept))
    assert (back.number, child.attachments()[0].files) == (kept.number, kept.files)
    made.save()
    assert reopen(made.path).children[0].attachments()[0].files == kept.files
