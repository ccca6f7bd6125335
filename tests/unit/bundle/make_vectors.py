"""Write the vectors of the bundle format: one file, one fate (a developer's tool).

    python -m tests.unit.bundle.make_vectors

Each file says in `what` why it is there, in `layer` who reads `input`, and in `fate` what must come of it:
"ok", with the outcome beside it, or the code of the error. To be run again when dictionary 1 is rebuilt, and
never once a release has shipped it.
"""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from tests.shared import ROOT
from tests.unit.bundle import samples
from vcwallet import strict_json
from vcwallet.bundle import cbor, codec, frames, tokens
from vcwallet.bundle.codec import Bundle
from vcwallet.bundle.dictionaries import dictionary
from vcwallet.bundle.digits import to_digits
from vcwallet.identifiers.multibase import base58btc_encode, base64url_encode

FOLDER = ROOT / "tests" / "vectors" / "bundle"


def container(template: str, blobs: bytes, characters: int, *, number: int = 0) -> bytes:
    """A bundle of version 1, whether or not its parts fit together."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, zdict=dictionary(number))
    body = packer.compress(template.encode()) + packer.flush()
    return bytes([1, number]) + tokens.varint(characters) + tokens.varint(len(blobs)) + blobs + body


def tokens_of_all_kinds() -> dict[str, Any]:
    """Each marker once at least, and texts that look like tokens and are none."""
    raw = bytes(range(64))
    key = "z" + base58btc_encode(b"\xed\x01" + raw[:32])
    jwt = ".".join(
        base64url_encode(part) for part in (b'{"alg":"ES256"}', b'{"iss":"' + key.encode() + b'"}', raw)
    )
    return {
        "01 Ed25519 key": key,
        "05 the same again": f"did:key:{key}#{key}",
        "02 signature": "z" + base58btc_encode(raw),
        "03 UUID": "urn:uuid:00010203-0405-4607-8809-0a0b0c0d0e0f",
        "04 P-256 key": "z" + base58btc_encode(b"\x80\x24\x02" + raw[:32]),
        "06 base64url": base64url_encode(raw[::-1]),
        "07 multibase u": "u" + base64url_encode(raw + b"\xff"),
        "08 multibase z": "z" + base58btc_encode(raw[1:40]),
        "0b base64": "sha384-" + base64.b64encode(bytes(range(200, 248))).decode(),
        "0c hexadecimal": bytes(range(100, 132)).hex(),
        "0e 0f nested text": f"data:application/vc+jwt,{jwt}",
        "10 11 12 13 14 nested bytes": "u"
        + base64url_encode(
            b"\xd9\x5d\x01"
            + cbor.dumps([raw, b"\x80\x24" + raw[:33], [raw[::-1]], {0: raw[:32]}, [0, 1, 30]])
        ),
        "an UUID in capitals": "00010203-0405-4607-8809-0A0B0C0D0E0F",
        "base64url with loose bits": base64url_encode(raw)[:-1] + "9",
        "Cyrillic": 'Ёжик «в тумане» — 😀 " \\ \n \u2028',
    }


def vectors() -> dict[str, dict[str, Any]]:
    bundle = Bundle(samples.presentation(2), (samples.status_list(),))
    data = codec.encode(bundle)
    single = samples.presentation(1)
    small: strict_json.JsonObject = {"a": "b"}
    out: dict[str, dict[str, Any]] = {}

    def reads(name: str, what: str, layer: str, given: Any, **outcome: Any) -> None:
        out[name] = {"what": what, "layer": layer, "fate": "ok", "input": given, **outcome}

    def fails(name: str, what: str, layer: str, given: Any, code: str) -> None:
        out[name] = {"what": what, "layer": layer, "fate": code, "input": given}

    def document(name: str, what: str, given: bytes, content: strict_json.JsonObject) -> None:
        reads(name, what, "bundle", given.hex(), json=strict_json.dumps(content))

    document(
        "bundle-one-credential", "A presentation of one credential, dictionary 1.", codec.pack(single), single
    )
    document(
        "bundle-stapled", "Two credentials and a stapled status list, dictionary 1.", data, bundle.to_json()
    )
    document(
        "bundle-credential",
        "A lone credential, as a diploma carries it.",
        codec.pack(samples.credential()),
        samples.credential(),
    )
    document(
        "bundle-derived-proof",
        "A derived ecdsa-sd-2023 proof travels as raw bytes.",
        codec.pack(samples.derived(samples.credential())),
        samples.derived(samples.credential()),
    )
    every = tokens_of_all_kinds()
    document(
        "bundle-every-marker",
        "Every kind of token, and texts that only look like one.",
        codec.pack(every),
        every,
    )
    document(
        "bundle-plain", "Version 0: DEFLATE alone.", b"\x00" + zlib.compress(b'{"a":"b"}', 9, -15), small
    )
    document(
        "bundle-no-dictionary", "Version 1 with the empty dictionary.", container('{"a":"b"}', b"", 9), small
    )
    document(
        "bundle-verbose",
        "An encoder may leave tokens in the text.",
        container(strict_json.dumps(single), b"", len(strict_json.dumps(single)), number=1),
        single,
    )

    def damaged(name: str, what: str, given: bytes, code: str = "bundle.damaged") -> None:
        fails(name, what, "bundle", given.hex(), code)

    damaged("bundle-empty", "Nothing.", b"", "bundle.empty")
    damaged("bundle-version", "A version of the future.", b"\x02" + data[1:], "bundle.version-unknown")
    damaged(
        "bundle-dictionary",
        "A dictionary of the future.",
        b"\x01\xfe" + data[2:],
        "bundle.dictionary-unknown",
    )
    damaged("bundle-cut", "The last bytes are missing.", data[:-4])
    damaged("bundle-longer", "A byte too many.", data + b"\x00")
    damaged("bundle-blobs-left", "A blob that no marker takes.", container('{"a":"b"}', b"x", 9))
    damaged("bundle-blob-missing", "A marker without a blob.", container('{"a":"\x03"}', b"", 44))
    damaged("bundle-reference", "A reference to a later blob.", container('{"a":"\x05\x20"}', b"", 12))
    damaged("bundle-length", "Another number of characters than said.", container('{"a":"b"}', b"", 10))
    damaged("bundle-marker", "An unknown marker.", container('{"a":"\x11"}', b"", 9))
    damaged(
        "bundle-nesting", "Texts nested too deep.", container('"' + "\x0e" * 5 + "\x0f" * 5 + '"', b"", 2)
    )
    damaged(
        "bundle-bomb",
        "Three million spaces.",
        b"\x00" + zlib.compress(b" " * 3_000_000, 9, -15),
        "bundle.too-large",
    )
    damaged(
        "bundle-two-names", "A name stands twice.", container('{"a":1,"a":2}', b"", 13), "json.duplicate-key"
    )
    damaged("bundle-list", "JSON that is no object.", container("[1]", b"", 3), "json.not-an-object")

    parts = frames.split(data, max_payload=-(-len(data) // 4), parity=2)
    hexed = [part.hex() for part in parts]
    whole = {"bundle": data.hex()}
    reads("frames-data", "The data frames alone, out of order.", "frames", hexed[3::-1], **whole)
    reads(
        "frames-parity",
        "Two data frames and both parity frames.",
        "frames",
        [*hexed[4:], *hexed[1:3]],
        **whole,
    )
    reads("frames-repeated", "The same frame twice does no harm.", "frames", [hexed[0], *hexed[:4]], **whole)
    reads(
        "frames-one",
        "A bundle of one frame has the same header.",
        "frames",
        [part.hex() for part in frames.split(codec.pack(small), max_payload=700)],
        bundle=codec.pack(small).hex(),
    )
    other = frames.split(codec.pack(small), max_payload=700)[0].hex()
    fails("frames-missing", "One frame too few.", "frames", [*hexed[1:3], hexed[4]], "frames.missing")
    fails("frames-other", "A frame of another bundle.", "frames", [hexed[0], other], "frames.other-bundle")
    fails(
        "frames-conflict",
        "Two frames of one number.",
        "frames",
        [hexed[0], hexed[0][:-2] + "00"],
        "frames.conflict",
    )
    fails("frames-cut", "A frame cut short.", "frames", [hexed[0][:-2]], "frames.truncated")
    fails(
        "frames-version", "A frame of the future.", "frames", ["02" + hexed[0][2:]], "frames.version-unknown"
    )
    changed = [*hexed[:3], hexed[3][:60] + ("00" if hexed[3][60:62] != "00" else "01") + hexed[3][62:]]
    fails("frames-mismatch", "A changed frame and no spare one.", "frames", changed, "frames.mismatch")

    reads("digits-frame", "A frame as the digits of a symbol.", "digits", to_digits(parts[0]), bytes=hexed[0])
    reads("digits-tails", "Tails of one to six bytes.", "digits", to_digits(b"\xff" * 13), bytes="ff" * 13)
    fails("digits-length", "A length no bytes have.", "digits", "1234", "digits.malformed")
    fails("digits-value", "A group beyond seven bytes.", "digits", "72057594037927936", "digits.malformed")
    return out


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, case in vectors().items():
        (FOLDER / f"{name}.json").write_text(json.dumps(case, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
