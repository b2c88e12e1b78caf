"""Taking files of figures in, as a user meets it: what the file is, what would change, and only then the import."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.areas import AddArea
from fundingapp.application.commands.results import AddIndicator
from fundingapp.application.queries.areas import AllPlaces
from fundingapp.application.queries.figure_previews import FigureImports
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.indicators import Counted, Indicator
from fundingapp.ui.outcomes.import_view import ImportView
from fundingapp.ui.shell import Shell
from fundingapp.ui.tables.view import TableView
from tests.figure_texts import PARTNERSHIPS, STREET
from tests.ui import hands
from tests.ui.windows import open_shell, settle

GRID = (
    "Indicator\tQ1 2018/19\tQ2 2018/19\n"
    "Cups of tea poured\t195 [p]\t12.3.4\n"
    "Happy with the tea\t45/50\t<5\n"
    "Cups of coffe poured\t4\t5\n"
)


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """The sample on the view Imports, with a place and three indicators that no sample has."""
    with open_shell(tmp_path, qtbot, page="overview") as made:
        desk = made.office.desk
        desk.do(AddArea(Area("Borough of Charnwood", AreaKind.DISTRICT, "E07000130")))
        for indicator in (
            Indicator("Cups of tea poured", None),
            Indicator("Cups of coffee poured", None),
            Indicator("Happy with the tea", None, counted=Counted.SHARE),
        ):
            desk.do(AddIndicator(indicator))
        made.window.go_to("outcomes", ("import", None))
        settle(qtbot, made)
        yield made


def open_file(qtbot: QtBot, shell: Shell, folder: Path, text: str, name: str = "crime.csv") -> None:
    """Picks a file as a user would: the button, then the dialog's answer."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    shell.office.files.opening = path  # type: ignore[attr-defined]  # the test's stand-in
    hands.press(shell.window, "Import figures…")
    settle(qtbot, shell)


def paste(qtbot: QtBot, shell: Shell, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    hands.press(shell.window, "Paste figures")
    settle(qtbot, shell)


def part(qtbot: QtBot, shell: Shell, starts: str) -> None:
    """Turns to one of the lists below the cards, by its words."""
    review = view_of(shell).review
    assert review is not None
    for at in range(len(review._detail._options)):
        if review._detail._options[at].text.startswith(starts):
            review._detail.setFocus()
            while review._detail._at != at:
                hands.key(review._detail, Qt.Key.Key_Right if review._detail._at < at else Qt.Key.Key_Left)
    settle(qtbot, shell)


def view_of(shell: Shell) -> ImportView:
    (view,) = shell.window.findChildren(ImportView)
    return view


def tick(qtbot: QtBot, shell: Shell, starts: str) -> None:
    (box,) = [each for each in hands.seen(shell.window, QCheckBox) if each.text().startswith(starts)]
    box.setFocus()
    hands.key(box, Qt.Key.Key_Space)
    settle(qtbot, shell)


def select(table: TableView, heading: str, starts: str) -> None:
    hands.go_to_cell(table, heading, starts, heading)


def test_a_table_of_recorded_crime_is_looked_through_and_comes_in(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_file(qtbot, shell, tmp_path, PARTNERSHIPS)
    said = hands.read(shell.window.stack)
    for words in ("recorded crime by partnership", "year ending June 2025", "Import 3 figures"):
        assert words in said
    places = hands.table(shell.window, "Places of the file")
    ours = hands.row(places, "Place in the file", "Charnwood")
    assert (ours["Means"], ours["Rows"]) == ("Borough of Charnwood, by its code", "1")
    part(qtbot, shell, "Skipped")
    reasons = {row["Why it is not taken"] for row in hands.rows(hands.table(shell.window, "Skipped rows"))}
    assert "airport: Midshire Airport" in reasons
    part(qtbot, shell, "Noticed")
    noticed = hands.rows(hands.table(shell.window, "What was noticed"))
    assert "in Cambria is printed as 1,000" in noticed[0]["What was noticed"]
    hands.type_in(shell.window, "Taken from its source on", "last week")
    settle(qtbot, shell)
    assert "“last week” is no day" in hands.read(shell.window.stack)
    hands.type_in(shell.window, "Taken from its source on", "8/1/2019")
    settle(qtbot, shell)
    hands.press(shell.window, "Import 3 figures")
    settle(qtbot, shell)
    assert "13 rows read = 1 kept + 12 skipped" in hands.messages(shell.window)[0]
    listed = hands.row(hands.table(shell.window, "Imports of figures"), "File", "crime.csv")
    assert (listed["Rows read"], listed["= kept"]) == ("13", "1")
    hands.click_row(hands.table(shell.window, "Imports of figures"), "File", "crime.csv")
    settle(qtbot, shell)
    panel = hands.read(shell.window.inspector)
    for words in ("3 counts", "The original is kept", "a note above the table", "Open the original"):
        assert words in panel
    assert "Taken from its source on 08/01/2019" in panel
    hands.shortcut(shell.window, Qt.Key.Key_Z)
    settle(qtbot, shell)
    files = {row["File"] for row in hands.rows(hands.table(shell.window, "Imports of figures"))}
    assert files
    assert "crime.csv" not in files


def test_a_place_is_settled_remembered_and_its_count_becomes_a_figure(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_file(qtbot, shell, tmp_path, PARTNERSHIPS)
    places = hands.table(shell.window, "Places of the file")
    select(places, "Place in the file", "Melton, Vale")
    hands.press(shell.window, "Add to our places")
    settle(qtbot, shell)
    assert hands.row(places, "Place in the file", "Melton, Vale")["Means"].endswith("by its code")
    select(places, "Place in the file", "Midshire Airport")
    hands.press(shell.window, "Take along")
    settle(qtbot, shell)
    assert hands.find(shell.window, "Import 9 figures").isEnabled()
    select(places, "Place in the file", "Midshire Airport")
    hands.choose(shell.window, "Means the place", "Borough")
    hands.press(shell.window, "It means this place")
    settle(qtbot, shell)
    part(qtbot, shell, "Indicators")
    labels = hands.table(shell.window, "Indicators of the file")
    assert hands.row(labels, "In the file", "Residential burglary")["Figures"] == "120"
    select(labels, "In the file", "Residential burglary")
    hands.choose(shell.window, "Goes to the indicator", "Cups of tea")
    hands.press(shell.window, "Its figures go there")
    settle(qtbot, shell)
    assert hands.row(labels, "In the file", "Residential burglary")["Goes to the indicator"] == (
        "Cups of tea poured, as you said"
    )
    part(qtbot, shell, "Figures")
    (figure,) = hands.rows(hands.table(shell.window, "Figures of the file"))
    assert (figure["Indicator"], figure["In the file"], figure["What is done"]) == (
        "Cups of tea poured",
        "120",
        "comes in",
    )


def test_pasted_figures_say_what_can_not_be_read_and_what_is_like_a_name(shell: Shell, qtbot: QtBot) -> None:
    paste(qtbot, shell, GRID)
    assert "1 row can’t be read" in hands.read(shell.window.stack)
    labels = hands.table(shell.window, "Indicators of the file")
    assert (
        hands.row(labels, "In the file", "Cups of coffe")["Goes to the indicator"]
        == "perhaps Cups of coffee poured or Cups of tea poured"
    )
    tick(qtbot, shell, "Skip these rows")
    select(labels, "In the file", "Cups of coffe")
    hands.press(shell.window, "Its figures go there")
    settle(qtbot, shell)
    hands.press(shell.window, "Import 4 figures")
    settle(qtbot, shell)
    assert "4 rows read = 2 kept + 2 skipped" in hands.messages(shell.window)[0]
    paste(qtbot, shell, GRID.replace("45/50", "46/50"))
    tick(qtbot, shell, "Skip these rows")
    part(qtbot, shell, "Figures")
    figures = hands.table(shell.window, "Figures of the file")
    changed = hands.row(figures, "Indicator", "Happy")
    assert (changed["Held"], changed["In the file"], changed["What is done"]) == (
        "45 of 50",
        "46 of 50",
        "the held one stays",
    )
    assert "Only figures that differ" in hands.read(shell.window.stack)
    select(figures, "Indicator", "Happy")
    hands.key(figures, Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert hands.row(figures, "Indicator", "Happy")["What is done"] == "takes its place"
    hands.press(shell.window, "Import 1 figure")
    settle(qtbot, shell)
    assert "1 figure in the place of what was held" in "".join(hands.messages(shell.window))


def test_the_same_file_says_so_and_crimes_say_what_is_kept(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_file(qtbot, shell, tmp_path, STREET, "2022-07-street.csv")
    said = hands.read(shell.window.stack)
    for words in (
        "street-level crimes",
        "July 2022",
        "Leave 1 repeated crime out",
        "only the counts are kept",
    ):
        assert words in said or words == "July 2022"
    places = hands.table(shell.window, "Places of the file")
    select(places, "Place in the file", "Charnwood")
    hands.choose(shell.window, "Means the place", "Borough")
    hands.press(shell.window, "It means this place")
    settle(qtbot, shell)
    hands.press(shell.window, "Import 3 figures")
    settle(qtbot, shell)
    open_file(qtbot, shell, tmp_path, STREET, "again.csv")
    assert "This very file was imported on" in hands.read(shell.window.stack)
    tick(qtbot, shell, "Take it in again")
    assert hands.find(shell.window, "Import 3 figures").isEnabled(), "the name was remembered"


def test_what_is_no_file_of_figures_is_refused_and_esc_leaves_nothing(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    paste(qtbot, shell, "Supplier\tAmount\nSafer Ltd\t12.00\n")
    assert "holds no figures" in " ".join(hands.messages(shell.window))
    open_file(qtbot, shell, tmp_path, PARTNERSHIPS)
    review = view_of(shell).review
    assert review is not None
    assert review.preview.read.copy is not None
    copy = review.preview.read.copy.path
    assert copy.exists()
    hands.key(review, Qt.Key.Key_Escape)
    settle(qtbot, shell)
    assert view_of(shell).review is None
    assert not copy.exists(), "the private copy goes with the review"
    assert hands.rows(hands.table(shell.window, "Imports of figures"))


def test_a_file_without_a_period_asks_for_it(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_file(qtbot, shell, tmp_path, PARTNERSHIPS.replace(", year ending June 2025", ""))
    assert "Say of which period" in hands.read(shell.window.stack)
    hands.type_in(shell.window, "Period of the figures", "soon")
    hands.key(hands.field(shell.window, "Period of the figures"), Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert "“soon” is no period" in hands.read(shell.window.stack)
    hands.type_in(shell.window, "Period of the figures", "2024/25")
    hands.key(hands.field(shell.window, "Period of the figures"), Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert hands.find(shell.window, "Import 3 figures").isEnabled()


def test_every_control_of_the_review_has_a_name(shell: Shell, qtbot: QtBot, tmp_path: Path) -> None:
    open_file(qtbot, shell, tmp_path, PARTNERSHIPS)
    review = view_of(shell).review
    assert review is not None
    nameless = [
        each
        for each in hands.seen(review, QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not hands.words_of(each)
        and not isinstance(each.parentWidget(), QComboBox | TableView)
    ]
    assert nameless == []


def test_headings_that_may_mean_several_days_are_asked_for(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    text = "Crime type,31 January 2018,31 January 2019,Change\nBurglary,100,110,+10%\nRobbery,20,30,+50%\n"
    open_file(qtbot, shell, tmp_path, text, "table.csv")
    said = hands.read(shell.window.stack)
    assert "performance table" in said
    assert "Say which days are meant by “31 January 2018” and “31 January 2019”" in said
    field = hands.field(shell.window, "Days of 31 January 2018")
    assert field.placeholderText() == "perhaps 01/04/2017 to 31/01/2018"
    hands.type_in(shell.window, "Days of 31 January 2019", "01/04/2018 to 31/01/2019")
    hands.press(shell.window, "Take what is proposed")
    settle(qtbot, shell)
    hands.press(shell.window, "Import 4 figures")
    settle(qtbot, shell)
    assert "3 rows read = 2 kept + 1 skipped" in hands.messages(shell.window)[0]


def test_what_looks_like_personal_data_is_decided_about_and_then_comes_in(shell: Shell, qtbot: QtBot) -> None:
    paste(qtbot, shell, "Indicator\tQ1 2018/19\tComment\nCups of tea poured\t12\task jane.doe@example.org\n")
    assert "This looks like personal data: 1 e-mail address" in hands.read(shell.window.stack)
    hands.press(shell.window, "Import 1 figure")
    settle(qtbot, shell)
    assert "holds what looks like personal data" in " ".join(hands.messages(shell.window))
    review = view_of(shell).review
    assert review is not None
    desk = shell.office.desk
    desk.accept_personal_data = "a made-up address"
    assert review.import_button.isEnabled(), "it can be done again"
    hands.press(shell.window, "Import 1 figure")
    settle(qtbot, shell)
    assert "2 rows read = 1 kept + 1 skipped" in " ".join(hands.messages(shell.window))


TWO = (
    "Beats in 2018/19\nCrime type,2017/18,2018/19,%\nBurglary,100,110,10%\nRobbery,200,210,5%\n\n"
    "Vehicles in 2018/19\nCrime type,2017/18,2018/19,%\nTheft of vehicle,10,12,20%\nTheft from vehicle,40,50,25%\n"
)


def test_each_table_of_a_file_is_offered_and_the_next_one_after_an_import(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_file(qtbot, shell, tmp_path, TWO, "two.csv")
    (tables,) = [
        each for each in hands.seen(shell.window, QComboBox) if each.accessibleName() == "Table of the file"
    ]
    assert [tables.itemText(at) for at in range(tables.count())] == [
        "Beats in 2018/19 (2 rows)",
        "Vehicles in 2018/19 (2 rows)",
    ]
    hands.choose(shell.window, "Table of the file", "Vehicles in 2018/19 (2 rows)")
    settle(qtbot, shell)
    assert "Import 4 figures" in hands.read(shell.window.stack)
    hands.press(shell.window, "Import 4 figures")
    settle(qtbot, shell)
    assert "The file has another table: Beats in 2018/19 (2 rows)." in hands.messages(shell.window)[0]
    hands.press(shell.window, "Look at it")
    settle(qtbot, shell)
    review = view_of(shell).review
    assert review is not None
    assert review.preview.read.file.part == "Beats in 2018/19"
    assert "Vehicles in 2018/19 (2 rows) ✓ imported" in [
        review.tables.itemText(at) for at in range(review.tables.count())
    ]
    assert review.import_button.isEnabled()


def test_the_months_of_a_force_are_read_together_and_their_files_are_listed(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "download"
    for month in ("2022-04", "2022-06"):
        path = folder / month / f"{month}-midshire-street.csv"
        path.parent.mkdir(parents=True)
        path.write_text(STREET.replace("2022-07", month).replace("2022-08", month), encoding="utf-8")
    shell.office.files.folder = folder  # type: ignore[attr-defined]  # the test's stand-in
    hands.press(shell.window, "Import months…")
    settle(qtbot, shell)
    assert "2 files, read together" in hands.read(shell.window.stack)
    part(qtbot, shell, "Noticed")
    noticed = [row["What was noticed"] for row in hands.rows(hands.table(shell.window, "What was noticed"))]
    assert any("for May 2022: the file of that month may be missing" in text for text in noticed)
    review = view_of(shell).review
    assert review is not None
    tick(qtbot, shell, "Take the rows of every place")
    review.import_button.click()
    settle(qtbot, shell)
    hands.click_row(hands.table(shell.window, "Imports of figures"), "File", "download")
    settle(qtbot, shell)
    panel = hands.read(shell.window.inspector)
    assert "2022-04-midshire-street.csv: rows 1 to 8" in panel
    assert "2022-06-midshire-street.csv: rows 9 to 16" in panel


def test_an_import_is_stopped_midway_and_nothing_of_it_is_kept(
    shell: Shell, qtbot: QtBot, tmp_path: Path
) -> None:
    open_file(qtbot, shell, tmp_path, PARTNERSHIPS)
    review = view_of(shell).review
    assert review is not None
    assert review.preview.read.copy is not None
    copy = review.preview.read.copy.path
    select(hands.table(shell.window, "Places of the file"), "Place in the file", "Melton, Vale")
    hands.press(shell.window, "It means this place")
    settle(qtbot, shell)
    before = shell.office.desk.ask(FigureImports())
    gate = Event()
    shell.office.runner.submit("What runs before it", lambda _progress: gate.wait(10))
    review.import_button.click()
    assert not review.import_button.isEnabled()
    hands.key(review, Qt.Key.Key_Escape)
    assert view_of(shell).review is review, "the copy that is being taken in stays until that has stopped"
    assert copy.exists()
    gate.set()
    settle(qtbot, shell)
    assert shell.office.desk.ask(FigureImports()) == before
    assert review.import_button.isEnabled(), "it can be decided otherwise"
    # Left for good, not even the name of the place is remembered; a place that was added is told.
    select(hands.table(shell.window, "Places of the file"), "Place in the file", "Charnwood Forest")
    hands.press(shell.window, "Add to our places")
    settle(qtbot, shell)
    hands.press(shell.window, "Cancel")
    settle(qtbot, shell)
    assert "“Charnwood Forest” is a place of yours now; Undo takes that back." in " ".join(
        hands.messages(shell.window)
    )
    assert not copy.exists()
    assert shell.office.desk.ask(FigureImports()) == before
    places = {each.kept.value.name: each.kept.value for each in shell.office.desk.ask(AllPlaces())}
    assert "Charnwood Forest" in places
    assert not any("Melton, Vale and Rutland" in place.aliases for place in places.values())
