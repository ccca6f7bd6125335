"""What a verifier answers, as data: outcomes, checks and findings. The words are in `vcwallet.locales`.

The vocabulary has three values on purpose. A proof that fails is *refused*. A key that cannot be had, a
status that is missing or stale, an issuer nobody listed is *cannot confirm*: that is not an accusation.
Only when every question was answered is the outcome *accepted*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from vcwallet import timestamps
from vcwallet.errors import EvidenceValue, VcwalletError
from vcwallet.strict_json import JsonObject


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANNOT_CONFIRM = "cannot-confirm"


class Result(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_COUNTED = "not-counted"
    """In order, and yet of no use: revoked, over, out of scope, counted already."""
    UNKNOWN = "unknown"
    NOTE = "note"
    """Worth a person's look; does not change the outcome."""


class Check(StrEnum):
    """Stable codes of the checks, in the order of the numbered steps of `vcwallet.verifier.verifier`."""

    STRUCTURE = "structure"
    FORM = "form"
    CLOCK = "clock"
    TRUST = "trust"
    PRESENTATION_PROOF = "presentation.proof"
    PRESENTATION_RECIPIENT = "presentation.recipient"
    PRESENTATION_FRESHNESS = "presentation.freshness"
    KIND = "kind"
    ISSUER = "issuer"
    KEY = "key"
    PROOF = "proof"
    VALIDITY = "validity"
    HOLDER = "holder"
    STATUS = "status"
    STATUS_AGE = "status.age"
    POLICY = "policy"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's answer. `reason` is a stable code; `evidence` are the plain values of its sentence.

    `error` is the refusal behind a failed check; then `reason` is its code and the sentence is its own.
    """

    check: Check
    result: Result
    reason: str
    evidence: Mapping[str, EvidenceValue] = field(default_factory=dict)
    error: VcwalletError | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, check: Check, result: Result, error: VcwalletError) -> Finding:
        return cls(check, result, error.code, error.evidence, error)


def outcome_of(findings: Iterable[Finding]) -> Outcome:
    """The verdict: one failure refuses; otherwise one open question leaves it unconfirmed."""
    results = {finding.result for finding in findings}
    if not results:
        return Outcome.CANNOT_CONFIRM
    if results & {Result.FAILED, Result.NOT_COUNTED}:
        return Outcome.REFUSED
    if Result.UNKNOWN in results:
        return Outcome.CANNOT_CONFIRM
    return Outcome.ACCEPTED


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a whole: refused beats cannot confirm beats accepted; nothing confirms nothing."""
    seen = set(outcomes)
    for outcome in (Outcome.REFUSED, Outcome.CANNOT_CONFIRM, Outcome.ACCEPTED):
        if outcome in seen:
            return outcome
    return Outcome.CANNOT_CONFIRM


@dataclass(frozen=True, slots=True)
class CredentialReport:
    """What was found about one credential. `shown` is rebuilt from what was verified, for people."""

    id: str
    outcome: Outcome
    findings: tuple[Finding, ...]
    shown: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """The answer about one bundle, at one moment, under one trust list and policy."""

    outcome: Outcome
    checked_at: datetime
    findings: tuple[Finding, ...]
    """About the bundle and the presentation as a whole."""
    credentials: tuple[CredentialReport, ...]
    recipient: str | None = None
    purpose: str | None = None
    binding: str = "none"
    """How the credentials are tied to the one who shows them: interactive, addressed, bearer or none."""


def as_json(report: Report) -> JsonObject:
    """The report as data for a program: docs/reference/report.schema.json describes it."""
    return {
        "outcome": report.outcome.value,
        "checkedAt": timestamps.render(report.checked_at),
        "recipient": report.recipient,
        "purpose": report.purpose,
        "binding": report.binding,
        "findings": [_finding_json(finding) for finding in report.findings],
        "credentials": [
            {
                "id": each.id,
                "outcome": each.outcome.value,
                "shown": dict(each.shown),
                "findings": [_finding_json(finding) for finding in each.findings],
            }
            for each in report.credentials
        ],
    }


def _finding_json(finding: Finding) -> JsonObject:
    return {
        "check": finding.check.value,
        "result": finding.result.value,
        "reason": finding.reason,
        "evidence": dict(finding.evidence),
    }
