"""A thousand papers of 200 MB in the window: taken in, listed, searched and looked at, and how long it stands still."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QUrl

from fundingapp import paths
from fundingapp.assembly import Assembly
from fundingapp.ui.application import Application
from fundingapp.ui.evidence.page import EvidencePage
from fundingapp.ui.evidence.papers_view import PapersView
from fundingapp.ui.shell import Shell
from tests.bench.stalls import longest_turn

FILES = 1_000
SIZE = 200_000


def make_files(folder: Path) -> None:
    """Files of odd sizes and sorts, 200 MB together."""
    folder.mkdir(parents=True)
    for number in range(FILES):
        sort = ("report.txt", "survey.csv", "photo.jpg", "minutes.pdf", "notes.bin")[number % 5]
        size = SIZE + (number % 7 - 3) * 10_000
        body = (
            os.urandom(size)
            if sort.endswith((".jpg", ".pdf", ".bin"))
            else b"Twelve sessions. " * (size // 17)
        )
        (folder / f"{number:04} {sort}").write_bytes(body[: size - 4] + number.to_bytes(4, "big"))


def copied(folder: Path, out: Path) -> float:
    """The seconds that reading, hashing and copying every file takes without us."""
    start = time.perf_counter()
    out.mkdir()
    for path in sorted(folder.iterdir()):
        hashlib.sha256(path.read_bytes()).hexdigest()
        shutil.copyfile(path, out / path.name)
    return time.perf_counter() - start


def our_papers(path: str, folder: str) -> dict[str, Any]:
    """The longest turns of the window, and the seconds until each step was done."""
    application = Application(["bench"], paths.resources())
    shell = Shell(application, Assembly())
    application.window.resize(1440, 900)
    application.window.show()
    said: dict[str, Any] = {}

    def step(name: str, begin: Callable[[], object]) -> None:
        start = time.perf_counter()
        worst, worked = longest_turn(application, begin)
        said[name] = (worst, worked, time.perf_counter() - start)

    def view() -> PapersView:
        found = application.window.findChild(PapersView)
        if found is None:
            raise AssertionError("the Evidence page is not shown")
        return found

    longest_turn(application, lambda: None)
    longest_turn(application, lambda: shell.open_target(path))
    step("empty", lambda: application.window.go_to("evidence"))
    files = sorted(Path(folder).iterdir())
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    step("add", lambda: view().take_drop(dropped))
    rows = view().table.model()
    if rows.rowCount() < FILES:
        raise AssertionError("not every paper is listed")
    step("elsewhere", lambda: application.window.go_to("overview"))
    step("show", lambda: application.window.go_to("evidence"))
    step("search", lambda: view().search.setText("0421"))
    step("all", lambda: view().search.setText(""))
    step("scroll", view().table.scrollToBottom)
    step("sort", lambda: view().table.horizontalHeader().sectionClicked.emit(0))
    step("chip", lambda: view().chips.choose("Supports nothing"))
    step("every chip", lambda: view().chips.choose("All"))
    step("choose", lambda: view().go_to(FILES // 2))
    step("choose all", view().table.selectAll)
    step("gaps", lambda: _page(application).show_view("gaps"))
    step("review", lambda: _page(application).show_view("review"))
    step("back to papers", lambda: _page(application).show_view("papers"))
    step("undo", shell.undo)
    if rows.rowCount() >= FILES:
        raise AssertionError("the papers were not taken back as one step")
    application.window.close()
    application.close()
    return {"steps": said}


def _page(application: Application) -> EvidencePage:
    page = application.window.current_page
    assert isinstance(page, EvidencePage)
    return page
