"""Opening the socket: where the server listens, how it is called, and a certificate for the occasion.

uvicorn does the serving. The port is bound before the application is made, because the application must know
its own address.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from vcwallet import limits
from vcwallet.errors import N_, Action, MachineError, UsageError

if TYPE_CHECKING:
    from cryptography.x509 import GeneralName

__all__ = ["Certificate", "Listener", "listen"]

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_CERTIFICATE_LIFE: Final = timedelta(days=30)


class _Impatient(H11Protocol):
    """HTTP/1.1 with a ceiling on the time in which the headers of a request must have arrived.

    uvicorn has one on their size, and on the time between requests; with neither begun nor ended, a sender
    could hold a connection for ever.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect_request()

    def _expect_request(self) -> None:
        last = self.cycle

        def give_up() -> None:
            if self.cycle is last:
                self.transport.close()

        self.loop.call_later(limits.WEB_READ_SECONDS, give_up)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key, as PEM: self-signed, or of an authority with those between the two."""

    certificate: bytes
    key: bytes

    @classmethod
    def make(cls, names: Sequence[str], *, now: datetime, life: timedelta = _CERTIFICATE_LIFE) -> Certificate:
        """One for these names and addresses, with a new key."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
        from cryptography.x509.oid import NameOID

        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vcwallet")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + life)
            .add_extension(
                x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(
            certificate.public_bytes(Encoding.PEM),
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )

    def serves(self, name: str, *, now: datetime, for_at_least: timedelta) -> bool:
        """Whether it is good for a name or address, and for so long; False when it cannot be read."""
        from cryptography import x509

        try:
            read = x509.load_pem_x509_certificate(self.certificate)
            names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (ValueError, x509.ExtensionNotFound):
            return False
        # A star stands for one label, the first (RFC 6125, section 6.4.3).
        _, dot, behind = name.partition(".")
        fits = _general_name(name) in names or (bool(dot) and x509.DNSName(f"*.{behind}") in names)
        return fits and read.not_valid_before_utc <= now and now + for_at_least < read.not_valid_after_utc

    @property
    def has_its_key(self) -> bool:
        """Whether the key is that of the certificate, and can be read without a passphrase."""
        from cryptography import x509
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            public = x509.load_pem_x509_certificate(self.certificate).public_key()
            return load_pem_private_key(self.key, password=None).public_key() == public
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return False

    @property
    def fingerprint(self) -> str:
        """SHA-256 as browsers show it: pairs of hexadecimal digits."""
        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        digest = x509.load_pem_x509_certificate(self.certificate).fingerprint(hashes.SHA256())
        return digest.hex(" ").upper()

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write both into a folder that nobody else reads."""
        certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
        certificate_file.write_bytes(self.certificate)
        key_file.touch(mode=0o600)
        key_file.write_bytes(self.key)
        return certificate_file, key_file


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket. `url` is what others call the server, without a slash at the end."""

    socket: socket.socket
    url: str
    tls: bool
    hosts: frozenset[str]
    """The values of ``Host`` that are ours."""
    names: tuple[str, ...]
    """The names and addresses in `hosts`, without ports."""
    loopback: bool

    @property
    def authority(self) -> str:
        """What stands for `url` in ``Host``."""
        return self.url.partition("//")[2]

    def serve(self, app: ASGIApp) -> None:
        """Answer until the process is told to stop: by Ctrl+C this returns, by SIGTERM the process ends."""
        self.serve_until(lambda end: app)

    def serve_until(
        self, make: Callable[[Callable[[], None]], ASGIApp], *, certificate: Certificate | None = None
    ) -> None:
        """`serve` an application that is made with a function which ends the serving."""

        def end() -> None:
            server.should_exit = True

        server = self.server(make(end), certificate=certificate)
        # uvicorn ends in order and then raises the signal again, for whoever else may wait for it.
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[self.socket])

    def server(self, app: ASGIApp, *, certificate: Certificate | None = None) -> uvicorn.Server:
        """The server, configured and not started; by TLS it has `certificate`, or one for the occasion."""
        with tempfile.TemporaryDirectory() as folder:
            files: tuple[Path | None, Path | None] = (None, None)
            if self.tls:
                files = (certificate or Certificate.make(self.names, now=datetime.now(UTC))).write(
                    Path(folder)
                )
            config = uvicorn.Config(
                app,
                ssl_certfile=files[0],
                ssl_keyfile=files[1],
                http=_Impatient,
                h11_max_incomplete_event_size=limits.WEB_HEADER_BYTES,
                ws="none",
                loop="asyncio",
                lifespan="on",
                limit_concurrency=limits.WEB_CONNECTIONS,
                timeout_keep_alive=limits.WEB_IDLE_SECONDS,
                timeout_graceful_shutdown=limits.WEB_READ_SECONDS,
                # No names in logs, no word about the software, no address from a header.
                access_log=False,
                log_config=None,
                log_level="critical",
                server_header=False,
                proxy_headers=False,
            )
            # Reads the certificate's files, which need not exist any longer than this.
            config.load()
        return uvicorn.Server(config)


def listen(host: str, port: int, *, tls: bool = False, public_url: str | None = None) -> Listener:
    """Bind `host` (a name or an address) and `port` (0 is any that is free).

    `public_url` is how a proxy in front is called; otherwise the address bound is the server's own.

    Raises UsageError (``web.public-url``, ``web.public-url-missing`` for an address that is no name, such as
    0.0.0.0) and MachineError (``web.port``).
    """
    base, public_host = (None, None) if public_url is None else _public(public_url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # A name may mean both kinds of address; other programs try the older kind, or both.
        family, *_, resolved = min(found, key=lambda each: each[0] != socket.AF_INET)
        bound = socket.create_server(resolved[:2], family=family, backlog=128)
    except (OSError, OverflowError, UnicodeError) as error:
        raise MachineError(
            "web.port",
            N_("The server cannot listen at {host}, port {port} ({reason})."),
            host=host[:64],
            port=port,
            reason=(getattr(error, "strerror", None) or type(error).__name__).partition(" (while")[0],
        ) from None
    address, actual = bound.getsockname()[:2]
    ip = ipaddress.ip_address(address)
    if ip.is_unspecified and base is None:
        bound.close()
        raise UsageError(
            "web.public-url-missing",
            N_("A server that listens at {host} must know how others call it."),
            next_step=Action.NAME_PUBLIC_ADDRESS,
            host=host[:64],
        )
    scheme = "https" if tls else "http"
    names = dict.fromkeys([host, *(_LOOPBACK_NAMES if ip.is_loopback or ip.is_unspecified else ())])
    hosts = {_host_header(scheme, name, actual) for name in names if name not in ("0.0.0.0", "::")}  # noqa: S104
    if public_host is not None:
        hosts.add(public_host[0])
        names[public_host[1]] = None
    return Listener(
        socket=bound,
        url=base or f"{scheme}://{_host_header(scheme, host, actual)}",
        tls=tls,
        hosts=frozenset(hosts),
        names=tuple(names),
        loopback=ip.is_loopback,
    )


def _host_header(scheme: str, name: str, port: int) -> str:
    """``Host`` as clients write it (RFC 9110, section 7.2): the port where it is not the scheme's own."""
    bracketed = f"[{name}]" if ":" in name else name.lower()
    return bracketed if port == _DEFAULT_PORTS[scheme] else f"{bracketed}:{port}"


def _public(url: str) -> tuple[str, tuple[str, str]]:
    """A public URL without a slash at its end, and its ``Host`` and name."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname, parts.port
    except ValueError:
        raise _bad_url(url) from None
    if (
        parts.scheme not in _DEFAULT_PORTS
        or not name
        or not url.isascii()
        or not url.isprintable()
        or len(url) > limits.IRI_CHARACTERS // 2
        or any((parts.query, parts.fragment, parts.username, parts.password))
        or " " in url
    ):
        raise _bad_url(url)
    return url.rstrip("/"), (_host_header(parts.scheme, name, port or _DEFAULT_PORTS[parts.scheme]), name)


def _bad_url(url: str) -> UsageError:
    return UsageError(
        "web.public-url",
        N_("“{url}” is not an address such as https://api.example:8443."),
        url=url[:64],
    )


def _general_name(name: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
