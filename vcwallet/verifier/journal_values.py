"""Dataclasses as JSON and back, exactly: what workers send and a journal keeps.

    text = to_json(answer)
    assert from_json(UnitAnswer, text) == answer

Not pickle: a journal lies beside results on a disk that others may write to, and reading one must not be able
to run anything. What was written by another version of the program, or was changed, raises ValueError.
"""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache, partial
from typing import Any, Final, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from vcwallet import errors
from vcwallet.errors import Action, VcwalletError

__all__ = ["from_json", "to_json"]

T = TypeVar("T")

_ERRORS: Final = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, VcwalletError) and kind is not VcwalletError
}


def to_json(value: Any) -> str:
    """The value of a dataclass whose fields are typed with what `from_json` knows."""
    return json.dumps(_plain(value), separators=(",", ":"))


def from_json(kind: type[T], text: str) -> T:
    """The value of this kind; raises ValueError for anything else."""
    try:
        made: Any = _reader(cast(Hashable, kind))(json.loads(text))
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    assert isinstance(made, kind)
    return made


def _plain(value: Any) -> Any:
    if isinstance(value, VcwalletError):
        return _plain_error(value)
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(type(value).__name__)


def _plain_error(error: VcwalletError) -> list[Any]:
    kind = next(each.__name__ for each in type(error).__mro__ if each.__name__ in _ERRORS)
    step = error.action.name if error.action else None
    return [kind, error.code, error.template, step, error.next_step_template, dict(error.evidence)]


def _error(value: Any) -> VcwalletError:
    kind, code, template, action, step, evidence = value
    # The sides of an error are classes without a way of their own to be made; see VcwalletError.__reduce__.
    error: VcwalletError = _ERRORS[kind].__new__(_ERRORS[kind])
    VcwalletError.__init__(error, code, template, next_step=Action[action] if action else step, **evidence)
    return error


_Reader: TypeAlias = Callable[[Any], Any]


@lru_cache(maxsize=512)
def _reader(kind: Hashable) -> _Reader:
    """What reads values of one kind; made once for each, because a queue reads millions."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind))
    if origin is tuple:
        return _tuple(get_args(kind))
    if origin is not None and issubclass(origin, Mapping):
        member = _reader(get_args(kind)[1])
        return lambda value: {name: member(each) for name, each in _of(dict, value).items()}
    if not isinstance(kind, type):
        raise TypeError(f"{kind} is not known here")
    if is_dataclass(kind):
        return _dataclass(kind)
    if issubclass(kind, VcwalletError):
        return _error
    for known, reader in _SIMPLE:
        if issubclass(kind, known):
            return reader(kind)
    return partial(_exactly, kind)


_SIMPLE: Final[tuple[tuple[type, Callable[[Any], _Reader]], ...]] = (
    (Enum, lambda kind: dict(kind.__members__).__getitem__),
    (datetime, lambda _: datetime.fromisoformat),
    (date, lambda _: date.fromisoformat),
    (Decimal, lambda _: Decimal),
    (bytes, lambda _: bytes.fromhex),
)


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind and (type(value) is bool or not isinstance(value, kind)):
        raise TypeError(f"{type(value).__name__} is no {kind.__name__}")
    return value


def _of(kind: type[T], value: Any) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} is no {kind.__name__}")
    return value


def _one_of(kinds: Sequence[Any]) -> _Reader:
    nothing = type(None) in kinds
    # What only a room above makes is never sent.
    readers = [_reader(kind) for kind in kinds if kind is not type(None) and not _is_protocol(kind)]

    def read(value: Any) -> Any:
        if value is None and nothing:
            return None
        for reader in readers:
            try:
                return reader(value)
            except (TypeError, ValueError, KeyError):
                continue
        raise TypeError(f"{type(value).__name__} is none of {kinds}")

    return read


def _is_protocol(kind: Any) -> bool:
    return bool(getattr(kind, "_is_protocol", False))


def _tuple(parts: Sequence[Any]) -> _Reader:
    if len(parts) == 2 and parts[1] is Ellipsis:
        each_reader = _reader(parts[0])
        return lambda value: tuple([each_reader(each) for each in _of(list, value)])
    readers = [_reader(part) for part in parts]
    return lambda value: tuple([reader(each) for reader, each in zip(readers, _of(list, value), strict=True)])


def _dataclass(kind: Any) -> _Reader:
    members: list[tuple[str, _Reader]] = []
    put = object.__setattr__

    def read(value: Any) -> Any:
        if not members:
            hints = get_type_hints(kind)
            members.extend((field.name, _reader(hints[field.name])) for field in fields(kind))
        made = object.__new__(kind)
        for (name, reader), each in zip(members, _of(list, value), strict=True):
            put(made, name, reader(each))
        return made

    return read
