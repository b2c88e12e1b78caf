"""Shows the kit with invented rows, for looking at: ``python tests/ui/gallery.py [folder for pictures]``.

With a folder it takes pictures in both themes and sizes; without one it opens the window.
"""

from __future__ import annotations

import sys
import tempfile
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer  # noqa: E402
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget  # noqa: E402

from fundingapp.domain.money import Money  # noqa: E402
from fundingapp.domain.periods import FinancialYear  # noqa: E402
from fundingapp.ui.actions import Action  # noqa: E402
from fundingapp.ui.application import Application  # noqa: E402
from fundingapp.ui.frame.grant_line import GrantFigure, GrantState  # noqa: E402
from fundingapp.ui.goto import Place  # noqa: E402
from fundingapp.ui.inspector import (  # noqa: E402
    CheckBlock,
    InspectorPage,
    LinesBlock,
    SourceLine,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
    WidgetBlock,
)
from fundingapp.ui.page import Page, PageSpec  # noqa: E402
from fundingapp.ui.settings import Settings  # noqa: E402
from fundingapp.ui.tables.columns import RIGHT, Column, Edit  # noqa: E402
from fundingapp.ui.tables.models import ListTableModel  # noqa: E402
from fundingapp.ui.tables.paged import PagedTableModel  # noqa: E402
from fundingapp.ui.tables.view import TableView  # noqa: E402
from fundingapp.ui.theme import TALL_ROW_HEIGHT, ThemeChoice, Tone  # noqa: E402
from fundingapp.ui.widgets.bar import Segment, Share  # noqa: E402
from fundingapp.ui.widgets.buttons import button, primary_button  # noqa: E402
from fundingapp.ui.widgets.card import Card, KeyFigureCard  # noqa: E402
from fundingapp.ui.widgets.chips import Chips, ChipSpec  # noqa: E402
from fundingapp.ui.widgets.choice import DropDown, Option  # noqa: E402
from fundingapp.ui.widgets.empty_state import EmptyState  # noqa: E402
from fundingapp.ui.widgets.labels import label  # noqa: E402
from fundingapp.ui.widgets.message_bar import Message  # noqa: E402
from fundingapp.ui.widgets.money_edit import MoneyEdit  # noqa: E402
from fundingapp.ui.widgets.page_head import PageHead  # noqa: E402
from fundingapp.ui.widgets.period_picker import PeriodPicker  # noqa: E402
from fundingapp.ui.widgets.segmented import Segmented  # noqa: E402


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """An invented project."""

    name: str
    priority: str
    award: Money
    spent: Money
    state: str
    tone: Tone

    @property
    def left(self) -> Money:
        return self.award - self.spent


def _project(name: str, priority: str, award: int, spent: int, state: str, tone: Tone) -> ProjectRow:
    return ProjectRow(name, priority, Money(award), Money(spent), state, tone)


PROJECTS = [
    _project("Student-related ASB", "Making communities safer", 10_000_00, 9_210_50, "on track", Tone.GOOD),
    _project(
        "Substance misuse project", "Making communities safer", 10_000_00, 6_120_00, "on track", Tone.GOOD
    ),
    _project(
        "Domestic abuse services", "Protecting vulnerable people", 10_000_00, 10_000_00, "on track", Tone.GOOD
    ),
    _project(
        "CCTV for People Zone (capital)", "Community confidence", 7_000_00, 7_425_20, "over award", Tone.BAD
    ),
    _project(
        "MTC posts & People Zones",
        "Community confidence",
        5_000_00,
        2_105_00,
        "behind profile",
        Tone.ATTENTION,
    ),
    _project(
        "Prevention campaign materials", "Making communities safer", 5_000_00, 4_180_75, "on track", Tone.GOOD
    ),
    _project(
        "Domestic burglary packs", "Making communities safer", 5_000_00, 4_990_00, "on track", Tone.GOOD
    ),
    _project("Fire Skills", "Protecting vulnerable people", 3_684_00, 0, "behind profile", Tone.ATTENTION),
]

PROJECT_COLUMNS = (
    Column[ProjectRow]("Project", lambda row: row.name, sort="name", filter="name", width=190, stretch=2),
    Column[ProjectRow](
        "Priority",
        lambda row: row.priority,
        sort="priority",
        filter="priority",
        width=190,
        quiet=True,
        stretch=1,
    ),
    Column[ProjectRow](
        "Award £",
        lambda row: str(row.award),
        RIGHT,
        sort="award",
        amount=lambda row: row.award,
        width=92,
        edit=Edit.MONEY,
    ),
    Column[ProjectRow](
        "Spent £",
        lambda row: str(row.spent),
        RIGHT,
        sort="spent",
        amount=lambda row: row.spent,
        width=88,
        why=True,
    ),
    Column[ProjectRow](
        "Left £", lambda row: str(row.left), RIGHT, sort="left", amount=lambda row: row.left, width=84
    ),
    Column[ProjectRow](
        "Used",
        lambda row: Share.of(row.spent, row.award).in_words,
        bar=lambda row: Share.of(row.spent, row.award),
        width=84,
    ),
    Column[ProjectRow]("State", lambda row: row.state, sort="state", pill=lambda row: row.tone, width=116),
)


@dataclass(frozen=True, slots=True)
class LineRow:
    """An invented ledger line."""

    id: int
    spent_on: str
    code: str
    supplier: str
    description: str
    amount: Money
    project: str
    how: str
    tone: Tone


_LINES = [
    (
        "14/01/2019",
        "CS4410 / 3201",
        "LIVING WITHOUT ABUSE",
        "Q3 service payment",
        2_500_00,
        "Domestic abuse services",
        "rule: supplier",
        Tone.GOOD,
    ),
    (
        "15/01/2019",
        "CS4410 / 2610",
        "VIKING CCTV LTD",
        "3x domes Bell Foundry",
        7_425_20,
        "CCTV for People Zone",
        "rule: account",
        Tone.BAD,
    ),
    (
        "18/01/2019",
        "CS4410 / 4105",
        "PRINTROOM RECHARGE",
        "Jnl 88213 leaflets",
        412_75,
        "2 projects · 60/40",
        "split by you",
        Tone.GOOD,
    ),
    (
        "21/01/2019",
        "CS4410 / 3201",
        "STREET PASTORS LBORO",
        "Jan–Mar",
        750_00,
        "Street Pastors",
        "suggested 0.94",
        Tone.ATTENTION,
    ),
    ("22/01/2019", "CS4410 / 1010", "PAYROLL", "MTC hours wk 42", 386_10, "—", "unmatched", Tone.ATTENTION),
    (
        "22/01/2019",
        "CS4410 / 3201",
        "L'BORO STUDENTS UNION",
        "Street support",
        1_240_00,
        "Student-related ASB",
        "rule: supplier",
        Tone.GOOD,
    ),
    (
        "24/01/2019",
        "CS4410 / 9901",
        "OPCC LEICS",
        "Locality fund Q3",
        -18_875_00,
        "Income · claim Q3",
        "matched to claim",
        Tone.GOOD,
    ),
    (
        "25/01/2019",
        "CS4410 / 3201",
        "AMAZON BUSINESS",
        "Purse bells x500",
        289_50,
        "—",
        "unmatched",
        Tone.ATTENTION,
    ),
    (
        "28/01/2019",
        "CS4410 / 3201",
        "FALCON CENTRE",
        "Outreach Jan",
        1_100_00,
        "Substance misuse project",
        "rule: supplier",
        Tone.GOOD,
    ),
]


def line_of(id: int) -> LineRow:
    """The invented line of *id*."""
    date, code, supplier, description, pence, project, how, tone = _LINES[id % len(_LINES)]
    return LineRow(id, date, code, supplier, description, Money(pence), project, how, tone)


LINE_COLUMNS = (
    Column[LineRow]("Date", lambda row: row.spent_on, sort="date", filter="date", width=88),
    Column[LineRow]("Cost centre /\naccount", lambda row: row.code, sort="code", filter="code", width=122),
    Column[LineRow](
        "Supplier", lambda row: row.supplier, sort="supplier", filter="supplier", width=180, stretch=1
    ),
    Column[LineRow](
        "Description", lambda row: row.description, filter="text", width=160, quiet=True, stretch=1
    ),
    Column[LineRow](
        "£", lambda row: str(row.amount), RIGHT, sort="amount", amount=lambda row: row.amount, width=90
    ),
    Column[LineRow](
        "Project", lambda row: row.project, sort="project", filter="project", width=180, stretch=1
    ),
    Column[LineRow]("How", lambda row: row.how, pill=lambda row: row.tone, width=132),
)


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """An invented identity."""

    name: str
    note: str
    left: Money
    right: Money

    @property
    def difference(self) -> Money:
        return self.left - self.right


IDENTITIES = [
    IdentityRow(
        "Grant = what is available",
        "allocation + brought forward − withdrawn",
        Money(75_500_00),
        Money(75_500_00),
    ),
    IdentityRow(
        "Available = awards + contingency",
        "17 projects and the contingency line",
        Money(75_500_00),
        Money(75_500_00),
    ),
    IdentityRow(
        "Award now = award at start + virements", "3 virements, net 0.00", Money(75_484_00), Money(75_484_00)
    ),
    IdentityRow(
        "Ledger = matched + excluded", "7 lines wait for a project", Money(33_435_44), Money(32_759_84)
    ),
    IdentityRow(
        "Net spend = ledger + accruals − reversals + adjustments",
        "2 accruals",
        Money(52_310_44),
        Money(52_310_44),
    ),
]


def _agrees(row: IdentityRow) -> Tone:
    return Tone.BAD if row.difference else Tone.GOOD


IDENTITY_COLUMNS = (
    Column[IdentityRow]("", lambda row: "≠" if row.difference else "✓", pill=_agrees, width=52),
    Column[IdentityRow](
        "Identity", lambda row: row.name, second=lambda row: row.note, strong=True, stretch=1, width=280
    ),
    Column[IdentityRow]("Left side £", lambda row: str(row.left), RIGHT, why=True, width=104),
    Column[IdentityRow]("Right side £", lambda row: str(row.right), RIGHT, why=True, width=104),
    Column[IdentityRow]("Difference £", lambda row: str(row.difference), RIGHT, width=104),
)

WHY_LINE = InspectorPage(
    "STREET PASTORS LBORO · £750.00",
    [
        TextBlock(
            "GL_extract_P10.xlsx · sheet “Transactions” · row 1,884\njournal 551882 · imported 02/02/2019 09:14",
            "Came from",
        ),
        SumBlock(
            [
                SumRow("Street Pastors", Money(750_00)),
                SumRow("+ split", link="split"),
                SumRow("Left to charge", Money(0), is_total=True),
            ],
            "Charge to",
        ),
        TextBlock("Two earlier lines from this supplier were charged to this project.", "Why suggested"),
        WidgetBlock(lambda: QCheckBox("Always do this for this supplier")),
        StepsBlock([Step("Accept", print, True), Step("Exclude…", print)]),
    ],
    "line",
)
WHY_SUM = InspectorPage(
    "Spent 6,120.00 — why?",
    [
        SumBlock(
            [
                SumRow("Falcon Centre outreach, 9 lines", Money(5_900_00), link="falcon"),
                SumRow("Printroom, 60% of Jnl 88213", Money(220_00), link="printroom"),
                SumRow("Ledger, 10 lines", Money(6_120_00), is_total=True),
            ]
        ),
        CheckBlock(
            [
                (
                    "stop",
                    Tone.BAD,
                    "CCTV is £425.20 over its award. Ask for a virement or charge it elsewhere.",
                ),
                ("ask", Tone.ATTENTION, "Fire Skills has no forecast."),
                ("✓", Tone.GOOD, "Read back: 214 of 214 cells equal the figures here."),
            ],
            "Before it can be certified",
        ),
        LinesBlock(
            [
                SourceLine(
                    "FALCON CENTRE · Outreach Jan",
                    Money(1_100_00),
                    "GL_extract_P10.xlsx · Transactions · row 1,902",
                ),
                SourceLine(
                    "FALCON CENTRE · Outreach Dec",
                    Money(1_100_00),
                    "GL_extract_P09.xlsx · Transactions · row 877",
                ),
                SourceLine(
                    "FALCON CENTRE · refund", Money(-40_00), "GL_extract_P09.xlsx · Transactions · row 881"
                ),
            ]
        ),
    ],
    "sum",
)


class OverviewPage(Page):
    """Cards, a table with a totals row, a chart."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        head = PageHead("Overview")
        head.set_state("Q4 · return due to the Commissioner in 12 days")
        head.add(button("Print"))
        head.add(primary_button("Prepare Q4 return"))
        self.body.addWidget(head)
        cards = QHBoxLayout()
        cards.setSpacing(12)
        for title, figure, note in (
            ("Available this year", Money(75_500_00), "allocation £75,500.00 + brought forward £0.00"),
            ("Spent to date", Money(52_310_44), "69.3% · profile 76.0%"),
            ("Forecast at year end", Money(74_120_00), "£1,380.00 likely carry-forward"),
            ("Needs you", "10", "7 unmatched lines · 2 bids · 1 overspend"),
        ):
            card = KeyFigureCard(title, explained=isinstance(figure, Money))
            card.set_figure(figure, note, title)
            card.why_requested.connect(lambda _subject: self.inspect(WHY_SUM))
            cards.addWidget(card, 1)
        self.body.addLayout(cards)
        row = QHBoxLayout()
        row.setSpacing(12)
        box = Card()
        box.set_title("Projects", "17")
        self.table = TableView("Projects", "gallery.projects", application.settings)
        model = ListTableModel(PROJECT_COLUMNS, lambda row: row.name, self.table)
        total = _project(
            "8 projects",
            "",
            sum(p.award.pence for p in PROJECTS),
            sum(p.spent.pence for p in PROJECTS),
            "",
            Tone.NEUTRAL,
        )
        model.set_rows(PROJECTS, total)
        self.table.set_model(model)
        self.table.why_requested.connect(lambda _row, _column: self.inspect(WHY_SUM))
        self.table.selection_summarised.connect(self.selection_summarised)
        box.add(self.table, 1)
        row.addWidget(box, 1)
        side = QVBoxLayout()
        side.setSpacing(12)
        chart_box = Card("Spend against profile")
        from fundingapp.ui.charts.spend_chart import SpendChart

        chart = SpendChart()
        profile = [Money(pence) for pence in range(6_290_00, 75_500_00, 6_290_00)]
        actual = [
            Money(p * 100)
            for p in (1_200, 4_800, 11_300, 16_000, 21_200, 28_000, 33_900, 41_700, 46_000, 52_310)
        ]
        chart.set_figures(profile[:12], actual, [Money(62_000_00), Money(74_120_00)])
        chart_box.add(chart, 1)
        side.addWidget(chart_box, 1)
        outcomes = Card("Outcomes this year")
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(10)
        from fundingapp.ui.widgets.pill import Pill

        for at, (words, figure_text, state, tone) in enumerate(
            (
                ("Victims supported (target 180)", "195", "met", Tone.GOOD),
                ("Satisfaction, good or excellent", "100%", "met", Tone.GOOD),
                ("Residential burglary, year to date", "+15.9%", "not met", Tone.BAD),
                ("Robbery, year to date", "−16.7%", "met", Tone.GOOD),
            )
        ):
            grid.addWidget(label(words, wrap=True), at, 0)
            grid.addWidget(label(figure_text, "strong"), at, 1)
            grid.addWidget(Pill(state, tone), at, 2)
        grid.setColumnStretch(0, 1)
        outcomes.add_padded(grid)
        outcomes.add_stretch()
        side.addWidget(outcomes, 1)
        holder = QWidget()
        holder.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(372)
        row.addWidget(holder)
        self.body.addLayout(row, 1)

    def primary_focus(self) -> QWidget | None:
        return self.table


class SpendPage(Page):
    """Chips, a paged table with a million rows, the inspector."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        head = PageHead("Spend")
        head.set_state("1,000,000 ledger lines · £52,310.44 matched · £675.60 not yet matched")
        head.add(button("Rules…"))
        head.add(primary_button("Import ledger…", icon="import"))
        self.body.addWidget(head)
        row = QHBoxLayout()
        chips = Chips("Which lines")
        chips.set_chips(
            [
                ChipSpec("all", "All", 4212),
                ChipSpec("match", "To match", 7, Tone.ATTENTION),
                ChipSpec("split", "Split", 31),
                ChipSpec("excluded", "Excluded", 12),
                ChipSpec("changed", "Changed since last import", 2, Tone.BAD),
            ]
        )
        row.addWidget(chips, 1)
        field = QLineEdit()
        field.setPlaceholderText("Filter lines…")
        field.setFixedWidth(260)
        row.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        box = Card()
        self.table = TableView("Ledger lines", "gallery.lines", application.settings, application.asker)

        def fetch(ids: Sequence[int]) -> list[LineRow | None]:
            return [line_of(id) for id in ids]

        model = PagedTableModel(LINE_COLUMNS, fetch, parent=self.table)
        model.set_ids(array("q", range(1_000_000)))
        self.table.set_model(model)
        self.table.selection_summarised.connect(self.selection_summarised)
        self.table.row_activated.connect(lambda _row: self.inspect(WHY_LINE))
        box.add(self.table, 1)
        self.body.addWidget(box, 1)

    def primary_focus(self) -> QWidget | None:
        return self.table


class ReconcilePage(Page):
    """Tall rows with a second line; period picker."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        head = PageHead("Reconcile")
        head.set_state("Locality Fund · 2018/19 · period 10 (January)")
        picker = PeriodPicker()
        picker.set_period(10, locked={1, 2, 3})
        head.add(picker)
        head.add(button("Statement (PDF)"))
        head.add(button("Sign as preparer"))
        head.add(primary_button("Lock period 10"))
        self.body.addWidget(head)
        box = Card("Seven identities, to the penny")
        table = TableView("Identities", row_height=TALL_ROW_HEIGHT)
        model = ListTableModel(IDENTITY_COLUMNS, parent=table)
        model.set_rows(IDENTITIES)
        table.set_model(model)
        table.why_requested.connect(lambda _row, _column: self.inspect(WHY_SUM))
        box.add(table, 1)
        self.body.addWidget(box, 1)


class FormsPage(Page):
    """Every control that a form is made of."""

    def __init__(self, application: Application) -> None:
        super().__init__()
        head = PageHead("Controls")
        head.set_pill("draft 2", Tone.ATTENTION)
        self.body.addWidget(head)
        box = Card("A form")
        grid = QGridLayout()
        grid.setVerticalSpacing(10)
        grid.setHorizontalSpacing(16)
        money = MoneyEdit("Award")
        money.set_amount(Money(-12_345_67))
        wrong = MoneyEdit("Virement")
        wrong.field.setText("12.3.4")
        wrong.field.editingFinished.emit()
        choice = DropDown("Funder")
        choice.set_options([Option(1, "Police and Crime Commissioner"), Option(2, "Home Office")])
        quarters = Segmented("Quarter", [Option(at, f"Q{at}") for at in range(1, 5)])
        quarters.set_options([Option(at, f"Q{at}") for at in range(1, 5)], 3)
        check = QCheckBox("Show small numbers as “<5”")
        check.setChecked(True)
        off = button("Cannot be pressed")
        off.setEnabled(False)
        off_primary = primary_button("Nor this one")
        off_primary.setEnabled(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for each in (button("Plain"), primary_button("Primary"), off, off_primary):
            buttons.addWidget(each)
        buttons.addStretch(1)
        for at, (words, control) in enumerate(
            (
                ("Award £", money),
                ("Virement £", wrong),
                ("Funder", choice),
                ("Quarter", quarters),
                ("", check),
            )
        ):
            grid.addWidget(label(words, "second"), at, 0)
            grid.addWidget(control, at, 1)
        grid.addLayout(buttons, 5, 1)
        grid.setColumnStretch(2, 1)
        box.add_padded(grid)
        self.body.addWidget(box)
        empty = Card("A page with nothing on it")
        state = EmptyState(
            "evidence",
            "No evidence yet",
            "Evidence shows that the money did what it was given for: reports, survey results, invoices. "
            "Each file is kept as it came and tied to the outcomes that it supports.",
        )
        state.add_step("Add evidence…", print)
        state.add_step("Open the sample", print)
        empty.add(state, 1)
        self.body.addWidget(empty, 1)


def fill(application: Application) -> None:
    """Puts invented pages and figures into the window."""
    window = application.window
    for id, title, icon, group, page in (
        ("overview", "Overview", "overview", "", OverviewPage),
        ("grants", "Grants", "grants", "Money", FormsPage),
        ("spend", "Spend", "spend", "Money", SpendPage),
        ("reconcile", "Reconcile", "reconcile", "Money", ReconcilePage),
        ("outcomes", "Outcomes", "outcomes", "Difference", FormsPage),
        ("returns", "Returns", "returns", "Reporting", FormsPage),
    ):
        window.add_page(PageSpec(id, title, icon, partial(page, application), group))
    window.add_foot("Settings", "settings", print)
    window.add_foot("Help", "help", print)
    window.set_file("Charnwood CSP", "charnwood.funding · saved")
    window.set_years([FinancialYear(2016), FinancialYear(2017), FinancialYear(2018)])
    window.set_funders([Option(1, "Police and Crime Commissioner"), Option(2, "Home Office")])
    window.set_districts([Option(1, "Charnwood")])
    window.set_badge("spend", 7)
    window.set_badge("returns", 1)
    window.set_status(
        "Signed in as S. Officer (finance)", "Autosaved 14:02", "Backup today 09:00", "SQLite file"
    )
    window.add_actions(
        [
            Action("file.new", "New…", "File", print, "Ctrl+N", "plus"),
            Action("file.open", "Open…", "File", print, "Ctrl+O", "folder-open"),
            Action("edit.undo", "Undo", "Edit", print, "Ctrl+Z", "undo"),
            Action("edit.redo", "Redo", "Edit", print, "Ctrl+Y", "redo"),
        ]
    )
    window.set_undo("match 3 lines", None)
    window.set_places(
        lambda words: [
            Place(row.name, "Project", "projects", print)
            for row in PROJECTS
            if words.casefold() in row.name.casefold()
        ]
    )
    window.set_grant(
        GrantState(
            "Locality Fund 2018/19",
            [
                GrantFigure("", Money(75_500_00), "available", "available", "Available"),
                GrantFigure("=", Money(75_484_00), "awarded to 17 projects", "awarded", "Awarded"),
                GrantFigure("+", Money(16_00), "contingency  ·", "contingency", "Contingency"),
                GrantFigure("spent", Money(52_310_44), "  ·", "spent", "Spent"),
                GrantFigure("claimed", Money(49_120_00), "", "claimed", "Claimed"),
            ],
            [
                Segment("Claimed", Money(49_120_00), "accent"),
                Segment("Spent, not claimed", Money(3_190_44), "accent_middle"),
                Segment("Awarded, not spent", Money(23_173_56), "accent_pale"),
                Segment("Contingency", Money(16_00), "attention"),
            ],
            "£675.60 to explain",
            Tone.BAD,
            "≠",
        )
    )
    window.why_requested.connect(lambda _subject: window.inspect(WHY_SUM))


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def take_pictures(application: Application, folder: Path) -> None:
    """Saves a picture of every page in both themes and sizes, and of some states."""
    window = application.window
    window.show()
    for theme in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        application.theme.set_choice(theme)
        for size in (QSize(1440, 900), QSize(1280, 720)):
            window.resize(size)
            name = f"{theme.value}-{size.width()}"
            for page in ("overview", "spend", "reconcile", "grants"):
                window.go_to(page)
                _wait(150)
                window.grab().save(str(folder / f"{name}-{page}.png"))
            window.go_to("spend")
            spend = window.current_page
            assert isinstance(spend, SpendPage)
            spend.table.selectRow(3)
            window.inspect(WHY_LINE)
            window.show_message(
                Message(
                    "Row 1,884, column ‘Net Amount’: ‘12.3.4’ is not an amount. The other 4,211 rows are fine.",
                    "Fix it here, skip it with a reason, or cancel the import.",
                    Tone.BAD,
                    "Fix it",
                    print,
                )
            )
            window.show_message(
                Message("Ledger imported: 4,212 rows read, 4,212 accounted for.", "", Tone.GOOD)
            )
            _wait(150)
            window.grab().save(str(folder / f"{name}-spend-inspector.png"))
            window.messages.clear()
            window.go_to("reconcile")
            window.inspect(WHY_SUM)
            _wait(150)
            window.grab().save(str(folder / f"{name}-reconcile-inspector.png"))
            window.inspector.close_panel()
            window.open_go_to()
            window.go_to_box.field.setText("pro")
            _wait(400)
            window.go_to_box.grab().save(str(folder / f"{name}-goto.png"))
            window.go_to_box.hide()
    window.resize(900, 600)
    window.go_to("overview")
    _wait(150)
    window.grab().save(str(folder / "small-overview.png"))


def main() -> int:
    """Opens the gallery, or takes its pictures."""
    with tempfile.TemporaryDirectory() as place:
        settings = Settings.in_file(Path(place) / "settings.ini")
        application = Application(sys.argv[:1], ROOT / "resources", settings)
        fill(application)
        application.window.go_to("overview")
        if len(sys.argv) > 1:
            folder = Path(sys.argv[1])
            folder.mkdir(parents=True, exist_ok=True)
            take_pictures(application, folder)
            application.window.close()
            application.close()
            return 0
        return application.run()


if __name__ == "__main__":
    sys.exit(main())
