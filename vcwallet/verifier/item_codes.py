"""The code of an item: what decided about it, as the one word that its sentence hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from vcwallet.errors import EvidenceValue
from vcwallet.report import Check, Finding, Item, Result, StatusState, decisive
from vcwallet.verifier.days import day

__all__ = ["coded"]

# What decides about an item, by the reason of its deciding finding; the others by their check.
_CODES: Final[Mapping[str, str]] = {
    "kind.not-judged": "item.kind",
    "kind.wrong-place": "item.wrong-kind",
    "kind.holds-open": "item.holds-open",
    "kind.holds-unread": "item.holds-unread",
    "issuer.not-listed": "item.issuer-unknown",
    "issuer.look-alike": "item.look-alike",
    "issuer.out-of-scope": "item.out-of-scope",
    "issuer.scope-open": "item.hidden-needed",
    "issuer.closed": "item.key-out-of-time",
    "key.too-early": "item.key-out-of-time",
    "key.too-late": "item.key-out-of-time",
    "key.not-pinned": "item.key-not-pinned",
    "key.compromised": "item.key-compromised",
    "key.published": "item.key-published",
    "credential.inline-context": "item.own-definitions",
    "credential.issuer-key": "item.other-signer",
    "credential.no-proof": "item.unsigned",
    "proof.base-proof": "item.base-proof",
    "proof.expired": "item.over",
    "validity.over": "item.over",
    "validity.not-yet": "item.not-yet",
    "holder.other": "item.other-holder",
    "holder.base-proof": "item.base-proof",
    "holder.nameless": "item.nameless",
    "holder.not-checked": "item.showing",
    "holder.may-be-hidden": "item.holder-hidden",
    "recipient.other": "item.other-recipient",
    "recipient.openid": "item.openid-answer",
    "presentation.seen-elsewhere": "item.seen-elsewhere",
    "status.revoked": "item.revoked",
    "status.named-revoked": "item.named-revoked",
    "status.suspended": "item.suspended",
    "kit.too-old": "item.kit-too-old",
    "status.stale": "item.status-stale",
    "status.not-named": "item.status-not-named",
    "status.none-kept": "item.status-none",
    "demands.twice": "item.duplicate",
    "demands.seen-elsewhere": "item.seen-elsewhere",
}
# What a signature covers is other than what was signed, or the key is another; nothing else says so.
_CHANGED: Final = frozenset(
    {"proof.signature", "proof.signature-count", "related-resource.digest", "sd-jwt.unreferenced"}
)
_CODES_BY_CHECK: Final[Mapping[Check, str]] = {
    Check.FORM: "item.form",
    Check.CLOCK: "item.clock",
    Check.TRUST: "item.trust",
    Check.KEY: "item.key-unknown",
    Check.STATUS: "item.status-missing",
    Check.PRESENTATION_PROOF: "item.showing",
    Check.PRESENTATION_RECIPIENT: "item.showing",
    Check.PRESENTATION_FRESHNESS: "item.showing",
    Check.DEMANDS: "item.showing",
}


def coded(item: Item, *, rule: timedelta, now: datetime) -> Item:
    """The item with its code and the values of that sentence. `rule` is how old a status list may be."""
    status = item.status
    known: dict[str, EvidenceValue] = {
        "issuer": next(iter(item.issuer.name.values()), item.issuer.claimed_name or item.issuer.id),
        "date": day(status.as_of, now) if status.as_of else None,
        "days": status.age_days,
        "rule": rule.days,
    }
    deciding = decisive(item.findings)
    if deciding is not None:
        evidence = {**known, **deciding.evidence, "reason": deciding.reason}
        return replace(item, code=_code(deciding), evidence=evidence)
    code = "item.confirmed"
    if status.final:
        code = "item.confirmed-final"
    elif any(each.reason == "status.old" for each in item.findings):
        code = "item.confirmed-aged"
    elif status.state is StatusState.NONE:
        code = "item.confirmed-no-list"
    return replace(item, code=code, evidence=known)


def _code(deciding: Finding) -> str:
    if deciding.check is Check.STATUS and not deciding.reason.startswith("status."):
        # What keeps a list from being believed is not about the diploma itself.
        return "item.status-missing"
    if deciding.reason in _CODES:
        return _CODES[deciding.reason]
    if deciding.result is Result.FAILED:
        return "item.changed" if deciding.reason in _CHANGED else "item.proof"
    return _CODES_BY_CHECK.get(deciding.check, "item.unknown")
