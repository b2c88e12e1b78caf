"""One paper in the inspector: edited in place, versions, erasing, what it leads to, and what is never opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QImage
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fundingapp import assembly
from fundingapp.application.queries.evidence import Papers
from fundingapp.domain.evidence import Agreed, EvidenceType, FileState, PersonalData
from fundingapp.ui.evidence.paper_panel import PaperPanel
from fundingapp.ui.evidence.previews import LARGEST, can_be_shown
from fundingapp.ui.shell import Shell
from tests.ui import hands
from tests.ui.evidence.desk_papers import drop, page_of, panel_says, pick, settled, without_papers
from tests.ui.windows import PATIENCE_MS, open_shell, settle


@pytest.fixture(autouse=True)
def january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample's own time: 20 January 2019."""
    monkeypatch.setattr(assembly, "now", lambda: datetime(2019, 1, 20, 12, 0, tzinfo=UTC))


@pytest.fixture
def shell(tmp_path: Path, qtbot: QtBot) -> Iterator[Shell]:
    """With one paper, opened at the right."""
    with open_shell(tmp_path, qtbot, page="evidence") as shell:
        without_papers(qtbot, shell)
        path = tmp_path / "client survey.txt"
        path.write_text("288 people were asked.", encoding="utf-8")
        drop(page_of(shell), path)
        settle(qtbot, shell)
        yield shell


def paper(shell: Shell) -> PaperPanel:
    [found] = hands.seen(shell.window.inspector, PaperPanel)
    return found


def test_every_field_is_kept_when_it_is_left_and_taken_back_alone(qtbot: QtBot, shell: Shell) -> None:
    panel = shell.window.inspector
    shell.window.activateWindow()
    qtbot.waitUntil(shell.window.isActiveWindow, timeout=PATIENCE_MS)
    hands.type_in(panel, "Title", "Survey of clients, 2018")
    hands.key(hands.field(panel, "Title"), Qt.Key.Key_Tab)
    settle(qtbot, shell)
    hands.choose(panel, "Consent", "Consent held")
    settle(qtbot, shell)
    for name, text in (
        ("Date", "31/12/2018"),
        ("Consent note", "forms at the office"),
        ("Sample", "288"),
        ("Limits", "only those who came"),
        ("Keep until", "31/03/2021"),
    ):
        hands.type_in(panel, name, text)
        hands.key(hands.field(panel, name), Qt.Key.Key_Return)
        settle(qtbot, shell)
    of = shell.office.fetch(Papers()).rows[0].of
    assert (of.title, of.sort, of.agreed) == ("Survey of clients, 2018", EvidenceType.SURVEY, Agreed.HELD)
    assert (of.dated, of.sample, of.limits) == (date(2018, 12, 31), 288, "only those who came")
    assert of.retain_until == date(2021, 3, 31)
    assert "Survey of clients, 2018" in panel_says(shell)
    # The panel stayed where it was: the same control has the words, and it is the same panel's heading.
    assert hands.field(panel, "Consent note").text() == "forms at the office"
    hands.table(shell.window, "Papers").setFocus()  # in a field Ctrl Z takes back the typing there
    hands.shortcut(shell.window, Qt.Key.Key_Z)
    settle(qtbot, shell)
    assert shell.office.fetch(Papers()).rows[0].of.retain_until != date(2021, 3, 31)


def test_a_sample_that_is_no_number_is_told_and_nothing_changes(qtbot: QtBot, shell: Shell) -> None:
    hands.type_in(shell.window.inspector, "Sample", "many")
    hands.key(hands.field(shell.window.inspector, "Sample"), Qt.Key.Key_Return)
    settle(qtbot, shell)
    assert any("“many” is not a sample" in said for said in hands.messages(shell.window))
    assert shell.office.fetch(Papers()).rows[0].of.sample is None


def test_what_it_supports_is_picked_by_keyboard_and_leads_there(qtbot: QtBot, shell: Shell) -> None:
    pick(qtbot, shell, "What it supports", "LF-08 Substance")
    hands.press(shell.window.inspector, "LF-08 Substance Misuse Project")
    settle(qtbot, shell)
    assert shell.window._current == "projects"
    assert "LF-08" in panel_says(shell)


def test_A09_a_dropped_file_is_the_new_version_and_the_old_one_stays(
    qtbot: QtBot, shell: Shell, tmp_path: Path
) -> None:
    pick(qtbot, shell, "What it supports", "LF-08 Substance")
    newer = tmp_path / "client survey v2.txt"
    newer.write_text("290 people were asked.", encoding="utf-8")
    assert drop(paper(shell), newer)
    settled(qtbot, shell)
    assert "290 people were asked." in panel_says(shell)
    assert "LF-08 Substance Misuse Project" in panel_says(shell)
    older = next(
        each for each in hands.read(shell.window.inspector).splitlines() if each.startswith("older:")
    )
    hands.press(shell.window.inspector, older)
    settle(qtbot, shell)
    assert "288 people were asked." in panel_says(shell)
    assert "A newer version took its place." in panel_says(shell)


def test_A10_erasing_says_what_goes_and_what_stays_and_leaves_a_tombstone(qtbot: QtBot, shell: Shell) -> None:
    panel = shell.window.inspector
    hands.press(panel, "Erase…")
    settle(qtbot, shell)
    said = panel_says(shell)
    assert "What goes" in said
    assert "What stays" in said
    hands.press(panel, "Erase for good")
    assert "Say why it is erased" in panel_says(shell)
    hands.type_in(panel, "Why", "the person asked for it")
    hands.press(panel, "Erase for good")
    assert "can’t be undone" in panel_says(shell)
    for box in hands.seen(panel, QCheckBox):
        box.setChecked(True)
    hands.press(panel, "Erase for good")
    settle(qtbot, shell)
    [row] = shell.office.fetch(Papers()).rows
    assert row.state is FileState.ERASED
    assert "288 people" not in panel_says(shell)
    assert "It was erased by" in panel_says(shell)
    assert hands.row(hands.table(shell.window, "Papers"), "File", "erased")
    assert shell.office.desk.undo_name is None


def test_what_tells_of_people_is_shown_only_when_the_user_asks(qtbot: QtBot, shell: Shell) -> None:
    hands.choose(shell.window.inspector, "Personal data", "Special")
    settle(qtbot, shell)
    assert shell.office.fetch(Papers()).rows[0].of.personal is PersonalData.SPECIAL
    shell.window.inspector.close_panel()
    hands.click_row(hands.table(shell.window, "Papers"), "Paper", "client")
    settle(qtbot, shell)
    assert "288 people" not in panel_says(shell)
    hands.press(shell.window.inspector, "Show what is in it (it tells of people)")
    settle(qtbot, shell)
    assert "288 people were asked." in panel_says(shell)


def test_a_picture_is_shown_small(qtbot: QtBot, shell: Shell, tmp_path: Path) -> None:
    picture = QImage(1600, 900, QImage.Format.Format_RGB32)
    picture.fill(QColor("#446688"))
    picture.save(str(tmp_path / "photo of the hall.png"))
    drop(page_of(shell), tmp_path / "photo of the hall.png")
    settled(qtbot, shell)
    [shown] = [each for each in hands.seen(shell.window.inspector, QLabel) if not each.pixmap().isNull()]
    assert shown.accessibleName() == "Picture of photo of the hall.png"
    assert shown.pixmap().deviceIndependentSize().width() <= 320


def test_only_small_pictures_and_texts_are_looked_into() -> None:
    assert can_be_shown("photo", "image/png", 5)
    assert can_be_shown("notes.txt", "text/plain", 5)
    assert not can_be_shown("film.png", "image/png", LARGEST + 1)
    assert not can_be_shown("survey.xlsx", "application/vnd.ms-excel", 5)
    assert not can_be_shown("program.txt", "application/x-program", 5)


def test_A02_what_could_run_is_never_opened_but_saved_where_the_user_wants(
    qtbot: QtBot, shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    program = tmp_path / "setup.exe"
    program.write_bytes(b"MZ\x90\x00" + b"\0" * 60)
    drop(page_of(shell), program)
    settle(qtbot, shell)
    hands.choose(shell.window.inspector, "What becomes of setup.exe", "Keep it as it is")
    hands.press(shell.window.inspector, "Go on")
    settled(qtbot, shell)
    assert "never opened from here" in panel_says(shell)
    hands.open_row(hands.table(shell.window, "Papers"), "Paper", "setup.exe")
    settle(qtbot, shell)
    assert not opened
    shell.office.files.saving = tmp_path / "kept.bin"  # type: ignore[attr-defined]  # the dialog's stand-in
    hands.press(shell.window.messages, "Save a copy…")
    settle(qtbot, shell)
    assert (tmp_path / "kept.bin").read_bytes() == program.read_bytes()
    # A document is opened, as a copy that nobody can write into.
    hands.open_row(hands.table(shell.window, "Papers"), "Paper", "client survey")
    settle(qtbot, shell)
    [url] = opened
    copy = Path(url.toLocalFile())
    assert copy.read_text(encoding="utf-8") == "288 people were asked."
    assert not copy.stat().st_mode & 0o222
    copy.chmod(0o644)


def test_S08_a_link_is_followed_only_when_the_user_says_so(
    qtbot: QtBot, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    hands.press(shell.window.stack, "Link or text…")
    settle(qtbot, shell)
    hands.seen(shell.window.inspector, QPlainTextEdit)[0].setPlainText("https://www.police.uk/")
    hands.press(shell.window.inspector, "Keep it")
    settled(qtbot, shell)
    hands.open_row(hands.table(shell.window, "Papers"), "Paper", "https")
    settle(qtbot, shell)
    assert not opened
    hands.press(shell.window.messages, "Open the link")
    assert opened == [QUrl("https://www.police.uk/")]
