"""Answering a request of OpenID4VP 1.0: the least of a child's diplomas that gives what was asked for.

    prepared = openid_answering.prepare(child, request, terms, lists=lists, now=now)
    token, line = openid_answering.sign(prepared, issuers=issuers, now=now)

What a request asks is looked for only after the family saw the request and agreed to look (section 15.4.1: a
recipient may learn even from silence), and where one part cannot be given nothing is (section 6.4.2). What is
previewed, signed and written down is one computation, as in `presenting`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle import codec
from vcwallet.bundle.dcql import CredentialQuery, Format
from vcwallet.bundle.openid4vp import OpenidRequest
from vcwallet.credentials import presentation
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.proofs.jose import jws
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import answering, drafts, other_documents, presenting, recipients
from vcwallet.wallet.answering import Picked, Rank
from vcwallet.wallet.child import Child, Diploma
from vcwallet.wallet.drafts import Draft
from vcwallet.wallet.known_issuers import KnownIssuers
from vcwallet.wallet.known_lists import KnownLists, KnownStatus, Standing
from vcwallet.wallet.ledger import LedgerEntry
from vcwallet.wallet.other_documents import OtherDocument, PreparedDocument
from vcwallet.wallet.presenting import Drafts, PreparedDiploma, Terms

__all__ = ["OpenidDrafts", "OtherPart", "Part", "demand_open", "prepare", "sign"]

_SUITES: Final = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
"""With which a child's key signs, the first wherever it will do."""
_V1: Final = "https://www.w3.org/2018/credentials/v1"


@dataclass(frozen=True, slots=True)
class Part:
    """One presentation of the answer: one diploma, for one of the queries."""

    query: CredentialQuery
    shown: PreparedDiploma

    @property
    def alone(self) -> bool:
        """Whether the diploma goes without the child's signature: to nobody by name, and good for ever."""
        return not self.query.binding

    @property
    def by_name_only(self) -> bool:
        """Whether the recipient wants a holder's key, and the diploma names only the person."""
        return self.query.binding and not self.shown.diploma.signed.holder_ids

    @property
    def shows_all(self) -> bool:
        """Whether more is read than was asked for, because the recipient checks no hidden fields."""
        return bool(self.shown.diploma.hideable) and not self.shown.draft.hidden

    @property
    def hides_nothing(self) -> bool:
        """Whether some fields were asked for, and the issuer signed them so that all are read together."""
        return self.query.claims is not None and not self.shown.diploma.hideable


@dataclass(frozen=True, slots=True)
class OtherPart:
    """One document of another kind, for one of the queries."""

    query: CredentialQuery
    shown: PreparedDocument
    key: SoftwareKey | None = field(repr=False)
    """With which its holder answers; None where nobody is to."""
    algorithm: str | None = None
    """The name under which the recipient knows the key's algorithm."""

    @property
    def alone(self) -> bool:
        return self.key is None


@dataclass(frozen=True, slots=True)
class OpenidDrafts:
    """An answer before it is signed; `drafts` is what the family looks at, part by part."""

    request: OpenidRequest
    drafts: Drafts
    parts: tuple[Part, ...]
    others: tuple[OtherPart, ...] = ()
    suite: str = field(repr=False, default=_SUITES[0])


def demand_open(request: OpenidRequest, *, now: datetime) -> None:
    """Raises UsageError ``wallet.request-expired``."""
    if request.expires is not None and now >= request.expires:
        raise UsageError(
            "wallet.request-expired",
            N_("The request of {domain} is no longer open."),
            next_step=N_("Ask for a new one."),
            domain=request.response_uri.host[:64],
        )


def prepare(
    child: Child,
    request: OpenidRequest,
    terms: Terms,
    *,
    among: Collection[Diploma] = (),
    status: Callable[[Diploma], KnownStatus],
    lists: KnownLists,
    now: datetime,
) -> OpenidDrafts:
    """The least that answers, of all diplomas of a child or of those in `among`.

    Of those that would do, the order of `answering` decides; where no holder is to sign, a key decides
    nothing. To a question for all that fit it brings as many as an answer may (`limits.OPENID_SHOWN`).

    Raises UsageError: ``wallet.request-expired``, ``wallet.openid-suites`` (the recipient cannot check what
    the child signs), ``wallet.openid-not-enough``.
    """
    demand_open(request, now=now)
    # Cryptosuites are what a reader of Data Integrity names; a JWT has an algorithm.
    suite = next((each for each in _SUITES if request.suites is None or each in request.suites), None)
    bound = any(each.binding and each.format == Format.LDP_VC for each in request.query.credentials)
    if suite is None and bound:
        raise UsageError(
            "wallet.openid-suites",
            N_("{host} cannot check what this wallet signs."),
            next_step=N_("Ask whether it takes the diploma's file, and send nothing until then."),
            host=request.response_uri.host[:64],
        )
    usable = [
        diploma
        for diploma in reversed(child.diplomas())
        if (not among or diploma in among)
        and status(diploma).standing is not Standing.REVOKED
        and answering.in_force(diploma, now=now)
        and child.has_key_for(diploma.signed)
    ]
    fitting = {query.id: _ranked(usable, query, request) for query in request.query.credentials}
    found = {query.id: fitting[query.id][: _most(query)] for query in request.query.credentials}
    kept = [each for each in reversed(other_documents.of_child(child)) if each.in_force(now=now)]
    others = {
        # Of documents that would do, the one of which least is read; of equal ones the newest.
        query.id: sorted(_others(child, kept, query, request), key=lambda each: len(each.shown.shown.claims))[
            : _most(query)
        ]
        for query in request.query.credentials
    }
    chosen = request.query.answered_by({name for name in found if found[name] or others[name]})
    if chosen is None:
        raise UsageError(
            "wallet.openid-not-enough",
            N_("{child} has nothing that answers the whole request of {host}."),
            next_step=N_("Nothing was sent, and {host} was told nothing. Add what is missing, or let it be."),
            child=child.name,
            host=request.response_uri.host[:64],
        )
    parts = tuple(
        Part(
            query,
            PreparedDiploma(each.diploma, each.draft, lists.status(each.diploma.credential, now=now)),
        )
        for query in request.query.credentials
        if query.id in chosen
        for each in found[query.id]
    )
    documents = tuple(
        part for query in request.query.credentials if query.id in chosen for part in others[query.id]
    )
    picked = (_picked(fitting[name], found[name]) for name in chosen)
    _ = child.key  # what cannot be signed is not previewed
    earlier = [line.showing.recipient for line in child.ledger.entries() if line.showing is not None]
    resembled = recipients.resembled(terms.recipient, earlier)
    made = Drafts(
        child,
        terms,
        tuple(each.shown for each in parts),
        (),
        documents=tuple(each.shown for each in documents),
        picked=answering.each_once(picked),
        resembled=resembled,
        # A copy that no holder signs has no last day, and neither has the answer inside an SD-JWT.
        ends=any(not each.alone for each in parts),
    )
    return OpenidDrafts(request, made, parts, documents, suite or _SUITES[0])


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A diploma that answers a query, with the least of it that does."""

    diploma: Diploma
    draft: Draft
    rank: Rank


def _ranked(usable: Collection[Diploma], query: CredentialQuery, request: OpenidRequest) -> list[_Fitting]:
    """Those that answer one query, the one to be shown first in front; `usable` are the newest first."""
    found = [
        _Fitting(diploma, draft, (False, query.binding and not diploma.signed.holder_ids, len(draft.fields)))
        for diploma, draft in _fitting(usable, query, request)
    ]
    return sorted(found, key=lambda each: each.rank)


def _picked(fitting: Sequence[_Fitting], shown: Sequence[_Fitting]) -> Picked | None:
    ids = {each.diploma.id for each in shown}
    ranks = {each.diploma.id: each.rank for each in fitting}
    return answering.of_equals(
        [each.diploma for each in fitting],
        lambda diploma: diploma.id in ids,
        lambda diploma: ranks[diploma.id],
    )


def _most(query: CredentialQuery) -> int:
    """How many presentations an answer to a query may bring."""
    return limits.OPENID_SHOWN if query.multiple else 1


def _others(
    child: Child, kept: Collection[OtherDocument], query: CredentialQuery, request: OpenidRequest
) -> Iterator[OtherPart]:
    """The documents of another kind that answer one query, each with the least of it that does."""
    if query.authorities or query.format != Format.DC_SD_JWT:
        return
    for each in kept:
        credential = each.credential
        places = query.places(credential.claims)
        if (
            credential.vct not in query.vct
            or places is None
            or not other_documents.is_checked_by(request, credential)
        ):
            continue
        shown = PreparedDocument(each, credential.showing(places))
        if not query.binding:
            yield OtherPart(query, shown, None)
            continue
        key = other_documents.key_for(child, credential)
        algorithm = None if key is None else other_documents.algorithm_for(key, request)
        if algorithm is not None:
            yield OtherPart(query, shown, key, algorithm)


def _fitting(
    usable: Collection[Diploma], query: CredentialQuery, request: OpenidRequest
) -> Iterator[tuple[Diploma, Draft]]:
    """The diplomas that answer one query, each with the least of it that does."""
    if query.authorities:
        return
    for diploma in usable:
        credential = diploma.credential
        if query.format != Format.of(diploma.signed.envelope) or not query.is_meant(credential):
            continue
        pointers = query.select(credential.json)
        if pointers is None:
            continue
        try:
            draft = drafts.least(
                credential,
                diploma.facts,
                pointers,
                suites=request.suites,
                envelope=diploma.signed.envelope,
            )
        except VcwalletError:
            continue  # what this issuer signed cannot be cut so; another diploma may answer
        if draft is not None:
            yield diploma, draft


def sign(prepared: OpenidDrafts, *, issuers: KnownIssuers, now: datetime) -> tuple[JsonObject, LedgerEntry]:
    """The ``vp_token`` (section 8.1), and its line in the child's ledger; the caller saves before it lets go.

    Each presentation is signed for the whole client identifier and the request's nonce (section 14.1.2).
    Raises what `presentation.sign` and `presenting.check` raise.
    """
    token: dict[str, list[Json]] = {}
    for part in prepared.parts:
        token.setdefault(part.query.id, []).append(_signed(part, prepared, issuers, now))
    for other in prepared.others:
        token.setdefault(other.query.id, []).append(_bound(other, prepared, issuers, now))
    vp_token: JsonObject = dict(token)
    alone = [each for found in token.values() for each in found]
    # Of one presentation the digest that a receipt for it names.
    only = alone[0] if len(alone) == 1 else None
    digest = codec.digest(only if isinstance(only, dict) else vp_token)
    return vp_token, presenting.write_down(prepared.drafts, digest, now=now)


def _signed(part: Part, prepared: OpenidDrafts, issuers: KnownIssuers, now: datetime) -> Json:
    """One presentation; the diploma alone where no holder is to sign (appendix B.1)."""
    terms, draft = prepared.drafts.terms, part.shown.draft
    token = part.shown.diploma.signed.token
    if token is not None:
        issuers.admit(part.shown.diploma.signed, stored=False, now=now)
        return token if part.alone else _jwt_presentation(token, part, prepared, now)
    if part.alone:
        issuers.verify(draft.credential, stored=False, now=now)
        return draft.credential.json
    key = prepared.drafts.child.key_of(part.shown.diploma.signed.holder_ids)
    signed = presentation.sign(
        [draft.handed_over],
        holder_key=key,
        holder=did_key.did_of(key.public_key),
        domain=terms.audience or terms.recipient,
        challenge=terms.challenge,
        created=now,
        expires=terms.expires,
        purpose_text=terms.purpose,
        suite=prepared.suite,
    )
    presenting.check(signed, issuers=issuers, now=now)
    return signed


def _bound(part: OtherPart, prepared: OpenidDrafts, issuers: KnownIssuers, now: datetime) -> str:
    """A document of another kind with its holder's answer, or alone (appendix B.3)."""
    terms, shown = prepared.drafts.terms, part.shown
    issuers.demand_untouched(shown.shown, now=now)
    if part.key is None:
        return shown.shown.text
    return shown.signed(
        part.key,
        audience=terms.audience or terms.recipient,
        nonce=terms.challenge,
        algorithm=part.algorithm,
        now=now,
    )


def _jwt_presentation(token: str, part: Part, prepared: OpenidDrafts, now: datetime) -> str:
    """A presentation of a JWT as a JWT, in the form of data model 1.1 (appendix B.1.3.1.5)."""
    terms = prepared.drafts.terms
    key = prepared.drafts.child.key_of(part.shown.diploma.signed.holder_ids)
    holder = did_key.did_of(key.public_key)
    claims: JsonObject = {
        "iss": holder,
        "aud": terms.audience or terms.recipient,
        "nonce": terms.challenge,
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int(terms.expires.timestamp()),
        "vp": {
            "@context": [_V1],
            "type": ["VerifiablePresentation"],
            "holder": holder,
            "verifiableCredential": [token],
        },
    }
    header: JsonObject = {"typ": "JWT", "kid": did_key.verification_method_of(holder)}
    return jws.sign(header, strict_json.dumps(claims).encode("utf-8"), key)
