"""The Projects page: a project's sums, its forecast and accruals, and projects added by hand."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from fundingapp.ui.charts.profile_spark import ProfileSpark
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import open_shell, settle


def project(shell: Shell, ref: str) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "Projects"), "Ref", ref)


def open_project(qtbot: QtBot, shell: Shell, ref: str) -> None:
    hands.click_row(hands.table(shell.window, "Projects"), "Ref", ref)
    settle(qtbot, shell)
    assert ref in hands.read(shell.window.inspector)


def line(shell: Shell) -> str:
    return " ".join(hands.read(shell.window.grant_line).split())


def test_quarters_sum_to_what_is_spent(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        total = hands.row(hands.table(shell.window, "Projects"), "Project", "Total")
        assert total == {
            "Ref": "",
            "Project": "Total",
            "Budget £": "75,484.00",
            "Q1 £": "13,833.51",
            "Q2 £": "16,663.85",
            "Q3 £": "17,812.09",
            "Q4 £": "6,009.26",
            "Spent £": "54,318.71",
            "Forecast £": "66,899.25",
            "Variance £": "−8,584.75",
            "State": "",
            "Reason": "",
        }


def test_arrow_keys_open_the_project_under_the_cursor(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        table = hands.table(shell.window, "Projects")
        assert not shell.window.inspector.isVisible()
        assert shell.window.focusWidget() is table
        hands.key(table, Qt.Key.Key_Down)
        settle(qtbot, shell)
        assert "LF-02 Increase in MTC posts" in hands.read(shell.window.inspector)
        hands.key(table, Qt.Key.Key_Down)
        settle(qtbot, shell)
        assert "LF-03 Street Pastors" in hands.read(shell.window.inspector)


def test_why_leads_from_a_project_down_to_its_ledger_lines(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        open_project(qtbot, shell, "LF-09")
        hands.press(inspector, "Spent")
        settle(qtbot, shell)
        seen = hands.read(inspector)
        assert "£543.50" in seen
        assert "of “Transactions” · GL_extract_P10.xlsx" in seen
        hands.press(inspector, "Back (Alt Left)")
        assert "Still expected" in hands.read(inspector)
        hands.press(inspector, "Open the lines")
        settle(qtbot, shell)
        assert shell.window.rail.button("spend").isChecked()
        assert "Lines of LF-09" in hands.read(shell.window.stack)


def test_a_forecast_changes_the_outturn(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        open_project(qtbot, shell, "LF-13")
        assert project(shell, "LF-13")["Forecast £"] == "614.00"
        hands.press(inspector, "Forecast…")
        assert "spread evenly over February to March" in hands.read(inspector)
        hands.type_in(inspector, "Still expected by 31 March, £", "3,684.00")
        hands.press(inspector, "Keep the forecast")
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Forecast £"] == "3,684.00"
        assert project(shell, "LF-13")["Variance £"] == "0.00"
        assert "3,684.00" in hands.read(inspector)
        assert "Keep the forecast" not in hands.read(inspector)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Forecast £"] == "614.00"


def test_a_forecast_that_is_no_amount_is_refused_in_the_form(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        open_project(qtbot, shell, "LF-13")
        hands.press(inspector, "Forecast…")
        hands.type_in(inspector, "Still expected by 31 March, £", "12.3.4")
        hands.press(inspector, "Keep the forecast")
        assert "Type what is still expected, in pounds and pence." in hands.read(inspector)


def accrue(qtbot: QtBot, shell: Shell, ref: str, amount: str, what: str, reverses: str = "") -> None:
    inspector = shell.window.inspector
    open_project(qtbot, shell, ref)
    hands.press(inspector, "Accrue…")
    hands.type_in(inspector, "Amount, £", amount)
    hands.type_in(inspector, "Supplier", "FALCON CENTRE")
    hands.type_in(inspector, "What was received", what)
    if reverses:
        hands.choose(inspector, "Reverses in", reverses)
    hands.field(inspector, "Reference to the evidence").setText("order 5531")
    hands.press(inspector, "Keep the accrual")
    settle(qtbot, shell)


def test_an_accrual_counts_as_spend_until_it_is_removed(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        accrue(qtbot, shell, "LF-13", "250", "outreach in January")
        assert project(shell, "LF-13")["Spent £"] == "250.00"
        assert "spent £54,568.71" in line(shell)
        assert "Period 10: outreach in January" in hands.read(inspector)
        hands.press(inspector, "Remove the accrual of £250.00")
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Spent £"] == "0.00"
        assert "spent £54,318.71" in line(shell)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Spent £"] == "250.00"


def test_an_accrual_reverses_in_the_next_year(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        accrue(qtbot, shell, "LF-13", "250", "outreach in March", "2019/20, period 1 (April)")
        window = shell.window
        hands.press(window, "Grants")
        hands.press(window, "Add a grant…")
        hands.type_in(window.inspector, "Fund", "Locality Fund")
        hands.type_in(window.inspector, "Commissioner", "Leicestershire Police and Crime Commissioner")
        hands.type_in(window.inspector, "Financial year", "2019/20")
        hands.type_in(window.inspector, "Allocated, revenue, £", "80000")
        hands.press(window.inspector, "Add the grant")
        settle(qtbot, shell)
        assert line(shell).startswith("Locality Fund 2019/20")
        hands.press(window.rail, "Projects")
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Q1 £"] == "−250.00"


def test_a_project_is_added_with_its_award(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        hands.press(shell.window, "Add a project…")
        hands.press(inspector, "Add the project")
        assert "A project needs a reference and a name." in hands.read(inspector)
        hands.type_in(inspector, "Reference", "LF-19")
        hands.type_in(inspector, "Name", "Night bus marshals")
        hands.type_in(inspector, "Award from Locality Fund 2018/19, £", "10")
        hands.press(inspector, "Add the project")
        settle(qtbot, shell)
        assert "LF-19 Night bus marshals" in hands.read(inspector)
        assert project(shell, "LF-19")["Budget £"] == "10.00"
        assert "awarded to 18 projects" in line(shell)


def test_a_second_award_of_a_project_is_refused_in_a_sentence(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        hands.press(shell.window, "Add a project…")
        hands.type_in(inspector, "Reference", "lf-01")
        hands.type_in(inspector, "Name", "Again")
        hands.type_in(inspector, "Award from Locality Fund 2018/19, £", "10")
        hands.press(inspector, "Add the project")
        settle(qtbot, shell)
        assert hands.messages(shell.window) == [
            "LF-01 has an award of £10,000.00 in 2018/19 already. Change that award instead."
        ]
        assert hands.field(inspector, "Name").text() == "Again"


def test_beside_the_inspector_quarters_give_way_to_the_year_and_the_state(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="projects", size=(1440, 900)) as shell:
        table = hands.table(shell.window, "Projects")
        quarter = list(hands.rows(table)[0]).index("Q1 £")
        assert not table.isColumnHidden(quarter)
        assert table.horizontalScrollBar().maximum() == 0
        open_project(qtbot, shell, "LF-12")
        assert table.isColumnHidden(quarter)
        assert table.horizontalScrollBar().maximum() == 0


def test_in_a_small_window_quarters_give_way_so_that_names_can_be_read(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects", size=(1280, 720)) as shell:
        table = hands.table(shell.window, "Projects")
        titles = list(hands.rows(table)[0])
        assert table.isColumnHidden(titles.index("Q1 £"))
        assert not table.isColumnHidden(titles.index("State"))
        assert table.columnWidth(titles.index("Project")) >= 300
        assert table.horizontalScrollBar().maximum() == 0


def test_a_profile_is_set_and_taken_back(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        open_project(qtbot, shell, "LF-13")
        [spark] = inspector.findChildren(ProfileSpark)
        assert spark.accessibleName().startswith("By month: April spent £0.00 of profile £307.00, May")
        hands.press(inspector, "Profile…")
        settle(qtbot, shell)
        hands.type_in(inspector, "April, £", "307.05")
        assert "£0.05 more than the budget of £3,684.00." in hands.read(inspector)
        hands.press(inspector, "Keep the profile")
        assert "Change a month, or put the difference on one." in hands.read(inspector)
        hands.choose(inspector, "Put the difference on", "March")
        hands.press(inspector, "Keep the profile")
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Forecast £"] == "613.95"
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Forecast £"] == "614.00"


def test_a_shape_fills_the_months(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        open_project(qtbot, shell, "LF-13")
        hands.press(inspector, "Profile…")
        settle(qtbot, shell)
        hands.choose(inspector, "Shape", "seasonal: in quarters")
        assert hands.field(inspector, "June, £").text() == "921.00"
        assert "The months come to the budget, £3,684.00." in hands.read(inspector)
        hands.press(inspector, "Keep the profile")
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Forecast £"] == "921.00"


def test_a_variance_outside_tolerance_asks_for_its_reason(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        inspector = shell.window.inspector
        assert project(shell, "LF-13")["Variance £"] == "! −3,070.00"
        assert "7 variances without a reason (!)" in hands.read(shell.window.stack)
        open_project(qtbot, shell, "LF-13")
        hands.press(inspector, "Give the reason…")
        hands.type_in(inspector, "Why it differs", "The trainer left in May")
        hands.press(inspector, "Keep the reason")
        settle(qtbot, shell)
        assert project(shell, "LF-13")["Variance £"] == "−3,070.00"
        assert "The trainer left in May" in hands.read(inspector)
        assert "6 variances without a reason (!)" in hands.read(shell.window.stack)


def test_the_panel_cuts_no_amount_however_many_buttons_it_has(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects", size=(1280, 720)) as shell:
        open_project(qtbot, shell, "LF-02")
        assert "Give the reason…" in hands.read(shell.window.inspector)
        assert "Spend rating on the return: Amber/Red" in hands.read(shell.window.inspector)
        for area in hands.seen(shell.window.inspector, QScrollArea):
            shown = area.widget()
            assert shown is not None
            assert shown.width() <= area.viewport().width()


def test_a_project_that_was_recorded_twice_is_merged_from_its_panel(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        hands.press(shell.window.stack, "Add a project…")
        inspector = shell.window.inspector
        hands.type_in(inspector, "Reference", "LF-99")
        hands.type_in(inspector, "Name", "Street Pastors again")
        hands.type_in(inspector, "Award from Locality Fund 2018/19, £", "10.00")
        hands.press(inspector, "Add the project")
        settle(qtbot, shell)
        shell.window.go_to("projects", "LF-99")
        settle(qtbot, shell)
        hands.press(inspector, "Merge into…")
        hands.press(inspector, "Merge LF-99 into it")
        assert "Choose the project that stays." in hands.read(inspector)
        hands.choose(inspector, "The project that stays", "LF-03")
        hands.press(inspector, "Merge LF-99 into it")
        settle(qtbot, shell)
        table = hands.table(shell.window, "Projects")
        assert "LF-99" not in {each["Ref"] for each in hands.rows(table)}
        assert project(shell, "LF-03")["Budget £"] == "3,010.00"
        assert "LF-03 Street Pastors" in hands.read(inspector)
        shell.undo()
        settle(qtbot, shell)
        assert project(shell, "LF-99")["Budget £"] == "10.00"
        assert project(shell, "LF-03")["Budget £"] == "3,000.00"


def test_what_was_spent_keeps_projects_apart(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        open_project(qtbot, shell, "LF-02")
        hands.press(shell.window.inspector, "Merge into…")
        hands.choose(shell.window.inspector, "The project that stays", "LF-03")
        hands.press(shell.window.inspector, "Merge LF-02 into it")
        settle(qtbot, shell)
        assert "LF-02 can't become part of LF-03: it has" in " ".join(hands.messages(shell.window))
        assert project(shell, "LF-02")["Budget £"] == "5,000.00"
