"""Cycles are freed on the window's thread, between events, and nowhere else."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from threading import Thread, get_ident

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fundingapp.ui.jobs import collecting
from fundingapp.ui.jobs.collecting import LOOK_MS, Collector


@pytest.fixture
def limits() -> Iterator[None]:
    """Python's own setting, put back afterwards."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Circle(QWidget):
    """A widget that only refers to itself."""

    def __init__(self, ends: list[int]) -> None:
        super().__init__()
        self.myself = self
        self.destroyed.connect(lambda: ends.append(get_ident()), Qt.ConnectionType.DirectConnection)


def make_values(number: int) -> None:
    """As a reader does at a large question: many values, each in a cycle."""
    for _ in range(number):
        value: list[object] = []
        value.append(value)


def beside(work: object) -> None:
    thread = Thread(target=work)  # type: ignore[arg-type]
    thread.start()
    thread.join()


@pytest.mark.usefixtures("limits")
def test_a_reader_never_destroys_a_widget(qtbot: QtBot, collector: Collector) -> None:
    ends: list[int] = []
    gc.collect()
    gc.set_threshold(700, 10, 10)
    for _ in range(5):
        Circle(ends)
    beside(lambda: make_values(50_000))
    assert ends == []  # the reader made enough for many collections
    assert collector.is_on
    qtbot.waitUntil(lambda: len(ends) == 5, timeout=10_000)
    assert set(ends) == {get_ident()}


@pytest.mark.usefixtures("limits")
def test_without_it_python_would(qtbot: QtBot, collector: Collector) -> None:
    """What it is for: an object of Qt is destroyed on whichever thread collects."""
    ends: list[int] = []
    collector.stop()
    assert gc.isenabled()

    class Loose(QObject):
        """Nothing that a screen shows: destroying it elsewhere does no harm here."""

    made = Loose()
    made.myself = made  # type: ignore[attr-defined]
    made.destroyed.connect(lambda: ends.append(get_ident()), Qt.ConnectionType.DirectConnection)
    del made
    beside(gc.collect)
    assert len(ends) == 1
    assert ends[0] != get_ident()
    collector.start()


def test_it_looks_only_when_enough_was_made(
    qtbot: QtBot, collector: Collector, limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()
    gc.set_threshold(100_000, 20, 20)
    assert collector.look() is None
    gc.set_threshold(1, 20, 20)
    kept = [[number] for number in range(50)]
    assert collector.look() == 0
    gc.set_threshold(1, 1, 20)
    for _ in range(3):
        kept += [[number] for number in range(50)]
        collector.look()
    assert gc.get_count()[2] > 0  # the middle one was looked through
    gc.set_threshold(0, 20, 20)  # Python's way of saying never
    assert collector.look() is None


def test_everything_is_looked_through_seldom(
    collector: Collector, limits: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]

    def clock() -> float:
        now[0] += 0.5  # a look at everything takes half a second
        return now[0]

    looked: list[int] = []
    monkeypatch.setattr(collecting, "time", type("Clock", (), {"monotonic": staticmethod(clock)}))
    monkeypatch.setattr(gc, "get_count", lambda: (1_000, 1_000, 1_000))
    monkeypatch.setattr(gc, "collect", looked.append)
    gc.set_threshold(10, 10, 10)
    collector.start()
    assert collector.look() == 1  # not while the program is opening
    now[0] += 60
    assert collector.look() == 2
    assert [collector.look() for _ in range(3)] == [1, 1, 1]
    now[0] += 60
    assert collector.look() == 2
    assert looked == [1, 2, 1, 1, 1, 2]


def test_it_is_left_to_python_when_the_program_ends(collector: Collector) -> None:
    assert not gc.isenabled()
    assert collector._timer.interval() == LOOK_MS
    collector.stop()
    assert gc.isenabled()
    collector.stop()
    assert gc.isenabled()
