"""The console's commands for what is put right beside the ledger: adjust, lock and unlock."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from fundingapp.application.commands.adjustments import AddAccrual, AddAdjustment
from fundingapp.application.commands.locks import LockPeriods, ReopenPeriods
from fundingapp.application.desk import Desk
from fundingapp.application.offices import OpenFile
from fundingapp.application.ports import LineFilter, LineOrder
from fundingapp.application.queries.adjustments import ACCRUAL, AdjustmentsOf
from fundingapp.application.queries.lines import LineIds, LineRows
from fundingapp.application.queries.locks import LockedPeriods
from fundingapp.application.queries.workspace import GrantDetail, WorkspaceOf
from fundingapp.application.wording import count
from fundingapp.console.given_papers import papers_given
from fundingapp.console.output import Output
from fundingapp.domain.adjustments import Accrual, Adjustment, AdjustmentType, signed
from fundingapp.domain.errors import ExpectedError, NotFoundError
from fundingapp.domain.funds import BudgetHead
from fundingapp.domain.ids import AccrualId, LineId, ProjectId
from fundingapp.domain.locks import LockedFor
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear

#: What an adjustment is called on the command line; None is an accrual.
KINDS: dict[str, AdjustmentType | None] = {
    "accrual": None,
    "prepayment": AdjustmentType.PREPAYMENT,
    "correction": AdjustmentType.CORRECTION,
    "recharge": AdjustmentType.RECHARGE,
    "irrecoverable-vat": AdjustmentType.IRRECOVERABLE_VAT,
    "recoverable-vat": AdjustmentType.RECOVERABLE_VAT,
    "write-off": AdjustmentType.WRITE_OFF,
    "ineligible": AdjustmentType.INELIGIBLE,
}


def adjust(given: argparse.Namespace, opened: OpenFile, out: Output) -> None:
    """Adds one accrual or adjustment, as *given* says, and prints what was kept."""
    desk, type = opened.desk, KINDS[given.kind]
    head, fund, year = head_of(desk, given)
    evidence = papers_given(given)
    reverses_year = given.reverses_year
    if reverses_year is None and given.reverses_period is not None:
        later = given.reverses_period > given.period
        reverses_year = year if later else year.next
    if type is None:
        accrual = Accrual(
            head.project,
            head.fund,
            head.kind,
            year,
            given.period,
            given.amount,
            given.supplier.strip(),
            given.reason.strip(),
            reverses_year,
            given.reverses_period,
        )
        id: int = desk.do(AddAccrual(accrual, evidence)).result
    else:
        line = _line(desk, given.line, year, head.project) if given.line else None
        of_credit = line is not None and line[1] < Money.ZERO
        adjustment = Adjustment(
            type,
            head.project,
            head.fund,
            head.kind,
            year,
            given.period,
            signed(type, given.amount, of_credit),
            given.reason,
            line[0] if line is not None else None,
            AccrualId(given.accrual) if given.accrual is not None else None,
            reverses_year,
            given.reverses_period,
        )
        id = desk.do(AddAdjustment(adjustment, evidence)).result
    rows = desk.ask(AdjustmentsOf(head.fund, year)).rows
    row = next(row for row in rows if (row.is_accrual, row.id) == (type is None, id))
    rule = "cost received that the ledger does not hold yet" if type is None else type.rule
    out.result(
        {
            "id": id,
            "kind": given.kind,
            "project": row.ref,
            "fund": fund,
            "year": str(year),
            "period": row.of.period,
            "amount_pence": row.of.amount.pence,
            "reverses_year": str(row.of.reverses_year) if row.of.reverses_year else None,
            "reverses_period": row.of.reverses_period,
            "line": row.line or None,
            "reason": row.reason,
            "evidence": [
                {"name": kept.value.name, "sha256": kept.value.sha256 or None, "size": kept.value.size}
                for kept in row.evidence
            ],
        },
        [
            f"{(ACCRUAL if type is None else type.value).capitalize()} of {row.of.amount.in_words} for {row.ref} in "
            f"period {row.of.period} of {year}, on {count(len(row.evidence), 'item')} of evidence: {rule}."
        ],
    )


def head_of(desk: Desk, given: argparse.Namespace) -> tuple[BudgetHead, str, FinancialYear]:
    """The one budget head of the project that --fund, --year and --money leave, with its fund's name and its year."""
    found: list[tuple[BudgetHead, str, FinancialYear]] = []
    wanted = given.project.strip().casefold()
    for grant in desk.ask(WorkspaceOf()).grants:
        detail = desk.ask(GrantDetail(grant.fund_id, grant.year))
        refs = {kept.id: kept.value.ref.casefold() for kept in detail.projects}
        for kept in detail.awards:
            award = kept.value
            if (
                refs[award.project] == wanted
                and given.year in {None, grant.year}
                and given.money in {None, award.kind.value}
                and given.fund.strip().casefold() in {"", grant.fund.casefold()}
            ):
                entry = (BudgetHead(award.project, award.fund, award.kind), grant.fund, grant.year)
                if entry not in found:
                    found.append(entry)
    if not found:
        raise NotFoundError("award for", given.project, "Look at the awards with “fundingapp spend”.")
    if len(found) > 1:
        places = "; ".join(f"{fund} {year}, {head.kind.value}" for head, fund, year in found)
        raise ExpectedError(
            "several_awards",
            f"{given.project} has more than one award: {places}.",
            "Say which with --fund, --year and --money.",
        )
    return found[0]


def _line(desk: Desk, transaction: str, year: FinancialYear, project: ProjectId) -> tuple[LineId, Money]:
    """The line of that transaction that is charged to *project*, and its amount."""
    where = LineFilter(year=year, project=project, columns=(("transaction", transaction),))
    ids = desk.ask(LineIds(where, LineOrder()))
    rows = [
        row
        for row in desk.ask(LineRows(tuple(ids)))
        if row.line.transaction.casefold() == transaction.strip().casefold()
    ]
    if not rows:
        raise NotFoundError(
            f"ledger line of {year} charged to this project with the transaction", transaction
        )
    if len(rows) > 1:
        amounts = ", ".join(row.line.amount.in_words for row in rows)
        raise ExpectedError(
            "several_lines",
            f"{count(len(rows), 'line')} of this project have the transaction {transaction}: {amounts}.",
            "Adjust without --line, and name the line in the reason.",
        )
    return rows[0].id, rows[0].line.amount


def lock(given: argparse.Namespace, opened: OpenFile, out: Output) -> None:
    """Locks the periods up to --to-period."""
    opened.desk.do(LockPeriods(given.year, given.to_period, given.reason, _whom(given)))
    _print_locks(opened.desk, out)


def unlock(given: argparse.Namespace, opened: OpenFile, out: Output) -> None:
    """Opens the periods from --from-period on again."""
    opened.desk.do(ReopenPeriods(given.year, given.reason, given.from_period, _whom(given)))
    _print_locks(opened.desk, out)


def _whom(given: argparse.Namespace) -> LockedFor:
    return LockedFor.ALL_BUT_FINANCE_LEAD if given.but_lead else LockedFor.EVERYBODY


def _print_locks(desk: Desk, out: Output) -> None:
    locks = [kept.value for kept in desk.ask(LockedPeriods())]
    data: list[dict[str, Any]] = [
        {
            "year": str(lock.year),
            "to_period": lock.to_period,
            "for": lock.whom.value,
            "reason": lock.reason,
            "by": lock.locked_by,
            "at": lock.locked_at.isoformat(),
        }
        for lock in locks
    ]
    words: Sequence[str] = [f"{lock.in_words}." for lock in locks] or ["No period is locked."]
    out.result({"locks": data}, words)
