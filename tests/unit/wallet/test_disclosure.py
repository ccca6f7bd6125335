"""What is hidden stays at home; what is asked for is found; what is shown is the least that does the job."""

from __future__ import annotations

import copy
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mutations.test_bundle_changes import nodes, parent, replacements
from tests.shared import ROOT, SOAK
from tests.unit.wallet.shared import MASHA, NOW, PETYA, Issuer, later, present, wallet
from vcwallet import locales, strict_json
from vcwallet.bundle.request import Request, Want
from vcwallet.credentials import credential, fact_words, template_file, verification
from vcwallet.credentials.achievement import Fact, facts
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.gate import NotAdmitted
from vcwallet.credentials.presentation import Presentation
from vcwallet.credentials.template import ColumnType
from vcwallet.errors import UsageError, VcwalletError
from vcwallet.identifiers import multibase
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.proofs.cryptosuites import ecdsa_sd, is_base_proof
from vcwallet.wallet import Wallet, answering, drafts

TO: dict[str, Any] = {"domain": "university.example", "purpose": "Поступление", "now": NOW}
SECRETS = ("2009-05-17", "Школа № 0")


def scored(issuer: Issuer, number: int = 1) -> Any:
    """A diploma that also states points, which few universities need."""
    document = issuer.diploma(number=number, role="10")
    del document["proof"]
    subject: Any = document["credentialSubject"]
    scale = "urn:uuid:0b8d3f7e-91a4-4f6d-b2c5-7e60d1f48a39"
    subject["achievement"]["resultDescription"] = [
        {
            "id": scale,
            "type": ["ResultDescription"],
            "name": "Сумма баллов",
            "resultType": "RawScore",
            "valueMax": "100",
        }
    ]
    subject["result"].append({"type": ["Result"], "resultDescription": scale, "value": "87"})
    return issuer.with_hideable_parts(issuer.sign(document))


def draft_of(credential: Credential, hide: Collection[str]) -> drafts.Draft:
    return drafts.draft(credential, facts(credential), hide)


def kept(family: Wallet, document: Any) -> Any:
    return family.add(document, now=NOW)


def test_hidden_fields_leave_no_trace_and_the_rest_still_verifies(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.with_hideable_parts(issuer.diploma()))
    shown = present(family, [entry], hide={entry.id: ["born", "school"]}, **TO)
    for secret in SECRETS:
        assert secret in entry.credential.text
        assert secret not in shown.bundle.text
    (credential,) = Presentation.parse(shown.presentation).credentials
    assert facts(credential).said.keys() == entry.facts.said.keys() - {"born", "school"}
    assert not any(is_base_proof(proof) for proof in credential.proofs)
    verification.verify(
        Presentation.parse(shown.bundle.text), resolve=family.issuers.resolve, now=NOW, domain=TO["domain"]
    )
    said = shown.ledger_entry.showing
    assert said is not None
    assert set(said.shown[0].hidden) == {"born", "school"}
    assert "born" not in said.shown[0].fields


def test_the_name_of_a_hidden_score_is_not_told_as_a_value(issuer: Issuer) -> None:
    """Issuers may keep the description of a result in sight when they let its value be hidden."""
    document: Any = scored(issuer)
    del document["credentialSubject"]["result"][-1]
    shown = Credential.parse(document)
    said = fact_words.further(shown, facts(shown, something_hidden=True), locales.language("ru"))
    assert ("Названо, значения не видно", "Сумма баллов") in said


def test_without_hiding_the_plain_proof_goes_out_and_the_base_proof_stays(
    tmp_path: Path, issuer: Issuer
) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.with_hideable_parts(issuer.diploma()))
    assert [is_base_proof(proof) for proof in entry.credential.proofs] == [False, True]
    (credential,) = Presentation.parse(present(family, [entry], **TO).presentation).credentials
    assert [proof["cryptosuite"] for proof in credential.proofs] == ["eddsa-rdfc-2022"]
    (base,) = (proof for proof in entry.credential.proofs if is_base_proof(proof))
    assert str(base["proofValue"]) not in present(family, [entry], **TO).bundle.text


def test_a_diploma_with_nothing_but_a_base_proof_is_shown_through_a_derived_one(
    tmp_path: Path, issuer: Issuer
) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    unsigned = {name: value for name, value in issuer.diploma().items() if name != "proof"}
    entry = kept(family, issuer.with_hideable_parts(unsigned))
    (credential,) = Presentation.parse(present(family, [entry], **TO).presentation).credentials
    assert facts(credential).said == entry.facts.said
    assert not is_base_proof(credential.proofs[0])


@pytest.mark.parametrize("field", ["born", "school", "class", "result", "score", "person", "patronymic"])
def test_each_field_hides_alone(issuer: Issuer, field: str) -> None:
    credential = Credential.parse(scored(issuer))
    draft = draft_of(credential, [field])
    assert set(draft.hidden) == drafts.with_parts([field])
    assert set(draft.fields) == set(drafts.fields(credential, facts(credential))) - set(draft.hidden)
    if field in ("born", "school", "result"):
        assert facts(credential).said[Fact(field)] not in str(draft.credential.json)


def test_a_hidden_score_takes_its_scale_along(issuer: Issuer) -> None:
    draft = draft_of(Credential.parse(scored(issuer)), ["score"])
    for trace in ("87", "Сумма баллов", "RawScore", "ResultDescription"):
        assert trace not in str(draft.credential.json["credentialSubject"])


def test_everything_hideable_at_once(issuer: Issuer) -> None:
    credential = Credential.parse(scored(issuer))
    every = drafts.hideable(credential)
    assert set(every) == {"person", "patronymic", "born", "school", "class", "result", "score"}
    draft = draft_of(credential, every)
    assert set(draft.hidden) == set(every)
    for name in (MASHA.given_name, MASHA.family_name, *SECRETS, "победителя"):
        assert name not in str(draft.credential.json)


IMPOSSIBLE = {
    "a field there is not": ("salary", "wallet.no-such-field"),
    "a mandatory part": ("achievement", "wallet.cannot-hide"),
    "the issuer": ("issuer", "wallet.cannot-hide"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_hidden_is_not_shown_by_mistake(tmp_path: Path, issuer: Issuer, name: str) -> None:
    field, code = IMPOSSIBLE[name]
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.with_hideable_parts(issuer.diploma()))
    with pytest.raises(UsageError) as caught:
        present(family, [entry], hide={entry.id: [field]}, **TO)
    assert caught.value.code == code
    plain = kept(family, issuer.diploma(number=2))
    assert drafts.hideable(plain.credential) == {}
    with pytest.raises(UsageError) as caught:
        present(family, [plain], hide={plain.id: ["born"]}, **TO)
    assert caught.value.code == "wallet.cannot-hide"
    # A field the diploma has not is hidden already.
    assert present(family, [plain], hide={plain.id: ["class"]}, **TO)
    assert len(family.children[0].ledger.entries()) == 1


def test_a_forged_base_proof_is_not_kept(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    impostor = Issuer()
    for document in (
        impostor.with_hideable_parts(issuer.diploma()),
        {**issuer.with_hideable_parts(issuer.diploma()), "validFrom": "2020-01-01T00:00:00Z"},
    ):
        with pytest.raises(NotAdmitted):
            kept(family, document)


# --- every template of every kit -----------------------------------------------------------------------

ISSUER = Issuer()
TEMPLATES = {
    path.stem: template_file.load(path) for path in sorted((ROOT / "issuers").glob("*/templates/*.toml"))
}
TEXTS = {
    ColumnType.NAME: "Вымыслов-{n}",
    ColumnType.TEXT: "Небылица № {n}",
    ColumnType.DATE: "20{n}-05-17",
    ColumnType.INTEGER: "{n}",
    ColumnType.DECIMAL: "{n}.5",
    ColumnType.CLASS: "9 «Ы»",
    ColumnType.CODE: "К-{n}",
    ColumnType.YEAR: "20{n}/26",
}


@lru_cache
def issued(template_id: str, holder: str | None = None) -> Credential:
    """A diploma that says everything its template can, no two values alike, signed as issuers sign."""
    template = TEMPLATES[template_id]
    values = []
    for number, column in enumerate(template.columns, 10):
        if column.type is ColumnType.DID:
            values.append(holder or did_key.did_of(SoftwareKey.generate(KeyType.ED25519).public_key))
        else:
            choice = column.choices[-1].value if column.choices else ""
            text = TEXTS.get(column.type, choice).format(n=number)
            values.append(text.replace("-", "") if column.type is ColumnType.NAME else text)
    document = template.fill(
        values,
        credential_id="urn:uuid:6c1f2b64-7d0e-4a52-9a5c-0f3e8b7d2a11",
        issuer_id=ISSUER.id,
        issuer_name=ISSUER.name,
        subject_id="",
        valid_from=NOW,
    )
    pointers = template.mandatory_pointers(values, document)
    return Credential.parse(ISSUER.with_hideable_parts(ISSUER.sign(document), pointers))


def value_at(document: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        document = document[int(step) if isinstance(document, list) else step]
    return document


def without(document: Any, pointers: Collection[str]) -> Any:
    twin = copy.deepcopy({name: value for name, value in document.items() if name != "proof"})
    for pointer in pointers:
        del value_at(twin, pointer.rpartition("/")[0])[pointer.rpartition("/")[2]]
    return twin


def verified(document: Any) -> str:
    (proof,) = credential.verify(
        Credential.parse(document), resolve=lambda _: ISSUER.document, now=later(2000)
    )
    return proof.cryptosuite


def leaves(document: Any, places: Collection[str]) -> set[bytes]:
    """Hidden values as they would stand in JSON, and their digests in the usual spellings."""
    found = set()
    for pointer in places:
        value = value_at(document, pointer)
        digest = hashlib.sha256(value.encode()).digest()
        found |= {f'"{value}"'.encode(), digest, digest.hex().encode(), urlsafe_b64encode(digest)[:42]}
    return found


@pytest.mark.parametrize("template_id", TEMPLATES)
def test_what_a_template_calls_hideable_is_what_the_wallet_can_hide(template_id: str) -> None:
    whole = issued(template_id)
    template = TEMPLATES[template_id]
    promised = {key for group in template.hideable for key in group.columns}
    pointers = {pointer for places in drafts.hideable(whole).values() for pointer in places}
    assert len(pointers) == len(promised), "the wallet has a word for every column, each one statement"
    words = set(drafts.hideable(whole))
    assert {"patronymic", "born", "school", "place", "number"} <= words
    assert ("class" in words) is not ("role" in words), "Open Badges has one place for the two"
    assert not words & {"person", "achievement", "issuer", "awarded"}


@given(st.data())
@settings(max_examples=5000 if SOAK else 100, deadline=None)
def test_any_subset_hides_itself_and_nothing_else(data: st.DataObject) -> None:
    whole = issued(data.draw(st.sampled_from(sorted(TEMPLATES))))
    possible = drafts.hideable(whole)
    hide = data.draw(st.sets(st.sampled_from(sorted(possible))))
    places = {pointer for name in hide for pointer in possible[name]}
    draft = draft_of(whole, hide)
    proof = draft.credential.json["proof"]
    assert isinstance(proof, dict)
    assert {name: value for name, value in draft.credential.json.items() if name != "proof"} == without(
        whole.json, places
    )
    assert set(draft.hidden) == hide
    assert verified(draft.credential.json) == ("ecdsa-sd-2023" if hide else "eddsa-rdfc-2022")
    if not hide:
        return
    value = multibase.decode_multibase(str(proof["proofValue"]))
    carried = strict_json.dumps(draft.credential.json).encode() + value
    for trace in leaves(whole.json, places):
        assert trace not in carried
    base = ecdsa_sd.parse_base_proof_value(whole.proofs[1])
    shown = ecdsa_sd.parse_derived_proof_value(proof)
    assert base.hmac_key not in carried
    # One signature for each shown statement that may be hidden, and of no other.
    assert len(shown.signatures) == len(base.signatures) - len(places)
    hidden_signatures = set(base.signatures) - set(shown.signatures)
    assert not [signature for signature in hidden_signatures if signature in carried]


@lru_cache
def shown_in_part() -> Any:
    return draft_of(issued("olympiad-diploma"), ["born", "school"]).credential.json


def changed_documents() -> Iterator[tuple[str, Any]]:
    """Every node of a derived credential changed in every way its type allows; what was hidden put back."""
    document = shown_in_part()
    for path, value in nodes(document):
        for name, new in replacements(value) if path else ():
            twin = copy.deepcopy(document)
            parent(twin, path)[path[-1]] = new
            yield f"{strict_json.pointer(path)}: {name}", twin
        if path:
            twin = copy.deepcopy(document)
            del parent(twin, path)[path[-1]]
            yield f"{strict_json.pointer(path)}: removed", twin
    whole: Any = issued("olympiad-diploma").json
    for member in ("dateOfBirth", "parentOrg"):
        twin = copy.deepcopy(document)
        twin["credentialSubject"][member] = whole["credentialSubject"][member]
        yield f"{member} put back", twin
    twin = copy.deepcopy(document)
    twin["proof"] = whole["proof"]
    yield "the proofs of the whole", twin


def test_no_changed_document_holds() -> None:
    assert verified(shown_in_part()) == "ecdsa-sd-2023"
    everything = list(changed_documents())
    assert len(everything) > 300
    holding = []
    for name, document in everything:
        with suppress(VcwalletError):
            verified(strict_json.loads_object(strict_json.dumps(document)))
            holding.append(name)
    assert not holding


@given(st.data())
@settings(max_examples=20_000 if SOAK else 200, deadline=None)
def test_no_changed_proof_holds(data: st.DataObject) -> None:
    """A byte changed, cut out or put in; statements' signatures swapped, doubled or taken away."""
    document = shown_in_part()
    raw = bytearray(multibase.decode_multibase(document["proof"]["proofValue"]))
    position = data.draw(st.integers(0, len(raw) - 1))
    match data.draw(st.sampled_from(["byte", "cut", "insert", "swap", "double", "fewer", "index", "label"])):
        case "byte":
            raw[position] ^= data.draw(st.integers(1, 255))
        case "cut":
            del raw[position:]
        case "insert":
            raw.insert(position, data.draw(st.integers(0, 255)))
        case change:
            signature, key, signatures, labels, indexes = cbor2.loads(bytes(raw[3:]))
            if change == "swap":
                signatures.insert(0, signatures.pop())
            elif change == "double":
                signatures.append(signatures[0])
            elif change == "fewer":
                signatures.pop(data.draw(st.integers(0, len(signatures) - 1)))
            elif change == "index":
                indexes.pop(data.draw(st.integers(0, len(indexes) - 1)))
            else:
                labels[0] = labels[0][1:] + labels[0][:1]
            raw[3:] = cbor2.dumps([signature, key, signatures, labels, indexes])
    if bytes(raw) == multibase.decode_multibase(document["proof"]["proofValue"]):
        return
    proof = {**document["proof"], "proofValue": multibase.encode_multibase(bytes(raw), "u")}
    with pytest.raises(VcwalletError):
        verified({**document, "proof": proof})


def test_two_diplomas_lend_each_other_nothing() -> None:
    """A statement signed for one does not hold in another, whoever's they are."""
    one, other = (
        shown_in_part(),
        draft_of(issued("olympiad-participant"), ["born", "school"]).credential.json,
    )
    for mixed in ({**one, "proof": other["proof"]}, {**other, "proof": one["proof"]}):
        with pytest.raises(VcwalletError):
            verified(mixed)


# --- requests ------------------------------------------------------------------------------------------


def request(*wants: Want, **changes: Any) -> Request:
    values = {
        "domain": "university.example",
        "purpose": "Поступление",
        "created": NOW,
        "wants": wants,
        **changes,
    }
    return Request(**values)


def asked(family: Wallet, *wants: Want, **changes: Any) -> answering.Answer:
    def status(entry: Any) -> Any:
        return family.status(entry, now=NOW)

    return answering.propose(family.children[0], request(*wants, **changes), status=status, now=NOW)


def test_the_fewest_diplomas_and_fields_answer_a_request(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    for number, year in ((1, 2024), (2, 2025), (3, 2026)):
        document = issuer.diploma(number=number, awarded=f"{year}-03-01", role="9" if number == 2 else None)
        kept(family, issuer.with_hideable_parts(document))
    newest = family.diplomas()[-1]
    one = asked(family, Want("olympiad-diploma", ("person", "result")))
    assert one.diplomas == (newest,)
    assert set(one.hide[newest.id]) == {"born", "school"}
    # One diploma that serves both wants is preferred to two.
    both = asked(family, Want("olympiad-diploma", ("class",)), Want("olympiad-diploma", ("born",)))
    assert [entry.awarded[:4] for entry in both.diplomas] == ["2025"]
    assert "class" not in both.hide[both.diplomas[0].id]
    assert "born" not in both.hide[both.diplomas[0].id]
    assert len(asked(family, Want("olympiad-diploma", at_least=2)).diplomas) == 2
    assert all(not hidden for hidden in asked(family, Want("olympiad-diploma")).hide.values()), (
        "whole diplomas were asked for"
    )
    shown = present(family, one.diplomas, hide=one.hide, **TO)
    assert "2009-05-17" not in shown.bundle.text


def test_what_is_revoked_answers_nothing(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    first, second = (kept(family, issuer.diploma(number=number)) for number in (1, 2))
    family.lists.remember(issuer.status_list(revoked=(2,)), now=NOW)
    assert asked(family, Want("olympiad-diploma")).diplomas == (first,)
    with pytest.raises(UsageError) as caught:
        asked(family, Want("olympiad-diploma", at_least=2))
    assert caught.value.code == "wallet.not-enough"
    assert second.title in str(caught.value), "why it is not enough"


REQUESTS: dict[str, tuple[tuple[Want, ...], dict[str, Any], str]] = {
    "expired": ((Want("olympiad-diploma"),), {"expires": NOW}, "wallet.request-expired"),
    "asks for nothing": ((), {}, "wallet.request-names-nothing"),
    "another kind": ((Want("Course"),), {}, "wallet.not-enough"),
    "a field no diploma has": ((Want("olympiad-diploma", ("score",)),), {}, "wallet.not-enough"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests_that_cannot_be_answered(tmp_path: Path, issuer: Issuer, name: str) -> None:
    wants, changes, code = REQUESTS[name]
    family = wallet(tmp_path / "a.vcw", issuer)
    kept(family, issuer.diploma())
    with pytest.raises(UsageError) as caught:
        asked(family, *wants, **changes)
    assert caught.value.code == code


def test_a_request_is_answered_by_one_child_only(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add_child(MASHA, now=NOW)
    family.add_child(PETYA, now=NOW)
    kept(family, issuer.diploma(MASHA, number=1))
    kept(family, issuer.diploma(PETYA, number=2))
    with pytest.raises(UsageError):
        asked(family, Want("olympiad-diploma", at_least=2))


def test_the_promise_how_long_it_is_kept_is_remembered(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    entry = kept(family, issuer.diploma())
    asked_for = request(retention=timedelta(days=40))
    family.sign(family.prepare([entry], request=asked_for, now=later()), now=later())
    (line,) = family.children[0].ledger.entries()
    assert line.showing is not None
    assert line.showing.retention_days == 40
