"""The Spend page of a window on a fresh sample, and what a user does there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.suggestions import Suggest
from fundingapp.application.ports import LineRow, Show
from fundingapp.ui.shell import Shell
from fundingapp.ui.spend.import_review import ImportReview
from fundingapp.ui.spend.line_panel import LinePanel
from fundingapp.ui.spend.page import SpendPage
from fundingapp.ui.spend.several_panel import SeveralPanel
from tests.ui.windows import PATIENCE_MS, ChosenFiles, open_shell, settle


@dataclass
class Spend:
    """The page as a user has it before them."""

    shell: Shell
    qtbot: QtBot
    folder: Path

    @property
    def page(self) -> SpendPage:
        page = self.shell.window.current_page
        assert isinstance(page, SpendPage)
        return page

    def settle(self) -> None:
        settle(self.qtbot, self.shell)

    def press(self, words: str, inside: QWidget | None = None) -> None:
        """Clicks the button that says *words*."""
        found = [
            made
            for made in (inside or self.shell.window).findChildren(QPushButton)
            if made.accessibleName() == words and made.isVisible()
        ]
        assert found, f"no button says {words}"
        assert found[0].isEnabled(), f"{words} cannot be pressed"
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
        self.settle()

    def show(self, show: Show) -> None:
        self.page.ledger.chips.choose(show)
        self.settle()

    def count(self, show: Show) -> int:
        """The count that stands on a chip; 0 when the chip is not shown."""
        for chip in self.page.ledger.chips._chips:
            if chip.spec.key is show:
                return chip.spec.count or 0
        return 0

    @property
    def rows(self) -> list[LineRow]:
        model = self.page.ledger.model
        return model.rows_at(range(model.rowCount()))

    def suggest(self) -> None:
        """Has suggestions worked out, as the window does after every command."""
        self.shell.office.do(Suggest(), "Suggest")
        self.settle()

    def select(self, row: int) -> None:
        self.page.ledger.table.selectRow(row)
        self.qtbot.waitUntil(
            lambda: self.panel is not None and self.panel.answer.row.id == self.page.ledger.model.ids[row],
            timeout=PATIENCE_MS,
        )
        self.settle()

    @property
    def panel(self) -> LinePanel | None:
        found = self.shell.window.inspector.findChildren(LinePanel)
        return found[-1] if found and found[-1].isVisible() else None

    @property
    def open_panel(self) -> LinePanel:
        panel = self.panel
        assert panel is not None
        return panel

    @property
    def several(self) -> SeveralPanel | None:
        found = self.shell.window.inspector.findChildren(SeveralPanel)
        return found[-1] if found and found[-1].isVisible() else None

    def keys(self, widget: QWidget, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(widget, key)
        self.settle()

    def undo(self) -> None:
        QTest.keyClick(self.shell.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        self.settle()

    def review(self, name: str) -> ImportReview:
        """Chooses the file *name* of the sample's folder after “Import ledger…”."""
        files = self.shell.office.files
        assert isinstance(files, ChosenFiles)
        files.opening = self.folder / name
        self.press("Import ledger…", self.page)
        review = self.page.review
        assert review is not None
        return review

    @property
    def messages(self) -> list[str]:
        return [message.text for message in self.shell.window.messages.messages]

    @property
    def sentence(self) -> str:
        return self.page.head._state.text()


@pytest.fixture
def spend(tmp_path: Path, qtbot: QtBot) -> Iterator[Spend]:
    """The sample with its grant, its rules and its first download, on Spend."""
    with open_shell(tmp_path, qtbot) as shell:
        yield Spend(shell, qtbot, tmp_path / "sample")


@pytest.fixture
def bare(tmp_path: Path, qtbot: QtBot) -> Iterator[Spend]:
    """The sample's partnership, with nothing in it."""
    with open_shell(tmp_path, qtbot, filled=False) as shell:
        yield Spend(shell, qtbot, tmp_path / "sample")
