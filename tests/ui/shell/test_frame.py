"""The frame around the pages: the grant line, badges and undo follow every edit; filters, Go to anything, leaving."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.grants import AddGrant, AddProject, RecordPlan
from fundingapp.application.progress import Progress
from fundingapp.application.queries.tables import ReadPlan
from fundingapp.domain.funds import Kind, Project
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.crash import CrashDialog
from fundingapp.ui.frame.rail import shortened
from fundingapp.ui.shell import Shell
from fundingapp.ui.theme import Theme
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, open_shell, settle

COMMISSIONER = "Leicestershire Police and Crime Commissioner"
SUPPORT = "Victim Support Fund"


def add_grants(shell: Shell) -> None:
    """A second grant in 2018/19 and one in 2019/20, as another session would have left them."""
    desk = shell.office.desk
    second = desk.do(
        AddGrant(SUPPORT, COMMISSIONER, FinancialYear(2018), ((Kind.REVENUE, Money.parse("12,000")),))
    ).result
    desk.do(
        AddProject(
            Project("VS-01", "Victim support"),
            second,
            FinancialYear(2018),
            Kind.REVENUE,
            Money.parse("11,500"),
        )
    )
    desk.do(
        AddGrant("Locality Fund", COMMISSIONER, FinancialYear(2019), ((Kind.REVENUE, Money.parse("80,000")),))
    )


@pytest.mark.parametrize("news", ["saved", "read only", "not published"])
def test_a_long_file_name_gives_way_to_what_is_said_of_the_file(qtbot: QtBot, news: str) -> None:
    metrics = QFontMetrics(Theme.current().font(10.5))
    text = f"a file with quite a long name for the rail.funding · {news}"
    shown = shortened(metrics, text, 150)
    assert metrics.horizontalAdvance(shown) <= 150
    assert shown.startswith("a file")
    assert shown.endswith(f"… · {news}")
    assert shortened(metrics, f"csp.funding · {news}", 400) == f"csp.funding · {news}"
    assert shortened(metrics, "Funding Tracker", 20).endswith("…")


def line(shell: Shell) -> str:
    """The grant line as it is read."""
    return " ".join(hands.read(shell.window.grant_line).split())


def test_the_grant_line_states_the_equation_and_answers_why(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        assert line(shell) == (
            "Locality Fund 2018/19 £75,500.00 available = £75,484.00 awarded to 17 projects + £16.00 contingency "
            "· spent £54,318.71 ≠ £716.61 to explain"
        )
        hands.press(shell.window.grant_line, "£75,484.00")
        settle(qtbot, shell)
        inspector = hands.read(shell.window.inspector)
        assert "£75,484.00" in inspector
        assert "LF-18" in inspector
        hands.press(shell.window.grant_line, "≠ £716.61 to explain")
        settle(qtbot, shell)
        assert shell.window.rail.button("reconcile").isChecked()


def test_every_edit_reaches_the_grant_line_and_is_undone_and_redone_by_name(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        window = shell.window
        undo = window.actions_of_window["edit.undo"]
        redo = window.actions_of_window["edit.redo"]
        assert not undo.isEnabled()
        hands.edit_cell(hands.table(window, "Awards"), "Ref", "LF-01", "Award £", "9,000")
        settle(qtbot, shell)
        hands.type_in(window.inspector, "Reason", "mistyped")
        hands.press(window.inspector, "Change the award")
        settle(qtbot, shell)
        assert "£74,484.00 awarded" in line(shell)
        assert "£1,000.00 not yet awarded" in line(shell)
        assert undo.text() == "Undo change the award of LF-01 to £9,000.00"
        hands.shortcut(window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert "£75,484.00 awarded" in line(shell)
        assert not undo.isEnabled()
        assert redo.text() == "Redo change the award of LF-01 to £9,000.00"
        hands.shortcut(window, Qt.Key.Key_Y)
        settle(qtbot, shell)
        assert "£74,484.00 awarded" in line(shell)
        assert hands.row(hands.table(window, "Awards"), "Ref", "LF-01")["Award £"] == "9,000.00"


def test_badges_count_what_waits(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        rail = shell.window.rail
        assert rail.button("spend").accessibleName() == "Spend, 4 waiting"
        assert rail.button("reconcile").accessibleName() == "Reconcile, 1 waiting"


def test_the_filter_says_which_of_two_grants_is_shown(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        window = shell.window
        assert window.top_bar.funder.text() == "Locality Fund"
        add_grants(shell)
        shell._ask_workspace()
        settle(qtbot, shell)
        assert window.top_bar.funder.text() == "Locality Fund"
        assert line(shell).startswith("Locality Fund 2018/19")
        hands.choose(window.top_bar, "Funder", SUPPORT)
        settle(qtbot, shell)
        assert window.top_bar.funder.text() == SUPPORT
        assert line(shell).startswith(f"{SUPPORT} 2018/19 £12,000.00 available")
        assert [each["Ref"] for each in hands.rows(hands.table(window, "Projects"))] == ["VS-01", ""]


def test_the_year_stepper_leads_through_the_years_and_their_grants(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        window = shell.window
        add_grants(shell)
        shell._ask_workspace()
        settle(qtbot, shell)
        hands.choose(window.top_bar, "Funder", SUPPORT)
        settle(qtbot, shell)
        hands.key(window.top_bar.year, Qt.Key.Key_Right)
        settle(qtbot, shell)
        assert window.top_bar.year.accessibleName() == "Financial year 2019/20"
        assert window.top_bar.funder.text() == "Locality Fund"
        assert line(shell).startswith("Locality Fund 2019/20 £80,000.00 available")
        assert "no ledger yet" in hands.read(window.stack)
        hands.key(window.top_bar.year, Qt.Key.Key_Left)
        settle(qtbot, shell)
        assert "2018/19" in line(shell)


def found(shell: Shell, qtbot: QtBot, words: str) -> list[str]:
    box = shell.window.go_to_box
    hands.shortcut(shell.window, Qt.Key.Key_K)
    QTest.keyClicks(box.field, words)
    settle(qtbot, shell)
    return [place.text for place in box.places]


def test_go_to_anything_finds_projects_suppliers_and_figures(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        window = shell.window
        assert "LF-12 Domestic Burglary Packs" in found(shell, qtbot, "burglary")
        hands.key(window.go_to_box.field, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert window.inspector.isVisible()
        assert "LF-12 Domestic Burglary Packs" in hands.read(window.inspector)
        assert found(shell, qtbot, "LF-12 spend")[0] == "LF-12 spend"
        hands.key(window.go_to_box.field, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "5,084.31" in hands.read(window.inspector)
        assert "POST OFFICE LTD" in found(shell, qtbot, "post off")
        hands.key(window.go_to_box.field, Qt.Key.Key_Escape)
        assert found(shell, qtbot, "LF-12 bid") == ["LF-12 Domestic Burglary Packs: bid"]
        hands.key(window.go_to_box.field, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert window.rail.button("bids").isChecked()
        assert "Offer expected." in hands.read(window.inspector)


def test_the_keyboard_alone_reaches_everything_in_reading_order(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        window = shell.window
        window.activateWindow()
        window.rail.file.setFocus()
        stops: list[str] = []
        for _ in range(60):
            focus: QWidget | None = window.focusWidget()
            assert focus is not None
            name = focus.accessibleName() or hands.words_of(focus)
            assert name, f"{focus} is reached but has no name"
            if name in stops:
                break
            stops.append(name)
            hands.key(focus, Qt.Key.Key_Tab)
        wanted = [
            "Menu. Charnwood CSP, charnwood.funding · saved",
            "Overview",
            "Financial year 2018/19",
            "Funder: Locality Fund",
            "Go to anything, Ctrl K",
            "available of Locality Fund £75,500.00",
            "spend of Locality Fund £54,318.71",
            "Import ledger…",
            "Prepare Q3 return",
            "Available this year £75,500.00",
            "Projects",
            "4 lines to match",
        ]
        assert [stop for stop in stops if stop in wanted] == wanted


def test_f2_explains_and_escape_closes(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        window = shell.window
        table = hands.table(window, "Projects")
        hands.go_to_cell(table, "Project", "Cycle Theft", "Spent £")
        hands.key(table, Qt.Key.Key_F2)
        settle(qtbot, shell)
        assert "926.09" in hands.read(window.inspector)
        hands.shortcut(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        assert not window.inspector.isVisible()
        assert window.focusWidget() is table


def test_a_panel_that_was_closed_stays_closed_when_something_changes(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        window = shell.window
        hands.click_row(hands.table(window, "Projects"), "Ref", "LF-03")
        settle(qtbot, shell)
        assert window.inspector.isVisible()
        hands.shortcut(window, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        add_grants(shell)
        shell._ask_workspace()
        settle(qtbot, shell)
        assert not window.inspector.isVisible()


@pytest.mark.parametrize("page", ["Overview", "Grants", "Projects", "Spend", "Reconcile", "Returns"])
def test_undoing_the_recording_of_the_only_grant_leads_back_to_the_first_step(
    page: str, tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, filled=False, page="overview") as shell:
        plan = shell.office.desk.ask(ReadPlan(tmp_path / "sample" / "funding_2018_19.csv"))
        record = RecordPlan(plan, "Locality Fund", COMMISSIONER, FinancialYear(2018), "funding_2018_19.csv")
        shell.office.do(record, "Record the grant")
        settle(qtbot, shell)
        hands.press(shell.window.rail, page)
        settle(qtbot, shell)
        assert line(shell).startswith("Locality Fund 2018/19")
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert hands.messages(shell.window) == []
        assert not shell.window.grant_line.isVisible()
        hands.press(shell.window.rail, "Overview")
        settle(qtbot, shell)
        assert "Start with the grant" in hands.read(shell.window.stack)
        hands.shortcut(shell.window, Qt.Key.Key_Y)
        settle(qtbot, shell)
        hands.press(shell.window.rail, page)
        settle(qtbot, shell)
        assert line(shell).startswith("Locality Fund 2018/19")
        assert hands.messages(shell.window) == []


def test_about_names_the_program_and_its_version(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        shell.window.actions_of_window["help.about"].trigger()
        box = next(
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, QMessageBox) and each.isVisible()
        )
        assert "Funding Tracker" in box.text()
        box.close()


def test_our_own_mistake_is_said_calmly_with_a_report_to_copy(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:

        def stumble(_progress: Progress) -> None:
            raise ZeroDivisionError("not the user's fault")

        shell.office.work("Stumble", stumble)
        settle(qtbot, shell)
        dialog = next(
            each
            for each in QApplication.topLevelWidgets()
            if isinstance(each, CrashDialog) and each.isVisible()
        )
        seen = hands.read(dialog)
        assert "Something went wrong in Funding Tracker" in seen
        assert "Traceback" not in seen
        hands.press(dialog, "Copy the report")
        assert "ZeroDivisionError" in QApplication.clipboard().text()
        hands.press(dialog, "Go on")
        assert "Locality Fund" in line(shell)


def test_leaving_while_work_runs_stops_it_and_leaves_nothing_half_done(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        window = shell.window
        began: list[bool] = []
        ended: list[Any] = []

        def long_work(progress: Progress) -> None:
            began.append(True)
            for done in range(100_000):
                time.sleep(0.002)  # work, not waiting: it ends when it is stopped
                progress.report(done, 100_000, "Reading the ledger")

        job = shell.office.work("Read the ledger", long_work)
        job.cancelled.connect(lambda *_: ended.append("cancelled"))
        qtbot.waitUntil(lambda: bool(began), timeout=PATIENCE_MS)
        window.close()
        assert window.isVisible()
        assert "Stopping the work in hand, then closing. Nothing is left half done." in hands.messages(window)
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=PATIENCE_MS)
        assert ended == ["cancelled"]
        assert not (tmp_path / "sample" / "charnwood.funding.lock").exists()
