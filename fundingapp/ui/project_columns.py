"""A project's position as table columns; Overview and Projects choose among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fundingapp.domain.adjustments import AdjustmentType
from fundingapp.domain.allocations import Budget
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.ids import ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import CLOSING_PERIOD
from fundingapp.domain.positions import GrantPosition, ProjectPosition, ProjectState
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.bar import Share

#: No amount in any period.
_NOTHING = (Money.ZERO,) * CLOSING_PERIOD

_TONES = {
    ProjectState.ON_TRACK: Tone.GOOD,
    ProjectState.BEHIND: Tone.ATTENTION,
    ProjectState.AHEAD: Tone.ATTENTION,
    ProjectState.OVER: Tone.BAD,
}

_SHORT = {
    ProjectState.ON_TRACK: "on track",
    ProjectState.BEHIND: "behind",
    ProjectState.AHEAD: "ahead",
    ProjectState.OVER: "over",
}


def tone_of(project: ProjectPosition) -> Tone:
    """The tone of a project's state."""
    return _TONES[project.state]


def figure_of(project: ProjectPosition, position: GrantPosition, measure: str) -> str:
    """The name of a project's figure in *position*, for “why?”; the totals row has the grant's."""
    if not project.ref:
        names = {"budget": "awarded"}
        return f"{position.fund.name}/{position.year}/{names.get(measure, measure)}@{position.to_period}"
    # A project may be paid by several funds, in both kinds: the figure is this grant's part.
    which = f":{project.kind.value}:{position.fund.name}"
    return f"{project.ref}/{position.year}/{measure}{which}@{position.to_period}"


def money(
    title: str, amount: object, *, why: bool = True, width: int = 92, sort: bool = True
) -> Column[ProjectPosition]:
    """A column of amounts; *amount* takes a project's position to Money."""
    assert callable(amount)

    def value(project: ProjectPosition) -> Money:
        found = amount(project)
        assert isinstance(found, Money)
        return found

    return Column[ProjectPosition].of_amounts(
        title, value, sort=title if sort else "", orders=True, why=why, width=width
    )


NAME = Column[ProjectPosition](
    "Project",
    lambda project: project.project.name + project.kind.aside,
    sort="name",
    filter="name",
    stretch=5,
    width=220,
    least=100,
    tip=lambda project: f"{project.ref} {project.project.name}\n{project.project.theme}".strip(),
)
REF = Column[ProjectPosition](
    "Ref", lambda project: project.ref, sort="ref", filter="ref", width=62, quiet=True
)
THEME = Column[ProjectPosition](
    "Theme",
    lambda project: project.project.theme,
    sort="theme",
    filter="theme",
    stretch=2,
    width=120,
    least=70,
    quiet=True,
    tip=lambda project: project.project.theme,
)
AWARD = money("Award £", lambda project: project.budget.award)
BUDGET = money("Budget £", lambda project: project.budget.current)
SPENT = money("Spent £", lambda project: project.spent)
LEFT_OVER = money("Left £", lambda project: project.left)
OUTTURN = money("Forecast £", lambda project: project.outturn)
VARIANCE = money("Variance £", lambda project: project.variance)
USED = Column[ProjectPosition](
    "Used",
    lambda project: f"{project.used_percent}%" if project.used_percent is not None else "–",
    bar=lambda project: Share.of(project.spent, project.budget.current),
    sort="used",
    order=lambda project: project.used_percent or 0,
    width=78,
    may_hide=True,
)
#: The state in one word, for a table that is short of room.
STATE_SHORT = Column[ProjectPosition](
    "State",
    lambda project: _SHORT[project.state] if project.ref else "",
    pill=lambda project: tone_of(project) if project.ref else None,
    tip=lambda project: project.state.value if project.ref else "",
    sort="state",
    filter="state",
    width=90,
)
STATE = Column[ProjectPosition](
    "State",
    lambda project: project.state.value if project.ref else "",
    pill=lambda project: tone_of(project) if project.ref else None,
    sort="state",
    filter="state",
    width=130,
)

#: Which measure answers “why?” in which column.
MEASURES = {
    AWARD.title: "award",
    BUDGET.title: "budget",
    SPENT.title: "spend",
    LEFT_OVER.title: "left",
    OUTTURN.title: "outturn",
    VARIANCE.title: "variance",
    **{f"Q{quarter} £": f"spend/Q{quarter}" for quarter in range(1, 5)},
}


def quarter(number: int) -> Column[ProjectPosition]:
    """The spend of a quarter, 1 to 4."""
    column = money(f"Q{number} £", lambda project: project.by_quarter[number - 1], width=86)
    # Beside the inspector the year's figures and the state count for more than how they came about.
    return replace(column, may_hide=True)


def total_of(
    position: GrantPosition, some: Sequence[ProjectPosition] | None = None, name: str = "Total"
) -> ProjectPosition:
    """All projects together as one row, or *some* of them under a *name* that says so, for the foot of a table; it has
    no reference."""
    rows = position.projects if some is None else some

    def down(parts: object) -> tuple[Money, ...]:
        assert callable(parts)
        columns = [parts(row) for row in rows]
        return tuple(Money.total(column) for column in zip(*columns, strict=True))

    budgets = [row.budget for row in rows]

    def adjusted_by(kind: AdjustmentType) -> tuple[Money, ...]:
        return down(lambda row: row.adjusted.get(kind, _NOTHING))

    adjustments = dict.fromkeys(each for row in rows for each in row.adjusted)
    return ProjectPosition(
        project_id=ProjectId(0),
        project=Project("", name),
        kind=Kind.REVENUE,
        budget=Budget(
            Money.total(budget.award for budget in budgets),
            Money.total(budget.brought_forward for budget in budgets),
            Money.total(budget.virement_in for budget in budgets),
            Money.total(budget.virement_out for budget in budgets),
            Money.total(budget.released for budget in budgets),
            Money.total(budget.surrendered for budget in budgets),
        ),
        to_period=position.to_period,
        ledger=down(lambda row: row.ledger),
        accrued=down(lambda row: row.accrued),
        profile=down(lambda row: row.profile),
        remaining=down(lambda row: row.remaining),
        # Quarters already submitted differ in number only between grants, never between projects of one.
        submitted=down(lambda row: row.quarters[: position.submitted_quarter]),
        tolerance_percent=position.terms.tolerance_percent,
        reversed=down(lambda row: row.reversed),
        adjusted={each: adjusted_by(each) for each in adjustments},
    )
