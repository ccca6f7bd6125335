"""What is wrong with an issuer's own files, before anything is signed with them.

    for remark in of_folder(Path("olympiad")):
        print(remark.file, remark.line, remark.error)

Signing refuses the same mistakes, one at a time and where it meets them; here all are found, each with its
line. Some harm nobody and are mostly not meant: a template that issuer.toml does not name is never used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vcwallet import limits
from vcwallet.credentials import template_file
from vcwallet.credentials.template import Template
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.files import read_file
from vcwallet.issuer import design as designs
from vcwallet.issuer import folder as folders
from vcwallet.issuer import settings as settings_file
from vcwallet.issuer.design import Design
from vcwallet.issuer.settings import Settings
from vcwallet.own_files import line_of

__all__ = ["Remark", "of_folder", "of_template"]


@dataclass(frozen=True, slots=True)
class Remark:
    file: str
    line: int
    """0 where no line is to blame."""
    error: VcwalletError


def of_template(path: Path) -> Iterator[Remark]:
    """All that is wrong with one template file. Raises what `read_file` raises."""
    for line, error in template_file.remarks(read_file(path, limits.TEMPLATE_BYTES), name=path.name):
        yield Remark(path.name, line, error)


def of_folder(path: Path) -> Iterator[Remark]:
    """All that is wrong with `issuer.toml`, the templates and the design. Raises what `read_file` raises."""
    data = read_file(path / folders.SETTINGS, limits.SETTINGS_BYTES)
    try:
        settings = settings_file.parse(data, name=folders.SETTINGS)
    except VcwalletError as error:
        yield Remark(folders.SETTINGS, _line(data, error), error)
        return
    templates = {}
    for file in sorted((path / folders.TEMPLATES).glob("*.toml")):
        found = list(of_template(file))
        yield from found
        if not found:
            templates[file.stem] = template_file.load(file)
        if not found and templates[file.stem].id != file.stem:
            yield _remark(
                file.name,
                line_of(read_file(file, limits.TEMPLATE_BYTES), ("id",)),
                N_("The id “{id}” must be the name of the file without “.toml”."),
                id=templates[file.stem].id,
            )
        if file.stem not in settings.templates:
            yield _remark(
                folders.SETTINGS,
                line_of(data, ("templates",)),
                N_("The template {file} is not in the list “templates”, so it is never used."),
                file=file.name,
            )
    yield from _of_settings(path, settings, data, templates)
    yield from _of_design(path, settings)


def _of_settings(
    path: Path, settings: Settings, data: bytes, templates: dict[str, Template]
) -> Iterator[Remark]:
    for name in settings.templates:
        if not (path / folders.TEMPLATES / f"{name}.toml").is_file():
            yield _remark(
                folders.SETTINGS,
                line_of(data, ("templates",)),
                N_("There is no file templates/{template}.toml."),
                template=name,
            )
    for name, values in settings.values.items():
        if name not in settings.templates:
            yield _remark(
                folders.SETTINGS,
                line_of(data, ("values", name)),
                N_("These values are for the template “{template}”, which “templates” does not name."),
                template=name,
            )
        elif name in templates:
            known = {column.key for column in templates[name].columns}
            for key in values.keys() - known:
                yield _remark(
                    folders.SETTINGS,
                    line_of(data, ("values", name, key)),
                    N_("The template {template} has no column “{key}”."),
                    template=name,
                    key=key,
                )


def _of_design(path: Path, settings: Settings) -> Iterator[Remark]:
    place = path / folders.DESIGN
    if not place.is_dir():
        return
    file = place / designs.SETTINGS
    data = read_file(file, limits.SETTINGS_BYTES) if file.is_file() else b""
    try:
        design = Design.load(place)
    except VcwalletError as error:
        yield Remark(f"{folders.DESIGN}/{designs.SETTINGS}", _line(data, error), error)
        return
    for name in design.settings.templates:
        if name not in settings.templates:
            yield _remark(
                f"{folders.DESIGN}/{designs.SETTINGS}",
                line_of(data, ("templates", name)),
                N_("These words are for the template “{template}”, which issuer.toml does not name."),
                template=name,
            )
    for name in settings.templates:
        if name not in design.settings.templates:
            yield _remark(
                f"{folders.DESIGN}/{designs.SETTINGS}",
                0,
                N_("No words for the diplomas of the template “{template}”: the heading will be “Diploma”."),
                template=name,
            )


def _line(data: bytes, error: VcwalletError) -> int:
    line = error.evidence.get("line")
    if isinstance(line, int):
        return line
    return line_of(data, tuple(str(error.evidence.get("where", "")).split(".")))


def _remark(file: str, line: int, sentence: str, /, **evidence: str) -> Remark:
    return Remark(file, line, UsageError("lint.remark", sentence, **evidence))
