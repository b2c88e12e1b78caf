"""The imports as things: what each changed side by side, its original, putting one back; and the layouts."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from fundingapp.application.commands.layouts import RememberLayout
from fundingapp.domain.layouts import Layout
from fundingapp.domain.ledger import Meaning
from fundingapp.ui.spend.imports import ImportsView
from fundingapp.ui.spend.layouts import LayoutsView
from fundingapp.workbooks.layout_files import read_layout_file
from tests.ui.spend.conftest import Spend
from tests.ui.windows import ChosenFiles

LAYOUT = Layout("County", ("Doc", "Posted", "Value"), (Meaning.TRANSACTION, Meaning.DATE, Meaning.AMOUNT))


@pytest.fixture
def imports(spend: Spend) -> ImportsView:
    """The view, with the second download in."""
    spend.press("Import 559 lines", spend.review("GL_extract_P12.xlsx"))
    spend.press("Imports…", spend.page)
    return spend.page.imports


def facts(imports: ImportsView) -> dict[str, str]:
    return {fact.name: fact.value for fact in imports.panel.rows("about")}


def choose(spend: Spend, imports: ImportsView, transaction: str) -> None:
    imports.panel.choice.choose("changes")
    table = imports.panel.table("changes")
    at = [row.before.transaction for row in imports.panel.rows("changes")].index(transaction)
    table.selectRow(at)
    table.setCurrentIndex(table.model().index(at, 0))
    spend.settle()


def sides(imports: ImportsView) -> dict[str, tuple[str, str]]:
    return {side.field: (side.was, side.now) for side in imports.panel.rows("sides") if side.differs}


def test_an_import_tells_everything_that_is_kept_about_it(spend: Spend, imports: ImportsView) -> None:
    found = facts(imports)
    assert found["Rows"] == "563 read = 559 kept + 4 skipped"
    assert found["Total that the file states"] == "£321,473.92 ✓ agrees"
    assert found["Lines are recognised by"] == "transaction number"
    assert found["Columns were told"]
    assert len(found["Fingerprint (SHA-256)"]) == 64
    assert len(imports.panel.rows("skipped")) == 4
    assert {seen.meaning for seen in imports.panel.rows("columns")} >= {"amount", "date", "transaction"}


def test_both_sides_of_a_change_stand_side_by_side_with_their_charges(
    spend: Spend, imports: ImportsView
) -> None:
    choose(spend, imports, "551711/0449")
    found = sides(imports)
    assert found["Amount £"] == ("72.69", "85.19")
    was, now = found["Charged to"]
    assert " 72.69 " in was
    assert " 85.19 " in now
    choose(spend, imports, "551886/0250")
    assert sides(imports)["Amount £"][1] == "no longer in the ledger"


def test_a_change_is_kept_and_taken_again_and_looked_at(spend: Spend, imports: ImportsView) -> None:
    choose(spend, imports, "551711/0449")
    spend.press("Keep the old", imports)
    [row] = [row for row in imports.panel.rows("changes") if row.before.transaction == "551711/0449"]
    assert not row.taken
    current = imports.panel.table("changes").current_row
    assert current is not None
    assert current.before.transaction == "551711/0449"
    spend.press("Take the new", imports)
    spend.press("Looked at", imports)
    assert sum(change.reviewed for change in imports.panel.rows("changes")) == 1
    spend.press("All looked at", imports)
    assert all(change.reviewed for change in imports.panel.rows("changes"))
    assert any("3 of 4 changes looked at" in text for text in spend.messages)


def test_an_import_is_taken_back_naming_what_that_undoes_and_put_back_as_it_was(
    spend: Spend, imports: ImportsView
) -> None:
    assert "78 new lines of £60,066.70 would go" in imports.panel._undoes.text()
    spend.press("Take this import back", imports)
    assert "“GL_extract_P12.xlsx” was taken back." in spend.messages
    assert facts(imports)["State"].startswith("taken back")
    imports.table.select_key(2)
    spend.settle()
    spend.press("Put this import back", imports)
    assert "“GL_extract_P12.xlsx” was put back." in spend.messages
    assert facts(imports)["State"] == "counts"
    spend.press("Back to the lines", imports)
    assert len(spend.rows) == 559


def test_an_earlier_import_says_why_it_can_t_be_taken_back(spend: Spend, imports: ImportsView) -> None:
    imports.table.select_key(1)
    spend.settle()
    assert not imports._remove.isEnabled()
    assert "“GL_extract_P12.xlsx” was imported later" in imports.panel._undoes.text()


def test_the_original_is_opened_and_saved_as_a_copy(
    spend: Spend, imports: ImportsView, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def open_url(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return len(opened) == 1

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    spend.press("Open a copy of the original", imports)
    original = (spend.folder / "GL_extract_P12.xlsx").read_bytes()
    assert opened[0].name == "GL_extract_P12.xlsx"
    assert opened[0].read_bytes() == original
    spend.press("Open a copy of the original", imports)
    assert "No program here opens “GL_extract_P12.xlsx”." in spend.messages
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.saving = spend.folder / "saved.xlsx"
    spend.press("Save the original…", imports)
    assert files.saving.read_bytes() == original


@pytest.fixture
def layouts(spend: Spend) -> LayoutsView:
    spend.press("Imports…", spend.page)
    spend.press("Layouts…", spend.page.imports)
    return spend.page.layouts


def names(layouts: LayoutsView) -> list[str]:
    return [kept.value.name for kept in layouts.layouts]


def test_a_layout_is_added_named_exported_and_forgotten(spend: Spend, layouts: LayoutsView) -> None:
    assert names(layouts) == []
    spend.shell.office.do(RememberLayout(LAYOUT), "Remember a layout")
    spend.settle()
    assert names(layouts) == ["County"]
    layouts.name.clear()
    QTest.keyClicks(layouts.name, "County ledger")
    spend.press("Save the name", layouts)
    assert names(layouts) == ["County ledger"]
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    out = files.saving = spend.folder / "county.layout.json"
    spend.press("Export…", layouts)
    assert read_layout_file(out).meanings == LAYOUT.meanings
    spend.press("Forget", layouts)
    assert names(layouts) == []
    files.opening = out
    spend.press("Add from a file…", layouts.head)
    assert names(layouts) == ["County ledger"]
    spend.undo()
    assert names(layouts) == []
    spend.undo()
    assert names(layouts) == ["County ledger"]


def test_a_file_that_is_no_layout_is_refused_in_a_sentence(spend: Spend, layouts: LayoutsView) -> None:
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = spend.folder / "coding_rules.csv"
    spend.press("Add from a file…", layouts.head)
    assert names(layouts) == []
    assert any("“coding_rules.csv” can't be used as a layout" in text for text in spend.messages)
