"""Hiding fields: issuing, deriving and verifying with ecdsa-sd-2023 and bbs-2023, and the bytes of each.

The credential is the one of section "proofs"; the family hides four of its fields or shows them. Then an
issuer's sheet of results is signed by two processes, with the plain proof and with the default proof set.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from bench.peers.cast import CREATED, HIDEABLE, MANDATORY, NOW, SIGNERS, Signer, diploma
from bench.peers.comparison import Row, Side, measure, start, table
from vcwallet import strict_json
from vcwallet.identifiers import multibase
from vcwallet.identifiers.keys import KeyType
from vcwallet.issuer import issuing, roster, signing
from vcwallet.issuer.folder import SETTINGS, IssuerFolder
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

SUITES: Final = {"ecdsa-sd-2023": KeyType.P256, "bbs-2023": KeyType.BLS12_381_G2}
SETS: Final = {
    "one plain proof": ('["eddsa-rdfc-2022"]', 8_000),
    "the default proof set": ('["eddsa-rdfc-2022", "ecdsa-sd-2023"]', 2_500),
}
"""Name -> the setting in issuer.toml, and the target in credentials a second."""
HEADERS: Final = "Фамилия;Имя;Отчество;Дата рождения;Школа;Город;Класс;Профиль;Степень"
ROW: Final = "Тестов-{name};Пробник;Вымыслович;17.05.2009;Школа № 0;Небывалинск;10 «А»;Астрономия;1"
ROWS: Final = 10_000
BULK_ROUNDS: Final = 3
PROCESSES: Final = 2
NOBODY: Final = "вымышленная фраза для измерений"


def main() -> str:
    sides = start("JavaScript", "openvc-core")
    rows: list[Row] = []
    sizes = []
    for suite, key_type in SUITES.items():
        made, size = _suite(sides, suite, SIGNERS["issuer", key_type])
        rows += made
        sizes.append(f"{suite}: {size}")
    for side in sides.values():
        side.worker.close()
    figures = table(["suite", "operation"], rows, sides)
    size = f"Size of the proof's value. {' '.join(sizes)}"
    return f"{figures}\n{size}\n\n{bulk()}"


def _suite(sides: dict[str, Side], suite: str, issuer: Signer) -> tuple[list[Row], str]:
    """Its lines of the table, and a sentence about bytes."""
    holder = SIGNERS["holder", KeyType.P256]
    common = {"suite": suite, "created": CREATED, "now": NOW}
    issuing = {
        **common,
        "key": issuer.name,
        "method": issuer.method,
        "mandatory": MANDATORY,
        "text": strict_json.dumps(diploma(issuer.did, holder.did, 0)),
    }

    def signatures(made: int, checked: int) -> tuple[Signer, int, int] | None:
        return None if issuer.key_type is KeyType.BLS12_381_G2 else (issuer, made, checked)

    ours = sides["vcwallet"]
    secured = ours.ask("issue", 1, issuing)[1]
    rows = [measure(sides, (suite, "issue"), "issue", issuing, signatures(1 + _statements(secured), 0))]
    sizes = [f"base proof {_size(secured)} bytes"]
    for count in (0, len(HIDEABLE)):
        request = {**common, "selective": HIDEABLE[:count], "text": secured}
        shown = ours.ask("derive", 1, request)[1]
        statements = _statements(shown)
        verifying = {**common, "text": shown}
        what = "all hidden" if count == 0 else f"{count} of {len(HIDEABLE)} fields shown"
        rows += [
            measure(
                sides, (suite, f"derive, {what}"), "derive", request, signatures(0, 0), ("verify", common)
            ),
            measure(sides, (suite, f"verify, {what}"), "verify", verifying, signatures(0, 1 + statements)),
        ]
        sizes.append(f"{what} {_size(shown)} bytes ({statements} statements by choice)")
    return rows, f"{'; '.join(sizes)}."


def bulk() -> str:
    """Sign and write a sheet that says everything about a pupil, of which five fields can be hidden."""
    rates: dict[str, list[float]] = {name: [] for name in SETS}
    for _ in range(BULK_ROUNDS):
        for name, (proofs, _) in SETS.items():
            with tempfile.TemporaryDirectory() as folder:
                rates[name].append(_rate(Path(folder) / "olympiad", proofs))
    lines = [
        f"Signed and written by {PROCESSES} processes, {ROWS:,} pupils, a file for each thousand:",
        "",
        "| signed with | a second | target |",
        "|---|--:|--:|",
    ]
    for name, (_, target) in SETS.items():
        lines.append(f"| {name} | {statistics.median(rates[name]):,.0f} | {target:,} |")
    return "\n".join(lines)


def _rate(place: Path, proofs: str) -> float:
    IssuerFolder.create(
        place, kit="olympiad", passphrase=NOBODY, site="https://olymp.example", kdf=UNSAFE_FOR_TESTS
    )
    settings = place / SETTINGS
    settings.write_text(
        settings.read_text("utf-8").replace("\n[name]", f"\nproofs = {proofs}\n[name]", 1), "utf-8"
    )
    folder = IssuerFolder.open(place)
    keystore, template = folder.unlock(NOBODY), folder.template()
    sheet = "\n".join([HEADERS, *(ROW.format(name=_name(number)) for number in range(ROWS))])
    read = roster.read(sheet.encode("utf-8"), template, today=date(2026, 6, 1), given=folder.given(template))
    with (
        folder.register() as register,
        signing.processes(folder.signer(), NOBODY, workers=PROCESSES) as crew,
    ):
        found = issuing.plan(keystore, register, template, read.rows)
        # Both processes are there, and their keystores open, before the clock starts.
        list(crew.executor.map(time.sleep, [0.5] * PROCESSES))
        begin = time.perf_counter()
        issued = issuing.issue(
            folder,
            keystore,
            register,
            found,
            out=folder.issued_path,
            now=datetime(2026, 6, 1, 12, tzinfo=UTC),
            layout=issuing.FileLayout.LINES,
            crew=crew,
        )
        seconds = time.perf_counter() - begin
    assert issued.issued == ROWS
    return ROWS / seconds


def _name(number: int) -> str:
    """A name of its own for each pupil, of letters only."""
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, 32)
        letters += chr(ord("а") + rest)
    return letters.title()


def _size(text: str) -> int:
    return len(_value(text))


def _statements(text: str) -> int:
    """How many are signed that are not mandatory; of a base proof of bbs-2023, which does not tell, none."""
    import cbor2

    components = cbor2.loads(_value(text)[3:])
    place = {0: 3, 1: 2, 3: 3}.get(_value(text)[2])
    return 0 if place is None else len(components[place])


def _value(text: str) -> bytes:
    proof = strict_json.loads_object(text)["proof"]
    assert isinstance(proof, dict)
    value = proof["proofValue"]
    assert isinstance(value, str)
    return multibase.decode_multibase(value)
