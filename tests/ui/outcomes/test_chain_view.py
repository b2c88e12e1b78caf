"""The results chain as a user builds and changes it: outcomes, indicators, milestones, statements, and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp.application.commands.areas import AddArea
from fundingapp.application.queries.chains_of_results import ChainsOf
from fundingapp.domain.areas import Area, AreaKind
from fundingapp.domain.ids import OutcomeId
from fundingapp.domain.indicators import Counted, ResultLevel
from fundingapp.ui.outcomes.targets import ShowOutcome
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.outcomes.measured import (
    BETTER,
    CLIENTS,
    FEWER,
    HATE,
    SATISFIED,
    SESSIONS,
    YEAR,
    held,
    measured_shell,
    press,
)
from tests.ui.windows import settle

NAME = "Outcome and steps"


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    with measured_shell(tmp_path, qtbot, view="chain") as shell:
        yield shell


def own_name(row: dict[str, str]) -> str:
    """The name of a line, without whose it is."""
    return row[NAME].strip().partition(" · ")[0]


def lines(shell: Shell) -> list[tuple[str, str, str]]:
    """Name, what it is, and state of every line."""
    return [
        (own_name(each), each["It is"], each["State"])
        for each in hands.rows(hands.table(shell.window, "Results chain"))
    ]


def opened(qtbot: QtBot, shell: Shell, name: str) -> str:
    """Opens a line; returns what the inspector says."""
    table = hands.table(shell.window, "Results chain")
    spelt = next(each[NAME] for each in hands.rows(table) if own_name(each) == name)
    hands.click_row(table, NAME, spelt)
    settle(qtbot, shell)
    return hands.read(shell.window.inspector)


def outcome(shell: Shell, name: str) -> OutcomeId:
    answer = shell.office.desk.ask(ChainsOf(YEAR))
    return next(OutcomeId(kept.id) for kept in answer.outcomes if kept.value.name == name)


def test_the_chain_goes_from_outcomes_to_what_is_measured_and_done(shell: Shell) -> None:
    assert lines(shell) == [
        (BETTER, "outcome", ""),
        (SATISFIED, "outcome", "met"),
        (CLIENTS, "output", "met"),
        (SESSIONS, "output", "83%"),
        ("Programme has begun", "milestone", "done"),
        (FEWER, "outcome", ""),
        ("Residential burglary", "outcome", "not met"),
        ("Packs are bought", "milestone", "overdue"),
        ("Of no outcome yet", "", ""),
        (HATE, "output", "small numbers"),
    ]
    assert "2 outcomes · 5 indicators · 2 milestones · 1 overdue" in hands.read(shell.window.stack)


def test_names_and_targets_are_changed_in_their_cells(shell: Shell, qtbot: QtBot) -> None:
    table = hands.table(shell.window, "Results chain")
    spelt = next(each[NAME] for each in hands.rows(table) if each[NAME].strip() == SESSIONS)
    hands.edit_cell(table, NAME, spelt, "Target", "10")
    settle(qtbot, shell)
    assert (held(shell)[SESSIONS].indicator.target, held(shell)[SESSIONS].judgement.word) == ("10", "met")
    hands.edit_cell(table, NAME, spelt, NAME, "Sessions of the programme")
    settle(qtbot, shell)
    assert "Sessions of the programme" in held(shell)
    spelt = next(each[NAME] for each in hands.rows(table) if each[NAME].strip() == "Packs are bought")
    hands.edit_cell(table, NAME, spelt, NAME, "Packs are given out")
    settle(qtbot, shell)
    hands.edit_cell(table, NAME, FEWER, NAME, "Fewer burglaries")
    settle(qtbot, shell)
    names = [name for name, _what, _state in lines(shell)]
    assert {"Packs are given out", "Fewer burglaries"} <= set(names)
    for _ in range(4):
        shell.undo()
        settle(qtbot, shell)
    assert held(shell)[SESSIONS].indicator.target == "12"


def test_an_outcome_is_added_with_an_indicator_and_a_milestone_of_its_own(shell: Shell, qtbot: QtBot) -> None:
    press(qtbot, shell, "Add an outcome…")
    inspector = shell.window.inspector
    press(qtbot, shell, "Add the outcome", inside=True)
    assert "An outcome needs its name" in hands.read(inspector)
    hands.type_in(inspector, "Outcome", "Young people stay in school")
    hands.choose(inspector, "Project", "LF-04")
    hands.type_in(inspector, "From year", "2018")
    press(qtbot, shell, "Add the outcome", inside=True)
    assert "A financial year is typed as 2018/19." in hands.read(inspector)
    hands.type_in(inspector, "From year", "2018/19")
    press(qtbot, shell, "Add the outcome", inside=True)
    opened(qtbot, shell, "Young people stay in school")
    press(qtbot, shell, "Add an indicator…", inside=True)
    hands.type_in(inspector, "Indicator", "In school after six months")
    hands.choose(inspector, "It is an", "outcome")
    hands.choose(inspector, "What is counted", "a share")
    hands.type_in(inspector, "Target", "at least 80%")
    press(qtbot, shell, "Add the indicator", inside=True)
    indicator = held(shell)["In school after six months"].indicator
    assert (indicator.counted, indicator.level) == (Counted.SHARE, ResultLevel.OUTCOME)
    assert indicator.outcome == outcome(shell, "Young people stay in school")
    opened(qtbot, shell, "Young people stay in school")
    press(qtbot, shell, "Add a milestone…", inside=True)
    hands.type_in(inspector, "Milestone", "Mentor in post")
    hands.type_in(inspector, "Due", "30/09/2018")
    press(qtbot, shell, "Add the milestone", inside=True)
    opened(qtbot, shell, "Mentor in post")
    press(qtbot, shell, "Done today", inside=True)
    assert ("Mentor in post", "milestone", "done") in lines(shell)
    opened(qtbot, shell, "Young people stay in school")
    press(qtbot, shell, "Remove", inside=True)
    assert "can't be removed" in " ".join(hands.messages(shell.window))


def test_an_indicator_is_of_a_place_and_says_where_it_is_from(shell: Shell, qtbot: QtBot) -> None:
    shell.office.desk.do(AddArea(Area("Loughborough", AreaKind.ZONE)))
    opened(qtbot, shell, CLIENTS)
    press(qtbot, shell, "Change…", inside=True)
    inspector = shell.window.inspector
    hands.choose(inspector, "Place that it is of", "Loughborough")
    hands.type_in(inspector, "Data owner", "Living Without Abuse")
    press(qtbot, shell, "Keep the indicator", inside=True)
    assert held(shell)[CLIENTS].place == "Loughborough"
    opened(qtbot, shell, CLIENTS)
    press(qtbot, shell, "Open its figures", inside=True)
    said = hands.read(inspector)
    for words in (
        "Place: Loughborough",
        "Data owner: Living Without Abuse",
        "Source: Case system",
        "Code: none, it is one of your own",
    ):
        assert words in said
    shell.undo()
    settle(qtbot, shell)
    assert "Place:" not in hands.read(inspector)


def test_a_statement_is_written_and_its_words_counted(shell: Shell, qtbot: QtBot) -> None:
    said = opened(qtbot, shell, BETTER)
    assert "The year 2018/19 · 7 words" in said
    press(qtbot, shell, "Q2…", inside=True)
    inspector = shell.window.inspector
    [changed] = [
        each for each in hands.seen(inspector, QPlainTextEdit) if each.accessibleName() == "What changed"
    ]
    changed.setPlainText("Nine of ten feel safer at home.")
    counted = [
        each for each in hands.seen(inspector, QLabel) if each.accessibleName() == "Words in What changed"
    ]
    assert counted[0].text() == "7 words"
    press(qtbot, shell, "Keep the statement", inside=True)
    assert "Nine of ten feel safer at home." in opened(qtbot, shell, BETTER)
    shell.undo()
    settle(qtbot, shell)
    assert "Nine of ten" not in hands.read(inspector)


def test_the_bands_and_the_threshold_are_set_for_the_fund(shell: Shell, qtbot: QtBot) -> None:
    press(qtbot, shell, "Judging…")
    inspector = shell.window.inspector
    hands.type_in(inspector, "Bands, in per cent of the target", "100, 90")
    hands.type_in(inspector, "Lowest count that is shown", "ten")
    press(qtbot, shell, "Keep the rules", inside=True)
    assert "“ten” is not a number" in hands.read(inspector)
    hands.type_in(inspector, "Lowest count that is shown", "10")
    press(qtbot, shell, "Keep the rules", inside=True)
    assert (SESSIONS, "output", "not met") in lines(shell)
    shell.undo()
    settle(qtbot, shell)
    assert (SESSIONS, "output", "83%") in lines(shell)


def test_an_indicator_leads_to_its_figures_and_an_outcome_can_be_gone_to(shell: Shell, qtbot: QtBot) -> None:
    opened(qtbot, shell, CLIENTS)
    press(qtbot, shell, "Open its figures", inside=True)
    assert "Year on year" in hands.read(shell.window.inspector)
    shell.window.go_to("outcomes", ShowOutcome(outcome(shell, FEWER)))
    settle(qtbot, shell)
    assert shell.window.inspector.page is not None
    assert shell.window.inspector.page.title == FEWER
    hands.choose(shell.window, "Project", "LF-03")
    settle(qtbot, shell)
    assert [name for name, _what, _state in lines(shell)] == ["Of no outcome yet", HATE]


def test_without_a_chain_the_view_teaches_the_first_step(tmp_path: Path, qtbot: QtBot) -> None:
    with measured_shell(tmp_path, qtbot, view="chain", with_results=False) as shell:
        assert "From the money to the difference" in hands.read(shell.window.stack)
        press(qtbot, shell, "Add an outcome…")
        hands.type_in(shell.window.inspector, "Outcome", BETTER)
        press(qtbot, shell, "Add the outcome", inside=True)
        assert (BETTER, "outcome", "") in lines(shell)
