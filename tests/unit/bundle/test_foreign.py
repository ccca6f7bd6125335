"""CBOR-LD as others write it; foreign codes are recognised."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import ROOT, VECTORS
from tests.unit.bundle import samples
from vcwallet.bundle import cbor_ld, vp1
from vcwallet.errors import VcwalletError

INTEROP = sorted((ROOT / "tests/vectors/bundle/cbor-ld").glob("*.json"))


@pytest.mark.parametrize("path", INTEROP, ids=[path.stem for path in INTEROP])
def test_bytes_are_those_of_the_javascript(path: object) -> None:
    """Written once by @digitalbazaar/cborld 8.1 under registry entry 1; see the folder's README."""
    case = json.loads(path.read_text("utf-8"))  # type: ignore[attr-defined]
    data = bytes.fromhex(case["cborld"])
    assert cbor_ld.decode(data) == case["document"]
    assert cbor_ld.encode(case["document"]) == data


def test_there_are_interop_vectors() -> None:
    assert len(INTEROP) >= 4


def test_official_documents_come_back() -> None:
    for path in (VECTORS / "vc-di-eddsa").rglob("signed*.json"):
        document = json.loads(path.read_text("utf-8"))
        if not isinstance(document.get("@context"), list) or "examples" in str(document["@context"]):
            continue
        assert cbor_ld.decode(cbor_ld.encode(document)) == document


def test_a_presentation_comes_back_although_the_javascript_stops_at_it() -> None:
    """VC 2.0 defines ``verifiableCredential`` with a null context, which clears the terms."""
    document = samples.presentation(2)
    assert cbor_ld.decode(cbor_ld.encode(document)) == document


def test_an_issued_diploma_in_a_vp1_code() -> None:
    document = samples.credential()
    text = vp1.write(document)
    assert text.startswith("VP1-R")
    assert vp1.read(text) == document


def test_the_older_base_32_form_and_the_older_tags_are_read() -> None:
    import base64

    data = cbor_ld.encode(samples.credential())
    assert data.startswith(bytes.fromhex("d9cb1d8201"))
    older = bytes.fromhex("d90601") + data[5:]
    text = "VP1-B" + base64.b32encode(older).decode().rstrip("=")
    assert vp1.read(text) == samples.credential()
    assert cbor_ld.decode(bytes.fromhex("d9cb1d8200a16161626263")) == {"a": "bc"}


def test_what_would_not_come_back_is_not_made() -> None:
    other = {**samples.credential(), "@context": ["https://unknown.example/v1"]}
    with pytest.raises(VcwalletError) as caught:
        cbor_ld.encode(other)
    assert caught.value.code == "cborld.context"


BAD = {
    "nothing": ("", "cbor.malformed"),
    "another tag": ("d9010081a0", "cborld.other-tag"),
    "no tag": ("a0", "cborld.other-tag"),
    "no array": ("d9cb1da0", "cborld.damaged"),
    "an agreement nobody here knows": ("d9cb1d821864a0", "cborld.registry"),
    "cut off": ("d9cb1d8201a1", "cbor.malformed"),
    "bytes behind the end": ("d9cb1d8201a000", "cbor.malformed"),
    "a tag inside": ("d9cb1d8201a161 61c074".replace(" ", "") + "00" * 20, "cbor.malformed"),
    "an indefinite length": ("d9cb1d82019fff", "cbor.malformed"),
    "a name twice": ("d9cb1d8201a26161016161 02".replace(" ", ""), "cbor.malformed"),
    "a term nobody defines": ("d9cb1d8201a11903e801", "cborld.damaged"),
    "a list under a number for one value": ("d9cb1d8201a20163616263 0201".replace(" ", ""), "cborld.damaged"),
    "a context that is a number": ("d9cb1d8201a10005", "cborld.damaged"),
    "a context with a definition that is a number": ("d9cb1d8201a100a1616105", "cborld.damaged"),
    "bytes where no codec has any": ("d9cb1d8201a1616141ff", "cborld.damaged"),
    "an array longer than the code": ("d9cb1d82019affffffff", "cbor.malformed"),
    "too deep": ("d9cb1d8201a16161" + "81" * 40 + "00", "cbor.malformed"),
    "not a number": ("d9cb1d8201a16161f97e00", "cbor.malformed"),
    "an outer array alone": ("d9cb1d820180", "cborld.damaged"),
    "a number no program agrees on": ("d9cb1d8201a161611bffffffffffffffff", "json.number"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD)
def test_damaged_cbor_ld_is_named(data: str, code: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        cbor_ld.decode(bytes.fromhex(data))
    assert caught.value.code == code


MOMENTS: dict[str, tuple[str, object]] = {
    "a day": ("date", 19_753 * 86_400),
    "a day, one second later": ("date", 19_753 * 86_400 + 1),
    "a day in milliseconds": ("date", [19_753 * 86_400, 0]),
    "a moment": ("dateTime", 1_706_659_200),
    "a moment with milliseconds": ("dateTime", [1_706_659_200, 999]),
    "a thousand milliseconds": ("dateTime", [1_706_659_199, 1_000]),
    "negative milliseconds": ("dateTime", [1_706_659_201, -1_000]),
    "a year nobody counts": ("dateTime", 10**15),
}
READ = {
    "a day": "2024-01-31",
    "a moment": "2024-01-31T00:00:00Z",
    "a moment with milliseconds": "2024-01-31T00:00:00.999Z",
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_moment_has_one_form_as_numbers(name: str) -> None:
    """Else two codes with different bytes would be one document."""
    kind, value = MOMENTS[name]
    datatype = f"http://www.w3.org/2001/XMLSchema#{kind}"
    if name in READ:
        assert cbor_ld._decoded(cbor_ld._Loader(), datatype, value) == READ[name]  # type: ignore[arg-type]
        return
    with pytest.raises(VcwalletError) as caught:
        cbor_ld._decoded(cbor_ld._Loader(), datatype, value)  # type: ignore[arg-type]
    assert caught.value.code == "cborld.damaged"


def test_a_long_code_is_refused_before_it_is_read() -> None:
    with pytest.raises(VcwalletError) as caught:
        cbor_ld.decode(b"\xd9" * 20_000)
    assert caught.value.code == "cborld.too-large"


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_base_45_comes_back(data: bytes) -> None:
    assert vp1.base45_decode(vp1.base45_encode(data)) == data


def test_base_45_is_that_of_rfc_9285() -> None:
    assert vp1.base45_encode(b"AB") == "BB8"
    assert vp1.base45_encode(b"Hello!!") == "%69 VD92EX0"
    assert vp1.base45_encode(b"base-45") == "UJCLQE7W581"
    assert vp1.base45_decode("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize("text", ["VP1-RGGW", "VP1-R:::", "VP1-Rab", "VP1-R1", "VP1-B1", "VP1-", "VP1-Q00"])
def test_damaged_vp1_texts_are_named(text: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        vp1.read(text)
    assert caught.value.code == "foreign.vp1"


def test_random_cbor_ld_neither_hangs_nor_escapes() -> None:
    chance = random.Random(21)
    refused = 0
    for _ in range(300):
        try:
            cbor_ld.decode(bytes.fromhex("d9cb1d8201") + chance.randbytes(chance.randrange(60)))
        except VcwalletError as error:
            assert error.code
            refused += 1
    assert refused > 290
