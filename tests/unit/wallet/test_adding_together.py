"""Files of a wallet are looked at by several processes: the results of one, and no secret in any other."""

from __future__ import annotations

import json
import pickle
import shutil
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, PETYA, Cli, Issuer, wallet
from vcwallet import executors, strict_json
from vcwallet.bundle import codec, looking, opening, symbols
from vcwallet.bundle.codec import Bundle
from vcwallet.executors import Crew
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Intake, Wallet, What


@pytest.fixture
def handed_out(tmp_path: Path, issuer: Issuer) -> Path:
    """What a family was handed: diplomas of both children, in every kind of file, and what is none."""
    folder = tmp_path / "дипломы"
    folder.mkdir()

    def write(name: str, document: Any) -> None:
        (folder / name).write_text(strict_json.dumps(document), "utf-8")

    for number in range(1, 7):
        write(f"диплом {number}.vc.json", issuer.diploma(MASHA if number % 2 else PETYA, number=number))
    write("диплом 1 ещё раз.vc.json", issuer.with_hideable_parts(issuer.diploma(MASHA, number=1)))
    changed = json.loads(json.dumps(issuer.diploma(MASHA, number=9)))
    changed["credentialSubject"]["familyName"] = "Другова"
    write("изменён.vc.json", changed)
    write("did.json", issuer.document.to_json())
    write("status.json", issuer.status_list())
    shown: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [issuer.diploma(MASHA, number=11)],
    }
    drawn = symbols.lay_out(codec.encode(Bundle(shown)))
    (folder / "снимок.png").write_bytes(symbols.png(drawn))
    (folder / "письмо.html").write_text("<!doctype html><p>Здравствуйте", "utf-8")
    (folder / "порван.pdf").write_bytes(b"%PDF-1.7 cut")
    shutil.make_archive(str(folder / "архив"), "zip", folder, "диплом 2.vc.json")
    return folder


def family(path: Path) -> Wallet:
    made = wallet(path)
    for profile in (MASHA, PETYA):
        made.add_child(profile, now=NOW)
    return made


def taken(opened: Wallet, folder: Path, crew: Crew | None = None) -> list[tuple[Any, ...]]:
    intake = Intake.take(opened, [folder], crew=crew, now=NOW)
    return [
        (
            piece.result.where,
            piece.result.what,
            piece.result.child,
            piece.result.kind,
            str(piece.result.error),
            piece.asks_whose,
            intake.title(piece.number),
            piece.content,
        )
        for piece in intake.pieces
    ]


def test_two_processes_add_what_one_adds(tmp_path: Path, handed_out: Path) -> None:
    alone = taken(family(tmp_path / "1.vcw"), handed_out)
    with executors.processes(2, looking.prepare) as crew:
        together = taken(family(tmp_path / "2.vcw"), handed_out, crew)
    assert together == alone
    assert {what for _, what, *_ in alone} >= {
        What.ADDED,
        What.ALREADY_THERE,
        What.FAILED,
        What.ISSUER_LEARNT,
        What.STATUS_LIST_LEARNT,
        What.NOT_A_DIPLOMA,
    }


class Post(Executor):
    """Keeps a copy of all that is sent to another process, and does the work here."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    def submit(self, work: Any, /, *pieces: Any, **_: Any) -> Future[Any]:
        self.letters.append(pickle.dumps((work, pieces)))
        future: Future[Any] = Future()
        future.set_result(work(*pieces))
        return future


def test_what_is_in_the_wallet_goes_to_no_other_process(
    tmp_path: Path, handed_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = family(tmp_path / "семья.vcw")
    secrets = [child.key.secret_multibase for child in opened.children]
    names = [child.name.split()[0] for child in opened.children]
    post = Post()
    with opening.Opener() as opener:
        monkeypatch.setattr(looking, "_opener", opener)
        taken(opened, handed_out, Crew(post, 2))
    assert len(post.letters) > 10
    said = b"\n".join(post.letters)
    assert "диплом 1.vc.json".encode() in said
    for secret in (PASSPHRASE, *secrets, *names, "did:key"):
        assert secret.encode() not in said


def test_the_command_says_the_same_with_any_number_of_workers(
    tmp_path: Path, handed_out: Path, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for workers in (1, 2):
        path = tmp_path / f"{workers}" / "семья.vcw"
        path.parent.mkdir()
        wallet(path).save()
        status = cli("add", path, handed_out, "--yes", "--workers", str(workers))
        told.append((status, *capsys.readouterr()))
    assert told[0] == told[1]
    assert "+ " in told[0][1]
