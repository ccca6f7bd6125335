"""How an issuer's diplomas look: the folder `design` of an issuer, read and checked.

    design = Design.load(Path("olympiad/design"))

design.toml   colours, words, who signs, the logo; for people to edit
diploma.typ   the arrangement, a typst file; a school may write its own
              any picture that they name

A design arranges what was signed; it cannot read a file outside its folder and fetches nothing. What is not
in the folder comes from ``designs/plain`` beside this module, so that a kit without a design still prints.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import PydanticCustomError

from vcwallet import limits
from vcwallet.credentials.text import REFUSED_AT_ISSUE, flags
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.own_files import misfit, read_toml

__all__ = ["ARRANGEMENT", "FONTS", "PACKAGE", "PARTS", "SETTINGS", "Design", "DesignSettings", "Words"]

SETTINGS: Final = "design.toml"
ARRANGEMENT: Final = "diploma.typ"
_HERE: Final = Path(__file__).with_name("designs")
PARTS: Final = _HERE / "packages"
"""Where typst finds ``@local/vcwallet``, the parts that arrangements are made of."""
FONTS: Final = _HERE / "fonts"
_PLAIN: Final = _HERE / "plain"
PACKAGE: Final = "@local/vcwallet:1.0.0"


def _visible(text: str) -> str:
    if any(flag.code in REFUSED_AT_ISSUE for flag in flags(text)) or not text.isprintable():
        raise PydanticCustomError("invisible", "characters that nobody can see")
    return text


_Text = Annotated[str, StringConstraints(max_length=200), AfterValidator(_visible)]
_Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
_FileName = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,60}\.(svg|png|jpg))?$")]
_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_Orientation = Literal["portrait", "landscape"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """One text in both languages."""

    ru: _Text
    en: _Text

    def text(self, language: str) -> str:
        return self.ru if language == "ru" else self.en


class Colours(_Strict):
    ink: _Colour = "#1a2129"
    """Of the words."""
    accent: _Colour = "#17497a"
    second: _Colour = "#b08a3c"
    tint: _Colour = "#ece8df"
    """Of large areas behind words."""
    paper: _Colour = "#ffffff"


class Signature(_Strict):
    post: Words
    name: _Text = ""
    """Who signs; empty leaves the line to be filled in by hand."""


class Look(_Strict):
    """What a diploma of one template is called, and where it differs from the others."""

    heading: Words
    """Empty where the name of the award is the heading: a letter of thanks."""
    lead: Words = Words(ru="", en="")
    """Between the heading and the name: “is awarded to”."""
    after: Words = Words(ru="", en="")
    """Between the name and what it was given for: “took part in”."""
    orientation: _Orientation | None = None
    colours: Colours | None = None
    signatures: list[Signature] | None = Field(default=None, max_length=4)


class DesignSettings(_Strict):
    """The content of ``design.toml``."""

    format: Literal["vcwallet-design/1"]
    language: Literal["ru", "en"] = "ru"
    """Of the words around what was signed; that stays as it was signed."""
    orientation: _Orientation = "portrait"
    logo: _FileName = ""
    """A picture in the folder; empty for none."""
    stamp: _Text = ""
    """What stands in the place of the stamp; empty where there is no stamp."""
    colours: Colours = Colours()
    signatures: list[Signature] = Field(default_factory=list, max_length=4)
    templates: dict[_Key, Look] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Design:
    """A design that was read and checked. `folder` is all that its arrangement can read from."""

    folder: Path
    settings: DesignSettings

    @classmethod
    def load(cls, folder: Path) -> Design:
        """Read a design; the plain one where the folder has no ``diploma.typ``.

        Raises what `read_file` raises, and UsageError: ``design.unreadable``, ``design.malformed``,
        ``design.no-logo``, ``design.link``, ``design.too-large``, ``design.import``.
        """
        arrangement = folder if (folder / ARRANGEMENT).is_file() else _PLAIN
        place = folder / SETTINGS if (folder / SETTINGS).is_file() else _PLAIN / SETTINGS
        settings = parse(read_file(place, limits.SETTINGS_BYTES), name=place.name)
        _check_files(arrangement)
        for file in sorted(arrangement.rglob("*.typ")):
            _check_imports(file)
        if settings.logo and not (arrangement / settings.logo).is_file():
            raise UsageError(
                "design.no-logo",
                N_("The picture {file} that design.toml names as the logo is not in the folder {folder}."),
                next_step=N_("Put the picture there, or change its name in design.toml."),
                file=settings.logo,
                folder=str(arrangement),
            )
        return cls(arrangement, settings)

    def look(self, template: str | None) -> Look | None:
        """What the design says of a template's diplomas."""
        return None if template is None else self.settings.templates.get(template)


def parse(data: bytes, *, name: str) -> DesignSettings:
    """Read ``design.toml``; raises UsageError ``design.unreadable`` or ``design.malformed``."""
    content = read_toml(data, name=name, code="design.unreadable")
    try:
        return DesignSettings.model_validate(content)
    except ValidationError as error:
        raise misfit(error.errors()[0], name=name, code="design.malformed") from None


def _check_files(folder: Path) -> None:
    size = 0
    for number, path in enumerate(sorted(folder.rglob("*")), start=1):
        if path.is_symlink():
            # typst follows it, and would read what lies outside the folder.
            raise UsageError(
                "design.link",
                N_("{file} in the design's folder is a link to another place, so the design is not used."),
                next_step=N_("Put the file itself there."),
                file=path.name,
            )
        size += path.stat().st_size if path.is_file() else 0
        if size > limits.DESIGN_BYTES or number > limits.DESIGN_FILES:
            raise UsageError(
                "design.too-large",
                N_("The design's folder holds more than {files} files or {mib} MiB."),
                next_step=N_("Make its pictures smaller: every diploma carries them."),
                files=limits.DESIGN_FILES,
                mib=limits.DESIGN_BYTES // limits.MIB,
            )


_IMPORTING: Final = re.compile(r"\b(?:import|include)\b|\b(?:eval|std)\b")
_LITERAL: Final = re.compile(r'\s*"(?P<name>[^"\\]+)"\s*(?![.+*/\s])')
"""A name in quotation marks that nothing is done to: in typst an expression may stand there."""
_REMARK: Final = re.compile(r'^[ \t]*//(?:(?!\*/)[^"`\n])*$', re.MULTILINE)
"""A line that is a comment wherever it stands: nothing in it could end a string or a block before it."""


def _check_imports(file: Path) -> None:
    """typst downloads a package that is imported from ``@preview``, so a name must be plain to see.

    ``eval`` would read a name that is not, and ``std`` gives ``eval`` out under a name that is put together.
    """
    text = _REMARK.sub("", read_file(file, limits.TEMPLATE_BYTES).decode("utf-8", "replace"))
    for found in _IMPORTING.finditer(text):
        literal = _LITERAL.match(text, found.end()) if found[0] in ("import", "include") else None
        # A file with another ending would not be looked into.
        if literal is None or (literal["name"] != PACKAGE and not literal["name"].endswith(".typ")):
            raise UsageError(
                "design.import",
                N_("{file}, line {line}: a design imports only files of its own folder and {package}."),
                next_step=N_("Copy what it needs into the folder, and name the file in quotation marks."),
                file=file.name,
                line=text.count("\n", 0, found.start()) + 1,
                package=PACKAGE,
            )
