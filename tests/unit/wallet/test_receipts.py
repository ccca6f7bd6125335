"""The receipt of a recipient: kept beside its line, from nobody else, for no other showing."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import NOW, PASSPHRASE, Cli, Issuer, reopen, wallet
from tests.world import seeded_key
from vcwallet import strict_json
from vcwallet.bundle import scanning, slip
from vcwallet.bundle.kinds import DocumentKind, kind_of
from vcwallet.bundle.request import Request
from vcwallet.bundle.slip import Slip
from vcwallet.cli.request import receipt_key
from vcwallet.cli.speak import Speaker
from vcwallet.cli.verify import desk_of
from vcwallet.credentials import gate
from vcwallet.credentials import receipt as receipts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import Place
from vcwallet.errors import DocumentError, InputError, KeyUnavailable, UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.locales import language
from vcwallet.report import Fate, Outcome, Report
from vcwallet.sealed_file import UNSAFE_FOR_TESTS, SealedFile
from vcwallet.speaking.receipts import receipt_words
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier
from vcwallet.verifier.desk_key import KIND, DeskKey
from vcwallet.wallet import Shown, Wallet

PRIEM = "priem.vuz.example"
LATER = NOW + timedelta(days=2)


def desk(name: str = "desk", identifier: str | None = None) -> DeskKey:
    key = seeded_key(name)
    return DeskKey(identifier or did_key.did_of(key.public_key), "Приёмная комиссия", key)


@dataclass
class Scene:
    """A family that showed a diploma, and the office's report."""

    family: Wallet
    shown: Shown
    report: Report

    def receipt(self, by: DeskKey) -> dict[str, Any]:
        return by.sign(self.report, receipt_words(self.report, language("ru")), now=LATER)


def scene(tmp_path: Path, issuer: Issuer, key: str | None = None) -> Scene:
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add(issuer.with_hideable_parts(issuer.diploma()), now=NOW)
    asked = Request(PRIEM, "поступление 2027", NOW, receipt_key=key)
    drafts = family.prepare(family.diplomas(), request=asked, now=NOW)
    shown = family.sign(drafts, now=NOW)
    trust = TrustList.start(now=NOW).with_issuer(
        issuer.document, name={"ru": issuer.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    report = Verifier(trust).check(shown.bundle, domain=PRIEM, now=LATER)
    return Scene(family, shown, report)


PINNED = seeded_key("desk").public_key.multibase


def code_of(scene: Scene, document: Mapping[str, Any], **more: Any) -> str:
    with pytest.raises(VcwalletError) as caught:
        scene.family.receive(dict(document), now=LATER, **more)
    assert all(entry.receipt is None for child in scene.family.children for entry in child.ledger.entries())
    return caught.value.code


def test_a_receipt_is_kept_beside_the_line_of_its_showing(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer, PINNED)
    signed = one.receipt(desk())
    kept = one.family.receive(signed, now=LATER)
    assert (kept.is_news, kept.entry.digest) == (True, one.shown.ledger_entry.digest)
    assert not one.family.receive(signed, now=LATER).is_news
    one.family.save()
    again = reopen(tmp_path / "a.vcw")
    (entry,) = again.children[0].ledger.entries()
    assert entry.receipt == signed
    assert again.history(again.children[0])["shown"][0]["receipt"] == signed  # type: ignore[call-overload,index]
    assert entry.digest == one.shown.ledger_entry.digest


def test_the_words_are_the_report_s_and_promise_nothing(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer, PINNED)
    confirmed = sum(item.outcome is Fate.CONFIRMED for item in one.report.items)
    russian, english = (receipt_words(one.report, language(code)) for code in ("ru", "en"))
    assert f"{confirmed} из {len(one.report.items)}" in russian
    assert "22.06.2026" in russian
    assert "поступление 2027" in russian
    assert "no promise of admission" in english
    said = receipts.read(one.receipt(desk()))
    assert (said.words, said.showing, said.checked) == (russian, one.report.digest, LATER)


def test_a_receipt_that_was_changed_or_forged_is_refused(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer, PINNED)
    signed = one.receipt(desk())
    subject = {**signed["credentialSubject"], "description": "Вы зачислены."}
    assert code_of(one, {**signed, "credentialSubject": subject}) == "proof.signature"
    # Another key under the office's own name.
    forged = one.receipt(desk("forger", desk().id))
    assert code_of(one, forged) in ("proof.signature", "key.not-pinned", "credential.issuer-key")
    unsigned = {name: value for name, value in signed.items() if name != "proof"}
    assert code_of(one, unsigned) == "credential.no-proof"
    assert code_of(one, {**signed, "extra": 1}) == "receipt.malformed"


def test_a_receipt_of_another_university_is_refused_by_name(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer, PINNED)
    assert code_of(one, one.receipt(desk("another"))) == "receipt.other-recipient"
    site = desk("another", "did:web:other.example")
    assert code_of(one, one.receipt(site)) == "receipt.other-recipient"


def test_a_receipt_for_another_showing_is_refused(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer, PINNED)
    digest = "sha256-" + "A" * 43 + "="
    other = replace(one.report, digest=digest)
    assert code_of(one, desk().sign(other, "x", now=LATER)) == "receipt.other-showing"
    early = desk().sign(one.report, "x", now=NOW - timedelta(days=2))
    assert code_of(one, early) == "receipt.early"


def test_without_a_key_in_the_request_the_recipient_s_site_must_be_known(
    tmp_path: Path, issuer: Issuer
) -> None:
    one = scene(tmp_path, issuer)
    own = desk("site", f"did:web:{PRIEM}")
    signed = one.receipt(own)
    assert code_of(one, one.receipt(desk())) == "receipt.key-unknown"
    with pytest.raises(KeyUnavailable) as caught:
        one.family.receive(signed, now=LATER)
    assert caught.value.code == "receipt.key-unknown"
    trust = TrustList.start(now=NOW).with_issuer(
        own.document, name={"ru": "Вуз"}, scopes=[], fingerprints=NOT_COMPARED, now=NOW
    )
    other = TrustList.start(now=NOW).with_issuer(
        desk("x", "did:web:other.example").document,
        name={"ru": "Вуз"},
        scopes=[],
        fingerprints=NOT_COMPARED,
        now=NOW,
    )
    assert (
        code_of(one, one.receipt(desk("x", "did:web:other.example")), listed=other)
        == "receipt.other-recipient"
    )
    assert one.family.receive(signed, listed=trust, now=LATER).is_news


def test_the_wallet_may_know_the_recipient_s_site_itself(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer)
    own = desk("site", f"did:web:{PRIEM}")
    one.family.add_issuer(own.document, now=NOW)
    assert code_of(one, one.receipt(desk())) == "receipt.other-recipient"
    assert one.family.receive(one.receipt(own), now=LATER).is_news


def test_a_folder_of_the_recipient_s_host_is_not_the_recipient_unless_somebody_says_so(
    tmp_path: Path, issuer: Issuer
) -> None:
    one = scene(tmp_path, issuer)
    folder = desk("folder", f"did:web:{PRIEM}:students:ivan")
    signed = one.receipt(folder)
    assert code_of(one, signed) == "receipt.key-unknown"
    one.family.add_issuer(folder.document, now=NOW)
    assert code_of(one, signed) == "receipt.key-unknown"
    listed = TrustList.start(now=NOW).with_issuer(
        folder.document, name={"ru": "Иван"}, scopes=[], fingerprints=NOT_COMPARED, now=NOW
    )
    assert code_of(one, signed, listed=listed) == "receipt.key-unknown"
    site = listed.with_issuer(
        desk("site", f"did:web:{PRIEM}").document,
        name={"ru": "Вуз"},
        scopes=[],
        fingerprints=NOT_COMPARED,
        now=NOW,
    )
    assert code_of(one, signed, listed=site) == "receipt.other-recipient"


def test_a_desk_in_a_folder_of_the_site_signs_where_the_request_named_its_key(
    tmp_path: Path, issuer: Issuer
) -> None:
    folder = desk("desk", f"did:web:{PRIEM}:priem")
    one = scene(tmp_path, issuer, PINNED)
    assert one.family.receive(one.receipt(folder), now=LATER).is_news


def test_what_is_refused_or_no_showing_gets_no_receipt(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer)
    trust = TrustList.start(now=NOW)
    elsewhere = Verifier(trust).check(one.shown.bundle, domain="other.example", now=LATER)
    alone = Verifier(trust).check(one.family.diplomas()[0].credential, now=LATER)
    for report in (elsewhere, alone):
        with pytest.raises(UsageError) as caught:
            desk().sign(report, "x", now=LATER)
        assert caught.value.code == "receipt.no-showing"
    assert elsewhere.outcome is Outcome.REFUSED


def test_a_receipt_is_no_diploma_and_a_diploma_no_receipt(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer, PINNED)
    signed = one.receipt(desk())
    diploma = issuer.diploma()
    assert (kind_of(signed), kind_of(diploma)) == (DocumentKind.RECEIPT, DocumentKind.CREDENTIAL)
    for document, place in ((signed, Place.DIPLOMA), (diploma, Place.RECEIPT), (signed, Place.STATUS_LIST)):
        answer = gate.admit(
            Credential.parse(document), place, issuers=one.family.issuers, now=LATER, stored=True
        )
        assert not answer.admitted
    with pytest.raises(DocumentError) as caught:
        receipts.read(diploma)
    assert caught.value.code == "receipt.malformed"
    # Shown as if it were a diploma, nothing of it counts.
    report = Verifier(TrustList.start(now=NOW)).check(signed, now=LATER)
    assert report.items[0].outcome is Fate.UNKNOWN
    (result,) = one.family.add_files([strict_json.dumps(signed).encode()], now=LATER)
    assert result.what.value == "not-a-diploma"


def test_a_receipt_goes_where_its_line_goes(tmp_path: Path, issuer: Issuer) -> None:
    one = scene(tmp_path, issuer, PINNED)
    signed = one.receipt(desk())
    one.family.receive(signed, now=LATER)
    one.family.save()
    child = one.family.children[0]
    folder = tmp_path / "plain"
    for name, content in one.family.plain_files(child):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    back = wallet(tmp_path / "b.vcw", issuer)
    brought = back.bring_back(folder, now=LATER)
    assert [entry.receipt for entry in brought.child.ledger.entries()] == [signed]
    own = one.family.export_child(child, tmp_path / "own.vcw", PASSPHRASE, kdf=UNSAFE_FOR_TESTS, now=LATER)
    assert [entry.receipt for entry in own.children[0].ledger.entries()] == [signed]
    child.ledger.erase(one.shown.ledger_entry.digest)
    assert [entry.receipt for entry in child.ledger.entries()] == [None]
    assert child.ledger.receipts() == []


def test_on_paper_and_back(
    tmp_path: Path, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    one = scene(tmp_path, issuer, PINNED)
    one.family.save()
    signed = one.receipt(desk())
    words = Slip("Расписка", notes=(receipt_words(one.report, language("ru")),))
    for name in ("r.png", "r.svg", "r.pdf", "r.json"):
        content = slip.render(signed, slip.form_of(Path(name)), words, language("ru"), seconds=0)
        (tmp_path / name).write_bytes(content)
    for name in ("r.png", "r.pdf", "r.json"):
        (found,) = scanning.read_inputs([tmp_path / name])
        assert (found.kind, found.document) == (DocumentKind.RECEIPT, signed), name
    assert cli("history", "a.vcw") == 0
    assert "Received" not in capsys.readouterr().out
    assert cli("receipt", "a.vcw", "r.png", "--now", LATER.isoformat()) == 0
    assert "priem.vuz.example received it on 2026-06-22" in capsys.readouterr().out
    assert cli("receipt", "a.vcw", "r.json", "--now", LATER.isoformat(), lang="ru") == 0
    assert "уже" in capsys.readouterr().out
    assert cli("history", "a.vcw", lang="ru") == 0
    listed = capsys.readouterr().out
    assert "Получено" in listed
    assert "22.06.2026" in listed
    assert cli("history", "show", "a.vcw", "1", lang="ru") == 0
    told = capsys.readouterr().out
    assert receipt_words(one.report, language("ru")).split(":")[0] in told
    (tmp_path / "diploma.json").write_text(strict_json.dumps(issuer.diploma()), "utf-8")
    assert cli("receipt", "a.vcw", "diploma.json") == 2
    assert "no receipt" in capsys.readouterr().err
    with pytest.raises(UsageError) as caught:
        scanning.the_receipt(scanning.read_inputs([Path("diploma.json")]), "diploma.json")
    assert caught.value.code == "receipt.none"
    with pytest.raises(UsageError) as caught:
        slip.form_of(Path("r.docx"))
    assert caught.value.code == "slip.form"


def test_a_request_says_which_key_signs_receipts() -> None:
    asked = Request(PRIEM, "x", NOW, receipt_key=PINNED)
    document = asked.to_json()
    assert document["receiptKey"] == PINNED
    assert Request.parse(document) == asked
    for wrong in ("", "z6Mk", 7, "did:key:" + PINNED):
        with pytest.raises(InputError) as caught:
            Request.parse({**document, "receiptKey": wrong})
        assert caught.value.code == "request.malformed"


def test_a_desk_s_key_is_sealed_and_its_document_names_it(tmp_path: Path) -> None:
    path = tmp_path / "desk.key"
    published: list[bytes] = []
    made = DeskKey.create(path, PASSPHRASE, name="Комиссия", kdf=UNSAFE_FOR_TESTS, publish=published.append)
    assert published == [made.published()]
    opened = DeskKey.open(path, PASSPHRASE)
    assert (opened.id, opened.name) == (made.id, "Комиссия")
    assert opened.key.public_key == made.key.public_key
    site = DeskKey.create(
        tmp_path / "site.key",
        PASSPHRASE,
        name="Вуз",
        site=f"https://{PRIEM}",
        kdf=UNSAFE_FOR_TESTS,
        publish=published.append,
    )
    assert site.id == f"did:web:{PRIEM}"
    assert site.document.verification_methods[0].id == site.method
    assert json.dumps(made.document.to_json()).count(made.key.public_key.multibase) >= 1


def test_there_is_no_key_without_its_public_half(tmp_path: Path) -> None:
    """On a full disk the key stayed, and nobody could be given what it signs by."""

    def full(_: bytes) -> None:
        raise OSError(errno.ENOSPC, "full")

    path = tmp_path / "desk.key"
    with pytest.raises(OSError, match="full"):
        DeskKey.create(path, PASSPHRASE, name="Комиссия", kdf=UNSAFE_FOR_TESTS, publish=full)
    assert not path.exists()


def test_a_file_that_is_no_desk_s_key_or_names_several_is_told(tmp_path: Path, issuer: Issuer) -> None:
    path = tmp_path / "empty.key"
    SealedFile.create(path, kind=KIND, passphrase=PASSPHRASE, kdf=UNSAFE_FOR_TESTS).save()
    with pytest.raises(DocumentError) as caught:
        DeskKey.open(path, PASSPHRASE)
    assert caught.value.code == "desk-key.incomplete"
    two = tmp_path / "two.did.json"
    two.write_text(strict_json.dumps(issuer.document.to_json()), "utf-8")
    with pytest.raises(UsageError) as caught_too:
        receipt_key(two)
    assert caught_too.value.code == "request.desk"
    with pytest.raises(UsageError) as no_key:
        desk_of(Speaker(language("en")), None, None)
    assert no_key.value.code == "receipt.no-desk"
