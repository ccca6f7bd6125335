"""An issuer's folder that is open, with what the secretary's tasks keep from page to page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import ClassVar

import click
from starlette.responses import Response

from vcwallet.issuer import Issuer
from vcwallet.locales import Language
from vcwallet.web.pages.session import Opened
from vcwallet.web.pages.visit import Visit

__all__ = ["Secretary", "with_keys"]


class Secretary(Opened):
    """A folder at work. Looking needs no keys; they are asked for where something is signed."""

    kind = "secretary"
    idle: ClassVar[timedelta] = timedelta(minutes=5)

    def __init__(self, issuer: Issuer, *, unlocked: bool = False) -> None:
        super().__init__()
        self.issuer = issuer
        self.unlocked = unlocked
        self.wanted = ""
        """The address to lead to once the keys are open."""
        self.show: Callable[[Path], object] = _show
        """Shows a folder in the system's own window of files."""

    @property
    def folder(self) -> Path:
        return self.issuer.settings_file.parent

    @property
    def title(self) -> str:
        return self.folder.resolve().name

    @property
    def place(self) -> Path:
        return self.folder

    def met(self, second: Opened) -> None:
        if isinstance(second, Secretary) and second.unlocked and not self.unlocked:
            # The keys are in the issuer that was opened last: it goes on, and the one without keys is closed.
            self.issuer, second.issuer = second.issuer, self.issuer
            self.unlocked = True

    def standing(self, language: Language) -> str:
        names = self.issuer.settings.name
        return names.ru if language.code == "ru" else names.en

    def shut(self) -> None:
        self.issuer.close()


def with_keys(handler: Callable[[Visit[Secretary]], Response]) -> Callable[[Visit[Secretary]], Response]:
    """A handler that needs the keys: while they are locked, the page that asks for their passphrase."""

    @wraps(handler)
    def asking(visit: Visit[Secretary]) -> Response:
        if visit.opened.unlocked:
            return handler(visit)
        visit.opened.wanted = visit.path.removeprefix(visit.to())
        return visit.go("unlock")

    return asking


def _show(folder: Path) -> object:
    return click.launch(str(folder))
