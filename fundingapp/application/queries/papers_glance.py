"""What the window needs of papers beside their lists: how many things wait, where a kept file stands, and where what a
paper supports is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools, UnitOfWork
from fundingapp.application.queries.evidence import PaperRows
from fundingapp.application.queries.evidence_gaps import gaps_among
from fundingapp.application.queries.papers_due import reviews_among
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.evidence import Supported
from fundingapp.domain.ids import EvidenceId, FundId, LineId
from fundingapp.domain.periods import FinancialYear


@dataclass(frozen=True, slots=True)
class EvidenceWaiting(Question[int]):
    """How many gaps a grant's year has and how many papers are to be reviewed; a paper that is both counts once."""

    year: FinancialYear | None
    fund: FundId | None = None


@dataclass(frozen=True, slots=True)
class PlaceOfPaper(Question[Path]):
    """Where the kept file of a paper is, to be read and never changed. Raises ExpectedError when it is missing, changed
    or erased, or there never was one."""

    paper: EvidenceId


@dataclass(frozen=True, slots=True)
class WhereItIs(Question["ItsPlace"]):
    """Where a thing that a paper supports is looked at. Raises NotFoundError when it is gone."""

    supported: Supported


@dataclass(frozen=True, slots=True)
class ItsPlace:
    """A view of a page, *subject* what it is to show there (an identity, a claim's number, a project's reference), and
    the grant that has to be chosen for it: None leaves what is chosen."""

    page: str
    view: str = ""
    subject: int | str | None = None
    fund: FundId | None = None
    year: FinancialYear | None = None


def answer_waiting(question: EvidenceWaiting, tools: Tools) -> int:
    with tools.open_work(reading=True) as work:
        rows = PaperRows(work, tools)
        gaps = gaps_among(work, rows, question.year, question.fund)
        papers = {review.row.id for review in reviews_among(rows, work.today)}
    return len(papers | {gap.paper for gap in gaps if gap.paper is not None}) + sum(
        gap.paper is None for gap in gaps
    )


def answer_place(question: PlaceOfPaper, tools: Tools) -> Path:
    with tools.open_work(reading=True) as work:
        paper = work.evidence.get(question.paper).value
    if not paper.is_file:
        raise ExpectedError("no_file", f"“{paper.name}” is kept without a file.", "Read its words instead.")
    return tools.sources.original(paper.sha256, paper.name)


def answer_where(question: WhereItIs, tools: Tools) -> ItsPlace:
    with tools.open_work(reading=True) as work:
        return _place(work, question.supported.what, question.supported.id)


def _place(work: UnitOfWork, what: str, id: int) -> ItsPlace:
    match what:
        case "line":
            return ItsPlace("spend", "line", id, year=work.ledger.held_line(LineId(id)).line.year)
        case "bid":
            bid = work.bids.get(id).value
            return ItsPlace("bids", "", id, bid.fund, bid.year)
        case "claim":
            claim = work.claims.get(id).value
            return ItsPlace("grants", "claims", claim.number, claim.fund, claim.year)
        case "payment":
            payment = work.payments.get(id).value
            return ItsPlace("grants", "claims", None, payment.fund, payment.year)
        case "condition":
            condition = work.conditions.get(id).value
            return ItsPlace("grants", "conditions", id, condition.fund, condition.year)
        case "movement":
            movement = work.movements.get(id).value
            return ItsPlace("grants", "virements", movement.number or None, movement.fund, movement.year)
        case "project":
            return ItsPlace("projects", "position", work.projects.get(id).value.ref)
        case "accrual" | "adjustment":
            of = work.accruals.get(id).value if what == "accrual" else work.adjustments.get(id).value
            return ItsPlace("spend", "adjustments", None, of.fund, of.year)
        case "carry_forward":
            carried = work.carry_forwards.get(id).value
            return ItsPlace("year-end", "underspend", None, carried.fund, carried.from_year)
        case "settlement":
            settled = work.settlements.get(id).value
            return ItsPlace("year-end", "underspend", None, settled.fund, settled.year)
        case "reconciliation":
            return ItsPlace("reconcile", "documents", None, year=work.reconciliations.get(id).value.year)
        case "figure":
            figure = work.indicator_figures.get(id).value
            year = FinancialYear.of(figure.last)
            return ItsPlace("outcomes", "indicators", figure.indicator, year=year)
        case "indicator":
            return ItsPlace("outcomes", "indicators", id)
        case "outcome":
            return ItsPlace("outcomes", "outcome", id)
        case "milestone":
            return ItsPlace("outcomes", "project", work.milestones.get(id).value.project)
        case "table":
            return ItsPlace("outcomes", "performance", id)
        case "agreement":
            agreement = work.agreements.get(id).value
            return ItsPlace("grants", "agreement", None, agreement.fund)
        case _:
            return ItsPlace("grants")


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    EvidenceWaiting: answer_waiting,
    PlaceOfPaper: answer_place,
    WhereItIs: answer_where,
}
