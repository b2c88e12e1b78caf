"""The foot of a table of projects is the sum of its rows, adjustments and all."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from tests.ui import hands
from tests.ui.windows import open_shell, settle


@pytest.mark.parametrize(
    ("type", "amount", "spent"),
    [
        (AdjustmentType.INELIGIBLE, Money(-50_00), "54,268.71"),
        (AdjustmentType.RECHARGE, Money(50_00), "54,368.71"),
    ],
)
def test_the_foot_has_adjustments_in_it_as_its_rows_have(
    tmp_path: Path, qtbot: QtBot, type: AdjustmentType, amount: Money, spent: str
) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        entry = Adjustment(
            type,
            ProjectId(3),
            FundId(1),
            Kind.REVENUE,
            FinancialYear(2018),
            4,
            amount,
            "as agreed",
        )
        shell.office.do(AddAdjustment(entry, ("letter 4",)), "add")
        settle(qtbot, shell)
        *rows, foot = hands.rows(hands.table(shell.window, "Projects"))
        for heading in ("Spent £", "Forecast £"):
            shown = [Money.parse(row[heading]) for row in rows]
            assert Money.parse(foot[heading]) == Money.total(shown)
        assert foot["Spent £"] == spent, "£54,318.71 and what was put right"
