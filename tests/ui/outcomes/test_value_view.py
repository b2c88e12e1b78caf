"""The view Value of the page Outcomes, as a user meets it: costs, sentences with links, reference values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp.ui.outcomes.sentence_label import SentenceLabel
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.choice import DropDown
from tests.bought import buy
from tests.ui import hands
from tests.ui.outcomes.measured import measured_shell
from tests.ui.windows import open_shell, settle


@pytest.fixture
def empty(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """The sample with nothing measured, on the view."""
    with measured_shell(tmp_path, qtbot, view="value", with_results=False) as shell:
        yield shell


@pytest.fixture
def bought(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """The sample with figures and sentences, on the view."""
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        desk = shell.office.desk
        shell.office.work("Add what was bought", lambda _progress: buy(desk))
        settle(qtbot, shell)
        show(qtbot, shell)
        yield shell


def show(qtbot: QtBot, shell: Shell, part: str | None = None) -> None:
    shell.window.go_to("outcomes", ("value", part))
    settle(qtbot, shell)


def sentence(shell: Shell) -> SentenceLabel:
    """The sentence in the inspector."""
    [label] = hands.seen(shell.window.inspector, SentenceLabel)
    return label


def test_costs_are_listed_and_answer_why_down_to_the_ledger(bought: Shell, qtbot: QtBot) -> None:
    rows = hands.rows(hands.table(bought.window, "Unit costs"))
    by_name = {row["What was counted"]: row for row in rows}
    clients = by_name["Clients helped"]
    assert (clients["Spend £"], clients["Counted"], clients["Cost of one £"]) == ("7,977.16", "247", "32.30")
    assert clients["To be told beside it"] == "people may be counted in more than one period"
    assert "the figure is provisional" in hands.second_lines(hands.table(bought.window, "Unit costs"))
    small = by_name["Hate incidents helped with, LGBT+"]
    assert (small["Counted"], small["Cost of one £"]) == ("<5", "–")
    assert small["To be told beside it"].startswith("small numbers are hidden")

    table = hands.table(bought.window, "Unit costs")
    hands.click_figure(table, "What was counted", "Clients helped", "Cost of one £")
    settle(qtbot, bought)
    assert "£32.30 · LF-10: cost per client helped" in hands.read(bought.window.inspector)
    hands.press(bought.window.inspector, "LF-10 spend")
    settle(qtbot, bought)
    assert hands.table(bought.window.inspector, "Ledger lines").model().rowCount() > 0

    hands.open_row(hands.table(bought.window, "Unit costs"), "What was counted", "Clients helped")
    settle(qtbot, bought)
    said = hands.read(bought.window.inspector)
    assert "£32.30 per client helped · £7,977.16 ÷ 247." in said
    assert "• the figure is provisional" in said

    hands.choose(bought.window.stack, "Up to quarter", "up to Q1")
    settle(qtbot, bought)
    row = hands.row(hands.table(bought.window, "Unit costs"), "What was counted", "Clients helped")
    assert row["Counted"] == "61"
    assert "2018/19 up to Q1" in hands.read(bought.window.stack)


def test_numbers_of_a_sentence_are_links_by_keyboard_and_it_is_copied_safely(
    bought: Shell, qtbot: QtBot
) -> None:
    show(qtbot, bought, "sentences")
    hands.open_row(hands.table(bought.window, "Sentences"), "Sentence", "£7,977.16 → 247")
    settle(qtbot, bought)
    label = sentence(bought)
    assert label.accessibleName() == (
        "£7,977.16 → 247 clients helped [p], target 180 → 98.7% satisfied with the service"
    )
    label.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(label, Qt.Key.Key_Tab)
    QTest.keyClick(label, Qt.Key.Key_Tab)
    QTest.keyClick(label, Qt.Key.Key_Return)
    settle(qtbot, bought)
    said = hands.read(bought.window.inspector)
    assert "247 [p] · Clients helped from 01/04/2018" in said

    show(qtbot, bought, "sentences")
    hands.open_row(hands.table(bought.window, "Sentences"), "Sentence", "<5 hate")
    settle(qtbot, bought)
    assert "• no outcome is chosen" in hands.read(bought.window.inspector)
    hands.press(bought.window.inspector, "Copy")
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("<5 hate incidents helped with, LGBT+ for £2,164.81, [no cost per hate incident")
    assert "(small numbers are hidden)" in copied
    assert hands.messages(bought.window)[0].startswith("The sentence is on the clipboard. It has a gap.")


def test_a_sentence_is_written_with_a_preview_taken_back_and_refused_without_figures(
    bought: Shell, qtbot: QtBot
) -> None:
    show(qtbot, bought, "sentences")
    hands.press(bought.window.stack, "Write a sentence…")
    settle(qtbot, bought)
    form = bought.window.inspector
    hands.choose(form, "Project", "LF-10")
    hands.choose(form, "Output", "Clients helped")
    [wording] = hands.seen(form, QPlainTextEdit)
    wording.selectAll()
    QTest.keyClicks(wording, "{output} at {spent}, 3 workers, ")
    hands.choose(form, "Figures", "{output cost}")
    box = next(each for each in hands.seen(form, DropDown) if each.accessibleName() == "Figures")
    box.activated.emit(box.currentIndex())
    settle(qtbot, bought)
    assert sentence(bought).accessibleName().endswith("£32.30 per client helped · £7,977.16 ÷ 247")
    assert "typed, and so not following the records: 3" in hands.read(form)
    hands.press(form, "Write it")
    settle(qtbot, bought)
    rows = hands.rows(hands.table(bought.window, "Sentences"))
    assert any(row["Sentence"].startswith("247 clients helped [p] at £7,977.16, 3 workers") for row in rows)
    hands.shortcut(bought.window, Qt.Key.Key_Z)
    settle(qtbot, bought)
    assert len(hands.rows(hands.table(bought.window, "Sentences"))) == len(rows) - 1

    show(qtbot, bought, "sentences")
    hands.press(bought.window.stack, "Write a sentence…")
    settle(qtbot, bought)
    [wording] = hands.seen(bought.window.inspector, QPlainTextEdit)
    wording.setPlainText("195 clients for £10,000")
    hands.press(bought.window.inspector, "Write it")
    assert "The sentence names no figure" in hands.read(bought.window.inspector)


def test_reference_values_are_changed_withdrawn_restored_uprated_and_added(
    bought: Shell, qtbot: QtBot
) -> None:
    window = bought.window
    show(qtbot, bought, "values")

    def robbery() -> dict[str, str]:
        return hands.row(hands.table(window, "Reference values"), "One case of", "Robbery")

    assert (robbery()["Is said to cost £"], robbery()["State"]) == ("11,320.00", "as shipped")
    hands.open_row(hands.table(window, "Reference values"), "One case of", "Robbery")
    settle(qtbot, bought)
    assert "Home Office Research Report 99" in hands.read(window.inspector)
    hands.press(window.inspector, "Withdraw")
    settle(qtbot, bought)
    assert robbery()["State"] == "withdrawn"
    hands.press(window.inspector, "Restore")
    settle(qtbot, bought)
    assert robbery()["State"] == "as shipped"
    hands.press(window.inspector, "Change…")
    settle(qtbot, bought)
    hands.type_in(window.inspector, "At the prices of", "")
    hands.press(window.inspector, "Save")
    assert "has not got the year of its prices" in hands.read(window.inspector)
    hands.type_in(window.inspector, "At the prices of", "2016/17")
    hands.press(window.inspector, "Save")
    settle(qtbot, bought)
    assert (robbery()["Prices of"], robbery()["State"]) == ("2016/17", "changed")
    hands.press(window.stack, "Uprate…")
    settle(qtbot, bought)
    hands.type_in(window.inspector, "By per cent", "a lot")
    hands.press(window.inspector, "Uprate")
    assert "is no percentage" in hands.read(window.inspector)
    for name, text in (("By per cent", "10"), ("To the prices of", "2018/19"), ("Index and its day", "GDP")):
        hands.type_in(window.inspector, name, text)
    hands.press(window.inspector, "Uprate")
    settle(qtbot, bought)
    assert (robbery()["Is said to cost £"], robbery()["State"]) == ("12,452.00", "uprated")
    hands.press(window.stack, "Restore all")
    settle(qtbot, bought)
    assert robbery()["State"] == "as shipped"

    show(qtbot, bought, "values")
    hands.press(bought.window.stack, "Add a value…")
    settle(qtbot, bought)
    form = bought.window.inspector
    hands.type_in(form, "One case of", "Fly-tipping")
    hands.press(form, "Add it")
    assert "Type what one case is said to cost" in hands.read(form)
    hands.type_in(form, "Is said to cost", "250")
    hands.type_in(form, "At the prices of", "2018/19")
    for box, words in zip(hands.seen(form, QPlainTextEdit), ("council study", "one town only"), strict=True):
        box.setPlainText(words)
    hands.press(form, "Add it")
    settle(qtbot, bought)
    row = hands.row(hands.table(bought.window, "Reference values"), "One case of", "Fly-tipping")
    assert (row["Is said to cost £"], row["State"]) == ("250.00", "your own")


def test_empty_lists_teach_the_first_step(empty: Shell, qtbot: QtBot) -> None:
    show(qtbot, empty, "sentences")
    assert "No sentence yet" in hands.read(empty.window.stack)
    hands.press(empty.window.stack, "Write a sentence…")
    settle(qtbot, empty)
    assert "Reads now" in hands.read(empty.window.inspector)
