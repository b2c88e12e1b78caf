"""Whether a grant's year is closed, and how much there is to do before it can be: for the frame of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Tools
from fundingapp.application.queries.closing import ChecklistOf, answer_checklist
from fundingapp.application.queries.year_end import closed_of
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.settlements import YearClose


@dataclass(frozen=True, slots=True)
class ClosingOf(Question["Closing"]):
    """How a grant's year stands for the frame."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class Closing:
    """*closed* is who closed the year, when and why; *open* counts what there is to do before it can be, nought while
    the year still runs: nobody can close it then, and all of it would be to do."""

    closed: YearClose | None
    open: int


def answer_closing(question: ClosingOf, tools: Tools) -> Closing:
    with tools.open_work(reading=True) as work:
        kept = closed_of(work, question.fund, question.year)
    if kept is not None:
        return Closing(kept.value, 0)
    if tools.today <= question.year.last_day:
        return Closing(None, 0)
    return Closing(None, answer_checklist(ChecklistOf(question.fund, question.year), tools).open)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {ClosingOf: answer_closing}
