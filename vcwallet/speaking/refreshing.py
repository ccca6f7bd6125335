"""Newer lists and keys from the issuers' sites, in a family's words: what will be asked, and what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.locales import Language
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.wallet.adding import AddResult, What
from vcwallet.wallet.known_issuers import Agree
from vcwallet.wallet.refreshing import Published, Wanted
from vcwallet.wallet.wallet import Wallet

__all__ = ["Answer", "answer", "compared", "sites", "what_is_asked"]

_WHAT: Final = {
    Published.ISSUER_DOCUMENT: N_("keys of {issuer}"),
    Published.STATUS_LIST: N_("list of revoked diplomas of {issuer}"),
}


def what_is_asked(wanted: Wanted, language: Language, names: Mapping[str, str] | None = None) -> str:
    """What an address is asked for; `names` are those of `known_issuers.names`, else ids stand there."""
    issuers = wanted.issuers if names is None else [names.get(each, each) for each in wanted.issuers]
    return language.text(_WHAT[wanted.kind], issuer=", ".join(dict.fromkeys(issuers)))


def sites(wanted: Sequence[Wanted]) -> tuple[str, ...]:
    """The names of the sites behind some addresses, each once."""
    return tuple(dict.fromkeys(urlsplit(each.url).netloc for each in wanted))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came from one address."""

    words: str
    where: str
    good: bool
    news: bool
    error: VcwalletError | None
    fingerprints: tuple[str, ...] = ()
    """Of a key that is new here: somebody has to compare them."""


def answer(result: AddResult, language: Language) -> Answer:
    """What became of one address that was asked."""
    if result.error is not None:
        return Answer(
            language.error(result.error),
            result.where,
            False,
            False,
            result.error,
            _fingerprints(result.error),
        )
    news = result.what is not What.NOTHING_NEW
    words = N_("newer, and its signature holds") if news else N_("nothing newer")
    return Answer(language.text(words), result.where, True, news, None)


def _fingerprints(error: VcwalletError) -> tuple[str, ...]:
    if error.code != "wallet.issuer-new-keys":
        return ()
    return tuple(str(error.evidence["fingerprint"]).split(", "))


def compared(wallet: Wallet, results: Sequence[AddResult], number: str, agreed: bool) -> tuple[Wanted, Agree]:
    """What to ask once more for a key that is new here, and the answer to the question about it.

    Exactly the fingerprints that were looked at are agreed to. Raises UsageError (``wallet.not-compared``,
    ``refresh.no-answer``).
    """
    place = whole_number(number)
    refused = None if place is None else dict(enumerate(results)).get(place)
    wanted = [
        each for each in wallet.plan_refresh().wanted if refused is not None and each.url == refused.where
    ]
    if refused is None or refused.error is None or not wanted:
        raise UsageError(
            "refresh.no-answer",
            N_("No site gave an answer that is still open."),
            next_step=N_("Ask the sites once more."),
        )
    if not agreed:
        raise UsageError(
            "wallet.not-compared",
            N_("Nobody compared the fingerprint of the key yet."),
            next_step=N_(
                "Compare it with what the issuer says on paper or by telephone, then tick that you did."
            ),
        )
    looked_at = _fingerprints(refused.error)
    return wanted[0], lambda new: new.fingerprints == looked_at
