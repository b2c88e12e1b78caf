"""A database of a test's own, on SQLite or on PostgreSQL, and a small grant with its ledger to put into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fundingapp.application.desk import Desk
from fundingapp.application.effect import JournalRecord
from fundingapp.application.ports import (
    Batch,
    Charged,
    LineChange,
    LineCharges,
    Sighting,
    Tools,
    UnitOfWork,
)
from fundingapp.application.progress import SilentProgress
from fundingapp.domain.allocations import Allocation, Award
from fundingapp.domain.findings import Finding
from fundingapp.domain.funds import BudgetHead, Fund, Kind, Project
from fundingapp.domain.ids import BatchId, FundId, LineId, PartyId, ProjectId, RunId
from fundingapp.domain.ledger import LedgerLine, SkippedRow, controls_of
from fundingapp.domain.matching import Charge, Disposition, How
from fundingapp.domain.money import Money
from fundingapp.domain.parties import Party, PartyKind
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.database import Database, open_file, open_server

YEAR = FinancialYear(2018)
NOON = datetime(2019, 4, 12, 12, 0, tzinfo=UTC)
RECORD = JournalRecord("Test", "do something")


def noon() -> datetime:
    """A clock that stands still."""
    return NOON


@dataclass(slots=True)
class Place:
    """Where a test keeps its database: a path, or the address of a database on the server."""

    kind: str
    target: str
    folder: Path
    opened: list[Database] = field(default_factory=list)

    def open(self, who: str = "S. Officer", *, read_only: bool = False) -> Database:
        """Opens it, as often as wanted; all are closed when the test ends."""
        if self.kind == "sqlite":
            database = open_file(Path(self.target), noon, who, read_only=read_only)
        else:
            database = open_server(self.target, noon, who, self.folder / "server-files")
        self.opened.append(database)
        return database

    def close(self) -> None:
        for database in self.opened:
            database.close()


def desk_of(database: Database, **parts: Any) -> Desk:
    """A desk on *database* that reads and writes real workbooks."""
    from fundingapp.assembly import Assembly

    offices = Assembly()
    given: dict[str, Any] = {
        "open_work": database.open_work,
        "sources": database.sources,
        "reader": offices.reader,
        "write_return": offices.writer,
        "write_table": offices.table_writer,
        "write_layout": offices.layout_writer,
        "write_enquiry": offices.enquiry_writer,
        "write_calendar": offices.calendar_writer,
        "write_pack": offices.pack_writer,
        "write_certificate": offices.certificate_writer,
        "write_letter": offices.letter_writer,
        "write_difference": offices.difference_writer,
        "write_reconciliation": offices.reconciliation_writer,
        "write_safe_table": offices.safe_table_writer,
        "prover": offices.prover,
        "exchange": offices.exchange_books,
        "papers": offices.papers,
        "write_return_pack": offices.return_pack_writer,
        "write_mail": offices.mail_writer,
        "write_partner_book": offices.partner_book_writer,
        "work_out": offices.work_out,
        "read_template": offices.template_reader,
        "fill_template": offices.fill_template,
        "things_leaving": offices.things_leaving,
        "receive": offices.receive,
        "return_looks": offices.return_looks,
        "clock": noon,
        "who": "S. Officer",
        "progress": SilentProgress(),
        **parts,
    }
    return Desk(Tools(**given))


@dataclass(frozen=True, slots=True)
class Grant:
    """The identities of a grant with three projects, the third of capital."""

    fund: FundId
    one: ProjectId
    two: ProjectId
    three: ProjectId

    def head(self, project: ProjectId) -> BudgetHead:
        return BudgetHead(project, self.fund, Kind.CAPITAL if project == self.three else Kind.REVENUE)


def add_grant(work: UnitOfWork) -> Grant:
    """A grant of £1,000 to P-01, P-02 and P-03."""
    party = PartyId(work.parties.add(Party("The Commissioner", PartyKind.COMMISSIONER)))
    fund = FundId(work.funds.add(Fund("Locality Fund", party)))
    work.allocations.add(Allocation(fund, YEAR, Kind.REVENUE, Money(100_000)))
    projects = [
        ProjectId(work.projects.add(Project(ref, name)))
        for ref, name in (("P-01", "Youth Bus"), ("P-02", "Safe Homes"), ("P-03", "Cameras"))
    ]
    grant = Grant(fund, *projects)
    for project in projects:
        work.awards.add(Award(project, fund, YEAR, grant.head(project).kind, Money(30_000)))
    return grant


def a_line(key: str, pence: int = 1_000, **fields: Any) -> LedgerLine:
    """A ledger line of April 2018; a test names only what it is about."""
    given: dict[str, Any] = {
        "transaction": key,
        "year": YEAR,
        "period": 1,
        "posted_on": date(2018, 4, 30),
        "cost_centre": "CS100",
        "account": "4000",
        "supplier": "Safer Streets Ltd",
        "description": "Work done",
        "type": "PI",
        "amount": Money(pence),
        "sheet": "Ledger",
        "row": 2,
        **fields,
    }
    return LedgerLine(key=key, **given)


def a_batch(lines: Sequence[LedgerLine] = (), **fields: Any) -> Batch:
    """An import that holds *lines*, all of them new."""
    given: dict[str, Any] = {
        "file_name": "ledger.csv",
        "sha256": "0" * 64,
        "size": 1,
        "sheet": "Ledger",
        "encoding": "utf-8",
        "imported_at": NOON,
        "imported_by": "S. Officer",
        "rows_read": len(lines),
        "rows_kept": len(lines),
        "rows_skipped": 0,
        "total": Money.total(line.amount for line in lines),
        "stated_total": None,
        "control_total": None,
        "new": len(lines),
        "unchanged": 0,
        "reworded": 0,
        "amount_changed": 0,
        "vanished": 0,
        **fields,
    }
    return Batch(**given)


def add_lines(
    work: UnitOfWork,
    lines: Sequence[LedgerLine],
    *,
    sightings: Iterable[Sighting] = (),
    skipped: Iterable[SkippedRow] = (),
    changes: Iterable[LineChange] = (),
    findings: Iterable[Finding] = (),
    held: Sequence[LedgerLine] = (),
    **fields: Any,
) -> tuple[BatchId, list[LineId]]:
    """Imports *lines* as new; *held* are lines of earlier imports that the download states too."""
    batch = work.ledger.add_batch(
        a_batch(lines, **fields),
        lines,
        sightings,
        skipped,
        controls_of([*held, *lines]),
        changes,
        findings,
    )
    ids = {entry.line.key: entry.id for entry in work.ledger.held().values()}
    return batch, [ids[line.key] for line in lines]


def to_project(
    head: BudgetHead, pence: int, reason: str = "as the invoice says", run: int | None = None
) -> Charged:
    return Charged(
        Charge(Disposition.PROJECT, head, Money(pence), reason),
        How.RULE if run else How.HAND,
        RunId(run) if run else None,
        "S. Officer",
        NOON,
    )


def elsewhere(disposition: Disposition, pence: int, reason: str = "not grant money") -> Charged:
    return Charged(Charge(disposition, None, Money(pence), reason), How.HAND, None, "S. Officer", NOON)


def charge(work: UnitOfWork, line: LineId, *charges: Charged) -> None:
    work.ledger.put_charges([LineCharges(line, charges)])
