"""The form of one accrual or adjustment in the inspector."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.adjustments import AddAccrual, AddAdjustment, ChangeAdjustment
from fundingapp.application.effect import Command
from fundingapp.application.ports import LineFilter, LineOrder, LineRow
from fundingapp.application.queries.adjustments import ACCRUAL, AdjustmentRow
from fundingapp.application.queries.lines import LineIds, LineRows
from fundingapp.application.queries.workspace import Grant
from fundingapp.application.wording import count
from fundingapp.domain.adjustments import REVERSING, Accrual, Adjustment, AdjustmentType, signed
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import AccrualId, AdjustmentId, LineId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD, FinancialYear, period_name
from fundingapp.domain.positions import ProjectPosition
from fundingapp.ui.forms import Form, amount_of
from fundingapp.ui.office import Office
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.evidence_field import EvidenceField
from fundingapp.ui.widgets.labels import label

KINDS = (ACCRUAL, *(type.value for type in AdjustmentType))
_ACCRUAL_RULE = (
    "goods or services received that the ledger does not hold yet: adds to the spend until it reverses"
)


def period_in_words(year: FinancialYear, period: int) -> str:
    """“2018/19, period 3 (June)”."""
    return f"{year}, period {period} ({period_name(period)})"


def later_periods(year: FinancialYear, period: int) -> list[Option]:
    """The periods after *period* of *year*, to the end of the next."""
    return [
        Option((at, number), period_in_words(at, number))
        for at in (year, year.next)
        for number in range(1, CLOSING_PERIOD + 1)
        if (at, number) > (year, period)
    ]


class Host(Protocol):
    """What the form needs of the view that shows it."""

    @property
    def office(self) -> Office: ...
    @property
    def grant(self) -> Grant | None: ...
    @property
    def heads(self) -> Sequence[ProjectPosition]: ...
    @property
    def last_period(self) -> int: ...
    @property
    def open_accruals(self) -> Sequence[AdjustmentRow]: ...
    def choose_paper(self) -> Path | None: ...
    def close_form(self) -> None: ...


class AdjustmentForm(Form):
    """The form of one accrual or adjustment; what a kind does not need is not shown."""

    def __init__(self, view: Host, row: AdjustmentRow | None) -> None:
        super().__init__("Keep it" if row else "Add it", self._accepted, view.close_form)
        self._view = view
        self._row = row
        grant = view.grant
        self._year = grant.year if grant is not None else FinancialYear(1)
        of = row.of if row is not None and isinstance(row.of, Adjustment) else None
        kinds = [Option(kind, kind.capitalize()) for kind in (KINDS[1:] if row else KINDS)]
        self.kind = self.choice("Kind", kinds, of.type.value if of else ACCRUAL)
        self.rule = label("", "note", wrap=True)
        self.add("What it does", self.rule)
        heads = [
            Option((head.project_id, head.kind), f"{head.ref} {head.project.name} ({head.kind.value})")
            for head in view.heads
        ]
        self.project = self.choice("Project", heads, (of.project, of.kind) if of else None)
        self.amount = self.money("Amount, £", of.amount if of else None)
        periods = [
            Option(number, f"period {number} ({period_name(number)})")
            for number in range(1, CLOSING_PERIOD + 1)
        ]
        self.period = self.choice("Counts in", periods, of.period if of else view.last_period)
        self.reverses = self.choice(
            "Reverses in",
            [Option(None, "not yet known"), *later_periods(self._year, 1)],
            (of.reverses_year, of.reverses_period) if of and of.reverses_year else None,
        )
        self.accrual = self.choice(
            "Accrual to write off",
            [
                Option(each.id, f"{each.ref} {each.reason}, {each.still_open.in_words} open")
                for each in view.open_accruals
            ],
            of.accrual if of else None,
        )
        self.supplier = self.text("Supplier")
        self.line = self.text(
            "Ledger line put right (transaction)", row.line if row else "", "may be left empty"
        )
        self.reason = self.text(
            "Reason", of.reason if of else "", "what was received, or why it is put right"
        )
        self.evidence = EvidenceField(view.choose_paper)
        self.add("More evidence" if row else "Evidence", self.evidence)
        self.kind.currentIndexChanged.connect(lambda _at: self._show_kind())
        self._show_kind()

    @property
    def type(self) -> AdjustmentType | None:
        """The chosen type; None for an accrual."""
        return next((type for type in AdjustmentType if type.value == self.kind.key), None)

    def _show_kind(self) -> None:
        chosen = self.type
        rule = chosen.rule if chosen is not None else _ACCRUAL_RULE
        self.rule.setText(f"{rule[0].upper()}{rule[1:]}.")
        shown: dict[QWidget, bool] = {
            self.reverses: chosen is None or chosen in REVERSING,
            self.accrual: chosen is AdjustmentType.WRITE_OFF,
            self.supplier: chosen is None,
            self.line: chosen is not None and chosen is not AdjustmentType.WRITE_OFF,
        }
        for field, is_shown in shown.items():
            field.setVisible(is_shown)
            at = self._column.indexOf(field)
            item = self._column.itemAt(at - 1)
            words = item.widget() if item is not None else None
            if words is not None:
                words.setVisible(is_shown)

    def _accepted(self) -> str:
        """Sends what the form says; what is wrong with it in a sentence."""
        amount = amount_of(self.amount)
        if amount is None or not amount:
            return "Type the amount, in pounds and pence."
        if not self.reason.text().strip():
            return "Say why: the reason is kept with it."
        if self._row is None and not self.evidence.given:
            return "Attach a file, or type what leads to the paper, such as the invoice’s number."
        if not isinstance(self.project.key, tuple):
            return "Choose the project."
        try:
            command = self._command(amount)
        except ExpectedError as error:
            return str(error)
        name = f"{'Change' if self._row else 'Add'} the {self.kind.key}"
        self._view.office.do(command, name, lambda _effect: self._view.close_form())
        return ""

    def _command(self, amount: Money) -> Command[object]:
        grant = self._view.grant
        head = self.project.key
        if grant is None or not isinstance(head, tuple):
            raise AssertionError("the form is shown with a grant, and a project was chosen")
        project, kind = head
        period = self.period.key if isinstance(self.period.key, int) else 1
        back = self.reverses.key if self.reverses.isVisibleTo(self) else None
        reverses_year, reverses_period = back if isinstance(back, tuple) else (None, None)
        reason = self.reason.text().strip()
        chosen = self.type
        if chosen is None:
            accrual = Accrual(
                project,
                grant.fund_id,
                kind,
                grant.year,
                period,
                amount,
                self.supplier.text().strip(),
                reason,
                reverses_year,
                reverses_period,
            )
            return AddAccrual(accrual, self.evidence.given)
        line = self._line(self.line.text().strip()) if self.line.isVisibleTo(self) else None
        written_off = self.accrual.key if chosen is AdjustmentType.WRITE_OFF else None
        adjustment = Adjustment(
            chosen,
            project,
            grant.fund_id,
            kind,
            grant.year,
            period,
            signed(chosen, amount, line is not None and line.line.amount < Money.ZERO),
            reason,
            LineId(line.id) if line is not None else None,
            AccrualId(written_off) if isinstance(written_off, int) else None,
            reverses_year,
            reverses_period,
        )
        if self._row is None:
            return AddAdjustment(adjustment, self.evidence.given)
        return ChangeAdjustment(AdjustmentId(self._row.id), adjustment, self.evidence.given)

    def _line(self, transaction: str) -> LineRow | None:
        """The line of that transaction that is charged to the chosen project. Raises ExpectedError."""
        if not transaction or not isinstance(self.project.key, tuple):
            return None
        project, kind = self.project.key
        where = LineFilter(
            year=self._year, project=project, kind=kind, columns=(("transaction", transaction),)
        )
        office = self._view.office
        ids = office.fetch(LineIds(where, LineOrder()))
        rows = [
            row
            for row in office.fetch(LineRows(tuple(ids)))
            if row.line.transaction.casefold() == transaction.casefold()
        ]
        if len(rows) != 1:
            raise ExpectedError(
                "line_unknown",
                f"{'No line' if not rows else count(len(rows), 'line')} with the transaction “{transaction}” "
                f"{'is' if len(rows) <= 1 else 'are'} charged to this project in {self._year}.",
                "Type the transaction of one line, or leave it empty.",
            )
        return rows[0]
