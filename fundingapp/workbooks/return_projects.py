"""The return's sheets of projects: budgets, spend by quarter and forecast, and spend by accounting period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import IntEnum
from functools import partial

from fundingapp.domain.money import Money, percentage
from fundingapp.domain.periods import CLOSING_PERIOD, short_period_name
from fundingapp.domain.positions import GrantPosition, ProjectPosition
from fundingapp.domain.returns import ReturnDocument, needs_reason, variance_percent
from fundingapp.workbooks.book import (
    FIRST_ROW,
    NO_SOURCE,
    Column,
    Entry,
    Filled,
    Formula,
    Known,
    Sheet,
    rounded,
    sum_of,
)
from fundingapp.workbooks.return_figures import FigureNames

_NO_BUDGET = "[no budget]"

PROJECT_COLUMNS = (
    Column("Ref", widest=14, source="project/ref"),
    Column("Project", widest=34, source="project/name"),
    Column("Theme", widest=26, source="project/theme"),
    Column("Priority", widest=26, source="project/priority"),
    Column("Lead", widest=16, source="project/lead"),
    Column("Area", widest=16, source="project/area"),
    Column("Kind", source="project/kind"),
    Column("Original award £", figures=True, source="project/award"),
    Column("Brought forward £", figures=True, source="project/brought-forward"),
    Column("Virements £", figures=True),
    Column("Contingency £", figures=True),
    Column("Current budget £", figures=True, source="project/budget"),
    Column("Q1 £", figures=True, source="project/spent/q1"),
    Column("Q2 £", figures=True, source="project/spent/q2"),
    Column("Q3 £", figures=True, source="project/spent/q3"),
    Column("Q4 £", figures=True, source="project/spent/q4"),
    Column("Prior-period adjustment £", figures=True, source="project/prior-adjustment"),
    Column("Year to date £", figures=True, source="project/spent"),
    Column("To come £", figures=True, source="project/expected"),
    Column("Forecast outturn to 31 March £", figures=True, source="project/outturn"),
    Column("Variance £", figures=True, source="project/variance"),
    Column("Variance %", figures=True, widest=8),
    Column("Left £", figures=True, source="project/left"),
    Column("Spend RAG", widest=14, source="project/rag"),
    Column("Delivery RAG", widest=14, source="project/delivery-rag"),
    Column("Status", widest=14, source="project/status"),
    Column("State", widest=14),
    Column("Reason", widest=30, source="project/reason"),
    Column("Explanation", widest=40, source="project/explanation"),
)


class ProjectColumn(IntEnum):
    """The columns of the sheet, counted from nought."""

    REF = 0
    NAME = 1
    THEME = 2
    PRIORITY = 3
    LEAD = 4
    AREA = 5
    KIND = 6
    AWARD = 7
    BROUGHT_FORWARD = 8
    VIREMENTS = 9
    CONTINGENCY = 10
    BUDGET = 11
    Q1 = 12
    Q2 = 13
    Q3 = 14
    Q4 = 15
    ADJUSTMENT = 16
    TO_DATE = 17
    TO_COME = 18
    OUTTURN = 19
    VARIANCE = 20
    VARIANCE_PERCENT = 21
    LEFT = 22
    RAG = 23
    DELIVERY_RAG = 24
    STATUS = 25
    STATE = 26
    REASON = 27
    EXPLANATION = 28


#: What answers “why?” of a project's figure in each column.
_MEASURES: dict[int, str] = {
    ProjectColumn.AWARD: "award",
    ProjectColumn.BROUGHT_FORWARD: "brought forward",
    ProjectColumn.VIREMENTS: "virements",
    ProjectColumn.CONTINGENCY: "contingency moved",
    ProjectColumn.BUDGET: "budget",
    ProjectColumn.Q1: "stated/Q1",
    ProjectColumn.Q2: "stated/Q2",
    ProjectColumn.Q3: "stated/Q3",
    ProjectColumn.Q4: "stated/Q4",
    ProjectColumn.ADJUSTMENT: "prior",
    ProjectColumn.TO_DATE: "spend",
    ProjectColumn.TO_COME: "remaining",
    ProjectColumn.OUTTURN: "outturn",
    ProjectColumn.VARIANCE: "variance",
    ProjectColumn.LEFT: "left",
}
#: The same of the row of totals, where the grant calls it otherwise.
_OF_GRANT: dict[int, str] = {
    ProjectColumn.BROUGHT_FORWARD: "brought forward/projects",
    ProjectColumn.BUDGET: "awarded",
    ProjectColumn.LEFT: "left in budgets",
}
#: What the totals are in the catalogue; the others are in it for projects only.
_SOURCES_OF_GRANT: dict[int, str] = {
    ProjectColumn.BUDGET: "grant/awarded",
    ProjectColumn.TO_DATE: "grant/spent",
    ProjectColumn.OUTTURN: "grant/outturn",
}

#: The columns of the four quarters.
QUARTERS = (ProjectColumn.Q1, ProjectColumn.Q2, ProjectColumn.Q3, ProjectColumn.Q4)


def fill_projects(sheet: Sheet, about: str, document: ReturnDocument) -> Filled:
    """Fills the sheet."""
    sheet.begin("Projects", about)
    position = document.position
    for project in position.projects:
        sheet.add(_project_row(sheet, project, document), called=_called(project))
    if not position.projects:
        sheet.add(["", "[no projects yet]", *[""] * (len(PROJECT_COLUMNS) - 2)])
    last = sheet.next_row - 1

    row = sheet.next_row

    names = FigureNames(position)

    def total(column: int, of: Callable[[ProjectPosition], Money]) -> Known:
        return Known(
            Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), total_of(position.projects, of)),
            names.of_grant(_OF_GRANT.get(column, _MEASURES[column])),
            _SOURCES_OF_GRANT.get(column, NO_SOURCE),
        )

    def quarter_total(quarter: int) -> Entry:
        if not quarter_is_due(document, quarter):
            return ""
        return total(QUARTERS[quarter - 1], lambda project: project.quarters[quarter - 1])

    variance = total_of(position.projects, lambda project: project.variance)
    budget = total_of(position.projects, lambda project: project.budget.current)
    sheet.add(
        [
            "Total",
            *[""] * (ProjectColumn.AWARD - 1),
            total(ProjectColumn.AWARD, lambda project: project.budget.award),
            total(ProjectColumn.BROUGHT_FORWARD, lambda project: project.budget.brought_forward),
            total(ProjectColumn.VIREMENTS, _virements),
            total(ProjectColumn.CONTINGENCY, _contingency),
            total(ProjectColumn.BUDGET, lambda project: project.budget.current),
            *(quarter_total(quarter) for quarter in range(1, 5)),
            total(ProjectColumn.ADJUSTMENT, lambda project: project.prior_period_adjustment),
            total(ProjectColumn.TO_DATE, lambda project: project.spent),
            total(ProjectColumn.TO_COME, lambda project: project.forecast_remaining),
            total(ProjectColumn.OUTTURN, lambda project: project.outturn),
            total(ProjectColumn.VARIANCE, lambda project: project.variance),
            _percent(sheet, row, percentage(variance, budget)),
            total(ProjectColumn.LEFT, lambda project: project.left),
            *[""] * (ProjectColumn.EXPLANATION - ProjectColumn.LEFT),
        ],
        strong=True,
    )
    sheet.warn_where(ProjectColumn.STATE, "over")
    sheet.finish(last)
    return Filled(sheet, row)


def _project_row(sheet: Sheet, project: ProjectPosition, document: ReturnDocument) -> list[Entry]:
    row, budget = sheet.next_row, project.budget
    serves = document.served_by(project)

    def at(column: int) -> str:
        return sheet.at(row, column)

    judged = document.story.progress_of(project.project_id)
    names = FigureNames(document.position)
    entries: list[Entry] = [
        project.ref,
        project.project.name,
        serves.theme,
        serves.priority,
        project.project.lead,
        serves.area,
        project.kind.value,
        budget.award,
        budget.brought_forward,
        _virements(project),
        _contingency(project),
        Formula(sum_of(sheet.span(row, ProjectColumn.AWARD, row, ProjectColumn.CONTINGENCY)), budget.current),
        *(
            amount if quarter_is_due(document, quarter) else ""
            for quarter, amount in enumerate(project.quarters, start=1)
        ),
        project.prior_period_adjustment,
        Formula(sum_of(sheet.span(row, ProjectColumn.Q1, row, ProjectColumn.ADJUSTMENT)), project.spent),
        project.forecast_remaining,
        Formula(rounded(f"{at(ProjectColumn.TO_DATE)}+{at(ProjectColumn.TO_COME)}"), project.outturn),
        Formula(rounded(f"{at(ProjectColumn.OUTTURN)}-{at(ProjectColumn.BUDGET)}"), project.variance),
        _percent(sheet, row, variance_percent(project)),
        Formula(rounded(f"{at(ProjectColumn.BUDGET)}-{at(ProjectColumn.TO_DATE)}"), project.left),
        (project.spend_rag if judged is None or judged.spend_rag is None else judged.spend_rag).value,
        judged.delivery_rag.value if judged is not None and judged.delivery_rag is not None else "",
        judged.status.value if judged is not None and judged.status is not None else "",
        project.state.value,
        _reason(project),
        judged.explanation if judged is not None else "",
    ]
    for column, measure in _MEASURES.items():
        amount = entries[column]
        if isinstance(amount, Money | Formula):
            entries[column] = Known(amount, names.of_project(project, measure))
    return entries


def _called(project: ProjectPosition) -> str:
    """“LF-08 Youth bus, capital”."""
    return f"{project.ref} {project.project.name}, {project.kind.value}"


def _virements(project: ProjectPosition) -> Money:
    return project.budget.virement_in - project.budget.virement_out


def _contingency(project: ProjectPosition) -> Money:
    return project.budget.released - project.budget.surrendered


def quarter_is_due(document: ReturnDocument, quarter: int) -> bool:
    """A quarter still to come is left empty, for 0.00 would say that nothing was spent in it."""
    return quarter <= document.quarter or any(
        project.quarters[quarter - 1] for project in document.position.projects
    )


def _percent(sheet: Sheet, row: int, value: Decimal | None) -> Formula:
    """Variance over budget. The inner ROUND takes off the noise of the division, so that halves go up as ours do."""
    variance, budget = sheet.at(row, ProjectColumn.VARIANCE), sheet.at(row, ProjectColumn.BUDGET)
    return Formula(
        f'=IF({budget}=0,"{_NO_BUDGET}",ROUND(ROUND({variance}*100/{budget},9),1))',
        _NO_BUDGET if value is None else value,
    )


def _reason(project: ProjectPosition) -> str:
    if project.reason:
        return project.reason
    over = project.spent - project.budget.current
    if over > Money.ZERO:
        return f"Reason or virement needed: {over.in_words} over budget."
    if needs_reason(project):
        return f"Reason needed: forecast more than {project.tolerance_percent.normalize():f} % from budget."
    return ""


_EVERY_PERIOD = range(1, CLOSING_PERIOD + 1)
PERIOD_COLUMNS = (
    Column("Ref", widest=14),
    Column("Project", widest=34),
    Column("Kind"),
    *(
        Column(f"P{number} {short_period_name(number)} £", figures=True)
        for number in range(1, CLOSING_PERIOD)
    ),
    Column(f"P{CLOSING_PERIOD} closing £", figures=True),
    Column("Total £", figures=True),
)
FIRST_PERIOD = 3
_PERIODS_TOTAL = FIRST_PERIOD + CLOSING_PERIOD


def fill_periods(sheet: Sheet, about: str, position: GrantPosition) -> Filled:
    """Fills the sheet; a period still to come is left empty."""
    sheet.begin("Cost by project and period", f"{about} · P1 to P13 are the ledger's accounting periods")

    figures = FigureNames(position)

    def row_of(
        names: Sequence[str],
        amount: Callable[[int], Money | Formula],
        total: Money,
        figure: Callable[[str], str],
    ) -> list[Entry]:
        row = sheet.next_row
        span = sheet.span(row, FIRST_PERIOD, row, _PERIODS_TOTAL - 1)
        due = (
            Known(amount(number), figure(f"spend/P{number}")) if number <= position.to_period else ""
            for number in _EVERY_PERIOD
        )
        return [*names, *due, Known(Formula(sum_of(span), total), figure("spend"))]

    for project in position.projects:
        sheet.add(
            row_of(
                (project.ref, project.project.name, project.kind.value),
                project.in_period,
                project.spent,
                partial(figures.of_project, project),
            ),
            called=_called(project),
        )
    if not position.projects:
        sheet.add(["", "[no projects yet]", *[""] * (len(PERIOD_COLUMNS) - 2)])
    last = sheet.next_row - 1
    totals = position.month_totals()

    def column_total(number: int) -> Formula:
        column = FIRST_PERIOD + number - 1
        return Formula(sum_of(sheet.span(FIRST_ROW, column, last, column)), totals[number - 1])

    row = sheet.add(row_of(("Total", "", ""), column_total, position.spent, figures.of_grant), strong=True)
    sheet.finish(last)
    return Filled(sheet, row)


def total_of(projects: Iterable[ProjectPosition], of: Callable[[ProjectPosition], Money]) -> Money:
    """The sum of one figure over *projects*."""
    return Money.total(map(of, projects))
