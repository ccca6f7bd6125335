"""What a verifier demands beyond a good signature: how fresh its knowledge is, how it must be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from vcwallet.report import Binding

__all__ = ["DEFAULT", "Binding", "Demands"]


@dataclass(frozen=True, slots=True)
class Demands:
    """The defaults suit an admission office that takes applications on paper and by file."""

    max_status_age: timedelta = timedelta(days=14)
    """A status list older than this confirms nothing, unless `old_status_age` lets it."""
    old_status_age: timedelta | None = None
    """Up to this age it still confirms, and its age is said: what a kit recommends and the office follows."""
    binding: Binding = Binding.DOCUMENT
    """The weakest way of showing that is enough."""
    require_status: bool = False
    """Whether a credential that names no status list stays unconfirmed."""
    clock_skew: timedelta = timedelta(hours=24)
    """How far the verifier's clock may be behind the trust list before it is doubted."""

    @property
    def has_rules(self) -> bool:
        """Whether anything is demanded that a report could say is met."""
        return self.binding is not Binding.DOCUMENT or self.require_status

    def stricter(
        self,
        *,
        max_status_age: timedelta | None = None,
        binding: Binding | None = None,
        require_status: bool = False,
    ) -> Demands:
        """The stricter of two on each point: what a trust list or a request demands is demanded as well."""
        bindings = [self.binding, *([binding] if binding is not None else [])]
        ages = [self.max_status_age, *([max_status_age] if max_status_age is not None else [])]
        return Demands(
            max_status_age=min(ages),
            # Who names an age means it: what lets older lists pass was only recommended.
            old_status_age=self.old_status_age if max_status_age is None else None,
            binding=max(bindings, key=lambda each: each.strength),
            require_status=self.require_status or require_status,
            clock_skew=self.clock_skew,
        )


DEFAULT: Final = Demands()
