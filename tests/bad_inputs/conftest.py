"""An office of a test's own: a funding file with a grant, a folder for what is handed in, and an empty temp folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fundingapp.assembly import Assembly
from tests.bad_inputs.given import Given
from tests.builders_core import set_up_grant


@pytest.fixture(scope="session")
def funded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A funding file with a grant of £350.00 for P-01 and P-02, made once."""
    path = tmp_path_factory.mktemp("funded") / "ours.funding"
    offices = Assembly()
    offices.create(path)
    opened = offices.open(str(path))
    set_up_grant(opened.desk)
    opened.close()
    return path


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temp folder for this test alone."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def ours(funded: Path, tmp_path: Path, own_home: Path, temp: Path) -> Path:
    """A copy of the funded file in a folder of its own."""
    path = tmp_path / "office" / "ours.funding"
    path.parent.mkdir()
    shutil.copyfile(funded, path)
    return path


@pytest.fixture
def given(ours: Path, tmp_path: Path, temp: Path) -> Iterator[Given]:
    """The open file with what a test hands in; whatever happened, the temp folder is empty in the end."""
    folder = tmp_path / "given"
    folder.mkdir()
    made = Given(ours, folder)
    yield made
    made.close()
    assert list(temp.iterdir()) == []
