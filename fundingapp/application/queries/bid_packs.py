"""The bid pack: gathered from everything that is recorded of the chosen bids, and written as a document or workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.held_results import HeldResults, ResultRow
from fundingapp.application.queries.parties import commissioner_in_words
from fundingapp.application.queries.released_results import safe_lines
from fundingapp.application.queries.results import milestone_rows
from fundingapp.domain.bid_packs import (
    BidPack,
    BidPaper,
    PlannedMilestone,
    PlannedResult,
    cost_lines,
    names_of,
    texts_in_order,
)
from fundingapp.domain.bids import Bid
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import BidId, FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.results import number_shown
from fundingapp.domain.return_results import NO_FIGURE, NOTHING, SafeFigure
from fundingapp.domain.states import Subject


@dataclass(frozen=True, slots=True)
class DraftPack(Question[BidPack]):
    """The pack of *bids*, in that order, as it would be written now. Raises NotFoundError, and ExpectedError when no
    bid is named."""

    bids: tuple[BidId, ...]


@dataclass(frozen=True, slots=True)
class PackWritten:
    """A pack that stands at *path* and was read back equal."""

    path: Path
    pack: BidPack


@dataclass(frozen=True, slots=True)
class WritePack(Question[PackWritten]):
    """Writes the pack of *bids* to *out*, a .docx or .xlsx.

    Raises ExpectedError as :class:`~fundingapp.application.ports.FileWriter` does; *out* is then what it was before.
    """

    bids: tuple[BidId, ...]
    out: Path


@dataclass(frozen=True, slots=True)
class BidsNamed(Question[tuple[BidId, ...]]):
    """The bids that *refs* name, by their own reference or their project's, whatever the case; all of them without any.

    *year* and *fund* leave others out. A reference may name several, as a project may bid again in its year. Raises
    ExpectedError that names the reference without a bid, or says that there are none.
    """

    refs: tuple[str, ...]
    year: FinancialYear | None = None
    fund: FundId | None = None


def answer_named(question: BidsNamed, tools: Tools) -> tuple[BidId, ...]:
    with tools.open_work(reading=True) as work:
        refs = {kept.id: kept.value.ref for kept in work.projects.all()}
        meant = [
            kept
            for kept in work.bids.all()
            if question.year in {None, kept.value.year} and question.fund in {None, kept.value.fund}
        ]
    among = f" of {question.year}" if question.year else ""
    if not meant:
        raise ExpectedError("no_bids", f"There are no bids{among}.", "Write the first one on the page Bids.")
    in_order = sorted(meant, key=lambda kept: (kept.value.year, refs[kept.value.project], kept.id))
    if not question.refs:
        return tuple(BidId(kept.id) for kept in in_order)
    named: list[BidId] = []
    for ref in question.refs:
        wanted = ref.strip().casefold()
        found = [
            BidId(kept.id)
            for kept in in_order
            if wanted in {kept.value.reference.casefold(), refs[kept.value.project].casefold()}
        ]
        if not found:
            known = ", ".join(dict.fromkeys(refs[kept.value.project] for kept in in_order))
            raise ExpectedError(
                "unknown_bid", f"There is no bid “{ref}”{among}.", f"The projects with bids are {known}."
            )
        named.extend(found)
    return tuple(dict.fromkeys(named))


def answer_draft(question: DraftPack, tools: Tools) -> BidPack:
    if not question.bids:
        raise ExpectedError("no_bids", "No bid is chosen for the pack.", "Choose one or more bids.")
    with tools.open_work(reading=True) as work:
        partnership = next((kept.value for kept in work.partnership.all()), None)
        bids = [work.bids.get(bid) for bid in dict.fromkeys(question.bids)]
        names = names_of(work.projects.get(kept.value.project).value.ref for kept in bids)
        today = tools.clock().date()
        return BidPack(
            partnership.name if partnership else "The partnership",
            partnership.accountable_body if partnership else "",
            today,
            tuple(_paper(work, kept, name, today, tools) for kept, name in zip(bids, names, strict=True)),
        )


def _paper(work: UnitOfWork, kept: Kept[Bid], name: str, today: date, tools: Tools) -> BidPaper:
    bid, id = kept.value, kept.id
    held = HeldResults(work, bid.fund)
    fund = work.funds.get(bid.fund).value
    evidence = {each.id: each.value.name for each in work.evidence.all()}
    return BidPaper(
        name,
        bid,
        work.projects.get(bid.project).value,
        fund.name,
        commissioner_in_words(work, bid.fund, today, today),
        work.parties.get(bid.applicant).value.name if bid.applicant is not None else "",
        texts_in_order(each.value for each in work.bid_texts.all() if each.value.bid == id),
        cost_lines(each.value for each in work.bid_costs.all() if each.value.bid == id),
        tuple(
            each.value
            for each in work.match_funding.all()
            if (each.value.project, each.value.year) == (bid.project, bid.year)
        ),
        tuple(
            each.value
            for each in work.conditions.all()
            if each.value.bid == id
            or (
                each.value.bid is None
                and each.value.fund == bid.fund
                and each.value.year in {None, bid.year}
                and each.value.project in {None, bid.project}
            )
        ),
        tuple(each.value for each in work.board_decisions.all() if each.value.bid == id),
        tuple(each.value for each in work.offers.all() if each.value.bid == id),
        tuple(
            each.value
            for each in work.steps.all()
            if each.value.subject is Subject.BID and each.value.subject_id == id
        ),
        tuple(evidence[each.value.evidence] for each in work.supports.all() if each.value.bid == id),
        _planned(held, bid, tools),
        tuple(
            PlannedMilestone(
                row.milestone.due,
                row.milestone.name,
                held.outcomes[row.milestone.outcome].value.name if row.milestone.outcome is not None else "",
                row.state,
            )
            for row in milestone_rows(held, today)
            if row.milestone.project == bid.project
            and not row.milestone.is_cancelled
            and FinancialYear.of(row.milestone.due) == bid.year
        ),
    )


def _planned(held: HeldResults, bid: Bid, tools: Tools) -> tuple[PlannedResult, ...]:
    """What the bid's project is to reach in its year, beside what it reached in the year before; small numbers are
    hidden."""
    before = bid.year.previous
    ours = [kept for kept in held.indicators.values() if kept.value.project == bid.project]
    chosen = [kept for kept in ours if held.is_of(kept, bid.year)]
    now = [held.row(kept, bid.year, 4) for kept in chosen]
    last = [held.row(kept, before, 4) for kept in chosen]
    lines, before_lines = (safe_lines(held, rows, tools, bid.fund) for rows in (now, last))
    found = []
    for row, line, earlier in zip(now, lines, before_lines, strict=True):
        reached = earlier.to_date not in {NOTHING, NO_FIGURE}
        found.append(
            PlannedResult(
                line.outcome,
                line.level,
                line.name,
                line.unit,
                _said(line.baseline, row),
                _said(line.target, row),
                line.source,
                _said(earlier.target, row) if reached else "",
                _said(earlier.to_date, row) if reached else "",
                earlier.state if reached else "",
            )
        )
    return tuple(found)


def _said(figure: SafeFigure, row: ResultRow) -> str:
    """A figure as text, or what stands in its place."""
    if figure.number is None:
        return figure.text
    return number_shown(figure.number, row.indicator.counted, row.indicator.unit)


def answer_write(question: WritePack, tools: Tools) -> PackWritten:
    pack = answer_draft(DraftPack(question.bids), tools)
    tools.progress.report(0, 0, "Writing the bid pack")
    tools.write_pack(pack, question.out)
    return PackWritten(question.out, pack)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    BidsNamed: answer_named,
    DraftPack: answer_draft,
    WritePack: answer_write,
}
