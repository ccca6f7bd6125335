"""Issuing and verifying, one proof: this package beside the JavaScript reference and Python peers.

Every side works from JSON text to JSON text or to a verdict, with its whole library verification (structure,
dates, context checks, key lookup, purpose, signature), on the same documents, offline, each in a process of
its own. Rounds are interleaved; figures are medians over the rounds. Ratios are what to read: they survive a
busy machine, absolute rates do not. Before anything is timed, each side's signatures are verified by us and
by the reference.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from bench.peers import workers
from bench.peers.workers import Unavailable, Worker
from vcwallet import strict_json
from vcwallet.identifiers.did.key import did_of, verification_method_of
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.jsonld import PINNED

ROUNDS: Final = 7
SECONDS: Final = 0.25
"""About how long one measurement lasts."""

CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXTS: Final = (
    CREDENTIALS_V2,
    OPEN_BADGES,
    "https://w3id.org/security/data-integrity/v2",
    "https://w3id.org/security/suites/ed25519-2020/v1",
    "https://w3id.org/security/multikey/v1",
    "https://www.w3.org/ns/did/v1",
)
SUITES: Final = (
    ("eddsa-rdfc-2022", KeyType.ED25519),
    ("eddsa-jcs-2022", KeyType.ED25519),
    ("ecdsa-rdfc-2019", KeyType.P256),
    ("ecdsa-rdfc-2019", KeyType.P384),
    ("ecdsa-jcs-2019", KeyType.P256),
    ("Ed25519Signature2020", KeyType.ED25519),
)
OPERATIONS: Final = {
    "issue": "issue one",
    "verify": "verify one",
    "present": "sign a presentation of 10",
    "verify-presentation": "verify a presentation of 10",
}
# How many signatures an operation makes and checks: the part of the work no program can leave out.
SIGNATURES: Final = {"issue": (1, 0), "verify": (0, 1), "present": (1, 0), "verify-presentation": (0, 11)}
CREATED, NOW = "2026-05-25T09:00:00Z", "2026-06-01T12:00:00Z"
DOMAIN, CHALLENGE = "university.example", "d31b7a0c"


@dataclass(frozen=True)
class Signer:
    """A did:key with its key. The secrets are made of nothing, for documents that are worth nothing."""

    name: str
    key_type: KeyType
    secret: bytes

    @property
    def key(self) -> SoftwareKey:
        return SoftwareKey(self.key_type, self.secret)

    @property
    def did(self) -> str:
        return did_of(self.key.public_key)

    @property
    def method(self) -> str:
        return verification_method_of(self.did)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.method,
            "controller": self.did,
            "type": self.key_type.value,
            "publicKeyMultibase": self.key.public_key.multibase,
            "secretKeyMultibase": self.key.secret_multibase,
            "secret": self.secret.hex(),
        }


SIGNERS: Final = {
    (role, key_type): Signer(f"{role} {key_type}", key_type, bytes(range(first, first + length)))
    for role, first in (("issuer", 1), ("holder", 2))
    for key_type, length in ((KeyType.ED25519, 32), (KeyType.P256, 32), (KeyType.P384, 48))
}


def diploma(issuer: str, holder: str, number: int) -> dict[str, Any]:
    """An Open Badges 3.0 credential in the terms every side knows."""
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES],
        "id": f"urn:uuid:6c1f2b64-7d0e-4a52-9a5c-0f3e8b7d2a{number:02d}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Олимпиада «Вымысел»"},
        "validFrom": "2026-03-01T00:00:00Z",
        "name": "Диплом победителя I степени",
        "credentialSubject": {
            "id": holder,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": f"https://olymp.example/2026/{number}",
                "type": ["Achievement"],
                "achievementType": "Award",
                "name": "Олимпиада школьников «Вымысел»",
                "description": "Заключительный этап",
                "criteria": {"narrative": "Победа или призовое место"},
                "fieldOfStudy": "Астрономия",
                "humanCode": f"№ {number}",
            },
            "result": [{"type": ["Result"], "value": "Диплом победителя I степени"}],
        },
        "credentialStatus": {
            "id": f"https://olymp.example/status/1#{94500 + number}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(94500 + number),
            "statusListCredential": "https://olymp.example/status/1",
        },
    }


@dataclass
class Side:
    worker: Worker
    memory: int = 0
    """Peak of the whole process, bytes."""

    def ask(self, do: str, times: int, request: dict[str, Any]) -> tuple[float, str]:
        answer = self.worker.ask(do=do, times=times, **request)
        self.memory = max(self.memory, answer["memory"] or 0)
        return answer["seconds"] / times, answer["result"]


@dataclass
class Row:
    """One operation of one suite: seconds per operation of each side, a list over the rounds."""

    suite: str
    key_type: KeyType
    do: str
    limit: float
    seconds: dict[str, list[float]] = field(default_factory=dict)


def main() -> str:
    sides = _sides()
    setup = {
        "contexts": {url: PINNED.document(url) for url in CONTEXTS},
        "keys": {signer.name: signer.to_json() for signer in SIGNERS.values()},
    }
    for side in sides.values():
        side.worker.ask(do="setup", **setup)
    limits = {key_type: _signature_limit(SIGNERS["issuer", key_type].key) for key_type in KeyType}
    rows = [row for suite, key_type in SUITES for row in _measure(sides, suite, key_type, limits[key_type])]
    for side in sides.values():
        side.worker.close()
    return _table(rows, sides)


def _sides() -> dict[str, Side]:
    sides = {"vcwallet": Side(workers.own())}
    peers: dict[str, Callable[[], Worker]] = {
        "JavaScript": lambda: workers.javascript("reference.mjs"),
        "openvc-core": lambda: workers.python(
            "openvc-core", "openvc_peer.py", "openvc-core[data-integrity]==1.37.0"
        ),
        "openbadgeslib": lambda: workers.python(
            "openbadgeslib", "openbadgeslib_peer.py", "openbadgeslib[ldp]==4.6.3"
        ),
    }
    for name, start in peers.items():
        try:
            sides[name] = Side(start())
        except Unavailable as reason:
            print(f"{name} is left out: {reason}", flush=True)
    return sides


def _measure(sides: dict[str, Side], suite: str, key_type: KeyType, limit: tuple[float, float]) -> list[Row]:
    print(f"{suite} {key_type}", flush=True)
    issuer, holder = SIGNERS["issuer", key_type], SIGNERS["holder", key_type]
    common = {"suite": suite, "created": CREATED, "now": NOW, "domain": DOMAIN, "challenge": CHALLENGE}
    issuing = {**common, "key": issuer.name, "method": issuer.method}
    presenting = {**common, "key": holder.name, "method": holder.method}
    ours = sides["vcwallet"]
    unsigned = [strict_json.dumps(diploma(issuer.did, holder.did, number)) for number in range(10)]
    signed = [ours.ask("issue", 1, {**issuing, "text": text})[1] for text in unsigned]
    presentation: dict[str, Any] = {
        "@context": [CREDENTIALS_V2],
        "type": ["VerifiablePresentation"],
        "holder": holder.did,
        "verifiableCredential": [strict_json.loads(text) for text in signed],
    }
    if suite == "Ed25519Signature2020":
        presentation["@context"].append("https://w3id.org/security/suites/ed25519-2020/v1")
    shown = strict_json.dumps(presentation)
    texts = {
        "issue": unsigned[0],
        "verify": signed[0],
        "present": shown,
        "verify-presentation": ours.ask("present", 1, {**presenting, "text": shown})[1],
    }
    times: dict[tuple[str, str], int] = {}
    rows = []
    for do, text in texts.items():
        signs, verifies = SIGNATURES[do]
        row = Row(suite, key_type, do, signs * limit[0] + verifies * limit[1])
        request = {**(issuing if do == "issue" else presenting), "text": text}
        for name, side in sides.items():
            try:
                # The first run warms caches up and says how many fit into one measurement.
                _, result = side.ask(do, 1, request)
                seconds, _ = side.ask(do, 3, request)
            except RuntimeError as reason:
                if name == "vcwallet":
                    raise
                print(f"  {name} does not {OPERATIONS[do]}: {str(reason)[:160]}", flush=True)
                continue
            _agree(do, name, result, sides, common)
            times[name, do] = max(1, round(SECONDS / seconds))
            row.seconds[name] = []
        for _ in range(ROUNDS):
            for name, measured in row.seconds.items():
                measured.append(sides[name].ask(do, times[name, do], request)[0])
        rows.append(row)
    return rows


def _agree(do: str, name: str, result: str, sides: dict[str, Side], common: dict[str, Any]) -> None:
    """We and the reference verify what one side issued; a peer whom neither follows is timed all the same."""
    check = {"issue": "verify", "present": "verify-presentation"}.get(do)
    for judge in ("vcwallet", "JavaScript"):
        if check is None or judge not in sides:
            continue
        try:
            sides[judge].ask(check, 1, {**common, "text": result})
        except RuntimeError as reason:
            if {name, judge} <= {"vcwallet", "JavaScript"}:
                raise
            print(f"  what {name} signs is refused: {str(reason)[:160]}", flush=True)


def _signature_limit(key: SoftwareKey) -> tuple[float, float]:
    """Seconds for one signature and for one verification, nothing else done."""
    message = bytes(64)
    signature = key.sign(message)

    def per_call(call: Callable[[], object]) -> float:
        samples = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            for _ in range(500):
                call()
            samples.append((time.perf_counter() - start) / 500)
        return statistics.median(samples)

    return per_call(lambda: key.sign(message)), per_call(lambda: key.public_key.verify(signature, message))


def _table(rows: list[Row], sides: dict[str, Side]) -> str:
    peers = [name for name in sides if name != "vcwallet"]
    lines = [
        "| suite | operation | a second | "
        + " | ".join(f"times {name}" for name in peers)
        + " | of the limit |",
        "|---|---|--:|" + "--:|" * len(peers) + "--:|",
    ]
    for row in rows:
        own = statistics.median(row.seconds["vcwallet"])
        ratios = []
        for name in peers:
            if name not in row.seconds:
                ratios.append("-")
                continue
            # Round by round, so that a slow moment of the machine weighs on both sides alike.
            ratio = statistics.median(
                peer / ours for peer, ours in zip(row.seconds[name], row.seconds["vcwallet"], strict=True)
            )
            ratios.append(f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}")
        name = row.suite if row.key_type is not KeyType.P384 else f"{row.suite}, P-384"
        cells = [name, OPERATIONS[row.do], f"{1 / own:,.0f}", *ratios, f"{row.limit / own:.0%}"]
        lines.append(f"| {' | '.join(cells)} |")
    memory = ", ".join(f"{name} {side.memory / 2**20:.0f} MiB" for name, side in sides.items())
    return "\n".join(
        [
            *lines,
            "",
            f"Medians of {ROUNDS} interleaved rounds. “Times” is how many times as fast as that peer is;",
            "“-” stands where it does not do the operation.",
            "“Of the limit” is the share of the time that the signatures alone take.",
            f"Peak memory of the whole process: {memory}.",
        ]
    )
