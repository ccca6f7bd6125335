"""A picture of one diploma with the diploma itself in it: what a phone, a site and other wallets take.

    for suffix, content in baked(diploma, language("ru")):
        Path(f"diploma.{suffix}").write_bytes(content)

The picture is drawn from what the diploma says, because the arrangement of its paper stays with its issuer.
Needs the extra `pdf` (typst).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vcwallet import printing, strict_json
from vcwallet.bundle import baking
from vcwallet.characters import visible
from vcwallet.credentials.achievement import Fact
from vcwallet.credentials.fact_words import FACT_NAMES, fact_text
from vcwallet.credentials.open_badges import BADGE_TYPES
from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import drafts
from vcwallet.wallet.child import Diploma

__all__ = ["baked"]

_ARRANGEMENT: Final = Path(__file__).with_name("diploma_card.typ")
_PPI: Final = 170
"""A picture 1070 points wide: as wide as the screen of a phone."""
_ROWS: Final = (Fact.FIELD, Fact.YEAR, Fact.SCORE, Fact.NUMBER, Fact.AWARDED)
_FOOT: Final = N_(
    "The signed diploma itself is inside this picture file. Programs that read Open Badges 3.0 find and check"
    " it; a screenshot of the picture has nothing inside."
)


def baked(diploma: Diploma, language: Language) -> Iterator[tuple[str, bytes]]:
    """The picture as ``png`` and as ``svg``; nothing of what has no form that Open Badges puts into pictures.

    In it is the form with one signature, which hides nothing, or the JWT that a badge came as. Raises
    MachineError (``sheet.no-typst``).
    """
    badge = _badge(diploma)
    if badge is None:
        return
    words = _words(diploma, language)
    yield "png", baking.png(printing.picture(_ARRANGEMENT, words, "png", ppi=_PPI), badge)
    drawn = printing.picture(_ARRANGEMENT, words, "svg").decode("utf-8")
    yield "svg", baking.svg(drawn, badge).encode("utf-8")


def _badge(diploma: Diploma) -> str | None:
    if not BADGE_TYPES & set(diploma.credential.types):
        return None
    if diploma.signed.envelope is None:
        return strict_json.dumps(drafts.whole(diploma.credential))
    token = diploma.signed.token
    return None if token is None or "~" in token else token


def _words(diploma: Diploma, language: Language) -> JsonObject:
    facts = diploma.facts

    def said(fact: Fact) -> str:
        return visible(fact_text(facts, fact, language))

    rows: list[Json] = [[language.text(FACT_NAMES[fact]), text] for fact in _ROWS if (text := said(fact))]
    return {
        "language": language.code,
        "issuer": said(Fact.ISSUER),
        "title": said(Fact.ACHIEVEMENT) or visible(diploma.title),
        "description": said(Fact.DESCRIPTION),
        "result": said(Fact.RESULT),
        "person": said(Fact.PERSON),
        "school": ", ".join(filter(None, map(said, (Fact.CLASS, Fact.SCHOOL, Fact.PLACE)))),
        "rows": rows,
        "foot": language.text(_FOOT),
    }
