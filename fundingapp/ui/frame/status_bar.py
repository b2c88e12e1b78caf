"""The status bar: who, when saved and backed up, the sum of the selection, work in the background."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QWidget

from fundingapp.ui.jobs.progress import ProgressState
from fundingapp.ui.jobs.runner import Job, JobRunner
from fundingapp.ui.widgets.buttons import Button
from fundingapp.ui.widgets.labels import ElidedLabel

#: Work that takes longer than this is shown, whether it reports or not.
PATIENCE_MS = 300
_LONGEST_NAME = 44


class StatusBar(QFrame):
    """One quiet line. Work shows only after 0.3 seconds, so that quick commands do not flicker."""

    undo_pressed = Signal()
    redo_pressed = Signal()

    def __init__(self, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "foot")
        self.setFixedHeight(27)
        self._runner = runner
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 14, 0)
        row.setSpacing(16)
        self._words = ElidedLabel("")
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.selection = QLabel("")
        self.selection.setAccessibleName("Selection")
        self._work = QWidget()
        work = QHBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(8)
        self.label = ElidedLabel("")
        self.label.setMaximumWidth(320)
        self.bar = QProgressBar()
        self.bar.setFixedWidth(140)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.cancel = Button(
            "Cancel", runner.cancel_all, kind="link", tip="Stop, and leave nothing half done"
        )
        work.addWidget(self.label)
        work.addWidget(self.bar, 0, Qt.AlignmentFlag.AlignVCenter)
        work.addWidget(self.cancel)
        self.undo = Button("", self.undo_pressed.emit, kind="link")
        self.undo.hide()
        self.redo = Button("", self.redo_pressed.emit, kind="link")
        self.redo.hide()
        row.addWidget(self._words, 1)
        row.addWidget(self.undo)
        row.addWidget(self.redo)
        row.addWidget(self.selection)
        row.addWidget(self._work)
        self._work.hide()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._work.show)
        runner.started.connect(self._started)
        runner.ended.connect(self._ended)

    def set_words(self, *parts: str) -> None:
        """What stands at the left, joined by “ · ”; empty parts are left out."""
        self._words.set_text(" · ".join(part for part in parts if part))

    def set_undo(self, undo: str | None, redo: str | None) -> None:
        """Names what Undo would take back, and what Redo would do again: what was just taken back."""
        for made, verb, keys, name in (
            (self.undo, "Undo", "Ctrl+Z", undo),
            (self.redo, "Redo", "Ctrl+Y", redo),
        ):
            made.setVisible(name is not None)
            if name is not None:
                short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
                made.set_text(f"{verb}: {short} ({keys})")
                made.setToolTip(f"{verb} {name}")
                made.setAccessibleName(f"{verb}: {name}")

    def set_selection(self, words: str) -> None:
        self.selection.setText(words)

    @property
    def shows_work(self) -> bool:
        return not self._work.isHidden()

    def _started(self, job: object) -> None:
        if isinstance(job, Job):
            self._show(job.name, job.progress)
            job.progressed.connect(partial(self._show, job.name))
            if not self.shows_work:
                self._patience.start()

    def _show(self, name: str, state: object) -> None:
        if not isinstance(state, ProgressState):
            return
        self.label.set_text(state.label or name)
        # The bar counts in thousandths: QProgressBar holds 32 bits, rows of a large import may need more.
        self.bar.setRange(0, 1000 if state.total else 0)
        if state.total:
            self.bar.setValue(min(1000, state.done * 1000 // state.total))

    def _ended(self, _job: object) -> None:
        if not self._runner.is_busy:
            self._patience.stop()
            self._work.hide()

    # Qt overrides

    def sizeHint(self) -> QSize:
        return QSize(400, 27)
