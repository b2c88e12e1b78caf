"""The rules on the Spend page: a table of them, one by one, applying, removing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.ports import Show
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.sample import COMMISSIONER, FUND, PLAN, YEAR
from tests.ui.spend.conftest import Spend
from tests.ui.windows import ChosenFiles


def test_rules_from_a_table_charge_what_waits(bare: Spend) -> None:
    plan = bare.shell.office.desk.ask(ReadPlan(bare.folder / PLAN))
    bare.shell.office.do(RecordPlan(plan, FUND, COMMISSIONER, YEAR, PLAN), "Record the plan")
    bare.press("Import 483 lines", bare.review("GL_extract_P10.xlsx"))
    assert bare.count(Show.WAITING) == 483
    bare.press("Rules…", bare.page)
    files = bare.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = bare.folder / "coding_rules.csv"
    bare.press("Add rules from a table…", bare.page.rules)
    assert bare.page.rules.table.model().rowCount() == 28
    bare.press("Apply the rules", bare.page.rules)
    assert any("The rules placed 479 lines" in text for text in bare.messages)
    bare.press("Back to the lines", bare.page.rules)
    assert bare.sentence == "483 ledger lines · £54,318.71 charged to projects · £716.61 not yet placed"


def test_one_rule_is_added_after_the_last_and_applied(spend: Spend) -> None:
    spend.press("Rules…", spend.page)
    rules = spend.page.rules
    QTest.keyClicks(rules.field("supplier"), "post office")
    QTest.keyClicks(rules.field("target"), "LF-03")
    spend.keys(rules.field("target"), Qt.Key.Key_Return)
    assert rules.table.model().rowCount() == 29
    spend.press("Apply the rules", rules)
    spend.press("Back to the lines", rules)
    assert spend.count(Show.WAITING) == 3


def test_a_rule_without_condition_or_with_a_bad_target_cannot_be_added(spend: Spend) -> None:
    spend.press("Rules…", spend.page)
    rules = spend.page.rules
    QTest.keyClicks(rules.field("target"), "LF-03")
    assert not rules._add.isEnabled()
    QTest.keyClicks(rules.field("supplier"), "post office")
    rules.field("target").setText("split LF-06 60%, LF-11 30%")
    assert not rules._add.isEnabled()
    assert rules._why_not.text() == "The shares add up to 90%, not 100%."


def test_a_removed_rule_comes_back_with_undo(spend: Spend) -> None:
    spend.press("Rules…", spend.page)
    rules = spend.page.rules
    rules.table.selectRow(0)
    with spend.qtbot.waitSignal(rules.table.selection_summarised):
        rules.table.selectRow(1)
    spend.press("Remove", rules)
    assert rules.table.model().rowCount() == 27
    spend.undo()
    assert rules.table.model().rowCount() == 28
