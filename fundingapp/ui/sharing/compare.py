"""Two versions of one file side by side: what only ours has, what only theirs has, and which is to hold (N04)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.ports import JournalLine
from fundingapp.application.sharing import Comparison
from fundingapp.application.wording import count
from fundingapp.ui.office import FileChooser
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, TALL_ROW_HEIGHT
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.labels import label

COLUMNS = (
    Column[JournalLine]("When", lambda line: f"{line.at.astimezone():%d/%m/%Y %H:%M}", width=120),
    Column[JournalLine](
        "Who",
        lambda line: line.by,
        width=90,
        least=60,
        tip=lambda line: f"{line.by} on {line.machine}",
    ),
    Column[JournalLine](
        "What was done",
        lambda line: f"{line.sentence[:1].upper()}{line.sentence[1:]}",
        width=220,
        stretch=1,
        least=120,
        wrap=True,
        tip=lambda line: line.sentence,
    ),
)


class CompareDialog(QDialog):
    """Shows a :class:`Comparison` of the file called *name*, whose place is *folder*, and asks what is to be done."""

    save_wanted = Signal(object)  # Path: save ours as a file of its own
    theirs_wanted = Signal()  # give ours up
    ours_wanted = Signal()  # publish ours in the place of a version that has nothing of its own

    def __init__(
        self,
        comparison: Comparison,
        name: str,
        folder: str,
        files: FileChooser,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Two versions of {name}")
        self.setMinimumSize(680, 420)
        self.resize(960, 520)
        self._files = files
        self._name = name
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(3 * STEP)
        column.addWidget(label(_beginning(comparison, name, folder), "second", wrap=True))
        sides = QHBoxLayout()
        sides.setSpacing(4 * STEP)
        nothing = "Nothing that theirs has not."
        sides.addWidget(_side("Yours, on this PC", comparison.ours, nothing), 1)
        missing = (
            "Nothing that yours has not: an older copy was put there."
            if comparison.there
            else "There is no funding file there that could be read."
        )
        sides.addWidget(_side(f"In {folder}", comparison.theirs, missing), 1)
        column.addLayout(sides, 1)
        column.addWidget(label(_advice(comparison), wrap=True))
        row = QHBoxLayout()
        row.setSpacing(2 * STEP)
        row.addWidget(button("Decide later", self.reject))
        row.addStretch(1)
        self.save = button(
            "Save mine as…", self._save, tip="Writes yours with its originals as a file of its own"
        )
        row.addWidget(self.save)
        may_publish = comparison.may_publish_ours
        make_theirs = button if may_publish or comparison.ours else primary_button
        self.theirs = make_theirs("Take theirs", self._take_theirs)
        self.theirs.setToolTip("Yours is set aside on this PC, and the file opens as it is there")
        self.theirs.setVisible(comparison.there)
        row.addWidget(self.theirs)
        self.ours = primary_button("Publish mine", self._publish)
        self.ours.setToolTip("Yours takes its place; nothing is lost by it")
        self.ours.setVisible(may_publish)
        row.addWidget(self.ours)
        column.addLayout(row)
        first = self.ours if may_publish else self.save
        first.setDefault(True)
        first.setFocus()

    def _save(self) -> None:
        proposed = f"{Path(self._name).stem} (mine).funding"
        path = self._files.to_save(self, "Save mine as", proposed, "Funding files (*.funding)")
        if path is None:
            return
        self.accept()
        self.save_wanted.emit(path if path.suffix == ".funding" else Path(f"{path}.funding"))

    def _take_theirs(self) -> None:
        self.accept()
        self.theirs_wanted.emit()

    def _publish(self) -> None:
        self.accept()
        self.ours_wanted.emit()


def _side(title: str, lines: tuple[JournalLine, ...], nothing: str) -> QWidget:
    card = Card(title)
    card.set_title(title, count(len(lines), "change"))
    if not lines:
        card.add_padded(label(nothing, "second", wrap=True))
        card.add_stretch()
        return card
    model: ListTableModel[JournalLine] = ListTableModel(COLUMNS, lambda line: line.sequence)
    model.set_rows(reversed(lines))
    table = TableView(f"{title}: changes, newest first", row_height=TALL_ROW_HEIGHT)
    table.set_model(model)
    card.add(table, 1)
    return card


def _beginning(comparison: Comparison, name: str, folder: str) -> str:
    common = comparison.common
    if not comparison.there:
        return f"“{name}” in “{folder}” was deleted, renamed or damaged while you worked on your copy of it."
    if common is None:
        return f"“{name}” in “{folder}” and your copy of it have no change in common: they are two files."
    done = f"“{common.sentence}” by {common.by} on {common.at.astimezone():%d/%m/%Y at %H:%M}"
    return f"Both are the same up to {done}. Since then they went apart."


def _advice(comparison: Comparison) -> str:
    if comparison.may_publish_ours:
        return (
            "Yours has everything that lies there, so it can take its place. Ask first whether somebody put the older "
            "one there on purpose."
            if comparison.there
            else "Yours can be put there again."
        )
    if not comparison.ours:
        return "Yours has nothing of its own: take theirs."
    return (
        "The program can't join them. Save yours as a file of its own, take theirs, and do yours again there; or "
        "settle with your colleague which of the two is to be used."
    )
