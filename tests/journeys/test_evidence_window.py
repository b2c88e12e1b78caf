"""Evidence of a quarter's figures: files are dropped, linked and looked at, the gap list empties itself, a damaged file
is found and made whole, and what was kept long enough is erased by a person.

Through the window, with nothing but what a user can see, drop and press.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from tests.journeys.walks import Walk
from tests.ui import hands
from tests.ui.evidence.desk_papers import PEOPLE, box_of, drop, make_figure, page_of, pick, settled
from tests.ui.windows import open_shell


@pytest.fixture
def walk(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    """On 20 January 2019 with the sample: two indicators have figures of the first quarter, and no paper."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2019, 1, 20, 12, 0, tzinfo=UTC))
    with open_shell(tmp_path, qtbot, page="overview") as shell:
        make_figure(qtbot, shell, "Mentoring sessions")
        make_figure(qtbot, shell, "Mediation meetings")
        yield Walk(qtbot, shell)


def made(folder: Path, name: str, words: str) -> Path:
    path = folder / name
    path.write_text(words, encoding="utf-8")
    return path


def gaps(walk: Walk) -> list[str]:
    """The figures that the list of gaps names."""
    walk.show("Evidence", "gaps")
    rows = hands.rows(walk.table("Gaps"))
    return [row["What is missing"] for row in rows if "no evidence for" in row["What is missing"]]


def test_papers_fill_the_gaps_and_are_kept_whole_until_a_person_erases_them(
    walk: Walk, tmp_path: Path, qtbot: QtBot
) -> None:
    shell = walk.shell
    ours = [words for words in gaps(walk) if "Mentoring sessions" in words or "Mediation meetings" in words]
    assert len(ours) == 2

    # A report is dropped on one gap; it is the evidence of the other too, which is said with a few letters.
    report = made(tmp_path, "LWA Q1 report.txt", "61 clients and 61 sessions.")
    table = walk.table("Gaps")
    [at] = [n for n, row in enumerate(hands.rows(table)) if "Mentoring sessions" in row["What is missing"]]
    model = table.model()
    assert drop(table, report, at=table.visualRect(model.index(at, 0)).center())
    settled(qtbot, shell)
    assert not any("Mentoring sessions" in words for words in gaps(walk))
    walk.show("Evidence", "papers")
    walk.click("Papers", "Paper", "LWA Q1 report.txt")
    pick(qtbot, shell, "What it supports", "LF-01 · Mediation meetings")
    assert not any("Mediation meetings" in words for words in gaps(walk))

    # A survey that tells of people comes in only with a reason, on the figure itself.
    survey = made(tmp_path, "client survey.csv", PEOPLE)
    walk.show("Evidence", "papers")
    assert drop(page_of(shell), survey)
    settled(qtbot, shell)
    walk.fill({"Why it may be kept, kept in the history": "the forms are held at the office"})
    walk.press("Go on")
    settled(qtbot, shell)
    hands.choose(shell.window.inspector, "Personal data", "Personal data")
    hands.choose(shell.window.inspector, "Consent", "Consent held")
    settled(qtbot, shell)
    row = walk.row("Papers", "Paper", "client survey.csv")
    assert (row["Personal data"], row["Consent"]) == ("personal data", "consent held")

    # An invoice lies with its ledger line.
    walk.show("Spend")
    line = walk.table("Ledger lines")
    line.setFocus()
    line.selectRow(0)
    settled(qtbot, shell)
    assert drop(box_of(shell), made(tmp_path, "invoice 551844.txt", "£11.39"))
    settled(qtbot, shell)
    assert "invoice 551844.txt" in walk.panel
    assert "unchanged" in walk.panel

    # A byte is flipped on the disk: the check says which file, and what rests on it.
    [kept] = [
        path
        for path in (tmp_path / "sample").rglob("*")
        if path.is_file() and path.read_bytes() == report.read_bytes()
    ]
    kept.chmod(0o644)
    kept.write_bytes(b"71" + kept.read_bytes()[2:])
    walk.show("Evidence", "papers")
    walk.press("Check the files")
    told = next(said for said in walk.messages if "changed or missing" in said)
    assert "“LWA Q1 report.txt” is changed" in told
    assert "Mentoring sessions" in told
    assert drop(page_of(shell), report)
    settled(qtbot, shell)
    walk.press("Check the files")
    assert any("all as they were kept" in said for said in walk.messages)

    # Years later the survey was kept long enough: it waits in the list until a person erases it.
    walk.click("Papers", "Paper", "client survey.csv")
    walk.fill({"Keep until": "31/12/2018"})
    hands.key(hands.field(shell.window.inspector, "Keep until"), Qt.Key.Key_Return)
    settled(qtbot, shell)
    walk.show("Evidence", "review")
    assert walk.row("To review", "Paper", "client survey.csv")["Why"] == "kept long enough"
    walk.click("To review", "Paper", "client survey.csv")
    walk.press("Everything of it")
    settled(qtbot, shell)
    walk.press("Erase…")
    walk.fill({"Why": "kept long enough"})
    for box in hands.seen(shell.window.inspector, QCheckBox)[1:]:
        box.setChecked(True)
    walk.press("Erase for good")
    settled(qtbot, shell)
    assert walk.row("Papers", "File", "erased")
    digests = [path for path in (tmp_path / "sample").rglob("*") if path.is_file()]
    assert not any(b"anna.smith@example.org" in path.read_bytes() for path in digests)
    walk.press("Check the files")
    assert any("all as they were kept" in said for said in walk.messages)
