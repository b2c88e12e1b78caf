"""Through the import review: a meaning is changed, a question answered, a table chosen, a layout remembered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fundingapp.domain.ledger import Meaning
from fundingapp.domain.money import Money
from fundingapp.ui.spend import page as page_module
from fundingapp.ui.spend.import_review import ImportReview
from tests.ui.spend.conftest import Spend

HEADINGS = ("Doc", "Posted", "Who", "Value A", "Value B")
ROWS = [
    (
        f"D{number:03}",
        f"{number % 28 + 1:02}/05/2018",
        f"Supplier {number % 7}",
        f"{number * 7}.25",
        f"{number * 11}.50",
    )
    for number in range(1, 41)
]
TOTAL_A = Money(sum(number * 700 + 25 for number in range(1, 41)))
TOTAL_B = Money(sum(number * 1100 + 50 for number in range(1, 41)))


def write(folder: Path, name: str, rows: Sequence[tuple[str, ...]] = ROWS) -> str:
    text = "\n".join(",".join(row) for row in (HEADINGS, *rows))
    (folder / name).write_text(f"{text}\n", encoding="utf-8")
    return name


@pytest.fixture
def doubtful(spend: Spend) -> ImportReview:
    """A download with two columns of amounts, under review."""
    return spend.review(write(spend.folder, "doubtful.csv"))


def now(spend: Spend) -> ImportReview:
    """The review as it is by now; another reading puts a new one in place."""
    review = spend.page.review
    assert review is not None
    return review


def test_X28_a_question_holds_the_import_until_it_is_answered(spend: Spend, doubtful: ImportReview) -> None:
    assert not doubtful.import_button.isEnabled()
    assert "1 question below must be answered" in doubtful.why_not()
    assert doubtful.first_focus() is doubtful.doubts.first_answer
    assert doubtful.preview.download.parsed.total == TOTAL_A
    spend.press("“Value B” is the amount", doubtful)
    review = now(spend)
    assert review.preview.download.parsed.total == TOTAL_B
    assert review.why_not() == ""
    assert not review.doubts.isVisible()
    spend.press("Import 40 lines", review)
    assert any(TOTAL_B.in_words in text for text in spend.messages)


def test_a_column_is_given_another_meaning_and_the_totals_follow_at_once(
    spend: Spend, doubtful: ImportReview
) -> None:
    copy = doubtful.preview.download.copy.path
    QTest.keyClicks(doubtful.control.field, "1.00")
    assert doubtful.columns.choice(3).key is Meaning.AMOUNT
    doubtful.columns.choice(4).choose(Meaning.AMOUNT)
    spend.settle()
    review = now(spend)
    assert review is not doubtful
    assert [review.columns.choice(at).key for at in (3, 4)] == [Meaning.OTHER, Meaning.AMOUNT]
    assert review.preview.download.parsed.total == TOTAL_B
    assert review.control.field.text() == "1.00", "what was typed goes on"
    assert review.columns.choice(4).hasFocus()
    assert copy.exists(), "the same copy is read"
    assert "control total" in review.why_not()
    assert "p)" in review._agrees.text


def test_a_meaning_that_can_t_be_is_refused_and_goes_back(spend: Spend, doubtful: ImportReview) -> None:
    doubtful.columns.choice(3).choose(Meaning.OTHER)
    spend.settle()
    review = now(spend)
    assert any("without a column of amounts" in text for text in spend.messages)
    assert review.columns.choice(3).key is Meaning.AMOUNT
    assert review.preview.download.parsed.total == TOTAL_A


def test_what_was_confirmed_is_remembered_by_name_and_not_asked_again(
    spend: Spend, doubtful: ImportReview
) -> None:
    spend.press("“Value B” is the amount", doubtful)
    review = now(spend)
    QTest.keyClicks(review.name, "County ledger")
    spend.press("Import 40 lines", review)
    later = [*ROWS, ("D900", "28/05/2018", "Supplier 1", "1.00", "2.00")]
    review = spend.review(write(spend.folder, "later.csv", later))
    assert review.preview.download.open_questions == ()
    assert review.preview.read_as.endswith("(“County ledger”)")
    assert review.preview.read_as.startswith("as ")
    assert not review.remember.isVisible()
    spend.press("Import 41 lines", review)
    spend.press("Imports…", spend.page)
    facts = {fact.name: fact.value for fact in spend.page.imports.panel.rows("about")}
    assert "County ledger" in facts["Columns were told"]
    spend.press("Layouts…", spend.page.imports)
    assert [kept.value.name for kept in spend.page.layouts.layouts] == ["County ledger"]


def test_nothing_is_remembered_that_the_user_does_not_want_remembered(
    spend: Spend, doubtful: ImportReview
) -> None:
    spend.press("“Value B” is the amount", doubtful)
    review = now(spend)
    review.remember.click()
    assert not review.name.isEnabled()
    spend.press("Import 40 lines", review)
    spend.press("Imports…", spend.page)
    spend.press("Layouts…", spend.page.imports)
    assert spend.page.layouts.layouts == ()


def test_one_undo_takes_the_import_and_what_was_remembered_back(spend: Spend, doubtful: ImportReview) -> None:
    before = len(spend.rows)
    spend.press("“Value B” is the amount", doubtful)
    spend.press("Import 40 lines", now(spend))
    spend.undo()
    assert len(spend.rows) == before
    spend.press("Imports…", spend.page)
    spend.press("Layouts…", spend.page.imports)
    assert spend.page.layouts.layouts == ()


@pytest.fixture
def two_tables(spend: Spend) -> str:
    """A workbook with two different ledgers."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Revenue"
    sheet.append(("Trans", "Date", "Supplier", "Net Amount"))
    for number in range(1, 31):
        sheet.append((f"R{number}", f"{number % 28 + 1:02}/05/2018", f"Supplier {number % 5}", number))
    other = book.create_sheet("Cards")
    other.append(("Card", "Period", "Year", "Cost Centre", "Debit", "Credit"))
    for number in range(1, 11):
        other.append((f"C{number}", number, "2018/19", "CS1", number * 2, None))
    book.save(spend.folder / "two.xlsx")
    return "two.xlsx"


def test_another_table_of_the_file_is_chosen(spend: Spend, two_tables: str) -> None:
    review = spend.review(two_tables)
    tables = review.preview.download.tables
    assert [(seen.sheet, seen.chosen) for seen in tables] == [("Revenue", True), ("Cards", False)]
    copy = review.preview.download.copy.path
    review.choice.choose("tables")
    table = review.table("tables")
    table.setCurrentIndex(table.model().index(1, 0))
    spend.press("Read only this table", review)
    review = now(spend)
    assert [(seen.sheet, seen.chosen) for seen in review.preview.download.tables] == [
        ("Revenue", False),
        ("Cards", True),
    ]
    assert review.preview.download.parsed.total == Money(110_00)
    assert not copy.exists()
    assert review.choice.key == "tables"
    spend.press("Read what belongs together", review)
    assert now(spend).preview.download.parsed.total == Money(465_00)


def test_X25_a_hidden_sheet_is_listed_and_read_only_when_chosen(spend: Spend) -> None:
    book = Workbook()
    for title, first in (("Shown", "S"), ("Put away", "H")):
        sheet = book.create_sheet(title)
        sheet.append(("Trans", "Date", "Supplier", "Net Amount"))
        for number in range(1, 21):
            sheet.append((f"{first}{number}", f"{number:02}/05/2018", "Supplier", number))
    del book["Sheet"]
    book["Put away"].sheet_state = "hidden"
    book.save(spend.folder / "hidden.xlsx")
    review = spend.review("hidden.xlsx")
    assert review.preview.hidden == ("Put away",)
    assert review.preview.download.sheet == "Shown"
    review.choice.choose("tables")
    table = review.table("tables")
    table.setCurrentIndex(table.model().index(1, 0))
    spend.press("Read only this table", review)
    assert now(spend).preview.download.sheet == "Put away"


def test_X39_an_encoding_that_is_only_assumed_is_asked_with_a_line_in_each(spend: Spend) -> None:
    rows = [("Doc", "Posted", "Who", "Value"), *((row[0], row[1], row[2], row[4]) for row in ROWS)]
    text = "\n".join(",".join(row) for row in rows).replace("Supplier 3", "Shop \xa9 Ltd", 1)
    (spend.folder / "letters.csv").write_bytes(text.encode("latin-1"))
    review = spend.review("letters.csv")
    assert dict(review.preview.encodings)["cp850"].split(",")[2] == "Shop ® Ltd"
    chosen = "cp850" if review.preview.download.encoding != "cp850" else "cp1252"
    line = dict(review.preview.encodings)[chosen]
    words = "Code page 850" if chosen == "cp850" else "Windows-1252"
    spend.press(f"{words}:  {line}", review)
    review = now(spend)
    assert review.preview.download.encoding == chosen
    assert review.preview.encodings == ()
    assert not review.doubts.isVisible()


def test_a_file_too_large_to_keep_its_rows_is_read_again_from_its_copy(
    spend: Spend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "KEPT_ROWS", 10)
    review = spend.review(write(spend.folder, "doubtful.csv"))
    assert review.preview.download.raw == ()
    assert review.preview.columns[3].values, "its values are shown all the same"
    review.columns.choice(4).choose(Meaning.AMOUNT)
    spend.settle()
    assert now(spend).preview.download.parsed.total == TOTAL_B
    spend.press("Import 40 lines", now(spend))


def test_X33_lines_that_look_the_same_are_shown_and_taken_for_one_or_two(
    spend: Spend, doubtful: ImportReview
) -> None:
    spend.press("“Value B” is the amount", doubtful)
    spend.press("Import 40 lines", now(spend))
    lines = "\n".join(",".join((row[1], row[2], row[4])) for row in ROWS)
    (spend.folder / "plain.csv").write_text(f"Posted,Who,Value\n{lines}\n", encoding="utf-8")
    review = spend.review("plain.csv")
    assert len(review.likenesses) == 40
    assert all(row.one for row in review.likenesses)
    review.choice.choose("alike")
    table = review.table("alike")
    table.selectRow(0)
    spend.press("They are two lines", review)
    assert [row.one for row in review.likenesses].count(False) == 1
    command = review.command()
    assert command.same is not None
    assert len(command.same) == 39


def test_rows_to_look_at_say_why_they_are_shown(spend: Spend) -> None:
    review = spend.review("GL_extract_P12.xlsx")
    why = " ".join(odd.why for odd in review.preview.odd)
    for reason in ("at the beginning", "at the end", "largest amounts", "largest negative amounts"):
        assert reason in why


def test_a_file_that_was_taken_back_says_so_and_comes_back_as_it_was(spend: Spend) -> None:
    spend.press("Import 559 lines", spend.review("GL_extract_P12.xlsx"))
    spend.press("Imports…", spend.page)
    spend.press("Take this import back", spend.page.imports)
    spend.press("Back to the lines", spend.page.imports)
    review = spend.review("GL_extract_P12.xlsx")
    assert "taken back" in review.preview.was_taken_back
    assert review.anew.isVisible()
    spend.press("Import 559 lines", review)
    spend.press("Imports…", spend.page)
    assert spend.page.imports.table.model().rowCount() == 2


def test_Enter_in_the_control_total_imports_when_it_agrees(spend: Spend) -> None:
    review = spend.review("GL_extract_P12.xlsx")
    QTest.keyClicks(review.control.field, "321473.92")
    spend.keys(review.control.field, Qt.Key.Key_Return)
    assert len(spend.rows) == 559


def test_every_choice_of_a_meaning_is_reached_by_tab_and_has_a_name(doubtful: ImportReview) -> None:
    for at, heading in enumerate(HEADINGS):
        choice = doubtful.columns.choice(at)
        assert choice.accessibleName() == f"What column {at + 1}, “{heading}” is read as"
        assert choice.focusPolicy() & Qt.FocusPolicy.TabFocus
