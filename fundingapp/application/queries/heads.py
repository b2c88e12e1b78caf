"""Which budget heads a project's reference stands for in a year."""

from __future__ import annotations

from fundingapp.application.ports import UnitOfWork
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import ProjectId


def heads_of(work: UnitOfWork) -> dict[tuple[str, int], list[BudgetHead]]:
    """The budget heads by (ref in lower case, start of the year); only awarded projects have any."""
    refs = {kept.id: kept.value.ref.casefold() for kept in work.projects.all()}
    heads: dict[tuple[str, int], list[BudgetHead]] = {}
    for kept in work.awards.all():
        award = kept.value
        found = heads.setdefault((refs[award.project], award.year.start), [])
        head = BudgetHead(ProjectId(award.project), award.fund, award.kind)
        if head not in found:
            found.append(head)
    return heads
