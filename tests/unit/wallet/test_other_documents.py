"""A document of another kind (SD-JWT VC): kept, asked for by its kind, shown by its holder, read as such."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.openid import CLIENT, NONCE, parameters, url
from tests.unit.wallet.shared import NOW, Cli, Issuer, reopen
from vcwallet import strict_json
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.bundle.request import Request
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey
from vcwallet.proofs.jose import jws, sd_jwt
from vcwallet.proofs.jose.sd_jwt import Path as ClaimPath
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.report import Check, Outcome, Report, Result, ShowingOutcome, Tie
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier
from vcwallet.wallet import Child, Wallet

AT = ("--now", "2026-06-20T09:00:00Z")
KIND = "https://school0.example/types/pupil"
CLAIMS: dict[str, Any] = {
    "vct": KIND,
    "family_name": "Тестова",
    "given_name": "Проба",
    "birthdate": "2010-05-17",
    "address": {"locality": "Вымышлен", "street": "Небывалая"},
    "groups": ["кружок А", "кружок Б"],
}
HIDDEN: list[ClaimPath] = [
    ("family_name",),
    ("given_name",),
    ("birthdate",),
    ("address", "locality"),
    ("address", "street"),
    ("groups", 0),
    ("groups", 1),
]


def token(issuer: Issuer, holder: PublicKey | None, *, typ: str = "dc+sd-jwt", **changes: Any) -> str:
    claims = {"iss": issuer.id, "iat": int(NOW.timestamp()), **CLAIMS, **changes}
    if holder is not None:
        claims["cnf"] = {"jwk": holder.to_jwk()}
    claims = {name: value for name, value in claims.items() if value is not ...}
    return sd_jwt.issue(claims, hide=HIDDEN, header={"typ": typ, "kid": issuer.method}, key=issuer.key)


def add(made: Wallet, text: str, name: str = "карта.txt") -> Any:
    (result,) = made.add_files([(name, text.encode())], now=NOW)
    return result


def asked(*claims: Any, metadata: dict[str, Any] | None = None, **more: Any) -> OpenidRequest:
    query: dict[str, Any] = {"id": "card", "format": "dc+sd-jwt", "meta": {"vct_values": [KIND]}, **more}
    if claims:
        query["claims"] = [each if isinstance(each, dict) else {"path": each} for each in claims]
    client = None if metadata is None else {"vp_formats_supported": {"dc+sd-jwt": metadata}}
    return Invitation.read(url(parameters(query, client_metadata=client))).unsigned()


def answered(family: tuple[Wallet, Child], request: OpenidRequest) -> SdJwt:
    made, child = family
    prepared = made.prepare_openid(child, request, purpose="П", expires=NOW.replace(hour=10), now=NOW)
    vp_token, line = made.sign_openid(prepared, now=NOW)
    assert line.showing is not None
    (told,) = line.showing.shown
    assert told.claims == tuple(dict.fromkeys(name for name, _ in prepared.others[0].shown.read))
    (text,) = json.loads(strict_json.dumps(vp_token))["card"]
    return SdJwt.read(text)


def judged(issuer: Issuer, text: str, **options: Any) -> Report:
    trust = TrustList.start(now=NOW).with_issuer(
        issuer.document, name={"ru": issuer.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    asking = replace(Request(CLIENT, "Поступление", NOW, challenge=NONCE), **options)
    (report,) = Verifier(trust).check_all([text.encode()], now=NOW, request=asking).reports
    return report


@pytest.mark.parametrize("typ", ["dc+sd-jwt", "vc+sd-jwt"])
def test_it_is_kept_for_the_child_whose_key_it_names_listed_and_given_back(
    family: tuple[Wallet, Child], issuer: Issuer, cli: Cli, tmp_path: Path, typ: str, capsys: Any
) -> None:
    _, child = family
    text = token(issuer, child.key.public_key, typ=typ)
    (tmp_path / "карта.txt").write_text(text + "\n", "utf-8")
    assert cli("add", tmp_path / "семья.vcw", tmp_path / "карта.txt", *AT) == 0
    assert "карта.sd-jwt" in capsys.readouterr().out
    assert cli("add", tmp_path / "семья.vcw", tmp_path / "карта.txt", *AT) == 0
    assert cli("list", tmp_path / "семья.vcw", *AT) == 0
    assert "of another kind" in capsys.readouterr().out
    assert cli("show", tmp_path / "семья.vcw", "1", *AT) == 0
    told = capsys.readouterr().out
    assert all(value in told for value in ("OpenID4VP", KIND, "Тестова", "address.locality"))
    (kept,) = reopen(tmp_path / "семья.vcw").children[0].attachments()
    assert kept.data.decode() == text


@pytest.mark.parametrize(
    ("claims", "read"),
    [
        ((), {}),
        ((["family_name"],), {"family_name": "Тестова"}),
        ((["address", "locality"],), {"address": {"locality": "Вымышлен"}}),
        ((["address"],), {"address": CLAIMS["address"]}),
        ((["groups", 1],), {"groups": ["кружок Б"]}),
        ((["groups", None],), {"groups": CLAIMS["groups"]}),
        (({"path": ["birthdate"], "values": ["2010-05-17"]},), {"birthdate": "2010-05-17"}),
    ],
)
def test_only_the_claims_that_were_asked_for_are_read(
    family: tuple[Wallet, Child], issuer: Issuer, claims: tuple[Any, ...], read: dict[str, Any]
) -> None:
    """OpenID4VP 1.0, sections 6.4.1 and 7: names, positions and "every"; silence asks for the least."""
    add(family[0], token(issuer, family[1].key.public_key))
    shown = answered(family, asked(*claims))
    hidden = {name: shown.payload.get(name) for name in CLAIMS if name != "vct"}
    nothing: dict[str, Any] = {**dict.fromkeys(hidden), "address": {}, "groups": []}
    assert hidden == {**nothing, **read}
    assert shown.key_binding is not None


def test_an_office_reads_it_as_what_it_is_and_sees_whose_it_is(
    family: tuple[Wallet, Child], issuer: Issuer
) -> None:
    add(family[0], token(issuer, family[1].key.public_key))
    shown = answered(family, asked(["family_name"], ["given_name"], ["birthdate"]))
    report = judged(issuer, shown.text)
    (item,) = report.items
    assert (report.outcome, report.showing.outcome) == (Outcome.UNKNOWN, ShowingOutcome.VALID)
    assert (item.code, item.tie, item.proven) == ("item.kind", Tie.KEY, True)
    assert (item.person.family, item.achievement.name, item.issuer.id) == ("Тестова", KIND, issuer.id)
    told = {each.reason for each in item.findings if each.result is Result.PASSED}
    assert {"issuer.listed", "key.issuers-own", "proof.holds", "holder.same"} <= told


def test_nothing_of_it_holds_for_anybody_else(family: tuple[Wallet, Child], issuer: Issuer) -> None:
    """Another recipient, another question, another's key, another's signature, an issuer nobody listed."""
    add(family[0], token(issuer, family[1].key.public_key))
    shown = answered(family, asked(["family_name"]))
    for other in ({"domain": "redirect_uri:https://vuz.example/r"}, {"challenge": "other"}):
        assert judged(issuer, shown.text, **other).showing.outcome is ShowingOutcome.REFUSED
    thief = SoftwareKey.generate(KeyType.ED25519)
    stolen = sd_jwt.bind(shown, key=thief, audience=CLIENT, nonce=NONCE, issued=NOW)
    assert judged(issuer, stolen).showing.outcome is ShowingOutcome.REFUSED
    alone = judged(issuer, shown.bound_text)
    assert alone.showing.outcome is ShowingOutcome.NONE
    forged = token(Issuer(name="Чужая школа"), family[1].key.public_key, iss=issuer.id)
    (item,) = judged(issuer, forged).items
    assert any(each.result is Result.FAILED for each in item.findings if each.check is Check.PROOF)
    stranger = Issuer(name="Чужая школа", id="did:web:other.example")
    (item,) = judged(issuer, token(stranger, family[1].key.public_key)).items
    assert "issuer.not-listed" in {each.reason for each in item.findings}
    assert not item.proven


def test_one_that_only_a_certificate_signs_for_is_kept_and_not_called_a_forgery(
    family: tuple[Wallet, Child], issuer: Issuer
) -> None:
    """`iss` is optional beside `x5c` ("Registered JWT Claims" of the draft); chains are not looked at."""
    text = token(issuer, family[1].key.public_key, iss=...)
    assert add(family[0], text).what == "kept"
    report = judged(issuer, text)
    assert report.outcome is Outcome.UNKNOWN
    (item,) = report.items
    assert (item.code, item.proven) == ("item.kind", False)
    assert not any(each.result is Result.FAILED for each in item.findings)


def test_a_changed_one_is_not_kept_and_one_of_nobodys_key_is_asked_about(
    family: tuple[Wallet, Child], issuer: Issuer
) -> None:
    made, child = family
    forged = add(made, token(Issuer(name="Чужая школа"), child.key.public_key, iss=issuer.id))
    assert forged.what == "failed"
    for holder in (None, SoftwareKey.generate(KeyType.P256).public_key):
        result = add(made, token(issuer, holder))
        assert (result.what, result.error.code) == ("not-a-diploma", "foreign.no-holder")
        assert result.is_document_of_nobody
    assert child.attachments() == ()


def test_what_cannot_be_answered_is_not(family: tuple[Wallet, Child], issuer: Issuer) -> None:
    """Another kind, a claim or a value it has not, an algorithm the recipient cannot check, its end."""
    made, child = family
    add(made, token(issuer, child.key.public_key))
    add(made, token(issuer, child.key.public_key, vct=KIND + "/old", exp=int(NOW.timestamp()) - 1), "б.txt")
    for request in (
        asked(meta={"vct_values": ["https://other.example/kind"]}),
        asked(meta={"vct_values": [KIND + "/old"]}),
        asked(["email"]),
        asked(["family_name", 0]),
        asked({"path": ["family_name"], "values": ["Иная"]}),
        asked(metadata={"kb-jwt_alg_values": ["ES256"]}),
        asked(metadata={"sd-jwt_alg_values": ["ES512"]}),
        asked(trusted_authorities=[{"type": "aki", "values": ["a"]}]),
    ):
        with pytest.raises(UsageError) as caught:
            made.prepare_openid(child, request, purpose="П", expires=NOW.replace(hour=10), now=NOW)
        assert caught.value.code == "wallet.openid-not-enough"
    with pytest.raises(VcwalletError) as refused:
        asked(meta={})
    assert refused.value.code == "dcql.malformed"


def test_the_holder_signs_under_the_name_of_the_algorithm_that_is_known(
    family: tuple[Wallet, Child], issuer: Issuer
) -> None:
    add(family[0], token(issuer, family[1].key.public_key))
    for metadata, name in (({}, "EdDSA"), ({"kb-jwt_alg_values": ["Ed25519"]}, "Ed25519")):
        shown = answered(family, asked(["family_name"], metadata=metadata))
        assert jws.Jws.read(shown.key_binding or "").algorithm == name
        assert judged(issuer, shown.text).showing.outcome is ShowingOutcome.VALID


def test_without_the_holders_answer_it_goes_alone_and_that_is_told(
    family: tuple[Wallet, Child], issuer: Issuer
) -> None:
    add(family[0], token(issuer, family[1].key.public_key))
    shown = answered(family, asked(["family_name"], require_cryptographic_holder_binding=False))
    assert shown.key_binding is None


def test_a_key_named_by_its_did_is_the_childs_too(family: tuple[Wallet, Child], issuer: Issuer) -> None:
    made, child = family
    did = child.did
    named = {"kid": did_key.verification_method_of(did)}
    add(made, token(issuer, None, cnf=named))
    assert judged(issuer, answered(family, asked(["family_name"])).text).items[0].tie is Tie.KEY


def test_a_file_with_the_answer_is_checked_with_the_question(
    family: tuple[Wallet, Child], issuer: Issuer, cli: Cli, tmp_path: Path, capsys: Any
) -> None:
    """The family's command shows what will be read, and what an office gets is the `vp_token`."""
    made, child = family
    add(made, token(issuer, child.key.public_key))
    made.save()
    (tmp_path / "вопрос.txt").write_text(
        url(
            parameters(
                {
                    "id": "card",
                    "format": "dc+sd-jwt",
                    "meta": {"vct_values": [KIND]},
                    "claims": [{"path": ["family_name"]}],
                }
            )
        ),
        "utf-8",
    )
    status = cli(
        *("present", tmp_path / "семья.vcw", "--request", tmp_path / "вопрос.txt", "--yes"),
        *("--out", tmp_path / "ответ.json", *AT),
    )
    said = capsys.readouterr().out
    assert status == 0
    assert "Тестова" in said
    assert KIND in said
    assert cli("history", "show", tmp_path / "семья.vcw", "1") == 0
    assert KIND in capsys.readouterr().out
    answer = json.loads((tmp_path / "ответ.json").read_text("utf-8"))
    (text,) = answer["vp_token"]["card"]
    assert judged(issuer, text).showing.outcome is ShowingOutcome.VALID
