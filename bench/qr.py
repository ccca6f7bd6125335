"""Bundles as codes: bytes and symbols beside other ways to carry the same claims.

The pupils, contests and phrases here are not in the preset dictionary; the *schema* is, on purpose. Every
document of ours is really signed, the derived selective-disclosure proofs included.
"""

from __future__ import annotations

import copy
import json
import random
import statistics
import time
import uuid
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tests.unit.bundle import optics
from vcwallet import limits, strict_json
from vcwallet.bundle import cbor, cbor_ld, codec, frames, scanning, symbols, vp1
from vcwallet.credentials import presentation
from vcwallet.identifiers.did.key import did_of
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.identifiers.multibase import base64url_encode
from vcwallet.proofs.cryptosuites.ecdsa_sd import derive
from vcwallet.proofs.data_integrity import add_proof
from vcwallet.strict_json import JsonObject

COUNTS: Final = (1, 3, 5, 10, 20)
TARGETS: Final = {1: 1, 10: 4, 20: 6}
TARGETS_HIDDEN: Final = {1: 2, 10: 8}

CONTEXTS: Final = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]
HIDEABLE: Final = (
    "patronymicName",
    "dateOfBirth",
    "parentOrg/name",
    "parentOrg/address/addressLocality",
    "role",
)
HIDDEN: Final = ("dateOfBirth", "parentOrg/address/addressLocality")
MANDATORY: Final = (
    "/issuer",
    "/validFrom",
    *(f"/credentialSubject/{name}" for name in ("familyName", "givenName", "achievement", "result")),
    *(f"/credentialSubject/parentOrg/{name}" for name in ("type", "address/type")),
    "/credentialStatus",
)


@dataclass(frozen=True)
class Wording:
    """One language's texts: issuers (domain, name), contests, and what a diploma says."""

    pupil: dict[str, str]
    school: str
    town: str
    school_class: str
    issuers: tuple[tuple[str, str], ...]
    contests: tuple[str, ...]
    fields: tuple[str, ...]
    stages: tuple[str, ...]
    results: tuple[str, ...]
    narrative: str
    purpose: str


RUSSIAN: Final = Wording(
    pupil={
        "familyName": "Небылицын",
        "givenName": "Выдум",
        "patronymicName": "Сочинилович",
        "dateOfBirth": "2008-11-23",
    },
    school="Сказочная школа-пансион «Тридевятая»",
    town="Лукоморск",
    school_class="11 «Ж»",
    issuers=(
        ("nevidimograd.example", "Оргкомитет турнира «Невидимый град»"),
        ("pyatoe-izmerenie.example", "Фестиваль юных исследователей «Пятое измерение»"),
        ("tyoplyj-dom.example", "Мастерская добрых дел «Тёплый дом»"),
        ("polyus.example", "Клуб путешественников «Полюс»"),
    ),
    contests=(
        "Межвузовский турнир «Невидимый град»",
        "Осенние состязания «Листопад идей»",
        "Зимняя игра «Северное сияние»",
        "Смотр изобретателей «Колесо»",
        "Битва умов «Лабиринт Минотавра»",
    ),
    fields=(
        "Кристаллография",
        "Топонимика",
        "Океанология",
        "Палеонтология",
        "Комбинаторика",
        "Стихосложение",
    ),
    stages=("Решающая встреча", "Весенний выезд", "Домашнее задание"),
    results=("Диплом I степени", "Лучшее решение задачи", "Приз зрительских симпатий", "Диплом III степени"),
    narrative="Жюри сочло работу выдающейся",
    purpose="Приём на первый курс, лето 2026",
)
ENGLISH: Final = Wording(
    pupil={
        "familyName": "Fabricated",
        "givenName": "Sampleton",
        "dateOfBirth": "2008-11-23",
    },
    school="Neverwhere Comprehensive",
    town="Lower Imagining",
    school_class="Year 12",
    issuers=(
        ("imaginary-quest.example", "Imaginary Quest Trust"),
        ("moonlit-labs.example", "Moonlit Laboratories Fair"),
        ("kindly.example", "Kindly Neighbours Guild"),
        ("wayfarers.example", "Wayfarers' Orienteering Circle"),
    ),
    contests=(
        "Imaginary Quest Marathon",
        "Moonlit Inventors' Parade",
        "Riddle of the Sphinx",
        "Harvest Hackfest",
    ),
    fields=("Crystallography", "Oceanography", "Palaeontology", "Verse and Rhyme", "Horology"),
    stages=("Deciding match", "Spring expedition", "Take-home puzzle"),
    results=("Rosette of the first class", "Best solution", "Audience favourite", "Honourable mention"),
    narrative="The panel judged the work remarkable",
    purpose="Undergraduate entry, summer 2026",
)


class World:
    """Keys and documents of one seed; the same seed makes the same bytes."""

    def __init__(self, wording: Wording, seed: int = 7) -> None:
        self.wording = wording
        self.chance = random.Random(seed)
        self.holder_key = self._key()
        self.holder = did_of(self.holder_key.public_key)
        self.issuer_keys = {domain: self._key() for domain, _ in wording.issuers}

    def _key(self) -> SoftwareKey:
        return SoftwareKey.generate(KeyType.ED25519, randomness=self.chance.randbytes)

    def unsigned(self, domain: str, name: str) -> JsonObject:
        words, pick = self.wording, self.chance.choice
        index = str(self.chance.randrange(131072))
        year, month, day = (
            pick((2024, 2025, 2026)),
            self.chance.randrange(1, 7),
            self.chance.randrange(10, 29),
        )
        credential_id = f"urn:uuid:{self._uuid()}"
        return {
            "@context": list(CONTEXTS),
            "id": credential_id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": f"did:web:{domain}", "type": ["Profile"], "name": name},
            "validFrom": f"{year}-0{month}-{day}T00:00:00+03:00",
            "credentialSubject": {
                "id": self.holder,
                "type": ["AchievementSubject", "Profile"],
                **words.pupil,
                "role": words.school_class,
                "parentOrg": {
                    "id": f"{credential_id}#s",
                    "type": ["Profile"],
                    "name": words.school,
                    "address": {
                        "id": f"{credential_id}#t",
                        "type": ["Address"],
                        "addressLocality": words.town,
                    },
                },
                "achievement": {
                    "id": f"urn:uuid:{self._uuid()}",
                    "type": ["Achievement"],
                    "achievementType": "Award",
                    "name": pick(words.contests),
                    "description": pick(words.stages),
                    "criteria": {"narrative": words.narrative},
                    "fieldOfStudy": pick(words.fields),
                    "version": f"{year - 1}/{year % 100}",
                },
                "result": [{"id": f"{credential_id}#r1", "type": ["Result"], "value": pick(words.results)}],
            },
            "credentialStatus": {
                "id": f"https://{domain}/status/1#{index}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": index,
                "statusListCredential": f"https://{domain}/status/1",
            },
        }

    def credential(self, issuer: int, *, hidden: bool = False) -> JsonObject:
        domain, name = self.wording.issuers[issuer]
        document = self.unsigned(domain, name)
        method = f"did:web:{domain}#{self.issuer_keys[domain].public_key.multibase}"
        if hidden:
            return self._derived(document, method)
        return add_proof(
            document,
            suite="eddsa-rdfc-2022",
            key=self.issuer_keys[domain],
            verification_method=method,
            created=datetime(2026, 5, 30, 9, 0, tzinfo=UTC),
        )

    def bundle(self, count: int, *, issuers: int = 4, hidden: bool = False) -> JsonObject:
        shown = [self.credential(number % issuers, hidden=hidden) for number in range(count)]
        return presentation.sign(
            shown,
            holder_key=self.holder_key,
            holder=self.holder,
            domain="priem.example",
            challenge=None,
            created=datetime(2026, 6, 20, 8, 30, tzinfo=UTC),
            expires=datetime(2026, 7, 25, 8, 30, tzinfo=UTC),
            purpose_text=self.wording.purpose,
        )

    def _uuid(self) -> str:
        return str(uuid.UUID(bytes=self.chance.randbytes(16), version=4))

    def _derived(self, document: JsonObject, method: str) -> JsonObject:
        """With two fields left out; mandatory is what no kit calls hideable."""
        key = SoftwareKey.generate(KeyType.P256, randomness=self.chance.randbytes)
        secured = add_proof(
            document,
            suite="ecdsa-sd-2023",
            key=key,
            verification_method=method,
            created=datetime(2026, 5, 30, 9, 0, tzinfo=UTC),
            mandatory_pointers=MANDATORY,
            randomness=self.chance.randbytes,
        )
        subject: Any = document["credentialSubject"]
        kept = [name for name in HIDEABLE if name.split("/")[0] in subject and name not in HIDDEN]
        return derive(secured, [f"/credentialSubject/{name}" for name in kept])


# --- ways to carry the same claims --------------------------------------------------------------------


@dataclass(frozen=True)
class Carrier:
    """One way: its size of a presentation, and how many symbols of version 22, level M that makes.

    `size` counts bytes, or characters where the way is a text; `room` is what one symbol holds of that.
    """

    name: str
    unit: str
    size: Callable[[JsonObject], int]
    count: Callable[[JsonObject], int]


def credentials_of(presentation_: JsonObject) -> list[JsonObject]:
    shown = presentation_["verifiableCredential"]
    return [one for one in shown if isinstance(one, dict)] if isinstance(shown, list) else []


def minified(document: JsonObject) -> bytes:
    return strict_json.dumps(document).encode()


def in_cbor(document: JsonObject) -> bytes:
    value: Any = document
    return cbor.dumps(value)


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9, -15)


def as_digits(encode: Callable[[JsonObject], bytes]) -> Callable[[JsonObject], int]:
    """Split into frames like ours and written as digits."""

    def count(document: JsonObject) -> int:
        size = len(encode(document))
        room = symbols.capacity(22, symbols.Level.M) - frames.header_size(size)
        return -(-size // room)

    return count


def binary(name: str, encode: Callable[[JsonObject], bytes]) -> Carrier:
    return Carrier(name, "B", lambda document: len(encode(document)), as_digits(encode))


def claims(credential: JsonObject) -> JsonObject:
    return {name: value for name, value in credential.items() if name != "proof"}


def jws(payload: bytes, *, kid: str = "did:web:nevidimograd.example#key-1", **header: str) -> str:
    head = json.dumps({"alg": "ES256", "kid": kid, **header}, separators=(",", ":")).encode()
    signature = random.Random(1).randbytes(64)
    return ".".join(base64url_encode(part) for part in (head, payload, signature))


def health_card(credential: JsonObject) -> str:
    """SMART Health Card: a JWS of the DEFLATEd claims, each character as two digits."""
    return jws(
        deflated(
            minified({"iss": "https://nevidimograd.example", "nbf": 1767225600, "vc": claims(credential)})
        ),
        zip="DEF",
    )


def health_certificate(credential: JsonObject) -> str:
    """EU DCC: zlib of COSE_Sign1 of CWT claims, in base 45."""
    chance = random.Random(2)
    content: Any = claims(credential)
    payload = cbor.dumps({1: "RU", 4: 1798761600, 6: 1767225600, -260: {1: content}})
    message = b"\xd2" + cbor.dumps(
        [cbor.dumps({1: -7, 4: chance.randbytes(8)}), {}, payload, chance.randbytes(64)]
    )
    return "HC1:" + vp1.base45_encode(zlib.compress(message, 9))


def sd_jwt(presentation_: JsonObject) -> str:
    """SD-JWT VC of each credential, every field of the subject a disclosure, and one key binding JWT each."""
    chance = random.Random(3)
    out = []
    for credential in credentials_of(presentation_):
        body: Any = copy.deepcopy(claims(credential))
        subject = body["credentialSubject"]
        disclosures, digests = [], []
        for name in [name for name in subject if name not in ("id", "type")]:
            salted = json.dumps(
                [base64url_encode(chance.randbytes(16)), name, subject.pop(name)], ensure_ascii=False
            )
            disclosures.append(base64url_encode(salted.encode()))
            digests.append(base64url_encode(chance.randbytes(32)))
        subject["_sd"] = digests
        binding: JsonObject = {
            "iat": 1781944200,
            "aud": "priem.example",
            "nonce": "x" * 16,
            "sd_hash": base64url_encode(chance.randbytes(32)),
        }
        out.append(
            "~".join(
                [jws(minified(body), typ="vc+sd-jwt"), *disclosures, jws(minified(binding), typ="kb+jwt")]
            )
        )
    return " ".join(out)


def in_texts(texts: Callable[[JsonObject], list[str]], room: int) -> Callable[[JsonObject], int]:
    """Each text in symbols of its own: these formats have no bundles."""
    return lambda document: sum(-(-len(text) // room) for text in texts(document))


NUMERIC, ALPHANUMERIC, BYTES = 1872, 1134, 779
"""Characters a symbol of version 22, level M holds (ISO/IEC 18004, table 7)."""

CARRIERS: Final = (
    binary("**vcwallet**", codec.pack),
    binary("JSON, minified", minified),
    binary("JSON + DEFLATE", lambda document: deflated(minified(document))),
    binary("CBOR + zlib (PixelPass)", lambda document: zlib.compress(in_cbor(document), 9)),
    binary("CBOR-LD 1.0, entry 1", cbor_ld.encode),
    Carrier(
        "`VP1-`, one credential a symbol set",
        "characters",
        lambda document: sum(len(vp1.write(one)) for one in credentials_of(document)),
        in_texts(lambda document: [vp1.write(one) for one in credentials_of(document)], ALPHANUMERIC),
    ),
    Carrier(
        "SD-JWT + KB-JWT",
        "characters",
        lambda document: len(sd_jwt(document)),
        in_texts(lambda document: [sd_jwt(document)], BYTES),
    ),
    Carrier(
        "`HC1:` style",
        "characters",
        lambda document: sum(len(health_certificate(one)) for one in credentials_of(document)),
        in_texts(
            lambda document: [health_certificate(one) for one in credentials_of(document)], ALPHANUMERIC
        ),
    ),
    Carrier(
        "`shc:/` style",
        "characters",
        lambda document: sum(len(health_card(one)) for one in credentials_of(document)),
        in_texts(lambda document: [health_card(one) for one in credentials_of(document)], (NUMERIC - 9) // 2),
    ),
)


def row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def sizes() -> str:
    """Our own sizes by what changes them, against the targets."""
    lines = [
        row(["texts", "issuers", "fields", *(f"{count}" for count in COUNTS)]),
        "|---|--:|---|" + "--:|" * len(COUNTS),
    ]
    for name, wording in (("Russian", RUSSIAN), ("English", ENGLISH)):
        for issuers in (1, 4):
            for hidden in (False, True):
                world = World(wording)
                cells = []
                for count in COUNTS:
                    document = world.bundle(count, issuers=issuers, hidden=hidden)
                    most = (TARGETS_HIDDEN if hidden else TARGETS).get(count)
                    number = as_digits(codec.pack)(document)
                    missed = "" if most is None or number <= most else f" **over {most}**"
                    cells.append(f"{len(codec.pack(document))} B, {number}{missed}")
                lines.append(row([name, issuers, "two hidden" if hidden else "all shown", *cells]))
    return "\n".join(lines)


def beside() -> str:
    """The same presentations in other ways."""
    lines = [row(["way", "texts", *COUNTS]), "|---|---|" + "--:|" * len(COUNTS)]
    for name, wording in (("Russian", RUSSIAN), ("English", ENGLISH)):
        documents = [World(wording).bundle(count) for count in COUNTS]
        for carrier in CARRIERS:
            unit = " B" if carrier.unit == "B" else ""
            cells = [f"{carrier.size(document)}{unit}, {carrier.count(document)}" for document in documents]
            lines.append(row([carrier.name, name, *cells]))
    return "\n".join(lines)


def readings(samples: int = 20) -> str:
    full = optics.full_symbols(samples)
    lines = [row(["condition (simulated)", "read"]), "|---|--:|"]
    lines += [row([name, f"{optics.rate(name, full):.0%}"]) for name in optics.CONDITIONS]
    return "\n".join(lines)


def speed() -> str:
    document = World(RUSSIAN).bundle(20)
    data = codec.pack(document)
    laid_out = symbols.lay_out(data)
    picture = symbols.png(laid_out)
    actions: dict[str, Callable[[], object]] = {
        "encode a bundle of 20": lambda: codec.pack(document),
        "decode it": lambda: codec.unpack(data),
        f"draw its {len(laid_out)} symbols as PNG": lambda: symbols.png(laid_out),
        "read that picture": lambda: scanning.read_inputs([picture]),
    }
    lines = [row(["action", "ms"]), "|---|--:|"]
    for name, action in actions.items():
        times = []
        for _ in range(5):
            began = time.perf_counter()
            action()
            times.append(time.perf_counter() - began)
        lines.append(row([name, f"{1000 * statistics.median(times):.1f}"]))
    return "\n".join(lines)


SIZES: Final = """\
Bytes and symbols (version 22, level M, without spare ones) of presentations of 1 to 20 credentials. Targets:
1 in 1 symbol, 10 in 4, 20 in 6; with two fields hidden 1 in 2, 10 in 8."""
BESIDE: Final = """\
The same claims, four issuers, nothing hidden, in other ways. All but the JSON, CBOR and CBOR-LD rows sign
over a container of their own, here with random signatures; a number without B counts characters."""
READINGS: Final = (
    "Full symbols, 4 pixels a module, under simulated distortion: no camera, printer or scanner was used."
)


def main() -> str:
    # Others' presentations of 20 are larger than what is read from one foreign code.
    limits.CBOR_BYTES = 1024 * 1024  # type: ignore[misc]
    return "\n\n".join((SIZES, sizes(), BESIDE, beside(), READINGS, readings(), speed()))


if __name__ == "__main__":
    print(main())
