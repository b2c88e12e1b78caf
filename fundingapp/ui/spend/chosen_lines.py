"""What is selected in the list of ledger lines: a panel in the inspector, and what is done with the lines there."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
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
)
from fundingapp.application.queries.line_story import LineHistory, OriginalRow
from fundingapp.application.queries.lines import (
    ImportAnswer,
    ImportDetail,
    LateAmong,
    LineAnswer,
    LineDetail,
    LineIds,
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
from fundingapp.domain.matching import CodingRule, Exclude, ToIncome, ToProjects
from fundingapp.domain.suggestions import Proposal
from fundingapp.ui.explain import ShowLine
from fundingapp.ui.inspector import InspectorPage, Step, StepsBlock, TextBlock, WidgetBlock
from fundingapp.ui.jobs.runner import Job, JobState
from fundingapp.ui.office import Office
from fundingapp.ui.papers import papers_block
from fundingapp.ui.spend.columns import Words
from fundingapp.ui.spend.line_panel import LinePanel, Placing
from fundingapp.ui.spend.several_panel import PlacingAll, SeveralPanel
from fundingapp.ui.spend.story import history_page, original_page
from fundingapp.ui.tables.columns import SelectionSummary
from fundingapp.ui.tables.paged import PagedTableModel
from fundingapp.ui.tables.view import AT_ONCE, TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.message_bar import Message

_PAUSE_MS = 150
_LONGEST_NAME = 26
#: More lines than this are not placed by hand in one go: rules are for that.
MOST_AT_ONCE = 5_000


class LineList(Protocol):
    """The list that lines are chosen in."""

    table: TableView
    model: PagedTableModel[LineRow]
    order: LineOrder

    @property
    def where(self) -> LineFilter:
        """The lines that are shown."""

    @property
    def show_key(self) -> Show:
        """The quick filter that is on."""

    def hidden(self) -> int:
        """How many lines of the year are not in the list, by the chip or by a filter."""

    def show_all(self) -> None:
        """Drops every filter but the year."""

    def to_the_table(self, _effect: object = None) -> None:
        """Gives the list the keyboard."""


class ChosenLines(QObject):
    """Asks for the line, or lines, that are selected in a list, and shows their panel; when a line is placed it goes on
    to the next that waits."""

    said = Signal(object)  # Message
    inspect_requested = Signal(object)  # InspectorPage, or None to close it
    deeper_requested = Signal(object)  # InspectorPage: one step further

    def __init__(self, office: Office, words: Words, lines: LineList, parent: QObject) -> None:
        super().__init__(parent)
        self._office = office
        self._words = words
        self._list = lines
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
        #: From the moment a line is placed until the next one is shown: keys pressed too soon must not reach the line
        #: that was just placed.
        self.is_moving_on = False
        self._afterwards: Callable[[], object] | None = (
            None  # what a key wanted of a panel that was not there yet
        )

    # The inspector

    def panel_shown(self) -> LinePanel | SeveralPanel | None:
        """The panel that is in the inspector now, if it is ours."""
        if self._panel is not None and isValid(self._panel) and self._panel.isVisible():
            return self._panel
        return None

    def select(self, summary: SelectionSummary, is_shown: bool) -> None:
        """Shows the panel of what is selected now, if the list *is_shown*."""
        self._summary = summary
        if not is_shown:
            return
        if summary.count == 0:
            self._asked_for = ()
            self.is_moving_on = self._following is not None
        elif summary.count <= MOST_AT_ONCE:
            self._selection_settled(self._list.table.selected_keys())
        else:
            self._asked_for = ()
            self.inspect_requested.emit(
                InspectorPage(
                    f"{count(summary.count, 'line')} selected",
                    [TextBlock(f"Select up to {MOST_AT_ONCE:,} lines to charge them, or make a rule.")],
                )
            )

    def go_to(self, line: int) -> bool:
        """Selects *line* in the list; False when it is not there."""
        if not self._list.table.select_key(line):
            return False
        self._selection_settled([line])
        return True

    def want(self, line: LineId) -> None:
        """Has *line* selected once it is among the lines of the list, or shown without it."""
        self._wanted = line

    def go_on(self) -> None:
        """The list is fresh: on to the next line that waits, or to the one that is wanted."""
        if self._following is not None:
            self._ask_next()
            return
        self.is_moving_on = False
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            if not self.go_to(wanted):
                self._show_line(wanted)
        elif not self._list.model.ids and self.panel_shown() is not None:
            self.inspect_requested.emit(None)

    def remember(self, reasons: Sequence[str]) -> None:
        """The reasons that were given before, to choose from."""
        self._reasons = tuple(reasons)
        panel = self.panel_shown()
        if panel is not None:
            panel.set_remembered(self._reasons)

    def know_imports(self, batches: Sequence[Kept[Batch]]) -> None:
        """The imports of the file, newest first."""
        live = [kept for kept in batches if kept.value.state is BatchState.LIVE]
        self._imported = {
            kept.value.file_name: f"{kept.value.imported_at.astimezone():%d/%m/%Y %H:%M}"
            for kept in reversed(live)
        }
        self._newest = BatchId(live[0].id) if live else None

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

    def refresh(self) -> None:
        """Asks for what the panel shows again."""
        if self.panel_shown() is not None:
            self._ask_panel()

    def show_again(self) -> None:
        """Shows the panel again when it was closed."""
        if self.panel_shown() is None and self._asked_for:
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
        shown = self.panel_shown()
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
        panel = self.panel_shown()
        if isinstance(panel, LinePanel) and panel.answer.row.id == line:
            panel.set_proposals([(proposal, self._words.proposed(proposal)) for proposal in proposals])

    def _group(self, line: LineId, group: Group | None) -> None:
        panel = self.panel_shown()
        if isinstance(panel, LinePanel) and panel.answer.row.id == line and group is not None:
            panel.set_group(group)

    def _accept_suggestions(self, lines: object) -> None:
        """Accepts the suggestions of several lines that were shown, in one step."""
        if not isinstance(lines, tuple) or self.is_moving_on:
            return
        if lines:
            self._look_for_next(lines[-1], frozenset(lines))
        self.is_moving_on = True
        self._list.to_the_table()
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
            self._office.do(command, "Reject the suggestion", self._list.to_the_table)

    def _explain(self, line: LineId, explanation: LineExplanation) -> None:
        panel = self.panel_shown()
        if isinstance(panel, LinePanel) and panel.answer.row.id == line:
            panel.set_explanation(explanation)

    def _settled(self) -> None:
        """The panel that was waited for is shown."""
        self.is_moving_on = False
        afterwards, self._afterwards = self._afterwards, None
        if afterwards is not None:
            afterwards()

    def _show_several(self, answer: LineAnswer) -> None:
        lines = tuple(LineId(id) for id in self._asked_for)
        shown = self.panel_shown()
        if isinstance(shown, SeveralPanel) and shown.lines == lines:
            self._settled()
            return
        total = self._summary.total if self._summary.count == len(lines) else None
        # Only who chose “all” can think that what is hidden was meant as well (bad input U07).
        hidden = self._list.hidden() if len(lines) == len(self._list.model.ids) else 0

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
        panel = self.panel_shown()
        if isinstance(panel, SeveralPanel) and panel.lines == lines and late:
            panel.set_late(late)
            panel.set_suggested(*self._suggested_among(lines))

    def _suggested_among(self, lines: Sequence[LineId]) -> tuple[tuple[LineId, ...], int]:
        """Of the selected lines those with a certain suggestion, and how many have one that is not; only as many are
        looked at as are fetched for their sum anyway."""
        if len(lines) > AT_ONCE:
            return (), 0
        rows: list[LineRow] = [row for row in self._list.table.selected_rows() if row.suggestion is not None]
        certain = tuple(row.id for row in rows if row.suggestion is not None and row.suggestion.certain)
        return certain, len(rows) - len(certain)

    def _leave_panel(self, give_up: bool) -> None:
        """Back to the list; what was begun in the panel and given up is shown as it was."""
        self._list.to_the_table()
        panel = self.panel_shown()
        if give_up and panel is not None:
            self._panel = None
            self._ask_panel()

    def activated(self, _row: object) -> None:
        """Enter on a line: accepts what the panel proposes, or goes there to choose."""
        if not self.is_moving_on:
            self._with_panel(self._accept_or_choose)

    @staticmethod
    def _accept_or_choose(panel: LinePanel | SeveralPanel) -> None:
        if isinstance(panel, LinePanel) and panel.is_ready:
            panel.accept()
        else:
            panel.start_choosing()

    def _try(self, target: object) -> None:
        """Has a rule made of the line in the panel that does the same to others like it, and tries it."""
        panel = self.panel_shown()
        if not isinstance(panel, LinePanel) or not isinstance(target, ToProjects | ToIncome | Exclude):
            return
        line = panel.answer.row.id

        def made(rule: CodingRule) -> None:
            self._office.ask("spend.trial", TryRule(rule), partial(tried, rule), self, failed=refused)

        def tried(rule: CodingRule, trial: TrialAnswer) -> None:
            shown = self.panel_shown()
            if isinstance(shown, LinePanel) and shown.answer.row.id == line:
                shown.set_trial(target, rule, trial)

        def refused(error: Exception) -> None:
            self._office.asker.failed.emit(error)
            shown = self.panel_shown()
            if isinstance(shown, LinePanel):
                shown.drop_trial()

        self._office.ask("spend.rule", RuleFromLine(line, target), made, self, _PAUSE_MS, failed=refused)

    def _show_history(self) -> None:
        """What happened to the line in the panel, as the next page of the inspector."""
        panel = self.panel_shown()
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
        panel = self.panel_shown()
        if isinstance(panel, LinePanel):
            row = panel.answer.row
            title = f"Row {row.line.row:,} of {row.file}"
            desk = self._office.desk
            self._office.work(
                f"Read row {row.line.row:,} of {row.file}",
                lambda progress: desk.ask(OriginalRow(row.id), progress),
                lambda original: self.deeper_requested.emit(original_page(title, original)),
            )

    # Keys

    def take_letter(self, letter: str) -> None:
        """Does what a letter of the keys means for what is selected."""
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
        if does is not None and not self.is_moving_on:
            self._with_panel(does)

    def _with_panel(self, does: Callable[[LinePanel | SeveralPanel], object]) -> None:
        """Does something with the panel of what is selected, as soon as it is shown."""
        keys = tuple(self._list.table.selected_keys()) if self._summary.count <= MOST_AT_ONCE else ()
        row: LineRow | None = self._list.table.current_row
        if (
            not keys and not self._summary.count and row is not None
        ):  # the cursor is on it, but it is not selected yet
            self._list.table.select_key(row.id)
            keys = (row.id,)
        panel = self.panel_shown()
        if panel is not None and self._lines_of(panel) == keys:
            does(panel)
        elif keys:
            self._afterwards = lambda: self._with_panel(does)
            self._asked_for = keys
            self._ask_panel()

    @staticmethod
    def _lines_of(panel: LinePanel | SeveralPanel) -> tuple[int, ...]:
        return panel.lines if isinstance(panel, SeveralPanel) else (panel.answer.row.id,)

    # What the user does with lines

    def _place(self, placing: object) -> None:
        if not isinstance(placing, Placing) or self.is_moving_on:
            return
        if self._is_waiting(placing.line):
            self._look_for_next(placing.line)
            self.is_moving_on = True
        self._list.to_the_table()
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
                self._following, self.is_moving_on = None, False

        job.ended.connect(ended)

    def _is_waiting(self, line: LineId) -> bool:
        panel = self.panel_shown()
        return isinstance(panel, LinePanel) and panel.answer.row.id == line and not panel.answer.row.charges

    def _look_for_next(self, line: LineId, done: frozenset[LineId] = frozenset()) -> None:
        """Remembers the lines after *line*, so that the next waiting one is found once the list is fresh."""
        ids = self._list.model.ids
        try:
            at = ids.index(line)
        except ValueError:
            at = -1
        following = ids[at + 1 :] + ids[: max(at, 0)]
        self._following = array("q", [id for id in following if id not in done]) if done else following

    def _ask_next(self) -> None:
        where = replace(self._list.where, show=Show.WAITING)
        self._office.ask("spend.next", LineIds(where, self._list.order), self._go_to_next, self)

    def _go_to_next(self, waiting: array[int]) -> None:
        following, self._following = self._following, None
        left = set(waiting)
        line = next((id for id in following or () if id in left), None)
        if line is not None and self._list.table.select_key(line):
            self._selection_settled([line])
            self._list.to_the_table()
            return
        self.is_moving_on = False
        if self._list.show_key is Show.WAITING or not left:
            self._asked_for = ()
            steps = [Step("Show all lines", self._list.show_all, True)]
            self.inspect_requested.emit(
                InspectorPage(
                    "Nothing waits here",
                    [TextBlock("Every line of this list has its place."), StepsBlock(steps)],
                )
            )
        self._list.to_the_table()

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
            hidden = self._list.hidden() if len(placing.lines) == len(self._list.model.ids) else 0
            done = partial(self._placed_all, hidden)
            self._office.do(command, f"Charge {count(len(placing.lines), 'line')}", done)
            self._list.to_the_table()

    def _placed_all(self, hidden: int, effect: Effect[int]) -> None:
        stay = f" {count(hidden, 'line')} hidden by the filters left as they were." if hidden else ""
        self.said.emit(Message(f"Done: {effect.name}.{stay}", "", Tone.GOOD))
        self._list.to_the_table()

    def _clear(self, lines: object) -> None:
        if isinstance(lines, tuple):
            self._office.do(ClearCharges(lines), "Make lines wait again", self._list.to_the_table)

    def _decide(self, wish: object) -> None:
        if isinstance(wish, tuple) and isinstance(wish[0], LineChange) and self._newest is not None:
            change, take = wish
            words = "Take the new" if take else "Keep the old"
            command = DecideChange(self._newest, change.line, bool(take))
            self._office.do(command, words, self._list.to_the_table)

    def _review(self, change: object) -> None:
        if isinstance(change, LineChange) and self._newest is not None:
            line = change.line

            def done(_effect: object) -> None:
                ids = self._list.model.ids
                after = [id for id in ids if id != line]
                if self._list.show_key is Show.CHANGED and after:
                    at = min(ids.index(line), len(after) - 1) if line in ids else 0
                    self._wanted = LineId(after[at])
                self._list.to_the_table()

            self._office.do(ReviewChanges(self._newest, (line,)), "Look at a changed line", done)

    def review_all(self) -> None:
        """Says that every change of the newest import has been looked at."""
        if self._newest is not None:
            self._office.ask("spend.review", ImportDetail(self._newest), self._review_these, self)

    def _review_these(self, answer: ImportAnswer) -> None:
        lines = tuple(change.line for change in answer.changes if not change.reviewed)
        if lines and self._newest is not None:
            command = ReviewChanges(self._newest, lines)
            self._office.do(command, "Look at the changed lines", self._list.to_the_table)
