"""Offers of OpenID4VCI for the tests: an invented site that offers diplomas, honestly or not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from cryptography.x509 import Certificate

from vcwallet.credentials.achievement import CONTEXTS
from vcwallet.errors import DocumentError
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.identifiers.web_address import Reply, WebAddress
from vcwallet.strict_json import JsonObject

SITE: Final = "https://olymp.example"
GRANT: Final = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
DIPLOMA: Final = "Diploma"


def offer(*names: str, issuer: str = SITE, code: str | None = "c-1", **grant: Any) -> dict[str, Any]:
    """By value; `grant` are further members of the grant, and without a `code` there is no grant."""
    made: dict[str, Any] = {
        "credential_issuer": issuer,
        "credential_configuration_ids": list(names or (DIPLOMA,)),
    }
    if code is not None:
        made["grants"] = {GRANT: {"pre-authorized_code": code, **grant}}
    return made


def link(given: Mapping[str, Any] | str) -> str:
    """Of an offer by value, or of the address where one lies."""
    name = "credential_offer_uri" if isinstance(given, str) else "credential_offer"
    value = given if isinstance(given, str) else json.dumps(given)
    return "openid-credential-offer://?" + urlencode({name: value})


def configuration(**changed: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "format": "ldp_vc",
        "credential_definition": {
            "@context": [*CONTEXTS],
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
        },
        "cryptographic_binding_methods_supported": ["did:key"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256", "EdDSA"]}},
        "credential_metadata": {"display": [{"name": "Диплом «Вымысла»", "locale": "ru-RU"}]},
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def unbound(**changed: Any) -> dict[str, Any]:
    """A configuration without a proof of the child's key."""
    return configuration(cryptographic_binding_methods_supported=None, proof_types_supported=None, **changed)


@dataclass
class Site:
    """What a site answers, by path, and what it was asked. A value that can be called is asked each time."""

    credential: Any = None
    """What it gives, or makes of the body of a request."""
    configurations: dict[str, Any] = field(default_factory=lambda: {DIPLOMA: configuration()})
    metadata: dict[str, Any] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    """By address, before everything else: bytes, a Reply, an error to raise, or a function of the body."""
    id: str = SITE
    asked: list[str] = field(default_factory=list)
    posted: list[tuple[str, Any, str | None]] = field(default_factory=list)
    nonces: int = 0

    @property
    def proofs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Header and claims of each proof that was sent."""
        sent = [body for where, body, _ in self.posted if where.endswith("/credential")]
        tokens = [each for body in sent for each in body.get("proofs", {}).get("jwt", [])]
        return [
            (json.loads(base64url_decode(head)), json.loads(base64url_decode(claims)))
            for head, claims, _ in (each.split(".") for each in tokens)
        ]

    def get(self, url: str, ceiling: int) -> bytes:
        return self._answer(url, None).content

    def ask(
        self, address: WebAddress, *, form: Mapping[str, str] | None = None, ceiling: int, token: bool = False
    ) -> bytes:
        assert form is None
        return self._answer(address.url, None).content

    def call(
        self,
        address: WebAddress,
        *,
        form: Mapping[str, str] | None = None,
        document: JsonObject | None = None,
        bearer: str | None = None,
        ceiling: int,
    ) -> Reply:
        body = dict(form) if form is not None else json.loads(json.dumps(document))
        self.posted.append((address.url, body, bearer))
        return self._answer(address.url, body)

    def authorities(self) -> tuple[Certificate, ...]:
        return ()

    def _answer(self, url: str, body: Any) -> Reply:
        self.asked.append(url)
        if url in self.answers:
            found = self.answers[url]
            if callable(found):
                found = found(body)
            if isinstance(found, Exception):
                raise found
            return found if isinstance(found, Reply) else Reply(200, found)
        return Reply(200, json.dumps(self._usual(url, body)).encode("utf-8"))

    def _usual(self, url: str, body: Any) -> Any:
        if url == f"{self.id}/.well-known/openid-credential-issuer":
            return {
                "credential_issuer": self.id,
                "credential_endpoint": f"{self.id}/credential",
                "nonce_endpoint": f"{self.id}/nonce",
                "credential_configurations_supported": self.configurations,
                **self.metadata,
            }
        if url == f"{self.id}/.well-known/oauth-authorization-server":
            return {"issuer": self.id, "token_endpoint": f"{self.id}/token", **self.server}
        if url == f"{self.id}/token":
            return {"access_token": "t-1", "token_type": "Bearer", **self.token}
        if url == f"{self.id}/nonce":
            self.nonces += 1
            return {"c_nonce": f"n-{self.nonces}"}
        if url == f"{self.id}/credential":
            given = self.credential(body) if callable(self.credential) else self.credential
            return {"credentials": [{"credential": given}]}
        raise DocumentError("fetch.status", "nothing is there: {url}", url=url)


Answer = Callable[[Any], Reply]


def refusal(error: str, status: int = 400) -> Reply:
    return Reply(status, json.dumps({"error": error}).encode("ascii"))
