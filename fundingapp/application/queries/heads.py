"""Which budget heads there are: what a project's reference stands for in a year, and what has an award."""

from __future__ import annotations

from fundingapp.application.ports import UnitOfWork
from fundingapp.domain.errors import NotFoundError
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.periods import FinancialYear


def heads_of(work: UnitOfWork) -> dict[tuple[str, int], list[BudgetHead]]:
    """The budget heads by what a person may call them, and start of the year: by the project's ref in lower case, and
    by ref and kind, as in “sv-01:labour”, for a project that is paid in several kinds."""
    heads = heads_by_ref(work)
    for (ref, year), found in list(heads.items()):
        for head in found:
            heads.setdefault((f"{ref}:{head.kind.value}", year), []).append(head)
    return heads


def heads_by_ref(work: UnitOfWork) -> dict[tuple[str, int], list[BudgetHead]]:
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


def refuse_unless_awarded(
    work: UnitOfWork, project: ProjectId, fund: FundId, year: FinancialYear, kind: Kind
) -> None:
    """Raises NotFoundError when the project has no award of that kind from the fund in *year*."""
    wanted = (project, fund, year, kind)
    if not any(
        (kept.value.project, kept.value.fund, kept.value.year, kept.value.kind) == wanted
        for kept in work.awards.all()
    ):
        ref = work.projects.get(project).value.ref
        raise NotFoundError(f"{kind.value} award in {year} for", ref, "Record the award first.")
