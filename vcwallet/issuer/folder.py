"""The issuer's folder: settings, templates, keys, register. An organisation's whole system is this folder.

IssuerFolder.create(Path("olympiad"), kit="olympiad", passphrase=passphrase, site="https://olymp.example")
folder = IssuerFolder.open(Path("olympiad"))

issuer.toml     who issues, for people to edit
sheets.toml     what its sheets call things, once somebody said so
templates/      what is issued, from the kit
design/         how a diploma looks on paper, from the kit
identifier.json the controlled identifier document: public, never changes by itself
keys.vcw        the encrypted keystore
standby-….vcw   the standby keys, until they are moved to a stick
register.sqlite what was issued (unless issuer.toml names another database)
register.mark   the state the register was in last, so that an older one is noticed
issued/         the signed files, unless told otherwise
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vcwallet import limits, strict_json, timestamps
from vcwallet.credentials import template_file
from vcwallet.credentials.template import Column, Template
from vcwallet.errors import N_, Action, DocumentError, MachineError, UsageError
from vcwallet.files import read_file, replace_file
from vcwallet.identifiers.controlled_identifier import (
    ControlledIdentifierDocument,
    MethodType,
    VerificationMethod,
)
from vcwallet.identifiers.did import key as did_key
from vcwallet.identifiers.did import web
from vcwallet.identifiers.keys import KeyType, SigningKey
from vcwallet.issuer import lineage
from vcwallet.issuer import standby as standby_files
from vcwallet.issuer.keystore import Keystore
from vcwallet.issuer.signing import HIDEABLE, Signer
from vcwallet.issuer.standby import Standby
from vcwallet.sealed_file import DEFAULT, Kdf, Secret, passphrases
from vcwallet.strict_json import JsonObject

if TYPE_CHECKING:
    from vcwallet.issuer.invented import Invented
    from vcwallet.issuer.register import Register
    from vcwallet.issuer.settings import Settings

SETTINGS: Final = "issuer.toml"
SHEETS: Final = "sheets.toml"
IDENTIFIER: Final = "identifier.json"
KEYSTORE: Final = "keys.vcw"
REGISTER: Final = "register.sqlite"
MARK: Final = "register.mark"
TEMPLATES: Final = "templates"
ISSUED: Final = "issued"
DESIGN: Final = "design"
SAMPLES: Final = "samples"


class KeyUse(StrEnum):
    """What an issuer's key is for at present."""

    DAILY = "daily"
    STANDBY = "standby"
    OVER = "over"
    """What it signed in its time stands."""
    COMPROMISED = "compromised"
    """Nothing it signed stands."""


def kits() -> dict[str, Path]:
    """The ready-made kits by name: beside the package in an installation, beside its folder in a checkout.

    Raises MachineError ``folder.no-kits``.
    """
    package = Path(__file__).parent.parent
    for place in (package / "_issuers", package.parent / "issuers"):
        if place.is_dir():
            return {kit.parent.name: kit.parent for kit in sorted(place.glob(f"*/{SETTINGS}"))}
    raise MachineError("folder.no-kits", N_("The ready-made kits are not installed with this vcwallet."))


@dataclass(frozen=True, slots=True)
class IssuerFolder:
    path: Path
    settings: Settings
    document: ControlledIdentifierDocument

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        kit: str,
        passphrase: str,
        name: str | None = None,
        site: str | None = None,
        values: Mapping[str, str] | None = None,
        example: bool = False,
        register: str | None = None,
        hsm: str = "",
        pin: str = "",
        kdf: Kdf = DEFAULT,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> IssuerFolder:
        """Copy a kit, make keys, write the identifier document: did:web for a site, did:key without one.

        `hsm` names a token that the keys of every day are made in, and `pin` opens it.
        `site` is ``https://…``; "" or None keeps the kit's. `values` replace the kit's of the same keys, for
        every template; `example` keeps its invented ones, to try the program. `register` is the URL of an
        empty database. The folder must not exist or be empty, so that no keys are ever overwritten.

        Raises UsageError (``folder.no-such-kit``, ``folder.not-empty``, ``folder.no-such-value``,
        ``settings.malformed`` for a name that cannot be signed, ``did.web-url``, ``passphrase.weak``), what
        writing the keystore raises and what `Register.demand_free` raises.
        """
        from vcwallet.issuer import invented, settings

        known = kits()
        if kit not in known and (Path(kit) / SETTINGS).is_file():
            known[kit] = Path(kit)
        if kit not in known:
            raise UsageError(
                "folder.no-such-kit",
                N_("There is no kit “{kit}”."),
                next_step=N_("Choose one of: {known}."),
                kit=kit[:64],
                known=", ".join(known),
            )
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise UsageError(
                "folder.not-empty",
                N_("{folder} is there already and is not empty."),
                next_step=N_("Name a new folder: keys are never overwritten."),
                folder=str(path),
            )
        changed: dict[tuple[str, str], str | None] = {}
        if name:
            changed |= {("name", "ru"): name, ("name", "en"): name}
        if site:
            changed |= {("", "site"): site.rstrip("/")}
        kept = settings.load(known[kit] / SETTINGS)
        own = kept.model_copy(update={"site": (site or kept.site).rstrip("/"), "example": example})
        left_out = () if own.is_example or kit not in kits() else invented.LEFT_OUT
        changed |= invented.own_values(kept, values or {}, left_out=left_out)
        words = settings.rewritten((known[kit] / SETTINGS).read_text("utf-8"), changed)
        if example:
            words = words.replace("\nkit = ", "\nexample = true\nkit = ", 1)
        if register:
            words += settings.database_table(register)
        if hsm:
            words += f"\n[keys]\nhsm = {strict_json.dumps(hsm)}\n"
        text = words.encode("utf-8")
        read = settings.parse(text, name=SETTINGS)
        # What can be refused comes first: a name, a site, a passphrase. Then nothing is left half made.
        registers = _register_type()
        passphrases.check(passphrase)
        if register:
            registers.demand_free(register)
        path.mkdir(parents=True, exist_ok=True)
        keystore = Keystore.create(
            path / KEYSTORE, passphrase, kdf=kdf, token=hsm, pin=pin, randomness=randomness
        )
        document = identifier_document(read.site, keystore)
        if read.site:
            standby, code, document = with_standby(document, path, randomness)
            standby.save()
            keystore.keep_standby_code(code)
            keystore.save()
        write_document(path, document)
        made = cls(path, read, document)
        with made.register(randomness=randomness, make=True) as opened:
            keystore.remember(opened.mark())
        # By name: a kit of one's own may be somebody's folder, with keys and diplomas in it.
        for part in (TEMPLATES, DESIGN, SAMPLES):
            if (known[kit] / part).is_dir():
                shutil.copytree(known[kit] / part, path / part)
        for pattern in ("README*.md", "*.csv"):
            for file in known[kit].glob(pattern):
                shutil.copyfile(file, path / file.name)
        replace_file(path / SETTINGS, text, public=True)
        return made

    @classmethod
    def open(cls, path: Path) -> IssuerFolder:
        """Open a folder that `create` made.

        Raises UsageError (``folder.not-an-issuer``, ``folder.site-changed``) and what reading its parts
        raises.
        """
        from vcwallet.issuer import settings

        if not (path / SETTINGS).is_file():
            raise UsageError(
                "folder.not-an-issuer",
                N_("{folder} is not an issuer's folder: it has no issuer.toml."),
                next_step=Action.OPEN_ISSUER,
                folder=str(path),
            )
        read = settings.load(path / SETTINGS)
        document = ControlledIdentifierDocument.loads(
            read_file(path / IDENTIFIER, limits.CONTROLLED_IDENTIFIER_BYTES)
        )
        expected = web.did_of(read.site) if read.site else None
        if expected is not None and document.id != expected:
            raise UsageError(
                "folder.site-changed",
                N_("The keys were made for {old}, and issuer.toml now names the site {site}."),
                next_step=Action.NEW_ISSUER,
                old=document.id[:64],
                site=read.site[:64],
            )
        return cls(path, read, document)

    def demand_present(self) -> None:
        """Raise UsageError where the folder is another by now: ``folder.keys-exchanged`` of the identifier's
        document, ``folder.settings-changed`` of issuer.toml; and what reading the settings raises.

        A page keeps a folder open for hours. What it signed with keys that another program exchanged
        meanwhile, nobody would confirm; and what a person looked at was made by the settings of before.
        """
        from vcwallet.issuer import settings

        present = read_file(self.path / IDENTIFIER, limits.CONTROLLED_IDENTIFIER_BYTES)
        if ControlledIdentifierDocument.loads(present).to_json() != self.document.to_json():
            raise UsageError(
                "folder.keys-exchanged",
                N_("The keys of {issuer} were changed by another program since the folder was opened."),
                next_step=N_("Close the folder and open it again. Nothing was signed."),
                issuer=self.document.id[:64],
            )
        if settings.load(self.path / SETTINGS) != self.settings:
            raise UsageError(
                "folder.settings-changed",
                N_("{file} was changed by another program since the folder was opened."),
                next_step=N_("Close the folder and open it again. Nothing was signed."),
                file=SETTINGS,
            )

    @property
    def keystore_path(self) -> Path:
        return self.path / KEYSTORE

    @property
    def standby_methods(self) -> tuple[VerificationMethod, ...]:
        """The keys that stand by; none where the identifier is itself a key."""
        return standing_by(self.document)

    @property
    def published(self) -> ControlledIdentifierDocument:
        """The document as it is published: where the issuer signs JWTs, each of its P-256 keys also has a
        method with a JWK, under a name of its own, because programs for JWTs read keys in no other form.

        Who knows a key by its material has nothing new to learn from that.
        """
        if not self.settings.jwt or not self.settings.site:
            return self.document
        methods = self.document.verification_methods
        named = [
            replace(method, id=_jwk_id(method.id), type=MethodType.JSON_WEB_KEY_2020)
            for method in methods
            if method.public_key.type is KeyType.P256
        ]
        return _of_methods(self.document.id, (*methods, *named))

    def use_of(self, method: VerificationMethod) -> KeyUse:
        if method.revoked is not None:
            return KeyUse.COMPROMISED
        if method.expires is not None:
            return KeyUse.OVER
        return KeyUse.DAILY if method in in_use(self.document) else KeyUse.STANDBY

    @property
    def standby_path(self) -> Path | None:
        """The file of the standby keys as long as it lies in the folder."""
        if not self.standby_methods:
            return None
        place = self.path / standby_files.file_name(self.standby_methods)
        return place if place.is_file() else None

    @property
    def issued_path(self) -> Path:
        return self.path / ISSUED

    @property
    def sheets_path(self) -> Path:
        """What is kept of how its sheets are read."""
        return self.path / SHEETS

    @property
    def design_path(self) -> Path:
        """How its diplomas look on paper."""
        return self.path / DESIGN

    def template(self, template_id: str | None = None) -> Template:
        """A template of the folder by its id; the first one of issuer.toml when none is named.

        Raises UsageError (``folder.no-such-template``, ``folder.template-not-listed``) and what
        `template_file.load` raises.
        """
        chosen = template_id or self.settings.templates[0]
        place = self.path / TEMPLATES / f"{chosen}.toml"
        if chosen not in self.settings.templates and place in (self.path / TEMPLATES).glob("*.toml"):
            raise UsageError(
                "folder.template-not-listed",
                N_("The template “{template}” is in the folder, but issuer.toml does not name it."),
                next_step=N_("Add it to the list “templates” in issuer.toml."),
                template=chosen,
            )
        if chosen not in self.settings.templates or not place.is_file():
            raise UsageError(
                "folder.no-such-template",
                N_("The issuer has no template “{template}”."),
                next_step=N_("Choose one of: {known}."),
                template=chosen[:64],
                known=", ".join(self.settings.templates),
            )
        return template_file.load(place)

    def invented(self) -> tuple[Invented, ...]:
        """The invented values of the kit that issuer.toml still has."""
        from vcwallet.issuer import invented, settings

        place = kits().get(self.settings.kit)
        return invented.standing(self.settings, settings.load(place / SETTINGS) if place else None)

    def same_in_all(self, template: Template) -> tuple[tuple[Column, str], ...]:
        """The columns for which issuer.toml, or the kit it is from, has a value, and the values there."""
        from vcwallet.issuer import settings

        place = kits().get(self.settings.kit)
        of_kit = settings.load(place / SETTINGS).values.get(template.id, {}) if place else {}
        own = self.given(template)
        keys = dict.fromkeys((*of_kit, *own))
        return tuple((column, own.get(column.key, "")) for column in template.columns if column.key in keys)

    def with_values(self, values: Mapping[str, Mapping[str, str]]) -> IssuerFolder:
        """The folder with other values for all rows written into its settings; comments there are kept."""
        from vcwallet.issuer import settings

        place = self.path / SETTINGS
        text = read_file(place, limits.SETTINGS_BYTES).decode("utf-8-sig")
        written = settings.with_values(text, values).encode("utf-8")
        read = settings.parse(written, name=SETTINGS)
        replace_file(place, written, public=True)
        return replace(self, settings=read)

    def given(self, template: Template) -> dict[str, str]:
        """The values issuer.toml gives for a template's columns."""
        return dict(self.settings.values.get(template.id, {}))

    def today(self, now: datetime) -> date:
        """The day it is at the issuer's: after midnight in Moscow it is still yesterday in Greenwich."""
        return now.astimezone(timestamps.zone(self.settings.zone)).date()

    def beginning_of(self, day: date) -> datetime:
        """The moment at which a day begins at the issuer's."""
        return datetime.combine(day, time(), timestamps.zone(self.settings.zone))

    def signer(self) -> Signer:
        """Whom credentials name as their issuer, and the keys that sign.

        Without a site there is no hideable part, nor a JWT: a did:key names one key only.
        """
        parts = self.verification_method(KeyType.P256).id if self.has_key(KeyType.P256) else None
        hideable = HIDEABLE in self.settings.proofs
        return Signer(
            issuer_id=self.document.id,
            issuer_name=self.settings.name.ru,
            verification_method=self.verification_method(KeyType.ED25519).id,
            hideable_method=parts if hideable else None,
            jwt_method=None if parts is None or not self.settings.jwt else _jwk_id(parts),
            zone=self.settings.zone,
            keys=frozenset(method.public_key.multibase for method in in_use(self.document)),
            keystore=str(self.keystore_path.absolute()),
            token=self.settings.keys.hsm,
        )

    def has_key(self, kind: KeyType) -> bool:
        """Whether the issuer signs with a key of a type."""
        return any(method.public_key.type is kind for method in in_use(self.document))

    def verification_method(self, kind: KeyType) -> VerificationMethod:
        """The issuer's present key of a type. Raises UsageError ``folder.no-key``."""
        for method in in_use(self.document):
            if method.public_key.type is kind:
                return method
        raise UsageError(
            "folder.no-key", N_("The issuer's identifier has no key of the type {type}."), type=kind
        )

    def unlock(self, passphrase: str | None = None, *, secret: Secret | None = None) -> Keystore:
        """Open the keystore. Raises what `Keystore.open` raises, and UsageError ``folder.other-keys``."""
        keystore = Keystore.open(self.keystore_path, passphrase, secret=secret, token=self.settings.keys.hsm)
        kept = keystore.document
        if kept is not None and kept != self.document.to_json():
            # An exchange of keys that was stopped between its two files is ended here.
            newer = ControlledIdentifierDocument.parse(kept)
            write_document(self.path, newer)
            return IssuerFolder(self.path, self.settings, newer).unlock(passphrase, secret=secret)
        if keystore.signing_key().public_key != self.verification_method(KeyType.ED25519).public_key:
            raise UsageError(
                "folder.other-keys",
                N_("The keys in {file} are not those of {issuer}."),
                next_step=N_("Put back the keystore and the identifier.json that belong together."),
                file=KEYSTORE,
                issuer=self.document.id[:64],
            )
        return keystore

    def load_register(self, lines: Iterable[bytes]) -> None:
        """Make the register of what `Register.dump` gave. Raises what `Register.load` raises."""
        url = self.settings.database.url
        try:
            _register_type().load(url or self.path / REGISTER, lines)
        except DocumentError:
            if not url:
                (self.path / REGISTER).unlink(missing_ok=True)
            raise

    def register(
        self,
        *,
        randomness: Callable[[int], bytes] = os.urandom,
        make: bool = False,
        whatever_state: bool = False,
    ) -> Register:
        """Open the register, in the state that was seen last or a later one; with `make`, make it.

        `whatever_state` is for recovering one that is older than what was seen.

        Raises what `Register.open`, `lineage.read_mark` and `lineage.demand` raise.
        """
        url = self.settings.database.url
        suspension = self.settings.status.suspension

        def list_id(name: str) -> str:
            if self.settings.site:
                return f"{self.settings.site}/{list_path(name)}"
            return f"urn:uuid:{uuid.UUID(bytes=randomness(16), version=4)}"

        register = _register_type().open(
            url or self.path / REGISTER,
            list_id=list_id,
            suspension_id=(lambda name: list_id(f"{name}-suspended")) if suspension else None,
            entries=self.settings.status.entries,
            randomness=randomness,
            make=make,
            issuer=self.document.id,
            here=None if url else lineage.here(self.path),
            who=lineage.who(),
            on_change=lambda mark: lineage.write_mark(self.path / MARK, mark),
        )
        try:
            mark = None if whatever_state else lineage.read_mark(self.path / MARK)
            if mark is not None:
                register.demand(mark)
        except BaseException:
            register.close()
            raise
        return register


def _register_type() -> type[Register]:
    """Raises MachineError ``folder.extra-missing``."""
    try:
        from vcwallet.issuer.register import Register
    except ImportError:
        raise MachineError(
            "folder.extra-missing",
            N_("Issuing needs a part of vcwallet that is not installed."),
            next_step=Action.INSTALL_PART,
            part="issuer",
        ) from None
    return Register


def _jwk_id(method: str) -> str:
    """The name under which a key stands in the published document as a JWK."""
    return f"{method}-jwk"


def list_path(name: str) -> str:
    """Where a status list lies on the issuer's site."""
    return f"status/{name}.json"


def identifier_document(site: str, keystore: Keystore) -> ControlledIdentifierDocument:
    """The issuer's public keys under its identifier, the standby keys not among them yet.

    did:web with all keys where there is a site. Otherwise did:key of the Ed25519 key, which can name no
    other key and can never be exchanged: a trust list has to follow the organisation instead.
    """
    if not site:
        return did_key.resolve(did_key.did_of(keystore.signing_key().public_key))
    did = web.did_of(site)
    return _of_methods(did, _numbered(did, keystore.keys, first=1))


def in_use(document: ControlledIdentifierDocument) -> tuple[VerificationMethod, ...]:
    """The keys of every day: of each type the first one whose time is not over."""
    return _in_turn(document)[0]


def standing_by(document: ControlledIdentifierDocument) -> tuple[VerificationMethod, ...]:
    """The keys that come next: of each type the second one whose time is not over."""
    return _in_turn(document)[1]


def _in_turn(
    document: ControlledIdentifierDocument,
) -> tuple[tuple[VerificationMethod, ...], tuple[VerificationMethod, ...]]:
    turns: dict[KeyType, list[VerificationMethod]] = {}
    for method in document.verification_methods:
        if method.revoked is None and method.expires is None:
            turns.setdefault(method.public_key.type, []).append(method)
    return (
        tuple(methods[0] for methods in turns.values()),
        tuple(methods[1] for methods in turns.values() if len(methods) > 1),
    )


def with_standby(
    document: ControlledIdentifierDocument, folder: Path, randomness: Callable[[int], bytes]
) -> tuple[Standby, str, ControlledIdentifierDocument]:
    """New standby keys for a did:web issuer, not saved yet; their code; and the document that names them."""
    known = document.verification_methods
    place = folder / f"standby-key-{len(known) + 1}.vcw"
    # No document names these keys yet: a file that is there is what a stopped exchange left.
    standby_files.remove(place)
    standby, printed = Standby.create(place, randomness=randomness)
    (code,) = printed.codes
    methods = _numbered(document.id, standby.keys, first=len(known) + 1)
    return standby, code, _of_methods(document.id, (*known, *methods))


def ended(
    document: ControlledIdentifierDocument,
    methods: Collection[VerificationMethod],
    *,
    expires: datetime | None = None,
    revoked: datetime | None = None,
) -> ControlledIdentifierDocument:
    """The document in which the time of some keys is over; they stay in it, for what they signed.

    Controlled Identifiers 1.0, section 2.2: systems "are expected to not verify any proofs associated with
    the verification method at or after the time" of `expires` or `revoked`, and once set neither is expected
    to change. A trust list and a wallet read the first as the end of a window (what was signed inside it
    stands) and the second as a compromise (nothing it signed stands).
    """
    ids = {method.id for method in methods}
    return _of_methods(
        document.id,
        tuple(
            replace(method, expires=expires, revoked=revoked) if method.id in ids else method
            for method in document.verification_methods
        ),
    )


def _numbered(did: str, keys: Iterable[SigningKey], *, first: int) -> tuple[VerificationMethod, ...]:
    return tuple(
        VerificationMethod(f"{did}#key-{number}", did, key.public_key)
        for number, key in enumerate(keys, start=first)
    )


def _of_methods(did: str, methods: tuple[VerificationMethod, ...]) -> ControlledIdentifierDocument:
    return ControlledIdentifierDocument(
        id=did,
        verification_methods=methods,
        relationships={"assertionMethod": tuple(method.id for method in methods)},
    )


def write_document(folder: Path, document: ControlledIdentifierDocument) -> None:
    """Put the identifier document into an issuer's folder."""
    replace_file(
        folder / IDENTIFIER,
        (strict_json.dumps(document.to_json(), indent=2) + "\n").encode("utf-8"),
        public=True,
    )


def read_document(path: Path) -> JsonObject:
    """A JSON object from a file, within the usual ceilings."""
    return strict_json.loads_object(read_file(path, limits.JSON_BYTES))
