"""What agrees to the penny and wants a look all the same: invoices charged twice, reversals that fit nothing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fundingapp.application.commands.suggestions import DismissDouble
from fundingapp.application.ports import LineRow
from fundingapp.application.queries.suggestions import (
    DoubleCharge,
    DoubleCharges,
    ReversalFinding,
    ReversalFindings,
)
from fundingapp.application.wording import short_date
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.explain import ShowLine
from fundingapp.ui.forms import Form
from fundingapp.ui.inspector import (
    Block,
    InspectorPage,
    LinesBlock,
    SourceLine,
    Step,
    StepsBlock,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.office import Office
from fundingapp.ui.page import Target
from fundingapp.ui.tables.columns import Column
from fundingapp.ui.tables.models import ListTableModel
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import TALL_ROW_HEIGHT, Tone
from fundingapp.ui.widgets.card import Card

Entry = DoubleCharge | ReversalFinding

#: So many rows are in sight without scrolling; the identities above keep the rest of the page.
_ROWS_IN_SIGHT = 3


def _kind(entry: Entry) -> str:
    if isinstance(entry, DoubleCharge):
        return "Charged twice?"
    return "Reverses nothing" if entry.original is None else "Reversed twice"


def _row(entry: Entry) -> LineRow:
    return entry.second if isinstance(entry, DoubleCharge) else entry.line


COLUMNS = (
    Column[Entry]("", _kind, pill=lambda _entry: Tone.ATTENTION, width=128),
    Column[Entry](
        "What",
        lambda entry: entry.finding.text,
        tip=lambda entry: entry.finding.text,
        wrap=True,
        stretch=1,
        width=420,
        least=200,
        strong=True,
    ),
    Column[Entry].of_amounts("Amount £", lambda entry: _row(entry).line.amount, width=112),
)


class ToLookAt(Card):
    """A list of findings that no identity sees; it shows itself only where there are any."""

    inspect_requested = Signal(object)  # InspectorPage
    go_requested = Signal(object)  # Target
    close_requested = Signal()

    def __init__(self, office: Office) -> None:
        super().__init__("To look at")
        self._office = office
        self._year: FinancialYear | None = None
        self._doubles: list[DoubleCharge] = []
        self._reversals: list[ReversalFinding] = []
        self.table = TableView(
            "To look at", "reconcile.to_look_at", office.settings, office.asker, TALL_ROW_HEIGHT
        )
        self.model = ListTableModel[Entry](
            COLUMNS, lambda entry: (_kind(entry), *(row.id for row in _rows(entry))), self.table
        )
        self.table.set_model(self.model)
        self.table.row_activated.connect(self.explain)
        self.table.current_row_changed.connect(self._current_changed)
        self.add(self.table, 1)
        self.hide()
        office.suggesting_changed.connect(self._suggested)

    def ask(self, year: FinancialYear) -> None:
        """Asks for the findings of *year*."""
        self._year = year
        self._office.ask("reconcile.doubles", DoubleCharges(year), self._show_doubles, self)
        self._office.ask("reconcile.reversals", ReversalFindings(year), self._show_reversals, self)

    def _suggested(self, suggesting: object) -> None:
        # Pairs of lines are found together with the suggestions.
        if not suggesting and self._year is not None and self._office.opened is not None:
            self.ask(self._year)

    def _show_doubles(self, found: list[DoubleCharge]) -> None:
        self._doubles = found
        self._show()

    def _show_reversals(self, found: list[ReversalFinding]) -> None:
        self._reversals = found
        self._show()

    def _show(self) -> None:
        entries: list[Entry] = [*self._doubles, *self._reversals]
        self.set_title("To look at", str(len(entries)), Tone.ATTENTION)
        self.model.set_rows(entries)
        self.setVisible(bool(entries))
        rows = min(len(entries), _ROWS_IN_SIGHT)
        self.setFixedHeight(44 + self.table.horizontalHeader().sizeHint().height() + rows * TALL_ROW_HEIGHT)

    def _current_changed(self, entry: object) -> None:
        if self.table.hasFocus():
            self.explain(entry)

    def explain(self, entry: object) -> None:
        """Both lines side by side, and what can be done."""
        if not isinstance(entry, DoubleCharge | ReversalFinding):
            return
        blocks: list[Block] = [TextBlock(entry.finding.text)]
        blocks += [_line_block(row, name) for row, name in zip(_rows(entry), _names(entry), strict=True)]
        if isinstance(entry, DoubleCharge):
            go = Target("spend", ShowLine(entry.second.id))
            blocks.append(
                TextBlock("If it is one invoice, charge it once: exclude the second line, with the reason.")
            )
            blocks.append(
                StepsBlock([Step("Open the second line", lambda: self.go_requested.emit(go), True)])
            )
            if not self._office.is_read_only:
                blocks.append(WidgetBlock(lambda: self._form(entry), "Or it is right as it is"))
        else:
            go = Target("spend", ShowLine(entry.line.id))
            blocks.append(TextBlock("Ask for the journal that it belongs to, or exclude it with the reason."))
            blocks.append(StepsBlock([Step("Open the line", lambda: self.go_requested.emit(go), True)]))
        self.inspect_requested.emit(
            InspectorPage(_kind(entry), blocks, subject=("to look at", _row(entry).id))
        )

    def _form(self, entry: DoubleCharge) -> QWidget:
        def accept() -> str:
            if not reason.text().strip():
                return "Say why they are two invoices."
            self._office.do(
                DismissDouble(entry.first.id, entry.second.id, reason.text().strip()),
                "Dismiss",
                lambda _effect: self.close_requested.emit(),
            )
            return ""

        form = Form("These are two invoices", accept, self.close_requested.emit)
        reason = form.text("Reason", hint="two deliveries on one day, for example")
        return form


def _rows(entry: Entry) -> list[LineRow]:
    if isinstance(entry, DoubleCharge):
        return [entry.first, entry.second]
    return [entry.line] if entry.original is None else [entry.original, entry.line]


def _names(entry: Entry) -> list[str]:
    if isinstance(entry, DoubleCharge):
        return ["The first line", "The second line"]
    return ["The line"] if entry.original is None else ["The line that was reversed already", "The line"]


def _line_block(row: LineRow, name: str) -> Block:
    line = row.line
    sheet = f" of “{line.sheet}”" if line.sheet else ""
    words = f"{short_date(line.posted_on)} {line.supplier or line.transaction} · {line.description}"
    where = f"row {line.row:,}{sheet} · {row.file} · {' and '.join(row.projects) or row.state.value}"
    return LinesBlock([SourceLine(words, line.amount, where, Target("spend", ShowLine(row.id)))], name)
