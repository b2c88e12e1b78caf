"""Filters by column, their tags, columns by choice, what “all” means under a filter, and the export of the view."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from fundingapp.application.ports import Show
from fundingapp.domain.money import Money
from fundingapp.ui.tables.columns import Sorting
from fundingapp.ui.widgets.chips import FilterTag
from tests.ui.spend.conftest import Spend
from tests.ui.windows import PATIENCE_MS, ChosenFiles


def filter_by(spend: Spend, key: str, text: str) -> None:
    """Types *text* into the filter of a column."""
    table = spend.page.ledger.table
    if not table.filters_shown:
        table.set_filters_shown(True)
    table.set_filter(key, text)
    wanted = {key: text} if text else {}
    ledger = spend.page.ledger
    spend.qtbot.waitUntil(lambda: wanted.items() <= ledger._filters.items(), timeout=PATIENCE_MS)
    spend.settle()


def tags(spend: Spend) -> list[str]:
    return [tag.text() for tag in spend.page.ledger.strip.findChildren(FilterTag) if tag.isVisible()]


def test_ranges_filter_amounts_and_days_and_the_chips_follow(spend: Spend) -> None:
    filter_by(spend, "amount", ">500")
    assert spend.rows
    assert all(row.line.amount > Money(50_000) for row in spend.rows)
    filter_by(spend, "posted_on", "Apr–Jun")
    assert spend.rows
    assert {row.line.posted_on.month for row in spend.rows if row.line.posted_on} <= {4, 5, 6}
    assert spend.count(Show.ALL) == len(spend.rows)
    assert sorted(tags(spend)) == ["Date: Apr–Jun", "£: >500"]
    assert spend.page.ledger.strip._hidden.text() == f"{483 - len(spend.rows)} lines hidden"


def test_a_tag_takes_its_filter_off(spend: Spend) -> None:
    filter_by(spend, "supplier", "falcon; viking")
    assert {row.line.supplier.split()[0] for row in spend.rows} == {"FALCON", "VIKING"}
    filter_by(spend, "amount", "..100")
    QTest.keyClicks(spend.page.ledger.text, "centre")
    spend.settle()
    assert len(tags(spend)) == 3
    for name in ("£: ..100", "Search: centre", "Supplier: falcon; viking"):
        tag = next(
            each
            for each in spend.page.ledger.strip.findChildren(FilterTag)
            if each.text() == name and each.isVisible()
        )
        tag.setFocus()
        QTest.keyClick(tag, Qt.Key.Key_Delete)
        spend.qtbot.waitUntil(lambda name=name: name not in tags(spend), timeout=PATIENCE_MS)  # type: ignore[misc]
        spend.settle()
    assert len(spend.rows) == 483
    assert not spend.page.ledger.strip.isVisible()


def test_what_cannot_be_read_fits_nothing_and_says_what_to_type(spend: Spend) -> None:
    filter_by(spend, "amount", "lots")
    assert spend.rows == []
    [tag] = spend.page.ledger.strip.filters
    assert tag.text == "£: can’t be read, so nothing fits: lots"
    assert "type 412.75, >500" in tag.problem
    spend.press("Clear the filters", spend.page)
    assert len(spend.rows) == 483


def test_clearing_the_filters_keeps_the_chip(spend: Spend) -> None:
    spend.show(Show.WAITING)
    filter_by(spend, "supplier", "payroll")
    assert len(spend.rows) == 1
    spend.press("Clear the filters", spend.page)
    assert spend.page.ledger.show_key is Show.WAITING
    assert len(spend.rows) == 4


def test_U07_filter_on_then_select_all_leaves_what_is_hidden_and_says_how_many(spend: Spend) -> None:
    spend.show(Show.WAITING)
    filter_by(spend, "amount", ">0")
    hidden = 483 - len(spend.rows)
    table = spend.page.ledger.table
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    spend.qtbot.waitUntil(lambda: spend.several is not None, timeout=PATIENCE_MS)
    spend.settle()
    several = spend.several
    assert several is not None
    words = [made.text() for made in several.findChildren(type(spend.page.head._state))]
    words += [made.text() for made in several.findChildren(type(several._sought))]
    assert f"{hidden} more lines hidden by the filters; they stay as they are." in words
    several.place.choose("LF-08")
    spend.press("Charge 3 lines", several)
    assert spend.page.ledger._all.waiting == 1
    assert any(f"{hidden} lines hidden by the filters left as they were." in text for text in spend.messages)
    spend.undo()
    assert spend.page.ledger._all.waiting == 4


def test_several_lines_are_split_by_percentage_in_one_step(spend: Spend) -> None:
    spend.show(Show.WAITING)
    table = spend.page.ledger.table
    table.selectAll()
    spend.qtbot.waitUntil(lambda: spend.several is not None, timeout=PATIENCE_MS)
    several = spend.several
    assert several is not None
    several.place.choose("LF-08")
    several.start_splitting()
    several.second.choose("LF-03")
    several.percent.setText("25%")
    spend.press("Split 4 lines", several)
    assert spend.page.ledger._all.waiting == 0
    spend.show(Show.SPLIT)
    split = [row for row in spend.rows if row.projects == ("LF-08", "LF-03")]
    assert len(split) == 4
    assert all(Money.total(e.charge.amount for e in row.charges) == row.line.amount for row in split)
    spend.undo()
    assert spend.page.ledger._all.waiting == 4


def test_columns_are_chosen_and_remembered_and_copied(spend: Spend) -> None:
    table = spend.page.ledger.table
    menu = QMenu()
    table.fill_columns_menu(menu)
    marks = {action.text(): action for action in menu.actions()}
    assert not marks["Transaction"].isChecked()
    marks["Transaction"].trigger()
    marks["Description"].trigger()
    titles = [column.title for column in table.chosen_columns]
    assert "Transaction" in titles
    assert "Description" not in titles
    at = [column.title for column in spend.page.ledger.model.columns].index("Description")
    assert table.isColumnHidden(at)
    assert spend.shell.office.settings.columns_shown("spend.lines") == {
        "Transaction": True,
        "Description": False,
    }


def chosen(spend: Spend, path: Path) -> None:
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.saving = path


def test_the_view_is_exported_as_it_is_filtered_and_sorted(spend: Spend, tmp_path: Path) -> None:
    ledger = spend.page.ledger
    filter_by(spend, "supplier", "falcon")
    ledger.table._sort(Sorting("amount", True))
    spend.settle()
    rows = spend.rows
    chosen(spend, tmp_path / "view.xlsx")
    QTest.keyClick(
        ledger.table, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    QTest.keyClick(
        ledger.table, Qt.Key.Key_Home
    )  # Qt's test keys stay held after a shortcut until the next one
    spend.settle()
    book = load_workbook(tmp_path / "view.xlsx")
    head, *lines = book["Lines"].iter_rows(values_only=True)
    assert head == ("Date", "Cost centre / account", "Supplier", "Description", "£", "Project", "How")
    assert [line[4] for line in lines] == [float(row.line.amount.pounds) for row in rows]
    assert [line[0].date() for line in lines if line[0] is not None] == [row.line.posted_on for row in rows]  # type: ignore[union-attr]
    about = list(book["About this list"].iter_rows(values_only=True))
    assert ("Filter", "Supplier: falcon") in about
    assert ("Sorted by", "amount, largest first") in about
    assert ("Lines", len(rows)) in about
    hidden = 483 - len(rows)
    assert any(
        f"written to “view.xlsx”. {hidden} lines hidden by the filters are not in it." in text
        for text in spend.messages
    )


def test_the_view_is_exported_as_text(spend: Spend, tmp_path: Path) -> None:
    spend.show(Show.WAITING)
    chosen(spend, tmp_path / "view.csv")
    spend.page.ledger.export()
    spend.settle()
    with (tmp_path / "view.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert [line[4] for line in lines] == ["£", *(str(row.line.amount.pounds) for row in spend.rows)]


def test_an_export_that_cannot_be_written_is_refused_in_words(spend: Spend, tmp_path: Path) -> None:
    chosen(spend, tmp_path / "nowhere" / "view.xlsx")
    spend.page.ledger.export()
    spend.settle()
    assert any("view.xlsx” was not written" in text for text in spend.messages)
    assert spend.page.ledger._export_button.isEnabled()


@pytest.mark.parametrize("suggested", [True, False])
def test_a_suggestion_is_rejected_with_x_and_not_made_again(spend: Spend, suggested: bool) -> None:
    if suggested:
        spend.suggest()
    spend.show(Show.WAITING)
    at = next(at for at, row in enumerate(spend.rows) if row.line.supplier == "PAYROLL")
    spend.select(at)
    spend.keys(spend.page.ledger.table, Qt.Key.Key_X)
    spend.suggest()
    row = next(row for row in spend.rows if row.line.supplier == "PAYROLL")
    refs = spend.page._words.refs
    assert row.suggestion is None or (
        not suggested or refs.get(row.suggestion.head.project if row.suggestion.head else 0) != "LF-02"
    )
    assert spend.count(Show.WAITING) == 4
