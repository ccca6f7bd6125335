"""Documents that others issue and this program does not judge: what they say of themselves, in a few lines.

    found = of_document(json_object)
    print(found.statement.title, found.problem)

They are kept and shown as they came, each with the sentence that says what was not checked (`kinds`), and
never count as a diploma. Whatever is said here was written by whoever made the file.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from vcwallet import limits, strict_json
from vcwallet.bundle import kinds
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.credentials import enveloped
from vcwallet.errors import N_, InputError, LimitExceeded, VcwalletError
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.proofs.jose import sd_jwt_vc
from vcwallet.proofs.jose.jwt import Claims
from vcwallet.proofs.jose.sd_jwt import SdJwt
from vcwallet.proofs.jose.sd_jwt_vc import SdJwtVc
from vcwallet.strict_json import Json, JsonObject

__all__ = [
    "Evidence",
    "Statement",
    "of_badge_token",
    "of_content",
    "of_document",
    "of_file",
    "of_token",
    "of_xml",
]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a document says; each "" where it does not say it in a place that is known here."""

    title: str = ""
    person: str = ""
    issuer: str = ""
    day: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    kind: DocumentKind
    statement: Statement = Statement()
    sd_jwt_vc: SdJwtVc | None = None
    """What can be shown to whoever asks for it, though it is no diploma."""

    @property
    def problem(self) -> InputError:
        """What was not checked."""
        said = kinds.unchecked(self.kind)
        assert said is not None  # of each kind that is made here
        return said


def of_document(document: JsonObject) -> Evidence | None:
    """None for a document of another kind. Raises nothing for any content."""
    kind = kinds.kind_of(document)
    if kind is DocumentKind.OPEN_BADGE_2:
        badge = document.get("badge")
        issuer = badge.get("issuer") if isinstance(badge, dict) else None
        person = document.get("recipient")
        hashed = isinstance(person, dict) and person.get("hashed") is True
        return Evidence(
            kind,
            Statement(
                _name(badge),
                "" if hashed or not isinstance(person, dict) else _text(person.get("identity")),
                _name(issuer),
                _text(document.get("issuedOn"))[:10],
                _text(document.get("expires"))[:10],
            ),
        )
    if kind in (DocumentKind.BLOCKCERT, DocumentKind.EUROPASS):
        inside = _sealed(document)
        subject = _first(inside.get("credentialSubject"))
        person = subject if kind is DocumentKind.BLOCKCERT else subject.get("fullName")
        title = inside.get("displayParameter") or inside.get("title") or inside
        return Evidence(
            kind,
            Statement(
                _name(title) or _name(inside) or _name(subject),
                _name(person) or _words(subject.get("fullName")),
                _name(inside.get("issuer")) or _words(_first(inside.get("issuer")).get("legalName")),
                _text(inside.get("validFrom") or inside.get("issuanceDate") or inside.get("issued"))[:10],
                _text(inside.get("validUntil") or inside.get("expirationDate"))[:10],
            ),
        )
    if kind is DocumentKind.SD_JWT_VC:
        try:
            return _of_sd_jwt(enveloped.sd_jwt_vc_in(document).token)
        except VcwalletError:
            return None
    return None


def _sealed(document: JsonObject) -> JsonObject:
    payload = document.get("payload")
    if not isinstance(payload, str):
        return document
    try:
        return strict_json.loads_object(base64url_decode(payload, max_characters=limits.JSON_BYTES))
    except VcwalletError:
        return {}


def of_token(text: str) -> Evidence | None:
    """An SD-JWT whose claims are no credential of the W3C's data model; None for any other token.

    Raises what `SdJwt.read` raises.
    """
    return _of_sd_jwt(SdJwt.read(text)) if "~" in text else None


def _of_sd_jwt(token: SdJwt) -> Evidence | None:
    claims = token.payload
    kind = claims.get("vct")
    if not isinstance(kind, str) or "@context" in claims:
        return None
    credential = SdJwtVc.read(token.text) if sd_jwt_vc.is_sd_jwt_vc(token) else None
    names = [_text(claims.get(name)) for name in ("family_name", "given_name", "middle_name", "name")]
    registered = Claims.read(claims)
    begins = registered.not_before or registered.issued
    return Evidence(
        DocumentKind.SD_JWT_VC,
        Statement(
            kind[:_CHARACTERS],
            " ".join(filter(None, names)),
            _text(claims.get("iss")),
            "" if begins is None else begins.date().isoformat(),
            "" if registered.expires is None else registered.expires.date().isoformat(),
        ),
        credential,
    )


def of_badge_token(text: str) -> Evidence | None:
    """A signed badge of Open Badges 2.0: the assertion as a JWS; None for any other token."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        return of_document(
            strict_json.loads_object(base64url_decode(parts[1], max_characters=limits.JOSE_CHARACTERS))
        )
    except VcwalletError:
        return None


# --- XML --------------------------------------------------------------------------------------------------

_EUROPASS_NAMESPACE: Final = "http://data.europa.eu/snb"


def of_xml(text: str) -> Evidence | None:
    """A European credential in XML, by its root element; None for any other text.

    Raises InputError (``markup.entities``, ``markup.malformed``) and LimitExceeded (``markup.too-deep``), but
    for a European credential only.
    """
    if _EUROPASS_NAMESPACE not in text[:4096]:
        return None
    seen = read_markup(
        text, frozenset({"title", "legalName", "fullName", "issued"}), root="europassCredential"
    )
    if seen is None:
        return None
    return Evidence(
        DocumentKind.EUROPASS,
        Statement(
            seen.get("title", ""),
            seen.get("fullName", ""),
            seen.get("legalName", ""),
            seen.get("issued", "")[:10],
        ),
    )


def read_markup(text: str, wanted: frozenset[str], *, root: str) -> dict[str, str] | None:
    """The text of the first element of each wanted name, without its namespace; None for another root."""
    found: dict[str, str] = {}
    open_names: list[str] = []
    roots: list[str] = []

    def begin(name: str, _: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        roots[:] = roots or [local]
        open_names.append(local)
        if len(open_names) > limits.MARKUP_DEPTH:
            raise LimitExceeded(
                "markup.too-deep",
                N_("The file is nested more than {limit} deep."),
                limit=limits.MARKUP_DEPTH,
            )
        if local in wanted:
            found.setdefault(local, "")

    def words(data: str) -> None:
        for name in open_names:
            if name in wanted and len(found[name]) < _CHARACTERS and name not in done:
                found[name] += data

    done: set[str] = set()

    def end(_: str) -> None:
        done.add(open_names.pop())

    parse_markup(text, begin, words, end)
    if roots != [root]:
        return None
    return {name: " ".join(value.split())[:_CHARACTERS] for name, value in found.items()}


def parse_markup(text: str, begin: object, words: object, end: object) -> None:
    """Read XML without a single entity of its own: no file may grow while it is read, or reach out.

    Raises InputError (``markup.entities``, ``markup.malformed``), and what the three raise.
    """

    def document_type(_: str, system: str | None, public: str | None, internal: int) -> None:
        if internal:
            raise InputError(
                "markup.entities",
                N_("The file defines entities, which may unfold without end. It was not read."),
                next_step=N_("Ask for it in another form."),
            )

    # Here it is text already: what its first line says of the encoding was true of the file, or never.
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = document_type
    parser.StartElementHandler = begin  # type: ignore[assignment]
    parser.CharacterDataHandler = words  # type: ignore[assignment]
    parser.EndElementHandler = end  # type: ignore[assignment]
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError:
        raise InputError(
            "markup.malformed",
            N_("The file is markup (SVG or XML) that breaks off or is not well-formed."),
            next_step=N_("Ask for it once more."),
        ) from None


# --- signatures beside a file -----------------------------------------------------------------------------

_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
"""The object identifier that a CMS message begins with (RFC 5652): signed data."""
_ARMOUR: Final = re.compile(rb"\A\s*-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA|SIGNATURE)-----")
_BASE64: Final = re.compile(rb"\A[A-Za-z0-9+/\r\n]{40,}={0,2}\s*\Z")


def of_content(data: bytes) -> Evidence | None:
    """What a kept file is, when it is evidence: JSON, a token, XML or a signature. Raises nothing."""
    if (signature := of_file(data)) is not None:
        return signature
    # The place of a signature in a PDF is patched in after it is written, so it is never packed.
    if data.startswith(b"%PDF-") and b"/ByteRange" in data:
        return Evidence(DocumentKind.SIGNED_PDF)
    try:
        text = data.decode("utf-8-sig").strip()
        if text.startswith("{"):
            return of_document(strict_json.loads_object(text))
        if text.startswith("eyJ"):
            return of_token(text)
        return of_xml(text) if text.startswith("<") else None
    except (UnicodeDecodeError, VcwalletError):
        return None


def of_file(data: bytes) -> Evidence | None:
    """A signature of another file: CMS in DER, in PEM, or in base64 as programs for GOST write it."""
    head = data[:64]
    if not head.startswith(b"\x30") and _BASE64.match(data[: 64 * 1024]):
        try:
            head = base64.b64decode(b"".join(data[:128].split())[:64])
        except (binascii.Error, ValueError):
            return None
    signed = head.startswith(b"\x30") and _SIGNED_DATA in head
    return Evidence(DocumentKind.SIGNATURE) if signed or _ARMOUR.match(data[:128]) else None


# --- names ------------------------------------------------------------------------------------------------

_CHARACTERS: Final = 300


def _first(value: Json) -> JsonObject:
    each = value[0] if isinstance(value, list) and value else value
    return each if isinstance(each, dict) else {}


def _name(value: Json) -> str:
    """The name that an object has in one of the usual members; an address stands for what is behind it."""
    if isinstance(value, str):
        return value[:_CHARACTERS]
    each = _first(value)
    return _words(each.get("name")) or _words(each.get("title")) or _words(each.get("prefLabel"))


def _words(value: Json) -> str:
    """A text, or one of those in several languages."""
    if isinstance(value, dict):
        value = value.get("ru") or value.get("en") or next(iter(value.values()), None)
    if isinstance(value, list):
        value = value[0] if value else None
    return _text(value)


def _text(value: Json) -> str:
    return value[:_CHARACTERS] if isinstance(value, str) else ""
