"""What a download holds and what importing it would do, before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.ports import Change
from fundingapp.application.queries.downloads import ImportPreview
from fundingapp.application.wording import count
from fundingapp.domain.findings import Finding, Severity
from fundingapp.domain.ledger import Meaning
from fundingapp.domain.money import Money
from fundingapp.ui.settings import Settings
from fundingapp.ui.spend.columns import (
    FINDING_COLUMNS,
    PROPOSAL_COLUMNS,
    READ_COLUMNS,
    SEEN_COLUMNS,
    SKIPPED_COLUMNS,
    ColumnSeen,
    Proposal,
)
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import ChoiceButton, Option
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.money_edit import MoneyEdit
from fundingapp.ui.widgets.pill import Pill
from fundingapp.ui.widgets.segmented import Segmented

#: So many rows of the beginning and of the end are shown.
ENDS = 20


class ImportReview(SubView):
    """The review of one download; nothing is kept before Import is pressed."""

    import_requested = Signal(object)  # ImportLedger
    sheet_requested = Signal(object)  # the sheet's name

    def __init__(
        self, preview: ImportPreview, rules: int, settings: Settings, parent: QWidget | None = None
    ) -> None:
        super().__init__(f"Import {preview.download.name}", parent)
        self.preview = preview
        self._rules = rules
        self._settings = settings
        self._proposals = _proposals(preview)
        parsed = preview.download.parsed
        self.head.set_state("Nothing is kept yet: look it through, then import it.")
        self._cancel = button("Cancel", self.go_back)
        self._import = primary_button(f"Import {count(len(parsed.lines), 'line')}", self._ask_import)
        if len(preview.download.tables) > 1:
            self.head.add(self._sheets())
        self.head.add(self._cancel)
        self.head.add(self._import)
        self.control = MoneyEdit("Control total in pounds")
        self.apply_rules = QCheckBox(f"Apply the {count(rules, 'rule')}")
        self.skip_unreadable = QCheckBox("Skip these rows, with their reasons")
        self._agrees = Pill()
        self._details = QStackedWidget()
        self._pages: dict[object, TableView] = {}
        self.body.addWidget(self._warning())
        self.body.addLayout(self._cards())
        self.body.addWidget(self._detail_card(), 1)
        self.control.amount_changed.connect(lambda _amount: self._show_state())
        self.control.field.textChanged.connect(lambda _text: self._show_state())
        self.skip_unreadable.toggled.connect(lambda _on: self._show_state())
        self._show_state()

    # Layout

    def _sheets(self) -> QWidget:
        download = self.preview.download
        options = [
            Option(table.sheet, f"Sheet “{table.sheet}”: {count(table.records, 'line')}")
            for table in download.tables
        ]
        choice = ChoiceButton("Which sheet", options)
        choice.choose(download.sheet)
        choice.chosen.connect(self.sheet_requested)
        return choice

    def _warning(self) -> QWidget:
        """Says that the very same file is in already."""
        words = (
            f"This is the very file that was imported last, as “{self.preview.same_as}”: it would add nothing."
            if self.preview.same_as
            else ""
        )
        row_of = QWidget()
        row = QHBoxLayout(row_of)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Pill("imported already", Tone.ATTENTION), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(label(words, wrap=True), 1)
        if not words:  # what has no parent yet is only ever hidden: shown, it would be a window of its own
            row_of.hide()
        return row_of

    def _cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(3 * STEP)
        for card, stretch in ((self._rows_card(), 3), (self._compare_card(), 3), (self._choices_card(), 3)):
            row.addWidget(card, stretch)
        return row

    def _rows_card(self) -> Card:
        parsed = self.preview.download.parsed
        card = Card("Is the file whole?")
        grid = _figures(
            [
                ("Rows read", f"{parsed.rows_read:,}"),
                ("= kept as ledger lines", f"{len(parsed.lines):,}"),
                ("+ skipped, each with its reason", f"{len(parsed.skipped):,}"),
                ("Total of the lines £", str(parsed.total)),
                (
                    "Total that the file states £",
                    "none" if parsed.stated_total is None else str(parsed.stated_total),
                ),
            ]
        )
        if parsed.stated_total is None:
            verdict = Pill("the file states no total", Tone.NEUTRAL)
        elif parsed.stated_total == parsed.total:
            verdict = Pill("agrees to the penny", Tone.GOOD, "✓")
        else:
            apart = (parsed.total - parsed.stated_total).in_words
            verdict = Pill(f"{apart} apart", Tone.BAD, "≠")
        grid.addWidget(verdict, grid.rowCount(), 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        card.add_padded(grid)
        card.add_stretch()
        return card

    def _compare_card(self) -> Card:
        comparison = self.preview.comparison
        card = Card("What the import will do")
        vanished = "No longer in the ledger"
        grid = _figures(
            [
                ("New lines", f"{len(comparison.new):,}"),
                ("Unchanged", f"{len(comparison.unchanged):,}"),
                ("Reworded", f"{len(comparison.reworded):,}"),
                ("Changed in amount or period", f"{len(comparison.amount_changed):,}"),
                (vanished, f"{len(comparison.vanished):,}"),
            ]
        )
        changed = len(self._proposals)
        verdict = (
            Pill(f"{count(changed, 'line')} to decide below", Tone.ATTENTION)
            if changed
            else Pill("nothing that is held changes", Tone.GOOD, "✓")
        )
        grid.addWidget(verdict, grid.rowCount(), 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        card.add_padded(grid)
        card.add_stretch()
        return card

    def _choices_card(self) -> Card:
        card = Card("Before you import")
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(label("Control total from the finance system £ (optional)", "caption", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.control.setMaximumWidth(180)
        row.addWidget(self.control, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._agrees, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        column.addLayout(row)
        self.apply_rules.setChecked(True)
        column.addWidget(self.apply_rules)
        if not self._rules:
            self.apply_rules.hide()
            column.addWidget(label("There are no rules yet, so every new line will wait.", "note", wrap=True))
        unreadable = self.preview.download.parsed.held_back
        if unreadable:
            verb = "row can’t" if len(unreadable) == 1 else "rows can’t"
            column.addWidget(label(f"{len(unreadable):,} {verb} be read: see Skipped.", "error", wrap=True))
        else:
            self.skip_unreadable.hide()
        column.addWidget(self.skip_unreadable)
        card.add_padded(column)
        card.add_stretch()
        return card

    def _detail_card(self) -> Card:
        preview = self.preview
        parsed, download = preview.download.parsed, preview.download
        parts: list[tuple[str, str]] = []
        if self._proposals:
            parts.append(("changes", f"Changes {len(self._proposals):,}"))
            self._details.addWidget(self._changes_page())
        parts.append(("skipped", f"Skipped {len(parsed.skipped):,}"))
        self._add_table("skipped", "Skipped rows", SKIPPED_COLUMNS, parsed.skipped)
        parts.append(("findings", f"Noticed {len(download.findings):,}"))
        self._add_table("findings", "What was noticed", FINDING_COLUMNS, _worst_first(download.findings))
        parts.append(("columns", f"Columns {len(download.columns):,}"))
        seen = [ColumnSeen(at, *column_words) for at, column_words in enumerate(_columns(preview), start=1)]
        self._add_table("columns", "Columns of the file", SEEN_COLUMNS, seen)
        lines = list(parsed.lines)
        ends = lines if len(lines) <= 2 * ENDS else lines[:ENDS] + lines[-ENDS:]
        parts.append(("rows", "Rows" if len(ends) == len(lines) else f"First and last {ENDS}"))
        self._add_table("rows", "Rows of the file", READ_COLUMNS, ends)
        card = Card()
        choice = Segmented("What to look at", [Option(key, words) for key, words in parts])
        keys = [key for key, _ in parts]
        choice.chosen.connect(lambda key: self._details.setCurrentIndex(keys.index(key)))
        self.choice = choice
        row = QHBoxLayout()
        row.addWidget(choice)
        row.addStretch(1)
        card.add_padded(row)
        card.add(self._details, 1)
        card.setMinimumHeight(190)
        return card

    def _add_table(self, key: str, name: str, columns: Sequence[Column[Any]], rows: Sequence[Any]) -> None:
        table = TableView(name, f"spend.review.{key}", self._settings)
        model = ListTableModel(columns, parent=table)
        model.set_rows(rows)
        table.set_model(model)
        self._pages[key] = table
        self._details.addWidget(table)

    def _changes_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        table = TableView("What the download changes", "spend.review.changes", self._settings)
        self._changes = ListTableModel(PROPOSAL_COLUMNS, lambda row: row.key, table)
        self._changes.set_rows(self._proposals)
        table.set_model(self._changes)
        table.row_activated.connect(lambda row: self._decide([row.key], not row.take))
        self._pages["changes"] = table
        column.addWidget(table, 1)
        row = QHBoxLayout()
        row.setContentsMargins(14, 8, 14, 10)
        row.setSpacing(8)
        row.addWidget(button("Take the new", lambda: self.decide_selected(True)))
        row.addWidget(button("Keep the old", lambda: self.decide_selected(False)))
        row.addWidget(
            label("for the selected lines; Enter turns one over. Nothing matched is lost.", "note"), 1
        )
        column.addLayout(row)
        return page

    # What is decided

    def table(self, key: str) -> TableView:
        """One of the tables below the cards: changes, skipped, findings, columns or rows."""
        return self._pages[key]

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return tuple(self._proposals)

    @property
    def import_button(self) -> Button:
        return self._import

    def decide_selected(self, take: bool) -> None:
        """Takes or keeps the selected changes; all of them when none is selected."""
        keys = self._pages["changes"].selected_keys() or [row.key for row in self._proposals]
        self._decide(keys, take)

    def _decide(self, keys: Sequence[object], take: bool) -> None:
        self._proposals = [row.decided(take) if row.key in keys else row for row in self._proposals]
        self._changes.set_rows(self._proposals)

    def command(self) -> ImportLedger:
        """The import as it is decided now."""
        return ImportLedger(
            self.preview.download,
            keep=frozenset(row.key for row in self._proposals if not row.take),
            control_total=self._control_total(),
            apply_rules=bool(self._rules) and self.apply_rules.isChecked(),
            skip_unreadable=self.skip_unreadable.isChecked(),
        )

    def set_busy(self, busy: bool) -> None:
        """While the import runs nothing can be decided."""
        for part in (self._details, self.control, self.apply_rules, self.skip_unreadable, self._cancel):
            part.setEnabled(not busy)
        if busy:
            self._import.setEnabled(False)
        else:
            self._show_state()

    def _control_total(self) -> Money | None:
        """What stands in the field now, whether or not it has been left."""
        words = self.control.field.text()
        return Money.parse(words) if words.strip() and self.control.is_valid else None

    def _show_state(self) -> None:
        parsed = self.preview.download.parsed
        wanted = self._control_total()
        self._agrees.setVisible(wanted is not None)
        if wanted is not None and wanted == parsed.total:
            self._agrees.set_state("agrees", Tone.GOOD, "✓")
        elif wanted is not None:
            self._agrees.set_state(f"{(parsed.total - wanted).in_words} apart", Tone.BAD, "≠")
        self._import.setEnabled(
            bool(parsed.lines)
            and not self.preview.same_as
            and self.control.is_valid
            and (wanted is None or wanted == parsed.total)
            and (not self.preview.download.parsed.held_back or self.skip_unreadable.isChecked())
        )

    def _ask_import(self) -> None:
        if self._import.isEnabled():
            self.import_requested.emit(self.command())

    def first_focus(self) -> QWidget:
        return self._import if self._import.isEnabled() else self._cancel

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._cancel.isEnabled():
            return  # the import runs; the status bar can stop it
        super().keyPressEvent(event)


def _proposals(preview: ImportPreview) -> list[Proposal]:
    comparison = preview.comparison
    found = [Proposal(Change.AMOUNT, each.before, each.after) for each in comparison.amount_changed]
    found += [Proposal(Change.VANISHED, held.line, None) for held in comparison.vanished]
    found += [Proposal(Change.REWORDED, each.before, each.after) for each in comparison.reworded]
    return found


def _columns(preview: ImportPreview) -> list[tuple[str, str]]:
    return [
        (" ".join(heading.split()), meaning.value if meaning is not Meaning.OTHER else "not used")
        for heading, meaning in preview.download.columns
    ]


_WORST = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def _worst_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: _WORST[finding.severity])


def _figures(rows: Sequence[tuple[str, str]]) -> QGridLayout:
    """Words at the left, their figures at the right."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(0, 1)
    for at, (words, figure) in enumerate(rows):
        grid.addWidget(label(words, "second"), at, 0)
        amount = label(figure, "strong")
        amount.setAccessibleName(f"{words} {figure}")
        grid.addWidget(amount, at, 1, Qt.AlignmentFlag.AlignRight)
    return grid
