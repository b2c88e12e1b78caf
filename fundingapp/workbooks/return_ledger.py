"""The return's sheet that leads from the ledger downloads to the spend of this grant, period by period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.positions import ControlSum, GrantPosition, LedgerSum, ProjectPosition
from fundingapp.workbooks.book import FIRST_ROW, Column, Entry, Filled, Formula, Known, Sheet, rounded, sum_of
from fundingapp.workbooks.return_figures import FigureNames

LEDGER_COLUMNS = (
    Column("Period", figures=True),
    Column("Month", widest=22),
    Column("Ledger lines", figures=True),
    Column("Ledger total £", figures=True),
    Column("Charged to projects £", figures=True),
    Column("Income £", figures=True),
    Column("Excluded with a reason £", figures=True),
    Column("Lines waiting", figures=True),
    Column("Waiting for a project £", figures=True),
    Column("Ledger less its parts £", figures=True),
    Column("Lines in the downloads", figures=True),
    Column("Control total of the downloads £", figures=True),
    Column("Ledger less downloads £", figures=True),
    Column("Charged to other grants £", figures=True),
    Column("Accruals less reversals £", figures=True),
    Column("Adjustments £", figures=True),
    Column("Ineligible, paid by the host £", figures=True),
    Column("Spend of this grant £", figures=True),
)


class LedgerColumn(IntEnum):
    """The columns of the sheet, counted from nought."""

    PERIOD = 0
    MONTH = 1
    LINES = 2
    LEDGER_TOTAL = 3
    CHARGED = 4
    INCOME = 5
    EXCLUDED = 6
    WAITING_LINES = 7
    WAITING = 8
    UNEXPLAINED = 9
    CONTROL_LINES = 10
    CONTROL = 11
    FROM_CONTROL = 12
    OTHER_GRANTS = 13
    ACCRUED = 14
    ADJUSTED = 15
    INELIGIBLE = 16
    SPEND = 17


@dataclass(frozen=True, slots=True)
class _LedgerRow:
    """One period of the reconciliation, or all of them together."""

    lines: int
    total: Money
    charged: Money
    income: Money
    excluded: Money
    waiting_lines: int
    waiting: Money
    control_lines: int
    control: Money
    other_grants: Money
    accrued: Money
    adjusted: Money
    ineligible: Money
    spend: Money


#: What a cell of figures may be before it knows its name.
_Put = Money | int | Formula
#: What answers “why?” of each column, for one period or for the row of totals; some are the ledger's own.
_MEASURES: dict[int, str] = {
    LedgerColumn.LEDGER_TOTAL: "total",
    LedgerColumn.CHARGED: "charged",
    LedgerColumn.INCOME: "income",
    LedgerColumn.EXCLUDED: "excluded",
    LedgerColumn.WAITING: "waiting",
    LedgerColumn.CONTROL: "control",
    LedgerColumn.OTHER_GRANTS: "elsewhere",
    LedgerColumn.ACCRUED: "accrued",
    LedgerColumn.ADJUSTED: "adjusted",
    LedgerColumn.INELIGIBLE: "ineligible",
    LedgerColumn.SPEND: "spend",
}
_TOTALS: dict[int, str] = {LedgerColumn.INELIGIBLE: "host", LedgerColumn.ADJUSTED: "adjusted net"}
_OF_LEDGER = frozenset(list(LedgerColumn)[LedgerColumn.LEDGER_TOTAL : LedgerColumn.CONTROL + 1])


def _ledger_row(
    entries: Sequence[LedgerSum],
    controls: Sequence[ControlSum],
    projects: Sequence[ProjectPosition],
    periods: Iterable[int],
) -> _LedgerRow:
    numbers = set(periods)
    entries = [entry for entry in entries if entry.period in numbers]
    controls = [control for control in controls if control.period in numbers]
    total = Money.total(entry.total for entry in entries)
    charged = Money.total(entry.charged for entry in entries)
    from_ledger = Money.total(project.ledger[number - 1] for project in projects for number in numbers)
    return _LedgerRow(
        lines=sum(entry.lines for entry in entries),
        total=total,
        charged=charged,
        income=Money.total(entry.income for entry in entries),
        excluded=Money.total(entry.excluded for entry in entries),
        waiting_lines=sum(entry.waiting_lines for entry in entries),
        waiting=total - Money.total(entry.placed for entry in entries),
        control_lines=sum(control.lines for control in controls),
        control=Money.total(control.total for control in controls),
        other_grants=charged - from_ledger,
        accrued=Money.total(project.accrued[number - 1] for project in projects for number in numbers),
        adjusted=_within(numbers, (project.adjusted_net for project in projects)),
        ineligible=_within(numbers, (project.ineligible for project in projects)),
        spend=Money.total(project.in_period(number) for project in projects for number in numbers),
    )


def _within(numbers: Iterable[int], by_period: Iterable[Sequence[Money]]) -> Money:
    """The sum over the periods *numbers* of amounts that are given by period, one after the other."""
    return Money.total(amounts[number - 1] for amounts in by_period for number in numbers)


def fill_ledger(sheet: Sheet, about: str, position: GrantPosition) -> Filled:
    """Fills the sheet."""
    sheet.begin("Reconciliation to ledger", f"{about} · positive is spending, negative is income or credit")
    periods = range(1, position.to_period + 1)

    figure_names = FigureNames(position)

    def entries_of(
        names: tuple[Entry, Entry], figures: _LedgerRow, put: Callable[[int, Money | int], _Put]
    ) -> None:
        row = sheet.next_row
        period = names[0] if isinstance(names[0], int) else None

        def known(column: int, entry: _Put) -> Entry:
            measure = _MEASURES[column]
            if period is None:
                total, scope = _TOTALS.get(column, measure), column in _OF_LEDGER
                return Known(entry, figure_names.of_ledger(total) if scope else figure_names.of_grant(total))
            one = f"{measure}/P{period}"
            of_ledger = column in _OF_LEDGER
            return Known(entry, figure_names.of_ledger(one) if of_ledger else figure_names.of_grant(one))

        def at(column: int) -> str:
            return sheet.at(row, column)

        parts = "".join(
            f"-{at(column)}"
            for column in (
                LedgerColumn.CHARGED,
                LedgerColumn.INCOME,
                LedgerColumn.EXCLUDED,
                LedgerColumn.WAITING,
            )
        )
        sheet.add(
            [
                *names,
                put(LedgerColumn.LINES, figures.lines),
                known(LedgerColumn.LEDGER_TOTAL, put(LedgerColumn.LEDGER_TOTAL, figures.total)),
                known(LedgerColumn.CHARGED, put(LedgerColumn.CHARGED, figures.charged)),
                known(LedgerColumn.INCOME, put(LedgerColumn.INCOME, figures.income)),
                known(LedgerColumn.EXCLUDED, put(LedgerColumn.EXCLUDED, figures.excluded)),
                put(LedgerColumn.WAITING_LINES, figures.waiting_lines),
                known(LedgerColumn.WAITING, put(LedgerColumn.WAITING, figures.waiting)),
                Formula(
                    rounded(f"{at(LedgerColumn.LEDGER_TOTAL)}{parts}"),
                    figures.total - figures.charged - figures.income - figures.excluded - figures.waiting,
                ),
                put(LedgerColumn.CONTROL_LINES, figures.control_lines),
                known(LedgerColumn.CONTROL, put(LedgerColumn.CONTROL, figures.control)),
                Formula(
                    rounded(f"{at(LedgerColumn.LEDGER_TOTAL)}-{at(LedgerColumn.CONTROL)}"),
                    figures.total - figures.control,
                ),
                known(LedgerColumn.OTHER_GRANTS, put(LedgerColumn.OTHER_GRANTS, figures.other_grants)),
                known(LedgerColumn.ACCRUED, put(LedgerColumn.ACCRUED, figures.accrued)),
                known(LedgerColumn.ADJUSTED, put(LedgerColumn.ADJUSTED, figures.adjusted)),
                known(LedgerColumn.INELIGIBLE, put(LedgerColumn.INELIGIBLE, figures.ineligible)),
                known(
                    LedgerColumn.SPEND,
                    Formula(
                        rounded(
                            f"{at(LedgerColumn.CHARGED)}-{at(LedgerColumn.OTHER_GRANTS)}+{at(LedgerColumn.ACCRUED)}"
                            f"+{at(LedgerColumn.ADJUSTED)}-{at(LedgerColumn.INELIGIBLE)}"
                        ),
                        figures.spend,
                    ),
                ),
            ],
            strong=names[0] == "Total",
        )

    for number in periods:
        figures = _ledger_row(position.ledger, position.controls, position.projects, (number,))
        entries_of((number, period_name(number).capitalize()), figures, lambda _, value: value)
    last = sheet.next_row - 1

    def column_total(column: int, value: Money | int) -> Formula:
        span = sheet.span(FIRST_ROW, column, last, column)
        return Formula(sum_of(span) if isinstance(value, Money) else f"=SUM({span})", value)

    row = sheet.next_row
    everything = _ledger_row(position.ledger, position.controls, position.projects, periods)
    entries_of(("Total", ""), everything, column_total)
    sheet.finish(last)
    return Filled(sheet, row)
