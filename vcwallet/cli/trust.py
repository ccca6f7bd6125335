"""`vcwallet trust`: the issuers a verifier chooses to believe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from vcwallet import limits, timestamps
from vcwallet.bundle.scanning import demand_read
from vcwallet.cli.files import find
from vcwallet.cli.scope_options import scope_of, scope_options
from vcwallet.cli.speak import Group, Speaker, argument, option, own_file, pass_speaker, somebody_there
from vcwallet.cli.values import DURATION, MOMENT, binding_option, moment, now_option, require_status_option
from vcwallet.credentials.issuers import FinalList, IssuerState, KeyState, digest_of
from vcwallet.errors import N_, Aged, UsageError, VcwalletError, plural
from vcwallet.files import read_file
from vcwallet.identifiers.controlled_identifier import ControlledIdentifierDocument
from vcwallet.report import Binding
from vcwallet.speaking import trust_lists as words
from vcwallet.strict_json import Json, JsonObject
from vcwallet.verifier.trust import NOT_COMPARED, TrustList, list_key
from vcwallet.verifier.trust_changes import (
    Change,
    Decision,
    Source,
    What,
    apply,
    compare,
    compare_lists,
)
from vcwallet.verifier.trust_review import (
    NeedsPerson,
    believe,
    compared,
    confirmed,
    ends_with,
    new_key,
    open_changes,
    published,
    retired,
    review,
    settled,
    stolen,
    write,
)
from vcwallet.verifier.trusted_issuer import (
    SLUG,
    How,
    Pin,
    TrustedIssuer,
    TrustedKey,
    key_of,
    signing_keys,
)

F = TypeVar("F", bound=Callable[..., Any])

CHANGES_FORMAT = "vcwallet-trust-changes/1"
DIFFERENT = 5
"""What `trust diff` ends with when the lists are not the same: they agree in part."""


@click.group(
    cls=Group,
    help=N_("Choose the issuers you believe, and keep their lists of revoked diplomas."),
    order=("create", "add", "update", "show", "diff", "scope", "key", "close", "merge", "remove"),
)
def trust() -> None:
    pass


_FILE = argument("file", type=click.Path(dir_okay=False, path_type=Path))
_ENTRY = argument("entry", metavar="ENTRY")
_DAY_OPTION = option("--since", type=MOMENT, metavar="DAY", help=N_("From which day on."))
_JSON = option("--json", "as_json", is_flag=True, help=N_("Write the answer as JSON."))


def _confirmation_options(function: F) -> F:
    """Adds the options that answer beforehand what would be asked."""
    for add in reversed(
        [
            option(
                "--accept",
                "accepted",
                multiple=True,
                metavar="WHAT",
                help=N_("Confirm changes of this name beforehand, e.g. status.un-revoked; may be repeated."),
            ),
            option(
                "--really",
                is_flag=True,
                help=N_("Confirm also what nobody would notice later if it were wrong."),
            ),
        ]
    ):
        function = add(function)
    return function


def _fingerprint_options(function: F) -> F:
    for add in reversed(
        [
            option(
                "--fingerprint",
                "fingerprints",
                multiple=True,
                metavar="FINGERPRINT",
                help=N_("The fingerprint on the issuer's paper, all eight groups; once for each key."),
            ),
            option(
                "--no-fingerprint-check",
                "not_compared",
                is_flag=True,
                help=N_("Believe the keys although nobody compared a fingerprint. For trying things out."),
            ),
            option("--who", default="", metavar="NAME", help=N_("Who compares it, to be written down.")),
        ]
    ):
        function = add(function)
    return function


# --- create ----------------------------------------------------------------------------------------------


@trust.command(help=N_("Start a trust list in FILE."))
@_FILE
@option("--name", default="", help=N_("Whose list it is, for people."))
@option(
    "--domain",
    "recipient",
    metavar="DOMAIN",
    help=N_("Your own domain: what is shown to you must be addressed to it."),
)
@option("--valid-for", type=DURATION, help=N_("After this time the list confirms nothing, e.g. 365d."))
@binding_option
@require_status_option
@option("--max-status-age", type=DURATION, help=N_("How old the knowledge of revocations may be."))
@now_option
@_JSON
@pass_speaker
def create(
    speaker: Speaker,
    file: Path,
    name: str,
    recipient: str | None,
    valid_for: timedelta | None,
    binding: str,
    require_status: bool,
    max_status_age: timedelta | None,
    now: datetime | None,
    as_json: bool,
) -> None:
    if file.exists():
        raise UsageError(
            "trust.exists",
            N_("{file} is there already."),
            next_step=N_("Choose another name, or add to it with “vcwallet trust add”."),
            file=str(file),
        )
    at = moment(now)
    stem = file.stem.lower()
    if max_status_age is not None and max_status_age < timedelta(days=1):
        raise UsageError(
            "trust.status-days", N_("The age that a trust list allows is given in days, at least one.")
        )
    new = replace(
        TrustList.start(
            now=at,
            name={speaker.language.code: name} if name else {},
            recipient=recipient,
            next_update=at + valid_for if valid_for else None,
            list_name=stem if SLUG.fullmatch(stem) else "trust-list",
        ),
        binding=Binding(binding),
        require_status=require_status,
        status_age=None if max_status_age is None else timedelta(days=max_status_age.days),
    )
    write(file, new)
    if as_json:
        speaker.json(new.to_json())
    else:
        speaker.say(N_("{file}: a trust list with nobody in it yet."), file=str(file))
        if sys.stdout.isatty():
            speaker.say(
                N_(
                    "Next, with the folder that an issuer publishes, and what you believe it for:\n"
                    "vcwallet trust add {file} FOLDER --kind olympiad-diploma --number any --stage any"
                    " --years any"
                ),
                file=str(file),
            )


# --- add -------------------------------------------------------------------------------------------------


@trust.command(
    help=N_(
        "Believe an issuer that is not in the list yet.\n\n"
        "SOURCE is what it publishes: its identifier document (did.json or issuer.json), or the folder with"
        " it and its lists of revoked diplomas. You are asked for the last two groups of the fingerprint on"
        " the issuer's paper. Say what you believe it for with --kind and the like, or --anything."
    )
)
@_FILE
@argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option("--name", help=N_("The name you know it by: people will read this one, not what it calls itself."))
@option("--entry", metavar="ENTRY", help=N_("How the list names it, in small Latin letters."))
@option("--sort", metavar="TEXT", help=N_("What it is, such as school or olympiad."))
@option("--region", metavar="TEXT", help=N_("Its region, for people."))
@scope_options
@_fingerprint_options
@option(
    "--same-name-on-purpose", is_flag=True, help=N_("Another issuer of this name is in the list on purpose.")
)
@now_option
@_JSON
@pass_speaker
def add(
    speaker: Speaker,
    file: Path,
    sources: Sequence[str],
    name: str | None,
    entry: str | None,
    sort: str | None,
    region: str | None,
    kinds: Sequence[str],
    numbers: Sequence[str],
    profiles: Sequence[str],
    stages: Sequence[str],
    years: str | None,
    anything: bool,
    fingerprints: Sequence[str],
    not_compared: bool,
    who: str,
    same_name_on_purpose: bool,
    now: datetime | None,
    as_json: bool,
) -> None:
    at = moment(now)
    before = _load(file)
    scope = scope_of(kinds, numbers, profiles, stages, years, anything)
    if scope is None:
        raise UsageError(
            "trust.scope-missing",
            N_("It is not said what the issuer is believed for."),
            next_step=N_(
                "Say --kind olympiad-diploma --number 12 --stage final --years 2025/26-, or --anything."
            ),
        )
    given = published(demand_read(find(sources)))
    document, lists = given.document, given.status_lists
    if document is None:
        raise UsageError(
            "trust.nothing-published",
            N_("There is no issuer's identifier document."),
            next_step=N_("Name the issuer's did.json or issuer.json, or its folder."),
        )
    if before.of(document.id) is None and not fingerprints and not not_compared:
        fingerprints = _asked(speaker, document)
    believed, changes = believe(
        before,
        given,
        name={speaker.language.code: name or document.id},
        scopes=[scope],
        fingerprints=NOT_COMPARED if not_compared else fingerprints,
        who=who,
        entry=entry,
        same_name_on_purpose=same_name_on_purpose,
        now=at,
        sort=sort,
        region=region,
    )
    added = believed.issuers[-1]
    write(file, believed)
    if as_json:
        new = Change(Decision.ASKS, What.ENTRY_NEW, added.entry, after=added.display_name)
        _answer(speaker, [new, *changes], written=True)
        return
    speaker.say(
        N_("In the list: {name}, as {entry} ({id})"),
        name=added.display_name,
        entry=added.entry,
        id=document.id,
    )
    if added.display_name == document.id:
        speaker.warn(
            N_(
                "No name was given, so people will read this identifier. To give one: “{command}”, then add"
                " it again with --name."
            ),
            command=f"vcwallet trust remove {file} {added.entry}",
        )
    _describe(speaker, added)
    if any(key.state is KeyState.PROPOSED for key in added.keys):
        _say_not_compared(speaker, file, added.entry)
    taken = sum(change.edit is not None for change in changes)
    if lists:
        speaker.say(N_("Lists of revoked diplomas: {number}"), number=taken)


def _say_not_compared(speaker: Speaker, file: Path, entry: str) -> None:
    speaker.warn(
        N_("What a key signed that was not compared is not confirmed. Compare later with “{command}”."),
        command=f"vcwallet trust key {file} {entry} confirm",
    )


def _asked(speaker: Speaker, document: ControlledIdentifierDocument) -> list[str]:
    """The fingerprints of the keys whose last groups a person could type."""
    if not somebody_there():
        raise NeedsPerson(
            "trust.fingerprint-needed",
            N_("Somebody has to compare the fingerprint of {id} with the issuer's paper."),
            next_step=N_("Run it in a terminal, or give --fingerprint with what is on the paper."),
            id=document.id[:64],
        )
    keys = signing_keys(document)
    found = []
    for number, key in enumerate(keys, 1):
        if _compared(speaker, key.fingerprint, key.type.value, number, len(keys)):
            found.append(key.fingerprint)
    return found


def _compared(speaker: Speaker, fingerprint: str, kind: str, number: int = 1, count: int = 1) -> bool:
    """Whether a person types the end of the fingerprint; it is nowhere to be copied from.

    Nothing typed leaves the key unconfirmed. Raises UsageError (``trust.fingerprint-differs``) after three
    wrong answers.
    """
    for _ in range(3):
        typed = speaker.ask(
            N_(
                "Last two groups of the fingerprint on the issuer's paper, key {number} of {count}"
                " ({kind}); Enter leaves it unconfirmed"
            ),
            optional=True,
            number=number,
            count=count,
            kind=kind,
        )
        if not typed.strip():
            return False
        if ends_with(fingerprint, typed):
            return True
        speaker.warn(N_("That is not the end of this key's fingerprint."))
    raise UsageError(
        "trust.fingerprint-differs",
        N_("The fingerprint is another than that of the document."),
        next_step=N_("If it is copied rightly, this is not the issuer's document: ask the issuer."),
    )


# --- update ----------------------------------------------------------------------------------------------


@trust.command(
    help=N_(
        "Bring an issuer up to date.\n\n"
        "SOURCE is what it publishes now, or a whole trust list of somebody else. What is safe is done: newer"
        " lists of revoked diplomas, keys withdrawn. A new key stays unconfirmed until its fingerprint is"
        " compared; everything else that gives belief asks, and without a terminal nothing is changed and"
        " the command ends with 3."
    )
)
@_FILE
@argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=str))
@option("--entry", metavar="ENTRY", help=N_("Whose document it is, if it names a further identifier of it."))
@_fingerprint_options
@_confirmation_options
@option(
    "--safe-only",
    is_flag=True,
    help=N_("Do what is safe, leave the rest, and still end with 3 if any is left."),
)
@now_option
@_JSON
@pass_speaker
def update(
    speaker: Speaker,
    file: Path,
    sources: Sequence[str],
    entry: str | None,
    fingerprints: Sequence[str],
    not_compared: bool,
    who: str,
    accepted: Sequence[str],
    really: bool,
    safe_only: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = _load(file)
    desk = _Desk(speaker, file, before, at, known_changes(accepted), really, safe_only, as_json)
    changes = review(
        before,
        published(demand_read(find(sources))),
        now=at,
        entry=entry,
        answered=lambda each: _with_fingerprint(desk, each, fingerprints, not_compared, who),
        agreed=desk.agreed,
    )
    return desk.settle(changes)


def _with_fingerprint(
    desk: _Desk, change: Change, fingerprints: Sequence[str], not_compared: bool, who: str
) -> Change:
    """A new key whose fingerprint somebody compared is believed; otherwise it is kept as proposed."""
    key = change.key
    if not new_key(change) or key is None:
        return change
    plain = {"".join(each.split()).lower() for each in fingerprints}
    if not_compared:
        return compared(change, Pin(How.NOT_COMPARED, desk.at.date(), who))
    if key.key.fingerprint.replace(" ", "") in plain or (
        not plain
        and not desk.safe_only
        and somebody_there()
        and _compared(desk.speaker, key.key.fingerprint, key.type_name)
    ):
        return compared(change, Pin(How.PAPER, desk.at.date(), who))
    return change


# --- show and diff ---------------------------------------------------------------------------------------


@trust.command(
    help=N_("Show whom a trust list believes and for what, its keys, and how old its knowledge is.")
)
@_FILE
@now_option
@_JSON
@pass_speaker
def show(speaker: Speaker, file: Path, now: datetime | None, as_json: bool) -> None:
    believed = _load(file)
    at = moment(now)
    if as_json:
        speaker.json(_shown(believed, at))
        return
    if believed.name:
        speaker.write(believed.name.get(speaker.language.code) or next(iter(believed.name.values())))
    if believed.recipient:
        speaker.say(N_("Recipient: {recipient}"), recipient=believed.recipient)
    speaker.say(
        Aged(
            N_("Made today, {day}; version {version}."),
            plural(
                "Made on {day}, {days} day ago; version {version}.",
                "Made on {day}, {days} days ago; version {version}.",
            ),
        ),
        day=believed.issued_at,
        days=words.age(believed.issued_at, at),
        version=believed.version,
    )
    if believed.next_update:
        speaker.say(N_("It confirms nothing after {day}."), day=believed.next_update)
    for issuer in believed.issuers:
        speaker.say()
        speaker.say(N_("{name}, as {entry}"), name=issuer.name_in(speaker.language.code), entry=issuer.entry)
        for each in issuer.ids:
            speaker.write(f"  {each.id}")
        _describe(speaker, issuer)
        for document in believed.status_lists:
            key = list_key(document)
            if key and key[0] in issuer.identifiers:
                _describe_list(speaker, issuer, key[1], document, at)
    for gone in believed.removed:
        speaker.say(
            N_("Removed on {day}: {entry}"),
            day=gone.on,
            entry=gone.entry,
        )


def _describe(speaker: Speaker, issuer: TrustedIssuer) -> None:
    if issuer.state is not IssuerState.ACTIVE:
        speaker.say(
            N_("  {state} on {day}{successor}"),
            state=speaker.text(words.ISSUER_STATES[issuer.state]),
            day=issuer.since or "",
            successor=f" → {issuer.successor}" if issuer.successor else "",
        )
    for former in issuer.former_names:
        name = former.name.get(speaker.language.code) or next(iter(former.name.values()))
        speaker.say(N_("  until {day} called {name}"), day=former.until, name=name)
    if issuer.scopes:
        for scope in issuer.scopes:
            speaker.say(N_("  believed for: {scope}"), scope=words.scope_words(scope, speaker.language))
            if scope.source:
                speaker.write(f"    {scope.source}")
    else:
        speaker.say(N_("  believed for nothing"))
    for key in issuer.keys:
        for line in words.key_lines(key, speaker.language):
            speaker.write(f"  {line}")


def _describe_list(
    speaker: Speaker, issuer: TrustedIssuer, url: str, document: JsonObject, at: datetime
) -> None:
    since = _midnight(str(document.get("validFrom"))[:10])
    if url in issuer.final_lists:
        speaker.say(N_("  revoked diplomas as of {day}, final: {list}"), day=since or "-", list=url)
        return
    if since is None:
        speaker.say(N_("  revoked diplomas, of a day that it does not say: {list}"), list=url)
        return
    speaker.say(
        Aged(
            N_("  revoked diplomas as of today, {day}: {list}"),
            plural(
                "  revoked diplomas as of {day}, {days} day old: {list}",
                "  revoked diplomas as of {day}, {days} days old: {list}",
            ),
        ),
        day=since,
        days=words.age(since, at),
        list=url,
    )


def _midnight(text: str) -> datetime | None:
    try:
        return timestamps.parse(f"{text}T00:00:00Z")
    except VcwalletError:
        return None


def _shown(believed: TrustList, at: datetime) -> JsonObject:
    """The file as it is, without the signed lists, and with what is computed from it."""
    document = believed.to_json()
    document["ageDays"] = words.age(believed.issued_at, at)
    entries: list[Json] = []
    for issuer, entry in zip(believed.issuers, document["issuers"], strict=True):  # type: ignore[arg-type]
        prints: JsonObject = {key.key.multibase: key.key.fingerprint for key in issuer.keys}
        entries.append({**entry, "fingerprints": prints})  # type: ignore[dict-item]
    document["issuers"] = entries
    document["statusLists"] = [
        {
            "issuer": key[0],
            "id": key[1],
            "asOf": each.get("validFrom"),
            "ageDays": words.age(_midnight(str(each.get("validFrom"))[:10]), at),
        }
        for each in believed.status_lists
        if (key := list_key(each))
    ]
    return document


@trust.command(
    help=N_(
        "Compare two trust lists.\n\n"
        "Says what it would mean to follow NEW where OLD is in use: ! will not be taken, ? needs your"
        " consent, · is taken without asking. Ends with 0 when they are the same and with 5 when they are"
        " not."
    )
)
@argument("old", type=click.Path(dir_okay=False, path_type=Path))
@argument("new", type=click.Path(dir_okay=False, path_type=Path))
@now_option
@_JSON
@pass_speaker
def diff(speaker: Speaker, old: Path, new: Path, now: datetime | None, as_json: bool) -> int:
    before, after = _load(old), _load(new)
    changes = compare(before, after, source=Source.PERSON)
    settled = apply(before, changes, confirmed=lambda _: True)
    changes += compare_lists(settled, _other_lists(before, after), now=moment(now))
    if as_json:
        _answer(speaker, changes, written=False)
    elif changes:
        _table(speaker, before, changes)
    else:
        speaker.say(N_("The two lists say the same."))
    return DIFFERENT if changes else 0


def _other_lists(before: TrustList, after: TrustList) -> list[JsonObject]:
    known = list(before.status_lists)
    return [each for each in after.status_lists if each not in known]


# --- keys and entries ------------------------------------------------------------------------------------


@trust.command(
    help=N_(
        "Say what became of a key.\n\n"
        "confirm: its fingerprint is the one on the issuer's paper. retire: it signs no more since --since."
        " compromised: somebody else may hold it, so nothing it signed counts, of whatever date."
    )
)
@_FILE
@_ENTRY
@argument(
    "deed", metavar="retire|compromised|confirm", type=click.Choice(["retire", "compromised", "confirm"])
)
@option(
    "--key",
    "which",
    metavar="KEY",
    help=N_("Which key, if there are several: the end of its fingerprint, or its name."),
)
@_DAY_OPTION
@_fingerprint_options
@_confirmation_options
@now_option
@_JSON
@pass_speaker
def key(
    speaker: Speaker,
    file: Path,
    entry: str,
    deed: str,
    which: str | None,
    since: datetime | None,
    fingerprints: Sequence[str],
    not_compared: bool,
    who: str,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = _load(file)
    issuer = before.entry(entry)
    known = _meant(issuer, which, fingerprints, deed)
    desk = _Desk(speaker, file, before, at, known_changes(accepted), really, False, as_json)
    if deed == "retire":
        new = retired(known, _end_of_day(since or at))
    elif deed == "compromised":
        new = stolen(known, since or at)
    else:
        if not_compared:
            pin = Pin(How.NOT_COMPARED, at.date(), who)
        elif fingerprints or (
            somebody_there() and _compared(speaker, known.key.fingerprint, known.type_name)
        ):
            pin = Pin(How.PAPER, at.date(), who)
        else:
            raise NeedsPerson(
                "trust.fingerprint-needed",
                N_("Somebody has to compare the fingerprint of {id} with the issuer's paper."),
                next_step=N_("Run it in a terminal, or give --fingerprint with what is on the paper."),
                id=issuer.entry,
            )
        new = confirmed(known, pin)
        if known.state is KeyState.PROPOSED:
            # The comparison was the question.
            desk = replace(desk, accepted=desk.accepted | {What.KEY_STATE})
    return desk.settle(
        compare(before, before.with_entry(issuer.with_key(new)), source=Source.PERSON), quiet=True
    )


def _meant(issuer: TrustedIssuer, which: str | None, fingerprints: Sequence[str], deed: str) -> TrustedKey:
    """The key a command is about; where one only can be meant, it need not be named."""
    if fingerprints:
        whole = {"".join(each.split()).lower() for each in fingerprints}
        found = [each for each in issuer.keys if each.key.fingerprint.replace(" ", "") in whole]
        if len(whole) != 1 or len(found) != 1:
            raise UsageError(
                "trust.fingerprint-differs",
                N_("No key of {id} has the fingerprint {fingerprint}."),
                next_step=N_("If it is copied rightly, this is not the issuer's document: ask the issuer."),
                id=issuer.entry,
                fingerprint=min(fingerprints)[:64],
            )
        if which is not None and key_of(issuer, which) is not found[0]:
            return key_of(issuer, which)
        return found[0]
    if which is not None:
        return key_of(issuer, which)
    waiting = [
        each
        for each in issuer.keys
        if (each.state is KeyState.PROPOSED if deed == "confirm" else each.state is not KeyState.COMPROMISED)
    ]
    return waiting[0] if len(waiting) == 1 else key_of(issuer, "")


@trust.command(
    help=N_(
        "Write down that an issuer is closed.\n\n"
        "What it signed until then stays confirmable, and the lists of revoked diplomas that are known become"
        " final, since nobody can publish newer ones."
    )
)
@_FILE
@_ENTRY
@_DAY_OPTION
@_confirmation_options
@now_option
@_JSON
@pass_speaker
def close(
    speaker: Speaker,
    file: Path,
    entry: str,
    since: datetime | None,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = _load(file)
    return _ended(speaker, file, before, entry, None, since, at, accepted, really, as_json)


@trust.command(
    help=N_(
        "Write down that an issuer was taken over by another of the list.\n\n"
        "What it signed until then stays confirmable; newer states of its lists of revoked diplomas may come"
        " from SUCCESSOR."
    )
)
@_FILE
@_ENTRY
@argument("successor", metavar="SUCCESSOR")
@_DAY_OPTION
@_confirmation_options
@now_option
@_JSON
@pass_speaker
def merge(
    speaker: Speaker,
    file: Path,
    entry: str,
    successor: str,
    since: datetime | None,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = _load(file)
    accepted = [*accepted, What.STATE.value]
    return _ended(speaker, file, before, entry, successor, since, at, accepted, really, as_json)


def _ended(
    speaker: Speaker,
    file: Path,
    before: TrustList,
    entry: str,
    successor: str | None,
    since: datetime | None,
    at: datetime,
    accepted: Sequence[str],
    really: bool,
    as_json: bool,
) -> int:
    issuer = before.entry(entry)
    after = before.entry(successor).entry if successor else None
    final = dict(issuer.final_lists)
    for document in before.status_lists:
        key = list_key(document)
        if key and key[0] in issuer.identifiers and key[1] not in final:
            try:
                last = before.admitted(document, now=at)
            except VcwalletError as error:
                # A list that would not be taken today, such as one by a stolen key, is nobody's last word.
                speaker.warn(
                    N_(
                        "This list of revoked diplomas does not become final, since it would not be taken"
                        " today: {list}"
                    ),
                    list=key[1],
                )
                speaker.problem(key[1], error)
                continue
            final[key[1]] = FinalList(last.as_of or at, digest_of(document))
    new = replace(
        issuer,
        state=IssuerState.MERGED if after else IssuerState.CLOSED,
        since=since or at,
        successor=after,
        final_lists=final,
    )
    desk = _Desk(speaker, file, before, at, known_changes(accepted), really, False, as_json)
    return desk.settle(compare(before, before.with_entry(new), source=Source.PERSON), quiet=True)


@trust.command(
    help=N_(
        "Set what an issuer is believed for.\n\n"
        "The scope given replaces those there are; --also adds it to them. Believing more asks."
    )
)
@_FILE
@_ENTRY
@scope_options
@option("--also", is_flag=True, help=N_("Beside the scopes there are."))
@option("--nothing", is_flag=True, help=N_("Believe it for nothing more."))
@option("--source", metavar="TEXT", help=N_("On what that is based, to be written down."))
@_confirmation_options
@now_option
@_JSON
@pass_speaker
def scope(
    speaker: Speaker,
    file: Path,
    entry: str,
    kinds: Sequence[str],
    numbers: Sequence[str],
    profiles: Sequence[str],
    stages: Sequence[str],
    years: str | None,
    anything: bool,
    also: bool,
    nothing: bool,
    source: str | None,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    before = _load(file)
    issuer = before.entry(entry)
    given = scope_of(kinds, numbers, profiles, stages, years, anything)
    if (given is None) is not nothing:
        raise UsageError(
            "trust.scope-missing",
            N_("It is not said what the issuer is believed for."),
            next_step=N_(
                "Say --kind olympiad-diploma --number 12 --stage final --years 2025/26-, or --anything."
            ),
        )
    new = () if given is None else (replace(given, source=source),)
    scopes = (*issuer.scopes, *new) if also else new
    desk = _Desk(speaker, file, before, moment(now), known_changes(accepted), really, False, as_json)
    changed = before.with_entry(replace(issuer, scopes=scopes))
    return desk.settle(compare(before, changed, source=Source.PERSON))


@trust.command(
    help=N_(
        "Believe an issuer no longer.\n\n"
        "For an issuer that closed, or a key that was lost, “trust close” and “trust key” are better: they"
        " keep the diplomas of its good time confirmable."
    )
)
@_FILE
@_ENTRY
@_confirmation_options
@now_option
@_JSON
@pass_speaker
def remove(
    speaker: Speaker,
    file: Path,
    entry: str,
    accepted: Sequence[str],
    really: bool,
    now: datetime | None,
    as_json: bool,
) -> int:
    at = moment(now)
    before = _load(file)
    gone = before.entry(entry).entry
    after = before.without_entry(gone, on=at.date())
    desk = _Desk(speaker, file, before, at, known_changes(accepted), really, False, as_json)
    return desk.settle(compare(before, after, source=Source.PERSON))


# --- asking, answering, writing --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Desk:
    """One command at one file: what is known before, and what was confirmed beforehand."""

    speaker: Speaker
    file: Path
    before: TrustList
    at: datetime
    accepted: frozenset[str]
    really: bool
    safe_only: bool
    as_json: bool

    def agreed(self, change: Change) -> bool:
        """Whether a change that asks was confirmed already: by a fingerprint, or on the command line."""
        return change.confirmed or (change.what in self.accepted and (self.really or not change.really))

    def settle(self, changes: Sequence[Change], *, quiet: bool = False) -> int:
        """Show the changes, ask where a person must, write the file; the exit status."""
        if not self.as_json and changes:
            _table(self.speaker, self.before, changes)
        refused = [each for each in changes if each.decision is Decision.REFUSED]
        if refused and not self.safe_only:
            if self.as_json:
                _answer(self.speaker, changes, written=False)
            worst = refused[0]
            raise NeedsPerson(
                "trust.update-refused",
                N_("Refused, so nothing was changed: {what} ({subject})."),
                next_step=N_("What is safe is done with --safe-only."),
                what=self.speaker.text(words.WHAT[worst.what]),
                subject=(worst.subject or worst.after or worst.entry)[:64],
            )
        open_ones = open_changes(changes, self.agreed)
        confirmed = frozenset(id(each) for each in self._confirm(changes, open_ones))
        after = settled(
            self.before,
            changes,
            agreed=lambda each: self.agreed(each) or id(each) in confirmed,
            now=self.at,
        )
        write(self.file, after)
        left = refused + [each for each in open_ones if id(each) not in confirmed]
        arrived = {each.subject for each in changes if each.what in (What.KEY_NEW, What.KEY_UNDER_OLD_NAME)}
        waiting = {
            issuer.entry
            for issuer in after.issuers
            for key in issuer.keys
            if key.state is KeyState.PROPOSED and key.key.fingerprint in arrived
        }
        if self.as_json:
            _answer(self.speaker, changes, written=True)
        elif left:
            self.speaker.warn(N_("Left as it was; changes that need a person: {number}."), number=len(left))
        elif changes:
            self.speaker.say(N_("{file} is up to date."), file=str(self.file))
        else:
            self.speaker.say(N_("Nothing new."))
        for entry in () if self.as_json else sorted(waiting):
            _say_not_compared(self.speaker, self.file, entry)
        return NeedsPerson.exit_status if left else 0

    def _confirm(self, changes: Sequence[Change], open_ones: Sequence[Change]) -> Sequence[Change]:
        if not open_ones or self.safe_only:
            return ()
        if not somebody_there():
            if self.as_json:
                _answer(self.speaker, changes, written=False)
            raise NeedsPerson(
                "trust.needs-a-person",
                N_("Changes that a person must confirm: {number}; nothing was changed."),
                next_step=N_("Run it in a terminal, or confirm them beforehand with --accept {what}."),
                number=len(open_ones),
                what=" --accept ".join(sorted({each.what.value for each in open_ones})),
            )
        doubtful = [each for each in open_ones if each.really]
        if doubtful and not self.really:
            raise NeedsPerson(
                "trust.needs-really",
                N_("A key that is compromised, or was, is to be believed or forgotten."),
                next_step=N_("If it is really meant, say --really."),
            )
        self.speaker.confirm(N_("Confirm the changes marked with “?” ({number})?"), number=len(open_ones))
        return open_ones


def known_changes(accepted: Iterable[str]) -> frozenset[str]:
    """What ``--accept`` names. Raises UsageError (``trust.unknown-change``), which names the known ones."""
    for each in accepted:
        if each not in set(What):
            raise UsageError(
                "trust.unknown-change",
                N_("“{what}” is not the name of a change."),
                next_step=N_("The names are: {known}."),
                what=each[:64],
                known=", ".join(What),
            )
    return frozenset(accepted)


def _table(speaker: Speaker, before: TrustList, changes: Sequence[Change]) -> None:
    told = words.change_words(before, changes, speaker.language)
    speaker.table(words.COLUMNS, [each.row for each in told])
    if any(each.decision is not Decision.SILENT for each in changes):
        speaker.say(N_("! refused, ? needs your yes, · needs no question"))


def _answer(speaker: Speaker, changes: Sequence[Change], *, written: bool) -> None:
    listed: list[Json] = [words.change_json(each) for each in changes]
    speaker.json({"format": CHANGES_FORMAT, "written": written, "changes": listed})


def _load(file: Path) -> TrustList:
    with own_file(file):
        return TrustList.parse(read_file(file, limits.TRUST_LIST_BYTES))


def _end_of_day(at: datetime) -> datetime:
    return at.replace(hour=23, minute=59, second=59, microsecond=0) if not (at.hour or at.minute) else at
