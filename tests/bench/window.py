"""Our program's window as it starts for a user, watched from beside: its first paint, and painted totals."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

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
    """When the figures of the file at *path* were painted in the window."""
    said: dict[str, Any] = {}
    figures: list[GrantState] = []
    show = GrantLine.set_state

    def set_state(line: GrantLine, state: GrantState | None) -> None:
        show(line, state)
        if state is not None:
            figures.append(state)

    class Watch(QObject):
        """Waits for the paint of the grant line that shows figures."""

        def __init__(self, window: QWidget) -> None:
            super().__init__(window)
            self._window = window

        # Qt overrides

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if figures and event.type() == QEvent.Type.Paint and not said:
                said["painted"] = time.monotonic()
                QTimer.singleShot(0, self._window.close)
            return False

    def watch(application: Application) -> None:
        line = application.window.grant_line
        line.installEventFilter(Watch(application.window))

    GrantLine.set_state = set_state  # type: ignore[method-assign, assignment]
    _run_watched(watch, path)
    return said


def _run_watched(watch: Callable[[Application], None], target: str | None) -> None:
    """Runs the program; *watch* is given the application when it is about to show its window."""
    run = Application.run

    def run_watched(application: Application) -> int:
        watch(application)
        return run(application)

    Application.run = run_watched  # type: ignore[method-assign, assignment]
    run_window(target)
