"""What others sign as a JWT or an SD-JWT is kept as it came, listed, and presented like any diploma."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.unit.wallet.shared import MASHA, NOW, Cli, Issuer, present, reopen, wallet
from vcwallet import strict_json
from vcwallet.bundle.contents import contents
from vcwallet.credentials.enveloped import recognise, secure_credential
from vcwallet.errors import UsageError
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.keys import KeyType, PublicKey, SoftwareKey
from vcwallet.locales import language
from vcwallet.proofs.jose import jws, sd_jwt, vc_jose_cose
from vcwallet.proofs.jose.vc_jose_cose import MediaType
from vcwallet.report import Outcome, Report, Result, Tie
from vcwallet.strict_json import JsonObject
from vcwallet.verifier import ANYTHING, NOT_COMPARED, TrustList, Verifier
from vcwallet.wallet import Wallet

AT = ("--now", "2026-06-20T09:00:00Z")
EACH = TypeAdapter(list[dict[str, Any]])
SUBJECT = "credentialSubject"
PARTS: tuple[sd_jwt.Path, ...] = ((SUBJECT, "dateOfBirth"), (SUBJECT, "familyName"))


def unsigned(issuer: Issuer, **more: Any) -> JsonObject:
    document = issuer.diploma(number=7, **more)
    return {name: value for name, value in document.items() if name not in ("proof", "credentialStatus")}


def token(
    issuer: Issuer,
    media_type: MediaType,
    *,
    hide: Collection[sd_jwt.Path] = (),
    holder_key: PublicKey | None = None,
    **more: Any,
) -> str:
    return secure_credential(
        unsigned(issuer, **more),
        media_type=media_type,
        key=issuer.key,
        verification_method=issuer.method,
        issued=NOW,
        hide=hide,
        holder_key=holder_key,
    ).data


def badge_token(issuer: Issuer) -> str:
    """Open Badges 3.0, section "JSON Web Token Proof Format"."""
    badge = unsigned(issuer)
    subject: Any = badge[SUBJECT]
    payload: JsonObject = {
        **badge,
        "iss": issuer.id,
        "jti": badge["id"],
        "sub": subject["id"],
        "nbf": 1772312400,  # 2026-03-01T00:00:00+03:00
    }
    header: JsonObject = {"typ": "JWT", "kid": issuer.method}
    return jws.sign(header, strict_json.dumps(payload).encode("utf-8"), issuer.key)


def family(path: Path, issuer: Issuer) -> Wallet:
    made = wallet(path, issuer)
    made.add_child(MASHA, now=NOW)
    made.save()
    return made


def judged(issuer: Issuer, shown: JsonObject) -> Report:
    trust = TrustList.start(now=NOW).with_issuer(
        issuer.document, name={"ru": issuer.name}, scopes=[ANYTHING], fingerprints=NOT_COMPARED, now=NOW
    )
    return Verifier(trust).check(shown, domain="vuz.example", now=NOW)


@pytest.mark.parametrize("form", ["vc+jwt", "vc+sd-jwt", "JWT"])
def test_a_token_in_a_file_is_kept_listed_shown_and_presented(
    tmp_path: Path, issuer: Issuer, cli: Cli, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = badge_token(issuer) if form == "JWT" else token(issuer, MediaType(f"application/{form}"))
    family(tmp_path / "семья.vcw", issuer)
    given = tmp_path / "грамота.jwt"
    given.write_text(text + "\n", "utf-8")

    assert cli("add", tmp_path / "семья.vcw", given, *AT) == 0, capsys.readouterr().err
    assert cli("list", tmp_path / "семья.vcw", *AT) == 0
    assert cli("show", tmp_path / "семья.vcw", "1", *AT) == 0
    told = capsys.readouterr().out
    assert told.count("Олимпиада «Вымысел», тур 7") >= 3
    assert "Тестова" in told

    opened = reopen(tmp_path / "семья.vcw")
    (kept,) = opened.diplomas()
    assert kept.signed.token == text
    shown = present(opened, [kept], domain="vuz.example", purpose="Поступление", now=NOW)
    (inside,) = EACH.validate_python(shown.presentation["verifiableCredential"])
    assert str(inside["id"]).endswith(f",{text}")
    report = judged(issuer, shown.bundle.to_json())
    assert report.outcome is Outcome.CONFIRMED, report
    (words,) = contents(shown.bundle, language("ru")).shown
    assert words.title == "Олимпиада «Вымысел», тур 7"


def test_a_field_of_an_sd_jwt_is_hidden_and_its_signature_still_holds(tmp_path: Path, issuer: Issuer) -> None:
    opened = family(tmp_path / "семья.vcw", issuer)
    opened.add(recognise(token(issuer, MediaType.VC_SD_JWT, hide=PARTS)).json, now=NOW)
    (kept,) = opened.diplomas()
    assert set(kept.hideable) == {"born"}, "the surname stands with a given name that is in the open"
    prepared = opened.prepare([kept], to="vuz.example", purpose="п", hide={"born"}, now=NOW)
    assert "born" in prepared.diplomas[0].draft.hidden
    shown = opened.sign(prepared, now=NOW)
    assert "2009-05-17" not in shown.text
    report = judged(issuer, shown.bundle.to_json())
    (item,) = report.items
    assert item.person.born is None
    # A part of the subject was not shown, and that part could be the id of another holder.
    open_questions = {each.reason for each in item.findings if each.result is Result.UNKNOWN}
    assert open_questions == {"holder.may-be-hidden"}
    assert not [each for each in item.findings if each.result is Result.FAILED]


def test_a_token_bound_to_the_childs_key_is_shown_with_it_and_to_another_key_never(
    tmp_path: Path, issuer: Issuer
) -> None:
    opened = family(tmp_path / "семья.vcw", issuer)
    child = opened.children[0]
    mine = token(issuer, MediaType.VC_SD_JWT, holder_key=child.key.public_key)
    opened.add(recognise(mine).json, now=NOW)
    (kept,) = opened.diplomas()
    report = judged(issuer, present(opened, [kept], domain="vuz.example", purpose="п", now=NOW).presentation)
    assert (report.outcome, report.items[0].tie) == (Outcome.CONFIRMED, Tie.KEY)

    strange = SoftwareKey.generate(KeyType.P256)
    other = token(issuer, MediaType.VC_SD_JWT, holder_key=strange.public_key, name="Другая")
    opened.add(recognise(other).json, child=child, now=NOW)
    (foreign,) = [each for each in opened.diplomas() if each.id != kept.id]
    with pytest.raises(UsageError) as caught:
        opened.prepare([foreign], to="vuz.example", purpose="п", now=NOW)
    assert caught.value.code == "wallet.no-key-for-it"


def test_a_presentation_in_an_envelope_gives_its_diplomas(
    tmp_path: Path, issuer: Issuer, cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = family(tmp_path / "семья.vcw", issuer)
    key = opened.children[0].key
    inner = recognise(token(issuer, MediaType.VC_JWT)).json
    shown = vc_jose_cose.secure(
        {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": did_key.did_of(key.public_key),
            "verifiableCredential": [inner],
        },
        MediaType.VP_JWT,
        key=key,
        verification_method=did_key.verification_method_of(did_key.did_of(key.public_key)),
        issued=NOW,
    )
    given = tmp_path / "показ.jwt"
    given.write_text(str(shown), "utf-8")
    assert cli("add", tmp_path / "семья.vcw", given, *AT) == 0, capsys.readouterr().err
    assert len(reopen(tmp_path / "семья.vcw").diplomas()) == 1


def test_diplomas_of_two_keys_are_not_shown_under_one(tmp_path: Path, issuer: Issuer) -> None:
    opened = family(tmp_path / "семья.vcw", issuer)
    child = opened.children[0]
    second = SoftwareKey.generate(KeyType.ED25519)
    child.adopt_key(second)
    for number, key in enumerate((child.key, second), 1):
        opened.add(issuer.diploma(number=number, holder=did_key.did_of(key.public_key)), now=NOW)
    with pytest.raises(UsageError) as caught:
        opened.prepare(opened.diplomas(), to="vuz.example", purpose="п", now=NOW)
    assert caught.value.code == "wallet.several-keys"
    for kept in opened.diplomas():
        shown = present(opened, [kept], domain="vuz.example", purpose="п", now=NOW)
        assert judged(issuer, shown.presentation).items[0].tie is Tie.KEY
