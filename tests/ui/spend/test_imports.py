"""Downloads on the Spend page: the review, what a second download changes, and taking an import back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundingapp.application.ports import Show
from fundingapp.domain.money import Money
from tests.ui.spend.conftest import Spend
from tests.ui.windows import ChosenFiles

CHECKED_P10 = "Import checked: 487 rows read = 483 kept + 4 skipped; total £261,459.66 agrees with the file."


def test_an_empty_file_teaches_the_first_step(bare: Spend) -> None:
    assert bare.page.ledger._stack.currentWidget() is bare.page.ledger._empty
    files = bare.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = bare.folder / "GL_extract_P10.xlsx"
    bare.press("Import ledger…", bare.page.ledger)
    assert bare.page.review is not None


def test_the_first_download_is_reviewed_and_imported(bare: Spend) -> None:
    review = bare.review("GL_extract_P10.xlsx")
    assert review.table("skipped").model().rowCount() == 4
    copy = review.preview.download.copy.path
    assert copy.exists()
    bare.press("Import 483 lines", review)
    assert CHECKED_P10 in bare.messages
    assert not copy.exists()
    assert len(bare.rows) == 483
    assert bare.count(Show.WAITING) == 483


def test_a_control_total_that_differs_holds_the_import(spend: Spend) -> None:
    review = spend.review("GL_extract_P12.xlsx")
    QTest.keyClicks(review.control.field, "321,473.91")
    assert not review.import_button.isEnabled()
    review.control.field.clear()
    QTest.keyClicks(review.control.field, "321,473.92")
    spend.press("Import 559 lines", review)
    assert any("agrees with your control total" in text for text in spend.messages)


def test_cancel_and_escape_keep_nothing(spend: Spend) -> None:
    for leave in ("press", "key"):
        review = spend.review("GL_extract_P12.xlsx")
        copy = review.preview.download.copy.path
        if leave == "press":
            spend.press("Cancel", review)
        else:
            spend.keys(review.first_focus(), Qt.Key.Key_Escape)
        assert spend.page.review is None
        assert not copy.exists()
        assert len(spend.rows) == 483


def test_the_same_file_again_says_so(spend: Spend) -> None:
    review = spend.review("GL_extract_P10.xlsx")
    assert review.preview.same_as == "GL_extract_P10.xlsx"
    assert not review.import_button.isEnabled()


def test_a_second_download_changes_what_was_taken_and_keeps_what_was_kept(spend: Spend) -> None:
    review = spend.review("GL_extract_P12.xlsx")
    found = {(row.change.value, row.before.transaction) for row in review.proposals}
    assert found == {
        ("amount changed", "551711/0449"),
        ("vanished", "551886/0250"),
        ("vanished", "550105/0328"),
        ("reworded", "550306/0479"),
    }
    table = review.table("changes")
    kept = next(at for at, row in enumerate(review.proposals) if row.before.transaction == "551886/0250")
    table.selectRow(kept)
    spend.press("Keep the old", review)
    spend.press("Import 559 lines", review)
    assert len(spend.rows) == 560
    assert spend.count(Show.CHANGED) == 4
    spend.show(Show.CHANGED)
    by_transaction = {row.line.transaction: row for row in spend.rows}
    assert by_transaction["551711/0449"].line.amount == Money(8519)
    assert by_transaction["551711/0449"].charges[0].charge.amount == Money(8519)


def test_a_change_is_decided_anew_and_looked_at(spend: Spend) -> None:
    review = spend.review("GL_extract_P12.xlsx")
    spend.press("Import 559 lines", review)
    spend.show(Show.CHANGED)
    at = next(at for at, row in enumerate(spend.rows) if row.line.transaction == "551711/0449")
    spend.select(at)
    spend.press("Keep the old", spend.open_panel)
    row = next(row for row in spend.rows if row.line.transaction == "551711/0449")
    assert row.line.amount == Money(7269)
    spend.press("Looked at", spend.open_panel)
    assert spend.count(Show.CHANGED) == 3
    spend.press("All looked at", spend.page)
    assert spend.count(Show.CHANGED) == 0
    spend.undo()
    assert spend.count(Show.CHANGED) == 3


def test_the_newest_import_is_taken_back_as_a_whole(spend: Spend) -> None:
    before = [(row.line, row.charges) for row in spend.rows]
    spend.press("Import 559 lines", spend.review("GL_extract_P12.xlsx"))
    assert len(spend.rows) == 559
    spend.press("Imports…", spend.page)
    imports = spend.page.imports
    assert imports.table.model().rowCount() == 2
    imports.table.selectRow(1)
    spend.settle()
    assert not imports._remove.isEnabled()
    imports.table.selectRow(0)
    spend.settle()
    spend.press("Take this import back", imports)
    spend.press("Back to the lines", imports)
    assert [row.line._replace(sheet="", row=0) for row in spend.rows] == [
        line._replace(sheet="", row=0) for line, _ in before
    ]
    assert [row.charges for row in spend.rows] == [charges for _, charges in before]


def test_rows_that_cannot_be_read_are_skipped_only_when_the_user_says_so(spend: Spend) -> None:
    text = (spend.folder / "GL_extract_P10_drcr.csv").read_text(encoding="cp1252")
    broken = spend.folder / "broken.csv"
    broken.write_text(text.replace("£11.39", "12.3.4", 1), encoding="cp1252")
    review = spend.review("broken.csv")
    assert not review.import_button.isEnabled()
    assert any("12.3.4" in row.reason for row in review.preview.download.parsed.held_back)
    QTest.mouseClick(review.skip_unreadable, Qt.MouseButton.LeftButton)
    review.skip_unreadable.setChecked(True)
    assert review.import_button.isEnabled()


def test_a_file_that_is_no_ledger_is_refused_in_a_sentence(spend: Spend) -> None:
    (spend.folder / "letter.xlsx").write_text("Dear treasurer")
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = spend.folder / "letter.xlsx"
    spend.press("Import ledger…", spend.page)
    assert spend.page.review is None
    assert any("letter.xlsx" in text for text in spend.messages)
    assert len(spend.rows) == 483


def test_no_copy_is_left_when_the_window_closes_over_a_review(spend: Spend) -> None:
    copy: Path = spend.review("GL_extract_P12.xlsx").preview.download.copy.path
    assert copy.exists()
    spend.shell.window.forget_pages()
    spend.qtbot.waitUntil(lambda: not copy.exists())
