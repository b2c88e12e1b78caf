"""The indicators of a grant's year: baseline, target, quarters, to date, state; one of them in full at the right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fundingapp.application.commands.figures import FiguresRecorded, RemoveFigures
from fundingapp.application.effect import Topic
from fundingapp.application.queries.chains_of_results import ChainOfResults, ResultsChain
from fundingapp.application.queries.difference import YearsOfIndicator
from fundingapp.application.queries.indicators import IndicatorAnswer, IndicatorOf
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.results import ResultsAnswer, ResultsOf
from fundingapp.application.queries.safe_results import SafeResults, SafeResultsAnswer
from fundingapp.application.queries.value import UnitCostOf, UnitCostRow
from fundingapp.application.wording import count
from fundingapp.domain.difference import STANDING_WORDS, YearsLine
from fundingapp.domain.ids import FigureId, IndicatorId
from fundingapp.domain.outcomes import OutcomeStatement
from fundingapp.domain.periods import days_of
from fundingapp.ui.history.targets import ShowWords
from fundingapp.ui.inspector import Block, InspectorPage, Step, SumBlock, SumRow, TextBlock, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.chain_actions import ChainActions
from fundingapp.ui.outcomes.columns import (
    COLUMNS,
    GROUPS,
    HIDDEN_TIP,
    NAME_ROW_HEIGHT,
    Line,
    grouped,
    measure_of,
    theme_name,
)
from fundingapp.ui.outcomes.forms import figure_form
from fundingapp.ui.outcomes.indicator_panel import OpenFigure, figure_page, page_of
from fundingapp.ui.outcomes.record_grid import RecordGrid
from fundingapp.ui.outcomes.targets import MISSING_FIGURE, RecordFigures, ShowIndicator, ShowStanding
from fundingapp.ui.page import Target
from fundingapp.ui.papers import papers_block
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import ChoiceButton, Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import ElidedLabel
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.message_bar import Message

_ALL_THEMES = "All themes"
#: What the list can be narrowed to.
STATES = [
    Option(None, "All states"),
    *(Option(standing, words.capitalize()) for standing, words in STANDING_WORDS.items()),
    Option(MISSING_FIGURE, "With a figure missing"),
]
#: So high that a long name takes two lines where it has no room in one.
_ROW_HEIGHT = 40
#: A window of this width has room for the list and for one indicator in full.
_WIDE = 1380


class IndicatorsView(GrantView):
    """The list, and in its place, for a while, the grid that takes a quarter's figures."""

    alone_changed = Signal(bool)  # whether the grid stands in place of the page

    def __init__(self, office: Office) -> None:
        super().__init__("indicators", "Indicators", office)
        self._position: PositionAnswer | None = None
        self._answer: ResultsAnswer | None = None
        self._lines: dict[int, Line] = {}
        self._quarter: int | None = None
        self._shows_small = False
        self._marks: Mapping[IndicatorId, Mapping[str, str]] | None = None
        self._shown: int | None = None
        self._at: int | None = None
        self._detail: IndicatorAnswer | None = None
        self._statements: tuple[OutcomeStatement, ...] = ()
        self._cost: UnitCostRow | None = None
        self._years: YearsLine | None = None
        self._follows = False
        self._offers_first = False
        self._wanted: object = None
        self.actions_of = ChainActions(self)
        self._quarter_choice = ChoiceButton("Up to quarter")
        self._quarter_choice.chosen.connect(self._choose_quarter)
        self._theme_choice = ChoiceButton("Theme")
        self._theme_choice.chosen.connect(lambda _key: self._fill())
        self._state_choice = ChoiceButton("State", STATES)
        self._state_choice.chosen.connect(lambda _key: self._fill())
        self._group_choice = ChoiceButton(
            "Order", [Option(key, words) for key, (words, _of) in GROUPS.items()]
        )
        self._group_choice.chosen.connect(lambda _key: self._group())
        self._import_button = button("Import figures…", self.import_figures, icon="import")
        self._record_button = primary_button("Record figures", self.record)
        self.buttons += [self._quarter_choice, self._import_button, self._record_button]
        self.stack = ViewStack()
        self._list = Card()
        self._list.add(self._make_strip())
        self.table = TableView(
            "Indicators", "outcomes.indicators", office.settings, office.asker, NAME_ROW_HEIGHT
        )
        self._model = ListTableModel[Line](COLUMNS, lambda line: line.key, self.table)
        self.table.set_model(self._model)
        self.table.why_requested.connect(self._why)
        self.table.sort_requested.connect(lambda _sorting: self._fill())
        self.table.row_activated.connect(self._open)
        self.table.current_row_changed.connect(self._current_changed)
        self.table.clicked.connect(lambda _index: self._open(self.table.current_row))
        self.table.selection_summarised.connect(self.selection_summarised)
        self.table.takes_key = self._takes_key
        self._list.add(self.table, 1)
        self.empty = EmptyState(
            "outcomes",
            "What is the money to change?",
            "An indicator says what is measured, of which project, from which baseline to which target. Its figures "
            "are recorded quarter by quarter, each with its proof, and go into returns and bids by themselves. Begin "
            "with a standard set for the field, or with an indicator of your own.",
        )
        for text, do in (
            ("Choose from a standard set…", self.actions_of.standard_set),
            ("Add an indicator…", self.actions_of.add_indicator),
            ("Import figures…", self.import_figures),
        ):
            self.empty.add_step(text, do).setDisabled(office.is_read_only)
        self.grid = RecordGrid(office)
        self.grid.back_requested.connect(self.show_list)
        self.grid.said.connect(self.say)
        self.grid.recorded.connect(self._recorded)
        self.grid.quarter_chosen.connect(self._record_quarter)
        for each in (self._list, self.empty, self.grid):
            self.stack.addWidget(each)
        self.body.addWidget(self.stack, 1)

    def _make_strip(self) -> QWidget:
        """The order and the theme of the list; says that small numbers are hidden, and shows them."""
        strip = QWidget()
        row = QHBoxLayout(strip)
        row.setContentsMargins(10, 7, 10, 7)
        row.setSpacing(2 * STEP)
        row.addWidget(self._group_choice)
        row.addWidget(self._theme_choice)
        row.addWidget(self._state_choice)
        self._missing = LinkLabel("", self._show_missing)
        row.addWidget(self._missing, 0, Qt.AlignmentFlag.AlignVCenter)
        self._hidden_words = ElidedLabel(kind="second")
        row.addWidget(self._hidden_words, 1)
        self._show_counts = button("Show the counts", self._turn_counts)
        row.addWidget(self._show_counts)
        return strip

    # What the page uses

    @property
    def position(self) -> PositionAnswer:
        """The chosen grant; only asked for while there is one."""
        assert self._position is not None, "no grant is chosen yet"
        return self._position

    @property
    def answer(self) -> ResultsAnswer | None:
        """What is shown, once it is known."""
        return self._answer

    def show_position(self, answer: PositionAnswer) -> None:
        before = self._position.position if self._position is not None else None
        self._position = answer
        position = answer.position
        if before is None or (before.fund_id, before.year) != (position.fund_id, position.year):
            self._quarter, self._shown, self._shows_small, self._answer = None, None, False, None
            self._offers_first = True
            if self.is_alone:
                self.show_list()
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.RESULTS | Topic.EVIDENCE) and self._answer is not None:
            self._ask()

    def first_focus(self) -> QWidget:
        shown = self.stack.currentWidget()
        if isinstance(shown, SubView):
            return shown.first_focus()
        return self.empty if shown is self.empty else self.table

    def panel_closed(self) -> None:
        self._shown = None

    def go_to(self, subject: object) -> None:
        """Shows an indicator, or the grid in which its figure is typed, once the indicators are there."""
        self._wanted = subject if isinstance(subject, ShowIndicator | RecordFigures | ShowStanding) else None
        if self._answer is not None:
            self._go_where_wanted()

    def _go_where_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        match wanted:
            case ShowIndicator():
                self.show_list()
                self._theme_choice.choose(None)
                self._state_choice.choose(None)
                if self.table.select_key(wanted.indicator):
                    self._open(self.table.current_row)
            case ShowStanding():
                self.show_list()
                self._theme_choice.choose(None)
                self._state_choice.choose(wanted.standing)
            case RecordFigures():
                if wanted.quarter is not None and self._answer and wanted.quarter != self._answer.quarter:
                    self._wanted = wanted
                    self._choose_quarter(wanted.quarter)
                else:
                    self._open_grid(wanted.indicator)

    @property
    def is_alone(self) -> bool:
        """Whether the grid stands in place of the list."""
        return isinstance(self.stack.currentWidget(), SubView)

    # What is shown

    def _ask(self) -> None:
        if self._position is None:
            return
        position = self._position.position
        question = ResultsOf(position.year, self._quarter, position.fund_id)
        self.office.ask_of_grant("outcomes.indicators", question, self._show, self)

    def _show(self, answer: ResultsAnswer) -> None:
        position = self.position.position
        if answer.year != position.year:
            return
        before, self._answer = self._answer, answer
        if before is None or before.rows != answer.rows:
            self._ask_marks(answer)
        self._quarter_choice.set_options(
            [Option(number, f"Up to Q{number}") for number in range(1, 5)], answer.quarter
        )
        themes = sorted({name for row in answer.rows if (name := theme_name(Line(row)))})
        self._theme_choice.set_options(
            [Option(None, _ALL_THEMES), *(Option(name, name) for name in themes)], self._theme_choice.key
        )
        self._fill()
        if self._wanted is not None:
            self._go_where_wanted()

    def _ask_marks(self, answer: ResultsAnswer) -> None:
        """What must be hidden is worked out anew; until that is known, more than enough is."""
        self._marks = None
        if any(row.is_hidden for row in answer.rows):
            fund = self.position.position.fund_id
            question = SafeResults(answer.year, answer.quarter, fund, of=answer)
            self.office.ask_of_grant("outcomes.safe", question, self._take_marks, self)

    def _take_marks(self, safe: SafeResultsAnswer) -> None:
        answer = self._answer
        if answer is not None and (answer.year, answer.quarter) == (safe.year, safe.quarter):
            self._marks = safe.marks
            self._fill()

    def _listed(self) -> list[Line]:
        """The indicators of the chosen theme, state and district, in their order."""
        answer = self._answer
        if answer is None:
            return []
        theme = self._theme_choice.key
        marks = self._marks
        lines = [
            Line(row, self._shows_small, marks.get(row.id, {}) if marks is not None else None)
            for row in answer.rows
            if self.office.lists(row.indicator.project)
        ]
        lines = [line for line in lines if theme is None or theme_name(line) == theme]
        state = self._state_choice.key
        if state == MISSING_FIGURE:
            lacking = {each.indicator for each in answer.missing}
            return [line for line in lines if line.row.kept.id in lacking]
        return [line for line in lines if state is None or line.standing is state]

    def _fill(self) -> None:
        answer = self._answer
        if answer is None:
            return
        lines = self._listed()
        self._lines = {line.row.kept.id: line for line in lines}
        outcome = next(column for column in COLUMNS if column.title == "Outcome")
        if self._group_choice.key == "outcome" and not self.table.is_chosen(outcome):
            self.table.choose_column(outcome, True)
        # A list that is sorted by a column has no groups.
        group = str(self._group_choice.key)
        rows = grouped(lines, group) if self.table.sorting is None else lines
        self._model.set_rows(rows)
        is_empty = not answer.rows
        if not self.is_alone:
            self.stack.setCurrentWidget(self.empty if is_empty else self._list)
        hidden = sum(line.row.is_hidden for line in lines)
        self._show_counts.setVisible(bool(hidden))
        self._hidden_words.set_text(
            ""
            if not hidden
            else f"Small counts of {count(hidden, 'indicator')} are shown, on this screen only."
            if self._shows_small
            else f"Small counts of {count(hidden, 'indicator')} are hidden",
            f"{hidden:,} {'shown' if self._shows_small else 'hidden'}" if hidden else "",
        )
        self._hidden_words.set_tip(HIDDEN_TIP if hidden else "")
        self._show_counts.set_text("Hide the counts" if self._shows_small else "Show the counts")
        free = not self.office.is_read_only
        self._record_button.setEnabled(free and not is_empty)
        self._import_button.setEnabled(free)
        self._say_state(lines)
        if self._shown in self._lines and self.isVisible() and not self.is_alone:
            self._open(self._lines[self._shown])
        else:
            self._offer_first()

    def _offer_first(self) -> None:
        """When the list comes up the cursor is on an indicator with figures, which is open beside it where there is
        room for both; once, so that who closes it has the list alone."""
        if not self._offers_first or not self.isVisible() or self.is_alone or self._wanted is not None:
            return
        lines = [row for row in self._model.rows if not row.heading]
        if not lines:
            return
        self._offers_first = False
        current = self.table.current_row
        if not isinstance(current, Line) or current.heading:
            current = next((line for line in lines if line.row.to_date.figures), lines[0])
            self._at = current.row.kept.id  # no choice of the user's
            self.table.select_key(current.key)
        if self.window().width() >= _WIDE:
            self._open(current)

    def _say_state(self, lines: list[Line]) -> None:
        answer = self._answer
        if answer is None or not self.isVisible():
            return
        theme = self._theme_choice.key
        state = next(each.text for each in STATES if each.key == self._state_choice.key)
        ids = {line.row.kept.id for line in lines}
        missing = sum(each.indicator in ids for each in answer.missing)
        self._missing.setVisible(missing > 0)
        self._missing.setText(f"{count(missing, 'figure')} missing")
        self._missing.setAccessibleName(f"{count(missing, 'figure')} missing: list them")
        projects = [row.indicator.project for row in answer.rows if row.indicator.project is not None]
        some = self.office.some_in_words(projects, "indicators") if self.office.district is not None else ""
        said = [
            str(theme or ""),
            state.lower() if self._state_choice.key is not None else "",
            some or count(len(lines), "indicator"),
            f"up to Q{answer.quarter}",
        ]
        self.state_changed.emit(" · ".join(part for part in said if part))

    def _show_missing(self) -> None:
        """The figures that quarters which are over lack, at the right; each leads to where it is typed."""
        answer = self._answer
        if answer is None:
            return
        listed = self._lines
        rows: dict[int, list[SumRow]] = {}
        for each in answer.missing:
            if each.indicator in listed:
                leads = Target(
                    "outcomes", ("indicators", RecordFigures(each.quarter, IndicatorId(each.indicator)))
                )
                name = f"{each.ref} {each.name}".strip()
                rows.setdefault(each.quarter, []).append(SumRow(name, "record", leads))
        blocks: list[Block] = [
            TextBlock("These quarters are over, and no figure of theirs is recorded. Each leads to its cell.")
        ]
        for quarter, missing in sorted(rows.items()):
            ended = f"ended {days_of(answer.year, quarter)[1]:%d/%m/%Y}"
            blocks.append(SumBlock(missing, f"Q{quarter} {answer.year}, {ended}"))
        self._shown = None
        self.inspect(InspectorPage("Figures that are missing", blocks, ("missing", answer.year)))

    def _group(self) -> None:
        """In groups again, whatever column it was sorted by."""
        self.table.set_sorting(None)
        self._model.sort_by(None)
        self._fill()

    def _choose_quarter(self, key: object) -> None:
        if isinstance(key, int):
            self._quarter = key
            self._ask()

    def _turn_counts(self) -> None:
        self._shows_small = not self._shows_small
        self._fill()

    def _why(self, line: object, column: object) -> None:
        if isinstance(line, Line) and isinstance(column, Column) and not line.hides:
            self.ask_why(line.row.figure(measure_of(line, column)))

    # One of them, at the right

    def _current_changed(self, line: object) -> None:
        if not isinstance(line, Line) or line.heading:
            return
        before, self._at = self._at, line.row.kept.id
        # Rows that come anew put the cursor back where it was: that is no choice of the user's.
        if self._at != before and self._follows and self.table.hasFocus():
            self._open(line)

    def _open(self, line: object) -> None:
        answer = self._answer
        if not isinstance(line, Line) or line.heading or answer is None:
            return
        self._shown = line.row.kept.id
        fund = self.position.position.fund_id
        id = IndicatorId(line.row.kept.id)
        question = IndicatorOf(id, answer.year, answer.quarter, fund)
        self.office.ask_of_grant("outcomes.indicator", question, partial(self._opened, line), self)

    def _opened(self, line: Line, detail: IndicatorAnswer) -> None:
        answer = self._answer
        if answer is None or self._shown != line.row.kept.id:
            return
        self._detail, self._statements, self._cost, self._years = detail, (), None, None
        fund = self.position.position.fund_id
        chain = ResultsChain(line.row.indicator.project, answer.year, answer.quarter)
        self.office.ask_of_grant("outcomes.statements", chain, partial(self._with_statements, line), self)
        cost = UnitCostOf(IndicatorId(line.row.kept.id), answer.year, answer.quarter, fund)
        self.office.ask_of_grant("outcomes.cost", cost, partial(self._with_cost, line), self)
        if len(detail.years) > 1:
            years = YearsOfIndicator(IndicatorId(line.row.kept.id), answer.year, answer.quarter, fund)
            self.office.ask_of_grant("outcomes.years", years, partial(self._with_years, line), self)
        self._show_panel(line)

    def _with_statements(self, line: Line, chain: ChainOfResults) -> None:
        outcome = line.row.indicator.outcome
        found = [
            each.value
            for row in chain.outcomes
            if row.kept is not None and row.kept.id == outcome
            for each in row.statements
        ]
        if found and self._shown == line.row.kept.id:
            self._statements = tuple(found)
            self._show_panel(line)

    def _with_cost(self, line: Line, cost: UnitCostRow | None) -> None:
        if cost is not None and self._shown == line.row.kept.id:
            self._cost = cost
            self._show_panel(line)

    def _with_years(self, line: Line, years: YearsLine | None) -> None:
        if years is not None and self._shown == line.row.kept.id:
            self._years = years
            self._show_panel(line)

    def _show_panel(self, line: Line) -> None:
        detail = self._detail
        line = self._lines.get(line.row.kept.id, line)
        if detail is not None and detail.row.kept.id == line.row.kept.id:
            evidence = [papers_block(self.office, "indicator", line.row.kept.id, "Evidence")]
            steps = self._steps(line)
            cost = self._cost_block(line)
            self.inspect(page_of(line, detail, self._statements, evidence, cost, steps, self._years))

    def _cost_block(self, line: Line) -> Block | None:
        cost = self._cost
        if cost is None:
            return None
        if cost.cost.cost is None:
            return TextBlock(f"{cost.cost.in_words[:1].upper()}{cost.cost.in_words[1:]}.", "Unit cost")
        words = " · ".join([cost.cost.in_words, *cost.cost.caveats])
        return WidgetBlock(lambda: LinkLabel(words, lambda: self.ask_why(cost.figure)), "Unit cost")

    def _steps(self, line: Line) -> list[Step]:
        row = line.row
        history = Step("History…", partial(self.go, "history", ShowWords(row.indicator.name)))
        if self.office.is_read_only:
            return [history]
        return [
            Step("Record figures", partial(self._open_grid, IndicatorId(row.kept.id)), True),
            Step("Change…", partial(self.actions_of.change_indicator, row.kept)),
            Step("Target of the year…", partial(self.actions_of.set_year, row)),
            Step(
                "Measure again" if row.indicator.is_closed else "Stop measuring",
                partial(self.actions_of.close_indicator, row.kept),
            ),
            history,
        ]

    def link_followed(self, link: object) -> None:
        """A figure of the panel is shown with its papers, its source, and what can be changed."""
        detail = self._detail
        if not isinstance(link, OpenFigure) or detail is None:
            return
        line = self._lines.get(detail.row.kept.id)
        row = next((each for each in detail.figures if each.kept.id == link.figure), None)
        if line is None or row is None:
            return
        evidence = [papers_block(self.office, "figure", row.kept.id, "Evidence")]
        free = not self.office.is_read_only and not line.hides
        steps = [Step("Remove this figure", partial(self._remove_figure, row.kept.id))] if free else []
        form = partial(figure_form, self.actions_of, row, line.row.indicator) if free else None
        self.inspect_deeper_requested.emit(figure_page(line, row, evidence, steps, form))

    def _remove_figure(self, id: int) -> None:
        self.office.do(RemoveFigures((FigureId(id),)), "Remove the figure")

    # Recording figures, and taking them in

    def record(self) -> None:
        """Opens the grid of the quarter that is shown."""
        self._open_grid(None)

    def _open_grid(self, wanted: IndicatorId | None) -> None:
        answer = self._answer
        if answer is None or self.office.is_read_only:
            return
        if not answer.rows:
            self.show_list()  # it says how the first indicator is made
            return
        rows = [line.row for line in self._listed()]
        if wanted is not None and wanted not in {row.id for row in rows}:
            # Whoever comes for a figure finds its cell, whatever the list was narrowed to.
            self._theme_choice.choose(None)
            self._state_choice.choose(None)
            listed = {line.row.id for line in self._listed()}
            rows = [row for row in answer.rows if row.id in listed or row.id == wanted]
        self._stand_alone(self.grid)
        self.grid.start(answer, rows, wanted)

    def _record_quarter(self, quarter: int) -> None:
        """The grid of another quarter, of which the list does not know yet."""
        self._wanted = RecordFigures(quarter)
        self._choose_quarter(quarter)

    def _recorded(self, done: object) -> None:
        if not isinstance(done, FiguresRecorded):
            return
        parts = [("new", done.new), ("changed", done.changed), ("taken away", done.emptied)]
        told = ", ".join(f"{number:,} {word}" for word, number in parts if number)
        number = done.new + done.changed + done.emptied
        words = (
            f"{count(number, 'figure')} kept: {told}."
            if number
            else "The evidence is attached to the figures."
        )
        self.say(Message(words, "Ctrl+Z takes all of it back.", Tone.GOOD))
        self.show_list()

    def import_figures(self) -> None:
        """Goes where files of figures come in, and asks for one."""
        self.go_requested.emit(Target("outcomes", ("import", "choose")))

    def _takes_key(self, event: QKeyEvent) -> bool:
        """Ctrl+V takes figures in from the clipboard, with the preview of the import."""
        if event.matches(QKeySequence.StandardKey.Paste) and not self.office.is_read_only:
            self.go_requested.emit(Target("outcomes", ("import", "paste")))
            return True
        return False

    def _stand_alone(self, view: QWidget) -> None:
        self.close_panel()
        self.stack.setCurrentWidget(view)
        self.alone_changed.emit(True)

    def show_list(self, *_from: Any) -> None:
        """The list again."""
        answer = self._answer
        self.stack.setCurrentWidget(self.empty if answer is not None and not answer.rows else self._list)
        self.alone_changed.emit(False)
        self.first_focus().setFocus()
        self._ask()

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard arriving in the table chooses its first row, which is no choice of the user's."""
        super().showEvent(event)
        self._follows = False
        self._offers_first = True
        QTimer.singleShot(0, self, self._follow)
        self._say_state(self._listed())

    def _follow(self) -> None:
        self._follows = True
        self._offer_first()
