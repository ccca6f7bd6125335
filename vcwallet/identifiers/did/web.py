"""did:web: the identifier names a page on an organisation's site (W3C CCG, "did:web Method Specification").

Rules only. Verifying never fetches; whoever imports a document into a trust list asks here which address
may be asked, and whether the document that came is the one that was wanted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes, urlsplit

from vcwallet import limits
from vcwallet.characters import known_everywhere
from vcwallet.errors import N_, DocumentError, LimitExceeded, UsageError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument

__all__ = ["WebLocation", "address", "check_document", "did_of", "locate", "url_of"]

_PREFIX: Final = "did:web:"
_WELL_KNOWN: Final = ".well-known"
_FILE: Final = "did.json"

# RFC 1123 section 2.1 and RFC 1035: letters, digits, inner hyphens. Lower case, because two spellings of
# one host would be two identifiers. RFC 5891 section 4.2.3.1 reserves "--" there for "xn--".
_LABEL: Final = re.compile(r"(?!(?!xn)..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# WHATWG URL section 3.5: a host whose last label is a number is an IPv4 address, in any of its spellings.
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT: Final = re.compile(r"[1-9][0-9]{0,4}")
_SEGMENT: Final = re.compile(r"(?:[A-Za-z0-9._-]|%[89A-F][0-9A-F])+")

_NOT_PUBLIC: Final = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private"}
    | {"arpa", "onion", "alt"}
)
"""Last labels that never name a public site (RFC 6761, 6762, 7686, 8375, 9476, and habits of routers)."""


@dataclass(frozen=True, slots=True)
class WebLocation:
    """Where a did:web document lies. `segments` are as they stand in the identifier."""

    domain: str
    port: int | None
    segments: tuple[str, ...]

    @property
    def url(self) -> str:
        authority = self.domain if self.port is None else f"{self.domain}:{self.port}"
        return "/".join(("https:/", authority, *(self.segments or (_WELL_KNOWN,)), _FILE))

    @property
    def did(self) -> str:
        authority = self.domain if self.port is None else f"{self.domain}%3A{self.port}"
        return _PREFIX + ":".join((authority, *self.segments))


def locate(did: str) -> WebLocation:
    """Read a did:web identifier.

    Stricter than the method where the method leaves two readings: a public domain name in lower case (a
    Cyrillic one as ``xn--``), no addresses in numbers, and in the path no percent-encoding but that of
    letters beyond ASCII, so that no decoder finds ``/``, ``..`` or ``@`` in it.

    Raises LimitExceeded (``did.too-long``) and DocumentError: ``did.web-method``, ``did.web-domain``,
    ``did.web-address``, ``did.web-private``, ``did.web-port-malformed``, ``did.web-path``.
    """
    if len(did) > limits.DID_CHARACTERS:
        raise LimitExceeded(
            "did.too-long",
            N_("An identifier has {size} characters; the ceiling is {limit}."),
            size=len(did),
            limit=limits.DID_CHARACTERS,
        )
    if not did.startswith(_PREFIX):
        raise DocumentError("did.web-method", N_("“{did}” is not a did:web identifier."), did=did[:64])
    authority, *segments = did.removeprefix(_PREFIX).split(":")
    domain, colon, port_text = authority.partition("%3A")
    _check_domain(domain)
    port = None
    if colon:
        # 443 is where https goes by itself; naming it would be a second identifier of the same place.
        if _PORT.fullmatch(port_text) is None or int(port_text) > 65535 or port_text == "443":
            raise DocumentError(
                "did.web-port-malformed",
                N_("“{port}” is not a port in a did:web identifier."),
                port=port_text[:64],
            )
        port = int(port_text)
    for segment in segments:
        _check_segment(segment)
    if segments == [_WELL_KNOWN]:
        # The address of the bare domain's document: one document, two identifiers.
        raise _bad_path(_WELL_KNOWN)
    return WebLocation(domain, port, tuple(segments))


def url_of(did: str, *, allow_port: bool = False) -> str:
    """The https address of the document (section "Read").

    The method allows a port; asking a port of the sender's choice is how a fetching program is made to reach
    services inside its own network, so it is refused (DocumentError, ``did.web-port``) unless `allow_port`.
    Raises what `locate` raises. Whoever fetches must still follow no redirects and check the IP address.
    """
    location = locate(did)
    if location.port is not None and not allow_port:
        raise DocumentError(
            "did.web-port",
            N_("{did} asks for the port {port}; documents are taken only from the usual one."),
            did=did[:64],
            port=location.port,
        )
    return location.url


def address(typed: str) -> str:
    """The address of a site as a person types it: its beginning may be left out."""
    return typed if not typed or "://" in typed else f"https://{typed}"


def did_of(url: str) -> str:
    """The identifier whose document is, or will be, published at `url`.

    Either the document's own address (``https://school.example/.well-known/did.json``) or the folder above
    (``https://school.example``, ``https://school.example/olympiad/``). A domain in Cyrillic is written as
    ``xn--``, other letters beyond ASCII are percent-encoded.

    Raises UsageError (``did.web-url``) for anything but a plain public https address.
    """
    if (
        len(url) > limits.DID_CHARACTERS
        or known_everywhere(url) != url
        or any(c.isspace() or not c.isprintable() or c in "\\?#@" for c in url)
    ):
        raise _bad_url(url)
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        # IDNA 2003 maps a few letters (ß, final sigma, joiners); a name that comes back different would be
        # another site.
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
        if host not in (ascii_host, ascii_host.encode("ascii").decode("idna")):
            raise _bad_url(url)
    except (UnicodeError, ValueError):
        raise _bad_url(url) from None
    if parts.scheme != "https":
        raise _bad_url(url)
    path = parts.path
    folder = path.removesuffix("/" + _FILE) if path.endswith("/" + _FILE) else path.removesuffix("/")
    segments = folder.split("/")[1:]
    if segments == [_WELL_KNOWN]:
        segments = []
    # What is encoded already stays so; "%" itself never gets encoded again.
    segments = [quote(segment, safe="%") for segment in segments]
    did = WebLocation(ascii_host, None if port == 443 else port, tuple(segments)).did
    try:
        locate(did)
    except DocumentError:
        raise _bad_url(url) from None
    return did


def check_document(document: ControlledIdentifierDocument, did: str) -> None:
    """Raise DocumentError (``did.web-other-document``) unless the document fetched for `did` is about it.

    That its URLs are absolute was checked when it was parsed.
    """
    if document.id != did:
        raise DocumentError(
            "did.web-other-document",
            N_("The document published for {did} says that it belongs to {other}."),
            did=did[:64],
            other=document.id[:64],
        )


def _check_domain(domain: str) -> None:
    labels = domain.split(".")
    if len(domain) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise DocumentError(
            "did.web-domain",
            N_("“{domain}” is not a domain name of small Latin letters, digits, hyphens and dots."),
            next_step=N_("A Cyrillic domain is written in its xn-- form."),
            domain=domain[:64],
        )
    if _NUMBER.fullmatch(labels[-1]):
        raise DocumentError(
            "did.web-address",
            N_("“{domain}” is an address in numbers; a did:web identifier needs a domain name."),
            domain=domain[:64],
        )
    if len(labels) < 2 or labels[-1] in _NOT_PUBLIC:
        raise DocumentError(
            "did.web-private",
            N_("“{domain}” is a name inside some network, not a public site."),
            domain=domain[:64],
        )


def _check_segment(segment: str) -> None:
    if _SEGMENT.fullmatch(segment) is None or not segment.strip("."):
        raise _bad_path(segment)
    try:
        text = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        raise _bad_path(segment) from None
    if not text.isprintable() or known_everywhere(text) != text:
        raise _bad_path(segment)


def _bad_path(segment: str) -> DocumentError:
    return DocumentError(
        "did.web-path",
        N_("“{segment}” cannot be a part of a did:web identifier's path."),
        segment=segment[:64],
    )


def _bad_url(url: str) -> UsageError:
    return UsageError(
        "did.web-url",
        N_("“{url}” is not the address of a public site that an identifier can be made of."),
        next_step=N_("Give an address such as https://school.example, without a query or a user name."),
        url=url[:64],
    )
