"""Dataclasses as JSON and back, exactly: what workers send and a journal keeps.

    text = to_json(answer)
    assert from_json(UnitAnswer, text) == answer

Not pickle: a journal lies beside results on a disk that others may write to, and reading one must not be able
to run anything. What was written by another version of the program, or was changed, raises ValueError.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

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
        made = _typed(kind, json.loads(text))
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


def _typed(kind: Any, value: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), value)
    if origin is tuple:
        parts = get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_typed(parts[0], each) for each in _list(value))
        return tuple(_typed(part, each) for part, each in zip(parts, _list(value), strict=True))
    if origin is not None and issubclass(origin, Mapping):
        member = get_args(kind)[1]
        if not isinstance(value, dict):
            raise TypeError(f"{type(value).__name__} is no mapping")
        return {name: _typed(member, each) for name, each in value.items()}
    if kind is Any:
        return value
    if not isinstance(kind, type):
        return _typed(getattr(kind, "__value__", object), value)
    if issubclass(kind, VcwalletError):
        return _error(value)
    if is_dataclass(kind):
        return _dataclass(kind, value)
    if issubclass(kind, Enum):
        return kind[value]
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    if issubclass(kind, Decimal):
        return Decimal(value)
    if issubclass(kind, bytes):
        return bytes.fromhex(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{type(value).__name__} is no {kind.__name__}")
    return value


def _one_of(kinds: Sequence[Any], value: Any) -> Any:
    if value is None:
        if type(None) in kinds:
            return None
        raise TypeError("nothing")
    for kind in kinds:
        if kind is type(None):
            continue
        try:
            return _typed(kind, value)
        except (TypeError, ValueError, KeyError):
            continue
    raise TypeError(f"{type(value).__name__} is none of {kinds}")


def _dataclass(kind: Any, value: Any) -> Any:
    made = object.__new__(kind)
    for (name, hint), each in zip(_hints(kind), _list(value), strict=True):
        object.__setattr__(made, name, _typed(hint, each))
    return made


@lru_cache(maxsize=256)
def _hints(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} is no list")
    return value
