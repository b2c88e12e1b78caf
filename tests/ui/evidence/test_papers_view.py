"""The list of papers as a user fills, searches and mends it: dropping, pasting, deciding, several at once, checking."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.commands.papers import ChangePapers
from fundingapp.application.queries.evidence import Papers
from fundingapp.domain.evidence import EvidenceType, PersonalData
from fundingapp.ui.dropped import can_take
from fundingapp.ui.evidence.papers_view import PapersView
from fundingapp.ui.paper_words import personal_in_words
from fundingapp.ui.safety.findings_window import FindingsWindow
from fundingapp.ui.shell import Shell
from fundingapp.ui.widgets.chips import Chip
from tests.builders_core import YEAR
from tests.ui import hands
from tests.ui.evidence.desk_papers import (
    PEOPLE,
    drop,
    page_of,
    panel_says,
    pick,
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
    path = tmp_path / "LWA Q3 report.txt"
    path.write_text("Twelve sessions were held.", encoding="utf-8")
    return path


def listed(shell: Shell) -> list[str]:
    return [row["Paper"] for row in hands.rows(hands.table(shell.window, "Papers"))]


def view(shell: Shell) -> PapersView:
    found = page_of(shell).view
    assert isinstance(found, PapersView)
    return found


def test_an_empty_page_teaches_and_a_file_dropped_on_it_is_kept(
    qtbot: QtBot, shell: Shell, report: Path
) -> None:
    assert "What do the figures rest on?" in hands.read(shell.window.stack)
    assert drop(page_of(shell), report)
    settle(qtbot, shell)
    row = hands.row(hands.table(shell.window, "Papers"), "Paper", "LWA Q3 report.txt")
    assert (row["Type"], row["File"], row["Personal data"]) == ("report", "unchanged", "not looked at")
    assert "1 paper kept." in hands.messages(shell.window)
    # It opens at the right, with its words.
    assert "Twelve sessions were held." in panel_says(shell)


def test_what_looks_like_personal_data_waits_for_a_decision_and_the_rest_does_not(
    qtbot: QtBot, shell: Shell, report: Path, tmp_path: Path
) -> None:
    people = tmp_path / "survey.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    drop(page_of(shell), report, people)
    settle(qtbot, shell)
    assert listed(shell) == ["LWA Q3 report.txt"]
    assert any("Not kept yet: “survey.csv”" in said for said in hands.messages(shell.window))
    assert "e-mail address" in panel_says(shell)
    assert "anna.smith" not in panel_says(shell)
    hands.press(shell.window.inspector, "Go on")
    assert "Say why what tells of people may be kept" in panel_says(shell)
    hands.type_in(shell.window.inspector, "Why it may be kept, kept in the history", "the forms are held")
    hands.press(shell.window.inspector, "Go on")
    settle(qtbot, shell)
    assert sorted(listed(shell)) == ["LWA Q3 report.txt", "survey.csv"]
    assert not any("Not kept yet" in said for said in hands.messages(shell.window))


def test_a_decision_stays_open_while_the_list_comes_anew_under_a_selection(
    qtbot: QtBot, shell: Shell, report: Path, tmp_path: Path
) -> None:
    other, third, people = (tmp_path / name for name in ("minutes of March.txt", "letter.txt", "survey.csv"))
    other.write_text("agreed", encoding="utf-8")
    third.write_text("dear partner", encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    drop(page_of(shell), report, other)
    settled(qtbot, shell)
    assert "2 papers selected" in panel_says(shell)
    drop(page_of(shell), third, people)
    settled(qtbot, shell)
    assert len(listed(shell)) == 3
    assert "It may hold personal data" in panel_says(shell)


def test_what_is_left_out_leaves_nothing_behind(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    people = tmp_path / "survey.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    drop(page_of(shell), people)
    settle(qtbot, shell)
    hands.choose(shell.window.inspector, "What becomes of survey.csv", "Leave it out")
    hands.press(shell.window.inspector, "Go on")
    settle(qtbot, shell)
    assert any("Left out: “survey.csv”" in said for said in hands.messages(shell.window))
    assert not shell.office.fetch(Papers()).rows


def test_A02_a_program_is_left_out_unless_it_is_wanted(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    program = tmp_path / "invoice.pdf.exe"
    program.write_bytes(b"MZ\x90\x00" + b"\0" * 60)
    drop(page_of(shell), program)
    settle(qtbot, shell)
    assert "never opened" in panel_says(shell)
    hands.press(shell.window.inspector, "Go on")
    settle(qtbot, shell)
    assert not shell.office.fetch(Papers()).rows


def test_a_folder_is_taken_in_with_the_folders_in_it_but_what_programs_left_there(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    folder = tmp_path / "Quarter 3"
    (folder / "minutes").mkdir(parents=True)
    for name in ("report.txt", "minutes/May.txt", "Thumbs.db", "~$report.docx"):
        (folder / name).write_text(f"what {name} says")
    assert drop(page_of(shell), folder)
    settle(qtbot, shell)
    assert sorted(listed(shell)) == ["May.txt", "report.txt"]
    assert any("Left out: 2 hidden files" in said for said in hands.messages(shell.window))
    assert drop(page_of(shell), tmp_path / "Quarter 3" / "minutes", folder / "report.txt")
    settle(qtbot, shell)
    assert len(listed(shell)) == 2
    (tmp_path / "empty").mkdir()
    drop(page_of(shell), tmp_path / "empty")
    settle(qtbot, shell)
    assert any("There is no file in “empty”." in said for said in hands.messages(shell.window))


def handed_by_outlook(**files: bytes) -> QMimeData:
    """What Windows hands over when files are dragged out of a letter: they stand in no folder."""
    mime = QMimeData()
    listed = struct.pack("<I", len(files))
    for at, (name, content) in enumerate(files.items()):
        listed += bytes(72) + f"{name}.txt".encode("utf-16-le").ljust(520, b"\0")
        if content:
            mime.setData(f'application/x-qt-windows-mime;value="FileContents";index={at}', content)
    mime.setData('application/x-qt-windows-mime;value="FileGroupDescriptorW"', listed)
    return mime


def test_files_out_of_a_letter_are_taken_in_and_what_does_not_arrive_is_said(
    qtbot: QtBot, shell: Shell
) -> None:
    mime = handed_by_outlook(minutes=b"The minutes of May", message=b"")
    assert can_take(mime)
    view(shell).take_drop(mime)
    settle(qtbot, shell)
    assert listed(shell) == ["minutes.txt"]
    said = hands.messages(shell.window)
    assert any("“message.txt” did not arrive" in each and "drag it to the desktop" in each for each in said)
    assert not list(Path(tempfile.gettempdir()).glob("fundingapp-copy-*/0/minutes.txt"))


def test_a_link_that_is_dropped_is_kept_as_one(qtbot: QtBot, shell: Shell) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://www.example.org/minutes")])
    view(shell).take_drop(mime)
    settle(qtbot, shell)
    assert listed(shell) == ["https://www.example.org/minutes"]


def test_the_list_can_be_kept_to_the_year_of_the_top_bar(
    qtbot: QtBot, shell: Shell, report: Path, tmp_path: Path
) -> None:
    old = tmp_path / "minutes of 2016.txt"
    old.write_text("The minutes")
    for path in (old, report):
        drop(page_of(shell), path)
        settle(qtbot, shell)
    paper = next(row.id for row in shell.office.fetch(Papers()).rows if row.of.name == old.name)
    shell.office.do(ChangePapers((paper,), (("dated", date(2016, 5, 3)),)), "test")
    settle(qtbot, shell)
    years = view(shell).years
    assert [chip.spec.words for chip in years.findChildren(Chip)] == ["All years 2", "2018/19 1"]
    years.choose(YEAR)
    assert listed(shell) == ["LWA Q3 report.txt"]
    # What is just added is shown, whatever was chosen.
    years.choose(YEAR)
    view(shell).go_to(paper)
    settle(qtbot, shell)
    assert len(listed(shell)) == 2


def test_what_could_not_be_looked_into_is_told_and_stands_in_its_column(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.png"
    Image.new("RGB", (9, 9)).save(scan)
    drop(page_of(shell), scan)
    settle(qtbot, shell)
    assert any("look yourself, under To review" in said for said in hands.messages(shell.window))
    [row] = hands.rows(hands.table(shell.window, "Papers"))
    assert row["Personal data"] == "not looked into"
    [paper] = view(shell)._model.rows
    assert personal_in_words(paper) == ("not looked into", "a picture can't be read by this program", None)


def test_the_same_file_again_is_told_and_kept_once(qtbot: QtBot, shell: Shell, report: Path) -> None:
    for _ in range(2):
        drop(page_of(shell), report)
        settle(qtbot, shell)
    assert len(listed(shell)) == 1
    assert any("kept already" in said for said in hands.messages(shell.window))


def test_a_link_a_reference_and_a_text_are_pasted_or_typed(qtbot: QtBot, shell: Shell) -> None:
    shell.window.activateWindow()
    QGuiApplication.clipboard().setText("https://www.police.uk/pu/your-area/")
    view(shell).paste()
    settle(qtbot, shell)
    hands.press(shell.window.stack, "Link or text…")
    settle(qtbot, shell)
    (words,) = hands.seen(shell.window.inspector, QPlainTextEdit)
    words.setPlainText("Twelve women said that they feel safer.\nThree moved into homes of their own.")
    hands.type_in(shell.window.inspector, "Title, if it is a text", "What the women said")
    hands.press(shell.window.inspector, "Keep it")
    settle(qtbot, shell)
    table = hands.table(shell.window, "Papers")
    assert hands.row(table, "Paper", "https://www.police.uk")["File"] == "link"
    assert hands.row(table, "Paper", "What the women said")["File"] == "text"


def test_search_and_chips_narrow_the_list(qtbot: QtBot, shell: Shell, report: Path, tmp_path: Path) -> None:
    invoice = tmp_path / "invoice 551844.txt"
    invoice.write_text("paid", encoding="utf-8")
    drop(page_of(shell), report, invoice)
    settle(qtbot, shell)
    hands.type_in(shell.window.stack, "Search the papers", "551844")
    settled(qtbot, shell)
    assert listed(shell) == ["invoice 551844.txt"]
    hands.type_in(shell.window.stack, "Search the papers", "")
    settled(qtbot, shell)
    view(shell).go_to("Supports nothing")
    assert len(listed(shell)) == 2


def test_several_papers_are_linked_and_looked_at_in_one_step_each(
    qtbot: QtBot, shell: Shell, report: Path, tmp_path: Path
) -> None:
    other = tmp_path / "minutes of March.txt"
    other.write_text("agreed", encoding="utf-8")
    drop(page_of(shell), report, other)
    settled(qtbot, shell)
    assert "2 papers selected" in panel_says(shell)
    pick(qtbot, shell, "What they support", "LF-08 Substance")
    hands.press(shell.window.inspector, "I looked: no personal data")
    settle(qtbot, shell)
    rows = shell.office.fetch(Papers()).rows
    assert {row.of.personal for row in rows} == {PersonalData.NONE}
    assert all("LF-08" in row.supports_in_words for row in rows)
    for _ in range(2):
        hands.shortcut(shell.window, Qt.Key.Key_Z)
        settle(qtbot, shell)
    rows = shell.office.fetch(Papers()).rows
    assert {row.of.personal for row in rows} == {PersonalData.UNKNOWN}
    assert not any(row.supports for row in rows)


def test_A06_a_flipped_byte_is_found_by_reading_the_files(
    qtbot: QtBot, shell: Shell, report: Path, tmp_path: Path
) -> None:
    drop(page_of(shell), report)
    settle(qtbot, shell)
    hands.press(shell.window.stack, "Check the files")
    settle(qtbot, shell)
    assert any("all as they were kept" in said for said in hands.messages(shell.window))
    digest = shell.office.fetch(Papers()).rows[0].of.sha256
    [kept] = [path for path in (tmp_path / "sample").rglob(digest) if path.is_file()]
    kept.chmod(0o644)
    kept.write_bytes(b"t" + kept.read_bytes()[1:])
    hands.press(shell.window.stack, "Check the files")
    settle(qtbot, shell)
    assert hands.row(hands.table(shell.window, "Papers"), "Paper", "LWA")["File"] == "changed"
    assert any("1 file of 1 changed or missing" in said for said in hands.messages(shell.window))
    # The check of the whole file finds it too, and leads here.
    shell.window.go_to("overview")

    def leads_here() -> bool:
        return any(
            "Attach the same file again under Evidence" in said for said in hands.messages(shell.window)
        )

    for _ in range(
        3
    ):  # the preview says too that its file was changed, and may take the place of what was said
        shell.check_file()
        settle(qtbot, shell)
        if leads_here():
            break
    assert leads_here(), hands.messages(shell.window)
    hands.press(shell.window, "What was found…")
    shown = next(each for each in QApplication.topLevelWidgets() if isinstance(each, FindingsWindow))
    hands.press(shown, "Go to Evidence")
    settle(qtbot, shell)
    assert page_of(shell).view.id == "papers"
    # The same file again makes it whole.
    drop(page_of(shell), report)
    settle(qtbot, shell)
    hands.press(shell.window.stack, "Check the files")
    settle(qtbot, shell)
    assert hands.row(hands.table(shell.window, "Papers"), "Paper", "LWA")["File"] == "unchanged"


def test_go_to_anything_finds_a_paper(qtbot: QtBot, shell: Shell, report: Path) -> None:
    drop(page_of(shell), report)
    settle(qtbot, shell)
    shell.window.go_to("overview")
    settle(qtbot, shell)
    [place] = [each for each in shell.search("LWA Q3") if "paper" in each.detail]
    place.go()
    settle(qtbot, shell)
    assert page_of(shell).view.id == "papers"
    assert "Twelve sessions" in panel_says(shell)


def test_the_badge_counts_what_waits(qtbot: QtBot, shell: Shell, report: Path) -> None:
    entry = shell.window.rail.button("evidence")

    def waiting() -> int:
        said = entry.accessibleName().removeprefix("Evidence").removeprefix(", ").removesuffix(" waiting")
        return int(said or 0)

    before = waiting()
    drop(page_of(shell), report)
    settle(qtbot, shell)
    assert waiting() == before + 1  # nobody has looked at it
    hands.press(shell.window.inspector, "I looked: no personal data")
    settle(qtbot, shell)
    assert waiting() == before


def test_the_types_that_are_proposed_come_from_the_names(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    paths = []
    for name in ("invoice 1.txt", "case study A.txt", "minutes.txt"):
        paths.append(tmp_path / name)
        paths[-1].write_text(name, encoding="utf-8")
    drop(page_of(shell), *paths)
    settle(qtbot, shell)
    sorts = {row.of.name: row.of.sort for row in shell.office.fetch(Papers()).rows}
    assert sorts == {
        "invoice 1.txt": EvidenceType.INVOICE,
        "case study A.txt": EvidenceType.CASE_STUDY,
        "minutes.txt": EvidenceType.MINUTES,
    }


def test_reviews_are_decided_one_by_one_and_the_list_empties_itself(
    qtbot: QtBot, shell: Shell, report: Path
) -> None:
    drop(page_of(shell), report)
    settle(qtbot, shell)
    view_of(qtbot, shell, "review")
    table = hands.table(shell.window, "To review")
    assert hands.rows(table)[0]["Why"] == "not looked at for personal data"
    hands.click_row(table, "Paper", "LWA")
    settle(qtbot, shell)
    hands.press(shell.window.inspector, "No personal data")
    settle(qtbot, shell)
    assert "Nothing waits for you" in hands.read(shell.window.stack)
