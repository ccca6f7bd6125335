"""Documents of another kind that a child can show: SD-JWT VC, to whoever asks for their kind by OpenID4VP.

    for each in of_child(child):
        print(each.credential.vct, each.credential.claims)
    prepared = PreparedDocument(each, each.credential.showing([("family_name",)]))

What such a document is worth nobody here can tell, so it is kept as it came, like a scan, and is no diploma.
Its holder is the key that its issuer named (``cnf``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vcwallet.credentials.fact_words import claims_read
from vcwallet.errors import N_, UsageError
from vcwallet.identifiers import did
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import SoftwareKey
from vcwallet.proofs.data_integrity import CLOCK_SKEW
from vcwallet.proofs.jose import jws
from vcwallet.proofs.jose.sd_jwt import verify_key_binding
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.wallet.attachments import Attachment
from vcwallet.wallet.child import Child
from vcwallet.wallet.signed import confirmed_ids

if TYPE_CHECKING:
    from vcwallet.bundle.openid4vp import OpenidRequest

__all__ = ["OtherDocument", "PreparedDocument", "file_name", "holder_of", "of_child"]


@dataclass(frozen=True, slots=True)
class OtherDocument:
    attachment: Attachment
    credential: SdJwtVc

    def in_force(self, *, now: datetime) -> bool:
        said = self.credential.registered
        begun = said.not_before is None or said.not_before <= now + CLOCK_SKEW
        return begun and (said.expires is None or now < said.expires)


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document of another kind, and the copy of it that its recipient will get."""

    document: OtherDocument
    shown: SdJwtVc

    @property
    def title(self) -> str:
        return self.shown.vct

    @property
    def read(self) -> tuple[tuple[str, str], ...]:
        """What its recipient will read: names of claims, and values."""
        return tuple(claims_read(self.shown))

    @property
    def hidden(self) -> tuple[str, ...]:
        """The names of what it says that its recipient will not read."""
        visible = {name for name, _ in self.read}
        found = dict.fromkeys(name for name, _ in claims_read(self.document.credential))
        return tuple(name for name in found if name not in visible)

    def signed(
        self, key: SoftwareKey, *, audience: str, nonce: str, algorithm: str | None, now: datetime
    ) -> str:
        """The copy with the holder's answer, read once as its recipient will read it.

        Raises what `verify_key_binding` raises: what a recipient would refuse is not handed out.
        """
        text = self.shown.bound(key=key, audience=audience, nonce=nonce, issued=now, algorithm=algorithm)
        verify_key_binding(
            SdJwtVc.read(text).token, resolve=did.resolve, now=now, domain=audience, challenge=nonce
        )
        return text


def of_child(child: Child) -> tuple[OtherDocument, ...]:
    """What is among the files of a child, in the order they were added."""
    found = [(each, each.evidence) for each in child.attachments()]
    return tuple(
        OtherDocument(each, evidence.sd_jwt_vc)
        for each, evidence in found
        if evidence is not None and evidence.sd_jwt_vc is not None
    )


def holder_of(credential: SdJwtVc, children: Collection[Child]) -> Child | None:
    """The child whose key its issuer named; None where that is nobody's here."""
    named = confirmed_ids(credential.confirmation)
    return next((each for each in children if not named.isdisjoint(each.holder_ids)), None)


def key_for(child: Child, credential: SdJwtVc) -> SoftwareKey | None:
    """The child's key that its issuer named; None where it is not here."""
    named = confirmed_ids(credential.confirmation)
    return next((key for key in child.keys if did_key.did_of(key.public_key) in named), None)


def algorithm_for(key: SoftwareKey, request: OpenidRequest) -> str | None:
    """The name of the key's algorithm that a recipient can check; None where it knows none.

    Ed25519 has two names (RFC 8037, RFC 9864), and recipients may know only one.
    """
    names = [name for name, kind in jws.ALGORITHMS.items() if kind is key.public_key.type]
    known = request.holder_algorithms
    return next((name for name in names if known is None or name in known), None)


def is_checked_by(request: OpenidRequest, credential: SdJwtVc) -> bool:
    """Whether a recipient can check what the issuer signed."""
    known = request.issuer_algorithms
    named = jws.ALGORITHMS[credential.token.jws.algorithm]
    return known is None or any(jws.ALGORITHMS.get(each) is named for each in known)


def file_name(where: str) -> str:
    """What a document is kept as that came in `where`: a file, a page of a PDF, a picture."""
    stem = PurePosixPath(where.replace("\\", "/").partition(",")[0]).name.partition(".")[0]
    return f"{stem or 'document'}.sd-jwt"


def no_holder() -> UsageError:
    """That nobody here has the key that its issuer named."""
    return UsageError(
        "foreign.no-holder",
        N_("This is a document of another kind (SD-JWT), and its issuer named no key of a child here."),
        next_step=N_("It can be kept beside the diplomas, and cannot be shown as yours."),
    )
