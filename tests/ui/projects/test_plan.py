"""The views Plan and Funding of the Projects page, and the plan on Settings, as a user meets them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp.ui.shell import Shell
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.widgets.segmented import Segmented
from tests.ui import hands
from tests.ui.windows import open_shell, settle

PLAN = (
    "Theme\tPriority\tFrom\tOwner\n"
    "1. Safer\ti) Violence\t2018/19\tVAP group\n"
    "1. Safer\tii) Burglary\t2018/19\n"
    "2. Stronger\tiii) Cohesion\t2018/19\n"
)


def go(qtbot: QtBot, shell: Shell, page: str, view: str) -> None:
    shell.window.go_to(page, (view, None))
    settle(qtbot, shell)


def record_plan(qtbot: QtBot, shell: Shell) -> None:
    go(qtbot, shell, "setup", "themes")
    QGuiApplication.clipboard().setText(PLAN)
    hands.press(shell.window.stack, "Paste a table")
    settle(qtbot, shell)
    hands.press(shell.window.inspector, "Record the plan")
    settle(qtbot, shell)


def split_by(shell: Shell, view: str) -> None:
    """Chooses by what the money is divided, with the arrow keys."""
    choice = next(
        each for each in hands.seen(shell.window.stack, Segmented) if "Divided by" in each.accessibleName()
    )
    choice.setFocus()
    while view not in choice.accessibleName():
        hands.key(choice, Qt.Key.Key_Right)


class TestPlanOnSettings:
    def test_an_empty_plan_teaches_and_a_pasted_table_fills_it(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="setup") as shell:
            go(qtbot, shell, "setup", "themes")
            assert "No plan yet" in hands.read(shell.window.stack)
            record_plan(qtbot, shell)
            assert hands.messages(shell.window)[0] == "Of the table’s rows: 3 added. 2 new themes."
            rows = hands.rows(hands.table(shell.window, "Plan"))
            assert [(row["Theme or priority"].strip(), row["What"], row["State"]) for row in rows] == [
                ("1 Safer", "theme", "in force"),
                ("i Violence", "priority", "in force"),
                ("ii Burglary", "priority", "in force"),
                ("2 Stronger", "theme", "in force"),
                ("iii Cohesion", "priority", "in force"),
            ]
            assert "in force in 2018/19: 2 themes, 3 priorities" in hands.read(shell.window.stack)
            hands.shortcut(shell.window, Qt.Key.Key_Z)
            settle(qtbot, shell)
            assert "No plan yet" in hands.read(shell.window.stack)

    def test_a_table_that_can_not_be_read_says_where_and_records_nothing(
        self, tmp_path: Path, qtbot: QtBot
    ) -> None:
        with open_shell(tmp_path, qtbot, page="setup") as shell:
            go(qtbot, shell, "setup", "themes")
            QGuiApplication.clipboard().setText(PLAN.replace("2018/19\tVAP", "soon\tVAP"))
            hands.press(shell.window.stack, "Paste a table")
            settle(qtbot, shell)
            seen = hands.read(shell.window.inspector)
            assert "Row 2, column “From”: “soon” is not a financial year" in seen
            assert "Record the plan" not in seen

    def test_a_priority_is_added_ended_and_taken_up_by_another(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="setup") as shell:
            record_plan(qtbot, shell)
            inspector = shell.window.inspector
            hands.press(shell.window.stack, "Add a priority…")
            hands.type_in(inspector, "Title", "Everything harmful")
            hands.type_in(inspector, "First year", "2019/20")
            hands.choose(inspector, "Cuts across the others", "yes")
            hands.press(inspector, "Add the priority")
            settle(qtbot, shell)
            table = hands.table(shell.window, "Plan")
            assert hands.row(table, "Theme or priority", "Everything harmful")["State"] == "to come"
            hands.click_row(table, "What", "priority")
            settle(qtbot, shell)
            hands.press(inspector, "End…")
            hands.type_in(inspector, "Last year", "2018/19")
            hands.choose(inspector, "Taken up by", "Everything harmful")
            hands.press(inspector, "End it")
            settle(qtbot, shell)
            row = hands.row(hands.table(shell.window, "Plan"), "What", "priority")
            assert (row["Years"], row["Taken up by"]) == ("2018/19", "Everything harmful")
            assert "Taken up by: Everything harmful" in hands.read(inspector)

    def test_a_year_that_is_none_is_refused_in_the_form(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="setup") as shell:
            go(qtbot, shell, "setup", "themes")
            hands.press(shell.window.stack, "Add a theme…")
            inspector = shell.window.inspector
            hands.press(inspector, "Add the theme")
            assert "A theme needs its title." in hands.read(inspector)
            hands.type_in(inspector, "Title", "Safer")
            hands.type_in(inspector, "First year", "next")
            hands.press(inspector, "Add the theme")
            assert "Type a financial year, for example 2018/19, or nothing." in hands.read(inspector)

    def test_a_theme_in_use_is_not_removed_but_ended(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="setup") as shell:
            record_plan(qtbot, shell)
            inspector = shell.window.inspector
            hands.click_row(hands.table(shell.window, "Plan"), "Theme or priority", "1 Safer")
            settle(qtbot, shell)
            hands.press(inspector, "Remove")
            settle(qtbot, shell)
            assert (
                "“1 Safer” can't be removed: “i Violence”, “ii Burglary” stand under it."
                in hands.messages(shell.window)[0]
            )
            hands.press(inspector, "End…")
            hands.press(inspector, "End it")
            settle(qtbot, shell)
            assert {row["Years"] for row in hands.rows(hands.table(shell.window, "Plan"))[:3]} == {"2018/19"}


class TestShares:
    def test_a_project_is_shared_by_theme_and_the_sums_follow(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="setup") as shell:
            record_plan(qtbot, shell)
            go(qtbot, shell, "projects", "plan")
            inspector = shell.window.inspector
            assert (
                hands.row(hands.table(shell.window.stack, "Plan"), "Serves", "Total")["Budget £"]
                == "75,484.00"
            )
            hands.click_row(self.projects(shell), "Ref", "LF-03")
            settle(qtbot, shell)
            hands.press(inspector, "Themes…")
            hands.type_in(inspector, "1 Safer", "60")
            assert "60% of 100%, 40% still to give" in hands.read(inspector)
            hands.press(inspector, "Keep the shares")
            settle(qtbot, shell)
            assert "add up to 60%, not 100%" in hands.messages(shell.window)[0]
            hands.type_in(inspector, "2 Stronger", "40")
            assert "100% of 100%" in hands.read(inspector)
            hands.press(inspector, "Keep the shares")
            settle(qtbot, shell)
            assert hands.row(self.projects(shell), "Ref", "LF-03")["Themes"] == "1 Safer 60%, 2 Stronger 40%"
            lines = self.lines(shell)
            assert (lines["1 Safer"]["Budget £"], lines["2 Stronger"]["Budget £"]) == ("1,800.00", "1,200.00")
            hands.shortcut(shell.window, Qt.Key.Key_Z)
            settle(qtbot, shell)
            assert self.lines(shell)["1 Safer"]["Budget £"] == "0.00"

    def lines(self, shell: Shell) -> dict[str, dict[str, str]]:
        return {row["Serves"]: row for row in hands.rows(hands.table(shell.window.stack, "Plan"))}

    def projects(self, shell: Shell) -> TableView:
        return hands.table(shell.window.stack, "Projects and what they serve")

    def test_pounds_become_exact_shares_and_every_figure_answers(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="setup") as shell:
            record_plan(qtbot, shell)
            go(qtbot, shell, "projects", "plan")
            inspector = shell.window.inspector
            split_by(shell, "By priority")
            hands.click_row(self.projects(shell), "Ref", "LF-03")
            settle(qtbot, shell)
            hands.press(inspector, "Priorities…")
            hands.choose(inspector, "Given", "in pounds")
            hands.type_in(inspector, "i Violence", "1,000.01")
            hands.type_in(inspector, "ii Burglary", "1,999.99")
            assert "£3,000.00 of £3,000.00" in hands.read(inspector)
            hands.press(inspector, "Keep the shares")
            settle(qtbot, shell)
            lines = self.lines(shell)
            assert (lines["i Violence"]["Budget £"], lines["ii Burglary"]["Budget £"]) == (
                "1,000.01",
                "1,999.99",
            )
            assert lines["No priority"]["Budget £"] == "72,484.00"
            hands.click_figure(hands.table(shell.window.stack, "Plan"), "Serves", "i Violence", "Budget £")
            settle(qtbot, shell)
            seen = hands.read(inspector)
            assert "£1,000.01 · i Violence: current budgets" in seen
            assert "LF-03 Street Pastors, 33.33% of it" in seen

    def test_without_a_plan_the_way_to_it_is_shown(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="projects") as shell:
            go(qtbot, shell, "projects", "plan")
            hands.click_row(self.projects(shell), "Ref", "LF-03")
            settle(qtbot, shell)
            hands.press(shell.window.inspector, "Priorities…")
            assert "No priority is in force in 2018/19 yet." in hands.messages(shell.window)[0]
            hands.press(shell.window.messages, "Go to Settings")
            settle(qtbot, shell)
            assert "No plan yet" in hands.read(shell.window.stack)

    def test_nothing_of_last_year_to_copy_is_said(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="projects") as shell:
            go(qtbot, shell, "projects", "plan")
            hands.press(shell.window.stack, "Copy last year’s shares")
            settle(qtbot, shell)
            assert "No shares of 2017/18 can be copied: 2017/18 has none." in hands.messages(shell.window)[0]


def test_every_column_of_the_sums_is_in_sight_in_a_small_window(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects", size=(1280, 720)) as shell:
        go(qtbot, shell, "projects", "plan")
        sums = hands.table(shell.window.stack, "Plan")
        assert "Left £" in hands.rows(sums)[0]
        assert sums.horizontalScrollBar().maximum() == 0


class TestFunding:
    def funding(self, shell: Shell, ref: str) -> dict[str, str]:
        return hands.row(hands.table(shell.window.stack, "Funding"), "Ref", ref)

    def test_match_is_added_changed_and_removed(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="projects") as shell:
            go(qtbot, shell, "projects", "funding")
            inspector = shell.window.inspector
            hands.click_row(hands.table(shell.window.stack, "Funding"), "Ref", "LF-03")
            settle(qtbot, shell)
            assert "No match and no posts are recorded for it yet." in hands.read(inspector)
            before = self.funding(shell, "LF-03")
            hands.press(inspector, "Add match…")
            hands.press(inspector, "Keep the match")
            assert "Say who gives it." in hands.read(inspector)
            hands.type_in(inspector, "Source", "Comic Relief")
            hands.type_in(inspector, "Planned, £", "500")
            hands.type_in(inspector, "Spent outside the ledger, or its value given, £", "250")
            hands.press(inspector, "Keep the match")
            settle(qtbot, shell)
            after = self.funding(shell, "LF-03")
            assert after["Match cash £"] == "250.00"
            assert after["Locality Fund £"] == before["Locality Fund £"]
            assert "public · not secured · spent £250.00" in hands.read(inspector)
            hands.press(inspector, "Comic Relief")
            hands.choose(inspector, "How", "in kind")
            hands.press(inspector, "Keep the match")
            settle(qtbot, shell)
            assert (
                self.funding(shell, "LF-03")["Match cash £"],
                self.funding(shell, "LF-03")["In kind £"],
            ) == (
                "–",
                "250.00",
            )
            hands.press(inspector, "Comic Relief")
            hands.press(inspector, "Remove this match")
            settle(qtbot, shell)
            assert self.funding(shell, "LF-03") == before

    def test_a_post_that_is_paid_for_twice_is_refused_with_its_funders(
        self, tmp_path: Path, qtbot: QtBot
    ) -> None:
        with open_shell(tmp_path, qtbot, page="projects") as shell:
            go(qtbot, shell, "projects", "funding")
            inspector = shell.window.inspector
            hands.click_row(hands.table(shell.window.stack, "Funding"), "Ref", "LF-02")
            settle(qtbot, shell)
            hands.press(inspector, "Add a post…")
            hands.type_in(inspector, "Post", "Youth worker")
            hands.type_in(inspector, "Full-time equivalents", "0.5")
            hands.type_in(inspector, "Cost for these months, £", "12,000")
            hands.type_in(inspector, "Locality Fund pays, %", "60")
            hands.type_in(inspector, "Another source", "The council")
            hands.type_in(inspector, "Another source pays, %", "50")
            hands.press(inspector, "Keep the post")
            settle(qtbot, shell)
            assert "add up to 110%: Locality Fund 60%, The council 50%." in hands.messages(shell.window)[0]
            hands.type_in(inspector, "Another source pays, %", "30")
            hands.press(inspector, "Keep the post")
            settle(qtbot, shell)
            seen = hands.read(inspector)
            for words in (
                "Locality Fund, 60%",
                "7,200.00",
                "The council, 30%",
                "Paid by nobody yet",
                "0.5 FTE",
            ):
                assert words in seen
            assert self.funding(shell, "LF-02")["Posts"] == "0.5 FTE"

    def test_a_figure_leads_to_what_makes_it(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="projects") as shell:
            go(qtbot, shell, "projects", "funding")
            table = hands.table(shell.window.stack, "Funding")
            hands.click_figure(table, "Ref", "LF-03", "All spend £")
            settle(qtbot, shell)
            seen = hands.read(shell.window.inspector)
            assert "LF-03: all that is spent on it, match cash in" in seen
            assert "Locality Fund, revenue" in seen

    def test_the_details_of_a_project_are_changed(self, tmp_path: Path, qtbot: QtBot) -> None:
        with open_shell(tmp_path, qtbot, page="projects") as shell:
            go(qtbot, shell, "projects", "funding")
            inspector = shell.window.inspector
            hands.click_row(hands.table(shell.window.stack, "Funding"), "Ref", "LF-03")
            settle(qtbot, shell)
            hands.press(inspector, "Details of the project…")
            settle(qtbot, shell)
            hands.choose(inspector, "Pays for", "statutory duty")
            hands.type_in(inspector, "Name", "Street Pastors of the town")
            hands.seen(inspector, QPlainTextEdit)[0].setPlainText("Volunteers on Friday nights")
            hands.press(inspector, "Keep the details")
            settle(qtbot, shell)
            assert self.funding(shell, "LF-03")["Project"] == "Street Pastors of the town"
            hands.press(inspector, "Details of the project…")
            settle(qtbot, shell)
            assert "Volunteers on Friday nights" in hands.read(inspector)
