"""What an installed kit says when diplomas are checked: whom it believes, what is revoked, and its age."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest

from tests.kits import Desk, Maintainer, paper_of
from tests.shared import ROOT
from tests.world import NOW, World
from vcwallet import strict_json
from vcwallet.cli.admission import read_pack
from vcwallet.credentials.issuers import KeyState
from vcwallet.credentials.terms import SchoolYear
from vcwallet.errors import UsageError
from vcwallet.locales import language
from vcwallet.report import Fate, Freshness, Outcome, Report, StatusState
from vcwallet.speaking import protocol
from vcwallet.speaking.reports import report_lines
from vcwallet.verifier import Demands, TrustList, Verifier
from vcwallet.verifier.kit.installed import InstalledKit, installed_kits
from vcwallet.verifier.kit.layout import Age, Ages
from vcwallet.verifier.protocol import Record
from vcwallet.verifier.scopes import Scope, Years
from vcwallet.verifier.trust import Distrust
from vcwallet.verifier.trust_together import beside

MADE = NOW - timedelta(days=2)
AGED = Demands(max_status_age=timedelta(days=14), old_status_age=timedelta(days=60))


def contents(w: World, *issuers: object) -> dict[str, bytes]:
    trust = w.trust(*issuers, status_lists=())  # type: ignore[arg-type]
    return {
        "trust/national.json": strict_json.dumps(trust.to_json()).encode(),
        "status/olymp/1.json": strict_json.dumps(w.olympiad.status(MADE)).encode(),
        "status/school/1.json": strict_json.dumps(w.school.status(MADE)).encode(),
    }


def installed(w: World, place: Path, *issuers: object, seed: str = "", name: str = "vymysel") -> Maintainer:
    maintainer = Maintainer(seed=seed)
    maintainer.manifest = replace(maintainer.manifest, kit=name)
    kit = maintainer.make(contents(w, *issuers), MADE)
    Desk(place, paper_of(kit)).update(kit, MADE)
    return maintainer


def kit_in(place: Path, now: datetime = NOW) -> InstalledKit:
    (kit,) = installed_kits(place, now=now)
    return kit


def check(w: World, place: Path, now: datetime = NOW, demands: Demands = AGED, index: int = 7) -> Report:
    kit = kit_in(place, now)
    return Verifier(kit.trust, demands, kits=(kit,)).check(w.olympiad.diploma(index), now=now)


def reasons(report: Report) -> set[str]:
    return {each.reason for each in report.all_findings}


def test_a_fresh_kit_confirms_and_is_named(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    report = check(w, tmp_path)
    assert report.outcome is Outcome.CONFIRMED
    assert report.items[0].status.origin == "kit"
    assert report.items[0].status.state is StatusState.GOOD
    assert report.knowledge.trust is None
    (seen,) = report.knowledge.kits
    assert (seen.kit, seen.version, seen.age_days, seen.freshness) == ("vymysel", 1, 2, Freshness.FRESH)
    assert "kit.fresh" in reasons(report)


def test_a_diploma_that_the_kits_list_revokes_does_not_count(tmp_path: Path) -> None:
    w = World()
    w.olympiad.revoked.add(7)
    installed(w, tmp_path)
    assert check(w, tmp_path).items[0].code == "item.revoked"


@pytest.mark.parametrize(
    ("days", "code", "freshness"),
    [
        (12, "item.confirmed", Freshness.FRESH),
        (30, "item.confirmed-aged", Freshness.FRESH),
        (58, "item.confirmed-aged", Freshness.FRESH),
        (59, "item.status-stale", Freshness.FRESH),
        (100, "item.status-stale", Freshness.STALE),
        (399, "item.kit-too-old", Freshness.TOO_OLD),
    ],
)
def test_age_is_an_answer_in_three_steps(tmp_path: Path, days: int, code: str, freshness: Freshness) -> None:
    w = World()
    installed(w, tmp_path)
    report = check(w, tmp_path, NOW + timedelta(days=days))
    assert report.items[0].code == code
    assert report.knowledge.kits[0].freshness is freshness
    said = {Freshness.FRESH: "kit.fresh", Freshness.STALE: "kit.stale", Freshness.TOO_OLD: "kit.too-old"}
    assert said[freshness] in reasons(report)
    assert ("status.old" in reasons(report)) == (code == "item.confirmed-aged")


def test_what_is_confirmed_by_an_old_list_says_so_on_paper_too(tmp_path: Path) -> None:
    """Else a protocol reads: confirmed, by lists that are 35 days old, where 14 are allowed."""
    w = World()
    installed(w, tmp_path)
    report = check(w, tmp_path, NOW + timedelta(days=30))
    paper = protocol.of_report(report, Record(), language("en"), program="-")
    told = " ".join(pypdfium2.PdfDocument(paper)[0].get_textpage().get_text_range().split())
    assert "Confirmed by old knowledge." in told
    assert "fresh up to 14" in told
    assert "allowed: 14" not in told
    screen = " ".join(line.text.strip() for line in report_lines(report, language("en")))
    assert "fresh up to 14" in screen
    assert "allowed: 14" not in screen


def test_the_steps_are_the_kits_own_where_it_recommends_others(tmp_path: Path) -> None:
    w = World()
    maintainer = Maintainer()
    maintainer.manifest = replace(maintainer.manifest, ages=Ages(Age(1, 3), Age(1, 2)))
    kit = maintainer.make(contents(w), MADE)
    Desk(tmp_path, paper_of(kit)).update(kit, MADE)
    assert kit_in(tmp_path).freshness is Freshness.STALE
    assert check(w, tmp_path, NOW + timedelta(days=2)).items[0].code == "item.kit-too-old"


def test_without_the_recommendation_an_office_keeps_its_own_rule(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    later = NOW + timedelta(days=30)
    assert check(w, tmp_path, later, Demands()).items[0].code == "item.status-stale"
    asked = AGED.stricter(max_status_age=timedelta(days=14))
    assert check(w, tmp_path, later, asked).items[0].code == "item.status-stale"


def test_a_kit_that_is_ahead_of_the_clock_confirms_nothing(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    report = check(w, tmp_path, datetime(1970, 1, 1, tzinfo=UTC))
    assert "kit.ahead" in reasons(report)
    assert report.items[0].outcome is not Fate.CONFIRMED


def test_a_list_that_the_disk_lost_leaves_its_diplomas_open_whatever_else_is_at_hand(
    tmp_path: Path,
) -> None:
    """An older list that somebody hands in must not stand in for what the lost one may revoke."""
    w = World()
    older = w.olympiad.status(MADE - timedelta(days=1))
    w.olympiad.revoked.add(7)
    installed(w, tmp_path)
    kit = kit_in(tmp_path)
    (kit.folder / "targets" / "status" / "olymp" / "1.json").write_bytes(b"{}")
    verifier = Verifier(kit.trust, AGED, status_lists=[older], kits=(kit,))
    report = verifier.check(w.olympiad.diploma(), now=NOW)
    assert report.items[0].outcome is Fate.UNKNOWN
    assert "kit.file-lost" in reasons(report)
    # The neighbour's answer is as it was.
    assert verifier.check(w.school.diploma(), now=NOW).outcome is Outcome.CONFIRMED


def test_an_issuer_whose_list_the_kit_has_must_name_it(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    kit = kit_in(tmp_path)
    unsigned = w.olympiad.unsigned()
    del unsigned["credentialStatus"]
    report = Verifier(kit.trust, AGED, kits=(kit,)).check(w.olympiad.sign(unsigned), now=NOW)
    assert "status.not-named" in reasons(report)


def test_a_kit_that_is_kept_open_grows_old_all_the_same(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    verifier = Verifier((kit := kit_in(tmp_path)).trust, AGED, kits=(kit,))
    later = verifier.check(w.olympiad.diploma(), now=NOW + timedelta(days=500))
    assert later.items[0].code == "item.kit-too-old"
    assert later.knowledge.kits[0].age_days == 502


def test_a_list_that_a_newer_kit_has_in_an_older_state_is_kept_until_a_newer_one_comes(
    tmp_path: Path,
) -> None:
    w = World()
    w.olympiad.revoked.add(7)
    maintainer = installed(w, tmp_path)
    known = w.olympiad.status(MADE)
    w.olympiad.revoked.clear()
    older = strict_json.dumps(w.olympiad.status(MADE - timedelta(days=1))).encode()
    # The second of these has the same older list again.
    for number in (1, 2):
        at = MADE + timedelta(hours=number)
        kit = maintainer.make({**contents(w), "status/olymp/1.json": older}, at)
        Desk(tmp_path).update(kit, at)
        assert known in kit_in(tmp_path).lists_at(w.olympiad.list_id)
        assert check(w, tmp_path).items[0].code == "item.revoked"
    w.olympiad.revoked.add(7)
    newest = w.olympiad.status(MADE + timedelta(hours=3))
    files = {**contents(w), "status/olymp/1.json": strict_json.dumps(newest).encode()}
    Desk(tmp_path).update(maintainer.make(files, NOW), NOW)
    assert kit_in(tmp_path).lists_at(w.olympiad.list_id) == [newest]
    assert not kit_in(tmp_path).installed.kept
    assert check(w, tmp_path).items[0].code == "item.revoked"


def test_checking_with_a_kit_imports_no_tuf(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path / "kits")
    (tmp_path / "diploma.json").write_text(strict_json.dumps(w.olympiad.diploma()), "utf-8")
    program = (
        "import sys\n"
        "from vcwallet.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as ended:\n    status = ended.code\n"
        "found = sorted(name for name in sys.modules if name.split('.')[0] in ('tuf', 'securesystemslib'))\n"
        "sys.exit(f'imported: {found}' if found else status)\n"
    )
    words = ["verify", "diploma.json", "--kit", "kits", "--now", NOW.isoformat(), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", program, *words], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["reports"][0]["knowledge"]["kits"][0]["kit"] == "vymysel"


def test_levels_and_rules_of_admission_come_from_the_kit(tmp_path: Path) -> None:
    w, admission = World(), ROOT / "examples" / "admission"
    maintainer = Maintainer()
    files = contents(w)
    files["levels/2025-26.json"] = (admission / "levels" / "2025-26.json").read_bytes()
    files["packs/vymysel.example/2027.toml"] = (admission / "vymysel-2027.toml").read_bytes()
    kit = maintainer.make(files, MADE)
    Desk(tmp_path, paper_of(kit)).update(kit, MADE)
    installed = kit_in(tmp_path)
    (year,) = installed.levels.lists
    assert year == SchoolYear(2025)
    (pack,) = installed.packs.values()
    assert installed.pack(pack.id) is pack
    with pytest.raises(UsageError) as caught:
        installed.pack("other")
    assert caught.value.code == "kit.no-pack"


# --- several lists --------------------------------------------------------------------------------------


def test_rules_are_named_in_a_kit_which_travels_to_another_process(tmp_path: Path) -> None:
    w = World()
    maintainer = Maintainer()
    levels, rules = (ROOT / "examples" / "admission" / name for name in ("levels", "vymysel-2027.toml"))
    content = {
        **contents(w),
        "levels/2025-26.json": (levels / "2025-26.json").read_bytes(),
        "packs/vymysel.example/2027.toml": rules.read_bytes(),
    }
    kit = maintainer.make(content, MADE)
    Desk(tmp_path, paper_of(kit)).update(kit, MADE)
    here = kit_in(tmp_path)
    assert here.levels.lists
    assert here.packs
    assert read_pack(Path("vymysel.example/2027"), [here]) is here.pack("vymysel.example/2027")
    with pytest.raises(UsageError) as caught:
        read_pack(Path("vymysel/2027"), [here])
    assert (caught.value.code, caught.value.evidence["known"]) == (
        "policy.neither-file-nor-kit",
        "vymysel.example/2027",
    )
    there = pickle.loads(pickle.dumps(Verifier(here.trust, AGED, kits=(here,))))
    report = there.check(w.olympiad.diploma(7), now=NOW)
    assert report.outcome is Outcome.CONFIRMED
    assert report.items[0].status.origin == "kit"


def own_list(w: World, *issuers: object, **options: object) -> TrustList:
    return w.trust(*issuers, status_lists=(), list_name="own", **options)  # type: ignore[arg-type]


def test_the_offices_own_list_adds_to_a_kit(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    kit = kit_in(tmp_path)
    trust = beside(own_list(w, w.trusted(w.stranger), recipient="vuz.example"), [("kit", kit.trust)])
    assert trust.recipient == "vuz.example"
    assert {each.entry for each in trust.issuers} >= {"o1ymp-example", "olymp-example"}
    report = Verifier(trust, AGED, kits=(kit,)).check(w.stranger.diploma(), now=NOW)
    assert report.knowledge.trust is not None
    assert report.knowledge.trust.list == "own"


@pytest.mark.parametrize("same", ["entry", "id", "key"])
def test_an_organisation_stands_in_one_list(tmp_path: Path, same: str) -> None:
    w = World()
    installed(w, tmp_path)
    mine = {
        "entry": w.trusted(w.stranger, entry="olymp-example"),
        "id": w.trusted(w.olympiad, entry="another"),
        "key": replace(
            w.trusted(w.stranger),
            keys=tuple(replace(key, ids=frozenset()) for key in w.trusted(w.olympiad).keys),
        ),
    }[same]
    with pytest.raises(UsageError) as caught:
        beside(own_list(w, mine), [("kit", kit_in(tmp_path).trust)])
    assert caught.value.code == "trust.overlap"
    assert {caught.value.evidence["one"], caught.value.evidence["other"]} == {"own", "kit"}


def test_two_kits_stand_beside_each_other_unless_they_overlap(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path, w.trusted(w.olympiad), w.trusted(w.school))
    other = World(olympiad=w.stranger)
    maintainer = Maintainer(seed="region")
    maintainer.manifest = replace(maintainer.manifest, kit="region")
    files = contents(other, other.trusted(other.olympiad))
    del files["status/school/1.json"]
    kit = maintainer.make(files, MADE)
    Desk(tmp_path, paper_of(kit)).update(kit, MADE)
    kits = installed_kits(tmp_path, now=NOW)
    trust = beside(TrustList.start(now=NOW), [(each.installed.kit, each.trust) for each in kits])
    verifier = Verifier(trust, AGED, kits=kits)
    for each in (w.olympiad, w.stranger):
        assert verifier.check(each.diploma(), now=NOW).outcome is Outcome.CONFIRMED
    with pytest.raises(UsageError):
        beside(TrustList.start(now=NOW), [("one", kits[0].trust), ("other", kits[0].trust)])


def test_an_office_may_believe_a_kit_for_less_and_never_for_more(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    kit = kit_in(tmp_path)

    def answer(*distrust: Distrust) -> str:
        trust = beside(own_list(w, w.trusted(w.stranger), distrust=distrust), [("kit", kit.trust)])
        return Verifier(trust, AGED, kits=(kit,)).check(w.olympiad.diploma(), now=NOW).items[0].code

    key = w.olympiad.key.public_key
    courses = (Scope(("extracurricular-course",), Years()),)
    assert answer() == "item.confirmed"
    assert answer(Distrust(w.olympiad.id)) == "item.out-of-scope"
    assert answer(Distrust(w.olympiad.id, keys=(key,))) == "item.key-compromised"
    assert answer(Distrust(w.olympiad.id, only_for=courses)) == "item.out-of-scope"
    assert answer(Distrust("did:web:nobody.example")) == "item.confirmed"


def test_a_key_that_went_with_a_removed_entry_stays_refused_in_a_kit(tmp_path: Path) -> None:
    w = World()
    installed(w, tmp_path)
    stolen = w.trusted(w.olympiad, entry="once", key={"state": KeyState.COMPROMISED})
    own = own_list(w, stolen).without_entry("once", on=NOW.date())
    trust = beside(own, [("kit", kit_in(tmp_path).trust)])
    (key,) = trust.entry("olymp-example").keys
    assert key.state is KeyState.COMPROMISED
