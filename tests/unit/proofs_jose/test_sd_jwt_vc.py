"""A ``dc+sd-jwt``: what may not be hidden is not, its issuer signed it, and its holder answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.proofs_jose.world import (
    CHILD,
    ISSUED,
    KNOWN,
    NOW,
    SCHOOL,
    STRANGER,
    Registry,
    fate,
    key_of,
    method_of,
)
from vcwallet.identifiers.keys import KeyType
from vcwallet.proofs.jose import sd_jwt
from vcwallet.proofs.jose.sd_jwt import Path, SdJwt
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc, VerifiedSdJwtVc

UNIVERSITY, NONCE = "https://vuz.example", "вопрос"
CLAIMS: dict[str, Any] = {
    "iss": SCHOOL,
    "iat": int(ISSUED.timestamp()),
    "vct": "https://school0.example/types/award",
    "cnf": {"jwk": key_of(CHILD).public_key.to_jwk()},
    "status": {"status_list": {"idx": 7, "uri": "https://school0.example/status"}},
    "family_name": "Пробник",
    "birthdate": "2010-11-02",
    "results": [{"place": 1}, {"place": 2}],
}
HIDDEN: list[Path] = [("family_name",), ("birthdate",), ("results", 0), ("results", 1)]


def issue(
    changes: dict[str, Any] | None = None,
    *,
    hide: list[Path] = HIDDEN,
    header: dict[str, Any] | None = None,
    signer: str = SCHOOL,
    key_type: KeyType = KeyType.P256,
) -> SdJwt:
    claims = {name: value for name, value in {**CLAIMS, **(changes or {})}.items() if value is not ...}
    whole = {"typ": "dc+sd-jwt", "kid": method_of(SCHOOL, key_type), **(header or {})}
    whole = {name: value for name, value in whole.items() if value is not ...}
    return SdJwt.read(sd_jwt.issue(claims, hide=hide, header=whole, key=key_of(signer, key_type)))


def show(token: SdJwt | None = None, parts: list[Path] | None = None, **options: Any) -> str:
    token = (token or issue()).select([("family_name",)] if parts is None else parts)
    return sd_jwt.bind(
        token, **{"key": key_of(CHILD), "audience": UNIVERSITY, "nonce": NONCE, "issued": NOW, **options}
    )


def verify(text: str, **options: Any) -> VerifiedSdJwtVc:
    return SdJwtVc.read(text).verify(
        **{"resolve": KNOWN, "now": NOW, "domain": UNIVERSITY, "challenge": NONCE, **options}
    )


@pytest.mark.parametrize("key_type", [KeyType.ED25519, KeyType.P256, KeyType.P384, KeyType.P521, KeyType.RSA])
def test_shown_and_believed(key_type: KeyType) -> None:
    found = verify(show(issue(key_type=key_type)))
    assert (found.vct, found.issuer) == (CLAIMS["vct"], SCHOOL)
    assert found.claims["family_name"] == "Пробник"
    assert "birthdate" not in found.claims
    assert found.claims["results"] == []
    assert found.status == CLAIMS["status"]
    assert (found.proof.controller, found.proof.created) == (SCHOOL, ISSUED)
    assert found.holder is not None
    assert (found.holder.domain, found.holder.challenge) == ((UNIVERSITY,), NONCE)


def test_without_an_answer_when_none_is_demanded() -> None:
    token = issue({"cnf": ...}).select([]).text
    assert verify(token, demand_key_binding=False).holder is None
    assert fate(lambda: verify(token)) == "sd-jwt.no-key-binding"


def test_an_answer_that_is_there_must_hold_even_when_none_is_demanded() -> None:
    def undemanded(text: str) -> str:
        return fate(lambda: verify(text, demand_key_binding=False, domain=None, challenge=None))

    assert undemanded(show()) == "accepted"
    assert undemanded(show(key=key_of(STRANGER))) == "proof.signature"


def test_nothing_hidden_is_an_honest_credential() -> None:
    assert verify(show(issue(hide=[]), [])).claims["birthdate"] == "2010-11-02"


def test_the_typ_of_earlier_drafts_is_taken() -> None:
    assert verify(show(issue(header={"typ": "vc+sd-jwt"}))).vct == CLAIMS["vct"]


def test_the_holder_shows_places_of_what_he_reads() -> None:
    """A claim is shown whole, what is around it is opened for it, and the rest stays hidden."""
    claims = {
        "address": {"city": "Вымышлен", "street": "Нет такой"},
        "schools": [{"name": "А"}, {"name": "Б"}],
    }
    hide: list[Path] = [
        ("address",),
        ("address", "city"),
        ("address", "street"),
        ("schools", 0),
        ("schools", 1),
        ("schools", 1, "name"),
    ]
    copy = SdJwtVc.read(issue(claims, hide=hide).text)
    assert copy.showing([("address", "city")]).claims["address"] == {"city": "Вымышлен"}
    assert copy.showing([("address",)]).claims["address"] == claims["address"]
    assert copy.showing([("schools", 1)]).claims["schools"] == [{"name": "Б"}]
    nothing = copy.showing([]).claims
    assert "address" not in nothing
    assert nothing["schools"] == []


def test_a_place_in_a_list_is_counted_among_what_can_be_read() -> None:
    """A copy that lacks the first of three, and a decoy, shift what comes behind them."""
    whole = issue({"marks": ["а", "б", "в"]}, hide=[("marks", 0), ("marks", 1), ("marks", 2)])
    copy = SdJwtVc.read(whole.select([("marks", 1), ("marks", 2)]).text)
    assert copy.claims["marks"] == ["б", "в"]
    assert copy.showing([("marks", 0)]).claims["marks"] == ["б"]
    assert copy.showing([("marks", 1)]).claims["marks"] == ["в"]


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "the answer cut off": (lambda: verify(issue().select([]).text), "sd-jwt.no-key-binding"),
    "to somebody else": (lambda: verify(show(audience="https://other.example")), "proof.domain"),
    "to an old question": (lambda: verify(show(nonce="другой")), "proof.challenge"),
    "by a thief": (lambda: verify(show(key=key_of(STRANGER))), "proof.signature"),
    "old": (lambda: verify(show(issued=NOW - timedelta(days=3))), "sd-jwt.key-binding-old"),
    "typ of a W3C credential": (
        lambda: verify(show(issue({"@context": ["a"]}, header={"typ": "vc+sd-jwt"}))),
        "jws.type",
    ),
    "the earlier typ and no vct": (
        lambda: verify(show(issue({"vct": ...}, header={"typ": "vc+sd-jwt"}))),
        "jws.type",
    ),
    "no typ": (lambda: verify(show(issue(header={"typ": ...}))), "sd-jwt-vc.type"),
    "no vct": (lambda: verify(show(issue({"vct": ...}))), "sd-jwt-vc.type"),
    "vct a number": (lambda: verify(show(issue({"vct": 1}))), "sd-jwt-vc.type"),
    "vct empty": (lambda: verify(show(issue({"vct": ""}))), "sd-jwt-vc.type"),
    "no iss": (lambda: verify(show(issue({"iss": ...}))), "sd-jwt-vc.issuer"),
    **{
        f"{name} in a disclosure": (
            lambda name=name: verify(show(issue({"exp": 1, "nbf": 1}, hide=[(name,)]), [(name,)])),  # type: ignore[misc]
            "sd-jwt-vc.hidden",
        )
        for name in ("iss", "nbf", "exp", "cnf", "vct", "status")
    },
    "a part of status in a disclosure": (
        lambda: verify(
            show(issue(hide=[("status", "status_list")]), [("status", "status_list")]),
        ),
        "sd-jwt-vc.hidden",
    ),
    "expired": (lambda: verify(show(issue({"exp": int(NOW.timestamp())}))), "proof.expired"),
    "not yet": (lambda: verify(show(issue({"nbf": int(NOW.timestamp()) + 9}))), "proof.not-yet"),
    "meant for another": (lambda: verify(show(issue({"aud": "https://other.example"}))), "proof.domain"),
    "signed by a stranger": (lambda: verify(show(issue(signer=STRANGER))), "proof.signature"),
    "by a stranger in his own name": (
        lambda: verify(show(issue(signer=STRANGER, header={"kid": method_of(STRANGER, KeyType.P256)}))),
        "sd-jwt-vc.issuer-key",
    ),
    "with a key of the stranger's own": (
        lambda: verify(
            show(
                issue(
                    signer=STRANGER,
                    header={"kid": ..., "jwk": key_of(STRANGER, KeyType.P256).public_key.to_jwk()},
                )
            )
        ),
        "jose.embedded-key",
    ),
    "by a chain of certificates only": (
        lambda: verify(show(issue({"iss": "https://nobody.example"}, header={"kid": ..., "x5c": ["AA"]}))),
        "test.unknown",
    ),
    "with a key for logging in": (
        lambda: verify(show(), resolve=Registry(SCHOOL, purposes=("authentication",))),
        "key.other-purpose",
    ),
    "a plain JWT": (lambda: verify(issue(hide=[]).text.rstrip("~")), "sd-jwt.malformed"),
}


@pytest.mark.parametrize(("action", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(action: Callable[[], object], code: str) -> None:
    assert fate(action) == code


SHOWN = show()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(SHOWN) - 1), st.sampled_from("~.=_-Aaz09\n\0я{"), st.booleans())
def test_no_change_passes_and_none_raises_another_error(position: int, letter: str, insert: bool) -> None:
    text = SHOWN[:position] + letter + SHOWN[position + (not insert) :]
    if text != SHOWN:
        assert fate(lambda: verify(text)) != "accepted"
