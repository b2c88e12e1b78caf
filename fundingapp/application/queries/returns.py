"""The return as it would be written now, and the returns that were written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, SavedReturn, Tools, UnitOfWork
from fundingapp.application.queries.positions import position_of
from fundingapp.domain.funds import Partnership
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear, last_period_of
from fundingapp.domain.returns import ReturnCheck, ReturnDocument, build_return, checks_of


@dataclass(frozen=True, slots=True)
class ReturnDraft(Question["ReturnAnswer"]):
    """The return of a quarter, 1 to 4, as it would be written now."""

    fund: FundId
    year: FinancialYear
    quarter: int


@dataclass(frozen=True, slots=True)
class ReturnAnswer:
    """A return's document, what to see to before it goes, and the earlier versions."""

    document: ReturnDocument
    checks: tuple[ReturnCheck, ...]
    saved: tuple[Kept[SavedReturn], ...]


def draft_return(
    work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int, tools: Tools
) -> ReturnDocument:
    """The document of *quarter* out of what the file holds."""
    position = position_of(work, fund, year, last_period_of(quarter), sent_before=quarter)
    held = work.partnership.all()
    return build_return(
        position,
        partnership=held[0].value if held else Partnership("Partnership"),
        commissioner=work.parties.get(position.fund.funder).value.name,
        quarter=quarter,
        version=max((kept.value.version for kept in _saved(work, fund, year, quarter)), default=0) + 1,
        prepared_by=tools.who,
        prepared_on=tools.clock().date(),
        journal_head=work.journal.head(),
    )


def _saved(work: UnitOfWork, fund: FundId, year: FinancialYear, quarter: int) -> list[Kept[SavedReturn]]:
    return [
        kept
        for kept in work.returns.all()
        if (kept.value.fund, kept.value.year, kept.value.quarter) == (fund, year, quarter)
    ]


def answer_draft(question: ReturnDraft, tools: Tools) -> ReturnAnswer:
    with tools.open_work(reading=True) as work:
        document = draft_return(work, question.fund, question.year, question.quarter, tools)
        saved = tuple(_saved(work, question.fund, question.year, question.quarter))
    return ReturnAnswer(document, checks_of(document), saved)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ReturnDraft: answer_draft}
