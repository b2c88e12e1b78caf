"""What every test can lean on: no screen, settled properties, the worked case, and a home of its own.

Nothing of Qt is imported here: the core's tests run where Qt is not installed (architecture/test_core_runs_alone.py).
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported, which reads it once

# No deadline: two shared cores are no clock, and a slow moment is no mistake. A failing example is kept in .hypothesis
# and tried first the next time.
settings.register_profile("everyday", deadline=None, max_examples=100)
settings.register_profile("ci", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("quick", deadline=None, max_examples=10, database=None)
settings.register_profile(
    "long", deadline=None, max_examples=10_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "everyday"))


#: How SQLite is to wait for the disk in this process (PRAGMA synchronous): not at all.
NO_WAITING = 0


def pytest_collection_finish() -> None:
    """Nobody cuts the power of a test's own process, and to wait for the disk at each commit is a tenth of the suite.

    What outlives a cut or a kill is proved on processes of their own (test_kills, test_share_kills, test_crash), which
    wait as the program does, and test_sqlite looks at the program's own setting.
    """
    engines = sys.modules.get("fundingapp.persistence.engines")
    if engines is not None:
        engines.PRAGMAS["synchronous"] = NO_WAITING


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One partnership's year: the files that a person would be given, and the figures that must come out."""

    folder: Path
    expected: Path


@pytest.fixture(scope="session")
def charnwood() -> WorkedCase:
    """The sample that ships with the application, and its figures in whole pence."""
    return WorkedCase(
        folder=ROOT / "resources" / "sample" / "charnwood",
        expected=ROOT / "tests" / "data" / "charnwood" / "expected.json",
    )


@pytest.fixture(scope="session")
def real_fixtures() -> Path:
    """Files that nobody here wrote. They are read where they lie, beside the checkout, and are never part of it."""
    folder = ROOT.parent / "shared" / "fixtures" / "real"
    if not folder.is_dir():
        pytest.skip("the published files lie beside the checkout, and this checkout stands alone")
    return folder


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder for this test alone, so that no test reads or writes the user's settings, data or log."""
    home = tmp_path / "home"
    home.mkdir()
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))
    places = {
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "XDG_RUNTIME_DIR": ".runtime",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
    }
    for variable, place in places.items():
        folder = home / place
        folder.mkdir(parents=True, mode=0o700)
        monkeypatch.setenv(variable, str(folder))
    return home
