"""The outturn of a year: from the ledger to what the grant pays for, claims and pays, project by project."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fundingapp.application.queries.year_end import YearEndAnswer
from fundingapp.application.wording import count
from fundingapp.domain.money import Money
from fundingapp.domain.signing import Certified
from fundingapp.domain.year_end import HeadOutturn, Outturn
from fundingapp.ui.grants.claims_view import KeyFigure
from fundingapp.ui.inspector import (
    Block,
    CheckBlock,
    InspectorPage,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Figure
from fundingapp.ui.signing.sign_off import SignOffCard
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.widgets.buttons import button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.yearend.chain_view import head_rows
from fundingapp.ui.yearend.columns import ALWAYS, MEASURES, ROW_HEIGHT, HeadRow, outturn_columns
from fundingapp.ui.yearend.forms import host_pays_form
from fundingapp.ui.yearend.view import YearEndView
from fundingapp.ui.yearend.words import pending_in_words

_LEAST_HEIGHT = 400


class OutturnView(YearEndView):
    """The statement as a table; a project opens at the right with its sums and what pays for an overspend."""

    def __init__(self, office: Office) -> None:
        super().__init__("outturn", "Outturn", office)
        self._figures = {
            key: KeyFigure(title)
            for key, title in (
                ("available", "Available"),
                ("eligible", "Net eligible spend"),
                ("left", "Left"),
                ("paid", "Paid"),
                ("balance", "Balance"),
            )
        }
        strip = QHBoxLayout()
        strip.setSpacing(3 * STEP)
        for figure in self._figures.values():
            figure.why_requested.connect(self._why_of_figure)
            strip.addWidget(figure, 1)
        box = Card()
        box.add_padded(strip)
        self.body.addWidget(box)
        self._card = Card("Outturn")
        self._host = button("Host pays…", self.host_pays)
        self._host.setToolTip("The host pays what the chosen project spent beyond its budget")
        self._virement = button("Virement…", lambda: self.go("grants", ("virements", "new")))
        self._virement.setToolTip("Moves budget to a project that spent more than it has")
        for each in (self._host, self._virement):
            self._card.add_head(each)
        self.heads = TableView(
            "Outturn by project", "year-end.outturn", office.settings, row_height=ROW_HEIGHT
        )
        self._heads = ListTableModel[HeadRow](ALWAYS, lambda row: row.key, self.heads)
        self.heads.set_model(self._heads)
        self.heads.why_requested.connect(self._why)
        self.heads.row_activated.connect(self._open)
        self.heads.current_row_changed.connect(self._chosen)
        self.heads.selection_summarised.connect(self.selection_summarised)
        self._card.add(self.heads, 1)
        self.body.addWidget(self._card, 1)
        self.sign_off = SignOffCard(office, Certified.YEAR_END)
        self.sign_off.inspect_requested.connect(self.show_once)
        self.sign_off.deeper_requested.connect(self.inspect_deeper_requested)
        self.sign_off.close_requested.connect(self.panel_close_requested)
        self.sign_off.message_raised.connect(self.message_raised)
        self.body.addWidget(self.sign_off)

    def first_focus(self) -> QWidget:
        return self.heads

    def go_to(self, subject: object) -> None:
        """Shows the project of that reference."""
        if isinstance(subject, str):
            row = next((each for each in self._heads.rows if each.of.ref == subject), None)
            if row is not None:
                self.heads.select_key(row.key)
                self._open(row)

    # What is shown

    def ask(self) -> None:
        super().ask()
        self.sign_off.show_of(self.fund, self.year)

    def show_year_end(self, answer: YearEndAnswer) -> None:
        outturn = answer.outturn
        rows = [row for row in head_rows(answer) if self.office.lists(row.of.project)]
        some = self.office.district is not None
        total = None if some else HeadRow(outturn.total, is_total=True)
        self._choose_columns(outturn)
        self._heads.set_rows(rows, total)
        over = [head for head in outturn.heads if head.overspend]
        whole = Money.total(head.overspend for head in over)
        self._card.set_title(
            f"Outturn of {outturn.year}",
            f"{whole.in_words} overspent: nothing pays for it" if over else "every overspend is paid for",
            Tone.BAD if over else Tone.GOOD,
        )
        basis = f"paid in {outturn.basis.value}"
        listed = self.office.some_in_words(
            [row.of.project for row in head_rows(answer) if row.of.project], "projects"
        )
        self.state_changed.emit(
            " · ".join(
                words
                for words in (
                    f"{outturn.fund_name} {outturn.year}",
                    basis,
                    pending_in_words(outturn.pending),
                    listed,
                )
                if words
            )
        )
        self._show_figures(outturn)
        self._chosen(self.heads.current_row)

    def _choose_columns(self, outturn: Outturn) -> None:
        """Leaves out what the year has nothing of, so that the columns that make the sum have room."""
        columns = outturn_columns(outturn.heads)
        if columns != self._heads.columns:
            self._heads = ListTableModel[HeadRow](columns, lambda row: row.key, self.heads)
            self.heads.set_model(self._heads)

    def _show_figures(self, outturn: Outturn) -> None:
        total, count_of = outturn.total, len({head.ref for head in outturn.heads if head.ref})
        self._figures["available"].set_figure(
            outturn.available, count(count_of, "project"), Figure(total.figure("budget"))
        )
        self._figures["eligible"].set_figure(
            outturn.eligible,
            f"{total.ineligible.in_words} ineligible left out"
            if total.ineligible
            else "nothing is ineligible",
            Figure(total.figure("eligible")),
        )
        self._figures["left"].set_figure(
            total.left,
            f"{outturn.pending.in_words} not decided" if outturn.pending else "all decided",
            Figure(total.figure("left")),
        )
        self._figures["paid"].set_figure(
            outturn.cash.paid,
            f"{outturn.cash.repaid.in_words} given back" if outturn.cash.repaid else "nothing given back",
            Figure(f"{outturn.fund_name}/{outturn.year}/received"),
        )
        balance = outturn.balance
        self._figures["balance"].set_figure(
            balance,
            "due from the funder"
            if balance > Money.ZERO
            else "held for the funder"
            if balance
            else "nothing is due",
            Figure(f"{outturn.fund_name}/{outturn.year}/cash"),
        )

    def _why_of_figure(self, subject: object) -> None:
        if isinstance(subject, Figure):
            self.why_requested.emit(subject)

    def _why(self, row: object, column: object) -> None:
        if isinstance(row, HeadRow) and isinstance(column, Column):
            self.ask_why(row.of.figure(MEASURES[column.title]))

    # One project

    def _chosen(self, row: object) -> None:
        over = isinstance(row, HeadRow) and not row.is_total and bool(row.of.overspend)
        self._host.setEnabled(over and self.can_change)
        self._virement.setEnabled(self.can_change)

    def _open(self, row: object) -> None:
        if isinstance(row, HeadRow) and not row.is_total:
            self.open_page(partial(self._page, row.key))

    def _page(self, key: object) -> InspectorPage | None:
        row = next((each for each in self._heads.rows if each.key == key), None)
        if row is None:
            return None
        of = row.of

        def part(name: str, amount: Money, measure: str, *, is_total: bool = False) -> SumRow:
            return SumRow(name, amount, Figure(of.figure(measure)), is_total=is_total)

        spent = [
            part("Ledger, periods 1 to 12", of.ledger, "ledger"),
            part("Ledger, period 13", of.closing, "closing"),
            part("Accruals", of.accruals, "accruals"),
            part("Less last year’s accruals, reversed", -of.reversals, "reversals"),
            part("Other adjustments", of.adjustments, "adjustments"),
            part("Less ineligible, paid by the host", -of.ineligible, "ineligible"),
            part("Net eligible", of.eligible, "eligible", is_total=True),
        ]
        blocks: list[Block] = []
        if of.overspend:
            words = (
                f"{of.overspend.in_words} more was spent than the grant gives it. The host pays it, or a virement "
                "moves budget to it (R29)."
            )
            blocks.append(CheckBlock([("overspent", Tone.BAD, words)]))
            if self.can_change:
                pays = self.deeper_form("The host pays", partial(host_pays_form, self, of))
                steps = [
                    Step("Host pays…", pays, is_primary=True),
                    Step("Virement…", lambda: self.go("grants", ("virements", "new"))),
                ]
                blocks.append(StepsBlock(steps))
        blocks += [
            SumBlock([each for each in spent if each.amount or each.is_total], "What the grant pays for"),
            SumBlock(
                [
                    part("Budget", of.budget, "budget"),
                    part("Less net eligible", -of.eligible, "eligible"),
                    part("Left", of.left, "left", is_total=True),
                ]
            ),
        ]
        if of.project is not None:
            blocks.append(
                SumBlock(
                    [
                        part("Net eligible", of.eligible, "eligible"),
                        part("Less paid", -of.paid, "paid"),
                        SumRow(
                            "Balance",
                            of.balance,
                            Figure(of.figure("balance")),
                            is_total=True,
                            note=balance_in_words(of),
                        ),
                    ],
                    f"Final claim {of.final_claim.in_words}" if of.final_claim else "No final claim yet",
                )
            )
        steps = [Step("What becomes of what is left", lambda: self.go("year-end", ("underspend", of.ref)))]
        if of.project is not None:
            steps.append(Step("Open the project", lambda: self.go("projects", of.ref)))
        blocks.append(StepsBlock(steps))
        return InspectorPage(row.name, blocks, ("outturn", row.key))

    def host_pays(self) -> None:
        """Opens the form for the chosen project's overspend."""
        row = self.heads.current_row
        if isinstance(row, HeadRow) and self._host.isEnabled():
            page = InspectorPage(
                "The host pays", [WidgetBlock(partial(host_pays_form, self, row.of))], ("form", "host")
            )
            self.inspect(page)

    # Qt overrides

    def sizeHint(self) -> QSize:
        """The page gives a view the height that it hints at, and scrolls where there is less."""
        return QSize(super().sizeHint().width(), _LEAST_HEIGHT)


def balance_in_words(head: HeadOutturn) -> str:
    """Which way the balance goes."""
    if head.balance > Money.ZERO:
        return "due from the funder"
    return "due to the funder" if head.balance else "nothing is due either way"
