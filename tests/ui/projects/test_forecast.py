"""The forecast month by month: typed, pasted, filled, spread, kept, and always footing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fundingapp.domain.money import Money
from fundingapp.ui.shell import Shell
from fundingapp.ui.tables.view import TableView
from tests.ui import hands
from tests.ui.windows import open_shell, settle

FEB, MAR = "Feb £ forecast", "Mar £ forecast"


def open_forecast(qtbot: QtBot, shell: Shell) -> None:
    shell.window.go_to("projects", ("forecast", None))
    settle(qtbot, shell)


def months(shell: Shell) -> TableView:
    return hands.table(shell.window, "Months of the forecast")


def names(shell: Shell) -> list[dict[str, str]]:
    return hands.rows(hands.table(shell.window, "Projects of the forecast"))


def at(shell: Shell, ref: str) -> int:
    return next(number for number, row in enumerate(names(shell)) if row["Ref"] == ref)


def cell(shell: Shell, ref: str, title: str) -> str:
    return hands.rows(months(shell))[at(shell, ref)][title]


def outturn(shell: Shell, ref: str) -> str:
    return names(shell)[at(shell, ref)]["Outturn £"]


def go(shell: Shell, ref: str, title: str) -> TableView:
    view = months(shell)
    titles = list(hands.rows(view)[0])
    view.setFocus()
    view.setCurrentIndex(view.model().index(at(shell, ref), titles.index(title)))
    return view


def type_month(qtbot: QtBot, shell: Shell, ref: str, title: str, text: str) -> None:
    view = go(shell, ref, title)
    QTest.keyClicks(view, text[0])
    editor = view.focusWidget()
    QTest.keyClicks(editor, text[1:])
    QTest.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, shell)


def assert_foots(shell: Shell) -> None:
    """Every row comes to its outturn, every column to its total, every difference to outturn less budget."""
    rows, sums = hands.rows(months(shell)), names(shell)
    for row, money in zip(rows, sums, strict=True):
        total = Money.total(Money.parse(text) for text in row.values())
        assert total == Money.parse(money["Outturn £"])
        assert total - Money.parse(money["Budget £"]) == Money.parse(money["Difference £"])
    for title in rows[0]:
        column = [Money.parse(row[title]) for row in rows]
        assert Money.total(column[:-1]) == column[-1]


def test_the_ledger_s_months_are_actual_and_the_others_forecast(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        open_forecast(qtbot, shell)
        titles = list(hands.rows(months(shell))[0])
        assert titles == [
            *(
                f"{month} £ claiming"
                for month in ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan")
            ),
            FEB,
            MAR,
        ]
        assert (cell(shell, "LF-13", FEB), outturn(shell, "LF-13")) == ("307.00", "614.00")
        assert_foots(shell)
        assert "outturn £66,899.25 of budgets £75,484.00: £8,584.75 under the budget." in hands.read(
            shell.window.stack
        )


def test_a_month_is_typed_and_taken_back(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        open_forecast(qtbot, shell)
        type_month(qtbot, shell, "LF-13", FEB, "3377.00")
        assert (cell(shell, "LF-13", FEB), outturn(shell, "LF-13")) == ("3,377.00", "3,684.00")
        assert_foots(shell)
        assert "LF-13 Fire Skills · February: £3,377.00, forecast, typed" in hands.read(shell.window.stack)
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert outturn(shell, "LF-13") == "614.00"


def test_months_are_pasted_from_a_spreadsheet_or_refused_by_their_cell(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        open_forecast(qtbot, shell)
        view = go(shell, "LF-13", FEB)
        QGuiApplication.clipboard().setText("£100.00\t200\r\n1,000.00\t(5.00)\r\n")
        hands.key(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, shell)
        assert [cell(shell, ref, title) for ref in ("LF-13", "LF-14") for title in (FEB, MAR)] == [
            "100.00",
            "200.00",
            "1,000.00",
            "−5.00",
        ]
        assert_foots(shell)
        QGuiApplication.clipboard().setText("1.00\t2.00\t3.00")
        hands.key(go(shell, "LF-13", FEB), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        QGuiApplication.clipboard().setText("ten")
        hands.key(go(shell, "LF-13", FEB), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        QGuiApplication.clipboard().setText("1.00")
        hands.key(go(shell, "LF-13", "Jan £ claiming"), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, shell)
        said = "\n".join(hands.messages(shell.window))
        assert "Row 1, cell 3 would go to after March." in said
        assert "Row 1, cell 1: “ten” is not an amount; it is not written as one." in said
        assert "Row 1, cell 1 would go to January, which is over." in said
        assert cell(shell, "LF-13", FEB) == "100.00"


def test_fill_right_and_spread(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        open_forecast(qtbot, shell)
        type_month(qtbot, shell, "LF-13", FEB, "50.00")
        hands.key(go(shell, "LF-13", FEB), Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, shell)
        assert cell(shell, "LF-13", MAR) == "50.00"
        go(shell, "LF-13", FEB)
        hands.press(shell.window.stack, "Spread the rest evenly")
        settle(qtbot, shell)
        assert (cell(shell, "LF-13", FEB), outturn(shell, "LF-13")) == ("1,842.00", "3,684.00")
        go(shell, "LF-13", FEB)
        hands.press(shell.window.stack, "Back to profile")
        settle(qtbot, shell)
        assert outturn(shell, "LF-13") == "614.00"
        assert_foots(shell)


def test_an_earlier_cut_off_shows_what_was_forecast_then(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        open_forecast(qtbot, shell)
        hands.choose(shell.window.stack, "Actual up to", "Actual to June")
        settle(qtbot, shell)
        titles = list(hands.rows(months(shell))[0])
        assert titles[2:4] == ["Jun £ claiming", "Jul £ forecast"]
        assert cell(shell, "LF-13", "Jul £ forecast") == "307.00"
        assert_foots(shell)


def test_a_forecast_is_kept_and_held_against_what_comes(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="projects") as shell:
        open_forecast(qtbot, shell)
        hands.choose(shell.window.stack, "Actual up to", "Actual to June")
        settle(qtbot, shell)
        hands.press(shell.window.stack, "Keep this forecast…")
        hands.press(shell.window.inspector, "Keep it")
        assert "Say what it is kept for" in hands.read(shell.window.inspector)
        hands.type_in(shell.window.inspector, "Kept for", "July report")
        hands.press(shell.window.inspector, "Keep it")
        settle(qtbot, shell)
        shell.window.go_to("projects", ("accuracy", None))
        settle(qtbot, shell)
        table = hands.table(shell.window, "Forecast accuracy")
        found = hands.row(table, "Ref", "LF-13")
        assert found["Forecast £"] == "2,149.00"
        assert (found["Actual £"], found["%"]) == ("0.00", "−100.0%" if "−" in found["%"] else "-100.0%")
        assert found["In words"] == "forecast £2,149.00 (100.0%) too high"
        assert "July to January" in hands.read(shell.window.stack)
        hands.click_row(table, "Ref", "LF-13")
        settle(qtbot, shell)
        assert "forecast £307.00, actual £0.00" in hands.read(shell.window.inspector)
