"""Who sends a request of OpenID4VP, and what proves it (OpenID4VP 1.0, sections 5.9 and 5.9.3).

    client = Client.parse("x509_san_dns:priem.vuz.example")
    proof = client.prove(token, resolve=resolve, authorities=roots, now=now)

A client identifier says by its prefix how it is to be proven. Some prefixes prove a site, some only that the
same key signed, and some nothing: that is told to the family and never hidden behind one word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vcwallet import limits
from vcwallet.errors import N_, InputError, ProofError, VcwalletError
from vcwallet.identifiers.controlled_identifier import Resolver, controller_of
from vcwallet.identifiers.did import web
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.identifiers.multibase import base64_decode, base64url_encode
from vcwallet.identifiers.web_address import WebAddress
from vcwallet.proofs.jose.jws import Jws
from vcwallet.strict_json import Json

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["Client", "Prefix", "Proven"]


class Prefix(StrEnum):
    """How a client identifier is read: the text before its first colon (section 5.9.1)."""

    REDIRECT_URI = "redirect_uri"
    DID = "decentralized_identifier"
    SAN_DNS = "x509_san_dns"
    HASH = "x509_hash"


class Proven(StrEnum):
    """What is known of who asks."""

    NOTHING = "nothing"
    """Anybody could have written the request; the answer goes to the site that it names."""
    SAME_KEY = "same-key"
    """Signed with the key that the identifier itself is. It tells nobody's name."""
    SITE = "site"
    """Signed with a key that the site publishes."""
    FOLDER = "folder"
    """Signed with a key that lies in a folder of the site: it belongs to whoever may write there."""
    CERTIFICATE = "certificate"
    """Signed with a certificate of an authority that this computer believes."""
    UNKNOWN_AUTHORITY = "unknown-authority"
    """Signed with a certificate, and this computer does not know who gave it: anybody can make such a one."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, as it is said: `id` is the whole client identifier, which an answer is addressed to."""

    id: str
    prefix: Prefix
    name: str
    """The identifier without its prefix."""

    @classmethod
    def parse(cls, text: str) -> Client:
        """Raises InputError: ``openid.client-id``, ``openid.client-prefix`` (``origin:``, and what is not
        supported), ``openid.client-unknown`` (no colon).

        Without a colon it is somebody whom the wallet would have to know already (section 5.9.2). Nothing
        ties such a name to where the answer goes, and the answer is signed for the name: whoever writes an
        office's own name there would get what that office takes for an answer to its own request.
        """
        if not 0 < len(text) <= limits.DID_CHARACTERS or not text.isascii() or not text.isprintable():
            raise InputError("openid.client-id", N_("The request does not say in good order who asks."))
        before, colon, after = text.partition(":")
        if not colon:
            raise InputError(
                "openid.client-unknown",
                N_("The request is in the name of “{name}”, and nothing ties this name to whoever asks."),
                next_step=N_("Do not answer it. Ask the recipient itself for a request."),
                name=text[:64],
            )
        prefix = next((each for each in Prefix if each.value == before), None)
        if prefix is None or not after:
            raise InputError(
                "openid.client-prefix",
                N_("Who asks is named in a way that this program cannot check (“{prefix}:”)."),
                next_step=N_("Ask the recipient for a request of another kind, or hand over the files."),
                prefix=before[:64],
            )
        return cls(text, prefix, after)

    @property
    def is_signed(self) -> bool:
        """Whether requests of this prefix must be signed (section 5.9.3)."""
        return self.prefix is Prefix.DID or self.has_certificate

    @property
    def has_certificate(self) -> bool:
        return self.prefix in (Prefix.SAN_DNS, Prefix.HASH)

    @property
    def has_site(self) -> bool:
        """Whether its key lies at a site."""
        return self.prefix is Prefix.DID and self.name.startswith("did:web:")

    @property
    def host(self) -> str | None:
        """The only host that the request may lie at and the answer go to; None where the prefix names none.

        Raises DocumentError (``web-address.refused``, ``did.web-*``).
        """
        if self.prefix is Prefix.REDIRECT_URI:
            return WebAddress.parse(self.name).host
        if self.prefix is Prefix.SAN_DNS:
            return self.name.lower()
        if self.has_site:
            return web.locate(self.name).domain
        return None

    def prove(
        self, token: Jws, *, resolve: Resolver, authorities: Sequence[Certificate], now: datetime
    ) -> Proven:
        """Check that a request object was signed by whom this identifier names, and say what that proves.

        Raises ProofError: ``openid.signer`` (a key that is not the identifier's), ``openid.certificate``, and
        what `Jws.verify` raises; and what `resolve` raises.
        """
        if self.prefix is Prefix.DID:
            return self._prove_did(token, resolve, now)
        if self.has_certificate:
            return self._prove_certificate(token, authorities, now)
        # Section 5.9.3: no key can be had for these, so a signature under one would only look like a proof.
        raise ProofError(
            "openid.signed-by-nobody",
            N_("The request is signed, and who asks is named in a way that has no key."),
            next_step=N_("Ask the recipient for another request; nothing was sent."),
        )

    def _prove_did(self, token: Jws, resolve: Resolver, now: datetime) -> Proven:
        kid = token.header.get("kid")
        if not isinstance(kid, str) or controller_of(kid) != self.name:
            raise self._other_signer()
        document = resolve(self.name)
        try:
            method = document.method(kid, "authentication", at=now)
        except ProofError as error:
            if error.code != "key.other-purpose":
                raise
            method = document.method(kid, "assertionMethod", at=now)
        token.verify(method.public_key)
        if not self.has_site:
            return Proven.SAME_KEY
        return Proven.FOLDER if web.locate(self.name).segments else Proven.SITE

    def _prove_certificate(self, token: Jws, authorities: Sequence[Certificate], now: datetime) -> Proven:
        chain = _chain(token.header.get("x5c"))
        leaf = _Leaf.read(chain[0])
        if self.prefix is Prefix.HASH:
            if self.name != leaf.digest:
                raise self._other_signer()
        elif self.name.lower() not in leaf.names:
            raise self._other_signer()
        token.verify(leaf.key)
        if not leaf.begins <= now <= leaf.ends:
            raise ProofError(
                "openid.certificate-time",
                N_("The certificate of {name} is good from {begin} to {end}, and not today."),
                next_step=N_("Is the clock of this computer right? Otherwise tell whoever asks."),
                name=self.name[:64],
                begin=leaf.begins.date().isoformat(),
                end=leaf.ends.date().isoformat(),
            )
        return Proven.CERTIFICATE if _leads_to(chain, authorities, now) else Proven.UNKNOWN_AUTHORITY

    def _other_signer(self) -> ProofError:
        return ProofError(
            "openid.signer",
            N_("The request says that {name} asks, and somebody else signed it."),
            next_step=N_("Do not answer it. Ask the recipient itself for a request."),
            name=self.name[:64],
        )


def _chain(value: Json) -> list[Certificate]:
    """The certificates of ``x5c`` (RFC 7515, section 4.1.6), the signer's first."""
    from cryptography import x509

    if not isinstance(value, list) or not 0 < len(value) <= limits.OPENID_CERTIFICATES:
        raise _bad_certificate()
    found = []
    for each in value:
        if not isinstance(each, str):
            raise _bad_certificate()
        try:
            found.append(x509.load_der_x509_certificate(base64_decode(each)))
        except (VcwalletError, ValueError, x509.InvalidVersion):
            raise _bad_certificate() from None
    return found


@dataclass(frozen=True, slots=True)
class _Leaf:
    """What is looked at of the signer's certificate."""

    digest: str
    names: frozenset[str]
    """Of sites; of ``*.vuz.example`` nothing, for it is no name of a client."""
    key: PublicKey
    begins: datetime
    ends: datetime

    @classmethod
    def read(cls, certificate: Certificate) -> _Leaf:
        """Raises ProofError (``openid.certificate``), also for a key of another type than signs requests."""
        from cryptography.hazmat.primitives.serialization import Encoding

        try:
            return cls(
                base64url_encode(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()),
                _names(certificate),
                _key(certificate),
                certificate.not_valid_before_utc,
                certificate.not_valid_after_utc,
            )
        except Exception:
            # The reader of certificates answers keys, names and extensions that it does not know with
            # exceptions of many kinds: a key of GOST is one of them.
            raise _bad_certificate() from None


def _names(certificate: Certificate) -> frozenset[str]:
    from cryptography import x509

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(name.lower() for name in found.value.get_values_for_type(x509.DNSName))


_CURVES: Final = {"secp256r1": KeyType.P256, "secp384r1": KeyType.P384, "secp521r1": KeyType.P521}


def _key(certificate: Certificate) -> PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    match certificate.public_key():
        case EllipticCurvePublicKey() as key:
            point = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
            return PublicKey(_CURVES[key.curve.name], point)
        case RSAPublicKey() as key:
            return PublicKey(KeyType.RSA, key.public_bytes(Encoding.DER, PublicFormat.PKCS1))
        case Ed25519PublicKey() as key:
            return PublicKey(KeyType.ED25519, key.public_bytes_raw())
    raise _bad_certificate()


def _leads_to(chain: Sequence[Certificate], authorities: Sequence[Certificate], now: datetime) -> bool:
    """Whether a chain ends at one of the authorities, every signature and every time in it being right.

    What the certificate itself may be used for is not asked: none is made for signing requests.
    """
    from cryptography.x509 import verification

    if not authorities:
        return False
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(authorities)))
        .time(now.astimezone(UTC).replace(tzinfo=None))
        .max_chain_depth(limits.OPENID_CERTIFICATES)
        .extension_policies(
            ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(),
            ee_policy=verification.ExtensionPolicy.permit_all(),
        )
        .build_client_verifier()
    )
    try:
        verifier.verify(chain[0], list(chain[1:]))
    except Exception:
        # As in `_Leaf.read`: what is wrong may be in any certificate of the chain.
        return False
    return True


def _bad_certificate() -> ProofError:
    return ProofError(
        "openid.certificate",
        N_("The certificate of whoever asks cannot be read."),
        next_step=N_("Tell whoever asks; nothing was sent."),
    )
