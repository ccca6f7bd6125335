"""`python -m tests.verdicts` says so when two hosts differ, when both err, and when nothing was asked."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from tests.verdicts import __main__ as run
from tests.verdicts import published
from tests.verdicts.cases import FAULT, NO, YES, Case, verdict

KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
    "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
)
RIGHT = Case("RFC 8032", "1", "ed25519", (KEY, SIGNATURE, ""), YES)
OTHER = Case("RFC 8032", "2", "ed25519", (KEY, SIGNATURE, "00"), NO)
SMALL = Case("RFC 8032", "3", "key", ("Ed25519", "01" + 31 * "00", SIGNATURE, ""), NO)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (RIGHT, YES),
        (OTHER, NO),
        (SMALL, "key.small-order"),
        (Case("", "", "aes-key-unwrap", ("00" * 32, "00" * 24), NO), NO),
        (Case("", "", "ecdsa-point", ("P-256", "04" + 64 * "00"), NO), NO),
        (Case("", "", "hkdf", ("", "", "", 0), NO), NO),
        (Case("", "", "aes-gcm", ("not hex", "", "", ""), None), FAULT),
    ],
)
def test_what_a_host_says(case: Case, said: str) -> None:
    assert verdict(case) == said
    assert case.met_by(said) == (said != FAULT)


@pytest.mark.parametrize("said", [YES, FAULT, "00", ""])
def test_what_is_no_refusal(said: str) -> None:
    assert not OTHER.met_by(said)


def test_hosts_that_agree_and_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "in_the_browser", lambda cases: [verdict(case) for case in cases])
    assert run.compared([RIGHT, OTHER, SMALL])


@pytest.mark.parametrize(
    ("asked", "in_the_browser", "told"),
    [
        (OTHER, YES, "TWO VERDICTS"),
        (RIGHT, NO, "TWO VERDICTS"),
        (SMALL, "key.not-canonical", "TWO VERDICTS"),
        (Case("wrongly expected", "", "ed25519", OTHER.arguments, YES), NO, "NOT EXPECTED"),
    ],
)
def test_a_difference_and_a_wrong_verdict_are_told(
    asked: Case,
    in_the_browser: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "in_the_browser", lambda cases: [in_the_browser, YES])
    assert not run.compared([asked, RIGHT])
    assert capsys.readouterr().out.startswith(told)


def test_a_package_with_other_files_is_refused() -> None:
    """Rather than asked the few questions that could still be read."""
    written = io.BytesIO()
    with ZipFile(written, "w") as package:
        package.writestr("cryptography_vectors/asymmetric/Ed25519/sign.input", "")
    with ZipFile(written) as package, pytest.raises(KeyError):
        published.cases(package, whole=True)


def test_fewer_questions_than_there_were_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_all", lambda package: iter([Case("HKDF", "1", "hkdf", (), NO)]))
    with ZipFile(io.BytesIO(), "w") as package, pytest.raises(ValueError, match="'HKDF': 1"):
        published.cases(package, whole=False)
