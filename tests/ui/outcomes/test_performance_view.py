"""The view Performance of the page Outcomes, as a user meets it: what was published, checked, drawn, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.performance import PerformanceTables
from fundingapp.ui.charts.plots import Chart
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.outcomes.measured import forget_tables, measured_shell
from tests.ui.pictured import several_tables
from tests.ui.windows import open_shell, settle

BEATS = Path(__file__).parents[2] / "data" / "performance" / "charnwood_crime_by_beat.csv"


@pytest.fixture
def empty(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """The sample without its published tables, on the view."""
    with measured_shell(tmp_path, qtbot, view="performance", with_results=False) as shell:
        yield shell


@pytest.fixture
def kept(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """The sample with the published tables of its report, on the view."""
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        show(qtbot, shell)
        yield shell


def show(qtbot: QtBot, shell: Shell, part: object = None) -> None:
    shell.window.go_to("outcomes", ("performance", part))
    settle(qtbot, shell)


def rows(shell: Shell) -> list[dict[str, str]]:
    return hands.rows(hands.table(shell.window, "Performance"))


def test_an_empty_view_says_what_it_is_for(empty: Shell) -> None:
    said = hands.read(empty.window)
    assert "Check what was published" in said
    assert "held against its own counts" in said


def test_a_file_is_checked_before_anything_is_kept_and_then_kept(
    empty: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(empty.office.files, "to_open", lambda *_: BEATS)
    hands.press(empty.window, "Check a table…")
    settle(qtbot, empty)
    said = hands.read(empty.window.inspector)
    assert "10 rows; 40 printed figures held against the counts." in said
    assert "3 figures not what the counts give" in said
    assert "717 to 751 is +4.7%; printed is +47.4%." in said
    assert "may be a calendar year" not in said  # the form asks for the days instead
    hands.type_in(empty.window.inspector, "Name", "Crime by beat")
    for caption, day in (
        ("“2018” from", "01/04/2017"),
        ("“2018” to", "31/01/2018"),
        ("“2019” from", "01/04/2018"),
        ("“2019” to", "31/01/2019"),
    ):
        hands.type_in(empty.window.inspector, caption, day)
    hands.press(empty.window.inspector, "Keep the table")
    settle(qtbot, empty)
    assert any("11 rows read = 10 kept + 1 left out." in each for each in hands.messages(empty.window))
    first = rows(empty)[0]
    assert (first["Year before"], first["Latest"], first["Difference"], first["Change %"]) == (
        "717",
        "751",
        "+34",
        "+4.7%",
    )
    assert first["Printed figures"] == "printed +47.4%"
    hands.shortcut(empty.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, empty)
    assert "Check what was published" in hands.read(empty.window)


def test_each_table_of_a_file_is_checked_and_says_what_it_could_not_judge(
    empty: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    show(qtbot, empty, several_tables(tmp_path))
    panel = empty.window.inspector
    assert "Robbery: 90 to 75 is -16.7%; printed is -18.7%." in hands.read(panel)
    assert "not judged" not in hands.read(panel)
    hands.choose(panel, "Table of the file", "Anti-social behaviour")
    settle(qtbot, empty)
    said = hands.read(panel)
    assert "1 thing not judged, or let pass" in said
    assert "“Confidence”: 2 figures could not be judged" in said
    assert "All of them are what the counts give." in said
    hands.press(panel, "Cancel")
    settle(qtbot, empty)
    assert not list(empty.office.desk.ask(PerformanceTables()))


def test_days_that_are_not_said_are_asked_for(
    empty: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(empty.office.files, "to_open", lambda *_: BEATS)
    hands.press(empty.window, "Check a table…")
    settle(qtbot, empty)
    hands.type_in(empty.window.inspector, "“2018” to", "")
    hands.press(empty.window.inspector, "Keep the table")
    assert "Say from which to which day “2018” counts." in hands.read(empty.window.inspector)


def test_a_wrong_figure_is_accepted_for_a_reason(kept: Shell, qtbot: QtBot) -> None:
    table = hands.table(kept.window, "Performance")
    hands.press(kept.window, "3 to look at")
    printed = [row["Printed figures"] for row in rows(kept)]
    assert printed == ["printed +47.4%", "printed -3.2%", "printed +23.9%"]
    hands.press(kept.window, "All 40 rows")
    assert len(rows(kept)) == 40
    hands.open_row(table, "Printed figures", "printed +47.4%")
    settle(qtbot, kept)
    assert "printed is +47.4%" in hands.read(kept.window.inspector)
    hands.press(kept.window.inspector, "Accept…")
    hands.press(kept.window.inspector, "Accept")
    assert "Say why it is left" in hands.read(kept.window.inspector)
    hands.type_in(kept.window.inspector, "Why +47.4% is left", "corrected in the June report")
    hands.press(kept.window.inspector, "Accept")
    settle(qtbot, kept)
    assert rows(kept)[0]["Printed figures"] == "accepted"


def test_a_change_answers_why_down_to_the_cells(kept: Shell, qtbot: QtBot) -> None:
    table = hands.table(kept.window, "Performance")
    hands.click_figure(table, "Printed figures", "printed +47.4%", "Change %")
    settle(qtbot, kept)
    said = hands.read(kept.window.inspector)
    assert "(751 − 717) ÷ 717" in said
    assert "charnwood_crime_by_beat.csv, B2" in said


def test_targets_places_and_ranks_stand_only_where_the_table_has_them(kept: Shell, qtbot: QtBot) -> None:
    for title, ranks, word in (
        ("Crime by police beat", False, "All crime"),
        ("Position in the family group", True, "All Crime"),
    ):
        hands.choose(kept.window, "Published table", title)
        settle(qtbot, kept)
        headings = set(rows(kept)[0])
        assert ("Family rank" in headings, "Place" in headings) == (ranks, not ranks)
        assert {"Category", "Latest", "Printed figures"} <= headings
        # A figure answers in the column in which it stands now.
        table = hands.table(kept.window, "Performance")
        hands.click_figure(table, "Category", word, "Change %")
        settle(qtbot, kept)
        assert "÷" in hands.read(kept.window.inspector)


def test_another_table_does_not_keep_the_panel_of_the_one_before(kept: Shell, qtbot: QtBot) -> None:
    hands.open_row(hands.table(kept.window, "Performance"), "Printed figures", "printed +47.4%")
    settle(qtbot, kept)
    assert "All crime · Beat 56" in hands.read(kept.window.inspector)
    hands.choose(kept.window, "Published table", "Crime in Charnwood")
    settle(qtbot, kept)
    assert not kept.window.inspector.isVisible()


def test_small_bases_and_steady_trends_are_told_in_words(kept: Shell) -> None:
    found = {(row["Category"], row["Place"]): row for row in rows(kept)}
    stolen = found["Theft of motor vehicle", "Beat 57 Mountsorrel"]
    assert (stolen["Change %"], stolen["Printed figures"]) == ("+600.0%", "small base")
    assert found["All crime", "Beat 58 Anstey"]["Trend"] == "≈ steady"


def test_places_are_drawn_side_by_side(kept: Shell, qtbot: QtBot) -> None:
    show(qtbot, kept, "charts")
    (chart,) = hands.seen(kept.window, Chart)
    said = chart.accessibleDescription()
    assert "Beat 57 Mountsorrel" in said
    assert "424" in said


def test_the_same_in_other_tables_stands_beside(kept: Shell, qtbot: QtBot) -> None:
    show(qtbot, kept, "beside")
    found = hands.rows(hands.table(kept.window, "The same in other tables"))
    whole = [row for row in found if row["Category"] == "All crime" and row["Here"] == "11,258"]
    assert [(row["In"], row["There"], row["State"]) for row in whole] == [
        ("Recorded crime over three years", "10,844", "differs"),
        ("Position in the family group", "11,258", "agrees"),
        ("Crime in Charnwood", "11,258", "agrees"),
    ]
    assert whole[0]["Place"] == "all 10 together"


SMALL = """Ward,2018/19,2019/20,Change
Ashby,2,14,+600%
Dishley,40,44,+10%
Storer,30,33,+1%
"""


def test_a_checked_table_is_exported_without_small_numbers(
    empty: Shell, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, out = tmp_path / "hate crime.csv", tmp_path / "checked.xlsx"
    path.write_text(SMALL, encoding="utf-8")
    show(qtbot, empty, path)
    hands.press(empty.window.inspector, "Keep the table")
    settle(qtbot, empty)
    monkeypatch.setattr(empty.office.files, "to_save", lambda *_: out)
    hands.press(empty.window, "Export…")
    settle(qtbot, empty)
    book = openpyxl.load_workbook(out)
    cells = [[cell.value for cell in row] for page in book for row in page.iter_rows()]
    (small,) = [row for row in cells if "Ashby" in row]
    assert "<5" in small
    assert not {"2", 2, "12", 12, "+600.0%"} & set(small)  # the difference would give it away
    (wrong,) = [row for row in cells if "Storer" in row]
    assert {"30", "33", "+10.0%", "+1%"} <= {str(cell) for cell in wrong}


def test_the_table_says_what_was_left_out_and_how_its_totals_stand(kept: Shell, qtbot: QtBot) -> None:
    hands.press(kept.window, "About the table…")
    said = hands.read(kept.window.inspector)
    assert "Row 1: headings" in said
    assert "File: charnwood_crime_by_beat.csv" in said
    hands.press(kept.window.inspector, "Take the table out")
    settle(qtbot, kept)
    # The report that it is from supports it: first that is undone.
    assert any("Papers support the table" in each for each in hands.messages(kept.window))
    kept.office.work("Take it off", lambda _progress: forget_tables(kept.office.desk))
    settle(qtbot, kept)
    show(qtbot, kept)
    assert "Check what was published" in hands.read(kept.window)
