"""`vcwallet.wallet` is all that a family's programmer needs, and says what was wrong with a call."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import vcwallet.wallet as face
from tests.unit.credentials.test_clr import anonymous
from tests.unit.credentials.world import SCHOOL, STRANGER, award, diploma, signed
from tests.unit.wallet.shared import MASHA, NOW, Issuer, wallet
from vcwallet import strict_json
from vcwallet.credentials.gate import NotAdmitted
from vcwallet.errors import UsageError
from vcwallet.wallet import LIGHT, Profile, Standing, Wallet, What


def test_every_public_name_is_there_and_stands_in_the_list_that_type_checkers_read() -> None:
    assert sorted(face.__all__) == sorted(face._HOMES)
    for name in face.__all__:
        assert getattr(face, name) is not None
    with pytest.raises(AttributeError):
        _ = face.Nothing  # type: ignore[attr-defined]


def test_importing_it_loads_nothing_that_is_not_used() -> None:
    program = "import sys, vcwallet.wallet; print(*[n for n in sys.modules if n.startswith('vcwallet.')])"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True
    )
    assert set(loaded.stdout.split()) == {"vcwallet.errors", "vcwallet.wallet"}


def test_a_familys_program_needs_nothing_else(tmp_path: Path, issuer: Issuer) -> None:
    """Types are as a strict checker wants them: this is user code."""
    family: Wallet = Wallet.create(tmp_path / "a.vcw", "клубень вымысел 7 проба небылица", kdf=LIGHT)
    child = family.add_child(Profile("Проба", "Тестова"), now=NOW)
    (tmp_path / "did.json").write_text(strict_json.dumps(issuer.document.to_json()), "utf-8")
    files: list[Path | bytes | str] = [tmp_path / "did.json", strict_json.dumps(issuer.diploma(MASHA))]
    results = family.add_files(files, child=child, now=NOW)
    assert [result.what for result in results] == [What.ISSUER_LEARNT, What.ADDED]
    family.save()
    again = Wallet.open(tmp_path / "a.vcw", "клубень вымысел 7 проба небылица")
    (kept,) = again.diplomas()
    assert again.status(kept, now=NOW).standing is Standing.UNKNOWN
    drafts = again.prepare([kept], to="priem.vuz.example", purpose="п", now=NOW)
    shown = again.sign(drafts, now=NOW)
    assert shown.render("png").startswith(b"\x89PNG")
    assert again.inspect(now=NOW).showings == 1


# --- wrong calls ---------------------------------------------------------------------------------

NAIVE = datetime(2026, 6, 20)
CALLS: dict[str, Any] = {
    "add": lambda family, issuer, now: family.add(issuer.diploma(), now=now),
    "add_files": lambda family, issuer, now: family.add_files([b"{}"], now=now),
    "add_issuer": lambda family, issuer, now: family.add_issuer(issuer.document, now=now),
    "add_child": lambda family, issuer, now: family.add_child(Profile("Проба"), now=now),
    "prove_id": lambda family, issuer, now: family.prove_id(family.children[0], now=now),
    "status": lambda family, issuer, now: family.status(family.diplomas()[0], now=now),
    "prepare": lambda family, issuer, now: family.prepare(
        family.diplomas(), to="a.example", purpose="п", now=now
    ),
    "sign": lambda family, issuer, now: family.sign(
        family.prepare(family.diplomas(), to="a.example", purpose="п", now=NOW), now=now
    ),
    "inspect": lambda family, issuer, now: family.inspect(now=now),
    "refresh": lambda family, issuer, now: family.refresh([], get=lambda *_: b"", now=now),
}


@pytest.mark.parametrize("now", [NAIVE, "2026-06-20", None], ids=["naive", "text", "nothing"])
@pytest.mark.parametrize("name", CALLS)
def test_a_moment_without_its_zone_is_refused_by_every_verb(
    tmp_path: Path, issuer: Issuer, name: str, now: Any
) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add(issuer.diploma(), now=NOW)
    with pytest.raises(UsageError) as caught:
        CALLS[name](family, issuer, now)
    assert caught.value.code == "timestamp.naive"


@pytest.mark.parametrize("document", [None, 7, ["{}"], Path("diploma.json")], ids=repr)
def test_what_is_no_document_is_a_usage_error(tmp_path: Path, document: Any) -> None:
    with pytest.raises(UsageError) as caught:
        wallet(tmp_path / "a.vcw").add(document, now=NOW)
    assert caught.value.code == "wallet.not-a-document"


def test_a_wallet_is_opened_with_something(tmp_path: Path) -> None:
    wallet(tmp_path / "a.vcw").save()
    with pytest.raises(UsageError) as caught:
        Wallet.open(tmp_path / "a.vcw")
    assert caught.value.code == "sealed-file.no-secret"


# --- learner records -----------------------------------------------------------------------------


def test_a_learner_record_is_kept_only_with_everything_in_it(tmp_path: Path) -> None:
    family = wallet(tmp_path / "a.vcw")
    child = family.add_child(Profile("Проба", "Тестова"), now=NOW)
    good = signed(anonymous(signed(diploma()), signed(award(), SCHOOL)), SCHOOL)
    asked, *within = family.add_files([strict_json.dumps(good)], child=child, now=NOW)
    assert [each.what for each in within] == [What.WHOSE, What.WHOSE], "each is answered for itself, too"
    assert asked.undecided is not None
    result = family.settle(asked.undecided, child=child, insisted=True, now=NOW)
    assert result.what is What.ADDED, result.error
    bad = signed(anonymous(signed(diploma(), STRANGER), signed(award(), SCHOOL)), SCHOOL)
    with pytest.raises(NotAdmitted) as caught:
        family.add(bad, child=child, now=NOW)
    assert caught.value.code == "credential.issuer-key"
    assert len(family.diplomas()) == 1
