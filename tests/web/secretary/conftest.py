from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.web.pages import NOW
from tests.web.secretary.offices import FOLDER, Office, make
from vcwallet.issuer import Arrival, Issuer


@pytest.fixture(scope="session")
def signed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two signed diplomas that can be suspended."""
    return make(tmp_path_factory.mktemp("made"), suspension=True)


@pytest.fixture
def office(signed_folder: Path, tmp_path: Path) -> Office:
    """A home folder with a copy of the signed folder; nothing is open."""
    shutil.copytree(signed_folder, tmp_path / FOLDER)
    with Issuer.open(tmp_path / FOLDER) as issuer:
        issuer.settle(Arrival.MOVED, now=NOW)
    return Office(tmp_path)


@pytest.fixture
def opened(office: Office) -> Office:
    """The same with the folder opened by its passphrase."""
    office.enter(office.home / FOLDER)
    return office
