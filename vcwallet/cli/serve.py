"""`vcwallet serve`: programs and pages on one's own computer, over HTTP."""

from __future__ import annotations

import click

from vcwallet import strict_json
from vcwallet.cli.speak import Group, Speaker, option, pass_speaker
from vcwallet.errors import N_, MachineError


@click.group(cls=Group, help=N_("Answer over HTTP on this computer, for test suites."))
def serve() -> None:
    pass


@serve.command(
    help=N_(
        "Serve the interface that the W3C test suites speak: issue, verify, derive.\n\n"
        "FOR TESTS ONLY: it signs with keys made for the occasion, asks nobody who they are, and verifies no"
        " more than the proof unless asked to. The first line it writes is a JSON object: the issuers' names"
        " and their DIDs. It keeps nothing."
    )
)
@option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help=N_("The address to listen at; any other than this computer's own opens the interface to others."),
)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help=N_("The port to listen at; 0 takes any that is free."),
)
@option("--tls", is_flag=True, help=N_("Serve https, with a self-signed certificate made for the occasion."))
@option("--public-url", metavar="URL", help=N_("How a proxy in front of the interface is called."))
@pass_speaker
def api(speaker: Speaker, host: str, port: int, tls: bool, public_url: str | None) -> None:
    try:
        from vcwallet.web import api as interface
        from vcwallet.web import instances, listening
    except ImportError as error:
        if not (error.name or "").startswith(("starlette", "uvicorn", "anyio", "h11")):
            raise
        raise MachineError(
            "serve.extra-missing",
            N_("Serving needs the part “web” of vcwallet, which is not installed."),
            next_step=N_("Run: pip install 'vcwallet[web]'."),
        ) from None

    listener = listening.listen(host, port, tls=tls, public_url=public_url)
    now = interface.clock()
    issuers = instances.make(listener.url, now=now)
    if not listener.loopback:
        speaker.warn(N_("Anyone who can reach this computer can have things signed with these test keys."))
    speaker.data(strict_json.dumps({name: each.did for name, each in issuers.items()}) + "\n")
    speaker.warn(N_("Listening at {url}. Stop with Ctrl+C."), url=listener.url)
    listener.serve(interface.application(issuers, hosts=listener.hosts, since=now))
