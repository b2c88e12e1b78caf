"""What the parts of the ledger store share: their connection, and how values are read out of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, select

from fundingapp.application.ports import Charged
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.funds import BudgetHead, Kind
from fundingapp.domain.ids import FundId, ProjectId, RuleId, RunId
from fundingapp.domain.ledger import LedgerLine
from fundingapp.domain.matching import Charge, Disposition, How, LineState, state_of
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.persistence.columns import reading
from fundingapp.persistence.digests import IN_THE_ROW, digester
from fundingapp.persistence.records.grants import FundRecord, ProjectRecord
from fundingapp.persistence.records.ledger import LedgerLineRecord as Line

Item = TypeVar("Item")

#: How many ids go into one statement; SQLite's older builds allow 999 parameters.
CHUNK = 500
#: How many rows are inserted by one call: the driver is as fast with these as with all, which would fill memory.
_INSERTED_AT_ONCE = 2_000

LINE_VALUES = (
    Line.key,
    Line.transaction,
    Line.year,
    Line.period,
    Line.posted_on,
    Line.cost_centre,
    Line.account,
    Line.supplier,
    Line.description,
    Line.type,
    Line.amount,
    Line.sheet,
    Line.row,
)

#: The same columns by their names in the database, for statements that go straight to the driver.
LINE_NAMES = (
    "key, transaction_ref, year, period, posted_on, cost_centre, account, supplier, description, type, amount_pence,"
    " ledger_line.sheet, row_number"
)
CHARGE_NAMES = (
    "disposition, project_id, fund_id, charge.kind, amount_pence, reason, rule_id, run_id, how, made_by,"
    " made_at"
)


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    """*items* in lists of at most *size*."""
    each = iter(items)
    while chunk := list(islice(each, size)):
        yield chunk


class Part:
    """A part of the ledger store, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def _mark(self) -> str:
        """How the driver marks a value in a statement."""
        return "?" if self._connection.dialect.name == "sqlite" else "%s"

    def _marks(self, number: int) -> str:
        """So many marks, for a list of values."""
        return ", ".join([self._mark] * number)

    def _insert_many(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        """Many rows at the driver's own speed; 17 times the ORM's, and the columns are named here, so that none can
        be left out unseen."""
        digest = digester(table, columns) if table in IN_THE_ROW else None
        names = columns if digest is None else (*columns, "digest")
        statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({self._marks(len(names))})"  # noqa: S608 - names from this file
        for chunk in chunks(rows, _INSERTED_AT_ONCE):
            values = chunk if digest is None else [(*row, digest(row)) for row in chunk]
            self._connection.exec_driver_sql(statement, values)

    def _insert_charges_of(self, lines: Iterable[ChargedLine]) -> None:
        """Adds the charges of *lines*, which have none yet; what follows for the lines themselves is not written."""
        self._insert_many("charge", _CHARGE_COLUMNS, _charge_values(lines))

    def _check_heads(self, heads: Iterable[BudgetHead | None]) -> None:
        """Refuses charges to what is not there. No foreign key does: charges that do not count hold nothing back,
        so that a grant can be taken back after its import was."""
        # By identity first, which costs no call: of a hundred thousand charges by the rules, most share their heads.
        different = {id(head): head for head in heads}
        wanted = {head for head in different.values() if head is not None}
        if not wanted:
            return
        projects = set(self._connection.execute(select(ProjectRecord.id)).scalars())
        funds = set(self._connection.execute(select(FundRecord.id)).scalars())
        if any(head.project not in projects or head.fund not in funds for head in wanted):
            raise ExpectedError(
                "no_project",
                "A charge goes to a project or fund that is not in this file any more.",
                "Put the project back first.",
            )


class ChargedLine(NamedTuple):
    """A line as its charges take it over, and the charges."""

    id: int
    live: int
    year: int
    period: int
    charges: tuple[Charged, ...]


_CHARGE_COLUMNS = (
    "line_id",
    "part",
    "live",
    "year",
    "period",
    "disposition",
    "project_id",
    "fund_id",
    "kind",
    "amount_pence",
    "reason",
    "rule_id",
    "run_id",
    "how",
    "made_by",
    "made_at",
)

#: The words of the enums by the identity of their members. In Python 3.11 to hash a member, or to ask it for its
#: value, is a call each time, and a large import asks half a million times.
_WORDS = {id(member): str(member.value) for kind in (Disposition, How, Kind, LineState) for member in kind}


def word_of(member: Enum) -> str:
    """How a member of the ledger's enums stands in the database."""
    return _WORDS[id(member)]


def _charge_values(lines: Iterable[ChargedLine]) -> Iterator[tuple[Any, ...]]:
    """The values of each charge, in the order of the columns."""
    moments: dict[datetime, str] = {}
    for id, live, year, period, charges in lines:
        for part, (charge, how, run, by, at) in enumerate(charges):
            disposition, head, amount, reason, rule = charge
            place = (None, None, None) if head is None else (head.project, head.fund, word_of(head.kind))
            moment = moments.get(at)
            if moment is None:
                moment = moments[at] = at.isoformat()
            made = (run, word_of(how), by, moment)
            yield (
                id,
                part,
                live,
                year,
                period,
                word_of(disposition),
                *place,
                amount.pence,
                reason,
                rule,
                *made,
            )


def standing_of(charges: tuple[Charged, ...]) -> tuple[str, int, int]:
    """What a line with *charges* says of them itself: its state, their sum in pence and their number."""
    total = 0
    for charged in charges:
        total += charged.charge.amount.pence
    return word_of(state_of([charged.charge for charged in charges])), total, len(charges)


def head_of(project: int | None, fund: int | None, kind: Kind | None) -> BudgetHead | None:
    """The budget head out of its columns; they are empty together."""
    if project is None or fund is None or kind is None:
        return None
    return BudgetHead(ProjectId(project), FundId(fund), kind)


def line_of(values: Sequence[Any]) -> LedgerLine:
    """A line from its columns, in the order of the tuple."""
    return LedgerLine(*values)


Word = TypeVar("Word", bound=Enum)


class Values:
    """What the driver itself gives, as values of the domain: many times quicker than SQLAlchemy's own conversion.

    Each different day, year and moment is made once. Raises ExpectedError for what can't be read.
    """

    def __init__(self) -> None:
        self._days: dict[str | None, date | None] = {None: None}
        self._years: dict[int, FinancialYear] = {}
        self._moments: dict[str, datetime] = {}

    def line(self, row: Sequence[Any]) -> LedgerLine:
        """A line out of the columns of LINE_NAMES."""
        return reading(self._line, row)

    def charged(self, row: Sequence[Any]) -> Charged:
        """A charge out of the columns of CHARGE_NAMES."""
        return reading(self._charged, row)

    def _line(self, row: Sequence[Any]) -> LedgerLine:
        key, transaction, start, period, day, centre, account, supplier, description, kind, *rest = row
        pence, sheet, number = rest
        days, years = self._days, self._years
        if day not in days:
            days[day] = date.fromisoformat(day)
        year = years.get(start) or years.setdefault(start, FinancialYear(start))
        return LedgerLine(
            key,
            transaction,
            year,
            period,
            days[day],
            centre,
            account,
            supplier,
            description,
            kind,
            Money(pence),
            sheet,
            number,
        )

    def _charged(self, row: Sequence[Any]) -> Charged:
        disposition, project, fund, kind, pence, reason, rule, run, how, by, at = row
        moment = self._moments.get(at) or self._moments.setdefault(at, datetime.fromisoformat(at))
        head = None if kind is None else head_of(project, fund, member_of(Kind, kind))
        charge = Charge(
            member_of(Disposition, disposition),
            head,
            Money(pence),
            reason,
            None if rule is None else RuleId(rule),
        )
        return Charged(charge, member_of(How, how), None if run is None else RunId(run), by, moment)


_MEMBERS: dict[tuple[type[Enum], str], Enum] = {
    (kind, str(member.value)): member for kind in (Disposition, How, Kind, LineState) for member in kind
}


def member_of(kind: type[Word], word: str) -> Word:
    """The member of one of the ledger's enums that stands in the database as *word*; raises ValueError."""
    found = _MEMBERS.get((kind, word))
    return found if isinstance(found, kind) else kind(word)


def money_of(total: Any) -> Money:
    """A sum out of the database, which gives whole pence as int, Decimal (PostgreSQL) or already Money."""
    if isinstance(total, Money):
        return total
    return Money(int(total or 0))
