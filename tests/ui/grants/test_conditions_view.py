"""The conditions register and the calendar as a finance officer uses them, and the early warnings on the Overview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.commands.conditions import AddCondition
from fundingapp.application.commands.deadlines import AddEntries
from fundingapp.domain.grant_conditions import ConditionKind, Gauge, GrantCondition
from fundingapp.domain.ids import FundId
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.schedules import DeadlineKind, ScheduleEntry
from fundingapp.ui.shell import Shell
from fundingapp.ui.views import ViewsPage
from fundingapp.workbooks.calendar_files import events_in
from tests.ui import hands
from tests.ui.windows import ChosenFiles, open_shell, settle

FUND, YEAR = FundId(1), FinancialYear(2018)
LIMIT = GrantCondition(
    FUND,
    "4.2",
    "Unallocated money is at most £15,000 in total",
    ConditionKind.TOLERANCE,
    YEAR,
    gauge=Gauge.UNALLOCATED,
    limit=Money(15_000_00),
)
REPORT = GrantCondition(
    FUND, "7.1", "Half-year expenditure return", ConditionKind.REPORTING, YEAR, due=date(2018, 10, 30)
)


@pytest.fixture(autouse=True)
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's own time: 20 January 2019."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2019, 1, 20, 12, 0, tzinfo=UTC))


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        yield shell


def show(qtbot: QtBot, shell: Shell, view: str) -> None:
    page = shell.window.stack.currentWidget()
    assert isinstance(page, ViewsPage)
    page.show_view(view)
    settle(qtbot, shell)


def do(qtbot: QtBot, shell: Shell, *commands: object) -> None:
    for command in commands:
        shell.office.do(command, "test")  # type: ignore[arg-type]
        settle(qtbot, shell)


def state_of(shell: Shell, clause: str) -> dict[str, str]:
    return hands.row(hands.table(shell.window, "Conditions"), "Clause", clause)


def test_an_empty_register_teaches_and_takes_the_first_condition(qtbot: QtBot, shell: Shell) -> None:
    show(qtbot, shell, "conditions")
    assert "Write down what the grant asks for" in hands.read(shell.window.stack)
    hands.press(shell.window.stack, "Add a condition…")
    settle(qtbot, shell)
    panel = shell.window.inspector
    hands.type_in(panel, "Clause", "7.2")
    (words,) = hands.seen(panel, QPlainTextEdit)
    words.setPlainText("Actuals to January")
    hands.type_in(panel, "Due", "15 February 2019")
    hands.press(panel, "Add it")
    settle(qtbot, shell)
    row = state_of(shell, "7.2")
    assert (row["Due"], row["State"]) == ("15/02/2019", "open")
    assert "in 26 days" in hands.second_lines(hands.table(shell.window, "Conditions"))
    assert "Undo add the condition clause 7.2" in shell.window.actions_of_window["edit.undo"].text()


def test_what_is_wrong_with_a_limit_is_said_in_the_form(qtbot: QtBot, shell: Shell) -> None:
    show(qtbot, shell, "conditions")
    hands.press(shell.window.stack, "Add a condition…")
    settle(qtbot, shell)
    panel = shell.window.inspector
    hands.choose(panel, "Kind", "Tolerance")
    (words,) = hands.seen(panel, QPlainTextEdit)
    words.setPlainText("Unallocated money is at most £15,000 in total")
    hands.type_in(panel, "Limit", "a lot")
    hands.press(panel, "Add it")
    assert "“a lot” is no limit. Type it in pounds, such as 15,000.00." in hands.read(panel)
    hands.type_in(panel, "Limit", "15,000")
    hands.press(panel, "Add it")
    settle(qtbot, shell)
    assert "✓ within" in hands.read(shell.window.stack)


def test_a_condition_is_met_with_its_evidence_and_opened_again(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    do(qtbot, shell, AddCondition(REPORT))
    show(qtbot, shell, "conditions")
    assert state_of(shell, "7.1")["State"] == "overdue"
    table = hands.table(shell.window, "Conditions")
    hands.go_to_cell(table, "Clause", "7.1", "Clause")
    hands.key(table, Qt.Key.Key_Return)
    panel = shell.window.inspector
    assert "Due on 30/10/2018, 82 days overdue." in hands.read(panel)
    hands.press(panel, "Mark as met…")
    settle(qtbot, shell)
    paper = tmp_path / "return.pdf"
    paper.write_bytes(b"%PDF")
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    files.opening = paper
    hands.press(panel, "Attach a file…")
    hands.type_in(panel, "On", "29/10/2018")
    hands.press(panel, "Mark as met")
    settle(qtbot, shell)
    assert state_of(shell, "7.1")["State"] == "met"
    seen = hands.read(panel)
    assert "open → met" in seen
    assert "return.pdf" in seen
    hands.press(panel, "Open again…")
    settle(qtbot, shell)
    hands.press(panel, "Open again")
    settle(qtbot, shell)
    assert "Clause 7.1 can't become open without the reason. Give it, then try again." in hands.messages(
        shell.window
    )


def test_cells_from_excel_are_pasted_and_looked_over(qtbot: QtBot, shell: Shell) -> None:
    show(qtbot, shell, "conditions")
    QApplication.clipboard().setText("9\tDBS evidence\tsafeguarding\tProject lead\n10\t\treporting\n")
    hands.press(shell.window.stack, "Paste from Excel")
    settle(qtbot, shell)
    panel = shell.window.inspector
    seen = hands.read(panel)
    assert "9 DBS evidence" in seen
    assert "Row 2, column “text”: there is no text; it was left out." in seen
    hands.press(panel, "Add 1 condition")
    settle(qtbot, shell)
    assert state_of(shell, "9")["Kind"] == "safeguarding"


def change_award(qtbot: QtBot, shell: Shell, amount: str) -> None:
    hands.edit_cell(hands.table(shell.window, "Awards"), "Ref", "LF-01", "Award £", amount)
    settle(qtbot, shell)
    hands.type_in(shell.window.inspector, "Reason", "mistyped")
    hands.press(shell.window.inspector, "Change the award")
    settle(qtbot, shell)


def test_a_limit_answers_why_and_flips_at_the_penny(qtbot: QtBot, shell: Shell) -> None:
    do(qtbot, shell, AddCondition(replace(LIMIT, limit=Money(2_000_00))))
    change_award(qtbot, shell, "7,999.99")
    show(qtbot, shell, "conditions")
    assert "≠ beyond the limit" in hands.read(shell.window.stack)
    hands.press(shell.window.stack, "unallocated £2,000.01")
    settle(qtbot, shell)
    seen = hands.read(shell.window.inspector)
    assert "−£0.01 · Unallocated £2,000.01: room to the limit of clause 4.2" in seen
    assert "Not yet awarded" in seen
    show(qtbot, shell, "grant")
    change_award(qtbot, shell, "8,000.00")
    show(qtbot, shell, "conditions")
    assert "= at the limit" in hands.read(shell.window.stack)


def test_the_calendar_begins_with_the_agreement_s_dates(qtbot: QtBot, shell: Shell) -> None:
    show(qtbot, shell, "calendar")
    hands.press(shell.window.stack, "From the agreement…")
    settle(qtbot, shell)
    panel = shell.window.inspector
    assert "Claims are quarterly, in arrears, due 30 days after the period" in hands.read(panel)
    hands.press(panel, "Add 12 dates")
    settle(qtbot, shell)
    table = hands.table(shell.window, "What is due")
    first = hands.rows(table)[0]
    assert (first["Month"], first["What"], first["When"]) == (
        "Overdue",
        "Claim for quarter 1",
        "174 days overdue",
    )
    ask = hands.row(table, "What", "Last day to ask for carry-forward of 2018/19")
    assert ask["When"] == "in 11 days"


def test_a_date_is_ticked_off_and_the_calendar_exported(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    meeting = ScheduleEntry(FUND, YEAR, DeadlineKind.MEETING, "Board meets", date(2019, 1, 18))
    do(qtbot, shell, AddEntries((meeting,)))
    show(qtbot, shell, "calendar")
    table = hands.table(shell.window, "What is due")
    assert hands.row(table, "What", "Board meets")["When"] == "2 days overdue"
    hands.go_to_cell(table, "What", "Board meets", "What")
    hands.key(table, Qt.Key.Key_Return)
    hands.press(shell.window.inspector, "Tick off…")
    settle(qtbot, shell)
    hands.press(shell.window.inspector, "Tick off")
    settle(qtbot, shell)
    assert hands.row(table, "What", "Board meets")["When"] == "done"
    assert "Not done after all" in hands.read(shell.window.inspector)
    files = shell.office.files
    assert isinstance(files, ChosenFiles)
    files.saving = tmp_path / "deadlines"
    hands.press(shell.window.stack, "Export .ics…")
    settle(qtbot, shell)
    out = tmp_path / "deadlines.ics"
    assert len(events_in(out.read_bytes())) == len(hands.rows(table)) == 2
    assert hands.messages(shell.window)[0].startswith(f"2 dates written to {out}.")


def test_the_overview_warns_with_arithmetic_and_leads_there(qtbot: QtBot, shell: Shell) -> None:
    do(qtbot, shell, AddCondition(REPORT), AddCondition(LIMIT))
    shell.window.go_to("overview")
    settle(qtbot, shell)
    seen = hands.read(shell.window.stack)
    assert "✓ within" in seen
    under = "At this rate £10,317.54 unspent at 31 March; last day to ask for carry-forward is 31 January."
    assert under in seen
    hands.press(shell.window.stack, under)
    settle(qtbot, shell)
    panel = hands.read(shell.window.inspector)
    for words in ("How it is worked out", "Available", "75,500.00", "Unspent", "10,317.54"):
        assert words in panel
    hands.press(shell.window.stack, "Go to Grants: Condition · Locality Fund")
    settle(qtbot, shell)
    assert "Clause 7.1" in hands.read(shell.window.inspector)
    assert "Due on 30/10/2018, 82 days overdue." in hands.read(shell.window.inspector)


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
@pytest.mark.parametrize("view", ["conditions", "calendar"])
def test_nothing_is_cut_off(view: str, size: tuple[int, int], tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants", size=size) as shell:
        do(qtbot, shell, AddCondition(REPORT), AddCondition(LIMIT))
        show(qtbot, shell, view)
        name = {"conditions": "Conditions", "calendar": "What is due"}[view]
        assert hands.table(shell.window, name).horizontalScrollBar().maximum() == 0
