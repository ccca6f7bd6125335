"""The end of an issuer: its last lists, the statement that verifiers keep, and twenty years without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.issuer.kits import OTHER, PUPIL
from tests.unit.issuer.offices import LATER, NOW, PASSPHRASE, Office, pupils
from tests.unit.issuer.test_commands import Terminal
from tests.unit.issuer.test_commands import terminal as terminal
from tests.unit.issuer.test_keys import _command, _counts, _diploma, _in_its_folder, _issuer, _sheet
from vcwallet import strict_json
from vcwallet.credentials import closing
from vcwallet.errors import DocumentError, UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.issuer import Issuer
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.register import Register, State
from vcwallet.sealed_file import SealedFile
from vcwallet.verifier import TrustList
from vcwallet.verifier.trust_changes import compare_closing

in_its_folder = _in_its_folder


def _closed(terminal: Terminal) -> None:
    """Two diplomas, one of them revoked; then the issuer is closed and a university takes that in."""
    _issuer(terminal)
    _sheet("b.csv", OTHER)
    terminal.do("issue", "--yes", "b.csv", "--dir", "o", "--out", "second", "--now", "2026-06-03")
    terminal.do("revoke", _diploma("second"), "--dir", "o", "--now", "2026-06-04", "--yes")
    terminal.do("close", "site", "--dir", "o", "--yes", "--now", "2026-06-30")


def test_in_2046_a_diploma_of_a_closed_issuer_is_confirmed(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command takes the statement in; then nobody has to publish anything for twenty years."""
    _closed(terminal)
    _command("trust", "update", "trust.json", "site", "--accept", "entry.state", "--now", "2026-07-01")
    entry = TrustList.parse(Path("trust.json").read_bytes()).issuers[0]
    assert entry.state.value == "closed"
    assert list(entry.final_lists) == ["https://olymp.example/status/1.json"]
    assert _counts(_diploma("first"), capsys, now="2046-07-01")["confirmed"] == 1
    assert _counts(_diploma("second"), capsys, now="2046-07-01")["notCounted"] == 1, "revoked is for ever"


def test_a_person_is_asked_before_an_issuer_is_closed_in_a_trust_list(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    _closed(terminal)
    _command("trust", "update", "trust.json", "site", "--now", "2026-07-01", expect=3)
    assert TrustList.parse(Path("trust.json").read_bytes()).issuers[0].state.value == "active"
    _command("trust", "update", "trust.json", "site/closing.json", "--accept", "entry.state")
    assert TrustList.parse(Path("trust.json").read_bytes()).issuers[0].state.value == "closed"


@pytest.mark.parametrize("change", ["since", "finalLists", "a key of its own"])
def test_a_forged_statement_is_refused_and_nothing_changes(terminal: Terminal, change: str) -> None:
    """An earlier day would take belief from good diplomas; other lists would un-revoke."""
    _closed(terminal)
    statement = strict_json.loads_object(Path("site/closing.json").read_bytes())
    if change == "since":
        statement["since"] = "2026-05-01T00:00:00Z"
    elif change == "finalLists":
        statement["finalLists"] = {}
    else:
        other = Office.make(Path("other").absolute())
        with Issuer.open(other.folder.path, PASSPHRASE) as thief:
            thief.close_for_good(Path("forged"), now=NOW)
        statement = strict_json.loads_object(Path("forged/closing.json").read_bytes())
    Path("forged.json").write_text(strict_json.dumps(statement), "utf-8")
    before = Path("trust.json").read_bytes()
    _command("trust", "update", "trust.json", "forged.json", "--accept", "entry.state", expect=3)
    assert Path("trust.json").read_bytes() == before


def test_a_statement_that_says_another_day_than_its_proof_is_refused(terminal: Terminal) -> None:
    """The window of a key is asked for the day that is said, so that day must be the one that was signed."""
    _issuer(terminal)
    with Issuer.open(Path("o"), PASSPHRASE) as issuer:
        signer = issuer._folder.signer()
        statement = closing.add_proof(
            {
                "format": closing.FORMAT,
                "issuer": issuer.id,
                "since": "2026-06-20T00:00:00Z",
                "finalLists": {},
            },
            suite="eddsa-jcs-2022",
            key=issuer._keys().signing_key(),
            verification_method=signer.verification_method,
            created=NOW,
        )
    Path("dated.json").write_text(strict_json.dumps(statement), "utf-8")
    before = Path("trust.json").read_bytes()
    _command("trust", "update", "trust.json", "dated.json", "--accept", "entry.state", expect=3)
    assert Path("trust.json").read_bytes() == before
    (change,) = compare_closing(TrustList.parse(before), statement, now=LATER)
    assert change.reason is not None
    assert change.reason.code == "closing.date"


def test_a_statement_signed_by_somebody_else_is_of_another() -> None:
    """A did:key proves its own signature, and nothing about the issuer that is named."""
    key = SoftwareKey.generate(KeyType.ED25519)
    method = did_key.resolve(did_key.did_of(key.public_key)).verification_methods[0].id
    said = closing.Closing("did:web:olymp.example", NOW, {})
    statement = closing.sign(said, key=key, verification_method=method)
    with pytest.raises(DocumentError) as refused:
        closing.verify(statement, resolve=did_key.resolve, now=LATER)
    assert refused.value.code == "closing.of-another"


@pytest.mark.parametrize("action", ["issue", "revoke", "publish", "close"])
def test_after_closing_nothing_is_signed_revoked_or_published(terminal: Terminal, action: str) -> None:
    _closed(terminal)
    _sheet("c.csv", PUPIL, OTHER)
    words = {
        "issue": ("issue", "c.csv"),
        "revoke": ("revoke", _diploma("first"), "--yes"),
        "publish": ("publish", "again"),
        "close": ("close", "again", "--yes"),
    }[action]
    assert "closed" in terminal.do(*words, "--dir", "o", "--now", "2026-07-05", expect=2)
    assert not Path("again").exists()
    with Issuer.open(Path("o")) as issuer:
        assert issuer.closed_since is not None
        with pytest.raises(UsageError) as refused:
            issuer.unlock(PASSPHRASE)
        assert refused.value.code == "issuer.closed"


def test_a_closed_folder_has_no_keys_that_could_be_stolen(terminal: Terminal) -> None:
    """Else somebody could sign under a day before the closing for ever."""
    _closed(terminal)
    assert not list(Path("o").glob("standby*"))
    for name in ("keys.vcw", "keys.vcw.bak"):
        file = SealedFile.open(Path("o") / name, kind="issuer", passphrase=PASSPHRASE)
        kinds = {record.kind for record in file.records()}
        assert not kinds & {"signing-key", "token-keys", "standby-code"}, name


@pytest.mark.parametrize("saves", [0, 1])
def test_a_closing_that_was_stopped_before_it_forgot_the_keys_forgets_them_when_it_is_repeated(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, saves: int
) -> None:
    """Stopped before the keystore is saved, or before the copy beside it is without keys too."""
    _issuer(terminal)

    def stopped(keystore: Keystore) -> None:
        if saves:
            for record in keystore._file.records():
                if record.kind in ("signing-key", "standby-code"):
                    keystore._file.remove(record.id)
            keystore.save()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, Issuer.open(Path("o"), PASSPHRASE) as issuer:
        patched.setattr(Keystore, "forget_keys", stopped)
        with pytest.raises(KeyboardInterrupt):
            issuer.close_for_good(Path("site"), now=NOW.replace(year=2027))
    assert "closed" in terminal.do("close", "site", "--yes", "--dir", "o", "--now", "2027-07-05", expect=2)
    for path in Path("o").glob("keys.vcw*"):
        file = SealedFile.open(path, kind="issuer", passphrase=PASSPHRASE)
        assert not {record.kind for record in file.records()} & {"signing-key", "standby-code"}, path.name
    assert not list(Path("o").glob("standby*"))


def test_what_was_published_last_is_kept_in_the_folder(terminal: Terminal) -> None:
    """The site may be switched off; the folder can put the same bytes out again."""
    _closed(terminal)
    for path in Path("site").rglob("*.json"):
        assert (Path("o/closed") / path.relative_to("site")).read_bytes() == path.read_bytes()
    last = json.loads(Path("site/status/1.json").read_bytes())
    assert "validUntil" not in last, "nobody will sign a next one"


def test_an_issuer_with_diplomas_begun_is_not_closed(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    office.issue(pupils(1))
    monkeypatch.setattr(Register, "counts", lambda self: {State.ISSUED: 1, State.RESERVED: 3})
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        with pytest.raises(UsageError) as refused:
            issuer.close_for_good(tmp_path / "site", now=NOW)
        assert refused.value.code == "closing.unfinished"
        assert issuer.closed_since is None


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": 1},
        {"since": None},
        {"finalLists": []},
        {"finalLists": {"https://a.example/1": {"asOf": "2026-06-30T00:00:00Z"}}},
        {"finalLists": {"https://a.example/1": {"asOf": 1, "digest": "sha256-"}}},
        {"remark": "word"},
    ],
)
def test_a_statement_of_another_form_is_refused(change: dict[str, object]) -> None:
    whole = {
        "format": closing.FORMAT,
        "issuer": "did:web:a.example",
        "since": "2026-06-30T00:00:00Z",
        "finalLists": {},
        "proof": {},
    }
    closing.read(strict_json.loads_object(json.dumps(whole)))
    with pytest.raises(DocumentError) as refused:
        closing.read(strict_json.loads_object(json.dumps({**whole, **change})))
    assert refused.value.code == "closing.malformed"
