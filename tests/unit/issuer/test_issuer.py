"""`vcwallet.issuer`, the issuer's programmer's one import: an object opened, with verbs on it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import vcwallet.issuer
from tests.unit.issuer.kits import OTHER, PUPIL, csv
from tests.unit.issuer.offices import NOW, PASSPHRASE
from vcwallet.errors import UsageError
from vcwallet.issuer import FileLayout, Issuer, State, Template
from vcwallet.sealed_file import UNSAFE_FOR_TESTS


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer.create(
        tmp_path / "школа",
        PASSPHRASE,
        kit="olympiad",
        name="Олимпиада «Проба»",
        site="https://olymp.example",
        kdf=UNSAFE_FOR_TESTS,
    )


def test_from_a_sheet_to_a_site(issuer: Issuer, tmp_path: Path) -> None:
    assert issuer.id == "did:web:olymp.example"
    assert issuer.settings.name.ru == "Олимпиада «Проба»"
    assert issuer.lets_fields_be_hidden
    results = issuer.read(csv(PUPIL, OTHER), now=NOW)
    assert not results.blocking
    assert len(issuer.plan(results).new) == 2

    steps: list[int] = []
    out = tmp_path / "out"
    issued = issuer.issue(issuer.plan(results), out=out, now=NOW, progress=steps.append)
    assert (issued.issued, issued.folder, sum(steps)) == (2, out, 2)
    assert sorted(path.name for path in out.glob("*.json") if "vc" not in path.name) == [
        "issuer.json",
        "status-1.json",
    ]
    first, _ = sorted(out.glob("*.vc.json"))
    line = issuer.find(first)
    assert line == issuer.find(json.loads(first.read_bytes())["id"])
    assert line.state is State.ISSUED

    assert issuer.revoke(line.id, now=NOW, reason="ошибка в классе")
    assert not issuer.revoke(line.id, now=NOW)
    assert issuer.counts() == {State.ISSUED: 1, State.REVOKED: 1}
    assert [each.state for each in issuer.lines()] == [State.REVOKED, State.ISSUED]
    site = issuer.publish(tmp_path / "site", now=NOW)
    names = [path.relative_to(tmp_path / "site").as_posix() for path in site]
    assert names[:3] == [".well-known/did.json", "status/1.json", "diplomas/index.html"]
    assert all(name.startswith("diplomas/") for name in names[2:])
    issuer.close()


def test_what_needs_no_keys_works_without_the_passphrase(issuer: Issuer, tmp_path: Path) -> None:
    results = issuer.read(csv(PUPIL), now=NOW)
    issuer.issue(issuer.plan(results), now=NOW)
    issuer.close()
    with Issuer.open(tmp_path / "школа") as locked:
        assert len(locked.read(csv(PUPIL), now=NOW).rows) == 1
        (line,) = locked.lines()
        assert locked.revoke(line.id, now=NOW)
        for signing in (
            lambda: locked.plan(results),
            lambda: locked.publish(tmp_path / "site", now=NOW),
            lambda: locked.hand_out(tmp_path / "out", now=NOW),
        ):
            with pytest.raises(UsageError) as refused:
                signing()
            assert refused.value.code == "issuer.locked"
        locked.unlock(PASSPHRASE)
        assert len(locked.plan(results).revoked) == 1


def test_values_pages_layouts_and_ids(issuer: Issuer, tmp_path: Path) -> None:
    results = issuer.read(csv(PUPIL), template="olympiad-participant", values={"profile": "Химия"}, now=NOW)
    assert results.template.id == "olympiad-participant"
    assert ("profile", "Химия") in results.understood.given
    assert results.title("full_name") == "ФИО"
    issuer.issue(issuer.plan(results), out=tmp_path / "out", now=NOW, layout=FileLayout.LINES)
    assert len(list((tmp_path / "out").glob("*.vc.jsonl"))) == 1
    (handed,) = issuer.check_ids([b"no id of anybody"], now=NOW, most_age=timedelta(days=1))
    assert handed.checked is None
    assert handed.problem is not None
    issuer.close()


def test_the_kits_are_there_to_copy() -> None:
    kits = {kit.name: [template.id for template in kit.templates] for kit in Issuer.kits()}
    assert "olympiad-diploma" in kits["olympiad"]
    assert isinstance(Issuer.kits()[0].templates[0], Template)


def test_everything_exported_is_there_and_says_what_it_is() -> None:
    for name in vcwallet.issuer.__all__:
        found = getattr(vcwallet.issuer, name)
        if isinstance(found, type):
            assert found.__doc__, name
    assert set(vcwallet.issuer.__all__) <= set(dir(vcwallet.issuer))
    public = [name for name in vars(Issuer) if not name.startswith("_") and name != "close"]
    assert all(getattr(Issuer, name).__doc__ for name in public), public
    with pytest.raises(AttributeError, match="nobody"):
        _ = vcwallet.issuer.nobody


def test_importing_it_costs_nothing_until_it_is_used() -> None:
    script = (
        "import sys, vcwallet.issuer\n"
        "print(sorted({'sqlalchemy', 'pydantic', 'cryptography', 'python_calamine'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[]"
