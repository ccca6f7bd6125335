"""What a file, a text or a document is, told by its outward form alone: nothing is verified.

    kind_of(document)            # a JSON object: a diploma, a request, a badge of another program
    unread(data)                 # a file of a kind that is recognised and not read, with what to do instead
    other_code(text)             # somebody else's code

Whatever comes from outside is named here and nowhere else: reading, `inspect`, the wallet and the pages ask
this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vcwallet import limits
from vcwallet.bundle import codec
from vcwallet.bundle.codec import has_type
from vcwallet.credentials.receipt import is_receipt
from vcwallet.errors import N_, InputError, VcwalletError
from vcwallet.identifiers.controlled_identifier import RELATIONSHIPS
from vcwallet.identifiers.keys import PublicKey, is_secret_key
from vcwallet.identifiers.multibase import base64url_decode
from vcwallet.proofs.jose import sd_jwt_vc
from vcwallet.strict_json import JsonObject

__all__ = [
    "SECRET_KEY",
    "DocumentKind",
    "is_binary",
    "kind_of",
    "looks_like_token",
    "other_code",
    "secret_key",
    "unchecked",
    "unread",
]


class DocumentKind(StrEnum):
    BUNDLE = "bundle"
    """A presentation with status lists stapled to it."""
    PRESENTATION = "presentation"
    CREDENTIAL = "credential"
    STATUS_LIST = "status-list"
    CONTROLLED_IDENTIFIER = "controlled-identifier"
    TRUST_LIST = "trust-list"
    REQUEST = "request"
    OPENID_REQUEST = "openid-request"
    """What somebody asks for by OpenID4VP: the URL of a request, in a document made of it."""
    OFFER = "offer"
    """What a site offers by OpenID4VCI: the offer, or a link to it in a document made of it."""
    ASKED = "asked"
    """A request of OpenID4VP as the one who asked keeps it, with the key that opens the answer."""
    VP_TOKEN = "vp-token"  # noqa: S105 (a name of the specification, no secret)
    """An answer to a request of OpenID4VP, handed over as a file."""
    RECEIPT = "receipt"
    """What a recipient gives back for a showing."""
    CLOSING = "closing"
    """An issuer's statement that it issues no more."""
    OTHER_WALLET = "other-wallet"
    """A profile of another wallet, with the private key that its badges are shown with."""
    LOCKED_WALLET = "locked-wallet"
    """A bundle of another wallet that a passphrase opens."""
    OPEN_BADGE_2 = "open-badge-2"
    BLOCKCERT = "blockcert"
    EUROPASS = "europass"
    SD_JWT_VC = "sd-jwt-vc"
    """An SD-JWT with claims of its own, not of the W3C data model, in an envelope."""
    SIGNED_PDF = "signed-pdf"
    SIGNATURE = "signature"
    """Of another file, that lies beside it."""
    FOREIGN = "foreign"
    """Somebody else's code or document; the problem it is found with says which."""
    INCOMPLETE = "incomplete"
    """Some parts of a bundle."""
    WEB_PAGE = "web-page"
    """A page to read, such as the letter in the folder that an issuer hands out."""
    NOTHING = "nothing"
    """An input that could not be read."""


_UNCHECKED: Final[Mapping[DocumentKind, str]] = {
    DocumentKind.OPEN_BADGE_2: N_(
        "This is a badge of Open Badges 2.0. Only its issuer's site can tell whether it was given, and to"
        " whom; nothing was asked there, so nothing in it was checked."
    ),
    DocumentKind.BLOCKCERT: N_(
        "This is a Blockcerts certificate. Its anchor in a blockchain was not looked up, so nothing in it was"
        " checked."
    ),
    DocumentKind.EUROPASS: N_(
        "This is a European digital credential (Europass). Its seal was not checked: that takes the lists of"
        " trusted seals of the European Union."
    ),
    DocumentKind.SD_JWT_VC: N_(
        "This is an SD-JWT credential that is no diploma in the words of Open Badges. Its signature was not"
        " checked."
    ),
    DocumentKind.SIGNED_PDF: N_(
        "This PDF has a field for a signature. Who signed it, and what, was not checked."
    ),
    DocumentKind.SIGNATURE: N_(
        "This is a signature of another file. It was not checked: that takes the certificates of accredited"
        " centres and the day of signing."
    ),
}
"""What others issue and this program does not judge, each with what was not checked."""


def unchecked(kind: DocumentKind) -> InputError | None:
    """What to say of a document that is kept as it is and never counts as a diploma; None for others."""
    if kind not in _UNCHECKED:
        return None
    return InputError(
        f"foreign.{kind}",
        _UNCHECKED[kind],
        next_step=N_("It can be kept beside the diplomas; ask whoever issued it how it is checked."),
    )


def kind_of(document: JsonObject) -> DocumentKind | None:
    """What a JSON document says it is; None for something else."""
    if has_type(document, "UniversalWallet2020") or has_type(document, "EncryptedWallet"):
        return DocumentKind.OTHER_WALLET
    if _is_open_badge_2(document):
        return DocumentKind.OPEN_BADGE_2
    if _is_blockcert(document):
        return DocumentKind.BLOCKCERT
    if _is_europass(document):
        return DocumentKind.EUROPASS
    if document.get("type") == codec.ENVELOPE_TYPE:
        return DocumentKind.BUNDLE
    if codec.is_presentation(document):
        return DocumentKind.PRESENTATION
    if has_type(document, "BitstringStatusListCredential"):
        return DocumentKind.STATUS_LIST
    if is_receipt(document):
        return DocumentKind.RECEIPT
    if has_type(document, "EnvelopedVerifiableCredential"):
        is_other = str(document.get("id", "")).startswith(f"data:{sd_jwt_vc.MEDIA_TYPE},")
        return DocumentKind.SD_JWT_VC if is_other else DocumentKind.CREDENTIAL
    if has_type(document, "VerifiableCredential"):
        return DocumentKind.CREDENTIAL
    if str(document.get("format", "")).startswith("vcwallet-trust-list/"):
        return DocumentKind.TRUST_LIST
    if str(document.get("format", "")).startswith("vcwallet-request/"):
        return DocumentKind.REQUEST
    if str(document.get("format", "")).startswith("vcwallet-closing/"):
        return DocumentKind.CLOSING
    if document.get("format") == OPENID_URL_FORMAT:
        return DocumentKind.OPENID_REQUEST
    if document.get("format") == OFFER_LINK_FORMAT or _is_offer(document):
        return DocumentKind.OFFER
    if str(document.get("format", "")).startswith("vcwallet-asked/"):
        return DocumentKind.ASKED
    if isinstance(document.get("vp_token"), dict) or isinstance(document.get("response"), str):
        return DocumentKind.VP_TOKEN
    if isinstance(document.get("id"), str) and _has_keys(document):
        return DocumentKind.CONTROLLED_IDENTIFIER
    return None


def _is_open_badge_2(document: JsonObject) -> bool:
    """An assertion; hosted or signed, and with its parts inside or behind addresses."""
    context = document.get("@context")
    named = isinstance(context, str) and "openbadges" in context
    return has_type(document, "Assertion") and (named or "badge" in document)


def _is_blockcert(document: JsonObject) -> bool:
    """One that is anchored in a chain and signed in no other way."""
    proofs = document.get("proof", document.get("signature"))
    every = proofs if isinstance(proofs, list) else [proofs]
    anchored = [isinstance(each, dict) and _is_anchor(each) for each in every]
    return bool(anchored) and all(anchored)


def _is_anchor(proof: JsonObject) -> bool:
    return any(has_type(proof, name) for name in ("MerkleProof2017", "MerkleProof2019"))


def _is_europass(document: JsonObject) -> bool:
    """The credential, or the seal in JSON that it is put into (JAdES)."""
    payload = document.get("payload")
    if not isinstance(payload, str) or not document.keys() & {"signatures", "protected"}:
        return has_type(document, "EuropeanDigitalCredential")
    try:
        return b"EuropeanDigitalCredential" in base64url_decode(payload, max_characters=limits.JSON_BYTES)
    except VcwalletError:
        return False


def _has_keys(document: JsonObject) -> bool:
    """Keys stand in a list of their own, or only in the lists of purposes they are used for."""
    return any(isinstance(document.get(name), list) for name in ("verificationMethod", *RELATIONSHIPS))


OPENID_SCHEME: Final = "openid4vp:"
OPENID_URL_FORMAT: Final = "openid4vp-url"


def openid_request(text: str) -> JsonObject | None:
    """The URL of a request of OpenID4VP as a document; None for any other text."""
    url = text.strip()
    if url[: len(OPENID_SCHEME)].lower() != OPENID_SCHEME or "?" not in url:
        return None
    return {"format": OPENID_URL_FORMAT, "url": url}


OFFER_SCHEME: Final = "openid-credential-offer:"
OFFER_LINK_FORMAT: Final = "openid-credential-offer-link"


def offer_link(text: str) -> JsonObject | None:
    """The link of an offer of OpenID4VCI as a document; None for any other text."""
    url = text.strip()
    if url[: len(OFFER_SCHEME)].lower() != OFFER_SCHEME or "?" not in url:
        return None
    return {"format": OFFER_LINK_FORMAT, "url": url}


def _is_offer(document: JsonObject) -> bool:
    """The offer itself (OpenID4VCI 1.0, section 4.1.1)."""
    names = document.get("credential_configuration_ids")
    return isinstance(document.get("credential_issuer"), str) and isinstance(names, list)


# --- texts and codes --------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(r"eyJ[\w-]*\.[\w-]+\.[\w-]*(?:~[\w.~-]*)?", re.ASCII)
"""A compact JWS, and an SD-JWT with its disclosures."""


def looks_like_token(text: str) -> bool:
    """Whether a text is nothing but a token of JOSE: a JWT, or an SD-JWT with its disclosures."""
    return _TOKEN.fullmatch(text) is not None


SECRET_KEY: Final = "foreign.secret-key"  # noqa: S105 - a code
_SECRET_MULTIKEY: Final = re.compile(r"z[1-9A-HJ-NP-Za-km-z]{30,}")
_PRIVATE: Final = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-[0-9]")
"""In PEM and what looks like it; other blocks, and the words of the program that wrote it, may come first."""


def secret_key(given: str | JsonObject) -> InputError | None:
    """What to tell whoever gives a secret key in place of a diploma; None for anything else."""
    if isinstance(given, str):
        is_one = _PRIVATE.search(given) is not None or _is_secret_multikey(given.strip())
    else:
        is_one = is_secret_key(given)
    if not is_one:
        return None
    return InputError(
        SECRET_KEY,
        N_(
            "This is a secret key. No diploma is checked with it, and it belongs to its owner alone, who must"
            " replace it if anybody else saw it."
        ),
    )


def _is_secret_multikey(text: str) -> bool:
    if _SECRET_MULTIKEY.fullmatch(text) is None:
        return False
    try:
        PublicKey.from_multibase(text)
    except VcwalletError as error:
        return error.code == "key.secret-published"
    return False


@dataclass(frozen=True, slots=True)
class _OtherCode:
    """A kind of code or text that is recognised and not read."""

    name: str
    pattern: re.Pattern[str]
    template: str


_OTHER_CODES: Final = (
    _OtherCode(
        "smart-health-card",
        re.compile("shc:/", re.IGNORECASE),
        N_("This is a SMART Health Card: a medical record, not a school achievement. It was not read."),
    ),
    _OtherCode(
        "eu-digital-covid-certificate",
        re.compile("HC1:", re.IGNORECASE),
        N_("This is a health certificate of the European Union, not a school achievement. It was not read."),
    ),
    _OtherCode(
        "openid-request",
        re.compile(
            r"openid[\w-]*:|haip:|mdoc:|iden3comm:|didcomm:|(?:web\+)?interaction:", re.IGNORECASE | re.ASCII
        ),
        N_("This code starts a conversation with an online wallet; it holds no document."),
    ),
    _OtherCode(
        "web-address",
        re.compile(r"https?://\S+\Z", re.IGNORECASE),
        N_("This code is a web address; it holds no document, and nothing is fetched."),
    ),
)


def other_code(text: str) -> InputError | None:
    """What to tell a person about somebody else's code; None when it is none that is known."""
    if (secret := secret_key(text)) is not None:
        return secret
    for code in _OTHER_CODES:
        if code.pattern.match(text):
            return InputError("foreign." + code.name, code.template)
    return None


# --- files ------------------------------------------------------------------------------------------------

_AS_ANOTHER: Final = N_(
    "Pictures are read as PNG, JPEG, WebP, GIF or BMP: save it as one of these, or make a screenshot of it."
)
_UNPACK: Final = N_("Unpack it, and give the folder.")


@dataclass(frozen=True, slots=True)
class _UnreadFile:
    """A kind of file that is recognised and not read: what it is, and what to do instead."""

    code: str
    begins: tuple[bytes, ...]
    offset: int
    template: str
    next_step: str


_UNREAD_FILES: Final = (
    _UnreadFile(
        "scan.sealed",
        (b"vcwallet/v1\n",),  # `sealed_file` says it and is not loaded for it
        0,
        N_("This is a sealed file of this program, a family's wallet or keys: nothing in it is read here."),
        N_(
            "Its owner opens it with its passphrase, and hands it to nobody: ask for what the wallet writes"
            " when it shows."
        ),
    ),
    _UnreadFile("scan.avif", (b"ftypavif", b"ftypavis"), 4, N_("AVIF pictures are not read."), _AS_ANOTHER),
    _UnreadFile(
        "scan.heic", (b"ftyp",), 4, N_("Pictures of this kind (HEIC, video) are not read."), _AS_ANOTHER
    ),
    _UnreadFile(
        "scan.archive",
        (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\xfd7zXZ", b"BZh"),
        0,
        N_("Archives of this kind are not read, only ZIP."),
        _UNPACK,
    ),
    _UnreadFile(
        "scan.office-document",
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf"),
        0,
        N_("This is a document of an office program, which is not read."),
        N_("Save it as PDF, and read that."),
    ),
)


def unread(data: bytes) -> InputError | None:
    """What to tell a person about a file of a kind that is recognised and not read; None for any other."""
    for kind in _UNREAD_FILES:
        if data.startswith(kind.begins, kind.offset):
            return InputError(kind.code, kind.template, next_step=kind.next_step)
    return None


def is_binary(data: bytes) -> bool:
    """Whether it is no text in any encoding that is read: UTF-16 has zeros too, but begins with a mark."""
    return b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
