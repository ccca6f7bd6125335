"""What an invented child shows in tokens: signed texts instead of documents with proofs beside the data."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tests.world import SIGNED, UNIVERSITY, Child, Issuer, World
from vcwallet import timestamps
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import EnvelopedCredential
from vcwallet.identifiers.did.key import verification_method_of
from vcwallet.identifiers.multibase import base64_decode, base64url_decode, base64url_encode
from vcwallet.proofs.jose import open_badges_jwt, sd_jwt, vc_jose_cose
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.strict_json import JsonObject

__all__ = ["FATES", "showings"]

FATES: Final = ("good", "changed", "expired", "strange")


def showings(world: World, *, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Every form with every one of `FATES`, which the name of the file says."""
    for fate in FATES:
        shown = _Shown(
            world.stranger if fate == "strange" else world.school,
            world.child,
            now,
            now + timedelta(days=-9 if fate == "expired" else 300),
        )
        tokens = {
            "vc": shown.secured(MediaType.VC_JWT).data,
            "badge": shown.badge(),
            "hiding": shown.hiding(),
            "bound": shown.bound(),
            "vp": shown.presentation(shown.secured(MediaType.VC_JWT).json),
        }
        cose = shown.secured(MediaType.VC_COSE).json
        if fate == "changed":
            tokens = {name: _changed(token) for name, token in tokens.items()}
            head, _, text = str(cose["id"]).partition(",")
            octets = bytearray(base64_decode(text))
            octets[-40] ^= 1  # of the signature
            cose = {**cose, "id": f"{head},{base64.b64encode(octets).decode('ascii')}"}
        tokens["cose"] = shown.presentation(cose)
        for name, token in tokens.items():
            yield f"{name}-{fate}.jwt", token.encode("ascii")


@dataclass(frozen=True, slots=True)
class _Shown:
    issuer: Issuer
    child: Child
    now: datetime
    expires: datetime

    def secured(self, media_type: MediaType, **options: Any) -> EnvelopedCredential:
        return enveloped.secure_credential(
            self.issuer.unsigned(3, holder=self.child.id),
            media_type=media_type,
            key=self.issuer.key,
            verification_method=self.issuer.method,
            issued=SIGNED,
            expires=self.expires,
            randomness=bytes,
            **options,
        )

    def badge(self) -> str:
        """As Open Badges 3.0 has it."""
        award = self.issuer.unsigned(3, holder=self.child.id)
        badge: JsonObject = {**award, "validUntil": timestamps.render(self.expires)}
        return open_badges_jwt.secure(badge, key=self.issuer.key, verification_method=self.issuer.method)

    def hiding(self) -> str:
        """An SD-JWT of which the child keeps the day of birth to itself."""
        made = self.secured(
            MediaType.VC_SD_JWT,
            hide=[("credentialSubject", "dateOfBirth")],
            holder_key=self.child.key.public_key,
        )
        return SdJwt.read(made.data).select([]).text

    def bound(self) -> str:
        return sd_jwt.bind(
            SdJwt.read(self.hiding()), key=self.child.key, audience=UNIVERSITY, nonce="4711", issued=self.now
        )

    def presentation(self, inside: JsonObject) -> str:
        document: JsonObject = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": self.child.id,
            "verifiableCredential": [inside],
        }
        made = vc_jose_cose.secure(
            document,
            MediaType.VP_JWT,
            key=self.child.key,
            verification_method=verification_method_of(self.child.id),
            issued=self.now - timedelta(days=1),
            expires=self.now + timedelta(days=9),
            domain=UNIVERSITY,
        )
        return str(made)


def _changed(token: str) -> str:
    """With another text in what is signed, or signed at another moment."""
    header, payload, rest = token.split(".", 2)
    text = base64url_decode(payload).decode("utf-8")
    other = text.replace("Похвальная", "Золотая").replace('"iat":17', '"iat":16')
    assert other != text
    return f"{header}.{base64url_encode(other.encode('utf-8'))}.{rest}"
