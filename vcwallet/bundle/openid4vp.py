"""Requests of OpenID for Verifiable Presentations 1.0: from a URL to what is asked, and to an answer.

    invitation = Invitation.read("openid4vp://?client_id=...")
    if invitation.by_reference is not None:
        token = fetch.ask(invitation.by_reference, ...)
        request = invitation.opened(token, resolve=resolve, authorities=roots, now=now)
    else:
        request = invitation.unsigned()
    request.client, request.response_uri.host, request.query

A request asks and, by most of its prefixes, proves little: `Proven` says what. Everything that is not
understood and could change what a person agrees to is refused (section 5.1: transaction data; another way of
answering); everything else that is not known is ignored, as the specification has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from vcwallet import limits, strict_json
from vcwallet.bundle.dcql import Format, Query
from vcwallet.bundle.kinds import OPENID_SCHEME, openid_request
from vcwallet.bundle.who_asks import Client, Prefix, Proven
from vcwallet.errors import N_, InputError, LimitExceeded, ProofError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.identifiers.did import web
from vcwallet.identifiers.keys import SigningKey
from vcwallet.identifiers.web_address import WebAddress, form_pairs
from vcwallet.proofs.jose import jwe, jws
from vcwallet.proofs.jose.jws import Jws
from vcwallet.strict_json import Json, JsonObject

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = [
    "OBJECT_TYPE",
    "AnswerMode",
    "Encryption",
    "Invitation",
    "OpenidRequest",
]

OBJECT_TYPE: Final = "oauth-authz-req+jwt"
"""``typ`` of a request object, and its media type behind ``application/`` (section 5)."""
_AUDIENCE: Final = "https://self-issued.me/v2"
"""The ``aud`` of a request object for a wallet that nobody looked up (section 5.8)."""
_URL_SAFE: Final = re.compile(r"[A-Za-z0-9._~-]{1,512}", re.ASCII)
_OBJECTS: Final = ("dcql_query", "client_metadata")
"""Parameters that are JSON text in a URL (section 5.1)."""
_SKEW: Final = timedelta(minutes=5)


class AnswerMode(StrEnum):
    """How an answer is sent (sections 8.2 and 8.3.1)."""

    POST = "direct_post"
    ENCRYPTED_POST = "direct_post.jwt"


@dataclass(frozen=True, slots=True)
class Encryption:
    """The key that an answer is encrypted to (section 8.3)."""

    key: JsonObject = field(repr=False)
    kid: str | None
    method: str
    """One of `jwe.ENCRYPTIONS`."""


@dataclass(frozen=True, slots=True)
class OpenidRequest:
    """What one recipient asks for, and how it wants to be answered."""

    client: Client
    proven: Proven
    nonce: str
    state: str | None
    mode: AnswerMode
    response_uri: WebAddress
    query: Query
    suites: tuple[str, ...] | None = None
    """Cryptosuites that the recipient can check; None where it does not say (appendix B.1.3.2.3)."""
    issuer_algorithms: tuple[str, ...] | None = None
    """Algorithms of issuers of SD-JWT VC that it can check (appendix B.3.4); None as above."""
    holder_algorithms: tuple[str, ...] | None = None
    """Those of their holders."""
    encryption: Encryption | None = None
    expires: datetime | None = None

    def answer_form(self, vp_token: JsonObject) -> dict[str, str]:
        """The members of the form that is posted to `response_uri`; encrypted where that is asked for."""
        state = {} if self.state is None else {"state": self.state}
        if self.encryption is None:
            return {"vp_token": strict_json.dumps(vp_token), **state}
        members: JsonObject = {"vp_token": vp_token, **state}
        text = jwe.encrypt(
            strict_json.dumps(members).encode("utf-8"),
            self.encryption.key,
            kid=self.encryption.kid,
            encryption=self.encryption.method,
        )
        return {"response": text}

    def answer_document(self, vp_token: JsonObject) -> JsonObject:
        """The same answer as a file that is handed over, for which no encryption is needed."""
        return {"vp_token": vp_token, **({} if self.state is None else {"state": self.state})}

    def url(self) -> str:
        """An unsigned request by value; `Invitation.read` reads it back."""
        given = self.parameters()
        return _url(
            {name: each if isinstance(each, str) else strict_json.dumps(each) for name, each in given.items()}
        )

    def signed(self, key: SigningKey, *, kid: str, now: datetime) -> str:
        """The request object (section 5); `Invitation.opened` reads it back.

        Raises what `jws.sign` raises.
        """
        claims: JsonObject = {"aud": _AUDIENCE, **self.parameters(), "iat": int(now.timestamp())}
        if self.expires is not None:
            claims["exp"] = int(self.expires.timestamp())
        return jws.sign({"typ": OBJECT_TYPE, "kid": kid}, strict_json.dumps(claims).encode("utf-8"), key)

    def parameters(self) -> JsonObject:
        """What a request object says; in a URL the objects in it are JSON text (section 5.1)."""
        parameters: JsonObject = {
            "response_type": "vp_token",
            "client_id": self.client.id,
            # Section 5.9.3 lets it be left out where the client identifier says it; not every wallet does.
            "response_uri": self.response_uri.url,
            "response_mode": self.mode.value,
            "nonce": self.nonce,
            "dcql_query": self.query.to_json(),
        }
        if self.state is not None:
            parameters["state"] = self.state
        formats: JsonObject = {
            each.format: {"cryptosuite_values": list[Json](self.suites)}
            if self.suites and each.format == Format.LDP_VC
            else {}
            for each in self.query.credentials
        }
        metadata: JsonObject = {"vp_formats_supported": formats}
        if self.encryption is not None:
            key = {
                **self.encryption.key,
                "use": "enc",
                "alg": jwe.AGREEMENT,
                "kid": self.encryption.kid or "1",
            }
            metadata["jwks"] = {"keys": [key]}
            if self.encryption.method != jwe.ENCRYPTIONS[0]:
                metadata["encrypted_response_enc_values_supported"] = [self.encryption.method]
        parameters["client_metadata"] = metadata
        return parameters


@dataclass(frozen=True, slots=True)
class Invitation:
    """A URL as it was typed or scanned: a request, or where one lies."""

    client: Client
    by_reference: WebAddress | None
    """Where the request lies, which is signed (``request_uri``)."""
    by_post: bool
    """Whether it is to be asked for by POST (section 5.10)."""
    parameters: JsonObject = field(repr=False)

    @staticmethod
    def url_of(client: Client, where: str) -> str:
        """The URL of a signed request that lies somewhere: a short one, which makes a small code."""
        return _url({"client_id": client.id, "request_uri": where})

    @staticmethod
    def url_with(client: Client, token: str) -> str:
        """The URL with a signed request in it, for who cannot fetch one."""
        return _url({"client_id": client.id, "request": token})

    @classmethod
    def read(cls, url: str) -> Invitation:
        """Raises LimitExceeded (``openid.too-long``), InputError (``openid.malformed``), and what
        `Client.parse` and `WebAddress.parse` raise.
        """
        if len(url) > limits.OPENID_REQUEST_BYTES:
            raise _too_long()
        if openid_request(url) is None:
            raise _malformed(OPENID_SCHEME)
        try:
            pairs = form_pairs(url.partition("?")[2].partition("#")[0])
        except ValueError:
            raise _malformed("?") from None
        given = dict(pairs)
        if len(given) != len(pairs):
            raise _malformed(next(name for name, _ in pairs if [each for each, _ in pairs].count(name) > 1))
        parameters: JsonObject = {
            name: strict_json.loads_object(value) if name in _OBJECTS else value
            for name, value in given.items()
        }
        client = Client.parse(_text(parameters, "client_id"))
        where = None
        if "request_uri" in parameters:
            if "request" in parameters:
                raise _malformed("request")
            where = WebAddress.parse(_text(parameters, "request_uri"))
            if client.host is not None and client.host != where.host:
                raise _other_host(where, client.host)
        method = parameters.get("request_uri_method", "get")
        if method not in ("get", "post") or ("request_uri_method" in parameters and where is None):
            raise _malformed("request_uri_method")
        return cls(client, where, method == "post", parameters)

    @property
    def lies_at(self) -> WebAddress | None:
        """The site to ask before there is a request to look at: for the request, or for the key that signed
        it. A person agrees first, for whoever made the code learns by this that somebody reads it.

        None where no site is asked. Raises what `web.url_of` raises.
        """
        if self.by_reference is not None:
            return self.by_reference
        if self.token is not None and self.client.has_site:
            return WebAddress.parse(web.url_of(self.client.name))
        return None

    @property
    def token(self) -> str | None:
        """The signed request object, where it came with the URL (``request``)."""
        return _text(self.parameters, "request") if "request" in self.parameters else None

    def unsigned(self) -> OpenidRequest:
        """A request by value that nobody signed.

        Raises ProofError (``openid.unsigned``) where the client identifier promises a signature, and what
        `_request` raises.
        """
        if self.client.is_signed:
            raise ProofError(
                "openid.unsigned",
                N_("{name} is said to ask, and nobody signed the request."),
                next_step=N_("Do not answer it. Ask the recipient itself for a request."),
                name=self.client.name[:64],
            )
        return _request(self.client, self.parameters, Proven.NOTHING, None)

    def claimed(self) -> OpenidRequest | None:
        """What the request says, whoever wrote it: nothing is verified. None where it lies at a site.

        Raises what `_request`, `Jws.read` and `strict_json.loads_object` raise.
        """
        if self.by_reference is not None:
            return None
        given = self.parameters
        if self.token is not None:
            given = strict_json.loads_object(Jws.read(self.token.strip()).payload)
        return _request(self.client, given, Proven.NOTHING, None)

    def opened(
        self,
        token: str,
        *,
        resolve: Resolver,
        authorities: Sequence[Certificate],
        wallet_nonce: str | None = None,
        now: datetime,
    ) -> OpenidRequest:
        """The request in a signed request object; nothing of the URL counts beside it (section 5.10.1).

        Raises LimitExceeded (``openid.too-long``); ProofError (``openid.object-type``, what `Client.prove`
        raises); InputError: ``openid.malformed``, ``openid.other-client``, ``openid.other-audience``,
        ``openid.expired``, ``openid.not-yet``, ``openid.wallet-nonce``, ``openid.other-host``; and what
        `Jws.read` and `strict_json.loads_object` raise.
        """
        if len(token) > limits.OPENID_REQUEST_BYTES:
            raise _too_long()
        signed = Jws.read(token.strip())
        if signed.header.get("typ") != OBJECT_TYPE:
            raise ProofError(
                "openid.object-type",
                N_("What was sent is signed for another use than a request."),
                next_step=N_("Tell whoever asks; nothing was sent."),
            )
        proven = self.client.prove(signed, resolve=resolve, authorities=authorities, now=now)
        claims = strict_json.loads_object(signed.payload)
        if claims.get("client_id") != self.client.id:
            raise InputError(
                "openid.other-client",
                N_("The URL and the request it leads to name different recipients."),
                next_step=N_("Do not answer it. Ask the recipient itself for a request."),
            )
        if not _is_for_wallets(claims.get("aud")):
            raise InputError(
                "openid.other-audience",
                N_("The request was made for another wallet."),
                next_step=N_("Tell whoever asks; nothing was sent."),
            )
        if wallet_nonce is not None and claims.get("wallet_nonce") != wallet_nonce:
            raise InputError(
                "openid.wallet-nonce",
                N_("What was sent is an older request and not the answer to this question."),
                next_step=N_("Tell whoever asks; nothing was sent."),
            )
        request = _request(self.client, claims, proven, _open_until(claims, now))
        if self.by_reference is not None and request.response_uri.host != self.by_reference.host:
            raise _other_host(request.response_uri, self.by_reference.host)
        return request


def _url(parameters: Mapping[str, str]) -> str:
    return f"{OPENID_SCHEME}//?{urlencode(parameters, quote_via=quote, safe='')}"


def _request(
    client: Client, given: Mapping[str, Json], proven: Proven, expires: datetime | None
) -> OpenidRequest:
    """What the parameters of a request say (sections 5.1, 5.2, 8.2).

    Raises InputError: ``openid.malformed``, ``openid.transaction-data``, ``openid.answer-mode``,
    ``openid.other-host``, ``openid.no-key``; and what `Query.parse` and `WebAddress.parse` raise.
    """
    if "transaction_data" in given:
        # Section 5.1: one kind that is not known, and none is here, refuses the request as a whole.
        raise InputError(
            "openid.transaction-data",
            N_("The request asks to sign something beside the diplomas, which this program does not do."),
            next_step=N_("Tell whoever asks; nothing was sent."),
        )
    if given.get("response_type") != "vp_token":
        raise _malformed("response_type")
    mode = next((each for each in AnswerMode if each.value == given.get("response_mode")), None)
    if mode is None:
        raise InputError(
            "openid.answer-mode",
            N_("The recipient wants the answer by way of a browser, which this program does not do."),
            next_step=N_("Ask it for a request with “direct_post”, or hand over the files."),
        )
    if "redirect_uri" in given:
        raise _malformed("redirect_uri")
    query = given.get("dcql_query")
    if not isinstance(query, dict) or "scope" in given:
        raise _malformed("dcql_query")
    address = given.get("response_uri")
    if address is None and client.prefix is Prefix.REDIRECT_URI:
        address = client.name
    if not isinstance(address, str):
        raise _malformed("response_uri")
    # A desk in the same house is told to the family, which may hand over a file; nothing is sent there.
    response_uri = WebAddress.parse(address, inside=True)
    if client.prefix is Prefix.REDIRECT_URI and address != client.name:
        raise _other_host(response_uri, WebAddress.parse(client.name).host)
    if client.host is not None and client.host != response_uri.host:
        raise _other_host(response_uri, client.host)
    metadata = given.get("client_metadata", {})
    if not isinstance(metadata, dict):
        raise _malformed("client_metadata")
    return OpenidRequest(
        client=client,
        proven=proven,
        nonce=_safe(given, "nonce"),
        state=_safe(given, "state") if "state" in given else None,
        mode=mode,
        response_uri=response_uri,
        query=Query.parse(query),
        suites=_supported(metadata, Format.LDP_VC, "cryptosuite_values"),
        issuer_algorithms=_supported(metadata, Format.DC_SD_JWT, "sd-jwt_alg_values"),
        holder_algorithms=_supported(metadata, Format.DC_SD_JWT, "kb-jwt_alg_values"),
        encryption=_encryption(metadata) if mode is AnswerMode.ENCRYPTED_POST else None,
        expires=expires,
    )


def _supported(metadata: JsonObject, format_: Format, member: str) -> tuple[str, ...] | None:
    """What the recipient can check of one format, by a member of its ``vp_formats_supported``."""
    formats = metadata.get("vp_formats_supported", {})
    given = formats.get(format_.value, {}) if isinstance(formats, dict) else None
    if not isinstance(given, dict):
        raise _malformed("vp_formats_supported")
    names = given.get(member)
    if names is None:
        return None
    if not isinstance(names, list) or len(names) > limits.DCQL_VALUES:
        raise _malformed(member)
    return tuple(each for each in names if isinstance(each, str))


def _encryption(metadata: JsonObject) -> Encryption:
    """The first key that an answer can be encrypted to, and how (section 8.3)."""
    offered = metadata.get("encrypted_response_enc_values_supported", [jwe.ENCRYPTIONS[0]])
    keys = metadata.get("jwks", {})
    listed = keys.get("keys", []) if isinstance(keys, dict) else []
    if not isinstance(offered, list) or not isinstance(listed, list) or len(listed) > limits.OPENID_KEYS:
        raise _malformed("jwks")
    method = next((each for each in jwe.ENCRYPTIONS if each in offered), None)
    for key in listed:
        if (
            method is not None
            and isinstance(key, dict)
            and (key.get("kty"), key.get("crv"), key.get("alg")) == ("EC", "P-256", jwe.AGREEMENT)
            and key.get("use", "enc") == "enc"
            and "d" not in key
        ):
            kid = key.get("kid")
            parts: JsonObject = {name: key[name] for name in ("kty", "crv", "x", "y") if name in key}
            if not jwe.can_encrypt_to(parts):
                continue  # found out now, and not when the answer is signed and written into the history
            return Encryption(parts, kid if isinstance(kid, str) else None, method)
    raise InputError(
        "openid.no-key",
        N_("The recipient wants the answer encrypted and names no key that this program can use."),
        next_step=N_("Tell whoever asks; nothing was sent."),
    )


def _open_until(claims: JsonObject, now: datetime) -> datetime | None:
    """``exp`` of a request object; ``nbf`` and ``iat`` may not lie ahead."""
    moments: dict[str, datetime] = {}
    for name in ("exp", "nbf", "iat"):
        value = claims.get(name)
        if value is None:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _malformed(name)
        try:
            moments[name] = datetime.fromtimestamp(value, UTC)
        except (OverflowError, OSError, ValueError):
            raise _malformed(name) from None
    end = moments.get("exp")
    if end is not None and end <= now:
        raise InputError(
            "openid.expired",
            N_("The request of {day} is no longer open."),
            next_step=N_("Ask for a new one."),
            day=end.date().isoformat(),
        )
    if any(moments[name] > now + _SKEW for name in ("nbf", "iat") if name in moments):
        raise InputError(
            "openid.not-yet",
            N_("The request was made for a later time than now."),
            next_step=N_("Is the clock of this computer right? Otherwise tell whoever asks."),
        )
    return end


def _is_for_wallets(audience: Json) -> bool:
    return audience is None or audience == _AUDIENCE or (isinstance(audience, list) and _AUDIENCE in audience)


def _safe(given: Mapping[str, Json], member: str) -> str:
    """A ``nonce`` or ``state``: characters that need no escaping in a URL (section 5.2)."""
    value = given.get(member)
    if not isinstance(value, str) or not _URL_SAFE.fullmatch(value):
        raise _malformed(member)
    return value


def _text(given: Mapping[str, Json], member: str) -> str:
    value = given.get(member)
    if not isinstance(value, str) or not value:
        raise _malformed(member)
    return value


def _other_host(address: WebAddress, expected: str) -> InputError:
    return InputError(
        "openid.other-host",
        N_("The request names two sites: {host}, and {expected}. An answer could end up with a stranger."),
        next_step=N_("Do not answer it. Ask the recipient itself for a request."),
        host=address.host[:64],
        expected=expected[:64],
    )


def _malformed(member: str) -> InputError:
    return InputError(
        "openid.malformed",
        N_("The request is not one of OpenID4VP, or not in good order at “{member}”."),
        next_step=N_("Tell whoever asks; nothing was sent."),
        member=member[:64],
    )


def _too_long() -> LimitExceeded:
    return LimitExceeded(
        "openid.too-long",
        N_("The request is larger than {limit} KiB."),
        next_step=N_("Tell whoever asks; nothing was sent."),
        limit=limits.OPENID_REQUEST_BYTES // limits.KIB,
    )
