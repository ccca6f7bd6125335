"""The recovery sheet: one page of paper that opens a sealed file when its passphrase is forgotten.

Wallets, an issuer's keys and its standby keys have one. It names no child. Whoever finds it together with the
file can open the file, and the page says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from vcwallet import strict_json
from vcwallet.bundle.sheet import demand_typst
from vcwallet.bundle.symbols import QUIET_ZONE, svg_path
from vcwallet.characters import visible
from vcwallet.errors import N_
from vcwallet.locales import Language
from vcwallet.strict_json import Json, JsonObject


class SheetOf(StrEnum):
    """What the sheet opens."""

    WALLET = "wallet"
    KEYS = "keys"
    """An issuer's keystore."""
    STANDBY = "standby"
    """An issuer's standby keys, which have no passphrase at all."""


_TEXTS: Final = {
    "file": N_("File"),
    "made": N_("Made on"),
    "code": N_("Recovery code"),
    "page": N_("One page. Keep it apart from the file."),
}
_TITLES: Final = {
    SheetOf.WALLET: (N_("Recovery sheet of a wallet"), N_("Number of the wallet")),
    SheetOf.KEYS: (N_("Recovery sheet of an issuer's keys"), N_("Number of the keystore")),
    SheetOf.STANDBY: (N_("Sheet of an issuer's standby keys"), N_("Number of the file")),
}
_OPENS: Final = N_(
    "This code opens the file without its passphrase, and so does anybody who finds both together."
)
_TYPED: Final = N_(
    "With it a new passphrase can be chosen. The code is typed in any case, with or without hyphens."
)
_FORMAT: Final = N_(
    "The format of the file is published: it can be opened without this program (vcwallet/v1)."
)
_ADVICE: Final = {
    SheetOf.WALLET: (
        _OPENS,
        N_("Keep the page where birth certificates are kept, and no photo or scan of it anywhere."),
        _TYPED,
        N_(
            "A newer sheet of the same wallet replaces this one. Older copies of the file still open with it."
        ),
        _FORMAT,
    ),
    SheetOf.KEYS: (
        _OPENS,
        N_(
            "The file signs in the name of the organisation: keep the page in its safe, and no photo or scan"
            " of it anywhere."
        ),
        _TYPED,
        N_("A newer sheet of the same keys replaces this one. Older copies of the file still open with it."),
        _FORMAT,
    ),
    SheetOf.STANDBY: (
        N_("Only this code opens the file of the standby keys: without the page nobody can use them."),
        N_(
            "Keep the page in the safe of the organisation, apart from the stick with the file, and no photo"
            " or scan of it anywhere."
        ),
        N_(
            "Both are needed when the keys of every day are exchanged, lost or stolen, and to confirm what"
            " was signed. Nothing else asks for them."
        ),
        N_("A newer sheet of the same file replaces this one. Older copies of the file still open with it."),
        _FORMAT,
    ),
}


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """What stands on the page."""

    code: str
    file_name: str
    file_id: str
    made: date
    of: SheetOf = SheetOf.WALLET

    def text(self, language: Language) -> str:
        """The page as plain text, for a printer that is not at hand: to be copied by pen."""
        groups = self.code.split("-")
        title, number_of = _TITLES[self.of]
        lines = [
            language.text(title),
            "",
            f"{language.text(_TEXTS['file'])}: {visible(self.file_name)}",
            f"{language.text(number_of)}: {self.file_id[:8]}",
            f"{language.text(_TEXTS['made'])}: {language.day(self.made)}",
            "",
            language.text(_TEXTS["code"]),
            *(f"    {number}  {group}" for number, group in enumerate(groups, 1)),
            "",
            *(language.text(line) for line in _ADVICE[self.of]),
        ]
        return "\n".join(lines) + "\n"

    def pdf(self, language: Language) -> bytes:
        """The page as PDF. Raises MachineError (``sheet.no-typst``) without the extra `pdf`."""
        demand_typst()
        import typst

        title, number_of = _TITLES[self.of]
        texts = {**_TEXTS, "title": title, "number": number_of}
        data: JsonObject = {
            "language": language.code,
            "texts": {name: language.text(template) for name, template in texts.items()},
            "advice": [language.text(line) for line in _ADVICE[self.of]],
            "file": visible(self.file_name),
            "number": self.file_id[:8],
            "made": language.day(self.made),
            "groups": list[Json](self.code.split("-")),
            "svg": _svg(self.code),
        }
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[])
        compiler = typst.Compiler(Path(__file__).with_suffix(".typ"), font_paths=fonts)
        made = compiler.compile(format="pdf", sys_inputs={"data": strict_json.dumps(data)})
        assert isinstance(made, bytes)  # a list of pages is what picture formats give
        return made


def _svg(code: str) -> str:
    """The code as a QR symbol; upper case, digits and hyphens are what its alphanumeric mode holds."""
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode

    symbol = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    symbol.add_data(code)
    symbol.make()
    matrix = [[bool(cell) for cell in row] for row in symbol.modules]
    side = len(matrix) + 2 * QUIET_ZONE
    path = svg_path(matrix, x=QUIET_ZONE, y=QUIET_ZONE)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{path}</svg>'
