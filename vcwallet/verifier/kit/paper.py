"""The paper of a kit: by the fingerprint on it an office knows the kit from any other, for ever.

    paper = KitPaper(manifest, fingerprint, today)
    Path("paper.pdf").write_bytes(paper.page(".pdf", language))

The fingerprint is that of the first root. It stands there twice, so that a blot or a slip is noticed, and as
a code of digits for a scanner that types: letters would come out wrong under a Russian layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from vcwallet import printing
from vcwallet.bundle.symbols import lone_svg
from vcwallet.characters import visible
from vcwallet.errors import N_, UsageError
from vcwallet.locales import Language
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.kit.layout import Manifest, fingerprint_digits

__all__ = ["KitPaper"]

_TEXTS: Final = {
    "title": N_("Paper of a kit"),
    "kit": N_("The kit"),
    "maintainer": N_("Maintained by"),
    "contact": N_("Questions"),
    "made": N_("Made on"),
    "fingerprint": N_("Fingerprint"),
    "again": N_("The same once more"),
    "digits": N_("The same in digits, for a scanner"),
    "page": N_("Keep this page. It stays good when the kit's keys are exchanged."),
}
_ADVICE: Final = (
    N_(
        "By this fingerprint an office knows the kit at its first installation, wherever the file came from:"
        " a stick, a letter, a site."
    ),
    N_(
        "Take the page from somebody you know, or have the fingerprint read out over the telephone, at a"
        " number that you did not take from this page."
    ),
    N_("Nothing on it is secret: it may be copied, sent and put on a wall."),
)


@dataclass(frozen=True, slots=True)
class KitPaper:
    """What stands on the page."""

    manifest: Manifest
    fingerprint: str
    made: date

    def page(self, suffix: str, language: Language, how: Sequence[str] = ()) -> bytes:
        """The page as a file whose name ends with `suffix`: ``.pdf`` or ``.txt``.

        `how` are sentences about how to install the kit; the doors know them. Raises UsageError
        (``kit-paper.form``), and MachineError (``sheet.no-typst``) for a PDF without the extra `pdf`.
        """
        demand_form(suffix)
        return self._pdf(language, how) if suffix.lower() == ".pdf" else self._text(language, how)

    def _facts(self, language: Language) -> list[tuple[str, str]]:
        """What is said of the kit, with its name in every language that it has one in."""
        names = list(dict.fromkeys(self.manifest.name.values()))
        people = list(dict.fromkeys(self.manifest.maintainer.values()))
        facts = (
            ("kit", (*names, self.manifest.kit)),
            ("maintainer", people),
            ("contact", [self.manifest.contact or ""]),
            ("made", [language.day(self.made)]),
        )
        return [
            (language.text(_TEXTS[fact]), visible(said))
            for fact, values in facts
            if (said := " / ".join(value for value in values if value))
        ]

    def _text(self, language: Language, how: Sequence[str]) -> bytes:
        lines = [
            language.text(_TEXTS["title"]),
            "",
            *(f"{label}: {value}" for label, value in self._facts(language)),
            "",
            *(f"{language.text(_TEXTS[each])}: {self.fingerprint}" for each in ("fingerprint", "again")),
            f"{language.text(_TEXTS['digits'])}: {fingerprint_digits(self.fingerprint)}",
            "",
            *map(language.text, _ADVICE),
            *how,
            "",
            language.text(_TEXTS["page"]),
        ]
        return ("\n".join(lines) + "\n").encode("utf-8")

    def _pdf(self, language: Language, how: Sequence[str]) -> bytes:
        digits = fingerprint_digits(self.fingerprint)
        data: JsonObject = {
            "language": language.code,
            "texts": {name: language.text(template) for name, template in _TEXTS.items()},
            "facts": [[label, value] for label, value in self._facts(language)],
            "groups": list[Json](self.fingerprint.split()),
            "digits": digits,
            "svg": lone_svg(digits),
            "advice": [*map(language.text, _ADVICE), *how],
        }
        return printing.pdf(Path(__file__).with_suffix(".typ"), data)


def demand_form(suffix: str) -> None:
    """Raises UsageError (``kit-paper.form``) for the end of a name that no paper is written under."""
    if suffix.lower() not in (".pdf", ".txt"):
        raise UsageError(
            "kit-paper.form",
            N_("The paper of a kit is not written as “{suffix}”."),
            next_step=N_("Choose a name that ends with .pdf or .txt."),
            suffix=suffix[-64:],
        )
