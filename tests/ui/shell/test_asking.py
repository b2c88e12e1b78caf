"""What the window asks after a change: what is in front, and nothing for the pages behind it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.adjustments import AddAdjustment
from fundingapp.application.desk import Desk
from fundingapp.domain.money import Money
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.signing.test_locks_view import RECHARGE
from tests.ui.windows import open_shell, settle


def test_pages_behind_ask_nothing_and_are_right_when_they_come_to_the_front(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()
    really = Desk.ask

    def ask(desk: Desk, question: Any, *progress: Any) -> Any:
        asked[type(question).__name__] += 1
        return really(desk, question, *progress)

    with open_shell(tmp_path, qtbot, page="projects") as shell:
        before = spent_by_projects(shell)
        for page in ("returns", "outcomes", "year-end", "history"):
            shell.window.go_to(page)
            settle(qtbot, shell)
        monkeypatch.setattr(Desk, "ask", ask)
        shell.office.do(AddAdjustment(RECHARGE, ("note 31",)), "Adjust")
        settle(qtbot, shell)
        frame = {"WorkspaceOf", "PositionOf", "EvidenceWaiting", "FiguresMissing", "ClosingOf"}
        history = {"HistoryChoices", "HistoryIds", "HistoryRows"}
        assert frame | history <= set(asked)
        of_others = {"ReturnLook", "ReturnDraft", "ChecksBeforeSending", "YearEndOf", "ResultsOf", "ChainOf"}
        assert not of_others & set(asked)
        asked.clear()
        shell.window.go_to("returns")
        settle(qtbot, shell)
        assert {"ReturnLook", "ReturnDraft", "ChecksBeforeSending"} <= set(asked)
        shell.window.go_to("projects")
        settle(qtbot, shell)
        assert spent_by_projects(shell) == before + RECHARGE.amount


def spent_by_projects(shell: Shell) -> Money:
    """What the page Projects shows as spent, all projects together."""
    rows = hands.rows(hands.table(shell.window, "Projects"))
    return Money.total(Money.parse(row["Spent £"]) for row in rows if row["Ref"])
