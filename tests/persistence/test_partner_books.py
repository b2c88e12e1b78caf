"""Workbooks for project leads: written, filled in by a person, read back as proposals, accepted, refused and undone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from fundingapp.application.commands.budgets import MonthForecast, SetForecastMonths
from fundingapp.application.commands.matching import ChargeLine, ChargePart
from fundingapp.application.commands.outcomes import AddMilestone
from fundingapp.application.commands.parties import AddContact
from fundingapp.application.commands.partner_books import (
    AcceptProposals,
    BookMade,
    MakePartnerBooks,
    RefuseProposals,
    TakeBackBook,
    TakeBackQueries,
    WaitNoLonger,
)
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.desk import Desk
from fundingapp.application.effect import Command
from fundingapp.application.queries.partner_books import PartnerBooksOf, PartnersAnswer
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import LineId
from fundingapp.domain.indicators import Counted, Indicator
from fundingapp.domain.matching import Disposition
from fundingapp.domain.money import Money
from fundingapp.domain.outcomes import Milestone
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.domain.partner_books import PARTNER_BOOKS, BookState, ProposalState
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.states import Need
from tests.builders_core import put_as_sent
from tests.machines import assert_same, figures_of
from tests.persistence.support import YEAR, Grant, Place, a_line, add_grant, add_lines, desk_of

QUARTER = 2
FORECAST, STANDS, FIGURES, MILESTONES, LINES = (
    "Forecast",
    "How it stands",
    "Figures",
    "Milestones",
    "Ledger lines",
)


#: What does not hang on the kind of store is looked at in a file alone.
in_a_file = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


@dataclass
class Lived:
    """A grant of three projects with a line each to the first two, at a desk."""

    desk: Desk
    grant: Grant
    folder: Path

    def make(self, **more: Any) -> BookMade:
        command = MakePartnerBooks(
            self.grant.fund, YEAR, QUARTER, self.folder, (self.grant.one,), date(2018, 10, 20), **more
        )
        return self.desk.do(command).result[0]

    def books(self) -> PartnersAnswer:
        return self.desk.ask(PartnerBooksOf(self.grant.fund, YEAR, QUARTER))

    def everything(self) -> Any:
        return figures_of(self.desk._tools.open_work)

    def refused(self, command: Command[Any]) -> str:
        before = self.everything()
        with pytest.raises(ExpectedError) as refusal:
            self.desk.do(command)
        assert_same(self.everything(), before)
        assert refusal.value.advice
        return refusal.value.code


@pytest.fixture
def lived(place: Place) -> Lived:
    database = place.open()
    with database.open_work() as work:
        grant = add_grant(work)
        _, lines = add_lines(
            work,
            [
                a_line("T1", 12_345, period=5, supplier="Bus Hire Ltd", description="=1+1"),
                a_line("T2", 5_000, period=5, supplier="Secret Locks Ltd", description="For Safe Homes"),
            ],
        )
        work.commit(None)
    desk = desk_of(database)
    for line, project in zip(lines, (grant.one, grant.two), strict=True):
        part = ChargePart(
            Money(12_345 if project == grant.one else 5_000), Disposition.PROJECT, grant.head(project)
        )
        desk.do(ChargeLine(line, (part,), "as agreed"))
    desk.do(AddIndicator(Indicator("Young people reached", grant.one, counted=Counted.PEOPLE)))
    desk.do(AddIndicator(Indicator("Locks fitted", grant.two)))
    desk.do(AddMilestone(Milestone(grant.one, "Bus on the road", date(2018, 9, 1))))
    desk.do(
        AddContact(Contact("Lee Lead", ContactRole.PROJECT_LEAD, project=grant.one, email="lee@example.org"))
    )
    return Lived(desk, grant, place.folder)


def filled(book: BookMade, fill: Callable[[Any], None], name: str = "") -> Path:
    """The workbook as a lead saved it, with another program."""
    workbook = openpyxl.load_workbook(book.path)
    fill(workbook)
    out = book.path.with_name(name or f"back {book.path.name}")
    workbook.save(out)
    return out


def answers(workbook: Any) -> None:
    """One of each sort of answer, and what nobody asked for."""
    workbook[FORECAST]["H5"] = 250.5
    workbook[FORECAST]["I5"] = "lots"
    workbook[STANDS]["B5"] = "in progress"
    workbook[STANDS]["B7"] = "Amber"
    workbook[STANDS]["B8"] = "=A1 and the bus broke down"
    workbook[STANDS]["B8"].data_type = "s"
    workbook[FIGURES]["D5"] = 41
    workbook[MILESTONES]["D5"] = date(2018, 9, 14)
    workbook[LINES]["G5"] = "not ours"
    workbook[LINES]["F5"] = 1
    workbook[LINES]["A9"] = "one more line"


@in_a_file
def test_the_workbook_holds_the_project_s_own_lines_only_and_takes_answers_in_its_yellow_cells(
    lived: Lived,
) -> None:
    book = lived.make(mail=True)
    assert (book.ref, book.to, book.path.name) == ("P-01", "Lee Lead", "P-01 Locality Fund Q2 2018-19.xlsx")
    assert book.letter is not None
    assert b"lee@example.org" in book.letter.read_bytes()
    with zipfile.ZipFile(book.path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for other in (b"P-02", b"P-03", b"Safe Homes", b"Cameras", b"Secret Locks", b"Locks fitted"):
        assert not [name for name, content in parts.items() if other in content]
    assert b"FT-" in parts["docProps/custom.xml"]
    workbook = openpyxl.load_workbook(book.path)
    assert all(sheet.protection.sheet for sheet in workbook)
    open_cells = [
        cell for sheet in workbook for row in sheet.iter_rows() for cell in row if not cell.protection.locked
    ]
    assert len(open_cells) == book.asked == 6 + 5 + 1 + 2 + 2
    assert workbook["Spend"]["H5"].value == "=ROUND(SUM(D5:G5),2)"
    assert workbook[LINES]["D5"].data_type == "s"
    rules = {rule.type for sheet in workbook for rule in sheet.data_validations.dataValidation}
    assert rules == {"decimal", "list", "whole", "date"}


def test_each_changed_cell_is_a_proposal_and_nothing_is_dropped(lived: Lived) -> None:
    book = lived.make()
    start = lived.everything()
    back = lived.desk.do(TakeBackBook(filled(book, answers))).result
    assert {each.subject: (each.was, each.proposed) for each in back.proposals} == {
        "forecast/P-01/revenue/7": (back.proposals[0].was, "250.50"),
        "progress/P-01/status": ("", "in progress"),
        "progress/P-01/delivery-rag": ("", "Amber"),
        "progress/P-01/explanation": ("", "=A1 and the bus broke down"),
        "figure/P-01/1": ("", "41"),
        "milestone/P-01/1/done": ("", "2018-09-14"),
        "line/P-01/1/answer": ("", "not ours"),
    }
    assert [(each.cell, "“lots” is not an amount" in each.text) for each in back.wrong] == [("I5", True)]
    assert {(each.sheet, each.cell) for each in back.others} == {(LINES, "F5"), (LINES, "A9")}
    assert len(back.proposals) + back.unchanged + len(back.wrong) == book.asked
    assert lived.books().books[0].value.state is BookState.BACK
    after = lived.everything()
    lived.desk.undo()
    assert_same(lived.everything(), start)
    lived.desk.redo()
    assert_same(lived.everything(), after)
    assert lived.refused(TakeBackBook(book.path.with_name(f"back {book.path.name}"))) == "taken_back_already"


def test_accepted_proposals_are_recorded_by_their_own_commands_in_one_step(lived: Lived) -> None:
    book = lived.make()
    back = lived.desk.do(TakeBackBook(filled(book, answers))).result
    start = lived.everything()
    assert lived.desk.do(AcceptProposals(back.waiting)).result == 7
    with lived.desk._tools.open_work(reading=True) as work:
        assert [kept.value.amount for kept in work.forecasts.all()] == [Money(25_050)]
        (judged,) = work.project_progress.all()
        assert judged.value.explanation == "=A1 and the bus broke down"
        assert [kept.value.value for kept in work.indicator_figures.all()] == [41]
        assert [kept.value.done_on for kept in work.milestones.all()] == [date(2018, 9, 14)]
        # What is said of a line is kept; the line stays charged until a person charges it elsewhere.
        charged = work.ledger.charges_of([LineId(1)])
        assert all(charged.values())
    (shown,) = lived.books().books
    assert shown.value.state is BookState.SETTLED
    assert {each.value.state for each in shown.proposals} == {ProposalState.ACCEPTED}
    assert lived.refused(AcceptProposals(back.waiting)) == "decided_already"
    after = lived.everything()
    lived.desk.undo()
    assert_same(lived.everything(), start)
    lived.desk.redo()
    assert_same(lived.everything(), after)


@in_a_file
def test_what_has_changed_meanwhile_is_shown_and_not_overwritten_unasked(lived: Lived) -> None:
    book = lived.make()
    back = lived.desk.do(TakeBackBook(filled(book, answers))).result
    month = MonthForecast(lived.grant.one, Kind.REVENUE, 7, Money(9_900))
    lived.desk.do(SetForecastMonths(lived.grant.fund, YEAR, 6, (month,)))
    moved = [each for each in lived.books().books[0].proposals if each.has_moved]
    assert [(each.now, each.value.proposed) for each in moved] == [("99.00", "250.50")]
    assert lived.refused(AcceptProposals(back.waiting)) == "changed_since"
    assert lived.refused(AcceptProposals(())) == "no_proposal"
    assert lived.refused(RefuseProposals((moved[0].id,), " ")) == "no_reason"
    lived.desk.do(RefuseProposals((moved[0].id,), "agreed by phone"))
    lived.desk.do(AcceptProposals(tuple(id for id in back.waiting if id != moved[0].id)))
    with lived.desk._tools.open_work(reading=True) as work:
        assert [kept.value.amount for kept in work.forecasts.all()] == [Money(9_900)]
    assert lived.books().books[0].value.state is BookState.SETTLED


@in_a_file
def test_answers_that_need_the_status_say_so(lived: Lived) -> None:
    def only_colour(workbook: Any) -> None:
        workbook[STANDS]["B7"] = "Amber"
        workbook[STANDS]["B5"] = "done and dusted"

    back = lived.desk.do(TakeBackBook(filled(lived.make(), only_colour))).result
    assert ["none of not started" in each.text for each in back.wrong] == [True]
    assert lived.refused(AcceptProposals(back.waiting)) == "no_status"


@in_a_file
def test_copies_are_told_apart(lived: Lived) -> None:
    book = lived.make()
    first = lived.desk.do(TakeBackBook(filled(book, answers))).result

    def later(workbook: Any) -> None:
        answers(workbook)
        workbook[FORECAST]["H5"] = 300

    again = lived.desk.do(TakeBackBook(filled(book, later, "later.xlsx"))).result
    assert [each.proposed for each in again.proposals] == ["300.00"]
    assert [("already" in told, "gave way" in told) for told in again.told] == [(True, False), (False, True)]
    (shown,) = lived.books().books
    assert shown.waiting == len(first.proposals)

    def emptied(workbook: Any) -> None:
        workbook[FORECAST]["H5"] = None

    path = filled(book, emptied, "older.xlsx")  # the newer one takes its place in the folder
    newer = lived.make()
    older = lived.desk.do(TakeBackBook(path)).result
    assert any("an older version" in told for told in older.told)
    untouched = lived.desk.do(TakeBackBook(newer.path)).result
    assert (untouched.proposals, "nothing was filled in" in untouched.told[0]) == ((), True)
    assert lived.books().books[0].value.state is BookState.SETTLED

    stranger = openpyxl.Workbook()
    stranger.save(lived.folder / "other.xlsx")
    assert lived.refused(TakeBackBook(lived.folder / "other.xlsx")) == "no_partner_book"


@in_a_file
def test_all_projects_at_once_and_one_that_never_came_back(lived: Lived) -> None:
    command = MakePartnerBooks(lived.grant.fund, YEAR, QUARTER, lived.folder, due=date(2018, 10, 20))
    made = lived.desk.do(command).result
    assert [each.ref for each in made] == ["P-01", "P-02", "P-03"]
    answer = lived.books()
    assert (len(answer.books), answer.without, {each.is_late for each in answer.books}) == (3, (), {True})
    assert lived.refused(WaitNoLonger(made[0].id, " ")) == "move_needs"
    lived.desk.do(WaitNoLonger(made[0].id, "left the project"))
    assert lived.refused(WaitNoLonger(made[0].id, "again")) == "not_out"
    assert [each.ref for each in lived.books().without] == ["P-01"]


def test_the_commissioner_s_queries_come_back_cell_by_cell(lived: Lived) -> None:
    out = lived.folder / "return.xlsx"
    saved = lived.desk.do(SaveReturn(lived.grant.fund, YEAR, QUARTER, out)).result.id
    put_as_sent(lived.desk, saved)
    assert lived.refused(TakeBackQueries(out, saved)) == "nothing_queried"
    workbook = openpyxl.load_workbook(out)
    sheet = workbook["Projects"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "P-01")
    sheet.cell(row, 4).comment = Comment("Please check this award", "PCC")
    sheet.cell(row, 5).value = 1
    sheet.cell(row, 6).fill = PatternFill("solid", fgColor="FFFFFF00")
    back_file = lived.folder / "queried.xlsx"
    workbook.save(back_file)
    start = lived.everything()
    back = lived.desk.do(TakeBackQueries(back_file, saved)).result
    found = {each.cell: each.proposed for each in back.proposals if each.sheet == "Projects"}
    assert "note: Please check this award" in found[f"D{row}"]
    assert "now “1”" in found[f"E{row}"]
    assert "coloured FFFF00" in found[f"F{row}"]
    assert len(back.proposals) == 3
    with lived.desk._tools.open_work(reading=True) as work:
        assert work.returns.get(saved).value.state is ReturnState.QUERIED
    lived.desk.do(RefuseProposals(back.waiting[:1], "it is the award of 2018"))
    lived.desk.do(AcceptProposals(back.waiting[1:]))
    assert {each.value.state for each in lived.books().books} == {BookState.SETTLED}
    for _ in range(3):
        lived.desk.undo()
    assert_same(lived.everything(), start)
    stranger = openpyxl.Workbook()
    stranger.save(lived.folder / "other.xlsx")
    assert lived.refused(TakeBackQueries(lived.folder / "other.xlsx", saved)) == "other_workbook"


@pytest.mark.parametrize("source", BookState)
@pytest.mark.parametrize("target", BookState)
def test_every_move_of_a_workbook(source: BookState, target: BookState) -> None:
    allowed = {
        (BookState.OUT, BookState.BACK),
        (BookState.OUT, BookState.SETTLED),
        (BookState.BACK, BookState.SETTLED),
        (BookState.SETTLED, BookState.BACK),
    }
    assert PARTNER_BOOKS.allows(source, target) is ((source, target) in allowed)
    if (source, target) not in allowed:
        with pytest.raises(ExpectedError, match=f"it can't become {target.value} from there"):
            PARTNER_BOOKS.check("“a.xlsx”", source, target, {Need.REASON})
