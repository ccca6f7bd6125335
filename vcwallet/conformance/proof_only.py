"""Verifying the proof of a document and nothing else, as the W3C suites ask for it.

They send credentials whose issuer does not control the key, presentations that name no holder, and documents
with contexts inside, and want them accepted: their question is about the proof. Nobody else may ask that way.
Everywhere else in vcwallet each of these is a refusal, and no option turns it off.

What is verified: the structure (data model and safe mode), the suite, that the key is its controller's and
for the purpose, the signature, the dates of the proof, the digests of related resources.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from vcwallet.conformance import old_jwt
from vcwallet.conformance.inline_contexts import lift, signs_json
from vcwallet.credentials import enveloped, related_resource
from vcwallet.credentials.credential import Credential, EnvelopedCredential, check_structure
from vcwallet.credentials.presentation import EnvelopedPresentation, Presentation
from vcwallet.identifiers import did
from vcwallet.proofs.cryptosuites import suite_of
from vcwallet.proofs.data_integrity import derive, verify_proofs
from vcwallet.proofs.jose.vc_jose_cose import Content, Secured
from vcwallet.strict_json import Json, JsonObject

__all__ = ["derived", "verify_credential", "verify_presentation"]

_CREDENTIAL: Final = "EnvelopedVerifiableCredential"
_PRESENTATION: Final = "EnvelopedVerifiablePresentation"


def verify_credential(document: JsonObject, *, now: datetime) -> Credential:
    """Verify the proofs of a credential, in an envelope or not; return what is in it.

    Raises VcwalletError for whatever does not hold or cannot be told.
    """
    if _has_type(document, _CREDENTIAL):
        return _open_credential(EnvelopedCredential.parse(document), now)
    credential = Credential.parse(document)
    _verify(document, "assertionMethod", now)
    related_resource.verify(document)
    return credential


def verify_presentation(
    document: JsonObject, *, domain: str | None, challenge: str | None, now: datetime
) -> list[Credential]:
    """The same for a presentation and every credential in it; return those.

    `domain` and `challenge`, when given, are what its proofs must be made for.
    """
    if _has_type(document, _PRESENTATION):
        envelope = EnvelopedPresentation.parse(document)
        secured = _old(envelope, Content.PRESENTATION) or enveloped.open_presentation(envelope).secured
        presentation = Presentation.parse(secured.document)
        secured.verify(resolve=did.resolve, now=now, domain=domain, challenge=challenge)
    else:
        presentation = Presentation.parse(document)
        _verify(document, "authentication", now, domain, challenge)
    return [
        *(verify_credential(each.json, now=now) for each in presentation.credentials),
        *(_open_credential(each, now) for each in presentation.enveloped),
    ]


def derived(document: JsonObject, selective_pointers: Sequence[str], *, now: datetime) -> JsonObject:
    """What the holder of a credential shows of it; see `derive` for the pointers and what is raised.

    The credential is verified first: a part of a forgery must not leave here in good form.
    """
    Credential.parse(document)
    _verify(document, "assertionMethod", now, stored=True)
    lifted = lift(document)
    return lifted.restore(derive(lifted.document, selective_pointers, contexts=lifted.contexts))


def _verify(
    document: JsonObject,
    purpose: str,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
    *,
    stored: bool = False,
) -> None:
    lifted = lift(document)
    lifted.check()
    # A set that has both kinds of proofs and contexts of its own is refused by one kind or by the other.
    suites = [suite_of(proof) for proof in _listed(document.get("proof")) if isinstance(proof, dict)]
    as_it_is = all(suite is not None and signs_json(suite) for suite in suites)
    verify_proofs(
        document if as_it_is else lifted.document,
        resolve=did.resolve,
        purpose=purpose,
        now=now,
        domain=domain,
        challenge=challenge,
        stored=stored,
        contexts=lifted.contexts,
    )


def _open_credential(envelope: EnvelopedCredential, now: datetime) -> Credential:
    old = _old(envelope, Content.CREDENTIAL)
    if old is not None:
        credential, secured = check_structure(old.document, old.text), old
    else:
        opened = enveloped.open_credential(envelope)
        credential, secured = opened.credential, opened.secured
    secured.verify(resolve=did.resolve, now=now)
    related_resource.verify(credential.json)
    if credential.proofs:
        _verify(credential.json, "assertionMethod", now)
    return credential


def _old(envelope: EnvelopedCredential | EnvelopedPresentation, content: Content) -> Secured | None:
    return old_jwt.read(envelope.data, content) if envelope.media_type == old_jwt.MEDIA_TYPE else None


def _has_type(document: JsonObject, name: str) -> bool:
    return name in _listed(document.get("type"))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]
