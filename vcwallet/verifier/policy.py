"""What a verifier demands beyond a good signature: how fresh its knowledge is, how the shower is bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Binding(StrEnum):
    """How the credentials are tied to the one who shows them, from weak to strong."""

    NONE = "none"
    """A credential alone: anybody could have copied the file."""
    BEARER = "bearer"
    """Shown by the holder, but addressed to nobody in particular, or to a recipient nobody compared."""
    ADDRESSED = "addressed"
    """Signed by the holder for this recipient: a letter or a sheet of paper."""
    INTERACTIVE = "interactive"
    """Signed by the holder for this recipient over a challenge given just now."""

    @property
    def strength(self) -> int:
        return list(Binding).index(self)


@dataclass(frozen=True, slots=True)
class Policy:
    """Demands; the defaults suit an admission office that takes applications on paper and by file."""

    max_status_age: timedelta = timedelta(days=14)
    """A status list older than this confirms nothing."""
    binding: Binding = Binding.NONE
    """The weakest binding that is enough."""
    require_status: bool = False
    """Whether a credential that names no status list stays unconfirmed."""
    clock_skew: timedelta = timedelta(hours=24)
    """How far the verifier's clock may be behind the trust list before it is doubted."""


DEFAULT = Policy()
