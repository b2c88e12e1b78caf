"""The window around the pages, as somebody who works in it meets it."""

import subprocess
import sys
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event
from unittest.mock import Mock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.application.effect import Effect, Topic
from fundingapp.domain.errors import ExpectedError
from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.actions import Action
from fundingapp.ui.crash import CrashDialog, report_of
from fundingapp.ui.frame.closed_strip import ClosedState
from fundingapp.ui.frame.grant_line import GrantFigure, GrantState
from fundingapp.ui.goto import Place
from fundingapp.ui.inspector import (
    CheckBlock,
    Inspector,
    InspectorPage,
    LinesBlock,
    SourceLine,
    Step,
    StepsBlock,
    SumBlock,
    SumRow,
    TextBlock,
)
from fundingapp.ui.jobs.runner import JobRunner
from fundingapp.ui.main_window import MainWindow
from fundingapp.ui.page import Context, Page, PageSpec, Target
from fundingapp.ui.settings import Settings
from fundingapp.ui.tables.columns import SelectionSummary
from fundingapp.ui.theme import ThemeChoice, Tone
from fundingapp.ui.widgets.bar import Segment
from fundingapp.ui.widgets.choice import Option
from fundingapp.ui.widgets.links import LinkLabel
from tests.ui import hands

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Heard:
    """What a page was told, in order."""

    events: list[tuple[str, object]] = field(default_factory=list)


class QuietPage(Page):
    """A page that writes down what it is told."""

    def __init__(self, name: str, heard: Heard) -> None:
        super().__init__()
        self._name = name
        self._heard = heard
        self.button = QPushButton(name)
        self.body.addWidget(self.button)

    def set_context(self, context: Context) -> None:
        super().set_context(context)
        self._heard.events.append((f"{self._name} context", context.year))

    def shown(self) -> None:
        self._heard.events.append((f"{self._name} shown", None))

    def refresh(self, topics: Topic) -> None:
        self._heard.events.append((f"{self._name} refresh", topics))

    def go_to(self, subject: object) -> None:
        self._heard.events.append((f"{self._name} go to", subject))

    def link_followed(self, link: object) -> None:
        self._heard.events.append((f"{self._name} link", link))

    def primary_focus(self) -> QWidget:
        return self.button


@pytest.fixture
def heard(window: MainWindow) -> Heard:
    """Three pages in the window, none of them made yet."""
    told = Heard()
    for name, group in (("overview", ""), ("spend", "Money"), ("reconcile", "Money")):
        window.add_page(PageSpec(name, name.capitalize(), name, partial(QuietPage, name, told), group))
    return told


def press(qtbot: QtBot, widget: QWidget, key: Qt.Key, ctrl: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(widget, key, modifier)


# Pages


def test_a_page_is_made_when_it_is_first_shown(window: MainWindow, heard: Heard) -> None:
    assert heard.events == []
    window.go_to("spend")
    assert [name for name, _ in heard.events] == ["spend context", "spend shown"]
    assert window.rail.button("spend").isChecked()


def test_ctrl_and_a_digit_goes_to_a_page(qtbot: QtBot, window: MainWindow, heard: Heard) -> None:
    window.go_to("overview")
    with qtbot.waitSignal(window.page_shown) as shown:
        press(qtbot, window, Qt.Key.Key_3, ctrl=True)
    assert shown.args == ["reconcile"]
    assert window.focusWidget() is window.current_page.primary_focus()  # type: ignore[union-attr]


def test_the_rail_is_walked_with_arrows_and_opened_with_enter(
    qtbot: QtBot, window: MainWindow, heard: Heard
) -> None:
    window.go_to("overview")
    window.rail.button("overview").setFocus()
    press(qtbot, window.rail.button("overview"), Qt.Key.Key_Down)
    with qtbot.waitSignal(window.page_shown) as shown:
        press(qtbot, window.rail.button("spend"), Qt.Key.Key_Return)
    assert shown.args == ["spend"]


def test_what_changed_reaches_the_page_in_front_at_once_and_others_when_shown(
    window: MainWindow, heard: Heard
) -> None:
    window.go_to("spend")
    window.go_to("overview")
    heard.events.clear()
    window.refresh(Topic.LEDGER)
    window.refresh(Topic.CHARGES)
    assert heard.events == [("overview refresh", Topic.LEDGER), ("overview refresh", Topic.CHARGES)]
    heard.events.clear()
    window.go_to("spend")
    assert heard.events == [("spend refresh", Topic.LEDGER | Topic.CHARGES), ("spend shown", None)]


def test_the_year_holds_across_pages(qtbot: QtBot, window: MainWindow, heard: Heard) -> None:
    window.set_years([FinancialYear(2017), FinancialYear(2018)])
    window.go_to("spend")
    window.go_to("overview")
    heard.events.clear()
    with qtbot.waitSignal(window.context_changed) as changed:
        press(qtbot, window.top_bar.year, Qt.Key.Key_Left)
    assert changed.args == [Context(FinancialYear(2017))]
    window.go_to("spend")
    assert [event for event in heard.events if "context" in event[0]] == [
        ("overview context", FinancialYear(2017)),
        ("spend context", FinancialYear(2017)),
    ]


def test_a_funder_that_is_chosen_filters_every_page(qtbot: QtBot, window: MainWindow, heard: Heard) -> None:
    assert not window.top_bar.funder.isVisible()
    window.set_funders([Option(5, "Police and Crime Commissioner"), Option(7, "Home Office")])
    assert window.top_bar.funder.isVisible()
    first = window.context.funder
    with qtbot.waitSignal(window.context_changed):
        window.top_bar.funder.choose(7)
    assert (first, window.context.funder) == (5, 7)


def test_a_target_brings_its_subject(window: MainWindow, heard: Heard) -> None:
    window.go_to("overview")
    page = window.current_page
    assert page is not None
    page.go_requested.emit(Target("spend", "line 5"))
    assert heard.events[-1] == ("spend go to", "line 5")


def test_another_file_makes_the_pages_anew(window: MainWindow, heard: Heard) -> None:
    window.go_to("overview")
    before = window.current_page
    window.show_error(ExpectedError("x", "A problem."))
    window.forget_pages()
    window.go_to("overview")
    assert window.current_page is not before
    assert window.messages.messages == ()


# The frame


def test_a_badge_counts_and_is_announced(window: MainWindow, heard: Heard) -> None:
    window.set_badge("spend", 7)
    assert window.rail.button("spend").accessibleName() == "Spend, 7 waiting"


def test_a_narrow_window_shows_icons_and_names_them(window: MainWindow, heard: Heard) -> None:
    window.resize(900, 600)
    assert window.rail.width() < 80
    assert window.rail.button("spend").toolTip() == "Spend"
    window.resize(1280, 720)
    assert window.rail.width() == 196


def grant(amount: int) -> GrantState:
    return GrantState(
        "Locality Fund 2018/19",
        [
            GrantFigure("", Money(75_500_00), "available", "available", "Available"),
            GrantFigure("spent", Money(amount), "", "spent", "Spent"),
        ],
        [Segment("Spent", Money(amount), "accent")],
        "£675.60 to explain",
        Tone.BAD,
        "≠",
    )


def test_figures_of_the_grant_line_answer_why(qtbot: QtBot, window: MainWindow) -> None:
    window.set_grant(grant(52_310_44))
    figure = window.grant_line.figures[1]
    with qtbot.waitSignal(window.why_requested) as asked:
        QTest.mouseClick(figure, Qt.MouseButton.LeftButton)
    assert asked.args == ["spent"]


def test_the_grant_line_follows_edits_without_losing_the_keyboard(window: MainWindow) -> None:
    window.set_grant(grant(52_310_44))
    window.grant_line.figures[1].setFocus()
    window.set_grant(grant(52_696_54))
    assert window.grant_line.figures[1].text() == "£52,696.54"
    assert window.grant_line.figures[1] is window.focusWidget()


def test_the_pill_of_the_grant_line_opens_reconcile(qtbot: QtBot, window: MainWindow, heard: Heard) -> None:
    window.set_grant(grant(1))
    window.grant_line.verdict.setFocus()
    press(qtbot, window.grant_line.verdict, Qt.Key.Key_Return)
    assert heard.events[-1] == ("reconcile shown", None)


def test_money_not_yet_agreed_is_a_pill_of_its_own_that_opens_year_end(
    window: MainWindow, heard: Heard
) -> None:
    window.add_page(PageSpec("year-end", "Year end", "year-end", partial(QuietPage, "year-end", heard)))
    window.set_grant(grant(1))
    assert not window.grant_line.awaited.isVisible()
    window.set_grant(replace(grant(1), awaited="£15,000.00 not yet agreed"))
    assert window.grant_line.awaited.accessibleName() == "£15,000.00 not yet agreed"
    QTest.mouseClick(window.grant_line.awaited, Qt.MouseButton.LeftButton)
    assert heard.events[-1] == ("year-end shown", None)


def test_a_closed_year_is_said_on_the_pages_that_would_change_it(window: MainWindow, heard: Heard) -> None:
    reopened: list[str] = []
    window.go_to("spend")
    window.set_closed(ClosedState("2018/19 is closed: all settled.", lambda: reopened.append("asked")))
    assert "2018/19 is closed: all settled." in hands.read(window.closed_strip)
    window.go_to("overview")
    assert not window.closed_strip.isVisible()
    window.go_to("reconcile")
    hands.press(window.closed_strip, "Reopen the year…")
    assert reopened == ["asked"]
    window.set_closed(None)
    assert not window.closed_strip.isVisible()


def test_the_sum_of_the_selection_is_in_the_status_bar(window: MainWindow, heard: Heard) -> None:
    window.go_to("spend")
    page = window.current_page
    assert page is not None
    page.selection_summarised.emit(SelectionSummary(3, "Amount", Money(1_234_50)))
    assert window.status_bar.selection.text() == "3 selected · Amount £1,234.50"
    window.go_to("overview")
    assert window.status_bar.selection.text() == ""


# Actions, menu, undo


def test_undo_names_what_it_undoes(window: MainWindow) -> None:
    done = Mock()
    window.add_actions([Action("edit.undo", "Undo", "Edit", done, "Ctrl+Z")])
    window.set_undo("match 3 lines", None)
    action = window.actions_of_window["edit.undo"]
    assert (action.text(), action.isEnabled()) == ("Undo match 3 lines", True)
    action.trigger()
    done.assert_called_once()
    window.set_undo(None, None)
    assert not action.isEnabled()


def test_the_menu_shows_only_what_there_is(window: MainWindow, heard: Heard) -> None:
    window.open_menu()
    assert [action.text() for action in window._menu.actions()] == ["&View"]
    window._menu.close()
    window.add_actions([Action("file.open", "Open…", "File", Mock(), "Ctrl+O", "folder-open")])
    window.open_menu()
    assert [action.text() for action in window._menu.actions()] == ["&File", "&View"]
    window._menu.close()


def test_the_theme_is_chosen_in_the_menu_and_remembered(window: MainWindow, settings: Settings) -> None:
    for choice in (ThemeChoice.DARK, ThemeChoice.LIGHT):
        window.actions_of_window[f"view.theme.{choice.value}"].trigger()
        assert settings.theme is choice


# Go to anything


def test_ctrl_k_goes_to_a_page_by_a_few_letters(qtbot: QtBot, window: MainWindow, heard: Heard) -> None:
    press(qtbot, window, Qt.Key.Key_K, ctrl=True)
    box = window.go_to_box
    assert box.isVisible()
    QTest.keyClicks(box.field, "recon")
    assert [place.text for place in box.places] == ["Reconcile"]
    press(qtbot, box.field, Qt.Key.Key_Return)
    assert heard.events[-1] == ("reconcile shown", None)
    assert not box.isVisible()


def test_ctrl_k_finds_projects_beside_the_window(qtbot: QtBot, window: MainWindow) -> None:
    gone = Mock()
    window.set_places(
        lambda words: [Place("Falcon Centre", "Supplier", "file", gone)] if words == "falcon" else []
    )
    window.open_go_to()
    QTest.keyClicks(window.go_to_box.field, "falcon")
    qtbot.waitUntil(lambda: [place.text for place in window.go_to_box.places] == ["Falcon Centre"])
    press(qtbot, window.go_to_box.field, Qt.Key.Key_Return)
    gone.assert_called_once()


def test_ctrl_k_runs_commands_and_arrows_choose(qtbot: QtBot, window: MainWindow, heard: Heard) -> None:
    imported = Mock()
    window.add_actions([Action("ledger.import", "Import a spend ledger…", "File", imported, icon="import")])
    window.open_go_to()
    QTest.keyClicks(window.go_to_box.field, "spend")
    assert [place.text for place in window.go_to_box.places] == ["Spend", "Import a spend ledger…"]
    press(qtbot, window.go_to_box.field, Qt.Key.Key_Down)
    press(qtbot, window.go_to_box.field, Qt.Key.Key_Return)
    imported.assert_called_once()


# Work in the background


def test_a_refusal_becomes_a_message(qtbot: QtBot, window: MainWindow, runner: JobRunner) -> None:
    def refuse(progress: object) -> None:
        raise ExpectedError("locked", "Period 10 is locked.", "Unlock it on Reconcile first.")

    with qtbot.waitSignal(runner.idle):
        runner.submit("Match", refuse)
    message = window.messages.messages[0]
    assert (message.text, message.advice) == ("Period 10 is locked.", "Unlock it on Reconcile first.")


def test_long_work_shows_and_can_be_cancelled(qtbot: QtBot, window: MainWindow, runner: JobRunner) -> None:
    stop = Event()

    def work(progress) -> None:  # type: ignore[no-untyped-def]
        while not stop.wait(0.01):
            progress.report(2_000_000_000, 4_000_000_000, "Reading the ledger")

    job = runner.submit("Import", work)
    qtbot.waitUntil(lambda: window.status_bar.shows_work)
    assert window.status_bar.label.text() == "Reading the ledger"
    assert window.status_bar.bar.value() == 500
    with qtbot.waitSignal(job.cancelled):
        press(qtbot, window.status_bar.cancel, Qt.Key.Key_Return)
    assert not window.status_bar.shows_work


def test_long_work_shows_even_when_it_reports_nothing(
    qtbot: QtBot, window: MainWindow, runner: JobRunner
) -> None:
    stop = Event()
    job = runner.submit("Save a copy", lambda _progress: stop.wait(5))
    qtbot.waitUntil(lambda: window.status_bar.shows_work)
    assert window.status_bar.label.text() == "Save a copy"
    assert window.status_bar.bar.maximum() == 0
    with qtbot.waitSignal(job.ended):
        stop.set()
    assert not window.status_bar.shows_work


def test_a_finished_command_refreshes_the_page(
    qtbot: QtBot, window: MainWindow, heard: Heard, runner: JobRunner
) -> None:
    window.go_to("spend")
    with qtbot.waitSignal(runner.idle):
        runner.submit("Match", lambda _progress: Effect(None, Topic.CHARGES, "match", None))
    assert heard.events[-1] == ("spend refresh", Topic.CHARGES)


def test_closing_stops_the_work_waits_and_then_closes(
    qtbot: QtBot, window: MainWindow, runner: JobRunner, settings: Settings
) -> None:
    begun = Event()

    def work(progress) -> None:  # type: ignore[no-untyped-def]
        begun.set()
        while True:
            progress.report(0, 0, "Working")

    runner.submit("Work", work)
    assert begun.wait(5)
    with qtbot.waitSignal(window.closing):
        window.close()
    assert not runner.is_busy
    assert not window.isVisible()
    assert not settings.geometry.isEmpty()


# The inspector


WHY = InspectorPage(
    "Spent 6,120.00 — why?",
    [
        SumBlock(
            [
                SumRow("Falcon Centre, 9 lines", Money(5_900_00), "falcon"),
                SumRow("Sum", Money(6_120_00), is_total=True),
            ]
        ),
        CheckBlock([("stop", Tone.BAD, "Over its award.")], "Checks"),
        LinesBlock(
            [SourceLine("FALCON CENTRE", Money(1_100_00), "GL.xlsx · Transactions · row 1,884", "line")]
        ),
    ],
    "spent",
)


def test_a_link_of_the_inspector_comes_back_to_the_page(
    qtbot: QtBot, window: MainWindow, heard: Heard
) -> None:
    window.go_to("spend")
    window.inspect(WHY)
    link = window.inspector.findChild(LinkLabel)
    assert link is not None
    press(qtbot, link, Qt.Key.Key_Return)
    assert heard.events[-1] == ("spend link", "falcon")


def test_the_inspector_goes_deeper_and_back_and_esc_closes_it(
    qtbot: QtBot, window: MainWindow, heard: Heard
) -> None:
    window.go_to("spend")
    page = window.current_page
    assert page is not None
    page.inspect(WHY)
    page.inspect_deeper_requested.emit(InspectorPage("Falcon Centre", [TextBlock("Nine lines.")], "falcon"))
    inspector = window.inspector
    assert inspector.page is not None
    assert inspector.page.title == "Falcon Centre"
    inspector.setFocus()
    QTest.keyClick(inspector, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert inspector.page is WHY
    with qtbot.waitSignal(inspector.closed):
        press(qtbot, inspector, Qt.Key.Key_Escape)
    assert not inspector.isVisible()
    assert window.focusWidget() is page.primary_focus()


def test_the_same_subject_again_only_refreshes_the_view(qtbot: QtBot) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.show_page(InspectorPage("First"))
    inspector.show_page(InspectorPage("Six", subject="spent"), deeper=True)
    inspector.show_page(InspectorPage("Seven", subject="spent"), deeper=True)
    inspector.back()
    assert inspector.page is not None
    assert inspector.page.title == "First"


def test_steps_of_the_inspector_do_what_they_say(qtbot: QtBot) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    accept = Mock()
    inspector.show_page(InspectorPage("Line", [StepsBlock([Step("Accept", accept, is_primary=True)])]))
    step = next(each for each in inspector.findChildren(QPushButton) if each.accessibleName() == "Accept")
    press(qtbot, step, Qt.Key.Key_Return)
    accept.assert_called_once()


# Settings, crash, start


def test_settings_come_back_and_nonsense_is_as_if_never_set(tmp_path: Path) -> None:
    place = tmp_path / "settings.ini"
    settings = Settings.in_file(place)
    settings.theme = ThemeChoice.DARK
    settings.set_column_widths("spend", {"Supplier": 180})
    settings.remember_file(tmp_path / "a.funding")
    settings.remember_file(tmp_path / "b.funding")
    settings.remember_file(tmp_path / "a.funding")
    settings.save()
    again = Settings.in_file(place)
    assert again.theme is ThemeChoice.DARK
    assert again.column_widths("spend") == {"Supplier": 180}
    assert again.recent_files == (tmp_path / "a.funding", tmp_path / "b.funding")
    assert again.last_folder == tmp_path
    damaged = tmp_path / "damaged.ini"
    damaged.write_text("[General]\nversion=1\ntheme=pink\n[columns]\nspend=broken\n[files]\nrecent=7\n")
    broken = Settings.in_file(damaged)
    assert broken.theme is ThemeChoice.SYSTEM
    assert broken.column_widths("spend") == {}
    assert broken.recent_files == ()


def test_our_own_mistake_shows_calm_words_and_a_report_to_copy(qtbot: QtBot) -> None:
    try:
        raise ZeroDivisionError("a pound shared by nobody")
    except ZeroDivisionError as error:
        dialog = CrashDialog(report_of(error))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "ZeroDivisionError" in dialog.report
    visible = " ".join(each.text() for each in dialog.findChildren(QWidget) if isinstance(each, QPushButton))
    assert "Copy the report" in visible
    assert not dialog._details.isVisible()


_START = """
import sys, tempfile
from pathlib import Path
from fundingapp.ui.application import Application
from fundingapp.ui.settings import Settings
root = Path(sys.argv[1])
with tempfile.TemporaryDirectory() as folder:
    application = Application(["fundingapp"], root / "resources", Settings.in_file(Path(folder) / "s.ini"))
    loaded = []
    def painted():
        slow = ("sqlalchemy", "alembic", "openpyxl", "pyqtgraph", "xlsxwriter", "python_calamine", "rich", "numpy")
        loaded.extend(name for name in slow if name in sys.modules)
        application.window.close()
    application.window.first_painted.connect(painted)
    code = application.run()
    print("loaded:", loaded, "code:", code)
"""


def test_nothing_slow_is_imported_before_the_first_paint() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _START, str(ROOT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "loaded: [] code: 0" in ran.stdout, ran.stderr
