"""What the grant's money is for: budget and spend by theme, priority and area, and the shares of each project (R7)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from fundingapp.application.commands.plan import CopyShares, SetShares, SharesCopied
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.queries.plan import ProjectServes, SpendByPlan, SpendByPlanAnswer
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.wording import count
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money, NotMoneyError, percent_in_words
from fundingapp.domain.priorities import PlanLine, Served, ShareGiven, Split, plan_measure
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, SumBlock, SumRow, TextBlock
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure, Target
from fundingapp.ui.projects.funding_view import percent_of
from fundingapp.ui.setup.lists import ListView
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.bar import Share
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.widgets.segmented import Segmented

_TITLES = {Split.THEME: "By theme", Split.PRIORITY: "By priority", Split.AREA: "By area"}
_PLURALS = {Split.THEME: "themes", Split.PRIORITY: "priorities", Split.AREA: "areas"}
_MEASURES = {"Budget £": "budget", "Spent £": "spend", "Forecast £": "outturn"}
_TOTALS = {"budget": "awarded", "spend": "spend", "outturn": "outturn"}


def _money(title: str, of: Any) -> Column[PlanLine]:
    return Column[PlanLine].of_amounts(title, of, sort=title, orders=True, why=title in _MEASURES, width=104)


LINES = (
    Column[PlanLine](
        "Serves",
        lambda row: row.served.label,
        sort="name",
        stretch=5,
        width=240,
        least=140,
        tip=lambda row: row.served.label,
    ),
    Column[PlanLine](
        "",
        lambda row: (
            "cross-cutting" if row.served.is_cross_cutting else "" if row.served.is_said else "not said"
        ),
        pill=lambda row: (
            Tone.NEUTRAL
            if row.served.is_cross_cutting
            else Tone.ATTENTION
            if not row.served.is_said
            else None
        ),
        width=106,
        may_hide=True,
    ),
    Column[PlanLine](
        "Projects",
        lambda row: f"{row.projects:,}",
        RIGHT,
        sort="projects",
        order=lambda row: row.projects,
        width=72,
    ),
    _money("Budget £", lambda row: row.budget),
    _money("Spent £", lambda row: row.spent),
    Column[PlanLine](
        "Used",
        lambda row: Share.of(row.spent, row.budget).in_words,
        bar=lambda row: Share.of(row.spent, row.budget),
        width=90,
        may_hide=True,
    ),
    _money("Forecast £", lambda row: row.outturn),
    Column[PlanLine].of_amounts(
        "Left £", lambda row: row.left, sort="left", orders=True, width=104, may_hide=True
    ),
)


class PlanView(ListView[ProjectServes]):
    """The sums above, the projects below; the chosen project's shares are given at the right."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "projects",
            "No project has a budget in this year",
            "Once a project has an award, this shows what its money serves by theme, priority and area.",
        )
        super().__init__("plan", "Plan", office, self._project_columns(), empty)
        self.table.setAccessibleName("Projects and what they serve")
        self._position: PositionAnswer | None = None
        self._answer: SpendByPlanAnswer | None = None
        self._split_choice = Segmented("Divided by", [Option(split, text) for split, text in _TITLES.items()])
        self._split_choice.chosen.connect(lambda _key: self._divided())
        self._scope_choice = Segmented("Over", [Option(False, "This grant"), Option(True, "All grants")])
        self._scope_choice.chosen.connect(lambda _key: self._ask())
        self._copy = button("Copy last year’s shares", self.copy_shares, icon="copy")
        self._copy.setDisabled(office.is_read_only)
        self.buttons += [self._scope_choice, self._copy]
        self._lines_card = Card("By theme")
        self._lines = TableView("Plan", "projects.plan", office.settings, office.asker)
        self._lines_model = ListTableModel[PlanLine](LINES, lambda row: row.served, self._lines)
        self._lines.set_model(self._lines_model)
        self._lines.why_requested.connect(self._why)
        self._lines.selection_summarised.connect(self.selection_summarised)
        self._lines.row_activated.connect(self._line_opened)
        self._lines_card.add_head(self._split_choice)
        self._lines_card.add(self._lines, 1)
        # Both stay readable at 720 lines without the page scrolling.
        for table in (self._lines, self.table):
            table.setMinimumHeight(120)
            table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.body.insertWidget(0, self._lines_card, 1)

    @property
    def split(self) -> Split:
        """By what the money is divided now."""
        return Split(self._split_choice.key)

    def key_of(self, row: Any) -> object:
        return row.project

    def _project_columns(self) -> list[Column[ProjectServes]]:
        return [
            Column[ProjectServes]("Ref", lambda row: row.ref, sort="ref", filter="ref", width=62, quiet=True),
            Column[ProjectServes](
                "Project",
                lambda row: row.name,
                sort="name",
                filter="name",
                width=200,
                stretch=4,
                least=110,
                tip=lambda row: f"{row.ref} {row.name}",
            ),
            Column[ProjectServes].of_amounts(
                "Budget £", lambda row: row.budget, sort="budget", orders=True, width=100
            ),
            *(self._serves(split) for split in Split),
        ]

    @staticmethod
    def _serves(split: Split) -> Column[ProjectServes]:
        return Column[ProjectServes](
            {Split.THEME: "Themes", Split.PRIORITY: "Priorities", Split.AREA: "Areas"}[split],
            lambda row: row.words(split) or "–",
            filter=split.value,
            width=170,
            stretch=4,
            least=80,
            tip=lambda row: row.words(split).replace(", ", "\n"),
        )

    def show_position(self, answer: PositionAnswer) -> None:
        self._position = answer
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.SETUP | Topic.GRANTS | Topic.PROJECTS | Topic.LEDGER | Topic.CHARGES):
            self._ask()

    def _ask(self) -> None:
        if self._position is None:
            return
        position = self._position.position
        fund: FundId | None = None if self._scope_choice.key is True else position.fund_id
        self.office.ask_of_grant("projects.plan", SpendByPlan(position.year, fund), self._show, self)

    def _show(self, answer: SpendByPlanAnswer) -> None:
        self._answer = answer
        self._divided()
        rows = [each for each in answer.projects if self.office.lists(each.project)]
        some = self.office.some_in_words([each.project for each in answer.projects], "projects")
        self.card.set_title("What each project serves", some or count(len(rows), "project"))
        self.set_rows(rows, not answer.projects)
        self._lines_card.setVisible(bool(answer.projects))

    def _divided(self) -> None:
        answer = self._answer
        if answer is None:
            return
        lines = answer.lines[self.split]
        # What cuts across stands apart from the rest, and what nothing was said of comes last.
        ordered = sorted(lines, key=lambda line: (not line.served.is_said, line.served.is_cross_cutting))
        total = PlanLine(
            Served(self.split, "Total"), answer.budget, answer.spent, answer.outturn, len(answer.projects)
        )
        self._lines_model.set_rows(ordered, total if ordered else None)
        unsaid = Money.total(line.budget for line in lines if not line.served.is_said)
        over = answer.scope if answer.scope != "all grants" else "all grants together"
        self._lines_card.set_title(
            _TITLES[self.split],
            f"{unsaid.in_words} not said" if unsaid else f"together {answer.budget.in_words}",
            Tone.ATTENTION if unsaid else Tone.GOOD,
        )
        # A share goes to a place only as a whole project does: the sums are those of all districts.
        whole = " · sums of all districts" if self.office.district is not None else ""
        self.tell(f"{over} {answer.year}{whole}")

    def _why(self, row: object, column: object) -> None:
        answer = self._answer
        if not isinstance(row, PlanLine) or not isinstance(column, Column) or answer is None:
            return
        measure = _MEASURES[column.title]
        if any(row.served == line.served for line in answer.lines[self.split]):
            self.ask_why(
                f"{answer.scope}/{answer.year}/{plan_measure(self.split, row.served.label, measure)}"
            )
        else:  # the totals row
            all_of_it = measure if answer.scope == "all grants" else _TOTALS[measure]
            self.ask_why(f"{answer.scope}/{answer.year}/{all_of_it}")

    def _line_opened(self, row: object) -> None:
        """Which projects serve what was chosen, and with how much."""
        answer = self._answer
        if not isinstance(row, PlanLine) or answer is None:
            return
        figure = f"{answer.scope}/{answer.year}/{plan_measure(self.split, row.served.label, 'budget')}"
        if any(row.served == line.served for line in answer.lines[self.split]):
            self.ask_why(figure)

    # The project at the right

    def open_row(self, row: ProjectServes) -> None:
        answer = self._answer
        if answer is None:
            return
        blocks: list[Block] = []
        for split in Split:
            served = answer.plan.served(row.project, split)
            parts = [
                SumRow(
                    f"{each.label}, {percent_in_words(percent)}" if len(served) > 1 else each.label,
                    row.parts[each],
                    Figure(f"{row.ref}/{answer.year}/{plan_measure(split, each.label, 'budget')}"),
                )
                for each, percent in served
            ]
            caption = {Split.THEME: "Themes", Split.PRIORITY: "Priorities", Split.AREA: "Areas"}[split]
            if split not in row.given and served[0][0].is_said:
                from_priorities = split is Split.THEME and Split.PRIORITY in row.given
                caption += ", from its priorities" if from_priorities else ", in its own words"
            blocks.append(SumBlock(parts, caption))
        if not self.office.is_read_only:
            steps = [
                Step(
                    f"{_PLURALS[split].capitalize()}…", partial(self._share, row, split), split is self.split
                )
                for split in Split
            ]
            blocks.append(TextBlock("Give the shares of its budget by:"))
            blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage(f"{row.ref} {row.name}", blocks, ("serves", row.project)))

    def go_to(self, subject: object) -> None:
        """Shows the project of that reference."""
        row = next((each for each in self.model.rows if each.ref == subject), None)
        if row is not None:
            self.choose(row.project)

    def _share(self, row: ProjectServes, split: Split) -> None:
        answer = self._answer
        if answer is None:
            return
        if not answer.plan.in_force(split):
            self._teach(split)
            return
        self.open_form(
            f"What {row.ref} serves, by {split.value}",
            lambda: ShareForm(self.office, answer, row, split, lambda: self._back(row)),
            deeper=True,
        )

    def _teach(self, split: Split) -> None:
        """There is nothing yet that a share could be of."""
        where = "places" if split is Split.AREA else "themes"
        what = {Split.THEME: "theme", Split.PRIORITY: "priority", Split.AREA: "place"}[split]
        year = self._answer.year if self._answer is not None else ""
        self.say(
            Message(
                f"No {what} is in force in {year} yet.",
                "Record the plan first." if split is not Split.AREA else "Record the places first.",
                Tone.ATTENTION,
                "Go to Settings",
                lambda: self.go_requested.emit(Target("setup", (where, None))),
            )
        )

    def _back(self, row: ProjectServes) -> None:
        self._shown = row.project
        found = next((each for each in self.model.rows if each.project == row.project), None)
        if found is not None:
            self.open_row(found)

    def copy_shares(self) -> None:
        """Copies last year's shares to projects that have none yet."""
        if self._position is not None:
            self.office.do(CopyShares(self._position.position.year), "Copy last year’s shares", self._copied)

    def _copied(self, effect: Effect[SharesCopied]) -> None:
        made = effect.result
        left_out = f"Not copied: {'; '.join(made.left_out)}." if made.left_out else ""
        self.say(
            Message(
                f"{count(made.sets, 'set')} of shares copied.",
                left_out,
                Tone.ATTENTION if left_out else Tone.GOOD,
            )
        )


class ShareForm(Form):
    """A field for each theme, priority or area in force, in per cent or in pounds; their sum is said as it is typed."""

    def __init__(
        self,
        office: Office,
        answer: SpendByPlanAnswer,
        row: ProjectServes,
        split: Split,
        done: Any,
    ) -> None:
        super().__init__("Keep the shares", self._accepted, done)
        self._office, self._answer, self._row, self._split, self._done = office, answer, row, split, done
        given = {share.target: share.percent for share in answer.plan.shares(row.project, split)}
        self.unit = self.choice("Given", [Option(False, "in per cent"), Option(True, "in pounds")], False)
        self.fields: dict[int, QLineEdit] = {}
        for served in answer.plan.in_force(split):
            if served.id is None:
                continue
            percent = given.get(served.id)
            field = self.text(served.label, percent_in_words(percent).removesuffix("%") if percent else "")
            field.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            field.textChanged.connect(lambda _text: self._show_sum())
            self.fields[served.id] = field
        self._before = {target: field.text() for target, field in self.fields.items()}
        self.sum = label("", "note", wrap=True)
        self.sum.setAccessibleName("Sum of the shares")
        self.add("Together", self.sum)
        self.unit.currentIndexChanged.connect(lambda _at: self._turn())
        if given:
            self.note("Empty all fields to leave the project to what it names in words.")
        self._show_sum()

    def _turn(self) -> None:
        """Per cent become pounds of the budget and the other way round, as far as they add up."""
        shares = self._shares(not self.unit.key)
        if isinstance(shares, str) or not shares:
            self._show_sum()
            return
        budget = self._row.budget
        if self.unit.key is True:
            percents = [share.percent or Decimal(0) for share in shares]
            if sum(percents) == 100:
                for share, part in zip(shares, budget.divide(percents), strict=True):
                    self.fields[share.target].setText(str(part))
        else:
            for share in shares:
                if share.pounds is not None and budget:
                    percent = Decimal(share.pounds.pence) * 100 / budget.pence
                    self.fields[share.target].setText(percent_in_words(percent).removesuffix("%"))
        self._show_sum()

    def _shares(self, in_pounds: object) -> list[ShareGiven] | str:
        """What stands in the fields; a sentence where that is no number."""
        found = []
        for target, field in self.fields.items():
            text = field.text().strip()
            if not text:
                continue
            try:
                if in_pounds:
                    found.append(ShareGiven(target, pounds=Money.parse(text)))
                else:
                    found.append(ShareGiven(target, percent=percent_of(text)))
            except (NotMoneyError, ValueError):
                return f"“{text}” is not {'an amount' if in_pounds else 'a percentage'}."
        return found

    def _show_sum(self) -> None:
        shares = self._shares(self.unit.key)
        if isinstance(shares, str):
            self.sum.setText(shares)
            return
        self.sum.setText(_sum_in_words(shares, self._row.budget, self.unit.key is True))

    def _accepted(self) -> str:
        shares = self._shares(self.unit.key)
        if isinstance(shares, str):
            return shares
        untouched = {target: field.text() for target, field in self.fields.items()} == self._before
        if untouched and self.unit.key is not True:
            # What was given in pounds is kept finer than it is shown: nothing typed, nothing changed.
            self._done()
            return ""
        self._office.do(
            SetShares(self._row.project, self._answer.year, self._split, tuple(shares)),
            f"Share {self._row.ref} by {self._split.value}",
            lambda _effect: self._done(),
        )
        return ""


def _sum_in_words(shares: Sequence[ShareGiven], budget: Money, in_pounds: bool) -> str:
    if in_pounds:
        total = Money.total(share.pounds for share in shares if share.pounds is not None)
        left = budget - total
        return f"{total.in_words} of {budget.in_words}{_rest(left.pence, abs(left).in_words)}"
    whole = sum((share.percent for share in shares if share.percent is not None), Decimal(0))
    return f"{percent_in_words(whole)} of 100%{_rest(100 - whole, percent_in_words(abs(100 - whole)))}"


def _rest(left: Decimal | int, size: str) -> str:
    if not left:
        return ""
    return f", {size} still to give" if left > 0 else f", {size} too much"
