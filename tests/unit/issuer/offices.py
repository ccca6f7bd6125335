"""Issuers' folders for tests: cheap keys, short ways to read a sheet, issue, and look at what came out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tests.unit.issuer.kits import HEADERS, csv
from vcwallet import strict_json
from vcwallet.credentials import credential as credentials
from vcwallet.credentials.credential import Credential
from vcwallet.files import temporary_name
from vcwallet.issuer import issuing, roster
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.keystore import Keystore
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.strict_json import JsonObject

PASSPHRASE = "вымышленный пароль для тестов"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = datetime(2027, 7, 1, tzinfo=UTC)
"""When a university looks at what was issued."""


def pupils(count: int, **changes: str) -> list[list[str]]:
    """Rows of distinct invented children: «Тестов-А», «Тестов-Аб» ..."""
    rows = []
    for number in range(count):
        letters, rest = "", number
        while True:
            rest, digit = divmod(rest, 32)
            letters += chr(ord("а") + digit)
            if not rest:
                break
        row = dict(
            zip(HEADERS, [f"Тестов-{letters.title()}", "Пробник", "", "17.05.2009", "9", "1"], strict=True)
        )
        rows.append(list((row | changes).values()))
    return rows


def left_by_a_kill(place: Path, *, hours: float = 2) -> Path:
    """The folder of a program that built `place` some hours ago and was killed; a child's file is in it."""
    left = Path(temporary_name(place))
    (left / "9А").mkdir(parents=True)
    (left / "9А" / "0001 Тестов-А Пробник.vc.json").write_bytes(b"{}")
    then = left.stat().st_mtime - hours * 3600
    for each in (left / "9А" / "0001 Тестов-А Пробник.vc.json", left / "9А", left):
        os.utime(each, (then, then))
    return left


@dataclass
class Office:
    folder: IssuerFolder
    keystore: Keystore

    @classmethod
    def make(cls, path: Path, *, kit: str = "olympiad", site: str = "https://olymp.example") -> Office:
        IssuerFolder.create(
            path, kit=kit, passphrase=PASSPHRASE, site=site, example=True, kdf=UNSAFE_FOR_TESTS
        )
        return cls.at(path)

    @classmethod
    def at(cls, path: Path) -> Office:
        folder = IssuerFolder.open(path)
        return cls(folder, folder.unlock(PASSPHRASE))

    @property
    def out(self) -> Path:
        return self.folder.issued_path

    def read(self, rows: Sequence[Sequence[str]], headers: Sequence[str] = HEADERS) -> Sequence[roster.Row]:
        template = self.folder.template()
        found = roster.read(
            csv(*rows, headers=headers), template, today=date(2026, 6, 1), given=self.folder.given(template)
        )
        assert not found.blocking, found.problems
        return found.rows

    def plan(self, rows: Sequence[Sequence[str]], headers: Sequence[str] = HEADERS) -> issuing.Plan:
        with self.folder.register() as register:
            return issuing.plan(self.keystore, register, self.folder.template(), self.read(rows, headers))

    def issue(
        self,
        rows: Sequence[Sequence[str]],
        headers: Sequence[str] = HEADERS,
        *,
        corrections: Sequence[int] = (),
        others: Sequence[int] = (),
        **options: Any,
    ) -> issuing.Issued:
        with self.folder.register() as register:
            read = self.read(rows, headers)
            found = issuing.plan(self.keystore, register, self.folder.template(), read)
            found = found.settled(
                correction=lambda each: each.row.number in corrections,
                other=lambda each: each.row.number in others,
            )
            options = {"out": self.out, "now": NOW} | options
            return issuing.issue(self.folder, self.keystore, register, found, **options)

    def entries(self) -> list[Any]:
        with self.folder.register() as register:
            return list(register.lines())

    def files(self) -> dict[str, JsonObject]:
        """Every credential file by its path below the output folder; each one's proof is verified."""
        found = {}
        for path in sorted(self.out.rglob("*.vc.json")):
            document = strict_json.loads_object(path.read_bytes())
            credentials.verify(
                Credential.parse(document), resolve=lambda _: self.folder.document, now=LATER, stored=True
            )
            found[path.relative_to(self.out).as_posix()] = document
        return found
