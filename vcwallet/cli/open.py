"""`vcwallet open`: the pages, for people who do not live in a terminal."""

from __future__ import annotations

import os
import secrets
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from vcwallet.cli.shortcut import place_icon
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker
from vcwallet.errors import N_, Action, MachineError
from vcwallet.wallet.seen_saves import default_place

if TYPE_CHECKING:
    from vcwallet.web.listening import Listener
    from vcwallet.web.pages.application import Pages
    from vcwallet.web.pages.session import Session
    from vcwallet.web.pages.visit import Role

_PACKAGES: Final = (
    *("anyio", "h11", "jinja2", "markupsafe", "multipart", "python_multipart"),
    *("starlette", "uvicorn"),
)


@click.command(
    cls=Command,
    help=N_(
        "Open FILE or FOLDER on pages in your browser: a wallet, an issuer's folder, a trust list or"
        " installed kits. Without one, the first page asks who you are.\n\n"
        "The pages are served by this program to this computer alone, and nothing goes to the internet. End"
        " it on the page, or with Ctrl+C."
    ),
)
@argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@option("--no-browser", is_flag=True, help=N_("Write the address instead of opening the browser."))
@option("--shortcut", is_flag=True, help=N_("Put an icon on the desktop that opens the pages, and end."))
@pass_speaker
def open_pages(speaker: Speaker, path: Path | None, no_browser: bool, shortcut: bool) -> None:
    if shortcut:
        icon = place_icon(Path.home(), speaker.text(N_("Diplomas of children: keep, sign, check")))
        speaker.say(N_("{file}: press it to open the pages."), file=str(icon))
        return
    with pages_part():
        from vcwallet.web import listening
        from vcwallet.web.pages import application, instance
        from vcwallet.web.pages.roles import ROLES
    state = default_place()
    session = new_session(speaker)
    target = "" if path is None else application.opening_address(session, ROLES, path)
    if (running := instance.find(state)) is not None and (link := running.link(path)) is not None:
        _show(speaker, link, no_browser=no_browser)
        return
    listener = listening.listen("127.0.0.1", 0)
    own = instance.Running(listener.url, secrets.token_urlsafe(32))
    made = partial(pages_of, session, listener, ROLES, secret=own.secret)
    instance.announce(state, own)
    write_no_memory_to_disk()
    try:
        _show(speaker, f"{listener.url}/open/{session.token(target)}", no_browser=no_browser)
        speaker.aside(N_("End the program on the page, or here with Ctrl+C."))
        listener.serve_until(lambda end: application.application(made(end=end), (listener.authority,)))
    finally:
        session.end()
        instance.withdraw(state, own)


def without_terminal() -> None:
    """What the icon starts on Windows: the same, in a program that has no terminal to write to."""
    from vcwallet.cli import main

    if sys.stdout is None or sys.stderr is None:
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    main(["open", *sys.argv[1:]])


@contextmanager
def pages_part(part: str = "web") -> Iterator[None]:
    """Around imports of the pages, of a computer or of a site (``page``).

    Raises MachineError (``pages.extra-missing``) without the packages of that part.
    """
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise MachineError(
            "pages.extra-missing",
            N_("The pages need the part “{part}” of vcwallet, which is not installed."),
            next_step=Action.INSTALL_PART,
            part=part,
        ) from None


def new_session(speaker: Speaker) -> Session:
    """A session with the clocks of this computer, in the language of the command."""
    from vcwallet.web.pages.clock import Clock
    from vcwallet.web.pages.session import Session

    clock = Clock(lambda: datetime.now().astimezone(), time.monotonic)
    return Session(clock, secrets.token_bytes, speaker.language)


def pages_of(
    session: Session, listener: Listener, roles: Sequence[Role], *, end: Callable[[], None], **more: Any
) -> Pages:
    """The pages with all that this computer gives them."""
    from vcwallet import fetch
    from vcwallet.web.pages.application import Pages
    from vcwallet.web.pages.places import of_this_computer

    return Pages(
        session=session,
        roles=roles,
        places=more.pop("places", of_this_computer(default_place())),
        network=fetch,
        randomness=secrets.token_bytes,
        origin=listener.url,
        end=end,
        **more,
    )


def write_no_memory_to_disk() -> None:
    """A program that falls may leave all its memory in a file in clear, with the keys that were open."""
    if sys.platform == "win32":  # which asks the system's own settings
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _show(speaker: Speaker, link: str, *, no_browser: bool) -> None:
    """Open the browser. The link is written only where there is none: others can read a terminal."""
    if no_browser or not webbrowser.open(link):
        speaker.aside(N_("Open this address within a minute; it works once:"))
        speaker.data(link + "\n")
