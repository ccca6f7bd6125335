"""Requests of OpenID4VP for the tests: an invented office that asks, honestly or not."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc.jwk import import_key

from vcwallet import strict_json
from vcwallet.bundle.openid4vp import OBJECT_TYPE
from vcwallet.identifiers.keys import KeyType, SigningKey, SoftwareKey
from vcwallet.proofs.jose import jws

BADGE: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
HOST: Final = "priem.vuz.example"
RESPONSE_URI: Final = f"https://{HOST}/openid4vp"
CLIENT: Final = f"redirect_uri:{RESPONSE_URI}"
NONCE: Final = "n-0S6_WzA2Mj"


def query(*claims: list[Any] | dict[str, Any], **more: Any) -> dict[str, Any]:
    """One query for badges; a claim is a path, or the whole object."""
    made: dict[str, Any] = {"id": "diploma", "format": "ldp_vc", "meta": {"type_values": [[BADGE]]}, **more}
    if claims:
        made["claims"] = [each if isinstance(each, dict) else {"path": each} for each in claims]
    return made


def parameters(*queries: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A request by value; a parameter that is None is left out."""
    made: dict[str, Any] = {
        "response_type": "vp_token",
        "client_id": CLIENT,
        "response_mode": "direct_post",
        "nonce": NONCE,
        "state": "s-1",
        "dcql_query": {"credentials": list(queries or [query()])},
        **more,
    }
    return {name: value for name, value in made.items() if value is not None}


def url(given: Mapping[str, Any]) -> str:
    texts = {n: v if isinstance(v, str) else strict_json.dumps(v) for n, v in given.items()}
    return "openid4vp://?" + urlencode(texts)


def signed(claims: dict[str, Any], key: SigningKey, **header: Any) -> str:
    payload = strict_json.dumps({"aud": "https://self-issued.me/v2", **claims}).encode("utf-8")
    return jws.sign({"typ": OBJECT_TYPE, **header}, payload, key)


class Certificates:
    """An invented authority, and a certificate of it for one name."""

    def __init__(
        self,
        name: str = HOST,
        *,
        at: datetime,
        life: timedelta = timedelta(days=30),
        key: SigningKey | None = None,
    ) -> None:
        root = ec.generate_private_key(ec.SECP256R1())
        years = timedelta(days=900)
        self.root = _certificate("Вымышленный центр", root.public_key(), root, None, at, years)
        self.key = key or SoftwareKey(KeyType.P256, b"\x07" * 32)
        public = import_key(dict(self.key.public_key.to_jwk())).public_key  # type: ignore[arg-type]
        self.leaf = _certificate(name, public, root, self.root, at, life)

    @property
    def x5c(self) -> list[str]:
        return [base64.b64encode(self.leaf.public_bytes(Encoding.DER)).decode("ascii")]


def _certificate(
    name: str,
    key: CertificatePublicKeyTypes,
    by: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    at: datetime,
    life: timedelta,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(at.astimezone(UTC) + life)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    if issuer is None:
        builder = builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key), critical=False
        ).add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True
        )
    else:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(by, hashes.SHA256())
