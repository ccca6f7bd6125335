"""What a thing that was read says of itself: what, who, by whom, when. Nothing in it is verified.

for found in scanning.read_inputs([Path("что-то.png")]):
    for statement in said(found):
        print(found.kind, statement.title, statement.person, statement.issuer)
"""

from __future__ import annotations

from collections.abc import Iterator

from vcwallet.bundle.codec import has_type
from vcwallet.bundle.evidence import Statement
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.openid4vci import OfferLink
from vcwallet.bundle.openid4vp import Invitation
from vcwallet.bundle.openid_asked import OpenidAsked
from vcwallet.bundle.scanning import Found
from vcwallet.credentials import enveloped
from vcwallet.credentials.achievement import facts
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.errors import VcwalletError
from vcwallet.strict_json import Json, JsonObject

__all__ = ["said"]


def said(found: Found) -> tuple[Statement, ...]:
    """A statement for each signed thing in it; none where nothing in it is read. Raises nothing."""
    if found.statement is not None:
        return (found.statement,)
    if found.kind is DocumentKind.OTHER_WALLET and found.holder is not None:
        return (Statement(title=found.holder.did, person=found.holder.name),)
    if found.document is None:
        return ()
    try:
        return tuple(_statements(found, found.document))
    except VcwalletError:
        return ()


def _statements(found: Found, document: JsonObject) -> Iterator[Statement]:
    if found.kind is DocumentKind.CREDENTIAL:
        yield _credential(document)
    elif found.kind is DocumentKind.OFFER:
        link = OfferLink.read(document)
        names = () if link.offer is None else link.offer.configurations
        yield Statement(title=", ".join(names)[:300], issuer=link.site.authority)
    elif found.kind is DocumentKind.OPENID_REQUEST:
        asked = Invitation.read(_text_of(document, "url"))
        where = asked.by_reference
        if (request := asked.claimed()) is not None:
            where = request.response_uri
        yield Statement(issuer="" if where is None else where.authority)
    elif found.kind is DocumentKind.ASKED:
        kept = OpenidAsked.parse(document)
        created = kept.request.created.date().isoformat()
        yield Statement(kept.request.purpose, "", kept.openid.response_uri.authority, created)
    elif found.bundle is not None:
        presented = enveloped.presentation_in(found.bundle.presentation)
        yield from (_credential(each.json) for each in presented.credentials)
        yield from (_credential(each.json) for each in presented.enveloped)
    else:
        issuer = document.get("issuer", document.get("domain", document.get("id")))
        day = document.get("validFrom", document.get("created"))
        yield Statement(_text(document.get("purpose")), "", _text(issuer), _text(day)[:10])


def _credential(document: JsonObject) -> Statement:
    try:
        if has_type(document, "EnvelopedVerifiableCredential"):
            opened = enveloped.open_credential(EnvelopedCredential.parse(document))
            credential, hides = opened.credential, enveloped.hides(opened)
        else:
            credential, hides = Credential.parse(document), False
        says = facts(credential, something_hidden=hides)
    except VcwalletError:
        return Statement(title=", ".join(_texts(document.get("type"))), issuer=_text(document.get("issuer")))
    return Statement(
        says.title or ", ".join(credential.types),
        says.person.full_name,
        says.issuer_name or says.issuer_id,
        "" if says.awarded is None else says.awarded.isoformat(),
        "" if says.until is None else says.until.isoformat(),
    )


def _texts(value: Json) -> list[str]:
    every = value if isinstance(value, list) else [value]
    return [each for each in every if isinstance(each, str)]


def _text_of(document: JsonObject, member: str) -> str:
    value = document.get(member)
    return value if isinstance(value, str) else ""


def _text(value: Json) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    return value[:300] if isinstance(value, str) else ""
