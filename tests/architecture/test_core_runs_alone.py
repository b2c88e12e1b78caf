"""The core is tested once more where neither Qt, SQL nor spreadsheets can be imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.shape import ROOT


def run_without_libraries(folder: Path, *tests: Path) -> subprocess.CompletedProcess[str]:
    """Run *tests* with the core's libraries only. Plugins are named one by one, since some of them import Qt.

    Without the machines (runTest): they try orders of the same commands, which needs no other library.
    """
    settings = folder / "pytest.ini"
    words = (
        "filterwarnings = error",
        "pythonpath = .",
        "addopts =",
        "markers = timeout: of a plugin left out here",
    )
    settings.write_text("\n".join(("[pytest]", *words, "")), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(settings), "--rootdir", str(ROOT)]
    command += [
        "-p",
        "tests.architecture.blocked_imports",
        "-p",
        "_hypothesis_pytestplugin",
        "-p",
        "no:cacheprovider",
    ]
    command += ["--import-mode=importlib", "-k", "not runTest", *map(str, tests)]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(ROOT),
        "HYPOTHESIS_PROFILE": "quick",  # the properties are tried in earnest where these tests run as themselves
    }
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


#: Tests that lead through every kind of command, and a planted one that imports the whole core. That no module of the
#: core names such a library, also not inside a function, is an import contract; all its tests a second time would
#: take a tenth of the whole run.
LEAD_THROUGH = ("returns", "imports", "claims", "results", "papers", "sample")
IMPORTS_ALL = """
import importlib
import pkgutil

import fundingapp.application
import fundingapp.domain


def test_every_module_of_the_core_is_imported() -> None:
    found = [
        each.name
        for room in (fundingapp.domain, fundingapp.application)
        for each in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
    ]
    assert len(found) > 250
    for name in found:
        importlib.import_module(name)
"""


@pytest.mark.timeout(600)
def test_the_core_passes_its_tests_without_qt_sql_or_spreadsheets(tmp_path: Path) -> None:
    everything = tmp_path / "test_everything.py"
    everything.write_text(IMPORTS_ALL, encoding="utf-8")
    through = [ROOT / "tests" / "application" / f"test_{name}.py" for name in LEAD_THROUGH]
    ran = run_without_libraries(tmp_path, everything, *through)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_test_that_needs_a_library_fails_there(tmp_path: Path) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text("def test_planted() -> None:\n    import sqlalchemy.orm\n", encoding="utf-8")
    ran = run_without_libraries(tmp_path, planted)
    assert ran.returncode == 1
    assert "sqlalchemy is kept away" in ran.stdout
