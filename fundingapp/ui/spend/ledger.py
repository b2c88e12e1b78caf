"""The ledger lines: quick filters, the table, and a panel in the inspector for what is selected."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget
from shiboken6 import isValid

from fundingapp.application.commands.imports import DecideChange, ReviewChanges
from fundingapp.application.commands.matching import ChargeLine, ChargeLines, ClearCharges
from fundingapp.application.commands.rules import Placing as PlacingOf, RuleSaved, SaveRule
from fundingapp.application.commands.suggestions import AcceptSuggestions, RejectSuggestions
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import (
    Batch,
    BatchState,
    Kept,
    LineChange,
    LineFilter,
    LineOrder,
    LineRow,
    Show,
    ShowCounts,
)
from fundingapp.application.queries.exports import Exported, ExportLines
from fundingapp.application.queries.line_story import ExclusionReasons, LineHistory, OriginalRow
from fundingapp.application.queries.lines import (
    ImportAnswer,
    ImportDetail,
    Imports,
    LateAmong,
    LineAnswer,
    LineCounts,
    LineDetail,
    LineIds,
    LineRows,
    LineSum,
    LineTotal,
)
from fundingapp.application.queries.rules import (
    ExplainLine,
    LineExplanation,
    RuleFromLine,
    TrialAnswer,
    TryRule,
)
from fundingapp.application.queries.suggestions import Group, SuggestionGroup, SuggestionsOf
from fundingapp.application.wording import count
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import BatchId, LineId
from fundingapp.domain.matching import CodingRule, Disposition, Exclude, ToIncome, ToProjects
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.suggestions import Proposal
from fundingapp.ui.explain import ShowLine, ShowLines
from fundingapp.ui.inspector import InspectorPage, Step, StepsBlock, TextBlock, WidgetBlock
from fundingapp.ui.jobs.runner import Job, JobState
from fundingapp.ui.office import Office
from fundingapp.ui.papers import papers_block
from fundingapp.ui.spend.columns import Words, line_columns
from fundingapp.ui.spend.export import KINDS, exported
from fundingapp.ui.spend.filter_strip import ActiveFilter, FilterStrip
from fundingapp.ui.spend.keys import KeyHelp
from fundingapp.ui.spend.line_panel import LinePanel, Placing
from fundingapp.ui.spend.several_panel import PlacingAll, SeveralPanel
from fundingapp.ui.spend.story import history_page, original_page
from fundingapp.ui.tables.columns import SelectionSummary, Sorting
from fundingapp.ui.tables.paged import PagedTableModel
from fundingapp.ui.tables.view import AT_ONCE, TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.views import ViewStack
from fundingapp.ui.widgets.buttons import IconButton, button, link_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.chips import Chips, ChipSpec
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.pill import Pill

_WHAT_FOR = (
    "Import a download of the council’s ledger, as it comes: workbook or text file, banner, totals and all. Every "
    "row is accounted for, your rules charge what they know, and the rest waits here for you."
)
_PAUSE_MS = 150
_LONGEST_NAME = 26
#: More lines than this are not placed by hand in one go: rules are for that.
MOST_AT_ONCE = 5_000

_CHIPS = (
    (Show.ALL, "All", Tone.NEUTRAL),
    (Show.WAITING, "To match", Tone.ATTENTION),
    (Show.SUGGESTED, "Suggested", Tone.NEUTRAL),
    (Show.SPLIT, "Split", Tone.NEUTRAL),
    (Show.EXCLUDED, "Excluded", Tone.NEUTRAL),
    (Show.INCOME, "Income", Tone.NEUTRAL),
    (Show.CHANGED, "Changed since last import", Tone.BAD),
    (Show.CHARGED, "Charged", Tone.GOOD),
)
#: Shown only when it holds lines, or another page asked for it.
_SELDOM = (Show.CHANGED, Show.CHARGED)
#: What the keys 1 to 7 show; see KEYS.
_CHIP_KEYS = "1234567"


#: What the counts are before they are known.
NO_COUNTS = ShowCounts(0, 0, 0, 0, 0, 0, 0, Money.ZERO, Money.ZERO)


class LedgerView(QWidget):
    """Asks for ids by chip, words and column filters; shows the selected line, or lines, in the inspector."""

    state_changed = Signal(object)  # the sentence of the page's heading
    said = Signal(object)  # Message
    inspect_requested = Signal(object)  # InspectorPage, or None to close it
    deeper_requested = Signal(object)  # InspectorPage: one step further
    selection_summarised = Signal(object)  # SelectionSummary
    import_requested = Signal()

    def __init__(self, office: Office, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._office = office
        self._words = words
        self._year: FinancialYear | None = None
        self._scope: ShowLines | None = None
        self._order = LineOrder()
        self._filters: dict[str, str] = {}
        self._quietly = False
        self._all = NO_COUNTS
        self._charged = Money.ZERO
        self._imported: dict[str, str] = {}
        self._newest: BatchId | None = None
        self._wanted: LineId | None = None  # to be selected once it is among the ids
        self._following: array[int] | None = (
            None  # after placing a line: where the next waiting one is looked for
        )
        self._panel: LinePanel | SeveralPanel | None = None
        self._asked_for: tuple[int, ...] = ()
        self._summary = SelectionSummary(0)
        self._reasons: tuple[str, ...] = ()
        self._ids_known = False
        #: From the moment a line is placed until the next one is shown: keys pressed too soon must not reach the line
        #: that was just placed.
        self._is_moving_on = False
        self._afterwards: Callable[[], object] | None = (
            None  # what a key wanted of a panel that was not there yet
        )
        self._build()

    # Layout

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * STEP)
        column.addWidget(self._scope_strip())
        column.addLayout(self._filter_row())
        self.strip = FilterStrip()
        self.strip.removed.connect(self._take_off)
        self.strip.cleared.connect(self.clear_filters)
        column.addWidget(self.strip)
        column.addWidget(self._changes_strip())
        self._office.suggesting_changed.connect(self._show_suggesting)
        self.table = TableView("Ledger lines", "spend.lines", self._office.settings, self._office.asker)
        self.model: PagedTableModel[LineRow] = PagedTableModel(
            line_columns(self._words), self._fetch, self._total_of, self.table
        )
        self.table.set_model(self.model)
        self.table.set_sorting(Sorting(self._order.column, self._order.descending))
        self.table.sort_requested.connect(self._sorted)
        self.table.filters_changed.connect(self._filtered)
        self.table.selection_summarised.connect(self._selected)
        self.table.row_activated.connect(self._activated)
        self.table.clicked.connect(lambda _index: self._show_again())
        self.table.takes_key = self._take_key
        self._no_hits = EmptyState("search", "No line fits", "No ledger line fits these filters.")
        self._no_hits.add_step("Show all lines", self.show_all)
        self._empty = EmptyState("spend", "No ledger lines yet", _WHAT_FOR)
        self._first_step = self._empty.add_step("Import ledger…", self.import_requested.emit)
        self._stack = ViewStack()
        for page in (self.table, self._no_hits, self._empty):
            self._stack.addWidget(page)
        box = Card()
        box.add(self._stack, 1)
        column.addWidget(box, 1)
        QShortcut(QKeySequence.StandardKey.Find, self, self.start_searching)
        for keys, do in (("F1", self.show_keys), ("Ctrl+Shift+E", self.export)):
            made = QShortcut(QKeySequence(keys), self, do)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _scope_strip(self) -> QWidget:
        self._strip = QWidget()
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._scope_pill = Pill("shown", Tone.ACCENT)
        self._scope_title = label("", "strong", wrap=True)
        self._scope_back = link_button("Show all lines", self.show_all)
        row.addWidget(self._scope_pill)
        row.addWidget(self._scope_title)
        row.addWidget(self._scope_back)
        row.addStretch(1)
        self._strip.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._strip.hide()
        return self._strip

    def _filter_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.chips = Chips("Which lines")
        self.chips.chosen.connect(lambda _key: self._chip_chosen())
        self.text = QLineEdit()
        self.text.setPlaceholderText("Filter lines…")
        self.text.setAccessibleName("Filter lines")
        self.text.setToolTip("Words, an amount or a transaction, in any column (/ or Ctrl+F)")
        self.text.returnPressed.connect(self._to_the_table)
        self.text.setClearButtonEnabled(True)
        self.text.setMinimumWidth(110)
        self.text.setMaximumWidth(260)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.text.textChanged.connect(self._words_typed)
        self._by_column = IconButton("filter", "Filter by column (Ctrl+Shift+F)", self._turn_column_filters)
        self._columns_button = IconButton("settings", "Choose the columns", self._choose_columns)
        self._columns_menu = QMenu(self)
        self._export_button = IconButton("export", "Export what is shown (Ctrl+Shift+E)", self.export)
        keys = IconButton("help", "Keys (? or F1)", self.show_keys)
        row.addWidget(self.chips, 8)
        row.addWidget(self.text, 1, Qt.AlignmentFlag.AlignTop)
        tools = QHBoxLayout()
        tools.setSpacing(2)
        for made in (self._by_column, self._columns_button, self._export_button, keys):
            tools.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(tools)
        return row

    def _changes_strip(self) -> QWidget:
        self._changes = QWidget()
        row = QHBoxLayout(self._changes)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        words = "The last import states these lines differently. What it says counts unless you keep the old."
        row.addWidget(label(words, "second", wrap=True), 1)
        self._looked = button(
            "All looked at", self.review_all, tip="Says that you have looked at every change"
        )
        row.addWidget(self._looked)
        self._changes.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._changes.hide()
        return self._changes

    def _turn_column_filters(self) -> None:
        self.table.set_filters_shown(not self.table.filters_shown)

    def _choose_columns(self) -> None:
        self._columns_menu.clear()
        self.table.fill_columns_menu(self._columns_menu)
        button = self._columns_button
        self._columns_menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))

    # What is asked

    @property
    def base(self) -> LineFilter:
        """The lines that the page is about before chips and words: a year's, or what another page asked to show."""
        if self._scope is not None:
            return replace(self._scope.where, show=Show.ALL)
        return LineFilter(year=self._year)

    @property
    def show_key(self) -> Show:
        key = self.chips.key
        return key if isinstance(key, Show) else Show.ALL

    @property
    def where(self) -> LineFilter:
        """The lines that are shown."""
        base = self.base
        text = " ".join(part for part in (base.text, self.text.text().strip()) if part)
        columns = base.columns + tuple(sorted(self._filters.items()))
        return replace(base, show=self.show_key, text=text, columns=columns)

    def set_year(self, year: FinancialYear | None) -> None:
        """Shows another year's lines."""
        if year != self._year:
            self._year = year
            self._scope = None
            self._show_scope()
        self.refresh()

    def refresh(self) -> None:
        """Asks for everything that is shown again."""
        self._ask()
        self._office.ask(
            "spend.sentence", LineCounts(LineFilter(year=self._year)), self._show_all_counts, self
        )
        charged = LineFilter(year=self._year, disposition=Disposition.PROJECT)
        self._office.ask("spend.charged", LineTotal(charged), self._show_charged, self)
        self._office.ask("spend.batches", Imports(), self._show_batches, self)
        self._office.ask("spend.reasons", ExclusionReasons(), self._show_reasons, self)
        self._refresh_panel()

    def repaint_rows(self) -> None:
        """Shows the rows again with other names of projects or rules."""
        self.model.refresh()

    def _ask(self, pause_ms: int = 0) -> None:
        self._show_filters()
        self._ask_ids(pause_ms)
        counted = replace(self.where, show=Show.ALL)
        self._office.ask("spend.counts", LineCounts(counted), self._show_counts, self, pause_ms)

    def _ask_ids(self, pause_ms: int = 0) -> None:
        where = self.where
        self._office.ask(
            "spend.ids", LineIds(where, self._order), partial(self._show_ids, where), self, pause_ms
        )

    def _fetch(self, ids: Sequence[int]) -> Sequence[LineRow | None]:
        if not ids or self._office.opened is None:
            return [None] * len(ids)
        found = {int(row.id): row for row in self._office.fetch(LineRows(tuple(ids)))}
        return [found.get(id) for id in ids]

    def _total_of(self, ids: Sequence[int], _column: str) -> Money:
        return self._office.fetch(LineSum(tuple(ids)))

    # What comes back

    def _show_ids(self, where: LineFilter, ids: array[int]) -> None:
        self._ids_known = True
        self.model.set_ids(ids)
        self._export_button.setEnabled(bool(ids))
        self.strip.set_hidden(self._hidden())
        self._show_stack(where)
        if self._following is not None:
            self._ask_next()
            return
        self._is_moving_on = False
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            if not self._go_to_id(wanted):
                self._show_line(wanted)
        elif not ids and isinstance(self._panel_shown(), LinePanel | SeveralPanel):
            self.inspect_requested.emit(None)

    def _show_stack(self, where: LineFilter) -> None:
        if len(self.model.ids):
            self._stack.setCurrentWidget(self.table)
            return
        if self._all.all or self._scope is not None:
            if where.show is Show.WAITING and not where.text and not where.columns:
                self._no_hits.set_words("Nothing waits", "Every ledger line has its place.")
            elif where.show is Show.SUGGESTED and not where.text and not where.columns:
                self._no_hits.set_words(
                    "Nothing is suggested",
                    "A suggestion comes from earlier lines of the supplier, names of projects, amounts and reversals. "
                    "The lines that wait without one are under To match.",
                )
            elif where.show is Show.CHANGED and not where.text and not where.columns:
                self._no_hits.set_words(
                    "Nothing to look at", "The last import changed no line that you have not looked at."
                )
            else:
                problem = next((each.problem for each in self._active() if each.problem), "")
                self._no_hits.set_words("No line fits", problem or "No ledger line fits these filters.")
            self._stack.setCurrentWidget(self._no_hits)
            return
        workspace = self._office.workspace
        other_years = [str(year) for year in workspace.ledger_years] if workspace is not None else []
        if other_years and self._year is not None:
            self._empty.set_words(
                f"No ledger lines in {self._year}",
                f"There are lines in {', '.join(other_years)}. {_WHAT_FOR}",
            )
        else:
            self._empty.set_words("No ledger lines yet", _WHAT_FOR)
        self._first_step.setEnabled(not self._office.is_read_only)
        self._stack.setCurrentWidget(self._empty)

    def _show_reasons(self, reasons: list[str]) -> None:
        self._reasons = tuple(reasons)
        panel = self._panel_shown()
        if panel is not None:
            panel.set_remembered(self._reasons)

    def _show_counts(self, counts: ShowCounts, wanted: Show | None = None) -> None:
        numbers = {
            Show.ALL: counts.all,
            Show.WAITING: counts.waiting,
            Show.SUGGESTED: counts.suggested,
            Show.CHARGED: counts.charged,
            Show.SPLIT: counts.split,
            Show.INCOME: counts.income,
            Show.EXCLUDED: counts.excluded,
            Show.CHANGED: counts.changed,
        }
        chosen = wanted or self.show_key
        self.chips.set_chips(
            [
                ChipSpec(show, words, numbers[show], tone if numbers[show] else Tone.NEUTRAL)
                for show, words, tone in _CHIPS
                if show not in _SELDOM or chosen is show or (show is Show.CHANGED and numbers[show])
            ]
        )
        self._changes.setVisible(chosen is Show.CHANGED and bool(counts.changed))
        self._looked.setEnabled(not self._office.is_read_only)

    def _show_all_counts(self, counts: ShowCounts) -> None:
        self._all = counts
        self.strip.set_hidden(self._hidden())
        self._say_state()
        if self._ids_known:
            self._show_stack(self.where)

    def _show_suggesting(self, _suggesting: object) -> None:
        self._say_state()

    def _show_charged(self, found: tuple[int, Money]) -> None:
        self._charged = found[1]
        self._say_state()

    def _say_state(self) -> None:
        counts = self._all
        if not counts.all:
            self.state_changed.emit("")
            return
        waiting = (
            f"{counts.waiting_total.in_words} not yet placed"
            if counts.waiting
            else "every line has its place"
        )
        words = (
            f"{count(counts.all, 'ledger line')} · {self._charged.in_words} charged to projects · {waiting}"
        )
        self.state_changed.emit(
            f"{words} · suggestions are being worked out" if self._office.suggesting else words
        )

    def _show_batches(self, batches: list[Kept[Batch]]) -> None:
        live = [kept for kept in batches if kept.value.state is BatchState.LIVE]
        self._imported = {
            kept.value.file_name: f"{kept.value.imported_at.astimezone():%d/%m/%Y %H:%M}"
            for kept in reversed(live)
        }
        self._newest = BatchId(live[0].id) if live else None

    # Order and filters

    def _sorted(self, sorting: object) -> None:
        if isinstance(sorting, Sorting):
            self._order = LineOrder(sorting.key, sorting.descending)
            self._ask_ids()

    def _filtered(self, filters: object) -> None:
        if isinstance(filters, dict) and filters != self._filters:
            self._filters = filters
            self._ask()

    def _active(self) -> list[ActiveFilter]:
        """The filters that are on besides the chip and the year, in words."""
        found = []
        words = self.text.text().strip()
        if words:
            found.append(ActiveFilter("", f"Search: {words}"))
        for column in self.model.columns:
            text = self._filters.get(column.filter, "") if column.filter else ""
            if text:
                name = "£" if column.title == "£" else column.name
                problem = column.refuses(text) if column.refuses is not None else ""
                sign = "can’t be read, so nothing fits: " if problem else ""
                found.append(ActiveFilter(column.filter, f"{name}: {sign}{text}", problem))
        return found

    def _show_filters(self) -> None:
        self.strip.set_filters(self._active())

    def _hidden(self) -> int:
        """How many lines of the year are not in the list, by the chip or by a filter."""
        return 0 if self._scope is not None else max(0, self._all.all - len(self.model.ids))

    def _take_off(self, key: str) -> None:
        """Takes one filter off; what cannot be typed over is cleared here."""
        if not key:
            self.text.clear()
        elif self.table.filters_shown:
            self.table.set_filter(key, "")
        self._filters = {name: text for name, text in self._filters.items() if name != key}
        self._ask()
        self._to_the_table()

    def clear_filters(self) -> None:
        """Takes off every filter but the chip and the year."""
        chosen = self.chips.key
        self._clear_filters()
        self._quietly = True
        self.chips.choose(chosen)
        self._quietly = False
        self._ask()
        self._to_the_table()

    def start_searching(self) -> None:
        """The keyboard goes to the search, what stands there ready to be typed over."""
        self.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.text.selectAll()

    # Keys

    def _take_key(self, event: QKeyEvent) -> bool:
        """The keys of KEYS that are the list's own; True when it was one, or came too soon."""
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False
        text = event.text()
        if text == "?":
            self.show_keys()
        elif text == "/":
            self.start_searching()
        elif text and text in _CHIP_KEYS:
            self.show_chip(_CHIPS[int(text) - 1][0])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # A key held down repeats: it must not accept line after line unseen.
            return event.isAutoRepeat() or self._is_moving_on
        elif text and text.isalpha() and not event.isAutoRepeat():
            self._letter(text.casefold())
        else:
            return False
        return True

    def _letter(self, letter: str) -> None:
        does: Callable[[LinePanel | SeveralPanel], object] | None = {
            "p": lambda panel: panel.start_choosing(),
            "s": lambda panel: panel.start_splitting(),
            "e": lambda panel: panel.start_excluding(),
            "w": lambda panel: panel.clear(),
            "x": lambda panel: panel.reject() if isinstance(panel, LinePanel) else None,
            "a": lambda panel: panel.accept_suggestions(),
            "r": lambda panel: panel.turn_always() if isinstance(panel, LinePanel) else None,
            "o": lambda panel: self._show_original() if isinstance(panel, LinePanel) else None,
            "h": lambda panel: self._show_history() if isinstance(panel, LinePanel) else None,
        }.get(letter)
        if does is not None and not self._is_moving_on:
            self._with_panel(does)

    def _with_panel(self, does: Callable[[LinePanel | SeveralPanel], object]) -> None:
        """Does something with the panel of what is selected, as soon as it is shown."""
        keys = tuple(self.table.selected_keys()) if self._summary.count <= MOST_AT_ONCE else ()
        row: LineRow | None = self.table.current_row
        if (
            not keys and not self._summary.count and row is not None
        ):  # the cursor is on it, but it is not selected yet
            self.table.select_key(row.id)
            keys = (row.id,)
        panel = self._panel_shown()
        if panel is not None and self._lines_of(panel) == keys:
            does(panel)
        elif keys:
            self._afterwards = lambda: self._with_panel(does)
            self._asked_for = keys
            self._ask_panel()

    @staticmethod
    def _lines_of(panel: LinePanel | SeveralPanel) -> tuple[int, ...]:
        return panel.lines if isinstance(panel, SeveralPanel) else (panel.answer.row.id,)

    def show_chip(self, show: Show) -> None:
        """Shows the lines of one chip, and the chip if it was not shown."""
        if show not in self.chips.keys:
            self._show_counts(self._all, show)
        self.chips.choose(show)
        self._to_the_table()

    def show_keys(self) -> None:
        """Shows the table of keys over the list."""
        self.key_help = KeyHelp(self)
        self.key_help.open_over(self)

    # Export

    def export(self) -> None:
        """Asks where to, and writes the lines that are shown, in their order, with what was filtered."""
        ids = self.model.ids
        if not ids:
            return
        path = self._office.files.to_save(self, "Export the lines that are shown", self._file_name(), KINDS)
        if path is None:
            return
        if path.suffix.casefold() not in (".xlsx", ".csv"):
            path = path.with_name(f"{path.name}.xlsx")
        question = ExportLines(array("q", ids), exported(self.table.chosen_columns), path, self._about())
        desk = self._office.desk
        job = self._office.work(
            f"Export {count(len(ids), 'line')}", lambda progress: desk.ask(question, progress), self._exported
        )
        self._export_button.setEnabled(False)
        job.ended.connect(lambda _job: self._export_button.setEnabled(bool(len(self.model.ids))))

    def _file_name(self) -> str:
        chip = next(words for show, words, _ in _CHIPS if show is self.show_key)
        year = f" {self._year}".replace("/", "-") if self._year is not None else ""
        return f"Ledger lines{year}{'' if self.show_key is Show.ALL else f' - {chip}'}.xlsx"

    def _about(self) -> tuple[tuple[str, str], ...]:
        """What the list is, for the file's own page about it."""
        chip = next(words for show, words, _ in _CHIPS if show is self.show_key)
        opened = self._office.opened
        order = next((column.name for column in self.model.columns if column.sort == self._order.column), "")
        found = [
            ("Funding file", opened.name if opened is not None else ""),
            ("Financial year", str(self._year) if self._year is not None else "all"),
            ("Which lines", self._scope.title if self._scope is not None else chip),
        ]
        found += [("Filter", each.text) for each in self._active()] or [("Filter", "none")]
        found.append(("Sorted by", f"{order}, {'largest' if self._order.descending else 'smallest'} first"))
        return tuple(found)

    def _exported(self, done: Exported) -> None:
        gone = f" {count(done.gone, 'line')} had been removed meanwhile." if done.gone else ""
        hidden = self._hidden()
        more = (
            f" {count(hidden, 'line')} hidden by the filters {'is' if hidden == 1 else 'are'} not in it."
            if hidden
            else ""
        )
        self.said.emit(
            Message(
                f"{count(done.rows, 'line')}, {done.total.in_words}, written to “{done.path.name}”.{gone}{more}",
                f"It stands in {done.path.parent}.",
                Tone.GOOD,
            )
        )

    def _chip_chosen(self) -> None:
        if not self._quietly:
            self._ask()

    def _words_typed(self, _text: str) -> None:
        if not self._quietly:
            self._ask(_PAUSE_MS)

    def show_all(self) -> None:
        """Drops every filter but the year."""
        self._scope = None
        self._show_scope()
        self._clear_filters()
        self.refresh()

    def _clear_filters(self) -> None:
        self._filters = {}
        if self.table.filters_shown:
            self.table.set_filters_shown(False)
        self._quietly = True  # who clears asks afterwards, once
        self.text.clear()
        self.chips.choose(Show.ALL)
        self._quietly = False
        self._changes.hide()

    def _show_scope(self) -> None:
        self._strip.setVisible(self._scope is not None)
        if self._scope is not None:
            self._scope_title.setText(self._scope.title)

    def show_lines(self, subject: ShowLines) -> None:
        """Only the lines that another page speaks of, under its title."""
        self._clear_filters()
        self._scope = subject
        self._show_scope()
        if subject.where.show is not Show.ALL:
            if subject.where.show not in self.chips.keys:
                self._show_counts(self._all, subject.where.show)
            self._quietly = True
            self.chips.choose(subject.where.show)
            self._quietly = False
        self.refresh()

    def show_words(self, words: str) -> None:
        """Only the lines that hold *words*."""
        self.show_all()
        self.text.setText(words)

    def show_line(self, line: LineId) -> None:
        """Goes to *line*, wherever it is."""
        if self._go_to_id(line):
            return
        self._wanted = line
        self._clear_filters()
        self._scope = None
        self._show_scope()
        self._ask()

    def _go_to_id(self, line: int) -> bool:
        if not self.table.select_key(line):
            return False
        self._selection_settled([line])
        return True

    # The inspector

    def _panel_shown(self) -> LinePanel | SeveralPanel | None:
        """The panel that is in the inspector now, if it is ours."""
        if self._panel is not None and isValid(self._panel) and self._panel.isVisible():
            return self._panel
        return None

    def _selected(self, summary: object) -> None:
        self.selection_summarised.emit(summary)
        if isinstance(summary, SelectionSummary):
            self._summary = summary
        if isinstance(summary, SelectionSummary) and self.isVisible():
            if summary.count == 0:
                self._asked_for = ()
                self._is_moving_on = self._following is not None
            elif summary.count <= MOST_AT_ONCE:
                self._selection_settled(self.table.selected_keys())
            else:
                self._asked_for = ()
                self.inspect_requested.emit(
                    InspectorPage(
                        f"{count(summary.count, 'line')} selected",
                        [TextBlock(f"Select up to {MOST_AT_ONCE:,} lines to charge them, or make a rule.")],
                    )
                )

    def _selection_settled(self, ids: Sequence[int]) -> None:
        chosen = tuple(ids)
        if chosen == self._asked_for:
            return
        self._asked_for = chosen
        self._ask_panel()

    def _ask_panel(self) -> None:
        if self._asked_for:
            line = LineId(self._asked_for[0])
            self._office.ask("spend.line", LineDetail(line), self._show_panel, self)

    def _refresh_panel(self) -> None:
        if self._panel_shown() is not None:
            self._ask_panel()

    def _show_again(self) -> None:
        if self._panel_shown() is None and self._asked_for:
            self._ask_panel()

    def _show_line(self, line: LineId) -> None:
        """Shows a line that no list holds: of another year, or no longer in the ledger."""
        self._asked_for = (line,)
        self._ask_panel()

    def _show_panel(self, answer: LineAnswer) -> None:
        if not self._asked_for or self._asked_for[0] != answer.row.id:
            return
        if len(self._asked_for) > 1:
            self._show_several(answer)
            return
        shown = self._panel_shown()
        if isinstance(shown, LinePanel) and (
            shown.answer == answer
            or (shown.answer.row.id == answer.row.id and self._is_at_work_in(shown, answer))
        ):
            self._settled()
            return
        row = answer.row
        name = row.line.supplier or row.line.description or row.line.transaction
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"
        title = f"{short} · {row.line.amount.in_words}"

        def make() -> QWidget:
            panel = LinePanel(answer, self._imported.get(row.file, ""), not self._office.is_read_only)
            panel.place_requested.connect(self._place)
            panel.clear_requested.connect(lambda line: self._clear((line,)))
            panel.decide_requested.connect(self._decide)
            panel.reviewed_requested.connect(self._review)
            panel.trial_requested.connect(self._try)
            panel.accept_requested.connect(self._accept_suggestions)
            panel.reject_requested.connect(self._reject)
            panel.original_requested.connect(self._show_original)
            panel.history_requested.connect(self._show_history)
            panel.left.connect(self._leave_panel)
            panel.set_remembered(self._reasons)
            self._panel = panel
            return panel

        papers = papers_block(self._office, "line", row.id)
        self.inspect_requested.emit(InspectorPage(title, [WidgetBlock(make), papers], ShowLine(row.id)))
        self._office.ask("spend.explain", ExplainLine(row.id), partial(self._explain, row.id), self)
        if answer.suggestion is not None:
            self._office.ask("spend.proposals", SuggestionsOf(row.id), partial(self._suggest, row.id), self)
            self._office.ask("spend.group", SuggestionGroup(row.id), partial(self._group, row.id), self)
        self._settled()

    @staticmethod
    def _is_at_work_in(panel: LinePanel, answer: LineAnswer) -> bool:
        """Whether the user has begun something in *panel* that new suggestions must not sweep away."""
        return panel.answer.row.charges == answer.row.charges and panel.has_edits

    def _suggest(self, line: LineId, proposals: tuple[Proposal, ...]) -> None:
        panel = self._panel_shown()
        if isinstance(panel, LinePanel) and panel.answer.row.id == line:
            panel.set_proposals([(proposal, self._words.proposed(proposal)) for proposal in proposals])

    def _group(self, line: LineId, group: Group | None) -> None:
        panel = self._panel_shown()
        if isinstance(panel, LinePanel) and panel.answer.row.id == line and group is not None:
            panel.set_group(group)

    def _accept_suggestions(self, lines: object) -> None:
        """Accepts the suggestions of several lines that were shown, in one step."""
        if not isinstance(lines, tuple) or self._is_moving_on:
            return
        if lines:
            self._look_for_next(lines[-1], frozenset(lines))
        self._is_moving_on = True
        self._to_the_table()
        job = self._office.do(
            AcceptSuggestions(lines),
            f"Accept {count(len(lines), 'suggestion')}",
            partial(self._placed_all, 0),
        )
        self._stays_on_failure(job)

    def _reject(self, line: object, head: object) -> None:
        """Says that a line does not belong where it is suggested."""
        if isinstance(head, BudgetHead | None):
            command = RejectSuggestions((LineId(int(str(line))),), head)
            self._office.do(command, "Reject the suggestion", self._to_the_table)

    def _explain(self, line: LineId, explanation: LineExplanation) -> None:
        panel = self._panel_shown()
        if isinstance(panel, LinePanel) and panel.answer.row.id == line:
            panel.set_explanation(explanation)

    def _settled(self) -> None:
        """The panel that was waited for is shown."""
        self._is_moving_on = False
        afterwards, self._afterwards = self._afterwards, None
        if afterwards is not None:
            afterwards()

    def _show_several(self, answer: LineAnswer) -> None:
        lines = tuple(LineId(id) for id in self._asked_for)
        shown = self._panel_shown()
        if isinstance(shown, SeveralPanel) and shown.lines == lines:
            self._settled()
            return
        total = self._summary.total if self._summary.count == len(lines) else None
        # Only who chose “all” can think that what is hidden was meant as well (bad input U07).
        hidden = self._hidden() if len(lines) == len(self.model.ids) else 0

        def make() -> QWidget:
            panel = SeveralPanel(
                lines, answer.heads, answer.called, not self._office.is_read_only, total, hidden
            )
            panel.set_suggested(*self._suggested_among(lines))
            panel.accept_requested.connect(self._accept_suggestions)
            panel.place_requested.connect(self._place_all)
            panel.clear_requested.connect(self._clear)
            panel.left.connect(self._leave_panel)
            panel.set_remembered(self._reasons)
            self._panel = panel
            return panel

        self.inspect_requested.emit(
            InspectorPage(f"{count(len(lines), 'line')} selected", [WidgetBlock(make)], lines)
        )
        self._office.ask("spend.late", LateAmong(lines), partial(self._show_late, lines), self)
        self._settled()

    def _show_late(self, lines: tuple[LineId, ...], late: frozenset[LineId]) -> None:
        panel = self._panel_shown()
        if isinstance(panel, SeveralPanel) and panel.lines == lines and late:
            panel.set_late(late)
            panel.set_suggested(*self._suggested_among(lines))

    def _suggested_among(self, lines: Sequence[LineId]) -> tuple[tuple[LineId, ...], int]:
        """Of the selected lines those with a certain suggestion, and how many have one that is not; only as many are
        looked at as are fetched for their sum anyway."""
        if len(lines) > AT_ONCE:
            return (), 0
        rows: list[LineRow] = [row for row in self.table.selected_rows() if row.suggestion is not None]
        certain = tuple(row.id for row in rows if row.suggestion is not None and row.suggestion.certain)
        return certain, len(rows) - len(certain)

    def _leave_panel(self, give_up: bool) -> None:
        """Back to the list; what was begun in the panel and given up is shown as it was."""
        self._to_the_table()
        panel = self._panel_shown()
        if give_up and panel is not None:
            self._panel = None
            self._ask_panel()

    def _activated(self, _row: object) -> None:
        """Enter on a line: accepts what the panel proposes, or goes there to choose."""
        if not self._is_moving_on:
            self._with_panel(self._accept_or_choose)

    @staticmethod
    def _accept_or_choose(panel: LinePanel | SeveralPanel) -> None:
        if isinstance(panel, LinePanel) and panel.is_ready:
            panel.accept()
        else:
            panel.start_choosing()

    def _try(self, target: object) -> None:
        """Has a rule made of the line in the panel that does the same to others like it, and tries it."""
        panel = self._panel_shown()
        if not isinstance(panel, LinePanel) or not isinstance(target, ToProjects | ToIncome | Exclude):
            return
        line = panel.answer.row.id

        def made(rule: CodingRule) -> None:
            self._office.ask("spend.trial", TryRule(rule), partial(tried, rule), self, failed=refused)

        def tried(rule: CodingRule, trial: TrialAnswer) -> None:
            shown = self._panel_shown()
            if isinstance(shown, LinePanel) and shown.answer.row.id == line:
                shown.set_trial(target, rule, trial)

        def refused(error: Exception) -> None:
            self._office.asker.failed.emit(error)
            shown = self._panel_shown()
            if isinstance(shown, LinePanel):
                shown.drop_trial()

        self._office.ask("spend.rule", RuleFromLine(line, target), made, self, _PAUSE_MS, failed=refused)

    def _show_history(self) -> None:
        """What happened to the line in the panel, as the next page of the inspector."""
        panel = self._panel_shown()
        if isinstance(panel, LinePanel):
            title = f"History · {panel.answer.row.line.amount.in_words}"
            self._office.ask(
                "spend.history",
                LineHistory(panel.answer.row.id),
                lambda entries: self.deeper_requested.emit(history_page(title, entries)),
                self,
            )

    def _show_original(self) -> None:
        """The row of the kept original that the line in the panel was read from; the whole file may have to be read."""
        panel = self._panel_shown()
        if isinstance(panel, LinePanel):
            row = panel.answer.row
            title = f"Row {row.line.row:,} of {row.file}"
            desk = self._office.desk
            self._office.work(
                f"Read row {row.line.row:,} of {row.file}",
                lambda progress: desk.ask(OriginalRow(row.id), progress),
                lambda original: self.deeper_requested.emit(original_page(title, original)),
            )

    # What the user does with lines

    def _place(self, placing: object) -> None:
        if not isinstance(placing, Placing) or self._is_moving_on:
            return
        if self._is_waiting(placing.line):
            self._look_for_next(placing.line)
            self._is_moving_on = True
        self._to_the_table()
        if placing.rule is not None and placing.by_rule:
            self._keep_rule(placing.rule)
            return
        command: Command[Any] = ChargeLine(placing.line, placing.parts, placing.reason, placing.late)
        if placing.as_suggested and not placing.late:
            command = AcceptSuggestions((placing.line,), placing.parts[0].head)
        rule = placing.rule
        done = (lambda _effect: self._keep_rule(rule)) if rule is not None else None
        self._stays_on_failure(self._office.do(command, "Charge the line", done))

    def _stays_on_failure(self, job: Job) -> None:
        """When a command did not succeed there is no next line to go to."""

        def ended(_job: object) -> None:
            if job.state is not JobState.SUCCEEDED:
                self._following, self._is_moving_on = None, False

        job.ended.connect(ended)

    def _is_waiting(self, line: LineId) -> bool:
        panel = self._panel_shown()
        return isinstance(panel, LinePanel) and panel.answer.row.id == line and not panel.answer.row.charges

    def _look_for_next(self, line: LineId, done: frozenset[LineId] = frozenset()) -> None:
        """Remembers the lines after *line*, so that the next waiting one is found once the list is fresh."""
        ids = self.model.ids
        try:
            at = ids.index(line)
        except ValueError:
            at = -1
        following = ids[at + 1 :] + ids[: max(at, 0)]
        self._following = array("q", [id for id in following if id not in done]) if done else following

    def _ask_next(self) -> None:
        where = replace(self.where, show=Show.WAITING)
        self._office.ask("spend.next", LineIds(where, self._order), self._go_to_next, self)

    def _go_to_next(self, waiting: array[int]) -> None:
        following, self._following = self._following, None
        left = set(waiting)
        line = next((id for id in following or () if id in left), None)
        if line is not None and self.table.select_key(line):
            self._selection_settled([line])
            self._to_the_table()
            return
        self._is_moving_on = False
        if self.show_key is Show.WAITING or not left:
            self._asked_for = ()
            steps = [Step("Show all lines", self.show_all, True)]
            self.inspect_requested.emit(
                InspectorPage(
                    "Nothing waits here",
                    [TextBlock("Every line of this list has its place."), StepsBlock(steps)],
                )
            )
        self._to_the_table()

    def _keep_rule(self, rule: CodingRule) -> None:
        """Keeps a rule that was tried, and places what waits by it, in one step."""

        def kept(effect: Effect[RuleSaved]) -> None:
            placed = effect.result.placed
            more = f"{count(placed, 'line')} placed by it." if placed else "No line that waits fits it."
            self.said.emit(
                Message(
                    f"Rule {effect.result.order} added: when {rule.when}, then {rule.target}. {more}",
                    "One Undo takes the rule and its lines back.",
                    Tone.GOOD,
                )
            )

        command = SaveRule(rule, placing=PlacingOf.WAITING)
        self._stays_on_failure(self._office.do(command, "Keep the rule", kept))

    def _place_all(self, placing: object) -> None:
        if isinstance(placing, PlacingAll):
            command = ChargeLines(placing.lines, placing.target, placing.reason, placing.late)
            hidden = self._hidden() if len(placing.lines) == len(self.model.ids) else 0
            done = partial(self._placed_all, hidden)
            self._office.do(command, f"Charge {count(len(placing.lines), 'line')}", done)
            self._to_the_table()

    def _placed_all(self, hidden: int, effect: Effect[int]) -> None:
        stay = f" {count(hidden, 'line')} hidden by the filters left as they were." if hidden else ""
        self.said.emit(Message(f"Done: {effect.name}.{stay}", "", Tone.GOOD))
        self._to_the_table()

    def _clear(self, lines: object) -> None:
        if isinstance(lines, tuple):
            self._office.do(ClearCharges(lines), "Make lines wait again", self._to_the_table)

    def _decide(self, wish: object) -> None:
        if isinstance(wish, tuple) and isinstance(wish[0], LineChange) and self._newest is not None:
            change, take = wish
            words = "Take the new" if take else "Keep the old"
            command = DecideChange(self._newest, change.line, bool(take))
            self._office.do(command, words, self._to_the_table)

    def _review(self, change: object) -> None:
        if isinstance(change, LineChange) and self._newest is not None:
            line = change.line

            def done(_effect: object) -> None:
                ids = self.model.ids
                after = [id for id in ids if id != line]
                if self.show_key is Show.CHANGED and after:
                    at = min(ids.index(line), len(after) - 1) if line in ids else 0
                    self._wanted = LineId(after[at])
                self._to_the_table()

            self._office.do(ReviewChanges(self._newest, (line,)), "Look at a changed line", done)

    def review_all(self) -> None:
        """Says that every change of the newest import has been looked at."""
        if self._newest is not None:
            self._office.ask("spend.review", ImportDetail(self._newest), self._review_these, self)

    def _review_these(self, answer: ImportAnswer) -> None:
        lines = tuple(change.line for change in answer.changes if not change.reviewed)
        if lines and self._newest is not None:
            command = ReviewChanges(self._newest, lines)
            self._office.do(command, "Look at the changed lines", self._to_the_table)

    def _to_the_table(self, _effect: object = None) -> None:
        """The control that was pressed may go away; Ctrl+Z and the arrows shall work at once."""
        self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget:
        """Where the keyboard is while nothing else has it: the list, or what stands in place of an empty one."""
        return self._stack.currentWidget() or self.table

    @property
    def panel_focus(self) -> QWidget | None:
        """Where F6 leads in our panel of the inspector; None when it is not shown."""
        panel = self._panel_shown()
        return panel.first_focus() if panel is not None else None

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that a button or an empty list left: they mean what they mean in the list."""
        if not self._take_key(event):
            super().keyPressEvent(event)
