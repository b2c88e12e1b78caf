"""How long the window stands still at worst while something is done: the longest turn of its event loop."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fundingapp import paths
from fundingapp.application.commands.matching import ApplyRules
from fundingapp.assembly import Assembly
from fundingapp.ui.application import Application
from fundingapp.ui.shell import Shell
from fundingapp.ui.spend.ledger import LedgerView
from fundingapp.ui.tables.columns import Sorting
from tests.bench.workload import import_into

#: Nothing was under way for so many seconds: it is done.
_QUIET = 0.2


def longest_turn(application: Application, begin: Callable[[], object]) -> tuple[float, float]:
    """The longest turn from *begin* until nothing is under way any more, in seconds on the clock and of work."""
    worst, last = 0.0, time.perf_counter()
    worked = time.thread_time()
    begin()
    busiest = time.thread_time() - worked
    quiet = time.perf_counter()
    while time.perf_counter() - quiet < _QUIET:
        worked = time.thread_time()
        application.qt.processEvents()
        busiest = max(busiest, time.thread_time() - worked)
        now = time.perf_counter()
        worst, last = max(worst, now - last), now
        if application.runner.is_busy or not application.asker.is_idle:
            quiet = now
        time.sleep(0.001)
    return worst, busiest


def stalls(path: str, source: str) -> dict[str, Any]:
    """The longest turns, in seconds on the clock and of the window's own thread at work.

    The file at *path* is opened, its lines are shown, sorted and filtered, and the download *source* is imported and
    matched. On a busy machine the clock says more about its other work than about ours.
    """
    application = Application(["bench"], paths.resources())
    shell = Shell(application, Assembly())
    application.window.resize(1440, 900)
    application.window.show()

    def worst_during(begin: Callable[[], object]) -> tuple[float, float]:
        return longest_turn(application, begin)

    def lines() -> LedgerView:
        found = application.window.findChild(LedgerView)
        if found is None:
            raise AssertionError("the Spend page is not shown")
        return found

    def import_it() -> None:
        opened = shell.office.opened
        if opened is None:
            raise AssertionError("no file is open")
        shell.office.work("Import", lambda _: import_into(opened, Path(source), apply_rules=False))

    worst_during(lambda: None)
    said = {"open": worst_during(lambda: shell.open_target(path))}
    said["spend"] = worst_during(lambda: application.window.go_to("spend"))
    said["sort"] = worst_during(lambda: lines().table.sort_requested.emit(Sorting("supplier", True)))
    said["filter"] = worst_during(lambda: lines().text.setText("printing"))
    said["import"] = worst_during(import_it)
    said["match"] = worst_during(lambda: shell.office.do(ApplyRules(), "Match"))
    application.window.close()
    application.close()
    return said
