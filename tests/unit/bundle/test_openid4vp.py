"""A request of OpenID4VP is read as section 5 has it, and refused wherever an answer could go astray."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.openid import CLIENT, HOST, NONCE, RESPONSE_URI, Certificates, parameters, query, signed, url
from tests.unit.proofs_jose.world import JOSE_KEYS, SCHOOL, STRANGER, key_of
from vcwallet import limits
from vcwallet.bundle.dcql import Query
from vcwallet.bundle.openid4vp import AnswerMode, Invitation, OpenidRequest
from vcwallet.bundle.who_asks import Client, Proven
from vcwallet.errors import VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument, VerificationMethod
from vcwallet.identifiers.did import jwk as did_jwk
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.locales import language
from vcwallet.proofs.jose import jwe
from vcwallet.speaking.openid_requests import proof_sentence

NOW = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)
KEY = SoftwareKey(KeyType.ED25519, bytes(range(32)))
OTHER = SoftwareKey(KeyType.ED25519, bytes(range(1, 33)))
WEB = f"did:web:{HOST}"
FOLDER = f"{WEB}:users:somebody"
SITES = {
    name: ControlledIdentifierDocument(
        id=name,
        verification_methods=(VerificationMethod(f"{name}#k", name, KEY.public_key),),
        relationships={"assertionMethod": (f"{name}#k",)},
    )
    for name in (WEB, FOLDER)
}


def read(given: dict[str, Any]) -> OpenidRequest:
    return Invitation.read(url(given)).unsigned()


def refusal(given: dict[str, Any] | str) -> str:
    with pytest.raises(VcwalletError) as caught:
        Invitation.read(given if isinstance(given, str) else url(given)).unsigned()
    return caught.value.code


def resolve(identifier: str) -> ControlledIdentifierDocument:
    return SITES[identifier] if identifier in SITES else did.resolve(identifier)


def opened(client: str, token: str, **more: Any) -> OpenidRequest:
    invitation = Invitation.read(url({"client_id": client, "request_uri": f"https://{HOST}/r/1"}))
    given: dict[str, Any] = {"resolve": resolve, "authorities": (), "now": NOW, **more}
    return invitation.opened(token, **given)


def claims(client: str, **more: Any) -> dict[str, Any]:
    return parameters(client_id=client, response_uri=RESPONSE_URI, **more)


class TestByValue:
    def test_what_is_asked(self) -> None:
        request = read(parameters(query(["credentialSubject", "familyName"])))
        assert (request.client.id, request.nonce, request.state) == (CLIENT, NONCE, "s-1")
        assert request.proven is Proven.NOTHING
        assert request.response_uri.url == RESPONSE_URI
        assert request.answer_form({"diploma": []}) == {"vp_token": '{"diploma":[]}', "state": "s-1"}

    def test_it_is_written_as_it_is_read(self) -> None:
        secret = jwe.new_key()
        key = {**secret, "kid": "7", "alg": "ECDH-ES", "use": "enc"}
        del key["d"]
        given = parameters(
            query(["credentialSubject", "result", None, "value"], multiple=True),
            response_mode="direct_post.jwt",
            client_metadata={
                "vp_formats_supported": {"ldp_vc": {"cryptosuite_values": ["eddsa-rdfc-2022"]}},
                "jwks": {"keys": [{"kty": "OKP", "crv": "X25519", "alg": "ECDH-ES", "x": "a"}, key]},
                "encrypted_response_enc_values_supported": ["A256GCM"],
            },
        )
        request = read(given)
        assert read_again(request) == request
        text = request.answer_form({"diploma": ["x"]})["response"]
        assert jwe.header_of(text)["enc"] == "A256GCM"
        assert jwe.header_of(text)["kid"] == "7"
        assert json.loads(jwe.decrypt(text, secret)) == {"state": "s-1", "vp_token": {"diploma": ["x"]}}
        with pytest.raises(VcwalletError, match=r"cannot be opened"):
            jwe.decrypt(text, jwe.new_key())

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"transaction_data": ["e30"]}, "openid.transaction-data"),
            ({"response_mode": "fragment"}, "openid.answer-mode"),
            ({"response_mode": None}, "openid.answer-mode"),
            ({"response_type": "vp_token id_token"}, "openid.malformed"),
            ({"redirect_uri": RESPONSE_URI}, "openid.malformed"),
            ({"nonce": None}, "openid.malformed"),
            ({"nonce": "a b"}, "openid.malformed"),
            ({"state": "ы"}, "openid.malformed"),
            ({"dcql_query": None}, "openid.malformed"),
            ({"scope": "badges"}, "openid.malformed"),
            ({"request_uri_method": "post"}, "openid.malformed"),
            ({"response_mode": "direct_post.jwt"}, "openid.no-key"),
            ({"response_uri": "https://vuz.example/other"}, "openid.other-host"),
            ({"response_uri": f"https://{HOST}/other"}, "openid.other-host"),
            ({"client_id": "origin:https://priem.vuz.example"}, "openid.client-prefix"),
            ({"client_id": "verifier_attestation:x"}, "openid.client-prefix"),
            ({"client_id": "priem", "response_uri": RESPONSE_URI}, "openid.client-unknown"),
            ({"client_id": f"x509_san_dns:{HOST}", "response_uri": RESPONSE_URI}, "openid.unsigned"),
            ({"client_id": "redirect_uri:http://priem.vuz.example/r"}, "web-address.refused"),
            ({"client_id": "redirect_uri:https://10.0.0.1/r"}, "web-address.refused"),
            ({"client_id": "redirect_uri:https://a@priem.vuz.example/r"}, "web-address.refused"),
            ({"client_id": "redirect_uri:https://priem.vuz.example/../r"}, "web-address.refused"),
            ({"client_id": "redirect_uri:https://priem.vuz.example:22/r"}, "web-address.refused"),
        ],
    )
    def test_what_is_refused(self, change: dict[str, Any], code: str) -> None:
        assert refusal(parameters(**change)) == code

    def test_a_name_that_nothing_ties_to_where_the_answer_goes_is_refused(self) -> None:
        """A family would sign for an office's own name, and whoever wrote the request would have it."""
        given = parameters(client_id=HOST, response_uri="https://stranger.example/r", nonce="of-the-office")
        assert refusal(given) == "openid.client-unknown"
        given = {"client_id": HOST, "request_uri": "https://stranger.example/r"}
        assert refusal(url(given)) == "openid.client-unknown"

    def test_a_parameter_given_twice_is_refused(self) -> None:
        assert refusal(url(parameters()) + "&nonce=other") == "openid.malformed"

    def test_a_large_request_is_refused_before_it_is_read(self) -> None:
        assert refusal(url(parameters(x="y" * limits.OPENID_REQUEST_BYTES))) == "openid.too-long"


def read_again(request: OpenidRequest) -> OpenidRequest:
    return Invitation.read(request.url()).unsigned()


class TestSigned:
    @pytest.mark.parametrize(
        ("name", "kid", "proven"),
        [
            (WEB, f"{WEB}#k", Proven.SITE),
            (FOLDER, f"{FOLDER}#k", Proven.FOLDER),
            (
                did_key.did_of(KEY.public_key),
                did_key.verification_method_of(did_key.did_of(KEY.public_key)),
                Proven.SAME_KEY,
            ),
            (did_jwk.did_of(KEY.public_key), did_jwk.did_of(KEY.public_key) + "#0", Proven.SAME_KEY),
        ],
    )
    def test_decentralized_identifiers(self, name: str, kid: str, proven: Proven) -> None:
        client = f"decentralized_identifier:{name}"
        request = opened(client, signed(claims(client, iss="nobody"), KEY, kid=kid))
        assert request.proven is proven
        with pytest.raises(VcwalletError) as caught:
            opened(client, signed(claims(client), OTHER, kid=kid))
        assert caught.value.code == "proof.signature"
        with pytest.raises(VcwalletError) as caught:
            opened(client, signed(claims(client), OTHER, kid=f"{did_key.did_of(OTHER.public_key)}#x"))
        assert caught.value.code == "openid.signer"

    def test_certificates(self) -> None:
        office = Certificates(at=NOW)
        digest = base64url_encode(hashlib.sha256(office_der(office)).digest())
        for client in (f"x509_san_dns:{HOST}", f"x509_hash:{digest}"):
            token = signed(claims(client), office.key, x5c=office.x5c)
            assert opened(client, token).proven is Proven.UNKNOWN_AUTHORITY
            assert opened(client, token, authorities=(office.root,)).proven is Proven.CERTIFICATE
            stranger = Certificates(at=NOW)
            assert opened(client, token, authorities=(stranger.root,)).proven is Proven.UNKNOWN_AUTHORITY
            code = code_of(client, signed(claims(client), SoftwareKey.generate(KeyType.P256), x5c=office.x5c))
            assert code == "proof.signature"
        other = f"x509_san_dns:{HOST.replace('priem', 'vhod')}"
        invitation = Invitation.read(url({"client_id": other, "request": "x"}))
        token = signed(parameters(client_id=other, response_uri=RESPONSE_URI), office.key, x5c=office.x5c)
        with pytest.raises(VcwalletError) as caught:
            invitation.opened(token, resolve=resolve, authorities=(office.root,), now=NOW)
        assert caught.value.code == "openid.signer"
        late = {"now": NOW + timedelta(days=60), "authorities": (office.root,)}
        client = f"x509_san_dns:{HOST}"
        assert code_of(client, signed(claims(client), office.key, x5c=office.x5c), **late) == (
            "openid.certificate-time"
        )

    @pytest.mark.parametrize("key_type", JOSE_KEYS)
    def test_a_certificate_of_every_key_that_signs_tokens(self, key_type: KeyType) -> None:
        office = Certificates(at=NOW, key=key_of(SCHOOL, key_type))
        client = f"x509_san_dns:{HOST}"
        token = signed(claims(client), office.key, x5c=office.x5c)
        assert opened(client, token, authorities=(office.root,)).proven is Proven.CERTIFICATE
        other = signed(claims(client), key_of(STRANGER, key_type), x5c=office.x5c)
        assert code_of(client, other) == "proof.signature"

    @pytest.mark.parametrize("believed", [True, False])
    def test_a_digest_of_a_certificate_is_told_as_nobodys_name(self, believed: bool) -> None:
        """Whoever has a certificate for any site may ask under its digest."""
        office = Certificates("stranger.example", at=NOW)
        digest = base64url_encode(hashlib.sha256(office_der(office)).digest())
        token = signed(claims(f"x509_hash:{digest}"), office.key, x5c=office.x5c)
        request = opened(f"x509_hash:{digest}", token, authorities=(office.root,) if believed else ())
        said = proof_sentence(request, language("en"))
        assert digest not in said
        assert f"only where the answer goes: {HOST}" in said

    @pytest.mark.parametrize(
        ("known", "other"),
        [
            pytest.param("06072a8648ce3d0201", "06072a850307010101", id="a key of GOST"),
            pytest.param("06082a8648ce3d030107", "06082a8648ce3d030177", id="a curve that is not known"),
            pytest.param(f"82{len(HOST):02x}", f"a3{len(HOST):02x}", id="a name of another kind"),
            pytest.param("a003020102", "a003020119", id="a version that does not exist"),
        ],
    )
    def test_a_certificate_that_the_library_does_not_know(self, known: str, other: str) -> None:
        """Each is an exception of its own there; all are one refusal here."""
        office = Certificates(at=NOW)
        der = office_der(office)
        assert bytes.fromhex(known) in der
        strange = der.replace(bytes.fromhex(known), bytes.fromhex(other))
        digest = base64url_encode(hashlib.sha256(strange).digest())
        for client in (f"x509_san_dns:{HOST}", f"x509_hash:{digest}"):
            token = signed(claims(client), office.key, x5c=[base64.b64encode(strange).decode()])
            assert code_of(client, token, authorities=(office.root,)) == "openid.certificate"

    @pytest.mark.parametrize("client", [CLIENT, "decentralized_identifier:" + WEB, f"x509_san_dns:{HOST}"])
    def test_which_site_is_asked_before_there_is_something_to_look_at(self, client: str) -> None:
        """A request that is in the link as a whole may still need a key from a site."""
        whole = Invitation.read(url({"client_id": client, "request": "x"})).lies_at
        has_key = client.startswith("decentralized")
        assert (None if whole is None else whole.url) == (
            f"https://{HOST}/.well-known/did.json" if has_key else None
        )
        there = Invitation.read(url({"client_id": client, "request_uri": f"https://{HOST}/r"})).lies_at
        assert there is not None
        assert there.url == f"https://{HOST}/r"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"client_id": f"decentralized_identifier:did:web:{HOST}:other"}, "openid.other-client"),
            ({"aud": "https://other-wallet.example"}, "openid.other-audience"),
            ({"exp": int(NOW.timestamp())}, "openid.expired"),
            ({"nbf": int(NOW.timestamp()) + 3600}, "openid.not-yet"),
            ({"exp": "soon"}, "openid.malformed"),
            ({"response_uri": "https://vuz.example/r"}, "openid.other-host"),
            ({"wallet_nonce": "older"}, "openid.wallet-nonce"),
            ({"transaction_data": ["e30"]}, "openid.transaction-data"),
        ],
    )
    def test_what_is_refused(self, change: dict[str, Any], code: str) -> None:
        client = f"decentralized_identifier:{WEB}"
        token = signed({**claims(client), "wallet_nonce": "n", **change}, KEY, kid=f"{WEB}#k")
        assert code_of(client, token, wallet_nonce="n") == code

    def test_a_token_for_another_use_is_refused(self) -> None:
        client = f"decentralized_identifier:{WEB}"
        token = signed(claims(client), KEY, kid=f"{WEB}#k", typ="JWT")
        assert code_of(client, token) == "openid.object-type"

    def test_a_signature_under_a_name_without_a_key_is_refused(self) -> None:
        token = signed(claims(CLIENT), KEY, kid=f"{WEB}#k")
        assert code_of(CLIENT, token) == "openid.signed-by-nobody"

    def test_a_request_that_lies_at_another_site_is_refused_before_it_is_asked_for(self) -> None:
        for where in ("https://vuz.example/r", "https://127.0.0.1/r"):
            with pytest.raises(VcwalletError) as caught:
                Invitation.read(url({"client_id": f"x509_san_dns:{HOST}", "request_uri": where}))
            assert caught.value.code == "openid.other-host"


def code_of(client: str, token: str, **more: Any) -> str:
    with pytest.raises(VcwalletError) as caught:
        opened(client, token, **more)
    return caught.value.code


def office_der(office: Certificates) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return office.leaf.public_bytes(Encoding.DER)


def test_modes_and_prefixes_are_the_specifications() -> None:
    assert [each.value for each in AnswerMode] == ["direct_post", "direct_post.jwt"]
    assert Client.parse("x509_hash:a").name == "a"


@pytest.mark.parametrize("change", [{"x": None}, {"x": 5}, {"x": "A" * 43}, {"x": "ы"}, {"y": ["A"]}])
def test_a_key_that_nothing_can_be_encrypted_to_is_noticed_at_once(change: dict[str, Any]) -> None:
    """Before the wallet is searched, and anything is signed and written down as shown."""
    good = {name: value for name, value in jwe.new_key().items() if name != "d"}
    bad = {name: value for name, value in {**good, **change}.items() if value is not None}
    codes = []
    for keys in ([bad], [bad, good]):
        listed = [{**each, "alg": "ECDH-ES"} for each in keys]
        asked = parameters(response_mode="direct_post.jwt", client_metadata={"jwks": {"keys": listed}})
        try:
            request = read(asked)
        except VcwalletError as error:
            codes.append(error.code)
        else:
            assert request.encryption is not None
            codes.append(str(request.encryption.key["x"]))
    assert codes == ["openid.no-key", good["x"]]


class TestDcql:
    DOCUMENT = {  # noqa: RUF012
        "type": ["A"],
        "subject": {"name": "Проба", "n": 1, "yes": True, "list": [{"v": 1}, {"v": 2}, {"w": 3}]},
    }

    @pytest.mark.parametrize(
        ("path", "values", "places"),
        [
            (["subject", "name"], None, ("/subject/name",)),
            (["subject", "list", None, "v"], None, ("/subject/list/0/v", "/subject/list/1/v")),
            (["subject", "list", 1], None, ("/subject/list/1",)),
            (["subject", "list", 9], None, None),
            (["subject", "name", "x"], None, None),
            (["subject", None], None, None),
            (["subject", "list", "v"], None, None),
            (["subject", "n"], [1], ("/subject/n",)),
            (["subject", "n"], [True], None),
            (["subject", "n"], ["1"], None),
            (["subject", "yes"], [1], None),
            (["subject", "list", None, "v"], [2], ("/subject/list/1/v",)),
        ],
    )
    def test_paths(self, path: list[Any], values: list[Any] | None, places: Any) -> None:
        claim = {"path": path} if values is None else {"path": path, "values": values}
        (asked,) = Query.parse({"credentials": [query(claim)]}).credentials
        assert asked.select(self.DOCUMENT) == places

    def test_claim_sets_are_taken_in_their_order(self) -> None:
        named = [
            {"id": "a", "path": ["gone"]},
            {"id": "b", "path": ["type"]},
            {"id": "c", "path": ["subject", "n"]},
        ]
        given = query(*named, claim_sets=[["a", "c"], ["b", "c"], ["b"]])
        (asked,) = Query.parse({"credentials": [given]}).credentials
        assert asked.select(self.DOCUMENT) == ("/type", "/subject/n")
        assert Query.parse(Query.parse({"credentials": [given]}).to_json()) == Query.parse(
            {"credentials": [given]}
        )

    def test_sets_of_credentials(self) -> None:
        credentials = [{**query(), "id": name} for name in ("a", "b", "c")]
        sets = [{"options": [["a", "b"], ["c"]]}, {"options": [["b"]], "required": False}]
        asked = Query.parse({"credentials": credentials, "credential_sets": sets})
        assert asked.answered_by({"a", "b", "c"}) == ("a", "b")
        assert asked.answered_by({"a", "c"}) == ("c",)
        assert asked.answered_by({"a"}) is None
        everything = Query.parse({"credentials": credentials})
        assert everything.answered_by({"a", "b"}) is None

    @pytest.mark.parametrize(
        "bomb",
        [
            {"credentials": []},
            {"credentials": [{**query(), "id": f"q{n}"} for n in range(limits.DCQL_CREDENTIALS + 1)]},
            {"credentials": [query(), query()]},
            {"credentials": [query(*([["a"]] * (limits.DCQL_CLAIMS + 1)))]},
            {"credentials": [query(["a"] * (limits.DCQL_PATH + 1))]},
            {"credentials": [query({"path": ["a"], "values": list(range(limits.DCQL_VALUES + 1))})]},
            {"credentials": [query({"path": ["a"], "values": [1.5]})]},
            {"credentials": [query({"path": [-1]})]},
            {"credentials": [query({"path": [True]})]},
            {"credentials": [query(claim_sets=[["a"]])]},
            {"credentials": [query(meta={"type_values": [["t"]] * (limits.DCQL_ALTERNATIVES + 1)})]},
            {"credentials": [query(id="пункт")]},
            {"credentials": [query(multiple="yes")]},
            {"credentials": [query()], "credential_sets": [{"options": [["gone"]]}]},
            {
                "credentials": [query()],
                "credential_sets": [{"options": [["diploma"]]}] * (limits.DCQL_SETS + 1),
            },
        ],
    )
    def test_bombs(self, bomb: dict[str, Any]) -> None:
        with pytest.raises(VcwalletError) as caught:
            Query.parse(bomb)
        assert caught.value.code == "dcql.malformed"
