"""A family takes what a site offers by OpenID4VCI: what goes out, what comes in, what is left as it was."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.offers import DIPLOMA, SITE, Site, configuration, link, offer, refusal, unbound
from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, PETYA, Cli, Issuer, reopen, wallet
from tests.unit.wallet.test_other_documents import token as sd_jwt_vc
from vcwallet import limits
from vcwallet.bundle.openid4vci import OfferLink
from vcwallet.cli.wallet import collecting
from vcwallet.credentials.enveloped import secure_credential
from vcwallet.errors import DocumentError, MachineError, UsageError, VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey
from vcwallet.identifiers.web_address import Reply
from vcwallet.proofs import data_integrity
from vcwallet.proofs.jose.jws import Jws
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.wallet import Child, Intake, Wallet, What, openid_collecting
from vcwallet.wallet.openid_collecting import Collected, Offered

AT = ("--now", "2026-06-20T09:00:00Z")
CREDENTIAL = f"{SITE}/credential"
TOKEN = f"{SITE}/token"
NONCE = f"{SITE}/nonce"
DID_JSON = f"{SITE}/.well-known/did.json"


def look_up(site: Site, given: Any = None) -> Offered:
    return openid_collecting.look_up(OfferLink.read(given or link(offer())), network=site)


def collect(
    family: tuple[Wallet, Child], site: Site, given: Any = None, code: str | None = None
) -> Collected:
    made, child = family
    return openid_collecting.collect(
        look_up(site, given),
        child,
        issuers=made.issuers,
        is_way_in=made.is_way_in,
        code=code,
        network=site,
        now=NOW,
    )


def refused(family: tuple[Wallet, Child], site: Site, given: Any = None, code: str | None = None) -> str:
    """The code of what stopped all of it, or the only thing that was offered."""
    try:
        collected = collect(family, site, given, code)
    except VcwalletError as error:
        return error.code
    assert collected.given == ()
    (one,) = collected.refused
    return one.error.code


def added(family: tuple[Wallet, Child], collected: Collected) -> list[What]:
    made, child = family
    return [each.what for each in Intake.take(made, collected.given, child=child, now=NOW).results]


class TestExchange:
    def test_the_childs_key_is_proven_to_this_site_and_the_diploma_is_kept(
        self, family: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        site = Site(lambda body: issuer.diploma(holder=family[1].did))
        collected = collect(family, site)
        assert added(family, collected) == [What.ADDED]
        ((header, claims),) = site.proofs
        assert header == {
            "alg": "EdDSA",
            "typ": "openid4vci-proof+jwt",
            "kid": did_key.verification_method_of(family[1].did),
        }
        assert claims == {"aud": SITE, "iat": int(NOW.timestamp()), "nonce": "n-1"}
        proof = site.posted[-1][1]["proofs"]["jwt"][0]
        Jws.read(proof).verify(family[1].key.public_key)
        assert [(where, bearer) for where, _, bearer in site.posted] == [
            (TOKEN, None),
            (NONCE, None),
            (CREDENTIAL, "t-1"),
        ]
        assert site.posted[0][1] == {
            "grant_type": "urn:ietf:params:oauth:grant-type:pre-authorized_code",
            "pre-authorized_code": "c-1",
        }
        assert site.posted[2][1]["credential_configuration_id"] == DIPLOMA

    def test_nothing_of_the_wallet_is_told_before_the_code_is_used(
        self, family: tuple[Wallet, Child]
    ) -> None:
        site = Site()
        look_up(site)
        assert site.asked == [f"{SITE}/.well-known/openid-credential-issuer"]
        assert site.posted == []

    def test_by_reference(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        site = Site(issuer.diploma())
        site.answers[f"{SITE}/offers/7"] = json.dumps(offer()).encode()
        assert added(family, collect(family, site, link(f"{SITE}/offers/7"))) == [What.ADDED]

    def test_a_key_by_its_jwk(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        wanted = configuration(cryptographic_binding_methods_supported=["jwk"])
        site = Site(issuer.diploma(), {DIPLOMA: wanted})
        collect(family, site)
        ((header, _),) = site.proofs
        assert "kid" not in header
        assert PublicKey.from_jwk(header["jwk"]) == family[1].key.public_key
        assert "d" not in header["jwk"]

    def test_the_key_of_another_wallet_where_only_that_is_taken(
        self, family: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        key = SoftwareKey.generate(KeyType.P256)
        family[1].adopt_key(key)
        wanted = {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}
        site = Site(issuer.diploma(), {DIPLOMA: configuration(proof_types_supported=wanted)})
        collect(family, site)
        ((header, _),) = site.proofs
        assert header["alg"] == "ES256"
        assert header["kid"].startswith(did_key.did_of(key.public_key))

    def test_a_proof_as_a_presentation(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        wanted = {"di_vp": {"proof_signing_alg_values_supported": ["eddsa-rdfc-2022"]}}
        site = Site(issuer.diploma(), {DIPLOMA: configuration(proof_types_supported=wanted)})
        assert added(family, collect(family, site)) == [What.ADDED]
        (shown,) = site.posted[-1][1]["proofs"]["di_vp"]
        proof = shown["proof"]
        assert (proof["domain"], proof["challenge"], proof["proofPurpose"]) == (SITE, "n-1", "authentication")
        assert "verifiableCredential" not in shown
        data_integrity.verify_proofs(
            shown, resolve=family[0].issuers.resolve, purpose="authentication", now=NOW
        )

    def test_no_proof_where_none_is_wanted(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        site = Site(issuer.diploma(), {DIPLOMA: unbound()})
        assert added(family, collect(family, site)) == [What.ADDED]
        assert "proofs" not in site.posted[-1][1]
        assert NONCE not in site.asked

    def test_no_nonce_where_there_is_no_place_for_one(
        self, family: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        collect(family, site := Site(issuer.diploma(), metadata={"nonce_endpoint": None}))
        ((_, claims),) = site.proofs
        assert claims.keys() == {"aud", "iat"}

    def test_by_the_names_that_the_token_came_with(
        self, family: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        """Section 6.2: then, and only then, ``credential_identifier``."""
        details = {
            "type": "openid_credential",
            "credential_configuration_id": DIPLOMA,
            "credential_identifiers": ["2025", "2026"],
        }
        given = {"2025": issuer.diploma(number=1), "2026": issuer.diploma(number=2)}
        site = Site(
            lambda body: given[body["credential_identifier"]], token={"authorization_details": [details]}
        )
        assert added(family, collect(family, site)) == [What.ADDED, What.ADDED]
        assert site.nonces == 2
        assert all(
            "credential_configuration_id" not in body for where, body, _ in site.posted if where == CREDENTIAL
        )

    def test_a_diploma_as_a_jwt(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        unsigned = {n: v for n, v in issuer.diploma(holder=family[1].did).items() if n != "proof"}
        token = secure_credential(
            unsigned,
            media_type=MediaType.VC_JWT,
            key=issuer.key,
            verification_method=issuer.method,
            issued=NOW,
        ).data
        site = Site(token, {DIPLOMA: configuration(format="jwt_vc_json")})
        assert added(family, collect(family, site)) == [What.ADDED]
        (kept,) = family[1].diplomas()
        assert kept.signed.token == token

    def test_a_document_of_another_kind(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        """``dc+sd-jwt``: kept when its issuer named the child's key, and never taken for a diploma."""
        wanted = configuration(format="dc+sd-jwt", cryptographic_binding_methods_supported=["jwk"])
        card = sd_jwt_vc(issuer, family[1].key.public_key)
        assert added(family, collect(family, Site(card, {DIPLOMA: wanted}))) == [What.KEPT]
        assert family[1].diplomas() == ()
        stranger = sd_jwt_vc(issuer, issuer.key.public_key)
        assert added(family, collect(family, Site(stranger, {DIPLOMA: wanted}))) == [What.NOT_A_DIPLOMA]
        for named, given in (("jwt_vc_json", card), ("dc+sd-jwt", issuer.diploma())):
            other = Site(given, {DIPLOMA: configuration(format=named)})
            assert refused(family, other) == "offer.answer"

    def test_the_server_that_the_site_names(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        login = "https://login.example"
        site = Site(issuer.diploma(), metadata={"authorization_servers": [login]})
        site.answers[f"{login}/.well-known/oauth-authorization-server"] = json.dumps(
            {"issuer": login, "token_endpoint": f"{login}/token"}
        ).encode()
        site.answers[f"{login}/token"] = b'{"access_token": "t-2", "token_type": "bearer"}'
        assert added(family, collect(family, site)) == [What.ADDED]
        assert site.posted[-1][2] == "t-2"
        assert TOKEN not in site.asked


class TestCode:
    GIVEN = link(offer(tx_code={"length": 4, "input_mode": "numeric"}))

    def test_it_goes_with_the_other(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        site = Site(issuer.diploma())
        collect(family, site, self.GIVEN, "4935")
        assert site.posted[0][1]["tx_code"] == "4935"

    @pytest.mark.parametrize("typed", [None, "", "493", "49355", "49з5"])
    def test_what_cannot_be_it_is_not_sent(self, family: tuple[Wallet, Child], typed: str | None) -> None:
        site = Site()
        assert refused(family, site, self.GIVEN, typed) == "wallet.offer-code"
        assert site.posted == []

    def test_what_opens_the_wallet_is_not_sent_whatever_the_site_calls_it(
        self, family: tuple[Wallet, Child]
    ) -> None:
        made, _ = family
        asks = link(offer(tx_code={"description": "Пароль от кошелька или код с листа восстановления"}))
        printed = made.begin_recovery_code()
        for typed in (PASSPHRASE, f" {PASSPHRASE.upper()}", *printed.codes):
            site = Site()
            assert refused(family, site, asks, typed) == "wallet.offer-passphrase"
            assert site.posted == []

    def test_it_is_not_sent_where_nobody_asked(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        collect(family, site := Site(issuer.diploma()), code="4935")
        assert "tx_code" not in site.posted[0][1]

    def test_a_wrong_one(self, family: tuple[Wallet, Child]) -> None:
        site = Site(answers={TOKEN: refusal("invalid_grant")})
        assert refused(family, site, self.GIVEN, "1111") == "offer.not-taken"
        assert CREDENTIAL not in site.asked


class TestHostile:
    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            (
                {"proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}}},
                "offer.proof",
            ),
            (
                {"proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["none"]}}},
                "offer.proof",
            ),
            ({"proof_types_supported": {}}, "offer.proof"),
            (
                {
                    "proof_types_supported": {
                        "jwt": {
                            "proof_signing_alg_values_supported": ["EdDSA"],
                            "key_attestations_required": {},
                        }
                    }
                },
                "offer.proof",
            ),
            ({"cryptographic_binding_methods_supported": ["did:ebsi", "cose_key"]}, "offer.proof"),
            ({"format": "mso_mdoc"}, "offer.formats"),
        ],
    )
    def test_what_cannot_be_is_seen_before_the_code_is_used(
        self, family: tuple[Wallet, Child], changed: dict[str, Any], code: str
    ) -> None:
        site = Site(configurations={DIPLOMA: configuration(**changed)})
        assert refused(family, site) == code
        assert site.posted == []

    @pytest.mark.parametrize(
        "token",
        [
            {"token_type": "DPoP"},
            {"token_type": None},
            {"access_token": None},
            {"access_token": ""},
            {"access_token": "x" * 20_000},
        ],
    )
    def test_a_token_that_is_no_bearers(self, family: tuple[Wallet, Child], token: dict[str, Any]) -> None:
        assert refused(family, site := Site(token=token)) == "offer.token"
        assert CREDENTIAL not in site.asked

    def test_a_thousand_names_for_one_thing(self, family: tuple[Wallet, Child]) -> None:
        details = {
            "type": "openid_credential",
            "credential_configuration_id": DIPLOMA,
            "credential_identifiers": [str(number) for number in range(1_000)],
        }
        site = Site(token={"authorization_details": [details]})
        assert refused(family, site) == "offer.too-many"
        assert CREDENTIAL not in site.asked

    def test_a_thousand_credentials_at_once(self, family: tuple[Wallet, Child]) -> None:
        body = json.dumps({"credentials": [{"credential": {}}] * 1_000}).encode()
        assert refused(family, Site(answers={CREDENTIAL: body})) == "offer.too-many"

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (refusal("credential_request_denied"), "offer.refused"),
            (refusal("invalid_token", 401), "offer.refused"),
            (Reply(400, b"\xff\xfe"), "offer.refused"),
            (Reply(202, b'{"transaction_id": "x", "interval": 3600}'), "offer.deferred"),
            (b'{"transaction_id": "x"}', "offer.deferred"),
            (b"{}", "offer.answer"),
            (b'{"credentials": []}', "offer.answer"),
            (b'{"credentials": [7]}', "offer.answer"),
            (b'{"credentials": [{"other": 7}]}', "offer.answer"),
            (b'{"credentials": [{"credential": "eyJhbGciOiJFUzI1NiJ9.e30.AA"}]}', "offer.answer"),
            (b'{"credentials": [{"credential": {"format": "vcwallet-trust-list/1"}}]}', "offer.answer"),
            (b'{"credentials": [{"credential": [1]}]}', "offer.answer"),
            (b"<html>", "json.malformed"),
            (DocumentError("fetch.media-type", "a page"), "fetch.media-type"),
            (DocumentError("fetch.redirect", "elsewhere"), "fetch.redirect"),
            (MachineError("fetch.slow", "slow"), "fetch.slow"),
        ],
    )
    def test_what_is_no_diploma(self, family: tuple[Wallet, Child], answer: Any, code: str) -> None:
        before = (family[0].path.read_bytes(), family[0].everything())
        found = refused(family, Site(answers={CREDENTIAL: answer}))
        assert found == code
        assert (family[0].path.read_bytes(), family[0].everything()) == before

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            (7, "offer.answer"),
            ({"a": 1}, "offer.answer"),
            ("text", "offer.answer"),
            ("eyJ.~~", "offer.answer"),
            ("eyJhbGciOiJub25lIn0.e30.", "jws.unsigned"),
            ("eyJhbGciOiJFUzI1NiJ9.e30.AA", "enveloped.unrecognised"),
        ],
    )
    def test_a_jwt_that_is_none(self, family: tuple[Wallet, Child], given: Any, code: str) -> None:
        site = Site(given, {DIPLOMA: configuration(format="jwt_vc_json")})
        assert refused(family, site) == code
        assert family[1].diplomas() == ()

    @pytest.mark.parametrize("nonce", [7, "", "x" * 3_000, None])
    def test_a_nonce_that_is_none(self, family: tuple[Wallet, Child], nonce: Any) -> None:
        site = Site(answers={NONCE: json.dumps({"c_nonce": nonce}).encode()})
        assert refused(family, site) == "offer.answer"
        assert site.proofs == []

    def test_a_nonce_that_is_played_again_serves_this_site_alone(
        self, family: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        """A proof names the site it is for, so a nonce of another site gets no proof for that one."""
        site = Site(issuer.diploma(), answers={NONCE: b'{"c_nonce": "of-another-site"}'})
        collect(family, site)
        collect(family, site)
        assert {claims["aud"] for _, claims in site.proofs} == {SITE}
        assert {claims["nonce"] for _, claims in site.proofs} == {"of-another-site"}

    def test_a_stale_nonce_is_asked_for_once_more_and_not_for_ever(
        self, family: tuple[Wallet, Child]
    ) -> None:
        site = Site(answers={CREDENTIAL: refusal("invalid_nonce")})
        assert refused(family, site) == "offer.refused"
        assert [claims["nonce"] for _, claims in site.proofs] == ["n-1", "n-2"]

    def test_one_that_fails_costs_only_itself(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        good = issuer.diploma()
        site = Site(
            lambda body: good if body["credential_configuration_id"] == "b" else 7,
            {"a": configuration(), "b": configuration(), "c": configuration(format="mso_mdoc")},
        )
        collected = collect(family, site, link(offer("a", "b", "c")))
        assert [each.name for each in collected.refused] == ["a"]
        assert added(family, collected) == [What.ADDED]
        assert len([where for where in site.asked if where == CREDENTIAL]) == 2


class TestWhose:
    def test_for_another_key(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        stranger = did_key.did_of(SoftwareKey.generate(KeyType.ED25519).public_key)
        collected = collect(family, Site(issuer.diploma(holder=stranger)))
        (result,) = Intake.take(family[0], collected.given, child=family[1], now=NOW).results
        assert result.error is not None
        assert result.error.code == "wallet.other-holder"
        assert family[1].diplomas() == ()

    def test_of_another_child_it_is_asked(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        collected = collect(family, Site(issuer.diploma(PETYA)))
        (piece,) = Intake.take(family[0], collected.given, child=family[1], now=NOW).pieces
        assert piece.asks_whose
        assert family[1].diplomas() == ()

    def test_a_changed_one_is_refused(self, family: tuple[Wallet, Child], issuer: Issuer) -> None:
        changed = json.loads(json.dumps(issuer.diploma()))
        changed["credentialSubject"]["familyName"] = "Иная"
        assert added(family, collect(family, Site(changed))) == [What.FAILED]
        assert family[0].everything() == ()


class TestIssuersKeys:
    @pytest.fixture
    def stranger(self, tmp_path: Path) -> tuple[Wallet, Child]:
        made = wallet(tmp_path / "чужая.vcw")
        return made, made.add_child(MASHA, now=NOW)

    def document(self, issuer: Issuer) -> bytes:
        return json.dumps(issuer.document.to_json()).encode("utf-8")

    def test_they_are_learnt_from_the_issuers_own_site(
        self, stranger: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        site = Site(issuer.diploma(), answers={DID_JSON: self.document(issuer)})
        collected = collect(stranger, site)
        assert stranger[0].issuers.all() == ()
        assert added(stranger, collected) == [What.ISSUER_LEARNT, What.ADDED]

    def test_not_for_a_diploma_that_does_not_hold_with_them(
        self, stranger: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        site = Site(issuer.diploma(), answers={DID_JSON: self.document(Issuer())})
        assert refused(stranger, site).startswith("proof.")
        assert stranger[0].issuers.all() == ()

    def test_no_other_site_is_asked(self, stranger: tuple[Wallet, Child]) -> None:
        site = Site(Issuer(id="did:web:vuz.example").diploma())
        collected = collect(stranger, site)
        assert not any("vuz.example" in where for where in site.asked)
        (result,) = Intake.take(stranger[0], collected.given, child=stranger[1], now=NOW).results
        assert result.error is not None
        assert result.error.code == "wallet.issuer-unknown"

    def test_a_site_without_them(self, stranger: tuple[Wallet, Child], issuer: Issuer) -> None:
        """What was given is not thrown away: it is told what is missing."""
        collected = collect(stranger, Site(issuer.diploma()))
        assert [name for name, _ in collected.given] == ["olymp.example-1.json"]
        assert added(stranger, collected) == [What.FAILED]


class TestCommand:
    @pytest.fixture
    def run(
        self, cli: Cli, family: tuple[Wallet, Child], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Any:
        def call(site: Site, *more: str | Path, given: Any = None) -> int:
            monkeypatch.setattr(collecting, "fetch", site)
            return cli("collect", tmp_path / "семья.vcw", given or link(offer()), *more, *AT)

        return call

    def test_it_is_shown_and_kept(
        self,
        run: Any,
        family: tuple[Wallet, Child],
        issuer: Issuer,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        site = Site(issuer.diploma(holder=family[1].did), metadata={"display": [{"name": "Олимпиада"}]})
        given = link(offer(tx_code={"description": "В письме"}))
        assert run(site, "--yes", "--code", "4935", given=given) == 0
        said = capsys.readouterr().out
        for words in (
            "olymp.example",
            "“Олимпиада”",
            "Диплом «Вымысла»",
            MASHA.full_name,
            "В письме",
            "its key",
        ):
            assert words in said
        assert len(reopen(tmp_path / "семья.vcw").diplomas()) == 1
        assert list(tmp_path.glob("olymp*")) == []

    def test_no_site_is_asked_before_a_yes(self, run: Any) -> None:
        assert run(site := Site()) == 2
        assert site.asked == []

    def test_a_photographed_code_and_a_file(self, run: Any, issuer: Issuer, tmp_path: Path) -> None:
        (tmp_path / "offer.json").write_text(json.dumps(offer()), "utf-8")
        (tmp_path / "offer.txt").write_text(link(offer()), "utf-8")
        for name in ("offer.json", "offer.txt"):
            assert run(Site(issuer.diploma()), "--yes", given=tmp_path / name) == 0
        assert len(reopen(tmp_path / "семья.vcw").diplomas()) == 1

    def test_a_refusal_leaves_the_wallet_as_it_was(
        self, run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = (tmp_path / "семья.vcw").read_bytes()
        assert run(Site(answers={CREDENTIAL: refusal("credential_request_denied")}), "--yes") == 4
        assert "credential_request_denied" in capsys.readouterr().err
        assert run(Site(answers={TOKEN: refusal("invalid_grant")}), "--yes") == 4
        assert (tmp_path / "семья.vcw").read_bytes() == before
        assert list(tmp_path.glob("olymp*")) == []

    def test_what_cannot_be_added_is_put_beside_the_wallet(
        self, run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """A site gives it once; the issuer's keys may come tomorrow."""
        stranger = Issuer(id="did:web:vuz.example")
        before = (tmp_path / "семья.vcw").read_bytes()
        assert run(Site(stranger.diploma()), "--yes") == 3
        assert (tmp_path / "семья.vcw").read_bytes() == before
        (left,) = (tmp_path / "olymp.example").iterdir()
        assert json.loads(left.read_text("utf-8"))["issuer"]["id"] == stranger.id
        assert "olymp.example" in capsys.readouterr().err
        assert run(Site(stranger.diploma()), "--yes", "--out", tmp_path / "сюда") == 3
        assert len(list((tmp_path / "сюда").iterdir())) == 1

    def test_a_folder_that_is_taken_is_refused_before_any_site_is_asked(
        self, run: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "сюда").mkdir()
        (tmp_path / "сюда" / "x").write_text("x")
        assert run(site := Site(), "--yes", "--out", tmp_path / "сюда") == 2
        assert site.asked == []
        with pytest.raises(UsageError) as caught:
            collecting.demand_folder(tmp_path / "сюда")
        assert caught.value.code == "wallet.folder-taken"

    def test_add_names_an_offer_and_takes_nothing(
        self, cli: Cli, family: tuple[Wallet, Child], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "offer.txt").write_text(link(offer()), "utf-8")
        assert cli("add", tmp_path / "семья.vcw", tmp_path / "offer.txt", *AT) == 0
        said = capsys.readouterr().out
        assert "an offer of OpenID4VCI" in said
        assert "wallet collect" in said


class Here(BaseHTTPRequestHandler):
    """A site on this computer, with the answers of a `Site`."""

    site: Site

    def _reply(self, body: Any) -> None:
        host = f"http://{self.headers['Host']}"
        try:
            reply = self.site._answer(f"{host}{self.path}", body)
        except VcwalletError:
            reply = Reply(404, b"{}")
        self.send_response(reply.status)
        kind = "text/html" if reply.content.startswith(b"<") else "application/json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)

    def do_GET(self) -> None:
        self._reply(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.headers.get("Content-Type")
        self.site.posted.append((self.path, body, self.headers.get("Authorization")))
        self._reply(json.loads(body) if kind == "application/json" else {})

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def here(site: Site) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), type("At", (Here,), {"site": site}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.id = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site.id
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class TestOverTheNetwork:
    def test_through_the_one_module_that_opens_connections(
        self, family: tuple[Wallet, Child], cli: Cli, issuer: Issuer, tmp_path: Path
    ) -> None:
        with here(Site(issuer.diploma(holder=family[1].did))) as address:
            given = link(offer(issuer=address))
            assert cli("collect", tmp_path / "семья.vcw", given, "--yes", *AT) == 0
        assert len(reopen(tmp_path / "семья.vcw").diplomas()) == 1

    def test_a_site_that_answers_with_a_page(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path
    ) -> None:
        site = Site()
        with here(site) as address:
            site.answers[f"{address}/credential"] = b"<html><script>alert(1)</script></html>"
            assert cli("collect", tmp_path / "семья.vcw", link(offer(issuer=address)), "--yes", *AT) == 4
            site.answers[f"{address}/.well-known/openid-credential-issuer"] = b"<html>"
            assert cli("collect", tmp_path / "семья.vcw", link(offer(issuer=address)), "--yes", *AT) == 4
        assert reopen(tmp_path / "семья.vcw").diplomas() == ()

    def test_an_answer_without_end(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "OFFER_METADATA_BYTES", 100)
        with here(Site()) as address:
            assert cli("collect", tmp_path / "семья.vcw", link(offer(issuer=address)), "--yes", *AT) == 4
