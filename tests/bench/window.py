"""Our program's window as it starts for a user, watched from beside: its first paint, and painted totals."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer

from fundingapp.assembly import run_window
from fundingapp.ui.application import Application
from fundingapp.ui.frame.grant_line import GrantLine, GrantState


def first_paint() -> dict[str, Any]:
    """When the main window was painted for the first time."""
    said: dict[str, Any] = {}

    def watch(application: Application) -> None:
        def painted() -> None:
            said["painted"] = time.monotonic()
            QTimer.singleShot(0, application.window.close)

        application.window.first_painted.connect(painted)

    _run_watched(watch, None)
    return said


def painted_totals(path: str) -> dict[str, Any]:
    """When the figures of the file at *path* stood in the window, and the page in front had its answers too."""
    said: dict[str, Any] = {}
    figures: list[GrantState] = []
    show = GrantLine.set_state

    def set_state(line: GrantLine, state: GrantState | None) -> None:
        show(line, state)
        if state is not None:
            figures.append(state)

    def watch(application: Application) -> None:
        timer = QTimer(application.window)
        timer.setInterval(1)

        def look() -> None:
            if figures and application.asker.is_idle and not said:
                application.window.repaint()
                said["painted"] = time.monotonic()
                timer.stop()
                application.window.close()

        timer.timeout.connect(look)
        timer.start()

    GrantLine.set_state = set_state  # type: ignore[method-assign]
    _run_watched(watch, path)
    return said


def _run_watched(watch: Callable[[Application], None], target: str | None) -> None:
    """Runs the program; *watch* is given the application when it is about to show its window."""
    run = Application.run

    def run_watched(application: Application) -> int:
        watch(application)
        return run(application)

    Application.run = run_watched  # type: ignore[method-assign]
    run_window(target)
