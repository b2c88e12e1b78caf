"""The columns of a download: heading, a few values, and what it means, as a choice that the user can change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from fundingapp.application.queries.previews import ColumnSample
from fundingapp.domain.ledger import Meaning
from fundingapp.ui.widgets.choice import DropDown, Option
from fundingapp.ui.widgets.labels import ElidedLabel, label

#: A table has hardly more columns; of one that has, the used ones and the first are shown.
SHOWN = 120

MEANING_WORDS = {
    Meaning.TRANSACTION: "Transaction number",
    Meaning.YEAR: "Financial year",
    Meaning.PERIOD: "Period",
    Meaning.DATE: "Date",
    Meaning.DATE_MONTH_FIRST: "Date, month first (American)",
    Meaning.COST_CENTRE: "Cost centre",
    Meaning.ACCOUNT: "Account",
    Meaning.SUPPLIER: "Supplier",
    Meaning.DESCRIPTION: "Description",
    Meaning.NARRATIVE: "Supplier and description in one",
    Meaning.TYPE: "Type of posting",
    Meaning.AMOUNT: "Amount",
    Meaning.DEBIT: "Debit",
    Meaning.CREDIT: "Credit",
    Meaning.DEBIT_CREDIT_FLAG: "Says debit or credit",
    Meaning.VAT: "VAT (not spending)",
    Meaning.BALANCE: "Running balance (not used)",
    Meaning.CLASS: "Actual or commitment",
    Meaning.OTHER: "Not used",
}


class ColumnsEditor(QScrollArea):
    """One row for each column. ``changed`` asks for the download to be read with another meaning."""

    changed = Signal(object)  # dict of column (from 0) to Meaning

    def __init__(self, columns: Sequence[ColumnSample], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setProperty("kind", "plain")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its choices have the focus
        self._choices: dict[int, DropDown] = {}
        inside = QWidget()
        inside.setProperty("kind", "plain")
        grid = QGridLayout(inside)
        grid.setContentsMargins(14, 8, 14, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 3)
        for at, words in enumerate(("", "Heading in the file", "Values", "Is read as")):
            grid.addWidget(label(words, "caption"), 0, at)
        options = [Option(meaning, words) for meaning, words in MEANING_WORDS.items()]
        shown = [sample for sample in columns if sample.meaning is not Meaning.OTHER or sample.at < SHOWN]
        for row, sample in enumerate(shown, start=1):
            number = sample.at + 1
            heading = " ".join(sample.heading.split())
            name = f"column {number}" + (f", “{heading}”" if heading else "")
            values = ElidedLabel("", "second")
            values.set_text(" · ".join(sample.values) or "no values")
            title = ElidedLabel("", "strong" if sample.meaning is not Meaning.OTHER else "second")
            title.set_text(heading or "(no heading)")
            choice = DropDown(f"What {name} is read as")
            choice.set_options(options, sample.meaning)
            choice.setMinimumContentsLength(18)
            choice.currentIndexChanged.connect(lambda _at, column=sample.at: self._choose(column))
            grid.addWidget(label(f"{number:,}", "note"), row, 0)
            grid.addWidget(title, row, 1)
            grid.addWidget(values, row, 2)
            grid.addWidget(choice, row, 3)
            self._choices[sample.at] = choice
        if len(shown) < len(columns):
            words = f"{len(columns) - len(shown):,} more columns are not used."
            grid.addWidget(label(words, "note"), len(shown) + 1, 1, 1, 3)
        grid.setRowStretch(len(shown) + 2, 1)
        self.setWidget(inside)

    def choice(self, column: int) -> DropDown:
        """The choice of a column, counted from 0."""
        return self._choices[column]

    def _choose(self, column: int) -> None:
        meaning = self._choices[column].key
        if isinstance(meaning, Meaning):
            self.changed.emit({column: meaning})
