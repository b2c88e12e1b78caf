"""The chain of a grant's years, where the money that goes over comes from, and what there is to do to close a year."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.queries.chain import Chain, ChainOf, ChainYear
from fundingapp.application.queries.closing import ChecklistOf
from fundingapp.application.queries.year_end import YearEndAnswer
from fundingapp.application.wording import count, short_date
from fundingapp.domain.carry_forwards import CarryForwardState, NotAgreed
from fundingapp.domain.chain import ChainBreak, ChainState
from fundingapp.domain.closing import Checklist
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.charts.years_chart import YearBars, YearsChart
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
from fundingapp.ui.page import Figure, Target
from fundingapp.ui.papers import papers_block
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.pill import Pill
from fundingapp.ui.widgets.segmented import Segmented
from fundingapp.ui.yearend.checklist import ChecklistView
from fundingapp.ui.yearend.columns import (
    CARRY_TONES,
    CHAIN,
    CHAIN_MEASURES,
    CHAIN_TONES,
    MEASURES,
    ROW_HEIGHT,
    WHERE_FROM,
    ChainRow,
    HeadRow,
    not_agreed_in_words,
    some_of,
)
from fundingapp.ui.yearend.view import YearEndView
from fundingapp.ui.yearend.words import carry_in_words, pending_in_words

#: The height of headings of two lines.
_HEADINGS = 46
#: So many years stand in the chain before it scrolls.
_MOST_YEARS = 6
#: With this height or more the projects and the chart stand one above the other; otherwise one is chosen.
_ROOMY = 590
_PROJECTS, _YEARS = "projects", "years"
#: The states that are too long for the pill of a narrow panel.
_SHORT = {ChainState.AWAITED: "awaited", ChainState.UNDECIDED: "not settled", ChainState.SETTLED: "settled"}
_LEAST_HEIGHT = 430


class ChainView(YearEndView):
    """Years above; below, at the left the projects of the year that is chosen in the chain, at the right its checklist.

    By itself that is the year of the window; right after a year has begun it is the one before, as long as that is not
    closed: the old year's money is then what there is to decide about.
    """

    def __init__(self, office: Office) -> None:
        super().__init__("chain", "The chain", office)
        self._chain: Chain | None = None
        self._chosen: FinancialYear | None = None
        settings = office.settings
        self._chain_card = Card("The carry-forward chain")
        self.years = TableView("The carry-forward chain", "year-end.chain", settings, row_height=ROW_HEIGHT)
        self._years = ListTableModel[ChainRow](CHAIN, lambda row: row.of.year, self.years)
        self.years.set_model(self._years)
        self.years.horizontalScrollBar().rangeChanged.connect(
            lambda *_range: self._years_as_high_as_they_are()
        )
        self.years.why_requested.connect(self._why_of_year)
        self.years.current_row_changed.connect(self._year_chosen)
        self.years.row_activated.connect(self._open_year)
        self.years.selection_summarised.connect(self.selection_summarised)
        self._chain_card.add(self.years, 1)
        self._breaks = QWidget()
        self._break_grid = QGridLayout(self._breaks)
        self._break_grid.setContentsMargins(14, 2 * STEP, 14, 2 * STEP)
        self._break_grid.setHorizontalSpacing(3 * STEP)
        self._break_grid.setColumnStretch(1, 1)
        self._chain_card.add(self._breaks)
        self.body.addWidget(self._chain_card)
        across = QHBoxLayout()
        across.setSpacing(3 * STEP)
        across.addLayout(self._left(), 3)
        self._check_card = Card("Checklist")
        self.checklist = ChecklistView()
        self.checklist.go_requested.connect(self._go_there)
        self._check_card.add(self.checklist, 1)
        across.addWidget(self._check_card, 2)
        self.body.addLayout(across, 1)

    def _years_as_high_as_they_are(self) -> None:
        """All years are seen, also above the bar that is there while a panel leaves too little room beside it."""
        shown = max(1, min(_MOST_YEARS, len(self._years.rows)))
        bar = self.years.horizontalScrollBar()
        below = bar.sizeHint().height() if bar.maximum() else 0
        self.years.setFixedHeight(_HEADINGS + shown * ROW_HEIGHT + below)

    def _left(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(3 * STEP)
        self._where_card = Card("Where it comes from")
        self.where = TableView(
            "Where it comes from", "year-end.where", self.office.settings, row_height=ROW_HEIGHT
        )
        self._where = ListTableModel[HeadRow](WHERE_FROM, lambda row: row.key, self.where)
        self.where.set_model(self._where)
        self.where.why_requested.connect(self._why_of_head)
        self.where.row_activated.connect(self._open_head)
        self.where.selection_summarised.connect(self.selection_summarised)
        self._where_card.add(self.where, 1)
        self._chart_card = Card("Over the years")
        self.chart = YearsChart()
        self._chart_card.add_padded(self.chart, 1)
        self._part = Segmented(
            "What is shown", [Option(_PROJECTS, "By project"), Option(_YEARS, "Over the years")]
        )
        self._part.chosen.connect(lambda _key: self._fit())
        other = Segmented(
            "What is shown", [Option(_PROJECTS, "By project"), Option(_YEARS, "Over the years")]
        )
        other.choose(_YEARS)
        other.chosen.connect(self._part.choose)
        self._part.chosen.connect(other.choose)
        self._other_part = other
        self._where_card.add_head(self._part)
        self._chart_card.add_head(other)
        column.addWidget(self._where_card, 1)
        column.addWidget(self._chart_card, 1)
        return column

    # What the page uses

    @property
    def year(self) -> FinancialYear:
        return self._chosen or super().year

    def another_grant(self) -> None:
        self._chosen = None
        self._chain = None

    def ask(self) -> None:
        self.office.ask_of_grant("year-end.chain-of", ChainOf(self.fund), self._show_chain, self)
        if self._chain is not None:
            self._ask_year()

    def _ask_year(self) -> None:
        self.ask_year_end()
        question = ChecklistOf(self.fund, self.year)
        self.office.ask_of_grant("year-end.checklist", question, self._show_checklist, self)

    def first_focus(self) -> QWidget:
        return self.years

    def go_to(self, subject: object) -> None:
        """Shows that year of the chain."""
        if isinstance(subject, FinancialYear):
            self._choose_year(subject)

    # The chain

    def _show_chain(self, chain: Chain) -> None:
        is_new, self._chain = self._chain is None, chain
        rows = [
            ChainRow(
                year,
                chain.years[at + 1].not_agreed if at + 1 < len(chain.years) else NotAgreed(),
                tuple(each for each in chain.breaks if each.to_year == year.year),
            )
            for at, year in enumerate(chain.years)
        ]
        if is_new and self._chosen is None:
            self._chosen = self._usual_year(chain)
        self._years.set_rows(rows)
        self.years.select_key(self.year)
        self._show_breaks(chain.breaks)
        holds = "every link holds" if chain.links else ""
        self._chain_card.set_title(
            "The carry-forward chain",
            f"{count(len(chain.breaks), 'break')}" if chain.breaks else holds,
            Tone.BAD if chain.breaks else Tone.GOOD,
        )
        self._years_as_high_as_they_are()
        self.chart.set_years(
            [
                YearBars(
                    row.of.year,
                    row.of.allocation,
                    row.of.opening,
                    row.of.not_agreed.total,
                    row.of.spent,
                    row.of.money.carried,
                )
                for row in rows[-8:]
            ]
        )
        self._say_state(chain)
        if is_new:
            self._ask_year()

    def _usual_year(self, chain: Chain) -> FinancialYear:
        """The window's year; the one before while that is not closed and nothing of the window's own year is asked."""
        years = {year.year: year for year in chain.years}
        here = self.position.position.year
        before = years.get(here.previous)
        going = any(link.from_year == here for link in chain.links)
        if before is not None and not before.is_closed and not going and before.money.underspend:
            return here.previous
        return here

    def _show_breaks(self, breaks: tuple[ChainBreak, ...]) -> None:
        while self._break_grid.count():
            item = self._break_grid.takeAt(0)
            gone = item.widget() if item is not None else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for row, each in enumerate(breaks):
            self._break_grid.addWidget(Pill(f"{each.difference.in_words} too much", Tone.BAD, "≠"), row, 0)
            link = LinkLabel(each.sentence, partial(self._choose_year, each.from_year))
            self._break_grid.addWidget(link, row, 1)
        self._breaks.setVisible(bool(breaks))

    def _say_state(self, chain: Chain) -> None:
        workspace = self.office.workspace
        body = workspace.partnership.accountable_body if workspace and workspace.partnership else ""
        self.state_changed.emit(chain.fund_name + (f" · {body} as accountable body" if body else ""))

    def _why_of_year(self, row: object, column: object) -> None:
        if isinstance(row, ChainRow) and isinstance(column, Column):
            self.ask_why(row.of.figure(CHAIN_MEASURES[column.title]))

    def _year_chosen(self, row: object) -> None:
        if isinstance(row, ChainRow) and self.years.hasFocus():
            self._choose_year(row.of.year)

    def _choose_year(self, year: FinancialYear) -> None:
        if self._chain is None or year == self.year:
            return
        self._chosen = year
        self.years.select_key(year)
        self._ask_year()

    def _open_year(self, row: object) -> None:
        if isinstance(row, ChainRow):
            self._choose_year(row.of.year)
            self.open_page(partial(self._year_page, row.of.year))

    def _year_page(self, year: FinancialYear) -> InspectorPage | None:
        """A year in full: what became of it, and each of its links with its papers."""
        chain = self._chain
        row = next((each for each in self._years.rows if each.of.year == year), None)
        if chain is None or row is None:
            return None
        of = row.of
        blocks: list[Block] = [
            CheckBlock(
                [
                    *(("broken", Tone.BAD, each.sentence) for each in row.breaks),
                    (_SHORT.get(of.state, of.state.value), CHAIN_TONES[of.state], _standing(row)),
                ]
            ),
            SumBlock(_sum_of(of), "What became of it"),
        ]
        if of.not_agreed:
            blocks.append(
                TextBlock(f"{not_agreed_in_words(of.not_agreed)}: not money yet.", "May still come into it")
            )
        for link in chain.links:
            if link.from_year != year:
                continue
            carry = link.of
            what = f"{link.ref} {link.name}".strip() + carry.kind.aside
            asked = SumRow(f"{what}: {carry.state.value}", carry.carried if carry.counts else carry.asked)
            told = " · ".join(
                words
                for words in (
                    f"asked {carry.asked.in_words}",
                    f"on {short_date(carry.asked_on)}" if carry.asked_on else "",
                    f"decided {short_date(carry.decided_on)}" if carry.decided_on else "",
                    carry.letter,
                    carry.reason,
                )
                if words
            )
            blocks.append(
                SumBlock(
                    [
                        SumRow(
                            asked.text, asked.amount, Figure(link.figure) if link.figure else None, note=told
                        )
                    ]
                )
            )
            blocks.append(papers_block(self.office, "carry_forward", link.id, "Its papers"))
        blocks.append(
            StepsBlock(
                [
                    Step("Its outturn", lambda: self._go_to_year(year, "outturn")),
                    Step("What becomes of what is left", lambda: self._go_to_year(year, "underspend")),
                ]
            )
        )
        return InspectorPage(f"{chain.fund_name} {year}", blocks, ("year", year))

    def _go_to_year(self, year: FinancialYear, view: str) -> None:
        self.go_in_year(Target("year-end", (view, None)), year)

    def _go_there(self, target: object) -> None:
        if isinstance(target, Target):
            self.go_in_year(target, self.year)

    # Its projects

    def show_year_end(self, answer: YearEndAnswer) -> None:
        if answer.outturn.year != self.year:
            return
        year = answer.outturn.year
        asked = Money.total(
            row.of.asked for row in answer.carry_forwards if row.of.state is not CarryForwardState.WITHDRAWN
        )
        heads = head_rows(answer)
        rows = [row for row in heads if row.live] or [row for row in heads if row.of.left]
        self._where.set_rows(rows, some_of(rows, "Together") if rows else None)
        self.where.setAccessibleName(f"What {year} has left, by project")
        left = answer.outturn.total.left
        if asked:
            self._where_card.set_title(f"Where the {asked.in_words} comes from", str(year))
        elif left < Money.ZERO:
            self._where_card.set_title(f"Overspent by {(-left).in_words}", str(year), Tone.BAD)
        else:
            self._where_card.set_title(f"Who has the {left.in_words} left", str(year))

    def _why_of_head(self, row: object, column: object) -> None:
        if isinstance(row, HeadRow) and isinstance(column, Column):
            self.ask_why(row.of.figure(MEASURES[column.title]))

    def _open_head(self, row: object) -> None:
        if isinstance(row, HeadRow) and not row.is_total:
            self.open_page(partial(self._head_page, row.key))

    def _head_page(self, key: object) -> InspectorPage | None:
        row = next((each for each in self._where.rows if each.key == key), None)
        if row is None:
            return None
        of = row.of
        blocks: list[Block] = [
            SumBlock(
                [
                    SumRow("Budget", of.budget, Figure(of.figure("budget"))),
                    SumRow("Less eligible spend", -of.eligible, Figure(of.figure("eligible"))),
                    SumRow("Left", of.left, Figure(of.figure("left")), is_total=True),
                ]
            )
        ]
        for carry in row.carry:
            blocks.append(
                CheckBlock([(carry.of.state.value, CARRY_TONES[carry.of.state], carry_in_words(carry.of))])
            )
            if carry.of.plan:
                blocks.append(TextBlock(carry.of.plan, "Plan"))
            blocks.append(papers_block(self.office, "carry_forward", carry.id))
        step = Step("What becomes of it", lambda: self._go_to_year(self.year, "underspend"), is_primary=True)
        blocks.append(StepsBlock([step]))
        return InspectorPage(row.name, blocks, ("head", row.key))

    def _show_checklist(self, checklist: Checklist) -> None:
        self.checklist.show_checklist(checklist)
        self._check_card.set_title(
            f"Checklist to close {self.year}",
            f"{count(checklist.open, 'point')} open" if checklist.open else "all done",
            Tone.ATTENTION if checklist.open else Tone.GOOD,
        )

    # Room

    def _fit(self) -> None:
        roomy = self.height() >= _ROOMY
        both = self._part.key
        self._part.setVisible(not roomy)
        self._other_part.setVisible(not roomy)
        self._where_card.setVisible(roomy or both == _PROJECTS)
        self._chart_card.setVisible(roomy or both == _YEARS)

    # Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        """The page gives a view the height that it hints at, and scrolls where there is less."""
        return QSize(super().sizeHint().width(), _LEAST_HEIGHT)


def _standing(row: ChainRow) -> str:
    """What of the year is not settled, in a sentence."""
    year = row.of
    asked = f" Of that, in pounds: {not_agreed_in_words(row.onward)}." if row.onward else ""
    return pending_in_words(year.pending) + asked


def _sum_of(year: ChainYear) -> list[SumRow]:
    """R25 of the year: what there was, and what became of it, down to what is pending."""

    def part(name: str, amount: Money, measure: str, *, is_total: bool = False) -> SumRow:
        figure = year.figure(measure)
        return SumRow(name, amount, Figure(figure) if figure else None, is_total=is_total)

    parts = [
        part("Allocation", year.allocation, "allocation"),
        part("Supplements", year.supplements, "supplements"),
        part("Less reductions", -year.reductions, "reductions"),
        part("Brought forward", year.opening, "opening"),
    ]
    became = [
        part("Less eligible spend", -year.spent, "spent"),
        part("Less carried forward, as agreed", -year.money.carried, "closing"),
        part("Less given back", -year.money.returned, "returned"),
        part("Less to be given back", -year.money.owed, "owed"),
        part("Less surrendered, never drawn", -year.money.surrendered, "surrendered"),
    ]
    return [
        *(row for row in parts if row.amount),
        part("Available", year.available, "available", is_total=True),
        *(row for row in became if row.amount),
        part("Pending", year.pending, "pending", is_total=True),
    ]


def head_rows(answer: YearEndAnswer) -> list[HeadRow]:
    """The heads of a year, each with its carry-forwards."""
    return [
        HeadRow(
            head,
            tuple(
                row
                for row in answer.carry_forwards
                if (row.of.project, row.of.kind) == (head.project, head.kind)
            ),
        )
        for head in answer.outturn.heads
    ]
