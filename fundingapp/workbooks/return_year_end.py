"""The sheets that the return of a whole year has beside: outturn, carry-forward, accruals, and the ledger by cost
centre (domain paper 4.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from fundingapp.application.wording import short_date
from fundingapp.domain.carry_forwards import DECIDED, CarryForwardState
from fundingapp.domain.money import Money
from fundingapp.domain.periods import period_name
from fundingapp.domain.returns import ReturnDocument, ReturnYearEnd
from fundingapp.domain.year_end import HeadOutturn
from fundingapp.workbooks.book import FIRST_ROW, Column, Entry, Formula, Known, Sheet, rounded, sum_of
from fundingapp.workbooks.return_figures import FigureNames

OUTTURN_COLUMNS = (
    Column("Project", widest=16),
    Column("Name", widest=40),
    Column("Kind", widest=12),
    Column("Budget £", figures=True),
    Column("Ledger periods 1 to 12 £", figures=True),
    Column("Period 13 £", figures=True),
    Column("Accruals £", figures=True),
    Column("Last year's accruals reversed £", figures=True),
    Column("Adjustments £", figures=True),
    Column("Ineligible £", figures=True),
    Column("Net eligible £", figures=True),
    Column("Left of budget £", figures=True),
    Column("Claims approved £", figures=True),
    Column("Final claim £", figures=True),
    Column("Paid £", figures=True),
    Column("Balance £", figures=True),
)
_BUDGET, _LEDGER, _INELIGIBLE, _ELIGIBLE, _LEFT, _PAID, _BALANCE = 3, 4, 9, 10, 11, 14, 15

CARRY_COLUMNS = (
    Column("Project", widest=16),
    Column("Name", widest=40),
    Column("Kind", widest=12),
    Column("Underspend £", figures=True),
    Column("Requested £", figures=True),
    Column("Approved £", figures=True),
    Column("Refused £", figures=True),
    Column("To be returned £", figures=True),
    Column("Returned £", figures=True),
    Column("Surrendered £", figures=True),
    Column("Not decided £", figures=True),
    Column("State", widest=20),
    Column("Reason", widest=44),
    Column("Plan", widest=44),
    Column("Spend by", widest=14),
    Column("Letter", widest=24),
)
_UNDERSPEND, _APPROVED, _OWED, _NOT_DECIDED = 3, 5, 7, 10

ACCRUAL_COLUMNS = (
    Column("Project", widest=16),
    Column("Kind", widest=12),
    Column("Period", widest=24),
    Column("Supplier", widest=34),
    Column("Description", widest=50),
    Column("Amount £", figures=True),
    Column("Evidence", widest=40),
    Column("Reverses in", widest=34),
)
_ACCRUED = 5

CENTRE_COLUMNS = (
    Column("Cost centre", widest=20),
    Column("Ledger balance £", figures=True),
    Column("Charged to this grant £", figures=True),
    Column("Charged to other grants £", figures=True),
    Column("Income £", figures=True),
    Column("Excluded £", figures=True),
    Column("Unallocated £", figures=True),
    Column("Difference £", figures=True),
    Column("Other grants", widest=50),
    Column("Excluded because", widest=60),
)
_BALANCE_OF_CENTRE, _UNALLOCATED = 1, 6


def _of(document: ReturnDocument) -> ReturnYearEnd:
    if document.year_end is None:
        raise ValueError("only the return of a whole year has these sheets")
    return document.year_end


def _totals(sheet: Sheet, first: int, amounts: Sequence[Money]) -> list[Formula]:
    """The sums of the columns from *first* on, over every row that was added."""
    last = sheet.next_row - 1
    return [
        Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), amount)
        for column, amount in enumerate(amounts, start=first)
    ]


def _named(head: HeadOutturn) -> list[Entry]:
    kind = head.kind.value if head.kind is not None else ""
    return [head.ref or "none", head.name, kind]


#: What answers “why?” of the columns of amounts, of a head or of the grant; "" where no figure has a name.
_OUTTURN = (
    "outturn/budget",
    "outturn/ledger",
    "outturn/closing",
    "outturn/accruals",
    "less/outturn/reversals",
    "outturn/adjustments",
    "less/outturn/ineligible",
    "outturn/eligible",
    "outturn/left",
    "outturn/approved",
    "outturn/final claim",
    "outturn/paid",
    "outturn/balance",
)
_CARRIED = (
    "outturn/left",
    "",
    "outturn/agreed",
    "outturn/refused",
    "outturn/owed",
    "outturn/repaid",
    "outturn/surrendered",
    "outturn/pending",
)


def _known(
    head: HeadOutturn, document: ReturnDocument, figures: Sequence[Money | Formula], measures: Sequence[str]
) -> list[Entry]:
    """*figures* of a head with what answers “why?” of each."""
    period = document.position.to_period

    def name(measure: str) -> str:
        less, _, wanted = measure.rpartition("outturn/")
        return head.figure(wanted).replace("/outturn/", f"/{less}outturn/", 1) + f"@{period}"

    return [
        Known(figure, name(measure) if measure else "")
        for figure, measure in zip(figures, measures, strict=True)
    ]


def _known_of_all(
    document: ReturnDocument, totals: Sequence[Formula], measures: Sequence[str]
) -> list[Entry]:
    """*totals* of the grant with what answers “why?” of each."""
    names = FigureNames(document.position)
    return [
        Known(total, names.of_grant(measure) if measure else "")
        for total, measure in zip(totals, measures, strict=True)
    ]


def fill_outturn(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """How each project's year ended; the balance is due from the funder above nought, and to it below."""
    outturn = _of(document).outturn
    sheet.begin("Outturn", f"{about} · balance: above nought is due from the funder, below nought to it")
    amounts: tuple[Callable[[HeadOutturn], Money], ...] = (
        lambda head: head.budget,
        lambda head: head.ledger,
        lambda head: head.closing,
        lambda head: head.accruals,
        lambda head: -head.reversals,
        lambda head: head.adjustments,
        lambda head: -head.ineligible,
        lambda head: head.eligible,
        lambda head: head.left,
        lambda head: head.approved,
        lambda head: head.final_claim,
        lambda head: head.paid,
        lambda head: head.balance,
    )
    for head in outturn.heads:
        row = sheet.next_row
        figures: list[Money | Formula] = [amount(head) for amount in amounts]
        figures[_ELIGIBLE - _BUDGET] = Formula(
            sum_of(sheet.span(row, _LEDGER, row, _INELIGIBLE)), head.eligible
        )
        figures[_LEFT - _BUDGET] = Formula(
            rounded(f"{sheet.at(row, _BUDGET)}-{sheet.at(row, _ELIGIBLE)}"), head.left
        )
        figures[_BALANCE - _BUDGET] = Formula(
            rounded(f"{sheet.at(row, _ELIGIBLE)}-{sheet.at(row, _PAID)}"), head.balance
        )
        sheet.add([*_named(head), *_known(head, document, figures, _OUTTURN)], called=head.called)
    last = sheet.next_row - 1
    totals = _totals(sheet, _BUDGET, [Money.total(map(amount, outturn.heads)) for amount in amounts])
    sheet.add(["Total", "", "", *_known_of_all(document, totals, _OUTTURN)], strong=True)
    sheet.finish(last)


def fill_carry_forward(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """What was not spent, and what becomes of it; money that nothing was decided about must be nil when the year is
    closed (R25)."""
    year_end = _of(document)
    sheet.begin("Carry-forward", f"{about} · only what is approved is money available next year")
    heads = year_end.heads_with_underspend
    amounts: tuple[Callable[[HeadOutturn], Money], ...] = (
        lambda head: head.left,
        lambda head: Money.total(
            each.asked
            for each in year_end.carried_of(head)
            if each.state is CarryForwardState.REQUESTED or each.state in DECIDED
        ),
        lambda head: head.agreed,
        lambda head: head.refused,
        lambda head: head.owed,
        lambda head: head.repaid,
        lambda head: head.surrendered,
        lambda head: head.pending,
    )
    for head in heads:
        row = sheet.next_row
        carried = year_end.carried_of(head)
        figures: list[Money | Formula] = [amount(head) for amount in amounts]
        decided = "-".join(sheet.at(row, column) for column in (_APPROVED, _OWED, _OWED + 1, _OWED + 2))
        figures[_NOT_DECIDED - _UNDERSPEND] = Formula(
            rounded(f"{sheet.at(row, _UNDERSPEND)}-{decided}"), head.pending
        )
        sheet.add(
            [
                *_named(head),
                *_known(head, document, figures, _CARRIED),
                _joined(each.state.value for each in carried),
                _joined(each.reason for each in carried),
                _joined(each.plan for each in carried),
                _joined(short_date(each.spend_by) for each in carried if each.spend_by is not None),
                _joined(each.letter for each in carried),
            ]
        )
    last = sheet.next_row - 1
    totals = _totals(sheet, _UNDERSPEND, [Money.total(map(amount, heads)) for amount in amounts])
    # The figures of the grant have every head in them; here are those with an underspend.
    is_whole = len(heads) == len(year_end.outturn.heads)
    shown = _known_of_all(document, totals, _CARRIED) if is_whole else totals
    sheet.add(["Total", "", "", *shown, "", "", "", "", ""], strong=True)
    sheet.finish(last)


def fill_accruals(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Cost received that the ledger does not hold yet, each with its paper and the period that takes it off again."""
    accruals = _of(document).accruals
    sheet.begin("Accruals", f"{about} · each is counted here or in the ledger, never in both")
    for each in accruals:
        sheet.add(
            [
                each.ref,
                each.kind.value,
                f"{each.period} ({period_name(each.period)})",
                each.supplier,
                each.description,
                each.amount,
                _joined(each.papers),
                each.reverses,
            ]
        )
    last = sheet.next_row - 1
    [total] = _totals(sheet, _ACCRUED, [Money.total(each.amount for each in accruals)])
    sheet.add(["Total", "", "", "", "", total, "", ""], strong=True)
    sheet.finish(last)


def fill_centres(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Where the pounds of each cost centre went; what is unallocated must be nil, and so must be the difference."""
    year_end = _of(document)
    sheet.begin(
        "Reconciliation to ledger by cost centre", f"{about} · unallocated and difference must be nil"
    )
    sums = [Money.ZERO] * 7
    for row in year_end.centres:
        at = sheet.next_row
        ours = row.charged.get(document.fund, Money.ZERO)
        others = {name: amount for name, amount in row.charged.items() if name != document.fund}
        figures = [
            row.total,
            ours,
            Money.total(others.values()),
            row.income,
            Money.total(row.excluded.values()),
            row.waiting,
            row.difference,
        ]
        sums = [before + amount for before, amount in zip(sums, figures, strict=True)]
        parts = sheet.span(at, _BALANCE_OF_CENTRE + 1, at, _UNALLOCATED)
        difference = Formula(rounded(f"{sheet.at(at, _BALANCE_OF_CENTRE)}-SUM({parts})"), row.difference)
        names = FigureNames(document.position)
        centre = f"centre {row.cost_centre}"
        measures = (
            centre,
            f"{centre}/charged to {document.fund}",
            "",
            f"{centre}/income",
            "",
            f"{centre}/waiting",
        )
        sheet.add(
            [
                row.cost_centre or "none",
                *(
                    # A part without a pound is no figure of the cost centre's.
                    Known(amount, names.of_ledger(measure) if measure and amount else "")
                    for amount, measure in zip(figures[:-1], measures, strict=True)
                ),
                difference,
                _joined(f"{name} {amount.in_words}" for name, amount in others.items()),
                _joined(f"{reason} {amount.in_words}" for reason, amount in row.excluded.items()),
            ]
        )
    last = sheet.next_row - 1
    totals = _totals(sheet, _BALANCE_OF_CENTRE, sums)
    names = FigureNames(document.position)
    measured = ("total", f"charged to {document.fund}", "", "income", "excluded", "waiting", "")
    known = [
        Known(total, names.of_ledger(measure) if measure else "")
        for total, measure in zip(totals, measured, strict=True)
    ]
    sheet.add(["Total", *known, "", ""], strong=True)
    sheet.finish(last)


def _joined(words: Iterable[str]) -> str:
    """What is said, each once, in its order."""
    return "; ".join(dict.fromkeys(each for each in words if each))
