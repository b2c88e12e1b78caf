"""The findings workbook in the window: written, filled in by somebody else, read back, taken and undone."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from fundingapp.application.ports import Show
from tests.ui.spend.conftest import Spend
from tests.ui.windows import ChosenFiles
from tests.workbooks.test_enquiry_writer import fill_in


def files_of(spend: Spend) -> ChosenFiles:
    files = spend.shell.office.files
    assert isinstance(files, ChosenFiles)
    return files


def written(spend: Spend) -> Path:
    """The workbook as the page writes it, with the key of its first line."""
    files_of(spend).saving = spend.folder / "findings.xlsx"
    spend.press("Findings…", spend.page)
    spend.press("Write the workbook…", spend.page.findings)
    return spend.folder / "findings.xlsx"


def first_key(path: Path) -> str:
    sheet = openpyxl.load_workbook(path)["Lines to place"]
    return str(sheet.cell(5, sheet.max_column).value)


def test_answers_come_back_as_proposals_and_are_taken_in_one_step(spend: Spend) -> None:
    waiting = spend.count(Show.WAITING)
    path = written(spend)
    assert any(f"“findings.xlsx” asks about {waiting} lines" in text for text in spend.messages)
    fill_in(path, {first_key(path): ("LF-03", "stamps for the watch scheme", "B. Holder")})
    files_of(spend).opening = path
    spend.press("Read answers…", spend.page.findings)
    view = spend.page.findings
    assert view.table.model().rowCount() == 1
    assert f"{waiting} rows read = 1 answered + {waiting - 1} left open + 0" in view._accounted.text()
    assert spend.count(Show.WAITING) == waiting, "nothing is charged yet"
    spend.press("Take 1 answer", view)
    assert spend.count(Show.WAITING) == waiting - 1
    assert not view._take.isEnabled(), "the line is placed now, so there is nothing left to take"
    spend.undo()
    assert spend.count(Show.WAITING) == waiting
    assert view._take.isEnabled()


def test_an_answer_that_cannot_be_taken_says_why(spend: Spend) -> None:
    path = written(spend)
    fill_in(path, {first_key(path): ("LF-99", "", "B. Holder")})
    files_of(spend).opening = path
    spend.press("Read answers…", spend.page.findings)
    [row] = spend.page.findings._model.rows
    assert row.words == "LF-99 has no award in 2018/19."
    assert not spend.page.findings._take.isEnabled()


def test_another_workbook_is_refused_in_words(spend: Spend) -> None:
    spend.press("Findings…", spend.page)
    files_of(spend).opening = spend.folder / "coding_rules.csv"
    spend.press("Read answers…", spend.page.findings)
    assert any("is not a findings workbook" in text for text in spend.messages)
