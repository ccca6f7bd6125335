"""Going through every page that links and buttons lead to, as somebody does who wants to see it all.

Only links are followed, because they change nothing; pages behind buttons are shown by the journeys.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Error, Page

UNGUESSABLE = re.compile(r"[\w-]{22,}|[0-9a-f]{16}")
NUMBER = re.compile(r"\d+")


def kind_of(address: str) -> str:
    """The address with a star for each name and number in it: pages of one kind look alike."""
    path = urlsplit(address).path
    return NUMBER.sub("*", UNGUESSABLE.sub("*", path))


def links(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
    return list(dict.fromkeys(urldefrag(each)[0] for each in found))


def walk(page: Page, begin: str, inside: str, *, of_a_kind: int = 1) -> Iterator[str]:
    """Show every page below `inside` that links from `begin` lead to; the kind of each is given.

    Of pages of one kind `of_a_kind` are shown. A link to a file to save is not a page.
    """
    waiting, seen = [begin], {begin}
    shown: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if shown[kind] >= of_a_kind:
            continue
        try:
            response = page.goto(address)
        except Error as error:
            if "Download is starting" in str(error):
                continue
            raise
        assert response is not None
        assert response.status == 200, f"{address}: {response.status}"
        shown[kind] += 1
        yield kind
        for link in links(page):
            if link.startswith(inside) and link not in seen:
                seen.add(link)
                waiting.append(link)
