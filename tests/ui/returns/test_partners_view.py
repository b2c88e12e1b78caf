"""The view “Partners”: workbooks made, one dropped when it is back, its proposals accepted and refused by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import openpyxl
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.budgets import MonthForecast, SetForecastMonths
from fundingapp.application.queries.partner_books import PartnerBooksOf, PartnersAnswer
from fundingapp.domain.funds import Kind
from fundingapp.domain.ids import FundId, ProjectId
from fundingapp.domain.money import Money
from fundingapp.domain.partner_books import ProposalState
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.returns.partners_view import PartnersView
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.returns.test_returns import choose_quarter, show_view
from tests.ui.windows import ChosenFiles, open_shell, settle

YEAR = FinancialYear(2018)


def kept(shell: Shell) -> PartnersAnswer:
    return shell.office.desk.ask(PartnerBooksOf(FundId(1), YEAR, 2))


def test_a_workbook_is_made_comes_back_and_is_decided_by_keyboard(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns", size=(1280, 720)) as shell:
        show_view(qtbot, shell, "Partners")
        choose_quarter(qtbot, shell, 2)
        books = hands.table(shell.window, "Workbooks")
        assert {row["State"] for row in hands.rows(books)} == {"not made"}
        assert "No workbook was made" in hands.read(shell.window.stack)
        view = cast(PartnersView, shell.window.stack.findChild(PartnersView))
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.folder = tmp_path
        hands.press(shell.window.stack, "Make workbooks…")
        settle(qtbot, shell)
        inspector = shell.window.inspector
        (every,) = (box for box in hands.seen(inspector, QCheckBox) if "every project" in box.text())
        every.setChecked(False)
        hands.press(inspector, "Choose a folder…")
        settle(qtbot, shell)
        (book,) = kept(shell).books
        row = hands.row(books, "Ref", book.ref)
        assert row["State"] == "out"

        path = tmp_path / book.value.file_name
        workbook: Any = openpyxl.load_workbook(path)
        workbook["Forecast"]["H5"] = 250.5
        workbook["Forecast"]["I5"] = 100
        workbook["Forecast"]["J5"] = "lots"
        workbook["How it stands"]["B9"] = "See you soon"
        back = tmp_path / "back.xlsx"
        workbook.save(back)
        files.opening = back
        hands.press(shell.window.stack, "Take back…")
        settle(qtbot, shell)
        assert "“lots” is not an amount" in hands.read(inspector)
        proposals = hands.table(shell.window, "Proposals")
        assert [row["Proposed"] for row in hands.rows(proposals)] == ["250.50", "100.00", "See you soon"]

        # Somebody types another forecast meanwhile: the three stand side by side before it is accepted.
        month = MonthForecast(cast(ProjectId, book.value.project), Kind.REVENUE, 7, Money(9_900))
        shell.office.do(SetForecastMonths(FundId(1), YEAR, 6, (month,)), "Forecast")
        settle(qtbot, shell)
        shown = kept(shell).books[0].proposals
        proposals.select_keys([shown[0].id])
        proposals.setFocus()
        hands.key(proposals, Qt.Key.Key_A)
        settle(qtbot, shell)
        said = hands.read(inspector)
        assert "the file has changed since" in said
        assert "99.00" in said
        assert "250.50" in said
        hands.press(inspector, "Accept it nevertheless")
        settle(qtbot, shell)
        proposals.select_keys([shown[1].id])
        hands.key(proposals, Qt.Key.Key_A)
        settle(qtbot, shell)
        proposals.select_keys([shown[2].id])
        hands.key(proposals, Qt.Key.Key_R)
        settle(qtbot, shell)
        hands.press(inspector, "Refuse")
        assert "Say why" in hands.read(inspector)
        (reason,) = hands.seen(inspector, QPlainTextEdit)
        reason.setPlainText("no need")
        hands.press(inspector, "Refuse")
        settle(qtbot, shell)
        assert [each.value.state for each in kept(shell).books[0].proposals] == [
            ProposalState.ACCEPTED,
            ProposalState.ACCEPTED,
            ProposalState.REFUSED,
        ]
        assert hands.row(books, "Ref", book.ref)["State"] == "settled"
        assert not view._accept.isEnabled()
