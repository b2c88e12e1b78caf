"""Where a paper is missing, or is not what it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.evidence import PaperRows
from fundingapp.application.queries.supported import Words
from fundingapp.domain.evidence import Supported
from fundingapp.domain.gaps import Gap, GapKind, GapRecords, gaps
from fundingapp.domain.ids import EvidenceId, FigureId, FundId, IndicatorId, OutcomeId, ProjectId
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class GapsOf(Question["GapsAnswer"]):
    """Where papers are missing in *year* (None: in all), of *fund* (None: of all)."""

    year: FinancialYear | None = None
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class GapRow:
    """A gap in a sentence, and where to fill it: the thing that a paper is to be put to, or the *paper* itself."""

    gap: Gap
    sentence: str
    page: str

    @property
    def kind(self) -> GapKind:
        return self.gap.kind

    @property
    def group(self) -> str:
        return self.gap.group

    @property
    def supported(self) -> Supported | None:
        return self.gap.supported

    @property
    def paper(self) -> EvidenceId | None:
        return self.gap.paper

    @property
    def key(self) -> tuple[object, ...]:
        return self.gap.kind, self.gap.supported, self.gap.paper, self.gap.year, self.gap.quarter


@dataclass(frozen=True, slots=True)
class GapsAnswer:
    """The gaps, the gravest first."""

    rows: tuple[GapRow, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


def gap_records(work: UnitOfWork, rows: PaperRows, *, files: bool = True) -> GapRecords:
    """What the gaps of the file are told from. Without *files* the disk is not asked, and nothing is told of files that
    are missing or changed."""
    papers: dict[Supported, list[EvidenceId]] = defaultdict(list)
    for id, supported in rows.supports.items():
        for each in supported:
            papers[each].append(EvidenceId(id))
    states = {EvidenceId(kept.id): rows.state_of(kept.value) for kept in rows.held if files}
    return GapRecords(
        work.today,
        {OutcomeId(kept.id): kept.value for kept in work.outcomes.all()},
        {kept.id: kept.value for kept in work.outcome_statements.all()},
        {IndicatorId(kept.id): kept.value for kept in work.indicators.all()},
        {FigureId(kept.id): kept.value for kept in work.indicator_figures.all()},
        frozenset(kept.id for kept in work.figure_imports.all() if kept.value.sha256),
        {kept.id: kept.value for kept in work.claims.all()},
        {kept.id: kept.value for kept in work.conditions.all()},
        {kept.id: kept.value for kept in work.movements.all()},
        {kept.id: kept.value for kept in work.accruals.all()},
        {EvidenceId(kept.id): kept.value for kept in rows.held},
        papers,
        states,
        {kept.id: kept.value.ref for kept in work.projects.all()},
        {kept.id: kept.value.name for kept in work.funds.all()},
    )


def gaps_among(
    work: UnitOfWork, rows: PaperRows, year: FinancialYear | None, fund: FundId | None
) -> list[Gap]:
    """The gaps of *year* (None: of all) and of *fund* (None: of all), the gravest first."""
    records = gap_records(work, rows)
    found = gaps(records, year)
    if fund is None:
        return found
    funded = {kept.value.project for kept in work.awards.all() if kept.value.fund == fund}
    return [gap for gap in found if _is_of_fund(records, gap, fund, funded)]


def answer_gaps(question: GapsOf, tools: Tools) -> GapsAnswer:
    with tools.open_work(reading=True) as work:
        words = Words(work)
        return GapsAnswer(
            tuple(
                GapRow(gap, gap_in_words(gap), words.of(gap.supported).page if gap.supported else "evidence")
                for gap in gaps_among(work, PaperRows(work, tools), question.year, question.fund)
            )
        )


def _is_of_fund(records: GapRecords, gap: Gap, fund: FundId, funded: Collection[ProjectId]) -> bool:
    """Whether a gap is of *fund*; what belongs to no fund, or to a project that the fund pays (*funded*), is of it."""
    if gap.supported is None:
        return True
    what, id = gap.supported.what, gap.supported.id
    if what == "figure":
        project = records.indicators[records.figures[FigureId(id)].indicator].project
    elif what == "outcome":
        project = records.outcomes[OutcomeId(id)].project
    else:
        held: dict[str, Any] = {
            "claim": records.claims,
            "condition": records.conditions,
            "movement": records.movements,
            "accrual": records.accruals,
        }
        return bool(held[what][id].fund == fund)
    return project is None or project in funded


def gap_in_words(gap: Gap) -> str:
    """“Outcome 3, Q2 2018/19: no evidence for “Clients supported””."""
    when = f"Q{gap.quarter} {gap.year}" if gap.quarter else str(gap.year or "")
    match gap.kind:
        case GapKind.FIGURE:
            figure = f" ({gap.figure})" if gap.figure else ""
            return f"{gap.group}, {when}: no evidence for “{gap.name}”{figure}"
        case GapKind.STATEMENT:
            return f"{gap.group}, {when}: no evidence for what is said to have changed"
        case GapKind.ERASED:
            return f"{gap.group}{f', {when}' if when else ''}: the evidence of “{gap.name}” was erased"
        case GapKind.MISSING:
            return (
                f"The file of “{gap.name}” is {gap.group} from where it was kept"
                if gap.group == "missing"
                else (f"The file of “{gap.name}” was changed where it is kept")
            )
        case GapKind.CONSENT:
            return f"“{gap.name}”: {gap.group}"
        case GapKind.PERSONAL:
            return f"“{gap.name}”: nobody has looked at it for personal data"
        case _:
            name = gap.name[0].upper() + gap.name[1:]
            return f"{name} ({gap.group}{f', {when}' if when else ''}): no papers"


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    GapsOf: answer_gaps,
}
