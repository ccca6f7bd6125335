"""What comes between a whole kit and the offices that get it: a trial, and a look at what is there already.

kit = key.published(draft, now=now, trial=lambda kit: try_out(kit, draft.before, now=now))
write(kit, Path("E:/kit.zip"))
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from vcwallet.errors import N_, Action, DocumentError, UsageError, VcwalletError
from vcwallet.files import replace_file
from vcwallet.verifier.kit import updating
from vcwallet.verifier.kit.draft import Draft, fingerprint
from vcwallet.verifier.kit.files import TIMESTAMP_FILE, KitFiles, metadata_file
from vcwallet.verifier.kit.layout import TARGETS
from vcwallet.verifier.kit.roles import ROOT
from vcwallet.verifier.kit.sources import open_source

__all__ = ["demand_base", "try_out", "write"]


def try_out(
    kit: KitFiles,
    before: KitFiles | None,
    *,
    now: datetime,
    done: Callable[[int], object] = lambda _: None,
) -> None:
    """Install a kit as an office that never had it, and as one that has the kit `before`.

    `done` is told after each of the two. Raises UsageError (``kit.would-be-refused``) with what such an
    office would say.
    """
    paper = fingerprint(kit)
    for first in [None] if before is None else [before, None]:
        # Not on a stick: file systems of sticks refuse what an installation needs.
        with tempfile.TemporaryDirectory(prefix="vcwallet-kit-") as place:
            if first is not None:
                _install(Path(place), first, paper, now)
            try:
                _install(Path(place), kit, paper, now)
            except DocumentError as error:
                raise _would_be_refused(error, known=first is not None) from error
        done(1)


def demand_before(draft: Draft, *, now: datetime) -> None:
    """Raise unless the kit before, which the draft holds, is whole and signed.

    What a draft changes is told beside it; somebody could have put it there so that less seems to change.
    Raises UsageError (``kit.draft-tampered``).
    """
    if draft.before is None:
        return
    with tempfile.TemporaryDirectory(prefix="vcwallet-kit-") as place:
        try:
            _install(Path(place), draft.before, draft.fingerprint, now)
        except DocumentError as error:
            raise UsageError(
                "kit.draft-tampered",
                N_(
                    "The kit before is not whole in the draft, so it cannot be told what the draft changes:"
                    " {reason}"
                ),
                next_step=N_("Do not sign it. Ask whoever built it for another."),
                reason=str(error)[:300],
            ) from error


def follow(published: KitFiles, newer: KitFiles, *, now: datetime) -> None:
    """Raise unless `newer` is a later state of the same kit, which offices would take.

    Raises UsageError: ``kit.another-kit`` and what `try_out` raises.
    """
    if fingerprint(published) != fingerprint(newer):
        raise UsageError(
            "kit.another-kit",
            N_("This is another kit: {fingerprint}."),
            next_step=N_("Name the newest published state of the kit that is made in this folder."),
            fingerprint=fingerprint(newer),
        )
    try_out(newer, None if published.timestamp is None else published, now=now)


def _install(place: Path, kit: KitFiles, paper: str, now: datetime) -> None:
    with (
        open_source(kit.zip(), label="kit") as source,
        updating.staged(place, source, now=now, paper=lambda: paper) as stage,
    ):
        # What offices are asked is shown when the kit is built.
        stage.install(confirmed=lambda _: True)


def demand_base(draft: Draft, place: Path) -> None:
    """Raise unless there is no kit at a place, or the one that the draft follows.

    Two maintainers who each built a kit of the same number would otherwise replace each other's. Raises
    UsageError (``kit.built-on-another``), and what `KitFiles.read` raises.
    """
    if not place.exists():
        return
    if place.is_dir() and not (place / TIMESTAMP_FILE).exists():
        return
    there = KitFiles.read(place)
    if hashlib.sha256(there.named(TIMESTAMP_FILE)).hexdigest() == draft.base or _is_of(there, draft):
        return
    raise UsageError(
        "kit.built-on-another",
        N_("{place} has the kit {there}, and the draft was not built on it but on {base}."),
        next_step=Action.BUILD_ON_NEWEST,
        place=str(place)[-64:],
        there=0 if there.timestamp is None else there.timestamp.signed.version,
        base=draft.number - 1,
    )


def _is_of(there: KitFiles, draft: Draft) -> bool:
    """Whether this very draft was published there already: writing to another place may have failed."""
    parts = (metadata_file(role, draft.versions[role]) for role in (ROOT, TARGETS, *draft.delegated))
    return (
        there.timestamp is not None
        and there.timestamp.signed.version == draft.number
        and all(there.files.get(name) == draft.kit.files.get(name) for name in parts)
    )


def write(kit: KitFiles, place: Path) -> None:
    """To a file whose name ends with .zip, or into a folder."""
    if place.suffix.lower() == ".zip":
        replace_file(place, kit.zip(), public=True)
    else:
        kit.write(place)


def _would_be_refused(error: VcwalletError, *, known: bool) -> UsageError:
    return UsageError(
        "kit.would-be-refused",
        N_("Offices that have the kit before would refuse this one: {reason}")
        if known
        else N_("Offices would refuse this kit: {reason}"),
        next_step=N_("Nothing was written. Correct the sources, then build and sign it anew."),
        reason=str(error)[:300],
        refusal=error.code,
    )
