"""A request comes back as it was asked, and anything else is refused with the member that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcwallet import strict_json
from vcwallet.bundle import codec, scanning, symbols
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.request import Request, Want
from vcwallet.errors import VcwalletError

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
FULL = Request(
    domain="priem.vuz.example",
    purpose="Поступление, 2026",
    created=NOW,
    challenge="4711",
    expires=NOW + timedelta(days=30),
    wants=(Want("olympiad-diploma", ("person", "result"), 2), Want()),
    retention=timedelta(days=90),
    status_age=timedelta(days=14),
)
LEAST = Request("priem.vuz.example", "Приём", NOW)


@pytest.mark.parametrize("request_", [FULL, LEAST])
def test_a_request_comes_back_through_json_and_through_a_code(request_: Request) -> None:
    document = request_.to_json()
    assert Request.parse(strict_json.loads_object(strict_json.dumps(document))) == request_
    picture = symbols.png(symbols.lay_out(codec.pack(document)))
    (found,) = scanning.read_inputs([picture])
    assert found.kind is DocumentKind.REQUEST
    assert found.document is not None
    assert Request.parse(found.document) == request_


BAD: dict[str, dict[str, Any]] = {
    "another format": {"format": "vcwallet-request/2"},
    "no format": {"format": None},
    "a stranger": {"callback": "https://tracker.example"},
    "no domain": {"domain": ""},
    "a domain with spaces": {"domain": "priem vuz"},
    "a domain of another type": {"domain": ["a", "b"]},
    "no purpose": {"purpose": "  "},
    "a long purpose": {"purpose": "я" * 501},
    "a day without zone": {"created": "2026-06-01"},
    "an empty challenge": {"challenge": ""},
    "wants of another type": {"wants": {"kind": "Award"}},
    "too many wants": {"wants": [{}] * 21},
    "an unknown want": {"wants": [{"marks": "all"}]},
    "fields of another type": {"wants": [{"fields": "all"}]},
    "a field twice": {"wants": [{"fields": ["born", "born"]}]},
    "no field": {"wants": [{"fields": [""]}]},
    "none at least": {"wants": [{"atLeast": 0}]},
    "true at least": {"wants": [{"atLeast": True}]},
    "a kind of another type": {"wants": [{"kind": 1}]},
    "retention of no days": {"retentionDays": 0},
    "retention for ever": {"retentionDays": 10**6},
    "retention as text": {"retentionDays": "30d"},
}
OTHER_REASONS = {
    "another format": "request.format",
    "no format": "request.format",
    "a day without zone": "timestamp.malformed",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_refused(name: str) -> None:
    with pytest.raises(VcwalletError) as caught:
        Request.parse({**FULL.to_json(), **BAD[name]})
    assert caught.value.code == OTHER_REASONS.get(name, "request.malformed")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(FULL.to_json())), json_values)
def test_no_value_of_a_member_is_a_traceback(member: str, value: Any) -> None:
    try:
        Request.parse({**FULL.to_json(), member: value})
    except VcwalletError as error:
        assert error.code.partition(".")[0] in ("request", "timestamp")
