"""Steps of a grant's year as a user takes them in the window, for journeys; forms are filled as papers state them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from fundingapp.ui.shell import Shell
from fundingapp.ui.views import ViewsPage
from fundingapp.ui.widgets.links import LinkLabel
from tests.journeys.test_charnwood_window import go, pick, press
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, settle


class Walk:
    """A user before the window: what they press, fill in and read."""

    def __init__(self, qtbot: QtBot, shell: Shell) -> None:
        self.qtbot = qtbot
        self.shell = shell

    # Where the user is

    def show(self, page: str, view: str = "") -> None:
        """Goes to a page by the rail, and to one of its views."""
        go(self.qtbot, self.shell, page)
        if view:
            current = self.shell.window.current_page
            assert isinstance(current, ViewsPage)
            current.show_view(view)
            settle(self.qtbot, self.shell)

    def choose_year(self, year: str) -> None:
        """Steps to *year* with the arrow keys."""
        stepper = self.shell.window.top_bar.year
        stepper.setFocus()
        for _ in range(9):
            if str(stepper.year) == year:
                return
            hands.key(stepper, Qt.Key.Key_Left if str(stepper.year) > year else Qt.Key.Key_Right)
            settle(self.qtbot, self.shell)
        raise AssertionError(f"there is no year {year}; the window shows {stepper.year}")

    @property
    def page(self) -> str:
        return hands.read(self.shell.window.stack)

    @property
    def panel(self) -> str:
        return hands.read(self.shell.window.inspector)

    @property
    def grant_line(self) -> str:
        return " ".join(hands.read(self.shell.window.grant_line).split())

    @property
    def messages(self) -> list[str]:
        return hands.messages(self.shell.window)

    def table(self, name: str) -> Any:
        return hands.table(self.shell.window, name)

    def row(self, table: str, heading: str, text: str) -> dict[str, str]:
        return hands.row(self.table(table), heading, text)

    # What the user does

    def press(self, words: str) -> None:
        """Presses what says *words* in the panel at the right, or else anywhere."""
        window = self.shell.window
        made = [*hands.seen(window.inspector, QAbstractButton), *hands.seen(window.inspector, LinkLabel)]
        is_there = any(words in (hands.words_of(each), each.accessibleName()) for each in made)
        hands.press(window.inspector if is_there else window, words)
        settle(self.qtbot, self.shell)

    def fill(self, fields: Mapping[str, str]) -> None:
        """Types into the fields of the form at the right."""
        for name, text in fields.items():
            hands.type_in(self.shell.window.inspector, name, text)
        settle(self.qtbot, self.shell)

    def choose(self, name: str, starts: str) -> None:
        hands.choose(self.shell.window.inspector, name, starts)

    def form(self, opens: str, fields: Mapping[str, str], accept: str) -> None:
        """Opens a form, fills it and accepts it."""
        self.press(opens)
        self.fill(fields)
        self.press(accept)

    def click(self, table: str, heading: str, text: str) -> None:
        # A menu that was open may have left the window without the keyboard.
        self.shell.window.activateWindow()
        self.qtbot.waitUntil(self.shell.window.isActiveWindow, timeout=PATIENCE_MS)
        hands.click_row(self.table(table), heading, text)
        settle(self.qtbot, self.shell)

    def undo(self, times: int = 1) -> None:
        for _ in range(times):
            hands.shortcut(self.shell.window, Qt.Key.Key_Z)
            settle(self.qtbot, self.shell)

    # A grant's year

    def draft(self, ref: str, name: str, amount: str, quarters: Mapping[str, str], opens: str) -> None:
        """Drafts a bid for a new project and costs it by quarter; it is open at the right after that."""
        fields = {"Reference of the new project": ref, "Name of the new project": name}
        self.form(opens, {**fields, "Amount asked, £": amount}, "Make the draft")
        self.press("Costs…")
        self.press("Add a line")
        for quarter, cost in quarters.items():
            hands.edit_cell(self.table("Costs"), "Category", "staff", f"{quarter} £", cost)
            settle(self.qtbot, self.shell)
        self.press("Keep the costs")

    def board_and_submission(self, met_on: str, submitted_on: str) -> None:
        """The board approves the bid that is open, and it goes to the commissioner."""
        minute = {
            "Decided by": "The board",
            "Met on": met_on,
            "Minute": "minute 4",
            "Interests declared": "none",
        }
        self.form("Approve by the board…", minute, "Approve by the board")
        self.form("Submit…", {"Submitted on": submitted_on}, "Submit")

    def offer(self, letter: str, dated: str, accept_by: str, before: str = "") -> None:
        """The commissioner offers what was awarded; *before* is a condition before release."""
        self.press("Offer…")
        self.fill({"Offer letter": letter, "Dated": dated, "Accept by": accept_by})
        (before_release, _others) = hands.seen(self.shell.window.inspector, QPlainTextEdit)
        before_release.setPlainText(before)
        self.press("Offer")

    def import_ledger(self, path: Path, rows: Sequence[str]) -> None:
        """Writes a ledger download and imports it."""
        path.write_text(
            "\n".join(["Transaction,Posting date,Supplier,Net amount", *rows, ""]), encoding="utf-8"
        )
        pick(self.shell, path)
        press(self.qtbot, self.shell, "Import ledger…")
        press(self.qtbot, self.shell, f"Import {len(rows)} lines")

    def add_rules(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        press(self.qtbot, self.shell, "Rules…")
        pick(self.shell, path)
        press(self.qtbot, self.shell, "Add rules from a table…")
        press(self.qtbot, self.shell, "Back to the lines")

    def send_claim(self, sent_on: str) -> None:
        """Opens the claim that comes next and records it as sent."""
        self.press("New claim…")
        self.press("Open the claim")
        self.form("Send it…", {"Sent on": sent_on}, "Record it as sent")

    def save_return(self, path: Path) -> CalamineWorkbook:
        """Saves the return that is shown; gives what an independent reader finds in it."""
        pick(self.shell, path)
        press(self.qtbot, self.shell, "Save the return…")
        assert any("cells written and read back equal" in said for said in self.messages)
        return CalamineWorkbook.from_path(path)


def rows_of(book: CalamineWorkbook, sheet: str, heading: str) -> list[dict[str, Any]]:
    """The rows of a sheet under its headings, the first of which says *heading*."""
    rows = book.get_sheet_by_name(sheet).to_python()
    at = next(number for number, row in enumerate(rows) if row[0] == heading)
    return [dict(zip(map(str, rows[at]), row, strict=True)) for row in rows[at + 1 :]]


def pounds(value: object) -> Decimal:
    """A cell's amount in pounds and pence."""
    return Decimal(str(value)).quantize(Decimal("0.01"))
