"""Showing diplomas: drafts that the family looks at, then a signature under exactly those drafts.

`prepare` computes what the recipient will get and read, once. The preview is made from its drafts, `sign`
puts them under the child's signature as they are, and the ledger says what the drafts say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from vcwallet.bundle.request import Request
from vcwallet.credentials import gate, presentation
from vcwallet.credentials.gate import Place
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.host_name import host_name, same_recipient
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.sealed_file.slots import Randomness
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import answering, drafts, recipients
from vcwallet.wallet.child import Child, Diploma
from vcwallet.wallet.drafts import Draft
from vcwallet.wallet.known_issuers import KnownIssuers
from vcwallet.wallet.known_lists import KnownLists, KnownStatus, Standing
from vcwallet.wallet.ledger import LedgerEntry, Showing, ShownDocument, presentation_digest

DEFAULT_EXPIRY: Final = timedelta(days=30)
_CHALLENGE_BYTES: Final = 12

Hide = Collection[str] | Mapping[str, Collection[str]]
"""Fields to hide in every diploma, or from a diploma's id to the fields to hide in it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """To whom, what for, until when."""

    recipient: str
    """A `host_name`, as it is signed."""
    purpose: str
    challenge: str
    """What the recipient asked to be signed, or else a random one: some verifiers want one in any case."""
    expires: datetime
    retention: timedelta | None
    """How long the recipient promised to keep what it is shown."""
    status_age: timedelta | None
    """How old the recipient lets status lists be."""

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


@dataclass(frozen=True, slots=True)
class Drafts:
    """One presentation before it is signed: nothing in it changes any more."""

    child: Child
    terms: Terms
    diplomas: tuple[PreparedDiploma, ...]
    status_lists: tuple[JsonObject, ...] = field(repr=False)
    """Signed lists that go with it, so that the recipient need not have them."""

    @property
    def revoked(self) -> tuple[PreparedDiploma, ...]:
        """Diplomas that the recipient will refuse."""
        return tuple(each for each in self.diplomas if each.status.standing is Standing.REVOKED)

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


def terms(
    request: Request | None,
    *,
    to: str | None,
    purpose: str | None,
    challenge: str | None,
    expires: timedelta | None,
    randomness: Randomness,
    now: datetime,
) -> Terms:
    """What is said for itself, else what the request says.

    Raises UsageError: ``host-name.malformed``, ``wallet.other-recipient``, ``wallet.request-expired``,
    ``presentation.no-recipient``, ``wallet.no-purpose``.
    """
    if request is not None:
        answering.demand_open(request, now=now)
        if to is not None and not same_recipient(to, request.domain):
            raise UsageError(
                "wallet.other-recipient",
                N_("The request is by {asked}, not by {named}."),
                asked=request.domain[:64],
                named=to[:64],
            )
        to, purpose, challenge = request.domain, purpose or request.purpose, challenge or request.challenge
        if expires is None and request.expires is not None:
            expires = request.expires - now
    if not to:
        raise UsageError("presentation.no-recipient", N_("Say to whom the documents are shown."))
    if not purpose or not purpose.strip():
        raise UsageError("wallet.no-purpose", N_("Say what the diplomas are shown for."))
    return Terms(
        recipient=host_name(to),
        purpose=purpose,
        challenge=challenge or base64url_encode(randomness(_CHALLENGE_BYTES)),
        expires=now + (DEFAULT_EXPIRY if expires is None else expires),
        retention=None if request is None else request.retention,
        status_age=None if request is None else request.status_age,
    )


def prepare(
    child: Child,
    chosen: Sequence[Diploma],
    terms: Terms,
    *,
    hide: Callable[[Diploma], Collection[str]],
    staple: bool,
    lists: KnownLists,
    now: datetime,
) -> Drafts:
    """Drafts of some diplomas of one child; one that says the same as another is shown once.

    Without `staple` only lists as new as the recipient asks for go with them.

    Raises what `drafts.draft` raises.
    """
    once = {diploma.meaning: diploma for diploma in chosen}.values()
    items = tuple(
        PreparedDiploma(
            diploma,
            drafts.draft(diploma.credential, diploma.facts, hide(diploma)),
            lists.status(diploma.credential, now=now),
        )
        for diploma in once
    )
    age = terms.status_age
    speaking_of = (
        each.diploma.credential
        for each in items
        if staple or (age is not None and each.status.is_within(age, now=now))
    )
    stapled = lists.about(speaking_of, now=now)
    return Drafts(child, terms, items, stapled)


def sign(prepared: Drafts, *, issuers: KnownIssuers, now: datetime) -> tuple[JsonObject, LedgerEntry]:
    """The presentation, and its line in the child's ledger; the caller saves before it lets go of it.

    Raises what `presentation.sign`, `presentation.check_credentials` and `KnownIssuers.verify` raise.
    """
    terms, child = prepared.terms, prepared.child
    signed = presentation.sign(
        [each.draft.credential for each in prepared.diplomas],
        holder_key=child.key,
        holder=child.did,
        domain=terms.recipient,
        challenge=terms.challenge,
        created=now,
        expires=terms.expires,
        purpose_text=terms.purpose,
    )
    # Read and verified once as its recipient will: a presentation a verifier would refuse is not handed out.
    shown = presentation.Presentation.parse(signed)
    gate.admit(shown, Place.PRESENTATION, issuers=issuers, now=now).demand()
    presentation.check_credentials(shown)
    for credential in shown.credentials:
        issuers.verify(credential, stored=False, now=now)
    line = child.ledger.add(
        Showing(
            at=now,
            recipient=terms.recipient,
            purpose=terms.purpose,
            expires=terms.expires,
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
            ),
            presentation_digest=presentation_digest(signed),
            retention_days=None if terms.retention is None else terms.retention.days,
        )
    )
    return signed, line


def hiding(
    hide: Hide, only: Collection[str] | None, proposed: Mapping[str, Collection[str]]
) -> Callable[[Diploma], Collection[str]]:
    """What to hide in each diploma: `hide` and all but `only`, or what an answer to a request proposes.

    Raises UsageError (``wallet.no-such-field``).
    """
    for names in hide.values() if isinstance(hide, Mapping) else (hide,):
        drafts.check_names(names)
    drafts.check_names(only or ())
    if not hide and only is None:
        return lambda diploma: proposed.get(diploma.id, ())
    shown = drafts.with_parts(only or ())

    def chosen(diploma: Diploma) -> Collection[str]:
        names = hide.get(diploma.id, ()) if isinstance(hide, Mapping) else hide
        if only is None:
            return names
        return {*names, *(name for name in drafts.hideable(diploma.credential) if name not in shown)}

    return chosen
