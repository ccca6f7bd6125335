"""One program for all that a person opens: a second `vcwallet open` hands its file to the first.

Two programs that hold one wallet would be two writers. The first notes its address and a secret in a file
that only its owner can read; who has the secret may have a file opened, and gets a link that works once.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vcwallet import files, strict_json
from vcwallet.errors import VcwalletError

__all__ = ["Running", "announce", "find", "withdraw"]

_NAME: Final = "instance.json"
_BYTES: Final = 4096
_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Running:
    """A program that serves the pages already."""

    url: str
    secret: str

    def link(self, path: Path | None) -> str | None:
        """An address that opens a file, or the first page, once; None when nobody answers."""
        parts = urlsplit(self.url)
        if parts.scheme != "http" or parts.hostname != "127.0.0.1":
            return None
        connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=_SECONDS)
        try:
            body = json.dumps({"path": "" if path is None else str(path.absolute())})
            connection.request("POST", "/instance", body, {"X-Vcwallet-Secret": self.secret})
            answer = connection.getresponse()
            token = json.loads(answer.read(_BYTES))["token"] if answer.status == 200 else None
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        return None if token is None else f"{self.url}/open/{token}"


def announce(state: Path, running: Running) -> None:
    """Note the program that serves; raises OSError."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    told = strict_json.dumps({"url": running.url, "secret": running.secret})
    files.replace_file(state / _NAME, told.encode("utf-8"))


def find(state: Path) -> Running | None:
    """The program that noted itself; whether it still runs, only asking it tells."""
    try:
        told = strict_json.loads_object(files.read_file(state / _NAME, _BYTES))
    except (OSError, VcwalletError):
        return None
    return Running(str(told.get("url", "")), str(told.get("secret", "")))


def withdraw(state: Path, running: Running) -> None:
    """Take the note away, unless another program has written its own since."""
    if find(state) == running:
        (state / _NAME).unlink(missing_ok=True)
