"""Past years in, everything out: the exchange workbook is looked into first, and then loaded or not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fundingapp.application.commands.exchange import Loaded, LoadExchange
from fundingapp.application.effect import Effect, Topic
from fundingapp.application.queries.exchange import (
    ExchangeRead,
    Exported,
    ExportExchange,
    ReadExchange,
    SheetCount,
    WriteBlankExchange,
)
from fundingapp.application.wording import count
from fundingapp.domain.exchange.notes import Noticed
from fundingapp.domain.findings import Severity
from fundingapp.ui.office import Office
from fundingapp.ui.tables.columns import RIGHT, Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import STEP, Tone
from fundingapp.ui.views import GrantView, ViewStack
from fundingapp.ui.widgets.buttons import Button, button, primary_button
from fundingapp.ui.widgets.card import Card
from fundingapp.ui.widgets.empty_state import EmptyState
from fundingapp.ui.widgets.labels import label
from fundingapp.ui.widgets.message_bar import Message

WORKBOOKS = "Exchange workbook (*.xlsx *.xlsm *.xls *.xlsb *.ods)"
WORKBOOK = "Excel workbook (*.xlsx)"
#: So many rows of what was noticed are listed; the console lists all of them.
_LISTED = 2_000
_SHEETS_WIDE = 430

_WORDS = {
    Severity.ERROR: ("contradiction", Tone.BAD),
    Severity.WARNING: ("to look at", Tone.ATTENTION),
    Severity.NOTE: ("note", Tone.NEUTRAL),
}


def _number(text: str) -> str:
    return text if text != "0" else "–"


_SHEETS = (
    Column[SheetCount]("Sheet", lambda row: row.sheet, width=120, stretch=1, least=90),
    Column[SheetCount]("Rows", lambda row: f"{row.read:,}", RIGHT, width=60),
    Column[SheetCount]("To load", lambda row: _number(f"{row.new:,}"), RIGHT, width=68),
    Column[SheetCount]("Held", lambda row: _number(f"{row.unchanged:,}"), RIGHT, width=60),
    Column[SheetCount](
        "Left out",
        lambda row: _number(f"{row.skipped + row.refused:,}"),
        RIGHT,
        width=70,
        tip=lambda row: f"{row.skipped:,} blank, {row.refused:,} that can't be read",
    ),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """Something noticed, with its place in the list."""

    at: int
    noticed: Noticed


_NOTICED = (
    Column[_Row](
        "What it is",
        lambda row: _WORDS[row.noticed.severity][0],
        width=112,
        pill=lambda row: _WORDS[row.noticed.severity][1],
        sort="severity",
        filter="severity",
    ),
    Column[_Row](
        "Sheet",
        lambda row: row.noticed.place.sheet,
        width=104,
        sort="sheet",
        filter="sheet",
        order=lambda row: (row.noticed.place.sheet, row.noticed.place.row),
    ),
    Column[_Row](
        "Row",
        lambda row: f"{row.noticed.place.row:,}" if row.noticed.place.row else "",
        RIGHT,
        width=56,
        sort="row",
        order=lambda row: row.noticed.place.row,
    ),
    Column[_Row]("Column", lambda row: row.noticed.column, width=96, may_hide=True, quiet=True),
    Column[_Row](
        "What was noticed",
        lambda row: row.noticed.said,
        width=380,
        stretch=1,
        least=200,
        wrap=True,
        filter="text",
        tip=lambda row: row.noticed.text,
    ),
)


class ExchangeView(GrantView):
    """Teaches the first step; shows what a workbook holds before it is loaded; writes everything out."""

    def __init__(self, office: Office) -> None:
        super().__init__("exchange", "Past years and export", office)
        self._read: ExchangeRead | None = None
        self._load: Button = primary_button("Load", self.load)
        self._other: Button = button("Another workbook…", self.choose, icon="import")
        self._close: Button = button("Close without loading", self.close_preview)
        self._export: Button = button("Export everything…", self.export, icon="export")
        self._export_folder: Button = button("Export as .csv files…", self.export_folder)
        self.buttons = [self._export, self._export_folder, self._other, self._close, self._load]
        self._empty = EmptyState(
            "import",
            "Bring in years from spreadsheets",
            "One workbook takes all your years: funds, allocations, projects, awards, the ledger, claims and "
            "carry-forwards, a sheet each. You see what it holds and what contradicts before anything is loaded, and a "
            "load can be undone. Begin with a blank one; it has lists to choose from, and notes.",
        )
        self._empty.add_step("Choose a workbook…", self.choose)
        self._empty.add_step("A folder of .csv files…", self.choose_folder)
        self._empty.add_step("Write a blank one…", self.write_blank)
        self._stack = ViewStack()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._preview())
        self.body.addWidget(self._stack, 1)
        self._show()

    def _preview(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * STEP)
        self._verdict = label("", "second", wrap=True)
        column.addWidget(self._verdict)
        row = QHBoxLayout()
        row.setSpacing(3 * STEP)
        self.sheets = TableView("Sheets of the workbook", "setup.exchange.sheets", self.office.settings)
        self._sheets = ListTableModel(_SHEETS, lambda each: each.sheet, self.sheets)
        self.sheets.set_model(self._sheets)
        sheets = Card("Sheets")
        sheets.add(self.sheets, 1)
        sheets.setMaximumWidth(_SHEETS_WIDE)
        row.addWidget(sheets, 2)
        self.noticed = TableView(
            "What was noticed", "setup.exchange.noticed", self.office.settings, row_height=44
        )
        self._noticed = ListTableModel(_NOTICED, lambda each: each.at, self.noticed)
        self.noticed.set_model(self._noticed)
        self._nothing = label("Nothing contradicts, and nothing is odd.", "second")
        self._nothing.setContentsMargins(16, 12, 16, 12)
        self._found = Card("What was noticed")
        self._found.add(self._nothing)
        self._found.add(self.noticed, 1)
        # The list has room for two lines of a sentence; the row that is chosen says all of it.
        self._sentence = label("", "second", wrap=True)
        self._sentence.setContentsMargins(16, 8, 16, 10)
        self._sentence.setAccessibleName("The chosen row")
        self._found.add(self._sentence)
        self.noticed.current_row_changed.connect(self._show_sentence)
        row.addWidget(self._found, 3)
        column.addLayout(row, 1)
        return page

    # What the page uses

    def refresh(self, topics: Topic) -> None:
        self._show()

    def go_to(self, subject: object) -> None:
        """“import” and “export”, as the menu says them."""
        if subject == "import":
            self.choose()
        elif subject == "export":
            self.export()

    def first_focus(self) -> QWidget:
        if self._read is None:
            return self._empty
        return self.noticed if self._read.noticed else self._load

    # What the user does

    def choose(self) -> None:
        """Asks for a workbook, and looks into it."""
        path = self.office.files.to_open(self, "Import past years", WORKBOOKS)
        if path is not None:
            self.look_into(path)

    def choose_folder(self) -> None:
        """Asks for a folder of .csv files, and looks into it."""
        path = self.office.files.to_folder(self, "The folder with a .csv file for each sheet")
        if path is not None:
            self.look_into(path)

    def look_into(self, path: Path) -> None:
        """Reads the workbook or folder at *path* and shows what it holds."""
        desk = self.office.desk
        self.office.work(
            f"Read {path.name}", lambda progress: desk.ask(ReadExchange(path), progress), self._looked
        )

    def _looked(self, read: ExchangeRead) -> None:
        self._drop()
        self._read = read
        self._show()
        self.first_focus().setFocus()

    def load(self) -> None:
        """Loads what was looked into."""
        read = self._read
        if read is not None and not read.contradictions and not self.office.is_read_only:
            self._load.setEnabled(False)
            self.office.do(LoadExchange(read), f"Load {read.name}", self._loaded).ended.connect(
                lambda _job: self._show()
            )

    def _loaded(self, effect: Effect[Loaded]) -> None:
        name = self._read.name if self._read is not None else "the workbook"
        new = effect.result.new
        if new:
            self.say(
                Message(f"{count(new, 'row')} of “{name}” loaded.", "Undo takes all of it back.", Tone.GOOD)
            )
        else:
            self.say(Message(f"The file holds all of “{name}” already: nothing was changed."))
        self._drop()
        self._show()
        self._empty.setFocus()

    def close_preview(self) -> None:
        """Leaves the workbook as it was looked into; nothing was loaded."""
        self._drop()
        self._show()
        self._empty.setFocus()

    def _drop(self) -> None:
        """Forgets the workbook; its private copy goes."""
        if self._read is not None and self._read.copy is not None:
            self._read.copy.path.unlink(missing_ok=True)
        self._read = None

    def write_blank(self) -> None:
        """Asks where to, and writes a blank workbook."""
        out = self.office.files.to_save(self, "Write a blank workbook", "Past years.xlsx", WORKBOOK)
        if out is not None:
            out = out if out.suffix.casefold() == ".xlsx" else Path(f"{out}.xlsx")
            desk = self.office.desk
            self.office.work(
                f"Write {out.name}",
                lambda progress: desk.ask(WriteBlankExchange(out), progress),
                lambda _nothing: self.say(
                    Message(f"“{out.name}” is ready to be filled in.", "Then choose it here.", Tone.GOOD)
                ),
            )

    def export(self) -> None:
        """Asks where to, and writes everything to a workbook."""
        out = self.office.files.to_save(self, "Export everything", "Everything.xlsx", WORKBOOK)
        if out is not None:
            self._write(out if out.suffix.casefold() == ".xlsx" else Path(f"{out}.xlsx"))

    def export_folder(self) -> None:
        """Asks for a folder, and writes everything there as .csv files."""
        out = self.office.files.to_folder(self, "The folder for a .csv file of each sheet")
        if out is not None:
            self._write(out)

    def _write(self, out: Path) -> None:
        desk = self.office.desk
        self.office.work(
            f"Write {out.name}", lambda progress: desk.ask(ExportExchange(out), progress), self._written
        )

    def _written(self, made: Exported) -> None:
        rows = count(sum(made.rows.values()), "row")
        sheets = count(len(made.rows), "sheet")
        self.say(
            Message(
                f"“{made.out.name}” holds everything: {rows} in {sheets}.",
                " ".join(filter(None, ["Every cell was read back.", made.caution])),
                Tone.ATTENTION if made.caution else Tone.GOOD,
            )
        )

    # What is shown

    def _show_sentence(self, row: object) -> None:
        self._sentence.setText(row.noticed.text if isinstance(row, _Row) else "")
        self._sentence.setVisible(isinstance(row, _Row))

    def _show(self) -> None:
        read = self._read
        self._stack.setCurrentIndex(0 if read is None else 1)
        if not self._export.isHidden():  # the head shows this view's buttons now
            for made in (self._other, self._close, self._load):
                made.setVisible(read is not None)
        if read is None:
            self._load.set_text("Load")
            if self.isVisible():
                self.state_changed.emit("Years from spreadsheets in, everything out in an open form")
            return
        wrong = len(read.contradictions)
        self._sheets.set_rows(read.counts)
        self._noticed.set_rows([_Row(at, each) for at, each in enumerate(read.noticed[:_LISTED])])
        self.noticed.setVisible(bool(read.noticed))
        self._show_sentence(self._noticed.row_at(0) if read.noticed else None)
        self._nothing.setVisible(not read.noticed)
        self._found.set_title("What was noticed", f"{len(read.noticed):,}" if read.noticed else "")
        self._verdict.setText(_verdict(read))
        self._load.set_text(f"Load {count(read.rows, 'row')}" if read.rows else "Load")
        self._load.setEnabled(not wrong and not self.office.is_read_only and bool(read.rows))
        self._load.setToolTip(
            "Correct the rows first: a workbook is loaded whole or not at all" if wrong else ""
        )
        if self.isVisible():
            self.state_changed.emit(read.name)


def _verdict(read: ExchangeRead) -> str:
    """What is to be done with a workbook, in a sentence or two."""
    wrong = len(read.contradictions)
    if wrong:
        more = f" The first {_LISTED:,} are listed." if len(read.noticed) > _LISTED else ""
        return (
            f"{count(wrong, 'contradiction')}: nothing of it can be loaded before "
            f"{'it is' if wrong == 1 else 'they are'} put right in the workbook.{more}"
        )
    if not read.rows:
        return "The file holds all of it already: there is nothing to load."
    there = sum(each.unchanged for each in read.counts)
    already = f", {there:,} {'is' if there == 1 else 'are'} there already" if there else ""
    odd = sum(each.severity is Severity.WARNING for each in read.noticed)
    look = f" {count(odd, 'row')} {'is' if odd == 1 else 'are'} worth a look." if odd else ""
    return f"{count(read.rows, 'row')} would be loaded{already}; nothing contradicts.{look}"
