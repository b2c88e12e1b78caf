"""A table with small numbers through the window, by keyboard alone: hidden, written, read back, attacked, published."""

from __future__ import annotations

import csv
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.publications import AttackTable
from fundingapp.ui.widgets.segmented import Segmented
from tests.journeys.walks import Walk
from tests.ui import hands
from tests.ui.windows import open_shell, settle

TABLE = """\
Kind,2013 total,2013 %,2014 total,2014 %,Change
Disability,3,1.9%,9,5.0%,+6
Homophobic,14,8.8%,2,1.1%,-12
Racist,120,75.0%,131,73.2%,+11
Religious,23,14.4%,37,20.7%,+14
Total,160,100%,179,100%,+19
"""
#: So many presses of Tab are enough to reach anything of a page.
TABS = 60


def test_a_safe_table_is_made_and_written_by_keyboard(tmp_path: Path, qtbot: QtBot) -> None:
    table, out = tmp_path / "hate.csv", tmp_path / "hate, safe.csv"
    table.write_text(TABLE, encoding="utf-8")
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        walk = Walk(qtbot, shell)
        walk.show("Outcomes", "safe-tables")
        shell.office.files.opening = table  # type: ignore[attr-defined]  # the test's stand-in
        shell.office.files.saving = out  # type: ignore[attr-defined]
        press(walk, "Choose a table…")
        assert walk.row("Safe table", "Kind", "Disability")["2013 total"] == "<5"
        assert "can be worked out or narrowed" in walk.panel
        press(walk, "Write the safe table…")
        for words in ("Hate crime 2014", "asked for by the scrutiny committee"):
            typed = shell.window.focusWidget()
            assert isinstance(typed, QLineEdit), "the form has the keyboard"
            hands.key(typed, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            for sign in words:
                QTest.keyClick(typed, sign)
            hands.key(typed, Qt.Key.Key_Tab)
        press(walk, "Choose where to…")
        assert any("was written to" in said for said in walk.messages)

        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        safe = {row[0]: row[1:] for row in rows if row}
        assert safe["Disability"][0] == "<5"
        assert safe["Homophobic"][2] == "<5"
        assert safe["Total"][:3:2] == ["160", "179"], "a total of everything is not given away for it"
        raw = {row[0]: row[1:] for row in csv.reader(TABLE.splitlines())}
        for kind, figures in raw.items():
            shown = zip(figures, safe[kind], strict=False)
            assert all(text in (figure, "<5", "[c]") for figure, text in shown), "nothing was altered"
        assert shell.office.fetch(AttackTable(out)) == ()

        [parts] = [
            each for each in hands.seen(shell.window, Segmented) if each.accessibleName().startswith("Shown")
        ]
        tab_to(walk, parts)
        for _ in range(3):
            hands.key(parts, Qt.Key.Key_Right)
        settle(qtbot, shell)
        kept = walk.row("Published safe tables", "Published in", "Hate crime 2014")
        assert kept["File"] == out.name
        assert kept["Small counts"] == "2"


def tab_to(walk: Walk, target: QWidget) -> None:
    """Presses Tab until *target* has the keyboard."""
    window = walk.shell.window
    window.activateWindow()
    for _ in range(TABS):
        has = window.focusWidget()
        if has is target or target.isAncestorOf(has):
            return
        hands.key(has or window, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab does not reach “{target.accessibleName() or hands.words_of(target)}”")


def press(walk: Walk, words: str) -> None:
    """Reaches what says *words* with Tab and presses Space."""
    window = walk.shell.window
    target = hands.find(window.inspector if words == "Choose where to…" else window, words)
    assert target.isEnabled()
    tab_to(walk, target)
    hands.key(target, Qt.Key.Key_Space)
    settle(walk.qtbot, walk.shell)
