"""What is typed for safety: passphrases twice, groups of a sheet, the fingerprint of a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.wallet.shared import MASHA, NOW, Issuer, later, wallet
from vcwallet import locales, strict_json
from vcwallet.errors import UsageError
from vcwallet.sealed_file.recovery_codes import groups_to_read, render_recovery_code
from vcwallet.speaking import refreshing, safekeeping
from vcwallet.wallet.refreshing import Get

RU = locales.language("ru")


def test_the_first_group_that_was_misread_is_named() -> None:
    groups = groups_to_read([render_recovery_code(bytes(16))], bytes)
    right = [group.text for group in groups]
    assert safekeeping.misread(groups, right) is None
    wrong = safekeeping.misread(groups, [right[0], "ZZZZ"])
    assert wrong is not None
    assert (wrong.position, wrong.error.code) == (1, "recovery-code.misread")
    assert str(groups[1].number) in RU.error(wrong.error)


def test_a_key_is_agreed_to_only_as_it_was_looked_at(tmp_path: Path) -> None:
    issuer = Issuer()
    family = wallet(tmp_path / "a.vcw", issuer)
    family.add_child(MASHA, now=NOW)
    family.add(issuer.diploma(), now=NOW)
    other, third = Issuer(), Issuer()

    def get_from(sites: Issuer) -> Get:
        return lambda url, limit: strict_json.dumps(sites.document.to_json()).encode("utf-8")

    def codes(number: str, agreed: bool) -> str:
        with pytest.raises(UsageError) as refused:
            refreshing.compared(family, answers, number, agreed)
        return refused.value.code

    wanted = [each for each in family.plan_refresh().wanted if each.url.endswith("did.json")]
    answers = list(family.refresh(wanted, get=get_from(other), now=later()))
    assert refreshing.answer(answers[0], RU).fingerprints
    assert codes("0", False) == "wallet.not-compared"
    assert codes("1", True) == codes("x", True) == "refresh.no-answer"
    one, agree = refreshing.compared(family, answers, "0", True)
    (changed,) = family.refresh([one], get=get_from(third), agree=agree, now=later())
    assert changed.error is not None, "another key than the one that was looked at"
    (taken,) = family.refresh([one], get=get_from(other), agree=agree, now=later())
    assert taken.error is None
