"""The first step: whose file it is, and where it is to be kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from fundingapp.domain.funds import Partnership
from fundingapp.ui.office import FileChooser
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.labels import label


class NewFileDialog(QDialog):
    """Asks for the partnership's name and its accountable body, then for a place to keep the file."""

    accepted_with = Signal(object, object)  # Path, Partnership

    def __init__(self, files: FileChooser, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New funding file")
        self.setMinimumWidth(440)
        self._files = files
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(
            label("One file holds one partnership, over all its years and funders.", "second", wrap=True)
        )
        form = QFormLayout()
        form.setSpacing(10)
        self.name = QLineEdit()
        self.name.setPlaceholderText("for example Charnwood CSP")
        self.name.setAccessibleName("Partnership")
        self.body = QLineEdit()
        self.body.setPlaceholderText("the council that holds the money")
        self.body.setAccessibleName("Accountable body")
        form.addRow("Partnership", self.name)
        form.addRow("Accountable body", self.body)
        column.addLayout(form)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button("Cancel", self.reject))
        self.go_on = primary_button("Choose where to keep it…", self._choose)
        self.go_on.setDefault(True)
        self.go_on.setEnabled(False)
        row.addWidget(self.go_on)
        column.addLayout(row)
        self.name.textChanged.connect(lambda text: self.go_on.setEnabled(bool(text.strip())))

    def _choose(self) -> None:
        name = self.name.text().strip()
        proposed = "".join(letter if letter.isalnum() or letter in " -" else "" for letter in name).strip()
        path = self._files.to_save(
            self, "Keep the funding file", f"{proposed or 'partnership'}.funding", "Funding files (*.funding)"
        )
        if path is None:
            return
        if path.suffix != ".funding":
            path = Path(f"{path}.funding")
        self.accept()
        self.accepted_with.emit(path, Partnership(name, self.body.text().strip()))
