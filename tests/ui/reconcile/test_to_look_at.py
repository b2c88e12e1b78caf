"""What agrees and wants a look all the same, beside the identities; and suggestions that come by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.ports import LineFilter, LineOrder, Show
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.lines import LineCounts, LineIds
from fundingapp.application.queries.suggestions import SuggestionsDue
from fundingapp.domain.ids import LineId
from fundingapp.domain.matching import parse_target
from fundingapp.ui.reconcile.to_look_at import ToLookAt
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import open_shell, settle

LEDGER = """Trans No,Year,Period,Date,Cost Centre,Account,Supplier,Description,Type,Amount
A1,2018/19,5,07/08/2018,ZZ1,4000,Oak Ltd,INV 10233 fence,PI,400.00
A2,2018/19,5,09/08/2018,ZZ1,4000,Oak Ltd,Invoice 10233,PI,400.00
A3,2018/19,5,09/08/2018,ZZ1,4000,,Reversal of 77777,GL,-9.00
"""


def bring_doubles(shell: Shell, qtbot: QtBot, folder: Path) -> None:
    """Three lines of another cost centre: one invoice twice, and a reversal of nothing that is held."""
    office = shell.office
    path = folder / "later.csv"
    path.write_text(LEDGER, encoding="utf-8")
    office.do(ImportLedger(office.desk.ask(ReadDownload(path))), "Import")
    settle(qtbot, shell)
    held = office.desk.ask(LineIds(LineFilter(show=Show.WAITING, text="10233"), LineOrder("transaction")))
    for line, ref in zip(held, ("LF-02", "LF-03"), strict=True):
        office.do(ChargeLines((LineId(line),), parse_target(ref), "as agreed"), "Charge")
        settle(qtbot, shell)


def test_an_invoice_charged_twice_is_shown_side_by_side_and_dismissed(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="reconcile") as shell:
        (card,) = shell.window.stack.findChildren(ToLookAt)
        assert card.isHidden()

        bring_doubles(shell, qtbot, tmp_path)
        assert card.isVisible()
        assert [row[""] for row in hands.rows(card.table)] == ["Charged twice?", "Reverses nothing"]
        hands.go_to_cell(card.table, "", "Charged twice?", "What")
        hands.key(card.table, Qt.Key.Key_Return)
        settle(qtbot, shell)
        inspector = hands.read(shell.window.inspector)
        assert "charged to LF-02 and to LF-03" in inspector
        assert "INV 10233 fence" in inspector
        assert "The second line" in inspector
        (reason,) = [
            field
            for field in shell.window.inspector.findChildren(QLineEdit)
            if field.accessibleName() == "Reason"
        ]
        hands.press(shell.window.inspector, "These are two invoices")
        assert "Say why they are two invoices." in hands.read(shell.window.inspector)
        reason.setText("two deliveries")
        hands.press(shell.window.inspector, "These are two invoices")
        settle(qtbot, shell)
        assert [row[""] for row in hands.rows(card.table)] == ["Reverses nothing"]
        shell.undo()
        settle(qtbot, shell)
        assert len(hands.rows(card.table)) == 2


def test_suggestions_wait_while_a_page_asks(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shell(tmp_path, qtbot) as shell:
        (line,) = shell.office.desk.ask(LineIds(LineFilter(show=Show.SUGGESTED), LineOrder()))
        said: list[object] = []
        shell.office.suggesting_changed.connect(said.append)
        with monkeypatch.context() as asking:
            asking.setattr(type(shell.office.asker), "is_idle", property(lambda _self: False))
            shell.office.do(ChargeLines((LineId(line),), parse_target("LF-03"), "as agreed"), "Charge")
            qtbot.waitUntil(lambda: not shell.application.runner.is_busy)
            qtbot.wait(50)
            assert said == []
        shell.office.asker.rested.emit()
        settle(qtbot, shell)
        assert said == [True, False]
        assert not shell.office.desk.ask(SuggestionsDue())


def test_suggestions_are_worked_out_by_themselves_after_every_command(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot) as shell:
        desk = shell.office.desk
        assert not desk.ask(SuggestionsDue())
        assert desk.ask(LineCounts(LineFilter())).suggested == 1
        (line,) = desk.ask(LineIds(LineFilter(show=Show.SUGGESTED), LineOrder()))
        said: list[object] = []
        shell.office.suggesting_changed.connect(said.append)
        shell.office.do(ChargeLines((LineId(line),), parse_target("LF-03"), "as agreed"), "Charge")
        settle(qtbot, shell)
        assert said == [True, False]
        assert not desk.ask(SuggestionsDue())
        assert desk.ask(LineCounts(LineFilter())).suggested == 0
        name = desk.undo_name
        assert name is not None
        assert name.startswith("charge 1 line")
        shell.undo()
        settle(qtbot, shell)
        assert desk.ask(LineCounts(LineFilter())).suggested == 1
