"""The calendar of a grant: everything that is due, overdue on top and then month by month; ticked off, and exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.deadlines import AddEntries, ChangeEntry, RemoveEntry, TickOff
from fundingapp.application.effect import Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.deadlines import (
    Deadline,
    Deadlines,
    DeadlinesAnswer,
    ExportCalendar,
    ProposeSchedule,
)
from fundingapp.application.wording import count, short_date
from fundingapp.domain.agreements import ClaimsDue
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry, check_entry
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.grants.register_view import RegisterView
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
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.buttons import button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.message_bar import Message

#: So near, a deadline is coming up.
_SOON_DAYS = 14


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A deadline with what stands over it: “Overdue”, its month, or "" beneath another of the same."""

    of: Deadline
    heading: str
    reminder: str
    tone: Tone


COLUMNS = (
    Column[CalendarRow]("Month", lambda row: row.heading, width=122, least=90, strong=True),
    Column[CalendarRow]("Due", lambda row: short_date(row.of.due), width=88, order=lambda row: row.of.due),
    Column[CalendarRow](
        "What", lambda row: row.of.title, tip=lambda row: row.of.title, stretch=3, width=280, least=220
    ),
    Column[CalendarRow]("Kind", lambda row: row.of.kind, width=130, least=80, may_hide=True, quiet=True),
    Column[CalendarRow](
        "About", lambda row: row.of.note or "–", stretch=1, width=120, least=70, may_hide=True, quiet=True
    ),
    Column[CalendarRow](
        "Promised £",
        lambda row: str(row.of.amount) if row.of.amount is not None else "",
        RIGHT,
        amount=lambda row: row.of.amount,
        width=92,
        may_hide=True,
    ),
    Column[CalendarRow]("When", lambda row: row.reminder, pill=lambda row: row.tone, width=120),
)


class CalendarView(RegisterView):
    """A list by month, with the chosen deadline in the inspector."""

    def __init__(self, office: Office) -> None:
        table = TableView("What is due", "grants.calendar", office.settings, office.asker)
        model = ListTableModel[CalendarRow](COLUMNS, lambda row: row.of.key, table)
        topics = Topic.GRANTS | Topic.CLAIMS | Topic.BIDS | Topic.PROJECTS
        super().__init__("calendar", "Calendar", office, table, model, topics)
        self.answer: DeadlinesAnswer | None = None
        self._propose = button(
            "From the agreement…",
            self._ask_proposal,
            tip="The claims, reports and payments of the terms in force",
        )
        self._export = button("Export .ics…", self._choose_file, icon="export")
        self._add = primary_button("Add a date…", self.add, icon="plus")
        for each in (self._propose, self._export, self._add):
            self.buttons.append(each)
        for each in (self._propose, self._add):
            each.setDisabled(office.is_read_only)
        self._card = Card("What is due")
        empty = EmptyState(
            "history",
            "Begin with the agreement's dates",
            "The calendar shows when claims, reports and payments are due, beside the conditions, offers and ends that "
            "the file knows of. It begins with what the agreement lays down; put any day right by hand.",
        )
        empty.add_changes(
            ("From the agreement…", self._ask_proposal),
            ("Add a date…", self.add),
            is_read_only=office.is_read_only,
        )
        self._stack = self.put_list(self._card, self.table, self._model, empty)

    # What the page calls

    def go_to(self, subject: object) -> None:
        self.want(f"calendar-{subject}" if isinstance(subject, int) else subject)

    def first_focus(self) -> QWidget:
        return self.table if self.answer is not None and self.answer.rows else self._propose

    def ask(self, position: GrantPosition) -> None:
        question = Deadlines(position.year, position.fund_id)
        self.office.ask_of_grant("grants.calendar", question, self._show, self)

    def _show(self, answer: DeadlinesAnswer) -> None:
        position = self._position
        if position is None:
            return
        self.answer = answer
        rows = rows_of(answer)
        self._stack.setCurrentIndex(0 if rows else 1)
        self._export.setEnabled(bool(rows))
        late = f"{answer.overdue} overdue" if answer.overdue else ""
        self._card.set_title("What is due", late, Tone.BAD)
        coming = answer.next
        words = f"next {short_date(coming.due)}, {answer.reminder(coming)}" if coming else "nothing to come"
        self.state_changed.emit(f"{position.fund.name} {position.year} · {words}")
        self.show_rows(rows)

    # One of them

    def open(self, row: CalendarRow) -> None:
        """Shows *row* in the inspector, with what may be done with it."""
        due = row.of
        blocks: list[Block] = [CheckBlock([(row.reminder, row.tone, f"Due on {short_date(due.due)}.")])]
        blocks.append(
            SumBlock(
                [
                    SumRow("Kind", due.kind),
                    SumRow("Grant", f"{due.fund} {due.year}"),
                    *([SumRow("About", due.note)] if due.note else []),
                    *([SumRow("Promised", due.amount.in_words)] if due.amount is not None else []),
                    *([SumRow("Done on", short_date(due.done_on))] if due.done_on is not None else []),
                ]
            )
        )
        kept = due.kept
        if kept is None:
            blocks.append(TextBlock("It follows from elsewhere in the file, and goes when that is settled."))
            blocks.append(StepsBlock([Step("Go there", partial(self.go, due.page, due.subject), True)]))
        elif not self.office.is_read_only:
            steps = []
            if kept.value.done_on is not None:
                steps.append(Step("Not done after all", partial(self._untick, kept)))
            else:
                steps.append(Step("Tick off…", partial(self._tick, kept), True))
            if kept.value.kind is DeadlineKind.CLAIM:
                steps.append(Step("Go to the claims", partial(self.go, "grants", ("claims", None))))
            blocks.append(StepsBlock(steps))
            blocks.append(
                StepsBlock(
                    [
                        Step("Change…", partial(self._change, kept)),
                        Step("Remove", partial(self._remove, kept)),
                    ]
                )
            )
        self.inspect(InspectorPage(due.title, blocks, ("deadline", due.key)))

    def _untick(self, kept: Kept[ScheduleEntry]) -> None:
        self.office.do(TickOff(kept.id, None), "Take the tick off")

    def _tick(self, kept: Kept[ScheduleEntry]) -> None:
        def build() -> Form:
            def accept() -> str:
                if day.day is None:
                    return "Type the day on which it was done, such as 31/03/2019."
                self.office.do(TickOff(kept.id, day.day), "Tick off", lambda _effect: self._back_to(kept))
                return ""

            form = Form("Tick off", accept, partial(self._back_to, kept))
            day = form.day("Done on", self.answer.today if self.answer is not None else None)
            return form

        self.show_form("Tick off", build)

    def _remove(self, kept: Kept[ScheduleEntry]) -> None:
        self._shown = None
        self.office.do(RemoveEntry(kept.id), "Take it out of the calendar", lambda _effect: self.leave_form())

    # Forms

    def _back_to(self, kept: Kept[ScheduleEntry]) -> None:
        """After a change: the calendar comes anew, with the same entry open."""
        self.want(f"calendar-{kept.id}")

    def add(self) -> None:
        """Opens the form of a new entry."""
        if self._position is not None and not self.office.is_read_only:
            self.show_form("Add a date", partial(self._entry_form, None))

    def _change(self, kept: Kept[ScheduleEntry]) -> None:
        self.show_form("Change the date", partial(self._entry_form, kept))

    def _entry_form(self, kept: Kept[ScheduleEntry] | None) -> Form:
        position = self._position
        assert position is not None
        of = kept.value if kept is not None else None

        def accept() -> str:
            if due.day is None:
                return "Type the day on which it is due, such as 31/03/2019."
            promised = amount_of(amount)
            if not amount.is_valid:
                return "Type the amount in pounds, or leave it empty."
            first_of, last_of = first.key, last.key
            entry = ScheduleEntry(
                position.fund_id,
                position.year,
                kind.key if isinstance(kind.key, DeadlineKind) else DeadlineKind.OTHER,
                title.text(),
                due.day,
                first_of if isinstance(first_of, int) else None,
                last_of if isinstance(last_of, int) else None,
                promised or None if isinstance(promised, Money) else None,
                contents.text(),
                of.done_on if of is not None else None,
            )
            try:
                check_entry(entry)
            except ExpectedError as error:
                return str(error)
            if kept is None:
                self.office.do(AddEntries((entry,)), "Add the date", lambda _effect: self.leave_form())
            else:
                self.office.do(
                    ChangeEntry(kept.id, entry), "Change the date", lambda _effect: self._back_to(kept)
                )
            return ""

        leave = self.leave_form if kept is None else partial(self._back_to, kept)
        form = Form("Keep it" if kept else "Add it", accept, leave)
        title = form.text("What is due", of.title if of else "", "for example Board meets")
        kind = form.choice(
            "Kind",
            [Option(each, each.value.capitalize()) for each in DeadlineKind],
            of.kind if of else DeadlineKind.OTHER,
        )
        due = form.day("Due", of.due if of else None)
        months = [Option(None, "–"), *(Option(number, period_name(number)) for number in range(1, 13))]
        first = form.choice("About the months from", months, of.from_period if of else None)
        last = form.choice("to", months, of.to_period if of else None)
        amount = form.money("Promised, £", of.amount if of else None)
        contents = form.text(
            "What belongs to it", of.contents if of else "", "for example signed by the S151"
        )
        return form

    # The agreement's dates, and the file

    def _ask_proposal(self) -> None:
        position = self._position
        if position is not None:
            question = ProposeSchedule(position.fund_id, position.year)
            self.office.ask_of_grant("grants.proposal", question, self._show_proposal, self)

    def _show_proposal(self, entries: tuple[ScheduleEntry, ...]) -> None:
        position = self._position
        if position is None:
            return
        terms = position.terms
        after = (
            f"{terms.claim_days} days after the period"
            if terms.claims_due is ClaimsDue.AFTER_DAYS
            else terms.claims_due.value
        )
        words = (
            f"Claims are {terms.claim_frequency.value}, in {terms.payment_basis.value}, due {after}; "
            f"payment within {terms.payment_days} {terms.payment_counted.value}."
        )
        if not entries:
            nothing = TextBlock(f"{words} The calendar has all of these dates already.")
            self.inspect(InspectorPage("Dates of the agreement", [nothing], ("proposal",)))
            return
        rows = [SumRow(entry.title, short_date(entry.due), note=entry.periods_in_words) for entry in entries]
        blocks: Sequence[Block] = [
            TextBlock(words),
            StepsBlock([Step(f"Add {count(len(entries), 'date')}", partial(self._take, entries), True)]),
            SumBlock(rows, "To be added; each can be put right afterwards"),
        ]
        self.inspect(InspectorPage("Dates of the agreement", blocks, ("proposal",)))

    def _take(self, entries: tuple[ScheduleEntry, ...]) -> None:
        self.office.do(AddEntries(entries), "Add the agreement's dates", lambda _effect: self.leave_form())

    def _choose_file(self) -> None:
        position = self._position
        if position is None:
            return
        name = f"Deadlines {position.fund.name} {str(position.year).replace('/', '-')}.ics"
        path = self.office.files.to_save(self, "Export the calendar", name, "Calendar (*.ics)")
        if path is None:
            return
        path = path if path.suffix.casefold() == ".ics" else path.with_name(f"{path.name}.ics")
        desk = self.office.desk
        question = ExportCalendar(path, position.year, position.fund_id)
        self.office.work(
            "Export the calendar", lambda _progress: desk.ask(question), partial(self._exported, path)
        )

    def _exported(self, path: Path, number: int) -> None:
        self.say(
            Message(
                f"{count(number, 'date')} written to {path}.",
                "Open it with your calendar; exporting again updates what is there.",
                Tone.GOOD,
            )
        )


def rows_of(answer: DeadlinesAnswer) -> list[CalendarRow]:
    """The deadlines under their headings: overdue, the months to come, and what is done."""

    def heading(row: Deadline) -> str:
        if row.is_done:
            return "Done"
        return "Overdue" if row.due < answer.today else f"{row.due:%B %Y}"

    def tone(row: Deadline) -> Tone:
        if row.is_done:
            return Tone.GOOD
        days = (row.due - answer.today).days
        return Tone.BAD if days < 0 else Tone.ATTENTION if days <= _SOON_DAYS else Tone.NEUTRAL

    headings = ["", *(heading(row) for row in answer.rows)]
    return [
        CalendarRow(row, now if now != before else "", answer.reminder(row), tone(row))
        for row, (before, now) in zip(answer.rows, pairwise(headings), strict=True)
    ]
