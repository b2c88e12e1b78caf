"""The History page: what a person looks for is found, opened with before and after, exported, and its chain checked."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.locks import LockPeriods
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.history.page import HistoryPage
from fundingapp.ui.history.targets import ShowEntry, ShowProject
from fundingapp.ui.page import Target
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import ChosenFiles, open_shell, settle

YEAR = FinancialYear(2018)


def page_of(shell: Shell) -> HistoryPage:
    page = shell.window.current_page
    assert isinstance(page, HistoryPage)
    return page


def changes(shell: Shell) -> list[dict[str, str]]:
    return hands.rows(hands.table(shell.window, "Changes"))


def test_each_change_stands_there_and_the_next_one_comes_on_top(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="history") as shell:
        before = len(changes(shell))
        assert changes(shell)[-1]["What"] == "Set up the partnership"
        shell.office.do(LockPeriods(YEAR, 3, "Q1 is agreed"), "Lock")
        settle(qtbot, shell)
        newest = changes(shell)[0]
        assert (newest["What"], newest["Why"], newest["About"]) == (
            "Lock periods 1 to 3 (June) of 2018/19",
            "Q1 is agreed",
            "Locked periods, Balance kept",
        )
        assert len(changes(shell)) == before + 1
        shell.undo()
        settle(qtbot, shell)
        assert changes(shell)[0]["What"] == "Undo: lock periods 1 to 3 (June) of 2018/19"


def test_words_and_choices_narrow_it_and_clear_takes_them_off(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="history") as shell:
        every = len(changes(shell))
        hands.type_in(shell.window.stack, "Search the history", "coding_rules")
        qtbot.wait(300)
        settle(qtbot, shell)
        assert [row["What"] for row in changes(shell)] == ["Add rules from coding_rules.csv"]
        assert f"1 of {every} changes" in hands.read(shell.window.stack)
        hands.press(shell.window.stack, "Clear")
        settle(qtbot, shell)
        hands.choose(shell.window.stack, "Kind of change", "Ledger and charges")
        settle(qtbot, shell)
        assert {row["About"] for row in changes(shell)} <= {"Ledger lines", "Coding rule"}
        hands.choose(shell.window.stack, "Kind of change", "Returns")
        settle(qtbot, shell)
        assert {row["About"].split(",")[0] for row in changes(shell)} <= {
            "Template of a return",
            "Mapping of a template",
        }
        hands.choose(shell.window.stack, "Kind of change", "Undo and redo")
        settle(qtbot, shell)
        assert "No change fits" in hands.read(shell.window.stack)
        hands.press(shell.window.stack, "Show all changes")
        settle(qtbot, shell)
        assert len(changes(shell)) == every


def test_a_change_opens_with_everything_before_and_after(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="history") as shell:
        table = hands.table(shell.window, "Changes")
        hands.go_to_cell(table, "What", "Record Locality Fund", "What")
        hands.key(table, Qt.Key.Key_Return)
        settle(qtbot, shell)
        said = hands.read(shell.window.inspector)
        for words in (
            "Allocation: Locality Fund, 2018/19, revenue",
            "Amount",
            "£65,500.00",
            "Before",
            "After",
        ):
            assert words in said
        hands.press(shell.window.inspector, "Copy as text")
        assert "Amount\t\t£65,500.00" in QGuiApplication.clipboard().text()


def test_an_alarm_or_a_project_leads_here(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot) as shell:
        shell.window.go_to("history", ShowEntry(2))
        settle(qtbot, shell)
        assert hands.current(hands.table(shell.window, "Changes"))["No."] == "2"
        assert "Change 2" in hands.read(shell.window.inspector)
        page = page_of(shell)
        project = page.office.position.position.projects[0].project_id if page.office.position else None
        assert project is not None
        page.go_requested.emit(Target("history", ShowProject(project)))
        settle(qtbot, shell)
        assert page.where.project == project
        assert "Record Locality Fund 2018/19" in {row["What"] for row in changes(shell)}


def test_the_chain_is_checked_and_its_end_can_be_copied(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="history") as shell:
        hands.press(shell.window.stack, "Check the chain")
        settle(qtbot, shell)
        with shell.office.desk._tools.open_work(reading=True) as work:
            head = work.journal.head()
        assert head in hands.read(shell.window.stack)
        assert any("The history is whole" in each for each in hands.messages(shell.window))


def test_what_is_shown_is_exported_without_formulas(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="history") as shell:
        shell.office.do(LockPeriods(YEAR, 3, '=HYPERLINK("x")'), "Lock")
        settle(qtbot, shell)
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.saving = tmp_path / "history.xlsx"
        hands.choose(shell.window.stack, "Kind of change", "Locks, reconciliations and sign-off")
        settle(qtbot, shell)
        hands.press(shell.window.stack, "Export…")
        settle(qtbot, shell)
        cells = [
            cell
            for sheet in load_workbook(tmp_path / "history.xlsx")
            for row in sheet.iter_rows()
            for cell in row
        ]
        assert not [cell for cell in cells if cell.data_type == "f"]
        assert '=HYPERLINK("x")' in {cell.value for cell in cells}
        assert "Locks, reconciliations and sign-off" in {cell.value for cell in cells}
