"""What is previewed, signed and written down is one computation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.wallet.shared import MASHA, NOW, PETYA, Cli, Issuer, later, reopen, wallet
from vcwallet.bundle.request import Request, Want
from vcwallet.credentials import achievement, credential, presentation
from vcwallet.credentials.credential import Credential
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import UsageError
from vcwallet.wallet import child, drafts

TO: dict[str, Any] = {"to": "university.example", "purpose": "Поступление"}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a diploma was read, its facts were made, and a derived form of it was computed."""
    counted: Counter[str] = Counter()

    def counting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            counted[name] += 1
            return function(*arguments, **options)

        return call

    # `Credential.parse` and `Presentation.parse` both end in `check_structure`, once for each credential.
    monkeypatch.setattr(credential, "check_structure", counting("read", credential.check_structure))
    facts = counting("facts", achievement.facts)
    monkeypatch.setattr(achievement, "facts", facts)
    monkeypatch.setattr(drafts, "facts", facts)
    monkeypatch.setattr(drafts, "derive", counting("derive", drafts.derive))
    assert child.achievement is achievement
    return counted


def test_one_diploma_with_a_hidden_field_is_computed_once(
    tmp_path: Path, issuer: Issuer, calls: Counter[str]
) -> None:
    """The kept diploma is read once and its facts made once, when its record is opened. The derived form is
    computed once, read once and its facts made once, for the draft. Signing reads the finished
    presentation once, as its recipient will. The preview and the ledger compute nothing.
    """
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add(issuer.with_hideable_parts(issuer.diploma()), now=NOW)
    family.save()
    again = reopen(tmp_path / "a.vcw")
    calls.clear()
    (kept,) = again.diplomas()
    assert calls == {"read": 1, "facts": 1}
    prepared = again.prepare([kept], hide=["born"], now=NOW, **TO)
    assert calls == {"read": 2, "facts": 2, "derive": 1}
    _ = [(each.diploma.title, each.draft.fields, each.draft.facts) for each in prepared.diplomas]
    again.sign(prepared, now=NOW)
    assert calls == {"read": 3, "facts": 2, "derive": 1}


def test_the_command_computes_no_more_than_the_library(
    tmp_path: Path, cli: Cli, issuer: Issuer, calls: Counter[str]
) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add(issuer.with_hideable_parts(issuer.diploma()), now=NOW)
    family.save()
    calls.clear()
    now = ("--now", "2026-06-20T09:00:00Z")
    to = ("--to", "university.example", "--purpose", "Поступление", "--hide", "born")
    assert cli("present", "a.vcw", *to, *now, "--yes", "--out", "shown.json") == 0
    assert calls == {"read": 3, "facts": 2, "derive": 1}


def test_adding_reads_a_diploma_once(tmp_path: Path, issuer: Issuer, calls: Counter[str]) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    document = issuer.diploma()
    calls.clear()
    family.add(document, now=NOW)
    assert family.diplomas()
    assert calls == {"read": 1, "facts": 1}


def test_what_is_signed_are_the_drafts(tmp_path: Path, issuer: Issuer) -> None:
    """A derived proof is random: a second computation would give other bytes than those previewed."""
    family = wallet(tmp_path / "a.vcw", issuer)
    kept = family.add(issuer.with_hideable_parts(issuer.diploma()), now=NOW)
    prepared = family.prepare([kept], hide=["born", "school"], now=NOW, **TO)
    shown = family.sign(prepared, now=later())
    (draft,) = (each.draft for each in prepared.diplomas)
    (sent,) = Presentation.parse(shown.text).credentials
    assert sent.json == draft.credential.json
    assert draft.facts == achievement.facts(sent)
    said = shown.ledger_entry.showing
    assert said is not None
    assert (said.shown[0].fields, said.shown[0].hidden) == (draft.fields, draft.hidden)
    assert (said.at, said.expires) == (later(), prepared.terms.expires)


def test_drafts_that_ran_out_before_they_were_signed_are_not_shown(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    kept = family.add(issuer.diploma(), now=NOW)
    prepared = family.prepare([kept], expires=timedelta(hours=1), now=NOW, **TO)
    with pytest.raises(UsageError) as caught:
        family.sign(prepared, now=later())
    assert caught.value.code == "presentation.dates"
    assert family.children[0].ledger.entries() == ()


def test_a_request_is_prepared_with_its_own_terms(tmp_path: Path, issuer: Issuer) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add(issuer.with_hideable_parts(issuer.diploma(MASHA, number=1)), now=NOW)
    family.add(issuer.diploma(PETYA, number=2), child=family.add_child(PETYA, now=NOW), now=NOW)
    request = Request(
        domain="university.example",
        purpose="Поступление",
        created=NOW,
        challenge="c-7",
        expires=later(3),
        wants=(Want("olympiad-diploma", ("person", "result")),),
        retention=timedelta(days=30),
    )
    prepared = family.prepare(request=request, child=family.child("Проба"), now=NOW)
    terms = prepared.terms
    assert (terms.recipient, terms.challenge, terms.expires) == ("university.example", "c-7", later(3))
    assert "born" in prepared.diplomas[0].draft.hidden
    with pytest.raises(UsageError) as caught:
        family.prepare(request=request, child=family.child("Проба"), to="other.example", now=NOW)
    assert caught.value.code == "wallet.other-recipient"
    with pytest.raises(UsageError) as caught:
        family.prepare(
            family.diplomas(child=family.child("Пример")), child=family.child("Проба"), now=NOW, **TO
        )
    assert caught.value.code == "wallet.several-children"


@pytest.mark.parametrize(
    ("form", "start"), [("json", b"{"), ("png", b"\x89PNG"), ("txt", b""), ("svg", b"<svg")]
)
def test_what_was_shown_is_written_in_the_form_that_is_named(
    tmp_path: Path, issuer: Issuer, form: str, start: bytes
) -> None:
    family = wallet(tmp_path / "a.vcw", issuer)
    kept = family.add(issuer.diploma(), now=NOW)
    shown = family.sign(family.prepare([kept], now=NOW, **TO), now=NOW)
    assert shown.render(form).startswith(start)
    with pytest.raises(UsageError) as caught:
        shown.render("docx")
    assert caught.value.code == "bundle.form"


def test_credentials_are_signed_as_they_were_read(issuer: Issuer) -> None:
    """`presentation.sign` takes what was parsed already and signs the very same document."""
    from vcwallet.identifiers.did import key as did_key
    from vcwallet.identifiers.keys import KeyType, SoftwareKey

    key = SoftwareKey.generate(KeyType.ED25519)
    read = Credential.parse(issuer.diploma())
    options: dict[str, Any] = {
        "holder_key": key,
        "holder": did_key.did_of(key.public_key),
        "domain": "university.example",
        "challenge": None,
        "created": NOW,
        "expires": later(),
    }
    assert presentation.sign([read], **options) == presentation.sign([read.json], **options)
