"""The status list of the test interface: in memory, signed anew whenever it is published.

Specification: Bitstring Status List v1.0; the calls are those of the VC API, section "Status".
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from vcwallet import limits
from vcwallet.credentials.status_list import StatusList
from vcwallet.errors import N_, UsageError
from vcwallet.strict_json import JsonObject

__all__ = ["PURPOSE", "PublishedStatusList"]

PURPOSE = "revocation"


class PublishedStatusList:
    """One list at the address `url`; `sign` makes its credential of the list and the moment."""

    def __init__(
        self, url: str, sign: Callable[[StatusList, datetime], JsonObject], *, now: datetime
    ) -> None:
        self.url = url
        self._sign = sign
        self._lock = threading.Lock()
        self._bits = StatusList.create()
        self._indexes: dict[int, str | None] = {}
        self.document = sign(self._bits, now)
        """As it was published last."""

    @contextmanager
    def entry(self, credential_id: str | None) -> Iterator[JsonObject]:
        """A ``BitstringStatusListEntry`` for a credential; given back when what is done with it fails.

        Raises UsageError (``conformance.status-list-full``) beyond `limits.WEB_STATUS_ENTRIES`.
        """
        with self._lock:
            if len(self._indexes) >= limits.WEB_STATUS_ENTRIES:
                raise UsageError(
                    "conformance.status-list-full",
                    N_("The status list of this test server is full."),
                    next_step=N_("Start the server again; it keeps nothing."),
                )
            index = secrets.randbelow(len(self._bits))
            while index in self._indexes:
                index = secrets.randbelow(len(self._bits))
            self._indexes[index] = credential_id
        try:
            yield {
                "id": f"{self.url}#{index}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": PURPOSE,
                "statusListIndex": str(index),
                "statusListCredential": self.url,
            }
        except BaseException:
            with self._lock:
                del self._indexes[index]
            raise

    def revoke(self, credential_id: str) -> None:
        """Set the status of what was issued under an id; it is known when the list is published.

        Raises UsageError (``conformance.not-issued-here``).
        """
        with self._lock:
            indexes = [index for index, known in self._indexes.items() if known == credential_id]
            if not indexes:
                raise UsageError(
                    "conformance.not-issued-here",
                    N_("No credential with the id “{id}” was issued here with a status."),
                    id=credential_id[:64],
                )
            for index in indexes:
                self._bits.set(index, 1)

    def publish(self, *, now: datetime) -> None:
        with self._lock:
            self.document = self._sign(self._bits, now)
