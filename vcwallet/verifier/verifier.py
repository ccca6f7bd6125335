"""The verdict: the numbered steps from a bundle to a report, with the network unplugged.

    verifier = Verifier(TrustList.parse(path.read_bytes()))
    report = verifier.check(bundle, domain="admission.example", now=datetime.now(UTC))
    diplomas = verifier.verify(bundle, domain="admission.example", now=datetime.now(UTC))

`check` answers everything it can and says why; `verify` raises unless the answer is *accepted*. No step
opens a connection, reads a clock or keeps a copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vcwallet import timestamps
from vcwallet.bundle.codec import Bundle, has_type
from vcwallet.bundle.request import Request
from vcwallet.credentials import achievement, credential, enveloped, presentation, status_list, text
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.enveloped import OpenedCredential, OpenedPresentation
from vcwallet.credentials.issuers import KeyState
from vcwallet.credentials.presentation import EnvelopedPresentation, Presentation
from vcwallet.credentials.schema import SchemaStore, validate
from vcwallet.credentials.status_entry import HARMLESS_PURPOSES, Status, StatusEntry
from vcwallet.credentials.status_list import VerifiedStatusList
from vcwallet.errors import N_, DocumentError, EvidenceValue, KeyUnavailable, Side, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.keys import is_published_test_key
from vcwallet.proofs.cryptosuites import is_base_proof
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.report import (
    Check,
    CredentialReport,
    Finding,
    Outcome,
    Report,
    Result,
    outcome_of,
    worst,
)
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.policy import DEFAULT, Binding, Policy
from vcwallet.verifier.scopes import Within
from vcwallet.verifier.trust import TrustList

# The steps, in order; the same numbers stand down the code.
#
#  1 structure and limits        what arrived is a presentation (or a lone credential) by the data model
#  2 presentation                its proof, its recipient, its freshness; and the age of the trust list
#  then for every credential:
#  3 issuer                      is on the trust list, for this kind of achievement
#  4 key                         is the issuer's, in its window, not compromised
#  5 proof                       every proof holds over what is shown
#  6 validity                    validFrom and validUntil
#  7 holder                      the subject is the one who shows it
#  8 status                      not revoked, and how old that knowledge is
#  9 policy                      the verifier's own demands
# 10 verdict


class VerificationError(VcwalletError):
    """The answer is not *accepted*; `report` says why."""

    side = DocumentError.side
    exit_status = 1

    def __init__(self, report: Report) -> None:
        super().__init__("verify.refused", N_("The bundle is refused."))
        self.report = report


class NotConfirmed(VerificationError):
    """Nothing failed, but something could not be answered."""

    side = KeyUnavailable.side
    exit_status = 3

    def __init__(self, report: Report) -> None:
        VcwalletError.__init__(self, "verify.not-confirmed", N_("The bundle could not be confirmed."))
        self.report = report


# Which question an error of the proof layer answers; everything else is about the proof itself.
_QUESTION = {
    "proof.domain": Check.PRESENTATION_RECIPIENT,
    "proof.challenge": Check.PRESENTATION_RECIPIENT,
    "proof.expired": Check.PRESENTATION_FRESHNESS,
    "proof.not-yet": Check.PRESENTATION_FRESHNESS,
}


@dataclass(frozen=True)
class Verifier:
    """A verifier's standing choices: whom it believes and what it demands."""

    trust: TrustList
    policy: Policy = DEFAULT
    status_lists: Sequence[JsonObject] = field(default=())
    """Signed status list credentials at hand beside those of the trust list and the bundle."""
    contexts: Contexts = PINNED
    """The pinned contexts, perhaps with some of the verifier's own (`Contexts.with_file`)."""
    schemas: SchemaStore = field(default_factory=SchemaStore)
    """The JSON Schemas at hand for credentials that name one (``credentialSchema``)."""

    def verify(
        self,
        bundle: Bundle | JsonObject,
        *,
        domain: str | None = None,
        challenge: str | None = None,
        request: Request | None = None,
        now: datetime,
    ) -> tuple[Credential, ...]:
        """The credentials of a bundle that is *accepted* as a whole.

        Raises VerificationError when it is refused and NotConfirmed, its subclass, when it cannot be
        confirmed; both carry the `report`. Never returns anything that was not verified.
        """
        run = _Run(self, *_asked(self.trust, domain, challenge, request), now)
        report = run.report(bundle)
        if report.outcome is Outcome.REFUSED:
            raise VerificationError(report)
        if report.outcome is not Outcome.ACCEPTED:
            raise NotConfirmed(report)
        return run.credentials

    def check(
        self,
        bundle: Bundle | JsonObject,
        *,
        domain: str | None = None,
        challenge: str | None = None,
        request: Request | None = None,
        now: datetime,
    ) -> Report:
        """Answer every step for a bundle, or for the JSON of a credential that came alone.

        `domain` is the verifier's own name, by default that of its trust list; `challenge` is what it
        gave the holder just now, if anything; a `request` brings both, and what was asked for is then
        compared with what came. `now` must be aware. Raises nothing for any content of
        the bundle: what is wrong with it is in the report.
        """
        return _Run(self, *_asked(self.trust, domain, challenge, request), now).report(bundle)


@dataclass
class _Run:
    """One bundle under one verifier at one moment; the steps fill it in."""

    verifier: Verifier
    domain: str | None
    challenge: str | None
    request: Request | None
    now: datetime
    presentation: Presentation | None = None
    envelope: OpenedPresentation | None = None
    """What the presentation came in, when its signature is outside of it."""
    items: tuple[Credential | OpenedCredential, ...] = ()
    shown: tuple[VerifiedProof, ...] = ()
    """The presentation's proofs, once they hold; all by its holder."""
    binding: Binding = Binding.NONE
    findings: list[Finding] = field(default_factory=list)
    stapled: tuple[JsonObject, ...] = ()
    verified_lists: dict[str, list[VerifiedStatusList | VcwalletError]] = field(default_factory=dict)

    @property
    def credentials(self) -> tuple[Credential, ...]:
        return tuple(map(_inside, self.items))

    def report(self, bundle: Bundle | JsonObject) -> Report:
        reports: list[CredentialReport] = []
        if self._structure(bundle):
            self._trust_list()
            self._presentation()
            reports = [self._credential(each) for each in self.items]
            self._whole(reports)
            self._answers(reports)
        # 10 verdict
        return Report(
            outcome=worst([outcome_of(self.findings), *(each.outcome for each in reports)]),
            checked_at=self.now,
            findings=tuple(self.findings),
            credentials=tuple(reports),
            recipient=self._addressed(),
            purpose=self.presentation.intended_use if self.presentation and self.shown else None,
            binding=self.binding.value,
        )

    # 1 structure and limits
    def _structure(self, bundle: Bundle | JsonObject) -> bool:
        envelopes: tuple[EnvelopedCredential, ...] = ()
        try:
            if not isinstance(bundle, Bundle):
                if has_type(bundle, "EnvelopedVerifiableCredential"):
                    envelopes = (EnvelopedCredential.parse(bundle),)
                else:
                    self.items = (Credential.parse(bundle),)
            else:
                self.stapled = bundle.status_lists
                if has_type(bundle.presentation, "EnvelopedVerifiablePresentation"):
                    outer = EnvelopedPresentation.parse(bundle.presentation)
                    self.envelope = enveloped.open_presentation(outer)
                    self.presentation = self.envelope.presentation
                else:
                    self.presentation = Presentation.parse(bundle.presentation)
                self.items, envelopes = self.presentation.credentials, self.presentation.enveloped
            self.items += tuple(map(enveloped.open_credential, envelopes))
        except VcwalletError as error:
            self.findings.append(Finding.of(Check.STRUCTURE, _result_of(error), error))
            return False
        if not self.items:
            self._note(Check.STRUCTURE, Result.UNKNOWN, "structure.nothing")
            return False
        self._note(Check.STRUCTURE, Result.PASSED, "structure.well-formed", number=len(self.items))
        return True

    # 2 presentation: the age of what we know, the proof, the recipient, freshness
    def _trust_list(self) -> None:
        trust = self.verifier.trust
        if self.now + self.verifier.policy.clock_skew < trust.issued_at:
            self._note(Check.TRUST, Result.UNKNOWN, "trust.from-the-future", issued=_day(trust.issued_at))
        elif trust.next_update is not None and self.now > trust.next_update:
            self._note(Check.TRUST, Result.UNKNOWN, "trust.expired", until=_day(trust.next_update))
        else:
            self._note(
                Check.TRUST, Result.PASSED, "trust.current", days=max((self.now - trust.issued_at).days, 0)
            )

    def _presentation(self) -> None:
        if self.presentation is None:
            self._note(Check.PRESENTATION_PROOF, Result.NOTE, "presentation.none")
            return
        try:
            # Recipient and challenge are compared below, each with an answer of its own.
            self.shown = (
                presentation.verify_holder(
                    self.presentation, resolve=did.resolve, now=self.now, contexts=self.verifier.contexts
                )
                if self.envelope is None
                else enveloped.verify_holder(self.envelope, resolve=did.resolve, now=self.now)
            )
        except VcwalletError as error:
            check = _QUESTION.get(error.code, Check.PRESENTATION_PROOF)
            self.findings.append(Finding.of(check, _result_of(error), error))
            return
        self._note(Check.PRESENTATION_PROOF, Result.PASSED, "presentation.holds")
        self.binding = self._recipient()
        ends = [proof.expires for proof in self.shown if proof.expires is not None]
        if ends:
            self._note(
                Check.PRESENTATION_FRESHNESS, Result.PASSED, "presentation.current", until=_day(min(ends))
            )
        elif self.binding is not Binding.INTERACTIVE:
            self._note(Check.PRESENTATION_FRESHNESS, Result.NOTE, "presentation.never-expires")

    def _recipient(self) -> Binding:
        addressed = self._addressed() or ""
        if self.domain is not None and not all(self.domain in proof.domain for proof in self.shown):
            reason = "recipient.other" if addressed else "recipient.nobody"
            self._note(
                Check.PRESENTATION_RECIPIENT, Result.FAILED, reason, addressed=addressed, expected=self.domain
            )
            return Binding.BEARER
        if self.challenge is not None and any(proof.challenge != self.challenge for proof in self.shown):
            self._note(Check.PRESENTATION_RECIPIENT, Result.FAILED, "recipient.other-challenge")
            return Binding.BEARER
        if self.domain is None:
            reason = "recipient.not-compared" if addressed else "recipient.anybody"
            self._note(Check.PRESENTATION_RECIPIENT, Result.NOTE, reason, addressed=addressed)
            return Binding.INTERACTIVE if self.challenge is not None else Binding.BEARER
        self._note(Check.PRESENTATION_RECIPIENT, Result.PASSED, "recipient.you", addressed=addressed)
        return Binding.INTERACTIVE if self.challenge is not None else Binding.ADDRESSED

    def _addressed(self) -> str | None:
        return ", ".join(sorted({domain for proof in self.shown for domain in proof.domain})) or None

    # 3 to 9, for one credential
    def _credential(self, item: Credential | OpenedCredential) -> CredentialReport:
        given = _inside(item)
        shown: dict[str, str] = {}
        try:
            shown = {fact.value: text for fact, text in achievement.facts(given).said.items()}
            findings = [
                *self._issuer(given),
                *self._key_and_proof(item),
                *self._validity(given),
                *self._holder(given),
                *self._status(given),
                *self._schema(given),
                *self._policy(),
                *text.findings(given.json),
            ]
        except VcwalletError as error:
            # A rule of a lower module that no step expected ends as a refusal, never as an acceptance.
            findings = [Finding.of(Check.STRUCTURE, _result_of(error), error)]
        return CredentialReport(
            id=given.id or "",
            outcome=outcome_of(findings),
            findings=tuple(findings),
            shown=shown,
        )

    # 3 issuer accepted for this kind
    def _issuer(self, given: Credential) -> list[Finding]:
        issuer = self.verifier.trust.of(given.issuer_id)
        if issuer is None:
            return [self._unlisted(given)]
        name = issuer.display_name
        answer = issuer.scope_of(achievement.facts(given))
        if answer.within is Within.INSIDE:
            return [_finding(Check.ISSUER, Result.PASSED, "issuer.listed", issuer=name)]
        if answer.within is Within.OPEN:
            missing = ", ".join(answer.missing)
            return [_finding(Check.ISSUER, Result.UNKNOWN, "issuer.scope-open", issuer=name, missing=missing)]
        return [
            _finding(
                Check.ISSUER,
                Result.FAILED,
                "issuer.out-of-scope",
                issuer=name,
                clause=answer.clause or "-",
                value=answer.value or "-",
                allowed=", ".join(answer.allowed)[:256] or "-",
            )
        ]

    def _unlisted(self, given: Credential) -> Finding:
        claim: dict[str, EvidenceValue] = {
            "issuer": given.issuer_id[:64],
            "name": given.issuer_name or "-",
        }
        trusted = self.verifier.trust.look_alike(given.issuer_name or "")
        if trusted is not None:
            look_alike = {**claim, "trusted": trusted.display_name}
            return _finding(Check.ISSUER, Result.UNKNOWN, "issuer.look-alike", **look_alike)
        return _finding(Check.ISSUER, Result.UNKNOWN, "issuer.not-listed", **claim)

    # 4 key and its window, 5 proof
    def _key_and_proof(self, item: Credential | OpenedCredential) -> list[Finding]:
        given, resolve = _inside(item), self.verifier.trust.resolve
        try:
            proofs = (
                credential.verify(
                    item,
                    resolve=resolve,
                    now=self.now,
                    # Nobody shows a diploma that comes alone: it may be the family's own copy.
                    stored=self.presentation is None,
                    contexts=self.verifier.contexts,
                )
                if isinstance(item, Credential)
                else enveloped.verify(item, resolve=resolve, now=self.now, contexts=self.verifier.contexts)
            )
        except KeyUnavailable as error:
            return [
                Finding.of(Check.KEY, Result.UNKNOWN, error),
                _finding(Check.PROOF, Result.UNKNOWN, "proof.not-checked"),
            ]
        except VcwalletError as error:
            return [Finding.of(Check.PROOF, _result_of(error), error)]
        if any(is_published_test_key(proof.verification_method.public_key) for proof in proofs):
            return [_finding(Check.KEY, Result.FAILED, "key.published")]
        return [
            *(self._key_window(given, proof) for proof in proofs),
            _finding(Check.PROOF, Result.PASSED, "proof.holds"),
        ]

    def _key_window(self, given: Credential, proof: VerifiedProof) -> Finding:
        issuer = self.verifier.trust.of(given.issuer_id)
        key = issuer.key(proof.verification_method.public_key) if issuer else None
        if key is None:
            return _finding(Check.KEY, Result.PASSED, "key.issuers-own")
        if key.state is KeyState.COMPROMISED:
            return _finding(Check.KEY, Result.UNKNOWN, "key.compromised")
        if key.valid_from is None and key.valid_until is None:
            return _finding(Check.KEY, Result.PASSED, "key.issuers-own")
        # The signer chose `created`; for a key nobody stole it is as good as the signature itself.
        signed = proof.created or given.valid_from
        if signed is None:
            return _finding(Check.KEY, Result.UNKNOWN, "key.no-date")
        if key.valid_from is not None and signed < key.valid_from:
            return _finding(
                Check.KEY, Result.FAILED, "key.too-early", signed=_day(signed), start=_day(key.valid_from)
            )
        if key.valid_until is not None and signed > key.valid_until:
            return _finding(
                Check.KEY, Result.FAILED, "key.too-late", signed=_day(signed), end=_day(key.valid_until)
            )
        return _finding(Check.KEY, Result.PASSED, "key.in-window", signed=_day(signed))

    # 6 dates
    def _validity(self, given: Credential) -> list[Finding]:
        if given.valid_from is not None and self.now < given.valid_from:
            return [_finding(Check.VALIDITY, Result.FAILED, "validity.not-yet", start=_day(given.valid_from))]
        if given.valid_until is not None and self.now > given.valid_until:
            return [_finding(Check.VALIDITY, Result.FAILED, "validity.over", end=_day(given.valid_until))]
        return [_finding(Check.VALIDITY, Result.PASSED, "validity.current")]

    # 7 holder and subject
    def _holder(self, given: Credential) -> list[Finding]:
        uncovers = any(is_base_proof(proof) for proof in given.proofs)
        if self.presentation is None:
            reason = "holder.own-copy" if uncovers else "holder.alone"
            return [_finding(Check.HOLDER, Result.NOTE, reason)]
        if uncovers:
            return [_finding(Check.HOLDER, Result.FAILED, "holder.base-proof")]
        if not self.shown:
            return [_finding(Check.HOLDER, Result.UNKNOWN, "holder.not-checked")]
        if given.holder_ids - {self.presentation.holder}:
            return [_finding(Check.HOLDER, Result.FAILED, "holder.other")]
        if not given.holder_ids:
            return [_finding(Check.HOLDER, Result.NOTE, "holder.by-name")]
        return [_finding(Check.HOLDER, Result.PASSED, "holder.same")]

    # 8 status and its age
    def _status(self, given: Credential) -> list[Finding]:
        if not given.status_entries:
            result = Result.UNKNOWN if self.verifier.policy.require_status else Result.NOTE
            return [_finding(Check.STATUS, result, "status.none-kept")]
        findings: list[Finding] = []
        for position, document in enumerate(given.status_entries):
            entry = StatusEntry.parse(document, ("credentialStatus", position))
            if entry is None:
                findings.append(_finding(Check.STATUS, Result.UNKNOWN, "status.other-kind"))
            elif entry.purpose not in HARMLESS_PURPOSES:
                findings.extend(self._status_entry(given, entry))
        return findings

    def _status_entry(self, given: Credential, entry: StatusEntry) -> list[Finding]:
        answers: list[tuple[Status, datetime]] = []
        problem: Finding | None = None
        for answer in self._lists(entry.list_url):
            try:
                if isinstance(answer, VcwalletError):
                    raise answer
                status = status_list.check_status(
                    entry, answer, credential_issuer=given.issuer_id, now=self.now
                )
            except VcwalletError as error:
                # A forged or broken copy counts as not being there: another copy may be good.
                problem = Finding.of(Check.STATUS, Result.UNKNOWN, error)
            else:
                if status.as_of is not None:
                    answers.append((status, status.as_of))
        if not answers:
            missing = _finding(Check.STATUS, Result.UNKNOWN, "status.no-list", list=entry.list_url[:64])
            return [problem or missing]
        # The freshest valid list wins; of two of one moment, the one that refuses.
        latest, as_of = max(answers, key=lambda pair: (pair[1], pair[0].invalidates))
        if latest.invalidates:
            reason = "status.suspended" if latest.purpose == "suspension" else "status.revoked"
            return [_finding(Check.STATUS, Result.FAILED, reason, as_of=_day(as_of))]
        age = {"days": max((self.now - as_of).days, 0), "rule": self.verifier.policy.max_status_age.days}
        stale = self.now - as_of > self.verifier.policy.max_status_age
        return [
            _finding(Check.STATUS, Result.PASSED, "status.good", as_of=_day(as_of)),
            _finding(Check.STATUS_AGE, Result.UNKNOWN, "status.stale", **age)
            if stale
            else _finding(Check.STATUS_AGE, Result.PASSED, "status.fresh", **age),
        ]

    def _lists(self, list_url: str) -> list[VerifiedStatusList | VcwalletError]:
        """Every copy of a list at hand, verified once, or why it does not count."""
        if list_url not in self.verified_lists:
            at_hand = (*self.verifier.trust.status_lists, *self.verifier.status_lists, *self.stapled)
            self.verified_lists[list_url] = [
                self._verified(document) for document in at_hand if document.get("id") == list_url
            ]
        return self.verified_lists[list_url]

    def _verified(self, document: JsonObject) -> VerifiedStatusList | VcwalletError:
        try:
            return status_list.verify_status_list(document, resolve=self.verifier.trust.resolve, now=self.now)
        except VcwalletError as error:
            return error

    def _schema(self, given: Credential) -> list[Finding]:
        """A schema is a promise about form; that one is not at hand is told, and changes nothing."""
        if not given.schemas:
            return []
        try:
            unchecked = validate(given, self.verifier.schemas)
        except VcwalletError as error:
            return [Finding.of(Check.STRUCTURE, _result_of(error), error)]
        if unchecked:
            return [
                _finding(
                    Check.STRUCTURE, Result.NOTE, "structure.schema-unchecked", schema=each.schema_id[:64]
                )
                for each in unchecked
            ]
        return [_finding(Check.STRUCTURE, Result.PASSED, "structure.schema")]

    # 9 policy
    def _policy(self) -> list[Finding]:
        demanded = self.verifier.policy.binding
        if self.binding.strength < demanded.strength:
            return [
                _finding(
                    Check.POLICY,
                    Result.UNKNOWN,
                    "policy.binding",
                    binding=self.binding.value,
                    demanded=demanded.value,
                )
            ]
        return [_finding(Check.POLICY, Result.PASSED, "policy.met")]

    def _whole(self, reports: Sequence[CredentialReport]) -> None:
        """What only the bundle as a whole can show: one diploma twice, two people in one bundle."""
        counts = Counter(each.id for each in self.credentials if each.id)
        for identifier, times in counts.items():
            if times > 1:
                self._note(Check.POLICY, Result.NOTE, "policy.twice", credential=identifier[:64])
        # A refused credential is no testimony about anybody.
        standing = [
            each
            for each, answer in zip(self.credentials, reports, strict=True)
            if answer.outcome is not Outcome.REFUSED
        ]
        # Those bound to the holder's id may bear an earlier surname; the others have only the name.
        holder = self.presentation.holder if self.presentation and self.shown else None
        if all(holder in each.holder_ids for each in standing):
            return
        differing = achievement.disagreement(standing)
        if differing is not None:
            self._note(Check.HOLDER, Result.UNKNOWN, "holder.several-people", member=differing)

    def _answers(self, reports: Sequence[CredentialReport]) -> None:
        """Whether what came is what was asked for; what was asked for and refused did not come."""
        for want in self.request.wants if self.request else ():
            fitting = [
                each
                for each in reports
                if each.outcome is not Outcome.REFUSED
                and want.kind in (None, each.shown.get("kind"))
                and all(field in each.shown for field in want.fields)
            ]
            if len(fitting) < want.at_least:
                self._note(
                    Check.POLICY,
                    Result.UNKNOWN,
                    "policy.not-all-asked",
                    kind=want.kind or "*",
                    fields=", ".join(want.fields) or "*",
                    number=len(fitting),
                    asked=want.at_least,
                )

    def _note(self, check: Check, result: Result, reason: str, **evidence: EvidenceValue) -> None:
        self.findings.append(_finding(check, result, reason, **evidence))


def _inside(item: Credential | OpenedCredential) -> Credential:
    return item if isinstance(item, Credential) else item.credential


def _result_of(error: VcwalletError) -> Result:
    """What is not known, or cannot be done on this computer, accuses nobody."""
    return Result.UNKNOWN if error.side in (Side.KNOWLEDGE, Side.MACHINE) else Result.FAILED


def _asked(
    trust: TrustList, domain: str | None, challenge: str | None, request: Request | None
) -> tuple[str | None, str | None, Request | None]:
    if request is None:
        return domain or trust.recipient, challenge, None
    return domain or request.domain, challenge or request.challenge, request


def _finding(check: Check, result: Result, reason: str, **evidence: EvidenceValue) -> Finding:
    return Finding(check, result, reason, evidence)


def _day(moment: datetime) -> str:
    return timestamps.render(moment)[:10]
