"""The questions of an office in the words of OpenID4VP 1.0, for families with any wallet.

    asked = openid_asking.make(request, response_uri="https://priem.vuz.example/openid4vp", encrypted=True,
                               nonce=..., state=...)
    asked.url                       # for a link or one code
    asked.to_json()                 # to be kept: the answer is checked with it

A request by value needs no server to ask, and nobody proves by it who asks: the answer goes to `response_uri`
and is signed for it. Each has a nonce, a state and, for encrypted answers, a key of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from vcwallet.bundle.dcql import ClaimsQuery, CredentialQuery, CredentialSet, Format, Query
from vcwallet.bundle.openid4vp import AnswerMode, Encryption, OpenidRequest
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.bundle.request import Request, Want
from vcwallet.bundle.who_asks import Client, Prefix, Proven
from vcwallet.credentials.fact_places import PLACES, RESULT_PATH
from vcwallet.credentials.terms import achievement_type_of
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers.web_address import WebAddress
from vcwallet.proofs.jose import jwe

__all__ = ["make", "query_of"]

_BADGE: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
_SUBJECT: Final = "credentialSubject"
_OPTIONAL: Final = ("patronymicName",)
"""Asked for where there is one: not everybody has a patronymic."""


def make(request: Request, *, response_uri: str, encrypted: bool, nonce: str, state: str) -> OpenidAsked:
    """A request of OpenID4VP that asks what `request` asks.

    Raises UsageError (``request.openid-nothing``), and DocumentError (``web-address.refused``).
    """
    client = Client.parse(f"{Prefix.REDIRECT_URI}:{response_uri}")
    key = jwe.new_key() if encrypted else None
    public = None if key is None else {name: value for name, value in key.items() if name != "d"}
    openid = OpenidRequest(
        client=client,
        proven=Proven.NOTHING,
        nonce=nonce,
        state=state,
        mode=AnswerMode.ENCRYPTED_POST if encrypted else AnswerMode.POST,
        response_uri=WebAddress.parse(response_uri),
        query=query_of(request.wants),
        encryption=None if public is None else Encryption(public, "1", jwe.ENCRYPTIONS[0]),
    )
    kept = replace(request, domain=client.id, challenge=nonce)
    return OpenidAsked.parse(OpenidAsked(kept, openid, openid.url(), key).to_json())


def query_of(wants: tuple[Want, ...]) -> Query:
    """What the wants ask, in DCQL.

    The number is lost but for "one" and "all that fit". Of the facts only those are named that can be hidden:
    the others are always read. Raises UsageError (``request.openid-nothing``).
    """
    if not wants or any(not want.fields for want in wants):
        raise UsageError(
            "request.openid-nothing",
            N_("OpenID4VP asks for named fields, and what is not named stays hidden."),
            next_step=N_(
                "Name what you must be able to read, such as the name, the date of birth and the result."
            ),
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
    members = dict.fromkeys(place for name in want.fields for place in PLACES.get(name, ()))
    claims = [ClaimsQuery((_SUBJECT, *place.split("/")), place.split("/")[-1]) for place in members]
    if {"result", "score"} & set(want.fields):
        claims.append(ClaimsQuery(RESULT_PATH, "result"))
    kind = None if want.kind is None else achievement_type_of(want.kind)
    if kind is not None:
        claims.append(ClaimsQuery((_SUBJECT, "achievement", "achievementType"), "type", (kind,)))
    names = [each.id for each in claims if each.id is not None]
    optional = [name for name in names if name in _OPTIONAL]
    sets = [names, [name for name in names if name not in optional]] if optional else []
    return CredentialQuery(
        id="diploma" if number == 1 else f"diploma-{number}",
        format=Format.LDP_VC.value,
        types=(frozenset({_BADGE}),),
        claims=tuple(claims if sets else [replace(each, id=None) for each in claims]) or None,
        claim_sets=tuple(map(tuple, sets)),
        multiple=want.everything or want.at_least > 1 or (want.at_most or 1) > 1,
    )
