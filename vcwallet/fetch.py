"""The only module that opens a connection, and only when a person has asked for it.

    document = fetch.get("https://olymp.example/.well-known/did.json", ceiling=64 * 1024)

The addresses come from documents somebody handed over, so each is held to what a public site needs and no
more: https on its usual port, a domain name whose every IP address is public, that very address connected
to, no redirect, no query, no cookie, one answer of JSON under a ceiling, all within seconds. Roles never
import this; the command line hands them the function.

`ask` is for the two things that OpenID4VP has a wallet do: to fetch a request, and to post an answer. Its
addresses may have a query, and may be on this computer, where an office's own page listens. `call` is for
taking what a site offers by OpenID4VCI: it posts, with the token that the site gave, and returns refusals.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from vcwallet import limits, strict_json
from vcwallet.errors import N_, Action, DocumentError, LimitExceeded, MachineError
from vcwallet.identifiers.web_address import Reply, WebAddress
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    import socket

    from cryptography.x509 import Certificate

__all__ = [
    "JSON",
    "ZIP",
    "MediaType",
    "ask",
    "authorities",
    "call",
    "connect_tls",
    "get",
    "host_of",
    "look_up",
]

LookUp = Callable[[str, float], Iterable[str]]
"""The IP addresses of a domain name, found within so many seconds; raises OSError."""
Connect = Callable[[str, str, float], "socket.socket"]
"""A connection to a host at one of its addresses, its certificate checked; raises OSError."""

_PORT: Final = 443
_BEARER: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")
"""What a token may be written with (RFC 6750, section 2.1); nothing that would begin another header."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """What is asked for: its name for people, what the request says, and what the answer may call it."""

    name: str
    accept: str
    pattern: re.Pattern[str]


JSON: Final = MediaType(
    "JSON",
    "application/json, application/did+json, application/vc+ld+json, application/vc;q=0.9",
    re.compile(r"(?:application|text)/(?:json|vc|did|cid|[a-z0-9.+-]{1,64}\+json)"),
)
_REQUEST_OBJECT: Final = MediaType(
    "JWT",
    "application/oauth-authz-req+jwt",
    re.compile(r"application/(?:oauth-authz-req\+jwt|jwt)"),
)
"""A signed request of OpenID4VP (section 5.10.1)."""
ZIP: Final = MediaType("ZIP", "application/zip", re.compile(r"application/(?:zip|x-zip-compressed)"))


def host_of(url: str) -> str:
    """The domain name of an address that may be asked, without asking.

    Raises LimitExceeded (``fetch.address-too-long``) and DocumentError (``fetch.address``).
    """
    return _of_a_document(url).host


def get(
    url: str,
    ceiling: int,
    *,
    media: MediaType = JSON,
    seconds: float = limits.FETCH_SECONDS,
    resolver: LookUp | None = None,
    connector: Connect | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """The document at an https address, at most `ceiling` bytes, within `seconds` altogether.

    What it says is not looked at. Proxies of the environment are not used: they would undo the pinning.
    `resolver` and `connector` are how names are looked up and hosts connected to: `look_up`, `connect_tls`.

    Raises what `host_of` raises; DocumentError: ``fetch.private`` (the name leads to an address that is not
    public), ``fetch.redirect``, ``fetch.status``, ``fetch.media-type``, ``fetch.answer``; LimitExceeded
    (``fetch.too-large``); MachineError: ``fetch.unreachable``, ``fetch.certificate``, ``fetch.slow``.
    """
    question = _Question(media)
    return _ask(_of_a_document(url), question, ceiling, seconds, resolver, connector, clock).content


def ask(
    address: WebAddress,
    *,
    form: Mapping[str, str] | None = None,
    ceiling: int,
    token: bool = False,
    seconds: float = limits.FETCH_SECONDS,
    resolver: LookUp | None = None,
    connector: Connect | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> bytes:
    """What an address answers that a request of OpenID4VP names; with `form`, to a POST of it.

    A site is held to what `get` holds it to, but for its port and its query. On this computer there is no
    certificate to check, and nothing is looked up. The answer is JSON, or with `token` a signed request
    (OpenID4VP 1.0, section 5.10.1).

    Raises what `get` raises.
    """
    question = _Question(_REQUEST_OBJECT if token else JSON, _as_form(form))
    return _ask(address, question, ceiling, seconds, resolver, connector, clock).content


def call(
    address: WebAddress,
    *,
    form: Mapping[str, str] | None = None,
    document: JsonObject | None = None,
    bearer: str | None = None,
    ceiling: int,
    seconds: float = limits.OFFER_SECONDS,
    resolver: LookUp | None = None,
    connector: Connect | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Reply:
    """What an interface answers to a POST of a form, of a document or of nothing: also why it refuses.

    `bearer` is the token that it gave before (RFC 6750, section 2.1). A site is held to what `ask` holds it
    to; a refusal is returned when it is JSON, and raised as by `get` when it is anything else.

    Raises what `get` raises, and DocumentError (``fetch.token``) for a token that no header can hold.
    """
    if bearer is not None and not _BEARER.fullmatch(bearer):
        raise DocumentError(
            "fetch.token", N_("{host} gave a token that cannot be used."), host=address.host[:64]
        )
    body = _as_form(form)
    if document is not None:
        body = _Body("application/json", strict_json.dumps(document).encode("utf-8"))
    question = _Question(JSON, body or _Body(None, b""), bearer, refusals=True)
    return _ask(address, question, ceiling, seconds, resolver, connector, clock)


def authorities() -> tuple[Certificate, ...]:
    """The authorities of certificates that this computer believes; none where it has no list of them."""
    import ssl
    import warnings

    from cryptography import x509

    found = []
    with warnings.catch_warnings():
        # What an old authority wrote wrongly into its own certificate is nothing to tell a family of.
        warnings.simplefilter("ignore")
        for each in ssl.create_default_context().get_ca_certs(binary_form=True):
            try:
                found.append(x509.load_der_x509_certificate(each))
            except ValueError:  # one that nothing can be made of
                continue
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Body:
    media_type: str | None
    content: bytes


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of an address: a document of a kind, or by POST what its interface answers."""

    media: MediaType
    body: _Body | None = None
    bearer: str | None = None
    refusals: bool = False
    """Whether the refusals of an interface are answers, and every status of success is one."""


def _as_form(form: Mapping[str, str] | None) -> _Body | None:
    from urllib.parse import urlencode

    if form is None:
        return None
    return _Body("application/x-www-form-urlencoded", urlencode(form).encode("ascii"))


def _ask(
    address: WebAddress,
    question: _Question,
    ceiling: int,
    seconds: float,
    resolver: LookUp | None,
    connector: Connect | None,
    clock: Callable[[], float],
) -> Reply:
    """One question over one connection, and its answer."""
    import http.client
    import ssl

    host, deadline = address.authority, _Deadline(seconds, clock)

    def connect() -> socket.socket:
        if address.on_this_computer and connector is None:
            return _connect_here(address, deadline.left())
        found = list((resolver or look_up)(address.host, deadline.left()))
        addresses = [_public(each, address.host) for each in found]
        tls = connector or partial(connect_tls, port=address.port)
        return _connect_first(address.host, addresses, tls, deadline)

    headers = {"Host": host, "Accept": question.media.accept, "Connection": "close"}
    body = None if question.body is None else question.body.content
    if question.body is not None and question.body.media_type is not None:
        headers["Content-Type"] = question.body.media_type
    if question.bearer is not None:
        headers["Authorization"] = f"Bearer {question.bearer}"
    try:
        with connect() as connection:
            asked = http.client.HTTPConnection(host)
            asked.sock = _Timed(connection, deadline)
            asked.request("GET" if body is None else "POST", address.target, body=body, headers=headers)
            with asked.getresponse() as response:
                return Reply(response.status, _body(response, host, ceiling, question))
    except ssl.SSLCertVerificationError:
        raise MachineError(
            "fetch.certificate",
            N_("{host} could not prove that it is this site, so nothing was asked of it."),
            next_step=N_("Is the clock of this computer right? Otherwise tell the site's owner."),
            host=host[:64],
        ) from None
    except (http.client.HTTPException, ValueError):
        raise _not_an_answer(host) from None
    except TimeoutError:
        raise MachineError(
            "fetch.slow",
            N_("{host} took longer than {seconds} seconds."),
            next_step=N_("Try again later."),
            host=host[:64],
            seconds=int(seconds),
        ) from None
    except OSError as error:
        raise MachineError(
            "fetch.unreachable",
            N_("{host} cannot be reached ({reason})."),
            next_step=N_("Is this computer connected? Otherwise try again later."),
            host=host[:64],
            reason=(error.strerror or type(error).__name__)[:64],
        ) from None


def _of_a_document(url: str) -> WebAddress:
    """The address of a public document: nothing in it has a port, a query or this computer's name."""
    if len(url) > limits.IRI_CHARACTERS:
        raise LimitExceeded(
            "fetch.address-too-long",
            N_("An address has {size} characters; the ceiling is {limit}."),
            size=len(url),
            limit=limits.IRI_CHARACTERS,
        )
    try:
        address = WebAddress.parse(url)
    except DocumentError:
        raise _bad_address(url) from None
    if address.on_this_computer or address.port != _PORT or "?" in address.target:
        raise _bad_address(url)
    return address


def _public(address: str, host: str) -> str:
    """The address, if anybody on the internet could ask it."""
    import ipaddress

    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        raise _private(host) from None
    if isinstance(parsed, ipaddress.IPv6Address):
        # A provider without IPv4 reaches it through this prefix (RFC 6052): what counts is where to.
        if parsed in ipaddress.IPv6Network("64:ff9b::/96"):
            parsed = ipaddress.IPv4Address(parsed.packed[12:])
        # 2000::/3 is all of the global unicast space; 6to4 in it carries an IPv4 address to a relay.
        elif (
            parsed not in ipaddress.IPv6Network("2000::/3")
            or parsed in ipaddress.IPv6Network("2002::/16")
            or parsed.scope_id is not None
        ):
            raise _private(host)
    if not parsed.is_global or parsed.is_private or parsed.is_multicast or parsed.is_reserved:
        raise _private(host)
    return address


def look_up(host: str, seconds: float) -> list[str]:
    """The host's addresses from the system's resolver, IPv4 first; raises OSError, TimeoutError."""
    import queue
    import socket
    import threading

    # getaddrinfo knows no time limit. The thread is a daemon, so a stuck one does not hold the program.
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)
            answers.put([str(each[4][0]) for each in sorted(found, key=lambda each: each[0])])
        except OSError as error:
            answers.put(error)
        except UnicodeError:
            answers.put(OSError(f"no such name: {host}"))

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def connect_tls(
    host: str, address: str, seconds: float, *, port: int = _PORT, authorities: str | None = None
) -> socket.socket:
    """A TLS connection to this very address, with a certificate for `host`.

    `authorities` is PEM text that is believed instead of the system's. Raises OSError.
    """
    import socket
    import ssl

    end = time.monotonic() + seconds
    context = ssl.create_default_context(cadata=authorities)
    plain = socket.create_connection((address, port), timeout=seconds)
    try:
        # The handshake as a whole is held to what is left; see `SSLSocket.do_handshake`.
        plain.settimeout(max(end - time.monotonic(), 0.001))
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


def _connect_here(address: WebAddress, seconds: float) -> socket.socket:
    """A connection to this computer; with ``https`` its certificate is checked as any other."""
    import socket

    host = address.host.strip("[]")
    if address.scheme == "https":
        return connect_tls(host, host, seconds, port=address.port)
    return socket.create_connection((host, address.port), timeout=seconds)


def _connect_first(host: str, addresses: list[str], connect: Connect, deadline: _Deadline) -> socket.socket:
    """The first of the addresses that answers; each has a fair share of the time."""
    tried = list(dict.fromkeys(addresses))[: limits.FETCH_ADDRESSES]
    failure: OSError = OSError("no address")
    for number, address in enumerate(tried):
        try:
            return connect(host, address, deadline.left() / (len(tried) - number))
        except OSError as error:
            failure = error
    raise failure


class _Deadline:
    """One moment for everything, so that a site that sends a byte a second does not win."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def left(self) -> float:
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError
        return left


class _Timed:
    """What http.client needs of a socket, every wait measured against the deadline."""

    def __init__(self, connection: socket.socket, deadline: _Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(self._deadline.left())
        self._connection.sendall(data)

    def recv_into(self, buffer: Any) -> int:
        self._connection.settimeout(self._deadline.left())
        return self._connection.recv_into(buffer)

    def makefile(self, mode: str) -> Any:
        import io

        timed = self

        class Incoming(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                return timed.recv_into(buffer)

        return io.BufferedReader(Incoming())

    def close(self) -> None:
        """The connection is closed by whoever opened it."""


def _body(response: Any, host: str, ceiling: int, question: _Question) -> bytes:
    media = question.media
    if 300 <= response.status < 400:
        raise DocumentError(
            "fetch.redirect",
            N_("{host} sends us to another address; that is not followed."),
            next_step=Action.ADD_BY_HAND,
            host=host[:64],
        )
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    known = media.pattern.fullmatch(media_type) is not None
    taken = response.status == 200
    if question.refusals:
        taken = 200 <= response.status < 300 or (400 <= response.status < 500 and known)
    if not taken:
        raise DocumentError(
            "fetch.status",
            N_("{host} answered {status} instead of the document."),
            next_step=N_("Ask the issuer whether the document is still published there."),
            host=host[:64],
            status=response.status,
        )
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if not known or encoding != "identity":
        raise DocumentError(
            "fetch.media-type",
            N_("{host} answered with “{type}” instead of {expected}."),
            host=host[:64],
            expected=media.name,
            type=(media_type if encoding == "identity" else encoding)[:64],
        )
    content: bytes = b"" if (response.length or 0) > ceiling else response.read(ceiling + 1)
    if len(content) > ceiling or (response.length or 0) > ceiling:
        raise LimitExceeded(
            "fetch.too-large",
            N_("The document of {host} is larger than {limit} bytes."),
            host=host[:64],
            limit=ceiling,
        )
    if response.length:  # it ended before what it had announced
        raise _not_an_answer(host)
    return content


def _bad_address(url: str) -> DocumentError:
    return DocumentError(
        "fetch.address",
        N_("“{url}” is not the https address of a document on a public site."),
        next_step=Action.ADD_BY_HAND,
        url=url[:64],
    )


def _private(host: str) -> DocumentError:
    return DocumentError(
        "fetch.private",
        N_("{host} leads to an address inside some network; it was not asked."),
        host=host[:64],
    )


def _not_an_answer(host: str) -> DocumentError:
    return DocumentError(
        "fetch.answer",
        N_("What {host} sent is not a whole answer."),
        next_step=N_("Try again later."),
        host=host[:64],
    )
