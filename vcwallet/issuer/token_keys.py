"""Keys that never leave a token: PKCS#11, with the extra `hsm`.

    place = TokenPlace.parse("hsm:vcwallet?module=/usr/lib/softhsm/libsofthsm2.so")
    keys = generate(place, pin)             # once, by `vcwallet issuer create --hsm`
    key = TokenKey(place, pin, public_key)  # signs like any other key

A token makes signatures and nothing else. The secret of hideable parts is needed by the program itself, so it
stays in the keystore, and the PIN with it: whoever opens the keystore can use the token while it is plugged
in, and can never copy what is in it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, unquote
from weakref import WeakSet

from vcwallet.errors import N_, Action, MachineError, UsageError
from vcwallet.identifiers.keys import KeyType, PublicKey

_SCHEME: Final = "hsm:"
_LABELS: Final = {KeyType.ED25519: "vcwallet Ed25519", KeyType.P256: "vcwallet P-256"}


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Which token, by its label, and the library of its maker that speaks PKCS#11."""

    label: str
    module: str

    @classmethod
    def parse(cls, text: str) -> TokenPlace:
        """Read ``hsm:LABEL?module=PATH``. Raises UsageError ``token.uri``."""
        label, _, query = text.removeprefix(_SCHEME).partition("?")
        try:
            values = parse_qs(query, strict_parsing=True) if query else {}
        except ValueError:
            values = {}
        if not text.startswith(_SCHEME) or not label or set(values) != {"module"} or len(text) > 1024:
            raise UsageError(
                "token.uri",
                N_("“{text}” does not name a token."),
                next_step=N_("A token is written hsm:LABEL?module=/path/to/the/library.so"),
                text=text[:64],
            )
        return cls(unquote(label), values["module"][0])


class TokenKey:
    """A key in a token. The session with the token is opened at the first signature, kept until `forget`."""

    def __init__(self, place: TokenPlace, pin: str, public_key: PublicKey) -> None:
        self._place = place
        self._pin = pin
        self._public_key = public_key
        self._private: Any = None

    @property
    def public_key(self) -> PublicKey:
        return self._public_key

    def sign(self, message: bytes) -> bytes:
        """Sign the unhashed message: Ed25519, or ECDSA with the token's own random nonce as r || s.

        Raises MachineError (``token.library``, ``token.missing``, ``token.other-keys``, ``token.pin``,
        ``token.locked``, ``token.refused``, ``token.extra-missing``).
        """
        pkcs11 = _pkcs11()
        with _told(self._place):
            if self._private is None:
                self._private = self._find()
            if self._public_key.type is KeyType.ED25519:
                return bytes(self._private.sign(message, mechanism=pkcs11.Mechanism.EDDSA))
            digest = hashlib.sha256(message).digest()
            return bytes(self._private.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))

    def _find(self) -> Any:
        pkcs11 = _pkcs11()
        opened = session(self._place, self._pin, self)
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.ID: _id(self._public_key),
        }
        for found in opened.get_objects(wanted):
            return found
        raise MachineError(
            "token.other-keys",
            N_("The token “{label}” is there, but this key is not in it."),
            next_step=N_("Plug in the token that the keys were made in."),
            label=self._place.label[:64],
        )

    def forget(self) -> None:
        """Need the session no more; another signature would open one anew."""
        self._private = None
        with _one_at_a_time:
            for users in _users.values():
                users.discard(self)

    def __repr__(self) -> str:
        return f"TokenKey({self._public_key.multibase})"


def generate(place: TokenPlace, pin: str) -> tuple[TokenKey, ...]:
    """Make an Ed25519 and a P-256 key that the token never gives out. Raises as `TokenKey.sign`."""
    pkcs11 = _pkcs11()
    from pkcs11.util.ec import encode_named_curve_parameters

    curves = {
        KeyType.ED25519: (pkcs11.KeyType.EC_EDWARDS, "1.3.101.112", pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN),
        KeyType.P256: (pkcs11.KeyType.EC, "secp256r1", pkcs11.Mechanism.EC_KEY_PAIR_GEN),
    }
    made = []
    with _told(place):
        user = _User()
        opened = session(place, pin, user)
        for kind, (family, curve, mechanism) in curves.items():
            parameters = opened.create_domain_parameters(
                family,
                {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)},
                local=True,
            )
            hidden = {pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
            public, private = parameters.generate_keypair(
                mechanism=mechanism, store=True, label=_LABELS[kind], private_template=hidden
            )
            key = _public(kind, bytes(public[pkcs11.Attribute.EC_POINT]))
            for each in (public, private):
                each[pkcs11.Attribute.ID] = _id(key)
            made.append(TokenKey(place, pin, key))
    return tuple(made)


def _public(kind: KeyType, point: bytes) -> PublicKey:
    """From CKA_EC_POINT: the point in a DER octet string."""
    raw = point[2:] if point[:1] == b"\x04" and point[1] == len(point) - 2 else point
    if kind is KeyType.ED25519:
        return PublicKey(kind, raw)
    x, y = raw[1:33], raw[33:65]
    return PublicKey(kind, bytes([2 + (y[-1] & 1)]) + x)


def _id(key: PublicKey) -> bytes:
    return hashlib.sha256(key.raw).digest()[:16]


_sessions: dict[tuple[str, str], Any] = {}
"""This process's open sessions: a token lets a process log in once."""
_users: Final[dict[tuple[str, str], WeakSet[Any]]] = {}
"""Who needs each session: a key that has signed, and what makes keys at the moment."""
_one_at_a_time: Final = threading.Lock()
"""Logs in and out: the pages sign for several folders on several threads."""


class _User:
    """Needs a session for as long as it lives."""


def session(place: TokenPlace, pin: str, user: object) -> Any:
    """The open session of this process with a token; it stays open at least as long as `user` lives.

    Raises MachineError (``token.library``) and what the library itself raises.
    """
    known = (place.module, place.label)
    with _one_at_a_time:
        if known not in _sessions:
            _sessions[known] = _opened(place, pin)
        _users.setdefault(known, WeakSet()).add(user)
        return _sessions[known]


def _opened(place: TokenPlace, pin: str) -> Any:
    pkcs11 = _pkcs11()
    try:
        library = pkcs11.lib(place.module)
    except (OSError, RuntimeError, pkcs11.PKCS11Error):
        raise MachineError(
            "token.library",
            N_("The library {module} of the token cannot be used."),
            next_step=N_("Install the maker's PKCS#11 library, and name it in issuer.toml."),
            module=place.module[-128:],
        ) from None
    return library.get_token(token_label=place.label).open(user_pin=pin, rw=True)


def log_out() -> None:
    """Close the sessions that nobody needs any more: the token asks for the PIN again.

    Two folders that are open may have their keys in one token, and a program is logged in to it once.
    """
    with _one_at_a_time:
        for known in [each for each in _sessions if not _users.get(each)]:
            # A token that was pulled out has ended its session itself.
            with suppress(_pkcs11().exceptions.PKCS11Error):
                _sessions.pop(known).close()


def _pkcs11() -> Any:
    """Raises MachineError (``token.extra-missing``)."""
    try:
        import pkcs11
    except ImportError:
        raise MachineError(
            "token.extra-missing",
            N_("Keys in a token need a part of vcwallet that is not installed."),
            next_step=Action.INSTALL_PART,
            part="hsm",
        ) from None
    return pkcs11


@contextmanager
def _told(place: TokenPlace) -> Iterator[None]:
    """What the library says, in our words."""
    exceptions = _pkcs11().exceptions
    label = place.label[:64]
    try:
        yield
    except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange):
        raise MachineError(
            "token.pin",
            N_("The token “{label}” does not take this PIN."),
            next_step=N_("A few wrong ones lock it: look the PIN up before trying again."),
            label=label,
        ) from None
    except exceptions.PinLocked:
        raise MachineError("token.locked", N_("The token “{label}” is locked."), label=label) from None
    except (exceptions.NoSuchToken, exceptions.TokenNotPresent, exceptions.DeviceRemoved):
        raise MachineError(
            "token.missing",
            N_("The token “{label}” is not plugged in."),
            next_step=N_("Plug it in and try again."),
            label=label,
        ) from None
    except exceptions.PKCS11Error as error:
        raise MachineError(
            "token.refused",
            N_("The token “{label}” refused ({reason})."),
            label=label,
            reason=type(error).__name__,
        ) from None
