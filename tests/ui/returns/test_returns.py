"""The Returns page: the quarter's figures and checks, saving the workbook, its versions, and what was sent."""

from __future__ import annotations

import zipfile
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pypdf
import pytest
import python_calamine
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.exceptions import AcceptException
from fundingapp.application.commands.imports import ImportLedger
from fundingapp.application.commands.matching import ChargeLines
from fundingapp.application.commands.parties import AddContact
from fundingapp.application.commands.returns import SaveReturn
from fundingapp.application.ports import LineFilter, Show
from fundingapp.application.queries.downloads import ReadDownload
from fundingapp.application.queries.lines import LineShares
from fundingapp.application.queries.sending_checks import ChecksBeforeSending
from fundingapp.application.sample import FILE
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import FundId, TemplateId
from fundingapp.domain.matching import Exclude
from fundingapp.domain.parties import Contact, ContactRole
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.sheets.marks import CellAt
from fundingapp.ui.sheets.view import SheetView
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.buttons import Button
from fundingapp.ui.widgets.links import LinkLabel
from fundingapp.ui.widgets.segmented import Segmented
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, ChosenFiles, bare_shell, open_shell, settle

FUND, YEAR, TEMPLATE = FundId(1), FinancialYear(2018), TemplateId(1)


def choose_quarter(qtbot: QtBot, shell: Shell, quarter: int) -> None:
    (segmented,) = (
        each
        for each in hands.seen(shell.window.stack, Segmented)
        if each.accessibleName().startswith("Quarter")
    )
    segmented.setFocus()
    steps = quarter - int(segmented.accessibleName()[-1])  # “Quarter: Q3”
    for _ in range(abs(steps)):
        hands.key(segmented, Qt.Key.Key_Right if steps > 0 else Qt.Key.Key_Left)
    settle(qtbot, shell)


def show_view(qtbot: QtBot, shell: Shell, title: str) -> None:
    """Chooses a view of the page with the arrow keys."""
    (views,) = (
        each
        for each in hands.seen(shell.window.stack, Segmented)
        if each.accessibleName().startswith("Views")
    )
    views.setFocus()
    for _ in range(6):
        hands.key(views, Qt.Key.Key_Left)
    while not views.accessibleName().endswith(f": {title}"):
        before = views.accessibleName()
        hands.key(views, Qt.Key.Key_Right)
        assert views.accessibleName() != before, f"there is no view “{title}”"
    settle(qtbot, shell)


def choose_own_workbook(qtbot: QtBot, shell: Shell) -> None:
    hands.choose(shell.window.stack, "Workbook that the return is written into", "Our own workbook")
    settle(qtbot, shell)


def save(qtbot: QtBot, shell: Shell, path: Path | None) -> None:
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    files.saving = path
    hands.press(shell.window, "Save the return…")
    settle(qtbot, shell)


def the_sheet(shell: Shell) -> SheetView:
    (view,) = hands.seen(shell.window.stack, SheetView)
    return view


def shown(shell: Shell, sheet: str, cell: str) -> str:
    """What a cell of the sheets says."""
    look = the_sheet(shell).look(CellAt(sheet, cell))
    assert look is not None
    return look.shown


def push(qtbot: QtBot, shell: Shell, words: str, root: QWidget | None = None) -> None:
    """Presses a button or a link with the keyboard, and waits for what comes of it."""
    target = hands.find(root or shell.window, words)
    assert target.isEnabled(), f"“{words}” cannot be pressed now"
    assert target.focusPolicy() & Qt.FocusPolicy.TabFocus, f"Tab does not come to “{words}”"
    target.setFocus()
    hands.key(target, Qt.Key.Key_Return)
    settle(qtbot, shell)


def state(shell: Shell, version: str = "1") -> str:
    """What the list of versions says of one."""
    return hands.row(hands.table(shell.window, "Saved versions"), "Version", version)["State"]


def accept_what_is_open(shell: Shell) -> None:
    """Settles what stands in the way of a return in the commissioner's workbook: lines that wait, then the rest."""
    desk = shell.office.desk
    waiting = tuple(line.id for line in desk.ask(LineShares(LineFilter(show=Show.WAITING))))
    if waiting:
        desk.do(ChargeLines(waiting, Exclude("not this grant's"), "looked up"))
    for check in desk.ask(ChecksBeforeSending(FUND, YEAR, 3, TEMPLATE)).errors:
        desk.do(AcceptException(FUND, YEAR, 3, check.key, check.text, "agreed on 12 April"))


def go_to_cell(qtbot: QtBot, shell: Shell, sheet: str, cell: str, pressed: Qt.Key = Qt.Key.Key_F2) -> str:
    """Goes to a cell, asks why by the keyboard, and reads the inspector."""
    view = the_sheet(shell)
    view.setFocus()
    assert view.go_to(sheet, cell)
    hands.key(view.grid, pressed)
    settle(qtbot, shell)
    return hands.read(shell.window.inspector)


def test_the_commissioners_workbook_comes_up_as_it_would_be_filled_and_each_cell_says_why(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        window = shell.window
        assert "Q3 monitoring return" in hands.read(window.stack)
        assert "in the Commissioner’s own workbook: OPCC_monitoring_template.xlsx" in hands.read(window.stack)
        assert hands.find(window, "Fill and save…").isEnabled()
        # The formulas of the workbook are worked out anew.
        assert shown(shell, "Expenditure", "G33") == "£17,812.09"
        inspector = hands.read(window.inspector)
        assert "What the section 151 officer certifies" in inspector
        assert "the sides differ by £41.01" in inspector
        # Down to the ledger lines behind a figure of a project's quarter.
        why = go_to_cell(qtbot, shell, "Expenditure", "G9")
        assert "G9 · £769.38 — why?" in why
        assert "PAYROLL, 7 lines" in why
        assert "Ledger, 7 lines" in why
        assert "Before it can be certified" in why
        # A formula is told by the cells that it adds up, each of which can be gone to.
        why = go_to_cell(qtbot, shell, "Expenditure", "G33")
        assert "=SUM(G8:G32)" in why
        hands.press(window.inspector, "G18 LF-11")
        settle(qtbot, shell)
        assert the_sheet(shell).current == CellAt("Expenditure", "G18")
        assert "G18 · £376.45 — why?" in hands.read(window.inspector)
        # Without asking: the cursor that moves on is followed.
        hands.key(the_sheet(shell).grid, Qt.Key.Key_Down)
        settle(qtbot, shell)
        assert "G19 · £551.66 — why?" in hands.read(window.inspector)
        # What is about to be filled is named with its year before a place is asked for.
        hands.press(window, "Fill and save…")
        settle(qtbot, shell)
        said = hands.read(window.inspector)
        assert "Fill and save · Locality Fund 2018/19 Q3" in said
        assert "to settle or accept before it can be certified" in said
        assert "Expenditure: 1 comment. It is in the Commissioner's own workbook as it came" in said
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        files.saving = tmp_path / "filled"
        hands.press(window.inspector, "Choose where to save it…")
        settle(qtbot, shell)
        (message,) = hands.messages(window)
        assert message.startswith("filled.xlsx is saved: ")
        book = python_calamine.CalamineWorkbook.from_path(tmp_path / "filled.xlsx")
        rows = book.get_sheet_by_name("Expenditure").to_python(skip_empty_area=False)
        assert rows[32][6] == 17812.09
        go_to_cell(qtbot, shell, "Expenditure", "G9")
        hands.press(window.inspector, "Open the lines")
        settle(qtbot, shell)
        said = hands.read(window.stack)
        assert "Spend\n" in said
        assert said.count("LF-02 Increase in MTC posts") == 7


def test_a_check_leads_to_its_cell_and_is_accepted_with_a_reason_and_open_again(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        window = shell.window
        before = checks_open(shell)
        (link,) = [
            each
            for each in hands.seen(window.inspector, LinkLabel)
            if each.text().startswith("Expenditure!M11: LF-04")
        ]
        link.click()
        settle(qtbot, shell)
        assert the_sheet(shell).current == CellAt("Expenditure", "M11")
        (accept,) = [
            each
            for each in hands.seen(window.inspector, LinkLabel)
            if each.accessibleName().startswith("Accept with a reason: Expenditure!M11: LF-04")
        ]
        hands.key(accept, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert "Q3 2018/19" in hands.read(window.inspector)
        hands.press(window.inspector, "Accept it")
        assert "Say why" in hands.read(window.inspector)
        hands.type_in(window.inspector, "Reason", "Agreed with the commissioner")
        hands.press(window.inspector, "Accept it")
        settle(qtbot, shell)
        assert checks_open(shell) == before - 1
        assert ": Agreed with the commissioner" in hands.read(window.inspector)
        hands.press(window.inspector, "Take the acceptance back")
        settle(qtbot, shell)
        assert checks_open(shell) == before


def checks_open(shell: Shell) -> int:
    """The number on the button of the checks."""
    (words,) = [
        each.text() for each in hands.seen(shell.window.stack, Button) if each.text().startswith("Check (")
    ]
    return int(words.removeprefix("Check (").removesuffix(")"))


def test_who_certifies_is_named_and_a_missing_reason_is_one_step_away(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="returns", size=(1280, 720)) as shell:
        inspector = shell.window.inspector
        assert "Nobody is recorded as section 151 officer" in hands.read(inspector)
        officer = Contact("A. Treasurer", ContactRole.SECTION_151, email="s151@example.org")
        deputy = Contact("B. Deputy", ContactRole.SECTION_151, is_deputy=True)
        shell.office.do(AddContact(deputy), "Add a deputy")
        shell.office.do(AddContact(officer), "Add an officer")
        settle(qtbot, shell)
        said = hands.read(inspector)
        assert "Who certifies it\nA. Treasurer, section 151 officer, s151@example.org\nB. Deputy" in said
        hands.press(inspector, "Give the reason of LF-02…")
        settle(qtbot, shell)
        hands.press(inspector, "Give the reason…")
        hands.type_in(inspector, "Why it differs", "A post was empty until November")
        hands.choose(inspector, "As at the end of", "December")
        hands.press(inspector, "Keep the reason")
        settle(qtbot, shell)
        hands.press(shell.window.rail, "Returns")
        settle(qtbot, shell)
        said = hands.read(inspector)
        assert "LF-02: A post was empty until November" in said
        assert "Give the reason of LF-04…" in said


def test_our_own_workbook_of_each_quarter_is_looked_at_written_and_kept_as_a_version(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        window = shell.window
        choose_own_workbook(qtbot, shell)
        assert "in our own workbook" in hands.read(window.stack)
        for quarter, spent in ((4, "54,318.71"), (3, "48,309.45")):
            choose_quarter(qtbot, shell, quarter)
            choose_own_workbook(qtbot, shell)
            assert f"Q{quarter} monitoring return" in hands.read(window.stack)
            assert f"Spent, year to date\n{spent}" in hands.read(window.inspector)
        # Beside the quarter before: nothing was saved of it; then it was.
        hands.press(window, "Compare with Q2")
        settle(qtbot, shell)
        assert "No return of Q2 was saved" in hands.read(window.inspector)
        before = SaveReturn(FUND, YEAR, 2, tmp_path / "Q2 return.xlsx")
        shell.office.do(before, "Save the Q2 return")
        settle(qtbot, shell)
        said = hands.read(window.inspector)
        assert "Beside Q2, version 1, draft" in said
        assert "now 48,309.45" in said
        hands.press(window, "Compare with Q2")
        settle(qtbot, shell)
        assert "Beside Q2" not in hands.read(window.inspector)
        # Thinking better of it, or a folder that is not there, saves nothing.
        save(qtbot, shell, None)
        assert hands.messages(window) == []
        save(qtbot, shell, tmp_path / "no such folder" / "return.xlsx")
        (message,) = hands.messages(window)
        assert "return.xlsx" in message
        assert "Traceback" not in message
        assert "draft 1" in hands.read(window.stack)
        save(qtbot, shell, tmp_path / "Q3 return")
        written = tmp_path / "Q3 return.xlsx"
        message = hands.messages(window)[0]
        assert message.startswith("Q3 return.xlsx is saved: ")
        assert "cells written and read back equal" in message
        assert str(tmp_path) in message
        hands.press(window, "Open the folder")
        assert opened == [str(tmp_path)]
        assert "Summary" in python_calamine.CalamineWorkbook.from_path(written).sheet_names
        assert "draft 2" in hands.read(window.stack)
        show_view(qtbot, shell, "Sent and saved")
        (saved,) = hands.rows(hands.table(window, "Saved versions"))
        assert (saved["Version"], saved["State"], saved["File"]) == ("1", "draft", "Q3 return.xlsx")
        cells = hands.rows(hands.table(window, "Cells as they were written"))
        assert any("LF-11" in row["Of"] and row["As it was written"] == "376.45" for row in cells)
        # What is in the way of the next step is told.
        hands.press(window.stack, "Mark as checked")
        settle(qtbot, shell)
        assert "8 open errors" in hands.messages(window)[0]
        assert hands.rows(hands.table(window, "Saved versions"))[0]["State"] == "draft"
        hands.shortcut(window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        assert "Nothing is saved of this quarter yet" in hands.read(window.stack)
        assert written.exists()


def test_what_was_found_leads_to_its_cell_and_a_file_that_was_changed_is_named(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="returns") as shell:
        window, inspector = shell.window, shell.window.inspector
        files = shell.office.files
        assert isinstance(files, ChosenFiles)
        out = files.saving = files.opening = tmp_path / "Q3 return.xlsx"
        push(qtbot, shell, "Fill and save…")
        push(qtbot, shell, "Choose where to save it…", inspector)
        said = hands.read(inspector)
        assert "Saved: Q3 return.xlsx" in said
        assert "What was found while it was filled" in said
        (found,) = [each for each in hands.seen(inspector, LinkLabel) if each.text().startswith("Cover!C9")]
        hands.key(found, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert the_sheet(shell).current == CellAt("Cover", "C9")
        push(qtbot, shell, "Back to what was found", inspector)
        assert "What was found while it was filled" in hands.read(inspector)
        # The same file again: nothing is lost by it, and nothing is asked.
        push(qtbot, shell, "Fill and save…")
        push(qtbot, shell, "Choose where to save it…", inspector)
        assert "draft 3" in hands.read(window.stack)
        type_over(out, b"Charnwood CSP", b"Charnwood XYZ")
        push(qtbot, shell, "Fill and save…")
        push(qtbot, shell, "Choose where to save it…", inspector)
        said = hands.read(inspector)
        assert "Write over a file?" in said
        assert "“Q3 return.xlsx” was changed since it was written here on" in said
        assert "draft 3" in hands.read(window.stack), "nothing is written before it is answered"
        push(qtbot, shell, "Look at what stands in it…", inspector)
        said = hands.read(inspector)
        assert "“Q3 return.xlsx” was changed since it was written on" in said
        assert "Cover!C4" in said
        assert "Charnwood XYZ" in said
        # The same look, from the list of what was saved.
        show_view(qtbot, shell, "Sent and saved")
        hands.open_row(hands.table(window, "Saved versions"), "Version", "2")
        settle(qtbot, shell)
        push(qtbot, shell, "Check the file on disk…", inspector)
        (link,) = [each for each in hands.seen(inspector, LinkLabel) if "Charnwood XYZ" in each.text()]
        hands.key(link, Qt.Key.Key_Return)
        settle(qtbot, shell)
        assert the_sheet(shell).current == CellAt("Cover", "C4")
        # The pack and the e-mail are files that other programs open.
        show_view(qtbot, shell, "Sent and saved")
        hands.open_row(hands.table(window, "Saved versions"), "Version", "2")
        settle(qtbot, shell)
        files.saving = tmp_path / "pack"
        push(qtbot, shell, "Pack (PDF)…", inspector)
        assert len(pypdf.PdfReader(tmp_path / "pack.pdf").pages) > 1
        files.saving = tmp_path / "mail"
        push(qtbot, shell, "E-mail draft…", inspector)
        mail = BytesParser(policy=default).parsebytes((tmp_path / "mail.eml").read_bytes())
        attached = [part.get_filename() for part in mail.iter_attachments()]
        assert "Q3 return.xlsx" in attached
        assert any(str(name).endswith(".pdf") for name in attached)


def type_over(path: Path, old: bytes, new: bytes) -> None:
    """Changes a value inside a workbook, as somebody would in Excel."""
    with zipfile.ZipFile(path) as package:
        parts = {each: package.read(each) for each in package.infolist()}
    assert any(old in content for content in parts.values())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for each, content in parts.items():
            package.writestr(each.filename, content.replace(old, new))


def test_a_return_goes_from_draft_to_accepted_by_two_people_and_a_query_makes_a_new_version(
    tmp_path: Path, qtbot: QtBot
) -> None:
    with open_shell(tmp_path, qtbot, page="spend") as shell:
        window, inspector = shell.window, shell.window.inspector
        accept_what_is_open(shell)
        shell.office.do(
            SaveReturn(FUND, YEAR, 3, tmp_path / "Q3 return.xlsx", TEMPLATE), "Save the Q3 return"
        )
        settle(qtbot, shell)
        window.go_to("returns", ("sent", None))
        settle(qtbot, shell)
        assert state(shell) == "draft"
        push(qtbot, shell, "Mark as checked", window.stack)
        assert state(shell) == "checked"
        push(qtbot, shell, "Prepare for signature…", window.stack)
        push(qtbot, shell, "Prepare it", inspector)
        assert not hands.find(window.stack, "Sign…").isEnabled()  # who prepared it can't sign it
        # A figure inside it changes: the certificate is void, and says so at once.
        line = next(
            each
            for each in shell.office.desk.ask(LineShares(LineFilter(show=Show.CHARGED)))
            if each.posted_on is not None and each.posted_on.month == 12
        )
        change = ChargeLines((line.id,), Exclude("another grant's"), "looked up")
        shell.office.do(change, "Exclude a line")
        settle(qtbot, shell)
        assert "void" in hands.messages(window)[0]
        assert state(shell) == "draft"
        assert ", is £" in hands.read(window.stack), "the strip says what changed"
        assert not hands.find(window.stack, "Mark as checked").isEnabled()
        hands.shortcut(window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        # Undo brings the figure back, and not what was signed for it.
        assert state(shell) == "draft"
        assert hands.find(window.stack, "Mark as checked").isEnabled()
        hands.shortcut(window, Qt.Key.Key_Y)
        settle(qtbot, shell)
        assert not hands.find(window.stack, "Mark as checked").isEnabled()
        hands.shortcut(window, Qt.Key.Key_Z)
        settle(qtbot, shell)
        push(qtbot, shell, "Mark as checked", window.stack)
        push(qtbot, shell, "Prepare for signature…", window.stack)
        push(qtbot, shell, "Prepare it", inspector)
        assert state(shell) == "checked"
    with bare_shell(tmp_path, qtbot, offices=Assembly(who="B. Treasurer")) as shell:
        shell.open_target(str(tmp_path / "sample" / FILE))
        qtbot.waitUntil(lambda: shell.office.workspace is not None, timeout=PATIENCE_MS)
        settle(qtbot, shell)
        window, inspector = shell.window, shell.window.inspector
        window.go_to("returns", ("sent", None))
        settle(qtbot, shell)
        push(qtbot, shell, "Sign…", window.stack)
        push(qtbot, shell, "I certify it", inspector)
        assert state(shell) == "certified"
        push(qtbot, shell, "Record as sent…", window.stack)
        assert "Locality Fund 2018/19 Q3, version 1" in hands.read(inspector)
        hands.type_in(inspector, "Sent to", "grants@pcc.example")
        push(qtbot, shell, "Record as sent", inspector)
        assert state(shell) == "sent"
        # A cell that was sent says why as it was then, down to the ledger lines.
        cells = hands.table(window, "Cells as they were written")
        (at,) = (
            number
            for number, row in enumerate(hands.rows(cells))
            if (row["Sheet"], row["Cell"]) == ("Expenditure", "G9")
        )
        row = hands.rows(cells)[at]
        assert row["Of"].startswith("LF-02 ")
        assert (row["What it is"], row["As it was written"]) == ("Q3 actual", "769.38")
        cells.setFocus()
        cells.setCurrentIndex(cells.model().index(at, 0))
        hands.key(cells, Qt.Key.Key_Return)
        settle(qtbot, shell)
        said = hands.read(inspector)
        assert "769.38 — why?" in said
        assert "as it was sent" in said
        assert "PAYROLL" in said
        # The later download changes postings of the quarters that went: it is sent still, and says what changed.
        download = shell.office.desk.ask(ReadDownload(tmp_path / "sample" / "GL_extract_P12.xlsx"))
        shell.office.do(ImportLedger(download), "Import the ledger")
        settle(qtbot, shell)
        table = hands.table(window, "Saved versions")
        row = hands.rows(table)[0]
        assert (row["State"], row["Changed since"]) == ("sent", "LF-01, Q3 −49.31 and 1 more")
        # They ask, and what changes is a new version that says why.
        push(qtbot, shell, "Record a query…", window.stack)
        push(qtbot, shell, "Record a query", inspector)
        assert "in their words" in hands.read(inspector)
        (words,) = hands.seen(inspector, QPlainTextEdit)
        words.setFocus()
        QTest.keyClicks(words, "Why is LF-01 lower than in the quarter before?")
        push(qtbot, shell, "Record a query", inspector)
        assert state(shell) == "queried"
        assert "They ask: “Why is LF-01 lower than in the quarter before?”" in hands.read(window.stack)
        accept_what_is_open(shell)
        again = SaveReturn(FUND, YEAR, 3, tmp_path / "Q3 return again.xlsx", TEMPLATE)
        shell.office.do(again, "Save the Q3 return")
        settle(qtbot, shell)
        hands.open_row(table, "Version", "2")
        settle(qtbot, shell)
        push(qtbot, shell, "What changed since the version before…", inspector)
        said = hands.read(inspector)
        assert "Version 1 and version 2" in said
        assert "Every difference is told to the penny" in said
        assert "LOUGHBOROUGH STUDENTS UNION" in said
        assert "0000000" not in said, "a result is told in pounds and pence"
        hands.open_row(table, "Version", "1")
        settle(qtbot, shell)
        push(qtbot, shell, "Record the acceptance…", inspector)
        push(qtbot, shell, "Record the acceptance", inspector)
        row = hands.row(table, "Version", "1")
        assert (row["State"], row["Changed since"]) == ("accepted", "LF-01, Q3 −49.31 and 1 more")
