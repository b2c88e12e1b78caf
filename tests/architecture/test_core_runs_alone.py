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


@pytest.mark.timeout(600)
def test_the_core_passes_its_tests_without_qt_sql_or_spreadsheets(tmp_path: Path) -> None:
    ran = run_without_libraries(tmp_path, ROOT / "tests" / "domain", ROOT / "tests" / "application")
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_test_that_needs_a_library_fails_there(tmp_path: Path) -> None:
    planted = tmp_path / "test_planted.py"
    planted.write_text("def test_planted() -> None:\n    import sqlalchemy.orm\n", encoding="utf-8")
    ran = run_without_libraries(tmp_path, planted)
    assert ran.returncode == 1
    assert "sqlalchemy is kept away" in ran.stdout
