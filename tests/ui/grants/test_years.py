"""All grants of a year, two years side by side, and the allocation over the years."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.grants import AddGrant
from fundingapp.domain.allocations import AllocationStatus
from fundingapp.domain.funds import Kind
from fundingapp.domain.periods import FinancialYear
from fundingapp.ui.charts.trend_chart import TrendChart
from fundingapp.ui.page import Target
from fundingapp.ui.shell import Shell
from tests.builders import pounds
from tests.ui import hands
from tests.ui.windows import open_shell, settle


def add(shell: Shell, qtbot: QtBot, fund: str, year: int, amount: str, status: str = "confirmed") -> None:
    """A grant, as another person would record it meanwhile."""
    workspace = shell.office.workspace
    assert workspace is not None
    commissioner = workspace.grants[0].commissioner if fund == "Locality Fund" else "Home Office"
    command = AddGrant(
        fund,
        commissioner,
        FinancialYear(year),
        ((Kind.REVENUE, pounds(amount)),),
        "letter",
        date(year, 2, 20),
        AllocationStatus(status),
        "formula",
    )
    shell.office.do(command, "Add a grant")
    settle(qtbot, shell)


def show(qtbot: QtBot, shell: Shell) -> None:
    shell.window.go_to(Target("grants", ("years", None)))
    settle(qtbot, shell)


def test_two_grants_of_a_year_stand_side_by_side_with_their_totals(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        add(shell, qtbot, "Safer Streets", 2018, "40,000")
        show(qtbot, shell)
        grants = hands.table(shell.window, "Grants of the year")
        assert [(row["Fund"], row["Available £"], row["Not awarded £"]) for row in hands.rows(grants)] == [
            ("Locality Fund", "75,500.00", "0.00"),
            ("Safer Streets", "40,000.00", "40,000.00"),
            ("All grants", "115,500.00", "40,000.00"),
        ]
        hands.click_figure(grants, "Fund", "All grants", "Available £")
        settle(qtbot, shell)
        said = hands.read(shell.window.inspector)
        assert "All grants of 2018/19: available" in said
        assert "Safer Streets" in said
        hands.open_row(grants, "Fund", "Safer Streets")
        settle(qtbot, shell)
        assert shell.window.top_bar.funder.text() == "Safer Streets"
        assert "Safer Streets: 2018/19 beside its neighbours" in hands.read(shell.window.stack)


def test_two_years_are_open_at_once_and_the_view_stays(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        add(shell, qtbot, "Locality Fund", 2019, "70,000")
        show(qtbot, shell)
        years = hands.table(shell.window, "Years side by side")
        assert [(row["Year"], row["Available £"]) for row in hands.rows(years)] == [
            ("2018/19", "75,500.00"),
            ("2019/20", "70,000.00"),
        ]
        hands.click_figure(years, "Year", "2019/20", "Left £")
        settle(qtbot, shell)
        assert "Locality Fund: left to spend" in hands.read(shell.window.inspector)
        hands.open_row(years, "Year", "2019/20")
        settle(qtbot, shell)
        assert str(shell.window.context.year) == "2019/20"
        assert [row["Year"] for row in hands.rows(hands.table(shell.window, "Years side by side"))] == [
            "2018/19",
            "2019/20",
        ]


def test_a_run_of_cuts_is_said_and_drawn(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        for year, amount in ((2016, "90,000"), (2017, "80,000")):
            add(shell, qtbot, "Locality Fund", year, amount)
        add(shell, qtbot, "Locality Fund", 2019, "70,000", "indicative")
        show(qtbot, shell)
        said = hands.read(shell.window.stack)
        assert (
            "Cut for the third year running: £90,000.00 in 2016/17, £70,000.00 in 2019/20 (indicative)."
            in said
        )
        trend = hands.table(shell.window, "Allocation over the years")
        assert [
            (row["Year"], row["Change £"], row["Change %"], row["Basis"]) for row in hands.rows(trend)
        ] == [
            ("2019/20", "−5,500.00", "−7.3", "formula, indicative"),
            ("2018/19", "−4,500.00", "−5.6", "–"),
            ("2017/18", "−10,000.00", "−11.1", "formula"),
            ("2016/17", "–", "–", "formula"),
        ]
        [chart] = hands.seen(shell.window, TrendChart)
        assert chart.accessibleDescription().startswith("2016/17 £90,000.00, 2017/18 £80,000.00")
        assert chart.figures_at(3) == (
            "2019/20: £70,000.00, indicative\n−£5,500.00 (−7.3%) against 2018/19\nbasis: formula"
        )
        picture = chart.grab().toImage()
        colours = {
            picture.pixelColor(QPoint(x, picture.height() // 2)).name() for x in range(picture.width())
        }
        assert len(colours) > 1  # the bars reach half of the height


def test_one_year_alone_says_that_the_trend_begins_later(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="grants") as shell:
        show(qtbot, shell)
        said = hands.read(shell.window.stack)
        assert "One year is recorded; the trend begins with the second." in said
        assert "no grant in the year before or after" in said
