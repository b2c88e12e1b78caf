"""What is loaded until the window is painted for the first time: Qt, the frame, and next to nothing else."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

_LOOK = """
import sys
from tests.bench.window import first_paint
assert first_paint()["painted"]
print(*sorted(sys.modules))
"""
#: The libraries that work with files, each a tenth of a second or more; and numpy, which several of them load.
SLOW = {
    "PIL", "alembic", "docx", "highspy", "icalendar", "lxml", "numpy", "openpyxl", "psycopg", "puremagic", "pypdf",
    "pyqtgraph", "python_calamine", "rapidfuzz", "reportlab", "rich", "sqlalchemy", "xlsxwriter",
}  # fmt: skip
#: The ids, money and refusals that every room speaks of.
OF_THE_CORE = 12


def test_neither_libraries_nor_rules_are_loaded_before_the_window_is_painted() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LOOK], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    loaded = set(ran.stdout.split())
    assert "PySide6.QtWidgets" in loaded, ran.stderr
    assert not SLOW & loaded
    of_the_core = {
        each for each in loaded if each.startswith(("fundingapp.domain.", "fundingapp.application."))
    }
    assert len(of_the_core) <= OF_THE_CORE, sorted(of_the_core)
