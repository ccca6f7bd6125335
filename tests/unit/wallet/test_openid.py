"""A family answers a request of OpenID4VP: the least that is asked, to the one who asked, after a look."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import zxingcpp
from PIL import Image

from tests.openid import CLIENT, NONCE, parameters, query, signed, url
from tests.unit.wallet.shared import MASHA, NOW, Cli, Issuer, reopen, wallet
from vcwallet import fetch, limits, strict_json
from vcwallet.bundle.openid4vp import Invitation, OpenidRequest
from vcwallet.bundle.request import Request, Want
from vcwallet.cli.wallet.openid import demand_form
from vcwallet.credentials.enveloped import secure_credential
from vcwallet.errors import DocumentError, MachineError, UsageError
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.web_address import WebAddress
from vcwallet.locales import language
from vcwallet.proofs.jose import jwe, jws
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import ShowingOutcome
from vcwallet.speaking import openid_requests, previews
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier
from vcwallet.wallet import Child, Wallet, openid_exchange
from vcwallet.wallet.answering import Why

AT = ("--now", "2026-06-20T09:00:00Z")
NAME = ["credentialSubject", "familyName"]
TYPE = ["credentialSubject", "achievement", "achievementType"]


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer) -> tuple[Wallet, Child]:
    """Two diplomas to the child's own key, all parts of which hide, and an older one that names no key."""
    made = wallet(tmp_path / "семья.vcw", issuer)
    child = made.add_child(MASHA, now=NOW)
    for number, holder in ((1, child.did), (2, child.did), (3, None)):
        document = issuer.diploma(number=number, holder=holder, awarded=f"202{7 - number}-03-01")
        made.add(issuer.with_hideable_parts(document), child=child, now=NOW)
    made.save()
    return made, child


def asked(*queries: dict[str, Any], **more: Any) -> OpenidRequest:
    return Invitation.read(url(parameters(*queries, **more))).unsigned()


def answered(family: tuple[Wallet, Child], request: OpenidRequest) -> dict[str, list[Any]]:
    made, child = family
    prepared = made.prepare_openid(
        child, request, purpose="Поступление", expires=NOW.replace(hour=10), now=NOW
    )
    token, line = made.sign_openid(prepared, now=NOW)
    assert line.showing is not None
    assert line.showing.recipient == "priem.vuz.example"
    assert [each.fields for each in line.showing.shown] == [
        each.shown.draft.fields for each in prepared.parts
    ]
    return json.loads(strict_json.dumps(token))


KEY_AT_A_SITE = "decentralized_identifier:did:web:priem.vuz.example:family-7"


def signed_there() -> str:
    """A request as a whole, signed with a key that would have to be fetched."""
    key = SoftwareKey.generate(KeyType.ED25519)
    claims = parameters(client_id=KEY_AT_A_SITE, response_uri="https://priem.vuz.example/r")
    return signed(claims, key, kid=f"{KEY_AT_A_SITE.partition(':')[2]}#k")


def inside(found: dict[str, Any]) -> dict[str, Any]:
    (credential,) = found["verifiableCredential"]
    subject: dict[str, Any] = credential["credentialSubject"]
    return subject


class TestTheLeast:
    def test_one_claim_and_what_cannot_be_hidden(self, family: tuple[Wallet, Child]) -> None:
        (shown,) = answered(family, asked(query(NAME)))["diploma"]
        subject = inside(shown)
        assert subject["familyName"] == "Тестова"
        assert not subject.keys() & {"givenName", "patronymicName", "dateOfBirth", "result"}
        assert subject["achievement"]["name"] == "Олимпиада «Вымысел», тур 1"
        proof = shown["proof"]
        assert (proof["domain"], proof["challenge"]) == (CLIENT, NONCE)
        assert proof["proofPurpose"] == "authentication"

    def test_no_claims_ask_for_the_least_and_not_for_everything(self, family: tuple[Wallet, Child]) -> None:
        """Section 6.4.1; a request of our own that names no fields asks for whole diplomas."""
        (shown,) = answered(family, asked(query()))["diploma"]
        assert not inside(shown).keys() & {"familyName", "givenName", "dateOfBirth", "result"}

    def test_what_is_sent_is_what_a_verifier_takes(
        self, family: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        (shown,) = answered(family, asked(query(NAME, ["credentialSubject", "givenName"])))["diploma"]
        trust = TrustList.start(now=NOW).with_issuer(
            issuer.document, name={"ru": issuer.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
        )
        verifier = Verifier(trust)
        asking = Request(CLIENT, "Поступление", NOW, challenge=NONCE)
        good = verifier.check(shown, request=asking, now=NOW)
        assert good.showing.outcome is ShowingOutcome.VALID
        for other in ({"domain": "redirect_uri:https://vuz.example/r"}, {"challenge": "other"}):
            bad = verifier.check(shown, request=replace(asking, **other), now=NOW)
            assert bad.showing.outcome is ShowingOutcome.REFUSED

    def test_several_where_several_are_asked_for(self, family: tuple[Wallet, Child]) -> None:
        found = answered(family, asked(query(NAME, multiple=True)))["diploma"]
        assert len(found) == 3
        assert all(len(each["verifiableCredential"]) == 1 for each in found)

    def test_values_choose_and_a_name_of_a_type_that_is_no_iri_chooses_nothing(
        self, family: tuple[Wallet, Child]
    ) -> None:
        second = {
            "path": ["credentialSubject", "achievement", "name"],
            "values": ["Олимпиада «Вымысел», тур 2"],
        }
        (shown,) = answered(family, asked(query(second)))["diploma"]
        assert inside(shown)["achievement"]["name"].endswith("тур 2")
        made, child = family
        for given in (
            query({**second, "values": ["нет такой"]}),
            query(meta={"type_values": [["OpenBadgeCredential"]]}),
            query(format="mso_mdoc"),
            query(trusted_authorities=[{"type": "aki", "values": ["a"]}]),
        ):
            with pytest.raises(UsageError) as caught:
                made.prepare_openid(child, asked(given), purpose="П", expires=NOW.replace(hour=10), now=NOW)
            assert caught.value.code == "wallet.openid-not-enough"
            assert "diploma" not in str(caught.value.evidence)
        assert not child.ledger.entries()[1:]

    def test_all_or_nothing_unless_there_are_sets(self, family: tuple[Wallet, Child]) -> None:
        missing = {**query(format="mso_mdoc"), "id": "passport"}
        made, child = family
        with pytest.raises(UsageError):
            made.prepare_openid(
                child, asked(query(NAME), missing), purpose="П", expires=NOW.replace(hour=10), now=NOW
            )
        sets = [{"options": [["passport"], ["diploma"]]}]
        both: dict[str, Any] = {"credentials": [query(NAME), missing], "credential_sets": sets}
        assert answered(family, asked(dcql_query=both)).keys() == {"diploma"}

    def test_without_binding_the_diploma_goes_alone(self, family: tuple[Wallet, Child]) -> None:
        request = asked(query(NAME, require_cryptographic_holder_binding=False))
        _, child = family
        (alone,) = answered(family, request)["diploma"]
        assert "VerifiableCredential" in alone["type"]
        assert "givenName" not in alone["credentialSubject"]
        told = child.ledger.entries()[-1].showing
        assert told is not None
        assert told.expires is None, "nothing in it says until when it is good"

    def test_no_last_day_is_promised_for_what_has_none(self, family: tuple[Wallet, Child]) -> None:
        made, child = family

        def lines(*queries: dict[str, Any]) -> str:
            drafts = made.prepare_openid(
                child, asked(*queries), purpose="Поступление", expires=timedelta(days=3), now=NOW
            )
            return "\n".join(previews.preview_lines(drafts.drafts, language("en")))

        bare = query(NAME, require_cryptographic_holder_binding=False)
        assert "Good until: it has no last day" in lines(bare)
        assert "nobody accepts it" not in lines(bare)
        assert "nobody accepts it" in lines(query(NAME))
        assert "nobody accepts it" in lines(query(NAME), {**bare, "id": "other"}), "of the part that has one"

    def test_a_diploma_of_the_childs_key_comes_before_a_newer_one_of_the_name_only(
        self, family: tuple[Wallet, Child], issuer: Issuer
    ) -> None:
        made, child = family
        newer = issuer.with_hideable_parts(issuer.diploma(number=4, holder=None, awarded="2026-05-01"))
        made.add(newer, child=child, now=NOW)

        def prepared(*queries: dict[str, Any]) -> Any:
            return made.prepare_openid(
                child, asked(*queries), purpose="П", expires=timedelta(days=1), now=NOW
            )

        drafts = prepared(query(NAME))
        (part,) = drafts.parts
        assert not part.by_name_only
        (picked,) = drafts.drafts.picked
        assert (picked.diplomas, len(picked.instead)) == ((part.shown.diploma,), 3)
        told = "\n".join(previews.warnings(drafts.drafts, language("en"), now=NOW))
        assert "the newest. These would answer as well" in told, "two have the child's key"
        assert all(each.title in told for each in picked.instead)
        (alone,) = prepared(query(NAME, require_cryptographic_holder_binding=False)).parts
        assert alone.shown.diploma.credential.json["id"] == newer["id"], "the newest, where nobody signs"

    def test_the_one_of_which_least_is_read_comes_before_the_newest(
        self, tmp_path: Path, issuer: Issuer
    ) -> None:
        made = wallet(tmp_path / "другая.vcw", issuer)
        child = made.add_child(MASHA, now=NOW)
        for number, day in enumerate(("2024-03-01", "2026-03-01")):
            document = issuer.diploma(number=number, holder=child.did, awarded=day)
            made.add(document if number else issuer.with_hideable_parts(document), child=child, now=NOW)
        drafts = made.prepare_openid(
            child, asked(query(NAME)), purpose="П", expires=timedelta(days=1), now=NOW
        )
        assert [each.because for each in drafts.drafts.picked] == [Why.LEAST]
        assert [str(each.shown.diploma.facts.awarded) for each in drafts.parts] == ["2024-03-01"]

    def test_an_answer_brings_as_many_as_it_may_and_says_which_stay(
        self, family: tuple[Wallet, Child], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "OPENID_SHOWN", 2)
        made, child = family
        drafts = made.prepare_openid(
            child, asked(query(NAME, multiple=True)), purpose="П", expires=timedelta(days=1), now=NOW
        )
        assert [each.shown.diploma.number for each in drafts.parts] == [1, 2]
        (picked,) = drafts.drafts.picked
        assert ([each.number for each in picked.instead], picked.because) == ([3], Why.KEY)

    def test_more_than_was_asked_for_is_said_of_a_diploma_that_hides_nothing(
        self, tmp_path: Path, issuer: Issuer
    ) -> None:
        made = wallet(tmp_path / "другая.vcw", issuer)
        child = made.add_child(MASHA, now=NOW)
        made.add(issuer.diploma(holder=child.did), child=child, now=NOW)

        def told(*claims: Any) -> str:
            drafts = made.prepare_openid(
                child, asked(query(*claims)), purpose="П", expires=timedelta(days=1), now=NOW
            )
            return "\n".join(openid_requests.answer_warnings(drafts, language("en")))

        assert "is read than is asked for" in told(NAME)
        assert "is read than is asked for" not in told()
        ours = Request("priem.vuz.example", "П", NOW, wants=(Want("olympiad-diploma", ("person",)),))
        drafts = made.prepare((), request=ours, child=child, now=NOW)
        assert "is read than is asked for" in "\n".join(previews.warnings(drafts, language("en"), now=NOW))

    def test_a_reader_that_checks_no_hidden_fields_is_shown_all_and_that_is_known_before(
        self, family: tuple[Wallet, Child]
    ) -> None:
        formats = {"vp_formats_supported": {"ldp_vc": {"cryptosuite_values": ["eddsa-rdfc-2022"]}}}
        made, child = family
        request = asked(query(NAME), client_metadata=formats)
        prepared = made.prepare_openid(child, request, purpose="П", expires=NOW.replace(hour=10), now=NOW)
        assert [each.shows_all for each in prepared.parts] == [True]
        formats = {"vp_formats_supported": {"ldp_vc": {"cryptosuite_values": ["bbs-2023"]}}}
        with pytest.raises(UsageError) as caught:
            made.prepare_openid(
                child,
                asked(query(NAME), client_metadata=formats),
                purpose="П",
                expires=NOW.replace(hour=10),
                now=NOW,
            )
        assert caught.value.code == "wallet.openid-suites"


class Office(BaseHTTPRequestHandler):
    """Takes one answer at this computer, and says what it was told to say."""

    status, reply, location = 200, b"{}", ""
    taken: list[dict[str, list[str]]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        self.taken.append(parse_qs(body))
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        if self.location:
            self.send_header("Location", self.location)
        self.send_header("Content-Length", str(len(self.reply)))
        self.end_headers()
        self.wfile.write(self.reply)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def office(**settings: Any) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    taken: list[dict[str, list[str]]] = []
    server = HTTPServer(("127.0.0.1", 0), type("At", (Office,), {**settings, "taken": taken}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/openid4vp", taken
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class TestCommand:
    def test_it_is_sent_and_written_down(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        reply = b'{"redirect_uri":"https://priem.vuz.example/done#code=1"}'
        with office(reply=reply) as (address, taken):
            asking = url(parameters(query(NAME), client_id=f"redirect_uri:{address}"))
            assert cli("present", tmp_path / "семья.vcw", "--request", asking, "--yes", *AT) == 0
        said = capsys.readouterr()
        assert "https://priem.vuz.example/done#code=1" in said.out
        assert "127.0.0.1" in said.out
        (form,) = taken
        assert form["state"] == ["s-1"]
        (shown,) = json.loads(form["vp_token"][0])["diploma"]
        assert shown["proof"]["domain"] == f"redirect_uri:{address}"
        opened = reopen(tmp_path / "семья.vcw")
        (line,) = opened.children[0].ledger.entries()
        assert line.showing is not None
        assert line.showing.challenge == NONCE

    def test_it_is_encrypted_where_that_is_asked_for(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path
    ) -> None:
        secret = jwe.new_key()
        public = {name: value for name, value in secret.items() if name != "d"}
        metadata = {"jwks": {"keys": [{**public, "alg": "ECDH-ES", "kid": "k"}]}}
        with office() as (address, taken):
            asking = url(
                parameters(
                    query(NAME),
                    client_id=f"redirect_uri:{address}",
                    response_mode="direct_post.jwt",
                    client_metadata=metadata,
                )
            )
            assert cli("present", tmp_path / "семья.vcw", "--request", asking, "--yes", *AT) == 0
        (form,) = taken
        assert form.keys() == {"response"}
        assert json.loads(jwe.decrypt(form["response"][0], secret))["vp_token"].keys() == {"diploma"}

    @pytest.mark.parametrize(
        "settings",
        [
            {"status": 307, "location": "https://vuz.example/elsewhere"},
            {"status": 400},
            {"reply": b"thanks"},
            {"reply": b'{"redirect_uri":"javascript:alert(1)"}'},
            {"reply": b'{"redirect_uri":"https://priem.vuz.example/#  Call us, or javascript"}'},
            {"reply": b'{"redirect_uri":["https://priem.vuz.example/javascript"]}'},
        ],
    )
    def test_a_recipient_that_does_not_confirm(
        self,
        family: tuple[Wallet, Child],
        cli: Cli,
        tmp_path: Path,
        settings: dict[str, Any],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """No redirect is followed, and the history says that it was shown, for it may have been taken."""
        with office(**settings) as (address, taken):
            asking = url(parameters(query(NAME), client_id=f"redirect_uri:{address}"))
            assert cli("present", tmp_path / "семья.vcw", "--request", asking, "--yes", *AT) == 6
        assert len(taken) == 1
        said = capsys.readouterr()
        assert "did not confirm" in said.err
        assert "javascript" not in said.out
        assert len(reopen(tmp_path / "семья.vcw").children[0].ledger.entries()) == 1

    def test_a_file_to_hand_over_of_a_code_that_was_photographed(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path
    ) -> None:
        code, out = tmp_path / "код.png", tmp_path / "ответ.json"
        asking = url(parameters(query(NAME)))
        drawn = zxingcpp.create_barcode(asking, zxingcpp.BarcodeFormat.QRCode, ec_level="L")
        Image.fromarray(zxingcpp.write_barcode_to_image(drawn, scale=4)).save(code)
        text = tmp_path / "запрос.txt"
        text.write_text(asking + "\n", "utf-8")
        for given in (code, text):
            assert (
                cli(
                    "present",
                    tmp_path / "семья.vcw",
                    "--request",
                    given,
                    "--out",
                    out,
                    "--overwrite",
                    "--yes",
                    *AT,
                )
                == 0
            )
            document = json.loads(out.read_text("utf-8"))
            assert document["state"] == "s-1"
            (shown,) = document["vp_token"]["diploma"]
            assert shown["proof"]["challenge"] == NONCE

    def test_nobody_listens_there(self) -> None:
        with office() as (address, _):
            pass
        request = asked(client_id=f"redirect_uri:{address}")
        with pytest.raises(MachineError) as caught:
            openid_exchange.send_answer(request, {"diploma": []}, network=fetch)
        assert caught.value.code == "openid.not-taken"

    def test_an_answer_is_no_picture(
        self,
        family: tuple[Wallet, Child],
        cli: Cli,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """It is refused before the request is read."""
        given = ("--request", url(parameters()), "--out", "answer.png", "--yes")
        assert cli("present", tmp_path / "семья.vcw", *given, *AT) == 2
        assert "answer.png" in capsys.readouterr().err
        with pytest.raises(UsageError) as caught:
            demand_form(Path("answer.png"))
        assert caught.value.code == "openid.form"

    def test_nothing_is_searched_before_somebody_agrees(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without a yes the wallet is not opened, so whether it has what was asked for shows in nothing."""
        monkeypatch.setattr(Wallet, "prepare_openid", lambda *_, **__: pytest.fail("searched"))
        with office() as (address, taken):
            asking = url(parameters(query(NAME), client_id=f"redirect_uri:{address}"))
            assert cli("present", tmp_path / "семья.vcw", "--request", asking, *AT) == 2
        assert taken == []

    def test_no_site_is_asked_for_a_key_before_somebody_agrees(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever wrote the request names the site: it would learn when and from where it is read."""
        asked_for: list[str] = []
        monkeypatch.setattr(fetch, "get", lambda where, _: asked_for.append(where) or b"{}")
        asking = url({"client_id": KEY_AT_A_SITE, "request": signed_there()})
        command = ("present", tmp_path / "семья.vcw", "--request", asking)
        assert cli(*command, *AT) == 2
        assert asked_for == []
        assert cli(*command, "--yes", *AT) != 0
        assert asked_for == ["https://priem.vuz.example/family-7/did.json"]

    @pytest.mark.parametrize("option", [["--hide", "born"], ["--to", "priem.vuz.example"], ["--all"]])
    def test_options_that_a_request_has_answered(
        self, family: tuple[Wallet, Child], cli: Cli, tmp_path: Path, option: list[str]
    ) -> None:
        assert cli("present", tmp_path / "семья.vcw", "--request", url(parameters()), *option, *AT) == 2


@pytest.mark.parametrize("bound", [True, False])
def test_a_diploma_that_is_kept_as_a_jwt(tmp_path: Path, issuer: Issuer, bound: bool) -> None:
    """``jwt_vc_json``: the token as it came, in a JWT of the child's for this recipient and nonce."""
    made = wallet(tmp_path / "семья.vcw", issuer)
    child = made.add_child(MASHA, now=NOW)
    unsigned = issuer.diploma(number=7, holder=child.did)
    unsigned = {name: value for name, value in unsigned.items() if name not in ("proof", "credentialStatus")}
    kept = secure_credential(
        unsigned,
        media_type=MediaType.VC_JWT,
        key=issuer.key,
        verification_method=issuer.method,
        issued=NOW,
    )
    made.add(kept.json, child=child, now=NOW)
    made.save()
    request = asked(query(NAME, format="jwt_vc_json", require_cryptographic_holder_binding=bound))
    (shown,) = answered((made, child), request)["diploma"]
    if not bound:
        assert shown == kept.data
        return
    token = jws.Jws.read(shown)
    token.verify(child.key.public_key)
    claims = json.loads(token.payload)
    assert (claims["aud"], claims["nonce"], claims["iss"]) == (CLIENT, NONCE, child.did)
    assert claims["vp"]["verifiableCredential"] == [kept.data]
    assert token.header["kid"].startswith(child.did)


def test_nothing_is_sent_to_an_address_inside_a_house() -> None:
    """A desk in the same network may be read of and answered by a file; the network is not touched."""
    client = "decentralized_identifier:did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
    request = asked(query(NAME))
    inside = replace(
        request, response_uri=WebAddress.parse("https://192.168.1.5:8443/openid4vp/x", inside=True)
    )
    openid_exchange.demand_reachable(request)
    with pytest.raises(UsageError) as refused:
        openid_exchange.demand_reachable(inside)
    assert refused.value.code == "openid.inside"
    with pytest.raises(UsageError):
        openid_exchange.send_answer(inside, {}, network=fetch)
    for address in (
        "https://8.8.8.8/x",
        "http://192.168.1.5/x",
        "https://192.168.1.5:80/x",
        "https://0x7f.1/",
    ):
        with pytest.raises(DocumentError):
            WebAddress.parse(address, inside=True)
    with pytest.raises(DocumentError):
        Invitation.read(url({"client_id": client, "request_uri": "https://192.168.1.5/r"}))
