"""The Year end page: its views, and what is done with a year as a whole: the letter, closing, and the year after."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from fundingapp.application.commands.adjustments import ReverseAccruals
from fundingapp.application.queries.closing import ChecklistOf
from fundingapp.application.queries.request_letters import LetterWritten, WriteRequestLetter
from fundingapp.application.queries.workspace import GrantAnswer, GrantDetail
from fundingapp.application.queries.year_end import (
    CarryForwardRow,
    RollOver,
    RollOverAnswer,
    YearEndAnswer,
)
from fundingapp.application.wording import short_date
from fundingapp.domain.carry_forwards import PLANNED
from fundingapp.domain.closing import Checklist
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.difference_paper import difference_button, write_difference
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
from fundingapp.ui.theme import Tone
from fundingapp.ui.views import ViewsPage
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message
from fundingapp.ui.yearend.chain_view import ChainView
from fundingapp.ui.yearend.checklist import place_of
from fundingapp.ui.yearend.forms import close_form, next_year_form, reopen_form, row_name
from fundingapp.ui.yearend.outturn_view import OutturnView
from fundingapp.ui.yearend.underspend_view import UnderspendView
from fundingapp.ui.yearend.view import YearEndView

LETTERS = "Word documents (*.docx)"


class YearEndPage(ViewsPage):
    """How a year ends, and how the next one begins. A subject “close”, “reopen” or “roll” opens that form."""

    def __init__(self, office: Office) -> None:
        empty = EmptyState(
            "year-end",
            "A year to bring to its end",
            "This page shows what became of a grant's money year by year: what was spent, what is carried forward with "
            "the commissioner's agreement, what goes back, and what has to be done before the year can be closed. It "
            "needs a grant.",
        )
        empty.add_step("Record a grant…", lambda: self.go("grants"))
        views: list[YearEndView] = [ChainView(office), OutturnView(office), UnderspendView(office)]
        self._year_views = {view.id: view for view in views}
        super().__init__(office, "Year end", empty, views)
        self._letter = button("Request letter…", self.write_letter, icon="file")
        self._letter.setToolTip("Writes the letter that asks the commissioner for the carry-forward")
        self._close = button("Close the year…", self.close_year, icon="lock")
        self._reopen = button("Reopen…", self.reopen_year)
        self._roll = primary_button("Roll into the next year", self.roll_over)
        self._paper = difference_button(self.write_difference)
        for each in (self._paper, self._letter, self._close, self._reopen, self._roll):
            self.head.add(each)
        self._reopen.hide()
        self._asked_for: str | None = None
        for view in views:
            view.year_known.connect(partial(self._year_known, view))

    @property
    def shown_view(self) -> YearEndView:
        """The view in front, which knows the year that the buttons act on."""
        return self._year_views[self.view.id]

    def go_to(self, subject: object) -> None:
        if subject in ("close", "reopen", "roll"):
            self._asked_for = str(subject)
            if self.shown_view.is_known and self.shown_view.year == self.shown_view.year_end.outturn.year:
                self._open_what_was_asked_for()
            return
        super().go_to(subject)

    def _open_what_was_asked_for(self) -> None:
        wanted, self._asked_for = self._asked_for, None
        if wanted is not None:
            {"close": self.close_year, "reopen": self.reopen_year, "roll": self.roll_over}[wanted]()

    def _year_known(self, view: YearEndView, answer: object) -> None:
        if view is not self.view or not isinstance(answer, YearEndAnswer):
            return
        year, closed = answer.outturn.year, answer.closed is not None
        can = not self.office.is_read_only
        self._close.set_text(f"Close {year}…")
        self._reopen.set_text(f"Reopen {year}…")
        self._roll.set_text(f"Roll into {year.next}")
        self._close.setVisible(not closed)
        self._reopen.setVisible(closed)
        self._close.setEnabled(can)
        self._reopen.setEnabled(can)
        to_ask = any(row.of.state in PLANNED or row.of.pending for row in answer.carry_forwards)
        self._letter.setEnabled(to_ask)
        self._letter.setToolTip(
            "Writes the letter that asks the commissioner for the carry-forward"
            if to_ask
            else f"Nothing of {year} is planned or asked for that is not decided"
        )
        self._open_what_was_asked_for()

    # The letter

    def write_letter(self) -> None:
        """Asks where the request letter goes, and writes it."""
        outturn = self.shown_view.year_end.outturn
        fund = " ".join("".join(each if each.isalnum() else " " for each in outturn.fund_name).split())
        name = f"{fund} {outturn.year} carry-forward request.docx".replace("/", "-")
        out = self.office.files.to_save(self, "Write the request letter", name, LETTERS)
        if out is None:
            return
        if out.suffix.casefold() != ".docx":
            out = Path(f"{out}.docx")
        desk, question = self.office.desk, WriteRequestLetter(outturn.fund_id, outturn.year, out)
        self.office.work(f"Write {out.name}", lambda progress: desk.ask(question, progress), self._written)

    def _written(self, written: object) -> None:
        if isinstance(written, LetterWritten):
            self.say(
                Message(
                    f"The letter asks for {written.letter.total.in_words}: written to {written.path} and read back.",
                    "Record under Underspend and carry-forward when it was sent.",
                    Tone.GOOD,
                )
            )

    # The board's paper

    def write_difference(self) -> None:
        """Asks where the board's paper on the whole year goes, and writes it."""
        outturn = self.shown_view.year_end.outturn
        write_difference(self, self.office, (outturn.fund_id, outturn.fund_name, outturn.year), self.say, 4)

    # Closing and reopening

    def close_year(self) -> None:
        """Has a last look at the checklist, then opens the form."""
        view = self.shown_view
        outturn = view.year_end.outturn
        question = ChecklistOf(outturn.fund_id, outturn.year)
        self.office.ask_of_grant("year-end.close", question, partial(self._open_close, view), self)

    def _open_close(self, view: YearEndView, checklist: Checklist) -> None:
        year = view.year_end.outturn.year
        stops = [point for point in checklist.points if point.is_open and not point.may_accept]
        if stops:
            blocks: list[Block] = [
                CheckBlock(
                    [("still to do", Tone.ATTENTION, f"{each.key.value}: {each.sentence}") for each in stops],
                    "Before the year can be closed",
                )
            ]
            steps = [
                Step(f"Go to: {each.key.value}", partial(view.go_in_year, target, year))
                for each in stops
                if (target := place_of(each)) is not None
            ]
            blocks += [StepsBlock([step]) for step in steps]
            view.show_once(InspectorPage(f"Close {year}", blocks, ("close", year)))
            return
        open_points = [point for point in checklist.points if point.is_open]
        before: list[Block] = [
            CheckBlock(
                [("open", Tone.ATTENTION, f"{each.key.value}: {each.sentence}") for each in open_points]
                or [("✓", Tone.GOOD, "Every point of the checklist is done.")],
                "Checklist",
            )
        ]
        view.open_form(f"Close {year}", partial(close_form, view, checklist), before, wide=True)

    def reopen_year(self) -> None:
        """Opens the form that asks why."""
        view = self.shown_view
        if view.year_end.closed is not None:
            view.open_form(f"Reopen {view.year_end.outturn.year}", partial(reopen_form, view))

    # The year after

    def roll_over(self) -> None:
        """Shows what goes over, and leads into the year after."""
        view = self.shown_view
        outturn = view.year_end.outturn
        question = RollOver(outturn.fund_id, outturn.year)
        self.office.ask_of_grant("year-end.roll", question, partial(self._show_roll, view), self)

    def _show_roll(self, view: YearEndView, answer: RollOverAnswer) -> None:
        outturn = view.year_end.outturn
        into = outturn.year.next
        blocks: list[Block] = []
        if answer.agreed:
            rows = [SumRow(row_name(row), row.of.carried, note=row.of.letter) for row in answer.agreed]
            whole = Money.total(row.of.carried for row in answer.agreed)
            blocks.append(
                SumBlock(
                    [*rows, SumRow("Carried forward", whole, is_total=True)],
                    f"Goes over into {into}, as agreed",
                )
            )
        else:
            blocks.append(TextBlock(f"Nothing is agreed to go over into {into}.", "Carry-forward"))
        if answer.not_agreed:
            blocks.append(
                SumBlock(
                    [SumRow(row_name(row), row.of.asked, note=_awaited(row)) for row in answer.not_agreed],
                    "Not yet agreed: no money yet, and it lands in both years once it is",
                )
            )
        if answer.pending:
            words = f"{answer.pending.in_words} of {outturn.year} is not decided yet. Both years stay open until it is."
            blocks.append(CheckBlock([("pending", Tone.ATTENTION, words)]))
        if answer.reversing:
            blocks.append(
                SumBlock(
                    [
                        SumRow(f"{kept.value.supplier} {kept.value.description}".strip(), -kept.value.amount)
                        for kept in answer.reversing
                    ],
                    f"Accruals that {into} takes off",
                )
            )
        if answer.not_reversing:
            rows = [
                SumRow(f"{kept.value.supplier} {kept.value.description}".strip(), kept.value.amount)
                for kept in answer.not_reversing
            ]
            blocks.append(SumBlock(rows, "Accruals without a period to reverse in: they would count twice"))
            if view.can_change:
                blocks.append(
                    StepsBlock([Step(f"Reverse them in April {into}", partial(self._reverse, view))])
                )
        if answer.continuing:
            names = "\n".join(f"{kept.value.ref} {kept.value.name}" for kept in answer.continuing)
            blocks.append(TextBlock(names, f"Projects that go on in {into}"))
        if answer.next_has_allocation:
            go = Step(f"Go to {into}", partial(self._go_into, into), is_primary=True)
            blocks.insert(0, StepsBlock([go]))
        elif not self.office.is_read_only:
            begin = Step(f"Begin {into}…", partial(self._ask_begin, view), is_primary=True)
            blocks.insert(0, StepsBlock([begin]))
            blocks.insert(
                0, TextBlock(f"No allocation for {into} is recorded yet: with it, the year begins.")
            )
        view.show_once(InspectorPage(f"From {outturn.year} into {into}", blocks, ("roll", outturn.year)))

    def _reverse(self, view: YearEndView) -> None:
        outturn = view.year_end.outturn
        command = ReverseAccruals(outturn.fund_id, outturn.year)
        self.office.do(
            command, f"Reverse the accruals in {outturn.year.next}", lambda _effect: self.roll_over()
        )

    def _ask_begin(self, view: YearEndView) -> None:
        outturn = view.year_end.outturn
        question = GrantDetail(outturn.fund_id, outturn.year)
        self.office.ask_of_grant("year-end.begin", question, partial(self._begin, view), self)

    def _begin(self, view: YearEndView, detail: GrantAnswer) -> None:
        into = view.year_end.outturn.year.next
        fund = detail.fund.value
        build = partial(next_year_form, view, fund.name, detail.commissioner.value.name, fund.kinds)
        view.open_form(f"Begin {into}", build)

    def _go_into(self, into: FinancialYear) -> None:
        self.panel_close_requested.emit()
        self.office.grant_wanted.emit(self.shown_view.fund, into)


def _awaited(row: CarryForwardRow) -> str:
    asked = f" on {short_date(row.of.asked_on)}" if row.of.asked_on else ""
    return f"{row.of.state.value}{asked}"
