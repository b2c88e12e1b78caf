"""Locks and alarms on Reconcile, and the people who may reopen: as a user sees them and acts."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.commands.locks import LockPeriods
from fundingapp.application.commands.signing import AssertBalance
from fundingapp.application.sample import YEAR
from fundingapp.domain.adjustments import Adjustment, AdjustmentType
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.ui.page import Target
from tests.ui import hands
from tests.ui.windows import open_shell, settle

FUND = FundId(1)
RECHARGE = Adjustment(
    AdjustmentType.RECHARGE, ProjectId(1), FUND, Kind.REVENUE, YEAR, 2, Money(12_00), "room hire"
)


def test_people_are_named_and_a_refused_edit_leads_to_the_lock(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    with open_shell(tmp_path, qtbot) as shell:
        shell.window.go_to(Target("setup", ("people", None)))
        settle(qtbot, shell)
        assert "these roles are a record of who did what, and no control" in hands.read(shell.window.stack)
        hands.press(shell.window, "Name a person…")
        hands.type_in(shell.window.inspector, "Name", "Ben Fox")
        hands.press(shell.window.inspector, "Name the person")
        assert "A person needs a name and the login" in hands.read(shell.window.inspector)
        hands.type_in(shell.window.inspector, "Login", "ben")
        hands.choose(shell.window.inspector, "Role", "finance lead")
        hands.press(shell.window.inspector, "Name the person")
        settle(qtbot, shell)
        [row] = hands.rows(hands.table(shell.window, "People"))
        assert (row["Name"], row["Role"], row["Login"]) == ("Ben Fox", "finance lead", "ben")

        shell.office.desk.do(LockPeriods(YEAR, 3, "Q1 is agreed"))
        shell.office.do(AddAdjustment(RECHARGE, ("note 31",)), "Add an adjustment")
        settle(qtbot, shell)
        [message] = hands.messages(shell.window)
        assert "Periods 1 to 3 (June) of 2018/19 are locked (by ann on" in message
        assert "Ben Fox (finance lead) may reopen it, with a reason" in message
        hands.press(shell.window, "See the lock")
        settle(qtbot, shell)
        [lock] = hands.rows(hands.table(shell.window, "Locks"))
        assert lock["Who may reopen it"] == "Ben Fox (finance lead)"


def test_an_alarm_names_the_entry_and_goes_with_its_balance(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    with open_shell(tmp_path, qtbot) as shell:
        shell.office.desk.do(AssertBalance(FUND, YEAR, 3, "agreed with the ledger"))
        shell.office.desk.do(AddAdjustment(RECHARGE, ("note 31",)))
        shell.window.go_to(Target("reconcile", ("locks", None)))
        settle(qtbot, shell)
        table = hands.table(shell.window, "Alarms")
        [alarm] = hands.rows(table)
        assert alarm["First broken by"] == "ann"
        assert "recharge" in alarm["With"]
        hands.click_row(table, "First broken by", "ann")
        settle(qtbot, shell)
        said = hands.read(shell.window.inspector)
        assert "was first broken by ann on" in said
        assert "LF-01, revenue, period 2 (May) of 2018/19: was" in said
        hands.press(shell.window.inspector, "Show the entry")
        settle(qtbot, shell)
        assert shell.window.rail.button("history").isChecked()
        assert "recharge" in hands.read(shell.window.inspector)
        shell.window.go_to(Target("reconcile", ("locks", None)))
        settle(qtbot, shell)
        hands.click_row(hands.table(shell.window, "Alarms"), "First broken by", "ann")
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Forget the balance…")
        settle(qtbot, shell)
        hands.press(shell.window.inspector, "Forget it")
        assert "Say why: it is kept in the history." in hands.read(shell.window.inspector)
        hands.type_in(shell.window.inspector, "Reason", "the recharge is right")
        hands.press(shell.window.inspector, "Forget it")
        settle(qtbot, shell)
        assert not hands.messages(shell.window)
        assert "Alarms" not in hands.read(shell.window.stack)
