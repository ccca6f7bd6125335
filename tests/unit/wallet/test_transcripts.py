"""Every wallet command as a parent sees it, in Russian and in English, word for word.

``VCWALLET_WRITE=1`` writes the transcripts anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Cli, Issuer, reopen, wallet
from vcwallet import strict_json

TRANSCRIPTS = Path(__file__).parent / "transcripts"
AT = ("--now", "2026-06-20T09:00:00Z")
TO = ("--to", "priem.vuz.example", "--purpose", "Приём 2026", *AT)

STORY: tuple[tuple[str, ...], ...] = (
    ("list", "family.vcw", *AT),
    ("add", "family.vcw", "given", *AT),
    ("add", "family.vcw", "given", "--yes", *AT),
    ("list", "family.vcw", *AT),
    ("list", "family.vcw", "--child", "Проба", "--text", "тур 1", *AT),
    ("show", "family.vcw", "1", *AT),
    ("note", "family.vcw", "1", "вручена в Небывалинске", *AT),
    ("present", "family.vcw", "2", *TO, "--hide", "born,school", "--out", "bundle.png"),
    ("present", "family.vcw", "1", *TO, "--hide", "born", "--out", "again.png"),
    ("present", "family.vcw", "1", "3", *TO, "--out", "two.png"),
    ("present", "family.vcw", "1", *TO, "--hide", "brn", "--out", "misspelt.png"),
    ("present", "family.vcw", "--child", "Проба", *TO, "--out", "all.png"),
    ("history", "family.vcw"),
    ("child", "add", "family.vcw", "--given", "Выдумка", "--family", "Тестова", "--born", "03.04.2015", *AT),
    ("child", "rename", "family.vcw", "--child", "Проба", "--family", "Примерова", *AT),
    ("child", "list", "family.vcw"),
    ("request-id", "family.vcw", "--child", "Выдумка", "--out", "id.png", *AT),
    ("refresh", "family.vcw", *AT),
    ("add", "family.vcw", "скан.pdf", "--unsigned", "--child", "Проба", *AT),
    ("remove", "family.vcw", "1", "--yes"),
    ("backup", "family.vcw", "stick", *AT),
    ("selftest", "family.vcw", *AT),
    ("recovery-sheet", "family.vcw", "--out", "sheet.txt", "--yes", *AT),
    ("recovery-sheet", "family.vcw", "--out", "other-sheet.txt", *AT),
    ("merge", "family.vcw"),
    ("export", "family.vcw", "plain", "--plain", "--yes", "--child", "Проба"),
    ("export-child", "family.vcw", "own.vcw", "--child", "Проба", "--new-passphrase-file", "other.txt"),
    ("restore", "family.vcw", "again.vcw", *AT),
    ("passphrase", "family.vcw", "--new-passphrase-file", "weak.txt"),
    ("passphrase", "family.vcw", "--new-passphrase-file", "other.txt"),
    ("list", "family.vcw"),
    ("list", "nowhere.vcw"),
    ("create", "family.vcw"),
)

# What is different in every run.
RANDOM = re.compile(r"\bz6Mk[1-9A-HJ-NP-Za-km-z]{44}\b|\b(?:[0-9a-f]{32}|[0-9a-f]{12}|[0-9a-f]{8})\b")


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_the_story_is_told_as_written(
    lang: str, tmp_path: Path, cli: Cli, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(tmp_path, issuer)
    told: list[str] = []
    capsys.readouterr()
    for command in STORY:
        status = cli(*command, lang=lang)
        said = capsys.readouterr()
        told.append(f"$ vcwallet wallet {' '.join(command)}")
        told += [line.rstrip() for line in said.out.splitlines()]
        told += ["! " + line.rstrip() for line in said.err.splitlines()]
        told.append(f"[{status}]\n")
    text = RANDOM.sub(lambda found: "·" * len(found[0]), "\n".join(told))
    assert str(tmp_path) not in text
    place = TRANSCRIPTS / f"{lang}.txt"
    if os.environ.get("VCWALLET_WRITE") == "1":
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, "utf-8")
    assert text == place.read_text("utf-8")


def prepare(folder: Path, issuer: Issuer) -> None:
    family = wallet(folder / "family.vcw")
    family.add_child(MASHA, now=NOW)
    family.save()
    given = folder / "given"
    given.mkdir()
    (folder / "stick").mkdir()
    (folder / "скан.pdf").write_bytes(b"%PDF-1.4")
    (folder / "weak.txt").write_text("лето2026", "utf-8")
    documents = {
        "1 did.json": issuer.document.to_json(),
        "2 status.json": issuer.status_list(revoked=(2,)),
        "3 тур 1.vc.json": issuer.with_hideable_parts(issuer.diploma(number=1)),
        "4 тур 2.vc.json": issuer.with_hideable_parts(issuer.diploma(number=2)),
        "5 тур 3.vc.json": issuer.diploma(PETYA, number=3),
        "6 stranger.vc.json": Issuer(id="did:web:stranger.example").diploma(number=4),
    }
    forged = issuer.diploma(number=5)
    forged["validFrom"] = "2020-01-01T00:00:00Z"
    documents["7 forged.vc.json"] = forged
    for name, document in documents.items():
        (given / name).write_text(strict_json.dumps(document), "utf-8")
    shutil.copy(folder / "family.vcw", folder / "conflict.vcw")
    there = reopen(folder / "conflict.vcw")
    there.issuers.remember(issuer.document, now=NOW)
    there.add(issuer.diploma(number=9), now=NOW)
    there.save()
