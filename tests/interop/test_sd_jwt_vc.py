"""SD-JWT VC and JWTs in answers of OpenID4VP, beside @sd-jwt/sd-jwt-vc and jose, both ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.peers.cast import SIGNERS, Signer
from bench.peers.workers import Worker
from tests.interop.test_jose import ALGORITHMS, every_algorithm, jwk
from tests.interop.test_open_badges import CHILD, Site, site  # noqa: F401 (a fixture)
from tests.interop.test_open_badges import NOW as TODAY
from tests.interop.test_openid import answer
from tests.interop.world import CREATED, NOW, ask
from tests.openid import CLIENT, NONCE, parameters, query, url
from tests.unit.issuer.kits import PUPIL
from vcwallet import strict_json
from vcwallet.bundle.openid4vp import Invitation
from vcwallet.bundle.request import Request
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.proofs.jose import sd_jwt
from vcwallet.proofs.jose.jws import Jws
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.report import ShowingOutcome, Tie
from vcwallet.sealed_file import UNSAFE_FOR_TESTS as CHEAP
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier
from vcwallet.wallet import Profile, Wallet

pytestmark = pytest.mark.slow

KIND = "https://school0.example/types/pupil"
SECRET = b"\x11" * 32
HOLDER = SoftwareKey(KeyType.ED25519, SECRET)
CLAIMS: dict[str, Any] = {
    "vct": KIND,
    "iat": int(CREATED.timestamp()),
    "cnf": {"jwk": dict(HOLDER.public_key.to_jwk())},
    "family_name": "Тестова",
    "given_name": "Проба",
    "address": {"locality": "Вымышлен", "street": "Небывалая"},
    "groups": ["кружок А", "кружок Б"],
}
HIDDEN: list[sd_jwt.Path] = [
    ("family_name",),
    ("given_name",),
    ("address", "locality"),
    ("address", "street"),
    ("groups", 0),
    ("groups", 1),
]
# The same set as @sd-jwt/core says it.
FRAME = {
    "_sd": ["family_name", "given_name"],
    "address": {"_sd": ["locality", "street"]},
    "groups": {"_sd": [0, 1]},
}
ASKED = [["family_name"], ["address", "locality"], ["groups", 1]]
READ = {"family_name": "Тестова", "address": {"locality": "Вымышлен"}, "groups": ["кружок Б"]}


def issued(jose: Worker, signer: Signer, algorithm: str, by: str) -> str:
    claims = {**CLAIMS, "iss": signer.did}
    header = {"alg": algorithm, "typ": "dc+sd-jwt", "kid": signer.method}
    if by == "we":
        return sd_jwt.issue(claims, hide=HIDDEN, header={**header}, key=signer.key)
    text = strict_json.dumps(claims)
    return str(
        ask(jose, "issue-sd-jwt-vc", text=text, header=header, jwk=jwk(signer, secret=True), frame=FRAME)
    )


def read_of(claims: dict[str, Any]) -> dict[str, Any]:
    return {name: claims[name] for name in claims.keys() - {"vct", "iat", "cnf", "iss"}}


def changed(token: str) -> str:
    """The same answer over a token in which one more part is shown than its holder signed."""
    jwt, *parts = token.split("~")
    return "~".join([jwt, *parts[:-2], parts[-1]])


@every_algorithm
@pytest.mark.parametrize("issuer", ["we", "they"])
def test_our_wallet_answers_and_they_verify(
    jose: Worker, tmp_path: Path, algorithm: str, issuer: str
) -> None:
    signer = SIGNERS["issuer", ALGORITHMS[algorithm]]
    made = Wallet.create(tmp_path / "a.vcw", "никакой пароль вымысла 7", kdf=CHEAP)
    child = made.add_child(Profile("Тестова", "Проба"), now=NOW)
    child.adopt_key(HOLDER)
    (result,) = made.add_files([("карта.txt", issued(jose, signer, algorithm, issuer).encode())], now=NOW)
    assert result.what == "kept", result
    card = {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": [KIND]}}
    asked = parameters({**card, "claims": [{"path": path} for path in ASKED]})
    request = Invitation.read(url(asked)).unsigned()
    drafts = made.prepare_openid(child, request, purpose="П", expires=NOW.replace(hour=23), now=NOW)
    token, _ = made.sign_openid(drafts, now=NOW)
    ((text,),) = json.loads(strict_json.dumps(token)).values()
    public = {"algorithm": algorithm, "jwk": jwk(signer, secret=False)}
    theirs = json.loads(ask(jose, "verify-sd-jwt-vc", text=text, nonce=NONCE, audience=CLIENT, **public))
    assert read_of(theirs) == READ
    for wrong in (
        {"text": changed(text)},
        {"nonce": "other"},
        {"audience": "redirect_uri:https://a.example"},
    ):
        with pytest.raises(RuntimeError):
            ask(
                jose,
                "verify-sd-jwt-vc",
                **{"text": text, "nonce": NONCE, "audience": CLIENT, **public, **wrong},
            )


@every_algorithm
@pytest.mark.parametrize("issuer", ["we", "they"])
def test_their_wallet_answers_and_our_office_reads(jose: Worker, algorithm: str, issuer: str) -> None:
    signer = SIGNERS["issuer", ALGORITHMS[algorithm]]
    shown = {"family_name": True, "address": {"locality": True}, "groups": {"1": True}}
    text = ask(
        jose,
        "answer-sd-jwt-vc",
        text=issued(jose, signer, algorithm, issuer),
        algorithm="EdDSA",
        jwk={**HOLDER.public_key.to_jwk(), "d": base64url_encode(SECRET)},
        shown=shown,
        claims={"iat": int(NOW.timestamp()), "aud": CLIENT, "nonce": NONCE},
    )
    trust = TrustList.start(now=NOW).with_issuer(
        did.resolve(signer.did),
        name={"ru": "Школа № 0"},
        scopes=[ANYTHING],
        fingerprints=NOT_COMPARED,
        now=NOW,
    )
    asking = Request(CLIENT, "П", NOW, challenge=NONCE)
    for given, outcome in ((text, ShowingOutcome.VALID), (changed(text), ShowingOutcome.REFUSED)):
        (report,) = Verifier(trust).check_all([given.encode()], request=asking, now=NOW).reports
        assert report.showing.outcome is outcome, report.showing
    assert read_of(dict(SdJwtVc.read(text).claims)) == READ
    (report,) = Verifier(trust).check_all([text.encode()], request=asking, now=NOW).reports
    (item,) = report.items
    assert (item.code, item.tie, item.person.family) == ("item.kind", Tie.KEY, "Тестова")


@pytest.mark.parametrize("wrong", [{}, {"nonce": "other"}, {"audience": "redirect_uri:https://a.example/"}])
def test_the_jwt_form_is_shown_as_a_jwt_and_jose_takes_it(
    jose: Worker,
    site: Site,  # noqa: F811
    tmp_path: Path,
    wrong: dict[str, str],
) -> None:
    """`jwt_vc_json`: by the issuer's published key, and the key that the diploma was issued to."""
    published = site.documents["https://olymp.example/.well-known/did.json"]
    made = Wallet.create(tmp_path / "a.vcw", "никакой пароль вымысла 7", kdf=CHEAP)
    made.issuers.remember(ControlledIdentifierDocument.parse(published), now=TODAY)
    child = made.add_child(Profile(PUPIL[1], PUPIL[0], PUPIL[2]), now=TODAY)
    child.adopt_key(CHILD)
    (added,) = made.add_files([("диплом.jwt", site.token.encode())], child=child, now=TODAY)
    assert added.what == "added", added
    given = answer((made, child), url(parameters(query(format="jwt_vc_json"))))
    (text,) = given["vp_token"]["diploma"]
    kid = Jws.read(site.token).header["kid"]
    issuer = next(one["publicKeyJwk"] for one in published["verificationMethod"] if one["id"] == kid)
    request = {
        "text": text,
        "audience": CLIENT,
        "nonce": NONCE,
        "holder": dict(CHILD.public_key.to_jwk()),
        "issuer": issuer,
        "at": TODAY.isoformat(),
        **wrong,
    }
    if wrong:
        with pytest.raises(RuntimeError):
            ask(jose, "verify-jwt-presentation", **request)
        return
    payload = json.loads(ask(jose, "verify-jwt-presentation", **request))
    assert payload["credentialSubject"]["familyName"] == PUPIL[0]
