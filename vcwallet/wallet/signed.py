"""A signed document as it came to the family, and the credential in it: with proofs of its own, or in an
envelope whose signature is around it."""

from __future__ import annotations

from dataclasses import dataclass, field

from vcwallet import limits, strict_json
from vcwallet.bundle.codec import has_type
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import Credential, EnvelopedCredential
from vcwallet.credentials.enveloped import OpenedCredential
from vcwallet.strict_json import JsonObject


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

    @property
    def hides(self) -> bool:
        """Whether the envelope has parts that were not shown."""
        return self.envelope is not None and enveloped.hides(self.envelope)


def _may_be_envelope(document: bytes | str) -> bool:
    name = "EnvelopedVerifiableCredential"
    return name in document if isinstance(document, str) else name.encode() in document


def _text(document: bytes | str) -> str:
    return document if isinstance(document, str) else document.decode("utf-8")
