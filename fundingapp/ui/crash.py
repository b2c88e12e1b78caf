"""Our own mistakes: what the user sees is one calm window with a report to copy.

The log has the traceback.
"""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from fundingapp import __version__
from fundingapp.ui.icons import set_icon
from fundingapp.ui.jobs.delivery import Delivery
from fundingapp.ui.theme import Theme
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.labels import label

_log = logging.getLogger(__name__)


class CrashDialog(QDialog):
    """Says that something went wrong, that nothing half done was kept, and offers the report."""

    def __init__(self, report: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report = report
        self.setWindowTitle("Funding Tracker")
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(14)
        sign = QLabel()
        set_icon(sign, "warning", "bad", 28)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        title = label("Something went wrong in Funding Tracker", wrap=True)
        title.setFont(Theme.current().font(16, 600))
        words.addWidget(title)
        words.addWidget(
            label(
                "A step that was not finished has been taken back: nothing is left half done in your file. "
                "You can go on working. If it happens again, send the report to whoever looks after this "
                "program. Read it first: it may quote what you were working on.",
                "second",
                wrap=True,
            )
        )
        head.addLayout(words, 1)
        column.addLayout(head)
        self._details = QPlainTextEdit(report)
        self._details.setReadOnly(True)
        self._details.setAccessibleName("Report")
        self._details.setMinimumHeight(180)
        self._details.hide()
        column.addWidget(self._details)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(button("Show the report", self._show_details))
        row.addWidget(button("Copy the report", self._copy, icon="copy"))
        row.addStretch(1)
        close = primary_button("Go on", self.accept)
        close.setDefault(True)
        row.addWidget(close)
        column.addLayout(row)

    def _show_details(self) -> None:
        self._details.setVisible(self._details.isHidden())
        self.adjustSize()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report)


def report_of(error: BaseException) -> str:
    """The report on *error*: versions, then where it happened, in full."""
    import platform
    import traceback

    lines = [
        f"Funding Tracker {__version__} · Python {platform.python_version()} · Qt {qVersion()}",
        platform.platform(),
        "",
        *(line.rstrip("\n") for line in traceback.format_exception(error)),
    ]
    return "\n".join(lines)


class CrashWatch:
    """Sees every exception that nobody caught, on any thread; writes it to the log, shows the dialog once."""

    def __init__(self) -> None:
        self._delivery = Delivery()
        self._dialog: CrashDialog | None = None

    def install(self) -> None:
        """From now on uncaught exceptions come here."""
        sys.excepthook = self._caught
        threading.excepthook = lambda args: self._caught(args.exc_type, args.exc_value, args.exc_traceback)

    def show(self, error: BaseException) -> None:
        """Logs *error* and shows the dialog, unless one is open already."""
        _log.error("Uncaught", exc_info=error)
        if self._dialog is not None and self._dialog.isVisible():
            return
        self._dialog = CrashDialog(report_of(error), QApplication.activeWindow())
        self._dialog.open()

    def _caught(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        self._delivery.hand_in(lambda: self.show(error))
