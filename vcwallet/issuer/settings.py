"""`issuer.toml`: what an organisation says about itself. Secrets and what was issued are kept elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from vcwallet import limits
from vcwallet.credentials.text import REFUSED_AT_ISSUE, flags
from vcwallet.files import read_file
from vcwallet.identifiers.did import web
from vcwallet.issuer.signing import HIDEABLE, PLAIN
from vcwallet.issuer.token_keys import TokenPlace
from vcwallet.own_files import misfit, read_toml


def _sign_safe(text: str) -> str:
    if any(flag.code in REFUSED_AT_ISSUE for flag in flags(text)) or not text.isprintable():
        raise PydanticCustomError("invisible", "characters that nobody can see")
    return text


def _site(text: str) -> str:
    if text:
        web.did_of(text)
    return text.rstrip("/")


def _token(text: str) -> str:
    if text:
        TokenPlace.parse(text)
    return text


def _proofs(names: list[str]) -> list[str]:
    if names not in ([PLAIN], [PLAIN, HIDEABLE]):
        expected = f'["{PLAIN}"], ["{PLAIN}", "{HIDEABLE}"]'
        raise PydanticCustomError("one_of", "one of {expected}", {"expected": expected})
    return names


def _needs_site(jwt: bool, told: ValidationInfo) -> bool:
    if jwt and not told.data.get("site"):
        raise PydanticCustomError("needs_site", "only of an organisation with a site")
    return jwt


_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_Words = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=r"^\S(.*\S)?$"), AfterValidator(_sign_safe)
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Names(_Strict):
    ru: _Words
    en: _Words


class StatusSettings(_Strict):
    entries: int = Field(default=limits.STATUS_MINIMUM_ENTRIES, ge=limits.STATUS_MINIMUM_ENTRIES, le=2**23)
    """Places in one status list; a multiple of 8."""
    valid_days: int = Field(default=180, ge=1, le=3660)
    suspension: bool = False
    """Whether diplomas get a place in a second list, by which they can be suspended for a while."""


class DatabaseSettings(_Strict):
    url: str = ""
    """An SQLAlchemy URL; "" is a file in the issuer's folder."""


class KeySettings(_Strict):
    hsm: Annotated[str, AfterValidator(_token)] = ""
    """``hsm:LABEL?module=PATH``: the token that the keys of every day are in; "" is the keystore."""


class Settings(_Strict):
    """The content of `issuer.toml`."""

    format: Literal["vcwallet-issuer/1"]
    kit: _Key
    example: bool = False
    """An organisation made to try the program: the kit's invented values may be signed."""
    name: Names
    site: Annotated[str, AfterValidator(_site)] = ""
    zone: Annotated[str, StringConstraints(pattern=r"^(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$")] = "Z"
    templates: list[_Key] = Field(min_length=1)
    proofs: Annotated[list[str], AfterValidator(_proofs)] = [PLAIN, HIDEABLE]
    """With the second one families can hide fields; without a site it is left out in any case."""
    jwt: Annotated[bool, AfterValidator(_needs_site)] = False
    """Whether each diploma is signed a second time, as a JWT, for programs that read nothing else."""
    status: StatusSettings = Field(default_factory=StatusSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    keys: KeySettings = Field(default_factory=KeySettings)
    values: dict[_Key, dict[_Key, str]] = Field(default_factory=dict)

    @property
    def is_example(self) -> bool:
        """Whether nobody can take the organisation for real: it says so, or its site cannot exist."""
        return self.example or is_example(self.site)


def is_example(site: str | None) -> bool:
    """Whether a site lies under ``.example``, where none can exist (RFC 2606)."""
    host = (site or "").removeprefix("https://").partition("/")[0].partition(":")[0]
    return host.rpartition(".")[2] == "example"


def load(path: Path) -> Settings:
    """Read the settings.

    Raises what `read_file` raises, InputError ``settings.unreadable``, UsageError ``settings.malformed`` and,
    for the site, ``did.web-url``.
    """
    return parse(read_file(path, limits.SETTINGS_BYTES), name=path.name)


def parse(data: bytes, *, name: str) -> Settings:
    """`load` of bytes; `name` is what errors call the file."""
    return validated(read_toml(data, name=name, code="settings.unreadable"), name=name)


def validated(content: Mapping[str, Any], *, name: str) -> Settings:
    """`parse` of what was read already."""
    try:
        return Settings.model_validate(content)
    except ValidationError as error:
        raise misfit(error.errors()[0], name=name, code="settings.malformed") from None


def database_table(url: str) -> str:
    """The lines of `issuer.toml` that say where the register is."""
    return f"\n[database]\nurl = {json.dumps(url, ensure_ascii=False)}\n"


def with_values(text: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """The text of a settings file with other values for all rows, comments kept: template -> key -> value.

    "" makes a line a comment, for then the sheet has the column. A line that is not there is added at the end
    of its table, and a table that is not there at the end of the file.
    """
    left = {f"values.{table}": dict(changes) for table, changes in values.items()}
    lines: list[str] = []
    table = ""

    def end_table() -> None:
        added = [_said(key, value) for key, value in left.pop(table, {}).items() if value]
        place = len(lines)
        while place and not lines[place - 1].strip():
            place -= 1
        lines[place:place] = added

    for line in text.splitlines():
        if line.startswith("["):
            end_table()
            table = line.strip("[]")
        found = _LINE.match(line.removeprefix("# "))
        if found and found["key"] in left.get(table, {}):
            value = left[table].pop(found["key"])
            line = _said(found["key"], value) if value else "# " + line.removeprefix("# ")
        lines.append(line)
    end_table()
    for name, changes in left.items():
        added = [_said(key, value) for key, value in changes.items() if value]
        lines += ["", f"[{name}]", *added] if added else []
    return "\n".join(lines) + "\n"


def _said(key: str, value: str) -> str:
    # TOML's basic strings escape as JSON's do.
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"


_LINE: Final = re.compile(r"^(?P<key>[a-z_]+) = .*$")


def rewritten(text: str, values: Mapping[tuple[str, str], str | None]) -> str:
    """The text of a settings file with some values replaced, comments kept.

    `values` maps (table, key) to the new text; "" is the top table. Only lines ``key = ...`` that are there
    are replaced; None makes a line a comment.
    """
    table = ""
    lines = []
    for line in text.splitlines():
        if line.startswith("["):
            table = line.strip("[]")
        found = _LINE.match(line)
        if found and (table, found["key"]) in values:
            value = values[table, found["key"]]
            line = _said(found["key"], value) if value is not None else f"# {line}"
        lines.append(line)
    return "\n".join(lines) + "\n"
