"""Offers of OpenID for Verifiable Credential Issuance 1.0: from a link to what a site offers, and where.

    link = OfferLink.read("openid-credential-offer://?credential_offer_uri=...")
    offer = link.offer or link.opened(fetch.ask(link.by_reference, ...))
    metadata = IssuerMetadata.read(fetch.ask(offer.issuer.well_known, ...), offer)
    server = AuthorizationServer.read(fetch.ask(metadata.server.well_known, ...), metadata.server)

Of the ways of the specification this is the one with a code that the issuer gave before (section 3.5), for
which nobody logs in anywhere. An offer is signed by nobody, and nothing in it is believed (section 13.5): all
its addresses must be of the one site that a person sees, or of the server that this site names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle.kinds import OFFER_LINK_FORMAT, offer_link
from vcwallet.errors import N_, InputError, LimitExceeded
from vcwallet.identifiers.web_address import WebAddress, form_pairs
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "GRANT",
    "AuthorizationServer",
    "Configuration",
    "CredentialOffer",
    "Format",
    "IssuerMetadata",
    "OfferLink",
    "Site",
    "TransactionCode",
]

GRANT: Final = "urn:ietf:params:oauth:grant-type:pre-authorized_code"
_NEXT: Final = N_("Tell whoever offers it; nothing was taken.")


class Format(StrEnum):
    """Of a credential that is offered, where a wallet can keep one (appendix A)."""

    LDP_VC = "ldp_vc"
    JWT_VC_JSON = "jwt_vc_json"
    JWT_VC_JSON_LD = "jwt_vc_json-ld"
    SD_JWT_VC = "dc+sd-jwt"


@dataclass(frozen=True, slots=True)
class Site:
    """A credential issuer or an authorization server: its identifier, to the letter, and where it is."""

    id: str
    address: WebAddress

    @classmethod
    def parse(cls, text: Json, member: str) -> Site:
        """Raises InputError (``offer.malformed``), and what `WebAddress.parse` raises."""
        if not isinstance(text, str) or "?" in text:
            raise _malformed(member)
        return cls(text, WebAddress.parse(text))

    def well_known(self, name: str) -> WebAddress:
        """Where its metadata lies: the name is put between host and path (section 12.2.2; RFC 8414, 3.1)."""
        address = self.address
        path = address.target.rstrip("/")
        return WebAddress.parse(f"{address.scheme}://{address.authority}/.well-known/{name}{path}")

    def part(self, text: Json, member: str) -> WebAddress:
        """An address of this site. Raises InputError (``offer.malformed``, ``offer.other-host``)."""
        if not isinstance(text, str):
            raise _malformed(member)
        address = WebAddress.parse(text)
        if address.host != self.address.host:
            raise _other_host(address, self.address)
        return address


@dataclass(frozen=True, slots=True)
class TransactionCode:
    """What a person has to type, that came another way than the offer (``tx_code``, section 4.1.1)."""

    length: int | None
    numeric: bool
    """Whether the issuer says that it is digits."""
    description: str

    @classmethod
    def parse(cls, given: Json) -> TransactionCode:
        """Raises InputError (``offer.malformed``)."""
        if not isinstance(given, dict):
            raise _malformed("tx_code")
        length, mode = given.get("length"), given.get("input_mode")
        description = given.get("description", "")
        if not isinstance(description, str) or len(description) > limits.OFFER_DESCRIPTION_CHARACTERS:
            raise _malformed("tx_code.description")
        if length is not None and (
            not isinstance(length, int)
            or isinstance(length, bool)
            or not 0 < length <= limits.OFFER_CODE_CHARACTERS
        ):
            raise _malformed("tx_code.length")
        if mode not in (None, "numeric", "text"):
            raise _malformed("tx_code.input_mode")
        return cls(length, mode == "numeric", description)

    def fits(self, typed: str) -> bool:
        """Whether what somebody typed can be the code: a wrong one may use the offer up (section 13.6.3)."""
        if not typed or len(typed) > limits.OFFER_CODE_CHARACTERS:
            return False
        if self.length is not None and len(typed) != self.length:
            return False
        return not self.numeric or (typed.isascii() and typed.isdecimal())


@dataclass(frozen=True, slots=True)
class CredentialOffer:
    """What one site offers (section 4.1.1), as it says; nobody signed it."""

    issuer: Site
    configurations: tuple[str, ...]
    """Names of what is offered, in the issuer's metadata."""
    code: str = field(repr=False)
    """Stands for a person: who has it, and the transaction code, is given what is offered."""
    transaction_code: TransactionCode | None
    """None where nobody is asked for one."""
    server: str | None
    """The authorization server that the code is for, where the offer says."""

    @classmethod
    def parse(cls, document: JsonObject) -> CredentialOffer:
        """Raises InputError: ``offer.malformed``, ``offer.no-code``; LimitExceeded (``offer.too-many``); and
        what `WebAddress.parse` raises."""
        issuer = Site.parse(document.get("credential_issuer"), "credential_issuer")
        names = document.get("credential_configuration_ids")
        if not isinstance(names, list) or not names:
            raise _malformed("credential_configuration_ids")
        if len(names) > limits.OFFER_CREDENTIALS:
            raise _too_many(len(names))
        texts = tuple(each for each in names if isinstance(each, str) and each)
        if len(set(texts)) != len(names):
            raise _malformed("credential_configuration_ids")
        grants = document.get("grants", {})
        if not isinstance(grants, dict):
            raise _malformed("grants")
        grant = grants.get(GRANT)
        if grant is None:
            raise InputError(
                "offer.no-code",
                N_("{host} wants you to log in there in a browser first, which this program does not do."),
                next_step=N_("Ask there for an offer with a code, or for the diploma as a file."),
                host=issuer.address.host[:64],
            )
        if not isinstance(grant, dict):
            raise _malformed("grants")
        code, server = grant.get("pre-authorized_code"), grant.get("authorization_server")
        if not isinstance(code, str) or not code:
            raise _malformed("pre-authorized_code")
        if not isinstance(server, str | None):
            raise _malformed("authorization_server")
        typed = TransactionCode.parse(grant["tx_code"]) if "tx_code" in grant else None
        return cls(issuer, texts, code, typed, server)


@dataclass(frozen=True, slots=True)
class OfferLink:
    """A link as it was typed or scanned, or what `scanning` makes of one; or the offer itself in a file."""

    offer: CredentialOffer | None
    by_reference: WebAddress | None
    """Where the offer lies, when it is not in the link (``credential_offer_uri``, section 4.1.3)."""

    @classmethod
    def read(cls, given: str | JsonObject) -> OfferLink:
        """Raises LimitExceeded (``offer.too-long``), InputError (``offer.malformed``), and what
        `CredentialOffer.parse` and `WebAddress.parse` raise."""
        if isinstance(given, dict):
            link = given.get("url")
            if given.get("format") != OFFER_LINK_FORMAT or not isinstance(link, str):
                return cls(CredentialOffer.parse(given), None)
            given = link
        if len(given) > limits.OFFER_BYTES:
            raise _too_long()
        if offer_link(given) is None:
            raise _malformed("?")
        try:
            pairs = form_pairs(given.strip().partition("?")[2].partition("#")[0])
        except ValueError:
            raise _malformed("?") from None
        values = [pair for pair in pairs if pair[0] in ("credential_offer", "credential_offer_uri")]
        if len(values) != 1:  # section 4.1: one of the two, once
            raise _malformed("credential_offer")
        name, value = values[0]
        if name == "credential_offer_uri":
            return cls(None, WebAddress.parse(value))
        return cls(CredentialOffer.parse(strict_json.loads_object(value)), None)

    @property
    def site(self) -> WebAddress:
        """The site that is asked first; the only one, unless it names a server beside it."""
        if self.by_reference is not None:
            return self.by_reference
        assert self.offer is not None
        return self.offer.issuer.address

    def opened(self, content: bytes) -> CredentialOffer:
        """The offer that lay at `by_reference`, which must speak for the same site.

        Raises InputError (``offer.other-host``), and what `CredentialOffer.parse` raises.
        """
        offer = CredentialOffer.parse(strict_json.loads_object(content))
        if self.by_reference is not None and offer.issuer.address.host != self.by_reference.host:
            raise _other_host(offer.issuer.address, self.by_reference)
        return offer


@dataclass(frozen=True, slots=True)
class Configuration:
    """One thing that is offered, as the issuer's metadata describe it (section 12.2.4)."""

    id: str
    format: Format | None
    """None for one that no wallet here keeps."""
    names: Mapping[str, str]
    """What it is called, by language; "" where no language is said."""
    types: tuple[str, ...]
    bound: bool
    """Whether it is bound to a key of the child, which has to be proven."""
    binding: tuple[str, ...]
    """Ways of naming that key which the issuer takes, such as ``did:key`` and ``jwk``."""
    proofs: Mapping[str, tuple[str, ...]]
    """By kind of proof the algorithms that are taken; kinds that need somebody else's word are left out."""

    @classmethod
    def parse(cls, name: str, given: Json) -> Configuration:
        """Raises InputError (``offer.malformed``)."""
        if not isinstance(given, dict) or not isinstance(given.get("format"), str):
            raise _malformed(name)
        described = given.get("credential_metadata")
        definition = given.get("credential_definition")
        proofs = given.get("proof_types_supported", {})
        if not isinstance(proofs, dict):
            raise _malformed("proof_types_supported")
        return cls(
            name,
            next((each for each in Format if each.value == given["format"]), None),
            _display(described if isinstance(described, dict) else given),
            _texts(definition.get("type")) if isinstance(definition, dict) else (),
            "proof_types_supported" in given or "cryptographic_binding_methods_supported" in given,
            _texts(given.get("cryptographic_binding_methods_supported")),
            {
                kind: _texts(wanted.get("proof_signing_alg_values_supported"))
                for kind, wanted in proofs.items()
                # Section 12.2.4: then a maker of wallets has to vouch for the key, and nobody vouches here.
                if isinstance(wanted, dict) and "key_attestations_required" not in wanted
            },
        )


@dataclass(frozen=True, slots=True)
class IssuerMetadata:
    """What the issuer's site says of itself and of what an offer names (section 12.2.4)."""

    issuer: Site
    server: Site
    """The authorization server: the issuer itself, or one that it names."""
    credential_endpoint: WebAddress
    nonce_endpoint: WebAddress | None
    names: Mapping[str, str]
    """What the issuer calls itself, by language. Nothing proves it."""
    configurations: tuple[Configuration, ...]
    """What the offer names, in its order."""

    @classmethod
    def read(cls, content: bytes, offer: CredentialOffer) -> IssuerMetadata:
        """Raises InputError: ``offer.malformed``, ``offer.other-issuer``, ``offer.other-host``,
        ``offer.other-server``, ``offer.unknown``, ``offer.encryption``; and what `strict_json.loads_object`
        and `WebAddress.parse` raise."""
        given = strict_json.loads_object(content, max_bytes=limits.OFFER_METADATA_BYTES)
        issuer = offer.issuer
        if given.get("credential_issuer") != issuer.id:
            # Section 12.2.4: compared letter by letter, and nothing else of it may be used.
            raise InputError(
                "offer.other-issuer",
                N_("What {host} says of itself is about another issuer."),
                next_step=_NEXT,
                host=issuer.address.host[:64],
            )
        known = given.get("credential_configurations_supported")
        if not isinstance(known, dict):
            raise _malformed("credential_configurations_supported")
        for name in offer.configurations:
            if name not in known:
                raise InputError(
                    "offer.unknown",
                    N_("{host} offers “{name}” and does not know it itself."),
                    next_step=_NEXT,
                    host=issuer.address.host[:64],
                    name=name[:64],
                )
        for member in ("credential_request_encryption", "credential_response_encryption"):
            wanted = given.get(member)
            if isinstance(wanted, dict) and wanted.get("encryption_required") is not False:
                raise InputError(
                    "offer.encryption",
                    N_("{host} wants everything encrypted once more, which this program does not do."),
                    next_step=N_("Ask there for the diploma as a file."),
                    host=issuer.address.host[:64],
                )
        nonce = given.get("nonce_endpoint")
        return cls(
            issuer,
            _server(given.get("authorization_servers"), offer),
            issuer.part(given.get("credential_endpoint"), "credential_endpoint"),
            None if nonce is None else issuer.part(nonce, "nonce_endpoint"),
            _display(given),
            tuple(Configuration.parse(name, known[name]) for name in offer.configurations),
        )


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """Where the code of an offer is changed for a token (RFC 8414; section 12.3)."""

    site: Site
    token_endpoint: WebAddress

    @classmethod
    def read(cls, content: bytes, site: Site) -> AuthorizationServer:
        """Raises InputError: ``offer.malformed``, ``offer.other-issuer``, ``offer.other-host``; and what
        `strict_json.loads_object` and `WebAddress.parse` raise."""
        given = strict_json.loads_object(content, max_bytes=limits.OFFER_METADATA_BYTES)
        if given.get("issuer") != site.id:  # RFC 8414, section 3.3
            raise InputError(
                "offer.other-issuer",
                N_("What {host} says of itself is about another issuer."),
                next_step=_NEXT,
                host=site.address.host[:64],
            )
        return cls(site, site.part(given.get("token_endpoint"), "token_endpoint"))


def _server(given: Json, offer: CredentialOffer) -> Site:
    """The server that takes the code (sections 4.1.1 and 12.2.4)."""
    if given is None:
        return offer.issuer
    listed = _texts(given)
    if not listed or not isinstance(given, list) or len(given) > limits.OFFER_SERVERS:
        raise _malformed("authorization_servers")
    if offer.server is not None and offer.server not in listed:
        raise InputError(
            "offer.other-server",
            N_("The offer sends its code to {server}, which {host} does not name as its own."),
            next_step=_NEXT,
            server=offer.server[:64],
            host=offer.issuer.address.host[:64],
        )
    server = Site.parse(offer.server or listed[0], "authorization_servers")
    if server.address.on_this_computer and not offer.issuer.address.on_this_computer:
        # A site on the internet has no business with what listens here.
        raise _other_host(server.address, offer.issuer.address)
    return server


def _display(given: JsonObject) -> dict[str, str]:
    """Names by language (``display``), as far as they are in good order."""
    listed = given.get("display")
    found: dict[str, str] = {}
    for each in listed[: limits.OFFER_NAMES] if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(name := each.get("name"), str) and name.strip():
            locale = each.get("locale")
            key = locale.partition("-")[0].lower() if isinstance(locale, str) else ""
            found.setdefault(key, name.strip()[: limits.OFFER_NAME_CHARACTERS])
    return found


def _texts(value: Json) -> tuple[str, ...]:
    listed = value[: limits.OFFER_NAMES] if isinstance(value, list) else ()
    return tuple(each[: limits.IRI_CHARACTERS] for each in listed if isinstance(each, str))


def _malformed(member: str) -> InputError:
    return InputError(
        "offer.malformed",
        N_("This is no offer of OpenID4VCI, or it is not in good order at “{member}”."),
        next_step=_NEXT,
        member=member[:64],
    )


def _other_host(address: WebAddress, expected: WebAddress) -> InputError:
    return InputError(
        "offer.other-host",
        N_("The offer is of {expected} and leads to {host}: a stranger could be given its code."),
        next_step=N_("Do not take it. Ask for an offer at the issuer's own site."),
        host=address.authority[:64],
        expected=expected.authority[:64],
    )


def _too_many(number: int) -> LimitExceeded:
    return LimitExceeded(
        "offer.too-many",
        N_("{number} documents are offered at once; the ceiling is {limit}."),
        next_step=N_("Ask for several offers, or for the diplomas as files."),
        number=number,
        limit=limits.OFFER_CREDENTIALS,
    )


def _too_long() -> LimitExceeded:
    return LimitExceeded(
        "offer.too-long",
        N_("The offer is larger than {limit} KiB."),
        next_step=_NEXT,
        limit=limits.OFFER_BYTES // limits.KIB,
    )
