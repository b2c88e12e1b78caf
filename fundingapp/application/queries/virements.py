"""The virements of a grant, with what each does to its lines, whose decision it needs, and the papers behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.claims import claim_records
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.agreements import Terms
from fundingapp.domain.allocations import Authority, BudgetMovement
from fundingapp.domain.claiming import figures_by_head
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.evidence import Evidence
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, MovementId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.states import Step, Subject
from fundingapp.domain.virements import (
    Line,
    LineChange,
    Virement,
    lines_of,
    needed_authority,
    virements_of,
    walked,
)


@dataclass(frozen=True, slots=True)
class VirementsOf(Question["VirementsAnswer"]):
    """The virements of a fund's year, and the lines that one could move budget between."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class VirementRow:
    """A virement as lists show it. *needed* is whose decision the agreement asks for; *lines* are those it names,
    before and after it: of an applied one as they were, of any other from today's budgets."""

    virement: Virement
    needed: Authority
    lines: tuple[LineChange, ...]
    documents: tuple[Kept[Evidence], ...]
    history: tuple[Step, ...]

    @property
    def sources(self) -> str:
        """Where the money comes from, in references."""
        return _refs(entry.line for entry in self.lines if entry.change < Money.ZERO)

    @property
    def targets(self) -> str:
        return _refs(entry.line for entry in self.lines if entry.change > Money.ZERO)


@dataclass(frozen=True, slots=True)
class VirementsAnswer:
    """All virements of a grant by number, and its lines as they are today."""

    fund: str
    year: FinancialYear
    terms: Terms
    rows: tuple[VirementRow, ...]
    lines: tuple[Line, ...]

    def numbered(self, number: int) -> VirementRow:
        """The virement of that number. Raises NotFoundError."""
        for row in self.rows:
            if number and row.virement.number == number:
                return row
        raise NotFoundError(f"virement of {self.fund} {self.year}", str(number), "Look at their list.")


def _refs(lines: Any) -> str:
    return ", ".join(dict.fromkeys(line.ref or line.name for line in lines))


def movements_of(
    work: UnitOfWork, fund: FundId, year: FinancialYear
) -> list[tuple[MovementId, BudgetMovement]]:
    """The movements of a grant with their identities, oldest first."""
    return [
        (MovementId(kept.id), kept.value)
        for kept in work.movements.all()
        if (kept.value.fund, kept.value.year) == (fund, year)
    ]


def claimed_of(work: UnitOfWork, fund: FundId, year: FinancialYear) -> dict[tuple[ProjectId, Kind], Money]:
    """What stands claimed for each project and kind: approved, or asked and not decided."""
    claimed = figures_by_head(claim_records(work, fund, year))
    return {head: figures.asked for head, figures in claimed.items()}


def lines_now(work: UnitOfWork, position: GrantPosition) -> tuple[Line, ...]:
    """The lines of the grant at *position* with what is claimed of them."""
    return lines_of(position, claimed_of(work, position.fund_id, position.year))


def documents_of(work: UnitOfWork, movement: MovementId) -> tuple[Kept[Evidence], ...]:
    """The papers behind the virement whose first leg is *movement*."""
    return tuple(
        work.evidence.get(kept.value.evidence)
        for kept in work.supports.all()
        if kept.value.movement == movement
    )


def answer_virements(question: VirementsOf, tools: Tools) -> VirementsAnswer:
    with tools.open_work(reading=True) as work:
        return virements_answer(work, question.fund, question.year)


def virements_answer(work: UnitOfWork, fund: FundId, year: FinancialYear) -> VirementsAnswer:
    """The answer to :class:`VirementsOf` out of *work*."""
    position = position_of(work, fund, year, None)
    lines = lines_now(work, position)
    found = virements_of(movements_of(work, fund, year))
    changes = walked(found, lines)
    history: dict[int, list[Step]] = {}
    for kept in work.steps.all():
        if kept.value.subject is Subject.VIREMENT:
            history.setdefault(kept.value.subject_id, []).append(kept.value)
    papers: dict[int, list[Kept[Evidence]]] = {}
    for support in work.supports.all():
        if support.value.movement is not None:
            papers.setdefault(support.value.movement, []).append(work.evidence.get(support.value.evidence))
    return VirementsAnswer(
        position.fund.name,
        year,
        position.terms,
        tuple(
            VirementRow(
                virement,
                needed_authority(virement.moved, position.terms, virement.crosses),
                changes[virement.id],
                tuple(papers.get(virement.id, ())),
                tuple(history.get(virement.id, ())),
            )
            for virement in found
        ),
        lines,
    )


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {VirementsOf: answer_virements}
