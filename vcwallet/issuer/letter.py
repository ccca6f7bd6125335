"""The short letter in a folder that a family gets: what this is, and what to do with it. One HTML page.

It asks nothing of a network, opens on any computer and telephone, and prints on one sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vcwallet.errors import N_
from vcwallet.issuer.html_page import Html, document, joined, text
from vcwallet.locales import Language


@dataclass(frozen=True, slots=True)
class Named:
    """A diploma in the folder."""

    what: str
    file: str
    """The name that its files have in common."""


@dataclass(frozen=True, slots=True)
class Letter:
    issuer: str
    person: str
    """"" in the folder of a class."""
    school_class: str
    diplomas: tuple[Named, ...]
    day: str
    folder: str
    """The name of the folder it lies in."""
    jwt: bool = False
    """Whether the second form of a diploma lies there as well."""


_STEPS: Final = (
    (
        N_("Look at the diploma"),
        N_(
            "The PDF is the diploma on paper: print it or show it on a screen. The code on it holds the whole"
            " diploma with its signature; a university reads it with a camera, without asking anybody. If it"
            " asks for a diploma addressed to it, the wallet makes one."
        ),
    ),
    (
        N_("Keep the folder in two places"),
        N_(
            "The file that ends with .vc.json is the diploma itself. Copy the whole folder as it is, to a"
            " stick and to another computer. Do not change the files: a changed diploma is no diploma."
        ),
    ),
    (
        N_("Put it into a wallet, if you like"),
        N_(
            "With the free program vcwallet a family keeps the diplomas of all its children in one locked"
            " file and shows only what is needed. Start it, choose “Family”, make a wallet (once) and drop"
            " this folder onto its page. Nothing goes to the internet. In a terminal the first of these"
            " lines opens the page; the other two do the same without it:"
        ),
    ),
    (
        N_("Show it to whom you choose"),
        N_(
            "Nobody but you has a list of your child's diplomas. Send a diploma to those it is meant for, and"
            " do not put it on a public page: name and date of birth stand in it."
        ),
    ),
    (
        N_("Tell us of a mistake"),
        N_(
            "If a name or a date is wrong, tell us. You get a corrected diploma, and the wrong one no longer"
            " counts."
        ),
    ),
)

_JWT: Final = (
    N_("A file for other programs"),
    N_(
        "The file that ends with .jwt is the same diploma for programs that read no other form. It always"
        " shows everything that stands in the diploma; nothing of it can be hidden. Give it only to those who"
        " may see all of it."
    ),
)
_WALLET: Final = 3
"""The step with commands in it, the one that opens the page first."""


def file_name(language: Language) -> str:
    return language.text(N_("What to do with this")) + ".html"


def write(folder: Path, letter: Letter, language: Language) -> Path:
    """Write the letter into a folder."""
    place = folder / file_name(language)
    place.write_bytes(page(letter, language).encode("utf-8"))
    return place


def page(letter: Letter, language: Language) -> str:
    """The letter as an HTML page."""
    say = language.text
    quoted = text(f'"{letter.folder}"')
    who = letter.person or say(N_("Class {name}"), name=letter.school_class)
    diplomas = joined(
        Html(f"<li><b>{text(each.what)}</b><br><span class=file>{text(each.file)}</span></li>")
        for each in letter.diplomas
    )
    steps = joined(
        Html(
            f"<li><h2>{text(say(title))}</h2><p>{text(say(words))}</p>"
            + (
                f"<p><code>vcwallet open</code><br><code>vcwallet wallet create family.vcw</code><br>"
                f"<code>vcwallet wallet add family.vcw {quoted}</code></p>"
                if number == _WALLET
                else ""
            )
            + "</li>"
        )
        for number, (title, words) in enumerate((*_STEPS, _JWT) if letter.jwt else _STEPS, start=1)
    )
    title = say(N_("What to do with this"))
    body = Html(
        f"<header><p class=issuer>{text(letter.issuer)}</p><h1>{text(title)}</h1>"
        f"<p class=who>{text(who)}</p></header>"
        f"<ul class=diplomas>{diplomas}</ul><ol class=steps>{steps}</ol>"
        f"<footer>{text(letter.day)}</footer>"
    )
    return document(title, body, language=language.code)
