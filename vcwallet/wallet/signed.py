"""A signed document as it came to the family, and the credential in it: with proofs of its own, or in an
envelope whose signature is around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.bundle.codec import has_type
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.enveloped import OpenedCredential
from vcwallet.errors import VcwalletError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import PublicKey
from vcwallet.strict_json import Json, JsonObject

_NOBODY: Final = frozenset({"-"})


@dataclass(frozen=True, slots=True)
class Signed:
    credential: Credential
    text: str = field(repr=False)
    """The document as it came."""
    envelope: OpenedCredential | None = field(default=None, repr=False, compare=False)

    @classmethod
    def read(cls, document: JsonObject | bytes | str | Credential) -> Signed:
        """Raises what `Credential.parse` and `enveloped.open_credential` raise; nothing is verified."""
        if isinstance(document, Credential):
            return cls(document, document.text)
        if not isinstance(document, dict) and not _may_be_envelope(document):
            credential = Credential.parse(document)
            return cls(credential, credential.text)
        content = (
            document
            if isinstance(document, dict)
            else strict_json.loads_object(document, max_bytes=limits.JSON_BYTES)
        )
        if not has_type(content, "EnvelopedVerifiableCredential"):
            credential = Credential.parse(document)
            return cls(credential, credential.text)
        opened = enveloped.open_credential(EnvelopedCredential.parse(content))
        text = strict_json.dumps(content) if isinstance(document, dict) else _text(document)
        return cls(opened.credential, text, opened)

    @classmethod
    def around(cls, opened: OpenedCredential) -> Signed:
        """What is in an envelope that was opened."""
        return cls(opened.credential, strict_json.dumps(opened.envelope.json), opened)

    @property
    def token(self) -> str | None:
        """The JWT or the SD-JWT as it came, where that is the signature; None for anything else."""
        if self.envelope is None or self.envelope.envelope.media_type.endswith("+cose"):
            return None
        return self.envelope.envelope.data

    @property
    def holder_ids(self) -> frozenset[str]:
        """The ids of whom it was issued to: those that it names, and that of the key in its token (``cnf``).

        A key that cannot be read is nobody's: who shows such a token cannot answer for it.
        """
        ids = self.credential.holder_ids
        if ids or self.envelope is None:
            return ids
        return confirmed_ids(self.envelope.secured.document.get("cnf"))

    @property
    def hides(self) -> bool:
        """Whether the envelope has parts that were not shown."""
        return self.envelope is not None and enveloped.hides(self.envelope)


def confirmed_ids(confirmation: Json) -> frozenset[str]:
    """The id of the key that a token's issuer named as its holder's; () where he named none.

    A key that cannot be read is nobody's.
    """
    if confirmation is None:
        return frozenset()
    said = confirmation if isinstance(confirmation, dict) else {}
    jwk, kid = said.get("jwk"), said.get("kid")
    try:
        if isinstance(jwk, dict):
            return frozenset({did_key.did_of(PublicKey.from_jwk(jwk))})
    except VcwalletError:
        return _NOBODY
    return frozenset({kid.partition("#")[0]}) if isinstance(kid, str) else _NOBODY


def _may_be_envelope(document: bytes | str) -> bool:
    name = "EnvelopedVerifiableCredential"
    return name in document if isinstance(document, str) else name.encode() in document


def _text(document: bytes | str) -> str:
    return document if isinstance(document, str) else document.decode("utf-8")
