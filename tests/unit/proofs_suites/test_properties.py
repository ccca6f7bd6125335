"""Whatever stands in a proof's place is refused by an error of ours; every change of what is signed shows."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.proofs_suites.world import PLAIN, changed, diploma, sign, verify
from vcwallet import strict_json
from vcwallet.errors import ProofError, VcwalletError

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-5, 5) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
SECURED = {suite: sign(diploma(), suite, challenge="c", domain="a.example") for suite in PLAIN}
MEMBERS = ["type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue", "challenge"]
MEMBERS += ["domain", "id", "previousProof", "expires", "nonce", "@context"]

many = settings(max_examples=20_000 if SOAK else 300, deadline=None)


@many
@given(JSON)
def test_anything_in_the_proofs_place_is_refused(value: Any) -> None:
    with pytest.raises(VcwalletError):
        verify({**diploma(), "proof": value})


@many
@given(st.sampled_from(list(PLAIN)), st.dictionaries(st.sampled_from(MEMBERS), JSON, min_size=1, max_size=3))
def test_anything_in_the_place_of_members_is_refused(suite: str, members: dict[str, Any]) -> None:
    secured = SECURED[suite]
    if all(secured["proof"].get(name) == value for name, value in members.items()):
        return
    with pytest.raises(VcwalletError):
        verify({**secured, "proof": {**secured["proof"], **members}})


LEAVES = [path for path, _ in strict_json.strings(diploma()) if path[0] != "@context"]


@many
@given(st.sampled_from(list(PLAIN)), st.sampled_from(LEAVES), st.data())
def test_every_changed_character_is_seen(
    suite: str, path: tuple[str | int, ...], data: st.DataObject
) -> None:
    secured = copy.deepcopy(SECURED[suite])
    value = dict(strict_json.strings(secured))[path]
    position = data.draw(st.integers(0, len(value)))
    other = value[:position] + data.draw(TEXT) + value[position + data.draw(st.integers(0, 2)) :]
    if other == value:
        return
    with pytest.raises(VcwalletError):
        verify(changed(secured, strict_json.pointer(path), other))


@pytest.mark.parametrize("inner", PLAIN)
@pytest.mark.parametrize("outer", PLAIN)
def test_a_presentation_covers_the_proofs_of_its_credentials(inner: str, outer: str) -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:pupil",
        "verifiableCredential": [sign(diploma(), inner)],
    }
    shown = sign(presentation, outer, purpose="authentication")
    verify(shown, purpose="authentication")
    for pointer, other in [
        ("/verifiableCredential/0/proof/created", "2026-05-25T09:00:01Z"),
        (
            "/verifiableCredential/0/proof/proofValue",
            sign(diploma(), inner, challenge="x")["proof"]["proofValue"],
        ),
        ("/verifiableCredential/0/name", "Другое"),
        ("/holder", "did:example:another"),
    ]:
        with pytest.raises(ProofError) as caught:
            verify(changed(shown, pointer, other), purpose="authentication")
        assert caught.value.code == "proof.signature"
