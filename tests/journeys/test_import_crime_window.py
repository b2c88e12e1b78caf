"""A table of recorded crime through the window: looked through, taken in, seen on the page, asked why, taken back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.results import AddIndicator
from fundingapp.domain.indicators import Indicator
from fundingapp.ui.widgets.segmented import Segmented
from tests.figure_texts import PARTNERSHIPS
from tests.journeys.walks import Walk
from tests.ui import hands
from tests.ui.windows import open_shell, settle

TITLE = "Homes broken into in the borough"


def test_recorded_crime_comes_in_is_seen_and_is_taken_back(tmp_path: Path, qtbot: QtBot) -> None:
    table = tmp_path / "recorded-crime.csv"
    table.write_text(PARTNERSHIPS.replace("year ending June 2025", "Q1 2018/19"), encoding="utf-8")
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        shell.office.desk.do(AddIndicator(Indicator(TITLE, None)))
        walk = Walk(qtbot, shell)
        walk.show("Outcomes", "import")
        shell.office.files.opening = table  # type: ignore[attr-defined]  # the test's stand-in
        walk.press("Import figures…")
        assert "Q1 2018/19" in walk.page
        assert "None of its places is one of yours" in walk.page
        places = walk.table("Places of the file")
        ours = walk.row("Places of the file", "Place in the file", "Charnwood")
        assert ours["Means"] == "perhaps yours: add it to our places", "it is called as the partnership is"
        hands.go_to_cell(places, "Place in the file", "Charnwood", "Place in the file")
        walk.press("Add to our places")
        assert "Import 3 figures" in walk.page
        (choice,) = [
            each for each in hands.seen(shell.window, Segmented) if "What to look at" in each.accessibleName()
        ]
        choice.setFocus()
        hands.key(choice, Qt.Key.Key_Right)
        settle(qtbot, shell)
        labels = walk.table("Indicators of the file")
        hands.go_to_cell(labels, "In the file", "Residential burglary", "In the file")
        hands.choose(shell.window, "Goes to the indicator", TITLE)
        walk.press("Its figures go there")
        walk.press("Import 4 figures")
        assert "13 rows read = 1 kept + 12 skipped" in walk.messages[0]
        assert "3 counts in a table, 1 figure new" in walk.messages[0] + "".join(walk.messages)
        walk.show("Outcomes", "indicators")
        shown = walk.row("Indicators", "Indicator", TITLE)
        assert "120" in shown.values(), shown
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert "120" not in walk.row("Indicators", "Indicator", TITLE).values()
        walk.show("Outcomes", "import")
        assert "recorded-crime" not in walk.page
        hands.shortcut(shell.window, Qt.Key.Key_Y)
        settle(qtbot, shell)
        assert walk.row("Imports of figures", "File", "recorded-crime")["= kept"] == "1"
