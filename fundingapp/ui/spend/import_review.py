"""What a download holds and what importing it would do, before anything is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.ports import Change
from fundingapp.application.queries.downloads import TableSeen
from fundingapp.application.queries.previews import ImportPreview
from fundingapp.application.wording import count
from fundingapp.domain.layout_files import LONGEST_NAME
from fundingapp.domain.layouts import Layout
from fundingapp.domain.money import Money
from fundingapp.ui.noticed import FINDING_COLUMNS, worst_first
from fundingapp.ui.settings import Settings
from fundingapp.ui.spend.columns import PROPOSAL_COLUMNS, SKIPPED_COLUMNS, Proposal
from fundingapp.ui.spend.review_columns import ColumnsEditor
from fundingapp.ui.spend.review_doubts import DoubtsCard
from fundingapp.ui.spend.review_tables import ALIKE_COLUMNS, ODD_COLUMNS, TABLE_COLUMNS, HiddenSheet, Likeness
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.spend.totals import difference_in_words
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.check import Check
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.flow import FlowLayout
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.money_edit import MoneyEdit
from fundingapp.ui.widgets.pill import Pill
from fundingapp.ui.widgets.segmented import Segmented

#: Findings that say whether the list is whole; they stand beside its totals.
_OF_THE_WHOLE = ("opening.", "rows.", "list.", "total.", "lines.round", "cut.")
_LOOK = "Nothing is kept yet: look it through, then import it."


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What the user has typed and chosen so far; it goes on when the download is read with other meanings."""

    control: str = ""
    apply_rules: bool = True
    skip_unreadable: bool = False
    remember: bool = True
    name: str = ""
    anew: bool = False
    part: object = None
    column: int | None = None
    takes: dict[str, bool] = field(default_factory=dict)
    ones: dict[str, bool] = field(default_factory=dict)


class ImportReview(SubView):
    """The review of one download; nothing is kept before Import is pressed."""

    import_requested = Signal(object)  # ImportLedger
    tables_requested = Signal(object)  # numbers of tables of the file; none for the program's own choice
    sheet_requested = Signal(object)  # the name of a hidden sheet
    encoding_requested = Signal(object)  # the name of an encoding
    meanings_requested = Signal(object)  # dict of column (from 0) to Meaning
    period_requested = Signal(object)  # Period

    def __init__(
        self,
        preview: ImportPreview,
        rules: int,
        settings: Settings,
        today: date,
        state: ReviewState | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(f"Import {preview.download.name}", parent)
        self.preview = preview
        self._rules = rules
        self._settings = settings
        state = state or ReviewState()
        self._column: int | None = None
        self._busy = False
        self._proposals = [row.decided(state.takes.get(row.key, row.take)) for row in _proposals(preview)]
        self._alike = [Likeness(pair, state.ones.get(pair.line.key, pair.likely)) for pair in preview.alike]
        parsed = preview.download.parsed
        self._cancel = button("Cancel", self.go_back)
        self._import = primary_button(f"Import {count(len(parsed.lines), 'line')}", self._ask_import)
        self.head.add(self._cancel)
        self.head.add(self._import)
        self.control = MoneyEdit("Control total in pounds")
        self.control.field.setText(state.control)
        self.apply_rules = Check(f"Apply the {count(rules, 'rule')}")
        self.skip_unreadable = Check("Skip these rows, with their reasons")
        self.skip_unreadable.setChecked(state.skip_unreadable)
        self.remember = Check("Remember what the columns mean, as")
        self.remember.setChecked(state.remember)
        self.name = QLineEdit(state.name)
        self.name.setAccessibleName("Name of the layout")
        self.name.setPlaceholderText("a name, if you like")
        self.name.setMaxLength(LONGEST_NAME)
        self.anew = Check("Take it in anew instead")
        self.anew.setChecked(state.anew)
        self._agrees = Pill()
        self._details = QStackedWidget()
        self._pages: dict[object, TableView] = {}
        self.doubts = DoubtsCard(preview.download.doubts, today, preview.encodings)
        self.doubts.encoding_chosen.connect(self.encoding_requested)
        self.doubts.answered.connect(self.meanings_requested)
        self.doubts.period_chosen.connect(self.period_requested)
        self.columns = ColumnsEditor(preview.columns)
        self.columns.changed.connect(self._ask_meanings)
        for note in self._warnings():
            self.body.addWidget(note)
        self.body.addWidget(self.doubts)
        self.body.addLayout(self._cards(state))
        self.body.addWidget(self._detail_card(state.part), 1)
        self.control.amount_changed.connect(lambda _amount: self._show_state())
        self.control.field.textChanged.connect(lambda _text: self._show_state())
        self.control.field.returnPressed.connect(self._ask_import)
        self.skip_unreadable.toggled.connect(lambda _on: self._show_state())
        self.remember.toggled.connect(self.name.setEnabled)
        self.name.setEnabled(state.remember)
        self._show_state()

    @property
    def state(self) -> ReviewState:
        """What the user has typed and chosen."""
        return ReviewState(
            self.control.field.text(),
            self.apply_rules.isChecked(),
            self.skip_unreadable.isChecked(),
            self.remember.isChecked(),
            self.name.text(),
            self.anew.isChecked(),
            self.choice.key,
            self._column,
            {row.key: row.take for row in self._proposals},
            {row.key: row.one for row in self._alike},
        )

    # Layout

    def _warnings(self) -> list[QWidget]:
        """What has to be known first: that the file is in already or was taken back, and how it was read."""
        preview = self.preview
        found = []
        if preview.same_as:
            words = (
                f"This is the very file that was imported last, as “{preview.same_as}”: it would add nothing."
            )
            found.append(_note(Pill("imported already", Tone.ATTENTION), words))
        if preview.was_taken_back:
            words = f"This file was {preview.was_taken_back}: it is put back with all that had been decided about it."
            found.append(_note(Pill("was here before", Tone.NEUTRAL), words, self.anew))
        if preview.read_as:
            words = f"Read {preview.read_as}."
            found.append(_note(Pill("known layout", Tone.GOOD, "✓"), words))
        return found

    def _cards(self, state: ReviewState) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(3 * STEP)
        for card in (self._rows_card(), self._compare_card(), self._choices_card(state)):
            row.addWidget(card, 3)
        return row

    def _rows_card(self) -> Card:
        download = self.preview.download
        parsed = download.parsed
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
            verdict = Pill(difference_in_words(parsed.total, parsed.stated_total), Tone.BAD, "≠")
        grid.addWidget(verdict, grid.rowCount(), 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        for finding in download.findings:
            if finding.kind.startswith(_OF_THE_WHOLE) and not finding.source.row:
                grid.addWidget(label(finding.text, "note", wrap=True), grid.rowCount(), 0, 1, 2)
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
        if self._alike:
            words = f"{count(len(self._alike), 'line')} may be the same as others: see Look the same."
            grid.addWidget(label(words, "note", wrap=True), grid.rowCount(), 0, 1, 2)
        card.add_padded(grid)
        card.add_stretch()
        return card

    def _choices_card(self, state: ReviewState) -> Card:
        card = Card("Before you import")
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addWidget(label("Control total from the finance system £ (optional)", "caption", wrap=True))
        row = FlowLayout(spacing=8)
        self.control.setFixedWidth(150)
        row.addWidget(self.control)
        row.addWidget(self._agrees)
        column.addLayout(row)
        self.apply_rules.setChecked(state.apply_rules)
        column.addWidget(self.apply_rules)
        if not self._rules:
            self.apply_rules.hide()
            column.addWidget(label("There are no rules yet, so every new line will wait.", "note", wrap=True))
        if self.preview.layouts and not self.preview.read_as:
            column.addWidget(self.remember)
            column.addWidget(self.name)
        else:  # what has no parent yet is only ever hidden: shown, it would be a window of its own
            self.remember.hide()
            self.name.hide()
        unreadable = self.preview.download.parsed.held_back
        if unreadable:
            verb = "row can’t" if len(unreadable) == 1 else "rows can’t"
            column.addWidget(label(f"{len(unreadable):,} {verb} be read: see Skipped.", "error", wrap=True))
            column.addWidget(self.skip_unreadable)
        else:
            self.skip_unreadable.hide()
        card.add_padded(column)
        card.add_stretch()
        return card

    def _detail_card(self, part: object) -> Card:
        preview = self.preview
        parsed, download = preview.download.parsed, preview.download
        parts: list[tuple[str, str]] = []

        def add(key: str, words: str, page: QWidget) -> None:
            parts.append((key, words))
            self._details.addWidget(page)

        if self._proposals:
            add("changes", f"Changes {len(self._proposals):,}", self._changes_page())
        if self._alike:
            add("alike", f"Look the same {len(self._alike):,}", self._alike_page())
        add("columns", f"Columns {len(preview.columns):,}", self.columns)
        rows = self._table("rows", "Rows to look at", ODD_COLUMNS, preview.odd)
        add("rows", f"Rows to look at {len(preview.odd):,}", rows)
        skipped = self._table("skipped", "Skipped rows", SKIPPED_COLUMNS, parsed.skipped)
        add("skipped", f"Skipped {len(parsed.skipped):,}", skipped)
        noticed = worst_first(download.findings)
        add(
            "findings",
            f"Noticed {len(noticed):,}",
            self._table("findings", "What was noticed", FINDING_COLUMNS, noticed),
        )
        tables = len(download.tables) + len(preview.hidden)
        if tables > 1:
            add("tables", f"Tables {tables:,}", self._tables_page())
        card = Card()
        choice = Segmented("What to look at", [Option(key, words) for key, words in parts])
        keys = [key for key, _ in parts]
        choice.chosen.connect(lambda key: self._details.setCurrentIndex(keys.index(key)))
        self.choice = choice
        choice.choose(part if part in keys else "columns" if download.doubts else keys[0])
        row = QHBoxLayout()
        row.addWidget(choice)
        row.addStretch(1)
        card.add_padded(row)
        card.add(self._details, 1)
        card.setMinimumHeight(230)
        return card

    def _table(self, key: str, name: str, columns: Sequence[Column[Any]], rows: Sequence[Any]) -> TableView:
        table = TableView(name, f"spend.review.{key}", self._settings)
        model = ListTableModel(columns, parent=table)
        model.set_rows(rows)
        table.set_model(model)
        self._pages[key] = table
        return table

    def _changes_page(self) -> QWidget:
        table = TableView("What the download changes", "spend.review.changes", self._settings)
        self._changes = ListTableModel(PROPOSAL_COLUMNS, lambda row: row.key, table)
        self._changes.set_rows(self._proposals)
        table.set_model(self._changes)
        table.row_activated.connect(lambda row: self._decide([row.key], not row.take))
        self._pages["changes"] = table
        return _page(
            table,
            (
                button("Take the new", lambda: self.decide_selected(True)),
                button("Keep the old", lambda: self.decide_selected(False)),
            ),
            "for the selected lines; Enter turns one over. Nothing matched is lost.",
        )

    def _alike_page(self) -> QWidget:
        table = TableView("Lines that look the same", "spend.review.alike", self._settings)
        self._likenesses = ListTableModel(ALIKE_COLUMNS, lambda row: row.key, table)
        self._likenesses.set_rows(self._alike)
        table.set_model(self._likenesses)
        table.row_activated.connect(lambda row: self._liken([row.key], not row.one))
        self._pages["alike"] = table
        return _page(
            table,
            (
                button("They are one line", lambda: self.liken_selected(True)),
                button("They are two lines", lambda: self.liken_selected(False)),
            ),
            "for the selected lines; what is one line counts once.",
        )

    def _tables_page(self) -> QWidget:
        tables = [*self.preview.download.tables, *map(HiddenSheet, self.preview.hidden)]
        table = self._table("tables", "Tables of the file", TABLE_COLUMNS, tables)

        def take(row: object) -> None:
            selected = table.selected_rows() or [row]
            numbers = tuple(entry.number for entry in selected if isinstance(entry, TableSeen))
            if numbers:
                self.tables_requested.emit(numbers)
            elif isinstance(row, HiddenSheet):
                self.sheet_requested.emit(row.sheet)

        table.row_activated.connect(take)
        return _page(
            table,
            (
                button("Read only the selected tables", lambda: take(table.current_row)),
                button("Read what belongs together", lambda: self.tables_requested.emit(())),
            ),
            "The lines of all tables that are read come in as one ledger.",
        )

    # What is decided

    def table(self, key: str) -> TableView:
        """One of the tables below the cards: changes, alike, rows, skipped, findings or tables."""
        return self._pages[key]

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return tuple(self._proposals)

    @property
    def likenesses(self) -> tuple[Likeness, ...]:
        return tuple(self._alike)

    @property
    def import_button(self) -> Button:
        return self._import

    def decide_selected(self, take: bool) -> None:
        """Takes or keeps the selected changes; all of them when none is selected."""
        keys = self._pages["changes"].selected_keys() or [row.key for row in self._proposals]
        self._decide(keys, take)

    def liken_selected(self, one: bool) -> None:
        """Takes the selected lines for the ones they look like, or for others; all when none is selected."""
        keys = self._pages["alike"].selected_keys() or [row.key for row in self._alike]
        self._liken(keys, one)

    def _decide(self, keys: Sequence[object], take: bool) -> None:
        chosen = set(keys)
        self._proposals = [row.decided(take) if row.key in chosen else row for row in self._proposals]
        self._changes.set_rows(self._proposals)

    def _liken(self, keys: Sequence[object], one: bool) -> None:
        chosen = set(keys)
        self._alike = [row.decided(one) if row.key in chosen else row for row in self._alike]
        self._likenesses.set_rows(self._alike)

    def command(self) -> ImportLedger:
        """The import as it is decided now."""
        held = {row.key for row in self._alike if row.one and row.pair.held is not None}
        return ImportLedger(
            replace(self.preview.download, raw=()),
            keep=frozenset(row.key for row in self._proposals if not row.take),
            control_total=self._control_total(),
            apply_rules=bool(self._rules) and self.apply_rules.isChecked(),
            skip_unreadable=self.skip_unreadable.isChecked(),
            same=frozenset(held),
            leave_out=frozenset(row.key for row in self._alike if row.one and row.pair.held is None),
            remember=self._remembered(),
            anew=self.anew.isChecked(),
        )

    def _remembered(self) -> tuple[Layout, ...]:
        layouts = self.preview.layouts
        if self.preview.read_as or not layouts or not self.remember.isChecked():
            return ()
        first = replace(layouts[0], name=" ".join(self.name.text().split()))
        return (first, *layouts[1:])

    def set_busy(self, busy: bool) -> None:
        """While the import or another reading runs nothing can be decided."""
        self._busy = busy
        parts = (
            self._details,
            self.doubts,
            self.control,
            self.apply_rules,
            self.skip_unreadable,
            self._cancel,
        )
        for part in (*parts, self.remember, self.anew):
            part.setEnabled(not busy)
        self.name.setEnabled(not busy and self.remember.isChecked())
        self._show_state()

    def _control_total(self) -> Money | None:
        """What stands in the field now, whether or not it has been left."""
        words = self.control.field.text()
        return Money.parse(words) if words.strip() and self.control.is_valid else None

    def why_not(self) -> str:
        """Why it can't be imported yet, as a sentence; "" when it can."""
        download, wanted = self.preview.download, self._control_total()
        open_ones = len(download.open_questions)
        if self.preview.same_as:
            return "It is in already."
        if not download.parsed.lines:
            return "It has no ledger line: look at the skipped rows, the columns and the other tables."
        if open_ones:
            return f"{count(open_ones, 'question')} below must be answered before it can be imported."
        if download.parsed.held_back and not self.skip_unreadable.isChecked():
            return "Some rows can’t be read: correct the file, or tick that they are skipped."
        if not self.control.is_valid:
            return "The control total is not an amount."
        if wanted is not None and wanted != download.parsed.total:
            return "The lines do not come to your control total."
        return ""

    def _show_state(self) -> None:
        parsed = self.preview.download.parsed
        wanted = self._control_total()
        self._agrees.setVisible(wanted is not None)
        if wanted is not None and wanted == parsed.total:
            self._agrees.set_state("agrees", Tone.GOOD, "✓")
        elif wanted is not None:
            self._agrees.set_state(difference_in_words(parsed.total, wanted), Tone.BAD, "≠")
        problem = self.why_not()
        self._import.setEnabled(not problem and not self._busy)
        self._import.setToolTip(problem)
        self.head.set_state(problem or _LOOK)

    def _ask_import(self) -> None:
        if self._import.isEnabled():
            self.import_requested.emit(self.command())

    def _ask_meanings(self, meanings: object) -> None:
        if isinstance(meanings, dict):
            self._column = next(iter(meanings), None)
            self.meanings_requested.emit(meanings)

    def focus_column(self, column: int) -> None:
        """The keyboard goes to the choice of a column, counted from 0."""
        self.columns.choice(column).setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget:
        if self._import.isEnabled():
            return self._import
        return self.doubts.first_answer or self._cancel

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


def _note(pill: Pill, words: str, *beside: QWidget) -> QWidget:
    note = QWidget()
    row = QHBoxLayout(note)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(pill, 0, Qt.AlignmentFlag.AlignVCenter)
    row.addWidget(label(words, wrap=True), 1)
    for widget in beside:
        row.addWidget(widget)
    return note


def _page(table: TableView, buttons: Sequence[Button], words: str) -> QWidget:
    """A table with buttons below it, and what they are for."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(table, 1)
    row = QHBoxLayout()
    row.setContentsMargins(14, 8, 14, 10)
    row.setSpacing(8)
    for made in buttons:
        row.addWidget(made)
    row.addWidget(label(words, "note"), 1)
    column.addLayout(row)
    return page


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
