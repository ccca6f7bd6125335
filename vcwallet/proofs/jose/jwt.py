"""The registered claims of a JSON Web Token (RFC 7519, section 4.1): who, to whom, when the signature counts.

They are about the signature; the validity of what is said stands in the document (vc-jose-cose, section
3.1.3). CWT claims in a COSE header (RFC 9597) are brought into the same names first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.errors import N_, DocumentError, LimitExceeded, ProofError
from vcwallet.proofs.data_integrity import CLOCK_SKEW
from vcwallet.proofs.period_and_recipient import check_period, check_recipient
from vcwallet.strict_json import Json, JsonObject

__all__ = ["CLAIM_NAMES", "Claims", "numeric_date"]

CLAIM_NAMES: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf"})
"""What may stand in a payload beside the members of a credential or presentation."""

_LAST_SECOND: Final = 253402300799  # of the year 9999


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims that are understood here; None or () where a token has none. The moments are aware."""

    issuer: str | None = None
    subject: str | None = None
    id: str | None = None
    audience: tuple[str, ...] = ()
    nonce: str | None = None
    issued: datetime | None = None
    not_before: datetime | None = None
    expires: datetime | None = None

    @classmethod
    def read(cls, members: JsonObject) -> Claims:
        """Raises ProofError (``jwt.claim``, evidence `claim`) for a value of the wrong form, LimitExceeded
        (``jwt.claim-too-long``).

        ``iat`` is also taken as a ``dateTimeStamp``: the W3C's own test tokens have one, and nothing is
        refused or accepted for an earlier date.
        """
        issued = members.get("iat")
        return cls(
            issuer=_text(members, "iss"),
            subject=_text(members, "sub"),
            id=_text(members, "jti"),
            audience=_audience(members),
            nonce=_text(members, "nonce"),
            issued=_moment(issued) if isinstance(issued, str) else numeric_date(members, "iat"),
            not_before=numeric_date(members, "nbf"),
            expires=numeric_date(members, "exp"),
        )

    def check(
        self,
        *,
        now: datetime,
        domain: str | None = None,
        challenge: str | None = None,
        clock_skew: timedelta = CLOCK_SKEW,
    ) -> None:
        """Hold the claims to the moment `now` (aware), and to a recipient and question when they are given.

        Raises ProofError: ``proof.expired``, ``proof.not-yet``, ``proof.domain``, ``proof.challenge``. Only
        `issued` is forgiven a signer's clock that is ahead.
        """
        check_period(self.issued, self.expires, now=now, clock_skew=clock_skew)
        check_period(self.not_before, None, now=now)
        check_recipient(
            self.audience,
            self.nonce,
            expected_domains=None if domain is None else (domain,),
            expected_challenge=challenge,
        )


def numeric_date(members: JsonObject, name: str) -> datetime | None:
    """A NumericDate (RFC 7519, section 2): seconds since 1970, perhaps with a fraction; None when absent."""
    value = members.get(name)
    if name not in members:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LAST_SECOND:
        raise _bad_claim(name)
    return datetime.fromtimestamp(value, UTC)


def _moment(text: str) -> datetime:
    try:
        return timestamps.parse(text)
    except DocumentError:
        raise _bad_claim("iat") from None


def _text(members: JsonObject, name: str) -> str | None:
    if name not in members:
        return None
    return _bounded(members[name], name)


def _audience(members: JsonObject) -> tuple[str, ...]:
    if "aud" not in members:
        return ()
    value = members["aud"]
    texts = value if isinstance(value, list) else [value]
    if not texts:
        raise _bad_claim("aud")
    if len(texts) > limits.PROOF_TEXTS:
        raise _too_long("aud")
    return tuple(_bounded(text, "aud") for text in texts)


def _bounded(value: Json, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise _bad_claim(name)
    if len(value) > limits.IRI_CHARACTERS:
        raise _too_long(name)
    return value


def _bad_claim(name: str) -> ProofError:
    return ProofError("jwt.claim", N_("The claim “{claim}” of the token is not in order."), claim=name)


def _too_long(name: str) -> LimitExceeded:
    return LimitExceeded(
        "jwt.claim-too-long", N_("The claim “{claim}” of the token is too long."), claim=name
    )
