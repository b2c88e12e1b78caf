"""Charts come and go with the indicators that are opened, while readers answer: nothing is freed beside the window."""

from __future__ import annotations

import gc
from functools import partial
from pathlib import Path
from threading import get_ident

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fundingapp.ui.charts.plots import Chart
from tests.ui import hands
from tests.ui.windows import open_shell, settle


def test_charts_are_opened_and_left_again(tmp_path: Path, qtbot: QtBot) -> None:
    """Python looks for cycles as often as it can; every time on the thread that paints."""
    collected: set[int] = set()

    def seen(phase: str, _told: object) -> None:
        if phase == "start":
            collected.add(get_ident())

    before = gc.get_threshold()
    gc.callbacks.append(seen)
    gc.set_threshold(700, 10, 10)
    drawn = 0
    try:
        with open_shell(tmp_path, qtbot, page="outcomes") as shell:
            for turn in range(3):
                shell.window.go_to("outcomes")
                settle(qtbot, shell)
                table = hands.table(shell.window, "Indicators")
                table.setCurrentIndex(table.model().index(2 + 4 * turn, 0))
                hands.key(table, Qt.Key.Key_Return)
                settle(qtbot, shell)
                charts = [each for each in shell.window.findChildren(Chart) if each.isVisible()]
                for chart in charts:
                    qtbot.waitUntil(partial(getattr, chart, "is_drawn"), timeout=20_000)
                drawn += len(charts)
                shell.window.grab()
                shell.window.go_to("overview")
                settle(qtbot, shell)
                gc.collect()
    finally:
        gc.callbacks.remove(seen)
        gc.set_threshold(*before)
    assert drawn
    assert collected == {get_ident()}
