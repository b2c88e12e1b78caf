"""The ledger lines: quick filters and the table; what is selected goes to a panel in the inspector (chosen_lines)."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QSizePolicy, QVBoxLayout, QWidget

from fundingapp.application.ports import (
    LineFilter,
    LineOrder,
    LineRow,
    Show,
    ShowCounts,
)
from fundingapp.application.queries.exports import Exported, ExportLines
from fundingapp.application.queries.line_story import ExclusionReasons
from fundingapp.application.queries.lines import (
    Imports,
    LineCounts,
    LineIds,
    LineRows,
    LineSum,
    LineTotal,
)
from fundingapp.application.wording import count
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.explain import ShowLines
from fundingapp.ui.office import Office
from fundingapp.ui.spend.chosen_lines import ChosenLines
from fundingapp.ui.spend.columns import Words, line_columns
from fundingapp.ui.spend.export import KINDS, exported
from fundingapp.ui.spend.filter_strip import ActiveFilter, FilterStrip
from fundingapp.ui.spend.keys import KeyHelp
from fundingapp.ui.tables.columns import SelectionSummary, Sorting
from fundingapp.ui.tables.paged import PagedTableModel
from fundingapp.ui.tables.view import TableView
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
        self.order = LineOrder()
        self._filters: dict[str, str] = {}
        self._quietly = False
        self._all = NO_COUNTS
        self._charged = Money.ZERO
        self._ids_known = False
        self.chosen = ChosenLines(office, words, self, self)
        self.chosen.said.connect(self.said)
        self.chosen.inspect_requested.connect(self.inspect_requested)
        self.chosen.deeper_requested.connect(self.deeper_requested)
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
        self.table.set_sorting(Sorting(self.order.column, self.order.descending))
        self.table.sort_requested.connect(self._sorted)
        self.table.filters_changed.connect(self._filtered)
        self.table.selection_summarised.connect(self._selected)
        self.table.takes_key = self._take_key
        self.table.row_activated.connect(self.chosen.activated)
        self.table.clicked.connect(lambda _index: self.chosen.show_again())
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
        self.text.returnPressed.connect(self.to_the_table)
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
            "All looked at", self.chosen.review_all, tip="Says that you have looked at every change"
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
        self._office.ask("spend.batches", Imports(), self.chosen.know_imports, self)
        self._office.ask("spend.reasons", ExclusionReasons(), self.chosen.remember, self)
        self.chosen.refresh()

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
            "spend.ids", LineIds(where, self.order), partial(self._show_ids, where), self, pause_ms
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
        self.strip.set_hidden(self.hidden())
        self._show_stack(where)
        self.chosen.go_on()

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
        self.strip.set_hidden(self.hidden())
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

    # Order and filters

    def _sorted(self, sorting: object) -> None:
        if isinstance(sorting, Sorting):
            self.order = LineOrder(sorting.key, sorting.descending)
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

    def hidden(self) -> int:
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
        self.to_the_table()

    def clear_filters(self) -> None:
        """Takes off every filter but the chip and the year."""
        chosen = self.chips.key
        self._clear_filters()
        self._quietly = True
        self.chips.choose(chosen)
        self._quietly = False
        self._ask()
        self.to_the_table()

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
            return event.isAutoRepeat() or self.chosen.is_moving_on
        elif text and text.isalpha() and not event.isAutoRepeat():
            self.chosen.take_letter(text.casefold())
        else:
            return False
        return True

    def show_chip(self, show: Show) -> None:
        """Shows the lines of one chip, and the chip if it was not shown."""
        if show not in self.chips.keys:
            self._show_counts(self._all, show)
        self.chips.choose(show)
        self.to_the_table()

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
        order = next((column.name for column in self.model.columns if column.sort == self.order.column), "")
        found = [
            ("Funding file", opened.name if opened is not None else ""),
            ("Financial year", str(self._year) if self._year is not None else "all"),
            ("Which lines", self._scope.title if self._scope is not None else chip),
        ]
        found += [("Filter", each.text) for each in self._active()] or [("Filter", "none")]
        found.append(("Sorted by", f"{order}, {'largest' if self.order.descending else 'smallest'} first"))
        return tuple(found)

    def _exported(self, done: Exported) -> None:
        gone = f" {count(done.gone, 'line')} had been removed meanwhile." if done.gone else ""
        hidden = self.hidden()
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
        if self.chosen.go_to(line):
            return
        self.chosen.want(line)
        self._clear_filters()
        self._scope = None
        self._show_scope()
        self._ask()

    def _selected(self, summary: object) -> None:
        self.selection_summarised.emit(summary)
        if isinstance(summary, SelectionSummary):
            self.chosen.select(summary, self.isVisible())

    def to_the_table(self, _effect: object = None) -> None:
        """The control that was pressed may go away; Ctrl+Z and the arrows shall work at once."""
        self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget:
        """Where the keyboard is while nothing else has it: the list, or what stands in place of an empty one."""
        return self._stack.currentWidget() or self.table

    @property
    def panel_focus(self) -> QWidget | None:
        """Where F6 leads in our panel of the inspector; None when it is not shown."""
        panel = self.chosen.panel_shown()
        return panel.first_focus() if panel is not None else None

    # Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that a button or an empty list left: they mean what they mean in the list."""
        if not self._take_key(event):
            super().keyPressEvent(event)
