"""A recipient is one name, however it is spelt, and nothing else counts as that name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import UsageError
from vcwallet.identifiers.host_name import host_name, in_letters, same_recipient

SPELLINGS = {
    "plain": "priem.vuz.example",
    "upper case": "Priem.VUZ.Example",
    "final dot": "priem.vuz.example.",
    "spaces around": "  priem.vuz.example\n",
    "scheme": "https://priem.vuz.example",
    "scheme in upper case": "HTTPS://priem.vuz.example",
    "no scheme": "//priem.vuz.example",
    "port": "priem.vuz.example:443",
    "path": "priem.vuz.example/2027",
    "all of it": "https://Priem.vuz.example.:8443/2027?a=1#b",
    "ideographic dots": "priem。vuz．example",
    "wide letters": "ｐｒｉｅｍ.vuz.example",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_one_name(spelling: str) -> None:
    assert host_name(SPELLINGS[spelling]) == "priem.vuz.example"
    assert same_recipient(SPELLINGS[spelling], "priem.vuz.example")


def test_a_name_in_cyrillic_is_the_name_in_the_domain_name_system() -> None:
    found = host_name("Приём.Вуз.example")
    assert found == "xn--h1aihe0g.xn--b1ak9a.example"
    assert host_name(found) == found
    assert in_letters(found) == "приём.вуз.example"
    assert same_recipient("ПРИЁМ.ВУЗ.example", found)


OTHERS = {
    "another name": "priem.vuz2.example",
    "a name below it": "evil.priem.vuz.example",
    "a name above it": "vuz.example",
    "a longer end": "priem.vuz.example.evil.example",
    "cyrillic letters of the same look": "рriеm.vuz.example",
    "a soft hyphen is dropped, a letter is not": "priiem.vuz.example",
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_name_is_another_recipient(name: str) -> None:
    assert not same_recipient(OTHERS[name], "priem.vuz.example")


NO_NAMES = {
    "nothing": "",
    "a word": "priem",
    "a sentence": "приёмная комиссия",
    "digits": "192.168.0.1",
    "digits of a new kind": "[::1]:443",
    "an address for a person": "kabinet@vuz.example",
    "a user in front": "https://priem.vuz.example@evil.example/",
    "another scheme": "ftp://priem.vuz.example",
    "an identifier": "did:web:priem.vuz.example",
    "an empty label": "priem..example",
    "a dash in front": "-priem.example",
    "a dash behind": "priem-.example",
    "a letter of Unicode 16, which has a small one since then": "\u1c89.example",
    "an underscore": "_priem.example",
    "a long label": "a" * 64 + ".example",
    "a long name": ".".join(["abcdefgh"] * 40),
    "a backslash": "https:\\\\priem.vuz.example",
    "a port of letters": "priem.vuz.example:https",
    "a zero byte": "priem\0.vuz.example",
    "a coded label of nothing": "xn--a.example",
    "a coded label that is another spelling": "xn--abc-.example",
}


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_is_refused_and_is_only_itself(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        host_name(NO_NAMES[name])
    assert caught.value.code == "host-name.malformed"
    assert same_recipient(NO_NAMES[name], NO_NAMES[name])
    assert not same_recipient(NO_NAMES[name], "priem.vuz.example")


@given(st.text(max_size=80))
def test_a_name_once_written_stays_as_it_is(text: str) -> None:
    try:
        found = host_name(text)
    except UsageError:
        return
    assert host_name(found) == found
    assert found.isascii()
    assert host_name(in_letters(found)) == found
