"""What a family handed in at one go, and what is still to be decided about it.

    intake = Intake.take(wallet, [("диплом.pdf", content)], now=now)
    for piece in intake.pieces:
        print(piece.result.where, piece.result.what)
    intake.answer(piece.number, child, now=now)

A door asks its questions when it likes and in the order it likes: what waits for an answer is kept here, in
memory, with the content of its file. Nothing is saved; the door saves the wallet after each step.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vcwallet import limits
from vcwallet.bundle import learncard
from vcwallet.bundle.inputs import Given
from vcwallet.bundle.kinds import DocumentKind
from vcwallet.errors import N_, UsageError
from vcwallet.files import read_file
from vcwallet.wallet import attachments
from vcwallet.wallet.adding import AddResult, Candidate, Undecided, UndecidedProfile, What, told_once
from vcwallet.wallet.attachments import Attachment, SignatureFile
from vcwallet.wallet.child import Child
from vcwallet.wallet.known_issuers import Agree, NewKeys
from vcwallet.wallet.profile import Profile
from vcwallet.wallet.recognising import Proposal
from vcwallet.wallet.wallet import Wallet

if TYPE_CHECKING:
    from vcwallet.executors import Crew

_ABOUT_KEYS = frozenset({"wallet.issuer-new-keys", "wallet.issuer-ends-keys"})


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that was in what was handed in."""

    number: int
    result: AddResult
    content: bytes | None = None
    """Of the file, where all of it may still be kept as a document that nobody signed."""
    comparing: Candidate | None = None
    """The child whose names somebody has to compare with those of the diploma."""
    kept: Attachment | None = None
    """As what it was kept after all."""
    left_out: bool = False
    """Somebody said that it is not wanted."""
    signs: int | None = None
    """The number of the piece that it is a signature of: what is decided about that goes for it too."""

    @property
    def asks_whose(self) -> bool:
        return self.result.undecided is not None and not self.result.waits_for and not self.left_out

    @property
    def asks_about_keys(self) -> bool:
        """Whether somebody has to compare the fingerprint of an issuer's key."""
        error = self.result.error
        return error is not None and error.code in _ABOUT_KEYS and not self.left_out

    @property
    def asks_passphrase(self) -> bool:
        """Whether it is a bundle of another wallet, which its passphrase opens."""
        locked = self.result.kind is DocumentKind.LOCKED_WALLET and self.result.what is not What.OPENED
        return locked and self.content is not None and not self.left_out

    @property
    def may_be_kept(self) -> bool:
        """Whether it can be kept as a document that nobody signed."""
        undecided = self.kept is None and not self.left_out and self.signs is None
        return self.content is not None and undecided and not self.asks_passphrase

    @property
    def is_open(self) -> bool:
        """Whether something is to be decided."""
        return self.asks_whose or self.asks_about_keys or self.asks_passphrase or self.may_be_kept


class Intake:
    """The pieces of one handing in, in the order they were found."""

    def __init__(self, wallet: Wallet) -> None:
        self._wallet = wallet
        self._contents: dict[str, bytes] = {}
        """Of the files about which something is to be decided, by the names that results have."""
        self._pieces: dict[int, Piece] = {}

    @classmethod
    def take(
        cls,
        wallet: Wallet,
        given: Sequence[Given],
        *,
        child: Child | None = None,
        agree: Agree | None = None,
        crew: Crew | None = None,
        now: datetime,
    ) -> Intake:
        """Add what can be added without asking. Raises what `Wallet.add_files` raises.

        `child` is whose everything is where the documents leave it open; `agree` is asked about new keys of
        an issuer, and without it they wait for `take_key`. `crew` is that of `Wallet.add_files`.
        """
        intake = cls(wallet)
        told_apart = tuple(_told_apart(given))
        contents = dict(each for each in told_apart if isinstance(each, tuple))
        results = wallet.add_files(told_apart, child=child, agree=agree, crew=crew, now=now)
        for number, result in enumerate(results, 1):
            wanted = result.is_document_of_nobody or result.kind is DocumentKind.LOCKED_WALLET
            content = contents.get(result.where) if wanted else None
            if result.kind is DocumentKind.LOCKED_WALLET and content is None:
                content = _on_the_disk(given, result.where)
            if content is not None and _is_web_page(content):
                # The letter in the folder that an issuer hands out: there is nothing to ask about it.
                result, content = replace(result, kind=DocumentKind.WEB_PAGE), None
            piece = intake._pieces[number] = Piece(number, result, content)
            if piece.asks_about_keys and result.where in contents:
                intake._contents[result.where] = contents[result.where]
        intake._put_signatures_together()
        return intake

    def go_on_asking(self, earlier: Intake) -> None:
        """Take over, behind its own pieces, what nobody decided yet of what was handed in before this.

        What was handed in once more now is asked about once. Files that may be kept stay in memory only as
        long as all of them are no more than one handing in may be.
        """
        own = self.pieces
        held = sum(len(piece.content or b"") for piece in own)
        numbers: dict[int, int] = {}
        for piece in earlier.pieces:
            if not (piece.is_open or piece.result.waits_for or piece.signs in numbers):
                continue
            held += len(piece.content or b"")
            if held > limits.PAGES_UPLOAD_BYTES or any(_is_again(piece, each) for each in own):
                continue
            numbers[piece.number] = number = len(self._pieces) + 1
            signs = None if piece.signs is None else numbers[piece.signs]
            self._pieces[number] = replace(piece, number=number, signs=signs)
            if piece.asks_about_keys and piece.result.where in earlier._contents:
                self._contents.setdefault(piece.result.where, earlier._contents[piece.result.where])

    def _put_signatures_together(self) -> None:
        """Say of each signature that may be kept beside which file that may be kept it lies."""
        may_be_kept = [each for each in self.pieces if each.may_be_kept]
        for piece in may_be_kept:
            for other in may_be_kept:
                content = piece.content or b""
                if piece is not other and attachments.is_signature_of(
                    piece.result.where, content, other.result.where
                ):
                    self._pieces[piece.number] = replace(piece, signs=other.number)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(self._pieces.values())

    @property
    def results(self) -> tuple[AddResult, ...]:
        return tuple(piece.result for piece in self.pieces)

    def piece(self, number: int) -> Piece:
        """Raises UsageError (``wallet.no-piece``)."""
        if number not in self._pieces:
            raise _no_piece()
        return self._pieces[number]

    def asked_with(self, number: int) -> Piece:
        """The first piece that asks whose it is by the same question as this one; mostly it is itself."""
        piece = self.piece(number)
        undecided = piece.result.undecided
        if undecided is None or not piece.asks_whose:
            return piece
        same = (
            each
            for each in self.pieces
            if each.asks_whose
            and each.result.undecided is not None
            and each.result.undecided.question == undecided.question
        )
        return next(same, piece)

    def candidates(self, number: int) -> tuple[Candidate, ...]:
        """The children whose a piece may be; see `adding.candidates`."""
        undecided = self.piece(number).result.undecided
        return () if undecided is None else self._wallet.candidates(undecided)

    def is_profile(self, number: int) -> bool:
        """Whether a piece is a profile of another wallet, with its key."""
        return isinstance(self.piece(number).result.undecided, UndecidedProfile)

    def proposal(self, number: int) -> Proposal:
        """Whose a piece seems to be. Raises UsageError (``wallet.no-piece``) for one that is no diploma."""
        undecided = self.piece(number).result.undecided
        if not isinstance(undecided, Undecided):
            raise _no_piece()
        return self._wallet.propose(undecided.signed.credential)

    def title(self, number: int) -> str:
        """One line for people about an undecided piece."""
        undecided = self.piece(number).result.undecided
        return "" if undecided is None else undecided.title

    def newcomer(self, number: int) -> Profile | None:
        """The child that a piece would begin, where it names one."""
        undecided = self.piece(number).result.undecided
        return None if undecided is None else undecided.newcomer

    def names_one_child(self, number: int) -> bool:
        """Whether a piece names the child that it would begin."""
        return self.newcomer(number) is not None

    def answer(self, number: int, child: Child, *, insisted: bool = False, now: datetime) -> Piece:
        """Say whose a piece is. The same answer goes for other copies of the same diploma.

        Where the names contradict and nobody `insisted`, the piece asks to have them compared. Raises
        UsageError (``wallet.no-piece``).
        """
        asked = self.piece(number).result.undecided
        if asked is None:
            return self.piece(number)
        for piece in self.pieces:
            undecided = piece.result.undecided
            if piece.asks_whose and undecided is not None and undecided.question == asked.question:
                self._settle(piece, child, insisted=insisted, now=now)
        if isinstance(asked, UndecidedProfile):
            for piece in self.pieces:
                if piece.result.waits_for == asked.holder.did and not piece.left_out:
                    self._settle(piece, child, insisted=False, now=now)
        self._settle_what_is_certain(now=now)
        return self.piece(number)

    def answer_newcomer(self, number: int, profile: Profile | None = None, *, now: datetime) -> Piece:
        """Say that a piece is of a child who is not in the wallet yet: the one it names, or `profile`.

        Raises UsageError (``wallet.no-piece``, ``wallet.newcomer``), and what `Wallet.add_child` raises.
        """
        undecided = self.piece(number).result.undecided
        if undecided is None:
            return self.piece(number)  # it is settled: a second answer begins no second child
        newcomer = profile or undecided.newcomer
        if newcomer is None:
            raise UsageError(
                "wallet.newcomer",
                N_("The diploma does not say the full name of one child."),
                next_step=N_("Write the child's names down yourself."),
            )
        return self.answer(number, self._wallet.add_child(newcomer, now=now), now=now)

    def take_key(self, number: int, *, now: datetime) -> Piece:
        """Somebody compared the fingerprint that the piece tells: take the key, or the end of one."""
        piece = self.piece(number)
        error = piece.result.error
        content = self._contents.get(piece.result.where)
        if error is not None and content is not None and piece.asks_about_keys:
            told = str(error.evidence["fingerprint"])

            def agree(new: NewKeys) -> bool:
                # All of them were seen, or none is taken.
                return ", ".join(new.fingerprints or new.ended) == told

            results = self._wallet.add_files([(piece.result.where, content)], agree=agree, now=now)
            self._pieces[number] = replace(piece, result=results[0])
        return self.piece(number)

    def answer_profiles(self, child: Child, *, now: datetime) -> None:
        """Say of every profile that is still asked about that it is the child's."""
        for piece in self.pieces:
            if piece.asks_whose and self.is_profile(piece.number):
                self.answer(piece.number, child, now=now)

    def unlock(self, number: int, passphrase: str, *, with_key: bool = False, now: datetime) -> Piece:
        """Open a bundle of LearnCard: what is in it becomes pieces of its own, behind those that are here.

        The key of that wallet is taken only `with_key`; then it is asked whose profile it is, as of a backup.
        Raises InputError (``learncard.passphrase``), and what `learncard.ContinuityBundle` raises.
        """
        piece = self.piece(number)
        if not piece.asks_passphrase or piece.content is None:
            return piece
        bundle = learncard.ContinuityBundle.read(piece.content)
        holder = bundle.holder(passphrase) if with_key else None
        where = piece.result.where
        inside = [
            (f"{where}/{name.removesuffix('.enc')}", content) for name, content in bundle.contents(passphrase)
        ]
        for result in self._wallet.add_opened(where, inside, holder, now=now):
            further = len(self._pieces) + 1
            self._pieces[further] = Piece(further, result)
        self._pieces[number] = replace(
            piece, result=AddResult(where, What.OPENED, kind=DocumentKind.LOCKED_WALLET), content=None
        )
        return self.piece(number)

    def keep_unsigned(self, number: int, child: Child, *, now: datetime) -> Piece:
        """Keep the file of a piece as a document that nobody signed. Raises what `Child.attach` raises."""
        piece = self.piece(number)
        if piece.may_be_kept and piece.content is not None:
            name = piece.result.where.rpartition("/")[2]
            beside = [each for each in self.pieces if each.signs == number and each.content is not None]
            signatures = [
                SignatureFile(each.result.where.rpartition("/")[2], each.content or b"") for each in beside
            ]
            media_type = attachments.media_type_of(name)
            kept = child.attach(name, media_type, piece.content, signatures=signatures, now=now)
            for each in (piece, *beside):
                self._pieces[each.number] = replace(each, kept=kept)
        return self.piece(number)

    def leave_out(self, number: int) -> Piece:
        """Somebody said that a piece is not wanted: nothing is asked about it, or a copy of it, any more."""
        asked = self.piece(number).result.undecided
        for piece in self.pieces:
            undecided = piece.result.undecided
            same = asked is not None and undecided is not None and undecided.question == asked.question
            if number in (piece.number, piece.signs) or (same and piece.asks_whose):
                self._pieces[piece.number] = _left_out(piece)
            elif isinstance(asked, UndecidedProfile) and piece.result.waits_for == asked.holder.did:
                # Without the profile a badge that names a person is asked about by itself.
                self._ask_by_itself(piece)
        return self.piece(number)

    def _ask_by_itself(self, piece: Piece) -> None:
        error = piece.result.error
        still_open = error is not None and error.code != "wallet.other-holder"
        undecided = piece.result.undecided if still_open else None
        self._pieces[piece.number] = replace(
            piece, result=replace(piece.result, undecided=undecided, waits_for="")
        )

    def _settle(self, piece: Piece, child: Child, *, insisted: bool, now: datetime) -> None:
        undecided = piece.result.undecided
        assert undecided is not None
        result = self._wallet.settle(
            undecided, child=child, insisted=insisted, where=piece.result.where, now=now
        )
        comparing = None
        if result.undecided is not None:
            of_child = (each for each in self._wallet.candidates(undecided) if each.child.id == child.id)
            comparing = next(of_child, None)
        self._pieces[piece.number] = replace(piece, result=result, comparing=comparing)
        for number, told in zip(self._pieces, told_once(self.results), strict=True):
            self._pieces[number] = replace(self._pieces[number], result=told)

    def _settle_what_is_certain(self, *, now: datetime) -> None:
        """A child that began with one diploma takes the others that name it."""
        for piece in self.pieces:
            if piece.asks_whose and isinstance(piece.result.undecided, Undecided):
                proposal = self._wallet.propose(piece.result.undecided.signed.credential)
                if proposal.sure and proposal.child is not None:
                    child = self._wallet.child(proposal.child)
                    self._settle(piece, child, insisted=False, now=now)


def _is_again(piece: Piece, newer: Piece) -> bool:
    """Whether what was handed in later settles or asks the same."""
    asked, now_asked = piece.result.undecided, newer.result.undecided
    if asked is not None and newer.result.diploma is not None:
        credential = newer.result.diploma.credential
        return asked.question[:2] == (credential.id, credential.issuer_id)
    if asked is not None:
        return now_asked is not None and asked.question == now_asked.question
    if piece.content is not None:
        return piece.content == newer.content
    return piece.result.where == newer.result.where


def _no_piece() -> UsageError:
    return UsageError(
        "wallet.no-piece",
        N_("Nothing with this number was handed in."),
        next_step=N_("Hand the file in once more."),
    )


def _is_web_page(content: bytes) -> bool:
    begin = content[:64].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return begin.startswith((b"<!doctype html", b"<html"))


def _left_out(piece: Piece) -> Piece:
    result = piece.result
    if result.undecided is not None:
        error = UsageError(
            "wallet.left-out",
            N_("The diploma was not added: nobody said whose it is."),
            next_step=N_("Add it again and say whose it is."),
        )
        result = replace(result, error=error)
    return replace(piece, result=result, left_out=True, content=None, comparing=None)


def _on_the_disk(given: Sequence[Given], where: str) -> bytes | None:
    """The content of a file that was named, or that lies in a folder that was."""
    for each in given:
        if isinstance(each, Path):
            path = each / where if each.is_dir() else each
            if (each.is_dir() or each.name == where) and path.is_file():
                return read_file(path, limits.FILE_BYTES)
    return None


def _told_apart(given: Sequence[Given]) -> Iterator[Given]:
    """The same, each file under a name of its own: files of two folders may be called alike."""
    taken: set[str] = set()
    for each in given:
        if not isinstance(each, tuple):
            yield each
            continue
        name = each[0].replace("\\", "/").strip("/")
        folder, slash, last = name.rpartition("/")
        stem, dot, ending = last.rpartition(".")
        free, number = name, 2
        while free in taken:
            free = f"{folder}{slash}{stem} {number}{dot}{ending}" if dot else f"{name} {number}"
            number += 1
        taken.add(free)
        yield free, each[1]
