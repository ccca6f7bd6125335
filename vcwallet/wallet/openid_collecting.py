"""Taking what a site offers by OpenID4VCI 1.0, for one child.

    offered = openid_collecting.look_up(OfferLink.read(url), network=fetch)
    collected = openid_collecting.collect(
        offered, child, issuers=known, is_way_in=wallet.is_way_in, code="4935", network=fetch, now=now
    )
    intake = Intake.take(wallet, collected.given, child=child, now=now)

`look_up` tells nobody whose wallet it is. `collect` uses the offer's code up, and proves to the site that the
child has its key; so everything that can be refused is refused before it. What comes is nothing but files: it
is added as any file is, by the same gate, and whatever does not pass leaves the wallet as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle.kinds import DocumentKind, kind_of, looks_like_token
from vcwallet.bundle.openid4vci import (
    GRANT,
    AuthorizationServer,
    Configuration,
    CredentialOffer,
    Format,
    IssuerMetadata,
    OfferLink,
)
from vcwallet.credentials import data_model, enveloped
from vcwallet.credentials.credential import EnvelopedCredential
from vcwallet.errors import N_, InputError, LimitExceeded, UsageError, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.did import web
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.web_address import Network, Reply, WebAddress
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.proofs.jose import jws
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet.child import Child
from vcwallet.wallet.known_issuers import KnownIssuers
from vcwallet.wallet.signed import Signed

__all__ = ["Collected", "Offered", "Refused", "collect", "look_up"]

_PROOF_TYPE: Final = "openid4vci-proof+jwt"
_SUITES: Final = ("eddsa-rdfc-2022", "eddsa-jcs-2022")
"""With which a child's key proves itself as a presentation (``di_vp``)."""
_REASON: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,64}", re.ASCII)
"""An error code of OAuth (RFC 6749, section 5.2)."""
_NEW_OFFER: Final = N_("Its code is used up: ask there for a new offer.")

Proofs = Callable[[str | None, datetime], JsonObject]
"""Makes the member ``proofs`` of a request, for a nonce or without one."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a site offers, in its own words."""

    offer: CredentialOffer
    metadata: IssuerMetadata

    @property
    def site(self) -> WebAddress:
        return self.offer.issuer.address

    @property
    def server(self) -> WebAddress:
        """Where the code goes, and what a person types with it."""
        return self.metadata.server.address

    @property
    def wanted(self) -> tuple[Configuration, ...]:
        """What of it a wallet can keep."""
        return tuple(each for each in self.metadata.configurations if each.format is not None)


@dataclass(frozen=True, slots=True)
class Refused:
    """One of the things that were offered, and why it is not here."""

    name: str
    error: VcwalletError


@dataclass(frozen=True, slots=True)
class Collected:
    """What the site gave, as files; nothing is in the wallet yet."""

    given: tuple[tuple[str, bytes], ...]
    """Before a diploma the identifier document of its issuer, where that came from the issuer's own site."""
    refused: tuple[Refused, ...] = ()


def look_up(link: OfferLink, *, network: Network) -> Offered:
    """Ask the site what it offers.

    Raises InputError (``offer.formats``), what `OfferLink.opened` and `IssuerMetadata.read` raise, and what
    `vcwallet.fetch.ask` raises.
    """
    offer = link.offer
    if offer is None:
        assert link.by_reference is not None
        offer = link.opened(network.ask(link.by_reference, ceiling=limits.OFFER_BYTES))
    where = offer.issuer.well_known("openid-credential-issuer")
    found = network.ask(where, ceiling=limits.OFFER_METADATA_BYTES)
    offered = Offered(offer, IssuerMetadata.read(found, offer))
    if not offered.wanted:
        raise InputError(
            "offer.formats",
            N_("{host} offers only documents of kinds that this wallet cannot keep."),
            next_step=N_("Ask there for the diploma as a file."),
            host=offered.site.host[:64],
        )
    return offered


def collect(
    offered: Offered,
    child: Child,
    *,
    issuers: KnownIssuers,
    is_way_in: Callable[[str], bool],
    code: str | None = None,
    network: Network,
    now: datetime,
) -> Collected:
    """Take what is offered, one thing after another; what one of them fails by costs only itself.

    `code` is what a person typed, where the offer asks for it, and `is_way_in` says whether a text opens the
    wallet: a site may word its question so that somebody types that.

    Raises, before anything is asked: UsageError (``wallet.offer-code``, ``wallet.offer-passphrase``,
    ``wallet.handed-over``), InputError
    (``offer.proof``). Then InputError (``offer.not-taken``, ``offer.token``), and what
    `AuthorizationServer.read` and `vcwallet.fetch.call` raise.
    """
    _demand_code(offered, code, is_way_in)
    plans = [(each, _proofs(each, child, offered)) for each in offered.wanted]
    server_site = offered.metadata.server
    found = network.ask(
        server_site.well_known("oauth-authorization-server"), ceiling=limits.OFFER_METADATA_BYTES
    )
    server = AuthorizationServer.read(found, server_site)
    bearer, identifiers = _token(offered, server, code, network)
    desk = _Desk(offered, issuers, network, bearer, now)
    for each, proofs in plans:
        for identifier in identifiers.get(each.id, (None,)):
            desk.ask(each, identifier, proofs)
    return Collected(tuple(desk.given), tuple(desk.refused))


def _demand_code(offered: Offered, code: str | None, is_way_in: Callable[[str], bool]) -> None:
    wanted = offered.offer.transaction_code
    if wanted is None:
        return
    if code is not None and wanted.fits(code):
        if is_way_in(code):
            raise UsageError(
                "wallet.offer-passphrase",
                N_("What was typed opens this wallet. It was not given to {host}, and nobody needs it."),
                next_step=N_(
                    "Type the code that the issuer sent. If it asked for this, do not take its offer."
                ),
                host=offered.server.host[:64],
            )
        return
    raise UsageError(
        "wallet.offer-code",
        N_("{host} gave a code for this, which does not look like what was typed.")
        if code
        else N_("{host} gave a code for this, and it was not said."),
        next_step=N_("Type it as the issuer sent it: by letter, by telephone or on paper."),
        host=offered.site.host[:64],
    )


# --- the proof of a key -----------------------------------------------------------------------------------


def _proofs(wanted: Configuration, child: Child, offered: Offered) -> Proofs | None:
    """How a child proves its key for one thing; None where no key is wanted (section 8.2).

    Raises UsageError (``wallet.handed-over``), InputError (``offer.proof``).
    """
    if not wanted.bound:
        return None
    own, audience = child.key, offered.offer.issuer.id
    by_did = not wanted.binding or "did:key" in wanted.binding
    for key in (own, *(each for each in child.keys if each != own)):
        names = [name for name, kind in jws.ALGORITHMS.items() if kind is key.public_key.type]
        algorithm = next((each for each in names if each in wanted.proofs.get("jwt", ())), None)
        if algorithm is not None and (by_did or "jwk" in wanted.binding):
            return _Token(key, algorithm, audience, by_did=by_did).make
        suite = next((each for each in _SUITES if each in wanted.proofs.get("di_vp", ())), None)
        if suite is not None and by_did and key.public_key.type is KeyType.ED25519:
            return _Presentation(key, suite, audience).make
    raise InputError(
        "offer.proof",
        N_("{host} takes no proof that a key of this wallet can make."),
        next_step=N_("Ask there for the diploma as a file."),
        host=offered.site.host[:64],
    )


@dataclass(frozen=True, slots=True)
class _Token:
    """A proof as a JWT (appendix F.1), which says nothing but for whom, when, and the site's own nonce."""

    key: SoftwareKey
    algorithm: str
    audience: str
    by_did: bool

    def make(self, nonce: str | None, now: datetime) -> JsonObject:
        header: JsonObject = {"alg": self.algorithm, "typ": _PROOF_TYPE}
        if self.by_did:
            header["kid"] = did_key.verification_method_of(did_key.did_of(self.key.public_key))
        else:
            header["jwk"] = self.key.public_key.to_jwk()
        claims: JsonObject = {"aud": self.audience, "iat": int(now.timestamp())}
        if nonce is not None:
            claims["nonce"] = nonce
        return {"jwt": [jws.sign(header, strict_json.dumps(claims).encode("utf-8"), self.key)]}


@dataclass(frozen=True, slots=True)
class _Presentation:
    """A proof as a presentation of nothing but its holder (appendix F.2)."""

    key: SoftwareKey
    suite: str
    audience: str

    def make(self, nonce: str | None, now: datetime) -> JsonObject:
        holder = did_key.did_of(self.key.public_key)
        signed = add_proof(
            {"@context": [data_model.V2_CONTEXT], "type": ["VerifiablePresentation"], "holder": holder},
            suite=self.suite,
            key=self.key,
            verification_method=did_key.verification_method_of(holder),
            purpose="authentication",
            created=now,
            domain=self.audience,
            challenge=nonce,
        )
        return {"di_vp": [signed]}


# --- the exchange -----------------------------------------------------------------------------------------


def _token(
    offered: Offered, server: AuthorizationServer, code: str | None, network: Network
) -> tuple[str, dict[str, tuple[str, ...]]]:
    """The token for the offer's code, and by what is offered the names to ask for it by (section 6)."""
    form = {"grant_type": GRANT, "pre-authorized_code": offered.offer.code}
    if offered.offer.transaction_code is not None and code is not None:
        form["tx_code"] = code
    reply = network.call(server.token_endpoint, form=form, ceiling=limits.OFFER_REPLY_BYTES)
    host = offered.server.host[:64]
    if reply.status >= 400:
        raise InputError(
            "offer.not-taken",
            N_("{host} does not take the code ({reason})."),
            next_step=N_(
                "Was it typed as the issuer sent it? An offer is good for a short time and only once: ask"
                " for a new one."
            ),
            host=host,
            reason=_reason(reply),
        )
    given = strict_json.loads_object(reply.content)
    token, kind = given.get("access_token"), given.get("token_type")
    if (
        not isinstance(token, str)
        or not 0 < len(token) <= limits.OFFER_TOKEN_CHARACTERS
        or not isinstance(kind, str)
        or kind.lower() != "bearer"
    ):
        raise InputError(
            "offer.token",
            N_("{host} gives diplomas only to programs that it knows by name."),
            next_step=N_("Ask there for the diploma as a file."),
            host=host,
        )
    return token, _identifiers(given.get("authorization_details"), offered)


def _identifiers(details: Json, offered: Offered) -> dict[str, tuple[str, ...]]:
    """``credential_identifiers`` by what was offered (section 6.2); raises LimitExceeded."""
    found: dict[str, tuple[str, ...]] = {}
    for each in details if isinstance(details, list) else ():
        if not isinstance(each, dict) or each.get("type") != "openid_credential":
            continue
        name, names = each.get("credential_configuration_id"), each.get("credential_identifiers")
        if isinstance(name, str) and name in offered.offer.configurations and isinstance(names, list):
            texts = tuple(dict.fromkeys(one for one in names if isinstance(one, str)))
            found[name] = found.get(name, ()) + texts
    number = sum(map(len, found.values()))
    if number > limits.OFFER_CREDENTIALS:
        raise LimitExceeded(
            "offer.too-many",
            N_("{number} documents are offered at once; the ceiling is {limit}."),
            next_step=N_("Ask for several offers, or for the diplomas as files."),
            number=number,
            limit=limits.OFFER_CREDENTIALS,
        )
    return {name: texts for name, texts in found.items() if texts}


class _Desk:
    """The credential endpoint of one issuer, and what it gave so far."""

    def __init__(
        self, offered: Offered, issuers: KnownIssuers, network: Network, bearer: str, now: datetime
    ) -> None:
        self.given: list[tuple[str, bytes]] = []
        self.refused: list[Refused] = []
        self._offered = offered
        self._host = offered.site.host
        self._issuers = issuers
        self._network = network
        self._bearer = bearer
        self._now = now
        self._credentials = 0
        self._learnt: set[str] = set()

    def ask(self, wanted: Configuration, identifier: str | None, proofs: Proofs | None) -> None:
        """Ask for one thing, and look at what comes. Raises nothing for any answer."""
        try:
            for credential in self._credentials_of(self._answer(wanted, identifier, proofs)):
                self._take(wanted, credential)
        except VcwalletError as error:
            self.refused.append(Refused(wanted.id, error))

    def _answer(self, wanted: Configuration, identifier: str | None, proofs: Proofs | None) -> Reply:
        """What the endpoint says; for a nonce that went stale it is asked twice (section 8.3.1.2)."""
        reply = self._post(wanted, identifier, proofs)
        if proofs is not None and reply.status == 400 and _reason(reply) == "invalid_nonce":
            reply = self._post(wanted, identifier, proofs)
        if reply.status >= 400:
            raise InputError(
                "offer.refused",
                N_("{host} does not give what it offered ({reason})."),
                next_step=_NEW_OFFER,
                host=self._host[:64],
                reason=_reason(reply),
            )
        return reply

    def _post(self, wanted: Configuration, identifier: str | None, proofs: Proofs | None) -> Reply:
        """One request (section 8.2): by the name the token came with, else by that of the offer."""
        request: JsonObject = (
            {"credential_configuration_id": wanted.id}
            if identifier is None
            else {"credential_identifier": identifier}
        )
        if proofs is not None:
            request["proofs"] = proofs(self._nonce(), self._now)
        return self._network.call(
            self._offered.metadata.credential_endpoint,
            document=request,
            bearer=self._bearer,
            ceiling=limits.JSON_BYTES,
        )

    def _nonce(self) -> str | None:
        """A nonce of the site's own (section 7), a new one for each proof."""
        where = self._offered.metadata.nonce_endpoint
        if where is None:
            return None
        reply = self._network.call(where, ceiling=limits.OFFER_REPLY_BYTES)
        nonce = strict_json.loads_object(reply.content).get("c_nonce") if reply.status < 400 else None
        if not isinstance(nonce, str) or not 0 < len(nonce) <= limits.OFFER_NONCE_CHARACTERS:
            raise self._not_that("c_nonce")
        return nonce

    def _credentials_of(self, reply: Reply) -> list[Json]:
        given = strict_json.loads_object(reply.content, max_bytes=limits.JSON_BYTES)
        if reply.status == 202 or "transaction_id" in given:
            raise InputError(
                "offer.deferred",
                N_("{host} has it ready only later, and this program does not come back for it."),
                next_step=N_("Ask there for a new offer, or for the file, when it is ready."),
                host=self._host[:64],
            )
        listed = given.get("credentials")
        if not isinstance(listed, list) or not listed:
            raise self._not_that("credentials")
        self._credentials += len(listed)
        if self._credentials > limits.OFFER_CREDENTIALS:
            raise LimitExceeded(
                "offer.too-many",
                N_("{number} documents are offered at once; the ceiling is {limit}."),
                next_step=N_("Ask for several offers, or for the diplomas as files."),
                number=self._credentials,
                limit=limits.OFFER_CREDENTIALS,
            )
        if not all(isinstance(each, dict) and "credential" in each for each in listed):
            raise self._not_that("credential")
        return [each["credential"] for each in listed if isinstance(each, dict)]

    def _take(self, wanted: Configuration, credential: Json) -> None:
        """One credential in the format that was offered, and with it the document of an unknown issuer."""
        name = wanted.format or ""
        if wanted.format is Format.LDP_VC:
            if not isinstance(credential, dict) or kind_of(credential) is not DocumentKind.CREDENTIAL:
                raise self._not_that(name)
            self._learn(Signed.read(credential))
            content = strict_json.dumps(credential, indent=2)
        else:
            if not isinstance(credential, str) or not looks_like_token(credential):
                raise self._not_that(name)
            content = credential
            envelope = enveloped.recognise(credential)
            if not isinstance(envelope, EnvelopedCredential):
                raise self._not_that(name)
            is_other = kind_of(envelope.json) is DocumentKind.SD_JWT_VC
            if is_other is not (wanted.format is Format.SD_JWT_VC):
                raise self._not_that(name)
            if not is_other:
                self._learn(Signed.around(enveloped.open_credential(envelope)))
        number = 1 + sum(not name.endswith("did.json") for name, _ in self.given)
        ending = "jwt" if isinstance(credential, str) else "json"
        self.given.append((f"{self._host.strip('[]')}-{number}.{ending}", content.encode("utf-8")))

    def _learn(self, signed: Signed) -> None:
        """Put the identifier document of an issuer whose own site this is before its first diploma.

        Nothing is asked of any other site, and the document goes along only when the diploma holds with it.
        """
        issuer = signed.credential.issuer_id
        if not issuer.startswith("did:web:") or self._issuers.listed(issuer) is not None:
            return
        if web.locate(issuer).domain != self._host or issuer in self._learnt:
            return
        try:
            content = self._network.get(web.url_of(issuer), limits.CONTROLLED_IDENTIFIER_BYTES)
            document = ControlledIdentifierDocument.loads(content)
            web.check_document(document, issuer)
        except VcwalletError:
            return  # the diploma is told to lack its issuer's keys, and can be added when they are there
        self._issuers.admit_with(document, signed, now=self._now)
        self._learnt.add(issuer)
        self.given.append((f"{self._host}-did.json", content))

    def _not_that(self, member: str) -> InputError:
        return InputError(
            "offer.answer",
            N_("What {host} gave is not what it offered (“{member}”)."),
            next_step=_NEW_OFFER,
            host=self._host[:64],
            member=member,
        )


def _reason(reply: Reply) -> str:
    """The error code of a refusal, where it is one; else the status."""
    try:
        reason = strict_json.loads_object(reply.content).get("error")
    except VcwalletError:
        reason = None
    return reason if isinstance(reason, str) and _REASON.fullmatch(reason) else str(reply.status)
