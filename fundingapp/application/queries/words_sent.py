"""What a return says in words, and was accepted with, once it is checked: the file keeps what was written, and a change
that comes later is told to whoever makes it."""

from __future__ import annotations

from collections.abc import Collection

from fundingapp.application.ports import Kept, SavedReturn, UnitOfWork
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.returns import ReturnState

#: The records that a return takes its words and judgements from, with what they are called where one changes.
OF_RETURNS = {
    "return_texts": "words",
    "project_progress": "how a project stood",
    "accepted_exceptions": "what was accepted",
    "partner_statements": "what partners stated",
}


def saying(
    work: UnitOfWork, grants: Collection[tuple[FundId, FinancialYear]], quarter: int | None
) -> list[Kept[SavedReturn]]:
    """The newest return of each of *grants* (of *quarter*, None for the last one) where it is checked or further: what
    it says was looked at. None where it is a draft: that is written anew."""
    newest: dict[tuple[FundId, FinancialYear], Kept[SavedReturn]] = {}
    for kept in work.returns.all():
        saved, key = kept.value, (kept.value.fund, kept.value.year)
        if key not in grants or quarter not in (None, saved.quarter):
            continue
        before = newest[key].value if key in newest else None
        if before is None or (before.quarter, before.version) < (saved.quarter, saved.version):
            newest[key] = kept
    return [kept for _, kept in sorted(newest.items()) if kept.value.state is not ReturnState.DRAFT]


def said_otherwise(work: UnitOfWork, kept: Kept[SavedReturn], what: str) -> str:
    """“The Q1 return of Locality Fund 2018/19, version 1, is sent: it keeps its words as they were written. …”"""
    saved = kept.value
    return (
        f"{_called(work, saved)}, is {saved.state.in_words}: the file keeps {what} as it was written. What is changed "
        "now is said by the next version."
    )


def refuse_withdrawn(work: UnitOfWork, kept: Kept[SavedReturn]) -> None:
    """Raises ExpectedError when a check is opened again on which a return rests that waits to be sent."""
    saved = kept.value
    if saved.state.is_out:
        return
    raise ExpectedError(
        "return_rests_on_it",
        f"{_called(work, saved)}, is {saved.state.in_words}: it rests on what was accepted.",
        "Make it a draft again with a reason, then open the check.",
    )


def _called(work: UnitOfWork, saved: SavedReturn) -> str:
    fund = work.funds.get(saved.fund).value.name
    return f"The Q{saved.quarter} return of {fund} {saved.year}, version {saved.version}"
