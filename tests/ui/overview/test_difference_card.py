"""“Difference made” on the overview: its counts are those of the list that each leads to, and the board's paper is
written from Outcomes and Year end."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from fundingapp.application.commands.figures import RecordFigures
from fundingapp.application.commands.results import SetIndicatorYear
from fundingapp.application.queries.difference import TallyOf
from fundingapp.application.queries.figure_cells import FigureCell
from fundingapp.application.queries.results import ResultsOf
from fundingapp.documents.paper import texts_of
from fundingapp.domain.judging import Standing
from fundingapp.domain.periods import FinancialYear
from tests.ui import hands
from tests.ui.windows import open_shell, settle

YEAR = FinancialYear(2018)


def test_each_count_leads_to_its_indicators(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        tally = shell.office.desk.ask(TallyOf(YEAR, shell.office.position.position.fund_id)).tally  # type: ignore[union-attr]
        assert (tally.met, tally.not_met, tally.no_target) == (3, 6, 12)
        hands.press(shell.window.stack, "✕ 6 not met")
        settle(qtbot, shell)
        listed = [row["State"] for row in hands.rows(hands.table(shell.window, "Indicators")) if row["State"]]
        assert listed == ["not met"] * tally.not_met
        shell.window.go_to("overview")
        settle(qtbot, shell)
        hands.press(shell.window.stack, f"! {tally.missing} figures missing")
        settle(qtbot, shell)
        answer = shell.office.desk.ask(ResultsOf(YEAR, 4))
        names = {each.name for each in answer.missing}
        listed = [
            row["Indicator"] for row in hands.rows(hands.table(shell.window, "Indicators")) if row["State"]
        ]
        assert set(listed) == names
        shell.window.go_to("overview")
        settle(qtbot, shell)
        hands.press(shell.window.stack, f"! {tally.gaps} without evidence")
        settle(qtbot, shell)
        assert shell.window.rail.button("evidence").isChecked()


def test_the_card_follows_a_figure_and_a_target(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        rows = shell.office.desk.ask(ResultsOf(YEAR, 4)).rows
        clients = next(row for row in rows if row.indicator.name == "Clients supported")
        assert clients.judgement.standing is Standing.NO_TARGET
        shell.office.do(SetIndicatorYear(clients.id, YEAR, target="240"), "Set a target")
        settle(qtbot, shell)
        assert "≈ 1 nearly" in hands.read(shell.window.stack)
        shell.office.do(RecordFigures((FigureCell.of_quarter(clients.id, YEAR, 4, "60"),)), "Record")
        settle(qtbot, shell)
        seen = hands.read(shell.window.stack)
        assert "✓ 4 met" in seen
        assert "nearly" not in seen


def test_the_paper_is_written_from_outcomes_and_from_year_end(tmp_path: Path, qtbot: QtBot) -> None:
    with open_shell(tmp_path, qtbot, page="outcomes") as shell:
        for page, name in (("outcomes", "board"), ("year-end", "board 2")):
            shell.window.go_to(page)
            settle(qtbot, shell)
            shell.office.files.saving = tmp_path / name  # type: ignore[attr-defined]  # the dialog's stand-in
            hands.press(shell.window.stack, "Difference made…")
            settle(qtbot, shell)
            texts = texts_of(tmp_path / f"{name}.docx")
            assert texts[0] == "The difference made: Locality Fund 2018/19"
            assert "54,318.71" in texts
            assert any("written to" in said and "read back" in said for said in hands.messages(shell.window))
