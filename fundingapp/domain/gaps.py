"""What has no paper yet that should have one: figures of quarters that are over, claims, conditions, virements,
accruals; and papers with which something is wrong. The list empties itself as papers come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final

from fundingapp.domain.adjustments import Accrual
from fundingapp.domain.allocations import Authority, BudgetMovement, ChangeState
from fundingapp.domain.claims import Claim
from fundingapp.domain.evidence import (
    Agreed,
    Evidence,
    FileState,
    Keeping,
    Supported,
    keeping_of,
)
from fundingapp.domain.grant_conditions import ConditionState, GrantCondition
from fundingapp.domain.ids import EvidenceId, FigureId, IndicatorId, MovementId, OutcomeId
from fundingapp.domain.indicators import FigureStatus, Indicator, IndicatorFigure
from fundingapp.domain.outcomes import Outcome, OutcomeStatement
from fundingapp.domain.periods import FinancialYear, Period, days_of
from fundingapp.domain.results import number_shown
from fundingapp.domain.retention import is_not_looked_at, lacks_consent
from fundingapp.domain.virements import virements_of

#: A paper that supports an indicator or outcome as a whole covers the quarters that ended at most so many days before
#: its own day: an evaluation of the year covers the year.
_COVERS_DAYS: Final = 370


class GapKind(Enum):
    """What is missing, in the order in which gaps stand."""

    MISSING = "file missing or changed"
    CONSENT = "consent missing"
    FIGURE = "figure without evidence"
    STATEMENT = "statement without evidence"
    CLAIM = "claim without papers"
    CONDITION = "condition without papers"
    VIREMENT = "virement without papers"
    ACCRUAL = "accrual without papers"
    ERASED = "evidence was erased"
    PERSONAL = "not looked at for personal data"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: what it is of, so that a paper can be put there, or the paper that it is about.

    *name* says what it is of in a few words, *quarter* which one of its *year* (None for what has none); *figure* is
    the one that has no evidence, as it is shown, "" where it may not be or there are several.
    """

    kind: GapKind
    name: str
    year: FinancialYear | None = None
    quarter: int | None = None
    supported: Supported | None = None
    paper: EvidenceId | None = None
    group: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class GapRecords:
    """What gaps are told from. *papers* holds for each thing the papers that support it; *states* the state of each
    file that is not whole; *imported* the imports whose original is kept; *refs* the projects' references."""

    today: date
    outcomes: Mapping[OutcomeId, Outcome] = field(default_factory=dict)
    statements: Mapping[int, OutcomeStatement] = field(default_factory=dict)
    indicators: Mapping[IndicatorId, Indicator] = field(default_factory=dict)
    figures: Mapping[FigureId, IndicatorFigure] = field(default_factory=dict)
    imported: Collection[int] = ()
    claims: Mapping[int, Claim] = field(default_factory=dict)
    conditions: Mapping[int, GrantCondition] = field(default_factory=dict)
    movements: Mapping[int, BudgetMovement] = field(default_factory=dict)
    accruals: Mapping[int, Accrual] = field(default_factory=dict)
    evidence: Mapping[EvidenceId, Evidence] = field(default_factory=dict)
    papers: Mapping[Supported, Collection[EvidenceId]] = field(default_factory=dict)
    states: Mapping[EvidenceId, FileState] = field(default_factory=dict)
    refs: Mapping[int, str] = field(default_factory=dict)
    funds: Mapping[int, str] = field(default_factory=dict)

    def supporting(self, what: str, id: int) -> list[Evidence]:
        """The papers of a thing that still say something."""
        return [
            self.evidence[paper]
            for paper in self.papers.get(Supported(what, id), ())
            if keeping_of(self.evidence[paper]) is not Keeping.ERASED
        ]


def quarter_of_days(first: date, last: date) -> tuple[FinancialYear, int] | None:
    """The year and quarter that the days from *first* to *last* lie in; None when they reach over its end."""
    of = FinancialYear.of(first), _quarter(first)
    return of if of == (FinancialYear.of(last), _quarter(last)) else None


def _quarter(day: date) -> int:
    return Period.of(day).quarter


def gaps(records: GapRecords, year: FinancialYear | None = None) -> list[Gap]:
    """Every gap, of *year* or of all years; papers with which something is wrong belong to every year."""
    found = [
        *_of_papers(records),
        *_of_figures(records),
        *_of_statements(records),
        *_of_money(records),
    ]
    wanted = [gap for gap in found if year is None or gap.year in (None, year)]
    order = {kind: place for place, kind in enumerate(GapKind)}
    return sorted(
        wanted,
        key=lambda gap: (
            order[gap.kind],
            gap.year.start if gap.year is not None else 0,
            gap.quarter or 0,
            gap.group,
            gap.name,
        ),
    )


def _of_papers(records: GapRecords) -> Iterable[Gap]:
    replaced = {each.replaces for each in records.evidence.values()}
    for id, evidence in records.evidence.items():
        if keeping_of(evidence) is Keeping.ERASED or id in replaced:
            continue
        name = evidence.title or evidence.name
        if records.states.get(id) in (FileState.MISSING, FileState.CHANGED):
            yield Gap(GapKind.MISSING, name, paper=id, group=records.states[id].value)
        if lacks_consent(evidence):
            group = evidence.agreed if evidence.agreed is not Agreed.NOT_NEEDED else Agreed.MISSING
            yield Gap(GapKind.CONSENT, name, paper=id, group=group.value)
        if is_not_looked_at(evidence):
            yield Gap(GapKind.PERSONAL, name, paper=id)


def _of_figures(records: GapRecords) -> Iterable[Gap]:
    """For each indicator and quarter that is over: its figures without evidence, together."""
    open_ones: dict[tuple[IndicatorId, FinancialYear, int], list[FigureId]] = {}
    for id, figure in records.figures.items():
        if figure.status is FigureStatus.FORECAST or figure.last >= records.today:
            continue
        year, quarter = FinancialYear.of(figure.last), _quarter(figure.last)
        if days_of(year, quarter)[1] >= records.today or _is_covered(records, id, figure):
            continue
        open_ones.setdefault((figure.indicator, year, quarter), []).append(id)
    for (of, year, quarter), ids in open_ones.items():
        indicator = records.indicators[of]
        first = records.figures[ids[0]]
        erased = any(records.papers.get(Supported("figure", id)) for id in ids)
        yield Gap(
            GapKind.ERASED if erased else GapKind.FIGURE,
            indicator.name,
            year,
            quarter,
            Supported("figure", ids[0]),
            group=_group(records, indicator),
            figure=number_shown(first.value, indicator.counted, indicator.unit)
            if len(ids) == 1 and first.value is not None and not indicator.is_sensitive
            else "",
        )


def _group(records: GapRecords, indicator: Indicator) -> str:
    """The outcome that an indicator belongs to, else its project, else the partnership."""
    if indicator.outcome is not None:
        return records.outcomes[indicator.outcome].name
    return records.refs.get(indicator.project, "") if indicator.project is not None else "Partnership"


def _is_covered(records: GapRecords, id: FigureId, figure: IndicatorFigure) -> bool:
    """Whether a figure has a paper of its own, came out of a file that is kept, or stands under a paper of its
    indicator or outcome that was made when its days were over."""
    if records.supporting("figure", id) or figure.batch in records.imported:
        return True
    indicator = records.indicators[figure.indicator]
    whole = records.supporting("indicator", figure.indicator)
    if indicator.outcome is not None:
        whole += records.supporting("outcome", indicator.outcome)
    return any(_covers(paper, figure.last) for paper in whole)


def _covers(paper: Evidence, last: date) -> bool:
    """Whether a paper about something as a whole covers what ended on *last*; one without a day covers everything."""
    return paper.dated is None or 0 <= (paper.dated - last).days <= _COVERS_DAYS


def _of_statements(records: GapRecords) -> Iterable[Gap]:
    """What is said to have changed, without a paper of the outcome or of one of its indicators."""
    for statement in records.statements.values():
        quarter = statement.quarter or 4
        _, last = days_of(statement.year, quarter)
        if last >= records.today or not statement.changed.strip():
            continue
        papers = records.supporting("outcome", statement.outcome)
        for id, indicator in records.indicators.items():
            if indicator.outcome == statement.outcome:
                papers += records.supporting("indicator", id)
        indicators = {
            id for id, indicator in records.indicators.items() if indicator.outcome == statement.outcome
        }
        figures = [
            id
            for id, figure in records.figures.items()
            if figure.indicator in indicators
            and FinancialYear.of(figure.last) == statement.year
            and (statement.quarter is None or _quarter(figure.last) == statement.quarter)
        ]
        covered = any(_covers(paper, last) for paper in papers) or any(
            records.supporting("figure", id) for id in figures
        )
        if not covered:
            yield Gap(
                GapKind.STATEMENT,
                records.outcomes[statement.outcome].name,
                statement.year,
                statement.quarter,
                Supported("outcome", statement.outcome),
                group=records.outcomes[statement.outcome].name,
            )


def _of_money(records: GapRecords) -> Iterable[Gap]:
    for id, claim in records.claims.items():
        if claim.counts and not records.supporting("claim", id):
            yield _gap(
                records,
                GapKind.CLAIM,
                f"claim {claim.number}",
                claim.year,
                "claim",
                id,
                records.funds[claim.fund],
            )
    for id, condition in records.conditions.items():
        if condition.state is ConditionState.MET and not records.supporting("condition", id):
            name = condition.clause or condition.text
            yield _gap(
                records,
                GapKind.CONDITION,
                name,
                condition.year,
                "condition",
                id,
                records.funds[condition.fund],
            )
    groups: dict[tuple[int, FinancialYear], list[tuple[MovementId, BudgetMovement]]] = {}
    for id, movement in records.movements.items():
        groups.setdefault((movement.fund, movement.year), []).append((MovementId(id), movement))
    for (fund, year), legs in groups.items():
        for virement in virements_of(legs):
            if virement.state is not ChangeState.APPLIED or virement.decided_by is Authority.OWN:
                continue
            ids = [
                id
                for id, movement in legs
                if id == virement.id or (movement.number and movement.number == virement.number)
            ]
            if not any(records.supporting("movement", id) for id in ids):
                yield _gap(
                    records,
                    GapKind.VIREMENT,
                    virement.name,
                    year,
                    "movement",
                    virement.id,
                    records.funds[fund],
                )
    for id, accrual in records.accruals.items():
        if not records.supporting("accrual", id):
            ref = records.refs.get(accrual.project, "")
            name = f"{ref} {accrual.supplier or accrual.description}, {accrual.amount.in_words}".strip()
            yield _gap(
                records, GapKind.ACCRUAL, name, accrual.year, "accrual", id, records.funds[accrual.fund]
            )


def _gap(
    records: GapRecords,
    kind: GapKind,
    name: str,
    year: FinancialYear | None,
    what: str,
    id: int,
    group: str,
) -> Gap:
    """A gap at a thing; that its evidence was erased is told as such."""
    supported = Supported(what, id)
    kind = GapKind.ERASED if records.papers.get(supported) else kind
    return Gap(kind, name, year, None, supported, group=group)
