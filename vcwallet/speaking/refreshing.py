"""Newer lists and keys from the issuers' sites, in a family's words: what will be asked, and what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from vcwallet.errors import N_, VcwalletError
from vcwallet.locales import Language
from vcwallet.wallet.adding import AddResult, What
from vcwallet.wallet.refreshing import Published, Wanted

__all__ = ["Answer", "answer", "sites", "what_is_asked"]

_WHAT: Final = {
    Published.ISSUER_DOCUMENT: N_("keys of {issuer}"),
    Published.STATUS_LIST: N_("list of revoked diplomas of {issuer}"),
}


def what_is_asked(wanted: Wanted, language: Language) -> str:
    """What an address is asked for."""
    return language.text(_WHAT[wanted.kind], issuer=", ".join(wanted.issuers))


def sites(wanted: Sequence[Wanted]) -> tuple[str, ...]:
    """The names of the sites behind some addresses, each once."""
    return tuple(dict.fromkeys(urlsplit(each.url).netloc for each in wanted))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came from one address."""

    words: str
    good: bool
    news: bool
    error: VcwalletError | None


def answer(result: AddResult, language: Language) -> Answer:
    """What became of one address that was asked."""
    if result.error is not None:
        return Answer(language.error(result.error), good=False, news=False, error=result.error)
    news = result.what is not What.NOTHING_NEW
    words = N_("newer, and its signature holds") if news else N_("nothing newer")
    return Answer(language.text(words), good=True, news=news, error=None)
