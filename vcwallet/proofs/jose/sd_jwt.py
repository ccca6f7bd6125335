"""Selective Disclosure for JWTs (RFC 9901): a signed text whose holder passes on only some of its members.

    token = issue(claims, hide=[("credentialSubject", "dateOfBirth")], header={"typ": "vc+sd-jwt"}, key=key)
    copy = SdJwt.read(token)                       # the holder's: everything
    shown = copy.select([])                        # nothing of what may be hidden
    SdJwt.read(shown.text).payload                 # what a verifier sees, once the signature holds

Every digest is SHA-256. What a reader of the specification may refuse is refused: a disclosure that nothing
refers to is not ignored, because only a forger or a defect puts it there.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.errors import N_, LimitExceeded, ProofError, UsageError
from vcwallet.identifiers.controlled_identifier import Resolver
from vcwallet.identifiers.keys import SigningKey
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode
from vcwallet.proofs.data_integrity import CLOCK_SKEW, VerifiedProof
from vcwallet.proofs.jose import jws
from vcwallet.proofs.jose.jws import Jws
from vcwallet.proofs.jose.jwt import Claims
from vcwallet.proofs.jose.key_discovery import confirmed_method
from vcwallet.strict_json import Json, JsonObject, pointer

__all__ = ["Disclosure", "Path", "SdJwt", "bind", "issue", "verify_key_binding"]

Path = tuple[str | int, ...]
"""Where something stands in the whole document of the issuer: names and positions from the root."""

KEY_BINDING_AGE: Final = timedelta(seconds=limits.KEY_BINDING_SECONDS)

_SALT_BYTES: Final = 16
"""Section 9.3: 128 bits, for each disclosure anew."""
_DIGESTS: Final = "_sd"
_ELEMENT: Final = "..."
_HASH: Final = "_sd_alg"
_RESERVED: Final = frozenset({_DIGESTS, _ELEMENT, _HASH})
_SHA_256: Final = "sha-256"
_DIGEST: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One member or element that can be hidden (section 4.2). `name` is None for an element of a list."""

    text: str = field(repr=False)
    salt: str = field(repr=False)
    name: str | None
    value: Json = field(repr=False, hash=False)

    @classmethod
    def read(cls, text: str) -> Disclosure:
        """Raises ProofError (``sd-jwt.disclosure``), and what reading base64url and strict JSON raises."""
        content = strict_json.loads(base64url_decode(text, max_characters=limits.JOSE_CHARACTERS))
        if isinstance(content, list) and len(content) in (2, 3):
            salt, name, value = content[0], content[1] if len(content) == 3 else None, content[-1]
            if isinstance(salt, str) and (len(content) == 2 or isinstance(name, str)):
                return cls(text, salt, name if isinstance(name, str) else None, value)
        raise ProofError("sd-jwt.disclosure", N_("A disclosed part of the token is not in order."))

    @property
    def digest(self) -> str:
        """Section 4.2.3: over the text as it is spelled, not over what it means."""
        return _digest(self.text)


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT, perhaps with a Key Binding JWT, as it came; no signature is verified.

    `payload` is the Processed SD-JWT Payload of section 7.1, without anything that is hidden. `disclosures`
    maps the place of each disclosure to it, and `places` the place in the payload to that one: what is hidden
    in an array leaves no gap there. `undisclosed` are the objects and arrays in which something is hidden, or
    a decoy stands.
    """

    bound_text: str = field(repr=False)
    """The token up to and with its last ``~``: what a Key Binding JWT is tied to (section 4.3.1)."""
    jws: Jws
    payload: JsonObject = field(repr=False, hash=False)
    disclosures: Mapping[Path, Disclosure] = field(repr=False, hash=False)
    key_binding: str | None = field(default=None, repr=False)
    undisclosed: frozenset[Path] = field(default=frozenset(), repr=False)
    places: Mapping[Path, Path] = field(default_factory=dict, repr=False, hash=False)

    @classmethod
    def read(cls, text: str) -> SdJwt:
        """Read the compact serialization (section 4) and put every disclosure in its place (section 7.1).

        Raises LimitExceeded (``sd-jwt.too-many``, ``sd-jwt.too-deep``); ProofError: ``sd-jwt.malformed``,
        ``sd-jwt.hash`` (an ``_sd_alg`` other than sha-256), ``sd-jwt.disclosure``, ``sd-jwt.claim-name``
        (``_sd``, ``...``, ``_sd_alg``), ``sd-jwt.claim-exists``, ``sd-jwt.digests``,
        ``sd-jwt.duplicate-digest``, ``sd-jwt.duplicate-disclosure``, ``sd-jwt.unreferenced``; and what
        `Jws.read` and `strict_json.loads_object` raise.
        """
        if len(text) > limits.JOSE_CHARACTERS:
            raise LimitExceeded(
                "jws.too-long",
                N_("The token has a part of {size} characters; the ceiling is {limit}."),
                size=len(text),
                limit=limits.JOSE_CHARACTERS,
            )
        if text.count("~") > limits.SD_JWT_DISCLOSURES + 1:
            raise LimitExceeded(
                "sd-jwt.too-many",
                N_("The token has more than {limit} disclosed parts."),
                limit=limits.SD_JWT_DISCLOSURES,
            )
        bound_text, _, key_binding = text.rpartition("~")
        jwt, *parts = bound_text.split("~")
        if not jwt or not all(parts):
            raise ProofError(
                "sd-jwt.malformed",
                N_("This is not a token with parts that can be hidden: its parts must end with “~”."),
            )
        read = Jws.read(jwt)
        signed = strict_json.loads_object(read.payload)
        if signed.get(_HASH, _SHA_256) != _SHA_256:
            raise ProofError(
                "sd-jwt.hash",
                N_("The hidden parts of the token are tied to it with “{found}”, not with SHA-256."),
                found=str(signed[_HASH])[:64],
            )
        placing = _Placing(parts)
        payload = placing.members({name: v for name, v in signed.items() if name != _HASH}, (), ())
        if placing.waiting:
            raise ProofError(
                "sd-jwt.unreferenced",
                N_("The token brings a part that its issuer did not sign."),
                next_step=N_("The part was changed, or it belongs to another document."),
            )
        strict_json.check(payload)
        hidden = frozenset(placing.undisclosed)
        return cls(
            bound_text + "~", read, payload, placing.placed, key_binding or None, hidden, placing.places
        )

    @property
    def text(self) -> str:
        """The token with its disclosures; with the Key Binding JWT, when it has one."""
        return self.bound_text + (self.key_binding or "")

    def select(self, shown: Iterable[Path]) -> SdJwt:
        """The same token with the disclosures at `shown`, and those around them, and no others (section 7.2).

        Without Key Binding JWT; `bind` makes one. Raises UsageError (``sd-jwt.no-such-part``).
        """
        kept: set[Path] = set()
        for path in shown:
            if path not in self.disclosures:
                raise _no_such_part(path)
            kept.update(path[: length + 1] for length in range(len(path)))
        texts = [each.text for path, each in self.disclosures.items() if path in kept]
        return SdJwt.read("~".join([self.bound_text.partition("~")[0], *texts, ""]))

    def showing(self, wanted: Collection[Path]) -> SdJwt:
        """The same token with what stands at some places of the payload, whole, and nothing else that hides.

        Without Key Binding JWT, as `select`.
        """
        return self.select(
            path for place, path in self.places.items() if any(_overlap(place, each) for each in wanted)
        )


def issue(
    claims: JsonObject,
    *,
    hide: Collection[Path] = (),
    header: JsonObject,
    key: SigningKey,
    randomness: Callable[[int], bytes] = os.urandom,
) -> str:
    """Sign `claims`; what stands at a path of `hide` becomes a disclosure (section 6.1).

    A path may lead into another one that is hidden too. What must not be hidden is for the caller to say.
    Raises UsageError: ``sd-jwt.no-such-part``, ``sd-jwt.reserved-name``; LimitExceeded (``sd-jwt.too-many``).
    """
    if len(hide) > limits.SD_JWT_DISCLOSURES:
        raise LimitExceeded(
            "sd-jwt.too-many",
            N_("The token has more than {limit} disclosed parts."),
            limit=limits.SD_JWT_DISCLOSURES,
        )
    strict_json.check(claims)
    concealing = _Concealing(frozenset(hide), randomness)
    payload = concealing.members(claims, ())
    for path in hide:
        if path not in concealing.done:
            raise _no_such_part(path)
    if hide:
        payload[_HASH] = _SHA_256
    token = jws.sign(header, strict_json.dumps(payload).encode("utf-8"), key)
    return "~".join([token, *concealing.done.values(), ""])


def bind(
    sd_jwt: SdJwt,
    *,
    key: SigningKey,
    audience: str,
    nonce: str,
    issued: datetime,
    algorithm: str | None = None,
) -> str:
    """The token with a Key Binding JWT by the holder's `key` (section 4.3), in place of any it has.

    `audience` names the recipient, `nonce` is his question, `issued` is aware; `algorithm` is another name of
    the key's algorithm than the one that is usually written.
    """
    claims: JsonObject = {
        "iat": int(issued.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": _digest(sd_jwt.bound_text),
    }
    header: JsonObject = {"typ": "kb+jwt"} if algorithm is None else {"alg": algorithm, "typ": "kb+jwt"}
    return sd_jwt.bound_text + jws.sign(header, strict_json.dumps(claims).encode("utf-8"), key)


def verify_key_binding(
    sd_jwt: SdJwt,
    *,
    resolve: Resolver,
    now: datetime,
    domain: str | None = None,
    challenge: str | None = None,
    max_age: timedelta = KEY_BINDING_AGE,
    clock_skew: timedelta = CLOCK_SKEW,
) -> VerifiedProof:
    """Verify the Key Binding JWT with the key of ``cnf`` (section 7.3, step 5); the issuer's signature is not
    looked at here.

    `domain` and `challenge`, when given, are what ``aud`` and ``nonce`` must be; without them an answer to
    somebody else holds as well. `now` is aware.

    Raises ProofError: ``sd-jwt.no-key-binding``, ``sd-jwt.key-binding`` (another ``typ``, a claim that is
    missing), ``sd-jwt.key-binding-old``, ``sd-jwt.other-token`` (``sd_hash``), and what `confirmed_method`,
    `Jws.verify` and `Claims.check` raise.
    """
    if sd_jwt.key_binding is None:
        raise ProofError(
            "sd-jwt.no-key-binding",
            N_("Nobody showed that the token is his: the answer with the holder's key is missing."),
        )
    answer = Jws.read(sd_jwt.key_binding)
    if answer.header.get("typ") != "kb+jwt":
        raise _bad_key_binding()
    method = confirmed_method(sd_jwt.payload.get("cnf"), resolve=resolve, now=now)
    answer.verify(method.public_key)
    members = strict_json.loads_object(answer.payload)
    for name in ("aud", "nonce", "sd_hash"):
        if not isinstance(members.get(name), str):
            raise _bad_key_binding()
    claims = Claims.read(members)
    if claims.issued is None:
        raise _bad_key_binding()
    if members["sd_hash"] != _digest(sd_jwt.bound_text):
        raise ProofError(
            "sd-jwt.other-token", N_("The holder's answer belongs to another token, or to other parts of it.")
        )
    claims.check(now=now, domain=domain, challenge=challenge, clock_skew=clock_skew)
    if now - claims.issued > max_age:
        raise ProofError(
            "sd-jwt.key-binding-old",
            N_("The holder's answer is too old; ask again."),
            end=timestamps.render(claims.issued + max_age),
        )
    return VerifiedProof(
        cryptosuite=f"kb+jwt {answer.algorithm}",
        verification_method=method,
        controller=method.controller,
        purpose="authentication",
        created=claims.issued,
        expires=claims.expires,
        domain=claims.audience,
        challenge=claims.nonce,
        signature=answer.signature,
    )


class _Placing:
    """Section 7.1, step 3: one walk over the signed payload, each disclosure put where its digest stands."""

    def __init__(self, texts: list[str]) -> None:
        self.waiting: dict[str, Disclosure] = {}
        self.placed: dict[Path, Disclosure] = {}
        self.places: dict[Path, Path] = {}
        self.undisclosed: set[Path] = set()
        self.seen: set[str] = set()
        for text in texts:
            disclosure = Disclosure.read(text)
            if disclosure.digest in self.waiting:
                raise ProofError(
                    "sd-jwt.duplicate-disclosure", N_("The token brings one disclosed part twice.")
                )
            self.waiting[disclosure.digest] = disclosure

    def value(self, node: Json, path: Path, place: Path) -> Json:
        """`path` counts every element of the issuer's arrays, `place` those that are there."""
        # Disclosures may nest without end although each is shallow, so depth counts along the way.
        if len(path) > limits.JSON_DEPTH:
            raise LimitExceeded(
                "sd-jwt.too-deep",
                N_("The parts of the token are nested deeper than {limit} levels."),
                limit=limits.JSON_DEPTH,
            )
        if isinstance(node, dict):
            return self.members(node, path, place)
        if isinstance(node, list):
            return self.elements(node, path, place)
        return node

    def members(self, node: JsonObject, path: Path, place: Path) -> JsonObject:
        if _ELEMENT in node or _HASH in node:
            raise _bad_name()
        out = {
            name: self.value(v, (*path, name), (*place, name)) for name, v in node.items() if name != _DIGESTS
        }
        digests = node.get(_DIGESTS, [])
        if not isinstance(digests, list):
            raise _bad_digests()
        for digest in digests:
            disclosure = self.take(digest)
            if disclosure is None:
                self.undisclosed.add(path)
                continue
            if disclosure.name is None:
                raise _bad_digests()
            if disclosure.name in _RESERVED:
                raise _bad_name()
            if disclosure.name in out:
                raise ProofError(
                    "sd-jwt.claim-exists",
                    N_("A disclosed part of the token would stand in the place of another ({name})."),
                    name=disclosure.name[:64],
                )
            here, there = (*path, disclosure.name), (*place, disclosure.name)
            self.put(disclosure, here, there)
            out[disclosure.name] = self.value(disclosure.value, here, there)
        return out

    def elements(self, node: list[Json], path: Path, place: Path) -> list[Json]:
        out: list[Json] = []
        for position, item in enumerate(node):
            here, there = (*path, position), (*place, len(out))
            if not (isinstance(item, dict) and _ELEMENT in item):
                out.append(self.value(item, here, there))
                continue
            if len(item) != 1:
                raise _bad_digests()
            disclosure = self.take(item[_ELEMENT])
            if disclosure is None:
                self.undisclosed.add(path)
                continue
            if disclosure.name is not None:
                raise _bad_digests()
            self.put(disclosure, here, there)
            out.append(self.value(disclosure.value, here, there))
        return out

    def put(self, disclosure: Disclosure, path: Path, place: Path) -> None:
        self.placed[path] = disclosure
        self.places[place] = path

    def take(self, digest: Json) -> Disclosure | None:
        """The disclosure of a digest; None for one that is hidden, or was never there (a decoy)."""
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise _bad_digests()
        if digest in self.seen:
            raise ProofError(
                "sd-jwt.duplicate-digest", N_("The token refers to one disclosed part from two places.")
            )
        self.seen.add(digest)
        return self.waiting.pop(digest, None)


class _Concealing:
    """Section 4.2: one walk over the claims, from the leaves up, so that a part may hold hidden parts."""

    def __init__(self, hide: frozenset[Path], randomness: Callable[[int], bytes]) -> None:
        self.hide = hide
        self.randomness = randomness
        self.done: dict[Path, str] = {}

    def value(self, node: Json, path: Path) -> Json:
        if isinstance(node, dict):
            return self.members(node, path)
        if isinstance(node, list):
            return [
                {_ELEMENT: self.disclose(path=(*path, position), content=[self.value(v, (*path, position))])}
                if (*path, position) in self.hide
                else self.value(v, (*path, position))
                for position, v in enumerate(node)
            ]
        return node

    def members(self, node: JsonObject, path: Path) -> JsonObject:
        if not _RESERVED.isdisjoint(node):
            raise UsageError(
                "sd-jwt.reserved-name",
                N_("A member at {pointer} has a name that this kind of token keeps for itself."),
                pointer=pointer(path) or "/",
            )
        out: JsonObject = {}
        digests: list[str] = []
        for name, member in node.items():
            here = (*path, name)
            value = self.value(member, here)
            if here in self.hide:
                digests.append(self.disclose(path=here, content=[name, value]))
            else:
                out[name] = value
        if digests:
            # Section 4.2.4.1: sorted, so that their order tells nothing.
            out[_DIGESTS] = [*sorted(digests)]
        return out

    def disclose(self, *, path: Path, content: list[Json]) -> str:
        salt = base64url_encode(self.randomness(_SALT_BYTES))
        text = base64url_encode(strict_json.dumps([salt, *content]).encode("utf-8"))
        self.done[path] = text
        return _digest(text)


def _overlap(one: Path, other: Path) -> bool:
    """Whether two places are one, or one of them lies inside the other."""
    return one[: len(other)] == other or other[: len(one)] == one


def _digest(text: str) -> str:
    return base64url_encode(hashlib.sha256(text.encode("ascii")).digest())


def _bad_name() -> ProofError:
    return ProofError(
        "sd-jwt.claim-name", N_("A member of the token has a name that stands for hidden parts only.")
    )


def _bad_digests() -> ProofError:
    return ProofError("sd-jwt.digests", N_("The token does not say in good order what it hides."))


def _bad_key_binding() -> ProofError:
    return ProofError("sd-jwt.key-binding", N_("The holder's answer in the token is not in order."))


def _no_such_part(path: Path) -> UsageError:
    return UsageError(
        "sd-jwt.no-such-part",
        N_("The token has no part at {pointer} that can be hidden or shown."),
        pointer=pointer(path)[:64] or "/",
    )
