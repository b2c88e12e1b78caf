"""What every test of the window leans on: no screen, our look, our icons, settings of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported, which reads it once

import pytest
from PySide6.QtWidgets import QApplication

from fundingapp.ui import icons
from fundingapp.ui.jobs.asking import Asker
from fundingapp.ui.jobs.collecting import Collector
from fundingapp.ui.jobs.runner import JobRunner
from fundingapp.ui.main_window import MainWindow
from fundingapp.ui.settings import Settings
from fundingapp.ui.theme import Theme, ThemeChoice

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", autouse=True)
def theme(qapp: QApplication) -> Theme:
    """The light theme, put on once; a test that changes it changes it back."""
    icons.use_folder(ROOT / "resources" / "icons")
    return Theme.install(qapp, ThemeChoice.LIGHT)


@pytest.fixture(autouse=True)
def collector(theme: Theme) -> Iterator[Collector]:
    """No thread beside the window's frees a widget, also where a test makes no whole program."""
    made = Collector()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings in a file of the test's own."""
    return Settings.in_file(tmp_path / "settings.ini")


@pytest.fixture
def runner() -> Iterator[JobRunner]:
    """A writer whose thread has ended when the test ends."""
    made = JobRunner()
    yield made
    made.close()


@pytest.fixture
def asker() -> Iterator[Asker]:
    """Readers whose threads have ended when the test ends."""
    made = Asker()
    yield made
    made.close()


@pytest.fixture
def window(settings: Settings, runner: JobRunner, asker: Asker) -> Iterator[MainWindow]:
    """The frame without pages, shown."""
    made = MainWindow(settings, runner, asker)
    made.resize(1280, 720)
    made.show()
    yield made
    made.hide()
    made.deleteLater()
