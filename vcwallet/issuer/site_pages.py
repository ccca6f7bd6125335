"""The pages of an issuer's site for people: how to check a diploma, and what each diploma says.

They lie in a folder of their own, ``diplomas``, so that nothing of the site that is there is in their way.
The same register, settings and moment give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from vcwallet import locales
from vcwallet.credentials.template import Column, Template
from vcwallet.errors import N_
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.issuer.html_page import Html, document, joined, text
from vcwallet.locales import Language

FOLDER: Final = "diplomas"
INDEX: Final = "index.html"
_GENERATOR: Final = "vcwallet issuer "


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A status list as the page names it."""

    path: PurePosixPath
    """From the root of the site's part."""
    suspension: bool
    until: date | None
    """None for a list that is in force for good."""


@dataclass(frozen=True, slots=True)
class Site:
    """All that the pages are made of."""

    names: dict[str, str]
    """What the organisation is called, by language."""
    document: ControlledIdentifierDocument
    address: str
    """``https://…``, without a slash at the end."""
    document_path: PurePosixPath
    lists: tuple[PublishedFile, ...]
    templates: tuple[Template, ...]
    today: date


def pages(site: Site) -> dict[Path, bytes]:
    """The pages by their place in the site's folder."""
    found = {Path(FOLDER, INDEX): _index(site)}
    for template in site.templates:
        found[Path(FOLDER, f"{template.id}.html")] = _template_page(site, template)
    return {path: page.encode("utf-8") for path, page in found.items()}


def is_ours(page: bytes, issuer_id: str) -> bool:
    """Whether a page that lies there was made for this issuer."""
    return str(text(_GENERATOR + issuer_id)).encode("utf-8") in page


def _page(site: Site, title: str, sections: Sequence[tuple[Language, Html]]) -> str:
    switch = joined(
        Html(f'<a href="#{language.code}">{text(_OWN_NAMES[language.code])}</a> ') for language, _ in sections
    )
    parts = joined(
        Html(f'<section id="{language.code}" lang="{language.code}">{body}</section>')
        for language, body in sections
    )
    body = Html(f"<nav>{switch}</nav>{parts}")
    return document(title, body, language="ru", generator=_GENERATOR + site.document.id)


_OWN_NAMES: Final = {"ru": "По-русски", "en": "In English"}


def _index(site: Site) -> str:
    sections = [(language, _how_to_check(site, language)) for language in _languages()]
    return _page(site, locales.language("ru").text(_TITLE), sections)


def _languages() -> tuple[Language, ...]:
    return tuple(locales.language(code) for code in ("ru", "en"))


_TITLE: Final = N_("How to check our diploma")


def _how_to_check(site: Site, language: Language) -> Html:
    say = language.text

    def paragraph(words: str, **values: str) -> Html:
        return Html(f"<p>{text(say(words, **values))}</p>")

    def step(title: str, *parts: Html) -> Html:
        return Html(f"<li><h2>{text(say(title))}</h2>{joined(parts)}</li>")

    def command(words: str) -> Html:
        return Html(f"<p><code>{text(words)}</code></p>")

    up = "../" + str(site.document_path)
    keys = joined(
        Html(
            f"<tr><td>{text(method.public_key.type.value)}</td>"
            f"<td><code>{text(method.public_key.fingerprint)}</code></td></tr>"
        )
        for method in site.document.verification_methods
        if method.revoked is None
    )
    lists = joined(
        Html(
            f'<li><a href="../{text(str(each.path))}">{text(str(each.path))}</a> <span class=soft>'
            + text(_list_words(each, language))
            + "</span></li>"
        )
        for each in site.lists
    )
    templates = joined(
        Html(f'<li><a href="{text(each.id)}.html">{text(each.names[language.code])}</a></li>')
        for each in site.templates
    )
    steps = (
        step(
            N_("Take our keys, and compare the fingerprint"),
            paragraph(
                N_(
                    "Save our keys from this page once, and compare the fingerprint with what we tell you on"
                    " the telephone or on paper: a page can be counterfeited, a call to a number you know"
                    " cannot."
                )
            ),
            Html(f'<p><a href="{text(up)}">{text(str(site.document_path))}</a></p>'),
            Html(
                f"<table><tr><th>{text(say(_KEY))}</th><th>{text(say(_FINGERPRINT))}</th></tr>{keys}</table>"
            ),
            command("vcwallet trust add trust-list.json did.json"),
        ),
        step(
            N_("Take our lists of diplomas that do not count any more"),
            paragraph(
                N_(
                    "They hold numbers only: nobody can read from them who got a diploma, or why one was"
                    " revoked."
                )
            ),
            Html(f"<ul>{lists}</ul>")
            if site.lists
            else paragraph(N_("There is none yet: nothing was issued.")),
            command("vcwallet trust update trust-list.json status"),
        ),
        step(
            N_("Read the diploma: the file, the PDF or a photo of the code"),
            command("vcwallet verify diploma.pdf --trust trust-list.json"),
            paragraph(
                N_(
                    "The check is made on your computer and asks nobody, so we do not learn whom you check."
                    " “Confirmed” means: signed by us, unchanged, not revoked as of the day that is named."
                    " Any other program that knows Open Badges 3.0 reads our diplomas, too."
                )
            ),
        ),
        step(
            N_("Look who stands before you"),
            paragraph(
                N_(
                    "A diploma says what its owner achieved, and not who shows it. Compare name and date of"
                    " birth with a passport, or ask for a showing that is signed with the child's own key."
                )
            ),
        ),
    )
    return Html(
        f"<header><p class=issuer>{text(site.names[language.code])}</p><h1>{text(say(_TITLE))}</h1>"
        f"<p class=soft>{text(site.document.id)}</p></header>"
        f"<ol class=steps>{joined(steps)}</ol>"
        f"<h2>{text(say(_WHAT_OUR_DIPLOMAS_SAY))}</h2><ul>{templates}</ul>"
        f"<h2>{text(say(_FOR_FAMILIES))}</h2>"
        + paragraph(
            N_(
                "There is no page where a child's diplomas can be looked up, and there will be none: what was"
                " issued is known to us and to you. Lost the file, or found a mistake? Ask us, and you get a"
                " new one."
            )
        )
        + f"<footer>{text(say(_AS_OF_DAY, day=language.day(site.today)))}</footer>"
    )


_KEY: Final = N_("Key")
_FINGERPRINT: Final = N_("Fingerprint")
_WHAT_OUR_DIPLOMAS_SAY: Final = N_("What our diplomas say")
_FOR_FAMILIES: Final = N_("For families")
_WHAT_IT_SAYS: Final = N_("What it says")
_KIND: Final = "/credentialSubject/achievement/achievementType"
"""A word of Open Badges for programs."""
_THE_SAME_IN_ALL_OF_THEM: Final = N_("The same in all of them")
_AS_OF_DAY: Final = N_("As of {day}.")
_NOTHING_ELSE: Final = N_(
    "These are the only things that such a diploma may say. It has no place for marks, conduct or health."
)
_REVOKED: Final = N_("revoked diplomas; in force until {day}")
_REVOKED_FOR_GOOD: Final = N_("revoked diplomas; in force for good")
_SUSPENDED_FOR_GOOD: Final = N_("suspended diplomas; in force for good")
_SUSPENDED: Final = N_("suspended diplomas; in force until {day}")


def _template_page(site: Site, template: Template) -> str:
    sections = [(language, _what_it_says(site, template, language)) for language in _languages()]
    return _page(site, template.names["ru"], sections)


def _what_it_says(site: Site, template: Template, language: Language) -> Html:
    say = language.text
    may_hide = say(N_("a family may leave it out"))
    hidden = {key for group in template.hideable for key in group.columns}
    rows = joined(
        Html(
            f"<tr><td>{text(column.headers[0])}{_values(column)}</td>"
            f"<td class=short>{text(may_hide if column.key in hidden else '')}</td></tr>"
        )
        for column in template.columns
    )
    fixed = joined(
        Html(f"<li>{text(value)}</li>") for target, value in sorted(template.fixed.items()) if target != _KIND
    )
    return Html(
        f"<header><p class=issuer>{text(site.names[language.code])}</p>"
        f"<h1>{text(template.names[language.code])}</h1></header>"
        f"<p>{text(say(_NOTHING_ELSE))}</p>"
        f"<table><tr><th>{text(say(_WHAT_IT_SAYS))}</th><th></th></tr>"
        f"{rows}</table>"
        f"<h2>{text(say(_THE_SAME_IN_ALL_OF_THEM))}</h2><ul>{fixed}</ul>"
        f'<p><a href="{INDEX}">{text(say(_TITLE))}</a></p>'
    )


def _values(column: Column) -> Html:
    """What may stand there, where the template lists it."""
    values = "; ".join(choice.value for choice in column.choices if not choice.skip)
    return Html(f"<br><span class=soft>{text(values)}</span>") if values else Html("")


def _list_words(each: PublishedFile, language: Language) -> str:
    if each.until is None:
        return language.text(_SUSPENDED_FOR_GOOD if each.suspension else _REVOKED_FOR_GOOD)
    return language.text(_SUSPENDED if each.suspension else _REVOKED, day=language.day(each.until))
