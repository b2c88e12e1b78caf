"""Evidence in a form: files to be attached, and a reference that leads to a paper elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.ui.dropped import files_of
from fundingapp.ui.theme import STEP
from fundingapp.ui.widgets.buttons import IconButton, button
from fundingapp.ui.widgets.labels import ElidedLabel


class EvidenceField(QWidget):
    """A line for a reference, a button for files, and the files chosen so far; files can be dropped on it.

    *choose* asks the user for a file; None when they thought better of it.
    """

    def __init__(self, choose: Callable[[], Path | None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choose = choose
        self._files: list[Path] = []
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(STEP)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        column.addLayout(self._list)
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        self.reference = QLineEdit()
        self.reference.setPlaceholderText("reference")
        self.reference.setToolTip("An invoice or minute number, or what else leads to the paper")
        self.reference.setAccessibleName("Reference to the evidence")
        row.addWidget(self.reference, 1)
        row.addWidget(
            button("Attach a file…", self._attach, icon="evidence", tip="Files can be dropped here too")
        )
        column.addLayout(row)

    @property
    def given(self) -> tuple[Path | str, ...]:
        """What supports it, as it was given: the files, then the reference."""
        words = self.reference.text().strip()
        return (*self._files, words) if words else tuple(self._files)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files chosen so far."""
        return tuple(self._files)

    def _attach(self) -> None:
        path = self._choose()
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Adds *path* to the files."""
        if path not in self._files:
            self._files.append(path)
            self._show(path)

    def _show(self, path: Path) -> None:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        name = ElidedLabel(path.name)
        name.setToolTip(str(path))
        row.addWidget(name, 1)
        row.addWidget(IconButton("close", f"Leave {path.name} out", partial(self._leave_out, path, holder)))
        self._list.addWidget(holder)

    def _leave_out(self, path: Path, holder: QWidget) -> None:
        self._files.remove(path)
        self._list.removeWidget(holder)
        holder.hide()
        holder.deleteLater()
        self.reference.setFocus()

    # Qt overrides

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in files_of(event.mimeData()):
            self.take(path)
        event.acceptProposedAction()
