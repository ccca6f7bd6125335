"""Challenges that were answered here before: a small register beside the trust list, for who wants one.

It holds a keyed digest of each challenge and a moment: no names, and nothing that could be tried out without
the key. The same challenge answered twice is told; whether that is a second look at one showing or a copy of
it, only the person at the desk knows.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from vcwallet import limits, timestamps
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.strict_json import JsonObject, loads_object

__all__ = ["FORMAT", "ChallengeRegister"]

FORMAT: Final = "vcwallet-challenges/1"
_KEY_BYTES: Final = 32


class ChallengeRegister:
    """When which challenge was first answered. `first_seen` remembers; `to_json` is for the file."""

    def __init__(self, key: bytes, seen: dict[str, datetime] | None = None) -> None:
        self._key = key
        self._seen = dict(seen or {})

    @classmethod
    def create(cls, *, randomness: Callable[[int], bytes] = secrets.token_bytes) -> ChallengeRegister:
        return cls(randomness(_KEY_BYTES))

    @classmethod
    def parse(cls, data: bytes | str) -> ChallengeRegister:
        """Read the file again; raises UsageError (``challenges.malformed``): it is the user's own."""
        try:
            document = loads_object(data, max_bytes=limits.CHALLENGE_REGISTER_BYTES, max_nodes=200_000)
            key, seen = document["key"], document["seen"]
            if document["format"] != FORMAT or not isinstance(key, str) or not isinstance(seen, dict):
                raise ValueError
            moments = {digest: timestamps.parse(str(at)) for digest, at in seen.items()}
            return cls(bytes.fromhex(key), moments)
        except (VcwalletError, KeyError, ValueError):
            raise UsageError(
                "challenges.malformed",
                N_("The register of challenges cannot be read."),
                next_step=N_("Name another file, or move this one away."),
            ) from None

    def to_json(self) -> JsonObject:
        return {
            "format": FORMAT,
            "key": self._key.hex(),
            "seen": {digest: timestamps.render(at) for digest, at in self._seen.items()},
        }

    def first_seen(self, challenge: str, *, domain: str, now: datetime) -> datetime | None:
        """When the challenge was answered here before; None the first time, which is remembered."""
        message = f"{len(domain)}:{domain}{challenge}".encode()
        digest = hmac.new(self._key, message, hashlib.sha256).hexdigest()
        before = self._seen.get(digest)
        if before is None:
            self._seen[digest] = now
            while len(self._seen) > limits.CHALLENGES_REMEMBERED:
                # The oldest stand first.
                del self._seen[next(iter(self._seen))]
        return before
