"""A child's id, as a family's wallet hands it to the issuer of the next diploma.

    for handed in check_ids([Path("ids")], recipients=recipients_of(folder), now=now):
        print(handed.checked.did if handed.checked else handed.problem)  # for the column of the sheet

The proof is a presentation of nothing but its holder. It says that whoever made it has the key of that id,
and nothing of who that is: the sheet has the name beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vcwallet.bundle.kinds import DocumentKind
from vcwallet.bundle.scanning import Found, read_inputs
from vcwallet.credentials import presentation
from vcwallet.credentials.presentation import Presentation
from vcwallet.errors import N_, Action, InputError, ProofError, VcwalletError
from vcwallet.identifiers import did
from vcwallet.issuer.folder import IssuerFolder

MOST_AGE: Final = timedelta(days=365)
"""Ids are collected in autumn for the diplomas of spring."""


@dataclass(frozen=True, slots=True)
class CheckedId:
    """An id whose key was shown to be there."""

    did: str
    made: datetime
    addressed: bool
    """Whether the proof names this issuer; one that names nobody could have been passed on by anybody."""


@dataclass(frozen=True, slots=True)
class HandedId:
    """What one picture, page or text held: an id, or the problem with it."""

    where: str
    checked: CheckedId | None = None
    problem: VcwalletError | None = None


def check_ids(
    inputs: Sequence[Path | bytes | str], *, recipients: Collection[str], most_age: timedelta, now: datetime
) -> Iterator[HandedId]:
    """The ids in pictures, PDFs, texts, files and folders. Nothing that an input holds is raised."""
    for found in read_inputs(inputs):
        try:
            checked = check_id(presented(found), recipients=recipients, most_age=most_age, now=now)
        except VcwalletError as error:
            yield HandedId(found.where, problem=error)
        else:
            yield HandedId(found.where, checked)


def recipients_of(folder: IssuerFolder) -> frozenset[str]:
    """What a family may have named the issuer: its identifier, its site, the domain of the site."""
    site = folder.settings.site
    names = {folder.document.id, site, urlsplit(site).hostname or ""}
    return frozenset(name for name in names if name)


def presented(found: Found) -> Presentation:
    """The presentation in a file or picture.

    Raises InputError (``holder-id.not-an-id``), what was wrong with the input, and what
    `Presentation.parse` raises.
    """
    if found.problem is not None:
        raise found.problem
    if found.kind is DocumentKind.BUNDLE and found.bundle is not None:
        return Presentation.parse(found.bundle.presentation)
    if found.kind is not DocumentKind.PRESENTATION or found.document is None:
        raise InputError(
            "holder-id.not-an-id",
            N_("This is not a child's id."),
            next_step=Action.ASK_FOR_ID,
        )
    return Presentation.parse(found.document)


def check_id(
    shown: Presentation, *, recipients: Collection[str], most_age: timedelta = MOST_AGE, now: datetime
) -> CheckedId:
    """The id, when the proof holds, was made in the last `most_age`, and is addressed to nobody else.

    Raises ProofError: ``holder-id.credentials``, ``holder-id.domain``, ``holder-id.old``, and what
    `presentation.verify_holder` raises; KeyUnavailable for a holder that is no ``did:key`` or ``did:jwk``.
    """
    if shown.credentials or shown.enveloped:
        # Documents somebody showed somebody: an issuer has no business with them, whoever passed them on.
        raise ProofError(
            "holder-id.credentials",
            N_("It shows diplomas, so it was not made as an id for you."),
            next_step=Action.ASK_FOR_ID,
        )
    proofs = presentation.verify_holder(shown, resolve=did.resolve, now=now)
    named = {name.rstrip("/").casefold() for proof in proofs for name in proof.domain}
    ours = {name.rstrip("/").casefold() for name in recipients}
    if not named <= ours:
        raise ProofError(
            "holder-id.domain",
            N_("The id was made for {domain}."),
            next_step=Action.ASK_FOR_ID,
            domain=", ".join(sorted(named))[:64],
        )
    made = min((proof.created for proof in proofs if proof.created is not None), default=None)
    if made is None or now - made > most_age:
        raise ProofError(
            "holder-id.old",
            N_("The proof of the id is older than {days} days, or does not say when it was made."),
            next_step=Action.ASK_FOR_ID,
            days=most_age.days,
        )
    return CheckedId(presentation.demand_holder(shown), made, all(proof.domain for proof in proofs))
