"""A sheet as it looks: what stands where, how it is gone through, and what is said of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from fundingapp.domain.addresses import Area
from fundingapp.domain.sheet_looks import (
    CellLook,
    CellStyle,
    Edge,
    Holds,
    PictureLook,
    SheetLook,
    SheetState,
)
from fundingapp.ui.sheets.marks import CellAt, CellMark
from fundingapp.ui.sheets.view import SheetView
from fundingapp.ui.theme import Theme, ThemeChoice, Tone
from tests.ui import hands

KIND = "application/x-test"


def sheet(name: str = "Expenditure", *cells: CellLook, **fields: object) -> SheetLook:
    held = {(cell.row, cell.column): cell for cell in cells}
    rows = max((cell.row for cell in cells), default=0)
    columns = max((cell.column + 1 for cell in cells), default=0)
    return SheetLook(name, rows=rows, columns=columns, cells=held, **fields)  # type: ignore[arg-type]  # as each test needs


def words(row: int, column: int, text: str, style: CellStyle = CellStyle(), **fields: object) -> CellLook:  # noqa: B008 - frozen
    return CellLook(row, column, text, text, Holds.TEXT, style, **fields)  # type: ignore[arg-type]  # as above


def number(row: int, column: int, text: str, **fields: object) -> CellLook:
    return CellLook(row, column, text, Decimal(1), Holds.NUMBER, **fields)  # type: ignore[arg-type]  # as above


@pytest.fixture
def view(qtbot: QtBot) -> SheetView:
    made = SheetView("The commissioner's sheet", accepts=KIND)
    qtbot.addWidget(made)
    made.resize(700, 420)
    made.show()
    return made


def said(view: SheetView) -> list[str]:
    """What the line above the sheet says."""
    return [hands.words_of(each) for each in (view._address, view._content)]


def at_cell(view: SheetView, cell: str) -> QPoint:
    assert view.go_to(view.sheet, cell)
    return view.grid.visualRect(view.grid.currentIndex()).center()


def pixel(view: SheetView, where: QPoint) -> QColor:
    image = view.grid.viewport().grab().toImage()
    return image.pixelColor(where * image.devicePixelRatioF())


def test_tabs_show_the_sheets_that_can_be_seen_and_the_others_are_in_a_list(view: SheetView) -> None:
    lists = sheet("Lists", words(1, 0, "Green"), state=SheetState.VERY_HIDDEN)
    view.show_sheets([sheet("Cover", words(1, 0, "A & B")), sheet("Expenditure"), lists])
    assert [view.tabs.tabText(at) for at in range(view.tabs.count())] == ["Cover", "Expenditure"]
    assert view.sheets_in_words == "2 of 3 sheets"
    hands.press(view, "1 hidden sheet: choose one to look at")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    (hidden,) = menu.actions()
    assert hidden.text() == "Lists (very hidden)"
    hidden.trigger()
    menu.close()
    assert view.sheet == "Lists"
    assert view.tabs.tabText(view.tabs.currentIndex()) == "Lists (very hidden)"
    assert said(view) == ["A1", "Green"]


def test_arrows_go_from_cell_to_cell_and_the_line_above_says_where(view: SheetView) -> None:
    total = number(3, 1, "12.00", formula="SUM(B1:B2)")
    view.show_sheets([sheet("Cover", words(1, 0, "Grant"), words(1, 1, "Award"), total)])
    told: list[CellAt] = []
    view.current_changed.connect(told.append)
    view.setFocus()
    hands.key(view.grid, Qt.Key.Key_Right)
    assert view.current == CellAt("Cover", "B1")
    hands.key(view.grid, Qt.Key.Key_Down)
    hands.key(view.grid, Qt.Key.Key_Down)
    assert told[-1].in_words == "Cover!B3"
    assert said(view) == ["B3", "=SUM(B1:B2) → 12.00"]
    assert view.grid.model_of_sheet.said_of(3, 1) == "B3: 12.00. formula"


def test_ctrl_and_an_arrow_go_to_the_end_of_what_is_filled(view: SheetView) -> None:
    cells = [number(row, 0, str(row)) for row in (*range(1, 8), 12)]
    view.show_sheets([sheet("Cover", *cells)])
    view.go_to("Cover", "A1")
    ctrl = Qt.KeyboardModifier.ControlModifier
    for cell in ("A7", "A12", "A24"):
        hands.key(view.grid, Qt.Key.Key_Down, ctrl)
        assert view.current == CellAt("Cover", cell)


def test_a_merged_area_is_one_cell(view: SheetView) -> None:
    view.show_sheets([sheet("Cover", words(2, 1, "Narrative"), merges=(Area(2, 1, 4, 3),))])
    assert view.go_to("cover", "C3")
    assert view.current == CellAt("Cover", "B2")
    room = view.grid.visualRect(view.grid.currentIndex())
    assert room.width() == 3 * 64
    assert room.height() == 3 * 20


def test_sizes_are_those_of_the_workbook_and_do_not_stay_for_the_next_sheet(view: SheetView) -> None:
    wide = sheet("Cover", words(1, 0, "x"), widths={0: 200}, heights={1: 50}, hidden_columns=frozenset({1}))
    view.show_sheets([wide, sheet("Next", words(1, 0, "x"))])
    assert (view.grid.columnWidth(0), view.grid.rowHeight(0)) == (200, 50)
    assert view.grid.isColumnHidden(1)
    view.set_zoom(200)
    assert (view.grid.columnWidth(0), view.grid.rowHeight(0)) == (400, 100)
    hands.key(view.grid, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == 100
    hands.key(view.grid, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert view.sheet == "Next"
    assert (view.grid.columnWidth(0), view.grid.rowHeight(0)) == (64, 20)
    assert not view.grid.isColumnHidden(1)


def test_wrapped_words_without_a_height_of_their_own_are_all_seen(view: SheetView) -> None:
    long = words(1, 0, "Counts under five are shown as less than five. " * 4, CellStyle(wraps=True))
    view.show_sheets([sheet("Cover", long, words(2, 0, "x"))])
    assert view.grid.rowHeight(0) > 100
    assert view.grid.rowHeight(1) == 20


def test_heads_stay_while_the_rest_is_scrolled_and_never_hide_the_current_cell(view: SheetView) -> None:
    cells = [number(row, column, f"{row}") for row in range(1, 120) for column in range(20)]
    view.show_sheets([sheet("Cover", *cells, frozen=(2, 1))])
    grid = view.grid
    assert [pane.isVisible() for pane in grid._panes] == [True, True, True]
    view.go_to("Cover", "T119")
    view.go_to("Cover", "C60")
    for _ in range(50):
        hands.key(grid, Qt.Key.Key_Up)
    room = grid.visualRect(grid.currentIndex())
    assert view.current == CellAt("Cover", "C10")
    assert room.top() >= 2 * 20, "it is not beneath the rows that stay"
    assert room.left() >= 64, "nor beneath the column that stays"
    top = grid._top
    QTest.mouseClick(top.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(100, 25))
    assert view.current is not None
    assert view.current.cell.endswith("2")


def test_marks_colour_sign_and_say_what_is_to_be_said(view: SheetView) -> None:
    look = sheet("Cover", number(1, 0, "5.00"), number(2, 0, "7,425.20"), words(3, 0, ""))
    marks = {
        ("Cover", "A1"): CellMark(derived=True, hint="Spent"),
        ("Cover", "A2"): CellMark(tone=Tone.BAD, text="7,000.00", changed=True, hint="Over its award"),
        ("Cover", "A3"): CellMark(ghost="Contact name"),
    }
    view.show_sheets([look], marks)
    model = view.grid.model_of_sheet
    assert model.said_of(2, 0) == "A2: 7,000.00. error. changed. Over its award"
    assert model.said_of(3, 0) == "A3, empty. Contact name"
    assert model.painted(2, 0).sign == "!"
    where = view.grid.visualRect(model.index(1, 0))
    assert pixel(view, QPoint(where.left() + 30, where.top() + 3)) == QColor(Theme.current().colours.bad_soft)
    view.set_marks({})
    assert model.said_of(2, 0) == "A2: 7,425.20"
    assert pixel(view, QPoint(where.left() + 30, where.top() + 3)) == QColor(Theme.current().colours.surface)


def test_a_figure_with_a_dotted_line_answers_why_and_others_do_not(view: SheetView, qtbot: QtBot) -> None:
    marks = {("Cover", "A1"): CellMark(derived=True)}
    view.show_sheets([sheet("Cover", number(1, 0, "5,000.00"), number(1, 1, "6,000.00"))], marks)
    asked: list[CellAt] = []
    view.why_requested.connect(asked.append)
    room = view.grid.visualRect(view.grid.model_of_sheet.index(0, 0))
    QTest.mouseClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=room.center() + QPoint(20, 0))
    assert asked == [CellAt("Cover", "A1")]
    hands.key(view.grid, Qt.Key.Key_F2)
    assert len(asked) == 2
    hands.key(view.grid, Qt.Key.Key_Right)
    hands.key(view.grid, Qt.Key.Key_F2)
    assert len(asked) == 2


def test_enter_double_click_and_delete_say_the_cell(view: SheetView) -> None:
    view.show_sheets([sheet("Cover", words(2, 1, "x"))])
    chosen: list[CellAt] = []
    deleted: list[CellAt] = []
    view.chosen.connect(chosen.append)
    view.delete_requested.connect(deleted.append)
    where = at_cell(view, "B2")
    hands.key(view.grid, Qt.Key.Key_Return)
    QTest.mouseClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseDClick(view.grid.viewport(), Qt.MouseButton.LeftButton, pos=where)
    hands.key(view.grid, Qt.Key.Key_Delete)
    assert chosen == [CellAt("Cover", "B2")] * 2
    assert deleted == [CellAt("Cover", "B2")]


def test_the_menu_of_a_cell_is_the_pages_own_with_copy_below(view: SheetView) -> None:
    view.show_sheets([sheet("Cover", words(1, 0, "two\twords"), number(1, 1, "5.00"), words(2, 0, "below"))])
    asked: list[CellAt] = []

    def menu(at: CellAt) -> Sequence[QAction]:
        asked.append(at)
        return [QAction("Pick its figure…", view)]

    view.set_menu(menu)
    view.go_to("Cover", "B1")
    view.grid.menu_wanted.emit(QPoint(5, 5))
    shown = QApplication.activePopupWidget()
    assert isinstance(shown, QMenu)
    assert [each.text() for each in shown.actions() if each.text()] == ["Pick its figure…", "Copy\tCtrl+C"]
    shown.close()
    assert asked == [CellAt("Cover", "B1")]
    view.grid.selectAll()
    hands.key(view.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    first, second, *_ = QGuiApplication.clipboard().text().splitlines()
    assert first.startswith("two words\t5.00\t")
    assert second.startswith("below\t\t")


def test_what_is_dropped_on_a_cell_is_said_with_it(view: SheetView) -> None:
    view.show_sheets([sheet("Cover", words(1, 0, "x"))])
    told: list[tuple[CellAt, str]] = []
    view.dropped.connect(lambda at, text: told.append((at, text)))
    where = QPointF(at_cell(view, "C3"))
    carried = QMimeData()
    carried.setData(KIND, b"grant/available")
    event = QDropEvent(
        where, Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    view.grid.dropEvent(event)
    assert told == [(CellAt("Cover", "C3"), "grant/available")]


def test_sheet_cell_and_scroll_stay_when_the_same_workbook_is_shown_anew(view: SheetView) -> None:
    cells = [number(row, 0, str(row)) for row in range(1, 200)]
    pair = [sheet("Cover", *cells), sheet("Next", *cells)]
    view.show_sheets(pair)
    view.go_to("Next", "A150")
    view.go_to("Cover", "A90")
    scrolled = view.grid.verticalScrollBar().value()
    view.show_sheets([sheet("Cover", *cells), sheet("Next", *cells)])
    assert view.current == CellAt("Cover", "A90")
    assert view.grid.verticalScrollBar().value() == scrolled
    hands.key(view.grid, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert view.current == CellAt("Next", "A150")
    view.clear()
    assert (view.sheet, view.tabs.count()) == ("", 0)
    assert view.grid.model_of_sheet.said_of(1, 0) == "A1, empty"


def test_there_is_no_going_to_what_is_not_there(view: SheetView) -> None:
    view.show_sheets([sheet("Cover", words(1, 0, "x"))])
    assert not view.go_to("Covers", "A1")
    assert not view.go_to("Cover", "ZZ99999")
    assert not view.go_to("Cover", "nowhere")
    assert view.current == CellAt("Cover", "A1")


def test_words_run_over_empty_cells_and_numbers_that_do_not_fit_are_hashes(view: SheetView) -> None:
    long = words(1, 0, "Locality Fund monitoring return")
    cells = (long, words(2, 0, "Locality Fund monitoring return"), words(2, 1, "next"))
    view.show_sheets([sheet("Cover", *cells, number(3, 0, "1,234,567,890,123.00"))])
    model = view.grid.model_of_sheet
    assert model.spill_from(1, 1) == 0
    assert model.spill_from(2, 2) is None or model.text_at(2, 1) == "next"
    paper = QColor(Theme.current().colours.surface)
    second = view.grid.visualRect(model.index(0, 1))
    image = view.grid.viewport().grab().toImage()
    inks = {
        image.pixelColor(x, y).name()
        for x in range(second.left() + 2, second.right() - 2)
        for y in range(second.top() + 2, second.bottom() - 2)
    }
    assert inks != {paper.name()}, "the words run over the cell beside"


def test_a_border_belongs_to_both_cells_that_share_it(view: SheetView) -> None:
    red = CellStyle(left=Edge("medium", "FF0000"))
    view.show_sheets([sheet("Cover", words(1, 1, "x", red))])
    view.go_to("Cover", "D5")
    room = view.grid.visualRect(view.grid.model_of_sheet.index(0, 0))
    assert pixel(view, QPoint(room.right(), room.center().y())) == QColor("#FF0000")


def test_a_picture_has_its_place_and_a_sheet_that_cannot_be_read_says_why(view: SheetView) -> None:
    logo = PictureLook(Area(1, 0, 3, 1), "logo.png")
    chart = SheetLook("Chart", unread="Chart is a chart, which has no cells.")
    view.show_sheets([sheet("Cover", words(5, 0, "x"), pictures=(logo,)), chart])
    room = view.grid.area_rect(logo.area)
    assert pixel(view, room.topLeft() + QPoint(4, 8)) != QColor(Theme.current().colours.surface)
    view.go_to("Chart", "A1")
    assert "Chart is a chart, which has no cells." in hands.read(view)


def test_the_theme_is_followed_at_once(view: SheetView) -> None:
    look = sheet("Cover", words(1, 0, "x", CellStyle(fill="FFF9E5")))
    view.show_sheets([look])
    where = QPoint(50, 4)
    light = pixel(view, where)
    assert light == QColor("#FFF9E5")
    Theme.current().set_choice(ThemeChoice.DARK)
    try:
        assert pixel(view, where).lightnessF() < 0.3
    finally:
        Theme.current().set_choice(ThemeChoice.LIGHT)


def test_notes_of_sheets_stand_on_their_tabs(view: SheetView) -> None:
    view.show_sheets([sheet("Cover"), sheet("Expenditure")])
    view.set_tab_notes({"Expenditure": ("2", Tone.BAD)})
    assert [view.tabs.tabText(at) for at in range(2)] == ["Cover", "Expenditure  ! 2"]


def test_ten_thousand_cells_are_shown_and_gone_through_quickly(view: SheetView, qtbot: QtBot) -> None:
    cells = [number(row, column, f"{row * column:,}.00") for row in range(1, 501) for column in range(20)]
    merges = tuple(Area(row, 21, row, 23) for row in range(1, 400))
    look = sheet("Cover", *cells, merges=merges, frozen=(3, 2))
    view.show_sheets([look])
    view.go_to("Cover", "T500")
    assert view.grid.viewport().grab().width() > 0
    assert len(view.grid.model_of_sheet._ready) < 2_000, "only what is seen is made ready"
