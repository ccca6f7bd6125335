"""What a form brings: fields and files, all of it in memory.

Form libraries write an upload of more than a megabyte to a temporary file in clear. A diploma on its way to
an encrypted wallet must not lie on the disk, so here the ceiling of memory is the ceiling of the form.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from vcwallet import limits
from vcwallet.errors import N_, InputError, LimitExceeded

__all__ = ["NOTHING", "Form", "GivenFile", "read_body", "read_form"]


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as a browser hands it over: its name, perhaps with folders, and its bytes."""

    name: str
    content: bytes


class Form:
    """The fields and files of a request. Nothing is raised for what is not there."""

    def __init__(self, texts: dict[str, list[str]], files: dict[str, list[GivenFile]]) -> None:
        self._texts = texts
        self._files = files

    def text(self, name: str) -> str:
        """What was typed, without the spaces around it; "" when the field is not there."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """What was typed, with its spaces: for passphrases."""
        return next(iter(self._texts.get(name, ())), "")

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(self._texts.get(name, ()))

    def ticked(self, name: str) -> bool:
        return bool(self._texts.get(name))

    def names(self) -> tuple[str, ...]:
        return tuple(self._texts)

    def digest(self, secret: bytes) -> bytes:
        """The same for the same fields and files; it tells nothing to who does not know the secret."""
        made = hashlib.blake2b(key=hashlib.blake2b(secret).digest())
        texts = [
            (name, each.encode("utf-8", "replace")) for name in self._texts for each in self._texts[name]
        ]
        files = [(f"{name}\0{each.name}", each.content) for name in self._files for each in self._files[name]]
        for name, content in (*texts, *files):
            for part in (name.encode("utf-8", "replace"), content):
                made.update(len(part).to_bytes(8))
                made.update(part)
        return made.digest()

    def files(self, name: str) -> tuple[GivenFile, ...]:
        """The files chosen in a field; a field in which none was chosen gives none."""
        return tuple(each for each in self._files.get(name, ()) if each.name or each.content)


NOTHING: Final = Form({}, {})


class _InMemory(MultiPartParser):
    spool_max_size = limits.PAGES_UPLOAD_BYTES + 1


async def read_form(request: Request, most: int | None = None) -> Form:
    """The form of a request, of at most `most` bytes. Raises LimitExceeded and InputError as `read_body`."""
    media_type = _media_type(request)
    most = limits.PAGES_UPLOAD_BYTES if most is None else most
    with _in_our_words():
        if media_type == "multipart/form-data":
            data = await _InMemory(
                request.headers,
                _bounded(request, most),
                max_files=limits.PAGES_UPLOAD_FILES,
                max_fields=limits.PAGES_FORM_FIELDS,
                max_part_size=limits.PAGES_FIELD_BYTES,
            ).parse()
        elif media_type == "application/x-www-form-urlencoded":
            data = await FormParser(
                request.headers, _bounded(request, min(most, limits.PAGES_FORM_BYTES))
            ).parse()
        else:
            async for _ in _bounded(request, min(most, limits.PAGES_FORM_BYTES)):
                pass
            return NOTHING
    return await _form(data)


async def read_body(request: Request, limit: int, *, seconds: float | None = None) -> bytes:
    """A body that is no form of a page, such as a picture of a camera; within `seconds`, or those of a form.

    Raises LimitExceeded (``page.too-much``, ``page.too-slow``) and InputError (``page.cut-short``).
    """
    with _in_our_words():
        return b"".join([chunk async for chunk in _bounded(request, limit, seconds)])


async def _form(data: FormData) -> Form:
    texts: dict[str, list[str]] = {}
    files: dict[str, list[GivenFile]] = {}
    try:
        for name, value in data.multi_items():
            if isinstance(value, UploadFile):
                files.setdefault(name, []).append(GivenFile(value.filename or "", await value.read()))
            else:
                texts.setdefault(name, []).append(value)
    finally:
        await data.close()
    if sum(map(len, texts.values())) > limits.PAGES_FORM_FIELDS:
        raise _too_much(limits.PAGES_FORM_BYTES)
    return Form(texts, files)


async def _bounded(request: Request, limit: int, seconds: float | None = None) -> AsyncGenerator[bytes, None]:
    seconds = limits.PAGES_UPLOAD_SECONDS if seconds is None else seconds
    declared = request.headers.get("content-length", "0")
    if len(declared) > 12 or not declared.isdecimal() or int(declared) > limit:
        raise _too_much(limit)
    size = 0
    chunks = request.stream()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise _too_much(limit)
                yield chunk
    except TimeoutError:
        raise LimitExceeded(
            "page.too-slow",
            N_("What was sent did not arrive within {seconds} seconds."),
            seconds=int(seconds),
        ) from None


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except ClientDisconnect:
        raise InputError("page.cut-short", N_("The page was left before everything had arrived.")) from None
    except (MultiPartException, ValueError, KeyError) as error:
        raise InputError(
            "page.form-malformed",
            N_("What was sent is no form of these pages ({kind})."),
            kind=type(error).__name__,
        ) from None


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _too_much(limit: int) -> LimitExceeded:
    return LimitExceeded(
        "page.too-much",
        N_("What was sent is larger than {megabytes} MB, or has too many fields or files."),
        next_step=N_("Give it in several parts."),
        megabytes=max(1, limit // limits.MIB),
    )
