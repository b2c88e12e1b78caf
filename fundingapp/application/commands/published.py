"""Keeping the table in which a commissioner publishes what each partnership gets (R30)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fundingapp.application.commands.gathering import Doing
from fundingapp.application.effect import Command, Effect
from fundingapp.application.ports import Tools
from fundingapp.application.wording import count
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.ids import FundId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.published import check_published
from fundingapp.domain.settlements import PublishedAllocation, PublishedPart


@dataclass(frozen=True, slots=True)
class KeepPublished(Command[None]):
    """Keeps *rows* as the published table of a grant, in place of any before. Taken back by SwapRecords.

    Raises ExpectedError for a table that names no partnership, or that says a thing twice.
    """

    fund: FundId
    year: FinancialYear
    rows: tuple[PublishedAllocation, ...]


@dataclass(frozen=True, slots=True)
class RemovePublished(Command[None]):
    """Takes the published table of a grant out. Taken back by SwapRecords."""

    fund: FundId
    year: FinancialYear


def keep_published(command: KeepPublished, tools: Tools) -> Effect[None]:
    grant = (command.fund, command.year)
    rows = [
        replace(row, body=row.body.strip(), source=row.source.strip(), fund=grant[0], year=grant[1])
        for row in command.rows
    ]
    check_published(rows)
    with tools.open_work() as work:
        name = work.funds.get(command.fund).value.name
        doing = Doing(work, tools)
        _take_out(doing, *grant)
        for row in rows:
            doing.add("published", row)
        partnerships = sum(row.part is PublishedPart.PARTNERSHIP for row in rows)
        said = f"keep the published table of {name} {command.year}, {count(partnerships, 'partnership')}"
        return doing.commit("KeepPublished", said)


def _take_out(doing: Doing, fund: FundId, year: FinancialYear) -> int:
    held = [kept for kept in doing.work.published.all() if (kept.value.fund, kept.value.year) == (fund, year)]
    for kept in held:
        doing.remove("published", kept)
    return len(held)


def remove_published(command: RemovePublished, tools: Tools) -> Effect[None]:
    with tools.open_work() as work:
        name = work.funds.get(command.fund).value.name
        doing = Doing(work, tools)
        if not _take_out(doing, command.fund, command.year):
            raise ExpectedError(
                "not_published", f"No published table of {name} {command.year} is kept.", "Keep one first."
            )
        return doing.commit("RemovePublished", f"take out the published table of {name} {command.year}")


HANDLERS: dict[type, Callable[[Any, Tools], Effect[Any]]] = {
    KeepPublished: keep_published,
    RemovePublished: remove_published,
}
