"""The field of a day and the table of before and after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fundingapp.domain.money import Money
from fundingapp.ui.widgets.before_after import BeforeAfter, Shift
from fundingapp.ui.widgets.day_field import DayField
from fundingapp.ui.widgets.evidence_field import EvidenceField
from tests.ui import hands


@pytest.mark.parametrize("typed", ["31/3/2019", "31 March 2019", "2019-03-31", "31.03.2019"])
def test_a_day_is_accepted_as_people_write_it_and_shown_as_we_do(qtbot: QtBot, typed: str) -> None:
    field = DayField("Dated")
    qtbot.addWidget(field)
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.day == date(2019, 3, 31)
    assert field.text() == "31/03/2019"


@pytest.mark.parametrize("typed", ["31/02/2019", "3/4/19", "soon"])
def test_what_is_no_day_stays_and_is_marked(qtbot: QtBot, typed: str) -> None:
    field = DayField("Dated")
    qtbot.addWidget(field)
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (field.day, field.is_valid, field.property("invalid")) == (None, False, "true")
    assert field.text() == typed
    field.set_day(None)
    assert (field.is_valid, bool(field.property("invalid"))) == (True, False)


def test_before_and_after_stand_side_by_side(qtbot: QtBot) -> None:
    table = BeforeAfter()
    qtbot.addWidget(table)
    table.set_shifts([Shift("Not yet awarded", Money(100), Money(-50))])
    table.show()
    assert hands.read(table).split("\n")[-3:] == ["Not yet awarded", "1.00", "−0.50"]
    table.set_shifts([])
    assert table.isHidden()


def test_files_dropped_on_evidence_are_taken_once_and_addresses_are_not(tmp_path: Path, qtbot: QtBot) -> None:
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"agreed")
    field = EvidenceField(lambda: None)
    qtbot.addWidget(field)
    field.show()
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(letter)), QUrl("https://example.org/letter.pdf")] * 2)
    here, copy, left = QPoint(5, 5), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    over = QDragEnterEvent(here, copy, dropped, left, Qt.KeyboardModifier.NoModifier)
    field.dragEnterEvent(over)
    assert over.isAccepted()
    # Without a pointer that drags, Qt itself delivers no drop.
    field.dropEvent(QDropEvent(QPointF(here), copy, dropped, left, Qt.KeyboardModifier.NoModifier))
    field.reference.setText("PCC/18/1")
    assert list(field.given) == [letter, "PCC/18/1"]
    qtbot.waitUntil(lambda: "letter.pdf" in hands.read(field))
    hands.press(field, "Leave letter.pdf out")
    assert list(field.given) == ["PCC/18/1"]
