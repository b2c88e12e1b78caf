"""The ledger lines on the Spend page: filters, order, charging, splitting, excluding, undo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from fundingapp.application.ports import LineFilter, Show
from fundingapp.domain.matching import Disposition, LineState
from fundingapp.domain.money import Money
from fundingapp.ui.explain import ShowLine, ShowLines
from fundingapp.ui.page import Target
from fundingapp.ui.tables.columns import Sorting
from tests.ui.spend.conftest import Spend
from tests.ui.windows import PATIENCE_MS


def place_of(spend: Spend, ref: str) -> object:
    """The key of the project *ref* in the panel."""
    return next(head for known, _, head in spend.open_panel.answer.heads if known == ref)


def test_the_page_states_what_is_charged_and_what_waits(spend: Spend) -> None:
    assert spend.sentence == "483 ledger lines · £54,318.71 charged to projects · £716.61 not yet placed"
    assert spend.count(Show.ALL) == 483
    assert spend.count(Show.WAITING) == 4
    charged = spend.page.ledger._all.charged
    assert spend.count(Show.ALL) == charged + sum(
        spend.count(show) for show in (Show.WAITING, Show.INCOME, Show.EXCLUDED)
    )


def test_a_chip_shows_as_many_lines_as_it_says(spend: Spend) -> None:
    for show in (Show.WAITING, Show.SPLIT, Show.INCOME, Show.EXCLUDED, Show.ALL):
        spend.show(show)
        assert len(spend.rows) == spend.count(show)
    spend.show(Show.WAITING)
    assert {row.state for row in spend.rows} == {LineState.WAITING}


def test_a_click_on_a_heading_sorts_and_a_second_one_turns_the_order(spend: Spend) -> None:
    header = spend.page.ledger.table.horizontalHeader()
    amount = [column.title for column in spend.page.ledger.model.columns].index("£")
    for descending in (False, True):
        where = header.viewport().rect().topLeft()
        where.setX(header.sectionViewportPosition(amount) + 20)
        where.setY(12)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=where)
        spend.settle()
        amounts = [row.line.amount for row in spend.rows]
        assert amounts == sorted(amounts, reverse=descending)


def test_every_column_sorts(spend: Spend) -> None:
    ledger = spend.page.ledger
    for column in ledger.model.columns:
        if column.title == "Came from":
            continue  # file, sheet and row are three things
        assert column.sort
        ledger.table._sort(Sorting(column.sort))
        spend.settle()
        assert len(ledger.model.ids) == 483


def test_words_filter_the_lines_and_show_all_lines_brings_them_back(spend: Spend) -> None:
    QTest.keyClicks(spend.page.ledger.text, "falcon")
    spend.settle()
    assert spend.rows
    assert all("FALCON" in row.line.supplier for row in spend.rows)
    assert spend.count(Show.ALL) == len(spend.rows)
    QTest.keyClicks(spend.page.ledger.text, " nobody")
    spend.settle()
    spend.press("Show all lines", spend.page)
    assert len(spend.rows) == 483


def test_a_column_filter_takes_cost_centre_and_account_together(spend: Spend) -> None:
    ledger = spend.page.ledger
    QTest.keyClick(
        ledger.table,
        Qt.Key.Key_F,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    field = next(
        each
        for each in ledger.table.horizontalHeader().findChildren(type(ledger.text))
        if "Cost centre" in each.accessibleName()
    )
    with spend.qtbot.waitSignal(ledger.table.filters_changed):
        QTest.keyClicks(field, "4410 / 2401")
    spend.settle()
    assert spend.rows
    assert {(row.line.cost_centre, row.line.account) for row in spend.rows} == {("CS4410", "2401")}


def test_several_selected_lines_are_summed_and_copied(spend: Spend) -> None:
    spend.show(Show.WAITING)
    table = spend.page.ledger.table
    with spend.qtbot.waitSignal(table.selection_summarised):
        table.selectAll()
    spend.settle()
    assert spend.shell.window.status_bar.selection.text() == "4 selected · amount £716.61"
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 5
    assert "Supplier" in lines[0]


def test_a_selection_of_any_size_is_summed_by_the_database(spend: Spend) -> None:
    ledger = spend.page.ledger
    assert ledger.model.total_of is not None
    assert ledger.model.total_of(ledger.model.ids, "£") == Money(26145966)


def test_a_line_says_where_it_came_from_and_why_it_waits(spend: Spend) -> None:
    spend.show(Show.WAITING)
    spend.select(0)
    words = " ".join(made.text() for made in spend.open_panel.findChildren(type(spend.page.head._title)))
    assert "GL_extract_P10.xlsx · sheet “Transactions” · row\u00a0123" in words
    assert "No rule fits this line." in words


def test_enter_charges_a_line_and_goes_on_to_the_next_that_waits(spend: Spend) -> None:
    spend.show(Show.WAITING)
    spend.select(0)
    first, second = spend.rows[0].id, spend.rows[1].id
    panel = spend.open_panel
    spend.keys(spend.page.ledger.table, Qt.Key.Key_Return)
    place = panel.editor.rows[0].place
    assert spend.shell.window.focusWidget() is place
    place.choose(place_of(spend, "LF-03"))
    spend.keys(panel.reason, Qt.Key.Key_Return)
    assert spend.rows[0].id == second
    assert first not in [row.id for row in spend.rows]
    assert spend.open_panel.answer.row.id == second
    assert spend.count(Show.WAITING) == 3
    assert spend.shell.window.focusWidget() is spend.page.ledger.table


def test_enter_accepts_what_earlier_lines_of_the_supplier_suggest(spend: Spend) -> None:
    spend.suggest()
    spend.show(Show.WAITING)
    words = spend.page._words
    at = next(at for at, row in enumerate(spend.rows) if row.line.supplier == "PAYROLL")
    row = spend.rows[at]
    assert row.suggestion is not None
    assert words.how(row) == f"suggested {row.suggestion.score}"
    assert words.placed(row).startswith("LF-02 ")
    assert spend.count(Show.SUGGESTED) >= 1
    spend.select(at)
    spend.keys(spend.page.ledger.table, Qt.Key.Key_Return)
    assert spend.count(Show.WAITING) == 3
    spend.show(Show.ALL)
    charge = next(each.charges[0].charge for each in spend.rows if each.id == row.id)
    assert charge.reason.startswith(f"Suggested ({row.suggestion.score} of 100): ")


def test_ctrl_z_takes_a_charge_back(spend: Spend) -> None:
    spend.show(Show.WAITING)
    before = [row.id for row in spend.rows]
    spend.select(0)
    spend.open_panel.editor.set_place(place_of(spend, "LF-03"))
    spend.press("Accept (Enter)", spend.open_panel)
    assert spend.count(Show.WAITING) == 3
    spend.undo()
    assert [row.id for row in spend.rows] == before
    assert "£716.61 not yet placed" in spend.sentence


def test_a_line_is_split_to_the_penny(spend: Spend) -> None:
    spend.show(Show.WAITING)
    spend.select(3)
    panel = spend.open_panel
    line = panel.answer.row.id
    whole = panel.answer.row.line.amount
    panel.editor.rows[0].place.choose(place_of(spend, "LF-03"))
    spend.press("+ split", panel)
    second = panel.editor.rows[1]
    second.place.choose(place_of(spend, "LF-08"))
    second.field.setFocus()
    QTest.keyClicks(second.field, "100.01")
    assert panel.editor.rows[0].amount == whole - Money(10001)
    first = panel.editor.rows[0].field
    first.setFocus()
    first.selectAll()
    QTest.keyClicks(first, str(whole - Money(10002)))
    assert panel.editor.left == Money(1)
    assert not panel.is_ready
    assert panel.editor.problem() == "£0.01 is left to charge."
    first.selectAll()
    QTest.keyClicks(first, str(whole - Money(10001)))
    spend.keys(first, Qt.Key.Key_Return)
    spend.show(Show.SPLIT)
    charges = next(row.charges for row in spend.rows if row.id == line)
    assert [entry.charge.amount for entry in charges] == [whole - Money(10001), Money(10001)]


def test_a_line_is_excluded_with_its_reason_only(spend: Spend) -> None:
    spend.show(Show.WAITING)
    spend.select(0)
    panel = spend.open_panel
    line = panel.answer.row.id
    spend.press("Exclude…", panel)
    assert not panel.is_ready
    assert spend.shell.window.focusWidget() is panel.reason
    QTest.keyClicks(panel.reason, "Charged to us by mistake")
    spend.keys(panel.reason, Qt.Key.Key_Return)
    spend.show(Show.EXCLUDED)
    charge = next(row.charges[0].charge for row in spend.rows if row.id == line)
    assert charge.disposition is Disposition.EXCLUDED
    assert charge.reason == "Charged to us by mistake"


def test_a_charged_line_can_be_made_to_wait_again(spend: Spend) -> None:
    spend.show(Show.SPLIT)
    number = spend.count(Show.SPLIT)
    spend.select(0)
    spend.press("Make it wait again", spend.open_panel)
    assert spend.count(Show.SPLIT) == number - 1
    assert spend.count(Show.WAITING) == 5


def test_always_do_this_tries_a_rule_and_keeps_it_with_its_lines_in_one_step(spend: Spend) -> None:
    spend.show(Show.WAITING)
    spend.select(0)
    panel = spend.open_panel
    panel.editor.set_place(place_of(spend, "LF-03"))
    panel._always.setChecked(True)
    assert not panel.is_ready, "a rule is tried before it is kept"
    spend.qtbot.waitUntil(lambda: panel.is_ready, timeout=PATIENCE_MS)
    assert "then LF-03. Would charge 1 line, " in panel._rule.text()
    spend.press("Accept (Enter)", panel)
    assert any(text.startswith("Rule 29 added: when ") for text in spend.messages)
    assert spend.page.ledger._all.waiting == 3
    spend.press("Rules…", spend.page)
    assert spend.page.rules.table.model().rowCount() == 29
    spend.undo()
    assert spend.page.rules.table.model().rowCount() == 28
    assert spend.page.ledger._all.waiting == 4


def test_several_lines_are_charged_and_excluded_together(spend: Spend) -> None:
    spend.show(Show.WAITING)
    spend.page.ledger.table.selectAll()
    spend.qtbot.waitUntil(lambda: spend.several is not None)
    several = spend.several
    assert several is not None
    several.place.choose("LF-08")
    spend.press("Charge 4 lines", several)
    assert spend.count(Show.WAITING) == 0
    assert spend.shell.window.rail.button("spend").accessibleName()
    spend.undo()
    spend.page.ledger.table.selectAll()
    spend.qtbot.waitUntil(lambda: spend.several is not None)
    several = spend.several
    assert several is not None
    spend.press("Exclude all…", several)
    QTest.keyClicks(several.reason, "Not ours")
    spend.keys(several.reason, Qt.Key.Key_Return)
    assert spend.count(Show.EXCLUDED) == 133


def test_another_page_shows_its_lines_here_under_their_title(spend: Spend) -> None:
    where = LineFilter(year=spend.page.context.year, text="falcon")
    spend.shell.window.go_to(Target("spend", ShowLines(where, "What Falcon Centre was paid")))
    spend.settle()
    assert spend.page.ledger._scope_title.text() == "What Falcon Centre was paid"
    assert spend.page.ledger._strip.isVisible()
    assert {row.line.supplier for row in spend.rows} == {"FALCON CENTRE"}
    spend.press("Show all lines", spend.page)
    assert not spend.page.ledger._strip.isVisible()
    assert len(spend.rows) == 483


def test_a_link_to_a_line_selects_it_wherever_it_is(spend: Spend) -> None:
    line = spend.rows[400].id
    spend.show(Show.WAITING)
    spend.shell.window.go_to(Target("spend", ShowLine(line)))
    spend.settle()
    assert spend.page.ledger.table.selected_keys() == [line]
    assert spend.open_panel.answer.row.id == line


def test_a_supplier_that_was_searched_for_filters_the_lines(spend: Spend) -> None:
    spend.shell.window.go_to("spend", "VIKING CCTV LTD")
    spend.settle()
    assert {row.line.supplier for row in spend.rows} == {"VIKING CCTV LTD"}
