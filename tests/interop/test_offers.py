"""OpenID4VCI 1.0: the issuer of @openid4vc/openid4vci offers a diploma, and a family's wallet takes it.

The wallet's own requests go over a real connection to this computer, and from there to the package, which
makes the offer, the metadata and every answer, and judges the proof of the child's key.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bench.peers.workers import Worker
from tests.interop import peers
from tests.offers import DIPLOMA, configuration
from tests.unit.wallet.shared import MASHA, NOW, Issuer, wallet
from vcwallet import fetch
from vcwallet.bundle.openid4vci import OfferLink
from vcwallet.credentials.enveloped import secure_credential
from vcwallet.errors import InputError
from vcwallet.identifiers.did import key as did_key
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.wallet import Child, Intake, Wallet, What, openid_collecting
from vcwallet.wallet.openid_collecting import Collected


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with peers.started(peers.HERE, "offers.mjs") as started:
        yield started


@dataclass
class Relay:
    """Carries what a wallet asks of a site on this computer to the package, and its answers back."""

    worker: Worker
    gives: Any = None
    address: str = ""
    proven: list[str | None] = field(default_factory=list)

    def offer(self, *, code: str | None = None, **changed: Any) -> str:
        configurations = {DIPLOMA: configuration(**changed)}
        asked = {"issuer": self.address, "configurations": configurations, "offered": [DIPLOMA], "code": code}
        made: str = self.worker.ask(do="offer", now=NOW.isoformat(), **asked)["result"]
        return made

    def answer(self, path: str, body: Any, bearer: str | None) -> tuple[int, Any]:
        asked = {"path": path, "body": body, "bearer": bearer, "gives": self.gives, "now": NOW.isoformat()}
        found = self.worker.ask(do="answer", **asked)["result"]
        if path == "/credential":
            self.proven.append(found["proven"])
        return found["status"], found["document"]


class _Here(BaseHTTPRequestHandler):
    relay: Relay

    def do_GET(self) -> None:
        self._reply(None)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8")
        is_json = self.headers.get("Content-Type") == "application/json"
        self._reply(json.loads(content) if is_json else dict(parse_qsl(content)))

    def _reply(self, body: Any) -> None:
        status, document = self.relay.answer(self.path, body, self.headers.get("Authorization"))
        content = json.dumps(document).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def _listening(relay: Relay) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), type("Here", (_Here,), {"relay": relay}))
    relay.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer) -> tuple[Wallet, Child]:
    made = wallet(tmp_path / "a.vcw", issuer)
    return made, made.add_child(MASHA, now=NOW)


@pytest.fixture
def relay(worker: Worker) -> Iterator[Relay]:
    made = Relay(worker)
    with _listening(made):
        yield made


def collect(family: tuple[Wallet, Child], link: str, code: str | None = None) -> Collected:
    made, child = family
    offered = openid_collecting.look_up(OfferLink.read(link), network=fetch)
    return openid_collecting.collect(
        offered,
        child,
        issuers=made.issuers,
        is_way_in=made.is_way_in,
        code=code,
        network=fetch,
        now=NOW,
    )


def kept(family: tuple[Wallet, Child], collected: Collected) -> list[What]:
    assert collected.refused == ()
    made, child = family
    return [each.what for each in Intake.take(made, collected.given, child=child, now=NOW).results]


@pytest.mark.parametrize("code", [None, "4935"])
def test_a_diploma_that_their_issuer_offers(
    relay: Relay, family: tuple[Wallet, Child], issuer: Issuer, code: str | None
) -> None:
    relay.gives = issuer.diploma(holder=family[1].did)
    assert kept(family, collect(family, relay.offer(code=code), code)) == [What.ADDED]
    assert relay.proven == [did_key.verification_method_of(family[1].did)]


def test_a_diploma_as_a_jwt_to_a_key_by_its_jwk(
    relay: Relay, family: tuple[Wallet, Child], issuer: Issuer
) -> None:
    unsigned = {n: v for n, v in issuer.diploma(holder=family[1].did).items() if n != "proof"}
    relay.gives = secure_credential(
        unsigned, media_type=MediaType.VC_JWT, key=issuer.key, verification_method=issuer.method, issued=NOW
    ).data
    link = relay.offer(format="jwt_vc_json", cryptographic_binding_methods_supported=["jwk"])
    assert kept(family, collect(family, link)) == [What.ADDED]
    assert relay.proven == [None]


def test_what_their_issuer_refuses(relay: Relay, family: tuple[Wallet, Child], issuer: Issuer) -> None:
    """A wrong code, and an offer that was used already."""
    relay.gives = issuer.diploma(holder=family[1].did)
    with pytest.raises(InputError) as caught:
        collect(family, relay.offer(code="4935"), "1111")
    assert (caught.value.code, caught.value.evidence["reason"]) == ("offer.not-taken", "invalid_grant")
    link = relay.offer()
    collect(family, link)
    with pytest.raises(InputError) as caught:
        collect(family, link)
    assert caught.value.code == "offer.not-taken"


def test_they_refuse_a_proof_of_another_key(
    relay: Relay, family: tuple[Wallet, Child], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the proof is judged: the same exchange with the name of another key fails."""
    relay.gives = issuer.diploma(holder=family[1].did)
    stranger = did_key.did_of(issuer.key.public_key)
    link = relay.offer()
    monkeypatch.setattr(did_key, "verification_method_of", lambda _: f"{stranger}#{stranger[8:]}")
    (refused,) = collect(family, link).refused
    assert (refused.error.code, refused.error.evidence["reason"]) == ("offer.refused", "invalid_proof")
