"""What is left out of a page: modules nobody imports, and sentences nobody says."""

from __future__ import annotations

import gettext
import io

from tests.shared import ROOT
from vcwallet.page.modules import needed, strings
from vcwallet.page.preparing import pruned

SOURCES = {
    "a": "import b.c\nfrom d import e, f\ndef late():\n    import g\n",
    "b": "",
    "b.__init__": "",
    "b.c": "from . import near\nfrom .. import x\n",
    "b.near": "",
    "d": "if TYPE_CHECKING:\n    import never\nelse:\n    import always\n",
    "d.e": "if __name__ == '__main__':\n    import never\n",
    "g": "try:\n    import h\nexcept ImportError:\n    import i\n",
    **dict.fromkeys(("never", "always", "h", "i", "other"), ""),
}


def test_what_a_module_imports_is_found_and_nothing_else() -> None:
    found = needed(["a"], SOURCES.get)
    assert set(found) == {"a", "b", "b.c", "b.near", "d", "d.e", "always", "g", "h", "i"}


def test_a_catalogue_keeps_the_sentences_that_are_said() -> None:
    content = (ROOT / "vcwallet/locales/ru/LC_MESSAGES/messages.mo").read_bytes()
    source = (ROOT / "vcwallet/speaking/reception.py").read_text("utf-8")
    less = pruned(content, set(strings(source)))
    assert len(less) < len(content) / 20
    whole, part = (gettext.GNUTranslations(io.BytesIO(each)) for each in (content, less))
    for sentence in ("No code in sight yet.", "Read. The answer follows."):
        assert part.gettext(sentence) == whole.gettext(sentence) != sentence
    for number in (1, 2, 5):
        one, many = "Trust list: {days} day old.", "Trust list: {days} days old."
        assert part.ngettext(one, many, number) == whole.ngettext(one, many, number) not in (one, many)
    assert part.gettext("PDFs are not opened on this page.") == "PDFs are not opened on this page."
