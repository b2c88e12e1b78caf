"""What a commissioner publishes of a grant, beside what it adds up to and what this file holds (R30)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fundingapp.application.effect import Question
from fundingapp.application.ports import Kept, Tools, UnitOfWork
from fundingapp.application.queries.explanations import Explanation, Term
from fundingapp.application.queries.positions import WHOLE_YEAR, position_of
from fundingapp.domain.identities import Identity
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.plan_tables import table_from_text
from fundingapp.domain.positions import GrantPosition
from fundingapp.domain.published import ParsedPublished, parse_published, reconcile_published
from fundingapp.domain.settlements import PublishedAllocation, PublishedPart

#: The figures of a published table: what each is called, and the part that makes it (None: our own row).
_TITLES: dict[str, tuple[str, PublishedPart | None]] = {
    "line": ("the budget line as published", PublishedPart.TOTAL),
    "partnerships": ("published for partnerships", PublishedPart.PARTNERSHIP),
    "retained": ("retained by the commissioner", PublishedPart.RETAINED),
    "difference": ("difference of the published table", PublishedPart.DIFFERENCE),
    "ours": ("published for this partnership", None),
}


@dataclass(frozen=True, slots=True)
class PublishedOf(Question["PublishedAnswer"]):
    """The published table of a grant."""

    fund: FundId
    year: FinancialYear


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """The rows that are kept, in their order, and what must hold of them."""

    rows: tuple[Kept[PublishedAllocation], ...]
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True)
class ReadPublished(Question[ParsedPublished]):
    """What a published table holds: a file at *path*, or (None) *text* as it is pasted. *ours* is the name under which
    this partnership stands in it, where it is not its own."""

    path: Path | None = None
    text: str = ""
    ours: str = ""


def state_published(work: UnitOfWork, position: GrantPosition) -> tuple[Identity, ...]:
    """R30 of the grant at *position*."""
    rows = [kept.value for kept in _kept(work, position.fund_id, position.year)]
    return reconcile_published(position.fund.name, position.year, rows, position.resources.allocation)


def explain_published(work: UnitOfWork, position: GrantPosition, measure: str) -> Explanation | None:
    """A figure of the published table; None when *measure* is none of these."""
    _, _, what = measure.partition("published/")
    if what not in _TITLES:
        return None
    words, part = _TITLES[what]
    rows = [
        kept.value
        for kept in _kept(work, position.fund_id, position.year)
        if (kept.value.is_ours if part is None else kept.value.part is part)
    ]
    terms = tuple(Term(row.body, row.amount) for row in rows)
    sources = ", ".join(dict.fromkeys(row.source for row in rows if row.source))
    note = f"As published: {sources}." if sources else ""
    title = f"{position.fund.name} {position.year}: {words}"
    return Explanation("", title, Money.total(term.amount for term in terms), terms, note)


def _kept(work: UnitOfWork, fund: FundId, year: FinancialYear) -> list[Kept[PublishedAllocation]]:
    held = [kept for kept in work.published.all() if (kept.value.fund, kept.value.year) == (fund, year)]
    return sorted(held, key=lambda kept: kept.id)


def answer_published(question: PublishedOf, tools: Tools) -> PublishedAnswer:
    with tools.open_work(reading=True) as work:
        position = position_of(work, question.fund, question.year, WHOLE_YEAR)
        return PublishedAnswer(
            tuple(_kept(work, question.fund, question.year)), state_published(work, position)
        )


def answer_read(question: ReadPublished, tools: Tools) -> ParsedPublished:
    if question.path is not None:
        headings, rows = tools.reader.plain(question.path)
        name = question.path.name
    else:
        headings, rows = table_from_text(question.text)
        name = "The pasted table"
    if question.ours:
        return parse_published(headings, rows, name, (question.ours,))
    with tools.open_work(reading=True) as work:
        held = [kept.value for kept in work.partnership.all()]
    ours = [name for each in held for name in (each.name, each.area, each.accountable_body)]
    return parse_published(headings, rows, name, ours)


ANSWERS: dict[type, Callable[[Any, Tools], Any]] = {
    PublishedOf: answer_published,
    ReadPublished: answer_read,
}
