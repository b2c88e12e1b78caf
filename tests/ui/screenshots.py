"""Pictures of the window on the sample: ``python -m tests.ui.screenshots FOLDER [page ...]``.

Writes the first step and every page (or those named) in both themes at 1440×900 and 1280×720, to
be looked at beside the mock-ups. ``--rich FOLDER [page ...]`` does so on a sample with all that a lived year has.
``--readme`` writes the pictures of README into resources/screenshots instead.
Not collected by pytest.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported, which reads it once

from datetime import date

import openpyxl
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from fundingapp.application.commands.partner_books import MakePartnerBooks, TakeBackBook
from fundingapp.application.commands.publications import PublishSafeTable
from fundingapp.application.desk import Desk
from fundingapp.application.sample import make_sample
from fundingapp.assembly import Assembly
from fundingapp.domain.ids import EvidenceId, FundId, IndicatorId, LineId, ProjectId, TemplateId
from fundingapp.domain.judging import Standing
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.application import Application
from fundingapp.ui.charts.plots import Chart
from fundingapp.ui.explain import ShowLine
from fundingapp.ui.outcomes.import_view import ImportView
from fundingapp.ui.outcomes.indicators_view import IndicatorsView
from fundingapp.ui.outcomes.targets import RecordFigures, ShowIndicator, ShowStanding
from fundingapp.ui.returns.choice import PlaceInReturn
from fundingapp.ui.returns.mapping_subjects import TemplateInList
from fundingapp.ui.settings import Settings
from fundingapp.ui.shell import Shell
from fundingapp.ui.spend.sub_view import SubView
from fundingapp.ui.tables.view import TableView
from fundingapp.ui.theme import Theme, ThemeChoice
from tests.enriched import YEAR, enrich
from tests.evidenced import put_papers
from tests.storied import tell
from tests.ui import eye, hands, pictured
from tests.ui.windows import ChosenFiles

ROOT = Path(__file__).resolve().parent.parent.parent
#: A page, or one of its views after a full stop, what the view is to show after a slash; in another year than the
#: latest after an @; with the button pressed, or the option chosen, whose words stand after a +; with a row of the
#: table opened, whose number stands after a !.
PAGES = (
    "overview",
    "grants.grant",
    "grants.grant+Add a grant…",
    "grants.agreement",
    "grants.years",
    "grants.conditions",
    "grants.conditions+Add a condition…",
    "grants.calendar",
    "grants.calendar+From the agreement…",
    "grants.virements",
    "grants.virements+Move budget…",
    "grants.claims",
    "grants.claims+Record a payment…",
    "bids.board",
    "bids.board+Bid pack…",
    "bids.table",
    "bids.requests",
    "projects.position",
    "projects.position+Add a project…",
    "projects.forecast",
    "projects.accuracy",
    "spend",
    "spend/line",
    "spend+Rules…",
    "spend+Adjustments…",
    "spend+Findings…",
    "spend+Imports…",
    "reconcile.identities",
    "reconcile.documents",
    "reconcile.locks",
    "returns.return/cell",
    "returns.sent",
    "returns.templates",
    "returns.templates/mapping",
    "returns.partners",
    "returns.story",
    "returns.story/said-projects",
    "returns.story/said-risks",
    "returns.story/said-assets",
    "returns.story/said-statements",
    "history",
    "outcomes.indicators",
    "outcomes.indicators/indicator",
    "outcomes.indicators/years",
    "outcomes.indicators/beats",
    "outcomes.indicators/not-met",
    "outcomes.indicators/record",
    "outcomes.indicators+figures missing",
    "outcomes.indicators/indicator+Change…",
    "outcomes.indicators/indicator+Target of the year…",
    "outcomes.chain",
    "outcomes.chain+Judging…",
    "outcomes.chain+Standard set…",
    "outcomes.chain+Add a milestone…",
    "outcomes.chain+Add an indicator…",
    "outcomes.chain+Add an outcome…",
    "outcomes.chain!2",
    "outcomes.performance/table",
    "outcomes.performance/table!1",
    "outcomes.performance/family!1",
    "outcomes.performance/several",
    "outcomes.performance/several+Anti-social behaviour in Charnwood",
    "outcomes.import",
    "outcomes.import!1",
    "outcomes.import/several",
    "outcomes.import/months",
    "outcomes.performance/table+Crime by police beat",
    "outcomes.performance/charts",
    "outcomes.performance/beside",
    "outcomes.performance/beside!1",
    "outcomes.performance/table+About the table…",
    "outcomes.safe-tables",
    "outcomes.safe-tables/coventry",
    "outcomes.safe-tables/hidden",
    "outcomes.safe-tables/printed",
    "outcomes.safe-tables/published",
    "outcomes.safe-tables/coventry+Write the safe table…",
    "outcomes.value/costs",
    "outcomes.value/costs!1",
    "outcomes.value/sentences",
    "outcomes.value/sentences!2",
    "outcomes.value/sentences+Write a sentence…",
    "outcomes.value/values",
    "outcomes.value/values+Add a value…",
    "outcomes.value/values+Uprate…",
    "evidence.papers",
    "evidence.papers/survey",
    "evidence.papers+Link or text…",
    "evidence.papers/survey+Keep longer…",
    "evidence.papers/survey+Erase…",
    "evidence.gaps@2018/19",
    "evidence.review",
    "year-end.chain",
    "year-end.chain@2017/18",
    "year-end.chain+Close 2018/19…",
    "year-end.outturn",
    "year-end.underspend",
    "year-end.underspend@2017/18",
    "setup.partnership",
    "setup.bodies",
    "setup.places",
    "setup.contacts",
    "setup.people",
    "setup.themes",
    "setup.exchange",
    "projects.funding",
    "projects.plan",
)
#: What views are told to show that is more than a word.
SUBJECTS: dict[str, object] = {
    "record": RecordFigures(),
    "indicator": ShowIndicator(IndicatorId(22)),
    "years": ShowIndicator(IndicatorId(10)),
    "not-met": ShowStanding(Standing.NOT_MET),
    "line": ShowLine(LineId(3)),
    "cell": PlaceInReturn("Expenditure", "F9"),
    "mapping": TemplateInList(TemplateId(1)),
    "survey": EvidenceId(17),
    "said-projects": ("project", ProjectId(3)),
    "said-risks": ("risk", 1),
    "said-assets": ("asset", 1),
    "said-statements": ("statement", 1),
}
SUBJECTS["coventry"] = ROOT / "tests" / "data" / "performance" / "coventry_hate_crime_small_numbers.csv"
SIZES = ((1440, 900), (1280, 720))


def _publish(desk: Desk, folder: Path) -> None:
    """Publishes two safe tables in one paper."""
    tables = ROOT / "tests" / "data" / "performance"
    paper, asked = "Strategic assessment 2018/19", "asked for by the scrutiny committee"
    for name in ("charnwood_crime_by_beat", "coventry_hate_crime_small_numbers"):
        out = folder / f"{name}, safe.xlsx"
        desk.do(PublishSafeTable(tables / f"{name}.csv", out, paper, asked))


def _ask_partners(desk: Desk, fund: FundId, folder: Path) -> None:
    """Workbooks for all leads of the third quarter; the first is back with what its lead says."""
    out = folder / "workbooks"
    out.mkdir()
    made = desk.do(MakePartnerBooks(fund, YEAR, 3, out, (), date(2019, 1, 18))).result
    workbook = openpyxl.load_workbook(made[0].path)
    for cell, said in (("K5", 750.5), ("L5", 1_200), ("M5", "lots")):
        workbook["Forecast"][cell] = said
    workbook["How it stands"]["B5"] = "in progress"
    workbook["How it stands"]["B7"] = "Amber"
    workbook["How it stands"]["B8"] = (
        "The second driver began in November, so that the bus went out twice a week."
    )
    workbook.save(made[0].path)
    desk.do(TakeBackBook(made[0].path))


def _press(window: QWidget, words: str) -> None:
    """Clicks the button that says *words*, or chooses what a drop-down calls so."""
    for button in hands.seen(window, QAbstractButton):
        if words in button.accessibleName():
            button.click()
            return
    for box in hands.seen(window, QComboBox):
        if (at := box.findText(words, Qt.MatchFlag.MatchStartsWith)) >= 0:
            box.setCurrentIndex(at)
            box.activated.emit(at)
            return
    raise LookupError(f"nothing to press or choose says “{words}”")


def visit(shell: Shell, page: str, settle: Callable[[], object]) -> None:
    """Shows one of :data:`PAGES`; *settle* waits until the window has come to rest."""
    window = shell.window
    if window.inspector.page is not None:
        window.inspector.close_panel()
    for list_of_indicators in window.findChildren(IndicatorsView):
        if list_of_indicators.is_alone:
            list_of_indicators.show_list()
    for imports in window.findChildren(ImportView):
        if imports.review is not None:
            imports.show_imports()
    for sub_view in window.findChildren(SubView):
        if sub_view.isVisible():
            sub_view.go_back()
    page, _, pressed = page.partition("+")
    page, _, row = page.partition("!")
    page, _, year = page.partition("@")
    page, _, subject = page.partition("/")
    name, _, view = page.partition(".")
    years = shell.office.workspace.years if shell.office.workspace is not None else ()
    wanted = FinancialYear.parse(year) if year else max(years, default=None)
    if wanted in years:
        window.top_bar.year.set_year(wanted)
        settle()
    shown = SUBJECTS.get(subject, subject) or None
    window.go_to(name, (view, shown) if view else shown)
    settle()
    if row:
        table = next(each for each in hands.seen(window.stack, TableView) if each.model().rowCount())
        table.setCurrentIndex(table.model().index(int(row) - 1, 0))
        table.row_activated.emit(table.current_row)
        settle()
    if pressed:
        _press(window, pressed)
        settle()


class Photographer:
    """A window on a sample of its own, and pictures of it."""

    def __init__(self, folder: Path, *, rich: bool = False) -> None:
        self.offices = Assembly()
        self.target = make_sample(self.offices, folder / "sample", filled=True)
        if rich:
            opened = self.offices.open(str(self.target))
            fund = enrich(opened.desk)
            put_papers(opened.desk, fund, ProjectId(1), YEAR)
            _publish(opened.desk, folder)
            tell(opened.desk, fund, YEAR, 3)
            _ask_partners(opened.desk, fund, folder)
            SUBJECTS["beats"] = ShowIndicator(pictured.sum_of_beats(opened.desk, YEAR))
            SUBJECTS["family"] = pictured.family_of_years(opened.desk, folder)
            opened.close()
        SUBJECTS["several"], SUBJECTS["months"] = pictured.several_tables(folder), pictured.months(folder)
        self.application = Application(
            ["screenshots"], ROOT / "resources", Settings.in_file(folder / "settings.ini")
        )
        self.shell = Shell(self.application, self.offices)
        self.shell.office.files = ChosenFiles()  # type: ignore[assignment]  # nobody is there to answer a dialog
        self.window = self.application.window
        self.window.show()
        self.settle()

    def settle(self) -> None:
        """Lets the window come to rest: nothing is written or asked, and everything is painted."""
        quiet = 0
        while quiet < 5:
            loop = QEventLoop()
            QTimer.singleShot(20, loop.quit)
            loop.exec()
            busy = self.application.runner.is_busy or not self.application.asker.is_idle
            quiet = 0 if busy or self._awaits_charts() else quiet + 1

    def _awaits_charts(self) -> bool:
        """Whether a chart that is shown is still blank, as it is while the library of charts loads."""
        charts = self.window.findChildren(Chart)
        return any(each.isVisible() and each.drawing is not None and not each.is_drawn for each in charts)

    def open(self) -> None:
        self.shell.open_target(str(self.target))
        self.settle()

    def show(self, page: str, theme: ThemeChoice, size: tuple[int, int]) -> None:
        Theme.current().set_choice(theme)
        self.window.resize(*size)
        visit(self.shell, page, self.settle)

    def take(self, path: Path) -> None:
        """Writes what the window shows."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.window.grab().save(str(path))

    def close(self) -> None:
        self.window.close()
        self.application.close()


def every(folder: Path, pages: tuple[str, ...], photographer: Photographer) -> None:
    """Every page in both themes and sizes."""
    photographer.take(folder / "welcome.png")
    photographer.open()
    for theme in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        for size in SIZES:
            for page in pages:
                photographer.show(page, theme, size)
                photographer.take(
                    folder / f"{page.replace('/', '-').replace(' ', '_')}-{theme.value}-{size[0]}.png"
                )
                for finding in eye.looked_over(photographer.window):
                    sys.stderr.write(f"{page} {theme.value} {size[0]}: {finding}\n")


def readme(photographer: Photographer) -> None:
    """The pictures of README."""
    photographer.open()
    for page, name in (("overview", "overview"), ("returns.return/cell", "return")):
        photographer.show(page, ThemeChoice.LIGHT, SIZES[0])
        photographer.take(ROOT / "resources" / "screenshots" / f"{name}.png")


def main(arguments: list[str]) -> int:
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"XDG_DATA_HOME": folder, "LOGNAME": "A. Officer"}
        rich = arguments[0] == "--rich"
        arguments = arguments[1:] if rich else arguments
        photographer = Photographer(Path(folder), rich=rich)
        do: Callable[[Photographer], None] = readme
        if arguments[0] != "--readme":
            wanted = tuple(arguments[1:]) or PAGES
            do = lambda each: every(Path(arguments[0]), wanted, each)  # noqa: E731 - it is called once, below
        try:
            do(photographer)
        finally:
            photographer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
