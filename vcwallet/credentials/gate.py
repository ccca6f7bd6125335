"""The one gate: what is signed is admitted at its place, or one reason from one table says why not.

    admission = admit(Credential.parse(document), Place.STATUS_LIST, issuers=trust, now=now)
    admission.demand()                      # raises NotAdmitted or NotKnown
    bits = status_list.expand(admission.credential, admission.proofs)

Diplomas, status lists, credentials inside a container, presentations and the identifier documents that a
trust list or a wallet takes in all come through `admit` before they are stored, inflated or believed. It asks
the same questions of each, in this order:

1. is it of the kind that belongs in this place;
2. is its issuer listed (a presentation is signed by its holder, whom nobody needs to list);
3. is the key the issuer's own, recognised by its material, in its window, not compromised, not a published
   test key;
4. does every proof hold;
5. are its dates sane.

Whether the issuer may issue *this* achievement, what the status lists say and whom a diploma belongs to is
the verifier's to ask afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, product
from types import MappingProxyType
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.credentials import credential as credentials
from vcwallet.credentials import enveloped, presentation
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.enveloped import OpenedCredential, OpenedPresentation
from vcwallet.credentials.issuers import Issuers, IssuerState, KeyState, ListedIssuer, ListedKey
from vcwallet.credentials.open_badges import BADGE_TYPES
from vcwallet.credentials.presentation import Presentation
from vcwallet.credentials.receipt import is_receipt
from vcwallet.errors import (
    N_,
    DocumentError,
    EvidenceValue,
    KeyUnavailable,
    LimitExceeded,
    ProofError,
    Side,
    VcwalletError,
)
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import (
    ControlledIdentifierDocument,
    Resolver,
    VerificationMethod,
    controller_of,
)
from vcwallet.identifiers.keys import is_published_test_key
from vcwallet.proofs.data_integrity import VerifiedProof
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.proofs.jsonld import PINNED, Contexts
from vcwallet.report import Check, Finding, Result

__all__ = [
    "REASONS",
    "Admission",
    "NotAdmitted",
    "NotKnown",
    "Place",
    "Reason",
    "admit",
    "finding",
    "finding_of",
    "resolver",
]

CLOCK_SKEW: Final = timedelta(seconds=limits.CLOCK_SKEW_SECONDS)
"""How far ahead of this computer a signer's clock may be, for ``created`` and ``validFrom`` alike."""

CONTAINER_TYPES: Final = frozenset({"ClrCredential"})
"""Credentials that hold others, each with an issuer and a proof of its own."""

STATUS_LIST_TYPES: Final = frozenset({"BitstringStatusListCredential", "StatusList2021Credential"})


class Place(StrEnum):
    """Where a signed thing stands; not every kind belongs everywhere."""

    DIPLOMA = "diploma"
    STATUS_LIST = "status-list"
    INNER = "inner"
    """A credential inside a container such as a learner record."""
    ENDORSEMENT = "endorsement"
    """What somebody else says of a badge, inside it."""
    PRESENTATION = "presentation"
    IDENTIFIER_DOCUMENT = "identifier-document"
    RECEIPT = "receipt"


Signed = (
    Credential | OpenedCredential | SdJwtVc | Presentation | OpenedPresentation | ControlledIdentifierDocument
)


# --- the table of reasons -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer of the gate: which question it belongs to, how it ends, and its sentence."""

    check: Check
    result: Result
    sentence: str


_P, _U, _N, _F = Result.PASSED, Result.UNKNOWN, Result.NOT_COUNTED, Result.FAILED

REASONS: Final[Mapping[str, Reason]] = MappingProxyType(
    {
        "kind.fits": Reason(Check.KIND, _P, N_("It is of the kind that belongs here.")),
        "kind.not-judged": Reason(
            Check.KIND, _U, N_("It is of a kind that this program does not judge ({kind}).")
        ),
        "kind.wrong-place": Reason(Check.KIND, _F, N_("It is a {kind}, which does not belong here.")),
        "issuer.listed": Reason(Check.ISSUER, _P, N_("{issuer} is on the trust list.")),
        "issuer.not-listed": Reason(
            Check.ISSUER,
            _U,
            N_(
                "The issuer calls itself “{name}” ({issuer}) and is not on the trust list, so it is not"
                " believed."
            ),
        ),
        "issuer.holder": Reason(Check.ISSUER, _P, N_("It is signed by its holder.")),
        "issuer.closed": Reason(
            Check.ISSUER, _N, N_("Signed on {signed}, but {issuer} no longer existed from {since}.")
        ),
        "key.in-window": Reason(
            Check.KEY, _P, N_("The key belongs to the issuer and was in use on {signed}.")
        ),
        "key.issuers-own": Reason(Check.KEY, _P, N_("The key belongs to the issuer.")),
        "key.too-early": Reason(
            Check.KEY, _N, N_("Signed on {signed}, but the key came into use on {start}.")
        ),
        "key.too-late": Reason(
            Check.KEY, _N, N_("Signed on {signed}, but the key went out of use on {end}.")
        ),
        "key.retired-undated": Reason(
            Check.KEY, _U, N_("The key is retired and the trust list does not say since when.")
        ),
        "key.no-date": Reason(
            Check.KEY,
            _U,
            N_("The signing date is missing, so it cannot be compared with the key's window."),
        ),
        "key.compromised": Reason(
            Check.KEY, _U, N_("The key may be in other hands: what it signed confirms nothing.")
        ),
        "key.not-pinned": Reason(
            Check.KEY,
            _U,
            N_("Signed with a key of this issuer that is not confirmed here ({fingerprint})."),
        ),
        "key.published": Reason(
            Check.KEY, _F, N_("The key is a published test key: anybody can sign with it.")
        ),
        "key.none": Reason(Check.KEY, _U, N_("The document names no key that can be used here.")),
        "proof.holds": Reason(Check.PROOF, _P, N_("The signature holds: nothing was changed.")),
        "proof.not-checked": Reason(
            Check.PROOF, _U, N_("The signature could not be checked without the key.")
        ),
        "validity.current": Reason(Check.VALIDITY, _P, N_("In force on the day of the check.")),
        "validity.not-yet": Reason(Check.VALIDITY, _N, N_("It is in force only from {start}.")),
        "validity.over": Reason(Check.VALIDITY, _N, N_("It was in force until {end}.")),
    }
)
"""Every reason of the gate itself. Beside them stand the codes of the errors that lower modules raise, such
as ``proof.signature``; `finding_of` says how each of those ends."""

# Wrong form is not forgery: the document is not what this program reads, and nothing says that anybody
# changed it.
_FORM: Final = frozenset(
    {
        "jsonld.context-unknown",
        "jsonld.context-feature",
        "jsonld.context-missing",
        "jsonld.context-order",
        "jsonld.described-twice",
        "jsonld.disputed",
        "jsonld.direction",
        "jsonld.language",
        "enveloped.wrong-content",
        "jose.form",
        "jose.old-claim",
        "jws.malformed",
        "key.identifier",
        "multibase.base64url",
        "open-badges-jwt.form",
        "open-badges-jwt.no-claim",
        "open-badges-jwt.no-key",
        "proof.malformed",
        "sd-jwt.malformed",
        "timestamp.malformed",
    }
)
_OF_FORM: Final = (
    "credential.",
    "openbadge.",
    "clr.",
    "person.",
    "status.",
    "schema.",
    "related-resource.",
)
_NOT_OF_FORM: Final = frozenset(
    {
        "credential.no-proof",
        "credential.issuer-key",
        "credential.inline-context",
        "related-resource.digest",
    }
)

# A signer's date ahead of this computer's clock: one of the two clocks is wrong, and nobody knows which.
_CLOCK: Final = frozenset({"proof.not-yet"})


_OVER: Final = frozenset({"proof.expired", "sd-jwt.key-binding-old"})


class NotAdmitted(DocumentError):
    """Refused at the gate; `admission` says why."""

    admission: Admission


class NotKnown(KeyUnavailable):
    """Neither admitted nor refused: something that is needed to tell is not at hand."""

    admission: Admission


@dataclass(frozen=True, slots=True)
class Admission:
    """The gate's answer about one signed thing."""

    place: Place
    signer: str
    issuer: ListedIssuer | None
    """None for a holder, and for an issuer nobody listed."""
    proofs: tuple[VerifiedProof, ...]
    """Those that hold; () when any does not, or could not be checked."""
    findings: tuple[Finding, ...]

    @property
    def admitted(self) -> bool:
        return self.reason is None

    @property
    def reason(self) -> Finding | None:
        """What decides against it: a refusal before a mere lack of knowledge; None when it is admitted."""
        order = (Result.FAILED, Result.NOT_COUNTED, Result.UNKNOWN)
        return next((each for result in order for each in self.findings if each.result is result), None)

    def demand(self) -> Admission:
        """Itself when admitted. Raises NotKnown or NotAdmitted with the code of `reason`."""
        decisive = self.reason
        if decisive is None:
            return self
        kind = NotKnown if decisive.result is Result.UNKNOWN else NotAdmitted
        if decisive.error is not None:
            error = kind(
                decisive.error.code,
                decisive.error.template,
                next_step=decisive.error.next_step_template,
                **decisive.error.evidence,
            )
        else:
            error = kind(
                decisive.reason, REASONS[decisive.reason].sentence, next_step="", **decisive.evidence
            )
        error.admission = self
        raise error


def finding(reason: str, **evidence: EvidenceValue) -> Finding:
    """A finding of a code of `REASONS`."""
    known = REASONS[reason]
    return Finding(known.check, known.result, reason, evidence)


def finding_of(error: VcwalletError, check: Check = Check.PROOF) -> Finding:
    """The finding behind an error of a lower module: forged, of the wrong form, or not known.

    What is not at hand, what this computer cannot do and what is over a ceiling accuses nobody.
    """
    if error.code in _CLOCK:
        return Finding.of(Check.CLOCK, Result.UNKNOWN, error)
    if error.code in _OVER:
        return Finding.of(Check.VALIDITY, Result.NOT_COUNTED, error)
    if is_form(error.code) or isinstance(error, LimitExceeded):
        return Finding.of(Check.FORM, Result.UNKNOWN, error)
    unknown = error.side in (Side.KNOWLEDGE, Side.MACHINE)
    return Finding.of(check, Result.UNKNOWN if unknown else Result.FAILED, error)


def is_form(code: str) -> bool:
    """Whether an error code says only that a document is not of the form this program reads."""
    return code not in _NOT_OF_FORM and (code in _FORM or code.startswith(_OF_FORM))


# --- the gate -----------------------------------------------------------------------------------------------


def admit(
    thing: Signed,
    place: Place,
    *,
    issuers: Issuers,
    now: datetime,
    stored: bool = False,
    contexts: Contexts = PINNED,
) -> Admission:
    """Hold a signed thing to everything that must be so before it is stored, inflated or believed.

    `now` is aware. `stored` says that a diploma is its holder's own copy, where a base proof has its place.
    Raises nothing for any content of the thing; `Admission.demand` does.
    """
    if isinstance(thing, ControlledIdentifierDocument):
        return _admit_document(thing, issuers)
    gate = _Gate(thing, place, issuers, now, stored, contexts)
    return gate.admit()


@dataclass
class _Gate:
    thing: Credential | OpenedCredential | SdJwtVc | Presentation | OpenedPresentation
    place: Place
    issuers: Issuers
    now: datetime
    stored: bool
    contexts: Contexts
    proofs: tuple[VerifiedProof, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def admit(self) -> Admission:
        try:
            signer = self._signer()
        except VcwalletError as error:
            return Admission(self.place, "", None, (), (finding_of(error),))
        issuer = self.issuers.listed(signer)
        self._kind()
        self._issuer(issuer)
        # A list is neither verified nor inflated for somebody nobody listed, and nothing in a wrong place is.
        hopeless = any(each.result is Result.FAILED for each in self.findings)
        if not hopeless and not (self.place is Place.STATUS_LIST and issuer is None):
            self._proofs(signer, issuer)
            self._dates(issuer)
        return Admission(self.place, signer, issuer, self.proofs, tuple(self.findings))

    @property
    def _credential(self) -> Credential | None:
        if isinstance(self.thing, Credential):
            return self.thing
        return self.thing.credential if isinstance(self.thing, OpenedCredential) else None

    def _signer(self) -> str:
        if self._credential is not None:
            return self._credential.issuer_id
        if isinstance(self.thing, SdJwtVc):
            return self.thing.issuer
        shown = self.thing if isinstance(self.thing, Presentation) else None
        if isinstance(self.thing, OpenedPresentation):
            shown = self.thing.presentation
        if shown is None:  # the two credentials were answered above
            raise TypeError
        if isinstance(self.thing, Presentation) and not self.thing.proofs:
            raise ProofError("presentation.no-proof", N_("Nobody signed that these documents are shown."))
        return presentation.demand_holder(shown)

    # 1 the kind
    def _kind(self) -> None:
        given = self._credential
        if isinstance(self.thing, SdJwtVc):
            fits = self.place is Place.DIPLOMA
            self._find("kind.not-judged" if fits else "kind.wrong-place", kind=self.thing.vct[:64])
        elif (given is None) is not (self.place is Place.PRESENTATION):
            self._find("kind.wrong-place", kind=_kind_of(given))
        elif given is None:
            self._find("kind.fits")
        elif self.place is Place.STATUS_LIST:
            fits = bool(STATUS_LIST_TYPES & set(given.types)) and not _achieves(given)
            self._find("kind.fits" if fits else "kind.wrong-place", kind=_kind_of(given))
        elif self.place is Place.RECEIPT:
            self._find("kind.fits" if is_receipt(given.json) else "kind.wrong-place", kind=_kind_of(given))
        elif self.place is Place.ENDORSEMENT:
            fits = "EndorsementCredential" in given.types and not _achieves(given)
            self._find("kind.fits" if fits else "kind.wrong-place", kind=_kind_of(given))
        elif STATUS_LIST_TYPES & set(given.types):
            self._find("kind.wrong-place", kind=_kind_of(given))
        elif BADGE_TYPES & set(given.types) or (
            CONTAINER_TYPES & set(given.types) and self.place is Place.DIPLOMA
        ):
            self._find("kind.fits")
        else:
            self._find("kind.not-judged", kind=_kind_of(given))

    # 2 the issuer
    def _issuer(self, issuer: ListedIssuer | None) -> None:
        given = self._credential
        if given is None and not isinstance(self.thing, SdJwtVc):
            self._find("issuer.holder")
        elif issuer is None:
            name = (given.issuer_name if given is not None else None) or "-"
            self._find("issuer.not-listed", issuer=self._signer()[:64] or "-", name=name[:64])
        else:
            self._find("issuer.listed", issuer=display_name(issuer))

    # 3 the key and 4 the proofs
    def _proofs(self, signer: str, issuer: ListedIssuer | None) -> None:
        try:
            proofs = self._verified(signer, issuer)
        except KeyUnavailable as error:
            self.findings.append(Finding.of(Check.KEY, Result.UNKNOWN, error))
            self._find("proof.not-checked")
            return
        except VcwalletError as error:
            self.findings.append(finding_of(error))
            return
        # Of one kind of key finding, one is enough to tell.
        told: dict[str, Finding] = {}
        for proof in proofs:
            answer = self._key(proof, issuer)
            told.setdefault(answer.reason, answer)
        self.findings += told.values()
        self.proofs = proofs
        self._find("proof.holds")

    def _verified(self, signer: str, issuer: ListedIssuer | None) -> tuple[VerifiedProof, ...]:
        """Sloppy issuers put a new key under an old name: each key that may be meant is tried."""
        refusal: ProofError | None = None
        for document in self._documents(signer, issuer):
            try:
                return self._verify(_resolver(document, self.issuers))
            except ProofError as error:
                refusal = refusal or error
        if refusal is not None:
            raise refusal
        return self._verify(_resolver(None, self.issuers))

    def _verify(self, resolve: Resolver) -> tuple[VerifiedProof, ...]:
        thing, now = self.thing, self.now
        if isinstance(thing, Credential):
            return credentials.verify(
                thing, resolve=resolve, now=now, stored=self.stored, contexts=self.contexts
            )
        if isinstance(thing, OpenedCredential):
            return enveloped.verify(thing, resolve=resolve, now=now, contexts=self.contexts)
        if isinstance(thing, SdJwtVc):
            return (thing.verify_issuer(resolve=resolve, now=now),)
        if isinstance(thing, Presentation):
            return presentation.verify_holder(thing, resolve=resolve, now=now, contexts=self.contexts)
        return enveloped.verify_holder(thing, resolve=resolve, now=now)

    def _documents(self, signer: str, issuer: ListedIssuer | None) -> Iterator[ControlledIdentifierDocument]:
        """The issuer's keys as identifier documents, one for each reading of the names in the proofs."""
        if issuer is None or _self_contained(signer):
            return
        names = sorted(name for name in self._named() if _owner(name) == signer)
        candidates = [list(islice(_meant(name, issuer), limits.TRUST_KEY_CANDIDATES)) for name in names]
        known = [(name, keys) for name, keys in zip(names, candidates, strict=True) if keys]
        for chosen in islice(product(*(keys for _, keys in known)), limits.TRUST_KEY_COMBINATIONS):
            yield _document(issuer, {name: key for (name, _), key in zip(known, chosen, strict=True)})

    def _named(self) -> set[str]:
        """The verification methods that the proofs name."""
        if isinstance(self.thing, Credential | Presentation):
            proofs: Sequence[Mapping[str, object]] = self.thing.proofs
        elif isinstance(self.thing, OpenedCredential):
            proofs = self.thing.credential.proofs
        else:
            proofs = ()
        named = {name for proof in proofs if isinstance(name := proof.get("verificationMethod"), str)}
        if isinstance(self.thing, OpenedCredential | OpenedPresentation) and self.thing.secured.kid:
            named.add(self.thing.secured.kid)
        if isinstance(self.thing, SdJwtVc) and self.thing.kid:
            named.add(self.thing.kid)
        return named

    def _key(self, proof: VerifiedProof, issuer: ListedIssuer | None) -> Finding:
        material = proof.verification_method.public_key
        if is_published_test_key(material):
            return finding("key.published")
        if issuer is None:
            return finding("key.issuers-own")
        # The material decides. A key under two names is one key, and the worst that is known of it counts.
        same = [each for each in issuer.keys if each.key == material]
        if not same:
            return finding("key.not-pinned", fingerprint=material.fingerprint)
        states = {each.state for each in same}
        if KeyState.COMPROMISED in states:
            return finding("key.compromised")
        if KeyState.PROPOSED in states:
            return finding("key.not-pinned", fingerprint=material.fingerprint)
        answers = [self._window(each, proof) for each in same]
        return next((each for each in answers if each.result is not Result.PASSED), answers[0])

    def _window(self, key: ListedKey, proof: VerifiedProof) -> Finding:
        signed = self._signed(proof)
        if key.state is KeyState.RETIRED and key.valid_until is None:
            return finding("key.retired-undated")
        if key.valid_from is None and key.valid_until is None:
            return finding("key.issuers-own")
        if signed is None:
            return finding("key.no-date")
        if key.valid_from is not None and signed < key.valid_from:
            return finding("key.too-early", signed=_day(signed), start=_day(key.valid_from))
        if key.valid_until is not None and signed > key.valid_until:
            return finding("key.too-late", signed=_day(signed), end=_day(key.valid_until))
        return finding("key.in-window", signed=_day(signed))

    def _signed(self, proof: VerifiedProof) -> datetime | None:
        """When the signer says it was signed; for a key nobody stole that is as good as the signature.

        A status list tells of its ``validFrom``, so that moment must lie in the window as well.
        """
        begins = self._begins
        if self.place is Place.STATUS_LIST and proof.created is not None and begins is not None:
            return max(proof.created, begins)
        return proof.created or begins

    @property
    def _begins(self) -> datetime | None:
        if isinstance(self.thing, SdJwtVc):
            return self.thing.registered.not_before
        return None if self._credential is None else self._credential.valid_from

    @property
    def _ends(self) -> datetime | None:
        if isinstance(self.thing, SdJwtVc):
            return self.thing.registered.expires
        return None if self._credential is None else self._credential.valid_until

    # 5 the dates
    def _dates(self, issuer: ListedIssuer | None) -> None:
        if self._credential is None and not isinstance(self.thing, SdJwtVc):
            return
        if issuer is not None and issuer.state is not IssuerState.ACTIVE and issuer.since is not None:
            for proof in self.proofs:
                signed = self._signed(proof)
                if signed is None:
                    self._find("key.no-date")
                    break
                if signed > issuer.since:
                    self._find(
                        "issuer.closed",
                        issuer=display_name(issuer),
                        signed=_day(signed),
                        since=_day(issuer.since),
                    )
                    break
        begins, ends = self._begins, self._ends
        if begins is not None and begins - self.now > CLOCK_SKEW:
            self._find("validity.not-yet", start=_day(begins))
        elif self.place is not Place.STATUS_LIST and ends is not None and self.now > ends:
            # A list that is over still says what was revoked; the verifier asks for its age.
            self._find("validity.over", end=_day(ends))
        else:
            self._find("validity.current")

    def _find(self, reason: str, **evidence: EvidenceValue) -> None:
        self.findings.append(finding(reason, **evidence))


def _admit_document(document: ControlledIdentifierDocument, issuers: Issuers) -> Admission:
    """An identifier document is not signed: what it names are proposals, and what is known already stays."""
    issuer = issuers.listed(document.id)
    findings = [finding("kind.fits")]
    signing = [
        method
        for method in document.verification_methods
        if method.id in document.relationships.get("assertionMethod", ())
    ]
    if not signing:
        findings.append(finding("key.none"))
    for method in signing:
        if is_published_test_key(method.public_key):
            findings.append(finding("key.published"))
        elif issuer is not None:
            states = {each.state for each in issuer.keys if each.key == method.public_key}
            if KeyState.COMPROMISED in states:
                findings.append(finding("key.compromised"))
            elif not states or KeyState.PROPOSED in states:
                findings.append(finding("key.not-pinned", fingerprint=method.public_key.fingerprint))
    return Admission(Place.IDENTIFIER_DOCUMENT, document.id, issuer, (), tuple(findings))


def display_name(issuer: ListedIssuer) -> str:
    """The name for people: an issuer is known by its own language's name, the first that is given."""
    return next(iter(issuer.name.values()), issuer.id)


def _achieves(given: Credential) -> bool:
    return bool((BADGE_TYPES | CONTAINER_TYPES) & set(given.types))


def _kind_of(given: Credential | None) -> str:
    if given is None:
        return "VerifiablePresentation"
    return ", ".join(sorted(set(given.types) - {"VerifiableCredential"}) or given.types)[:64]


def _self_contained(identifier: str) -> bool:
    """Whether the identifier holds its own key, so that no list can give it another."""
    return identifier.startswith(tuple(f"did:{method}:" for method in did.SELF_CONTAINED))


def _owner(name: str) -> str | None:
    try:
        return controller_of(name)
    except VcwalletError:
        return None


def _meant(name: str, issuer: ListedIssuer) -> Iterator[ListedKey]:
    """The keys that a method's name may mean: those listed under it first, then those listed under none."""
    yield from (each for each in issuer.keys if name in each.ids)
    yield from (each for each in issuer.keys if not each.ids)


def _document(issuer: ListedIssuer, chosen: Mapping[str, ListedKey]) -> ControlledIdentifierDocument:
    """The issuer's keys under the names the proofs use, and the others under their own."""
    named = {name: each.key for name, each in chosen.items()}
    for each in issuer.keys:
        for name in sorted(each.ids) or [f"{issuer.id}#{each.key.multibase}"]:
            if _owner(name) == issuer.id:
                named.setdefault(name, each.key)
    methods = tuple(VerificationMethod(name, issuer.id, key) for name, key in named.items())
    ids = tuple(named)
    return ControlledIdentifierDocument(issuer.id, methods, {"assertionMethod": ids, "authentication": ids})


def resolver(issuers: Issuers) -> Resolver:
    """The keys behind an identifier: of a listed issuer those on the list, else those it holds itself."""
    return _resolver(None, issuers)


def _resolver(chosen: ControlledIdentifierDocument | None, issuers: Issuers) -> Resolver:
    def resolve(identifier: str) -> ControlledIdentifierDocument:
        if chosen is not None and identifier == chosen.id:
            return chosen
        if not _self_contained(identifier):
            other = issuers.listed(identifier)
            if other is not None:
                return _document(other, {})
        # A did:key or did:jwk speaks for itself: that proves a signature, not that anybody believes it.
        return did.resolve(identifier)

    return resolve


def _day(moment: datetime) -> str:
    return timestamps.render(moment)[:10]
