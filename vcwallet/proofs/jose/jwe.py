"""JSON Web Encryption, compact serialization (RFC 7516), as answers of OpenID4VP use it: one way only.

    text = encrypt(payload, jwk, kid="1", encryption="A128GCM")
    decrypt(text, secret_jwk)

Key agreement ``ECDH-ES`` on P-256 with the content encryptions of `ENCRYPTIONS`, by joserfc. Anything else in
a header is refused before a key is used: the header of an encrypted text is written by anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, Action, DocumentError, LimitExceeded, MachineError, ProofError, VcwalletError
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from joserfc.jwe import JWERegistry
    from joserfc.jwk import ECKey

__all__ = ["AGREEMENT", "ENCRYPTIONS", "can_encrypt_to", "decrypt", "encrypt", "header_of", "new_key"]

AGREEMENT: Final = "ECDH-ES"
ENCRYPTIONS: Final = ("A128GCM", "A256GCM")
"""The first is what counts where nothing is named (OpenID4VP 1.0, section 8.3)."""


def new_key() -> JsonObject:
    """A secret key for one request, as a JWK with ``d``. Raises MachineError (``jwe.extra-missing``)."""
    _registry()
    from joserfc.jwk import ECKey

    made = ECKey.generate_key("P-256", private=True).as_dict(private=True)
    return {name: str(made[name]) for name in ("kty", "crv", "x", "y", "d")}


def can_encrypt_to(key: JsonObject) -> bool:
    """Whether a public JWK is a point of P-256."""
    try:
        encrypt(b"", key, kid=None, encryption=ENCRYPTIONS[0])
    except DocumentError:
        return False
    return True


def encrypt(payload: bytes, key: JsonObject, *, kid: str | None, encryption: str) -> str:
    """Encrypt to a public key; `kid` goes into the header.

    Raises DocumentError (``jwe.key``) for a key that is no point of P-256, and MachineError
    (``jwe.extra-missing``).
    """
    registry = _registry()
    from joserfc import jwe
    from joserfc.errors import JoseError

    protected = {"alg": AGREEMENT, "enc": encryption, **({} if kid is None else {"kid": kid})}
    try:
        return jwe.encrypt_compact(protected, payload, _key(key, secret=False), registry=registry)
    except (JoseError, ValueError, TypeError):
        raise _bad_key() from None


def decrypt(text: str, key: JsonObject) -> bytes:
    """What was encrypted to the public part of a secret `key`.

    Raises LimitExceeded (``jwe.too-long``), ProofError (``jwe.refused``: another algorithm, another key, or
    changed on its way), MachineError (``jwe.extra-missing``).
    """
    registry = _registry()
    from joserfc import jwe
    from joserfc.errors import JoseError

    header = header_of(text)
    if header.get("alg") != AGREEMENT or header.get("enc") not in ENCRYPTIONS:
        raise _refused()
    # ``zip`` makes a small text a large one; ``crit`` asks for what is not known here.
    if "zip" in header or "crit" in header:
        raise _refused()
    try:
        plaintext = jwe.decrypt_compact(
            text.encode("ascii"), _key(key, secret=True), registry=registry
        ).plaintext
    except (JoseError, ValueError, TypeError, KeyError):
        raise _refused() from None
    if plaintext is None:
        raise _refused()
    return plaintext


def header_of(text: str) -> JsonObject:
    """The header of an encrypted text.

    Raises LimitExceeded (``jwe.too-long``), ProofError (``jwe.refused``).
    """
    if len(text) > limits.JOSE_CHARACTERS:
        raise LimitExceeded(
            "jwe.too-long",
            N_("The encrypted answer has {size} characters; the ceiling is {limit}."),
            size=len(text),
            limit=limits.JOSE_CHARACTERS,
        )
    parts = text.split(".", 5)
    if len(parts) != 5 or len(parts[0]) > limits.JOSE_HEADER_CHARACTERS:
        raise _refused()
    try:
        return strict_json.loads_object(
            base64url_decode(parts[0], max_characters=limits.JOSE_HEADER_CHARACTERS)
        )
    except VcwalletError:
        raise _refused() from None


def _key(jwk: JsonObject, *, secret: bool) -> ECKey:
    from joserfc.jwk import ECKey

    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise _bad_key()
    names = ("kty", "crv", "x", "y", "d") if secret else ("kty", "crv", "x", "y")
    parts: dict[str, str | list[str]] = {}
    for name in names:
        value = jwk.get(name)
        if not isinstance(value, str):
            raise _bad_key()
        parts[name] = value
    return ECKey.import_key(parts)


def _registry() -> JWERegistry:
    try:
        from joserfc.jwe import JWERegistry
    except ImportError:
        raise MachineError(
            "jwe.extra-missing",
            N_("Answers cannot be encrypted or decrypted here: the package “{package}” is not installed."),
            next_step=Action.INSTALL_PART,
            part="jose",
            package="joserfc",
        ) from None
    return JWERegistry(algorithms=[AGREEMENT, *ENCRYPTIONS], verify_all_recipients=True)


def _bad_key() -> DocumentError:
    return DocumentError("jwe.key", N_("The key that the answer is to be encrypted to is not in order."))


def _refused() -> ProofError:
    return ProofError(
        "jwe.refused",
        N_("The encrypted answer cannot be opened with the key of this request."),
        next_step=N_("Name the file that was kept of the request it answers."),
    )
