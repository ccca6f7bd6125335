"""The issuer's secrets, in one sealed file: signing keys, and the secrets of digests and of hideable parts.

It also remembers which state of the register it was used with last, so that an older one is noticed.

    keystore = Keystore.create(path, passphrase)
    key = keystore.signing_key(KeyType.ED25519)

The register's secret is not a signing key: it only makes the digests of rows, so that the register alone
cannot be searched for a child whose name and birth date somebody knows. The secret of hideable parts weighs
as much as a signing key: from it come the keys that sign them one by one (`disclosure_randomness`).
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from vcwallet import primitives, strict_json
from vcwallet.errors import N_, DocumentError, UsageError
from vcwallet.identifiers.keys import KeyType, PublicKey, SigningKey, SoftwareKey
from vcwallet.issuer import token_keys
from vcwallet.issuer.lineage import Mark
from vcwallet.issuer.token_keys import TokenKey, TokenPlace
from vcwallet.sealed_file import DEFAULT, Kdf, Notice, PrintedCode, SealedFile, Secret, passphrases
from vcwallet.strict_json import JsonObject

KIND: Final = "issuer"
_SIGNING_KEY: Final = "signing-key"
_REGISTER_SECRET: Final = "register-secret"  # noqa: S105 - a record's kind
_DISCLOSURE_SECRET: Final = "disclosure-secret"  # noqa: S105 - a record's kind
_REGISTER_MARK: Final = "register-mark"
_TOKEN: Final = "token-keys"  # noqa: S105 - a record's kind
_STANDBY_CODE: Final = "standby-code"
_DOCUMENT: Final = "identifier-document"
_SECRET_BYTES: Final = 32

KEY_TYPES: Final = (KeyType.ED25519, KeyType.P256)
"""Made for every issuer: Ed25519 signs the plain proof, P-256 the one with hideable parts (ecdsa-sd-2023)."""


class Keystore:
    """An opened keystore. Keys stay in memory as long as this object does."""

    def __init__(self, file: SealedFile, token: str = "") -> None:
        """Use `Keystore.create` and `Keystore.open`. Raises DocumentError ``keystore.incomplete``."""
        keys: dict[KeyType, SigningKey] = {}
        secrets: dict[str, bytes] = {}
        for record in file.records():
            if record.kind == _SIGNING_KEY:
                key = SoftwareKey.from_secret_multibase(file.get(record.id).decode("ascii", "replace"))
                keys[key.public_key.type] = key
            elif record.kind == _TOKEN:
                keys |= {key.public_key.type: key for key in _token_keys(file.get(record.id), token)}
            elif record.kind in (_REGISTER_SECRET, _DISCLOSURE_SECRET):
                secrets[record.kind] = file.get(record.id)
        lengths = [len(secrets.get(kind, b"")) for kind in (_REGISTER_SECRET, _DISCLOSURE_SECRET)]
        if lengths != [_SECRET_BYTES] * 2 or KeyType.ED25519 not in keys:
            raise DocumentError(
                "keystore.incomplete", N_("{file} holds no issuer's keys."), file=file.path.name
            )
        self._file = file
        self._keys = keys
        self._disclosure_secret = secrets[_DISCLOSURE_SECRET]
        self.register_secret = secrets[_REGISTER_SECRET]

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        kdf: Kdf = DEFAULT,
        token: str = "",
        pin: str = "",
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> Keystore:
        """Make keys and write them; where a `token` is named, they are made in it and never leave it.

        The PIN is kept with the secrets that the token cannot hold, so that one passphrase opens both.

        Raises UsageError (``passphrase.weak``) before anything is written, as a wallet does: the keys sign in
        the name of an organisation. And what `SealedFile.create` and `SealedFile.save` raise.
        """
        passphrases.check(passphrase)
        file = SealedFile.create(path, kind=KIND, passphrase=passphrase, kdf=kdf, randomness=randomness)
        if token:
            made = token_keys.generate(TokenPlace.parse(token), pin)
            kept: JsonObject = {"pin": pin, "keys": [key.public_key.multibase for key in made]}
            file.put(strict_json.dumps(kept).encode("utf-8"), kind=_TOKEN)
        else:
            for kind in KEY_TYPES:
                key = SoftwareKey.generate(kind, randomness)
                file.put(key.secret_multibase.encode("ascii"), kind=_SIGNING_KEY)
        for secret in (_REGISTER_SECRET, _DISCLOSURE_SECRET):
            file.put(randomness(_SECRET_BYTES), kind=secret)
        file.save()
        return cls(file, token)

    @classmethod
    def open(
        cls,
        path: Path,
        passphrase: str | None = None,
        *,
        secret: Secret | None = None,
        token: str = "",
    ) -> Keystore:
        """Open with the passphrase, or with another secret: a `RecoveryCode`. `token` is where its keys are.

        The token itself is asked at the first signature. Raises what `SealedFile.open` raises, DocumentError
        ``keystore.incomplete``, and UsageError ``token.unnamed``.
        """
        return cls(SealedFile.open(path, kind=KIND, passphrase=passphrase, secret=secret), token)

    # --- ways in ---------------------------------------------------------------------------------------

    @property
    def file_id(self) -> str:
        """Random, the same in all copies of the keystore."""
        return self._file.file_id

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What opening found worth telling, such as that a copy was opened."""
        return self._file.notices

    @property
    def own_secret(self) -> Secret:
        """Opens copies of this keystore in this process."""
        return self._file.own_secret()

    @property
    def has_recovery_code(self) -> bool:
        return self._file.has_recovery_code

    def begin_recovery_code(self) -> PrintedCode:
        """A code for a new sheet, saved beside the earlier ones; returned here only."""
        return self._file.begin_recovery_code()

    def finish_recovery_code(self, made: PrintedCode) -> None:
        """The sheet is on paper: close the codes of earlier ones, and save."""
        self._file.finish_recovery_code(made)

    def withdraw_recovery_code(self, made: PrintedCode) -> None:
        """The sheet is on no paper: close its code, and save."""
        self._file.withdraw_recovery_code(made)

    def change_passphrase(self, passphrase: str, *, kdf: Kdf = DEFAULT) -> None:
        """Replace the passphrase and save. Older copies of the file keep the older one.

        Raises UsageError (``passphrase.weak``) and what `SealedFile.change_passphrase` and `save` raise.
        """
        passphrases.check(passphrase)
        self._file.change_passphrase(passphrase, kdf=kdf)
        self.save()

    def save(self) -> None:
        """Raises what `SealedFile.save` raises."""
        self._file.save()

    # --- the standby keys, and an exchange of keys -----------------------------------------------------

    @property
    def standby_code(self) -> str | None:
        """The code of the standby keys while their file lies in the folder; None once it was moved out."""
        found = self._only(_STANDBY_CODE)
        return None if found is None else found.decode("ascii", "replace")

    def keep_standby_code(self, code: str | None) -> None:
        """Keep the code of new standby keys, or forget it; counts after `save`."""
        self._keep(_STANDBY_CODE, None if code is None else code.encode("ascii"))

    @property
    def document(self) -> JsonObject | None:
        """The identifier document that belongs to these keys, since they were exchanged; None before.

        It is saved with the keys in one step, so that an exchange that was stopped after it can be ended.
        """
        found = self._only(_DOCUMENT)
        return None if found is None else strict_json.loads_object(found)

    def exchange(
        self,
        keys: Iterable[SoftwareKey],
        document: JsonObject,
        standby_code: str,
        *,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """Put these keys in place of the present ones, with the document that says so, and save.

        The keys of before are forgotten: what signs no more cannot be stolen. Copies of the file keep them.
        The secret of hideable parts is made anew: whoever had it could sign parts of what the new keys sign.
        """
        secret = randomness(_SECRET_BYTES)
        self._keep(_DISCLOSURE_SECRET, secret)
        new = {key.public_key.type: key for key in keys}
        for record in self._file.records():
            if record.kind in (_SIGNING_KEY, _TOKEN):
                self._file.remove(record.id)
        for key in new.values():
            self._file.put(key.secret_multibase.encode("ascii"), kind=_SIGNING_KEY)
        self.renew_standby(document, standby_code)
        # Saved once more, so that the previous state beside the file has no old key either.
        self.keep_standby_code(standby_code)
        self.save()
        self._keys, self._disclosure_secret = dict(new), secret

    def close(self) -> None:
        """Log out of a token that nothing else in this program needs."""
        for key in self._keys.values():
            if isinstance(key, TokenKey):
                key.forget()
        token_keys.log_out()

    def forget_keys(self) -> None:
        """Keep no key that signs, nor the code of the standby keys, and save: for an issuer that is closed.

        What is open stays usable until the program ends.
        """
        for record in self._file.records():
            if record.kind in (_SIGNING_KEY, _TOKEN, _STANDBY_CODE):
                self._file.remove(record.id)
        self.save()
        # Saved once more, so that the previous state beside the file has no key either.
        self._keep(_REGISTER_SECRET, self.register_secret)
        self.save()

    def renew_standby(self, document: JsonObject, standby_code: str) -> None:
        """Keep the code of other standby keys and the document that names them, and save."""
        self._keep(_DOCUMENT, strict_json.dumps(document).encode("utf-8"))
        self.keep_standby_code(standby_code)
        self.save()

    def _only(self, kind: str) -> bytes | None:
        found = [record for record in self._file.records() if record.kind == kind]
        return self._file.get(max(found, key=lambda record: record.generation).id) if found else None

    def _keep(self, kind: str, data: bytes | None) -> None:
        for record in self._file.records():
            if record.kind == kind:
                self._file.remove(record.id)
        if data is not None:
            self._file.put(data, kind=kind)

    # --- what it holds ---------------------------------------------------------------------------------

    @property
    def register_marks(self) -> tuple[Mark, ...]:
        """The states of the register that this keystore was used with last; two that saved at once left two.

        Raises DocumentError ``register-mark.malformed``.
        """
        records = [each for each in self._file.records() if each.kind == _REGISTER_MARK]
        return tuple(Mark.loads(self._file.get(each.id)) for each in records)

    def remember(self, mark: Mark) -> None:
        """Seal the state that the register is in, in place of the marks before.

        Raises what `SealedFile.save` raises.
        """
        before = [each for each in self._file.records() if each.kind == _REGISTER_MARK]
        if [self._file.get(each.id) for each in before] == [mark.dumps()]:
            return
        for each in before:
            self._file.remove(each.id)
        self._file.put(mark.dumps(), kind=_REGISTER_MARK)
        self._file.save()

    def signing_key(self, kind: KeyType = KeyType.ED25519) -> SigningKey:
        """Raises KeyError for a type the keystore has no key of."""
        return self._keys[kind]

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """In the order of `KEY_TYPES`."""
        return tuple(self._keys[kind] for kind in KEY_TYPES if kind in self._keys)

    def disclosure_randomness(self, document: JsonObject) -> Callable[[int], bytes]:
        """The random bytes for an ecdsa-sd-2023 base proof over `document`: secret, and each time the same.

        A shard that is signed again must come out with the same bytes, so the proof's own key and the key of
        its labels are HKDF-SHA-256 (RFC 5869) of the keystore's secret. The salt is the digest of the whole
        unsigned document, its random id included: two documents never share a key, for statements signed
        with a shared key could be moved from one to the other.
        """
        salt = hashlib.sha256(strict_json.dumps(document).encode("utf-8")).digest()
        calls = itertools.count()

        def randomness(length: int) -> bytes:
            info = b"vcwallet ecdsa-sd-2023 %d" % next(calls)
            return primitives.hkdf_sha256(self._disclosure_secret, salt, info, length)

        return randomness


def _token_keys(record: bytes, token: str) -> tuple[TokenKey, ...]:
    """The keys of a token by what is kept of them. Raises UsageError ``token.unnamed``."""
    if not token:
        raise UsageError(
            "token.unnamed",
            N_("These keys are in a token, and issuer.toml does not name it."),
            next_step=N_('Put the line hsm = "hsm:LABEL?module=…" under [keys] in issuer.toml back.'),
        )
    kept = strict_json.loads_object(record)
    listed = kept.get("keys")
    place = TokenPlace.parse(token)
    return tuple(
        TokenKey(place, str(kept.get("pin")), PublicKey.from_multibase(str(each)))
        for each in (listed if isinstance(listed, list) else [])
    )
