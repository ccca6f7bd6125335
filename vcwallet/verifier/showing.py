"""Step 2 and the tie to the person: who showed it, to whom, when, and what of it belongs to the one who did.

A presentation is a showing, and so is an SD-JWT whose holder answered with the key that its issuer named. A
diploma that comes alone is none. What was demanded and is not there leaves the answer open; what was signed
for somebody else is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from vcwallet import limits, timestamps
from vcwallet.bundle.request import Request
from vcwallet.bundle.who_asks import Prefix
from vcwallet.credentials import gate
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.enveloped import OpenedCredential, OpenedPresentation, undisclosed
from vcwallet.credentials.gate import Admission, Place, admit
from vcwallet.credentials.issuers import Issuers
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import EvidenceValue, VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.host_name import same_recipient
from vcwallet.identifiers.keys import PublicKey
from vcwallet.proofs.cryptosuites import is_base_proof
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jose import sd_jwt
from vcwallet.proofs.jose.key_discovery import confirmed_method
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.proofs.jsonld import Contexts
from vcwallet.report import (
    Binding,
    Check,
    Finding,
    Person,
    Result,
    SeenBefore,
    Showing,
    ShowingKind,
    ShowingOutcome,
    Tie,
    decisive,
)
from vcwallet.verifier.days import day, days_between
from vcwallet.verifier.demands import Demands

if TYPE_CHECKING:
    from vcwallet.verifier.seen import SeenRegister

__all__ = ["Asked", "Shown", "show", "tell_apart", "together"]

Thing: TypeAlias = Credential | OpenedCredential | SdJwtVc

JUST_NOW: Final = timedelta(hours=1)
"""How long an answer to a challenge counts as given just now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is demanded of everything that is shown, whoever asked for it."""

    domain: str | None
    challenge: str | None
    request: Request | None
    demands: Demands
    number: str | None = None
    """Of the application under which it is shown, for the register of what was seen."""

    @property
    def retention(self) -> timedelta | None:
        """For how long the request promised to keep what is shown."""
        return None if self.request is None else self.request.retention

    @property
    def a_showing(self) -> bool:
        """Whether a lone file cannot be enough."""
        return (
            self.domain is not None
            or self.challenge is not None
            or self.request is not None
            or self.demands.binding is not Binding.DOCUMENT
        )


# The code of a showing, by the reason that decides about it.
_CODES: Final = {
    "recipient.other": "showing.other-recipient",
    "recipient.openid": "showing.openid-answer",
    "recipient.other-challenge": "showing.other-challenge",
    "recipient.nobody": "showing.undirected",
    "proof.expired": "showing.over",
    "sd-jwt.key-binding-old": "showing.over",
    "request.over": "showing.request-over",
    "presentation.seen-elsewhere": "showing.seen-elsewhere",
    "recipient.challenge-used": "showing.challenge-used",
    "holder.several-people": "showing.several",
    "holder.surnames-differ": "showing.surnames",
    "presentation.demanded": "showing.none",
    "presentation.no-proof": "showing.unsigned",
}


_OVER: Final = "proof.expired"
_FIRST: Final = datetime.min.replace(tzinfo=UTC)


@dataclass
class Shown:
    """The showing as far as it is judged; `show` makes one."""

    asked: Asked
    issuers: Issuers
    now: datetime
    answer: Showing = field(
        default_factory=lambda: Showing(ShowingOutcome.NONE, ShowingKind.NONE, "showing.nothing")
    )
    holder: str | None = None
    """Who signed it, once the signature holds."""
    proofs: tuple[VerifiedProof, ...] = ()
    """Its holder's, once they hold."""
    came_alone: bool = True
    by_name: bool = False
    """Whether a key ties nothing to the person: other keys signed what came with it."""

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        return tuple(proof.verification_method.public_key for proof in self.proofs)

    @property
    def open_questions(self) -> list[Finding]:
        """What is not known of the showing, and so of every item in it."""
        return [each for each in self.answer.findings if each.result is Result.UNKNOWN]

    def disagree(self, finding: Finding) -> None:
        """Add what only all items together show."""
        failed = finding.result is Result.FAILED
        outcome = ShowingOutcome.REFUSED if failed else ShowingOutcome.UNKNOWN
        stronger = self.answer.outcome is ShowingOutcome.REFUSED
        self.answer = replace(
            self.answer,
            outcome=self.answer.outcome if stronger else outcome,
            code=self.answer.code if stronger else _CODES[finding.reason],
            evidence=self.answer.evidence if stronger else finding.evidence,
            findings=(*self.answer.findings, finding),
        )

    def tie_of(self, thing: Thing, person: Person, *, proven: bool) -> Tie:
        """What ties one credential to the person: the key only where it signed *this* showing.

        What is not `proven` to be its issuer's word names a key without any weight, and a ``cnf`` that cannot
        be read names none; `belongs` says so. A name of which half is hidden is no name: a friend with the
        same given name could lend a diploma so.
        """
        try:
            if proven and not self.by_name and self._same_key(thing):
                return Tie.KEY
        except VcwalletError:
            pass
        if {"family", "given"} & set(person.not_shown):
            return Tie.NOTHING
        if person.name and person.born is not None:
            return Tie.NAME_AND_BIRTH
        return Tie.NAME if person.name else Tie.NOTHING

    def _same_key(self, thing: Thing) -> bool:
        if not self.keys:
            return False
        ids, confirmed = _holder_ids(thing), self._confirmed(thing)
        if confirmed is not None and confirmed not in self.keys:
            return False
        return self._is_holder(ids) if ids else confirmed is not None

    def _is_holder(self, ids: Collection[str]) -> bool:
        """Whether a credential's one subject showed it: by its id, or by a key that is the id itself.

        One key has several ids: a token's ``cnf`` is read as a did:jwk, and the subject beside it may be the
        did:key of the same key.
        """
        if len(ids) > 1:
            return False
        (one,) = ids
        if one == self.holder:
            return True
        try:
            document = did.resolve(one)
        except VcwalletError:
            return False
        return all(method.public_key in self.keys for method in document.verification_methods)

    def _confirmed(self, thing: Thing) -> PublicKey | None:
        """The key that the issuer of a token named as its holder's (``cnf``)."""
        if isinstance(thing, Credential):
            return None
        cnf = thing.confirmation if isinstance(thing, SdJwtVc) else thing.secured.document.get("cnf")
        if cnf is None:
            return None
        return confirmed_method(cnf, resolve=gate.resolver(self.issuers), now=self.now).public_key

    def belongs(self, thing: Thing, tie: Tie) -> list[Finding]:
        """Step 5: whose one credential is."""
        try:
            findings = [*self._bound_elsewhere(thing), *self._held(thing)]
        except VcwalletError as error:
            findings = [gate.finding_of(error, Check.HOLDER)]
        if tie is Tie.NOTHING:
            findings.append(Finding.about(Check.HOLDER, Result.UNKNOWN, "holder.nameless"))
        return findings

    def _held(self, thing: Thing) -> list[Finding]:
        """Raises what reading ``cnf`` raises."""
        uncovers = _uncovers(thing)
        if self.came_alone:
            return [_note("holder.own-copy" if uncovers else "holder.alone")]
        if uncovers:
            return [Finding.about(Check.HOLDER, Result.FAILED, "holder.base-proof")]
        if not self.keys:
            return [Finding.about(Check.HOLDER, Result.UNKNOWN, "holder.not-checked")]
        if self._same_key(thing):
            return [Finding.about(Check.HOLDER, Result.PASSED, "holder.same")]
        if _holder_ids(thing) or self._confirmed(thing) is not None:
            return [Finding.about(Check.HOLDER, Result.FAILED, "holder.other")]
        if isinstance(thing, OpenedCredential) and _may_hide_a_key(thing):
            return [Finding.about(Check.HOLDER, Result.UNKNOWN, "holder.may-be-hidden")]
        return [_note("holder.by-name")]

    def _bound_elsewhere(self, thing: Thing) -> list[Finding]:
        """An answer inside a token speaks to one recipient, whatever is around the token."""
        demanded, token = self.asked.domain, _sd_jwt(thing)
        if demanded is None or token is None or token.key_binding is None:
            return []
        proof = sd_jwt.verify_key_binding(token, resolve=gate.resolver(self.issuers), now=self.now)
        if any(same_recipient(demanded, each) for each in proof.domain):
            return []
        return [
            Finding.about(
                Check.PRESENTATION_RECIPIENT,
                Result.FAILED,
                _other_recipient(demanded, proof.domain),
                addressed=", ".join(proof.domain)[:256],
                expected=demanded,
            )
        ]


def _other_recipient(demanded: str, addressed: Iterable[str]) -> str:
    """The reason why what names other recipients does not do.

    An answer to a request of OpenID4VP names a client identifier, not an office. Without the file that was
    kept of the request nobody can say whose that is.
    """
    openid = any(_is_client(each) for each in addressed) and not _is_client(demanded)
    return "recipient.openid" if openid else "recipient.other"


def _is_client(name: str) -> bool:
    prefix, colon, rest = name.partition(":")
    return bool(colon and rest) and prefix in {each.value for each in Prefix}


def show(
    given: Presentation | OpenedPresentation | None,
    things: Sequence[Thing],
    asked: Asked,
    *,
    issuers: Issuers,
    contexts: Contexts,
    seen: SeenRegister | None,
    now: datetime,
) -> Shown:
    """Judge the showing: the proof of its holder, its recipient, its age. Raises nothing for its content."""
    shown = Shown(asked, issuers, now, came_alone=given is None)
    judging = _Judging(shown, asked, seen, now)
    if given is None:
        judging.alone(things)
    else:
        judging.presented(given, contexts)
    return shown


def tell_apart(showings: Sequence[Shown]) -> None:
    """Where different keys signed parts of one answer, no key says whose it is: a friend's may be among them.

    Then each diploma is tied to the person by the name in it, or by nothing.
    """
    signed = [each for each in showings if each.keys]
    if any(set(each.keys) != set(signed[0].keys) for each in signed[1:]):
        for each in showings:
            each.by_name = True


def together(
    showings: Sequence[Shown], asked: Asked, *, issuers: Issuers, seen: SeenRegister | None, now: datetime
) -> Shown:
    """One showing of several that answer one question: as good as the worst of them, and asked about once."""
    worst = min(showings, key=lambda each: _KINDS.index(each.answer.kind))
    whole = Shown(asked, issuers, now, came_alone=all(each.came_alone for each in showings))
    whole.proofs = tuple(proof for each in showings for proof in each.proofs)
    findings: list[Finding] = []
    for each in showings:
        findings += [one for one in each.answer.findings if one not in findings]
    if not whole.proofs:
        whole.answer = replace(worst.answer, findings=tuple(findings))
        return whole
    purpose = next((each.answer.purpose for each in showings if each.answer.purpose), None)
    judging = _Judging(whole, asked, seen, now, findings, whole.proofs, purpose)
    if worst.answer.kind is not ShowingKind.NONE and decisive(findings) is None:
        judging.note_seen()
    judging.settle(worst.answer.kind)
    return whole


_KINDS: Final = (ShowingKind.NONE, ShowingKind.UNDIRECTED, ShowingKind.ADDRESSED, ShowingKind.JUST_NOW)
"""From the weakest to the strongest."""


@dataclass
class _Judging:
    shown: Shown
    asked: Asked
    seen: SeenRegister | None
    now: datetime
    findings: list[Finding] = field(default_factory=list)
    proofs: tuple[VerifiedProof, ...] = ()
    purpose: str | None = None
    seen_before: SeenBefore | None = None

    def alone(self, things: Sequence[Thing]) -> None:
        tokens = [token for each in things if (token := _sd_jwt(each)) is not None]
        answered = next((token for token in tokens if token.key_binding is not None), None)
        if answered is not None:
            # The holder answered inside the token: that is a showing.
            self.shown.came_alone = False
            try:
                resolve = gate.resolver(self.shown.issuers)
                proof = sd_jwt.verify_key_binding(answered, resolve=resolve, now=self.now)
            except VcwalletError as error:
                self._because(gate.finding_of(error))
                self.settle(ShowingKind.UNDIRECTED)
                return
            self._note(Check.PRESENTATION_PROOF, Result.PASSED, "presentation.holds")
            self.proofs = (proof,)
            self._accept()
            return
        result = Result.UNKNOWN if self.asked.a_showing else Result.NOTE
        reason = "presentation.demanded" if self.asked.a_showing else "presentation.none"
        self._note(Check.PRESENTATION_PROOF, result, reason)
        copy = any(map(_uncovers, things))
        code = "showing.own-copy" if copy else "showing.none" if self.asked.a_showing else "showing.alone"
        self.shown.answer = Showing(
            ShowingOutcome.NONE, ShowingKind.NONE, code, findings=tuple(self.findings)
        )

    def presented(self, given: Presentation | OpenedPresentation, contexts: Contexts) -> None:
        inner = given if isinstance(given, Presentation) else given.presentation
        issuers = self.shown.issuers
        admission = admit(given, Place.PRESENTATION, issuers=issuers, now=self.now, contexts=contexts)
        reason = admission.reason
        if reason is not None and reason.reason == _OVER:
            admission = self._at_its_end(given, admission, contexts)
            failed = admission.reason is not None and admission.reason.result is Result.FAILED
            reason = admission.reason if failed else reason
        if reason is not None and not admission.admitted:
            self._because(reason)
            self.settle(ShowingKind.UNDIRECTED)
            return
        self._note(Check.PRESENTATION_PROOF, Result.PASSED, "presentation.holds")
        if reason is not None:
            self._because(reason)
        self.proofs = admission.proofs
        self.purpose = inner.purpose
        self.shown.holder = inner.holder
        self._accept()

    def _at_its_end(
        self, given: Presentation | OpenedPresentation, over: Admission, contexts: Contexts
    ) -> Admission:
        """The gate's answer at the last moment of what is over.

        That the diplomas are not harmed is said of a showing whose signature held then, and whom it was for
        and when it was signed is what a family asks that is told it came too late.
        """
        for _ in range(limits.PROOFS):  # each proof has an end of its own
            if over.reason is None or over.reason.reason != _OVER:
                break
            ends = timestamps.parse(str(over.reason.evidence["expires"]))
            if ends - _FIRST < timedelta(days=1):
                break
            now, issuers = ends - timedelta(seconds=1), self.shown.issuers
            over = admit(given, Place.PRESENTATION, issuers=issuers, now=now, contexts=contexts)
        return over

    def _accept(self) -> None:
        self.shown.proofs = self.proofs
        self.shown.holder = self.shown.holder or self.proofs[0].controller
        kind = self._recipient()
        self._age()
        self.settle(kind)

    def _because(self, reason: Finding) -> None:
        """The gate's reason as one about the showing."""
        check, result = Check.PRESENTATION_PROOF, reason.result
        if reason.reason in (_OVER, "sd-jwt.key-binding-old"):
            check, result = Check.PRESENTATION_FRESHNESS, Result.FAILED
        elif reason.check in (Check.CLOCK, Check.FORM):
            check = reason.check
        elif result is Result.NOT_COUNTED:
            result = Result.FAILED
        self.findings.append(Finding(check, result, reason.reason, reason.evidence, reason.error))

    def _recipient(self) -> ShowingKind:
        addressed = ", ".join(self._to())[:256]
        domain, challenge = self.asked.domain, self.asked.challenge
        if domain is not None and not all(
            any(same_recipient(domain, each) for each in proof.domain) for proof in self.proofs
        ):
            reason = _other_recipient(domain, self._to()) if addressed else "recipient.nobody"
            result = Result.FAILED if addressed else Result.UNKNOWN
            self._note(Check.PRESENTATION_RECIPIENT, result, reason, addressed=addressed, expected=domain)
            return ShowingKind.UNDIRECTED
        if challenge is not None and any(proof.challenge != challenge for proof in self.proofs):
            self._note(Check.PRESENTATION_RECIPIENT, Result.FAILED, "recipient.other-challenge")
            return ShowingKind.UNDIRECTED
        if decisive(self.findings) is None:
            self.note_seen()
        if domain is None:
            reason = "recipient.not-compared" if addressed else "recipient.anybody"
            self._note(Check.PRESENTATION_RECIPIENT, Result.NOTE, reason, addressed=addressed)
        else:
            self._note(Check.PRESENTATION_RECIPIENT, Result.PASSED, "recipient.you", addressed=addressed)
        signed = self._signed_at()
        if challenge is not None and signed is not None and abs(self.now - signed) <= JUST_NOW:
            return ShowingKind.JUST_NOW
        return ShowingKind.UNDIRECTED if domain is None else ShowingKind.ADDRESSED

    def note_seen(self) -> None:
        """What the register knows of it: a second look is told, a second applicant is asked about."""
        if self.seen is None:
            return
        number, challenge = self.asked.number, self._challenge_mark()
        before = self.seen.note(
            self._marks(), number, self.now, challenge=challenge, keep=self.asked.retention
        )
        if before is None:
            return
        self.seen_before = before
        evidence: dict[str, EvidenceValue] = {"day": day(before.at, self.now), "number": before.number or "-"}
        check, result, reason = Check.DEMANDS, Result.NOTE, "presentation.seen-again"
        if not before.same_showing:
            check, result, reason = Check.PRESENTATION_RECIPIENT, Result.UNKNOWN, "recipient.challenge-used"
        elif number is not None and before.number is not None and number != before.number:
            result, reason = Result.UNKNOWN, "presentation.seen-elsewhere"
        self._note(check, result, reason, **evidence)

    def _marks(self) -> tuple[bytes, ...]:
        """Of each signature the part that nobody makes twice, which no copy can differ in.

        Of ECDSA (r, s) and (r, -s) are good for one message, so r alone counts; R of EdDSA is as long.
        """
        return tuple(proof.signature[: len(proof.signature) // 2] for proof in self.proofs)

    def _challenge_mark(self) -> bytes | None:
        domain, challenge = self.asked.domain or "", self.asked.challenge
        return None if challenge is None else f"{len(domain)}:{domain}{challenge}".encode()

    def _age(self) -> None:
        ends = [proof.expires for proof in self.proofs if proof.expires is not None]
        signed = self._signed_at()
        if signed is not None:
            days = days_between(signed, self.now)
            self._note(Check.PRESENTATION_FRESHNESS, Result.PASSED, "presentation.signed", days=days)
        if ends:
            until = day(min(ends), self.now)
            if min(ends) > self.now:
                self._note(Check.PRESENTATION_FRESHNESS, Result.PASSED, "presentation.current", until=until)
        elif self.asked.challenge is None:
            self._note(Check.PRESENTATION_FRESHNESS, Result.NOTE, "presentation.never-expires")
        request = self.asked.request
        if request is not None and request.expires is not None and self.now > request.expires:
            until = day(request.expires, self.now)
            self._note(Check.PRESENTATION_FRESHNESS, Result.UNKNOWN, "request.over", until=until)

    def settle(self, kind: ShowingKind) -> None:
        deciding = decisive(self.findings)
        outcome, code = ShowingOutcome.VALID, f"showing.{kind.value}"
        evidence: dict[str, EvidenceValue] = {}
        if deciding is not None:
            failed = deciding.result is Result.FAILED
            outcome = ShowingOutcome.REFUSED if failed else ShowingOutcome.UNKNOWN
            code = _CODES.get(deciding.reason, "showing.changed" if failed else "showing.unknown")
            if deciding.check is Check.CLOCK:
                code = "showing.clock"
            evidence = dict(deciding.evidence)
        signed = self._signed_at()
        ends = [proof.expires for proof in self.proofs if proof.expires is not None]
        self.shown.answer = Showing(
            outcome=outcome,
            kind=kind,
            code=code,
            to=self._to(),
            purpose=self.purpose,
            signed_at=signed,
            age_days=None if signed is None else days_between(signed, self.now),
            until=min(ends, default=None),
            seen_before=self.seen_before,
            findings=tuple(self.findings),
            evidence=evidence,
            marks=self._marks(),
        )

    def _to(self) -> tuple[str, ...]:
        return tuple(sorted({domain for proof in self.proofs for domain in proof.domain}))

    def _signed_at(self) -> datetime | None:
        """The oldest of its proofs dates a showing."""
        return min((proof.created for proof in self.proofs if proof.created is not None), default=None)

    def _note(self, check: Check, result: Result, reason: str, **evidence: EvidenceValue) -> None:
        self.findings.append(Finding.about(check, result, reason, **evidence))


def _sd_jwt(thing: Thing) -> SdJwt | None:
    """The SD-JWT that a thing came as, if it did."""
    if isinstance(thing, SdJwtVc):
        return thing.token
    return thing.secured.sd_jwt if isinstance(thing, OpenedCredential) else None


def _may_hide_a_key(token: OpenedCredential) -> bool:
    """Whether ``cnf`` or the id of a subject may be among what is hidden: then "by name" is not known.

    They would stand in the document itself, or in a subject: alone, or one of a list.
    """
    return any(
        not path or (path[0] == "credentialSubject" and all(isinstance(each, int) for each in path[1:]))
        for path in undisclosed(token)
    )


def _holder_ids(thing: Thing) -> frozenset[str]:
    """The ids of its subjects; claims of an SD-JWT VC bind by a key alone (``cnf``)."""
    given = _inside(thing)
    return frozenset() if given is None else given.holder_ids


def _uncovers(thing: Thing) -> bool:
    """Whether it has a proof that belongs to its holder's own copy."""
    given = _inside(thing)
    return given is not None and any(map(is_base_proof, given.proofs))


def _inside(thing: Thing) -> Credential | None:
    if isinstance(thing, SdJwtVc):
        return None
    return thing if isinstance(thing, Credential) else thing.credential


def _note(reason: str) -> Finding:
    return Finding.about(Check.HOLDER, Result.NOTE, reason)
