"""Tables as somebody works with them: sort, filter, select, copy, ask why, edit; and models that Qt approves of."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fundingapp.domain.money import Money
from fundingapp.ui.jobs.asking import Asker
from fundingapp.ui.settings import Settings
from fundingapp.ui.tables.columns import RIGHT, Column, Edit, SelectionSummary, Sorting
from fundingapp.ui.tables.delegates import CellDelegate
from fundingapp.ui.tables.header import TableHeader
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.paged import PAGE, PagedTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.tables.widths import Wish, fit
from fundingapp.ui.theme import Tone
from fundingapp.ui.widgets.bar import Share
from fundingapp.ui.widgets.money_edit import MoneyField


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a made-up table."""

    id: int
    name: str
    amount: Money


COLUMNS = (
    Column[Row]("Name", lambda row: row.name, sort="name", filter="name", stretch=1, edit=Edit.TEXT),
    Column[Row](
        "Spent £",
        lambda row: str(row.amount),
        RIGHT,
        sort="amount",
        amount=lambda row: row.amount,
        why=True,
    ),
    Column[Row](
        "Award £", lambda row: str(row.amount), RIGHT, amount=lambda row: row.amount, edit=Edit.MONEY
    ),
    Column[Row]("State", lambda _row: "fine", pill=lambda _row: Tone.GOOD),
    Column[Row]("Used", lambda _row: "used", bar=lambda _row: Share(500)),
)
ROWS = [Row(1, "Fire Skills", Money(0)), Row(2, "CCTV", Money(7_425_20)), Row(3, "Mediation", Money(-1_50))]
TOTAL = Row(0, "3 projects", Money(7_423_70))


@pytest.fixture
def table(qtbot: QtBot, settings: Settings) -> TableView:
    """A short list with a totals row, shown."""
    view = TableView("Projects", "test.projects", settings)
    qtbot.addWidget(view)
    model = ListTableModel(COLUMNS, lambda row: row.id, view)
    model.set_rows(ROWS, TOTAL)
    view.set_model(model)
    view.resize(700, 300)
    view.show()
    return view


def names(view: TableView) -> list[str]:
    """The first column from the top."""
    model = view.model()
    return [str(model.index(at, 0).data()) for at in range(model.rowCount())]


def put_cursor(view: TableView, row: int, column: int) -> None:
    view.setFocus()
    view.setCurrentIndex(view.model().index(row, column))


def click_heading(qtbot: QtBot, view: TableView, section: int) -> None:
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(section) + 12, 10)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


# Models


def test_qt_approves_of_a_short_list() -> None:
    model = ListTableModel(COLUMNS, lambda row: row.id)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_rows(ROWS, TOTAL)
    model.sort_by(Sorting("amount", descending=True))
    model.filter_by({"name": "i"})
    model.set_rows([])
    assert tester.model() is model


class Store:
    """A made-up table of any length that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.changed: dict[int, Row] = {}

    def fetch(self, ids: Sequence[int]) -> list[Row | None]:
        self.asked.append(len(ids))
        return [self.changed.get(id, Row(id, f"line {id}", Money(id))) for id in ids]


def test_qt_approves_of_a_long_list() -> None:
    model = PagedTableModel(COLUMNS, Store().fetch)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_ids(array("q", range(1000)))
    model.set_ids(array("q", range(1000)))
    model.set_ids(array("q", range(500, 600)))
    model.set_ids(array("q"))
    assert tester.model() is model


def test_only_the_pages_in_view_are_fetched() -> None:
    store = Store()
    model = PagedTableModel(COLUMNS, store.fetch)
    model.set_ids(array("q", range(1_000_000)))
    for row in (0, 10, PAGE - 1, 999_999, 5):
        found = model.row_at(row)
        assert found is not None
        assert found.id == row
    assert store.asked == [PAGE, PAGE]


def test_a_few_pages_are_kept_and_no_more() -> None:
    store = Store()
    model = PagedTableModel(COLUMNS, store.fetch)
    model.set_ids(array("q", range(1_000_000)))
    for page in range(100):
        model.row_at(page * PAGE)
    assert len(model._pages) < 40


def test_the_same_ids_again_fetch_the_rows_anew_without_a_reset(qtbot: QtBot) -> None:
    store = Store()
    model = PagedTableModel(COLUMNS, store.fetch)
    model.set_ids(array("q", range(300)))
    assert model.index(5, 0).data() == "line 5"
    store.changed[5] = Row(5, "changed", Money(0))
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_ids(array("q", range(300)))
    assert model.index(5, 0).data() == "changed"


def test_a_row_that_is_gone_is_blank() -> None:
    model = PagedTableModel(COLUMNS, lambda ids: [None for _ in ids])
    model.set_ids(array("q", [1, 2]))
    assert model.index(0, 0).data() == ""
    assert model.rows_at([0, 1]) == []


def test_keys_are_found_again_few_or_many() -> None:
    model = PagedTableModel(COLUMNS, Store().fetch)
    model.set_ids(array("q", range(100, 200)))
    assert model.rows_of([150, 7]) == [50]
    assert model.rows_of(range(95, 120)) == list(range(20))


# Order and filters


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(qtbot: QtBot, table: TableView) -> None:
    asked = Mock()
    table.sort_requested.connect(asked)
    click_heading(qtbot, table, 1)
    assert names(table) == ["Mediation", "Fire Skills", "CCTV", "3 projects"]
    click_heading(qtbot, table, 1)
    assert names(table) == ["CCTV", "Fire Skills", "Mediation", "3 projects"]
    assert [call.args[0] for call in asked.call_args_list] == [Sorting("amount"), Sorting("amount", True)]


def test_a_heading_that_cannot_sort_does_nothing(qtbot: QtBot, table: TableView) -> None:
    with qtbot.assertNotEmitted(table.sort_requested):
        click_heading(qtbot, table, 3)


def test_typing_into_a_column_filter_keeps_the_rows_that_fit(qtbot: QtBot, table: TableView) -> None:
    table.setFocus()
    QTest.keyClick(
        table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    header = table.horizontalHeader()
    assert isinstance(header, TableHeader)
    field = header.findChild(QLineEdit)
    assert field is not None
    assert field.accessibleName() == "Filter by Name"
    with qtbot.waitSignal(table.filters_changed) as said:
        QTest.keyClicks(field, "fire")
    assert said.args == [{"name": "fire"}]
    assert names(table) == ["Fire Skills", "3 projects"]
    with qtbot.waitSignal(table.filters_changed):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert len(names(table)) == 4


# Selection, copy


def test_the_selection_says_its_count_and_sum(qtbot: QtBot, table: TableView) -> None:
    table.setFocus()
    with qtbot.waitSignal(table.selection_summarised) as said:
        table.selectAll()
    assert said.args == [SelectionSummary(3, "Spent", Money(7_423_70))]
    assert said.args[0].in_words == "3 selected · Spent £7,423.70"


def test_the_sum_is_of_the_column_under_the_cursor(qtbot: QtBot, table: TableView) -> None:
    put_cursor(table, 0, 2)
    with qtbot.waitSignal(table.selection_summarised) as said:
        QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert said.args == [SelectionSummary(2, "Award", Money(7_425_20))]


def test_copying_gives_a_spreadsheet_headings_and_plain_numbers(qtbot: QtBot, table: TableView) -> None:
    put_cursor(table, 1, 0)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == (
        "Name\tSpent £\tAward £\tState\tUsed\nCCTV\t7425.20\t7425.20\tfine\tused\nMediation\t-1.50\t-1.50\tfine\tused\n"
    )


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd", "'-cmd"),
        ("＝1", "'＝1"),
        ("+15.9%", "+15.9%"),
        ("-1,250.00", "-1,250.00"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("CCTV", "CCTV"),
    ],
)
def test_copied_text_never_wakes_as_a_formula(text: str, copied: str) -> None:
    assert Column[Row]("Name", lambda row: row.name).copied(Row(1, text, Money(0))) == copied


def test_a_large_selection_is_summed_beside_the_window(qtbot: QtBot, asker: Asker) -> None:
    store = Store()
    view = TableView("Lines", asker=asker)
    qtbot.addWidget(view)
    model = PagedTableModel(
        COLUMNS, store.fetch, lambda ids, title: Money(sum(ids)) if title == "Spent £" else Money(0), view
    )
    model.set_ids(array("q", range(100_000)))
    view.set_model(model)
    view.show()
    answers: list[SelectionSummary] = []
    view.selection_summarised.connect(answers.append)
    view.selectAll()
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].total is not None)
    assert answers[-1] == SelectionSummary(100_000, "Spent", Money(sum(range(100_000))))
    assert sum(store.asked) < 2_000


def test_a_refresh_keeps_selection_cursor_and_place(qtbot: QtBot) -> None:
    view = TableView("Lines")
    qtbot.addWidget(view)
    view.resize(600, 400)
    model = PagedTableModel(COLUMNS, Store().fetch, parent=view)
    model.set_ids(array("q", range(10_000)))
    view.set_model(model)
    view.show()
    view.scrollTo(model.index(5_000, 0))
    view.setCurrentIndex(model.index(5_002, 1))
    top = model.key_at(view.rowAt(0))
    model.set_ids(array("q", [id for id in range(10_000) if id not in (3, 4_000)]))
    assert view.selected_keys() == [5_002]
    assert model.key_at(view.currentIndex().row()) == 5_002
    assert view.currentIndex().column() == 1
    assert model.key_at(view.rowAt(0)) == top


def test_a_selected_row_that_is_gone_is_not_selected_any_more(qtbot: QtBot, table: TableView) -> None:
    model = table.model()
    assert isinstance(model, ListTableModel)
    table.selectRow(1)
    with qtbot.waitSignal(table.current_row_changed) as said:
        model.set_rows(ROWS[:1])
    assert table.selected_rows() == []
    assert said.args == [None]


def test_the_row_of_a_key_can_be_shown(table: TableView) -> None:
    assert table.select_key(3)
    assert table.current_row == ROWS[2]
    assert not table.select_key(99)


# Why, activation, editing


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_a_derived_figure_answers_why_by_keyboard(qtbot: QtBot, table: TableView, key: Qt.Key) -> None:
    put_cursor(table, 1, 1)
    with qtbot.waitSignal(table.why_requested) as asked:
        QTest.keyClick(table, key)
    assert asked.args is not None
    assert asked.args[0] == ROWS[1]
    assert asked.args[1].title == "Spent £"


def test_a_derived_figure_answers_why_by_click(qtbot: QtBot, table: TableView) -> None:
    index = table.model().index(1, 1)
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    figure = delegate.figure_rect(table.visualRect(index), index)
    assert figure is not None
    with qtbot.waitSignal(table.why_requested):
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=figure.center())
    beside = table.visualRect(index).topLeft() + QPoint(2, 8)
    with qtbot.assertNotEmitted(table.why_requested):
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=beside)


def test_enter_opens_the_row(qtbot: QtBot, table: TableView) -> None:
    put_cursor(table, 2, 3)
    with qtbot.waitSignal(table.row_activated) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [ROWS[2]]


def test_an_amount_is_edited_in_place(qtbot: QtBot, table: TableView) -> None:
    put_cursor(table, 1, 2)
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.findChild(MoneyField)
    assert editor is not None
    assert editor.selectedText() == "7,425.20"
    QTest.keyClicks(editor, "£8,000")
    with qtbot.waitSignal(table.edited) as said:
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert said.args is not None
    assert (said.args[0], said.args[1].title, said.args[2]) == (ROWS[1], "Award £", Money(8_000_00))


def test_escape_leaves_a_cell_as_it_was(qtbot: QtBot, table: TableView) -> None:
    put_cursor(table, 1, 0)
    QTest.keyClick(table, Qt.Key.Key_F2)
    editor = table.viewport().findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "other")
    with qtbot.assertNotEmitted(table.edited):
        QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert names(table)[1] == "CCTV"


def test_cells_come_from_a_spreadsheet_where_rows_can_be_added(qtbot: QtBot, table: TableView) -> None:
    table.accepts_paste = True
    table.setFocus()
    QGuiApplication.clipboard().setText("Burglary packs\t4,990.00\r\nFire Skills\t0\r\n")
    with qtbot.waitSignal(table.pasted) as said:
        QTest.keyClick(table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert said.args == [[["Burglary packs", "4,990.00"], ["Fire Skills", "0"]]]


def test_the_totals_row_cannot_be_selected(table: TableView) -> None:
    table.selectAll()
    assert table.selected_rows() == ROWS
    assert not table.model().flags(table.model().index(3, 0)) & Qt.ItemFlag.ItemIsSelectable


# Widths


def test_room_to_spare_goes_to_the_columns_that_stretch() -> None:
    assert fit([Wish(100, 50), Wish(100, 50, 1), Wish(100, 50, 2)], 360) == [100, 120, 140]


def test_short_room_is_taken_from_the_columns_that_stretch_first() -> None:
    assert fit([Wish(100, 50), Wish(100, 50, 1)], 160) == [100, 60]
    assert fit([Wish(100, 50), Wish(100, 50, 1)], 130) == [80, 50]
    assert fit([Wish(100, 50), Wish(100, 50, 1)], 10) == [50, 50]


def test_amounts_are_never_cut(qtbot: QtBot, table: TableView) -> None:
    model = table.model()
    assert isinstance(model, ListTableModel)
    model.set_rows([replace(ROWS[0], amount=Money(-99_999_999_99))])
    table.resize(320, 200)
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    assert table.columnWidth(1) >= delegate.cell_width(0, COLUMNS[1])


def test_widths_that_the_user_chose_are_remembered(
    qtbot: QtBot, table: TableView, settings: Settings
) -> None:
    table.horizontalHeader().resizeSection(1, 222)
    assert settings.column_widths("test.projects") == {"Spent £": 222}
    again = TableView("Projects", "test.projects", settings)
    qtbot.addWidget(again)
    model = ListTableModel(COLUMNS, parent=again)
    model.set_rows(ROWS)
    again.set_model(model)
    again.resize(900, 300)
    again.show()
    assert again.columnWidth(1) == 222


def test_typing_letters_does_not_read_the_whole_table(qtbot: QtBot) -> None:
    store = Store()
    view = TableView("Lines")
    qtbot.addWidget(view)
    model = PagedTableModel(COLUMNS[3:], store.fetch, parent=view)
    model.set_ids(array("q", range(100_000)))
    view.set_model(model)
    view.show()
    view.setFocus()
    QTest.keyClicks(view, "zzz")
    assert sum(store.asked) <= 4 * PAGE


def test_cells_are_painted_for_every_kind_of_column(table: TableView) -> None:
    image = table.grab().toImage()
    assert image.width() > 0
    assert table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Fire Skills"
    assert table.model().index(0, 0, QModelIndex()).isValid()


def test_a_cell_over_several_columns_asks_no_width_and_goes_with_its_row(qtbot: QtBot) -> None:
    view = TableView("Projects")
    qtbot.addWidget(view)
    wide = Column[Row]("Name", lambda row: row.name, filter="name", spans=lambda row: 2 if row.id == 1 else 1)
    model = ListTableModel((wide, *COLUMNS[1:3]), lambda row: row.id, view)
    long = Row(1, "A heading that is longer than any column of this table could be without it", Money(0))
    model.set_rows([long, *ROWS[1:]])
    view.set_model(model)
    view.resize(400, 300)
    view.show()
    assert [view.columnSpan(at, 0) for at in range(3)] == [2, 1, 1]
    assert view.columnWidth(0) < 200
    model.filter_by({"name": "CCTV"})
    assert [view.columnSpan(at, 0) for at in range(model.rowCount())] == [1]


def test_a_long_name_is_broken_between_words_and_keeps_its_end(table: TableView) -> None:
    delegate = table.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    room = delegate.text_width("Feel safe in the town")
    assert delegate.lines_of("Feel safe in the town during the day", room) == (
        "Feel safe in the town",
        "during the day",
    )
    first, second = delegate.lines_of("      Feel safe in the town during the darkest night", room)
    assert first.startswith("      Feel safe")
    assert second.startswith("      ")
    assert second.endswith("night")
    assert "…" in second
    assert all(delegate.text_width(line) <= room for line in (first, second))
    unbroken = "client_survey_of_the_service_in_2018.xlsx"
    assert "".join(delegate.lines_of(unbroken, delegate.text_width(unbroken[:30]))) == unbroken
    assert delegate.lines_of("ab cd", 1)[0] == "a"


def test_columns_give_up_their_room_in_turn(qtbot: QtBot) -> None:
    view = TableView("Projects")
    qtbot.addWidget(view)
    first = Column[Row]("Name", lambda row: row.name, width=150, least=150)
    titles = ("First", "Then", "Last")
    others = [
        Column[Row](title, lambda _row: "x" * 14, RIGHT, may_hide=title != "Last", turn=at)
        for at, title in enumerate(titles)
    ]
    model = ListTableModel((first, *others), lambda row: row.id, view)
    model.set_rows(ROWS)
    view.set_model(model)
    view.show()
    shown = []
    for width in (900, 450, 300):
        view.resize(width, 200)
        shown.append([title for at, title in enumerate(titles, start=1) if not view.isColumnHidden(at)])
    assert shown == [["First", "Then", "Last"], ["Then", "Last"], ["Last"]]


def test_editing_begins_with_the_name_that_is_kept(qtbot: QtBot) -> None:
    view = TableView("Projects")
    qtbot.addWidget(view)
    told = replace(COLUMNS[0], text=lambda row: f"{row.name} · LF-12", typed=lambda row: row.name)
    model = ListTableModel((told,), lambda row: row.id, view)
    model.set_rows(ROWS)
    view.set_model(model)
    delegate = view.itemDelegate()
    assert isinstance(delegate, CellDelegate)
    field = QLineEdit()
    qtbot.addWidget(field)
    delegate.setEditorData(field, model.index(0, 0))
    assert field.text() == "Fire Skills"
    said = Mock()
    view.edited.connect(said)
    delegate.setModelData(field, model, model.index(0, 0))
    assert not said.called
