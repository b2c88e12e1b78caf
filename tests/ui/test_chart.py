"""The chart says in words what it shows, and draws it in its place."""

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fundingapp.domain.money import Money
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.charts.spend_chart import SpendChart, _step, _thousands
from fundingapp.ui.charts.years_chart import YearBars, YearsChart
from fundingapp.ui.theme import Theme

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


def colours_in(image: QImage, column: int) -> set[str]:
    return {image.pixelColor(column, row).name() for row in range(image.height())}


def test_spending_profile_and_forecast_are_drawn_where_their_months_are(qtbot: QtBot) -> None:
    chart = SpendChart()
    qtbot.addWidget(chart)
    chart.resize(400, 220)
    accent, third = (Theme.current().colour(token).name() for token in ("accent", "third"))
    chart.set_figures(PROFILE, ACTUAL[:5])
    image = chart.grab().toImage()
    assert accent in colours_in(image, round(chart._x(5)))
    assert accent not in colours_in(image, round(chart._x(8)))
    assert any(third in colours_in(image, round(chart._x(at))) for at in (8, 8.2, 8.4, 8.6))
    chart.set_figures(PROFILE, ACTUAL[:5], [Money(at * 5_000_00) for at in range(6, 13)])
    image = chart.grab().toImage()
    assert any(accent in colours_in(image, round(chart._x(at))) for at in (8, 8.1, 8.2, 8.3, 8.4))


def test_credits_below_nought_have_room(qtbot: QtBot) -> None:
    chart = SpendChart()
    qtbot.addWidget(chart)
    chart.set_figures(PROFILE, [Money(-9_000_00), Money(5_00)])
    assert chart._ticks[0] <= -9_000_00
    assert chart._ticks[-1] >= PROFILE[-1].pence
    assert not chart.grab().isNull()


@pytest.mark.parametrize("period", range(1, 13))
def test_the_hand_is_over_the_month_that_is_drawn_there(qtbot: QtBot, period: int) -> None:
    chart = SpendChart()
    qtbot.addWidget(chart)
    chart.resize(360, 220)
    assert chart._period_at(chart._x(period)) == period


def test_lines_of_the_scale_are_round() -> None:
    assert _step(75_500_00) == 20_000_00
    assert _step(1) == 1_00
    assert _thousands(80_000_00, with_sign=True) == "£80k"
    assert _thousands(-2_500_00, with_sign=False) == "−2,500"


NOUGHT = Money.ZERO


def wolverhampton() -> list[YearBars]:
    """The years of the mock-up, with 2017/18's £15,000.00 not decided."""
    return [
        YearBars(FinancialYear(2016), Money(268_000_00), NOUGHT, NOUGHT, Money(268_000_00), NOUGHT),
        YearBars(FinancialYear(2017), Money(247_000_00), NOUGHT, NOUGHT, Money(232_000_00), NOUGHT),
        YearBars(FinancialYear(2018), Money(229_000_00), NOUGHT, Money(15_000_00), NOUGHT, NOUGHT),
    ]


def test_the_years_say_what_they_had_and_what_is_only_hoped_for(qtbot: QtBot) -> None:
    chart = YearsChart()
    qtbot.addWidget(chart)
    chart.set_years(wolverhampton())
    assert chart.figures_at(1) == "2017/18\nallocation £247,000.00\nspend £232,000.00"
    assert chart.figures_at(2) == "2018/19\nallocation £229,000.00\nnot yet agreed £15,000.00"
    assert chart.accessibleDescription().startswith(
        "2016/17, allocation £268,000.00, spend £268,000.00. 2017/18,"
    )


def test_money_that_is_hoped_for_is_drawn_apart_from_money_that_is_there(qtbot: QtBot) -> None:
    chart = YearsChart()
    qtbot.addWidget(chart)
    chart.resize(420, 200)
    hoped = Theme.current().colour("attention_soft").name()
    chart.set_years(wolverhampton())
    image = chart.grab().toImage()
    assert any(hoped in colours_in(image, column) for column in range(280, 400))
    agreed = [
        *wolverhampton()[:1],
        YearBars(FinancialYear(2017), Money(247_000_00), NOUGHT, NOUGHT, Money(232_000_00), Money(15_000_00)),
        YearBars(FinancialYear(2018), Money(229_000_00), Money(15_000_00), NOUGHT, NOUGHT, NOUGHT),
    ]
    chart.set_years(agreed)
    image = chart.grab().toImage()
    carried = Theme.current().colour("accent_middle").name()
    assert not any(hoped in colours_in(image, column) for column in range(280, 400))
    assert any(carried in colours_in(image, column) for column in range(280, 400))
