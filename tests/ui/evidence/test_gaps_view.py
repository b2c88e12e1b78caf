"""The gaps as a user fills them: a file dropped on the row, the place behind it, and a list that empties itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.queries.evidence import Papers, PapersOf
from fundingapp.application.queries.evidence_gaps import GapRow
from fundingapp.domain.evidence import Supported
from fundingapp.domain.gaps import Gap, GapKind
from fundingapp.domain.ids import EvidenceId
from fundingapp.ui.evidence.gaps_view import GapsView, lines_of
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.evidence.desk_papers import (
    box_of,
    drop,
    make_figure,
    page_of,
    panel_says,
    settled,
    view_of,
    without_papers,
)
from tests.ui.windows import open_shell, settle


@pytest.fixture(autouse=True)
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's own time: 20 January 2019."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2019, 1, 20, 12, 0, tzinfo=UTC))


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    with open_shell(tmp_path, qtbot, page="evidence") as shell:
        without_papers(qtbot, shell)
        yield shell


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "LWA Q1 report.txt"
    path.write_text("61 clients were supported.", encoding="utf-8")
    return path


def gaps(shell: Shell) -> list[str]:
    return [row["What is missing"] for row in hands.rows(hands.table(shell.window, "Gaps"))]


def test_a_file_dropped_on_a_gap_fills_it(qtbot: QtBot, shell: Shell, report: Path) -> None:
    _, figure = make_figure(qtbot, shell)
    view_of(qtbot, shell, "gaps")
    table = hands.table(shell.window, "Gaps")
    [at] = [at for at, words in enumerate(gaps(shell)) if "Mentoring sessions" in words]
    model = table.model()
    assert model is not None
    # Beside the rows nothing can be dropped: which gap would be filled?
    assert not drop(table, report, at=table.viewport().rect().bottomRight())
    heading = table.visualRect(model.index(at - 1, 0)).center()
    assert drop(table, report, at=heading)
    settle(qtbot, shell)
    assert any("files are dropped on the gap" in said for said in hands.messages(shell.window))
    assert drop(table, report, at=table.visualRect(model.index(at, 0)).center())
    settle(qtbot, shell)
    assert not any("no evidence for “Mentoring sessions”" in words for words in gaps(shell))
    [row] = shell.office.fetch(PapersOf(Supported("figure", figure)))
    assert row.of.name == "LWA Q1 report.txt"


def test_a_gap_shows_its_place_takes_a_paper_there_and_leaves(
    qtbot: QtBot, shell: Shell, report: Path
) -> None:
    make_figure(qtbot, shell)
    view = view_of(qtbot, shell, "gaps")
    table = hands.table(shell.window, "Gaps")
    [words] = [each for each in gaps(shell) if "Mentoring sessions" in each]
    hands.click_row(table, "What is missing", words)
    settle(qtbot, shell)
    assert "No paper yet" in panel_says(shell)
    assert drop(box_of(shell), report)
    settled(qtbot, shell)
    assert isinstance(view, GapsView)
    assert not any("no evidence for “Mentoring" in each for each in gaps(shell))
    assert shell.window.inspector.page is None or "no evidence" not in panel_says(shell)


def test_go_there_leads_to_the_figure_or_the_paper(qtbot: QtBot, shell: Shell, report: Path) -> None:
    make_figure(qtbot, shell)
    drop(page_of(shell), report)
    settle(qtbot, shell)
    view_of(qtbot, shell, "gaps")
    table = hands.table(shell.window, "Gaps")
    [paper] = [each for each in gaps(shell) if "LWA Q1" in each]
    hands.go_to_cell(table, "What is missing", paper, "What is missing")
    hands.press(shell.window.stack, "Go there")
    settle(qtbot, shell)
    assert page_of(shell).view.id == "papers"
    assert "61 clients were supported." in panel_says(shell)
    view_of(qtbot, shell, "gaps")
    [figure] = [each for each in gaps(shell) if "Mentoring sessions" in each]
    hands.go_to_cell(table, "What is missing", figure, "What is missing")
    hands.press(shell.window.stack, "Go there")
    settle(qtbot, shell)
    assert shell.window._current == "outcomes"


def test_the_keyboard_alone_attaches_files_to_a_gap(qtbot: QtBot, shell: Shell, report: Path) -> None:
    make_figure(qtbot, shell)
    view_of(qtbot, shell, "gaps")
    [words] = [each for each in gaps(shell) if "Mentoring sessions" in each]
    hands.go_to_cell(hands.table(shell.window, "Gaps"), "What is missing", words, "What is missing")
    shell.office.files.several = (report,)  # type: ignore[attr-defined]  # the dialog's stand-in
    hands.find(shell.window.stack, "Attach a file…").setFocus()
    hands.press(shell.window.stack, "Attach a file…")
    settle(qtbot, shell)
    assert len(shell.office.fetch(Papers()).rows) == 1
    assert not any("no evidence for “Mentoring" in each for each in gaps(shell))


def test_gaps_stand_under_their_groups_in_the_order_of_the_gravest() -> None:
    def row(group: str, name: str, paper: int | None = None) -> GapRow:
        gap = Gap(GapKind.CLAIM, name, group=group, paper=EvidenceId(paper) if paper is not None else None)
        return GapRow(gap, name, "grants")

    rows = [row("B", "b1"), row("A", "a1"), row("B", "b2"), row("missing", "p1", 7), row("", "x1")]
    lines = lines_of(rows)
    said = [(line.heading, line.number) if line.of is None else line.of.sentence for line in lines]
    assert said == [("B", 2), "b1", "b2", ("A", 1), "a1", ("Papers", 1), "p1", ("Partnership", 1), "x1"]
