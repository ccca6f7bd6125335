"""A call of the verifier and its answer in every form, run by both hosts from this very source.

The page's desk takes files and codes alone. A university's own program demands more: a challenge, a request,
how a showing must be tied, lists at hand. The page's modules answer that too.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from vcwallet.bundle.request import Request
from vcwallet.errors import VcwalletError
from vcwallet.locales import language
from vcwallet.report import Answers, Binding
from vcwallet.speaking.answers import answer_words
from vcwallet.speaking.reports import report_lines
from vcwallet.verifier.demands import Demands
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.verifier import Verifier

_LANGUAGES = ("ru", "en")


@lru_cache(maxsize=8)
def _trusted(text: str) -> TrustList:
    return TrustList.parse(text.encode("utf-8"))


def answer(trust: str, call: str) -> str:
    """What `Verifier.check` says of ``shown``, as data and in the words of both languages."""
    asked: dict[str, Any] = json.loads(call)
    demands = Demands(
        max_status_age=timedelta(days=asked.get("statusDays", 14)),
        old_status_age=timedelta(days=asked["oldStatusDays"]) if asked.get("oldStatusDays") else None,
        binding=Binding(asked.get("binding", Binding.DOCUMENT.value)),
        require_status=asked.get("requireStatus", False),
        clock_skew=timedelta(seconds=asked.get("clockSkew", 24 * 3600)),
    )
    try:
        request = Request.parse(asked["request"]) if asked.get("request") else None
        verifier = Verifier(_trusted(trust), demands, status_lists=asked.get("lists", ()))
        report = verifier.check(
            asked["shown"],
            domain=asked.get("domain"),
            challenge=asked.get("challenge"),
            request=request,
            now=datetime.fromisoformat(asked["now"]),
        )
    except VcwalletError as error:
        said: Any = [error.code, *(_error_in(error, code) for code in _LANGUAGES)]
    else:
        said = [
            Answers((report,)).as_json(program="1.0"),
            *(asdict(answer_words(report, language(code))) for code in _LANGUAGES),
            *(
                [line.text for line in report_lines(report, language(code), details=True)]
                for code in _LANGUAGES
            ),
        ]
    return json.dumps(said, ensure_ascii=True, default=str)


def _error_in(error: VcwalletError, code: str) -> list[str | None]:
    return [language(code).error(error), language(code).next_step(error)]
