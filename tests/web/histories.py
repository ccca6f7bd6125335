"""What a browser would write into its history of a page: its title and its address, and whether they tell.

A title tells nobody when it is a sentence of the program, with no value but numbers in it; an address, when
its steps are words of the routes, numbers and names made at random.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from urllib.parse import urlsplit

from babel.messages.pofile import read_po

from tests.shared import ROOT
from vcwallet.issuer.folder import kits
from vcwallet.web.pages import front
from vcwallet.web.pages.officer.listing import _STATES
from vcwallet.web.pages.roles import ROLES

__all__ = ["address_tells", "title_of", "title_tells"]

_RANDOM = re.compile(r"[\w-]{22}|[\w-]{43}|[0-9a-f]{16,64}|\d+", re.ASCII)
_OF_THE_FRAME = {"close", "end", "job", "kept", "open", "static", "stop"}


def title_of(html: str) -> str:
    """The title of a page; "" of what is no page."""
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    return unescape(found[1]) if found else ""


def title_tells(title: str) -> bool:
    """Whether a title is more than sentences of the program."""
    plain = re.sub(r"\d+", "{number}", title.replace("\u00a0", " "))
    said = plain.removesuffix("vcwallet").removesuffix(" — ").removeprefix("Ошибка: ").removeprefix("Error: ")
    return bool(said) and not (said in _sentences() or set(said.split(". ")) <= _sentences())


def address_tells(address: str) -> bool:
    """Whether an address is more than words of the routes, numbers and random names."""
    told = urlsplit(address)
    steps = [each for each in told.path.split("/") if each]
    return bool(told.query) or not all(each in _words() or _RANDOM.fullmatch(each) for each in steps)


@cache
def _sentences() -> frozenset[str]:
    """Everything the program says in either language with no value but a number."""
    with (ROOT / "vcwallet" / "locales" / "ru" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        said = [text for each in read_po(file) for both in (each.id, each.string) for text in _texts(both)]
    plain = [each for each in said if each and set(re.findall(r"{(\w+)", each)) <= {"number"}]
    return frozenset([*plain, *(each[0].upper() + each[1:] for each in plain)])


def _texts(one_or_more: str | Iterable[str]) -> tuple[str, ...]:
    return (one_or_more,) if isinstance(one_or_more, str) else tuple(one_or_more)


@cache
def _words() -> frozenset[str]:
    """Every step of every route that is no parameter, and the parameters that are the program's own words."""
    routes = [*front.ROUTES, *(each for role in ROLES for each in (*role.front, *role.routes))]
    fixed = {step for each in routes for step in each.address.split("/") if "{" not in step}
    assets = {path.name for path in (ROOT / "vcwallet" / "web" / "pages" / "static").iterdir()}
    public = {*kits(), *_STATES, "nothing"}
    return frozenset(fixed | assets | public | {role.kind for role in ROLES} | _OF_THE_FRAME)
