"""The interface at work on loopback, and a client that never follows, repeats or hides anything."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.shared import HANG_SECONDS, ROOT
from vcwallet.conformance import api, instances
from vcwallet.conformance.instances import Instance
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.web import listening

V2 = "https://www.w3.org/ns/credentials/v2"
V1 = "https://www.w3.org/2018/credentials/v1"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"

VERIFY = "/verifiers/default/credentials/verify"
VERIFY_PRESENTATION = "/verifiers/default/presentations/verify"
DERIVE = "/holders/default/credentials/derive"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def codes(self) -> list[str]:
        """The codes of a refusal, in the form every refusal has."""
        assert self.json["verified"] is False, self.text
        assert all({"name", "code", "message"} <= set(each) for each in self.json["errors"])
        assert "Traceback" not in self.text
        return [each["code"] for each in self.json["errors"]]


@dataclass
class Interface:
    """A running server. `listener` says where; `issuers` are its own."""

    listener: listening.Listener
    issuers: dict[str, Instance]

    @property
    def netloc(self) -> str:
        return self.listener.url.partition("//")[2]

    def call(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection(self.netloc, timeout=HANG_SECONDS)
        try:
            data = body.encode("utf-8") if isinstance(body, str) else body
            connection.request(method, path, data, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read().decode("utf-8"))
        finally:
            connection.close()

    def post(self, path: str, body: Any) -> Answer:
        return self.call(
            "POST", path, json.dumps(body, ensure_ascii=False), {"Content-Type": "application/json"}
        )

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    # --- what suites do with it ----------------------------------------------------------------------

    def did(self, name: str) -> str:
        return self.issuers[name].did

    def issue(self, name: str, credential: dict[str, Any] | None = None, **options: Any) -> Answer:
        given = {"issuer": self.did(name), **(unsigned() if credential is None else credential)}
        return self.post(f"/issuers/{name}/credentials/issue", {"credential": given, "options": options})

    def issued(self, name: str, credential: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        answer = self.issue(name, credential, **options)
        assert answer.status == 201, answer.text
        found: dict[str, Any] = answer.json["verifiableCredential"]
        return found

    def verify(self, credential: Any, *checks: str) -> Answer:
        options = {"options": {"checks": list(checks)}} if checks else {}
        return self.post(VERIFY, {"verifiableCredential": credential, **options})

    def verify_presentation(self, presentation: Any, **options: Any) -> Answer:
        return self.post(VERIFY_PRESENTATION, {"verifiablePresentation": presentation, "options": options})


@contextlib.contextmanager
def running(*, everything: bool = False) -> Iterator[Interface]:
    listener = listening.listen("127.0.0.1", 0)
    now = api.clock()
    issuers = dict(instances.make(listener.url, now=now))
    server = listener.server(api.application(issuers, hosts=listener.hosts, since=now, everything=everything))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener.socket]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield Interface(listener, issuers)
    finally:
        server.should_exit = True
        thread.join(HANG_SECONDS)


def unsigned(**members: Any) -> dict[str, Any]:
    """A credential about an invented pupil, without its issuer."""
    return {
        "@context": [V2, EXAMPLES],
        "type": ["VerifiableCredential"],
        "id": "urn:uuid:8b7c1f2e-0000-4000-8000-00000000c0de",
        "validFrom": "2026-03-01T09:00:00Z",
        "credentialSubject": {"familyName": "Тестов", "givenName": "Пробник"},
        **members,
    }


def badge(**members: Any) -> dict[str, Any]:
    """An achievement of an invented pupil, without its issuer: what the full verifier judges."""
    document: dict[str, Any] = json.loads(
        (ROOT / "tests/vectors/credentials/school-award.unsigned.json").read_text("utf-8")
    )
    left_out = ("issuer", "credentialStatus")
    return {name: value for name, value in document.items() if name not in left_out} | members


def unsigned_1_1(**members: Any) -> dict[str, Any]:
    return {
        "@context": [V1],
        "type": ["VerifiableCredential"],
        "issuanceDate": "2026-03-01T09:00:00Z",
        "credentialSubject": {"id": "did:example:invented-pupil"},
        **members,
    }


def by_another_key(issuer: str, **members: Any) -> dict[str, Any]:
    """A credential of `issuer` that somebody else signed: what only the suites may call verified."""
    key = SoftwareKey.generate(KeyType.ED25519)
    method = did_key.verification_method_of(did_key.did_of(key.public_key))
    document = {**unsigned(**members), "issuer": issuer}
    return dict(
        add_proof(document, suite="eddsa-rdfc-2022", key=key, verification_method=method, created=api.clock())
    )
