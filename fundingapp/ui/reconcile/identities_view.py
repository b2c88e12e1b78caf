"""Every identity of the grant with both sides; a difference leads to the lines that make it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from fundingapp.application.effect import Topic
from fundingapp.application.ports import Kept, LineFilter, LineShare, Show
from fundingapp.application.queries.lines import LineShares
from fundingapp.application.queries.locks import LockedPeriods
from fundingapp.application.queries.positions import PositionAnswer, PositionOf
from fundingapp.application.wording import count, short_date
from fundingapp.domain.identities import Identity, Section
from fundingapp.domain.ids import FundId
from fundingapp.domain.locks import LockedFor, PeriodLock
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear
from fundingapp.ui.explain import ShowLine, ShowLines, source_of
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import (
    Block,
    InspectorPage,
    LinesBlock,
    SourceLine,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure, Target
from fundingapp.ui.reconcile.to_look_at import ToLookAt
from fundingapp.ui.signing.lock_forms import lock_form, reopen_form
from fundingapp.ui.tables.columns import CENTRE, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.views import GrantView
from fundingapp.ui.widgets.buttons import Button, button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.period_picker import PeriodPicker
from fundingapp.ui.widgets.segmented import Segmented

COLUMNS = (
    Column[Identity](
        "",
        lambda row: "✓" if row.holds else "≠",
        CENTRE,
        pill=lambda row: Tone.GOOD if row.holds else Tone.BAD,
        tip=lambda row: "Both sides agree" if row.holds else "The sides differ",
        width=48,
        least=48,
    ),
    Column[Identity]("No.", lambda row: row.id, width=48, least=40),
    Column[Identity](
        "Identity",
        lambda row: row.name,
        second=lambda row: row.note,
        tip=lambda row: f"{row.name}\n{row.note}",
        wrap=True,
        stretch=1,
        width=360,
        least=200,
        strong=True,
    ),
    Column[Identity].of_amounts("Left side £", lambda row: row.left, why=True, width=112),
    Column[Identity].of_amounts("Right side £", lambda row: row.right_total, why=True, width=112),
    Column[Identity].of_amounts(
        "Difference £", lambda row: row.difference, why=lambda row: not row.holds, width=112
    ),
)


class IdentitiesView(GrantView):
    """States each identity up to a period; the first that differs explains itself at the right."""

    def __init__(self, office: Office) -> None:
        super().__init__("identities", "Identities", office)
        self._answer: PositionAnswer | None = None
        self._grant: tuple[FundId, FinancialYear] | None = None
        self._explained = False
        self._closed = False
        self._at = ""
        self._period = PeriodPicker()
        self._period.period_changed.connect(lambda _period: self._ask())
        self._locks: Sequence[PeriodLock] = ()
        self._lock_button: Button = button("Lock periods…", self.show_lock, icon="lock")
        self.buttons += [self._period, self._lock_button]
        self._card = Card("Identities")
        self._sections = Segmented("Identities shown", (Option(None, "All"),))
        self._sections.chosen.connect(lambda _section: self._show_rows())
        self._card.add_head(self._sections)
        self._table = TableView(
            "Identities", "reconcile.identities", office.settings, office.asker, TALL_ROW_HEIGHT
        )
        self._model = ListTableModel[Identity](COLUMNS, lambda row: row.id, self._table)
        self._table.set_model(self._model)
        self._table.why_requested.connect(self._why)
        self._table.current_row_changed.connect(self._current_changed)
        self._table.row_activated.connect(self._explain)
        self._card.add(self._table, 1)
        self.body.addWidget(self._card, 1)
        self.to_look_at = ToLookAt(office)
        self.to_look_at.inspect_requested.connect(self.inspect)
        self.to_look_at.go_requested.connect(self.go_requested)
        self.to_look_at.close_requested.connect(self.panel_close_requested)
        self.body.addWidget(self.to_look_at)
        self._chosen = False

    # Locked periods

    @property
    def _lock(self) -> PeriodLock | None:
        """The lock of the year that is shown."""
        year = self._grant[1] if self._grant is not None else None
        ours = [lock for lock in self._locks if lock.year == year]
        return next((lock for lock in ours if lock.whom is LockedFor.EVERYBODY), next(iter(ours), None))

    def _ask_locks(self) -> None:
        self.office.ask("reconcile.locks", LockedPeriods(), self._show_locks, self)

    def _show_locks(self, locks: list[Kept[PeriodLock]]) -> None:
        self._locks = [kept.value for kept in locks]
        lock = self._lock
        self._period.set_period(self._period.period, range(1, lock.to_period + 1) if lock else ())
        self._lock_button.set_text(f"Locked to period {lock.to_period}…" if lock else "Lock periods…")
        self._lock_button.setToolTip(lock.in_words if lock else "Keep what sits in these periods as it is")

    def refresh(self, topics: Topic) -> None:
        if topics & Topic.LOCKS:
            self._ask_locks()

    def show_lock(self) -> None:
        """Opens the inspector on what is locked, with the way to lock and to reopen."""
        if self._grant is None:
            return
        _, year = self._grant
        lock = self._lock
        blocks: list[Block] = [
            TextBlock(
                f"{lock.in_words}."
                if lock
                else f"No period of {year} is locked. Lock what has been agreed: charges, accruals and "
                "adjustments there then stay as they are, and lines that come later wait for a decision."
            )
        ]
        if not self.office.is_read_only:
            if lock is None or lock.to_period < CLOSING_PERIOD:
                blocks.append(WidgetBlock(self._lock_form, "Lock further" if lock else "Lock"))
            if lock is not None:
                reopen = InspectorPage(
                    f"Reopen periods of {year}",
                    [WidgetBlock(partial(self._reopen_form, lock))],
                    ("reopen", year),
                )
                go = partial(self.inspect_deeper_requested.emit, reopen)
                blocks.append(StepsBlock([Step("Reopen…", go)]))
        self.inspect(InspectorPage(f"Locked periods of {year}", blocks, ("locks", year)))

    def _lock_form(self) -> Form:
        if self._grant is None:
            raise AssertionError("the button stands beside a grant")
        close = self.panel_close_requested.emit
        return lock_form(self.office, self._grant[1], self._locks, self._period.period, close)

    def _reopen_form(self, lock: PeriodLock) -> Form:
        return reopen_form(self.office, lock, self.panel_close_requested.emit)

    # The identities

    def show_position(self, answer: PositionAnswer) -> None:
        grant = (answer.position.fund_id, answer.position.year)
        if grant != self._grant:
            self._grant, self._chosen = grant, False
        # The shared position goes to the last period of the ledger; another period is asked for here.
        if self._chosen:
            self._ask()
        else:
            lock = self._lock
            self._period.set_period(answer.position.to_period, range(1, lock.to_period + 1) if lock else ())
            self._show(answer)
        self._ask_locks()

    def _ask(self) -> None:
        if self._grant is None:
            return
        self._chosen = True
        self.office.ask_of_grant(
            "reconcile.position",
            PositionOf(*self._grant, self._period.period),
            self._show,
            self,
        )

    def _show(self, answer: PositionAnswer) -> None:
        self._answer = answer
        position = answer.position
        self.to_look_at.ask(position.year)
        self.state_changed.emit(f"{position.fund.name} {position.year}")
        differing = [identity for identity in answer.identities if not identity.holds]
        if differing:
            self._card.set_title(
                "Identities", f"{len(differing)} of {len(answer.identities)} differ", Tone.BAD
            )
            self.pill_changed.emit((f"{answer.unexplained.in_words} to explain", Tone.BAD, "≠"))
        else:
            self._card.set_title("Identities", f"all {len(answer.identities)} agree", Tone.GOOD)
            self.pill_changed.emit(("Reconciled to the penny", Tone.GOOD, "✓"))
        held = {identity.section for identity in answer.identities}
        options = [Option(None, "All"), *(Option(each, each.value) for each in Section if each in held)]
        self._sections.set_options(options, self._sections.key)
        self._show_rows()
        if not self.isVisible():
            return
        if differing:
            current = self._table.current_row
            if not isinstance(current, Identity) or current.holds:
                self._table.select_key(differing[0].id)
                current = differing[0]
            if not self._closed:
                self._explain(current)
        elif self._explained:
            self.panel_close_requested.emit()
            self._closed = False  # it was not the user who closed it

    def _show_rows(self) -> None:
        """The identities of the chosen section; the pill above counts all."""
        if self._answer is not None:
            chosen = self._sections.key
            self._model.set_rows(each for each in self._answer.identities if chosen in {None, each.section})

    def _current_changed(self, identity: object) -> None:
        if not isinstance(identity, Identity):
            return
        before, self._at = self._at, identity.id
        # Figures that come anew put the cursor back where it was: that is no choice of the user's.
        if identity.id != before and self._table.hasFocus():
            self._explain(identity)

    def come_to_front(self) -> None:
        """The page is opened anew: what differs may explain itself again."""
        self._closed = False

    def panel_closed(self) -> None:
        self._explained = False
        self._closed = True

    def _why(self, identity: object, column: object) -> None:
        if not isinstance(identity, Identity) or not isinstance(column, Column):
            return
        if column.title == "Left side £" and identity.left_figure:
            self.ask_why(self._at_period(identity.left_figure))
        else:
            self._explain(identity)

    def _at_period(self, figure: str) -> str:
        return f"{figure}@{self._answer.position.to_period}" if self._answer is not None else figure

    def _explain(self, identity: object) -> None:
        """Both sides in the inspector; for lines that wait, the lines themselves."""
        if self._answer is None or not isinstance(identity, Identity):
            return
        self._closed = False
        self._explained = not identity.holds
        position = self._answer.position
        if identity.id == "R10" and not identity.holds:
            where = LineFilter(year=position.year, to_period=position.to_period, show=Show.WAITING)
            self.office.ask_of_grant(
                "reconcile.lines",
                LineShares(where, 200),
                lambda shares: self._lines_found(identity, where, shares),
                self,
            )
        else:
            self.inspect(self._page(identity, None, []))

    def _lines_found(self, identity: Identity, where: LineFilter, shares: Sequence[LineShare]) -> None:
        # Another view may have been chosen meanwhile.
        if self.isVisible():
            self.inspect(self._page(identity, where, shares))

    def _page(
        self, identity: Identity, where: LineFilter | None, lines: Sequence[LineShare]
    ) -> InspectorPage:
        blocks: list[Block] = []
        if where is not None and lines:
            blocks.append(
                LinesBlock(
                    [
                        SourceLine(
                            f"{short_date(line.posted_on)} {line.supplier} · {line.description}",
                            line.share,
                            source_of(line),
                            Target("spend", ShowLine(line.id)),
                        )
                        for line in lines
                    ],
                    f"{count(len(lines), 'line')} waiting for a project",
                )
            )
            blocks.append(SumBlock([SumRow("Together", identity.difference, is_total=True)]))
        elif not identity.holds and identity.broken:
            single = count(identity.broken, identity.broken_name)
            blocks.append(
                TextBlock(
                    f"{single} {'does' if identity.broken == 1 else 'do'} not agree, whatever the sums say."
                )
            )
        if not identity.holds and identity.advice:
            blocks.append(TextBlock(identity.advice))
        if where is not None and lines:
            go = Target("spend", ShowLines(where, "Lines to match"))
            blocks.append(
                StepsBlock(
                    [Step(f"Open the {count(len(lines), 'line')}", lambda: self.go_requested.emit(go), True)]
                )
            )
        blocks.append(
            SumBlock(
                [
                    SumRow(
                        identity.left_name,
                        identity.left,
                        Figure(self._at_period(identity.left_figure)) if identity.left_figure else None,
                        is_total=True,
                    )
                ],
                "Left side",
            )
        )
        blocks.append(
            SumBlock(
                [
                    *(
                        SumRow(
                            part.name,
                            part.amount,
                            Figure(self._at_period(part.figure)) if part.figure else None,
                        )
                        for part in identity.right
                    ),
                    SumRow("Together", identity.right_total, is_total=True),
                ],
                "Right side",
            )
        )
        title = f"Why {identity.difference.in_words}?" if not identity.holds else "Both sides agree"
        return InspectorPage(title, blocks, subject=("identity", identity.id))

    def first_focus(self) -> QWidget:
        return self._table
