"""The questions of an office in the words of OpenID4VP 1.0, for families with any wallet.

    asked = openid_asking.make(request, response_uri="https://priem.vuz.example/openid4vp", encrypted=True,
                               nonce=..., state=...)
    asked.url                       # for a link or one code
    asked.to_json()                 # to be kept: the answer is checked with it

A request by value needs no server to ask, and nobody proves by it who asks: the answer goes to `response_uri`
and is signed for it. Each has a nonce, a state and, for encrypted answers, a key of its own.

    asked = openid_asking.make_signed(request, response_uri=..., request_uri=..., until=..., now=now, ...)
    asked.kept.url                  # a short one: the code on a desk's screen
    asked.token                     # what lies at `request_uri`

A signed one is for a desk that wallets reach. The key that signs it is made for it and named in the URL, so
whoever stands between a wallet and the desk can neither change what is asked nor open the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, combinations
from typing import Final

from vcwallet import limits
from vcwallet.bundle.dcql import ClaimsQuery, CredentialQuery, CredentialSet, Format, Query
from vcwallet.bundle.openid4vp import AnswerMode, Encryption, Invitation, OpenidRequest
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.who_asks import Client, Prefix, Proven
from vcwallet.credentials.fact_places import PLACES, RESULT_PATH, WHAT_PLACES
from vcwallet.credentials.terms import achievement_type_of
from vcwallet.errors import N_, Action, UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.identifiers.web_address import WebAddress
from vcwallet.proofs.jose import jwe
from vcwallet.strict_json import JsonObject

__all__ = ["Signed", "make", "make_signed", "query_of"]

_BADGE: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
_SUBJECT: Final = "credentialSubject"
_RANDOM_BYTES: Final = 16
"""Of a nonce and a state (section 13.3)."""
_KID_BYTES: Final = 9
_OPTIONAL: Final = ("patronymicName", "description", "fieldOfStudy", "version", "humanCode")
"""Asked for where there is one: not everybody has a patronymic, and not every contest a school year."""
_ALWAYS: Final = frozenset({"kind"})
"""A kind that is asked for is a condition, and stands there anyway."""


def make(request: Request, *, response_uri: str, encrypted: bool, nonce: str, state: str) -> OpenidAsked:
    """A request of OpenID4VP that asks what `request` asks.

    Raises UsageError (``request.openid-nothing``), and DocumentError (``web-address.refused``).
    """
    openid = OpenidRequest(
        client=Client.parse(f"{Prefix.REDIRECT_URI}:{response_uri}"),
        proven=Proven.NOTHING,
        nonce=nonce,
        state=state,
        mode=AnswerMode.POST,
        response_uri=WebAddress.parse(response_uri),
        query=query_of(request.wants),
    )
    key = None
    if encrypted:
        openid, key = _encrypted(openid, "1")
    return OpenidAsked.parse(OpenidAsked(_demands(request, openid), openid, openid.url(), key).to_json())


@dataclass(frozen=True, slots=True)
class Signed:
    """A request of a desk that wallets reach."""

    kept: OpenidAsked
    """What opens its answer; its URL leads to the request."""
    token: str = field(repr=False)
    """The request object, for who asks at `request_uri`."""
    whole: str = field(repr=False)
    """The URL with the request in it, for a wallet that does not reach the desk."""


def make_signed(
    request: Request,
    *,
    response_uri: str,
    request_uri: str,
    until: datetime,
    randomness: Callable[[int], bytes],
    now: datetime,
) -> Signed:
    """A request that asks what `request` asks, signed by a key of its own and answered encrypted.

    Raises UsageError (``request.openid-nothing``), and DocumentError (``web-address.refused``).
    """
    signer = SoftwareKey.generate(KeyType.P256, randomness)
    identifier = did_key.did_of(signer.public_key)
    plain = OpenidRequest(
        client=Client.parse(f"{Prefix.DID}:{identifier}"),
        proven=Proven.SAME_KEY,
        nonce=base64url_encode(randomness(_RANDOM_BYTES)),
        state=base64url_encode(randomness(_RANDOM_BYTES)),
        mode=AnswerMode.POST,
        response_uri=WebAddress.parse(response_uri, inside=True),
        query=query_of(request.wants),
        expires=until,
    )
    # Its key's name tells which request an encrypted answer is to, also in a file.
    openid, key = _encrypted(plain, base64url_encode(randomness(_KID_BYTES)))
    token = openid.signed(signer, kid=did_key.verification_method_of(identifier), now=now)
    kept = OpenidAsked(
        _demands(replace(request, expires=until), openid),
        openid,
        Invitation.url_of(openid.client, request_uri),
        key,
    )
    return Signed(kept, token, Invitation.url_with(openid.client, token))


def _encrypted(openid: OpenidRequest, kid: str) -> tuple[OpenidRequest, JsonObject]:
    """The same request with an answer that is encrypted, and the secret key that opens it."""
    key = jwe.new_key()
    public = {name: value for name, value in key.items() if name != "d"}
    encryption = Encryption(public, kid, jwe.ENCRYPTIONS[0])
    return replace(openid, mode=AnswerMode.ENCRYPTED_POST, encryption=encryption), key


def _demands(request: Request, openid: OpenidRequest) -> Request:
    """What an answer is held to: it is addressed to the whole client identifier, for this nonce (14.1.2)."""
    return replace(request, domain=openid.client.id, challenge=openid.nonce)


def query_of(wants: tuple[Want, ...]) -> Query:
    """What the wants ask, in DCQL.

    The number is lost but for "one" and "all that fit". Facts without a place in a diploma's subject, such as
    its issuer, are always read. Raises UsageError (``request.openid-nothing``).
    """
    if not wants or any(not want.fields for want in wants):
        raise UsageError(
            "request.openid-nothing",
            N_("OpenID4VP asks for named fields, and what is not named stays hidden."),
            next_step=Action.NAME_FIELDS,
        )
    queries = tuple(_query(number, want) for number, want in enumerate(wants, 1))
    if all(want.at_least > 0 for want in wants):
        return Query(queries)
    sets = [
        CredentialSet(((each.id,),), required=want.at_least > 0)
        for each, want in zip(queries, wants, strict=True)
    ]
    return Query(queries, tuple(sets))


def _query(number: int, want: Want) -> CredentialQuery:
    what = [WHAT_PLACES[name] for name in want.fields if name in WHAT_PLACES and name not in _ALWAYS]
    members = dict.fromkeys([*(place for name in want.fields for place in PLACES.get(name, ())), *what])
    ends = [place.split("/")[-1] for place in members]
    claims = [
        # A school has a name, and so has an achievement; an id stands once (section 6.3).
        ClaimsQuery((_SUBJECT, *place.split("/")), end if ends.count(end) == 1 else place.replace("/", "-"))
        for place, end in zip(members, ends, strict=True)
    ]
    if {"result", "score"} & set(want.fields):
        claims.append(ClaimsQuery(RESULT_PATH, "result"))
    kind = None if want.kind is None else achievement_type_of(want.kind)
    if kind is not None:
        claims.append(ClaimsQuery((_SUBJECT, "achievement", "achievementType"), "type", (kind,)))
    names = [each.id for each in claims if each.id is not None]
    sets = _sets(names)
    return CredentialQuery(
        id="diploma" if number == 1 else f"diploma-{number}",
        format=Format.LDP_VC.value,
        types=(frozenset({_BADGE}),),
        claims=tuple(claims if sets else [replace(each, id=None) for each in claims]) or None,
        claim_sets=sets,
        multiple=want.everything or want.at_least > 1 or (want.at_most or 1) > 1,
    )


def _sets(names: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Everything that is asked for, and what will do where some of it is not there; () where all must be.

    A wallet takes the first that it can give (section 6.4.1).
    """
    optional = [name for name in names if name in _OPTIONAL]
    if not optional:
        return ()
    missing = chain.from_iterable(combinations(optional, number) for number in range(len(optional) + 1))
    sets = [tuple(name for name in names if name not in without) for without in missing]
    # A set names something (section 6.1): of what is all optional one at least must be there.
    sets = [each for each in sets if each]
    return (*sets[: limits.DCQL_SETS - 1], sets[-1]) if len(sets) > limits.DCQL_SETS else tuple(sets)
