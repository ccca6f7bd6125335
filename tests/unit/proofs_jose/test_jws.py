"""A JWS has one spelling, one algorithm that its key fits, and no header that asks for more than is known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.proofs_jose.world import JOSE_KEYS, SCHOOL, STRANGER, encode, fate, forge, key_of
from vcwallet.errors import DocumentError, KeyUnavailable, LimitExceeded, ProofError
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.proofs.data_integrity import UnknownCryptosuite
from vcwallet.proofs.jose import jws
from vcwallet.proofs.jose.jws import ALGORITHMS, Jws

PAYLOAD = '{"имя":"Пробник "}'.encode()
WRITTEN = {
    KeyType.ED25519: "EdDSA",
    KeyType.P256: "ES256",
    KeyType.P384: "ES384",
    KeyType.P521: "ES512",
    KeyType.RSA: "RS256",
}


@pytest.mark.parametrize("key_type", JOSE_KEYS)
def test_round_trip(key_type: KeyType) -> None:
    key = key_of(SCHOOL, key_type)
    token = jws.sign({"typ": "vc+jwt", "kid": "#1"}, PAYLOAD, key)
    found = Jws.read(token)
    assert found.header == {"alg": WRITTEN[key_type], "typ": "vc+jwt", "kid": "#1"}
    assert found.payload == PAYLOAD
    found.verify(key.public_key)
    assert fate(lambda: found.verify(key_of(STRANGER, key_type).public_key)) == "proof.signature"


def test_the_published_es256_token() -> None:
    """RFC 7515, appendix A.3; that of A.2 with RS256 is in the tests of RSA keys."""
    token = (
        "eyJhbGciOiJFUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    key = PublicKey.from_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    )
    found = Jws.read(token)
    found.verify(key)
    assert json.loads(found.payload)["iss"] == "joe"


def test_the_published_es512_token() -> None:
    """RFC 7515, appendix A.4: the payload is the word «Payload»."""
    token = (
        "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA"
        ".AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7Xdt"
        "AG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
    )
    key = PublicKey.from_jwk(
        {
            "kty": "EC",
            "crv": "P-521",
            "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
            "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
        }
    )
    Jws.read(token).verify(key)


def test_the_published_eddsa_token() -> None:
    """RFC 8037, appendix A.4."""
    token = (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    key = PublicKey.from_jwk(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    )
    Jws.read(token).verify(key)


# --- refusals -----------------------------------------------------------------------------------

GOOD = jws.sign({"typ": "vc+jwt"}, PAYLOAD, key_of(SCHOOL, KeyType.P256))
HEAD, BODY, SIGNATURE = GOOD.split(".")


def with_header(**members: Any) -> str:
    """A header with a signature by the right key over it."""
    return forge({"alg": "ES256", **members}, PAYLOAD, key_of(SCHOOL, KeyType.P256))


def without_signature(header: dict[str, Any]) -> str:
    return f"{encode(header)}.{BODY}.{SIGNATURE}"


def raw_header(header: bytes) -> str:
    return f"{encode(header)}.{BODY}.{SIGNATURE}"


def loosened(part: str) -> str:
    """The same bytes with bits set that no byte uses, so another text."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(part) % 4
    return part[:-1] + alphabet[alphabet.index(part[-1]) + 1]


REFUSED: dict[str, tuple[str, str]] = {
    # not signed, or by a secret
    "none": (without_signature({"alg": "none"}), "jws.unsigned"),
    "none in capitals": (without_signature({"alg": "NONE"}), "jws.unsigned"),
    "none in mixed letters": (without_signature({"alg": "nOnE"}), "jws.unsigned"),
    "none and no signature": (f"{encode({'alg': 'none'})}.{BODY}.", "jws.unsigned"),
    "HS256": (without_signature({"alg": "HS256"}), "jws.symmetric"),
    "HS256 with the public key as the secret": (
        without_signature({"alg": "HS256", "kid": "#1"}),
        "jws.symmetric",
    ),
    "HS512": (without_signature({"alg": "HS512"}), "jws.symmetric"),
    "hs384": (without_signature({"alg": "hs384"}), "jws.symmetric"),
    # algorithms
    "no alg": (without_signature({"typ": "vc+jwt"}), "jws.header"),
    "alg null": (without_signature({"alg": None}), "jws.header"),
    "alg a list": (without_signature({"alg": ["ES256"]}), "jws.header"),
    "alg empty": (without_signature({"alg": ""}), "jws.unknown-algorithm"),
    "es256": (without_signature({"alg": "es256"}), "jws.unknown-algorithm"),
    "PS256": (without_signature({"alg": "PS256"}), "jws.unknown-algorithm"),
    "RS512": (without_signature({"alg": "RS512"}), "jws.unknown-algorithm"),
    "ES256K": (without_signature({"alg": "ES256K"}), "jws.unknown-algorithm"),
    "an encryption algorithm": (
        without_signature({"alg": "RSA-OAEP", "enc": "A128GCM"}),
        "jws.unknown-algorithm",
    ),
    "a very long alg": (without_signature({"alg": "E" * 5000}), "jws.unknown-algorithm"),
    # critical parameters
    "crit of something unknown": (with_header(crit=["exp"], exp=1), "jws.critical"),
    "crit empty": (with_header(crit=[]), "jws.critical"),
    "crit null": (with_header(crit=None), "jws.critical"),
    "crit of a registered name": (with_header(crit=["alg"]), "jws.critical"),
    "unencoded payload": (with_header(crit=["b64"], b64=False), "jws.critical"),
    "unencoded payload without crit": (with_header(b64=False), "jws.critical"),
    "encoded payload, said so": (with_header(b64=True), "jws.critical"),
    # the header's own form
    "kid a number": (with_header(kid=1), "jws.header"),
    "jwk a text": (with_header(jwk="x"), "jws.header"),
    "typ a list": (with_header(typ=["vc+jwt"]), "jws.header"),
    "jku no URL": (with_header(jku="x"), "jws.header"),
    "jku of another scheme": (with_header(jku="file:///x"), "jws.header"),
    "x5u no URL": (with_header(x5u=["https://school0.example/x"]), "jws.header"),
    "x5c a text": (with_header(x5c="x"), "jws.header"),
    "x5c with a number": (with_header(x5c=["x", 1]), "jws.header"),
    "x5t null": (with_header(x5t=None), "jws.header"),
    "x5t#S256 a number": (with_header(**{"x5t#S256": 1}), "jws.header"),
    "cty an object": (with_header(cty={}), "jws.header"),
    "alg twice": (raw_header(b'{"alg":"none","alg":"ES256"}'), "json.duplicate-key"),
    "kid twice": (
        raw_header(b'{"alg":"ES256","kid":"a","kid":"b"}'),
        "json.duplicate-key",
    ),
    "header a list": (f"{encode([])}.{BODY}.{SIGNATURE}", "json.not-an-object"),
    "header no JSON": (raw_header(b"alg"), "json.malformed"),
    "header not UTF-8": (raw_header(b"\xff\xfe"), "json.not-utf-8"),
    "header with NaN": (raw_header(b'{"alg":"ES256","x":NaN}'), "json.number"),
    "header deep": (
        raw_header(b'{"alg":"ES256","x":' + b"[" * 3000 + b"]" * 3000 + b"}"),
        "json.too-deep",
    ),
    # spelling
    "header padded": (f"{HEAD}=.{BODY}.{SIGNATURE}", "multibase.base64url"),
    "payload padded": (f"{HEAD}.{BODY}=.{SIGNATURE}", "multibase.base64url"),
    "signature padded": (f"{HEAD}.{BODY}.{SIGNATURE}==", "multibase.base64url"),
    "signature not canonical": (f"{HEAD}.{BODY}.{loosened(SIGNATURE)}", "multibase.base64url"),
    "payload not canonical": (f"{HEAD}.{loosened(BODY)}.{SIGNATURE}", "multibase.base64url"),
    "standard base64": (f"{HEAD}.{BODY}.{'+/' * 43}", "multibase.base64url"),
    "a line end after": (GOOD + "\n", "multibase.base64url"),
    "a line end inside": (f"{HEAD}.{BODY[:9]}\n{BODY[9:]}.{SIGNATURE}", "multibase.base64url"),
    "a Cyrillic letter": (f"{HEAD}.{BODY}.{SIGNATURE[:-1]}А", "multibase.base64url"),
    # the serialization
    "empty": ("", "jws.malformed"),
    "one part": (HEAD, "jws.malformed"),
    "two parts": (f"{HEAD}.{BODY}", "jws.malformed"),
    "a detached payload": (f"{HEAD}..{SIGNATURE}", "jws.malformed"),
    "four parts": (GOOD + ".AA", "jws.malformed"),
    "five parts, encrypted": ("AA.AA.AA.AA.AA", "jws.malformed"),
    "the JSON serialization": (
        json.dumps({"payload": BODY, "protected": HEAD, "signature": SIGNATURE}),
        "jws.malformed",
    ),
    "several signatures": (
        json.dumps({"payload": BODY, "signatures": [{"protected": HEAD, "signature": SIGNATURE}]}),
        "jws.malformed",
    ),
    # ceilings
    "endless": ("A" * 2_000_000, "jws.too-long"),
    "endless dots": ("." * 2_000_000, "jws.too-long"),
    "a long header": (
        f"{encode({'alg': 'ES256', 'x': 'x' * 20_000})}.{BODY}.{SIGNATURE}",
        "jws.header-too-long",
    ),
    "a long signature": (f"{HEAD}.{BODY}.{'A' * 2000}", "jws.signature-too-long"),
}


@pytest.mark.parametrize(("token", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_at_reading(token: str, code: str) -> None:
    with pytest.raises((DocumentError, KeyUnavailable)) as caught:
        Jws.read(token)
    assert caught.value.code == code
    assert isinstance(caught.value, UnknownCryptosuite) == (code == "jws.unknown-algorithm")
    assert isinstance(caught.value, LimitExceeded) == ("too-" in code)


@pytest.mark.parametrize(
    ("name", "what"),
    [("endless", "The token"), ("a long header", "The header"), ("a long signature", "The signature")],
)
def test_what_is_too_long_is_named(name: str, what: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        Jws.read(REFUSED[name][0])
    assert str(caught.value).startswith(what)


@pytest.mark.parametrize("key_type", JOSE_KEYS)
@pytest.mark.parametrize("algorithm", list(ALGORITHMS))
def test_an_algorithm_is_taken_with_its_own_type_of_key_only(algorithm: str, key_type: KeyType) -> None:
    key = key_of(SCHOOL, key_type)
    token = forge({"alg": algorithm}, PAYLOAD, key)
    expected = "accepted" if ALGORITHMS[algorithm] is key_type else "jws.algorithm-key"
    assert fate(lambda: Jws.read(token).verify(key.public_key)) == expected


CHANGED = {
    "header": f"{encode({'alg': 'ES256', 'typ': 'vp+jwt'})}.{BODY}.{SIGNATURE}",
    "header written differently": raw_header(b'{ "alg": "ES256", "typ": "vc+jwt" }'),
    "payload": f"{HEAD}.{encode(b'{}')}.{SIGNATURE}",
    "signature of another token": f"{HEAD}.{BODY}.{with_header(kid='1').rpartition('.')[2]}",
    "r and s exchanged": (
        f"{HEAD}.{BODY}.{encode(base64url_decode(SIGNATURE)[32:] + base64url_decode(SIGNATURE)[:32])}"
    ),
}


@pytest.mark.parametrize("token", CHANGED.values(), ids=CHANGED.keys())
def test_any_change_breaks_the_signature(token: str) -> None:
    with pytest.raises(ProofError) as caught:
        Jws.read(token).verify(key_of(SCHOOL, KeyType.P256).public_key)
    assert caught.value.code == "proof.signature"


SHORT = {
    "short": "AAAA",
    "an ASN.1 signature": encode(bytes.fromhex("3006020101020101")),
    "zeros": encode(bytes(64)),
    "one byte longer": encode(base64url_decode(SIGNATURE) + b"\0"),
}


@pytest.mark.parametrize("signature", SHORT.values(), ids=SHORT.keys())
def test_what_cannot_be_a_signature(signature: str) -> None:
    found = Jws.read(f"{HEAD}.{BODY}.{signature}")
    assert fate(lambda: found.verify(key_of(SCHOOL, KeyType.P256).public_key)) == "proof.signature-malformed"


def test_unknown_header_members_are_ignored() -> None:
    """RFC 7515, section 4: as long as nobody calls them critical."""
    token = with_header(ours={"anything": [1, None]}, x5u="https://school0.example/x", zip="DEF")
    Jws.read(token).verify(key_of(SCHOOL, KeyType.P256).public_key)
