"""What an invented child shows in tokens: signed texts instead of documents with proofs beside the data."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tests.world import SIGNED, UNIVERSITY, Child, Issuer, World
from vcwallet import timestamps
from vcwallet.credentials import enveloped
from vcwallet.credentials.credential import EnvelopedCredential
from vcwallet.identifiers.did.key import verification_method_of
from vcwallet.identifiers.keys import SigningKey
from vcwallet.identifiers.multibase import base64_decode, base64url_decode, base64url_encode
from vcwallet.proofs.jose import open_badges_jwt, sd_jwt, vc_jose_cose
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.strict_json import JsonObject, dumps, loads_object, quoted

__all__ = ["FATES", "malformed", "showings"]

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


def malformed(world: World, *, now: datetime) -> Iterator[tuple[str, bytes]]:
    """Tokens that were damaged, and such as only bad software makes: without end, the same at every run.

    Damage breaks the signature; a header or claim of another form is signed again by the right key, so that
    what comes after the signature sees it too.
    """
    dice = random.Random(7515)
    good = {
        name.removesuffix("-good.jwt"): token.decode("ascii")
        for name, token in showings(world, now=now)
        if name.endswith("-good.jwt")
    }
    number = 0
    while True:
        number += 1
        name = dice.choice(list(good))
        kind = number % 4
        if kind == 0:
            token = _damaged(good[name], dice)
        elif kind == 1:
            parts = [dice.choice(list(good.values())).partition("~")[0].split(".") for _ in range(3)]
            token = ".".join(part[place] for place, part in enumerate(parts)) + dice.choice(("", "~"))
        else:
            key = world.child.key if name in ("vp", "cose") else world.school.key
            token = _made_wrong(good[name], dice, key, in_header=kind == 2)
        yield f"{number:04d}-{name}.jwt", token.encode("utf-8", "surrogatepass")


_HEADERS: Final = ("alg", "kid", "typ", "cty", "jwk", "jku", "x5u", "x5c", "x5t", "crit", "b64", "zip", "iss")
_CLAIMS: Final = (
    *("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf", "vc", "vp", "_sd", "_sd_alg", "..."),
    *("@context", "type", "id", "issuer", "holder", "credentialSubject", "validUntil", "credentialStatus"),
)
_ALGORITHMS: Final = (
    *("none", "nOnE", "HS256", "RS256", "PS256", "ES256", "ES384", "ES512", "ES256K", "Ed25519", "EdDSA"),
    *("eddsa", "EdDSA ", "ЕdDSA", "ECDH-ES", ""),
)
_VALUES: Final = (
    *("null", "true", "0", "-1", "1.5", "-0.0", "1e400", "1e-400", "NaN", "Infinity", "01", "9" * 400),
    *(
        "9007199254740993",
        "253402300800",
        "253402300799.9",
        '""',
        '"x"',
        '"\\u202e"',
        '"\\ud800"',
        '"\\u0000"',
    ),
    *("[]", '["x"]', "[1]", "{}", '{"a":1,"a":2}', '"https://x.example/"', '"file:///x"', "tru", "[1,]"),
    *("[" * 40 + "]" * 40, "[" * 6000 + "]" * 6000, '{"a":' * 90 + "1" + "}" * 90, "[" * 900),
)
"""As they stand in the JSON."""


def _made_wrong(token: str, dice: random.Random, key: SigningKey, *, in_header: bool) -> str:
    """With a member of another form, in the place of the right one or beside it."""
    jwt, tilde, rest = token.partition("~")
    texts = [base64url_decode(part).decode("utf-8") for part in jwt.split(".")[:2]]
    place = 0 if in_header else 1
    name = dice.choice(_HEADERS if in_header else _CLAIMS)
    value = quoted(dice.choice(_ALGORITHMS)) if name == "alg" else dice.choice(_VALUES)
    members = loads_object(texts[place])
    if dice.random() < 0.7:
        members.pop(name, None)
    texts[place] = f"{{{quoted(name)}:{value},{dumps(members)[1:]}"
    signed = ".".join(base64url_encode(text.encode("utf-8")) for text in texts)
    return f"{signed}.{base64url_encode(key.sign(signed.encode('ascii')))}{tilde}{rest}"


def _damaged(token: str, dice: random.Random) -> str:
    place = dice.randrange(len(token))
    before, letter, after = token[:place], token[place], token[place + 1 :]
    return dice.choice(
        (
            before + dice.choice("ABCDwxyz0189-_") + after,
            before + chr(ord(letter) ^ 1 << dice.randrange(7)) + after,
            before
            + dice.choice(("=", ".", "~", "+", " ", "\n", "\0", "%", "я", "\u200b", "\uff21"))
            + letter
            + after,
            before + after,
            before,
            before + letter * 9 + after,
            before + after[:20][::-1] + after[20:],
            token + dice.choice(("=", "==", "\n", "\0", ".", "~", "~~", ".AA")),
        )
    )


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
