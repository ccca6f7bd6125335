"""What a child's diplomas would be worth by a university's rules, for a family that thinks of applying.

    items = child_items(wallet, child, now=now)
    sentences = Rules(pack, levels).worth(items, language, programme="01.03.02", exams={}, claimed=())

It is the answer that the office gets when it is shown everything, as far as the family can know it: whom the
office believes is in the office's own list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from vcwallet.errors import N_, UsageError
from vcwallet.locales import Language
from vcwallet.report import Fate, Item
from vcwallet.speaking.decisions import arithmetic
from vcwallet.speaking.kits import kit_name
from vcwallet.speaking.rules import named, right_words
from vcwallet.verifier.kit.installed import installed_kits, kit_folders
from vcwallet.verifier.levels import Levels
from vcwallet.verifier.policy import Applicant, decide, item_of
from vcwallet.verifier.policy_pack import Pack
from vcwallet.wallet.child import Child
from vcwallet.wallet.known_lists import Standing
from vcwallet.wallet.wallet import Wallet

__all__ = ["Rules", "child_items", "exam_results", "rules_at_hand"]


@dataclass(frozen=True)
class Rules:
    """The rules of a university with the official lists they ask about."""

    pack: Pack
    levels: Levels
    where: str = ""
    """The kit they came with; "" for those of a file."""

    @classmethod
    def read(cls, rules: tuple[str, bytes], levels: Iterable[tuple[str, bytes]]) -> Rules:
        """Those of files, by name and content. Raises what `Pack.parse` and `Levels.of` raise."""
        name, content = rules
        return cls(Pack.parse(content, name=name), Levels.of(levels))

    def called(self, language: Language) -> str:
        return named(self.pack.name, language)

    def programmes(self, language: Language) -> list[tuple[str, str]]:
        return [(code, named(names, language)) for code, names in self.pack.programmes.items()]

    def exams(self, language: Language) -> list[tuple[str, str]]:
        return [(code, named(names, language)) for code, names in self.pack.exams.items()]

    def rights(self, language: Language) -> list[tuple[str, str]]:
        return [(right.id, right_words(right, self.pack, language)) for right in self.pack.rights]

    def worth(
        self,
        items: Sequence[Item],
        language: Language,
        *,
        programme: str,
        exams: Mapping[str, str],
        claimed: Sequence[str],
    ) -> list[str]:
        """What diplomas are worth, in the words of a family; without `claimed` every right there is is used.

        `exams` are as typed. Raises what `exam_results` and `decide` raise.
        """
        applicant = Applicant(exam_results(self.pack, exams), tuple(claimed) or None)
        decision = decide(self.pack, items, self.levels, applicant, programme)
        return arithmetic([decision], language, family=True)


def rules_at_hand(place: Path, language: Language, *, now: datetime) -> list[Rules]:
    """The rules of the kits that are installed in a folder. Raises KitDamaged."""
    kits = installed_kits(place, now=now) if place.is_dir() and kit_folders(place) else ()
    return [
        Rules(pack, kit.levels, kit_name(kit, language))
        for kit in kits
        for _, pack in sorted(kit.packs.items())
    ]


def exam_results(pack: Pack, typed: Mapping[str, str]) -> dict[str, Decimal]:
    """Results by the exam's code, of what was typed; "" is a result that is not known.

    Raises UsageError (``desk.exam-result``).
    """
    found = {}
    for code in pack.exams:
        text = typed.get(code, "").replace(",", ".")
        if not text:
            continue
        try:
            found[code] = Decimal(text)
        except InvalidOperation:
            raise UsageError(
                "desk.exam-result",
                N_("“{text}” is no result of an exam."),
                next_step=N_("Write a number, such as 82."),
                text=text[:32],
            ) from None
    return found


def child_items(wallet: Wallet, child: Child, *, now: datetime) -> list[Item]:
    """One child's diplomas, with what the family can know of each."""
    items = []
    for diploma in sorted(wallet.diplomas(child=child), key=lambda each: each.number):
        credential = diploma.credential
        standing = wallet.status(diploma, now=now).standing
        early = credential.valid_from is not None and credential.valid_from > now
        over = credential.valid_until is not None and credential.valid_until < now
        fate = Fate.CONFIRMED
        if standing is Standing.REVOKED or early or over:
            fate = Fate.NOT_COUNTED
        elif standing is Standing.UNKNOWN:
            fate = Fate.UNKNOWN
        items.append(item_of(diploma.facts, diploma.number, fate, identifier=credential.id or ""))
    return items
