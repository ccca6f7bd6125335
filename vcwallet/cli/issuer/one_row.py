"""One diploma without a sheet: its fields are asked for one by one, and become a sheet of one row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from vcwallet.cli.speak import Speaker
from vcwallet.errors import N_, UsageError

if TYPE_CHECKING:
    from vcwallet.issuer import Issuer, Template


def ask_row(
    speaker: Speaker, issuer: Issuer, template: Template, given: Mapping[str, str], *, now: datetime
) -> bytes:
    """Ask a person at the terminal for the fields that neither `given` nor issuer.toml has.

    A value that a cell could not hold is asked for again. Returns the sheet, to be read as any other.
    """
    typed = template.keyed(given)
    known = issuer.given(template)
    speaker.aside(N_("Enter alone leaves an optional field empty."))
    for column in template.columns:
        if column.key in typed or known.get(column.key):
            continue
        while True:
            words = "{header}" if column.required else N_("{header} (optional)")
            raw = speaker.ask(words, optional=not column.required, header=column.headers[0])
            try:
                issuer.check_value(template, column.key, raw, now=now)
            except UsageError as error:
                speaker.error(error)
                continue
            break
        typed[column.key] = raw
    return named_row(template, typed)


def named_row(template: Template, values: Mapping[str, str]) -> bytes:
    """A sheet of one row: values by column key or header.

    Raises UsageError ``roster.given`` for a key that the template has not.
    """
    values = template.keyed(values)
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\n")
    rows.writerow([template.column(key).headers[0] for key in values])
    rows.writerow(values.values())
    return text.getvalue().encode("utf-8-sig")
