"""Fetching newer lists and keys: what is asked for, what is kept, and that nothing known is lost."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Cli, Issuer, later, reopen, wallet
from vcwallet import fetch, limits, strict_json
from vcwallet.credentials.achievement import CONTEXTS
from vcwallet.errors import LimitExceeded, MachineError
from vcwallet.identifiers.controlled_identifier import VerificationMethod
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.strict_json import JsonObject
from vcwallet.wallet import Published, Standing, Wallet, What
from vcwallet.wallet.adding import AddResult

DID_URL = "https://olymp.example/.well-known/did.json"
LIST_URL = "https://olymp.example/status/1"
AT = ("--now", "2026-06-21T09:00:00Z")


class Web:
    """What lies at which address; everything else cannot be reached."""

    def __init__(self, **_: object) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[tuple[str, int]] = []

    def publish(self, url: str, document: JsonObject) -> None:
        self.pages[url] = strict_json.dumps(document).encode("utf-8")

    def get(self, url: str, ceiling: int) -> bytes:
        self.asked.append((url, ceiling))
        if url not in self.pages:
            raise MachineError("fetch.unreachable", "{host} cannot be reached.", host=url)
        return self.pages[url]


@pytest.fixture
def web(issuer: Issuer) -> Web:
    """The olympiad's site a day later: Masha's second diploma was revoked."""
    site = Web()
    site.publish(DID_URL, issuer.document.to_json())
    site.publish(LIST_URL, issuer.status_list(revoked=(2,), at=later()))
    return site


@pytest.fixture
def family(tmp_path: Path, issuer: Issuer) -> Wallet:
    made = wallet(tmp_path / "family.vcw", issuer)
    made.add_child(MASHA, now=NOW)
    made.add_child(PETYA, now=NOW)
    for number in (1, 2):
        made.add(issuer.diploma(number=number), now=NOW)
    made.add(issuer.diploma(PETYA, number=3), now=NOW)
    made.lists.remember(issuer.status_list(at=NOW), now=NOW)
    made.save()
    return made


def refreshed(family: Wallet, web: Web, **more: bool) -> list[AddResult]:
    wanted = family.plan_refresh().wanted
    return list(family.refresh(wanted, get=web.get, now=later(), **more))


def standings(family: Wallet) -> list[Standing]:
    return [family.status(entry, now=later()).standing for entry in family.diplomas()]


def test_only_whole_lists_and_issuers_documents_are_asked_for_once_each(family: Wallet, web: Web) -> None:
    wanted = family.plan_refresh().wanted
    assert [(each.kind, each.url) for each in wanted] == [
        (Published.ISSUER_DOCUMENT, DID_URL),
        (Published.STATUS_LIST, LIST_URL),
    ]
    assert web.asked == []
    results = refreshed(family, web)
    assert web.asked == [(DID_URL, 64 * 1024), (LIST_URL, limits.FETCH_STATUS_LIST_BYTES)]
    assert [each.what for each in results] == [What.NOTHING_NEW, What.STATUS_LIST_LEARNT]
    assert standings(family).count(Standing.REVOKED) == 1


def test_asking_again_brings_nothing_new(family: Wallet, web: Web) -> None:
    refreshed(family, web)
    records = {info.id for info in family._file.records()}
    assert {each.what for each in refreshed(family, web)} == {What.NOTHING_NEW}
    assert {info.id for info in family._file.records()} == records


def test_a_list_under_a_new_key_holds_once_the_document_came(
    family: Wallet, issuer: Issuer, web: Web
) -> None:
    key = SoftwareKey.generate(KeyType.ED25519)
    method = VerificationMethod(f"{issuer.id}#key-9", issuer.id, key.public_key)
    grown = replace(
        issuer.document,
        verification_methods=(*issuer.document.verification_methods, method),
        relationships={
            "assertionMethod": (*issuer.document.relationships["assertionMethod"], method.id),
        },
    )
    web.publish(DID_URL, grown.to_json())

    class Next(Issuer):
        @property
        def method(self) -> str:
            return f"{self.id}#key-9"

    web.publish(LIST_URL, Next(key=key).status_list(revoked=(1,), at=later()))
    results = refreshed(family, web)
    assert [each.what for each in results] == [What.FAILED] * 2, "nobody compared the fingerprint"
    assert standings(family).count(Standing.REVOKED) == 0
    results = refreshed(family, web, agree=lambda new: new.fingerprints == (key.public_key.fingerprint,))
    assert [each.what for each in results] == [What.ISSUER_LEARNT, What.STATUS_LIST_LEARNT]
    assert standings(family).count(Standing.REVOKED) == 1


def _text(content: bytes) -> Callable[[Issuer], bytes]:
    return lambda issuer: content


def _json(make: Callable[[Issuer], JsonObject]) -> Callable[[Issuer], bytes]:
    return lambda issuer: strict_json.dumps(make(issuer)).encode("utf-8")


def _changed(issuer: Issuer) -> JsonObject:
    document = issuer.status_list(at=later())
    assert isinstance(document["credentialSubject"], dict)
    document["credentialSubject"]["encodedList"] = issuer.status_list(revoked=(1,), at=later())[
        "credentialSubject"
    ]["encodedList"]  # type: ignore[index, call-overload]
    return document


BAD_LISTS: dict[str, tuple[Callable[[Issuer], bytes], str]] = {
    "not JSON": (_text(b"<html>"), "json."),
    "not UTF-8": (_text(b"\xff\xff"), "json."),
    "a list": (_text(b"[]"), "json."),
    "empty": (_text(b""), "json."),
    "one credential": (_json(lambda issuer: issuer.diploma(number=1)), "kind.wrong-place"),
    "changed": (_json(_changed), "proof."),
    "a stranger's": (
        _json(lambda issuer: Issuer(id="did:web:stranger.example").status_list(at=later())),
        "status.list-issuer",
    ),
    "an impostor's": (_json(lambda issuer: Issuer().status_list(at=later())), "proof."),
    "of the future": (_json(lambda issuer: issuer.status_list(at=later(400))), "validity.not-yet"),
    "older": (_json(lambda issuer: issuer.status_list(at=later(-9))), ""),
}


@pytest.mark.parametrize("name", BAD_LISTS)
def test_a_bad_list_leaves_what_was_known(family: Wallet, issuer: Issuer, web: Web, name: str) -> None:
    make, code = BAD_LISTS[name]
    web.pages[LIST_URL] = make(issuer)
    before = family.lists.about([entry.credential for entry in family.diplomas()], now=later())
    learnt, result = refreshed(family, web)
    assert learnt.error is None
    if code:
        assert result.error is not None
        assert result.error.code.startswith(code), result.error.code
    else:
        assert result.what is What.NOTHING_NEW
    assert family.lists.about([e.credential for e in family.diplomas()], now=later()) == before
    assert standings(family) == [Standing.GOOD] * 3


def test_a_good_list_of_a_known_issuer_at_anothers_address_is_not_kept(
    family: Wallet, issuer: Issuer, web: Web
) -> None:
    """The list holds and is newer, but answers for nobody here: it would take the known one's place."""
    other = Issuer(id="did:web:other.example")
    family.issuers.remember(other.document, now=NOW)
    web.publish(LIST_URL, other.status_list(revoked=(1, 2, 3), at=later()))
    assert refreshed(family, web)[1].error is not None
    assert standings(family) == [Standing.GOOD] * 3


def test_documents_of_others_and_documents_without_the_old_keys_are_not_taken(
    family: Wallet, issuer: Issuer, web: Web
) -> None:
    web.publish(DID_URL, Issuer(id="did:web:other.example").document.to_json())
    assert refreshed(family, web)[0].error.code == "did.web-other-document"  # type: ignore[union-attr]
    web.publish(DID_URL, Issuer().document.to_json())
    assert refreshed(family, web)[0].error.code == "wallet.issuer-new-keys"  # type: ignore[union-attr]
    listed = family.issuers.listed(issuer.id)
    assert listed is not None
    assert {key.key for key in listed.keys} == {issuer.key.public_key, issuer.parts_key.public_key}
    assert refreshed(family, web, agree=lambda _: True)[0].what is What.ISSUER_LEARNT


def test_one_site_that_is_down_costs_only_itself(family: Wallet, web: Web) -> None:
    del web.pages[DID_URL]
    first, second = refreshed(family, web)
    assert first.error is not None
    assert second.what is What.STATUS_LIST_LEARNT


def with_status(issuer: Issuer, url: str, number: int = 5, **changes: str) -> JsonObject:
    document = issuer.diploma(number=number)
    del document["proof"]
    assert isinstance(document["credentialStatus"], dict)
    document["credentialStatus"]["statusListCredential"] = url
    return issuer.sign({**document, **changes})


def test_an_address_that_names_the_diploma_is_not_asked(family: Wallet, issuer: Issuer) -> None:
    diploma = issuer.diploma(number=5)
    url = f"https://olymp.example/status/{str(diploma['id']).removeprefix('urn:uuid:')}"
    family.add(with_status(issuer, url), now=NOW)
    found = family.plan_refresh()
    assert [each.url for each in found.wanted] == [DID_URL, LIST_URL]
    (refused,) = found.refused
    assert refused.error is not None
    assert refused.error.code == "refresh.one-diploma"


def test_lists_that_lie_nowhere_are_handed_out(family: Wallet, issuer: Issuer) -> None:
    family.add(with_status(issuer, "urn:uuid:0b8d3f7e-91a4-4f6d-b2c5-000000000099"), now=NOW)
    found = family.plan_refresh()
    assert found.by_hand == (issuer.id,)
    assert found.refused == ()


def test_a_list_that_nobody_signs_is_named_and_not_asked_for(family: Wallet, issuer: Issuer) -> None:
    document = issuer.diploma(number=5)
    del document["proof"]
    document["@context"] = [*CONTEXTS, "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]
    document["credentialStatus"] = {"id": "https://olymp.example/revoked", "type": "1EdTechRevocationList"}
    family.add(issuer.sign(document), now=NOW)
    found = family.plan_refresh()
    assert [each.url for each in found.wanted] == [DID_URL, LIST_URL]
    (refused,) = found.refused
    assert refused.where == "https://olymp.example/revoked"
    assert refused.error is not None
    assert refused.error.code == "refresh.signed-by-nobody"


def test_a_port_in_a_did_is_not_asked(tmp_path: Path) -> None:
    issuer = Issuer(id="did:web:olymp.example%3A8443")
    family = wallet(tmp_path / "port.vcw", issuer)
    family.add(issuer.diploma(), now=NOW)
    (refused,) = family.plan_refresh().refused
    assert refused.error is not None
    assert refused.error.code == "did.web-port"


def test_there_is_a_ceiling(family: Wallet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FETCH_DOCUMENTS", 1)
    with pytest.raises(LimitExceeded):
        family.plan_refresh()


# --- the command ------------------------------------------------------------------------------------------


def test_the_command_asks_first_and_tells_what_came(
    family: Wallet, web: Web, cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch, "get", web.get)
    assert cli("refresh", "family.vcw", *AT) == 2, "nobody agreed"
    told = capsys.readouterr()
    assert DID_URL in told.out
    assert LIST_URL in told.out
    assert "--yes" in told.err
    assert web.asked == []
    assert cli("refresh", "family.vcw", "--yes", *AT) == 0
    told = capsys.readouterr()
    assert f"= {DID_URL}" in told.out
    assert f"+ {LIST_URL}" in told.out
    assert standings(reopen(Path("family.vcw"))).count(Standing.REVOKED) == 1


def test_saying_no_asks_nobody(
    family: Wallet, web: Web, cli: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch, "get", web.get)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", lambda *_, **__: "нет")
    before = Path("family.vcw").read_bytes()
    assert cli("refresh", "family.vcw", *AT) == 2
    assert web.asked == []
    assert Path("family.vcw").read_bytes() == before


def test_failures_are_named_one_by_one_and_what_came_is_kept(
    family: Wallet,
    issuer: Issuer,
    web: Web,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    family.add(with_status(issuer, "https://127.0.0.1/status/1"), now=NOW)
    family.add(with_status(issuer, "https://olymp.example/status/2", 6), now=NOW)
    family.save()
    monkeypatch.setattr(fetch, "get", web.get)
    assert cli("refresh", "family.vcw", "--yes", *AT) != 0
    told = capsys.readouterr()
    assert told.err.count("https://127.0.0.1/status/1: ") == 1
    assert told.err.count("https://olymp.example/status/2: ") == 1
    assert "127.0.0.1" not in told.out
    assert f"+ {LIST_URL}" in told.out
    assert ("https://127.0.0.1/status/1", limits.FETCH_STATUS_LIST_BYTES) not in web.asked
    assert standings(reopen(Path("family.vcw"))).count(Standing.REVOKED) == 1


def test_an_empty_wallet_has_nothing_to_ask(
    tmp_path: Path, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    wallet(tmp_path / "empty.vcw")
    assert cli("refresh", "empty.vcw") == 0
    assert "nothing to fetch" in capsys.readouterr().out


def test_no_other_command_of_the_wallet_opens_a_connection(
    family: Wallet, cli: Cli, issuer: Issuer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a connection")

    for name in ("getaddrinfo", "create_connection", "socket"):
        monkeypatch.setattr(socket, name, forbidden)
    (tmp_path / "new.vc.json").write_text(strict_json.dumps(issuer.diploma(number=7)), "utf-8")
    assert cli("add", "family.vcw", "new.vc.json", "--yes", *AT) == 0
    assert cli("list", "family.vcw", *AT) == 0
    assert cli("selftest", "family.vcw", *AT) == 0
