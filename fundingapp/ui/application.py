"""Starts Qt: the application object, the look, the crash watch.

Then the window, as fast as it can be painted.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from fundingapp import __version__
from fundingapp.ui import icons
from fundingapp.ui.crash import CrashWatch
from fundingapp.ui.jobs.asking import Asker
from fundingapp.ui.jobs.collecting import Collector
from fundingapp.ui.jobs.runner import JobRunner
from fundingapp.ui.main_window import MainWindow
from fundingapp.ui.settings import Settings
from fundingapp.ui.theme import Theme

#: A thread that works hands over after so long when another waits. Painting asks for its turn several times: a list of
#: papers is painted in 21 ms beside work in Python where it takes 34 with Python's own 5 ms, and in 15 instead of 24
#: while files are looked into (medians of 250 each, in turns, two busy cores); the work gets on as fast as before.
_SWITCH_S = 0.0005


class Application:
    """The running program: Qt's application object and our window, with what they share.

    Make it, add pages and actions to :attr:`window`, open the file when ``window.first_painted`` says so,
    and call :meth:`run`. Nothing that is slow to import (SQLAlchemy, openpyxl) belongs before
    that signal.
    """

    def __init__(self, arguments: Sequence[str], resources: Path, settings: Settings | None = None) -> None:
        sys.setswitchinterval(_SWITCH_S)
        self.qt = _qt(arguments)
        icons.use_folder(resources / "icons")
        self.settings = settings or Settings.of_user()
        self.theme = Theme.install(self.qt, self.settings.theme)
        self.crash = CrashWatch()
        self.collector = Collector()
        self.collector.start()  # before there is another thread
        self.runner = JobRunner()
        self.asker = Asker()
        self.window = MainWindow(self.settings, self.runner, self.asker, self.crash.show)

    def run(self) -> int:
        """Shows the window and returns the exit code when it is closed; no thread is left behind."""
        self.crash.install()
        self.window.show()
        code = self.qt.exec()
        self.close()
        return code

    def close(self) -> None:
        """Ends the threads: the writer finishes or rolls back, the readers finish what they are at."""
        self.asker.close()
        self.runner.close()
        self.collector.stop()


def _qt(arguments: Sequence[str]) -> QApplication:
    existing = QCoreApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication(list(arguments))
    application.setApplicationName("Funding Tracker")
    application.setApplicationDisplayName("Funding Tracker")
    application.setApplicationVersion(__version__)
    application.setOrganizationName("Funding Tracker")
    return application
