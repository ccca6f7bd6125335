"""What the suite of vc-jose-cose asks of a program: one file signed or verified, one word as the answer.

The suite names the one key that counts, and of credentials inside a presentation it looks at the shape only:
two of its tokens that must pass hold a credential that cannot be verified. `vcwallet.credentials.enveloped`
verifies all; what is laxer is here.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from vcwallet import limits, strict_json
from vcwallet.credentials import data_model
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.enveloped import decode_base64, encode_base64
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import (
    N_,
    DocumentError,
    InputError,
    KeyUnavailable,
    ProofError,
    UsageError,
    VcwalletError,
)
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.proofs.data_integrity import UnknownCryptosuite
from vcwallet.proofs.jose import vc_jose_cose
from vcwallet.proofs.jose.jwt import CLAIM_NAMES
from vcwallet.proofs.jose.sd_jwt import Path as MemberPath
from vcwallet.proofs.jose.vc_jose_cose import Content, Mechanism, MediaType
from vcwallet.proofs.jsonld import PINNED
from vcwallet.strict_json import JsonObject

__all__ = ["FEATURES", "Result", "issue", "result_of", "verify"]

FEATURES: Final = {
    "credential_jose": MediaType.VC_JWT,
    "credential_sdjwt": MediaType.VC_SD_JWT,
    "credential_cose": MediaType.VC_COSE,
    "presentation_jose": MediaType.VP_JWT,
    "presentation_sdjwt": MediaType.VP_SD_JWT,
    "presentation_cose": MediaType.VP_COSE,
}

_STEP: Final = re.compile(r"(?:^|\.)([^.\[\]]+)|\[([0-9]{1,4})\]")
_ENVELOPE: Final = re.compile(r"application/vc\+(?:jwt|sd-jwt|cose)")


class Result(StrEnum):
    """The suite's words."""

    SUCCESS = "success"
    FAILURE = "failure"
    INDETERMINATE = "indeterminate"
    ERROR = "error"


def issue(document: bytes, key: bytes, feature: str, *, sd: str = "[]", now: datetime) -> str:
    """The JSON `document` signed with the key of the key file `key`; COSE as base64.

    `sd` is a JSON list of the members that an SD-JWT can hide.
    """
    media_type = FEATURES[feature]
    unsigned = strict_json.loads_object(document)
    _check(unsigned, media_type.content)
    method = strict_json.loads_object(key)
    secured = vc_jose_cose.secure(
        unsigned,
        media_type,
        key=_signing_key(method),
        verification_method=_document_of(method).verification_methods[0].id,
        issued=now,
        hide=_paths(sd) if media_type.mechanism is Mechanism.SD_JWT else (),
    )
    return secured if isinstance(secured, str) else encode_base64(secured)


def verify(signed: bytes, key: bytes, feature: str, *, now: datetime) -> str:
    """The document inside `signed`, as JSON, if the key of the key file `key` signed it."""
    media_type = FEATURES[feature]
    data = _secured_text(signed)
    trusted = _document_of(strict_json.loads_object(key))

    secured = vc_jose_cose.read(_cose(data) if media_type.mechanism is Mechanism.COSE else data, media_type)
    # The suite names the key; one of its presentations that must pass names somebody else as its holder.
    proof = secured.verify(resolve=lambda signer: trusted, now=now)
    if media_type.content is Content.CREDENTIAL and proof.controller != secured.signer:
        raise ProofError(
            "conformance.other-key",
            N_("The document is by {controller}, whose key was not given."),
            controller=str(secured.signer)[:64],
        )
    _check(secured.document, media_type.content)
    return strict_json.dumps(secured.document)


def result_of(error: VcwalletError) -> Result:
    """The suite's word for what was raised."""
    if isinstance(error, UnknownCryptosuite):
        return Result.INDETERMINATE
    # The suite gives the key: one that does not fit is no open question to it.
    return Result.FAILURE if isinstance(error, DocumentError | KeyUnavailable | UsageError) else Result.ERROR


def _secured_text(content: bytes) -> str:
    try:
        return content.decode("ascii").strip()
    except UnicodeDecodeError:
        raise InputError("conformance.not-text", N_("The file does not hold a signed text.")) from None


def _cose(text: str) -> bytes:
    data = decode_base64(text)
    if data is None:
        raise InputError("conformance.not-base64", N_("The file does not hold base64 text."))
    return data


def _document_of(method: JsonObject) -> ControlledIdentifierDocument:
    """The one key of a key file, trusted for everything; the secret beside it is left out."""
    public = {name: value for name, value in method.items() if name != "secretKeyJwk"}
    return ControlledIdentifierDocument.parse(
        {
            "id": method.get("controller"),
            "verificationMethod": [public],
            "assertionMethod": [method.get("id")],
            "authentication": [method.get("id")],
        }
    )


def _signing_key(method: JsonObject) -> SoftwareKey:
    (known,) = _document_of(method).verification_methods
    jwk = method.get("secretKeyJwk")
    secret = jwk.get("d") if isinstance(jwk, dict) else None
    if isinstance(secret, str):
        key = SoftwareKey(known.public_key.type, base64url_decode(secret))
        if key.public_key == known.public_key:
            return key
    raise UsageError("conformance.secret", N_("The key file does not hold the secret of its key."))


def _paths(text: str) -> list[MemberPath]:
    """The suite's paths, such as ``credentialSubject.phoneNumbers[0]``."""
    names = strict_json.loads(text, max_bytes=limits.SETTINGS_BYTES)
    paths: list[MemberPath] = []
    for name in names if isinstance(names, list) else [None]:
        if not isinstance(name, str) or "".join(step[0] for step in _STEP.finditer(name)) != name or not name:
            raise UsageError(
                "conformance.path", N_("“{path}” is not the place of a part."), path=str(name)[:64]
            )
        paths.append(tuple(step[1] or int(step[2]) for step in _STEP.finditer(name)))
    return paths


def _check(document: JsonObject, content: Content) -> None:
    """The structure that the suite expects, and no member at the root that the base context does not know."""
    if content is Content.CREDENTIAL:
        # The status entry of test 2 is of a draft, and says too little for it to be looked up.
        Credential.parse({name: value for name, value in document.items() if name != "credentialStatus"})
        kind = "VerifiableCredential"
    else:
        _check_presentation(document)
        kind = "VerifiablePresentation"
    base: Any = PINNED.document(data_model.V2_CONTEXT)["@context"]
    unknown = sorted(document.keys() - base[kind]["@context"].keys() - CLAIM_NAMES - {"@context"})
    if unknown:
        raise DocumentError(
            "conformance.unknown-member",
            N_("The document has a member “{name}” of no meaning."),
            name=unknown[0],
        )


def _check_presentation(document: JsonObject) -> None:
    """A presentation of enveloped credentials; a line end after one of them is forgiven (tests 4 and 7)."""
    value = document.get("verifiableCredential")
    trimmed = [
        {**item, "id": str(item.get("id")).strip()} if isinstance(item, dict) else item
        for item in (value if isinstance(value, list) else [value])
    ]
    presentation = Presentation.parse({**document, "verifiableCredential": trimmed})
    if len(presentation.enveloped) != len(trimmed) or not all(
        _ENVELOPE.fullmatch(each.media_type) for each in presentation.enveloped
    ):
        raise DocumentError(
            "conformance.not-enveloped",
            N_("The presentation holds something else than enveloped credentials."),
        )
