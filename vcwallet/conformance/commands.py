"""`vcwallet conformance`: what W3C's test suites call and start.

No person needs it, so `vcwallet --help` does not list it. docs/reference/conformance.md tells how suites run.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from vcwallet import limits, strict_json
from vcwallet.cli.speak import Command, Group, Speaker, option, pass_speaker
from vcwallet.cli.values import MOMENT, moment
from vcwallet.conformance import jose_cose
from vcwallet.conformance.jose_cose import Result
from vcwallet.errors import N_, MachineError, VcwalletError
from vcwallet.files import read_file, replace_file


@click.group(cls=Group, help=N_("What public test suites start. Not for daily use."))
def conformance() -> None:
    pass


# --- the VC API ------------------------------------------------------------------------------------


@conformance.command(
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
@option(
    "--everything",
    is_flag=True,
    help=N_("Verify all that “vcwallet verify” does, whatever a request asks for; suites expect less."),
)
@pass_speaker
def api(speaker: Speaker, host: str, port: int, tls: bool, public_url: str | None, everything: bool) -> None:
    try:
        from vcwallet.conformance import api as interface
        from vcwallet.conformance import instances
        from vcwallet.web import listening
    except ImportError as error:
        if not (error.name or "").startswith(("starlette", "uvicorn", "anyio", "h11")):
            raise
        raise MachineError(
            "conformance.extra-missing",
            N_("Serving needs the part “web” of vcwallet, which is not installed."),
            next_step=N_('Run: pip install "vcwallet[web]".'),
        ) from None

    listener = listening.listen(host, port, tls=tls, public_url=public_url)
    now = interface.clock()
    issuers = instances.make(listener.url, now=now)
    if not listener.loopback:
        speaker.warn(N_("Anyone who can reach this computer can have things signed with these test keys."))
    speaker.data(strict_json.dumps({name: each.did for name, each in issuers.items()}) + "\n")
    speaker.warn(N_("Listening at {url}. Stop with Ctrl+C."), url=listener.url)
    listener.serve(interface.application(issuers, hosts=listener.hosts, since=now, everything=everything))


# --- the program of vc-jose-cose -------------------------------------------------------------------


@conformance.group(
    "jose-cose", cls=Group, help=N_("Sign or verify one file, as the suite of vc-jose-cose asks for it.")
)
def jose_cose_program() -> None:
    pass


def _options(function: Callable[..., int]) -> Callable[..., int]:
    file = click.Path(dir_okay=False, path_type=Path)
    for add in (
        option("--input", "input_file", type=file, required=True, help=N_("What is signed or verified.")),
        option(
            "--key", "key_file", type=file, required=True, help=N_("A JsonWebKey, with its secret to sign.")
        ),
        option(
            "--feature", type=click.Choice(list(jose_cose.FEATURES)), required=True, help=N_("Which format.")
        ),
        option("--output", "output_file", type=file, required=True, help=N_("Where the result goes.")),
        option(
            "--now",
            type=MOMENT,
            envvar="VCWALLET_NOW",
            metavar="TIME",
            help=N_("Answer as of this moment (2026-03-01 or 2026-03-01T09:00:00Z) instead of the clock."),
        ),
        pass_speaker,
    )[::-1]:
        function = add(function)
    return function


@jose_cose_program.command(cls=Command, help=N_("Sign the JSON document of --input with the key of --key."))
@option("--sd", default="[]", help=N_("A JSON list of the parts that can be hidden, such as a.b[0]."))
@_options
def issue(
    speaker: Speaker,
    input_file: Path,
    key_file: Path,
    feature: str,
    output_file: Path,
    now: datetime | None,
    sd: str,
) -> int:
    def run() -> str:
        document = read_file(input_file, limits.JSON_BYTES)
        key = read_file(key_file, limits.CONTROLLED_IDENTIFIER_BYTES)
        return jose_cose.issue(document, key, feature, sd=sd, now=moment(now))

    return _answer(speaker, output_file, run)


@jose_cose_program.command(cls=Command, help=N_("Verify the signed text of --input with the key of --key."))
@_options
def verify(
    speaker: Speaker,
    input_file: Path,
    key_file: Path,
    feature: str,
    output_file: Path,
    now: datetime | None,
) -> int:
    def run() -> str:
        signed = read_file(input_file, 2 * limits.JOSE_CHARACTERS)
        key = read_file(key_file, limits.CONTROLLED_IDENTIFIER_BYTES)
        return jose_cose.verify(signed, key, feature, now=moment(now))

    return _answer(speaker, output_file, run)


def _answer(speaker: Speaker, output_file: Path, run: Callable[[], str]) -> int:
    """Leave the result in the file; also a refusal is one, so the exit status stays 0."""
    try:
        result, data = Result.SUCCESS, run()
    except VcwalletError as error:
        speaker.error(error)
        result, data = jose_cose.result_of(error), f"{error.code}: {error}"
    except OSError as error:
        speaker.warn(N_("{reason}: {file}"), reason=str(error.strerror), file=str(error.filename))
        result, data = Result.ERROR, str(error.strerror)
    answer = strict_json.dumps({"result": result.value, "data": data})
    replace_file(output_file, answer.encode("utf-8"))
    return 0
