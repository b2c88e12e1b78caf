"""The conditions register as lists show it, the gauges among its conditions, and a table of conditions to be added."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.funding import project_funding
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.claiming import cash_position
from fundingapp.domain.condition_tables import (
    ConditionLine,
    ParsedConditions,
    parse_conditions,
    pasted_rows,
)
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.findings import Finding, Severity, Source
from fundingapp.domain.gauges import Beside, Reading, readings
from fundingapp.domain.grant_conditions import (
    CONDITION_MACHINE,
    ConditionState,
    Gauge,
    GrantCondition,
)
from fundingapp.domain.ids import ConditionId, FundId, ProjectId
from fundingapp.domain.match_funding import match_percent
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.schedules import in_days
from fundingapp.domain.states import Move, Step, Subject


@dataclass(frozen=True, slots=True)
class ConditionsOf(Question["ConditionsAnswer"]):
    """The conditions of a fund that apply in *year*, and its gauges there; as of *today* (the clock's by itself)."""

    fund: FundId
    year: FinancialYear
    today: date | None = None


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition as a list shows it. *ref* and *project* name its project, "" for none; *due* is its reminder in
    words, *moves* what may be done with it, *history* what was, oldest first."""

    kept: Kept[GrantCondition]
    ref: str
    project: str
    due: str
    is_overdue: bool
    moves: tuple[Move[ConditionState], ...]
    history: tuple[Step, ...]
    evidence: tuple[Kept[Evidence], ...]

    @property
    def id(self) -> ConditionId:
        return ConditionId(self.kept.id)

    @property
    def condition(self) -> GrantCondition:
        return self.kept.value


@dataclass(frozen=True, slots=True)
class ConditionsAnswer:
    """The register: what is overdue or breached first, then by the day it is due, then what is settled."""

    today: date
    rows: tuple[ConditionRow, ...]
    gauges: tuple[Reading, ...]
    projects: tuple[Kept[Any], ...]

    @property
    def open(self) -> int:
        return sum(row.condition.state is ConditionState.OPEN for row in self.rows)

    @property
    def overdue(self) -> int:
        return sum(row.is_overdue for row in self.rows)


@dataclass(frozen=True, slots=True)
class ReadConditions(Question["ConditionsRead"]):
    """What a table of conditions of *fund* and *year* holds: a file, or cells that were pasted."""

    fund: FundId
    year: FinancialYear
    source: Path | str


@dataclass(frozen=True, slots=True)
class ConditionsRead:
    """The conditions of the table, ready to be added, and what was noticed; *name* is what to call it."""

    name: str
    conditions: tuple[GrantCondition, ...]
    findings: tuple[Finding, ...]


def conditions_of(work: UnitOfWork) -> list[tuple[ConditionId, GrantCondition]]:
    """Every condition of the file with its identity."""
    return [(ConditionId(kept.id), kept.value) for kept in work.conditions.all()]


def readings_of(work: UnitOfWork, position: GrantPosition) -> tuple[Reading, ...]:
    """The gauges of the grant at *position*."""
    conditions = conditions_of(work)
    asked = {
        condition.gauge
        for _, condition in conditions
        if condition.applies_to(position.fund_id, position.year)
    }
    return readings(conditions, position, beside_of(work, position, asked))


def beside_of(work: UnitOfWork, position: GrantPosition, asked: Iterable[Gauge | None]) -> Beside:
    """What the gauges *asked* measure beside the position itself: nothing is worked out that no gauge asks for."""
    wanted = set(asked)
    beside = Beside()
    if Gauge.CASH_HELD in wanted:
        records = claim_records(work, position.fund_id, position.year)
        beside = replace(beside, cash=cash_position(records, position.spent).held)
    if Gauge.MATCH_PERCENT in wanted:
        achieved = match_percent(position.fund_id, project_funding(work, position))
        beside = replace(beside, match=achieved.match, cost=achieved.cost)
    return beside


def answer_conditions(question: ConditionsOf, tools: Tools) -> ConditionsAnswer:
    today = question.today or tools.today
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, None)
        projects = {kept.id: kept.value for kept in work.projects.all()}
        steps = [kept.value for kept in work.steps.all() if kept.value.subject is Subject.CONDITION]
        evidence = {kept.id: kept for kept in work.evidence.all()}
        links = [kept.value for kept in work.supports.all() if kept.value.condition is not None]
        rows = []
        for kept in work.conditions.all():
            condition = kept.value
            if not condition.applies_to(question.fund, question.year):
                continue
            project = projects.get(condition.project) if condition.project is not None else None
            is_open = condition.state in (ConditionState.OPEN, ConditionState.BREACHED)
            rows.append(
                ConditionRow(
                    kept,
                    project.ref if project else "",
                    project.name if project else "",
                    in_days(condition.due, today) if is_open and condition.due else "",
                    condition.is_overdue(today) or condition.state is ConditionState.BREACHED,
                    CONDITION_MACHINE.from_state(condition.state),
                    tuple(step for step in steps if step.subject_id == kept.id),
                    tuple(evidence[link.evidence] for link in links if link.condition == kept.id),
                )
            )
        rows.sort(key=_order)
        return ConditionsAnswer(today, tuple(rows), readings_of(work, position), tuple(work.projects.all()))


def _order(row: ConditionRow) -> tuple[bool, bool, date, str, int]:
    condition = row.condition
    return (
        condition.is_settled,
        not row.is_overdue,
        condition.due or date.max,
        condition.clause.casefold(),
        row.id,
    )


def answer_table(question: ReadConditions, tools: Tools) -> ConditionsRead:
    if isinstance(question.source, Path):
        name = question.source.name
        headings, rows = tools.reader.plain(question.source)
    else:
        name = "the clipboard"
        headings, rows = pasted_rows(question.source)
    parsed = parse_conditions(headings, rows, name)
    with tools.open_work(reading=True) as work:
        refs = {kept.value.ref.casefold(): ProjectId(kept.id) for kept in work.projects.all()}
    return _placed(question, parsed, refs, name)


def _placed(
    question: ReadConditions, parsed: ParsedConditions, refs: dict[str, ProjectId], name: str
) -> ConditionsRead:
    conditions: list[GrantCondition] = []
    findings = list(parsed.findings)
    for line in parsed.lines:
        project = refs.get(line.project.casefold()) if line.project else None
        if line.project and project is None:
            text = f"Row {line.row:,}: there is no project “{line.project}”; the condition was left out."
            findings.append(Finding(Severity.ERROR, "project.unknown", text, Source(name, "", line.row)))
            continue
        conditions.append(_condition(question, line, project))
    return ConditionsRead(name, tuple(conditions), tuple(findings))


def _condition(question: ReadConditions, line: ConditionLine, project: ProjectId | None) -> GrantCondition:
    return GrantCondition(
        question.fund,
        line.clause,
        line.text,
        line.kind,
        question.year,
        project,
        None,
        line.owner,
        line.due,
        proof=line.proof,
        before_release=line.before_release,
        gauge=line.gauge,
        at_most=line.at_most,
        limit=line.limit,
        limit_percent=line.limit_percent,
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    ConditionsOf: answer_conditions,
    ReadConditions: answer_table,
}
