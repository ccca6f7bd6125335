"""did:web identifiers name public https addresses and nothing else, each in exactly one way."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet.errors import DocumentError, KeyUnavailable, UsageError, VcwalletError
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.identifiers.did import resolve, web

GOOD = {
    # the method's own examples
    "did:web:w3c-ccg.github.io": "https://w3c-ccg.github.io/.well-known/did.json",
    "did:web:w3c-ccg.github.io:user:alice": "https://w3c-ccg.github.io/user/alice/did.json",
    # a Russian domain and a Russian folder
    "did:web:xn--80atdl2c.xn--p1ai": "https://xn--80atdl2c.xn--p1ai/.well-known/did.json",
    "did:web:school.example:%D1%88%D0%BA": "https://school.example/%D1%88%D0%BA/did.json",
    # dots, hyphens and capitals are fine in a path
    "did:web:school.example:v1.0:Year_2026-a": "https://school.example/v1.0/Year_2026-a/did.json",
    "did:web:1c.example:...x": "https://1c.example/...x/did.json",
    "did:web:a.b.c.d.e.example": "https://a.b.c.d.e.example/.well-known/did.json",
    "did:web:school.example:x:.well-known": "https://school.example/x/.well-known/did.json",
}

HOSTILE = {
    "a port on this computer": ("did:web:localhost%3A6379", "did.web-private"),
    "this computer": ("did:web:localhost", "did.web-private"),
    "a name below localhost": ("did:web:redis.localhost", "did.web-private"),
    "a bare host name": ("did:web:intranet", "did.web-private"),
    "a router's network": ("did:web:nas.local", "did.web-private"),
    "a cloud's metadata name": ("did:web:metadata.google.internal", "did.web-private"),
    "a reverse lookup name": ("did:web:1.0.0.127.in-addr.arpa", "did.web-private"),
    "a hidden service": ("did:web:expyuzz4wqqyqhjn.onion", "did.web-private"),
    "IPv4": ("did:web:127.0.0.1", "did.web-address"),
    "a cloud's metadata address": ("did:web:169.254.169.254:latest:meta-data", "did.web-address"),
    "IPv4 in one decimal number": ("did:web:2130706433", "did.web-address"),
    "IPv4 in hexadecimal": ("did:web:0x7f000001", "did.web-address"),
    "IPv4 in octal": ("did:web:0177.0.0.01", "did.web-address"),
    "IPv4 shortened": ("did:web:127.1", "did.web-address"),
    "IPv4 with a hexadecimal end": ("did:web:127.0.0.0x1", "did.web-address"),
    "IPv4 with an empty hexadecimal end": ("did:web:127.0.0.0x", "did.web-address"),
    "IPv4 with a port": ("did:web:127.0.0.1%3A8080", "did.web-address"),
    "IPv6": ("did:web:[::1]", "did.web-domain"),
    "IPv6 percent-encoded": ("did:web:%5B%3A%3A1%5D", "did.web-domain"),
    "IPv6 percent-encoded with a zone": ("did:web:%5Bfe80%3A%3A1%2525eth0%5D", "did.web-domain"),
    "IPv4 in full-width digits": ("did:web:１２７.0.0.1", "did.web-domain"),
    "IPv4 with an ideographic full stop": ("did:web:127。0。0。1", "did.web-domain"),
    "a user name": ("did:web:user@school.example", "did.web-domain"),
    "a user name percent-encoded": ("did:web:user%40school.example", "did.web-domain"),
    "a password": ("did:web:user.example%3Apassword@school.example", "did.web-port-malformed"),
    "upper case": ("did:web:School.Example", "did.web-domain"),
    "upper case percent-encoded": ("did:web:%53chool.example", "did.web-domain"),
    "a lower-case port colon": ("did:web:school.example%3a8443", "did.web-domain"),
    "a trailing dot": ("did:web:school.example.", "did.web-domain"),
    "a leading dot": ("did:web:.school.example", "did.web-domain"),
    "an empty label": ("did:web:school..example", "did.web-domain"),
    "a leading hyphen": ("did:web:-school.example", "did.web-domain"),
    "a trailing hyphen": ("did:web:school-.example", "did.web-domain"),
    "an underscore": ("did:web:my_school.example", "did.web-domain"),
    "a wildcard": ("did:web:*.example", "did.web-domain"),
    "a reserved label": ("did:web:ab--cd.example", "did.web-domain"),
    "a label of 64 letters": ("did:web:" + "a" * 64 + ".example", "did.web-domain"),
    "a domain of 254 letters": ("did:web:" + "a." * 123 + "example1", "did.web-domain"),
    "a Cyrillic domain not in its xn-- form": ("did:web:школа.рф", "did.web-domain"),
    "a homoglyph": ("did:web:sсhool.example", "did.web-domain"),
    "a zero-width joiner": ("did:web:scho\u200dol.example", "did.web-domain"),
    "a slash in the domain": ("did:web:school.example/evil", "did.web-domain"),
    "a slash in the domain percent-encoded": ("did:web:school.example%2Fevil", "did.web-domain"),
    "a backslash": ("did:web:school.example\\evil", "did.web-domain"),
    "a line end in the domain": ("did:web:school.example\r\nHost", "did.web-domain"),
    "a space": ("did:web:school.example ", "did.web-domain"),
    "a NUL": ("did:web:school.example%00.evil.example", "did.web-domain"),
    "no domain": ("did:web:", "did.web-domain"),
    "only a path": ("did:web::evil", "did.web-domain"),
    "an empty port": ("did:web:school.example%3A", "did.web-port-malformed"),
    "port zero": ("did:web:school.example%3A0", "did.web-port-malformed"),
    "a port with a leading zero": ("did:web:school.example%3A08443", "did.web-port-malformed"),
    "a port too large": ("did:web:school.example%3A65536", "did.web-port-malformed"),
    "a negative port": ("did:web:school.example%3A-1", "did.web-port-malformed"),
    "a port in Arabic digits": ("did:web:school.example%3A٨٠", "did.web-port-malformed"),
    "the usual port named": ("did:web:school.example%3A443", "did.web-port-malformed"),
    "two ports": ("did:web:school.example%3A80%3A81", "did.web-port-malformed"),
    "another port": ("did:web:school.example%3A6379", "did.web-port"),
    "the parent folder": ("did:web:school.example:..:evil", "did.web-path"),
    "this folder": ("did:web:school.example:.", "did.web-path"),
    "three dots alone": ("did:web:school.example:...", "did.web-path"),
    "the parent folder percent-encoded": ("did:web:school.example:%2e%2e:evil", "did.web-path"),
    "the parent folder in capitals": ("did:web:school.example:%2E%2E", "did.web-path"),
    "the parent folder half encoded": ("did:web:school.example:.%2E", "did.web-path"),
    "the parent folder encoded twice": ("did:web:school.example:%252e%252e", "did.web-path"),
    "the parent folder in long UTF-8": ("did:web:school.example:%C0%AE%C0%AE", "did.web-path"),
    "a slash": ("did:web:school.example:a/b", "did.web-path"),
    "a slash percent-encoded": ("did:web:school.example:a%2Fb", "did.web-path"),
    "a slash in long UTF-8": ("did:web:school.example:%C0%AF", "did.web-path"),
    "a backslash percent-encoded": ("did:web:school.example:%5C..%5C", "did.web-path"),
    "a query": ("did:web:school.example:a?b", "did.web-path"),
    "a query percent-encoded": ("did:web:school.example:a%3Fb=c", "did.web-path"),
    "a fragment": ("did:web:school.example:a#key-1", "did.web-path"),
    "a line end percent-encoded": ("did:web:school.example:%0D%0AHost", "did.web-path"),
    "a C1 control": ("did:web:school.example:%C2%85", "did.web-path"),
    "a right-to-left override": ("did:web:school.example:%E2%80%AE", "did.web-path"),
    "a letter that only newer hosts know": ("did:web:school.example:%EA%9F%8B", "did.web-path"),
    "a surrogate in UTF-8": ("did:web:school.example:%ED%A0%80", "did.web-path"),
    "lower-case percent-encoding": ("did:web:school.example:%d1%88", "did.web-path"),
    "a percent sign alone": ("did:web:school.example:100%", "did.web-path"),
    "an empty segment": ("did:web:school.example::evil", "did.web-path"),
    "an empty segment at the end": ("did:web:school.example:", "did.web-path"),
    "a user name in the path": ("did:web:school.example:@evil.example", "did.web-path"),
    "the well-known folder by name": ("did:web:school.example:.well-known", "did.web-path"),
    "another method": ("did:webs:school.example", "did.web-method"),
    "a method in capitals": ("did:WEB:school.example", "did.web-method"),
    "too long": ("did:web:school.example:" + "a" * 3000, "did.too-long"),
}


@pytest.mark.parametrize(("did", "url"), GOOD.items())
def test_address_of_the_document(did: str, url: str) -> None:
    assert web.url_of(did) == url
    assert web.did_of(url) == did


@pytest.mark.parametrize(("did", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_identifiers_have_no_address(did: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        web.url_of(did)
    assert caught.value.code == code
    assert all(len(str(value)) <= 64 for value in caught.value.evidence.values())


def test_a_port_is_taken_only_when_the_caller_says_so() -> None:
    did = "did:web:school.example%3A8443:olympiad"
    assert web.locate(did).port == 8443
    assert web.url_of(did, allow_port=True) == "https://school.example:8443/olympiad/did.json"
    assert web.did_of("https://school.example:8443/olympiad") == did


@given(st.text(alphabet=st.sampled_from("abz09.-_:%23AEF@/\\[]ю\u200d#?"), max_size=40))
def test_whatever_is_accepted_has_one_host_and_one_spelling(rest: str) -> None:
    """The URL parser reads an address that is given out as exactly the domain and path that were checked."""
    did = "did:web:" + rest
    try:
        url = web.url_of(did)
    except VcwalletError:
        return
    parts = urlsplit(url)
    assert parts.scheme == "https"
    assert parts.netloc == parts.hostname == web.locate(did).domain
    assert not parts.query
    assert not parts.fragment
    assert parts.path.endswith("/did.json")
    assert ".." not in parts.path.split("/")
    assert web.did_of(url) == web.locate(did).did == did


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("https://school.example", "did:web:school.example"),
        ("https://school.example/", "did:web:school.example"),
        ("https://School.Example/.well-known", "did:web:school.example"),
        ("https://school.example:443/olympiad/", "did:web:school.example:olympiad"),
        (
            "https://школа.рф/дипломы",
            "did:web:xn--80atdl2c.xn--p1ai:%D0%B4%D0%B8%D0%BF%D0%BB%D0%BE%D0%BC%D1%8B",
        ),
    ],
)
def test_identifier_of_a_site(url: str, did: str) -> None:
    assert web.did_of(url) == did


@pytest.mark.parametrize(
    "url",
    [
        "",
        "school.example",
        "http://school.example",
        "ftp://school.example",
        "//school.example",
        "https://",
        "https:///did.json",
        "https://localhost",
        "https://127.0.0.1",
        "https://[::1]",
        "https://[::1",
        "https://user@school.example",
        "https://user:password@school.example",
        "https://school.example?x",
        "https://school.example/#x",
        "https://school.example/a b",
        "https://school.example/a//b",
        "https://school.example/a//did.json",
        "https://school.example/../b",
        "https://school.example/%2e%2e",
        "https://school.example:99999",
        "https://school.example:x",
        "https://straße.example",
        "https://школа..рф",
        "https://school.example/\ud800",
        "https://school.example/" + "a" * 3000,
        "https://" + "ш" * 64 + ".рф",
        "https://school。example",
    ],
)
def test_addresses_no_identifier_is_made_of(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        web.did_of(url)
    assert caught.value.code == "did.web-url"


def test_the_document_must_be_about_the_identifier_that_was_asked_for() -> None:
    document = ControlledIdentifierDocument("did:web:evil.example", (), {})
    web.check_document(document, "did:web:evil.example")
    with pytest.raises(DocumentError) as caught:
        web.check_document(document, "did:web:school.example")
    assert caught.value.code == "did.web-other-document"


def test_resolving_fetches_nothing() -> None:
    with pytest.raises(KeyUnavailable) as caught:
        resolve("did:web:school.example")
    assert caught.value.code == "did.not-self-contained"
