"""Templates and their mapping: a workbook added, its cells mapped by keyboard, suggestions confirmed, a new issue taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from fundingapp.ui.returns.figure_list import FIGURE
from fundingapp.ui.returns.mapping_view import MappingView
from fundingapp.ui.sheets.marks import CellAt
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import ChosenFiles, open_shell, settle

TEMPLATE = Path(__file__).resolve().parents[3] / "resources" / "sample" / "OPCC_monitoring_template.xlsx"


def shown(qtbot: QtBot, shell: Shell) -> MappingView:
    """The view, as the user comes to it."""
    shell.window.go_to("returns", ("templates", None))
    settle(qtbot, shell)
    view = shell.window.findChild(MappingView)
    assert view is not None
    return view


def add(qtbot: QtBot, shell: Shell, path: Path, *, suggest: bool = True) -> MappingView:
    view = shown(qtbot, shell)
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = path
    hands.press(shell.window, "Add a template…")
    settle(qtbot, shell)
    hands.type_in(shell.window.inspector, "Name", "Monitoring return")
    hands.type_in(shell.window.inspector, "Issue", "v4")
    if not suggest:
        hands.press(shell.window.inspector, "Suggest figures for its cells")
    hands.press(shell.window.inspector, "Add it")
    settle(qtbot, shell)
    return view
