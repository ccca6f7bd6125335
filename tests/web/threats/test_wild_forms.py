"""Whatever a form or an address says, the answer is a page with words: never a failure of the server.

Every address of every role takes wild values, before and after something is opened, in an order that is
as wild: what one leaves behind is what the next finds. Names of fields and of things are taken from the
pages themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.browser.town import NOW, PASSPHRASE, Town
from tests.shared import SOAK
from tests.web.serving import Answer, Served, serving
from vcwallet.errors import MachineError
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.web.pages.family import creating
from vcwallet.web.pages.roles import ROLES
from vcwallet.web.pages.visit import Role, Route

TRIES = 3000 if SOAK else 120
NAME = re.compile(r'<(?:input|button|select|textarea)\b[^>]*\bname="([^"]*)"')
VALUE = re.compile(r'\bvalue="([^"]*)"')
STEP = re.compile(r"/([\w-]{16,}|\d+|[0-9a-f]{16})(?=/|\")")
WILD = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "-1", "9" * 30, "²", "1e9", "on", "..", "../../etc/passwd", "C:\\x", "\x00", "a\r\nb: c"]
    ),
    st.sampled_from(["<script>", "{{7*7}}", "\u202e", "\x7f\u2028", "ы" * 3000]),
    st.sampled_from(
        ["2026-02-30", "31.02.2026", "0000-01-01", "9999-12-31", "priem.vuz.example", PASSPHRASE]
    ),
    st.integers(-5, 10**20).map(str),
)
FILES = st.sampled_from(
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"%PDF-1.7\n%%EOF",
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"a;b\r\n1;2",
        b"[" * 9000,
    ]
)


def not_there(address: str, ceiling: int) -> bytes:
    raise MachineError("fetch.no-network", "{address} is not there.", address=address[:64])


@contextmanager
def opened(folder: Path, role: Role) -> Iterator[tuple[Served, Callable[[], str]]]:
    """The pages with something of the role open; what is closed on the way is opened again."""
    town = Town(folder / "home")
    path = {"family": town.family, "secretary": town.secretary, "officer": town.office}[role.kind]()
    with serving(folder, now=NOW, network=not_there) as pages:
        pages.let_in()
        address = f"{role.kind}/open/{pages.session.choose(path)}"

        def root() -> str:
            for each in pages.session.opened.values():
                if each.kind == role.kind:
                    # A folder is not shown in a window of the system here.
                    vars(each)["show"] = lambda place: None
                    return f"{pages.place}{each.id}/"
            answer = pages.post(address, {"passphrase": PASSPHRASE})
            assert answer.status == 303, answer.text
            return root()

        yield pages, root


def words_of(pages: Served, root: str) -> tuple[list[str], list[str], list[str]]:
    """Names of fields, values, and names of things in addresses, from the pages that links lead to."""
    names, values, things = {"passphrase"}, {"1"}, {"1"}
    waiting, seen = [root], {root}
    while waiting and len(seen) < 60:
        text = pages.get(waiting.pop(0)).body.decode("utf-8", "replace")
        names |= set(NAME.findall(text))
        values |= {unescape(each) for each in VALUE.findall(text)}
        things |= set(STEP.findall(text))
        for link in re.findall(r'href="([^"#?]*)"', text):
            if link.startswith(root) and link not in seen:
                seen.add(link)
                waiting.append(link)
    return sorted(names), sorted(values), sorted(things)


def sent(
    pages: Served, route: Route, address: str, data: st.DataObject, names: list[str], values: list[str]
) -> Answer:
    if route.method == "GET":
        return pages.get(address)
    if route.body_bytes:
        return pages.ask("POST", address, data.draw(FILES), ("Content-Type", "image/jpeg"))
    fields = data.draw(
        st.dictionaries(
            st.one_of(st.sampled_from(names), st.text(max_size=10)),
            st.one_of(st.sampled_from(values), WILD),
            max_size=5,
        )
    )
    if data.draw(st.booleans()):
        return pages.post(address, [(name, value) for name, value in fields.items()])
    name = data.draw(st.sampled_from(["files", "file", "sheet", "request", "photo", "kit"]))
    return pages.upload(address, (name, "таблица.csv", data.draw(FILES)), fields=fields)


def in_words(answer: Answer) -> None:
    assert answer.status < 500, f"{answer.status}: {main(answer)}"
    assert b"Traceback" not in answer.body
    assert answer.headers["cache-control"] == "no-store"


def main(answer: Answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.body.decode("utf-8", "replace")))[-900:]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.kind)
def test_every_form_of_a_role_takes_anything(
    role: Role, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(creating, "kdf", lambda: UNSAFE_FOR_TESTS)
    with opened(tmp_path, role) as (pages, root):
        names, values, things = words_of(pages, root())
        routes = [(route, False) for route in role.front] + [(route, True) for route in role.routes]

        @settings(
            max_examples=TRIES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
            database=None,
            derandomize=not SOAK,
        )
        @given(st.data())
        def tried(data: st.DataObject) -> None:
            route, inside = data.draw(st.sampled_from(routes))
            thing = st.one_of(st.sampled_from(things), WILD.map(lambda text: quote(text, safe="") or "x"))
            address = re.sub(r"\{\w+\}", lambda _: data.draw(thing), route.address)
            where = root() + address if inside else f"{pages.place}{role.kind}/{address}"
            in_words(sent(pages, route, where[:4000], data, names, values))

        tried()
        assert pages.get(root()).status in (200, 303)
