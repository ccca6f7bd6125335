"""The kits of `issuers/`, loaded once, and sheets built in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from tests.shared import ROOT
from vcwallet.credentials import template_file
from vcwallet.credentials.template import Template
from vcwallet.issuer import roster

TODAY = date(2026, 6, 1)
GIVEN = {
    "olympiad": "Олимпиада «Вымысел»",
    "stage": "Финал",
    "year": "2025/2026",
    "profile": "Астрономия",
    "awarded": "01.03.2026",
}
HEADERS = ["Фамилия", "Имя", "Отчество", "Дата рождения", "Класс", "Степень"]
PUPIL = ["Тестов", "Пробник", "Вымыслович", "17.05.2009", "10 «А»", "1"]
OTHER = ["Примерова", "Выдумка", "Небылицыевна", "02.11.2010", "9Б", "II степени"]


@lru_cache
def template(name: str = "olympiad/olympiad-diploma") -> Template:
    kit, _, file = name.partition("/")
    return template_file.load(ROOT / "issuers" / kit / "templates" / f"{file}.toml")


def csv(
    *rows: Sequence[str], headers: Sequence[str] = HEADERS, delimiter: str = ";", encoding: str = "utf-8"
) -> bytes:
    return "\r\n".join(delimiter.join(row) for row in (headers, *rows, [])).encode(encoding)


def xlsx(*rows: Sequence[Any], title: str = "Лист1") -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(table: str) -> bytes:
    """An OpenDocument sheet around the XML of its tables."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest'
            ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
            ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
            ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
            ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
            f"{table}</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def read(data: bytes, **changes: Any) -> roster.Roster:
    given = changes.pop("given", GIVEN)
    return roster.read(data, changes.pop("template", template()), today=TODAY, given=given, **changes)


def codes(read_: roster.Roster) -> list[str]:
    return [problem.code for problem in read_.problems]
