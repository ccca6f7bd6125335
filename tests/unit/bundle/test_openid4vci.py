"""Offers of OpenID4VCI: what is read of them, and what is refused before any site is asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.offers import DIPLOMA, GRANT, SITE, Site, configuration, link, offer
from vcwallet import limits
from vcwallet.bundle import scanning
from vcwallet.bundle.inspecting import said
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.openid4vci import (
    AuthorizationServer,
    CredentialOffer,
    Format,
    IssuerMetadata,
    OfferLink,
    TransactionCode,
)
from vcwallet.bundle.openid4vci import Site as Named
from vcwallet.errors import VcwalletError


def refused(given: Any) -> str:
    with pytest.raises(VcwalletError) as caught:
        OfferLink.read(given if isinstance(given, str) else link(given))
    return caught.value.code


def metadata(made: CredentialOffer | None = None, **changed: Any) -> IssuerMetadata:
    site = Site(metadata=changed)
    content = site.get(f"{SITE}/.well-known/openid-credential-issuer", 0)
    return IssuerMetadata.read(content, made or CredentialOffer.parse(offer()))


def metadata_code(made: CredentialOffer | None = None, **changed: Any) -> str:
    with pytest.raises(VcwalletError) as caught:
        metadata(made, **changed)
    return caught.value.code


class TestOffer:
    def test_by_value(self) -> None:
        read = OfferLink.read(link(offer(tx_code={"length": 4, "input_mode": "numeric"})))
        assert read.by_reference is None
        assert read.offer is not None
        assert read.offer.issuer.id == SITE
        assert read.offer.configurations == (DIPLOMA,)
        assert read.offer.code == "c-1"
        assert "c-1" not in repr(read)
        assert read.offer.transaction_code == TransactionCode(4, True, "")

    def test_by_reference_for_the_same_site_alone(self) -> None:
        read = OfferLink.read(link(f"{SITE}/offers/7"))
        assert read.offer is None
        assert read.site.host == "olymp.example"
        assert read.opened(json.dumps(offer()).encode()).issuer.id == SITE
        with pytest.raises(VcwalletError) as caught:
            read.opened(json.dumps(offer(issuer="https://vuz.example")).encode())
        assert caught.value.code == "offer.other-host"

    def test_what_is_not_known_is_ignored(self) -> None:
        """Section 4.1.1: further members, and other grants beside the one that is used."""
        made = {**offer(further=1), "further": {}}
        made["grants"]["authorization_code"] = {"issuer_state": "s"}
        assert OfferLink.read(link(made)).offer is not None

    @pytest.mark.parametrize(
        ("given", "code"),
        [
            ("openid-credential-offer://?", "offer.malformed"),
            ("openid-credential-offer://?other=1", "offer.malformed"),
            (link(offer()) + "&" + link(offer()).partition("?")[2], "offer.malformed"),
            (link(offer()) + "&" + link(f"{SITE}/o").partition("?")[2], "offer.malformed"),
            ("https://olymp.example/?credential_offer=%7B%7D", "offer.malformed"),
            (link(offer(issuer="http://olymp.example")), "web-address.refused"),
            (link(offer(issuer="https://10.0.0.7")), "web-address.refused"),
            (link(offer(issuer="https://user@olymp.example")), "web-address.refused"),
            (link(offer(issuer=f"{SITE}/?x=1")), "offer.malformed"),
            (link(offer(issuer=f"{SITE}/#x")), "web-address.refused"),
            (link("http://olymp.example/o"), "web-address.refused"),
            (link("https://192.168.1.5/o"), "web-address.refused"),
            (link("https://router.local/o"), "web-address.refused"),
            (link("file:///etc/passwd"), "web-address.refused"),
            (offer(code=None), "offer.no-code"),
            (offer(code=""), "offer.malformed"),
            (offer("a", "a"), "offer.malformed"),
            ({**offer(), "credential_configuration_ids": []}, "offer.malformed"),
            ({**offer(), "credential_configuration_ids": ["a", 1]}, "offer.malformed"),
            ({**offer(), "credential_issuer": 1}, "offer.malformed"),
            ({**offer(), "grants": {GRANT: []}}, "offer.malformed"),
            ({**offer(), "grants": []}, "offer.malformed"),
            (offer(*(f"d{n}" for n in range(1_000))), "offer.too-many"),
            (offer(authorization_server=1), "offer.malformed"),
            (offer(tx_code=[]), "offer.malformed"),
            (offer(tx_code={"length": 0}), "offer.malformed"),
            (offer(tx_code={"length": 1_000_000}), "offer.malformed"),
            (offer(tx_code={"length": True}), "offer.malformed"),
            (offer(tx_code={"input_mode": "voice"}), "offer.malformed"),
            (offer(tx_code={"description": "x" * 301}), "offer.malformed"),
        ],
    )
    def test_what_is_refused(self, given: Any, code: str) -> None:
        assert refused(given) == code

    def test_an_endless_link(self) -> None:
        assert refused("openid-credential-offer://?" + "x" * limits.OFFER_BYTES) == "offer.too-long"
        assert refused("openid-credential-offer://?" + "&".join(f"a{n}=1" for n in range(999))) == (
            "offer.malformed"
        )

    @pytest.mark.parametrize(
        ("code", "typed", "fits"),
        [
            (TransactionCode(4, True, ""), "4935", True),
            (TransactionCode(4, True, ""), "493", False),
            (TransactionCode(4, True, ""), "49з5", False),
            (TransactionCode(4, True, ""), "٤٩٣٥", False),
            (TransactionCode(None, False, ""), "семь", True),
            (TransactionCode(None, False, ""), "", False),
            (TransactionCode(None, False, ""), "x" * 65, False),
        ],
    )
    def test_what_can_be_the_code(self, code: TransactionCode, typed: str, fits: bool) -> None:
        assert code.fits(typed) is fits


class TestNamed:
    @pytest.mark.parametrize(
        "given",
        [link(offer()), f"  {link(offer())}\n", json.dumps(offer()), link(offer()).replace("o", "O", 1)],
    )
    def test_an_offer_is_named_wherever_it_is(self, given: str) -> None:
        for each in (given, given.encode("utf-8")):
            (found,) = scanning.read_inputs([each])
            assert found.kind is DocumentKind.OFFER
            (statement,) = said(found)
            assert statement.issuer == "olymp.example"
            assert OfferLink.read(scanning.the_offer(scanning.read_inputs([each]), "x")).site.url == SITE

    def test_what_is_none_says_so(self) -> None:
        with pytest.raises(VcwalletError) as caught:
            scanning.the_offer(scanning.read_inputs([b'{"format": "vcwallet-request/1"}']), "x")
        assert caught.value.code == "offer.none"


class TestMetadata:
    def test_what_is_offered(self) -> None:
        read = metadata(display=[{"name": "Олимпиада «Вымысел»", "locale": "ru"}, {"name": 7}, 7])
        (one,) = read.configurations
        assert one.format is Format.LDP_VC
        assert one.names == {"ru": "Диплом «Вымысла»"}
        assert one.bound
        assert one.binding == ("did:key",)
        assert read.names == {"ru": "Олимпиада «Вымысел»"}
        assert read.server is read.issuer or read.server.id == SITE

    @pytest.mark.parametrize(
        ("identifier", "where"),
        [
            (SITE, f"{SITE}/.well-known/x"),
            (f"{SITE}/", f"{SITE}/.well-known/x"),
            (f"{SITE}/t/1", f"{SITE}/.well-known/x/t/1"),
            (f"{SITE}:8443/t", f"{SITE}:8443/.well-known/x/t"),
        ],
    )
    def test_where_it_lies(self, identifier: str, where: str) -> None:
        """Section 12.2.2: between host and path."""
        assert Named.parse(identifier, "x").well_known("x").url == where

    @pytest.mark.parametrize(
        "other", ["https://olymp.example/", "https://OLYMP.example", "https://vuz.example", None, 1]
    )
    def test_of_another_issuer_to_the_letter(self, other: Any) -> None:
        assert metadata_code(credential_issuer=other) == "offer.other-issuer"

    @pytest.mark.parametrize("member", ["credential_endpoint", "nonce_endpoint"])
    @pytest.mark.parametrize(
        ("where", "code"),
        [
            ("https://vuz.example/credential", "offer.other-host"),
            ("https://olymp.example.vuz.example/c", "offer.other-host"),
            ("http://localhost:631/c", "offer.other-host"),
            ("http://olymp.example/c", "web-address.refused"),
            ("https://169.254.169.254/c", "web-address.refused"),
            (1, "offer.malformed"),
        ],
    )
    def test_another_host(self, member: str, where: Any, code: str) -> None:
        assert metadata_code(**{member: where}) == code

    def test_what_is_offered_and_not_known(self) -> None:
        assert metadata_code(CredentialOffer.parse(offer("Medal"))) == "offer.unknown"
        assert metadata_code(credential_configurations_supported=[]) == "offer.malformed"
        assert metadata_code(credential_configurations_supported={DIPLOMA: 1}) == "offer.malformed"
        wrong = {DIPLOMA: configuration(proof_types_supported=[])}
        assert metadata_code(credential_configurations_supported=wrong) == "offer.malformed"

    def test_of_a_thousand_things_only_what_is_offered_is_looked_at(self) -> None:
        known = {DIPLOMA: configuration(), **{f"d{n}": 7 for n in range(1_000)}}
        assert len(metadata(credential_configurations_supported=known).configurations) == 1

    def test_encryption_that_is_demanded(self) -> None:
        assert metadata_code(credential_response_encryption={"encryption_required": True}) == (
            "offer.encryption"
        )
        assert metadata(credential_response_encryption={"encryption_required": False})

    def test_the_server_that_takes_the_code(self) -> None:
        servers = ["https://login.example", "https://other.example"]
        assert metadata(authorization_servers=servers).server.id == servers[0]
        chosen = CredentialOffer.parse(offer(authorization_server=servers[1]))
        assert metadata(chosen, authorization_servers=servers).server.id == servers[1]
        stranger = CredentialOffer.parse(offer(authorization_server="https://vuz.example"))
        assert metadata_code(stranger, authorization_servers=servers) == "offer.other-server"
        assert metadata_code(authorization_servers=["http://localhost:80"]) == "offer.other-host"
        assert metadata_code(authorization_servers=["http://login.example"]) == "web-address.refused"
        assert metadata_code(authorization_servers=[]) == "offer.malformed"
        assert metadata_code(authorization_servers=["https://a.example"] * 1_000) == "offer.malformed"

    def test_the_servers_own_metadata(self) -> None:
        named = Named.parse("https://login.example", "x")
        good = {"issuer": named.id, "token_endpoint": f"{named.id}/token"}
        assert AuthorizationServer.read(json.dumps(good).encode(), named).token_endpoint.target == "/token"
        for changed, code in (
            ({"issuer": "https://vuz.example"}, "offer.other-issuer"),
            ({"token_endpoint": "https://vuz.example/token"}, "offer.other-host"),
            ({"token_endpoint": None}, "offer.malformed"),
        ):
            with pytest.raises(VcwalletError) as caught:
                AuthorizationServer.read(json.dumps({**good, **changed}).encode(), named)
            assert caught.value.code == code
