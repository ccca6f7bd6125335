"""Nothing is lost on the way, and nothing that was changed on the way goes unnoticed or takes us down."""

from __future__ import annotations

import base64
import json
import random
import tracemalloc
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK, VECTORS, processor_seconds
from tests.unit.bundle import samples
from vcwallet import strict_json
from vcwallet.bundle import cbor, cbor_ld, codec, frames, scanning, tokens, vp1
from vcwallet.bundle.codec import Bundle
from vcwallet.credentials import credential, presentation, verification
from vcwallet.errors import VcwalletError
from vcwallet.identifiers import did
from vcwallet.identifiers.did.key import did_of, verification_method_of
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base58btc_encode, base64url_encode
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

MUTATIONS = 100_000 if SOAK else 3_000
EXAMPLES = 20_000 if SOAK else 250

# --- exact round trips --------------------------------------------------------------------------------

blobs = st.binary(min_size=1, max_size=80)
token_texts = st.one_of(
    blobs.map(lambda data: "z" + base58btc_encode(data)),
    blobs.map(lambda data: "u" + base64url_encode(data)),
    blobs.map(base64url_encode),
    blobs.map(lambda data: base64.b64encode(data).decode()),
    blobs.map(lambda data: "sha256-" + base64.b64encode(data).decode()),
    blobs.map(bytes.hex),
    st.uuids().map(str),
    st.uuids().map(lambda uuid: f"urn:uuid:{uuid}"),
    st.uuids().map(lambda uuid: str(uuid).upper()),
    st.binary(min_size=32, max_size=32).map(lambda raw: "z" + base58btc_encode(b"\xed\x01" + raw)),
    st.binary(min_size=33, max_size=33).map(lambda raw: "z" + base58btc_encode(b"\x80\x24" + raw)),
    st.binary(min_size=64, max_size=64).map(lambda raw: "z" + base58btc_encode(raw)),
    st.binary(min_size=66, max_size=66).map(lambda raw: "z1" + base58btc_encode(raw)),
    # Derived proofs, whole and with something behind their end.
    st.tuples(
        st.lists(st.binary(min_size=10, max_size=70), min_size=1, max_size=4),
        st.sampled_from([b"", b"\x00", b"\x58"]),
    ).map(
        lambda parts: (
            "u" + base64url_encode(b"\xd9\x5d\x01" + cbor.dumps([*parts[0], {0: parts[0][0]}, 7]) + parts[1])
        )
    ),
    st.text("ABCDEFGHabcdefgh0123456789-_+/=.zuey", min_size=20, max_size=120),
)
texts = st.one_of(
    st.text(max_size=20),
    st.text('абвгдЁё«»—😀\u2028\\"/\n', max_size=12),
    token_texts,
    # Tokens side by side, and with escapes before them.
    st.lists(st.one_of(token_texts, st.sampled_from([".", "~", "#", " ", "\n", '"', "\\"])), max_size=5).map(
        "".join
    ),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
documents = st.dictionaries(
    texts,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=20,
    ),
    max_size=6,
)


def acceptable(document: JsonObject) -> bool:
    """Whether the strict reader takes it at all."""
    try:
        strict_json.check(document)
    except VcwalletError:
        return False
    return True


@settings(max_examples=EXAMPLES, deadline=None)
@given(documents.filter(acceptable))
def test_any_json_comes_back_to_the_byte(document: JsonObject) -> None:
    assert strict_json.dumps(codec.unpack(codec.pack(document))) == strict_json.dumps(document)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(token_texts, max_size=6), st.integers(1, 3))
def test_texts_nested_in_base64url_come_back(parts: list[str], depth: int) -> None:
    """JOSE: claims inside a token inside claims, which must not cost base64 twice."""
    text = strict_json.dumps({"a": list(parts)})
    for _ in range(depth):
        text = strict_json.dumps({"jwt": f"{base64url_encode(text.encode())}.{base64url_encode(b'sig' * 9)}"})
    template, taken = tokens.split(text)
    assert tokens.join(template, taken, characters=len(text)) == text


def test_a_token_inside_a_token_does_not_cost_base64() -> None:
    """An enveloped presentation of an enveloped credential: its signatures travel as raw bytes."""
    chance = random.Random(5)

    def signed(claims: JsonObject) -> str:
        head = base64url_encode(b'{"alg":"ES256","typ":"vc+jwt","cty":"vc"}')
        body = base64url_encode(strict_json.dumps(claims).encode())
        return f"{head}.{body}.{base64url_encode(chance.randbytes(64))}"

    inner = {key: value for key, value in samples.credential().items() if key != "proof"}
    enveloped = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{signed(inner)}"}
    outer: JsonObject = {"type": ["VerifiablePresentation"], "verifiableCredential": [enveloped]}
    token = signed(outer)
    document: JsonObject = {
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{token}",
    }
    plain = len(codec.pack(inner))
    assert len(codec.pack(document)) < plain + 2 * 64 + 160
    assert codec.unpack(codec.pack(document)) == document


def test_documents_of_all_suites_come_back_to_the_byte() -> None:
    """Every signed document of the official vectors."""
    seen = 0
    for path in sorted(VECTORS.rglob("*.json")):
        if "proof" not in (document := json.loads(path.read_text("utf-8"))) or not acceptable(document):
            continue
        seen += 1
        data = codec.pack(document)
        assert strict_json.dumps(codec.unpack(data)) == strict_json.dumps(document)
        assert len(data) < 0.75 * len(strict_json.dumps(document))
    assert seen > 30


def test_a_derived_proof_costs_its_signatures_and_little_more() -> None:
    """Its value is base64url of CBOR, most of it random; a second one costs its random bytes alone."""
    proofs = [samples.derived(samples.credential(), seed)["proof"] for seed in (1, 2)]
    raw = 64 + 33 + 5 * 64 + 2 * 32
    one, two = (len(codec.pack({"proof": list(proofs[:count])})) for count in (1, 2))
    assert len(proofs[0]["proofValue"]) > 4 / 3 * (raw + 30)  # type: ignore[index, call-overload, arg-type]
    assert two - one < raw + 12


# --- mutations ----------------------------------------------------------------------------------------


def mutated(data: bytes, chance: random.Random) -> bytes:
    """One to four small changes: a bit, a byte, a cut, an insertion, a repetition, a swap."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(out) + 1)
        kind = chance.randrange(6)
        if kind == 0 and at < len(out):
            out[at] ^= 1 << chance.randrange(8)
        elif kind == 1 and at < len(out):
            out[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 2:
            del out[at : at + chance.randrange(1, 9)]
        elif kind == 3:
            out[at:at] = chance.randbytes(chance.randrange(1, 9))
        elif kind == 4:
            out[at:at] = out[at : at + chance.randrange(1, 40)]
        else:
            other = chance.randrange(len(out) + 1)
            out[at:at], out[other : other + 4] = out[other : other + 4], b""
    return bytes(out)


def attempt(read: Callable[[bytes], object], data: bytes) -> object:
    """What a reader answers, or None when it refuses in the way it should."""
    with processor_seconds(5):
        try:
            return read(data)
        except VcwalletError as error:
            assert error.code
            assert str(error)
            return None


@pytest.mark.parametrize("kind", ["template", "plain", "stapled"])
def test_changed_bundles_are_refused_or_are_another_bundle(kind: str) -> None:
    """No traceback, no hang, no more memory than the ceilings; another content has another message id."""
    bundle = Bundle(samples.presentation(3), (samples.status_list(),) if kind == "stapled" else ())
    data = codec.encode(bundle)
    if kind == "plain":
        data = b"\x00" + zlib.compress(bundle.text.encode(), 9, -15)
    name = frames.split(data, max_payload=10_000)[0][1:5]
    chance = random.Random(kind)
    others = 0
    tracemalloc.start()
    for _ in range(MUTATIONS // 3):
        changed = mutated(data, chance)
        document = attempt(codec.unpack, changed)
        if document is not None and document != bundle.to_json():
            others += 1
            assert frames.split(changed, max_payload=10_000)[0][1:5] != name
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 32 * 1024 * 1024
    print(f"{others} of {MUTATIONS // 3} changed bundles ({kind}) decode to other JSON under another id")


def test_changed_bundles_never_verify() -> None:
    """What decodes to other JSON fails at its signatures, as the codec's own docstring promises."""
    chance = random.Random(14)
    issuer, holder = (SoftwareKey.generate(KeyType.ED25519, randomness=chance.randbytes) for _ in range(2))
    holder_id, now = did_of(holder.public_key), datetime(2026, 7, 1, tzinfo=UTC)
    diploma = {
        key: value for key, value in samples.credential().items() if key not in ("proof", "credentialStatus")
    }
    diploma["issuer"] = {"id": did_of(issuer.public_key), "type": ["Profile"], "name": "Олимпиада «Вымысел»"}
    diploma["credentialSubject"]["id"] = holder_id  # type: ignore[index, call-overload]
    method = verification_method_of(did_of(issuer.public_key))
    signed = add_proof(
        diploma,
        suite="eddsa-rdfc-2022",
        key=issuer,
        verification_method=method,
        created=now - timedelta(days=9),
    )
    shown = presentation.sign(
        [signed],
        holder_key=holder,
        holder=holder_id,
        domain="university.example",
        challenge=None,
        created=now - timedelta(days=1),
        expires=now + timedelta(days=1),
    )

    def verify(document: JsonObject) -> object:
        parsed = presentation.Presentation.parse(document)
        verification.verify(parsed, resolve=did.resolve, now=now, domain="university.example")
        return [credential.verify(one, resolve=did.resolve, now=now) for one in parsed.credentials]

    data = codec.encode(Bundle(shown))
    assert verify(codec.unpack(data))
    others = 0
    for _ in range(MUTATIONS // 3):
        changed = attempt(codec.unpack, mutated(data, chance))
        if isinstance(changed, dict) and changed != shown:
            others += 1
            with pytest.raises(VcwalletError):
                verify(changed)
    assert others > MUTATIONS // 100


def test_changed_frames_never_become_another_bundle_under_the_same_name() -> None:
    bundle = Bundle(samples.presentation(3))
    data = codec.encode(bundle)
    parts = frames.split(data, max_payload=len(data) // 4 + 1, parity=2)
    chance = random.Random(11)
    whole = 0
    for _ in range(MUTATIONS // 4):
        shown = list(parts)
        for _ in range(chance.choice((1, 1, 2, 3))):
            at = chance.randrange(len(shown))
            shown[at] = mutated(shown[at], chance)
        chance.shuffle(shown)
        collector = frames.Collector()
        for part in shown:
            attempt(collector.add, part)
        result = attempt(lambda _, collector=collector: collector.result(), b"")  # type: ignore[misc]
        if result is not None and collector.progress and collector.progress.bundle_id == parts[0][1:5].hex():
            assert result == data
            whole += 1
    assert whole > MUTATIONS // 10


def test_changed_inputs_of_every_kind_are_told_and_never_raised() -> None:
    """The front door: whatever the bytes are, `read_inputs` answers."""
    bundle = Bundle(samples.presentation(1))
    seeds = [
        bundle.text.encode(),
        codec.encode(bundle),
        vp1.write(samples.credential()).encode(),
        b"\xd9\xcb\x1d" + codec.encode(bundle),
        b"%PDF-1.7\n" + codec.encode(bundle),
        b"II*\x00" + codec.encode(bundle),
    ]
    chance = random.Random(12)
    for _ in range(MUTATIONS // 10):
        found = scanning.read_inputs([mutated(chance.choice(seeds), chance)])
        assert found
        for each in found:
            assert (each.document is None) == (each.problem is not None)


def test_changed_cbor_ld_is_refused_or_says_something_else() -> None:
    document = samples.credential()
    data = cbor_ld.encode(document)
    chance = random.Random(13)
    refused = 0
    for _ in range(MUTATIONS // 3):
        changed = mutated(data, chance)
        found = attempt(cbor_ld.decode, changed)
        refused += found is None
        assert changed == data or found != document
    assert MUTATIONS // 30 < refused < MUTATIONS // 3


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_a_traceback(data: bytes) -> None:
    for read in (codec.unpack, codec.decode, frames.Frame.parse, cbor.loads, cbor_ld.decode):
        attempt(read, data)
    for first in (b"\x00", b"\x01\x00", b"\x01\x01", b"\xd9\xcb\x1d\x82\x01"):
        attempt(codec.unpack, first + data)
        attempt(cbor_ld.decode, first + data)


@settings(max_examples=EXAMPLES, deadline=None)
@given(documents.filter(acceptable))
def test_cbor_comes_back(document: JsonObject) -> None:
    assert cbor.loads(cbor.dumps(document)) == document  # type: ignore[arg-type]
