"""The charts of results: said in words, drawn in the theme's colours, and never in the mouse's way."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget
from pytestqt.qtbot import QtBot

from fundingapp.ui.charts.plots import Bars, Chart, Drawing, Line, Lines, Panels, Point, library
from fundingapp.ui.theme import DARK, LIGHT, Theme, ThemeChoice

ROOT = Path(__file__).resolve().parents[2]
SESSIONS = Bars(
    "Clients supported",
    (
        Point("Q1", Decimal(61)),
        Point("Q2", Decimal(70)),
        Point("Q3", Decimal(64), is_soft=True),
        Point("Q4", None),
    ),
    Decimal(45),
    "target 45 a quarter",
)
MONTHS = ("Apr", "May", "Jun", "Jul")
YEARS = Lines(
    "Burglary, year on year",
    MONTHS,
    (
        Line("2017/18", tuple(map(Decimal, (81, 70, 90, 65)))),
        Line("2018/19", (Decimal(91), Decimal("99.5"), None, Decimal(1_110)), is_main=True),
    ),
)
BEATS = Panels(
    "Burglary by beat",
    tuple(
        Lines(f"Beat {number}", MONTHS, (Line("2018/19", tuple(map(Decimal, (1, 2, 3, number)))),))
        for number in range(56, 62)
    ),
)
NOTHING = Bars("Packs given out", ())


def shown(qtbot: QtBot, drawing: Drawing, width: int = 420, height: int = 240) -> Chart:
    """A chart with *drawing*, once it is drawn."""
    chart = Chart(drawing)
    qtbot.addWidget(chart)
    chart.resize(width, height)
    chart.show()
    qtbot.waitUntil(lambda: chart.is_drawn, timeout=20_000)
    qtbot.wait(20)  # the library lays its plots out in a turn of their own
    return chart


def colours_in(image: QImage) -> set[str]:
    return {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)
    }


def test_each_chart_is_told_in_words(qtbot: QtBot) -> None:
    chart = Chart(SESSIONS)
    qtbot.addWidget(chart)
    assert chart.accessibleName() == "Clients supported"
    assert chart.accessibleDescription() == (
        "Q1 61; Q2 70; Q3 64, not final; Q4 no figure. Target 45 a quarter."
    )
    chart.set_drawing(YEARS)
    assert chart.accessibleDescription() == (
        "2017/18: Apr 81, May 70, Jun 90, Jul 65. 2018/19: Apr 91, May 99.5, Jul 1,110."
    )
    chart.set_drawing(BEATS)
    assert chart.accessibleDescription().startswith("Beat 56: 2018/19: Apr 1, May 2, Jun 3, Jul 56.")
    chart.set_drawing(NOTHING)
    assert chart.accessibleDescription() == "No figures yet."
    chart.set_drawing(None)
    assert chart.accessibleDescription() == ""


def test_hovering_tells_the_figure_under_the_pointer(qtbot: QtBot) -> None:
    chart = shown(qtbot, SESSIONS)
    said = [chart.figures_at(QPointF(at, 120)) for at in range(20, 420, 20)]
    assert {"Q1 61", "Q2 70", "Q3 64, not final", "Q4 no figure"} <= set(said)
    lines = shown(qtbot, YEARS)
    assert "May\n2017/18: 70\n2018/19: 99.5" in {
        lines.figures_at(QPointF(at, 120)) for at in range(20, 420, 10)
    }
    panels = shown(qtbot, BEATS, 500, 300)
    told = {panels.figures_at(QPointF(x, y)) for x in range(10, 500, 15) for y in range(30, 300, 30)}
    assert {"Beat 56\nApr\n2018/19: 1", "Beat 61\nJul\n2018/19: 61"} <= told


def test_labels_come_back_when_a_chart_gets_room(qtbot: QtBot) -> None:
    """A chart is first drawn before its panel has given it its room."""
    years = tuple(f"{year}/{year - 1999}" for year in range(2015, 2019))
    lines = Lines("All crime", years, (Line("All crime", (Decimal(4),) * 4, is_main=True),), under="4 → 4")

    def labels(chart: Chart) -> int:
        [plot] = chart._plots
        return len(plot.getAxis("bottom")._tickLevels[0])

    chart = shown(qtbot, lines, 180, 170)
    assert labels(chart) == 2
    chart.resize(400, 170)
    assert labels(chart) == 4
    panels = shown(qtbot, Panels("All crime", (lines, lines)), 500, 300)
    assert all("All crime<br>4 → 4" in plot.titleLabel.text for plot in panels._plots)


def test_a_hidden_small_number_is_no_bar(qtbot: QtBot) -> None:
    bars = Bars("Hate incidents", (Point("Q1", None, "<5"), Point("Q2", Decimal(9))))
    assert bars.in_words == "Q1 <5; Q2 9."
    image = Chart(Bars("Hate incidents", bars.points[:1])).picture(300, 200)
    assert LIGHT.accent not in colours_in(image)


@pytest.mark.parametrize("is_main", [True, False])
def test_a_year_without_any_figure_is_no_line(
    qtbot: QtBot, is_main: bool, recwarn: pytest.WarningsRecorder
) -> None:
    """The library would warn while Qt paints; an error there takes the program with it."""
    empty = Line("2018/19", (None, None, None, None), is_main=is_main)
    lines = Lines("Burglary, year on year", MONTHS, (YEARS.lines[0], empty))
    chart = shown(qtbot, lines)
    assert chart.grab().toImage().height() > 0
    told = {chart.figures_at(QPointF(at, 120)) for at in range(20, 420, 10)}
    assert "May\n2017/18: 70" in told
    assert lines.in_words.endswith("2018/19: no figures.")
    none = shown(qtbot, Panels("Nothing yet", (Lines("Beat 56", MONTHS, (empty,)), Lines("Beat 57", (), ()))))
    assert none.grab().toImage().height() > 0
    assert not none.picture(300, 200).isNull()
    assert [str(each.message) for each in recwarn] == []


def test_the_theme_changes_at_once(qtbot: QtBot) -> None:
    chart = shown(qtbot, SESSIONS)
    assert LIGHT.accent in colours_in(chart.grab().toImage())
    try:
        Theme.current().set_choice(ThemeChoice.DARK)
        qtbot.wait(20)
        dark = colours_in(chart.grab().toImage())
        assert DARK.accent in dark
        assert LIGHT.accent not in dark
    finally:
        Theme.current().set_choice(ThemeChoice.LIGHT)


def test_the_wheel_is_left_to_the_page(qtbot: QtBot) -> None:
    chart = shown(qtbot, YEARS)
    under = chart.childAt(QPoint(200, 120)) or chart
    wheel = QWheelEvent(
        QPointF(200, 120),
        QPointF(chart.mapToGlobal(QPoint(200, 120))),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    wheel.ignore()
    QApplication.sendEvent(under, wheel)
    assert not wheel.isAccepted()
    assert wheel.type() is QEvent.Type.Wheel


def test_the_keyboard_reaches_it_and_its_focus_shows(qtbot: QtBot) -> None:
    chart = shown(qtbot, SESSIONS)
    chart.clearFocus()
    before = chart.grab().toImage()
    chart.activateWindow()
    chart.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(chart.hasFocus)
    assert chart.grab().toImage() != before
    assert not [each for each in chart.findChildren(QWidget) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]


@pytest.mark.parametrize(
    "drawing", [SESSIONS, YEARS, BEATS, NOTHING], ids=["bars", "lines", "panels", "none"]
)
def test_it_is_written_as_a_picture(qtbot: QtBot, tmp_path: Path, drawing: Drawing) -> None:
    chart = Chart(drawing)  # not shown anywhere: a picture does not need that
    qtbot.addWidget(chart)
    chart.save(tmp_path / "chart.png", 600, 300)
    image = QImage(str(tmp_path / "chart.png"))
    assert (image.width(), image.height()) == (600, 300)
    assert image.pixelColor(599, 0) == QColor(LIGHT.surface)
    chart.save(tmp_path / "chart.svg")
    words = ET.parse(tmp_path / "chart.svg").getroot()  # noqa: S314 - our own file
    assert drawing.name in "".join(words.itertext())


def test_a_place_that_takes_no_picture_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    chart = Chart(SESSIONS)
    qtbot.addWidget(chart)
    with pytest.raises(OSError, match="could not be written"):
        chart.save(tmp_path / "missing" / "chart.png")


def test_panels_stand_in_as_many_columns_as_there_is_room_for(qtbot: QtBot) -> None:
    chart = shown(qtbot, BEATS, 320, 500)
    narrow = chart.minimumHeight()
    chart.resize(1_000, 500)
    qtbot.waitUntil(lambda: chart.minimumHeight() < narrow)
    assert chart.is_drawn


def test_panels_are_alike_whatever_they_are_called(qtbot: QtBot) -> None:
    long = "Shelthorpe and the villages south of the river"
    panels = tuple(
        Lines(long if number == 2 else f"Beat {number}", MONTHS, YEARS.lines) for number in range(10)
    )
    chart = shown(qtbot, Panels("All crime", panels), 1_200, 500)
    assert chart.minimumHeight() < 2 * 130  # five and five, although seven have room beside each other
    view = chart.findChild(QGraphicsView)
    assert view is not None
    plots = [item for item in view.scene().items() if type(item).__name__ == "PlotItem"]
    widths = {round(plot.sceneBoundingRect().width()) for plot in plots}
    assert len(plots) == 10
    assert max(widths) - min(widths) <= 2
    assert long in chart.in_words


_LOOK = """
import sys
import fundingapp.ui.charts.plots, fundingapp.ui.outcomes.page
print("loaded:", [name for name in ("numpy", "pyqtgraph") if name in sys.modules])
"""


def test_naming_a_chart_loads_nothing_slow() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _LOOK], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "loaded: []" in ran.stdout, ran.stderr


def test_the_library_is_loaded_once_and_waited_for(qtbot: QtBot) -> None:
    library().wait()
    assert library().want()
    assert "pyqtgraph" in sys.modules
