"""A register as lines of JSON: for a backup, and for moving it into another kind of database.

The first line names the formats and the state the register was in, the last has a digest of all before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

import sqlalchemy as sa

from vcwallet import limits, strict_json
from vcwallet.errors import N_, Action, DocumentError, UsageError, VcwalletError
from vcwallet.issuer import register_tables as tables
from vcwallet.issuer.lineage import Mark
from vcwallet.strict_json import Json

FORMAT: Final = "vcwallet-register-export/1"
_ROWS: Final = 500
"""Rows that are written at once."""


def lines(connection: sa.Connection, mark: Mark) -> Iterator[bytes]:
    """The lines of a register that is in the state `mark`."""
    digest, count = hashlib.sha256(), 0

    def line(value: Json) -> bytes:
        nonlocal count
        count += 1
        text = (strict_json.dumps(value) + "\n").encode("utf-8")
        digest.update(text)
        return text

    yield line({"format": FORMAT, "register": tables.FORMAT, "mark": mark.number, "tag": mark.tag})
    for table in tables.metadata.sorted_tables:
        yield line({"table": table.name, "columns": [column.name for column in table.columns]})
        for row in connection.execution_options(yield_per=1000).execute(sa.select(table)):
            yield line([*map(_portable, table.columns, row)])
    yield (strict_json.dumps({"lines": count, "sha256": digest.hexdigest()}) + "\n").encode("utf-8")


def _portable(column: sa.Column[Any], content: Any) -> Json:
    """Numbers that JSON cannot tell exactly are texts."""
    return str(content) if isinstance(column.type, sa.BigInteger) else content


def load(connection: sa.Connection, lines: Iterable[bytes]) -> None:
    """Put the rows of `lines` into empty tables.

    Raises DocumentError ``register.export-damaged``, and UsageError ``register.format`` for an export of
    another kind.
    """
    digest, ended = hashlib.sha256(), False
    table: sa.Table | None = None
    columns: list[str] = []
    rows: list[dict[str, Json]] = []

    def flush() -> None:
        if table is not None and rows:
            connection.execute(table.insert(), rows)
            rows.clear()

    for count, text in enumerate(lines):
        if ended:
            raise _damaged_export()
        value = _export_line(text)
        if isinstance(value, list) and table is not None and len(value) == len(columns):
            rows.append(
                {
                    name: int(str(content)) if isinstance(table.c[name].type, sa.BigInteger) else content
                    for name, content in zip(columns, value, strict=True)
                }
            )
            if len(rows) >= _ROWS:
                flush()
        elif isinstance(value, dict) and "table" in value:
            flush()
            table = tables.metadata.tables.get(str(value["table"]))
            columns = [str(each) for each in _sequence(value.get("columns"))]
            if table is None or any(each not in table.c for each in columns):
                raise _damaged_export()
        elif isinstance(value, dict) and "sha256" in value:
            ended = value == {"lines": count, "sha256": digest.hexdigest()}
            if not ended:
                raise _damaged_export()
        elif not isinstance(value, dict) or count or value.get("format") != FORMAT:
            raise _damaged_export()
        elif value.get("register") != tables.FORMAT:
            raise UsageError(
                "register.format",
                N_("The register is of the kind {found}; this vcwallet knows {known}."),
                next_step=Action.UPDATE,
                found=str(value.get("register"))[:40],
                known=tables.FORMAT,
            )
        digest.update(text)
    flush()
    if not ended:
        raise _damaged_export()


def _export_line(text: bytes) -> Json:
    try:
        return strict_json.loads(text, max_bytes=limits.REGISTER_LINE_BYTES)
    except VcwalletError:
        raise _damaged_export() from None


def _sequence(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise _damaged_export()
    return value


def _damaged_export() -> DocumentError:
    return DocumentError(
        "register.export-damaged",
        N_("The copy of the register is damaged or not whole. Nothing was taken from it."),
        next_step=N_("Take another copy."),
    )
