"""Locks and alarms: what is locked, by whom and why, what that blocks, and who may reopen it; and what changed a
balance, a certificate or a reconciliation first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.locks import ReopenReturn
from fundingapp.application.commands.signing import ForgetBalance, VoidCertificate
from fundingapp.application.effect import Topic
from fundingapp.application.ports import Kept
from fundingapp.application.queries.alarms import Alarms, AlarmShown
from fundingapp.application.queries.locks import AllLocks, LockedPeriods, LockKind, LockShown
from fundingapp.application.queries.positions import PositionAnswer
from fundingapp.application.queries.signing import difference_in_words
from fundingapp.application.wording import count
from fundingapp.domain.ids import CertificateId, ReturnId
from fundingapp.domain.locks import LockedFor, PeriodLock
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.domain.watching import Watched
from fundingapp.ui.history.targets import ShowEntry
from fundingapp.ui.inspector import Block, InspectorPage, Step, StepsBlock, TextBlock, WidgetBlock
from fundingapp.ui.office import Office
from fundingapp.ui.signing.lock_forms import lock_form, reason_form, reopen_form
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState

_NAMES = {LockKind.PERIODS: "Periods", LockKind.RETURN: "Return", LockKind.YEAR: "Year"}


def _blocks(row: LockShown) -> str:
    """What a lock blocks in a few words; the whole sentence stands in the inspector."""
    if row.kind is LockKind.PERIODS:
        return "charges, accruals and adjustments"
    if row.kind is LockKind.YEAR:
        return "budgets, charges and all of its year end"
    return "accruals and adjustments" if row.certificate else "the figures that were sent"


def _who(row: LockShown) -> str:
    """“P. Lead (finance lead) or T. Officer (section 151 officer)”, “anybody”."""
    who = row.may_reopen.partition(" may reopen")[0]
    return who[0].lower() + who[1:] if who == "Anybody" else who


def _day(row: LockShown) -> str:
    return row.at.astimezone().strftime("%d/%m/%Y")


def _broken(row: AlarmShown) -> tuple[str, str]:
    """What was broken, and under it the words it was kept with and how many figures differ."""
    what, _, kept_with = row.what.removesuffix(")").partition(" (")
    differ = count(len(row.now), "figure differs", "figures differ")
    return what[0].upper() + what[1:], f"{differ} · {kept_with}" if kept_with else differ


LOCKS = (
    Column[LockShown](
        "Lock", lambda row: _NAMES[row.kind], pill=lambda _row: Tone.NEUTRAL, width=84, least=76
    ),
    Column[LockShown](
        "What is locked",
        lambda row: row.what.removesuffix(f" of {row.year}"),
        second=lambda row: row.reason,
        tip=lambda row: f"{row.what}\n{row.reason}",
        stretch=6,
        width=300,
        least=200,
        strong=True,
    ),
    Column[LockShown]("For", lambda row: row.whom.value, wrap=True, width=110, least=90, may_hide=True),
    Column[LockShown]("By", lambda row: row.by, second=lambda row: f"on {_day(row)}", width=120, least=90),
    Column[LockShown](
        "What it blocks",
        _blocks,
        tip=lambda row: row.blocks,
        wrap=True,
        stretch=2,
        width=190,
        least=120,
    ),
    Column[LockShown](
        "Who may reopen it",
        _who,
        tip=lambda row: row.may_reopen,
        wrap=True,
        stretch=3,
        width=230,
        least=130,
    ),
)

ALARMS = (
    Column[AlarmShown](
        "",
        lambda _row: "≠",
        pill=lambda _row: Tone.BAD,
        tip=lambda _row: "Figures are not what they were",
        width=48,
        least=48,
    ),
    Column[AlarmShown](
        "What was broken",
        lambda row: _broken(row)[0],
        second=lambda row: _broken(row)[1],
        tip=lambda row: row.in_words,
        stretch=3,
        width=320,
        least=160,
        strong=True,
    ),
    Column[AlarmShown](
        "First broken by",
        lambda row: row.alarm.by,
        second=lambda row: row.alarm.at.astimezone().strftime("%d/%m/%Y %H:%M"),
        width=130,
        least=100,
    ),
    Column[AlarmShown](
        "With",
        lambda row: row.alarm.done,
        second=lambda row: f"entry {row.alarm.sequence} of the history",
        tip=lambda row: row.alarm.done,
        stretch=3,
        width=260,
        least=140,
    ),
)


class LocksView(GrantView):
    """What is locked in the chosen year, and the alarms of the whole file."""

    def __init__(self, office: Office) -> None:
        super().__init__("locks", "Locks", office)
        self._year: FinancialYear | None = None
        self._period = 1
        self._periods: list[PeriodLock] = []
        self._lock = button("Lock periods…", self.add, icon="lock")
        self.buttons.append(self._lock)
        self._card = Card("Locks")
        self.table = TableView("Locks", "signing.locks", office.settings, office.asker, TALL_ROW_HEIGHT)
        self.model = ListTableModel[LockShown](LOCKS, self._key, self.table)
        self.table.set_model(self.model)
        self.table.row_activated.connect(self._open)
        self.table.clicked.connect(lambda _index: self._open(self.table.current_row))
        self._card.add(self.table, 1)
        self._empty = EmptyState(
            "lock",
            "Nothing is locked",
            "Lock the periods that have been agreed: what sits in them then stays as it is until somebody reopens them "
            "with a reason, and a line that comes later is stated as a prior-period adjustment.",
        )
        self._first = self._empty.add_step("Lock periods…", self.add)
        self._stack = ViewStack()
        self._stack.addWidget(self._card)
        self._stack.addWidget(self._empty)
        self.body.addWidget(self._stack, 3)
        self._alarm_card = Card("Alarms")
        self.alarms = TableView("Alarms", "signing.alarms", office.settings, office.asker, TALL_ROW_HEIGHT)
        self._alarm_model = ListTableModel[AlarmShown](ALARMS, lambda row: row.id, self.alarms)
        self.alarms.set_model(self._alarm_model)
        self.alarms.row_activated.connect(self._open_alarm)
        self.alarms.clicked.connect(lambda _index: self._open_alarm(self.alarms.current_row))
        self._alarm_card.add(self.alarms, 1)
        # Two alarms beside the head and the headings; more of them scroll.
        self._alarm_card.setFixedHeight(2 * 44 + 2 * TALL_ROW_HEIGHT)
        self.body.addWidget(self._alarm_card)
        self._alarm_card.hide()

    @staticmethod
    def _key(row: LockShown) -> object:
        return row.kind, row.id, row.certificate

    def show_position(self, answer: PositionAnswer) -> None:
        self._year = answer.position.year
        self._period = answer.position.to_period
        for step in (self._lock, self._first):
            step.setEnabled(not self.office.is_read_only)
        self._ask()

    def refresh(self, topics: Topic) -> None:
        if topics & (Topic.LOCKS | Topic.SIGNING | Topic.RETURNS | Topic.YEAR_END | Topic.SETUP):
            self._ask()
        elif topics:
            self.office.ask("signing.alarms", Alarms(), self._show_alarms, self)

    def _ask(self) -> None:
        if self._year is None:
            return
        self.office.ask("signing.periods", LockedPeriods(), self._keep_periods, self)
        self.office.ask("signing.locks", AllLocks(self._year), self._show, self)
        self.office.ask("signing.alarms", Alarms(), self._show_alarms, self)

    def _keep_periods(self, kept: list[Kept[PeriodLock]]) -> None:
        self._periods = [each.value for each in kept]

    def _show(self, locks: list[LockShown]) -> None:
        self.model.set_rows(locks)
        self._card.set_title("Locks", str(len(locks)))
        self._stack.setCurrentWidget(self._card if locks else self._empty)
        if self.isVisible():
            self.state_changed.emit(f"{count(len(locks), 'lock')} in {self._year}" if locks else "")

    def _show_alarms(self, alarms: list[AlarmShown]) -> None:
        self._alarm_model.set_rows(alarms)
        self._alarm_card.setVisible(bool(alarms))
        self._alarm_card.set_title("Alarms", str(len(alarms)), Tone.BAD)
        if self.isVisible():
            pill = (count(len(alarms), "alarm"), Tone.BAD, "≠") if alarms else ("",)
            self.pill_changed.emit(pill)

    # What a row says, and what can be done

    def _open(self, row: object) -> None:
        if not isinstance(row, LockShown):
            return
        blocks: list[Block] = [
            TextBlock(
                f"Locked by {row.by} on {_day(row)} for {row.whom.value}.\n{row.reason}", "Who, when and why"
            ),
            TextBlock(row.blocks, "What it blocks"),
            TextBlock(row.may_reopen, "Who may reopen it"),
        ]
        if not self.office.is_read_only and row.kind is not LockKind.YEAR:
            page = InspectorPage(
                f"Reopen: {row.what}", [WidgetBlock(partial(self._reopen, row))], ("reopen", self._key(row))
            )
            blocks.append(StepsBlock([Step("Reopen…", partial(self.inspect_deeper_requested.emit, page))]))
        elif row.kind is LockKind.YEAR:
            blocks.append(StepsBlock([Step("Go to Year end", lambda: self.go("year-end"))]))
        self.inspect(InspectorPage(row.what, blocks, ("lock", self._key(row))))

    def _reopen(self, row: LockShown) -> QWidget:
        if row.kind is LockKind.PERIODS:
            lock = PeriodLock(row.year, row.to_period, row.reason, row.by, row.at, row.whom)
            return reopen_form(self.office, lock, self.close_panel)
        if row.certificate:
            return reason_form(
                self.office,
                "Make it void",
                lambda why: VoidCertificate(CertificateId(row.id), why),
                "Make the certificate void",
                self.close_panel,
                "for example: a cost was found to be another project's",
                "The certificate becomes void; what it was about can be changed, prepared and signed again.",
            )
        return reason_form(
            self.office,
            "Reopen it",
            lambda why: ReopenReturn(ReturnId(row.id), why),
            "Reopen the return",
            self.close_panel,
            "for example: the commissioner asks for changes",
            "The return becomes a draft again, and certificates that rest on it become void.",
        )

    def add(self) -> None:
        """Opens the form that locks periods."""
        if self._year is None or self.office.is_read_only:
            return
        year = self._year
        everybody = max(
            (
                lock.to_period
                for lock in self._periods
                if lock.year == year and lock.whom is LockedFor.EVERYBODY
            ),
            default=0,
        )
        if everybody >= CLOSING_PERIOD:
            text = TextBlock(f"All periods of {year} are locked.")
            self.inspect(InspectorPage("Lock periods", [text], ("lock", "new")))
            return
        form = partial(lock_form, self.office, year, self._periods, self._period, self.close_panel)
        self.inspect(InspectorPage(f"Lock periods of {year}", [WidgetBlock(form)], ("lock", "new")))

    def _open_alarm(self, row: object) -> None:
        if not isinstance(row, AlarmShown):
            return
        blocks: list[Block] = [
            TextBlock(f"{row.in_words}.", "The first entry that broke it"),
            TextBlock(
                "\n".join(difference_in_words(each) for each in row.alarm.differences), "What it changed"
            ),
            TextBlock("\n".join(difference_in_words(each) for each in row.now), "What differs now"),
            TextBlock(
                "Put the figures back, or accept them: withdraw the balance, or make the certificate void and "
                "prepare it anew."
            ),
        ]
        entry = partial(self.go, "history", ShowEntry(row.alarm.sequence))
        steps = [Step("Show the entry", entry, is_primary=True)]
        mend = self._mending(row)
        if mend is not None and not self.office.is_read_only:
            words, form = mend
            page = InspectorPage(words.rstrip("…"), [WidgetBlock(form)], ("mend", row.id))
            steps.append(Step(words, partial(self.inspect_deeper_requested.emit, page)))
        blocks.append(StepsBlock(steps))
        self.inspect(InspectorPage("Alarm", blocks, ("alarm", row.id)))

    def _mending(self, row: AlarmShown) -> tuple[str, Callable[[], QWidget]] | None:
        """How what was broken is let go of here; a reconciliation is withdrawn among the documents."""
        if row.alarm.watched is Watched.CERTIFICATE:
            return "Make the certificate void…", partial(self._void_of, row.alarm.watched_id)
        if row.alarm.watched is Watched.ASSERTION:
            return "Forget the balance…", partial(self._forget, row.alarm.watched_id)
        return None

    def _void_of(self, id: int) -> QWidget:
        return reason_form(
            self.office,
            "Make it void",
            lambda why: VoidCertificate(CertificateId(id), why),
            "Make the certificate void",
            self.close_panel,
        )

    def _forget(self, id: int) -> QWidget:
        return reason_form(
            self.office,
            "Forget it",
            lambda why: ForgetBalance(id, why),
            "Forget the balance",
            self.close_panel,
            note="A balance that goes with a lock, a certificate or a closed year ends with that.",
        )

    def go_to(self, subject: object) -> None:
        """“new” opens the form that locks periods."""
        if subject == "new":
            self.add()

    def first_focus(self) -> QWidget:
        return self._empty if self._stack.currentWidget() is self._empty else self.table
