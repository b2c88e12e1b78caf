"""A window on Wolverhampton's years: 2016/17 spent to the penny, 2017/18 with £15,000.00 left, 2018/19 just begun."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copyfile

import pytest
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.grants import RecordPlan, SetUpPartnership
from fundingapp.application.desk import Desk
from fundingapp.application.queries.positions import PositionOf
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.queries.workspace import WorkspaceOf
from fundingapp.assembly import Assembly
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.funds import Kind, Partnership
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.shell import Shell
from fundingapp.ui.yearend.page import YearEndPage
from tests.ui.windows import PATIENCE_MS, bare_shell, settle

FUND = "Community Safety Fund"
OLD, LAST, THIS = (FinancialYear(start) for start in (2016, 2017, 2018))
#: When the window is open: last year is over, this one has begun.
NOW = datetime(2018, 5, 20, 12, 0, tzinfo=UTC)
_TABLES = {
    OLD: "Ref,Bid,Funding received,Funding allocated\n,Grant,268000,\nWV-03,Street wardens,,268000\n",
    LAST: (
        "Ref,Bid,Funding received,Funding allocated\n,Grant,247000,\nWV-01,Mediation call-out,,40000\n"
        "WV-02,School mentoring,,22000\nWV-03,Street wardens,,185000\n"
    ),
    THIS: "Ref,Bid,Funding received,Funding allocated\n,Grant,229000,\nWV-03,Street wardens,,229000\n",
}
_SPENT = {
    OLD: (("WV-03", 268_000),),
    LAST: (("WV-01", 31_500), ("WV-02", 15_500), ("WV-03", 185_000)),
}


def pounds(amount: int) -> Money:
    return Money(amount * 100)


def spend(desk: Desk, fund: FundId, year: FinancialYear, ref: str, amount: int) -> None:
    """Spend of a year whose ledger is not in the file, put in by hand."""
    heads = {each.ref: each.project_id for each in desk.ask(PositionOf(fund, year)).position.projects}
    entry = Adjustment(
        AdjustmentType.CORRECTION,
        heads[ref],
        fund,
        Kind.REVENUE,
        year,
        12,
        pounds(amount),
        "as the old ledger has it",
    )
    desk.do(AddAdjustment(entry, (f"ledger of {year}",)))


@cache
def _made_once() -> tuple[tempfile.TemporaryDirectory[str], Path]:
    kept = tempfile.TemporaryDirectory()
    place = Path(kept.name) / "wolverhampton.funding"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assembly, "now", lambda: NOW)
        offices = Assembly()
        offices.create(place)
        opened = offices.open(str(place))
        desk = opened.desk
        desk.do(SetUpPartnership(Partnership("Safer Wolverhampton", "City of Wolverhampton Council")))
        table = Path(kept.name) / "awards.csv"
        for year, text in _TABLES.items():
            table.write_text(text, encoding="utf-8")
            desk.do(RecordPlan(desk.ask(ReadPlan(table)), FUND, "West Midlands PCC", year, table.name))
        fund = fund_of(desk)
        for year, parts in _SPENT.items():
            for ref, amount in parts:
                spend(desk, fund, year, ref, amount)
        opened.close()
    return kept, place


def fund_of(desk: Desk) -> FundId:
    """The one fund of the file."""
    return desk.ask(WorkspaceOf()).grants[0].fund_id


@contextmanager
def year_end_shell(
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    view: str = "chain",
    year: FinancialYear = THIS,
) -> Iterator[Shell]:
    """A window on a copy of the years, at *view* of Year end in *year*."""
    made = _made_once()[1]
    monkeypatch.setattr(assembly, "now", lambda: NOW)
    target = tmp_path / "wolverhampton.funding"
    copyfile(made, target)
    with bare_shell(tmp_path, qtbot) as shell:
        shell.open_target(str(target))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        shell.window.top_bar.year.set_year(year)
        settle(qtbot, shell)
        shell.window.go_to("year-end", (view, None))
        settle(qtbot, shell)
        yield shell


def show(qtbot: QtBot, shell: Shell, view: str, year: FinancialYear | None = None) -> None:
    """Goes to another view of the page, in another year where it is said."""
    if year is not None:
        shell.window.top_bar.year.set_year(year)
        settle(qtbot, shell)
    page = shell.window.current_page
    assert isinstance(page, YearEndPage)
    page.show_view(view)
    settle(qtbot, shell)
