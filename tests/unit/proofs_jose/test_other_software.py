"""joserfc, which is other software by the same specifications, makes and checks whole tokens here."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from joserfc import jws as other
from joserfc.jwk import ECKey, OKPKey, import_key

from tests.unit.proofs_jose.test_jws import PAYLOAD, WRITTEN
from tests.unit.proofs_jose.world import JOSE_KEYS, SCHOOL, key_of
from vcwallet.errors import MachineError
from vcwallet.identifiers.keys import KeyType, PublicKey
from vcwallet.proofs.jose import jwe, jws
from vcwallet.proofs.jose.jws import Jws


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize("key_type", JOSE_KEYS)
def test_other_software_verifies_ours_and_we_verify_its(key_type: KeyType) -> None:
    key = key_of(SCHOOL, key_type)
    public = import_key(dict(key.public_key.to_jwk()))  # type: ignore[arg-type]
    found = other.deserialize_compact(jws.sign({}, PAYLOAD, key), public, algorithms=[WRITTEN[key_type]])
    assert found.payload == PAYLOAD
    if key_type is KeyType.RSA:
        return
    secret = other_key(key_type)
    token = other.serialize_compact(
        {"alg": WRITTEN[key_type], "kid": "1"}, PAYLOAD, secret, algorithms=[WRITTEN[key_type]]
    )
    Jws.read(token).verify(PublicKey.from_jwk(secret.as_dict(private=False)))


def other_key(key_type: KeyType) -> Any:
    return (
        OKPKey.generate_key("Ed25519") if key_type is KeyType.ED25519 else ECKey.generate_key(key_type.value)
    )


def test_without_it_tokens_hold_and_nothing_is_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    public = {name: value for name, value in jwe.new_key().items() if name != "d"}
    for name in [name for name in sys.modules if name.partition(".")[0] == "joserfc"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "joserfc", None)
    key = key_of(SCHOOL, KeyType.P256)
    Jws.read(jws.sign({"typ": "vc+jwt"}, PAYLOAD, key)).verify(key.public_key)
    for refused in (
        jwe.new_key,
        lambda: jwe.can_encrypt_to(public),
        lambda: jwe.encrypt(b"", public, kid=None, encryption="A128GCM"),
        lambda: jwe.decrypt("e30.AA.AA.AA.AA", public),
    ):
        with pytest.raises(MachineError) as caught:
            refused()
        assert caught.value.code == "jwe.extra-missing"
        assert "“jose”" in caught.value.next_step
