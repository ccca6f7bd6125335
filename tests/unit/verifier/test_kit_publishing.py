"""A kit is installed for trial before it goes out, and never put in the place of another one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.kits import Maintainer
from tests.unit.verifier.test_kit_checking import BODY, CAP, NATIONAL, WIDE, content, dumps
from tests.world import World
from vcwallet.errors import VcwalletError
from vcwallet.verifier.kit import making
from vcwallet.verifier.kit.draft import Draft
from vcwallet.verifier.kit.files import KitFiles
from vcwallet.verifier.kit.publishing import demand_base, demand_before, follow, try_out, write

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
WORLD = World()


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


def refusal(action: Callable[..., object], *arguments: object, **named: object) -> VcwalletError:
    with pytest.raises(VcwalletError) as caught:
        action(*arguments, **named)
    return caught.value


def code(action: Callable[..., object], *arguments: object, **named: object) -> str:
    return refusal(action, *arguments, **named).code


@pytest.fixture
def maintainer() -> Maintainer:
    return Maintainer({"region-00": (CAP,)})


def published(maintainer: Maintainer, draft: Draft, now: datetime) -> KitFiles:
    return making.publish(maintainer.signed(draft), maintainer.keys["publishing"], now=now)


def test_a_kit_is_tried_by_a_newcomer_and_by_who_has_the_kit_before(maintainer: Maintainer) -> None:
    first = maintainer.make(content(), NOW)
    try_out(first, None, now=NOW)
    for number, role in enumerate(("root", "targets", "status", "publishing", "region-00"), 1):
        former = maintainer.keys[role]
        maintainer.keys[role] = maintainer.new_keys(role, len(former), after="next")
        draft = maintainer.draft(content(), day(number))
        for key in former[:2] if role == "root" else ():
            draft = draft.signed_by(key)
        kit = published(maintainer, draft, day(number))
        demand_before(draft, now=day(number))
        try_out(kit, draft.before, now=day(number))
        maintainer.kit = kit
    assert len(kit.roots) == 4
    # Whoever has the very first one has missed five kits and three roots.
    try_out(kit, first, now=day(6))


def test_a_stolen_targets_key_loses_its_word_and_what_it_published_is_forgotten(
    maintainer: Maintainer,
) -> None:
    first = maintainer.make(content(), NOW)
    thief = replace(maintainer, keys=dict(maintainer.keys), kit=first)
    evil = json.loads(content()[NATIONAL])
    evil["name"] = {"en": "Whatever I want"}
    stolen = thief.make({**content(), NATIONAL: dumps(evil)}, day(1))
    try_out(stolen, first, now=day(1))
    # The maintainer goes on from its own kit: without new publishing keys its number is taken already.
    for role in ("targets", "publishing"):
        maintainer.keys[role] = maintainer.new_keys(role, len(maintainer.keys[role]), after="honest")
    honest = maintainer.make(content(), day(2))
    try_out(honest, first, now=day(2))
    try_out(honest, stolen, now=day(2))
    again = replace(thief, kit=stolen)
    assert refusal(try_out, again.make(content(), day(3)), honest, now=day(3)).evidence["refusal"] in (
        "kit.older",
        "kit.signature",
    )


def test_a_fast_forward_is_repaired_by_new_publishing_keys_only(maintainer: Maintainer) -> None:
    first = maintainer.make(content(), NOW)
    far = _fast_forwarded(maintainer, first)
    try_out(far, first, now=day(1))
    maintainer.kit = first
    unrepaired = maintainer.make(content(), day(2))
    assert refusal(try_out, unrepaired, far, now=day(2)).evidence["refusal"] == "kit.older"
    maintainer.kit = first
    maintainer.keys["publishing"] = maintainer.new_keys("publishing", 1, after="honest")
    try_out(maintainer.make(content(), day(2)), far, now=day(2))


def _fast_forwarded(maintainer: Maintainer, first: KitFiles) -> KitFiles:
    """What a thief of the publishing key makes of a kit: the same with the number 2**31."""
    from tuf.api.metadata import MetaFile

    from vcwallet.verifier.kit.roles import TufSigner, snapshot_of, timestamp_of

    (key,) = maintainer.keys["publishing"]
    assert first.snapshot is not None
    metas = {name.removesuffix(".json"): meta for name, meta in first.snapshot.signed.meta.items()}
    snapshot = snapshot_of(metas, version=2**31, now=day(1))
    snapshot.sign(TufSigner(key))
    data = snapshot.to_bytes()
    timestamp = timestamp_of(MetaFile.from_data(2**31, data, ["sha256"]), version=2**31, now=day(1))
    timestamp.sign(TufSigner(key))
    files = {**first.files, f"metadata/{2**31}.snapshot.json": data}
    return KitFiles({**files, "metadata/timestamp.json": timestamp.to_bytes()})


def test_what_offices_would_refuse_is_not_published(maintainer: Maintainer) -> None:
    first = maintainer.make(content(), NOW)
    # Signed by everybody, past the look that `kit build` and `kit sign` take.
    wider = WORLD.trust(WORLD.trusted(WORLD.school, scopes=(WIDE,)), status_lists=())
    beyond = published(
        maintainer, maintainer.draft({**content(), BODY: dumps(wider.to_json())}, day(1)), day(1)
    )
    for before in (None, first):
        error = refusal(try_out, beyond, before, now=day(1))
        assert (error.code, error.evidence["refusal"]) == ("kit.would-be-refused", "kit.beyond-cap")
    emptied = json.loads(content()[NATIONAL])
    emptied["issuers"] = []
    files = {NATIONAL: dumps(emptied), BODY: content()[BODY]}
    forgetful = published(maintainer, maintainer.draft(files, day(1)), day(1))
    try_out(forgetful, None, now=day(1))
    assert refusal(try_out, forgetful, first, now=day(1)).evidence["refusal"] == "kit.update-refused"


def test_two_maintainers_do_not_replace_each_others_kit(maintainer: Maintainer, tmp_path: Path) -> None:
    first = maintainer.make(content(), NOW)
    write(first, tmp_path / "kit.zip")
    write(first, tmp_path / "stick")
    one = maintainer.draft(content(), day(1))
    for place in (tmp_path / "kit.zip", tmp_path / "stick", tmp_path / "nothing", tmp_path):
        demand_base(one, place)
    second = published(maintainer, one, day(1))
    write(second, tmp_path / "kit.zip")
    third = maintainer.draft({**content(), NATIONAL: _renamed()}, day(2))
    told = refusal(demand_base, third, tmp_path / "kit.zip")
    assert (told.code, told.evidence["there"], told.evidence["base"]) == ("kit.built-on-another", 2, 1)
    # The draft that was published there may be published there again: another place may have failed.
    demand_base(one, tmp_path / "kit.zip")


def _renamed() -> bytes:
    document = json.loads(content()[NATIONAL])
    document["name"] = {"ru": "Другое имя перечня"}
    return dumps(document)


def test_a_maintainer_goes_on_from_what_another_published(maintainer: Maintainer) -> None:
    first = maintainer.make(content(), NOW)
    second = maintainer.make(content(), day(1))
    follow(first, second, now=day(1))
    assert refusal(follow, second, first, now=day(1)).evidence["refusal"] == "kit.older"
    another = Maintainer({"region-00": (CAP,)}, seed="another ").make(content(), NOW)
    assert code(follow, first, another, now=NOW) == "kit.another-kit"


def test_a_draft_whose_kit_before_was_put_there_is_not_signed(maintainer: Maintainer) -> None:
    maintainer.make(content(), NOW)
    draft = maintainer.draft({**content(), NATIONAL: _renamed()}, day(1))
    demand_before(draft, now=day(1))
    # Somebody puts the new list in the place of the old one, so that nothing seems to change.
    name = "metadata/1.targets.json"
    forged = json.loads(draft.kit.files[name])
    new = json.loads(draft.kit.files["metadata/2.targets.json"])
    forged["signed"]["targets"] = new["signed"]["targets"]
    files = {**draft.kit.files, name: json.dumps(forged).encode()}
    assert code(demand_before, replace(draft, kit=KitFiles(files)), now=day(1)) == "kit.draft-tampered"
