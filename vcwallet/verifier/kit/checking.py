"""What is wrong with the files of the next kit, each told by its path, before anybody is asked to sign them.

    for problem in problems(draft.manifest, draft.content, draft.kit.content, now=now):
        print(problem.path, problem.error)

Every file passes the reader that an office uses later, so that no office is the first to notice; and what an
office that has the kit before would refuse is refused here. All files are looked at: what is wrong with one
says nothing about its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vcwallet import strict_json
from vcwallet.credentials.status_list import newer, un_revoked
from vcwallet.errors import N_, DocumentError, UsageError, VcwalletError, one_input
from vcwallet.verifier.kit.installed import joined
from vcwallet.verifier.kit.layout import ListedStatus, Manifest, Sort, sort_of
from vcwallet.verifier.kit.updating import Fate, FileChange, check_content
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_changes import Change, Decision, Source, What, compare

__all__ = ["Problem", "file_changes", "problems", "read_lists", "trust_changes"]

_TRUST: Final = "trust/"
"""Where a problem stands that two trust lists have with each other."""
_TRUST_PATHS: Final = (_TRUST, "bodies/")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one file."""

    path: str
    error: VcwalletError


def problems(
    manifest: Manifest,
    content: Mapping[str, bytes],
    before: Mapping[str, bytes],
    *,
    now: datetime,
    done: Callable[[int], object] = lambda _: None,
) -> tuple[Problem, ...]:
    """What is wrong with `content`, the files of a kit with these caps that follows the kit `before`.

    `done` is told after each file.
    """
    found: list[Problem] = []
    lists: dict[str, TrustList] = {}
    for path, data in sorted(content.items()):
        try:
            with one_input():
                lists |= check_content(manifest, {path: data})
                if sort_of(path) is Sort.STATUS:
                    ListedStatus.of(path, strict_json.loads_object(data))
        except VcwalletError as error:
            found.append(Problem(path, _for_maintainer(error)))
    try:
        trust = joined(manifest, lists, version=1, at=now)
    except VcwalletError as error:
        return (*found, Problem(_TRUST, _for_maintainer(error)))
    wrong = {each.path for each in found}
    if any(path.startswith(_TRUST_PATHS) for path in wrong):
        # Whose a list of revoked diplomas is cannot be told without the trust lists.
        return tuple(found)
    # A list that was published, of issuers of whom nothing changed, was looked at then.
    known = before if _trust_files(before) == _trust_files(content) else {}
    for path, data in sorted(content.items()):
        done(1)
        if path not in wrong and sort_of(path) is Sort.STATUS and known.get(path) != data:
            try:
                with one_input():
                    _check_status(data, trust, before.get(path), now)
            except VcwalletError as error:
                found.append(Problem(path, error))
    if not found:
        found += [
            Problem(change.subject if change.what is What.LIST_VERSION else _TRUST, _refused(change))
            for change in trust_changes(manifest, before, content, now=now)
            if change.decision is Decision.REFUSED
        ]
    return tuple(found)


def file_changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """Which files are new, changed or gone, in the order of their paths."""
    return tuple(
        FileChange(Fate.NEW if path not in before else Fate.CHANGED if path in after else Fate.GONE, path)
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    )


def trust_changes(
    manifest: Manifest, before: Mapping[str, bytes], after: Mapping[str, bytes], *, now: datetime
) -> tuple[Change, ...]:
    """What the trust lists change for an office that has the kit `before`; raises what reading raises."""
    old, new = read_lists(before), read_lists(after)
    lower = [
        Change(
            Decision.REFUSED,
            What.LIST_VERSION,
            subject=path,
            before=str(old[path].version),
            after=str(new[path].version),
        )
        for path in sorted(old.keys() & new.keys())
        if new[path].version < old[path].version
    ]
    both = [joined(manifest, each, version=1, at=now) for each in (old, new)]
    return (*lower, *compare(*both, source=Source.KIT))


def read_lists(content: Mapping[str, bytes]) -> dict[str, TrustList]:
    """The trust lists among the files, by path. Raises what `TrustList.parse` raises."""
    return {
        path: TrustList.parse(data)
        for path, data in sorted(content.items())
        if sort_of(path) in (Sort.TRUST, Sort.BODY)
    }


def _trust_files(content: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in content.items() if path.startswith(_TRUST_PATHS)}


def _for_maintainer(error: VcwalletError) -> VcwalletError:
    """What the reader itself said, and what a maintainer does about it; an office is told otherwise."""
    if isinstance(error.__cause__, VcwalletError):
        return error.__cause__
    if error.code == "kit.offices-own":
        return UsageError(
            error.code,
            error.template,
            next_step=N_(
                "Begin a list for the kit without a domain and other demands. Lists of revoked diplomas are"
                " taken out of it when it is added to the kit."
            ),
            **error.evidence,
        )
    if error.code == "trust.overlap":
        return UsageError(
            error.code,
            error.template,
            next_step=N_(
                "An organisation belongs into one list. Take it out of one of these, or that"
                " file out of the kit."
            ),
            **error.evidence,
        )
    if error.code != "kit.beyond-cap":
        return error
    return UsageError(
        error.code,
        error.template,
        next_step=N_("Ask the body for a narrower list, or widen its cap."),
        **error.evidence,
    )


def _check_status(data: bytes, trust: TrustList, before: bytes | None, now: datetime) -> None:
    """Raises DocumentError: ``kit.status-of-nobody``, ``kit.status-older``, and what the gate raises."""
    document = strict_json.loads_object(data)
    issuer = ListedStatus.of("", document).issuer
    if trust.of(issuer) is None:
        raise DocumentError(
            "kit.status-of-nobody",
            N_("No trust list of the kit has the issuer of this list of revoked diplomas: {issuer}."),
            next_step=N_("Add the issuer to a trust list, or take the file away."),
            issuer=issuer[:128],
        )
    new = trust.admitted(document, now=now)
    if before is None or before == data:
        return
    old = trust.admitted(strict_json.loads_object(before), now=now)
    forgotten = un_revoked(old, new)
    if newer(old, new) or forgotten:
        raise DocumentError(
            "kit.status-older",
            N_("The list of revoked diplomas is older than that of the kit before, or revokes fewer."),
            next_step=N_("Take the newest one from its issuer."),
            fewer=forgotten,
        )


def _refused(change: Change) -> VcwalletError:
    return DocumentError(
        "kit.change-refused",
        N_("Offices would refuse the change {what} of {entry}: {before} → {after}."),
        next_step=N_(
            "Put back what was there; an organisation that is taken out is written under “removed”."
        ),
        what=change.what.value,
        entry=change.entry or change.subject or "-",
        before=change.before[:64] or "-",
        after=change.after[:64] or "-",
    )
