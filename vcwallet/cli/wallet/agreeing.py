"""What every showing from the command line begins and ends with: whose diplomas, and a person's yes."""

from __future__ import annotations

from vcwallet.cli.speak import Speaker, somebody_there
from vcwallet.cli.wallet.opening import child_of
from vcwallet.errors import N_, UsageError
from vcwallet.speaking import previews
from vcwallet.wallet import Child, Drafts, Wallet


def agree(speaker: Speaker, drafts: Drafts, *, yes: bool) -> None:
    """What `Speaker.confirm` does; a name that deceives is agreed to by a person, whatever was said before.

    Raises UsageError (``wallet.imitated-recipient``), Cancelled.
    """
    imitated = drafts.terms.imitated
    if imitated is not None and not somebody_there():
        raise UsageError(
            "wallet.imitated-recipient",
            N_("The recipient {recipient} only looks like “{imitated}”: a person has to look at it."),
            next_step=N_("Write the name as the recipient gives it, or run this in a terminal."),
            recipient=drafts.terms.recipient,
            imitated=imitated,
        )
    speaker.confirm(
        N_("Show this to {recipient}?"), yes=yes and imitated is None, recipient=previews.recipient(drafts)
    )


def whose(speaker: Speaker, opened: Wallet, name: str | None) -> Child:
    """The child that is named, or the only one; where there are several a person is asked.

    Raises what `child_of` raises.
    """
    if name or len(opened.children) < 2 or not somebody_there():
        return child_of(opened, name)
    for number, each in enumerate(opened.children, 1):
        speaker.line(f"{number:>4}  {each.name}", aside=True)
    given = speaker.ask(N_("Whose diplomas? The number or the name")).strip()
    known = opened.children
    return (
        known[int(given) - 1] if given.isdecimal() and 0 < int(given) <= len(known) else opened.child(given)
    )
