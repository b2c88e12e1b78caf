"""The view Safe tables of the page Outcomes, as a user meets it: hidden, explained, attacked, written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from fundingapp.application.queries.publications import LookAtTable, PublicationsOf
from fundingapp.solver.prover import HighsProver
from fundingapp.ui.outcomes.safe_tables_view import SafeTablesView
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.windows import PATIENCE_MS, open_shell, settle

COVENTRY = Path(__file__).parents[2] / "data" / "performance" / "coventry_hate_crime_small_numbers.csv"
TABLE = "Kind,2013,2014\nHomophobic,2,30\nRacist,40,50\nReligious,60,70\nTotal,102,150\n"


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    with open_shell(tmp_path, qtbot, page="outcomes") as shell:
        show(qtbot, shell)
        yield shell


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "hate.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def show(qtbot: QtBot, shell: Shell, subject: object = None) -> None:
    shell.window.go_to("outcomes", ("safe-tables", subject))
    settle(qtbot, shell)


def view(shell: Shell) -> SafeTablesView:
    [found] = hands.seen(shell.window, SafeTablesView)
    return found


def test_the_empty_view_teaches_the_first_step(shell: Shell) -> None:
    assert "Publish small numbers safely" in hands.read(view(shell))
    assert "Choose a table…" in hands.read(shell.window)


def test_a_table_is_shown_with_its_marks_and_each_says_why(shell: Shell, qtbot: QtBot, table: Path) -> None:
    show(qtbot, shell, table)
    rows = hands.rows(hands.table(shell.window, "Safe table"))
    assert [tuple(row.values()) for row in rows[:2]] == [("Homophobic", "<5", "30"), ("Racist", "[c]", "50")]
    assert "None of the 2 hidden cells can be worked out" in hands.read(shell.window.inspector)
    hands.click_row(hands.table(shell.window, "Safe table"), "Kind", "Racist")
    settle(qtbot, shell)
    assert "protects row Homophobic, column 2013" in hands.read(shell.window.inspector)
    show(qtbot, shell, "hidden")
    assert [row["Why"] for row in hands.rows(hands.table(shell.window, "Hidden figures"))] == [
        "small count",
        "protects",
    ]


def test_a_printed_table_that_can_be_undone_says_how(shell: Shell, qtbot: QtBot) -> None:
    show(qtbot, shell, COVENTRY)
    assert "6 figures that it hides can be worked out" in hands.read(shell.window.inspector)
    show(qtbot, shell, "printed")
    undone = hands.table(shell.window, "What can be worked out")
    assert {row["Worked out"] for row in hands.rows(undone)} == {"is 1", "is 2"}
    hands.click_row(undone, "Label", "Homophobic")
    settle(qtbot, shell)
    assert "379 − 373 shown leaves 6" in hands.read(shell.window.inspector)


def test_another_threshold_is_tried_at_once(shell: Shell, qtbot: QtBot, table: Path) -> None:
    table.write_text(TABLE.replace("30", "7"), encoding="utf-8")
    show(qtbot, shell, table)
    hands.choose(shell.window, "Hide counts below", "Hide below 10")
    settle(qtbot, shell)
    texts = [text for row in hands.rows(hands.table(shell.window, "Safe table")) for text in row.values()]
    assert texts.count("<10") == 2
    assert "7" not in texts


def test_cancel_while_it_is_searched_keeps_what_was_shown(
    shell: Shell, qtbot: QtBot, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(qtbot, shell, table)
    before = hands.rows(hands.table(shell.window, "Safe table"))
    searched = HighsProver.cheapest
    stands, go_on = Event(), Event()

    def held(*given: Any) -> Any:
        stands.set()
        assert go_on.wait(PATIENCE_MS / 1000)
        return searched(*given)

    monkeypatch.setattr(HighsProver, "cheapest", held)
    bar = shell.window.status_bar
    try:
        view(shell).look(LookAtTable(COVENTRY))
        qtbot.waitUntil(stands.is_set, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: bar.shows_work, timeout=PATIENCE_MS)
        hands.press(bar, "Cancel")
    finally:
        go_on.set()
    settle(qtbot, shell)
    assert not bar.shows_work
    assert hands.rows(hands.table(shell.window, "Safe table")) == before
    assert sorted(path.name for path in tmp_path.glob("*.csv")) == [table.name]
    # The same again goes on as if nothing had been.
    view(shell).look(LookAtTable(COVENTRY))
    settle(qtbot, shell)
    assert hands.rows(hands.table(shell.window, "Safe table")) != before


def test_the_safe_table_is_written_and_listed(
    shell: Shell, qtbot: QtBot, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "safe.csv"
    monkeypatch.setattr(shell.office.files, "to_save", lambda *_: out)
    show(qtbot, shell, table)
    hands.press(shell.window, "Write the safe table…")
    settle(qtbot, shell)
    hands.press(shell.window.inspector, "Choose where to…")
    assert "Say what it is published in." in hands.read(shell.window.inspector)
    hands.type_in(shell.window.inspector, "Published in", "Strategic assessment")
    hands.type_in(shell.window.inspector, "Reason", "asked for by scrutiny")
    hands.press(shell.window.inspector, "Choose where to…")
    settle(qtbot, shell)
    assert "Homophobic,<5,30" in out.read_text(encoding="utf-8")
    assert any("was written to" in message for message in hands.messages(shell.window))
    [kept] = shell.office.fetch(PublicationsOf())
    assert (kept.value.series, kept.value.primary) == ("Strategic assessment", 1)
    show(qtbot, shell, "published")
    assert [row["File"] for row in hands.rows(hands.table(shell.window, "Published safe tables"))] == [
        "safe.csv"
    ]


def test_what_looks_like_personal_data_is_decided_about_before_it_is_written(
    shell: Shell, qtbot: QtBot, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "safe.csv"
    monkeypatch.setattr(shell.office.files, "to_save", lambda *_: out)
    table.write_text(TABLE.replace("Racist", "Racist: ask nobody.inparticular@example.org"), encoding="utf-8")
    show(qtbot, shell, table)

    def write() -> None:
        hands.press(shell.window, "Write the safe table…")
        settle(qtbot, shell)
        hands.type_in(shell.window.inspector, "Published in", "Strategic assessment")
        hands.type_in(shell.window.inspector, "Reason", "asked for by scrutiny")
        hands.press(shell.window.inspector, "Choose where to…")
        settle(qtbot, shell)

    write()
    assert not out.exists()
    assert not shell.office.fetch(PublicationsOf())
    assert any("1 e-mail address" in message for message in hands.messages(shell.window))
    hands.press(shell.window, "Say why it may go on…")
    settle(qtbot, shell)
    hands.type_in(shell.window.inspector, "Why it may go on", "it is the address of our desk")
    hands.press(shell.window.inspector, "It may go on")
    settle(qtbot, shell)
    write()
    assert "Homophobic,<5,30" in out.read_text(encoding="utf-8")


def test_what_can_be_undone_can_not_be_written(
    shell: Shell, qtbot: QtBot, table: Path, tmp_path: Path
) -> None:
    other = tmp_path / "beside.csv"
    other.write_text("Kind,2013\nRacist,40\nReligious,60\nTotal,102\n", encoding="utf-8")
    view(shell).look(LookAtTable(table, also=(other,)))
    settle(qtbot, shell)
    assert "Homophobic, 2013 is 2" in hands.read(shell.window.inspector)
    assert "Put rows or columns together" in hands.read(shell.window.inspector)
    assert not view(shell).write_button.isEnabled()
