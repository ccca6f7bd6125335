"""What the test interface verifies, by ``options.checks``: the proof alone, or the status too, or everything.

Without ``checks`` it is the proof alone, as the suites expect. Library and command line do everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from vcwallet.bundle.codec import Bundle
from vcwallet.conformance import proof_only
from vcwallet.conformance.instances import Instance
from vcwallet.credentials import status_list
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.status_entry import StatusEntry, StatusUnknown
from vcwallet.errors import N_, DocumentError, UsageError
from vcwallet.identifiers import did
from vcwallet.report import Check, Finding, Outcome, Report, Result
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, VerificationError, Verifier

__all__ = ["Extent", "Verifying", "extent", "findings"]

_PROOF: Final = "proof"
_STATUS: Final = "credentialStatus"
_EVERYTHING: Final = frozenset({"all", *Check} - {_PROOF})


class Extent(Enum):
    """How much is verified; the values are what an answer says was checked."""

    PROOF = (_PROOF,)
    PROOF_AND_STATUS = (_PROOF, _STATUS)
    EVERYTHING = tuple(check.value for check in Check)


def extent(checks: Json) -> Extent:
    """What ``options.checks`` asks for, or means when it is absent (None).

    Raises UsageError (``conformance.checks``) for anything but a list of known names: what cannot be checked
    is not passed over.
    """
    names: Json = [_PROOF] if checks is None else checks
    if not isinstance(names, list) or not names:
        raise _bad_checks(names)
    for name in names:
        if not isinstance(name, str) or name not in {_PROOF, _STATUS, *_EVERYTHING}:
            raise _bad_checks(name)
    if not _EVERYTHING.isdisjoint(str(name) for name in names):
        return Extent.EVERYTHING
    return Extent.PROOF_AND_STATUS if _STATUS in names else Extent.PROOF


def findings(report: Report, *results: Result) -> list[Finding]:
    """What a report found with one of `results`, of the whole and of each credential."""
    return [finding for finding in report.all_findings if finding.result in results]


@dataclass(frozen=True, slots=True)
class Verifying:
    """The verifier of the interface: it believes the interface's own issuers and knows their lists."""

    instances: Mapping[str, Instance]
    since: datetime

    def credential(self, document: JsonObject, asked: Extent, *, now: datetime) -> list[Finding]:
        """Return what is worth a look about a credential that is accepted.

        Raises VcwalletError for one that is not; where everything is asked for, VerificationError.
        """
        if asked is Extent.EVERYTHING:
            return _accepted(self._verifier().check(document, now=now))
        credential = proof_only.verify_credential(document, now=now)
        if asked is Extent.PROOF_AND_STATUS:
            self._check_status(credential, now)
        return []

    def presentation(
        self, document: JsonObject, asked: Extent, *, domain: str | None, challenge: str | None, now: datetime
    ) -> list[Finding]:
        """The same for a presentation and every credential in it."""
        if asked is Extent.EVERYTHING:
            bundle = Bundle(document)
            return _accepted(self._verifier().check(bundle, domain=domain, challenge=challenge, now=now))
        shown = proof_only.verify_presentation(document, domain=domain, challenge=challenge, now=now)
        for credential in shown if asked is Extent.PROOF_AND_STATUS else ():
            self._check_status(credential, now)
        return []

    def _verifier(self) -> Verifier:
        trusted = TrustList.start(now=self.since)
        for name, each in self.instances.items():
            trusted = trusted.with_issuer(
                did.resolve(each.did),
                name={"en": name},
                scopes=[ANYTHING],
                fingerprints=NOT_COMPARED,
                same_name_on_purpose=True,
                now=self.since,
            )
        return Verifier(trusted, status_lists=list(self._lists().values()))

    def _lists(self) -> dict[str, JsonObject]:
        kept = (each.statuses for each in self.instances.values())
        return {statuses.url: statuses.document for statuses in kept if statuses is not None}

    def _check_status(self, credential: Credential, now: datetime) -> None:
        """Raises DocumentError (``conformance.revoked``), StatusUnknown (``conformance.no-list``).

        And whatever `verify_status_list` and `check_status` raise.
        """
        lists = self._lists()
        for document in credential.status_entries:
            entry = StatusEntry.parse(document)
            if entry is None or entry.list_url not in lists:
                raise StatusUnknown(
                    "conformance.no-list",
                    N_("The status of the credential is in a list that is not of this server."),
                )
            known = status_list.verify_status_list(lists[entry.list_url], resolve=did.resolve, now=now)
            status = status_list.check_status(entry, known, credential_issuer=credential.issuer_id, now=now)
            if status.invalidates:
                raise DocumentError(
                    "conformance.revoked",
                    N_("The status of the credential is set: {purpose}."),
                    purpose=status.purpose,
                )


def _accepted(report: Report) -> list[Finding]:
    if report.outcome is not Outcome.CONFIRMED:
        raise VerificationError(report)
    return findings(report, Result.NOTE)


def _bad_checks(name: Json) -> UsageError:
    return UsageError(
        "conformance.checks",
        N_("“{name}” is not a check that can be asked for."),
        next_step=N_("The option checks is a list of: {known}."),
        name=str(name)[:64],
        known=", ".join(sorted({_PROOF, _STATUS, *_EVERYTHING})),
    )
