"""What is measured in a process of its own: ``python -m tests.bench.children task arguments``.

The last line printed is JSON: moments of the monotonic clock, peak memory in bytes.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.measuring import peak_memory


def bare_window() -> dict[str, Any]:
    """A PySide6 window with nothing in it."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication([])
    said: dict[str, Any] = {}

    class Window(QMainWindow):
        # Qt overrides

        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            if not said:
                said["painted"] = time.monotonic()
                QTimer.singleShot(0, application.quit)

    window = Window()
    window.resize(1440, 900)
    window.show()
    application.exec()
    return said


def our_window() -> dict[str, Any]:
    """Our main window, up to its first paint."""
    from tests.bench.window import first_paint

    return first_paint()


def our_totals(path: str) -> dict[str, Any]:
    """Our main window with the file at *path* open and its totals painted."""
    from tests.bench.window import painted_totals

    return painted_totals(path)


def our_table(path: str) -> dict[str, Any]:
    """Pages turned in the ledger's table over the file at *path*."""
    from tests.bench import scrolling

    return scrolling.our_table(path)


def our_stalls(path: str, source: str) -> dict[str, Any]:
    """The longest turns of the event loop with the file at *path*, into which *source* is imported."""
    from tests.bench.stalls import stalls

    return stalls(path, source)


def our_papers(path: str, folder: str) -> dict[str, Any]:
    """The longest turns of the event loop with the files of *folder* taken in as papers of the file at *path*."""
    from tests.bench.papers import our_papers as measured

    return measured(path, folder)


def plain_table(path: str) -> dict[str, Any]:
    """The same with bare texts by ranges of row ids."""
    from tests.bench import scrolling

    return scrolling.plain_table(path)


def figures(path: str) -> dict[str, Any]:
    """The file at *path* opened, and what the frame and the overview show of it, without a window."""
    from fundingapp.application.queries.positions import PositionOf
    from fundingapp.application.queries.workspace import WorkspaceOf
    from fundingapp.assembly import Assembly

    opened = Assembly().open(path, writing=False)
    workspace = opened.desk.ask(WorkspaceOf())
    grant = workspace.grants[-1]
    opened.desk.ask(PositionOf(grant.fund_id, grant.year))
    done = time.monotonic()
    opened.close()
    return {"painted": done}


def import_file(target: str, source: str) -> dict[str, Any]:
    """The download *source* imported into the funding file *target*, rules applied."""
    from fundingapp.assembly import Assembly
    from tests.bench.workload import import_into

    opened = Assembly().open(target)
    import_into(opened, Path(source), apply_rules=True)
    opened.close()
    return {}


def iterate_calamine(source: str) -> dict[str, Any]:
    """The rows of a workbook passed by, none kept."""
    from tests.bench.references import calamine_rows

    for _ in calamine_rows(Path(source)):
        pass
    return {}


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    task.__name__: task
    for task in (
        bare_window,
        our_window,
        our_totals,
        our_table,
        our_stalls,
        our_papers,
        plain_table,
        figures,
        import_file,
        iterate_calamine,
    )
}


def main(task: str, *arguments: str) -> None:
    if task.startswith(("our", "figures", "import")):
        from fundingapp.assembly import collect_seldom

        collect_seldom()
    said = TASKS[task](*arguments)
    print(json.dumps({"peak": peak_memory(), **said}))


if __name__ == "__main__":
    main(*sys.argv[1:])
