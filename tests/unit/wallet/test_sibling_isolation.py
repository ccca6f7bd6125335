"""No sequence of commands with --yes puts a diploma under a child whom its signed name contradicts."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.shared import SOAK
from tests.unit.wallet.shared import MASHA, NOW, PASSPHRASE, PETYA, Issuer, reopen, wallet
from vcwallet import locales, strict_json
from vcwallet.cli import command_line
from vcwallet.cli.speak import Speaker, run
from vcwallet.wallet import Profile
from vcwallet.wallet.recognising import Fit, fit

ISSUER = Issuer()
AT = ("--now", "2026-06-20T09:00:00Z")
HIDDEN = {"familyName": None, "givenName": None, "patronymicName": None, "dateOfBirth": None}
STRANGER = Profile("Небыль", "Чужой", "Иная", date(2001, 1, 1))
PEOPLE = (MASHA, PETYA, STRANGER, replace(MASHA, family_name="Аистова"), replace(MASHA, birth_date=None))
NAMES = ("Проба", "Пример", "Небыль", MASHA.full_name, "Аистова Проба Вымысловна")

people, names = st.sampled_from(range(len(PEOPLE))), st.sampled_from(NAMES)
Words = tuple[str, ...]


def _options(profile: Profile) -> Words:
    born = () if profile.birth_date is None else ("--born", profile.birth_date.isoformat())
    return ("--given", profile.given_name, "--family", profile.family_name, *born)


commands: st.SearchStrategy[Words] = st.one_of(
    st.tuples(st.just("add"), st.builds("{}.vc.json".format, people), st.just("--yes")),
    st.tuples(st.just("add"), st.just("hidden.vc.json"), st.just("--yes")),
    st.builds(lambda who, name: ("add", f"{who}.vc.json", "--child", name, "--yes"), people, names),
    st.builds(lambda who: ("child add", *_options(PEOPLE[who])), people),
    st.builds(lambda name, who: ("child correct", "--child", name, *_options(PEOPLE[who])), names, people),
    st.builds(
        lambda name, who: ("child rename", "--child", name, "--family", PEOPLE[who].family_name),
        names,
        people,
    ),
    st.builds(lambda one, other: ("child merge", one, "--into", other, "--yes"), names, names),
    st.builds(lambda number, name: ("child move", number, "--to", name), st.sampled_from("1234"), names),
    st.builds(lambda name: ("child remove", name, "--yes"), names),
    st.builds(lambda number: ("remove", number, "--yes"), st.sampled_from("1234")),
)


@pytest.fixture(scope="module")
def _nobody_at_the_keyboard() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO())
        patch.setenv("VCWALLET_PASSPHRASE", PASSPHRASE)
        yield


@pytest.mark.usefixtures("_nobody_at_the_keyboard")
@settings(
    max_examples=300 if SOAK else 10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(commands, min_size=2, max_size=8))
@example([("add", "0.vc.json", "--yes"), ("child correct", "--child", "Проба", *_options(STRANGER))])
@example([("child add", *_options(MASHA)), ("add", "2.vc.json", "--child", "Проба", "--yes")])
@example(
    [
        ("add", "0.vc.json", "--yes"),
        ("add", "1.vc.json", "--yes"),
        ("child merge", "Пример", "--into", "Проба", "--yes"),
        ("child move", "2", "--to", "Проба"),
    ]
)
def test_no_sequence_of_commands_crosses_children(sequence: list[Words]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "семья.vcw"
        wallet(path, ISSUER).save()
        for number, profile in enumerate(PEOPLE):
            _write(Path(folder) / f"{number}.vc.json", ISSUER.diploma(profile, number=number))
        _write(Path(folder) / "hidden.vc.json", ISSUER.diploma(number=90, **HIDDEN))
        os.environ["VCWALLET_STATE"] = folder
        for command, *rest in sequence:
            verb = command.split()
            words = [str(Path(folder) / each) if each.endswith(".vc.json") else each for each in rest]
            now = () if command in ("child move", "child remove", "remove") else AT
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as told:
                status = run(
                    command_line, ["wallet", *verb, str(path), *words, *now], Speaker(locales.language("en"))
                )
            assert status in (0, 2), told.getvalue()
            for child in reopen(path).children:
                for diploma in child.diplomas():
                    found = fit(diploma.credential, child.known)
                    assert found in (Fit.CERTAIN, Fit.OPEN), (command, diploma.title, child.name)


def _write(path: Path, document: strict_json.JsonObject) -> None:
    path.write_text(strict_json.dumps(document), "utf-8")


def test_the_property_can_fail(tmp_path: Path) -> None:
    """What the invariant looks for is seen where a person insisted on it."""
    family = wallet(tmp_path / "a.vcw", ISSUER)
    masha = family.add_child(MASHA, now=NOW)
    document = strict_json.dumps(ISSUER.diploma(STRANGER))
    (asked,) = family.add_files([document], child=masha, now=NOW)
    assert asked.undecided is not None
    family.settle(asked.undecided, child=masha, insisted=True, now=NOW)
    assert fit(masha.diplomas()[0].credential, masha.known) is Fit.CONTRADICTED
