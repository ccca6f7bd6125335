"""What is typed in each transcript, and the folder in which it is typed. All people are invented."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import national_kit
from tests.shared import ROOT
from tests.unit.wallet import shared
from tests.unit.wallet.shared import MASHA, PETYA, Issuer, reopen, wallet
from tests.world import NOW, UNIVERSITY, World
from vcwallet import strict_json
from vcwallet.bundle import writing
from vcwallet.bundle.writing import BundleForm
from vcwallet.locales import language
from vcwallet.strict_json import Json

Words = tuple[str, ...]


@dataclass(frozen=True)
class Story:
    prepare: Callable[[Path], None]
    commands: tuple[Words, ...]


def write(path: Path, document: Json) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(strict_json.dumps(document), "utf-8")


# --- a family ----------------------------------------------------------------------------------------

_AT = ("--now", "2026-06-20T09:00:00Z")
_TO = ("--to", UNIVERSITY, "--purpose", "Приём 2026", "--yes", *_AT)


def _family(folder: Path) -> None:
    issuer = Issuer()
    family = wallet(folder / "family.vcw")
    family.add_child(MASHA, now=shared.NOW)
    family.save()
    (folder / "stick").mkdir()
    (folder / "скан.pdf").write_bytes(b"%PDF-1.4")
    (folder / "weak.txt").write_text("лето2026", "utf-8")
    forged = issuer.diploma(number=5)
    forged["validFrom"] = "2020-01-01T00:00:00Z"
    documents = {
        "1 did.json": issuer.document.to_json(),
        "2 status.json": issuer.status_list(revoked=(2,)),
        "3 тур 1.vc.json": issuer.with_hideable_parts(issuer.diploma(number=1)),
        "4 тур 2.vc.json": issuer.with_hideable_parts(issuer.diploma(number=2)),
        "5 тур 3.vc.json": issuer.diploma(PETYA, number=3),
        "6 stranger.vc.json": Issuer(id="did:web:stranger.example").diploma(number=4),
        "7 forged.vc.json": forged,
    }
    for name, document in documents.items():
        write(folder / "given" / name, document)
    shutil.copy(folder / "family.vcw", folder / "conflict.vcw")
    there = reopen(folder / "conflict.vcw")
    there.issuers.remember(issuer.document, now=shared.NOW)
    there.add(issuer.diploma(number=9), now=shared.NOW)
    there.save()


# --- an issuer ---------------------------------------------------------------------------------------

_DAY = ("--now", "2026-06-01")


def _office(folder: Path) -> None:
    sheets = ROOT / "examples" / "sheets"
    for name in ("olympiad-results.csv", "olympiad-results-bad.csv"):
        shutil.copy(sheets / name, folder / name)
    # A few rows are enough to see what is said of them.
    rows = (folder / "olympiad-results.csv").read_bytes().splitlines(keepends=True)
    (folder / "olympiad-results.csv").write_bytes(b"".join(rows[:4]))


# --- a university ------------------------------------------------------------------------------------

_CHECKED = ("--now", NOW.isoformat().replace("+00:00", "Z"))


def _admission(folder: Path) -> None:
    world = World()
    strict = world.trust(recipient=UNIVERSITY)
    write(folder / "trust.json", strict.to_json())
    write(folder / "shown.json", strict_json.loads(world.bundle().text))
    (folder / "shown.png").write_bytes(writing.render(world.bundle(), BundleForm.PNG, language("ru")))
    (folder / "cut.png").write_bytes((folder / "shown.png").read_bytes()[:400])
    (folder / "empty.json").write_bytes(b"")
    changed = strict_json.dumps(strict_json.loads(world.bundle().text)).replace("Олимпиада", "Олимпиадa", 1)
    (folder / "changed.json").write_text(changed, "utf-8")
    write(folder / "site" / "did.json", world.olympiad.document.to_json())
    write(folder / "site" / "status.json", world.olympiad.status())


# --- a kit's maintainer ------------------------------------------------------------------------------


def _centre(folder: Path) -> None:
    for source in (national_kit.FOLDER, national_kit.ADMISSION, national_kit.ADMISSION / "levels"):
        for path in source.glob("*.*"):
            shutil.copy(path, folder / path.name)
    newer = json.loads((folder / "national.json").read_text("utf-8"))
    newer["version"] = 2
    newer["issuers"][0]["scopes"][0]["profiles"].append("астрономия")
    newer["removed"] = [{"entry": newer["issuers"].pop()["entry"], "on": "2027-01-20"}]
    (folder / "newer.json").write_text(strict_json.dumps(newer), "utf-8")


def _kit(day: str, *words: str) -> Words:
    return ("kit", *words, "--now", f"2027-01-{day}")


_DIR = ("--dir", "kit")
_KEY = "--key"

STORIES = {
    "kit": Story(
        _centre,
        (
            _kit("11", "init", "kit", "--kit", "vymysel", "--name", "«Вымысел»", "--paper", "paper.txt"),
            _kit("11", "init", "kit", "--kit", "vymysel", "--name", "«Вымысел»"),
            ("kit", "add", "national.json", "2025-26.json", "vymysel-2027.toml", *_DIR),
            ("kit", "add", "vymysel-status.json", "README.md", *_DIR),
            ("kit", "add", "vymysel-status.json", *_DIR),
            ("kit", "add", "region-00.json", "--body", "region-00", *_DIR),
            _kit("12", "build", *_DIR),
            _kit("12", "sign", "kit/draft-1.zip", _KEY, "keys/targets-1.vcw", "--yes"),
            _kit("12", "sign", "kit/draft-1.zip", _KEY, "keys/root-1.vcw", "--yes"),
            _kit("13", "publish", "kit/draft-1.zip", "kit.zip", _KEY, "keys/timestamp.vcw", *_DIR),
            _kit("13", "sign", "kit/draft-1.zip", _KEY, "keys/status.vcw", "--yes"),
            _kit("13", "publish", "kit/draft-1.zip", "kit.zip", "stick", _KEY, "keys/timestamp.vcw", *_DIR),
            ("kit", "add", "newer.json", *_DIR),
            ("kit", "rotate", "root", *_DIR),
            _kit("21", "build", *_DIR),
            ("kit", "remove", "trust/national.json", *_DIR),
            _kit("22", "build", *_DIR),
            ("kit", "rotate", "snapshot", *_DIR),
        ),
    ),
    "wallet": Story(
        _family,
        tuple(
            ("wallet", *words)
            for words in (
                ("list", "family.vcw", *_AT),
                ("add", "family.vcw", "given", *_AT),
                ("add", "family.vcw", "given", "--yes", *_AT),
                ("list", "family.vcw", *_AT),
                ("list", "family.vcw", "--child", "Проба", "--text", "тур 1", *_AT),
                ("show", "family.vcw", "3", *_AT),
                ("note", "family.vcw", "3", "вручена в Небывалинске", *_AT),
                ("present", "family.vcw", "1", *_TO, "--hide", "born,school", "--out", "bundle.png"),
                ("present", "family.vcw", "3", *_TO, "--hide", "born", "--out", "again.png"),
                ("present", "family.vcw", "3", "2", *_TO, "--out", "two.png"),
                ("present", "family.vcw", "3", *_TO, "--hide", "brn", "--out", "misspelt.png"),
                ("present", "family.vcw", "--child", "Проба", *_TO, "--out", "all.png"),
                ("history", "family.vcw"),
                (
                    "child",
                    "add",
                    "family.vcw",
                    "--given",
                    "Выдумка",
                    "--family",
                    "Тестова",
                    "--born",
                    "03.04.2015",
                    *_AT,
                ),
                ("child", "rename", "family.vcw", "--child", "Проба", "--family", "Примерова", *_AT),
                ("child", "list", "family.vcw"),
                ("request-id", "family.vcw", "--child", "Выдумка", "--out", "id.png", *_AT),
                ("refresh", "family.vcw", *_AT),
                ("add", "family.vcw", "скан.pdf", "--unsigned", "--child", "Проба", *_AT),
                ("remove", "family.vcw", "3", "--yes"),
                ("backup", "family.vcw", "stick", *_AT),
                ("selftest", "family.vcw", *_AT),
                ("recovery-sheet", "family.vcw", "--out", "sheet.txt", "--yes", *_AT),
                ("recovery-sheet", "family.vcw", "--out", "other-sheet.txt", *_AT),
                ("merge", "family.vcw"),
                ("export", "family.vcw", "plain", "--plain", "--yes", "--child", "Проба"),
                ("check", "family.vcw", *_AT),
                (
                    "export-child",
                    "family.vcw",
                    "own.vcw",
                    "--child",
                    "Проба",
                    "--new-passphrase-file",
                    "other.txt",
                    *_AT,
                ),
                ("restore", "family.vcw", "again.vcw", *_AT),
                ("passphrase", "family.vcw", "--new-passphrase-file", "weak.txt"),
                ("passphrase", "family.vcw", "--new-passphrase-file", "other.txt"),
                ("list", "family.vcw"),
                ("list", "nowhere.vcw"),
                ("create", "family.vcw"),
            )
        ),
    ),
    "issuer": Story(
        _office,
        tuple(
            ("issuer", *words)
            for words in (
                ("kits",),
                ("create", "--kit", "olympiad", "--site", "https://olymp.example", "olympiad"),
                ("check-kit", "--dir", "olympiad"),
                ("check", "olympiad-results-bad.csv", "--dir", "olympiad", *_DAY),
                ("check", "olympiad-results.csv", "--dir", "olympiad", *_DAY),
                ("issue", "--yes", "olympiad-results.csv", "--dir", "olympiad", *_DAY),
                ("issue", "--yes", "olympiad-results.csv", "--dir", "olympiad", *_DAY),
                ("issue", "--yes", "nowhere.csv", "--dir", "olympiad", *_DAY),
                ("list", "--dir", "olympiad"),
                ("revoke", "urn:uuid:nobody", "--dir", "olympiad", *_DAY),
                ("publish", "site", "--dir", "olympiad", *_DAY),
                ("check-id", "olympiad-results.csv", "--dir", "olympiad", *_DAY),
                ("list",),
                ("issue",),
            )
        ),
    ),
    "trust": Story(
        _admission,
        tuple(
            ("trust", *words)
            for words in (
                ("create", "list.json", "--name", "Приёмная комиссия", "--domain", UNIVERSITY, *_CHECKED),
                ("create", "list.json", *_CHECKED),
                ("add", "list.json", "site", "--name", "Олимпиада «Вымысел»", *_CHECKED),
                ("show", "list.json", *_CHECKED),
                ("show", "trust.json", *_CHECKED),
                ("show", "shown.json", *_CHECKED),
                ("show", "nowhere.json", *_CHECKED),
                ("remove", "list.json", "nobody", *_CHECKED),
            )
        ),
    ),
    "request": Story(
        _admission,
        (
            (
                "request",
                "--domain",
                UNIVERSITY,
                "--purpose",
                "Приём 2026",
                "--no-challenge",
                "--out",
                "-",
                *_CHECKED,
            ),
            ("request", "--domain", UNIVERSITY, "--purpose", "Приём 2026", "--out", "request.png", *_CHECKED),
            ("request", "--domain", UNIVERSITY, "--purpose", "Приём 2026", "--fields", "brn", "--out", "-"),
            ("request", "--domain", UNIVERSITY, "--purpose", "Приём 2026", "--out", "request.docx"),
            ("request", "--domain", UNIVERSITY),
        ),
    ),
    "verify": Story(
        _admission,
        tuple(
            ("verify", *words)
            for words in (
                ("shown.png", "--trust", "trust.json", *_CHECKED),
                ("shown.png", "--trust", "trust.json", "--details", *_CHECKED),
                ("shown.json", "--trust", "trust.json", "--domain", "other.example", *_CHECKED),
                ("shown.json", "--trust", "trust.json", "--now", "2027-06-10T12:00:00Z"),
                ("changed.json", "--trust", "trust.json", *_CHECKED),
                ("shown.png", "cut.png", "empty.json", "--trust", "trust.json", *_CHECKED),
                ("nowhere.png", "--trust", "trust.json", *_CHECKED),
                ("shown.png", "--trust", "shown.json", *_CHECKED),
                ("shown.png", "--trust", "nowhere.json", *_CHECKED),
                ("shown.png", "--trust", "trust.json", "--request", "shown.json", *_CHECKED),
                ("shown.png", "--trust", "trust.json", "--now", "вчера"),
                ("shown.png", "--trust", "trust.json", "--max-status-age", "1"),
                ("shown.png",),
            )
        ),
    ),
    "scan": Story(
        _admission,
        (
            ("scan", "shown.png", "--out", "read.json"),
            ("scan", "shown.png", "cut.png", "site", "empty.json", "--out", "all.json"),
            ("scan", "nowhere.png"),
            ("scan",),
        ),
    ),
}
