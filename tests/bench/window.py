"""Our window as far as a benchmark needs it: first paint, and painted totals of an open file."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QTimer

from fundingapp import paths
from fundingapp.ui.application import Application


def first_paint() -> dict[str, Any]:
    """When the main window was painted for the first time."""
    application = Application(["bench"], paths.resources())
    said: dict[str, Any] = {}

    def painted() -> None:
        said["painted"] = time.monotonic()
        QTimer.singleShot(0, application.window.close)

    application.window.first_painted.connect(painted)
    application.run()
    return said


def painted_totals(path: str) -> dict[str, Any]:
    """When the figures of the file at *path* stood in the window."""
    from fundingapp.application.queries.positions import PositionAnswer, PositionOf
    from fundingapp.application.queries.workspace import WorkspaceOf
    from fundingapp.ui.frame.grant_line import GrantFigure, GrantState
    from fundingapp.ui.theme import Tone

    application = Application(["bench"], paths.resources())
    window = application.window
    said: dict[str, Any] = {}

    def ask() -> PositionAnswer:
        from fundingapp.assembly import Assembly

        opened = Assembly().open(path, writing=False)
        try:
            workspace = opened.desk.ask(WorkspaceOf())
            grant = workspace.grants[-1]
            return opened.desk.ask(PositionOf(grant.fund_id, grant.year))
        finally:
            opened.close()

    def answered(answer: PositionAnswer) -> None:
        position = answer.position
        figures = [
            GrantFigure("", amount, name, None, name)
            for name, amount in (("available", position.available), ("spent", position.spent))
        ]
        window.grant_line.set_state(GrantState("Bench", figures, (), "Reconciled", Tone.GOOD))
        window.repaint()
        said["painted"] = time.monotonic()
        window.close()

    window.first_painted.connect(lambda: application.asker.ask("open", ask, answered))
    application.run()
    return said
