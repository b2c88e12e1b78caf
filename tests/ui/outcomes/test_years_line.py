"""An indicator through the years in the inspector: baseline, target, breaks, and nothing that a return hides."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pytestqt.qtbot import QtBot

from fundingapp.domain.difference import YearPoint, YearsLine
from fundingapp.domain.ids import IndicatorId
from fundingapp.domain.periods import FinancialYear
from fundingapp.domain.return_results import NOTHING, SafeFigure
from fundingapp.domain.targets import target_of
from fundingapp.ui.inspector import SumBlock
from fundingapp.ui.outcomes.targets import ShowIndicator
from fundingapp.ui.outcomes.years_line import bars_of_years, years_blocks
from tests.ui import hands
from tests.ui.windows import open_shell, settle

Y17, Y18 = FinancialYear(2017), FinancialYear(2018)


def number(value: str) -> SafeFigure:
    return SafeFigure(Decimal(value))


def line(*points: YearPoint, baseline: SafeFigure = NOTHING) -> YearsLine:
    return YearsLine(IndicatorId(1), "Clients", "clients", baseline, points)


def test_the_baseline_and_each_year_have_a_bar_and_the_target_a_line() -> None:
    years = line(
        YearPoint(Y17, number("171"), "160", "met"),
        YearPoint(Y18, number("195"), "180", "met", breaks=True),
        baseline=number("150"),
    )
    bars = bars_of_years(years, target_of("180"))
    assert [(point.label, point.shown) for point in bars.points] == [
        ("baseline", "150"),
        ("2017/18", "171"),
        ("2018/19", "195 [b]"),
    ]
    assert (bars.target, bars.target_text) == (Decimal(180), "target 180 for 2018/19")
    [rows] = [block for block in years_blocks(years, target_of("180")) if isinstance(block, SumBlock)]
    assert [row.note for row in rows.rows] == [
        "",
        "target 160 · met",
        "target 180 · met · [b] break in the series: not comparable with the years before",
    ]


def test_a_part_of_a_year_among_whole_ones_is_paler() -> None:
    whole, part = YearPoint(Y17, number("5"), "", "met"), YearPoint(Y18, number("3"), "", "met", "to July")
    assert [point.is_soft for point in bars_of_years(line(whole, part), target_of("")).points] == [
        False,
        True,
    ]
    both = line(YearPoint(Y17, number("5"), "", "met", "October"), part)
    assert not any(point.is_soft for point in bars_of_years(both, target_of("")).points)


def test_what_is_hidden_has_no_bar_and_no_target() -> None:
    years = line(
        YearPoint(Y17, SafeFigure(text="[c]"), "3", "small numbers"),
        YearPoint(Y18, SafeFigure(text="<5"), "3", "small numbers"),
    )
    bars = bars_of_years(years, target_of("3"))
    assert [(point.value, point.shown) for point in bars.points] == [(None, "[c]"), (None, "<5")]
    assert bars.target is None
    assert len(years_blocks(years, target_of("3"))) == 1


def test_the_panel_tells_four_octobers(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="outcomes") as shell:
        shell.window.go_to("outcomes", ("indicators", ShowIndicator(IndicatorId(10))))
        settle(qtbot, shell)
        seen = hands.read(shell.window.inspector)
        for words in (
            "Through the years",
            "2015/16",
            "108",
            "2016/17",
            "56",
            "01/10/2015 to 31/10/2015 · no target",
        ):
            assert words in seen
