"""What tests of the Evidence page need: files, drops as the desktop makes them, and a figure that has no paper."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.papers import RemovePapers
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.queries.evidence import Papers
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.domain.ids import FigureId, IndicatorId, ProjectId
from fundingapp.domain.indicators import Indicator
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.evidence.page import EvidencePage
from fundingapp.ui.papers import PapersBox
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.pick_field import PickField
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, settle

PEOPLE = "Name,Date of birth,Email\nAnna Smith,03/04/1980,anna.smith@example.org\n"


def mime_of(paths: Sequence[Path]) -> QMimeData:
    """What the desktop hands over when *paths* are dragged."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(widget: QWidget, *paths: Path, at: QPoint | None = None) -> bool:
    """Drags *paths* over *widget* and drops them; whether it took them. *at* is a point of it, else its middle."""
    mime = mime_of(paths)
    where = at or widget.rect().center()
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys)
    enter.ignore()
    widget.dragEnterEvent(enter)
    move = QDragMoveEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys)
    move.setAccepted(enter.isAccepted())
    widget.dragMoveEvent(move)
    if not move.isAccepted():
        return False
    event = QDropEvent(QPointF(where), Qt.DropAction.CopyAction, mime, buttons, keys)
    widget.dropEvent(event)
    return True


def without_papers(qtbot: QtBot, shell: Shell) -> None:
    """Takes the sample's own papers off, so that a test begins with none."""
    rows = shell.office.desk.ask(Papers()).rows
    shell.office.do(RemovePapers(tuple(row.id for row in rows)), "test")
    settle(qtbot, shell)


def page_of(shell: Shell) -> EvidencePage:
    page = shell.window.current_page
    assert isinstance(page, EvidencePage)
    return page


def view_of(qtbot: QtBot, shell: Shell, view: str) -> Any:
    """The view of that name, chosen as a user does."""
    page = page_of(shell)
    page.show_view(view)
    settle(qtbot, shell)
    return page.view


def settled(qtbot: QtBot, shell: Shell) -> None:
    """As settle, after the pause in which typing rests and selections are summed."""
    settle(qtbot, shell)
    qtbot.wait(200)
    settle(qtbot, shell)


def panel_says(shell: Shell) -> str:
    return hands.read(shell.window.inspector)


def pick(qtbot: QtBot, shell: Shell, name: str, words: str) -> None:
    """Types *words* into the field of that name in the inspector, and takes the first thing offered that begins so."""
    field = hands.field(shell.window.inspector, name)
    assert isinstance(field, PickField)
    hands.type_in(shell.window.inspector, name, words)
    settled(qtbot, shell)
    field.pick(next(each for each in field.offered if each.startswith(words)))
    settle(qtbot, shell)


def box_of(shell: Shell) -> PapersBox:
    """The box of papers in the inspector."""
    [box] = hands.seen(shell.window.inspector, PapersBox)
    return box


def make_figure(qtbot: QtBot, shell: Shell, name: str = "Mentoring sessions") -> tuple[IndicatorId, FigureId]:
    """An indicator with its figure of the first quarter of 2018/19, which no paper supports."""
    found: list[Any] = []
    shell.office.do(AddIndicator(Indicator(name, ProjectId(1))), "test", lambda e: found.append(e.result))
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)
    cell = FigureCell.of_quarter(found[0], FinancialYear(2018), 1, "61")
    shell.office.do(RecordFigures((cell,)), "test", lambda e: found.append(e.result.figures[0]))
    qtbot.waitUntil(lambda: len(found) == 2, timeout=PATIENCE_MS)
    settle(qtbot, shell)
    return found[0], found[1]
