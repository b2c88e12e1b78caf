"""The chart says in words what it shows, and cannot be dragged out of shape."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fundingapp.domain.money import Money
from fundingapp.ui.charts.spend_chart import SpendChart, _step, _thousands

PROFILE = [Money(at * 6_000_00) for at in range(1, 13)]
ACTUAL = [Money(at * 5_231_04) for at in range(1, 11)]


def test_the_chart_is_described_in_words(qtbot: QtBot) -> None:
    chart = SpendChart()
    qtbot.addWidget(chart)
    chart.set_figures(PROFILE, ACTUAL, [Money(62_000_00), Money(74_120_00)])
    assert chart.accessibleDescription() == (
        "Spent by the end of January: £52,310.40, profile £60,000.00. Forecast at year end £74,120.00."
    )


def test_hovering_tells_exact_figures(qtbot: QtBot) -> None:
    chart = SpendChart()
    qtbot.addWidget(chart)
    chart.set_figures(PROFILE, ACTUAL, [Money(62_000_00)])
    assert chart.figures_at(10) == "January (period 10)\nspent £52,310.40\nprofile £60,000.00"
    assert chart.figures_at(11) == "February (period 11)\nforecast £62,000.00\nprofile £66,000.00"
    assert chart.figures_at(12) == "March (period 12)\nprofile £72,000.00"


def test_a_year_without_spending_is_said_and_drawn(qtbot: QtBot) -> None:
    chart = SpendChart()
    qtbot.addWidget(chart)
    chart.set_figures([], [], [])
    chart.show()
    assert chart.in_words == "Nothing spent yet."
    assert not chart.grab().isNull()


def test_the_wheel_does_not_zoom(qtbot: QtBot) -> None:
    chart = SpendChart()
    qtbot.addWidget(chart)
    chart.set_figures(PROFILE, ACTUAL)
    chart.resize(360, 220)
    chart.show()
    before = chart._plot.viewRange()
    wheel = QWheelEvent(
        QPointF(100, 100),
        QPointF(100, 100),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart._plot.viewport(), wheel)
    assert chart._plot.viewRange() == before


def test_lines_of_the_scale_are_round() -> None:
    assert _step(75_500_00) == 20_000_00
    assert _step(1) == 1_00
    assert _thousands(80_000_00, with_sign=True) == "£80k"
    assert _thousands(-2_500_00, with_sign=False) == "−2,500"
