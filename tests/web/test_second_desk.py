"""A second desk: the PIN, the certificate, and what a browser of another computer is shown."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path

import pytest

from tests.shared import HANG_SECONDS, ROOT
from tests.web.pages import Time
from vcwallet.cli.serve import given_certificate, own_address, serve
from vcwallet.cli.speak import Speaker
from vcwallet.errors import MachineError, UsageError
from vcwallet.locales import language
from vcwallet.verifier import TrustList
from vcwallet.web.listening import Certificate
from vcwallet.web.pages.clock import Clock
from vcwallet.web.pages.pairing import Pairing


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def pairing(time: Time, told: list[str]) -> Pairing:
    return Pairing(Clock(lambda: time.now, lambda: time.seconds), os.urandom, told.append)


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 10**8:08d}"


def test_the_right_digits_are_used_up(pairing: Pairing, told: list[str]) -> None:
    assert re.fullmatch("[0-9]{8}", told[0])
    assert pairing.admits(f" {told[0][:4]} {told[0][4:]}")
    assert not pairing.admits(told[0])
    assert pairing.admits(told[-1])


def test_after_five_tries_there_are_new_digits_and_a_pause(
    pairing: Pairing, told: list[str], time: Time
) -> None:
    for _ in range(5):
        assert not pairing.admits(wrong(told[0]))
    assert len(told) == 2
    assert not pairing.admits(told[0])
    assert not pairing.admits(told[1])  # right, and too early
    time.pass_by(timedelta(seconds=61))
    assert pairing.admits(told[1])


def test_digits_live_for_ten_minutes(pairing: Pairing, told: list[str], time: Time) -> None:
    time.pass_by(timedelta(minutes=11))
    assert not pairing.admits(told[0])
    assert pairing.admits(told[1])


@pytest.mark.parametrize("given", ["", "x", "я" * 9, "١٢٣٤٥٦٧٨", "-1", "1" * 5000])
def test_what_is_no_pin_lets_nobody_in(pairing: Pairing, given: str) -> None:
    assert not pairing.admits(given)


def test_a_certificate_serves_its_own_address_for_a_while() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    made = Certificate.make(("192.0.2.7",), now=now, life=timedelta(days=30))
    assert made.serves("192.0.2.7", now=now, for_at_least=timedelta(days=7))
    assert not made.serves("192.0.2.8", now=now, for_at_least=timedelta(days=7))
    assert not made.serves("192.0.2.7", now=now + timedelta(days=25), for_at_least=timedelta(days=7))
    assert not Certificate(b"nothing", b"").serves("192.0.2.7", now=now, for_at_least=timedelta(0))
    assert re.fullmatch("([0-9A-F]{2} ){31}[0-9A-F]{2}", made.fingerprint)


def test_nothing_is_served_unless_it_is_said(tmp_path: Path) -> None:
    callback = serve.callback
    assert callback is not None
    with pytest.raises(UsageError) as refused:
        callback.__wrapped__(Speaker(language("ru")), tmp_path, False, None, None, None, 0)
    assert refused.value.code == "serve.not-open"


def test_a_star_in_a_certificate_stands_for_one_label() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    made = Certificate.make(("*.vuz.example",), now=now)
    for name, fits in (("desk.vuz.example", True), ("a.desk.vuz.example", False), ("vuz.example", False)):
        assert made.serves(name, now=now, for_at_least=timedelta()) is fits
    assert not made.serves("desk.vuz.example", now=now - timedelta(days=3), for_at_least=timedelta())


def test_a_certificate_of_the_office_must_be_its_own_and_for_its_address(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    one, other = (Certificate.make(("desk.vuz.example",), now=now) for _ in range(2))
    certificate, key = one.write(tmp_path)
    (tmp_path / "other.pem").write_bytes(other.key)
    (tmp_path / "none.pem").write_bytes(b"no key")
    assert given_certificate(None, None, "desk.vuz.example") is None
    found = given_certificate(certificate, key, "desk.vuz.example")
    assert found is not None
    assert found.fingerprint == one.fingerprint
    for (one_file, key_file), name, code in (
        ((certificate, None), "desk.vuz.example", "serve.certificate-alone"),
        ((None, key), "desk.vuz.example", "serve.certificate-alone"),
        ((certificate, key), "vuz.example", "serve.certificate-name"),
        ((key, key), "desk.vuz.example", "serve.certificate-name"),
        ((certificate, tmp_path / "other.pem"), "desk.vuz.example", "serve.certificate-key"),
        ((certificate, tmp_path / "none.pem"), "desk.vuz.example", "serve.certificate-key"),
    ):
        with pytest.raises(UsageError) as refused:
            given_certificate(one_file, key_file, name)
        assert refused.value.code == code


def test_a_browser_knows_a_desk_with_the_certificate_of_the_office(tmp_path: Path) -> None:
    """As a phone does: it checks the certificate, and answers no other."""
    trust, own = tmp_path / "trust.json", tmp_path / "own"
    own.mkdir()
    trust.write_text(json.dumps(TrustList.start(now=datetime.now(UTC)).to_json()), "utf-8")
    made = Certificate.make(("127.0.0.1",), now=datetime.now(UTC))
    certificate, key = made.write(own)
    given = ("--certificate", str(certificate), "--key", str(key))
    with second_desk(tmp_path / "state", trust, *given) as (port, fingerprint, _):
        assert fingerprint == made.fingerprint
        context = ssl.create_default_context(cafile=str(certificate))
        with closing(
            http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=HANG_SECONDS)
        ) as known:
            known.request("GET", "/")
            assert known.getresponse().status == 200
    assert list((tmp_path / "state").glob("second-desk*")) == []


@contextmanager
def second_desk(state: Path, trust: Path, *more: str) -> Iterator[tuple[int, str, str]]:
    """Its port, the fingerprint and the PIN that the first desk shows."""
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    program = subprocess.Popen(
        [
            sys.executable,
            "-u",
            "-m",
            "vcwallet",
            "serve",
            str(trust),
            "--lan",
            "--address",
            "127.0.0.1",
            *more,
        ],
        env={**os.environ, "PYTHONPATH": paths, "VCWALLET_STATE": str(state), "VCWALLET_LANG": "en"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert program.stdout is not None
    try:
        lines = [program.stdout.readline() for _ in range(5)]
        port = int(re.findall(r":(\d+)/", lines[0])[0])
        fingerprint = " ".join("".join(lines[2:4]).split())
        yield port, fingerprint, re.findall(r"(\d{4} \d{4})", lines[4])[0]
    finally:
        program.kill()
        program.communicate()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    words: str


def ask(port: int, method: str, path: str, body: str = "", cookie: str = "") -> Answer:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    headers = {
        "Sec-Fetch-Site": "same-origin",
        "Origin": f"https://127.0.0.1:{port}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": cookie,
        "Connection": "close",
    }
    with closing(
        http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=HANG_SECONDS)
    ) as connection:
        connection.request(method, path, body, headers)
        with connection.getresponse() as answer:
            return Answer(answer.status, answer.headers, answer.read().decode("utf-8"))


def test_a_computer_in_no_network_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with pytest.raises(MachineError) as refused:
        own_address()
    assert refused.value.code == "serve.no-network"


def test_another_computer_gets_the_officers_page_and_no_file(tmp_path: Path) -> None:
    trust = tmp_path / "trust.json"
    made = subprocess.run(
        [sys.executable, "-m", "vcwallet", "trust", "create", str(trust)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr.decode()
    with second_desk(tmp_path / "state", trust) as (port, fingerprint, pin):
        pem = ssl.get_server_certificate(("127.0.0.1", port))
        assert Certificate(pem.encode(), b"").fingerprint == fingerprint
        assert "eight digits" in ask(port, "GET", "/").words
        assert ask(port, "POST", "/", "pin=00000000").status in (422, 303)
        entered = ask(port, "POST", "/", f"pin={pin.replace(' ', '+')}")
        assert entered.status == 303
        cookie = (entered.headers["Set-Cookie"] or "").partition(";")[0]
        assert "Secure" in entered.headers["Set-Cookie"]
        target = entered.headers["Location"]
        assert "/officer/open/" in target
        place = target.partition("/officer/")[0]
        front = ask(port, "GET", f"{place}/", cookie=cookie)
        words = front.words
        assert front.status == 200
        assert "officer/" in words
        assert "family/" not in words
        assert "Find another file" not in words
        assert ask(port, "GET", f"{place}/family/", cookie=cookie).status == 404
        assert ask(port, "GET", f"{place}/").status == 401
    again = fingerprint
    with second_desk(tmp_path / "state", trust) as (_, fingerprint, _pin):
        assert fingerprint == again  # the same certificate as yesterday
