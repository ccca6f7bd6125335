"""A diploma, what was added and the health of a wallet, as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence

from vcwallet import timestamps
from vcwallet.errors import VcwalletError
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import AddResult, Attachment, Diploma, Health, KnownStatus, LedgerEntry
from vcwallet.wallet.comparing import ChildDifference, Difference, OneSided
from vcwallet.wallet.merging import Merged


def diploma_json(diploma: Diploma, status: KnownStatus, *, child: str) -> JsonObject:
    """A kept diploma as data."""
    return {
        "number": diploma.number,
        "id": diploma.id,
        "child": child,
        "title": diploma.title,
        "facts": {fact.value: text for fact, text in diploma.facts.said.items()},
        "issuer": diploma.credential.issuer_id,
        "added": timestamps.render(diploma.added),
        "redacted": diploma.redacted,
        "revocation": status.standing.value,
        "asOf": None if status.as_of is None else timestamps.render(status.as_of),
    }


def attachment_json(kept: Attachment, *, child: str) -> JsonObject:
    """A document nobody signed as data, without its bytes."""
    return {
        "number": kept.number,
        "id": kept.id,
        "child": child,
        "title": kept.name,
        "added": timestamps.render(kept.added),
        "mediaType": kept.media_type,
        "signed": False,
        "evidence": None if kept.evidence is None else kept.evidence.kind.value,
        "signatures": [each.name for each in kept.signatures],
    }


def merged_json(merged: Merged) -> JsonObject:
    """What a copy changed, as data."""
    return {
        "added": list[Json](merged.added),
        "removed": list[Json](merged.removed),
        "moved": list[Json](merged.moved),
        "notes": list[Json](merged.noted),
        "stayed": list[Json](merged.stayed),
        "renamed": [{"before": before, "after": after} for before, after in merged.renamed],
        "childrenAdded": list[Json](merged.children_added),
        "childrenRemoved": list[Json](merged.children_removed),
        "showings": merged.showings,
        "waysInChanged": merged.ways_in_changed,
        "passphraseClosed": merged.passphrase_closed,
    }


def difference_json(difference: Difference) -> JsonObject:
    """Two copies side by side, as data."""
    return {
        "children": [_child_difference_json(child) for child in difference.children],
        "joining": merged_json(difference.joining),
    }


def _child_difference_json(child: ChildDifference) -> JsonObject:
    def lines(entries: Sequence[LedgerEntry]) -> list[Json]:
        return [entry.digest for entry in entries]

    def things(sided: Sequence[OneSided]) -> list[Json]:
        return [{"title": each.title, "joining": each.fate.value} for each in sided]

    return {
        "child": child.name,
        "nameInCopy": child.name_there,
        "joining": None if child.fate is None else child.fate.value,
        "onlyHere": things(child.only_here),
        "onlyInCopy": things(child.only_there),
        "notes": [
            {"title": each.title, "here": list[Json](each.here), "inCopy": list[Json](each.there)}
            for each in child.noted
        ],
        "moved": list[Json](child.moved),
        "showingsHere": lines(child.lines_here),
        "showingsInCopy": lines(child.lines_there),
        "showingsForgotten": lines(child.forgotten),
    }


def health_json(health: Health) -> JsonObject:
    return {
        "children": health.children,
        "diplomas": health.credentials,
        "attachments": health.attachments,
        "showings": health.showings,
        "unchecked": health.unchecked,
        "problems": [error_json(problem) for problem in health.problems],
    }


def error_json(error: VcwalletError) -> JsonObject:
    """An error as data: its code never changes, its words may."""
    return {"code": error.code, "evidence": dict(error.evidence), "words": str(error)}


def result_json(result: AddResult) -> JsonObject:
    """What became of one document that was added or fetched."""
    document: JsonObject = {"where": result.where, "what": result.what.value}
    if result.diploma is not None:
        document |= {"id": result.diploma.id, "child": result.child, "title": result.diploma.title}
    if result.kept is not None:
        document |= {"id": result.kept.id, "child": result.child, "title": result.kept.title}
    if result.issuer:
        document["issuer"] = result.issuer
    if result.error is not None:
        document["error"] = error_json(result.error)
    return document
