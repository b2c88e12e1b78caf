"""The return's sheet of claims and payments: each claim, what became of it, and what came for it (R20 to R22)."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.domain.claiming import ClaimFigures, ClaimRecords, cash_position, figures
from fundingapp.domain.ids import ClaimId
from fundingapp.domain.money import Money
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import FIRST_ROW, Column, Entry, Formula, Known, Sheet, rounded, sum_of
from fundingapp.workbooks.return_figures import FigureNames

CLAIM_COLUMNS = (
    Column("Claim", widest=30, source="claim/number"),
    Column("Period", widest=44),
    Column("State", widest=22, source="claim/state"),
    Column("Sent on", source="claim/submitted"),
    Column("Claimed £", figures=True, source="claim/claimed"),
    Column("Disallowed £", figures=True),
    Column("Queried £", figures=True),
    Column("Not decided £", figures=True),
    Column("Approved £", figures=True, source="claim/approved"),
    Column("Retained £", figures=True),
    Column("Paid £", figures=True, source="claim/paid"),
    Column("Balance £", figures=True),
    Column("Paid on", widest=40),
    Column("Remittance", widest=40),
)
#: What answers “why?” of the columns of amounts, of one claim or of all.
_PARTS = ("claimed", "disallowed", "queried", "undecided", "approved", "withheld", "paid", "outstanding")
_CLAIMED, _APPROVED, _RETAINED, _PAID, _BALANCE = 4, 8, 9, 10, 11


def fill_claims(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    """Fills the sheet; the row of advances stands under the claims, so that what was paid foots to what came."""
    claims = document.claims
    if claims is None:
        raise ValueError("a return without claims has no sheet of them")
    known = FigureNames(document.position)
    sheet.begin("Claims and payments", f"{about} · as recorded on the day it was prepared")
    for id, claim in claims.in_order():
        names: list[Entry] = [
            f"Claim {claim.number}{' (final)' if claim.is_final else ''}",
            claim.periods_in_words,
            claim.state.value,
            claim.submitted_on,
        ]
        days, papers = _payments_of(claims, id)
        _add(
            sheet,
            names,
            figures(claims, claim=id),
            days,
            papers,
            [f"claim/{claim.number}/{part}" for part in _PARTS],
            known,
        )
    cash = cash_position(claims, document.position.spent)
    other = Money.total(entry.amount for entry in claims.repayments if entry.claim is None)
    in_advance = [
        entry
        for id, entry in claims.payments.items()
        if not any(each.payment == id for each in claims.matches)
    ]
    advance = ClaimFigures(paid=cash.advances - other)
    _add(
        sheet,
        ["Advances, less what was repaid", "", "", None],
        advance,
        ", ".join(f"{entry.dated:%d/%m/%Y}" for entry in in_advance),
        ", ".join(entry.remittance for entry in in_advance if entry.remittance),
        # What was repaid beside claims is taken off, so the advances by themselves are another figure.
        ["", "", "", "", "", "", "" if other else "advances", ""],
        known,
    )
    last = sheet.next_row - 1
    total = figures(claims) + advance
    amounts = _amounts(total)
    whole = _amounts(figures(claims))
    totals: list[Entry] = [
        Known(
            Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), amount),
            # With the advances in it, the sum is what came less what was given back.
            known.of_grant(part if amount == without else "year-end/received less repaid")
            if part != "outstanding" or amount == without
            else "",
        )
        for column, amount, without, part in zip(
            range(_CLAIMED, _BALANCE + 1), amounts, whole, _PARTS, strict=True
        )
    ]
    sheet.add(["Total", "", "", None, *totals, "", ""], strong=True)
    sheet.finish(last)


def _amounts(each: ClaimFigures) -> list[Money]:
    return [
        each.claimed,
        each.disallowed,
        each.queried,
        each.undecided,
        each.approved,
        each.withheld,
        each.paid,
        each.outstanding,
    ]


def _add(
    sheet: Sheet,
    names: list[Entry],
    each: ClaimFigures,
    days: str,
    papers: str,
    measures: Sequence[str],
    known: FigureNames,
) -> None:
    row = sheet.next_row
    amounts: list[Money | Formula] = list(_amounts(each))
    claimed, disallowed, queried, undecided = (sheet.at(row, _CLAIMED + at) for at in range(4))
    amounts[_APPROVED - _CLAIMED] = Formula(
        rounded(f"{claimed}-{disallowed}-{queried}-{undecided}"), each.approved
    )
    approved, retained, paid = (sheet.at(row, column) for column in (_APPROVED, _RETAINED, _PAID))
    amounts[_BALANCE - _CLAIMED] = Formula(rounded(f"{approved}-{retained}-{paid}"), each.outstanding)
    figures_known = [
        Known(amount, known.of_grant(measure) if measure else "")
        for amount, measure in zip(amounts, measures, strict=True)
    ]
    sheet.add([*names, *figures_known, days, papers])


def _payments_of(claims: ClaimRecords, claim: ClaimId) -> tuple[str, str]:
    """The days on which *claim* was paid, and the remittances."""
    payments = [claims.payments[entry.payment] for entry in claims.matches if entry.claim == claim]
    days = ", ".join(f"{entry.dated:%d/%m/%Y}" for entry in payments)
    return days, ", ".join(entry.remittance for entry in payments if entry.remittance)
