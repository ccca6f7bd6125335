"""The status list of the interface: an entry for what is issued, set, published, believed."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.unit.conformance.world import Interface, badge, by_another_key, running, unsigned
from vcwallet import limits
from vcwallet.conformance import api
from vcwallet.credentials.status_list import verify_status_list
from vcwallet.identifiers import did

BOTH = ("proof", "credentialStatus")
ISSUER = "/issuers/status/credentials/"


def revocation(credential_id: Any, **entry: Any) -> dict[str, Any]:
    status = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", **entry}
    return {"credentialId": credential_id, "credentialStatus": status}


def path_of(issued: dict[str, Any]) -> str:
    return urlsplit(issued["credentialStatus"]["statusListCredential"]).path


def test_an_entry_and_the_list_it_names_are_as_the_specification_has_them(interface: Interface) -> None:
    entry = interface.issued("status")["credentialStatus"]
    url = entry["statusListCredential"]
    index = int(entry["statusListIndex"])
    assert url.startswith(interface.listener.url)
    assert entry == {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
    answer = interface.get(urlsplit(url).path)
    assert answer.status == 200
    document = answer.json
    assert document["id"] == url
    assert document["issuer"] == interface.did("status")
    assert {"VerifiableCredential", "BitstringStatusListCredential"} <= set(document["type"])
    assert document["credentialSubject"]["type"] == "BitstringStatusList"
    known = verify_status_list(document, resolve=did.resolve, now=api.clock())
    assert len(known.bits) * 8 >= limits.STATUS_MINIMUM_ENTRIES > index
    assert interface.verify(document).status == 200


def test_a_revoked_credential_is_refused_once_the_list_is_published(interface: Interface) -> None:
    issued = interface.issued("status", badge(id="urn:uuid:to-be-revoked"))
    other = interface.issued("status", badge(id="urn:uuid:to-be-kept"))
    for checks in (BOTH, ("all",)):
        assert interface.verify(issued, *checks).status == 200
    assert interface.post(ISSUER + "status", revocation(issued["id"])).status == 200
    assert interface.verify(issued, *BOTH).status == 200
    published = interface.post(path_of(issued) + "/publish", {})
    assert (published.status, published.text) == (204, "")
    assert interface.verify(issued, *BOTH).codes == ["conformance.revoked"]
    assert interface.verify(issued, "all").codes == ["status.revoked"]
    assert interface.verify(issued, "proof").status == 200
    assert interface.verify(other, *BOTH).status == 200


def test_entries_are_not_given_twice_nor_in_a_row(interface: Interface) -> None:
    given = [int(interface.issued("status")["credentialStatus"]["statusListIndex"]) for _ in range(8)]
    assert len(set(given)) == 8
    assert {abs(one - other) for one, other in pairwise(given)} != {1}


def test_a_list_of_somebody_else_tells_nothing(interface: Interface) -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://elsewhere.example/1",
    }
    issued = interface.issued("vc2", badge(credentialStatus=entry))
    assert interface.verify(issued).status == 200
    assert interface.verify(issued, *BOTH).codes == ["conformance.no-list"]
    assert interface.verify(issued, "all").codes == ["status.no-list"]


def test_the_own_list_does_not_speak_for_another_issuer(interface: Interface) -> None:
    entry = interface.issued("status")["credentialStatus"]
    document = by_another_key("https://vc.example/issuers/5678", credentialStatus=entry)
    assert interface.verify(document).status == 200
    assert interface.verify(document, *BOTH).codes == ["status.list-issuer"]


REFUSED = {
    "an id that was never issued": (revocation("urn:uuid:nobody"), "conformance.not-issued-here"),
    "no id": (revocation(None), "conformance.member"),
    "another purpose": (revocation("urn:uuid:x", statusPurpose="suspension"), "conformance.member"),
    "no entry": ({"credentialId": "urn:uuid:x"}, "conformance.member"),
}


@pytest.mark.parametrize(("body", "code"), REFUSED.values(), ids=REFUSED)
def test_a_status_that_cannot_be_set(interface: Interface, body: Any, code: str) -> None:
    answer = interface.post(ISSUER + "status", body)
    assert (answer.status, answer.codes) == (400, [code])


def test_the_issuer_gives_the_entry_itself(interface: Interface) -> None:
    entry = interface.issued("status")["credentialStatus"]
    assert interface.issue("status", unsigned(credentialStatus=entry)).codes == ["conformance.status-given"]


@pytest.mark.parametrize("name", ["vc2", "nobody", "", "..%2f..", "status%00", quote("статус")])
def test_lists_that_are_not_there(interface: Interface, name: str) -> None:
    assert interface.get(f"/status-lists/{name}").status == 404
    assert interface.post(f"/status-lists/{name}/publish", {}).status == 404


def test_an_issuer_without_a_list_has_no_status_to_set(interface: Interface) -> None:
    assert interface.post("/issuers/vc2/credentials/status", revocation("urn:uuid:x")).status == 404


def test_the_list_is_full_at_its_ceiling_and_a_refused_credential_takes_no_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "WEB_STATUS_ENTRIES", 2)
    with running() as interface:
        for _ in range(5):
            assert interface.issue("status", unsigned(grade="5", **{"@context": ["https://x"]})).status == 400
            undefined = unsigned(**{"@context": unsigned()["@context"][:1]})
            assert interface.issue("status", undefined).codes == ["jsonld.undefined-term"]
        for _ in range(2):
            interface.issued("status")
        assert interface.issue("status").codes == ["conformance.status-list-full"]
