"""The rules on the Spend page: a table of them, a form with its trial, moving, switching, removing; all by keys."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundingapp.application.commands.grants import RecordPlan
from fundingapp.application.ports import Show
from fundingapp.application.queries.rules import Rules
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.application.sample import COMMISSIONER, FUND, PLAN, YEAR
from fundingapp.domain.conditions import Field, Operator
from fundingapp.domain.matching import CodingRule
from fundingapp.ui.spend.rules import RulesView
from tests.ui.spend.conftest import Spend
from tests.ui.windows import ChosenFiles

ALT = Qt.KeyboardModifier.AltModifier


def opened(spend: Spend) -> RulesView:
    spend.press("Rules…", spend.page)
    spend.settle()
    return spend.page.rules


def held(spend: Spend) -> list[CodingRule]:
    return [kept.value for kept in spend.shell.office.desk.ask(Rules())]


def choose(spend: Spend, rules: RulesView, row: int) -> None:
    rules.table.setFocus()
    rules.table.selectRow(row)
    spend.qtbot.wait(60)
    spend.settle()


def tried(spend: Spend, rules: RulesView) -> str:
    """What the form says that the rule would do, once it has been tried."""
    spend.qtbot.waitUntil(lambda: rules._sentence.text() != "Looking at the lines…")
    spend.settle()
    return rules._sentence.text()


def test_rules_from_a_table_charge_what_waits(bare: Spend) -> None:
    plan = bare.shell.office.desk.ask(ReadPlan(bare.folder / PLAN))
    bare.shell.office.do(RecordPlan(plan, FUND, COMMISSIONER, YEAR, PLAN), "Record the plan")
    bare.press("Import 483 lines", bare.review("GL_extract_P10.xlsx"))
    assert bare.count(Show.WAITING) == 483
    rules = opened(bare)
    files = bare.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = bare.folder / "coding_rules.csv"
    bare.press("Add rules from a table…", rules.head)
    assert rules.table.model().rowCount() == 28
    bare.press("Apply the rules", rules)
    assert any("The rules placed 479 lines" in text for text in bare.messages)
    bare.press("Back to the lines", rules)
    assert bare.sentence == "483 ledger lines · £54,318.71 charged to projects · £716.61 not yet placed"


def test_a_rule_is_written_tried_and_added_by_the_keyboard(spend: Spend) -> None:
    rules = opened(spend)
    spend.keys(rules.table, Qt.Key.Key_Insert)
    row = rules.editor.rows[0]
    assert row.value.hasFocus()
    QTest.keyClicks(row.value, "post office")
    rules.editor.target.project.setFocus()
    QTest.keyClicks(rules.editor.target.project, "LF-03")
    assert tried(spend, rules).startswith("Would charge 1 line, £")
    assert rules._tried_model.rowCount() == 1
    assert rules._tried_model.rows[0].words == "Would be charged"
    spend.keys(row.value, Qt.Key.Key_Return)
    assert rules.table.model().rowCount() == 29
    assert held(spend)[-1].when == "supplier contains “post office”"
    spend.press("Apply the rules", rules)
    spend.press("Back to the lines", rules)
    assert spend.count(Show.WAITING) == 3


def test_a_new_rule_charges_at_once_what_waits_when_that_is_chosen(spend: Spend) -> None:
    rules = opened(spend)
    spend.press("New rule", rules)
    QTest.keyClicks(rules.editor.rows[0].value, "post office")
    rules.editor.target.project.choose("LF-03")
    rules.placing.setCurrentIndex(1)
    spend.press("Add the rule", rules)
    assert any("Rule 29 added. 1 line placed with it." in text for text in spend.messages)
    spend.undo()
    assert rules.table.model().rowCount() == 28
    spend.press("Back to the lines", rules)
    assert spend.count(Show.WAITING) == 4


def test_a_rule_that_can_t_be_meant_says_why_and_is_not_saved(spend: Spend) -> None:
    rules = opened(spend)
    spend.press("New rule", rules)
    row = rules.editor.rows[0]
    row.field.choose(Field.AMOUNT)
    row.operator.choose(Operator.BETWEEN)
    QTest.keyClicks(row.value, "500")
    QTest.keyClicks(row.last, "12.3.4")
    assert rules._sentence.text() == "“12.3.4” is not an amount such as 1,234.50."
    assert not rules._save.isEnabled()
    row.last.setText("1000")
    assert rules._sentence.text() == "Choose the project that it charges."
    rules.editor.target.aim.choose("percent")
    first, second = rules.editor.target.shares
    for share, ref, text in ((first, "LF-06", "60"), (second, "LF-11", "30")):
        share.project.choose(ref)
        share.share.setText(text)
    assert rules._sentence.text() == "The shares add up to 90%, not 100%."
    rules.editor.target.aim.choose("sums")
    first, second = rules.editor.target.shares
    first.project.choose("LF-06")
    first.share.setText("100")
    second.project.choose("LF-11")
    spend.press("Add the rule", rules)
    assert str(held(spend)[-1].target) == "split LF-06 £100.00, LF-11 the rest"
    assert held(spend)[-1].when == "amount is between 500.00 and 1,000.00"


def test_a_changed_rule_tells_what_it_placed_and_offers_to_place_that_anew(spend: Spend) -> None:
    rules = opened(spend)
    choose(spend, rules, 16)
    assert rules.editor.rows[0].value.text() == "FALCON CENTRE"
    assert "All of them are charged by it already." in tried(spend, rules)
    rules.editor.rows[0].value.setText("FALCON CENTRE XYZ")
    assert "that it charged so far would no longer fit" in tried(spend, rules)
    assert "so far." in rules._sentence.text()
    assert rules.placing.count() == 3
    spend.press("Save the rule", rules)
    message = spend.shell.window.messages.messages[-1]
    assert "that it placed before stay as they are." in message.text
    spend.press("Place them anew")
    assert any("placed anew" in text for text in spend.messages)
    spend.undo()
    spend.undo()
    assert "FALCON CENTRE XYZ" not in [rule.when for rule in held(spend)]


def test_changes_are_undone_before_they_are_saved(spend: Spend) -> None:
    rules = opened(spend)
    choose(spend, rules, 16)
    rules.editor.rows[0].value.setText("something else")
    choose(spend, rules, 3)
    assert rules.editor.rows[0].value.text() == "something else"  # what is typed is not lost
    spend.keys(rules.editor.rows[0].value, Qt.Key.Key_Escape)
    assert rules.isVisible()
    assert rules.editor.rows[0].value.text() == "1001"  # the rule that is chosen now
    assert held(spend)[16].when == "supplier contains “FALCON CENTRE”"


def test_conditions_are_added_and_taken_out(spend: Spend) -> None:
    rules = opened(spend)
    choose(spend, rules, 16)
    rules.editor.add_condition()
    row = rules.editor.rows[1]
    assert row.chosen_field is Field.DESCRIPTION
    row.operator.choose(Operator.ONE_OF)
    QTest.keyClicks(row.value, 'Rent; "a; b"')
    spend.press("Save the rule", rules)
    assert held(spend)[16].when == (
        "supplier contains “FALCON CENTRE” and description is one of “Rent”, “a; b”"
    )
    choose(spend, rules, 16)
    assert rules.editor.rows[1].value.text() == 'Rent; "a; b"'
    rules.editor.rows[1].cross.click()
    spend.press("Save the rule", rules)
    assert held(spend)[16].when == "supplier contains “FALCON CENTRE”"


def test_a_rule_is_moved_and_switched_off_by_keys_and_each_step_is_undone(spend: Spend) -> None:
    rules = opened(spend)
    choose(spend, rules, 1)
    QTest.keyClick(rules.table, Qt.Key.Key_Down, ALT)
    spend.settle()
    assert [str(rule.target) for rule in held(spend)[1:3]] == ["LF-18", "LF-09"]
    assert rules.table.current_row.kept.value.order == 3
    QTest.keyClick(rules.table, Qt.Key.Key_Up, ALT)
    spend.settle()
    assert [str(rule.target) for rule in held(spend)[1:3]] == ["LF-09", "LF-18"]
    spend.press("Switch off", rules)
    assert not held(spend)[1].on
    assert "stay as before." in spend.messages[-1] or "stays as before." in spend.messages[-1]
    spend.undo()
    assert held(spend)[1].on


def test_removed_rules_come_back_with_undo(spend: Spend) -> None:
    rules = opened(spend)
    assert rules.table.hasFocus()
    rules.table.selectRow(0)
    with spend.qtbot.waitSignal(rules.table.selection_summarised):
        rules.table.selectRow(1)
    spend.settle()
    spend.keys(rules.table, Qt.Key.Key_Delete)
    assert rules.table.model().rowCount() == 27
    spend.undo()
    assert rules.table.model().rowCount() == 28


def test_a_line_that_a_rule_fits_is_opened_in_the_ledger(spend: Spend) -> None:
    rules = opened(spend)
    choose(spend, rules, 16)
    tried(spend, rules)
    line = rules._tried_model.rows[0].row.id
    rules.tried.row_activated.emit(rules._tried_model.rows[0])
    spend.settle()
    spend.qtbot.waitUntil(lambda: spend.panel is not None and spend.panel.answer.row.id == line)


def test_the_rules_are_saved_as_a_table_that_can_be_added_again(spend: Spend, tmp_path: Path) -> None:
    rules = opened(spend)
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.saving = tmp_path / "rules.xlsx"
    spend.press("Save as a table…", rules)
    assert any("28 rules written to “rules.xlsx”." in text for text in spend.messages)
    files.opening = tmp_path / "rules.xlsx"
    spend.press("Add rules from a table…", rules.head)
    assert [rule.when for rule in held(spend)] == [rule.when for rule in held(spend)[:28]] * 2
