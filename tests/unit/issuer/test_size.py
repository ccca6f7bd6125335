"""A sheet of a country's size: every row once in the files and in the register, and memory that stays flat.

Two thousand rows in a run of the tests; a million in the soak.
"""

from __future__ import annotations

from pathlib import Path

from bench import issuing as figures
from bench.desk import memory, sheets
from tests.shared import SOAK
from vcwallet import strict_json
from vcwallet.issuer import issuing, signing
from vcwallet.issuer.register import State

ROWS = 1_000_000 if SOAK else 2_000
MEASURED = 100_000 if SOAK else 0


def test_each_row_of_a_large_sheet_has_one_line_and_one_place(tmp_path: Path) -> None:
    office = sheets.office(tmp_path / "olympiad", proofs=sheets.ONE_PROOF)
    sheet = tmp_path / "sheet.csv"
    with sheet.open("w", encoding="utf-8") as file:
        file.write(";".join(sheets.HEADERS) + "\n")
        file.writelines(";".join(row) + "\n" for row in sheets.pupils(ROWS))
    keystore, template = office.unlock(sheets.NOBODY), office.template()
    results = sheets.read(office, sheet)
    assert not results.blocking
    with (
        office.register() as register,
        signing.processes(office.signer(), sheets.NOBODY, workers=2) as crew,
    ):
        issued = issuing.issue(
            office,
            keystore,
            register,
            issuing.plan(keystore, register, template, results.rows),
            out=office.issued_path,
            now=sheets.NOW,
            layout=issuing.FileLayout.LINES,
            crew=crew,
        )
        assert issued.issued == ROWS
        assert register.counts() == {State.ISSUED: ROWS}
        assert register.verify().diplomas == ROWS
    names: set[bytes] = set()
    ids: set[bytes] = set()
    places: set[tuple[str, str]] = set()
    for path in sorted(office.issued_path.glob("*.vc.jsonl")):
        for line in path.read_bytes().splitlines():
            told = strict_json.loads_object(line)
            subject, status = told["credentialSubject"], told["credentialStatus"]
            assert isinstance(subject, dict)
            assert isinstance(status, dict)
            names.add(str(subject["familyName"]).encode())
            ids.add(str(told["id"]).encode())
            places.add((str(status["statusListCredential"])[-12:], str(status["statusListIndex"])))
    assert len(names) == len(ids) == len(places) == ROWS


def test_memory_stays_flat() -> None:
    """The floor of the soak: 10 % more for a hundred thousand rows than for a thousand."""
    small = memory.peaks(1_000, "csv")
    assert small["signed"] - small["start"] < 20
    if MEASURED:
        assert figures.growth(small, memory.peaks(MEASURED, "csv")) < 10
