"""The return's summary: the grant in one table, each kind of money apart, made of the other sheets by formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fundingapp.domain.claiming import ClaimFigures, ClaimRecords, cash_position, figures
from fundingapp.domain.funds import Kind
from fundingapp.domain.money import Money
from fundingapp.domain.positions import ProjectPosition
from fundingapp.domain.returns import ReturnDocument
from fundingapp.workbooks.book import FIRST_ROW, Column, Entry, Filled, Formula, Known, Sheet, rounded, sum_of
from fundingapp.workbooks.return_figures import FigureNames
from fundingapp.workbooks.return_ledger import LedgerColumn
from fundingapp.workbooks.return_projects import QUARTERS, ProjectColumn, total_of

_NOT_SPLIT = "[not split]"
#: What answers “why?” of a figure of the summary, by its key, and what it is in the catalogue.
_MEASURES = {
    "allocation": ("allocation", "grant/allocation"),
    "brought_forward": ("brought forward", "grant/brought-forward"),
    "supplements": ("supplements", "grant/supplements"),
    "reductions": ("reductions", "grant/reductions"),
    "available": ("available", "grant/available"),
    "awarded": ("awarded", "grant/awarded"),
    "contingency": ("contingency", "grant/contingency"),
    "unallocated": ("not awarded", "grant/unallocated"),
    "adjustment": ("prior", "grant/prior-adjustment"),
    "to_date": ("spend", "grant/spent"),
    "to_come": ("remaining", "grant/expected"),
    "outturn": ("outturn", "grant/outturn"),
    "underspend": ("underspend", "grant/underspend"),
    "variance": ("variance", "grant/variance"),
}


#: The figures that the catalogue has for each kind of money, too.
_SENT_BY_KIND = frozenset({"available", "awarded", "contingency", "to_date", "outturn"})


def summary_columns(kinds: Sequence[Kind]) -> tuple[Column, ...]:
    return (
        Column("Figure", widest=44),
        *(Column(f"{kind.value.capitalize()} £", figures=True) for kind in kinds),
        Column("Total £", figures=True),
        Column("How it is made", widest=70),
    )


@dataclass(frozen=True, slots=True)
class _SummaryRow:
    """A figure of the summary: what it is for one kind, and the formula for it (None: a figure typed in)."""

    key: str
    name: str
    how: str
    of: Callable[[Kind], Money]
    formula: Callable[[int, Kind], str] | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class FilledSummary:
    """The filled summary, for the sheets that point to its totals by their keys."""

    sheet: Sheet
    rows: Mapping[str, int]
    total_column: int

    def place_of(self, key: str) -> str:
        """Where the total of a figure stands, for a formula in another sheet."""
        return self.sheet.far(self.rows[key], self.total_column)

    def amount_of(self, key: str) -> Money:
        return self.sheet.amount(self.rows[key], self.total_column)

    def known_of(self, key: str) -> tuple[str, str]:
        """What answers “why?” of the total of a figure, and what it is in the catalogue."""
        return self.sheet.known(self.rows[key], self.total_column)


def fill_summary(
    sheet: Sheet,
    about: str,
    document: ReturnDocument,
    kinds: Sequence[Kind],
    projects: Filled,
    ledger: Filled,
) -> FilledSummary:
    """Fills the sheet out of those of the projects and of the ledger."""
    sheet.begin("Summary", about)
    position, quarter = document.position, document.quarter
    rows: dict[str, int] = {}

    def signed(*terms: tuple[str, str]) -> Callable[[int, Kind], str]:
        """A sum of earlier rows of the same column, each with its sign."""
        return lambda column, _: rounded(
            "".join(f"{sign}{sheet.at(rows[key], column)}" for sign, key in terms)
        )

    def of_projects(*columns: int) -> Callable[[int, Kind], str]:
        """The sum over the projects of a kind."""
        page, total_row = projects.sheet, projects.total_row
        kind_span = page.far_span(FIRST_ROW, ProjectColumn.KIND, total_row - 1, ProjectColumn.KIND)
        spans = [page.far_span(FIRST_ROW, column, total_row - 1, column) for column in columns]
        return lambda _, kind: rounded(
            "+".join(f'SUMIF({kind_span},"{kind.value}",{span})' for span in spans)
        )

    def over_projects(of: Callable[[ProjectPosition], Money]) -> Callable[[Kind], Money]:
        return lambda kind: total_of((project for project in position.projects if project.kind is kind), of)

    def available(kind: Kind) -> Money:
        return position.resources_by_kind[kind].available

    earlier = QUARTERS[: quarter - 1]
    summed = (
        _SummaryRow(
            "allocation",
            "Allocation",
            "as notified by the commissioner",
            lambda kind: position.resources_by_kind[kind].allocation,
        ),
        _SummaryRow(
            "brought_forward",
            "Brought forward",
            "approved from the year before",
            lambda kind: position.resources_by_kind[kind].brought_forward,
        ),
        _SummaryRow(
            "supplements",
            "Supplements",
            "added by the commissioner during the year",
            lambda kind: position.resources_by_kind[kind].supplements,
        ),
        _SummaryRow(
            "reductions",
            "Reductions",
            "taken off by the commissioner during the year",
            lambda kind: position.resources_by_kind[kind].reductions,
        ),
        _SummaryRow(
            "available",
            "Available",
            "allocation + brought forward + supplements − reductions",
            available,
            signed(("", "allocation"), ("+", "brought_forward"), ("+", "supplements"), ("-", "reductions")),
            strong=True,
        ),
        _SummaryRow(
            "awarded",
            "Awarded (current budgets)",
            "current budgets of the projects",
            position.awarded_for,
            of_projects(ProjectColumn.BUDGET),
        ),
        _SummaryRow(
            "contingency",
            "Contingency",
            "kept back, not yet given to a project",
            lambda kind: position.contingency_by_kind[kind],
        ),
        _SummaryRow(
            "unallocated",
            "Unallocated",
            "available − awarded − contingency; below nought, more is awarded than is available",
            lambda kind: available(kind) - position.awarded_for(kind) - position.contingency_by_kind[kind],
            signed(("", "available"), ("-", "awarded"), ("-", "contingency")),
            strong=True,
        ),
        _SummaryRow(
            "earlier",
            "Spend in earlier quarters",
            "as submitted where it was" if earlier else "none: this is the first quarter",
            over_projects(lambda project: Money.total(project.quarters[: quarter - 1])),
            of_projects(*earlier) if earlier else None,
        ),
        _SummaryRow(
            "spend",
            f"Spend in the quarter (Q{quarter})",
            "projects, this quarter",
            lambda kind: position.spent_in_quarter(quarter, kind),
            of_projects(QUARTERS[quarter - 1]),
        ),
        _SummaryRow(
            "adjustment",
            "Prior-period adjustment",
            "changes to quarters already submitted",
            over_projects(lambda project: project.prior_period_adjustment),
            of_projects(ProjectColumn.ADJUSTMENT),
        ),
        _SummaryRow(
            "to_date",
            "Spend year to date",
            "earlier quarters + this quarter + prior-period adjustment",
            position.spent_for,
            of_projects(ProjectColumn.TO_DATE),
            strong=True,
        ),
        _SummaryRow(
            "to_come",
            "Still to come to 31 March",
            "forecast of the months after this quarter",
            over_projects(lambda project: project.forecast_remaining),
            of_projects(ProjectColumn.TO_COME),
        ),
        _SummaryRow(
            "outturn",
            "Forecast outturn",
            "year to date + still to come",
            position.outturn_for,
            of_projects(ProjectColumn.OUTTURN),
            strong=True,
        ),
        _SummaryRow(
            "underspend",
            "Underspend",
            "available − forecast outturn; below nought, an overspend of the grant",
            lambda kind: available(kind) - position.outturn_for(kind),
            signed(("", "available"), ("-", "outturn")),
        ),
        _SummaryRow(
            "variance",
            "Variance against budgets",
            "forecast outturn − awarded; above nought is an overspend",
            lambda kind: position.outturn_for(kind) - position.awarded_for(kind),
            signed(("", "outturn"), ("-", "awarded")),
        ),
    )
    names = FigureNames(position)
    measures = {
        **_MEASURES,
        "earlier": (f"earlier/Q{quarter}", ""),
        "spend": (f"stated/Q{quarter}", f"grant/spent/q{quarter}"),
    }
    for figure in summed:
        row = sheet.next_row
        measure, source = measures.get(figure.key, (figure.key, ""))
        by_kind: list[Entry] = [
            Known(
                Formula(figure.formula(column, kind), figure.of(kind)) if figure.formula else figure.of(kind),
                names.of_grant(measure, kind),
                f"{source}/{kind.value}" if figure.key in _SENT_BY_KIND else "",
            )
            for column, kind in enumerate(kinds, start=1)
        ]
        across = Known(
            Formula(sum_of(sheet.span(row, 1, row, len(kinds))), Money.total(map(figure.of, kinds))),
            names.of_grant(measure),
            source,
        )
        rows[figure.key] = sheet.add([figure.name, *by_kind, across, figure.how], strong=figure.strong)
    income = ledger.sheet.far(ledger.total_row, LedgerColumn.INCOME)
    received = Formula(rounded(f"-{income}"), -position.income)
    rows["income"] = sheet.add(
        [
            "Income received",
            *[_NOT_SPLIT] * len(kinds),
            Known(received, names.of_ledger("less/income")),
            "income in the ledger up to the quarter's end, all grants together; the ledger does not split it by kind",
        ]
    )
    if document.claims is not None and not document.claims.is_empty:
        rows |= _claim_rows(sheet, document, document.claims, kinds, rows["to_date"])
    sheet.finish(sheet.next_row - 1)
    return FilledSummary(sheet, rows, len(kinds) + 1)


def _claim_rows(
    sheet: Sheet, document: ReturnDocument, claims: ClaimRecords, kinds: Sequence[Kind], to_date: int
) -> dict[str, int]:
    """What was claimed, approved and paid of claims by kind; what came and what is held is not split by kind."""
    rows: dict[str, int] = {}
    names = FigureNames(document.position)
    parts: tuple[tuple[str, str, str, Callable[[ClaimFigures], Money]], ...] = (
        ("claimed", "Claimed", "claims that were sent, this year", lambda each: each.claimed),
        ("approved", "Approved", "of that, approved by the commissioner", lambda each: each.approved),
        (
            "paid",
            "Paid of claims",
            "payments matched to claims, less credits given back",
            lambda each: each.paid,
        ),
    )
    for key, name, how, of in parts:
        row = sheet.next_row
        by_kind = [of(figures(claims, kind=kind)) for kind in kinds]
        across = Formula(sum_of(sheet.span(row, 1, row, len(kinds))), Money.total(by_kind))
        entries = [
            Known(amount, names.of_grant(key, kind)) for kind, amount in zip(kinds, by_kind, strict=True)
        ]
        whole = Known(across, names.of_grant(key), f"claims/{key}")
        rows[key] = sheet.add([name, *entries, whole, how])
    cash = cash_position(claims, document.position.spent)
    not_split = [_NOT_SPLIT] * len(kinds)
    rows["received"] = sheet.add(
        [
            "Received for this grant",
            *not_split,
            Known(cash.paid, names.of_grant("received"), "cash/received"),
            "payments recorded, advances included",
        ]
    )
    rows["repaid"] = sheet.add(
        [
            "Repaid to the funder",
            *not_split,
            Known(cash.repaid, names.of_grant("repaid"), "cash/repaid"),
            "given back this year",
        ]
    )
    total = len(kinds) + 1
    terms = (sheet.at(row, total) for row in (rows["received"], rows["repaid"], to_date))
    rows["cash"] = sheet.add(
        [
            "Cash held",
            *not_split,
            Known(Formula(rounded("-".join(terms)), cash.held), names.of_grant("cash"), "cash/held"),
            f"received − repaid − spend year to date; {cash.in_words}",
        ],
        strong=True,
    )
    return rows
