"""Where the server listens, how it is called, and the command that starts it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.unit.web.world import V2
from vcwallet import locales
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
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


# --- the command ---------------------------------------------------------------------------------------


@pytest.fixture
def served() -> Iterator[tuple[subprocess.Popen[str], str, dict[str, str]]]:
    """`vcwallet serve api --tls` as a process of its own, its address, and the table it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vcwallet", "--lang", "en", "serve", "api", "--tls"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        table = json.loads(process.stdout.readline())
        said = process.stderr.readline()
        yield process, said.split()[2].rstrip("."), table
    finally:
        process.kill()
        process.communicate()


def test_the_command_serves_https_with_the_issuers_it_printed(
    served: tuple[subprocess.Popen[str], str, dict[str, str]],
) -> None:
    process, url, table = served
    assert url.startswith("https://127.0.0.1:")
    port = int(url.rpartition(":")[2])
    certificate = ssl.get_server_certificate(("127.0.0.1", port))
    # The certificate is for this address: it is trusted here, and the name is compared.
    context = ssl.create_default_context(cadata=certificate)

    def call(path: str, body: Any = None) -> tuple[int, Any]:
        request = urllib.request.Request(
            url + path,
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, context=context, timeout=20) as answer:
            return answer.status, json.load(answer)

    assert call("/issuers") == (200, table)
    credential = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": table["status"],
        "credentialSubject": {"id": "did:example:invented-pupil"},
    }
    status, answer = call("/issuers/status/credentials/issue", {"credential": credential})
    assert status == 201
    issued = answer["verifiableCredential"]
    lists = issued["credentialStatus"]["statusListCredential"]
    assert lists.startswith(url + "/")
    assert call(lists.removeprefix(url))[1]["issuer"] == table["status"]
    checks = {"verifiableCredential": issued, "options": {"checks": ["all"]}}
    assert call("/verifiers/default/credentials/verify", checks)[1]["verified"] is True
    if os.name == "posix":
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_computer_without_the_part_that_serves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "starlette"] + ["starlette"]:
        monkeypatch.setitem(sys.modules, name, None)
    for name in [name for name in sys.modules if name.startswith("vcwallet.web.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("vcwallet.web.api", raising=False)
    status = run(command_line, ["serve", "api"], Speaker(locales.language("en")))
    assert status == MachineError.exit_status
    assert "vcwallet[web]" in capsys.readouterr().err
