"""Whom a page believes: the office's trust list, or its installed kits laid out as one list.

A page has neither TUF nor a folder of kits. So what a kit brings is written into the one list of the page:
its issuers, its lists of revoked diplomas, and as the list's own end the day from which the kit confirms
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from vcwallet import timestamps
from vcwallet.errors import VcwalletError
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.trust import TrustList, list_key

if TYPE_CHECKING:
    from vcwallet.verifier.kit.installed import InstalledKit

__all__ = ["list_of_page"]


def list_of_page(trust: TrustList, kits: Sequence[InstalledKit]) -> TrustList:
    """`trust` is that of an `Office` with these kits. Raises KitDamaged."""
    if not kits:
        return trust
    newest: dict[tuple[str, str], JsonObject] = {}
    of_kits = (kit.document(listed) for kit in kits for listed in kit.listed)
    for document in (*trust.status_lists, *of_kits):
        key = list_key(document)
        if key is not None and (key not in newest or _stated(document) > _stated(newest[key])):
            newest[key] = document
    ends = [kit.installed.issued_at + timedelta(days=kit.manifest.ages.kit.stale) for kit in kits]
    if trust.next_update is not None:
        ends.append(trust.next_update)
    return replace(
        trust,
        status_lists=tuple(newest[key] for key in sorted(newest)),
        issued_at=min(trust.issued_at, *(kit.installed.issued_at for kit in kits)),
        next_update=min(ends),
    )


def _stated(document: JsonObject) -> datetime:
    try:
        return timestamps.parse(str(document.get("validFrom")))
    except VcwalletError:
        return datetime.min.replace(tzinfo=UTC)
