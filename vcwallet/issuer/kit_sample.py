"""A diploma as a new organisation's would look: a kit's design, an invented child, the answers so far."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from vcwallet.credentials.template import Template
from vcwallet.errors import VcwalletError
from vcwallet.issuer import correcting, diploma, folder, roster
from vcwallet.issuer.design import Design
from vcwallet.issuer.settings import Settings

__all__ = ["picture"]

_ID: Final = uuid.UUID(int=0).urn
"""Nobody's: nothing of this is kept."""


def picture(
    kit: Path,
    settings: Settings,
    template: Template,
    *,
    name: str,
    values: Mapping[str, str],
    now: datetime,
) -> bytes:
    """A PNG of the diploma that a template of a kit makes of the first child in its sample sheet."""
    given = dict(settings.values.get(template.id, {}))
    for key, value in values.items():
        place, _, own = key.rpartition(".")
        if value and own in given and place in ("", template.id):
            # What would be refused is said at its field; the picture keeps the kit's own.
            with suppress(VcwalletError):
                given[own] = correcting.read_value(template, own, value, today=now.date())
    sheet = kit / folder.SAMPLES / f"{template.id}.xlsx"
    row = roster.read(sheet, template, given=given).rows[0]
    document = template.fill(
        row.values,
        credential_id=_ID,
        issuer_id=_ID,
        issuer_name=name or settings.name.ru,
        subject_id=_ID,
        valid_from=now,
        zone=settings.zone,
    )
    return diploma.picture(document, Design.load(kit / folder.DESIGN), template=template.id)
