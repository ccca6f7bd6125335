"""Where the server listens and how it is called."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from vcwallet.errors import MachineError, UsageError
from vcwallet.web import listening
from vcwallet.web.listening import Listener


@contextlib.contextmanager
def listening_at(*arguments: Any, **options: Any) -> Iterator[Listener]:
    listener = listening.listen(*arguments, **options)
    try:
        yield listener
    finally:
        listener.socket.close()


def test_loopback_by_all_its_names() -> None:
    with listening_at("127.0.0.1", 0) as listener:
        port = listener.socket.getsockname()[1]
        assert listener.url == f"http://127.0.0.1:{port}"
        assert listener.hosts == {f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"}
        assert listener.loopback


def test_a_name_of_the_proxy_in_front() -> None:
    with listening_at("127.0.0.1", 0, public_url="https://API.example/vc/") as listener:
        assert listener.url == "https://API.example/vc"
        assert "api.example" in listener.hosts
        assert "api.example:443" not in listener.hosts
    with listening_at("127.0.0.1", 0, public_url="https://api.example:8443") as listener:
        assert "api.example:8443" in listener.hosts


def test_an_address_that_is_no_name_needs_one() -> None:
    with pytest.raises(UsageError) as refused:
        listening.listen("0.0.0.0", 0)
    assert refused.value.code == "web.public-url-missing"
    with listening_at("0.0.0.0", 0, public_url="http://lab.example") as listener:
        assert not listener.loopback
        assert not any("0.0.0.0" in host for host in listener.hosts)


BAD_URLS = [
    *("", "api.example", "ftp://api.example", "https://", "https://api.example:99999", "https://[::1"),
    *(
        "https://me@api.example",
        "https://api.example?x",
        "https://api.example#x",
        "https://a b",
        "https://я.рф",
    ),
    *("https://api.example/\n", "https://" + "a" * 2000 + ".example"),
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        listening.listen("127.0.0.1", 0, public_url=url)
    assert refused.value.code == "web.public-url"


@pytest.mark.parametrize(
    "host", ["nobody.invalid", "127.0.0.1.1", "я" * 30 + ".рф", "a" * 300, "1.2.3.4:80", "\0"]
)
def test_hosts_that_cannot_be_listened_at(host: str) -> None:
    with pytest.raises(MachineError) as refused:
        listening.listen(host, 0)
    assert refused.value.code == "web.port"


def test_a_port_that_is_taken() -> None:
    with listening_at("127.0.0.1", 0) as listener:
        with pytest.raises(MachineError) as refused:
            listening.listen("127.0.0.1", listener.socket.getsockname()[1])
        assert refused.value.code == "web.port"
