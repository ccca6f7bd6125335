"""Conditions that a proof states, whatever its format: its period, its recipient, the challenge it answers.

Verifiable Credential Data Integrity 1.1, section 2.1 (``created``, ``expires``, ``domain``, ``challenge``),
and RFC 7519, section 4.1 (``iat``, ``exp``, ``aud``): the refusals are the same.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from vcwallet import timestamps
from vcwallet.errors import N_, ProofError

__all__ = ["check_period", "check_recipient"]


def check_period(
    begin: datetime | None, end: datetime | None, *, now: datetime, clock_skew: timedelta = timedelta(0)
) -> None:
    """Raise ProofError: ``proof.not-yet`` when `begin` is after `now` by more than `clock_skew`, and
    ``proof.expired`` at or after `end`. The moments are aware; None sets no bound.
    """
    if begin is not None and begin - now > clock_skew:
        raise ProofError(
            "proof.not-yet",
            N_("The proof says it was made on {created}, which is in the future."),
            next_step=N_("Check the date of this computer."),
            created=timestamps.render(begin),
        )
    if end is not None and now >= end:
        raise ProofError(
            "proof.expired",
            N_("The proof was good until {expires}."),
            next_step=N_("Ask for a new one."),
            expires=timestamps.render(end),
        )


def check_recipient(
    domains: Collection[str],
    challenge: str | None,
    *,
    expected_domains: Collection[str] | None,
    expected_challenge: str | None,
) -> None:
    """Raise ProofError: ``proof.domain`` unless the two sets of recipients are the same, ``proof.challenge``
    for another answer than to `expected_challenge`. What is expected is None when nobody asks.
    """
    if expected_domains is not None and set(domains) != set(expected_domains):
        raise ProofError(
            "proof.domain",
            N_("The proof was made for another recipient: “{found}”."),
            next_step=N_("Ask the family to show the documents to you, under your own name."),
            found=", ".join(domains)[:64],
            expected=", ".join(sorted(expected_domains))[:64],
        )
    if expected_challenge is not None and challenge != expected_challenge:
        raise ProofError(
            "proof.challenge",
            N_("The proof does not answer the question that was asked just now."),
            next_step=N_("Ask again with a new question; an old answer may have been repeated."),
        )
