"""The verdict: the numbered steps from what was shown to a report, with the network unplugged.

    verifier = Verifier(TrustList.parse(path.read_bytes()))
    report = verifier.check(bundle, domain="admission.example", now=datetime.now(UTC))
    diplomas = verifier.verify(bundle, domain="admission.example", now=datetime.now(UTC))

`check` answers everything it can and says why; `verify` raises unless the whole is *confirmed*. No step opens
a connection, reads a clock or keeps a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from vcwallet import strict_json
from vcwallet.bundle import codec, scanning
from vcwallet.bundle.codec import ENVELOPE_TYPE, Bundle, has_type, is_presentation
from vcwallet.bundle.kinds import DocumentKind, kind_of
from vcwallet.bundle.request import Request
from vcwallet.bundle.scanning import Together
from vcwallet.credentials import enveloped, gate, text
from vcwallet.credentials.achievement import Facts, facts, may_be_partial
from vcwallet.credentials.clr import ClrCredential
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.enveloped import OpenedCredential
from vcwallet.credentials.gate import CONTAINER_TYPES, Admission, Place, admit
from vcwallet.credentials.issuers import ListedIssuer
from vcwallet.credentials.open_badges import BADGE_TYPES
from vcwallet.credentials.presentation import EnvelopedPresentation, Presentation
from vcwallet.credentials.schema import SchemaStore, validate
from vcwallet.errors import (
    N_,
    DocumentError,
    EvidenceValue,
    KeyUnavailable,
    Mistake,
    UsageError,
    VcwalletError,
)
from vcwallet.identifiers.host_name import host_name, same_recipient
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.report import (
    Achievement,
    Answers,
    Binding,
    Check,
    Fate,
    Finding,
    Freshness,
    IssuerSeen,
    Item,
    Knowledge,
    Outcome,
    Person,
    Problem,
    Report,
    Result,
    ShowingKind,
    Source,
    StatusSeen,
    StatusState,
    Tie,
    TrustSeen,
    fate_of,
    whole_of,
)
from vcwallet.strict_json import JsonObject
from vcwallet.verifier.days import day, days_between
from vcwallet.verifier.demands import DEFAULT, Demands
from vcwallet.verifier.endorsements import Endorsements, is_of_its_own, judged
from vcwallet.verifier.facts import achievement_of, person_in_claims, person_of, shows
from vcwallet.verifier.item_codes import coded
from vcwallet.verifier.once import counted_once, mark
from vcwallet.verifier.people import disagreement
from vcwallet.verifier.scopes import Within
from vcwallet.verifier.showing import Asked, Shown, show, tell_apart, together
from vcwallet.verifier.statuses import Origin, StatusAnswer, StatusLists, status_of
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_together import KITS_ALONE
from vcwallet.verifier.trusted_issuer import TrustedIssuer

if TYPE_CHECKING:
    from vcwallet.verifier.kit.installed import InstalledKit
    from vcwallet.verifier.seen import SeenRegister

# The steps, in order; the same numbers stand down the code.
#
#  1 structure and limits        what arrived is a presentation (or a lone credential) by the data model
#  2 showing                     the age of kits and trust list; then the holder's proof, recipient, freshness
#  then for every credential, and for every credential inside a container:
#  3 the gate                    kind, issuer, key and its window, proof, dates
#  4 scope                       its issuer is believed for this kind of achievement
#  5 holder and subject          what ties it to the one who shows it
#  6 status                      not revoked, and how old that knowledge is
#  7 form                        the schema it names
#  8 demands                     the verifier's own rules
#  then for all together:
#  9 the whole                   one diploma counts once; one person; what was asked for
# 10 verdict

ShownThing: TypeAlias = Bundle | JsonObject | Presentation | Credential | Together
Thing: TypeAlias = Credential | OpenedCredential | SdJwtVc


Elsewhere: TypeAlias = Callable[
    [Sequence[Bundle | JsonObject | Together], Sequence[JsonObject]], Iterator[Report | VcwalletError]
]
"""Checks things with the status lists that were handed in: the report on each, or what became of it."""


class VerificationError(VcwalletError):
    """The whole is not *confirmed*; `report` says why."""

    side = DocumentError.side
    exit_status = 1

    def __init__(self, report: Report) -> None:
        super().__init__("verify.refused", N_("What was shown is refused."))
        self.report = report


class NotConfirmed(VerificationError):
    """Nothing is attacked, but something could not be answered, or does not count."""

    side = KeyUnavailable.side

    def __init__(self, report: Report) -> None:
        VcwalletError.__init__(self, "verify.not-confirmed", N_("What was shown could not be confirmed."))
        self.report = report

    @property
    def exit_status(self) -> int:  # type: ignore[override]
        """3 when something is not known, 5 when nothing or not everything counts."""
        return self.report.outcome.exit_status


@dataclass(frozen=True)
class Verifier:
    """A verifier's standing choices: whom it believes and what it demands."""

    trust: TrustList
    demands: Demands = DEFAULT
    status_lists: Sequence[JsonObject] = field(default=())
    """Signed status list credentials at hand beside those of the trust list and the bundle."""
    contexts: Contexts = PINNED
    """The pinned contexts, perhaps with some of the verifier's own (`Contexts.with_file`)."""
    schemas: SchemaStore = field(default_factory=SchemaStore)
    """The JSON Schemas at hand for credentials that name one (``credentialSchema``)."""
    kits: Sequence[InstalledKit] = ()
    """The installed kits whose lists are in `trust`: where status lists are found, and how old that is."""
    seen: SeenRegister | None = None
    """Remembers showings and answered challenges, for who wants to be told of a second time."""
    _kept: list[tuple[tuple[object, ...], StatusLists]] = field(
        init=False, default_factory=list, repr=False, compare=False
    )

    def verify(
        self,
        shown: ShownThing,
        *,
        domain: str | None = None,
        challenge: str | None = None,
        request: Request | None = None,
        now: datetime,
    ) -> tuple[Credential, ...]:
        """The credentials of what is *confirmed* as a whole, each once.

        Raises VerificationError when it is refused and NotConfirmed, its subclass, when it is anything else;
        both carry the `report`. Never returns anything that was not verified.
        """
        run = self._run(shown, self._asked(domain, challenge, request, now), now)
        report = run.report()
        if report.outcome is Outcome.REFUSED:
            raise VerificationError(report)
        if report.outcome is not Outcome.CONFIRMED:
            raise NotConfirmed(report)
        return tuple(run.given[item.number] for item in report.items if item.outcome is Fate.CONFIRMED)

    def check(
        self,
        shown: ShownThing,
        *,
        domain: str | None = None,
        challenge: str | None = None,
        request: Request | None = None,
        number: str | None = None,
        now: datetime,
    ) -> Report:
        """Answer every step for a bundle, a presentation, or a credential that came alone.

        `domain` is the verifier's own name, by default that of its trust list; `challenge` is what it gave
        the holder just now, if anything; a `request` brings both, and what was asked for is then compared
        with what came. `number` is the application's, for the register of what was
        `seen`. `now` is aware; days are counted in its zone. What is wrong with the content of `shown` is in
        the report. Raises UsageError (``verify.not-a-document``, ``verify.naive-now``,
        ``verify.not-text``, ``verify.empty-challenge``, ``verify.other-challenge``,
        ``verify.other-recipient``, ``host-name.malformed``) for a call that cannot be answered.
        """
        return self._run(shown, self._asked(domain, challenge, request, now, number), now).report()

    def check_all(
        self,
        inputs: Sequence[Path | bytes | str],
        *,
        domain: str | None = None,
        challenge: str | None = None,
        request: Request | None = None,
        number: str | None = None,
        now: datetime,
    ) -> Answers:
        """Read files, folders, contents and texts of any kind, and answer for everything in them.

        Pictures, PDFs, archives, JSON, and what a scanner types are read alike; status lists among them are
        used. A report names its sources, and what could not be read is among `Answers.problems`. Raises what
        `check` and `scanning.read_inputs` raise.
        """
        found = scanning.read_inputs(inputs)
        return self.check_found(
            found, domain=domain, challenge=challenge, request=request, number=number, now=now
        )

    def check_found(
        self,
        found: scanning.Reading,
        *,
        domain: str | None = None,
        challenge: str | None = None,
        request: Request | None = None,
        number: str | None = None,
        now: datetime,
        kept: StatusLists | None = None,
        elsewhere: Elsewhere | None = None,
    ) -> Answers:
        """`check_all` for what `scanning.read_inputs` has read already.

        Who checks many things at one moment gives `status_lists_at` of it as `kept` each time: then a list is
        verified once for all of them. `elsewhere` (see `verifier.many`) checks in several processes; a
        verifier that remembers what was `seen` checks here all the same, one thing after another. The answers
        are the same.
        """
        asked = self._asked(domain, challenge, request, now, number)
        lists = [
            each.document
            for each in found
            if each.kind is DocumentKind.STATUS_LIST and each.document is not None
        ]
        shown = [(each, thing) for each in found if (thing := _shown(each)) is not None]
        things = [thing for _, thing in shown]
        if elsewhere is not None and self.seen is None:
            checked = elsewhere(things, lists)
        else:
            checked = self._each(things, asked, now, lists, kept)
        reports: list[Report] = []
        problems = [Problem(each.where, each.problem) for each in found if each.problem is not None]
        for (each, _), report in zip(shown, checked, strict=True):
            if isinstance(report, VcwalletError):
                problems.append(Problem(each.where, report))
            else:
                sources = tuple(Source(one.name or f"#{one.input}", one.page) for one in each.sources)
                reports.append(replace(report, source=sources))
        return Answers(tuple(reports), tuple(problems), found.counts)

    def _each(
        self,
        things: Sequence[Bundle | JsonObject | Together],
        asked: Asked,
        now: datetime,
        lists: Sequence[JsonObject],
        kept: StatusLists | None,
    ) -> Iterator[Report | VcwalletError]:
        """The report on each, with the lists that were handed in, or the mistake that we made over it."""
        reader = replace(self, status_lists=[*self.status_lists, *lists])
        # Lists that were handed in with some files say nothing about others.
        shared = kept if kept is not None and not lists else reader.status_lists_at(now)
        for shown in things:
            try:
                yield _Run(reader, asked, now, shown, shared).report()
            except Exception as error:  # one input must not take the answers on the others with it
                yield Mistake.of(error)

    def _run(self, shown: ShownThing, asked: Asked, now: datetime) -> _Run:
        return _Run(self, asked, now, shown, self._lists_of_run(now))

    def _lists_of_run(self, now: datetime) -> StatusLists:
        """`status_lists_at`, and for one moment the same ones: each list is verified once for all checks."""
        own = (now, *map(id, self.status_lists))
        if self._kept and self._kept[-1][0] == own:
            lists = self._kept[-1][1]
            lists.trim()
            return lists
        lists = replace(self, status_lists=tuple(self.status_lists)).status_lists_at(now)
        self._kept[:] = [(own, lists)]
        return lists

    def __getstate__(self) -> dict[str, object]:
        # Whoever checks in another process verifies the lists there.
        return {**self.__dict__, "_kept": []}

    def status_lists_at(self, now: datetime) -> StatusLists:
        """The verifier's own lists at this moment, without those that anybody hands in."""
        at_hand = {Origin.TRUST_LIST: self.trust.status_lists, Origin.GIVEN: self.status_lists}
        return StatusLists(self.trust, now, at_hand, self.kits)

    def _asked(
        self,
        domain: str | None,
        challenge: str | None,
        request: Request | None,
        now: datetime,
        number: str | None = None,
    ) -> Asked:
        """What is demanded, from the call, the request and the trust list; a wrong call is refused here."""
        if not isinstance(now, datetime) or now.tzinfo is None:
            raise UsageError(
                "verify.naive-now",
                N_("The moment of the check needs a time zone."),
                next_step=N_("Give datetime.now(UTC)."),
            )
        for name, given in (("domain", domain), ("challenge", challenge)):
            if given is not None and not isinstance(given, str):
                raise UsageError("verify.not-text", N_("“{name}” must be text."), name=name)
        if challenge is not None and not challenge.strip():
            raise UsageError(
                "verify.empty-challenge",
                N_("The challenge is empty, so nothing would be asked of who shows."),
                next_step=N_("Give the challenge you gave the holder, or leave it out."),
            )
        if request is not None and not isinstance(request, Request):
            raise UsageError("verify.not-text", N_("“{name}” must be a request."), name="request")
        asked = request.domain if request is not None else None
        if request is not None and domain is not None and not same_recipient(domain, request.domain):
            raise UsageError(
                "verify.other-recipient",
                N_("The request is by {asked}, not by {named}."),
                next_step=N_("Leave the recipient out: the request names it."),
                asked=request.domain[:64],
                named=domain[:64],
            )
        if request is not None and challenge is not None and request.challenge not in (None, challenge):
            raise UsageError(
                "verify.other-challenge",
                N_("The request asks with another challenge than the one given."),
                next_step=N_("Leave the challenge out: the request names it."),
            )
        demands = self.demands
        for more in (self.trust, request):
            if more is not None:
                demands = demands.stricter(
                    max_status_age=more.status_age, binding=more.binding, require_status=more.require_status
                )
        return Asked(
            domain=host_name(domain) if domain is not None else asked or self.trust.recipient,
            challenge=challenge or (request.challenge if request is not None else None),
            request=request,
            demands=demands,
            number=number,
        )


@dataclass
class _Run:
    """What was shown, under one verifier at one moment; the steps fill it in."""

    verifier: Verifier
    asked: Asked
    now: datetime
    shown: ShownThing
    shared_lists: StatusLists
    digest: str | None = None
    presentation: Presentation | None = None
    things: tuple[Thing, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    showing: Shown = field(init=False)
    lists: StatusLists = field(init=False)
    given: dict[int, Credential] = field(default_factory=dict)
    """The credential of each item that is one of the data model, by its number."""
    said: dict[int, Facts] = field(default_factory=dict)
    """What each of them says, where it can be read."""
    statuses: list[StatusSeen] = field(default_factory=list)
    well_formed: bool = False
    """Whether step 1 was passed, where several are judged together."""

    def __post_init__(self) -> None:
        self.lists = self.shared_lists
        self.showing = Shown(self.asked, self.verifier.trust, self.now)

    def report(self) -> Report:
        items = self._of_each(self.shown) if isinstance(self.shown, Together) else self._judged(1)
        if items:
            items = counted_once(items, lambda item: item, lambda _, item: item)
            self._people(items)
            items = self._elsewhere(items)
            self._answers(items)
        # 10 verdict
        showing = self.showing.answer
        return Report(
            outcome=whole_of(showing.outcome, items, self.findings),
            checked_at=self.now,
            showing=showing,
            items=tuple(items),
            findings=tuple(self.findings),
            knowledge=self._knowledge(),
            digest=self.digest,
        )

    # 1 to 8
    def _judged(self, number: int) -> list[Item]:
        """The items of one presentation, or of a credential that came alone, counted from `number`."""
        items: list[Item] = []
        if self._structure():
            self._trust_list()
            for thing in self.things:
                items += self._items(thing, number + len(items))
        return items

    def _of_each(self, shown: Together) -> list[Item]:
        """The items of several presentations that are one answer, each judged by its own showing."""
        self.digest = codec.digest(shown.token)
        # The register is asked once: all of them answer the same question.
        verifier = replace(self.verifier, seen=None)
        runs = [
            _Run(verifier, self.asked, self.now, each, self.shared_lists)
            for each in map(_as_shown, shown.documents)
        ]
        for run in runs:
            run.well_formed = run._structure()
        showings = [run.showing for run in runs if run.well_formed]
        tell_apart(showings)
        items: list[Item] = []
        for run in runs:
            if run.well_formed:
                run._trust_list()
                for thing in run.things:
                    items += run._items(thing, len(items) + 1)
            self.findings += [
                each
                for each in run.findings
                if each not in self.findings and each.reason != "structure.well-formed"
            ]
            self.given |= run.given
            self.said |= run.said
            self.statuses += run.statuses
        if showings:
            number = sum(len(run.things) for run in runs)
            self._note(Check.STRUCTURE, Result.PASSED, "structure.well-formed", number=number)
            self.showing = together(
                showings, self.asked, issuers=self.verifier.trust, seen=self.verifier.seen, now=self.now
            )
        return items

    # 1 structure and limits
    def _structure(self) -> bool:
        try:
            bundle = _bundle_of(self.shown)
            self.digest = codec.digest(bundle.presentation if isinstance(bundle, Bundle) else bundle)
            opened = None
            if isinstance(bundle, Bundle):
                self.lists = self.shared_lists.stapled(bundle.status_lists)
                if has_type(bundle.presentation, "EnvelopedVerifiablePresentation"):
                    opened = enveloped.open_presentation(EnvelopedPresentation.parse(bundle.presentation))
                    self.presentation = opened.presentation
                else:
                    self.presentation = Presentation.parse(bundle.presentation)
                envelopes = self.presentation.enveloped
                self.things = (*self.presentation.credentials, *map(enveloped.open_credential, envelopes))
            elif kind_of(bundle) is DocumentKind.SD_JWT_VC:
                self.things = (enveloped.sd_jwt_vc_in(bundle),)
            elif has_type(bundle, "EnvelopedVerifiableCredential"):
                self.things = (enveloped.open_credential(EnvelopedCredential.parse(bundle)),)
            else:
                self.things = (Credential.parse(bundle),)
        except UsageError:
            raise
        except VcwalletError as error:
            self.findings.append(gate.finding_of(error, Check.STRUCTURE))
            return False
        if not self.things:
            self._note(Check.STRUCTURE, Result.UNKNOWN, "structure.nothing")
            return False
        self._note(Check.STRUCTURE, Result.PASSED, "structure.well-formed", number=len(self.things))
        self.showing = show(
            self.presentation if opened is None else opened,
            self.things,
            self.asked,
            issuers=self.verifier.trust,
            contexts=self.verifier.contexts,
            seen=self.verifier.seen,
            now=self.now,
        )
        return True

    # 2 the age of what is known
    def _trust_list(self) -> None:
        trust = self.verifier.trust
        for kit in self.verifier.kits:
            self._kit(kit)
        if not self._own_list:
            return
        if trust.issued_at - self.now > self.verifier.demands.clock_skew:
            self._note(
                Check.CLOCK, Result.UNKNOWN, "trust.from-the-future", issued=day(trust.issued_at, self.now)
            )
        elif trust.next_update is not None and self.now > trust.next_update:
            self._note(Check.TRUST, Result.UNKNOWN, "trust.expired", until=day(trust.next_update, self.now))
        else:
            days = days_between(trust.issued_at, self.now)
            self._note(Check.TRUST, Result.PASSED, "trust.current", days=days)

    def _kit(self, kit: InstalledKit) -> None:
        """How old a kit is. That one is too old is told of each item whose issuer it lists."""
        issued = kit.installed.issued_at
        if issued - self.now > self.verifier.demands.clock_skew:
            self._note(Check.CLOCK, Result.UNKNOWN, "kit.ahead", issued=day(issued, self.now))
            return
        reason = {
            Freshness.FRESH: "kit.fresh",
            Freshness.STALE: "kit.stale",
            Freshness.TOO_OLD: "kit.too-old",
        }[kit.freshness_at(self.now)]
        result = Result.PASSED if reason == "kit.fresh" else Result.NOTE
        days = days_between(issued, self.now)
        self._note(Check.TRUST, result, reason, days=days, rule=kit.manifest.ages.kit.stale)

    def _of_old_kit(self, given: Credential) -> list[Finding]:
        for kit in self.verifier.kits:
            too_old = kit.freshness_at(self.now) is Freshness.TOO_OLD
            if too_old and kit.trust.of(given.issuer_id) is not None:
                return [
                    Finding.about(
                        Check.TRUST,
                        Result.UNKNOWN,
                        "kit.too-old",
                        days=days_between(kit.installed.issued_at, self.now),
                        rule=kit.manifest.ages.kit.stale,
                    )
                ]
        return []

    @property
    def _own_list(self) -> bool:
        """Whether the office has a list of its own, or its kits stand alone."""
        trust = self.verifier.trust
        return trust.list_name != KITS_ALONE and all(kit.trust is not trust for kit in self.verifier.kits)

    # 3 to 8, for one credential and those inside it
    def _items(
        self, thing: Thing, number: int, place: Place = Place.DIPLOMA, inside: int | None = None
    ) -> list[Item]:
        if isinstance(thing, SdJwtVc):
            return [self._of_another_kind(thing, number)]
        given = _inside(thing)
        self.given[number] = given
        admission = admit(
            thing,
            place,
            issuers=self.verifier.trust,
            now=self.now,
            # Nobody shows a diploma that comes alone: it may be the family's own copy.
            stored=self.presentation is None,
            contexts=self.verifier.contexts,
        )
        findings = [*admission.findings, *self._of_old_kit(given)]
        person, achievement = Person(), Achievement()
        try:
            hidden = isinstance(thing, OpenedCredential) and enveloped.hides(thing)
            said = facts(given, something_hidden=hidden)
            person, achievement = person_of(said), achievement_of(said)
            self.said[number] = said
        except VcwalletError as error:
            findings.append(gate.finding_of(error, Check.FORM))
        tie = self.showing.tie_of(thing, person, proven=bool(admission.proofs))
        status = StatusAnswer((), StatusSeen(StatusState.UNKNOWN))
        inner: list[Item] = []
        try:
            if Check.KIND not in {each.check for each in findings if each.result is Result.FAILED}:
                findings += self._scope(given, number)
                findings += self.showing.belongs(thing, tie)
                if admission.issuer is not None:
                    status = status_of(
                        given,
                        admission.issuer,
                        self.lists,
                        self.asked.demands,
                        self.now,
                        may_be_hidden=_may_be_hidden(thing),
                    )
                    findings += status.findings
                findings += self._schema(given)
                findings += self._demanded(tie)
                findings += text.findings(given.json)
                inner = self._inner(given, number)
                endorsed = self._endorsements(given)
                findings += [*endorsed.findings, *_holds(given, inner, endorsed.checked)]
        except VcwalletError as error:
            # A rule of a lower room that no step expected still ends as a refusal, never as a confirmation.
            findings.append(gate.finding_of(error, Check.STRUCTURE))
        findings = self._look_alike(given, findings)
        self.statuses.append(status.seen)
        item = Item(
            number=number,
            id=given.id or "",
            outcome=fate_of(findings),
            code="",
            tie=tie,
            issuer=_issuer_seen(
                given.issuer_id, given.issuer_name, admission, self.verifier.trust.of(given.issuer_id)
            ),
            person=person,
            achievement=achievement,
            status=status.seen,
            findings=tuple(findings),
            inside=inside,
            marks=_marks(thing),
        )
        return [coded(item, rule=self.asked.demands.max_status_age, now=self.now), *inner]

    def _of_another_kind(self, thing: SdJwtVc, number: int) -> Item:
        """An SD-JWT VC: who signed it and whose it is can be told, and what it is worth cannot."""
        verifier = self.verifier
        admission = admit(thing, Place.DIPLOMA, issuers=verifier.trust, now=self.now)
        person = person_in_claims(thing)
        tie = self.showing.tie_of(thing, person, proven=bool(admission.proofs))
        stands = "status" in thing.claims
        status = StatusSeen(StatusState.UNKNOWN if stands else StatusState.NONE)
        findings = [*admission.findings, *self.showing.belongs(thing, tie)]
        if stands:
            # Lists of the IETF's Token Status List are not read here.
            findings.append(Finding.about(Check.STATUS, Result.UNKNOWN, "status.other-kind"))
        findings += [*self._demanded(tie), *text.findings(thing.claims)]
        self.statuses.append(status)
        signed = mark(thing.token.jws.signing_input)
        item = Item(
            number=number,
            id=thing.registered.id or f"urn:sha256:{signed}",
            outcome=fate_of(findings),
            code="",
            tie=tie,
            issuer=_issuer_seen(thing.issuer, None, admission, verifier.trust.of(thing.issuer)),
            person=person,
            achievement=Achievement(name=thing.vct),
            status=status,
            findings=tuple(findings),
            marks=(signed,),
        )
        return coded(item, rule=self.asked.demands.max_status_age, now=self.now)

    def _inner(self, given: Credential, number: int) -> list[Item]:
        """The credentials inside a learner record: each has an issuer and a proof of its own."""
        if not CONTAINER_TYPES & set(given.types):
            return []
        items: list[Item] = []
        for each in ClrCredential.read(given).credentials:
            items += self._items(each, number + 1 + len(items), Place.INNER, number)
        return items

    def _endorsements(self, given: Credential) -> Endorsements:
        def status(endorsement: Credential, issuer: ListedIssuer) -> tuple[Finding, ...]:
            demands, now = self.asked.demands, self.now
            if not endorsement.status_entries:
                return ()
            return status_of(endorsement, issuer, self.lists, demands, now, may_be_hidden=False).findings

        trust, contexts = self.verifier.trust, self.verifier.contexts
        return judged(given, issuers=trust, status=status, contexts=contexts, now=self.now)

    # 4 scope
    def _scope(self, given: Credential, number: int) -> list[Finding]:
        issuer, said = self.verifier.trust.of(given.issuer_id), self.said.get(number)
        judged = BADGE_TYPES | CONTAINER_TYPES
        if issuer is None or said is None or not judged & set(given.types):
            return []
        is_badge = bool(BADGE_TYPES & set(given.types))
        answer = issuer.scope_of(said) if is_badge else issuer.scope_of_record()
        if answer.within is Within.INSIDE:
            return []
        if answer.within is Within.OPEN:
            missing = ", ".join(answer.missing)
            return [
                Finding.about(
                    Check.ISSUER,
                    Result.UNKNOWN,
                    "issuer.scope-open",
                    issuer=issuer.display_name,
                    missing=missing,
                )
            ]
        return [
            Finding.about(
                Check.ISSUER,
                Result.NOT_COUNTED,
                "issuer.out-of-scope",
                issuer=issuer.display_name,
                clause=answer.clause or "-",
                value=answer.value or "-",
                allowed=", ".join(answer.allowed)[:256] or "-",
            )
        ]

    def _look_alike(self, given: Credential, findings: list[Finding]) -> list[Finding]:
        """The findings, with a name that looks like one on the list in place of "not listed"."""
        name = given.issuer_name or ""
        trusted = self.verifier.trust.look_alike(name)
        if trusted is None:
            return findings
        told = Finding.about(
            Check.ISSUER,
            Result.UNKNOWN,
            "issuer.look-alike",
            issuer=given.issuer_id[:64],
            name=name[:64],
            trusted=trusted.display_name,
        )
        return [told if each.reason == "issuer.not-listed" else each for each in findings]

    # 7 form
    def _schema(self, given: Credential) -> list[Finding]:
        """A schema is a promise about form; that one is not at hand is told, and changes nothing."""
        if not given.schemas:
            return []
        try:
            unchecked = validate(given, self.verifier.schemas)
        except VcwalletError as error:
            return [gate.finding_of(error, Check.FORM)]
        if unchecked:
            return [
                Finding.about(
                    Check.STRUCTURE, Result.NOTE, "structure.schema-unchecked", schema=each.schema_id[:64]
                )
                for each in unchecked
            ]
        return [Finding.about(Check.STRUCTURE, Result.PASSED, "structure.schema")]

    # 8 demands
    def _demanded(self, tie: Tie) -> list[Finding]:
        demands, kind = self.asked.demands, self.showing.answer.kind
        open_questions = [
            each for each in self.findings if each.result is Result.UNKNOWN
        ] + self.showing.open_questions
        addressed = kind in (ShowingKind.ADDRESSED, ShowingKind.JUST_NOW)
        enough = {
            Binding.DOCUMENT: True,
            Binding.ADDRESSED: addressed,
            Binding.HOLDER: addressed and tie is Tie.KEY,
        }[demands.binding]
        if not enough:
            return [
                *open_questions,
                Finding.about(
                    Check.DEMANDS, Result.UNKNOWN, "demands.binding", demanded=demands.binding.value
                ),
            ]
        if demands.has_rules and not open_questions:
            return [Finding.about(Check.DEMANDS, Result.PASSED, "demands.met")]
        return open_questions

    # 9 the whole
    def _elsewhere(self, items: list[Item]) -> list[Item]:
        """A diploma that came under another application before is nobody's until a person has looked."""
        register, number = self.verifier.seen, self.asked.number
        refused = whole_of(self.showing.answer.outcome, items, self.findings) is Outcome.REFUSED
        if register is None or number is None or refused:
            return items
        before = register.note_diplomas(items, number, self.now, keep=self.asked.retention)
        found: list[Item] = []
        for item in items:
            if item.number not in before:
                found.append(item)
                continue
            seen = before[item.number]
            asks = Finding.about(
                Check.DEMANDS,
                Result.UNKNOWN,
                "demands.seen-elsewhere",
                day=day(seen.at, self.now),
                number=seen.number or "-",
            )
            told = replace(item, outcome=Fate.UNKNOWN, findings=(*item.findings, asks))
            found.append(coded(told, rule=self.asked.demands.max_status_age, now=self.now))
        return found

    def _people(self, items: Sequence[Item]) -> None:
        # What is changed or another's is no testimony about anybody, and what nobody signed neither.
        standing = [each for each in items if each.outcome is not Fate.REFUSED and each.proven]
        found = disagreement(standing)
        if found is None:
            return
        evidence: dict[str, EvidenceValue] = {
            "member": found.member,
            "first": found.first,
            "second": found.second,
        }
        reason = "holder.surnames-differ" if found.surname_only else "holder.several-people"
        result = Result.UNKNOWN if found.surname_only else Result.FAILED
        self.showing.disagree(Finding.about(Check.HOLDER, result, reason, **evidence))

    def _answers(self, items: Sequence[Item]) -> None:
        """Whether what came is what was asked for; what does not count did not come."""
        request = self.asked.request
        for want in request.wants if request is not None else ():
            fitting = [
                each
                for each in items
                if each.outcome in (Fate.CONFIRMED, Fate.UNKNOWN)
                and want.kind in (None, each.achievement.kind)
                and want.is_of_time(each.achievement.awarded)
                and all(shows(self.said.get(each.number), name) for name in want.fields)
            ]
            if len(fitting) < want.at_least:
                self._note(
                    Check.DEMANDS,
                    Result.UNKNOWN,
                    "demands.not-all-asked",
                    kind=want.kind or "*",
                    fields=", ".join(want.fields) or "*",
                    number=len(fitting),
                    asked=want.at_least,
                )

    def _knowledge(self) -> Knowledge:
        trust = self.verifier.trust
        ages = [each.age_days for each in self.statuses if each.age_days is not None and not each.final]
        own = TrustSeen(
            trust.list_name,
            trust.version,
            trust.issued_at,
            days_between(trust.issued_at, self.now),
            trust.digest,
        )
        return Knowledge(
            own if self._own_list else None,
            max(ages, default=None),
            self.asked.demands.max_status_age.days,
            tuple(kit.seen_at(self.now) for kit in self.verifier.kits),
        )

    def _note(self, check: Check, result: Result, reason: str, **evidence: EvidenceValue) -> None:
        self.findings.append(Finding.about(check, result, reason, **evidence))


def _marks(thing: Credential | OpenedCredential) -> tuple[str, ...]:
    """What tells a diploma whose id is not there, or may be hidden, from every other of its issuer."""
    token = thing.secured.sd_jwt if isinstance(thing, OpenedCredential) else None
    if token is not None:
        return (mark(token.jws.signing_input),)
    given = _inside(thing)
    if given.id is not None:
        return ()
    said = {name: value for name, value in given.json.items() if name != "proof"}
    return (mark(strict_json.dumps(said).encode()),)


def _as_shown(document: JsonObject) -> Bundle | JsonObject:
    return Bundle(document) if is_presentation(document) else document


def _shown(found: scanning.Found) -> Bundle | JsonObject | Together | None:
    """What is to be checked of what was found; None for what is no showing."""
    if found.together is not None:
        return found.together
    alone = found.kind in (DocumentKind.CREDENTIAL, DocumentKind.SD_JWT_VC)
    return found.document if alone else found.bundle


def _bundle_of(shown: ShownThing) -> Bundle | JsonObject:
    """What is to be judged: a bundle, or the JSON of a credential that came alone."""
    if isinstance(shown, Bundle):
        return shown
    document = shown.json if isinstance(shown, Presentation | Credential) else shown
    if not isinstance(document, dict):
        raise UsageError(
            "verify.not-a-document",
            N_("What is to be checked must be a bundle, a presentation or a credential, not {kind}."),
            next_step=N_("For bytes, files and texts use check_all."),
            kind=type(shown).__name__,
        )
    if document.get("type") == ENVELOPE_TYPE:
        return Bundle.parse(document)
    return _as_shown(document)


def _inside(thing: Credential | OpenedCredential) -> Credential:
    return thing if isinstance(thing, Credential) else thing.credential


def _may_be_hidden(thing: Credential | OpenedCredential) -> bool:
    """Whether who shows it can leave statements out and the signature still holds."""
    if isinstance(thing, OpenedCredential):
        return enveloped.hides(thing)
    return may_be_partial(thing)


def _holds(given: Credential, inner: Sequence[Item], checked: int) -> list[Finding]:
    """Nothing that is confirmed holds what nobody checked; `checked` signed documents in it were."""
    if CONTAINER_TYPES & set(given.types):
        record = ClrCredential.read(given)
        waiting = [str(each.number) for each in inner if each.outcome is not Fate.CONFIRMED]
        if waiting:
            numbers = ", ".join(waiting)
            return [Finding.about(Check.KIND, Result.UNKNOWN, "kind.holds-open", numbers=numbers)]
        unread = len(record.achievements) + _embedded(given.json) - len(record.credentials) - checked
        if unread:
            return [Finding.about(Check.KIND, Result.UNKNOWN, "kind.holds-unread", number=unread)]
        return []
    count = _embedded(given.json) - checked
    return [Finding.about(Check.KIND, Result.UNKNOWN, "kind.holds-unread", number=count)] if count else []


def _embedded(value: strict_json.Json, *, top: bool = True) -> int:
    """How many signed documents stand inside one, such as endorsements."""
    if isinstance(value, list):
        return sum(_embedded(member, top=False) for member in value)
    if not isinstance(value, dict):
        return 0
    if not top and is_of_its_own(value):
        return 1
    tokens = value.get("endorsementJwt", [])
    signed = len(tokens) if isinstance(tokens, list) else 1
    return signed + sum(
        _embedded(member, top=False)
        for name, member in value.items()
        if name not in ("proof", "endorsementJwt")
    )


def _issuer_seen(
    issuer: str, claimed_name: str | None, admission: Admission, trusted: TrustedIssuer | None
) -> IssuerSeen:
    listed = admission.issuer
    return IssuerSeen(
        id=issuer,
        claimed_name=claimed_name,
        entry=listed.entry if listed else None,
        name=listed.name if listed else {},
        state=listed.state.value if listed else None,
        keys=tuple(
            dict.fromkeys(proof.verification_method.public_key.fingerprint for proof in admission.proofs)
        ),
        region=trusted.region if listed and trusted else None,
    )
