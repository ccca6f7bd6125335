"""Who made a mistake is told what to do next, in both languages; where not, it is said here why not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.shared import ROOT
from vcwallet import locales
from vcwallet.files import step_of, words_of

ITSELF = "the sentence says what to do"
PROGRAM = "only a program that uses this package can cause it"
PLACE = "the sentence names the place of the user's own file and what can stand there"
CHOICE = "somebody said no, and nothing is to be done"

WITHOUT = {
    **dict.fromkeys(
        ("scan.nothing-given", "issuer.what-to-sign", "issuer.move", "trust.status-days"), ITSELF
    ),
    **dict.fromkeys(("trust.several-lists", "wallet.birth-date", "issuer.locked"), ITSELF),
    **dict.fromkeys(("correcting.nothing", "sealed-file.no-secret", "recovery-code.same-share"), ITSELF),
    **dict.fromkeys(("trust.scope-empty", "trust.entry-used", "trust.entry-name", "web.public-url"), ITSELF),
    **dict.fromkeys(("presentation.no-recipient", "wallet.no-purpose", "sealed-file.unsaved"), ITSELF),
    **dict.fromkeys(("handout.locked-what", "wallet.guardian-name"), ITSELF),
    "cli.cancelled": CHOICE,
    **dict.fromkeys(("template.remark", "lint.remark"), PLACE),
    **dict.fromkeys(
        ("trust.malformed", "trust.key-retired-undated", "trust.key-window", "trust.no-name"), PLACE
    ),
    **dict.fromkeys(("trust.state", "trust.key-missing"), PLACE),
    **dict.fromkeys(("frames.no-room", "symbols.version", "folder.no-key", "wallet.not-a-document"), PROGRAM),
    **dict.fromkeys(("enveloped.content", "enveloped.other-key", "verify.not-text"), PROGRAM),
    **dict.fromkeys(("status.list-size", "status.value", "template.unknown-key"), PROGRAM),
    **dict.fromkeys(("template.value-missing", "key.secret-malformed", "key.signs-otherwise"), PROGRAM),
    **dict.fromkeys(("sealed-file.no-record", "sealed-file.path", "sealed-file.weak-kdf"), PROGRAM),
    **dict.fromkeys(("sealed-file.no-slot", "jsonld.context-url"), PROGRAM),
}
ROOMS_OF_PROGRAMS = ("conformance.", "presentation.", "proof.", "sd-jwt.", "jose.")
"""What the first words of these codes name is called by programs; families and offices come through doors."""


def usage_errors() -> Iterator[tuple[str, str, bool]]:
    """Place, code, and whether a next step is given, of every `UsageError` that names its code."""
    for module in sorted((ROOT / "vcwallet").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ("UsageError", "Cancelled"):
                continue
            code = node.args[0] if node.args else None
            if isinstance(code, ast.Constant) and len(node.args) > 1:
                given = any(each.arg == "next_step" for each in node.keywords)
                yield f"{module.relative_to(ROOT)}:{node.lineno}", str(code.value), given


def test_every_mistake_of_a_person_has_a_next_step() -> None:
    without = [
        f"{place}: {code}"
        for place, code, given in usage_errors()
        if not given and code not in WITHOUT and not code.startswith(ROOMS_OF_PROGRAMS)
    ]
    assert not without, "say what to do next, or in this table why not"


def test_the_table_names_no_error_that_has_a_next_step_everywhere() -> None:
    without = {code for _, code, given in usage_errors() if not given}
    assert set(WITHOUT) <= without


@pytest.mark.parametrize("lang", locales.LANGUAGES)
@pytest.mark.parametrize("number", [2, 13, 17, 20, 21, 28, 30, 99])
def test_what_the_computer_refuses_has_a_next_step(lang: str, number: int) -> None:
    """`sheet.pdf уже есть.` was all that was said."""
    error = OSError(number, "…", "sheet.pdf")
    spoken = locales.language(lang)
    assert spoken.text(words_of(error), file="sheet.pdf", reason="…")
    said = spoken.text(step_of(error))
    assert said
    assert (said == step_of(error)) is (lang == "en")


def test_quotation_marks_within_quotation_marks_are_others() -> None:
    """«Олимпиада «Вымысел»» reads as two names."""
    title = "Олимпиада «Вымысел», тур 1"
    russian, english = locales.language("ru"), locales.language("en")
    template = "“{title}” is revoked: it will be refused."
    assert "«Олимпиада „Вымысел“, тур 1»" in russian.text(template, title=title)
    assert "“Олимпиада «Вымысел», тур 1”" in english.text(template, title=title)
    assert "“The ‘Fiction’ prize”" in english.text(template, title="The “Fiction” prize")
    assert russian.text("{child}:", child="Школа «Вымысел»") == "Школа «Вымысел»:"


@pytest.mark.parametrize("place", ["vcwallet/**/*.py", "docs/**/*.md"])
def test_what_is_to_be_typed_is_typed_alike_on_windows(place: str) -> None:
    """The shells of Windows take ' for a part of the word; double quotes mean the same everywhere."""
    told = [path for path in ROOT.glob(place) if "pip install '" in path.read_text("utf-8")]
    assert not told
