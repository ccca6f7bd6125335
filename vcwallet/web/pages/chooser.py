"""Choosing a file or a folder of this computer on a page.

A wallet must be a path, because it is saved in its place, and a browser's own dialog gives bytes without one.
So a page lists folders. What is listed stays here: a form names an entry by its number, so that no request
holds a path, and what lies outside the home folder and plugged-in disks, or is hidden, is not listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from starlette.responses import RedirectResponse, Response

from vcwallet import limits
from vcwallet.errors import N_, UsageError, VcwalletError
from vcwallet.files import names_a_device
from vcwallet.speaking.whole_numbers import whole_number
from vcwallet.web.pages.choosing import Choosing, Entry
from vcwallet.web.pages.visit import Get, Post, Role, Visit

__all__ = ["ROUTES", "file_name"]


def show(visit: Visit[None]) -> Response:
    choosing = _task(visit)
    _list(choosing, visit.places.roots(), visit.roles)
    return _page(visit, choosing)


def act(visit: Visit[None]) -> Response:
    """Go into a folder, or choose."""
    choosing = _task(visit)
    form = visit.form
    if form.text("up"):
        choosing.folder = _below(choosing.folder.parent, visit.places.roots()) or choosing.folder
    elif (root := _numbered(choosing.roots, form.text("root"))) is not None:
        choosing.folder = root
    elif (entry := _numbered(choosing.entries, form.text("into"))) is not None:
        choosing.folder = _below(entry.path, visit.places.roots()) or choosing.folder
    elif (entry := _numbered(choosing.entries, form.text("pick"))) is not None:
        return _chosen(visit, choosing, entry.path, entry.kind)
    elif form.text("here") and choosing.wanted == "folder":
        return _chosen(visit, choosing, choosing.folder, "folder")
    elif (form.text("here") and choosing.wanted == "new") or (form.text("new") and choosing.name):
        try:
            return _chosen(visit, choosing, choosing.folder / file_name(form.text("name")), "folder")
        except VcwalletError as error:
            return _page(visit, choosing, error)
    return RedirectResponse(visit.path, 303)


def file_name(text: str) -> str:
    """A name for a new file or folder that means the same on every system.

    Raises UsageError (``page.file-name``).
    """
    plain = text == PurePosixPath(text).name == PureWindowsPath(text).name
    if (
        not text
        or not plain
        or not text.isprintable()
        or len(text.encode("utf-8")) > limits.FILE_NAME_BYTES
        or text.startswith(".")
        or text.endswith((".", " "))
        or any(each in text for each in '<>:"|?*')
        or names_a_device(text)
    ):
        raise UsageError(
            "page.file-name",
            N_("“{name}” cannot be the name of a file."),
            next_step=N_("Use letters, digits, spaces and hyphens."),
            name=text[:64],
        )
    return text


def _page(visit: Visit[None], choosing: Choosing, error: VcwalletError | None = None) -> Response:
    values: dict[str, Any] = {
        "choosing": choosing,
        "at_root": _below(choosing.folder.parent, visit.places.roots()) is None,
    }
    if error is not None:
        return visit.again("choose.html", error, field="name", **values)
    return visit.page("choose.html", **values)


def _task(visit: Visit[None]) -> Choosing:
    return visit.session.task(visit.parameters["task"], Choosing)


def _list(choosing: Choosing, roots: Sequence[Path], roles: Sequence[Role]) -> None:
    choosing.roots = list(roots)
    choosing.entries, choosing.more = [], False
    found = [
        Entry(each, kind)
        for each in _content(choosing.folder)
        if (kind := _kind(each, choosing.wanted, roles)) and _below(each, roots) is not None
    ]
    found.sort(key=lambda entry: (entry.kind == "folder", entry.name.casefold()))
    choosing.more = len(found) > limits.PAGES_LISTED
    choosing.entries = found[: limits.PAGES_LISTED]


def _kind(path: Path, wanted: str, roles: Sequence[Role]) -> str:
    """What an entry is listed as; "" when it is not listed."""
    if path.name.startswith("."):
        return ""
    try:
        for role in roles:
            if wanted in ("opened", role.kind) and role.opens(path):
                return role.kind
        if path.is_dir():
            return "folder"
        return "file" if wanted == "file" and path.is_file() else ""
    except (OSError, VcwalletError):
        return ""


def _content(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _below(path: Path, roots: Sequence[Path]) -> Path | None:
    """The path when it really lies in one of the roots, wherever links lead; else None."""
    try:
        real = path.resolve()
        return path if any(real.is_relative_to(root.resolve()) for root in roots) else None
    except (OSError, RuntimeError):
        return None


def _numbered(entries: Sequence[Any], text: str) -> Any | None:
    number = whole_number(text)
    return entries[number] if number is not None and number < len(entries) else None


def _chosen(visit: Visit[None], choosing: Choosing, path: Path, kind: str) -> Response:
    if _below(path, visit.places.roots()) is None:
        # What was listed may have become a link that leads out since.
        return RedirectResponse(visit.path, 303)
    name = visit.session.choose(path)
    target = choosing.target or f"/{visit.session.place}/{kind}/open/{{chosen}}"
    return RedirectResponse(target.replace("{chosen}", name), 303)


ROUTES: Final = (Get("choose/{task}", show), Post("choose/{task}", act))
