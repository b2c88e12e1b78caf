"""What a grant did not spend of a year: what carrying it forward and settling it have in common."""

from __future__ import annotations

from collections.abc import Sequence

from fundingapp.application.ports import UnitOfWork
from fundingapp.application.queries.year_end import whole_year
from fundingapp.domain.carry_forwards import CarryForward
from fundingapp.domain.errors import ExpectedError, listed
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.year_end import HeadOutturn, Outturn, outturn_of


def year_outturn(work: UnitOfWork, fund: FundId, year: FinancialYear) -> Outturn:
    """What became of a grant's year, everything in it."""
    return outturn_of(whole_year(work, fund, year))


def head_in_words(work: UnitOfWork, project: ProjectId | None, kind: Kind) -> str:
    """“LF-01 (revenue)”, “revenue in no project's budget”."""
    if project is None:
        return f"{kind.value} in no project's budget"
    return f"{work.projects.get(project).value.ref} ({kind.value})"


def name_of_carry(work: UnitOfWork, entry: CarryForward) -> str:
    """A carry-forward as refusals call it."""
    return f"The carry-forward of {head_in_words(work, entry.project, entry.kind)} out of {entry.from_year}"


def check_heads(
    work: UnitOfWork, fund: FundId, heads: Sequence[tuple[ProjectId | None, Kind, object]]
) -> None:
    """Refuses no heads at all, one that is named twice, one that is not there, or of a kind that the fund has not; what
    stands third in each tells parts of one head apart."""
    if not heads:
        raise ExpectedError("no_amount", "No project was named.", "Give an amount for at least one.")
    held = work.funds.get(fund).value
    seen = set()
    for head in heads:
        project, kind, _ = head
        if project is not None:
            work.projects.get(project)
        if kind not in held.kinds:
            raise ExpectedError(
                "other_kind",
                f"{held.name} has no {kind.value} money: it has {listed(each.value for each in held.kinds)}.",
                "Choose one of these, or change what kinds of money the fund has.",
            )
        if head in seen:
            name = head_in_words(work, project, kind)
            raise ExpectedError("named_twice", f"{name} is named twice.", "Give one amount for it.")
        seen.add(head)


def room_of(outturn: Outturn, head: HeadOutturn | None, kind: Kind) -> Money:
    """What of a head nothing is asked for or decided about: never more than its kind, and the grant, have left."""
    if head is None:
        return Money.ZERO
    of_kind = Money.total(each.requested for each in outturn.heads if each.kind is kind)
    return min(
        head.pending - head.requested,
        outturn.pending_of(kind) - of_kind,
        outturn.pending - outturn.total.requested,
    )
