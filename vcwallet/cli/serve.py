"""`vcwallet serve`: a second desk of the same admission office, in the same room."""

from __future__ import annotations

import secrets
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from vcwallet import limits
from vcwallet.cli.open import new_session, pages_of, pages_part, write_no_memory_to_disk
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.errors import N_, MachineError, UsageError
from vcwallet.files import read_file, replace_file
from vcwallet.wallet.seen_saves import default_place

if TYPE_CHECKING:
    from vcwallet.web.listening import Certificate

_LIFE: Final = timedelta(days=365)
_AT_LEAST: Final = timedelta(days=7)
_NAME: Final = "second-desk"


@click.command(
    cls=Command,
    help=N_(
        "Let the browser of another computer in the same room check diplomas with the trust list or the"
        " installed kits in FILE.\n\n"
        "It is shown the officer's pages only, and no files of this computer. The connection is encrypted"
        " with a certificate made here: compare its fingerprint in that browser. A PIN of eight digits lets"
        " one browser in."
    ),
)
@argument("path", type=click.Path(exists=True, path_type=Path))
@option("--lan", is_flag=True, help=N_("Open this computer to its network. Nothing is served without it."))
@option("--address", metavar="TEXT", help=N_("The address of this computer in that network."))
@option(
    "--certificate",
    "certificate_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_(
        "The office's own certificate for that address (PEM, with those between it and its authority): then"
        " browsers and phones know the desk."
    ),
)
@option(
    "--key",
    "key_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("The key of that certificate (PEM, without a passphrase)."),
)
@option("--port", type=click.IntRange(0, 65535), default=0, help=N_("The port to listen at; 0 takes any."))
@pass_speaker
def serve(
    speaker: Speaker,
    path: Path,
    lan: bool,
    address: str | None,
    certificate_file: Path | None,
    key_file: Path | None,
    port: int,
) -> None:
    if not lan:
        raise UsageError(
            "serve.not-open",
            N_("A second desk needs this computer to be open to its network."),
            next_step=N_("Say so with --lan. On this computer alone, “vcwallet open” is enough."),
        )
    with pages_part():
        from vcwallet.web import listening
        from vcwallet.web.pages import application, officer
        from vcwallet.web.pages.pairing import Pairing
        from vcwallet.web.pages.places import Places
    state = default_place()
    session = new_session(speaker)
    target = application.opening_address(session, (officer.ROLE,), path)
    at = address or own_address()
    given = given_certificate(certificate_file, key_file, at)
    listener = listening.listen(at, port, tls=True)
    certificate = given or _certificate(state / _NAME, listener.names[0])
    speaker.say(N_("On the other computer open {url}"), url=f"{listener.url}/")
    if given is not None:
        speaker.say(N_("The browser there must not warn. The certificate's fingerprint (SHA-256):"))
    else:
        speaker.say(N_("Compare the certificate's fingerprint (SHA-256) there:"))
    half = len(certificate.fingerprint) // 2
    speaker.data(f"  {certificate.fingerprint[:half].strip()}\n  {certificate.fingerprint[half:].strip()}\n")

    def tell(pin: str) -> None:
        speaker.say(N_("PIN for ten minutes and one browser: {pin}"), pin=f"{pin[:4]} {pin[4:]}")

    pairing = Pairing(session.clock, secrets.token_bytes, tell)
    write_no_memory_to_disk()
    try:
        listener.serve_until(
            lambda end: application.application(
                pages_of(
                    session,
                    listener,
                    (officer.ROLE,),
                    end=end,
                    places=Places(state, tuple, state, shown=False),
                    secret=secrets.token_urlsafe(32),
                    pairing=pairing,
                    paired_target=target,
                ),
                (listener.authority,),
            ),
            certificate=certificate,
        )
    finally:
        session.end()


def given_certificate(certificate: Path | None, key: Path | None, name: str) -> Certificate | None:
    """The office's own certificate; None where none is named.

    Raises UsageError: ``serve.certificate-alone``, ``serve.certificate-name``, ``serve.certificate-key``.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise UsageError(
            "serve.certificate-alone",
            N_("A certificate and its key go together."),
            next_step=N_("Name both, with --certificate and --key."),
        )
    from vcwallet.web.listening import Certificate

    found = Certificate(read_file(certificate, limits.JSON_BYTES), read_file(key, limits.JSON_BYTES))
    if not found.serves(name, now=datetime.now(UTC), for_at_least=timedelta()):
        raise UsageError(
            "serve.certificate-name",
            N_("The certificate is not for {name}, or not for today."),
            next_step=N_("Name the address that it is for with --address, or ask for a new one."),
            name=name[:64],
        )
    if not found.has_its_key:
        raise UsageError(
            "serve.certificate-key",
            N_("“{name}” is not the key of the certificate, or a passphrase protects it."),
            next_step=N_("Name the key that the certificate was made for, without a passphrase."),
            name=key.name[-64:],
        )
    return found


def _certificate(folder: Path, name: str) -> Certificate:
    """The desk's certificate: the same every day, so that a warned browser need not be shown a new one."""
    from vcwallet.web.listening import Certificate

    now = datetime.now(UTC)
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    if certificate_file.is_file() and key_file.is_file():
        kept = Certificate(
            read_file(certificate_file, limits.JSON_BYTES), read_file(key_file, limits.JSON_BYTES)
        )
        if kept.serves(name, now=now, for_at_least=_AT_LEAST):
            return kept
    made = Certificate.make((name,), now=now, life=_LIFE)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(key_file, made.key)
    replace_file(certificate_file, made.certificate)
    return made


def own_address() -> str:
    """The address by which others in the network reach this computer. Nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            # An address of documentation (RFC 5737): the system only says which of its own it would use.
            asking.connect(("192.0.2.1", 9))
            return str(asking.getsockname()[0])
        except OSError:
            raise MachineError(
                "serve.no-network",
                N_("This computer is in no network."),
                next_step=N_("Connect it, or name its address with --address."),
            ) from None
