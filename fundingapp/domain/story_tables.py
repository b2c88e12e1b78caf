"""Tables of what a return says beside the money, as partnerships keep them: progress, risks, assets, statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from fundingapp.domain.assets import Asset, check_asset
from fundingapp.domain.cells import clean_text, parse_amount, parse_date
from fundingapp.domain.errors import ExpectedError, InputRefusedError
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.ledger import Cell, RawRow
from fundingapp.domain.money import Money, NotMoneyError
from fundingapp.domain.narratives import ProjectProgress, ProjectStatus
from fundingapp.domain.partner_books import PartnerStatement, check_statement
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.rag import Rag
from fundingapp.domain.risks import Risk, check_risk

Kind = TypeVar("Kind", bound=Enum)


class StoryTable(Enum):
    """What a table has in its rows."""

    PROGRESS = "progress"
    RISKS = "risks"
    ASSETS = "assets"
    STATEMENTS = "statements"


#: By table, what a column holds and the headings that it goes by; those of the first column are needed.
_HEADINGS: Mapping[StoryTable, Mapping[str, tuple[str, ...]]] = {
    StoryTable.PROGRESS: {
        "ref": ("ref", "project", "project ref", "reference"),
        "status": ("status", "state", "stage"),
        "spend": ("spend", "spend rag", "finance rag"),
        "delivery": ("delivery", "delivery rag", "rag"),
        "why": ("explanation", "why", "reason", "commentary"),
    },
    StoryTable.RISKS: {
        "name": ("risk", "name", "title", "risk name"),
        "ref": ("ref", "project", "project ref"),
        "category": ("category", "type"),
        "description": ("description", "detail"),
        "consequence": ("consequence", "consequences"),
        "likelihood": ("likelihood", "probability", "l"),
        "impact": ("impact", "severity", "i"),
        "mitigation": ("mitigation", "mitigations", "action", "controls"),
        "likelihood after": ("likelihood after", "residual likelihood"),
        "impact after": ("impact after", "residual impact"),
        "proximity": ("proximity", "when"),
        "owner": ("owner", "who"),
        "raised": ("raised", "raised on", "date raised", "opened"),
        "closed": ("closed", "closed on", "date closed"),
    },
    StoryTable.ASSETS: {
        "description": ("asset", "description", "item"),
        "ref": ("ref", "project", "project ref"),
        "cost": ("cost", "price", "value"),
        "share": ("share", "paid by this grant", "grant", "funder share"),
        "bought": ("bought", "bought on", "date", "purchased", "date of purchase"),
        "custodian": ("custodian", "keeper", "held by"),
        "location": ("location", "place", "where"),
        "life": ("life", "life in years", "years"),
    },
    StoryTable.STATEMENTS: {
        "partner": ("partner", "name", "body", "organisation"),
        "ref": ("ref", "project", "project ref"),
        "passed on": ("passed on", "amount", "amount passed on", "stated", "passed on as stated"),
        "received": ("received", "received on", "statement received"),
        "signed by": ("signed by", "signatory"),
        "signed on": ("signed on", "date signed"),
        "note": ("note", "notes", "remark"),
    },
}
#: What else must be in a table, beside its first column.
_NEEDED = {
    StoryTable.PROGRESS: ("status",),
    StoryTable.RISKS: ("likelihood", "impact"),
    StoryTable.ASSETS: ("ref", "cost", "bought"),
    StoryTable.STATEMENTS: ("ref", "passed on"),
}


def read_story_table(
    table: StoryTable,
    headings: Sequence[str],
    rows: Sequence[RawRow],
    file: str,
    *,
    fund: FundId,
    year: FinancialYear,
    quarter: int,
    projects: Mapping[str, ProjectId],
) -> tuple[ProjectProgress | Risk | Asset | PartnerStatement, ...]:
    """What the rows of a table say; empty rows are passed over. *projects* are the grant's by their references.

    Raises InputRefusedError that names row and column of the first thing that can't be read: a register that is taken
    in but for some of its rows would look whole.
    """
    return _Reader(table, headings, file, fund, year, quarter, projects).read(rows)


class _Reader:
    def __init__(
        self,
        table: StoryTable,
        headings: Sequence[str],
        file: str,
        fund: FundId,
        year: FinancialYear,
        quarter: int,
        projects: Mapping[str, ProjectId],
    ) -> None:
        self._table, self._file = table, file
        self._fund, self._year, self._quarter = fund, year, quarter
        self._projects = {ref.casefold(): id for ref, id in projects.items()}
        self._headings = [clean_text(heading) for heading in headings]
        plain = [_plain(heading) for heading in self._headings]
        self._at = {
            what: next(plain.index(word) for word in words if word in plain)
            for what, words in _HEADINGS[table].items()
            if any(word in plain for word in words)
        }
        self._row = RawRow(0, ())

    def read(self, rows: Sequence[RawRow]) -> tuple[Any, ...]:
        first = next(iter(_HEADINGS[self._table]))
        missing = [what for what in (first, *_NEEDED[self._table]) if what not in self._at]
        if missing:
            shown = ", ".join(f"“{heading}”" for heading in self._headings if heading) or "none"
            wanted = " and ".join(f"“{_HEADINGS[self._table][what][0].capitalize()}”" for what in missing)
            raise InputRefusedError(
                "no_column",
                f"“{self._file}” lacks a column such as {wanted}; its headings are {shown}.",
                "Name the columns so; nothing was taken in.",
            )
        make: Callable[[], Any] = {
            StoryTable.PROGRESS: self._progress,
            StoryTable.RISKS: self._risk,
            StoryTable.ASSETS: self._asset,
            StoryTable.STATEMENTS: self._statement,
        }[self._table]
        found = []
        for row in rows:
            if not any(clean_text(cell) for cell in row.cells):
                continue
            self._row = row
            try:
                found.append(make())
            except InputRefusedError:
                raise
            except ExpectedError as error:
                raise self._refused("", error.message) from error
        return tuple(found)

    # Rows

    def _progress(self) -> ProjectProgress:
        project = self._project()
        if project is None:
            raise self._refused("ref", "it names no project")
        return ProjectProgress(
            project,
            self._year,
            self._quarter,
            self._choice("status", ProjectStatus) or ProjectStatus.IN_PROGRESS,
            self._choice("spend", Rag),
            self._choice("delivery", Rag),
            self._text("why"),
        )

    def _risk(self) -> Risk:
        risk = Risk(
            self._fund,
            self._text("name"),
            self._text("description"),
            self._number("likelihood") or 0,
            self._number("impact") or 0,
            self._text("mitigation"),
            self._number("likelihood after"),
            self._number("impact after"),
            self._text("category"),
            self._text("consequence"),
            self._text("proximity"),
            self._text("owner"),
            self._project(),
            self._day("raised"),
            self._day("closed"),
        )
        check_risk(risk)
        return risk

    def _asset(self) -> Asset:
        project, bought = self._project(), self._day("bought")
        cost = self._amount("cost")
        if project is None:
            raise self._refused("ref", "it names no project")
        if cost is None:
            raise self._refused("cost", "it has no cost")
        if bought is None:
            raise self._refused("bought", "it has no day of purchase")
        share = self._amount("share")
        asset = Asset(
            project,
            self._fund,
            self._text("description"),
            cost,
            cost if share is None else share,
            bought,
            self._text("custodian"),
            self._text("location"),
            self._number("life"),
        )
        check_asset(asset)
        return asset

    def _statement(self) -> PartnerStatement:
        project, amount = self._project(), self._amount("passed on")
        if project is None:
            raise self._refused("ref", "it names no project")
        if amount is None:
            raise self._refused("passed on", "it has no amount")
        statement = PartnerStatement(
            project,
            self._fund,
            self._year,
            self._text("partner"),
            amount,
            self._day("received"),
            self._text("signed by"),
            self._day("signed on"),
            self._text("note"),
        )
        check_statement(statement)
        return statement

    # Cells

    def _cell(self, what: str) -> Cell:
        at = self._at.get(what)
        return self._row.cells[at] if at is not None and at < len(self._row.cells) else None

    def _text(self, what: str) -> str:
        return clean_text(self._cell(what))

    def _project(self) -> ProjectId | None:
        said = self._text("ref")
        if not said or said.casefold() in ("whole grant", "the grant", "all"):
            return None
        found = self._projects.get(said.casefold())
        if found is None:
            raise self._refused("ref", f"“{said}” is no project of this grant")
        return found

    def _number(self, what: str) -> int | None:
        said = self._text(what)
        if not said:
            return None
        if not said.isdecimal():
            raise self._refused(what, f"“{said}” is not a whole number")
        return int(said)

    def _amount(self, what: str) -> Money | None:
        cell = self._cell(what)
        if not clean_text(cell):
            return None
        try:
            return parse_amount(cell)
        except NotMoneyError:
            raise self._refused(what, f"“{clean_text(cell)}” is not an amount") from None

    def _day(self, what: str) -> date | None:
        cell = self._cell(what)
        if not clean_text(cell):
            return None
        try:
            day = parse_date(cell)
        except ValueError:
            day = None
        if day is None:
            raise self._refused(what, f"“{clean_text(cell)}” is not a day")
        return day

    def _choice(self, what: str, kind: type[Kind]) -> Kind | None:
        said = _plain(self._text(what))
        if not said:
            return None
        found = next((each for each in kind if _plain(str(each.value)) == said), None)
        if found is None:
            known = ", ".join(str(each.value) for each in kind)
            raise self._refused(what, f"“{self._text(what)}” is none of {known}")
        return found

    def _refused(self, what: str, why: str) -> InputRefusedError:
        column = f", column “{self._headings[self._at[what]]}”" if what in self._at else ""
        return InputRefusedError(
            "bad_row",
            f"“{self._file}”, row {self._row.row:,}{column}: {why.rstrip('.')}.",
            "Put it right there; nothing was taken in.",
        )


def _plain(heading: str) -> str:
    """A heading or word as it is compared: small, single blanks, without signs such as £."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", heading.casefold()).split())
