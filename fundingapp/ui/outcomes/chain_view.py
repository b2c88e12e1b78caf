"""The results chain: project, outcome, what is measured of it, and milestones, each to be changed in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.outcomes import ChangeMilestone, ChangeOutcome
from fundingapp.application.commands.results import ChangeIndicator
from fundingapp.application.effect import Command, Topic
from fundingapp.application.queries.chains_of_results import ChainsAnswer, ChainsOf, OutcomeRow
from fundingapp.application.queries.held_results import ResultRow
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.results import MilestoneRow
from fundingapp.application.wording import count, short_date
from fundingapp.domain.ids import IndicatorId, MilestoneId, OutcomeId, ProjectId
from fundingapp.domain.indicators import ResultLevel
from fundingapp.domain.outcomes import OutcomeStatement
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.outcomes.chain_actions import ChainActions
from fundingapp.ui.outcomes.columns import HIDDEN_TIP, NAME_ROW_HEIGHT, NOTHING, Line
from fundingapp.ui.outcomes.targets import ShowIndicator, ShowOutcome, ShowProject
from fundingapp.ui.page import Target
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.columns import LEFT, RIGHT, Column, Edit
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import ChoiceButton, Option
from fundingapp.ui.widgets.empty_state import EmptyState

_ALL = "All projects"
#: So many columns the heading of an outcome goes over: all up to its state.
_OVER = 7
#: How far what belongs to an outcome stands in.
_INDENT = "      "
_NO_OUTCOME = "Of no outcome yet"
_MILESTONE_TONES = {"done": Tone.GOOD, "overdue": Tone.BAD}


#: What tells a line from the others: what it is, its id, and of an outcome the project that it stands under.
Key: TypeAlias = tuple[str, int, ProjectId | None]


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One line of a *project* (None: of the partnership): an outcome, an indicator under it, or a milestone.

    *of* is the outcome's own row.
    """

    project: ProjectId | None
    of: OutcomeRow
    result: ResultRow | None = None
    milestone: MilestoneRow | None = None

    @property
    def key(self) -> Key:
        if self.result is not None:
            return ("indicator", self.result.kept.id, None)
        if self.milestone is not None:
            return ("milestone", self.milestone.kept.id, None)
        return ("outcome", self.of.kept.id if self.of.kept is not None else 0, self.project)

    @property
    def is_outcome(self) -> bool:
        return self.result is None and self.milestone is None

    @property
    def name(self) -> str:
        """Its own name, without what it belongs to."""
        if self.result is not None:
            return self.result.indicator.name
        if self.milestone is not None:
            return self.milestone.kept.value.name
        return self.of.kept.value.name if self.of.kept is not None else _NO_OUTCOME

    @property
    def what(self) -> str:
        """What it is, in a word."""
        if self.result is not None:
            return self.result.indicator.level.value
        if self.milestone is not None:
            return "milestone"
        return "outcome" if self.of.kept is not None else ""


def _state(line: ChainLine) -> str:
    if line.result is not None:
        return "closed" if line.result.indicator.is_closed else Line(line.result).state
    if line.milestone is not None:
        return _milestone_word(line.milestone)
    return ""


def _milestone_word(row: MilestoneRow) -> str:
    """How a milestone stands, in a word; the days are told beside it."""
    milestone = row.kept.value
    if milestone.is_cancelled:
        return "given up"
    if milestone.done_on is not None:
        return "done"
    return "overdue" if row.is_overdue else "to come"


def _tone(line: ChainLine) -> Tone | None:
    if line.result is not None:
        return Tone.NEUTRAL if line.result.indicator.is_closed else Line(line.result).tone
    if line.milestone is not None:
        return _MILESTONE_TONES.get(_milestone_word(line.milestone), Tone.NEUTRAL)
    return None


def _tint(line: ChainLine) -> Tone | None:
    """The ground of an outcome, which heads what hangs on it."""
    return Tone.NEUTRAL if line.is_outcome else None


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _state_tip(line: ChainLine) -> str:
    if line.milestone is not None:
        return _sentence(line.milestone.state)
    if line.result is None:
        return ""
    return HIDDEN_TIP if Line(line.result).hides else line.result.judgement.note


def _evidence(line: ChainLine) -> str:
    number = len(line.of.evidence) if line.is_outcome else 0
    if line.result is not None:
        number = line.result.evidence
    if line.milestone is not None:
        number = len(line.milestone.evidence)
    return count(number, "paper") if number else NOTHING


def _of_result(text: Callable[[Line], str]) -> Callable[[ChainLine], str]:
    return lambda line: text(Line(line.result)) if line.result is not None else ""


def _due(line: ChainLine) -> str:
    if line.milestone is None:
        return ""
    milestone = line.milestone.kept.value
    if milestone.done_on is not None:
        return f"done {short_date(milestone.done_on)}"
    return short_date(milestone.expected or milestone.due)


class ChainView(GrantView):
    """One table of the whole chain; what is chosen opens at the right with its forms, papers and statements."""

    def __init__(self, office: Office) -> None:
        super().__init__("chain", "Results chain", office)
        self._position: PositionAnswer | None = None
        self._answer: ChainsAnswer | None = None
        self._shown: Key | None = None
        self._at: Key | None = None
        self._follows = False
        self._wanted: OutcomeId | None = None
        self.actions_of = ChainActions(self)
        self._project_choice = ChoiceButton("Project", [Option(None, _ALL)])
        self._project_choice.chosen.connect(lambda _key: self._ask())
        self._rules_button = button("Judging…", self._open_rules)
        self._rules_button.setToolTip(
            "From which per cent a target is met or near, and which counts are hidden"
        )
        self._set_button = button("Standard set…", lambda: self.actions_of.standard_set(self._project()))
        self._milestone_button = button("Milestone…", lambda: self.actions_of.add_milestone(*self._here()))
        self._milestone_button.setAccessibleName("Add a milestone…")
        self._indicator_button = button("Indicator…", lambda: self.actions_of.add_indicator(*self._here()))
        self._indicator_button.setAccessibleName("Add an indicator…")
        self._outcome_button = primary_button(
            "Outcome…", lambda: self.actions_of.add_outcome(self._project()), icon="plus"
        )
        self._outcome_button.setAccessibleName("Add an outcome…")
        self._makers = (
            self._set_button,
            self._milestone_button,
            self._indicator_button,
            self._outcome_button,
        )
        self.buttons += [self._project_choice, self._rules_button, *self._makers]
        self.table = TableView(
            "Results chain", "outcomes.chain", office.settings, office.asker, NAME_ROW_HEIGHT
        )
        self._model = ListTableModel[ChainLine](
            tuple(replace(column, tint=_tint) for column in self._columns()),
            lambda line: line.key,
            self.table,
        )
        self.table.set_model(self._model)
        self.table.row_activated.connect(self._open)
        self.table.current_row_changed.connect(self._current_changed)
        self.table.clicked.connect(lambda _index: self._open(self.table.current_row))
        self.table.edited.connect(self._edited)
        self.table.why_requested.connect(self._why)
        self.table.selection_summarised.connect(self.selection_summarised)
        card = Card()
        card.add(self.table, 1)
        self._card = card
        self.empty = EmptyState(
            "outcomes",
            "From the money to the difference",
            "An outcome says what is to change. Under it stand its indicators, which measure it, the outputs that are "
            "delivered for it, and the milestones on the way. Begin with an outcome, or with the indicators of a "
            "standard set.",
        )
        for text, do in (
            ("Add an outcome…", lambda: self.actions_of.add_outcome(self._project())),
            ("Choose from a standard set…", lambda: self.actions_of.standard_set(self._project())),
        ):
            self.empty.add_step(text, do).setDisabled(office.is_read_only)
        self.stack = ViewStack()
        self.stack.addWidget(card)
        self.stack.addWidget(self.empty)
        self.body.addWidget(self.stack, 1)

    def _columns(self) -> tuple[Column[ChainLine], ...]:
        free = not self.office.is_read_only

        def named(line: ChainLine) -> bool:
            return free and not (line.is_outcome and line.of.kept is None)

        def measured(line: ChainLine) -> bool:
            return free and line.result is not None

        return (
            Column[ChainLine](
                "Outcome and steps",
                self._headed,
                LEFT,
                width=260,
                stretch=4,
                least=170,
                wrap=True,
                filter="name",
                edit=Edit.TEXT,
                can_edit=named,
                typed=lambda line: line.name,
                spans=lambda line: _OVER if line.is_outcome else 1,
                tip=self._headed,
            ),
            Column[ChainLine](
                "It is", lambda line: line.what, width=76, quiet=True, filter="what", may_hide=True
            ),
            Column[ChainLine](
                "Project",
                self._project_name,
                width=120,
                stretch=2,
                least=80,
                filter="project",
                quiet=True,
                may_hide=True,
            ),
            Column[ChainLine](
                "Baseline",
                _of_result(lambda line: "" if line.baseline == NOTHING else line.baseline),
                RIGHT,
                width=66,
                may_hide=True,  # beside an open panel it is changed there
                turn=1,
                edit=Edit.TEXT,
                can_edit=measured,
                tip=lambda line: (
                    "F2 types another baseline, for every year." if line.result is not None else ""
                ),
            ),
            Column[ChainLine](
                "Target",
                lambda line: line.result.target.text if line.result is not None else "",
                RIGHT,
                width=80,
                edit=Edit.TEXT,
                can_edit=measured,
                tip=lambda line: (
                    "F2 types another target, for every year." if line.result is not None else ""
                ),
            ),
            Column[ChainLine](
                "To date",
                _of_result(lambda line: line.to_date),
                RIGHT,
                width=84,
                strong=True,
                why=lambda line: (
                    line.result is not None
                    and bool(line.result.to_date.figures)
                    and not line.result.is_hidden
                ),
            ),
            Column[ChainLine]("Due", _due, width=100, may_hide=True, turn=2),
            Column[ChainLine](
                "State",
                _state,
                pill=_tone,
                filter="state",
                width=96,
                tip=_state_tip,
            ),
            Column[ChainLine]("Evidence", _evidence, width=80, may_hide=True, turn=1),
        )

    def _headed(self, line: ChainLine) -> str:
        """A name; that of an outcome, which heads what hangs on it, with whose it is."""
        return f"{line.name} · {self._project_name(line)}" if line.is_outcome else f"{_INDENT}{line.name}"

    def _project_name(self, line: ChainLine) -> str:
        return self._names().get(line.project, "The partnership")

    def _names(self) -> dict[ProjectId | None, str]:
        if self._position is None:
            return {}
        return {each.project_id: each.project.name for each in self._position.position.projects if each.ref}

    # What the page uses

    @property
    def position(self) -> PositionAnswer:
        """The chosen grant; only asked for while there is one."""
        assert self._position is not None, "no grant is chosen yet"
        return self._position

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer
        projects = [
            Option(each.project_id, f"{each.ref} {each.project.name}")
            for each in self.office.listed(answer.position)
            if each.ref
        ]
        unlike = {option.key: option for option in projects}
        self._project_choice.set_options([Option(None, _ALL), *unlike.values()], self._project_choice.key)
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.RESULTS | Topic.EVIDENCE) and self._position is not None:
            self._ask()

    def first_focus(self) -> QWidget:
        return self.empty if self.stack.currentWidget() is self.empty else self.table

    def panel_closed(self) -> None:
        self._shown = None

    def go_to(self, subject: object) -> None:
        """Shows an outcome, or the chain of one project."""
        match subject:
            case ShowProject():
                self._project_choice.choose(subject.project)
            case ShowOutcome():
                self._wanted = subject.outcome
                self._project_choice.choose(None)
                self._go_where_wanted()

    def _go_where_wanted(self) -> None:
        line = next(
            (each for each in self._model.rows if each.is_outcome and each.key[1] == self._wanted), None
        )
        if line is not None:
            self._wanted = None
            self.table.select_key(line.key)
            self._open(line)

    def _project(self) -> ProjectId | None:
        key = self._project_choice.key
        return ProjectId(key) if isinstance(key, int) else None

    def _here(self) -> tuple[ProjectId | None, OutcomeId | None]:
        """The project and outcome that something new is for: those under the cursor, else the chosen project."""
        line = self.table.current_row
        if not isinstance(line, ChainLine):
            return self._project(), None
        return line.project, OutcomeId(line.of.kept.id) if line.of.kept is not None else None

    # What is shown

    def _ask(self) -> None:
        if self._position is None:
            return
        position = self._position.position
        question = ChainsOf(position.year, position.fund_id, self._project())
        self.office.ask_of_grant("outcomes.chain", question, self._show, self)

    def _show(self, answer: ChainsAnswer) -> None:
        self._answer = answer
        lines: list[ChainLine] = []
        for project, rows in answer.chains:
            if not self.office.lists(project):
                continue
            for row in rows:
                inside = sorted(row.rows, key=lambda each: each.indicator.level is not ResultLevel.OUTCOME)
                lines.append(ChainLine(project, row))
                lines += [ChainLine(project, row, result=each) for each in inside]
                lines += [ChainLine(project, row, milestone=each) for each in row.milestones]
        self._model.set_rows(lines)
        is_empty = not answer.chains
        self.stack.setCurrentWidget(self.empty if is_empty else self._card)
        for each in (*self._makers, self._rules_button):
            each.setDisabled(self.office.is_read_only)
        if self.isVisible():
            self._say_state(lines)
        if self._wanted is not None:
            self._go_where_wanted()
        elif self._shown is not None and self.isVisible():
            again = next((line for line in lines if line.key == self._shown), None)
            if again is not None:
                self._open(again)
            else:
                self.close_panel()

    def _say_state(self, lines: list[ChainLine]) -> None:
        outcomes = sum(line.is_outcome and line.of.kept is not None for line in lines)
        indicators = sum(line.result is not None for line in lines)
        overdue = sum(line.milestone is not None and line.milestone.is_overdue for line in lines)
        said = [
            count(outcomes, "outcome"),
            count(indicators, "indicator"),
            count(sum(line.milestone is not None for line in lines), "milestone"),
            f"{overdue:,} overdue" if overdue else "",
        ]
        self.state_changed.emit(" · ".join(part for part in said if part))

    def _why(self, line: object, _column: object) -> None:
        if isinstance(line, ChainLine) and line.result is not None:
            self.ask_why(line.result.figure("to-date"))

    # In place

    def _edited(self, line: object, column: object, value: object) -> None:
        if not isinstance(line, ChainLine) or not isinstance(column, Column):
            return
        words = " ".join(str(value).split())
        command: Command[None] | None = None
        name = f"Change {line.name}"
        if line.result is not None:
            indicator = line.result.indicator
            match column.title:
                case "Baseline":
                    after_it = replace(indicator, baseline=words)
                case "Target":
                    after_it = replace(indicator, target=words)
                case _:
                    after_it = replace(indicator, name=words)
            command = ChangeIndicator(IndicatorId(line.result.kept.id), after_it)
        elif line.milestone is not None:
            after = replace(line.milestone.kept.value, name=words)
            command = ChangeMilestone(MilestoneId(line.milestone.kept.id), after)
        elif line.of.kept is not None:
            command = ChangeOutcome(OutcomeId(line.of.kept.id), replace(line.of.kept.value, name=words))
        if command is not None and words != line.name:
            self.office.do(command, name)

    # At the right

    def _current_changed(self, line: object) -> None:
        if not isinstance(line, ChainLine):
            return
        before, self._at = self._at, line.key
        if before is not None and self._at != before and self._follows and self.table.hasFocus():
            self._open(line)

    def _open(self, line: object) -> None:
        if not isinstance(line, ChainLine):
            return
        self._shown = line.key
        if line.result is not None:
            self.inspect(self._indicator_page(line, line.result))
        elif line.milestone is not None:
            self.inspect(self._milestone_page(line.milestone))
        else:
            self.inspect(self._outcome_page(line))

    def _indicator_page(self, line: ChainLine, row: ResultRow) -> InspectorPage:
        shown = Line(row)
        blocks: list[Block] = [
            CheckBlock(
                [
                    (
                        _state(line),
                        _tone(line) or Tone.NEUTRAL,
                        _state_tip(line) or f"{shown.to_date} to date.",
                    )
                ]
            ),
            StepsBlock([Step("Open its figures", partial(self._go_to_indicator, row), True)]),
        ]
        if not self.office.is_read_only:
            blocks.append(
                StepsBlock(
                    [
                        Step("Change…", partial(self.actions_of.change_indicator, row.kept)),
                        Step("Target of the year…", partial(self.actions_of.set_year, row)),
                        Step(
                            "Measure again" if row.indicator.is_closed else "Stop measuring",
                            partial(self.actions_of.close_indicator, row.kept),
                        ),
                        Step("Remove", partial(self.actions_of.remove_indicator, row.kept)),
                    ]
                )
            )
        blocks.append(papers_block(self.office, "indicator", row.kept.id, "Evidence"))
        return InspectorPage(row.indicator.name, blocks, line.key)

    def _go_to_indicator(self, row: ResultRow) -> None:
        self.go_requested.emit(Target("outcomes", ("indicators", ShowIndicator(IndicatorId(row.kept.id)))))

    def _milestone_page(self, row: MilestoneRow) -> InspectorPage:
        milestone = row.kept.value
        days = [SumRow("Due", short_date(milestone.due))]
        if milestone.expected is not None:
            days.append(SumRow("Expected now", short_date(milestone.expected)))
        if milestone.done_on is not None:
            days.append(SumRow("Done on", short_date(milestone.done_on)))
        word = _milestone_word(row)
        tone = _MILESTONE_TONES.get(word, Tone.NEUTRAL)
        blocks: list[Block] = [
            CheckBlock(
                [(word, tone, " ".join(part for part in (f"{_sentence(row.state)}", milestone.note) if part))]
            ),
            SumBlock(days),
        ]
        if not self.office.is_read_only:
            steps = [
                Step("Change…", partial(self.actions_of.change_milestone, row.kept)),
                Step("Remove", partial(self.actions_of.remove_milestone, row.kept)),
            ]
            if milestone.done_on is None and not milestone.is_cancelled:
                steps.insert(0, Step("Done today", partial(self.actions_of.milestone_done, row.kept), True))
            blocks.append(StepsBlock(steps))
        blocks.append(papers_block(self.office, "milestone", row.kept.id, "Evidence"))
        return InspectorPage(milestone.name, blocks, ("milestone", row.kept.id, None))

    def _outcome_page(self, line: ChainLine) -> InspectorPage:
        row, kept = line.of, line.of.kept
        if kept is None:
            words = "These belong to no outcome yet. Change one of them to say which outcome it shows."
            return InspectorPage(_NO_OUTCOME, [TextBlock(words)], line.key)
        outcome = kept.value
        blocks: list[Block] = []
        if not self.office.is_read_only:
            blocks.append(
                StepsBlock(
                    [
                        Step("Change…", partial(self.actions_of.change_outcome, kept), True),
                        Step(
                            "Add an indicator…",
                            partial(self.actions_of.add_indicator, line.project, OutcomeId(kept.id)),
                        ),
                        Step(
                            "Add a milestone…",
                            partial(self.actions_of.add_milestone, line.project, OutcomeId(kept.id)),
                        ),
                        Step("Remove", partial(self.actions_of.remove_outcome, kept)),
                    ]
                )
            )
        years = " to ".join(str(year) for year in (outcome.from_year, outcome.to_year) if year is not None)
        pairs = (
            ("Theme", row.theme),
            ("Priority", row.priority),
            ("Code", outcome.code),
            ("Years", years),
        )
        about = "\n".join(
            [*filter(None, [outcome.description]), *(f"{name}: {text}" for name, text in pairs if text)]
        )
        if about:
            blocks.append(TextBlock(about, "About"))
        blocks += self._statement_blocks(row)
        blocks.append(papers_block(self.office, "outcome", kept.id, "Evidence"))
        return InspectorPage(outcome.name, blocks, line.key)

    def _statement_blocks(self, row: OutcomeRow) -> list[Block]:
        year = self.position.position.year
        blocks: list[Block] = []
        statements = [kept.value for kept in row.statements]
        for each in statements:
            when = f"Q{each.quarter} {each.year}" if each.quarter else f"The year {each.year}"
            blocks.append(TextBlock(_statement_words(each), f"{when} · {count(_words(each), 'word')}"))
        if not statements:
            blocks.append(TextBlock(f"Nothing is said yet of what changed in {year}.", "Statements"))
        if not self.office.is_read_only and row.kept is not None:
            write = self.actions_of.write_statement
            steps = [Step(f"Write for {year}…", partial(write, row.kept, None, statements))]
            steps += [
                Step(f"Q{quarter}…", partial(write, row.kept, quarter, statements)) for quarter in range(1, 5)
            ]
            blocks.append(StepsBlock(steps))
        return blocks

    # How results are judged

    def _open_rules(self) -> None:
        if self._answer is not None:
            self.actions_of.set_rules(self._answer.rules)

    # Qt overrides

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard arriving in the table chooses its first row; only what the user chooses opens the panel."""
        super().showEvent(event)
        self._follows = False
        QTimer.singleShot(0, self, self._follow)
        self._say_state(list(self._model.rows))

    def _follow(self) -> None:
        self._follows = True


def _texts(statement: OutcomeStatement) -> list[tuple[str, str]]:
    return [
        ("", statement.changed),
        ("How it is known: ", statement.method),
        ("What that can't show: ", statement.limits),
        ("Works well: ", statement.working_well),
        ("To be better: ", statement.to_improve),
    ]


def _statement_words(statement: OutcomeStatement) -> str:
    return "\n".join(f"{before}{text}" for before, text in _texts(statement) if text)


def _words(statement: OutcomeStatement) -> int:
    return sum(len(text.split()) for _before, text in _texts(statement))
