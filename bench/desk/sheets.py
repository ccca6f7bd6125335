"""Sheets of invented pupils, as CSV and .xlsx, and the folder of an issuer who signs them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from vcwallet.issuer import roster
from vcwallet.issuer.folder import SETTINGS, IssuerFolder
from vcwallet.issuer.roster import Roster
from vcwallet.sealed_file import UNSAFE_FOR_TESTS

NOBODY: Final = "вымышленная фраза для измерений"
NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE_PROOF: Final = '["eddsa-rdfc-2022"]'
DEFAULT_SET: Final = '["eddsa-rdfc-2022", "ecdsa-sd-2023"]'
HEADERS: Final = (
    *("Фамилия", "Имя", "Отчество", "Дата рождения", "Школа"),
    *("Город", "Класс", "Профиль", "Степень"),
)


def pupils(count: int, first: int = 0) -> Iterator[tuple[str, ...]]:
    """Rows of a sheet: every pupil has a name of their own, towns and schools repeat.

    No pupil of one sheet looks like the misspelt pupil of a sheet that begins with another number.
    """
    given = "Пробник" + (f"-{chr(ord('А') + first // 1_000 % 32)}" if first else "")
    for number in range(first, first + count):
        letters = ""
        rest = number
        for _ in range(4):
            rest, digit = divmod(rest, 32)
            letters += chr(ord("а") + digit)
        born = f"{1 + number % 28:02d}.{1 + number // 28 % 12:02d}.{2008 + number % 5}"
        school = f"Школа № {number % 50}"
        yield (
            *(f"Тестов-{letters.title()}", given, "Вымыслович", born, school),
            *("Небывалинск", "10 «А»", "Астрономия", "1"),
        )


def csv(count: int, first: int = 0) -> bytes:
    return "\n".join(";".join(row) for row in (HEADERS, *pupils(count, first))).encode("utf-8")


def xlsx(count: int) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for at, row in enumerate((HEADERS, *pupils(count))):
            page.write_row(at, 0, row)
    return file.getvalue()


def office(place: Path, *, proofs: str, register: str | None = None) -> IssuerFolder:
    """A new issuer; `register` is the URL of an empty database, otherwise it is SQLite in the folder."""
    IssuerFolder.create(
        place,
        kit="olympiad",
        passphrase=NOBODY,
        site="https://olymp.example",
        register=register,
        kdf=UNSAFE_FOR_TESTS,
    )
    settings = place / SETTINGS
    words = settings.read_text("utf-8").replace("\n[name]", f"\nproofs = {proofs}\n[name]", 1)
    settings.write_text(words, "utf-8")
    return IssuerFolder.open(place)


def read(folder: IssuerFolder, sheet: bytes | Path) -> Roster:
    template = folder.template()
    return roster.read(sheet, template, today=date(2026, 6, 1), given=folder.given(template))
