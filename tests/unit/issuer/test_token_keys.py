"""Keys that never leave a token, tried with SoftHSM 2, which `.ci/run` installs."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import which
from threading import Barrier

import pytest

from tests.unit.issuer.offices import LATER, NOW, PASSPHRASE, Office, pupils
from tests.web.pages import Time
from vcwallet import strict_json
from vcwallet.cli import command_line
from vcwallet.cli.issuer import creating
from vcwallet.cli.speak import Speaker, run
from vcwallet.errors import MachineError, UsageError
from vcwallet.identifiers.keys import KeyType, SoftwareKey
from vcwallet.issuer import Arrival, Issuer, signing, token_keys
from vcwallet.issuer.folder import IssuerFolder
from vcwallet.issuer.token_keys import TokenKey, TokenPlace
from vcwallet.locales import language
from vcwallet.proofs.data_integrity import verify_proofs
from vcwallet.sealed_file import UNSAFE_FOR_TESTS
from vcwallet.web.pages.clock import Clock
from vcwallet.web.pages.secretary.opened import Secretary
from vcwallet.web.pages.session import Session

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
URI = f"hsm:vcwallet%20test?module={LIBRARY}"
PIN = "271828"


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty token; the library reads its settings once in a process."""
    if not LIBRARY.exists() or which("softhsm2-util") is None:
        assert not os.environ.get("CI"), "CI installs softhsm2"
        pytest.skip("softhsm2 is not installed here")
    place = tmp_path_factory.mktemp("softhsm")
    (place / "tokens").mkdir()
    settings = place / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {place / 'tokens'}\nobjectstore.backend = file\n", "utf-8")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    made = ("--init-token", "--free", "--label", "vcwallet test", "--pin", PIN, "--so-pin", "314159")
    subprocess.run(["softhsm2-util", *made], check=True, capture_output=True)
    yield URI
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture
def office(token: str, tmp_path: Path) -> Office:
    """An olympiad whose keys of every day are in the token."""
    IssuerFolder.create(
        tmp_path / "o",
        kit="olympiad",
        passphrase=PASSPHRASE,
        site="https://olymp.example",
        hsm=token,
        pin=PIN,
        kdf=UNSAFE_FOR_TESTS,
    )
    return Office.at(tmp_path / "o")


def _verified(office: Office) -> list[str]:
    suites = []
    for path in sorted(office.out.glob("0*.vc.json")):
        proofs = verify_proofs(
            strict_json.loads_object(path.read_bytes()),
            resolve=lambda _: office.folder.document,
            purpose="assertionMethod",
            now=LATER,
            stored=True,
        )
        suites += [proof.cryptosuite for proof in proofs]
    return suites


def test_a_token_signs_both_proofs_and_never_gives_a_key_out(office: Office) -> None:
    import pkcs11

    office.issue(pupils(2))
    assert _verified(office) == ["eddsa-rdfc-2022", "ecdsa-sd-2023"] * 2
    for key in office.keystore.keys:
        assert isinstance(key, TokenKey)
        assert "secret" not in dir(key)
    session = token_keys.session(TokenPlace.parse(URI), PIN, office.keystore.keys[0])
    private = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
    found = list(session.get_objects(private))
    assert len(found) >= 2
    for each in found:
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            each[pkcs11.Attribute.VALUE]


def test_the_folder_has_no_key_of_every_day(office: Office) -> None:
    """Neither the keystore nor anything else in the folder signs without the token."""
    kinds = [record.kind for record in office.keystore._file.records()]
    assert "signing-key" not in kinds
    assert {"token-keys", "disclosure-secret", "register-secret"} <= set(kinds)


def test_several_processes_each_have_a_session_of_their_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A fork server that an earlier test began has the environment of that time, without this token.
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    with signing.processes(office.folder.signer(), PASSPHRASE, workers=2) as crew:
        office.issue(pupils(4), crew=crew)
    assert len(_verified(office)) == 8


def test_an_exchange_goes_from_the_token_to_the_keys_on_the_stick(office: Office) -> None:
    """The standby keys are in a file, whatever the first ones are in; after it the token is not asked."""
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer.rotate(now=NOW)
        assert all(isinstance(key, SoftwareKey) for key in issuer._keys().keys)


def test_a_backup_of_a_folder_with_a_token_is_drilled_and_goes_on_with_the_same_token(
    office: Office, tmp_path: Path
) -> None:
    """A backup holds no key of every day, so the folder put back asks the token for them."""
    office.issue(pupils(1))
    backup = tmp_path / "backup.zip"
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        assert issuer.backup(backup, now=NOW).held.diplomas == 1
    assert Issuer.drill(backup, PASSPHRASE).held.diplomas == 1
    shutil.rmtree(office.folder.path)
    back = tmp_path / "back"
    Issuer.restore(backup, back, PASSPHRASE)
    with Issuer.open(back) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
    restored = Office.at(back)
    restored.issue(pupils(2))
    assert _verified(restored) == ["eddsa-rdfc-2022", "ecdsa-sd-2023"]


@pytest.mark.parametrize(
    "text",
    [
        "hsm:",
        "vcwallet?module=/x.so",
        "hsm:?module=/x.so",
        "hsm:a",
        "hsm:a?library=/x.so",
        "hsm:a?module",
        "hsm:a?",
    ],
)
def test_what_names_no_token_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        TokenPlace.parse(text)
    assert refused.value.code == "token.uri"


def test_a_key_or_a_token_that_is_not_there_is_named(token: str) -> None:
    stranger = SoftwareKey.generate(KeyType.ED25519).public_key
    elsewhere = f"hsm:another?module={LIBRARY}"
    for uri, code in ((token, "token.other-keys"), (elsewhere, "token.missing")):
        with pytest.raises(MachineError) as refused:
            TokenKey(TokenPlace.parse(uri), PIN, stranger).sign(b"x")
        assert refused.value.code == code


def test_a_library_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(MachineError) as refused:
        token_keys.generate(TokenPlace("vcwallet", str(tmp_path / "none.so")), PIN)
    assert refused.value.code == "token.library"


def _logged_out(token: str) -> bool:
    """Whether the token asks this program for its PIN, once those that nobody uses are logged out."""
    token_keys.log_out()
    try:
        token_keys.generate(TokenPlace.parse(token), "000000")
    except MachineError as refused:
        return refused.code == "token.pin"
    return False


def test_a_wrong_pin_is_told_before_it_locks_the_token(token: str) -> None:
    assert _logged_out(token)


def test_a_folder_that_forgot_its_token_says_what_to_put_back(office: Office) -> None:
    file = office.folder.path / "issuer.toml"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("hsm = ")]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(UsageError) as refused:
        Issuer.open(office.folder.path, PASSPHRASE)
    assert refused.value.code == "token.unnamed"


@pytest.mark.parametrize(
    ("raised", "code"), [("PinLocked", "token.locked"), ("FunctionFailed", "token.refused")]
)
def test_what_a_token_refuses_is_said_in_our_words(
    raised: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pkcs11

    def refuse(*_: object) -> None:
        raise getattr(pkcs11.exceptions, raised)

    monkeypatch.setattr(token_keys, "session", refuse)
    with pytest.raises(MachineError) as refused:
        token_keys.generate(TokenPlace.parse(URI), PIN)
    assert refused.value.code == code


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(MachineError) as refused:
        token_keys.generate(TokenPlace.parse(URI), PIN)
    assert refused.value.code == "token.extra-missing"
    assert refused.value.evidence["part"] == "hsm"


def test_creating_with_a_token_asks_for_its_pin_or_reads_it(
    token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
    words = ["issuer", "create", "o", "--kit", "school", "--hsm", token]
    assert run(command_line, words, Speaker(language("en"))) == 2
    assert "PIN" in capsys.readouterr().err
    Path("pin.txt").write_text(PIN + "\n", "utf-8")
    assert run(command_line, [*words, "--pin-file", "pin.txt"], Speaker(language("en"))) == 0
    assert PIN not in Path("o/issuer.toml").read_text("utf-8")
    with Issuer.open(Path("o"), PASSPHRASE) as issuer:
        assert isinstance(issuer._keys().signing_key(), TokenKey)


def test_nobody_at_the_keyboard_and_no_file_is_no_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(creating, "somebody_there", lambda: False)
    with pytest.raises(UsageError) as refused:
        creating._pin(Speaker(language("en")), None)
    assert refused.value.code == "cli.pin-missing"


def test_two_windows_begin_to_sign_with_one_token_at_once(token: str) -> None:
    """The pages sign for two folders on two threads, and a token lets a program log in once."""
    keys = token_keys.generate(TokenPlace.parse(token), PIN)
    assert _logged_out(token)
    begin = Barrier(2)

    def signed(key: TokenKey) -> bytes:
        begin.wait()
        return key.sign(b"x")

    with ThreadPoolExecutor(2) as windows:
        for key, signature in zip(keys, windows.map(signed, keys), strict=True):
            key.public_key.verify(signature, b"x")


def _folder(token: str, path: Path) -> Secretary:
    """A folder that is open on a page and has signed."""
    IssuerFolder.create(path, kit="school", passphrase=PASSPHRASE, hsm=token, pin=PIN, kdf=UNSAFE_FOR_TESTS)
    opened = Secretary(Issuer.open(path, PASSPHRASE), unlocked=True)
    opened.issuer._keys().signing_key().sign(b"x")
    return opened


@pytest.mark.parametrize("how", ["closed", "idle"])
def test_a_folder_that_is_closed_on_a_page_is_logged_out_of_its_token(
    token: str, tmp_path: Path, how: str
) -> None:
    """The token asks for the PIN again, unless another folder that is open signs with it."""
    time = Time()
    session = Session(Clock(lambda: time.now, lambda: time.seconds), os.urandom, language("en"))
    one, other = _folder(token, tmp_path / "one"), _folder(token, tmp_path / "other")
    for each in (one, other):
        session.enter(each)
    session.close(one)
    one._thread.shutdown(wait=True)
    assert not _logged_out(token)
    other.issuer._keys().signing_key().sign(b"y")
    if how == "idle":
        time.pass_by(other.idle * 2)
        assert session.close_idle() == (other,)
    else:
        session.close(other)
    other._thread.shutdown(wait=True)
    assert token_keys._sessions == {}
    assert _logged_out(token)
    with pytest.raises(UsageError) as locked:
        other.issuer._keys()
    assert locked.value.code == "issuer.locked"


def test_after_an_exchange_for_keys_of_a_file_nobody_stays_logged_in(office: Office) -> None:
    with Issuer.open(office.folder.path, PASSPHRASE) as issuer:
        issuer._keys().signing_key().sign(b"x")
        issuer.rotate(now=NOW)
    assert token_keys._sessions == {}
