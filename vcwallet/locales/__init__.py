"""The catalogues of words, and `Language`, which says a template in one of them.

The source speaks English; `ru` is a catalogue. A `Language` is a value that is passed along: there is
no current language of the process.
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from vcwallet.characters import visible
from vcwallet.errors import EvidenceValue, Plural, VcwalletError, fill

LANGUAGES = ("ru", "en")
FOLDER = Path(__file__).parent
DOMAIN = "messages"
"""click looks its own words up in this domain, so ours share it."""


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    _catalogue: gettext.NullTranslations

    def text(self, template: str | Plural, /, **values: EvidenceValue) -> str:
        """Translate an `N_` or `plural` template and fill it in; of a plural the value `number` decides.

        Templates are ours and values are not: each is made `visible` on its way in, so that no sentence of
        this program holds a character that acts or hides.
        """
        shown = {name: visible(value) if isinstance(value, str) else value for name, value in values.items()}
        if isinstance(template, Plural):
            said = self._catalogue.ngettext(template.one, template.many, int(values["number"] or 0))
        else:
            said = self._catalogue.gettext(template) if template else ""
        return fill(said, shown)

    def error(self, error: VcwalletError) -> str:
        return self.text(error.template, **error.evidence)

    def next_step(self, error: VcwalletError) -> str:
        return self.text(error.next_step_template, **error.evidence)


@lru_cache(maxsize=len(LANGUAGES))
def language(code: str) -> Language:
    """The words in `code`, "ru" or "en". Raises ValueError for a language there is no catalogue for."""
    if code not in LANGUAGES:
        raise ValueError(f"no catalogue for {code!r}")
    catalogue = gettext.translation(DOMAIN, FOLDER, languages=[code], fallback=True)
    return Language(code, catalogue)


def preferred(environ: Mapping[str, str] | None = None) -> str:
    """The language this person's system asks for: Russian or else English."""
    env = os.environ if environ is None else environ
    for name in ("VCWALLET_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wish in env.get(name, "").split(":"):
            code = wish[:2].lower()
            if code in LANGUAGES:
                return code
            if wish:
                return "en"
    try:
        # Windows keeps it outside the environment.
        name = locale.getlocale()[0] or ""
    except ValueError:
        name = ""
    return "ru" if name.lower().startswith(("ru", "russian")) else "en"
