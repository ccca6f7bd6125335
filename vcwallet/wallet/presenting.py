"""Showing diplomas: drafts that the family looks at, then a signature under exactly those drafts.

`prepare` computes what the recipient will get and read, once. The preview is made from its drafts, `sign`
puts them under the child's signature as they are, and the ledger says what the drafts say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from vcwallet import limits
from vcwallet.bundle import codec
from vcwallet.bundle.request import Request
from vcwallet.credentials import enveloped, gate, presentation
from vcwallet.credentials.achievement import Fact, Facts
from vcwallet.credentials.gate import Place
from vcwallet.credentials.spelling import same_name
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.host_name import host_name, same_recipient
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import answering, drafts, recipients, records
from vcwallet.wallet.answering import Picked
from vcwallet.wallet.child import Child, Diploma
from vcwallet.wallet.drafts import CannotHide, Draft
from vcwallet.wallet.known_issuers import KnownIssuers
from vcwallet.wallet.known_lists import KnownLists, KnownStatus, Standing
from vcwallet.wallet.ledger import LedgerEntry, Showing, ShownDocument
from vcwallet.wallet.other_documents import PreparedDocument
from vcwallet.wallet.signed import Signed

DEFAULT_EXPIRY: Final = timedelta(days=30)
_CHALLENGE_BYTES: Final = 12

_OF_THE_PERSON: Final = ("person", "patronymic", "born", "school", "place", "class")
"""Fields that tell of the child; that two diplomas have two ranks, one of them hidden, gives nothing away."""

Expires = timedelta | date
"""For how long a showing is good, or its last day or moment."""
Hide = Collection[str] | Mapping[str, Collection[str]]
"""Fields to hide in every diploma, or from a diploma's id to the fields to hide in it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """To whom, what for, until when."""

    recipient: str
    """A `host_name`, as it is signed, unless `audience` is."""
    purpose: str
    challenge: str
    """What the recipient asked to be signed, or else a random one: some verifiers want one in any case."""
    expires: datetime
    retention: timedelta | None
    """How long the recipient promised to keep what it is shown."""
    status_age: timedelta | None
    """How old the recipient lets status lists be."""
    receipt_key: str | None = None
    """The key that the recipient signs receipts with, as its request says."""
    audience: str | None = None
    """What is signed in place of the recipient's name: its client identifier in OpenID4VP."""

    @property
    def imitated(self) -> str | None:
        """The name the recipient's looks like without being it: a reason to stop and ask."""
        return recipients.imitated(self.recipient)


@dataclass(frozen=True, slots=True)
class PreparedDiploma:
    """A kept diploma, what the recipient will get of it, and what is known of its revocation."""

    diploma: Diploma
    draft: Draft
    status: KnownStatus
    absent: tuple[str, ...] = ()
    """Fields the family named to be hidden, which this diploma has not."""
    asked: frozenset[str] = frozenset()
    """Fields the recipient asks for by name."""

    @property
    def withheld(self) -> tuple[str, ...]:
        """Fields the recipient asks for by name, which the family hides."""
        return tuple(name for name in self.draft.hidden if name in self.asked)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A chosen diploma that is not shown, because fields the family hides cannot be hidden in it."""

    diploma: Diploma
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StillVisible:
    """A value that the family hides in one diploma while the recipient reads it in another."""

    name: str
    """A word of `drafts.FIELDS`."""
    where: tuple[PreparedDiploma, ...]
    """The diplomas in which it is read."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """One presentation before it is signed: nothing in it changes any more."""

    child: Child
    terms: Terms
    diplomas: tuple[PreparedDiploma, ...]
    status_lists: tuple[JsonObject, ...] = field(repr=False)
    """Signed lists that go with it, so that the recipient need not have them."""
    left_out: tuple[LeftOut, ...] = ()
    documents: tuple[PreparedDocument, ...] = ()
    """Documents of another kind that go with them; OpenID4VP alone asks for such."""
    picked: tuple[Picked, ...] = ()
    """Why these diplomas, where they were proposed and others would have done."""
    resembled: str | None = None
    """A recipient of an earlier showing whose name differs from this one's in a single letter."""
    ends: bool = True
    """Whether anything that is handed over is signed with the last day of `terms`."""

    @property
    def until(self) -> datetime | None:
        """The last moment at which it is accepted; None where nothing of it says one."""
        return self.terms.expires if self.ends else None

    @property
    def other_surnames(self) -> tuple[str, ...]:
        """Surnames the recipient will read that are not the child's present one."""
        present = self.child.profile.family_name
        read = [each.draft.facts.person.family for each in self.diplomas]
        found = {name: None for name in read if name and present and not same_name(name, present)}
        return tuple(found)

    @property
    def still_visible(self) -> tuple[StillVisible, ...]:
        """What the family hides in one diploma and the recipient reads in another."""
        found: list[StillVisible] = []
        for name in _OF_THE_PERSON:
            if name in drafts.with_parts([each.name for each in found]):
                continue  # where the name is read, the patronymic goes without saying
            hidden = {_value(each.diploma.facts, name) for each in self.diplomas if name in each.draft.hidden}
            where = tuple(
                each
                for each in self.diplomas
                if name in each.draft.fields and _value(each.draft.facts, name) in hidden - {""}
            )
            if where:
                found.append(StillVisible(name, where))
        return tuple(found)

    @property
    def revoked(self) -> tuple[PreparedDiploma, ...]:
        """Diplomas that the recipient will refuse."""
        return tuple(each for each in self.diplomas if each.status.standing is Standing.REVOKED)

    def not_in_force(self, *, now: datetime) -> tuple[PreparedDiploma, ...]:
        """Diplomas whose time has not begun, or is over."""
        return tuple(each for each in self.diplomas if not answering.in_force(each.diploma, now=now))

    def too_old(self, *, now: datetime) -> tuple[PreparedDiploma, ...]:
        """Diplomas about which the wallet has no status list as new as the recipient asks for."""
        age = self.terms.status_age
        return tuple(
            each
            for each in self.diplomas
            if age is not None
            and each.status.standing not in (Standing.NONE, Standing.REVOKED)
            and not each.status.is_within(age, now=now)
        )


def _value(said: Facts, name: str) -> str:
    """What a diploma says of the person, for comparing; "" where it says nothing."""
    person = said.person
    if name == "person":
        return (" ".join(filter(None, (person.family, person.given))) or person.full_name).casefold()
    if name == "patronymic":
        return (person.patronymic or "").casefold()
    return said.said.get(Fact(name), "").casefold()


def terms(
    request: Request | None,
    *,
    to: str | None,
    purpose: str | None,
    challenge: str | None,
    expires: Expires | None,
    randomness: Randomness,
    now: datetime,
) -> Terms:
    """What is said for itself, else what the request says.

    Raises UsageError: ``host-name.malformed``, ``wallet.other-recipient``, ``wallet.request-expired``,
    ``presentation.no-recipient``, ``wallet.no-purpose``, ``wallet.expires-past``, ``wallet.expires-late``.
    """
    if request is not None:
        answering.demand_open(request, now=now)
        if to is not None and not same_recipient(to, request.domain):
            raise UsageError(
                "wallet.other-recipient",
                N_("The request is by {asked}, not by {named}."),
                next_step=N_("Leave the recipient out: the request names it."),
                asked=request.domain[:64],
                named=to[:64],
            )
        to, purpose, challenge = request.domain, purpose or request.purpose, challenge or request.challenge
        if expires is None and request.expires is not None:
            # However long the request stands: what is shown does not stay in force for years.
            expires = min(request.expires, now + limits.SHOWING)
    if not to:
        raise UsageError("presentation.no-recipient", N_("Say to whom the documents are shown."))
    if not purpose or not purpose.strip():
        raise UsageError("wallet.no-purpose", N_("Say what the diplomas are shown for."))
    return Terms(
        recipient=host_name(to),
        purpose=purpose,
        challenge=challenge or base64url_encode(randomness(_CHALLENGE_BYTES)),
        expires=end_of(DEFAULT_EXPIRY if expires is None else expires, now),
        retention=None if request is None else request.retention,
        status_age=None if request is None else request.status_age,
        receipt_key=None if request is None else request.receipt_key,
    )


def end_of(expires: Expires, now: datetime) -> datetime:
    """The moment a showing ends: of a day its last second, for the day is what people are told."""
    if isinstance(expires, timedelta):
        end = now + expires
    elif isinstance(expires, datetime):
        end = expires
    else:
        end = datetime.combine(expires, time(23, 59, 59), UTC)
    if end <= now:
        raise UsageError(
            "wallet.expires-past",
            N_("The showing would be over on {day}, before it is made."),
            next_step=N_("Name a later day."),
            day=end.date().isoformat(),
        )
    if end > now + limits.SHOWING:
        raise UsageError(
            "wallet.expires-late",
            N_("A showing is good for {days} days at most, and this one would be good until {day}."),
            next_step=N_("Name an earlier day. Another showing can be made at any time."),
            days=limits.SHOWING.days,
            day=end.date().isoformat(),
        )
    return end


def prepare(
    child: Child,
    chosen: Sequence[Diploma],
    terms: Terms,
    *,
    hiding: Hiding,
    staple: bool,
    lists: KnownLists,
    now: datetime,
) -> Drafts:
    """Drafts of some diplomas of one child; one that says the same as another is shown once.

    A diploma in which a field cannot be hidden is left out, and is named in the drafts: what was shown
    cannot be taken back. Without `staple` only lists as new as the recipient asks for go with them.

    Raises UsageError (``wallet.several-keys``), what `Child.demand_key` and `drafts.draft` raise;
    ``wallet.cannot-hide`` where no diploma would be left.
    """
    once = _once(chosen)
    for diploma in once:
        child.demand_key(diploma.signed)
    if len({name for diploma in once for name in diploma.signed.holder_ids}) > 1:
        raise UsageError(
            "wallet.several-keys",
            N_("These diplomas were issued to different keys of {child}, and one showing has one key."),
            next_step=N_("Show those of each key by themselves."),
            child=child.name,
        )
    made: list[PreparedDiploma] = []
    left_out: list[LeftOut] = []
    for diploma in once:
        try:
            draft = drafts.draft(
                diploma.credential, diploma.facts, hiding.of(diploma), envelope=diploma.signed.envelope
            )
        except CannotHide as error:
            if len(left_out) + 1 == len(once):
                raise
            left_out.append(LeftOut(diploma, error.fields))
            continue
        there = drafts.fields(diploma.credential, diploma.facts)
        named = hiding.named(diploma)
        made.append(
            PreparedDiploma(
                diploma,
                draft,
                lists.status(diploma.credential, now=now),
                absent=tuple(name for name in drafts.FIELDS if name in named and name not in there),
                asked=frozenset(hiding.asked.get(diploma.id, ())),
            )
        )
    items = tuple(made)
    age = terms.status_age
    speaking_of = (
        each.diploma.credential
        for each in items
        if staple or (age is not None and each.status.is_within(age, now=now))
    )
    stapled = lists.about(speaking_of, now=now)
    earlier = [line.showing.recipient for line in child.ledger.entries() if line.showing is not None]
    resembled = recipients.resembled(terms.recipient, earlier)
    return Drafts(child, terms, items, stapled, tuple(left_out), resembled=resembled)


def _once(chosen: Sequence[Diploma]) -> tuple[Diploma, ...]:
    """Each diploma once: of copies with different hidden fields the one that says most."""
    found: dict[str, Diploma] = {}
    for diploma in {each.meaning: each for each in chosen}.values():
        partial = diploma.redacted and diploma.said.identity != records.NO_IDENTITY
        name = diploma.said.identity if partial else diploma.meaning
        met = found.setdefault(name, diploma)
        if len(diploma.credential.text) > len(met.credential.text):
            found[name] = diploma
    return tuple(found.values())


def sign(prepared: Drafts, *, issuers: KnownIssuers, now: datetime) -> tuple[JsonObject, LedgerEntry]:
    """The presentation, and its line in the child's ledger; the caller saves before it lets go of it.

    Raises what `presentation.sign`, `presentation.check_credentials` and `KnownIssuers.verify` raise.
    """
    terms, child = prepared.terms, prepared.child
    key = child.key_of({name for each in prepared.diplomas for name in each.diploma.signed.holder_ids})
    signed = presentation.sign(
        [each.draft.handed_over for each in prepared.diplomas],
        holder_key=key,
        holder=did_key.did_of(key.public_key),
        domain=terms.recipient,
        challenge=terms.challenge,
        created=now,
        expires=terms.expires,
        purpose_text=terms.purpose,
    )
    check(signed, issuers=issuers, now=now)
    return signed, write_down(prepared, codec.digest(signed), now=now)


def check(signed: JsonObject, *, issuers: KnownIssuers, now: datetime) -> None:
    """Read and verify a presentation once as its recipient will: what it would refuse is not handed out.

    Raises what `presentation.check_credentials` and `KnownIssuers.verify` raise.
    """
    shown = presentation.Presentation.parse(signed)
    gate.admit(shown, Place.PRESENTATION, issuers=issuers, now=now).demand()
    opened = tuple(enveloped.open_credential(each) for each in shown.enveloped)
    inside = (*shown.credentials, *(each.credential for each in opened))
    presentation.check_credentials(replace(shown, credentials=inside))
    for credential in shown.credentials:
        issuers.verify(credential, stored=False, now=now)
    for each in opened:
        issuers.admit(Signed.around(each), stored=False, now=now)


def write_down(prepared: Drafts, digest: str, *, now: datetime) -> LedgerEntry:
    """A line in the child's ledger, for what is signed of these drafts and has this digest."""
    terms = prepared.terms
    return prepared.child.ledger.add(
        Showing(
            at=now,
            recipient=terms.recipient,
            purpose=terms.purpose,
            expires=prepared.until,
            challenge=terms.challenge,
            shown=tuple(
                ShownDocument(
                    title=each.diploma.title,
                    issuer=each.diploma.credential.issuer_id,
                    credential_id=each.diploma.credential.id,
                    fields=each.draft.fields,
                    hidden=each.draft.hidden,
                )
                for each in prepared.diplomas
            )
            + tuple(
                ShownDocument(
                    title=each.title,
                    issuer=each.shown.issuer,
                    credential_id=each.shown.registered.id,
                    fields=(),
                    claims=tuple(dict.fromkeys(name for name, _ in each.read)),
                    hidden_claims=each.hidden,
                )
                for each in prepared.documents
            ),
            presentation_digest=digest,
            retention_days=None if terms.retention is None else terms.retention.days,
            receipt_key=terms.receipt_key,
        )
    )


@dataclass(frozen=True, slots=True)
class Hiding:
    """What of which diploma is not read: what the family says, and what nobody asked for.

    `hide` is hidden in any case. `only` hides all but its fields. Without `only`, what the recipient does not
    ask for (`unasked`, from a diploma's id) is hidden too, except `show`.
    """

    hide: Hide = ()
    only: Collection[str] | None = None
    show: Collection[str] = ()
    unasked: Mapping[str, Collection[str]] = field(default_factory=dict)
    asked: Mapping[str, Collection[str]] = field(default_factory=dict)
    """From a diploma's id to the fields that the recipient asks for by name."""

    def check(self) -> None:
        """Raise UsageError (``wallet.no-such-field``) for a field there is not."""
        for names in self.hide.values() if isinstance(self.hide, Mapping) else (self.hide,):
            drafts.check_names(names)
        drafts.check_names(self.only or ())
        drafts.check_names(self.show)

    def named(self, diploma: Diploma) -> Collection[str]:
        """What the family names to be hidden in a diploma."""
        return self.hide.get(diploma.id, ()) if isinstance(self.hide, Mapping) else self.hide

    def of(self, diploma: Diploma) -> Collection[str]:
        if self.only is not None:
            shown = drafts.with_parts(self.only)
            rest = {name for name in diploma.hideable if name not in shown}
        else:
            rest = set(self.unasked.get(diploma.id, ())) - drafts.with_parts(self.show)
        return {*self.named(diploma), *rest}
