"""What *Check my file* found, all of it, in plain words with what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fundingapp.application.offices import OpenWork, PaperProblem
from fundingapp.application.wording import count
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.labels import label

WHAT_TO_DO = (
    "Work no further in this file, and keep it as it is for whoever looks into it. Look into the newest backup: if "
    "what is named here is right there, restore it and enter again what came after."
)

WORK_TO_DO = (
    "The file itself is sound: its database, its history and its originals are as they were written. What is named "
    "here is work: figures that do not agree yet. Reconcile shows each with both its sides, down to the ledger lines."
)

PAPERS_TO_DO = (
    "The file itself is sound: its database and its history are as they were written. What is named here are papers "
    "whose kept files were changed or are gone. Attach the same files again under Evidence, or fetch them from a "
    "backup: then they are whole again."
)


class FindingsWindow(QDialog):
    """Every problem in a list that can be read, copied and sent to support."""

    def __init__(
        self,
        name: str,
        problems: Sequence[str],
        backups: Callable[[], object],
        reconcile: Callable[[], object],
        evidence: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Check of {name}")
        self.resize(760, 480)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 18)
        column.setSpacing(12)
        column.addWidget(label(f"{count(len(problems), 'problem')} in {name}", "heading"))
        is_work = all(isinstance(said, OpenWork) for said in problems)
        of_papers = any(isinstance(said, PaperProblem) for said in problems)
        only_papers = of_papers and all(isinstance(said, OpenWork | PaperProblem) for said in problems)
        words = WORK_TO_DO if is_work else PAPERS_TO_DO if only_papers else WHAT_TO_DO
        column.addWidget(label(words, "second", wrap=True))
        self.text = QPlainTextEdit("\n".join(f"{number}. {said}" for number, said in enumerate(problems, 1)))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("What was found")
        column.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(button("Copy the list", self._copy, icon="copy"))
        row.addStretch(1)
        if of_papers:
            make = primary_button if only_papers else button
            row.addWidget(make("Go to Evidence", partial(self._go, evidence)))
        if is_work:
            row.addWidget(primary_button("Go to Reconcile", partial(self._go, reconcile)))
        else:
            row.addWidget((button if only_papers else primary_button)("Backups…", backups))
        row.addWidget(button("Close", self.close))
        column.addLayout(row)

    def _go(self, where: Callable[[], object]) -> None:
        self.close()
        where()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
