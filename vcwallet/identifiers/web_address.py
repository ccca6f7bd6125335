"""Addresses on the web that a protocol names for a wallet to ask, or to send an answer to.

    address = WebAddress.parse("https://priem.vuz.example/openid4vp?desk=2")
    address.host, address.target

https with a domain name, on its usual port or one of those that programs take; http on this computer alone.
No user name and no fragment: both make one address look like another. Whether the name leads to a public
network is seen when it is looked up, in `vcwallet.fetch`. An address of the network of a house (`inside`) is
one to be told of, never one to be asked.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import parse_qsl

from vcwallet import limits
from vcwallet.errors import N_, DocumentError
from vcwallet.identifiers.did import web
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["LOOPBACK", "Network", "Reply", "WebAddress", "form_pairs"]

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""This computer, by its names in an address."""
_URL: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]{1,253}|\[::1\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<target>(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?)",
    re.ASCII,
)
_DOTS: Final = re.compile(r"/(?:\.|%2e){1,2}(?:[/?]|$)", re.IGNORECASE)
_USUAL: Final = {"http": 80, "https": 443}
_FIRST_FREE_PORT: Final = 1_024
_PORTS: Final = 65_536


def form_pairs(encoded: str) -> list[tuple[str, str]]:
    """The pairs of a query or of the body of a form, in their order; names that come twice are the caller's.

    Raises ValueError for anything but pairs, for bytes that are no UTF-8, and for too many of them.
    """
    return parse_qsl(
        encoded,
        keep_blank_values=True,
        strict_parsing=True,
        errors="strict",
        max_num_fields=limits.OPENID_PARAMETERS,
    )


@dataclass(frozen=True, slots=True)
class WebAddress:
    """`url` is the address as it was written; everything else is read from it."""

    url: str
    scheme: str
    host: str
    """In lower case."""
    port: int
    target: str
    """Path and query, as they are asked for."""

    @classmethod
    def parse(cls, url: str, *, inside: bool = False) -> WebAddress:
        """With `inside` also https at an IP address of a network that is not public.

        Raises DocumentError (``web-address.refused``).
        """
        match = _URL.fullmatch(url) if len(url) <= limits.IRI_CHARACTERS else None
        if match is None or _DOTS.search(match["target"]):
            raise _refused(url)
        scheme, host = match["scheme"], match["host"].lower()
        port = int(match["port"]) if match["port"] else _USUAL[scheme]
        if host in LOOPBACK:
            if not 0 < port < _PORTS:
                raise _refused(url)
        else:
            try:
                # What may stand in a did:web identifier is what may be asked: one rule for domain names.
                if not (inside and _is_inside(host)):
                    web.locate(f"did:web:{host}")
            except DocumentError:
                raise _refused(url) from None
            if scheme != "https" or not (port == _USUAL["https"] or _FIRST_FREE_PORT <= port < _PORTS):
                raise _refused(url)
        target = match["target"]
        return cls(url, scheme, host, port, target if target.startswith("/") else "/" + target)

    @property
    def on_this_computer(self) -> bool:
        return self.host in LOOPBACK

    @property
    def inside(self) -> bool:
        """Whether it is an IP address of a network that is not public: nothing is sent there."""
        return not self.on_this_computer and _is_inside(self.host)

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the usual one."""
        return self.host if self.port == _USUAL[self.scheme] else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What an interface answers, in JSON: what was asked for, or why it refuses (a status of 400 or more)."""

    status: int
    content: bytes = field(repr=False)


class Network(Protocol):
    """How sites are asked, as an argument for whoever asks one: `vcwallet.fetch` is the real one."""

    def get(self, url: str, ceiling: int) -> bytes: ...

    def ask(
        self, address: WebAddress, *, form: Mapping[str, str] | None = None, ceiling: int, token: bool = False
    ) -> bytes: ...

    def call(
        self,
        address: WebAddress,
        *,
        form: Mapping[str, str] | None = None,
        document: JsonObject | None = None,
        bearer: str | None = None,
        ceiling: int,
    ) -> Reply: ...

    def authorities(self) -> tuple[Certificate, ...]: ...


def _is_inside(host: str) -> bool:
    try:
        return ipaddress.IPv4Address(host).is_private
    except ValueError:
        return False


def _refused(url: str) -> DocumentError:
    return DocumentError(
        "web-address.refused",
        N_("“{url}” is not the https address of a site that anybody can reach."),
        url=url[:64],
    )
