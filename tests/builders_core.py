"""Lines, downloads, plans and rules for tests of the core; a test names only what it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from fundingapp.application.commands.exceptions import AcceptException
from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.commands.returns import CheckReturn, SubmitReturn
from fundingapp.application.commands.signing import Certify, PrepareCertificate
from fundingapp.application.desk import Desk
from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import PrivateCopy, UnitOfWork
from fundingapp.application.queries.downloads import Download
from fundingapp.application.queries.sending_checks import ChecksBeforeSending
from fundingapp.domain.conditions import fits
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import CertificateId, FundId, ProjectId, ReturnId
from fundingapp.domain.ledger import LedgerLine, Meaning, ParsedLedger, SkippedRow
from fundingapp.domain.matching import CodingRule, parse_target
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear, Period
from fundingapp.domain.plans import ParsedPlan, PlanLine
from fundingapp.domain.returns import ReturnState
from fundingapp.domain.signing import Certified

YEAR = FinancialYear(2018)
NEXT_YEAR = FinancialYear(2019)

#: The fields of a line that a full download has columns for.
ALL_FIELDS = frozenset(LedgerLine._fields) - {"key", "sheet", "row"}


def money(amount: str) -> Money:
    """Money as a test writes it: ``money("1,234.50")``."""
    return Money.parse(amount)


def make_line(key: str = "T1", amount: str | Money = "10.00", **fields: Any) -> LedgerLine:
    """A line of April 2018 from one supplier; *fields* change any of it."""
    given: dict[str, Any] = {
        "key": key,
        "transaction": key,
        "year": YEAR,
        "period": 1,
        "cost_centre": "CS100",
        "account": "4000",
        "supplier": "Safer Streets Ltd",
        "description": "Work done",
        "type": "PI",
        "amount": money(amount) if isinstance(amount, str) else amount,
        "sheet": "Ledger",
        "row": 2,
        **fields,
    }
    given.setdefault("posted_on", Period(given["year"], min(given["period"], 12)).last_day)
    return LedgerLine(**given)


def make_download(
    lines: Iterable[LedgerLine],
    name: str = "ledger.csv",
    *,
    skipped: Sequence[SkippedRow] = (),
    fields: frozenset[str] = ALL_FIELDS,
    sha256: str = "",
) -> Download:
    """A download with these lines. Its hash follows from the lines and the name, unless *sha256* is given."""
    lines = tuple(lines)
    content = repr((name, lines)).encode()
    return Download(
        name=name,
        copy=PrivateCopy(Path(name), name, sha256 or hashlib.sha256(content).hexdigest(), len(content)),
        sheet="Ledger",
        encoding="utf-8",
        heading_row=1,
        columns=(("Transaction", Meaning.TRANSACTION), ("Net amount", Meaning.AMOUNT)),
        parsed=ParsedLedger(lines, tuple(skipped), (), None, len(lines) + len(skipped), fields),
        findings=(),
        tables=(),
    )


def make_rule(order: int, target: str, **conditions: str) -> CodingRule:
    """``make_rule(1, "P-01", supplier="Safer")``."""
    return CodingRule(order, parse_target(target), fits(**conditions))


def make_plan_line(ref: str, amount: str, kind: str = "revenue", row: int = 2) -> PlanLine:
    return PlanLine(ref=ref, name=f"Project {ref}", amount=money(amount), kind=kind, theme="Safer", row=row)


def make_plan(*lines: PlanLine, received: str | None = None, findings: Iterable[Any] = ()) -> ParsedPlan:
    """A table of awards; *received* None leaves the grant unstated."""
    return ParsedPlan(
        received=money(received) if received is not None else None,
        stated_total=None,
        awards=lines,
        findings=tuple(findings),
    )


def set_up_grant(
    desk: Desk, *, year: FinancialYear = YEAR, fund: str = "Locality Fund", more: Sequence[str] = ()
) -> FundId:
    """A grant of 350.00: P-01 with 100.00, P-02 with 200.00, 20.00 contingency, 30.00 not yet awarded. *more* are
    further projects, with 10.00 each of what is not awarded."""
    plan = make_plan(
        make_plan_line("P-01", "100.00"),
        make_plan_line("P-02", "200.00"),
        *(make_plan_line(ref, "10.00") for ref in more),
        make_plan_line("C-01", "20.00", "contingency"),
        received="350.00",
    )
    return desk.do(RecordPlan(plan, fund, "The Commissioner", year, "plan.csv")).result.fund


def project_id(work: UnitOfWork, ref: str) -> ProjectId:
    return next(ProjectId(kept.id) for kept in work.projects.all() if kept.value.ref == ref)


def make_head(project: ProjectId, fund: FundId, kind: Kind = Kind.REVENUE) -> BudgetHead:
    return BudgetHead(project, fund, kind)


def day(text: str) -> date:
    """``day("2018-10-01")``."""
    return date.fromisoformat(text)


def colleague(desk: Desk, who: str = "Ben") -> Desk:
    """Somebody else at the same file."""
    return Desk(replace(desk._tools, who=who))


def accept_errors(desk: Desk, fund: FundId, year: FinancialYear, quarter: int) -> None:
    """Accepts every error that is open for a quarter's return, but for what does not reconcile."""
    for check in desk.ask(ChecksBeforeSending(fund, year, quarter)).errors:
        if not check.code.startswith("identity"):
            desk.do(AcceptException(fund, year, quarter, check.key, check.text, "as agreed"))


def checked(desk: Desk, saved: ReturnId) -> None:
    """Has a saved return checked, with its errors accepted."""
    with desk._tools.open_work(reading=True) as work:
        value = work.returns.get(saved).value
    accept_errors(desk, value.fund, value.year, value.quarter)
    desk.do(CheckReturn(saved))


def certified(desk: Desk, saved: ReturnId) -> CertificateId:
    """Has a saved return checked, prepared for its signature, and signed by a colleague."""
    with desk._tools.open_work(reading=True) as work:
        value = work.returns.get(saved).value
    checked(desk, saved)
    made = desk.do(PrepareCertificate(Certified.RETURN, value.fund, value.year, saved=saved)).result
    colleague(desk).do(Certify(made))
    return made


def sent_return(desk: Desk, saved: ReturnId) -> None:
    """Has a saved return checked, certified and sent."""
    certified(desk, saved)
    desk.do(SubmitReturn(saved))


def put_as_sent(desk: Desk, saved: ReturnId) -> None:
    """Makes a saved return one that was sent, whatever its grant is like: so files of earlier versions hold them."""
    with desk._tools.open_work() as work:
        kept = work.returns.get(saved)
        work.returns.replace(kept, replace(kept.value, state=ReturnState.SUBMITTED))
        work.commit(JournalRecord("SubmitReturn", "record the return as sent"))
