"""The return's sheets of checks: every identity with both its sides, and what is to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fundingapp.domain.identities import Identity
from fundingapp.domain.money import Money
from fundingapp.domain.returns import ReturnDocument, checks_of
from fundingapp.workbooks.book import FIRST_ROW, Column, Filled, Formula, Known, Sheet, rounded
from fundingapp.workbooks.return_figures import FigureNames
from fundingapp.workbooks.return_ledger import LedgerColumn
from fundingapp.workbooks.return_projects import FIRST_PERIOD, QUARTERS, ProjectColumn
from fundingapp.workbooks.return_summary import FilledSummary

CHECK_COLUMNS = (
    Column("Check"),
    Column("What must hold", widest=34),
    Column("About", widest=26),
    Column("Left side", widest=20),
    Column("Left £", figures=True),
    Column("Right side, part by part", widest=50),
    Column("Right £", figures=True),
    Column("Difference £", figures=True),
    Column("Lines that break it", figures=True),
    Column("Result", widest=8),
)
_CHECK_LEFT, _CHECK_RIGHT, _CHECK_DIFFERENCE, _CHECK_BROKEN, _CHECK_RESULT = 4, 6, 7, 8, 9


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of a formula, its sign in front, and what it comes to."""

    text: str
    value: Money


@dataclass(frozen=True, slots=True)
class Figures:
    """Where the figures stand that the checks point to."""

    summary: FilledSummary
    projects: Filled
    periods: Filled
    ledger: Filled

    def of_summary(self, key: str, sign: str = "+") -> _Term:
        return _term(sign, self.summary.place_of(key), self.summary.amount_of(key))

    def of_projects(self, column: int, sign: str = "+") -> _Term:
        return _total(self.projects, column, sign)

    def of_ledger(self, column: int, sign: str = "+") -> _Term:
        return _total(self.ledger, column, sign)

    def of_period(self, number: int) -> _Term:
        return _total(self.periods, FIRST_PERIOD + number - 1, "+")

    def unallocated(self) -> _Term:
        """What is not yet awarded, which is nought and not less when more is awarded than is available (R2)."""
        term = self.of_summary("unallocated", "")
        return _Term(f"+MAX(0,{term.text})", max(Money.ZERO, term.value))


def _total(filled: Filled, column: int, sign: str) -> _Term:
    row = filled.total_row
    return _term(sign, filled.sheet.far(row, column), filled.sheet.amount(row, column))


def _term(sign: str, place: str, amount: Money) -> _Term:
    return _Term(f"{sign}{place}", -amount if sign == "-" else amount)


def _sides(identity: Identity, figures: Figures, last_period: int) -> tuple[list[_Term], list[_Term]]:
    """The cells that the two sides of an identity stand in; nothing for one that has no cells of its own."""
    summary, projects, ledger = figures.of_summary, figures.of_projects, figures.of_ledger
    match identity.id:
        case "R1":
            parts = [summary("allocation"), summary("brought_forward"), summary("supplements")]
            return [summary("available")], [*parts, summary("reductions", "-")]
        case "R2":
            return [summary("available")], [
                projects(ProjectColumn.BUDGET),
                summary("contingency"),
                figures.unallocated(),
            ]
        case "R4":
            return [projects(ProjectColumn.BUDGET)], [
                projects(column) for column in range(ProjectColumn.AWARD, ProjectColumn.CONTINGENCY + 1)
            ]
        case "R9":
            return [ledger(LedgerColumn.LEDGER_TOTAL)], [ledger(LedgerColumn.CONTROL)]
        case "R10":
            return [ledger(LedgerColumn.LEDGER_TOTAL)], [
                ledger(LedgerColumn.CHARGED),
                ledger(LedgerColumn.INCOME),
                ledger(LedgerColumn.EXCLUDED),
            ]
        case "R11":
            placed = [ledger(LedgerColumn.LEDGER_TOTAL), ledger(LedgerColumn.WAITING, "-")]
            return placed, [
                ledger(LedgerColumn.CHARGED),
                ledger(LedgerColumn.INCOME),
                ledger(LedgerColumn.EXCLUDED),
            ]
        case "R12":
            return [projects(ProjectColumn.TO_DATE), ledger(LedgerColumn.INELIGIBLE)], [
                ledger(LedgerColumn.CHARGED),
                ledger(LedgerColumn.OTHER_GRANTS, "-"),
                ledger(LedgerColumn.ACCRUED),
                ledger(LedgerColumn.ADJUSTED),
            ]
        case "R14":
            both = [projects(ProjectColumn.TO_DATE), ledger(LedgerColumn.INELIGIBLE)]
            return both, both
        case "R17":
            months = [figures.of_period(number) for number in range(1, last_period + 1)]
            return [projects(ProjectColumn.TO_DATE)], [
                *months,
                projects(ProjectColumn.ADJUSTMENT, "-"),
                projects(ProjectColumn.ADJUSTMENT),
            ]
        case "R18":
            return [projects(ProjectColumn.OUTTURN)], [
                projects(ProjectColumn.TO_DATE),
                projects(ProjectColumn.TO_COME),
            ]
        case "R31":
            return [projects(ProjectColumn.TO_DATE)], [
                *map(projects, QUARTERS),
                projects(ProjectColumn.ADJUSTMENT),
            ]
        case _:
            return [], []


def _live(terms: Sequence[_Term], amount: Money) -> Money | Formula:
    """A formula over *terms* if they come to *amount*, else the amount itself.

    The identity is the judge of its own sides; a formula that says something else would hide what it found.
    """
    if not terms or Money.total(term.value for term in terms) != amount:
        return amount
    return Formula(rounded("".join(term.text for term in terms).removeprefix("+")), amount)


def fill_checks(sheet: Sheet, about: str, document: ReturnDocument, figures: Figures) -> None:
    sheet.begin("Checks", f"{about} · each must hold to the penny")
    names = FigureNames(document.position)
    seen: Counter[str] = Counter()
    for identity in document.identities:
        row = sheet.next_row
        seen[identity.id] += 1
        side = f"{identity.id}/{seen[identity.id]}"
        left, right = _sides(identity, figures, document.position.to_period)
        difference, broken = sheet.at(row, _CHECK_DIFFERENCE), sheet.at(row, _CHECK_BROKEN)
        sheet.add(
            [
                identity.id,
                identity.name,
                identity.note,
                identity.left_name,
                Known(_live(left, identity.left), identity.left_figure),
                _spelled_out(identity),
                Known(_live(right, identity.right_total), names.of_grant(f"{side}/right")),
                Known(
                    Formula(
                        rounded(f"{sheet.at(row, _CHECK_LEFT)}-{sheet.at(row, _CHECK_RIGHT)}"),
                        identity.difference,
                    ),
                    names.of_grant(f"{side}/difference"),
                ),
                identity.broken,
                Formula(
                    f'=IF({difference}<>0,"fail",IF({broken}<>0,"fail","pass"))',
                    "pass" if identity.holds else "fail",
                ),
            ]
        )
    sheet.warn_where(_CHECK_RESULT, "fail")
    sheet.finish(sheet.next_row - 1)


def _spelled_out(identity: Identity) -> str:
    """The right side in words, such as “Budgets of projects 75,484.00 + Contingency 16.00”."""
    return " + ".join(f"{part.name} {part.amount}" for part in identity.right)


TO_LOOK_AT_COLUMNS = (
    Column("No.", figures=True),
    Column("When", widest=24),
    Column("What", widest=90),
    Column("Figure", widest=40),
)


def fill_to_look_at(sheet: Sheet, about: str, document: ReturnDocument) -> None:
    sheet.begin("To look at", f"{about} · before this return is certified")
    for number, check in enumerate(checks_of(document), start=1):
        when = "settle before certifying" if check.stops else "look at, and explain if asked"
        sheet.add([number, when, check.text, check.figure])
    if sheet.next_row == FIRST_ROW:
        sheet.add(["", "", "[nothing to look at]", ""])
    sheet.warn_where(1, "settle")
    sheet.finish(sheet.next_row - 1)
