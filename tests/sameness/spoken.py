"""What a page says to a visitor, and which words only somebody who keeps a trust list could follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_OF_AN_OFFICE = re.compile(
    r"\byour (?:own )?(?:trust|list|rule|kit)|\byou (?:keep|believe|demand|asked)\b|\bshown to you\b"
    r"|\bkit\b|\binstall|vcwallet|\bapplicant|\b[Gg]et a newer|\bcommand\b|--[a-z]|\bSend us\b|ришлите нам"
    r"|ваш(?:ем|его|ему|ими?|их|и)? (?:список|списк|правил)|у вас\b|\bвы (?:требуете|верите|ждали|доверяете)"
    r"|показано вам|показать (?:именно )?вам|\bкомплект|становите|заявител|поступающ|озьмите более нов"
)


def not_for_visitors(answer: Any) -> list[str]:
    """The sentences of an answer, or of several, that a visitor could do nothing with."""
    said = {each.replace("\u00a0", " ") for each in _sentences(answer)}
    return sorted(each for each in said if _OF_AN_OFFICE.search(each))


def _sentences(told: Any, name: str = "") -> Iterator[str]:
    if isinstance(told, dict):
        for member, value in told.items():
            # What others signed, and the report for programs, are no words of the page.
            if member not in ("json", "diploma", "people", "wanted"):
                yield from _sentences(value, member)
    elif isinstance(told, list):
        for each in told:
            yield from _sentences(each, name)
    elif isinstance(told, str):
        yield told
