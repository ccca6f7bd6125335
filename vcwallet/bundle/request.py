"""What a verifier asks for: a file or a code that a family answers with a presentation.

    request = Request(domain="priem.vuz.example", purpose="Admission 2027", created=now, wants=[...])
    Path("request.json").write_text(strict_json.dumps(request.to_json()), "utf-8")

A request is not signed: it asks, it proves nothing. The wallet shows its domain to the family and addresses
the answer to that domain, so an answer to somebody who borrowed a university's name is of no use to either.
It travels as JSON or through `codec.pack` in the same codes as a bundle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.errors import N_, Action, InputError, VcwalletError
from vcwallet.identifiers.keys import PublicKey
from vcwallet.report import Binding
from vcwallet.strict_json import Json, JsonObject

FORMAT: Final = "vcwallet-request/1"
_MEMBERS: Final = {
    "format",
    "domain",
    "purpose",
    "created",
    "challenge",
    "expires",
    "wants",
    "retentionDays",
    "statusDays",
    "binding",
    "requireStatus",
    "receiptKey",
}
_WANT_MEMBERS: Final = {"kind", "fields", "atLeast", "atMost", "all", "since"}
_DOMAIN: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,253}")


@dataclass(frozen=True, slots=True)
class Want:
    """One kind of achievement that is asked for."""

    kind: str | None = None
    """A value of `achievement.Kind`, such as ``olympiad-diploma``; None for any."""
    fields: tuple[str, ...] = ()
    """Facts that must be readable, values of `achievement.Fact`; the family may hide the others."""
    at_least: int = 1
    """How many are needed; 0 only together with `at_most` or `everything`."""
    at_most: int | None = None
    """So many are wanted, where there are so many."""
    everything: bool = False
    """All of them are wanted."""
    since: int | None = None
    """Only what was awarded in this year or later."""

    def number(self, there: int) -> int:
        """How many of the fitting diplomas that are `there` answer it."""
        if self.everything:
            return there
        return self.at_least if self.at_most is None else max(self.at_least, min(self.at_most, there))

    def is_of_time(self, awarded: date | None) -> bool:
        """Whether a diploma of that day is meant; where a year is asked for, none without a day is."""
        return self.since is None or (awarded is not None and awarded.year >= self.since)


@dataclass(frozen=True, slots=True)
class Request:
    """What one verifier asks for."""

    domain: str
    """Whom the answer must be addressed to."""
    purpose: str
    created: datetime
    challenge: str | None = None
    """To be signed with the answer, which then is of use only once and only here."""
    expires: datetime | None = None
    wants: tuple[Want, ...] = ()
    retention: timedelta | None = None
    """For how long the recipient promises to keep what it is shown, at most."""
    status_age: timedelta | None = None
    """How old the status lists may be; a wallet that has newer ones staples them."""
    binding: Binding = Binding.DOCUMENT
    """What must be shown, at least."""
    require_status: bool = False
    """Whether a diploma that names no list of revoked ones will not be confirmed."""
    receipt_key: str | None = None
    """The key, in Multikey form, that signs receipts for what is shown; a wallet takes none of another."""

    @classmethod
    def parse(cls, document: JsonObject) -> Request:
        """Read a request; raises InputError (``request.format``, ``request.malformed`` with `member`)."""
        if document.get("format") != FORMAT:
            raise InputError(
                "request.format",
                N_("This is not a request that this vcwallet reads (format “{format}”)."),
                next_step=Action.UPDATE,
                format=named[:64] if isinstance(named := document.get("format"), str) else None,
            )
        strangers = document.keys() - _MEMBERS
        if strangers:
            raise _malformed(min(strangers)[:64])
        domain = _text(document, "domain", limits.DID_CHARACTERS)
        if not _DOMAIN.fullmatch(domain):
            raise _malformed("domain")
        wants = document.get("wants", [])
        if not isinstance(wants, list) or len(wants) > limits.REQUEST_WANTS:
            raise _malformed("wants")
        return cls(
            domain=domain,
            purpose=_text(document, "purpose", limits.REQUEST_TEXT_CHARACTERS),
            created=timestamps.parse(_text(document, "created", 64)),
            challenge=_text(document, "challenge", limits.REQUEST_TEXT_CHARACTERS)
            if "challenge" in document
            else None,
            expires=timestamps.parse(_text(document, "expires", 64)) if "expires" in document else None,
            wants=tuple(_want(want) for want in wants),
            retention=_days(document, "retentionDays"),
            status_age=_days(document, "statusDays"),
            binding=_binding(document),
            require_status=_true(document, "requireStatus"),
            receipt_key=_key(document),
        )

    def to_json(self) -> JsonObject:
        """The document; `parse` reads it back."""
        document: JsonObject = {
            "format": FORMAT,
            "domain": self.domain,
            "purpose": self.purpose,
            "created": timestamps.render(self.created),
        }
        if self.challenge is not None:
            document["challenge"] = self.challenge
        if self.expires is not None:
            document["expires"] = timestamps.render(self.expires)
        if self.wants:
            document["wants"] = [_want_json(want) for want in self.wants]
        if self.retention is not None:
            document["retentionDays"] = self.retention.days
        if self.status_age is not None:
            document["statusDays"] = self.status_age.days
        if self.binding is not Binding.DOCUMENT:
            document["binding"] = self.binding.value
        if self.require_status:
            document["requireStatus"] = True
        if self.receipt_key is not None:
            document["receiptKey"] = self.receipt_key
        return document


def _want(value: Json) -> Want:
    if not isinstance(value, dict) or value.keys() - _WANT_MEMBERS:
        raise _malformed("wants")
    fields = value.get("fields", [])
    if not isinstance(fields, list) or len(fields) > limits.REQUEST_FIELDS:
        raise _malformed("fields")
    names = [
        name for name in fields if isinstance(name, str) and 0 < len(name) <= limits.REQUEST_NAME_CHARACTERS
    ]
    everything = _true(value, "all")
    at_most = _count(value, "atMost", 1)
    at_least = _count(value, "atLeast", 0 if everything or at_most is not None else 1)
    since = _count(value, "since", 1, limits.REQUEST_YEAR)
    if len(names) != len(fields) or len(set(names)) != len(names):
        raise _malformed("fields")
    if at_most is not None and (everything or at_most < (at_least or 0)):
        raise _malformed("atMost")
    kind = _text(value, "kind", limits.REQUEST_NAME_CHARACTERS) if "kind" in value else None
    return Want(kind, tuple(names), 1 if at_least is None else at_least, at_most, everything, since)


def _want_json(want: Want) -> JsonObject:
    document: JsonObject = {}
    if want.kind is not None:
        document["kind"] = want.kind
    if want.fields:
        document["fields"] = list[Json](want.fields)
    if want.at_least != 1:
        document["atLeast"] = want.at_least
    if want.at_most is not None:
        document["atMost"] = want.at_most
    if want.everything:
        document["all"] = True
    if want.since is not None:
        document["since"] = want.since
    return document


def _count(document: JsonObject, member: str, least: int, most: int = limits.REQUEST_AT_LEAST) -> int | None:
    if member not in document:
        return None
    value = document[member]
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _malformed(member)
    return value


def _text(document: JsonObject, member: str, limit: int) -> str:
    value = document.get(member)
    if not isinstance(value, str) or not value.strip() or len(value) > limit:
        raise _malformed(member)
    return value


def _days(document: JsonObject, member: str) -> timedelta | None:
    if member not in document:
        return None
    value = document[member]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= limits.REQUEST_DAYS:
        raise _malformed(member)
    return timedelta(days=value)


def _binding(document: JsonObject) -> Binding:
    named = document.get("binding", Binding.DOCUMENT.value)
    known = next((each for each in Binding if each.value == named), None)
    if known is None:
        raise _malformed("binding")
    return known


def _key(document: JsonObject) -> str | None:
    if "receiptKey" not in document:
        return None
    try:
        return PublicKey.from_multibase(_text(document, "receiptKey", limits.DID_CHARACTERS)).multibase
    except VcwalletError:
        raise _malformed("receiptKey") from None


def _true(document: JsonObject, member: str) -> bool:
    value = document.get(member, False)
    if not isinstance(value, bool):
        raise _malformed(member)
    return value


def _malformed(member: str) -> InputError:
    return InputError("request.malformed", N_("The request is not well-formed at “{member}”."), member=member)
