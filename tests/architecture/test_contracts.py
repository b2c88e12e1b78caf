"""The arrows between the rooms, as written in pyproject.toml, hold; and the contracts would notice if they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.shape import ROOT


def check_contracts(project: Path) -> subprocess.CompletedProcess[str]:
    """Check the project in a process of its own: the contracts are about what can be imported from there."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=project,
        env={"PYTHONPATH": str(project), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def slice_of_rooms(tmp_path: Path) -> Path:
    """A project of empty rooms under the real contracts, for planting breaches in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "fundingapp"
    for room in ("domain", "application", "persistence", "workbooks", "documents", "ui", "console"):
        (package / room).mkdir(parents=True)
        (package / room / "__init__.py").touch()
    for module in (
        "__init__",
        "__main__",
        "assembly",
        "paths",
        "domain/money",
        "domain/ledger",
        "domain/returns",
    ):
        (package / f"{module}.py").touch()
    return tmp_path


def test_the_rooms_keep_their_contracts() -> None:
    checked = check_contracts(ROOT)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_empty_rooms_keep_the_contracts(slice_of_rooms: Path) -> None:
    checked = check_contracts(slice_of_rooms)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("module", "source", "contract"),
    [
        ("ui/page", "import fundingapp.persistence", "Rooms"),
        ("persistence/work", "import fundingapp.workbooks", "Rooms"),
        ("application/desk", "def ask():\n    import fundingapp.ui", "Rooms"),
        ("domain/money", "import fundingapp.application", "Rooms"),
        ("helpers", "", "Rooms"),
        ("domain/money", "import fundingapp.domain.returns", "The domain follows the order of the work"),
        ("domain/gadgets", "", "The domain follows the order of the work"),
        ("domain/money", "import sqlalchemy.orm", "The core knows neither Qt, SQL nor spreadsheets"),
        ("application/desk", "from PySide6 import QtCore", "The core knows neither Qt, SQL nor spreadsheets"),
        ("ui/page", "import sqlite3", "SQL is spoken in persistence only"),
        (
            "console/commands",
            "from openpyxl import load_workbook",
            "Spreadsheets are touched in workbooks only",
        ),
        ("console/commands", "import docx", "Word documents are touched in documents only"),
        ("console/commands", "import PySide6.QtCore", "Qt is used in ui only"),
    ],
)
def test_a_planted_breach_is_noticed(slice_of_rooms: Path, module: str, source: str, contract: str) -> None:
    (slice_of_rooms / "fundingapp" / f"{module}.py").write_text(source, encoding="utf-8")
    checked = check_contracts(slice_of_rooms)
    assert checked.returncode == 1
    assert f"{contract} BROKEN" in checked.stdout


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("persistence/work", "import sqlalchemy, sqlite3, psycopg, alembic"),
        ("workbooks/cells", "import openpyxl, python_calamine, xlsxwriter"),
        ("ui/page", "import PySide6.QtWidgets, pyqtgraph"),
        ("documents/paper", "import docx, lxml"),
        ("assembly", "import fundingapp.persistence, fundingapp.workbooks, fundingapp.ui, fundingapp.paths"),
    ],
)
def test_each_room_may_use_its_own_tools(slice_of_rooms: Path, module: str, source: str) -> None:
    (slice_of_rooms / "fundingapp" / f"{module}.py").write_text(source, encoding="utf-8")
    checked = check_contracts(slice_of_rooms)
    assert checked.returncode == 0, checked.stdout
