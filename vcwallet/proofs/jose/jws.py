"""JSON Web Signature, compact serialization (RFC 7515), with algorithms of RFC 7518, RFC 8037 and RFC 9864.

    token = sign({"typ": "vc+jwt", "kid": method}, payload, key)
    Jws.read(token).verify(key.public_key)

It is read here and not by a library for tokens, which a web page has not. The ceilings come first;
`base64url_decode` takes the only spelling of bytes, `strict_json` no member twice. The signature is checked
by `PublicKey`, and a key has one algorithm, so a header cannot choose another (RFC 8725, section 3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, LimitExceeded, ProofError
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey
from vcwallet.identifiers.multibase import base64url_decode, base64url_encode
from vcwallet.proofs.data_integrity import UnknownCryptosuite
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "ALGORITHMS",
    "Jws",
    "algorithm_of",
    "check_media_type",
    "foreign_key",
    "sign",
    "unknown_algorithm",
]

ALGORITHMS: Final[Mapping[str, KeyType]] = MappingProxyType(
    {
        "ES256": KeyType.P256,
        "ES384": KeyType.P384,
        "ES512": KeyType.P521,
        "EdDSA": KeyType.ED25519,
        "Ed25519": KeyType.ED25519,
        "RS256": KeyType.RSA,
    }
)
"""From ``alg`` to the only type of key it is taken with; the first name of a type is the one written."""


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS as it came; nothing is verified."""

    header: JsonObject
    payload: bytes = field(repr=False)
    algorithm: str
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def read(cls, text: str) -> Jws:
        """Read a compact JWS of at most `limits.JOSE_CHARACTERS`.

        Raises LimitExceeded (``jws.too-long``, ``jws.header-too-long``, ``jws.signature-too-long``);
        ProofError: ``jws.malformed`` (not three parts, as in an encrypted token or the JSON serialization),
        ``jws.header``, ``jws.unsigned`` (``none``, or no signature), ``jws.symmetric`` (``HS256`` ...),
        ``jws.critical`` (any ``crit``: no extension is understood here); UnknownCryptosuite
        (``jws.unknown-algorithm``); and what `base64url_decode` and `strict_json.loads_object` raise.
        """
        _check_length("jws.too-long", text, limits.JOSE_CHARACTERS)
        parts = text.split(".", 3)
        if len(parts) == 3 and all(parts[:2]) and not parts[2]:
            raise _unsigned()
        if len(parts) != 3 or not all(parts):
            raise ProofError(
                "jws.malformed",
                N_("This is not a signed token: it must have three parts with dots between them."),
            )
        _check_length("jws.header-too-long", parts[0], limits.JOSE_HEADER_CHARACTERS)
        _check_length("jws.signature-too-long", parts[2], limits.JOSE_SIGNATURE_CHARACTERS)
        header_bytes, payload, signature = (
            base64url_decode(part, max_characters=limits.JOSE_CHARACTERS) for part in parts
        )
        header = strict_json.loads_object(header_bytes)
        algorithm = _algorithm(header)
        _check_parameters(header)
        return cls(header, payload, algorithm, f"{parts[0]}.{parts[1]}".encode("ascii"), signature)

    def verify(self, key: PublicKey) -> None:
        """Return when the signature is `key`'s.

        Raises ProofError: ``jws.algorithm-key`` for a key of another type than the algorithm's, and what
        `PublicKey.verify` raises.
        """
        if ALGORITHMS[self.algorithm] is not key.type:
            raise foreign_key(self.algorithm, key)
        key.verify(self.signature, self.signing_input)


def sign(header: JsonObject, payload: bytes, key: SigningKey) -> str:
    """A compact JWS over `payload`; ``alg`` is set from the key, before the other members of `header`.

    Raises what `algorithm_of` raises.
    """
    protected = strict_json.dumps({"alg": algorithm_of(key.public_key.type), **header}).encode("utf-8")
    signing_input = f"{base64url_encode(protected)}.{base64url_encode(payload)}"
    return f"{signing_input}.{base64url_encode(key.sign(signing_input.encode('ascii')))}"


def algorithm_of(key_type: KeyType) -> str:
    """The ``alg`` that is written for a type of key.

    Raises UnknownCryptosuite (``jws.unknown-algorithm``) for a key that signs something else.
    """
    algorithm = next((name for name, taken in ALGORITHMS.items() if taken is key_type), None)
    if algorithm is None:
        raise unknown_algorithm(key_type.value)
    return algorithm


def check_media_type(value: object, expected: str, member: str) -> None:
    """Hold a ``typ`` or ``cty`` that is there to `expected`, such as "vc+jwt" (RFC 7515, section 4.1.9).

    The prefix ``application/`` may be left out, and case does not count. Raises ProofError (``jws.type``).
    """
    if value is None:
        return
    if not isinstance(value, str) or value.lower().removeprefix("application/") != expected:
        raise ProofError(
            "jws.type",
            N_("The token is for another use: its {member} is “{found}”, not “{expected}”."),
            member=member,
            found=str(value)[:64],
            expected=expected,
        )


def foreign_key(algorithm: str, key: PublicKey) -> ProofError:
    """The refusal of a key that the algorithm of a header is not meant for."""
    return ProofError(
        "jws.algorithm-key",
        N_("The token names the algorithm {algorithm}, and its signer's key is of the type {type}."),
        algorithm=algorithm[:64],
        type=key.type.value,
    )


def unknown_algorithm(algorithm: str) -> UnknownCryptosuite:
    """The error for a signature algorithm that exists, or may exist, and is not supported."""
    return UnknownCryptosuite(
        "jws.unknown-algorithm",
        N_("The token is signed with an algorithm this program does not know ({algorithm})."),
        next_step=N_("A newer version may know it."),
        algorithm=algorithm[:64],
    )


def _unsigned() -> ProofError:
    return ProofError("jws.unsigned", N_("The token is not signed: anybody may have written it."))


def _algorithm(header: JsonObject) -> str:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str):
        raise _bad_header("alg")
    if algorithm.lower() == "none":
        raise _unsigned()
    if algorithm.upper().startswith("HS"):
        raise ProofError(
            "jws.symmetric",
            N_(
                "The token is made with a shared secret ({algorithm}), which proves nothing to a third party."
            ),
            algorithm=algorithm[:64],
        )
    # RFC 7515, section 4.1.11: what must be understood and is not makes the token invalid. None of the
    # extensions is read here; ``b64`` (RFC 7797) may only stand together with ``crit``.
    for member in ("crit", "b64"):
        if member in header:
            raise ProofError(
                "jws.critical",
                N_("The token asks for an extension that this program does not know ({member})."),
                member=member,
            )
    if algorithm not in ALGORITHMS:
        raise unknown_algorithm(algorithm)
    return algorithm


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_address(value: Json) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


# RFC 7515, section 4.1: what the parameters that it registers must be. Others are ignored (section 4).
_PARAMETERS: Final[Mapping[str, Callable[[Json], bool]]] = MappingProxyType(
    {
        **dict.fromkeys(("kid", "typ", "cty", "x5t", "x5t#S256"), _is_text),
        **dict.fromkeys(("jku", "x5u"), _is_address),
        "jwk": lambda value: isinstance(value, dict),
        "x5c": lambda value: isinstance(value, list) and all(map(_is_text, value)),
    }
)


def _check_parameters(header: JsonObject) -> None:
    for member, is_in_order in _PARAMETERS.items():
        if member in header and not is_in_order(header[member]):
            raise _bad_header(member)


def _bad_header(member: str) -> ProofError:
    return ProofError(
        "jws.header", N_("The header of the token is not in order ({member})."), member=member[:64]
    )


_TOO_LONG: Final = {
    "jws.too-long": N_("The token has {size} characters; the ceiling is {limit}."),
    "jws.header-too-long": N_("The header of the token has {size} characters; the ceiling is {limit}."),
    "jws.signature-too-long": N_("The signature of the token has {size} characters; the ceiling is {limit}."),
}


def _check_length(code: str, part: str, limit: int) -> None:
    if len(part) > limit:
        raise LimitExceeded(code, _TOO_LONG[code], size=len(part), limit=limit)
