"""`vcwallet kit update|show|diff`: the kits of this office."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from vcwallet import limits
from vcwallet.cli.kits import DEFAULT, kits_place
from vcwallet.cli.speak import Command, Speaker, argument, option, pass_speaker, somebody_there
from vcwallet.cli.trust.settling import known_changes
from vcwallet.cli.trust.showing import DIFFERENT
from vcwallet.cli.values import moment, now_option
from vcwallet.errors import N_, VcwalletError
from vcwallet.speaking import trust_lists
from vcwallet.speaking.kits import FILES, file_lines, kit_name, kit_sentence, worth_telling
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.kit import layout, updating
from vcwallet.verifier.kit import sources as kit_sources
from vcwallet.verifier.kit.installed import InstalledKit, kit_folders
from vcwallet.verifier.kit.layout import Sort
from vcwallet.verifier.kit.sources import Source
from vcwallet.verifier.kit.updating import FileChange, KitRefused, Stage
from vcwallet.verifier.trust import TrustList
from vcwallet.verifier.trust_changes import Change
from vcwallet.verifier.trust_review import NeedsPerson

F = TypeVar("F", bound=Callable[..., Any])

UPDATE_FORMAT: Final = "vcwallet-kit-update/1"
SHOW_FORMAT: Final = "vcwallet-kits/1"

_place_option = option(
    "--kit",
    "kit_place",
    metavar="FOLDER",
    default=DEFAULT,
    help=N_("The folder in which your kits are installed; default is one of your user's own."),
)
_json_option = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))


def _paper_option(function: F) -> F:
    return option(
        "--fingerprint",
        metavar="FINGERPRINT",
        help=N_("For a kit that is not installed yet: the fingerprint on the maintainer's paper."),
    )(function)


@click.command(
    cls=Command,
    help=N_(
        "Install a kit, or a newer state of one that is installed.\n\n"
        "SOURCE is the folder or the zip you were given, on a stick or anywhere, or the https address of the"
        " zip. The first time you are asked for the fingerprint on the maintainer's paper. The kit is looked"
        " at as a whole before anything is exchanged: after a refusal, what is installed is as it was."
    ),
)
@argument("given", metavar="SOURCE", type=click.Path(path_type=str))
@_place_option
@_paper_option
@option(
    "--accept",
    "accepted",
    multiple=True,
    metavar="WHAT",
    help=N_("Confirm changes of this name beforehand, e.g. status.un-revoked; may be repeated."),
)
@now_option
@_json_option
@pass_speaker
def update(
    speaker: Speaker,
    given: str,
    kit_place: str,
    fingerprint: str | None,
    accepted: Sequence[str],
    now: datetime | None,
    as_json: bool,
) -> None:
    known = known_changes(accepted)
    with _staged(speaker, given, kit_place, fingerprint, moment(now), as_json=as_json) as stage:
        nothing_new = stage.nothing_new
        if not as_json and not nothing_new:
            _tell_changes(speaker, stage.before, stage.changes, stage.files)

        def agreed(asks: Sequence[Change]) -> bool:
            left = [each for each in asks if each.what not in known]
            if not left:
                return True
            if not somebody_there():
                raise NeedsPerson(
                    "kit.needs-a-person",
                    N_("Changes that a person must confirm: {number}; the kit was not installed."),
                    next_step=N_("Run it in a terminal, or confirm them beforehand with --accept {what}."),
                    number=len(left),
                    what=" --accept ".join(sorted({each.what.value for each in left})),
                )
            return speaker.agreed(N_("Confirm the changes marked with “?” ({number})?"), number=len(left))

        kit = stage.install(confirmed=agreed)
    if as_json:
        speaker.json(_answer(kit, stage.changes, stage.files, installed=True))
        return
    if nothing_new:
        speaker.say(N_("Nothing new: this kit is installed."))
    _describe(speaker, kit)


@click.command(
    cls=Command,
    help=N_(
        "Say what a kit would change, without installing it.\n\n"
        "SOURCE is as for “vcwallet kit update”. Without it: what the last update changed. ! would be"
        " refused, ? needs your consent, · is taken without asking. Ends with 0 when nothing changes and"
        " with 5 when something does."
    ),
)
@argument("given", metavar="SOURCE", required=False, type=click.Path(path_type=str))
@_place_option
@_paper_option
@now_option
@_json_option
@pass_speaker
def diff(
    speaker: Speaker,
    given: str | None,
    kit_place: str,
    fingerprint: str | None,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    if given is not None:
        with _staged(speaker, given, kit_place, fingerprint, at, as_json=as_json) as stage:
            return _told(speaker, stage.before, stage.after, stage.changes, stage.files, as_json=as_json)
    place, status = kits_place(kit_place), 0
    for folder in _folders(place):
        after = InstalledKit.open(folder, now=at)
        before = InstalledKit.before(folder, now=at)
        changes, files = ((), ()) if before is None else updating.difference(before, after)
        status = max(status, _told(speaker, before, after, changes, files, as_json=as_json))
    return status


@click.command(
    cls=Command,
    help=N_("Show the kits that are installed: of whom, how old, what is in them, and their fingerprints."),
)
@_place_option
@now_option
@_json_option
@pass_speaker
def show(speaker: Speaker, kit_place: str, now: datetime | None, as_json: bool) -> None:
    at = moment(now)
    kits = [InstalledKit.open(folder, now=at) for folder in _folders(kits_place(kit_place))]
    if as_json:
        speaker.json({"format": SHOW_FORMAT, "kits": [_shown(each) for each in kits]})
        return
    for number, each in enumerate(kits):
        if number:
            speaker.say()
        _describe(speaker, each)


def _folders(place: Path) -> list[Path]:
    folders = kit_folders(place)
    if not folders:
        InstalledKit.open(place, now=moment(None))
    return folders


# --- looking at a kit that was handed over --------------------------------------------------------------


@contextmanager
def _staged(
    speaker: Speaker,
    given: str,
    kit_place: str,
    fingerprint: str | None,
    at: datetime,
    *,
    as_json: bool,
) -> Iterator[Stage]:
    place = kits_place(kit_place)
    if place in kit_folders(place):
        place = place.parent
    with _source(given) as source:
        try:
            with updating.staged(place, source, now=at, paper=lambda: _paper(speaker, fingerprint)) as stage:
                yield stage
        except KitRefused as refused:
            if as_json:
                speaker.json(
                    {
                        "format": UPDATE_FORMAT,
                        "installed": False,
                        "changes": [trust_lists.change_json(each) for each in refused.changes],
                    }
                )
            else:
                _table(speaker, refused.known, refused.changes)
            raise


def _source(given: str) -> Source:
    if not given.startswith("https://"):
        return kit_sources.open_source(Path(given))
    from vcwallet import fetch

    try:
        content = fetch.get(given, limits.KIT_ZIP_BYTES, media=fetch.ZIP, seconds=limits.FETCH_KIT_SECONDS)
    except VcwalletError as error:
        # What else can be done is the same whatever went wrong.
        raise type(error)(
            error.code,
            error.template,
            next_step=N_("Or download the kit in another way, and name the file."),
            **error.evidence,
        ) from error
    return kit_sources.open_source(content, label=given)


def _paper(speaker: Speaker, fingerprint: str | None) -> str:
    """The fingerprint on the paper; it is nowhere to be copied from."""
    if fingerprint is not None:
        return fingerprint
    if not somebody_there():
        raise NeedsPerson(
            "kit.fingerprint-unasked",
            N_("This kit is not installed yet, and somebody has to compare its fingerprint with the paper."),
            next_step=N_("Run it in a terminal, or give --fingerprint with what is on the paper."),
        )
    return speaker.ask(N_("Last four groups of the fingerprint on the maintainer's paper"))


# --- what is said ---------------------------------------------------------------------------------------


def _told(
    speaker: Speaker,
    before: InstalledKit | None,
    after: InstalledKit,
    changes: Sequence[Change],
    files: Sequence[FileChange],
    *,
    as_json: bool,
) -> int:
    if as_json:
        speaker.json(_answer(after, changes, files, installed=False))
    elif changes or files:
        _tell_changes(speaker, before, changes, files)
    else:
        speaker.say(N_("{name}: this kit changes nothing."), name=kit_name(after, speaker.language))
    return DIFFERENT if changes or files else 0


def _tell_changes(
    speaker: Speaker, before: InstalledKit | None, changes: Sequence[Change], files: Sequence[FileChange]
) -> None:
    """What a person has to see, worst first; thousands of lists that are merely newer are counted."""
    if shown := worth_telling(changes):
        _table(speaker, None if before is None else before.trust, shown)
    for line in file_lines(files, speaker.language):
        speaker.line(f"· {line}")


def _table(speaker: Speaker, trust: TrustList | None, changes: Sequence[Change]) -> None:
    known = trust or TrustList.start(now=moment(None))
    told = trust_lists.change_words(known, changes, speaker.language)
    speaker.table(trust_lists.COLUMNS, [each.row for each in told])


def _describe(speaker: Speaker, kit: InstalledKit) -> None:
    about, manifest = kit.installed, kit.manifest
    speaker.line(kit_sentence(kit, speaker.language))
    maintainer = manifest.maintainer.get(speaker.language.code) or next(
        iter(manifest.maintainer.values()), ""
    )
    if maintainer or manifest.contact:
        speaker.say(N_("  Maintained by: {who}"), who=", ".join(filter(None, (maintainer, manifest.contact))))
    speaker.say(N_("  Fingerprint: {root}"), root=about.root)
    speaker.say(N_("  The next one was to be expected by {day}."), day=about.next_expected)
    issuers = sum(len(trust.issuers) for trust in kit.lists.values())
    speaker.say(
        N_("  Organisations: {number}, in trust lists: {lists}; signed on {day}."),
        number=issuers,
        lists=len(kit.lists),
        day=about.roles[layout.TARGETS],
    )
    if kit.index.lists:
        speaker.say(
            N_("  Lists of revoked diplomas: {number}; signed on {day}."),
            number=len(kit.index.lists),
            day=about.roles[layout.STATUS],
        )
    if about.kept:
        speaker.say(N_("  Kept of earlier kits: {number}."), number=len(about.kept))
    for sort, words in ((Sort.LEVELS, FILES[Sort.LEVELS]), (Sort.PACK, FILES[Sort.PACK])):
        paths = [path for path in manifest.files if layout.sort_of(path) is sort]
        if paths:
            named = ", ".join(path.partition("/")[2].rpartition(".")[0] for path in paths)
            speaker.say(N_("  {what}: {names}"), what=speaker.text(words).capitalize(), names=named)
    for body, caps in manifest.caps.items():
        speaker.say(
            N_("  The body {body} signs a list of its own, at most for: {scopes}"),
            body=body,
            scopes=" / ".join(trust_lists.scope_words(cap, speaker.language) for cap in caps),
        )
    speaker.say(N_("  Installed on {day} from {source}"), day=about.installed_at, source=about.source or "-")


def _answer(
    kit: InstalledKit, changes: Sequence[Change], files: Sequence[FileChange], *, installed: bool
) -> JsonObject:
    return {
        "format": UPDATE_FORMAT,
        "installed": installed,
        "kit": kit.knowledge.as_json(),
        "changes": [trust_lists.change_json(each) for each in changes],
        "files": [{"fate": each.fate.value, "path": each.path} for each in files],
    }


def _shown(kit: InstalledKit) -> JsonObject:
    kept: list[Json] = [each.listed.id for each in kit.installed.kept]
    return {
        **kit.knowledge.as_json(),
        "installed": kit.installed.to_json(),
        "contents": kit.manifest.to_json(),
        "organisations": sum(len(trust.issuers) for trust in kit.lists.values()),
        "statusLists": len(kit.index.lists),
        "kept": kept,
    }
