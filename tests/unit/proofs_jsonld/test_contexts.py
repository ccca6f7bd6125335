"""The pinned contexts: the right bytes, checked whenever they are read; and contexts that a user adds."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.pin_contexts import pin
from vcwallet import limits
from vcwallet.errors import DocumentError, LimitExceeded, MachineError, UsageError, VcwalletError
from vcwallet.proofs.jsonld import PINNED, Contexts, pyld_comparison, to_quads
from vcwallet.proofs.jsonld.pinned import FOLDER
from vcwallet.proofs.jsonld.terms import ActiveContext

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ADDED = "https://school.example/contexts/v1"

PUBLISHED = {
    # W3C: the digests printed in the Recommendations.
    "https://www.w3.org/2018/credentials/v1": (
        "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc"
    ),
    V2: ("59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
    "https://w3id.org/security/data-integrity/v2": (
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4"
    ),
    "https://w3id.org/security/multikey/v1": (
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597"
    ),
    # 1EdTech: its specification's repository (3.0.2), and what a package recorded of its server (3.0.3).
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53"
    ),
    OB: ("3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84"),
}
INDEX: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text("utf-8"))["contexts"]


def test_every_context_of_the_issue_is_there() -> None:
    assert set(PINNED.urls) >= {
        "https://www.w3.org/2018/credentials/v1",
        V2,
        "https://www.w3.org/ns/credentials/examples/v2",
        "https://www.w3.org/ns/credentials/undefined-terms/v2",
        "https://w3id.org/security/data-integrity/v1",
        "https://w3id.org/security/data-integrity/v2",
        "https://w3id.org/security/suites/ed25519-2020/v1",
        "https://w3id.org/security/multikey/v1",
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/vc/status-list/2021/v1",
        "https://www.w3.org/ns/credentials/status/v1",
        *(f"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.{minor}.json" for minor in (1, 2, 3)),
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        "https://w3id.org/vdl/v1",
        "https://w3id.org/vdl/aamva/v1",
        "https://w3id.org/citizenship/v4rc1",
    }


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_file_is_the_recorded_one(entry: dict[str, Any]) -> None:
    data = (FOLDER / entry["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == entry["sha256"] == PINNED.digest(entry["url"])
    assert PINNED.content(entry["url"]) == data
    assert PINNED.document(entry["url"]) == json.loads(data)
    assert entry["licence"]
    assert entry["package"]
    assert entry["version"]


def test_no_file_without_a_record() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {entry["file"] for entry in INDEX} | {
        "index.json",
        "NOTICE.md",
    }


@pytest.mark.parametrize("url", PUBLISHED)
def test_published_digest(url: str) -> None:
    """Of the files whose digest somebody else vouches for; `pin` cannot make this test pass by itself."""
    assert PINNED.digest(url) == PUBLISHED[url]


def test_every_term_of_every_context_compiles() -> None:
    """With the contexts of their types and properties: nothing fails at a user's desk first."""
    seen = 0
    for entry in INDEX:
        url = entry["url"]
        lists = entry.get("lists") or [[url]]
        for urls in lists:
            active = PINNED.root(tuple(urls), None)
            seen += _compile(active, 0)
    assert seen > 2_000


def _compile(active: ActiveContext, depth: int) -> int:
    seen = len(active.terms)
    for name, term in active.terms.items():
        if term.has_context and depth < 1:
            scoped = active.with_types((term,), None) if name[:1].isupper() else active.with_term(term, None)
            seen += _compile(scoped, depth + 1)
    return seen


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "contexts"))


def test_one_flipped_byte_is_noticed(copied: Path) -> None:
    file = copied / "credentials-v2.json"
    data = bytearray(file.read_bytes())
    data[5000] ^= 1
    file.write_bytes(data)
    contexts = Contexts(copied)
    assert contexts.document(OB)
    document = {"@context": [V2], "type": "VerifiableCredential", "issuer": "urn:i"}
    for use in (
        lambda: contexts.document(V2),
        lambda: contexts.content(V2),
        lambda: to_quads(document, contexts=contexts),
    ):
        with pytest.raises(MachineError) as refused:
            use()
        assert refused.value.code == "jsonld.context-damaged"
        assert refused.value.evidence["file"] == "credentials-v2.json"


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "index.json").unlink(),
        lambda folder: (folder / "index.json").write_text("{", "utf-8"),
        lambda folder: (folder / "index.json").write_text('{"contexts": [{}]}', "utf-8"),
        lambda folder: (folder / "credentials-v2.json").unlink(),
    ],
    ids=["no index", "half an index", "an empty record", "no file"],
)
def test_a_damaged_installation_says_so(copied: Path, damage: Any) -> None:
    damage(copied)
    with pytest.raises(MachineError) as refused:
        Contexts(copied).document(V2)
    assert refused.value.code == "jsonld.context-damaged"


def test_pinning_again(copied: Path) -> None:
    """What a developer does after a new edition of a context."""
    assert pin(copied) == []
    assert (copied / "index.json").read_bytes() == (FOLDER / "index.json").read_bytes()
    file = copied / "ob-3.0.3.json"
    file.write_text(file.read_text("utf-8").replace("parentOrg", "parentBody"), "utf-8")
    assert pin(copied) == ["ob-3.0.3.json"]
    assert "parentBody" in str(Contexts(copied).document(OB))


def test_unknown_context() -> None:
    for ask in (PINNED.document, PINNED.digest, PINNED.content):
        with pytest.raises(DocumentError) as refused:
            ask("https://x.example/v1")
        assert refused.value.code == "jsonld.context-unknown"


def test_a_fresh_process_needs_neither_pyld_nor_long() -> None:
    """Verifying must not pay for what only added contexts need; the first document compiles its contexts."""
    program = f"""
import json, sys, time
from vcwallet.proofs.jsonld import to_quads
document = json.loads({json.dumps(json.dumps(_diploma()))})
started = time.process_time()
to_quads(document)
print(time.process_time() - started)
print([name for name in ("pyld", "pydantic", "requests", "urllib.request", "socket") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    seconds, modules = run.stdout.splitlines()
    assert float(seconds) < 0.5
    assert modules == "[]"


def _diploma() -> dict[str, Any]:
    return {
        "@context": [V2, OB],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "Школа"},
        "credentialSubject": {
            "type": ["AchievementSubject", "Profile"],
            "familyName": "Тестов",
            "achievement": {
                "type": ["Achievement"],
                "name": "Олимпиада",
                "criteria": {"narrative": "Победа"},
            },
        },
    }


def test_memory_of_term_tables_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attackers choose lists of contexts and combinations of types."""
    monkeypatch.setattr(limits, "JSONLD_REMEMBERED_CONTEXTS", 50)
    contexts = Contexts()
    others = [entry["url"] for entry in INDEX if not entry.get("first")]
    for first in others:
        for second in others:
            document = {"@context": [first, second], "type": "x"} if first != second else _diploma()
            try:
                to_quads(document, contexts=contexts)
            except VcwalletError:
                continue
    assert contexts.made <= 51 + limits.JSONLD_DERIVED_CONTEXTS
    assert len(contexts._roots) <= 51


# --- contexts that a user adds --------------------------------------------------------------------


def added(context: Any, url: str = ADDED) -> Contexts:
    return PINNED.with_file(url, json.dumps({"@context": context}).encode())


def test_added_context_from_a_file(tmp_path: Path) -> None:
    """Its names are understood, PyLD agrees, and the pinned set is as it was."""
    file = tmp_path / "Контекст.json"
    file.write_text('{"@context": {"медаль": "https://school.example/medal"}}', "utf-8")
    contexts = PINNED.with_file(ADDED, file)
    document = {"@context": [V2, ADDED], "id": "urn:c", "type": "VerifiableCredential", "медаль": "золото"}
    assert ("<urn:c>", "<https://school.example/medal>", '"золото"', "") in to_quads(
        document, contexts=contexts
    )
    assert contexts.digest(ADDED) == hashlib.sha256(file.read_bytes()).hexdigest()
    assert contexts.content(ADDED) == file.read_bytes()
    assert contexts.added == {ADDED}
    assert ADDED not in PINNED.urls
    with pytest.raises(DocumentError, match="does not have"):
        to_quads(document)


RICH = {
    "@version": 1.1,
    "@protected": True,
    "school": "https://school.example/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "Medal": {
        "@id": "school:Medal",
        "@context": {
            "metal": {"@id": "school:metal", "@type": "@vocab", "@context": {"gold": "school:gold"}},
            "weight": {"@id": "school:weight", "@type": "xsd:decimal"},
        },
    },
    "medal": {"@id": "school:medal", "@container": "@set"},
    "places": {"@id": "school:places", "@container": "@list"},
    "motto": {"@id": "school:motto", "@container": "@language"},
    "raw": {"@id": "school:raw", "@type": "@json"},
    "site": {"@id": "school:site", "@type": "@id"},
}


def test_what_an_added_context_may_say() -> None:
    """Scoped contexts, lists, language maps, words, datatypes, JSON: PyLD finds the same statements."""
    document = {
        "@context": [V2, ADDED],
        "id": "urn:c",
        "type": "VerifiableCredential",
        "medal": [{"type": "Medal", "metal": "gold", "weight": 5}, {"type": "Medal", "weight": 4.5}],
        "places": ["первое", {"site": "https://school.example/"}],
        "motto": {"ru": ["Дерзай", "Твори"], "la": "Sapere aude"},
        "raw": {"a": [1, None]},
    }
    quads = to_quads(document, contexts=added(RICH))
    assert ("<urn:c>", "<https://school.example/terms#motto>", '"Sapere aude"@la', "") in quads
    assert any(quad[2] == "<https://school.example/terms#gold>" for quad in quads)


LANGUAGE_MAP = {"@id": "urn:x#x", "@container": "@language"}
REFUSED_CONTEXTS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "default language": ({"@language": "ru", "x": "urn:x#x"}, {"x": "a"}, "jsonld.context-feature"),
    "base": ({"@base": "urn:b", "x": "urn:x#x"}, {"x": "a"}, "jsonld.context-feature"),
    "import": ({"@import": V2}, {"x": "a"}, "jsonld.context-feature"),
    "direction": ({"@direction": "rtl"}, {"x": "a"}, "jsonld.context-feature"),
    "relative vocabulary": ({"@vocab": ""}, {"x": "a"}, "jsonld.context-feature"),
    "reverse": ({"x": {"@reverse": "urn:x#x"}}, {"x": "a"}, "jsonld.context-feature"),
    "nest": ({"x": {"@id": "urn:x#x", "@nest": "n"}}, {"x": "a"}, "jsonld.context-feature"),
    "alias of a keyword": ({"x": "@nest"}, {"x": {"name": "a"}}, "jsonld.context-feature"),
    "index": ({"x": {"@id": "urn:x#x", "@container": "@index"}}, {"x": {"k": "a"}}, "jsonld.context-feature"),
    "identifier map": ({"x": {"@id": "urn:x#x", "@container": "@id"}}, {"x": {}}, "jsonld.context-feature"),
    "circle": ({"x": "y", "y": "x"}, {"x": "a"}, "jsonld.context-feature"),
    "relative term": ({"x": "relative"}, {"x": "a"}, "jsonld.context-feature"),
    "number for a term": ({"x": 5}, {"x": "a"}, "jsonld.context-feature"),
    "a context that names itself": ([ADDED], {"x": "a"}, "jsonld.context-circle"),
    "a context nobody has": (["https://x.example/v1"], {"x": "a"}, "jsonld.context-unknown"),
    "name that means nothing": ({"x": None}, {"x": "a"}, "jsonld.undefined-term"),
    "protected name": ({"name": "urn:n#n"}, {"name": "a"}, "jsonld.protected-term"),
    "second name for one IRI": (
        {"title": "https://schema.org/name"},
        {"title": "a"},
        "jsonld.ambiguous-name",
    ),
    "no language map": ({"x": LANGUAGE_MAP}, {"x": "a"}, "jsonld.language"),
    "null text": ({"x": LANGUAGE_MAP}, {"x": {"ru": None}}, "jsonld.language"),
    "text twice": ({"x": LANGUAGE_MAP}, {"x": {"ru": ["a", "a"]}}, "jsonld.value-twice"),
    "language twice": ({"x": LANGUAGE_MAP}, {"x": {"ru": "a", "RU": "a"}}, "jsonld.value-twice"),
    "language without texts": ({"x": LANGUAGE_MAP}, {"x": {"ru": [], "en": "a"}}, "jsonld.empty"),
    "no languages": ({"x": LANGUAGE_MAP}, {"x": {}}, "jsonld.empty"),
    "no tag": ({"x": LANGUAGE_MAP}, {"x": {"@none": "a"}}, "jsonld.language"),
    "null": ({"x": "urn:x#x"}, {"x": None}, "jsonld.null"),
    "a second identifier": ({"key": "@id"}, {"key": "urn:d"}, "jsonld.given-twice"),
    "a second type": ({"kind": "@type"}, {"kind": "VerifiableCredential"}, "jsonld.given-twice"),
}


@pytest.mark.parametrize("name", REFUSED_CONTEXTS)
def test_added_contexts_are_in_the_same_safe_mode(name: str) -> None:
    context, members, code = REFUSED_CONTEXTS[name]
    document = {
        "@context": [V2, ADDED],
        "id": "urn:c",
        "type": "VerifiableCredential",
        "issuer": "urn:i",
        **members,
    }
    with pytest.raises(VcwalletError) as refused:
        to_quads(document, contexts=added(context))
    assert refused.value.code == code


def test_disagreement_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """If PyLD found something else, or fell over, nobody is told that the document holds."""
    document = {"@context": [V2, ADDED], "id": "urn:c", "type": "VerifiableCredential", "x": "a"}
    contexts = added({"x": "urn:x#x"})
    to_quads(document, contexts=contexts)
    for finding in ({"@default": []}, None):
        monkeypatch.setattr(pyld_comparison, "_dataset", lambda document, contexts, found=finding: found)
        with pytest.raises(DocumentError) as refused:
            to_quads(document, contexts=contexts)
        assert refused.value.code == "jsonld.disputed"


def test_a_second_opinion_that_cannot_be_asked_for_is_no_disagreement(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = {"@context": [V2, ADDED], "id": "urn:c", "type": "VerifiableCredential", "x": "a"}
    monkeypatch.setitem(sys.modules, "pyld.jsonld", None)
    with pytest.raises(MachineError) as told:
        to_quads(document, contexts=added({"x": "urn:x#x"}))
    assert told.value.code == "jsonld.no-pyld"


def test_same_url_in_two_sets() -> None:
    """PyLD remembers contexts by URL; a second set with another file must not be shown the first."""
    document = {"@context": [V2, ADDED], "id": "urn:c", "type": "VerifiableCredential", "x": "a"}
    for iri in ("urn:x#one", "urn:x#two"):
        assert any(quad[1] == f"<{iri}>" for quad in to_quads(document, contexts=added({"x": iri})))


def test_documents_without_the_added_context_do_not_pay_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyld_comparison, "confirm", lambda *_: pytest.fail("asked"))
    assert to_quads(_diploma(), contexts=added({"x": "urn:x#x"}))


@pytest.mark.parametrize("url", [V2, "relative", "", "https://x.example/a b"])
def test_urls_that_cannot_be_added(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        added({}, url)
    assert refused.value.code == "jsonld.context-url"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "json.malformed"),
        (b"[]", "json.not-an-object"),
        (b"{}", "jsonld.not-a-context"),
        (b'{"@context": "https://x.example/"}', "jsonld.not-a-context"),
        (b'{"@context": {"x": "urn:x", "x": "urn:y"}}', "json.duplicate-key"),
        (b" " * (limits.JSONLD_CONTEXT_BYTES + 1), "json.too-large"),
    ],
)
def test_files_that_cannot_be_added(data: bytes, code: str) -> None:
    with pytest.raises(VcwalletError) as refused:
        PINNED.with_file(ADDED, data)
    assert refused.value.code == code


def test_added_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as refused:
        PINNED.with_file(ADDED, tmp_path / "absent.json")
    assert refused.value.code == "jsonld.context-file"


def test_hostile_added_context_is_refused_and_not_a_traceback() -> None:
    """A chain of names longer than Python's stack."""
    chain = {f"n{number}": f"n{number + 1}:x" for number in range(3000)} | {"n3000": "urn:x#"}
    document = {"@context": [V2, ADDED], "id": "urn:c", "type": "VerifiableCredential", "n0": "a"}
    with pytest.raises(LimitExceeded):
        to_quads(document, contexts=added(chain))


@pytest.mark.parametrize("base", [V2, "https://www.w3.org/2018/credentials/v1"])
def test_the_context_of_status_lists_says_what_the_data_model_says(base: str) -> None:
    """Published lists and diplomas name it, beside either version of the data model."""
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://x.example/status/3",
    }
    document = {"type": "VerifiableCredential", "issuer": "urn:i", "credentialStatus": entry}
    with_it = to_quads({"@context": [base, "https://www.w3.org/ns/credentials/status/v1"], **document})
    assert [quad[1:] for quad in with_it] == [quad[1:] for quad in to_quads({"@context": [V2], **document})]


def test_contexts_that_are_sent_to_another_process_say_the_same() -> None:
    """Their tables hold marks compared by identity; a copy that kept them would refuse every document."""
    document = {"@context": [V2], "id": "urn:c", "type": "VerifiableCredential", "issuer": "urn:i"}
    quads = to_quads(document)
    assert pickle.loads(pickle.dumps(PINNED)) is PINNED
    own = added({"word": "urn:word"})
    assert to_quads(document, contexts=own) == quads
    arrived = pickle.loads(pickle.dumps(own))
    assert arrived.urls == own.urls
    assert to_quads(document, contexts=arrived) == quads
