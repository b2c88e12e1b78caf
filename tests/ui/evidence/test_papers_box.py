"""The papers of a thing, in its inspector: shown, dropped on it, typed, taken from those that are kept, taken off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.commands.conditions import AddCondition
from fundingapp.application.commands.papers import AddPapers, NewPaper
from fundingapp.application.queries.evidence import Papers, PapersOf
from fundingapp.domain.evidence import Supported
from fundingapp.domain.grant_conditions import ConditionKind, GrantCondition
from fundingapp.domain.ids import FundId
from fundingapp.ui.adding_papers import Adding
from fundingapp.ui.dropped import can_take
from fundingapp.ui.papers import PapersBox
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.pick_field import PickField
from tests.ui import hands
from tests.ui.evidence.desk_papers import (
    PEOPLE,
    box_of,
    drop,
    mime_of,
    panel_says,
    pick,
    settled,
    without_papers,
)
from tests.ui.windows import open_shell, settle

REPORT = GrantCondition(FundId(1), "7.1", "Half-year expenditure return", ConditionKind.REPORTING)


@pytest.fixture(autouse=True)
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's own time: 20 January 2019."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2019, 1, 20, 12, 0, tzinfo=UTC))


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """With a condition of the grant, opened at the right."""
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        without_papers(qtbot, shell)
        shell.office.do(AddCondition(REPORT), "test")
        settle(qtbot, shell)
        shell.window.go_to("grants", ("conditions", 1))
        settle(qtbot, shell)
        yield shell


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "half-year return.txt"
    path.write_text("£28,114.00 spent", encoding="utf-8")
    return path


def papers(shell: Shell) -> list[str]:
    """What the condition rests on."""
    return [row.title_or_name for row in shell.office.fetch(PapersOf(Supported("condition", 1)))]


def test_a_file_dropped_in_the_inspector_is_shown_there_and_taken_off_again(
    qtbot: QtBot, shell: Shell, letter: Path
) -> None:
    assert "No paper yet. Drop a file here, or attach it." in panel_says(shell)
    assert drop(box_of(shell), letter)
    settle(qtbot, shell)
    assert papers(shell) == ["half-year return.txt"]
    assert "half-year return.txt\nunchanged" in panel_says(shell)
    hands.press(shell.window.inspector, "Take half-year return.txt off")
    settle(qtbot, shell)
    assert papers(shell) == []
    assert len(shell.office.fetch(Papers()).rows) == 1  # the paper itself stays
    hands.shortcut(shell.window, Qt.Key.Key_Z)
    settle(qtbot, shell)
    assert papers(shell) == ["half-year return.txt"]


def test_a_reference_is_typed_and_a_kept_paper_is_taken_by_keyboard(
    qtbot: QtBot, shell: Shell, letter: Path
) -> None:
    shell.office.do(AddPapers((NewPaper(letter),)), "test")
    settle(qtbot, shell)
    field = hands.field(shell.window.inspector, "Add a paper")
    assert isinstance(field, PickField)
    hands.type_in(shell.window.inspector, "Add a paper", "minute 7 of 12/03/2019")
    hands.key(field, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert papers(shell) == ["minute 7 of 12/03/2019"]
    pick(qtbot, shell, "Add a paper", "half-year")
    assert sorted(papers(shell)) == ["half-year return.txt", "minute 7 of 12/03/2019"]


def test_what_tells_of_people_is_asked_about_wherever_it_is_dropped(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    people = tmp_path / "list of clients.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    drop(box_of(shell), people)
    settle(qtbot, shell)
    assert papers(shell) == []
    hands.type_in(shell.window.inspector, "Why it may be kept, kept in the history", "the funder asks for it")
    hands.press(shell.window.inspector, "Go on")
    settled(qtbot, shell)
    # The inspector is back where it was, and has the paper.
    assert papers(shell) == ["list of clients.csv"]
    assert "list of clients.csv" in panel_says(shell)
    assert "What it asks" in panel_says(shell)


def test_details_lead_to_the_page_of_the_papers(qtbot: QtBot, shell: Shell, letter: Path) -> None:
    Adding(shell.office, (Supported("condition", 1),), "condition 7.1", shell.window).files([letter])
    settle(qtbot, shell)
    assert any("1 paper kept for condition 7.1." in said for said in hands.messages(shell.window))
    hands.press(shell.window.inspector, "Details of half-year return.txt")
    settle(qtbot, shell)
    assert shell.window._current == "evidence"
    assert "condition 7.1" in panel_says(shell)


def test_only_files_hover_as_something_to_be_dropped(tmp_path: Path, letter: Path) -> None:
    assert can_take(mime_of([letter]))
    mime = mime_of([])
    mime.setText("a text")
    assert not can_take(mime)


def test_a_box_stands_in_any_layout_and_a_file_that_can_only_be_read_takes_nothing(
    qtbot: QtBot, shell: Shell, letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Adding(shell.office, (Supported("condition", 1),), "", shell.window).files([letter])
    settle(qtbot, shell)
    monkeypatch.setattr(type(shell.office), "is_read_only", property(lambda _self: True))
    holder = QWidget()
    qtbot.addWidget(holder)
    box = PapersBox(shell.office, Supported("condition", 1))
    QVBoxLayout(holder).addWidget(box)
    counted: list[object] = []
    box.papers_changed.connect(counted.append)
    holder.show()
    settle(qtbot, shell)
    assert [row.of.name for row in box.rows] == ["half-year return.txt"]
    assert counted == [1]
    assert not box.acceptDrops()
    assert not hands.seen(box, PickField)
    assert "Take" not in hands.read(box)
