"""`vcwallet wallet add`: whatever a family was handed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from vcwallet import limits
from vcwallet.bundle.inputs import each_input
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.cli.files import given, looking_crew, workers_option
from vcwallet.cli.speak import (
    Command,
    Speaker,
    argument,
    option,
    pass_speaker,
    passphrase,
    passphrase_option,
    somebody_there,
)
from vcwallet.cli.values import moment, now_option
from vcwallet.cli.wallet.issuers import agreement, fingerprint_option
from vcwallet.cli.wallet.opening import child_of, file_argument, json_option, open_wallet, save_wallet
from vcwallet.cli.wallet.words import result_json
from vcwallet.errors import N_, Mistake, VcwalletError
from vcwallet.files import read_file
from vcwallet.speaking.inspected import KINDS
from vcwallet.speaking.wallets import added_up
from vcwallet.strict_json import Json, JsonObject
from vcwallet.wallet import (
    AddResult,
    Child,
    Contradiction,
    Intake,
    Proposal,
    Wallet,
    What,
    attachments,
)
from vcwallet.wallet.attachments import SignatureFile
from vcwallet.wallet.known_lists import Standing
from vcwallet.wallet.recognising import describe_child


@click.command(
    cls=Command,
    help=N_(
        "Add diplomas, one by one or a folder of them.\n\n"
        "INPUT is a .vc.json file, a PDF, a picture of the codes, a bundle, or a folder of these; any"
        " number. An issuer's identifier document and its lists of revoked diplomas are learnt as well."
        " Every signature is checked before anything is kept, and what cannot be kept is named."
    ),
)
@file_argument
@argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=str))
@passphrase_option
@option(
    "--child",
    "child_name",
    metavar="NAME",
    help=N_("Whose they are where a diploma leaves it open; otherwise found out by id or name."),
)
@option(
    "--yes",
    is_flag=True,
    help=N_(
        "Take every proposal about whose a diploma is, without asking; never one that another name"
        " contradicts."
    ),
)
@fingerprint_option
@option(
    "--their-passphrase-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("The passphrase of a LearnCard bundle, for a run without a person."),
)
@option(
    "--with-their-key",
    "with_key",
    is_flag=True,
    help=N_("Take the key of a LearnCard bundle too, so that its badges can be shown from here."),
)
@option("--unsigned", is_flag=True, help=N_("Keep the files as they are, marked as not signed."))
@workers_option
@json_option
@now_option
@pass_speaker
def add(
    speaker: Speaker,
    file: Path,
    inputs: Sequence[str],
    passphrase_file: Path | None,
    child_name: str | None,
    yes: bool,
    fingerprints: Sequence[str],
    their_passphrase_file: Path | None,
    with_key: bool,
    unsigned: bool,
    workers: int | None,
    as_json: bool,
    now: datetime | None,
) -> int:
    opened = open_wallet(speaker, file, passphrase_file)
    at = moment(now)
    if unsigned:
        return _attach(speaker, opened, child_of(opened, child_name), inputs, at, as_json=as_json)

    wanted = given(inputs)
    empty = [
        each for each in wanted if isinstance(each, Path) and each.is_dir() and not any(each_input([each]))
    ]
    named = opened.child(child_name) if child_name else None
    agree = agreement(speaker, fingerprints)
    with looking_crew(wanted, workers) as crew:
        intake = Intake.take(opened, wanted, child=named, agree=agree, crew=crew, now=at)
    if their_passphrase_file is not None:
        _unlock_all(speaker, intake, their_passphrase_file, with_key=with_key, now=at)
    number = 1
    while number <= len(intake.pieces) and (yes or somebody_there()):  # a bundle that is opened brings more
        ask_about(speaker, opened, intake, number, named, yes=yes, with_key=with_key, now=at)
        number += 1
    if named is not None:
        intake.answer_profiles(named, now=at)
    results = intake.results
    save_wallet(opened)
    if as_json:
        speaker.json([result_json(result) for result in results])
        return status_of(results)
    for result in results:
        tell_added(speaker, result)
    if revoked := _revoked(opened, results, at):
        numbers = ", ".join(map(str, sorted(revoked)))
        speaker.warn(N_("Revoked, so it will be refused: {diplomas}."), diplomas=f"№ {numbers}")
    for folder in empty:
        speaker.warn(N_("{folder}: the folder is empty."), folder=str(folder))
    speaker.line(added_up(results, speaker.language))
    files = {Path(each).name for each in inputs}
    if any(result.is_document_of_nobody and result.where in files for result in results):
        speaker.aside(N_("What nobody signed can be kept all the same, marked as not signed: --unsigned."))
    return status_of(results)


def _revoked(opened: Wallet, results: Sequence[AddResult], now: datetime) -> set[int]:
    """The numbers of the diplomas that are known to be revoked, where what was added has to do with it."""
    learnt = any(result.what is What.STATUS_LIST_LEARNT for result in results)
    added = {result.diploma.id for result in results if result.diploma is not None}
    return {
        each.number
        for each in (opened.diplomas() if learnt or added else ())
        if (learnt or each.id in added) and opened.status(each, now=now).standing is Standing.REVOKED
    }


def status_of(results: Sequence[AddResult]) -> int:
    failures = [result.error.exit_status for result in results if result.error is not None]
    if Mistake.exit_status in failures:
        return Mistake.exit_status
    return failures[0] if failures else 0


def _attach(
    speaker: Speaker, opened: Wallet, child: Child, inputs: Sequence[str], now: datetime, *, as_json: bool
) -> int:
    kept: list[Json] = []
    added: list[tuple[str, list[str]]] = []
    files = [(name, read_file(Path(name), limits.WALLET_ATTACHMENT_BYTES)) for name in inputs]
    for where, data, beside in attachments.together(files):
        name = Path(where).name
        signatures = [SignatureFile(Path(each.name).name, each.data) for each in beside]
        media_type = attachments.media_type_of(name)
        child.attach(name, media_type, data, signatures=signatures, now=now)
        told: JsonObject = {"where": where, "what": "attached", "child": child.name}
        if beside:
            told["signatures"] = [each.name for each in beside]
        kept.append(told)
        added.append((name, [each.name for each in signatures]))
    save_wallet(opened)  # nothing is told as added before it is on the disk
    if as_json:
        speaker.json(kept)
        return 0
    for name, beside_it in added:
        speaker.say(N_("+ {child}: {name} (not signed)"), child=child.name, name=name)
        for signature in beside_it:
            speaker.say(N_("  with {name}, which was not checked"), name=signature)
    return 0


def ask_about(
    speaker: Speaker,
    opened: Wallet,
    intake: Intake,
    number: int,
    named: Child | None,
    *,
    yes: bool,
    with_key: bool,
    now: datetime,
) -> None:
    """Whose a piece is that is not certainly anybody's; an earlier answer may have settled it."""
    if intake.piece(number).asks_passphrase and somebody_there():
        _ask_passphrase(speaker, intake, number, with_key=with_key, now=now)
    if not intake.piece(number).asks_whose:
        return
    if intake.is_profile(number):
        _ask_whose_profile(speaker, intake, number, yes=yes, now=now)
        return
    contradicted, proposal = [each for each in intake.candidates(number) if each.contradiction], None
    if named is None:
        proposal = intake.proposal(number)
        contradicted = [each for each in contradicted if each.child.id in proposal.contradicted]
    else:
        contradicted = [each for each in contradicted if each.child.id == named.id]
    for each in contradicted:
        if not somebody_there():
            return  # it stays refused with both names
        if each.contradiction is not None and _ask_against_evidence(speaker, opened, each.contradiction):
            intake.answer(number, each.child, insisted=True, now=now)
            return
    chosen = None
    if proposal is not None:
        title = intake.title(number)
        chosen = _ask_whose(speaker, opened, title, proposal, yes=yes, now=now)
    if chosen is None:
        intake.leave_out(number)
    else:
        intake.answer(number, chosen, now=now)


def _unlock_all(speaker: Speaker, intake: Intake, file: Path, *, with_key: bool, now: datetime) -> None:
    words = passphrase(speaker, file, prompt=N_("The passphrase chosen in LearnCard"))
    for piece in intake.pieces:
        if piece.asks_passphrase:
            _unlock(speaker, intake, piece.number, words, with_key=with_key, now=now)


def _ask_passphrase(speaker: Speaker, intake: Intake, number: int, *, with_key: bool, now: datetime) -> None:
    words = passphrase(speaker, None, prompt=N_("The passphrase chosen in LearnCard"))
    _unlock(speaker, intake, number, words, with_key=with_key, now=now)


def _unlock(
    speaker: Speaker, intake: Intake, number: int, words: str, *, with_key: bool, now: datetime
) -> None:
    """A bundle that is not opened costs nothing that is beside it."""
    try:
        intake.unlock(number, words, with_key=with_key, now=now)
    except VcwalletError as error:
        speaker.problem(intake.piece(number).result.where, error)


def _ask_whose_profile(speaker: Speaker, intake: Intake, number: int, *, yes: bool, now: datetime) -> None:
    """One profile of another wallet is one child, and a person knows which; `yes` takes the only one."""
    title, found = intake.title(number), intake.candidates(number)
    question = N_("Is the profile “{title}” of another wallet {child}?")
    for each in found:
        only = yes and len(found) == 1
        if (only or not yes) and speaker.agreed(question, yes=only, title=title, child=each.child.name):
            intake.answer(number, each.child, now=now)
            return
    newcomer = intake.newcomer(number)
    if newcomer is not None:
        name = describe_child(newcomer, speaker.language.day)
        question = N_(
            "The badges of the profile “{title}” name {child}, who is not in this wallet. Add the child?"
        )
        if speaker.agreed(question, yes=yes and not found, title=title, child=name):
            intake.answer_newcomer(number, now=now)
            return
    if not yes:
        intake.leave_out(number)


def _ask_whose(
    speaker: Speaker, opened: Wallet, title: str, proposal: Proposal, *, yes: bool, now: datetime
) -> Child | None:
    if proposal.child is not None:
        child = opened.child(proposal.child)
        question = N_("“{title}” seems to be {child}'s. Is it?")
        if speaker.agreed(question, yes=yes, title=title, child=child.name):
            return child
    for other in proposal.others if not yes else ():
        child = opened.child(other)
        if speaker.agreed(N_("Is it {child}'s?"), child=child.name):
            return child
    if proposal.newcomer is not None:
        question = N_("“{title}” is of {child}, who is not in this wallet. Add the child?")
        name = describe_child(proposal.newcomer, speaker.language.day)
        if speaker.agreed(question, yes=yes, title=title, child=name):
            return opened.add_child(proposal.newcomer, now=now)
    return None


def _ask_against_evidence(speaker: Speaker, opened: Wallet, between: Contradiction) -> bool:
    """Both names side by side; no option answers this question."""
    title = "" if between.credential is None else opened.title(between.credential)
    speaker.aside(N_("“{title}” names another person than the child:"), title=title)
    speaker.aside(N_("  on the diploma:  {person}"), person=between.on_diploma(speaker.language.day))
    speaker.aside(N_("  in the wallet:   {person}"), person=between.in_wallet(speaker.language.day))
    return speaker.agreed(N_("Is this the same child all the same?"))


def tell_added(speaker: Speaker, result: AddResult) -> None:
    if result.what is What.NOT_A_DIPLOMA and result.error is None:
        if result.kind is not DocumentKind.NOTHING and result.kind in KINDS:
            kind = speaker.text(KINDS[result.kind])
            speaker.say(N_("- {where}: this is {kind}, and no diploma"), where=result.where, kind=kind)
        else:
            speaker.say(N_("- {where}: no diploma is in it"), where=result.where)
        if result.offer is not None:
            speaker.say(N_("  “vcwallet wallet collect” takes what it offers."))
    elif result.error is not None:
        speaker.problem(result.where, result.error)
    elif result.what is What.OPENED:
        speaker.say(N_("+ {where}: opened"), where=result.where)
    elif result.diploma is not None:
        template = {
            What.ADDED: N_("+ {child}: {title}  [№ {number}]"),
            What.ALREADY_THERE: N_("= {child}: {title}  [№ {number}] is here already"),
            What.FULLER: N_("+ {child}: {title}  [№ {number}]: the fuller copy took its place"),
        }[result.what]
        speaker.say(template, child=result.child, title=result.diploma.title, number=result.diploma.number)
    elif result.kept is not None:
        template = {
            What.KEPT: N_("+ {child}: {title}  [№ {number}], a document of another kind"),
            What.ALREADY_THERE: N_("= {child}: {title}  [№ {number}] is here already"),
        }[result.what]
        speaker.say(template, child=result.child, title=result.kept.title, number=result.kept.number)
    elif result.what is What.KEY_TAKEN:
        speaker.say(
            N_("+ {child}: the key of another wallet ({where})"), child=result.child, where=result.where
        )
        speaker.aside(
            N_(
                "{where} has a private key in the open: delete the file, or keep it where you keep passports."
            ),
            where=result.where,
        )
    elif result.what is What.ISSUER_LEARNT:
        speaker.say(N_("+ keys of {issuer}"), issuer=result.issuer)
    elif result.what is What.STATUS_LIST_LEARNT:
        speaker.say(N_("+ list of revoked diplomas of {issuer}"), issuer=result.issuer)
