"""`vcwallet conformance`: help does not list it, and `api` serves the interface in a process of its own."""

from __future__ import annotations

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

from tests.shared import HANG_SECONDS
from tests.unit.conformance.world import badge
from vcwallet import locales
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import MachineError

ENGLISH = Speaker(locales.language("en"))


def test_a_group_that_help_does_not_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command_line, ["--help"], ENGLISH) == 0
    assert "conformance" not in capsys.readouterr().out
    assert run(command_line, ["conformance", "--help"], ENGLISH) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2]
    assert "  api " in listed
    assert "  jose-cose " in listed


@pytest.fixture
def served() -> Iterator[tuple[subprocess.Popen[str], str, dict[str, str]]]:
    """`vcwallet conformance api --tls` as a process of its own, its address, and the table it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "vcwallet", "--lang", "en", "conformance", "api", "--tls"],
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
        with urllib.request.urlopen(request, context=context, timeout=HANG_SECONDS) as answer:
            return answer.status, json.load(answer)

    assert call("/issuers") == (200, table)
    credential = badge(issuer=table["status"])
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
        assert process.wait(HANG_SECONDS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_computer_without_the_part_that_serves(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "starlette"] + ["starlette"]:
        monkeypatch.setitem(sys.modules, name, None)
    for name in [name for name in sys.modules if name.startswith("vcwallet.web.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "vcwallet.conformance.api", raising=False)
    monkeypatch.delattr("vcwallet.conformance.api", raising=False)
    status = run(command_line, ["conformance", "api"], ENGLISH)
    assert status == MachineError.exit_status
    assert "vcwallet[web]" in capsys.readouterr().err
    with pytest.raises(MachineError) as refused:
        command_line.main(["conformance", "api"], standalone_mode=False, obj=ENGLISH)
    assert refused.value.code == "conformance.extra-missing"
